//! A payment as its gateway showed it to our secret key, and whether it is the one we opened.

use std::fmt;
use std::time::Duration;

use crate::ids::PaymentId;
use crate::order::{AsOpened, Attempt, CardSummary};
use crate::payment::IntentStatus;
use crate::timestamp::Timestamp;

/// Our account at a gateway, as far as a payment names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name in the configuration.
    pub name: String,
    /// As the gateway knows us.
    pub merchant_id: String,
    /// As the gateway knows this shop of ours.
    pub profile_id: String,
}

/// A payment as read with the secret key.
#[derive(Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Which payment.
    pub payment: PaymentId,
    /// Whose.
    pub merchant_id: String,
    /// Whose profile. A gateway that does not say shows a payment that is not known to be ours.
    pub profile_id: Option<String>,
    /// What the payment is for, in minor units.
    pub amount: i64,
    /// With surcharge and tax; must equal the amount.
    pub net_amount: i64,
    /// What has been captured, in minor units.
    pub amount_received: i64,
    /// What may still be captured, in minor units.
    pub amount_capturable: i64,
    /// The code, as it came.
    pub currency: String,
    /// How far it is.
    pub status: IntentStatus,
    /// When it last changed, by the gateway's clock.
    pub updated: Option<Timestamp>,
    /// The bank's page, while the bank wants to see the shopper.
    pub challenge_url: Option<String>,
    /// For the publishable key.
    pub client_secret: Option<String>,
    /// How long after its creation an unconfirmed payment closes. A span, for the gateway's clock is not ours.
    pub lives_for: Option<Duration>,
    /// The decline's words, for support; not for the shopper.
    pub error_message: Option<String>,
    /// The gateway's own group of the decline, the same for every processor.
    pub unified_code: Option<String>,
    /// Why it failed, by the gateway's code.
    pub error_code: Option<String>,
    /// Where the bank sends the browser back to, in one spelling.
    pub return_url: Option<String>,
    /// Which order it says it is for; nothing, in words, where its metadata names none.
    pub named_order: Option<String>,
    /// What may be shown of the card.
    pub card: Option<CardSummary>,
}

impl fmt::Debug for Snapshot {
    /// Without the client secret, and what else a log has no use for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("payment", &self.payment)
            .field("status", &self.status)
            .field("amount", &self.amount)
            .field("amount_received", &self.amount_received)
            .field("currency", &self.currency)
            .field("updated", &self.updated)
            .finish_non_exhaustive()
    }
}

impl Snapshot {
    /// What differs between this payment and the one `attempt` opened on `account`; empty when it is ours.
    ///
    /// The capture method is not looked at: a publishable confirm may change it, and then the
    /// money is put right instead (see [`super::confirm`]).
    pub(super) fn disagreements(&self, attempt: &Attempt, account: &Account) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: &str, ours: &str, theirs: &str| {
            if ours != theirs {
                found.push(format!("{what}: we have {ours}, the gateway says {theirs}"));
            }
        };
        let amount = attempt.amount.minor_units().to_string();
        compare("amount", &amount, &self.amount.to_string());
        compare("net amount", &amount, &self.net_amount.to_string());
        compare("currency", attempt.amount.currency().code(), &self.currency);
        let mut all = self.strangeness(attempt, account);
        all.append(&mut found);
        all
    }

    /// When the payment closes unless a card comes, by our clock: so one that is wrong does no harm. A payment is made
    /// after its attempt's row; the gateway closes it no sooner.
    pub(super) fn closes_at(&self, attempt: &Attempt) -> Option<Timestamp> {
        self.lives_for.map(|span| attempt.created_at.plus(span))
    }

    /// What the payment says beside its money, to be compared with later.
    pub(super) fn as_opened(&self) -> AsOpened {
        AsOpened { return_url: self.return_url.clone(), named_order: self.named_order.clone() }
    }

    /// What a browser that confirms by itself has changed beside the money; empty when nothing. What is not said is not
    /// compared.
    pub(super) fn changed_since(&self, opened: &AsOpened) -> Vec<String> {
        let pairs = [
            ("return address", &opened.return_url, &self.return_url),
            ("order in the metadata", &opened.named_order, &self.named_order),
        ];
        let said = pairs.into_iter().filter_map(|(what, before, now)| Some((what, before.as_ref()?, now.as_ref()?)));
        let differs = said.filter(|(_, before, now)| before != now);
        differs.map(|(what, before, now)| format!("{what}: it was {before}, the gateway now says {now}")).collect()
    }

    /// What says that this is somebody else's payment; empty when it is ours, whatever it costs.
    pub(super) fn strangeness(&self, attempt: &Attempt, account: &Account) -> Vec<String> {
        let pairs = [
            ("payment", attempt.payment.as_str(), self.payment.as_str()),
            ("merchant", &account.merchant_id, &self.merchant_id),
            ("profile", &account.profile_id, self.profile_id.as_deref().unwrap_or("nothing")),
        ];
        let differs = pairs.into_iter().filter(|(_, ours, theirs)| ours != theirs);
        differs.map(|(what, ours, theirs)| format!("{what}: we have {ours}, the gateway says {theirs}")).collect()
    }
}
