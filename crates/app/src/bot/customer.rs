//! The customer's orders: a new one by a short dialogue, how the others stand, whether a time suits, stars.

use super::{
    talk::{Draft, Picture, Step, Talk, named},
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
        self, OrderStatus, create,
        files::{FileKind, Place},
        form, query, visits,
    },
    reviews::{self, ReviewForm},
    services,
    text::format::When,
    web::Choice,
};
use channels::{Button, messenger::Said};

const MOST_SERVICES: usize = 20;
const MOST_ORDERS: usize = 8;
const MOST_PICTURES: usize = 10;

pub async fn menu(talk: &mut Talk<'_>) -> Result<()> {
    let mut rows = vec![vec![talk.button("bot-new-order", Deed::NewOrder), talk.button("bot-my-orders", Deed::Orders)]];
    if !talk.has_buttons() {
        rows.push(vec![talk.page("bot-open", "/my/orders")]);
    }
    talk.show(&talk.t("bot-customer-menu"), &rows).await
}

/// What a customer wrote or sent: an answer to what was asked, or a line to the company.
pub async fn said(talk: &mut Talk<'_>, actor: &Actor, said: &Said) -> Result<()> {
    match talk.step.clone() {
        Step::Write(to) => return write::write(talk, actor, to, said).await,
        Step::Move(visit) if said.files.is_empty() => return wish(talk, actor, visit, &said.text).await,
        Step::Order(draft) => return draw(talk, actor, draft, said).await,
        _ => {}
    }
    if let Some(to) = write::answered(talk, said).await? {
        return write::write(talk, actor, to, said).await;
    }
    let open = open_orders(talk, actor).await?;
    match open.as_slice() {
        // With one order there is no doubt what it is about.
        [only] => write::write(talk, actor, To::Order(only.id), said).await,
        [] => menu(talk).await,
        several => {
            let row = |order: &orders::Order| {
                let label = format!("№ {}", order.number);
                if talk.has_buttons() {
                    return vec![named(&label, Deed::WriteAboutOrder(order.id))];
                }
                vec![Button { label, ..talk.page("bot-open", &format!("/my/orders/{}/messages", order.id)) }]
            };
            let rows: Vec<Vec<Button>> = several.iter().map(row).collect();
            talk.say(&talk.t("bot-about-which"), &rows).await
        }
    }
}

fn only_customers(actor: &Actor) -> Result<()> {
    if matches!(actor.who, Who::Customer(_)) { Ok(()) } else { Err(Error::NotFound) }
}

async fn open_orders(talk: &Talk<'_>, actor: &Actor) -> Result<Vec<orders::Order>> {
    only_customers(actor)?;
    query::open_of(talk.app.db.read(), actor, u64::try_from(MOST_ORDERS).unwrap_or(u64::MAX)).await
}

/// The customer's open orders.
pub async fn orders(talk: &mut Talk<'_>, actor: &Actor) -> Result<()> {
    let open = open_orders(talk, actor).await?;
    if open.is_empty() {
        return talk.show(&talk.t("bot-no-orders"), &[vec![talk.button("bot-new-order", Deed::NewOrder)]]).await;
    }
    let mut rows: Vec<Vec<Button>> = open
        .iter()
        .map(|order| vec![named(&format!("№ {}, {}", order.number, status(talk, order.status)), Deed::ShowOrder(order.id))])
        .collect();
    rows.push(vec![talk.button("bot-new-order", Deed::NewOrder)]);
    talk.show(&talk.t("bot-your-orders"), &rows).await
}

fn status(talk: &Talk<'_>, status: OrderStatus) -> String {
    talk.t(&format!("order-status-{}", status.code().replace('_', "-"))).to_lowercase()
}

/// How an order stands, with what can be done about it.
pub async fn show(talk: &mut Talk<'_>, actor: &Actor, id: OrderId) -> Result<()> {
    if actor.is_staff() {
        return super::office::show(talk, actor, id).await;
    }
    let order = query::find(talk.app.db.read(), actor, id).await?;
    let when = When::new(talk.lang, zone_named(&order.zone), talk.app.clock.now_ms());
    let mut lines = vec![talk.ta("bot-order", &[("number", &order.number), ("status", &status(talk, order.status))])];
    let mut rows = vec![];
    for visit in visits::of_order(talk.app.db.read(), actor, id).await? {
        if visit.status == orders::VisitStatus::Accepted {
            lines.push(talk.ta("bot-comes", &[("when", &when.window(visit.starts_ms, visit.ends_ms))]));
            rows.push(vec![
                talk.button("bot-fits", Deed::Fits(visit.id, visit.starts_ms)),
                talk.button("bot-move", Deed::MoveWanted(visit.id)),
            ]);
        }
    }
    if order.status == OrderStatus::Completed {
        rows.push((1..=5).map(|stars| named(&"⭐".repeat(stars.into()), Deed::Stars(id, stars))).collect());
    }
    rows.push(vec![talk.button("bot-write-us", Deed::WriteAboutOrder(id)), talk.page("bot-open", &format!("/my/orders/{id}"))]);
    talk.show(&lines.join("\n"), &rows).await
}

/// The time of a visit suits the customer; under an old message it may be another now, which they are shown.
pub async fn fits(talk: &mut Talk<'_>, actor: &Actor, id: VisitId, starts_ms: i64) -> Result<()> {
    // Pressed again it is the same answer.
    let command = talk.command_of(&format!("fits {id} {starts_ms}"));
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

async fn wish(talk: &mut Talk<'_>, actor: &Actor, id: VisitId, words: &str) -> Result<()> {
    let command = talk.command("move");
    let wish: String = words.trim().chars().take(500).collect();
    let channel = talk.line.channel.code();
    once!(talk.app, actor, &command => |change| messages::ask_to_move(change, id, &wish, Some(channel)).await)?;
    talk.set(Step::Nothing).await?;
    talk.say(&talk.t("bot-move-thanks"), &[vec![talk.button("bot-menu", Deed::Menu)]]).await
}

/// Stars for a completed order; none asks for them.
pub async fn stars(talk: &mut Talk<'_>, actor: &Actor, id: OrderId, stars: u8) -> Result<()> {
    only_customers(actor)?;
    let order = query::find(talk.app.db.read(), actor, id).await?;
    if order.status != OrderStatus::Completed {
        return show(talk, actor, id).await;
    }
    if stars == 0 {
        let row = (1..=5).map(|stars| named(&"⭐".repeat(stars.into()), Deed::Stars(id, stars))).collect();
        return talk.show(&talk.ta("bot-how-many-stars", &[("number", &order.number)]), &[row]).await;
    }
    let form = ReviewForm { stars: stars.into(), body: String::new() };
    let command = talk.command_of(&format!("stars {id} {stars}"));
    once!(talk.app, actor, &command => |change| {
        // Words that were written before stay.
        let body = reviews::of_order(change.tx.conn(), id).await?.map(|review| review.body).unwrap_or_default();
        reviews::put(change, id, None, &ReviewForm { body, ..form.clone() }).await.map(|review| review.version)
    })?;
    talk.show(&talk.t("bot-stars-thanks"), &[vec![talk.button("bot-menu", Deed::Menu)]]).await
}

/// Begins a new order: which service?
pub async fn begin(talk: &mut Talk<'_>, actor: &Actor) -> Result<()> {
    only_customers(actor)?;
    talk.set(Step::Order(Draft::default())).await?;
    let services = services::active(talk.app.db.read()).await?;
    let mut rows: Vec<Vec<Button>> =
        services.iter().take(MOST_SERVICES).map(|service| vec![named(&service.name, Deed::Service(service.id.0))]).collect();
    rows.push(vec![talk.button("bot-cancel", Deed::Cancel)]);
    talk.show(&talk.t("bot-which-service"), &rows).await
}

/// The service is chosen: where?
pub async fn service(talk: &mut Talk<'_>, actor: &Actor, id: i64) -> Result<()> {
    let Step::Order(draft) = talk.step.clone() else { return begin(talk, actor).await };
    let service = services::find(talk.app.db.read(), ServiceId(id)).await?;
    talk.set(Step::Order(Draft { service: Some(id), ..draft })).await?;
    talk.show(&talk.ta("bot-where", &[("service", &service.name)]), &[vec![talk.button("bot-cancel", Deed::Cancel)]]).await
}

/// The address, then what is to be done, with pictures if there are some.
async fn draw(talk: &mut Talk<'_>, actor: &Actor, mut draft: Draft, said: &Said) -> Result<()> {
    let words: String = said.text.trim().chars().take(1000).collect();
    if draft.service.is_none() {
        return begin(talk, actor).await;
    }
    if draft.address.is_empty() {
        if words.is_empty() {
            return talk.say(&talk.t("bot-where-again"), &[vec![talk.button("bot-cancel", Deed::Cancel)]]).await;
        }
        draft.address = words.chars().take(300).collect();
        talk.set(Step::Order(draft)).await?;
        return talk.say(&talk.t("bot-what"), &[vec![talk.button("bot-cancel", Deed::Cancel)]]).await;
    }
    if !words.is_empty() {
        draft.description = if draft.description.is_empty() { words } else { format!("{}\n{words}", draft.description) };
    }
    let pictures = said.files.iter().map(|file| Picture { file: file.file.clone(), name: file.name.clone() });
    draft.pictures.extend(pictures);
    draft.pictures.truncate(MOST_PICTURES);
    talk.set(Step::Order(draft.clone())).await?;
    let service = services::find(talk.app.db.read(), ServiceId(draft.service.unwrap_or(0))).await?;
    let count = i64::try_from(draft.pictures.len()).unwrap_or(0);
    let args = [
        ("service", service.name.as_str().into()),
        ("address", draft.address.as_str().into()),
        ("description", draft.description.as_str().into()),
        ("count", count.into()),
    ];
    let text = crate::text::i18n::ta(talk.lang, "bot-check-order", &args);
    talk.say(&text, &[vec![talk.button("bot-send-order", Deed::Send), talk.button("bot-cancel", Deed::Cancel)]]).await
}

/// The order is as it should be.
pub async fn send(talk: &mut Talk<'_>, actor: &Actor) -> Result<()> {
    let Step::Order(draft) = talk.step.clone() else {
        let notice = talk.t("bot-done-already");
        talk.acknowledge(&notice).await;
        return orders(talk, actor).await;
    };
    let Some(service) = draft.service.filter(|_| !draft.address.is_empty()) else { return begin(talk, actor).await };
    let new = form::from_messenger(ServiceId(service), &draft.address, &draft.description);
    let command = talk.command("order");
    let id = once!(talk.app, actor, &command => |change| create(change, new.clone()).await.map(|order| order.id))?;
    talk.set(Step::Nothing).await?;
    let mut lost = 0_i64;
    for picture in &draft.pictures {
        match talk.keep(actor, Place::Order(id), FileKind::Other, picture).await {
            Ok(()) => {}
            Err(Error::Invalid(_)) => lost += 1,
            Err(error) => return Err(error),
        }
    }
    let order = query::find(talk.app.db.read(), actor, id).await?;
    let mut text = talk.ta("bot-ordered", &[("number", &order.number)]);
    if lost > 0 {
        text = format!("{text}\n{}", talk.t("bot-pictures-lost"));
    }
    talk.show(&text, &[vec![talk.button("bot-show", Deed::ShowOrder(id))]]).await
}
