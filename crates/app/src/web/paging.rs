//! Pages of a list by key: each page begins after the last row of the one before, however long the list is.

use crate::{
    error::{Error, Result},
    web::Fields,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Ref, RefOr,
        schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type},
    },
};

/// How much of a list is wanted, and after which row.
#[derive(Clone, Debug)]
pub struct Paging {
    /// 1 to 200 rows.
    pub limit: u64,
    after: Option<Vec<i64>>,
}

/// A page of a list, as the API gives it.
#[derive(Clone, Debug, Serialize)]
pub struct List<T> {
    pub items: Vec<T>,
    /// Given back as `cursor`, it asks for the next page; null at the end.
    pub next_cursor: Option<String>,
}

impl<T: ToSchema> PartialSchema for List<T> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new().items(Ref::from_schema_name(T::name()));
        let cursor = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some("Given back as `cursor`, it asks for the next page; null at the end."));
        ObjectBuilder::new().property("items", items).required("items").property("next_cursor", cursor).required("next_cursor").into()
    }
}

impl<T: ToSchema> ToSchema for List<T> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

impl Default for Paging {
    fn default() -> Self {
        Self { limit: 50, after: None }
    }
}

impl Paging {
    /// The first so many rows.
    pub fn first(limit: u64) -> Self {
        Self { limit, after: None }
    }

    /// Reads `limit` and `cursor`.
    pub fn read(fields: &mut Fields) -> Self {
        let limit = fields.optional_whole("limit", 1..=200).unwrap_or(50).unsigned_abs();
        let cursor = fields.optional_text("cursor", 200);
        let after = if cursor.is_empty() { None } else { decode(&cursor) };
        if !cursor.is_empty() && after.is_none() {
            fields.error("cursor", "invalid");
        }
        Self { limit, after }
    }

    /// Whether the list is asked for from its beginning.
    pub fn is_first(&self) -> bool {
        self.after.is_none()
    }

    /// The key of the last row seen, if it has as many parts as this list's key.
    ///
    /// # Errors
    /// When the cursor belongs to another list.
    pub fn after<const N: usize>(&self) -> Result<Option<[i64; N]>> {
        match &self.after {
            None => Ok(None),
            Some(key) => <[i64; N]>::try_from(key.as_slice()).map(Some).map_err(|_| Error::field("cursor", "invalid")),
        }
    }

    /// One row more than wanted tells whether there is a next page.
    pub fn fetch(&self) -> u64 {
        self.limit + 1
    }

    /// How many rows are still to be fetched when so many have been.
    pub fn left(&self, fetched: usize) -> u64 {
        self.fetch().saturating_sub(u64::try_from(fetched).unwrap_or(u64::MAX))
    }

    /// Makes the page of rows fetched by [`Paging::fetch`].
    pub fn page<T, const N: usize>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> [i64; N]) -> List<T> {
        let limit = usize::try_from(self.limit).unwrap_or(200);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more { rows.last().map(|row| encode(&key(row))) } else { None };
        List { items: rows, next_cursor }
    }
}

impl<T> List<T> {
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> List<U> {
        List { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}

fn encode(key: &[i64]) -> String {
    let text: Vec<String> = key.iter().map(ToString::to_string).collect();
    URL_SAFE_NO_PAD.encode(text.join("."))
}

fn decode(cursor: &str) -> Option<Vec<i64>> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    std::str::from_utf8(&bytes).ok()?.split('.').map(|part| part.parse().ok()).collect()
}
