//! What the channels that speak HTTP have in common.

use crate::Failure;
use reqwest::{Client, ClientBuilder, Proxy, Response, header::RETRY_AFTER, redirect::Policy};
use std::{error::Error, time::Duration};

/// How long to wait for a connection.
pub const CONNECT: Duration = Duration::from_secs(10);

/// What becomes a client that follows no redirects and takes no proxy from its surroundings.
pub fn builder(patience: Duration) -> ClientBuilder {
    Client::builder().connect_timeout(CONNECT).timeout(patience).redirect(Policy::none()).no_proxy()
}

/// Such a client.
pub fn client(patience: Duration, proxy: Option<&str>) -> Result<Client, String> {
    through(builder(patience), proxy)?.build().map_err(|error| error.to_string())
}

/// The same, reaching everything through a proxy where there is one.
pub fn through(client: ClientBuilder, proxy: Option<&str>) -> Result<ClientBuilder, String> {
    let Some(proxy) = proxy else { return Ok(client) };
    // What reqwest says of it would hold the password in it.
    Ok(client.proxy(Proxy::all(proxy).map_err(|_| "the proxy is no address")?))
}

/// A request that got no whole answer. The error's own words would hold the address.
pub fn broken(error: &reqwest::Error) -> Failure {
    let why = match error {
        error if error.is_timeout() => "no answer in time",
        error if is_about_certificates(error) => "no connection: the certificate is not trusted",
        error if error.is_connect() => "no connection",
        _ => "the connection broke",
    };
    Failure::Again { why: why.into() }
}

fn is_about_certificates(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.to_string().contains("certificate") {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The body of an answer, if it has no more than `most` bytes.
pub async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, Failure> {
    let mut body = vec![];
    while let Some(piece) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len() + piece.len() > most {
            return Err(Failure::Refused { why: format!("more than {most} bytes") });
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// The answer of an address at which a file lies, where it gives the file or takes it; `pause` is how long to wait where it does not say.
pub fn taken(answer: Response, pause: Duration) -> Result<Response, Failure> {
    let status = answer.status();
    let why = format!("the file's address answered {}", status.as_u16());
    match status.as_u16() {
        200..=299 => Ok(answer),
        429 => Err(Failure::Wait { after: retry_after(&answer).unwrap_or(pause), why }),
        500.. => Err(Failure::Again { why }),
        _ => Err(Failure::Refused { why }),
    }
}

/// For how long the answer asks to wait. One that names a day instead of seconds is not read.
pub fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Whether a host is this domain, or under it.
pub fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.'))
}
