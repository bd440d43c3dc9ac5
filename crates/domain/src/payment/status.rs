//! What OwnGateway calls the stages of a payment on the wire.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text is not a status OwnGateway knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown payment status")]
pub struct IntentStatusError;

macro_rules! statuses {
    ($($(#[$doc:meta])* $variant:ident $name:literal;)*) => {
        /// Where a payment stands, in OwnGateway's words. Source: `IntentStatus` of Hyperswitch v1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum IntentStatus {
            $($(#[$doc])* $variant,)*
        }

        impl IntentStatus {
            /// Every status.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

statuses! {
    /// Captured in full.
    Succeeded "succeeded";
    /// Declined.
    Failed "failed";
    /// Ended before any capture.
    Cancelled "cancelled";
    /// Captured, then voided before settlement.
    CancelledPostCapture "cancelled_post_capture";
    /// The answer is on its way.
    Processing "processing";
    /// The issuer wants to see the shopper.
    RequiresCustomerAction "requires_customer_action";
    /// The merchant has to look at it.
    RequiresMerchantAction "requires_merchant_action";
    /// No card yet.
    RequiresPaymentMethod "requires_payment_method";
    /// A card, not yet confirmed.
    RequiresConfirmation "requires_confirmation";
    /// Authorized, nothing captured.
    RequiresCapture "requires_capture";
    /// Captured in part; the rest was released.
    PartiallyCaptured "partially_captured";
    /// Captured in part; the rest is still held.
    PartiallyCapturedAndCapturable "partially_captured_and_capturable";
    /// Authorized for less than asked.
    PartiallyAuthorizedAndRequiresCapture "partially_authorized_and_requires_capture";
    /// Captured in part, more on its way.
    PartiallyCapturedAndProcessing "partially_captured_and_processing";
    /// What came back does not agree with what was asked.
    Conflicted "conflicted";
    /// Ended by time.
    Expired "expired";
    /// A person has to look at it.
    Review "review";
}

impl IntentStatus {
    /// The status of this name.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(name: &str) -> Result<Self, IntentStatusError> {
        Self::ALL.iter().copied().find(|status| status.as_str() == name).ok_or(IntentStatusError)
    }

    /// Whether OwnGateway calls this an end. Refunds, and a new try where the profile allows it, may follow.
    pub fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Succeeded
                | Self::Failed
                | Self::Cancelled
                | Self::CancelledPostCapture
                | Self::PartiallyCaptured
                | Self::Expired
        )
    }
}

impl fmt::Display for IntentStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for IntentStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for IntentStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&name).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_reads_back_as_written() {
        assert_eq!(IntentStatus::ALL.len(), 17);
        for status in IntentStatus::ALL {
            let written = serde_json::to_string(status).unwrap();
            assert_eq!(written, format!("\"{status}\""));
            assert_eq!(serde_json::from_str::<IntentStatus>(&written).unwrap(), *status);
        }
    }

    #[test]
    fn foreign_words_are_refused() {
        for name in ["", "Succeeded", "succeeded ", "paid", "canceled"] {
            assert_eq!(IntentStatus::parse(name), Err(IntentStatusError), "{name:?}");
        }
    }
}
