//! Messages wait for Telegram, as many as it takes in half a minute. The clocks go on by the pace that the client keeps, message by message, instead of being
//! waited for; that a line waits for its pace, and ten thousand of them, are proved with real programs in `tests/torture/backlog.rs`.

use super::{Channel, Line, deliver::deliver};
use crate::{clock::Clock, testkit::*};
use async_trait::async_trait;
use channels::{Channel as Wire, Failure, Fate, Letter, Pace, Sent};
use emulators::{Fault, Running, Trouble, busiest, telegram::LIMITS};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::sync::Mutex;

const MANY: usize = 750;
const PEOPLE: usize = 50;
/// Of one person so many messages in a row are about one order.
const ABOUT_ONE: usize = 5;

/// The client, before each of whose messages its pace goes by.
#[derive(Debug)]
struct Paced {
    client: channels::telegram::Telegram,
    clock: Clock,
    api: Arc<Running>,
    turn: Mutex<()>,
}

#[async_trait]
impl Wire for Paced {
    async fn send(&self, letter: &Letter) -> Result<Sent, Failure> {
        let _turn = self.turn.lock().await;
        let pace = self.client.pace().every;
        self.clock.advance(i64::try_from(pace.as_millis()).unwrap());
        self.api.advance(pace);
        self.client.send(letter).await
    }

    async fn fate(&self, id: &str) -> Result<Option<Fate>, Failure> {
        self.client.fate(id).await
    }

    async fn greet(&self) -> Result<String, Failure> {
        self.client.greet().await
    }

    fn pace(&self) -> Pace {
        Pace { every: Duration::ZERO, ..self.client.pace() }
    }
}

/// People with a chat each, and messages to them by turns.
async fn fill(app: &TestApp, api: &Running) -> Vec<i64> {
    let orders = [app.order().make().await, app.order().make().await];
    app.forget_history().await;
    let before = app.number("SELECT MAX(id) FROM users").await;
    let people: Vec<String> = (0..PEOPLE).map(|person| format!("('customer', 'Кто-то', 'кто-то', 'some-{person}', 'ru', '', 0)")).collect();
    app.execute(
        &format!("INSERT INTO users (role, name, name_folded, login, language, theme, created_ms) VALUES {}", people.join(", ")),
        [],
    )
    .await;
    let ways = "INSERT INTO ways (user_id, channel, address, name, state, linked_ms) SELECT id, 'telegram', id, '', 'alive', 0 FROM users WHERE id > ?";
    app.execute(ways, [before.into()]).await;
    let users: Vec<i64> = app
        .rows(&format!("SELECT id FROM users WHERE id > {before} ORDER BY id"))
        .await
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect();
    users.iter().for_each(|user| api.person(*user, "Кто-то"));
    let message = |turn: usize| {
        let (user, order) = (users[turn % PEOPLE], orders[turn / PEOPLE / ABOUT_ONE % orders.len()]);
        format!(
            "({turn}, 'customer-confirmed', 'telegram', 'u{user}', {user}, {order}, {order}, '{{}}', '', 'queued', 0, {NOW}, '', '', {NOW}, 0)"
        )
    };
    let messages: Vec<String> = (0..MANY).map(message).collect();
    for some in messages.chunks(500) {
        let insert = "INSERT INTO deliveries (turn, wording, channel, person, user_id, order_id, thread, facts, rest, state, attempts, due_ms, \
            provider_id, answer, created_ms, parts) VALUES ";
        app.execute(&format!("{insert}{}", some.join(", ")), []).await;
    }
    users
}

db_test!(waiting_messages_leave_at_the_allowed_rate_each_once_and_in_order, |app| {
    let api = Arc::new(emulators::Telegram::start("127.0.0.1:0".parse().unwrap()).await.unwrap());
    api.limit(Some(LIMITS));
    let app = app
        .with(|config| {
            config.telegram_bot_token = Some("1:t".into());
            config.telegram_api_url = Some(api.url());
        })
        .await;
    fill(&app, &api).await;
    let client = channels::telegram::Telegram::new("1:t", Some(&api.url()), None).unwrap();
    let paced = Paced { client, clock: app.clock.clone(), api: api.clone(), turn: Mutex::default() };
    let line = Line::new(Channel::Telegram, Arc::new(paced));
    // Now and then Telegram asks to wait, is out of order, or cuts the connection.
    let troubles = [Trouble::Wait { seconds: 20 }, Trouble::Page { status: 502 }, Trouble::Reset];
    let (mut turns, mut waited) = (0, 0);
    while app.number("SELECT COUNT(*) FROM deliveries WHERE due_ms IS NOT NULL").await > 0 {
        if turns % 12 == 6 {
            api.fault(Fault::new(troubles[turns / 12 % troubles.len()].clone()).of("sendMessage"));
        }
        turns += 1;
        if deliver(&app, &line).await.unwrap() == 0 {
            app.advance(1000);
            api.advance(Duration::from_secs(1));
            waited += 1;
            assert!(waited < 600, "nothing goes any more");
        }
    }
    let calls: Vec<_> = api.journal().into_iter().filter(|call| call.taken && call.method == "sendMessage").collect();
    assert_eq!(calls.len(), MANY, "none twice");
    let refused = api.journal().iter().filter(|call| call.status == Some(429)).count();
    // When it is told to wait, the seven that are about to leave may hear it, too.
    assert!(refused <= 8 * (turns / 36 + 1), "Telegram asked to wait {refused} times, without being told to");
    let a_second = Duration::from_secs(1);
    assert!(busiest(&calls, a_second) <= 26, "{} in one second", busiest(&calls, a_second));
    // None lost, and of one person and order each after the one before it: Telegram numbers messages as they come.
    let rows = app.rows("SELECT person, thread, CAST(provider_id AS SIGNED) FROM deliveries WHERE state = 'sent' ORDER BY turn, id").await;
    let (mut seen, mut last) = (BTreeSet::new(), BTreeMap::new());
    for row in &rows {
        let (person, thread): (String, i64) = (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
        let id: i64 = row.try_get_by_index(2).unwrap();
        assert!(last.insert((person, thread), id).is_none_or(|before| before < id), "out of order");
        seen.insert(id);
    }
    let came: BTreeSet<i64> = calls.iter().filter_map(|call| call.message).collect();
    assert_eq!((rows.len(), &seen), (MANY, &came));
    // 25 a second, and what was waited for.
    let took = app.clock.now_ms() - NOW;
    let pace = i64::try_from(MANY).unwrap() * 40;
    assert!((pace..pace + 1000 * (waited + 60)).contains(&took), "{took} ms");
    app.forget_history().await;
});
