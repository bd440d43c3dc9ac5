//! Why an issuer, or the way to it, said no.

use std::fmt;

/// Why a payment was declined. The gateway's wire has its own codes and words for these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeclineReason {
    /// The issuer gave no reason.
    CardDeclined,
    /// The card was reported lost.
    LostCard,
    /// The card was reported stolen.
    StolenCard,
    /// The issuer could not answer; the same card may work later.
    IssuerUnavailable,
    /// This issuer does not know such a card.
    UnsupportedCard,
    /// The shopper did not prove to be the holder.
    ChallengeRefused,
}

impl DeclineReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::CardDeclined,
        Self::LostCard,
        Self::StolenCard,
        Self::IssuerUnavailable,
        Self::UnsupportedCard,
        Self::ChallengeRefused,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CardDeclined => "card_declined",
            Self::LostCard => "lost_card",
            Self::StolenCard => "stolen_card",
            Self::IssuerUnavailable => "issuer_unavailable",
            Self::UnsupportedCard => "unsupported_card",
            Self::ChallengeRefused => "challenge_refused",
        }
    }

    /// The reason of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

impl fmt::Display for DeclineReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
