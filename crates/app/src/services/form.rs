//! What is typed about a service; one set of rules for both doors.

use super::{Service, skills};
use crate::{
    error::Result,
    text::fold::fold_within,
    web::{Door, Fields, Input},
};
use serde_json::Value;

const MOST_PHOTOS: i64 = 50;
/// A month of work days: whatever is longer is several visits.
const LONGEST_MINUTES: i64 = 14 * 24 * 60;

/// What is to become of a service; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct ServiceChange {
    pub name: Option<String>,
    pub duration_minutes: Option<i64>,
    pub skills: Option<Vec<String>>,
    pub checklist: Option<Vec<String>>,
    pub photos_before: Option<i64>,
    pub photos_after: Option<i64>,
    pub signature_required: Option<bool>,
    pub price_minor: Option<Option<i64>>,
    pub active: Option<bool>,
}

impl ServiceChange {
    /// Into the archive, or out of it.
    pub fn active(active: bool) -> Self {
        Self { active: Some(active), ..Self::default() }
    }

    pub(super) fn apply(&self, service: &mut Service) -> Result<()> {
        if let Some(name) = &self.name {
            service.name_folded = fold_within(name, 200);
            service.name.clone_from(name);
        }
        if let Some(lines) = &self.checklist {
            service.checklist = serde_json::to_string(lines).map_err(anyhow::Error::from)?;
        }
        service.duration_minutes = self.duration_minutes.unwrap_or(service.duration_minutes);
        service.photos_before = self.photos_before.unwrap_or(service.photos_before);
        service.photos_after = self.photos_after.unwrap_or(service.photos_after);
        service.signature_required = self.signature_required.unwrap_or(service.signature_required);
        service.price_minor = self.price_minor.unwrap_or(service.price_minor);
        service.active = self.active.unwrap_or(service.active);
        Ok(())
    }
}

impl Input for ServiceChange {
    fn read(fields: &mut Fields) -> Self {
        let photos = read_photos(fields);
        Self {
            name: fields.sent("name", |f, name| f.text(name, 200)),
            duration_minutes: fields.sent("duration_minutes", |f, name| f.whole(name, 1..=LONGEST_MINUTES)),
            skills: fields.sent("skills", skills::read),
            checklist: fields.sent("checklist", |f, name| f.texts(name, 50, 150)),
            photos_before: photos.map(|(before, _)| before),
            photos_after: photos.map(|(_, after)| after),
            signature_required: fields.sent("signature_required", |f, name| f.flag(name)),
            price_minor: fields.sent("price_minor", |f, name| f.optional_money(name)),
            // A form has buttons of their own for the archive.
            active: if fields.door() == Door::Api { fields.sent("active", |f, name| f.flag(name)) } else { None },
        }
    }
}

/// A new service: its name and duration must be there.
#[derive(Clone, Debug)]
pub struct NewService(pub ServiceChange);

impl Input for NewService {
    fn read(fields: &mut Fields) -> Self {
        let new = ServiceChange::read(fields);
        for (name, missing) in [("name", new.name.is_none()), ("duration_minutes", new.duration_minutes.is_none())] {
            if missing {
                fields.error(name, "required");
            }
        }
        Self(new)
    }
}

/// Photos before and after. Programs may say 3 (after the work), `["before", "after"]` or `{"before": 1, "after": 2}`.
fn read_photos(fields: &mut Fields) -> Option<(i64, i64)> {
    const NAME: &str = "required_photos";
    let count = |fields: &mut Fields, name: &str| fields.optional_whole(name, 0..=MOST_PHOTOS).unwrap_or(0);
    if fields.door() == Door::Page {
        return Some((count(fields, "photos_before"), count(fields, "photos_after")));
    }
    fields.sent(NAME, |fields, name| match fields.raw(name) {
        Some(Value::Object(_)) => fields.object(name, |inner| (count(inner, "before"), count(inner, "after"))).unwrap_or_default(),
        Some(Value::Array(kinds)) => photos_by_kind(fields, &kinds),
        _ => (0, count(fields, name)),
    })
}

fn photos_by_kind(fields: &mut Fields, kinds: &[Value]) -> (i64, i64) {
    let of = |kind: &str| kinds.iter().filter(|word| word.as_str() == Some(kind)).count();
    let (before, after) = (of("before"), of("after"));
    if before + after != kinds.len() {
        fields.error("required_photos", "not_in_list");
    } else if kinds.len() > usize::try_from(MOST_PHOTOS).unwrap_or_default() {
        fields.error_with("required_photos", "too_many", vec![("max", MOST_PHOTOS.to_string())]);
    }
    (i64::try_from(before).unwrap_or_default(), i64::try_from(after).unwrap_or_default())
}
