use crate::{orders::VisitStatus, testkit::*};
use serde_json::json;

async fn revoke(app: &TestApp, order: i64) {
    app.people().dispatcher.delete(&format!("/api/v1/orders/{order}/links")).await.expect(204);
}

db_test!(a_customer_orders_by_the_form, |app| {
    let People { olga, dispatcher, .. } = app.people();
    let page = olga.get("/my/orders/new").await.expect(200).text();
    assert!(page.contains("Монтаж окна") && page.contains("15") && page.contains("name=\"_key\""));
    let service = app.services().window.to_string();
    let fields = [
        ("_key", "once-1"),
        ("service_id", service.as_str()),
        ("address.text", "ул. Мира, 3"),
        ("address.entrance", "2"),
        ("address.district", ""),
        ("description", "Окно на кухне"),
        ("desired_from", "2026-11-25T10:00"),
        ("desired_to", "2026-11-25T14:00"),
    ];
    let made = olga.form("/my/orders", &fields).await.expect(303);
    let again = olga.form("/my/orders", &fields).await.expect(303);
    assert_eq!(made.location(), again.location());
    assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 1);
    let shown = olga.get(made.location()).await.expect(200).text();
    assert!(shown.contains("ул. Мира, 3") && shown.contains("подъезд 2") && shown.contains("Завтра, 10:00–14:00"), "{shown}");
    let order = dispatcher.get("/api/v1/orders").await.json()["items"][0].clone();
    assert_eq!((order["status"].as_str(), order["source"].as_str()), (Some("new"), Some("portal")));
    assert_eq!(order["desired_from"], "2026-11-25T07:00:00Z");
    assert!(olga.get("/my/orders").await.expect(200).text().contains("Монтаж окна"));
});

db_test!(a_wrong_form_keeps_what_was_typed, |app| {
    let People { olga, .. } = app.people();
    let service = app.services().window.to_string();
    let right = [("service_id", service.as_str()), ("address.text", "ул. Мира, 3"), ("description", "Окно")];
    let too_long = "я".repeat(4001);
    for (field, value, words) in [
        ("service_id", "", "Заполните это поле"),
        ("service_id", "999999", "Такого варианта нет"),
        ("service_id", "окно", "Так записать не получится"),
        ("address.text", " ", "Заполните это поле"),
        ("description", too_long.as_str(), "Слишком длинно"),
        ("desired_from", "вчера", "Дата или время записаны непонятно"),
        ("customer_id", "1; DROP TABLE orders", "problem"),
    ] {
        let mut fields: Vec<(&str, &str)> = right.iter().copied().filter(|(name, _)| *name != field).collect();
        fields.push((field, value));
        let answer = olga.form("/my/orders", &fields).await.expect(422).text();
        assert!(words == "problem" || answer.contains(words), "{field}={value}: {answer}");
        assert!(field == "address.text" || answer.contains("ул. Мира, 3"));
    }
    let backwards = [("desired_from", "2026-11-25T14:00"), ("desired_to", "2026-11-25T10:00")];
    let answer = olga.form("/my/orders", &[right.as_slice(), &backwards].concat()).await.expect(422).text();
    assert!(answer.contains("Окончание раньше начала") && answer.contains("2026-11-25T14:00"));
    assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 0);
});

db_test!(the_page_says_what_happens_now, |app| {
    let People { olga, ivan, dispatcher, .. } = app.people();
    let order = app.order().make().await;
    let path = format!("/my/orders/{order}");
    let shows = async |words: &[&str]| {
        let page = olga.get(&path).await.expect(200).text().replace('\u{a0}', " ");
        for word in words {
            assert!(page.contains(word), "«{word}» is missing: {page}");
        }
    };
    shows(&["Принят", "Проверяем заказ", "Изменить заказ", "Отменить заказ"]).await;
    dispatcher.post(&format!("/api/v1/orders/{order}/confirmation"), json!({})).await.expect(200);
    shows(&["Подтверждён, подбираем время"]).await;
    let (_, visit) = app.visit().order(order).of(&ivan).offered().make().await;
    let page = olga.get(&path).await.text();
    assert!(page.contains("Подбираем мастера") && !page.contains("Иван Петров"), "an offer names nobody: {page}");
    let step = async |name: &str| drop(ivan.post(&format!("/api/v1/visits/{visit}/{name}"), json!({})).await.expect(200));
    step("acceptance").await;
    shows(&["Мастер назначен", "Приедет сегодня, 13:00–15:00", "Иван Петров"]).await;
    step("departure").await;
    shows(&["Мастер едет к вам", "Мастер выехал в 09:00"]).await;
    step("arrival").await;
    shows(&["Мастер на месте", "Мастер работает"]).await;
    step("completion").await;
    shows(&["Работа выполнена", "Примите работу", "Принять работу", "Есть замечания"]).await;
    olga.form(&format!("{path}/acceptance"), &[("_key", "a")]).await.expect(303);
    olga.form(&format!("{path}/acceptance"), &[("_key", "a")]).await.expect(303);
    shows(&["Готово!", "Как поработал мастер Иван?", "name=\"stars\""]).await;
    let empty = olga.form(&format!("{path}/review"), &[("text", "хорошо")]).await.expect(422).text();
    assert!(empty.contains("Выберите от одной до пяти звёзд") && empty.contains("хорошо"));
    olga.form(&format!("{path}/review"), &[("stars", "5"), ("text", "хорошо")]).await.expect(303);
    shows(&["Изменить оценку", "Вы поставили 5 звёзд"]).await;
});

db_test!(work_may_be_returned_with_words, |app| {
    let People { olga, .. } = app.people();
    let (order, _) = app.visit().done().make().await;
    let path = format!("/my/orders/{order}");
    olga.get(&format!("{path}/return")).await.expect(200);
    assert!(olga.form(&format!("{path}/return"), &[("reason", " ")]).await.expect(422).text().contains("Заполните это поле"));
    olga.form(&format!("{path}/return"), &[("reason", "Дует из-под рамы")]).await.expect(303);
    let page = olga.get(&path).await.expect(200).text();
    assert!(page.contains("Дорабатываем") && page.contains("Дует из-под рамы"));
    olga.get(&format!("{path}/return")).await.expect(409);
    olga.form(&format!("{path}/return"), &[("reason", "ещё раз")]).await.expect(409);
});

db_test!(a_late_cancellation_is_a_request, |app| {
    let People { olga, dispatcher, .. } = app.people();
    let (order, _) = app.visit().status(VisitStatus::EnRoute).make().await;
    let path = format!("/my/orders/{order}");
    assert!(olga.get(&format!("{path}/cancellation")).await.expect(200).text().contains("Попросить об отмене"));
    let asked = olga.form(&format!("{path}/cancellation"), &[("reason", "Передумали")]).await.expect(303);
    assert!(asked.header("set-cookie").contains("flash-cancellation-asked"));
    let page = olga.get(&path).await.text();
    assert!(page.contains("Вы попросили отменить заказ") && !page.contains("/cancellation\""));
    assert_eq!(dispatcher.get(&format!("/api/v1/orders/{order}")).await.json()["status"], "scheduled");
    let early = app.order().make().await;
    let path = format!("/my/orders/{early}");
    assert!(olga.get(&format!("{path}/cancellation")).await.expect(200).text().contains("Отменить заказ?"));
    olga.form(&format!("{path}/cancellation"), &[]).await.expect(422);
    olga.form(&format!("{path}/cancellation"), &[("reason", "Передумали")]).await.expect(303);
    assert!(olga.get(&path).await.text().contains("Причина: Передумали"));
    olga.get(&format!("{path}/cancellation")).await.expect(409);
});

db_test!(an_order_is_edited_while_it_is_new, |app| {
    let People { olga, .. } = app.people();
    let order = app.order().make().await;
    let path = format!("/my/orders/{order}");
    let form = olga.get(&format!("{path}/edit")).await.expect(200).text();
    assert!(form.contains("ул. Ленина, 5") && form.contains("67К"));
    let service = app.services().window.to_string();
    let fields = [("_version", "1"), ("service_id", service.as_str()), ("address.text", "ул. Ленина, 6"), ("address.district", "Тверской")];
    olga.form(&path, &fields).await.expect(303);
    assert!(olga.get(&path).await.text().contains("ул. Ленина, 6"));
    olga.form(&path, &fields).await.expect(412);
    let confirmed = app.order().confirmed().make().await;
    olga.get(&format!("/my/orders/{confirmed}/edit")).await.expect(409);
    olga.form(&format!("/my/orders/{confirmed}"), &fields[1..]).await.expect(403);
});

db_test!(another_customers_order_does_not_exist, |app| {
    let People { pyotr, ivan, dispatcher, .. } = app.people();
    let (order, _) = app.visit().done().make().await;
    for id in [order, 999_999, 0, -1] {
        let path = format!("/my/orders/{id}");
        for part in ["", "/edit", "/cancellation", "/return", "/messages"] {
            pyotr.get(&format!("{path}{part}")).await.expect(404);
        }
        for part in ["", "/cancellation", "/acceptance", "/return", "/review", "/messages"] {
            let fields = [("reason", "x"), ("stars", "5"), ("text", "x"), ("description", "x")];
            let taken: Vec<(&str, &str)> = fields.iter().copied().filter(|(name, _)| takes(part).contains(name)).collect();
            pyotr.form(&format!("{path}{part}"), &taken).await.expect(404);
        }
    }
    pyotr.get("/my/orders/abc").await.expect(404);
    for other in [&ivan, &dispatcher] {
        other.get("/my/orders").await.expect(404);
        other.get(&format!("/my/orders/{order}")).await.expect(404);
    }
    assert!(!pyotr.get("/my/orders").await.text().contains("Монтаж"));
    assert_eq!(app.nobody().get(&format!("/my/orders/{order}")).await.expect(303).location().split('?').next(), Some("/sign-in"));
});

/// The fields of the form behind a part of an order's address.
fn takes(part: &str) -> &'static [&'static str] {
    match part {
        "/cancellation" | "/return" => &["reason"],
        "/review" => &["stars", "text"],
        "/messages" => &["text"],
        "" => &["description"],
        _ => &[],
    }
}

db_test!(a_link_opens_one_order_and_nothing_else, |app| {
    let People { dispatcher, .. } = app.people();
    let (order, visit) = app.visit().done().make().await;
    let other = app.order().make().await;
    let link = app.link(order).await;
    let nobody = app.nobody();
    let page = nobody.get(&link).await.expect(200);
    assert_eq!((page.header("referrer-policy"), page.header("x-robots-tag")), ("no-referrer", "noindex, nofollow"));
    assert!(page.text().contains("Примите работу") && page.text().contains(&format!("data-src=\"{link}/live\"")));
    assert!(!page.text().contains("/my/orders"), "a link's page leads nowhere that asks to sign in");
    for path in [
        format!("/my/orders/{order}"),
        format!("/my/orders/{other}"),
        "/my/orders".into(),
        format!("/orders/{order}"),
        format!("/visits/{visit}"),
    ] {
        assert_ne!(nobody.get(&path).await.status, 200, "{path}");
    }
    nobody.get(&format!("{link}/edit")).await.expect(404);
    // The order's number in the address of a link is not looked at.
    nobody.get(&format!("{link}/../{other}")).await.expect(404);
    nobody.form(&format!("{link}/return"), &[("reason", "Скрипит")]).await.expect(303);
    assert_eq!(dispatcher.get(&format!("/api/v1/orders/{order}")).await.json()["status"], "scheduled");
    assert_eq!(dispatcher.get(&format!("/api/v1/orders/{other}")).await.json()["status"], "new");
    let who = dispatcher.get(&format!("/api/v1/orders/{order}/events")).await.json();
    assert!(who["items"].as_array().unwrap().iter().any(|e| e["kind"] == "order.returned" && e["who"] == "Ольга Смирнова"));
});

db_test!(a_link_carries_the_work_to_its_end, |app| {
    let (order, _) = app.visit().done().make().await;
    let link = app.link(order).await;
    let nobody = app.nobody();
    nobody.form(&format!("{link}/acceptance"), &[("_key", "k")]).await.expect(303);
    nobody.form(&format!("{link}/acceptance"), &[("_key", "k")]).await.expect(303);
    nobody.form(&format!("{link}/review"), &[("stars", "6")]).await.expect(422);
    let kept = nobody.form(&format!("{link}/review"), &[("stars", "4")]).await.expect(303);
    assert_eq!(kept.location(), link);
    assert!(nobody.get(&link).await.words().contains("Вы поставили 4 звезды"));
    nobody.form(&format!("{link}/cancellation"), &[("reason", "поздно")]).await.expect(409);
});

db_test!(a_page_without_a_referrer_may_post, |app| {
    let order = app.order().make().await;
    let link = app.link(order).await;
    let call = app.nobody().form(&format!("{link}/messages"), &[("text", "Здравствуйте")]);
    call.header("sec-fetch-site", "cross-site").header("origin", "null").await.expect(303);
});

db_test!(a_revoked_link_is_an_unknown_one, |app| {
    use futures_util::StreamExt;
    let order = app.order().make().await;
    let link = app.link(order).await;
    app.nobody().get(&link).await.expect(200);
    let mut heard = app.hub.subscribe();
    revoke(&app, order).await;
    let mut cut = false;
    while let Ok(Some(delivery)) = tokio::time::timeout(std::time::Duration::from_millis(200), heard.next()).await {
        cut |= matches!(delivery, crate::live::Delivery::Signal { signal: crate::live::Signal::Revoked { user_id, session_id: None }, .. } if user_id == -order);
    }
    assert!(cut, "the streams of the link are cut");
    let revoked = app.nobody().get(&link).await.expect(404);
    let unknown = app.nobody().get("/o/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await.expect(404);
    assert_eq!((revoked.header("referrer-policy"), unknown.header("x-robots-tag")), ("no-referrer", "noindex, nofollow"));
    let plain = |answer: &Answer| regex::Regex::new("value=\"[^\"]*\"").unwrap().replace_all(&answer.text(), "").into_owned();
    assert_eq!(plain(&revoked), plain(&unknown));
    for part in ["/live", "/cancellation", "/return", "/messages"] {
        app.nobody().get(&format!("{link}{part}")).await.expect(404);
    }
    app.nobody().form(&format!("{link}/messages"), &[("text", "а")]).await.expect(404);
});

db_test!(guessing_links_is_slowed_and_holders_are_not, |app| {
    let order = app.order().make().await;
    let link = app.link(order).await;
    let mut statuses = vec![];
    for n in 0..40 {
        statuses.push(app.nobody().get(&format!("/o/guess-{n}")).await.status);
    }
    assert!(statuses[0] == 404 && statuses.ends_with(&[429]), "{statuses:?}");
    for _ in 0..50 {
        app.nobody().get(&link).await.expect(200);
    }
});
