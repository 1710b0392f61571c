//! The parameters of a call, in whichever of the four forms they came.

use super::Refusal;
use crate::parcel::Upload;
use axum::{
    extract::{FromRequest, Multipart, Request},
    http::header::CONTENT_TYPE,
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The most that is read of a call: a file of 50 MB and what stands around it.
pub const LARGEST: usize = 51 << 20;

#[derive(Debug, Default)]
pub struct Params {
    values: Map<String, Value>,
    files: HashMap<String, Upload>,
}

impl From<Map<String, Value>> for Params {
    fn from(values: Map<String, Value>) -> Self {
        Self { values, files: HashMap::new() }
    }
}

impl Params {
    /// Reads query and body; what is in the body counts more.
    pub async fn read(request: Request) -> Result<Self, Refusal> {
        let mut params = Self::default();
        params.add_form(request.uri().query().unwrap_or_default().as_bytes());
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_lowercase();
        if kind.starts_with("multipart/form-data") {
            let form = Multipart::from_request(request, &()).await.map_err(|e| Refusal::bad(&e.body_text()))?;
            params.add_multipart(form).await?;
            return Ok(params);
        }
        let body = axum::body::to_bytes(request.into_body(), LARGEST).await.map_err(|_| Refusal::too_large())?;
        if kind.starts_with("application/json") && !body.is_empty() {
            let values: Map<String, Value> = serde_json::from_slice(&body).map_err(|_| Refusal::bad("can't parse JSON object"))?;
            params.values.extend(values);
        } else {
            params.add_form(&body);
        }
        Ok(params)
    }

    fn add_form(&mut self, form: &[u8]) {
        self.values.extend(form_urlencoded::parse(form).map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))));
    }

    async fn add_multipart(&mut self, mut form: Multipart) -> Result<(), Refusal> {
        while let Some(field) = form.next_field().await.map_err(|_| Refusal::too_large())? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let mime = field.content_type().unwrap_or("application/octet-stream").to_owned();
            let bytes = field.bytes().await.map_err(|_| Refusal::too_large())?;
            match file {
                Some(file) => drop(self.files.insert(name, Upload { name: file, mime, bytes })),
                None => drop(self.values.insert(name, String::from_utf8_lossy(&bytes).into_owned().into())),
            }
        }
        Ok(())
    }

    pub fn text(&self, name: &str) -> &str {
        self.values.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn integer(&self, name: &str) -> Option<i64> {
        let value = self.values.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
    }

    pub fn number(&self, name: &str) -> Option<f64> {
        let value = self.values.get(name)?;
        value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
    }

    pub fn flag(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| value == true || matches!(value.as_str(), Some("true" | "True" | "1")))
    }

    /// Something nested: as it is in JSON, as text of JSON in a form.
    pub fn nested(&self, name: &str) -> Result<Option<Value>, Refusal> {
        match self.values.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => {
                serde_json::from_str(text).map(Some).map_err(|_| Refusal::bad(&format!("can't parse {name} JSON object")))
            }
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// A file sent along under this name, or under the one that `attach://` gives.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        self.files.get(name).or_else(|| self.files.get(self.text(name).strip_prefix("attach://")?))
    }
}
