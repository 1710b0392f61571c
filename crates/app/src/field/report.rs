//! The report of one visit: photos, checklist, words, signature, and the end of the work.

use super::task::Task;
use crate::{
    access::Actor,
    app::App,
    error::{Error, Result},
    ids::VisitId,
    orders::{
        VisitAction, VisitStatus,
        files::{self, Arrived, File, FileKind, NewFile, Place, Upload, Uploaded},
        reports::{self, Missing, Report, ReportForm},
        visits::{self, Step, Visit},
    },
    services::{self, Service},
    text::format::When,
    web::{
        Command, Door, Fields, Input, Page, Posted, Shell,
        face::field_message,
        page::{Form, form_again, see_other_with, unprocessable},
        see_other,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Template)]
#[template(path = "field/report.html", blocks = ["state"])]
struct Show {
    shell: Shell,
    task: Task,
    form: Form,
    report: Report,
    /// The report can be written now.
    writable: bool,
    /// The work can be ended now.
    finishable: bool,
    lines: Vec<Line>,
    before: Slots,
    after: Slots,
    papers: Vec<File>,
    signatures: Vec<File>,
    removable: Vec<i64>,
    missing: Vec<String>,
    done: i64,
    total: i64,
    /// «Сохранено в 13:05».
    saved: String,
    /// Finishing was refused: the list of what is missing stands out.
    refused: bool,
    /// Somebody else of the crew has written meanwhile: what the report says now stands beside what was typed.
    stale: bool,
}

/// What an open page says of itself when it fetches its state anew.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    /// The version whose words stand in its fields.
    seen: Option<i64>,
    refused: bool,
    stale: bool,
}

/// A line of the checklist.
struct Line {
    place: usize,
    text: String,
    ticked: bool,
}

/// The photos of one kind and how many are wanted.
struct Slots {
    photos: Vec<File>,
    wanted: i64,
}

impl Slots {
    fn of(files: &[File], kind: FileKind, wanted: i64) -> Self {
        Self { photos: files.iter().filter(|file| file.kind == kind).cloned().collect(), wanted }
    }

    fn count(&self) -> i64 {
        i64::try_from(self.photos.len()).unwrap_or(i64::MAX)
    }

    /// The empty frames beside the one that takes the next photo.
    fn empty(&self) -> i64 {
        (self.wanted - self.count() - 1).max(0)
    }
}

impl Show {
    fn may_remove(&self, file: &File) -> bool {
        self.removable.contains(&file.id.0)
    }

    /// Where an open page fetches its state: what it was told stays, and its version moves by its own saves alone, or
    /// its next save would overwrite words that its fields do not show.
    fn state_url(&self) -> String {
        let told = [("refused", self.refused), ("stale", self.stale)];
        let told: String = told.iter().filter(|told| told.1).map(|(what, _)| format!("&{what}=true")).collect();
        format!("/visits/{}/report?seen={}{told}", self.task.id, self.report.version)
    }

    fn percent(&self) -> i64 {
        if self.total == 0 { 100 } else { self.done * 100 / self.total }
    }
}

/// Everything a report's page is made of.
struct Loaded {
    visit: Visit,
    service: Service,
    report: Report,
    files: Vec<File>,
}

impl Loaded {
    async fn of(app: &App, actor: &Actor, id: VisitId) -> Result<Self> {
        let conn = app.db.read();
        let visit = visits::find(conn, actor, id).await?;
        if visit.status == VisitStatus::Offered {
            return Err(Error::NotFound);
        }
        let order = crate::orders::query::find(conn, actor, visit.order_id).await?;
        Ok(Self {
            service: services::find(conn, order.service_id).await?,
            report: reports::of_visit(conn, id).await?,
            files: files::visible_of_visit(conn, actor, id).await?,
            visit,
        })
    }

    async fn page(self, app: &App, actor: &Actor, shell: Shell, typed: Option<Form>) -> Result<Show> {
        let Self { visit, service, report, files } = self;
        let task = Task::several(app, actor, &shell, std::slice::from_ref(&visit)).await?.pop().ok_or(Error::NotFound)?;
        let missing = reports::missing(&service, &report, &files);
        let form = typed.unwrap_or_else(|| filled(&shell, &report, task.knows_customer));
        let lines = service.checklist().into_iter().enumerate();
        let lines = lines.map(|(place, text)| Line { place, text, ticked: form.chose("checklist", &place) }).collect();
        let total = service.photos_before + service.photos_after + count(&service) + i64::from(service.signature_required);
        let lacking = missing.photos_before + missing.photos_after + missing.checklist + i64::from(missing.signature);
        let of_kind = |kinds: &[FileKind]| files.iter().filter(|file| kinds.contains(&file.kind)).cloned().collect();
        Ok(Show {
            writable: reports::may_write(actor, &visit),
            finishable: task.step.as_ref().is_some_and(|step| step.is_link()),
            lines,
            before: Slots::of(&files, FileKind::Before, service.photos_before),
            after: Slots::of(&files, FileKind::After, service.photos_after),
            papers: of_kind(&[FileKind::Document, FileKind::Other]),
            signatures: of_kind(&[FileKind::Signature]),
            removable: files.iter().filter(|file| files::may_remove(actor, file, Some(&visit))).map(|file| file.id.0).collect(),
            missing: sentences(&shell, &missing),
            done: total - lacking,
            total,
            saved: saved(app, &shell, &report),
            refused: false,
            stale: false,
            shell,
            task,
            form,
            report,
        })
    }
}

fn count(service: &Service) -> i64 {
    i64::try_from(service.checklist().len()).unwrap_or(0)
}

fn sentences(shell: &Shell, missing: &Missing) -> Vec<String> {
    missing.errors().iter().map(|error| field_message(shell.language, error)).collect()
}

fn saved(app: &App, shell: &Shell, report: &Report) -> String {
    if report.version == 0 {
        return String::new();
    }
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    shell.ta("field-saved", &[("when", &when.ago(report.updated_ms))])
}

fn filled(shell: &Shell, report: &Report, knows_customer: bool) -> Form {
    let signed_by = if knows_customer { report.signed_by.clone() } else { String::new() };
    let mut form = Form::filled(shell.language, [("text", report.body.clone()), ("signed_by", signed_by)]);
    let ticked = report.ticked().iter().map(|place| Value::String(place.to_string())).collect();
    form.values.insert("checklist".into(), Value::Array(ticked));
    form
}

/// The page of the report: to write while the work goes on, to read after it.
pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<VisitId>,
    Query(known): Query<Known>,
) -> Result<Response> {
    let loaded = Loaded::of(&app, &actor, id).await?;
    if actor.is_staff() {
        return Ok(see_other(&format!("/orders/{}", loaded.visit.order_id)));
    }
    let overtaken = known.seen.is_some_and(|seen| seen != loaded.report.version) && loaded.report.updated_by != actor.user_id;
    let mut page = loaded.page(&app, &actor, shell, None).await?;
    page.refused = known.refused && !page.missing.is_empty();
    page.stale = known.stale || overtaken;
    if overtaken {
        page.report.version = known.seen.unwrap_or(0);
    }
    Ok(Page::of(&page)?.into_response())
}

/// What the page saves by itself while somebody writes; answers with the part that tells how things stand.
pub(super) async fn update_draft(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<VisitId>,
    posted: Posted<ReportForm>,
) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(input) => change!(app, &actor => |change| reports::save(change, id, command.version, &input).await).map(drop),
        Err(error) => Err(error),
    };
    let status = match &result {
        Ok(()) => StatusCode::OK,
        Err(Error::Stale) => StatusCode::PRECONDITION_FAILED,
        // The button says it when it is pressed; an error's page must not take the place of this part.
        Err(Error::Invalid(_) | Error::Conflict(..)) => return Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error) => return Err(error.clone()),
    };
    let refused = !form.value("refused").is_empty();
    let mut page = Loaded::of(&app, &actor, id).await?.page(&app, &actor, shell, Some(form)).await?;
    page.refused = refused && !page.missing.is_empty();
    if status == StatusCode::PRECONDITION_FAILED {
        // The version stays the one that was seen, so that the next save by itself does not overwrite the other's words.
        page.stale = true;
        page.report.version = command.version.unwrap_or(0);
    }
    Ok((status, Page::of(&page.as_state())?).into_response())
}

/// What is done with the form besides saving it.
struct Sent {
    report: ReportForm,
    finish: bool,
    visit_version: Option<i64>,
}

impl Input for Sent {
    fn read(fields: &mut Fields) -> Self {
        Self {
            report: ReportForm::read(fields),
            finish: fields.optional_text("then", 20) == "finish",
            visit_version: fields.optional_whole("visit_version", 0..=i64::MAX),
        }
    }
}

/// Saves the report, and ends the work if asked to.
pub(super) async fn update(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<VisitId>, body: Upload) -> Result<Response> {
    visits::find(app.db.read(), &actor, id).await?;
    let mut uploaded = files::read(&app, body).await?;
    let signature = uploaded.files.iter().position(|file| file.field == "signature").map(|place| uploaded.files.swap_remove(place));
    let finish = uploaded.texts.get("then").is_some_and(|then| then == "finish");
    match save(&app, &actor, id, &uploaded, signature).await {
        Ok(()) if finish => Ok(see_other_with(&format!("/visits/{id}"), "flash-visit-completion")),
        Ok(()) => Ok(see_other_with(&format!("/visits/{id}/report"), "flash-report-saved")),
        Err(error @ (Error::Invalid(_) | Error::Stale)) => again(&app, &actor, shell, id, uploaded, error).await,
        Err(error) => Err(error),
    }
}

/// Saves what was written first, so that nothing is lost when the work cannot be ended yet.
async fn save(app: &App, actor: &Actor, id: VisitId, uploaded: &Uploaded, signature: Option<Arrived>) -> Result<()> {
    let sent: Sent = uploaded.input(app, Door::Page)?;
    let command = Command::of_form(&format!("/visits/{id}/report"), &uploaded.texts, &[]);
    let visit = visits::find(app.db.read(), actor, id).await?;
    if sent.finish && visit.status == VisitStatus::Done {
        return Ok(());
    }
    if let Some(signature) = signature {
        let new = NewFile { kind: FileKind::Signature, taken_ms: None, audience: None };
        files::keep(app, actor, Place::Visit(id), &new, signature, command.clone()).await?;
    }
    change!(app, actor => |change| reports::save(change, id, command.version, &sent.report).await)?;
    if sent.finish {
        let step = Step { version: sent.visit_version, ..Step::new(VisitAction::Finish) };
        change!(app, actor => |change| visits::act(change, id, &step).await)?;
    }
    Ok(())
}

/// The page once more, as it was typed, with what is wrong or missing.
async fn again(app: &App, actor: &Actor, shell: Shell, id: VisitId, uploaded: Uploaded, error: Error) -> Result<Response> {
    let stale = matches!(error, Error::Stale);
    let incomplete = matches!(&error, Error::Invalid(errors) if errors.iter().any(|fault| fault.code.ends_with("_missing")));
    let mut typed = Form::empty(shell.language);
    typed.values = uploaded.texts;
    let form = if stale { typed } else { form_again(error, typed)? };
    let mut page = Loaded::of(app, actor, id).await?.page(app, actor, shell, Some(form)).await?;
    page.stale = stale;
    page.refused = incomplete;
    let drawn = Page::of(&page)?;
    if stale { Ok((StatusCode::PRECONDITION_FAILED, drawn).into_response()) } else { Ok(unprocessable(drawn)) }
}
