//! The server itself: what its handlers and workers share, and its routes.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use florin_domain::ids::OrderId;
use florin_domain::timestamp::Timestamp;
use florin_store::{Clock, Randomness, Store};
use tokio::sync::{Notify, watch};
use tokio_util::task::TaskTracker;

use crate::changes::Changes;
use crate::events::{self, Sender};
use crate::gateways::{Line, OwnGateway};
use crate::keys::{KeyKind, KeyRing};
use crate::metrics::Metrics;
use crate::orders::Viewer;
use crate::returned::Returns;
use crate::work::Watched;
use crate::{Settings, work};

/// Told to stop, a server waits this long for answers that are on their way; then it says how things stand.
const LAST_CALL: Duration = Duration::from_secs(2);

/// Rounds of questions to the gateway are looked for this often.
const ASK_EVERY: Duration = Duration::from_secs(10);

/// Old rows are removed this often.
const TIDY_EVERY: Duration = Duration::from_secs(60 * 60);

/// A merchant server. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Merchant {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    keys: KeyRing,
    store: Store,
    clock: Clock,
    randomness: Randomness,
    gateway: Line,
    shop_client: reqwest::Client,
    sender: Arc<Sender>,
    changes: Changes,
    returns: Returns,
    tasks: TaskTracker,
    work: Notify,
    tidied_at: Mutex<Option<Timestamp>>,
    asked_at: Mutex<Option<Timestamp>>,
    told_of_proxy: AtomicBool,
    metrics: Arc<Metrics>,
    stop: OnceLock<watch::Receiver<bool>>,
    watched: Mutex<Watched>,
}

/// The settings can't be used.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client can't be set up: {0}")]
pub struct SetUpError(#[from] reqwest::Error);

impl Merchant {
    /// A server on an opened store.
    ///
    /// # Errors
    /// No HTTP client can be had.
    pub fn new(settings: Settings, store: Store, clock: Clock, randomness: Randomness) -> Result<Self, SetUpError> {
        let shop_client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(events::ANSWER)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        let sender = Arc::new(Sender {
            viewer: Viewer {
                mode: settings.mode,
                public_url: settings.public_url.as_str().trim_end_matches('/').to_owned(),
            },
            has_receiver: settings.shop_webhook.is_some(),
        });
        let gateway = OwnGateway::new(&settings.account, &settings.public_url)?;
        let metrics = Arc::new(Metrics::new());
        let gateway = Line::new(gateway, settings.limits.reads_a_second, Arc::clone(&metrics));
        let shared = Shared {
            keys: KeyRing::of(&settings),
            settings,
            store,
            clock,
            randomness,
            gateway,
            shop_client,
            sender,
            changes: Changes::new(),
            returns: Returns::default(),
            tasks: TaskTracker::new(),
            work: Notify::new(),
            tidied_at: Mutex::new(None),
            asked_at: Mutex::new(None),
            told_of_proxy: AtomicBool::new(false),
            metrics,
            stop: OnceLock::new(),
            watched: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Does everything that is due now, once; says whether anything was done.
    ///
    /// Workers do so by themselves. A test on a clock that stands still calls it until `false`.
    ///
    /// # Errors
    /// The store's, in words that are safe to log.
    pub async fn run_due(&self) -> Result<bool, String> {
        work::round(self).await.map_err(|error| format!("{error:?}"))
    }

    /// Waits for what requests began and nobody waits for any more; before the store is closed.
    pub async fn finish(&self) {
        self.tasks().close();
        self.tasks().wait().await;
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.shared.keys
    }

    pub(crate) fn store(&self) -> &Store {
        &self.shared.store
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    pub(crate) fn randomness(&self) -> &Randomness {
        &self.shared.randomness
    }

    /// Whoever asks for it is about to call it, which is a use of its key.
    pub(crate) fn gateway(&self) -> &Line {
        self.keys().used(KeyKind::Gateway, None, self.clock().now());
        &self.shared.gateway
    }

    pub(crate) fn shop_client(&self) -> &reqwest::Client {
        &self.shared.shop_client
    }

    pub(crate) fn sender(&self) -> Arc<Sender> {
        Arc::clone(&self.shared.sender)
    }

    pub(crate) fn changes(&self) -> &Changes {
        &self.shared.changes
    }

    pub(crate) fn returns(&self) -> &Returns {
        &self.shared.returns
    }

    /// Tasks that outlive the connection they began on.
    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.shared.tasks
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// Whether this server was told to stop, and takes no new work.
    pub(crate) fn is_stopping(&self) -> bool {
        self.shared.stop.get().is_some_and(|stop| *stop.borrow())
    }

    /// Resolves when whoever waits for something must be answered, because this server stops.
    pub(crate) async fn last_call(&self) {
        let Some(mut stop) = self.shared.stop.get().cloned() else { return std::future::pending().await };
        let _ = stop.wait_for(|stop| *stop).await;
        tokio::time::sleep(LAST_CALL).await;
    }

    /// A step is durable: tell whoever waits, and whoever is on duty.
    pub(crate) fn after_commit(&self, order: &OrderId, alert: Option<&str>) {
        // Whatever this request logs from now on is about this order.
        tracing::Span::current().record("order", tracing::field::display(order));
        if let Some(alert) = alert {
            tracing::error!(order.id = %order, "alert: {alert}");
        }
        self.changes().tell(order);
        self.wake_workers();
    }

    /// Whether old rows are due to be removed; the caller does so then.
    pub(crate) fn is_time_to_tidy(&self, now: Timestamp) -> bool {
        is_time(&self.shared.tidied_at, TIDY_EVERY, now)
    }

    /// Whether to see if a round of questions to the gateway is due; every commit wakes whoever asks.
    pub(crate) fn is_time_to_ask(&self, now: Timestamp) -> bool {
        is_time(&self.shared.asked_at, ASK_EVERY, now)
    }

    /// A proxy that nobody declared makes one network of all shoppers, which the limits would soon stop.
    pub(crate) fn tell_of_proxy(&self, peer: IpAddr) {
        if !self.shared.told_of_proxy.swap(true, Ordering::Relaxed) {
            tracing::error!(%peer, "alert: a proxy is not declared: the shoppers behind it count as one");
        }
    }

    pub(crate) fn watched(&self) -> Watched {
        *self.shared.watched.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn watch(&self, watched: Watched) {
        *self.shared.watched.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = watched;
    }

    pub(crate) fn wake_workers(&self) {
        self.shared.work.notify_waiters();
    }

    /// Resolves when there may be work, from the moment it was asked for.
    pub(crate) fn woken(&self) -> impl Future<Output = ()> + '_ {
        self.shared.work.notified()
    }
}

/// Whether `every` has passed since the last time, which is now then.
fn is_time(last: &Mutex<Option<Timestamp>>, every: Duration, now: Timestamp) -> bool {
    let mut last = last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let due = last.is_none_or(|at| now.since(at) >= every);
    if due {
        *last = Some(now);
    }
    due
}

/// Does what nobody waits for until `shutdown` says true; then lets calls under way end.
pub async fn run_workers(merchant: Merchant, shutdown: watch::Receiver<bool>) {
    // Set once: a second set of workers hears of the same stop.
    let _ = merchant.shared.stop.set(shutdown.clone());
    work::run(merchant.clone(), shutdown).await;
    merchant.finish().await;
}
