//! The server itself: what its handlers and workers share, and its routes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::routing::{get, post};
use florin_domain::ids::OrderId;
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_store::{Clock, Randomness, Store, StoreError};
use tokio::sync::{Notify, watch};
use tokio_util::task::TaskTracker;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::changes::Changes;
use crate::events::{self, Sender};
use crate::gateways::OwnGateway;
use crate::orders::Viewer;
use crate::returned::Returns;
use crate::{ApiError, Settings, checkout, orders, pages, returned, sandbox, webhook, work};

/// Larger than any order of a shop's; a webhook carries a whole payment.
const LARGEST_BODY: usize = 256 * 1024;

/// Old rows are removed this often.
const TIDY_EVERY: Duration = Duration::from_secs(60 * 60);

/// A merchant server. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Merchant {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    store: Store,
    clock: Clock,
    randomness: Randomness,
    gateway: OwnGateway,
    shop_client: reqwest::Client,
    sender: Arc<Sender>,
    changes: Changes,
    returns: Returns,
    tasks: TaskTracker,
    work: Notify,
    tidied_at: Mutex<Option<Timestamp>>,
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
        let shared = Shared {
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

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
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

    pub(crate) fn gateway(&self) -> &OwnGateway {
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

    /// A step is durable: tell whoever waits, and whoever is on duty.
    pub(crate) fn after_commit(&self, order: &OrderId, alert: Option<&str>) {
        if let Some(alert) = alert {
            tracing::error!(order.id = %order, "alert: {alert}");
        }
        self.changes().tell(order);
        self.wake_workers();
    }

    /// Whether old rows are due to be removed; the caller does so then.
    pub(crate) fn is_time_to_tidy(&self, now: Timestamp) -> bool {
        let mut tidied_at = self.shared.tidied_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = tidied_at.is_none_or(|at| now.since(at) >= TIDY_EVERY);
        if due {
            *tidied_at = Some(now);
        }
        due
    }

    pub(crate) fn wake_workers(&self) {
        self.shared.work.notify_waiters();
    }

    /// Resolves when there may be work, from the moment it was asked for.
    pub(crate) fn woken(&self) -> impl Future<Output = ()> + '_ {
        self.shared.work.notified()
    }
}

/// All routes of a merchant server.
pub fn router(merchant: Merchant) -> Router {
    let sandbox = match merchant.settings().mode {
        Mode::Test => Router::new().route("/sandbox/clock", post(sandbox::advance_clock)),
        Mode::Live => Router::new(),
    };
    Router::new()
        .merge(sandbox)
        .merge(orders::router().merge(checkout::router(&merchant)).layer(no_store()))
        .route("/checkout/return", get(returned::returned))
        .route("/webhooks/gateway", post(webhook::receive))
        .route("/pay/{session}", get(pages::pay))
        .route("/receipt", get(pages::receipt))
        .route("/pages.css", get(pages::style))
        .route("/health", get(|| async { "ok" }))
        .route("/ready", get(ready))
        .fallback(|| async { ApiError::not_found("route") })
        .method_not_allowed_fallback(|| async { ApiError::wrong_method() })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(merchant)
}

/// Orders name people, attempts hold a client secret: no cache on the way keeps a copy.
fn no_store() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// `GET /ready`: whether the database answers.
async fn ready(State(merchant): State<Merchant>) -> StatusCode {
    let answered = merchant.store().read(|tx| tx.first("SELECT 1 AS one", &[]).map(|_| ())).await;
    match answered {
        Ok::<(), StoreError>(()) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Does what nobody waits for until `shutdown` says true; then lets calls under way end.
pub async fn run_workers(merchant: Merchant, shutdown: watch::Receiver<bool>) {
    work::run(merchant.clone(), shutdown).await;
    merchant.tasks().close();
    merchant.tasks().wait().await;
}
