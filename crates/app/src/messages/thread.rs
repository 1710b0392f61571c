//! Which chats exist for whom: PRODUCT's table «who sees what», for messages.

use super::{Audience, chats, row};
use crate::{
    access::{Actor, Role, Who},
    app::App,
    error::{Error, Result},
    ids::{ChatId, MessageId, OrderId, UserId, VisitId, WorkerId},
    orders::{
        Order, query,
        visits::{self, Visit},
    },
    workers,
};
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

/// What a chat is about.
#[derive(Clone, Debug)]
pub enum About {
    Order(Box<Order>),
    /// Nothing in particular: the office and this worker talk.
    Worker {
        id: WorkerId,
        user_id: UserId,
        name: String,
    },
}

/// One chat that the actor is in.
#[derive(Clone, Debug)]
pub struct Thread {
    pub about: About,
    pub audience: Audience,
    /// With whose crew it is; none where no crew has been asked to come yet, and in all other chats.
    pub visit: Option<Visit>,
    /// `None` until somebody has written.
    pub(super) chat: Option<ChatId>,
    /// What was written before this moment, ms UTC, does not exist for the actor: another crew was meant then.
    since_ms: Option<i64>,
}

impl Thread {
    /// The chat of an order with one of its audiences; with the crew of the visit that matters now, else of the last.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the order or the chat does not exist for `actor`.
    pub async fn of_order(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: OrderId, audience: Audience) -> Result<Self> {
        let order = query::find(conn, actor, id).await?;
        let is_in = match (actor.who, audience) {
            (_, Audience::Direct) => false,
            (Who::Administrator | Who::Dispatcher | Who::System, _) => true,
            (Who::Specialist(_), Audience::Customer) => answers_customers(app, actor),
            (Who::Specialist(_) | Who::Contractor(_), audience) => audience == Audience::Worker,
            (Who::Customer(_) | Who::Link(_), audience) => audience == Audience::Customer,
        };
        if !is_in {
            return Err(Error::NotFound);
        }
        if audience == Audience::Worker {
            let visits = visits::of_order(conn, actor, id).await?;
            let heard = || visits.iter().filter(|visit| visit.status.worker_sees());
            let visit = heard().find(|visit| Some(visit.id) == order.visit_id).or_else(|| heard().next_back()).cloned();
            return Self::with_crew(conn, actor, order, visit).await;
        }
        Self { about: About::Order(Box::new(order)), audience, visit: None, chat: None, since_ms: None }.looked_up(conn).await
    }

    /// The chat with the crew of one visit.
    ///
    /// # Errors
    /// [`Error::NotFound`] for customers, and for a visit that does not exist for `actor`.
    pub async fn of_visit(conn: &impl ConnectionTrait, actor: &Actor, id: VisitId) -> Result<Self> {
        if !actor.is_staff() && actor.worker_id().is_none() && !matches!(actor.who, Who::System) {
            return Err(Error::NotFound);
        }
        let visit = visits::find(conn, actor, id).await?;
        let order = query::find(conn, actor, visit.order_id).await?;
        Self::with_crew(conn, actor, order, Some(visit)).await
    }

    async fn with_crew(conn: &impl ConnectionTrait, actor: &Actor, order: Order, visit: Option<Visit>) -> Result<Self> {
        let since_ms = match (&visit, actor.worker_id()) {
            (Some(visit), Some(worker)) => visits::joined(conn, visit.id, worker).await?,
            _ => None,
        };
        let about = About::Order(Box::new(order));
        Self { about, audience: Audience::Worker, visit, chat: None, since_ms }.looked_up(conn).await
    }

    /// The chat of the office and one worker outside any order.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody but the office and this worker.
    pub async fn of_worker(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: WorkerId) -> Result<Self> {
        let is_in = match actor.who {
            Who::Administrator | Who::Dispatcher | Who::System => true,
            Who::Specialist(own) | Who::Contractor(own) => own == id,
            Who::Customer(_) | Who::Link(_) => false,
        };
        if !is_in {
            return Err(Error::NotFound);
        }
        let worker = workers::named(conn, app.db.engine(), &[id]).await?.pop().ok_or(Error::NotFound)?;
        let about = About::Worker { id, user_id: worker.user_id, name: worker.name };
        Self { about, audience: Audience::Direct, visit: None, chat: None, since_ms: None }.looked_up(conn).await
    }

    /// A chat by its id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not exist for `actor`.
    pub async fn of_chat(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: ChatId) -> Result<Self> {
        let chat = row::chat::Entity::find_by_id(id).one(conn).await?.ok_or(Error::NotFound)?;
        match (chat.order_id, chat.visit_id, chat.worker_id) {
            (_, Some(visit), _) => Self::of_visit(conn, actor, visit).await,
            (Some(order), ..) => Self::of_order(app, conn, actor, order, chat.audience).await,
            (None, None, Some(worker)) => Self::of_worker(app, conn, actor, worker).await,
            (None, None, None) => Err(Error::NotFound),
        }
    }

    /// The chat in which a message stands, if the message exists for `actor`.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it does not.
    pub async fn of_message(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: MessageId) -> Result<(Self, row::message::Model)> {
        let message = row::message::Entity::find_by_id(id).one(conn).await?.ok_or(Error::NotFound)?;
        let thread = Self::of_chat(app, conn, actor, message.chat_id).await?;
        if thread.has(&message) { Ok((thread, message)) } else { Err(Error::NotFound) }
    }

    /// Whether a message of the same chat exists for the actor.
    fn has(&self, message: &row::message::Model) -> bool {
        self.chat == Some(message.chat_id) && self.since_ms.is_none_or(|since| message.created_ms >= since)
    }

    /// The same, with its row if there is one.
    async fn looked_up(self, conn: &impl ConnectionTrait) -> Result<Self> {
        Ok(Self { chat: chats::at(conn, &self.place()).await?, ..self })
    }

    /// The same, now that it has a row.
    pub(super) fn opened(self, chat: ChatId) -> Self {
        Self { chat: Some(chat), ..self }
    }

    /// The messages that exist for the actor.
    fn lines(&self) -> Select<row::message::Entity> {
        use row::message::Column;
        // No chat has the id 0.
        let lines = row::message::Entity::find().filter(Column::ChatId.eq(self.chat.map_or(0, |id| id.0)));
        match self.since_ms {
            Some(since) => lines.filter(Column::CreatedMs.gte(since)),
            None => lines,
        }
    }

    /// The newest messages, newest first, after those behind `before`.
    pub(super) async fn list(&self, conn: &impl ConnectionTrait, before: Option<i64>, limit: u64) -> Result<Vec<row::message::Model>> {
        use row::message::Column;
        let mut lines = self.lines();
        if let Some(before) = before {
            lines = lines.filter(Column::Id.lt(before));
        }
        Ok(lines.order_by_desc(Column::Id).limit(limit).all(conn).await?)
    }

    /// The oldest messages from this one on, oldest first.
    pub(super) async fn list_from(&self, conn: &impl ConnectionTrait, from: MessageId, limit: u64) -> Result<Vec<row::message::Model>> {
        use row::message::Column;
        Ok(self.lines().filter(Column::Id.gte(from)).order_by_asc(Column::Id).limit(limit).all(conn).await?)
    }

    /// Those of these messages that stand in this chat and exist for the actor.
    pub(super) async fn some(&self, conn: &impl ConnectionTrait, ids: Vec<MessageId>) -> Result<Vec<row::message::Model>> {
        if ids.is_empty() {
            return Ok(vec![]);
        }
        Ok(self.lines().filter(row::message::Column::Id.is_in(ids)).all(conn).await?)
    }

    /// Who has written what exists for the actor.
    pub(super) async fn authors(&self, conn: &impl ConnectionTrait) -> Result<Vec<UserId>> {
        use row::message::Column;
        let authors = self.lines().select_only().column(Column::UserId).filter(Column::UserId.is_not_null()).distinct();
        Ok(authors.into_tuple::<UserId>().all(conn).await?)
    }

    /// To which visit's crew a new message goes; nothing in other chats.
    ///
    /// # Errors
    /// A conflict when nobody has been asked to come yet.
    pub(super) fn visit_to_write(&self) -> Result<Option<VisitId>> {
        match &self.visit {
            _ if self.audience != Audience::Worker => Ok(None),
            Some(visit) if visit.status.worker_sees() => Ok(Some(visit.id)),
            _ => Err(Error::conflict("nobody_to_write")),
        }
    }

    /// Whether a message would reach anybody.
    pub fn may_write(&self) -> bool {
        self.visit_to_write().is_ok()
    }

    /// The order, if the chat is about one.
    pub fn order(&self) -> Option<&Order> {
        match &self.about {
            About::Order(order) => Some(order),
            About::Worker { .. } => None,
        }
    }

    /// The worker, in a chat outside any order.
    pub fn worker_id(&self) -> Option<WorkerId> {
        match &self.about {
            About::Order(_) => None,
            About::Worker { id, .. } => Some(*id),
        }
    }

    /// The worker's name in a chat outside any order, otherwise empty.
    pub fn name(&self) -> String {
        match &self.about {
            About::Order(_) => String::new(),
            About::Worker { name, .. } => name.clone(),
        }
    }

    /// What tells this chat from all others: `12-customer`, `visit-7-worker`, `worker-5-direct`.
    pub fn place(&self) -> String {
        match (&self.about, &self.visit) {
            (About::Order(_), Some(visit)) => format!("visit-{}-{}", visit.id, self.audience),
            (About::Order(order), None) => format!("{}-{}", order.id, self.audience),
            (About::Worker { id, .. }, _) => format!("worker-{id}-{}", self.audience),
        }
    }

    /// What tells the part of a page that holds this chat from those of other orders and workers: `12`, `worker-5`.
    pub fn section(&self) -> String {
        match &self.about {
            About::Order(order) => order.id.to_string(),
            About::Worker { id, .. } => format!("worker-{id}"),
        }
    }

    /// What open pages of this chat listen for.
    pub fn topic(&self) -> String {
        topic(&self.place())
    }

    /// What those listen for who show how much is unread in all the order's chats with this audience.
    pub(super) fn order_topic(&self) -> Option<String> {
        self.order().map(|order| topic_of_order(order.id, self.audience))
    }
}

/// What open pages of a chat listen for.
pub(super) fn topic(place: &str) -> String {
    format!("chat-{place}")
}

/// What those listen for who show how much is unread in an order's chats with an audience.
pub(super) fn topic_of_order(order: OrderId, audience: Audience) -> String {
    format!("chat-{order}-{audience}")
}

/// Whether the actor is a worker who is in the customer's chats of their orders: a specialist, where the company lets them.
pub fn answers_customers(app: &App, actor: &Actor) -> bool {
    matches!(actor.who, Who::Specialist(_)) && app.company().specialist_in_customer_chat
}

impl Audience {
    /// Whether a person of this role writes to the company here, so that it owes them an answer. A customer is the only one of whom
    /// that is true where specialists answer too.
    pub(super) fn is_outside(self, role: Role) -> bool {
        match self {
            Self::Customer => role == Role::Customer,
            Self::Internal | Self::Worker | Self::Direct => !role.is_staff(),
        }
    }

    /// The codes of the roles outside, quoted for SQL.
    pub fn outsiders(self) -> Vec<&'static str> {
        Role::ALL.into_iter().filter(|role| self.is_outside(*role)).map(Role::code).collect()
    }
}
