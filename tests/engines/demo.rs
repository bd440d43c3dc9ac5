//! `florin demo` as its users start it, on free ports and a folder of its own.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::waiting::eventually;

/// How the card reaches the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collect {
    Token,
    Confirm,
}

/// Its processes are gone with this value.
pub(crate) struct Demo {
    /// What `demo.json` says.
    facts: Value,
    folder: TempDir,
    processes: Vec<Child>,
    http: reqwest::Client,
}

impl Demo {
    /// Everything in one process.
    pub(crate) async fn start(collect: Collect) -> Result<Self> {
        let mut demo = Self::empty()?;
        demo.run(collect, None).await?;
        Ok(demo)
    }

    /// All but the frame host, in whose place the caller serves, at [`Demo::frame_url`].
    pub(crate) async fn start_without_frame_host(collect: Collect) -> Result<Self> {
        let mut demo = Self::empty()?;
        for part in ["gateway", "merchant", "shop"] {
            demo.run(collect, Some(part)).await?;
        }
        Ok(demo)
    }

    fn empty() -> Result<Self> {
        let folder = TempDir::with_prefix("florin-engines-")?;
        Ok(Self { facts: Value::Null, folder, processes: Vec::new(), http: reqwest::Client::new() })
    }

    async fn run(&mut self, collect: Collect, part: Option<&str>) -> Result<()> {
        let mut command = Command::new(binary()?);
        command.arg("demo").arg("--data").arg(self.folder.path());
        if let Some(part) = part {
            command.args(["--only", part]);
        }
        // The first process of a fresh folder decides all addresses.
        if self.facts.is_null() {
            command.args(["--collect", if collect == Collect::Token { "token" } else { "confirm" }]);
            command.args(["--shop", "localhost:0", "--merchant", "127.0.0.1:0"]);
            command.args(["--gateway", "127.0.0.1:0", "--frame", "127.0.0.1:0"]);
        }
        let log = std::fs::File::create(self.folder.path().join(format!("{}.log", part.unwrap_or("demo"))))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
        self.processes.push(command.spawn().context("can't run the binary")?);

        let file = self.folder.path().join("demo.json");
        let http = self.http.clone();
        let address = format!("{}_url", part.unwrap_or("shop"));
        self.facts = eventually("the demo answers", async || {
            let facts: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
            let url = facts[&address].as_str().context("no address")?;
            Ok(http.get(format!("{url}/health")).send().await?.status().is_success().then_some(facts))
        })
        .await?;
        Ok(())
    }

    /// What its processes wrote, for whoever reads of a failure.
    pub(crate) fn said(&self) -> String {
        let logs = ["demo", "gateway", "merchant", "shop"].map(|part| self.folder.path().join(format!("{part}.log")));
        logs.iter().filter_map(|log| std::fs::read_to_string(log).ok()).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn shop_url(&self) -> &str {
        self.fact("shop_url")
    }

    pub(crate) fn merchant_url(&self) -> &str {
        self.fact("merchant_url")
    }

    pub(crate) fn gateway_url(&self) -> &str {
        self.fact("gateway_url")
    }

    pub(crate) fn frame_url(&self) -> &str {
        self.fact("frame_url")
    }

    fn fact(&self, name: &str) -> &str {
        self.facts[name].as_str().unwrap_or_default()
    }

    /// A call of the shop's server at the merchant server.
    async fn shop(&self, path: &str) -> Result<Value> {
        let url = format!("{}{path}", self.merchant_url());
        let answer = self.http.get(&url).bearer_auth(self.fact("shop_key")).send().await?;
        ensure!(answer.status().is_success(), "GET {url}: {}", answer.status());
        Ok(answer.json().await?)
    }

    /// Sets a bad day at the gateway.
    pub(crate) async fn sandbox(&self, path: &str, body: Value) -> Result<()> {
        let url = format!("{}/sandbox/{path}", self.gateway_url());
        let answer = self.http.post(&url).header("api-key", self.fact("admin_key")).json(&body).send().await?;
        ensure!(answer.status().is_success(), "POST {url}: {}", answer.status());
        Ok(())
    }

    /// The order made last.
    pub(crate) async fn newest_order(&self) -> Result<Value> {
        let orders = self.shop("/v1/orders?limit=1").await?;
        orders["data"].get(0).cloned().context("there is no order yet")
    }

    /// Waits until an order has this status, and answers with it.
    pub(crate) async fn order_is(&self, id: &str, status: &str) -> Result<Value> {
        eventually(&format!("order {id} is {status}"), async || {
            let order = self.shop(&format!("/v1/orders/{id}")).await?;
            Ok((order["status"] == json!(status)).then_some(order))
        })
        .await
    }

    /// Waits until the card of an order is at the gateway, or on its way there from the merchant server.
    pub(crate) async fn card_has_arrived(&self, id: &str) -> Result<()> {
        eventually("the card has arrived", async || {
            let order = self.shop(&format!("/v1/orders/{id}")).await?;
            if order["status"] == json!("processing") {
                return Ok(Some(()));
            }
            let payment = order["payment"]["id"].as_str().context("no payment is open")?;
            let url = format!("{}/payments/{payment}", self.gateway_url());
            let payment: Value =
                self.http.get(url).header("api-key", self.fact("secret_key")).send().await?.json().await?;
            Ok((payment["status"] == json!("succeeded")).then_some(()))
        })
        .await
    }

    /// How often the timeline of an order holds a kind of entry.
    pub(crate) async fn entries(&self, id: &str, kind: &str) -> Result<usize> {
        let timeline = self.shop(&format!("/v1/orders/{id}/timeline")).await?;
        let entries = timeline["data"].as_array().context("the timeline is no list")?;
        Ok(entries.iter().filter(|entry| entry["kind"] == json!(kind)).count())
    }
}

/// The built binary, with the form inside.
pub(crate) fn binary() -> Result<PathBuf> {
    let path = std::env::var_os("FLORIN_BIN").filter(|path| !path.is_empty());
    path.map(PathBuf::from).context("FLORIN_BIN is not set; `cargo xtask test --only engines` builds it and sets it")
}
