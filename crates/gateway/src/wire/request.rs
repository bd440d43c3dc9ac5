//! Bodies of `POST /payments`, its update and its confirm: one shape, as OwnGateway has it.

use florin_domain::money::{Currency, Money};
use florin_domain::order::CaptureMethod;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ApiError;
use super::address::{check_address, check_email};
use super::amount::{extras, not_below_nothing, total_of};
use super::card::PaymentMethodData;
use super::echoes;
use super::text::{LONGEST_ID, SecretText, WebUrl, check_id, check_length, check_url};

/// The longest free text, and the longest line on a card's statement.
const LONGEST_TEXT: usize = 255;
const LONGEST_DESCRIPTOR: usize = 255;

/// Everything a payment call may carry. An unknown name is refused rather than dropped: a misspelt
/// `capture_method` would otherwise take money at once.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PaymentsRequest {
    pub(crate) payment_id: Option<String>,
    pub(crate) merchant_id: Option<String>,
    pub(crate) profile_id: Option<String>,
    #[serde(deserialize_with = "not_below_nothing")]
    pub(crate) amount: Option<i64>,
    pub(crate) amount_to_capture: Option<i64>,
    pub(crate) currency: Option<Currency>,
    pub(crate) capture_method: Option<CaptureOption>,
    pub(crate) authentication_type: Option<AuthenticationType>,
    pub(crate) confirm: Option<bool>,
    pub(crate) session_expiry: Option<u32>,
    pub(crate) client_secret: Option<SecretText>,
    pub(crate) payment_method: Option<PaymentMethod>,
    pub(crate) payment_method_type: Option<PaymentMethodType>,
    pub(crate) payment_method_data: Option<PaymentMethodData>,
    pub(crate) payment_token: Option<SecretText>,
    pub(crate) return_url: Option<WebUrl>,
    pub(crate) description: Option<String>,
    pub(crate) customer_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) phone_country_code: Option<String>,
    pub(crate) metadata: Option<serde_json::Map<String, Value>>,
    pub(crate) billing: Option<Value>,
    pub(crate) shipping: Option<Value>,
    pub(crate) order_details: Option<Vec<Value>>,
    pub(crate) browser_info: Option<serde_json::Map<String, Value>>,
    pub(crate) statement_descriptor_name: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) merchant_order_reference_id: Option<String>,
    pub(crate) setup_future_usage: Option<FutureUsage>,
    pub(crate) payment_type: Option<PaymentType>,
    pub(crate) off_session: Option<bool>,
    pub(crate) customer: Option<CustomerOfPayment>,
    pub(crate) customer_acceptance: Option<serde_json::Map<String, Value>>,
    pub(crate) recurring_details: Option<RecurringDetails>,
    pub(crate) card_cvc: Option<SecretText>,
    pub(crate) mandate_id: Option<String>,
    pub(crate) mandate_data: Option<serde_json::Map<String, Value>>,
    pub(crate) request_incremental_authorization: Option<bool>,
    pub(crate) request_extended_authorization: Option<bool>,
    /// In minor units, on top of the amount.
    pub(crate) shipping_cost: Option<i64>,
    /// In minor units, on top of the amount.
    pub(crate) order_tax_amount: Option<i64>,
    // Shown again as they were said; for a card in the sandbox they change nothing.
    business_country: Option<Value>,
    business_label: Option<Value>,
    business_sub_label: Option<Value>,
    payment_experience: Option<Value>,
    allowed_payment_method_types: Option<Value>,
    connector_metadata: Option<Value>,
    feature_metadata: Option<Value>,
    surcharge_details: Option<Value>,
    frm_metadata: Option<Value>,
    force_3ds_challenge: Option<Value>,
    is_iframe_redirection_enabled: Option<Value>,
    payment_channel: Option<Value>,
    enable_partial_authorization: Option<Value>,
    enable_overcapture: Option<Value>,
    is_stored_credential: Option<Value>,
    mit_category: Option<Value>,
    billing_descriptor: Option<Value>,
    installment_options: Option<Value>,
    installment_data: Option<Value>,
    partner_merchant_identifier_details: Option<Value>,
    tokenization: Option<Value>,
    // OwnGateway takes these too; for a card in the sandbox they change nothing.
    routing: Option<IgnoredAny>,
    connector: Option<IgnoredAny>,
    capture_on: Option<IgnoredAny>,
    retry_action: Option<IgnoredAny>,
    payment_link: Option<IgnoredAny>,
    payment_link_config: Option<IgnoredAny>,
    payment_link_config_id: Option<IgnoredAny>,
    request_external_three_ds_authentication: Option<IgnoredAny>,
    split_payments: Option<IgnoredAny>,
    skip_external_tax_calculation: Option<IgnoredAny>,
    psd2_sca_exemption_type: Option<IgnoredAny>,
    threeds_method_comp_ind: Option<IgnoredAny>,
    all_keys_required: Option<IgnoredAny>,
    tax_status: Option<IgnoredAny>,
    discount_amount: Option<IgnoredAny>,
    shipping_amount_tax: Option<IgnoredAny>,
    duty_amount: Option<IgnoredAny>,
    order_date: Option<IgnoredAny>,
    merchant_connector_details: Option<IgnoredAny>,
    ctp_service_details: Option<IgnoredAny>,
    three_ds_data: Option<IgnoredAny>,
    profile_acquirer_id: Option<IgnoredAny>,
    external_surcharge_strategy: Option<IgnoredAny>,
}

/// The customer, said inline. Without an id it is a guest.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CustomerOfPayment {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) phone_country_code: Option<String>,
}

/// What a payment without the shopper is paid with.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub(crate) enum RecurringDetails {
    PaymentMethodId(String),
    MandateId(String),
}

/// What is paid: a purchase, or nothing but the right to charge later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentType {
    Normal,
    NewMandate,
    SetupMandate,
    RecurringMandate,
}

/// How a payment is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Capture {
    pub(crate) method: CaptureMethod,
    /// In several parts.
    pub(crate) multiple: bool,
}

/// OwnGateway's capture methods. The dummy connector takes no `scheduled` one, so neither does the sandbox;
/// `sequential_automatic` is two steps at a processor and one here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaptureOption {
    Automatic,
    Manual,
    ManualMultiple,
    Scheduled,
    SequentialAutomatic,
}

/// Whether the merchant asks for a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthenticationType {
    ThreeDs,
    NoThreeDs,
}

/// What pays; the sandbox does cards alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentMethod {
    Card,
}

/// What kind of card. Taken, shown again, and not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentMethodType {
    Credit,
    Debit,
}

/// Whether the card is to be kept, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FutureUsage {
    OnSession,
    OffSession,
}

impl PaymentMethodType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Debit => "debit",
        }
    }
}

impl PaymentsRequest {
    /// Refuses what is wrong whatever the payment's state.
    pub(crate) fn check(&self) -> Result<(), ApiError> {
        for (field, id) in [("payment_id", &self.payment_id), ("customer_id", &self.customer_id)] {
            id.as_deref().map_or(Ok(()), |id| check_id(field, id))?;
        }
        check_length("mandate_id", self.mandate_id.as_deref().unwrap_or_default(), LONGEST_ID)?;
        self.check_customer()?;
        for (field, address) in [("billing", &self.billing), ("shipping", &self.shipping)] {
            address.as_ref().map_or(Ok(()), |address| check_address(field, address))?;
        }
        let of_card = self.payment_method_data.as_ref().and_then(|data| data.billing.as_ref());
        of_card.map_or(Ok(()), |address| check_address("payment_method_data.billing", address))?;
        self.check_echoes()?;
        self.order_details.iter().flatten().try_for_each(check_line)?;
        self.check_method()?;
        self.return_url.as_ref().map_or(Ok(()), |url| check_url("return_url", url))?;
        for (field, text, longest) in [
            ("description", &self.description, LONGEST_TEXT),
            ("email", &self.email, LONGEST_TEXT),
            ("name", &self.name, LONGEST_TEXT),
            ("phone", &self.phone, LONGEST_TEXT),
            ("phone_country_code", &self.phone_country_code, LONGEST_TEXT),
            ("statement_descriptor_name", &self.statement_descriptor_name, LONGEST_DESCRIPTOR),
            ("statement_descriptor_suffix", &self.statement_descriptor_suffix, LONGEST_DESCRIPTOR),
            ("merchant_order_reference_id", &self.merchant_order_reference_id, LONGEST_TEXT),
        ] {
            check_length(field, text.as_deref().unwrap_or_default(), longest)?;
        }
        for (field, cost) in [("shipping_cost", self.shipping_cost), ("order_tax_amount", self.order_tax_amount)] {
            if cost.is_some_and(|cost| cost < 0) {
                return Err(ApiError::InvalidFormat { field, expected: "0 or more" });
            }
        }
        // 60 s to 90 days and a few hours: OwnGateway's bounds.
        if self.session_expiry.is_some_and(|seconds| !(60..=7_890_000).contains(&seconds)) {
            return Err(ApiError::InvalidData("session_expiry must be between 60 and 7890000 seconds".to_owned()));
        }
        Ok(())
    }

    fn check_customer(&self) -> Result<(), ApiError> {
        self.email.as_deref().map_or(Ok(()), |email| check_email("email", email))?;
        let Some(customer) = &self.customer else { return Ok(()) };
        customer.id.as_deref().map_or(Ok(()), |id| check_id("customer.id", id))?;
        customer.email.as_deref().map_or(Ok(()), |email| check_email("customer.email", email))?;
        let differs =
            |one: &Option<String>, other: Option<&str>| one.as_deref().zip(other).is_some_and(|(a, b)| a != b);
        let same = [
            ("customer_id", differs(&self.customer_id, customer.id.as_deref())),
            ("email", differs(&self.email, customer.email.as_deref())),
            ("name", differs(&self.name, customer.name.as_deref())),
            ("phone", differs(&self.phone, customer.phone.as_deref())),
            ("phone_country_code", differs(&self.phone_country_code, customer.phone_country_code.as_deref())),
        ];
        match same.iter().find(|(_, differs)| *differs) {
            Some((field, _)) => Err(ApiError::Precondition(format!("{field} and customer say two different things"))),
            None => Ok(()),
        }
    }

    /// A card says that it is one, and what says that it is one brings it.
    fn check_method(&self) -> Result<(), ApiError> {
        let data = self.payment_method_data.as_ref();
        let has_data = data.is_some_and(|data| data.card.is_some() || data.card_token.is_some());
        let is_elsewhere =
            self.payment_token.is_some() || self.recurring_details.is_some() || self.mandate_id.is_some();
        match self.payment_method {
            None if has_data => Err(ApiError::MissingParam("payment_method")),
            Some(_) if !has_data && !is_elsewhere => Err(ApiError::MissingParam("payment_method_data")),
            _ => Ok(()),
        }
    }

    /// A card is kept for somebody. `known` is the customer that the payment has already.
    pub(crate) fn check_whose_card(&self, known: Option<&str>) -> Result<(), ApiError> {
        if self.setup_future_usage.is_some() && self.customer_named().or(known).is_none() {
            let words = "setup_future_usage needs a customer_id: whose card is it?";
            return Err(ApiError::Precondition(words.to_owned()));
        }
        Ok(())
    }

    /// All that is to be paid, with its currency, of a request that must say both.
    pub(crate) fn money(&self) -> Result<Money, ApiError> {
        let amount = self.amount.ok_or(ApiError::MissingParam("amount"))?;
        let currency = self.currency.ok_or(ApiError::MissingParam("currency"))?;
        total_of(amount, extras(self.shipping_cost, self.order_tax_amount), currency, self.sets_up())
    }

    /// Whether the card is to be kept rather than charged; then there may be nothing to pay.
    pub(crate) fn sets_up(&self) -> bool {
        self.setup_future_usage == Some(FutureUsage::OffSession) || self.payment_type == Some(PaymentType::SetupMandate)
    }

    /// How to capture, where the request says so.
    pub(crate) fn capture(&self) -> Result<Option<Capture>, ApiError> {
        let capture = |method, multiple| Ok(Some(Capture { method, multiple }));
        match self.capture_method {
            None => Ok(None),
            Some(CaptureOption::Automatic | CaptureOption::SequentialAutomatic) => {
                capture(CaptureMethod::Automatic, false)
            }
            Some(CaptureOption::Manual) => capture(CaptureMethod::Manual, false),
            Some(CaptureOption::ManualMultiple) => capture(CaptureMethod::Manual, true),
            Some(CaptureOption::Scheduled) => Err(ApiError::NotImplemented("scheduled for the dummy connector")),
        }
    }

    /// What is only shown again, by name.
    fn echoes(&self) -> [(&'static str, &Option<Value>); 21] {
        [
            ("business_country", &self.business_country),
            ("business_label", &self.business_label),
            ("business_sub_label", &self.business_sub_label),
            ("payment_experience", &self.payment_experience),
            ("allowed_payment_method_types", &self.allowed_payment_method_types),
            ("connector_metadata", &self.connector_metadata),
            ("feature_metadata", &self.feature_metadata),
            ("surcharge_details", &self.surcharge_details),
            ("frm_metadata", &self.frm_metadata),
            ("force_3ds_challenge", &self.force_3ds_challenge),
            ("is_iframe_redirection_enabled", &self.is_iframe_redirection_enabled),
            ("payment_channel", &self.payment_channel),
            ("enable_partial_authorization", &self.enable_partial_authorization),
            ("enable_overcapture", &self.enable_overcapture),
            ("is_stored_credential", &self.is_stored_credential),
            ("mit_category", &self.mit_category),
            ("billing_descriptor", &self.billing_descriptor),
            ("installment_options", &self.installment_options),
            ("installment_data", &self.installment_data),
            ("partner_merchant_identifier_details", &self.partner_merchant_identifier_details),
            ("tokenization", &self.tokenization),
        ]
    }

    fn check_echoes(&self) -> Result<(), ApiError> {
        let mut said = self.echoes().into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        said.try_for_each(|(name, value)| echoes::check(name, value))
    }

    /// The same, to be kept. What is the merchant's to say is passed over where a browser says it.
    pub(crate) fn echoes_to_keep(&self) -> serde_json::Map<String, Value> {
        let is_kept = |name: &str| self.client_secret.is_none() || echoes::is_a_browsers(name);
        let said = self.echoes().into_iter().filter(|(name, _)| is_kept(name));
        said.filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))).collect()
    }

    /// The customer this request names.
    pub(crate) fn customer_named(&self) -> Option<&str> {
        let inline = self.customer.as_ref().and_then(|customer| customer.id.as_deref());
        self.customer_id.as_deref().or(inline)
    }

    /// Whether a card, or a token for one, is in it.
    pub(crate) fn has_card(&self) -> bool {
        self.payment_token.is_some()
            || self.recurring_details.is_some()
            || self.mandate_id.is_some()
            || self.payment_method_data.as_ref().is_some_and(|data| data.card.is_some())
    }
}

/// What a line of the bill must say: `product_name`, `quantity`, and `amount` in minor units.
fn check_line(line: &Value) -> Result<(), ApiError> {
    let says = [
        ("product_name", line.get("product_name").is_some_and(Value::is_string)),
        ("quantity", line.get("quantity").is_some_and(Value::is_u64)),
        ("amount", line.get("amount").is_some_and(Value::is_i64)),
    ];
    match says.iter().find(|(_, is_said)| !is_said) {
        Some((field, _)) => Err(ApiError::UnreadableBody(format!("missing field `{field}` of order_details"))),
        None => Ok(()),
    }
}
