//! What an order may say: texts that keep a row small, and nothing that the gateway could not be told.

use florin_domain::checkout::Item;
use florin_domain::country::is_country;
use florin_domain::money::LARGEST_MINOR_UNITS;

use super::create::CreateOrder;
use crate::ApiError;
use crate::storage::{Address, Customer};

/// Longest free text, in bytes.
const LONGEST_TEXT: usize = 500;

/// OwnGateway's longest customer id.
const LONGEST_ID: usize = 64;

/// The longest address of mail that can be written to, and shorter than OwnGateway's longest.
const LONGEST_EMAIL: usize = 254;

/// Checks everything that is words.
pub(super) fn texts(request: &CreateOrder) -> Result<(), ApiError> {
    text("reference", request.reference.as_deref())?;
    text("description", request.description.as_deref())?;
    request.customer.as_ref().map_or(Ok(()), customer)?;
    request.billing.as_ref().map_or(Ok(()), |billing| address("billing", billing))?;
    request.shipping.as_ref().map_or(Ok(()), |shipping| address("shipping", shipping))?;
    let too_much = request.metadata.len() > 50
        || request.metadata.iter().any(|(key, value)| key.len() > 100 || value.len() > LONGEST_TEXT);
    if too_much {
        let message = "metadata holds at most 50 pairs, keys of 100 and values of 500 bytes";
        return Err(ApiError::invalid("metadata_too_large", "metadata", message));
    }
    Ok(())
}

/// Checks the lines of the bill, and that they are the bill.
pub(super) fn items(items: &[Item], amount: i64) -> Result<(), ApiError> {
    if items.len() > 100 {
        return Err(ApiError::invalid("too_many_items", "items", "items holds at most 100 lines"));
    }
    for (place, item) in items.iter().enumerate() {
        text(&format!("items[{place}].name"), Some(&item.name))?;
        if item.quantity == 0 {
            let field = format!("items[{place}].quantity");
            return Err(ApiError::invalid("invalid_value", &field, "quantity must be at least 1"));
        }
        if item.amount.unsigned_abs() > LARGEST_MINOR_UNITS.unsigned_abs() {
            let field = format!("items[{place}].amount");
            let message = "amount must be at most 999999999 minor units, or as many less than nothing";
            return Err(ApiError::invalid("amount_out_of_range", &field, message));
        }
    }
    let sum = items.iter().try_fold(0_i64, |sum, item| sum.checked_add(item.amount));
    if !items.is_empty() && sum != Some(amount) {
        let message = "the items' amounts must add up to the order's amount";
        return Err(ApiError::invalid("items_do_not_add_up", "items", message));
    }
    Ok(())
}

fn customer(customer: &Customer) -> Result<(), ApiError> {
    let is_id = |text: &str| {
        (1..=LONGEST_ID).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    };
    if customer.reference.as_deref().is_some_and(|text| !is_id(text)) {
        let message = "customer.reference must be 1 to 64 letters, digits, _ and -";
        return Err(ApiError::invalid("invalid_text", "customer.reference", message));
    }
    text("customer.email", customer.email.as_deref())?;
    free_text("customer.name", customer.name.as_deref())?;
    free_text("customer.phone", customer.phone.as_deref())?;
    // Whether it exists only a letter can tell.
    let is_address = |text: &str| {
        text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
            && !text.contains(char::is_whitespace)
    };
    if customer.email.as_deref().is_some_and(|text| !is_address(text) || text.len() > LONGEST_EMAIL) {
        return Err(ApiError::invalid("invalid_text", "customer.email", "customer.email must be an email address"));
    }
    Ok(())
}

fn address(whose: &str, address: &Address) -> Result<(), ApiError> {
    for (part, words) in [
        ("name", &address.name),
        ("line1", &address.line1),
        ("line2", &address.line2),
        ("city", &address.city),
        ("state", &address.state),
        ("postal_code", &address.postal_code),
        ("phone", &address.phone),
    ] {
        free_text(&format!("{whose}.{part}"), words.as_deref())?;
    }
    if address.country.as_deref().is_some_and(|code| !is_country(code)) {
        let field = format!("{whose}.country");
        let message = format!("{field} must be the two capital letters of a country in ISO 3166-1");
        return Err(ApiError::invalid("invalid_value", &field, &message));
    }
    Ok(())
}

/// Text that says something, where it is there at all.
pub(super) fn text(field: &str, text: Option<&str>) -> Result<(), ApiError> {
    if text.is_some_and(str::is_empty) {
        return Err(ApiError::invalid("invalid_text", field, &format!("{field} must not be empty")));
    }
    free_text(field, text)
}

/// Text that a shopper may have left empty.
fn free_text(field: &str, text: Option<&str>) -> Result<(), ApiError> {
    if text.is_none_or(|text| text.len() <= LONGEST_TEXT && !text.chars().any(char::is_control)) {
        return Ok(());
    }
    let message = format!("{field} must be at most {LONGEST_TEXT} bytes without control characters");
    Err(ApiError::invalid("invalid_text", field, &message))
}
