//! The program as a process.

use crate::Client;
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader},
    process::{Child, Command},
};

/// How long a program may take to become ready.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many lines of what it said are kept.
const KEPT_LINES: usize = 500;
/// Ticks of the processor clock in a second, the same on every Linux that people run.
const TICKS: f64 = 100.0;

/// A running program. It is killed when dropped.
pub struct Program {
    child: Child,
    address: String,
    ready_after: Duration,
    said: Arc<Mutex<Vec<String>>>,
}

/// What a process has cost so far.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Processor time, its own and the kernel's for it.
    pub cpu: Duration,
    /// Memory it holds now, in bytes.
    pub resident: u64,
    /// The most memory it ever held, in bytes.
    pub peak: u64,
}

impl Program {
    /// Starts `serve` with these settings and no others, and waits until it listens.
    ///
    /// # Errors
    /// When it ends instead, or is not ready within a minute; with what it said.
    pub async fn start(binary: &Path, settings: &[(String, String)]) -> Result<Self> {
        let began = Instant::now();
        let mut child = command(binary, settings).arg("serve").stdin(Stdio::null()).spawn().context("starting the program")?;
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let (found, mut address) = tokio::sync::mpsc::channel(1);
        read(child.stdout.take(), said.clone(), Some(found));
        read(child.stderr.take(), said.clone(), None);
        let address = tokio::select! {
            address = address.recv() => address,
            () = tokio::time::sleep(PATIENCE) => None,
        };
        let heard = || said.lock().unwrap_or_else(PoisonError::into_inner).join("\n");
        let Some(address) = address else { bail!("the program did not become ready:\n{}", heard()) };
        Ok(Self { child, address, ready_after: began.elapsed(), said })
    }

    /// Where it listens: `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// How long it took from its start until it listened.
    pub fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// What it printed and logged, the last few hundred lines.
    pub fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }

    /// The process's id; nothing once it has ended.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// A connection to it.
    ///
    /// # Errors
    /// When it takes none.
    pub async fn client(&self) -> Result<Client> {
        Client::connect(&self.address).await
    }

    /// Signs in over the API; gives the access token.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<String> {
        let mut client = self.client().await?;
        let answer = client.post("/api/v1/auth/sessions", "", &serde_json::json!({ "login": login, "password": password })).await?;
        ensure!(answer.status == 201 || answer.status == 200, "signing in: {} {}", answer.status, answer.text());
        answer.json()["access_token"].as_str().map(str::to_owned).context("an answer without a token")
    }

    /// Ends it at once, as `kill -9` or a lost machine does.
    ///
    /// # Errors
    /// When it had ended by itself before.
    pub async fn kill(mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the program had ended by itself ({status}):\n{}", self.said());
        }
        self.child.kill().await.context("killing the program")
    }

    /// Asks it to end and waits for that.
    ///
    /// # Errors
    /// When it does not within twenty seconds.
    pub async fn stop(mut self) -> Result<ExitStatus> {
        let pid = self.pid().context("the program has ended already")?;
        let asked = Command::new("kill").args(["-TERM", &pid.to_string()]).status().await?;
        ensure!(asked.success(), "asking the program to end");
        let ended = tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await;
        Ok(ended.context("the program does not end")??)
    }

    /// What it has cost so far.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cost(&self) -> Result<Cost> {
        let process = PathBuf::from("/proc").join(self.pid().context("the program has ended")?.to_string());
        let stat = fs::read_to_string(process.join("stat"))?;
        // The name in brackets may hold spaces; the user's and the system's ticks are fields 14 and 15.
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks = |n: usize| fields.get(n).and_then(|ticks| ticks.parse::<f64>().ok()).context("reading /proc");
        let status = fs::read_to_string(process.join("status"))?;
        let kilobytes = |name: &str| -> Result<u64> {
            let line = status.lines().find(|line| line.starts_with(name)).context("reading /proc")?;
            Ok(line.split_whitespace().nth(1).context("reading /proc")?.parse::<u64>()? * 1024)
        };
        Ok(Cost {
            cpu: Duration::from_secs_f64((ticks(11)? + ticks(12)?) / TICKS),
            resident: kilobytes("VmRSS:")?,
            peak: kilobytes("VmHWM:")?,
        })
    }
}

/// Creates a user as whoever runs the server does.
///
/// # Errors
/// When the program refuses.
pub async fn user(binary: &Path, settings: &[(String, String)], role: &str, login: &str, password: &str) -> Result<()> {
    let words = ["user", "create", "--role", role, "--name", login, "--login", login, "--password-stdin"];
    run(binary, settings, &words, password).await.map(drop)
}

/// Runs another of the program's commands; gives what it printed.
///
/// # Errors
/// When the program refuses, with what it said.
pub async fn run(binary: &Path, settings: &[(String, String)], words: &[&str], input: &str) -> Result<String> {
    let mut child = command(binary, settings).args(words).stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes()).await?;
    }
    let output = child.wait_with_output().await?;
    ensure!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The developer's own settings must not reach the program under test.
fn command(binary: &Path, settings: &[(String, String)]) -> Command {
    let mut command = Command::new(binary);
    command.env_clear().stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    for name in ["PATH", "HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    command
}

/// Keeps what comes line by line, and tells the address once it is named. Goes on reading, or the program would wait.
fn read(
    from: Option<impl AsyncRead + Send + Unpin + 'static>,
    said: Arc<Mutex<Vec<String>>>,
    found: Option<tokio::sync::mpsc::Sender<String>>,
) {
    let Some(from) = from else { return };
    tokio::spawn(async move {
        let mut found = found;
        let mut lines = BufReader::new(from).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(address) = line.split("listening on http://").nth(1)
                && let Some(found) = found.take()
            {
                let _ = found.send(address.trim_end_matches('/').to_owned()).await;
            }
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            if said.len() >= KEPT_LINES {
                said.remove(0);
            }
            said.push(line);
        }
    });
}
