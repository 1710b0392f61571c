//! Whole lives of orders, as people live them.

use super::*;

db_test!(from_the_first_call_to_completion, |app| {
    let People { dispatcher, olga, rustam, .. } = app.people();
    let order = app.order().make().await;
    assert_eq!(order_status(&app, order).await, "new");
    on_order(&dispatcher, order, "confirmation").await.expect(200);

    let mut plan = plan_of(&[&rustam], NOW + 4 * HOUR);
    plan["offer"] = json!(true);
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("scheduled".into(), "offered".into()));

    let steps = [
        (&rustam, "acceptance", "accepted", "scheduled"),
        (&rustam, "departure", "en_route", "scheduled"),
        (&rustam, "arrival", "on_site", "in_progress"),
        (&rustam, "pause", "paused", "in_progress"),
        (&rustam, "resumption", "on_site", "in_progress"),
        (&rustam, "completion", "done", "acceptance"),
        (&dispatcher, "check", "checked", "completed"),
    ];
    for (person, step, visit_then, order_then) in steps {
        app.advance(5 * MINUTE);
        let answer = on_visit(person, visit, step).await.expect(200);
        assert_eq!(answer.json()["status"], visit_then, "{step}");
        assert_eq!(order_status(&app, order).await, order_then, "after {step}");
    }
    let wanted = [
        "order.created",
        "order.confirmed",
        "visit.planned",
        "visit.offered",
        "order.scheduled",
        "visit.accepted",
        "visit.departed",
        "visit.arrived",
        "order.started",
        "visit.paused",
        "visit.resumed",
        "visit.done",
        "order.finished",
        "visit.checked",
        "order.completed",
    ];
    assert_eq!(history(&app, order).await, wanted);
    let shown = olga.get(&format!("/api/v1/orders/{order}")).await.expect(200).json();
    assert_eq!((&shown["status"], &shown["completed_at"]), (&json!("completed"), &json!("2026-11-24T06:35:00Z")));
});

db_test!(the_customer_accepts_the_work, |app| {
    let People { olga, ivan, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).done().make().await;
    assert_eq!(order_status(&app, order).await, "acceptance");
    olga.post(&format!("/api/v1/orders/{order}/acceptance"), json!({})).await.expect(200);
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("completed".into(), "checked".into()));
});

db_test!(the_customer_returns_the_work, |app| {
    let People { olga, ivan, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).done().make().await;
    let faults = olga.post(&format!("/api/v1/orders/{order}/return"), json!({})).await.expect(422).faults();
    assert_eq!(faults, ["reason required"]);
    on_order(&olga, order, "return").await.expect(200);
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("scheduled".into(), "returned".into()));
    on_visit(&ivan, visit, "arrival").await.expect(200);
    assert_eq!(order_status(&app, order).await, "in_progress");
    on_visit(&ivan, visit, "completion").await.expect(200);
    assert_eq!(order_status(&app, order).await, "acceptance");
});

db_test!(the_dispatcher_returns_a_visit, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).done().make().await;
    on_visit(&dispatcher, visit, "return").await.expect(200);
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("scheduled".into(), "returned".into()));
});

db_test!(a_held_order_wakes_on_its_date, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    let hold = format!("/api/v1/orders/{order}/hold");
    let past = json!({ "reason": "нет рамы", "until": "2026-11-24T05:00:00Z" });
    assert_eq!(dispatcher.post(&hold, past).await.expect(422).faults(), ["until date_past"]);
    dispatcher.post(&hold, json!({ "reason": "нет рамы", "until": "2026-11-25T06:00:00Z" })).await.expect(200);
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("on_hold".into(), "cancelled".into()));
    app.pass(DAY - MINUTE).await;
    assert_eq!(order_status(&app, order).await, "on_hold");
    app.pass(MINUTE).await;
    assert_eq!(order_status(&app, order).await, "confirmed");
});

db_test!(a_held_order_comes_back_to_where_it_was, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let new = app.order().make().await;
    let (acceptance, _) = app.visit().of(&ivan).done().make().await;
    for (order, status) in [(new, "new"), (acceptance, "acceptance")] {
        on_order(&dispatcher, order, "hold").await.expect(200);
        assert_eq!(order_status(&app, order).await, "on_hold");
        on_order(&dispatcher, order, "resumption").await.expect(200);
        assert_eq!(order_status(&app, order).await, status);
    }
});

db_test!(a_hold_sends_the_worker_home, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).on_site().make().await;
    on_order(&dispatcher, order, "hold").await.expect(200);
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("on_hold".into(), "not_done".into()));
    assert_eq!(on_visit(&ivan, visit, "completion").await.expect(409).code(), "not_now");
    on_order(&dispatcher, order, "resumption").await.expect(200);
    assert_eq!(order_status(&app, order).await, "confirmed");
});

db_test!(a_hold_between_two_visits_does_not_complete_the_order, |app| {
    let People { dispatcher, ivan, semyon, .. } = app.people();
    let (order, first) = app.visit().of(&ivan).on_site().make().await;
    let (_, second) = app.visit().order(order).of(&semyon).at(NOW + DAY).accepted().make().await;
    on_visit(&ivan, first, "completion").await.expect(200);
    on_visit(&dispatcher, first, "check").await.expect(200);
    assert_eq!(order_status(&app, order).await, "in_progress");
    on_order(&dispatcher, order, "hold").await.expect(200);
    assert_eq!(visit_status(&app, second).await, "cancelled");
    on_order(&dispatcher, order, "resumption").await.expect(200);
    assert_eq!(order_status(&app, order).await, "confirmed", "the second visit is still to be done");
});

db_test!(the_customer_cancels_while_nobody_is_on_the_way, |app| {
    let People { olga, ivan, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    on_order(&olga, order, "cancellation").await.expect(200);
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("cancelled".into(), "cancelled".into()));
});

db_test!(later_the_customer_only_asks_to_cancel, |app| {
    let People { olga, ivan, dispatcher, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    on_visit(&ivan, visit, "departure").await.expect(200);
    on_order(&olga, order, "cancellation").await.expect(200);
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("scheduled".into(), "en_route".into()));
    let shown = dispatcher.get(&format!("/api/v1/orders/{order}")).await.expect(200).json();
    assert_eq!(shown["problem"], "cancellation_requested");
    assert!(history(&app, order).await.contains(&"order.cancellation_requested".into()));
    on_order(&dispatcher, order, "cancellation").await.expect(200);
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("cancelled".into(), "cancelled".into()));
});

db_test!(a_declined_offer_gives_the_order_back, |app| {
    let People { dispatcher, rustam, .. } = app.people();
    let (order, visit) = app.visit().of(&rustam).offered().make().await;
    let bare = rustam.post(&format!("/api/v1/visits/{visit}/decline"), json!({})).await.expect(422).faults();
    assert_eq!(bare, ["reason required"]);
    on_visit(&rustam, visit, "decline").await.expect(200);
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("confirmed".into(), "declined".into()));
    let shown = dispatcher.get(&format!("/api/v1/orders/{order}")).await.expect(200).json();
    assert_eq!(shown["problem"], "declined");
});

db_test!(an_unanswered_offer_expires, |app| {
    let People { rustam, dispatcher, .. } = app.people();
    let (order, visit) = app.visit().of(&rustam).offered().make().await;
    app.pass(61 * MINUTE).await;
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("confirmed".into(), "expired".into()));
    on_visit(&rustam, visit, "acceptance").await.expect(404);
    let shown = dispatcher.get(&format!("/api/v1/orders/{order}")).await.expect(200).json();
    assert_eq!(shown["problem"], "expired");
    // The worker is free again.
    let other = app.order().confirmed().make().await;
    app.visit().order(other).of(&rustam).accepted().make().await;
});

db_test!(a_visit_that_came_to_nothing_is_planned_again, |app| {
    let People { ivan, dispatcher, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).on_site().make().await;
    let failure = format!("/api/v1/visits/{visit}/failure");
    assert_eq!(ivan.post(&failure, json!({})).await.expect(422).faults(), ["reason required"]);
    ivan.post(&failure, json!({ "reason_code": "no_access" })).await.expect(200);
    assert_eq!((order_status(&app, order).await, visit_status(&app, visit).await), ("confirmed".into(), "not_done".into()));
    let (_, again) = app.visit().order(order).of(&ivan).at(NOW + DAY).done().make().await;
    assert_ne!(visit, again);
    on_visit(&dispatcher, visit, "cancellation").await.expect(200);
    assert_eq!(order_status(&app, order).await, "acceptance");
});

db_test!(a_reopened_order_waits_for_a_new_visit, |app| {
    let People { administrator, dispatcher, ivan, .. } = app.people();
    let (order, _) = app.visit().of(&ivan).status(crate::orders::VisitStatus::Checked).make().await;
    assert_eq!(order_status(&app, order).await, "completed");
    on_order(&dispatcher, order, "reopening").await.expect(403);
    on_order(&administrator, order, "reopening").await.expect(200);
    assert_eq!(order_status(&app, order).await, "confirmed");
    let (_, second) = app.visit().order(order).of(&ivan).at(NOW + DAY).make().await;
    assert_eq!(order_status(&app, order).await, "confirmed", "a planned visit is nobody's promise yet");
    on_visit(&dispatcher, second, "offer").await.expect(200);
    assert_eq!(order_status(&app, order).await, "scheduled");
    on_visit(&ivan, second, "decline").await.expect(200);
    assert_eq!(order_status(&app, order).await, "confirmed", "the work of the first life does not complete the second");
    app.visit().order(order).of(&ivan).at(NOW + DAY).status(crate::orders::VisitStatus::Checked).make().await;
    assert_eq!(order_status(&app, order).await, "completed");
});

db_test!(the_order_waits_for_every_visit, |app| {
    let People { dispatcher, ivan, semyon, .. } = app.people();
    let (order, first) = app.visit().of(&ivan).on_site().make().await;
    let (_, second) = app.visit().order(order).of(&semyon).offered().make().await;
    on_visit(&ivan, first, "completion").await.expect(200);
    assert_eq!(order_status(&app, order).await, "in_progress");
    for step in ["acceptance", "departure", "arrival", "completion"] {
        on_visit(&semyon, second, step).await.expect(200);
    }
    assert_eq!(order_status(&app, order).await, "acceptance");
    on_visit(&dispatcher, first, "check").await.expect(200);
    assert_eq!(order_status(&app, order).await, "acceptance");
    on_visit(&dispatcher, second, "check").await.expect(200);
    assert_eq!(order_status(&app, order).await, "completed");
});

db_test!(a_crew_works_together_and_its_lead_answers_the_offer, |app| {
    let People { ivan, semyon, rustam, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).of(&semyon).of(&rustam).offered().make().await;
    on_visit(&semyon, visit, "acceptance").await.expect(403);
    on_visit(&ivan, visit, "acceptance").await.expect(200);
    for (member, step) in [(&semyon, "departure"), (&rustam, "arrival"), (&semyon, "completion")] {
        on_visit(member, visit, step).await.expect(200);
    }
    assert_eq!(order_status(&app, order).await, "acceptance");
    let crew = ivan.get(&format!("/api/v1/visits/{visit}")).await.expect(200).json();
    let names: Vec<&str> = crew["crew"].as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Иван Петров", "Рустам Алиев", "Семён Кузнецов"]);
});

db_test!(a_specialists_visit_is_accepted_at_once_where_the_company_says_so, |app| {
    let People { ivan, rustam, .. } = app.people();
    app.set_company("auto_accept", true).await;
    let (_, own) = app.visit().of(&ivan).offered().make().await;
    let (_, outside) = app.visit().of(&rustam).offered().make().await;
    assert_eq!((visit_status(&app, own).await, visit_status(&app, outside).await), ("accepted".into(), "offered".into()));
});

db_test!(a_visit_needs_what_its_service_asks_for, |app| {
    let People { ivan, .. } = app.people();
    let order = app.order().service(app.services().strict).confirmed().make().await;
    let (_, visit) = app.visit().order(order).of(&ivan).on_site().make().await;
    let answer = on_visit(&ivan, visit, "completion").await.expect(422);
    let fields: Vec<String> = answer.faults().iter().map(|fault| fault.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(fields.len(), 4, "photos before and after, checklist, signature: {fields:?}");
    let report = json!({ "text": "Готово", "checklist": [0, 1], "signed_by": "Ольга Смирнова" });
    ivan.put(&format!("/api/v1/visits/{visit}/report"), report).await.expect(200);
    let left = on_visit(&ivan, visit, "completion").await.expect(422).faults();
    assert_eq!(left.len(), 2, "the photos: {left:?}");
    for kind in ["before", "after"] {
        let sql = "INSERT INTO files (order_id, visit_id, kind, audience, name, media_type, bytes, sha256, stored_key, created_ms) \
            VALUES (?, ?, ?, 'all', 'a.jpg', 'image/jpeg', 1, '', '', 0)";
        app.execute(sql, [order.into(), visit.into(), kind.into()]).await;
    }
    on_visit(&ivan, visit, "completion").await.expect(200);
});

db_test!(the_dispatcher_stands_in_for_a_worker_with_a_reason, |app| {
    let People { dispatcher, rustam, .. } = app.people();
    let (order, visit) = app.visit().of(&rustam).offered().make().await;
    for step in ["acceptance", "departure", "arrival", "pause", "resumption", "completion"] {
        let path = format!("/api/v1/visits/{visit}/{step}");
        assert_eq!(dispatcher.post(&path, json!({})).await.expect(422).faults(), ["reason required"], "{step}");
        dispatcher.post(&path, json!({ "note": "сказал по телефону" })).await.expect(200);
    }
    assert_eq!(order_status(&app, order).await, "acceptance");
});
