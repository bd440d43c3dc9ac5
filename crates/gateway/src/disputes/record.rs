//! A dispute as a row.

use std::time::Duration;

use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::accounts::Profile;
use crate::payments::Payment;
use crate::wire::ApiError;
use crate::wire::document::Document;

/// How long a merchant may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How far a dispute has come, as OwnGateway names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    PreDispute,
    Dispute,
    PreArbitration,
}

macro_rules! statuses {
    ($($(#[$doc:meta])* $variant:ident $name:literal;)*) => {
        /// What became of it so far. Each is also the type of the event that tells of it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) enum Status { $($(#[$doc])* #[serde(rename = $name)] $variant,)* }

        impl Status {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

statuses! {
    Opened "dispute_opened";
    Expired "dispute_expired";
    Accepted "dispute_accepted";
    Cancelled "dispute_cancelled";
    Challenged "dispute_challenged";
    Won "dispute_won";
    Lost "dispute_lost";
}

impl Status {
    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.as_str() == name)
    }

    /// Whether the money is gone for good.
    pub(super) fn costs_the_merchant(self) -> bool {
        matches!(self, Self::Accepted | Self::Lost | Self::Expired)
    }

    /// Whether the bank has had its last word.
    pub(super) fn is_final(self) -> bool {
        self.costs_the_merchant() || matches!(self, Self::Won | Self::Cancelled)
    }
}

impl Stage {
    fn as_str(self) -> &'static str {
        match self {
            Self::PreDispute => "pre_dispute",
            Self::Dispute => "dispute",
            Self::PreArbitration => "pre_arbitration",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::PreDispute, Self::Dispute, Self::PreArbitration].into_iter().find(|stage| stage.as_str() == name)
    }
}

/// A dispute.
#[derive(Clone)]
pub(super) struct Dispute {
    pub(super) merchant_id: String,
    pub(super) id: String,
    pub(super) payment_id: String,
    /// In minor units.
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) stage: Stage,
    pub(super) status: Status,
    /// The bank's reason, and the merchant's evidence.
    pub(super) details: Document,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) respond_by: Timestamp,
}

impl Dispute {
    pub(super) fn open(payment: &Payment, id: String, reason: &str, now: Timestamp) -> Self {
        let mut details = Document::default();
        details.set("reason", reason);
        Self {
            merchant_id: payment.merchant_id.clone(),
            id,
            payment_id: payment.id.clone(),
            amount: payment.state.captured(),
            currency: payment.amount.currency().code().to_owned(),
            stage: Stage::Dispute,
            status: Status::Opened,
            details,
            created_at: now,
            updated_at: now,
            respond_by: now.plus(ANSWER_WITHIN),
        }
    }

    pub(super) fn find(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Self, ApiError> {
        let row =
            tx.first("SELECT * FROM disputes WHERE merchant_id = $1 AND dispute_id = $2", params![merchant_id, id])?;
        Ok(Self::read(&row.ok_or(ApiError::DisputeNotFound)?)?)
    }

    /// The one of this payment; a payment has at most one.
    pub(super) fn of_payment(tx: &mut Tx<'_>, merchant: &str, payment: &str) -> Result<Option<Self>, StoreError> {
        let row =
            tx.first("SELECT * FROM disputes WHERE merchant_id = $1 AND payment_id = $2", params![merchant, payment])?;
        row.as_ref().map(Self::read).transpose()
    }

    /// All of a merchant, the newest first.
    pub(super) fn all(tx: &mut Tx<'_>, merchant_id: &str) -> Result<Vec<Self>, StoreError> {
        let rows = tx.all(
            "SELECT * FROM disputes WHERE merchant_id = $1 ORDER BY created_at DESC, dispute_id DESC",
            params![merchant_id],
        )?;
        rows.iter().map(Self::read).collect()
    }

    /// Whether it can't come to `stage`, or to another status in this one. What the bank has taken it keeps:
    /// that is the end of every stage.
    pub(super) fn has_ended(&self, stage: Option<Stage>) -> bool {
        self.status.costs_the_merchant() || (self.status.is_final() && stage.is_none_or(|stage| stage == self.stage))
    }

    /// Writes it, changed, unless another unit changed it first.
    pub(super) fn update(&self, tx: &mut Tx<'_>, before: &Self) -> Result<(), StoreError> {
        tx.swap(
            "UPDATE disputes SET stage = $3, status = $4, details = $5, updated_at = $6
             WHERE merchant_id = $1 AND dispute_id = $2 AND stage = $7 AND status = $8 AND details = $9",
            params![
                &self.merchant_id,
                &self.id,
                self.stage.as_str(),
                self.status.as_str(),
                self.details.column(),
                self.updated_at,
                before.stage.as_str(),
                before.status.as_str(),
                before.details.column(),
            ],
        )
    }

    /// Writes it, new, unless another unit opened one first.
    pub(super) fn insert(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let touched = tx.execute(
            "INSERT INTO disputes (merchant_id, dispute_id, payment_id, amount, currency, stage, status, details,
                 created_at, updated_at, respond_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT DO NOTHING",
            params![
                &self.merchant_id,
                &self.id,
                &self.payment_id,
                self.amount,
                &self.currency,
                self.stage.as_str(),
                self.status.as_str(),
                self.details.column(),
                self.created_at,
                self.updated_at,
                self.respond_by,
            ],
        )?;
        if touched == 0 { Err(tx.lost_swap()) } else { Ok(()) }
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let corrupt = |column: &str| StoreError::Corrupt(format!("disputes.{column} makes no sense"));
        Ok(Self {
            merchant_id: row.get("merchant_id")?,
            id: row.get("dispute_id")?,
            payment_id: row.get("payment_id")?,
            amount: row.get("amount")?,
            currency: row.get("currency")?,
            stage: Stage::parse(&row.get::<String>("stage")?).ok_or_else(|| corrupt("stage"))?,
            status: Status::parse(&row.get::<String>("status")?).ok_or_else(|| corrupt("status"))?,
            details: Document::read(&row.get::<String>("details")?)?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            respond_by: row.get("respond_by")?,
        })
    }

    /// As a read of its payment shows it: what is the payment's own is not said again.
    fn show_in_payment(&self) -> Value {
        json!({
            "dispute_id": self.id,
            "amount": self.amount.to_string(),
            "dispute_stage": self.stage,
            "dispute_status": self.status,
            "connector_status": self.status,
            "connector_dispute_id": format!("dummy_{}", self.id),
            "connector_reason": self.details.text("reason"),
            "connector_reason_code": null,
            "challenge_required_by": self.respond_by,
            "connector_created_at": self.created_at,
            "connector_updated_at": self.updated_at,
            "created_at": self.created_at,
        })
    }

    /// On the wire. The amount is text, as OwnGateway has it.
    pub(super) fn show(&self, payment: &Payment, profile: &Profile) -> Value {
        let mut shown = self.show_in_payment();
        shown["payment_id"] = json!(self.payment_id);
        shown["attempt_id"] = json!(payment.attempt_id());
        shown["currency"] = json!(self.currency);
        shown["connector"] = json!(profile.connector_name);
        shown["profile_id"] = json!(profile.id);
        shown["merchant_connector_id"] = json!(profile.connector_id);
        shown
    }
}

/// The disputes of a payment as its read shows them; none when there are none.
pub(crate) fn of_payment(tx: &mut Tx<'_>, payment: &Payment) -> Result<Option<Vec<Value>>, StoreError> {
    let dispute = Dispute::of_payment(tx, &payment.merchant_id, &payment.id)?;
    Ok(dispute.map(|dispute| vec![dispute.show_in_payment()]))
}

/// Forgets what was said of a customer against the disputes of their payments.
pub(crate) fn forget_customer(tx: &mut Tx<'_>, merchant_id: &str, customer_id: &str) -> Result<(), StoreError> {
    let rows = tx.all(
        "SELECT disputes.* FROM disputes JOIN payments
             ON payments.merchant_id = disputes.merchant_id AND payments.payment_id = disputes.payment_id
         WHERE disputes.merchant_id = $1 AND payments.customer_id = $2",
        params![merchant_id, customer_id],
    )?;
    for row in &rows {
        let before = Dispute::read(row)?;
        let mut dispute = before.clone();
        dispute.details.remove("evidence");
        dispute.update(tx, &before)?;
    }
    Ok(())
}
