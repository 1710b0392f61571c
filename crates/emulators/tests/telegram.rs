//! The emulated Bot API, asked by the client that the product uses.

use channels::{
    Failure,
    telegram::{Telegram, What},
};
use emulators::{Fault, Running, Trouble};
use std::time::Duration;

async fn service() -> (Running, Telegram) {
    let service = emulators::Telegram::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    service.person(7, "Анна");
    let bot = Telegram::new("1:t", Some(&service.url()), None).unwrap();
    (service, bot)
}

#[tokio::test]
async fn what_is_sent_arrives_and_what_comes_is_read() {
    let (service, bot) = service().await;
    assert_eq!(bot.username().await.unwrap(), "montaj_bot");
    bot.send(7, "Здравствуйте").await.unwrap();
    assert_eq!(service.sent_to(7), ["Здравствуйте"]);
    service.comes(7, "/start c0de");
    let arrived = bot.arrived(None, Duration::from_secs(5)).await.unwrap();
    assert_eq!((arrived[0].chat, &arrived[0].what), (7, &What::Start("c0de".into())));
}

#[tokio::test]
async fn each_trouble_reaches_the_client() {
    let (service, bot) = service().await;
    service.fault(Trouble::Page { status: 502 });
    assert_eq!(bot.send(7, "x").await, Err(Failure::Again { why: "an answer that is no JSON".into() }));
    service.fault(Trouble::Reset);
    assert_eq!(bot.send(7, "x").await, Err(Failure::Again { why: "the connection broke".into() }));
    service.fault(Fault::new(Trouble::Wait { seconds: 30 }).of("sendmessage").to(7));
    let Err(Failure::Wait { after, .. }) = bot.send(7, "x").await else { panic!() };
    assert_eq!(after, Duration::from_secs(30));
    assert!(bot.username().await.is_err(), "nothing is taken meanwhile");
    service.advance(Duration::from_secs(30));
    bot.send(7, "y").await.unwrap();
    assert_eq!(service.sent_to(7), ["y"]);
}
