//! A model store: one order, its attempts and operations, with the rules a database holds by unique
//! indexes, and with the promises that every stored change must keep.

use std::collections::BTreeSet;

use florin_domain::flow::close::Closed;
use florin_domain::flow::operate::OperationState;
use florin_domain::flow::{Case, OperationKind, OperationOrder, Request, ShopEvent, Step};
use florin_domain::ids::{AttemptId, PaymentId};
use florin_domain::order::{Attempt, AttemptState, Order, OrderStatus};
use florin_domain::timestamp::Timestamp;

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) attempt: AttemptId,
    pub(crate) order: OperationOrder,
    pub(crate) state: OperationState,
    pub(crate) tries: u32,
    pub(crate) wake_at: Option<Timestamp>,
}

#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) order: Order,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) events: Vec<ShopEvent>,
    pub(crate) alerts: Vec<String>,
    /// Payments whose client secret a browser may know.
    pub(crate) shown: BTreeSet<PaymentId>,
    declined: BTreeSet<AttemptId>,
    /// The first promise that was broken.
    pub(crate) broken: Option<String>,
}

impl Ledger {
    pub(crate) fn new(order: Order) -> Self {
        Self {
            order,
            attempts: Vec::new(),
            operations: Vec::new(),
            events: Vec::new(),
            alerts: Vec::new(),
            shown: BTreeSet::new(),
            declined: BTreeSet::new(),
            broken: None,
        }
    }

    pub(crate) fn holding(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.state.holds_the_order())
    }

    pub(crate) fn case(&self, attempt: &AttemptId) -> Case {
        let attempt = self.attempts.iter().find(|known| known.id == *attempt).cloned().unwrap();
        Case { order: self.order.clone(), attempt }
    }

    pub(crate) fn case_of(&self, payment: &PaymentId) -> Option<Case> {
        let attempt = self.attempts.iter().find(|attempt| attempt.payment == *payment)?;
        Some(self.case(&attempt.id))
    }

    pub(crate) fn count(&self, event: ShopEvent) -> usize {
        self.events.iter().filter(|seen| **seen == event).count()
    }

    /// Stores a step in one transaction; what is to be sent comes back.
    pub(crate) fn commit(&mut self, step: Step, now: Timestamp) -> Option<Request> {
        self.keep_promises(&step);
        let Step { case, events, operation, send, alert, .. } = step;
        let id = case.attempt.id.clone();
        self.order = case.order;
        if matches!(case.attempt.state, AttemptState::Open(_)) {
            self.shown.insert(case.attempt.payment.clone());
        }
        if matches!(case.attempt.state, AttemptState::Declined { .. }) {
            self.declined.insert(id.clone());
        }
        match self.attempts.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = case.attempt,
            None => self.attempts.push(case.attempt),
        }
        self.events.extend(events);
        self.alerts.extend(alert);
        if let Some(order) = operation {
            self.claim(&id, order, now);
        }
        if self.attempts.iter().filter(|attempt| attempt.state.holds_the_order()).count() > 1 {
            self.fail("two attempts hold the order");
        }
        send
    }

    /// Whether an operation of this payment is not over.
    pub(crate) fn is_operating(&self, attempt: &AttemptId) -> bool {
        self.operations.iter().any(|known| known.attempt == *attempt && !known.state.is_over())
    }

    /// One unfinished operation a payment: another is not stored.
    fn claim(&mut self, attempt: &AttemptId, order: OperationOrder, now: Timestamp) {
        if self.is_operating(attempt) {
            return;
        }
        if order.kind == OperationKind::Refund && order.amount.is_zero() {
            self.fail("a refund of nothing");
        }
        let wake_at = Some(order.not_before.unwrap_or(now));
        let operation =
            Operation { attempt: attempt.clone(), order, state: OperationState::Claimed, tries: 0, wake_at };
        self.operations.push(operation);
    }

    pub(crate) fn close(&mut self, closed: Closed) {
        if let Some(holding) = self.holding() {
            let what = format!(
                "the order became {} while an attempt was {}",
                closed.order.status.as_str(),
                holding.state.name()
            );
            self.fail(&what);
        }
        self.order = closed.order;
        self.events.push(closed.event);
    }

    fn keep_promises(&mut self, step: &Step) {
        let (before, after) = (self.order.clone(), &step.case.order);
        if !before.status.is_undecided() && after.status.is_undecided() {
            let what = format!("the order was {} and became {}", before.status.as_str(), after.status.as_str());
            self.fail(&what);
        }
        let was_paid = |order: &Order| {
            matches!(order.status, OrderStatus::Paid | OrderStatus::PartiallyRefunded | OrderStatus::Refunded)
        };
        let facts = |order: &Order| (order.captured, order.paid_by.clone(), order.paid_at, order.submitted);
        if was_paid(&before) && (!was_paid(after) || facts(&before) != facts(after)) {
            self.fail("a paid order was changed");
        }
        let given = after.refunded + after.refund_pending;
        if after.refunded < before.refunded || after.refund_pending < 0 || given > after.captured {
            self.fail("refunded and pending are more than captured, or less than before");
        }
        if !before.status.is_undecided() && step.events.contains(&ShopEvent::PaymentFailed) {
            let what = format!("the shop hears of a decline of an order that is {}", before.status.as_str());
            self.fail(&what);
        }
        // The hold of another attempt is good all the same.
        let is_own_hold =
            before.status == OrderStatus::Authorized && before.paid_by.as_ref() == Some(&step.case.attempt.id);
        let waits = before.status.is_undecided() || is_own_hold;
        let into_review = step.case.attempt.state == AttemptState::Review && !self.in_review(&step.case.attempt.id);
        if into_review && (step.alert.is_none() || waits && after.status != OrderStatus::Review) {
            self.fail("a payment needs a person, and nobody is called");
        }
        if before.status == OrderStatus::Review && after.status != OrderStatus::Review {
            let what = format!("an order in review became {}", after.status.as_str());
            self.fail(&what);
        }
    }

    pub(crate) fn was_declined(&self, attempt: Option<&AttemptId>) -> bool {
        attempt.is_some_and(|attempt| self.declined.contains(attempt))
    }

    fn in_review(&self, attempt: &AttemptId) -> bool {
        self.attempts.iter().any(|known| known.id == *attempt && known.state == AttemptState::Review)
    }

    pub(crate) fn fail(&mut self, what: &str) {
        self.broken.get_or_insert_with(|| what.to_owned());
    }
}
