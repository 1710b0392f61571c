//! What is typed about a customer; one set of rules for both doors.

use super::CustomerKind;
use crate::web::{Fields, Input, paging::Paging};

/// A new customer as typed.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    pub kind: CustomerKind,
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub note: String,
}

impl Input for NewCustomer {
    fn read(fields: &mut Fields) -> Self {
        Self {
            kind: fields.optional_choice("kind").unwrap_or(CustomerKind::Person),
            name: fields.text("name", 200),
            phone: fields.optional_phone("phone"),
            email: fields.optional_email("email"),
            note: fields.optional_text("note", 2000),
        }
    }
}

/// What is to become of a customer; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct CustomerChange {
    pub kind: Option<CustomerKind>,
    pub name: Option<String>,
    pub phone: Option<Option<String>>,
    pub email: Option<Option<String>>,
    pub note: Option<String>,
}

impl Input for CustomerChange {
    fn read(fields: &mut Fields) -> Self {
        Self {
            kind: fields.sent("kind", |f, name| f.choice(name)),
            name: fields.sent("name", |f, name| f.text(name, 200)),
            phone: fields.sent("phone", |f, name| f.optional_phone(name)),
            email: fields.sent("email", |f, name| f.optional_email(name)),
            note: fields.sent("note", |f, name| f.optional_text(name, 2000)),
        }
    }
}

/// Which customers are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The beginning of a word of the name, a fragment of the phone, an e-mail address.
    pub q: String,
    pub kind: Option<CustomerKind>,
    pub paging: Paging,
}

impl Input for Filter {
    fn read(fields: &mut Fields) -> Self {
        Self { q: fields.optional_text("q", 200), kind: fields.optional_choice("kind"), paging: Paging::read(fields) }
    }
}
