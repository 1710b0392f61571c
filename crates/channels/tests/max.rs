//! The MAX client against the emulated Bot API.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

use channels::{
    Button, Channel, Failure, Letter, Link, Messenger, Press,
    max::Max,
    messenger::{Arrived, Outgoing, Said, What},
};
use emulators::{Fault, Running, Trouble, max::LIMITS};
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const TOKEN: &str = "f9LHodD0-token_of-a-bot";

/// The service, which knows chat 7, and a bot of it.
async fn service() -> (Running<emulators::Max>, Max) {
    let service = emulators::Max::start_for("127.0.0.1:0".parse().unwrap(), TOKEN).await.unwrap();
    service.person(7, "Анна");
    let bot = Max::new(TOKEN, Some(&service.url()), None).unwrap();
    (service, bot)
}

fn letter(to: &str, text: &str) -> Letter {
    Letter { to: to.into(), text: text.into(), ..Letter::default() }
}

fn button(label: &str, press: Press) -> Button {
    Button { label: label.into(), press }
}

async fn all(bot: &Max) -> Vec<Arrived> {
    bot.arrived(None, Duration::ZERO).await.unwrap().0
}

async fn last(bot: &Max) -> What {
    all(bot).await.pop().unwrap().what
}

#[tokio::test]
async fn a_letter_goes_out_whole_as_far_as_it_is_taken_with_its_link_as_a_button() {
    let (service, bot) = service().await;
    assert_eq!(bot.greet().await.unwrap(), emulators::max::BOT_NAME);
    assert_eq!(bot.deep_link("id1_bot", "c0de-_"), "https://max.ru/id1_bot?start=c0de-_");
    let link = Link { label: "Открыть заказ".into(), url: "https://crm.test/o/1".into() };
    let sent = bot.send(&Letter { link: Some(link), ..letter("7", &"я".repeat(5000)) }).await.unwrap();
    let shown = service.last_message(7).unwrap();
    assert_eq!((shown.text.chars().count(), &shown.id), (4000, &sent.id));
    let link = &shown.buttons[0][0];
    assert_eq!((link.label.as_str(), link.url.as_deref()), ("Открыть заказ", Some("https://crm.test/o/1")));
    bot.send(&letter("7", "<b>1 & 2*")).await.unwrap();
    assert_eq!(service.sent_to(7)[1], "<b>1 & 2*");
    assert_eq!(bot.fate(&sent.id, "").await, Ok(None));
}

#[tokio::test]
async fn buttons_are_laid_out_as_they_are_taken() {
    let (service, bot) = service().await;
    let wide =
        vec![button("", Press::Phone), button("Где я", Press::Place), button("", Press::Data("no".into())), button("x", Press::Phone)];
    let many = (0..9).map(|i| button(&"л".repeat(200), Press::Data(i.to_string()))).collect();
    let odd = vec![button("Почта", Press::Open("mailto:a@b.ru".into()))];
    bot.say("7", &"я".repeat(5000), &[wide, many, odd]).await.unwrap();
    let shown = service.last_message(7).unwrap();
    let kinds: Vec<Vec<&str>> = shown.buttons.iter().map(|row| row.iter().map(|button| button.kind.as_str()).collect()).collect();
    assert_eq!(kinds[..2], [vec!["request_contact", "request_geo_location", "callback"], vec!["request_contact"]]);
    assert_eq!(kinds[2..].iter().map(Vec::len).collect::<Vec<_>>(), [7, 2]);
    assert!(shown.text.ends_with("я\nmailto:a@b.ru") && shown.text.chars().count() == 4000);
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let (service, bot) = service().await;
    let dead =
        |outcome: Result<_, Failure>, code: &str| assert!(matches!(&outcome, Err(Failure::Dead { why }) if why == code), "{outcome:?}");
    dead(bot.send(&letter("8", "x")).await, "404 chat.not.found");
    service.stranger(8, "Борис");
    dead(bot.send(&letter("8", "x")).await, "404 chat.not.found");
    service.block(7);
    dead(bot.send(&letter("7", "x")).await, "403 chat.denied error.dialog.suspended");
    service.unblock(7);
    bot.send(&letter("7", "x")).await.unwrap();
    service.deactivate(7);
    dead(bot.send(&letter("7", "x")).await, "403 chat.denied error.dialog.suspended");
    assert_eq!(bot.send(&letter("семь", "x")).await, Err(Failure::Refused { why: "400 proto.payload".into() }));
    let other = Max::new("other", Some(&service.url()), None).unwrap();
    assert_eq!(other.send(&letter("7", "x")).await, Err(Failure::Shut { why: "401 verify.token".into() }));
    let words = "Пишите на +7 900 000-00-00";
    service.person(9, "Вера");
    service.fault(Trouble::Refuse { status: 400, description: words.into() });
    assert_eq!(bot.send(&letter("9", words)).await, Err(Failure::Refused { why: "400 proto.payload".into() }), "the words stay out");
}

#[tokio::test]
async fn a_wait_is_told_as_long_as_it_is() {
    let (service, bot) = service().await;
    service.fault(Trouble::Wait { seconds: 7 });
    let wait = bot.send(&letter("7", "x")).await;
    assert_eq!(wait, Err(Failure::Wait { after: Duration::from_secs(7), why: "429 too.many.requests".into() }));
    service.advance(Duration::from_secs(7));
    let mut slow = LIMITS;
    slow.person.within = Duration::from_secs(600);
    service.limit(Some(slow));
    let id = bot.say("7", "1", &[]).await.unwrap();
    bot.revise("7", &id, "2", &[]).await.unwrap();
    assert!(matches!(bot.say("7", "3", &[]).await, Err(Failure::Wait { after, .. }) if after > Duration::from_secs(60)));
    service.person(8, "Борис");
    bot.say("8", "1", &[]).await.unwrap();
}

#[tokio::test]
async fn what_may_go_better_later_is_no_refusal() {
    let (service, bot) = service().await;
    let troubles = [
        (Trouble::Refuse { status: 503, description: "down".into() }, "503 service.unavailable"),
        (Trouble::Page { status: 502 }, "an answer that is no JSON"),
        (Trouble::Page { status: 403 }, "an answer that is no JSON"),
        (Trouble::Reset, "the connection broke"),
    ];
    for (trouble, why) in troubles {
        service.fault(trouble);
        assert_eq!(bot.send(&letter("7", "x")).await, Err(Failure::Again { why: why.into() }));
    }
    service.fault(Trouble::Page { status: 429 });
    assert!(matches!(bot.send(&letter("7", "x")).await, Err(Failure::Wait { .. })));
    assert_eq!(service.sent_to(7).len(), 0, "nothing of it was taken");
}

#[tokio::test]
async fn an_answer_that_comes_too_late_may_mean_that_it_was_taken() {
    let (service, _) = service().await;
    let bot = Max::with_patience(TOKEN, Some(&service.url()), None, Duration::from_secs(2)).unwrap();
    for trouble in [Trouble::Silent, Trouble::Slow { seconds: 60 }] {
        service.fault(trouble);
        let asked = Instant::now();
        assert_eq!(bot.send(&letter("7", "x")).await, Err(Failure::Again { why: "no answer in time".into() }));
        assert!(asked.elapsed() < Duration::from_secs(20));
    }
    assert_eq!(service.sent_to(7), ["x", "x"]);
}

#[tokio::test]
async fn nobody_there_is_no_refusal_and_nothing_tells_the_token() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let bot = Max::new(TOKEN, Some(&address), None).unwrap();
    let failure = bot.send(&letter("7", "x")).await.unwrap_err();
    assert_eq!(failure, Failure::Again { why: "no connection".into() });
    assert!(!format!("{bot:?}").contains(TOKEN), "{bot:?}");
    for (token, address) in [("a\nb", "http://x"), ("a", "x"), ("a", "data:x")] {
        assert!(Max::new(token, Some(address), None).is_err());
    }
}

#[tokio::test]
async fn what_came_is_read_and_confirmed() {
    let (service, bot) = service().await;
    service.person(-5, "Группа");
    service.starts(7, "c0de-_");
    service.comes(7, "/start c0de");
    service.comes(7, "/started");
    service.comes(-5, "привет");
    service.location(7, 55.75, 37.61);
    service.block(7);
    service.unblock(7);
    let (arrived, marker) = bot.arrived(None, Duration::ZERO).await.unwrap();
    let seen: Vec<_> = arrived.iter().map(|one| (one.chat.as_str(), one.name.as_str(), one.what.clone())).collect();
    let said = |one: &Arrived| match &one.what {
        What::Said(said) => said.clone(),
        other => panic!("{other:?}"),
    };
    let expected = [
        ("7", "Анна", What::Start("c0de-_".into())),
        ("7", "Анна", What::Start("c0de".into())),
        ("7", "Анна", What::Said(said(&arrived[2]))),
        ("", "Группа", What::Said(said(&arrived[3]))),
        ("7", "Анна", What::Place { lat: 55.75, lon: 37.61 }),
        ("7", "Анна", What::Blocked),
        ("7", "Анна", What::Start(String::new())),
    ];
    assert_eq!(seen, expected);
    assert_eq!((said(&arrived[2]).text.as_str(), said(&arrived[3]).text.as_str()), ("/started", "привет"));
    assert_eq!(arrived.iter().map(|one| &one.key).collect::<HashSet<_>>().len(), 7);
    assert!(arrived.iter().all(|one| one.key.len() <= 100));
    assert_eq!(all(&bot).await, arrived, "not confirmed, so it comes again and with the same keys");
    service.comes(7, "ещё");
    let (rest, next) = bot.arrived(marker, Duration::ZERO).await.unwrap();
    assert_eq!((rest.len(), said(&rest[0]).text.as_str()), (1, "ещё"));
    assert_eq!(bot.arrived(next, Duration::ZERO).await.unwrap(), (vec![], next));
}

#[tokio::test]
async fn what_comes_while_it_is_waited_for_is_read_at_once() {
    let (service, bot) = service().await;
    let waiting = tokio::spawn(async move { bot.arrived(None, Duration::from_secs(50)).await });
    while service.questions() == 0 {
        tokio::task::yield_now().await;
    }
    service.comes(7, "привет");
    let (arrived, _) = tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap().unwrap().unwrap();
    assert!(matches!(&arrived[0].what, What::Said(said) if said.text == "привет"));
}

#[tokio::test]
async fn a_press_is_read_and_its_waiting_ended() {
    let (service, bot) = service().await;
    let id = bot.say("7", "Едете?", &[vec![button("Да", Press::Data("yes".into()))]]).await.unwrap();
    service.press(7, &id, "yes").unwrap();
    service.press(7, &id, "yes").unwrap();
    let arrived = all(&bot).await;
    assert_ne!(arrived[0].key, arrived[1].key, "two presses are not one");
    let What::Pressed { press, message, data } = arrived[0].what.clone() else { panic!("{arrived:?}") };
    assert_eq!((message.as_str(), data.as_str(), arrived[0].chat.as_str()), (id.as_str(), "yes", "7"));
    bot.acknowledge(&press, &"ы".repeat(300)).await.unwrap();
    bot.acknowledge(&press, "").await.unwrap();
    assert_eq!(service.notices(7), ["ы".repeat(200), String::new()]);
    assert_eq!(bot.acknowledge("of-long-ago", "Хорошо").await, Ok(()));

    bot.revise("7", &id, "Едем", &[vec![button("Отмена", Press::Data("no".into()))]]).await.unwrap();
    bot.revise("7", &id, "Едем", &[vec![button("Отмена", Press::Data("no".into()))]]).await.unwrap();
    assert_eq!(service.messages(7).len(), 1);
    assert_eq!((service.last_message(7).unwrap().text.as_str(), service.press(7, &id, "yes")), ("Едем", None));
    bot.revise("7", &id, "Приехали", &[]).await.unwrap();
    assert_eq!(service.last_message(7).unwrap().buttons.len(), 0);
    service.advance(Duration::from_secs(8 * 24 * 3600));
    assert!(matches!(bot.revise("7", &id, "Поздно", &[]).await, Err(Failure::Refused { .. })), "a success that is none");
}

#[tokio::test]
async fn a_phone_is_proved_by_its_signature_alone() {
    let (service, bot) = service().await;
    service.contact(7, "+7 900 123-45-67", true);
    assert_eq!(last(&bot).await, What::Phone { phone: "+79001234567".into(), is_proved: true });
    service.contact(7, "79007654321", false);
    assert_eq!(last(&bot).await, What::Phone { phone: "+79007654321".into(), is_proved: false });
    let other = Max::new("another token", None, None).unwrap();
    let (good, card) = (hook_of_contact(7, "79001234567", TOKEN), "TEL;TYPE=cell:79001234567");
    let is_proved = |bot: &Max, hook: &str| match &bot.read_hook(hook.as_bytes()).unwrap()[0].what {
        What::Phone { is_proved, .. } => *is_proved,
        what => panic!("{what:?}"),
    };
    assert!(is_proved(&bot, &good), "{good}");
    assert!(!is_proved(&other, &good), "signed with another token");
    assert!(!is_proved(&bot, &good.replace(card, "TEL;TYPE=cell:79009999999")), "another phone");
    assert!(!is_proved(&bot, &good.replace("\"max_info\":{\"user_id\":7}", "\"max_info\":{\"user_id\":8}")), "another person's card");
    assert!(!is_proved(&bot, &good.replace("\"max_info\":{\"user_id\":7},", "")), "nobody's card");
    assert!(is_proved(&bot, &good.replace("\\r\\n", "\\\\r\\\\n")), "line ends written out");
}

/// A call to the webhook with a signed card.
fn hook_of_contact(user: i64, phone: &str, token: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let card = format!("BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:{phone}\r\nFN:Анна\r\nEND:VCARD\r\n");
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(token.as_bytes()).unwrap();
    mac.update(card.as_bytes());
    let hash = hex::encode(mac.finalize().into_bytes());
    let card = card.replace("\r\n", "\\r\\n");
    format!(
        r#"{{"update_type":"message_created","timestamp":1,"message":{{"sender":{{"user_id":{user}}},"recipient":{{"chat_id":7,"chat_type":"dialog"}},"body":{{"mid":"mid.1","text":null,"attachments":[{{"type":"contact","payload":{{"max_info":{{"user_id":{user}}},"vcf_info":"{card}","hash":"{hash}"}}}}]}}}}}}"#
    )
}

#[tokio::test]
async fn files_that_came_are_fetched_if_they_are_not_too_large() {
    let (service, bot) = service().await;
    service.photo(7, "picture", "Подпись");
    service.document(7, "смета.pdf", "application/pdf", "paper", "");
    let files: Vec<Said> =
        all(&bot).await.into_iter().filter_map(|one| if let What::Said(said) = one.what { Some(said) } else { None }).collect();
    let (photo, document) = (&files[0].files[0], &files[1].files[0]);
    assert_eq!((files[0].text.as_str(), photo.is_picture, photo.name.as_str()), ("Подпись", true, ""));
    assert_eq!((files[1].text.as_str(), document.is_picture, document.name.as_str()), ("", false, "смета.pdf"));
    assert_eq!(bot.fetch(&photo.file, 7).await.unwrap(), b"picture");
    assert_eq!(bot.fetch(&document.file, 100).await.unwrap(), b"paper");
    assert!(matches!(bot.fetch(&photo.file, 6).await, Err(Failure::Refused { .. })));
    assert!(matches!(bot.fetch(&format!("{}/files/99", service.url()), 6).await, Err(Failure::Refused { .. })));
}

#[tokio::test]
async fn nothing_is_fetched_from_elsewhere() {
    let (service, bot) = service().await;
    let neighbour = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = neighbour.local_addr().unwrap();
    let outside = Err(Failure::Refused { why: "an address outside MAX".into() });
    let addresses = [
        format!("http://{at}/secret"),
        "https://notmax.ru/x".into(),
        "https://max.ru.evil.test/x".into(),
        "https://max.ru@evil.test/x".into(),
        "http://i.oneme.ru/x".into(),
        "https://i.oneme.ru:8443/x".into(),
        format!("{}.evil.test/x", service.url()),
        "file:///etc/passwd".into(),
        "/files/0".into(),
    ];
    for address in addresses {
        assert_eq!(bot.fetch(&address, 100).await, outside, "{address}");
    }
    // One that sends on to the neighbour is not followed there.
    let sending_on = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let home = format!("http://{}", sending_on.local_addr().unwrap());
    let answer = format!("HTTP/1.1 302 Found\r\nlocation: http://{at}/secret\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let serving = tokio::spawn(async move {
        let (mut stream, _) = sending_on.accept().await.unwrap();
        let mut head = [0; 4096];
        let read = stream.read(&mut head).await.unwrap();
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8_lossy(&head[..read]).to_lowercase()
    });
    let moved = Max::new(TOKEN, Some(&home), None).unwrap();
    let outcome = moved.fetch(&format!("{home}/x"), 100).await;
    assert_eq!(outcome, Err(Failure::Refused { why: "the file's address answered 302".into() }));
    assert!(!serving.await.unwrap().contains("authorization"), "files are fetched without the token");
    let asked = tokio::time::timeout(Duration::ZERO, neighbour.accept()).await;
    assert!(asked.is_err(), "nobody came to the neighbour");
}

#[tokio::test]
async fn answers_and_messages_passed_on_are_read() {
    let (service, bot) = service().await;
    let id = bot.say("7", "Когда удобно?", &[]).await.unwrap();
    service.replies(7, "Завтра", &id);
    assert!(matches!(last(&bot).await, What::Said(said) if said.reply_to.as_deref() == Some(&id) && said.text == "Завтра"));
    service.forwards(7, &id);
    assert!(matches!(last(&bot).await, What::Said(said) if said.reply_to.is_none() && said.text == "Когда удобно?"));
}

#[tokio::test]
async fn files_go_out_as_pictures_or_files() {
    let (service, bot) = service().await;
    let file = |name: &str, mime: &str| Outgoing { name: name.into(), mime: mime.into(), bytes: name.as_bytes().to_vec() };
    let id = bot.hand_over("7", &file("a.jpg", "image/jpeg"), "Фото").await.unwrap();
    bot.hand_over("7", &file("смета.pdf", "application/pdf"), "").await.unwrap();
    assert_eq!((service.messages(7)[0].id.as_str(), service.messages(7)[0].text.as_str()), (id.as_str(), "Фото"));
    assert_eq!((service.file(0).unwrap(), service.file(1).unwrap()), (b"a.jpg".to_vec(), "смета.pdf".as_bytes().to_vec()));
    service.forwards(7, &service.messages(7)[1].id);
    assert!(matches!(last(&bot).await, What::Said(said) if said.files[0].name == "смета.pdf" && !said.files[0].is_picture));
    service.fault(Fault::new(Trouble::Page { status: 502 }).of("POST /upload"));
    assert!(matches!(bot.hand_over("7", &file("a.jpg", "image/jpeg"), "").await, Err(Failure::Again { .. })));
    let empty = Outgoing { name: "a".into(), mime: "text/plain".into(), bytes: vec![] };
    assert!(matches!(bot.hand_over("7", &empty, "").await, Err(Failure::Refused { .. })));
}

#[tokio::test]
async fn a_file_that_is_still_worked_on_goes_out_when_it_is_ready() {
    let (service, bot) = service().await;
    service.processing(Duration::from_secs(3600));
    let file = Outgoing { name: "a.pdf".into(), mime: "application/pdf".into(), bytes: vec![1] };
    let sending = tokio::spawn(async move { bot.hand_over("7", &file, "Акт").await });
    service
        .until("it is not ready twice", |calls| calls.iter().filter(|call| call.said.starts_with("attachment.not.ready")).count() == 2)
        .await;
    service.advance(Duration::from_secs(3600));
    let id = tokio::time::timeout(Duration::from_secs(20), sending).await.unwrap().unwrap().unwrap();
    assert_eq!((service.last_message(7).unwrap().id, service.messages(7).len()), (id, 1));
}

#[tokio::test]
async fn what_comes_is_brought_to_one_webhook() {
    let (service, bot) = service().await;
    assert_eq!(bot.hooked().await, Ok(None));
    bot.hook(Some(("https://old.test/hook", "s3cret-_"))).await.unwrap();
    bot.hook(Some(("https://crm.test/hook", "s3cret-_"))).await.unwrap();
    assert_eq!(bot.hooked().await.unwrap().unwrap().url, "https://crm.test/hook");
    assert!(matches!(bot.hook(Some(("https://crm.test/hook", "a b"))).await, Err(Failure::Refused { .. })));
    assert!(matches!(bot.arrived(None, Duration::ZERO).await, Err(Failure::Refused { .. })));
    bot.hook(None).await.unwrap();
    assert_eq!(bot.hooked().await, Ok(None));
    service.comes(7, "привет");
    assert_eq!(all(&bot).await.len(), 1);
}

#[test]
fn a_call_to_the_webhook_is_read_or_refused() {
    let bot = Max::new(TOKEN, None, None).unwrap();
    for body in ["", "{}", "[]", "7", "{\"update_type\":1}", "<html>"] {
        assert!(matches!(bot.read_hook(body.as_bytes()), Err(Failure::Refused { .. })), "{body}");
    }
    for body in
        ["{\"update_type\":\"of_tomorrow\",\"message\":7}", "{\"update_type\":\"message_callback\",\"callback\":{},\"message\":null}"]
    {
        let arrived = bot.read_hook(body.as_bytes()).unwrap();
        assert_eq!((arrived.len(), arrived[0].what.clone(), arrived[0].chat.as_str()), (1, What::Other, ""), "{body}");
    }
}

#[test]
fn a_second_press_under_the_same_keyboard_is_told_from_a_repeat_of_the_first() {
    let bot = Max::new(TOKEN, None, None).unwrap();
    let key = |at: i64| {
        let callback = format!(r#"{{"callback_id":"{}","timestamp":{at},"payload":"yes"}}"#, "k".repeat(120));
        let hook = format!(r#"{{"update_type":"message_callback","timestamp":1,"callback":{callback},"message":{{}}}}"#);
        bot.read_hook(hook.as_bytes()).unwrap().remove(0).key
    };
    assert!(key(1) == key(1) && key(1) != key(2) && key(1).len() <= 100);
}

/// A service with a certificate that only this file vouches for.
async fn secured() -> (String, tempfile::NamedTempFile) {
    use tokio_rustls::{
        TlsAcceptor,
        rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
    };
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let root = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(root.path(), own.cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into()).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let acceptor = TlsAcceptor::from(std::sync::Arc::new(config));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // Whoever does not trust us hangs up.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await;
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 22\r\nconnection: close\r\n\r\n{\"username\":\"id1_bot\"}";
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, root)
}

#[tokio::test]
async fn the_root_certificate_of_the_settings_is_trusted_by_this_client_alone() {
    let (address, root) = secured().await;
    let plain = Max::new(TOKEN, Some(&address), None).unwrap();
    assert_eq!(plain.greet().await, Err(Failure::Again { why: "no connection: the certificate is not trusted".into() }));
    let trusting = Max::new(TOKEN, Some(&address), Some(root.path())).unwrap();
    assert_eq!(trusting.greet().await.as_deref(), Ok("id1_bot"));
    assert!(plain.greet().await.is_err());
    std::fs::write(root.path(), "no certificate").unwrap();
    assert!(Max::new(TOKEN, None, Some(root.path())).unwrap_err().contains("there is none in it"));
    assert!(Max::new(TOKEN, None, Some(&root.path().with_extension("none"))).is_err());
}
