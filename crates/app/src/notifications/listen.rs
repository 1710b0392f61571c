//! Learns the bots' names, and brings in what people write to them: by asking, or by a webhook that is looked after.

use super::{
    Channel, Line, arrivals, deliver,
    health::{self, Direction},
    pauses,
};
use crate::{app::App, error::Result, web::Choice};
use channels::{Failure, Messenger};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(45);
/// Between two questions when the provider does not answer.
const PAUSE: Duration = Duration::from_secs(5);
const OFF_DUTY: Duration = Duration::from_secs(1);
/// How often it is made sure that the webhook still stands: MAX takes it away after hours of failures.
const WATCH: Duration = Duration::from_secs(300);

/// What a node knows of how news come on a line.
#[derive(Debug, Default)]
pub(super) struct Ear {
    /// From where to ask on.
    after: Option<i64>,
    /// Whether the webhook stands, or stands no more, as the settings have it. Its secret cannot be asked for, so a node that has just
    /// begun does not know.
    is_tuned: bool,
    /// Whether the provider did not know us when it was last asked.
    is_unknown: bool,
}

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
    let mut ear = Ear::default();
    loop {
        let rest = step(app, line, &mut ear, PATIENCE).await.unwrap_or_else(|error| {
            tracing::warn!(channel = %line.channel, %error, "a provider is asked again in a few seconds");
            PAUSE
        });
        tokio::time::sleep(rest).await;
    }
}

/// Does what there is to do once; how long to rest then.
pub(super) async fn step(app: &App, line: &Line, ear: &mut Ear, patience: Duration) -> Result<Duration> {
    let until = pauses::until(app, line.channel.code()).await?.unwrap_or_default().max(line.held_until());
    if let Ok(left @ 1..) = u64::try_from(until - app.clock.now_ms()) {
        return Ok(PAUSE.min(Duration::from_millis(left)));
    }
    let is_known = line.name().is_some();
    learn_name(app, line).await?;
    let Some(messenger) = &line.messenger else {
        if is_known {
            look_in(app, line, ear).await?;
        }
        return Ok(WATCH);
    };
    if !line.duty.is_on(app) {
        ear.is_tuned = false;
        return Ok(OFF_DUTY);
    }
    if let Some((url, secret)) = hook(app, line.channel) {
        look_after(app, line, messenger.as_ref(), ear, (&url, &secret)).await?;
        return Ok(WATCH);
    }
    if !ear.is_tuned {
        take_away(app, line, messenger.as_ref()).await?;
    }
    let asked = turn(app, line, &mut ear.after, patience).await;
    // As long as a webhook stands, whoever set it, nothing can be asked for.
    ear.is_tuned = asked.is_ok();
    asked.map(|()| Duration::ZERO)
}

/// Asks the provider for the name by which people find us there, until it is known.
pub(super) async fn learn_name(app: &App, line: &Line) -> Result<()> {
    if line.name().is_none() {
        let name = heard(app, line, Direction::Out, line.client.greet().await).await?;
        health::note(app, line.channel, Direction::Out, None).await;
        line.note_name(name);
    }
    Ok(())
}

/// Makes sure that a provider still knows us who is asked for nothing else while no message goes.
async fn look_in(app: &App, line: &Line, ear: &mut Ear) -> Result<()> {
    let answer = heard(app, line, Direction::Out, line.client.greet().await).await;
    if ear.is_unknown && answer.is_ok() {
        health::note(app, line.channel, Direction::Out, None).await;
    }
    ear.is_unknown = answer.is_err();
    answer.map(drop)
}

/// What the provider answered to something other than a message. What keeps it from answering is noted.
async fn heard<T>(app: &App, line: &Line, direction: Direction, answer: Result<T, Failure>) -> Result<T> {
    match &answer {
        Ok(_) => {}
        Err(Failure::Wait { after, .. }) => deliver::leave_alone(app, line, *after).await?,
        Err(failure) => health::note(app, line.channel, direction, Some(failure.why())).await,
    }
    Ok(answer.map_err(anyhow::Error::from)?)
}

async fn look_after(app: &App, line: &Line, messenger: &dyn Messenger, ear: &mut Ear, to: (&str, &str)) -> Result<()> {
    let stands = heard(app, line, Direction::In, messenger.hooked().await).await?.filter(|hooked| ear.is_tuned && hooked.url == to.0);
    let failing = match stands {
        Some(hooked) => hooked.failing,
        None => {
            heard(app, line, Direction::In, messenger.hook(Some(to)).await).await?;
            ear.is_tuned = true;
            tracing::info!(channel = %line.channel, "the webhook is set");
            // What is said of it was said before.
            None
        }
    };
    health::note(app, line.channel, Direction::In, failing.as_deref()).await;
    Ok(())
}

/// Has the provider bring nothing, so that it can be asked.
async fn take_away(app: &App, line: &Line, messenger: &dyn Messenger) -> Result<()> {
    if heard(app, line, Direction::In, messenger.hooked().await).await?.is_some() {
        heard(app, line, Direction::In, messenger.hook(None).await).await?;
        tracing::info!(channel = %line.channel, "the webhook is taken away");
    }
    Ok(())
}

/// One question. What came is kept before the next one confirms it.
pub async fn turn(app: &App, line: &Line, after: &mut Option<i64>, patience: Duration) -> Result<()> {
    let Some(messenger) = &line.messenger else { return Ok(()) };
    let (arrived, next) = heard(app, line, Direction::In, messenger.arrived(*after, patience).await).await?;
    health::note(app, line.channel, Direction::In, None).await;
    arrivals::keep(app, line, &arrived).await?;
    *after = next.or(*after);
    Ok(())
}
