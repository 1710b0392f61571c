//! What narrows the boards: sums, chips, saved views; all of it stands in the address.

use super::{address::Address, card::status_label};
use crate::{
    access::Actor,
    app::App,
    error::Result,
    ids::{ServiceId, WorkerId},
    orders::{
        OrderStatus, Priority,
        offered::{Named, Offered},
        query::{Filter, Sort},
        tally::{self, Sums},
    },
    text::{
        form_time,
        format::When,
        i18n::{Lang, t, ta},
        money::money,
    },
    web::{
        Choice, Fields, Input,
        input::{form_values, text_of},
    },
};
use jiff::tz::TimeZone;
use std::sync::Arc;

/// What the page asks for besides the filter itself.
pub struct Asked {
    pub filter: Filter,
    /// Open orders only or all; where nothing is said, a search looks through all.
    pub scope: Option<Scope>,
    /// In which order the list comes where nothing is said.
    pub usual: Sort,
}

crate::words::words! {
    /// Which orders a list begins with.
    Scope {
        Open = "open",
        All = "all",
    }
}

impl Input for Asked {
    fn read(fields: &mut Fields) -> Self {
        let scope = fields.optional_choice("scope");
        let mut filter = Filter::read(fields);
        if filter.statuses.is_empty() && !filter.open {
            filter.open = match scope {
                Some(Scope::Open) => true,
                Some(Scope::All) => false,
                None => filter.q.is_empty(),
            };
        }
        let usual = if filter.open { Sort::Due } else { Sort::New };
        filter.sort = filter.sort.or(Some(usual));
        Self { filter, scope, usual }
    }
}

impl Asked {
    pub fn is_worker(&self, id: &i64) -> bool {
        self.filter.worker_id.is_some_and(|worker| worker.0 == *id)
    }
    pub fn is_service(&self, id: &i64) -> bool {
        self.filter.service_id.is_some_and(|service| service.0 == *id)
    }
    pub fn is_priority(&self, priority: &Priority) -> bool {
        self.filter.priority == Some(*priority)
    }
    /// The orders of rows to choose from, the usual one first, which needs no word in the address.
    pub fn sorts(&self) -> Vec<(&'static str, String, bool)> {
        let other = if self.usual == Sort::Due { Sort::New } else { Sort::Due };
        [("", self.usual), (other.code(), other)]
            .into_iter()
            .map(|(value, sort)| (value, format!("desk-sort-{sort}"), self.filter.sort == Some(sort)))
            .collect()
    }
}

/// Everything above the rows: sums, filters, saved views.
pub struct Panel {
    pub address: Address,
    pub asked: Asked,
    pub sums: SumLine,
    pub choices: Choices,
    pub dates: Dates,
    lang: Lang,
}

impl Panel {
    /// Up to three statements: the sums, and what the filters offer.
    pub async fn load(app: &App, actor: &Actor, address: Address, asked: Asked, raw: Option<&str>, lang: Lang) -> Result<Self> {
        let dates = Dates::of(raw, lang, &app.company().zone(), app.clock.now_ms());
        let (sums, choices) = (SumLine::load(app, actor, lang).await?, Choices::load(app, actor).await?);
        Ok(Self { address, asked, sums, choices, dates, lang })
    }

    pub fn is_kanban(&self) -> bool {
        self.address.path() == "/orders/kanban"
    }

    /// Whether this saved view is what is shown.
    pub fn is_view(&self, query: &str) -> bool {
        self.address.query() == query
    }

    /// Whether what is shown is worth a name.
    pub fn can_save(&self) -> bool {
        self.address.is_filtered() && !self.choices.views.iter().any(|view| self.is_view(&view.query))
    }

    pub fn has_views(&self) -> bool {
        self.can_save() || !self.choices.views.is_empty()
    }

    pub fn statuses(&self) -> Vec<(OrderStatus, String, bool)> {
        let all = <OrderStatus as Choice>::ALL.iter();
        all.map(|status| (*status, status_label(self.lang, *status), self.asked.filter.statuses.contains(status))).collect()
    }

    pub fn priorities(&self) -> Vec<(Priority, String)> {
        <Priority as Choice>::ALL.iter().map(|priority| (*priority, t(self.lang, &format!("priority-{priority}")).into_owned())).collect()
    }

    /// The chosen states in words, for the chip and for an empty list.
    pub fn status_words(&self) -> String {
        let chosen = self.asked.filter.statuses.iter().map(|status| status_label(self.lang, *status));
        chosen.collect::<Vec<_>>().join(", ")
    }

    /// The filter in words, for a list in which nothing was found.
    pub fn words(&self) -> String {
        let filter = &self.asked.filter;
        let named = |key: &str, name: &str| ta(self.lang, key, &[("name", name.into())]);
        let mut words = vec![];
        if !filter.q.is_empty() {
            words.push(named("desk-words-search", &filter.q));
        }
        if !filter.statuses.is_empty() {
            words.push(named("desk-words-status", &self.status_words()));
        }
        for (on, key) in [
            (filter.attention, "desk-words-attention"),
            (filter.unassigned, "desk-words-unassigned"),
            (filter.overdue, "desk-words-overdue"),
        ] {
            if on {
                words.push(t(self.lang, key).into_owned());
            }
        }
        if let Some(worker) = filter.worker_id.and_then(|id| self.choices.worker(id)) {
            words.push(named("desk-words-worker", worker));
        }
        if let Some(service) = filter.service_id.and_then(|id| self.choices.service(id)) {
            words.push(named("desk-words-service", service));
        }
        if let Some(priority) = filter.priority {
            words.push(named("desk-words-priority", &t(self.lang, &format!("priority-{priority}"))));
        }
        if !self.dates.label.is_empty() {
            words.push(self.dates.label.clone());
        }
        words.join(" · ")
    }

    /// Marks that came with a link (a sum, a number of the start page) and can be taken away again.
    pub fn marks(&self) -> Vec<(&'static str, String)> {
        let filter = &self.asked.filter;
        [
            (filter.attention, "attention", "desk-words-attention"),
            (filter.unassigned, "unassigned", "desk-words-unassigned"),
            (filter.overdue, "overdue", "desk-words-overdue"),
        ]
        .into_iter()
        .filter(|(on, ..)| *on)
        .map(|(_, name, key)| (name, t(self.lang, key).into_owned()))
        .collect()
    }

    /// Short cuts to usual spans of days.
    pub fn day_links(&self) -> Vec<(String, String)> {
        let days = &self.dates;
        let span = |from: &str, to: &str| {
            let address =
                Address::new(self.address.path(), Some(self.address.with("from", from).split_once('?').map_or("", |(_, query)| query)));
            address.with("to", to)
        };
        let name = |key: &str| t(self.lang, key).into_owned();
        vec![
            (name("format-today"), span(&days.today, &days.today)),
            (name("format-tomorrow"), span(&days.tomorrow, &days.tomorrow)),
            (name("desk-this-week"), span(&days.today, &days.week_end)),
            (name("desk-any-day"), span("", "")),
        ]
    }
}

/// The numbers above the board.
pub struct SumLine {
    sums: Sums,
    pub price: String,
}

impl SumLine {
    pub async fn load(app: &App, actor: &Actor, lang: Lang) -> Result<Self> {
        let sums = tally::sums(app, actor, day_of(app.clock.now_ms(), &app.company().zone())).await?;
        Ok(Self { price: money(lang, sums.price_minor), sums })
    }

    pub fn active(&self) -> i64 {
        self.sums.active
    }
    pub fn today(&self) -> i64 {
        self.sums.today
    }
    pub fn unassigned(&self) -> i64 {
        self.sums.unassigned
    }
    pub fn attention(&self) -> i64 {
        self.sums.attention
    }
}

/// The bounds of the day in which `now` lies.
pub fn day_of(now: i64, zone: &TimeZone) -> (i64, i64) {
    let date = zone.to_datetime(jiff::Timestamp::from_millisecond(now).unwrap_or_default()).date();
    let start = |date| form_time::day_start(date, zone).unwrap_or(now);
    (start(date), start(date.tomorrow().unwrap_or(date)))
}

/// What the filters offer.
pub struct Choices {
    pub offered: Arc<Offered>,
    pub views: Vec<Named>,
}

impl Choices {
    /// One statement for the person's saved views, and one more when what is offered has changed.
    pub async fn load(app: &App, actor: &Actor) -> Result<Self> {
        let offered = app.offered.get(&app.hub, app.clock.now_ms(), (), Offered::load(app)).await?;
        let user_id = actor.user_id.map(|id| id.0);
        let views =
            Named::all("'view', id, name, query", "FROM saved_views WHERE user_id = ? ORDER BY name, id", app, vec![user_id.into()])
                .await?;
        Ok(Self { offered, views })
    }

    fn worker(&self, id: WorkerId) -> Option<&str> {
        name_of(&self.offered.workers, id.0)
    }

    fn service(&self, id: ServiceId) -> Option<&str> {
        name_of(&self.offered.services, id.0)
    }
}

fn name_of(all: &[Named], id: i64) -> Option<&str> {
    all.iter().find(|named| named.id == id).map(|named| named.name.as_str())
}

/// The filter by days as the form shows it.
pub struct Dates {
    pub from: String,
    pub to: String,
    pub label: String,
    pub today: String,
    pub tomorrow: String,
    pub week_end: String,
}

impl Dates {
    fn of(raw: Option<&str>, lang: Lang, zone: &TimeZone, now: i64) -> Self {
        let values = form_values(raw.unwrap_or("").as_bytes());
        let value = |name: &str| values.get(name).map(text_of).unwrap_or_default();
        let (from, to) = (value("from"), value("to"));
        let when = When::new(lang, zone.clone(), now);
        let shown = |day: &str| {
            form_time::parse_date(day).and_then(|date| form_time::day_start(date, zone)).map_or_else(|_| day.to_owned(), |ms| when.day(ms))
        };
        let label = match (from.is_empty(), to.is_empty()) {
            (true, true) => String::new(),
            _ if from == to => shown(&from),
            (false, false) => format!("{} – {}", shown(&from), shown(&to)),
            (false, true) => ta(lang, "desk-from-day", &[("day", shown(&from).into())]),
            (true, false) => ta(lang, "desk-to-day", &[("day", shown(&to).into())]),
        };
        let date = zone.to_datetime(jiff::Timestamp::from_millisecond(now).unwrap_or_default()).date();
        let later = |days: i64| date.checked_add(jiff::Span::new().days(days)).unwrap_or(date).to_string();
        let to_sunday = 7 - i64::from(date.weekday().to_monday_one_offset());
        Self { from, to, label, today: later(0), tomorrow: later(1), week_end: later(to_sunday) }
    }
}
