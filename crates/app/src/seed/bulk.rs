//! Rows written many at a time: one INSERT for a few hundred of them.

use crate::error::Result;
use sea_orm::{ConnectionTrait, EntityName, EntityTrait, IdenStatic, Iterable, ModelTrait, Value};
use store::Tx;

/// SQLite takes 32,766 values in a statement; longer statements are not quicker than these.
const MOST_VALUES: usize = 8_000;
const MOST_ROWS: usize = 500;

/// Rows for one table.
#[derive(PartialEq)]
pub struct Sheet {
    table: String,
    columns: Vec<String>,
    values: Vec<Value>,
}

/// Whole numbers, dates and gaps stand in the statement itself, which spares half of the binding; text never does.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::BigInt(number) => Some(number.map_or_else(|| "NULL".into(), |number| number.to_string())),
        Value::Bool(flag) => Some(flag.map_or("NULL", |flag| if flag { "1" } else { "0" }).into()),
        Value::String(None) | Value::Double(None) => Some("NULL".into()),
        _ => None,
    }
}

impl Sheet {
    /// For rows of an entity.
    pub fn of<M: ModelTrait>() -> Self {
        let columns = <M::Entity as EntityTrait>::Column::iter().map(|column| column.as_str().to_owned()).collect();
        Self { table: M::Entity::default().table_name().to_owned(), columns, values: vec![] }
    }

    /// For rows given column by column.
    pub fn plain(table: &str, columns: &[&str]) -> Self {
        Self { table: table.to_owned(), columns: columns.iter().map(|&name| name.to_owned()).collect(), values: vec![] }
    }

    /// Adds a row of the entity that the sheet was made for.
    pub fn push<M: ModelTrait>(&mut self, row: &M) {
        self.values.extend(<M::Entity as EntityTrait>::Column::iter().map(|column| row.get(column)));
    }

    /// Adds a row to a sheet made by [`Sheet::plain`].
    pub fn add<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.columns.len(), "{} has other columns", self.table);
        self.values.extend(row);
    }

    /// Writes the rows.
    pub async fn write(&self, tx: &Tx) -> Result<()> {
        let width = self.columns.len();
        let rows = (MOST_VALUES / width).min(MOST_ROWS);
        for chunk in self.values.chunks(rows * width) {
            let (text, bound) = self.statement(chunk);
            tx.conn().execute_raw(store::sql(tx.engine(), &text, bound)).await?;
        }
        Ok(())
    }

    fn statement(&self, chunk: &[Value]) -> (String, Vec<Value>) {
        let mut text = format!("INSERT INTO {} ({}) VALUES ", self.table, self.columns.join(", "));
        let mut bound = vec![];
        for (place, value) in chunk.iter().enumerate() {
            let first = place % self.columns.len() == 0;
            text.push_str(if !first {
                ", "
            } else if place == 0 {
                "("
            } else {
                "), ("
            });
            match literal(value) {
                Some(literal) => text.push_str(&literal),
                None => {
                    text.push('?');
                    bound.push(value.clone());
                }
            }
        }
        text.push(')');
        (text, bound)
    }
}
