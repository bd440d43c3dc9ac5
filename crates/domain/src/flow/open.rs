//! Opening: an attempt's row first, then the unconfirmed payment at the gateway.

use super::{Account, Answer, Case, EntryKind, Refusal, Request, Snapshot, Step, confirm, decline, pay};
use crate::checkout::CollectMode;
use crate::ids::{AttemptId, PaymentId};
use crate::order::{AsOpened, Attempt, AttemptState, Opened, Order};
use crate::payment::IntentStatus;
use crate::timestamp::Timestamp;

use std::time::Duration;

/// How much is tried at most. Guards against people who test stolen cards, and the gateway against us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Submitted attempts before a pause.
    pub submitted: u32,
    /// Declines before a pause.
    pub declined: u32,
    /// Submitted attempts before the order is canceled.
    pub total: u32,
    /// How long a pause lasts.
    pub pause: Duration,
    /// Attempts from one network (an IPv4 /24, an IPv6 /64) within [`Limits::network_window`].
    pub network: u32,
    /// How far back a network's attempts count.
    pub network_window: Duration,
    /// An account whose declines pass this share of its newest attempts, in percent, is under attack.
    pub declined_percent: u32,
    /// How many of the newest attempts are looked at; with fewer there is no telling.
    pub declined_of: u32,
    /// While an account is under attack, a checkout session younger than this has to wait.
    pub young: Duration,
    /// Reads of payments a second at one gateway account.
    pub reads_a_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            submitted: 8,
            declined: 5,
            total: 20,
            pause: Duration::from_secs(15 * 60),
            network: 60,
            network_window: Duration::from_secs(10 * 60),
            declined_percent: 60,
            declined_of: 200,
            young: Duration::from_secs(10),
            reads_a_second: 40,
        }
    }
}

impl Limits {
    /// Whether an order was tried so often that it ends.
    pub fn are_used_up(&self, order: &Order) -> bool {
        order.submitted >= self.total
    }

    /// None at all, for load generators.
    pub fn lifted() -> Self {
        Self {
            submitted: u32::MAX,
            declined: u32::MAX,
            total: u32::MAX,
            pause: Duration::ZERO,
            network: u32::MAX,
            network_window: Duration::ZERO,
            declined_percent: 100,
            declined_of: u32::MAX,
            young: Duration::ZERO,
            reads_a_second: u32::MAX,
        }
    }
}

/// What a new attempt is made of; the ids are fresh.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// For the attempt.
    pub attempt: AttemptId,
    /// For its payment.
    pub payment: PaymentId,
    /// Where it will run.
    pub account: String,
    /// How that account collects cards.
    pub collect: CollectMode,
}

/// What a browser asks for an attempt with, and what is known of the order beside its state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Question {
    /// The price that the shopper saw, in minor units, where the browser says so.
    pub seen_amount: Option<i64>,
    /// A browser has asked about the open attempt since it was handed out: this is at least the second time.
    pub asked_again: bool,
    /// The shop is ending the order, or changing its price.
    pub closing: bool,
}

/// Why no attempt can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The shopper saw another price; the order's is this.
    #[error("the amount has changed")]
    AmountChanged,
    /// A card is on its way already.
    #[error("a payment is in progress")]
    PaymentInProgress,
    /// The shop is ending the order, or changing its price: nothing begins before that is done.
    #[error("the order is changing")]
    Closing,
    /// Nothing more to pay here.
    #[error("the order is closed")]
    OrderClosed,
    /// Too many tries; a pause, in seconds.
    #[error("too many attempts")]
    TooMany {
        /// Until the next try.
        wait_seconds: u64,
    },
}

/// What a request for an attempt comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Opening {
    /// The order's open attempt, ready for a card.
    Ready(Attempt),
    /// Store, then send.
    Step(Step),
    /// The same; once the open attempt is over, the order takes another.
    Doubted(Step),
}

/// Whether it matters that a browser asks about this attempt once more.
///
/// Where browsers hand the card to the gateway themselves, a refusal of what was wished for goes past us; the
/// payment would wait on, and every next card be refused the same.
pub fn may_be_refused_unheard(attempt: &Attempt) -> bool {
    attempt.three_ds && attempt.collect != CollectMode::Token && matches!(attempt.state, AttemptState::Open(_))
}

/// A browser wants an attempt: the order's one open attempt, or a new one.
///
/// # Errors
/// See [`OpenError`]; nothing changes then.
pub fn requested(
    order: Order,
    current: Option<Attempt>,
    question: Question,
    fresh: Fresh,
    limits: &Limits,
    now: Timestamp,
) -> Result<Opening, OpenError> {
    if !order.status.is_undecided() || order.is_over(now) {
        return Err(OpenError::OrderClosed);
    }
    if current.as_ref().is_some_and(|attempt| attempt.state.is_submitted()) {
        return Err(OpenError::PaymentInProgress);
    }
    if question.seen_amount.is_some_and(|seen| seen != order.amount.minor_units()) {
        return Err(OpenError::AmountChanged);
    }
    check_limits(&order, limits, now)?;
    match current {
        Some(attempt) if question.asked_again && !question.closing && may_be_refused_unheard(&attempt) => {
            Ok(Opening::Doubted(pay::doubted(Case { order, attempt }, now)))
        }
        Some(attempt) if matches!(attempt.state, AttemptState::Open(_)) => Ok(Opening::Ready(attempt)),
        // The row was durable but the answer never came: the same payment is asked for again.
        Some(attempt) => Ok(Opening::Step(create(Case { order, attempt }, now))),
        // Else a browser that asks often enough would keep the shop from ever finding the order free.
        None if question.closing => Err(OpenError::Closing),
        None => {
            let attempt = begin(&order, fresh, now);
            Ok(Opening::Step(create(Case { order, attempt }, now)))
        }
    }
}

fn check_limits(order: &Order, limits: &Limits, now: Timestamp) -> Result<(), OpenError> {
    if order.submitted < limits.submitted && order.declined < limits.declined {
        return Ok(());
    }
    let over = order.last_submitted_at.map_or(now, |last| last.plus(limits.pause));
    if now >= over {
        return Ok(());
    }
    // Whole seconds; whoever waits that long has waited long enough.
    let wait_seconds = u64::try_from(over.since(now).as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
    Err(OpenError::TooMany { wait_seconds })
}

fn begin(order: &Order, fresh: Fresh, now: Timestamp) -> Attempt {
    Attempt {
        id: fresh.attempt,
        order: order.id.clone(),
        account: fresh.account,
        payment: fresh.payment,
        collect: fresh.collect,
        amount: order.amount,
        capture: order.capture,
        to_capture: None,
        // Asked for where a bank has refused without it: asking for everybody loses shoppers for nothing.
        three_ds: order.last_error.as_ref().is_some_and(decline::wants_authentication),
        as_opened: AsOpened::default(),
        state: AttemptState::Opening,
        seen_at_gateway: None,
        wake_at: None,
        looks: 0,
        card: None,
        created_at: now,
    }
}

fn create(mut case: Case, now: Timestamp) -> Step {
    // Should this process end before the answer, the sweep finds the row and fences the payment.
    case.attempt.wake_at = Some(now.plus(super::resolve::FIRST_LOOK_AFTER_OPENING));
    let mut step = Step::from(case);
    step.send = Some(Request::Create);
    step
}

/// The gateway answered the create, or the read that follows "this id exists".
pub fn answered(case: Case, account: &Account, answer: Answer<Snapshot>, now: Timestamp) -> Step {
    if case.attempt.state != AttemptState::Opening {
        // Somebody else's answer was quicker.
        return Step::from(case);
    }
    match answer {
        Answer::Done(snapshot) => opened(case, account, snapshot, now),
        Answer::Refused(Refusal::Exists) => {
            let mut step = Step::from(case);
            step.send = Some(Request::Read);
            step
        }
        // The row stays: the next request asks for the very same payment.
        Answer::Refused(Refusal::NotSent) => Step::from(case),
        Answer::Refused(refusal) => never_opened(case, refusal),
        Answer::Unknown(_) => {
            let mut step = Step::from(case);
            step.case.attempt.wake_at = Some(now.plus(super::resolve::FIRST_LOOK_AFTER_OPENING));
            step
        }
    }
}

fn opened(case: Case, account: &Account, snapshot: Snapshot, now: Timestamp) -> Step {
    let unconfirmed =
        matches!(snapshot.status, IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation);
    if !unconfirmed {
        // The create's answer was lost, and the payment has gone on, or has ended, without us.
        return confirm::agree(case, account, &snapshot, now);
    }
    let mut found = snapshot.disagreements(&case.attempt, account);
    let (closes_at, as_opened) = (snapshot.closes_at(&case.attempt), snapshot.as_opened());
    let client_secret = snapshot.client_secret.unwrap_or_default();
    if client_secret.is_empty() {
        found.push("the gateway gave no client secret".to_owned());
    }
    let mut step = Step::from(case);
    if !found.is_empty() {
        confirm::review(&mut step, &found.join("; "));
        return step;
    }
    let order = &step.case.order;
    let expires_at = closes_at.unwrap_or(order.expires_at);
    // An order that was decided meanwhile wants this payment fenced at once.
    step.case.attempt.wake_at = Some(if order.status.is_undecided() { expires_at.min(order.expires_at) } else { now });
    step.case.attempt.as_opened = as_opened;
    step.case.attempt.state = AttemptState::Open(Opened { client_secret, expires_at });
    step.case.attempt.seen_at_gateway = snapshot.updated;
    step.note(EntryKind::PaymentOpened, step.case.attempt.payment.to_string());
    step
}

fn never_opened(case: Case, refusal: Refusal) -> Step {
    let mut step = Step::from(case);
    step.case.attempt.state = AttemptState::Canceled;
    step.case.attempt.wake_at = None;
    let may_be_the_wish = step.case.attempt.three_ds && !matches!(refusal, Refusal::OurKey(_));
    if may_be_the_wish && step.case.order.status.is_undecided() {
        // The next payment wishes for nothing: nobody can tell what a gateway's words are about, and an order whose
        // every payment is refused would never be paid. A refused key has nothing to do with it.
        step.case.order.last_error = Some(confirm::not_received());
    }
    if let Refusal::OurKey(why) | Refusal::Ours(why) = refusal {
        step.alert = Some(format!("the gateway refused to open a payment: {why}"));
    }
    step
}
