//! A gateway on a port of its own, and a merchant's receiver for its webhooks.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_gateway::{
    DeclineLimits, Gateway, Provision, SCHEMA, Settings, Switches, VaultKeys, provision, resume_clock, router,
    run_workers,
};
use florin_store::{Clock, Randomness, Store, Target};
use florin_test_postgres::Database;
use reqwest::{Client, Method, RequestBuilder, Response};
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::ledger;

pub(crate) const SECRET_KEY: &str = "snd_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
pub(crate) const PUBLISHABLE_KEY: &str = "pk_snd_0123456789abcdef0123456789abcdef";
pub(crate) const ADMIN_KEY: &str = "demo_admin_0123456789abcdef";
pub(crate) const RETURN_KEY: &str = "test_response_hash_key_0123456789";
pub(crate) const OTHER_SECRET_KEY: &str = "snd_ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
pub(crate) const RETURN_URL: &str = "http://127.0.0.1:9/checkout/return?order=ord_1";
pub(crate) const BROWSER_ORIGIN: &str = "http://127.0.0.1:4244";

pub(crate) const APPROVED: &str = "4242424242424242";
pub(crate) const DECLINED: &str = "4000000000000002";
pub(crate) const CHALLENGED: &str = "4000003800000446";

/// Nothing here takes longer unless it is broken, also where many others use the machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A running gateway. Its database and its workers end with it.
pub(crate) struct TestGateway {
    _books: Books,
    pub(crate) url: String,
    pub(crate) client: Client,
    pub(crate) clock: Clock,
    pub(crate) gateway: Gateway,
    pub(crate) store: Store,
    place: Place,
    _workers: oneshot::Sender<()>,
}

/// Where a gateway keeps what it keeps: in a folder, or in a database of its own on PostgreSQL.
enum Place {
    Folder(TempDir),
    Postgres(Database),
}

impl Place {
    fn fresh() -> Self {
        if std::env::var_os("FLORIN_TEST_DATABASE").is_some_and(|engine| engine == "postgres") {
            Self::Postgres(Database::fresh().unwrap())
        } else {
            Self::Folder(tempfile::tempdir().unwrap())
        }
    }

    fn target(&self) -> Target {
        match self {
            Self::Folder(folder) => Target::Sqlite(folder.path().join("gateway.db")),
            Self::Postgres(database) => Target::parse(&database.url()).unwrap(),
        }
    }

    /// All that is kept, as a thief would find it.
    fn contents(&self) -> Vec<u8> {
        match self {
            Self::Folder(folder) => {
                let files = std::fs::read_dir(folder.path()).unwrap();
                files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
            }
            Self::Postgres(database) => {
                database.sql("SELECT schema_to_xml('gateway', true, false, '')").unwrap().into_bytes()
            }
        }
    }
}

/// How the account under test is made.
pub(crate) fn account(webhook_url: Option<String>, switches: Switches) -> Provision {
    Provision {
        merchant_id: "merchant_1".to_owned(),
        merchant_name: "Carta <Fiorentina>".to_owned(),
        profile_id: "pro_1".to_owned(),
        secret_key: SecretString::from(SECRET_KEY),
        publishable_key: PUBLISHABLE_KEY.to_owned(),
        return_hash_key: SecretString::from(RETURN_KEY),
        webhook_url,
        return_url: Some(RETURN_URL.to_owned()),
        switches,
    }
}

/// One master key.
pub(crate) fn vault_keys() -> VaultKeys {
    let key = |last: u8| SecretString::from(format!("{:062x}{last:02x}", 0xf10_u16));
    VaultKeys::new(&key(1), &[(1, key(2))]).unwrap()
}

fn other_account() -> Provision {
    Provision {
        merchant_id: "merchant_2".to_owned(),
        profile_id: "pro_2".to_owned(),
        secret_key: SecretString::from(OTHER_SECRET_KEY),
        publishable_key: "pk_snd_ffffffffffffffffffffffffffffffff".to_owned(),
        ..account(None, Switches::default())
    }
}

impl TestGateway {
    pub(crate) async fn start() -> Self {
        Self::start_with(None, Switches::default()).await
    }

    pub(crate) async fn start_with(webhook_url: Option<String>, switches: Switches) -> Self {
        Self::start_as(Place::fresh(), 1, webhook_url, switches, |settings| settings).await
    }

    /// Ends this one, and starts another where it kept its data.
    pub(crate) async fn restart(self, webhook_url: Option<String>) -> Self {
        self.store.close().await;
        Self::start_as(self.place, 2, webhook_url, Switches::default(), |settings| settings).await
    }

    /// All that it keeps, as a thief would find it. Never empty.
    pub(crate) fn contents(&self) -> Vec<u8> {
        let contents = self.place.contents();
        assert!(
            contents.windows(10).any(|window| window == b"merchant_1"),
            "the account is not where it is looked for"
        );
        contents
    }

    /// Every table that it keeps, with each of its columns.
    pub(crate) async fn columns(&self) -> Vec<(String, String)> {
        let sql = match self.place {
            Place::Folder(_) => {
                "SELECT tables.name AS t, columns.name AS c FROM sqlite_master AS tables,
                     pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
            }
            Place::Postgres(_) => {
                "SELECT CAST(table_name AS TEXT) AS t, CAST(column_name AS TEXT) AS c FROM information_schema.columns
                 WHERE table_schema = 'gateway'"
            }
        };
        let rows = self.store.read(move |tx| tx.all(sql, &[])).await.unwrap();
        rows.iter().map(|row| (row.get("t").unwrap(), row.get("c").unwrap())).collect()
    }

    /// A gateway in real time.
    pub(crate) async fn start_in_real_time(webhook_url: Option<String>) -> Self {
        Self::start_on(Clock::system(), Place::fresh(), 1, webhook_url, Switches::default(), |settings| settings).await
    }

    /// A gateway whose sandbox page needs no key.
    pub(crate) async fn start_open() -> Self {
        Self::start_as(Place::fresh(), 1, None, Switches::default(), Settings::open_sandbox_page).await
    }

    /// A gateway that soon has enough of declines.
    pub(crate) async fn start_limited(limits: DeclineLimits) -> Self {
        let limited = |settings: Settings| settings.limit_declines(limits);
        Self::start_as(Place::fresh(), 1, None, Switches::default(), limited).await
    }

    /// The same, with settings of its own.
    async fn start_as(
        place: Place,
        seed: u64,
        webhook_url: Option<String>,
        switches: Switches,
        adapt: impl FnOnce(Settings) -> Settings,
    ) -> Self {
        let clock = Clock::fixed(Timestamp::parse("2026-06-25T10:00:00Z").unwrap());
        Self::start_on(clock, place, seed, webhook_url, switches, adapt).await
    }

    /// The same, with a clock of its own.
    async fn start_on(
        clock: Clock,
        place: Place,
        seed: u64,
        webhook_url: Option<String>,
        switches: Switches,
        adapt: impl FnOnce(Settings) -> Settings,
    ) -> Self {
        capture_logs();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let settings = Settings::new(&url, SecretString::from(ADMIN_KEY), Mode::Test)
            .and_then(|settings| settings.allow_browsers(&[BROWSER_ORIGIN.to_owned()]))
            .and_then(|settings| settings.allow_framing(&[BROWSER_ORIGIN.to_owned()]))
            .unwrap()
            .with_vault_keys(vault_keys());
        let store = Store::open(&place.target(), &SCHEMA, Mode::Test).await.unwrap();
        let gateway = Gateway::new(adapt(settings), store.clone(), clock.clone(), Randomness::seeded(seed));
        resume_clock(&gateway).await.unwrap();
        provision(&gateway, account(webhook_url, switches)).await.unwrap();
        provision(&gateway, other_account()).await.unwrap();

        let (workers, stop) = oneshot::channel();
        tokio::spawn(run_workers(gateway.clone(), async {
            let _: Result<(), _> = stop.await;
        }));
        let service = router(gateway.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async { axum::serve(listener, service).await });
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().timeout(PATIENCE);
        let client = client.build().unwrap();
        Self { _books: Books(store.clone()), url, client, clock, gateway, store, place, _workers: workers }
    }

    pub(crate) fn request(&self, method: Method, path: &str, key: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.url) };
        self.client.request(method, url).header("api-key", key)
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> (u16, Value) {
        answer(self.request(Method::POST, path, key).json(body).send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str, key: &str) -> (u16, Value) {
        answer(self.request(Method::GET, path, key).send().await.unwrap()).await
    }

    /// Opens a browser at a page, without a key.
    pub(crate) async fn browse(&self, url: &str) -> Response {
        let url = if url.starts_with("http") { url.to_owned() } else { format!("{}{url}", self.url) };
        self.client.get(url).send().await.unwrap()
    }

    /// An unconfirmed payment of 42.00 EUR.
    pub(crate) async fn open(&self, payment_id: &str) -> Value {
        self.open_with(payment_id, json!({})).await
    }

    /// The same, with more or other words.
    pub(crate) async fn open_with(&self, payment_id: &str, more: Value) -> Value {
        let mut body = json!({ "payment_id": payment_id, "amount": 4200, "currency": "EUR" });
        merge(&mut body, more);
        let (status, payment) = self.post("/payments", SECRET_KEY, &body).await;
        assert_eq!(status, 200, "{payment}");
        payment
    }

    /// A token for a card.
    pub(crate) async fn token(&self, payment: &Value, number: &str) -> String {
        let (status, token) = self.post("/tokens", PUBLISHABLE_KEY, &token_request(payment, number)).await;
        assert_eq!(status, 201, "{token}");
        token["token"].as_str().unwrap().to_owned()
    }

    /// The merchant server's confirm with a token.
    pub(crate) async fn confirm(&self, payment_id: &str, token: &str) -> (u16, Value) {
        let body = json!({ "payment_token": token, "browser_info": { "ip_address": "203.0.113.7" } });
        self.post(&format!("/payments/{payment_id}/confirm"), SECRET_KEY, &body).await
    }

    /// Opens and confirms.
    pub(crate) async fn pay(&self, payment_id: &str, number: &str, more: Value) -> Value {
        let payment = self.open_with(payment_id, more).await;
        let token = self.token(&payment, number).await;
        let (status, payment) = self.confirm(payment_id, &token).await;
        assert_eq!(status, 200, "{payment}");
        payment
    }

    pub(crate) async fn read(&self, payment_id: &str) -> Value {
        let (status, payment) = self.get(&format!("/payments/{payment_id}?force_sync=true"), SECRET_KEY).await;
        assert_eq!(status, 200, "{payment}");
        payment
    }

    /// A control of the sandbox.
    pub(crate) async fn order(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, ADMIN_KEY, &body).await;
        assert!((200..300).contains(&status), "{status} {answer}");
        answer
    }
}

/// The gateway's money, counted when the test is over.
struct Books(Store);

impl Drop for Books {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            ledger::assert_balanced_after_a_test(&self.0);
        }
    }
}

pub(crate) fn card(number: &str) -> Value {
    json!({
        "card_number": number, "card_exp_month": "10", "card_exp_year": "30",
        "card_cvc": "737", "card_holder_name": "Ada Lovelace",
    })
}

pub(crate) fn token_request(payment: &Value, number: &str) -> Value {
    json!({ "client_secret": payment["client_secret"], "card": card(number), "browser_info": browser() })
}

/// What the frame says of its browser: everything but the address.
pub(crate) fn browser() -> Value {
    json!({
        "user_agent": "Mozilla/5.0", "accept_header": "text/html", "language": "it-IT", "color_depth": 24,
        "screen_height": 1080, "screen_width": 1920, "time_zone": -120,
        "java_enabled": false, "java_script_enabled": true,
    })
}

pub(crate) fn merge(body: &mut Value, more: Value) {
    if let (Value::Object(body), Value::Object(more)) = (body, more) {
        body.extend(more);
    }
}

pub(crate) async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Status, code and message of an error.
#[track_caller]
pub(crate) fn refused((status, body): &(u16, Value)) -> (u16, &str, &str) {
    let error = &body["error"];
    let text = |name: &str| error[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}"));
    (*status, text("code"), text("message"))
}

/// A webhook as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn signature(&self) -> &str {
        self.headers["x-webhook-signature-512"].to_str().unwrap()
    }
}

/// A merchant's webhook address.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    inbox: Arc<Mutex<Vec<Received>>>,
    /// Statuses for the next answers; 200 afterwards.
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            url: format!("http://{}/webhooks/gateway", listener.local_addr().unwrap()),
            inbox: Arc::default(),
            answers: Arc::default(),
        };
        let app = Router::new().route("/webhooks/gateway", post(receive)).with_state(receiver.clone());
        tokio::spawn(async { axum::serve(listener, app).await });
        receiver
    }

    pub(crate) fn answer_next(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.inbox.lock().unwrap().clone()
    }

    /// Waits until so many have come.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        let waiting = async {
            while self.received().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(in_time.is_ok(), "{} webhooks came, not {count}", self.received().len());
        self.received()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    receiver.inbox.lock().unwrap().push(Received { headers, body });
    let status = receiver.answers.lock().unwrap().pop_front().unwrap_or(200);
    StatusCode::from_u16(status).unwrap()
}

/// Everything that was ever logged by this process, at the finest level.
static LOGS: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();

struct LogWriter;

impl std::io::Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        logs_buffer().lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn logs_buffer() -> &'static Mutex<Vec<u8>> {
    LOGS.get_or_init(Mutex::default)
}

fn capture_logs() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(|| LogWriter).init();
    });
}

pub(crate) fn logs() -> Vec<u8> {
    logs_buffer().lock().unwrap().clone()
}
