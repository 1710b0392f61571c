//! The tables, as a list of migrations that only grows.

use store::{
    Migration,
    columns::{add_column, create_index, drop_index, flag, id, instant, money, real, reference, table, text, whole},
};

/// Every migration, oldest first.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_begin", statements: begin },
    Migration { name: "0002_leases", statements: leases },
    Migration { name: "0003_sums_of_open_orders", statements: sums_of_open_orders },
    Migration { name: "0004_words_by_blocks", statements: words_by_blocks },
    Migration { name: "0005_chats", statements: chats },
    Migration { name: "0006_chat_files", statements: chat_files },
    Migration { name: "0007_ways_out", statements: ways_out },
    Migration { name: "0008_devices_of_sessions", statements: devices_of_sessions },
    Migration { name: "0009_provider_pauses", statements: provider_pauses },
    Migration { name: "0010_pauses", statements: pauses },
    Migration { name: "0011_chats_of_visits", statements: chats_of_visits },
    Migration { name: "0012_troubles", statements: troubles },
    Migration { name: "0013_returned_letters", statements: returned_letters },
    Migration { name: "0015_talks", statements: talks },
    Migration { name: "0016_own_zones", statements: own_zones },
    Migration { name: "0017_settled_before", statements: settled_before },
    Migration { name: "0018_log_by_day", statements: log_by_day },
    Migration { name: "0019_sign_outs", statements: sign_outs },
];

/// Tables in the order of creation: a table stands after those it refers to.
fn begin(engine: store::Engine) -> Vec<String> {
    let tables = [people(), catalogue(), orders(), visits(), papers(), machinery()];
    tables.into_iter().flatten().flat_map(|table| table.create(engine)).collect()
}

/// What the bot waits for in each conversation, and what was sent there and has no place yet: ten pictures of MAX are ten long addresses.
fn talks(engine: store::Engine) -> Vec<String> {
    let columns = [text("channel", 16), text("chat", 64), text("step", 16_000), text("waiting", 200_000), instant("changed_ms")];
    let talks = table("talks", columns).primary(&["channel", "chat"]).create(engine);
    let keep = [
        "INSERT INTO talks (channel, chat, step, waiting, changed_ms) SELECT channel, chat, step, '{}', changed_ms FROM bot_talks",
        "DROP TABLE bot_talks",
    ];
    talks.into_iter().chain(keep.map(str::to_owned)).collect()
}

/// The zone in which a person's day goes, where it is not the company's.
fn own_zones(engine: store::Engine) -> Vec<String> {
    vec![add_column("users", &text("zone", 64).null(), engine)]
}

/// Up to which message a chat was settled before it was said to need no answer: that may be taken back.
fn settled_before(engine: store::Engine) -> Vec<String> {
    vec![add_column("chats", &whole("settled_before").default(0), engine)]
}

/// How often a person was signed out everywhere, and how often before a messenger was linked: it counts while both are the same.
fn sign_outs(engine: store::Engine) -> Vec<String> {
    let counted = ["users", "ways"].map(|table| add_column(table, &whole("sign_outs").default(0), engine));
    counted.into_iter().chain(["UPDATE users SET sign_outs = 1 WHERE blocked_ms IS NOT NULL".to_owned()]).collect()
}

/// In which session a browser was let in that shows messages.
fn devices_of_sessions(engine: store::Engine) -> Vec<String> {
    vec![add_column("push_devices", &whole("session_id").null(), engine)]
}

/// Until when a provider has asked to be left alone.
fn provider_pauses(engine: store::Engine) -> Vec<String> {
    table("provider_pauses", [text("channel", 16), instant("until_ms")]).primary(&["channel"]).create(engine)
}

/// A channel may have many providers, each of which has pauses of its own.
fn pauses(engine: store::Engine) -> Vec<String> {
    let pauses = table("pauses", [text("provider", 255), instant("until_ms")]).primary(&["provider"]).create(engine);
    let keep = ["INSERT INTO pauses (provider, until_ms) SELECT channel, until_ms FROM provider_pauses", "DROP TABLE provider_pauses"];
    pauses.into_iter().chain(keep.map(str::to_owned)).collect()
}

/// The office talks with each crew of an order in a chat of its own. What a chat is stands in one word, so that two who begin it at once
/// get one. A crew reads what was written since it was put on the visit.
fn chats_of_visits(engine: store::Engine) -> Vec<String> {
    let outside = "role IN ('customer', 'specialist', 'contractor')";
    let joined = |parts: [&str; 3]| match engine {
        store::Engine::Sqlite => parts.join(" || "),
        store::Engine::MariaDb => format!("CONCAT({})", parts.join(", ")),
    };
    let place = format!(
        "UPDATE chats SET place = CASE WHEN worker_id IS NOT NULL THEN {} WHEN visit_id IS NOT NULL THEN {} ELSE {} END",
        joined(["'worker-'", "worker_id", "'-direct'"]),
        joined(["'visit-'", "visit_id", "'-worker'"]),
        joined(["order_id", "'-'", "audience"])
    );
    vec![
        add_column("visit_workers", &instant("joined_ms").default(0), engine),
        add_column("chats", &text("place", 40).null(), engine),
        add_column("chats", &reference("visit_id", "visits").null(), engine),
        add_column("chats", &whole("settled_id").default(0), engine),
        add_column("chats", &whole("link_read_id").default(0), engine),
        create_index("chats", false, &["order_id", "audience", "visit_id"]),
        create_index("chats", false, &["visit_id"]),
        engine.pick("DROP INDEX uq_chats_order_id_audience", "ALTER TABLE chats DROP INDEX uq_chats_order_id_audience").into(),
        "INSERT INTO chats (order_id, visit_id, audience, last_id, taken_by) SELECT c.order_id, m.visit_id, c.audience, MAX(m.id), MAX(c.taken_by) \
         FROM chats c JOIN chat_messages m ON m.chat_id = c.id WHERE c.audience = 'worker' AND m.visit_id IS NOT NULL \
         GROUP BY c.order_id, m.visit_id, c.audience"
            .into(),
        "UPDATE chat_messages SET chat_id = (SELECT n.id FROM chats n WHERE n.visit_id = chat_messages.visit_id) \
         WHERE visit_id IS NOT NULL AND chat_id IN (SELECT c.id FROM chats c WHERE c.audience = 'worker' AND c.visit_id IS NULL)"
            .into(),
        format!(
            "UPDATE chats SET waiting_ms = (SELECT MIN(m.created_ms) FROM chat_messages m WHERE m.chat_id = chats.id AND m.deleted_ms IS NULL \
             AND m.{outside} AND m.id > COALESCE((SELECT MAX(a.id) FROM chat_messages a WHERE a.chat_id = chats.id AND NOT a.{outside}), 0)) \
             WHERE visit_id IS NOT NULL"
        ),
        "UPDATE chats SET taken_by = NULL WHERE waiting_ms IS NULL".into(),
        "INSERT INTO chat_reads (user_id, chat_id, last_id) SELECT r.user_id, n.id, CASE WHEN r.last_id < n.last_id THEN r.last_id ELSE n.last_id END \
         FROM chat_reads r JOIN chats c ON c.id = r.chat_id JOIN chats n ON n.order_id = c.order_id \
         WHERE c.audience = 'worker' AND c.visit_id IS NULL AND n.visit_id IS NOT NULL"
            .into(),
        "UPDATE chat_mentions SET chat_id = (SELECT m.chat_id FROM chat_messages m WHERE m.id = chat_mentions.message_id)".into(),
        "DELETE FROM chat_reads WHERE chat_id IN (SELECT c.id FROM chats c WHERE c.audience = 'worker' AND c.visit_id IS NULL)".into(),
        "DELETE FROM chats WHERE audience = 'worker' AND visit_id IS NULL AND id NOT IN (SELECT m.chat_id FROM chat_messages m)".into(),
        place,
        create_index("chats", true, &["place"]),
    ]
}

/// Where a message went, as a mark that tells nobody the address, and when it came back.
fn returned_letters(engine: store::Engine) -> Vec<String> {
    vec![
        add_column("deliveries", &text("address_mark", 64).null(), engine),
        add_column("deliveries", &instant("returned_ms").null(), engine),
        create_index("deliveries", false, &["returned_ms"]),
    ]
}

/// The delivery log is read by the day, in one state or in all, and by the order.
fn log_by_day(engine: store::Engine) -> Vec<String> {
    vec![
        create_index("deliveries", false, &["created_ms", "id"]),
        create_index("deliveries", false, &["state", "created_ms", "id"]),
        create_index("deliveries", false, &["order_id", "created_ms", "id"]),
        drop_index("deliveries", false, &["state", "id"], engine),
    ]
}

/// What does not go with a provider, one way or the other.
fn troubles(engine: store::Engine) -> Vec<String> {
    let columns = [text("channel", 16), text("direction", 16), instant("since_ms"), text("why", 500)];
    table("troubles", columns).primary(&["channel", "direction"]).create(engine)
}

/// Which node has which duty.
fn leases(engine: store::Engine) -> Vec<String> {
    table("leases", [text("name", 40), text("holder", 200), instant("until_ms")]).primary(&["name"]).create(engine)
}

/// All that the sums above the board ask of an open order, so that they are added up without opening the orders themselves.
/// The price stands second, where no list can take the index for one to sort or search by.
fn sums_of_open_orders(_: store::Engine) -> Vec<String> {
    vec![create_index("orders", false, &["open", "price_minor", "status", "due_ms", "problem"])]
}

/// The words of neighbouring orders lie together, so that a search looks through the newest orders first and stops when its page
/// is full.
fn words_by_blocks(engine: store::Engine) -> Vec<String> {
    let mut statements = table("order_words", [whole("block"), text("word", 40), reference("order_id", "orders")])
        .clustered(&["block", "word", "order_id"])
        .index(&["order_id"])
        .create(engine);
    let copy = "INSERT INTO order_words (block, word, order_id) SELECT order_id >> 11, term, order_id FROM order_terms ORDER BY 1, 2, 3";
    statements.push(copy.into());
    statements.push("DROP TABLE order_terms".into());
    statements
}

/// Every way out to people: who wants what where, how each message fares, and what comes in by messengers.
fn ways_out(engine: store::Engine) -> Vec<String> {
    let deliveries = table(
        "deliveries",
        [
            id(),
            // The outbox entry that called for it: what one person is told of one order goes in this order.
            whole("turn"),
            text("wording", 64),
            text("channel", 16),
            // `u12` or, for a customer without a login, `c7`.
            text("person", 24),
            reference("user_id", "users").null(),
            reference("customer_id", "customers").null(),
            // The order's id, or 0.
            whole("thread"),
            reference("order_id", "orders").null(),
            whole("visit_id").null(),
            whole("message_id").null(),
            text("facts", 1000),
            // The channels to try after this one.
            text("rest", 64),
            text("state", 16),
            whole("attempts").default(0),
            // When it is to be taken up next; none once nothing more is to be done.
            instant("due_ms").null(),
            // When the provider is to be asked how it fares.
            instant("ask_ms").null(),
            // When the next channel is tried unless it has arrived.
            instant("escalate_ms").null(),
            text("provider_id", 200),
            text("answer", 500),
            money("cost_minor").null(),
            whole("parts").default(0),
            instant("created_ms"),
            instant("sent_ms").null(),
            instant("delivered_ms").null(),
            instant("read_ms").null(),
        ],
    )
    .unique(&["turn", "person", "channel"])
    .index(&["channel", "due_ms"])
    .index(&["person", "thread", "due_ms"])
    .index(&["ask_ms"])
    .index(&["escalate_ms"])
    .index(&["state", "id"])
    .index(&["message_id"])
    .index(&["channel", "provider_id"]);
    let dead = table("dead_addresses", [text("channel", 16), text("address", 320), instant("since_ms"), text("why", 500)])
        .primary(&["channel", "address"]);
    let devices = table(
        "push_devices",
        [id(), reference("user_id", "users"), text("subscription", 2000), text("digest", 64), text("device", 200), instant("created_ms")],
    )
    .unique(&["digest"])
    .index(&["user_id"]);
    let rules = table(
        "notice_rules",
        [text("side", 16), text("kind", 16), text("channels", 64), flag("must_reach"), whole("wait_minutes"), whole("version").default(1)],
    )
    .primary(&["side", "kind"]);
    let choices =
        table("notice_choices", [reference("user_id", "users"), text("kind", 16), text("channels", 64)]).primary(&["user_id", "kind"]);
    let quiet = table("quiet_hours", [reference("user_id", "users"), whole("from_minute"), whole("to_minute")]).primary(&["user_id"]);
    let texts = table(
        "notice_texts",
        [text("wording", 64), text("channel", 16), text("language", 8), text("body", 2000), whole("version").default(1)],
    )
    .primary(&["wording", "channel", "language"]);
    let marks = table("notice_marks", [text("what", 100), instant("at_ms")]).primary(&["what"]);
    let arrivals = table(
        "arrivals",
        [
            id(),
            text("channel", 16),
            // The same when the provider brings the same once more.
            text("arrival_key", 100),
            text("chat", 64),
            text("body", 16_000),
            instant("came_ms"),
            instant("due_ms").null(),
            whole("attempts").default(0),
        ],
    )
    .unique(&["channel", "arrival_key"])
    .index(&["due_ms", "id"])
    .index(&["channel", "chat", "due_ms"]);
    let talks =
        table("bot_talks", [text("channel", 16), text("chat", 64), text("step", 2000), instant("changed_ms"), whole("version").default(1)])
            .primary(&["channel", "chat"]);
    let open = "('queued', 'failed', 'sending')";
    let keep = [
        format!(
            "INSERT INTO deliveries (id, turn, wording, channel, person, user_id, thread, order_id, facts, rest, state, attempts, due_ms, \
             provider_id, answer, created_ms, sent_ms) \
             SELECT id, event_id, SUBSTR(wording, 8), channel, {person}, user_id, order_id, order_id, '{{}}', '', state, attempts, \
             CASE WHEN state IN {open} THEN not_before_ms END, CASE WHEN state = 'sent' THEN answer ELSE '' END, \
             CASE WHEN state = 'sent' THEN '' ELSE answer END, created_ms, sent_ms FROM notifications",
            person = engine.pick("'u' || user_id", "CONCAT('u', user_id)"),
        ),
        "DROP TABLE notifications".into(),
        format!("ALTER TABLE chat_messages ADD COLUMN channel {} NULL", engine.pick("TEXT", "VARCHAR(16)")),
        format!("ALTER TABLE chat_messages ADD COLUMN delivered_ms {} NULL", engine.pick("INTEGER", "BIGINT")),
        format!("ALTER TABLE company ADD COLUMN quiet_from {} NOT NULL DEFAULT 1320", engine.pick("INTEGER", "BIGINT")),
        format!("ALTER TABLE company ADD COLUMN quiet_to {} NOT NULL DEFAULT 480", engine.pick("INTEGER", "BIGINT")),
        format!("ALTER TABLE company ADD COLUMN foreign_details {} NOT NULL DEFAULT 0", engine.pick("INTEGER", "BOOLEAN")),
        format!("ALTER TABLE company ADD COLUMN specialist_in_customer_chat {} NOT NULL DEFAULT 0", engine.pick("INTEGER", "BOOLEAN")),
    ];
    let tables = [deliveries, dead, devices, rules, choices, quiet, texts, marks, arrivals, talks];
    tables.into_iter().flat_map(|table| table.create(engine)).chain(keep).collect()
}

/// A chat is a row of its own, so that what waits for an answer is found without reading all messages, and a chat needs no order.
/// Messages are changed and taken back; what they said before is kept.
fn chats(engine: store::Engine) -> Vec<String> {
    let chats = table(
        "chats",
        [
            id(),
            reference("order_id", "orders").null(),
            // Whom the office talks to outside any order.
            reference("worker_id", "workers").null(),
            text("audience", 8),
            whole("last_id"),
            // Since when somebody outside the office waits for an answer.
            instant("waiting_ms").null(),
            reference("taken_by", "users").null(),
        ],
    )
    .unique(&["order_id", "audience"])
    .unique(&["worker_id"])
    .index(&["waiting_ms", "id"])
    .index(&["last_id"]);
    let messages = table(
        "chat_messages",
        [
            id(),
            reference("chat_id", "chats"),
            reference("visit_id", "visits").null(),
            reference("user_id", "users").null(),
            text("who", 200),
            text("role", 16),
            text("body", 4000),
            reference("reply_to", "chat_messages").null(),
            instant("created_ms"),
            instant("edited_ms").null(),
            instant("deleted_ms").null(),
            whole("version").default(1),
        ],
    )
    .index(&["chat_id", "id"])
    .index(&["visit_id", "id"]);
    let versions = table(
        "chat_message_versions",
        [id(), reference("message_id", "chat_messages"), text("body", 4000), instant("until_ms"), reference("user_id", "users").null()],
    )
    .index(&["message_id", "id"]);
    let reads = table("chat_reads", [reference("user_id", "users"), reference("chat_id", "chats"), whole("last_id")])
        .primary(&["user_id", "chat_id"])
        .index(&["chat_id", "last_id"]);
    let replies = table("quick_replies", [id(), text("audience", 8), text("body", 500), whole("place"), whole("version").default(1)])
        .index(&["audience", "place"]);
    let words = table("message_words", [whole("block"), text("word", 40), reference("message_id", "chat_messages")])
        .clustered(&["block", "word", "message_id"])
        .index(&["message_id"]);
    let outside = "role IN ('customer', 'specialist', 'contractor')";
    let fill = [
        "INSERT INTO chats (order_id, audience, last_id) SELECT order_id, audience, MAX(id) FROM messages GROUP BY order_id, audience"
            .into(),
        "INSERT INTO chat_messages (id, chat_id, visit_id, user_id, who, role, body, created_ms) \
         SELECT m.id, c.id, m.visit_id, m.user_id, m.who, m.role, m.body, m.created_ms \
         FROM messages m JOIN chats c ON c.order_id = m.order_id AND c.audience = m.audience"
            .into(),
        format!(
            "UPDATE chats SET waiting_ms = (SELECT MIN(m.created_ms) FROM chat_messages m WHERE m.chat_id = chats.id AND m.{outside} AND m.id > \
             COALESCE((SELECT MAX(a.id) FROM chat_messages a WHERE a.chat_id = chats.id AND NOT a.{outside}), 0)) WHERE audience <> 'internal'"
        ),
        "INSERT INTO chat_reads (user_id, chat_id, last_id) SELECT r.user_id, c.id, r.last_id \
         FROM message_reads r JOIN chats c ON c.order_id = r.order_id AND c.audience = r.audience"
            .into(),
        "DROP TABLE message_reads".into(),
        "DROP TABLE messages".into(),
    ];
    let tables = [chats, messages, versions, reads, replies, words];
    tables.iter().flat_map(|table| table.create(engine)).chain(fill).collect()
}

/// A file belongs to an order, to a visit of it, or to a message. Who of the office is named in a message is kept beside it.
fn chat_files(engine: store::Engine) -> Vec<String> {
    let files = table(
        "files",
        [
            id(),
            reference("order_id", "orders").null(),
            reference("visit_id", "visits").null(),
            whole("message_id").null(),
            text("kind", 16),
            text("audience", 8),
            text("name", 255),
            text("media_type", 100),
            whole("bytes"),
            whole("width").null(),
            whole("height").null(),
            text("sha256", 64),
            text("stored_key", 100),
            text("display_key", 100).null(),
            text("thumbnail_key", 100).null(),
            reference("uploaded_by", "users").null(),
            instant("taken_ms").null(),
            instant("created_ms"),
        ],
    )
    .index(&["order_id", "id"])
    .index(&["visit_id", "kind"]);
    let mentions = table(
        "chat_mentions",
        [
            reference("message_id", "chat_messages"),
            reference("user_id", "users"),
            reference("chat_id", "chats"),
            // As it stands in the text.
            text("name", 200),
        ],
    )
    .primary(&["message_id", "user_id"])
    .index(&["user_id", "chat_id", "message_id"]);
    let mut statements = files.loosened(&["order_id"], engine);
    statements.push(create_index("files", false, &["message_id", "id"]));
    statements.extend(mentions.create(engine));
    statements
}

type Tables = Vec<store::columns::Table>;

fn people() -> Tables {
    vec![
        table(
            "company",
            [
                id(),
                text("name", 200),
                text("time_zone", 64),
                text("phone", 20),
                text("hours", 2000),
                whole("offer_minutes"),
                flag("auto_accept"),
                flag("specialist_sees_price"),
                flag("dispatcher_sees_money"),
                text("consent_text", 8000),
                whole("consent_version"),
                whole("version").default(1),
            ],
        ),
        table(
            "users",
            [
                id(),
                text("role", 16),
                text("name", 200),
                text("name_folded", 200),
                text("login", 64).null(),
                text("phone", 16).null(),
                text("email", 254).null(),
                text("password_hash", 255).null(),
                text("language", 2),
                text("theme", 5),
                instant("created_ms"),
                instant("blocked_ms").null(),
                text("blocked_reason", 500).null(),
                instant("last_seen_ms").null(),
                whole("version").default(1),
            ],
        )
        .unique(&["login"])
        .unique(&["phone"])
        .unique(&["email"])
        .index(&["role", "name_folded", "id"])
        .index(&["name_folded", "id"]),
        table(
            "sessions",
            [
                id(),
                reference("user_id", "users"),
                instant("created_ms"),
                instant("used_ms"),
                instant("expires_ms"),
                instant("revoked_ms").null(),
                text("address", 64),
                text("device", 300),
            ],
        )
        .index(&["user_id", "revoked_ms"])
        .index(&["expires_ms"]),
        table(
            "refresh_tokens",
            [id(), reference("session_id", "sessions"), text("hash", 64), instant("created_ms"), instant("used_ms").null()],
        )
        .unique(&["hash"])
        .index(&["session_id"]),
        table(
            "one_time_links",
            [
                id(),
                text("kind", 16),
                text("hash", 64),
                reference("user_id", "users").null(),
                instant("created_ms"),
                instant("expires_ms"),
                instant("used_ms").null(),
                reference("created_by", "users").null(),
            ],
        )
        .unique(&["hash"])
        .index(&["user_id", "kind"]),
        table(
            "consents",
            [
                id(),
                reference("user_id", "users"),
                whole("text_version"),
                text("text", 8000),
                instant("given_ms"),
                text("address", 64),
                instant("withdrawn_ms").null(),
            ],
        )
        .index(&["user_id"]),
        table(
            "audit",
            [
                id(),
                instant("at_ms"),
                reference("user_id", "users").null(),
                text("who", 200),
                text("deed", 64),
                text("object_kind", 32),
                whole("object_id").null(),
                text("detail", 4000),
                text("address", 64),
            ],
        )
        .index(&["at_ms", "id"])
        .index(&["user_id", "id"])
        .index(&["deed", "id"])
        .index(&["object_kind", "object_id", "id"]),
        table(
            "customers",
            [
                id(),
                text("kind", 16),
                text("name", 200),
                text("name_folded", 200),
                text("phone", 16).null(),
                text("email", 254).null(),
                text("note", 2000),
                reference("user_id", "users").null(),
                instant("created_ms"),
                whole("version").default(1),
            ],
        )
        .unique(&["phone"])
        .unique(&["user_id"])
        .index(&["name_folded", "id"]),
        table("customer_terms", [text("term", 40), reference("customer_id", "customers")])
            .primary(&["term", "customer_id"])
            .index(&["customer_id"]),
        table(
            "workers",
            [
                id(),
                reference("user_id", "users"),
                text("kind", 16),
                text("contact_phone", 16).null(),
                text("zones", 500),
                text("hours", 2000),
                text("note", 2000),
                flag("active"),
                whole("version").default(1),
            ],
        )
        .unique(&["user_id"]),
    ]
}

fn catalogue() -> Tables {
    vec![
        table("skills", [id(), text("name", 100), text("name_folded", 100)]).unique(&["name_folded"]),
        table("worker_skills", [reference("worker_id", "workers"), reference("skill_id", "skills")])
            .primary(&["worker_id", "skill_id"])
            .index(&["skill_id", "worker_id"]),
        table(
            "services",
            [
                id(),
                text("name", 200),
                text("name_folded", 200),
                whole("duration_minutes"),
                text("checklist", 16_000),
                whole("photos_before"),
                whole("photos_after"),
                flag("signature_required"),
                money("price_minor").null(),
                flag("active"),
                whole("version").default(1),
            ],
        )
        .unique(&["name_folded"]),
        table("service_skills", [reference("service_id", "services"), reference("skill_id", "skills")])
            .primary(&["service_id", "skill_id"]),
    ]
}

fn orders() -> Tables {
    vec![
        table(
            "orders",
            [
                id(),
                text("number", 12),
                text("status", 16),
                flag("open"),
                reference("customer_id", "customers"),
                reference("service_id", "services"),
                text("address", 500),
                text("district", 100),
                text("entrance", 20),
                text("floor", 20),
                text("flat", 20),
                text("intercom", 50),
                real("lat").null(),
                real("lon").null(),
                text("zone", 64),
                text("description", 4000),
                text("requirements", 2000),
                instant("desired_from_ms").null(),
                instant("desired_to_ms").null(),
                text("priority", 8),
                money("price_minor").null(),
                text("source", 16),
                reference("created_by", "users").null(),
                instant("created_ms"),
                instant("status_ms"),
                instant("completed_ms").null(),
                text("reason", 1000),
                instant("wake_ms").null(),
                text("held_status", 16).null(),
                text("problem", 32).null(),
                instant("problem_ms").null(),
                reference("cancel_requested_by", "users").null(),
                // The visit that the lists show, and its start; a far future stands for «no date», so that keys can be compared.
                whole("visit_id").null(),
                instant("due_ms"),
                whole("version").default(1),
            ],
        )
        .unique(&["number"])
        .index(&["open", "due_ms", "id"])
        .index(&["due_ms", "id"])
        .index(&["status", "due_ms", "id"])
        .index(&["status", "id"])
        .index(&["customer_id", "id"])
        .index(&["service_id", "due_ms", "id"])
        .index(&["created_ms"])
        .index(&["completed_ms"])
        .index(&["open", "problem", "id"])
        .index(&["status", "wake_ms"]),
        table("order_terms", [text("term", 40), reference("order_id", "orders")]).primary(&["term", "order_id"]).index(&["order_id"]),
        table("order_numbers", [whole("year"), whole("last")]).primary(&["year"]),
        table(
            "order_links",
            [
                id(),
                reference("order_id", "orders"),
                text("hash", 64),
                instant("created_ms"),
                reference("created_by", "users").null(),
                instant("revoked_ms").null(),
            ],
        )
        .unique(&["hash"])
        .index(&["order_id"]),
        table("saved_views", [id(), reference("user_id", "users"), text("name", 100), text("query", 1000), instant("created_ms")])
            .index(&["user_id", "id"]),
    ]
}

fn visits() -> Tables {
    vec![
        table(
            "visits",
            [
                id(),
                reference("order_id", "orders"),
                text("status", 16),
                reference("lead_id", "workers"),
                instant("starts_ms"),
                instant("ends_ms"),
                text("note", 2000),
                instant("offer_until_ms").null(),
                instant("offered_ms").null(),
                instant("accepted_ms").null(),
                instant("departed_ms").null(),
                instant("arrived_ms").null(),
                instant("finished_ms").null(),
                text("reason", 1000),
                text("reason_code", 32),
                text("override_reason", 1000),
                money("payout_minor").null(),
                reference("created_by", "users").null(),
                instant("created_ms"),
                whole("version").default(1),
            ],
        )
        .index(&["order_id", "id"])
        .index(&["status", "offer_until_ms"])
        .index(&["status", "starts_ms", "id"])
        .index(&["finished_ms"]),
        // Times and liveness repeat the visit's, so that the overlap question is one index range.
        table(
            "visit_workers",
            [reference("visit_id", "visits"), reference("worker_id", "workers"), flag("live"), instant("starts_ms"), instant("ends_ms")],
        )
        .primary(&["visit_id", "worker_id"])
        .index(&["worker_id", "live", "ends_ms", "starts_ms"])
        .index(&["worker_id", "starts_ms", "visit_id"]),
    ]
}

fn papers() -> Tables {
    vec![
        table(
            "events",
            [
                id(),
                reference("order_id", "orders"),
                reference("visit_id", "visits").null(),
                instant("at_ms"),
                reference("user_id", "users").null(),
                text("who", 200),
                text("role", 16),
                text("kind", 40),
                text("audience", 8),
                text("detail", 4000),
            ],
        )
        .index(&["order_id", "id"]),
        table(
            "reports",
            [
                reference("visit_id", "visits"),
                text("body", 8000),
                text("checklist", 8000),
                text("signed_by", 200),
                reference("updated_by", "users").null(),
                instant("updated_ms"),
                whole("version").default(1),
            ],
        )
        .primary(&["visit_id"]),
        table(
            "files",
            [
                id(),
                reference("order_id", "orders"),
                reference("visit_id", "visits").null(),
                whole("message_id").null(),
                text("kind", 16),
                text("audience", 8),
                text("name", 255),
                text("media_type", 100),
                whole("bytes"),
                whole("width").null(),
                whole("height").null(),
                text("sha256", 64),
                text("stored_key", 100),
                text("display_key", 100).null(),
                text("thumbnail_key", 100).null(),
                reference("uploaded_by", "users").null(),
                instant("taken_ms").null(),
                instant("created_ms"),
            ],
        )
        .index(&["order_id", "id"])
        .index(&["visit_id", "kind"]),
        table(
            "messages",
            [
                id(),
                reference("order_id", "orders"),
                reference("visit_id", "visits").null(),
                text("audience", 8),
                reference("user_id", "users").null(),
                text("who", 200),
                text("role", 16),
                text("body", 4000),
                instant("created_ms"),
            ],
        )
        .index(&["order_id", "audience", "id"])
        .index(&["visit_id", "id"]),
        table("message_reads", [reference("user_id", "users"), reference("order_id", "orders"), text("audience", 8), whole("last_id")])
            .primary(&["user_id", "order_id", "audience"]),
        table(
            "reviews",
            [
                id(),
                reference("order_id", "orders"),
                whole("stars"),
                text("body", 4000),
                reference("user_id", "users").null(),
                instant("created_ms"),
                instant("updated_ms"),
                whole("version").default(1),
            ],
        )
        .unique(&["order_id"])
        .index(&["created_ms", "id"])
        .index(&["stars", "id"]),
    ]
}

fn machinery() -> Tables {
    vec![
        table(
            "commands",
            [
                id(),
                text("who", 40),
                text("command_key", 64),
                text("fingerprint", 64),
                instant("created_ms"),
                whole("status"),
                text("answer", 500_000),
            ],
        )
        .unique(&["who", "command_key"])
        .index(&["created_ms"]),
        table(
            "outbox",
            [
                id(),
                text("topic", 64),
                text("payload", 8000),
                instant("created_ms"),
                instant("not_before_ms"),
                instant("leased_until_ms").null(),
                whole("attempts").default(0),
                text("last_error", 500),
            ],
        )
        .index(&["not_before_ms", "id"]),
        table(
            "ways",
            [
                id(),
                reference("user_id", "users"),
                text("channel", 16),
                text("address", 64),
                text("name", 100),
                text("state", 8),
                instant("linked_ms"),
            ],
        )
        .unique(&["user_id", "channel"])
        .unique(&["channel", "address"]),
        table(
            "notifications",
            [
                id(),
                whole("event_id"),
                reference("order_id", "orders"),
                reference("user_id", "users"),
                text("channel", 16),
                text("wording", 64),
                text("text", 4096),
                text("state", 8),
                whole("attempts").default(0),
                instant("not_before_ms"),
                instant("leased_until_ms").null(),
                text("answer", 500),
                instant("created_ms"),
                instant("sent_ms").null(),
            ],
        )
        .unique(&["event_id", "user_id", "channel"])
        .index(&["state", "id"])
        .index(&["user_id", "order_id", "state", "id"]),
    ]
}
