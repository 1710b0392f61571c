use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::task;

use crate::{Document, Incoming};

const PART: &str = "part";

/// The name of a stored file: random, given by us, never by a client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(String);

/// The text is not a key of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a file key")]
pub struct NotAKey;

impl Key {
    fn random() -> io::Result<Key> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        Ok(Key(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// The 32 characters to write in a row.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Key, NotAKey> {
        let ours = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if ours { Ok(Key(text.to_owned())) } else { Err(NotAKey) }
    }
}

/// What is known of a file once it lies safely on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub key: Key,
    pub size: u64,
    pub sha256: [u8; 32],
}

/// Files below one folder that only this program's user may enter.
#[derive(Debug, Clone)]
pub struct Store {
    root: Arc<Path>,
}

impl Store {
    /// Opens the folder, making it if needed; blocks, so call it at the start of the program.
    pub fn open_at(root: impl Into<PathBuf>) -> io::Result<Store> {
        let root: PathBuf = root.into();
        DirBuilder::new().recursive(true).mode(0o700).create(&root)?;
        fs::set_permissions(&root, Permissions::from_mode(0o700))?;
        // All at once, so that storing a file never has to wait for its folder to be safe on disk.
        for first in 0..=u8::MAX {
            DirBuilder::new().recursive(true).mode(0o700).create(root.join(format!("{first:02x}")))?;
        }
        sync_folder(&root)?;
        Ok(Store { root: root.into() })
    }

    /// Starts to receive a file of at most `limit` bytes.
    pub async fn receive(&self, limit: u64) -> io::Result<Incoming> {
        let store = self.clone();
        let (part, file) = blocking(move || store.new_part()).await?;
        Ok(Incoming::new(part, file, limit))
    }

    /// Stores bytes under a new key. They survive a power cut once this returns.
    pub async fn put(&self, bytes: Vec<u8>) -> io::Result<Stored> {
        let store = self.clone();
        blocking(move || store.put_blocking(&bytes)).await
    }

    /// Stores a received and checked document. It survives a power cut once this returns.
    pub async fn keep(&self, document: Document) -> io::Result<Stored> {
        let store = self.clone();
        blocking(move || {
            let received = document.into_received();
            let (size, sha256) = (received.size(), received.sha256());
            let key = store.settle(received.into_part())?;
            Ok(Stored { key, size, sha256 })
        })
        .await
    }

    /// Opens a file for streaming; `NotFound` if there is none.
    pub async fn open(&self, key: &Key) -> io::Result<tokio::fs::File> {
        tokio::fs::File::open(self.path(key)).await
    }

    /// Removes a file; it is no error if it is gone already.
    pub async fn remove(&self, key: &Key) -> io::Result<()> {
        let (store, key) = (self.clone(), key.clone());
        blocking(move || store.remove_blocking(&key)).await
    }

    /// Removes what uploads that never ended have left behind; answers how many. A day is a good age.
    pub async fn sweep(&self, older_than: Duration) -> io::Result<usize> {
        let store = self.clone();
        blocking(move || {
            let parts = store.files(older_than, |path| path.extension().is_some_and(|ending| ending == PART).then(|| path.to_owned()))?;
            parts.iter().try_for_each(|part| ignore_missing(fs::remove_file(part)))?;
            Ok(parts.len())
        })
        .await
    }

    /// The keys of all files older than this, to be compared with the rows that name them.
    pub async fn keys(&self, older_than: Duration) -> io::Result<Vec<Key>> {
        let store = self.clone();
        blocking(move || store.files(older_than, |path| path.file_name()?.to_str()?.parse().ok())).await
    }

    pub(crate) fn put_blocking(&self, bytes: &[u8]) -> io::Result<Stored> {
        let (part, mut file) = self.new_part()?;
        file.write_all(bytes)?;
        file.sync_all()?;
        let key = self.settle(part)?;
        Ok(Stored { key, size: bytes.len() as u64, sha256: Sha256::digest(bytes).into() })
    }

    pub(crate) fn remove_blocking(&self, key: &Key) -> io::Result<()> {
        let path = self.path(key);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => removed.and_then(|()| sync_folder(folder_of(&path)?)),
        }
    }

    /// A new empty file beside the place where it will lie, under a name that no key has.
    fn new_part(&self) -> io::Result<(Part, File)> {
        let key = Key::random()?;
        let path = self.path(&key).with_extension(PART);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok((Part { key, path }, file))
    }

    /// Gives a written and synced part its name: until then nobody can open it.
    fn settle(&self, part: Part) -> io::Result<Key> {
        let path = self.path(&part.key);
        fs::rename(&part.path, &path)?;
        sync_folder(folder_of(&path)?)?;
        Ok(part.key.clone())
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.root.join(&key.0[..2]).join(&key.0)
    }

    fn files<T>(&self, older_than: Duration, pick: impl Fn(&Path) -> Option<T>) -> io::Result<Vec<T>> {
        let mut picked = Vec::new();
        for folder in fs::read_dir(&self.root)? {
            let folder = folder?;
            if !folder.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder.path())? {
                let path = file?.path();
                if is_older(&path, older_than)? {
                    picked.extend(pick(&path));
                }
            }
        }
        Ok(picked)
    }
}

/// A file that is being written; it disappears with this value unless it was given its name.
#[derive(Debug)]
pub(crate) struct Part {
    key: Key,
    path: PathBuf,
}

impl Part {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After the rename there is nothing here; anything else is left to `sweep`.
        let _ = fs::remove_file(&self.path);
    }
}

fn folder_of(path: &Path) -> io::Result<&Path> {
    path.parent().ok_or_else(|| ErrorKind::InvalidInput.into())
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn is_older(path: &Path, age: Duration) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        // A time in the future counts as new.
        Ok(found) => Ok(found.is_file() && found.modified()?.elapsed().is_ok_and(|elapsed| elapsed >= age)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    task::spawn_blocking(work).await.map_err(io::Error::other)?
}
