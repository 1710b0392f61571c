//! Photos, documents and signatures of orders and visits.
//!
//! A file comes in through [`take_in`]: streamed to disk, looked at, kept; its row is written last, so that a row always
//! has its file. It goes out through [`serve::show`], which asks each time whether this person may see it.

pub mod api;
mod beside;
mod keep;
mod orphans;
mod pages;
mod remove;
mod row;
pub mod serve;
mod sight;
#[cfg(test)]
mod tests;
mod upload;
mod view;

use crate::{error::Result, ids::VisitId, words::words};
use sea_orm::{QueryOrder, entity::prelude::*};

pub use beside::{ApiFiles, Beside, FILES, MEGABYTES_BESIDE, MOST_BESIDE, PostedFiles};
pub use keep::{Content, Place, attach, keep, store, take_in};
pub use orphans::remove_orphans;
pub use pages::{answer_form, routes};
pub use remove::{may_remove, remove};
pub use row::Model as File;
pub use sight::{find, of_messages, visible_of_order, visible_of_visit};
pub use upload::{Arrived, NewFile, Upload, Uploaded, read};
pub use view::FileView;

words! {
    /// What a file is for.
    FileKind {
        Before = "before",
        After = "after",
        Document = "document",
        Signature = "signature",
        Other = "other",
    }
}

/// All files of a visit, for those who count them; what a person may see comes from [`visible_of_visit`].
pub async fn of_visit(conn: &impl ConnectionTrait, id: VisitId) -> Result<Vec<File>> {
    Ok(row::Entity::find().filter(row::Column::VisitId.eq(id)).order_by_asc(row::Column::Id).all(conn).await?)
}

impl File {
    /// Whether it can be shown as a picture.
    pub fn is_picture(&self) -> bool {
        self.media_type.starts_with("image/")
    }
}
