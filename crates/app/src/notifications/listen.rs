//! What people write to the bot: the code that links them, and the news that they blocked it.

use super::{Channel, WayState, deliver::Courier, ways};
use crate::{
    accounts::session::visitor,
    app::App,
    error::{Error, Result},
    text::i18n::{Lang, t},
};
use channels::telegram::{Arrived, What};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(45);
/// Between two questions when the provider does not answer.
const PAUSE: Duration = Duration::from_secs(5);
const CODE_LENGTH: usize = 43;

/// Learns the bot's name, then asks for updates until the program ends.
pub async fn run(app: &App, courier: &Courier) {
    let mut after = None;
    loop {
        if let Err(failure) = turn(app, courier, &mut after).await {
            tracing::warn!(%failure, "Telegram is asked again in a few seconds");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// One question. What came is confirmed by the next one, so what was not finished comes again.
pub(super) async fn turn(app: &App, courier: &Courier, after: &mut Option<i64>) -> Result<()> {
    let failed = |failure: channels::Failure| Error::from(anyhow::Error::from(failure));
    if app.telegram_name().is_none() {
        app.note_telegram_name(courier.bot.username().await.map_err(failed)?);
    }
    for arrived in courier.bot.arrived(*after, PATIENCE).await.map_err(failed)? {
        take_in(app, courier, &arrived).await?;
        *after = Some(arrived.id);
    }
    Ok(())
}

async fn take_in(app: &App, courier: &Courier, arrived: &Arrived) -> Result<()> {
    let address = arrived.chat.to_string();
    let reply = match &arrived.what {
        What::Start(code) if !code.is_empty() => link(app, code.trim(), &address, &arrived.username).await?,
        // Whoever cannot follow the link sends the code alone.
        What::Text(text) if text.trim().len() == CODE_LENGTH => link(app, text.trim(), &address, &arrived.username).await?,
        What::Start(_) | What::Text(_) => "telegram-hello",
        What::Blocked => {
            ways::set_state(app, Channel::Telegram, &address, WayState::Dead).await?;
            return Ok(());
        }
        What::Other => return Ok(()),
    };
    if let Err(failure) = courier.bot.send(arrived.chat, &t(Lang::Ru, reply)).await {
        tracing::warn!(%failure, "an answer of the bot did not go out");
    }
    Ok(())
}

/// Links the chat; the key of what to answer.
async fn link(app: &App, code: &str, address: &str, username: &str) -> Result<&'static str> {
    let visitor = visitor("telegram".into(), Lang::Ru);
    let linked = async { change!(app, &visitor => |change| ways::take(change, code, Channel::Telegram, address, username).await) };
    match linked.await {
        Ok(_) => Ok("telegram-linked"),
        Err(Error::Request(410, _)) => Ok("telegram-code-old"),
        Err(error) => Err(error),
    }
}
