//! Where an order stands, in the words of the shop's API.

use serde::{Deserialize, Serialize};

/// Where an order stands. A decline belongs to the attempt: the order is open again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Takes a payment.
    Open,
    /// A card was submitted; the answer is on its way.
    Processing,
    /// The shopper's bank wants to see the shopper.
    RequiresAction,
    /// Money is held, not captured.
    Authorized,
    /// Money is captured.
    Paid,
    /// Some of it was given back.
    PartiallyRefunded,
    /// All of it was given back.
    Refunded,
    /// The hold was released.
    Voided,
    /// Ended by the shop, or by too many attempts.
    Canceled,
    /// Ended by time.
    Expired,
    /// Facts disagree; a person decides.
    Review,
}

impl OrderStatus {
    /// Every status.
    pub const ALL: [Self; 11] = [
        Self::Open,
        Self::Processing,
        Self::RequiresAction,
        Self::Authorized,
        Self::Paid,
        Self::PartiallyRefunded,
        Self::Refunded,
        Self::Voided,
        Self::Canceled,
        Self::Expired,
        Self::Review,
    ];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Processing => "processing",
            Self::RequiresAction => "requires_action",
            Self::Authorized => "authorized",
            Self::Paid => "paid",
            Self::PartiallyRefunded => "partially_refunded",
            Self::Refunded => "refunded",
            Self::Voided => "voided",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
            Self::Review => "review",
        }
    }

    /// The status of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether no payment has decided this order yet.
    pub fn is_undecided(self) -> bool {
        matches!(self, Self::Open | Self::Processing | Self::RequiresAction)
    }
}

/// When a payment's money is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaptureMethod {
    /// At once.
    Automatic,
    /// When the shop says so.
    Manual,
}

impl CaptureMethod {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
        }
    }

    /// The method of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Automatic, Self::Manual].into_iter().find(|method| method.as_str() == name)
    }
}
