//! The three gateways of SMS, emulated: what goes out, what comes back, and what nobody knows.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

use channels::{
    Channel, Failure, Fate, Letter, Link,
    sms::{self, Provider, Sms},
};
use emulators::{Fault, Running, Trouble, sms::Gateway};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const PHONE: &str = "+79161234567";
const ALL: [Provider; 3] = [Provider::Smsc, Provider::SmsRu, Provider::SmsAero];
const PATIENCE: Duration = Duration::from_secs(20);

async fn service() -> Running<emulators::Sms> {
    emulators::Sms::start("127.0.0.1:0".parse().unwrap()).await.unwrap()
}

fn token(provider: Provider) -> &'static str {
    match provider {
        Provider::Smsc => "apikey-s3cret",
        Provider::SmsRu => "api-id-s3cret",
        Provider::SmsAero => "box@montaj.test:s3cret",
    }
}

fn sms(service: &Running<emulators::Sms>, provider: Provider) -> Sms {
    Sms::new(provider, token(provider), Some("MONTAJ"), Some(&service.url()), PATIENCE).unwrap()
}

fn letter(text: &str) -> Letter {
    Letter { key: "17".into(), to: PHONE.into(), title: "Заказ".into(), text: text.into(), ..Letter::default() }
}

/// Whether the phone is told by this, be it in another way of writing numbers.
fn names_the_phone(text: &str) -> bool {
    ["9161234567", &format!("{:x}", 79_161_234_567_u64), &format!("{:x}", 9_161_234_567_u64)].iter().any(|way| text.contains(way))
}

#[tokio::test]
async fn a_text_goes_out_with_its_link_and_is_followed_to_the_phone() {
    for provider in ALL {
        let service = service().await;
        service.senders(&["MONTAJ"]);
        let sms = sms(&service, provider);
        assert_eq!(sms.greet().await.unwrap(), "MONTAJ");
        let text = "Едем к вам & скоро будем. ".repeat(3);
        let link = Some(Link { label: "Ваш заказ".into(), url: "https://crm.test/o/17?a=1&b=+2".into() });
        let sent = sms.send(&Letter { link, ..letter(&text) }).await.unwrap();
        assert_eq!(service.sent_to(PHONE), [format!("{} https://crm.test/o/17?a=1&b=+2", text.trim())], "{provider:?}");
        assert_eq!((sent.parts, sent.cost_minor), (2, Some(500)), "{provider:?}");
        assert_eq!(sms.fate(&sent.id, PHONE).await.unwrap(), Some(Fate::Underway), "{provider:?}");
        service.delivered(PHONE);
        assert_eq!(sms.fate(&sent.id, PHONE).await.unwrap(), Some(Fate::Delivered), "{provider:?}");
        service.undeliverable(PHONE);
        let second = sms.send(&Letter { key: "18".into(), ..letter("x") }).await.unwrap();
        service.advance(Duration::from_secs(10));
        assert!(matches!(sms.fate(&second.id, PHONE).await.unwrap(), Some(Fate::Lost { .. })), "{provider:?}");
        assert_ne!(sent.id, second.id);
    }
}

#[tokio::test]
async fn smsc_is_known_by_login_and_password_too() {
    let service = emulators::Sms::start_for("127.0.0.1:0".parse().unwrap(), "montaj:пароль+&").await.unwrap();
    let new = |token| Sms::new(Provider::Smsc, token, None, Some(&service.url()), PATIENCE).unwrap();
    assert_eq!(new("montaj:пароль+&").greet().await.unwrap(), "");
    assert_eq!(new("montaj:other").greet().await, Err(Failure::Shut { why: "SMSC 2: login or key".into() }));
}

#[tokio::test]
async fn a_wrong_token_and_an_empty_purse_shut_the_channel() {
    let service = emulators::Sms::start_for("127.0.0.1:0".parse().unwrap(), "other").await.unwrap();
    for provider in ALL {
        let sms = sms(&service, provider);
        assert!(matches!(sms.send(&letter("x")).await, Err(Failure::Shut { .. })), "{provider:?}");
        assert!(matches!(sms.greet().await, Err(Failure::Shut { .. })), "{provider:?}");
        assert!(matches!(sms.fate("17", PHONE).await, Err(Failure::Shut { .. } | Failure::Refused { .. })), "{provider:?}");
    }
    let service = crate::service().await;
    service.balance(249);
    for provider in ALL {
        let failure = sms(&service, provider).send(&letter("x")).await.unwrap_err();
        assert!(matches!(&failure, Failure::Shut { why } if why.ends_with("no money")), "{provider:?}: {failure:?}");
    }
    service.balance(10_000);
    service.senders(&["OTHER"]);
    for provider in ALL {
        let failure = sms(&service, provider).send(&letter("x")).await.unwrap_err();
        assert!(matches!(&failure, Failure::Shut { why } if why.ends_with("sender")), "{provider:?}: {failure:?}");
    }
}

#[tokio::test]
async fn what_was_cut_off_is_asked_about_by_an_id_that_smsc_alone_knows_before() {
    let service = service().await;
    for provider in ALL {
        let sms = sms(&service, provider);
        for key in ["17", "event:17/person:3"] {
            let letter = Letter { key: key.into(), ..letter(key) };
            let known = sms.known_as(&letter);
            assert_eq!(known.is_some(), provider == Provider::Smsc, "{provider:?}");
            if let Some(id) = known {
                assert_eq!(sms.fate(&id, PHONE).await, Ok(Some(Fate::Unknown)));
                assert_eq!(sms.send(&letter).await.unwrap().id, id);
                assert_eq!(sms.fate(&id, PHONE).await, Ok(Some(Fate::Underway)));
                assert!(!names_the_phone(&id), "{id}");
                let former = format!("{id}-{:x}", 79_161_234_567_u64);
                assert_eq!(sms.fate(&former, "").await, Ok(Some(Fate::Underway)), "as former versions kept it");
                assert_eq!(sms.fate(&id, "").await, Err(Failure::Refused { why: "no phone to ask about".into() }));
            }
        }
        assert_eq!(sms.known_as(&Letter { to: "anna".into(), ..letter("x") }), None);
    }
}

#[tokio::test]
async fn a_phone_that_is_none_is_dead() {
    let service = service().await;
    service.no_such("+79160000000");
    for provider in ALL {
        let sms = sms(&service, provider);
        for to in ["+79160000000", "+491701234567"] {
            let failure = sms.send(&Letter { to: to.into(), ..letter("x") }).await.unwrap_err();
            assert!(matches!(failure, Failure::Dead { .. }), "{provider:?} {to}: {failure:?}");
        }
        let before = service.journal().len();
        for to in ["", "anna", "123", "+7916123456789012", "79161234567,79160000000", "79161234567\n1"] {
            assert_eq!(sms.send(&Letter { to: to.into(), ..letter("x") }).await, Err(Failure::Dead { why: "no phone".into() }), "{to}");
        }
        assert_eq!(sms.send(&letter(" ")).await, Err(Failure::Refused { why: "no text".into() }));
        assert_eq!(service.journal().len(), before, "nobody is asked");
    }
}

#[tokio::test]
async fn what_the_gateways_say_is_told_apart() {
    let service = service().await;
    let said = [
        (Provider::Smsc, 200, "1", "Refused"),
        (Provider::Smsc, 200, "4", "Wait"),
        (Provider::Smsc, 200, "6 message is denied", "Refused"),
        (Provider::Smsc, 200, "6 invalid sender", "Shut"),
        (Provider::Smsc, 200, "8", "Dead"),
        (Provider::Smsc, 200, "9", "Again"),
        (Provider::Smsc, 200, "42", "Refused"),
        (Provider::SmsRu, 200, "206", "Wait"),
        (Provider::SmsRu, 200, "207", "Dead"),
        (Provider::SmsRu, 200, "220", "Again"),
        (Provider::SmsRu, 200, "230", "Refused"),
        (Provider::SmsRu, 200, "231", "Again"),
        (Provider::SmsRu, 200, "301", "Shut"),
        (Provider::SmsRu, 200, "999", "Refused"),
        (Provider::SmsAero, 403, "Forbidden", "Shut"),
        (Provider::SmsAero, 400, "Not enough money", "Shut"),
        (Provider::SmsAero, 400, "Number in blacklist", "Dead"),
        (Provider::SmsAero, 400, "What", "Refused"),
        (Provider::SmsAero, 500, "Internal Server Error", "Unclear"),
    ];
    for (provider, status, description, expected) in said {
        service.fault(Trouble::Refuse { status, description: description.into() });
        let failure = sms(&service, provider).send(&letter("x")).await.unwrap_err();
        assert!(format!("{failure:?}").starts_with(expected), "{provider:?} {description}: {failure:?}");
    }
    for provider in ALL {
        service.fault(Trouble::Wait { seconds: 7 });
        let failure = sms(&service, provider).send(&letter("x")).await.unwrap_err();
        assert!(matches!(failure, Failure::Wait { after, .. } if after == Duration::from_secs(7)), "{provider:?}: {failure:?}");
        service.advance(Duration::from_secs(7));
        service.fault(Trouble::Page { status: 503 });
        assert_eq!(sms(&service, provider).send(&letter("x")).await, Err(Failure::Again { why: "503".into() }));
    }
    assert_eq!(service.sent_to(PHONE).len(), 0);
}

/// The id to ask about of a failure that leaves open whether it was sent.
fn unclear(failure: Failure) -> (Option<String>, String) {
    match failure {
        Failure::Unclear { id, why } => (id, why),
        other => panic!("not unclear: {other:?}"),
    }
}

#[tokio::test]
async fn what_may_have_been_taken_is_not_sent_again_and_asked_about_where_somebody_knows() {
    for provider in ALL {
        let service = service().await;
        let hasty = Sms::new(provider, token(provider), None, Some(&service.url()), Duration::from_secs(1)).unwrap();
        let sms = sms(&service, provider);
        let troubles = [
            (Trouble::Silent, "no answer in time", true),
            (Trouble::Slow { seconds: 600 }, "no answer in time", true),
            (Trouble::Reset, "the connection broke", false),
            (Trouble::Page { status: 502 }, "an answer that is no JSON", false),
        ];
        for (index, (trouble, expected, is_taken)) in troubles.into_iter().enumerate() {
            service.fault(Fault::new(trouble));
            let sender = if is_taken { &hasty } else { &sms };
            let letter = Letter { key: format!("{}", 17 + index), ..letter(&format!("Едем {index}")) };
            let failure = sender.send(&letter).await.unwrap_err();
            let (id, why) = unclear(failure);
            assert_eq!((id.is_some(), why.as_str()), (provider != Provider::SmsRu, expected), "{provider:?}");
            if provider == Provider::Smsc {
                assert_eq!(id, sender.known_as(&letter));
            }
            let Some(id) = id else { continue };
            assert!(!names_the_phone(&id) && !id.contains("Едем"), "{id}");
            let (fate, found) = (sms.fate(&id, PHONE).await.unwrap().unwrap(), sms.found(&id, PHONE).await);
            assert_eq!(fate, if is_taken { Fate::Underway } else { Fate::Unknown }, "{provider:?} {expected}");
            if is_taken {
                let found = found.unwrap();
                assert_eq!((found.cost_minor, found.parts), (Some(250), 1), "{provider:?}");
                assert_eq!(sms.fate(&found.id, PHONE).await.unwrap(), Some(Fate::Underway), "{provider:?}: its id from now on");
            }
        }
        assert_eq!(service.sent_to(PHONE).len(), 2);
    }
}

#[tokio::test]
async fn sms_aero_is_looked_through_page_by_page_and_to_no_false_end() {
    let service = service().await;
    let hasty = Sms::new(Provider::SmsAero, token(Provider::SmsAero), None, Some(&service.url()), Duration::from_secs(1)).unwrap();
    let sms = sms(&service, Provider::SmsAero);
    service.fault(Trouble::Silent);
    let (id, _) = unclear(hasty.send(&letter("Едем")).await.unwrap_err());
    let id = id.unwrap();
    for index in 0..25 {
        sms.send(&letter(&format!("другое {index}"))).await.unwrap();
    }
    assert_eq!(sms.fate(&id, PHONE).await, Ok(Some(Fate::Underway)), "on the third page");
    service.fault(Fault::new(Trouble::Page { status: 502 }).of("sms_aero/list"));
    assert_eq!(sms.fate(&id, PHONE).await, Err(Failure::Again { why: "an answer that is no JSON".into() }));
    for index in 0..30 {
        sms.send(&letter(&format!("ещё {index}"))).await.unwrap();
    }
    assert_eq!(sms.fate(&id, PHONE).await, Err(Failure::Again { why: "too many messages to look through".into() }));

    // Another phone's message with these words, and one of long ago, are others.
    service.fault(Trouble::Reset);
    let (id, _) = unclear(sms.send(&letter("Будем")).await.unwrap_err());
    sms.send(&Letter { to: "+79160000001".into(), ..letter("Будем") }).await.unwrap();
    let id = id.unwrap();
    assert_eq!(sms.fate(&id, "+79160000002").await, Ok(Some(Fate::Unknown)));
    assert_eq!(sms.fate(&id, "+79160000001").await, Ok(Some(Fate::Underway)));
    let (begin, at) = id.rsplit_once('-').unwrap();
    let at: i64 = at.parse().unwrap();
    assert_eq!(sms.fate(&format!("{begin}-{}", at + 3600), "+79160000001").await, Ok(Some(Fate::Unknown)));
    let former = id.replace("sought-", &format!("sought-{:x}-", 79_160_000_001_u64));
    assert_eq!(sms.fate(&former, "").await, Ok(Some(Fate::Underway)), "as former versions kept it");
    assert_eq!(sms.fate(&id, "").await, Err(Failure::Refused { why: "no phone to ask about".into() }));
}

#[tokio::test]
async fn a_phone_that_nobody_has_is_told_by_the_status_where_the_gateway_says_so() {
    let service = service().await;
    service.unused(PHONE);
    for provider in ALL {
        let sms = sms(&service, provider);
        let sent = sms.send(&letter("x")).await.unwrap();
        service.advance(Duration::from_secs(10));
        let fate = sms.fate(&sent.id, PHONE).await.unwrap().unwrap();
        let is_gone = matches!(&fate, Fate::Gone { why } if why.ends_with(": phone"));
        assert_eq!(is_gone, provider != Provider::SmsAero, "{provider:?}: {fate:?}");
        assert!(is_gone || matches!(fate, Fate::Lost { .. }), "{fate:?}");
    }
}

#[tokio::test]
async fn nobody_there_and_questions_may_be_tried_again() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", socket.local_addr().unwrap());
    drop(socket);
    for provider in ALL {
        let sms = Sms::new(provider, token(provider), None, Some(&address), PATIENCE).unwrap();
        assert_eq!(sms.send(&letter("x")).await, Err(Failure::Again { why: "no connection".into() }), "{provider:?}");
        let service = service().await;
        service.fault(Trouble::Reset);
        assert_eq!(self::sms(&service, provider).greet().await, Err(Failure::Again { why: "the connection broke".into() }));
    }
}

#[tokio::test]
async fn any_key_makes_an_id_for_smsc_and_the_same_one_each_time() {
    let service = service().await;
    let sms = sms(&service, Provider::Smsc);
    let mut ids = vec![];
    for key in ["17", "17:sms:anna", "99999999999", "0", "", "17:sms:anna"] {
        ids.push(sms.send(&Letter { key: key.into(), ..letter("x") }).await.unwrap().id);
    }
    assert_eq!(ids.pop().unwrap(), ids[1]);
    assert!(ids[0] == "17" && ids.iter().all(|id| !names_the_phone(id)), "{ids:?}");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
    assert_eq!(sms.fate("rubbish", PHONE).await, Err(Failure::Refused { why: "no id of SMSC".into() }));
}

#[tokio::test]
async fn a_cost_that_nobody_says_is_no_failure() {
    let service = service().await;
    service.fault(Fault::new(Trouble::Page { status: 502 }).of("sms_ru/cost"));
    let sent = sms(&service, Provider::SmsRu).send(&letter("x")).await.unwrap();
    assert_eq!((sent.cost_minor, sent.parts), (None, 1));
}

#[tokio::test]
async fn neither_token_nor_phone_nor_text_is_told() {
    let service = service().await;
    for provider in ALL {
        let sms = sms(&service, provider);
        let mut told = format!("{sms:?}");
        for trouble in [
            Trouble::Refuse { status: 400, description: "1 Едем +79161234567 79161234567".into() },
            Trouble::Reset,
            Trouble::Page { status: 502 },
            Trouble::Wait { seconds: 1 },
        ] {
            service.fault(trouble);
            told += &format!("{:?}", sms.send(&letter("Едем")).await.unwrap_err());
        }
        service.advance(Duration::from_secs(1));
        assert!(!["s3cret", "9161234567", "Едем"].iter().any(|secret| told.contains(secret)), "{told}");
        assert!(Sms::new(provider, token(provider), None, Some("not an address"), PATIENCE).is_err());
        assert!(Sms::new(provider, " ", None, None, PATIENCE).is_err());
    }
    assert!(Sms::new(Provider::SmsAero, "s3cret", None, None, PATIENCE).is_err_and(|error| !error.contains("s3cret")));
    assert_eq!(["smsc", "sms_ru", "sms_aero", "other"].map(Provider::parse), [Some(ALL[0]), Some(ALL[1]), Some(ALL[2]), None]);
}

/// Takes one report, and answers it as it should be.
async fn report(socket: &TcpListener) -> Vec<u8> {
    let (mut stream, _) = socket.accept().await.unwrap();
    let mut got = vec![];
    let end = loop {
        got.push(stream.read_u8().await.unwrap());
        if got.ends_with(b"\r\n\r\n") {
            break got.len();
        }
    };
    let head = String::from_utf8_lossy(&got[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\n{}", sms::sms_ru::CALLBACK_ANSWER);
    stream.write_all(answer.as_bytes()).await.unwrap();
    body
}

/// The body with this value of a field changed into that.
fn forged(body: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(body.to_vec()).unwrap();
    assert!(text.contains(from), "{text}");
    text.replacen(from, to, 1).into_bytes()
}

#[tokio::test]
async fn reports_are_read_and_forged_ones_are_not() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/reports", socket.local_addr().unwrap());
    let service = service().await;
    service.report_to(Gateway::Smsc, &url, "word");
    service.report_to(Gateway::SmsRu, &url, "");

    let sent = sms(&service, Provider::Smsc).send(&letter("x")).await.unwrap();
    service.delivered(PHONE);
    let body = report(&socket).await;
    assert_eq!(sms::smsc::read_callback(&body, "word"), Some((sent.id, Fate::Delivered)));
    assert_eq!(sms::smsc::read_callback(&body, "other"), None);
    assert_eq!(sms::smsc::read_callback(&forged(&body, "status=1", "status=20"), "word"), None);
    assert_eq!(sms::smsc::read_callback(&forged(&body, "sha1=", "sha2="), "word"), None);
    assert_eq!(sms::smsc::read_callback(&forged(&body, "id=17", "id=18"), "word"), None);
    assert_eq!(sms::smsc::read_callback(b"", "word"), None);

    let sent = sms(&service, Provider::SmsRu).send(&letter("x")).await.unwrap();
    service.delivered(PHONE);
    let body = report(&socket).await;
    let api_id = token(Provider::SmsRu);
    assert_eq!(sms::sms_ru::read_callback(api_id, &body), Some(vec![(sent.id, Fate::Delivered)]));
    assert_eq!(sms::sms_ru::read_callback("other", &body), None);
    assert_eq!(sms::sms_ru::read_callback(api_id, &forged(&body, "103", "104")), None);
    assert_eq!(sms::sms_ru::read_callback(api_id, &forged(&body, "hash=", "hush=")), None);
    assert_eq!(sms::sms_ru::read_callback(api_id, b""), None);

    let aero = sms(&service, Provider::SmsAero).reporting_to(&url);
    let sent = aero.send(&letter("x")).await.unwrap();
    service.delivered(PHONE);
    assert_eq!(sms::sms_aero::read_callback(&report(&socket).await), Some((sent.id, Fate::Delivered)));
    assert_eq!(
        sms::sms_aero::read_callback(br#"{"id":7,"status":"6"}"#),
        Some(("7".into(), Fate::Lost { why: "SMS Aero 6: rejected".into() }))
    );
    assert_eq!(sms::sms_aero::read_callback(b"id=7"), None);
}

/// Several lines in one report, signed as SMS.RU documents it: `printf 'idsms_status\n1-1\n103\n1sms_status\n1-2\n104\n1test' | sha256sum`.
#[test]
fn a_report_of_sms_ru_holds_several_lines() {
    let body = "data%5B0%5D=sms_status%0A1-1%0A103%0A1&data%5B1%5D=sms_status%0A1-2%0A104%0A1&data%5B2%5D=test&hash=e2e9fe60958c954fa1d42afcad237204fd05e8c572a9eca8ee14bc2f552af49a";
    let read = sms::sms_ru::read_callback("id", body.as_bytes());
    let lost = Fate::Lost { why: "SMS.RU 104: expired".into() };
    assert_eq!(read, Some(vec![("1-1".into(), Fate::Delivered), ("1-2".into(), lost)]));
}
