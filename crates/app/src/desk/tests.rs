//! The office's screens through the browser's door.

use crate::testkit::*;

/// Every page of the office, with an order and a visit to look at.
fn pages(order: i64, visit: i64) -> Vec<String> {
    vec![
        "/orders".into(),
        "/orders/kanban".into(),
        "/orders/newer?since=0".into(),
        "/attention".into(),
        "/orders/new".into(),
        format!("/orders/{order}"),
        format!("/orders/{order}/edit"),
        format!("/orders/{order}/links/new"),
        format!("/orders/{order}/visits/new"),
        format!("/visits/{visit}/edit"),
    ]
}

/// What a hidden or visible field of the page holds.
fn field(page: &str, name: &str) -> String {
    let from = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name}"));
    let rest = &page[from..];
    let value = rest.find("value=\"").expect("a value") + 7;
    rest[value..].split('"').next().unwrap_or_default().to_owned()
}

db_test!(the_offices_pages_are_the_offices, |app| {
    let People { dispatcher, administrator, ivan, rustam, olga, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    for page in pages(order, visit) {
        dispatcher.get(&page).await.expect(200);
        administrator.get(&page).await.expect(200);
        for stranger in [&ivan, &rustam, &olga] {
            stranger.get(&page).await.expect(404);
        }
        app.nobody().get(&page).await.expect(303);
    }
    for page in pages(999, 999).iter().filter(|page| page.contains("999")) {
        dispatcher.get(page).await.expect(404);
    }
});

db_test!(everybody_begins_where_they_work, |app| {
    let People { dispatcher, ivan, rustam, olga, .. } = app.people();
    dispatcher.get("/").await.expect(200);
    for (person, path) in [(&ivan, "/visits"), (&rustam, "/visits"), (&olga, "/my/orders")] {
        assert_eq!(person.get("/").await.expect(303).location(), path);
    }
});

db_test!(the_board_and_the_order_take_five_statements, |app| {
    let People { dispatcher, ivan, semyon, .. } = app.people();
    let (order, _) = app.visit().of(&ivan).of(&semyon).done().make().await;
    for hour in 1..6 {
        app.visit().of(&semyon).at(NOW + DAY + hour * 3 * HOUR).make().await;
    }
    dispatcher.form("/views", &[("name", "Мои"), ("query", "status=new")]).await.expect(303);
    for page in ["/orders", "/orders?status=new&status=confirmed&worker_id=1&q=окна", "/orders/kanban", "/attention", "/"] {
        let (answer, statements) = app.counted(dispatcher.get(page)).await;
        answer.expect(200);
        assert!(statements <= 5, "{page} took {statements} statements");
    }
    let (answer, statements) = app.counted(dispatcher.get(&format!("/orders/{order}"))).await;
    answer.expect(200);
    assert!(statements <= 5, "the order took {statements} statements");
});

db_test!(an_order_goes_from_the_call_to_the_worker, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let service = app.services().window.to_string();
    let typed = [
        ("_key", "6f0c7a52-58a5-44c6-a3cb-d1f8cd53b0f4"),
        ("customer.phone", "8 (999) 123-45-67"),
        ("customer.name", "Нина Павловна"),
        ("service_id", &service),
        ("address.text", "Малышева, 84"),
        ("confirm", "1"),
    ];
    let created = dispatcher.form("/orders", &typed).await.expect(303);
    assert_eq!(dispatcher.form("/orders", &typed).await.expect(303).location(), created.location(), "sent twice, made once");
    let page = dispatcher.get(created.location()).await.expect(200).words();
    assert!(page.contains("Нина Павловна") && page.contains("Подтверждён") && page.contains("+7 999 123-45-67"));

    let worker = ivan.worker_id.to_string();
    let visits = format!("{}/visits", created.location());
    let assigned = [("worker_ids", worker.as_str()), ("starts_at", "2026-11-25T10:00"), ("offer", "1")];
    dispatcher.form(&visits, &assigned).await.expect(303);
    let page = dispatcher.get(created.location()).await.expect(200).text();
    assert!(page.contains("Предложено") && page.contains("Завтра, 10:00–12:00"), "{page}");
});

db_test!(a_twin_is_refused_and_can_be_taken, |app| {
    let People { dispatcher, olga, .. } = app.people();
    app.order().make().await;
    let service = app.services().window.to_string();
    let typed =
        [("customer.phone", "+79160000005"), ("customer.name", "Оля"), ("service_id", service.as_str()), ("address.text", "Ленина, 1")];
    let page = dispatcher.form("/orders", &typed).await.expect(422).text();
    assert!(page.contains(&format!("/customers/{}", olga.customer_id)), "the page leads to the one who has the phone");
    assert_eq!(field(&page, "address.text"), "Ленина, 1");
    let known = olga.customer_id.to_string();
    let taken = [&typed[..], &[("customer_id", known.as_str())]].concat();
    dispatcher.form("/orders", &taken).await.expect(303);
    assert_eq!(app.number("SELECT COUNT(*) FROM customers WHERE phone = '+79160000005'").await, 1);
});

db_test!(a_faulty_form_keeps_what_was_typed, |app| {
    let People { dispatcher, .. } = app.people();
    let typed = [("customer.phone", "912 00"), ("customer.name", "Нина <b>"), ("service_id", "777"), ("description", "Кирпич")];
    let answer = dispatcher.form("/orders", &typed).await.expect(422);
    let page = answer.text();
    for kept in ["912 00", "Нина &#60;b&#62;", "Кирпич"] {
        assert!(page.contains(kept), "{kept} is lost");
    }
    assert!(page.contains("address.text-error") && page.contains("customer.phone-error"));
    assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 0);
});

db_test!(a_busy_worker_is_taken_with_a_reason_alone, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    app.visit().of(&ivan).at(NOW + 4 * HOUR).make().await;
    let order = app.order().confirmed().make().await;
    let worker = ivan.worker_id.to_string();
    let visits = format!("/orders/{order}/visits");
    let clash = [("worker_ids", worker.as_str()), ("starts_at", "2026-11-24T14:00"), ("note", "Лестница")];
    let page = dispatcher.form(&visits, &clash).await.expect(409).text();
    assert!(page.contains("Иван Петров") && page.contains("override_reason") && page.contains("Лестница"));
    let looked = dispatcher.form(&visits, &[("look", "1"), ("starts_at", "2026-11-24T14:00")]).await.expect(200).text();
    assert!(looked.contains("Сегодня, 13:00–15:00"), "who is busy when");
    let forced = [&clash[..], &[("override_reason", "Рядом, успеет")]].concat();
    dispatcher.form(&visits, &forced).await.expect(303);
    let page = dispatcher.get(&format!("/orders/{order}")).await.text();
    assert!(page.contains("Рядом, успеет"));
});

db_test!(to_assign_a_new_order_confirms_it, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let order = app.order().make().await;
    let worker = ivan.worker_id.to_string();
    let form = [("worker_ids", worker.as_str()), ("starts_at", "2026-11-25T10:00"), ("offer", "1")];
    dispatcher.form(&format!("/orders/{order}/visits"), &form).await.expect(303);
    assert_eq!(dispatcher.get(&format!("/api/v1/orders/{order}")).await.json()["status"], "scheduled");
});

db_test!(a_visit_is_moved_on_its_page, |app| {
    let People { dispatcher, zoya, ivan, semyon, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    let path = format!("/visits/{visit}/edit");
    let page = dispatcher.get(&path).await.expect(200).text();
    let (version, worker) = (field(&page, "_version"), semyon.worker_id.to_string());
    let moved = [("_version", version.as_str()), ("worker_ids", worker.as_str()), ("starts_at", "2026-11-26T09:00")];
    dispatcher.form(&path, &moved).await.expect(303);
    let again =
        [("_version", version.as_str()), ("worker_ids", worker.as_str()), ("starts_at", "2026-11-27T09:00"), ("note", "Ключ у соседки")];
    let conflict = zoya.form(&path, &again).await.expect(412).text();
    assert!(conflict.contains("Дарья Котова") && conflict.contains("Ключ у соседки") && conflict.contains("2026-11-27T09:00"));
    assert!(dispatcher.get(&format!("/orders/{order}")).await.text().contains("26\u{a0}ноя, 09:00–11:00"));
});

db_test!(an_order_is_changed_and_a_second_one_hears_of_it, |app| {
    let People { dispatcher, zoya, .. } = app.people();
    let order = app.order().confirmed().make().await;
    let path = format!("/orders/{order}/edit");
    let version = field(&dispatcher.get(&path).await.text(), "_version");
    let typed = |text: &'static str| vec![("_version", version.clone()), ("address.text", text.to_owned()), ("description", String::new())];
    let send = |person: Person, fields: Vec<(&'static str, String)>| {
        let path = path.clone();
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            person.form(&path, &fields).await
        }
    };
    send(dispatcher.clone(), typed("Новая, 5")).await.expect(303);
    let conflict = send(zoya, typed("Старая, 6")).await.expect(412).text();
    assert!(conflict.contains("Дарья Котова") && conflict.contains("Заказ изменён") && conflict.contains("Старая, 6"));
    assert!(dispatcher.get(&format!("/orders/{order}")).await.text().contains("Новая, 5"));
    send(dispatcher.clone(), vec![("address.text", String::new())]).await.expect(422);
});

db_test!(a_deed_asks_for_its_reason_and_leads_back, |app| {
    let People { dispatcher, zoya, olga, pyotr, .. } = app.people();
    let order = app.order().by(&olga).confirmed().make().await;
    let path = format!("/orders/{order}/cancellation");
    assert!(dispatcher.get(&path).await.expect(200).text().contains("Отменить заказ"));
    pyotr.get(&path).await.expect(404);
    pyotr.form(&path, &[("reason", "x")]).await.expect(404);
    dispatcher.form(&path, &[("reason", "")]).await.expect(422);
    let stale = zoya.form(&path, &[("_version", "1"), ("reason", "Дорого")]).await.expect(412).text();
    assert!(stale.contains("Дорого") && stale.contains("Заказ подтверждён"));
    for foreign in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
        let answer = dispatcher.form(&format!("/orders/{order}/hold"), &[("reason", "Ждём"), ("back", foreign)]).await.expect(303);
        assert_eq!(answer.location(), format!("/orders/{order}"));
        dispatcher.form(&format!("/orders/{order}/resumption"), &[]).await.expect(303);
    }
    let answer = dispatcher.form(&path, &[("reason", "Дорого"), ("back", "/orders?status=new")]).await.expect(303);
    assert_eq!(answer.location(), "/orders?status=new");
    dispatcher.get(&path).await.expect(409);
});

db_test!(what_a_report_lacks_is_told_to_who_finishes, |app| {
    let People { ivan, .. } = app.people();
    let order = app.order().service(app.services().strict).confirmed().make().await;
    let (_, visit) = app.visit().order(order).of(&ivan).on_site().make().await;
    let page = ivan.form(&format!("/visits/{visit}/completion"), &[]).await.expect(422).words();
    assert!(page.contains("Не хватает 1 фото «до»") && page.contains("Нет подписи заказчика"), "{page}");
});

db_test!(what_was_typed_is_asked_again, |app| {
    let People { dispatcher, .. } = app.people();
    let order = app.order().make().await;
    let long = "я".repeat(1001);
    let page = dispatcher.form(&format!("/orders/{order}/notes"), &[("text", &long)]).await.expect(422).words();
    assert!(page.contains(&long) && page.contains("не больше 1000 символов"));
    let page = dispatcher.form("/views", &[("name", ""), ("query", "status=new")]).await.expect(422).text();
    assert!(page.contains("value=\"status=new\"") && page.contains("Заполните это поле"));
    assert_eq!(app.number("SELECT COUNT(*) FROM saved_views").await, 0);
});

db_test!(a_declined_visit_leads_to_the_list, |app| {
    let People { rustam, .. } = app.people();
    let (_, visit) = app.visit().of(&rustam).offered().make().await;
    let answer = rustam.form(&format!("/visits/{visit}/decline"), &[("reason", "Занят")]).await.expect(303);
    assert_eq!(answer.location(), "/visits");
});

db_test!(the_board_goes_on_where_it_ended, |app| {
    let People { dispatcher, .. } = app.people();
    let mut orders = vec![];
    for _ in 0..3 {
        orders.push(app.order().make().await);
    }
    let page = dispatcher.get("/orders?limit=2").await.expect(200).text();
    assert!(page.contains("Без даты") && !page.contains(&format!("id=\"order-{}\"", orders[2])));
    let next = page.split("hx-get=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a next page").replace("&#38;", "&");
    let more = dispatcher.get(&next).htmx().await.expect(200).text();
    assert!(more.contains(&format!("id=\"order-{}\"", orders[2])) && more.contains("hx-partial") && !more.contains("<html"));
    assert!(!more.contains("Без даты</th>"), "the heading stands once");
    dispatcher.get(&next).await.expect(200);
    let newer = dispatcher.get(&format!("/orders/newer?since={}", NOW - 1)).await.expect(200).words();
    assert!(newer.contains("3 новых заказа"));
});

db_test!(the_board_is_filtered_by_its_address, |app| {
    let People { dispatcher, olga, pyotr, .. } = app.people();
    let first = app.order().by(&olga).make().await;
    let second = app.order().by(&pyotr).confirmed().make().await;
    let has = |page: &str, order: i64| page.contains(&format!("id=\"order-{order}\""));
    for (query, shown) in
        [("status=new", [true, false]), ("q=Иванов", [false, true]), ("unassigned=1", [true, true]), ("status=completed", [false, false])]
    {
        let page = dispatcher
            .get(&format!("/orders?{}", query.replace("Иванов", "%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2")))
            .await
            .expect(200)
            .text();
        assert_eq!([has(&page, first), has(&page, second)], shown, "{query}");
    }
    assert!(dispatcher.get("/orders?status=completed").await.text().contains("По фильтру ничего не нашлось"));
    dispatcher.get("/orders?status=nonsense").await.expect(422);
});

db_test!(saved_views_are_ones_own, |app| {
    let People { dispatcher, zoya, .. } = app.people();
    let saved = dispatcher.form("/views", &[("name", "Срочные"), ("query", "priority=urgent")]).await.expect(303);
    assert_eq!(saved.location(), "/orders?priority=urgent");
    assert!(dispatcher.get("/orders").await.text().contains("Срочные"));
    assert!(!zoya.get("/orders").await.text().contains("Срочные"));
    let id = app.number("SELECT id FROM saved_views").await;
    zoya.form(&format!("/views/{id}/deletion"), &[]).await.expect(404);
    dispatcher.form(&format!("/views/{id}/deletion"), &[]).await.expect(303);
    dispatcher.form("/views", &[("name", "")]).await.expect(422);
});

db_test!(a_note_is_for_colleagues, |app| {
    let People { dispatcher, ivan, olga, .. } = app.people();
    let (order, _) = app.visit().of(&ivan).accepted().make().await;
    dispatcher.form(&format!("/orders/{order}/notes"), &[("text", "Торгуется")]).await.expect(303);
    assert!(dispatcher.get(&format!("/orders/{order}?history=comments")).await.text().contains("Торгуется"));
    for outsider in [&ivan, &olga] {
        outsider.form(&format!("/orders/{order}/notes"), &[("text", "Я")]).await.expect(404);
        assert!(!outsider.get(&format!("/api/v1/orders/{order}/events")).await.text().contains("Торгуется"));
    }
});

db_test!(a_link_is_shown_once_and_can_be_revoked, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let (order, _) = app.visit().of(&ivan).accepted().make().await;
    let page = dispatcher.form(&format!("/orders/{order}/links"), &[]).await.expect(200).text();
    let link = page.split("/o/").nth(1).and_then(|rest| rest.split(['"', '<']).next()).expect("a link").to_owned();
    app.nobody().get(&format!("/o/{link}")).await.expect(200);
    assert!(!dispatcher.get(&format!("/orders/{order}/links/new")).await.text().contains(&link));
    dispatcher.form(&format!("/orders/{order}/links/removal"), &[]).await.expect(303);
    app.nobody().get(&format!("/o/{link}")).await.expect(404);
    ivan.form(&format!("/orders/{order}/links"), &[]).await.expect(404);
});

db_test!(what_needs_attention_stands_by_its_reason, |app| {
    let People { dispatcher, rustam, ivan, .. } = app.people();
    app.order().make().await;
    let (_, declined) = app.visit().of(&rustam).offered().make().await;
    rustam.form(&format!("/visits/{declined}/decline"), &[("reason", "Занят")]).await.expect(303);
    app.visit().of(&ivan).at(NOW + HOUR).accepted().make().await;
    app.advance(2 * HOUR);
    let page = dispatcher.get("/attention").await.expect(200).text();
    for why in ["Новые заказы", "Отказались или не ответили", "Время вышло"] {
        assert!(page.contains(why), "{why}");
    }
});

db_test!(a_message_without_an_answer_needs_attention, |app| {
    let People { dispatcher, olga, ivan, .. } = app.people();
    let (order, _) = app.visit().of(&ivan).accepted().make().await;
    let page = dispatcher.get("/attention").await.expect(200).text();
    assert!(!page.contains("Ждут ответа в чате"));
    app.advance(4 * HOUR);
    olga.form(&format!("/my/orders/{order}/messages"), &[("text", "Когда приедете?")]).await.expect(303);
    app.advance(7 * MINUTE);
    let (answer, statements) = app.counted(dispatcher.get("/attention")).await;
    let page = answer.expect(200).text();
    assert!(page.contains("Ждут ответа в чате") && page.contains(&format!("/orders/{order}/messages?audience=customer")), "{page}");
    assert!(page.replace('\u{a0}', " ").contains("7 минут назад"), "since the question: {page}");
    assert!(statements <= 5, "{statements} statements");
    dispatcher.form(&format!("/orders/{order}/messages"), &[("audience", "customer"), ("text", "Через час")]).await.expect(303);
    assert!(!dispatcher.get("/attention").await.expect(200).text().contains("Ждут ответа в чате"));
});
