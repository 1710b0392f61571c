//! What a handler takes and gives, read off its type.

use super::shape;
use crate::{
    access::Actor,
    accounts::Origin,
    app::App,
    error::Result,
    web::{ApiBody, Created, Input, Shell, Versioned, client::ClientIp, input::Query, routes::Endpoint},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Multipart, Path, Request, State},
    handler::Handler,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{MethodFilter, MethodRouter, on},
};
use serde_json::{Value, json};
use std::marker::PhantomData;
use utoipa::{
    ToSchema,
    openapi::{RefOr, schema::Schema},
};

/// One operation of the API, as far as it is told already.
#[derive(Default)]
pub struct Operation {
    pub query: Vec<Value>,
    pub body: Option<Value>,
    pub status: u16,
    /// The media type and schema of the answer's body.
    pub answer: Option<(String, Value)>,
    /// The answer carries the row's version, so a change may name the one it saw.
    pub versioned: bool,
    pub located: bool,
    /// It reads the headers of a command.
    pub command: bool,
    pub schemas: Vec<(String, Value)>,
}

impl Operation {
    /// The schema of `T`: by reference, or in place for a generic one, whose name says too little.
    fn schema<T: ToSchema>(&mut self) -> Value {
        let mut inner: Vec<(String, RefOr<Schema>)> = vec![];
        T::schemas(&mut inner);
        self.schemas.extend(inner.into_iter().map(|(name, schema)| (name, json!(schema))));
        let name = T::name();
        if std::any::type_name::<T>().contains('<') || name == "Value" {
            return json!(T::schema());
        }
        self.schemas.push((name.to_string(), json!(T::schema())));
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    fn gives<T: ToSchema>(&mut self, status: u16) {
        let schema = self.schema::<T>();
        self.status = status;
        self.answer = Some(("application/json".into(), schema));
    }
}

/// An argument of a handler that tells which part of the request it reads.
pub trait Takes {
    fn takes(operation: &mut Operation);
}

macro_rules! takes_nothing {
    ($($kind:ty),+ $(,)?) => { $(impl Takes for $kind { fn takes(_: &mut Operation) {} })+ };
}

takes_nothing!(State<App>, Actor, Origin, Shell, ClientIp, HeaderMap, axum::http::Method, axum::http::Uri);

impl<T: Takes> Takes for Option<T> {
    fn takes(operation: &mut Operation) {
        T::takes(operation);
    }
}

/// The route's own path names its parameters.
impl<T> Takes for Path<T> {
    fn takes(_: &mut Operation) {}
}

impl<T: Input> Takes for ApiBody<T> {
    fn takes(operation: &mut Operation) {
        operation.command = true;
        let schema = shape::body::<T>();
        let empty = schema["properties"].as_object().is_none_or(serde_json::Map::is_empty);
        let required = schema.get("required").is_some();
        operation.body = (!empty).then(|| json!({ "required": required, "content": { "application/json": { "schema": schema } } }));
    }
}

impl<T: Input> Takes for Query<T> {
    fn takes(operation: &mut Operation) {
        operation.query = shape::query::<T>();
    }
}

impl Takes for Multipart {
    fn takes(operation: &mut Operation) {
        let schema =
            json!({ "type": "object", "properties": { "file": { "type": "string", "contentMediaType": "application/octet-stream" } } });
        operation.body = Some(json!({ "required": true, "content": { "multipart/form-data": { "schema": schema } } }));
    }
}

macro_rules! takes_bytes {
    ($($kind:ty),+) => {
        $(impl Takes for $kind {
            fn takes(operation: &mut Operation) {
                operation.body = Some(json!({ "required": true, "content": { "application/octet-stream": {} } }));
            }
        })+
    };
}

takes_bytes!(Bytes, Request);

/// What a handler returns, telling the answer it makes.
pub trait Gives {
    fn gives(operation: &mut Operation);
}

impl<T: Gives> Gives for Result<T> {
    fn gives(operation: &mut Operation) {
        T::gives(operation);
    }
}

impl<T: ToSchema> Gives for Json<T> {
    fn gives(operation: &mut Operation) {
        operation.gives::<T>(200);
    }
}

impl<T: ToSchema> Gives for Versioned<T> {
    fn gives(operation: &mut Operation) {
        operation.gives::<T>(200);
        operation.versioned = true;
    }
}

impl<T: ToSchema> Gives for Created<T> {
    fn gives(operation: &mut Operation) {
        operation.gives::<T>(201);
        operation.versioned = true;
        operation.located = true;
    }
}

/// A bare status says that there is nothing more to say.
impl Gives for StatusCode {
    fn gives(operation: &mut Operation) {
        operation.status = 204;
    }
}

/// The handler's own status; 201 unless the description says otherwise.
impl<T: ToSchema> Gives for (StatusCode, Json<T>) {
    fn gives(operation: &mut Operation) {
        operation.gives::<T>(201);
    }
}

impl Gives for Response {
    fn gives(operation: &mut Operation) {
        operation.status = 200;
        operation.answer = Some(("application/octet-stream".into(), json!({})));
    }
}

/// A function whose arguments and result tell what it takes and gives. `A` is the list of its arguments.
pub trait Signature<A> {
    fn describe(operation: &mut Operation);
}

macro_rules! signatures {
    ($($arg:ident)*) => {
        impl<F, Fut, R, $($arg),*> Signature<($($arg,)*)> for F
        where
            F: Fn($($arg),*) -> Fut,
            Fut: Future<Output = R>,
            R: Gives,
            $($arg: Takes,)*
        {
            fn describe(operation: &mut Operation) {
                $($arg::takes(operation);)*
                R::gives(operation);
            }
        }
    };
}

signatures!();
signatures!(A1);
signatures!(A1 A2);
signatures!(A1 A2 A3);
signatures!(A1 A2 A3 A4);
signatures!(A1 A2 A3 A4 A5);
signatures!(A1 A2 A3 A4 A5 A6);
signatures!(A1 A2 A3 A4 A5 A6 A7);

/// What the API's document says about a route besides its method, path and access.
#[derive(Clone, Copy)]
pub struct Described {
    pub summary: &'static str,
    pub detail: &'static str,
    describe: fn(&mut Operation),
    status: Option<u16>,
    media: Option<&'static str>,
    input: Option<fn() -> Value>,
}

impl Described {
    /// The operation as the handler's type tells it, with what the type cannot know.
    pub fn operation(&self) -> Operation {
        let mut operation = Operation::default();
        (self.describe)(&mut operation);
        operation.status = self.status.unwrap_or(operation.status);
        if let Some(media) = self.media {
            let schema = if media.starts_with("text/") { json!({ "type": "string" }) } else { json!({}) };
            operation.answer = Some((media.to_owned(), schema));
        }
        if let Some(input) = self.input {
            operation.body = Some(input());
        }
        operation
    }
}

/// A handler with its description.
pub struct Doc<H, A> {
    handler: H,
    described: Described,
    arguments: PhantomData<fn() -> A>,
}

/// Describes a handler of the API: `.get("/api/v1/orders", Access::SignedIn, doc("List orders", index))`.
pub fn doc<H: Signature<A>, A>(summary: &'static str, handler: H) -> Doc<H, A> {
    let described = Described { summary, detail: "", describe: H::describe, status: None, media: None, input: None };
    Doc { handler, described, arguments: PhantomData }
}

impl<H, A> Doc<H, A> {
    /// Says more than the summary: what else happens, who may, what is refused.
    pub fn detail(mut self, text: &'static str) -> Self {
        self.described.detail = text;
        self
    }

    /// The status of the answer, where the handler's type does not tell.
    pub fn status(mut self, status: u16) -> Self {
        self.described.status = Some(status);
        self
    }

    /// The media type of the answer, where the handler's type does not tell.
    pub fn media(mut self, media: &'static str) -> Self {
        self.described.media = Some(media);
        self
    }

    /// The JSON body, where the handler reads `T` by other means than [`ApiBody`].
    pub fn takes<T: Input>(mut self) -> Self {
        self.described.input = Some(|| json!({ "required": true, "content": { "application/json": { "schema": shape::body::<T>() } } }));
        self
    }
}

/// Marks a handler with its description.
pub struct Told<T>(PhantomData<T>);

impl<H: Handler<T, App>, T: 'static, A> Endpoint<Told<T>> for Doc<H, A> {
    fn open(self, filter: MethodFilter) -> (MethodRouter<App>, Option<Described>) {
        (on(filter, self.handler), Some(self.described))
    }
}
