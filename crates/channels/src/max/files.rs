//! Files that go out and come in.

use super::{
    Max,
    calls::{PAUSE, ask, call},
};
use crate::{Failure, messenger::Outgoing, wire};
use reqwest::{
    Method, Url,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use std::time::Duration;

/// Where MAX keeps files.
const HOSTS: [&str; 4] = ["max.ru", "oneme.ru", "okcdn.ru", "mycdn.me"];
/// What MAX shows as pictures; others go as files.
const PICTURES: [&str; 6] = ["image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/heic"];
/// The slowest line for which a file is waited for, in bytes a second.
const SLOWEST: usize = 100_000;
/// The most that is read of an answer to an upload.
const LARGEST_ANSWER: usize = 1 << 20;

impl Max {
    /// Uploads a file; what to attach to a message.
    pub(super) async fn upload(&self, file: &Outgoing) -> Result<Value, Failure> {
        let kind = if PICTURES.contains(&file.mime.as_str()) { "image" } else { "file" };
        let place = call(ask(self, Method::POST, "uploads").query(&[("type", kind)])).await?;
        let url = self.inside(place["url"].as_str().unwrap_or_default())?;
        let part = Part::bytes(file.bytes.clone()).file_name(file.name.clone());
        let part = part.mime_str(&file.mime).map_err(|_| Failure::Refused { why: "no MIME type".into() })?;
        // The address stands for who we are: the token stays out of it.
        let request = self.client.post(url).multipart(Form::new().part("data", part)).timeout(self.patience_for(file.bytes.len()));
        let answer = wire::taken(request.send().await.map_err(|error| wire::broken(&error))?, PAUSE)?;
        let answer = wire::read(answer, LARGEST_ANSWER).await?;
        let answer: Value = serde_json::from_slice(&answer).map_err(|_| Failure::Again { why: "an answer that is no JSON".into() })?;
        let photo = || answer["photos"].as_object()?.values().next()?["token"].as_str();
        let token =
            answer["token"].as_str().or_else(photo).ok_or_else(|| Failure::Refused { why: "uploaded, but without a token".into() })?;
        Ok(json!({ "type": kind, "payload": { "token": token } }))
    }

    /// The bytes of a file that came.
    pub(super) async fn download(&self, file: &str, most: usize) -> Result<Vec<u8>, Failure> {
        let request = self.client.get(self.inside(file)?).timeout(self.patience_for(most));
        let answer = wire::taken(request.send().await.map_err(|error| wire::broken(&error))?, PAUSE)?;
        wire::read(answer, most).await
    }

    fn inside(&self, url: &str) -> Result<Url, Failure> {
        let url = Url::parse(url).ok().filter(|url| is_inside(url, &self.address));
        url.ok_or_else(|| Failure::Refused { why: "an address outside MAX".into() })
    }

    fn patience_for(&self, bytes: usize) -> Duration {
        self.patience + Duration::from_secs(u64::try_from(bytes / SLOWEST).unwrap_or(0))
    }
}

/// Whether an address is MAX's or lies where the API does. The addresses of files come from outside, and must not lead the server to
/// its own neighbours.
pub fn is_inside(url: &Url, home: &Url) -> bool {
    let is_max = url.host_str().is_some_and(|host| HOSTS.iter().any(|ours| wire::is_under(host, ours)));
    url.origin() == home.origin() || (url.scheme() == "https" && url.port().is_none() && is_max)
}
