//! What people type about themselves and about others, with one set of rules for both doors.

use crate::{
    access::Role,
    accounts::preferences::{Language, Theme},
    company::zones,
    text::{fold::fold, phone::Phone},
    web::{Fields, Input},
};

/// A name and the ways to reach and recognise a person.
#[derive(Clone, Debug)]
pub struct Contacts {
    pub name: String,
    pub login: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

impl Input for Contacts {
    fn read(fields: &mut Fields) -> Self {
        let contacts = Self {
            name: fields.text("name", 200),
            login: login(fields, "login"),
            phone: fields.optional_phone("phone"),
            email: fields.optional_email("email"),
        };
        let none = contacts.login.is_none() && contacts.phone.is_none() && contacts.email.is_none();
        let faulty = ["login", "phone", "email"].iter().any(|name| fields.is_faulty(name));
        if none && !faulty {
            fields.error("phone", "contact_required");
        }
        contacts
    }
}

/// A login name: what could be a phone or an e-mail is refused, so that nobody signs in by another's.
fn login(fields: &mut Fields, name: &str) -> Option<String> {
    let typed = fields.optional_text(name, 64);
    if typed.is_empty() || fields.is_faulty(name) {
        return None;
    }
    let login = fold(&typed);
    let shaped = login.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) && login.chars().any(|c| c.is_ascii_alphabetic());
    if !shaped || login.len() < 3 || Phone::parse(&login).is_ok() {
        fields.error(name, "login_invalid");
        return None;
    }
    Some(login)
}

/// Somebody who is invited.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub role: Role,
    pub contacts: Contacts,
}

impl Input for Invitation {
    fn read(fields: &mut Fields) -> Self {
        Self { role: fields.choice("role"), contacts: Contacts::read(fields) }
    }
}

/// A customer who signs up.
#[derive(Clone)]
pub struct Registration {
    pub name: String,
    pub phone: String,
    pub email: Option<String>,
    pub password: String,
}

impl Input for Registration {
    fn read(fields: &mut Fields) -> Self {
        let registration = Self {
            name: fields.text("name", 200),
            phone: fields.phone("phone"),
            email: fields.optional_email("email"),
            password: fields.password("password"),
        };
        if !fields.flag("consent") && !fields.is_faulty("consent") {
            fields.error("consent", "consent_required");
        }
        registration
    }
}

/// Somebody who came by a one-time link: who they are, and the password they choose.
#[derive(Clone)]
pub struct Arrival {
    pub contacts: Contacts,
    pub password: String,
    pub consent: bool,
    /// The company's name, which the first administrator gives.
    pub company: String,
    /// The first administrator wants to look around in a made-up company.
    pub demo: bool,
}

impl Input for Arrival {
    fn read(fields: &mut Fields) -> Self {
        Self {
            contacts: Contacts::read(fields),
            password: fields.password("password"),
            consent: fields.flag("consent"),
            company: fields.optional_text("company", 200),
            demo: fields.flag("demo"),
        }
    }
}

/// Changes of a user by an administrator or of oneself; what is not named stays, what is named empty is taken away.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    pub name: Option<String>,
    pub login: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub email: Option<Option<String>>,
    pub language: Option<Language>,
    pub theme: Option<Theme>,
    /// The zone in which one's own day goes; empty for the company's.
    pub zone: Option<Option<String>>,
    /// The person's own password, asked for when what they sign in by changes.
    pub current_password: String,
}

impl Input for UserChange {
    fn read(fields: &mut Fields) -> Self {
        let named = |fields: &Fields, name: &str| fields.is_named(name);
        Self {
            name: named(fields, "name").then(|| fields.text("name", 200)),
            login: named(fields, "login").then(|| login(fields, "login")),
            phone: named(fields, "phone").then(|| fields.optional_phone("phone")),
            email: named(fields, "email").then(|| fields.optional_email("email")),
            language: fields.optional_choice("language"),
            theme: fields.optional_choice("theme"),
            zone: fields.if_came("zone", zones::read),
            current_password: if fields.has("current_password") { fields.password("current_password") } else { skip(fields) },
        }
    }
}

fn skip(fields: &mut Fields) -> String {
    fields.raw("current_password");
    String::new()
}

/// The role that somebody is to have.
#[derive(Clone, Copy, Debug)]
pub struct RoleChange {
    pub role: Role,
}

impl Input for RoleChange {
    fn read(fields: &mut Fields) -> Self {
        Self { role: fields.choice("role") }
    }
}

/// Why somebody is blocked.
#[derive(Clone, Debug)]
pub struct Block {
    pub reason: String,
}

impl Input for Block {
    fn read(fields: &mut Fields) -> Self {
        Self { reason: fields.text("reason", 500) }
    }
}
