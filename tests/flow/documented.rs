//! The merchant server's own description of itself: every example in it works, every answer has its schema.

use std::collections::HashMap;

use florin_domain::failure;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::browser::APPROVED;
use crate::world::{SHOP_KEY, World};

/// An operation of the document.
struct Documented {
    method: Method,
    path: String,
    is_the_shops: bool,
    needs_a_key: bool,
    example: Option<Value>,
    success: u16,
    answer: Option<String>,
    /// Status and code.
    refusals: Vec<(u16, String)>,
    order: u64,
}

struct Document {
    operations: Vec<Documented>,
    schemas: Value,
}

impl Document {
    async fn of(world: &World) -> Self {
        let url = format!("{}/openapi.json", world.merchant_url);
        let document: Value = world.http.get(url).send().await.unwrap().json().await.unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let mut operations = Vec::new();
        for methods in document["paths"].as_object().unwrap().values() {
            operations.extend(methods.as_object().unwrap().iter().map(|(method, operation)| read(method, operation)));
        }
        operations.sort_by_key(|operation| operation.order);
        Self { operations, schemas: document["components"]["schemas"].clone() }
    }

    /// What of `value` is not as `schema` says.
    fn wrongs(&self, schema: &Value, value: &Value, place: &str) -> Vec<String> {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.rsplit('/').next().unwrap();
            return self.wrongs(&self.schemas[name], value, place);
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            let tried: Vec<_> = choices.iter().map(|choice| self.wrongs(choice, value, place)).collect();
            let fits = tried.iter().any(Vec::is_empty);
            return if fits { Vec::new() } else { tried.concat() };
        }
        let mut wrongs = Vec::new();
        if !has_type(&schema["type"], value) {
            wrongs.push(format!("{place} is {value}, not {}", schema["type"]));
        }
        if schema["enum"].as_array().is_some_and(|allowed| !allowed.contains(value)) {
            wrongs.push(format!("{place} is {value}, which is not allowed"));
        }
        if let (Some(fields), Some(properties)) = (value.as_object(), schema["properties"].as_object()) {
            for required in schema["required"].as_array().into_iter().flatten() {
                if fields.get(required.as_str().unwrap()).is_none() {
                    wrongs.push(format!("{place} has no {required}"));
                }
            }
            for (name, field) in fields {
                match properties.get(name) {
                    Some(schema) => wrongs.extend(self.wrongs(schema, field, &format!("{place}.{name}"))),
                    None => wrongs.push(format!("{place}.{name} is not described")),
                }
            }
        }
        for (number, item) in value.as_array().into_iter().flatten().enumerate() {
            wrongs.extend(self.wrongs(&schema["items"], item, &format!("{place}[{number}]")));
        }
        wrongs
    }
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type {other}"),
    };
    match wanted {
        Value::Null => true,
        Value::String(name) => is(name),
        names => names.as_array().unwrap().iter().any(|name| is(name.as_str().unwrap())),
    }
}

fn read(method: &str, operation: &Value) -> Documented {
    let (mut refusals, mut success, mut answer) = (Vec::new(), 0, None);
    for (status, response) in operation["responses"].as_object().unwrap() {
        let status: u16 = status.parse().unwrap();
        match response["x-codes"].as_array() {
            Some(codes) => refusals.extend(codes.iter().map(|code| (status, code.as_str().unwrap().to_owned()))),
            None => {
                success = status;
                let schema = response.pointer("/content/application~1json/schema/$ref");
                answer = schema.map(|name| name.as_str().unwrap().to_owned());
            }
        }
    }
    let is_header = |parameter: &&Value| parameter["in"] == "header" && parameter["required"] == true;
    Documented {
        method: Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(),
        path: operation["x-example-path"].as_str().unwrap().to_owned(),
        is_the_shops: operation["tags"][0] == "shop",
        needs_a_key: operation["parameters"].as_array().unwrap().iter().find(is_header).is_some(),
        example: operation.pointer("/requestBody/content/application~1json/example").cloned(),
        success,
        answer,
        refusals,
        order: operation["x-order"].as_u64().unwrap(),
    }
}

/// What earlier answers said, by name.
#[derive(Default)]
struct Remembered(HashMap<&'static str, String>);

impl Remembered {
    fn take(&mut self, answer: &Value) {
        let mut keep = |name, place: &str| {
            if let Some(text) = answer.pointer(place).and_then(Value::as_str) {
                self.0.insert(name, text.to_owned());
            }
        };
        keep("session", "/checkout/session");
        keep("attempt", "/attempt");
    }

    fn fill(&self, text: &str) -> String {
        let filled = self.0.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value).replace(&format!("<{name}>"), value)
        });
        assert!(!filled.contains("\"<") && !filled.contains("/{"), "nothing was remembered for {filled}");
        filled
    }
}

impl Documented {
    fn request(&self, world: &World, path: &str) -> RequestBuilder {
        let request = world.http.request(self.method.clone(), format!("{}{path}", world.merchant_url));
        let request = if self.is_the_shops { request.bearer_auth(SHOP_KEY) } else { request };
        if self.needs_a_key { request.header("idempotency-key", format!("key-{}", self.order)) } else { request }
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Some operations need an order of their own, as far along as they want it.
async fn set_the_scene(world: &World, operation: &Documented, remembered: &mut Remembered) {
    if operation.path == "/pay/{session}" {
        remembered.take(&world.order().await);
        return;
    }
    let end = operation.path.rsplit('/').next().unwrap();
    let order = match end {
        "void" => {
            let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "capture": "manual" })).await;
            world.pay_with(&order, APPROVED).await;
            order
        }
        "cancel" => world.order().await,
        "review" => {
            let order = world.order().await;
            world.fault("POST /payments/{payment_id}/confirm", "wrong_amount").await;
            world.pay_with(&order, APPROVED).await;
            order
        }
        "pay" => {
            let order = json!({ "checkout": { "session": remembered.0["session"] }, "amount": 4300 });
            let opened = world.attempt(&order).await;
            remembered.0.insert("token", world.token(&opened, APPROVED).await);
            return;
        }
        _ => return,
    };
    remembered.0.insert("id", order["id"].as_str().unwrap().to_owned());
}

#[tokio::test]
async fn every_example_works_and_every_answer_is_as_described() {
    let world = World::start().await;
    let document = Document::of(&world).await;
    assert!(document.operations.len() >= 25, "{}", document.operations.len());
    let mut remembered = Remembered::default();
    for operation in document.operations.iter().filter(|operation| operation.success != 303) {
        if operation.path == "/webhooks/gateway" {
            // Needs the gateway's signature; without it nothing is believed.
            let unsigned = operation.request(&world, &operation.path).json(&operation.example).send().await.unwrap();
            assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED);
            continue;
        }
        set_the_scene(&world, operation, &mut remembered).await;
        let mut request = operation.request(&world, &remembered.fill(&operation.path));
        if let Some(example) = &operation.example {
            let body = remembered.fill(&example.to_string());
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        assert_eq!(status, operation.success, "{}: {text}", operation.name());
        let Some(schema) = &operation.answer else { continue };
        let answer: Value = serde_json::from_str(&text).unwrap();
        let wrongs = document.wrongs(&json!({ "$ref": schema }), &answer, schema.rsplit('/').next().unwrap());
        assert!(wrongs.is_empty(), "{}: {wrongs:#?}", operation.name());
        if operation.path == "/v1/orders" {
            remembered.0.insert("id", answer["id"].as_str().unwrap().to_owned());
        }
        remembered.take(&answer);
    }
}

#[tokio::test]
async fn what_every_call_of_a_kind_refuses_is_refused_as_described() {
    let world = World::start().await;
    let document = Document::of(&world).await;
    let mut tried = 0;
    for operation in document.operations.iter().filter(|operation| operation.path != "/webhooks/gateway") {
        let strange = operation.path.replace("{id}", "ord_0").replace("{session}", "cs_0");
        for (status, code) in &operation.refusals {
            let request = match code.as_str() {
                "unauthenticated" => {
                    let without = operation.request(&world, &strange).bearer_auth("somebody-elses");
                    without.json(&operation.example)
                }
                // A body with a blank in it is refused before the path is looked at.
                "not_found" if !operation.example.as_ref().is_some_and(|example| example.to_string().contains('<')) => {
                    operation.request(&world, &strange).json(&operation.example)
                }
                "malformed" if !strange.contains("_0") => {
                    operation.request(&world, &strange).header("content-type", "application/json").body("{")
                }
                "unknown_field" if !strange.contains("_0") && operation.example.is_some() => {
                    operation.request(&world, &strange).json(&json!({ "no_such_field": 1 }))
                }
                _ => continue,
            };
            let response = request.send().await.unwrap();
            let found = response.status().as_u16();
            let body: Value = response.json().await.unwrap();
            assert_eq!((found, body["error"]["code"].as_str()), (*status, Some(code.as_str())), "{}", operation.name());
            let wrongs = document.wrongs(&json!({ "$ref": "/ErrorBody" }), &body, "ErrorBody");
            assert!(wrongs.is_empty(), "{wrongs:?}");
            let listed = failure::find(code).unwrap();
            assert_eq!(body["error"]["type"], json!(listed.kind), "{code}");
            assert_eq!(body["error"]["retryable"], json!(listed.retryable), "{code}");
            assert_eq!(body["error"]["advice"], json!(listed.advice), "{code}");
            tried += 1;
        }
    }
    assert!(tried >= 30, "only {tried} refusals were tried");
}

#[tokio::test]
async fn the_page_for_people_names_every_operation_and_runs_no_script() {
    let world = World::start().await;
    let document = Document::of(&world).await;
    let response = world.http.get(format!("{}/docs", world.merchant_url)).send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let page = response.text().await.unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
    assert!(!page.contains("<script"));
    for operation in &document.operations {
        let bare = operation.path.split('?').next().unwrap();
        assert!(page.contains(&format!("<b>{}</b> {bare}<", operation.method)), "{}", operation.name());
    }
}
