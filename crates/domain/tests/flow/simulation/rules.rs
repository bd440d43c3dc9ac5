//! What must be true of money, after every event and at rest.

use std::collections::BTreeSet;

use florin_domain::flow::operate::OperationState;
use florin_domain::flow::{OperationKind, ShopEvent};
use florin_domain::ids::AttemptId;
use florin_domain::order::{AttemptState, OrderStatus};
use florin_domain::payment::IntentStatus;

use super::character::Character;
use super::gateway::Payment;
use super::world::World;

/// After every event.
pub(crate) fn hold(world: &World) -> Result<(), String> {
    let ledger = &world.ledger;
    if let Some(broken) = &ledger.broken {
        return Err(broken.clone());
    }
    if world.gateway.payments.values().any(|payment| payment.kept() < 0) {
        return Err("more was given back than was taken".to_owned());
    }
    if ledger.count(ShopEvent::Paid) > 1 {
        return Err("the order was paid twice".to_owned());
    }
    // Two, should the first refusal be lost in a crash and the card never leave again.
    if world.gateway.payments.values().any(|payment| payment.wished_in_vain.len() > 2) {
        return Err("card after card is refused for what its payment wishes for".to_owned());
    }
    if ledger.count(ShopEvent::Canceled) + ledger.count(ShopEvent::Expired) > 1 {
        return Err("the order ended twice".to_owned());
    }
    let status = ledger.order.status;
    let ended = matches!(status, OrderStatus::Canceled | OrderStatus::Expired);
    // Where a declined payment takes another card, a decline is no fence: such money comes late, and goes back.
    if ended && !world.character.manual_retry && world.open_at_the_gateway() {
        return Err(format!("the order is {} and its payment can still be charged", status.as_str()));
    }
    let told = world.told();
    if told.ok != (is_paid(status) || status == OrderStatus::Authorized) {
        return Err(format!("the page hears {:?} of an order that is {}", told.status, status.as_str()));
    }
    Ok(())
}

/// At rest.
pub(crate) fn hold_at_rest(world: &World) -> Result<(), String> {
    hold(world)?;
    let ledger = &world.ledger;
    if let Some(attempt) = ledger.holding() {
        return Err(format!("at rest an attempt is {}", attempt.state.name()));
    }
    if ledger.operations.iter().any(|operation| !operation.state.is_over()) {
        return Err("at rest an operation is unfinished".to_owned());
    }
    if ledger.order.status.is_undecided() {
        return Err(format!("at rest the order is {}", ledger.order.status.as_str()));
    }
    if world.character.lie.is_some() { a_lie_ends_in_review(world) } else { the_money_agrees(world) }
}

fn the_money_agrees(world: &World) -> Result<(), String> {
    let (order, ledger) = (&world.ledger.order, &world.ledger);
    let payments = || world.gateway.payments.values();
    let kept: Vec<&Payment> = payments().filter(|payment| payment.kept() != 0).collect();
    let held: Vec<&Payment> = payments().filter(|payment| payment.status == IntentStatus::RequiresCapture).collect();
    let (expected_kept, expected_held) = match order.status {
        OrderStatus::Paid | OrderStatus::PartiallyRefunded => (1, 0),
        OrderStatus::Authorized => (0, 1),
        OrderStatus::Review => return Err("an honest gateway, and a review".to_owned()),
        _ => (0, 0),
    };
    if (kept.len(), held.len()) != (expected_kept, expected_held) {
        let (kept, held, status) = (kept.len(), held.len(), order.status.as_str());
        return Err(format!("the order is {status}, {kept} payments are captured and {held} held"));
    }
    let payer = order.paid_by.as_ref().map(|attempt| ledger.case(attempt).attempt.payment);
    if kept.iter().chain(&held).any(|payment| Some(&payment.id) != payer.as_ref()) {
        return Err("the order names another payer than the gateway".to_owned());
    }
    let shown = order.captured - order.refunded;
    let asked = payer.and_then(|payment| payments().find(|known| known.id == payment));
    if asked.is_some_and(|payment| payment.received != order.captured || payment.kept() != shown)
        || order.refund_pending != 0
    {
        return Err("the order counts other money than the gateway".to_owned());
    }
    the_shop_heard(world)
}

fn the_shop_heard(world: &World) -> Result<(), String> {
    let ledger = &world.ledger;
    let paid = usize::from(is_paid(ledger.order.status));
    let refunds = |state| {
        let of_the_shop = |a: &AttemptId| ledger.order.paid_by.as_ref() == Some(a);
        let refund = OperationKind::Refund;
        ledger
            .operations
            .iter()
            .filter(|o| o.order.kind == refund && o.state == state && of_the_shop(&o.attempt))
            .count()
    };
    let (done, refused) = (refunds(OperationState::Done), refunds(OperationState::Refused));
    if (ledger.count(ShopEvent::RefundSucceeded), ledger.count(ShopEvent::RefundFailed)) != (done, refused) {
        return Err(format!("{done} refunds are done and {refused} refused, the shop heard {:?}", ledger.events));
    }
    if ledger.count(ShopEvent::Paid) != paid {
        return Err(format!("the order is {}, the shop heard {:?}", ledger.order.status.as_str(), ledger.events));
    }
    let returned = ledger.attempts.iter().filter(|a| matches!(a.state, AttemptState::Returned { .. })).count();
    let heard = ledger.events.iter().filter(|event| matches!(event, ShopEvent::PaymentReturned(_))).count();
    if returned != heard {
        return Err(format!("{returned} payments went back, the shop heard of {heard}"));
    }
    Ok(())
}

fn is_paid(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::Paid | OrderStatus::PartiallyRefunded | OrderStatus::Refunded)
}

/// Whatever the gateway says wrong, the order is never paid by it, and people are called.
fn a_lie_ends_in_review(world: &World) -> Result<(), String> {
    let ledger = &world.ledger;
    let in_review = ledger.attempts.iter().any(|attempt| attempt.state == AttemptState::Review);
    let shown_captured = lied_about_a_capture(world, &world.character);
    if ledger.order.status == OrderStatus::Review && !in_review {
        return Err("an order in review, and no payment that is".to_owned());
    }
    if shown_captured && ledger.count(ShopEvent::Paid) > 0 {
        return Err("a lie, and the order is paid".to_owned());
    }
    Ok(())
}

/// Every capture is shown wrong by every kind of lie.
fn lied_about_a_capture(world: &World, character: &Character) -> bool {
    character.lie.is_some() && world.gateway.payments.values().any(|payment| payment.received > 0)
}

/// What some run must have led to, so that the rules above were put to the test.
pub(crate) const EVERY_ENDING: [&str; 23] = [
    "order paid",
    "order authorized",
    "order voided",
    "order canceled",
    "order expired",
    "order review",
    "attempt declined",
    "attempt canceled",
    "returned duplicate",
    "returned late",
    "returned not_wanted",
    "capture done",
    "capture refused",
    "void done",
    "refund done",
    "refund refused",
    "order partially_refunded",
    "order refunded",
    "captured in part",
    "asked for 3-D Secure, paid",
    "asked for 3-D Secure, refused, paid by another",
    "paid by an attempt that had been declined",
    "tried too often",
];

/// What a run led to.
pub(crate) fn endings(world: &World) -> BTreeSet<String> {
    let ledger = &world.ledger;
    let mut endings = BTreeSet::from([format!("order {}", ledger.order.status.as_str())]);
    for attempt in &ledger.attempts {
        endings.insert(match &attempt.state {
            AttemptState::Returned { reason, .. } => format!("returned {}", reason.as_str()),
            state => format!("attempt {}", state.name()),
        });
    }
    for operation in &ledger.operations {
        endings.insert(format!("{} {}", operation.order.kind.as_str(), operation.state.as_str()));
    }
    if (1..ledger.order.amount.minor_units()).contains(&ledger.order.captured) {
        endings.insert("captured in part".to_owned());
    }
    if ledger.order.status == OrderStatus::Paid && ledger.was_declined(ledger.order.paid_by.as_ref()) {
        endings.insert("paid by an attempt that had been declined".to_owned());
    }
    if ledger.order.status == OrderStatus::Canceled && world.character.limits().are_used_up(&ledger.order) {
        endings.insert("tried too often".to_owned());
    }
    let asked = ledger.attempts.iter().find(|attempt| attempt.three_ds);
    if let (Some(asked), Some(payer)) = (asked, &ledger.order.paid_by) {
        let is_payer = asked.id == *payer;
        let refused = world.character.refuses_three_ds && asked.state == AttemptState::Canceled;
        endings.extend(is_payer.then(|| "asked for 3-D Secure, paid".to_owned()));
        endings.extend(refused.then(|| "asked for 3-D Secure, refused, paid by another".to_owned()));
    }
    endings
}
