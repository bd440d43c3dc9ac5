//! The gateway's side: puts the sealed claims into the return address.

use pasetors::version4::LocalToken;
use url::Url;

use super::claims::{Audience, Claims};
use super::key::SealingKey;
use super::{LONGEST_LIFE, PARAMETER};

/// The URL can't be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The return address is not absolute.
    #[error("the return address is not a URL: {0}")]
    NotAUrl(#[from] url::ParseError),
    /// The address has a parameter of this name; a reader could take it for the seal.
    #[error("the return address holds a {PARAMETER} of its own")]
    NameTaken,
    /// It would be believed for too long, or for no time.
    #[error("a seal lives up to 15 minutes")]
    WrongLife,
    /// The operating system gave no randomness.
    #[error("could not seal")]
    NotSealed,
}

/// The URL to send the browser to: the audience's return address and one parameter more.
///
/// # Errors
/// A return address that is no URL or is in the way, or a life that is too long.
pub fn seal(claims: &Claims, audience: &Audience<'_>, key: &SealingKey) -> Result<String, SealError> {
    let mut url = Url::parse(audience.return_address)?;
    if url.query_pairs().any(|(name, _)| name == PARAMETER) {
        return Err(SealError::NameTaken);
    }
    if claims.expires <= claims.issued || claims.expires.since(claims.issued) > LONGEST_LIFE {
        return Err(SealError::WrongLife);
    }
    let message = serde_json::to_vec(claims).map_err(|_| SealError::NotSealed)?;
    let (footer, assertion) = (key.id().as_bytes(), audience.assertion()?);
    let token = LocalToken::encrypt(&key.key, &message, Some(footer), Some(assertion.as_bytes()));
    url.query_pairs_mut().append_pair(PARAMETER, &token.map_err(|_| SealError::NotSealed)?);
    Ok(url.into())
}
