//! A gateway, a merchant server and a shop's receiver, fresh for each test.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use florin_domain::checkout::CollectMode;
use florin_domain::flow::open::Limits;
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_gateway::{DeclineLimits, Gateway, Provision, Switches};
use florin_merchant::{GatewayAccount, Merchant, ReturnScheme, Settings, ShopWebhook};
use florin_signing::own_gateway::return_url::AmountExpected;
use florin_signing::{SigningKey, standard_webhooks};
use florin_store::{Clock, Randomness, Store, Target};
use florin_test_postgres::Database;
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use crate::audit::Books;

pub(crate) const SHOP_KEY: &str = "demo_shop_key_of_a_test";
pub(crate) const ADMIN_KEY: &str = "demo_admin_key_of_a_test";
pub(crate) const SECRET_KEY: &str = "snd_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
pub(crate) const PUBLISHABLE_KEY: &str = "pk_snd_0123456789abcdef0123456789abcdef";
pub(crate) const RETURN_KEY: &str = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr";
pub(crate) const SHOP_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDIG9mIGEgdGVzdA==";
pub(crate) const FRAME: &str = "http://127.0.0.1:4244";
pub(crate) const SHOP: &str = "http://localhost:4241";

/// How long a test waits for something that happens by itself before it fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// Everything of one test.
pub(crate) struct World {
    pub(crate) gateway_url: String,
    pub(crate) merchant_url: String,
    pub(crate) clock: Clock,
    pub(crate) http: reqwest::Client,
    /// What the shop's receiver took, in the order of arrival.
    events: Arc<Mutex<Heard>>,
    /// While it is down, its receiver answers 503.
    shop_down: Arc<AtomicBool>,
    pub(crate) merchant: Merchant,
    wish: Wish,
    shop_url: String,
    store: Store,
    stop_workers: watch::Sender<bool>,
    _stop: watch::Sender<bool>,
    databases: Databases,
}

/// Where one test's data is: in files, or with `FLORIN_TEST_DATABASE=postgres` in a database of its own.
enum Databases {
    Sqlite(TempDir),
    Postgres(Database),
}

impl Databases {
    fn fresh() -> Self {
        match std::env::var("FLORIN_TEST_DATABASE").as_deref() {
            Err(_) | Ok("" | "sqlite") => Self::Sqlite(tempfile::tempdir().unwrap()),
            Ok("postgres") => Self::Postgres(Database::fresh().unwrap()),
            Ok(other) => panic!("FLORIN_TEST_DATABASE is {other:?}; it may be sqlite or postgres"),
        }
    }

    fn target(&self, role: &str) -> Target {
        match self {
            Self::Sqlite(folder) => Target::Sqlite(folder.path().join(format!("{role}.sqlite"))),
            Self::Postgres(database) => Target::parse(&database.url()).unwrap(),
        }
    }
}

/// What a test may want otherwise.
#[derive(Clone)]
pub(crate) struct Wish {
    pub(crate) collect: CollectMode,
    pub(crate) limits: Limits,
    pub(crate) pay_deadline: Duration,
    /// The shop's receiver takes connections and never answers.
    pub(crate) shop_is_deaf: bool,
    /// The merchant server does only what it is asked to.
    pub(crate) no_workers: bool,
    /// Whatever else is to be set otherwise.
    pub(crate) tune: fn(&mut Settings),
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            collect: CollectMode::Token,
            limits: Limits::default(),
            pay_deadline: Duration::from_secs(5),
            shop_is_deaf: false,
            no_workers: false,
            tune: |_| {},
        }
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(Wish::default()).await
    }

    pub(crate) async fn collecting(collect: CollectMode) -> Self {
        Self::with(Wish { collect, ..Wish::default() }).await
    }

    /// A merchant server that does only what it is asked to: its work waits for `run_due`.
    pub(crate) async fn idle() -> Self {
        Self::with(Wish { no_workers: true, ..Wish::default() }).await
    }

    pub(crate) async fn with(wish: Wish) -> Self {
        let databases = Databases::fresh();
        let clock = Clock::fixed(Timestamp::parse("2026-06-25T10:00:00.000Z").unwrap());
        let (stop, stopped) = watch::channel(false);
        let (stop_workers, workers_stopped) = watch::channel(false);
        let (gateway_socket, gateway_url) = socket().await;
        let (merchant_socket, merchant_url) = socket().await;
        let (shop_socket, shop_url) = socket().await;

        let gateway = gateway(&databases, &wish, &clock, &gateway_url, &merchant_url).await;
        serve(gateway_socket, florin_gateway::router(gateway.clone()), stopped.clone());
        let mut ended = stopped.clone();
        tokio::spawn(florin_gateway::run_workers(gateway, async move {
            let _ = ended.wait_for(|stop| *stop).await;
        }));

        let settings = settings(&wish, &gateway_url, &merchant_url, &shop_url);
        let store = Store::open(&databases.target("merchant"), &florin_merchant::SCHEMA, Mode::Test).await.unwrap();
        let merchant = Merchant::new(settings, store.clone(), clock.clone(), Randomness::seeded(2)).unwrap();
        serve(merchant_socket, florin_merchant::router(merchant.clone()), stopped.clone());
        if !wish.no_workers {
            tokio::spawn(florin_merchant::run_workers(merchant.clone(), workers_stopped));
        }

        let events = Arc::new(Mutex::new(Heard::default()));
        let shop_down = Arc::new(AtomicBool::new(false));
        let taken = Receiver { events: Arc::clone(&events), clock: clock.clone(), down: Arc::clone(&shop_down) };
        serve(shop_socket, receiver(taken, wish.shop_is_deaf), stopped);
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self {
            gateway_url,
            merchant_url,
            clock,
            http,
            events,
            shop_down,
            merchant,
            wish,
            shop_url,
            store,
            stop_workers,
            _stop: stop,
            databases,
        }
    }

    /// Where the merchant server keeps its data.
    pub(crate) fn merchant_database(&self) -> Target {
        self.databases.target("merchant")
    }

    /// Both roles' books, to be read from outside.
    pub(crate) fn books(&self) -> Books<'_> {
        match &self.databases {
            Databases::Sqlite(folder) => Books::Sqlite {
                merchant: folder.path().join("merchant.sqlite"),
                gateway: folder.path().join("gateway.sqlite"),
            },
            Databases::Postgres(database) => Books::Postgres(database),
        }
    }

    /// The settings that every merchant server of this world has.
    pub(crate) fn merchant_settings(&self) -> Settings {
        settings(&self.wish, &self.gateway_url, &self.merchant_url, &self.shop_url)
    }

    /// Lets time pass; timers wake.
    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// The types of the events that the shop was told, in order of arrival.
    pub(crate) fn told(&self) -> Vec<String> {
        let events = self.events.lock().unwrap();
        events.all.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }

    /// The shop's receiver begins anew, as after a loss of its data.
    pub(crate) fn forget_events(&self) {
        *self.events.lock().unwrap() = Heard::default();
    }

    pub(crate) fn shop_is_down(&self, down: bool) {
        self.shop_down.store(down, Ordering::SeqCst);
    }

    pub(crate) fn events(&self) -> Vec<Value> {
        self.events.lock().unwrap().all.clone()
    }

    /// Waits until something that happens by itself has happened.
    pub(crate) async fn eventually(&self, what: &str, mut happened: impl AsyncFnMut(&Self) -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !happened(self).await {
            assert!(tokio::time::Instant::now() < deadline, "{what}: did not happen");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The same, with another patience: for what takes the time of a network.
    pub(crate) async fn eventually_within(
        &self,
        patience: Duration,
        what: &str,
        mut happened: impl AsyncFnMut(&Self) -> bool,
    ) {
        let deadline = tokio::time::Instant::now() + patience;
        while !happened(self).await {
            assert!(tokio::time::Instant::now() < deadline, "{what}: did not happen");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// As when the disk is gone: every later query of the merchant server fails.
    pub(crate) async fn close_merchant_store(&self) {
        self.store.close().await;
    }

    /// Tells the merchant server's workers to stop, as before the end; requests go on.
    pub(crate) fn stop_workers(&self) {
        self.stop_workers.send_replace(true);
    }

    /// A call of the sandbox's own, with the admin key.
    pub(crate) async fn sandbox(&self, path: &str, body: Value) -> Value {
        let response = self
            .http
            .post(format!("{}/sandbox/{path}", self.gateway_url))
            .header("api-key", ADMIN_KEY)
            .json(&body)
            .send()
            .await
            .unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "sandbox/{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// A bad day, once, on every payment.
    pub(crate) async fn fault(&self, route: &str, fault: &str) {
        self.sandbox("faults", json!({ "route": route, "fault": fault, "times": 1 })).await;
    }

    /// The payment as the gateway shows it to the secret key; not counted among the merchant server's reads.
    pub(crate) async fn payment(&self, id: &str) -> Value {
        let request = self.http.get(format!("{}/payments/{id}", self.gateway_url)).header("api-key", SECRET_KEY);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// How often the payment was read.
    pub(crate) async fn reads(&self, payment: &str) -> u64 {
        let response = self
            .http
            .get(format!("{}/sandbox/requests?payment_id={payment}", self.gateway_url))
            .header("api-key", ADMIN_KEY)
            .send()
            .await
            .unwrap();
        response.json::<Value>().await.unwrap()["reads"].as_u64().unwrap()
    }
}

async fn socket() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

fn serve(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let stop = async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(stop).await });
}

async fn gateway(databases: &Databases, wish: &Wish, clock: &Clock, url: &str, merchant_url: &str) -> Gateway {
    let mut settings = florin_gateway::Settings::new(url, SecretString::from(ADMIN_KEY), Mode::Test)
        .unwrap()
        .allow_browsers(&[FRAME.to_owned()])
        .unwrap();
    if wish.limits == Limits::lifted() {
        // The gateway has limits of its own against whoever tries out stolen cards.
        let most = DeclineLimits { per_payment: i64::MAX, per_profile: i64::MAX, ..DeclineLimits::default() };
        settings = settings.limit_declines(most);
    }
    let store = Store::open(&databases.target("gateway"), &florin_gateway::SCHEMA, Mode::Test).await.unwrap();
    let gateway = Gateway::new(settings, store, clock.clone(), Randomness::seeded(1));
    let account = Provision {
        merchant_id: "merchant_test".to_owned(),
        merchant_name: "Cartoleria".to_owned(),
        profile_id: "pro_test".to_owned(),
        secret_key: SecretString::from(SECRET_KEY),
        publishable_key: PUBLISHABLE_KEY.to_owned(),
        return_hash_key: SecretString::from(RETURN_KEY),
        webhook_url: Some(format!("{merchant_url}/webhooks/gateway")),
        return_url: None,
        switches: Switches::default(),
    };
    florin_gateway::provision(&gateway, account).await.unwrap();
    gateway
}

fn settings(wish: &Wish, gateway_url: &str, merchant_url: &str, shop_url: &str) -> Settings {
    let keys = || vec![SigningKey::new(SecretString::from(RETURN_KEY)).unwrap()];
    let mut settings = Settings {
        mode: Mode::Test,
        public_url: Url::parse(merchant_url).unwrap(),
        frame_origin: FRAME.to_owned(),
        merchant_name: "Cartoleria".to_owned(),
        shop_keys: vec![SecretString::from(SHOP_KEY)],
        result_origins: vec![SHOP.to_owned()],
        shop_webhook: Some(ShopWebhook {
            url: Url::parse(&format!("{shop_url}/webhooks")).unwrap(),
            secrets: vec![standard_webhooks::Secret::parse(SHOP_SECRET).unwrap()],
        }),
        account: GatewayAccount {
            name: "sandbox".to_owned(),
            base_url: Url::parse(gateway_url).unwrap(),
            browser_origin: gateway_url.to_owned(),
            merchant_id: "merchant_test".to_owned(),
            profile_id: "pro_test".to_owned(),
            secret_key: SecretString::from(SECRET_KEY),
            publishable_key: PUBLISHABLE_KEY.to_owned(),
            collect: wish.collect,
            returns: ReturnScheme::Signed { keys: keys(), amount: AmountExpected::Required },
            webhook_keys: keys(),
        },
        limits: wish.limits,
        proxies: Vec::new(),
        metrics_key: None,
        pay_deadline: wish.pay_deadline,
    };
    (wish.tune)(&mut settings);
    settings
}

/// Each event once, in the order of arrival.
#[derive(Default)]
struct Heard {
    all: Vec<Value>,
    ids: HashSet<String>,
}

impl Heard {
    fn take(&mut self, event: Value) {
        if self.ids.insert(event["id"].as_str().unwrap().to_owned()) {
            self.all.push(event);
        }
    }
}

/// What a shop's receiver knows.
#[derive(Clone)]
struct Receiver {
    events: Arc<Mutex<Heard>>,
    clock: Clock,
    down: Arc<AtomicBool>,
}

/// A shop's receiver: verifies as any Standard Webhooks library would, and takes each id once.
fn receiver(receiver: Receiver, deaf: bool) -> Router {
    if deaf {
        return Router::new().fallback(std::future::pending::<StatusCode>);
    }
    async fn receive(
        State(Receiver { events, clock, down }): State<Receiver>,
        headers: HeaderMap,
        body: Bytes,
    ) -> StatusCode {
        if down.load(Ordering::SeqCst) {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let secrets = [standard_webhooks::Secret::parse(SHOP_SECRET).unwrap()];
        let signed = standard_webhooks::Headers {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
        };
        if standard_webhooks::verify(&signed, &body, clock.now(), &secrets).is_err() {
            return StatusCode::UNAUTHORIZED;
        }
        let event: Value = serde_json::from_slice(&body).unwrap();
        events.lock().unwrap().take(event);
        StatusCode::NO_CONTENT
    }
    Router::new().route("/webhooks", post(receive)).with_state(receiver)
}
