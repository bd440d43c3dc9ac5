//! The merchant's side: believes a return only when it opens, is for us, and is of now.

use florin_domain::timestamp::Timestamp;
use pasetors::Local;
use pasetors::token::UntrustedToken;
use pasetors::version4::{LocalToken, V4};

use super::claims::{Audience, Claims};
use super::key::SealingKey;
use super::{HEADER, LONGEST_LIFE, PARAMETER, SKEW};
use crate::query::{self, Malformed};

/// Longer than any honest URL with its trackers; what is longer is not worth reading.
const LONGEST: usize = 8 * 1024;

/// The URL is not believed. For the log: the browser gets the same answer for every cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealRefused {
    /// A bad escape, or bytes that are not UTF-8.
    #[error("the query is not form encoded")]
    Malformed,
    /// Too long to be honest.
    #[error("the query is too long")]
    TooLong,
    /// There is no seal.
    #[error("{PARAMETER} is missing")]
    Missing,
    /// There are two; readers would disagree which one counts.
    #[error("{PARAMETER} stands there more than once")]
    Repeated,
    /// Not of the one version and purpose.
    #[error("the seal does not begin with {HEADER}")]
    WrongKind,
    /// Its footer names none of our keys.
    #[error("the seal's key is not known")]
    UnknownKey,
    /// Changed, or made for another mode, account or return address.
    #[error("the seal does not open")]
    WrongSeal,
    /// It opens, but does not hold exactly the claims.
    #[error("the seal holds something else")]
    WrongClaims,
    /// Its time is over.
    #[error("the seal has expired")]
    Expired,
    /// It comes from further ahead than clocks are apart.
    #[error("the seal is of a time to come")]
    NotYet,
    /// It would be good for longer than seals are.
    #[error("the seal lives too long")]
    WrongLife,
}

/// Opens the seal in the query of a return URL, exactly as received; several keys during a rotation.
///
/// Every other name is ignored whatever it holds: trackers add theirs. That `claims.order` is the order
/// of the return address, and that the payment is bound to it, the caller checks.
///
/// # Errors
/// Whatever keeps the seal from being one of `keys`, for `audience`, at `now`.
pub fn open(
    raw_query: &str,
    keys: &[SealingKey],
    audience: &Audience<'_>,
    now: Timestamp,
) -> Result<Claims, SealRefused> {
    let token = the_one_seal(raw_query)?;
    if !token.starts_with(HEADER) {
        return Err(SealRefused::WrongKind);
    }
    let token = UntrustedToken::<Local, V4>::try_from(token.as_str()).map_err(|_| SealRefused::WrongSeal)?;
    let claims = opened(&token, keys, audience)?;
    if claims.expires <= claims.issued || claims.expires.since(claims.issued) > LONGEST_LIFE {
        return Err(SealRefused::WrongLife);
    }
    if claims.issued > now.plus(SKEW) {
        return Err(SealRefused::NotYet);
    }
    if claims.expires <= now {
        return Err(SealRefused::Expired);
    }
    Ok(claims)
}

fn opened(
    token: &UntrustedToken<Local, V4>,
    keys: &[SealingKey],
    audience: &Audience<'_>,
) -> Result<Claims, SealRefused> {
    let named = token.untrusted_footer();
    let key = keys.iter().find(|key| key.id().as_bytes() == named).ok_or(SealRefused::UnknownKey)?;
    let assertion = audience.assertion().map_err(|_| SealRefused::WrongSeal)?;
    let trusted = LocalToken::decrypt(&key.key, token, Some(named), Some(assertion.as_bytes()));
    let trusted = trusted.map_err(|_| SealRefused::WrongSeal)?;
    serde_json::from_str(trusted.payload()).map_err(|_| SealRefused::WrongClaims)
}

fn the_one_seal(raw_query: &str) -> Result<String, SealRefused> {
    if raw_query.len() > LONGEST {
        return Err(SealRefused::TooLong);
    }
    let mut found = None;
    for pair in query::pairs(raw_query) {
        let (name, value) = pair?;
        if name == PARAMETER && found.replace(value).is_some() {
            return Err(SealRefused::Repeated);
        }
    }
    Ok(query::decode(found.ok_or(SealRefused::Missing)?)?)
}

impl From<Malformed> for SealRefused {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}
