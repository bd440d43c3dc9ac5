//! Every small change of a signed query: refused, or without any change of meaning.

use florin_signing::own_gateway::return_url::{AmountExpected, ReturnParams, VerifiedReturn, sign, verify};

use crate::key;

/// Every character a URL may hold, and some it may not.
fn characters() -> impl Iterator<Item = char> {
    (' '..='~').chain(['\0', '\n', 'é', '＆', '\u{202e}'])
}

fn query(amount: Option<i64>) -> String {
    let params = ReturnParams {
        status: "failed".to_owned(),
        payment_id: "pay_01jzm8x".to_owned(),
        client_secret: "pay_01jzm8x_secret_abc".to_owned(),
        amount,
        manual_retry_allowed: false,
    };
    let base = "http://127.0.0.1:4242/checkout/return?order=ord_01jzm8x";
    let url = sign(base, &params, &key("k")).expect("the base is a URL");
    url.split_once('?').expect("the base has a query").1.to_owned()
}

fn believed(query: &str, amount: Option<i64>) -> Option<VerifiedReturn> {
    let expect = if amount.is_some() { AmountExpected::Required } else { AmountExpected::Forbidden };
    verify(query, &[key("k")], expect).ok()
}

const BOTH: [Option<i64>; 2] = [Some(6540), None];

#[test]
fn any_one_character_replaced_is_refused() {
    for amount in BOTH {
        let signed = query(amount);
        assert!(believed(&signed, amount).is_some());
        for (place, original) in signed.char_indices() {
            for character in characters().filter(|character| *character != original) {
                let changed = format!("{}{character}{}", &signed[..place], &signed[place + 1..]);
                assert_eq!(believed(&changed, amount), None, "{changed}");
            }
        }
    }
}

#[test]
fn any_one_character_taken_out_is_refused() {
    for amount in BOTH {
        let signed = query(amount);
        for place in 0..signed.len() {
            let changed = format!("{}{}", &signed[..place], &signed[place + 1..]);
            assert_eq!(believed(&changed, amount), None, "{changed}");
        }
    }
}

#[test]
fn any_one_character_put_in_is_refused_but_for_an_empty_pair() {
    for amount in BOTH {
        let signed = query(amount);
        let original = believed(&signed, amount);
        for place in 0..=signed.len() {
            let (before, after) = signed.split_at(place);
            let between_pairs =
                before.is_empty() || after.is_empty() || before.ends_with('&') || after.starts_with('&');
            for character in characters() {
                let changed = format!("{before}{character}{after}");
                let expected = if character == '&' && between_pairs { original.clone() } else { None };
                assert_eq!(believed(&changed, amount), expected, "{changed}");
            }
        }
    }
}

#[test]
fn any_two_neighbours_swapped_are_refused() {
    let signed = query(Some(6540));
    for place in 0..signed.len() - 1 {
        let mut bytes = signed.clone().into_bytes();
        bytes.swap(place, place + 1);
        let changed = String::from_utf8(bytes).unwrap();
        if changed != signed {
            assert_eq!(believed(&changed, Some(6540)), None, "{changed}");
        }
    }
}

#[test]
fn any_value_cut_moved_or_exchanged_is_refused() {
    let signed = query(Some(6540));
    let pairs: Vec<(&str, &str)> = signed.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
    for (place, (name, value)) in pairs.iter().enumerate() {
        for other in 0..pairs.len() {
            let mut changed = pairs.clone();
            changed[place].1 = changed[other].1;
            changed[other].1 = value;
            if place != other {
                assert_eq!(believed(&join(&changed), Some(6540)), None, "{name} exchanged with {}", pairs[other].0);
            }
        }
        for length in 0..value.len() {
            let mut changed = pairs.clone();
            changed[place].1 = &value[..length];
            assert_eq!(believed(&join(&changed), Some(6540)), None, "{name} cut to {length}");
        }
    }
}

#[test]
fn pairs_in_any_order_mean_the_same() {
    let signed = query(Some(6540));
    let original = believed(&signed, Some(6540));
    let mut pairs: Vec<&str> = signed.split('&').collect();
    for _ in 0..pairs.len() {
        pairs.rotate_left(1);
        assert_eq!(believed(&pairs.join("&"), Some(6540)), original);
        let reversed: Vec<&str> = pairs.iter().rev().copied().collect();
        assert_eq!(believed(&reversed.join("&"), Some(6540)), original);
    }
}

#[test]
fn escaping_any_one_character_means_the_same() {
    let signed = query(Some(6540));
    let original = believed(&signed, Some(6540));
    for (place, character) in signed.char_indices().filter(|(_, character)| !"&=".contains(*character)) {
        let changed = format!("{}%{:02x}{}", &signed[..place], u32::from(character), &signed[place + 1..]);
        assert_eq!(believed(&changed, Some(6540)), original, "{changed}");
    }
}

fn join(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
