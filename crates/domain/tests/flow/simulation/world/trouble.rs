//! What goes wrong, how time passes, and what banks decide.

use std::time::Duration;

use florin_domain::flow::{Answer, Refusal, Request};
use florin_domain::ids::PaymentId;
use florin_domain::payment::IntentStatus as S;

use super::{World, choose};
use crate::simulation::wire::{Ask, DEADLINE, Flight, Way};

impl World {
    pub(super) fn give_up_on(&mut self, flight: &Flight) {
        if !flight.forsaken {
            self.answered(flight.ask.clone(), Answer::Unknown("no answer in time".to_owned()));
        }
    }

    pub(super) fn lose(&mut self, pick: u64) {
        let Some(number) = choose(pick, self.wire.len()) else { return };
        let flight = self.wire.remove(number);
        self.give_up_on(&flight);
    }

    pub(super) fn refuse(&mut self, pick: u64) {
        let Some(number) = choose(pick, self.wire.len()) else { return };
        let flight = &mut self.wire[number];
        let refusal = if (pick / 64).is_multiple_of(2) { Refusal::NotSent } else { Refusal::OurKey("401".to_owned()) };
        // An operation refused for our key is for people to finish: that is no end to judge.
        let ours = matches!(flight.ask, Ask::Step(..) | Ask::LookBefore(_)) || refusal == Refusal::NotSent;
        if flight.way == Way::There && ours && !flight.forsaken {
            flight.way = Way::Back(Answer::Refused(refusal));
        }
    }

    pub(super) fn crash(&mut self, pick: u64) {
        let mut bits = pick;
        self.wire.retain_mut(|flight| {
            bits = bits.rotate_right(1);
            if matches!(flight.ask, Ask::Browser { .. }) {
                return true;
            }
            // Bytes that left before the end may arrive all the same.
            flight.forsaken = true;
            flight.way == Way::There && bits.is_multiple_of(2)
        });
    }

    pub(super) fn advance(&mut self, pick: u64) {
        let seconds =
            [1, 1, 3, 3, 12, 12, 30, 30, 40, 120, 400, 400, 1000, 1000, 4000, 100_000][choose(pick, 16).unwrap()];
        self.pass(Duration::from_secs(seconds));
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.now = self.now.plus(time);
        self.gateway.expire(self.now, &self.character);
        let (late, rest): (Vec<_>, Vec<_>) =
            self.wire.drain(..).partition(|flight| !flight.forsaken && self.now.since(flight.sent_at) > DEADLINE);
        self.wire = rest;
        for mut flight in late {
            self.give_up_on(&flight);
            flight.forsaken = true;
            if self.character.stragglers && flight.way == Way::There {
                self.wire.push(flight);
            }
        }
    }

    pub(super) fn hint(&mut self, pick: u64) {
        let Some(number) = choose(pick, self.gateway.hints.len()) else { return };
        let payment = self.gateway.hints[number].clone();
        self.look_at(&payment);
    }

    pub(super) fn look_at(&mut self, payment: &PaymentId) {
        if let Some(case) = self.ledger.case_of(payment) {
            self.wire.push(Flight::new(Ask::Step(case.attempt.id, Request::Read), self.now));
        }
    }

    pub(super) fn bank(&mut self, pick: u64) {
        let mut waiting = self.gateway.in_status(S::RequiresCustomerAction);
        waiting.extend(self.gateway.in_status(S::Processing));
        if let Some(number) = choose(pick, waiting.len()) {
            let yes = !(pick / 64).is_multiple_of(3);
            self.gateway.decide(&waiting[number], yes, self.now, &self.character);
        }
    }
}
