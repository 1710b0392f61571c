use super::*;
use crate::testkit::*;
use serde_json::{Value, json};

/// The question about a window of two hours that begins so many hours from now.
fn path(hours: i64, service: i64) -> String {
    let (from, to) = (rfc3339(NOW + hours * HOUR), rfc3339(NOW + (hours + 2) * HOUR));
    format!("/api/v1/workers/available?from={from}&to={to}&service_id={service}")
}

fn of(answer: &Answer, worker: &Person) -> Value {
    let json = answer.json();
    json["items"].as_array().unwrap().iter().find(|item| item["id"] == json!(worker.worker_id)).cloned().unwrap_or(Value::Null)
}

db_test!(who_is_free_and_why_others_are_not, |app| {
    let People { administrator, dispatcher, ivan, semyon, rustam, timur, .. } = app.people();
    let service = app.services().window;
    administrator.patch(&format!("/api/v1/services/{service}"), json!({ "skills": ["Окна", "Высота"] })).await.expect(200);
    for (worker, skills) in [(&semyon, json!(["Окна", "Высота"])), (&ivan, json!(["Окна", "Высота"])), (&rustam, json!(["Окна"]))]
    {
        administrator.put(&format!("/api/v1/workers/{}/skills", worker.worker_id), json!({ "skills": skills })).await.expect(200);
    }
    administrator.patch(&format!("/api/v1/workers/{}", timur.worker_id), json!({ "hours": { "sun": "10:00-12:00" } })).await.expect(200);
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    let number = dispatcher.get(&format!("/api/v1/orders/{order}")).await.json()["number"].clone();

    let answer = dispatcher.get(&path(5, service)).await.expect(200);
    assert_eq!(answer.ids(), [semyon.worker_id, rustam.worker_id, ivan.worker_id, timur.worker_id]);
    let (semyon, rustam, ivan_, timur) = (of(&answer, &semyon), of(&answer, &rustam), of(&answer, &ivan), of(&answer, &timur));
    assert_eq!((&semyon["available"], &semyon["reasons"]), (&json!(true), &json!([])));
    assert_eq!((&rustam["available"], &rustam["missing_skills"]), (&json!(false), &json!(["Высота"])));
    assert_eq!((&ivan_["available"], &ivan_["reasons"], &ivan_["load"]), (&json!(false), &json!(["busy"]), &json!(1)));
    assert_eq!(ivan_["busy"][0]["order_number"], number);
    assert_eq!(ivan_["busy"][0]["starts_at"], json!(rfc3339(NOW + 4 * HOUR)));
    assert_eq!(timur["reasons"], json!(["outside_hours", "skill_missing"]));

    let moving = dispatcher.get(&format!("{}&except_visit_id={visit}", path(5, service))).await.expect(200);
    assert_eq!(of(&moving, &ivan)["available"], json!(true), "the visit that is being moved does not stand in its own way");
    let later = dispatcher.get(&path(6, service)).await.expect(200);
    assert_eq!(of(&later, &ivan)["available"], json!(true), "a visit may begin when the other one ends");
});

db_test!(who_does_not_work_here_is_not_asked, |app| {
    let People { administrator, dispatcher, ivan, timur, .. } = app.people();
    administrator.patch(&format!("/api/v1/workers/{}", timur.worker_id), json!({ "active": false })).await.expect(200);
    app.execute("UPDATE users SET blocked_ms = 1 WHERE id = ?", [ivan.user_id.into()]).await;
    let answer = dispatcher.get(&path(1, app.services().window)).await.expect(200);
    assert_eq!((of(&answer, &timur), of(&answer, &ivan)), (Value::Null, Value::Null));
    assert_eq!(answer.ids().len(), 2);
});

db_test!(the_companys_hours_hold_where_a_worker_has_none, |app| {
    let People { administrator, dispatcher, ivan, semyon, .. } = app.people();
    app.set_company("hours", r#"{"tue":"09:00-12:00"}"#).await;
    administrator.patch(&format!("/api/v1/workers/{}", semyon.worker_id), json!({ "hours": { "tue": "09:00-20:00" } })).await.expect(200);
    let reasons =
        async |hours: i64, worker: &Person| of(&dispatcher.get(&path(hours, app.services().window)).await, worker)["reasons"].clone();
    assert_eq!(reasons(1, &ivan).await, json!([]));
    assert_eq!(reasons(2, &ivan).await, json!(["outside_hours"]));
    assert_eq!(reasons(2, &semyon).await, json!([]));
});

db_test!(the_question_must_make_sense, |app| {
    let People { dispatcher, .. } = app.people();
    let faults = async |query: &str| dispatcher.get(&format!("/api/v1/workers/available{query}")).await.expect(422).faults();
    assert_eq!(faults("").await, ["from required", "to required"]);
    assert_eq!(faults("?from=x&to=2026-11-24T12:00:00Z").await, ["from date_invalid"]);
    assert_eq!(faults("?from=2026-11-24T12:00:00Z&to=2026-11-24T10:00:00Z").await, ["to date_order"]);
    assert_eq!(faults("?from=2026-11-24T10:00:00Z&to=2026-11-24T12:00:00%2B00:00&service_id=999").await, ["service_id not_found"]);
});

db_test!(as_many_statements_for_a_hundred_workers, |app| {
    let People { dispatcher, .. } = app.people();
    let asked = path(1, app.services().window);
    let (_, few) = app.counted(dispatcher.get(&asked)).await;
    for n in 0..100 {
        app.execute(
            "INSERT INTO users (id, role, name, name_folded, language, theme, created_ms) VALUES (?, 'specialist', 'Я', 'я', 'ru', '', 0)",
            [(1000 + n).into()],
        )
        .await;
        app.execute(
            "INSERT INTO workers (user_id, kind, zones, hours, note, active) VALUES (?, 'specialist', '', '', '', 1)",
            [(1000 + n).into()],
        )
        .await;
    }
    let (answer, many) = app.counted(dispatcher.get(&asked)).await;
    assert_eq!((answer.ids().len(), many), (104, few));
    assert!(many <= 7, "{many}");
});
