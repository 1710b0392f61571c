//! What comes late: an answer to a question of days ago, a file that the messenger does not give, an arrival that is never taken in.

use super::{
    answer,
    customer_tests::{chat_of, order_of},
    tests::{in_both, picture},
};
use crate::{
    app::App,
    error::Result,
    ids::VisitId,
    notifications::{Line, Task, deed::Deed, testing::Messengers},
    orders::VisitAction,
    testkit::*,
};
use emulators::{Fault, Trouble};
use futures_util::future::BoxFuture;
use serde_json::json;
use std::time::Duration;

/// Somebody presses a button of before under the newest message.
pub(super) async fn press(messengers: &Messengers, chat: i64, data: &str) {
    messengers.press_late(chat, &messengers.messages(chat).pop().unwrap().id, data);
    messengers.round().await;
}

async fn late_words_of_a_customer(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, olga, .. } = app.people();
    messengers.link(&olga, 7, "Ольга").await;
    let me = messengers.phone(7);
    let (order, visit) = app.visit().of(&rustam).at(NOW + 3 * DAY).accepted().make().await;
    messengers.round().await;
    messengers.pass(61).await;
    for (data, asked) in [(format!("drop:{order}"), "Отменить заказ"), (format!("move:{visit}"), "Когда вам удобно")]
    {
        press(messengers, 7, &data).await;
        assert!(me.last().contains(asked), "{}", me.last());
        messengers.pass(15 * 60).await;
        let words = format!("Спасибо, жду вас ({asked})");
        let said = me.says(&words).await;
        assert!(said.contains("по нему я ничего не сделал") && said.contains("Передано"), "{said}");
        assert!(chat_of(&app, order).await.contains(&words));
        let said = me.says("И ещё").await;
        assert!(!said.contains("ничего не сделал"), "it is said once: {said}");
    }
    let shown = order_of(&app, order).await;
    assert_eq!((&shown["status"], &shown["problem"]), (&json!("scheduled"), &json!(null)));
    let events = dispatcher.get(&format!("/api/v1/orders/{order}/events")).await.json().to_string();
    assert!(!events.contains("move_wanted"), "{events}");

    // Within the time it is an answer, and a question that is asked anew waits anew.
    press(messengers, 7, &format!("move:{visit}")).await;
    messengers.pass(10 * 60).await;
    press(messengers, 7, &format!("move:{visit}")).await;
    messengers.pass(10 * 60).await;
    assert!(me.says("в пятницу").await.contains("Передали диспетчеру"), "{}", me.last());

    // What is to be put right is no word of thanks.
    app.execute("UPDATE visits SET status = 'cancelled' WHERE id = ?", [visit.into()]).await;
    app.execute("UPDATE orders SET status = 'acceptance' WHERE id = ?", [order.into()]).await;
    let version = order_of(&app, order).await["version"].as_i64().unwrap();
    press(messengers, 7, &format!("back:{order}:{version}")).await;
    assert!(me.last().contains("Что исправить"), "{}", me.last());
    messengers.pass(15 * 60).await;
    assert!(me.says("Всё отлично").await.contains("по нему я ничего не сделал"), "{}", me.last());
    assert_eq!(order_of(&app, order).await["status"], "acceptance");

    // A new order does nothing before it is sent: it waits for a day, and is kept longer.
    me.says("/start").await;
    me.presses("Новый заказ").await;
    let id = app.services().window;
    let service = dispatcher.get(&format!("/api/v1/services/{id}")).await.json()["name"].as_str().unwrap().to_owned();
    me.presses(&service).await;
    messengers.pass(23 * 3600).await;
    assert!(me.says("Мира, 1").await.contains("Опишите"), "{}", me.last());
    messengers.pass(24 * 3600).await;
    me.says("Вы ещё приедете?").await;
    assert_eq!(me.heard("Заказ, который вы начали, сохранён"), 1);
    assert!(chat_of(&app, order).await.contains("Вы ещё приедете?"));
    me.says("/start").await;
    assert!(me.presses("Новый заказ").await.contains("Продолжаем"), "{}", me.last());
    app.forget_history().await;
}

in_both!(
    a_question_to_a_customer_in_telegram_is_not_answered_by_later_words,
    a_question_to_a_customer_in_max_is_not_answered_by_later_words,
    late_words_of_a_customer
);

async fn late_words_of_others(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, timur, olga, .. } = app.people();
    for (person, chat) in [(&dispatcher, 1), (&rustam, 3), (&timur, 4)] {
        messengers.link(person, chat, person.name).await;
    }
    let visit_of = async |id: i64| dispatcher.get(&format!("/api/v1/visits/{id}")).await.expect(200).json();
    let act = async |id: i64, action: VisitAction| {
        Deed::Visit { action, id: VisitId(id), version: visit_of(id).await["version"].as_i64().unwrap() }.to_string()
    };
    // Words of a report are no reason, nor is a line to the office.
    let (_, at_work) = app.visit().of(&rustam).on_site().make().await;
    let (_, offered) = app.visit().of(&timur).at(NOW + 2 * DAY).offered().make().await;
    messengers.round().await;
    let [office, worker, other] = [1, 3, 4].map(|chat| messengers.phone(chat));
    worker.says("/start").await;
    press(messengers, 3, &act(at_work, VisitAction::Fail).await).await;
    press(messengers, 4, &act(offered, VisitAction::Decline).await).await;
    assert!(worker.last().contains("Почему не вышло") && other.last().contains("Почему не возьмётесь"), "{}", worker.last());
    messengers.pass(15 * 60).await;
    let said = worker.says("Окно стоит").await;
    assert!(said.contains("по нему я ничего не сделал") && said.contains("Записал в отчёт"), "{said}");
    let said = other.says("Буду в десять").await;
    assert!(said.contains("по нему я ничего не сделал") && said.contains("Передано"), "{said}");
    assert_eq!((&visit_of(at_work).await["status"], &visit_of(offered).await["status"]), (&json!("on_site"), &json!("offered")));

    // Today's words do not go to yesterday's customer.
    let order = app.order().by(&olga).confirmed().make().await;
    office.says("/start").await;
    for (minutes, goes) in [(59, true), (60, false)] {
        press(messengers, 1, &format!("wo:{order}")).await;
        assert!(office.last().contains("Напишите заказчику"), "{}", office.last());
        messengers.pass(minutes * 60).await;
        let words = format!("Через {minutes} минут");
        let said = office.says(&words).await;
        assert_eq!(said.contains("прошло больше часа") && said.contains("никому не отправил"), !goes, "{said}");
        assert_eq!(chat_of(&app, order).await.contains(&words), goes, "{said}");
    }
    app.forget_history().await;
}

in_both!(
    a_question_to_a_worker_or_the_office_in_telegram_is_not_answered_by_later_words,
    a_question_to_a_worker_or_the_office_in_max_is_not_answered_by_later_words,
    late_words_of_others
);

/// Somebody of each side: their chat, and the button by which they write somewhere.
async fn writers(messengers: &Messengers) -> [(i64, String); 3] {
    let app = &messengers.app;
    let People { dispatcher, rustam, olga, .. } = app.people();
    for (person, chat) in [(&dispatcher, 1), (&rustam, 3), (&olga, 7)] {
        messengers.link(person, chat, person.name).await;
        messengers.comes(chat, "/start");
    }
    let order = app.order().by(&olga).confirmed().make().await;
    messengers.round().await;
    messengers.pass(61).await;
    [(1, format!("wo:{order}")), (3, "write".to_owned()), (7, format!("wo:{order}"))]
}

async fn files_in_chats(messengers: &Messengers) -> i64 {
    messengers.app.number("SELECT COUNT(*) FROM files WHERE message_id IS NOT NULL").await
}

async fn lines(messengers: &Messengers, words: &str) -> i64 {
    messengers.app.number(&format!("SELECT COUNT(*) FROM chat_messages WHERE body = '{words}'")).await
}

async fn files_not_given(messengers: &Messengers) {
    let app = messengers.app.clone();
    for (kept, (chat, button)) in (1..).zip(writers(messengers).await) {
        let me = messengers.phone(chat);
        press(messengers, chat, &button).await;
        // Each file is asked for three times at once.
        messengers.desk().fault(Fault::new(Trouble::Page { status: 502 }).of("file").times(3));
        let words = format!("Вот окно {chat}");
        messengers.photo(chat, picture(), &words);
        messengers.comes(chat, &format!("И дверь {chat}"));
        messengers.take_in().await;
        assert_eq!(lines(messengers, &words).await, 1, "the words are there at once: {}", me.last());
        assert_eq!(me.heard("файл мессенджер пока не отдал"), 1);
        assert_eq!(files_in_chats(messengers).await, kept - 1);
        assert_eq!(lines(messengers, &format!("И дверь {chat}")).await, 1, "what follows does not wait for it: {}", me.last());
        messengers.pass(5).await;
        assert_eq!((files_in_chats(messengers).await, me.heard("Файл дошёл")), (kept, 1), "it is fetched by itself");
        messengers.pass(3600).await;
        assert_eq!(files_in_chats(messengers).await, kept, "once");
    }
    app.forget_history().await;
}

in_both!(a_photo_that_telegram_does_not_give_yet_holds_no_words_up, a_photo_that_max_does_not_give_yet_holds_no_words_up, files_not_given);

async fn files_never_given(messengers: &Messengers) {
    let app = messengers.app.clone();
    let all = writers(messengers).await;
    for (chat, button) in &all {
        let me = messengers.phone(*chat);
        press(messengers, *chat, button).await;
        // One that is gone is not asked for again.
        messengers.desk().fault(Fault::new(Trouble::Refuse { status: 404, description: "Not Found".into() }).of("file"));
        messengers.photo(*chat, picture(), "");
        messengers.take_in().await;
        assert!(me.last().contains("Файл не получен"), "{}", me.last());
        assert_eq!(app.number("SELECT COUNT(*) FROM arrivals WHERE due_ms IS NOT NULL").await, 0);

        press(messengers, *chat, button).await;
        messengers.desk().fault(Fault::new(Trouble::Page { status: 502 }).of("file").times(1000));
        messengers.photo(*chat, picture(), "");
        messengers.take_in().await;
        for _ in 0..10 {
            messengers.pass(3600).await;
        }
        messengers.desk().no_more_faults();
        assert_eq!((me.heard("пока не отдал"), me.heard("так и не отдал")), (1, 1), "{:?}", messengers.messages(*chat));
    }
    assert_eq!(files_in_chats(messengers).await, 0);
    app.forget_history().await;
}

in_both!(whoever_sends_a_photo_that_telegram_never_gives_hears_so, whoever_sends_a_photo_that_max_never_gives_hears_so, files_never_given);

async fn files_asked_for_too_often(messengers: &Messengers) {
    let app = messengers.app.clone();
    let [.., (chat, button)] = writers(messengers).await;
    press(messengers, chat, &button).await;
    messengers.desk().fault(Fault::new(Trouble::Wait { seconds: 60 }).of("file"));
    messengers.photo(chat, picture(), "Вот окно");
    messengers.take_in().await;
    let line = app.lines.get(messengers.channel).unwrap();
    assert!(line.held_until() > app.clock.now_ms() + 50_000, "the whole line waits");
    assert_eq!((lines(messengers, "Вот окно").await, files_in_chats(messengers).await), (1, 0));
    messengers.pass(60).await;
    assert_eq!(files_in_chats(messengers).await, 1);
    app.forget_history().await;
}

in_both!(
    a_wait_that_telegram_asks_for_with_a_file_is_waited_for,
    a_wait_that_max_asks_for_with_a_file_is_waited_for,
    files_asked_for_too_often
);

/// Takes nothing in, and says so in the end.
fn takes_nothing<'a>(app: &'a App, line: &'a Line, task: &'a Task) -> BoxFuture<'a, Result<()>> {
    if task.is_given_up { answer(app, line, task) } else { Box::pin(async { Err(anyhow::anyhow!("planted").into()) }) }
}

async fn never_taken_in(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { rustam, timur, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    messengers.link(&timur, 4, "Тимур").await;
    app.execute("UPDATE users SET language = 'en' WHERE id = ?", [timur.user_id.into()]).await;
    messengers.comes(3, "Снял старое окно");
    messengers.comes(4, "Снял старое окно");
    messengers.take_in().await;
    assert_eq!(messengers.sent_to(3).len(), 0);
    for _ in 0..10 {
        messengers.pass(700).await;
    }
    assert_eq!((messengers.phone(3).heard("Не получилось принять"), messengers.sent_to(3).len()), (1, 1));
    assert_eq!((messengers.phone(4).heard("could not take in"), messengers.sent_to(4).len()), (1, 1));
}

db_test!(whoever_is_never_answered_in_telegram_hears_so, |app| {
    never_taken_in(&Messengers::start(&app, takes_nothing).await).await;
});

db_test!(whoever_is_never_answered_in_max_hears_so, |app| {
    never_taken_in(&Messengers::start_max(&app, takes_nothing).await).await;
});

async fn slow_file(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { rustam, timur, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    messengers.link(&timur, 4, "Тимур").await;
    let me = messengers.phone(3);
    me.says("/start").await;
    me.presses("Написать диспетчеру").await;
    messengers.desk().fault(Fault::new(Trouble::Slow { seconds: 6 }).of("file"));
    messengers.photo(3, picture(), "Вот окно");
    messengers.comes(3, "И дверь");
    messengers.hear().await;
    let told = messengers.sent_to(3).len();
    let somebody_else = async {
        while app.number("SELECT COUNT(*) FROM arrivals WHERE attempts = 1 AND due_ms IS NOT NULL").await == 0 {
            tokio::task::yield_now().await;
        }
        messengers.comes(4, "/start");
        messengers.hear().await;
        let is_answered = |calls: &[emulators::Call]| calls.iter().any(|call| call.chat == Some(4) && call.text.contains("Что покажем"));
        messengers.desk().until("the other is answered", is_answered).await;
        messengers.sent_to(3).len()
    };
    let ((), meanwhile) = tokio::join!(messengers.answer(), somebody_else);
    assert_eq!(meanwhile, told, "the photo was still on its way");
    assert_eq!((lines(messengers, "Вот окно").await, files_in_chats(messengers).await), (1, 1));
    assert!(messengers.sent_to(3).len() > told);
    let order = app.number(
        "SELECT COUNT(*) FROM chat_messages a JOIN chat_messages b ON a.id < b.id WHERE a.body = 'Вот окно' AND b.body = 'И дверь'",
    );
    assert_eq!(order.await, 1, "within a chat in order");
    app.forget_history().await;
}

in_both!(a_slow_photo_in_telegram_holds_up_nobody_else, a_slow_photo_in_max_holds_up_nobody_else, slow_file);

/// Takes longer than an arrival is held for.
fn takes_long<'a>(app: &'a App, _: &'a Line, _: &'a Task) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for _ in 0..4 {
            app.clock.advance(45_000);
            let renewed = app.clock.now_ms() + 120_000;
            let text = format!("SELECT COUNT(*) AS held FROM arrivals WHERE due_ms = {renewed}");
            let count = || sea_orm::ConnectionTrait::query_one_raw(app.db.read(), store::sql(app.db.engine(), &text, []));
            let is_renewed = async || count().await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap() == 1;
            let renewed = async {
                while !is_renewed().await {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(30), renewed).await.expect("it is held on");
        }
        Ok(())
    })
}

db_test!(what_takes_long_to_be_answered_is_answered_by_one, |app| {
    let messengers = Messengers::start(&app, takes_long).await;
    messengers.comes(3, "Вот окно");
    messengers.take_in().await;
    assert_eq!(messengers.app.number("SELECT attempts FROM arrivals").await, 1);
    assert_eq!(messengers.app.number("SELECT COUNT(*) FROM arrivals WHERE due_ms IS NOT NULL").await, 0);
});
