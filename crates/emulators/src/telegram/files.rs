//! Files that went through the bot.

use super::{Outcome, Refusal};
use crate::parcel::Upload;
use serde_json::{Value, json};

/// Bots may fetch no more than this.
const LARGEST_TO_FETCH: usize = 20 << 20;

#[derive(Debug, Default)]
pub struct Files(Vec<(String, Upload)>);

impl Files {
    /// Keeps a file; as the API shows it.
    pub fn keep(&mut self, folder: &str, upload: Upload) -> Value {
        let extension = upload.name.rsplit_once('.').map_or("bin", |(_, extension)| extension);
        let path = format!("{folder}/file_{}.{extension}", self.0.len());
        self.0.push((path, upload));
        self.shown(self.0.len() - 1)
    }

    /// A file of before by its id.
    pub fn find(&self, id: &str) -> Option<Value> {
        self.index(id).map(|index| self.shown(index))
    }

    /// The file itself.
    pub fn of(&self, id: &str) -> Option<&Upload> {
        self.index(id).map(|index| &self.0[index].1)
    }

    fn index(&self, id: &str) -> Option<usize> {
        id.strip_prefix("file-")?.parse().ok().filter(|index| *index < self.0.len())
    }

    /// `getFile`.
    pub fn get(&self, id: &str) -> Outcome {
        let mut file = self.find(id).ok_or_else(|| Refusal::bad("invalid file_id"))?;
        if file["file_size"].as_u64() > u64::try_from(LARGEST_TO_FETCH).ok() {
            return Err(Refusal::bad("file is too big"));
        }
        let index: usize = id.trim_start_matches("file-").parse().unwrap_or_default();
        file["file_path"] = self.0[index].0.clone().into();
        Ok(file)
    }

    /// What stands at a path that `getFile` gave.
    pub fn at(&self, path: &str) -> Option<&Upload> {
        self.0.iter().find(|(own, _)| own == path).map(|(_, upload)| upload)
    }

    fn shown(&self, index: usize) -> Value {
        let upload = &self.0[index].1;
        json!({ "file_id": format!("file-{index}"), "file_unique_id": format!("unique-{index}"), "file_size": upload.bytes.len(),
            "file_name": upload.name, "mime_type": upload.mime })
    }
}
