//! Every operation, in the order in which its example can run.

use serde_json::Value;

/// Which key an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Admin,
    Secret,
    Publishable,
    /// Secret, or publishable with a client secret.
    Either,
}

impl Key {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Secret | Self::Either => "secret",
            Self::Publishable => "publishable",
        }
    }
}

/// A status and OwnGateway's code.
pub(super) type Refusal = (u16, &'static str);

/// One operation.
pub(super) struct Operation {
    pub(super) method: &'static str,
    /// With the example's query, where it has one.
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    pub(super) key: Key,
    pub(super) status: u16,
    body: &'static str,
    refusals: &'static [Refusal],
}

impl Operation {
    /// `post_payments_payment_id_confirm`
    pub(super) fn id(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        let words = path.split(['/', '{', '}']).filter(|word| !word.is_empty());
        let words: Vec<_> = std::iter::once(self.method.to_lowercase()).chain(words.map(str::to_owned)).collect();
        words.join("_")
    }

    /// The body that a call may carry.
    pub(super) fn example(&self) -> Option<Value> {
        serde_json::from_str(self.body).ok()
    }

    pub(super) fn keys(&self) -> Vec<Key> {
        match self.key {
            Key::Either => vec![Key::Secret, Key::Publishable],
            key => vec![key],
        }
    }

    /// Its own refusals, and those that every call of its kind shares.
    pub(super) fn refusals(&self) -> Vec<Refusal> {
        let mut all = vec![(401, "IR_01")];
        if self.example().is_some() {
            all.extend([(400, "IR_06"), (413, "IR_06")]);
        }
        all.extend(self.refusals);
        all.sort_unstable();
        all.dedup();
        all
    }
}

const fn op(
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    key: Key,
    body: &'static str,
    refusals: &'static [Refusal],
) -> Operation {
    Operation { method, path, summary, key, status: 200, body, refusals }
}

const NONE: &str = "";
const NOT_FOUND: Refusal = (404, "HE_02");
const INVALID: Refusal = (422, "IR_06");
const FORMAT: Refusal = (422, "IR_05");
const MISSING: Refusal = (400, "IR_04");
const EXPIRED: Refusal = (400, "IR_08");
const MISMATCH: Refusal = (400, "IR_09");
const STATE: Refusal = (400, "IR_16");
const DUPLICATE: Refusal = (400, "HE_01");
const REDACTED: Refusal = (400, "IR_11");
const UNSUPPORTED: Refusal = (400, "IR_20");
const DECLINES: Refusal = (429, "decline_limit");
const TOKEN: Refusal = (400, "token_expired");

/// Every operation that is documented.
pub(super) static OPERATIONS: &[Operation] = &[
    op(
        "POST",
        "/accounts",
        "Makes a merchant account with its first profile",
        Key::Admin,
        r#"{"merchant_id": "merchant_docs", "merchant_name": "Documented"}"#,
        &[DUPLICATE, INVALID, FORMAT],
    ),
    op("GET", "/accounts/list", "Lists merchant accounts", Key::Admin, NONE, &[]),
    op("GET", "/accounts/{merchant_id}", "Reads a merchant account", Key::Admin, NONE, &[NOT_FOUND]),
    op(
        "POST",
        "/accounts/{merchant_id}",
        "Changes a merchant account",
        Key::Admin,
        r#"{"merchant_name": "Documented well"}"#,
        &[NOT_FOUND, INVALID],
    ),
    op(
        "POST",
        "/api_keys/{merchant_id}",
        "Makes a secret key, shown this once",
        Key::Admin,
        r#"{"name": "till", "expiration": "never"}"#,
        &[NOT_FOUND, INVALID],
    ),
    op("GET", "/api_keys/{merchant_id}/list", "Lists the keys made here", Key::Admin, NONE, &[NOT_FOUND]),
    op("GET", "/api_keys/{merchant_id}/{key_id}", "Reads a key without its secret", Key::Admin, NONE, &[NOT_FOUND]),
    op(
        "POST",
        "/api_keys/{merchant_id}/{key_id}",
        "Renames a key, or sets when it ends",
        Key::Admin,
        r#"{"description": "by the door"}"#,
        &[NOT_FOUND, INVALID],
    ),
    op("DELETE", "/api_keys/{merchant_id}/{key_id}", "Ends a key at once", Key::Admin, NONE, &[NOT_FOUND]),
    op("DELETE", "/accounts/{merchant_id}", "Ends an account and its keys", Key::Admin, NONE, &[NOT_FOUND]),
    op(
        "POST",
        "/account/{merchant_id}/business_profile",
        "Makes a profile",
        Key::Secret,
        r#"{"profile_name": "second", "is_manual_retry_enabled": true}"#,
        &[INVALID],
    ),
    op("GET", "/account/{merchant_id}/business_profile", "Lists profiles", Key::Secret, NONE, &[]),
    op(
        "GET",
        "/account/{merchant_id}/business_profile/{profile_id}",
        "Reads a profile",
        Key::Secret,
        NONE,
        &[NOT_FOUND],
    ),
    op(
        "POST",
        "/account/{merchant_id}/business_profile/{profile_id}",
        "Changes a profile's switches",
        Key::Secret,
        r#"{"webhook_mode": "every_change", "session_expiry": 1200}"#,
        &[NOT_FOUND, INVALID],
    ),
    op(
        "POST",
        "/account/{merchant_id}/connectors",
        "Sets up a pretended processor",
        Key::Secret,
        r#"{"connector_type": "payment_processor", "connector_name": "fauxpay",
            "profile_id": "<profile_id>", "connector_account_details": {"auth_type": "HeaderKey", "api_key": "any"}}"#,
        &[NOT_FOUND, INVALID],
    ),
    op("GET", "/account/{merchant_id}/connectors", "Lists processors", Key::Secret, NONE, &[]),
    op(
        "GET",
        "/account/{merchant_id}/connectors/{merchant_connector_id}",
        "Reads a processor",
        Key::Secret,
        NONE,
        &[NOT_FOUND],
    ),
    op(
        "POST",
        "/account/{merchant_id}/connectors/{merchant_connector_id}",
        "Changes a processor",
        Key::Secret,
        r#"{"disabled": true}"#,
        &[NOT_FOUND, INVALID],
    ),
    op(
        "DELETE",
        "/account/{merchant_id}/connectors/{merchant_connector_id}",
        "Removes a processor",
        Key::Secret,
        NONE,
        &[NOT_FOUND],
    ),
    op(
        "DELETE",
        "/account/{merchant_id}/business_profile/{profile_id}",
        "Ends a profile",
        Key::Secret,
        NONE,
        &[NOT_FOUND],
    ),
    op(
        "POST",
        "/customers",
        "Makes a customer",
        Key::Secret,
        r#"{"customer_id": "cus_docs", "name": "Ada Lovelace", "email": "ada@example.com"}"#,
        &[(400, "IR_12"), FORMAT],
    ),
    op("GET", "/customers/{customer_id}", "Reads a customer", Key::Secret, NONE, &[NOT_FOUND, REDACTED]),
    op(
        "POST",
        "/customers/{customer_id}",
        "Changes a customer",
        Key::Secret,
        r#"{"phone": "5551234"}"#,
        &[NOT_FOUND, REDACTED, INVALID],
    ),
    op("GET", "/customers/list?limit=5", "Lists customers", Key::Secret, NONE, &[INVALID]),
    op("GET", "/customers/list_with_count?limit=5", "Lists and counts customers", Key::Secret, NONE, &[INVALID]),
    op(
        "POST",
        "/payment_methods",
        "Makes the place a browser brings a card to",
        Key::Secret,
        r#"{"customer_id": "cus_docs", "payment_method": "card"}"#,
        &[NOT_FOUND, MISSING, INVALID],
    ),
    op(
        "POST",
        "/payment_methods/{payment_method_id}/save",
        "Brings the card, once",
        Key::Publishable,
        r#"{"client_secret": "<client_secret>", "payment_method": "card", "payment_method_data": {"card":
            {"card_number": "4242424242424242", "card_exp_month": "10", "card_exp_year": "30"}}}"#,
        &[NOT_FOUND, MISSING, EXPIRED, MISMATCH],
    ),
    op("GET", "/payment_methods/{payment_method_id}", "Reads a saved card", Key::Secret, NONE, &[NOT_FOUND]),
    op(
        "POST",
        "/payment_methods/{payment_method_id}/update",
        "Names a saved card",
        Key::Secret,
        r#"{"card": {"nick_name": "work"}}"#,
        &[NOT_FOUND, STATE],
    ),
    op(
        "POST",
        "/customers/{customer_id}/payment_methods/{payment_method_id}/default",
        "Offers a card first",
        Key::Secret,
        NONE,
        &[NOT_FOUND, STATE, REDACTED],
    ),
    op(
        "GET",
        "/customers/{customer_id}/payment_methods",
        "Lists a customer's cards, each with a token",
        Key::Secret,
        NONE,
        &[NOT_FOUND, REDACTED],
    ),
    op(
        "POST",
        "/payments",
        "Opens a payment; with confirm and a card it pays at once",
        Key::Secret,
        r#"{"payment_id": "pay_docs", "amount": 6540, "currency": "USD", "customer_id": "cus_docs",
            "capture_method": "manual_multiple", "metadata": {"order": "42"}}"#,
        &[NOT_FOUND, MISSING, INVALID, FORMAT, STATE, DUPLICATE, REDACTED, UNSUPPORTED, DECLINES],
    ),
    op(
        "POST",
        "/payments/{payment_id}",
        "Changes an unconfirmed payment",
        Key::Secret,
        r#"{"description": "Two tickets"}"#,
        &[NOT_FOUND, INVALID, FORMAT, STATE, UNSUPPORTED],
    ),
    op(
        "GET",
        "/customers/payment_methods?client_secret=<client_secret>",
        "Lists the shopper's own cards",
        Key::Publishable,
        NONE,
        &[MISSING, MISMATCH, EXPIRED],
    ),
    op(
        "GET",
        "/account/payment_methods?client_secret=<client_secret>",
        "What a payment may be paid with",
        Key::Publishable,
        NONE,
        &[MISSING, MISMATCH, EXPIRED],
    ),
    Operation {
        method: "POST",
        path: "/tokens",
        summary: "Trades a card for a token of one payment",
        key: Key::Publishable,
        status: 201,
        body: r#"{"client_secret": "<client_secret>", "card": {"card_number": "4242424242424242",
            "card_exp_month": "10", "card_exp_year": "30", "card_cvc": "737"}}"#,
        refusals: &[MISSING, MISMATCH, EXPIRED, STATE, (400, "token_limit")],
    },
    op(
        "POST",
        "/payments/{payment_id}/confirm",
        "Sends the card to the issuer",
        Key::Either,
        r#"{"payment_method": "card", "payment_method_data": {"card": {"card_number": "4242424242424242",
            "card_exp_month": "10", "card_exp_year": "30", "card_cvc": "737"}}}"#,
        &[NOT_FOUND, MISSING, INVALID, STATE, MISMATCH, EXPIRED, TOKEN, DECLINES],
    ),
    op(
        "POST",
        "/payments/{payment_id}/capture",
        "Takes what is held, or a part",
        Key::Secret,
        r#"{"amount_to_capture": 1000}"#,
        &[NOT_FOUND, MISSING, INVALID, FORMAT, (400, "IR_14")],
    ),
    op(
        "POST",
        "/payments/{payment_id}/cancel",
        "Ends a payment; releases what is held",
        Key::Secret,
        r#"{"cancellation_reason": "abandoned"}"#,
        &[NOT_FOUND, STATE],
    ),
    op(
        "GET",
        "/payments/{payment_id}?expand_attempts=true&expand_captures=true",
        "Reads a payment",
        Key::Either,
        NONE,
        &[NOT_FOUND, MISSING, INVALID, MISMATCH, EXPIRED],
    ),
    op("GET", "/payments/list?limit=10", "Lists payments, the newest first", Key::Secret, NONE, &[NOT_FOUND, INVALID]),
    op(
        "POST",
        "/payments/list",
        "Filters payments",
        Key::Secret,
        r#"{"status": ["partially_captured"], "limit": 5}"#,
        &[INVALID],
    ),
    op(
        "POST",
        "/refunds",
        "Gives money back",
        Key::Secret,
        r#"{"payment_id": "pay_docs", "refund_id": "ref_docs", "amount": 400, "reason": "returned"}"#,
        &[NOT_FOUND, DUPLICATE, (400, "IR_12"), (400, "IR_13"), (400, "IR_14"), FORMAT, INVALID],
    ),
    op("GET", "/refunds/{refund_id}", "Reads a refund", Key::Secret, NONE, &[NOT_FOUND]),
    op(
        "POST",
        "/refunds/{refund_id}",
        "Changes what is said of a refund",
        Key::Secret,
        r#"{"metadata": {"rma": "7"}}"#,
        &[NOT_FOUND],
    ),
    op("POST", "/refunds/list", "Filters refunds", Key::Secret, r#"{"payment_id": "pay_docs"}"#, &[INVALID]),
    op(
        "POST",
        "/payments/{payment_id}/cancel_post_capture",
        "Gives a whole capture back before settlement",
        Key::Secret,
        r#"{"cancellation_reason": "typo"}"#,
        &[NOT_FOUND, STATE],
    ),
    op("POST", "/events/{merchant_id}", "Lists what was told", Key::Admin, r#"{"limit": 5}"#, &[INVALID]),
    op(
        "GET",
        "/events/{merchant_id}/{event_id}/attempts",
        "How often an event was sent",
        Key::Admin,
        NONE,
        &[NOT_FOUND],
    ),
    op(
        "POST",
        "/events/{merchant_id}/{event_id}/retry",
        "Sends an event again, word for word",
        Key::Admin,
        NONE,
        &[NOT_FOUND, STATE],
    ),
    op("DELETE", "/payment_methods/{payment_method_id}", "Destroys a saved card", Key::Secret, NONE, &[NOT_FOUND]),
    op("DELETE", "/customers/{customer_id}", "Forgets a customer for good", Key::Secret, NONE, &[NOT_FOUND, REDACTED]),
];
