//! What is told because of the time: the evening before a visit, a worker's morning, that somebody is late.

use super::{
    Side,
    decide::{Morning, Topic, TrialWanted, VisitDue},
    reach,
    row::mark,
};
use crate::{
    app::App,
    company::zone_named,
    error::Result,
    ids::{OrderId, UserId, VisitId},
    web::{Change, Choice},
};
use jiff::{Timestamp, tz::TimeZone};
use sea_orm::{ActiveValue::Set, FromQueryResult, entity::prelude::*};
use serde::Serialize;
use store::Tx;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// When customers are reminded of tomorrow's visit, in the zone of the address.
const EVENING: i8 = 18;
/// When a worker's day is told, in the zone in which it goes.
const MORNING: (i8, i8) = (8, 0);
/// When nobody has come so long after a visit's time, or at its middle if that is sooner, the customer hears that it takes longer.
const LATE_MS: i64 = 15 * MINUTE_MS;
/// How long marks are kept.
const KEPT_MS: i64 = 30 * DAY_MS;

#[derive(FromQueryResult)]
struct Near {
    id: VisitId,
    order_id: OrderId,
    starts_ms: i64,
    ends_ms: i64,
    accepted_ms: Option<i64>,
    status: String,
    zone: String,
}

/// What is still ahead of workers on one day: a part of a query between two moments.
const AHEAD: &str = "FROM visits v JOIN visit_workers vw ON vw.visit_id = v.id JOIN workers w ON w.id = vw.worker_id JOIN users u ON u.id = w.user_id \
    WHERE v.starts_ms >= ? AND v.starts_ms < ? AND v.status IN ('accepted', 'offered')";

#[derive(FromQueryResult)]
struct InZone {
    zone: Option<String>,
}

#[derive(FromQueryResult)]
struct Worker {
    user_id: UserId,
}

/// Publishes what it is time for. Each thing is told once, whoever asks how often.
pub async fn remind(app: &App) -> Result<()> {
    let now = app.clock.now_ms();
    visits(app, now).await?;
    mornings(app, now).await
}

/// A look at the visits of the next two days, which are few and lie together in the index of times.
async fn visits(app: &App, now: i64) -> Result<()> {
    let text = "SELECT v.id, v.order_id, v.starts_ms, v.ends_ms, v.accepted_ms, v.status, o.zone FROM visits v JOIN orders o ON o.id = v.order_id \
        WHERE v.starts_ms > ? AND v.starts_ms < ? AND v.status IN ('accepted', 'en_route') AND o.status <> 'on_hold' \
        AND NOT EXISTS (SELECT 1 FROM notice_marks m WHERE m.what = CONCAT(CASE WHEN v.starts_ms > ? THEN 'tomorrow ' ELSE 'late ' END, v.id, ' ', v.starts_ms))";
    let values = [(now - DAY_MS).into(), (now + 2 * DAY_MS).into(), now.into()];
    let near = Near::find_by_statement(store::sql(app.db.engine(), text, values)).all(app.db.read()).await?;
    for visit in near {
        let due = VisitDue { visit_id: visit.id, order_id: visit.order_id, starts_ms: visit.starts_ms, ends_ms: visit.ends_ms };
        // Who accepted after the visit's time had begun is given as long from then.
        let from = visit.starts_ms.max(visit.accepted_ms.unwrap_or(visit.starts_ms));
        let late_at = (from + LATE_MS).min(from.midpoint(visit.ends_ms));
        if visit.starts_ms > now
            && visit.status == "accepted"
            // What was agreed on after that needs no reminder.
            && evening(&zone_named(&visit.zone), visit.starts_ms).is_some_and(|at| at <= now && visit.accepted_ms < Some(at))
        {
            once(app, &format!("tomorrow {} {}", visit.id, visit.starts_ms), Topic::VisitTomorrow, &due).await?;
        } else if late_at <= now && now < visit.ends_ms {
            once(app, &format!("late {} {}", visit.id, visit.starts_ms), Topic::VisitLate, &due).await?;
        }
    }
    Ok(())
}

/// The evening before a visit.
fn evening(zone: &TimeZone, starts_ms: i64) -> Option<i64> {
    let day = zone.to_datetime(Timestamp::from_millisecond(starts_ms).ok()?).date().yesterday().ok()?;
    Some(zone.to_timestamp(day.at(EVENING, 0, 0, 0)).ok()?.as_millisecond())
}

/// The morning comes to each in the zone in which their day goes.
async fn mornings(app: &App, now: i64) -> Result<()> {
    let text = "SELECT DISTINCT u.zone FROM workers w JOIN users u ON u.id = w.user_id WHERE u.blocked_ms IS NULL";
    let zones = InZone::find_by_statement(store::sql(app.db.engine(), text, [])).all(app.db.read()).await?;
    for InZone { zone } in zones {
        morning(app, zone.as_deref(), now).await?;
    }
    Ok(())
}

/// Publishes the day of those workers whose day goes in this zone, or in the company's.
async fn morning(app: &App, chosen: Option<&str>, now: i64) -> Result<()> {
    let zone = workers_zone(app, chosen);
    let Ok(instant) = Timestamp::from_millisecond(now) else { return Ok(()) };
    let date = zone.to_datetime(instant).date();
    let at = |hour, minute| zone.to_timestamp(date.at(hour, minute, 0, 0)).map(Timestamp::as_millisecond);
    let (Ok(dawn), Ok(begins)) = (at(0, 0), at(MORNING.0, MORNING.1)) else { return Ok(()) };
    let whole = chosen.map_or_else(|| format!("mornings {date}"), |zone| format!("mornings {date} {zone}"));
    // Whoever comes to it later in the day sees it anyway.
    if now < begins || now > begins + 2 * 60 * MINUTE_MS || is_marked(app, &whole).await? {
        return Ok(());
    }
    let text = format!("SELECT DISTINCT w.user_id {AHEAD} AND COALESCE(u.zone, '') = ?");
    let values = [dawn.into(), midnight(&zone, dawn).into(), chosen.unwrap_or_default().into()];
    let workers = Worker::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?;
    store::transaction!(app.db, |tx| {
        if !mark(tx, &whole, now).await? {
            return Ok(());
        }
        for worker in &workers {
            // Who chose another zone this morning was told in the one before.
            if mark(tx, &format!("morning {date} {}", worker.user_id), now).await? {
                let morning = Morning { user_id: worker.user_id, day_ms: dawn };
                outbox::publish(tx, Topic::WorkerDay.code(), &morning, now).await?;
            }
        }
        Ok(())
    })
}

/// The zone in which a worker's day goes who chose this one, or none.
fn workers_zone(app: &App, chosen: Option<&str>) -> TimeZone {
    reach::own_zone(app, chosen, Side::Worker, "")
}

/// When the day ends that begins then.
fn midnight(zone: &TimeZone, dawn: i64) -> i64 {
    let next = Timestamp::from_millisecond(dawn).ok().and_then(|at| zone.to_datetime(at).date().tomorrow().ok());
    let next = next.and_then(|date| zone.to_timestamp(date.at(0, 0, 0, 0)).ok());
    next.map_or(dawn + DAY_MS, Timestamp::as_millisecond)
}

/// How many visits are still ahead of a worker, who chose this zone, on the day that begins at `dawn`; none once it is over.
pub(super) async fn ahead(app: &App, user: UserId, chosen: Option<&str>, dawn: i64) -> Result<i64> {
    let (now, end) = (app.clock.now_ms(), midnight(&workers_zone(app, chosen), dawn));
    if now >= end {
        return Ok(0);
    }
    let statement =
        store::sql(app.db.engine(), &format!("SELECT COUNT(*) {AHEAD} AND w.user_id = ?"), [dawn.into(), end.into(), user.into()]);
    let row = app.db.read().query_one_raw(statement).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0))
}

async fn once(app: &App, what: &str, topic: Topic, event: &impl Serialize) -> Result<()> {
    let now = app.clock.now_ms();
    store::transaction!(app.db, |tx| {
        if mark(tx, what, now).await? {
            outbox::publish(tx, topic.code(), event, now).await?;
        }
        Ok(())
    })
}

async fn is_marked(app: &App, what: &str) -> Result<bool> {
    Ok(mark::Entity::find_by_id(what.to_owned()).one(app.db.read()).await?.is_some())
}

/// Marks that something is told; `false` when it was already.
async fn mark(tx: &Tx, what: &str, now: i64) -> Result<bool> {
    if mark::Entity::find_by_id(what.to_owned()).one(tx.conn()).await?.is_some() {
        return Ok(false);
    }
    let row = mark::ActiveModel { what: Set(what.to_owned()), at_ms: Set(now) };
    match mark::Entity::insert(row).exec_without_returning(tx.conn()).await {
        Err(error) if store::dialect::is_duplicate(&error) => Ok(false),
        other => Ok(other.map(|_| true)?),
    }
}

/// Sends the person who asks a message through one channel, to try it out or to see its words there.
pub async fn try_out(change: &Change, wanted: &TrialWanted) -> Result<()> {
    change.publish(Topic::Trial.code(), wanted).await
}

/// Forgets old marks.
pub async fn forget_old(app: &App) -> Result<()> {
    let before = app.clock.now_ms() - KEPT_MS;
    store::transaction!(app.db, |tx| {
        mark::Entity::delete_many().filter(mark::Column::AtMs.lt(before)).exec(tx.conn()).await.map(drop)
    })?;
    Ok(())
}
