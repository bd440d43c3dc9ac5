//! The shop's orders: made and read at the merchant server, with the shop's own price.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use florin_domain::ids::OrderId;
use reqwest::Method;
use serde_json::{Value, json};

use super::product::{self, Quantity};
use super::refusal::Refusal;
use super::{Answer, Shop};

/// `POST /orders`: the page may say how many, and nothing else.
pub(super) async fn create(State(shop): State<Shop>, body: Bytes) -> Answer {
    let quantity = read_quantity(&body)?;
    let amount = quantity.amount_minor();
    let request = json!({
        "amount": amount,
        "currency": product::CURRENCY,
        "reference": fresh_reference(&shop),
        "description": product::NAME,
        "items": [{ "name": product::NAME, "quantity": quantity.get(), "amount": amount }],
        "result_url": format!("{}/", shop.settings().url),
    });
    let order = shop.merchant().call(Method::POST, "/v1/orders", Some(&request)).await?;
    let made = json!({
        "order": order["id"],
        "session": order["checkout"]["session"],
        "amount": order["amount"],
        "currency": order["currency"],
    });
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// `GET /orders/{id}`: the truth about an order, for the page to say thanks by.
pub(super) async fn read(State(shop): State<Shop>, Path(id): Path<String>) -> Answer {
    let id = OrderId::parse(&id).map_err(|_| Refusal::no_such_order())?;
    let path = format!("/v1/orders/{id}");
    let order = shop.merchant().call(Method::GET, &path, None).await?;
    let timeline = shop.merchant().call(Method::GET, &format!("{path}/timeline"), None).await?;
    let answer = json!({
        "session": order["checkout"]["session"],
        "order": order,
        "timeline": timeline["data"],
        "events": shop.inbox().events_of(&id),
    });
    Ok(Json(answer).into_response())
}

/// The shop's own name for an order. Made once a request: a second click is a second order.
fn fresh_reference(shop: &Shop) -> String {
    format!("SF-{:016X}", u64::from_be_bytes(shop.randomness().bytes()))
}

/// No body, or `{"quantity": 1..9}`.
fn read_quantity(body: &[u8]) -> Result<Quantity, Refusal> {
    if body.is_empty() {
        return Ok(Quantity::ONE);
    }
    let body: Value = serde_json::from_slice(body).map_err(|_| Refusal::malformed())?;
    let Value::Object(fields) = body else {
        return Err(Refusal::invalid("not_an_object", "the body must be an object"));
    };
    if let Some(unknown) = fields.keys().find(|name| *name != "quantity") {
        return Err(Refusal::invalid_field("unknown_field", "the shop does not know this field", unknown));
    }
    let Some(quantity) = fields.get("quantity") else { return Ok(Quantity::ONE) };
    quantity.as_i64().and_then(Quantity::new).ok_or_else(|| {
        Refusal::invalid_field("quantity_out_of_range", "quantity is a whole number from 1 to 9", "quantity")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Result<i64, (u16, &str, Option<&str>)>) {
        let read = read_quantity(body.as_bytes()).map(Quantity::get);
        let read = read.map_err(|refusal| match refusal {
            Refusal::Shop(status, error) => (status.as_u16(), error.code, error.field),
            Refusal::Merchant(..) => panic!("nobody was asked"),
        });
        let expected = expected.map_err(|(status, code, field)| (status, code.to_owned(), field.map(str::to_owned)));
        assert_eq!(read, expected, "{body}");
    }

    #[test]
    fn a_page_may_say_how_many_and_nothing_else() {
        check("", Ok(1));
        check("{}", Ok(1));
        check(r#"{"quantity":9}"#, Ok(9));
        check("{", Err((400, "malformed_json", None)));
        check("[]", Err((422, "not_an_object", None)));
        check(r#"{"amount":1}"#, Err((422, "unknown_field", Some("amount"))));
        check(r#"{"quantity":1,"price":1}"#, Err((422, "unknown_field", Some("price"))));
        for quantity in ["0", "10", "-1", "1.5", "1.0", "\"1\"", "null", "9223372036854775808"] {
            let body = format!(r#"{{"quantity":{quantity}}}"#);
            check(&body, Err((422, "quantity_out_of_range", Some("quantity"))));
        }
    }
}
