//! A MariaDB server of one's own, to be stopped and started.

use anyhow::{Context, Result, bail, ensure};
use std::{
    path::Path,
    process::{Output, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

/// How long the server may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with its data in a folder that goes with it. As safe as a server in use: what it acknowledged is on disk.
pub struct MariaDb {
    folder: TempDir,
    port: u16,
    process: Option<Child>,
}

impl MariaDb {
    /// Makes an empty server and starts it.
    ///
    /// # Errors
    /// When MariaDB is not installed or does not start.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("maxmontaj67-mariadb-").tempdir()?;
        let mut make = program("mariadb-install-db");
        make.arg(option("datadir", &folder.path().join("data")));
        make.args(["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]);
        said(&mut make).await.context("making a MariaDB server")?;
        let mut server = Self { folder, port: crate::free_port()?, process: None };
        server.start_again().await?;
        Ok(server)
    }

    /// The server's address, as [`crate::Place::mariadb`] takes it.
    pub fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}", self.port)
    }

    /// Starts the server that was stopped, and waits until it takes connections.
    ///
    /// # Errors
    /// When it does not start within a minute; with what it said.
    pub async fn start_again(&mut self) -> Result<()> {
        let folder = self.folder.path();
        let log = std::fs::File::create(folder.join("log"))?;
        let process = program("mariadbd")
            .arg(option("datadir", &folder.join("data")))
            .arg(option("socket", &folder.join("socket")))
            .arg(option("pid-file", &folder.join("pid")))
            .arg(format!("--port={}", self.port))
            .args(["--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin", "--character-set-server=utf8mb4"])
            .args(["--innodb-buffer-pool-size=64M", "--innodb-log-file-size=32M", "--performance-schema=OFF"])
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn();
        let mut process = process.context("starting MariaDB")?;
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            if process.try_wait()?.is_some() || began.elapsed() > PATIENCE {
                bail!("MariaDB does not start: {}", std::fs::read_to_string(folder.join("log")).unwrap_or_default());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.process = Some(process);
        Ok(())
    }

    /// Stops the server as an administrator does.
    ///
    /// # Errors
    /// When it is not running or does not end within a minute.
    pub async fn stop(&mut self) -> Result<()> {
        let mut process = self.process.take().context("the server is not running")?;
        let pid = process.id().context("the server has ended by itself")?;
        said(Command::new("kill").args(["-TERM", &pid.to_string()])).await?;
        tokio::time::timeout(PATIENCE, process.wait()).await.context("MariaDB does not end")??;
        Ok(())
    }

    /// Ends the server at once.
    ///
    /// # Errors
    /// When it is not running.
    pub async fn kill(&mut self) -> Result<()> {
        Ok(self.process.take().context("the server is not running")?.kill().await?)
    }
}

/// A program of MariaDB with its own settings alone. As root it must be told that this is meant.
fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin")).arg("--no-defaults");
    if std::fs::metadata("/proc/self").is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0) {
        command.arg("--user=root");
    }
    command
}

fn option(name: &str, path: &Path) -> String {
    format!("--{name}={}", path.display())
}

async fn said(command: &mut Command) -> Result<()> {
    let Output { status, stdout, stderr } = command.output().await?;
    ensure!(status.success(), "{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    Ok(())
}
