//! What people write to each other about the last orders, how they are linked to messengers, and what they were told. It is as much however
//! many orders there are.

use super::{
    DAY_MS,
    bulk::Sheet,
    cast::{Cast, Member},
    dice::Dice,
    life::{By, Life},
};
use crate::{
    customers::Customer,
    ids::{OrderId, UserId, VisitId},
    messages::Audience,
    notifications::{Channel, Wording},
    orders::{EventKind, Order, Source, visits::Visit},
    web::Choice,
};
use std::collections::HashMap;

/// So many of the last orders are talked of.
pub const RECENT: usize = 120;
/// For how long the delivery log goes back.
const LOGGED_MS: i64 = 14 * DAY_MS;
const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// What a part of an SMS costs, in kopecks, and of how many one consists.
const PART_MINOR: i64 = 260;
const PARTS: i64 = 2;
/// Since when those wait who wait for an answer, in minutes.
const WAITED: [i64; 4] = [6, 19, 34, 52];

/// One of the last orders, with what happened.
pub struct Recent {
    order: Order,
    /// Whose it is, by the place in the list.
    customer: usize,
    dispatcher: By,
    visits: Vec<(Visit, Vec<usize>)>,
    happened: Vec<(i64, EventKind, Option<VisitId>)>,
}

impl Recent {
    pub fn of(life: &Life, customer: usize) -> Self {
        Self {
            order: life.order.clone(),
            customer,
            dispatcher: life.dispatcher.clone(),
            visits: life.visits.clone(),
            happened: life.lines.iter().map(|line| (line.at, line.kind, line.visit)).collect(),
        }
    }

    fn crew(&self, visit: Option<VisitId>) -> &[usize] {
        self.visits.iter().find(|(one, _)| Some(one.id) == visit).map_or(&[], |(_, crew)| crew)
    }
}

/// The rows, each sheet after those it refers to.
pub fn sheets(cast: &Cast, recent: &[Recent], now: i64, seed: u64) -> Vec<Sheet> {
    let mut talks = Talks { cast, now, dice: Dice::new(seed ^ 0x7461_6c6b), chats: vec![], said: vec![] };
    talks.of_orders(recent);
    talks.of_workers();
    let mut sheets = vec![ways(cast)];
    sheets.extend(talks.sheets());
    sheets.push(log(cast, recent, now));
    sheets
}

struct Chat {
    place: String,
    order: Option<OrderId>,
    visit: Option<VisitId>,
    worker: Option<i64>,
    audience: Audience,
    waiting_ms: Option<i64>,
    taken_by: Option<UserId>,
    /// Who outside the office reads it; nobody where the customer has no login.
    outsider: Option<UserId>,
    /// Who is named in its last line.
    named: Option<(UserId, String)>,
}

struct Said {
    chat: usize,
    by: By,
    body: String,
    at: i64,
    channel: Option<Channel>,
    delivered_ms: Option<i64>,
}

struct Talks<'a> {
    cast: &'a Cast,
    now: i64,
    dice: Dice,
    chats: Vec<Chat>,
    said: Vec<Said>,
}

impl Talks<'_> {
    fn of_orders(&mut self, recent: &[Recent]) {
        let (mut customers, mut crews, mut named) = (0, 0, 0);
        let waiting = |talks: &Self, section: &str, count: usize| talks.cast.data.lines(section).get(count).copied();
        for one in recent.iter().rev() {
            let age = self.now - one.order.created_ms;
            let customer = &self.cast.customers[one.customer];
            let by = By::customer(customer);
            let about = |audience: Audience| blank(format!("{}-{audience}", one.order.id), Some(one.order.id), audience);
            let chat = Chat { outsider: customer.user_id, ..about(Audience::Customer) };
            match waiting(self, "chat-customer-waiting", customers) {
                Some(text) if one.order.open && age > 2 * HOUR && self.dice.percent(40) => {
                    let taken_by = if customers == 1 { one.dispatcher.user_id } else { None };
                    self.wait(Chat { taken_by, ..chat }, text, &by, &one.dispatcher, WAITED[customers]);
                    customers += 1;
                }
                _ if age > 5 * HOUR && self.dice.percent(40) => {
                    self.talk(chat, "chat-customer", &by, &one.dispatcher, one.order.created_ms)
                }
                _ => {}
            }
            if let Some((visit, crew)) = one.visits.last().filter(|(visit, _)| visit.status.worker_sees()) {
                let lead = &self.cast.workers[crew[0]].user;
                let offered = visit.offered_ms.unwrap_or(one.order.created_ms);
                let place = format!("visit-{}-{}", visit.id, Audience::Worker);
                let chat = Chat { place, visit: Some(visit.id), outsider: Some(lead.id), ..about(Audience::Worker) };
                match waiting(self, "chat-worker-waiting", crews) {
                    Some(text) if visit.status.is_busy() && self.now - offered > 2 * HOUR && self.dice.percent(70) => {
                        self.wait(chat, text, &By::user(lead), &one.dispatcher, WAITED[crews] + 3);
                        crews += 1;
                    }
                    _ if self.now - offered > 5 * HOUR && self.dice.percent(25) => {
                        self.talk(chat, "chat-worker", &By::user(lead), &one.dispatcher, offered);
                    }
                    _ => {}
                }
            }
            let colleague = self.cast.dispatchers.iter().find(|other| Some(other.id) != one.dispatcher.user_id).cloned();
            if let Some(colleague) = colleague.filter(|_| age > 5 * HOUR && self.dice.percent(20)) {
                let chat = about(Audience::Internal);
                if named < 2 {
                    named += 1;
                    self.name(chat, &one.dispatcher, (colleague.id, colleague.name), 20 * named);
                } else {
                    self.talk(chat, "chat-internal", &one.dispatcher, &By::user(&colleague), one.order.created_ms);
                }
            }
        }
    }

    /// With some of the workers outside any order.
    fn of_workers(&mut self) {
        let cast = self.cast;
        let Some(dispatcher) = cast.dispatchers.first().map(By::user) else { return };
        for (place, Member { worker, user, .. }) in cast.workers.iter().enumerate().take(3) {
            let chat = Chat {
                worker: Some(worker.id.0),
                outsider: Some(user.id),
                ..blank(format!("worker-{}-{}", worker.id, Audience::Direct), None, Audience::Direct)
            };
            if place == 0 {
                self.wait(chat, cast.data.lines("chat-direct-waiting")[0], &By::user(user), &dispatcher, 75);
            } else {
                self.talk(chat, "chat-direct", &By::user(user), &dispatcher, self.now - 3 * DAY_MS);
            }
        }
    }

    /// A conversation that has come to its end, some time between `since` and three hours ago.
    fn talk(&mut self, chat: Chat, section: &str, first: &By, second: &By, since: i64) {
        let turns = *self.dice.pick(self.cast.data.lines(section));
        let mut at = self.dice.between(since + 10 * MINUTE, self.now - 3 * HOUR);
        for (place, turn) in turns.split('|').enumerate() {
            self.say(&chat, if place % 2 == 0 { first } else { second }, turn, at);
            at += self.dice.between(MINUTE, 9 * MINUTE);
        }
        self.chats.push(chat);
    }

    /// A conversation in which somebody has waited for an answer for so many minutes.
    fn wait(&mut self, chat: Chat, turns: &str, outside: &By, office: &By, minutes: i64) {
        let last = self.now - minutes * MINUTE;
        let turns: Vec<&str> = turns.split('|').collect();
        for ((place, turn), before) in turns.iter().enumerate().zip((0..).map(|place| i64::try_from(turns.len()).unwrap_or(1) - 1 - place))
        {
            self.say(&chat, if place % 2 == 0 { outside } else { office }, turn, last - before * 4 * MINUTE);
        }
        self.chats.push(Chat { waiting_ms: Some(last), ..chat });
    }

    /// A question to a colleague, who has not read it.
    fn name(&mut self, chat: Chat, by: &By, whom: (UserId, String), minutes: i64) {
        let text = self.cast.data.lines("chat-internal-named")[0].replace("{name}", &whom.1);
        self.say(&chat, by, &text, self.now - minutes * MINUTE);
        self.chats.push(Chat { named: Some(whom), ..chat });
    }

    fn say(&mut self, chat: &Chat, by: &By, body: &str, at: i64) {
        let is_from_outside = chat.audience.outsiders().contains(&by.role.as_str());
        let messenger = chat.outsider.and_then(|user| messenger(self.cast, user));
        self.said.push(Said {
            chat: self.chats.len(),
            by: by.clone(),
            body: body.to_owned(),
            at,
            channel: messenger.filter(|_| is_from_outside),
            delivered_ms: messenger.filter(|_| !is_from_outside).map(|_| at + 20 * SECOND),
        });
    }

    /// The rows, with messages numbered in the order in which they were written.
    fn sheets(mut self) -> Vec<Sheet> {
        self.said.sort_by_key(|said| (said.at, said.chat));
        let mut messages = Sheet::plain(
            "chat_messages",
            &["id", "chat_id", "visit_id", "user_id", "who", "role", "body", "channel", "delivered_ms", "created_ms", "version"],
        );
        // Of each chat: its last line, and the last that the office has read.
        let mut marks: HashMap<usize, (i64, i64)> = HashMap::new();
        for (id, said) in (1i64..).zip(&self.said) {
            let chat = &self.chats[said.chat];
            let mark = marks.entry(said.chat).or_default();
            mark.0 = id;
            if chat.waiting_ms.is_none() || !chat.audience.outsiders().contains(&said.by.role.as_str()) {
                mark.1 = id;
            }
            messages.add([
                id.into(),
                row(said.chat).into(),
                chat.visit.map(|visit| visit.0).into(),
                said.by.user_id.map(|user| user.0).into(),
                said.by.name.as_str().into(),
                said.by.role.as_str().into(),
                said.body.as_str().into(),
                said.channel.map(|channel| channel.code().to_owned()).into(),
                said.delivered_ms.into(),
                said.at.into(),
                1i64.into(),
            ]);
        }
        let mut chats = Sheet::plain(
            "chats",
            &["id", "place", "order_id", "visit_id", "worker_id", "audience", "last_id", "waiting_ms", "taken_by", "link_read_id"],
        );
        let mut reads = Sheet::plain("chat_reads", &["user_id", "chat_id", "last_id"]);
        let mut mentions = Sheet::plain("chat_mentions", &["message_id", "user_id", "chat_id", "name"]);
        let office: Vec<UserId> = std::iter::once(self.cast.administrator).chain(self.cast.dispatchers.iter().map(|one| one.id)).collect();
        for (place, chat) in self.chats.iter().enumerate() {
            let (last, read) = marks[&place];
            let by_link = if chat.audience == Audience::Customer && chat.outsider.is_none() { last } else { 0 };
            chats.add([
                row(place).into(),
                chat.place.as_str().into(),
                chat.order.map(|order| order.0).into(),
                chat.visit.map(|visit| visit.0).into(),
                chat.worker.into(),
                chat.audience.code().into(),
                last.into(),
                chat.waiting_ms.into(),
                chat.taken_by.map(|user| user.0).into(),
                by_link.into(),
            ]);
            let named = chat.named.as_ref().map(|(user, _)| *user);
            let readers = office.iter().filter(|user| Some(**user) != named && read > 0).map(|user| (*user, read));
            for (user, read) in readers.chain(chat.outsider.map(|user| (user, last))) {
                reads.add([user.0.into(), row(place).into(), read.into()]);
            }
            if let Some((user, name)) = &chat.named {
                mentions.add([last.into(), user.0.into(), row(place).into(), name.as_str().into()]);
            }
        }
        vec![chats, messages, reads, mentions]
    }
}

fn row(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(0) + 1
}

fn blank(place: String, order: Option<OrderId>, audience: Audience) -> Chat {
    Chat { place, order, visit: None, worker: None, audience, waiting_ms: None, taken_by: None, outsider: None, named: None }
}

/// The messenger that a made-up person is linked to, if to any.
fn messenger(cast: &Cast, user: UserId) -> Option<Channel> {
    use Channel::{Max, Telegram, WhatsApp};
    let place = |found: Option<usize>, of: &[Option<Channel>]| found.and_then(|place| of[place % of.len()]);
    let dispatcher = cast.dispatchers.iter().position(|one| one.id == user);
    let worker = cast.workers.iter().position(|member| member.user.id == user);
    let customer = cast.customers.iter().filter(|one| one.user_id.is_some()).position(|one| one.user_id == Some(user));
    place(dispatcher, &[Some(Max), Some(Telegram)])
        .or_else(|| place(worker, &[Some(Max), Some(Telegram), Some(Max), None]))
        .or_else(|| place(customer, &[Some(WhatsApp), Some(Max), Some(WhatsApp), Some(Telegram)]))
}

/// Who is linked to which messenger. The addresses are none, so that nothing is sent to anybody by them.
fn ways(cast: &Cast) -> Sheet {
    let mut sheet = Sheet::plain("ways", &["user_id", "channel", "address", "name", "state", "linked_ms"]);
    let users = cast.dispatchers.iter().chain(cast.workers.iter().map(|member| &member.user)).map(|user| user.id);
    for user in users.chain(cast.customers.iter().filter_map(|customer| customer.user_id)) {
        if let Some(channel) = messenger(cast, user) {
            let linked = cast.dispatchers.first().map_or(0, |one| one.created_ms);
            sheet.add([user.0.into(), channel.code().into(), format!("demo-{user}").into(), "".into(), "alive".into(), linked.into()]);
        }
    }
    sheet
}

/// A message of the delivery log.
struct Told {
    at: i64,
    wording: Wording,
    channel: Channel,
    user: Option<UserId>,
    customer: Option<i64>,
    order: OrderId,
    visit: Option<VisitId>,
}

/// What people were told of the last orders in the last two weeks; of the SMS to customers the last one has not arrived.
fn log(cast: &Cast, recent: &[Recent], now: i64) -> Sheet {
    let mut told = vec![];
    for one in recent {
        for (at, kind, visit) in one.happened.iter().filter(|(at, ..)| *at > now - LOGGED_MS && *at < now - 2 * MINUTE) {
            told.extend(told_of(cast, one, *at, *kind, *visit));
        }
    }
    told.sort_by_key(|one| one.at);
    let lost = told.iter().rposition(|one| one.channel == Channel::Sms && one.customer.is_some());
    let mut sheet = Sheet::plain(
        "deliveries",
        &[
            "turn",
            "wording",
            "channel",
            "person",
            "user_id",
            "customer_id",
            "thread",
            "order_id",
            "visit_id",
            "facts",
            "rest",
            "state",
            "attempts",
            "provider_id",
            "answer",
            "cost_minor",
            "parts",
            "created_ms",
            "sent_ms",
            "delivered_ms",
            "read_ms",
        ],
    );
    for (place, one) in told.iter().enumerate() {
        let is_lost = Some(place) == lost;
        let is_sms = one.channel == Channel::Sms;
        let sent = one.at + SECOND * (2 + one.at % 50);
        let (delivered, read) = match one.channel {
            Channel::Sms => (Some(sent + SECOND * (4 + one.at % 30)), None),
            Channel::WhatsApp => (Some(sent + 3 * SECOND), Some(sent + 2 * MINUTE)),
            _ => (None, None),
        };
        let state = match (is_lost, delivered, read) {
            (true, ..) => "dead",
            (_, _, Some(_)) => "read",
            (_, Some(_), None) => "delivered",
            (_, None, None) => "sent",
        };
        sheet.add([
            // Below those of the outbox, which begin at one.
            (row(place) - row(told.len())).into(),
            one.wording.code().into(),
            one.channel.code().into(),
            one.user.map_or_else(|| format!("c{}", one.customer.unwrap_or_default()), |user| format!("u{user}")).into(),
            one.user.map(|user| user.0).into(),
            one.customer.filter(|_| one.user.is_none()).into(),
            one.order.0.into(),
            one.order.0.into(),
            one.visit.map(|visit| visit.0).into(),
            "{}".into(),
            "".into(),
            state.into(),
            1i64.into(),
            row(place).to_string().into(),
            if is_lost { "SMSC 3: expired" } else { "" }.into(),
            Some(PARTS * PART_MINOR).filter(|_| is_sms).into(),
            if is_sms { PARTS } else { 1 }.into(),
            (one.at + SECOND).into(),
            Some(sent).into(),
            delivered.filter(|_| !is_lost).into(),
            read.into(),
        ]);
    }
    sheet
}

/// Who was told of an event, as the rules have it.
fn told_of(cast: &Cast, one: &Recent, at: i64, kind: EventKind, visit: Option<VisitId>) -> Vec<Told> {
    let customer = &cast.customers[one.customer];
    let told = |wording, channel: Channel, user, customer| Told { at, wording, channel, user, customer, order: one.order.id, visit };
    let office = |wording: Wording| -> Vec<Told> {
        let by = |user: UserId| Some(told(wording, messenger(cast, user)?, Some(user), None));
        cast.dispatchers.iter().filter_map(|dispatcher| by(dispatcher.id)).collect()
    };
    let to_customer = |wording: Wording, must_reach: bool| -> Vec<Told> {
        let channel = channel_of(cast, customer, must_reach);
        channel.map(|channel| told(wording, channel, customer.user_id, Some(customer.id.0))).into_iter().collect()
    };
    match kind {
        EventKind::OrderCreated if one.order.source != Source::Phone => office(Wording::OfficeNew),
        EventKind::OrderConfirmed => to_customer(Wording::CustomerConfirmed, false),
        EventKind::OrderFinished => {
            [office(Wording::OfficeFinished), to_customer(Wording::CustomerDone, false)].into_iter().flatten().collect()
        }
        EventKind::VisitOffered => {
            let crew = one.crew(visit).iter().map(|place| cast.workers[*place].user.id);
            crew.map(|user| told(Wording::CrewOffered, messenger(cast, user).unwrap_or(Channel::Sms), Some(user), None)).collect()
        }
        EventKind::VisitDeclined => office(Wording::OfficeDeclined),
        EventKind::VisitAccepted => to_customer(Wording::CustomerWhoComes, true),
        EventKind::VisitDeparted => to_customer(Wording::CustomerOnTheWay, true),
        _ => vec![],
    }
}

/// How a customer hears: by a messenger, else by SMS what must arrive and by mail the rest.
fn channel_of(cast: &Cast, customer: &Customer, must_reach: bool) -> Option<Channel> {
    let linked = customer.user_id.and_then(|user| messenger(cast, user));
    linked.or(if must_reach { Some(Channel::Sms) } else { customer.email.as_ref().map(|_| Channel::Mail) })
}
