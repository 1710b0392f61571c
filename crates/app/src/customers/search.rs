//! Search for customers: the words of the name, every tail of the phone and the e-mail address as terms in one indexed
//! table. A term is found by its beginning, so a fragment from anywhere in the phone is one index range on both engines.

use super::Customer;
use crate::{
    error::Result,
    ids::CustomerId,
    text::fold::{digits, fold, words},
};
use sea_orm::{ConnectionTrait, Value};
use std::collections::BTreeSet;
use store::Tx;

const LONGEST: usize = 40;
/// Fewer digits are found everywhere and tell nothing.
const LEAST_DIGITS: usize = 3;

/// The terms under which a customer is found.
pub fn terms(customer: &Customer) -> BTreeSet<String> {
    let mut terms: BTreeSet<String> = words(&customer.name).into_iter().collect();
    if let Some(phone) = &customer.phone {
        let number = digits(phone);
        terms.extend((0..=number.len().saturating_sub(LEAST_DIGITS)).map(|start| number[start..].to_owned()));
    }
    terms.extend(customer.email.as_deref().map(fold));
    terms.into_iter().map(|term| term.chars().take(LONGEST).collect()).collect()
}

/// Takes a customer out of the search.
pub async fn forget(tx: &Tx, id: CustomerId) -> Result<()> {
    tx.conn().execute_raw(store::sql(tx.engine(), "DELETE FROM customer_terms WHERE customer_id = ?", [id.into()])).await?;
    Ok(())
}

/// Writes a customer's terms anew.
pub async fn index(tx: &Tx, customer: &Customer) -> Result<()> {
    let engine = tx.engine();
    forget(tx, customer.id).await?;
    let terms = terms(customer);
    if terms.is_empty() {
        return Ok(());
    }
    let rows = vec!["(?, ?)"; terms.len()].join(", ");
    let values = terms.into_iter().flat_map(|term| [Value::from(term), Value::from(customer.id.0)]);
    tx.conn().execute_raw(store::sql(engine, &format!("INSERT INTO customer_terms (term, customer_id) VALUES {rows}"), values)).await?;
    Ok(())
}

/// What is typed, as the beginnings of terms: a customer must have one of each group.
fn wanted(typed: &str) -> Vec<Vec<String>> {
    let number = digits(typed);
    let is_phone = number.len() >= LEAST_DIGITS && typed.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-–().".contains(c));
    if is_phone {
        // 8 912… and +7 912… are the same number.
        let national = number.strip_prefix('8').filter(|rest| rest.len() >= LEAST_DIGITS).map(str::to_owned);
        let whole = number.len() == 11 && national.is_some();
        return vec![national.into_iter().chain((!whole).then_some(number)).collect()];
    }
    if typed.contains('@') {
        return vec![vec![fold(typed)]];
    }
    words(typed).into_iter().map(|word| vec![word]).collect()
}

/// The condition on `customers.id` for what is typed, with its values; nothing typed finds everybody.
pub fn condition(typed: &str) -> (String, Vec<Value>) {
    let groups = wanted(typed);
    if groups.is_empty() {
        return (if typed.trim().is_empty() { "1 = 1" } else { "1 = 0" }.into(), vec![]);
    }
    let mut values = vec![];
    let parts: Vec<String> = groups
        .into_iter()
        .map(|group| {
            let ranges = vec!["term >= ? AND term < ?"; group.len()].join(" OR ");
            for start in group {
                let start: String = start.chars().take(LONGEST).collect();
                // The greatest character sorts after whatever may follow the beginning.
                values.extend([Value::from(start.clone()), Value::from(format!("{start}\u{10ffff}"))]);
            }
            format!("customers.id IN (SELECT customer_id FROM customer_terms WHERE {ranges})")
        })
        .collect();
    (parts.join(" AND "), values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed() {
        for (typed, expected) in [
            ("8 (912) 000-11-22", vec![vec!["9120001122"]]),
            ("+7 912 000", vec![vec!["7912000"]]),
            ("8 912", vec![vec!["912", "8912"]]),
            ("11-22", vec![vec!["1122"]]),
            ("12", vec![vec!["12"]]),
            ("Смир Оль", vec![vec!["смир"], vec!["оль"]]),
            ("Olga@Example.ru", vec![vec!["olga@example.ru"]]),
            (" ", vec![]),
        ] {
            assert_eq!(wanted(typed), expected, "{typed}");
        }
    }
}
