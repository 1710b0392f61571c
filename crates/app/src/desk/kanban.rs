//! The board as columns of cards; a card is moved by dragging or on its own page.

use super::{
    address::Address,
    card::{Card, status_label},
    filters::{Asked, Panel},
};
use crate::{
    access::Actor,
    app::App,
    error::Result,
    orders::{
        OrderAction, OrderStatus, pages,
        query::{self, Sort},
        tally,
    },
    text::money::money,
    web::{Choice as _, Page, Shell, input::Query, paging::Paging},
};
use askama::Template;
use axum::extract::{RawQuery, State};

/// More cards than this are a table's business.
const MOST_CARDS: u64 = 200;

const COLUMNS: [OrderStatus; 5] =
    [OrderStatus::New, OrderStatus::Confirmed, OrderStatus::Scheduled, OrderStatus::InProgress, OrderStatus::Acceptance];

#[derive(Template)]
#[template(path = "desk/kanban.html")]
struct Kanban {
    shell: Shell,
    panel: Panel,
    columns: Vec<Column>,
    done: String,
}

struct Column {
    status: OrderStatus,
    label: String,
    count: i64,
    sum: String,
    cards: Vec<Movable>,
    /// The table of what does not fit here, if anything.
    rest: Option<String>,
}

/// A card with where it can be dropped.
struct Movable {
    card: Card,
    posts: Vec<(OrderStatus, String)>,
    asks: Vec<(OrderStatus, String)>,
}

pub async fn index(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    RawQuery(raw): RawQuery,
    Query(mut asked): Query<Asked>,
) -> Result<Page> {
    let (lang, now) = (shell.language, app.clock.now_ms());
    let address = Address::new("/orders/kanban", raw.as_deref());
    asked.filter.open = true;
    asked.filter.sort = Some(Sort::Due);
    asked.filter.paging = Paging::first(MOST_CARDS);
    let list = query::list(&app, &actor, &asked.filter).await?;
    let counts = tally::columns(&app, &actor, &asked.filter).await?;
    let mut cards: Vec<Card> = list.items.iter().map(|listed| Card::of(lang, now, listed)).collect();
    // What has a problem goes to the top of its column.
    cards.sort_by_key(|card| !card.is_problem);
    let mut columns: Vec<Column> = COLUMNS
        .iter()
        .map(|status| {
            let counted = counts.iter().find(|column| column.status == *status);
            Column {
                status: *status,
                label: status_label(lang, *status),
                count: counted.map_or(0, |column| column.count),
                sum: counted.map(|column| money(lang, column.price_minor)).unwrap_or_default(),
                cards: vec![],
                rest: None,
            }
        })
        .collect();
    for card in cards {
        if let Some(column) = columns.iter_mut().find(|column| column.status == card.status) {
            column.cards.push(Movable::of(card));
        }
    }
    for column in &mut columns {
        let shown = i64::try_from(column.cards.len()).unwrap_or(i64::MAX);
        column.rest = (column.count > shown).then(|| Address::new("/orders", raw.as_deref()).with("status", column.status.code()));
    }
    let panel = Panel::load(&app, &actor, address, asked, raw.as_deref(), lang).await?;
    Page::of(&Kanban { panel, columns, done: status_label(lang, OrderStatus::Completed), shell })
}

impl Movable {
    fn of(card: Card) -> Self {
        let post = |action| pages::order_url(action, card.id);
        let (posts, asks) = match card.status {
            OrderStatus::New => {
                (vec![(OrderStatus::Confirmed, post(OrderAction::Confirm))], vec![(OrderStatus::Scheduled, card.assign_url())])
            }
            OrderStatus::Confirmed => (vec![], vec![(OrderStatus::Scheduled, card.assign_url())]),
            OrderStatus::Acceptance => {
                (vec![(OrderStatus::Completed, post(OrderAction::Accept))], vec![(OrderStatus::Scheduled, post(OrderAction::Return))])
            }
            _ => (vec![], vec![]),
        };
        Self { card, posts, asks }
    }

    /// The columns that take this card, for the script.
    fn drops(&self) -> String {
        self.posts.iter().chain(&self.asks).map(|(status, _)| status.code()).collect::<Vec<_>>().join(" ")
    }
}
