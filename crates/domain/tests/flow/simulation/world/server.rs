//! The merchant server: stores what a step says, then sends what it says, and decides nothing.

use florin_domain::flow::operate::{self, Call, Looked, OperateError, Operated, Operation};
use florin_domain::flow::{self, Answer, Case, Shown, Step, abandon, close, resolve};
use florin_domain::timestamp::Timestamp;

use super::World;
use super::travel::{known, shown};
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

    /// The shop asks; while another operation of the payment is not over, it is turned away.
    pub(super) fn shop_operates(&mut self, request: impl FnOnce(Case) -> Result<Step, OperateError>) {
        let Some(attempt) = self.ledger.order.paid_by.clone() else { return };
        if self.ledger.is_operating(&attempt) {
            return;
        }
        if let Ok(step) = request(self.ledger.case(&attempt)) {
            self.carry_out(step);
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
        let (case, claimed) = self.claimed(number);
        let ask = match operate::call(&case, &claimed) {
            Call::Send => Ask::Operate(number),
            Call::Look => Ask::LookBefore(number),
            Call::Withdraw => return self.settle(number, operate::withdrawn(case, &claimed)),
        };
        self.wire.push(Flight::new(ask, self.now));
    }

    fn claimed(&self, number: usize) -> (Case, Operation) {
        let row = &self.ledger.operations[number];
        let operation = Operation { kind: row.order.kind, amount: row.order.amount, tries: row.tries };
        (self.ledger.case(&row.attempt), operation)
    }

    pub(super) fn answered(&mut self, ask: Ask, answer: Answer<Option<Shown>>) {
        match ask {
            Ask::Step(attempt, request) => {
                let case = self.ledger.case(&attempt);
                let (account, limits) = (scene::account(), self.character.limits());
                let step = flow::answered(case, &account, &limits, &request, known(answer), self.now);
                self.carry_out(step);
            }
            Ask::Operate(number) => self.operated(number, shown(answer)),
            Ask::LookBefore(number) => self.looked(number, shown(answer)),
            Ask::Browser { .. } => {}
        }
    }

    fn looked(&mut self, number: usize, answer: Answer<Shown>) {
        let (case, claimed) = self.claimed(number);
        match operate::after_look(&case, &claimed, answer) {
            Looked::Send => self.wire.push(Flight::new(Ask::Operate(number), self.now)),
            Looked::Answer(answer) => self.operated(number, answer),
        }
    }

    fn operated(&mut self, number: usize, answer: Answer<Shown>) {
        if self.ledger.operations[number].state.is_over() {
            return;
        }
        let (case, claimed) = self.claimed(number);
        let (account, limits) = (scene::account(), self.character.limits());
        self.settle(number, operate::answered(case, &account, &limits, &claimed, answer, self.now));
    }

    fn settle(&mut self, number: usize, operated: Operated) {
        let row = &mut self.ledger.operations[number];
        (row.state, row.wake_at) = (operated.state, operated.wake_at);
        self.carry_out(operated.step);
    }
}
