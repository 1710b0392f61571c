//! WhatsApp from end to end through the emulated service, which calls the system's own webhook.

use super::{
    Channel, Line, State, arrivals,
    decide::distribute,
    deliver::deliver,
    health, listen,
    testing::{Served, link, outcomes, send, tell, with_sms},
};
use crate::{bot, testkit::*, web::Choice};
use emulators::{Fault, Running, Trouble, WhatsApp, whatsapp::Order};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const TOKEN: &str = "token";
const NUMBER: &str = "106540352242922";
const SECRET: &str = "secret of the app";
const WORD: &str = "word of the webhook";
const OLGA: i64 = 79_160_000_005;

/// The company's number, with the system behind it.
pub(super) struct Number {
    pub app: TestApp,
    pub service: Running<WhatsApp>,
    served: Served,
}

impl Number {
    /// With a template for every message to a customer, and a webhook that was checked.
    pub async fn start(app: &TestApp) -> Self {
        let service = WhatsApp::start_for("127.0.0.1:0".parse().unwrap(), TOKEN, NUMBER).await.unwrap();
        for wording in super::Wording::ALL {
            let name = wording.code().replace('-', "_");
            service.template(&format!("montaj_{name}"), "ru", &format!("{name} | {{{{1}}}} | {{{{2}}}} | {{{{3}}}}"));
        }
        let app = app
            .with(|config| {
                config.whatsapp_token = Some(TOKEN.into());
                config.whatsapp_phone_id = Some(NUMBER.into());
                config.whatsapp_api_url = Some(service.url());
                config.whatsapp_app_secret = Some(SECRET.into());
                config.whatsapp_verify_token = Some(WORD.into());
            })
            .await;
        let served = Served::start(&app).await;
        let number = Self { app, service, served };
        assert!(number.hook(SECRET, WORD).await, "the webhook's address is confirmed");
        number
    }

    async fn hook(&self, secret: &str, word: &str) -> bool {
        self.service.webhook(&format!("{}/hooks/whatsapp", self.served.url), secret, word).await
    }

    fn line(&self) -> &Arc<Line> {
        self.app.lines.get(Channel::WhatsApp).unwrap()
    }

    async fn troubles(&self) -> Vec<health::Trouble> {
        health::of(&self.app, Channel::WhatsApp).await.troubles
    }

    /// A line on which an answer is waited for so long, no longer.
    fn impatient(&self, patience: Duration) -> Line {
        let client = channels::WhatsApp::new(TOKEN, NUMBER, Some(&self.service.url()), patience).unwrap();
        Line::new(Channel::WhatsApp, Arc::new(client))
    }

    /// Links the person's phone as the bot does.
    async fn link(&self, person: &Person, phone: i64) {
        link(&self.app, person, Channel::WhatsApp, &phone.to_string()).await;
    }

    /// Somebody who has WhatsApp, linked.
    pub async fn meets(&self, person: &Person, phone: i64) {
        self.service.person(phone, person.name);
        self.link(person, phone).await;
    }

    /// Takes in what was brought and answers it, tells and sends what is due, and waits until the webhook was told all of it.
    pub async fn round(&self) {
        self.service.brought().await;
        while arrivals::answer(&self.app, self.line(), bot::answer, || true).await.unwrap() > 0 {}
        // What is told goes by the same number as what was answered.
        self.app.clock.rest(Duration::from_secs(6)).await;
        tell(&self.app).await;
        self.service.brought().await;
    }

    /// Lets time go on, here and there.
    pub async fn pass(&self, seconds: u32) {
        self.app.pass(i64::from(seconds) * 1000).await;
        self.service.advance(Duration::from_secs(seconds.into()));
        self.round().await;
    }

    /// What the person got, oldest first.
    pub fn texts(&self, phone: i64) -> Vec<String> {
        self.service.sent_to(phone).iter().map(|text| text.replace('\u{a0}', " ")).collect()
    }

    fn last(&self, phone: i64) -> String {
        self.texts(phone).pop().unwrap_or_default()
    }

    /// How often a message was tried to be sent.
    fn tries(&self) -> usize {
        self.service.journal().iter().filter(|call| call.method == "messages").count()
    }

    /// The state of the first message.
    async fn state(&self) -> State {
        State::parse(&outcomes(&self.app).await[0].1).unwrap()
    }

    /// The channel as it stands for whoever asks: the whole line of the answer.
    async fn stand(&self, person: &Person, path: &str) -> Value {
        let all = person.get(path).await.expect(200).json();
        all["items"].as_array().unwrap().iter().find(|one| one["channel"] == "whatsapp").unwrap().clone()
    }
}

/// A confirmed order of Olga's, of which she is told.
async fn told_of(number: &Number) -> i64 {
    let order = number.app.order().by(&number.app.people().olga).confirmed().make().await;
    while distribute(&number.app).await.unwrap() > 0 {}
    order
}

db_test!(the_number_is_known_and_its_health_is_shown, |app| {
    let number = Number::start(&app).await;
    let People { administrator, .. } = number.app.people();
    let before = number.stand(&administrator, "/api/v1/channels").await;
    assert_eq!((&before["available"], &before["name"], &before["trouble"]), (&json!(true), &Value::Null, &Value::Null));
    number.service.fault(Trouble::Refuse { status: 401, description: "190".into() });
    listen::learn_name(&number.app, number.line()).await.unwrap_err();
    let troubled = number.stand(&administrator, "/api/v1/channels").await;
    assert_eq!(troubled["trouble"], "190 the token is not taken");
    let page = administrator.get("/channels").await.expect(200).words();
    assert!(page.contains("сервис не узнаёт ключ"), "the trouble is told in the reader's language: {page}");
    listen::learn_name(&number.app, number.line()).await.unwrap();
    let known = number.stand(&administrator, "/api/v1/channels").await;
    assert_eq!((&known["name"], &known["trouble"]), (&json!("+7 495 000-00-67 Монтаж"), &Value::Null));
    let page = administrator.get("/channels").await.expect(200).words();
    assert!(page.contains("/hooks/whatsapp") && page.contains("+7 495 000-00-67"), "{page}");
    let off = app.people().administrator.get("/api/v1/channels").await.json();
    assert!(off["items"].as_array().unwrap().iter().all(|one| one["available"] == false), "without settings it is off: {off}");
});

db_test!(only_who_knows_the_secrets_brings_anything, |app| {
    let number = Number::start(&app).await;
    let nobody = number.app.nobody();
    let question = "/hooks/whatsapp?hub.mode=subscribe&hub.challenge=1158&hub.verify_token=";
    let ask = |word: &str| nobody.get(&format!("{question}{word}"));
    assert_eq!(ask("word+of+the+webhook").await.expect(200).text(), "1158");
    for strange in ["another", ""] {
        ask(strange).await.expect(404);
    }
    assert!(!number.hook(SECRET, "another word").await);
    let body = json!({ "object": "whatsapp_business_account", "entry": [] });
    nobody.post("/hooks/whatsapp", body.clone()).await.expect(404);
    nobody.post("/hooks/whatsapp", body).header("x-hub-signature-256", format!("sha256={}", "0".repeat(64))).await.expect(404);
    // Who knows the word and not the secret writes into nobody's chat.
    assert!(number.hook("another secret", WORD).await);
    number.service.comes(OLGA, "Впустите");
    number.service.failed(1).await;
    assert_eq!(number.app.number("SELECT COUNT(*) FROM arrivals").await, 0);
    // Where nothing is set up there is no such door.
    app.nobody().get(&format!("{question}word+of+the+webhook")).await.expect(404);
    app.nobody().get(question).await.expect(404);
});

db_test!(a_customer_links_writes_and_is_answered_there, |app| {
    let number = Number::start(&app).await;
    let People { dispatcher, olga, .. } = number.app.people();
    let order = number.app.order().by(&olga).confirmed().make().await;
    listen::learn_name(&number.app, number.line()).await.unwrap();
    let link = olga.post("/api/v1/me/channels", json!({ "channel": "whatsapp" })).await.expect(201).json();
    let code = link["code"].as_str().unwrap();
    assert_eq!(link["url"], format!("https://wa.me/74950000067?text={code}"));
    number.service.person(OLGA, "Ольга");
    number.service.comes(OLGA, code);
    number.round().await;
    let linked = number.stand(&olga, "/api/v1/me/channels").await;
    assert_eq!((&linked["state"], &linked["name"]), (&json!("alive"), &json!("Ольга")));
    assert!(number.texts(OLGA)[0].contains("Готово"), "{:?}", number.texts(OLGA));

    // A line, brought three times, is written once and answered once.
    let before = number.texts(OLGA).len();
    number.service.comes(OLGA, "Когда приедете?");
    number.service.brought().await;
    number.service.repeat();
    number.service.brought().await;
    number.round().await;
    number.service.repeat();
    number.round().await;
    let path = format!("/api/v1/orders/{order}/messages?audience=customer");
    let lines = dispatcher.get(&path).await.expect(200).json();
    let texts: Vec<_> = lines["items"].as_array().unwrap().iter().map(|line| line["text"].clone()).collect();
    assert_eq!(texts, [json!("Когда приедете?")]);
    let heard = number.texts(OLGA).split_off(before);
    assert!(heard.iter().filter(|text| text.contains("Передано")).count() == 1, "{heard:?}");

    // The answer comes back the same way in its own words, and the office sees that it has come, not before.
    number.service.away(OLGA);
    dispatcher.post(&path, json!({ "text": "Будем в 12" })).await.expect(201);
    number.pass(7).await;
    assert!(number.last(OLGA).ends_with("заказ № 26-000001:\nБудем в 12"), "{}", number.last(OLGA));
    let is_delivered = async || dispatcher.get(&path).await.json()["items"].to_string().contains("\"delivered\":true");
    assert!(!is_delivered().await, "it is on its way only");
    number.service.back(OLGA);
    number.service.brought().await;
    assert!(is_delivered().await, "it has come to the phone");

    // A day after she wrote last, free words are not taken any more: the template goes, with a link and without the words.
    number.pass(25 * 3600).await;
    dispatcher.post(&path, json!({ "text": "Вы дома?" })).await.expect(201);
    number.pass(40).await;
    let link = format!("{}/my/orders/{order}", number.app.config.public_url());
    assert_eq!(number.last(OLGA), format!("customer_message | 26-000001 | - | {link}"));
    assert_eq!(outcomes(&number.app).await.pop().unwrap(), ("whatsapp".into(), "delivered".into(), String::new()));
    assert!(number.service.journal().iter().filter(|call| call.method == "messages").all(|call| call.taken), "nothing was refused");
    number.app.forget_history().await;
});

db_test!(without_buttons_there_are_words_and_links, |app| {
    let number = Number::start(&app).await;
    let olga = number.app.people().olga;
    // A stranger is told how to link, not to press what is not there.
    number.service.comes(OLGA, "Здравствуйте");
    number.round().await;
    assert!(number.last(OLGA).contains("подключается по коду"), "{}", number.last(OLGA));
    number.service.comes_as(OLGA, "contacts", json!([{ "name": { "formatted_name": "Я" }, "phones": [{ "phone": "+79160000005" }] }]));
    number.round().await;
    assert!(number.last(OLGA).contains("подключается по коду"), "{}", number.last(OLGA));

    number.link(&olga, OLGA).await;
    number.service.comes(OLGA, "Хочу окно");
    number.round().await;
    let url = number.app.config.public_url();
    assert_eq!(number.last(OLGA), format!("Чем помочь?\nОткрыть на сайте: {url}/my/orders"));
    let orders = [number.app.order().make().await, number.app.order().make().await];
    number.service.comes(OLGA, "Когда приедете?");
    number.round().await;
    let (app, last) = (&number.app, number.last(OLGA));
    assert!(
        last.starts_with("О каком заказе речь? Я запомнил") && last.contains("1. № 26-000002") && last.contains("2. № 26-000001"),
        "{last}"
    );
    let lines = async |order: i64| {
        let text = "SELECT m.body FROM chat_messages m JOIN chats c ON c.id = m.chat_id WHERE c.order_id = {order} ORDER BY m.id";
        let rows = app.rows(&text.replace("{order}", &order.to_string())).await;
        rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>()
    };
    let says = async |text: &str| {
        number.service.comes(OLGA, text);
        number.round().await;
    };
    says("7").await;
    assert!(number.last(OLGA).starts_with("Такого номера в списке нет"), "{}", number.last(OLGA));
    says("И сколько стоит?").await;
    says("2.").await;
    assert_eq!(lines(orders[0]).await, ["Когда приедете?", "И сколько стоит?"], "nothing is lost, and the number is no line of the chat");
    assert_eq!(lines(orders[1]).await, Vec::<String>::new());
    says("Жду ответа").await;
    assert_eq!(lines(orders[0]).await.len(), 3, "what follows closely goes the same way");
    // Hours later it is asked again, and the order's own number is understood too.
    number.pass(7200).await;
    says("А второй?").await;
    says("№ 26-000002").await;
    assert_eq!(lines(orders[1]).await, ["А второй?"]);
    number.app.forget_history().await;
});

db_test!(a_foreign_messenger_learns_a_number_a_time_and_a_link, |app| {
    let number = Number::start(&app).await;
    let People { dispatcher, rustam, olga, .. } = number.app.people();
    number.meets(&olga, OLGA).await;
    let order = told_of(&number).await;
    let starts = crate::orders::view::rfc3339(NOW + 4 * HOUR);
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": starts, "offer": true });
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    number.round().await;
    number.pass(70).await;
    dispatcher
        .post(&format!("/api/v1/orders/{order}/messages?audience=customer"), json!({ "text": "Подъезд 2, Ленина, 5?" }))
        .await
        .expect(201);
    number.round().await;
    number.pass(40).await;
    let link = format!("{}/my/orders/{order}", number.app.config.public_url());
    let expected = [
        format!("customer_confirmed | 26-000001 | - | {link}"),
        format!("customer_who_comes | 26-000001 | сегодня, 13:00–15:00 | {link}"),
        format!("customer_message | 26-000001 | - | {link}"),
    ];
    assert_eq!(number.texts(OLGA), expected, "nothing of names, addresses, phones and what is written");
    number.app.forget_history().await;
});

db_test!(what_is_said_of_a_message_only_goes_forward, |app| {
    let number = Number::start(&app).await;
    number.meets(&number.app.people().olga, OLGA).await;
    number.service.away(OLGA);
    told_of(&number).await;
    number.round().await;
    assert_eq!(number.state().await, State::Sent);
    number.service.back(OLGA);
    number.service.brought().await;
    assert_eq!(number.state().await, State::Delivered);
    number.service.reads(OLGA);
    number.service.brought().await;
    assert_eq!(number.state().await, State::Read);
    let known = async || {
        let row = &number.app.rows("SELECT sent_ms, delivered_ms, read_ms, attempts FROM deliveries").await[0];
        (0..4).map(|at| row.try_get_by_index::<i64>(at).unwrap()).collect::<Vec<_>>()
    };
    let before = known().await;
    number.app.advance(HOUR);
    number.service.repeat();
    number.service.brought().await;
    assert_eq!((number.state().await, known().await), (State::Read, before), "what is told again changes nothing");

    // The same backwards: it was read before anybody says that it was sent.
    number.service.hold();
    told_of(&number).await;
    send(&number.app).await;
    number.service.reads(OLGA);
    number.service.release(Order::Backwards);
    number.service.brought().await;
    assert_eq!(outcomes(&number.app).await[1].1, "read");
    number.app.forget_history().await;
});

db_test!(what_is_said_of_a_message_before_it_is_answered_holds, |app| {
    let number = Number::start(&app).await;
    number.meets(&number.app.people().olga, OLGA).await;
    told_of(&number).await;
    // The answer is slower than the news of it.
    number.service.fault(Fault::new(Trouble::Slow { seconds: 1 }).of("messages"));
    number.round().await;
    assert_eq!(number.state().await, State::Delivered);
    let kept = number.app.rows("SELECT provider_id, due_ms FROM deliveries").await;
    let kept: String = kept[0].try_get_by_index(0).unwrap();
    assert!(kept.len() == 64 && !kept.contains("wamid"), "the phone is in it: a digest is kept: {kept}");
    number.pass(3600).await;
    assert_eq!(number.texts(OLGA).len(), 1);
    number.app.forget_history().await;
});

/// Somebody whom the service does not deliver to; it says so at once or later.
async fn nobody_there(app: TestApp, late: bool) {
    let app = app
        .with(|config| {
            config.smtp_url = Some("smtp://127.0.0.1:9".into());
            config.smtp_from = Some("crm@example.ru".into());
        })
        .await;
    let number = Number::start(&app).await;
    let olga = number.app.people().olga;
    number.app.execute("UPDATE users SET email = 'olga@example.ru' WHERE id = ?", [olga.user_id.into()]).await;
    number.service.refuse_late(late);
    number.link(&olga, OLGA).await;
    told_of(&number).await;
    number.round().await;
    let told = outcomes(&number.app).await;
    let why = "131026 no WhatsApp there, or nothing taken from businesses";
    assert_eq!(told[0], ("whatsapp".into(), "passed".into(), why.into()));
    assert_eq!((told.len(), told[1].0.as_str()), (2, "email"), "the next channel takes care of it: {told:?}");
    assert_eq!(number.stand(&olga, "/api/v1/me/channels").await["state"], "dead");
    assert_eq!(number.tries(), 1);
    told_of(&number).await;
    number.round().await;
    let told = outcomes(&number.app).await;
    assert_eq!((told.len(), told[2].0.as_str(), number.tries()), (3, "email", 1), "a dead address is left alone: {told:?}");
    // The log tells it in words.
    let page = number.app.people().administrator.get("/notifications").await.expect(200).words();
    assert!(page.contains("у человека нет WhatsApp"), "{page}");
    // Whoever writes from there is there.
    number.service.refuse_late(false);
    number.service.comes(OLGA, "Я тут");
    number.round().await;
    assert_eq!(number.stand(&olga, "/api/v1/me/channels").await["state"], "alive");
    number.app.forget_history().await;
}

db_test!(a_phone_without_whatsapp_is_a_dead_address, |app| {
    nobody_there(app, false).await;
});

db_test!(a_phone_that_turns_out_to_be_without_whatsapp_is_a_dead_address, |app| {
    nobody_there(app, true).await;
});

db_test!(a_message_that_is_not_delivered_in_time_goes_on_to_the_next_channel, |app| {
    let (app, sms) = with_sms(&app, "smsc", "key").await;
    let number = Number::start(&app).await;
    let People { rustam, olga, .. } = number.app.people();
    number.meets(&olga, OLGA).await;
    number.service.away(OLGA);
    let (order, visit) = number.app.visit().of(&rustam).accepted().make().await;
    number.round().await;
    number.pass(70).await;
    let who_comes = async || {
        let rows = number.app.rows("SELECT channel, state FROM deliveries WHERE wording = 'customer-who-comes' ORDER BY id").await;
        let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index::<String>(at).unwrap();
        rows.iter().map(|row| format!("{} {}", text(row, 0), text(row, 1))).collect::<Vec<_>>()
    };
    assert_eq!(who_comes().await, ["whatsapp sent"], "visit {visit} of order {order}");
    // It is not delivered in time: the SMS goes too. What arrives after all is no third message.
    number.pass(16 * 60).await;
    number.round().await;
    assert_eq!(who_comes().await, ["whatsapp sent", "sms sent"]);
    number.service.back(OLGA);
    number.round().await;
    number.pass(3600).await;
    assert_eq!(who_comes().await[0], "whatsapp delivered");
    assert_eq!(who_comes().await.len(), 2);
    assert_eq!(sms.sent_to(&format!("+{OLGA}")).len(), 1);
    number.app.forget_history().await;
});

db_test!(a_service_that_fails_is_tried_again_until_it_takes_the_message_once, |app| {
    let number = Number::start(&app).await;
    number.meets(&number.app.people().olga, OLGA).await;
    told_of(&number).await;
    // Asked to wait, nobody is written to before the time is over.
    number.service.fault(Fault::new(Trouble::Wait { seconds: 30 }).of("messages"));
    number.round().await;
    assert_eq!(outcomes(&number.app).await[0], ("whatsapp".into(), "failed".into(), "130429 too many messages".into()));
    number.pass(29).await;
    assert_eq!(number.tries(), 1);
    let troubles = [
        (Trouble::Refuse { status: 500, description: "131000".into() }, "131000 a fault of WhatsApp's"),
        (Trouble::Page { status: 502 }, "502 with an answer that is no JSON"),
        (Trouble::Reset, "the connection broke"),
        (Trouble::Refuse { status: 400, description: "131056".into() }, "131056 too many messages to one person"),
    ];
    for (tries, (trouble, why)) in (2..).zip(troubles) {
        number.service.fault(Fault::new(trouble).of("messages"));
        number.pass(10 << tries).await;
        assert_eq!(outcomes(&number.app).await[0], ("whatsapp".into(), "failed".into(), why.into()));
        assert_eq!(number.tries(), tries);
        number.round().await;
        assert_eq!(number.tries(), tries, "not at once");
    }
    number.pass(3600).await;
    assert_eq!((number.state().await, number.texts(OLGA).len(), number.tries()), (State::Delivered, 1, 6));
    number.app.forget_history().await;
});

db_test!(a_token_that_is_not_taken_holds_everything_and_loses_nothing, |app| {
    let number = Number::start(&app).await;
    number.meets(&number.app.people().olga, OLGA).await;
    told_of(&number).await;
    number.service.fault(Fault::new(Trouble::Refuse { status: 401, description: "190".into() }).of("messages"));
    number.round().await;
    assert_eq!((number.state().await, number.troubles().await.len()), (State::Queued, 1));
    number.pass(11).await;
    assert_eq!((number.state().await, number.troubles().await), (State::Delivered, vec![]));
    number.app.forget_history().await;
});

/// The answer never comes, and the webhook tells of the message, before that is clear or after it.
async fn never_answered(app: TestApp, is_told_before: bool) {
    let number = Number::start(&app).await;
    number.meets(&number.app.people().olga, OLGA).await;
    number.service.away(OLGA);
    told_of(&number).await;
    if !is_told_before {
        number.service.hold();
    }
    number.service.fault(Fault::new(Trouble::Silent).of("messages"));
    deliver(&number.app, &number.impatient(Duration::from_secs(2))).await.unwrap();
    if !is_told_before {
        assert_eq!(number.state().await, State::Failed, "it may not have been taken");
        number.service.release(Order::AsItHappened);
    }
    number.service.brought().await;
    assert_eq!(number.state().await, State::Sent, "the service says that it took it");
    number.pass(3600).await;
    assert_eq!(number.texts(OLGA).len(), 1, "it is not sent again");
    number.service.back(OLGA);
    number.service.brought().await;
    assert_eq!(number.state().await, State::Delivered);
    number.app.forget_history().await;
}

db_test!(a_message_that_was_taken_without_an_answer_is_not_sent_twice, |app| {
    never_answered(app, true).await;
});

db_test!(a_message_of_which_is_told_after_the_patience_ended_is_not_sent_twice, |app| {
    never_answered(app, false).await;
});

db_test!(a_message_of_which_nobody_hears_is_sent_again_by_the_same_row, |app| {
    let number = Number::start(&app).await;
    number.meets(&number.app.people().olga, OLGA).await;
    told_of(&number).await;
    number.service.hold();
    number.service.fault(Fault::new(Trouble::Silent).of("messages"));
    deliver(&number.app, &number.impatient(Duration::from_secs(2))).await.unwrap();
    number.pass(60).await;
    let texts = number.texts(OLGA);
    assert!(texts.len() == 2 && texts[0] == texts[1], "{texts:?}");
    // Told of both at last, it has arrived once.
    number.service.release(Order::Together);
    number.service.brought().await;
    assert_eq!((number.state().await, outcomes(&number.app).await.len()), (State::Delivered, 1));
    number.app.forget_history().await;
});

db_test!(a_template_that_meta_does_not_have_is_told_to_the_administrator, |app| {
    let number = Number::start(&app).await;
    let People { administrator, dispatcher, rustam, .. } = number.app.people();
    let templates = || async { number.app.people().administrator.get("/channels").await.expect(200).words() };
    number.meets(&rustam, OLGA).await;
    rustam.put("/api/v1/me/notices/visits", json!({ "channels": ["whatsapp"] })).await.expect(204);
    number.service.forget_template("montaj_crew_offered");
    let starts = crate::orders::view::rfc3339(NOW + 4 * HOUR);
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": starts, "offer": true });
    let order = number.app.order().confirmed().make().await;
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    number.round().await;
    let outcome = outcomes(&number.app).await.pop().unwrap();
    assert!(outcome.1 == "dead" && outcome.2.starts_with("132001 "), "{outcome:?}");
    let page = templates().await;
    assert!(page.contains("Настроен не до конца") && page.contains("montaj_crew_offered (ru)"), "{page}");
    assert!(administrator.get("/notifications").await.expect(200).words().contains("Meta ещё не одобрила шаблон"), "{page}");

    // Another message that goes does not make up for it; the template itself does.
    number.pass(7).await;
    dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    number.round().await;
    assert!(number.last(OLGA).starts_with("crew_cancelled"), "{}", number.last(OLGA));
    assert!(templates().await.contains("montaj_crew_offered (ru)"));
    number.service.template("montaj_crew_offered", "ru", "Задание {{1}} {{2}} {{3}}");
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(NOW + 8 * HOUR), "offer": true });
    dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201);
    number.round().await;
    number.pass(7).await;
    assert!(!templates().await.contains("montaj_crew_offered"), "it is all set up");
    number.app.forget_history().await;
});
