//! Notifications by e-mail, handed to a real mail server.

use super::testing::{MailServer, outcomes, tell};
use crate::testkit::*;
use serde_json::{Value, json};

/// The system with this mail server, and Olga's mailbox.
async fn with_mail(app: &TestApp, server: &MailServer, mailbox: &str) -> TestApp {
    let app = app
        .with(|config| {
            config.smtp_url = Some(server.url.clone());
            config.smtp_from = Some("Окна Плюс <crm@montaj.test>".into());
        })
        .await;
    let olga = app.people().olga;
    app.execute("UPDATE users SET email = ? WHERE id = ?", [mailbox.into(), olga.user_id.into()]).await;
    app
}

/// An order of Olga's that was confirmed, of which she is told.
async fn confirmed(app: &TestApp) -> i64 {
    let order = app.order().confirmed().make().await;
    tell(app).await;
    order
}

fn text(letter: &Value, part: &str) -> String {
    letter[part].as_str().unwrap_or_default().replace('\u{a0}', " ").replace("\r\n", "\n")
}

db_test!(a_notification_arrives_as_text_and_as_a_page_with_a_link, |app| {
    let mut server = MailServer::start();
    let app = with_mail(&app, &server, "olga@example.test").await;
    let order = confirmed(&app).await;
    let letter = server.letter();
    let url = format!("{}/my/orders/{order}", app.config.public_url());
    assert_eq!((&letter["to"], &letter["headers"]["To"]), (&json!(["olga@example.test"]), &json!("olga@example.test")));
    assert_eq!(letter["from"], "crm@montaj.test");
    assert_eq!(letter["headers"]["From"], "Окна Плюс <crm@montaj.test>");
    assert_eq!((letter["kind"].as_str(), text(&letter["headers"], "Subject")), (Some("multipart/alternative"), "Заказ подтверждён".into()));
    assert_eq!(letter["headers"]["Auto-Submitted"], "auto-generated");
    let (plain, page) = (text(&letter, "text"), text(&letter, "html"));
    assert!(plain.contains("Ваш заказ № 26-000001 подтверждён") && plain.contains(&url), "{plain}");
    assert!(page.contains("Ваш заказ № 26-000001 подтверждён") && page.contains(&format!("href=\"{url}\"")), "{page}");
    // By the row's number, so that it is the same whenever it is sent, and signed.
    let id = app.number("SELECT id FROM deliveries").await;
    let name = letter["headers"]["Message-ID"].as_str().unwrap().trim_matches(['<', '>']);
    assert!(name.starts_with(&format!("{id}-")) && name.ends_with("@montaj.test"), "{name}");
    assert_eq!(outcomes(&app).await, [("email".into(), "sent".into(), String::new())]);
    assert_eq!(app.rows("SELECT provider_id FROM deliveries").await[0].try_get_by_index::<String>(0).unwrap(), name);
    assert_eq!(server.rest(), Vec::<Value>::new());
    app.forget_history().await;
});

db_test!(each_gets_a_letter_of_their_own, |app| {
    let server = MailServer::start();
    let app = with_mail(&app, &server, "olga@example.test").await;
    let People { dispatcher, zoya, .. } = app.people();
    for (person, mailbox) in [(&dispatcher, "daria@example.test"), (&zoya, "zoya@example.test")] {
        app.execute("UPDATE users SET email = ? WHERE id = ?", [mailbox.into(), person.user_id.into()]).await;
    }
    app.order().make().await;
    tell(&app).await;
    let letters = server.rest();
    let mut to: Vec<&Value> = letters.iter().map(|letter| &letter["to"]).collect();
    to.sort_by_key(|to| to.to_string());
    assert_eq!(to, [&json!(["daria@example.test"]), &json!(["zoya@example.test"])]);
    assert_ne!(letters[0]["headers"]["Message-ID"], letters[1]["headers"]["Message-ID"]);
    app.forget_history().await;
});

db_test!(a_greylisted_letter_comes_later_under_the_same_name, |app| {
    let mut server = MailServer::start();
    let app = with_mail(&app, &server, "grey@example.test").await;
    confirmed(&app).await;
    assert_eq!(outcomes(&app).await, [("email".into(), "failed".into(), "451 4.7.1".into())]);
    tell(&app).await;
    assert_eq!(app.number("SELECT attempts FROM deliveries").await, 1, "not at once");
    app.advance(20_000);
    tell(&app).await;
    let id = app.number("SELECT id FROM deliveries").await;
    assert!(server.letter()["headers"]["Message-ID"].as_str().unwrap().starts_with(&format!("<{id}-")));
    assert_eq!(outcomes(&app).await, [("email".into(), "sent".into(), String::new())]);
    assert_eq!(app.number("SELECT attempts FROM deliveries").await, 2);
    app.advance(DAY);
    tell(&app).await;
    assert_eq!(server.rest(), Vec::<Value>::new(), "once");
    app.forget_history().await;
});

db_test!(a_letter_whose_answer_was_lost_comes_twice_under_one_name, |app| {
    let server = MailServer::start();
    let app = with_mail(&app, &server, "drop@example.test").await;
    confirmed(&app).await;
    assert_eq!(outcomes(&app).await, [("email".into(), "failed".into(), "the connection broke".into())]);
    app.advance(20_000);
    tell(&app).await;
    let names: Vec<Value> = server.rest().iter().map(|letter| letter["headers"]["Message-ID"].clone()).collect();
    // Mail programs show one of two letters with one name.
    assert_eq!((names.len(), &names[0]), (2, &names[1]));
    app.forget_history().await;
});

db_test!(a_mailbox_that_is_not_there_is_not_written_to_again, |app| {
    let server = MailServer::start();
    let app = with_mail(&app, &server, "unknown@example.test").await;
    confirmed(&app).await;
    assert_eq!(outcomes(&app).await, [("email".into(), "dead".into(), "550 5.1.1".into())]);
    confirmed(&app).await;
    assert_eq!(outcomes(&app).await.len(), 1);
    assert_eq!(server.rest(), Vec::<Value>::new());
    app.forget_history().await;
});
