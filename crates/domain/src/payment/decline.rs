//! Why an issuer, or the way to it, said no.

use std::fmt;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident $name:literal;)*) => {
        /// Why a payment was declined. The gateway's wire has its own codes and words for these.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum DeclineReason {
            $($(#[$doc])* $variant,)*
        }

        impl DeclineReason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word in the database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

reasons! {
    /// The issuer gave no reason.
    CardDeclined "card_declined";
    /// There is not enough money.
    InsufficientFunds "insufficient_funds";
    /// The card has paid too much, or too often, lately.
    LimitExceeded "limit_exceeded";
    /// The issuer believes that somebody else is paying.
    SuspectedFraud "suspected_fraud";
    /// The card was reported lost.
    LostCard "lost_card";
    /// The card was reported stolen.
    StolenCard "stolen_card";
    /// The issuer says that the card has ended, whatever date was typed.
    ExpiredCard "expired_card";
    /// The security code is not this card's.
    IncorrectCode "incorrect_code";
    /// The billing address is not this card's.
    AddressMismatch "address_mismatch";
    /// The issuer could not answer; the same card may work later.
    IssuerUnavailable "issuer_unavailable";
    /// This issuer does not know such a card.
    UnsupportedCard "unsupported_card";
    /// The shopper did not prove to be the holder.
    ChallengeRefused "challenge_refused";
    /// 3-D Secure said no without asking the shopper.
    AuthenticationRejected "authentication_rejected";
    /// The issuer wants to see the shopper first: a soft decline.
    AuthenticationRequired "authentication_required";
    /// Something was odd about the payment, and the merchant did not want it.
    RejectedByMerchant "rejected_by_merchant";
    /// The money was held, and then could not be taken.
    CaptureFailed "capture_failed";
}

impl DeclineReason {
    /// The reason of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.as_str() == name)
    }
}

impl fmt::Display for DeclineReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
