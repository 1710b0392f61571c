//! A file as the API gives it.

use super::{File, FileKind};
use crate::{
    ids::{FileId, OrderId, VisitId},
    orders::{Reader, view::rfc3339},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A file as the API gives it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FileView {
    #[schema(value_type = i64)]
    pub id: FileId,
    #[schema(value_type = Option<i64>)]
    pub order_id: Option<OrderId>,
    #[schema(value_type = Option<i64>)]
    pub visit_id: Option<VisitId>,
    pub kind: FileKind,
    /// Who may see it besides staff.
    pub audience: Reader,
    pub name: String,
    pub media_type: String,
    pub bytes: i64,
    /// As seen, of pictures.
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub taken_at: Option<String>,
    pub created_at: String,
    pub url: String,
    /// Of pictures.
    pub thumbnail_url: Option<String>,
}

impl From<File> for FileView {
    fn from(file: File) -> Self {
        Self {
            url: format!("/api/v1/files/{}", file.id),
            thumbnail_url: file.is_picture().then(|| format!("/api/v1/files/{}/thumbnail", file.id)),
            id: file.id,
            order_id: file.order_id,
            visit_id: file.visit_id,
            kind: file.kind,
            audience: file.audience,
            name: file.name,
            media_type: file.media_type,
            bytes: file.bytes,
            width: file.width,
            height: file.height,
            taken_at: file.taken_ms.map(rfc3339),
            created_at: rfc3339(file.created_ms),
        }
    }
}
