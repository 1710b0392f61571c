//! Reading rows of many cells.

use crate::dialect::{Engine, sql};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, TryGetable, Value, sea_query::ArrayType, sea_query::ValueType};
use serde_json::Value as Json;

/// A statement for lists: rows of many cells, asked for often.
///
/// SQLite's driver copies each cell on its own from one thread to another, which takes several times longer than finding
/// the row. There a row travels as one JSON array; MariaDB's rows come whole anyway.
pub struct Select {
    /// What a row consists of, without names.
    pub columns: String,
    /// From FROM on.
    pub rest: String,
}

impl Select {
    /// The statement for this engine.
    pub fn text(&self, engine: Engine) -> String {
        let Self { columns, rest } = self;
        match engine {
            Engine::Sqlite => format!("SELECT json_array({columns}) {rest}"),
            Engine::MariaDb => format!("SELECT {columns} {rest}"),
        }
    }

    /// The rows, each read by `read`, which takes the cells in the order of the columns.
    ///
    /// # Errors
    /// What the database says, and [`DbErr::Type`] for a cell that holds something else than is taken.
    pub async fn rows<T>(
        &self,
        conn: &impl ConnectionTrait,
        engine: Engine,
        values: Vec<Value>,
        read: impl Fn(&mut Cells<'_>) -> Result<T, DbErr>,
    ) -> Result<Vec<T>, DbErr> {
        let rows = conn.query_all_raw(sql(engine, &self.text(engine), values)).await?;
        match engine {
            Engine::Sqlite => rows.iter().map(|row| read(&mut Cells::of_json(&row.try_get_by_index::<String>(0)?)?)).collect(),
            Engine::MariaDb => rows.iter().map(|row| read(&mut Cells::of(row))).collect(),
        }
    }
}

/// The cells of a row one after another, in the order in which the statement names its columns.
pub struct Cells<'r>(Source<'r>);

enum Source<'r> {
    Row { row: &'r QueryResult, place: usize },
    Json(std::vec::IntoIter<Json>),
}

impl<'r> Cells<'r> {
    /// From the first column on.
    pub fn of(row: &'r QueryResult) -> Self {
        Self(Source::Row { row, place: 0 })
    }

    fn of_json(array: &str) -> Result<Self, DbErr> {
        let cells: Vec<Json> = serde_json::from_str(array).map_err(|e| DbErr::Type(e.to_string()))?;
        Ok(Self(Source::Json(cells.into_iter())))
    }

    /// The next cell.
    ///
    /// # Errors
    /// When there is none or it holds something else.
    pub fn take<T: TryGetable + ValueType>(&mut self) -> Result<T, DbErr> {
        match &mut self.0 {
            Source::Row { row, place } => {
                *place += 1;
                Ok(row.try_get_by_index(*place - 1)?)
            }
            Source::Json(cells) => {
                let cell = cells.next().ok_or_else(|| DbErr::Type("the row has no more cells".into()))?;
                <T as ValueType>::try_from(value_of(&T::array_type(), cell)?).map_err(|_| mismatch::<T>())
            }
        }
    }
}

/// A cell as SeaORM knows it; SQLite has no truth values but 0 and 1.
fn value_of(kind: &ArrayType, cell: Json) -> Result<Value, DbErr> {
    let is_null = cell.is_null();
    let value = match (kind, cell) {
        (ArrayType::String, Json::String(text)) => Value::from(text),
        (ArrayType::String, Json::Null) => Value::from(None::<String>),
        (ArrayType::BigInt, cell) => Value::BigInt(cell.as_i64()),
        (ArrayType::Double, cell) => Value::Double(cell.as_f64()),
        (ArrayType::Bool, cell) => Value::Bool(cell.as_i64().map(|number| number != 0)),
        (kind, _) => return Err(DbErr::Type(format!("a cell is no {kind:?}"))),
    };
    let is_lost = !is_null && matches!(value, Value::BigInt(None) | Value::Double(None) | Value::Bool(None));
    if is_lost { Err(DbErr::Type(format!("a cell is no {kind:?}"))) } else { Ok(value) }
}

fn mismatch<T: ValueType>() -> DbErr {
    DbErr::Type(format!("a cell is no {}", T::type_name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Db;

    async fn read<T>(columns: &str, read: impl Fn(&mut Cells<'_>) -> Result<T, DbErr>) -> Result<Vec<T>, DbErr> {
        let db = Db::connect("sqlite::memory:").await?;
        let select = Select { columns: columns.into(), rest: "FROM (SELECT 1)".into() };
        select.rows(db.read(), db.engine(), vec![], read).await
    }

    #[tokio::test]
    async fn every_kind_of_cell_comes_as_it_was() {
        let columns = "9007199254740993, 56.838011026, 0.1, 60.0, 1, 0, NULL, NULL, NULL, 'О''Нил «\"\\» 👷 \u{202e}', ''";
        let rows = read(columns, |cells| {
            assert_eq!(cells.take::<i64>()?, 9_007_199_254_740_993);
            assert_eq!(cells.take::<f64>()?.to_bits(), 56.838_011_026_f64.to_bits());
            assert_eq!(cells.take::<Option<f64>>()?.map(f64::to_bits), Some(0.1_f64.to_bits()));
            assert_eq!(cells.take::<f64>()?.to_bits(), 60.0_f64.to_bits());
            assert!(cells.take::<bool>()?);
            assert_eq!(cells.take::<Option<bool>>()?, Some(false));
            assert_eq!(cells.take::<Option<i64>>()?, None);
            assert_eq!(cells.take::<Option<String>>()?, None);
            assert_eq!(cells.take::<Option<f64>>()?, None);
            assert_eq!(cells.take::<String>()?, "О'Нил «\"\\» 👷 \u{202e}");
            assert_eq!(cells.take::<Option<String>>()?, Some(String::new()));
            assert!(cells.take::<i64>().is_err(), "there is no more");
            Ok(())
        });
        assert_eq!(rows.await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_cell_of_another_kind_is_an_error() {
        assert!(read("'text'", |cells| cells.take::<i64>()).await.is_err());
        assert!(read("'text'", |cells| cells.take::<Option<i64>>()).await.is_err());
        assert!(read("1", |cells| cells.take::<String>()).await.is_err());
        assert!(read("NULL", |cells| cells.take::<i64>()).await.is_err());
        assert!(read("NULL", |cells| cells.take::<String>()).await.is_err());
    }
}
