//! One operation: its address, who may call it, what is documented of it, and what serves it.

use axum::routing::MethodRouter;
use serde_json::Value;

use crate::gateway::Gateway;

/// Which key an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Admin,
    Secret,
    /// Either of the operator's: the secret key of the merchant, or the admin key.
    SecretOrAdmin,
    Publishable,
    /// Secret, or publishable with a client secret.
    Either,
    /// Secret, or the ephemeral key of the customer.
    OwnCustomer,
    /// None: for browsers that follow a link, and for machines that look whether this one is well.
    None,
}

impl Key {
    pub(crate) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Admin => &["admin"],
            Self::Secret => &["secret"],
            Self::SecretOrAdmin => &["secret", "admin"],
            Self::Publishable => &["publishable"],
            Self::Either => &["secret", "publishable"],
            Self::OwnCustomer => &["secret", "ephemeral"],
            Self::None => &[],
        }
    }
}

/// A status and OwnGateway's code.
pub(crate) type Refusal = (u16, &'static str);

/// One operation. The one description of it: the router and the document are both made from these.
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    /// With the example's query, where it has one.
    path: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) key: Key,
    pub(crate) status: u16,
    /// The media type of what it answers.
    pub(crate) media: &'static str,
    body: &'static str,
    refusals: &'static [Refusal],
    pub(crate) serve: fn() -> MethodRouter<Gateway>,
}

pub(crate) const fn op(
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    key: Key,
    serve: fn() -> MethodRouter<Gateway>,
    body: &'static str,
    refusals: &'static [Refusal],
) -> Operation {
    Operation { method, path, summary, key, status: 200, media: "application/json", body, refusals, serve }
}

impl Operation {
    /// What the example answers, where it is not 200.
    pub(super) const fn answering(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// For what is no JSON.
    pub(super) const fn of_media(self, media: &'static str) -> Self {
        Self { media, ..self }
    }

    /// The address as the router knows it.
    pub(crate) fn route(&self) -> &'static str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// The address with the example's query.
    pub(crate) fn example_path(&self) -> &'static str {
        self.path
    }

    /// `post_payments_payment_id_confirm`
    pub(crate) fn id(&self) -> String {
        let words = self.route().split(['/', '{', '}', '.']).filter(|word| !word.is_empty());
        let words: Vec<_> = std::iter::once(self.method.to_lowercase()).chain(words.map(str::to_owned)).collect();
        words.join("_")
    }

    /// The body that a call may carry.
    pub(crate) fn example(&self) -> Option<Value> {
        serde_json::from_str(self.body).ok()
    }

    /// Its own refusals, and those that every call of its kind shares.
    pub(crate) fn refusals(&self) -> Vec<Refusal> {
        let mut all = Vec::new();
        if self.key != Key::None {
            all.push((401, "IR_01"));
        }
        if self.example().is_some() {
            all.extend([(400, "IR_06"), (413, "IR_06")]);
        }
        all.extend(self.refusals);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a script of the frame host may call it.
    pub(super) fn is_for_browsers(&self) -> bool {
        matches!(self.key, Key::Publishable | Key::Either)
    }
}

pub(super) const NONE: &str = "";
pub(super) const NOT_FOUND: Refusal = (404, "HE_02");
pub(super) const NO_DISPUTE: Refusal = (404, "HE_04");
pub(super) const INVALID: Refusal = (422, "IR_06");
pub(super) const FORMAT: Refusal = (422, "IR_05");
pub(super) const MISSING: Refusal = (400, "IR_04");
pub(super) const EXPIRED: Refusal = (400, "IR_08");
pub(super) const MISMATCH: Refusal = (400, "IR_09");
pub(super) const VALUE: Refusal = (400, "IR_07");
pub(super) const NO_CONNECTOR: Refusal = (400, "IR_39");
pub(super) const STATE: Refusal = (400, "IR_16");
pub(super) const DUPLICATE: Refusal = (400, "HE_01");
pub(super) const NAME_TAKEN: Refusal = (400, "IR_38");
pub(super) const ANOTHER_CUSTOMER: Refusal = (401, "IR_18");
pub(super) const REDACTED: Refusal = (400, "IR_11");
pub(super) const DECLINES: Refusal = (429, "decline_limit");
pub(super) const TOKEN: Refusal = (400, "token_expired");
