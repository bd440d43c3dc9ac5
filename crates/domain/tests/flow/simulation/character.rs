//! What sort of world one run lives in.

use florin_domain::checkout::CollectMode;
use florin_domain::flow::open::Limits;
use florin_domain::order::CaptureMethod;

use super::dice::Dice;

/// A fact that a dishonest gateway shows wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lie {
    Amount,
    NetAmount,
    Currency,
    Merchant,
    Received,
}

/// Decided once a run, by its seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Character {
    pub(crate) collect: CollectMode,
    pub(crate) capture: CaptureMethod,
    pub(crate) lie: Option<Lie>,
    pub(crate) lies_from_the_start: bool,
    /// A declined payment takes another card from the browser.
    pub(crate) manual_retry: bool,
    pub(crate) stale_reads: bool,
    pub(crate) coarse_clock: bool,
    pub(crate) expires_unconfirmed: bool,
    pub(crate) expires_challenges: bool,
    /// Messages may arrive after their sender has given up.
    pub(crate) stragglers: bool,
    /// Webhooks arrive in the end.
    pub(crate) webhooks_arrive: bool,
    /// Refunds are decided some time after they were asked for.
    pub(crate) slow_refunds: bool,
    /// The wish for 3-D Secure is a fault of ours, and refused.
    pub(crate) refuses_three_ds: bool,
    /// How many tries the order takes.
    pub(crate) tries: u32,
    /// How long the order takes payments, in seconds.
    pub(crate) order_lives: u64,
}

impl Character {
    /// No pause between tries, so that much happens.
    pub(crate) fn limits(&self) -> Limits {
        Limits { total: self.tries, ..Limits::lifted() }
    }

    pub(crate) fn throw(dice: &mut Dice) -> Self {
        let lies = [Lie::Amount, Lie::NetAmount, Lie::Currency, Lie::Merchant, Lie::Received];
        let lie = lies[usize::try_from(dice.below(5)).unwrap()];
        let (manual_retry, stragglers) = (dice.one_in(4), dice.one_in(3));
        Self {
            collect: if dice.one_in(2) { CollectMode::Token } else { CollectMode::Confirm },
            capture: if dice.one_in(3) { CaptureMethod::Manual } else { CaptureMethod::Automatic },
            lie: dice.one_in(10).then_some(lie),
            lies_from_the_start: dice.one_in(3),
            manual_retry,
            stale_reads: dice.one_in(2),
            coarse_clock: dice.one_in(4),
            expires_unconfirmed: dice.one_in(2),
            expires_challenges: dice.one_in(2),
            stragglers,
            // Of a card tried again at a declined payment, or a cancel that takes a day, nothing else tells.
            webhooks_arrive: manual_retry || stragglers || dice.one_in(2),
            slow_refunds: dice.one_in(3),
            refuses_three_ds: dice.one_in(3),
            tries: if dice.one_in(4) { 3 } else { u32::MAX },
            order_lives: [600, 3600, 30 * 3600][usize::try_from(dice.below(3)).unwrap()],
        }
    }
}
