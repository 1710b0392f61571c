//! The office from a messenger: confirm an order, find somebody for it, answer who waits.

use super::{
    talk::{Talk, named},
    visit::may_tell,
    write,
};
use crate::{
    access::Actor,
    company::zone_named,
    error::{Error, Result},
    ids::{OrderId, WorkerId},
    messages::{self, Audience},
    notifications::deed::Deed,
    orders::{
        self, Deed as OrderDeed, OrderAction, OrderStatus, VisitStatus, query,
        visits::{self, NewVisit, Visit, candidates},
    },
    services,
    text::{
        format::{When, duration, inside},
        i18n,
    },
    web::Choice as _,
};
use channels::{Button, messenger::Said};
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use sea_orm::ConnectionTrait;
use std::ops::Range;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// How many workers are offered for an order.
const OFFERED: usize = 3;
/// How far ahead somebody is looked for.
const MOST_DAYS: i64 = 14;
/// The times of a day that are tried.
const SLOTS: i64 = 4;
const SLOT_MS: i64 = 2 * HOUR_MS;
/// The hours of the customer's day in which somebody comes who was not wished for then.
const DAY: Range<i8> = 8..20;
const MOST_WAITING: u64 = 10;
/// How much of a line is shown.
const SHOWN_OF_LINE: usize = 200;

pub async fn menu(talk: &mut Talk<'_>, _: &Actor) -> Result<()> {
    let waiting = messages::count_waiting(talk.app).await?;
    let text = i18n::ta(talk.lang, "bot-office-menu", &[("count", i64::from(waiting).into())]);
    let rows = vec![
        vec![talk.button("bot-waiting", Deed::Waiting)],
        vec![talk.page("bot-open-board", "/orders"), talk.page("bot-open-chats", "/conversations")],
    ];
    talk.show(&text, &rows).await
}

/// A line of chat. One for nobody in particular is not sent, and that is said.
pub fn said<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, said: &'a Said) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let to = match write::answered(talk, actor, said).await? {
            None => write::awaited(talk, actor, said),
            answered => answered,
        };
        match to {
            Some(to) => write::write(talk, actor, to, said).await,
            None => {
                let rows = vec![vec![talk.button("bot-waiting", Deed::Waiting)], vec![talk.page("bot-open-chats", "/conversations")]];
                talk.say(&talk.t("bot-for-whom"), &rows).await
            }
        }
    })
}

fn only_staff(actor: &Actor) -> Result<()> {
    if actor.is_staff() { Ok(()) } else { Err(Error::NotFound) }
}

/// The chats in which somebody waits, the longest first.
pub fn waiting<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        only_staff(actor)?;
        let rows = messages::waiting_chats(talk.app, actor, MOST_WAITING).await?;
        if rows.is_empty() {
            return talk.show(&talk.t("bot-nobody-waits"), &[vec![talk.button("bot-menu", Deed::Menu)]]).await;
        }
        let (now, mut lines, mut buttons) = (talk.app.clock.now_ms(), vec![talk.t("bot-who-waits")], vec![]);
        let tells = may_tell(talk);
        for (place, row) in (1..).zip(&rows) {
            // Names and words of customers stay out of other countries' messengers, as everywhere.
            let customer = row.customer.clone().filter(|_| tells);
            let (side, who) = match row.audience {
                Audience::Customer => ("bot-with-customer", customer),
                Audience::Worker | Audience::Direct => ("bot-with-worker", row.worker.clone()),
                Audience::Internal => ("bot-with-colleagues", None),
            };
            let who = [Some(talk.t(side)), who].into_iter().flatten().collect::<Vec<_>>().join(" ");
            let number = row.number.as_ref().map(|number| format!("№ {number}"));
            let about = [Some(who), number].into_iter().flatten().collect::<Vec<_>>().join(", ");
            let minutes = (now - row.waiting_ms.unwrap_or(now)).max(0) / 60_000;
            let waited = duration(talk.lang, minutes.max(1));
            lines.push(format!("{place}. {}", talk.ta("bot-waits-for", &[("about", &about), ("time", &waited)])));
            let said: String = row.body.chars().take(SHOWN_OF_LINE).collect();
            if tells && !said.trim().is_empty() {
                lines.push(talk.ta("bot-last-words", &[("words", said.trim())]));
            }
            let label = format!("{place}. {}", talk.ta("bot-answer-to", &[("whom", &about)]));
            buttons.push(vec![named(&label, Deed::Answer(row.id))]);
        }
        talk.show(&lines.join("\n"), &buttons).await
    })
}

/// Confirms an order. One that was confirmed meanwhile is shown as it is.
pub async fn confirm(talk: &mut Talk<'_>, actor: &Actor, id: OrderId, version: i64) -> Result<()> {
    only_staff(actor)?;
    let order = query::find(talk.app.db.read(), actor, id).await?;
    if order.status == OrderStatus::New {
        let deed = OrderDeed { version: Some(version), ..OrderDeed::new(OrderAction::Confirm) };
        let command = talk.command("confirm");
        match once!(talk.app, actor, &command => |change| orders::act(change, id, &deed).await.map(|order| order.id)) {
            Ok(_) => {}
            Err(Error::Stale | Error::Conflict("not_now", _)) => {
                let notice = talk.t("bot-outdated");
                talk.acknowledge(&notice).await;
            }
            Err(error) => return Err(error),
        }
    } else {
        let notice = talk.t("bot-done-already");
        talk.acknowledge(&notice).await;
    }
    show(talk, actor, id).await
}

/// An order as the office sees it here: number, state, and who comes when.
pub fn show<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, id: OrderId) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let listed = query::show(talk.app, actor, id).await?;
        let order = &listed.order;
        let status = talk.t(&format!("order-status-{}", order.status.code().replace('_', "-")));
        let mut lines =
            vec![talk.ta("bot-order", &[("number", &order.number), ("status", &status.to_lowercase())]), listed.service_name.clone()];
        let live = live_visit(talk.app.db.read(), actor, id).await?;
        if let Some(visit) = &live {
            let when = When::new(talk.lang, zone_named(&order.zone), talk.app.clock.now_ms());
            let crew = visits::crews(talk.app.db.read(), talk.app.db.engine(), &[visit.id]).await?;
            let name = crew.into_iter().find(|member| member.worker_id == visit.lead_id).map(|lead| lead.name).unwrap_or_default();
            let status = talk.t(&format!("visit-status-{}", visit.status.code().replace('_', "-")));
            let window = inside(&when.window(visit.starts_ms, visit.ends_ms));
            lines.push(talk.ta("bot-goes", &[("name", &name), ("when", &window), ("status", &status.to_lowercase())]));
        }
        let mut rows = vec![];
        if order.status == OrderStatus::New {
            rows.push(vec![talk.button("bot-confirm", Deed::Confirm { id, version: order.version })]);
        }
        if live.is_none() && may_be_assigned(order.status) {
            rows.push(vec![talk.button("bot-assign", Deed::Assign(id))]);
        }
        rows.push(vec![talk.button("bot-write-to-customer", Deed::WriteAboutOrder(id)), talk.page("bot-open", &format!("/orders/{id}"))]);
        talk.show(&lines.join("\n"), &rows).await
    })
}

fn may_be_assigned(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::New | OrderStatus::Confirmed | OrderStatus::Scheduled)
}

/// The visit of an order for which somebody is taken up, if there is one.
async fn live_visit(conn: &impl ConnectionTrait, actor: &Actor, id: OrderId) -> Result<Option<Visit>> {
    Ok(visits::of_order(conn, actor, id).await?.into_iter().find(|visit| visit.status.is_busy()))
}

/// Somebody is sent already, or the order is past that: it is shown as it stands.
async fn assigned_already(talk: &mut Talk<'_>, actor: &Actor, id: OrderId) -> Result<()> {
    let notice = talk.t("bot-assigned-already");
    talk.acknowledge(&notice).await;
    show(talk, actor, id).await
}

/// Three workers who are free and able, each at the soonest time from that on which the customer wishes. Whoever has declined the order
/// stands behind those who have not.
pub fn assign<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, id: OrderId) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        only_staff(actor)?;
        let (app, now) = (talk.app, talk.app.clock.now_ms());
        let order = query::find(app.db.read(), actor, id).await?;
        let visits = visits::of_order(app.db.read(), actor, id).await?;
        if !may_be_assigned(order.status) || visits.iter().any(|visit| visit.status.is_busy()) {
            return assigned_already(talk, actor, id).await;
        }
        let refused = |worker: WorkerId| {
            let refused = |visit: &Visit| matches!(visit.status, VisitStatus::Declined | VisitStatus::Expired) && visit.lead_id == worker;
            visits.iter().any(refused)
        };
        let length = services::find(app.db.read(), order.service_id).await?.duration_minutes * 60_000;
        let zone = zone_named(&order.zone);
        let first = order.desired_from_ms.filter(|wish| *wish > now).unwrap_or_else(|| next_morning(&zone, now));
        let fits = |slot: &i64| hour(&zone, *slot) == hour(&zone, first) || DAY.contains(&hour(&zone, *slot));
        let slots = (0..MOST_DAYS).flat_map(|day| (0..SLOTS).map(move |slot| first + day * DAY_MS + slot * SLOT_MS)).filter(fits);
        let (mut willing, mut others): (Vec<Choice>, Vec<Choice>) = (vec![], vec![]);
        for slot in slots {
            let found = candidates(app, (slot, slot + length), Some(order.service_id), None).await?;
            let able = found.iter().filter(|one| one.missing_skills.is_empty()).count();
            let able_and_willing = found.iter().filter(|one| one.missing_skills.is_empty() && !refused(one.worker.id)).count();
            for one in found.into_iter().filter(visits::Candidate::is_available) {
                let list = if refused(one.worker.id) { &mut others } else { &mut willing };
                if !list.iter().any(|known| known.worker == one.worker.id) {
                    list.push(Choice { worker: one.worker.id, name: one.worker.name, slot });
                }
            }
            if willing.len() >= OFFERED.min(able_and_willing) && willing.len() + others.len() >= OFFERED.min(able) {
                break;
            }
        }
        let when = When::new(talk.lang, zone.clone(), now);
        let mut rows: Vec<Vec<Button>> = willing
            .into_iter()
            .chain(others)
            .take(OFFERED)
            .map(|Choice { worker, name, slot }| {
                vec![named(&format!("{name}, {}", inside(&when.day_time(slot))), Deed::AssignTo { order: id, worker, slot })]
            })
            .collect();
        let text = if rows.is_empty() { "bot-nobody-free" } else { "bot-whom-to-send" };
        let text = talk.ta(text, &[("number", &order.number)]);
        rows.push(vec![talk.page("bot-open", &format!("/orders/{id}"))]);
        talk.show(&text, &rows).await
    })
}

/// Somebody who may be sent, and when.
struct Choice {
    worker: WorkerId,
    name: String,
    slot: i64,
}

/// The hour of the day there.
fn hour(zone: &TimeZone, at: i64) -> i8 {
    jiff::Timestamp::from_millisecond(at).map_or(0, |at| zone.to_datetime(at).hour())
}

/// Ten in the morning of the next day there.
fn next_morning(zone: &TimeZone, now: i64) -> i64 {
    let next = jiff::Timestamp::from_millisecond(now).ok().and_then(|now| zone.to_datetime(now).date().tomorrow().ok());
    next.and_then(|date| zone.to_timestamp(date.at(10, 0, 0, 0)).ok()).map_or(now + DAY_MS, |at| at.as_millisecond())
}

/// Plans a visit and offers it, unless somebody is sent already: a list of before sends no second crew.
pub fn assign_to<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, (id, worker, slot): (OrderId, WorkerId, i64)) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        only_staff(actor)?;
        let new = NewVisit {
            worker_ids: vec![worker],
            lead_id: None,
            starts_ms: slot,
            ends_ms: None,
            note: String::new(),
            offer: true,
            override_reason: String::new(),
            payout_minor: None,
        };
        let command = talk.command("assign");
        let planned = once!(talk.app, actor, &command => |change| {
            let order = orders::find_to_change(&change.tx, &change.actor, id).await?;
            if !may_be_assigned(order.status) || live_visit(change.tx.conn(), &change.actor, id).await?.is_some() {
                return Err(Error::conflict("not_now"));
            }
            if order.status == OrderStatus::New {
                orders::act(change, id, &OrderDeed::new(OrderAction::Confirm)).await?;
            }
            visits::plan(change, id, &new).await.map(|visit| visit.id)
        });
        match planned {
            Ok(_) => {
                let notice = talk.t("bot-offered");
                talk.acknowledge(&notice).await;
            }
            Err(Error::Conflict("not_now", _)) => return assigned_already(talk, actor, id).await,
            Err(Error::Conflict(..)) => {
                let notice = talk.t("bot-taken-meanwhile");
                talk.acknowledge(&notice).await;
                return assign(talk, actor, id).await;
            }
            Err(error) => return Err(error),
        }
        show(talk, actor, id).await
    })
}
