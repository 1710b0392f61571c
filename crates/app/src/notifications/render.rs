//! Puts a message into words at the moment at which it goes out: what it is about is looked up then and stored nowhere else.

use super::{
    Channel, Side, State, Wording, arrivals,
    decide::{Facts, facts_of},
    deliver::Due,
    reach, reminders, returns, rules,
    standing::{Standing, VisitNow},
    texts,
    wording::{Pressing, Subject},
};
use crate::{
    access::{Actor, Role},
    accounts::session,
    app::App,
    error::{Error, Result},
    ids::{MessageId, UserId, WorkerId},
    messages::{self, Thread},
    orders::{OrderStatus, VisitStatus, links},
    text::format::inside,
    text::{
        format::When,
        i18n::{Lang, t, ta, tn},
    },
};
use askama::Template;
use channels::{Button, Letter, Link, Press, Template as Approved};
use sea_orm::{ConnectionTrait, FromQueryResult};

/// WhatsApp takes free words for a day after the person wrote, a little less to be sure; later only what was approved.
const WORDS_TAKEN_MS: i64 = (24 * 60 - 10) * 60_000;

/// What came of it.
pub enum Worded {
    /// With the line of chat whose files go after it.
    Letter(Box<Letter>, Option<MessageId>),
    /// There is nothing to say any more: it was read, taken back, or does not hold.
    Needless(&'static str),
    /// Whoever it is for sleeps until then, ms UTC.
    Later(i64),
}

/// The message as it is now that it was taken up, and what it is about.
#[derive(FromQueryResult)]
struct Known {
    wording: Wording,
    facts: String,
    message_id: Option<MessageId>,
    thread: i64,
    quiet_from: Option<i64>,
    quiet_to: Option<i64>,
    /// The zone that whoever it is for chose for their day.
    own_zone: Option<String>,
    order_status: Option<OrderStatus>,
    visit_status: Option<VisitStatus>,
    starts_ms: Option<i64>,
    ends_ms: Option<i64>,
    is_of_crew: i64,
    number: String,
    zone: String,
    address: String,
    customer: String,
    service: String,
    worker: Option<String>,
    version: i64,
    visit_version: Option<i64>,
}

#[derive(Template)]
#[template(path = "notifications/mail.html")]
struct Page<'a> {
    language: &'a str,
    title: &'a str,
    paragraphs: Vec<&'a str>,
    link: Option<&'a Link>,
    company: &'a str,
    footer: &'a str,
}

/// Whether a line of chat exists for a person at this moment: it may have waited, and they have left the crew meanwhile.
async fn may_read(app: &App, user: UserId, line: MessageId) -> Result<bool> {
    let Some(actor) = session::actor_elsewhere(app, user, "notifications".into()).await? else { return Ok(false) };
    match Thread::of_message(app, app.db.read(), &actor, line).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The letter for a message.
pub(super) async fn letter(app: &App, message: &Due, to: &str) -> Result<Worded> {
    let known = known(app, message).await?;
    let facts = facts_of(&known.facts);
    let (conn, engine) = (app.db.read(), app.db.engine());
    let mut line = None;
    if let (Some(last), Some(_)) = (known.message_id, facts.revises) {
        line = messages::line(conn, engine, last).await?;
    } else if let (Some(last), Some(chat)) = (known.message_id, facts.chat_id) {
        match messages::untold(conn, engine, chat, (facts.first_line.unwrap_or(last), last), message.user_id).await? {
            Ok(found) => line = Some(found),
            // Who has read it has not read that it names them.
            Err(_) if facts.is_again => line = messages::line(conn, engine, last).await?,
            Err(why) => return Ok(Worded::Needless(why)),
        }
    }
    // Whoever is of the office still reads every chat.
    if let (Some(user), Some(told)) = (message.user_id, known.message_id)
        && message.wording.side() != Side::Office
        && !may_read(app, user, told).await?
    {
        return Ok(Worded::Needless("access is closed"));
    }
    let ahead = match (message.wording, message.user_id, facts.starts_ms) {
        (Wording::CrewDay, Some(user), Some(dawn)) => Some(reminders::ahead(app, user, known.own_zone.as_deref(), dawn).await?),
        _ => None,
    };
    if ahead == Some(0) || !known.wording.holds(&facts, &known.standing(app.clock.now_ms())) {
        return Ok(Worded::Needless("overtaken"));
    }
    if let Some(at) = asleep_until(app, message, &known, &facts).await? {
        return Ok(Worded::Later(at));
    }
    let lang = facts.language.or_else(|| message.language.as_deref().and_then(Lang::parse)).unwrap_or_default();
    let wording = facts.trial_of.unwrap_or(known.wording);
    // Words about an order fit no chat outside any.
    let words = match (line.as_ref(), message.order_id) {
        (Some(_), None) => t(lang, &format!("notify-{wording}-direct")).into_owned(),
        _ => texts::words(conn, lang, wording, message.channel).await?,
    };
    let when = When::new(lang, reach::zone(app, wording.side(), &known.zone), app.clock.now_ms());
    let company = app.company();
    // Only who talks in this messenger, or in one of this country, gets the words themselves.
    let talks = message.channel == Channel::Max || facts.talks_by == Some(message.channel) && takes_words(app, message.channel, to).await?;
    let spoken = line.as_ref().filter(|_| talks);
    // People's names stay out of other countries' messengers.
    let names = message.channel == Channel::Max || company.foreign_details;
    let value = |place: &str| {
        if facts.trial_of.is_some() {
            return texts::example(app, lang, place);
        }
        Some(match place {
            "number" => known.number.clone(),
            "when" => facts.starts_ms.zip(facts.ends_ms).map(|(starts, ends)| inside(&when.window(starts, ends))).unwrap_or_default(),
            "company" => company.name.clone(),
            "phone" => company.phone.clone(),
            "service" => known.service.clone(),
            "address" => known.address.clone(),
            "customer" => known.customer.clone(),
            "worker" => known.worker.clone().unwrap_or_default(),
            "count" => ahead.unwrap_or_default().to_string(),
            "text" => line.as_ref().map(|line| line.body.clone()).unwrap_or_default(),
            _ => return None,
        })
    };
    let text = match spoken {
        Some(line) if message.wording.kind() == super::Kind::Chat => {
            spoken_words(lang, line, &known, speaker(lang, message, line, &company.name, names))
        }
        None if facts.revises.is_some() => t(lang, "messages-deleted").into_owned(),
        _ => texts::fill(&words, value),
    };
    let title = t(lang, &format!("notify-{wording}-about")).into_owned();
    let link = Link {
        label: t(lang, "notify-open").into_owned(),
        url: address(app, message, line.as_ref().and_then(|line| line.worker_id)).await?,
    };
    // Who talks needs no page for it, but for what a messenger does not show: files, or which of the workers it is.
    let is_of_nobody = wording.side() == Side::Office && message.order_id.is_none() && !names;
    let is_needed = match spoken {
        Some(line) => line.files > 0 || is_of_nobody,
        // Of what was taken back there is nothing to see.
        None => facts.revises.is_none(),
    };
    let link = (is_needed || message.channel == Channel::Mail).then_some(link);
    let subject = Subject {
        order: message.order_id.map(|id| (id, known.version)),
        visit: message.visit_id.zip(known.visit_version),
        starts_ms: facts.starts_ms.unwrap_or_default(),
    };
    let mut buttons = rows(lang, known.wording.buttons(&subject));
    if message.wording.kind() == super::Kind::Chat
        && let Some(chat) = facts.chat_id
    {
        buttons.push(vec![button(lang, "bot-answer", &super::deed::Deed::Answer(chat))]);
    }
    let html = match message.channel {
        Channel::Mail => Some(page(lang, &title, &text, link.as_ref(), &company.name)?),
        _ => None,
    };
    let template = (message.channel == Channel::WhatsApp && !talks).then(|| Approved {
        name: wording.template(),
        language: lang.code().to_owned(),
        // WhatsApp takes no empty value.
        values: [
            value("number").unwrap_or_default(),
            value("when").unwrap_or_default(),
            link.as_ref().map(|link| link.url.clone()).unwrap_or_default(),
        ]
        .map(|value| if value.is_empty() { "-".to_owned() } else { value })
        .into(),
    });
    let files_of = spoken.filter(|line| line.files > 0 && facts.revises.is_none()).map(|line| line.id);
    let key = if message.channel == Channel::Mail { returns::key(app, message.id) } else { message.id.to_string() };
    let letter = Letter { key, to: to.to_owned(), title, text, html, link, buttons, template };
    Ok(Worded::Letter(Box::new(letter), files_of))
}

/// Whether words of our own are taken at this address now.
async fn takes_words(app: &App, channel: Channel, to: &str) -> Result<bool> {
    if channel != Channel::WhatsApp {
        return Ok(true);
    }
    let came = arrivals::last_came(app, channel, to).await?;
    Ok(came.is_some_and(|at| app.clock.now_ms() < at + WORDS_TAKEN_MS))
}

/// What whoever wrote a line is called to the other side of it.
fn speaker(lang: Lang, message: &Due, line: &messages::Line, company: &str, names: bool) -> String {
    match message.wording.side() {
        // The customer talks with the company, whoever answers.
        Side::Customer if !company.is_empty() => company.to_owned(),
        _ => match Role::parse(&line.role).filter(|_| !names) {
            Some(role) => t(lang, &format!("role-{}", role.code())).into_owned(),
            None => line.who.clone(),
        },
    }
}

/// A line of chat as the other side of it reads it.
fn spoken_words(lang: Lang, line: &messages::Line, known: &Known, who: String) -> String {
    let files = (line.files > 0).then(|| tn(lang, "count-files", line.files));
    let text = [Some(line.body.clone()).filter(|body| !body.is_empty()), files].into_iter().flatten().collect::<Vec<_>>().join("\n");
    if known.number.is_empty() {
        format!("{who}: {text}")
    } else {
        ta(lang, "notify-line", &[("who", who.into()), ("number", known.number.as_str().into()), ("text", text.as_str().into())])
    }
}

fn rows(lang: Lang, rows: Vec<Vec<(&'static str, super::deed::Deed)>>) -> Vec<Vec<Button>> {
    rows.into_iter().map(|row| row.into_iter().map(|(key, deed)| button(lang, key, &deed)).collect()).collect()
}

/// A button with the words under `key` that asks for this deed.
pub fn button(lang: Lang, key: &str, deed: &super::deed::Deed) -> Button {
    Button { label: t(lang, key).into_owned(), press: Press::Data(deed.to_string()) }
}

fn page(lang: Lang, title: &str, text: &str, link: Option<&Link>, company: &str) -> Result<String> {
    let footer = t(lang, "notify-mail-footer");
    let page = Page { language: lang.code(), title, paragraphs: text.lines().collect(), link, company, footer: &footer };
    Ok(page.render().map_err(anyhow::Error::from)?)
}

async fn known(app: &App, message: &Due) -> Result<Known> {
    let text = "SELECT n.wording, n.facts, n.message_id, n.thread, q.from_minute AS quiet_from, q.to_minute AS quiet_to, p.zone AS own_zone, o.status AS order_status, \
        v.status AS visit_status, v.starts_ms, v.ends_ms, (SELECT COUNT(*) FROM visit_workers m JOIN workers k ON k.id = m.worker_id \
        WHERE m.visit_id = v.id AND k.user_id = n.user_id) AS is_of_crew, COALESCE(o.number, '') AS number, COALESCE(o.zone, '') AS zone, \
        COALESCE(o.address, '') AS address, COALESCE(c.name, '') AS customer, COALESCE(s.name, '') AS service, \
        COALESCE(o.version, 0) AS version, v.version AS visit_version, u.name AS worker \
        FROM deliveries n LEFT JOIN orders o ON o.id = n.order_id LEFT JOIN customers c ON c.id = o.customer_id \
        LEFT JOIN services s ON s.id = o.service_id LEFT JOIN visits v ON v.id = n.visit_id LEFT JOIN workers w ON w.id = v.lead_id \
        LEFT JOIN users u ON u.id = w.user_id LEFT JOIN quiet_hours q ON q.user_id = n.user_id \
        LEFT JOIN users p ON p.id = n.user_id WHERE n.id = ?";
    let known = Known::find_by_statement(store::sql(app.db.engine(), text, [message.id.into()])).one(app.db.read()).await?;
    known.ok_or(Error::NotFound)
}

impl Known {
    fn standing(&self, now: i64) -> Standing {
        let visit = self.visit_status.zip(self.starts_ms.zip(self.ends_ms));
        let visit = visit.map(|(status, (starts_ms, ends_ms))| VisitNow { status, starts_ms, ends_ms, is_of_crew: self.is_of_crew > 0 });
        Standing { now, order: self.order_status, visit }
    }
}

/// Whether it is told at night, too: who writes then is awake, and nobody is woken by other words in a message that they have.
fn is_for_now(wording: Wording, facts: &Facts) -> bool {
    wording.pressing() == Pressing::Now || facts.talks_by.is_some() || facts.revises.is_some()
}

/// Until when whoever it is for is not to be disturbed: a message may have become due in the night by waiting for its provider.
async fn asleep_until(app: &App, message: &Due, known: &Known, facts: &Facts) -> Result<Option<i64>> {
    // One that may have gone out is settled first.
    if is_for_now(known.wording, facts) || message.state == State::Sending {
        return Ok(None);
    }
    let (now, company) = (app.clock.now_ms(), app.company());
    let quiet = known.quiet_from.zip(known.quiet_to).unwrap_or((company.quiet_from, company.quiet_to));
    let zone = reach::own_zone(app, known.own_zone.as_deref(), known.wording.side(), &known.zone);
    let at = rules::awake(&zone, quiet, now);
    if at == now {
        return Ok(None);
    }
    // What cannot wait, and an answer to somebody who is awake, do not stand behind what can.
    let pressing = "SELECT wording, facts FROM deliveries WHERE person = ? AND thread = ? AND due_ms > 0 AND id > ?";
    let values = [message.person.as_str().into(), known.thread.into(), message.id.into()];
    let behind = app.db.read().query_all_raw(store::sql(app.db.engine(), pressing, values)).await?;
    for row in behind {
        let (wording, facts): (Wording, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if is_for_now(wording, &facts_of(&facts)) {
            return Ok(None);
        }
    }
    Ok(Some(at))
}

/// Where the person reads more. A customer without a login gets a link of their own to the order.
async fn address(app: &App, message: &Due, direct_with: Option<WorkerId>) -> Result<String> {
    if let (None, Some(_), Some(id)) = (message.user_id, message.customer_id, message.order_id) {
        let system = Actor::system("notifications");
        return change!(app, &system => |change| links::of_messages(change, id).await);
    }
    let path = match (message.wording.side(), message.order_id, message.visit_id) {
        _ if message.wording.is_of_account() => "/me/channels".to_owned(),
        (Side::Office, Some(order), _) => format!("/orders/{order}"),
        (Side::Office, None, _) => match direct_with {
            Some(worker) => format!("/workers/{worker}/messages"),
            None => "/conversations".to_owned(),
        },
        // The visit does not exist any more for those who left it.
        (Side::Worker, Some(_), Some(visit)) if message.wording != Wording::CrewTakenOff => format!("/visits/{visit}"),
        (Side::Worker, Some(order), None) if message.wording == Wording::CrewCustomerMessage => format!("/messages/orders/{order}"),
        (Side::Worker, None, _) if message.message_id.is_some() => "/messages".to_owned(),
        (Side::Worker, ..) => "/visits".to_owned(),
        (Side::Customer, Some(order), _) => format!("/my/orders/{order}"),
        (Side::Customer, None, _) => "/my/orders".to_owned(),
    };
    Ok(format!("{}{path}", app.config.public_url()))
}
