//! What is on its way between the server, the browsers and the gateway.

use std::time::Duration;

use florin_domain::flow::{Answer, Request, Shown};
use florin_domain::ids::{AttemptId, PaymentId};
use florin_domain::timestamp::Timestamp;

use super::gateway::Card;

/// Connect 2 s, answer 20 s: then the caller has given up.
pub(crate) const DEADLINE: Duration = Duration::from_secs(22);

/// What is asked of the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    /// What a step wants sent.
    Step(AttemptId, Request),
    /// The operation of this number.
    Operate(usize),
    /// A read before the operation of this number is sent again.
    LookBefore(usize),
    /// A browser's own confirm.
    Browser { payment: PaymentId, card: Card, flip: bool },
}

#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a handful exist at a time")]
pub(crate) enum Way {
    There,
    /// A browser is told nothing that matters here.
    Back(Answer<Option<Shown>>),
}

/// One call, under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flight {
    pub(crate) ask: Ask,
    pub(crate) way: Way,
    pub(crate) sent_at: Timestamp,
    /// Nobody waits for the answer any more.
    pub(crate) forsaken: bool,
}

impl Flight {
    pub(crate) fn new(ask: Ask, sent_at: Timestamp) -> Self {
        let forsaken = matches!(ask, Ask::Browser { .. });
        Self { ask, way: Way::There, sent_at, forsaken }
    }
}
