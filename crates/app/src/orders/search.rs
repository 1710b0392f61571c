//! Search by words: each order's number, name, phone, address and description as words in one indexed table.
//!
//! A word is found by its beginning, so typing goes along a range of an index on both engines; of a phone every tail
//! is a word, so any fragment is found. Russian endings are cut off what is typed: «окна» finds «окно».
//!
//! The words lie in blocks of consecutive orders. The newest blocks are looked through first, and a list stops when its page is
//! full: a word that every tenth order has is found as quickly among a million orders as among a thousand.

use super::{Order, query::Condition};
use crate::{
    app::App,
    customers::Customer,
    error::Result,
    ids::OrderId,
    text::fold::{digits, fold, stem, words, words_within},
};
use sea_orm::{ConnectionTrait, Value};
use std::collections::BTreeSet;
use store::Tx;

const LONGEST: usize = 40;
const MOST_WORDS: usize = 120;
/// An order's block is its id without this many bits: 2,048 orders.
const BLOCK_BITS: u32 = 11;

/// The words under which an order is found.
pub fn words_of(order: &Order, customer: &Customer) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in [&order.number, &customer.name, &order.address, &order.district, &order.description] {
        found.extend(words_within(text, MOST_WORDS).into_iter().filter(|word| word.chars().count() >= 2));
    }
    found.insert(fold(&order.number));
    found.extend(number_tail(&order.number));
    if let Some(phone) = &customer.phone {
        let number = digits(phone);
        found.extend((0..number.len().saturating_sub(2)).map(|start| number[start..].to_owned()));
    }
    found.into_iter().map(|word| word.chars().take(LONGEST).collect()).take(MOST_WORDS).collect()
}

/// `26-000123` is also found as 123.
fn number_tail(number: &str) -> Option<String> {
    let tail = number.rsplit('-').next()?.trim_start_matches('0');
    (!tail.is_empty()).then(|| tail.to_owned())
}

/// The block in which an order's words lie.
pub fn block(order: OrderId) -> i64 {
    order.0 >> BLOCK_BITS
}

/// Writes an order's words anew.
pub async fn index(tx: &Tx, order: &Order, customer: &Customer) -> Result<()> {
    let engine = tx.engine();
    tx.conn().execute_raw(store::sql(engine, "DELETE FROM order_words WHERE order_id = ?", [order.id.into()])).await?;
    let words = words_of(order, customer);
    let rows = vec!["(?, ?, ?)"; words.len()].join(", ");
    let values = words.into_iter().flat_map(|word| [block(order.id).into(), Value::from(word), order.id.into()]);
    tx.conn().execute_raw(store::sql(engine, &format!("INSERT INTO order_words (block, word, order_id) VALUES {rows}"), values)).await?;
    Ok(())
}

/// Writes the words of all of a customer's orders anew: the name or the phone changed.
pub async fn index_customer(tx: &Tx, customer: &Customer) -> Result<()> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let orders = super::row::Entity::find().filter(super::row::Column::CustomerId.eq(customer.id)).all(tx.conn()).await?;
    for order in orders {
        index(tx, &order, customer).await?;
    }
    Ok(())
}

/// How many of the newest blocks are looked through first. If that does not fill the page, [`GROWTH`] times as many come next.
const FIRST_BLOCKS: usize = 2;
const GROWTH: usize = 8;

/// What is sought in the search field, and where.
#[derive(Clone, Debug)]
pub enum Sought {
    /// Nothing was typed: every order is welcome.
    Anything,
    /// What was typed holds no word.
    Nothing,
    Words {
        /// An order must have a word in each: `from <= word < to`.
        ranges: Vec<(String, String)>,
        /// The blocks to look through, the newest first.
        blocks: Vec<i64>,
    },
}

impl Sought {
    /// Reads what is typed; only among open orders if `open`. One statement, none where nothing is typed.
    pub async fn read(app: &App, typed: &str, open: bool) -> Result<Self> {
        let ranges = ranges(typed);
        if ranges.is_empty() {
            return Ok(if typed.trim().is_empty() { Self::Anything } else { Self::Nothing });
        }
        let blocks = if open { open_blocks(app).await? } else { all_blocks(app).await? };
        Ok(if blocks.is_empty() { Self::Nothing } else { Self::Words { ranges, blocks } })
    }

    /// The same in parts, for a list of the newest orders that stops when its page is full: each part's orders are older than those of
    /// the part before. `before` is the order after which the page begins.
    pub fn parts(self, before: Option<OrderId>) -> Vec<Self> {
        let Self::Words { ranges, blocks } = self else {
            return if matches!(self, Self::Anything) { vec![self] } else { vec![] };
        };
        let mut left = match before {
            Some(order) => &blocks[blocks.partition_point(|&newer| newer > block(order))..],
            None => &blocks[..],
        };
        let (mut parts, mut size) = (vec![], FIRST_BLOCKS);
        while !left.is_empty() {
            let (part, rest) = left.split_at(size.min(left.len()));
            parts.push(Self::Words { ranges: ranges.clone(), blocks: part.to_vec() });
            (left, size) = (rest, size.saturating_mul(GROWTH));
        }
        parts
    }

    /// The condition on `orders.id`, with its values.
    pub fn condition(&self) -> Option<Condition> {
        let (ranges, blocks) = match self {
            Self::Anything => return None,
            Self::Nothing => return Some(Condition("1 = 0".into(), vec![])),
            Self::Words { ranges, blocks } => (ranges, blocks),
        };
        let blocks = blocks.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        let one = format!("orders.id IN (SELECT order_id FROM order_words WHERE block IN ({blocks}) AND word >= ? AND word < ?)");
        let values = ranges.iter().flat_map(|(from, to)| [Value::from(from.clone()), Value::from(to.clone())]).collect();
        Some(Condition(vec![one; ranges.len()].join(" AND "), values))
    }
}

/// The blocks in which orders are open, the newest first.
async fn open_blocks(app: &App) -> Result<Vec<i64>> {
    // MariaDB counts shifted numbers as unsigned.
    let signed = app.db.engine().pick("INTEGER", "SIGNED");
    let text = format!("SELECT DISTINCT CAST(id >> {BLOCK_BITS} AS {signed}) AS block FROM orders WHERE open = 1 ORDER BY 1 DESC");
    let rows = app.db.read().query_all_raw(store::sql(app.db.engine(), &text, [])).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

/// Every block, the newest first.
async fn all_blocks(app: &App) -> Result<Vec<i64>> {
    let newest = app.db.read().query_one_raw(store::sql(app.db.engine(), "SELECT MAX(id) FROM orders", [])).await?;
    let newest = newest.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten();
    Ok(newest.map(|id| (0..=block(OrderId(id))).rev().collect()).unwrap_or_default())
}

/// What is typed into the search field, as ranges of words.
fn ranges(typed: &str) -> Vec<(String, String)> {
    let phone = digits(typed);
    let looks_like_phone = phone.len() >= 5
        && typed.chars().all(|c| c.is_ascii_digit() || " +-()\u{a0}".contains(c))
        && !typed.contains('-') | (phone.len() > 8);
    let wanted: Vec<String> = if looks_like_phone {
        // 8 912… and +7 912… are the same number: the tail without the first digit finds both.
        let tail = if phone.len() == 11 { &phone[1..] } else { &phone };
        vec![tail.to_owned()]
    } else if is_number(typed) {
        vec![fold(typed)]
    } else {
        words(typed).into_iter().map(|word| stem(&word)).collect()
    };
    wanted.into_iter().filter(|word| !word.is_empty()).take(6).map(range).collect()
}

fn is_number(typed: &str) -> bool {
    let typed = typed.trim();
    typed.len() >= 3 && typed.contains('-') && typed.chars().all(|c| c.is_ascii_digit() || c == '-')
}

fn range(start: String) -> (String, String) {
    let start: String = start.chars().take(LONGEST).collect();
    // The greatest character sorts after whatever may follow the beginning.
    let end = format!("{start}\u{10ffff}");
    (start, end)
}
