//! Tells order after order, in the order of their creation, and gathers their rows into chapters.

use super::{
    DAY_MS, MONTH_MS, Plan,
    bulk::Sheet,
    calendar::Calendar,
    cast::Cast,
    dice::Dice,
    life::{By, Life, Line},
    talks::{self, Recent},
};
use crate::{
    customers::Customer,
    ids::{CustomerId, OrderId, ServiceId},
    orders::{self, Event, Order, OrderStatus, Priority, Source, reports::Report, search, visits::Visit},
};
use jiff::tz::TimeZone;

const HOUR: i64 = 3_600_000;

/// Makes up the orders.
pub struct Storyteller {
    cast: Cast,
    dice: Dice,
    calendar: Calendar,
    zone: TimeZone,
    now: i64,
    /// When each order came in, the oldest first.
    moments: Vec<i64>,
    told: usize,
    visits: i64,
    events: i64,
    reviews: i64,
    /// The last number given in each year.
    numbers: Vec<(i64, i64)>,
    /// The last orders, about which people talk.
    recent: Vec<Recent>,
    seed: u64,
}

/// The rows of some orders.
struct Chapter {
    orders: Sheet,
    visits: Sheet,
    crews: Sheet,
    events: Sheet,
    reports: Sheet,
    reviews: Sheet,
    words: Vec<(i64, String, i64)>,
}

impl Storyteller {
    pub fn new(plan: &Plan, cast: Cast, now: i64, zone: TimeZone) -> Self {
        let mut dice = Dice::new(plan.seed ^ 0x006f_7264_6572);
        let begins = now - i64::from(plan.months) * MONTH_MS;
        let calendar = Calendar::new(begins - DAY_MS, now + 60 * DAY_MS, &zone);
        let mut moments: Vec<i64> = (0..plan.orders).map(|_| office_hours(&mut dice, &calendar, begins, now)).collect();
        moments.sort_unstable();
        Self {
            cast,
            dice,
            calendar,
            zone,
            now,
            moments,
            told: 0,
            visits: 0,
            events: 0,
            reviews: 0,
            numbers: vec![],
            recent: vec![],
            seed: plan.seed,
        }
    }

    /// The next orders with everything that belongs to them, and how many are told by then; `None` when all are.
    pub fn tell(&mut self, orders: usize) -> Option<(usize, Vec<Sheet>)> {
        if self.told == self.moments.len() {
            return None;
        }
        let mut chapter = Chapter::new();
        for place in self.told..(self.told + orders).min(self.moments.len()) {
            self.tell_one(place, &mut chapter);
            self.told = place + 1;
        }
        let mut sheets = chapter.into_sheets();
        if self.told == self.moments.len() {
            let mut numbers = Sheet::plain("order_numbers", &["year", "last"]);
            self.numbers.iter().for_each(|(year, last)| numbers.add([(*year).into(), (*last).into()]));
            sheets.push(numbers);
            sheets.extend(talks::sheets(&self.cast, &self.recent, self.now, self.seed));
        }
        Some((self.told, sheets))
    }

    fn tell_one(&mut self, place: usize, chapter: &mut Chapter) {
        let created = self.moments[place];
        let number = self.number(created);
        let customer = self.dice.below(self.cast.customers.len());
        // Most customers live in the first town.
        let city = if customer % 4 == 3 { 1 } else { 0 };
        let service = self.dice.below(self.cast.services.len());
        let dispatcher = self.dice.below(self.cast.dispatchers.len());
        let (whose, customer) = (customer, &self.cast.customers[customer]);
        let source = source(&mut self.dice, customer);
        let by = match source {
            Source::Phone => By::user(&self.cast.dispatchers[dispatcher]),
            _ => By::customer(customer),
        };
        let mut order = blank(OrderId(i64::try_from(place).unwrap_or(0) + 1), number, created, customer.id, self.cast.services[service].id);
        order.source = source;
        order.created_by = by.user_id;
        order.zone = self.zone.iana_name().unwrap_or("Europe/Moscow").to_owned();
        particulars(&mut self.dice, &self.cast, &mut order, city, service);
        let life = Life {
            cast: &self.cast,
            dice: &mut self.dice,
            calendar: &mut self.calendar,
            now: self.now,
            next_visit: &mut self.visits,
            customer,
            dispatcher: By::user(&self.cast.dispatchers[dispatcher]),
            service,
            city,
            order,
            visits: vec![],
            lines: vec![],
            reports: vec![],
            review: None,
        };
        let life = life.live(by);
        if place + talks::RECENT >= self.moments.len() {
            self.recent.push(Recent::of(&life, whose));
        }
        chapter.take(life, &self.cast, &mut self.events, &mut self.reviews);
    }

    /// The next number of the year.
    fn number(&mut self, created: i64) -> String {
        let moment = jiff::Timestamp::from_millisecond(created).unwrap_or_default();
        let year = i64::from(self.zone.to_datetime(moment).year());
        match self.numbers.last_mut() {
            Some((last_year, last)) if *last_year == year => *last += 1,
            _ => self.numbers.push((year, 1)),
        }
        let last = self.numbers.last().map_or(1, |(_, last)| *last);
        format!("{:02}-{last:06}", year % 100)
    }
}

/// Orders come between eight and ten.
fn office_hours(dice: &mut Dice, calendar: &Calendar, begins: i64, now: i64) -> i64 {
    let day = calendar.day_of(dice.between(begins, now));
    let moment = calendar.at(day, 8) + dice.between(0, 14 * HOUR);
    moment.clamp(begins, now - 60_000)
}

fn source(dice: &mut Dice, customer: &Customer) -> Source {
    match dice.below(100) {
        0..40 if customer.user_id.is_some() => Source::Portal,
        0..70 => Source::Phone,
        70..90 => Source::Site,
        _ => Source::Messenger,
    }
}

fn blank(id: OrderId, number: String, created: i64, customer_id: CustomerId, service_id: ServiceId) -> Order {
    Order {
        id,
        number,
        status: OrderStatus::New,
        open: true,
        customer_id,
        service_id,
        address: String::new(),
        district: String::new(),
        entrance: String::new(),
        floor: String::new(),
        flat: String::new(),
        intercom: String::new(),
        lat: None,
        lon: None,
        zone: String::new(),
        description: String::new(),
        requirements: String::new(),
        desired_from_ms: None,
        desired_to_ms: None,
        priority: Priority::Normal,
        price_minor: None,
        source: Source::Phone,
        created_by: None,
        created_ms: created,
        status_ms: created,
        completed_ms: None,
        reason: String::new(),
        wake_ms: None,
        held_status: None,
        problem: None,
        problem_ms: None,
        cancel_requested_by: None,
        visit_id: None,
        due_ms: orders::NO_DATE_MS,
        version: 1,
    }
}

/// Where, what and for how much.
fn particulars(dice: &mut Dice, cast: &Cast, order: &mut Order, city: usize, service: usize) {
    let data = &cast.data;
    let place = &data.cities[city];
    let house = dice.between(1, 120).to_string();
    let street = dice.pick(data.lines("streets"));
    order.address = data.lines("address")[0].replace("{city}", place.name).replace("{street}", street).replace("{house}", &house);
    order.district = (*dice.pick(&place.districts)).to_owned();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand steps of a coordinate")]
    let mut near = |middle: f64| middle + dice.between(-8_000, 8_000) as f64 / 100_000.0;
    (order.lat, order.lon) = (Some(near(place.lat)), Some(near(place.lon)));
    if dice.percent(80) {
        let flat = dice.between(1, 200);
        order.flat = flat.to_string();
        order.entrance = (flat / 36 + 1).to_string();
        order.floor = (flat % 36 / 4 + 1).to_string();
        order.intercom = flat.to_string();
    }
    order.description = (*dice.pick(&data.services[service].wishes)).to_owned();
    if dice.percent(35) {
        order.requirements = (*dice.pick(data.lines("requirements"))).to_owned();
    }
    order.priority = match dice.below(100) {
        0..4 => Priority::Urgent,
        4..14 => Priority::High,
        14..19 => Priority::Low,
        _ => Priority::Normal,
    };
    // Between nine tenths and twice the usual price, in hundreds of rubles.
    order.price_minor = Some(data.services[service].price_minor * dice.between(90, 200) / 100 / 10_000 * 10_000);
}

impl Chapter {
    fn new() -> Self {
        Self {
            orders: Sheet::of::<Order>(),
            visits: Sheet::of::<Visit>(),
            crews: Sheet::plain("visit_workers", &["visit_id", "worker_id", "live", "starts_ms", "ends_ms"]),
            events: Sheet::of::<Event>(),
            reports: Sheet::of::<Report>(),
            reviews: Sheet::plain("reviews", &["id", "order_id", "stars", "body", "user_id", "created_ms", "updated_ms", "version"]),
            words: vec![],
        }
    }

    fn take(&mut self, life: Life, cast: &Cast, events: &mut i64, reviews: &mut i64) {
        let Life { order, visits, lines, reports, review, customer, .. } = life;
        self.words.extend(search::words_of(&order, customer).into_iter().map(|word| (crate::search::block(order.id.0), word, order.id.0)));
        for (visit, crew) in &visits {
            self.visits.push(visit);
            for place in crew {
                let worker = cast.workers[*place].worker.id.0;
                let live = visit.status.is_busy();
                self.crews.add([visit.id.0.into(), worker.into(), live.into(), visit.starts_ms.into(), visit.ends_ms.into()]);
            }
        }
        for line in lines {
            *events += 1;
            self.events.push(&event(*events, order.id, line));
        }
        reports.iter().for_each(|report| self.reports.push(report));
        if let Some((stars, body, at)) = review {
            *reviews += 1;
            let by = customer.user_id.map(|id| id.0);
            self.reviews.add([
                (*reviews).into(),
                order.id.0.into(),
                stars.into(),
                body.into(),
                by.into(),
                at.into(),
                at.into(),
                1i64.into(),
            ]);
        }
        self.orders.push(&order);
    }

    /// The sheets, each after those it refers to.
    fn into_sheets(mut self) -> Vec<Sheet> {
        // In the order of the index they are written much quicker.
        self.words.sort_unstable();
        let mut words = Sheet::plain("order_words", &["block", "word", "order_id"]);
        self.words.into_iter().for_each(|(block, word, order)| words.add([block.into(), word.into(), order.into()]));
        vec![self.orders, self.visits, self.crews, self.events, self.reports, self.reviews, words]
    }
}

fn event(id: i64, order_id: OrderId, line: Line) -> Event {
    Event {
        id,
        order_id,
        visit_id: line.visit,
        at_ms: line.at,
        user_id: line.by.user_id,
        who: line.by.name,
        role: line.by.role,
        kind: line.kind,
        audience: line.kind.reader(),
        detail: serde_json::to_string(&line.detail).unwrap_or_else(|_| "{}".into()),
    }
}
