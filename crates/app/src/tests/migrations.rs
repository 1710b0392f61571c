//! Migrations run over rows that are there already, both engines end with the same tables, and the entities fit them.
//!
//! A new migration needs an entry in [`samples`]: rows for the tables it makes or changes, as they stand after it. The
//! next migration is then run over them.

use crate::{schema::MIGRATIONS, testkit::*};
use regex::Regex;
use sea_orm::ConnectionTrait;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use store::{Engine, Migration};

/// Rows that stand after a migration, one for each table it made at least, in an order that references allow.
pub(super) fn samples(migration: &str) -> &'static [&'static str] {
    match migration {
        "0001_begin" => &[
            "INSERT INTO users (id, role, name, name_folded, login, phone, email, password_hash, language, theme, created_ms) \
             VALUES (1, 'customer', 'Ольга', 'ольга', 'olga', '+79160000005', 'o@a.ru', 'x', 'ru', '', 0), \
             (2, 'specialist', 'Иван', 'иван', NULL, NULL, NULL, NULL, 'ru', 'dark', 0)",
            "INSERT INTO sessions (id, user_id, created_ms, used_ms, expires_ms, address, device) VALUES (1, 1, 0, 0, 9, '::1', 'x')",
            "INSERT INTO refresh_tokens (session_id, hash, created_ms) VALUES (1, 'a', 0)",
            "INSERT INTO one_time_links (kind, hash, user_id, created_ms, expires_ms) VALUES ('reset', 'a', 1, 0, 9)",
            "INSERT INTO consents (user_id, text_version, text, given_ms, address) VALUES (1, 1, 'Согласие', 0, '::1')",
            "INSERT INTO audit (at_ms, user_id, who, deed, object_kind, object_id, detail, address) VALUES (0, 1, 'Ольга', 'x', 'user', 1, '', '')",
            "INSERT INTO customers (id, kind, name, name_folded, phone, note, user_id, created_ms) VALUES (1, 'person', 'Ольга', 'ольга', '+79160000005', '', 1, 0)",
            "INSERT INTO customer_terms (term, customer_id) VALUES ('ольга', 1)",
            "INSERT INTO workers (id, user_id, kind, zones, hours, note, active) VALUES (1, 2, 'specialist', '', '', '', 1)",
            "INSERT INTO skills (id, name, name_folded) VALUES (1, 'Окна', 'окна')",
            "INSERT INTO worker_skills (worker_id, skill_id) VALUES (1, 1)",
            "INSERT INTO services (id, name, name_folded, duration_minutes, checklist, photos_before, photos_after, signature_required, active) \
             VALUES (1, 'Окно', 'окно', 60, '[]', 0, 0, 0, 1)",
            "INSERT INTO service_skills (service_id, skill_id) VALUES (1, 1)",
            "INSERT INTO orders (id, number, status, open, customer_id, service_id, address, district, entrance, floor, flat, intercom, lat, lon, zone, \
             description, requirements, priority, source, created_ms, status_ms, reason, due_ms) VALUES (1, '26-000001', 'scheduled', 1, 1, 1, 'Ленина, 5', \
             '', '', '', '', '', 55.75, 37.62, 'Europe/Moscow', 'Окно 👷', '', 'normal', 'phone', 0, 0, '', 5)",
            "INSERT INTO order_terms (term, order_id) VALUES ('окно', 1)",
            "INSERT INTO order_numbers (year, last) VALUES (2026, 1)",
            "INSERT INTO order_links (order_id, hash, created_ms) VALUES (1, 'a', 0)",
            "INSERT INTO saved_views (user_id, name, query, created_ms) VALUES (1, 'Мои', 'open=1', 0)",
            "INSERT INTO visits (id, order_id, status, lead_id, starts_ms, ends_ms, note, reason, reason_code, override_reason, created_ms) \
             VALUES (1, 1, 'offered', 1, 5, 9, '', '', '', '', 0)",
            "INSERT INTO visit_workers (visit_id, worker_id, live, starts_ms, ends_ms) VALUES (1, 1, 1, 5, 9)",
            "INSERT INTO events (order_id, visit_id, at_ms, user_id, who, role, kind, audience, detail) VALUES (1, 1, 0, 1, 'Ольга', 'customer', 'order.created', 'staff', '{}')",
            "INSERT INTO reports (visit_id, body, checklist, signed_by, updated_ms) VALUES (1, 'Готово', '[]', '', 0)",
            "INSERT INTO files (order_id, visit_id, kind, audience, name, media_type, bytes, sha256, stored_key, created_ms) \
             VALUES (1, 1, 'before', 'worker', 'a.jpg', 'image/jpeg', 1, '', '', 0)",
            "INSERT INTO messages (order_id, visit_id, audience, user_id, who, role, body, created_ms) VALUES (1, NULL, 'customer', 1, 'Ольга', 'customer', 'Ждём', 0)",
            "INSERT INTO message_reads (user_id, order_id, audience, last_id) VALUES (1, 1, 'customer', 1)",
            "INSERT INTO reviews (order_id, stars, body, user_id, created_ms, updated_ms) VALUES (1, 5, 'Спасибо', 1, 0, 0)",
            "INSERT INTO commands (who, command_key, fingerprint, created_ms, status, answer) VALUES ('user-1', 'k', 'f', 0, 0, '{}')",
            "INSERT INTO outbox (topic, payload, created_ms, not_before_ms, last_error) VALUES ('order.created', '{\"event_id\":1}', 0, 0, '')",
            "INSERT INTO ways (user_id, channel, address, name, state, linked_ms) VALUES (1, 'telegram', '77', 'anna', 'alive', 0)",
            "INSERT INTO notifications (event_id, order_id, user_id, channel, wording, text, state, not_before_ms, answer, created_ms) \
                VALUES (1, 1, 1, 'telegram', 'notify-office-new', 'Новый заказ', 'sent', 0, '5', 0)",
        ],
        "0002_leases" => &["INSERT INTO leases (name, holder, until_ms) VALUES ('telegram', 'crm1 127.0.0.1:8067', 5)"],
        "0005_chats" => &[
            "INSERT INTO chats (order_id, audience, last_id) VALUES (1, 'internal', 1)",
            "INSERT INTO chat_messages (chat_id, user_id, who, role, body, created_ms) VALUES (1, 2, 'Анна', 'dispatcher', 'Ждём', 0)",
            "INSERT INTO chat_reads (user_id, chat_id, last_id) VALUES (2, 1, 1)",
            "INSERT INTO chat_message_versions (message_id, body, until_ms, user_id) VALUES (1, 'Ждём вас', 7, 1)",
            "INSERT INTO message_words (block, word, message_id) VALUES (0, 'ждем', 1)",
            "INSERT INTO quick_replies (audience, body, place) VALUES ('customer', 'Будем через 20 минут', 1)",
        ],
        "0006_chat_files" => &[
            "INSERT INTO files (message_id, kind, audience, name, media_type, bytes, sha256, stored_key, created_ms) \
             VALUES (1, 'other', 'staff', 'б.jpg', 'image/jpeg', 1, '', '', 0)",
            "INSERT INTO chat_mentions (message_id, user_id, chat_id, name) VALUES (1, 2, 1, 'Иван')",
        ],
        "0007_ways_out" => &[
            "INSERT INTO dead_addresses (channel, address, since_ms, why) VALUES ('sms', '+79160000005', 0, 'x')",
            "INSERT INTO push_devices (user_id, subscription, digest, device, created_ms) VALUES (1, '{}', 'd', 'Firefox', 0)",
            "INSERT INTO notice_rules (side, kind, channels, must_reach, wait_minutes) VALUES ('customer', 'visits', 'max,sms', 1, 15)",
            "INSERT INTO notice_choices (user_id, kind, channels) VALUES (1, 'visits', 'sms')",
            "INSERT INTO quiet_hours (user_id, from_minute, to_minute) VALUES (1, 1320, 480)",
            "INSERT INTO notice_texts (wording, channel, language, body) VALUES ('customer-late', 'sms', 'ru', 'Опаздываем')",
            "INSERT INTO notice_marks (what, at_ms) VALUES ('late 1 5', 0)",
            "INSERT INTO arrivals (channel, arrival_key, chat, body, came_ms) VALUES ('telegram', '1', '77', '{}', 0)",
            "INSERT INTO bot_talks (channel, chat, step, changed_ms) VALUES ('telegram', '77', '\"Nothing\"', 0)",
        ],
        "0008_devices_of_sessions" => &[
            "INSERT INTO push_devices (user_id, subscription, digest, device, created_ms, session_id) VALUES (1, '{}', 'e', 'Chrome', 0, 1)",
        ],
        "0009_provider_pauses" => &["INSERT INTO provider_pauses (channel, until_ms) VALUES ('telegram', 0)"],
        "0010_pauses" => &["INSERT INTO pauses (provider, until_ms) VALUES ('push.example', 0)"],
        "0011_chats_of_visits" => {
            &["INSERT INTO chats (place, order_id, visit_id, audience, last_id) VALUES ('visit-1-worker', 1, 1, 'worker', 0)"]
        }
        "0013_returned_letters" => &[
            "INSERT INTO deliveries (turn, wording, channel, person, thread, facts, rest, state, provider_id, answer, created_ms, address_mark, returned_ms) \
             VALUES (7, 'customer-late', 'email', 'c1', 0, '{}', '', 'dead', '', '5.1.1', 0, 'x', 5)",
        ],
        "0012_troubles" => &["INSERT INTO troubles (channel, direction, since_ms, why) VALUES ('telegram', 'out', 0, 'no connection')"],
        "0015_talks" => &["INSERT INTO talks (channel, chat, step, waiting, changed_ms) VALUES ('telegram', '78', '\"Nothing\"', '{}', 0)"],
        "0016_own_zones" => &["INSERT INTO users (role, name, name_folded, login, language, theme, created_ms, zone) \
             VALUES ('specialist', 'Пётр', 'петр', 'pyotr', 'ru', '', 0, 'Asia/Omsk')"],
        "0017_settled_before" => &[
            "INSERT INTO chats (place, order_id, audience, last_id, settled_id, settled_before) VALUES ('order-1-customer', 1, 'customer', 1, 1, 0)",
        ],
        "0019_sign_outs" => &[
            "UPDATE users SET sign_outs = 1 WHERE id = 1",
            "INSERT INTO ways (user_id, channel, address, name, state, linked_ms, sign_outs) VALUES (1, 'max', '78', 'anna', 'alive', 0, 1)",
        ],
        _ => &[],
    }
}

/// Rows that every database has without samples.
const MADE_AT_THE_START: [&str; 2] = ["company", "schema_migrations"];

pub(super) async fn tables(app: &TestApp) -> Vec<String> {
    let query = app.db.engine().pick("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", "SHOW TABLES");
    let mut names: Vec<String> = app.rows(query).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    names.sort();
    names
}

pub(super) async fn counts(app: &TestApp) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for table in tables(app).await {
        let count = app.number(&format!("SELECT COUNT(*) FROM {table}")).await;
        counts.insert(table, count);
    }
    counts
}

/// The table that took over the rows of one that is gone.
pub(super) fn successor(table: &str) -> &str {
    match table {
        "order_terms" => "order_words",
        "messages" => "chat_messages",
        "message_reads" => "chat_reads",
        "notifications" => "deliveries",
        "provider_pauses" => "pauses",
        "bot_talks" => "talks",
        other => other,
    }
}

/// Runs each migration over the rows of those before it; gives the tables that stayed without a sample row.
async fn grow(app: &TestApp, migrations: &[Migration]) -> Vec<String> {
    for known in 1..=migrations.len() {
        let before = if known == 1 { BTreeMap::new() } else { counts(app).await };
        store::migrate(&app.db, &migrations[..known]).await.unwrap();
        let after = counts(app).await;
        for (table, rows) in before.into_iter().filter(|(table, _)| table != "schema_migrations") {
            let after = after.get(&table).or_else(|| after.get(successor(&table)));
            assert_eq!(after, Some(&rows), "{} keeps the rows of {table}", migrations[known - 1].name);
        }
        for sql in samples(migrations[known - 1].name) {
            app.execute(sql, []).await;
        }
    }
    let bare = counts(app).await.into_iter().filter(|(table, rows)| *rows == 0 && !MADE_AT_THE_START.contains(&table.as_str()));
    bare.map(|(table, _)| table).collect()
}

/// Takes all tables away, so that migrating begins at the beginning.
pub(super) async fn empty(app: &TestApp) {
    let mut sql = app.db.engine().pick("PRAGMA defer_foreign_keys = ON;", "SET foreign_key_checks = 0;").to_owned();
    for table in tables(app).await {
        sql.push_str(&format!("DROP TABLE {table};"));
    }
    sql.push_str(app.db.engine().pick("", "SET foreign_key_checks = 1"));
    app.db.write(async |tx| tx.conn().execute_unprepared(&sql).await.map(drop)).await.unwrap();
}

db_test!(each_migration_runs_over_the_rows_before_it, bare, |app| {
    empty(&app).await;
    assert_eq!(grow(&app, MIGRATIONS).await, Vec::<String>::new(), "these tables have no sample row");
    assert_eq!(store::migrate(&app.db, MIGRATIONS).await.unwrap(), Vec::<&str>::new(), "twice is harmless");
    let restarted = app.restarted().await;
    let before = counts(&app).await;
    assert_eq!(store::migrate(&restarted.db, MIGRATIONS).await.unwrap(), Vec::<&str>::new());
    assert_eq!(counts(&app).await, before);
    // The rows can be read by the code as it now is.
    assert_eq!(app.number("SELECT COUNT(*) FROM orders WHERE description = 'Окно 👷'").await, 1);

    // A migration that forgets its rows is found: a planted table stays bare.
    let planted = Migration { name: "9999_plant", statements: |_| vec!["CREATE TABLE plants (id BIGINT NOT NULL PRIMARY KEY)".into()] };
    store::migrate(&app.db, &[planted]).await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM plants").await, 0);
    assert!(tables(&app).await.contains(&"plants".to_owned()));
});

/// A table as both engines tell it: `column nullable`, `unique a,b`, `index a,b`, `key a,b`.
pub(super) type Shape = BTreeMap<String, BTreeSet<String>>;

pub(super) async fn shape(app: &TestApp) -> Shape {
    let mut shape = Shape::new();
    for table in tables(app).await {
        let lines = match app.db.engine() {
            Engine::Sqlite => sqlite_shape(app, &table).await,
            Engine::MariaDb => mariadb_shape(app, &table).await,
        };
        shape.insert(table, lines);
    }
    shape
}

async fn sqlite_shape(app: &TestApp, table: &str) -> BTreeSet<String> {
    let (mut lines, mut key) = (BTreeSet::new(), BTreeMap::new());
    for row in app.rows(&format!("PRAGMA table_info({table})")).await {
        let name: String = row.try_get("", "name").unwrap();
        let place: i64 = row.try_get("", "pk").unwrap();
        let required = row.try_get::<i64>("", "notnull").unwrap() == 1 || place > 0;
        lines.insert(format!("column {name} {}", if required { "required" } else { "nullable" }));
        if place > 0 {
            key.insert(place, name);
        }
    }
    lines.insert(format!("key {}", key.into_values().collect::<Vec<_>>().join(",")));
    for row in app.rows(&format!("PRAGMA index_list({table})")).await {
        let name: String = row.try_get("", "name").unwrap();
        let kind = if row.try_get::<i64>("", "unique").unwrap() == 1 { "unique" } else { "index" };
        if row.try_get::<String>("", "origin").unwrap() == "c" {
            let columns = app.rows(&format!("PRAGMA index_info({name})")).await;
            let columns: Vec<String> = columns.iter().map(|row| row.try_get("", "name").unwrap()).collect();
            lines.insert(format!("{kind} {}", columns.join(",")));
        }
    }
    for row in app.rows(&format!("PRAGMA foreign_key_list({table})")).await {
        lines.insert(format!("refers {} {}", row.try_get::<String>("", "from").unwrap(), row.try_get::<String>("", "table").unwrap()));
    }
    lines
}

async fn mariadb_shape(app: &TestApp, table: &str) -> BTreeSet<String> {
    let text = |row: &sea_orm::QueryResult, n: usize| row.try_get_by_index::<String>(n).unwrap();
    let mut lines = BTreeSet::new();
    let columns = format!(
        "SELECT column_name, is_nullable FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '{table}'"
    );
    for row in app.rows(&columns).await {
        lines.insert(format!("column {} {}", text(&row, 0), if text(&row, 1) == "YES" { "nullable" } else { "required" }));
    }
    let indexes = format!(
        "SELECT index_name, CAST(MAX(non_unique) AS CHAR), GROUP_CONCAT(column_name ORDER BY seq_in_index) FROM information_schema.statistics \
         WHERE table_schema = DATABASE() AND table_name = '{table}' GROUP BY index_name"
    );
    for row in app.rows(&indexes).await {
        let name = text(&row, 0);
        // MariaDB makes an index of its own for each reference; SQLite needs none.
        if !name.starts_with("fk_") {
            let kind = if name == "PRIMARY" {
                "key"
            } else if text(&row, 1) == "0" {
                "unique"
            } else {
                "index"
            };
            lines.insert(format!("{kind} {}", text(&row, 2)));
        }
    }
    let references = format!(
        "SELECT column_name, referenced_table_name FROM information_schema.key_column_usage \
         WHERE table_schema = DATABASE() AND table_name = '{table}' AND referenced_table_name IS NOT NULL"
    );
    for row in app.rows(&references).await {
        lines.insert(format!("refers {} {}", text(&row, 0), text(&row, 1)));
    }
    lines
}

/// Both engines are compared with one table that is checked in, and so with each other.
fn told(shape: &Shape) -> String {
    let mut text = String::from("Tables, columns, keys, indexes and references, the same on both engines.\n");
    for (table, lines) in shape {
        text.push_str(&format!("\n{table}\n"));
        for line in lines {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text
}

db_test!(both_engines_end_with_the_same_schema, bare, |app| {
    let shape = shape(&app).await;
    golden("tests/schema.txt", &told(&shape));
    // A planted difference is told.
    app.execute(app.db.engine().pick("DROP INDEX ix_orders_created_ms", "DROP INDEX ix_orders_created_ms ON orders"), []).await;
    let planted = self::shape(&app).await;
    assert_ne!(told(&planted), told(&shape));
});

/// The entities in the sources of all crates: table, and each column with whether it may be null.
fn entities() -> BTreeMap<String, BTreeSet<String>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = BTreeMap::new();
    let mut folders = vec![crates.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && path.file_name().is_some_and(|n| n != "migrations.rs") {
                found.extend(entities_of(&fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

fn entities_of(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let entity = Regex::new(r#"table_name = "(\w+)"\)\]\s*pub struct Model \{([^}]*)\}"#).unwrap();
    let field = Regex::new(r"pub (\w+): ([^\n]+),").unwrap();
    let column = |c: regex::Captures| format!("column {} {}", &c[1], if c[2].starts_with("Option<") { "nullable" } else { "required" });
    entity.captures_iter(text).map(|e| (e[1].to_owned(), field.captures_iter(&e[2]).map(column).collect())).collect()
}

/// Columns that only one of the two knows.
fn unlike(entities: &BTreeMap<String, BTreeSet<String>>, shape: &Shape) -> Vec<String> {
    let mut unlike = vec![];
    for (table, columns) in entities {
        let known: BTreeSet<String> = shape.get(table).into_iter().flatten().filter(|line| line.starts_with("column ")).cloned().collect();
        unlike.extend(columns.difference(&known).map(|column| format!("{table}: only the entity has {column}")));
        unlike.extend(known.difference(columns).map(|column| format!("{table}: only the table has {column}")));
    }
    unlike
}

db_test!(the_entities_fit_the_tables, bare, |app| {
    let (mut entities, shape) = (entities(), shape(&app).await);
    assert!(entities.len() >= 20, "the entities were found: {:?}", entities.keys());
    assert_eq!(unlike(&entities, &shape), Vec::<String>::new());
    entities.get_mut("orders").unwrap().insert("column plant nullable".into());
    entities.get_mut("visits").unwrap().remove("column status required");
    assert_eq!(unlike(&entities, &shape).len(), 2, "planted differences are found");
});

db_test!(the_engines_refuse_alike, bare, |app| {
    let refused = async |sql: &str| app.db.write(async |tx| tx.conn().execute_unprepared(sql).await.map(drop)).await.is_err();
    let skill = |name: &str| format!("INSERT INTO skills (name, name_folded) VALUES ('{name}', 'x')");
    assert!(refused(&skill(&"я".repeat(101))).await, "a text that is too long");
    assert!(!refused(&skill(&"я".repeat(100))).await);
    assert!(refused(&skill("б")).await, "the same unique value again");
    assert!(refused("INSERT INTO worker_skills (worker_id, skill_id) VALUES (77, 1)").await, "a reference to nothing");
    assert!(refused("INSERT INTO skills (name) VALUES ('а')").await, "a missing value");
    for name in ["А", "а", "а "] {
        app.execute("INSERT INTO skills (name, name_folded) VALUES (?, ?)", [name.into(), name.into()]).await;
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM skills WHERE name = 'а'").await, 1, "case and spaces count");
});

db_test!(each_crew_keeps_the_lines_that_were_meant_for_it, bare, |app| {
    empty(&app).await;
    let at = MIGRATIONS.iter().position(|migration| migration.name == "0011_chats_of_visits").unwrap();
    grow(&app, &MIGRATIONS[..at]).await;
    for sql in [
        "INSERT INTO visits (id, order_id, status, lead_id, starts_ms, ends_ms, note, reason, reason_code, override_reason, created_ms) \
         VALUES (2, 1, 'offered', 1, 5, 9, '', '', '', '', 0)",
        "INSERT INTO chats (id, order_id, audience, last_id, waiting_ms, taken_by) VALUES (50, 1, 'worker', 103, 7, 2)",
        "INSERT INTO chat_messages (id, chat_id, visit_id, user_id, who, role, body, created_ms) VALUES (100, 50, 1, 1, 'А', 'dispatcher', 'Первым', 1), \
         (101, 50, 1, 2, 'И', 'specialist', 'Где ключи?', 3), (102, 50, 2, 1, 'А', 'dispatcher', 'Вторым', 5), (103, 50, 2, 2, 'Т', 'contractor', 'Еду', 7), \
         (104, 50, 2, 1, 'А', 'dispatcher', 'Ждём', 8)",
        "UPDATE chats SET last_id = 104 WHERE id = 50",
        "INSERT INTO chat_reads (user_id, chat_id, last_id) VALUES (1, 50, 102)",
        "INSERT INTO chat_mentions (message_id, user_id, chat_id, name) VALUES (101, 1, 50, 'А')",
    ] {
        app.execute(sql, []).await;
    }
    store::migrate(&app.db, MIGRATIONS).await.unwrap();
    let number = async |sql: &str| app.number(sql).await;
    let [first, second] = [
        number("SELECT id FROM chats WHERE place = 'visit-1-worker'").await,
        number("SELECT id FROM chats WHERE place = 'visit-2-worker'").await,
    ];
    for (chat, lines, last, read) in [(first, 2, 101, 101), (second, 3, 104, 102)] {
        assert_eq!(number(&format!("SELECT COUNT(*) FROM chat_messages WHERE chat_id = {chat}")).await, lines);
        assert_eq!(number(&format!("SELECT last_id FROM chats WHERE id = {chat} AND order_id = 1")).await, last);
        assert_eq!(number(&format!("SELECT last_id FROM chat_reads WHERE chat_id = {chat}")).await, read);
    }
    // One crew waits as long as before, the other was answered.
    assert_eq!(number(&format!("SELECT waiting_ms + taken_by FROM chats WHERE id = {first}")).await, 5);
    assert_eq!(number(&format!("SELECT COUNT(*) FROM chats WHERE id = {second} AND waiting_ms IS NULL AND taken_by IS NULL")).await, 1);
    assert_eq!(number("SELECT chat_id FROM chat_mentions WHERE message_id = 101").await, first);
    assert_eq!(number("SELECT COUNT(*) FROM chats WHERE id = 50").await, 0);
    assert_eq!(number("SELECT COUNT(*) FROM chats WHERE place = '1-internal'").await, 1);
});
