//! The doors at which providers bring news. What came is kept before they hear that it came.

use super::{Channel, arrivals, fates, returns};
use crate::{
    access::Access,
    app::App,
    error::{Error, Result},
    web::Routes,
};
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
};
use channels::{mail, sms, whatsapp};
use subtle::ConstantTimeEq;

pub fn routes() -> Routes {
    Routes::new()
        .post("/hooks/telegram", Access::Public, telegram)
        .post("/hooks/max", Access::Public, max)
        .get("/hooks/whatsapp", Access::Public, verify)
        .post("/hooks/whatsapp", Access::Public, whatsapp)
        .post("/hooks/sms", Access::Public, sms)
        .post("/hooks/email", Access::Public, bounce)
}

/// Whether the header holds the secret that was agreed on.
fn knows(headers: &HeaderMap, name: &str, secret: Option<&str>) -> bool {
    let Some(secret) = secret else { return false };
    headers.get(name).is_some_and(|value| value.as_bytes().ct_eq(secret.as_bytes()).into())
}

async fn telegram(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result<StatusCode> {
    let is_known = knows(&headers, "x-telegram-bot-api-secret-token", app.config.telegram_webhook_secret.as_deref());
    keep(&app, Channel::Telegram, is_known, &body).await
}

async fn max(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result<StatusCode> {
    let is_known = knows(&headers, "x-max-bot-api-secret", app.config.max_webhook_secret.as_deref());
    keep(&app, Channel::Max, is_known, &body).await
}

async fn keep(app: &App, channel: Channel, is_known: bool, body: &[u8]) -> Result<StatusCode> {
    let line = app.lines.get(channel).filter(|_| is_known).ok_or(Error::NotFound)?;
    let Some(messenger) = &line.messenger else { return Err(Error::NotFound) };
    match messenger.read_hook(body) {
        Ok(arrived) => arrivals::keep(app, line, &arrived).await?,
        // Brought again it would not be better.
        Err(failure) => tracing::warn!(%channel, %failure, "a provider brought what cannot be read"),
    }
    Ok(StatusCode::OK)
}

async fn verify(State(app): State<App>, RawQuery(query): RawQuery) -> Result<String> {
    let token = app.config.whatsapp_verify_token.as_deref().ok_or(Error::NotFound)?;
    let query: Vec<(String, String)> = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    whatsapp::verify(&query, token).ok_or(Error::NotFound)
}

async fn whatsapp(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result<StatusCode> {
    let secret = app.config.whatsapp_app_secret.as_deref().ok_or(Error::NotFound)?;
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let line = app.lines.get(Channel::WhatsApp).ok_or(Error::NotFound)?;
    if !whatsapp::is_signed(secret, signature, &body) {
        return Err(Error::NotFound);
    }
    match whatsapp::read_hook(&body) {
        Ok(hook) => {
            arrivals::keep(&app, line, &hook.arrived).await?;
            let fates: Vec<_> = hook.statuses.into_iter().map(|status| (status.id, status.key, status.fate)).collect();
            fates::told(&app, Channel::WhatsApp, &fates).await?;
        }
        Err(failure) => tracing::warn!(%failure, "WhatsApp brought what cannot be read"),
    }
    Ok(StatusCode::OK)
}

async fn sms(State(app): State<App>, body: Bytes) -> Result<&'static str> {
    let (Some(provider), Some(token)) = (app.config.sms_provider.as_deref(), app.config.sms_token.as_deref()) else {
        return Err(Error::NotFound);
    };
    let provider = sms::Provider::parse(provider).ok_or(Error::NotFound)?;
    let (fates, answer) = match provider {
        sms::Provider::SmsRu => (sms::sms_ru::read_callback(token, &body), sms::sms_ru::CALLBACK_ANSWER),
        sms::Provider::Smsc => (sms::smsc::read_callback(&body, token).map(|one| vec![one]), "OK"),
        // It is not signed: what it says is asked for instead of believed.
        sms::Provider::SmsAero => {
            let named = sms::sms_aero::read_callback(&body).ok_or(Error::NotFound)?;
            fates::ask_soon(&app, Channel::Sms, &named.0).await?;
            return Ok("OK");
        }
    };
    // The number that SMSC knows a message by is our own.
    let key = |id: &str| (provider == sms::Provider::Smsc).then(|| id.to_owned());
    let fates: Vec<_> = fates.ok_or(Error::NotFound)?.into_iter().map(|(id, fate)| (id.clone(), key(&id), fate)).collect();
    fates::told(&app, Channel::Sms, &fates).await?;
    Ok(answer)
}

/// Mail that came back, handed over by the company's mail server.
async fn bounce(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result<StatusCode> {
    let expected = app.config.smtp_bounces_secret.as_deref().map(|secret| format!("Bearer {secret}"));
    if !knows(&headers, header::AUTHORIZATION.as_str(), expected.as_deref()) {
        return Err(Error::NotFound);
    }
    if let Some(bounce) = mail::read_bounce(&body) {
        returns::take(&app, &bounce).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
