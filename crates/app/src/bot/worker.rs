//! The worker's day: what is to be done, pictures and words of the report, lines to the dispatcher.

use super::{
    here,
    talk::{Picture, Step, Talk, Waiting, named, refuse_longer},
    visit,
    write::{self, To},
};
use crate::{
    access::Actor,
    error::{Error, Result},
    ids::VisitId,
    notifications::deed::Deed,
    orders::{
        VisitAction, VisitStatus,
        files::{FileKind, Place},
        reports::{self, ReportForm},
        visits::{
            Visit,
            api::with_orders,
            list::{Filter, list},
        },
    },
    text::{
        form_time,
        format::When,
        i18n::{self, Value},
    },
    web::{Command, paging::Paging},
};
use channels::{Button, Press, messenger::Said};
use futures_util::future::BoxFuture;
use jiff::{Timestamp, ToSpan};

/// More than anybody does in a day.
const MOST: u64 = 20;
/// Pictures of two albums.
const MOST_PICTURES: usize = 20;
/// What is kept until it is known what it is for.
pub const MOST_KEPT: usize = 20;
const LONGEST_REPORT: usize = 8000;

pub async fn menu(talk: &mut Talk<'_>) -> Result<()> {
    let mut rows = vec![
        vec![talk.button("bot-today", Deed::Today), talk.button("bot-tomorrow", Deed::Tomorrow)],
        vec![talk.button("bot-later", Deed::Later), talk.button("bot-here", Deed::Here)],
        vec![talk.button("bot-write-dispatcher", Deed::WriteToOffice)],
    ];
    if !talk.has_buttons() {
        rows.push(vec![talk.page("bot-open", "/visits")]);
    }
    talk.show(&talk.t("bot-worker-menu"), &rows).await
}

/// How many days ahead «later» begins.
const LATER: i64 = 2;

/// The visits of today, of tomorrow or of the days after it, and what is offered then.
pub fn day<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, ahead: i64) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        use VisitStatus::{Accepted, EnRoute, Offered, OnSite, Paused, Returned};
        if actor.worker_id().is_none() {
            return Err(Error::NotFound);
        }
        let (app, zone, now) = (talk.app, talk.app.company().zone(), talk.app.clock.now_ms());
        let today = zone.to_datetime(Timestamp::from_millisecond(now).map_err(anyhow::Error::from)?).date();
        let start = |days: i64| today.checked_add(days.days()).ok().and_then(|date| form_time::day_start(date, &zone).ok()).unwrap_or(now);
        let statuses = vec![Offered, Accepted, EnRoute, OnSite, Paused, Returned];
        let open = list(app, actor, &Filter { statuses, paging: Paging::first(MOST * 2), ..Filter::default() }).await?.items;
        let (from, to) = (start(ahead), if ahead < LATER { start(ahead + 1) } else { i64::MAX });
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
        let title = ["bot-today-title", "bot-tomorrow-title", "bot-later-title"][usize::try_from(ahead.clamp(0, LATER)).unwrap_or(0)];
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
        let days = [("bot-today", Deed::Today), ("bot-tomorrow", Deed::Tomorrow), ("bot-later", Deed::Later)];
        rows.push((0..).zip(days).filter(|(day, _)| *day != ahead).map(|(_, (key, deed))| talk.button(key, deed)).collect());
        rows.push(vec![talk.button("bot-write-dispatcher", Deed::WriteToOffice)]);
        talk.show(&lines.join("\n"), &rows).await
    })
}

/// The visits at which the worker is or to which they go, else those that they have left for a while. More than one leaves open
/// which they speak of.
async fn current(talk: &Talk<'_>, actor: &Actor) -> Result<Vec<Visit>> {
    use VisitStatus::{EnRoute, OnSite, Paused, Returned};
    let filter = Filter { statuses: vec![OnSite, EnRoute, Paused, Returned], paging: Paging::first(MOST), ..Filter::default() };
    let (going, left): (Vec<Visit>, Vec<Visit>) =
        list(talk.app, actor, &filter).await?.items.into_iter().partition(|visit| matches!(visit.status, OnSite | EnRoute));
    Ok(if going.is_empty() { left } else { going })
}

/// What a worker wrote or sent: a line of chat, an answer to what was asked, or the report of the visit they are at.
pub fn said<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, said: &'a Said) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        match write::answered(talk, actor, said).await? {
            // What they say of the visit at which they are is the report, whatever message of ours they reply to.
            Some(To::Visit(id)) if current(talk, actor).await?.iter().any(|visit| visit.id == id) => {}
            Some(to) => return write::write(talk, actor, to, said).await,
            None => {}
        }
        if let (Step::Reason { visit, action, version }, true) = (&talk.step, said.files.is_empty()) {
            let which = (*visit, *action, *version);
            return visit::because_of(talk, actor, which, &said.text).await;
        }
        if let Some(to) = write::awaited(talk, actor, said) {
            return write::write(talk, actor, to, said).await;
        }
        match current(talk, actor).await?.as_slice() {
            [] => write::write(talk, actor, To::Office, said).await,
            [visit] => {
                let command = talk.command("report");
                let pictures = Picture::of(said).map(|picture| (visit.id, picture)).collect();
                take(talk, actor, visit, &said.text, pictures, command).await
            }
            several => ask_which(talk, actor, several, said).await,
        }
    })
}

/// Keeps what was sent until it is known for which visit it is.
async fn ask_which(talk: &mut Talk<'_>, actor: &Actor, several: &[Visit], said: &Said) -> Result<()> {
    let mut waiting = talk.waiting.clone();
    let asked = !waiting.said.is_empty() && said.text.trim().is_empty();
    if waiting.said.len() == MOST_KEPT {
        return talk.say(&talk.t("bot-choose-first"), &[]).await;
    }
    waiting.said.push(said.clone());
    waiting.said_ms = talk.heard_ms();
    talk.wait(waiting).await?;
    if asked {
        return Ok(());
    }
    let both = with_orders(talk.app, actor, several).await?;
    let rows: Vec<Vec<Button>> = both
        .iter()
        .map(|both| vec![named(&format!("№ {}, {}", both.order.number, both.order.service), Deed::For(both.visit.id))])
        .collect();
    talk.say(&talk.t("bot-about-which-visit"), &rows).await
}

/// It was for this visit.
pub async fn sent_for(talk: &mut Talk<'_>, actor: &Actor, id: VisitId) -> Result<()> {
    if actor.worker_id().is_none() {
        return Err(Error::NotFound);
    }
    let (found, _) = visit::find(talk, actor, id).await?;
    let kept = talk.waiting.said.clone();
    if kept.is_empty() {
        return visit::show(talk, actor, id).await;
    }
    let words: Vec<&str> = kept.iter().map(|said| said.text.trim()).filter(|words| !words.is_empty()).collect();
    let pictures = kept.iter().flat_map(Picture::of).map(|picture| (id, picture)).collect();
    let ids: Vec<&str> = kept.iter().map(|said| said.id.as_str()).collect();
    let command = talk.command_of(&format!("for {id} {}", ids.join(" ")));
    take(talk, actor, &found, &words.join("\n"), pictures, command).await?;
    let waiting = Waiting { said: vec![], ..talk.waiting.clone() };
    talk.wait(waiting).await
}

/// Asks for the place, which a messenger gives by a button alone.
pub async fn ask_place(talk: &mut Talk<'_>, actor: &Actor) -> Result<()> {
    if actor.worker_id().is_none() {
        return Err(Error::NotFound);
    }
    let button = Button { label: talk.t("bot-give-place"), press: Press::Place };
    talk.say(&talk.t("bot-give-place-below"), &[vec![button]]).await
}

/// Where the worker is, for the dispatcher.
pub async fn place(talk: &mut Talk<'_>, actor: &Actor, place: (f64, f64)) -> Result<()> {
    let to = match current(talk, actor).await?.as_slice() {
        [only] => To::Visit(only.id),
        _ => To::Office,
    };
    let said = here(talk, place);
    write::write(talk, actor, to, &said).await
}

/// Words go into the report at once, pictures when it is known what they show.
fn take<'a>(
    talk: &'a mut Talk<'_>,
    actor: &'a Actor,
    visit: &'a Visit,
    words: &'a str,
    pictures: Vec<(VisitId, Picture)>,
    command: Command,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let (_, both) = visit::find(talk, actor, visit.id).await?;
        if talk.waiting.pictures.len() + pictures.len() > MOST_PICTURES {
            forget_pictures_of_others(talk, actor).await?;
        }
        let (mut lines, mut waiting) = (vec![], talk.waiting.clone());
        let asked = waiting.pictures.iter().any(|(known, _)| *known == visit.id);
        let has_pictures = !pictures.is_empty();
        let fits = MOST_PICTURES.saturating_sub(waiting.pictures.len());
        if pictures.len() > fits {
            lines.push(talk.t("bot-too-many-pictures"));
        }
        waiting.pictures.extend(pictures.into_iter().take(fits));
        talk.remember(Step::Nothing, waiting).await?;
        if !words.trim().is_empty() {
            match add_to_report(talk, actor, visit.id, words, &command).await {
                Ok(()) => lines.push(talk.ta("bot-report-kept", &[("number", &both.order.number)])),
                Err(error @ (Error::Invalid(_) | Error::Conflict(..))) => lines.push(talk.words_of(&error)),
                Err(error) => return Err(error),
            }
        }
        if has_pictures {
            // Of an album each picture comes by itself: it is asked once what they show.
            if asked && lines.is_empty() {
                return Ok(());
            }
            lines.push(talk.ta("bot-before-or-after", &[("number", &both.order.number)]));
            return ask_what_they_show(talk, visit.id, &lines.join("\n")).await;
        }
        let finish = Deed::Visit { action: VisitAction::Finish, id: visit.id, version: visit.version };
        let rows = vec![
            vec![talk.button("bot-finish", finish), talk.button("bot-show", Deed::ShowVisit(visit.id))],
            vec![talk.button("bot-write-dispatcher", Deed::WriteAboutVisit(visit.id))],
        ];
        talk.say(&lines.join("\n"), &rows).await
    })
}

/// Forgets pictures of visits that are not the worker's any more: nobody can say what they show.
async fn forget_pictures_of_others(talk: &mut Talk<'_>, actor: &Actor) -> Result<()> {
    let mut waiting = talk.waiting.clone();
    let mut visits: Vec<VisitId> = waiting.pictures.iter().map(|(visit, _)| *visit).collect();
    visits.dedup();
    for id in visits {
        match visit::find(talk, actor, id).await {
            Ok(_) => {}
            Err(Error::NotFound) => waiting.pictures.retain(|(visit, _)| *visit != id),
            Err(error) => return Err(error),
        }
    }
    talk.wait(waiting).await
}

/// Asks what the pictures of a visit show that wait for it.
pub async fn ask_what_they_show(talk: &mut Talk<'_>, id: VisitId, text: &str) -> Result<()> {
    let kinds = [("bot-before", FileKind::Before), ("bot-after", FileKind::After), ("bot-other-pictures", FileKind::Other)];
    let row = kinds.map(|(key, kind)| talk.button(key, Deed::Pictures { id, kind })).into();
    talk.say(text, &[row]).await
}

/// Adds the pictures that were sent to the report.
pub fn pictures<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, id: VisitId, kind: FileKind) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        visit::find(talk, actor, id).await?;
        let own: Vec<Picture> =
            talk.waiting.pictures.iter().filter(|(visit, _)| *visit == id).map(|(_, picture)| picture.clone()).collect();
        if own.is_empty() {
            let notice = talk.t("bot-pictures-sorted");
            talk.acknowledge(&notice).await;
            return visit::show(talk, actor, id).await;
        }
        let mut kept: i64 = 0;
        let (mut refused, mut late) = (vec![], vec![]);
        for picture in own {
            // A messenger that does not give one is not asked for each.
            let keeping = if late.is_empty() { talk.keep(actor, Place::Visit(id), kind, &picture).await } else { Ok(()) };
            match keeping {
                _ if !late.is_empty() => late.push(picture),
                Ok(()) => kept += 1,
                // The report is closed: the dispatcher gets them.
                Err(Error::Conflict(..)) => {
                    let file = channels::messenger::Incoming { file: picture.file.clone(), name: picture.name.clone(), is_picture: true };
                    let said = Said { files: vec![file], ..Said::default() };
                    write::put(talk, actor, To::Visit(id), &said, |part| talk.command_of(&format!("late {}{part}", picture.file))).await?;
                    refused.push(talk.t("bot-pictures-to-chat"));
                }
                Err(error @ Error::Invalid(_)) => refused.push(talk.words_of(&error)),
                Err(Error::Other(error)) => {
                    tracing::warn!(%error, "a picture stays with its messenger");
                    late.push(picture);
                }
                Err(error) => return Err(error),
            }
        }
        let mut waiting = talk.waiting.clone();
        waiting.pictures.retain(|(visit, picture)| *visit != id || late.contains(picture));
        talk.wait(waiting).await?;
        let (visit, both) = visit::find(talk, actor, id).await?;
        let key = match kind {
            FileKind::Before => "bot-before",
            FileKind::After => "bot-after",
            _ => "bot-other-pictures",
        };
        let label = talk.t(key);
        let args: [(&str, Value<'_>); 3] =
            [("count", kept.into()), ("kind", label.as_str().into()), ("number", both.order.number.as_str().into())];
        let mut lines = vec![i18n::ta(talk.lang, "bot-pictures-kept", &args)];
        refused.dedup();
        lines.extend(refused);
        if !late.is_empty() {
            let count = i64::try_from(late.len()).unwrap_or(0);
            lines.push(i18n::ta(talk.lang, "bot-pictures-late", &[("count", count.into())]));
            return ask_what_they_show(talk, id, &lines.join("\n")).await;
        }
        let finish = Deed::Visit { action: VisitAction::Finish, id, version: visit.version };
        let rows = vec![vec![talk.button("bot-finish", finish), talk.button("bot-show", Deed::ShowVisit(id))]];
        talk.show(&lines.join("\n"), &rows).await
    })
}

async fn add_to_report(talk: &Talk<'_>, actor: &Actor, id: VisitId, words: &str, command: &Command) -> Result<()> {
    let words = words.trim().to_owned();
    once!(talk.app, actor, command => |change| {
        let before = reports::of_visit(change.tx.conn(), id).await?;
        let body = if before.body.is_empty() { words.clone() } else { format!("{}\n{words}", before.body) };
        refuse_longer(&body, LONGEST_REPORT)?;
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
    visit::lacks(talk, actor, id, false).await
}
