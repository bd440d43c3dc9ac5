//! Where a payment stands, what may happen to it, and what it then becomes.

use std::fmt;

use super::{DeclineReason, IntentStatus};
use crate::money::Money;
use crate::order::CaptureMethod;

/// Yes or no, for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The money is held.
    Approved,
    /// It is not.
    Declined(DeclineReason),
}

/// What the issuer says to a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuerAnswer {
    /// Yes or no at once.
    Final(Verdict),
    /// It wants to see the shopper, and will say this to one who passes.
    Challenge(Verdict),
    /// It will say this later.
    Later(Verdict),
    /// Something about the payment is odd: it says this once the merchant has looked at it.
    Review(Verdict),
}

/// A card sent to the issuer, and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submission {
    /// For how much.
    pub amount: Money,
    /// Whether an approval also captures.
    pub capture: CaptureMethod,
    /// What the issuer said.
    pub answer: IssuerAnswer,
}

/// Where a payment stands. Data lives in the variant that needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentState {
    /// Opened, no card.
    AwaitingCard,
    /// A card is there; nobody has confirmed.
    AwaitingConfirmation,
    /// The issuer wants to see the shopper.
    AwaitingChallenge {
        /// For how much.
        amount: Money,
        /// Whether an approval also captures.
        capture: CaptureMethod,
        /// What a shopper who passes will hear.
        verdict: Verdict,
    },
    /// The issuer has the card and has not answered.
    Processing {
        /// For how much.
        amount: Money,
        /// Whether an approval also captures.
        capture: CaptureMethod,
        /// What it is going to say.
        verdict: Verdict,
    },
    /// Something about it is odd, and the merchant has not said yet what is to become of it.
    AwaitingMerchant {
        /// For how much.
        amount: Money,
        /// Whether an approval also captures.
        capture: CaptureMethod,
        /// What the issuer says if the merchant wants the payment.
        verdict: Verdict,
    },
    /// Money is held.
    Authorized {
        /// How much.
        amount: Money,
    },
    /// Some of the money was taken, the rest is still held.
    PartlyCaptured {
        /// How much was held.
        authorized: Money,
        /// How much was taken: more than nothing, less than what was held.
        captured: Money,
    },
    /// Money was taken; what was held beyond it was released.
    Captured {
        /// How much was held.
        authorized: Money,
        /// How much was taken: more than nothing, at most what was held.
        captured: Money,
    },
    /// The answer was no.
    Declined {
        /// Why.
        reason: DeclineReason,
    },
    /// Ended by the merchant before any capture.
    Cancelled,
    /// Ended by the merchant after the capture and before settlement: all of it went back.
    CancelledPostCapture {
        /// How much was held.
        authorized: Money,
        /// How much was taken and went back.
        captured: Money,
    },
    /// Ended by time before any approval.
    Expired,
}

/// What happens to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentEvent {
    /// The merchant changes what it is for.
    Update,
    /// A card is put beside it, unconfirmed.
    AttachCard,
    /// A card is sent to the issuer.
    Confirm(Submission),
    /// After a decline, another card is sent to the issuer.
    Retry(Submission),
    /// The shopper passed the challenge.
    ChallengePassed,
    /// The shopper refused the challenge.
    ChallengeRefused,
    /// The issuer that was slow has answered.
    Answered,
    /// The merchant wants the payment although something is odd.
    Approve,
    /// The merchant does not want it.
    Reject,
    /// Holds this much instead of less.
    IncreaseHold(Money),
    /// What is held was held for too long; the issuer lets it go.
    HoldEnded,
    /// Takes this much of what is held, and releases the rest.
    Capture(Money),
    /// Takes this much of what is held, and keeps the rest.
    CapturePart(Money),
    /// What is held could not be taken.
    CaptureFailed,
    /// Ends it; what is still held is released.
    Cancel,
    /// Gives back what was taken, before it is settled.
    CancelPostCapture,
    /// Its time is over.
    Expire,
}

/// Why something may not happen to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The state does not allow it.
    #[error("a payment that is {status} does not allow this")]
    NotAllowed {
        /// The state, in OwnGateway's words.
        status: IntentStatus,
    },
    /// More than is held.
    #[error("more would be captured than is held")]
    CaptureExceedsHold,
    /// No more than is held already.
    #[error("no more would be held than is held")]
    HoldNotIncreased,
    /// Nothing at all.
    #[error("a capture of nothing")]
    NothingToCapture,
    /// Held in another currency.
    #[error("captured and held money are of different currencies")]
    CurrencyMismatch,
}

impl PaymentState {
    /// What the payment becomes.
    ///
    /// # Errors
    /// What may not happen in this state changes nothing. A repeated cancel is refused too, as
    /// OwnGateway does: the refusal names the state, so it is an answer.
    pub fn apply(self, event: PaymentEvent) -> Result<Self, TransitionError> {
        use PaymentEvent as E;
        use PaymentState as S;

        match (self, event) {
            (S::AwaitingCard | S::AwaitingConfirmation, E::Update) => Ok(self),
            (S::AwaitingCard | S::AwaitingConfirmation, E::AttachCard) => Ok(S::AwaitingConfirmation),
            (S::AwaitingCard | S::AwaitingConfirmation, E::Confirm(submission))
            | (S::Declined { .. }, E::Retry(submission)) => Ok(submission.outcome()),

            (S::AwaitingChallenge { amount, capture, verdict }, E::ChallengePassed) => {
                Ok(verdict.outcome(amount, capture))
            }
            (S::AwaitingChallenge { .. }, E::ChallengeRefused) => {
                Ok(S::Declined { reason: DeclineReason::ChallengeRefused })
            }

            (S::Processing { amount, capture, verdict }, E::Answered) => Ok(verdict.outcome(amount, capture)),

            (S::AwaitingMerchant { amount, capture, verdict }, E::Approve) => Ok(verdict.outcome(amount, capture)),
            (S::AwaitingMerchant { .. }, E::Reject) => Ok(S::Declined { reason: DeclineReason::RejectedByMerchant }),

            (S::Authorized { amount }, E::IncreaseHold(total)) => increased(amount, total),
            (S::Authorized { .. }, E::HoldEnded) => Ok(S::Cancelled),
            (S::PartlyCaptured { authorized, captured }, E::HoldEnded) => Ok(S::Captured { authorized, captured }),

            (S::Authorized { amount }, E::Capture(part)) => {
                let captured = taken(amount, Money::zero(amount.currency()), part)?;
                Ok(S::Captured { authorized: amount, captured })
            }
            (S::PartlyCaptured { authorized, captured }, E::Capture(part)) => {
                Ok(S::Captured { authorized, captured: taken(authorized, captured, part)? })
            }
            (S::Authorized { amount }, E::CapturePart(part)) => {
                Ok(capture_part(amount, taken(amount, Money::zero(amount.currency()), part)?))
            }
            (S::PartlyCaptured { authorized, captured }, E::CapturePart(part)) => {
                Ok(capture_part(authorized, taken(authorized, captured, part)?))
            }
            (S::Authorized { .. }, E::CaptureFailed) => Ok(S::Declined { reason: DeclineReason::CaptureFailed }),

            (
                S::AwaitingCard | S::AwaitingConfirmation | S::AwaitingChallenge { .. } | S::Authorized { .. },
                E::Cancel,
            ) => Ok(S::Cancelled),
            // What was taken stays taken.
            (S::PartlyCaptured { authorized, captured }, E::Cancel) => Ok(S::Captured { authorized, captured }),
            (S::Captured { authorized, captured }, E::CancelPostCapture) => {
                Ok(S::CancelledPostCapture { authorized, captured })
            }
            (S::AwaitingCard | S::AwaitingConfirmation | S::AwaitingChallenge { .. }, E::Expire) => Ok(S::Expired),

            (state, _) => Err(TransitionError::NotAllowed { status: state.status() }),
        }
    }

    /// The same, in OwnGateway's words.
    pub fn status(self) -> IntentStatus {
        match self {
            Self::AwaitingCard => IntentStatus::RequiresPaymentMethod,
            Self::AwaitingConfirmation => IntentStatus::RequiresConfirmation,
            Self::AwaitingChallenge { .. } => IntentStatus::RequiresCustomerAction,
            Self::Processing { .. } => IntentStatus::Processing,
            Self::AwaitingMerchant { .. } => IntentStatus::RequiresMerchantAction,
            Self::Authorized { .. } => IntentStatus::RequiresCapture,
            Self::PartlyCaptured { .. } => IntentStatus::PartiallyCapturedAndCapturable,
            Self::Captured { authorized, captured } if authorized == captured => IntentStatus::Succeeded,
            Self::Captured { .. } => IntentStatus::PartiallyCaptured,
            Self::Declined { .. } => IntentStatus::Failed,
            Self::Cancelled => IntentStatus::Cancelled,
            Self::CancelledPostCapture { .. } => IntentStatus::CancelledPostCapture,
            Self::Expired => IntentStatus::Expired,
        }
    }

    /// How much is held and not taken, in minor units.
    pub fn held(self) -> i64 {
        match self {
            Self::Authorized { amount } => amount.minor_units(),
            Self::PartlyCaptured { authorized, captured } => authorized.minor_units() - captured.minor_units(),
            _ => 0,
        }
    }

    /// How much was taken and not given back other than by refunds, in minor units.
    pub fn captured(self) -> i64 {
        match self {
            Self::PartlyCaptured { captured, .. } | Self::Captured { captured, .. } => captured.minor_units(),
            _ => 0,
        }
    }

    /// Whether a card may still be sent to the issuer without the profile allowing retries.
    pub fn takes_a_card(self) -> bool {
        matches!(self, Self::AwaitingCard | Self::AwaitingConfirmation)
    }
}

impl Submission {
    fn outcome(self) -> PaymentState {
        match self.answer {
            IssuerAnswer::Final(verdict) => verdict.outcome(self.amount, self.capture),
            IssuerAnswer::Challenge(verdict) => {
                PaymentState::AwaitingChallenge { amount: self.amount, capture: self.capture, verdict }
            }
            IssuerAnswer::Later(verdict) => {
                PaymentState::Processing { amount: self.amount, capture: self.capture, verdict }
            }
            IssuerAnswer::Review(verdict) => {
                PaymentState::AwaitingMerchant { amount: self.amount, capture: self.capture, verdict }
            }
        }
    }
}

impl Verdict {
    fn outcome(self, amount: Money, capture: CaptureMethod) -> PaymentState {
        match (self, capture) {
            (Self::Declined(reason), _) => PaymentState::Declined { reason },
            (Self::Approved, CaptureMethod::Manual) => PaymentState::Authorized { amount },
            (Self::Approved, CaptureMethod::Automatic) => {
                PaymentState::Captured { authorized: amount, captured: amount }
            }
        }
    }
}

fn increased(held: Money, total: Money) -> Result<PaymentState, TransitionError> {
    if total.currency() != held.currency() {
        return Err(TransitionError::CurrencyMismatch);
    }
    if total.minor_units() <= held.minor_units() {
        return Err(TransitionError::HoldNotIncreased);
    }
    Ok(PaymentState::Authorized { amount: total })
}

/// All that is taken once `part` is, of what is held.
fn taken(authorized: Money, captured: Money, part: Money) -> Result<Money, TransitionError> {
    if part.currency() != authorized.currency() {
        return Err(TransitionError::CurrencyMismatch);
    }
    if part.is_zero() {
        return Err(TransitionError::NothingToCapture);
    }
    let captured = captured.checked_add(part).map_err(|_| TransitionError::CaptureExceedsHold)?;
    if captured.minor_units() > authorized.minor_units() {
        return Err(TransitionError::CaptureExceedsHold);
    }
    Ok(captured)
}

fn capture_part(authorized: Money, captured: Money) -> PaymentState {
    if captured == authorized {
        PaymentState::Captured { authorized, captured }
    } else {
        PaymentState::PartlyCaptured { authorized, captured }
    }
}

impl fmt::Display for PaymentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.status().as_str())
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod sequences;
