//! What is told because of the time: the evening before, a worker's morning, somebody late.

use super::{
    reminders,
    testing::{Messengers, tell},
};
use crate::{bot, orders::view::rfc3339, testkit::*};
use emulators::{Fault, Trouble};
use serde_json::json;

const EVENING: &str = "Напоминаем";
const MORNING: &str = "Доброе утро";
const LATE: &str = "может задержаться";

/// Seconds, as clocks of messengers count.
fn seconds(ms: i64) -> u32 {
    u32::try_from(ms / 1000).unwrap()
}

/// What somebody was told in such words, oldest first.
fn told(messengers: &Messengers, chat: i64, words: &str) -> Vec<String> {
    let texts = messengers.messages(chat).into_iter().map(|message| message.text.replace('\u{a0}', " "));
    texts.filter(|text| text.contains(words)).collect()
}

/// Two minutes, in which everybody has heard what there is to hear so far: a chat takes one message a second.
async fn settle(messengers: &Messengers) {
    for _ in 0..24 {
        messengers.pass(5).await;
    }
}

/// Looks twice at what it is time for, and as a program that has just begun.
async fn remind_again(messengers: &Messengers) {
    for _ in 0..2 {
        reminders::remind(&messengers.app).await.unwrap();
        let restarted = messengers.app.restarted().await;
        reminders::remind(&restarted).await.unwrap();
        messengers.pass(60).await;
    }
}

db_test!(a_workers_morning_is_told_once_and_to_those_alone_who_have_something_to_do, |app| {
    app.set_company("time_zone", "Asia/Yekaterinburg").await;
    let messengers = Messengers::start(&app, bot::answer).await;
    let app = &messengers.app;
    let People { dispatcher, ivan, semyon, rustam, timur, .. } = app.people();
    for (chat, worker) in [(1, &ivan), (2, &semyon), (3, &rustam), (4, &timur)] {
        messengers.link(worker, chat, "Кто-то").await;
    }
    // It is eleven in Yekaterinburg. Tomorrow Rustam goes twice, the second time late in the evening; Ivan the day after.
    let at = |hours: i64| NOW + hours * HOUR;
    app.visit().of(&rustam).at(at(26)).accepted().make().await;
    app.visit().of(&rustam).at(at(35)).accepted().make().await;
    app.visit().of(&ivan).at(at(38)).accepted().make().await;
    let (_, visit) = app.visit().of(&timur).at(at(27)).accepted().make().await;
    dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    // What was never offered is no business of Semyon's yet.
    app.visit().of(&semyon).at(at(27)).make().await;

    settle(&messengers).await;
    messengers.pass(seconds(21 * HOUR - 3 * MINUTE)).await;
    let mornings = || [1, 2, 3, 4].map(|chat| told(&messengers, chat, MORNING).len());
    assert_eq!(mornings(), [0; 4], "a minute before eight");
    messengers.pass(60).await;
    assert_eq!(mornings(), [0, 0, 1, 0]);
    assert!(told(&messengers, 3, MORNING)[0].contains("Заданий на сегодня: 2."), "{:?}", told(&messengers, 3, MORNING));
    remind_again(&messengers).await;
    assert_eq!(mornings(), [0, 0, 1, 0], "once a morning");
    messengers.pass(seconds(DAY - 2 * MINUTE)).await;
    assert_eq!(mornings(), [1, 0, 1, 0], "the next morning is Ivan's");
    app.forget_history().await;
});

db_test!(a_morning_comes_at_eight_where_the_worker_is, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let app = &messengers.app;
    let People { ivan, semyon, rustam, .. } = app.people();
    for (chat, worker, zone) in [(1, &ivan, ""), (2, &semyon, "Europe/Kaliningrad"), (3, &rustam, "Asia/Yekaterinburg")] {
        messengers.link(worker, chat, "Кто-то").await;
        worker.patch("/api/v1/me", json!({ "zone": zone })).await.expect(200);
    }
    for worker in [&ivan, &semyon, &rustam] {
        app.visit().of(worker).at(NOW + 26 * HOUR).accepted().make().await;
    }
    // Eleven in the evening where the company is: in Yekaterinburg that is the day after.
    app.visit().of(&rustam).at(NOW + 38 * HOUR).accepted().make().await;
    settle(&messengers).await;
    let mornings = || [1, 2, 3].map(|chat| told(&messengers, chat, MORNING).len());
    messengers.pass(seconds(21 * HOUR - 3 * MINUTE)).await;
    assert_eq!(mornings(), [0, 0, 0], "a minute before six in Moscow");
    messengers.pass(60).await;
    assert_eq!(mornings(), [0, 0, 1], "it is eight in Yekaterinburg");
    assert!(
        told(&messengers, 3, MORNING)[0].contains("на сегодня: 1."),
        "the day there ends two hours sooner: {:?}",
        told(&messengers, 3, MORNING)
    );
    messengers.pass(seconds(2 * HOUR)).await;
    assert_eq!(mornings(), [1, 0, 1]);
    // Whose zone becomes another is not told the same morning again.
    rustam.patch("/api/v1/me", json!({ "zone": "Europe/Kaliningrad" })).await.expect(200);
    messengers.pass(seconds(HOUR)).await;
    assert_eq!(mornings(), [1, 1, 1]);
    ivan.patch("/api/v1/me", json!({ "zone": "Europe/Samara" })).await.expect(200);
    remind_again(&messengers).await;
    assert_eq!(mornings(), [1, 1, 1]);
    app.forget_history().await;
});

db_test!(a_morning_that_waited_tells_what_is_still_ahead, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let app = &messengers.app;
    let People { dispatcher, semyon, rustam, timur, .. } = app.people();
    for (chat, worker) in [(2, &semyon), (3, &rustam), (4, &timur)] {
        messengers.link(worker, chat, "Кто-то").await;
        worker.put("/api/v1/me/quiet-hours", json!({ "quiet_from": "22:00", "quiet_to": "09:00" })).await.expect(204);
    }
    let at = |hours: i64| NOW + hours * HOUR;
    let (_, gone) = app.visit().of(&rustam).at(at(26)).accepted().make().await;
    app.visit().of(&rustam).at(at(30)).accepted().make().await;
    let (_, only) = app.visit().of(&semyon).at(at(26)).accepted().make().await;
    app.visit().of(&timur).at(at(26)).accepted().make().await;
    settle(&messengers).await;
    messengers.pass(seconds(23 * HOUR + 28 * MINUTE)).await;
    let waits = "SELECT COUNT(*) FROM deliveries WHERE wording = 'crew-day' AND state = 'queued'";
    assert_eq!(app.number(waits).await, 3, "written at eight, they wait until nine");
    for visit in [gone, only] {
        dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    }
    messengers.pass(seconds(31 * MINUTE)).await;
    settle(&messengers).await;
    let mornings = [2, 3, 4].map(|chat| told(&messengers, chat, MORNING));
    assert_eq!(mornings.each_ref().map(Vec::len), [0, 1, 1], "{mornings:?}");
    assert!(mornings[1..].iter().all(|texts| texts[0].contains("на сегодня: 1.")), "{mornings:?}");
    let unsaid = &app.rows("SELECT state, answer FROM deliveries WHERE wording = 'crew-day' AND state <> 'sent'").await;
    assert_eq!(unsaid.len(), 1);
    let why: (String, String) = (unsaid[0].try_get_by_index(0).unwrap(), unsaid[0].try_get_by_index(1).unwrap());
    assert_eq!(why, ("passed".into(), "overtaken".into()));
    app.forget_history().await;
});

db_test!(a_customer_hears_once_that_it_takes_longer, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let app = &messengers.app;
    let People { dispatcher, rustam, olga, pyotr, .. } = app.people();
    for (chat, person) in [(1, &dispatcher), (3, &rustam), (5, &olga), (6, &pyotr)] {
        messengers.link(person, chat, "Кто-то").await;
    }
    // From one to three.
    let (_, visit) = app.visit().of(&rustam).accepted().make().await;
    settle(&messengers).await;
    messengers.pass(seconds(4 * HOUR + 12 * MINUTE)).await;
    assert_eq!(told(&messengers, 5, LATE).len(), 0, "a quarter of an hour is given");
    messengers.pass(60).await;
    assert_eq!(told(&messengers, 5, LATE).len(), 1, "{:?}", messengers.messages(5));
    remind_again(&messengers).await;
    rustam.post(&format!("/api/v1/visits/{visit}/departure"), json!({})).await.expect(200);
    messengers.pass(seconds(HOUR)).await;
    let late = || [1, 3, 5, 6].map(|chat| told(&messengers, chat, LATE).len());
    assert_eq!(late(), [0, 0, 1, 0], "once, and to nobody else");
    messengers.pass(seconds(2 * HOUR)).await;
    assert_eq!(late(), [0, 0, 1, 0], "nor when the time is over");
    app.forget_history().await;
});

db_test!(a_short_visit_is_late_at_its_middle_and_one_that_was_accepted_late_is_given_time, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let app = &messengers.app;
    let People { ivan, rustam, olga, pyotr, .. } = app.people();
    messengers.link(&olga, 5, "Ольга").await;
    messengers.link(&pyotr, 6, "Пётр").await;
    let short = app.order().by(&olga).confirmed().make().await;
    let ends = json!(rfc3339(NOW + 4 * HOUR + 20 * MINUTE));
    app.visit().order(short).of(&rustam).with("ends_at", ends).accepted().make().await;
    settle(&messengers).await;
    messengers.pass(seconds(4 * HOUR + 8 * MINUTE)).await;
    assert_eq!(told(&messengers, 5, LATE).len(), 1);

    // At half past one somebody is found for what was to begin at one.
    messengers.pass(seconds(20 * MINUTE)).await;
    let order = app.order().by(&pyotr).confirmed().make().await;
    app.visit().order(order).of(&ivan).accepted().make().await;
    settle(&messengers).await;
    messengers.pass(seconds(12 * MINUTE)).await;
    assert_eq!(told(&messengers, 6, LATE).len(), 0, "{:?}", messengers.messages(6));
    messengers.pass(60).await;
    assert_eq!(told(&messengers, 6, LATE).len(), 1);
    app.forget_history().await;
});

db_test!(nobody_is_late_who_has_come_or_is_not_expected, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let app = &messengers.app;
    let People { dispatcher, ivan, semyon, rustam, timur, olga, .. } = app.people();
    messengers.link(&olga, 5, "Ольга").await;
    app.visit().of(&rustam).on_site().make().await;
    let (_, cancelled) = app.visit().of(&timur).accepted().make().await;
    dispatcher.post(&format!("/api/v1/visits/{cancelled}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    let (_, moved) = app.visit().of(&semyon).accepted().make().await;
    let plan = |hours: i64| json!({ "worker_ids": [semyon.worker_id], "starts_at": rfc3339(NOW + hours * HOUR), "ends_at": rfc3339(NOW + (hours + 2) * HOUR), "offer": true });
    dispatcher.put(&format!("/api/v1/visits/{moved}"), plan(6)).await.expect(200);
    semyon.post(&format!("/api/v1/visits/{moved}/acceptance"), json!({})).await.expect(200);
    // Nobody has promised to come.
    app.visit().of(&ivan).make().await;
    settle(&messengers).await;
    messengers.pass(seconds(4 * HOUR + 28 * MINUTE)).await;
    assert_eq!(told(&messengers, 5, LATE), Vec::<String>::new());
    messengers.pass(seconds(HOUR + 45 * MINUTE)).await;
    assert_eq!(told(&messengers, 5, LATE).len(), 1, "at the time that holds now");
    app.forget_history().await;
});

db_test!(what_stopped_being_so_while_it_waited_is_not_told, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let app = &messengers.app;
    let People { dispatcher, rustam, timur, olga, pyotr, .. } = app.people();
    messengers.link(&olga, 5, "Ольга").await;
    messengers.link(&pyotr, 6, "Пётр").await;
    let (_, late) = app.visit().of(&rustam).accepted().make().await;
    let tomorrow = app.order().by(&pyotr).confirmed().make().await;
    let (_, tomorrow) = app.visit().order(tomorrow).of(&timur).at(NOW + 26 * HOUR).accepted().make().await;
    settle(&messengers).await;
    messengers.pass(seconds(4 * HOUR - 2 * MINUTE)).await;

    let out = || Fault::new(Trouble::Page { status: 502 }).of("sendMessage").times(1000);
    messengers.desk().fault(out());
    messengers.pass(seconds(15 * MINUTE)).await;
    let state = |wording: &str| format!("SELECT COUNT(*) FROM deliveries WHERE wording = '{wording}' AND state IN ('queued', 'failed')");
    assert_eq!(app.number(&state("customer-late")).await, 1, "it waits for the provider");
    for deed in ["departure", "arrival"] {
        rustam.post(&format!("/api/v1/visits/{late}/{deed}"), json!({})).await.expect(200);
    }
    messengers.desk().no_more_faults();
    messengers.pass(seconds(HOUR)).await;
    assert_eq!(told(&messengers, 5, LATE), Vec::<String>::new(), "the worker has come");

    messengers.desk().fault(out());
    messengers.pass(seconds(4 * HOUR)).await;
    assert_eq!(app.number(&state("customer-tomorrow")).await, 1, "it is past six in the evening");
    dispatcher.post(&format!("/api/v1/visits/{tomorrow}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    messengers.desk().no_more_faults();
    messengers.pass(seconds(HOUR)).await;
    assert_eq!(told(&messengers, 6, EVENING), Vec::<String>::new(), "nobody comes tomorrow");
    app.forget_history().await;
});

db_test!(the_evening_before_a_visit_is_told_once_in_the_customers_zone, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let app = &messengers.app;
    let People { ivan, rustam, olga, pyotr, .. } = app.people();
    messengers.link(&olga, 5, "Ольга").await;
    messengers.link(&pyotr, 6, "Пётр").await;
    let (order, _) = app.visit().of(&rustam).at(NOW + 26 * HOUR).accepted().make().await;
    app.execute("UPDATE orders SET zone = 'Asia/Yekaterinburg' WHERE id = ?", [order.into()]).await;
    // At four in Moscow it is six there.
    settle(&messengers).await;
    messengers.pass(seconds(7 * HOUR - 3 * MINUTE)).await;
    assert_eq!(told(&messengers, 5, EVENING).len(), 0);
    messengers.pass(60).await;
    remind_again(&messengers).await;
    let reminded = told(&messengers, 5, EVENING);
    assert!(reminded.len() == 1 && reminded[0].contains("завтра, 13:00"), "{reminded:?}");
    // What is agreed on in the evening needs no reminder.
    messengers.pass(seconds(3 * HOUR)).await;
    let late = app.order().by(&pyotr).confirmed().make().await;
    app.visit().order(late).of(&ivan).at(NOW + 26 * HOUR).accepted().make().await;
    messengers.pass(seconds(HOUR)).await;
    tell(app).await;
    assert_eq!(told(&messengers, 6, EVENING), Vec::<String>::new());
    app.forget_history().await;
});
