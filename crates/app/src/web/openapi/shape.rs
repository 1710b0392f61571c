//! The shapes of inputs, found by letting each input read itself while [`Fields`] notes what is asked for.

use crate::{
    error::FieldErrors,
    web::{Choice, Fields, Input},
};
use serde_json::{Map, Value, json};
use std::ops::RangeInclusive;

/// What an input asked for: the name of each field and its schema.
#[derive(Clone, Debug, Default)]
pub struct Notes(Map<String, Value>);

impl Notes {
    /// Notes a field; the first word about it is the most exact one, as narrow readers use the wider ones.
    pub fn add(&mut self, name: &str, schema: Value) {
        let any = self.0.get(name).is_none_or(|known| known.as_object().is_some_and(Map::is_empty));
        if any {
            self.0.insert(name.to_owned(), schema);
        }
    }

    /// The object with these fields. Those whose absence is a fault are required; the others may also be null.
    pub fn object(self, faults: &FieldErrors, prefix: &str) -> Value {
        let required = |name: &str| faults.iter().any(|fault| fault.code == "required" && fault.field == format!("{prefix}{name}"));
        let names: Vec<String> = self.0.keys().filter(|name| required(name)).cloned().collect();
        let properties: Map<String, Value> =
            self.0.into_iter().map(|(name, schema)| if names.contains(&name) { (name, schema) } else { (name, or_null(schema)) }).collect();
        let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !names.is_empty() {
            object["required"] = json!(names);
        }
        object
    }
}

/// The schema of a JSON body that `T` reads.
pub fn body<T: Input>() -> Value {
    let nothing = Map::new();
    let mut plain = Fields::of_json(&nothing);
    T::read(&mut plain);
    let faults = plain.finish();
    let mut recording = Fields::recording(&nothing);
    T::read(&mut recording);
    recording.into_notes().object(&faults, "")
}

/// The parameters of a query string that `T` reads.
pub fn query<T: Input>() -> Vec<Value> {
    let nothing = Map::new();
    let mut recording = Fields::recording(&nothing);
    T::read(&mut recording);
    let notes = recording.into_notes();
    notes.0.into_iter().map(|(name, schema)| json!({ "name": name, "in": "query", "required": false, "schema": schema })).collect()
}

/// A field that may be missing may be null as well.
fn or_null(mut schema: Value) -> Value {
    if let Some(kind) = schema.get("type").and_then(Value::as_str).map(str::to_owned) {
        schema["type"] = json!([kind, "null"]);
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    schema
}

pub(in crate::web) fn text(max: usize) -> Value {
    json!({ "type": "string", "maxLength": max })
}

pub(in crate::web) fn password() -> Value {
    json!({ "type": "string", "format": "password", "maxLength": 1000 })
}

pub(in crate::web) fn whole(range: &RangeInclusive<i64>) -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": range.start(), "maximum": range.end() })
}

pub(in crate::web) fn degrees(limit: f64) -> Value {
    json!({ "type": "number", "minimum": -limit, "maximum": limit })
}

pub(in crate::web) fn money(most: i64) -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": 0, "maximum": most, "description": "Kopecks." })
}

pub(in crate::web) fn flag() -> Value {
    json!({ "type": "boolean" })
}

pub(in crate::web) fn choice<T: Choice>() -> Value {
    let words: Vec<&str> = T::ALL.iter().map(|choice| choice.code()).collect();
    json!({ "type": "string", "enum": words })
}

pub(in crate::web) fn instant() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

pub(in crate::web) fn bound() -> Value {
    json!({ "type": "string", "description": "RFC 3339, or a day (`2026-11-24`) in the company's zone." })
}

pub(in crate::web) fn id() -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": 1 })
}

pub(in crate::web) fn phone() -> Value {
    json!({ "type": "string", "maxLength": 60, "description": "A phone number in E.164 or as Russians write it: `+79161234567`, `8 (916) 123-45-67`." })
}

pub(in crate::web) fn email() -> Value {
    json!({ "type": "string", "format": "email", "maxLength": 254 })
}

pub(in crate::web) fn list(of: &Value, most: usize) -> Value {
    json!({ "type": "array", "items": of, "maxItems": most })
}
