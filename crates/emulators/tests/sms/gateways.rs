use crate::{PHONE, aero, form, service, sms_ru, smsc};
use emulators::{Fault, Sms, Trouble, sms::PART_PRICE};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn smsc_takes_a_message_with_our_id_and_tells_how_it_fares() {
    let service = service().await;
    assert_eq!(
        smsc(&service, "Едем", &[("id", "17"), ("cost", "3")]).await,
        json!({ "id": 17, "cnt": 1, "cost": "2.5", "balance": "997.5" })
    );
    assert_eq!(smsc(&service, &"я".repeat(71), &[("cost", "1")]).await, json!({ "cost": "5", "cnt": 2 }), "is only counted");
    let status = async || {
        form(&service, "/sys/status.php", &[("apikey", "k"), ("fmt", "3"), ("phone", "+7 916 123-45-67"), ("id", "17")]).await.1["status"]
            .clone()
    };
    assert_eq!(status().await, -1);
    service.advance(Duration::from_secs(2));
    assert_eq!(status().await, 0);
    service.advance(Duration::from_secs(8));
    assert_eq!(status().await, 1);
    for (phone, id) in [("79161234568", "17"), (PHONE, "18")] {
        let (_, answer) = form(&service, "/sys/status.php", &[("apikey", "k"), ("fmt", "3"), ("phone", phone), ("id", id)]).await;
        assert_eq!(answer["status"], -3, "{phone} {id}");
    }
    assert_eq!(service.sent_to("+79161234567"), ["Едем"]);
}

#[tokio::test]
async fn sms_ru_and_sms_aero_do_so_with_ids_of_their_own() {
    let service = service().await;
    let sent = sms_ru(&service, "/sms/send", &[("to", PHONE), ("msg", "Едем")]).await;
    assert_eq!((&sent["status_code"], &sent["balance"]), (&json!(100), &json!(997.5)));
    let id = sent["sms"][PHONE]["sms_id"].as_str().unwrap().to_owned();
    let cost = sms_ru(&service, "/sms/cost", &[("to", PHONE), ("msg", "Едем")]).await;
    assert_eq!((&cost["sms"][PHONE]["cost"], &cost["sms"][PHONE]["sms"]), (&json!("2.5"), &json!(1)));
    let (status, sent) = aero(&service, "sms/send", json!({ "number": PHONE, "text": "Ждём" })).await;
    assert_eq!(
        (status, &sent["success"], &sent["data"]["extendStatus"], &sent["data"]["cost"]),
        (200, &json!(true), &json!("queue"), &json!("2.5"))
    );
    let number = sent["data"]["id"].clone();
    service.switched_off(PHONE);
    service.advance(Duration::from_secs(3600));
    assert_eq!(sms_ru(&service, "/sms/status", &[("sms_id", &id)]).await["sms"][&id]["status_code"], 102);
    assert_eq!(aero(&service, "sms/status", json!({ "id": number })).await.1["data"]["status"], 3);
    service.advance(Duration::from_secs(24 * 3600));
    assert_eq!(sms_ru(&service, "/sms/status", &[("sms_id", &id)]).await["sms"][&id]["status_code"], 104);
    assert_eq!(aero(&service, "sms/status", json!({ "id": number })).await.1["data"]["status"], 2);
    assert_eq!(sms_ru(&service, "/sms/status", &[("sms_id", "1-1")]).await["sms"]["1-1"]["status_code"], -1);
    assert_eq!(aero(&service, "sms/status", json!({ "id": 1 })).await.0, 404);
    assert_eq!(service.sent_to(PHONE), ["Едем", "Ждём"]);
}

#[tokio::test]
async fn what_is_settled_stays_so() {
    let service = service().await;
    smsc(&service, "a", &[("id", "1")]).await;
    service.delivered(PHONE);
    smsc(&service, "b", &[("id", "2")]).await;
    service.undeliverable(PHONE);
    smsc(&service, "c", &[("id", "3")]).await;
    service.advance(Duration::from_secs(10));
    for (id, expected) in [("1", 1), ("2", 20), ("3", 20)] {
        let (_, answer) = form(&service, "/sys/status.php", &[("apikey", "k"), ("fmt", "3"), ("phone", PHONE), ("id", id)]).await;
        assert_eq!(answer["status"], expected, "{id}");
    }
}

/// What each gateway says to a message: the code of SMSC and of SMS.RU, the status of SMS Aero.
async fn refusals(service: &emulators::Running<Sms>, text: &str, sender: &str) -> (Value, Value, u16) {
    let smsc = smsc(service, text, &[("sender", sender)]).await["error_code"].clone();
    let sms_ru = sms_ru(service, "/sms/send", &[("to", PHONE), ("msg", text), ("from", sender)]).await["sms"][PHONE]["status_code"].clone();
    (smsc, sms_ru, aero(service, "sms/send", json!({ "number": PHONE, "text": text, "sign": sender })).await.0)
}

#[tokio::test]
async fn money_runs_out_and_what_is_wrong_is_refused() {
    let service = service().await;
    service.balance(2 * PART_PRICE);
    smsc(&service, &"я".repeat(70), &[]).await;
    assert_eq!(service.left(), PART_PRICE);
    assert_eq!(refusals(&service, &"я".repeat(71), "").await, (json!(3), json!(201), 402));
    service.balance(100 * PART_PRICE);
    assert_eq!(refusals(&service, "", "").await, (json!(1), json!(203), 400));
    service.senders(&["MONTAJ"]);
    assert_eq!(refusals(&service, "x", "OTHER").await, (json!(6), json!(204), 400));
    assert_eq!(refusals(&service, "x", "MONTAJ").await, (json!(null), json!(100), 200));
    service.refuse_repeats(true);
    assert_eq!(refusals(&service, "x", "MONTAJ").await, (json!(9), json!(231), 400));
    service.advance(Duration::from_secs(60));
    assert_eq!(smsc(&service, "x", &[]).await["cnt"], 1);
    service.no_such(PHONE);
    assert_eq!(refusals(&service, "y", "MONTAJ").await, (json!(7), json!(202), 400));
    let wrong_charset = [("apikey", "k"), ("phones", "79160000000"), ("mes", "Едем"), ("fmt", "3")];
    assert_eq!(form(&service, "/sys/send.php", &wrong_charset).await.1["error_code"], 6);
    assert_eq!(smsc(&service, "x", &[("id", "3000000000")]).await["error_code"], 1);
}

#[tokio::test]
async fn a_token_is_asked_for() {
    let service = Sms::start_for("127.0.0.1:0".parse().unwrap(), "login:word").await.unwrap();
    for (fields, expected) in [
        (vec![("login", "login"), ("psw", "word")], json!(null)),
        (vec![("login", "login"), ("psw", "other")], json!(2)),
        (vec![("apikey", "k")], json!(2)),
        (vec![], json!(2)),
    ] {
        let (_, answer) = form(&service, "/sys/balance.php", &[&fields[..], &[("fmt", "3")]].concat()).await;
        assert_eq!(answer["error_code"], expected, "{fields:?}");
    }
    assert_eq!(sms_ru(&service, "/my/balance", &[]).await["status_code"], 200);
    assert_eq!(aero(&service, "auth", json!({})).await.0, 401);
}

#[tokio::test]
async fn faults_befall_the_calls_they_mean() {
    let service = service().await;
    service.fault(Fault::new(Trouble::Refuse { status: 200, description: "8 undeliverable".into() }).of("smsc/send").to(79_161_234_567));
    assert_eq!(sms_ru(&service, "/my/balance", &[]).await["status_code"], 100);
    assert_eq!(smsc(&service, "x", &[]).await["error_code"], 8);
    service.fault(Trouble::Refuse { status: 200, description: "220".into() });
    assert_eq!(sms_ru(&service, "/my/balance", &[]).await["status_code"], 220);
    service.fault(Trouble::Wait { seconds: 7 });
    assert_eq!(aero(&service, "balance", json!({})).await, (429, json!({ "retry_after": 7 })));
    service.advance(Duration::from_secs(7));
    assert_eq!(aero(&service, "balance", json!({})).await.1["data"]["balance"], 1000.0);
    service.fault(Trouble::Silent);
    let http = reqwest::Client::builder().timeout(Duration::from_secs(2)).build().unwrap();
    let url = format!("{}/sys/send.php?apikey=k&phones={PHONE}&mes=x&fmt=3", service.url());
    assert!(http.get(&url).send().await.unwrap_err().is_timeout());
    service.fault(Trouble::Reset);
    assert!(!http.get(&url).send().await.unwrap_err().is_timeout());
    assert_eq!(service.sent_to(PHONE).len(), 1, "silence comes after the deed, a reset before it");
    let outcomes: Vec<_> = service.journal().iter().map(|call| (call.method.clone(), call.status, call.taken)).collect();
    let expected = [
        ("sms_ru/balance", Some(200), true),
        ("smsc/send", Some(200), false),
        ("sms_ru/balance", Some(200), false),
        ("sms_aero/balance", Some(429), false),
        ("sms_aero/balance", Some(200), true),
        ("smsc/send", None, true),
        ("smsc/send", None, false),
    ];
    assert_eq!(outcomes, expected.map(|(method, status, taken)| (method.to_owned(), status, taken)));
}
