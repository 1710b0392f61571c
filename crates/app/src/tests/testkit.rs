//! The tools themselves.

use crate::testkit::*;
use serde_json::json;

db_test!(a_customer_sees_their_own_order_alone, |app| {
    let People { olga, pyotr, .. } = app.people();
    let order = app.order().confirmed().make().await;
    let path = format!("/api/v1/orders/{order}");
    assert_eq!(olga.get(&path).await.expect(200).json()["status"], "confirmed");
    pyotr.get(&path).await.expect(404);
    app.nobody().get(&path).await.expect(401);
    let (answer, statements) = app.counted(olga.get("/api/v1/orders")).await;
    assert_eq!((answer.ids(), statements), (vec![order], 2));
});

db_test!(everybody_can_sign_in, |app| {
    for login in ["admin", "+7 916 000-00-05"] {
        app.nobody().post("/api/v1/auth/sessions", json!({ "login": login, "password": PASSWORD })).await.expect(201);
    }
});

db_test!(a_bare_system_has_nobody, bare, |app| {
    assert_eq!(app.number("SELECT COUNT(*) FROM users").await, 0);
});

db_test!(a_lost_outbox_entry_is_noticed, |app| {
    app.order().make().await;
    app.check_outbox().await;
    app.execute("UPDATE outbox SET topic = 'order.lost'", []).await;
    let copy = app.clone();
    assert!(tokio::spawn(async move { copy.check_outbox().await }).await.is_err(), "a wrong entry is found");
    app.execute("UPDATE outbox SET topic = 'order.created'", []).await;
});
