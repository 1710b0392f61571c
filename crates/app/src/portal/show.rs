//! One order as its customer sees it: first of all what happens now.

use super::{Frame, change::is_request, door::AtOrder, files::Files, index::known, stage::Stage};
use crate::{
    app::App,
    company::zone_named,
    error::Result,
    messages::{self, Audience},
    orders::{
        self, Event, EventKind, OrderAction, Problem, policy,
        query::{self, Listed},
        visits::{self, CrewMember, Visit},
    },
    reviews::{self, Rating},
    services,
    text::{
        format::{When, inside},
        i18n::{Lang, Value, t, ta, tn},
        money::money,
    },
    web::{
        Choice, Page, Shell,
        page::Form,
        shell::{hue, initials},
    },
};
use askama::Template;
use axum::extract::State;

/// What happens now.
struct Answer {
    title: String,
    text: String,
}

/// One of the five steps.
struct Step {
    label: String,
    state: &'static str,
}

/// Who comes.
struct Person {
    name: String,
    initials: String,
    hue: i64,
    /// «4,9»; empty without reviews.
    rating: String,
    reviews: String,
    /// The others of the crew, by name.
    others: String,
}

/// One line of the history in the customer's words.
struct Line {
    tone: &'static str,
    icon: &'static str,
    text: String,
    note: String,
    when: String,
}

/// A review that is there, or may be written.
struct ReviewPart {
    stars: i64,
    label: String,
    body: String,
    when: String,
    /// May be written or changed.
    open: bool,
    /// The first name of whom it is about.
    name: String,
}

/// What the customer may do now.
struct May {
    edit: bool,
    cancel: bool,
    accept: bool,
}

#[derive(Template)]
#[template(path = "portal/show.html")]
struct Show {
    shell: Shell,
    frame: Frame,
    id: i64,
    version: i64,
    stage: Stage,
    answer: Answer,
    steps: Vec<Step>,
    /// The customer has asked to cancel.
    asked: bool,
    /// Somebody is to come, and the customer may still speak of the time.
    may_move: bool,
    /// The customer has said that the time suits them.
    time_fits: bool,
    person: Option<Person>,
    service: String,
    price: String,
    address: String,
    way_in: String,
    description: String,
    desired: String,
    lines: Vec<Line>,
    may: May,
    review: Option<ReviewPart>,
    form: Form,
    files: Files,
    may_add: bool,
    unread: i64,
    /// Five to one, each with its name.
    stars: Vec<(i64, String)>,
}

impl Show {
    /// The words of the review: those just typed, else those kept.
    fn review_text(&self, review: &ReviewPart) -> String {
        if self.form.is_wrong() { self.form.value("text") } else { review.body.clone() }
    }
}

pub async fn show(State(app): State<App>, at: AtOrder) -> Result<Page> {
    page(&app, at, None).await
}

/// The page of an order; `form` is a review that was refused.
pub(super) async fn page(app: &App, at: AtOrder, form: Option<Form>) -> Result<Page> {
    let lang = at.shell.language;
    let listed = query::show(app, &at.actor, at.id).await?;
    let order = &listed.order;
    let now = app.clock.now_ms();
    let when = When::new(lang, zone_named(&order.zone), now);
    let all = visits::of_order(app.db.read(), &at.actor, at.id).await?;
    let current = all.iter().find(|visit| Some(visit.id) == order.visit_id);
    let stage = Stage::of(order.status, known(&listed), now);
    let person = who_comes(app, lang, current).await?;
    let review = review_part(app, &at, &listed, person.as_ref(), &when).await?;
    let events = orders::history(app.db.read(), &at.actor, at.id, 200).await?;
    let next = all.iter().find(|visit| visits::is_awaited(visit, now)).cloned();
    let may_move = next.is_some() && order.open;
    let asked = order.problem == Some(Problem::CancellationRequested);
    let possible = policy::possible(&at.actor, order);
    let request = is_request(app, &at, order).await?;
    let may = May {
        edit: policy::may_edit(&at.actor, order),
        cancel: !asked && (request || possible.contains(&OrderAction::Cancel)),
        accept: possible.contains(&OrderAction::Accept),
    };
    let service = services::find(app.db.read(), order.service_id).await?;
    Page::of(&Show {
        frame: at.frame(app, &order.number),
        id: order.id.0,
        version: order.version,
        answer: answer(lang, stage, &listed, current, &events, &when),
        steps: steps(lang, stage),
        asked,
        may_move,
        time_fits: next.is_some_and(|next| visits::is_confirmed(&events, &next)),
        person,
        service: service.name,
        price: order.price_minor.map(|price| money(lang, price)).unwrap_or_default(),
        address: order.address.clone(),
        way_in: way_in(lang, order),
        description: order.description.clone(),
        desired: desired(lang, order, &when),
        lines: events.iter().filter_map(|event| line(lang, event, &when)).collect(),
        may,
        review,
        form: form.unwrap_or_else(|| Form::empty(lang)),
        files: Files::of(app, &at).await?,
        may_add: order.open,
        unread: messages::unread(app.db.read(), app.db.engine(), &at.actor, Some(at.id), Audience::Customer).await?,
        stars: (1..=5).rev().map(|star| (star, tn(lang, "count-stars", star))).collect(),
        stage,
        shell: at.shell,
    })
}

fn answer(lang: Lang, stage: Stage, listed: &Listed, visit: Option<&Visit>, events: &[Event], when: &When) -> Answer {
    let order = &listed.order;
    let at = |ms: i64| ta(lang, "portal-at", &[("day", inside(&when.day(ms)).into()), ("time", when.time(ms).into())]);
    let moment = |ms: Option<i64>| ms.map(at).unwrap_or_default();
    let window = visit.map(|visit| inside(&when.window(visit.starts_ms, visit.ends_ms))).unwrap_or_default();
    let departed = visit.and_then(|visit| visit.departed_ms).map(|ms| when.time(ms)).unwrap_or_default();
    let finished = order.completed_ms.filter(|_| stage == Stage::Completed).or(visit.and_then(|visit| visit.finished_ms));
    let returned = events.iter().find(|event| event.kind == EventKind::OrderReturned).map(|event| event.particulars().reason);
    let reason = if stage == Stage::Fixing { returned.unwrap_or_default() } else { order.reason.clone() };
    let known = match stage {
        Stage::OnHold => order.wake_ms.is_some(),
        Stage::Cancelled | Stage::Fixing => !reason.is_empty(),
        Stage::Acceptance | Stage::Completed => finished.is_some(),
        _ => true,
    };
    let args: [(&str, Value); 6] = [
        ("when", window.into()),
        ("departed", departed.into()),
        ("arrived", moment(visit.and_then(|visit| visit.arrived_ms)).into()),
        ("finished", moment(finished).into()),
        ("until", order.wake_ms.map(|ms| inside(&when.day(ms))).unwrap_or_default().into()),
        ("reason", reason.into()),
    ];
    let key = |part: &str| match known {
        true => format!("portal-{}-{part}", stage.code()),
        false => format!("portal-{}-{part}-plain", stage.code()),
    };
    Answer { title: ta(lang, &key("title"), &args), text: ta(lang, &key("text"), &args) }
}

fn steps(lang: Lang, stage: Stage) -> Vec<Step> {
    let Some(current) = stage.step() else { return vec![] };
    let state = |step: usize| match step {
        _ if stage == Stage::Completed => "past",
        step if step < current => "past",
        step if step == current => "current",
        _ => "",
    };
    let names = ["taken", "agreed", "way", "work", "done"];
    names
        .iter()
        .enumerate()
        .map(|(n, name)| Step { label: t(lang, &format!("portal-step-{name}")).into_owned(), state: state(n) })
        .collect()
}

async fn who_comes(app: &App, lang: Lang, visit: Option<&Visit>) -> Result<Option<Person>> {
    let Some(visit) = visit else { return Ok(None) };
    let (conn, engine) = (app.db.read(), app.db.engine());
    let crew = visits::crews(conn, engine, &[visit.id]).await?;
    let Some(lead) = crew.iter().find(|member| member.worker_id == visit.lead_id) else { return Ok(None) };
    let rating = reviews::ratings(conn, engine, &[lead.worker_id]).await?.pop().unwrap_or_default();
    let others: Vec<&str> = crew.iter().filter(|member| member.worker_id != lead.worker_id).map(|member| member.name.as_str()).collect();
    Ok(Some(person(lang, lead, rating, others.join(", "))))
}

fn person(lang: Lang, lead: &CrewMember, rating: Rating, others: String) -> Person {
    Person {
        name: lead.name.clone(),
        initials: initials(&lead.name),
        hue: hue(lead.user_id.0),
        rating: rating.average(lang),
        reviews: tn(lang, "count-reviews", rating.reviews),
        others,
    }
}

async fn review_part(app: &App, at: &AtOrder, listed: &Listed, person: Option<&Person>, when: &When) -> Result<Option<ReviewPart>> {
    if listed.order.status != orders::OrderStatus::Completed {
        return Ok(None);
    }
    let found = reviews::of_order(app.db.read(), at.id).await?;
    let now = app.clock.now_ms();
    let name = person.and_then(|person| person.name.split_whitespace().next()).unwrap_or_default().to_owned();
    Ok(Some(match found {
        Some(review) => {
            let open = reviews::is_open(&review, now);
            ReviewPart {
                stars: review.stars,
                label: tn(at.shell.language, "count-stars", review.stars),
                when: when.day_time(review.updated_ms),
                body: review.body,
                open,
                name,
            }
        }
        None => ReviewPart { stars: 0, label: String::new(), body: String::new(), when: String::new(), open: true, name },
    }))
}

fn way_in(lang: Lang, order: &orders::Order) -> String {
    let parts = [("entrance", &order.entrance), ("floor", &order.floor), ("flat", &order.flat), ("intercom", &order.intercom)];
    let told = parts.iter().filter(|(_, text)| !text.is_empty());
    told.map(|(name, text)| ta(lang, &format!("portal-address-{name}"), &[("value", text.as_str().into())])).collect::<Vec<_>>().join(", ")
}

fn desired(lang: Lang, order: &orders::Order, when: &When) -> String {
    match (order.desired_from_ms, order.desired_to_ms) {
        (Some(from), Some(to)) => when.window(from, to),
        (Some(from), None) => ta(lang, "portal-desired-from", &[("when", inside(&when.day_time(from)).into())]),
        (None, Some(to)) => ta(lang, "portal-desired-to", &[("when", inside(&when.day_time(to)).into())]),
        (None, None) => String::new(),
    }
}

/// A line of the history in the customer's words; what repeats another line is left out.
fn line(lang: Lang, event: &Event, when: &When) -> Option<Line> {
    use EventKind as Kind;
    let (tone, icon) = match event.kind {
        Kind::OrderCreated => ("violet", "plus"),
        Kind::OrderConfirmed | Kind::OrderResumed | Kind::OrderReopened => ("blue", "check"),
        Kind::VisitAccepted => ("blue", "calendar-event"),
        Kind::VisitDeparted => ("teal", "car"),
        Kind::VisitArrived => ("orange", "home"),
        Kind::VisitDone => ("green", "tool"),
        Kind::OrderCompleted => ("green", "circle-check"),
        Kind::OrderReturned => ("amber", "arrow-back-up"),
        Kind::OrderHeld => ("grey", "player-pause"),
        Kind::OrderCancelled | Kind::CancellationRequested => ("red", "circle-x"),
        Kind::OrderReviewed => ("amber", "star"),
        _ => return None,
    };
    let detail = event.particulars();
    let window = match (detail.starts_ms, detail.ends_ms) {
        (Some(from), Some(to)) if event.kind == Kind::VisitAccepted => inside(&when.window(from, to)),
        _ => String::new(),
    };
    let args = [
        ("worker", detail.workers.first().cloned().unwrap_or_default().into()),
        ("when", window.into()),
        ("stars", detail.count.unwrap_or(0).into()),
    ];
    let text = ta(lang, &format!("portal-event-{}", event.kind.code().replace(['.', '_'], "-")), &args);
    // Why the office put the order aside is its own business.
    let note = if event.kind == Kind::OrderHeld { String::new() } else { detail.reason };
    Some(Line { tone, icon, text, note, when: when.day_time(event.at_ms) })
}
