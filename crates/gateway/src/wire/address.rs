//! Addresses, of the post and of mail: read as far as OwnGateway reads them.

use florin_domain::country::is_country;
use serde_json::Value;

use super::ApiError;

/// Refuses what is no address of mail, like a body that does not parse. Whether it exists only a letter can tell.
pub(crate) fn check_email(field: &str, text: &str) -> Result<(), ApiError> {
    let parts = text.split_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty());
    match parts {
        Some((_, host)) if !host.contains('@') && !text.contains(char::is_whitespace) => Ok(()),
        _ => Err(ApiError::UnreadableBody(format!("{field} is not an email address"))),
    }
}

/// Refuses what is no `billing` or `shipping`, like a body that does not parse.
pub(crate) fn check_address(field: &str, value: &Value) -> Result<(), ApiError> {
    let unreadable = |words: String| Err(ApiError::UnreadableBody(words));
    let Some(whole) = value.as_object() else { return unreadable(format!("{field} is not an object")) };
    if let Some(email) = whole.get("email").filter(|email| !email.is_null()) {
        check_email(&format!("{field}.email"), email.as_str().unwrap_or_default())?;
    }
    let Some(address) = whole.get("address").filter(|address| !address.is_null()) else { return Ok(()) };
    check_place(&format!("{field}.address"), address)
}

/// Refuses what is no `address` within one of them, or of a customer.
pub(crate) fn check_place(field: &str, value: &Value) -> Result<(), ApiError> {
    let unreadable = |words: String| Err(ApiError::UnreadableBody(words));
    let Some(parts) = value.as_object() else { return unreadable(format!("{field} is not an object")) };
    match parts.get("country") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(code)) if is_country(code) => Ok(()),
        Some(_) => unreadable(format!("{field}.country is not one of the two-letter codes of countries")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_is_looked_at_where_owngateway_looks() {
        let check = |value: Value| check_address("billing", &value).is_ok();
        assert!(check(json!({})) && check(json!({ "address": null, "email": null, "phone": {} })));
        assert!(check(json!({ "address": { "zip": "50122", "country": "IT" }, "email": "ada@example.com" })));
        for wrong in [
            json!("Firenze"),
            json!({ "address": "Firenze" }),
            json!({ "address": { "country": "Italy" } }),
            json!({ "address": { "country": 39 } }),
            json!({ "email": "ada" }),
            json!({ "email": 1 }),
        ] {
            assert!(!check(wrong.clone()), "{wrong}");
        }
    }

    #[test]
    fn an_address_of_mail_has_a_name_and_a_host() {
        for text in ["ada@example.com", "a@localhost", "ä@münchen.example"] {
            assert!(check_email("email", text).is_ok(), "{text}");
        }
        for text in ["", "ada", "@example.com", "ada@", "a@b@c", "a da@example.com"] {
            assert!(check_email("email", text).is_err(), "{text}");
        }
    }
}
