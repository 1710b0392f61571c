use crate::testkit::*;
use serde_json::json;

/// A completed order of Olga's that Ivan did, unless another is named.
async fn completed(app: &TestApp, worker: &Person) -> i64 {
    app.visit().of(worker).status(crate::orders::VisitStatus::Checked).make().await.0
}

db_test!(a_review_waits_for_completion, |app| {
    let People { olga, .. } = app.people();
    let (order, _) = app.visit().done().make().await;
    let path = format!("/api/v1/orders/{order}/review");
    assert_eq!(olga.put(&path, json!({ "stars": 5 })).await.expect(409).code(), "not_completed");
    olga.post(&format!("/api/v1/orders/{order}/acceptance"), json!({})).await.expect(200);
    let review = olga.put(&path, json!({ "stars": 5, "text": " Чисто и быстро " })).await.expect(200);
    assert_eq!((review.json()["stars"].as_i64(), review.json()["text"].as_str()), (Some(5), Some("Чисто и быстро")));
    assert_eq!(app.number("SELECT COUNT(*) FROM events WHERE kind = 'order.reviewed'").await, 1);
});

db_test!(stars_are_one_to_five, |app| {
    let People { olga, ivan, .. } = app.people();
    let order = completed(&app, &ivan).await;
    let path = format!("/api/v1/orders/{order}/review");
    for (body, faults) in [
        (json!({ "stars": 0 }), ["stars out_of_range"].as_slice()),
        (json!({ "stars": 6 }), &["stars out_of_range"]),
        (json!({ "stars": -1 }), &["stars out_of_range"]),
        (json!({ "stars": "5" }), &["stars not_a_number"]),
        (json!({ "stars": 4.5 }), &["stars not_a_number"]),
        (json!({}), &["stars stars_required"]),
        (json!({ "stars": null, "text": "слова" }), &["stars stars_required"]),
        (json!({ "stars": 5, "text": 7 }), &["text not_text"]),
        (json!({ "stars": 5, "text": "я".repeat(4001) }), &["text too_long"]),
        (json!({ "stars": 5, "order_id": 1 }), &["order_id unknown_field"]),
    ] {
        assert_eq!(olga.put(&path, body).await.expect(422).faults(), faults);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM reviews").await, 0);
    olga.put(&path, json!({ "stars": 1, "text": "я".repeat(4000) })).await.expect(200);
});

db_test!(a_review_may_be_changed_for_thirty_days, |app| {
    let People { olga, ivan, .. } = app.people();
    let order = completed(&app, &ivan).await;
    let path = format!("/api/v1/orders/{order}/review");
    let first = olga.put(&path, json!({ "stars": 5 })).await.expect(200);
    app.advance(29 * DAY);
    olga.put(&path, json!({ "stars": 2 })).if_match(9).await.expect(412);
    let second = olga.put(&path, json!({ "stars": 2, "text": "Отошёл плинтус" })).if_match(first.version()).await.expect(200);
    assert_eq!(second.version(), 2);
    // The same again is no change: no second line of history.
    olga.put(&path, json!({ "stars": 2, "text": "Отошёл плинтус" })).await.expect(200);
    assert_eq!(app.number("SELECT COUNT(*) FROM events WHERE kind = 'order.reviewed'").await, 2);
    app.advance(2 * DAY);
    // A session lives as long as a review may be changed: this one goes on.
    app.execute("UPDATE sessions SET expires_ms = ?", [i64::MAX.into()]).await;
    assert_eq!(olga.put(&path, json!({ "stars": 1 })).await.expect(409).code(), "review_closed");
    assert_eq!(app.number("SELECT stars FROM reviews").await, 2);
});

db_test!(only_the_customer_reviews, |app| {
    let People { administrator, dispatcher, ivan, timur, olga, pyotr, .. } = app.people();
    let order = completed(&app, &ivan).await;
    let path = format!("/api/v1/orders/{order}/review");
    for (person, status) in [(&administrator, 403), (&dispatcher, 403), (&ivan, 403), (&timur, 404), (&pyotr, 404), (&app.nobody(), 401)] {
        person.put(&path, json!({ "stars": 5 })).await.expect(status);
    }
    olga.put("/api/v1/orders/999999/review", json!({ "stars": 5 })).await.expect(404);
});

db_test!(the_same_review_sent_twice_is_one, |app| {
    let People { olga, ivan, .. } = app.people();
    let order = completed(&app, &ivan).await;
    let path = format!("/api/v1/orders/{order}/review");
    let key = uuid::Uuid::from_u128(7);
    let first = olga.put(&path, json!({ "stars": 4 })).key(key).await.expect(200).json();
    assert_eq!(olga.put(&path, json!({ "stars": 4 })).key(key).await.expect(200).json(), first);
    assert_eq!(olga.put(&path, json!({ "stars": 3 })).key(key).await.expect(422).code(), "key_reused");
});

db_test!(reviews_are_seen_by_those_they_concern, |app| {
    let People { dispatcher, ivan, rustam, timur, olga, pyotr, .. } = app.people();
    for (worker, stars) in [(&ivan, 5), (&rustam, 2)] {
        let order = completed(&app, worker).await;
        olga.put(&format!("/api/v1/orders/{order}/review"), json!({ "stars": stars })).await.expect(200);
    }
    let stars = async |person: &Person, query: &str| -> Vec<i64> {
        let answer = person.get(&format!("/api/v1/reviews{query}")).await.expect(200).json();
        answer["items"].as_array().unwrap().iter().map(|item| item["stars"].as_i64().unwrap()).collect()
    };
    assert_eq!(stars(&dispatcher, "").await, [2, 5]);
    assert_eq!(stars(&dispatcher, "?stars=5").await, [5]);
    assert_eq!(stars(&dispatcher, &format!("?worker_id={}", rustam.worker_id)).await, [2]);
    assert_eq!(stars(&ivan, "").await, [5]);
    assert_eq!(stars(&rustam, "").await, [2]);
    assert!(stars(&timur, "").await.is_empty());
    assert_eq!(stars(&olga, "").await, [2, 5]);
    assert!(stars(&pyotr, "").await.is_empty());
    // A worker's own list names no customer, and no other worker.
    let own = rustam.get("/api/v1/reviews").await.json();
    assert!(own["items"][0].get("customer").is_none() && own["items"][0].get("worker").is_none());
    let page = dispatcher.get("/api/v1/reviews?limit=1").await.json();
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(stars(&dispatcher, &format!("?limit=1&cursor={cursor}")).await, [5]);
    dispatcher.get("/api/v1/reviews?stars=6").await.expect(422);
});

db_test!(the_pages_of_reviews, |app| {
    let People { dispatcher, ivan, olga, .. } = app.people();
    assert!(dispatcher.get("/reviews").await.expect(200).text().contains("Отзывов пока нет"));
    let order = completed(&app, &ivan).await;
    olga.put(&format!("/api/v1/orders/{order}/review"), json!({ "stars": 4, "text": "<b>Спасибо</b>" })).await.expect(200);
    let page = dispatcher.get("/reviews").await.expect(200).text();
    assert!(page.contains("&#60;b&#62;Спасибо") && page.contains("4,0") && page.contains("Иван Петров"));
    assert!(dispatcher.get("/reviews?stars=1").await.expect(200).text().contains("Отзывов с такой оценкой нет"));
    assert!(ivan.get("/my/reviews").await.expect(200).text().contains("Спасибо"));
    ivan.get("/reviews").await.expect(404);
    olga.get("/my/reviews").await.expect(404);
    olga.get("/reviews").await.expect(404);
});
