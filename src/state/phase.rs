//! What the shopper sees, and what may be said beside it.

use super::Decline;

/// What the shopper sees. Data lives in the phase that needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The shopper types.
    Editing,
    /// The payment is on its way.
    Paying,
    /// The bank wants to see the shopper.
    Challenge {
        /// The bank's page.
        url: String,
        /// What is given up when the shopper takes another card.
        attempt: Option<String>,
    },
    /// The bank will tell.
    Processing,
    /// Bytes were sent and no answer came. Never shown as failed.
    Unknown,
    /// The bank said no.
    Declined {
        /// Whether the same card is offered once more.
        again: bool,
        /// Why, as far as it may be told.
        reason: Decline,
    },
    /// Done.
    Paid,
    /// The order takes no money any more.
    Closed(Closed),
    /// The order could not be read.
    Failed {
        /// Whether another try may help.
        again: bool,
    },
}

/// Why an order takes no money any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Its time is over.
    Expired,
    /// The shop, or the limits, ended it.
    Canceled,
}

/// Something to say while the shopper types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Nothing was sent that could charge.
    NotSent,
    /// It came out that nothing was charged.
    NotCharged,
    /// The price changed.
    Repriced,
    /// The shop is just changing the order.
    Changing,
    /// Too many tries.
    TooMany,
    /// The card can't be handed over safely.
    Misconfigured,
    /// The page asked not to pay now.
    Vetoed,
    /// The browser has no network.
    Offline,
}

impl Notice {
    /// What a program knows it by; `www/boot/begin.mjs` completes it to an Error.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::NotCharged | Self::Offline => "not_charged",
            Self::Repriced => "amount_changed",
            Self::Changing => "order_changing",
            Self::TooMany => "too_many_attempts",
            Self::Misconfigured => "misconfigured",
            Self::Vetoed => "vetoed",
        }
    }
}
