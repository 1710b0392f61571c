//! A worker as programs get one.

use super::{Listed, WorkerKind};
use crate::{
    company::hours::HoursView,
    ids::{UserId, WorkerId},
    web::api::HasVersion,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A worker as the API gives one to the office.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WorkerView {
    #[schema(value_type = i64)]
    pub id: WorkerId,
    #[schema(value_type = i64)]
    pub user_id: UserId,
    pub name: String,
    pub kind: WorkerKind,
    pub phone: Option<String>,
    pub skills: Vec<String>,
    pub zones: Vec<String>,
    /// Their own hours by weekday (a day left out is off); null where the company's hold.
    pub hours: Option<HoursView>,
    pub note: String,
    pub active: bool,
    /// May not sign in.
    pub blocked: bool,
    pub version: i64,
}

impl HasVersion for WorkerView {
    fn version(&self) -> i64 {
        self.version
    }
}

impl From<&Listed> for WorkerView {
    fn from(worker: &Listed) -> Self {
        Self {
            id: worker.id,
            user_id: worker.user_id,
            name: worker.name.clone(),
            kind: worker.kind,
            phone: worker.phone.clone(),
            skills: worker.skill_names(),
            zones: worker.zones.clone(),
            hours: worker.hours.as_ref().map(crate::company::Hours::view),
            note: worker.note.clone(),
            active: worker.active,
            blocked: worker.blocked,
            version: worker.version,
        }
    }
}
