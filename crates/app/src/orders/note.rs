//! A note for colleagues: a line of the history that neither workers nor customers see.

use super::{Detail, EventKind, event, query::find_to_change};
use crate::{
    error::{Error, Result},
    ids::OrderId,
    web::{Change, Fields, Input},
};

/// A note as typed.
#[derive(Clone, Debug)]
pub struct NewNote {
    pub text: String,
}

impl Input for NewNote {
    fn read(fields: &mut Fields) -> Self {
        Self { text: fields.text("text", 1000) }
    }
}

/// Adds a note to an order's history.
pub async fn add_note(change: &Change, id: OrderId, note: &NewNote) -> Result<()> {
    let order = find_to_change(&change.tx, &change.actor, id).await?;
    if !change.actor.is_staff() {
        return Err(Error::Forbidden);
    }
    event::record(change, &order, None, EventKind::NoteAdded, Detail { reason: note.text.clone(), ..Detail::default() }).await
}
