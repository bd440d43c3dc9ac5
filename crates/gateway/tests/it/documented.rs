//! The gateway's own description of itself: every example in it works.

use std::collections::HashMap;

use florin_gateway::Switches;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ADMIN_KEY, APPROVED, PUBLISHABLE_KEY, Receiver, SECRET_KEY, TestGateway, answer};

/// An operation of the document.
pub(crate) struct Documented {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) keys: Vec<String>,
    pub(crate) example: Option<Value>,
    pub(crate) success: u16,
    /// Status and code.
    pub(crate) refusals: Vec<(u16, String)>,
    order: u64,
}

impl Documented {
    pub(crate) fn key(&self) -> &'static str {
        match self.keys[0].as_str() {
            "admin" => ADMIN_KEY,
            "secret" => SECRET_KEY,
            _ => PUBLISHABLE_KEY,
        }
    }
}

/// All of the document, in the order of its examples.
pub(crate) async fn operations(gateway: &TestGateway) -> Vec<Documented> {
    let (status, document) = gateway.get("/openapi.json", "").await;
    assert_eq!((status, &document["openapi"]), (200, &json!("3.1.0")));
    let mut all = Vec::new();
    for methods in document["paths"].as_object().unwrap().values() {
        for (method, operation) in methods.as_object().unwrap() {
            all.push(documented(method, operation));
        }
    }
    all.sort_by_key(|operation| operation.order);
    all
}

fn documented(method: &str, operation: &Value) -> Documented {
    let mut refusals = Vec::new();
    let mut success = 0;
    for (status, response) in operation["responses"].as_object().unwrap() {
        let status: u16 = status.parse().unwrap();
        match response["x-codes"].as_array() {
            Some(codes) => refusals.extend(codes.iter().map(|code| (status, code.as_str().unwrap().to_owned()))),
            None => success = status,
        }
    }
    let keys = operation["security"].as_array().unwrap().iter();
    Documented {
        method: Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(),
        path: operation["x-example-path"].as_str().unwrap().to_owned(),
        keys: keys.map(|key| key.as_object().unwrap().keys().next().unwrap().clone()).collect(),
        example: operation.pointer("/requestBody/content/application~1json/example").cloned(),
        success,
        refusals,
        order: operation["x-order"].as_u64().unwrap(),
    }
}

/// What earlier answers said, by name.
#[derive(Default)]
struct Remembered(HashMap<String, String>);

impl Remembered {
    fn take(&mut self, answer: &Value) {
        match answer {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if name.ends_with("_id") || name == "client_secret" => {
                            self.0.insert(name.clone(), text.clone());
                        }
                        nested => self.take(nested),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.take(item)),
            _ => {}
        }
    }

    fn fill(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in &self.0 {
            filled = filled.replace(&format!("{{{name}}}"), value).replace(&format!("<{name}>"), value);
        }
        assert!(!filled.contains('<') && !filled.contains("/{"), "nothing was remembered for {filled}");
        filled
    }
}

#[tokio::test]
async fn every_example_works_on_a_fresh_gateway() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url), Switches::default()).await;
    let mut remembered = Remembered::default();
    let all = operations(&gateway).await;
    assert!(all.len() >= 50, "{}", all.len());
    for operation in &all {
        if operation.keys[0] != "admin" {
            remembered.0.insert("merchant_id".to_owned(), "merchant_1".to_owned());
        }
        // What was refunded in part can't go back whole: this one needs a payment of its own.
        if operation.path.ends_with("/cancel_post_capture") {
            remembered.take(&gateway.pay("pay_docs_2", APPROVED, json!({})).await);
        }
        let path = remembered.fill(&operation.path);
        let mut request = gateway.request(operation.method.clone(), &path, operation.key());
        if let Some(example) = &operation.example {
            let body = remembered.fill(&example.to_string());
            request = request.header("content-type", "application/json").body(body);
        }
        let (status, body) = answer(request.send().await.unwrap()).await;
        assert_eq!(status, operation.success, "{} {path}: {body}", operation.method);
        remembered.take(&body);
    }
}

#[tokio::test]
async fn the_page_for_people_names_every_operation_and_loads_nothing_from_elsewhere() {
    let gateway = TestGateway::start().await;
    let response = gateway.browse("/docs").await;
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
    let html = response.text().await.unwrap();
    for operation in operations(&gateway).await {
        let path = operation.path.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(html.contains(&format!("<b>{}</b> {path}</h2>", operation.method)), "{path}");
    }
    for forbidden in ["<script", "http://", "https://", " style=", "onclick"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    let style = gateway.browse("/docs/docs.css").await;
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
}
