//! The one place that decides: event → who → wording → channels. A new kind of event does not compile without a decision.

use super::{
    Channel, Kind, Side, State, Wording,
    reach::{self, Recipient},
    row::delivery,
    rules,
    wording::Pressing,
};
use crate::{
    app::App,
    error::{Error, Result},
    ids::{ChatId, CustomerId, MessageId, OrderId, UserId, VisitId},
    messages,
    orders::{EventKind, Published, VisitStatus, query::quoted},
    web::Choice,
    words::words,
};
use axum::http::StatusCode;
use sea_orm::{ActiveValue::Set, FromQueryResult, QueryOrder, entity::prelude::*};
use serde::{Deserialize, Serialize};
use store::Tx;

/// How long an entry of the outbox is held while it is decided about, ms.
const LEASE_MS: i64 = 30_000;
/// How often the pause before the next try doubles: to an hour.
const MOST_DOUBLINGS: i64 = 7;
/// Entries taken at once.
const AT_ONCE: u64 = 50;
/// For how long nothing may change before it is told, ms.
const SETTLING_MS: i64 = 60_000;
/// How long a line of chat waits for being read on the page before a message is sent after it, ms.
const READING_MS: i64 = 30_000;

words! {
    /// What is published besides the events of orders.
    Topic {
        MessageWritten = "message.written",
        /// The evening before a visit.
        VisitTomorrow = "visit.tomorrow",
        /// Nobody has come at the visit's time.
        VisitLate = "visit.late",
        /// A worker's morning.
        WorkerDay = "worker.day",
        Trial = "channel.trial",
    }
}

/// A visit that it is time to speak of.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct VisitDue {
    pub visit_id: VisitId,
    pub order_id: OrderId,
    /// The times that the visit had then, ms UTC.
    pub starts_ms: i64,
    pub ends_ms: i64,
}

/// A worker's day.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Morning {
    pub user_id: UserId,
    /// When the day begins, ms UTC.
    pub day_ms: i64,
}

/// Somebody tries a channel out.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct TrialWanted {
    pub user_id: UserId,
    pub channel: Channel,
    /// Whose words are tried.
    pub wording: Wording,
}

/// What a message says, as far as it does not follow from what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<ChatId>,
    /// The first of the lines of chat that it tells of; the last is the message's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_line: Option<MessageId>,
    /// Whether the line was told before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_again: bool,
    /// The messenger in which the person wrote last in this chat: there the words themselves are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub talks_by: Option<Channel>,
    /// Whose words are tried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial_of: Option<Wording>,
}

/// The first of the lines of chat that a message with these facts tells of, if there are several.
pub(super) fn first_line(facts: &str) -> Option<MessageId> {
    serde_json::from_str::<Facts>(facts).ok().and_then(|facts| facts.first_line)
}

impl Facts {
    /// Whether the visit whose time it tells has gone by since it was decided at `since_ms`: nobody is to be told of it as of something
    /// to come.
    pub fn is_over(&self, wording: Wording, since_ms: i64, now_ms: i64) -> bool {
        wording.tells_what_comes() && self.ends_ms.is_some_and(|ends| since_ms < ends && ends <= now_ms)
    }
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Circle {
    Office,
    /// The crew of the visit, if it ever was offered to them.
    Crew,
    /// Those of the crew who hear of the visit for the first time.
    Newcomers,
    /// Those of the crew who knew of the visit before it was moved.
    Stayers,
    /// Those who knew of the visit before it was moved, and do not go any more.
    Leavers,
    Customer,
    /// The specialists of the order's crews who are coming or at work.
    Specialists,
    /// The customer who was told that somebody comes, while the order goes on.
    Expecting,
    /// One person.
    One(UserId),
}

/// Whom an event is told to, each with the wording. An offer that `is_accepted` already asks for no answer; a visit accepted
/// `again` has got another time.
fn told(kind: EventKind, is_accepted: bool, again: bool) -> &'static [(Circle, Wording)] {
    use Circle::{Crew, Customer, Expecting, Leavers, Newcomers, Office, Stayers};
    match kind {
        EventKind::OrderCreated => &[(Office, Wording::OfficeNew)],
        EventKind::OrderConfirmed => &[(Customer, Wording::CustomerConfirmed)],
        EventKind::OrderCancelled => &[(Office, Wording::OfficeCancelled), (Customer, Wording::CustomerCancelled)],
        EventKind::CancellationRequested => &[(Office, Wording::OfficeCancellationRequested)],
        EventKind::OrderFinished => &[(Office, Wording::OfficeFinished), (Customer, Wording::CustomerDone)],
        EventKind::OrderReturned => &[(Office, Wording::OfficeReturned)],
        EventKind::VisitOffered if is_accepted => &[(Newcomers, Wording::CrewAssigned), (Stayers, Wording::CrewChanged)],
        EventKind::VisitOffered => &[(Newcomers, Wording::CrewOffered), (Stayers, Wording::CrewMoved)],
        // Those who still go are told with the offer that follows.
        EventKind::VisitMoved => &[(Leavers, Wording::CrewTakenOff)],
        EventKind::VisitCancelled => &[(Crew, Wording::CrewCancelled), (Expecting, Wording::CustomerVisitCancelled)],
        EventKind::VisitReturned => &[(Crew, Wording::CrewReturned)],
        EventKind::VisitAccepted if again => &[(Customer, Wording::CustomerMoved)],
        EventKind::VisitAccepted => &[(Customer, Wording::CustomerWhoComes)],
        EventKind::VisitDeparted => &[(Customer, Wording::CustomerOnTheWay)],
        EventKind::VisitDeclined => &[(Office, Wording::OfficeDeclined)],
        EventKind::VisitExpired => &[(Office, Wording::OfficeExpired)],
        EventKind::VisitNotDone => &[(Office, Wording::OfficeNotDone)],
        EventKind::MoveWanted => &[(Office, Wording::OfficeMoveWanted)],
        EventKind::OrderChanged
        | EventKind::OrderScheduled
        | EventKind::OrderUnscheduled
        | EventKind::OrderStarted
        | EventKind::OrderCompleted
        | EventKind::OrderHeld
        | EventKind::OrderResumed
        | EventKind::OrderReopened
        | EventKind::OrderReviewed
        | EventKind::LinkMade
        | EventKind::LinksRevoked
        | EventKind::VisitPlanned
        | EventKind::VisitArrived
        | EventKind::VisitPaused
        | EventKind::VisitResumed
        | EventKind::VisitDone
        | EventKind::VisitChecked
        | EventKind::TimeFits
        | EventKind::OverlapOverridden
        | EventKind::ReportSaved
        | EventKind::FileAdded
        | EventKind::FileRemoved
        | EventKind::NoteAdded => &[],
    }
}

/// Decides about the events that wait in the outbox, and says how many there were.
pub async fn distribute(app: &App) -> Result<usize> {
    let now = app.clock.now_ms();
    let entries = outbox::claim(&app.db, now, LEASE_MS, AT_ONCE).await?;
    for entry in &entries {
        match decide(app, entry, now).await {
            // It is the event's own fault: the others need not wait for it.
            Err(error) if error.status() == StatusCode::INTERNAL_SERVER_ERROR => {
                tracing::error!(entry = entry.id, topic = entry.topic, %error, "an event that nobody could be told of will be tried again");
                let later = now + (LEASE_MS << entry.attempts.min(MOST_DOUBLINGS));
                store::transaction!(app.db, |tx| outbox::postpone(tx, entry.id, later, &error.to_string()).await)?;
            }
            decided => decided?,
        }
    }
    Ok(entries.len())
}

async fn decide(app: &App, entry: &outbox::Entry, now: i64) -> Result<()> {
    store::transaction!(app.db, |tx| {
        let telling = Telling { app, tx, turn: entry.id, now };
        if let Err(unread) = telling.tell(&entry.topic, &entry.payload).await? {
            tracing::error!(entry = entry.id, topic = entry.topic, %unread, "an event that cannot be read is left out");
        }
        outbox::settle(tx, entry.id).await.map_err(Error::from)
    })
}

/// One event being told.
struct Telling<'a> {
    app: &'a App,
    tx: &'a Tx,
    /// The outbox entry.
    turn: i64,
    now: i64,
}

/// What a message is about.
#[derive(Clone, Debug, Default)]
struct Matter {
    order_id: Option<OrderId>,
    visit_id: Option<VisitId>,
    message_id: Option<MessageId>,
    /// Of one person, what has the same number here goes in its order: an order's id, or a chat's below zero.
    thread: i64,
    /// The zone of the order's address.
    zone: String,
    customer_id: Option<CustomerId>,
    facts: Facts,
    /// Who did it and need not be told.
    by: Option<UserId>,
}

#[derive(FromQueryResult)]
struct About {
    zone: String,
    customer_id: CustomerId,
    visit_status: Option<VisitStatus>,
    accepted: i64,
}

impl Telling<'_> {
    /// Tells what the entry says, or gives why it cannot be read.
    async fn tell(&self, topic: &str, payload: &str) -> Result<Result<(), serde_json::Error>> {
        /// The payload, or out with the fault that is the entry's.
        macro_rules! read {
            () => {
                match serde_json::from_str(payload) {
                    Ok(read) => read,
                    Err(error) => return Ok(Err(error)),
                }
            };
        }
        match Topic::parse(topic) {
            Some(Topic::MessageWritten) => self.message(read!()).await?,
            Some(Topic::VisitTomorrow) => self.visit(read!(), Wording::CustomerTomorrow).await?,
            Some(Topic::VisitLate) => self.visit(read!(), Wording::CustomerLate).await?,
            Some(Topic::WorkerDay) => self.morning(read!()).await?,
            Some(Topic::Trial) => self.trial(read!()).await?,
            None => self.order_event(&read!()).await?,
        }
        Ok(Ok(()))
    }

    async fn order_event(&self, event: &Published) -> Result<()> {
        if told(event.kind, false, false).is_empty() {
            return Ok(());
        }
        let about = self.about(event.order_id, event.visit_id, event.event_id).await?;
        let matter = Matter {
            order_id: Some(event.order_id),
            visit_id: event.visit_id,
            thread: event.order_id.0,
            zone: about.zone,
            customer_id: Some(about.customer_id),
            facts: Facts { starts_ms: event.detail.starts_ms, ends_ms: event.detail.ends_ms, ..Facts::default() },
            by: event.by,
            ..Matter::default()
        };
        let mut heard = vec![];
        let is_accepted = about.visit_status == Some(VisitStatus::Accepted);
        for (circle, wording) in told(event.kind, is_accepted, about.accepted > 0) {
            let before: Vec<String> = event.crew_before.iter().map(|id| id.0.to_string()).collect();
            self.circle(&matter, *circle, &before, *wording, &mut heard).await?;
        }
        Ok(())
    }

    async fn visit(&self, due: VisitDue, wording: Wording) -> Result<()> {
        let about = self.about(due.order_id, Some(due.visit_id), 0).await?;
        let matter = Matter {
            order_id: Some(due.order_id),
            visit_id: Some(due.visit_id),
            thread: due.order_id.0,
            zone: about.zone,
            customer_id: Some(about.customer_id),
            facts: Facts { starts_ms: Some(due.starts_ms), ends_ms: Some(due.ends_ms), ..Facts::default() },
            ..Matter::default()
        };
        self.circle(&matter, Circle::Customer, &[], wording, &mut vec![]).await
    }

    async fn morning(&self, morning: Morning) -> Result<()> {
        let facts = Facts { starts_ms: Some(morning.day_ms), ..Facts::default() };
        let matter = Matter { facts, ..Matter::default() };
        self.circle(&matter, Circle::One(morning.user_id), &[], Wording::CrewDay, &mut vec![]).await
    }

    /// Through the wanted channel and no other.
    async fn trial(&self, wanted: TrialWanted) -> Result<()> {
        let facts = Facts {
            starts_ms: Some(self.now + 26 * 3_600_000),
            ends_ms: Some(self.now + 28 * 3_600_000),
            trial_of: Some(wanted.wording),
            ..Facts::default()
        };
        let matter = Matter { facts, ..Matter::default() };
        let about = (Side::Office, Kind::Orders);
        for mut person in reach::users(self.app, self.tx, about, "u.id = ?", vec![wanted.user_id.into()]).await? {
            person.channels = vec![wanted.channel];
            self.write(&matter, Wording::Trial, &person, false).await?;
        }
        Ok(())
    }

    /// A line of chat is told to those on the other side; several that wait are one message, unless the words themselves are wanted.
    async fn message(&self, written: messages::Written) -> Result<()> {
        let Some(line) = messages::line(self.tx.conn(), self.tx.engine(), written.message_id).await? else { return Ok(()) };
        let about = match line.order_id {
            Some(order) => Some(self.about(order, line.visit_id, 0).await?),
            None => None,
        };
        let matter = Matter {
            order_id: line.order_id,
            visit_id: line.visit_id,
            message_id: Some(written.message_id),
            thread: line.order_id.map_or(-line.chat_id.0, |order| order.0),
            zone: about.as_ref().map(|about| about.zone.clone()).unwrap_or_default(),
            customer_id: about.map(|about| about.customer_id),
            facts: Facts {
                chat_id: Some(line.chat_id),
                first_line: Some(written.message_id),
                is_again: written.is_again,
                ..Facts::default()
            },
            by: line.user_id,
        };
        let mut heard = vec![];
        for user in &written.mentions {
            self.circle(&matter, Circle::One(*user), &[], Wording::OfficeMention, &mut heard).await?;
        }
        let others = if written.is_again { vec![] } else { heard_by(&line, self.app.company().specialist_in_customer_chat) };
        for (circle, wording) in others {
            self.circle(&matter, circle, &[], wording, &mut heard).await?;
        }
        Ok(())
    }

    /// Tells a circle, without whoever did it and those who have `heard` already: a dispatcher who was a customer once hears it once.
    async fn circle(
        &self,
        matter: &Matter,
        circle: Circle,
        crew_before: &[String],
        wording: Wording,
        heard: &mut Vec<String>,
    ) -> Result<()> {
        let (whom, values) = members(matter, circle, crew_before);
        let whom = format!("u.id <> ? AND {whom}");
        let values = std::iter::once(matter.by.map_or(0, |id| id.0).into()).chain(values).collect();
        let about = (wording.side(), wording.kind());
        let mut people = reach::users(self.app, self.tx, about, &whom, values).await?;
        if let (Circle::Customer | Circle::Expecting, Some(customer)) = (circle, matter.customer_id)
            && (circle == Circle::Customer || self.expects(matter).await?)
        {
            people.extend(reach::customer(self.app, self.tx, wording.kind(), customer).await?);
        }
        for person in people {
            if heard.contains(&person.person()) {
                continue;
            }
            heard.push(person.person());
            match wording.kind() {
                Kind::Chat => self.chat(matter, wording, person).await?,
                Kind::Visits | Kind::Orders | Kind::Day => self.write(matter, wording, &person, false).await?,
            }
        }
        Ok(())
    }

    /// Back through the messenger in which the person wrote last; who reads on the page is given time to.
    async fn chat(&self, matter: &Matter, wording: Wording, mut person: Recipient) -> Result<()> {
        let mut matter = matter.clone();
        if let (Some(user), Some(chat)) = (person.user_id, matter.facts.chat_id) {
            let way = messages::last_way(self.tx.conn(), self.tx.engine(), chat, user).await?;
            matter.facts.talks_by = way.as_deref().and_then(Channel::parse);
        }
        if let Some(first) = matter.facts.talks_by.filter(|channel| person.channels.contains(channel)) {
            person.channels.retain(|channel| *channel != first);
            person.channels.insert(0, first);
        } else {
            matter.facts.talks_by = None;
        }
        let is_wanted_word_by_word = matter.facts.talks_by.is_some() || person.channels.first() == Some(&Channel::Max);
        if !is_wanted_word_by_word
            && let Some(waiting) = self.waits(&matter, &person, &[wording]).await?
            && self.goes_with(waiting, &matter).await?
        {
            return Ok(());
        }
        self.write(&matter, wording, &person, !is_wanted_word_by_word).await
    }

    /// Has a message of chat that waits tell of this line too; `false` when it does not wait any more.
    async fn goes_with(&self, waiting: i64, matter: &Matter) -> Result<bool> {
        use delivery::Column;
        let update = delivery::Entity::update_many().col_expr(Column::MessageId, Expr::value(matter.message_id));
        let update = update.filter(Column::Id.eq(waiting)).filter(Column::State.eq(State::Queued)).filter(Column::Attempts.eq(0));
        Ok(update.exec(self.tx.conn()).await?.rows_affected == 1)
    }

    async fn write(&self, matter: &Matter, wording: Wording, person: &Recipient, is_read_elsewhere: bool) -> Result<()> {
        let Some((first, rest)) = person.channels.split_first() else { return Ok(()) };
        let facts = serde_json::to_string(&matter.facts).map_err(anyhow::Error::from)?;
        if let Some(waiting) = self.waits(matter, person, wording.replaces()).await? {
            delivery::Entity::update_many()
                .col_expr(delivery::Column::Facts, facts.into())
                .filter(delivery::Column::Id.eq(waiting))
                .exec(self.tx.conn())
                .await?;
            return Ok(());
        }
        let awake = |at| rules::awake(&reach::zone(self.app, wording.side(), &matter.zone), person.quiet, at);
        let due = match wording.pressing() {
            Pressing::Now => self.now,
            // Who writes at night is awake.
            Pressing::Soon if matter.facts.talks_by.is_some() => self.now,
            Pressing::Soon if is_read_elsewhere => awake(self.now + READING_MS),
            Pressing::Soon => awake(self.now),
            Pressing::Settled => awake(self.now + SETTLING_MS),
        };
        let patience = person.patience_minutes.filter(|_| !rest.is_empty());
        let row = delivery::ActiveModel {
            turn: Set(self.turn),
            wording: Set(wording),
            channel: Set(*first),
            person: Set(person.person()),
            user_id: Set(person.user_id),
            customer_id: Set(person.customer_id),
            thread: Set(matter.thread),
            order_id: Set(matter.order_id),
            visit_id: Set(matter.visit_id),
            message_id: Set(matter.message_id),
            facts: Set(facts),
            rest: Set(Channel::stored(rest)),
            state: Set(State::Queued),
            attempts: Set(0),
            due_ms: Set(Some(due)),
            escalate_ms: Set(patience.map(|minutes| due + minutes * 60_000)),
            provider_id: Set(String::new()),
            answer: Set(String::new()),
            parts: Set(0),
            created_ms: Set(self.now),
            ..Default::default()
        };
        delivery::Entity::insert(row).exec_without_returning(self.tx.conn()).await?;
        if wording.pressing() == Pressing::Now {
            self.hurry(matter, person).await?;
        }
        Ok(())
    }

    /// What waits for the same person and must go before something pressing goes at once with it.
    async fn hurry(&self, matter: &Matter, person: &Recipient) -> Result<()> {
        use delivery::Column;
        delivery::Entity::update_many()
            .col_expr(Column::DueMs, self.now.into())
            .filter(Column::Person.eq(person.person()))
            .filter(Column::Thread.eq(matter.thread))
            .filter(Column::DueMs.gt(self.now))
            .filter(Column::State.eq(State::Queued))
            .filter(Column::Attempts.eq(0))
            .exec(self.tx.conn())
            .await?;
        Ok(())
    }

    /// A message of one of these wordings about the same that waits and was not tried yet.
    async fn waits(&self, matter: &Matter, person: &Recipient, wordings: &[Wording]) -> Result<Option<i64>> {
        use delivery::Column;
        if wordings.is_empty() {
            return Ok(None);
        }
        let waiting = delivery::Entity::find()
            .filter(Column::Person.eq(person.person()))
            .filter(Column::Thread.eq(matter.thread))
            .filter(Column::DueMs.is_not_null())
            .filter(Column::State.eq(State::Queued))
            .filter(Column::Attempts.eq(0))
            .filter(Column::Wording.is_in(wordings.iter().copied()));
        let waiting = match matter.visit_id {
            Some(visit) => waiting.filter(Column::VisitId.eq(visit)),
            None => waiting.filter(Column::VisitId.is_null()),
        };
        Ok(waiting.order_by_desc(Column::Id).one(self.tx.conn()).await?.map(|row| row.id))
    }

    async fn about(&self, order: OrderId, visit: Option<VisitId>, before_event: i64) -> Result<About> {
        let text = "SELECT o.zone, o.customer_id, v.status AS visit_status, (SELECT COUNT(*) FROM events e WHERE e.order_id = o.id \
            AND e.visit_id = v.id AND e.kind = 'visit.accepted' AND e.id < ?) AS accepted \
            FROM orders o LEFT JOIN visits v ON v.id = ? WHERE o.id = ?";
        let values = [before_event.into(), visit.map_or(0, |id| id.0).into(), order.into()];
        let about = About::find_by_statement(store::sql(self.tx.engine(), text, values)).one(self.tx.conn()).await?;
        about.ok_or(Error::NotFound)
    }

    /// Whether the customer was told that somebody comes, and the order goes on.
    async fn expects(&self, matter: &Matter) -> Result<bool> {
        let text = "SELECT 1 FROM visits v JOIN orders o ON o.id = v.order_id WHERE v.id = ? AND v.accepted_ms IS NOT NULL AND o.status <> 'cancelled'";
        let statement = store::sql(self.tx.engine(), text, [matter.visit_id.map_or(0, |id| id.0).into()]);
        Ok(self.tx.conn().query_one_raw(statement).await?.is_some())
    }
}

/// Who is told of a line of chat; of a customer's also specialists, if they answer customers.
fn heard_by(line: &messages::Line, specialists_answer: bool) -> Vec<(Circle, Wording)> {
    use messages::Audience;
    let office = line.taken_by.map_or(Circle::Office, Circle::One);
    match (line.audience, line.is_by_company()) {
        (Audience::Internal, _) => vec![],
        (Audience::Customer, true) => vec![(Circle::Customer, Wording::CustomerMessage)],
        (Audience::Customer, false) if specialists_answer => {
            vec![(office, Wording::OfficeMessage), (Circle::Specialists, Wording::CrewCustomerMessage)]
        }
        (Audience::Customer, false) => vec![(office, Wording::OfficeMessage)],
        (Audience::Worker, true) => vec![(Circle::Crew, Wording::CrewMessage)],
        (Audience::Worker, false) => vec![(office, Wording::OfficeMessage), (Circle::Crew, Wording::CrewMessage)],
        (Audience::Direct, true) => line.worker_user.map(|user| (Circle::One(user), Wording::CrewMessage)).into_iter().collect(),
        (Audience::Direct, false) => vec![(office, Wording::OfficeMessage)],
    }
}

/// A circle as a condition on the table `users`, named `u`.
fn members(matter: &Matter, circle: Circle, crew_before: &[String]) -> (String, Vec<Value>) {
    const CREW: &str = "SELECT w.user_id FROM visit_workers vw JOIN workers w ON w.id = vw.worker_id JOIN visits v ON v.id = vw.visit_id \
        WHERE v.id = ? AND v.offered_ms IS NOT NULL";
    const CUSTOMER: &str = "SELECT c.user_id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = ?";
    let visit: Value = matter.visit_id.map_or(0, |id| id.0).into();
    let order: Value = matter.order_id.map_or(0, |id| id.0).into();
    // Ids are numbers: nothing of them needs quoting. An empty list is written as an id that nobody has.
    let before = if crew_before.is_empty() { "0".to_owned() } else { crew_before.join(", ") };
    let before = format!("SELECT w.user_id FROM workers w WHERE w.id IN ({before})");
    match circle {
        Circle::Office => ("u.role IN ('administrator', 'dispatcher')".into(), vec![]),
        Circle::Crew => (format!("u.id IN ({CREW})"), vec![visit]),
        Circle::Newcomers => (format!("u.id IN ({CREW}) AND u.id NOT IN ({before})"), vec![visit]),
        Circle::Stayers => (format!("u.id IN ({CREW}) AND u.id IN ({before})"), vec![visit]),
        Circle::Leavers => (format!("u.id IN ({before}) AND u.id NOT IN ({CREW})"), vec![visit]),
        Circle::Customer => (format!("u.id IN ({CUSTOMER})"), vec![order]),
        Circle::Specialists => {
            let at_work = quoted(|status| status == VisitStatus::Accepted || status.is_under_way());
            let crews = "SELECT w.user_id FROM visit_workers vw JOIN workers w ON w.id = vw.worker_id JOIN visits v ON v.id = vw.visit_id";
            (format!("u.role = 'specialist' AND u.id IN ({crews} WHERE v.order_id = ? AND v.status IN ({at_work}))"), vec![order])
        }
        Circle::Expecting => (
            format!(
                "u.id IN ({CUSTOMER} AND o.status <> 'cancelled') AND EXISTS (SELECT 1 FROM visits v WHERE v.id = ? AND v.accepted_ms IS NOT NULL)"
            ),
            vec![order, visit],
        ),
        Circle::One(user) => ("u.id = ?".into(), vec![user.into()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::i18n::has;

    #[test]
    fn every_wording_is_written_and_told() {
        for wording in Wording::ALL {
            assert!(has(&format!("notify-{wording}")) && has(&format!("notify-{wording}-about")), "{wording} is not written");
        }
        let told: usize = EventKind::ALL.iter().map(|kind| told(*kind, false, false).len() + told(*kind, true, true).len()).sum();
        assert!(told > 15);
    }
}
