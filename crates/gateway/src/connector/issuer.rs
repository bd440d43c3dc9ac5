//! What an issuer is like, and what it says to a card. Pure.

use std::time::Duration;

use florin_domain::order::CaptureMethod;
use florin_domain::payment::{DeclineReason, IssuerAnswer, Verdict};
use serde::{Deserialize, Serialize};

/// What this card's issuer is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Issuer {
    pub(crate) answer: Answer,
    pub(crate) three_ds: ThreeDs,
    pub(crate) capture_fails: bool,
    pub(crate) refund: RefundConduct,
    /// Wants the money back as soon as it was captured.
    pub(crate) disputes: bool,
    /// How late it is when it answers later, beyond the usual.
    pub(crate) hangs_for: Option<Duration>,
}

/// When it says what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Now(Verdict),
    Later(Verdict),
    /// Once the merchant has looked at the payment.
    Review(Verdict),
}

/// What comes of 3-D Secure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ThreeDs {
    /// A challenge, if the merchant asks for one.
    WhenAsked,
    /// A challenge, whether the merchant asks or not.
    Always,
    /// A challenge if the merchant asks for one, and a refusal if not: a soft decline.
    Demanded,
    /// The issuer is content without seeing the shopper.
    Frictionless,
    /// The issuer says no without seeing the shopper.
    Rejected,
    /// The issuer's server does not answer: the attempt counts.
    Unavailable,
}

/// How a refund goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundConduct {
    #[default]
    AtOnce,
    LaterYes,
    LaterNo,
}

/// What is remembered of an issuer once the card is gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Conduct {
    pub(crate) capture_fails: bool,
    pub(crate) refund: RefundConduct,
    pub(crate) disputes: bool,
    pub(crate) hangs_for_ms: Option<u64>,
}

impl Issuer {
    /// The same issuer, as a connector has it. One of the dummy connectors knows nothing of issuers that
    /// can't be reached.
    pub(crate) fn at(self, connector: &str) -> Self {
        match self.answer {
            Answer::Now(Verdict::Declined(DeclineReason::IssuerUnavailable)) if connector == "stripe_test" => {
                Self { answer: Answer::Now(Verdict::Approved), ..self }
            }
            _ => self,
        }
    }

    /// The same issuer, out of reach for a while; where it waits for the merchant, it still does.
    pub(crate) fn that_hangs(self, span: Duration) -> Self {
        match self.answer {
            Answer::Now(verdict) | Answer::Later(verdict) => {
                Self { answer: Answer::Later(verdict), hangs_for: Some(span), ..self }
            }
            Answer::Review(_) => self,
        }
    }

    /// What it says, when the merchant asked for 3-D Secure or did not.
    pub(crate) fn says(&self, three_ds_asked: bool, capture: CaptureMethod) -> IssuerAnswer {
        let wants_challenge = match self.three_ds {
            ThreeDs::Always => true,
            ThreeDs::WhenAsked | ThreeDs::Demanded => three_ds_asked,
            ThreeDs::Frictionless | ThreeDs::Rejected | ThreeDs::Unavailable => false,
        };
        if self.three_ds == ThreeDs::Demanded && !three_ds_asked {
            return IssuerAnswer::Final(Verdict::Declined(DeclineReason::AuthenticationRequired));
        }
        match self.answer {
            Answer::Now(verdict) if wants_challenge => IssuerAnswer::Challenge(self.with_capture(verdict, capture)),
            Answer::Now(verdict) => IssuerAnswer::Final(self.with_capture(verdict, capture)),
            Answer::Review(verdict) => IssuerAnswer::Review(self.with_capture(verdict, capture)),
            Answer::Later(verdict) => IssuerAnswer::Later(self.with_capture(verdict, capture)),
        }
    }

    /// A capture that is part of the authorization fails with it.
    fn with_capture(&self, verdict: Verdict, capture: CaptureMethod) -> Verdict {
        if self.capture_fails && verdict == Verdict::Approved && capture == CaptureMethod::Automatic {
            return Verdict::Declined(DeclineReason::CaptureFailed);
        }
        verdict
    }

    pub(crate) fn conduct(&self) -> Conduct {
        Conduct {
            capture_fails: self.capture_fails,
            refund: self.refund,
            disputes: self.disputes,
            hangs_for_ms: self.hangs_for.map(|span| u64::try_from(span.as_millis()).unwrap_or(u64::MAX)),
        }
    }
}
