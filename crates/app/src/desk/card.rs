//! One order as the lists of the office show it.

use crate::{
    company::zone_named,
    ids::OrderId,
    orders::{NO_DATE_MS, Order, OrderStatus, Priority, Source, VisitStatus, query::Listed},
    text::{
        format::{When, duration},
        i18n::{Lang, t, ta},
        money::money,
    },
    web::{
        Choice,
        shell::{hue, initials},
    },
};

const MINUTE_MS: i64 = 60_000;

/// A row of the board, a card of the kanban.
pub struct Card {
    pub id: OrderId,
    pub number: String,
    pub customer: String,
    pub address: String,
    pub service: String,
    pub status: OrderStatus,
    pub version: i64,
    /// The visit's state where it says more than the order's.
    pub visit_status: Option<VisitStatus>,
    pub status_label: String,
    /// «Сегодня» and «13:00–15:30»; empty without a date.
    pub day: String,
    pub window: String,
    pub is_today: bool,
    pub has_date: bool,
    pub lead: Option<Face>,
    /// Somebody is to be assigned.
    pub wants_crew: bool,
    pub tags: Vec<Tag>,
    pub price: String,
    pub is_problem: bool,
    when: When,
    stands_ms: i64,
}

/// A person's avatar and name.
#[derive(Clone)]
pub struct Face {
    pub name: String,
    pub short: String,
    pub initials: String,
    pub hue: i64,
}

impl Face {
    pub fn new(name: &str, id: i64) -> Self {
        Self { name: name.to_owned(), short: short(name), initials: initials(name), hue: hue(id) }
    }
}

/// A mark that needs attention.
#[derive(Clone)]
pub struct Tag {
    pub text: String,
    pub tone: &'static str,
    pub icon: &'static str,
}

impl Tag {
    fn new(text: impl Into<String>, tone: &'static str, icon: &'static str) -> Self {
        Self { text: text.into(), tone, icon }
    }
}

/// A short name whole, a longer one by its first word and an initial: «Владимир К.».
fn short(name: &str) -> String {
    if name.chars().count() <= 16 {
        return name.to_owned();
    }
    let mut words = name.split_whitespace();
    let first = words.next().unwrap_or(name);
    words.next().and_then(|word| word.chars().next()).map_or_else(|| first.to_owned(), |initial| format!("{first} {initial}."))
}

impl Card {
    pub fn of(lang: Lang, now: i64, listed: &Listed) -> Self {
        let order = &listed.order;
        let when = When::new(lang, zone_named(&order.zone), now);
        let has_date = order.due_ms != NO_DATE_MS;
        let on_the_way = listed.visit_status.filter(|status| *status == VisitStatus::EnRoute && order.status.is_open());
        let (day, window) = if has_date { times(&when, listed) } else { (String::new(), String::new()) };
        Self {
            id: order.id,
            number: order.number.clone(),
            customer: listed.customer_name.clone(),
            address: full_address(lang, order),
            service: listed.service_name.clone(),
            status: order.status,
            version: order.version,
            visit_status: on_the_way,
            status_label: on_the_way.map_or_else(|| status_label(lang, order.status), |status| visit_label(lang, status)),
            is_today: has_date && day == when.day(now),
            day,
            window,
            has_date,
            lead: listed.lead_name.as_deref().zip(listed.lead_user_id).map(|(name, id)| Face::new(name, id.0)),
            wants_crew: matches!(order.status, OrderStatus::New | OrderStatus::Confirmed) && listed.lead_name.is_none(),
            tags: tags(lang, now, &when, listed),
            price: order.price_minor.map(|kopecks| money(lang, kopecks)).unwrap_or_default(),
            is_problem: order.problem.is_some() || is_late(now, listed),
            stands_ms: order.problem_ms.unwrap_or(order.status_ms),
            when,
        }
    }

    /// «13:00–15:00» today, «24 ноя, 13:00» on another day: as much as a narrow card holds.
    pub fn short_time(&self) -> String {
        let start = self.window.split('–').next().unwrap_or_default();
        if self.is_today { self.window.clone() } else { format!("{}, {start}", self.day) }
    }

    /// The first two marks: more would hide the rest of the row.
    pub fn shown_tags(&self) -> &[Tag] {
        &self.tags[..self.tags.len().min(2)]
    }

    /// All marks in words.
    pub fn all_tags(&self) -> String {
        self.tags.iter().map(|tag| tag.text.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The same card for something else that has waited since then, ms UTC.
    pub fn waiting_since(self, ms: i64) -> Self {
        Self { stands_ms: ms, ..self }
    }

    /// When the order came to stand where it stands, in words.
    pub fn since(&self) -> String {
        self.when.ago(self.stands_ms)
    }

    /// The page that assigns somebody.
    pub fn assign_url(&self) -> String {
        format!("/orders/{}/visits/new", self.id)
    }
}

fn times(when: &When, listed: &Listed) -> (String, String) {
    let (start, end) = (listed.order.due_ms, listed.visit_ends_ms.unwrap_or(listed.order.due_ms));
    let window = when.window(start, end);
    match window.split_once(", ") {
        Some((day, hours)) => (day.to_owned(), hours.to_owned()),
        None => (window, String::new()),
    }
}

/// «Новый», «Назначен».
pub fn status_label(lang: Lang, status: OrderStatus) -> String {
    t(lang, &format!("order-status-{}", status.code().replace('_', "-"))).into_owned()
}

/// «Предложено», «В пути».
pub fn visit_label(lang: Lang, status: VisitStatus) -> String {
    t(lang, &format!("visit-status-{}", status.code().replace('_', "-"))).into_owned()
}

/// «ул. Малышева, 84, кв. 112».
pub fn full_address(lang: Lang, order: &Order) -> String {
    if order.flat.is_empty() {
        return order.address.clone();
    }
    ta(lang, "desk-address-flat", &[("address", order.address.as_str().into()), ("flat", order.flat.as_str().into())])
}

fn is_late(now: i64, listed: &Listed) -> bool {
    listed.order.status == OrderStatus::Scheduled && listed.order.due_ms < now
}

fn tags(lang: Lang, now: i64, when: &When, listed: &Listed) -> Vec<Tag> {
    let order = &listed.order;
    let mut tags = vec![];
    if let Some(problem) = order.problem {
        tags.push(Tag::new(t(lang, &format!("desk-problem-{}", problem.code().replace('_', "-"))), "red", "alert-triangle"));
    }
    if is_late(now, listed) {
        tags.push(Tag::new(t(lang, "mark-late"), "red", "clock"));
    }
    if let (Some(VisitStatus::Offered), Some(until)) = (listed.visit_status, listed.offer_until_ms) {
        tags.push(Tag::new(ta(lang, "desk-answer-by", &[("time", when.time(until).into())]), "amber", "clock"));
    }
    let over = listed.visit_ends_ms.filter(|ends| *ends + MINUTE_MS <= now && order.status == OrderStatus::InProgress);
    if let Some(ends) = over {
        let minutes = (now - ends) / MINUTE_MS;
        let rounded = if minutes >= 60 { minutes / 60 * 60 } else { minutes };
        tags.push(Tag::new(format!("+{}", duration(lang, rounded)), "amber", "clock"));
    }
    if matches!(order.priority, Priority::High | Priority::Urgent) && order.status.is_open() {
        let tone = if order.priority == Priority::Urgent { "red" } else { "amber" };
        tags.push(Tag::new(t(lang, &format!("priority-{}", order.priority)), tone, "flag"));
    }
    if order.status == OrderStatus::New && order.source != Source::Phone {
        tags.push(Tag::new(t(lang, &format!("source-{}", order.source)), "grey", ""));
    }
    tags
}
