//! What messengers and gateways bring to the doors of the system, how the doors are looked after, and how the channels stand.

use super::{
    Channel, Lines, arrivals,
    decide::distribute,
    deliver::{deliver, leave_alone},
    health::{self, Direction},
    listen::{self, Ear},
    sms_tests::{fates_of, somebody_comes},
    testing::{Messengers, Served, with_sms},
};
use crate::{bot, config::Config, testkit::*, web::Choice};
use channels::{Letter, push};
use emulators::{Fault, Trouble, sms::Gateway};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

const SECRET: &str = "secret_of_the_webhook";
const CHAT: i64 = 7;

/// An address at which the system can be served, and the address in words.
async fn address() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Has things brought to this address.
fn brings(secret: &'static str, url: &str) -> impl FnOnce(&mut Config) {
    let url = url.to_owned();
    move |config| {
        config.public_url = Some(url);
        config.telegram_webhook_secret = Some(secret.into());
        config.max_webhook_secret = Some(secret.into());
    }
}

fn asks(config: &mut Config) {
    config.telegram_webhook_secret = None;
    config.max_webhook_secret = None;
}

/// Listens once, on duty.
async fn listens(messengers: &Messengers, ear: &mut Ear) -> crate::error::Result<Duration> {
    let line = messengers.app.lines.get(messengers.channel).unwrap();
    line.duty.renew(&messengers.app, messengers.channel.code(), "crm1").await;
    listen::step(&messengers.app, line, ear, Duration::ZERO).await
}

async fn arrived(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM arrivals").await
}

/// Where the messenger brings what comes.
async fn hook(messengers: &Messengers) -> Option<String> {
    let line = messengers.app.lines.get(messengers.channel).unwrap();
    line.messenger.as_ref().unwrap().hooked().await.unwrap().map(|hooked| hooked.url)
}

/// Has the messenger bring things elsewhere, or nowhere, behind the system's back.
async fn set_hook(messengers: &Messengers, to: Option<(&str, &str)>) {
    let line = messengers.app.lines.get(messengers.channel).unwrap();
    line.messenger.as_ref().unwrap().hook(to).await.unwrap();
}

async fn stands(app: &TestApp) -> String {
    app.people().administrator.get("/channels").await.expect(200).words()
}

/// With a webhook before, and from now on by asking.
async fn goes_back_to_asking(messengers: Messengers) {
    let messengers = messengers.with(brings(SECRET, "http://127.0.0.1:9")).await;
    listens(&messengers, &mut Ear::default()).await.unwrap();
    assert_eq!(hook(&messengers).await, Some(format!("http://127.0.0.1:9/hooks/{}", messengers.channel)));

    let messengers = messengers.with(asks).await;
    let mut ear = Ear::default();
    listens(&messengers, &mut ear).await.unwrap();
    assert_eq!(hook(&messengers).await, None);
    messengers.comes(CHAT, "привет");
    listens(&messengers, &mut ear).await.unwrap();
    assert_eq!(arrived(&messengers.app).await, 1);

    // Somebody sets one while we ask.
    set_hook(&messengers, Some(("http://127.0.0.1:9/other", SECRET))).await;
    listens(&messengers, &mut ear).await.unwrap_err();
    let page = stands(&messengers.app).await;
    assert!(page.contains("Ответы людей не приходят: сервис приносит ответы на адрес, который был указан раньше"), "{page}");
    listens(&messengers, &mut ear).await.unwrap();
    messengers.comes(CHAT, "ещё раз");
    listens(&messengers, &mut ear).await.unwrap();
    assert_eq!(arrived(&messengers.app).await, 2);
    assert_eq!(health::of(&messengers.app, messengers.channel).await, health::Health::default());
}

db_test!(without_a_webhook_in_the_settings_telegram_brings_nothing_and_is_asked, |app| {
    goes_back_to_asking(Messengers::start(&app, bot::answer).await).await;
});

db_test!(without_a_webhook_in_the_settings_max_brings_nothing_and_is_asked, |app| {
    goes_back_to_asking(Messengers::start_max(&app, bot::answer).await).await;
});

/// With another secret than before.
async fn changes_the_secret(messengers: Messengers, set: &str) {
    let (listener, url) = address().await;
    let messengers = messengers.with(brings("the_secret_before", &url)).await;
    listens(&messengers, &mut Ear::default()).await.unwrap();
    let messengers = messengers.with(brings(SECRET, &url)).await;
    let _served = Served::on(listener, &messengers.app);
    let mut ear = Ear::default();
    for _ in 0..3 {
        listens(&messengers, &mut ear).await.unwrap();
    }
    assert_eq!(messengers.calls(set), 2, "once after each start");
    messengers.comes(CHAT, "привет");
    messengers.all_brought().await;
    assert_eq!(arrived(&messengers.app).await, 1);

    // The messenger gave the webhook up: it is set again.
    set_hook(&messengers, None).await;
    listens(&messengers, &mut ear).await.unwrap();
    messengers.comes(CHAT, "вы тут?");
    messengers.all_brought().await;
    assert_eq!((messengers.calls(set), arrived(&messengers.app).await), (3, 2));
}

db_test!(telegram_is_told_a_new_secret_and_brings_again_after_it_stopped, |app| {
    changes_the_secret(Messengers::start(&app, bot::answer).await, "setWebhook").await;
});

db_test!(max_is_told_a_new_secret_and_brings_again_after_it_stopped, |app| {
    changes_the_secret(Messengers::start_max(&app, bot::answer).await, "POST /subscriptions").await;
});

db_test!(a_webhook_that_fails_is_shown_and_what_was_not_kept_comes_again, |app| {
    let (listener, url) = address().await;
    let messengers = Messengers::start(&app, bot::answer).await.with(brings(SECRET, &url)).await;
    let _served = Served::on(listener, &messengers.app);
    let mut ear = Ear::default();
    listens(&messengers, &mut ear).await.unwrap();

    messengers.app.execute("ALTER TABLE arrivals RENAME TO arrivals_away", []).await;
    messengers.comes(CHAT, "привет");
    messengers.telegram().failed().await;
    listens(&messengers, &mut ear).await.unwrap();
    let troubles = health::of(&messengers.app, Channel::Telegram).await.troubles;
    assert_eq!((troubles.len(), troubles[0].direction), (1, Direction::In));
    assert!(troubles[0].why.starts_with("the webhook fails: Wrong response from the webhook: 500"), "{troubles:?}");
    let page = stands(&messengers.app.restarted().await).await;
    assert!(page.contains("Ответы людей не приходят: сервис не может передать их сайту (Wrong response"), "every node shows it: {page}");

    messengers.app.execute("ALTER TABLE arrivals_away RENAME TO arrivals", []).await;
    messengers.desk().advance(Duration::from_secs(2));
    messengers.all_brought().await;
    assert_eq!(arrived(&messengers.app).await, 1, "Telegram had not heard that it was kept");
    listens(&messengers, &mut ear).await.unwrap();
    assert_eq!(health::of(&messengers.app, Channel::Telegram).await.troubles, [], "what failed lately fails no more");
});

/// One update, brought by whoever knows the secret and by whoever does not.
async fn is_brought(messengers: Messengers, header: &'static str, update: Value) {
    let messengers = messengers.with(brings(SECRET, "http://127.0.0.1:9")).await;
    let rustam = messengers.app.people().rustam;
    messengers.link(&rustam, CHAT, "Рустам").await;
    let path = format!("/hooks/{}", messengers.channel);
    let bring = |secret: Option<&str>, body: &str| {
        let call = messengers.app.nobody().call(axum::http::Method::POST, &path).body("application/json", body.to_owned().into_bytes());
        secret.into_iter().fold(call, |call, secret| call.header(header, secret))
    };
    let update = update.to_string();
    for secret in [None, Some(""), Some("secret_of_the_webhoo"), Some("another_secret")] {
        bring(secret, &update).await.expect(404);
    }
    bring(Some(SECRET), "no update").await.expect(200);
    assert_eq!(arrived(&messengers.app).await, 0);

    let line = messengers.app.lines.get(messengers.channel).unwrap();
    let answer = async || while arrivals::answer(&messengers.app, line, bot::answer, || true).await.unwrap() > 0 {};
    bring(Some(SECRET), &update).await.expect(200);
    assert_eq!((arrived(&messengers.app).await, messengers.messages(CHAT).len()), (1, 0), "it is kept before anything is answered");
    answer().await;
    let answers = messengers.messages(CHAT).len();
    assert!(answers > 0);
    bring(Some(SECRET), &update).await.expect(200);
    answer().await;
    assert_eq!((arrived(&messengers.app).await, messengers.messages(CHAT).len()), (1, answers), "brought again it is known");

    let off = messengers.with(asks).await;
    let call = off.app.nobody().call(axum::http::Method::POST, &path).body("application/json", update.into_bytes());
    call.header(header, SECRET).await.expect(404);
}

db_test!(what_telegram_brings_is_kept_once_and_answered, |app| {
    let person = json!({ "id": CHAT, "is_bot": false, "type": "private", "first_name": "Рустам" });
    let update = json!({ "update_id": 5, "message": { "message_id": 9, "date": 1, "chat": person, "from": person, "text": "привет" } });
    is_brought(Messengers::start(&app, bot::answer).await, "x-telegram-bot-api-secret-token", update).await;
});

db_test!(what_max_brings_is_kept_once_and_answered, |app| {
    let message = json!({ "sender": { "user_id": 500_007, "name": "Рустам", "is_bot": false }, "timestamp": 1,
        "recipient": { "chat_id": CHAT, "chat_type": "dialog" }, "body": { "mid": "mid.1", "seq": 1, "text": "привет" } });
    let update = json!({ "update_type": "message_created", "timestamp": 1, "message": message });
    is_brought(Messengers::start_max(&app, bot::answer).await, "x-max-bot-api-secret", update).await;
});

/// The gateway reports what became of a message; somebody else would like to.
async fn is_reported(app: TestApp, gateway: Gateway, provider: &str, forged: impl Fn(&str) -> Vec<(&'static str, String)>) {
    let phone = "+79990001122";
    let (app, sms) = with_sms(&app, provider, "key").await;
    let served = Served::start(&app).await;
    let order = somebody_comes(&app, phone, None).await;
    while distribute(&app).await.unwrap() > 0 {}
    app.advance(61_000);
    deliver(&app, app.lines.get(Channel::Sms).unwrap()).await.unwrap();
    let state = async || fates_of(&app, order).await.remove(0).1;
    assert_eq!(state().await, "sent");

    let id = app.rows("SELECT provider_id FROM deliveries").await[0].try_get_by_index::<String>(0).unwrap();
    for signature in [None, Some(""), Some("0000000000000000000000000000000000000000")] {
        for name in ["hash", "sha1"] {
            let mut form = forged(&id);
            form.extend(signature.map(|signature| (name, signature.to_owned())));
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            app.nobody().form("/hooks/sms", &form).await.expect(404);
        }
    }
    assert_eq!(state().await, "sent", "what is not signed is not believed");

    sms.report_to(gateway, &format!("{}/hooks/sms", served.url), "key");
    sms.delivered(phone);
    sms.reported().await;
    assert_eq!(state().await, "delivered");
    app.forget_history().await;
}

db_test!(sms_ru_is_believed_when_it_signs, |app| {
    let forged = |id: &str| vec![("data[0]", format!("sms_status\n{id}\n103\n1"))];
    is_reported(app, Gateway::SmsRu, "sms_ru", forged).await;
});

db_test!(smsc_is_believed_when_it_signs, |app| {
    let forged = |id: &str| vec![("id", id.to_owned()), ("phone", "79990001122".to_owned()), ("status", "1".to_owned())];
    is_reported(app, Gateway::Smsc, "smsc", forged).await;
});

db_test!(a_messenger_that_asks_to_wait_is_not_asked_for_news_either, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let mut ear = Ear::default();
    listens(&messengers, &mut ear).await.unwrap();
    let calls = || messengers.desk().journal().len();
    messengers.desk().fault(Fault::new(Trouble::Wait { seconds: 30 }).of("getUpdates"));
    listens(&messengers, &mut ear).await.unwrap_err();
    let before = calls();
    let rest = listens(&messengers, &mut ear).await.unwrap();
    assert!(rest > Duration::ZERO, "there is a rest before the next look");
    let page = stands(&messengers.app).await;
    assert!(page.contains("Ждёт") && page.contains("Сервис просит подождать до "), "{page}");
    let view = messengers.app.people().administrator.get("/api/v1/channels").await.expect(200).json();
    let telegram = view["items"].as_array().unwrap().iter().find(|one| one["channel"] == "telegram").unwrap().clone();
    assert_eq!(telegram["waits_until"], json!(crate::orders::view::rfc3339(messengers.app.clock.now_ms() + 30_000)));
    assert_eq!(telegram["trouble"], Value::Null);

    // Nor are messages sent, nor is it asked by a program that has just begun.
    let line = messengers.app.lines.get(Channel::Telegram).unwrap();
    assert!(messengers.app.clock.now_ms() < line.held_until());
    let messengers = messengers.with(asks).await;
    let mut ear = Ear::default();
    messengers.app.advance(29_000);
    listens(&messengers, &mut ear).await.unwrap();
    // What a webhook brings is kept, and answered when the pause is over.
    messengers.person(CHAT, "Кто-то");
    messengers.brought(CHAT, "привет").await;
    assert_eq!(messengers.desk().journal().len(), before);

    messengers.app.advance(1_000);
    messengers.desk().advance(Duration::from_secs(30));
    listens(&messengers, &mut ear).await.unwrap();
    assert!(messengers.desk().journal().len() > before);
    messengers.take_in().await;
    assert_eq!(messengers.sent_to(CHAT).len(), 1);
    assert!(!stands(&messengers.app).await.contains("просит подождать"));
});

db_test!(a_node_off_duty_asks_nothing, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let line = messengers.app.lines.get(Channel::Telegram).unwrap();
    listen::step(&messengers.app, line, &mut Ear::default(), Duration::ZERO).await.unwrap();
    assert_eq!((messengers.calls("getMe"), messengers.desk().journal().len()), (1, 1), "it learns the bot's name alone");
});

db_test!(a_gateway_that_knows_us_no_more_is_noticed_while_nothing_is_sent, |app| {
    let (app, sms) = with_sms(&app, "smsc", "key").await;
    let (line, mut ear) = (app.lines.get(Channel::Sms).unwrap(), Ear::default());
    let troubles = async || health::of(&app, Channel::Sms).await.troubles.into_iter().map(|one| one.why).collect::<Vec<_>>();
    listen::step(&app, line, &mut ear, Duration::ZERO).await.unwrap();
    assert_eq!(troubles().await, [""; 0]);
    sms.fault(Fault::new(Trouble::Page { status: 502 }));
    listen::step(&app, line, &mut ear, Duration::ZERO).await.unwrap_err();
    assert_eq!(troubles().await, ["an answer that is no JSON"]);
    listen::step(&app, line, &mut ear, Duration::ZERO).await.unwrap();
    assert_eq!(troubles().await, [""; 0]);
    // What sending has shown, an answer to a greeting does not take back.
    health::note(&app, Channel::Sms, Direction::Out, Some("SMSC 3: no money")).await;
    listen::step(&app, line, &mut ear, Duration::ZERO).await.unwrap();
    assert_eq!(troubles().await, ["SMSC 3: no money"]);
});

db_test!(a_trouble_is_kept_with_its_beginning_until_it_is_over, |app| {
    let app = app.with(|config| config.telegram_bot_token = Some("1:t".into())).await;
    let note = async |why: Option<&str>| {
        app.advance(60_000);
        health::note(&app, Channel::Telegram, Direction::Out, why).await;
        health::of(&app, Channel::Telegram).await.troubles.into_iter().map(|one| (one.since_ms - NOW, one.why)).collect::<Vec<_>>()
    };
    assert_eq!(note(None).await, []);
    assert_eq!(note(Some("no connection")).await, [(120_000, "no connection".to_owned())]);
    assert_eq!(note(Some("no connection")).await, [(120_000, "no connection".to_owned())]);
    assert_eq!(note(Some("no answer in time")).await, [(120_000, "no answer in time".to_owned())]);
    let other = app.restarted().await;
    let page = stands(&other).await;
    assert!(page.contains("Не работает") && page.contains("Не принимает сообщения: сервис не ответил вовремя"), "{page}");
    let log = other.people().administrator.get("/notifications").await.expect(200).words();
    assert!(log.contains("Telegram. Не принимает сообщения: сервис не ответил вовремя"), "{log}");
    // Another node hears that it is over.
    health::note(&other, Channel::Telegram, Direction::Out, None).await;
    assert!(stands(&app).await.contains("Включён"));
    let (_, sent) = app.counted(health::note(&app, Channel::Telegram, Direction::Out, None)).await;
    assert_eq!(sent, 1, "nothing is written when nothing changed");

    let line = app.lines.get(Channel::Telegram).unwrap();
    leave_alone(&app, line, Duration::from_secs(3600)).await.unwrap();
    assert!(stands(&other).await.contains("просит подождать до"));
});

db_test!(settings_that_make_no_sense_are_told_on_the_page, |app| {
    let here = std::env::temp_dir();
    let mail = |config: &mut Config| {
        config.smtp_url = Some("smtp://127.0.0.1:9".into());
        config.smtp_from = Some("crm@example.ru".into());
    };
    let key = |config: &mut Config| config.smtp_dkim_key = Some(here.join("there-is-no-such-key.pem"));
    let selector = |config: &mut Config| config.smtp_dkim_selector = Some("crm".into());
    let told = async |set: &dyn Fn(&mut Config), channel: &str| {
        let app = app.with(|config| set(config)).await;
        let view = app.people().administrator.get("/api/v1/channels").await.expect(200).json();
        let own = view["items"].as_array().unwrap().iter().find(|one| one["channel"] == channel).unwrap();
        assert_eq!(own["available"], false);
        let log = app.people().administrator.get("/notifications").await.expect(200).words();
        assert!(log.contains("Настройки указаны неверно"), "{log}");
        let page = stands(&app).await;
        assert!(page.contains("Настройки неверны"), "{page}");
        (own["wrong_settings"].as_str().unwrap().to_owned(), page)
    };
    type Set<'a> = &'a dyn Fn(&mut Config);
    let cases: [(Set, &str, &str, &str); 6] = [
        (
            &|config| {
                mail(config);
                key(config);
                selector(config)
            },
            "email",
            "the DKIM key cannot be read: ",
            "ключ DKIM не читается",
        ),
        (
            &|config| {
                mail(config);
                key(config)
            },
            "email",
            "SMTP_DKIM_SELECTOR is not set",
            "не задано SMTP_DKIM_SELECTOR",
        ),
        (
            &|config| {
                mail(config);
                selector(config)
            },
            "email",
            "SMTP_DKIM_KEY is not set",
            "не задано SMTP_DKIM_KEY",
        ),
        (&|config| config.sms_provider = Some("smsc".into()), "sms", "SMS_TOKEN is not set", "не задано SMS_TOKEN"),
        (
            &|config| {
                config.sms_provider = Some("other".into());
                config.sms_token = Some("key".into())
            },
            "sms",
            "SMS_PROVIDER names no provider",
            "SMS_PROVIDER names no provider",
        ),
        (
            &|config| {
                config.max_bot_token = Some("t".into());
                config.max_root_certificate = Some(here.join("there-is-no-such-root.pem"));
            },
            "max",
            "root certificate ",
            "файл с сертификатом для MAX не читается",
        ),
    ];
    for (set, channel, why, words) in cases {
        let (told, page) = told(set, channel).await;
        assert!(told.starts_with(why), "{told}");
        assert!(page.contains(&format!("Настройки указаны неверно: {words}")), "{page}");
    }
    assert!(!stands(&app).await.contains("Настройки неверны"), "what nobody set up is off");
});

/// A proxy that carries nothing; whom it was asked for.
async fn asked_of(proxy: TcpListener) -> String {
    let (connection, _) = proxy.accept().await.unwrap();
    let (read, mut write) = connection.into_split();
    let line = BufReader::new(read).lines().next_line().await.unwrap().unwrap();
    write.write_all(b"HTTP/1.1 502 no\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    line
}

#[tokio::test]
async fn each_channel_goes_through_its_own_proxy() {
    let (key, public) = push::new_key();
    let subscription =
        json!({ "endpoint": "https://fcm.googleapis.com/x", "keys": { "p256dh": public, "auth": "AAAAAAAAAAAAAAAAAAAAAA" } });
    let (cli, _) = crate::cli::Cli::read(["maxmontaj67", "serve"]).unwrap();
    let cases = [
        (Channel::Telegram, "api.telegram.org"),
        (Channel::Max, "platform-api2.max.ru"),
        (Channel::WhatsApp, "graph.facebook.com"),
        (Channel::Push, "fcm.googleapis.com"),
        (Channel::Sms, "smsc.ru"),
    ];
    for (channel, host) in cases {
        let (proxy, url) = address().await;
        let mut config = cli.config.clone();
        let through = match channel {
            Channel::Telegram => (&mut config.telegram_bot_token, &mut config.telegram_proxy),
            Channel::Max => (&mut config.max_bot_token, &mut config.max_proxy),
            Channel::WhatsApp => (&mut config.whatsapp_token, &mut config.whatsapp_proxy),
            Channel::Push => (&mut config.push_contact, &mut config.push_proxy),
            Channel::Sms | Channel::Mail => (&mut config.sms_token, &mut config.sms_proxy),
        };
        (*through.0, *through.1) = (Some("mailto:a@b.test".into()), Some(url));
        config.whatsapp_phone_id = config.whatsapp_token.is_some().then(|| "1".into());
        config.sms_provider = config.sms_token.is_some().then(|| "smsc".into());
        let lines = Lines::of(&config, &key);
        let line = lines.get(channel).unwrap_or_else(|| panic!("{channel}: {:?}", lines.wrong(channel)));
        let letter = Letter { to: subscription.to_string(), text: "x".into(), ..Letter::default() };
        let asking = async {
            match channel {
                Channel::Push => line.client.send(&letter).await.map(drop),
                _ => line.client.greet().await.map(drop),
            }
        };
        let (asked, failed) = tokio::join!(asked_of(proxy), asking);
        assert_eq!(asked, format!("CONNECT {host}:443 HTTP/1.1"), "{channel}");
        assert!(failed.is_err());
    }
}
