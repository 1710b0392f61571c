//! The office from a messenger: confirm an order, find somebody for it, answer who waits.

use super::{
    talk::{Step, Talk, named},
    write,
};
use crate::{
    access::Actor,
    error::{Error, Result},
    ids::{OrderId, WorkerId},
    messages,
    notifications::deed::Deed,
    orders::{
        self, Deed as OrderDeed, OrderAction, OrderStatus, query,
        visits::{self, NewVisit, candidates},
    },
    services,
    text::{format::When, i18n},
};
use channels::{Button, messenger::Said};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// How many workers are offered for an order.
const OFFERED: usize = 3;
/// How far ahead somebody is looked for.
const MOST_DAYS: i64 = 14;
const MOST_WAITING: u64 = 10;

pub async fn menu(talk: &mut Talk<'_>, _: &Actor) -> Result<()> {
    let waiting = messages::count_waiting(talk.app).await?;
    let text = i18n::ta(talk.lang, "bot-office-menu", &[("count", i64::from(waiting).into())]);
    let rows = vec![
        vec![talk.button("bot-waiting", Deed::Waiting)],
        vec![talk.page("bot-open-board", "/orders"), talk.page("bot-open-chats", "/conversations")],
    ];
    talk.show(&text, &rows).await
}

/// An answer to a line of chat, or nothing that we understand.
pub async fn said(talk: &mut Talk<'_>, actor: &Actor, said: &Said) -> Result<()> {
    if let Step::Write(to) = talk.step {
        return write::write(talk, actor, to, said).await;
    }
    match write::answered(talk, said).await? {
        Some(to) => write::write(talk, actor, to, said).await,
        None => menu(talk, actor).await,
    }
}

fn only_staff(actor: &Actor) -> Result<()> {
    if actor.is_staff() { Ok(()) } else { Err(Error::NotFound) }
}

/// The chats in which somebody waits, the longest first.
pub async fn waiting(talk: &mut Talk<'_>, actor: &Actor) -> Result<()> {
    only_staff(actor)?;
    let rows = messages::waiting_chats(talk.app, actor, MOST_WAITING).await?;
    if rows.is_empty() {
        return talk.show(&talk.t("bot-nobody-waits"), &[vec![talk.button("bot-menu", Deed::Menu)]]).await;
    }
    let buttons: Vec<Vec<Button>> = rows
        .iter()
        .map(|row| {
            let number = row.number.as_ref().map(|number| format!("№ {number}")).or_else(|| row.worker.clone()).unwrap_or_default();
            vec![named(&talk.ta("bot-answer-to", &[("whom", &number)]), Deed::Answer(row.id))]
        })
        .collect();
    talk.show(&talk.t("bot-who-waits"), &buttons).await
}

/// Confirms an order. One that was confirmed meanwhile is shown as it is.
pub async fn confirm(talk: &mut Talk<'_>, actor: &Actor, id: OrderId, version: i64) -> Result<()> {
    only_staff(actor)?;
    let order = query::find(talk.app.db.read(), actor, id).await?;
    if order.status == OrderStatus::New {
        let deed = OrderDeed { version: Some(version), ..OrderDeed::new(OrderAction::Confirm) };
        let command = talk.command("confirm");
        match once!(talk.app, actor, &command => |change| orders::act(change, id, &deed).await.map(|order| order.id)) {
            Ok(_) | Err(Error::Stale) => {}
            Err(error) => return Err(error),
        }
    } else {
        let notice = talk.t("bot-done-already");
        talk.acknowledge(&notice).await;
    }
    show(talk, actor, id).await
}

/// An order as the office sees it here: number, state and time alone.
pub async fn show(talk: &mut Talk<'_>, actor: &Actor, id: OrderId) -> Result<()> {
    let order = query::find(talk.app.db.read(), actor, id).await?;
    let status = talk.t(&format!("order-status-{}", crate::web::Choice::code(order.status).replace('_', "-")));
    let text = talk.ta("bot-order", &[("number", &order.number), ("status", &status.to_lowercase())]);
    let mut rows = vec![];
    if order.status == OrderStatus::New {
        rows.push(vec![talk.button("bot-confirm", Deed::Confirm { id, version: order.version })]);
    }
    if matches!(order.status, OrderStatus::New | OrderStatus::Confirmed | OrderStatus::Scheduled) {
        rows.push(vec![talk.button("bot-assign", Deed::Assign(id))]);
    }
    rows.push(vec![talk.button("bot-write-to-customer", Deed::WriteAboutOrder(id)), talk.page("bot-open", &format!("/orders/{id}"))]);
    talk.show(&text, &rows).await
}

/// Three workers who are free and able, at the time the customer wishes or the soonest after it.
pub async fn assign(talk: &mut Talk<'_>, actor: &Actor, id: OrderId) -> Result<()> {
    only_staff(actor)?;
    let (app, now) = (talk.app, talk.app.clock.now_ms());
    let order = query::find(app.db.read(), actor, id).await?;
    if !matches!(order.status, OrderStatus::New | OrderStatus::Confirmed | OrderStatus::Scheduled) {
        let notice = talk.t("bot-outdated");
        talk.acknowledge(&notice).await;
        return show(talk, actor, id).await;
    }
    let length = services::find(app.db.read(), order.service_id).await?.duration_minutes * 60_000;
    let first = order.desired_from_ms.filter(|wish| *wish > now).unwrap_or_else(|| next_morning(talk, now));
    let mut rows = vec![];
    let when = When::new(talk.lang, app.company().zone(), now);
    let mut slot = first;
    for _ in 0..MOST_DAYS {
        let free = candidates(app, (slot, slot + length), Some(order.service_id), None).await?;
        for candidate in free.into_iter().filter(visits::Candidate::is_available).take(OFFERED - rows.len()) {
            let label = format!("{}, {}", candidate.worker.name, when.day_time(slot));
            rows.push(vec![named(&label, Deed::AssignTo { order: id, worker: candidate.worker.id, slot })]);
        }
        if rows.len() == OFFERED {
            break;
        }
        slot += DAY_MS;
    }
    let text = if rows.is_empty() { "bot-nobody-free" } else { "bot-whom-to-send" };
    let text = talk.ta(text, &[("number", &order.number)]);
    rows.push(vec![talk.page("bot-open", &format!("/orders/{id}"))]);
    talk.show(&text, &rows).await
}

/// Ten in the morning of the next day, in the company's zone.
fn next_morning(talk: &Talk<'_>, now: i64) -> i64 {
    let zone = talk.app.company().zone();
    let next = jiff::Timestamp::from_millisecond(now).ok().and_then(|now| zone.to_datetime(now).date().tomorrow().ok());
    next.and_then(|date| zone.to_timestamp(date.at(10, 0, 0, 0)).ok()).map_or(now + DAY_MS, |at| at.as_millisecond())
}

/// Plans a visit and offers it. The same press twice plans one.
pub async fn assign_to(talk: &mut Talk<'_>, actor: &Actor, (id, worker, slot): (OrderId, WorkerId, i64)) -> Result<()> {
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
    // By what is asked for, not by the press: two presses of one button are one wish.
    let command = talk.command_of(&format!("assign {id} {worker} {slot}"));
    let planned = once!(talk.app, actor, &command => |change| {
        let order = query::find(change.tx.conn(), &change.actor, id).await?;
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
        Err(Error::Conflict(..)) => {
            let notice = talk.t("bot-taken-meanwhile");
            talk.acknowledge(&notice).await;
            return assign(talk, actor, id).await;
        }
        Err(error) => return Err(error),
    }
    show(talk, actor, id).await
}
