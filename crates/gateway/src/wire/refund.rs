//! Refunds on the wire.

use florin_domain::money::Currency;
use florin_domain::timestamp::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `POST /refunds`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "some names are taken so that they are not refused")]
pub(crate) struct RefundRequest {
    pub(crate) payment_id: String,
    pub(crate) refund_id: Option<String>,
    pub(crate) merchant_id: Option<String>,
    pub(crate) amount: Option<i64>,
    pub(crate) reason: Option<String>,
    pub(crate) refund_type: Option<RefundType>,
    pub(crate) metadata: Option<Map<String, Value>>,
    // OwnGateway takes these too; in the sandbox they change nothing.
    merchant_connector_details: Option<IgnoredAny>,
    split_refunds: Option<IgnoredAny>,
    all_keys_required: Option<IgnoredAny>,
}

/// When a refund is carried out; the sandbox always does so at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundType {
    Scheduled,
    Instant,
}

/// A refund.
#[derive(Clone, Serialize)]
pub(crate) struct RefundResponse {
    pub(crate) refund_id: String,
    pub(crate) payment_id: String,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: Option<Value>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    pub(crate) unified_code: Option<String>,
    pub(crate) unified_message: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) connector: String,
    pub(crate) profile_id: String,
    pub(crate) merchant_connector_id: String,
}
