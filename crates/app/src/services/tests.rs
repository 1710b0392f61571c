use crate::testkit::*;
use serde_json::{Value, json};

fn window() -> Value {
    json!({
        "name": "Монтаж двери", "duration_minutes": 90, "skills": ["Двери", "сварка"], "checklist": ["Снять плёнку", "Проверить замок"],
        "required_photos": { "before": 1, "after": 2 }, "price_minor": 450_000
    })
}

db_test!(an_administrator_keeps_the_catalogue, |app| {
    let People { administrator, .. } = app.people();
    let created = administrator.post("/api/v1/services", window()).await.expect(201);
    let id = created.id();
    assert_eq!((created.version(), created.location()), (1, format!("/api/v1/services/{id}").as_str()));
    let path = format!("/api/v1/services/{id}");
    let service = administrator.get(&path).await.expect(200).json();
    assert_eq!(service["skills"], json!(["Двери", "сварка"]));
    assert_eq!(service["checklist"], json!(["Снять плёнку", "Проверить замок"]));
    assert_eq!(service["required_photos"], json!({ "before": 1, "after": 2 }));
    assert_eq!((&service["price_minor"], &service["active"]), (&json!(450_000), &json!(true)));

    let to = json!({ "duration_minutes": 120, "price_minor": null, "skills": ["ДВЕРИ"], "required_photos": 3 });
    let changed = administrator.patch(&path, to.clone()).if_match(1).await.expect(200);
    assert_eq!(changed.version(), 2);
    let service = changed.json();
    assert_eq!((&service["name"], &service["price_minor"]), (&json!("Монтаж двери"), &Value::Null));
    assert_eq!((&service["skills"], &service["required_photos"]), (&json!(["Двери"]), &json!({ "before": 0, "after": 3 })));

    administrator.patch(&path, json!({ "name": "Двери" })).if_match(1).await.expect(412);
    assert_eq!(administrator.patch(&path, to).await.expect(200).version(), 2, "nothing differs");
    let audit = app.rows("SELECT deed, detail FROM audit WHERE object_kind = 'service' ORDER BY id").await;
    let audit: Vec<(String, String)> =
        audit.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())).collect();
    assert_eq!(audit.len(), 2);
    assert_eq!(audit[0], ("service.created".into(), "Монтаж двери".into()));
    assert_eq!(audit[1].0, "service.changed");
    assert!(audit[1].1.contains("duration_minutes: 90 → 120; skills: Двери, сварка → Двери"), "{}", audit[1].1);
});

db_test!(the_archive_is_seen_by_the_office_alone, |app| {
    let People { administrator, dispatcher, olga, rustam, .. } = app.people();
    let id = administrator.post("/api/v1/services", window()).await.expect(201).id();
    let path = format!("/api/v1/services/{id}");
    administrator.patch(&path, json!({ "active": false })).await.expect(200);
    for outsider in [&olga, &rustam] {
        outsider.get(&path).await.expect(404);
        assert!(!outsider.get("/api/v1/services").await.expect(200).ids().contains(&id));
    }
    dispatcher.get(&path).await.expect(200);
    assert!(dispatcher.get("/api/v1/services").await.expect(200).ids().contains(&id));
    assert_eq!(dispatcher.get("/api/v1/services?active=false").await.expect(200).ids(), [id]);
    assert!(!dispatcher.get("/api/v1/services?active=true").await.expect(200).ids().contains(&id));
    let mut order = app.order().service(id).body();
    order["customer_id"] = json!(olga.customer_id);
    assert_eq!(dispatcher.post("/api/v1/orders", order).await.expect(422).faults(), ["service_id not_in_list"]);
    administrator.patch(&path, json!({ "active": true })).await.expect(200);
    olga.get(&path).await.expect(200);
});

db_test!(each_role_is_shown_what_it_may_know, |app| {
    let People { administrator, dispatcher, olga, ivan, rustam, .. } = app.people();
    let path = format!("/api/v1/services/{}", administrator.post("/api/v1/services", window()).await.expect(201).id());
    let mut fields = vec![];
    for person in [&dispatcher, &ivan, &rustam, &olga] {
        let json = person.get(&path).await.expect(200).json();
        fields.push((person.name, json.get("price_minor").is_some(), json.get("checklist").is_some()));
    }
    assert_eq!(fields, [("dispatcher", true, true), ("ivan", true, true), ("rustam", false, true), ("olga", true, false)]);
    app.set_company("specialist_sees_price", false).await;
    assert_eq!(ivan.get(&path).await.json().get("price_minor"), None);
    app.nobody().get(&path).await.expect(401);
});

db_test!(only_administrators_change_services, |app| {
    let People { administrator, dispatcher, olga, rustam, .. } = app.people();
    let path = format!("/api/v1/services/{}", app.services().window);
    for person in [&dispatcher, &olga, &rustam] {
        person.post("/api/v1/services", window()).await.expect(404);
        person.patch(&path, json!({ "price_minor": 1 })).await.expect(404);
    }
    administrator.get("/api/v1/services/999999").await.expect(404);
    administrator.patch("/api/v1/services/999999", json!({ "price_minor": 1 })).await.expect(404);
});

db_test!(a_service_typed_wrongly_is_refused_field_by_field, |app| {
    let People { administrator, .. } = app.people();
    let refused = async |field: &str, value: Value| {
        let mut body = window();
        body[field] = value;
        administrator.post("/api/v1/services", body).await.expect(422).faults()
    };
    assert_eq!(
        administrator.post("/api/v1/services", json!({})).await.expect(422).faults(),
        ["duration_minutes required", "name required"]
    );
    for (field, value, fault) in [
        ("name", json!("  "), "name required"),
        ("name", json!("я".repeat(201)), "name too_long"),
        ("name", json!(7), "name not_text"),
        ("name", json!("монтаж ОКНА"), "name taken"),
        ("duration_minutes", json!(0), "duration_minutes out_of_range"),
        ("duration_minutes", json!("90"), "duration_minutes not_a_number"),
        ("skills", json!("Двери"), "skills not_a_list"),
        ("skills", json!(["д".repeat(101)]), "skills too_long"),
        ("checklist", json!(vec!["строка"; 51]), "checklist too_many"),
        ("required_photos", json!(-1), "required_photos out_of_range"),
        ("required_photos", json!(["during"]), "required_photos not_in_list"),
        ("required_photos", json!({ "after": "two" }), "required_photos.after not_a_number"),
        ("required_photos", json!({ "during": 1 }), "required_photos.during unknown_field"),
        ("price_minor", json!(-1), "price_minor money_out_of_range"),
        ("price_minor", json!("дорого"), "price_minor money_invalid"),
        ("colour", json!("red"), "colour unknown_field"),
    ] {
        assert_eq!(refused(field, value).await, [fault]);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM services").await, 2);
});

db_test!(photos_may_be_told_in_several_ways, |app| {
    let People { administrator, .. } = app.people();
    for (n, (told, before, after)) in
        [(json!(2), 0, 2), (json!(["before", "after", "after"]), 1, 2), (json!({ "before": 3 }), 3, 0), (Value::Null, 0, 0)]
            .into_iter()
            .enumerate()
    {
        let body = json!({ "name": format!("Работа {n}"), "duration_minutes": 60, "required_photos": told });
        let service = administrator.post("/api/v1/services", body).await.expect(201).json();
        assert_eq!(service["required_photos"], json!({ "before": before, "after": after }));
    }
});

db_test!(the_longest_checklist_fits, |app| {
    let People { administrator, .. } = app.people();
    let lines = vec!["\"".repeat(150); 50];
    let body = json!({ "name": "Кавычки", "duration_minutes": 60, "checklist": lines });
    assert_eq!(administrator.post("/api/v1/services", body).await.expect(201).json()["checklist"], json!(lines));
});

db_test!(the_same_service_sent_twice_is_one, |app| {
    let People { administrator, .. } = app.people();
    let key = uuid::Uuid::from_u128(1);
    let first = administrator.post("/api/v1/services", window()).key(key).await.expect(201);
    let again = administrator.post("/api/v1/services", window()).key(key).await.expect(201);
    assert_eq!(first.json(), again.json());
});

db_test!(the_pages_of_the_catalogue, |app| {
    let People { administrator, dispatcher, .. } = app.people();
    for path in ["/services", "/services/new"] {
        administrator.get(path).await.expect(200);
        dispatcher.get(path).await.expect(404);
    }
    let fields = [
        ("name", "Монтаж двери"),
        ("duration_minutes", "90"),
        ("price_minor", "4 500,50"),
        ("new_skills", "двери, сварка"),
        ("checklist", "Снять плёнку\r\n\r\nПроверить замок"),
        ("photos_before", "1"),
        ("photos_after", ""),
        ("signature_required", "on"),
    ];
    administrator.form("/services", &fields).await.expect(303);
    let id = app.number("SELECT MAX(id) FROM services").await;
    let service = administrator.get(&format!("/api/v1/services/{id}")).await.json();
    assert_eq!((&service["price_minor"], &service["skills"]), (&json!(450_050), &json!(["двери", "сварка"])));
    assert_eq!((&service["checklist"], &service["signature_required"]), (&json!(["Снять плёнку", "Проверить замок"]), &json!(true)));

    let path = format!("/services/{id}");
    let page = administrator.get(&path).await.expect(200).text();
    assert!(page.contains("value=\"4500,50\"") && page.contains("value=\"двери\" checked"), "{page}");
    let list = administrator.get("/services").await.text();
    assert!(list.contains("1 фото до · чек-лист: 2 пункта · подпись") || list.contains("1\u{a0}фото до"), "{list}");

    let wrong = [("name", "  "), ("duration_minutes", "долго"), ("checklist", "Свой пункт"), ("_version", "1")];
    let again = administrator.form(&path, &wrong).await.expect(422).text();
    assert!(
        again.contains("name-error") && again.contains("duration_minutes-error") && again.contains("Свой пункт") && again.contains("долго")
    );
    administrator.form(&path, &[("name", "Двери"), ("duration_minutes", "60"), ("skills", "двери"), ("_version", "1")]).await.expect(303);
    assert_eq!(administrator.get(&format!("/api/v1/services/{id}")).await.json()["skills"], json!(["двери"]));
    administrator.form(&path, &[("name", "Двери"), ("duration_minutes", "60"), ("_version", "1")]).await.expect(412);

    administrator.form(&format!("{path}/archive"), &[]).await.expect(303);
    assert!(!administrator.get("/services").await.text().contains(&path));
    assert!(administrator.get("/services?archive=1").await.text().contains(&path));
    administrator.form(&format!("{path}/restoration"), &[]).await.expect(303);
    assert!(administrator.get("/services").await.text().contains(&path));
});
