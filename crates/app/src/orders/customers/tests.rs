use crate::testkit::*;
use serde_json::{Value, json};

fn anton() -> Value {
    json!({ "name": "Антон Берёзкин", "phone": "8 (912) 000-11-22", "email": "Anton@Example.ru", "note": "Звонить вечером" })
}

db_test!(the_office_keeps_the_cards, |app| {
    let People { dispatcher, .. } = app.people();
    let created = dispatcher.post("/api/v1/customers", anton()).await.expect(201);
    let (id, path) = (created.id(), created.location().to_owned());
    assert_eq!(path, format!("/api/v1/customers/{id}"));
    let card = dispatcher.get(&path).await.expect(200).json();
    assert_eq!((&card["phone"], &card["email"], &card["kind"]), (&json!("+79120001122"), &json!("anton@example.ru"), &json!("person")));

    let changed =
        dispatcher.patch(&path, json!({ "email": null, "kind": "company", "name": "ООО «Берёзка»" })).if_match(1).await.expect(200);
    let card = changed.json();
    assert_eq!((&card["email"], &card["kind"], &card["note"]), (&Value::Null, &json!("company"), &json!("Звонить вечером")));
    assert_eq!(changed.version(), 2);
    dispatcher.patch(&path, json!({ "note": "" })).if_match(1).await.expect(412);
    let details = app.rows("SELECT detail FROM audit WHERE deed = 'customer.changed'").await;
    let detail: String = details[0].try_get_by_index(0).unwrap();
    assert_eq!(detail, "ООО «Берёзка»: kind: person → company; name: Антон Берёзкин → ООО «Берёзка»; email: anton@example.ru → –");
});

db_test!(twins_are_refused_and_named, |app| {
    let People { dispatcher, .. } = app.people();
    let anton_id = dispatcher.post("/api/v1/customers", anton()).await.expect(201).id();
    let twin = dispatcher.post("/api/v1/customers", json!({ "name": "Антоша", "phone": "+7 912 000 11 22" })).await.expect(409);
    assert_eq!((twin.code(), twin.faults()), ("customer_twin".into(), vec!["phone customer_twin".to_owned()]));
    let fault = &twin.json()["errors"][0];
    assert_eq!(fault["existing_id"], json!(anton_id));
    assert!(fault["message"].as_str().unwrap().contains("Антон Берёзкин"), "{fault}");

    let other = dispatcher.post("/api/v1/customers", json!({ "name": "Борис", "phone": "8 912 000-11-33" })).await.expect(201);
    let path = other.location();
    dispatcher.patch(path, json!({ "phone": "9120001122" })).await.expect(409);
    dispatcher.patch(path, json!({ "phone": "9120001133", "note": "тот же телефон" })).await.expect(200);
    dispatcher.post("/api/v1/customers", json!({ "name": "Без телефона" })).await.expect(201);
    dispatcher.post("/api/v1/customers", json!({ "name": "Тоже без телефона" })).await.expect(201);
    let mut order = app.order().body();
    order["customer"] = anton();
    assert_eq!(dispatcher.post("/api/v1/orders", order).await.expect(409).faults(), ["customer.phone customer_twin"]);
});

db_test!(customers_are_found_as_people_search, |app| {
    let People { dispatcher, olga, pyotr, .. } = app.people();
    let anton = dispatcher.post("/api/v1/customers", anton()).await.expect(201).id();
    let found = async |typed: &str| {
        let q: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        dispatcher.get(&format!("/api/v1/customers?q={q}")).await.expect(200).ids()
    };
    for typed in
        ["антон", "БЕРЕЗК", "Берёзкин Ан", "912 000", "8 912 000", "+7 (912) 000-11-22", "8-912-000-11-22", "11-22", "0001122", "anton@ex"]
    {
        assert_eq!(found(typed).await, [anton], "{typed}");
    }
    for typed in ["тон", "913", "Антон Смирнов", "%", "' OR 1=1 --"] {
        assert_eq!(found(typed).await, [0; 0], "{typed}");
    }
    assert_eq!(found("").await, [anton, olga.customer_id, pyotr.customer_id]);
    assert_eq!(found("916").await, [olga.customer_id, pyotr.customer_id]);
    dispatcher.patch(&format!("/api/v1/customers/{anton}"), json!({ "name": "Вера", "phone": null })).await.expect(200);
    assert_eq!((found("антон").await, found("912").await, found("вера").await), (vec![], vec![], vec![anton]));
});

db_test!(pages_of_customers_follow_the_alphabet, |app| {
    let People { dispatcher, .. } = app.people();
    for name in ["Яна", "Анна", "Анна", "Борис", "Вера"] {
        dispatcher.post("/api/v1/customers", json!({ "name": name })).await.expect(201);
    }
    let (mut names, mut cursor) = (vec![], String::new());
    loop {
        let page = dispatcher.get(&format!("/api/v1/customers?limit=2&cursor={cursor}")).await.expect(200).json();
        names.extend(page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(names, ["Анна", "Анна", "Борис", "Вера", "Ольга Смирнова", "Пётр Иванов", "Яна"]);
    assert_eq!(dispatcher.get("/api/v1/customers?cursor=zzz").await.expect(422).faults(), ["cursor invalid"]);
});

db_test!(orders_are_found_by_the_new_name_and_phone, |app| {
    let People { dispatcher, olga, .. } = app.people();
    let order = app.order().by(&olga).make().await;
    let found = async |q: &str| dispatcher.get(&format!("/api/v1/orders?q={q}")).await.expect(200).ids();
    let to = json!({ "name": "Olga Belova", "phone": "8 912 333-44-55" });
    dispatcher.patch(&format!("/api/v1/customers/{}", olga.customer_id), to).await.expect(200);
    assert_eq!((found("belova").await, found("3334455").await, found("79160000005").await), (vec![order], vec![order], vec![]));
});

db_test!(nobody_outside_the_office_sees_customers, |app| {
    let People { ivan, rustam, olga, dispatcher, .. } = app.people();
    let own = format!("/api/v1/customers/{}", olga.customer_id);
    for person in [&ivan, &rustam, &olga] {
        for path in ["/api/v1/customers", own.as_str(), "/customers", "/customers/suggestions?q=916"] {
            person.get(path).await.expect(404);
        }
        person.post("/api/v1/customers", anton()).await.expect(404);
        person.patch(&own, json!({ "name": "Я" })).await.expect(404);
    }
    dispatcher.get("/api/v1/customers/999999").await.expect(404);
    dispatcher.patch("/api/v1/customers/999999", json!({ "name": "Я" })).await.expect(404);
});

db_test!(a_customer_typed_wrongly_is_refused_field_by_field, |app| {
    let People { dispatcher, .. } = app.people();
    let before = app.number("SELECT COUNT(*) FROM customers").await;
    for (field, value, fault) in [
        ("name", json!(""), "name required"),
        ("name", json!("я".repeat(201)), "name too_long"),
        ("phone", json!("звоните"), "phone phone_invalid"),
        ("email", json!("anton"), "email email_invalid"),
        ("kind", json!("robot"), "kind not_in_list"),
        ("note", json!([]), "note not_text"),
        ("vip", json!(true), "vip unknown_field"),
    ] {
        let mut body = anton();
        body[field] = value;
        assert_eq!(dispatcher.post("/api/v1/customers", body).await.expect(422).faults(), [fault]);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM customers").await, before);
});

db_test!(of_many_who_type_one_phone_one_is_written, |app| {
    let People { dispatcher, zoya, .. } = app.people();
    let deeds = (0..8).map(|n| if n % 2 == 0 { &dispatcher } else { &zoya }.post("/api/v1/customers", anton()));
    let statuses: Vec<u16> = together(deeds).await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
});

db_test!(the_pages_of_customers, |app| {
    let People { dispatcher, olga, .. } = app.people();
    let order = app.order().by(&olga).make().await;
    let fields =
        [("kind", "person"), ("name", "Антон <b>Берёзкин</b>"), ("phone", "8 912 000-11-22"), ("email", ""), ("note", "Звонить вечером")];
    let made = dispatcher.form("/customers", &fields).await.expect(303);
    let path = made.location().to_owned();
    let page = dispatcher.get(&path).await.expect(200).text();
    assert!(
        page.contains("Антон &#60;b&#62;Берёзкин&#60;/b&#62;")
            && page.contains("+7\u{a0}912\u{a0}000-11-22")
            && page.contains("Звонить вечером")
    );
    assert!(dispatcher.get(&format!("/customers/{}", olga.customer_id)).await.text().contains(&format!("/orders/{order}")));
    let list = dispatcher.get("/customers?q=912").await.expect(200).text();
    assert!(list.contains(&path) && !list.contains("Ольга Смирнова"));

    let twin = dispatcher.form("/customers", &[("kind", "person"), ("name", "Антоша"), ("phone", "9120001122")]).await.expect(422).text();
    assert!(twin.contains("phone-error") && twin.contains(&format!("href=\"{path}\"")) && twin.contains("value=\"Антоша\""));
    dispatcher
        .form(&path, &[("_version", "1"), ("kind", "company"), ("name", "ООО «Берёзка»"), ("phone", "8 912 000-11-22")])
        .await
        .expect(303);
    let late = dispatcher.form(&path, &[("_version", "1"), ("kind", "company"), ("name", "Иначе")]).await.expect(412).text();
    assert!(late.contains("value=\"Иначе\""));
    dispatcher.get("/customers/999999").await.expect(404);
});

db_test!(suggestions_while_typing, |app| {
    let People { dispatcher, .. } = app.people();
    let id = dispatcher.post("/api/v1/customers", anton()).await.expect(201).id();
    let found = dispatcher.get("/customers/suggestions?q=8%20912").await.expect(200).text();
    assert!(found.contains(&format!("data-id=\"{id}\"")) && found.contains("data-fill-phone=\"+7\u{a0}912\u{a0}000-11-22\""), "{found}");
    assert!(!found.contains("<html"));
    assert_eq!(dispatcher.get("/customers/suggestions?q=").await.expect(200).text().trim(), "");
});

db_test!(lists_of_customers_take_few_statements, |app| {
    let People { dispatcher, olga, .. } = app.people();
    app.order().by(&olga).make().await;
    for (path, most) in [("/customers", 3), ("/api/v1/customers?q=916", 2), ("/customers/suggestions?q=ol", 2)] {
        let (answer, statements) = app.counted(dispatcher.get(path)).await;
        answer.expect(200);
        assert!(statements <= most, "{path}: {statements}");
    }
});

db_test!(search_goes_along_an_index, |app| {
    let (condition, values) = crate::customers::search::condition("8 912 000");
    let text = format!("{} SELECT id FROM customers WHERE {condition} ORDER BY name_folded, id LIMIT 51", app.db.engine().explain());
    let rows = sea_orm::ConnectionTrait::query_all_raw(app.db.read(), store::sql(app.db.engine(), &text, values)).await.unwrap();
    let plan: Vec<String> = rows
        .iter()
        .map(|row| match app.db.engine() {
            store::Engine::Sqlite => row.try_get::<String>("", "detail").unwrap(),
            store::Engine::MariaDb => {
                let text = |column: &str| row.try_get::<Option<String>>("", column).unwrap().unwrap_or_default();
                format!("{} {} {}", text("table"), text("type"), text("key"))
            }
        })
        .collect();
    assert!(plan.iter().any(|line| line.contains("term>? AND term<?") || line.contains("customer_terms range PRIMARY")), "{plan:#?}");
});
