use super::text;
use crate::web::router;
use serde_json::Value;

fn document() -> Value {
    serde_json::from_str(text()).unwrap()
}

#[test]
fn every_route_of_the_api_is_described() {
    let routes = router::routes();
    let api = routes.table().iter().filter(|route| route.path.starts_with("/api/v1/"));
    let missing: Vec<String> = api
        .filter(|route| !routes.described().iter().any(|(described, _)| described == *route))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert!(missing.is_empty(), "wrap the handlers of these routes in doc(\"what it does\", handler): {missing:#?}");
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| match value {
                Value::String(target) if key == "$ref" => found.push(target),
                _ => walk(value, found),
            }),
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = vec![];
    walk(&document, &mut found);
    assert!(found.len() > 50);
    for target in found {
        assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target} leads nowhere");
    }
}

#[test]
fn operations_are_whole() {
    let document = document();
    let mut ids = std::collections::HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{place} has another's id");
            let named: Vec<&str> = operation["parameters"]
                .as_array()
                .map(|all| all.iter().filter(|p| p["in"] == "path").map(|p| p["name"].as_str().unwrap()).collect())
                .unwrap_or_default();
            let held: Vec<&str> = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            assert_eq!(named, held, "{place}");
            let answers = operation["responses"].as_object().unwrap();
            assert_eq!(answers.keys().filter(|status| status.starts_with('2')).count(), 1, "{place} has one good answer");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{place} has a summary");
        }
    }
}

#[test]
fn an_input_tells_its_fields() {
    let document = document();
    let body = &document["paths"]["/api/v1/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["required"], serde_json::json!(["address", "service_id"]));
    assert_eq!(body["properties"]["address"]["required"], serde_json::json!(["text"]));
    assert_eq!(body["properties"]["address"]["properties"]["text"]["maxLength"], 500);
    assert_eq!(body["properties"]["customer"]["required"], serde_json::json!(["name"]));
    assert_eq!(body["properties"]["priority"]["enum"], serde_json::json!(["low", "normal", "high", "urgent", null]));
    let query = document["paths"]["/api/v1/orders"]["get"]["parameters"].as_array().unwrap();
    let status = query.iter().find(|parameter| parameter["name"] == "status").unwrap();
    assert_eq!(status["schema"]["items"]["enum"][0], "new");
}
