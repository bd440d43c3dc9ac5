//! The frame host, with a switch before it that holds the WebAssembly back as a slow network does,
//! and a note of every address that was asked for.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::{Router, http};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;

use crate::demo::{Demo, binary};

/// Serves at the address that a demo gives its frame host; gone with this value.
pub(crate) struct FrameHost {
    held: watch::Sender<bool>,
    asked: Arc<Mutex<Vec<String>>>,
    _process: Process,
}

/// With its output, whose end would be the end of it.
struct Process(
    #[expect(dead_code, reason = "held, not used")] Child,
    #[expect(dead_code, reason = "held, not used")] Lines<BufReader<ChildStdout>>,
);

#[derive(Clone)]
struct Switch {
    behind: String,
    held: watch::Receiver<bool>,
    asked: Arc<Mutex<Vec<String>>>,
    http: reqwest::Client,
}

impl FrameHost {
    /// Starts with the WebAssembly held back.
    pub(crate) async fn start(demo: &Demo) -> Result<Self> {
        let (process, behind) = real_frame_host(demo).await?;
        let (held, holding) = watch::channel(true);
        let asked = Arc::default();
        let switch = Switch { behind, held: holding, asked: Arc::clone(&asked), http: reqwest::Client::new() };
        let address = demo.frame_url().trim_start_matches("http://");
        let listener = TcpListener::bind(address).await.with_context(|| format!("can't listen on {address}"))?;
        let router = Router::new().fallback(pass).with_state(switch);
        // Ends with the runtime of the journey.
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { held, asked, _process: process })
    }

    /// Lets the WebAssembly through.
    pub(crate) fn release(&self) {
        self.held.send_replace(false);
    }

    /// Paths and queries that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().map(|asked| asked.clone()).unwrap_or_default()
    }
}

async fn real_frame_host(demo: &Demo) -> Result<(Process, String)> {
    let mut command = Command::new(binary()?);
    command.args(["frame", "--listen", "127.0.0.1:0", "--merchant", demo.merchant_url()]);
    command.args(["--gateway", demo.gateway_url(), "--shop", demo.shop_url()]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut process = command.spawn().context("can't run the frame host")?;
    let mut lines = BufReader::new(process.stdout.take().context("its output is not piped")?).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some((_, address)) = line.split_once("frame host: ") {
            let address = address.split_whitespace().next().unwrap_or_default().to_owned();
            return Ok((Process(process, lines), address));
        }
    }
    anyhow::bail!("the frame host did not say where it listens")
}

async fn pass(State(mut switch): State<Switch>, request: Request) -> Result<Response, http::StatusCode> {
    let path = request.uri().to_string();
    if let Ok(mut asked) = switch.asked.lock() {
        asked.push(path.clone());
    }
    if path.contains(".wasm") {
        switch.held.wait_for(|held| !held).await.map_err(|_| http::StatusCode::SERVICE_UNAVAILABLE)?;
    }
    forward(&switch, request, &path).await.map_err(|_| http::StatusCode::BAD_GATEWAY)
}

async fn forward(switch: &Switch, request: Request, path: &str) -> Result<Response> {
    let mut headers = request.headers().clone();
    headers.remove(http::header::HOST);
    let url = format!("{}{path}", switch.behind);
    let answer = switch.http.request(request.method().clone(), url).headers(headers).send().await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    // It is sent in one piece from here.
    response.headers_mut().remove(http::header::TRANSFER_ENCODING);
    *response.body_mut() = Body::from(answer.bytes().await?);
    Ok(response)
}
