//! `POST /sandbox/form`: what a person asks for on the sandbox's page, by the same rules as over JSON.

use std::collections::HashMap;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use super::{clock, faults, page, webhooks};
use crate::challenge::page::go_to;
use crate::gateway::Gateway;
use crate::wire::ApiError;

/// What is a number on the page.
const NUMBERS: &[&str] = &["ms", "status", "retry_after", "times", "seed", "delay_seconds", "advance_seconds"];

type Fields = HashMap<String, String>;

/// `POST /sandbox/form`
pub(crate) async fn submit(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    let Ok(Form(mut fields)) = form else {
        return page::answer(&gateway, &headers, StatusCode::BAD_REQUEST, "No form came.");
    };
    if !may(&gateway, &headers, &fields) {
        return page::answer(
            &gateway,
            &headers,
            StatusCode::UNAUTHORIZED,
            "The key is not the admin key. Nothing changed.",
        );
    }
    fields.retain(|name, value| !value.trim().is_empty() && name != "key" && name != "token");
    match carry_out(&gateway, fields).await {
        Ok(()) => Ok(go_to("/sandbox")),
        Err(error) => {
            page::answer(&gateway, &headers, StatusCode::UNPROCESSABLE_ENTITY, &format!("{error}. Nothing changed."))
        }
    }
}

/// The admin key, or the open page's own token; and never a form of another site.
fn may(gateway: &Gateway, headers: &HeaderMap, fields: &Fields) -> bool {
    let from_here = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let is = |name: &str, expected: &str| {
        fields.get(name).is_some_and(|given| bool::from(given.as_bytes().ct_eq(expected.as_bytes())))
    };
    let token = gateway.sandbox.form_token(gateway, headers);
    from_here
        && (is("key", gateway.settings.admin_key.expose_secret()) || token.is_some_and(|token| is("token", &token)))
}

async fn carry_out(gateway: &Gateway, mut fields: Fields) -> Result<(), ApiError> {
    match fields.remove("act").unwrap_or_default().as_str() {
        "fault" => faults::add(gateway, parsed(fields)?).map(|_| ()),
        "remove" => {
            let id = fields.remove("id").unwrap_or_default();
            gateway.sandbox.lock().faults.retain(|fault| fault.id != id);
            Ok(())
        }
        "clear" => {
            gateway.sandbox.lock().faults.clear();
            Ok(())
        }
        "webhooks" => webhooks::set(gateway, parsed(fields)?).map(|_| ()),
        "clock" => {
            let seconds = fields.get("advance_seconds").and_then(|text| text.trim().parse::<u64>().ok());
            let seconds = seconds.ok_or_else(|| invalid("advance_seconds must be a whole number"))?;
            clock::move_ahead(gateway, seconds).await
        }
        _ => Err(invalid("The form does not say what to do")),
    }
}

/// The form's fields as the JSON that the controls take.
fn parsed<T: DeserializeOwned>(fields: Fields) -> Result<T, ApiError> {
    let mut body = Map::new();
    for (name, text) in fields {
        let text = text.trim();
        let value = if name == "payment_id" {
            body.insert("match".to_owned(), serde_json::json!({ "payment_id": text }));
            continue;
        } else if NUMBERS.contains(&name.as_str()) {
            let number = text.parse::<u64>().map_err(|_| invalid(&format!("{name} must be a whole number")))?;
            Value::from(number)
        } else {
            Value::from(text)
        };
        body.insert(name, value);
    }
    serde_json::from_value(Value::Object(body)).map_err(|error| invalid(&error.to_string()))
}

fn invalid(words: &str) -> ApiError {
    ApiError::InvalidData(words.to_owned())
}
