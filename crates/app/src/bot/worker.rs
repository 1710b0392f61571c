//! The worker's day: what is to be done, pictures and words of the report, lines to the dispatcher.

use super::{
    talk::{Picture, Step, Talk, named},
    visit,
    write::{self, To},
};
use crate::{
    access::Actor,
    error::{Error, Result},
    ids::VisitId,
    notifications::deed::Deed,
    orders::{
        VisitStatus,
        files::{FileKind, Place},
        reports::{self, ReportForm},
        visits::{
            Visit,
            api::with_orders,
            list::{Filter, list},
        },
    },
    text::{form_time, format::When},
    web::paging::Paging,
};
use channels::messenger::Said;
use jiff::{Timestamp, ToSpan};

/// More than anybody does in a day.
const MOST: u64 = 20;
/// Pictures of one album and a few more.
const MOST_PICTURES: usize = 10;
const LONGEST_REPORT: usize = 8000;

pub async fn menu(talk: &mut Talk<'_>) -> Result<()> {
    let mut rows = vec![
        vec![talk.button("bot-today", Deed::Today), talk.button("bot-tomorrow", Deed::Tomorrow)],
        vec![talk.button("bot-write-dispatcher", Deed::WriteToOffice)],
    ];
    if !talk.has_buttons() {
        rows.push(vec![talk.page("bot-open", "/visits")]);
    }
    talk.show(&talk.t("bot-worker-menu"), &rows).await
}

/// The visits of today or of the days after it, and what is offered.
pub async fn day(talk: &mut Talk<'_>, actor: &Actor, ahead: i64) -> Result<()> {
    use VisitStatus::{Accepted, EnRoute, Offered, OnSite, Paused, Returned};
    if actor.worker_id().is_none() {
        return Err(Error::NotFound);
    }
    let (app, zone, now) = (talk.app, talk.app.company().zone(), talk.app.clock.now_ms());
    let today = zone.to_datetime(Timestamp::from_millisecond(now).map_err(anyhow::Error::from)?).date();
    let start = |days: i64| today.checked_add(days.days()).ok().and_then(|date| form_time::day_start(date, &zone).ok()).unwrap_or(now);
    let statuses = vec![Offered, Accepted, EnRoute, OnSite, Paused, Returned];
    let open = list(app, actor, &Filter { statuses, paging: Paging::first(MOST * 2), ..Filter::default() }).await?.items;
    let (from, to) = (start(ahead), start(ahead + 1));
    let under_way = |visit: &Visit| matches!(visit.status, EnRoute | OnSite | Paused | Returned);
    let wanted = |visit: &&Visit| match ahead {
        // What is late or under way is today's, whenever it was to begin.
        0 => visit.starts_ms < to || under_way(visit),
        _ => (from..to).contains(&visit.starts_ms) && !under_way(visit),
    };
    let mut visits: Vec<Visit> = open.iter().filter(wanted).cloned().collect();
    visits.sort_by_key(|visit| (!under_way(visit), visit.starts_ms, visit.id));
    visits.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let both = with_orders(app, actor, &visits).await?;
    let when = When::new(talk.lang, zone.clone(), now);
    let title = if ahead == 0 { "bot-today-title" } else { "bot-tomorrow-title" };
    let mut lines = vec![talk.ta(title, &[("date", &when.date_long(from))])];
    if visits.is_empty() {
        lines.push(talk.t("bot-nothing"));
    }
    let mut rows = vec![];
    for (at, visit) in visits.iter().enumerate() {
        if let Some(both) = both.iter().find(|both| both.visit.id == visit.id) {
            lines.push(format!("{}. {}", at + 1, visit::brief(talk, visit, both)));
            rows.push(vec![named(&format!("{}. № {}", at + 1, both.order.number), Deed::ShowVisit(visit.id))]);
        }
    }
    let other = if ahead == 0 { talk.button("bot-tomorrow", Deed::Tomorrow) } else { talk.button("bot-today", Deed::Today) };
    rows.push(vec![other, talk.button("bot-write-dispatcher", Deed::WriteToOffice)]);
    talk.show(&lines.join("\n"), &rows).await
}

/// The visit at which the worker is, or to which they go.
async fn current(talk: &Talk<'_>, actor: &Actor) -> Result<Option<Visit>> {
    use VisitStatus::{EnRoute, OnSite, Paused, Returned};
    let filter = Filter { statuses: vec![OnSite, Paused, Returned, EnRoute], paging: Paging::first(MOST), ..Filter::default() };
    let mut visits = list(talk.app, actor, &filter).await?.items;
    let rank = |visit: &Visit| [OnSite, Paused, Returned, EnRoute].iter().position(|status| *status == visit.status);
    visits.sort_by_key(|visit| (rank(visit), visit.starts_ms));
    Ok(visits.into_iter().next())
}

/// What a worker wrote or sent: an answer to what was asked, a line of chat, or the report of the visit they are at.
pub async fn said(talk: &mut Talk<'_>, actor: &Actor, said: &Said) -> Result<()> {
    match (&talk.step, said.files.is_empty()) {
        (Step::Reason { visit, action, version }, true) => {
            let which = (*visit, *action, *version);
            return visit::because_of(talk, actor, which, &said.text).await;
        }
        (Step::Write(to), _) => {
            let to = *to;
            return write::write(talk, actor, to, said).await;
        }
        _ => {}
    }
    if let Some(to) = write::answered(talk, said).await? {
        return write::write(talk, actor, to, said).await;
    }
    match current(talk, actor).await? {
        Some(visit) if !said.files.is_empty() => keep_pictures(talk, actor, &visit, said).await,
        Some(visit) => report(talk, actor, &visit, &said.text).await,
        None => write::write(talk, actor, To::Office, said).await,
    }
}

/// Where the worker is, for the dispatcher.
pub async fn place(talk: &mut Talk<'_>, actor: &Actor, (lat, lon): (f64, f64)) -> Result<()> {
    if actor.worker_id().is_none() {
        return super::menu(talk, actor).await;
    }
    let text = talk.ta("bot-i-am-here", &[("url", &format!("https://yandex.ru/maps/?pt={lon},{lat}&z=16"))]);
    let to = current(talk, actor).await?.map_or(To::Office, |visit| To::Visit(visit.id));
    write::write(talk, actor, to, &Said { text, ..Said::default() }).await
}

async fn keep_pictures(talk: &mut Talk<'_>, actor: &Actor, visit: &Visit, said: &Said) -> Result<()> {
    let new = said.files.iter().map(|file| Picture { file: file.file.clone(), name: file.name.clone() });
    let (mut files, asked) = match talk.step.clone() {
        Step::Pictures { visit: known, files } if known == visit.id => (files, true),
        _ => (vec![], false),
    };
    files.extend(new);
    if files.len() > MOST_PICTURES {
        return talk.say(&talk.t("bot-too-many-pictures"), &[]).await;
    }
    talk.set(Step::Pictures { visit: visit.id, files }).await?;
    if !said.text.trim().is_empty() {
        add_to_report(talk, actor, visit.id, &said.text).await?;
    }
    // Of an album each picture comes by itself: it is asked once what they show.
    if asked {
        return Ok(());
    }
    let rows = vec![
        vec![
            talk.button("bot-before", Deed::Pictures { id: visit.id, after: false }),
            talk.button("bot-after", Deed::Pictures { id: visit.id, after: true }),
        ],
        vec![talk.button("bot-cancel", Deed::Cancel)],
    ];
    talk.say(&talk.t("bot-before-or-after"), &rows).await
}

/// Adds the pictures that were sent to the report.
pub async fn pictures(talk: &mut Talk<'_>, actor: &Actor, id: VisitId, after: bool) -> Result<()> {
    let Step::Pictures { visit, files } = talk.step.clone() else {
        let notice = talk.t("bot-done-already");
        talk.acknowledge(&notice).await;
        return visit::show(talk, actor, id).await;
    };
    if visit != id {
        return visit::show(talk, actor, id).await;
    }
    let kind = if after { FileKind::After } else { FileKind::Before };
    let mut kept: i64 = 0;
    let mut refused = vec![];
    for picture in &files {
        match talk.keep(actor, Place::Visit(id), kind, picture).await {
            Ok(()) => kept += 1,
            Err(Error::Invalid(faults)) => refused.push(talk.words_of(&Error::Invalid(faults))),
            Err(error) => return Err(error),
        }
    }
    talk.set(Step::Nothing).await?;
    let (visit, _) = visit::find(talk, actor, id).await?;
    let label = talk.t(if after { "bot-after" } else { "bot-before" });
    let mut lines = vec![crate::text::i18n::ta(talk.lang, "bot-pictures-kept", &[("count", kept.into()), ("kind", label.as_str().into())])];
    lines.extend(refused);
    let finish = Deed::Visit { action: crate::orders::VisitAction::Finish, id, version: visit.version };
    let rows = vec![vec![talk.button("bot-finish", finish), talk.button("bot-show", Deed::ShowVisit(id))]];
    talk.show(&lines.join("\n"), &rows).await
}

/// Adds a line to the report, and says so.
async fn report(talk: &mut Talk<'_>, actor: &Actor, visit: &Visit, words: &str) -> Result<()> {
    let id = visit.id;
    add_to_report(talk, actor, id, words).await?;
    let rows = vec![
        vec![
            talk.button("bot-finish", Deed::Visit { action: crate::orders::VisitAction::Finish, id, version: visit.version }),
            talk.button("bot-show", Deed::ShowVisit(id)),
        ],
        vec![talk.button("bot-write-dispatcher", Deed::WriteAboutVisit(id))],
    ];
    talk.say(&talk.t("bot-report-kept"), &rows).await
}

async fn add_to_report(talk: &Talk<'_>, actor: &Actor, id: VisitId, words: &str) -> Result<()> {
    let command = talk.command("report");
    let words = words.trim().to_owned();
    once!(talk.app, actor, &command => |change| {
        let before = reports::of_visit(change.tx.conn(), id).await?;
        let body = if before.body.is_empty() { words.clone() } else { format!("{}\n{words}", before.body) };
        if body.chars().count() > LONGEST_REPORT {
            return Err(Error::field("text", "too_long"));
        }
        let form = ReportForm { body: Some(body), ticked: None, signed_by: None };
        reports::save(change, id, Some(before.version), &form).await.map(|report| report.version)
    })
    .map(drop)
}

/// Ticks a line of the checklist, or takes the tick away.
pub async fn tick(talk: &mut Talk<'_>, actor: &Actor, id: VisitId, place: usize) -> Result<()> {
    let place = i64::try_from(place).map_err(|_| Error::NotFound)?;
    let command = talk.command("tick");
    once!(talk.app, actor, &command => |change| {
        let before = reports::of_visit(change.tx.conn(), id).await?;
        let mut ticked = before.ticked();
        if !ticked.contains(&place) {
            ticked.push(place);
            ticked.sort_unstable();
        } else {
            ticked.retain(|known| *known != place);
        }
        let form = ReportForm { body: None, ticked: Some(ticked), signed_by: None };
        reports::save(change, id, Some(before.version), &form).await.map(|report| report.version)
    })?;
    visit::lacks(talk, actor, id).await
}
