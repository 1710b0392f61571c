//! Room kept on the disk of an embedded database, so that people can sign in and read when it is full.

use crate::config::Config;
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Enough for tens of thousands of sign-ins.
const WHOLE: u64 = 8 << 20;
/// What is given up at once: a little, because on a full disk somebody else is waiting to take it.
const PIECE: u64 = 256 << 10;
/// Room beyond the reserve without which the disk still counts as full.
const MARGIN: u64 = 4 << 20;

/// A file beside the database that only takes room. It is given up piece by piece on a full disk, and made whole again
/// once there is room; until then nothing but what is essential is written. With a MariaDB there is none: its disk is
/// its own. Cloning it is cheap.
#[derive(Clone, Default)]
pub struct Reserve(Option<Arc<Kept>>);

struct Kept {
    path: PathBuf,
    broken: AtomicBool,
    /// Held by whoever changes the file.
    turn: Mutex<()>,
}

impl Reserve {
    /// The reserve that these settings ask for; [`Reserve::refill`] makes it.
    pub fn of(config: &Config) -> Self {
        let url = config.database_url();
        let file = url.strip_prefix("sqlite://").and_then(|file| file.split('?').next());
        let kept =
            |file| Kept { path: PathBuf::from(file).with_file_name("reserve"), broken: AtomicBool::new(false), turn: Mutex::new(()) };
        Self(file.map(kept).map(Arc::new))
    }

    /// Whether room was given up and there has not been enough since.
    pub fn is_broken_into(&self) -> bool {
        self.0.as_ref().is_some_and(|kept| kept.broken.load(Ordering::Relaxed))
    }

    /// Gives up a piece; `false` when there is none left.
    pub async fn give(&self) -> bool {
        self.with(Kept::give).await.unwrap_or(false)
    }

    /// Makes the reserve whole, if it is not and there is room.
    pub async fn refill(&self) {
        if let Some(Err(error)) = self.with(Kept::refill).await
            && error.kind() != io::ErrorKind::StorageFull
        {
            tracing::error!(%error, "no room can be kept for a full disk");
        }
    }

    async fn with<T: Send + 'static>(&self, deed: fn(&Kept) -> T) -> Option<T> {
        let kept = self.0.clone()?;
        tokio::task::spawn_blocking(move || deed(&kept)).await.ok()
    }
}

impl Kept {
    fn size(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |about| about.len())
    }

    fn give(&self) -> bool {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let size = self.size();
        // Some file systems free the room only when the change is safe on disk.
        let cut = || {
            let file = OpenOptions::new().write(true).open(&self.path)?;
            file.set_len(size.saturating_sub(PIECE))?;
            file.sync_all()
        };
        let given = size > 0 && cut().is_ok();
        if given && !self.broken.swap(true, Ordering::Relaxed) {
            tracing::error!("the disk is full: only signing in and reading work until there is room");
        }
        given
    }

    fn refill(&self) -> io::Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let size = self.size();
        if size == WHOLE && !self.broken.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path)?;
        let filled = fill(&mut file, WHOLE + MARGIN - size.min(WHOLE));
        // The probe for the margin goes again, and so does a piece that did not fit.
        file.set_len(if filled.is_ok() { WHOLE } else { size })?;
        filled?;
        if self.broken.swap(false, Ordering::Relaxed) {
            tracing::info!("there is room on the disk again");
        }
        Ok(())
    }
}

/// Random bytes, or a file system that compresses would keep no room for them.
fn fill(file: &mut fs::File, mut missing: u64) -> io::Result<()> {
    let noise: Vec<u8> = (0..64 << 10).map(|_| rand::random()).collect();
    while missing > 0 {
        let piece = missing.min(noise.len() as u64);
        file.write_all(&noise[..usize::try_from(piece).unwrap_or(noise.len())])?;
        missing -= piece;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserve(folder: &std::path::Path) -> Reserve {
        let url = format!("sqlite://{}", folder.join("crm.db").display());
        let (cli, _) = crate::cli::Cli::read(["maxmontaj67", "serve"]).unwrap();
        Reserve::of(&Config { data_dir: folder.to_owned(), database_url: Some(url), ..cli.config })
    }

    #[tokio::test]
    async fn it_is_given_up_piece_by_piece_and_made_whole_again() {
        let folder = tempfile::tempdir().unwrap();
        let reserve = reserve(folder.path());
        let size = || fs::metadata(folder.path().join("reserve")).unwrap().len();
        assert!(!reserve.give().await, "there is nothing before it is made");
        assert!(!reserve.is_broken_into());
        reserve.refill().await;
        assert_eq!(size(), WHOLE);
        assert!(!reserve.is_broken_into());
        for left in (0..WHOLE / PIECE).rev() {
            assert!(reserve.give().await);
            assert_eq!(size(), left * PIECE);
        }
        assert!(reserve.is_broken_into());
        assert!(!reserve.give().await, "everything is given up");
        reserve.refill().await;
        assert_eq!(size(), WHOLE);
        assert!(!reserve.is_broken_into());
    }

    #[tokio::test]
    async fn another_servers_disk_is_not_ours() {
        let reserve = Reserve::default();
        reserve.refill().await;
        assert!(!reserve.give().await && !reserve.is_broken_into());
    }
}
