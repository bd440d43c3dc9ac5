//! One operation: what it takes, answers and refuses.

use serde_json::Value;

/// Who may call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// The shop's server, with its key.
    Shop,
    /// A browser, with a session in the path.
    Browser,
    /// The gateway: its signature is the key.
    Gateway,
    /// Anybody.
    Anybody,
}

impl Key {
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Browser => "browser",
            Self::Gateway => "gateway",
            Self::Anybody => "anybody",
        }
    }
}

/// A status and a code of ours.
pub(super) type Refusal = (u16, &'static str);

/// A request's body: the name of its schema, and an example.
pub(super) struct Body {
    pub(super) schema: &'static str,
    pub(super) example: Value,
}

/// One operation.
pub(super) struct Operation {
    pub(super) method: &'static str,
    /// With the example's query, where it has one.
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    pub(super) key: Key,
    pub(super) status: u16,
    /// The names of its query's parameters.
    pub(super) query: &'static [&'static str],
    /// Schema and example; empty where it takes no body.
    pub(super) body: (&'static str, &'static str),
    /// The schema of its answer; none where that is no JSON.
    pub(super) answer: Option<&'static str>,
    /// Its own refusals.
    pub(super) refusals: &'static [Refusal],
}

impl Operation {
    /// The path without the example's query.
    pub(super) fn bare_path(&self) -> &'static str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// `post_v1_orders_id_capture`
    pub(super) fn id(&self) -> String {
        let words = self.bare_path().split(['/', '{', '}', '.']).filter(|word| !word.is_empty());
        let words: Vec<_> = std::iter::once(self.method.to_lowercase()).chain(words.map(str::to_owned)).collect();
        words.join("_")
    }

    pub(super) fn has_body(&self) -> bool {
        !self.body.0.is_empty()
    }

    /// What a call may carry.
    pub(super) fn body(&self) -> Option<Body> {
        let example = serde_json::from_str(self.body.1).ok()?;
        self.has_body().then_some(Body { schema: self.body.0, example })
    }

    /// An example of `{}` says that nothing is needed.
    pub(super) fn needs_a_body(&self) -> bool {
        self.has_body() && self.body.1 != "{}"
    }

    /// Whether an Idempotency-Key is required, where one is taken.
    pub(super) fn idempotency_key(&self) -> Option<bool> {
        let moves_money = ["/capture", "/void", "/refunds"].iter().any(|end| self.path.ends_with(end));
        let may = moves_money || self.path == "/v1/orders" || self.path.ends_with("/review");
        (self.method == "POST" && self.key == Key::Shop && may).then_some(moves_money)
    }

    /// Its own refusals, and those that every call of its kind shares.
    pub(super) fn refusals(&self) -> Vec<Refusal> {
        let mut all = self.refusals.to_vec();
        if self.key == Key::Shop {
            all.push((401, "unauthenticated"));
        }
        // A page says it to a person, not as an Error.
        let is_page = self.key == Key::Browser && self.answer.is_none();
        if self.bare_path().contains('{') && !is_page {
            all.push((404, "not_found"));
        }
        if self.has_body() && self.key != Key::Gateway {
            all.extend([(400, "malformed"), (422, "unknown_field"), (422, "invalid_value")]);
        }
        match self.idempotency_key() {
            Some(required) => {
                all.extend([(400, "idempotency_key_malformed"), (409, "request_in_progress")]);
                all.push((422, "idempotency_key_reused"));
                all.extend(required.then_some((400, "idempotency_key_missing")));
            }
            None if !self.query.is_empty() && self.key == Key::Shop => {
                all.extend([(422, "unknown_field"), (422, "invalid_value")]);
            }
            None => {}
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}
