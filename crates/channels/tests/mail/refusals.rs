use crate::{PATIENCE, Server, letter, sending::openssl, settings};
use channels::{
    Channel, Failure,
    mail::{Mail, Settings},
};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn each_refusal_is_told_apart_and_names_nobody() {
    let server = Server::start(&[]);
    let mail = server.mail();
    let dead = |why: &str| Failure::Dead { why: why.into() };
    let refused = |why: &str| Failure::Refused { why: why.into() };
    let again = |why: &str| Failure::Again { why: why.into() };
    let expected = [
        ("unknown", dead("550 5.1.1")),
        ("old", dead("550")),
        ("disabled", dead("550 5.2.1")),
        ("full", refused("552 5.2.2")),
        ("policy", refused("550 5.7.1")),
        ("stranger", dead("550 5.7.1")),
        ("blocked", refused("550 5.7.1")),
        ("spam", refused("554 5.7.1")),
        ("closing", again("421 4.3.2")),
    ];
    for (name, failure) in expected {
        assert_eq!(mail.send(&letter(&format!("{name}@example.test"))).await, Err(failure), "{name}");
    }
}

#[tokio::test]
async fn a_server_that_asks_to_come_later_takes_the_letter_then() {
    let mut server = Server::start(&[]);
    let mail = server.mail();
    assert_eq!(mail.send(&letter("grey@example.test")).await, Err(Failure::Again { why: "451 4.7.1".into() }));
    mail.send(&letter("grey@example.test")).await.unwrap();
    assert_eq!(server.next()["headers"]["Message-ID"], json!("<17-mail@montaj.test>"));
}

#[tokio::test]
async fn a_letter_lost_on_its_way_goes_again_under_the_same_name() {
    let mut server = Server::start(&[]);
    let mail = server.mail();
    for _ in 0..2 {
        assert_eq!(mail.send(&letter("drop@example.test")).await, Err(Failure::Again { why: "the connection broke".into() }));
        assert_eq!(server.next()["headers"]["Message-ID"], json!("<17-mail@montaj.test>"));
    }
    mail.send(&letter("anna@example.test")).await.unwrap();
}

#[tokio::test]
async fn a_silent_server_is_not_waited_for_for_ever_nor_believed_later() {
    let mut server = Server::start(&[]);
    let mail = Mail::new(&Settings { patience: Duration::from_secs(3), ..server.settings() }).unwrap();
    mail.greet().await.unwrap();
    assert_eq!(mail.send(&letter("silent@example.test")).await, Err(Failure::Again { why: "no answer in time".into() }));
    server.next();
    assert!(matches!(mail.send(&letter("unknown@example.test")).await, Err(Failure::Dead { .. })));
    mail.send(&letter("anna@example.test")).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_for_somebody_to_mend() {
    let server = Server::start(&["--auth"]);
    for url in ["smtp://box%40montaj.test:wrong@127.0.0.1", "smtp://127.0.0.1"] {
        let mail = Mail::new(&settings(&format!("{url}:{}", server.port))).unwrap();
        let failure = mail.send(&letter("anna@example.test")).await.unwrap_err();
        let expected = if url.contains("wrong") { "535 5.7.8" } else { "530 5.7.0" };
        assert_eq!(failure, Failure::Shut { why: expected.into() });
    }
    let mail = Mail::new(&settings(&format!("smtp://box%40montaj.test:wrong@127.0.0.1:{}", server.port))).unwrap();
    assert_eq!(mail.greet().await, Err(Failure::Shut { why: "535 5.7.8".into() }));
    assert!(!format!("{mail:?}").contains("wrong"), "{mail:?}");
}

/// 0.0.0.0 leads to this machine too, but is no address of the loopback, so nothing is taken for granted on the way there.
#[tokio::test]
async fn a_password_goes_to_no_other_machine_in_clear_text() {
    let mut plain = Server::start(&["--auth"]);
    let url = |port: u64| format!("smtp://box%40montaj.test:p+s%20s@0.0.0.0:{port}");
    let failure = Mail::new(&settings(&url(plain.port))).unwrap().greet().await;
    assert_eq!(failure, Err(Failure::Shut { why: "the mail server offers no encryption".into() }));
    Mail::new(&settings(&format!("smtp://box%40montaj.test:p+s%20s@127.0.0.1:{}", plain.port))).unwrap().greet().await.unwrap();
    assert_eq!(plain.next()["auth"], json!("PLAIN"), "the first that came");
}

#[tokio::test]
async fn a_letter_goes_to_another_machine_in_clear_text_only_where_the_address_says_so() {
    let mut plain = Server::start(&[]);
    let mail = |end: &str| Mail::new(&settings(&format!("smtp://0.0.0.0:{}{end}", plain.port))).unwrap();
    let failure = mail("").send(&letter("anna@example.test")).await;
    assert_eq!(failure, Err(Failure::Shut { why: "the mail server offers no encryption".into() }), "not offered, or struck out on the way");
    mail("?tls=off").send(&letter("anna@example.test")).await.unwrap();
    assert_eq!(plain.next()["tls"], json!(false));
}

#[tokio::test]
async fn a_certificate_that_does_not_hold_ends_it() {
    let folder = std::env::temp_dir().join(format!("channels-mail-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let [certificate, key] = ["cert", "key"].map(|name| folder.join(name).to_str().unwrap().to_owned());
    openssl(
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1,IP:0.0.0.0",
            "-keyout",
            &key,
            "-out",
            &certificate,
        ],
        "",
    );
    let starttls = Server::start(&["--auth", "--tls", &certificate, &key]);
    let wrapped = Server::start(&["--auth", "--wrapped", &certificate, &key]);
    std::fs::remove_dir_all(&folder).unwrap();
    let untrusted = Err(Failure::Shut { why: "the mail server's certificate does not hold".into() });
    for url in [
        format!("smtp://u:p@0.0.0.0:{}", starttls.port),
        format!("smtp://0.0.0.0:{}", starttls.port),
        format!("smtps://u:p@127.0.0.1:{}", wrapped.port),
    ] {
        assert_eq!(Mail::new(&settings(&url)).unwrap().greet().await, untrusted, "{url}");
    }
}

#[tokio::test]
async fn nobody_there_is_no_refusal() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mail = Mail::new(&settings(&format!("smtp://127.0.0.1:{port}"))).unwrap();
    assert_eq!(mail.send(&letter("anna@example.test")).await, Err(Failure::Again { why: "the connection broke".into() }));
}

#[test]
fn settings_that_cannot_work_are_refused_at_the_start() {
    let wrong = [
        ("not an address", "Монтаж <box@montaj.test>"),
        ("http://127.0.0.1", "Монтаж <box@montaj.test>"),
        ("smtp://secret@127.0.0.1", "Монтаж <box@montaj.test>"),
        ("smtp://mail.test?tls=perhaps", "Монтаж <box@montaj.test>"),
        ("smtps://mail.test?tls=off", "Монтаж <box@montaj.test>"),
        ("smtp://box:secret@mail.test?tls=off", "Монтаж <box@montaj.test>"),
        ("smtp://127.0.0.1", "Монтаж"),
        ("smtp://127.0.0.1", "Монтаж <box>"),
    ];
    for (url, from) in wrong {
        let error = Mail::new(&Settings { url: url.into(), from: from.into(), dkim: None, bounces: None, patience: PATIENCE }).unwrap_err();
        assert!(!error.contains("secret"), "{error}");
    }
}
