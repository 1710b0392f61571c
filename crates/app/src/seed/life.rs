//! One order's life from the call to the review, as far as it has come by now.

use super::{DAY_MS, calendar::Calendar, calendar::Slot, cast::Cast, dice::Dice};
use crate::{
    accounts::row::user,
    customers::Customer,
    ids::{UserId, VisitId},
    orders::{Detail, EventKind, NO_DATE_MS, Order, OrderStatus, Problem, VisitStatus, reports::Report, visits::Visit},
    workers::WorkerKind,
};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// Who did it.
#[derive(Clone)]
pub struct By {
    pub user_id: Option<UserId>,
    pub name: String,
    pub role: String,
}

impl By {
    pub fn user(user: &user::Model) -> Self {
        Self { user_id: Some(user.id), name: user.name.clone(), role: user.role.clone() }
    }

    pub fn customer(customer: &Customer) -> Self {
        Self { user_id: customer.user_id, name: customer.name.clone(), role: "customer".into() }
    }

    fn system(reason: &str) -> Self {
        Self { user_id: None, name: reason.to_owned(), role: "system".into() }
    }
}

/// A line of history.
pub struct Line {
    pub at: i64,
    pub by: By,
    pub kind: EventKind,
    pub visit: Option<VisitId>,
    pub detail: Detail,
}

/// An order while its story is told.
pub struct Life<'a> {
    pub cast: &'a Cast,
    pub dice: &'a mut Dice,
    pub calendar: &'a mut Calendar,
    pub now: i64,
    pub next_visit: &'a mut i64,
    pub customer: &'a Customer,
    pub dispatcher: By,
    pub service: usize,
    pub city: usize,
    pub order: Order,
    pub visits: Vec<(Visit, Vec<usize>)>,
    pub lines: Vec<Line>,
    pub reports: Vec<Report>,
    pub review: Option<(i64, String, i64)>,
}

/// How an attempt to get the work done went.
enum Attempt {
    /// It stands where it stands.
    Rests,
    /// Another one is planned at this moment.
    Again(i64),
}

impl<'a> Life<'a> {
    /// Tells the story; `by` brought the order in.
    pub fn live(mut self, by: By) -> Self {
        let created = self.order.created_ms;
        self.note(created, by, EventKind::OrderCreated, Detail::default());
        self.run();
        self.point();
        self
    }

    fn run(&mut self) {
        let created = self.order.created_ms;
        let young = self.now - created < DAY_MS && self.dice.percent(35);
        let confirmed = self.after(created, 5 * MINUTE, 4 * HOUR);
        if confirmed >= self.now || young {
            return;
        }
        self.to(OrderStatus::Confirmed, confirmed, self.dispatcher.clone(), EventKind::OrderConfirmed, Detail::default());
        if self.dice.percent(6) {
            let at = self.after(confirmed, HOUR, 72 * HOUR);
            return self.cancel(at);
        }
        if self.now - created < 40 * DAY_MS && self.dice.percent(4) {
            let at = self.after(confirmed, HOUR, 48 * HOUR);
            return self.hold(at);
        }
        let mut from = self.after(confirmed, 10 * MINUTE, 20 * HOUR);
        for _ in 0..3 {
            match self.attempt(from) {
                Attempt::Rests => return,
                Attempt::Again(at) => from = at,
            }
        }
        self.cancel(from);
    }

    fn after(&mut self, moment: i64, least: i64, most: i64) -> i64 {
        moment + self.dice.between(least, most)
    }

    fn cancel(&mut self, at: i64) {
        if at < self.now {
            let reason = (*self.dice.pick(self.cast.data.lines("cancel-reasons"))).to_owned();
            self.order.reason.clone_from(&reason);
            let detail = Detail { reason, ..Detail::default() };
            self.to(OrderStatus::Cancelled, at, self.dispatcher.clone(), EventKind::OrderCancelled, detail);
        }
    }

    fn hold(&mut self, at: i64) {
        if at < self.now {
            let reason = (*self.dice.pick(self.cast.data.lines("hold-reasons"))).to_owned();
            let until = self.after(self.now, DAY_MS, 20 * DAY_MS);
            self.order.held_status = Some(OrderStatus::Confirmed);
            self.order.wake_ms = Some(until);
            self.order.reason.clone_from(&reason);
            let detail = Detail { reason, until_ms: Some(until), ..Detail::default() };
            self.to(OrderStatus::OnHold, at, self.dispatcher.clone(), EventKind::OrderHeld, detail);
        }
    }

    /// Plans a visit and lets it go its way.
    fn attempt(&mut self, from: i64) -> Attempt {
        if from >= self.now {
            return Attempt::Rests;
        }
        let minutes = self.cast.services[self.service].duration_minutes;
        let size = if minutes >= 240 && self.dice.percent(35) { 2 } else { 1 };
        let day = self.calendar.day_of(from) + 1 + self.dice.below(8);
        let candidates = &self.cast.able[self.city][self.service];
        let Some(slot) = self.calendar.take(self.dice, candidates, size, day, minutes) else {
            // Nobody is free: an old order was given up long ago, a young one waits.
            if from + 20 * DAY_MS < self.now {
                self.cancel(from + 2 * DAY_MS);
            }
            return Attempt::Rests;
        };
        self.plan(slot, from);
        let starts = self.visit().starts_ms;
        if starts > self.now && self.dice.percent(12) {
            return Attempt::Rests;
        }
        let open_offer = starts > self.now && self.dice.percent(15);
        let offered = if open_offer { from.max(self.now - self.dice.between(MINUTE, 30 * MINUTE)) } else { from + MINUTE };
        if offered >= self.now {
            return Attempt::Rests;
        }
        self.offer(offered);
        if open_offer {
            let until = self.after(self.now, 15 * MINUTE, 55 * MINUTE);
            self.visit().offer_until_ms = Some(until.min(starts));
            return Attempt::Rests;
        }
        self.answer(offered)
    }

    fn plan(&mut self, slot: Slot, at: i64) {
        *self.next_visit += 1;
        let lead = &self.cast.workers[slot.crew[0]].worker;
        let payout = (lead.kind == WorkerKind::Contractor).then(|| self.order.price_minor.unwrap_or(0) * 55 / 100);
        let note = if self.dice.percent(15) { *self.dice.pick(self.cast.data.lines("visit-notes")) } else { "" };
        let visit = Visit {
            id: VisitId(*self.next_visit),
            order_id: self.order.id,
            status: VisitStatus::Planned,
            lead_id: lead.id,
            starts_ms: slot.starts_ms,
            ends_ms: slot.ends_ms,
            note: note.to_owned(),
            offer_until_ms: None,
            offered_ms: None,
            accepted_ms: None,
            departed_ms: None,
            arrived_ms: None,
            finished_ms: None,
            reason: String::new(),
            reason_code: String::new(),
            override_reason: String::new(),
            payout_minor: payout,
            created_by: self.dispatcher.user_id,
            created_ms: at,
            version: 0,
        };
        self.visits.push((visit, slot.crew));
        self.step(VisitStatus::Planned, at, self.dispatcher.clone(), EventKind::VisitPlanned);
    }

    fn offer(&mut self, at: i64) {
        let visit = self.visit();
        visit.offered_ms = Some(at);
        visit.offer_until_ms = Some((at + HOUR).min(visit.starts_ms));
        self.mark(None, at);
        self.step(VisitStatus::Offered, at, self.dispatcher.clone(), EventKind::VisitOffered);
        self.follow(OrderStatus::Scheduled, at, EventKind::OrderScheduled);
    }

    fn answer(&mut self, offered: i64) -> Attempt {
        let until = self.visit().offer_until_ms.unwrap_or(offered);
        let worker = self.worker();
        match self.dice.below(100) {
            0..5 => {
                let at = self.after(offered, 3 * MINUTE, 50 * MINUTE).min(until);
                let reason = *self.dice.pick(self.cast.data.lines("decline-reasons"));
                self.miss(at, VisitStatus::Declined, worker, EventKind::VisitDeclined, Problem::Declined, ("", reason))
            }
            5..8 => self.miss(until, VisitStatus::Expired, By::system("offer"), EventKind::VisitExpired, Problem::Expired, ("", "")),
            _ => {
                let at = self.after(offered, 2 * MINUTE, 50 * MINUTE).min(until);
                if at >= self.now {
                    return Attempt::Rests;
                }
                self.visit().accepted_ms = Some(at);
                self.step(VisitStatus::Accepted, at, worker, EventKind::VisitAccepted);
                self.go()
            }
        }
    }

    /// The visit came to nothing, and the order waits for another.
    fn miss(&mut self, at: i64, status: VisitStatus, by: By, kind: EventKind, problem: Problem, why: (&str, &str)) -> Attempt {
        if at >= self.now {
            return Attempt::Rests;
        }
        let visit = self.visit();
        (visit.reason_code, visit.reason) = (why.0.to_owned(), why.1.to_owned());
        self.step(status, at, by, kind);
        self.mark(Some(problem), at);
        self.follow(OrderStatus::Confirmed, at, EventKind::OrderUnscheduled);
        Attempt::Again(self.after(at, 20 * MINUTE, 26 * HOUR))
    }

    fn go(&mut self) -> Attempt {
        let worker = self.worker();
        let starts = self.visit().starts_ms;
        let departs = starts - self.dice.between(20 * MINUTE, 50 * MINUTE);
        let arrives = starts + self.dice.between(-10 * MINUTE, 15 * MINUTE);
        let forgotten = self.now - starts < 3 * HOUR && self.dice.percent(15);
        if departs >= self.now || forgotten {
            return Attempt::Rests;
        }
        self.visit().departed_ms = Some(departs);
        self.step(VisitStatus::EnRoute, departs, worker.clone(), EventKind::VisitDeparted);
        if arrives >= self.now {
            return Attempt::Rests;
        }
        self.visit().arrived_ms = Some(arrives);
        self.step(VisitStatus::OnSite, arrives, worker.clone(), EventKind::VisitArrived);
        self.follow(OrderStatus::InProgress, arrives, EventKind::OrderStarted);
        if self.dice.percent(4) {
            let at = arrives + 20 * MINUTE;
            let why = *self.dice.pick(&self.cast.data.failures);
            if at < self.now {
                self.visit().finished_ms = Some(at);
            }
            return self.miss(at, VisitStatus::NotDone, worker, EventKind::VisitNotDone, Problem::NotDone, why);
        }
        self.work(arrives, &worker)
    }

    fn work(&mut self, arrived: i64, worker: &By) -> Attempt {
        let minutes = self.cast.services[self.service].duration_minutes;
        let finished = arrived + minutes * self.dice.between(70, 115) / 100 * MINUTE;
        if finished >= self.now {
            if self.dice.percent(12) && self.now - arrived > 10 * MINUTE {
                self.step(VisitStatus::Paused, self.now - 5 * MINUTE, worker.clone(), EventKind::VisitPaused);
            }
            return Attempt::Rests;
        }
        self.finish(finished, worker);
        let returned = self.after(finished, HOUR, 10 * HOUR);
        let (done, still_open) = if self.dice.percent(3) { self.mend(finished, returned, worker) } else { (finished, true) };
        let checked = self.after(done, HOUR, 30 * HOUR);
        if still_open && checked < self.now {
            self.close(checked);
        }
        Attempt::Rests
    }

    fn finish(&mut self, at: i64, worker: &By) {
        self.visit().finished_ms = Some(at);
        if self.reports.is_empty() || self.reports.iter().all(|report| Some(report.visit_id) != self.visits.last().map(|(v, _)| v.id)) {
            let report = self.report(at);
            self.reports.push(report);
        }
        self.step(VisitStatus::Done, at, worker.clone(), EventKind::VisitDone);
        self.mark(None, at);
        self.follow(OrderStatus::Acceptance, at, EventKind::OrderFinished);
    }

    fn report(&mut self, at: i64) -> Report {
        let service = &self.cast.services[self.service];
        let ticked: Vec<usize> = (0..self.cast.data.services[self.service].checklist.len()).collect();
        Report {
            visit_id: self.visit().id,
            body: (*self.dice.pick(self.cast.data.lines("reports"))).to_owned(),
            checklist: serde_json::json!(ticked).to_string(),
            signed_by: if service.signature_required { self.customer.name.clone() } else { String::new() },
            updated_ms: at - MINUTE,
            updated_by: self.worker().user_id,
            version: 1,
        }
    }

    /// The work is returned and mended, as far as that has come; whether it is done again by now.
    fn mend(&mut self, finished: i64, returned: i64, worker: &By) -> (i64, bool) {
        if returned >= self.now {
            return (finished, false);
        }
        let reason = (*self.dice.pick(self.cast.data.lines("return-reasons"))).to_owned();
        self.visit().reason = reason;
        self.step(VisitStatus::Returned, returned, self.dispatcher.clone(), EventKind::VisitReturned);
        self.follow(OrderStatus::Scheduled, returned, EventKind::OrderReturned);
        let again = self.after(returned, 14 * HOUR, 30 * HOUR);
        if again + HOUR >= self.now {
            return (finished, false);
        }
        self.step(VisitStatus::OnSite, again, worker.clone(), EventKind::VisitArrived);
        self.follow(OrderStatus::InProgress, again, EventKind::OrderStarted);
        self.finish(again + HOUR, worker);
        (again + HOUR, true)
    }

    fn close(&mut self, at: i64) {
        self.step(VisitStatus::Checked, at, self.dispatcher.clone(), EventKind::VisitChecked);
        self.order.completed_ms = Some(at);
        self.to(OrderStatus::Completed, at, self.dispatcher.clone(), EventKind::OrderCompleted, Detail::default());
        let said = self.after(at, HOUR, 48 * HOUR);
        if said < self.now && self.dice.percent(35) {
            let stars = [5, 5, 5, 5, 5, 5, 4, 4, 4, 3, 2, 1][self.dice.below(12)];
            let body = if self.dice.percent(60) { *self.dice.pick(self.cast.data.lines(&format!("review-{stars}"))) } else { "" };
            self.review = Some((stars, body.to_owned(), said));
            self.note(said, By::customer(self.customer), EventKind::OrderReviewed, Detail { count: Some(stars), ..Detail::default() });
        }
    }

    fn visit(&mut self) -> &mut Visit {
        let (visit, _) = self.visits.last_mut().expect("a visit was planned before it is spoken of");
        visit
    }

    /// The lead of the last visit.
    fn worker(&self) -> By {
        let lead = self.visits.last().map_or(0, |(_, crew)| crew[0]);
        By::user(&self.cast.workers[lead].user)
    }

    fn mark(&mut self, problem: Option<Problem>, at: i64) {
        self.order.problem = problem;
        self.order.problem_ms = problem.map(|_| at);
    }

    fn note(&mut self, at: i64, by: By, kind: EventKind, detail: Detail) {
        self.lines.push(Line { at, by, kind, visit: None, detail });
    }

    /// A step in the visit's life.
    fn step(&mut self, status: VisitStatus, at: i64, by: By, kind: EventKind) {
        let visit = self.visit();
        visit.status = status;
        visit.version += 1;
        let (id, mut detail) = (visit.id, Detail { starts_ms: Some(visit.starts_ms), ends_ms: Some(visit.ends_ms), ..Detail::default() });
        if matches!(status, VisitStatus::Declined | VisitStatus::NotDone | VisitStatus::Returned) {
            (detail.reason, detail.reason_code) = (visit.reason.clone(), visit.reason_code.clone());
        }
        let crew = self.visits.last().map(|(_, crew)| crew.as_slice()).unwrap_or_default();
        detail.workers = crew.iter().map(|place| self.cast.workers[*place].user.name.clone()).collect();
        self.lines.push(Line { at, by, kind, visit: Some(id), detail });
    }

    /// The order goes where somebody sends it.
    fn to(&mut self, status: OrderStatus, at: i64, by: By, kind: EventKind, detail: Detail) {
        self.order.status = status;
        self.order.open = status.is_open();
        self.order.status_ms = at;
        self.order.version += 1;
        if !status.is_open() {
            self.mark(None, at);
        }
        self.note(at, by, kind, detail);
    }

    /// The order follows its visits; whoever moved the visit moved the order.
    fn follow(&mut self, status: OrderStatus, at: i64, kind: EventKind) {
        if self.order.status != status {
            let by = self.lines.last().map_or_else(|| By::system("visit"), |line| line.by.clone());
            self.to(status, at, by, kind, Detail::default());
        }
    }

    /// The visit that lists show: one under way, else the next to come, else the last one done.
    fn point(&mut self) {
        let all = || self.visits.iter().map(|(visit, _)| visit);
        let under_way = all().find(|visit| visit.status.is_under_way());
        let coming = || all().find(|visit| visit.status.is_busy() || visit.status == VisitStatus::Returned);
        let past = || all().filter(|visit| !visit.status.is_void()).max_by_key(|visit| (visit.finished_ms, visit.starts_ms));
        let shown = under_way.or_else(coming).or_else(past);
        self.order.visit_id = shown.map(|visit| visit.id);
        self.order.due_ms = shown.map_or(NO_DATE_MS, |visit| visit.starts_ms);
    }
}
