//! Our own codes. A new code of an answer begins with a line here; a test finds those that did not.

use super::{Duty, Failure, FailureClass, Told};
use crate::error::{Advice, ErrorType};

use Advice as A;
use Duty as D;
use ErrorType as T;
use FailureClass as C;

const REFUSED: &str = "Refuses the request; nothing was changed.";
const WAITS: &str = "Refuses the request until what is under way is over.";
const LATE: &str = "Closes the connection: the request did not come in time; nothing was changed.";
const UNANSWERED: &str =
    "Closes the connection; what was begun may go on, and the sweep finishes it. Read before you repeat.";
const SILENT: Told = Told::Nothing;

const fn own(code: &'static str, class: C, kind: T, advice: A, told: Told, action: &'static str, duty: D) -> Failure {
    // What is only to be waited for is not sent again: its outcome comes by itself.
    let retryable = matches!(advice, A::TryAgain);
    Failure { code, class, kind, retryable, advice, told, action, duty }
}

/// A request of the shop's program that breaks a rule.
const fn rule(code: &'static str) -> Failure {
    own(code, C::Validation, T::Validation, A::None, SILENT, REFUSED, D::ShopDeveloper)
}

/// A request that does not fit how the order stands.
const fn state(code: &'static str, advice: A, told: Told) -> Failure {
    own(code, C::Validation, T::Conflict, advice, told, WAITS, D::Nobody)
}

/// A payment that came too late: how the order stands says why.
const fn stands(code: &'static str) -> Failure {
    let action = "Refuses the request; nothing was changed. The form asks how the order stands.";
    own(code, C::Validation, T::Conflict, A::None, Told::Status, action, D::Nobody)
}

/// Money is held or taken, and what the shop asked for next was definitely not done.
const fn after(code: &'static str, action: &'static str) -> Failure {
    own(code, C::PostAuthorization, T::Gateway, A::None, SILENT, action, D::Operator)
}

const fn says(key: &'static str) -> Told {
    Told::Message(key)
}

/// Our own codes, by class.
pub const OWN: &[Failure] = &[
    rule("malformed"),
    rule("wrong_method"),
    own("request_timeout", C::Validation, T::Validation, A::TryAgain, SILENT, LATE, D::ShopDeveloper),
    rule("unknown_field"),
    rule("missing_field"),
    rule("invalid_value"),
    rule("invalid_text"),
    rule("unknown_currency"),
    rule("amount_out_of_range"),
    rule("amount_too_large"),
    rule("expires_in_out_of_range"),
    rule("limit_out_of_range"),
    rule("wait_out_of_range"),
    rule("result_url_not_allowed"),
    rule("metadata_too_large"),
    rule("too_many_items"),
    rule("items_do_not_add_up"),
    rule("several_captures_unsupported"),
    rule("token_missing"),
    rule("token_unexpected"),
    rule("idempotency_key_missing"),
    rule("idempotency_key_malformed"),
    rule("idempotency_key_reused"),
    own("not_found", C::Validation, T::NotFound, A::None, says("no_session"), REFUSED, D::ShopDeveloper),
    state("reference_taken", A::None, SILENT),
    state("wrong_status", A::None, SILENT),
    state("payment_open", A::None, SILENT),
    stands("payment_in_progress"),
    state("payment_submitted", A::TryAgain, SILENT),
    stands("order_closed"),
    state("payment_undecided", A::None, SILENT),
    own(
        "payment_differs",
        C::Validation,
        T::Conflict,
        A::None,
        SILENT,
        "Refuses to take the payment: it is another one, or a hold that still differs; a hold can be returned.",
        D::Operator,
    ),
    state("attempt_closed", A::None, says("not_charged")),
    state("amount_changed", A::None, says("repriced")),
    state("order_changing", A::TryAgain, says("changing")),
    state("request_in_progress", A::TryAgain, SILENT),
    state("operation_in_progress", A::TryAgain, SILENT),
    own(
        "too_many_attempts",
        C::Validation,
        T::RateLimited,
        A::Wait,
        says("too_many"),
        "Takes no further attempt until the pause is over; says how long in Retry-After.",
        D::Nobody,
    ),
    own("unauthenticated", C::Authentication, T::Authentication, A::None, SILENT, REFUSED, D::ShopDeveloper),
    own(
        "bad_signature",
        C::Authentication,
        T::Authentication,
        A::None,
        SILENT,
        "Believes nothing of the event; payments are still found by asking the gateway.",
        D::Operator,
    ),
    own(
        "gateway_unavailable",
        C::Network,
        T::Gateway,
        A::TryAgain,
        says("not_sent"),
        "Nothing was sent, nothing is charged; the shopper may try again at once.",
        D::Operator,
    ),
    own(
        "card_not_received",
        C::Network,
        T::Gateway,
        A::TryAgain,
        says("not_charged"),
        "The card never reached the gateway; the same payment takes a card again.",
        D::Nobody,
    ),
    own(
        "outcome_unknown",
        C::GatewayTimeout,
        T::Gateway,
        A::Wait,
        says("unknown"),
        "Asks the gateway after 1, 3, 10 and 30 s, then every minute and every quarter of an hour; after a day a person decides.",
        D::Operator,
    ),
    after(
        "capture_refused",
        "Tells the operator; a hold that was not wanted is let go of, any other stays for the shop to decide.",
    ),
    after("void_refused", "Tells the operator; the hold ends by itself when the bank lets it go."),
    after("refund_failed", "Tells the operator and the shop; what was reserved may be refunded again."),
    own("answer_timeout", C::Internal, T::Internal, A::Wait, Told::Status, UNANSWERED, D::Operator),
    own(
        "internal",
        C::Internal,
        T::Internal,
        A::TryAgain,
        Told::Status,
        "Logs the cause in full and shows none of it; whatever had begun is finished by the sweep. Once the card was handed over the form asks how the order stands; before, it says that nothing was sent.",
        D::Operator,
    ),
];
