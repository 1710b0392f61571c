//! The mail server, talked to as programs do.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

use emulators::{Fault, Mail, Running, Trouble, mail::Letter};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

const RAW: &str = "Subject: =?utf-8?b?0JfQsNC60LDQtw==?=\r\nMessage-ID: <17@crm.test>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/alternative; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    0JXQtNC10LwuCmh0dHA6Ly9jcm0udGVzdC9vLzE3\r\n--B\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>1 &lt; 2</p>\r\n..\r\n--B--\r\n";

async fn start() -> Running<Mail> {
    let here: SocketAddr = "127.0.0.1:0".parse().unwrap();
    Mail::start(here, here).await.unwrap()
}

/// A program with a letter.
struct Program {
    lines: Lines<BufReader<OwnedReadHalf>>,
    write: OwnedWriteHalf,
}

impl Program {
    async fn connect(mail: &Mail) -> Self {
        let stream = TcpStream::connect(mail.smtp_url().strip_prefix("smtp://").unwrap()).await.unwrap();
        let (read, write) = stream.into_split();
        let mut program = Self { lines: BufReader::new(read).lines(), write };
        assert!(program.answer().await.starts_with("220"));
        program
    }

    async fn answer(&mut self) -> String {
        loop {
            let line = self.lines.next_line().await.unwrap().unwrap();
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }

    async fn says(&mut self, words: &str) -> String {
        self.write.write_all(format!("{words}\r\n").as_bytes()).await.unwrap();
        self.answer().await
    }

    /// Hands a letter over: the last answer.
    async fn letter(&mut self, to: &str) -> String {
        self.says("EHLO crm.test").await;
        self.says("MAIL FROM:<crm@crm.test>").await;
        let answer = self.says(&format!("RCPT TO:<{to}>")).await;
        if !answer.starts_with("250") {
            return answer;
        }
        assert!(self.says("DATA").await.starts_with("354"));
        self.says(&format!("{RAW}.")).await
    }
}

#[tokio::test]
async fn a_letter_is_kept_and_shown() {
    let mail = start().await;
    let mut program = Program::connect(&mail).await;
    assert!(program.letter("anna@example.test").await.starts_with("250"));
    assert!(program.says("QUIT").await.starts_with("221"));
    let Letter { from, to, subject, message_id, text, html, .. } = mail.letters().remove(0);
    assert_eq!((from.as_str(), to), ("crm@crm.test", vec!["anna@example.test".to_owned()]));
    assert_eq!((subject.as_str(), message_id.as_str()), ("Заказ", "17@crm.test"));
    assert_eq!(text, "Едем.\nhttp://crm.test/o/17");
    assert!(html.contains("<p>1 &lt; 2</p>") && html.contains("\n.") && !html.contains(".."), "{html}");

    let page = reqwest::get(mail.url()).await.unwrap().text().await.unwrap();
    assert!(page.contains("href=\"http://crm.test/o/17\"") && !page.contains("<p>1 &lt;"), "its page is not the page's own: {page}");
    let letters = reqwest::get(format!("{}/_/letters", mail.url())).await.unwrap().text().await.unwrap();
    assert!(letters.contains("\"message_id\":\"17@crm.test\""), "{letters}");
}

#[tokio::test]
async fn what_befalls_letters_is_said_as_mail_servers_do() {
    let mail = start().await;
    let mut program = Program::connect(&mail).await;
    mail.fault(Fault::new(Trouble::Refuse { status: 550, description: "5.1.1 no such box".into() }).of("RCPT"));
    assert_eq!(program.letter("nobody@example.test").await, "550 5.1.1 no such box");
    mail.fault(Fault::new(Trouble::Wait { seconds: 60 }).of("DATA"));
    assert_eq!(program.letter("anna@example.test").await, "451 4.7.1 come again later");
    assert_eq!(program.letter("anna@example.test").await, "451 4.7.1 come again later", "nothing is taken until the time is over");
    mail.advance(std::time::Duration::from_secs(61));
    assert!(program.letter("anna@example.test").await.starts_with("250"));
    mail.fault(Fault::new(Trouble::Reset).of("DATA"));
    assert!(program.letter("anna@example.test").await.starts_with("421"));
    assert!(program.lines.next_line().await.unwrap().is_none(), "and it is cut");
    assert_eq!(mail.letters().len(), 1);
    assert_eq!(mail.journal().iter().filter(|call| call.taken).count(), 1);
}
