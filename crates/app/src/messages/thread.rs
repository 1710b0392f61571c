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
    /// `None` until somebody has written.
    pub(super) chat: Option<ChatId>,
    /// Only what concerns these visits; `None` for those who see all of them.
    pub(super) only_visits: Option<Vec<VisitId>>,
    /// The visits to whose crews one may write, in the order of time.
    visits: Vec<Visit>,
}

impl Thread {
    /// The chat of an order with one of its audiences.
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
        let visits = match audience {
            Audience::Worker => visits::of_order(conn, actor, id).await?,
            Audience::Internal | Audience::Customer | Audience::Direct => vec![],
        };
        let is_of_visits = audience == Audience::Worker && actor.worker_id().is_some();
        let only_visits = is_of_visits.then(|| visits.iter().map(|visit| visit.id).collect());
        let chat = chats::of_order(conn, id, audience).await?;
        Ok(Self { about: About::Order(Box::new(order)), audience, chat, only_visits, visits })
    }

    /// The chat with the crew of one visit.
    ///
    /// # Errors
    /// [`Error::NotFound`] for customers, and for a visit that does not exist for `actor`.
    pub async fn of_visit(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: VisitId) -> Result<Self> {
        let visit = visits::find(conn, actor, id).await?;
        let thread = Self::of_order(app, conn, actor, visit.order_id, Audience::Worker).await?;
        Ok(Self { only_visits: Some(vec![id]), visits: vec![visit], ..thread })
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
        let chat = chats::of_worker(conn, id).await?;
        Ok(Self { about, audience: Audience::Direct, chat, only_visits: None, visits: vec![] })
    }

    /// A chat by its id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not exist for `actor`.
    pub async fn of_chat(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: ChatId) -> Result<Self> {
        let chat = row::chat::Entity::find_by_id(id).one(conn).await?.ok_or(Error::NotFound)?;
        match (chat.order_id, chat.worker_id) {
            (Some(order), _) => Self::of_order(app, conn, actor, order, chat.audience).await,
            (None, Some(worker)) => Self::of_worker(app, conn, actor, worker).await,
            (None, None) => Err(Error::NotFound),
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
        let among = |visits: &Vec<VisitId>| message.visit_id.is_some_and(|id| visits.contains(&id));
        self.chat == Some(message.chat_id) && self.only_visits.as_ref().is_none_or(among)
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
        match &self.only_visits {
            Some(visits) => lines.filter(Column::VisitId.is_in(visits.iter().copied())),
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

    /// To which visit's crew a new message goes: the one that matters now, else the last.
    ///
    /// # Errors
    /// A conflict when nobody has been asked to come yet.
    pub(super) fn visit_to_write(&self) -> Result<Option<VisitId>> {
        let (Audience::Worker, About::Order(order)) = (self.audience, &self.about) else { return Ok(None) };
        let heard = || self.visits.iter().filter(|visit| visit.status.worker_sees());
        let current = heard().find(|visit| Some(visit.id) == order.visit_id);
        match current.or_else(|| heard().next_back()) {
            Some(visit) => Ok(Some(visit.id)),
            None => Err(Error::conflict("nobody_to_write")),
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

    /// The worker's name in a chat outside any order, otherwise empty.
    pub fn name(&self) -> String {
        match &self.about {
            About::Order(_) => String::new(),
            About::Worker { name, .. } => name.clone(),
        }
    }

    /// What tells this chat from others with the same audience: `12` of an order, `worker-5` of a worker.
    pub fn place(&self) -> String {
        match &self.about {
            About::Order(order) => order.id.to_string(),
            About::Worker { id, .. } => format!("worker-{id}"),
        }
    }

    /// What open pages of this chat listen for.
    pub fn topic(&self) -> String {
        topic(self.place(), self.audience)
    }
}

/// What open pages of a chat at this place listen for.
pub(super) fn topic(place: impl std::fmt::Display, audience: Audience) -> String {
    format!("chat-{place}-{audience}")
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
    pub(super) fn outsiders(self) -> Vec<&'static str> {
        Role::ALL.into_iter().filter(|role| self.is_outside(*role)).map(Role::code).collect()
    }
}
