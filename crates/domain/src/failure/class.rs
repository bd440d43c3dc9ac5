//! The classes of the hierarchy, and the people whom a failure can concern.

use serde::Serialize;

/// What kind of failure: each is handled in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// The request is malformed, breaks a rule, or does not fit how things stand. Nothing was done.
    Validation,
    /// A key, a signature or a token is missing, foreign or used up. Nothing was done.
    Authentication,
    /// Not one byte reached the gateway. Nothing was done.
    Network,
    /// Bytes were sent and no definite answer came. Anything may have been done: it is asked, not repeated.
    GatewayTimeout,
    /// The shopper's bank said no.
    IssuerDecline,
    /// Money is held or taken, and what should follow did not: a capture, a void, a refund, an agreement.
    PostAuthorization,
    /// Ours to fix.
    Internal,
}

impl FailureClass {
    /// Every class, as it is handled first.
    pub const ALL: [Self; 7] = [
        Self::Validation,
        Self::Authentication,
        Self::Network,
        Self::GatewayTimeout,
        Self::IssuerDecline,
        Self::PostAuthorization,
        Self::Internal,
    ];

    /// The word in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::Authentication => "authentication",
            Self::Network => "network",
            Self::GatewayTimeout => "gateway_timeout",
            Self::IssuerDecline => "issuer_decline",
            Self::PostAuthorization => "post_authorization",
            Self::Internal => "internal",
        }
    }
}

/// Who looks at a failure that does not go away by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Nobody: it is part of a normal day.
    Nobody,
    /// Whoever writes the shop's program.
    ShopDeveloper,
    /// Whoever answers the shop's customers.
    ShopSupport,
    /// Whoever runs the merchant server.
    Operator,
    /// The provider of the gateway.
    GatewaySupport,
}

impl Duty {
    /// The words in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::ShopDeveloper => "shop developer",
            Self::ShopSupport => "shop support",
            Self::Operator => "operator",
            Self::GatewaySupport => "gateway support",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_use_the_words_of_the_wire() {
        for class in FailureClass::ALL {
            assert_eq!(serde_json::to_value(class).unwrap(), class.as_str());
        }
        for duty in [Duty::Nobody, Duty::ShopDeveloper, Duty::ShopSupport, Duty::Operator, Duty::GatewaySupport] {
            assert_eq!(serde_json::to_value(duty).unwrap(), duty.as_str().replace(' ', "_"));
        }
    }
}
