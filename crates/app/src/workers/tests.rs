use crate::testkit::*;
use serde_json::{Value, json};

db_test!(an_administrator_keeps_the_cards, |app| {
    let People { administrator, dispatcher, ivan, .. } = app.people();
    let path = format!("/api/v1/workers/{}", ivan.worker_id);
    let card = dispatcher.get(&path).await.expect(200).json();
    assert_eq!((&card["name"], &card["kind"], &card["hours"]), (&json!("Иван Петров"), &json!("specialist"), &Value::Null));
    assert_eq!(card["phone"], json!("+79160000001"));

    let to = json!({
        "skills": ["Окна", "Двери"], "zones": ["Центр", "Юг"], "hours": { "mon": "09:00-18:00", "sat": "10:00-15:00" },
        "phone": "8 916 111-22-33", "note": "Своя машина"
    });
    let changed = administrator.patch(&path, to).if_match(1).await.expect(200);
    assert_eq!(changed.version(), 2);
    let card = changed.json();
    assert_eq!((&card["skills"], &card["zones"]), (&json!(["Двери", "Окна"]), &json!(["Центр", "Юг"])));
    assert_eq!((&card["hours"], &card["phone"]), (&json!({ "mon": "09:00-18:00", "sat": "10:00-15:00" }), &json!("+79161112233")));

    let skills = administrator.put(&format!("{path}/skills"), json!({ "skills": ["окна"] })).await.expect(200).json();
    assert_eq!((&skills["skills"], &skills["note"], &skills["version"]), (&json!(["Окна"]), &json!("Своя машина"), &json!(3)));
    administrator.patch(&path, json!({ "note": "" })).if_match(2).await.expect(412);
    let back = administrator.patch(&path, json!({ "hours": null, "skills": [], "zones": [] })).await.expect(200).json();
    assert_eq!((&back["hours"], &back["skills"], &back["zones"]), (&Value::Null, &json!([]), &json!([])));
    let details = app.rows("SELECT detail FROM audit WHERE deed = 'worker.changed' ORDER BY id").await;
    let first: String = details[0].try_get_by_index(0).unwrap();
    assert!(
        first.starts_with("Иван Петров: skills: – → Двери, Окна; zones: – → Центр, Юг; hours: – → mon 09:00-18:00, sat 10:00-15:00"),
        "{first}"
    );
});

db_test!(lists_of_workers, |app| {
    let People { administrator, dispatcher, ivan, semyon, rustam, timur, .. } = app.people();
    administrator.put(&format!("/api/v1/workers/{}/skills", rustam.worker_id), json!({ "skills": ["Окна"] })).await.expect(200);
    administrator.patch(&format!("/api/v1/workers/{}", timur.worker_id), json!({ "active": false })).await.expect(200);
    let ids = async |query: &str| dispatcher.get(&format!("/api/v1/workers{query}")).await.expect(200).ids();
    assert_eq!(ids("").await, [ivan.worker_id, rustam.worker_id, semyon.worker_id, timur.worker_id], "by name");
    assert_eq!(ids("?kind=contractor").await, [rustam.worker_id, timur.worker_id]);
    assert_eq!(ids("?active=false").await, [timur.worker_id]);
    let skill = app.number("SELECT id FROM skills").await;
    assert_eq!(ids(&format!("?active=true&skill_id={skill}")).await, [rustam.worker_id]);
    let (_, statements) = app.counted(dispatcher.get("/api/v1/workers")).await;
    assert_eq!(statements, 3, "the session, the workers, their skills");
});

db_test!(who_may_see_and_change_workers, |app| {
    let People { administrator, dispatcher, ivan, rustam, olga, .. } = app.people();
    let path = format!("/api/v1/workers/{}", ivan.worker_id);
    for person in [&ivan, &rustam, &olga] {
        for path in ["/api/v1/workers", path.as_str(), "/api/v1/workers/available"] {
            person.get(path).await.expect(404);
        }
    }
    for person in [&dispatcher, &ivan, &olga] {
        person.patch(&path, json!({ "note": "я" })).await.expect(404);
        person.put(&format!("{path}/skills"), json!({ "skills": [] })).await.expect(404);
    }
    administrator.patch("/api/v1/workers/999999", json!({ "note": "я" })).await.expect(404);
    dispatcher.get("/api/v1/workers/999999").await.expect(404);
});

db_test!(a_card_typed_wrongly_is_refused_field_by_field, |app| {
    let People { administrator, ivan, .. } = app.people();
    let path = format!("/api/v1/workers/{}", ivan.worker_id);
    for (field, value, fault) in [
        ("phone", json!("12"), "phone phone_invalid"),
        ("note", json!("я".repeat(2001)), "note too_long"),
        ("zones", json!("Центр"), "zones not_a_list"),
        ("zones", json!(vec!["Очень длинное название района города, каких много"; 20]), "zones too_long"),
        ("skills", json!([1]), "skills not_a_list"),
        ("hours", json!({ "mon": "18:00-09:00" }), "hours.mon date_order"),
        ("hours", json!({ "mon": "утром" }), "hours.mon hours_invalid"),
        ("hours", json!({ "someday": "09:00-18:00" }), "hours.someday unknown_field"),
        ("active", json!("yes"), "active invalid"),
        ("name", json!("Пётр"), "name unknown_field"),
    ] {
        let mut body = json!({});
        body[field] = value;
        assert_eq!(administrator.patch(&path, body).await.expect(422).faults(), [fault], "{field}");
    }
    assert_eq!(administrator.put(&format!("{path}/skills"), json!({})).await.expect(422).faults(), ["skills required"]);
    assert_eq!(app.number("SELECT MAX(version) FROM workers").await, 1);
});

db_test!(the_pages_of_workers, |app| {
    let People { administrator, dispatcher, ivan, .. } = app.people();
    let path = format!("/workers/{}", ivan.worker_id);
    for person in [&administrator, &dispatcher] {
        assert!(person.get("/workers").await.expect(200).text().contains("Иван Петров"));
        person.get(&path).await.expect(200);
    }
    ivan.get("/workers").await.expect(404);
    dispatcher.get(&format!("{path}/edit")).await.expect(404);
    dispatcher.form(&path, &[("note", "я")]).await.expect(404);
    let fields = [
        ("_version", "1"),
        ("phone", "8 916 111-22-33"),
        ("zones", "Центр, Юг"),
        ("new_skills", "Окна"),
        ("active", "on"),
        ("note", "Своя машина"),
        ("hours.mon.from", "09:00"),
        ("hours.mon.to", "18:00"),
    ];
    assert_eq!(administrator.form(&path, &fields).await.expect(303).location(), path);
    let page = dispatcher.get(&path).await.expect(200).text();
    for text in ["+7\u{a0}916\u{a0}111-22-33", "Центр, Юг", "Окна", "Своя машина", "09:00–18:00", "выходной"]
    {
        assert!(page.contains(text), "{text}");
    }
    let wrong = [("_version", "2"), ("phone", "12"), ("note", "Осталось"), ("hours.mon.from", "20:00"), ("hours.mon.to", "08:00")];
    let again = administrator.form(&path, &wrong).await.expect(422).text();
    assert!(again.contains("phone-error") && again.contains("hours-mon-error") && again.contains("Осталось"));
    administrator.form(&path, &fields).await.expect(412);
    administrator.form(&path, &[("_version", "2"), ("note", "")]).await.expect(303);
    let card = administrator.get(&format!("/api/v1{path}")).await.json();
    assert_eq!(
        (&card["active"], &card["skills"], &card["hours"]),
        (&json!(false), &json!([]), &Value::Null),
        "a form holds all of its fields"
    );
});
