//! Puts the operations together into one document.

use super::{Described, Operation};
use crate::{
    access::Access,
    web::{Route, face::Problem, router},
};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;
use utoipa::{PartialSchema, ToSchema};

const ABOUT: &str = "\
Bodies are JSON. Times are RFC 3339 in UTC, money is a whole number of kopecks, ids are whole numbers.\n\n\
**Signing in.** `POST /api/v1/auth/sessions` gives an access token (ten minutes) to send as `Authorization: Bearer …`, \
and a refresh token for a new one.\n\n\
**Who sees what.** What a person may not see does not exist for them: the answer is 404, and fields they may not know are left out.\n\n\
**Versions.** A row carries `version`, a single row also `ETag`. A change that names the version it saw in `If-Match` is \
refused with 412 when somebody changed the row since.\n\n\
**Repeats.** A command with an `Idempotency-Key` (a UUID) is carried out once: the same key with the same body gives the first \
answer again for two days, with another body 422, and while the first is still running 409.\n\n\
**Lists.** `limit` and `cursor` in, `items` and `next_cursor` out.\n\n\
**Input.** A field that is null or an empty text is taken as missing; a field that nobody reads is refused.\n\n\
**Errors.** `application/problem+json` (RFC 9457) with one word for programs in `code`, faults of fields in `errors`, texts in the caller's language.";

/// The document as text, made once.
pub fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| format!("{:#}\n", document(router::routes().described())))
}

/// The document of these routes.
///
/// # Panics
/// When two shapes have one name: a reader of the document would take the one for the other.
pub fn document(described: &[(Route, Described)]) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas: Map<String, Value> = Map::new();
    schemas.insert(Problem::name().into_owned(), json!(Problem::schema()));
    let mut inner = vec![];
    Problem::schemas(&mut inner);
    schemas.extend(inner.into_iter().map(|(name, schema)| (name, json!(schema))));
    for (route, described) in described {
        let mut operation = described.operation();
        for (name, schema) in std::mem::take(&mut operation.schemas) {
            if let Some(other) = schemas.insert(name.clone(), schema.clone()) {
                assert_eq!(other, schema, "two shapes of the API are called {name}; give one of them #[schema(as = …)]");
            }
        }
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        item[route.method.to_lowercase()] = operation_of(*route, described, operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "maxmontaj67",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "CRM and field service for installation companies",
            "description": ABOUT,
            "license": { "name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later" },
        },
        "servers": [{ "url": "/" }],
        "tags": tags(described),
        "security": [{ "bearerAuth": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "bearerAuth": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } },
            "parameters": parameters(),
            "responses": responses(),
            "schemas": schemas,
        },
    })
}

fn operation_of(route: Route, described: &Described, operation: Operation) -> Value {
    let mut parameters = path_parameters(route.path);
    let in_place = route.path.contains('{') && operation.versioned && !operation.located && route.method != "GET";
    parameters.extend(operation.query.iter().cloned());
    if operation.command {
        parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
    }
    if operation.command && in_place {
        parameters.push(json!({ "$ref": "#/components/parameters/IfMatch" }));
    }
    let detail = if described.detail.is_empty() { String::new() } else { format!("{}\n\n", described.detail) };
    let mut made = json!({
        "operationId": operation_id(route),
        "tags": [tag(route.path)],
        "summary": described.summary,
        "description": format!("{detail}Who may ask: {}.", people(route.access)),
        "responses": answers(route, &operation),
    });
    if !parameters.is_empty() {
        made["parameters"] = json!(parameters);
    }
    if let Some(body) = operation.body {
        made["requestBody"] = body;
    }
    if route.access == Access::Public {
        made["security"] = json!([]);
    }
    made
}

/// `POST /api/v1/orders/{id}/confirmation` is `post_orders_id_confirmation`.
fn operation_id(route: Route) -> String {
    let path = route.path.trim_start_matches("/api/v1/").replace(['{', '}'], "").replace(['/', '-'], "_");
    format!("{}_{path}", route.method.to_lowercase())
}

/// The resource that a path begins with.
fn tag(path: &str) -> &str {
    path.trim_start_matches("/api/v1/").split('/').next().unwrap_or(path)
}

fn tags(described: &[(Route, Described)]) -> Value {
    let mut names: Vec<&str> = vec![];
    for (route, _) in described {
        if !names.contains(&tag(route.path)) {
            names.push(tag(route.path));
        }
    }
    names.iter().map(|name| json!({ "name": name })).collect()
}

/// Ids are numbers; whatever else stands in a path is text.
fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let schema = |name: &str| {
        if name == "id" || name.ends_with("_id") { json!({ "type": "integer", "format": "int64" }) } else { json!({ "type": "string" }) }
    };
    names.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": schema(name) })).collect()
}

fn people(access: Access) -> &'static str {
    match access {
        Access::Public => "anybody",
        Access::SignedIn => "anybody signed in, about what they see",
        Access::Staff => "dispatchers and administrators",
        Access::Administrator => "administrators",
        Access::Worker => "specialists and contractors",
        Access::Crew => "specialists, contractors, dispatchers and administrators",
        Access::Customer => "customers",
        Access::CustomerOrStaff => "customers, dispatchers and administrators",
    }
}

fn answers(route: Route, operation: &Operation) -> Value {
    let mut answers = Map::new();
    let mut good = json!({ "description": good_description(operation) });
    if let Some((media, schema)) = &operation.answer {
        good["content"] = json!({ media: { "schema": schema } });
    }
    if operation.versioned {
        good["headers"]["ETag"] =
            json!({ "description": "The row's version, to give back in `If-Match`.", "schema": { "type": "string" } });
    }
    if operation.located {
        good["headers"]["Location"] = json!({ "description": "Where the new row stands.", "schema": { "type": "string" } });
    }
    answers.insert(operation.status.to_string(), good);
    let mut may_fail = |status: &str, name: &str| {
        answers.insert(status.into(), json!({ "$ref": format!("#/components/responses/{name}") }));
    };
    let changes = route.method != "GET";
    may_fail("400", "BadRequest");
    if route.access != Access::Public || operation.command {
        may_fail("401", "Unauthenticated");
    }
    if route.path.contains('{') || !matches!(route.access, Access::Public | Access::SignedIn) {
        may_fail("404", "NotFound");
    }
    if changes {
        may_fail("403", "Forbidden");
        may_fail("409", "Conflict");
    }
    if operation.command && operation.versioned && !operation.located {
        may_fail("412", "Stale");
    }
    if operation.body.is_some() {
        may_fail("413", "TooLarge");
        may_fail("415", "UnsupportedMediaType");
    }
    if changes || !operation.query.is_empty() {
        may_fail("422", "Invalid");
    }
    may_fail("429", "TooMany");
    may_fail("default", "Failure");
    Value::Object(answers)
}

fn good_description(operation: &Operation) -> &'static str {
    match operation.status {
        201 => "Created.",
        202 => "Taken on; it is done a little later.",
        204 => "Done; there is nothing to tell.",
        _ if operation.command => "The row as it now is.",
        _ => "Here it is.",
    }
}

fn parameters() -> Value {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": false, "schema": { "type": "string", "format": "uuid" },
            "description": "The client's id of this command: the same id again gives the first answer again.",
        },
        "IfMatch": {
            "name": "If-Match", "in": "header", "required": false, "schema": { "type": "string" }, "example": "\"3\"",
            "description": "The version that the client saw, as `ETag` gave it.",
        },
    })
}

fn responses() -> Value {
    let problem = |description: &str| {
        let schema = json!({ "$ref": format!("#/components/schemas/{}", Problem::name()) });
        json!({ "description": description, "content": { "application/problem+json": { "schema": schema } } })
    };
    let mut too_many = problem("Too often; `Retry-After` says after how many seconds to try again.");
    too_many["headers"] = json!({ "Retry-After": { "schema": { "type": "integer" } } });
    json!({
        "BadRequest": problem("The request cannot be read: not JSON, a header or a path that is none."),
        "Unauthenticated": problem("Nobody is signed in, or the token has ended."),
        "Forbidden": problem("Visible, but not theirs to change."),
        "NotFound": problem("There is no such thing for this person."),
        "Conflict": problem("Its state does not allow it now; `code` says why."),
        "Stale": problem("Somebody changed it since: read it again."),
        "TooLarge": problem("The body is larger than this path takes."),
        "UnsupportedMediaType": problem("The body is of another media type than this path takes."),
        "Invalid": problem("Something in it needs mending, field by field in `errors`; or the key was used for another command."),
        "TooMany": too_many,
        "Failure": problem("The server failed; `instance` is the reference to name when asking for help."),
    })
}
