//! A visit in the words of the worker's pages.

use crate::{
    access::Actor,
    app::App,
    company::zone_named,
    error::Result,
    ids::{OrderId, VisitId},
    messages::{answers_customers, own_unread},
    orders::{
        VisitAction, VisitStatus,
        view::{AddressView, rfc3339},
        visits::{Visit, api::with_orders},
    },
    text::{
        format::When,
        i18n::{Lang, t},
        money::money,
        phone::Phone,
    },
    web::{Choice, Shell},
};

/// A visit as its worker reads it; what they may not know is empty.
pub struct Task {
    pub id: VisitId,
    pub order_id: OrderId,
    pub version: i64,
    pub status: VisitStatus,
    pub status_label: String,
    pub number: String,
    /// «Сегодня, 13:00–15:30».
    pub window: String,
    pub starts: String,
    pub day: String,
    pub starts_ms: i64,
    /// The address, or the district for those who may know no more.
    pub place: String,
    /// «Подъезд 3, этаж 7. Домофон 12».
    pub way_in: String,
    pub knows_customer: bool,
    pub service: String,
    pub description: String,
    pub requirements: String,
    pub customer: String,
    pub phone: Option<Call>,
    pub routes: Vec<Link>,
    pub price: String,
    pub payout: String,
    pub note: String,
    /// The others who go.
    pub crew: Vec<String>,
    pub offer_until: Option<Deadline>,
    /// Why the visit was returned, failed or cancelled.
    pub reason: String,
    /// The one next step, if there is one for this person.
    pub step: Option<Step>,
    pub may_decline: bool,
    pub may_pause: bool,
    pub may_fail: bool,
    /// Lines not read in the chat with the office about it.
    pub unread: i64,
    pub talks_with_customer: bool,
    /// Lines not read in the chat with the customer.
    pub unread_of_customer: i64,
}

/// A number to call.
pub struct Call {
    pub e164: String,
    pub shown: String,
}

/// A link to a map.
pub struct Link {
    pub url: String,
    pub label: String,
}

/// Until when an offer stands.
pub struct Deadline {
    pub at: String,
    pub shown: String,
}

/// The one filled button: a form posted to `/visits/{id}/{noun}`, or the report's page.
pub struct Step {
    pub noun: &'static str,
    pub label: &'static str,
    pub busy: &'static str,
    pub icon: &'static str,
}

impl Step {
    /// The step that follows from the status; none when it is somebody else's turn.
    fn of(status: VisitStatus, actions: &[VisitAction]) -> Option<Self> {
        let step = |action, noun, label, icon| actions.contains(&action).then_some(Self { noun, label, busy: "action-saving", icon });
        match status {
            VisitStatus::Offered => step(VisitAction::Accept, "acceptance", "visit-action-acceptance", "check"),
            VisitStatus::Accepted => step(VisitAction::Depart, "departure", "visit-action-departure", "navigation"),
            VisitStatus::EnRoute => step(VisitAction::Arrive, "arrival", "action-start-work", "player-play"),
            VisitStatus::Returned => step(VisitAction::Arrive, "arrival", "field-resume", "player-play"),
            VisitStatus::OnSite => step(VisitAction::Finish, "report", "field-report", "clipboard-list"),
            VisitStatus::Paused => step(VisitAction::Resume, "resumption", "visit-action-resumption", "player-play"),
            _ => None,
        }
    }

    /// Whether the button leads to a page and changes nothing.
    pub fn is_link(&self) -> bool {
        self.noun == "report"
    }
}

impl Task {
    /// These visits as `actor` may know them, with what was not read about each; the menu counts what was not read outside any order.
    pub async fn several_with_unread(app: &App, actor: &Actor, shell: &mut Shell, visits: &[Visit]) -> Result<Vec<Self>> {
        let places: Vec<_> = visits.iter().map(|visit| (visit.id, visit.order_id)).collect();
        let unread = own_unread(app, actor, &places).await?;
        shell.counts.unread = Some(unread.direct());
        let mut tasks = Self::several(app, actor, shell, visits).await?;
        for task in &mut tasks {
            task.unread = unread.of_visit(task.id);
            task.unread_of_customer = unread.of_customer(task.order_id);
            task.talks_with_customer = answers_customers(app, actor);
        }
        Ok(tasks)
    }

    /// Lines not read about it, wherever.
    pub fn unread(&self) -> i64 {
        self.unread + self.unread_of_customer
    }

    /// These visits as `actor` may know them, in the same order.
    pub async fn several(app: &App, actor: &Actor, shell: &Shell, visits: &[Visit]) -> Result<Vec<Self>> {
        let together = with_orders(app, actor, visits).await?;
        let me = actor.worker_id();
        let read = |visit: &Visit| {
            let found = together.iter().find(|both| both.visit.id == visit.id)?;
            Some(Self::of(app, shell, me, visit, found))
        };
        Ok(visits.iter().filter_map(read).collect())
    }

    fn of(
        app: &App,
        shell: &Shell,
        me: Option<crate::ids::WorkerId>,
        visit: &Visit,
        both: &crate::orders::visits::api::VisitWithOrder,
    ) -> Self {
        let (view, order) = (&both.visit, &both.order);
        let lang = shell.language;
        let when = When::new(lang, zone_named(&order.address.zone), app.clock.now_ms());
        let can = |action| view.actions.contains(&action);
        let amount = |kopecks: Option<i64>| kopecks.map(|kopecks| money(lang, kopecks)).unwrap_or_default();
        Self {
            id: visit.id,
            order_id: visit.order_id,
            version: visit.version,
            status: visit.status,
            status_label: t(lang, &format!("visit-status-{}", visit.status.code().replace('_', "-"))).into_owned(),
            number: order.number.clone(),
            window: when.window(visit.starts_ms, visit.ends_ms),
            starts: when.time(visit.starts_ms),
            day: when.day(visit.starts_ms),
            starts_ms: visit.starts_ms,
            place: place(shell, &order.address),
            way_in: way_in(shell, &order.address),
            knows_customer: order.customer.is_some(),
            service: order.service.clone(),
            description: order.description.clone().unwrap_or_default(),
            requirements: order.requirements.clone().unwrap_or_default(),
            customer: order.customer.as_ref().map(|customer| customer.name.clone()).unwrap_or_default(),
            phone: order.customer.as_ref().and_then(|customer| customer.phone.clone()).map(Call::of),
            routes: routes(shell, &order.address),
            price: amount(order.price_minor),
            payout: amount(view.payout_minor),
            note: view.note.clone().unwrap_or_default(),
            crew: view.crew.iter().filter(|member| Some(member.worker_id) != me).map(|member| member.name.clone()).collect(),
            offer_until: visit
                .offer_until_ms
                .filter(|_| visit.status == VisitStatus::Offered)
                .map(|until| Deadline { at: rfc3339(until), shown: when.day_time(until) }),
            reason: reason(lang, view),
            step: Step::of(visit.status, &view.actions),
            may_decline: can(VisitAction::Decline),
            may_pause: can(VisitAction::Pause),
            may_fail: can(VisitAction::Fail),
            unread: 0,
            talks_with_customer: false,
            unread_of_customer: 0,
        }
    }

    /// `Display` for templates: the word of the status.
    pub fn code(&self) -> &'static str {
        self.status.code()
    }

    pub fn is_offer(&self) -> bool {
        self.status == VisitStatus::Offered
    }

    pub fn is_returned(&self) -> bool {
        self.status == VisitStatus::Returned
    }

    pub fn is_over(&self) -> bool {
        matches!(self.status, VisitStatus::Done | VisitStatus::NotDone | VisitStatus::Checked)
    }
}

impl Call {
    fn of(e164: String) -> Self {
        Self { shown: Phone::stored(e164.clone()).to_string(), e164 }
    }
}

fn reason(lang: Lang, view: &crate::orders::view::VisitView) -> String {
    let usual = view.reason_code.as_ref().map(|code| t(lang, &format!("reason-{}", code.replace('_', "-"))).into_owned());
    [usual, view.reason.clone()].into_iter().flatten().collect::<Vec<_>>().join(". ")
}

fn place(shell: &Shell, address: &AddressView) -> String {
    let Some(text) = &address.text else { return address.district.clone() };
    match address.flat.as_deref().filter(|flat| !flat.is_empty()) {
        Some(flat) => shell.ta("field-address-flat", &[("address", text), ("flat", flat)]),
        None => text.clone(),
    }
}

fn way_in(shell: &Shell, address: &AddressView) -> String {
    let said = |key: &str, value: &Option<String>| {
        value.as_deref().filter(|value| !value.is_empty()).map(|value| shell.ta(key, &[("value", value)]))
    };
    let parts = [said("field-entrance", &address.entrance), said("field-floor", &address.floor), said("field-intercom", &address.intercom)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The map programs that fitters use, by coordinates where there are any.
fn routes(shell: &Shell, address: &AddressView) -> Vec<Link> {
    let Some(text) = &address.text else { return vec![] };
    let words: String = form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    let urls = match (address.lat, address.lon) {
        (Some(lat), Some(lon)) => [
            format!("yandexnavi://build_route_on_map?lat_to={lat}&lon_to={lon}"),
            format!("https://yandex.ru/maps/?rtext=~{lat},{lon}&rtt=auto"),
            format!("https://2gis.ru/routeSearch/rsType/car/to/{lon},{lat}"),
            format!("geo:{lat},{lon}?q={lat},{lon}"),
        ],
        _ => [
            format!("yandexnavi://map_search?text={words}"),
            format!("https://yandex.ru/maps/?text={words}"),
            format!("https://2gis.ru/search/{words}"),
            format!("geo:0,0?q={words}"),
        ],
    };
    let keys = ["field-route-navigator", "field-route-yandex", "field-route-2gis", "field-route-other"];
    keys.into_iter().zip(urls).map(|(key, url)| Link { url, label: shell.t(key).into_owned() }).collect()
}
