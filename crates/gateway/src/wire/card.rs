//! A card as it is sent: parsed once, kept in types that wipe themselves.

use florin_domain::card::{BRANDS, Brand, CardNumber, CardNumberError, Expiry, SecurityCode, brand_of};
use florin_domain::timestamp::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::ApiError;
use super::text::SecretText;

/// Six digits before and four behind leave four hidden.
const SHORTEST_WITH_ISIN: usize = 14;

/// OwnGateway's longest holder name.
const LONGEST_NAME: usize = 255;

/// `payment_method_data`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaymentMethodData {
    pub(crate) card: Option<CardData>,
    /// Beside the token of a saved card.
    pub(crate) card_token: Option<CardToken>,
    pub(crate) billing: Option<Value>,
}

/// What a shopper types beside a saved card.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardToken {
    pub(crate) card_cvc: Option<SecretText>,
    #[serde(rename = "card_holder_name")]
    _card_holder_name: Option<IgnoredAny>,
}

/// `card`, as the browser sends it. What a merchant believes of it besides (its issuer, its country) is passed
/// over: the gateway knows better.
#[derive(Deserialize)]
pub(crate) struct CardData {
    #[serde(deserialize_with = "card_number")]
    card_number: CardNumber,
    card_exp_month: SecretText,
    card_exp_year: SecretText,
    card_cvc: Option<SecretText>,
    card_holder_name: Option<String>,
    card_network: Option<Network>,
}

/// A card that passed every check. Its number wipes itself when dropped.
///
/// The security code is not here: the pretended issuer does not look at it, so it is checked for its
/// form and wiped at once.
#[derive(Clone)]
pub(crate) struct Card {
    pub(crate) number: CardNumber,
    pub(crate) expiry: Expiry,
    pub(crate) holder_name: Option<String>,
    pub(crate) network: Option<&'static str>,
}

/// What may be shown and kept of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CardSummary {
    pub(crate) last4: String,
    /// The first six digits: the issuer. With the last four this is as much as may be shown, and of a
    /// short number it would be too much.
    pub(crate) isin: Option<String>,
    pub(crate) network: Option<String>,
    pub(crate) exp_month: String,
    pub(crate) exp_year: String,
    pub(crate) holder_name: Option<String>,
}

impl CardData {
    /// Checks what the parser could not: the parts together, and against today.
    pub(crate) fn check(self, now: Timestamp) -> Result<Card, ApiError> {
        if self.card_cvc.is_none() {
            return Err(ApiError::UnreadableBody("missing field `card_cvc`".to_owned()));
        }
        self.check_without_code(now)
    }

    /// The same for a card that is saved: a security code is looked at if it is there, and never needed.
    pub(crate) fn check_without_code(self, now: Timestamp) -> Result<Card, ApiError> {
        let refused = |words: &str| ApiError::Precondition(words.to_owned());
        self.card_cvc.as_ref().map_or(Ok(()), check_code)?;
        let month = &self.card_exp_month.0;
        for (field, text) in [("card_exp_month", month), ("card_exp_year", &self.card_exp_year.0)] {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then_some(()).ok_or(ApiError::InvalidValue(field))?;
        }
        // Together they fail for either; beside a sound year it can only be the month.
        Expiry::from_parts(month, "2000").map_err(|_| refused("Invalid Expiry Month"))?;
        let expiry = Expiry::from_parts(month, &self.card_exp_year.0);
        let expiry = expiry.map_err(|_| refused("Invalid Expiry Year"))?;
        let (this_year, this_month) = year_and_month(now);
        if expiry.year() < this_year {
            return Err(refused("Invalid Expiry Year"));
        }
        if expiry.is_past(this_year, this_month) {
            return Err(refused("Card Expired"));
        }
        check_name(self.card_holder_name.as_deref())?;
        Ok(Card {
            number: self.card_number,
            expiry,
            holder_name: self.card_holder_name,
            network: self.card_network.map(|network| network.0),
        })
    }
}

impl Card {
    /// A card that the vault kept. Its network was chosen, or found by its number, before.
    pub(crate) fn reopened(number: CardNumber, expiry: Expiry, kept: &CardSummary) -> Self {
        let network = BRANDS.iter().map(|brand| brand.network).find(|name| Some(*name) == kept.network.as_deref());
        Self { number, expiry, holder_name: kept.holder_name.clone(), network }
    }

    /// What may be kept once the card itself is gone.
    pub(crate) fn summary(&self) -> CardSummary {
        let digits = self.number.expose();
        let by_number = || brand_of(digits).and_then(Brand::on_wire);
        CardSummary {
            last4: self.number.last_four().to_owned(),
            isin: (digits.len() >= SHORTEST_WITH_ISIN).then(|| digits[..6].to_owned()),
            network: self.network.or_else(by_number).map(str::to_owned),
            exp_month: self.expiry.month_text(),
            exp_year: self.expiry.year_text(),
            holder_name: self.holder_name.clone(),
        }
    }
}

/// Refuses a security code of another length than three or four, and one that is no number.
pub(crate) fn check_code(code: &SecretText) -> Result<(), ApiError> {
    if !(3..=4).contains(&code.0.chars().count()) {
        return Err(ApiError::Precondition("Invalid card_cvc length".to_owned()));
    }
    SecurityCode::parse(&code.0).map(|_| ()).map_err(|_| ApiError::InvalidValue("card_cvc"))
}

/// A name is kept and shown, so a card number that slipped into it is refused.
pub(crate) fn check_name(name: Option<&str>) -> Result<(), ApiError> {
    let name = name.unwrap_or_default();
    let digits = name.chars().filter(|letter| letter.is_numeric()).count();
    if digits >= 8 || name.chars().count() > LONGEST_NAME {
        return Err(ApiError::Precondition("Invalid card_holder_name".to_owned()));
    }
    Ok(())
}

/// OwnGateway strips spaces and takes nothing but digits besides.
fn card_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CardNumber, D::Error> {
    let text = SecretText::deserialize(deserializer)?;
    let is_plain = text.0.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
    let parsed = if is_plain { CardNumber::parse(&text.0) } else { Err(CardNumberError::NotDigits) };
    parsed.map_err(serde::de::Error::custom)
}

/// OwnGateway's other networks. No number tells them, so they are taken at the merchant's word.
const REGIONAL: [&str; 5] = ["Interac", "Star", "Pulse", "Accel", "Nyce"];

/// A network that the shopper chose, among those we know.
#[derive(Clone, Copy)]
struct Network(&'static str);

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let mut known = BRANDS.iter().map(|brand| brand.network).chain(REGIONAL);
        let network = known.find(|network| *network == name);
        network.map(Self).ok_or_else(|| serde::de::Error::custom("unknown card network"))
    }
}

fn year_and_month(now: Timestamp) -> (u16, u8) {
    let moment = OffsetDateTime::from_unix_timestamp(now.as_millis().div_euclid(1000));
    let date = moment.unwrap_or(OffsetDateTime::UNIX_EPOCH).date();
    (u16::try_from(date.year()).unwrap_or(0), u8::from(date.month()))
}
