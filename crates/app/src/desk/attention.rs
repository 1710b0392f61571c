//! What the office must act on, by reason, with what to do beside each.

use super::card::Card;
use crate::{
    access::Actor,
    app::App,
    error::Result,
    ids::OrderId,
    messages,
    notifications::{self, Standstill},
    orders::{
        OrderAction, OrderStatus, Problem, pages,
        query::{self, Filter, Listed, Sort},
    },
    web::{Page, Shell, paging::Paging},
};
use askama::Template;
use axum::extract::State;

/// More than this is shown by the board.
const MOST: u64 = 200;
const MOST_CHATS: u64 = 50;

/// Why somebody must act, the most urgent first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    CancellationRequested,
    Late,
    NotDone,
    Unanswered,
    Check,
    Unread,
    New,
}

impl Why {
    /// The reasons that stand in the order itself.
    const OF_ORDER: [Self; 6] = [Self::CancellationRequested, Self::Late, Self::NotDone, Self::Unanswered, Self::Check, Self::New];

    /// The tail of the keys of its texts, tone and icon.
    fn look(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::CancellationRequested => ("cancellation", "red", "circle-x"),
            Self::Late => ("late", "red", "clock"),
            Self::NotDone => ("not-done", "red", "alert-triangle"),
            Self::Unanswered => ("unanswered", "amber", "user-x"),
            Self::Check => ("check", "amber", "checks"),
            Self::Unread => ("unread", "blue", "message-2"),
            Self::New => ("new", "violet", "inbox"),
        }
    }

    fn of(now: i64, listed: &Listed) -> Self {
        match (listed.order.problem, listed.order.status) {
            (Some(Problem::CancellationRequested), _) => Self::CancellationRequested,
            (Some(Problem::NotDone), _) => Self::NotDone,
            (Some(Problem::Declined | Problem::Expired), _) => Self::Unanswered,
            (None, OrderStatus::Scheduled) if listed.order.due_ms < now => Self::Late,
            (None, OrderStatus::Acceptance) => Self::Check,
            _ => Self::New,
        }
    }
}

/// Orders with one reason.
pub struct Group {
    pub key: &'static str,
    pub tone: &'static str,
    pub icon: &'static str,
    pub items: Vec<Item>,
}

/// An order with the action for it.
pub struct Item {
    pub card: Card,
    pub url: String,
    pub label: &'static str,
    /// Carried out at once; else the address is a page.
    pub posts: bool,
}

#[derive(Template)]
#[template(path = "desk/attention.html")]
struct Index {
    shell: Shell,
    groups: Vec<Group>,
    more: bool,
    /// Channels that the administrator must see to.
    standstills: Vec<Standstill>,
}

pub async fn index(State(app): State<App>, actor: Actor, shell: Shell) -> Result<Page> {
    let (mut groups, more) = load(&app, &actor, &shell, MOST).await?;
    groups.extend(unread(&app, &actor, &shell).await?);
    let standstills = if shell.is_administrator() { notifications::standstills(&app, &shell).await? } else { vec![] };
    Page::of(&Index { standstills, shell, groups, more })
}

/// The groups that have anything in them, of at most `most` orders, and whether there are more. One statement.
pub async fn load(app: &App, actor: &Actor, shell: &Shell, most: u64) -> Result<(Vec<Group>, bool)> {
    let now = app.clock.now_ms();
    let filter = Filter { attention: true, sort: Some(Sort::Due), paging: Paging::first(most), ..Filter::default() };
    let list = query::list(app, actor, &filter).await?;
    let groups = Why::OF_ORDER.into_iter().map(|why| {
        let (key, tone, icon) = why.look();
        let of_it = list.items.iter().filter(|listed| Why::of(now, listed) == why);
        Group { key, tone, icon, items: of_it.map(|listed| Item::of(why, Card::of(shell.language, now, listed))).collect() }
    });
    Ok((groups.filter(|group| !group.items.is_empty()).collect(), list.next_cursor.is_some()))
}

/// The chats that wait for an answer. Two statements, or one when nobody waits.
async fn unread(app: &App, actor: &Actor, shell: &Shell) -> Result<Option<Group>> {
    let waiting = messages::waiting(app, actor, MOST_CHATS).await?;
    let ids: Vec<OrderId> = waiting.iter().map(|waits| waits.order_id).collect();
    let (key, tone, icon) = Why::Unread.look();
    let orders = query::show_several(app, actor, &ids).await?;
    let item = |waits: messages::Waits| {
        let listed = orders.iter().find(|listed| listed.order.id == waits.order_id)?;
        let card = Card::of(shell.language, app.clock.now_ms(), listed).waiting_since(waits.since_ms);
        Some(Item { url: waits.url, ..Item::of(Why::Unread, card) })
    };
    let items: Vec<Item> = waiting.into_iter().filter_map(item).collect();
    Ok((!items.is_empty()).then_some(Group { key, tone, icon, items }))
}

impl Item {
    fn of(why: Why, card: Card) -> Self {
        let order = |action| pages::order_url(action, card.id);
        let (url, label, posts) = match why {
            Why::CancellationRequested => (order(OrderAction::Cancel), "order-action-cancellation", false),
            Why::Late => (format!("/orders/{}", card.id), "action-open", false),
            Why::NotDone | Why::Unanswered => (card.assign_url(), "action-assign", false),
            Why::Unread => (format!("/orders/{}/messages", card.id), "desk-answer", false),
            Why::Check => (format!("/orders/{}", card.id), "desk-check-report", false),
            Why::New => (order(OrderAction::Confirm), "order-action-confirmation", true),
        };
        Self { url, label, posts, card }
    }

    /// Whether the action's page opens in a dialog.
    pub fn in_dialog(&self) -> bool {
        !matches!(self.label, "action-open" | "desk-check-report" | "desk-answer")
    }
}
