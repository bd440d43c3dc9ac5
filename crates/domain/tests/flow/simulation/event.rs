//! What may happen in the small world. Every event makes sense in every state, so any part of a
//! sequence is a sequence: that is how a long failure becomes a short one.

use super::dice::Dice;

/// Something that happens; the number beside it chooses among whatever there is to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// A tab opens, hands a card over and pays, and nothing comes between.
    Buy(u64),
    /// A tab asks for an attempt.
    Open(u64),
    /// A tab hands a card to the gateway.
    Card(u64),
    /// A tab pays.
    Pay(u64),
    /// A tab gives up.
    Abandon(u64),
    /// A message on its way arrives.
    Arrive(u64),
    /// A message on its way is lost.
    Lose(u64),
    /// The gateway refuses our key, or can't be reached, once.
    Refuse(u64),
    /// A webhook or a return arrives, not for the last time perhaps.
    Hint(u64),
    /// A bank makes up its mind, or a shopper at the bank does.
    Bank(u64),
    /// The server looks at what is due.
    Sweep,
    /// Time passes.
    Advance(u64),
    /// The server ends and is started again.
    Crash(u64),
    /// The shop cancels the order.
    ShopCancel,
    /// The shop captures what is held, or a part of it.
    ShopCapture(u64),
    /// The shop releases what is held.
    ShopVoid,
    /// The shop gives money back, all or a part of it.
    ShopRefund(u64),
}

/// `length` events; what shoppers do and what arrives is more frequent than what goes wrong.
pub(crate) fn sequence(dice: &mut Dice, length: usize) -> Vec<Event> {
    (0..length).map(|_| throw(dice)).collect()
}

fn throw(dice: &mut Dice) -> Event {
    let pick = dice.throw() >> 16;
    match dice.below(1000) {
        0..40 => Event::Buy(pick),
        40..130 => Event::Open(pick),
        130..240 => Event::Card(pick),
        240..340 => Event::Pay(pick),
        340..355 => Event::Abandon(pick),
        355..720 => Event::Arrive(pick),
        720..740 => Event::Lose(pick),
        740..755 => Event::Refuse(pick),
        755..825 => Event::Hint(pick),
        825..885 => Event::Bank(pick),
        885..925 => Event::Sweep,
        925..960 => Event::Advance(pick),
        960..970 => Event::Crash(pick),
        970..974 => Event::ShopCancel,
        974..984 => Event::ShopCapture(pick),
        984..990 => Event::ShopVoid,
        _ => Event::ShopRefund(pick),
    }
}
