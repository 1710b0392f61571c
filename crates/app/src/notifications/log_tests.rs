//! The delivery log: what is found in it, along which indexes, and what is sent again from it; who else sees what of it.

use super::{
    Channel, State,
    health::{self, Direction},
    log::{self, Filter},
};
use crate::testkit::*;
use serde_json::json;

const DAY: i64 = 24 * 3_600_000;

/// A message in the log: for whom (`u1`, or `c1` without a login), about which order, how it fared and when it was called for.
async fn message(app: &TestApp, person: &str, order: Option<i64>, state: &str, created_ms: i64) -> i64 {
    let turn = app.number("SELECT COALESCE(MAX(turn), 0) + 1 FROM deliveries").await;
    let id: i64 = person[1..].parse().unwrap();
    let (user, customer) = if person.starts_with('u') { (Some(id), None) } else { (None, Some(id)) };
    app.execute(
        "INSERT INTO deliveries (turn, wording, channel, person, user_id, customer_id, thread, order_id, facts, rest, state, attempts, provider_id, \
         answer, created_ms) VALUES (?, 'office-new', 'telegram', ?, ?, ?, 0, ?, '{}', '', ?, 3, '', 'no connection', ?)",
        [turn.into(), person.into(), user.into(), customer.into(), order.into(), state.into(), created_ms.into()],
    )
    .await;
    app.number("SELECT MAX(id) FROM deliveries").await
}

db_test!(the_log_is_searched_by_name_number_and_day, |app| {
    let People { administrator, zoya, rustam, olga, pyotr, .. } = app.people();
    let order = app.order().by(&olga).make().await;
    let number = app.rows(&format!("SELECT number FROM orders WHERE id = {order}")).await[0].try_get_by_index::<String>(0).unwrap();
    let of = |person: &Person| format!("u{}", person.user_id);
    let [of_zoya, of_rustam, of_olga, before, of_pyotr] = [
        message(&app, &of(&zoya), Some(order), "sent", NOW).await,
        message(&app, &of(&rustam), None, "dead", NOW - DAY).await,
        message(&app, &of(&olga), Some(order), "read", NOW - 2 * DAY).await,
        // She had no login yet.
        message(&app, &format!("c{}", olga.customer_id), None, "sent", NOW - 3 * DAY).await,
        message(&app, &format!("c{}", pyotr.customer_id), None, "dead", NOW + 1).await,
    ];
    let found = async |query: &str| administrator.get(&format!("/api/v1/notifications?{query}")).await.expect(200).ids();
    assert_eq!(found("").await, [of_pyotr, of_zoya, of_rustam, of_olga, before], "the newest first, whatever their ids");
    let tail = number.rsplit('-').next().unwrap().trim_start_matches('0');
    for (typed, ids) in [
        ("лисиц", vec![of_zoya]),
        ("Рустам Алиев", vec![of_rustam]),
        ("ольга смирнова", vec![of_olga, before]),
        ("%2B7 916 000-00-06", vec![of_pyotr]),
        (number.as_str(), vec![of_zoya, of_olga]),
        (tail, vec![of_zoya, of_olga]),
        ("№ 26-999999", vec![]),
        ("никого такого", vec![]),
        ("!", vec![]),
    ] {
        assert_eq!(found(&format!("q={}", typed.replace(' ', "+"))).await, ids, "{typed}");
    }
    let day = |ms: i64| app.company().zone().to_datetime(jiff::Timestamp::from_millisecond(ms).unwrap()).date().to_string();
    let (yesterday, earlier) = (day(NOW - DAY), day(NOW - 2 * DAY));
    assert_eq!(found(&format!("from={yesterday}&to={yesterday}")).await, [of_rustam]);
    assert_eq!(found(&format!("to={earlier}")).await, [of_olga, before]);
    assert_eq!(found(&format!("from={earlier}&to={yesterday}&state=dead&q=рустам")).await, [of_rustam]);
    administrator.get("/api/v1/notifications?from=sometime").await.expect(422);

    // Pages follow one another without a gap, also where several were called for at once.
    message(&app, &of(&zoya), None, "sent", NOW - DAY).await;
    let (mut seen, mut cursor) = (vec![], String::new());
    loop {
        let page = administrator.get(&format!("/api/v1/notifications?limit=2{cursor}")).await.expect(200);
        seen.extend(page.ids());
        let Some(next) = page.json()["next_cursor"].as_str().map(str::to_owned) else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, found("").await);
    assert_eq!(seen.len(), 6);

    // What was typed stays in its field, and there is a way back to the whole log.
    let page = administrator.get("/notifications?q=%D0%9D%D0%B8%D0%BA%D1%82%D0%BE&state=dead").await.expect(200).words();
    assert!(page.contains("value=\"Никто\"") && page.contains("Таких сообщений нет") && page.contains("Сбросить фильтры"), "{page}");
    assert!(!administrator.get("/notifications").await.expect(200).words().contains("Сбросить фильтры"));
    app.forget_history().await;
});

/// Sixty-four thousand messages of more than a year, few of them of one person, one order or given up.
async fn seed(app: &TestApp) {
    let People { zoya, rustam, .. } = app.people();
    let order = app.order().make().await;
    let mut rows = vec![];
    for turn in 1..=4000_i64 {
        let person = if turn % 200 == 0 { rustam.user_id } else { zoya.user_id };
        let state = if turn % 400 == 0 { "dead" } else { "sent" };
        let order = if turn % 500 == 0 { order.to_string() } else { "NULL".into() };
        rows.push(format!(
            "({turn}, 'office-new', 'telegram', 'u{person}', {person}, 0, {order}, '{{}}', '', '{state}', 1, '', '', {})",
            NOW - turn * 600_000
        ));
    }
    for part in rows.chunks(500) {
        let columns =
            "turn, wording, channel, person, user_id, thread, order_id, facts, rest, state, attempts, provider_id, answer, created_ms";
        app.execute(&format!("INSERT INTO deliveries ({columns}) VALUES {}", part.join(", ")), []).await;
    }
    // MariaDB sorts what is small rather than go along an index.
    for known in [4000_i64, 8000, 16_000, 32_000] {
        let columns = "wording, channel, person, user_id, thread, order_id, facts, rest, state, attempts, provider_id, answer";
        let more = format!(
            "INSERT INTO deliveries (turn, created_ms, {columns}) SELECT turn + {known}, created_ms - {known} * 600000, {columns} FROM deliveries"
        );
        app.execute(&more, []).await;
    }
    let analyze = app.db.engine().pick("ANALYZE", "ANALYZE TABLE deliveries, users, customers, orders");
    sea_orm::ConnectionTrait::execute_unprepared(app.db.read(), analyze).await.unwrap();
}

/// Whether a plan sorts what it found, or reads the whole log where no index leads.
fn is_slow(plan: &[String]) -> bool {
    let line = |line: &String| line.contains("TEMP B-TREE") || line.contains("filesort") || line == "SCAN n" || line.starts_with("n ALL");
    plan.iter().any(line)
}

db_test!(the_log_goes_along_indexes, |app| {
    seed(&app).await;
    let plan = async |filter: Filter| {
        let about = log::about(&app, &filter.q).await.unwrap();
        let (text, values) = log::list_sql(&filter, about).unwrap();
        app.plan(&text, values).await
    };
    let order_id = app.rows("SELECT MAX(order_id) FROM deliveries").await[0].try_get_by_index::<i64>(0).unwrap();
    let filters = [
        ("all", Filter::default()),
        ("a day", Filter { from_ms: Some(NOW - 2 * DAY), to_ms: Some(NOW - DAY), ..Filter::default() }),
        ("one state", Filter { state: Some(State::Dead), ..Filter::default() }),
        ("one state of some days", Filter { state: Some(State::Dead), from_ms: Some(NOW - 9 * DAY), ..Filter::default() }),
        ("an order", Filter { order_id: Some(order_id.into()), ..Filter::default() }),
    ];
    for (name, filter) in filters {
        let plan = plan(filter).await;
        assert!(!is_slow(&plan), "{name}: {plan:#?}");
    }
    // Of a person or an order that was typed the few messages are found first and then sorted.
    for typed in ["Алиев", "26-000001"] {
        let plan = plan(Filter { q: typed.into(), ..Filter::default() }).await;
        assert!(!plan.iter().any(|line| line == "SCAN n" || line.starts_with("n ALL")), "{typed}: {plan:#?}");
    }
    let (text, values) = log::people_sql("Смирнова");
    let people = app.plan(&text, values).await;
    assert!(!people.iter().any(|line| line == "SCAN u" || line.starts_with("u ALL")), "{people:#?}");
    assert!(people.iter().any(|line| line.contains("customer_terms")), "{people:#?}");
    // A question that no index answers is found.
    let planted = app.plan("SELECT n.id FROM deliveries n WHERE n.answer = ? ORDER BY n.facts", vec!["x".into()]).await;
    assert!(is_slow(&planted), "{planted:?}");
    let (_, sent) = app.counted(app.people().administrator.get("/api/v1/notifications?q=Алиев&state=dead")).await;
    assert!(sent <= 3, "{sent} statements");
    app.forget_history().await;
});

db_test!(a_message_that_is_sent_again_leads_back_to_where_one_was, |app| {
    let People { administrator, zoya, .. } = app.people();
    let person = format!("u{}", zoya.user_id);
    for (back, leads) in [
        ("/notifications?state=dead&cursor=MS4y", "/notifications?state=dead&cursor=MS4y"),
        ("/notifications", "/notifications"),
        ("https://example.org/notifications?", "/notifications"),
        ("//example.org", "/notifications"),
        ("/orders", "/notifications"),
    ] {
        let id = message(&app, &person, None, "dead", NOW).await;
        let answer = administrator.form(&format!("/notifications/{id}/retry"), &[("back", back)]).await.expect(303);
        assert_eq!(answer.location(), leads, "{back}");
    }
    message(&app, &person, None, "dead", NOW).await;
    let page = administrator.get("/notifications?state=dead&q=%D0%97%D0%BE%D1%8F").await.expect(200).text().replace("&#38;", "&");
    assert!(page.contains("name=\"back\" value=\"/notifications?state=dead&q=%D0%97%D0%BE%D1%8F\""), "{page}");
});

db_test!(all_that_was_given_up_is_sent_again_at_once, |app| {
    let People { administrator, dispatcher, zoya, rustam, .. } = app.people();
    let [of_zoya, of_rustam] = [&zoya, &rustam].map(|person| format!("u{}", person.user_id));
    for hours in 0..3 {
        message(&app, &of_zoya, None, "dead", NOW - hours * 3_600_000).await;
    }
    message(&app, &of_zoya, None, "unknown", NOW).await;
    message(&app, &of_rustam, None, "dead", NOW).await;
    let states = async || {
        let rows = app.rows("SELECT state, COUNT(*) FROM deliveries GROUP BY state ORDER BY state").await;
        rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())).collect::<Vec<(String, i64)>>()
    };
    let page = administrator.get("/notifications?undelivered=1&q=Зоя").await.expect(200).words();
    assert!(page.contains("3 сообщения не доставлены") && page.contains("/notifications/retry?undelivered=1"), "{page}");
    assert!(!administrator.get("/notifications?state=sent").await.expect(200).words().contains("/notifications/retry?"));
    // The question names how many, and pressing twice sends them once.
    let path = "/notifications/retry?undelivered=1&q=%D0%97%D0%BE%D1%8F";
    let question = administrator.get(path).await.expect(200).words();
    assert!(question.contains("Отправим ещё раз 3 недоставленных сообщения") && question.contains("Отправить 3 сообщения"), "{question}");
    assert!(!question.contains("не больше пятисот"));
    let pressed = administrator.form(path, &[("_key", "once")]).await.expect(303);
    assert_eq!(pressed.location(), "/notifications?undelivered=1&q=%D0%97%D0%BE%D1%8F");
    let after = [("dead".to_owned(), 1), ("queued".to_owned(), 3), ("unknown".to_owned(), 1)];
    assert_eq!(states().await, after, "what may have arrived is not among them, nor anybody else's");
    administrator.form(path, &[("_key", "once")]).await.expect(303);
    assert_eq!(administrator.form(path, &[("_key", "again")]).await.expect(409).status, 409, "nothing is left to send");
    let due = app.number(&format!("SELECT COUNT(*) FROM deliveries WHERE state = 'queued' AND due_ms = {NOW} AND attempts = 0")).await;
    assert_eq!(due, 3);
    let noted = app.rows("SELECT detail FROM audit WHERE deed = 'notices.retried'").await;
    assert_eq!(noted.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>(), ["3"], "written down once");
    assert!(administrator.get("/audit").await.expect(200).words().contains("Недоставленные сообщения отправлены ещё раз"));

    let tried = administrator.post("/api/v1/notifications/retry?q=Алиев", json!({})).await.expect(202).json();
    assert_eq!(tried["retried"], 1);
    assert_eq!(administrator.post("/api/v1/notifications/retry", json!({})).await.expect(202).json()["retried"], 0);
    for path in ["/notifications/retry", "/api/v1/notifications/retry"] {
        dispatcher.post(path, json!({})).await.expect(404);
    }
});

db_test!(of_very_many_messages_a_part_is_sent_again, |app| {
    let People { administrator, zoya, .. } = app.people();
    let rows: Vec<String> = (1..=i64::try_from(log::MOST_AT_ONCE).unwrap() + 20)
        .map(|turn| {
            format!("({turn}, 'office-new', 'telegram', 'u{0}', {0}, 0, '{{}}', '', 'dead', '', '', {1})", zoya.user_id, NOW + turn)
        })
        .collect();
    let columns = "turn, wording, channel, person, user_id, thread, facts, rest, state, provider_id, answer, created_ms";
    app.execute(&format!("INSERT INTO deliveries ({columns}) VALUES {}", rows.join(", ")), []).await;
    let question = administrator.get("/notifications/retry?state=dead").await.expect(200).words();
    assert!(question.contains("500 недоставленных сообщений") && question.contains("не больше пятисот"), "{question}");
    assert_eq!(administrator.post("/api/v1/notifications/retry", json!({})).await.expect(202).json()["retried"], 500);
    assert_eq!(app.number("SELECT MAX(turn) FROM deliveries WHERE state = 'dead'").await, 20, "the oldest are left");
});

db_test!(a_channel_that_stands_still_calls_for_the_administrator, |app| {
    let app = app.with(|config| config.telegram_bot_token = Some("1:t".into())).await;
    let People { administrator, dispatcher, .. } = app.people();
    let badge = async |person: &Person| {
        let page = person.get("/counts").await.expect(200).words();
        let of_attention = page.split("id=\"count-attention\"").nth(1).unwrap().split("id=\"count-").next().unwrap().to_owned();
        of_attention.contains("</span>1</span>")
    };
    crate::jobs::run_due(&app).await.unwrap();
    assert!(!badge(&administrator).await);
    assert!(administrator.get("/attention").await.expect(200).words().contains("Всё под контролем"));
    health::note(&app, Channel::Telegram, Direction::Out, Some("no connection")).await;
    app.advance(59_000);
    crate::jobs::run_due(&app).await.unwrap();
    assert!(!badge(&administrator).await, "what is over in a moment is nobody's business");
    assert!(administrator.get("/attention").await.expect(200).words().contains("Всё под контролем"));
    app.advance(1_000);
    crate::jobs::run_due(&app).await.unwrap();
    assert!(badge(&administrator).await && !badge(&dispatcher).await, "it is the administrator's to mend");
    let page = administrator.get("/attention").await.expect(200).words();
    assert!(page.contains("Каналы связи не работают") && page.contains("/channels#channel-telegram"), "{page}");
    assert!(page.contains("Не принимает сообщения: нет связи с сервисом") && !page.contains("Всё под контролем"), "{page}");
    assert!(!dispatcher.get("/attention").await.expect(200).words().contains("Каналы связи"));
    health::note(&app, Channel::Telegram, Direction::Out, None).await;
    crate::jobs::run_due(&app).await.unwrap();
    assert!(!badge(&administrator).await, "it is over");
    // One whose settings are wrong stands still from the start.
    let wrong = app.with(|config| config.sms_token = Some("x".into())).await;
    crate::jobs::run_due(&wrong).await.unwrap();
    assert_eq!(wrong.channels_down(), 1);
    let page = wrong.people().administrator.get("/attention").await.expect(200).words();
    assert!(page.contains("/channels#channel-sms") && page.contains("не задано SMS_PROVIDER"), "{page}");
});

db_test!(the_office_sees_who_was_told_of_an_order, |app| {
    let People { administrator, dispatcher, rustam, olga, zoya, .. } = app.people();
    let [order, other] = [app.order().by(&olga).make().await, app.order().by(&olga).make().await];
    let of = |person: &Person| format!("u{}", person.user_id);
    let first = message(&app, &of(&zoya), Some(order), "sent", NOW).await;
    let second = message(&app, &of(&olga), Some(order), "dead", NOW + 1).await;
    message(&app, &of(&olga), Some(other), "read", NOW).await;
    let path = format!("/orders/{order}/notifications");
    for person in [&dispatcher, &administrator] {
        assert_eq!(person.get(&format!("/api/v1{path}")).await.expect(200).ids(), [second, first]);
        let (part, sent) = app.counted(person.get(&path).htmx()).await;
        let part = part.expect(200).words();
        assert!(part.contains("Ольга Смирнова · Telegram") && part.contains("Не доставлено") && part.contains("Отправлено"), "{part}");
        assert!(part.contains("нет связи с сервисом") && !part.contains("Прочитано") && !part.contains("<html"), "{part}");
        assert!(sent <= 4, "{sent} statements");
        let page = person.get(&path).await.expect(200).words();
        assert!(page.contains("<html") && page.contains("Ольга Смирнова · Telegram"), "{page}");
    }
    assert!(administrator.get(&path).await.words().contains(&format!("/notifications?order_id={order}")));
    assert!(!dispatcher.get(&path).await.words().contains("/notifications?order_id"), "the log is the administrator's");
    assert!(dispatcher.get(&format!("/orders/{order}")).await.expect(200).text().contains(&format!("hx-get=\"{path}\"")));
    for person in [&rustam, &olga] {
        person.get(&path).await.expect(404);
        person.get(&format!("/api/v1{path}")).await.expect(404);
    }
    dispatcher.get("/orders/999/notifications").await.expect(404);
    let quiet = app.order().by(&olga).make().await;
    let none = dispatcher.get(&format!("/orders/{quiet}/notifications")).await.expect(200).words();
    assert!(none.contains("пока никому не писали"), "{none}");
    app.forget_history().await;
});
