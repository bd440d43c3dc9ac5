//! Clients that send nothing, too little or too slowly; and a restart under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::*;

const HEAD: Duration = Duration::from_millis(200);

/// More than all buffers on the way hold.
const LARGE: usize = 32 * 1024 * 1024;

/// Longer than any limit here, with a busy machine in mind.
const PATIENCE: Duration = Duration::from_secs(10);

fn strict() -> Manners {
    Manners {
        connections: 4,
        head: HEAD,
        request: Duration::from_millis(400),
        answer: Duration::from_millis(400),
        drain: Duration::ZERO,
        grace: Duration::from_secs(5),
    }
}

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/large", get(|| async { vec![b'x'; LARGE] }))
        .route("/body", post(|body: Bytes| async move { format!("{} bytes", body.len()) }))
        .route(
            "/slow",
            get(|| async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                "slow"
            })
            .post(|body: Bytes| async move {
                tokio::time::sleep(Duration::from_millis(300)).await;
                format!("{} bytes, slowly", body.len())
            }),
        )
}

struct Server {
    address: std::net::SocketAddr,
    stop: watch::Sender<bool>,
    done: tokio::task::JoinHandle<io::Result<()>>,
}

fn start_on(socket: std::net::TcpListener, manners: Manners) -> Server {
    let address = socket.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let done = tokio::spawn(serve_with(vec![socket], router(), stopped, manners));
    Server { address, stop, done }
}

fn start(manners: Manners) -> Server {
    start_on(std::net::TcpListener::bind("127.0.0.1:0").unwrap(), manners)
}

/// Everything the server says until it closes the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end like any other.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("it never ended");
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn say(server: &Server, words: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn a_client_that_never_sends_a_byte_is_let_go_of() {
    let server = start(strict());
    assert_eq!(rest(say(&server, "").await).await, "");
}

#[tokio::test]
async fn a_head_that_dribbles_in_is_not_waited_for() {
    let server = start(strict());
    let begin = Instant::now();
    let mut stream = say(&server, "GET / HTTP/1.1\r\n").await;
    // One byte every now and then keeps no connection open.
    let end = loop {
        tokio::time::sleep(HEAD / 4).await;
        let mut byte = [0];
        let gone = tokio::time::timeout(Duration::from_millis(1), stream.read(&mut byte)).await;
        if stream.write_all(b"a").await.is_err() || matches!(gone, Ok(Ok(_) | Err(_))) {
            break begin.elapsed();
        }
        assert!(begin.elapsed() < PATIENCE, "it never ended");
    };
    assert!(end < PATIENCE);
}

#[tokio::test]
async fn a_connection_that_asks_nothing_more_is_closed() {
    let server = start(strict());
    let said = rest(say(&server, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await).await;
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("hello"), "{said}");
}

#[tokio::test]
async fn a_body_that_never_comes_is_answered_408_and_cut_off() {
    let server = start(strict());
    let said = rest(say(&server, "POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc").await).await;
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("connection: close"), "{said}");
    let (_, body) = said.split_once("\r\n\r\n").unwrap();
    let body: florin_domain::error::ErrorBody = serde_json::from_str(body).unwrap();
    assert!(body.error.code == "request_timeout" && body.error.retryable, "{body:?}");
}

#[tokio::test]
async fn a_handler_that_takes_too_long_says_that_nobody_knows_what_it_did() {
    let server = start(Manners { request: Duration::from_millis(100), ..strict() });
    for request in
        ["GET /slow HTTP/1.1\r\nhost: a\r\n\r\n", "POST /slow HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"]
    {
        let said = rest(say(&server, request).await).await;
        assert!(said.starts_with("HTTP/1.1 503") && said.contains("connection: close"), "{said}");
        let (_, body) = said.split_once("\r\n\r\n").unwrap();
        let error = serde_json::from_str::<florin_domain::error::ErrorBody>(body).unwrap().error;
        let known = florin_domain::failure::find(&error.code).unwrap();
        assert_eq!((known.class.as_str(), known.duty.as_str()), ("internal", "operator"), "{error:?}");
        assert_eq!((known.kind, known.advice, known.retryable), (error.kind, error.advice, error.retryable));
        assert!(!error.retryable && error.message.contains("read before you repeat"), "{error:?}");
    }
}

#[tokio::test]
async fn silent_clients_hold_their_places_only_for_a_while() {
    let server = start(strict());
    let mut silent = Vec::new();
    for _ in 0..strict().connections * 3 {
        silent.push(say(&server, "").await);
    }
    let said = rest(say(&server, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await).await;
    assert!(said.ends_with("hello"), "{said}");
}

#[tokio::test]
async fn more_clients_than_places_wait_and_are_all_served() {
    let server = start(Manners { request: PATIENCE, ..strict() });
    let ask = || async { rest(say(&server, "GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await).await };
    let all = futures_util::future::join_all((0..strict().connections * 2).map(|_| ask())).await;
    assert!(all.iter().all(|said| said.ends_with("slow")), "{all:?}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let server = start(Manners { head: PATIENCE, ..strict() });
    let mut stream = say(&server, "GET / HTTP/1.1\r\n").await;
    let line = format!("x: {}\r\n", "a".repeat(8000));
    for _ in 0..20 {
        if stream.write_all(line.as_bytes()).await.is_err() {
            break;
        }
    }
    let said = rest(stream).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{said}");
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end() {
    let server = start(Manners { request: PATIENCE, head: PATIENCE, ..strict() });
    let stream = say(&server, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stop.send(true).unwrap();
    assert!(rest(stream).await.ends_with("slow"));
    tokio::time::timeout(PATIENCE, server.done).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_connection_that_was_never_used_holds_nothing_up() {
    let server = start(Manners { head: PATIENCE, grace: PATIENCE, ..strict() });
    let silent = say(&server, "").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    server.stop.send(true).unwrap();
    tokio::time::timeout(PATIENCE / 2, server.done).await.expect("it was waited for").unwrap().unwrap();
    assert_eq!(rest(silent).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_gives_its_socket_to_the_next_one_and_no_request_fails() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let manners = Manners { drain: Duration::from_millis(200), ..Manners::default() };
    let mut server = start_on(socket.try_clone().unwrap(), manners);
    let (url, done) = (format!("http://{}/", server.address), Arc::new(AtomicBool::new(false)));
    let answered = Arc::new(AtomicU32::new(0));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let (url, done, answered) = (url.clone(), Arc::clone(&done), Arc::clone(&answered));
            tokio::spawn(async move {
                let http = reqwest::Client::builder().no_proxy().build().unwrap();
                while !done.load(Ordering::SeqCst) {
                    let text = http.get(&url).send().await.unwrap().text().await.unwrap();
                    assert_eq!(text, "hello");
                    answered.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    for _ in 0..5 {
        let next = start_on(socket.try_clone().unwrap(), manners);
        tokio::time::sleep(Duration::from_millis(50)).await;
        server.stop.send(true).unwrap();
        tokio::time::timeout(PATIENCE, server.done).await.unwrap().unwrap().unwrap();
        server = next;
    }
    done.store(true, Ordering::SeqCst);
    for client in clients {
        client.await.expect("a request failed");
    }
    assert!(answered.load(Ordering::SeqCst) > 100);
}

/// A client that asks for much and takes little of it, with all places of the server in its hands.
async fn lets_go_of_slow_readers(pause: Duration) {
    let server = start(strict());
    let request = "GET /large HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut readers = Vec::new();
    for _ in 0..strict().connections {
        let mut stream = say(&server, request).await;
        readers.push(tokio::spawn(async move {
            let mut taken = 0;
            while stream.read_u8().await.is_ok() {
                taken += 1;
                tokio::time::sleep(pause).await;
            }
            taken
        }));
    }
    let next = say(&server, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let answer = rest(next).await;
    assert!(answer.ends_with("hello"), "{answer}");
    for reader in readers {
        reader.abort();
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answer_is_let_go_of() {
    lets_go_of_slow_readers(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn a_client_that_reads_a_byte_now_and_then_is_let_go_of() {
    lets_go_of_slow_readers(Duration::from_millis(1)).await;
}

#[tokio::test]
async fn a_client_that_reads_steadily_gets_all_of_a_large_answer() {
    let server = start(Manners { answer: PATIENCE, ..strict() });
    let stream = say(&server, "GET /large HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let answer = rest(stream).await;
    assert_eq!(answer.bytes().filter(|byte| *byte == b'x').count(), LARGE);
}
