//! The gateway's own description of itself: every example in it works.

use std::collections::HashMap;

use florin_gateway::Switches;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ADMIN_KEY, APPROVED, CHALLENGED, PUBLISHABLE_KEY, Receiver, SECRET_KEY, TestGateway, answer};

/// An operation of the document.
pub(crate) struct Documented {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) keys: Vec<String>,
    pub(crate) example: Option<Value>,
    pub(crate) success: u16,
    /// Status and code.
    pub(crate) refusals: Vec<(u16, String)>,
    order: u64,
}

impl Documented {
    pub(crate) fn key(&self) -> &'static str {
        match self.keys.first().map(String::as_str) {
            Some("admin") => ADMIN_KEY,
            Some("secret") => SECRET_KEY,
            Some(_) => PUBLISHABLE_KEY,
            None => "",
        }
    }

    pub(crate) fn is_admins(&self) -> bool {
        self.keys.first().is_some_and(|key| key == "admin")
    }

    fn route(&self) -> &str {
        self.path.split('?').next().unwrap()
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
        summary: operation["summary"].as_str().unwrap().to_owned(),
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
                        Value::String(text)
                            if name.ends_with("_id") || ["id", "key", "client_secret"].contains(&name.as_str()) =>
                        {
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

/// What an example needs that no example before it has left.
async fn prepare(gateway: &TestGateway, operation: &Documented, remembered: &mut Remembered) {
    let (id, card, more) = match operation.route() {
        // What was refunded in part can't go back whole: this one needs a payment of its own.
        route if route.ends_with("/cancel_post_capture") => ("pay_docs_2", APPROVED, json!({})),
        route if route.starts_with("/payments/redirect/") => ("pay_docs_3", CHALLENGED, json!({})),
        "/sandbox/disputes" => ("pay_docs_4", APPROVED, json!({})),
        "/payments/{payment_id}/approve" => ("pay_docs_5", ODD, json!({})),
        "/payments/{payment_id}/reject" => ("pay_docs_6", ODD, json!({})),
        "/mandates/{mandate_id}" => {
            let mandate = json!({ "customer_acceptance": {}, "mandate_type": { "multi_use": null } });
            ("pay_docs_7", APPROVED, json!({ "customer_id": "cus_docs", "mandate_data": mandate }))
        }
        // The one before was answered.
        "/disputes/accept/{dispute_id}" => ("pay_docs_8", APPROVED, json!({})),
        _ => return,
    };
    remembered.take(&gateway.pay(id, card, more).await);
    remembered.take(&json!({ "attempt_id": format!("{id}_1") }));
    if operation.route().starts_with("/disputes/accept/") {
        let order = json!({ "merchant_id": "merchant_1", "payment_id": id });
        remembered.take(&gateway.order("/sandbox/disputes", order).await);
    }
    remembered.0.insert("connector".to_owned(), "fauxpay".to_owned());
    remembered.0.insert("creds_identifier".to_owned(), "creds".to_owned());
}

/// The merchant has to look at what it pays.
const ODD: &str = "4000000000000143";

#[tokio::test]
async fn every_example_works_on_a_fresh_gateway() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url), Switches::default()).await;
    let mut remembered = Remembered::default();
    let all = operations(&gateway).await;
    assert!(all.len() >= 50, "{}", all.len());
    for operation in &all {
        if !operation.is_admins() {
            remembered.0.insert("merchant_id".to_owned(), "merchant_1".to_owned());
        }
        prepare(&gateway, operation, &mut remembered).await;
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

/// An address with something in its gaps.
fn filled(route: &str) -> String {
    let parts = route.split('/').map(|part| match part {
        // Another connector is another gateway's address.
        "{connector}" => "fauxpay",
        part if part.starts_with('{') => "none",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_documented_address_is_served_and_no_other_method_of_it() {
    let gateway = TestGateway::start().await;
    let all = operations(&gateway).await;
    for route in all.iter().map(Documented::route) {
        let methods: Vec<_> = all.iter().filter(|other| other.route() == route).map(|other| &other.method).collect();
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            let call = gateway.request(method.clone(), &filled(route), "").send().await.unwrap();
            // Another route without a gap where this one has one may serve it.
            let of_another = all.iter().any(|other| other.method == method && other.route() == filled(route));
            let is_served =
                call.status() != 405 && answer(call).await.1.pointer("/error/code") != Some(&json!("IR_02"));
            assert_eq!(is_served, methods.contains(&&method) || of_another, "{method} {route}");
        }
    }
}

#[test]
fn no_address_is_served_beside_the_table() {
    fn sources(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.extend((0..text.matches(".route(o").count()).map(|_| path.display().to_string()));
                found.extend((0..text.matches(".route(\"").count()).map(|_| path.display().to_string()));
                found.extend((0..text.matches(".nest").count()).map(|_| path.display().to_string()));
            }
        }
    }
    let mut found = Vec::new();
    sources(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    assert_eq!(found.len(), 1, "an address that the document does not know: {found:?}");
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
