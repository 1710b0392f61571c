//! Live updates: after a commit a signal names the topics that changed, and the browsers of those who may see them
//! fetch the change anew. They carry no data, and losing one is repaired by `reload`.
//! That somebody is typing passes by the same way with their name, and losing it matters to nobody.

mod hub;
mod kept;
mod page;
mod redis_link;
mod sse;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use hub::{Delivery, Hub, Subscription};
pub use kept::Kept;
pub use page::routes;
pub use sse::{Viewer, last_event_id};

/// What travels from the hub to the streams, and between nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// What changed, in words the pages know: `orders`, `order:12`. Everybody in the audience reads all the topics.
    Changed { topics: Vec<String>, audience: Audience },
    /// This session of the user, or with `None` every one, ended: its streams are cut.
    Revoked { user_id: i64, session_id: Option<i64> },
    /// Somebody is typing in the chat of this topic. It passes: nobody who was away is told later.
    Typing { topic: String, typist: Typist, audience: Audience },
    /// Signals may have been lost between nodes: every stream begins anew, and with it every check of rights.
    Gap,
    /// The other nodes cannot be heard just now: what is shown may be old. Said on one node alone; the streams go on.
    Deaf,
}

impl Signal {
    /// These topics changed, and this audience may know.
    pub fn changed(topics: Vec<String>, audience: Audience) -> Self {
        Self::Changed { topics, audience }
    }

    /// A user's session ended, or with `None` all of them.
    pub fn revoked(user_id: i64, session_id: Option<i64>) -> Self {
        Self::Revoked { user_id, session_id }
    }
}

/// Who types.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Typist {
    /// The user, or what stands for whoever holds a link; they themselves are not told.
    pub user_id: i64,
    /// As all readers of the chat see them beside their messages.
    pub name: String,
}

/// Who may know of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// Dispatchers and administrators.
    pub staff: bool,
    /// These users besides.
    pub users: Vec<i64>,
    /// Whoever holds a secret link to this order.
    #[serde(default)]
    pub order: Option<i64>,
}
