//! Coming in, managing people, and who may: through both doors, on both databases.

use crate::{
    accounts::one_time::{self, Kind},
    live::{Delivery, Signal},
    people,
    testkit::*,
};
use futures_util::StreamExt;
use serde_json::{Value, json};

const STRONG: &str = "три жёлтых трамвая";

fn registration(phone: &str) -> Value {
    json!({ "name": "Мария Ёлкина", "phone": phone, "password": STRONG, "consent": true })
}

/// The path of a link's address.
fn path(link: &str) -> String {
    format!("/{}", link.splitn(4, '/').nth(3).unwrap())
}

async fn sign_in(app: &TestApp, login: &str, password: &str) -> Answer {
    app.nobody().post("/api/v1/auth/sessions", json!({ "login": login, "password": password })).await
}

/// A call with this access token.
async fn me(app: &TestApp, token: &str) -> Answer {
    app.nobody().get("/api/v1/me").header("authorization", format!("Bearer {token}")).await
}

fn token(answer: &Answer) -> String {
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

db_test!(the_setup_link_makes_the_first_administrator_once, bare, |app| {
    let link = people::setup_link(&app).await.unwrap().unwrap();
    let page = app.nobody().get(&path(&link)).await.expect(200);
    assert!(page.text().contains("Первая настройка"));
    let form = [("company", "Окна-Юг"), ("name", "Анна Воронова"), ("phone", "8 916 000 11 22"), ("password", STRONG)];
    let weak = [("company", "Окна-Юг"), ("name", "Анна Воронова"), ("phone", "8 916 000 11 22"), ("password", "короткий")];
    let again = app.nobody().form(&path(&link), &weak).await.expect(422);
    assert!(again.text().contains("Анна Воронова") && again.text().contains("Пароль слишком короткий"));
    let done = app.nobody().form(&path(&link), &form).await.expect(303);
    assert!(done.headers.get_all("set-cookie").iter().any(|line| line.to_str().unwrap().starts_with("access=")));
    assert_eq!(app.company().name, "Окна-Юг");
    app.nobody().form(&path(&link), &form).await.expect(410);
    app.nobody().get(&path(&link)).await.expect(410);
    assert!(people::setup_link(&app).await.unwrap().is_none());
    let user = sign_in(&app, "+7 (916) 000-11-22", STRONG).await.expect(201).json()["user"].clone();
    assert_eq!(user["role"], "administrator");
});

db_test!(a_customer_signs_up_and_consent_is_on_record, |app| {
    let answer = app.nobody().post("/api/v1/auth/registrations", registration("8 (926) 123-45-67")).await.expect(201);
    let user = answer.json()["user"].clone();
    assert_eq!((&user["role"], &user["login"]), (&json!("customer"), &json!("+79261234567")));
    me(&app, &token(&answer)).await.expect(200);
    let id = user["id"].as_i64().unwrap();
    let consent = format!("SELECT COUNT(*) FROM consents WHERE user_id = {id} AND text_version = 1 AND given_ms = {NOW} AND address <> ''");
    assert_eq!(app.number(&consent).await, 1);
    let taken = app.nobody().post("/api/v1/auth/registrations", registration("+79261234567")).await.expect(422);
    assert_eq!(taken.faults(), ["phone taken"]);
    let mut none = registration("+79261234568");
    none["consent"] = json!(false);
    assert_eq!(app.nobody().post("/api/v1/auth/registrations", none).await.expect(422).faults(), ["consent consent_required"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM users WHERE phone = '+79261234568'").await, 0);
});

db_test!(one_registration_sent_many_times_is_one_customer, |app| {
    let call = || app.nobody().post("/api/v1/auth/registrations", registration("+79261234567")).key("7b0a0c06-0e0b-4d38-9a9f-9d1f1c5f7a11");
    for answer in together((0..5).map(|_| call())).await {
        assert!(answer.status == 201 || answer.code() == "in_flight", "{}", answer.text());
    }
    let token = format!("Bearer {}", call().await.expect(201).json()["access_token"].as_str().unwrap());
    assert_eq!(app.number("SELECT COUNT(*) FROM users WHERE phone = '+79261234567'").await, 1);
    // It opens no door once its password is another one.
    let change = json!({ "current_password": STRONG, "password": "совсем другие слова" });
    app.nobody().put("/api/v1/me/password", change).header("authorization", token).await.expect(204);
    assert_eq!(call().await.expect(422).faults(), ["phone taken"]);
});

db_test!(an_invited_person_chooses_a_password, |app| {
    let People { administrator, dispatcher, .. } = app.people();
    let body = json!({ "role": "specialist", "name": "Глеб Орлов", "login": "Gleb", "phone": "89161112233" });
    dispatcher.post("/api/v1/users/invitations", body.clone()).await.expect(404);
    let key = "2f1f7d44-30a8-4a7e-8a52-6f0f1e1d2c3b";
    let invited = administrator.post("/api/v1/users/invitations", body.clone()).key(key).await.expect(201).json();
    assert_eq!((&invited["user"]["invited"], &invited["user"]["login"]), (&json!(true), &json!("gleb")));
    assert!(invited["user"]["worker_id"].is_i64());
    let again = administrator.post("/api/v1/users/invitations", body).key(key).await.expect(201).json();
    assert_eq!(again["link"], invited["link"]);
    let link = path(invited["link"].as_str().unwrap());
    assert!(app.nobody().get(&link).await.expect(200).text().contains("Глеб Орлов"));
    let form = [("name", "Глеб Орлов"), ("login", "gleb"), ("phone", "89161112233"), ("email", "gleb@example.ru"), ("password", STRONG)];
    app.nobody().form(&link, &form).await.expect(303);
    app.nobody().form(&link, &form).await.expect(410);
    for login in ["GLEB", "8 916 111-22-33", "Gleb@Example.ru"] {
        sign_in(&app, login, STRONG).await.expect(201);
    }
});

db_test!(a_reset_link_works_once_for_half_an_hour_and_ends_sessions, |app| {
    let People { dispatcher, administrator, ivan, olga, .. } = app.people();
    dispatcher.post(&format!("/api/v1/users/{}/reset", administrator.user_id), json!({})).await.expect(404);
    olga.post(&format!("/api/v1/users/{}/reset", ivan.user_id), json!({})).await.expect(404);
    let issue = async || {
        let answer = dispatcher.post(&format!("/api/v1/users/{}/reset", ivan.user_id), json!({})).await.expect(201);
        path(answer.json()["link"].as_str().unwrap())
    };
    let late = issue().await;
    app.advance(31 * MINUTE);
    app.nobody().form(&late, &[("password", STRONG)]).await.expect(410);
    let link = issue().await;
    app.nobody().form(&link, &[("password", "123456123456")]).await.expect(422);
    assert_eq!(app.nobody().form(&link, &[("password", STRONG)]).await.expect(303).location(), "/sign-in");
    app.nobody().form(&link, &[("password", STRONG)]).await.expect(410);
    ivan.get("/api/v1/me").await.expect(401);
    sign_in(&app, "+79160000001", PASSWORD).await.expect(401);
    sign_in(&app, "+79160000001", STRONG).await.expect(201);
});

db_test!(a_blocked_person_is_out_at_once, |app| {
    let People { administrator, ivan, dispatcher, .. } = app.people();
    let block = format!("/api/v1/users/{}/block", ivan.user_id);
    dispatcher.put(&block, json!({ "reason": "ушёл" })).await.expect(404);
    assert_eq!(administrator.put(&block, json!({})).await.expect(422).faults(), ["reason required"]);
    let signed_in = sign_in(&app, "+79160000001", PASSWORD).await.expect(201);
    let blocked = administrator.put(&block, json!({ "reason": "уволен" })).await.expect(200).json();
    assert_eq!((&blocked["blocked"], &blocked["blocked_reason"]), (&json!(true), &json!("уволен")));
    ivan.get("/api/v1/me").await.expect(401);
    me(&app, &token(&signed_in)).await.expect(401);
    let refresh = json!({ "refresh_token": signed_in.json()["refresh_token"] });
    app.nobody().post("/api/v1/auth/sessions/refresh", refresh).await.expect(401);
    let refused = sign_in(&app, "+79160000001", PASSWORD).await.expect(401);
    let unknown = sign_in(&app, "+79990000001", PASSWORD).await.expect(401);
    assert_eq!(refused.json()["title"], unknown.json()["title"]);
    administrator.delete(&block).await.expect(200);
    sign_in(&app, "+79160000001", PASSWORD).await.expect(201);
});

db_test!(a_new_role_counts_at_once, |app| {
    let People { administrator, ivan, olga, .. } = app.people();
    let role = |person: &Person| format!("/api/v1/users/{}/role", person.user_id);
    ivan.get("/api/v1/audit").await.expect(404);
    administrator.put(&role(&ivan), json!({ "role": "administrator" })).await.expect(200);
    ivan.get("/api/v1/audit").await.expect(200);
    administrator.put(&role(&ivan), json!({ "role": "contractor" })).await.expect(200);
    ivan.get("/api/v1/audit").await.expect(404);
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM workers WHERE user_id = {} AND kind = 'contractor'", ivan.user_id)).await, 1);
    let worker = administrator.put(&role(&olga), json!({ "role": "specialist" })).await.expect(200).json();
    assert!(worker["worker_id"].is_i64() && worker.get("customer_id").is_none());
    administrator.put(&role(&olga), json!({ "role": "customer" })).await.expect(200);
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM workers WHERE user_id = {} AND active = 0", olga.user_id)).await, 1);
    administrator.put(&role(&olga), json!({ "role": "king" })).await.expect(422);
    administrator.put("/api/v1/users/999999/role", json!({ "role": "customer" })).await.expect(404);
});

db_test!(somebody_always_administers, |app| {
    let People { administrator, dispatcher, .. } = app.people();
    let role = |person: &Person| format!("/api/v1/users/{}/role", person.user_id);
    let alone = administrator.put(&role(&administrator), json!({ "role": "dispatcher" })).await.expect(409);
    assert_eq!(alone.code(), "last_administrator");
    // Somebody invited who has not come yet cannot administer.
    let invited = json!({ "role": "administrator", "name": "Глеб Орлов", "login": "gleb" });
    administrator.post("/api/v1/users/invitations", invited).await.expect(201);
    administrator.put(&format!("/api/v1/users/{}/block", administrator.user_id), json!({ "reason": "x" })).await.expect(409);
    administrator.put(&role(&dispatcher), json!({ "role": "administrator" })).await.expect(200);
    // Each takes the other's rights at the same moment: one of them is left.
    let answers = together([
        administrator.put(&role(&dispatcher), json!({ "role": "dispatcher" })),
        dispatcher.put(&role(&administrator), json!({ "role": "dispatcher" })),
    ])
    .await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert!(matches!(statuses[..], [200, 404 | 409]), "{statuses:?}");
    assert_eq!(app.number("SELECT COUNT(*) FROM users WHERE role = 'administrator' AND password_hash IS NOT NULL").await, 1);
});

db_test!(twins_are_joined_by_the_office, |app| {
    let People { dispatcher, olga, pyotr, .. } = app.people();
    let body = json!({
        "service_id": app.services().window, "description": "Окно", "address": { "text": "ул. Ленина, 5" },
        "customer": { "name": "Мария (по телефону)", "phone": "+79261234567" }
    });
    let order = dispatcher.post("/api/v1/orders", body).await.expect(201).id();
    let twin = app.number("SELECT id FROM customers WHERE phone = '+79261234567'").await;
    let answer = app.nobody().post("/api/v1/auth/registrations", registration("+79261234567")).await.expect(201);
    let maria = answer.json()["user"]["id"].as_i64().unwrap();
    let orders = async |status| {
        let path = format!("/api/v1/orders/{order}");
        app.nobody().get(&path).header("authorization", format!("Bearer {}", token(&answer))).await.expect(status)
    };
    orders(404).await;
    let join = format!("/api/v1/users/{maria}/customer");
    olga.post(&join, json!({ "customer_id": twin })).await.expect(404);
    dispatcher.post(&join, json!({ "customer_id": pyotr.customer_id })).await.expect(422);
    assert!(dispatcher.get(&format!("/users/{maria}/customer")).await.expect(200).text().contains("Мария (по телефону)"));
    dispatcher.post(&join, json!({ "customer_id": twin })).await.expect(200);
    orders(200).await;
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM customers WHERE id = {twin}")).await, 0);
    assert_eq!(app.number("SELECT COUNT(*) FROM customers WHERE phone = '+79261234567' AND user_id IS NOT NULL").await, 1);
    assert_eq!(dispatcher.get("/api/v1/orders?q=%D0%81%D0%BB%D0%BA%D0%B8%D0%BD%D0%B0").await.expect(200).ids(), [order]);
    assert_eq!(dispatcher.get("/api/v1/customers?q=9261234567").await.expect(200).ids().len(), 1);
});

db_test!(people_change_their_own_data_and_prove_themselves_for_logins, |app| {
    let olga = app.people().olga;
    let order = app.order().make().await;
    let renamed =
        olga.patch("/api/v1/me", json!({ "name": "Ольга Кузнецова", "theme": "dark", "language": "en" })).await.expect(200).json();
    assert_eq!(
        (&renamed["name"], &renamed["theme"], &renamed["phone"]),
        (&json!("Ольга Кузнецова"), &json!("dark"), &json!("+79160000005"))
    );
    let unproved = olga.patch("/api/v1/me", json!({ "phone": "+79269999999" })).await.expect(422);
    assert_eq!(unproved.faults(), ["current_password password_to_change"]);
    let wrong = olga.patch("/api/v1/me", json!({ "phone": "+79269999999", "current_password": STRONG })).await.expect(422);
    assert_eq!(wrong.faults(), ["current_password password_wrong"]);
    let to = json!({ "phone": "+79160000006", "current_password": PASSWORD });
    assert_eq!(olga.patch("/api/v1/me", to).await.expect(422).faults(), ["phone taken"]);
    olga.patch("/api/v1/me", json!({ "phone": "+79269999999", "current_password": PASSWORD })).await.expect(200);
    let found = app.people().dispatcher.get("/api/v1/orders?q=9269999999").await.expect(200).ids();
    assert_eq!(found, [order]);
    let none = olga.patch("/api/v1/me", json!({ "phone": null, "current_password": PASSWORD })).await.expect(422);
    assert_eq!(none.faults(), ["phone contact_required"]);
    olga.patch("/api/v1/me", json!({ "role": "administrator" })).await.expect(422);
});

db_test!(a_password_change_ends_the_other_sessions, |app| {
    let olga = app.people().olga;
    let other = sign_in(&app, "+79160000005", PASSWORD).await.expect(201);
    let wrong = olga.put("/api/v1/me/password", json!({ "current_password": "нет", "password": STRONG })).await.expect(422);
    assert_eq!(wrong.faults(), ["current_password password_wrong"]);
    let own = json!({ "current_password": PASSWORD, "password": "+79160000005 ольга" });
    assert_eq!(olga.put("/api/v1/me/password", own).await.expect(422).faults(), ["password password_common"]);
    let sessions = olga.get("/api/v1/auth/sessions").await.expect(200).ids();
    let ended = sessions.into_iter().find(|id| *id != olga.session_id);
    let mut live = app.hub.subscribe();
    olga.put("/api/v1/me/password", json!({ "current_password": PASSWORD, "password": STRONG })).await.expect(204);
    // The pages of the session that goes on hear nothing: what is typed there stays.
    let Some(Delivery::Signal { signal, .. }) = live.next().await else { panic!("nothing was told") };
    assert_eq!(signal, Signal::revoked(olga.user_id, ended));
    olga.get("/api/v1/me").await.expect(200);
    me(&app, &token(&other)).await.expect(401);
    sign_in(&app, "+79160000005", PASSWORD).await.expect(401);
    sign_in(&app, "+79160000005", STRONG).await.expect(201);
});

db_test!(sessions_are_ones_own, |app| {
    let People { olga, pyotr, .. } = app.people();
    let other = sign_in(&app, "+79160000005", PASSWORD).await.expect(201);
    let ids = olga.get("/api/v1/auth/sessions").await.expect(200).ids();
    assert_eq!(ids.len(), 2);
    assert!(!ids.contains(&pyotr.session_id));
    for foreign in [pyotr.session_id, 999_999] {
        olga.delete(&format!("/api/v1/auth/sessions/{foreign}")).await.expect(404);
        olga.form(&format!("/profile/sessions/{foreign}"), &[]).await.expect(404);
    }
    pyotr.get("/api/v1/me").await.expect(200);
    let second = ids.iter().find(|id| **id != olga.session_id).unwrap();
    olga.delete(&format!("/api/v1/auth/sessions/{second}")).await.expect(204);
    olga.delete(&format!("/api/v1/auth/sessions/{second}")).await.expect(404);
    me(&app, &token(&other)).await.expect(401);
    olga.delete("/api/v1/auth/sessions/current").await.expect(204);
    olga.get("/api/v1/me").await.expect(401);
});

db_test!(twenty_refreshes_at_once_log_nobody_out_and_a_stolen_token_ends_the_session, |app| {
    let signed_in = sign_in(&app, "+79160000005", PASSWORD).await.expect(201).json();
    let refresh = |token: &Value| app.nobody().post("/api/v1/auth/sessions/refresh", json!({ "refresh_token": token }));
    let first = signed_in["refresh_token"].clone();
    let answers = together((0..20).map(|_| refresh(&first))).await;
    let fresh = answers.into_iter().map(|answer| answer.expect(200)).next_back().unwrap();
    me(&app, &token(&fresh)).await.expect(200);
    app.advance(11_000);
    refresh(&first).await.expect(401);
    refresh(&fresh.json()["refresh_token"]).await.expect(401);
    me(&app, &token(&fresh)).await.expect(401);
    assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE deed = 'session.token_reused' AND who = 'Ольга Смирнова'").await, 1);
});

db_test!(guessing_is_slowed_down_whatever_name_is_used, |app| {
    let administrator = app.people().administrator;
    administrator.patch(&format!("/api/v1/users/{}", app.people().olga.user_id), json!({ "login": "olga" })).await.expect(200);
    let mut statuses = vec![];
    for login in ["olga", "+79160000005", "OLGA", "8 916 000-00-05", "olga", "89160000005"] {
        statuses.push(sign_in(&app, login, STRONG).await.status);
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429]);
    assert!(sign_in(&app, "olga", PASSWORD).await.expect(429).header("retry-after").parse::<u64>().unwrap() > 0);
    app.advance(10 * MINUTE);
    sign_in(&app, "olga", PASSWORD).await.expect(201);
});

db_test!(the_list_of_users_is_searched_and_paged, |app| {
    let People { administrator, dispatcher, .. } = app.people();
    dispatcher.get("/api/v1/users").await.expect(404);
    dispatcher.get("/users").await.expect(404);
    let all = administrator.get("/api/v1/users").await.expect(200).ids();
    assert_eq!(all.len(), 9);
    let mut paged = vec![];
    let mut cursor = String::new();
    loop {
        let page = administrator.get(&format!("/api/v1/users?limit=4&cursor={cursor}")).await.expect(200);
        paged.extend(page.ids());
        match page.json()["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(paged, all);
    for (query, count) in
        [("q=9160000005", 1), ("role=contractor", 2), ("standing=blocked", 0), ("q=admin", 1), ("q=%D0%9F%D0%95%D0%A2%D0%A0", 2)]
    {
        assert_eq!(administrator.get(&format!("/api/v1/users?{query}")).await.expect(200).ids().len(), count, "{query}");
    }
    assert!(administrator.get("/users?q=admin").await.expect(200).text().contains("Анна Воронова"));
});

db_test!(an_administrator_corrects_a_user, |app| {
    let People { administrator, rustam, dispatcher, .. } = app.people();
    let path = format!("/api/v1/users/{}", rustam.user_id);
    dispatcher.patch(&path, json!({ "name": "x" })).await.expect(404);
    let version = administrator.get(&path).await.expect(200).version();
    let changed = administrator.patch(&path, json!({ "email": "RUSTAM@example.ru" })).if_match(version).await.expect(200);
    assert_eq!(changed.json()["email"], "rustam@example.ru");
    administrator.patch(&path, json!({ "name": "x" })).if_match(version).await.expect(412);
    for (login, status) in [("+79160000001", 422), ("a@b.ru", 422), ("логин", 422), ("ab", 422), ("ADMIN", 422), ("rustam.a", 200)] {
        assert_eq!(administrator.patch(&path, json!({ "login": login })).await.status, status, "{login}");
    }
    let form = [("name", ""), ("phone", "8 916 000-00-03"), ("email", "кто-то"), ("login", "rustam.a")];
    let page = administrator.form(&format!("/users/{}", rustam.user_id), &form).await.expect(422).text();
    assert!(page.contains("кто-то") && page.contains("Заполните это поле") && page.contains("Это не похоже на адрес почты"));
});

db_test!(the_audit_tells_who_did_what, |app| {
    let People { administrator, dispatcher, ivan, .. } = app.people();
    dispatcher.get("/audit").await.expect(404);
    administrator.put(&format!("/api/v1/users/{}/role", ivan.user_id), json!({ "role": "contractor" })).await.expect(200);
    let lines = administrator.get("/api/v1/audit?deed=user.role_changed").await.expect(200).json()["items"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 1);
    assert_eq!((&lines[0]["who"], &lines[0]["object_id"]), (&json!("Анна Воронова"), &json!(ivan.user_id)));
    let page = administrator.get("/audit?deed=user.role_changed").await.expect(200).text();
    assert!(page.contains("Изменена роль") && page.contains("Специалист → Исполнитель"));
    let path = format!("/api/v1/audit?user_id={}&object_kind=user&limit=1", administrator.user_id);
    assert_eq!(administrator.get(&path).await.expect(200).ids().len(), 1);
    assert_eq!(administrator.get("/api/v1/audit?from=2030-01-01").await.expect(200).ids().len(), 0);
    assert_eq!(
        administrator.get("/api/v1/audit?who=%D0%B2%D0%BE%D1%80%D0%BE%D0%BD&deed=user.role_changed").await.expect(200).ids().len(),
        1
    );
});

db_test!(pages_of_ones_own_work_as_plain_forms, |app| {
    let People { olga, dispatcher, .. } = app.people();
    for (person, name) in [(&olga, "Ольга Смирнова"), (&dispatcher, "Дарья Котова")] {
        assert!(person.get("/profile").await.expect(200).text().contains(name));
    }
    let wrong = olga.form("/profile", &[("name", "Ольга Новая"), ("phone", "не телефон"), ("email", "")]).await.expect(422).text();
    assert!(wrong.contains("не телефон") && wrong.contains("Ольга Новая"));
    olga.form("/profile", &[("name", "Ольга Новая"), ("phone", "8 916 000-00-05"), ("email", "")]).await.expect(303);
    let back = olga.form("/preferences", &[("lang", "en")]).header("referer", "http://crm.test/profile?x=1").await.expect(303);
    assert_eq!(back.location(), "/profile?x=1");
    assert!(olga.get("/profile").await.expect(200).text().contains("Where you are signed in"));
    let astray = olga.form("/preferences", &[("theme", "dark")]).header("referer", "http://crm.test//evil.example/").await.expect(303);
    assert_eq!(astray.location(), "/");
    app.nobody().form("/preferences", &[("theme", "dark")]).await.expect(303);
    app.nobody().form("/preferences", &[("theme", "pink")]).await.expect(422);
});

db_test!(a_consent_can_be_taken_back_by_its_giver_alone, |app| {
    let answer = app.nobody().post("/api/v1/auth/registrations", registration("+79261234567")).await.expect(201);
    let id = app.number("SELECT MAX(id) FROM consents").await;
    let path = format!("/profile/consents/{id}");
    app.people().olga.form(&path, &[]).await.expect(404);
    let maria = || app.nobody().form(&path, &[]).header("cookie", format!("access={}", token(&answer)));
    maria().await.expect(303);
    maria().await.expect(404);
    assert_eq!(app.number("SELECT COUNT(*) FROM consents WHERE withdrawn_ms IS NOT NULL").await, 1);
});

db_test!(links_that_open_nothing_look_alike, |app| {
    let ivan = app.people().ivan.user_id;
    for folder in ["setup", "invitations", "resets"] {
        let unknown = app.nobody().get(&format!("/{folder}/AAAA")).await.expect(410);
        assert!(unknown.text().contains("Ссылка больше не действует"));
    }
    // A link opens only the page it was made for.
    let visitor = crate::accounts::session::visitor("127.0.0.1".into(), crate::text::i18n::Lang::Ru);
    let made = async { change!(app, &visitor => |change| one_time::make(change, Kind::Reset, Some(crate::ids::UserId(ivan))).await) }
        .await
        .unwrap();
    let link = path(&one_time::address(&app, Kind::Reset, made).await.unwrap());
    app.nobody().get(&link).await.expect(200);
    app.nobody().get(&link.replace("resets", "invitations")).await.expect(410);
    assert!(app.nobody().get("/resets/new").await.expect(200).text().contains("Забыли пароль"));
});

#[test]
fn every_recorded_deed_has_its_words() {
    let deed = regex::Regex::new(r#"audit::record(?:_of)?\([^"]{1,80}"([a-z_]+\.[a-z_]+)""#).unwrap();
    let mut files = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut seen = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        for found in deed.captures_iter(&std::fs::read_to_string(&path).unwrap()) {
            let key = format!("audit-deed-{}", found[1].replace(['.', '_'], "-"));
            assert!(crate::text::i18n::has(&key), "{} records {} without words", path.display(), &found[1]);
            seen += 1;
        }
    }
    assert!(seen > 20, "the pattern no longer finds the deeds: {seen}");
}
