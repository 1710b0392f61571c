//! The words under which orders are found: number, name, phone, address and description.
//!
//! Of a phone every tail is a word, so any fragment is found. Russian endings are cut off what is typed: «окна» finds «окно».

use super::Order;
use crate::{
    app::App,
    customers::Customer,
    error::Result,
    search::{Sought, WordIndex, shortened},
    text::fold::{digits, fold, stem, words, words_within},
};
use std::collections::BTreeSet;
use store::Tx;

const MOST_WORDS: usize = 120;
pub(super) const INDEX: WordIndex = WordIndex { table: "order_words", key: "order_id", of: "orders" };

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
    found.iter().map(|word| shortened(word)).take(MOST_WORDS).collect()
}

/// `26-000123` is also found as 123.
fn number_tail(number: &str) -> Option<String> {
    let tail = number.rsplit('-').next()?.trim_start_matches('0');
    (!tail.is_empty()).then(|| tail.to_owned())
}

/// Writes an order's words anew.
pub async fn index(tx: &Tx, order: &Order, customer: &Customer) -> Result<()> {
    INDEX.write(tx, order.id.0, words_of(order, customer)).await
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

/// Reads what is typed into the search field; only among open orders if `open`. One statement, none where nothing is typed.
pub async fn sought(app: &App, typed: &str, open: bool) -> Result<Sought> {
    let beginnings = beginnings(typed);
    if beginnings.is_empty() {
        return Ok(if typed.trim().is_empty() { Sought::Anything } else { Sought::Nothing });
    }
    let blocks = if open { INDEX.blocks_where(app, "open = 1").await? } else { INDEX.blocks(app).await? };
    Ok(Sought::words(beginnings, blocks))
}

/// What is typed, as beginnings of words that an order must all have.
fn beginnings(typed: &str) -> Vec<String> {
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
    wanted.into_iter().filter(|word| !word.is_empty()).take(6).collect()
}

fn is_number(typed: &str) -> bool {
    let typed = typed.trim();
    typed.len() >= 3 && typed.contains('-') && typed.chars().all(|c| c.is_ascii_digit() || c == '-')
}
