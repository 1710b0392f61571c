//! The customer's orders: a new one by a short dialogue, how the others stand, whether a time suits, the work accepted or returned, stars.

use super::{
    talk::{Draft, Part, Picture, Step, Talk, Waiting, named, refuse_longer},
    worker::MOST_KEPT,
    write::{self, To},
};
use crate::{
    access::{Actor, Who},
    company::zone_named,
    error::{Error, Result},
    ids::{OrderId, ServiceId, VisitId},
    messages,
    notifications::deed::Deed,
    orders::{
        self, Deed as OrderDeed, Order, OrderAction, OrderStatus, Problem, VisitStatus, create,
        files::{FileKind, Place},
        form, policy,
        query::{self, Filter, Listed},
        visits,
    },
    reviews::{self, ReviewForm},
    services,
    text::{
        format::{When, inside},
        i18n::ta,
    },
    web::{Choice, paging::Paging},
};
use channels::{Button, messenger::Said};
use futures_util::future::BoxFuture;

const MOST_SERVICES: usize = 20;
const MOST_ORDERS: u64 = 8;
/// How many of those that are over are shown.
const MOST_CLOSED: u64 = 3;
const MOST_PICTURES: usize = 10;
/// What the form of an order takes.
const LONGEST_ADDRESS: usize = 500;
const LONGEST_DESCRIPTION: usize = 4000;
const LONGEST_REASON: usize = 1000;
const LONGEST_WISH: usize = 500;
/// How much of the description is shown again.
const SHOWN_OF_DESCRIPTION: usize = 1000;
/// The usual reasons for cancelling an order.
const CANCEL_REASONS: [&str; 3] = ["bot-cancel-changed-mind", "bot-cancel-another", "bot-cancel-other"];
/// The place after them stands for the customer's own words.
const OWN_WORDS: usize = CANCEL_REASONS.len();

pub async fn menu(talk: &mut Talk<'_>) -> Result<()> {
    let mut rows = vec![vec![talk.button("bot-new-order", Deed::NewOrder), talk.button("bot-my-orders", Deed::Orders)]];
    if !talk.has_buttons() {
        rows.push(vec![talk.page("bot-open", "/my/orders")]);
    }
    talk.show(&talk.t("bot-customer-menu"), &rows).await
}

/// What a customer wrote or sent: a line to the company, or an answer to what was asked.
pub fn said<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, said: &'a Said) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        if let Some(to) = write::answered(talk, actor, said).await? {
            return write::write(talk, actor, to, said).await;
        }
        match talk.step.clone() {
            Step::Which(orders) => {
                if let Some(place) = place_in_list(&said.text) {
                    return match place.checked_sub(1).and_then(|place| orders.get(place)) {
                        Some(order) => write::write_kept(talk, actor, To::Order(*order)).await,
                        None => talk.say(&talk.t("bot-no-such-number"), &[]).await,
                    };
                }
            }
            Step::Order(part) => return draw(talk, actor, part, said).await,
            Step::Move(visit) if said.files.is_empty() => return wish(talk, actor, visit, said).await,
            Step::Return { order, version } if said.files.is_empty() => return give_back(talk, actor, (order, version), said).await,
            Step::CancelOrder { order, .. } if said.files.is_empty() => return ask_whether_to_cancel(talk, actor, order, said).await,
            _ => {}
        }
        if let Some(to) = write::awaited(talk, actor, said) {
            return write::write(talk, actor, to, said).await;
        }
        let open = listed(talk, actor, true, MOST_ORDERS).await?;
        let named = open.iter().find(|listed| listed.order.number == said.text.trim().trim_start_matches(['№', ' ']));
        if let (Step::Which(_), Some(listed)) = (&talk.step, named) {
            return write::write_kept(talk, actor, To::Order(listed.order.id)).await;
        }
        match open.as_slice() {
            // With one order there is no doubt what it is about.
            [only] => write::write(talk, actor, To::Order(only.order.id), said).await,
            [] => {
                let closed = listed(talk, actor, false, 1).await?;
                ask_which(talk, &closed, "bot-no-open-order", said).await
            }
            several => ask_which(talk, several, "bot-about-which", said).await,
        }
    })
}

/// The place that somebody names who was shown a list: «2», «2.».
fn place_in_list(text: &str) -> Option<usize> {
    text.trim().trim_end_matches('.').parse().ok().filter(|place| *place < 100)
}

/// Keeps what was said until it is known which order it is about.
async fn ask_which(talk: &mut Talk<'_>, orders: &[Listed], key: &str, said: &Said) -> Result<()> {
    if !talk.has_buttons() && orders.is_empty() {
        return menu(talk).await;
    }
    let mut waiting = talk.waiting.clone();
    // Of an album each picture comes by itself: it is asked once.
    let asked = !waiting.said.is_empty() && said.text.trim().is_empty();
    if waiting.said.len() == MOST_KEPT {
        return talk.say(&talk.t("bot-choose-first"), &[]).await;
    }
    waiting.said.push(said.clone());
    waiting.said_ms = talk.heard_ms();
    let has_buttons = talk.has_buttons();
    let step = if has_buttons { Step::Nothing } else { Step::Which(orders.iter().map(|listed| listed.order.id).collect()) };
    talk.remember(step, waiting).await?;
    if asked {
        return Ok(());
    }
    if !has_buttons {
        let lines = orders.iter().enumerate().map(|(at, listed)| format!("{}. {}", at + 1, title(listed)));
        let text = std::iter::once(talk.t("bot-about-which-number")).chain(lines).collect::<Vec<_>>().join("\n");
        return talk.say(&text, &[]).await;
    }
    let mut rows: Vec<Vec<Button>> =
        orders.iter().map(|listed| vec![named(&title(listed), Deed::WriteAboutOrder(listed.order.id))]).collect();
    rows.push(vec![talk.button("bot-new-order", Deed::NewOrder)]);
    talk.say(&talk.t(key), &rows).await
}

fn title(listed: &Listed) -> String {
    format!("№ {}, {}", listed.order.number, listed.service_name)
}

fn only_customers(actor: &Actor) -> Result<()> {
    if matches!(actor.who, Who::Customer(_)) { Ok(()) } else { Err(Error::NotFound) }
}

/// The customer's open orders, or those that are completed; the newest first.
async fn listed(talk: &Talk<'_>, actor: &Actor, open: bool, most: u64) -> Result<Vec<Listed>> {
    only_customers(actor)?;
    let statuses = if open { vec![] } else { vec![OrderStatus::Completed] };
    Ok(query::list(talk.app, actor, &Filter { open, statuses, paging: Paging::first(most), ..Filter::default() }).await?.items)
}

/// The customer's open orders and the last that are completed.
pub fn orders<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let open = listed(talk, actor, true, MOST_ORDERS).await?;
        let closed = listed(talk, actor, false, MOST_CLOSED).await?;
        if open.is_empty() && closed.is_empty() {
            return talk.show(&talk.t("bot-no-orders"), &[vec![talk.button("bot-new-order", Deed::NewOrder)]]).await;
        }
        let mut rows = vec![];
        for listed in open.iter().chain(&closed) {
            let label = format!("{}: {}", title(listed), inside(&standing(talk, listed)));
            rows.push(vec![named(&label, Deed::ShowOrder(listed.order.id))]);
        }
        for listed in &closed {
            if reviews::of_order(talk.app.db.read(), listed.order.id).await?.is_none() {
                let label = talk.ta("bot-stars-for", &[("number", &listed.order.number)]);
                rows.push(vec![named(&label, Deed::Stars(listed.order.id, 0))]);
            }
        }
        rows.push(vec![talk.button("bot-new-order", Deed::NewOrder)]);
        talk.show(&talk.t("bot-your-orders"), &rows).await
    })
}

/// Where an order stands in the words of its customer.
fn standing(talk: &Talk<'_>, listed: &Listed) -> String {
    let order = &listed.order;
    let when = When::new(talk.lang, zone_named(&order.zone), talk.app.clock.now_ms());
    let key = |kind: &str, code: &str| talk.t(&format!("{kind}-client-{}", code.replace('_', "-")));
    let visit = listed.visit_status.filter(|status| status.customer_sees());
    match (order.status, visit) {
        (OrderStatus::OnHold, _) if order.wake_ms.is_some() => {
            talk.ta("order-client-on-hold-until", &[("date", &when.date(order.wake_ms.unwrap_or_default()))])
        }
        (OrderStatus::Confirmed | OrderStatus::Scheduled | OrderStatus::InProgress, Some(VisitStatus::Accepted)) => {
            talk.ta("order-client-scheduled-at", &[("when", &window(&when, listed))])
        }
        (OrderStatus::Confirmed | OrderStatus::Scheduled | OrderStatus::InProgress, Some(status)) => key("visit", status.code()),
        (OrderStatus::Scheduled, None) => key("visit", VisitStatus::Offered.code()),
        (status, _) => key("order", status.code()),
    }
}

fn window(when: &When, listed: &Listed) -> String {
    let times = listed.visit_starts_ms.zip(listed.visit_ends_ms);
    times.map(|(starts, ends)| inside(&when.window(starts, ends))).unwrap_or_default()
}

/// How an order stands, with what can be done about it.
pub fn show<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, id: OrderId) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        if actor.is_staff() {
            return super::office::show(talk, actor, id).await;
        }
        let listed = query::show(talk.app, actor, id).await?;
        let (order, now) = (&listed.order, talk.app.clock.now_ms());
        let when = When::new(talk.lang, zone_named(&order.zone), now);
        let mut lines = vec![
            talk.ta("bot-order-of-customer", &[("number", &order.number), ("service", &listed.service_name)]),
            standing(talk, &listed),
        ];
        if listed.visit_status.is_some_and(VisitStatus::is_under_way) {
            lines.push(talk.ta("bot-agreed-on", &[("when", &window(&when, &listed))]));
        }
        let asked_to_cancel = order.problem == Some(Problem::CancellationRequested);
        if asked_to_cancel {
            lines.push(talk.t("bot-cancel-asked"));
        }
        let mut rows = vec![];
        for visit in visits::of_order(talk.app.db.read(), actor, id).await? {
            if order.open && visits::is_awaited(&visit, now) {
                rows.push(vec![
                    talk.button("bot-fits", Deed::Fits(visit.id, visit.starts_ms)),
                    talk.button("bot-move", Deed::MoveWanted(visit.id)),
                ]);
            }
        }
        if matches!(actor.who, Who::Customer(_)) {
            let version = order.version;
            match order.status {
                OrderStatus::Acceptance => rows.push(vec![
                    talk.button("bot-accept-work", Deed::AcceptWork { id, version }),
                    talk.button("bot-return-work", Deed::ReturnWork { id, version }),
                ]),
                OrderStatus::Completed => rows.push(star_row(id)),
                _ => {}
            }
            if !asked_to_cancel && may_cancel(actor, order) {
                rows.push(vec![talk.button("bot-cancel-order", Deed::CancelOrder { id, reason: None })]);
            }
        }
        rows.push(vec![talk.button("bot-write-us", Deed::WriteAboutOrder(id)), talk.page("bot-open", &format!("/my/orders/{id}"))]);
        talk.show(&lines.join("\n"), &rows).await
    })
}

fn star_row(id: OrderId) -> Vec<Button> {
    (1..=5).map(|stars| named(&"⭐".repeat(stars.into()), Deed::Stars(id, stars))).collect()
}

/// The time of a visit suits the customer; under an old message it may be another now, which they are shown.
pub async fn fits(talk: &mut Talk<'_>, actor: &Actor, id: VisitId, starts_ms: i64) -> Result<()> {
    let command = talk.command("fits");
    match once!(talk.app, actor, &command => |change| visits::fits(change, id, Some(starts_ms)).await) {
        Err(Error::Stale) => {
            let order = visits::find(talk.app.db.read(), actor, id).await?.order_id;
            let notice = talk.t("bot-time-changed");
            talk.acknowledge(&notice).await;
            return show(talk, actor, order).await;
        }
        answered => answered?,
    };
    talk.show(&talk.t("bot-fits-thanks"), &[vec![talk.button("bot-menu", Deed::Menu)]]).await
}

/// It does not suit: when would it?
pub async fn move_wanted(talk: &mut Talk<'_>, actor: &Actor, id: VisitId) -> Result<()> {
    only_customers(actor)?;
    visits::find(talk.app.db.read(), actor, id).await?;
    talk.set(Step::Move(id)).await?;
    talk.say(&talk.t("bot-when-instead"), &[vec![talk.button("bot-cancel", Deed::Cancel)]]).await
}

async fn wish(talk: &mut Talk<'_>, actor: &Actor, id: VisitId, said: &Said) -> Result<()> {
    let command = talk.command("move");
    refuse_longer(said.text.trim(), LONGEST_WISH)?;
    let wish = said.text.trim().to_owned();
    let channel = talk.line.channel.code();
    let asked = once!(talk.app, actor, &command => |change| messages::ask_to_move(change, id, &wish, Some(channel)).await);
    talk.set(Step::Nothing).await?;
    match asked {
        Ok(()) => {}
        // Nobody is to come at that time any more: the words are for the office all the same.
        Err(Error::Conflict(..)) => {
            let order = visits::find(talk.app.db.read(), actor, id).await?.order_id;
            write::put(talk, actor, To::Order(order), said, |part| talk.command(&format!("write{part}"))).await?;
        }
        Err(error) => return Err(error),
    }
    talk.say(&talk.t("bot-move-thanks"), &[vec![talk.button("bot-menu", Deed::Menu)]]).await
}

/// Does something to an order. What does not fit any more is said, and the order shown as it is; whether it was done.
fn act<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, id: OrderId, deed: OrderDeed) -> BoxFuture<'a, Result<bool>> {
    Box::pin(async move {
        let command = talk.command("order");
        let done = once!(talk.app, actor, &command => |change| orders::act(change, id, &deed).await.map(|order| order.id));
        let error = match done {
            Ok(_) => {
                talk.set(Step::Nothing).await?;
                return Ok(true);
            }
            Err(error @ (Error::Stale | Error::Conflict(..))) => error,
            Err(error) => return Err(error),
        };
        talk.set(Step::Nothing).await?;
        let words = talk.words_of(&error);
        talk.say(&words, &[]).await?;
        show(talk, actor, id).await?;
        Ok(false)
    })
}

/// An order of the customer's in this state; of one in another it is said, and it is shown.
async fn in_state(talk: &mut Talk<'_>, actor: &Actor, id: OrderId, status: OrderStatus) -> Result<Option<Order>> {
    only_customers(actor)?;
    let order = query::find(talk.app.db.read(), actor, id).await?;
    if order.status == status {
        return Ok(Some(order));
    }
    let notice = talk.t("bot-outdated");
    talk.acknowledge(&notice).await;
    show(talk, actor, id).await?;
    Ok(None)
}

/// The customer is content: how content?
pub async fn accept_work(talk: &mut Talk<'_>, actor: &Actor, id: OrderId, version: i64) -> Result<()> {
    if in_state(talk, actor, id, OrderStatus::Acceptance).await?.is_none() {
        return Ok(());
    }
    let deed = OrderDeed { version: Some(version), ..OrderDeed::new(OrderAction::Accept) };
    if act(talk, actor, id, deed).await? { stars(talk, actor, id, 0).await } else { Ok(()) }
}

/// The customer is not: why?
pub async fn return_work(talk: &mut Talk<'_>, actor: &Actor, id: OrderId, version: i64) -> Result<()> {
    if in_state(talk, actor, id, OrderStatus::Acceptance).await?.is_none() {
        return Ok(());
    }
    talk.set(Step::Return { order: id, version }).await?;
    talk.say(&talk.t("bot-why-return"), &[vec![talk.button("bot-back", Deed::ShowOrder(id))]]).await
}

async fn give_back(talk: &mut Talk<'_>, actor: &Actor, (id, version): (OrderId, i64), said: &Said) -> Result<()> {
    refuse_longer(said.text.trim(), LONGEST_REASON)?;
    let order = query::find(talk.app.db.read(), actor, id).await?;
    if order.status != OrderStatus::Acceptance {
        // There is nothing to return any more, but the company is to know.
        talk.set(Step::Nothing).await?;
        write::write(talk, actor, To::Order(id), said).await?;
        return show(talk, actor, id).await;
    }
    let reason = said.text.trim().to_owned();
    let deed = OrderDeed { version: Some(version), reason, ..OrderDeed::new(OrderAction::Return) };
    if !act(talk, actor, id, deed).await? {
        return Ok(());
    }
    talk.say(&talk.t("bot-returned"), &[vec![talk.button("bot-show", Deed::ShowOrder(id))]]).await
}

fn may_cancel(actor: &Actor, order: &Order) -> bool {
    policy::possible(actor, order).contains(&OrderAction::Cancel) || order.status == OrderStatus::InProgress
}

/// Whether to cancel an order is asked together with why.
pub async fn ask_why_cancel(talk: &mut Talk<'_>, actor: &Actor, id: OrderId) -> Result<()> {
    only_customers(actor)?;
    let order = query::find(talk.app.db.read(), actor, id).await?;
    if !may_cancel(actor, &order) || order.problem == Some(Problem::CancellationRequested) {
        let notice = talk.t("bot-outdated");
        talk.acknowledge(&notice).await;
        return show(talk, actor, id).await;
    }
    talk.set(Step::CancelOrder { order: id, words: String::new() }).await?;
    let visits = visits::of_order(talk.app.db.read(), actor, id).await?;
    let is_request = order.status == OrderStatus::InProgress || visits.iter().any(|visit| visit.status.is_under_way());
    let text = talk.ta(if is_request { "bot-why-cancel-late" } else { "bot-why-cancel" }, &[("number", &order.number)]);
    let reasons = CANCEL_REASONS.iter().enumerate();
    let mut rows: Vec<Vec<Button>> =
        reasons.map(|(reason, key)| vec![talk.button(key, Deed::CancelOrder { id, reason: Some(reason) })]).collect();
    rows.push(vec![talk.button("bot-do-not-cancel", Deed::ShowOrder(id))]);
    talk.show(&text, &rows).await
}

/// Words may be meant for somebody else: an order is not cancelled by them alone.
async fn ask_whether_to_cancel(talk: &mut Talk<'_>, actor: &Actor, id: OrderId, said: &Said) -> Result<()> {
    let words = said.text.trim();
    refuse_longer(words, LONGEST_REASON)?;
    let order = query::find(talk.app.db.read(), actor, id).await?;
    talk.set(Step::CancelOrder { order: id, words: words.to_owned() }).await?;
    let text = talk.ta("bot-cancel-for-that", &[("number", &order.number), ("reason", words)]);
    let yes = talk.button("bot-do-cancel", Deed::CancelOrder { id, reason: Some(OWN_WORDS) });
    talk.say(&text, &[vec![yes], vec![talk.button("bot-do-not-cancel", Deed::ShowOrder(id))]]).await
}

/// For one of the usual reasons, or in the words that were said before.
pub async fn cancel_because(talk: &mut Talk<'_>, actor: &Actor, id: OrderId, reason: usize) -> Result<()> {
    let reason = match (CANCEL_REASONS.get(reason), &talk.step) {
        (Some(key), _) => talk.t(key),
        (None, Step::CancelOrder { words, .. }) if reason == OWN_WORDS && !words.is_empty() => words.clone(),
        // What they said was forgotten meanwhile.
        _ => return ask_why_cancel(talk, actor, id).await,
    };
    cancel(talk, actor, id, &reason).await
}

fn cancel<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, id: OrderId, reason: &'a str) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        only_customers(actor)?;
        refuse_longer(reason.trim(), LONGEST_REASON)?;
        let order = query::find(talk.app.db.read(), actor, id).await?;
        if order.status == OrderStatus::Cancelled {
            let notice = talk.t("bot-done-already");
            talk.acknowledge(&notice).await;
            return show(talk, actor, id).await;
        }
        // Whatever else has changed meanwhile, who wants to cancel wants to cancel.
        let deed = OrderDeed { reason: reason.trim().to_owned(), ..OrderDeed::new(OrderAction::Cancel) };
        if act(talk, actor, id, deed).await? { show(talk, actor, id).await } else { Ok(()) }
    })
}

/// Stars for a completed order; none asks for them.
pub fn stars<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, id: OrderId, stars: u8) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        only_customers(actor)?;
        let order = query::find(talk.app.db.read(), actor, id).await?;
        if order.status != OrderStatus::Completed {
            return show(talk, actor, id).await;
        }
        if stars == 0 {
            return talk.show(&talk.ta("bot-how-many-stars", &[("number", &order.number)]), &[star_row(id)]).await;
        }
        let form = ReviewForm { stars: stars.into(), body: String::new() };
        let command = talk.command("stars");
        once!(talk.app, actor, &command => |change| {
            // Words that were written before stay.
            let body = reviews::of_order(change.tx.conn(), id).await?.map(|review| review.body).unwrap_or_default();
            reviews::put(change, id, None, &ReviewForm { body, ..form.clone() }).await.map(|review| review.version)
        })?;
        talk.show(&talk.t("bot-stars-thanks"), &[star_row(id), vec![talk.button("bot-menu", Deed::Menu)]]).await
    })
}

/// Begins a new order, or goes on with one that was begun. What was said and belongs to no order yet begins it.
pub async fn begin(talk: &mut Talk<'_>, actor: &Actor) -> Result<()> {
    only_customers(actor)?;
    let mut waiting = talk.waiting.clone();
    let goes_on = waiting.draft.is_some();
    let mut draft = waiting.draft.take().unwrap_or_else(|| Draft { key: talk.key().to_owned(), ..Draft::default() });
    let words: Vec<&str> = waiting.said.iter().map(|said| said.text.trim()).filter(|words| !words.is_empty()).collect();
    let described = join(&draft.description, &words.join("\n"));
    if described.chars().count() <= LONGEST_DESCRIPTION {
        draft.description = described;
        draft.pictures.extend(waiting.said.iter().flat_map(Picture::of));
        draft.pictures.truncate(MOST_PICTURES);
        waiting.said = vec![];
    }
    waiting.draft = Some(draft);
    talk.wait(waiting).await?;
    ask_next(talk, actor, goes_on.then_some("bot-order-goes-on")).await
}

fn join(before: &str, words: &str) -> String {
    if before.is_empty() || words.is_empty() { format!("{before}{words}") } else { format!("{before}\n{words}") }
}

/// Asks for what the new order lacks, or whether it is as it should be.
fn ask_next<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, before: Option<&'a str>) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let Some(draft) = talk.waiting.draft.clone() else { return menu(talk).await };
        let cancel = vec![talk.button("bot-cancel", Deed::Cancel)];
        let told = |text: String| before.map_or_else(|| text.clone(), |key| format!("{}\n{text}", talk.t(key)));
        let Some(service) = draft.service else {
            let services = services::active(talk.app.db.read()).await?;
            let mut rows: Vec<Vec<Button>> =
                services.iter().take(MOST_SERVICES).map(|service| vec![named(&service.name, Deed::Service(service.id.0))]).collect();
            rows.push(cancel);
            let text = told(talk.t("bot-which-service"));
            talk.set(Step::Order(Part::Service)).await?;
            return talk.show(&text, &rows).await;
        };
        let service = services::find(talk.app.db.read(), ServiceId(service)).await?;
        if draft.address.is_empty() {
            let text = told(talk.ta("bot-where", &[("service", &service.name)]));
            talk.set(Step::Order(Part::Address)).await?;
            return talk.show(&text, &[cancel]).await;
        }
        if draft.description.is_empty() && draft.pictures.is_empty() {
            let text = told(talk.t("bot-what"));
            talk.set(Step::Order(Part::Description)).await?;
            return talk.show(&text, &[cancel]).await;
        }
        let mut shown: String = draft.description.chars().take(SHOWN_OF_DESCRIPTION).collect();
        if shown.len() < draft.description.len() {
            shown.push('…');
        }
        let args = [
            ("service", service.name.as_str().into()),
            ("address", draft.address.as_str().into()),
            ("description", shown.as_str().into()),
            ("count", i64::try_from(draft.pictures.len()).unwrap_or(0).into()),
        ];
        let text = told(ta(talk.lang, "bot-check-order", &args));
        let rows = [
            vec![talk.button("bot-send-order", Deed::Send)],
            vec![
                talk.button("bot-change-address", Deed::Change { address: true }),
                talk.button("bot-change-description", Deed::Change { address: false }),
            ],
            cancel,
        ];
        only_customers(actor)?;
        talk.set(Step::Order(Part::Description)).await?;
        talk.show(&text, &rows).await
    })
}

/// The service is chosen: where?
pub async fn service(talk: &mut Talk<'_>, actor: &Actor, id: i64) -> Result<()> {
    only_customers(actor)?;
    services::find(talk.app.db.read(), ServiceId(id)).await?;
    let Some(draft) = talk.waiting.draft.clone() else { return begin(talk, actor).await };
    let waiting = Waiting { draft: Some(Draft { service: Some(id), ..draft }), ..talk.waiting.clone() };
    talk.wait(waiting).await?;
    ask_next(talk, actor, None).await
}

/// Another address, or another description.
pub async fn change(talk: &mut Talk<'_>, actor: &Actor, address: bool) -> Result<()> {
    only_customers(actor)?;
    if talk.waiting.draft.as_ref().is_none_or(|draft| draft.address.is_empty()) {
        return begin(talk, actor).await;
    }
    let (part, key) = if address { (Part::Address, "bot-other-address") } else { (Part::OtherDescription, "bot-other-description") };
    talk.set(Step::Order(part)).await?;
    talk.say(&talk.t(key), &[vec![talk.button("bot-cancel", Deed::Cancel)]]).await
}

/// A place came while an order is being told.
pub async fn words_wanted(talk: &mut Talk<'_>) -> Result<()> {
    talk.say(&talk.t("bot-address-in-words"), &[vec![talk.button("bot-cancel", Deed::Cancel)]]).await
}

/// Takes words and pictures into the new order.
fn draw<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, part: Part, said: &'a Said) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let Some(mut draft) = talk.waiting.draft.clone() else { return begin(talk, actor).await };
        let words = said.text.trim();
        let mut too_long = None;
        match part {
            _ if words.is_empty() => {}
            Part::Address => match refuse_longer(words, LONGEST_ADDRESS) {
                Ok(()) => words.clone_into(&mut draft.address),
                Err(error) => too_long = Some(error),
            },
            Part::Service | Part::Description | Part::OtherDescription => {
                let before = if part == Part::OtherDescription { "" } else { draft.description.as_str() };
                let described = join(before, words);
                match refuse_longer(&described, LONGEST_DESCRIPTION) {
                    Ok(()) => draft.description = described,
                    Err(error) => too_long = Some(error),
                }
            }
        }
        draft.pictures.extend(Picture::of(said));
        let over = draft.pictures.len() > MOST_PICTURES;
        draft.pictures.truncate(MOST_PICTURES);
        let waiting = Waiting { draft: Some(draft), ..talk.waiting.clone() };
        talk.wait(waiting).await?;
        if let Some(error) = too_long {
            let text = format!("{}\n{}", talk.words_of(&error), talk.t("bot-shorter-please"));
            return talk.say(&text, &[vec![talk.button("bot-cancel", Deed::Cancel)]]).await;
        }
        if part == Part::Address && words.is_empty() {
            return talk.say(&talk.t("bot-where-again"), &[vec![talk.button("bot-cancel", Deed::Cancel)]]).await;
        }
        ask_next(talk, actor, over.then_some("bot-too-many-order-pictures")).await
    })
}

/// The order is as it should be.
pub fn send<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        only_customers(actor)?;
        let Some(draft) = talk.waiting.draft.clone() else {
            if let Some((id, _)) = talk.waiting.late.first() {
                let id = *id;
                return keep_pictures(talk, actor, id).await;
            }
            let notice = talk.t("bot-done-already");
            talk.acknowledge(&notice).await;
            return orders(talk, actor).await;
        };
        let Some(service) = draft.service.filter(|_| !draft.address.is_empty()) else { return ask_next(talk, actor, None).await };
        let new = form::from_messenger(ServiceId(service), &draft.address, &draft.description)?;
        let command = talk.command_of(&format!("order {}", draft.key));
        let id = once!(talk.app, actor, &command => |change| create(change, new.clone()).await.map(|order| order.id));
        let id = match id {
            Ok(id) => id,
            // The company does this no more.
            Err(error @ Error::Invalid(_)) => {
                let words = talk.words_of(&error);
                talk.say(&words, &[]).await?;
                let waiting = Waiting { draft: Some(Draft { service: None, ..draft }), ..talk.waiting.clone() };
                talk.wait(waiting).await?;
                return ask_next(talk, actor, None).await;
            }
            Err(error) => return Err(error),
        };
        let mut waiting = Waiting { draft: None, ..talk.waiting.clone() };
        waiting.late.extend(draft.pictures.into_iter().map(|picture| (id, picture)));
        talk.remember(Step::Nothing, waiting).await?;
        keep_pictures(talk, actor, id).await
    })
}

/// Keeps the pictures of a new order, and says what became of them.
fn keep_pictures<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, id: OrderId) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let (own, others): (Vec<_>, Vec<_>) = talk.waiting.late.clone().into_iter().partition(|(order, _)| *order == id);
        let (mut lost, mut late) = (0_i64, vec![]);
        for (_, picture) in own {
            if !late.is_empty() {
                // A messenger that does not give one is not asked for each.
                late.push(picture);
                continue;
            }
            match talk.keep(actor, Place::Order(id), FileKind::Other, &picture).await {
                Ok(()) => {}
                Err(Error::Invalid(_) | Error::Conflict(..)) => lost += 1,
                Err(Error::Other(error)) => {
                    tracing::warn!(%error, "a picture stays with its messenger");
                    late.push(picture);
                }
                Err(error) => return Err(error),
            }
        }
        let count = i64::try_from(late.len()).unwrap_or(0);
        let late = late.into_iter().map(|picture| (id, picture)).chain(others).collect();
        let waiting = Waiting { late, ..talk.waiting.clone() };
        talk.wait(waiting).await?;
        let order = query::find(talk.app.db.read(), actor, id).await?;
        let mut lines = vec![talk.ta("bot-ordered", &[("number", &order.number)])];
        let mut rows = vec![];
        if lost > 0 {
            lines.push(ta(talk.lang, "bot-pictures-lost", &[("count", lost.into())]));
        }
        if count > 0 {
            lines.push(ta(talk.lang, "bot-order-pictures-late", &[("count", count.into())]));
            rows.push(vec![talk.button("bot-send-pictures-again", Deed::Send)]);
        }
        rows.push(vec![talk.button("bot-show", Deed::ShowOrder(id)), talk.button("bot-write-us", Deed::WriteAboutOrder(id))]);
        talk.show(&lines.join("\n"), &rows).await
    })
}
