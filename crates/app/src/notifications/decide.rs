//! The one place that decides: event → who → wording. A new kind of event does not compile without a decision.

use super::{Channel, State, row};
use crate::{
    app::App,
    company::zone_named,
    error::{Error, Result},
    ids::{OrderId, UserId},
    orders::{Detail, EventKind, Published, VisitStatus},
    text::{
        format::When,
        i18n::{Lang, ta},
    },
    web::Choice,
};
use axum::http::StatusCode;
use sea_orm::{ActiveValue::Set, FromQueryResult, entity::prelude::*};
use store::Tx;

/// How long an entry of the outbox is held while it is decided about, ms.
const LEASE_MS: i64 = 30_000;
/// How often the pause before the next try doubles: to an hour.
const MOST_DOUBLINGS: i64 = 7;
/// Entries taken at once.
const AT_ONCE: u64 = 50;

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
    /// The customer who was told that somebody comes, while the order goes on.
    Expecting,
}

/// Whom an event is told to, each with the key of the wording. An offer that `is_accepted` already asks for no answer.
fn told(kind: EventKind, is_accepted: bool) -> &'static [(Circle, &'static str)] {
    use Circle::{Crew, Customer, Expecting, Leavers, Newcomers, Office, Stayers};
    match kind {
        EventKind::OrderCreated => &[(Office, "notify-office-new")],
        EventKind::OrderConfirmed => &[(Customer, "notify-customer-confirmed")],
        EventKind::OrderCancelled => &[(Office, "notify-office-cancelled"), (Customer, "notify-customer-cancelled")],
        EventKind::CancellationRequested => &[(Office, "notify-office-cancellation-requested")],
        EventKind::OrderFinished => &[(Office, "notify-office-finished"), (Customer, "notify-customer-done")],
        EventKind::OrderReturned => &[(Office, "notify-office-returned")],
        EventKind::VisitOffered if is_accepted => &[(Newcomers, "notify-crew-assigned"), (Stayers, "notify-crew-changed")],
        EventKind::VisitOffered => &[(Newcomers, "notify-crew-offered"), (Stayers, "notify-crew-moved")],
        // Those who still go are told with the offer that follows.
        EventKind::VisitMoved => &[(Leavers, "notify-crew-taken-off")],
        EventKind::VisitCancelled => &[(Crew, "notify-crew-cancelled"), (Expecting, "notify-customer-visit-cancelled")],
        EventKind::VisitReturned => &[(Crew, "notify-crew-returned")],
        EventKind::VisitAccepted => &[(Customer, "notify-customer-who-comes")],
        EventKind::VisitDeparted => &[(Customer, "notify-customer-on-the-way")],
        EventKind::VisitDeclined => &[(Office, "notify-office-declined")],
        EventKind::VisitExpired => &[(Office, "notify-office-expired")],
        EventKind::VisitNotDone => &[(Office, "notify-office-not-done")],
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
    let event: Option<Published> = serde_json::from_str(&entry.payload).ok();
    store::transaction!(app.db, |tx| {
        if let Some(event) = &event {
            write(app, tx, event, now).await?;
        } else if EventKind::parse(&entry.topic).is_some() {
            tracing::error!(entry = entry.id, topic = entry.topic, "an event that cannot be read is left out");
        }
        outbox::settle(tx, entry.id).await.map_err(Error::from)
    })
}

/// Somebody to tell, and where.
#[derive(FromQueryResult)]
struct Recipient {
    user_id: UserId,
    language: String,
    channel: Channel,
}

#[derive(FromQueryResult)]
struct About {
    number: String,
    zone: String,
    visit_status: Option<VisitStatus>,
}

async fn write(app: &App, tx: &Tx, event: &Published, now: i64) -> Result<()> {
    if told(event.kind, false).is_empty() {
        return Ok(());
    }
    let about = "SELECT o.number, o.zone, v.status AS visit_status FROM orders o LEFT JOIN visits v ON v.id = ? WHERE o.id = ?";
    let about = store::sql(tx.engine(), about, [event.visit_id.map_or(0, |id| id.0).into(), event.order_id.0.into()]);
    let about = About::find_by_statement(about).one(tx.conn()).await?.ok_or(Error::NotFound)?;
    let mut hearers = vec![];
    for (circle, wording) in told(event.kind, about.visit_status == Some(VisitStatus::Accepted)) {
        let address = address(app, event, *circle);
        for recipient in recipients(tx, event, *circle).await? {
            // A dispatcher who was a customer once hears it once.
            if hearers.contains(&(recipient.user_id, recipient.channel)) {
                continue;
            }
            hearers.push((recipient.user_id, recipient.channel));
            let words = words(&about, wording, &event.detail, &recipient, now);
            let row = row::notification::ActiveModel {
                event_id: Set(event.event_id),
                order_id: Set(event.order_id),
                user_id: Set(recipient.user_id),
                channel: Set(recipient.channel),
                wording: Set((*wording).to_owned()),
                text: Set(format!("{words}\n{address}")),
                state: Set(State::Queued),
                attempts: Set(0),
                not_before_ms: Set(now),
                leased_until_ms: Set(None),
                answer: Set(String::new()),
                created_ms: Set(now),
                sent_ms: Set(None),
                ..Default::default()
            };
            row::notification::Entity::insert(row).exec_without_returning(tx.conn()).await?;
        }
    }
    Ok(())
}

/// Who of a circle can be reached, without whoever did it.
async fn recipients(tx: &Tx, event: &Published, circle: Circle) -> Result<Vec<Recipient>> {
    let (whom, values) = members(event, circle);
    let text = format!(
        "SELECT u.id AS user_id, u.language, y.channel FROM users u JOIN ways y ON y.user_id = u.id AND y.state = 'alive' \
         WHERE u.blocked_ms IS NULL AND u.id <> ? AND {whom} ORDER BY u.id"
    );
    let values = std::iter::once(event.by.map_or(0, |id| id.0).into()).chain(values);
    Ok(Recipient::find_by_statement(store::sql(tx.engine(), &text, values)).all(tx.conn()).await?)
}

/// A circle as a condition on the table `users`, named `u`.
fn members(event: &Published, circle: Circle) -> (String, Vec<Value>) {
    const CREW: &str = "SELECT w.user_id FROM visit_workers vw JOIN workers w ON w.id = vw.worker_id JOIN visits v ON v.id = vw.visit_id \
        WHERE v.id = ? AND v.offered_ms IS NOT NULL";
    const CUSTOMER: &str = "SELECT c.user_id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = ?";
    let visit: Value = event.visit_id.map_or(0, |id| id.0).into();
    let order: Value = event.order_id.0.into();
    // Ids are numbers: nothing of them needs quoting. An empty list is written as an id that nobody has.
    let before = event.crew_before.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(", ");
    let before = format!("SELECT w.user_id FROM workers w WHERE w.id IN ({})", if before.is_empty() { "0" } else { &before });
    match circle {
        Circle::Office => ("u.role IN ('administrator', 'dispatcher')".into(), vec![]),
        Circle::Crew => (format!("u.id IN ({CREW})"), vec![visit]),
        Circle::Newcomers => (format!("u.id IN ({CREW}) AND u.id NOT IN ({before})"), vec![visit]),
        Circle::Stayers => (format!("u.id IN ({CREW}) AND u.id IN ({before})"), vec![visit]),
        Circle::Leavers => (format!("u.id IN ({before}) AND u.id NOT IN ({CREW})"), vec![visit]),
        Circle::Customer => (format!("u.id IN ({CUSTOMER})"), vec![order]),
        Circle::Expecting => (
            format!(
                "u.id IN ({CUSTOMER} AND o.status <> 'cancelled') AND EXISTS (SELECT 1 FROM visits v WHERE v.id = ? AND v.accepted_ms IS NOT NULL)"
            ),
            vec![order, visit],
        ),
    }
}

/// Only the number and the time, beside a link: names, addresses and phones stay out of other countries' messengers.
fn words(about: &About, wording: &str, detail: &Detail, to: &Recipient, now: i64) -> String {
    let lang = Lang::parse(&to.language).unwrap_or_default();
    let when = When::new(lang, zone_named(&about.zone), now);
    let window = detail.starts_ms.zip(detail.ends_ms).map(|(starts, ends)| when.window(starts, ends)).unwrap_or_default();
    ta(lang, wording, &[("number", about.number.as_str().into()), ("when", window.as_str().into())])
}

fn address(app: &App, event: &Published, circle: Circle) -> String {
    let order: OrderId = event.order_id;
    let path = match (circle, event.visit_id) {
        (Circle::Office, _) => format!("/orders/{order}"),
        (Circle::Crew | Circle::Newcomers | Circle::Stayers, Some(visit)) => format!("/visits/{visit}"),
        // The visit does not exist any more for those who left it.
        (Circle::Crew | Circle::Newcomers | Circle::Stayers | Circle::Leavers, _) => "/visits".to_owned(),
        (Circle::Customer | Circle::Expecting, _) => format!("/my/orders/{order}"),
    };
    format!("{}{path}", app.config.public_url())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{text::i18n::has, web::Choice};

    #[test]
    fn every_wording_is_written() {
        let mut wordings = 0;
        for kind in EventKind::ALL {
            for (_, wording) in [told(*kind, false), told(*kind, true)].concat() {
                wordings += 1;
                assert!(has(wording) && has(&format!("{wording}-about")), "{wording} is not written");
            }
        }
        assert!(wordings > 15);
    }
}
