//! The bill: what is sold, line by line, set like a bill.

use std::fmt::Write;

use florin_domain::mode::Mode;
use florin_domain::money::{Currency, Money};

use super::document::escape;
use super::words::Words;
use crate::Merchant;
use crate::storage::OrderRow;

/// Who sells, what, and for how much.
pub(super) fn bill(merchant: &Merchant, row: &OrderRow, words: &Words) -> String {
    let (order, details) = (&row.order, &row.details);
    let mut html = format!("<section class=\"bill\"><h1>{}</h1>", escape(&merchant.settings().merchant_name));
    // Writing to a String can not fail.
    if let Some(description) = &details.description {
        let _ = write!(html, "<p>{}</p>", escape(description));
    }
    html.push_str("<dl>");
    for item in &details.items {
        let name = if item.quantity > 1 { format!("{} × {}", item.quantity, item.name) } else { item.name.clone() };
        line(&mut html, "item", &name, &signed(item.amount, order.amount.currency(), words));
    }
    line(&mut html, "total", words.total, &words.amount(order.amount));
    let refunded = Money::new(order.refunded, order.amount.currency()).unwrap_or(order.amount);
    if !refunded.is_zero() {
        line(&mut html, "refunded", words.refunded, &words.amount(refunded));
    }
    html.push_str("</dl>");
    if merchant.settings().mode == Mode::Test {
        let _ = write!(html, "<p class=\"test\">{}</p>", words.test_mode);
    }
    html.push_str("</section>");
    html
}

/// A line's amount; what is taken off, such as a voucher, has a minus before it.
fn signed(minor_units: i64, currency: Currency, words: &Words) -> String {
    let sign = if minor_units < 0 { "\u{2212}" } else { "" };
    let amount = minor_units.checked_abs().and_then(|size| Money::new(size, currency).ok());
    // Larger ones were refused when the order was made.
    amount.map(|amount| format!("{sign}{}", words.amount(amount))).unwrap_or_default()
}

/// A name, a dotted rule, a value.
pub(super) fn line(html: &mut String, class: &str, name: &str, value: &str) {
    let _ = write!(html, "<div class=\"{class}\"><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(value));
}
