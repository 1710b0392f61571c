//! Search by words: the words of many rows in one indexed table, found by their beginnings.
//!
//! The words lie in blocks of consecutive rows. The newest blocks are looked through first, and a list stops when its page is full: a
//! word that every tenth row has is found as quickly among a million rows as among a thousand.

use crate::{app::App, error::Result};
use sea_orm::{ConnectionTrait, Value};
use std::collections::BTreeSet;
use store::Tx;

/// A word's first characters stand for it from here on.
const LONGEST: usize = 40;
/// A row's block is its id without this many bits: 2,048 rows.
const BLOCK_BITS: u32 = 11;
/// How many of the newest blocks are looked through first. If that does not fill the page, [`GROWTH`] times as many come next.
const FIRST_BLOCKS: usize = 2;
const GROWTH: usize = 8;

/// A table of words: `(block, word, key)`.
#[derive(Clone, Copy, Debug)]
pub struct WordIndex {
    pub table: &'static str,
    /// The column that names the row with the word.
    pub key: &'static str,
    /// The table of those rows.
    pub of: &'static str,
}

/// The block in which a row's words lie.
pub fn block(id: i64) -> i64 {
    id >> BLOCK_BITS
}

/// A word as it stands in the table.
pub fn shortened(word: &str) -> String {
    word.chars().take(LONGEST).collect()
}

impl WordIndex {
    /// Writes a row's words anew.
    pub async fn write(&self, tx: &Tx, id: i64, words: BTreeSet<String>) -> Result<()> {
        let Self { table, key, .. } = self;
        tx.conn().execute_raw(store::sql(tx.engine(), &format!("DELETE FROM {table} WHERE {key} = ?"), [id.into()])).await?;
        if words.is_empty() {
            return Ok(());
        }
        let rows = vec!["(?, ?, ?)"; words.len()].join(", ");
        let values = words.into_iter().flat_map(|word| [block(id).into(), Value::from(word), id.into()]);
        tx.conn().execute_raw(store::sql(tx.engine(), &format!("INSERT INTO {table} (block, word, {key}) VALUES {rows}"), values)).await?;
        Ok(())
    }

    /// Every block, the newest first. One statement.
    pub async fn blocks(&self, app: &App) -> Result<Vec<i64>> {
        let text = format!("SELECT MAX(id) FROM {}", self.of);
        let newest = app.db.read().query_one_raw(store::sql(app.db.engine(), &text, [])).await?;
        let newest = newest.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten();
        Ok(newest.map(|id| (0..=block(id)).rev().collect()).unwrap_or_default())
    }

    /// The blocks of the rows for which `condition` holds, the newest first. One statement.
    pub async fn blocks_where(&self, app: &App, condition: &str) -> Result<Vec<i64>> {
        // MariaDB counts shifted numbers as unsigned.
        let signed = app.db.engine().pick("INTEGER", "SIGNED");
        let text =
            format!("SELECT DISTINCT CAST(id >> {BLOCK_BITS} AS {signed}) AS block FROM {} WHERE {condition} ORDER BY 1 DESC", self.of);
        let rows = app.db.read().query_all_raw(store::sql(app.db.engine(), &text, [])).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
    }
}

/// What is sought, and where.
#[derive(Clone, Debug)]
pub enum Sought {
    /// Nothing was typed: every row is welcome.
    Anything,
    /// What was typed holds no word, or there is nowhere to look.
    Nothing,
    Words {
        /// A row must have a word in each: `from <= word < to`.
        ranges: Vec<(String, String)>,
        /// The blocks to look through, the newest first.
        blocks: Vec<i64>,
    },
}

impl Sought {
    /// Words that begin so, all of them, in these blocks.
    pub fn words(beginnings: Vec<String>, blocks: Vec<i64>) -> Self {
        if beginnings.is_empty() || blocks.is_empty() {
            return Self::Nothing;
        }
        // The greatest character sorts after whatever may follow the beginning.
        let range = |word: String| {
            let from = shortened(&word);
            let to = format!("{from}\u{10ffff}");
            (from, to)
        };
        Self::Words { ranges: beginnings.into_iter().map(range).collect(), blocks }
    }

    /// The same in parts, for a list of the newest rows that stops when its page is full: each part's rows are older than those of the
    /// part before. `before` is the row after which the page begins.
    pub fn parts(self, before: Option<i64>) -> Vec<Self> {
        let Self::Words { ranges, blocks } = self else {
            return if matches!(self, Self::Anything) { vec![self] } else { vec![] };
        };
        let mut left = match before {
            Some(id) => &blocks[blocks.partition_point(|&newer| newer > block(id))..],
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

    /// The condition on `column`, which holds the rows' ids, with its values; none where anything will do.
    pub fn condition(&self, index: &WordIndex, column: &str) -> Option<(String, Vec<Value>)> {
        let (ranges, blocks) = match self {
            Self::Anything => return None,
            Self::Nothing => return Some(("1 = 0".into(), vec![])),
            Self::Words { ranges, blocks } => (ranges, blocks),
        };
        let WordIndex { table, key, .. } = index;
        let blocks = blocks.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        let one = format!("{column} IN (SELECT {key} FROM {table} WHERE block IN ({blocks}) AND word >= ? AND word < ?)");
        let values = ranges.iter().flat_map(|(from, to)| [Value::from(from.clone()), Value::from(to.clone())]).collect();
        Some((vec![one; ranges.len()].join(" AND "), values))
    }
}
