//! One order of 42.00 EUR, its attempt and its payment, in any state a test wants.

use std::time::Duration;

use florin_domain::checkout::CollectMode;
use florin_domain::error::{ErrorObject, ErrorType};
use florin_domain::flow::open::Limits;
use florin_domain::flow::{Account, Answer, Case, Request, Snapshot, Step, answered};
use florin_domain::ids::{AttemptId, OrderId, PaymentId, TokenId};
use florin_domain::money::{Currency, Money};
use florin_domain::order::{AsOpened, Attempt, AttemptState, CaptureMethod, Opened, Order, OrderStatus, ReturnReason};
use florin_domain::payment::IntentStatus;
use florin_domain::timestamp::Timestamp;

/// What is wrong with a snapshot, and how it becomes so.
pub(crate) type Lie = (&'static str, fn(&mut Snapshot));

/// What every order here costs, in cents.
pub(crate) const PRICE: i64 = 4200;

/// Seconds after the order was made.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + seconds * 1000)
}

pub(crate) fn eur(minor_units: i64) -> Money {
    Money::new(minor_units, Currency::parse("EUR").unwrap()).unwrap()
}

pub(crate) fn account() -> Account {
    Account { name: "main".to_owned(), merchant_id: "merchant_1".to_owned(), profile_id: "pro_1".to_owned() }
}

/// What an answer comes to, whichever step sent the request.
pub(crate) fn heard(case: Case, request: &Request, answer: Answer<Snapshot>, now: Timestamp) -> Step {
    answered(case, &account(), &Limits::default(), request, answer, now)
}

pub(crate) fn token(name: &str) -> TokenId {
    TokenId::parse(&format!("token_{name}")).unwrap()
}

/// Takes payments for an hour.
pub(crate) fn order(capture: CaptureMethod) -> Order {
    Order {
        id: OrderId::parse("ord_1").unwrap(),
        amount: eur(PRICE),
        capture,
        status: OrderStatus::Open,
        authorized: 0,
        captured: 0,
        refunded: 0,
        refund_pending: 0,
        paid_by: None,
        paid_at: None,
        created_at: at(0),
        expires_at: at(3600),
        submitted: 0,
        declined: 0,
        last_submitted_at: None,
        last_error: None,
    }
}

pub(crate) fn attempt(order: &Order, state: AttemptState) -> Attempt {
    Attempt {
        id: AttemptId::parse("att_1").unwrap(),
        order: order.id.clone(),
        account: account().name,
        payment: PaymentId::parse("pay_1").unwrap(),
        collect: CollectMode::Token,
        amount: order.amount,
        capture: order.capture,
        to_capture: None,
        three_ds: false,
        as_opened: as_opened(),
        wake_at: state.holds_the_order().then(|| at(3600)),
        state,
        seen_at_gateway: Some(at(1)),
        looks: 0,
        card: None,
        created_at: at(1),
    }
}

/// An order with its attempt in this state, the order as that attempt left it.
pub(crate) fn case(capture: CaptureMethod, state: AttemptState) -> Case {
    let mut order = order(capture);
    order.status = order_beside(&state);
    let attempt = attempt(&order, state);
    if attempt.state.is_submitted() {
        (order.submitted, order.last_submitted_at) = (1, Some(at(2)));
    }
    if matches!(attempt.state, AttemptState::Authorized | AttemptState::Captured) {
        order.paid_by = Some(attempt.id.clone());
    }
    Case { order, attempt }
}

fn order_beside(state: &AttemptState) -> OrderStatus {
    use AttemptState as A;
    match state {
        A::Opening | A::Open { .. } | A::Declined { .. } | A::Canceled | A::Returned { .. } => OrderStatus::Open,
        A::Submitted { .. } | A::Processing => OrderStatus::Processing,
        A::Challenged { .. } => OrderStatus::RequiresAction,
        A::Authorized => OrderStatus::Authorized,
        A::Captured => OrderStatus::Paid,
        A::Review => OrderStatus::Review,
    }
}

fn secret() -> Opened {
    Opened { client_secret: "pay_1_secret_1".to_owned(), expires_at: at(3600) }
}

fn as_opened() -> AsOpened {
    let return_url = "https://pay.example/checkout/return?order=ord_1".to_owned();
    AsOpened { return_url: Some(return_url), named_order: Some("ord_1".to_owned()) }
}

pub(crate) fn opened() -> AttemptState {
    AttemptState::Open(secret())
}

pub(crate) fn submitted(name: Option<&str>) -> AttemptState {
    AttemptState::Submitted { opened: secret(), token: name.map(token), answer_lost: false, refused: false }
}

/// The gateway refused the confirm for what it said, not for its token.
pub(crate) fn refused() -> AttemptState {
    AttemptState::Submitted { opened: secret(), token: None, answer_lost: false, refused: true }
}

pub(crate) fn answer_lost() -> AttemptState {
    AttemptState::Submitted { opened: secret(), token: Some(token("1")), answer_lost: true, refused: false }
}

pub(crate) fn challenged() -> AttemptState {
    AttemptState::Challenged { url: "https://bank.example/1".to_owned() }
}

pub(crate) fn declined() -> AttemptState {
    AttemptState::Declined { error: ErrorObject::new(ErrorType::Declined, "card_declined", "No.") }
}

/// Every state an attempt can be in, by the name the grid gives it.
pub(crate) fn states() -> Vec<(&'static str, AttemptState)> {
    vec![
        ("opening", AttemptState::Opening),
        ("open", opened()),
        ("submitted, token", submitted(Some("1"))),
        ("submitted, no token", submitted(None)),
        ("unknown", answer_lost()),
        ("challenged", challenged()),
        ("processing", AttemptState::Processing),
        ("authorized", AttemptState::Authorized),
        ("captured", AttemptState::Captured),
        ("declined", declined()),
        ("canceled", AttemptState::Canceled),
        ("returned", AttemptState::Returned { reason: ReturnReason::Late, refusals: 0 }),
        ("review", AttemptState::Review),
    ]
}

/// The payment of [`attempt`] as an honest gateway shows it in this status.
pub(crate) fn snapshot(status: IntentStatus) -> Snapshot {
    use IntentStatus as S;
    Snapshot {
        payment: PaymentId::parse("pay_1").unwrap(),
        merchant_id: account().merchant_id,
        profile_id: Some(account().profile_id),
        amount: PRICE,
        net_amount: PRICE,
        amount_received: if status == S::Succeeded { PRICE } else { 0 },
        amount_capturable: if status == S::RequiresCapture { PRICE } else { 0 },
        currency: "EUR".to_owned(),
        status,
        updated: Some(at(10)),
        challenge_url: (status == S::RequiresCustomerAction).then(|| "https://bank.example/1".to_owned()),
        client_secret: Some("pay_1_secret_1".to_owned()),
        lives_for: Some(Duration::from_secs(3599)),
        return_url: Some("https://pay.example/checkout/return?order=ord_1".to_owned()),
        named_order: Some("ord_1".to_owned()),
        error_code: None,
        error_message: None,
        unified_code: None,
        card: None,
    }
}
