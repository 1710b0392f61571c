//! Learns the bots' names, and brings in what people write to them: by asking, or by a webhook that is looked after.

use super::{Channel, Line, arrivals};
use crate::{app::App, error::Result, web::Choice};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(45);
/// Between two questions when the provider does not answer.
const PAUSE: Duration = Duration::from_secs(5);
const OFF_DUTY: Duration = Duration::from_secs(1);
/// How often it is made sure that the webhook still stands: MAX takes it away after hours of failures.
const WATCH: Duration = Duration::from_secs(300);

/// Where the provider brings what comes, and by which secret it is known; nothing where it is asked for.
pub fn hook(app: &App, channel: Channel) -> Option<(String, String)> {
    let secret = match channel {
        Channel::Telegram => app.config.telegram_webhook_secret.clone(),
        Channel::Max => app.config.max_webhook_secret.clone(),
        Channel::WhatsApp | Channel::Push | Channel::Sms | Channel::Mail => None,
    }?;
    Some((format!("{}/hooks/{}", app.config.public_url(), channel.code()), secret))
}

/// Listens until the program ends; of several nodes the one on duty does.
pub async fn run(app: &App, line: &Line) {
    let mut after = None;
    loop {
        let turned = async {
            learn_name(app, line).await?;
            if line.messenger.is_none() {
                return Ok(Some(WATCH));
            }
            if !line.duty.is_on(app) {
                return Ok(Some(OFF_DUTY));
            }
            match hook(app, line.channel) {
                Some((url, secret)) => look_after(app, line, &url, &secret).await.map(|()| Some(WATCH)),
                None => turn(app, line, &mut after, PATIENCE).await.map(|()| None),
            }
        };
        let turned: Result<Option<Duration>> = turned.await;
        match turned {
            Ok(None) => {}
            Ok(Some(rest)) => tokio::time::sleep(rest).await,
            Err(error) => {
                tracing::warn!(channel = %line.channel, %error, "a provider is asked again in a few seconds");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Asks the provider for the name by which people find us there, until it is known.
pub(super) async fn learn_name(app: &App, line: &Line) -> Result<()> {
    if line.health().name.is_none() {
        let name = line.heard(app, line.client.greet().await).map_err(anyhow::Error::from)?;
        line.note_name(name);
    }
    Ok(())
}

async fn look_after(app: &App, line: &Line, url: &str, secret: &str) -> Result<()> {
    let Some(messenger) = &line.messenger else { return Ok(()) };
    let stands = line.heard(app, messenger.hooked().await).map_err(anyhow::Error::from)?;
    if stands.as_deref() != Some(url) {
        line.heard(app, messenger.hook(Some((url, secret))).await).map_err(anyhow::Error::from)?;
        tracing::info!(channel = %line.channel, "the webhook is set");
    }
    Ok(())
}

/// One question. What came is kept before the next one confirms it.
pub async fn turn(app: &App, line: &Line, after: &mut Option<i64>, patience: Duration) -> Result<()> {
    let Some(messenger) = &line.messenger else { return Ok(()) };
    let (arrived, next) = line.heard(app, messenger.arrived(*after, patience).await).map_err(anyhow::Error::from)?;
    arrivals::keep(app, line, &arrived).await?;
    *after = next.or(*after);
    Ok(())
}
