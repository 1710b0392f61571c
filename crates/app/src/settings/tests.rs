use crate::testkit::*;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/settings";

db_test!(an_administrator_changes_the_settings, |app| {
    let People { administrator, .. } = app.people();
    let before = administrator.get(PATH).await.expect(200);
    assert_eq!((before.version(), &before.json()["hours"], &before.json()["phone"]), (1, &Value::Null, &Value::Null));
    let to = json!({
        "name": "Окна плюс", "phone": "8 343 200-11-22", "time_zone": "Asia/Yekaterinburg", "hours": { "mon": "09:00-18:00" },
        "offer_minutes": 30, "auto_accept": true, "consent_text": "Согласен на обработку."
    });
    let after = administrator.patch(PATH, to).if_match(1).await.expect(200);
    let json = after.json();
    assert_eq!((after.version(), &json["consent_version"], &json["phone"]), (2, &json!(2), &json!("+73432001122")));
    assert_eq!((&json["hours"], &json["specialist_sees_price"]), (&json!({ "mon": "09:00-18:00" }), &json!(true)));
    let company = app.company();
    assert_eq!(
        (company.name.as_str(), company.time_zone.as_str(), company.auto_accept),
        ("Окна плюс", "Asia/Yekaterinburg", true),
        "at once"
    );

    administrator.patch(PATH, json!({ "name": "Двери" })).if_match(1).await.expect(412);
    assert_eq!(administrator.patch(PATH, json!({ "name": "Окна плюс" })).await.expect(200).version(), 2, "nothing differs");
    let cleared = administrator.patch(PATH, json!({ "hours": null, "phone": null })).await.expect(200).json();
    assert_eq!((&cleared["hours"], &cleared["phone"], &cleared["consent_version"]), (&Value::Null, &Value::Null, &json!(2)));
    let details = app.rows("SELECT detail FROM audit WHERE deed = 'company.changed' ORDER BY id").await;
    let detail: String = details[0].try_get_by_index(0).unwrap();
    assert!(detail.starts_with("name: – → Окна плюс; phone: – → +73432001122; time_zone: Europe/Moscow → Asia/Yekaterinburg"), "{detail}");
});

db_test!(another_node_takes_the_settings_over, |app| {
    let People { administrator, .. } = app.people();
    let other = app.restarted().await;
    administrator.patch(PATH, json!({ "name": "Окна плюс" })).await.expect(200);
    assert_eq!(other.company().name, "");
    other.company_now().await.unwrap();
    assert_eq!(other.company().name, "Окна плюс");
});

db_test!(the_settings_are_the_administrators_alone, |app| {
    let People { dispatcher, ivan, olga, .. } = app.people();
    for person in [&dispatcher, &ivan, &olga] {
        person.get(PATH).await.expect(404);
        person.get("/settings").await.expect(404);
        person.patch(PATH, json!({ "name": "Я" })).await.expect(404);
    }
    app.nobody().get(PATH).await.expect(401);
});

db_test!(settings_typed_wrongly_are_refused_field_by_field, |app| {
    let People { administrator, .. } = app.people();
    for (field, value, fault) in [
        ("name", json!("я".repeat(201)), "name too_long"),
        ("phone", json!("нет"), "phone phone_invalid"),
        ("time_zone", json!("Луна"), "time_zone zone_unknown"),
        ("time_zone", Value::Null, "time_zone required"),
        ("hours", json!({ "mon": "9" }), "hours.mon hours_invalid"),
        ("offer_minutes", json!(4), "offer_minutes out_of_range"),
        ("auto_accept", json!("да"), "auto_accept invalid"),
        ("quiet_from", json!("25:00"), "quiet_from time"),
        ("consent_text", json!("я".repeat(8001)), "consent_text too_long"),
        ("consent_version", json!(7), "consent_version unknown_field"),
    ] {
        let mut body = json!({});
        body[field] = value;
        assert_eq!(administrator.patch(PATH, body).await.expect(422).faults(), [fault]);
    }
});

db_test!(the_page_of_the_settings, |app| {
    let People { administrator, .. } = app.people();
    let page = administrator.get("/settings").await.expect(200).text();
    assert!(page.contains("Екатеринбург (UTC+5)"));
    let fields = [
        ("_version", "1"),
        ("name", "Окна плюс"),
        ("phone", ""),
        ("time_zone", "Asia/Omsk"),
        ("offer_minutes", "45"),
        ("quiet_from", "23:00"),
        ("quiet_to", "07:30"),
        ("auto_accept", "on"),
        ("hours.mon.from", "09:00"),
        ("hours.mon.to", "18:00"),
        ("hours.tue.from", ""),
        ("hours.tue.to", ""),
        ("consent_text", ""),
    ];
    assert_eq!(administrator.form("/settings", &fields).await.expect(303).location(), "/settings");
    let settings = administrator.get(PATH).await.json();
    assert_eq!((&settings["quiet_from"], &settings["quiet_to"]), (&json!("23:00"), &json!("07:30")));
    assert_eq!((&settings["auto_accept"], &settings["specialist_sees_price"]), (&json!(true), &json!(false)), "no tick is a no");
    assert_eq!(settings["hours"], json!({ "mon": "09:00-18:00" }));
    assert!(administrator.get("/customers").await.expect(200).text().contains("Окна плюс"), "the shell shows the name");

    let late = administrator.form("/settings", &fields).await.expect(412).text();
    assert!(late.contains("value=\"Окна плюс\"") && late.contains("name=\"_version\" value=\"2\""), "what was typed stays");
    let mut wrong = fields.to_vec();
    wrong[0] = ("_version", "2");
    wrong[7] = ("hours.mon.to", "08:00");
    let again = administrator.form("/settings", &wrong).await.expect(422).text();
    assert!(again.contains("hours-mon-error") && again.contains("value=\"08:00\""));
});
