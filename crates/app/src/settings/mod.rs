//! The company's settings: what the administrator says once and everybody works by.

mod api;
mod form;
mod pages;
#[cfg(test)]
mod tests;

use crate::{
    accounts::{audit, changes::Changes},
    company::{self, Company, Hours},
    error::Result,
    text::form_time::time_of,
    web::{Change, Routes},
};

pub use form::SettingsChange;

/// The settings, in both doors.
pub fn routes() -> Routes {
    api::routes().merge(pages::routes())
}

/// Changes the settings: at once on this node, on the others when they look the next time.
pub async fn edit(change: &Change, version: Option<i64>, to: SettingsChange) -> Result<Company> {
    let before = company::hold(&change.tx).await?;
    change.expect_version(version, before.version)?;
    let mut after = before.clone();
    to.apply(&mut after);
    let changes = differences(&before, &after);
    if changes.is_empty() {
        return Ok(before);
    }
    if after.consent_text != before.consent_text {
        after.consent_version += 1;
    }
    after.version += 1;
    let company = company::save(&change.tx, after).await?;
    audit::record(change, "company.changed", "company", None, &changes.to_string()).await?;
    let (app, taken) = (change.app.clone(), company.clone());
    change.tx.after_commit(move || app.use_company(taken));
    Ok(company)
}

fn differences(a: &Company, b: &Company) -> Changes {
    let hours = |company: &Company| Hours::stored(&company.hours).map(|hours| hours.to_string());
    let mut changes = Changes::default();
    changes.note("name", &a.name, &b.name);
    changes.note("phone", &a.phone, &b.phone);
    changes.note("time_zone", &a.time_zone, &b.time_zone);
    changes.note("hours", &hours(a), &hours(b));
    changes.note("offer_minutes", &a.offer_minutes, &b.offer_minutes);
    changes.note("auto_accept", &a.auto_accept, &b.auto_accept);
    changes.note("quiet_from", &time_of(a.quiet_from), &time_of(b.quiet_from));
    changes.note("quiet_to", &time_of(a.quiet_to), &time_of(b.quiet_to));
    changes.note("foreign_details", &a.foreign_details, &b.foreign_details);
    changes.note("specialist_sees_price", &a.specialist_sees_price, &b.specialist_sees_price);
    changes.note("specialist_in_customer_chat", &a.specialist_in_customer_chat, &b.specialist_in_customer_chat);
    changes.note("dispatcher_sees_money", &a.dispatcher_sees_money, &b.dispatcher_sees_money);
    changes.note("consent_text", &a.consent_text, &b.consent_text);
    changes
}
