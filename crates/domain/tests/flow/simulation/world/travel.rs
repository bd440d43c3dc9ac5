//! Messages on their way, and the gateway at the far end.

use florin_domain::flow::{Answer, OperationKind, RefundFact, Request, Shown, Snapshot};
use florin_domain::ids::PaymentId;

use super::{World, choose};
use crate::simulation::wire::{Ask, Flight, Way};

impl World {
    pub(super) fn arrive(&mut self, pick: u64) {
        // Mostly in the order they were sent.
        let number = if (pick / 4096).is_multiple_of(3) { choose(pick, self.wire.len()) } else { Some(0) };
        let Some(number) = number.filter(|_| !self.wire.is_empty()) else { return };
        let flight = self.wire.remove(number);
        let back = if self.character.stale_reads { usize::try_from((pick / 64) % 8).unwrap() / 5 } else { 0 };
        match flight.way.clone() {
            Way::There => self.reach_gateway(flight, back),
            Way::Back(answer) => {
                if (pick / 512) % 8 == 7 {
                    // A proxy repeats itself.
                    self.wire.push(flight.clone());
                }
                self.answered(flight.ask, answer);
            }
        }
    }

    pub(super) fn reach_gateway(&mut self, mut flight: Flight, back: usize) {
        let answer = self.ask(&flight.ask, back);
        if !flight.forsaken {
            flight.way = Way::Back(answer);
            self.wire.push(flight);
        }
    }

    pub(super) fn ask(&mut self, ask: &Ask, back: usize) -> Answer<Option<Shown>> {
        let (now, character) = (self.now, self.character);
        match ask {
            Ask::Step(attempt, request) => {
                let attempt = self.ledger.case(attempt).attempt;
                some(match request {
                    Request::Create => self.gateway.create(&attempt, self.ledger.order.expires_at, now, &character),
                    Request::Confirm { token } => self.gateway.confirm(&attempt.payment, token, now, &character),
                    Request::Read => self.gateway.read(&attempt.payment, back),
                    Request::Cancel => self.gateway.cancel(&attempt.payment, now, &character),
                })
            }
            Ask::Operate(number) => self.operate(*number),
            Ask::LookBefore(number) => self.look_before(*number),
            Ask::Browser { payment, card, flip } => {
                self.gateway.confirm_published(payment, *card, *flip, now, &character);
                Answer::Done(None)
            }
        }
    }

    pub(super) fn operate(&mut self, number: usize) -> Answer<Option<Shown>> {
        let payment = self.paid_with(number);
        let order = self.ledger.operations[number].order;
        match order.kind {
            OperationKind::Capture => {
                let amount = order.amount.minor_units();
                some(self.gateway.capture(&payment, amount, self.now, &self.character))
            }
            OperationKind::Void => some(self.gateway.cancel(&payment, self.now, &self.character)),
            OperationKind::Refund => {
                refund(self.gateway.refund(&payment, &refund_id(number), order.amount.minor_units(), &self.character))
            }
        }
    }

    /// A read of the refund, or of the payment.
    fn look_before(&mut self, number: usize) -> Answer<Option<Shown>> {
        let payment = self.paid_with(number);
        match self.ledger.operations[number].order.kind {
            OperationKind::Refund => refund(self.gateway.read_refund(&payment, &refund_id(number))),
            OperationKind::Capture | OperationKind::Void => some(self.gateway.read(&payment, 0)),
        }
    }

    pub(super) fn paid_with(&self, operation: usize) -> PaymentId {
        self.ledger.case(&self.ledger.operations[operation].attempt).attempt.payment
    }
}

fn refund_id(operation: usize) -> String {
    format!("ref_{operation}")
}

fn some(answer: Answer<Snapshot>) -> Answer<Option<Shown>> {
    answer.and_then(|snapshot| Answer::Done(Some(Shown::Payment(snapshot))))
}

fn refund(answer: Answer<RefundFact>) -> Answer<Option<Shown>> {
    answer.and_then(|fact| Answer::Done(Some(Shown::Refund(fact))))
}

/// A call that always shows something.
pub(super) fn shown(answer: Answer<Option<Shown>>) -> Answer<Shown> {
    answer.and_then(|shown| shown.map_or_else(|| Answer::Unknown("an empty answer".to_owned()), Answer::Done))
}

/// A call that always shows a payment.
pub(super) fn known(answer: Answer<Option<Shown>>) -> Answer<Snapshot> {
    shown(answer).and_then(|shown| match shown {
        Shown::Payment(snapshot) => Answer::Done(snapshot),
        Shown::Refund(_) => Answer::Unknown("an answer without a payment".to_owned()),
    })
}
