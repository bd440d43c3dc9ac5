//! The world: shoppers' tabs, one merchant server that only carries effects out, the wire, the
//! gateway and the time.

mod browsers;
mod rest;
mod server;
mod travel;
mod trouble;

use std::time::Duration;

use florin_domain::checkout::CheckoutResult;
use florin_domain::flow::operate;
use florin_domain::ids::{AttemptId, PaymentId, TokenId};
use florin_domain::order::{Attempt, AttemptState, outcome};
use florin_domain::payment::IntentStatus;
use florin_domain::timestamp::Timestamp;

use super::character::Character;
use super::event::Event;
use super::gateway::Gateway;
use super::ledger::Ledger;
use super::wire::Flight;
use crate::scene;

/// How many tabs the shopper has open.
const TABS: usize = 3;

#[derive(Debug, Default, Clone)]
struct Tab {
    attempt: Option<(AttemptId, PaymentId)>,
    token: Option<TokenId>,
}

pub(crate) struct World {
    pub(crate) character: Character,
    pub(crate) ledger: Ledger,
    pub(crate) gateway: Gateway,
    pub(crate) now: Timestamp,
    tabs: Vec<Tab>,
    wire: Vec<Flight>,
    made: u32,
}

/// The one of `many` that `pick` means; none of none.
fn choose(pick: u64, many: usize) -> Option<usize> {
    usize::try_from(pick % u64::try_from(many.max(1)).unwrap()).ok().filter(|_| many > 0)
}

/// All of it, some of it, or more than there may be.
fn part(pick: u64) -> Option<i64> {
    [None, Some(scene::PRICE / 2), Some(scene::PRICE / 3), Some(scene::PRICE)][choose(pick, 4).unwrap()]
}

impl World {
    pub(crate) fn new(character: Character) -> Self {
        let mut order = scene::order(character.capture);
        order.expires_at = order.created_at.plus(Duration::from_secs(character.order_lives));
        let now = order.created_at;
        let tabs = (0..TABS).map(|_| Tab::default()).collect();
        let (gateway, wire) = (Gateway::default(), Vec::new());
        Self { character, ledger: Ledger::new(order), gateway, now, tabs, wire, made: 0 }
    }

    pub(crate) fn happen(&mut self, event: Event) {
        match event {
            Event::Buy(pick) => self.buy(pick),
            Event::Open(pick) => self.open(pick),
            Event::Card(pick) => self.hand_over(pick),
            Event::Pay(pick) => self.pay(pick),
            Event::Abandon(pick) => self.abandon(pick),
            Event::Arrive(pick) => self.arrive(pick),
            Event::Lose(pick) => self.lose(pick),
            Event::Refuse(pick) => self.refuse(pick),
            Event::Hint(pick) => self.hint(pick),
            Event::Bank(pick) => self.bank(pick),
            Event::Sweep => self.sweep(),
            Event::Advance(pick) => self.advance(pick),
            Event::Crash(pick) => self.crash(pick),
            Event::ShopCancel => self.shop_cancels(),
            Event::ShopCapture(pick) => self.shop_operates(|case| operate::capture(case, part(pick))),
            Event::ShopVoid => self.shop_operates(operate::void),
            Event::ShopRefund(pick) => self.shop_operates(|case| operate::refund(case, part(pick))),
        }
    }

    /// What any tab is told at any time.
    pub(crate) fn told(&self) -> CheckoutResult {
        outcome(&self.ledger.order, None, self.ledger.attempts.last(), self.now)
    }

    /// Whether some attempt knows a payment that its gateway could still charge.
    pub(crate) fn open_at_the_gateway(&self) -> bool {
        use IntentStatus as S;
        let chargeable = |attempt: &Attempt| {
            self.gateway.payments.get(&attempt.payment).is_some_and(|payment| {
                matches!(payment.status, S::RequiresPaymentMethod | S::RequiresCustomerAction | S::Processing)
            })
        };
        self.ledger.attempts.iter().any(|attempt| {
            !matches!(attempt.state, AttemptState::Review)
                && self.ledger.shown.contains(&attempt.payment)
                && chargeable(attempt)
        })
    }
}
