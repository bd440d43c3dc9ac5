//! Every scenario: its name, and what each department should see when it is over.

use super::play::Play;

/// A named day.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    /// What the people who talk to shoppers should see.
    pub(crate) support: &'static str,
    /// What the people who count money should see.
    pub(crate) finance: &'static str,
    /// What the people who run it should see.
    pub(crate) engineering: &'static str,
    pub(crate) play: Play,
}

/// All of them.
pub(crate) static CATALOG: &[Scenario] = &[
    Scenario {
        name: "happy-path",
        summary: "a card is approved and captured at once",
        support: "The order is paid; the shopper saw a thank-you.",
        finance: "Captured what was ordered, nothing given back.",
        engineering: "One payment at the gateway, `succeeded`; one `paid` in the timeline.",
        play: Play::HappyPath,
    },
    Scenario {
        name: "declined-then-another-card",
        summary: "the first card is declined, the second pays",
        support: "The shopper read why, and paid with another card; nobody has to write to the bank.",
        finance: "One capture. The declined card was never charged.",
        engineering: "Two payments at the gateway: `failed`, then `succeeded`.",
        play: Play::DeclinedThenAnotherCard,
    },
    Scenario {
        name: "3ds-approved",
        summary: "the bank asks, the shopper confirms and comes back",
        support: "The order waits for the bank, then it is paid.",
        finance: "One capture.",
        engineering: "A signed return URL was verified, then the payment was read.",
        play: Play::ThreeDsApproved,
    },
    Scenario {
        name: "3ds-refused",
        summary: "the bank asks, the shopper says it was not them",
        support: "The order is open again; the shopper may use another card.",
        finance: "Nothing was captured.",
        engineering: "The payment is `failed`; the order has no open payment.",
        play: Play::ThreeDsRefused,
    },
    Scenario {
        name: "3ds-abandoned",
        summary: "the bank asks, the shopper gives up and uses another card",
        support: "The first attempt was given up; the order is paid by the second.",
        finance: "One capture, from the second card.",
        engineering: "The first payment is `cancelled` before the second is opened.",
        play: Play::ThreeDsAbandoned,
    },
    Scenario {
        name: "lost-answer",
        summary: "the gateway approves, and its answer is lost",
        support: "The order is paid; the shopper was never told that it failed.",
        finance: "One capture, although the answer never came.",
        engineering: "The outcome was unknown and was found out by reading, not by paying again.",
        play: Play::LostAnswer,
    },
    Scenario {
        name: "webhook-before-return",
        summary: "the shopper's browser is slower than the webhook",
        support: "The order is paid before the shopper is back.",
        finance: "One capture.",
        engineering: "The webhook confirmed the order; the return changed nothing.",
        play: Play::WebhookBeforeReturn,
    },
    Scenario {
        name: "late-webhook",
        summary: "the webhook comes when everything is over",
        support: "The order is paid, and stays so.",
        finance: "One capture.",
        engineering: "The return confirmed the order; the late webhook changed nothing.",
        play: Play::LateWebhook,
    },
    Scenario {
        name: "duplicate-webhook",
        summary: "each webhook comes twice",
        support: "The order is paid once.",
        finance: "One capture.",
        engineering: "The inbox took the event once; one `paid` in the timeline.",
        play: Play::DuplicateWebhook,
    },
    Scenario {
        name: "refund",
        summary: "a paid order is refunded in part, then in full",
        support: "The shopper gets the money back; the order says how much.",
        finance: "What was refunded is what was captured, never more.",
        engineering: "Two refunds at the gateway, and a third refused.",
        play: Play::Refund,
    },
    Scenario {
        name: "expired-card",
        summary: "the card's own date is over",
        support: "The shopper is told to look at the date; the order is open.",
        finance: "Nothing was captured.",
        engineering: "The gateway refused before any payment was tried.",
        play: Play::ExpiredCard,
    },
    Scenario {
        name: "double-click",
        summary: "the shopper presses pay many times",
        support: "The order is paid once.",
        finance: "One capture.",
        engineering: "Every press got the same answer for the same attempt.",
        play: Play::DoubleClick,
    },
    Scenario {
        name: "refresh",
        summary: "the shopper loads the page again before paying, and again at the bank",
        support: "The order is paid; nobody had to begin anew.",
        finance: "One capture.",
        engineering: "The page found its open attempt each time: one payment at the gateway.",
        play: Play::Refresh,
    },
    Scenario {
        name: "partial-capture",
        summary: "the shop takes less than was authorized",
        support: "The order is paid; the rest of the hold is released.",
        finance: "Captured what was shipped, not what was ordered.",
        engineering: "The payment is `partially_captured`.",
        play: Play::PartialCapture,
    },
    Scenario {
        name: "void",
        summary: "the shop lets an authorized order go",
        support: "The order is voided; the shopper's money was never taken.",
        finance: "Nothing was captured.",
        engineering: "The payment is `cancelled`.",
        play: Play::Void,
    },
];
