//! What a visit still lacks before it can be finished.

use super::{Report, of_visit};
use crate::{
    error::{FieldErrors, Result},
    orders::{Order, files, visits::Visit},
    services::{self, Service},
    web::Change,
};

/// What a visit still lacks before it can be finished.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Missing {
    pub photos_before: i64,
    pub photos_after: i64,
    pub checklist: i64,
    pub signature: bool,
}

impl Missing {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// A fault for each thing that is missing.
    pub fn errors(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        let mut lacks = |field: &str, code: &'static str, count: i64| {
            if count > 0 {
                errors.add_with(field, code, vec![("count", count.to_string())]);
            }
        };
        lacks("photos_before", "photos_before_missing", self.photos_before);
        lacks("photos_after", "photos_after_missing", self.photos_after);
        lacks("checklist", "checklist_missing", self.checklist);
        lacks("signature", "signature_missing", i64::from(self.signature));
        errors
    }
}

/// What the service requires and the report does not have yet.
pub fn missing(service: &Service, report: &Report, files: &[files::File]) -> Missing {
    let count = |kind: files::FileKind| {
        i64::try_from(files.iter().filter(|file| file.visit_id == Some(report.visit_id) && file.kind == kind).count()).unwrap_or(i64::MAX)
    };
    let lines = i64::try_from(service.checklist().len()).unwrap_or(0);
    let ticked = i64::try_from(report.ticked().len()).unwrap_or(0);
    Missing {
        photos_before: (service.photos_before - count(files::FileKind::Before)).max(0),
        photos_after: (service.photos_after - count(files::FileKind::After)).max(0),
        checklist: (lines - ticked).max(0),
        signature: service.signature_required && report.signed_by.is_empty() && count(files::FileKind::Signature) == 0,
    }
}

/// # Errors
/// A fault for each thing that is missing.
pub(in crate::orders) async fn refuse_unfinished(change: &Change, order: &Order, visit: &Visit) -> Result<()> {
    let conn = change.tx.conn();
    let service = services::find(conn, order.service_id).await?;
    let report = of_visit(conn, visit.id).await?;
    let missing = missing(&service, &report, &files::of_visit(conn, visit.id).await?);
    Ok(missing.errors().into_result()?)
}
