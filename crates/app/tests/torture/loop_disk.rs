//! A small disk of one's own: an ext4 file system in a file, which can be filled, and cut off as by a power cut.

use anyhow::{Context, Result, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A mounted disk; unmounted and gone when dropped.
pub struct LoopDisk {
    folder: TempDir,
}

impl LoopDisk {
    /// A disk of so many megabytes, or why this machine does not permit one.
    ///
    /// # Errors
    /// When a tool is missing or fails: only mounting may be forbidden.
    pub fn new(megabytes: u64) -> Result<Result<Self, String>> {
        let folder = tempfile::Builder::new().prefix("maxmontaj67-disk-").tempdir_in("/var/tmp")?;
        let disk = Self { folder };
        fs::create_dir(disk.path())?;
        fs::File::create(disk.image())?.set_len(megabytes << 20)?;
        // All of it for us, root's share included, and the journal as small as it may be.
        run("mkfs.ext4", &["-q", "-F", "-m", "0", "-J", "size=4", &name(&disk.image())])?;
        Ok(match disk.mount() {
            Ok(()) => Ok(disk),
            Err(refused) => Err(format!("mounting a loop device is not permitted: {refused:#}")),
        })
    }

    /// Where it is mounted.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// From this moment nothing that is not on disk ever comes there, and nothing more can be written or read.
    pub fn cut(&self) -> Result<()> {
        run("xfs_io", &["-x", "-c", "shutdown", &name(&self.path())])
    }

    /// What is on the disk, after the power is back.
    pub fn mount_again(&self) -> Result<()> {
        run("umount", &[&name(&self.path())])?;
        self.mount()
    }

    fn mount(&self) -> Result<()> {
        run("mount", &["-o", "loop", &name(&self.image()), &name(&self.path())])
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }
}

impl Drop for LoopDisk {
    fn drop(&mut self) {
        // It was never mounted where that is not permitted.
        let _ = run("umount", &[&name(&self.path())]);
    }
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

fn run(program: &str, words: &[&str]) -> Result<()> {
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
    let output = Command::new(program).env("PATH", path).args(words).output().with_context(|| format!("{program} is missing"))?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}
