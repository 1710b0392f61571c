use crate::{Server, letter, settings};
use channels::{
    Channel, Letter, Link,
    mail::{Dkim, Mail, Settings},
};
use serde_json::{Value, json};
use std::process::Command;

fn link() -> Option<Link> {
    Some(Link { label: "Ваш заказ".into(), url: "https://crm.test/o/17?a=1&b=2".into() })
}

#[tokio::test]
async fn a_letter_arrives_as_text_and_as_a_page() {
    let mut server = Server::start(&[]);
    let html = "<p dir=\"rtl\">שלום</p><a href=\"https://crm.test/o/17?a=1&amp;b=2\">Ваш заказ</a>".to_owned();
    let text = format!("Едем к вам 🚐. שלום {}\n.\n..конец", "длинно ".repeat(200));
    let letter = Letter {
        title: "Заказ № 17 🔧 — مرحبا".into(),
        text: text.clone(),
        html: Some(html.clone()),
        link: link(),
        ..letter("anna@example.test")
    };
    let sent = server.mail().send(&letter).await.unwrap();
    assert_eq!((sent.id.as_str(), sent.cost_minor, sent.parts), ("17-mail@montaj.test", None, 1));

    let got = server.next();
    assert_eq!((&got["from"], &got["to"]), (&json!("box@montaj.test"), &json!(["anna@example.test"])));
    let header = |name: &str| got["headers"][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(header("Subject"), "Заказ № 17 🔧 — مرحبا");
    assert_eq!(header("From"), "ООО «Монтаж» <box@montaj.test>");
    assert_eq!(header("To"), "anna@example.test");
    assert_eq!(header("Message-ID"), "<17-mail@montaj.test>");
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert!(header("Date").ends_with("+0000"), "{got}");
    assert_eq!((&got["kind"], &got["hello"]), (&json!("multipart/alternative"), &json!("montaj.test")));
    assert_eq!(lines(&got["text"]), format!("{text}\n\nВаш заказ: https://crm.test/o/17?a=1&b=2"));
    assert_eq!(lines(&got["html"]), html);
    assert_eq!((&got["ascii"], got["longest"].as_u64().unwrap() <= 998), (&json!(true), true), "as every server takes it");
}

#[tokio::test]
async fn without_a_page_there_is_text_alone_and_the_link_stands_once() {
    let mut server = Server::start(&[]);
    let mail = server.mail();
    mail.send(&Letter { link: link(), ..letter("anna@example.test") }).await.unwrap();
    let first = server.next();
    assert_eq!(
        (&first["kind"], lines(&first["text"])),
        (&json!("text/plain"), "Едем к вам.\n\nВаш заказ: https://crm.test/o/17?a=1&b=2".into())
    );
    let there = "Смотрите https://crm.test/o/17?a=1&b=2 сами";
    mail.send(&Letter { text: there.into(), link: link(), ..letter("anna@example.test") }).await.unwrap();
    let second = server.next();
    assert_eq!(lines(&second["text"]), there);
    assert_eq!(first["peer"], second["peer"], "by the same connection");
}

#[tokio::test]
async fn no_line_can_be_slipped_into_the_head() {
    let mut server = Server::start(&[]);
    let mail = server.mail();
    mail.send(&letter("anna@example.test")).await.unwrap();
    let plain = server.next();
    let titles = [
        ("Заказ\r\nBcc: all@example.test", "Заказ Bcc: all@example.test"),
        ("Order\nX-Evil: 1\r\n\r\nbody", "Order X-Evil: 1 body"),
        ("a\rb\u{0}c", "a b c"),
    ];
    for (title, subject) in titles {
        mail.send(&Letter { title: title.into(), ..letter("anna@example.test") }).await.unwrap();
        let got = server.next();
        let names = |mail: &Value| mail["headers"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!((names(&got), &got["count"], &got["to"]), (names(&plain), &plain["count"], &json!(["anna@example.test"])), "{title:?}");
        assert_eq!((lines(&got["text"]).as_str(), &got["headers"]["Subject"]), ("Едем к вам.", &json!(subject)));
    }
    for to in ["anna@example.test\r\nBcc: all@example.test", "a@b.test>, <c@d.test", "a@b.test\r\nRCPT TO:<c@d.test>", "a b@c.test", "нет"]
    {
        let failure = mail.send(&letter(to)).await.unwrap_err();
        assert!(matches!(failure, channels::Failure::Dead { .. }), "{to:?}: {failure:?}");
    }
    let evil = Letter { key: "1>\r\nX-Evil: 1".into(), ..letter("anna@example.test") };
    assert_eq!(mail.send(&evil).await.unwrap().id, "1=3E=0D=0AX-Evil=3A=201@montaj.test");
    assert_eq!(server.next()["count"], plain["count"]);
}

#[tokio::test]
async fn hosts_in_cyrillic_are_written_as_dns_has_them() {
    let mut server = Server::start(&[]);
    let settings = Settings { from: "box@монтаж.рф".into(), ..server.settings() };
    Mail::new(&settings).unwrap().send(&letter("anna@почта.рф")).await.unwrap();
    let got = server.next();
    assert_eq!((&got["from"], &got["to"]), (&json!("box@xn--80amqeez.xn--p1ai"), &json!(["anna@xn--80a1acny.xn--p1ai"])));
    Mail::new(&settings).unwrap().send(&letter("анна@почта.рф")).await.unwrap();
    assert_eq!(server.next()["to"], json!(["анна@xn--80a1acny.xn--p1ai"]), "where the server knows such names");
}

#[tokio::test]
async fn bounces_go_to_an_address_that_names_the_letter() {
    let mut server = Server::start(&[]);
    let settings = Settings { bounces: Some("bounces@montaj.test".into()), ..server.settings() };
    Mail::new(&settings).unwrap().send(&Letter { key: "17:mail".into(), ..letter("anna@example.test") }).await.unwrap();
    let got = server.next();
    assert_eq!(
        (&got["from"], &got["headers"]["From"]),
        (&json!("bounces+17=3Amail@montaj.test"), &json!("ООО «Монтаж» <box@montaj.test>"))
    );
}

#[tokio::test]
async fn the_signature_holds() {
    let key = openssl(&["genrsa", "2048"], "");
    let public = openssl(&["pkey", "-pubout"], &key);
    let public: String = public.lines().filter(|line| !line.starts_with('-')).collect();
    let mut server = Server::start(&["--dkim", &public]);
    for pem in [openssl(&["pkey"], &key), openssl(&["rsa", "-traditional"], &key)] {
        let dkim = Dkim { selector: "crm".into(), domain: "montaj.test".into(), key_pem: pem };
        let mail = Mail::new(&Settings { dkim: Some(dkim), ..server.settings() }).unwrap();
        let html = Some("<p>Едем к вам</p>".to_owned());
        mail.send(&Letter {
            title: "Очень длинная тема письма о заказе № 17, которая займёт несколько строк".into(),
            html,
            ..letter("anna@example.test")
        })
        .await
        .unwrap();
        let got = server.next();
        assert_eq!(got["signed"], json!(true), "{got}");
        let signature = got["headers"]["DKIM-Signature"].as_str().unwrap();
        assert!(signature.contains("d=montaj.test") && signature.contains("s=crm"), "{signature}");
    }
    server.mail().send(&letter("anna@example.test")).await.unwrap();
    assert_eq!(server.next()["signed"], json!(false));
    let broken = Dkim { selector: "crm".into(), domain: "montaj.test".into(), key_pem: "secret".into() };
    let error = Mail::new(&Settings { dkim: Some(broken), ..server.settings() }).unwrap_err();
    assert_eq!(error, "the key for DKIM is no RSA key in PEM");
}

#[tokio::test]
async fn a_password_is_sent_and_the_greeting_tries_it() {
    let mut server = Server::start(&["--auth"]);
    let url = format!("smtp://box%40montaj.test:p+s%20s@127.0.0.1:{}", server.port);
    let mail = Mail::new(&settings(&url)).unwrap();
    assert_eq!(mail.greet().await.unwrap(), "box@montaj.test");
    assert_eq!(server.next()["tls"], json!(false), "which is all right on the same machine");
    mail.send(&letter("anna@example.test")).await.unwrap();
    assert_eq!(server.next()["to"], json!(["anna@example.test"]));
    assert_eq!(mail.fate("17-mail@montaj.test", "").await.unwrap(), None);
}

fn lines(text: &Value) -> String {
    text.as_str().unwrap_or_default().replace("\r\n", "\n").trim_end().to_owned()
}

/// What openssl says to this.
pub fn openssl(options: &[&str], input: &str) -> String {
    use std::io::Write;
    let mut process = Command::new("openssl")
        .args(options)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "openssl {options:?}");
    String::from_utf8(output.stdout).unwrap()
}
