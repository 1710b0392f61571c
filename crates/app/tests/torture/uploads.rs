//! Files on their way in: a document that can be made again from its number, and what many large ones at once cost in memory.

use crate::{QUIET, company::Company, report};
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use hyper::Method;
use rig::{Client, Place};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use uuid::Uuid;

const BOUNDARY: &str = "----torture";

/// A document of about this size, another for each number.
pub fn document(number: u64, bytes: usize) -> Vec<u8> {
    let mut content = format!("%PDF-1.7\n% {number:020}\n").into_bytes();
    content.resize(bytes.max(100), u8::try_from(number % 251).unwrap_or_default());
    content.extend_from_slice(b"\n%%EOF\n");
    content
}

/// A form with one file.
pub fn form(content: &[u8]) -> Bytes {
    let mut body = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\ndocument\r\n--{BOUNDARY}\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"act.pdf\"\r\ncontent-type: application/pdf\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body.into()
}

/// Sends a form under a key.
pub async fn send(client: &mut Client, path: &str, token: &str, key: &str, body: Bytes) -> Result<rig::Answer> {
    let headers = [
        ("authorization", format!("Bearer {token}")),
        ("idempotency-key", key.to_owned()),
        ("content-type", format!("multipart/form-data; boundary={BOUNDARY}")),
    ];
    client.send(Method::POST, path, &headers, body).await
}

const TOGETHER: u64 = 20;
const EACH: usize = 50 << 20;
/// What the promise allows the program to grow by.
const GROWTH: u64 = 64 << 20;

/// Twenty forms of fifty megabytes at once, all kept, and the program's memory does not follow their size.
#[tokio::test(flavor = "multi_thread")]
async fn memory_stays_flat_under_large_uploads() {
    let _busy = QUIET.read().await;
    let place = Place::sqlite(Some("/var/tmp".as_ref())).unwrap();
    let company = Company::found(&place, None).await.unwrap();
    let program = company.start().await.unwrap();
    let token = company.dispatcher(&program).await.unwrap();
    let path = format!("/api/v1/orders/{}/files", order(&company, program.address(), &token).await.unwrap());
    // Warm: what is only loaded once does not count.
    let small = form(&document(1, 100_000));
    send(&mut program.client().await.unwrap(), &path, &token, &Uuid::new_v4().to_string(), small).await.unwrap();
    let before = program.cost().unwrap();

    let body = form(&document(2, EACH));
    let mut tasks = vec![];
    for _ in 0..TOGETHER {
        let (mut client, path, token, body) = (program.client().await.unwrap(), path.clone(), token.clone(), body.clone());
        tasks.push(tokio::spawn(async move { send(&mut client, &path, &token, &Uuid::new_v4().to_string(), body).await }));
    }
    for task in tasks {
        let answer = task.await.unwrap().unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    let after = program.cost().unwrap();
    let grown = after.peak.saturating_sub(before.resident);
    report(&format!("{TOGETHER} uploads of {} MB at once: memory grew by {} MB", EACH >> 20, grown >> 20));
    assert!(grown <= GROWTH, "memory grew by {} MB", grown >> 20);
    assert_eq!(refused_at_once(program.address(), &path, &token).await.unwrap(), "HTTP/1.1 413");
    program.stop().await.unwrap();
    place.leave().await.unwrap();
}

/// What is answered to a form that is too large, of which nothing but the head ever comes.
async fn refused_at_once(address: &str, path: &str, token: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n",
        200 << 20
    );
    stream.write_all(head.as_bytes()).await?;
    let mut status = [0; 12];
    tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut status)).await.context("no answer to the head alone")??;
    Ok(String::from_utf8_lossy(&status).into_owned())
}

/// A new order to upload to.
pub async fn order(company: &Company, address: &str, token: &str) -> Result<Value> {
    let mut client = Client::connect(address).await?;
    let body = json!({ "service_id": company.service, "customer_id": company.customers[0], "description": "", "address": { "text": "Ленина, 5" } });
    let answer = client.post("/api/v1/orders", token, &body).await?;
    ensure!(answer.status == 201, "{} {}", answer.status, answer.text());
    Ok(answer.json()["id"].clone())
}
