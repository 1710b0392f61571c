//! The Telegram client against the emulated Bot API.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

use channels::{
    Failure,
    telegram::{Telegram, What},
};
use emulators::{Running, Trouble};
use std::time::{Duration, Instant};

const TOKEN: &str = "1:token";

/// The service, which knows chat 7, and a bot of it.
async fn service() -> (Running, Telegram) {
    let service = emulators::Telegram::start_for("127.0.0.1:0".parse().unwrap(), TOKEN).await.unwrap();
    service.person(7, "Анна");
    let bot = Telegram::new(TOKEN, Some(&service.url()), None).unwrap();
    (service, bot)
}

#[tokio::test]
async fn a_text_goes_out_plain_and_whole_as_far_as_it_is_taken() {
    let (service, bot) = service().await;
    assert_eq!(bot.username().await.unwrap(), "montaj_bot");
    let id = bot.send(7, &"я".repeat(5000)).await.unwrap();
    bot.send(7, "<b>1 & 2").await.unwrap();
    let sent = service.sent_to(7);
    assert_eq!((sent[0].chars().count(), sent[1].as_str()), (4096, "<b>1 & 2"));
    assert_eq!(service.journal()[1].message.unwrap().to_string(), id);
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let (service, bot) = service().await;
    assert!(matches!(bot.send(8, "x").await, Err(Failure::Dead { why }) if why.contains("chat not found")));
    service.stranger(8, "Борис");
    assert!(matches!(bot.send(8, "x").await, Err(Failure::Dead { why }) if why.contains("can't initiate")));
    service.block(7);
    assert!(matches!(bot.send(7, "x").await, Err(Failure::Dead { why }) if why.contains("blocked by the user")));
    service.deactivate(7);
    assert!(matches!(bot.send(7, "x").await, Err(Failure::Dead { why }) if why.contains("deactivated")));
    service.unblock(7);
    assert!(matches!(bot.send(7, " ").await, Err(Failure::Refused { why }) if why.contains("text is empty")));
    let other = Telegram::new("1:other", Some(&service.url()), None).unwrap();
    assert!(matches!(other.send(7, "x").await, Err(Failure::Shut { why }) if why == "401 Unauthorized"));
}

#[tokio::test]
async fn a_wait_is_told_as_long_as_it_is() {
    let (service, bot) = service().await;
    service.fault(Trouble::Wait { seconds: 7 });
    assert!(matches!(bot.send(7, "x").await, Err(Failure::Wait { after, .. }) if after == Duration::from_secs(7)));
    assert!(matches!(bot.username().await, Err(Failure::Wait { .. })), "it is for every call");
    service.advance(Duration::from_secs(7));
    bot.send(7, "x").await.unwrap();
}

#[tokio::test]
async fn what_may_go_better_later_is_no_refusal() {
    let (service, bot) = service().await;
    let internal = Trouble::Refuse { status: 500, description: "Internal Server Error".into() };
    let troubles = [
        (internal, "500 Internal Server Error"),
        (Trouble::Page { status: 502 }, "an answer that is no JSON"),
        (Trouble::Reset, "the connection broke"),
    ];
    for (trouble, why) in troubles {
        service.fault(trouble);
        assert_eq!(bot.send(7, "x").await, Err(Failure::Again { why: why.into() }));
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
        let failure = bot.send(7, "x").await.unwrap_err();
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
    let failure = Telegram::new(TOKEN, Some(&address), None).unwrap().send(7, "x").await.unwrap_err();
    assert!(matches!(failure, Failure::Again { .. }) && !format!("{failure:?}").contains(TOKEN), "{failure:?}");
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
    let arrived = bot.arrived(None, Duration::ZERO).await.unwrap();
    let seen: Vec<_> = arrived.iter().map(|one| (one.chat, one.username.as_str(), one.what.clone())).collect();
    let expected = [
        (7, "user7", What::Start("c0de".into())),
        (7, "user7", What::Text("/started".into())),
        (0, "", What::Other),
        (7, "user7", What::Blocked),
        (7, "user7", What::Other),
    ];
    assert_eq!(seen, expected);
    let rest = bot.arrived(Some(arrived[2].id), Duration::ZERO).await.unwrap();
    assert_eq!(rest, arrived[3..]);
    assert_eq!(bot.arrived(Some(arrived[4].id), Duration::ZERO).await.unwrap(), []);
}

#[tokio::test]
async fn what_comes_while_it_is_waited_for_is_read_at_once() {
    let (service, bot) = service().await;
    let waiting = tokio::spawn(async move { bot.arrived(None, Duration::from_secs(50)).await });
    tokio::task::yield_now().await;
    service.comes(7, "привет");
    let arrived = tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(arrived[0].what, What::Text("привет".into()));
}
