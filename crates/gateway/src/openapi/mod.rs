//! What this gateway can be asked, as data: the OpenAPI document, and a page for people.
//!
//! The routes' own table is the one description; a test runs every example in it, in its order, against a
//! fresh gateway, and every refusal it documents.

mod page;

use std::collections::BTreeMap;

use axum::Json;
use serde_json::{Map, Value, json};

use crate::routes::{self, Operation};

pub(crate) use page::{page, stylesheet};

/// `GET /openapi.json`
pub(crate) async fn document() -> Json<Value> {
    Json(describe())
}

fn describe() -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (place, operation) in routes::operations().enumerate() {
        paths.entry(operation.route()).or_default().insert(operation.method.to_lowercase(), one(place, operation));
    }
    let scheme = |words: &str| json!({ "type": "apiKey", "in": "header", "name": "api-key", "description": words });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Florin sandbox gateway",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "OwnGateway's API for cards. Examples run in the order of `x-order`; a value in angle \
                            brackets is the latest of that name in an earlier answer.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "admin": scheme("The operator's key"),
                "secret": scheme("A merchant's secret key"),
                "publishable": scheme("A merchant's publishable key, with a client secret"),
                "ephemeral": scheme("A key of one customer, for an hour"),
            },
            "schemas": { "Error": error_schema() },
        },
    })
}

fn one(place: usize, operation: &Operation) -> Value {
    let example = operation.example();
    let mut responses = Map::new();
    let answer = json!({ "description": "Done", "content": { operation.media: { "schema": {} } } });
    responses.insert(operation.status.to_string(), answer);
    for (status, code) in operation.refusals() {
        let response = responses.entry(status.to_string()).or_insert_with(|| {
            json!({ "description": "Refused", "x-codes": [],
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } } })
        });
        if let Some(Value::Array(codes)) = response.get_mut("x-codes") {
            codes.push(json!(code));
        }
    }
    let mut described = json!({
        "operationId": operation.id(),
        "summary": operation.summary,
        "x-order": place,
        "x-example-path": operation.example_path(),
        "security": operation.key.names().iter().map(|key| json!({ *key: [] })).collect::<Vec<_>>(),
        "parameters": parameters(operation.example_path()),
        "responses": responses,
    });
    if let Some(example) = example {
        described["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": schema_of(&example), "example": example } },
        });
    }
    described
}

fn parameters(path: &str) -> Vec<Value> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let in_path = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_query = query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, _)| name);
    let parameter = |name: &str, place: &str| json!({ "name": name, "in": place, "required": place == "path", "schema": { "type": "string" } });
    in_path.map(|name| parameter(name, "path")).chain(in_query.map(|name| parameter(name, "query"))).collect()
}

/// The shape of an example: what a caller may send at least.
fn schema_of(example: &Value) -> Value {
    match example {
        Value::Object(fields) => {
            let properties: Map<_, _> = fields.iter().map(|(name, value)| (name.clone(), schema_of(value))).collect();
            json!({ "type": "object", "properties": properties })
        }
        Value::Array(items) => json!({ "type": "array", "items": items.first().map(schema_of).unwrap_or_default() }),
        Value::String(_) => json!({ "type": "string" }),
        Value::Number(_) => json!({ "type": "integer" }),
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Null => json!({}),
    }
}

fn error_schema() -> Value {
    json!({
        "type": "object",
        "required": ["error"],
        "properties": { "error": {
            "type": "object",
            "required": ["message", "code"],
            "properties": {
                "type": { "enum": ["invalid_request", "api", "connector", "blocked"] },
                "error_type": { "const": "invalid_request", "description": "Instead of `type` when a body does not parse" },
                "message": { "type": "string" },
                "code": { "type": "string" },
            },
        } },
    })
}
