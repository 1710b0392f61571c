//! Nobody in two places at once, each command once, and what happens at one moment.

use super::*;
use uuid::Uuid;

db_test!(a_worker_is_not_in_two_places_at_once, |app| {
    let People { dispatcher, ivan, semyon, .. } = app.people();
    app.visit().of(&ivan).make().await;
    let order = app.order().confirmed().make().await;
    let path = format!("/api/v1/orders/{order}/visits");
    for (starts, refused) in [(4, true), (3, true), (5, true), (2, false), (6, false)] {
        let answer = dispatcher.post(&path, plan_of(&[&ivan], NOW + starts * HOUR)).await;
        assert_eq!(answer.status, if refused { 409 } else { 201 }, "from {starts} h: {}", answer.text());
        if refused {
            assert_eq!(answer.code(), "overlap");
            assert!(answer.text().contains("Иван Петров"), "{}", answer.text());
        }
    }
    // The whole crew is asked, not only its lead.
    let crew = dispatcher.post(&path, plan_of(&[&semyon, &ivan], NOW + 4 * HOUR)).await.expect(409);
    assert_eq!(crew.code(), "overlap");
    dispatcher.post(&path, plan_of(&[&semyon], NOW + 4 * HOUR)).await.expect(201);
});

db_test!(an_override_is_on_record, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    app.visit().of(&ivan).accepted().make().await;
    let order = app.order().confirmed().make().await;
    let mut plan = plan_of(&[&ivan], NOW + 4 * HOUR);
    plan["override_reason"] = json!("соседний подъезд");
    plan["offer"] = json!(true);
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    assert!(history(&app, order).await.contains(&"visit.overlap_overridden".into()));
    on_visit(&ivan, visit, "acceptance").await.expect(200);
    let events = dispatcher.get(&format!("/api/v1/orders/{order}/events")).await.expect(200).text();
    assert!(events.contains("соседний подъезд"), "{events}");
    // A visit put over another one takes up its crew as any visit does.
    let mut later = plan_of(&[&ivan], NOW + 5 * HOUR);
    later["override_reason"] = json!("успеет");
    dispatcher.put(&format!("/api/v1/visits/{visit}"), later).await.expect(200);
    let third = app.order().confirmed().make().await;
    let refused = dispatcher.post(&format!("/api/v1/orders/{third}/visits"), plan_of(&[&ivan], NOW + 6 * HOUR)).await.expect(409);
    assert_eq!(refused.code(), "overlap");
});

db_test!(a_visit_goes_on_when_another_is_put_over_it, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let (_, first) = app.visit().of(&ivan).offered().make().await;
    let order = app.order().confirmed().make().await;
    let mut plan = plan_of(&[&ivan], NOW + 4 * HOUR);
    plan["override_reason"] = json!("соседний подъезд");
    dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201);
    on_visit(&ivan, first, "acceptance").await.expect(200);
});

db_test!(who_is_shut_out_gets_no_visit, |app| {
    let People { administrator, dispatcher, ivan, .. } = app.people();
    let order = app.order().confirmed().make().await;
    administrator.put(&format!("/api/v1/users/{}/block", ivan.user_id), reason()).await.expect(200);
    let refused = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan_of(&[&ivan], NOW + 4 * HOUR)).await.expect(422);
    assert_eq!(refused.faults(), ["worker_ids not_in_list"]);
});

db_test!(moving_a_visit_asks_the_same_question, |app| {
    let People { dispatcher, ivan, semyon, .. } = app.people();
    app.visit().of(&ivan).make().await;
    let (order, visit) = app.visit().of(&semyon).accepted().make().await;
    let path = format!("/api/v1/visits/{visit}");
    assert_eq!(dispatcher.put(&path, plan_of(&[&ivan], NOW + 5 * HOUR)).await.expect(409).code(), "overlap");
    assert_eq!(visit_status(&app, visit).await, "accepted", "a refused move changes nothing");
    let moved = dispatcher.put(&path, plan_of(&[&semyon], NOW + 5 * HOUR)).await.expect(200);
    assert_eq!(moved.json()["status"], "offered", "what was accepted is offered anew");
    dispatcher.put(&path, plan_of(&[&ivan], NOW + 8 * HOUR)).await.expect(200);
    semyon.get(&path).await.expect(404);
    assert!(history(&app, order).await.contains(&"visit.moved".into()));
});

db_test!(a_cancelled_visit_frees_its_crew, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let (_, visit) = app.visit().of(&ivan).accepted().make().await;
    on_visit(&dispatcher, visit, "cancellation").await.expect(200);
    app.visit().of(&ivan).accepted().make().await;
});

db_test!(two_dispatchers_give_one_worker_two_visits_at_once, |app| {
    let People { dispatcher, zoya, ivan, semyon, .. } = app.people();
    for round in 0..5 {
        let starts = NOW + (24 * round + 4) * HOUR;
        let (one, two) = (app.order().confirmed().make().await, app.order().confirmed().make().await);
        let first = dispatcher.post(&format!("/api/v1/orders/{one}/visits"), plan_of(&[&ivan, &semyon], starts));
        let second = zoya.post(&format!("/api/v1/orders/{two}/visits"), plan_of(&[&semyon, &ivan], starts + HOUR));
        let mut statuses: Vec<u16> = together([first, second]).await.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "round {round}");
    }
    let clashes = "SELECT COUNT(*) FROM visit_workers a JOIN visit_workers b ON a.worker_id = b.worker_id AND a.visit_id < b.visit_id \
        AND a.live = 1 AND b.live = 1 AND a.starts_ms < b.ends_ms AND b.starts_ms < a.ends_ms";
    assert_eq!(app.number(clashes).await, 0);
    // The question finds a clash when there is one.
    app.execute("UPDATE visit_workers SET starts_ms = 0, ends_ms = 9", []).await;
    assert!(app.number(clashes).await > 0);
});

db_test!(three_completions_are_one_event, |app| {
    let People { ivan, semyon, dispatcher, .. } = app.people();
    for round in 0..3 {
        let (order, visit) = app.visit().of(&ivan).of(&semyon).at(NOW + round * DAY).on_site().make().await;
        let path = format!("/api/v1/visits/{visit}/completion");
        let answers = together([ivan.post(&path, reason()), semyon.post(&path, reason()), dispatcher.post(&path, reason())]).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409]);
        let history = history(&app, order).await;
        for kind in ["visit.done", "order.finished"] {
            assert_eq!(history.iter().filter(|k| *k == kind).count(), 1, "{kind}");
        }
    }
});

db_test!(accepting_and_declining_at_once_leaves_one_answer, |app| {
    let People { rustam, dispatcher, .. } = app.people();
    for round in 0..3 {
        let (order, visit) = app.visit().of(&rustam).at(NOW + round * DAY).offered().make().await;
        let path = |deed: &str| format!("/api/v1/visits/{visit}/{deed}");
        let answers = together([rustam.post(&path("acceptance"), reason()), dispatcher.post(&path("decline"), reason())]).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        let history = history(&app, order).await;
        assert_eq!(history.iter().filter(|kind| *kind == "visit.accepted" || *kind == "visit.declined").count(), 1);
    }
});

db_test!(numbers_have_no_gaps_and_no_doubles, |app| {
    let People { olga, pyotr, dispatcher, .. } = app.people();
    let body = app.order().body();
    let mut refused = body.clone();
    refused["service_id"] = json!(999_999);
    let mut calls = vec![];
    for _ in 0..10 {
        calls.push(olga.post("/api/v1/orders", body.clone()));
        calls.push(pyotr.post("/api/v1/orders", body.clone()));
        calls.push(dispatcher.post("/api/v1/orders", refused.clone()));
    }
    let answers = together(calls).await;
    let mut numbers: Vec<String> =
        answers.iter().filter(|answer| answer.status == 201).map(|answer| answer.json()["number"].as_str().unwrap().to_owned()).collect();
    numbers.sort();
    let wanted: Vec<String> = (1..=20).map(|n| format!("26-{n:06}")).collect();
    assert_eq!(numbers, wanted);
});

db_test!(twenty_equal_posts_with_one_key_make_one_order, |app| {
    let People { olga, pyotr, .. } = app.people();
    let key = Uuid::new_v4();
    let body = app.order().body();
    let answers = together((0..20).map(|_| olga.post("/api/v1/orders", body.clone()).key(key))).await;
    let mut first = None;
    for answer in &answers {
        match answer.status {
            201 => assert_eq!(*first.get_or_insert(answer.id()), answer.id()),
            409 => assert_eq!(answer.code(), "in_flight"),
            _ => panic!("{}", answer.text()),
        }
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 1);

    // Later, after a restart, and with another body.
    app.advance(23 * HOUR);
    let again = olga.at(&app.restarted().await).post("/api/v1/orders", body.clone()).key(key).await.expect(201);
    assert_eq!(Some(again.id()), first);
    assert_eq!(again.json()["number"], "26-000001");
    let other = app.order().with("description", json!("Другое окно")).body();
    assert_eq!(olga.post("/api/v1/orders", other).key(key).await.expect(422).code(), "key_reused");

    // Somebody else's key is another key.
    let theirs = pyotr.post("/api/v1/orders", body.clone()).key(key).await.expect(201);
    assert_ne!(Some(theirs.id()), first);
    assert_eq!(olga.post("/api/v1/orders", body).key("no-uuid").await.expect(400).code(), "bad_idempotency_key");
    assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 2);
});

db_test!(a_repeated_step_gives_the_first_answer, |app| {
    let People { rustam, .. } = app.people();
    let (order, visit) = app.visit().of(&rustam).offered().make().await;
    let (path, key) = (format!("/api/v1/visits/{visit}/acceptance"), Uuid::new_v4());
    let first = rustam.post(&path, json!({})).key(key).await.expect(200);
    on_visit(&rustam, visit, "departure").await.expect(200);
    let again = rustam.post(&path, json!({})).key(key).await.expect(200);
    assert_eq!(first.json(), again.json());
    assert_eq!(rustam.post(&path, json!({})).key(Uuid::new_v4()).await.expect(409).code(), "not_now");
    assert_eq!(history(&app, order).await.iter().filter(|kind| *kind == "visit.accepted").count(), 1);
    let elsewhere = format!("/api/v1/visits/{visit}/departure");
    assert_eq!(rustam.post(&elsewhere, json!({})).key(key).await.expect(422).code(), "key_reused", "a key belongs to its path too");
});

db_test!(a_refused_command_leaves_its_key_free, |app| {
    let People { ivan, .. } = app.people();
    let (_, visit) = app.visit().of(&ivan).on_site().make().await;
    let (path, key) = (format!("/api/v1/visits/{visit}/failure"), Uuid::new_v4());
    ivan.post(&path, json!({})).key(key).await.expect(422);
    ivan.post(&path, reason()).key(key).await.expect(200);
});

db_test!(a_stale_version_is_refused_and_changes_nothing, |app| {
    let People { dispatcher, zoya, ivan, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).make().await;
    let order_path = format!("/api/v1/orders/{order}");
    let seen = dispatcher.get(&order_path).await.expect(200);
    assert_eq!(seen.version(), seen.json()["version"].as_i64().unwrap());
    zoya.patch(&order_path, json!({ "description": "Два окна" })).if_match(seen.version()).await.expect(200);
    let stale = dispatcher.patch(&order_path, json!({ "description": "Три окна" })).if_match(seen.version()).await.expect(412);
    assert_eq!(stale.code(), "stale");
    let stale = dispatcher.post(&format!("{order_path}/hold"), reason()).if_match(seen.version()).await.expect(412);
    assert_eq!(stale.code(), "stale");
    let now = dispatcher.get(&order_path).await.expect(200).json();
    assert_eq!((&now["description"], &now["status"]), (&json!("Два окна"), &json!("confirmed")));

    let visit_path = format!("/api/v1/visits/{visit}");
    let seen = dispatcher.get(&visit_path).await.expect(200).version();
    dispatcher.post(&format!("{visit_path}/offer"), json!({})).if_match(seen).await.expect(200);
    zoya.put(&visit_path, plan_of(&[&ivan], NOW + 9 * HOUR)).if_match(seen).await.expect(412);
    zoya.post(&format!("{visit_path}/cancellation"), reason()).if_match(seen).await.expect(412);
    assert_eq!(visit_status(&app, visit).await, "offered");
    // Without a version, and with a star, whoever comes last is right.
    zoya.put(&visit_path, plan_of(&[&ivan], NOW + 9 * HOUR)).header("if-match", "*").await.expect(200);
    on_visit(&zoya, visit, "cancellation").await.expect(200);
});

db_test!(each_answer_carries_the_version_as_it_now_is, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).offered().make().await;
    for (path, deed) in [(format!("/api/v1/visits/{visit}"), "acceptance"), (format!("/api/v1/orders/{order}"), "hold")] {
        let changed = dispatcher.post(&format!("{path}/{deed}"), reason()).await.expect(200);
        let read = dispatcher.get(&path).await.expect(200);
        assert_eq!((changed.version(), changed.json()), (read.version(), read.json()), "{deed}");
        assert!(changed.version() > 1);
    }
});
