//! What a merchant or a browser says beside the money: kept to be shown again, decided upon nowhere
//! but for the challenge.

use florin_domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::wire::amount::extras;
use crate::wire::card::CardSummary;
use crate::wire::request::{AuthenticationType, CaptureOption, FutureUsage, PaymentMethodType, PaymentsRequest};

/// Everything a payment call may set. One JSON column. Personal, so it does not print.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Details {
    pub(crate) return_url: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) customer_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) phone_country_code: Option<String>,
    pub(crate) metadata: Option<Map<String, Value>>,
    pub(crate) billing: Option<Value>,
    pub(crate) shipping: Option<Value>,
    pub(crate) order_details: Option<Vec<Value>>,
    pub(crate) browser_info: Option<Map<String, Value>>,
    pub(crate) statement_descriptor_name: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) merchant_order_reference_id: Option<String>,
    pub(crate) setup_future_usage: Option<FutureUsage>,
    pub(crate) authentication_type: Option<AuthenticationType>,
    pub(crate) cancellation_reason: Option<String>,
    pub(crate) off_session: Option<bool>,
    /// The saved card that paid, or that this payment saved.
    pub(crate) payment_method_id: Option<String>,
    /// How to capture, in the merchant's own word where ours is coarser.
    pub(crate) capture_option: Option<CaptureOption>,
    pub(crate) request_incremental_authorization: Option<bool>,
    pub(crate) request_extended_authorization: Option<bool>,
    /// Every time more was held, the first first.
    pub(crate) increments: Vec<Increment>,
    /// When the issuer was last asked to hold the money longer.
    pub(crate) extended_at: Option<Timestamp>,
    /// The shopper's leave to charge again: the one that paid, or that this payment set up.
    pub(crate) mandate_id: Option<String>,
    pub(crate) mandate_data: Option<Map<String, Value>>,
    /// How much of its limit the mandate that pays has spent on this payment, in minor units.
    pub(crate) counted_on_mandate: Option<i64>,
    /// The shopper agreed to the card being kept.
    pub(crate) customer_acceptance: Option<Map<String, Value>>,
    /// What was said beside the card, and of it: `payment_method_data.billing`.
    pub(crate) card_billing: Option<Value>,
    pub(crate) payment_method_type: Option<PaymentMethodType>,
    /// The card that waits for somebody to confirm, as far as it may be shown.
    pub(crate) waiting_card: Option<CardSummary>,
    /// In minor units, each on top of the order's amount.
    pub(crate) shipping_cost: Option<i64>,
    pub(crate) order_tax_amount: Option<i64>,
    /// What changes nothing here and is shown again, by name.
    pub(crate) echoes: Map<String, Value>,
}

/// More was held.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Increment {
    pub(crate) authorization_id: String,
    /// All that is held from then on, in minor units.
    pub(crate) amount: i64,
    pub(crate) previously_authorized_amount: i64,
    pub(crate) reason: Option<String>,
}

impl Details {
    /// Takes them out of a request.
    pub(crate) fn take(request: &mut PaymentsRequest) -> Self {
        let customer = request.customer.take().unwrap_or_default();
        let of_customer = |text: Option<String>, said: Option<String>| text.or(said);
        Self {
            return_url: request.return_url.take().map(|url| url.0),
            description: request.description.take(),
            customer_id: of_customer(request.customer_id.take(), customer.id),
            email: of_customer(request.email.take(), customer.email),
            name: of_customer(request.name.take(), customer.name),
            phone: of_customer(request.phone.take(), customer.phone),
            phone_country_code: of_customer(request.phone_country_code.take(), customer.phone_country_code),
            metadata: request.metadata.take(),
            billing: request.billing.take(),
            shipping: request.shipping.take(),
            order_details: request.order_details.take(),
            browser_info: request.browser_info.take(),
            statement_descriptor_name: request.statement_descriptor_name.take(),
            statement_descriptor_suffix: request.statement_descriptor_suffix.take(),
            merchant_order_reference_id: request.merchant_order_reference_id.take(),
            setup_future_usage: request.setup_future_usage.take(),
            authentication_type: request.authentication_type.take(),
            off_session: request.off_session.take(),
            capture_option: request.capture_method,
            request_incremental_authorization: request.request_incremental_authorization.take(),
            request_extended_authorization: request.request_extended_authorization.take(),
            mandate_data: request.mandate_data.take(),
            customer_acceptance: request.customer_acceptance.take(),
            card_billing: request.payment_method_data.as_mut().and_then(|data| data.billing.take()),
            payment_method_type: request.payment_method_type.take(),
            shipping_cost: request.shipping_cost.take(),
            order_tax_amount: request.order_tax_amount.take(),
            echoes: request.echoes_to_keep(),
            ..Self::default()
        }
    }

    /// What is paid beside the order itself, in minor units.
    pub(crate) fn extras(&self) -> i64 {
        extras(self.shipping_cost, self.order_tax_amount)
    }

    /// Drops what tells a person, but for the customer's id. What the merchant says of the order stays.
    pub(super) fn forget_customer(&mut self) {
        self.forget_name();
        (self.billing, self.shipping, self.card_billing) = (None, None, None);
        (self.browser_info, self.customer_acceptance, self.mandate_data) = (None, None, None);
        self.waiting_card.iter_mut().for_each(|card| card.holder_name = None);
        self.echoes.clear();
    }

    fn forget_name(&mut self) {
        (self.name, self.email, self.phone, self.phone_country_code) = (None, None, None, None);
    }

    /// Lays newer words over these; what the newer do not say stays. Of the browser each part
    /// comes from whoever knows it: the frame its screen, the server the shopper's address.
    pub(crate) fn lay_over(&mut self, newer: &Self) {
        fn over<T: Clone>(old: &mut Option<T>, new: &Option<T>) {
            if new.is_some() {
                old.clone_from(new);
            }
        }
        if self.customer_id.is_some()
            && newer.customer_id.as_ref().is_some_and(|id| Some(id) != self.customer_id.as_ref())
        {
            // Another customer has another name.
            self.forget_name();
        }
        over(&mut self.return_url, &newer.return_url);
        over(&mut self.description, &newer.description);
        over(&mut self.customer_id, &newer.customer_id);
        over(&mut self.email, &newer.email);
        over(&mut self.name, &newer.name);
        over(&mut self.phone, &newer.phone);
        over(&mut self.phone_country_code, &newer.phone_country_code);
        over(&mut self.metadata, &newer.metadata);
        over(&mut self.billing, &newer.billing);
        over(&mut self.shipping, &newer.shipping);
        over(&mut self.order_details, &newer.order_details);
        over(&mut self.statement_descriptor_name, &newer.statement_descriptor_name);
        over(&mut self.statement_descriptor_suffix, &newer.statement_descriptor_suffix);
        over(&mut self.merchant_order_reference_id, &newer.merchant_order_reference_id);
        over(&mut self.setup_future_usage, &newer.setup_future_usage);
        over(&mut self.authentication_type, &newer.authentication_type);
        over(&mut self.cancellation_reason, &newer.cancellation_reason);
        over(&mut self.off_session, &newer.off_session);
        over(&mut self.payment_method_id, &newer.payment_method_id);
        over(&mut self.capture_option, &newer.capture_option);
        over(&mut self.request_incremental_authorization, &newer.request_incremental_authorization);
        over(&mut self.request_extended_authorization, &newer.request_extended_authorization);
        over(&mut self.mandate_id, &newer.mandate_id);
        over(&mut self.mandate_data, &newer.mandate_data);
        over(&mut self.customer_acceptance, &newer.customer_acceptance);
        over(&mut self.card_billing, &newer.card_billing);
        over(&mut self.payment_method_type, &newer.payment_method_type);
        over(&mut self.shipping_cost, &newer.shipping_cost);
        over(&mut self.order_tax_amount, &newer.order_tax_amount);
        self.echoes.extend(newer.echoes.clone());
        for (name, value) in newer.browser_info.iter().flatten().filter(|(_, value)| !value.is_null()) {
            self.browser_info.get_or_insert_default().insert(name.clone(), value.clone());
        }
    }
}
