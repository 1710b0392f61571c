//! Letters that come back: what the reports of mail servers are believed, and what follows.

use super::{Channel, Wording, deliver::deliver, returns, testing::queue};
use crate::testkit::*;
use emulators::{Mail, Running};

const SECRET: &str = "secret of the mail server";

/// A customer without a login who is reached by mail alone, and the mail server.
struct Post {
    app: TestApp,
    mail: Running<Mail>,
    customer: i64,
    order: i64,
}

/// What a mail server says of a letter.
struct Report<'a> {
    /// Where the report comes to.
    to: &'a str,
    about: &'a str,
    action: &'a str,
    status: &'a str,
    said: &'a str,
    /// The letter's own head.
    returned: &'a str,
}

impl<'a> Report<'a> {
    fn new(to: &'a str, status: &'a str) -> Self {
        Self { to, about: "rfc822; petr@example.ru", action: "failed", status, said: "", returned: "" }
    }
}

impl Post {
    async fn start(app: &TestApp) -> Self {
        let here = || "127.0.0.1:0".parse().unwrap();
        let mail = Mail::start(here(), here()).await.unwrap();
        let app = app
            .with(|config| {
                config.smtp_url = Some(mail.smtp_url());
                config.smtp_from = Some("crm@example.ru".into());
                config.smtp_bounces = Some("bounces@example.ru".into());
                config.smtp_bounces_secret = Some(SECRET.into());
            })
            .await;
        let order = app.order().make().await;
        let customer = app.number(&format!("SELECT customer_id FROM orders WHERE id = {order}")).await;
        app.execute("UPDATE customers SET user_id = NULL, email = 'petr@example.ru' WHERE id = ?", [customer.into()]).await;
        app.execute("DELETE FROM outbox", []).await;
        Self { app, mail, customer, order }
    }

    /// Sends a letter: its number, and where it may be sent back to.
    async fn letter(&self) -> (i64, String) {
        let turn = self.app.number("SELECT COUNT(*) FROM deliveries").await;
        let person = format!("c{}", self.customer);
        queue(&self.app, turn, (Wording::CustomerConfirmed, Channel::Mail), &person, self.order).await;
        self.app.advance(10_000);
        deliver(&self.app, self.app.lines.get(Channel::Mail).unwrap()).await.unwrap();
        let id = self.app.number("SELECT MAX(id) FROM deliveries").await;
        assert_eq!(self.state(id).await, "sent");
        (id, self.mail.letters().pop().unwrap().from)
    }

    async fn bring(&self, report: &Report<'_>) {
        let Report { to, about, action, status, said, returned } = report;
        let letter = format!(
            "To: {to}\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\
             Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: {about}\r\n\
             Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {said}\r\n\r\n\
             --x\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--x--\r\n"
        );
        let call = self.app.nobody().call(axum::http::Method::POST, "/hooks/email").header("authorization", format!("Bearer {SECRET}"));
        call.body("message/rfc822", letter.into_bytes()).await.expect(204);
    }

    async fn state(&self, id: i64) -> String {
        self.app.rows(&format!("SELECT state FROM deliveries WHERE id = {id}")).await[0].try_get_by_index(0).unwrap()
    }

    async fn dead(&self) -> Vec<String> {
        self.app.rows("SELECT address FROM dead_addresses").await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }
}

db_test!(a_letter_that_comes_back_is_given_up_and_no_other, |app| {
    let post = Post::start(&app).await;
    let ((other, _), (id, path)) = (post.letter().await, post.letter().await);
    assert_eq!(path, format!("bounces+{}@example.ru", returns::key(&post.app, id)));
    let nobody = post.app.nobody().call(axum::http::Method::POST, "/hooks/email").header("authorization", "Bearer another".to_owned());
    nobody.body("message/rfc822", vec![]).await.expect(404);
    post.bring(&Report::new(&path, "5.1.1")).await;
    assert_eq!((post.state(id).await.as_str(), post.state(other).await.as_str()), ("dead", "sent"));
    assert_eq!(post.dead().await, ["petr@example.ru"]);
    post.app.forget_history().await;
});

db_test!(a_report_is_known_by_the_letter_that_it_sends_back_too, |app| {
    let post = Post::start(&app).await;
    let (id, _) = post.letter().await;
    let head = format!("Message-ID: <{}@example.ru>\r\n", returns::key(&post.app, id).to_uppercase());
    post.bring(&Report { returned: &head, ..Report::new("crm@example.ru", "5.1.1") }).await;
    assert_eq!((post.state(id).await.as_str(), post.dead().await.len()), ("dead", 1));
    post.app.forget_history().await;
});

db_test!(a_forged_report_does_nothing, |app| {
    let post = Post::start(&app).await;
    let ((id, _), (other, _)) = (post.letter().await, post.letter().await);
    let key = returns::key(&post.app, other);
    let signature = key.split_once('-').unwrap().1;
    for key in [id.to_string(), format!("{id}-"), format!("{id}-{signature}"), format!("{id}-{}", "0".repeat(20)), format!("-{signature}")]
    {
        for domain in ["example.ru", "elsewhere.test"] {
            let (path, head) = (format!("bounces+{key}@{domain}"), format!("Message-ID: <{key}@{domain}>\r\n"));
            post.bring(&Report::new(&path, "5.1.1")).await;
            post.bring(&Report { returned: &head, ..Report::new("crm@example.ru", "5.1.1") }).await;
        }
    }
    assert_eq!((post.state(id).await.as_str(), post.state(other).await.as_str()), ("sent", "sent"));
    assert_eq!(post.dead().await, Vec::<String>::new());
    post.app.forget_history().await;
});

db_test!(a_report_about_another_mailbox_ends_none, |app| {
    let post = Post::start(&app).await;
    let (forwarded, path) = post.letter().await;
    post.bring(&Report { about: "rfc822; elsewhere@example.ru", ..Report::new(&path, "5.1.1") }).await;
    assert_eq!(post.state(forwarded).await, "dead", "it did not arrive");
    let (late, path) = post.letter().await;
    post.app.execute("UPDATE customers SET email = 'right@example.ru' WHERE id = ?", [post.customer.into()]).await;
    post.bring(&Report { about: "rfc822; PETR@example.ru", ..Report::new(&path, "5.1.1") }).await;
    assert_eq!(post.state(late).await, "dead");
    assert_eq!(post.dead().await, Vec::<String>::new(), "the mailbox was put right meanwhile");
    post.app.forget_history().await;
});

db_test!(a_letter_that_was_lost_for_now_is_lost_and_its_mailbox_is_not, |app| {
    let post = Post::start(&app).await;
    let (delayed, path) = post.letter().await;
    post.bring(&Report { action: "delayed", ..Report::new(&path, "4.4.1") }).await;
    assert_eq!(post.state(delayed).await, "sent", "the mail server still tries");
    for status in ["4.4.1", "5.2.2", "5.7.1"] {
        let (id, path) = post.letter().await;
        post.bring(&Report { said: "Not today", ..Report::new(&path, status) }).await;
        assert_eq!(post.state(id).await, "dead", "{status}");
    }
    assert_eq!(post.dead().await, Vec::<String>::new());
    let (_, path) = post.letter().await;
    post.bring(&Report { said: "5.7.1 No such user!", ..Report::new(&path, "5.7.1") }).await;
    assert_eq!(post.dead().await, ["petr@example.ru"]);
    post.app.forget_history().await;
});

db_test!(five_letters_in_a_row_that_come_back_end_a_mailbox, |app| {
    let post = Post::start(&app).await;
    let full = async || {
        let (_, path) = post.letter().await;
        for _ in 0..2 {
            post.bring(&Report::new(&path, "5.2.2")).await;
        }
    };
    for _ in 0..4 {
        full().await;
    }
    // One that arrived breaks the row.
    post.letter().await;
    for _ in 0..4 {
        full().await;
    }
    assert_eq!(post.dead().await, Vec::<String>::new());
    full().await;
    assert_eq!(post.dead().await, ["petr@example.ru"]);

    // Tried again, it is counted anew; and so is another mailbox.
    post.app.people().administrator.delete("/api/v1/channels/dead-addresses").await.expect(204);
    for _ in 0..4 {
        full().await;
    }
    post.app.execute("UPDATE customers SET email = 'next@example.ru' WHERE id = ?", [post.customer.into()]).await;
    let (_, path) = post.letter().await;
    post.bring(&Report { about: "rfc822; next@example.ru", ..Report::new(&path, "5.2.2") }).await;
    assert_eq!(post.dead().await, Vec::<String>::new());
    post.app.forget_history().await;
});
