//! The merchant's side: believes a return URL only when it can be read in one way and is signed.

use super::{ALGORITHM, SIGNATURE, SIGNATURE_ALGORITHM};
use crate::query::{self, Malformed};
use crate::signing_key::SigningKey;

/// The signed names, in the order in which they are signed. `order` is ours, the rest OwnGateway's.
const SIGNED: [&str; 6] =
    [AMOUNT, "manual_retry_allowed", "order", "payment_id", "payment_intent_client_secret", "status"];

const AMOUNT: &str = "amount";

/// Longer than any honest URL with its trackers; what is longer is not worth reading.
const LONGEST: usize = 8 * 1024;

/// Whether the profile sends the amount. Both ways the URL has one form only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountExpected {
    /// It must stand there.
    Required,
    /// It must not: the profile has `redirect_to_merchant_with_http_post`.
    Forbidden,
}

/// What a believed return URL says. Still a hint: read the payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedReturn {
    /// Our order, from the return address that we gave.
    pub order: String,
    /// The intent's status when the gateway signed.
    pub status: String,
    /// The payment.
    pub payment_id: String,
    /// In minor units, where the profile sends it. Without a currency.
    pub amount: Option<i64>,
}

/// The URL is not believed. For the log: the browser gets the same answer for every cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReturnRefused {
    /// A bad escape, or bytes that are not UTF-8.
    #[error("the query is not form encoded")]
    Malformed,
    /// Too long to be honest.
    #[error("the query is too long")]
    TooLong,
    /// A name is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A name stands there twice; readers would disagree which one counts.
    #[error("{0} stands there more than once")]
    Repeated(&'static str),
    /// A value holds `&`, which the signed text can't tell from a separator.
    #[error("{0} holds a separator")]
    Separator(&'static str),
    /// `amount` stands where the profile leaves it out.
    #[error("an amount was not expected")]
    UnexpectedAmount,
    /// Another algorithm is named.
    #[error("the signature algorithm is not {ALGORITHM}")]
    WrongAlgorithm,
    /// The signature is none of any key of ours over these values.
    #[error("the signature is wrong")]
    WrongSignature,
    /// It is signed, but no amount of minor units.
    #[error("the amount is not a number of minor units")]
    WrongAmount,
}

/// Verifies the query of a return URL, exactly as received; several keys during a rotation.
///
/// Order does not matter, and a name that is not signed is ignored whatever it holds: trackers add
/// theirs.
///
/// # Errors
/// Whatever keeps the query from having one meaning, signed by one of `keys`.
pub fn verify(raw_query: &str, keys: &[SigningKey], expect: AmountExpected) -> Result<VerifiedReturn, ReturnRefused> {
    if raw_query.len() > LONGEST {
        return Err(ReturnRefused::TooLong);
    }
    let found = Found::read(raw_query)?;
    let signed = signed_names(expect);
    if expect == AmountExpected::Forbidden && found.holds(AMOUNT) {
        return Err(ReturnRefused::UnexpectedAmount);
    }
    if found.once(SIGNATURE_ALGORITHM)? != ALGORITHM {
        return Err(ReturnRefused::WrongAlgorithm);
    }
    let mut text = String::new();
    for name in signed {
        let value = found.once(name)?;
        if value.contains('&') {
            return Err(ReturnRefused::Separator(name));
        }
        let separator = if text.is_empty() { "" } else { "&" };
        text.extend([separator, name, "=", value]);
    }
    let signature = found.once(SIGNATURE)?;
    if !keys.iter().any(|key| key.verifies(text.as_bytes(), signature)) {
        return Err(ReturnRefused::WrongSignature);
    }
    Ok(VerifiedReturn {
        order: found.once("order")?.to_owned(),
        status: found.once("status")?.to_owned(),
        payment_id: found.once("payment_id")?.to_owned(),
        amount: match expect {
            AmountExpected::Required => Some(minor_units(found.once(AMOUNT)?)?),
            AmountExpected::Forbidden => None,
        },
    })
}

fn signed_names(expect: AmountExpected) -> &'static [&'static str] {
    match expect {
        AmountExpected::Required => &SIGNED,
        // `amount` is the first.
        AmountExpected::Forbidden => &SIGNED[1..],
    }
}

/// One spelling alone: `+1`, `01` and `-0` are refused.
fn minor_units(text: &str) -> Result<i64, ReturnRefused> {
    match text.parse::<i64>() {
        Ok(amount) if amount >= 0 && amount.to_string() == text => Ok(amount),
        _ => Err(ReturnRefused::WrongAmount),
    }
}

/// The parameters that mean something to us, decoded.
struct Found(Vec<(&'static str, String)>);

impl Found {
    fn read(raw_query: &str) -> Result<Self, ReturnRefused> {
        let known = || SIGNED.into_iter().chain([SIGNATURE, SIGNATURE_ALGORITHM]);
        let mut found = Vec::with_capacity(8);
        for pair in query::pairs(raw_query) {
            let (name, value) = pair?;
            if let Some(name) = known().find(|known| *known == name) {
                found.push((name, query::decode(value)?));
            }
        }
        Ok(Self(found))
    }

    fn holds(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| *found == name)
    }

    fn once(&self, name: &'static str) -> Result<&str, ReturnRefused> {
        let mut values = self.0.iter().filter(|(found, _)| *found == name).map(|(_, value)| value);
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            (None, _) => Err(ReturnRefused::Missing(name)),
            (Some(_), Some(_)) => Err(ReturnRefused::Repeated(name)),
        }
    }
}

impl From<Malformed> for ReturnRefused {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}
