//! Search by words: each order's number, name, phone, address and description as terms in one indexed table.
//!
//! A term is found by its beginning, so typing goes along one index range on both engines; of a phone every tail
//! is a term, so any fragment is found. Russian endings are cut off what is typed: «окна» finds «окно».

use super::Order;
use crate::{
    app::App,
    customers::Customer,
    error::{Error, Result},
    text::fold::{digits, fold, stem, words, words_within},
};
use sea_orm::{ConnectionTrait, Value};
use std::collections::BTreeSet;
use store::Tx;

const LONGEST: usize = 40;
const MOST_TERMS: usize = 120;

/// The terms under which an order is found.
pub fn terms(order: &Order, customer: &Customer) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for text in [&order.number, &customer.name, &order.address, &order.district, &order.description] {
        terms.extend(words_within(text, MOST_TERMS).into_iter().filter(|word| word.chars().count() >= 2));
    }
    terms.insert(fold(&order.number));
    terms.extend(number_tail(&order.number));
    if let Some(phone) = &customer.phone {
        let number = digits(phone);
        terms.extend((0..number.len().saturating_sub(2)).map(|start| number[start..].to_owned()));
    }
    terms.into_iter().map(|term| term.chars().take(LONGEST).collect()).take(MOST_TERMS).collect()
}

/// `26-000123` is also found as 123.
fn number_tail(number: &str) -> Option<String> {
    let tail = number.rsplit('-').next()?.trim_start_matches('0');
    (!tail.is_empty()).then(|| tail.to_owned())
}

/// Writes an order's terms anew.
pub async fn index(tx: &Tx, order: &Order, customer: &Customer) -> Result<()> {
    let engine = tx.engine();
    tx.conn().execute_raw(store::sql(engine, "DELETE FROM order_terms WHERE order_id = ?", [order.id.into()])).await?;
    let terms = terms(order, customer);
    let rows = vec!["(?, ?)"; terms.len()].join(", ");
    let values = terms.into_iter().flat_map(|term| [Value::from(term), Value::from(order.id.0)]);
    tx.conn().execute_raw(store::sql(engine, &format!("INSERT INTO order_terms (term, order_id) VALUES {rows}"), values)).await?;
    Ok(())
}

/// Writes the terms of all of a customer's orders anew: the name or the phone changed.
pub async fn index_customer(tx: &Tx, customer: &Customer) -> Result<()> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let orders = super::row::Entity::find().filter(super::row::Column::CustomerId.eq(customer.id)).all(tx.conn()).await?;
    for order in orders {
        index(tx, &order, customer).await?;
    }
    Ok(())
}

/// What is typed into the search field, as ranges of terms that an order must all have: `from <= term < to`.
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
    wanted.into_iter().filter(|term| !term.is_empty()).take(6).map(range).collect()
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

/// Up to so many orders are gathered and sorted. Where a word has more, a list is looked through in its own order until the
/// page is full, which takes the same time however many orders there are.
const FEW: i64 = 1_000;

/// A word that orders must have, as a range of terms, and whether few of them have it.
pub struct Word {
    from: String,
    to: String,
    is_rare: bool,
}

/// What is typed into the search field as words. One statement, none where nothing is typed.
pub async fn weigh(app: &App, typed: &str) -> Result<Vec<Word>> {
    let ranges = ranges(typed);
    if ranges.is_empty() {
        return Ok(vec![]);
    }
    let count =
        format!("(SELECT COUNT(*) FROM (SELECT 1 FROM order_terms WHERE term >= ? AND term < ? LIMIT {}) found)", FEW.saturating_add(1));
    let text = format!("SELECT {}", vec![count; ranges.len()].join(", "));
    let counts = app.db.read().query_one_raw(store::sql(app.db.engine(), &text, values_of(&ranges))).await?;
    let counts = counts.ok_or(Error::NotFound)?;
    let mut counts = store::Cells::of(&counts);
    ranges.into_iter().map(|(from, to)| Ok(Word { from, to, is_rare: counts.take::<i64>()? <= FEW })).collect()
}

fn values_of(ranges: &[(String, String)]) -> Vec<Value> {
    ranges.iter().flat_map(|(from, to)| [Value::from(from.clone()), Value::from(to.clone())]).collect()
}

/// The condition on `orders.id` for these words, with its values.
pub fn condition(words: &[Word]) -> (String, Vec<Value>) {
    let part = |word: &Word| {
        if word.is_rare {
            "orders.id IN (SELECT order_id FROM order_terms WHERE term >= ? AND term < ?)"
        } else {
            // As a value, because MariaDB makes a list of all orders with the word of an EXISTS.
            "(SELECT 1 FROM order_terms t WHERE t.order_id = orders.id AND t.term >= ? AND t.term < ? LIMIT 1) = 1"
        }
    };
    let text = words.iter().map(part).collect::<Vec<_>>().join(" AND ");
    let values = words.iter().flat_map(|word| [Value::from(word.from.clone()), Value::from(word.to.clone())]).collect();
    (text, values)
}
