//! The company, its people, its catalogue and its customers.

use super::{
    Plan,
    bulk::Sheet,
    data::{City, Data},
    dice::Dice,
};
use crate::{
    access::Role,
    accounts::row::user,
    app::App,
    customers::{self, Customer, CustomerKind},
    ids::{CustomerId, ServiceId, UserId, WorkerId},
    services::Service,
    text::fold::{fold, fold_within},
    workers::{Worker, WorkerKind},
};

/// Everybody and everything that orders are about.
pub struct Cast {
    pub data: Data,
    pub administrator: UserId,
    pub dispatchers: Vec<user::Model>,
    pub workers: Vec<Member>,
    pub customers: Vec<Customer>,
    pub services: Vec<Service>,
    /// For each city and service, the places of the workers who do it there.
    pub able: Vec<Vec<Vec<usize>>>,
    users: Vec<user::Model>,
    skills: Vec<Vec<usize>>,
}

/// A worker with the account.
pub struct Member {
    pub worker: Worker,
    pub user: user::Model,
    city: usize,
}

struct Maker<'a> {
    data: &'a Data,
    dice: Dice,
    hash: &'a str,
    now: i64,
    begins: i64,
    /// The id of the first made-up user.
    first_id: i64,
    users: Vec<user::Model>,
    phones: i64,
}

impl Cast {
    /// Makes everybody up. The accounts share the password behind `hash`.
    pub fn make(plan: &Plan, hash: &str, now: i64) -> Self {
        let data = Data::read();
        let begins = now - i64::from(plan.months) * super::MONTH_MS - 60 * super::DAY_MS;
        let mut maker = Maker {
            data: &data,
            dice: Dice::new(plan.seed),
            hash,
            now,
            begins,
            first_id: plan.beside.map_or(1, |id| id.0 + 1),
            users: vec![],
            phones: 0,
        };
        if plan.beside.is_none() {
            maker.staff(Role::Administrator, "admin".into());
        }
        let dispatchers = vec![maker.staff(Role::Dispatcher, "dispatcher1".into()), maker.staff(Role::Dispatcher, "dispatcher2".into())];
        let skills = data.lines("skills").len();
        let (mut workers, mut worker_skills) = (vec![], vec![]);
        for place in 0..plan.workers() {
            let city = place % data.cities.len();
            workers.push(maker.worker(place, city));
            // The first workers of a city share all skills among them, so that everything can be done everywhere.
            let main = (place / data.cities.len()) % skills;
            let second = (main + 1 + maker.dice.below(skills - 1)) % skills;
            worker_skills.push(vec![main, second]);
        }
        let customers = (0..plan.customers()).map(|place| maker.customer(place)).collect();
        let services = services(&data);
        let able = able(&data, &workers, &worker_skills);
        let users = maker.users;
        let administrator = plan.beside.unwrap_or(UserId(1));
        Self { administrator, dispatchers, workers, customers, services, able, users, skills: worker_skills, data }
    }

    /// The rows of all of them, table by table.
    pub fn sheets(&self, app: &App) -> Vec<Sheet> {
        let mut users = Sheet::of::<user::Model>();
        self.users.iter().for_each(|row| users.push(row));
        let mut workers = Sheet::of::<Worker>();
        self.workers.iter().for_each(|member| workers.push(&member.worker));
        let mut customers = Sheet::of::<Customer>();
        self.customers.iter().for_each(|row| customers.push(row));
        let mut services = Sheet::of::<Service>();
        self.services.iter().for_each(|row| services.push(row));
        let mut skills = Sheet::plain("skills", &["id", "name", "name_folded"]);
        for (id, name) in (1i64..).zip(self.data.lines("skills")) {
            skills.add([id.into(), (*name).into(), fold(name).into()]);
        }
        let mut worker_skills = Sheet::plain("worker_skills", &["worker_id", "skill_id"]);
        for (member, places) in self.workers.iter().zip(&self.skills) {
            places.iter().for_each(|place| worker_skills.add([member.worker.id.0.into(), number(*place).into()]));
        }
        let mut service_skills = Sheet::plain("service_skills", &["service_id", "skill_id"]);
        for (service, data) in self.services.iter().zip(&self.data.services) {
            let place = self.data.lines("skills").iter().position(|name| *name == data.skill).unwrap_or(0);
            service_skills.add([service.id.0.into(), number(place).into()]);
        }
        let mut terms = Sheet::plain("customer_terms", &["term", "customer_id"]);
        for (term, customer) in self.customer_terms() {
            terms.add([term.into(), customer.0.into()]);
        }
        vec![users, workers, customers, terms, services, skills, worker_skills, service_skills, self.consents(app), self.quick_replies()]
    }

    /// The words under which customers are found, in the order of their index.
    fn customer_terms(&self) -> Vec<(String, CustomerId)> {
        let of = |customer: &Customer| customers::search::terms(customer).into_iter().map(|term| (term, customer.id)).collect::<Vec<_>>();
        let mut terms: Vec<(String, CustomerId)> = self.customers.iter().flat_map(of).collect();
        terms.sort_unstable();
        terms
    }

    fn quick_replies(&self) -> Sheet {
        let mut sheet = Sheet::plain("quick_replies", &["audience", "body", "place", "version"]);
        for audience in ["customer", "worker", "direct"] {
            let lines = self.data.lines(&format!("quick-replies-{audience}"));
            lines.iter().zip(1i64..).for_each(|(line, place)| sheet.add([audience.into(), (*line).into(), place.into(), 1i64.into()]));
        }
        sheet
    }

    /// Everybody with a login as a customer has agreed to the company's words.
    fn consents(&self, app: &App) -> Sheet {
        let company = app.company();
        let mut sheet = Sheet::plain("consents", &["user_id", "text_version", "text", "given_ms", "address"]);
        for user in self.users.iter().filter(|user| user.role == Role::Customer.code()) {
            let text = company.consent_text.clone();
            sheet.add([user.id.0.into(), company.consent_version.into(), text.into(), user.created_ms.into(), "".into()]);
        }
        sheet
    }

    /// A few logins of each role.
    pub fn logins(&self) -> Vec<(String, String, String)> {
        let few = |role: Role| self.users.iter().filter(move |user| user.role == role.code()).take(3);
        let line = |user: &user::Model| (user.role.clone(), user.login.clone().unwrap_or_default(), user.name.clone());
        Role::ALL.into_iter().flat_map(few).map(line).collect()
    }
}

fn number(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(0) + 1
}

impl Maker<'_> {
    fn full_name(&mut self, patronymic: bool) -> String {
        let woman = self.dice.percent(50);
        let one = |(man, lady): (&'static str, &'static str)| if woman { lady } else { man };
        let surname = one(*self.dice.pick(&self.data.surnames));
        let name = *self.dice.pick(self.data.lines(if woman { "women" } else { "men" }));
        if !patronymic {
            return format!("{name} {surname}");
        }
        format!("{surname} {name} {}", one(*self.dice.pick(&self.data.patronymics)))
    }

    /// A number that nobody else has, here or on the network.
    fn phone(&mut self) -> String {
        let codes = self.data.lines("phone-codes");
        let code = codes[usize::try_from(self.phones).unwrap_or(0) % codes.len()];
        // 7,654,321 has no common factor with 10,000,000, so no number comes twice.
        let tail = (self.phones * 7_654_321 + 1_234_567) % 10_000_000;
        self.phones += 1;
        format!("+7{code}{tail:07}")
    }

    fn user(&mut self, role: Role, name: String, login: String, phone: Option<String>) -> user::Model {
        let user = user::Model {
            id: UserId(self.first_id + number(self.users.len()) - 1),
            role: role.code().to_owned(),
            name_folded: fold_within(&name, 200),
            name,
            login: Some(login),
            phone,
            email: None,
            password_hash: Some(self.hash.to_owned()),
            language: "ru".into(),
            theme: String::new(),
            created_ms: self.begins,
            blocked_ms: None,
            blocked_reason: None,
            last_seen_ms: None,
            version: 1,
            zone: None,
            sign_outs: 0,
        };
        self.users.push(user.clone());
        user
    }

    fn staff(&mut self, role: Role, login: String) -> user::Model {
        let name = self.full_name(false);
        self.user(role, name, login, None)
    }

    /// Two in three are the company's own.
    fn worker(&mut self, place: usize, city: usize) -> Member {
        let kind = if place % 3 == 2 { WorkerKind::Contractor } else { WorkerKind::Specialist };
        let (role, login) = match kind {
            WorkerKind::Specialist => (Role::Specialist, format!("specialist{}", place - place / 3 + 1)),
            WorkerKind::Contractor => (Role::Contractor, format!("contractor{}", place / 3 + 1)),
        };
        let (name, phone) = (self.full_name(false), self.phone());
        let user = self.user(role, name, login, Some(phone.clone()));
        let districts = &self.data.cities[city].districts;
        let first = self.dice.below(districts.len());
        let zones: Vec<&str> = districts.iter().cycle().skip(first).take(3).copied().collect();
        let worker = Worker {
            id: WorkerId(number(place)),
            user_id: user.id,
            kind,
            contact_phone: Some(phone),
            zones: zones.join(", "),
            hours: String::new(),
            note: String::new(),
            active: true,
            version: 1,
        };
        Member { worker, user, city }
    }

    fn customer(&mut self, place: usize) -> Customer {
        let company = self.dice.percent(18);
        let name = if company {
            let name = *self.dice.pick(self.data.lines("company-names"));
            self.dice.pick(self.data.lines("company-forms")).replace("{}", name)
        } else {
            self.full_name(true)
        };
        let phone = self.phone();
        // The first customers can sign in, and one in fifty of the others.
        let with_login = place < 3 || self.dice.percent(2);
        let email = (company || self.dice.percent(30)).then(|| format!("client{}@example.com", place + 1));
        let user_id = with_login.then(|| self.user(Role::Customer, name.clone(), format!("customer{}", place + 1), Some(phone.clone())).id);
        Customer {
            id: CustomerId(number(place)),
            kind: if company { CustomerKind::Company } else { CustomerKind::Person },
            name_folded: fold_within(&name, 200),
            name,
            phone: Some(phone),
            email,
            note: String::new(),
            user_id,
            created_ms: self.begins + self.dice.between(0, (self.now - self.begins) / 2),
            version: 1,
        }
    }
}

fn services(data: &Data) -> Vec<Service> {
    let row = |(place, service): (usize, &super::data::ServiceData)| Service {
        id: ServiceId(number(place)),
        name: service.name.to_owned(),
        name_folded: fold(service.name),
        duration_minutes: service.minutes,
        checklist: serde_json::json!(service.checklist).to_string(),
        photos_before: service.photos_before,
        photos_after: service.photos_after,
        signature_required: service.signature,
        price_minor: Some(service.price_minor),
        active: true,
        version: 1,
    };
    data.services.iter().enumerate().map(row).collect()
}

fn able(data: &Data, workers: &[Member], skills: &[Vec<usize>]) -> Vec<Vec<Vec<usize>>> {
    let who = |city: usize, skill: &str| {
        let wanted = data.lines("skills").iter().position(|name| *name == skill);
        let fits = |place: &usize| workers[*place].city == city && wanted.is_some_and(|skill| skills[*place].contains(&skill));
        (0..workers.len()).filter(fits).collect()
    };
    let of_city = |city: (usize, &City)| data.services.iter().map(|service| who(city.0, service.skill)).collect();
    data.cities.iter().enumerate().map(of_city).collect()
}
