//! What is typed about a worker; one set of rules for both doors.

use crate::{
    company::Hours,
    services::skills,
    web::{Door, Fields, Input},
};

/// What is to become of a worker's card; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct WorkerChange {
    pub skills: Option<Vec<String>>,
    pub zones: Option<Vec<String>>,
    pub hours: Option<Option<Hours>>,
    pub contact_phone: Option<Option<String>>,
    pub note: Option<String>,
    pub active: Option<bool>,
}

impl Input for WorkerChange {
    fn read(fields: &mut Fields) -> Self {
        Self {
            skills: fields.sent("skills", skills::read),
            zones: fields.sent("zones", read_zones),
            hours: fields.sent("hours", Hours::read),
            contact_phone: fields.sent("phone", |f, name| f.optional_phone(name)),
            note: fields.sent("note", |f, name| f.optional_text(name, 2000)),
            active: fields.sent("active", |f, name| f.flag(name)),
        }
    }
}

/// The whole list of skills: what stood there before goes.
#[derive(Clone, Debug)]
pub struct Skills(pub Vec<String>);

impl Input for Skills {
    fn read(fields: &mut Fields) -> Self {
        match fields.sent("skills", skills::read) {
            Some(skills) => Self(skills),
            None => {
                fields.error("skills", "required");
                Self(vec![])
            }
        }
    }
}

/// Parts of town: an array, or in a form after commas or one a line.
fn read_zones(fields: &mut Fields, name: &str) -> Vec<String> {
    let lines = match fields.door() {
        Door::Api => fields.texts(name, 20, 100),
        Door::Page => fields.texts(name, 20, 500),
    };
    let mut zones: Vec<String> = lines
        .iter()
        .flat_map(|line| line.split([',', ';', '\n']))
        .map(|zone| zone.trim().to_owned())
        .filter(|zone| !zone.is_empty())
        .collect();
    zones.dedup();
    if zones.iter().map(|zone| zone.chars().count() + 1).sum::<usize>() > 500 && !fields.is_faulty(name) {
        fields.error_with(name, "too_long", vec![("max", "500".into())]);
    }
    zones
}
