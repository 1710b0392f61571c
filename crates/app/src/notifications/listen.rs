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
const OFF_DUTY: Duration = Duration::from_secs(1);
const CODE_LENGTH: usize = 43;

/// Learns the bot's name, then asks for updates until the program ends; of several nodes the one on duty does.
pub async fn run(app: &App, courier: &Courier) {
    let mut after = None;
    loop {
        let answered = async {
            learn_name(app, courier).await?;
            if courier.duty.is_on(app) { turn(app, courier, &mut after).await.map(|()| true) } else { Ok(false) }
        };
        match answered.await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(OFF_DUTY).await,
            Err(failure) => {
                tracing::warn!(%failure, "Telegram is asked again in a few seconds");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn learn_name(app: &App, courier: &Courier) -> Result<()> {
    if app.telegram().name.is_none() {
        let name = heard(app, courier.bot.username().await)?;
        app.note_telegram(|health| health.name = Some(name));
    }
    Ok(())
}

/// One question. What came is confirmed by the next one, so what was not finished comes again.
pub(super) async fn turn(app: &App, courier: &Courier, after: &mut Option<i64>) -> Result<()> {
    learn_name(app, courier).await?;
    for arrived in heard(app, courier.bot.arrived(*after, PATIENCE).await)? {
        take_in(app, courier, &arrived).await?;
        *after = Some(arrived.id);
    }
    Ok(())
}

/// Notes whether the provider answers.
fn heard<T>(app: &App, answer: Result<T, channels::Failure>) -> Result<T> {
    let now = app.clock.now_ms();
    match answer {
        Ok(answer) => {
            app.note_telegram(|health| health.trouble = None);
            Ok(answer)
        }
        Err(failure) => {
            app.note_telegram(|health| _ = health.trouble.get_or_insert((now, failure.why().to_owned())));
            Err(anyhow::Error::from(failure).into())
        }
    }
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
