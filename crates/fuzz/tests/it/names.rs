//! Ids, times and currencies: one spelling each.

use florin_domain::ids::{OrderId, PaymentId};
use florin_domain::money::{Currency, Money};
use florin_domain::timestamp::Timestamp;
use florin_fuzz::Fuzz;

use crate::word;

#[test]
fn an_id_is_kept_as_it_was_written() {
    let order = OrderId::new(Timestamp::from_millis(1), [7; 16]);
    let payment = PaymentId::new(Timestamp::from_millis(2), [8; 16]);
    let seeds = vec![order.as_str().as_bytes().to_vec(), payment.as_str().as_bytes().to_vec()];
    let mut fuzz = Fuzz::new("ids", seeds, &[b"ord_", b"pay_", b"_", b"/", b"..", b"'", b"%"]);
    while let Some(input) = fuzz.input() {
        let Ok(text) = std::str::from_utf8(&input) else { continue };
        let (order, payment) = (OrderId::parse(text), PaymentId::parse(text));
        assert!(order.as_ref().is_ok_and(|id| id.as_str() == text) || order.is_err());
        assert!(payment.as_ref().is_ok_and(|id| id.as_str() == text) || payment.is_err());
        assert!(
            order.is_err() || text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)),
            "{text}"
        );
        fuzz.learn(format!("{} {}", word(&order), word(&payment)));
    }
}

#[test]
fn times_and_amounts_are_read_or_refused() {
    let seeds = ["2026-06-25T10:00:00.000Z", "2026-06-25T10:00:00+02:00", "EUR", "4200"];
    let seeds = seeds.map(|text| text.as_bytes().to_vec()).to_vec();
    let words: &[&[u8]] = &[b"T", b"Z", b"+23:59", b"0000", b"9999-12-31", b"-", b"JPY", b"KWD", b"60"];
    let mut fuzz = Fuzz::new("times and amounts", seeds, words);
    while let Some(input) = fuzz.input() {
        let Ok(text) = std::str::from_utf8(&input) else { continue };
        let time = Timestamp::parse(text);
        if let Ok(time) = time {
            assert_eq!(Timestamp::parse(&time.to_string()), Ok(time), "what is written is read as written");
        }
        let currency = Currency::parse(text);
        assert!(currency.is_err() || text.len() == 3);
        let money = text.parse().ok().map(|minor| Money::new(minor, Currency::parse("EUR").unwrap()));
        fuzz.learn(format!("{} {} {:?}", time.is_ok(), word(&currency), money.map(|money| word(&money))));
    }
}
