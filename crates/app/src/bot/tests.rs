//! The working day in a messenger, from end to end through the emulated service.

use super::answer;
use crate::{
    notifications::{Channel, testing::Messengers},
    orders::view::rfc3339,
    testkit::*,
};
use emulators::{Fault, Trouble};
use serde_json::{Value, json};

/// Somebody at their phone.
pub(super) struct Phone<'a> {
    messengers: &'a Messengers,
    chat: i64,
}

impl Messengers {
    pub(super) fn phone(&self, chat: i64) -> Phone<'_> {
        Phone { messengers: self, chat }
    }
}

impl Phone<'_> {
    /// Writes to the bot, and has its answers.
    pub(super) async fn says(&self, text: &str) -> String {
        self.messengers.comes(self.chat, text);
        self.messengers.round().await;
        self.last()
    }

    /// Opens the link with this code.
    pub(super) async fn starts(&self, code: &str) -> String {
        self.messengers.starts(self.chat, code);
        self.messengers.round().await;
        self.last()
    }

    pub(super) async fn sends_photo(&self, caption: &str) -> String {
        self.messengers.photo(self.chat, picture(), caption);
        self.messengers.round().await;
        self.last()
    }

    /// Presses the newest button with these words.
    pub(super) async fn presses(&self, label: &str) -> String {
        let messages = self.messengers.messages(self.chat);
        let found = messages.iter().rev().find_map(|shown| Some((&shown.id, shown.data_of(label)?)));
        let (message, data) = found.unwrap_or_else(|| panic!("no button {label} in {messages:#?}"));
        self.messengers.press(self.chat, message, data);
        self.messengers.round().await;
        self.last()
    }

    /// Answers the newest message with these words.
    pub(super) async fn replies(&self, to: &str, text: &str) -> String {
        let messages = self.messengers.messages(self.chat);
        let found = messages.iter().rev().find(|shown| shown.text.contains(to)).unwrap_or_else(|| panic!("no {to} in {messages:#?}"));
        self.messengers.replies(self.chat, text, &found.id);
        self.messengers.round().await;
        self.last()
    }

    /// Sends the place.
    pub(super) async fn is_at(&self, lat: f64, lon: f64) -> String {
        self.messengers.location(self.chat, lat, lon);
        self.messengers.round().await;
        self.last()
    }

    /// What the bot has said so often in all.
    pub(super) fn heard(&self, words: &str) -> usize {
        self.messengers.messages(self.chat).iter().filter(|shown| shown.text.contains(words)).count()
    }

    /// The words of the bot's newest message, as they stand now.
    pub(super) fn last(&self) -> String {
        self.messengers.messages(self.chat).pop().map(|shown| shown.text.replace('\u{a0}', " ")).unwrap_or_default()
    }

    pub(super) fn buttons(&self) -> Vec<String> {
        let last = self.messengers.messages(self.chat).pop();
        last.map(|shown| shown.buttons.into_iter().map(|(label, _)| label).collect()).unwrap_or_default()
    }
}

/// A small picture in JPEG.
pub(super) fn picture() -> Vec<u8> {
    let image = image::RgbImage::from_pixel(64, 48, image::Rgb([120, 90, 60]));
    let mut bytes = std::io::Cursor::new(vec![]);
    image.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// A scenario in each of the messengers.
macro_rules! in_both {
    ($telegram:ident, $max:ident, $scenario:ident) => {
        db_test!($telegram, |app| {
            $scenario(&Messengers::start(&app, crate::bot::answer).await).await;
        });

        db_test!($max, |app| {
            $scenario(&Messengers::start_max(&app, crate::bot::answer).await).await;
        });
    };
}
pub(super) use in_both;

/// From the offer to the report. `tells` is whether addresses may be told there.
async fn working_day(messengers: &Messengers, tells: bool) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, olga, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    let me = messengers.phone(3);
    let order = app.order().by(&olga).confirmed().make().await;
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(NOW + 2 * HOUR), "offer": true });
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    messengers.round().await;
    assert!(me.last().contains("Новое задание"), "{}", me.last());

    // The offer is accepted at once; pressed again it is not done again.
    let shown = me.presses("Принять").await;
    assert!(shown.contains("Заказ № 26-000001: принято"), "{shown}");
    assert_eq!(shown.contains("Ленина"), tells, "addresses stay out of other countries' messengers: {shown}");
    let version = dispatcher.get(&format!("/api/v1/visits/{visit}")).await.json()["version"].clone();

    let list = me.says("/start").await;
    assert!(list.contains("Что покажем"), "{list}");
    let list = me.presses("Сегодня").await;
    assert!(list.contains("1. ") && list.contains("(принято)"), "{list}");
    me.presses("1. № 26-000001").await;
    assert!(me.presses("Выехал").await.contains("в пути"));
    assert!(me.presses("На месте").await.contains("на месте"));
    assert_ne!(dispatcher.get(&format!("/api/v1/visits/{visit}")).await.json()["version"], version);

    // Pictures are asked about once, words go into the report.
    assert!(me.sends_photo("").await.contains("до работ или после"));
    me.sends_photo("Общий вид").await;
    let kept = me.presses("До").await;
    assert!(kept.contains("2 фото добавлены в отчёт по № 26-000001: До"), "{kept}");
    assert!(me.says("Снял старое окно").await.contains("Записал в отчёт по № 26-000001"));
    me.says("Поставил новое").await;
    let report = dispatcher.get(&format!("/api/v1/visits/{visit}/report")).await.expect(200).json();
    assert_eq!(report["text"], "Общий вид\nСнял старое окно\nПоставил новое");
    let files = dispatcher.get(&format!("/api/v1/visits/{visit}/files")).await.json();
    assert!(files.to_string().matches("before").count() >= 2, "{files}");

    // A line to the dispatcher, and the answer back.
    me.presses("Написать диспетчеру").await;
    assert!(me.says("Задержусь на полчаса").await.contains("Передано"));
    let lines = dispatcher.get(&format!("/api/v1/visits/{visit}/messages")).await.json();
    assert_eq!(lines["items"][0]["text"], "Задержусь на полчаса");
    dispatcher.post(&format!("/api/v1/visits/{visit}/messages"), json!({ "text": "Хорошо, предупредим" })).await.expect(201);
    messengers.pass(2).await;
    assert!(me.last().contains("Хорошо, предупредим"), "the answer comes back where the line came from: {}", me.last());

    me.says("/menu").await;
    me.presses("Сегодня").await;
    me.presses("1. № 26-000001").await;
    let done = me.presses("Завершить").await;
    assert!(done.contains("выполнено"), "{done}");
    assert_eq!(dispatcher.get(&format!("/api/v1/visits/{visit}")).await.json()["status"], "done");
    app.forget_history().await;
}

db_test!(a_contractor_spends_the_working_day_in_telegram_alone, |app| {
    working_day(&Messengers::start(&app, answer).await, false).await;
});

db_test!(a_contractor_spends_the_working_day_in_max_alone, |app| {
    working_day(&Messengers::start_max(&app, answer).await, true).await;
});

async fn reasons(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, timur, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    messengers.link(&timur, 4, "Тимур").await;
    let (order, visit) = app.visit().of(&rustam).offered().make().await;
    messengers.round().await;
    let me = messengers.phone(3);
    assert!(me.presses("Отклонить").await.contains("Почему"));
    // Whoever goes back does not decline, whatever they write then.
    me.presses("Назад").await;
    me.says("Сколько там этажей?").await;
    assert_eq!(dispatcher.get(&format!("/api/v1/visits/{visit}")).await.json()["status"], "offered");
    me.says("/start").await;
    me.presses("Сегодня").await;
    let label = me.buttons()[0].clone();
    me.presses(&label).await;
    assert!(me.presses("Отклонить").await.contains("Почему"));
    assert!(me.says("Отмена").await.contains("предложено"), "{}", me.last());
    me.presses("Отклонить").await;
    assert!(me.presses("Далеко ехать").await.contains("отказались"));
    let shown = dispatcher.get(&format!("/api/v1/visits/{visit}")).await.json();
    assert_eq!((&shown["status"], &shown["reason"]), (&json!("declined"), &json!("Далеко ехать")));
    assert_eq!(dispatcher.get(&format!("/api/v1/orders/{order}")).await.json()["problem"], "declined");

    let (_, visit) = app.visit().of(&timur).accepted().make().await;
    messengers.round().await;
    let other = messengers.phone(4);
    other.says("/start").await;
    other.presses("Сегодня").await;
    let label = other.buttons()[0].clone();
    other.presses(&label).await;
    other.presses("Не выполнено").await;
    // A reason that is too long is not cut, and one that comes too late holds nothing up.
    assert!(other.says(&"а".repeat(1001)).await.contains("Слишком длинно"), "{}", other.last());
    let shown = other.says("Хозяина нет, дверь заперта").await;
    assert!(shown.contains("не выполнено"), "{shown}");
    assert_eq!(dispatcher.get(&format!("/api/v1/visits/{visit}")).await.json()["reason"], "Хозяина нет, дверь заперта");
    app.forget_history().await;
}

in_both!(a_visit_is_declined_or_left_undone_in_telegram, a_visit_is_declined_or_left_undone_in_max, reasons);

async fn old_buttons(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, timur, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    messengers.link(&timur, 4, "Тимур").await;
    let (_, visit) = app.visit().of(&rustam).offered().make().await;
    messengers.round().await;
    let offer = messengers.messages(3).pop().unwrap();
    let accept = offer.buttons[0].1.clone().unwrap();
    messengers.press(3, &offer.id, &accept);
    messengers.press(3, &offer.id, &accept);
    messengers.round().await;
    let events = dispatcher.get(&format!("/api/v1/orders/{}/events", 1)).await.json().to_string();
    assert_eq!(events.matches("visit.accepted").count(), 1, "{events}");
    assert!(messengers.notices(3).iter().any(|notice| notice.contains("уже сделано")), "{:?}", messengers.notices(3));

    // Somebody else's visit does not exist here.
    let mine = messengers.phone(4);
    mine.says("/start").await;
    messengers.press_late(4, &messengers.messages(4).pop().unwrap().id, &format!("visit:{visit}"));
    messengers.round().await;
    assert!(mine.last().contains("больше нет"), "{}", mine.last());
    for data in ["orders", "assign:1", "confirm:1:1", "new", "waiting", "stars:1:5", "order:1", "ans:1", "nonsense"] {
        messengers.press_late(4, &messengers.messages(4).pop().unwrap().id, data);
        messengers.round().await;
        assert!(!mine.last().contains("26-000001"), "{data}: {}", mine.last());
    }
    app.forget_history().await;
}

in_both!(an_old_button_shows_how_it_stands_in_telegram, an_old_button_shows_how_it_stands_in_max, old_buttons);

async fn office_day(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, olga, .. } = app.people();
    messengers.link(&dispatcher, 1, "Анна").await;
    let me = messengers.phone(1);
    let order = app.order().by(&olga).make().await;
    messengers.round().await;
    assert!(me.last().contains("Новый заказ"), "{}", me.last());
    assert!(me.presses("Подтвердить").await.contains("подтверждён"));
    me.presses("Назначить").await;
    let names: Vec<String> = me.buttons()[..3].iter().map(|label| label.split(',').next().unwrap().to_owned()).collect();
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "three workers: {:?}", me.buttons());
    let asked = messengers.messages(1).pop().unwrap();
    let (first, second) = (asked.buttons[0].1.clone().unwrap(), asked.buttons[1].1.clone().unwrap());
    // Of a double press and of a button of the list that is outdated by it comes one visit.
    for to in [&first, &first, &second] {
        messengers.press_late(1, &asked.id, to);
    }
    messengers.round().await;
    assert!(messengers.notices(1).iter().any(|notice| notice.contains("предложено")));
    assert!(messengers.notices(1).iter().any(|notice| notice.contains("Назначать уже нечего")), "{:?}", messengers.notices(1));
    let visits = dispatcher.get(&format!("/api/v1/orders/{order}/visits")).await.json();
    assert_eq!(visits["items"].as_array().map(Vec::len), Some(1), "{visits}");
    assert!(me.last().contains(&names[0]) && me.last().contains("предложено"), "{}", me.last());

    // Whoever declines is not put first, and can be asked again at the same time.
    let visit = visits["items"][0]["id"].as_i64().unwrap();
    let lead = visits["items"][0]["crew"][0]["name"].as_str().unwrap().to_owned();
    let People { ivan, semyon, rustam, timur, .. } = app.people();
    let crew = [ivan, semyon, rustam, timur];
    let declines = crew.iter().find(|worker| Some(worker.worker_id) == visits["items"][0]["crew"][0]["worker_id"].as_i64()).unwrap();
    declines.post(&format!("/api/v1/visits/{visit}/decline"), json!({ "reason": "занят" })).await.expect(200);
    messengers.press_late(1, &asked.id, &format!("assign:{order}"));
    messengers.round().await;
    let listed = messengers.messages(1).into_iter().find(|shown| shown.id == asked.id).unwrap();
    let place = listed.buttons.iter().position(|(label, _)| label.contains(&lead));
    assert!(listed.buttons.len() >= 3 && place != Some(0), "{lead} has declined: {:?}", listed.buttons);
    messengers.press_late(1, &asked.id, &first);
    messengers.round().await;
    let visits = dispatcher.get(&format!("/api/v1/orders/{order}/visits")).await.json();
    assert_eq!(visits["items"].as_array().map(Vec::len), Some(2), "it is offered anew: {visits}");

    // What is for nobody is not swallowed.
    me.says("Кто-нибудь, перезвоните").await;
    assert_eq!(me.heard("никому не отправил"), 1);
    messengers.pass(61).await;
    olga.post(&format!("/api/v1/orders/{order}/messages"), json!({ "text": "Во сколько вас ждать?" })).await.expect(201);
    messengers.round().await;
    messengers.pass(40).await;
    // Words come into this country's messenger at once.
    let line = |words: &'static str| if messengers.channel == Channel::Max { words } else { "Новое сообщение" };
    assert!(me.last().contains(line("Во сколько вас ждать?")), "{}", me.last());
    assert!(me.presses("Ответить").await.contains("Напишите заказчику"));
    assert!(me.says("Завтра в десять").await.contains("Передано"));
    let lines = olga.get(&format!("/api/v1/orders/{order}/messages")).await.json();
    assert!(lines.to_string().contains("Завтра в десять"), "{lines}");

    // Who waits: who it is, about what and how long; the worker is named before one writes.
    let (_, visit) = app.visit().of(&crew[2]).at(NOW + 3 * DAY).accepted().make().await;
    crew[2].post(&format!("/api/v1/visits/{visit}/messages"), json!({ "text": "Где ключи?" })).await.expect(201);
    messengers.pass(40 * 60).await;
    me.says("/start").await;
    let waits = me.presses("Кто ждёт ответа").await;
    assert!(waits.contains("работник") && waits.contains("Рустам") && waits.contains("40 мин"), "{waits}");
    assert_eq!(waits.contains("Где ключи?"), messengers.channel == Channel::Max, "{waits}");
    let label = me.buttons()[0].clone();
    let asked = me.presses(&label).await;
    assert!(asked.contains("работнику") && asked.contains("Рустам"), "{asked}");
    // An answer to a line outranks what was asked.
    olga.post(&format!("/api/v1/orders/{order}/messages"), json!({ "text": "А окна моете?" })).await.expect(201);
    messengers.pass(60).await;
    messengers.pass(60).await;
    assert!(
        me.replies(if messengers.channel == Channel::Max { "А окна моете?" } else { "№ 26-000001" }, "Моем").await.contains("Передано")
    );
    let lines = olga.get(&format!("/api/v1/orders/{order}/messages")).await.json();
    assert!(lines.to_string().contains("Моем"), "{lines}");
    let lines = crew[2].get(&format!("/api/v1/visits/{visit}/messages")).await.json();
    assert!(!lines.to_string().contains("Моем"), "{lines}");
    app.forget_history().await;
}

async fn evening(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, ivan, semyon, rustam, timur, .. } = app.people();
    messengers.link(&dispatcher, 1, "Анна").await;
    let me = messengers.phone(1);
    // At six in the evening of the next day all are busy for two hours.
    let wished = NOW + 33 * HOUR;
    app.visit().of(&ivan).of(&semyon).of(&rustam).of(&timur).at(wished).accepted().make().await;
    messengers.round().await;
    let order = app.order().with("desired_from", json!(rfc3339(wished))).confirmed().make().await;
    me.says("/start").await;
    messengers.press_late(1, &messengers.messages(1).pop().unwrap().id, &format!("assign:{order}"));
    messengers.round().await;
    let buttons = me.buttons();
    assert!(buttons.len() >= 3, "{buttons:?}");
    assert!(buttons[..3].iter().all(|label| label.contains("18:00")), "nobody wished for the night: {buttons:?}");
    app.forget_history().await;
}

in_both!(nobody_is_sent_at_night_in_telegram, nobody_is_sent_at_night_in_max, evening);

in_both!(a_dispatcher_confirms_assigns_and_answers_in_telegram, a_dispatcher_confirms_assigns_and_answers_in_max, office_day);

async fn blocked(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { administrator, rustam, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    let me = messengers.phone(3);
    assert!(me.says("/start").await.contains("Что покажем"));
    administrator.put(&format!("/api/v1/users/{}/block", rustam.user_id), json!({ "reason": "ушёл" })).await.expect(200);
    assert!(me.presses("Сегодня").await.contains("Поделитесь телефоном"));
    app.forget_history().await;
}

in_both!(a_blocked_person_is_a_stranger_in_telegram, a_blocked_person_is_a_stranger_in_max, blocked);

#[test]
fn every_reason_is_written() {
    assert!(super::visit::reasons_are_written());
}
/// A new code of this person's, with the link that brings it.
async fn code(messengers: &Messengers, who: &Person) -> (String, String) {
    let made = who.post("/api/v1/me/channels", json!({ "channel": messengers.channel.to_string() })).await.expect(201).json();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("code"), text("url"))
}

/// How the messenger stands with this person.
async fn way(messengers: &Messengers, who: &Person) -> Value {
    let all = who.get("/api/v1/me/channels").await.expect(200).json();
    let own = all["items"].as_array().unwrap().iter().find(|item| item["channel"] == messengers.channel.to_string());
    own.unwrap().clone()
}

async fn linking(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { rustam, olga, .. } = app.people();
    let wanted = json!({ "channel": messengers.channel.to_string() });
    assert_eq!(rustam.post("/api/v1/me/channels", wanted).await.expect(409).code(), "channel_off", "its name is not known yet");
    for chat in [70, 77, 78] {
        messengers.person(chat, "Кто-то");
    }
    let [other, me, third] = [70, 77, 78].map(|chat| messengers.phone(chat));
    assert!(other.says("Привет").await.contains("Поделитесь телефоном"));
    let (made, url) = code(messengers, &rustam).await;
    let bot = if messengers.channel == Channel::Max { "https://max.ru/id6700000000_bot" } else { "https://t.me/montaj_bot" };
    assert_eq!(url, format!("{bot}?start={made}"));
    assert!(me.starts("nonsense").await.contains("уже не действует"));
    assert!(me.starts(&made).await.contains("Что покажем"), "{}", me.last());
    assert!(third.says(&made).await.contains("уже не действует"), "a code links one chat");
    let linked = way(messengers, &rustam).await;
    let name = if messengers.channel == Channel::Max { "Кто-то" } else { "user77" };
    assert_eq!((&linked["state"], &linked["name"]), (&json!("alive"), &json!(name)));

    // A link that somebody else sent makes the chat nobody else's; its owner may give it up.
    let (theirs, _) = code(messengers, &olga).await;
    let refused = me.starts(&theirs).await;
    assert!(refused.contains("уже подключён к другой учётной записи") && refused.contains("Отключить"), "{refused}");
    assert_eq!(way(messengers, &rustam).await["state"], "alive");
    assert_eq!(way(messengers, &olga).await["state"], json!(null));
    let own = format!("/api/v1/me/channels/{}", messengers.channel);
    rustam.delete(&own).await.expect(204);
    assert!(me.starts(&theirs).await.contains("Чем помочь"), "{}", me.last());
    assert_eq!(way(messengers, &olga).await["state"], "alive");
    olga.delete(&own).await.expect(204);
    assert_eq!(app.number("SELECT COUNT(*) FROM ways").await, 0);
    olga.delete("/api/v1/me/channels/pigeon").await.expect(404);

    // Who does not open the link may write its code.
    let (typed, _) = code(messengers, &rustam).await;
    assert!(me.says(&typed).await.contains("Что покажем"), "{}", me.last());
    assert_eq!(way(messengers, &rustam).await["state"], "alive");
}

in_both!(a_code_links_a_chat_of_telegram_once, a_code_links_a_chat_of_max_once, linking);

async fn guessing(messengers: &Messengers) {
    let app = messengers.app.clone();
    let rustam = app.people().rustam;
    for chat in [77, 78] {
        messengers.person(chat, "Кто-то");
    }
    let [guesser, owner] = [77, 78].map(|chat| messengers.phone(chat));
    guesser.says("/start").await;
    let (made, _) = code(messengers, &rustam).await;
    for n in 0..10 {
        assert!(guesser.starts(&format!("guessed{n}")).await.contains("уже не действует"));
    }
    let refused = guesser.starts(&made).await;
    assert!(refused.contains("Слишком много"), "{refused}");
    assert_eq!(app.number("SELECT COUNT(*) FROM ways").await, 0);
    assert!(owner.starts(&made).await.contains("Что покажем"), "another chat is not kept out: {}", owner.last());
    // A minute later there is one more try.
    let (again, _) = code(messengers, &rustam).await;
    assert!(guesser.starts(&again).await.contains("Слишком много"));
    messengers.pass(60).await;
    assert!(guesser.starts(&again).await.contains("Что покажем"), "{}", guesser.last());
}

in_both!(codes_are_not_guessed_in_telegram, codes_are_not_guessed_in_max, guessing);

async fn linking_anew(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { administrator, rustam, olga, .. } = app.people();
    messengers.link(&rustam, 77, "Рустам").await;
    messengers.person(78, "Рустам");
    let [me, elsewhere] = [77, 78].map(|chat| messengers.phone(chat));
    me.says("/start").await;
    let own = code(messengers, &rustam).await.0;
    assert!(elsewhere.starts(&own).await.contains("Что покажем"), "they have a new phone");
    assert!(me.says("/start").await.contains("Поделитесь телефоном"));
    administrator.put(&format!("/api/v1/users/{}/block", rustam.user_id), json!({ "reason": "ушёл" })).await.expect(200);
    let theirs = code(messengers, &olga).await.0;
    assert!(elsewhere.starts(&theirs).await.contains("Чем помочь"), "{}", elsewhere.last());
}

in_both!(
    a_chat_of_telegram_that_links_anew_or_whose_owner_is_blocked_is_free,
    a_chat_of_max_that_links_anew_or_whose_owner_is_blocked_is_free,
    linking_anew
);

async fn late_codes(messengers: &Messengers) {
    let rustam = messengers.app.people().rustam;
    messengers.person(77, "Рустам");
    let me = messengers.phone(77);
    me.says("/start").await;
    for (minutes, answer) in [(10, "уже не действует"), (9, "Что покажем")] {
        let (made, _) = code(messengers, &rustam).await;
        messengers.app.advance(minutes * 60_000);
        let said = me.starts(&made).await;
        assert!(said.contains(answer), "{minutes}: {said}");
    }
}

in_both!(a_code_for_telegram_lives_for_ten_minutes, a_code_for_max_lives_for_ten_minutes, late_codes);

async fn typed_phone(messengers: &Messengers) {
    let app = messengers.app.clone();
    let dispatcher = app.people().dispatcher;
    let sign_up = async |phone: &str| {
        let body = json!({ "name": "Чужой", "phone": phone, "password": "три жёлтых трамвая", "consent": true });
        app.nobody().post("/api/v1/auth/registrations", body).await.expect(201);
        app.number(&format!("SELECT id FROM users WHERE phone = '{phone}'")).await
    };
    messengers.stranger(9, "Ирина");
    messengers.stranger(10, "Пётр");
    let [unknown, recorded] = [9, 10].map(|chat| messengers.phone(chat));

    // Somebody signed up with the phone of a person who is not known yet.
    let stranger = sign_up("+79991112233").await;
    messengers.contact(9, "+79991112233", true);
    messengers.round().await;
    assert!(unknown.last().contains("по коду") && unknown.last().contains("позвоните нам"), "{}", unknown.last());
    assert_eq!(app.number("SELECT COUNT(*) FROM ways").await, 0);

    // And with that of a customer whom the office has recorded: they get what is theirs all the same.
    let body = json!({ "service_id": app.services().window, "customer": { "kind": "person", "name": "Пётр Иванович", "phone": "+79991112244" },
        "address": { "text": "Мира, 3" }, "description": "окно", "confirm": true });
    let order = dispatcher.post("/api/v1/orders", body).await.expect(201).id();
    let other = sign_up("+79991112244").await;
    messengers.contact(10, "+79991112244", true);
    messengers.round().await;
    assert!(recorded.last().contains("согласие"), "{}", recorded.last());
    assert!(recorded.presses("Согласен").await.contains("Чем помочь"));
    let holder = app.number("SELECT user_id FROM ways").await;
    assert!(![stranger, other].contains(&holder), "the chat is not the stranger's");
    assert_eq!(
        app.number(&format!("SELECT c.user_id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = {order}")).await,
        holder
    );
    let number = dispatcher.get(&format!("/api/v1/orders/{order}")).await.json()["number"].as_str().unwrap().to_owned();
    recorded.presses("Мои заказы").await;
    assert!(recorded.buttons().iter().any(|label| label.contains(&number)), "{:?}", recorded.buttons());
    app.forget_history().await;
}

in_both!(
    a_phone_typed_at_sign_up_leads_nobody_in_telegram_to_the_one_who_typed_it,
    a_phone_typed_at_sign_up_leads_nobody_in_max_to_the_one_who_typed_it,
    typed_phone
);

async fn account_by_phone(messengers: &Messengers) {
    let app = messengers.app.clone();
    let administrator = app.people().administrator;
    let invite = async |role: &str, phone: &str| {
        let person = json!({ "role": role, "name": "Новенький", "phone": phone });
        administrator.post("/api/v1/users/invitations", person).await.expect(201);
        app.number(&format!("SELECT id FROM users WHERE phone = '{phone}'")).await
    };
    let contractor = invite("contractor", "+79991112255").await;
    invite("dispatcher", "+79991112266").await;
    for (chat, phone) in [(9, "+79991112255"), (10, "+79991112266")] {
        messengers.stranger(chat, "Новенький");
        messengers.contact(chat, phone, true);
    }
    messengers.round().await;
    let [worker, office] = [9, 10].map(|chat| messengers.phone(chat));
    assert!(worker.last().contains("Что покажем"), "{}", worker.last());
    assert!(office.last().contains("по коду"), "{}", office.last());
    assert_eq!(app.number("SELECT user_id FROM ways").await, contractor);
}

in_both!(
    an_account_without_a_password_is_found_by_its_phone_in_telegram,
    an_account_without_a_password_is_found_by_its_phone_in_max,
    account_by_phone
);

async fn busy(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { rustam, timur, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    messengers.link(&timur, 4, "Тимур").await;
    let [me, other] = [3, 4].map(|chat| messengers.phone(chat));
    let sending = if messengers.channel == Channel::Max { "POST /messages" } else { "sendMessage" };
    messengers.desk().fault(Fault::new(Trouble::Wait { seconds: 1 }).of(sending));
    assert!(me.says("/start").await.contains("Что покажем"), "it is said when a second is over");
    app.advance(1000);
    messengers.desk().fault(Fault::new(Trouble::Page { status: 502 }).of(sending));
    assert!(me.says("/start").await.contains("Что покажем"));
    assert_eq!(messengers.sent_to(3).len(), 2, "each is answered once");

    // A long pause is nobody's to wait for: what comes meanwhile is answered after it.
    messengers.desk().fault(Fault::new(Trouble::Wait { seconds: 100 }).of(sending));
    me.says("/start").await;
    messengers.brought(4, "/start").await;
    assert_eq!((messengers.sent_to(3).len(), messengers.sent_to(4).len()), (2, 0));
    messengers.pass(100).await;
    assert!(other.last().contains("Что покажем"));
}

in_both!(an_answer_waits_for_telegram_that_is_busy, an_answer_waits_for_max_that_is_busy, busy);

async fn flood(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { rustam, timur, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    messengers.link(&timur, 4, "Тимур").await;
    for _ in 0..70 {
        messengers.comes(3, "/start");
    }
    messengers.comes(4, "/start");
    messengers.take_in().await;
    assert_eq!((messengers.sent_to(3).len(), messengers.sent_to(4).len()), (61, 1));
    for answered in [62, 63] {
        messengers.pass(2).await;
        assert_eq!(messengers.sent_to(3).len(), answered);
    }
    messengers.pass(60).await;
    assert_eq!(messengers.sent_to(3).len(), 70, "nothing is lost");
}

in_both!(whoever_floods_the_bot_in_telegram_is_answered_at_leisure, whoever_floods_the_bot_in_max_is_answered_at_leisure, flood);

async fn confirming(messengers: &Messengers) {
    let app = &messengers.app;
    let People { dispatcher, rustam, olga, .. } = app.people();
    messengers.link(&olga, 4, "Ольга").await;
    let starts = NOW + 30 * HOUR;
    let order = app.order().by(&olga).confirmed().make().await;
    let (_, visit) = app.visit().order(order).of(&rustam).at(starts).accepted().make().await;
    messengers.round().await;
    messengers.pass(61).await;
    messengers.pass(10 * 3600).await;
    let reminder = messengers.messages(4).pop().unwrap();
    let old = reminder.buttons.iter().find(|(label, _)| label == "Подтверждаю").unwrap().1.clone().unwrap();

    // Meanwhile it is another time, of which they have heard, but the old message is still there.
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(starts + 48 * HOUR) });
    dispatcher.put(&format!("/api/v1/visits/{visit}"), plan).await.expect(200);
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    messengers.pass(61).await;
    let confirmed = async || {
        let events = dispatcher.get(&format!("/api/v1/orders/{order}/events")).await.json().to_string();
        events.matches("visit.time_fits").count()
    };
    messengers.press(4, &reminder.id, &old);
    messengers.round().await;
    assert_eq!(confirmed().await, 0, "nobody confirms a time that they have not seen");
    assert!(messengers.notices(4).iter().any(|notice| notice == "Время изменилось"), "{:?}", messengers.notices(4));
    let shown = messengers.messages(4).into_iter().find(|shown| shown.id == reminder.id).unwrap();
    let fresh = shown.buttons.iter().find(|(label, _)| label == "Подтверждаю").unwrap().1.clone().unwrap();
    assert_ne!(fresh, old, "with the time as it is now: {shown:?}");
    messengers.press(4, &shown.id, &fresh);
    messengers.round().await;
    assert_eq!(confirmed().await, 1);
    assert!(messengers.messages(4).iter().any(|shown| shown.text.contains("Спасибо")));
    app.forget_history().await;
}

in_both!(
    a_time_is_confirmed_in_telegram_under_the_message_that_names_it,
    a_time_is_confirmed_in_max_under_the_message_that_names_it,
    confirming
);

/// What a worker meets besides.
async fn odd_day(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    let me = messengers.phone(3);
    let strict = app.order().service(app.services().strict).confirmed().make().await;
    let (_, visit) = app.visit().order(strict).of(&rustam).on_site().make().await;
    let (_, later) = app.visit().of(&rustam).at(NOW + 3 * DAY).offered().make().await;
    messengers.round().await;
    me.says("/start").await;
    assert!(me.presses("Дальше").await.contains("предложено"), "an offer of another day: {}", me.last());

    // Photos that wait are forgotten by nothing.
    assert!(me.sends_photo("Было так").await.contains("до работ или после"));
    me.says("/start").await;
    me.presses("Сегодня").await;
    let label = me.buttons()[0].clone();
    me.presses(&label).await;
    assert!(me.presses("Завершить").await.contains("Сначала скажите"), "{}", me.last());
    assert!(me.presses("После").await.contains("1 фото добавлено в отчёт по № 26-000001: После"), "{}", me.last());
    let files = dispatcher.get(&format!("/api/v1/visits/{visit}/files")).await.json();
    assert_eq!(files.to_string().matches("\"after\"").count(), 1, "{files}");

    // What is missing is told each time.
    for times in 1..=2 {
        let lacks = me.presses("Завершить").await;
        assert!(lacks.contains("Пока завершить нельзя") && lacks.contains("фото «до»"), "{lacks}");
        assert_eq!(me.heard("Пока завершить нельзя"), times);
    }
    me.presses("⬜ Проверить питание").await;
    assert!(me.buttons().contains(&"✅ Проверить питание".to_owned()), "{:?}", me.buttons());

    // A place goes to the dispatcher; what cannot be read is answered kindly, and its words are kept.
    assert!(me.is_at(55.75, 37.61).await.contains("Передано"));
    let lines = dispatcher.get(&format!("/api/v1/visits/{visit}/messages")).await.json();
    assert!(lines.to_string().contains("yandex.ru/maps/?pt=37.61,55.75"), "{lines}");
    messengers.sticker(3);
    messengers.round().await;
    assert!(me.last().contains("Понимаю текст, фото и файлы"), "{}", me.last());
    messengers.document(3, "обзор.mp4", b"video", "Снял на видео");
    messengers.round().await;
    assert_eq!(me.heard("Понимаю текст, фото и файлы"), 2);
    assert!(me.last().contains("Записал в отчёт"), "{}", me.last());
    me.presses("Написать диспетчеру").await;
    messengers.document(3, "смета.exe", b"MZ\0\0", "Вот смета");
    messengers.round().await;
    assert!(me.last().contains("Передано.") && me.last().lines().count() > 1, "{}", me.last());
    let lines = dispatcher.get(&format!("/api/v1/visits/{visit}/messages")).await.json();
    assert!(lines.to_string().contains("Вот смета"), "{lines}");

    // Nothing is cut: a report is refused whole, and no line is said to be passed on.
    let full = json!({ "text": "а".repeat(7990) });
    rustam.put(&format!("/api/v1/visits/{visit}/report"), full).await.expect(200);
    assert!(me.says("Поставил всё на место").await.contains("Слишком длинно"), "{}", me.last());

    // On the way to another: the one that rests does not take its words; with two under way it is asked.
    dispatcher.post(&format!("/api/v1/visits/{visit}/pause"), json!({ "reason": "просил" })).await.expect(200);
    rustam.put(&format!("/api/v1/visits/{visit}/report"), json!({ "text": "Начал" })).await.expect(200);
    for step in ["acceptance", "departure"] {
        rustam.post(&format!("/api/v1/visits/{later}/{step}"), json!({})).await.expect(200);
    }
    assert!(me.says("Еду").await.contains("№ 26-000002"), "{}", me.last());
    rustam.post(&format!("/api/v1/visits/{visit}/resumption"), json!({})).await.expect(200);
    assert!(me.says("Поменял створку").await.contains("О каком задании"), "{}", me.last());
    let label = me.buttons().into_iter().find(|label| label.contains("26-000001")).unwrap();
    me.presses(&label).await;
    let report = dispatcher.get(&format!("/api/v1/visits/{visit}/report")).await.expect(200).json();
    assert!(report["text"].as_str().unwrap().contains("Поменял створку"), "{report}");

    // A chat that is not theirs any more does not lose their words.
    messengers.round().await;
    me.says("/start").await;
    me.presses("Сегодня").await;
    let label = me.buttons().into_iter().find(|label| label.contains("26-000001")).unwrap();
    me.presses(&label).await;
    me.presses("Написать диспетчеру").await;
    app.execute("UPDATE visits SET status = 'cancelled' WHERE id = ?", [visit.into()]).await;
    assert!(me.says("Ключ под ковриком").await.contains("в ваш личный чат"), "{}", me.last());
    app.forget_history().await;
}

in_both!(nothing_that_a_worker_sends_is_lost_in_telegram, nothing_that_a_worker_sends_is_lost_in_max, odd_day);

db_test!(an_error_of_ours_in_one_chat_is_nobody_elses, |app| {
    fn falls<'a>(
        app: &'a crate::app::App,
        line: &'a crate::notifications::Line,
        task: &'a crate::notifications::Task,
    ) -> futures_util::future::BoxFuture<'a, crate::error::Result<()>> {
        assert!(task.arrived.chat != "3", "planted");
        answer(app, line, task)
    }
    let messengers = Messengers::start(&app, falls).await;
    let app = messengers.app.clone();
    let People { rustam, timur, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    messengers.link(&timur, 4, "Тимур").await;
    messengers.comes(3, "/start");
    messengers.comes(4, "/start");
    messengers.take_in().await;
    assert!(messengers.phone(4).last().contains("Что покажем"));
    // It is tried again, and not for ever.
    for _ in 0..12 {
        messengers.pass(3600).await;
    }
    assert_eq!(app.number("SELECT attempts FROM arrivals WHERE chat = '3'").await, 8);
    assert_eq!(app.number("SELECT COUNT(*) FROM arrivals WHERE due_ms IS NOT NULL").await, 0);

    // What has ended the program again and again is not taken up once more, and its sender hears so.
    app.execute("UPDATE arrivals SET due_ms = 1, attempts = 8 WHERE chat = '4'", []).await;
    messengers.take_in().await;
    assert_eq!(app.number("SELECT COUNT(*) FROM arrivals WHERE due_ms IS NOT NULL").await, 0);
    messengers.take_in().await;
    assert_eq!((messengers.messages(4).len(), messengers.phone(4).heard("Не получилось принять")), (2, 1));
});
