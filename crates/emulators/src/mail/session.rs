//! One program handing letters over.

use super::Mail;
use crate::{desk::Stop, faults::Trouble};
use std::{future::pending, io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{
        TcpListener,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// The longest line, and the longest letter.
const LONGEST_LINE: u64 = 2048;
const LARGEST: usize = 30 * 1024 * 1024;

/// Takes letters until it is dropped.
pub async fn take(mail: Arc<Mail>, listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let (read, write) = stream.into_split();
        let session = Session { mail: mail.clone(), read: BufReader::new(read), write, from: String::new(), to: vec![] };
        tokio::spawn(session.talk());
    }
}

struct Session {
    mail: Arc<Mail>,
    read: BufReader<OwnedReadHalf>,
    write: OwnedWriteHalf,
    from: String,
    to: Vec<String>,
}

impl Session {
    async fn talk(mut self) -> io::Result<()> {
        self.say("220 emulated mail").await?;
        while let Some(line) = self.line().await? {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let word = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            match word.as_str() {
                "EHLO" => self.say("250-emulated\r\n250-8BITMIME\r\n250 SMTPUTF8").await?,
                "HELO" | "NOOP" => self.say("250 ready").await?,
                "RSET" => {
                    self.forget();
                    self.say("250 forgotten").await?;
                }
                "MAIL" => {
                    self.forget();
                    self.from = address(&line);
                    self.say("250 go on").await?;
                }
                "RCPT" => {
                    let to = address(&line);
                    if !self.is_let_in("RCPT", &to).await? {
                        continue;
                    }
                    self.to.push(to);
                    self.say("250 go on").await?;
                }
                "DATA" if self.to.is_empty() => self.say("503 to whom?").await?,
                "DATA" => self.letter().await?,
                "QUIT" => return self.say("221 bye").await,
                _ => self.say("502 not known here").await?,
            }
        }
        Ok(())
    }

    /// The letter itself, and what befalls it.
    async fn letter(&mut self) -> io::Result<()> {
        self.say("354 go on").await?;
        let mut raw = vec![];
        loop {
            let Some(line) = self.line().await? else { return Err(io::ErrorKind::UnexpectedEof.into()) };
            let line = line.strip_suffix(b"\n").unwrap_or(&line);
            match line.strip_suffix(b"\r").unwrap_or(line) {
                b"." => break,
                // A point at the beginning was doubled on the way.
                line => raw.extend(line.strip_prefix(b".").unwrap_or(line)),
            }
            raw.extend(b"\r\n");
            if raw.len() > LARGEST {
                return self.say("552 5.3.4 too large").await;
            }
        }
        let whom = self.to.join(", ");
        if self.is_let_in("DATA", &whom).await? {
            self.mail.keep(&self.from, &self.to, &raw);
            self.mail.note("DATA", whom, 250, "", true);
            self.say("250 2.0.0 taken").await?;
        }
        self.forget();
        Ok(())
    }

    /// Whether a step goes on as if nothing had befallen it; otherwise what befell it has been said.
    async fn is_let_in(&mut self, method: &str, whom: &str) -> io::Result<bool> {
        let trouble = match self.mail.admit(method, None) {
            Ok(trouble) => trouble,
            Err(Stop::Wait(seconds)) => {
                self.mail.note(method, whom.to_owned(), 451, &format!("wait {seconds} s"), false);
                return self.say("451 4.7.1 come again later").await.map(|()| false);
            }
            Err(Stop::Refuse { status, description }) => {
                self.mail.note(method, whom.to_owned(), status, &description, false);
                return self.say(&format!("{status} {description}")).await.map(|()| false);
            }
        };
        match trouble {
            None => Ok(true),
            Some(Trouble::Slow { seconds }) => {
                tokio::time::sleep(Duration::from_secs(seconds.into())).await;
                Ok(true)
            }
            Some(Trouble::Silent) => {
                self.mail.note(method, whom.to_owned(), 0, "never answered", false);
                pending().await
            }
            Some(_) => {
                self.mail.note(method, whom.to_owned(), 421, "cut", false);
                self.say("421 4.3.2 closing").await?;
                Err(io::ErrorKind::ConnectionAborted.into())
            }
        }
    }

    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = vec![];
        let length = (&mut self.read).take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
        Ok((length > 0).then_some(line))
    }

    async fn say(&mut self, words: &str) -> io::Result<()> {
        self.write.write_all(format!("{words}\r\n").as_bytes()).await
    }

    fn forget(&mut self) {
        self.from.clear();
        self.to.clear();
    }
}

/// What stands in `<…>`.
fn address(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address.to_owned()).unwrap_or_default()
}
