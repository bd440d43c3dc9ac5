//! The merchant server: stores what a step says, then sends what it says, and decides nothing.

use florin_domain::flow::operate::{self, Operated, OperationState};
use florin_domain::flow::{self, Answer, OperationKind, OperationOrder, Snapshot, Step, abandon, close, resolve};
use florin_domain::order::OrderStatus;
use florin_domain::timestamp::Timestamp;

use super::World;
use super::travel::known;
use crate::scene;
use crate::simulation::wire::{Ask, Flight};

impl World {
    pub(super) fn shop_cancels(&mut self) {
        if let Some(holding) = self.ledger.holding() {
            let step = abandon::requested(self.ledger.case(&holding.id.clone()));
            self.carry_out(step);
        } else if let Some(closed) = close::cancel(self.ledger.order.clone(), self.ledger.holding(), "the shop") {
            self.ledger.close(closed);
        }
    }

    pub(super) fn shop_operates(&mut self, kind: OperationKind) {
        let order = &self.ledger.order;
        if let (OrderStatus::Authorized, Some(attempt)) = (order.status, order.paid_by.clone()) {
            let amount = order.amount;
            self.ledger.claim(&attempt, OperationOrder { kind, amount }, self.now);
        }
    }

    pub(super) fn carry_out(&mut self, step: Step) {
        let attempt = step.case.attempt.id.clone();
        if let Some(request) = self.ledger.commit(step, self.now) {
            self.wire.push(Flight::new(Ask::Step(attempt, request), self.now));
        }
    }

    pub(super) fn sweep(&mut self) {
        let due = |wake_at: Option<Timestamp>| wake_at.is_some_and(|at| at <= self.now);
        let attempts: Vec<_> = self
            .ledger
            .attempts
            .iter()
            .filter(|attempt| due(attempt.wake_at))
            .map(|attempt| attempt.id.clone())
            .collect();
        let operations: Vec<_> =
            (0..self.ledger.operations.len()).filter(|number| due(self.ledger.operations[*number].wake_at)).collect();
        for attempt in attempts {
            let step = resolve::due(self.ledger.case(&attempt), self.now);
            self.carry_out(step);
        }
        for number in operations {
            self.try_operation(number);
        }
        if let Some(closed) = close::expire(self.ledger.order.clone(), self.ledger.holding(), self.now) {
            self.ledger.close(closed);
        }
    }

    pub(super) fn try_operation(&mut self, number: usize) {
        let operation = &mut self.ledger.operations[number];
        operation.tries += 1;
        operation.wake_at = Some(self.now.plus(resolve::LEASE));
        let first = operation.tries == 1 || operation.order.kind == OperationKind::Refund;
        let ask = if first { Ask::Operate(number) } else { Ask::LookBefore(number) };
        self.wire.push(Flight::new(ask, self.now));
    }

    pub(super) fn answered(&mut self, ask: Ask, answer: Answer<Option<Snapshot>>) {
        match ask {
            Ask::Step(attempt, request) => {
                let case = self.ledger.case(&attempt);
                let step = flow::answered(case, &scene::account(), &request, known(answer), self.now);
                self.carry_out(step);
            }
            Ask::Operate(number) => self.operated(number, answer),
            Ask::LookBefore(number) => self.looked(number, answer),
            Ask::Browser { .. } => {}
        }
    }

    pub(super) fn looked(&mut self, number: usize, answer: Answer<Option<Snapshot>>) {
        let kind = self.ledger.operations[number].order.kind;
        match answer {
            Answer::Done(Some(snapshot)) if !operate::is_over(kind, &snapshot) => {
                self.wire.push(Flight::new(Ask::Operate(number), self.now));
            }
            answer => self.operated(number, answer),
        }
    }

    pub(super) fn operated(&mut self, number: usize, answer: Answer<Option<Snapshot>>) {
        let operation = &self.ledger.operations[number];
        if operation.state != OperationState::Claimed {
            return;
        }
        let (kind, tries) = (operation.order.kind, operation.tries);
        let case = self.ledger.case(&operation.attempt.clone());
        let Operated { state, wake_at, step } =
            operate::answered(case, &scene::account(), kind, tries, answer, self.now);
        let operation = &mut self.ledger.operations[number];
        (operation.state, operation.wake_at) = (state, wake_at);
        self.carry_out(step);
    }
}
