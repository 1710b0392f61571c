//! The one place that decides: event → who → wording → channels. A new kind of event does not compile without a decision.

use super::{
    Channel, Kind, Side, State, Wording,
    reach::{self, Recipient},
    revised,
    row::delivery,
    rules,
    wording::Pressing,
};
use crate::{
    app::App,
    error::{Error, Result},
    ids::{ChatId, CustomerId, MessageId, OrderId, UserId, VisitId},
    messages,
    orders::{Detail, EventKind, OrderStatus, Published, VisitStatus, query::quoted},
    text::i18n::Lang,
    web::Choice,
    words::words,
};
use axum::http::StatusCode;
use sea_orm::{ActiveValue::Set, Condition, FromQueryResult, QueryOrder, Select, entity::prelude::*};
use serde::{Deserialize, Serialize};
use store::Tx;

/// How long an entry of the outbox is held while it is decided about, ms.
const LEASE_MS: i64 = 30_000;
/// How often the pause before the next try doubles: to an hour.
const MOST_DOUBLINGS: i64 = 7;
/// An entry that cannot be read is tried so many times: for some hours.
const MOST_READINGS: i64 = 10;
/// Entries taken at once.
const AT_ONCE: u64 = 50;
/// For how long nothing may change before it is told, ms.
const SETTLING_MS: i64 = 60_000;
/// What changes on and on is told after so long all the same, ms.
const LONGEST_SETTLING_MS: i64 = 10 * 60_000;
/// What the delivery log says of what must arrive and has no way to.
const NO_WAY: &str = "no channel leads to this person";
/// The fields of an order that its crews go by.
const GONE_BY: [&str; 4] = ["address", "service", "description", "requirements"];
/// How long a line of chat waits for being read on the page before a message is sent after it, ms.
const READING_MS: i64 = 30_000;

/// Where somebody is told that a messenger was linked, whatever they chose for other messages; what costs money last.
const TOLD_OF_LINKS: [Channel; 5] = [Channel::Mail, Channel::Max, Channel::Telegram, Channel::WhatsApp, Channel::Sms];

words! {
    /// What is published besides the events of orders.
    Topic {
        MessageWritten = "message.written",
        MessageRevised = "message.revised",
        /// The evening before a visit.
        VisitTomorrow = "visit.tomorrow",
        /// Nobody has come at the visit's time.
        VisitLate = "visit.late",
        /// A worker's morning.
        WorkerDay = "worker.day",
        Trial = "channel.trial",
        MessengerLinked = "messenger.linked",
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
    /// In which language, if not in the person's.
    #[serde(default)]
    pub language: Option<Lang>,
}

/// Somebody is reached by a messenger from now on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Linked {
    pub user_id: UserId,
    pub channel: Channel,
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
    /// The message of this log whose words become those that the line has now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revises: Option<i64>,
    /// Whether the line was told before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_again: bool,
    /// The messenger in which the person wrote last in this chat: there the words themselves are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub talks_by: Option<Channel>,
    /// Whose words are tried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial_of: Option<Wording>,
    /// In which language, if not in the person's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Lang>,
}

/// Facts as they are stored; what another version wrote and this one cannot read is none.
pub(super) fn facts_of(stored: &str) -> Facts {
    serde_json::from_str(stored).unwrap_or_default()
}

/// The first of the lines of chat that a message with these facts tells of, if there are several.
pub(super) fn first_line(facts: &str) -> Option<MessageId> {
    facts_of(facts).first_line
}

impl Facts {
    /// Whether it tells of an earlier line, and of that alone.
    fn tells_one_line(&self) -> bool {
        self.is_again || self.revises.is_some()
    }

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
    /// The customer who was told that somebody comes.
    Expecting,
    /// One person.
    One(UserId),
}

/// What the time of a visit is to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    /// They were told of none yet.
    First,
    /// They were told of another.
    Another,
    /// They know it.
    Known,
}

/// Whom an event is told to, each with the wording. An offer that `is_accepted` already asks for no answer.
fn told(kind: EventKind, is_accepted: bool, time: Time) -> &'static [(Circle, Wording)] {
    use Circle::{Crew, Customer, Expecting, Leavers, Newcomers, Office, Stayers};
    match kind {
        EventKind::OrderCreated => &[(Office, Wording::OfficeNew)],
        EventKind::OrderConfirmed => &[(Customer, Wording::CustomerConfirmed)],
        EventKind::OrderChanged => &[(Crew, Wording::CrewOrderChanged)],
        EventKind::OrderCancelled => {
            &[(Office, Wording::OfficeCancelled), (Expecting, Wording::CustomerCalledOff), (Customer, Wording::CustomerCancelled)]
        }
        EventKind::CancellationRequested => &[(Office, Wording::OfficeCancellationRequested)],
        EventKind::OrderFinished => &[(Office, Wording::OfficeFinished), (Customer, Wording::CustomerDone)],
        EventKind::OrderReturned => &[(Office, Wording::OfficeReturned)],
        EventKind::VisitOffered if is_accepted => &[(Newcomers, Wording::CrewAssigned), (Stayers, Wording::CrewChanged)],
        EventKind::VisitOffered => &[(Newcomers, Wording::CrewOffered), (Stayers, Wording::CrewMoved)],
        // Those who still go are told with the offer that follows; the customer need not know who went before.
        EventKind::VisitMoved if time == Time::Known => &[(Leavers, Wording::CrewTakenOff)],
        EventKind::VisitMoved => &[(Leavers, Wording::CrewTakenOff), (Expecting, Wording::CustomerMoving)],
        EventKind::VisitCancelled => &[(Crew, Wording::CrewCancelled), (Expecting, Wording::CustomerVisitCancelled)],
        EventKind::VisitReturned => &[(Crew, Wording::CrewReturned)],
        EventKind::VisitAccepted => match time {
            Time::First => &[(Customer, Wording::CustomerWhoComes)],
            Time::Another => &[(Customer, Wording::CustomerMoved)],
            Time::Known => &[],
        },
        EventKind::VisitDeparted => &[(Customer, Wording::CustomerOnTheWay)],
        EventKind::VisitDeclined => &[(Office, Wording::OfficeDeclined), (Expecting, Wording::CustomerMoving)],
        EventKind::VisitExpired => &[(Office, Wording::OfficeExpired), (Expecting, Wording::CustomerMoving)],
        EventKind::VisitNotDone => &[(Office, Wording::OfficeNotDone)],
        EventKind::MoveWanted => &[(Office, Wording::OfficeMoveWanted)],
        EventKind::OrderScheduled
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
            // While one version takes over from another, the other may be able to.
            if entry.attempts < MOST_READINGS {
                return Err(anyhow::Error::from(unread).into());
            }
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
    /// Whether the customer counts on somebody who does not come, or not then.
    is_promised: bool,
    facts: Facts,
    /// Who did it and need not be told.
    by: Option<UserId>,
}

#[derive(FromQueryResult)]
struct About {
    zone: String,
    customer_id: CustomerId,
    status: OrderStatus,
    visit_status: Option<VisitStatus>,
    /// Whether any visit was accepted and has come to nothing.
    is_let_down: i64,
}

/// A visit whose crew is to be told that the order is another.
#[derive(FromQueryResult)]
struct Ahead {
    id: VisitId,
    starts_ms: i64,
    ends_ms: i64,
}

/// A line of a visit's history that has to do with its time.
#[derive(FromQueryResult)]
struct Timed {
    kind: EventKind,
    detail: String,
}

/// What the customer was told of a visit's time.
#[derive(Clone, Copy, Debug, Default)]
struct Promise {
    is_any: bool,
    /// The time that they count on, ms UTC.
    time: Option<(i64, i64)>,
}

impl Promise {
    fn after(self, line: &Timed) -> Self {
        let detail: Detail = serde_json::from_str(&line.detail).unwrap_or_default();
        let time = detail.starts_ms.zip(detail.ends_ms);
        match line.kind {
            EventKind::VisitAccepted => Self { is_any: true, time },
            EventKind::VisitMoved if time == self.time => self,
            _ => Self { time: None, ..self },
        }
    }
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
            Some(Topic::MessageRevised) => self.revised(read!()).await?,
            Some(Topic::VisitTomorrow) => self.visit(read!(), Wording::CustomerTomorrow).await?,
            Some(Topic::VisitLate) => self.visit(read!(), Wording::CustomerLate).await?,
            Some(Topic::WorkerDay) => self.morning(read!()).await?,
            Some(Topic::Trial) => self.trial(read!()).await?,
            Some(Topic::MessengerLinked) => self.linked(read!()).await?,
            None => self.order_event(&read!()).await?,
        }
        Ok(Ok(()))
    }

    async fn order_event(&self, event: &Published) -> Result<()> {
        if told(event.kind, false, Time::First).is_empty() {
            return Ok(());
        }
        let about = self.about(event.order_id, event.visit_id).await?;
        let promise = self.promise(event).await?;
        let facts = Facts { starts_ms: event.detail.starts_ms, ends_ms: event.detail.ends_ms, ..Facts::default() };
        let is_promised = match event.kind {
            EventKind::OrderCancelled => about.is_let_down > 0,
            // With the order itself cancelled one message says it all.
            _ => promise.time.is_some() && about.status != OrderStatus::Cancelled,
        };
        let time = match promise {
            Promise { is_any: false, .. } => Time::First,
            Promise { time, .. } if time.is_some() && time == facts.starts_ms.zip(facts.ends_ms) => Time::Known,
            Promise { .. } => Time::Another,
        };
        let matter = Matter {
            order_id: Some(event.order_id),
            visit_id: event.visit_id,
            thread: event.order_id.0,
            zone: about.zone,
            customer_id: Some(about.customer_id),
            is_promised,
            facts,
            by: event.by,
            ..Matter::default()
        };
        let is_accepted = about.visit_status == Some(VisitStatus::Accepted);
        let before: Vec<String> = event.crew_before.iter().map(|id| id.0.to_string()).collect();
        let mut heard = vec![];
        for matter in self.each(event, matter).await? {
            for (circle, wording) in told(event.kind, is_accepted, time) {
                self.circle(&matter, *circle, &before, *wording, &mut heard).await?;
            }
        }
        Ok(())
    }

    /// A changed order is told visit by visit, the next first, as who goes twice hears it once; and only what the crews go by.
    async fn each(&self, event: &Published, matter: Matter) -> Result<Vec<Matter>> {
        if event.kind != EventKind::OrderChanged {
            return Ok(vec![matter]);
        }
        if !event.detail.fields.iter().any(|field| GONE_BY.contains(&field.as_str())) {
            return Ok(vec![]);
        }
        let live = quoted(|status| status == VisitStatus::Returned || status.worker_sees() && status.is_busy());
        let text = format!("SELECT id, starts_ms, ends_ms FROM visits WHERE order_id = ? AND status IN ({live}) ORDER BY starts_ms, id");
        let ahead = Ahead::find_by_statement(store::sql(self.tx.engine(), &text, [event.order_id.into()])).all(self.tx.conn()).await?;
        let of = |visit: Ahead| Matter {
            visit_id: Some(visit.id),
            facts: Facts { starts_ms: Some(visit.starts_ms), ends_ms: Some(visit.ends_ms), ..Facts::default() },
            ..matter.clone()
        };
        Ok(ahead.into_iter().map(of).collect())
    }

    /// What the customer had been told of the visit's time before this.
    async fn promise(&self, event: &Published) -> Result<Promise> {
        let Some(visit) = event.visit_id else { return Ok(Promise::default()) };
        let text = "SELECT kind, detail FROM events WHERE order_id = ? AND visit_id = ? AND id < ? \
            AND kind IN ('visit.accepted', 'visit.moved', 'visit.declined', 'visit.expired', 'visit.cancelled') ORDER BY id";
        let values = [event.order_id.into(), visit.into(), event.event_id.into()];
        let lines = Timed::find_by_statement(store::sql(self.tx.engine(), text, values)).all(self.tx.conn()).await?;
        Ok(lines.iter().fold(Promise::default(), Promise::after))
    }

    async fn visit(&self, due: VisitDue, wording: Wording) -> Result<()> {
        let about = self.about(due.order_id, Some(due.visit_id)).await?;
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
        let facts = Facts { trial_of: Some(wanted.wording), language: wanted.language, ..Facts::default() };
        let matter = Matter { facts, ..Matter::default() };
        let about = (Side::Office, Kind::Orders);
        for mut person in reach::users(self.app, self.tx.conn(), about, "u.id = ?", vec![wanted.user_id.into()]).await? {
            person.channels = vec![wanted.channel];
            self.write(&matter, Wording::Trial, &person, false).await?;
        }
        Ok(())
    }

    /// Through another way than the one that was linked, and not in a browser, which may be where a stranger has linked theirs.
    async fn linked(&self, linked: Linked) -> Result<()> {
        let about = (Side::Office, Kind::Orders);
        for mut person in reach::users(self.app, self.tx.conn(), about, "u.id = ?", vec![linked.user_id.into()]).await? {
            let elsewhere = TOLD_OF_LINKS.iter().copied().filter(|channel| *channel != linked.channel && person.leading.contains(channel));
            person.channels = elsewhere.collect();
            person.in_vain = vec![];
            self.write(&Matter::default(), Wording::MessengerLinked, &person, false).await?;
        }
        Ok(())
    }

    /// A line of chat is told to those on the other side; several that wait are one message, unless the words themselves are wanted.
    async fn message(&self, written: messages::Written) -> Result<()> {
        let Some(line) = messages::line(self.tx.conn(), self.tx.engine(), written.message_id).await? else { return Ok(()) };
        let about = match line.order_id {
            Some(order) => Some(self.about(order, line.visit_id).await?),
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
            ..Matter::default()
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

    /// A line that says something else now, or nothing any more: so do the messages that told its words.
    async fn revised(&self, revised: messages::Revised) -> Result<()> {
        let conn = self.tx.conn();
        for told in revised::told(conn, revised.message_id).await? {
            let facts = Facts { revises: Some(told.id), ..facts_of(&told.facts) };
            let facts = serde_json::to_string(&facts).map_err(anyhow::Error::from)?;
            let row = delivery::ActiveModel { turn: Set(self.turn), facts: Set(facts), ..told.anew(self.now) };
            delivery::Entity::insert(row).exec_without_returning(conn).await?;
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
        if circle == Circle::Expecting && !matter.is_promised {
            return Ok(());
        }
        let (whom, values) = members(matter, circle, crew_before);
        let whom = format!("u.id <> ? AND {whom}");
        let values = std::iter::once(matter.by.map_or(0, |id| id.0).into()).chain(values).collect();
        let about = (wording.side(), wording.kind());
        let mut people = reach::users(self.app, self.tx.conn(), about, &whom, values).await?;
        if let (Circle::Customer | Circle::Expecting, Some(customer)) = (circle, matter.customer_id) {
            people.extend(reach::customer(self.app, self.tx.conn(), wording.kind(), customer).await?);
        }
        for person in people {
            if heard.contains(&person.person()) {
                continue;
            }
            // Who has not heard yet that somebody comes need not hear that nobody does.
            if circle == Circle::Expecting && self.waits(matter, &person, &[Wording::CustomerWhoComes]).await?.is_some() {
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
            matter.facts.talks_by = person.answer_by(way.as_deref());
        }
        let is_wanted_word_by_word = matter.facts.talks_by.is_some() || person.channels.first() == Some(&Channel::Max);
        if !is_wanted_word_by_word
            && !matter.facts.tells_one_line()
            && let Some(waiting) = self.waits(&matter, &person, &[wording]).await?
            && !facts_of(&waiting.facts).tells_one_line()
            && self.goes_with(waiting.id, &matter).await?
        {
            return Ok(());
        }
        self.write(&matter, wording, &person, !is_wanted_word_by_word).await
    }

    /// Has a message of chat that waits tell of this line too; `false` when it does not wait any more.
    async fn goes_with(&self, waiting: i64, matter: &Matter) -> Result<bool> {
        use delivery::Column;
        let update = delivery::Entity::update_many().col_expr(Column::MessageId, Expr::value(matter.message_id));
        let update = update.filter(untouched(waiting));
        Ok(update.exec(self.tx.conn()).await?.rows_affected == 1)
    }

    async fn write(&self, matter: &Matter, wording: Wording, person: &Recipient, is_read_elsewhere: bool) -> Result<()> {
        let facts = serde_json::to_string(&matter.facts).map_err(anyhow::Error::from)?;
        let Some((first, rest)) = person.channels.split_first() else { return self.mourn(matter, wording, person, facts).await };
        let zone = reach::own_zone(self.app, person.zone.as_deref(), wording.side(), &matter.zone);
        let awake = |at| rules::awake(&zone, person.quiet, at);
        // Put off by each further change, but not for ever.
        let settled = |since: i64| awake((self.now + SETTLING_MS).min(since + LONGEST_SETTLING_MS));
        if let Some(waiting) = self.waits(matter, person, wording.replaces()).await? {
            let due = waiting.due_ms.map(|due| if due > self.now { due.max(settled(waiting.created_ms)) } else { due });
            if self.renew(&waiting, wording, &facts, due).await? {
                return Ok(());
            }
        }
        let due = match wording.pressing() {
            Pressing::Now => self.now,
            // Who writes at night is awake.
            Pressing::Soon if matter.facts.talks_by.is_some() => self.now,
            Pressing::Soon if is_read_elsewhere => awake(self.now + READING_MS),
            Pressing::Soon => awake(self.now),
            Pressing::Settled => settled(self.now),
        };
        let row = delivery::ActiveModel {
            channel: Set(*first),
            rest: Set(Channel::stored(rest)),
            state: Set(State::Queued),
            due_ms: Set(Some(due)),
            escalate_ms: Set((!rest.is_empty()).then_some(due + person.patience_ms)),
            answer: Set(String::new()),
            ..self.row(matter, wording, person, facts)
        };
        delivery::Entity::insert(row).exec_without_returning(self.tx.conn()).await?;
        if due == self.now && wording.goes_first() {
            self.hurry(matter, person).await?;
        }
        Ok(())
    }

    fn row(&self, matter: &Matter, wording: Wording, person: &Recipient, facts: String) -> delivery::ActiveModel {
        delivery::ActiveModel {
            turn: Set(self.turn),
            wording: Set(wording),
            person: Set(person.person()),
            user_id: Set(person.user_id),
            customer_id: Set(person.customer_id),
            thread: Set(matter.thread),
            order_id: Set(matter.order_id),
            visit_id: Set(matter.visit_id),
            message_id: Set(matter.message_id),
            facts: Set(facts),
            attempts: Set(0),
            provider_id: Set(String::new()),
            parts: Set(0),
            created_ms: Set(self.now),
            ..Default::default()
        }
    }

    /// What must arrive and cannot is a dead letter, under the first channel that it could have gone by: tried again once there is a way
    /// to the person, it goes by that.
    async fn mourn(&self, matter: &Matter, wording: Wording, person: &Recipient, facts: String) -> Result<()> {
        use delivery::Column;
        let Some((first, rest)) = person.in_vain.split_first() else { return Ok(()) };
        // Of ten changes one is mourned.
        let before = about_same(matter, person, wording.replaces()).filter(Column::State.eq(State::Dead)).filter(Column::Answer.eq(NO_WAY));
        if before.filter(Column::CreatedMs.gt(self.now - LONGEST_SETTLING_MS)).one(self.tx.conn()).await?.is_some() {
            return Ok(());
        }
        let row = delivery::ActiveModel {
            channel: Set(*first),
            rest: Set(Channel::stored(rest)),
            state: Set(State::Dead),
            answer: Set(NO_WAY.into()),
            ..self.row(matter, wording, person, facts)
        };
        delivery::Entity::insert(row).exec_without_returning(self.tx.conn()).await?;
        Ok(())
    }

    /// Has the message that waits tell the latest; `false` when it was taken up to be sent in the meantime.
    async fn renew(&self, waiting: &delivery::Model, wording: Wording, facts: &str, due: Option<i64>) -> Result<bool> {
        use delivery::Column;
        let put_off = due.unwrap_or(0) - waiting.due_ms.unwrap_or(0);
        let renewed = delivery::Entity::update_many()
            .col_expr(Column::Facts, facts.into())
            .col_expr(Column::Wording, Expr::value(wording.instead_of(waiting.wording)))
            .col_expr(Column::DueMs, Expr::value(due))
            .col_expr(Column::EscalateMs, Expr::value(waiting.escalate_ms.map(|at| at + put_off)))
            .filter(untouched(waiting.id));
        Ok(renewed.exec(self.tx.conn()).await?.rows_affected > 0)
    }

    /// What waits for the same person and must go before something that goes first goes at once with it.
    async fn hurry(&self, matter: &Matter, person: &Recipient) -> Result<()> {
        use delivery::Column;
        delivery::Entity::update_many()
            .col_expr(Column::DueMs, self.now.into())
            .filter(Column::Person.eq(person.person()))
            .filter(Column::Thread.eq(matter.thread))
            .filter(Column::DueMs.gt(self.now))
            .filter(Column::State.is_in([State::Queued, State::Failed]))
            .exec(self.tx.conn())
            .await?;
        Ok(())
    }

    /// A message of one of these wordings about the same that waits and was not tried yet.
    async fn waits(&self, matter: &Matter, person: &Recipient, wordings: &[Wording]) -> Result<Option<delivery::Model>> {
        use delivery::Column;
        if wordings.is_empty() {
            return Ok(None);
        }
        let waiting = about_same(matter, person, wordings)
            .filter(Column::DueMs.is_not_null())
            .filter(Column::State.eq(State::Queued))
            .filter(Column::Attempts.eq(0));
        Ok(waiting.order_by_desc(Column::Id).one(self.tx.conn()).await?)
    }

    async fn about(&self, order: OrderId, visit: Option<VisitId>) -> Result<About> {
        let came_to_nothing = quoted(|status| status.is_void() || status == VisitStatus::NotDone);
        let text = format!(
            "SELECT o.zone, o.customer_id, o.status, v.status AS visit_status, (SELECT COUNT(*) FROM visits l WHERE l.order_id = o.id \
             AND l.accepted_ms IS NOT NULL AND l.status IN ({came_to_nothing})) AS is_let_down \
             FROM orders o LEFT JOIN visits v ON v.id = ? WHERE o.id = ?"
        );
        let values = [visit.map_or(0, |id| id.0).into(), order.into()];
        let about = About::find_by_statement(store::sql(self.tx.engine(), &text, values)).one(self.tx.conn()).await?;
        about.ok_or(Error::NotFound)
    }
}

/// That this message still waits and nobody has tried to send it, so that it may be changed.
fn untouched(id: i64) -> Condition {
    use delivery::Column;
    Condition::all().add(Column::Id.eq(id)).add(Column::State.eq(State::Queued)).add(Column::Attempts.eq(0))
}

/// The messages of one of these wordings about the same to the same person.
fn about_same(matter: &Matter, person: &Recipient, wordings: &[Wording]) -> Select<delivery::Entity> {
    use delivery::Column;
    let same = delivery::Entity::find()
        .filter(Column::Person.eq(person.person()))
        .filter(Column::Thread.eq(matter.thread))
        .filter(Column::Wording.is_in(wordings.iter().copied()));
    match matter.visit_id {
        Some(visit) => same.filter(Column::VisitId.eq(visit)),
        None => same.filter(Column::VisitId.is_null()),
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
        Circle::Customer | Circle::Expecting => (format!("u.id IN ({CUSTOMER})"), vec![order]),
        Circle::Specialists => {
            let at_work = quoted(|status| status == VisitStatus::Accepted || status.is_under_way());
            let crews = "SELECT w.user_id FROM visit_workers vw JOIN workers w ON w.id = vw.worker_id JOIN visits v ON v.id = vw.visit_id";
            (format!("u.role = 'specialist' AND u.id IN ({crews} WHERE v.order_id = ? AND v.status IN ({at_work}))"), vec![order])
        }
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
        let told: usize =
            EventKind::ALL.iter().map(|kind| told(*kind, false, Time::First).len() + told(*kind, true, Time::Another).len()).sum();
        assert!(told > 15);
    }
}
