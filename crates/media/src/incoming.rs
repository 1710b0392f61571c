use std::fs::File;
use std::path::Path;

use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use tokio::task;

use crate::kind::{self, HEAD};
use crate::store::Part;
use crate::{Error, Kind, Refused, document};

/// A file on its way in: written to disk, counted and hashed as it comes. Dropped before its end, it leaves nothing.
#[derive(Debug)]
pub struct Incoming {
    part: Part,
    file: tokio::fs::File,
    limit: u64,
    size: u64,
    hash: Sha256,
    head: Vec<u8>,
}

impl Incoming {
    pub(crate) fn new(part: Part, file: File, limit: u64) -> Incoming {
        Incoming { part, file: file.into(), limit, size: 0, hash: Sha256::new(), head: Vec::new() }
    }

    /// Writes the next piece; `TooLarge` before anything beyond the limit is written.
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), Error> {
        self.size = self.size.saturating_add(piece.len() as u64);
        if self.size > self.limit {
            return Err(Refused::TooLarge.into());
        }
        let room = HEAD - self.head.len();
        self.head.extend(&piece[..piece.len().min(room)]);
        self.hash.update(piece);
        self.file.write_all(piece).await?;
        Ok(())
    }

    /// Ends the file and makes sure that it is on disk.
    pub async fn finish(mut self) -> Result<Received, Error> {
        if self.size > self.limit {
            return Err(Refused::TooLarge.into());
        }
        self.file.flush().await?;
        self.file.sync_all().await?;
        Ok(Received { part: self.part, size: self.size, sha256: self.hash.finalize().into(), head: self.head })
    }
}

/// A file that came in whole but was not looked at yet. Dropped, it leaves nothing.
#[derive(Debug)]
pub struct Received {
    part: Part,
    size: u64,
    sha256: [u8; 32],
    head: Vec<u8>,
}

/// What came in. A picture cannot be stored as it is, only through `Pictures`, which takes out place and time.
#[derive(Debug)]
pub enum Checked {
    Picture(Picture),
    Document(Document),
}

/// An uploaded picture; its pixels are checked by `Pictures::keep`.
#[derive(Debug)]
pub struct Picture(Received, Kind);

/// An uploaded document that is whole and of a kind we take.
#[derive(Debug)]
pub struct Document(Received, Kind);

impl Received {
    /// How many bytes came.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hash of what the client sent, before anything is taken out of it.
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// Looks at the content and says what the file is, or why it is not taken.
    pub async fn check(self, client_name: &str) -> Result<Checked, Error> {
        let kind = kind::sniff(&self.head, client_name)?;
        if kind.is_picture() {
            return Ok(Checked::Picture(Picture(self, kind)));
        }
        let path = self.part.path().to_owned();
        let work = task::spawn_blocking(move || document::check(kind, &mut File::open(path)?));
        let kind = work.await.map_err(std::io::Error::other)??;
        Ok(Checked::Document(Document(self, kind)))
    }

    pub(crate) fn into_part(self) -> Part {
        self.part
    }
}

impl Picture {
    /// The kind its first bytes show.
    pub fn kind(&self) -> Kind {
        self.1
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.part.path()
    }
}

impl Document {
    /// The kind its content shows.
    pub fn kind(&self) -> Kind {
        self.1
    }

    pub(crate) fn into_received(self) -> Received {
        self.0
    }
}
