//! The way to providers through a proxy, where the public address cannot be reached directly.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

use channels::{
    Failure, Messenger,
    max::Max,
    push::{self, Push},
    sms::{Provider, Sms},
    telegram::Telegram,
    whatsapp::WhatsApp,
};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const SENT: &str = r#"{"ok":true,"result":{"message_id":11,"date":1,"chat":{"id":7,"type":"private"},"text":"x"}}"#;

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// Takes one request's head and answers it; gives the head's first line.
async fn answer_one(mut stream: TcpStream) -> String {
    let mut head = vec![];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let answer =
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{SENT}", SENT.len());
    stream.write_all(answer.as_bytes()).await.unwrap();
    String::from_utf8(head).unwrap().lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn an_http_proxy_is_asked_for_the_providers_address() {
    let (proxy, address) = listener().await;
    let asked = tokio::spawn(async move { answer_one(proxy.accept().await.unwrap().0).await });
    let bot = Telegram::new("1:token", Some("http://api.telegram.test"), Some(&format!("http://{address}"))).unwrap();
    assert_eq!(bot.say("7", "x", &[]).await, Ok("11".into()));
    assert_eq!(asked.await.unwrap(), "POST http://api.telegram.test/bot1:token/sendMessage HTTP/1.1");
}

#[tokio::test]
async fn a_secure_address_goes_through_a_tunnel() {
    let (proxy, address) = listener().await;
    let asked = tokio::spawn(async move { answer_one(proxy.accept().await.unwrap().0).await });
    let bot = Telegram::new("1:token", None, Some(&format!("http://{address}"))).unwrap();
    // The tunnel leads to nobody who knows TLS: the message does not go, and is not lost in clear text either.
    assert!(matches!(bot.say("7", "x", &[]).await, Err(Failure::Again { .. })));
    assert_eq!(asked.await.unwrap(), "CONNECT api.telegram.org:443 HTTP/1.1");
}

#[tokio::test]
async fn a_socks_proxy_resolves_the_name_itself() {
    let (proxy, address) = listener().await;
    let asked = tokio::spawn(async move {
        let (mut stream, _) = proxy.accept().await.unwrap();
        let mut greeting = [0; 3];
        stream.read_exact(&mut greeting).await.unwrap();
        stream.write_all(&[5, 0]).await.unwrap();
        let mut request = [0; 5];
        stream.read_exact(&mut request).await.unwrap();
        assert_eq!((request[1], request[3]), (1, 3), "to connect, to a name");
        let mut name = vec![0; usize::from(request[4]) + 2];
        stream.read_exact(&mut name).await.unwrap();
        stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 80]).await.unwrap();
        answer_one(stream).await;
        String::from_utf8(name[..name.len() - 2].to_vec()).unwrap()
    });
    let bot = Telegram::new("1:token", Some("http://api.telegram.test"), Some(&format!("socks5h://{address}"))).unwrap();
    assert_eq!(bot.say("7", "x", &[]).await, Ok("11".into()));
    assert_eq!(asked.await.unwrap(), "api.telegram.test");
}

#[test]
fn a_proxy_that_is_no_address_is_refused_at_the_start() {
    let (wrong, patience) = ("not an address", Duration::from_secs(20));
    assert!(Telegram::new("1:token", None, Some(wrong)).is_err());
    assert!(Max::new("token", None, None).unwrap().through(wrong).is_err());
    assert!(WhatsApp::new("token", "1", None, patience).unwrap().through(wrong).is_err());
    assert!(Push::new(&push::new_key().0, "mailto:a@b.test", &[], patience).unwrap().through(wrong).is_err());
    assert!(Sms::new(Provider::Smsc, "key", None, None, patience).unwrap().through(wrong).is_err());
}
