//! The photos and files of a line of chat, after its words.

use super::{Line, deliver};
use crate::{
    app::App,
    error::Result,
    ids::MessageId,
    orders::files::{self, serve},
};
use channels::{Failure, messenger::Outgoing};

/// Hands the files of a line over to whoever talks in this messenger. Each is tried once: the words have a link to those that do not go.
pub(super) async fn hand_over(app: &App, line: &Line, chat: &str, message: MessageId) -> Result<()> {
    let Some(messenger) = &line.messenger else { return Ok(()) };
    for file in files::of_messages(app.db.read(), vec![message]).await? {
        let (bytes, mime) = serve::bytes(app, &file, serve::Size::Display).await?;
        line.await_turn_to(chat, &app.clock).await;
        line.turn().await;
        if app.clock.now_ms() < line.held_until() {
            return Ok(());
        }
        let outgoing = Outgoing { name: file.name.clone(), mime, bytes };
        if let Err(failure) = messenger.hand_over(chat, &outgoing, "").await {
            tracing::warn!(channel = %line.channel, %failure, file = file.id.0, "a file of a chat does not go by a messenger");
            if let Failure::Wait { after, .. } = failure {
                return deliver::leave_alone(app, line, after).await;
            }
        }
    }
    Ok(())
}
