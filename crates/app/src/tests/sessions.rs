//! Sessions under parallel requests, theft and revocation.

use crate::testkit::*;
use serde_json::{Value, json};

async fn sign_in(app: &TestApp, login: &str) -> Value {
    app.nobody().post("/api/v1/auth/sessions", json!({ "login": login, "password": PASSWORD })).await.expect(201).json()
}

fn refresh(app: &TestApp, token: &Value) -> impl IntoFuture<Output = Answer, IntoFuture: Send + 'static> + use<> {
    app.nobody().post("/api/v1/auth/sessions/refresh", json!({ "refresh_token": token }))
}

async fn me(app: &TestApp, access: &Value) -> u16 {
    app.nobody().get("/api/v1/me").header("authorization", format!("Bearer {}", access.as_str().unwrap())).await.status
}

db_test!(twenty_parallel_refreshes_of_one_token_log_nobody_out, |app| {
    let signed_in = sign_in(&app, "daria").await;
    let answers = together((0..20).map(|_| refresh(&app, &signed_in["refresh_token"]))).await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(me(&app, &answer.json()["access_token"]).await, 200);
    }
    let successor = refresh(&app, &answers[7].json()["refresh_token"]).await.expect(200).json();
    assert_eq!(me(&app, &successor["access_token"]).await, 200);
});

db_test!(a_token_that_comes_again_later_ends_the_session, |app| {
    let thief_has = sign_in(&app, "daria").await;
    let owner = refresh(&app, &thief_has["refresh_token"]).await.expect(200).json();
    app.advance(11_000);
    refresh(&app, &thief_has["refresh_token"]).await.expect(401);
    refresh(&app, &owner["refresh_token"]).await.expect(401);
    assert_eq!(me(&app, &owner["access_token"]).await, 401, "the access token ends with its session");
    assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE deed = 'session.token_reused'").await, 1);
});

db_test!(a_token_whose_successor_was_used_ends_the_session_even_at_once, |app| {
    let first = sign_in(&app, "daria").await;
    let second = refresh(&app, &first["refresh_token"]).await.expect(200).json();
    refresh(&app, &second["refresh_token"]).await.expect(200);
    refresh(&app, &first["refresh_token"]).await.expect(401);
    assert_eq!(me(&app, &second["access_token"]).await, 401);
});

db_test!(an_access_token_lives_ten_minutes, |app| {
    let signed_in = sign_in(&app, "daria").await;
    app.advance(9 * MINUTE);
    assert_eq!(me(&app, &signed_in["access_token"]).await, 200);
    app.advance(2 * MINUTE);
    assert_eq!(me(&app, &signed_in["access_token"]).await, 401);
    refresh(&app, &signed_in["refresh_token"]).await.expect(200);
    app.advance(31 * DAY);
    refresh(&app, &signed_in["refresh_token"]).await.expect(401);
});

db_test!(signing_out_ends_this_session_alone, |app| {
    let (one, two) = (sign_in(&app, "daria").await, sign_in(&app, "daria").await);
    let bearer = format!("Bearer {}", one["access_token"].as_str().unwrap());
    app.nobody().delete("/api/v1/auth/sessions/current").header("authorization", bearer).await.expect(204);
    assert_eq!((me(&app, &one["access_token"]).await, me(&app, &two["access_token"]).await), (401, 200));
});

db_test!(blocking_and_a_new_role_act_at_once, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    app.execute("UPDATE users SET blocked_ms = 1 WHERE id = ?", [dispatcher.user_id.into()]).await;
    dispatcher.get("/api/v1/me").await.expect(401);
    app.execute("UPDATE users SET role = 'dispatcher' WHERE id = ?", [ivan.user_id.into()]).await;
    assert_eq!(ivan.get("/api/v1/me").await.expect(200).json()["role"], "dispatcher");
});

db_test!(a_forged_token_opens_nothing, |app| {
    let token = app.people().dispatcher.token();
    let (head, rest) = token.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    let mut foreign = signature.to_owned();
    foreign.replace_range(0..1, if signature.starts_with('A') { "B" } else { "A" });
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    for forged in [format!("{head}.{claims}.{foreign}"), format!("{none}.{claims}."), format!("{head}.{claims}"), "x".into(), String::new()]
    {
        assert_eq!(me(&app, &json!(forged)).await, 401, "{forged}");
    }
    assert_eq!(me(&app, &json!(token)).await, 200);
});
