//! Files on disk and pictures on their way there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

use super::sample::*;
use crate::{Checked, Document, Error, Key, Kind, Limits, Picture, Pictures, Received, Refused, Store};

const NOW: Duration = Duration::ZERO;
const HOUR: Duration = Duration::from_secs(3600);

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open_at(folder.path().join("files")).expect("a store");
    (folder, store)
}

async fn received(store: &Store, bytes: &[u8]) -> Received {
    let mut incoming = store.receive(bytes.len() as u64).await.expect("a new file");
    for piece in bytes.chunks(1000) {
        incoming.write(piece).await.expect("written");
    }
    incoming.finish().await.expect("on disk")
}

async fn picture(store: &Store, bytes: &[u8]) -> Picture {
    match received(store, bytes).await.check("a.jpg").await {
        Ok(Checked::Picture(picture)) => picture,
        other => panic!("not a picture: {other:?}"),
    }
}

async fn document(store: &Store, bytes: &[u8], name: &str) -> Document {
    match received(store, bytes).await.check(name).await {
        Ok(Checked::Document(document)) => document,
        other => panic!("not a document: {other:?}"),
    }
}

async fn read(store: &Store, key: &Key) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.open(key).await.expect("the file is there").read_to_end(&mut bytes).await.expect("readable");
    bytes
}

/// Every file below the folder, whatever its name.
fn on_disk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { on_disk(&path) } else { vec![path] }).collect()
}

fn refused<T>(result: Result<T, Error>) -> Option<Refused> {
    match result {
        Err(Error::Refused(refused)) => Some(refused),
        _ => None,
    }
}

#[tokio::test]
async fn what_is_put_can_be_opened_and_removed() {
    let (_folder, store) = store();
    let stored = store.put(b"hello".to_vec()).await.expect("stored");
    assert_eq!((stored.size, stored.sha256), (5, Sha256::digest(b"hello").into()));
    assert_eq!(read(&store, &stored.key).await, b"hello");
    assert_eq!(store.keys(NOW).await.expect("keys"), std::slice::from_ref(&stored.key));
    assert!(store.keys(HOUR).await.expect("keys").is_empty(), "too new to be an orphan");
    store.remove(&stored.key).await.expect("removed");
    store.remove(&stored.key).await.expect("removed twice");
    assert_eq!(store.open(&stored.key).await.err().map(|error| error.kind()), Some(std::io::ErrorKind::NotFound));
}

#[tokio::test]
async fn nobody_else_may_look_in() {
    let (folder, store) = store();
    let root = folder.path().join("files");
    fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).expect("opened wide");
    Store::open_at(&root).expect("opened again");
    store.put(vec![1]).await.expect("stored");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let file = on_disk(&root).pop().expect("one file");
    assert_eq!((mode(&root), mode(file.parent().expect("a folder")), mode(&file)), (0o700, 0o700, 0o600));
}

#[test]
fn only_our_own_names_are_keys() {
    assert!("0123456789abcdef0123456789abcdef".parse::<Key>().is_ok());
    for name in [
        "",
        "../../x",
        "0123456789ABCDEF0123456789abcdef",
        "0123456789abcdef0123456789abcde",
        "..3456789abcdef0123456789abcdef0",
        "0123456789abcdef0123456789abcde/",
    ] {
        assert!(name.parse::<Key>().is_err(), "{name}");
    }
}

#[tokio::test]
async fn a_document_is_kept_as_it_came() {
    let (folder, store) = store();
    let bytes = docx();
    let document = document(&store, &bytes, "../../Смета.docx").await;
    assert_eq!(document.kind(), Kind::Docx);
    let stored = store.keep(document).await.expect("kept");
    assert_eq!((stored.size, stored.sha256), (bytes.len() as u64, Sha256::digest(&bytes).into()));
    assert_eq!(read(&store, &stored.key).await, bytes);
    assert_eq!(on_disk(folder.path()).len(), 1);
}

#[tokio::test]
async fn too_much_is_stopped_early() {
    let (folder, store) = store();
    let mut incoming = store.receive(1000).await.expect("a new file");
    incoming.write(&[1; 1000]).await.expect("just fits");
    assert_eq!(refused(incoming.write(&[1]).await), Some(Refused::TooLarge));
    assert_eq!(refused(incoming.write(&[]).await), Some(Refused::TooLarge), "it stays refused");
    assert_eq!(refused(incoming.finish().await), Some(Refused::TooLarge));
    assert!(on_disk(folder.path()).is_empty());
}

#[tokio::test]
async fn what_is_refused_or_left_alone_leaves_nothing() {
    let (folder, store) = store();
    for (bytes, name, why) in [
        (&b""[..], "a.jpg", Refused::Empty),
        (b"<svg onload=alert(1)>", "photo.jpg", Refused::Svg),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "IMG_1.HEIC", Refused::Heic),
        (b"MZ\x90\0", "../../x", Refused::NotSupported),
        (b"%PDF-1.7 cut", "a.pdf", Refused::Damaged),
    ] {
        assert_eq!(refused(received(&store, bytes).await.check(name).await), Some(why));
    }
    let cut = &photo(Kind::Jpeg)[..300];
    let pictures = Pictures::new(2, Limits::default());
    assert_eq!(refused(pictures.keep(&store, picture(&store, cut).await).await), Some(Refused::Damaged));
    let mut left = store.receive(10).await.expect("a new file");
    left.write(b"x").await.expect("written");
    assert_eq!(on_disk(folder.path()).len(), 1);
    drop(left);
    assert!(on_disk(folder.path()).is_empty());
}

#[tokio::test]
async fn a_crash_before_the_rename_leaves_no_half_file_to_see() {
    let (folder, store) = store();
    // A killed process runs no destructor.
    let mut killed = store.receive(10).await.expect("a new file");
    killed.write(b"half").await.expect("written");
    std::mem::forget(killed);
    std::mem::forget(received(&store, b"whole but unnamed").await);
    let left = on_disk(folder.path());
    assert_eq!(left.len(), 2);
    assert!(store.keys(NOW).await.expect("keys").is_empty());
    for path in &left {
        let key: Key = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").parse().expect("a key");
        assert!(store.open(&key).await.is_err());
    }
    let stored = store.put(vec![1]).await.expect("stored");
    assert_eq!(store.sweep(HOUR).await.expect("swept"), 0, "uploads that still run are left alone");
    assert_eq!(store.sweep(NOW).await.expect("swept"), 2);
    assert_eq!(store.keys(NOW).await.expect("keys"), [stored.key]);
}

#[tokio::test]
async fn a_photo_is_kept_in_three_sizes_that_tell_nothing() {
    let (folder, store) = store();
    let pictures = Pictures::new(2, Limits::default());
    let sent = telling(Kind::Jpeg, &photo(Kind::Jpeg), 6);
    let kept = pictures.keep(&store, picture(&store, &sent).await).await.expect("kept");
    assert_eq!((kept.kind, kept.width, kept.height), (Kind::Jpeg, 32, 64));
    for stored in [&kept.original, &kept.display, &kept.thumbnail] {
        let bytes = read(&store, &stored.key).await;
        assert_eq!((stored.size, stored.sha256), (bytes.len() as u64, Sha256::digest(&bytes).into()));
        assert!(!contains(&bytes, SECRET));
    }
    assert_eq!(on_disk(folder.path()).len(), 3, "what was sent is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_photos_at_once_all_arrive() {
    let (folder, store) = store();
    let pictures = Pictures::new(2, Limits::default());
    let mut tasks = Vec::new();
    for _ in 0..20 {
        let (store, pictures) = (store.clone(), pictures.clone());
        tasks.push(tokio::spawn(async move { pictures.keep(&store, picture(&store, &photo(Kind::Jpeg)).await).await }));
    }
    for task in tasks {
        task.await.expect("no panic").expect("kept");
    }
    assert_eq!(on_disk(folder.path()).len(), 60);
}

#[tokio::test]
async fn only_a_few_pictures_are_worked_on_at_once() {
    let pictures = Pictures::new(2, Limits::default());
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut tasks = Vec::new();
    for _ in 0..20 {
        let (pictures, now, most) = (pictures.clone(), now.clone(), most.clone());
        let work = move || {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(10));
            now.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        };
        tasks.push(tokio::spawn(async move { pictures.run(work).await }));
    }
    // Clients who go away in the middle must not let more work in than there are places.
    tokio::time::sleep(Duration::from_millis(5)).await;
    tasks.iter().step_by(3).for_each(|task| task.abort());
    for task in tasks {
        let _ = task.await;
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_decoder_that_panics_means_a_damaged_picture_and_frees_its_place() {
    let pictures = Pictures::new(1, Limits::default());
    for _ in 0..3 {
        let result: Result<(), Error> = pictures.run(|| panic!("a planted fault")).await;
        assert_eq!(refused(result), Some(Refused::Damaged));
    }
    assert!(pictures.run(|| Ok(())).await.is_ok());
}
