//! What this server can be asked, as data: the OpenAPI document, and a page for people.
//!
//! The table is the one description. Tests hold it against the routes, run its examples in their order, and hold
//! every answer against its schema.

mod operation;
mod page;
mod table;

use std::collections::BTreeMap;

use axum::Json;
use serde_json::{Map, Value, json};

use crate::routes::Routes;
use operation::{Body, Key, Operation};
use table::OPERATIONS;

/// The shapes of requests and answers.
const SCHEMAS: &str = include_str!("schemas.json");

/// The description's own routes.
pub(crate) fn routes() -> Routes {
    Routes::new().get("/openapi.json", document).get("/docs", page::page).get("/docs/docs.css", page::stylesheet)
}

/// `GET /openapi.json`
async fn document() -> Json<Value> {
    Json(describe())
}

fn describe() -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (place, operation) in OPERATIONS.iter().enumerate() {
        let methods = paths.entry(operation.bare_path()).or_default();
        methods.insert(operation.method.to_lowercase(), one(place, operation));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Florin merchant server",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Orders for a shop in any language, and what its shoppers' browsers call. Amounts are \
                            integers of minor units, times RFC 3339 in UTC. Examples run in the order of `x-order`; \
                            a value in angle brackets is the latest of that name in an earlier answer.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "shop": { "type": "http", "scheme": "bearer", "description": "The shop's key" },
            },
            "schemas": serde_json::from_str::<Value>(SCHEMAS).unwrap_or_default(),
        },
    })
}

fn one(place: usize, operation: &Operation) -> Value {
    let mut described = json!({
        "operationId": operation.id(),
        "summary": operation.summary,
        "tags": [operation.key.tag()],
        "x-order": place,
        "x-example-path": operation.path,
        "security": if operation.key == Key::Shop { json!([{ "shop": [] }]) } else { json!([]) },
        "parameters": parameters(operation),
        "responses": responses(operation),
    });
    if let Some(Body { schema, example }) = operation.body() {
        described["requestBody"] = json!({
            "required": operation.needs_a_body(),
            "content": { "application/json": { "schema": reference(schema), "example": example } },
        });
    }
    described
}

fn responses(operation: &Operation) -> Map<String, Value> {
    let mut responses = Map::new();
    let mut done = json!({ "description": "Done" });
    if let Some(schema) = operation.answer {
        done["content"] = json!({ "application/json": { "schema": reference(schema) } });
    }
    responses.insert(operation.status.to_string(), done);
    for (status, code) in operation.refusals() {
        let response = responses.entry(status.to_string()).or_insert_with(|| {
            json!({ "description": "Refused", "x-codes": [],
                    "content": { "application/json": { "schema": reference("ErrorBody") } } })
        });
        if let Some(Value::Array(codes)) = response.get_mut("x-codes") {
            codes.push(json!(code));
        }
    }
    responses
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let (path, query) = operation.path.split_once('?').unwrap_or((operation.path, ""));
    let parameter = |name: &str, place: &str, required: bool| json!({ "name": name, "in": place, "required": required, "schema": { "type": "string" } });
    let in_path = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<_> = in_path.map(|name| parameter(name, "path", true)).collect();
    all.extend(operation.query.iter().map(|name| parameter(name, "query", query.contains(&format!("{name}=")))));
    if let Some(required) = operation.idempotency_key() {
        all.push(parameter("Idempotency-Key", "header", required));
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use florin_domain::failure;
    use florin_domain::mode::Mode;

    use super::*;
    use crate::routes;

    #[test]
    fn the_document_and_the_routes_are_the_same() {
        let routed: BTreeSet<_> = routes::all(Mode::Test, "http://127.0.0.1:4244")
            .listed()
            .into_iter()
            .map(|(method, path)| format!("{method} {path}"))
            .collect();
        let described: BTreeSet<_> =
            OPERATIONS.iter().map(|one| format!("{} {}", one.method, one.bare_path())).collect();
        let undescribed: Vec<_> = routed.difference(&described).collect();
        let unrouted: Vec<_> = described.difference(&routed).collect();
        assert!(undescribed.is_empty(), "{undescribed:?} want a line in openapi/table.rs");
        assert!(unrouted.is_empty(), "{unrouted:?} are described and not routed");
        assert_eq!(described.len(), OPERATIONS.len(), "an operation stands twice");
    }

    #[test]
    fn every_refusal_is_a_code_of_ours_with_the_status_of_its_type() {
        for operation in OPERATIONS {
            for (status, code) in operation.refusals() {
                assert!(failure::find(code).is_some(), "{}: {code}", operation.id());
                assert!((400..=503).contains(&status), "{}: {status}", operation.id());
            }
        }
    }

    #[test]
    fn every_schema_that_is_named_is_there_and_every_example_is_json() {
        let text = describe().to_string();
        let schemas: Value = serde_json::from_str(SCHEMAS).unwrap();
        for name in text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(schemas.get(name).is_some(), "no schema {name}");
        }
        for operation in OPERATIONS {
            assert_eq!(operation.body().is_some(), operation.has_body(), "{} has a broken example", operation.id());
        }
    }
}
