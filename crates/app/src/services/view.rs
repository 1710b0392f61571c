//! A service as programs get it; each role is shown what it may know.

use super::Skilled;
use crate::{
    access::{Actor, Who},
    company::Company,
    ids::ServiceId,
    web::api::HasVersion,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A kind of work as the API gives it; what the caller need not know is left out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ServiceView {
    #[schema(value_type = i64)]
    pub id: ServiceId,
    pub name: String,
    pub duration_minutes: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skills: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checklist: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_photos: Option<RequiredPhotos>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature_required: Option<bool>,
    /// The usual price in kopecks; null when it is agreed upon each time, left out for those who may not see prices.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "shown")]
    #[schema(value_type = Option<i64>)]
    pub price_minor: Option<Option<i64>>,
    pub active: bool,
    pub version: i64,
}

/// How many photos a visit must bring back.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct RequiredPhotos {
    pub before: i64,
    pub after: i64,
}

impl HasVersion for ServiceView {
    fn version(&self) -> i64 {
        self.version
    }
}

impl ServiceView {
    pub fn of(actor: &Actor, company: &Company, Skilled { service, skills }: &Skilled) -> Self {
        // What a visit asks for is no business of those who order it.
        let inside = !matches!(actor.who, Who::Customer(_) | Who::Link(_));
        let price = match actor.who {
            Who::Specialist(_) => company.specialist_sees_price,
            Who::Contractor(_) => false,
            _ => true,
        };
        Self {
            id: service.id,
            name: service.name.clone(),
            duration_minutes: service.duration_minutes,
            skills: inside.then(|| skills.clone()),
            checklist: inside.then(|| service.checklist()),
            required_photos: inside.then_some(RequiredPhotos { before: service.photos_before, after: service.photos_after }),
            signature_required: inside.then_some(service.signature_required),
            price_minor: price.then_some(service.price_minor),
            active: service.active,
            version: service.version,
        }
    }
}

/// Tells «null» from «left out».
mod shown {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, clippy::option_option, reason = "the shape that serde asks for")]
    pub fn serialize<S: Serializer>(value: &Option<Option<i64>>, serializer: S) -> Result<S::Ok, S::Error> {
        value.flatten().serialize(serializer)
    }

    #[expect(clippy::option_option, reason = "the shape that serde asks for")]
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<i64>>, D::Error> {
        Option::deserialize(deserializer).map(Some)
    }
}
