//! What is typed about the company; one set of rules for both doors.

use crate::{
    company::{Company, Hours, zones},
    web::{Fields, Input},
};

/// What is to become of the settings; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct SettingsChange {
    pub name: Option<String>,
    pub phone: Option<Option<String>>,
    pub time_zone: Option<String>,
    pub hours: Option<Option<Hours>>,
    pub offer_minutes: Option<i64>,
    pub auto_accept: Option<bool>,
    pub specialist_sees_price: Option<bool>,
    pub specialist_in_customer_chat: Option<bool>,
    pub dispatcher_sees_money: Option<bool>,
    pub consent_text: Option<String>,
    /// Minutes of the day.
    pub quiet_from: Option<i64>,
    pub quiet_to: Option<i64>,
    pub foreign_details: Option<bool>,
}

impl Input for SettingsChange {
    fn read(fields: &mut Fields) -> Self {
        Self {
            name: fields.sent("name", |f, name| f.optional_text(name, 200)),
            phone: fields.sent("phone", |f, name| f.optional_phone(name)),
            time_zone: fields.sent("time_zone", read_zone),
            hours: fields.sent("hours", Hours::read),
            offer_minutes: fields.sent("offer_minutes", |f, name| f.whole(name, 5..=7 * 24 * 60)),
            auto_accept: fields.sent("auto_accept", |f, name| f.flag(name)),
            specialist_sees_price: fields.sent("specialist_sees_price", |f, name| f.flag(name)),
            specialist_in_customer_chat: fields.sent("specialist_in_customer_chat", |f, name| f.flag(name)),
            dispatcher_sees_money: fields.sent("dispatcher_sees_money", |f, name| f.flag(name)),
            consent_text: fields.sent("consent_text", |f, name| f.optional_text(name, 8000)),
            quiet_from: fields.sent("quiet_from", |f, name| f.minute_of_day(name)),
            quiet_to: fields.sent("quiet_to", |f, name| f.minute_of_day(name)),
            foreign_details: fields.sent("foreign_details", |f, name| f.flag(name)),
        }
    }
}

fn read_zone(fields: &mut Fields, name: &str) -> String {
    let zone = zones::read(fields, name);
    if zone.is_none() && !fields.is_faulty(name) {
        fields.error(name, "required");
    }
    zone.unwrap_or_default()
}

impl SettingsChange {
    pub(super) fn apply(self, company: &mut Company) {
        if let Some(hours) = self.hours {
            company.hours = Hours::to_stored(hours.as_ref());
        }
        if let Some(phone) = self.phone {
            company.phone = phone.unwrap_or_default();
        }
        put(&mut company.name, self.name);
        put(&mut company.time_zone, self.time_zone);
        put(&mut company.offer_minutes, self.offer_minutes);
        put(&mut company.auto_accept, self.auto_accept);
        put(&mut company.specialist_sees_price, self.specialist_sees_price);
        put(&mut company.specialist_in_customer_chat, self.specialist_in_customer_chat);
        put(&mut company.dispatcher_sees_money, self.dispatcher_sees_money);
        put(&mut company.consent_text, self.consent_text);
        put(&mut company.quiet_from, self.quiet_from);
        put(&mut company.quiet_to, self.quiet_to);
        put(&mut company.foreign_details, self.foreign_details);
    }
}

fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
