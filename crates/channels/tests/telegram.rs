//! The Telegram client against the emulated Bot API.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

use channels::{
    Button, Channel, Failure, Letter, Link, Messenger, Pace, Press,
    messenger::{Arrived, Hooked, Incoming, Outgoing, Said, What},
    telegram::Telegram,
};
use emulators::{
    Fault, Running, Trouble,
    telegram::{LIMITS, ShownButton, ShownFile},
};
use std::time::{Duration, Instant};

const TOKEN: &str = "1:token";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

/// The service, which knows chat 7, and a bot of it.
async fn service() -> (Running, Telegram) {
    let service = emulators::Telegram::start_for("127.0.0.1:0".parse().unwrap(), TOKEN).await.unwrap();
    service.person(7, "Анна");
    let bot = Telegram::new(TOKEN, Some(&service.url()), None).unwrap();
    (service, bot)
}

fn letter(to: &str, text: &str) -> Letter {
    Letter { to: to.into(), text: text.into(), ..Letter::default() }
}

fn button(label: &str, press: Press) -> Button {
    Button { label: label.into(), press }
}

fn data(label: &str, data: &str) -> Button {
    button(label, Press::Data(data.into()))
}

fn shown(label: &str, data: Option<&str>, url: Option<&str>) -> ShownButton {
    ShownButton { label: label.into(), data: data.map(str::to_owned), url: url.map(str::to_owned) }
}

/// All that waits for the bot.
async fn arrived(bot: &Telegram) -> Vec<Arrived> {
    bot.arrived(None, Duration::ZERO).await.unwrap().0
}

fn why(sent: Result<impl std::fmt::Debug, Failure>) -> String {
    sent.unwrap_err().why().to_owned()
}

#[tokio::test]
async fn a_text_goes_out_plain_and_whole_as_far_as_it_is_taken() {
    let (service, bot) = service().await;
    assert_eq!(bot.greet().await.unwrap(), "montaj_bot");
    let sent = bot.send(&letter("7", &"я".repeat(5000))).await.unwrap();
    bot.send(&letter("7", "<b>1 & 2")).await.unwrap();
    bot.say("7", &"🔧".repeat(3000), &[]).await.unwrap();
    let texts = service.sent_to(7);
    let lengths: Vec<_> = texts.iter().map(|text| text.chars().count()).collect();
    assert_eq!((lengths, texts[1].as_str()), (vec![4096, 8, 2048], "<b>1 & 2"));
    assert_eq!((sent.id, sent.parts, sent.cost_minor), (service.journal()[1].message.unwrap().to_string(), 1, None));
    assert_eq!(bot.fate("1", "").await, Ok(None));
    assert_eq!(bot.pace(), Pace { every: Duration::from_millis(40), every_to_one: Duration::from_secs(1) });
    assert_eq!(bot.deep_link("montaj_bot", "c0de_-"), "https://t.me/montaj_bot?start=c0de_-");
}

#[tokio::test]
async fn a_link_and_buttons_stand_under_the_text() {
    let (service, bot) = service().await;
    let link = Some(Link { label: "Открыть".into(), url: "https://crm.example/o/1".into() });
    let buttons =
        vec![vec![data("Да", "yes:1"), data("Нет", "no:1")], vec![button("Карта", Press::Open("https://yandex.ru/maps/".into()))], vec![]];
    bot.send(&Letter { link, buttons, title: "Заголовок".into(), ..letter("7", "Едете?") }).await.unwrap();
    let message = service.last_message(7).unwrap();
    assert_eq!(message.text, "Едете?");
    let rows = [
        vec![shown("Да", Some("yes:1"), None), shown("Нет", Some("no:1"), None)],
        vec![shown("Карта", None, Some("https://yandex.ru/maps/"))],
        vec![shown("Открыть", None, Some("https://crm.example/o/1"))],
    ];
    assert_eq!(message.buttons, rows);
}

#[tokio::test]
async fn an_address_that_no_button_takes_is_the_last_line() {
    let (service, bot) = service().await;
    for url in [
        "http://localhost:8080/o/1",
        "http://127.0.0.1/o/1",
        "http://[::1]/o/1",
        "http://crm/o/1",
        "http://a.localhost/",
        "http://10.0.0.5/",
        "/o/1",
    ] {
        let link = Some(Link { label: "Открыть".into(), url: url.into() });
        bot.send(&Letter { link: link.clone(), buttons: vec![vec![data("Да", "yes")]], ..letter("7", "Едете?") }).await.unwrap();
        let message = service.last_message(7).unwrap();
        assert_eq!((message.text, message.buttons.len()), (format!("Едете?\n{url}"), 1));
        bot.send(&Letter { link, ..letter("7", &"я".repeat(5000)) }).await.unwrap();
        let long = service.last_message(7).unwrap().text;
        assert!(long.chars().count() == 4096 && long.ends_with(&format!("я\n{url}")), "the address stays whole");
    }
    let open = button("Открыть", Press::Open("http://localhost/".into()));
    bot.say("7", "", &[vec![open]]).await.unwrap();
    assert_eq!(service.last_message(7).unwrap().text, "http://localhost/");
}

#[tokio::test]
async fn data_that_no_button_takes_does_not_go_out() {
    let (service, bot) = service().await;
    bot.say("7", "x", &[vec![data("Да", &"x".repeat(64))]]).await.unwrap();
    for unfit in ["x".repeat(65), "я".repeat(33), String::new()] {
        let sent = bot.send(&Letter { buttons: vec![vec![data("Да", &unfit)]], ..letter("7", "x") }).await;
        assert!(matches!(sent, Err(Failure::Refused { why }) if why == "the data of a button is not 1 to 64 bytes"));
    }
    assert_eq!(service.sent_to(7).len(), 1);
}

#[tokio::test]
async fn phone_and_place_are_asked_for_once() {
    let (service, bot) = service().await;
    let link = Some(Link { label: "Политика".into(), url: "https://crm.example/p".into() });
    let buttons = vec![vec![button("Мой телефон", Press::Phone), button("Я здесь", Press::Place)], vec![data("Не сейчас", "later")]];
    bot.send(&Letter { link, buttons: buttons.clone(), ..letter("7", "Кто вы?") }).await.unwrap();
    let message = service.last_message(7).unwrap();
    let labels: Vec<Vec<_>> = message.buttons.iter().map(|row| row.iter().map(|button| button.label.as_str()).collect()).collect();
    assert_eq!(
        (message.text.as_str(), labels),
        ("Кто вы?\nhttps://crm.example/p", vec![vec!["Мой телефон", "Я здесь"], vec!["Не сейчас"]])
    );
    for label in ["Мой телефон", "Я здесь", "Не сейчас"] {
        assert!(service.press_label(7, None, label), "{label}");
        assert!(!service.press_label(7, None, label), "the keyboard is gone once it is used");
        bot.say("7", "Кто вы?", &buttons).await.unwrap();
    }
    let what: Vec<_> = arrived(&bot).await.into_iter().map(|arrived| arrived.what).collect();
    let [What::Phone { phone, is_proved: true }, What::Place { .. }, What::Said(said)] = &what[..] else { panic!("{what:?}") };
    assert_eq!((phone.as_str(), said.text.as_str()), ("+79000000007", "Не сейчас"));
}

#[tokio::test]
async fn a_message_is_revised_and_that_nothing_changes_is_no_failure() {
    let (service, bot) = service().await;
    let id = bot.say("7", "Едете?", &[vec![data("Да", "yes")]]).await.unwrap();
    let other = vec![vec![data("Передумал", "no"), button("Мой телефон", Press::Phone)]];
    for _ in 0..2 {
        bot.revise("7", &id, "Едете", &other).await.unwrap();
    }
    let message = service.last_message(7).unwrap();
    assert_eq!((message.text.as_str(), &message.buttons[..]), ("Едете", &[vec![shown("Передумал", Some("no"), None)]][..]));
    bot.revise("7", &id, "Спасибо", &[]).await.unwrap();
    assert_eq!(service.last_message(7).unwrap().buttons, [[]; 0]);
    assert!(matches!(bot.revise("7", "99", "x", &[]).await, Err(Failure::Refused { why }) if why.contains("not found")));
    assert!(matches!(bot.revise("7", "x", "x", &[]).await, Err(Failure::Refused { .. })));
    assert_eq!(service.messages(7).len(), 1);
}

#[tokio::test]
async fn a_press_comes_with_its_message_and_is_acknowledged() {
    let (service, bot) = service().await;
    let id = bot.say("7", "Едете?", &[vec![data("Да", "yes:1")]]).await.unwrap();
    let message = id.parse().unwrap();
    let twice = [service.press(7, message, "yes:1").unwrap(), service.press(7, message, "yes:1").unwrap()];
    bot.revise("7", &id, "Едете", &[]).await.unwrap();
    service.press_late(7, message, "yes:1").unwrap();
    service.advance(Duration::from_secs(72 * 3600));
    service.press_late(7, message, "yes:1").unwrap();
    // Those of before are forgotten by then, as after a day with Telegram.
    let old = arrived(&bot).await;
    assert_eq!(old.len(), 1);
    let What::Pressed { press, message: under, data } = &old[0].what else { panic!("{old:?}") };
    assert_eq!((under, data.as_str(), old[0].chat.as_str(), old[0].name.as_str()), (&id, "yes:1", "7", "user7"));
    bot.acknowledge(press, &"я".repeat(300)).await.unwrap();
    bot.acknowledge(press, "").await.unwrap();
    bot.acknowledge(&twice[0], "Поздно").await.unwrap();
    assert_ne!(twice[0], twice[1]);
    assert_eq!(service.notices(7), ["я".repeat(200), String::new()]);
    service.fault(Fault::new(Trouble::Page { status: 502 }).of("answerCallbackQuery"));
    assert!(matches!(bot.acknowledge(press, "").await, Err(Failure::Again { .. })));
}

#[tokio::test]
async fn files_are_handed_over_as_what_they_are() {
    let (service, bot) = service().await;
    let file = |name: &str, mime: &str, bytes: &[u8]| Outgoing { name: name.into(), mime: mime.into(), bytes: bytes.into() };
    let id = bot.hand_over("7", &file("фасад.png", "image/png", PNG), "До").await.unwrap();
    bot.hand_over("7", &file("акт \"№ 1\"\r\n.pdf", "application/pdf", b"%PDF"), &"я".repeat(2000)).await.unwrap();
    bot.hand_over("7", &file("схема.svg", "image/svg+xml", b"<svg/>"), "").await.unwrap();
    bot.hand_over("7", &file("битое.jpg", "image/jpeg", b"no picture"), "").await.unwrap();
    bot.hand_over("7", &file("", "нет", b"x"), "").await.unwrap();
    let messages = service.messages(7);
    let seen: Vec<_> = messages.iter().map(|message| message.file.clone().unwrap()).collect();
    let shown = |is_photo, name: &str, mime: &str, size| ShownFile { is_photo, name: name.into(), mime: mime.into(), size };
    let expected = [
        shown(true, "фасад.png", "image/png", PNG.len()),
        shown(false, "акт \"№ 1\".pdf", "application/pdf", 4),
        shown(false, "схема.svg", "image/svg+xml", 6),
        shown(false, "битое.jpg", "image/jpeg", 10),
        shown(false, "document", "application/octet-stream", 1),
    ];
    assert_eq!(seen, expected);
    assert_eq!((messages[0].text.as_str(), messages[1].text.chars().count(), messages[0].id.to_string()), ("До", 1024, id));
    assert_eq!(service.bytes(7, messages[0].id).unwrap(), PNG);

    let large = file("x", "image/png", &[PNG, &vec![0; 10 << 20]].concat());
    bot.hand_over("7", &large, "").await.unwrap();
    assert!(!service.last_message(7).unwrap().file.unwrap().is_photo, "too large for a photo");
    let larger = file("x", "image/png", &vec![0; (50 << 20) + 1]);
    assert_eq!(why(bot.hand_over("7", &larger, "").await), "the file is too large");
    service.block(7);
    assert!(matches!(bot.hand_over("7", &file("x", "x/x", b"x"), "").await, Err(Failure::Dead { .. })));
}

#[tokio::test]
async fn files_count_against_the_limits_as_texts_do() {
    let (service, bot) = service().await;
    service.limit(Some(LIMITS));
    let file = Outgoing { name: "x.pdf".into(), mime: "application/pdf".into(), bytes: vec![1] };
    let picture = Outgoing { name: "x.png".into(), mime: "image/png".into(), bytes: PNG.into() };
    bot.say("7", "x", &[]).await.unwrap();
    bot.hand_over("7", &file, "").await.unwrap();
    bot.hand_over("7", &picture, "").await.unwrap();
    let Err(Failure::Wait { after, .. }) = bot.hand_over("7", &file, "").await else { panic!("no limit") };
    service.advance(after);
    bot.hand_over("7", &file, "").await.unwrap();
}

#[tokio::test]
async fn what_people_send_is_read() {
    let (service, bot) = service().await;
    service.username(7, "anna");
    service.comes(7, "первое");
    service.replies(7, "ответ", 1);
    service.photo(7, PNG, "Вот");
    service.document(7, "план.pdf", "application/pdf", &b"%PDF"[..], "");
    service.document(7, "фото.heic", "image/heic", &b"x"[..], "");
    service.contact(7, "7 (900) 000-00-07", true);
    service.contact(7, "+79000000008", false);
    service.location(7, 55.75, 37.61);
    let arrived = arrived(&bot).await;
    assert!(arrived.iter().all(|one| (one.chat.as_str(), one.name.as_str()) == ("7", "anna")));
    let keys: Vec<_> = arrived.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(keys, ["1", "2", "3", "4", "5", "6", "7", "8"]);
    let file = |file: &str, name: &str, is_picture| vec![Incoming { file: file.into(), name: name.into(), is_picture }];
    let said = |id: &str, text: &str, files| What::Said(Said { id: id.into(), text: text.into(), files, reply_to: None });
    let what: Vec<_> = arrived.into_iter().map(|one| one.what).collect();
    let expected = [
        said("1", "первое", vec![]),
        What::Said(Said { id: "2".into(), text: "ответ".into(), files: vec![], reply_to: Some("1".into()) }),
        said("3", "Вот", file("file-1", "", true)),
        said("4", "", file("file-2", "план.pdf", false)),
        said("5", "", file("file-3", "фото.heic", true)),
        What::Phone { phone: "+79000000007".into(), is_proved: true },
        What::Phone { phone: "+79000000008".into(), is_proved: false },
        What::Place { lat: 55.75, lon: 37.61 },
    ];
    assert_eq!(what, expected);
    assert_eq!(bot.fetch("file-1", 1000).await.unwrap(), PNG, "the large size of the two");
}

#[tokio::test]
async fn a_file_is_fetched_up_to_the_size_asked_for() {
    let (service, bot) = service().await;
    service.document(7, "a.bin", "x/x", vec![1; 1000], "");
    service.document(7, "b.bin", "x/x", vec![1; (20 << 20) + 1], "");
    assert_eq!(bot.fetch("file-0", 1000).await.unwrap(), [1; 1000]);
    assert_eq!(why(bot.fetch("file-0", 999).await), "more than 999 bytes");
    assert_eq!(why(bot.fetch("file-1", usize::MAX).await), "400 Bad Request: file is too big");
    assert!(matches!(bot.fetch("file-9", 1000).await, Err(Failure::Refused { .. })));
    let troubles = [(Trouble::Page { status: 502 }, "the file's address answered 502"), (Trouble::Reset, "the connection broke")];
    for (trouble, expected) in troubles {
        service.fault(Fault::new(trouble).of("file"));
        assert_eq!(bot.fetch("file-0", 1000).await, Err(Failure::Again { why: expected.into() }));
    }
    for status in [400, 404] {
        service.fault(Fault::new(Trouble::Refuse { status, description: "Not Found".into() }).of("file"));
        let why = format!("the file's address answered {status}");
        assert_eq!(bot.fetch("file-0", 1000).await, Err(Failure::Refused { why }), "it is gone");
    }
    service.fault(Fault::new(Trouble::Wait { seconds: 7 }).of("file"));
    let wait = Failure::Wait { after: Duration::from_secs(7), why: "the file's address answered 429".into() };
    assert_eq!(bot.fetch("file-0", 1000).await, Err(wait));
}

/// Answers as a service that does not say how large a file is, and whose file has no end.
#[tokio::test]
async fn a_file_without_an_end_is_cut_off() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let mut asked = vec![];
        let stored = br#"{"ok":true,"result":{"file_path":"../../x y/file.bin"}}"#;
        for (end, answer) in [(&b"}"[..], &stored[..]), (b"\r\n\r\n", b"")] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![];
            while !request.ends_with(end) {
                request.push(stream.read_u8().await.unwrap());
            }
            asked.push(String::from_utf8(request).unwrap().lines().next().unwrap().to_owned());
            stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await.unwrap();
            stream.write_all(answer).await.unwrap();
            // Until the other side has had enough.
            while answer.is_empty() && stream.write_all(&[0; 4096]).await.is_ok() {}
        }
        asked
    });
    let bot = Telegram::new(TOKEN, Some(&address), None).unwrap();
    assert_eq!(why(bot.fetch("f", 100_000).await), "more than 100000 bytes");
    let path = "GET /file/bot1:token/x%20y/file.bin HTTP/1.1";
    assert_eq!(served.await.unwrap(), ["POST /bot1:token/getFile HTTP/1.1", path], "nothing but the file's own folder is asked");
}

#[tokio::test]
async fn nobody_else_learns_the_token_by_a_redirect() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let head = format!("HTTP/1.1 307 x\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n", other.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![];
        while !request.ends_with(b"}") {
            request.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(head.as_bytes()).await.unwrap();
    });
    let bot = Telegram::with_patience(TOKEN, Some(&address), None, Duration::from_secs(3)).unwrap();
    tokio::select! {
        sent = bot.say("7", "x", &[]) => assert_eq!(sent, Err(Failure::Again { why: "an answer that is no JSON".into() })),
        _ = other.accept() => panic!("the redirect was followed"),
    }
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let (service, bot) = service().await;
    let send = |to: &'static str| bot.say(to, "x", &[]);
    assert!(matches!(send("8").await, Err(Failure::Dead { why }) if why.contains("chat not found")));
    assert!(matches!(send("@anna").await, Err(Failure::Dead { why }) if why == "no chat's id"));
    service.stranger(8, "Борис");
    assert!(matches!(send("8").await, Err(Failure::Dead { why }) if why.contains("can't initiate")));
    service.block(7);
    assert!(matches!(send("7").await, Err(Failure::Dead { why }) if why.contains("blocked by the user")));
    service.deactivate(7);
    assert!(matches!(send("7").await, Err(Failure::Dead { why }) if why.contains("deactivated")));
    service.unblock(7);
    assert!(matches!(bot.say("7", " ", &[]).await, Err(Failure::Refused { why }) if why.contains("text is empty")));
    let other = Telegram::new("1:other", Some(&service.url()), None).unwrap();
    assert!(matches!(other.say("7", "x", &[]).await, Err(Failure::Shut { why }) if why == "401 Unauthorized"));
}

#[tokio::test]
async fn a_refusal_tells_nothing_of_the_message() {
    let (service, bot) = service().await;
    // What the service says of a host that it does not like for reasons of its own.
    let description = "Bad Request: inline keyboard button URL 'https://crm.example/secret' is invalid: Wrong HTTP URL".into();
    service.fault(Trouble::Refuse { status: 400, description });
    let sent = bot.say("7", "x", &[]).await;
    assert_eq!(why(sent), "400 Bad Request: inline keyboard button URL … is invalid: Wrong HTTP URL");
    assert_eq!(format!("{bot:?}"), "Telegram");
}

#[tokio::test]
async fn a_wait_is_told_as_long_as_it_is() {
    let (service, bot) = service().await;
    for seconds in [7, 86_400] {
        service.fault(Trouble::Wait { seconds });
        let expected = Duration::from_secs(seconds.into());
        assert!(matches!(bot.say("7", "x", &[]).await, Err(Failure::Wait { after, .. }) if after == expected));
        assert!(matches!(bot.greet().await, Err(Failure::Wait { .. })), "it is for every call");
        service.advance(expected);
        bot.say("7", "x", &[]).await.unwrap();
    }
}

#[tokio::test]
async fn what_may_go_better_later_is_no_refusal() {
    let (service, bot) = service().await;
    let internal = Trouble::Refuse { status: 500, description: "Internal Server Error".into() };
    let unavailable = "Bad Request: wrong file_id or the file is temporarily unavailable";
    let troubles = [
        (internal, "500 Internal Server Error"),
        (Trouble::Refuse { status: 400, description: unavailable.into() }, &format!("400 {unavailable}")),
        (Trouble::Page { status: 502 }, "an answer that is no JSON"),
        (Trouble::Page { status: 403 }, "an answer that is no JSON"),
        (Trouble::Reset, "the connection broke"),
    ];
    for (trouble, why) in troubles {
        service.fault(trouble);
        assert_eq!(bot.say("7", "x", &[]).await, Err(Failure::Again { why: why.into() }));
    }
    assert_eq!(service.sent_to(7).len(), 0, "nothing of it was taken");
}

#[tokio::test]
async fn an_answer_that_comes_too_late_may_mean_that_it_was_taken() {
    let (service, _) = service().await;
    let bot = Telegram::with_patience(TOKEN, Some(&service.url()), None, Duration::from_secs(3)).unwrap();
    for trouble in [Trouble::Silent, Trouble::Slow { seconds: 60 }] {
        service.fault(trouble.clone());
        let asked = Instant::now();
        let failure = bot.say("7", "x", &[]).await.unwrap_err();
        assert_eq!(
            (&failure, asked.elapsed() < Duration::from_secs(20)),
            (&Failure::Again { why: "no answer in time".into() }, true),
            "{trouble:?}"
        );
    }
    assert_eq!(service.sent_to(7), ["x", "x"]);
}

#[tokio::test]
async fn nobody_there_is_no_refusal_and_tells_no_token() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let failure = Telegram::new(TOKEN, Some(&address), None).unwrap().say("7", "x", &[]).await.unwrap_err();
    assert!(matches!(failure, Failure::Again { .. }) && !format!("{failure:?}").contains(TOKEN), "{failure:?}");
    let unfit = Telegram::new(TOKEN, Some("no address"), None).unwrap_err();
    assert!(!unfit.contains(TOKEN), "{unfit}");
}

#[tokio::test]
async fn what_came_is_read_and_confirmed() {
    let (service, bot) = service().await;
    service.person(-5, "Группа");
    service.comes(7, "/start c0de");
    service.comes(7, "/started");
    service.comes(-5, "/start c0de");
    service.block(7);
    service.unblock(7);
    let (arrived, last) = bot.arrived(None, Duration::ZERO).await.unwrap();
    let seen: Vec<_> = arrived.iter().map(|one| (one.chat.as_str(), one.name.as_str(), one.what.clone())).collect();
    let started = Said { id: "2".into(), text: "/started".into(), ..Said::default() };
    let expected = [
        ("7", "user7", What::Start("c0de".into())),
        ("7", "user7", What::Said(started)),
        ("", "", What::Other),
        ("7", "user7", What::Blocked),
        ("7", "user7", What::Other),
    ];
    assert_eq!((seen, last), (expected.to_vec(), Some(5)));
    assert_eq!(bot.arrived(Some(3), Duration::ZERO).await.unwrap(), (arrived[3..].to_vec(), Some(5)));
    assert_eq!(bot.arrived(last, Duration::ZERO).await.unwrap(), (vec![], Some(5)));
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
async fn a_webhook_is_set_and_taken_away() {
    let (service, bot) = service().await;
    assert_eq!(bot.hooked().await, Ok(None));
    bot.hook(Some(("http://127.0.0.1:1/hook", "s3cret_-"))).await.unwrap();
    let hooked = |failing: Option<&str>| Ok(Some(Hooked { url: "http://127.0.0.1:1/hook".into(), failing: failing.map(str::to_owned) }));
    assert_eq!(bot.hooked().await, hooked(None));
    service.comes(7, "привет");
    service.failed().await;
    assert_eq!(bot.hooked().await, hooked(Some("the webhook fails: Connection refused")));
    assert!(matches!(bot.arrived(None, Duration::ZERO).await, Err(Failure::Again { why }) if why.starts_with("409")));
    bot.hook(None).await.unwrap();
    assert_eq!(bot.hooked().await, Ok(None));
    assert!(matches!(bot.hook(Some(("http://127.0.0.1:1/", "a b"))).await, Err(Failure::Refused { .. })));
    assert_eq!(service.journal().iter().filter(|call| call.method == "setWebhook" && call.taken).count(), 1);
}

#[tokio::test]
async fn what_comes_is_brought_to_the_webhook_with_its_secret() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (service, bot) = service().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    bot.hook(Some((&format!("http://{}/hook", listener.local_addr().unwrap()), "s3cret_-"))).await.unwrap();
    service.comes(7, "привет");
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = vec![];
    while !request.ends_with(b"\"update_id\":1}") {
        request.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    let request = String::from_utf8(request).unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.to_lowercase().contains("x-telegram-bot-api-secret-token: s3cret_-\r\n"), "{head}");
    let arrived = bot.read_hook(body.as_bytes()).unwrap();
    assert!(matches!(&arrived[0], Arrived { chat, what: What::Said(said), .. } if chat == "7" && said.text == "привет"));
    let info = reqwest::get(format!("{}/bot{TOKEN}/getWebhookInfo", service.url())).await.unwrap().text().await.unwrap();
    assert!(info.contains(r#""allowed_updates":["message","callback_query","my_chat_member"]"#), "{info}");
}

/// Reads what a webhook gets for a message with this in it.
fn read(message: &str) -> What {
    let bot = Telegram::new(TOKEN, None, None).unwrap();
    let chat = r#""message_id":5,"date":1,"chat":{"id":7,"type":"private","first_name":"Анна"},"from":{"id":7,"is_bot":false}"#;
    let body = format!(r#"{{"update_id":9,"message":{{{chat},{message}}}}}"#);
    let mut arrived = bot.read_hook(body.as_bytes()).unwrap();
    assert_eq!((arrived.len(), arrived[0].key.as_str()), (1, "9"));
    arrived.remove(0).what
}

#[test]
fn other_kinds_of_files_are_files_too() {
    let table = [
        (r#""voice":{"file_id":"a","mime_type":"audio/ogg","duration":1}"#, "a", "voice.ogg"),
        (r#""video":{"file_id":"b","mime_type":"video/mp4","width":1,"height":1}"#, "b", "video.mp4"),
        (r#""video":{"file_id":"b","file_name":"двор.mov"}"#, "b", "двор.mov"),
        (r#""video_note":{"file_id":"c","length":240}"#, "c", "video.mp4"),
        (r#""audio":{"file_id":"d","title":"Звук"}"#, "d", "audio.mp3"),
        (r#""animation":{"file_id":"e","mime_type":"video/mp4"},"document":{"file_id":"e","mime_type":"video/mp4"}"#, "e", "animation.mp4"),
    ];
    for (message, file, name) in table {
        let files = vec![Incoming { file: file.into(), name: name.into(), is_picture: false }];
        assert_eq!(read(message), What::Said(Said { id: "5".into(), files, ..Said::default() }), "{message}");
    }
    assert_eq!(read(r#""sticker":{"file_id":"f","emoji":"👍"}"#), What::Unread);
    assert_eq!(read(r#""pinned_message":{"message_id":4}"#), What::Other);
}

#[test]
fn of_a_photo_the_largest_size_is_read_wherever_it_stands() {
    let sizes = r#""photo":[{"file_id":"s","width":90,"height":60},{"file_id":"l","width":1280,"height":960},{"file_id":"m","width":320,"height":240}]"#;
    let What::Said(said) = read(sizes) else { panic!() };
    assert_eq!(said.files, [Incoming { file: "l".into(), name: String::new(), is_picture: true }]);
}

#[test]
fn a_contact_is_proved_by_its_owner_alone() {
    let proved = |message: &str| match read(message) {
        What::Phone { phone, is_proved } => (phone, is_proved),
        other => panic!("{other:?}"),
    };
    assert_eq!(proved(r#""contact":{"phone_number":"79000000007","first_name":"А","user_id":7}"#), ("+79000000007".into(), true));
    assert_eq!(proved(r#""contact":{"phone_number":"+79000000008","first_name":"Б","user_id":8}"#), ("+79000000008".into(), false));
    assert_eq!(proved(r#""contact":{"phone_number":"+79000000009","first_name":"В"}"#), ("+79000000009".into(), false));
}

#[test]
fn what_is_new_to_us_loses_no_words() {
    let message = r#""text":"привет","entities":[{"type":"thing_of_tomorrow","offset":0,"length":6}],"effect_id":5"#;
    assert!(matches!(read(message), What::Said(said) if said.text == "привет"));
    let bot = Telegram::new(TOKEN, None, None).unwrap();
    let read = |body: &str| bot.read_hook(body.as_bytes());
    let other = Arrived { key: "3".into(), chat: String::new(), name: String::new(), what: What::Other };
    assert_eq!(read(r#"{"update_id":3,"kind_of_tomorrow":{"id":"x"}}"#), Ok(vec![other.clone()]));
    assert_eq!(read(r#"{"update_id":3,"message":{"text":5}}"#), Ok(vec![other]));
    for body in ["", "[]", "{}", r#"{"update_id":"3"}"#] {
        assert_eq!(read(body), Err(Failure::Refused { why: "no update".into() }), "{body}");
    }
}
