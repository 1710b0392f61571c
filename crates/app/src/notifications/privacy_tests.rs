//! The delivery log names nobody: phones and mailboxes stand with the people alone.

use super::{
    Channel, Side, Wording,
    push_tests::Browsers,
    sms_tests::{fates_of, somebody_comes},
    testing::{MailServer, Messengers, queue, send, tell, with_sms},
    whatsapp_tests::Number,
};
use crate::{bot, testkit::*, web::Choice};
use emulators::{Fault, Trouble, sms::Gateway};
use serde_json::json;

const PHONE: i64 = 79_990_001_122;

/// Every way in which an address could stand somewhere.
fn writings(address: &str) -> Vec<String> {
    let plain = address.trim_start_matches('+').to_lowercase();
    let number = plain.parse::<u64>().map(|number| format!("{number:x}")).ok();
    let bytes: String = plain.bytes().map(|byte| format!("{byte:02x}")).collect();
    [plain, bytes].into_iter().chain(number).collect()
}

/// Looks through all that is kept of messages and of how their channels stand.
async fn nobody_is_named(app: &TestApp, addresses: &[&str]) {
    let rows = app.rows("SELECT CONCAT(provider_id, '|', answer, '|', facts, '|', person, '|', rest) FROM deliveries").await;
    let troubles = app.rows("SELECT why FROM troubles").await;
    assert!(!rows.is_empty());
    for row in rows.iter().chain(&troubles) {
        let kept = row.try_get_by_index::<String>(0).unwrap().to_lowercase();
        for writing in addresses.iter().flat_map(|address| writings(address)) {
            assert!(!kept.contains(&writing), "{writing} stands in {kept}");
        }
    }
}

/// How often a state is among those of the messages that went by this channel to customers, or at all where it leads to none.
async fn in_state(app: &TestApp, channel: Channel, state: &str) -> i64 {
    app.number(&format!("SELECT COUNT(*) FROM deliveries WHERE channel = '{channel}' AND state = '{state}' AND (channel <> 'sms' OR customer_id IS NOT NULL)")).await
}

/// One message arrives, of one the answer is lost, one is to a phone that nobody has.
async fn through(app: &TestApp, gateway: Gateway, provider: &str, token: &str) {
    let (app, sms) = with_sms(app, provider, token).await;
    let (phone, cut_off, none) = (format!("+{PHONE}"), "+79990007788", "+79990003344");
    let round = async || {
        app.advance(61_000);
        sms.advance(std::time::Duration::from_secs(61));
        tell(&app).await;
    };
    somebody_comes(&app, &phone, None).await;
    tell(&app).await;
    round().await;
    assert_eq!(in_state(&app, Channel::Sms, "sent").await, 1, "{provider}");
    nobody_is_named(&app, &[&phone]).await;
    sms.delivered(&phone);
    round().await;
    assert_eq!(in_state(&app, Channel::Sms, "delivered").await, 1, "{provider}: it was asked with the person's phone");

    somebody_comes(&app, cut_off, None).await;
    tell(&app).await;
    sms.fault(Fault::new(Trouble::Reset).to(79_990_007_788));
    round().await;
    nobody_is_named(&app, &[&phone, cut_off]).await;
    round().await;
    round().await;
    if gateway != Gateway::SmsRu {
        assert_eq!(sms.sent_to(cut_off).len(), 1, "{provider}: it was never taken, and went again");
    }

    sms.no_such(none);
    somebody_comes(&app, none, None).await;
    tell(&app).await;
    round().await;
    assert_eq!(in_state(&app, Channel::Sms, "dead").await, 1, "{provider}");
    nobody_is_named(&app, &[&phone, cut_off, none]).await;
    app.forget_history().await;
}

db_test!(smsc_leaves_no_phone_in_the_log, |app| {
    through(&app, Gateway::Smsc, "smsc", "key").await;
});

db_test!(sms_ru_leaves_no_phone_in_the_log, |app| {
    through(&app, Gateway::SmsRu, "sms_ru", "key").await;
});

db_test!(sms_aero_leaves_no_phone_in_the_log, |app| {
    through(&app, Gateway::SmsAero, "sms_aero", "box@montaj.test:key").await;
});

db_test!(who_has_another_phone_since_is_not_asked_about_under_it, |app| {
    let (app, sms) = with_sms(&app, "smsc", "key").await;
    let phone = format!("+{PHONE}");
    let (open, sent) = (somebody_comes(&app, &phone, None).await, somebody_comes(&app, "+79990007788", None).await);
    tell(&app).await;
    sms.fault(Fault::new(Trouble::Reset).to(PHONE));
    app.advance(61_000);
    tell(&app).await;
    for (before, after) in [(phone.as_str(), "+79990005566"), ("+79990007788", "+79990005577")] {
        app.execute("UPDATE customers SET phone = ? WHERE phone = ?", [after.into(), before.into()]).await;
    }
    app.execute("UPDATE deliveries SET ask_ms = NULL WHERE customer_id IS NULL", []).await;
    app.advance(61_000);
    let before = sms.journal().len();
    send(&app).await;
    let states = fates_of(&app, open).await.into_iter().chain(fates_of(&app, sent).await);
    let mut states: Vec<String> = states.map(|(_, state, _)| state).collect();
    states.sort();
    assert_eq!(states, ["sent", "unknown"], "what was taken stays so, of the other nobody can say");
    assert_eq!(sms.journal().len(), before, "nobody is asked under a phone that it did not go to");
    assert_eq!(app.number("SELECT COUNT(*) FROM deliveries WHERE ask_ms IS NOT NULL").await, 0);
    app.forget_history().await;
});

db_test!(what_former_versions_kept_of_smsc_is_still_followed, |app| {
    let (app, sms) = with_sms(&app, "smsc", "key").await;
    let phone = format!("+{PHONE}");
    somebody_comes(&app, &phone, None).await;
    tell(&app).await;
    app.advance(61_000);
    tell(&app).await;
    let id = app.number("SELECT id FROM deliveries WHERE customer_id IS NOT NULL").await;
    let former = format!("{id}-{PHONE:x}");
    app.execute("UPDATE deliveries SET provider_id = ?, address_mark = NULL WHERE id = ?", [former.into(), id.into()]).await;
    sms.delivered(&phone);
    app.advance(61_000);
    send(&app).await;
    assert_eq!(in_state(&app, Channel::Sms, "delivered").await, 1);
    app.forget_history().await;
});

db_test!(letters_leave_no_mailbox_in_the_log, |app| {
    let server = MailServer::start();
    let app = app.with(|config| config.use_mail(&server.url)).await;
    let olga = app.people().olga;
    for (mailbox, state) in [("olga", "sent"), ("unknown", "dead"), ("full", "dead"), ("grey", "failed"), ("stranger", "dead")] {
        let mailbox = format!("{mailbox}@example.test");
        app.execute("DELETE FROM deliveries", []).await;
        app.execute("UPDATE users SET email = ? WHERE id = ?", [mailbox.as_str().into(), olga.user_id.into()]).await;
        app.order().confirmed().make().await;
        tell(&app).await;
        assert_eq!(in_state(&app, Channel::Mail, state).await, 1, "{mailbox}");
        nobody_is_named(&app, &[&mailbox]).await;
    }
    app.forget_history().await;
});

db_test!(whatsapp_leaves_no_phone_in_the_log, |app| {
    let number = Number::start(&app).await;
    let olga = number.app.people().olga;
    number.meets(&olga, PHONE).await;
    number.app.order().by(&olga).confirmed().make().await;
    number.pass(61).await;
    assert_eq!(number.texts(PHONE).len(), 1);
    nobody_is_named(&number.app, &[&PHONE.to_string()]).await;
    number.service.reads(PHONE);
    number.round().await;
    assert_eq!(in_state(&number.app, Channel::WhatsApp, "read").await, 1);
    number.app.forget_history().await;
});

/// What goes through a messenger's bot.
async fn bots(messengers: Messengers) {
    let (app, rustam) = (&messengers.app, messengers.app.people().rustam);
    app.execute("UPDATE users SET phone = ? WHERE id = ?", [format!("+{PHONE}").into(), rustam.user_id.into()]).await;
    messengers.link(&rustam, 4_815_162_342, "Рустам").await;
    app.visit().of(&rustam).offered().make().await;
    messengers.pass(61).await;
    assert_eq!(in_state(app, messengers.channel, "sent").await, 1);
    nobody_is_named(app, &[&PHONE.to_string()]).await;
    app.forget_history().await;
}

db_test!(telegram_leaves_no_phone_in_the_log, |app| {
    bots(Messengers::start(&app, bot::answer).await).await;
});

db_test!(max_leaves_no_phone_in_the_log, |app| {
    bots(Messengers::start_max(&app, bot::answer).await).await;
});

db_test!(telegram_is_told_no_name_no_phone_and_no_address, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let app = &messengers.app;
    let People { dispatcher, rustam, olga, .. } = app.people();
    for (person, chat) in [(&dispatcher, 1), (&rustam, 2), (&olga, 3)] {
        messengers.link(person, chat, "").await;
    }
    let order = app.order().by(&olga).confirmed().make().await;
    let (_, visit) = app.visit().order(order).of(&rustam).accepted().make().await;
    // All talk there: the words themselves go, without who says them.
    for words in ["Добрый день", "Замок сломан"] {
        let says = async |person: &Person, to: String| {
            person.post(&to, json!({ "text": words })).await.expect(201);
            app.execute("UPDATE chat_messages SET channel = 'telegram'", []).await;
            messengers.pass(60).await;
        };
        for person in [&olga, &dispatcher] {
            says(person, format!("/api/v1/orders/{order}/messages?audience=customer")).await;
        }
        for person in [&rustam, &dispatcher] {
            says(person, format!("/api/v1/visits/{visit}/messages")).await;
            says(person, format!("/api/v1/workers/{}/messages", rustam.worker_id)).await;
        }
    }
    for (turn, wording) in (500..).zip(Wording::ALL) {
        let person = match wording.side() {
            Side::Office => &dispatcher,
            Side::Worker => &rustam,
            Side::Customer => &olga,
        };
        queue(app, turn, (*wording, messengers.channel), &format!("u{}", person.user_id), order).await;
        messengers.pass(2).await;
    }
    let said: Vec<String> = [1, 2, 3].iter().flat_map(|chat| messengers.sent_to(*chat)).collect();
    let spoken: Vec<&String> = said.iter().filter(|text| text.contains("Замок сломан")).collect();
    assert!(said.len() > 30 && spoken.len() >= 5, "{said:?}");
    let known = "SELECT name FROM users UNION SELECT phone FROM users WHERE phone IS NOT NULL UNION SELECT name FROM customers \
        UNION SELECT phone FROM customers WHERE phone IS NOT NULL UNION SELECT address FROM orders";
    for row in app.rows(known).await {
        let of_somebody = row.try_get_by_index::<String>(0).unwrap();
        for word in of_somebody.split(' ').filter(|word| word.chars().count() > 2) {
            let telling = said.iter().find(|text| text.split(|c: char| !c.is_alphanumeric() && c != '+').any(|said| said == word));
            assert_eq!(telling, None, "{word}");
        }
    }
    app.forget_history().await;
});

db_test!(browsers_leave_no_address_in_the_log, |app| {
    let browsers = Browsers::start(&app).await;
    let dispatcher = browsers.app.people().dispatcher;
    let subscription = browsers.subscribe(&dispatcher).await;
    browsers.order().await;
    assert_eq!(in_state(&browsers.app, Channel::Push, "sent").await, 1);
    let endpoint = serde_json::from_str::<serde_json::Value>(&subscription).unwrap()["endpoint"].as_str().unwrap().to_owned();
    nobody_is_named(&browsers.app, &[&endpoint, endpoint.rsplit('/').next().unwrap()]).await;
    browsers.app.forget_history().await;
});
