//! The end of a run: nothing goes wrong any more.

use florin_domain::payment::IntentStatus as S;
use florin_domain::timestamp::Timestamp;

use super::World;
use crate::simulation::wire::Way;

impl World {
    /// Nothing goes wrong any more; the server sweeps until nothing wakes.
    pub(crate) fn rest(&mut self) {
        for _ in 0..4000 {
            if self.ledger.broken.is_some() {
                return;
            }
            if !self.wire.is_empty() {
                let flight = self.wire.remove(0);
                match flight.way.clone() {
                    Way::There => self.reach_gateway(flight, 0),
                    Way::Back(answer) => self.answered(flight.ask, answer),
                }
            } else if let Some(slow) = self.gateway.in_status(S::Processing).first() {
                self.gateway.decide(&slow.clone(), true, self.now, &self.character);
            } else if self.character.webhooks_arrive
                && let Some(payment) = self.gateway.hints.pop()
            {
                self.look_at(&payment);
            } else if let Some(next) = self.next_wake() {
                self.pass(next.since(self.now));
                self.sweep();
            } else {
                return;
            }
        }
        self.ledger.fail("the world never comes to rest");
    }

    pub(super) fn next_wake(&self) -> Option<Timestamp> {
        let ledger = &self.ledger;
        let attempts = ledger.attempts.iter().filter_map(|attempt| attempt.wake_at);
        let operations = ledger.operations.iter().filter_map(|operation| operation.wake_at);
        let ends = ledger.order.status.is_undecided() && ledger.holding().is_none();
        attempts.chain(operations).chain(ends.then_some(ledger.order.expires_at)).min()
    }
}
