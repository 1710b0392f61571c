//! Letters handed to a real mail server, and what comes back.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

mod bounces;
mod refusals;
mod sending;

use channels::{
    Letter,
    mail::{Mail, Settings},
};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// The mail server of `server.py`; ends when dropped.
struct Server {
    process: Child,
    said: BufReader<ChildStdout>,
    port: u64,
}

impl Server {
    fn start(options: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail/server.py");
        // Debian's own Python, which is the one that its packages are for.
        let mut process = Command::new("/usr/bin/python3")
            .args(["-W", "ignore"])
            .arg(script)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        let mut server = Self { process, said, port: 0 };
        server.port = server.next()["port"].as_u64().unwrap();
        server
    }

    /// The next thing that it says.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("the mail server said «{line}»"))
    }

    fn settings(&self) -> Settings {
        settings(&format!("smtp://127.0.0.1:{}", self.port))
    }

    fn mail(&self) -> Mail {
        Mail::new(&self.settings()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn settings(url: &str) -> Settings {
    Settings { url: url.into(), from: "ООО «Монтаж» <box@montaj.test>".into(), dkim: None, bounces: None, patience: PATIENCE }
}

fn letter(to: &str) -> Letter {
    Letter { key: "17-mail".into(), to: to.into(), title: "Заказ 17".into(), text: "Едем к вам.".into(), ..Letter::default() }
}
