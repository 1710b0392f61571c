//! The API of the settings.

use super::SettingsChange;
use crate::{
    access::{Access, Actor},
    app::App,
    company::{Company, hours::HoursView},
    error::Result,
    text::form_time::time_of,
    web::{ApiBody, Routes, Versioned, api::HasVersion, openapi::doc},
};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Routes {
    Routes::new().get("/api/v1/settings", Access::Administrator, doc("Show the company's settings", show)).patch(
        "/api/v1/settings",
        Access::Administrator,
        doc("Change the company's settings", update),
    )
}

/// The company's settings as the API gives them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
struct SettingsView {
    name: String,
    /// E.164.
    phone: Option<String>,
    /// The IANA time zone.
    time_zone: String,
    /// By weekday, a day left out is off; null when none are set and every time is working time.
    hours: Option<HoursView>,
    /// How long an offer to a worker stands.
    offer_minutes: i64,
    /// Specialists' visits are accepted by themselves.
    auto_accept: bool,
    specialist_sees_price: bool,
    /// Whether specialists write with the customers of their own orders.
    specialist_in_customer_chat: bool,
    /// Sums of money in analytics.
    dispatcher_sees_money: bool,
    /// Between these times of the day only what cannot wait is sent: `22:00`.
    quiet_from: String,
    quiet_to: String,
    /// Names, addresses and phones may be told in other countries' messengers.
    foreign_details: bool,
    consent_text: String,
    /// Grows with each change of the text.
    consent_version: i64,
    version: i64,
}

impl HasVersion for SettingsView {
    fn version(&self) -> i64 {
        self.version
    }
}

impl From<&Company> for SettingsView {
    fn from(company: &Company) -> Self {
        Self {
            name: company.name.clone(),
            phone: Some(company.phone.clone()).filter(|phone| !phone.is_empty()),
            time_zone: company.time_zone.clone(),
            hours: company.working_hours().map(|hours| hours.view()),
            offer_minutes: company.offer_minutes,
            auto_accept: company.auto_accept,
            specialist_sees_price: company.specialist_sees_price,
            specialist_in_customer_chat: company.specialist_in_customer_chat,
            dispatcher_sees_money: company.dispatcher_sees_money,
            quiet_from: time_of(company.quiet_from),
            quiet_to: time_of(company.quiet_to),
            foreign_details: company.foreign_details,
            consent_text: company.consent_text.clone(),
            consent_version: company.consent_version,
            version: company.version,
        }
    }
}

async fn show(State(app): State<App>) -> Result<Versioned<SettingsView>> {
    Ok(Versioned((&app.company_now().await?).into()))
}

async fn update(State(app): State<App>, actor: Actor, body: ApiBody<SettingsChange>) -> Result<Versioned<SettingsView>> {
    let view = once!(app, &actor, &body.command => |change| {
        Ok(SettingsView::from(&super::edit(change, body.command.version, body.input.clone()).await?))
    })?;
    Ok(Versioned(view))
}
