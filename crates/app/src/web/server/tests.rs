use axum::body::Bytes;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

const SHORT: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(30);

struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<io::Result<()>>,
}

impl Running {
    async fn start(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(serve(listener, router(), limits, async { drop(stopped.await) }));
        Self { address, stop: Some(stop), served }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn stop(mut self) {
        drop(self.stop.take());
        timeout(LONG, self.served).await.expect("the server stops").unwrap().unwrap();
    }
}

fn router() -> Router {
    let endless = || async {
        let stream = tokio_stream::StreamExt::chain(tokio_stream::once(Ok::<_, Infallible>("data: 1\n\n")), tokio_stream::pending());
        ([("content-type", "text/event-stream")], Body::from_stream(stream))
    };
    let slow = || async {
        sleep(SHORT * 2).await;
        "late"
    };
    Router::new()
        .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }))
        .route("/upload", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/refusal", post(|| async { "no" }))
        .route("/stream", get(endless))
        .route("/slow", get(slow))
        .route("/large", get(|| async { vec![b'x'; 64 << 20] }))
}

/// Limits under which nothing happens by itself.
fn patient() -> Limits {
    let never = LONG * 10;
    Limits { head: never, idle: never, body_idle: never, body_rate: 1, write_stall: never, shutdown: never, ..Limits::default() }
}

async fn ask(stream: &mut TcpStream, path: &str) {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.unwrap();
}

/// Reads up to and with this text.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains(end) {
        let read = timeout(LONG, stream.read(&mut buffer)).await.expect("an answer in time").unwrap();
        assert_ne!(read, 0, "closed after {text:?}");
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    text
}

/// Reads to the end; the server has to close.
async fn read_to_close(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is a way of closing, too.
    let _ = timeout(LONG, stream.read_to_end(&mut bytes)).await.expect("the server closes");
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_connection_answers_many_requests_and_knows_the_peer() {
    let server = Running::start(patient()).await;
    let mut stream = server.connect().await;
    for _ in 0..3 {
        ask(&mut stream, "/").await;
        assert!(read_until(&mut stream, "127.0.0.1").await.starts_with("HTTP/1.1 200 OK"));
    }
}

#[tokio::test]
async fn a_head_that_does_not_come_is_cut() {
    let server = Running::start(Limits { head: SHORT, ..patient() }).await;
    for beginning in ["", "P", "PRI * HTTP/2.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n"] {
        let mut stream = server.connect().await;
        stream.write_all(beginning.as_bytes()).await.unwrap();
        assert_eq!(read_to_close(&mut stream).await, "", "{beginning:?}");
    }
}

#[tokio::test]
async fn a_head_that_drips_is_cut_on_a_used_connection_too() {
    let server = Running::start(Limits { head: SHORT, ..patient() }).await;
    let mut stream = server.connect().await;
    ask(&mut stream, "/").await;
    read_until(&mut stream, "127.0.0.1").await;
    let (mut from, mut to) = stream.into_split();
    let drip = tokio::spawn(async move {
        while to.write_all(b"G").await.is_ok() {
            sleep(SHORT / 10).await;
        }
    });
    let mut rest = Vec::new();
    let _ = timeout(LONG, from.read_to_end(&mut rest)).await.expect("the server closes");
    drip.abort();
}

#[tokio::test]
async fn an_idle_connection_outlives_the_head_but_not_the_idle_time() {
    let server = Running::start(Limits { head: SHORT, idle: SHORT * 4, ..patient() }).await;
    let mut stream = server.connect().await;
    ask(&mut stream, "/").await;
    read_until(&mut stream, "127.0.0.1").await;
    let since = Instant::now();
    assert_eq!(read_to_close(&mut stream).await, "");
    assert!(since.elapsed() >= SHORT * 3, "{:?}", since.elapsed());
}

async fn begin_upload(server: &Running, length: usize) -> TcpStream {
    let mut stream = server.connect().await;
    let head = format!("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn a_body_that_stops_is_refused() {
    let server = Running::start(Limits { body_idle: SHORT, ..patient() }).await;
    let mut stream = begin_upload(&server, 10).await;
    stream.write_all(b"12345").await.unwrap();
    assert!(read_to_close(&mut stream).await.starts_with("HTTP/1.1 4"));
}

#[tokio::test]
async fn a_body_that_drips_is_refused_and_a_steady_one_is_not() {
    let limits = Limits { body_idle: SHORT * 2, body_rate: 1000, ..patient() };
    let server = Running::start(limits).await;
    for (piece, fine) in [(1, false), (1000, true)] {
        let mut stream = begin_upload(&server, piece * 20).await;
        let (mut from, mut to) = stream.split();
        let send = async {
            for _ in 0..20 {
                if to.write_all(&vec![b'x'; piece]).await.is_err() {
                    break;
                }
                sleep(SHORT / 4).await;
            }
            std::future::pending::<()>().await;
        };
        let mut answer = [0; 12];
        tokio::select! {
            read = timeout(LONG, from.read_exact(&mut answer)) => { read.expect("an answer").unwrap(); }
            () = send => {}
        }
        assert_eq!(answer.starts_with(b"HTTP/1.1 200"), fine, "{}", String::from_utf8_lossy(&answer));
    }
}

#[tokio::test]
async fn a_refused_body_is_taken_to_its_end_so_that_a_proxy_gets_the_answer() {
    let body = vec![b'x'; 8 << 20];
    for (unread, kept) in [(8 << 20, true), (1 << 20, false)] {
        let server = Running::start(Limits { unread, ..patient() }).await;
        let mut stream = server.connect().await;
        let head = format!("POST /refusal HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        // The answer is there before the body is sent.
        assert!(read_until(&mut stream, "no").await.starts_with("HTTP/1.1 200 OK"));
        let sent = stream.write_all(&body).await;
        if kept {
            sent.unwrap();
            ask(&mut stream, "/").await;
            read_until(&mut stream, "127.0.0.1").await;
        } else {
            read_to_close(&mut stream).await;
        }
    }
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut() {
    let server = Running::start(Limits { write_stall: SHORT, ..patient() }).await;
    let mut stream = server.connect().await;
    ask(&mut stream, "/large").await;
    sleep(SHORT * 4).await;
    let mut taken = Vec::new();
    let _ = timeout(LONG, stream.read_to_end(&mut taken)).await.expect("the server closes");
    assert!(taken.len() < 64 << 20, "all of it came");
}

#[tokio::test]
async fn the_caps_refuse_and_free_again() {
    let proxies = "192.0.2.1".parse().unwrap();
    for limits in [Limits { connections_per_address: 2, proxies, ..patient() }, Limits { connections: 2, ..patient() }] {
        let server = Running::start(limits).await;
        let mut held = [server.connect().await, server.connect().await];
        for stream in &mut held {
            ask(stream, "/").await;
            read_until(stream, "127.0.0.1").await;
        }
        assert_eq!(read_to_close(&mut server.connect().await).await, "");
        drop(held);
        for attempt in 0.. {
            let mut stream = server.connect().await;
            ask(&mut stream, "/").await;
            if stream.read_u8().await.is_ok() {
                break;
            }
            assert!(attempt < 100, "the places are not free again");
            sleep(SHORT / 10).await;
        }
    }
}

#[tokio::test]
async fn our_own_proxy_is_not_counted_by_address() {
    let server = Running::start(Limits { connections_per_address: 1, ..patient() }).await;
    let mut held = [server.connect().await, server.connect().await, server.connect().await];
    for stream in &mut held {
        ask(stream, "/").await;
        read_until(stream, "127.0.0.1").await;
    }
}

#[tokio::test]
async fn a_stop_lets_requests_finish_and_ends_streams_and_idle_connections() {
    let server = Running::start(patient()).await;
    let (mut slow, mut stream, mut idle, mut fresh) =
        (server.connect().await, server.connect().await, server.connect().await, server.connect().await);
    ask(&mut idle, "/").await;
    read_until(&mut idle, "127.0.0.1").await;
    ask(&mut stream, "/stream").await;
    read_until(&mut stream, "data: 1\n\n").await;
    ask(&mut slow, "/slow").await;
    // The slow request has to be in work.
    sleep(SHORT / 3).await;
    let address = server.address;
    server.stop().await;
    assert!(read_to_close(&mut slow).await.ends_with("late"));
    assert!(read_to_close(&mut stream).await.ends_with("0\r\n\r\n"), "the stream has a proper end");
    assert_eq!(read_to_close(&mut idle).await, "");
    assert_eq!(read_to_close(&mut fresh).await, "");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_stop_has_a_deadline() {
    let server = Running::start(Limits { shutdown: SHORT, ..patient() }).await;
    let mut stuck = server.connect().await;
    ask(&mut stuck, "/large").await;
    sleep(SHORT / 3).await;
    server.stop().await;
}

async fn http2(server: &Running) -> hyper::client::conn::http2::SendRequest<Body> {
    let io = TokioIo::new(server.connect().await);
    let (sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn get_request(path: &str) -> Request<Body> {
    Request::get(format!("http://x{path}")).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn http2_works_without_tls_and_ends_when_idle() {
    let server = Running::start(Limits { head: SHORT * 4, idle: SHORT, ..patient() }).await;
    let mut sender = http2(&server).await;
    let answers = futures_util::future::join_all((0..50).map(|_| sender.send_request(get_request("/")))).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().status() == 200));
    timeout(LONG, async {
        while !sender.is_closed() {
            sleep(SHORT / 10).await;
        }
    })
    .await
    .expect("the idle connection is closed");
}

#[tokio::test]
async fn an_http2_answer_nobody_takes_is_cut() {
    let server = Running::start(Limits { write_stall: SHORT, ..patient() }).await;
    let mut sender = http2(&server).await;
    let answer = sender.send_request(get_request("/large")).await.unwrap();
    timeout(LONG, async {
        while !sender.is_closed() {
            sleep(SHORT / 10).await;
        }
    })
    .await
    .expect("the stalled connection is closed");
    drop(answer);
}
