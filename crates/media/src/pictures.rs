use std::fs;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task;

use crate::picture::{self, Limits, Prepared, Rendition};
use crate::{Error, Kind, Picture, Refused, Store, Stored};

/// Works on a few pictures at a time, so that many uploads at once wait in line instead of filling memory.
#[derive(Debug, Clone)]
pub struct Pictures {
    places: Arc<Semaphore>,
    limits: Limits,
}

/// A photo that lies in the store in three sizes.
#[derive(Debug, Clone)]
pub struct KeptPicture {
    pub kind: Kind,
    pub width: u32,
    pub height: u32,
    pub original: Stored,
    pub display: Stored,
    pub thumbnail: Stored,
}

/// A signature that lies in the store.
#[derive(Debug, Clone)]
pub struct KeptSignature {
    pub width: u32,
    pub height: u32,
    pub stored: Stored,
}

impl Pictures {
    /// Lets `parallel` pictures be worked on at once; one of 40 megapixels needs up to half a gigabyte.
    pub fn new(parallel: usize, limits: Limits) -> Pictures {
        Pictures { places: Arc::new(Semaphore::new(parallel.max(1))), limits }
    }

    /// Checks an uploaded photo, makes its sizes and stores all three; on any failure nothing of it stays.
    pub async fn keep(&self, store: &Store, picture: Picture) -> Result<KeptPicture, Error> {
        let (store, limits) = (store.clone(), self.limits);
        self.run(move || {
            // Read only now: a picture in the queue takes no memory.
            let bytes = fs::read(picture.path())?;
            drop(picture);
            put_all(&store, picture::prepare(bytes, limits)?)
        })
        .await
    }

    /// Checks an uploaded signature and stores it as a clean PNG.
    pub async fn keep_signature(&self, store: &Store, picture: Picture) -> Result<KeptSignature, Error> {
        let store = store.clone();
        self.run(move || {
            let bytes = fs::read(picture.path())?;
            drop(picture);
            let Rendition { bytes, width, height } = picture::signature(bytes)?;
            Ok(KeptSignature { width, height, stored: store.put_blocking(&bytes)? })
        })
        .await
    }

    /// Checks a drawn signature and makes it a clean PNG.
    pub async fn signature(&self, bytes: Vec<u8>) -> Result<Rendition, Error> {
        self.run(move || Ok(picture::signature(bytes)?)).await
    }

    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        let place = self.places.clone().acquire_owned().await.map_err(std::io::Error::other)?;
        let task = task::spawn_blocking(move || {
            // Held by the work itself: a caller who goes away does not free the place while the work still runs.
            let _place = place;
            work()
        });
        match task.await {
            Ok(result) => result,
            // A decoder that panics has met a broken file; the panic itself is in the log.
            Err(stopped) if stopped.is_panic() => Err(Refused::Damaged.into()),
            Err(stopped) => Err(std::io::Error::other(stopped).into()),
        }
    }
}

fn put_all(store: &Store, prepared: Prepared) -> Result<KeptPicture, Error> {
    let mut stored: Vec<Stored> = Vec::new();
    for rendition in [&prepared.original, &prepared.display, &prepared.thumbnail] {
        match store.put_blocking(&rendition.bytes) {
            Ok(new) => stored.push(new),
            Err(error) => {
                // What cannot be removed now is found later as a file that no row names.
                stored.iter().for_each(|old| drop(store.remove_blocking(&old.key)));
                return Err(error.into());
            }
        }
    }
    let [original, display, thumbnail] = <[Stored; 3]>::try_from(stored).map_err(|_| std::io::Error::other("three sizes"))?;
    let Rendition { width, height, .. } = prepared.original;
    Ok(KeptPicture { kind: prepared.kind, width, height, original, display, thumbnail })
}
