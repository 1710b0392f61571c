//! The page of the settings.

use super::SettingsChange;
use crate::{
    access::{Access, Actor},
    app::App,
    company::{Company, hours::WEEKDAYS, zones},
    error::Result,
    text::{form_time::time_of, phone::Phone},
    web::{
        Page, Posted, Routes, Shell,
        page::{Form, Refused, see_other_with},
    },
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

pub fn routes() -> Routes {
    Routes::new().get("/settings", Access::Administrator, edit).post("/settings", Access::Administrator, update)
}

/// One weekday's line of hours.
struct Day {
    code: &'static str,
    /// 1 is Monday, as the texts number the days.
    number: usize,
}

#[derive(Template)]
#[template(path = "settings/edit.html")]
struct Edit {
    shell: Shell,
    form: Form,
    problem: String,
    company: Company,
    days: Vec<Day>,
}

impl Edit {
    fn new(shell: Shell, form: Form, problem: String, company: Company) -> Self {
        let days = WEEKDAYS.iter().enumerate().map(|(index, code)| Day { code, number: index + 1 }).collect();
        Self { shell, form, problem, company, days }
    }

    fn zones(&self) -> Vec<(String, String)> {
        zones::choices(&self.shell, &self.form.value("time_zone"))
    }

    fn end(&self, day: &Day, end: &str) -> String {
        self.form.value(&format!("hours.{}.{end}", day.code))
    }

    fn fault(&self, day: &Day) -> String {
        self.form.error(&format!("hours.{}", day.code))
    }
}

fn filled(shell: &Shell, company: &Company) -> Form {
    let flag = |on: bool| if on { "on" } else { "" }.to_owned();
    let phone = if company.phone.is_empty() { String::new() } else { Phone::stored(company.phone.clone()).to_string() };
    let values = [
        ("name", company.name.clone()),
        ("phone", phone),
        ("time_zone", company.time_zone.clone()),
        ("offer_minutes", company.offer_minutes.to_string()),
        ("quiet_from", time_of(company.quiet_from)),
        ("quiet_to", time_of(company.quiet_to)),
        ("foreign_details", flag(company.foreign_details)),
        ("auto_accept", flag(company.auto_accept)),
        ("specialist_sees_price", flag(company.specialist_sees_price)),
        ("specialist_in_customer_chat", flag(company.specialist_in_customer_chat)),
        ("dispatcher_sees_money", flag(company.dispatcher_sees_money)),
        ("consent_text", company.consent_text.clone()),
    ];
    let mut form = Form::filled(shell.language, values);
    let hours = company.working_hours().unwrap_or_default();
    for (index, day) in WEEKDAYS.iter().enumerate() {
        let (from, to) = hours.ends(index);
        form.values.insert(format!("hours.{day}.from"), from.into());
        form.values.insert(format!("hours.{day}.to"), to.into());
    }
    form
}

async fn edit(State(app): State<App>, shell: Shell) -> Result<Page> {
    let company = app.company_now().await?;
    let form = filled(&shell, &company);
    Page::of(&Edit::new(shell, form, String::new(), company))
}

async fn update(State(app): State<App>, actor: Actor, shell: Shell, posted: Posted<SettingsChange>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let changed = async {
        let to = input?;
        once!(app, &actor, &command => |change| super::edit(change, command.version, to.clone()).await.map(|company| company.version))
    };
    let Err(error) = changed.await else { return Ok(see_other_with("/settings", "settings-saved")) };
    let refused = Refused::of(error, form)?;
    let status = refused.status();
    let company = app.company_now().await?;
    Ok((status, Page::of(&Edit::new(shell, refused.form, refused.problem, company))?).into_response())
}
