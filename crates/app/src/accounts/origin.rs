use crate::{
    app::App,
    text::i18n::Lang,
    web::{client::ClientIp, shell::Preferences},
};
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use std::{convert::Infallible, net::IpAddr};

/// Where a request came from: for sessions, the audit and the throttle.
#[derive(Clone, Debug)]
pub struct Origin {
    pub address: IpAddr,
    pub device: String,
    pub lang: Lang,
}

impl FromRequestParts<App> for Origin {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let device = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("");
        Ok(Self { address: ClientIp::of(&parts.extensions), device: device.chars().take(300).collect(), lang: Preferences::of(parts).lang })
    }
}
