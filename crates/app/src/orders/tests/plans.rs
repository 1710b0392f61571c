//! The plans of the statements behind the lists, over some thousands of rows: none may read the whole table of orders.

use super::*;
use crate::{
    access::{Actor, Who},
    ids::{CustomerId, OrderId, UserId, WorkerId},
    orders::{
        OrderStatus, VisitStatus,
        query::{self, Filter, Sort, list_sql},
        tally,
    },
    search::{self, Sought},
};
use sea_orm::ConnectionTrait;

const ORDERS: i64 = 4000;
/// The ids lie so far apart that a search has several parts to look through.
const STEP: i64 = 10;

/// Orders, visits, crews and search terms in bulk, past the use cases.
async fn seed(app: &TestApp) {
    let People { olga, ivan, rustam, .. } = app.people();
    let service = app.services().window;
    let (customers, workers) = ([olga.customer_id, app.people().pyotr.customer_id], [ivan.worker_id, rustam.worker_id]);
    for customer in 1..=300 {
        let sql = "INSERT INTO customers (kind, name, name_folded, phone, note, created_ms, version) VALUES ('person', ?, ?, ?, '', 0, 1)";
        app.execute(
            sql,
            [format!("Заказчик {customer}").into(), format!("заказчик {customer}").into(), format!("+7495{customer:07}").into()],
        )
        .await;
    }
    let first = app.number("SELECT MIN(id) FROM customers WHERE user_id IS NULL").await;
    let insert = async |into: &str, rows: &[String]| {
        for chunk in rows.chunks(500) {
            let sql = format!("INSERT INTO {into} VALUES {}", chunk.join(", "));
            app.db.write(async |tx| tx.conn().execute_unprepared(&sql).await.map(drop)).await.unwrap();
        }
    };
    let (mut orders, mut visits, mut crews, mut words) = (vec![], vec![], vec![], vec![]);
    for number in 1..=ORDERS {
        let id = number * STEP;
        let status = if number % 10 == 0 {
            "confirmed"
        } else if number % 10 == 1 {
            "scheduled"
        } else {
            "completed"
        };
        let open = u8::from(status != "completed");
        let customer = if number % 100 == 0 { customers[0] } else { first + number % 300 };
        let due = NOW - number * HOUR;
        orders.push(format!(
            "({id}, '26-{number:06}', '{status}', {open}, {customer}, {service}, 'ул. {number}', '', '', '', '', '', 'Europe/Moscow', '', '', 'normal', 'phone', {due}, {due}, '', {due}, 1)"
        ));
        visits.push(format!("({number}, {id}, 'done', {}, {due}, {due}, '', '', '', '', {due}, 1)", workers[usize::from(number % 2 == 0)]));
        crews.push(format!("({number}, {}, 0, {due}, {due})", if number % 50 == 0 { workers[1] } else { workers[0] }));
        let block = search::block(id);
        let of = ["ленина".to_owned(), format!("слово{}", number % 500), format!("495000{:04}", number % 300)];
        words.extend(of.map(|word| format!("({block}, '{word}', {id})")));
    }
    let columns = "id, number, status, open, customer_id, service_id, address, district, entrance, floor, flat, intercom, zone, description, requirements, priority, source, created_ms, status_ms, reason, due_ms, version";
    insert(&format!("orders ({columns})"), &orders).await;
    insert(
        "visits (id, order_id, status, lead_id, starts_ms, ends_ms, note, reason, reason_code, override_reason, created_ms, version)",
        &visits,
    )
    .await;
    insert("visit_workers (visit_id, worker_id, live, starts_ms, ends_ms)", &crews).await;
    insert("order_words (block, word, order_id)", &words).await;
    let analyze = app.db.engine().pick("ANALYZE", "ANALYZE TABLE orders, visits, visit_workers, order_words, customers");
    app.db.read().execute_unprepared(analyze).await.unwrap();
}

/// The lines of a plan that read a whole big table.
fn whole_tables(plan: &[String]) -> Vec<String> {
    let big = ["orders", "visits", "c", "visit_workers", "order_words", "v", "vw", "fv", "fw", "kw", "kv"];
    let is_whole = |line: &&String| {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            // SQLite: going along an index in its order is no scan of the table, as the page ends it early.
            ["SCAN", table, rest @ ..] => big.contains(table) && !rest.contains(&"USING"),
            ["SCAN", ..] => false,
            [table, kind, ..] => big.contains(table) && *kind == "ALL",
            _ => false,
        }
    };
    plan.iter().filter(is_whole).cloned().collect()
}

fn actor(who: Who) -> Actor {
    Actor { who, ..Actor::system("plans") }
}

db_test!(lists_and_search_go_along_indexes, |app| {
    seed(&app).await;
    let People { olga, rustam, .. } = app.people();
    let office = actor(Who::Dispatcher);
    let due = |filter: Filter| Filter { sort: Some(Sort::Due), ..filter };
    let filters = [
        ("all, by date", &office, due(Filter::default())),
        ("open, by date", &office, due(Filter { open: true, ..Filter::default() })),
        ("attention", &office, due(Filter { attention: true, ..Filter::default() })),
        ("unassigned", &office, due(Filter { unassigned: true, ..Filter::default() })),
        ("overdue", &office, due(Filter { overdue: true, ..Filter::default() })),
        ("one state", &office, due(Filter { statuses: vec![OrderStatus::Confirmed], ..Filter::default() })),
        ("two states", &office, due(Filter { statuses: vec![OrderStatus::Confirmed, OrderStatus::Scheduled], ..Filter::default() })),
        ("one customer", &office, Filter { customer_id: Some(CustomerId(olga.customer_id)), ..Filter::default() }),
        ("one worker", &office, due(Filter { worker_id: Some(WorkerId(rustam.worker_id)), ..Filter::default() })),
        ("a week", &office, due(Filter { from_ms: Some(NOW - 7 * DAY), to_ms: Some(NOW), ..Filter::default() })),
        ("a word", &office, Filter { q: "слово7".into(), ..Filter::default() }),
        ("two words", &office, Filter { q: "слово7 Ленина".into(), ..Filter::default() }),
        ("a word that all have, by date", &office, due(Filter { q: "Ленина".into(), open: true, ..Filter::default() })),
        ("a fragment of a phone", &office, Filter { q: "5000012".into(), ..Filter::default() }),
        ("a number", &office, Filter { q: "26-000123".into(), ..Filter::default() }),
        ("a customer's own", &actor(Who::Customer(CustomerId(olga.customer_id))), Filter::default()),
        ("a worker's own", &actor(Who::Contractor(WorkerId(rustam.worker_id))), Filter::default()),
    ];
    let mut scans = vec![];
    for (name, who, filter) in &filters {
        let sought = filter.sought(&app).await.unwrap();
        let (select, values) = list_sql(app.db.engine(), who, filter, &sought, 51, NOW).unwrap();
        for line in whole_tables(&app.plan(&select.text(app.db.engine()), values).await) {
            scans.push(format!("{name}: {line}"));
        }
    }
    assert_eq!(scans, Vec::<String>::new());
    // All orders, newest first: along the primary key, which SQLite calls a scan; nothing is sorted.
    let (select, values) = list_sql(app.db.engine(), &office, &Filter::default(), &Sought::Anything, 51, NOW).unwrap();
    let newest = app.plan(&select.text(app.db.engine()), values).await.join("\n");
    assert!(!newest.contains("TEMP B-TREE") && !newest.contains("filesort") && !newest.contains("ALL"), "{newest}");
    // The closed ones are most of all orders: they must not be sorted either.
    let closed = Filter { statuses: vec![OrderStatus::Completed], ..Filter::default() };
    let (select, values) = list_sql(app.db.engine(), &office, &closed, &Sought::Anything, 51, NOW).unwrap();
    let newest = app.plan(&select.text(app.db.engine()), values).await.join("\n");
    assert!(!newest.contains("TEMP B-TREE") && !newest.contains("filesort"), "{newest}");
    // By date, each along the index that has it in order.
    for (filter, index) in [
        (Filter { open: true, ..Filter::default() }, "ix_orders_open_due_ms_id"),
        (Filter { statuses: vec![OrderStatus::Completed], ..Filter::default() }, "ix_orders_status_due_ms_id"),
        (Filter::default(), "ix_orders_due_ms_id"),
    ] {
        let (select, values) = list_sql(app.db.engine(), &office, &due(filter), &Sought::Anything, 51, NOW).unwrap();
        let plan = app.plan(&select.text(app.db.engine()), values).await.join("\n");
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE") && !plan.contains("filesort"), "{plan}");
    }
    // A question that no index answers is found.
    let planted = app.plan("SELECT id FROM orders WHERE description LIKE ?", vec!["%окно%".into()]).await;
    assert_eq!(whole_tables(&planted).len(), 1, "{planted:?}");
});

db_test!(the_sums_are_added_up_from_an_index_alone, |app| {
    seed(&app).await;
    let engine = app.db.engine();
    let covered = |plan: &[String]| plan.iter().any(|line| line.contains(engine.pick("COVERING INDEX", "Using index")));
    let (text, values) = tally::sums_sql(engine, &actor(Who::Dispatcher), (NOW, NOW + DAY), NOW);
    let sums = app.plan(&text, values).await;
    assert!(covered(&sums), "{sums:?}");
    // A sum over what the index lacks is found.
    let planted = app.plan("SELECT COUNT(description), MAX(address) FROM orders WHERE open = 1", vec![]).await;
    assert!(!covered(&planted), "{planted:?}");
});

db_test!(a_list_is_one_statement_however_long_and_a_search_two, |app| {
    seed(&app).await;
    let People { dispatcher, olga, .. } = app.people();
    for (person, path, expected) in [
        (&dispatcher, "/api/v1/orders?limit=200", 1),
        (&dispatcher, "/api/v1/orders?q=%D0%BB%D0%B5%D0%BD%D0%B8%D0%BD%D0%B0", 2),
        (&olga, "/api/v1/orders", 1),
    ] {
        let (answer, statements) = app.counted(person.get(path)).await;
        assert!(!answer.expect(200).ids().is_empty());
        assert_eq!(statements, 1 + expected, "after that of the session: {path}");
    }
});

db_test!(a_search_looks_through_the_newest_orders_first, |app| {
    seed(&app).await;
    let dispatcher = app.people().dispatcher;
    let find = async |query: &str| {
        let (answer, statements) = app.counted(dispatcher.get(&format!("/api/v1/orders?{query}"))).await;
        let next = answer.json()["next_cursor"].as_str().map(str::to_owned);
        (answer.expect(200).ids(), statements - 1, next)
    };
    let newest_first = |wanted: &dyn Fn(i64) -> bool| (1..=ORDERS).rev().filter(|n| wanted(*n)).map(|n| n * STEP).collect::<Vec<_>>();
    // Every order has the first word, eight have the second.
    let (street, word) = ("%D0%9B%D0%B5%D0%BD%D0%B8%D0%BD%D0%B0", "%D1%81%D0%BB%D0%BE%D0%B2%D0%BE77");
    let (everything, eight) = (newest_first(&|_| true), newest_first(&|number| number % 500 == 77));

    let (found, statements, _) = find(&format!("limit=200&q={street}")).await;
    assert_eq!((found.as_slice(), statements), (&everything[..200], 2), "the newest part has enough");
    let (found, statements, _) = find(&format!("limit=200&q={word}")).await;
    assert_eq!((found, statements), (eight.clone(), 4), "all three parts are looked through");
    assert_eq!(find(&format!("limit=200&q={street}%20{word}")).await.0, eight);
    assert_eq!(find(&format!("limit=200&sort=due&q={word}")).await.0.len(), eight.len());
    let open = newest_first(&|number| number % 500 == 77 && matches!(number % 10, 0 | 1));
    assert_eq!(find(&format!("limit=200&open=true&q={word}")).await.0, open);

    // Page after page, across the borders of the parts, nothing is left out and nothing comes twice.
    let (mut seen, mut cursor) = (vec![], String::new());
    loop {
        let (found, _, next) = find(&format!("limit=150&q={street}{cursor}")).await;
        seen.extend(found);
        let Some(next) = next else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, everything);
});

db_test!(pages_follow_each_other_without_gaps, |app| {
    seed(&app).await;
    let dispatcher = app.people().dispatcher;
    for sort in ["new", "due"] {
        let mut seen = vec![];
        let mut cursor = String::new();
        for _ in 0..5 {
            let answer = dispatcher.get(&format!("/api/v1/orders?limit=7&sort={sort}{cursor}")).await.expect(200);
            seen.extend(answer.ids());
            cursor = format!("&cursor={}", answer.json()["next_cursor"].as_str().unwrap());
        }
        let all = dispatcher.get(&format!("/api/v1/orders?limit=35&sort={sort}")).await.ids();
        assert_eq!(seen, all, "{sort}");
        assert!(dispatcher.get(&format!("/api/v1/orders?limit=7&sort={sort}&status=new")).await.json()["next_cursor"].is_null());
    }
    dispatcher.get("/api/v1/orders?sort=due&cursor=NQ").await.expect(422);
});

db_test!(a_list_takes_each_column_for_what_it_is, |app| {
    let People { ivan, .. } = app.people();
    let (id, _) = app.visit().of(&ivan).accepted().make().await;
    let columns = ["address", "district", "entrance", "floor", "flat", "intercom", "description", "requirements", "reason"];
    let numbers = ["lat", "lon", "desired_from_ms", "desired_to_ms", "price_minor", "completed_ms", "wake_ms", "problem_ms", "status_ms"];
    let texts = columns.iter().map(|name| format!("{name} = '{name}'"));
    let numbers = numbers.iter().enumerate().map(|(place, name)| format!("{name} = {}", place + 1));
    let set = texts.chain(numbers).collect::<Vec<_>>().join(", ");
    app.execute(&format!("UPDATE orders SET {set}, held_status = 'confirmed', problem = 'not_done' WHERE id = ?"), [id.into()]).await;
    let office = actor(Who::Dispatcher);
    let listed = query::show(&app, &office, OrderId(id)).await.unwrap();
    assert_eq!(listed.order, query::find(app.db.read(), &office, OrderId(id)).await.unwrap());
    let visits = app.rows(&format!("SELECT starts_ms, ends_ms FROM visits WHERE order_id = {id}")).await;
    let [starts, ends]: [i64; 2] = [0, 1].map(|place| visits[0].try_get_by_index(place).unwrap());
    assert_eq!(
        (listed.visit_starts_ms, listed.visit_ends_ms, listed.visit_status),
        (Some(starts), Some(ends), Some(VisitStatus::Accepted))
    );
    assert_eq!((listed.lead_user_id, listed.lead_name.as_deref()), (Some(UserId(ivan.user_id)), Some("Иван Петров")));
    assert!(listed.known && !listed.service_name.is_empty() && !listed.customer_name.is_empty());
});
