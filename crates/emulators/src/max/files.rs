//! Files that go through the service.

use super::Refusal;
use crate::parcel::Upload;
use serde_json::{Value, json};

const MEGABYTE: usize = 1_000_000;

#[derive(Debug)]
struct File {
    kind: &'static str,
    upload: Option<Upload>,
    /// Until when it is worked on.
    ready_ms: i64,
}

#[derive(Debug, Default)]
pub struct Files {
    files: Vec<File>,
    /// For how long each new one is worked on.
    pub processing_ms: i64,
}

impl Files {
    /// `POST /uploads`: a place for one file. That of a film or a sound comes with its token.
    pub fn place(&mut self, kind: &str, base: &str) -> Result<Value, Refusal> {
        let kind = ["image", "video", "audio", "file"].into_iter().find(|known| *known == kind);
        let kind = kind.ok_or_else(|| Refusal::bad("Invalid type"))?;
        self.files.push(File { kind, upload: None, ready_ms: 0 });
        let index = self.files.len() - 1;
        let mut place = json!({ "url": format!("{base}/upload/{index}") });
        if matches!(kind, "video" | "audio") {
            place["token"] = token(index).into();
        }
        Ok(place)
    }

    /// Takes the one file of a place.
    pub fn take(&mut self, index: usize, upload: Option<Upload>, now_ms: i64) -> Result<Value, Refusal> {
        let processing_ms = self.processing_ms;
        let file = self.files.get_mut(index).filter(|file| file.upload.is_none());
        let file = file.ok_or_else(|| Refusal::new(404, "not.found", "No such upload"))?;
        let upload = upload.filter(|upload| !upload.bytes.is_empty()).ok_or_else(|| Refusal::bad("No file in `data`"))?;
        let largest = match file.kind {
            "image" => 50,
            "video" => 250,
            "audio" => 256,
            _ => 4000,
        };
        if upload.bytes.len() > largest * MEGABYTE {
            return Err(Refusal::new(413, "file.too.large", "File is too large"));
        }
        file.upload = Some(upload);
        file.ready_ms = now_ms + processing_ms;
        Ok(match file.kind {
            "image" => json!({ "photos": { format!("photo-{index}"): { "token": token(index) } } }),
            "file" => json!({ "fileId": index, "token": token(index) }),
            _ => json!("<retval>1</retval>"),
        })
    }

    /// Keeps a file that a person sends; as it is attached to their message.
    pub fn keep(&mut self, kind: &'static str, upload: Upload, base: &str) -> Value {
        self.files.push(File { kind, upload: Some(upload), ready_ms: 0 });
        self.attached(self.files.len() - 1, base)
    }

    /// A file attached by its token; as the API shows it.
    pub fn find(&self, kind: &str, token: &str, now_ms: i64, base: &str) -> Result<Value, Refusal> {
        let index = token.strip_prefix("token-").and_then(|index| index.parse().ok());
        let known = index.filter(|index: &usize| self.files.get(*index).is_some_and(|file| file.kind == kind));
        let index = known.ok_or_else(|| Refusal::bad("Invalid token"))?;
        let file = &self.files[index];
        if file.upload.is_none() || file.ready_ms > now_ms {
            return Err(Refusal::new(400, "attachment.not.ready", "Key: errors.process.attachment.file.not.processed"));
        }
        Ok(self.attached(index, base))
    }

    /// What lies at an address of a file.
    pub fn at(&self, index: usize) -> Option<&Upload> {
        self.files.get(index)?.upload.as_ref()
    }

    fn attached(&self, index: usize, base: &str) -> Value {
        let file = &self.files[index];
        let mut shown = json!({ "type": file.kind, "payload": { "url": format!("{base}/files/{index}"), "token": token(index) } });
        match (file.kind, &file.upload) {
            ("image", _) => shown["payload"]["photo_id"] = index.into(),
            ("file", Some(upload)) => {
                shown["filename"] = upload.name.clone().into();
                shown["size"] = upload.bytes.len().into();
            }
            _ => {}
        }
        shown
    }
}

fn token(index: usize) -> String {
    format!("token-{index}")
}
