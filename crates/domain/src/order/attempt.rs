//! An attempt: one try to pay an order, which is one payment at the gateway.

use serde::{Deserialize, Serialize};

use crate::checkout::CollectMode;
use crate::error::ErrorObject;
use crate::ids::{AttemptId, OrderId, PaymentId, TokenId};
use crate::money::Money;
use crate::order::CaptureMethod;
use crate::timestamp::Timestamp;

/// One try to pay an order. Its row exists before the gateway hears of its payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which.
    pub id: AttemptId,
    /// Whose order.
    pub order: OrderId,
    /// The gateway account it runs on, by its name in the configuration.
    pub account: String,
    /// The payment at that account; made by us, unique there.
    pub payment: PaymentId,
    /// How the card is handed over.
    pub collect: CollectMode,
    /// What the payment was opened with.
    pub amount: Money,
    /// What the payment was opened with.
    pub capture: CaptureMethod,
    /// What the shop asked to capture, once it did; without it, the amount.
    pub to_capture: Option<Money>,
    /// Whether the payment was opened with the wish that the bank sees the shopper (3-D Secure).
    pub three_ds: bool,
    /// What must not differ when its money comes, however often a card was tried before.
    pub as_opened: AsOpened,
    /// How far it has come.
    pub state: AttemptState,
    /// The gateway's own time of the newest snapshot that was applied.
    pub seen_at_gateway: Option<Timestamp>,
    /// When to look at it again without being asked.
    pub wake_at: Option<Timestamp>,
    /// Looks since something last changed; spaces the next one.
    pub looks: u32,
    /// What may be shown of the card.
    pub card: Option<CardSummary>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What may be shown of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardSummary {
    /// As the gateway names it.
    pub brand: Option<String>,
    /// The last four digits.
    pub last4: Option<String>,
}

/// What an unconfirmed payment at the gateway is good for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Lets the publishable key at this one payment.
    pub client_secret: String,
    /// When the gateway closes it, by our clock.
    pub expires_at: Timestamp,
}

/// What the gateway showed of a payment beside its money, before any browser could reach it. Nothing where it did not
/// say, or nobody kept it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOpened {
    /// Where it would send the browser back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// Which order it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named_order: Option<String>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// How far an attempt has come. Data lives in the variant that needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AttemptState {
    /// The row is there; whether the gateway opened the payment is not known yet.
    Opening,
    /// Opened at the gateway, unconfirmed: waits for a card.
    Open(Opened),
    /// A confirm may have been sent; no answer was seen.
    Submitted {
        /// To take another card, should this one turn out never to have arrived.
        opened: Opened,
        /// To send the very same confirm again; none in confirm mode, where the browser sent it.
        token: Option<TokenId>,
        /// A call ended without an answer: said to the shopper as `unknown`.
        answer_lost: bool,
        /// The gateway will not have this payment confirmed as it is, with any card.
        #[serde(default)]
        refused: bool,
    },
    /// The bank wants to see the shopper.
    Challenged {
        /// The bank's page.
        url: String,
    },
    /// The gateway has it and will tell.
    Processing,
    /// Money is held.
    Authorized,
    /// Money is captured.
    Captured,
    /// The bank said no.
    Declined {
        /// Why.
        error: ErrorObject,
    },
    /// Definitely never pays: canceled or expired at the gateway, or never opened there.
    Canceled,
    /// Its money goes back: it was not wanted.
    Returned {
        /// Why not.
        reason: ReturnReason,
        /// How often the gateway refused to give it back.
        #[serde(default)]
        refusals: u32,
    },
    /// Facts disagree.
    Review,
}

/// Why money goes back that nobody asked back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    /// The order had been paid already.
    Duplicate,
    /// The order had been canceled or had expired.
    Late,
    /// Captured where the shop wanted a hold only.
    NotWanted,
}

impl ReturnReason {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Late => "late",
            Self::NotWanted => "not_wanted",
        }
    }
}

impl AttemptState {
    /// The word in the database and in the timeline.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Open(_) => "open",
            Self::Submitted { answer_lost: false, .. } => "submitted",
            Self::Submitted { answer_lost: true, .. } => "unknown",
            Self::Challenged { .. } => "challenged",
            Self::Processing => "processing",
            Self::Authorized => "authorized",
            Self::Captured => "captured",
            Self::Declined { .. } => "declined",
            Self::Canceled => "canceled",
            Self::Returned { .. } => "returned",
            Self::Review => "review",
        }
    }

    /// Whether its payment may still take money that was not decided yet: such a one is unique in an order.
    pub fn holds_the_order(&self) -> bool {
        match self {
            Self::Opening | Self::Open(_) => true,
            _ => self.is_submitted(),
        }
    }

    /// Whether a card may be on its way to the bank.
    pub fn is_submitted(&self) -> bool {
        matches!(self, Self::Submitted { .. } | Self::Challenged { .. } | Self::Processing)
    }
}
