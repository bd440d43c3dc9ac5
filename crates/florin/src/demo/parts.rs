//! The running parts: how each is set up from the record, and how all are stopped in order.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use axum::Router;
use florin_frame::{Assets, Frame, FrameSettings, Origin};
use florin_store::{Clock, Randomness, Schema, Store, Target};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::accounts;
use super::flags::{LimitSwitch, Part};
use super::folder::Lock;
use super::prepare::Prepared;
use super::record::Record;
use super::vault::vault_keys;
use crate::server::{serve, stopped};
use crate::shop::{self, MerchantClient, Shop, ShopSecret, ShopSettings};

/// All parts of this process.
pub(crate) struct Parts {
    /// In the order in which they started.
    running: Vec<Running>,
    ended: mpsc::UnboundedReceiver<Part>,
    _claims: Vec<Lock>,
}

struct Running {
    part: Part,
    stop: watch::Sender<bool>,
    done: JoinHandle<Result<()>>,
}

/// What every part is made of.
struct Surroundings {
    record: Record,
    folder: PathBuf,
    limits: LimitSwitch,
    assets: Assets,
    /// The merchant server's: what it signs now, the shop must find fresh, also after the clock
    /// was moved ahead. The gateway is another party with a clock of its own.
    merchant_clock: Clock,
    randomness: Randomness,
}

impl Parts {
    /// Starts every part; if one can't, those before it are stopped again.
    pub(crate) async fn start(demo: Prepared, assets: &Assets) -> Result<Self> {
        let surroundings = Surroundings {
            record: demo.record,
            folder: demo.folder.path().to_owned(),
            limits: demo.limits,
            assets: assets.clone(),
            merchant_clock: Clock::system(),
            randomness: Randomness::system(),
        };
        let (tell, ended) = mpsc::unbounded_channel();
        let mut parts = Self { running: Vec::new(), ended, _claims: demo.claims };
        for (part, listeners) in demo.parts {
            let (stop, stopped) = watch::channel(false);
            let ready = match set_up(part, &surroundings).await {
                Ok(ready) => ready,
                Err(error) => {
                    parts.stop().await?;
                    return Err(error.context(format!("the {part} can't start")));
                }
            };
            let tell = tell.clone();
            let done = tokio::spawn(async move {
                let _told = TellWhenDropped(tell, part);
                ready.run(listeners, stopped).await
            });
            parts.running.push(Running { part, stop, done });
        }
        Ok(parts)
    }

    /// Waits until a part ends that nobody stopped.
    pub(crate) async fn first_to_end(&mut self) -> Part {
        match self.ended.recv().await {
            Some(part) => part,
            None => std::future::pending().await,
        }
    }

    /// Stops whoever asks before whoever is asked, so that a payment under way gets its answer.
    pub(crate) async fn stop(&mut self) -> Result<()> {
        let mut first_error = Ok(());
        while let Some(running) = self.running.pop() {
            let _ = running.stop.send(true);
            let ended = running.done.await.unwrap_or_else(|error| Err(anyhow!(error)));
            let ended = ended.with_context(|| format!("the {} failed", running.part));
            first_error = first_error.and(ended);
        }
        first_error
    }
}

/// Tells also when the task panics.
struct TellWhenDropped(mpsc::UnboundedSender<Part>, Part);

impl Drop for TellWhenDropped {
    fn drop(&mut self) {
        let _ = self.0.send(self.1);
    }
}

/// A part that only needs its sockets.
struct Ready {
    router: Router,
    workers: Option<Workers>,
    store: Option<Store>,
}

/// What a part does besides answering; ends when it is told to.
type Workers = Box<dyn FnOnce(watch::Receiver<bool>) -> JoinHandle<()> + Send>;

impl Ready {
    fn only(router: Router) -> Self {
        Self { router, workers: None, store: None }
    }

    /// Answers requests and works until the stop; then the store finishes what waits.
    async fn run(self, listeners: Vec<std::net::TcpListener>, stop: watch::Receiver<bool>) -> Result<()> {
        let workers = self.workers.map(|start| start(stop.clone()));
        let served = match workers {
            None => serve(listeners, self.router, stop).await.map_err(Into::into),
            Some(workers) => serve_beside(listeners, self.router, stop, workers).await,
        };
        if let Some(store) = self.store {
            store.close().await;
        }
        served
    }
}

/// Whichever ends first unasked ends the part: a server without its workers would forget payments.
async fn serve_beside(
    listeners: Vec<std::net::TcpListener>,
    router: Router,
    stop: watch::Receiver<bool>,
    mut workers: JoinHandle<()>,
) -> Result<()> {
    let serving = serve(listeners, router, stop.clone());
    tokio::pin!(serving);
    tokio::select! {
        served = &mut serving => {
            served?;
            workers.await.context("the workers failed")
        }
        worked = &mut workers => {
            worked.context("the workers failed")?;
            if !*stop.borrow() {
                return Err(anyhow!("the workers ended by themselves"));
            }
            serving.await.map_err(Into::into)
        }
    }
}

async fn set_up(part: Part, surroundings: &Surroundings) -> Result<Ready> {
    match part {
        Part::Gateway => gateway(surroundings).await,
        Part::Merchant => merchant(surroundings).await,
        Part::Frame => frame(surroundings),
        Part::Shop => shop(surroundings),
    }
}

async fn gateway(surroundings: &Surroundings) -> Result<Ready> {
    let record = &surroundings.record;
    let store = open(&record.gateway_database, &florin_gateway::SCHEMA, record).await?;
    let keys = vault_keys(&surroundings.folder, &surroundings.randomness)?;
    let settings = accounts::gateway_settings(record, surroundings.limits)?.with_vault_keys(keys);
    let gateway =
        florin_gateway::Gateway::new(settings, store.clone(), Clock::system(), surroundings.randomness.clone());
    florin_gateway::resume_clock(&gateway).await?;
    florin_gateway::provision(&gateway, accounts::gateway_account(record)).await?;
    let router = florin_gateway::router(gateway.clone());
    let workers: Workers = Box::new(|stop| tokio::spawn(florin_gateway::run_workers(gateway, stopped(stop))));
    Ok(Ready { router, workers: Some(workers), store: Some(store) })
}

async fn merchant(surroundings: &Surroundings) -> Result<Ready> {
    let record = &surroundings.record;
    let store = open(&record.merchant_database, &florin_merchant::SCHEMA, record).await?;
    let settings = accounts::merchant_settings(record, surroundings.limits)?;
    let clock = surroundings.merchant_clock.clone();
    let merchant = florin_merchant::Merchant::new(settings, store.clone(), clock, surroundings.randomness.clone())?;
    // As far as the gateway's: what was paid tomorrow is an order of tomorrow.
    florin_merchant::resume_clock(&merchant).await?;
    let router = florin_merchant::router(merchant.clone());
    let workers: Workers = Box::new(|stop| tokio::spawn(florin_merchant::run_workers(merchant, stop)));
    Ok(Ready { router, workers: Some(workers), store: Some(store) })
}

fn frame(surroundings: &Surroundings) -> Result<Ready> {
    let record = &surroundings.record;
    let settings = FrameSettings {
        merchant: Origin::parse(&record.merchant_url)?,
        gateways: vec![Origin::parse(&record.gateway_url)?],
        // The merchant server's own payment page is a page like any shop's.
        shops: vec![Origin::parse(&record.shop_url)?, Origin::parse(&record.merchant_url)?],
        mode: record.mode,
        https: false,
    };
    Ok(Ready::only(florin_frame::router(Frame::new(&settings, surroundings.assets.clone())?)))
}

fn shop(surroundings: &Surroundings) -> Result<Ready> {
    let record = &surroundings.record;
    let settings = ShopSettings {
        url: record.shop_url.clone(),
        frame_url: record.frame_url.clone(),
        collect_mode: record.collect_mode.to_string(),
        merchant: MerchantClient::new(&record.merchant_url, record.shop_key.as_str().into())?,
        secret: ShopSecret::parse(&record.shop_webhook_secret).context("shop_webhook_secret")?,
    };
    let shop = Shop::new(settings, surroundings.merchant_clock.clone(), surroundings.randomness.clone());
    Ok(Ready::only(shop::router(shop)))
}

async fn open(database: &str, schema: &'static Schema, record: &Record) -> Result<Store> {
    let target = Target::parse(database)?;
    // The error names the database, without its password.
    Store::open(&target, schema, record.mode)
        .await
        .with_context(|| format!("could not open the {}'s data", schema.role))
}
