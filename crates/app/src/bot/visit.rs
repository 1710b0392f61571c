//! One visit as its worker sees it in a messenger, and the steps of it.

use super::{
    talk::{Step, Talk, named, refuse_longer},
    worker,
};
use crate::{
    access::Actor,
    company::zone_named,
    error::{Error, Result},
    ids::VisitId,
    messages,
    notifications::{Channel, deed::Deed},
    orders::{
        VisitAction, VisitStatus, reports,
        view::AddressView,
        visits::{self, Step as Deeded, Visit, api::VisitWithOrder, api::with_orders},
    },
    services,
    text::{
        format::{When, inside},
        phone::Phone,
    },
    web::Choice,
};
use channels::{Button, Press};
use futures_util::future::BoxFuture;

/// The usual reasons for leaving a visit undone.
pub const REASONS: [&str; 7] = ["no_answer", "no_access", "not_ready", "no_material", "other_crew", "weather", "other"];
const LONGEST_REASON: usize = 1000;
/// The usual reasons for declining one.
const DECLINE_REASONS: [&str; 4] = ["bot-decline-busy", "bot-decline-far", "bot-decline-ill", "bot-decline-other"];

/// A visit of the actor's, together with its order. Customers have orders.
pub async fn find(talk: &Talk<'_>, actor: &Actor, id: VisitId) -> Result<(Visit, VisitWithOrder)> {
    if !actor.is_staff() && actor.worker_id().is_none() {
        return Err(Error::NotFound);
    }
    let visit = visits::find(talk.app.db.read(), actor, id).await?;
    let both = with_orders(talk.app, actor, std::slice::from_ref(&visit)).await?.pop().ok_or(Error::NotFound)?;
    Ok((visit, both))
}

/// Shows a visit as it stands now, with what can be done next.
pub fn show<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, id: VisitId) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let (visit, both) = find(talk, actor, id).await?;
        let text = words(talk, &visit, &both);
        let buttons = buttons(talk, actor, &visit, &both);
        talk.show(&text, &buttons).await
    })
}

fn status(talk: &Talk<'_>, status: VisitStatus) -> String {
    talk.t(&format!("visit-status-{}", status.code().replace('_', "-")))
}

/// A visit in one line.
pub fn brief(talk: &Talk<'_>, visit: &Visit, both: &VisitWithOrder) -> String {
    let when = When::new(talk.lang, zone_named(&both.order.address.zone), talk.app.clock.now_ms());
    format!("{}, {} ({})", when.window(visit.starts_ms, visit.ends_ms), both.order.service, status(talk, visit.status).to_lowercase())
}

/// Whether names, addresses and phones may be told here: in this country's messenger, or where the company says so.
pub fn may_tell(talk: &Talk<'_>) -> bool {
    talk.line.channel == Channel::Max || talk.app.company().foreign_details
}

fn words(talk: &Talk<'_>, visit: &Visit, both: &VisitWithOrder) -> String {
    let order = &both.order;
    let when = When::new(talk.lang, zone_named(&order.address.zone), talk.app.clock.now_ms());
    let mut lines = vec![
        talk.ta("bot-visit", &[("number", &order.number), ("status", &status(talk, visit.status).to_lowercase())]),
        when.window(visit.starts_ms, visit.ends_ms),
        order.service.clone(),
    ];
    if may_tell(talk) {
        lines.push(place(talk, &order.address));
        if let Some(customer) = &order.customer {
            let phone = customer.phone.clone().map(|phone| Phone::stored(phone).to_string()).unwrap_or_default();
            lines.push(format!("{} {phone}", customer.name).trim().to_owned());
        }
        lines.extend(order.description.clone());
        lines.extend(both.visit.note.clone());
    } else {
        lines.push(order.address.district.clone());
        // Before they accept there is no more of it anywhere.
        lines.extend(order.customer.as_ref().map(|_| talk.t("bot-details-inside")));
    }
    if let Some(until) = visit.offer_until_ms.filter(|_| visit.status == VisitStatus::Offered) {
        lines.push(talk.ta("bot-answer-until", &[("when", &inside(&when.day_time(until)))]));
    }
    if let Some(reason) = both.visit.reason.clone().filter(|reason| !reason.is_empty()) {
        // Somebody's own words, in which anything may stand.
        lines.push(if may_tell(talk) { talk.ta("bot-because", &[("reason", &reason)]) } else { talk.t("bot-reason-inside") });
    }
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}

fn place(talk: &Talk<'_>, address: &AddressView) -> String {
    let Some(text) = &address.text else { return address.district.clone() };
    let mut parts = vec![text.clone()];
    for (key, value) in [
        ("bot-entrance", &address.entrance),
        ("bot-floor", &address.floor),
        ("bot-flat", &address.flat),
        ("bot-intercom", &address.intercom),
    ] {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            parts.push(talk.ta(key, &[("value", value)]));
        }
    }
    parts.join(", ")
}

fn buttons(talk: &Talk<'_>, actor: &Actor, visit: &Visit, both: &VisitWithOrder) -> Vec<Vec<Button>> {
    let (id, version) = (visit.id, visit.version);
    let can = |action: VisitAction| both.visit.actions.contains(&action);
    let step = |key: &str, action| talk.button(key, Deed::Visit { action, id, version });
    let mut rows = vec![];
    let pairs = [
        ("bot-accept", VisitAction::Accept, "bot-decline", VisitAction::Decline),
        ("bot-depart", VisitAction::Depart, "bot-fail", VisitAction::Fail),
        ("bot-arrive", VisitAction::Arrive, "bot-fail", VisitAction::Fail),
        ("bot-resume", VisitAction::Resume, "bot-fail", VisitAction::Fail),
        ("bot-finish", VisitAction::Finish, "bot-fail", VisitAction::Fail),
    ];
    if let Some((first, forward, second, aside)) = pairs.into_iter().find(|(_, forward, ..)| can(*forward)) {
        let mut row = vec![step(first, forward)];
        row.extend(can(aside).then(|| step(second, aside)));
        rows.push(row);
    }
    if can(VisitAction::Pause) {
        rows.push(vec![step("bot-pause", VisitAction::Pause)]);
    }
    rows.push(vec![talk.button("bot-write-dispatcher", Deed::WriteAboutVisit(id)), talk.page("bot-open", &format!("/visits/{id}"))]);
    if messages::answers_customers(talk.app, actor) {
        rows.push(vec![talk.button("bot-write-to-customer", Deed::WriteAboutOrder(visit.order_id))]);
    }
    if let (true, Some(text)) = (may_tell(talk), &both.order.address.text) {
        let words: String = form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let url = match (both.order.address.lat, both.order.address.lon) {
            (Some(lat), Some(lon)) => format!("https://yandex.ru/maps/?rtext=~{lat},{lon}&rtt=auto"),
            _ => format!("https://yandex.ru/maps/?text={words}"),
        };
        rows.push(vec![Button { label: talk.t("bot-route"), press: Press::Open(url) }]);
    }
    let mut last = vec![talk.button("bot-today", Deed::Today)];
    last.extend(visit.status.is_under_way().then(|| talk.button("bot-here", Deed::Here)));
    rows.push(last);
    rows
}

/// Takes a step with a visit. Whoever presses an old button is shown how it stands instead.
pub async fn act(talk: &mut Talk<'_>, actor: &Actor, id: VisitId, action: VisitAction, version: i64) -> Result<()> {
    let Some(visit) = still_theirs(talk, actor, id).await? else { return Ok(()) };
    if visit.version != version || !action.from().contains(&visit.status) {
        return outdated(talk, actor, &visit, action).await;
    }
    let ends = matches!(action, VisitAction::Finish | VisitAction::Fail);
    if ends && talk.waiting.pictures.iter().any(|(visit, _)| *visit == id) {
        let text = talk.t("bot-pictures-first");
        return worker::ask_what_they_show(talk, id, &text).await;
    }
    if matches!(action, VisitAction::Decline | VisitAction::Fail) {
        return ask_reason(talk, id, action, version).await;
    }
    step(talk, actor, id, Deeded { version: Some(version), ..Deeded::new(action) }).await
}

/// The visit whose button was pressed. A worker who does not have it any more is told so, where the button stood.
async fn still_theirs(talk: &mut Talk<'_>, actor: &Actor, id: VisitId) -> Result<Option<Visit>> {
    match find(talk, actor, id).await {
        Ok((visit, _)) => Ok(Some(visit)),
        Err(Error::NotFound) if actor.worker_id().is_some() => {
            talk.set(Step::Nothing).await?;
            let today = vec![vec![talk.button("bot-today", Deed::Today)]];
            talk.show(&talk.t("bot-visit-gone"), &today).await?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The same press twice did it the first time; anything else has changed meanwhile.
async fn outdated(talk: &mut Talk<'_>, actor: &Actor, visit: &Visit, action: VisitAction) -> Result<()> {
    let reached = match action {
        VisitAction::Accept => VisitStatus::Accepted,
        VisitAction::Depart => VisitStatus::EnRoute,
        VisitAction::Arrive | VisitAction::Resume => VisitStatus::OnSite,
        VisitAction::Pause => VisitStatus::Paused,
        VisitAction::Finish => VisitStatus::Done,
        _ => VisitStatus::Planned,
    };
    let notice = if visit.status == reached { "bot-done-already" } else { "bot-outdated" };
    let notice = talk.t(notice);
    talk.acknowledge(&notice).await;
    show(talk, actor, visit.id).await
}

fn step<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, id: VisitId, step: Deeded) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let command = talk.command("step");
        let done = once!(talk.app, actor, &command => |change| visits::act(change, id, &step).await.map(|visit| visit.id));
        match done {
            Ok(_) => {
                talk.set(Step::Nothing).await?;
                // A declined visit does not exist for the worker any more, so there is nothing to show.
                if step.action == VisitAction::Decline && actor.worker_id().is_some() {
                    let menu = vec![vec![talk.button("bot-today", Deed::Today)]];
                    return talk.show(&talk.t("bot-declined"), &menu).await;
                }
                show(talk, actor, id).await
            }
            // What is missing is told with what can be done about it.
            Err(Error::Invalid(_)) if step.action == VisitAction::Finish => {
                let notice = talk.t("bot-lacks-notice");
                talk.acknowledge(&notice).await;
                lacks(talk, actor, id, true).await
            }
            Err(error @ (Error::Stale | Error::Conflict(..))) => {
                talk.set(Step::Nothing).await?;
                match error {
                    Error::Stale | Error::Conflict("not_now", _) if talk.is_press() => {
                        let notice = talk.t("bot-outdated");
                        talk.acknowledge(&notice).await;
                    }
                    error => {
                        let words = talk.words_of(&error);
                        talk.say(&words, &[]).await?;
                    }
                }
                show(talk, actor, id).await
            }
            Err(error) => Err(error),
        }
    })
}

/// What a visit lacks before it can be finished, the lines of the checklist to be ticked here; in a message of its own if `anew`.
pub fn lacks<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, id: VisitId, anew: bool) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let (visit, both) = find(talk, actor, id).await?;
        let conn = talk.app.db.read();
        let service = services::find(conn, both.order.service_id).await?;
        let report = reports::of_visit(conn, id).await?;
        let files = crate::orders::files::of_visit(conn, id).await?;
        let missing = reports::missing(&service, &report, &files);
        let title = if missing.is_nothing() { "bot-lacks-nothing" } else { "bot-lacks" };
        let mut lines = vec![talk.t(title)];
        lines.extend(missing.errors().iter().map(|fault| format!("• {}", crate::web::face::field_message(talk.lang, fault))));
        if missing.photos_before > 0 || missing.photos_after > 0 {
            lines.push(talk.t("bot-send-pictures"));
        }
        let ticked = report.ticked();
        let mut rows: Vec<Vec<Button>> = service
            .checklist()
            .iter()
            .enumerate()
            .map(|(place, line)| {
                let is_ticked = i64::try_from(place).is_ok_and(|place| ticked.contains(&place));
                vec![named(&format!("{} {line}", if is_ticked { "✅" } else { "⬜" }), Deed::Tick { id, place })]
            })
            .collect();
        if missing.signature {
            rows.push(vec![talk.page("bot-sign", &format!("/visits/{id}/report"))]);
        }
        rows.push(vec![talk.button("bot-finish", Deed::Visit { action: VisitAction::Finish, id, version: visit.version })]);
        rows.push(vec![talk.button("bot-show", Deed::ShowVisit(id))]);
        let text = lines.join("\n");
        // The same once more would change nothing in the message in which it stands already.
        if anew { talk.say(&text, &rows).await } else { talk.show(&text, &rows).await }
    })
}

fn reason_keys(action: VisitAction) -> Vec<String> {
    match action {
        VisitAction::Decline => DECLINE_REASONS.iter().map(|key| (*key).to_owned()).collect(),
        _ => REASONS.iter().map(|code| format!("reason-{}", code.replace('_', "-"))).collect(),
    }
}

async fn ask_reason(talk: &mut Talk<'_>, id: VisitId, action: VisitAction, version: i64) -> Result<()> {
    talk.set(Step::Reason { visit: id, action, version }).await?;
    let mut rows: Vec<Vec<Button>> = reason_keys(action)
        .iter()
        .enumerate()
        .map(|(reason, key)| vec![talk.button(key, Deed::Because { action, id, version, reason })])
        .collect();
    rows.push(vec![talk.button("bot-back", Deed::ShowVisit(id))]);
    let key = if action == VisitAction::Decline { "bot-why-decline" } else { "bot-why-fail" };
    talk.show(&talk.t(key), &rows).await
}

/// Takes the step for one of the usual reasons.
pub async fn because(talk: &mut Talk<'_>, actor: &Actor, (id, action, version): (VisitId, VisitAction, i64), reason: usize) -> Result<()> {
    let Some(visit) = still_theirs(talk, actor, id).await? else { return Ok(()) };
    if visit.version != version || !action.from().contains(&visit.status) {
        return outdated(talk, actor, &visit, action).await;
    }
    let keys = reason_keys(action);
    let key = keys.get(reason).ok_or(Error::NotFound)?;
    let (reason, reason_code) = match action {
        VisitAction::Decline => (talk.t(key), String::new()),
        _ => (String::new(), REASONS.get(reason).copied().unwrap_or("other").to_owned()),
    };
    step(talk, actor, id, Deeded { version: Some(version), reason, reason_code, action }).await
}

/// Takes the step for a reason in the person's own words.
pub async fn because_of(talk: &mut Talk<'_>, actor: &Actor, (id, action, version): (VisitId, VisitAction, i64), words: &str) -> Result<()> {
    refuse_longer(words.trim(), LONGEST_REASON)?;
    let reason = words.trim().to_owned();
    step(talk, actor, id, Deeded { version: Some(version), reason, reason_code: String::new(), action }).await
}

/// Whether a text is written for each reason.
#[cfg(test)]
pub fn reasons_are_written() -> bool {
    [VisitAction::Decline, VisitAction::Fail].into_iter().flat_map(reason_keys).all(|key| crate::text::i18n::has(&key))
}
