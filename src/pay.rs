//! One try to pay: open an attempt, hand the card over, have the merchant server settle it.
//!
//! Which way the card goes is the merchant server's word; to which gateways it may go is the
//! document's.

use florin_domain::checkout::CollectMode;

use crate::entry::Card;
use crate::gateway::{self, Trouble};
use crate::merchant::{self, Failure, Merchant, Settled};
use crate::state::{Answer, Notice};
use crate::wire::{CollectAnswer, ErrorAnswer};

/// What a try came to, and the Result as it came.
pub(crate) type Paid = Result<Settled, Answer>;

/// To whom a card may go.
#[derive(Clone, Copy)]
pub(crate) struct Trusted<'a> {
    /// The origins that the document lists.
    pub(crate) gateways: &'a [String],
    /// The publishable key, when the page named the one it expects.
    pub(crate) key: Option<&'a str>,
}

/// Pays once. `handed_over` is called when the card has left: its security code is then wiped.
pub(crate) async fn pay(
    merchant: &Merchant,
    trusted: Trusted<'_>,
    card: Card,
    seen_amount: Option<i64>,
    handed_over: impl FnOnce(),
) -> Paid {
    let opened = merchant::attempt(merchant.open(seen_amount).await).map_err(not_opened)?;
    trusted.covers(&opened.collect)?;
    let mode = opened.collect.mode;
    let sent = gateway::hand_over(&opened.collect, &card);
    // The last copy of ours ends here, before the card is even there.
    drop(card);
    let token = token(gateway::handed_over(sent.await, mode == CollectMode::Token), mode)?;
    handed_over();
    merchant::settled(merchant.pay(&opened.attempt, token.as_deref()).await).map_err(not_settled)
}

impl Trusted<'_> {
    /// Nothing is handed over where the page and the document do not agree, nor where cards are not collected here.
    fn covers(self, collect: &CollectAnswer) -> Result<(), Answer> {
        if self.key.is_some_and(|key| key != collect.publishable_key) {
            Err(Answer::WrongKey)
        } else if !self.gateways.contains(&collect.gateway) || collect.mode == CollectMode::Hosted {
            Err(Answer::NotSent(Notice::Misconfigured))
        } else {
            Ok(())
        }
    }
}

/// The token, where the gateway gives one.
fn token(handed_over: Result<Option<String>, Trouble>, mode: CollectMode) -> Result<Option<String>, Answer> {
    match (handed_over, mode) {
        (Ok(token), _) => Ok(token),
        (Err(Trouble::Field(field)), _) => Err(Answer::FieldRefused(field)),
        // Submitted elsewhere, or ours to fix: the status says which.
        (Err(Trouble::Refused), _) => Err(Answer::Lost(Some(Notice::NotCharged))),
        (Err(Trouble::Lost), CollectMode::Token) => Err(Answer::NotSent(Notice::NotSent)),
        // Whatever the gateway said or did not say: the merchant server reads.
        (Err(Trouble::Lost), _) => Ok(None),
    }
}

/// Nothing was sent that could charge.
fn not_opened(failure: Failure) -> Answer {
    let Failure::Refused(status, error) = failure else { return Answer::NotSent(Notice::NotSent) };
    match (code(error.as_ref()), status) {
        ("amount_changed", _) => Answer::Repriced,
        ("order_changing", _) => Answer::NotSent(Notice::Changing),
        (_, 429) => Answer::NotSent(Notice::TooMany),
        (_, 409 | 404) => Answer::Elsewhere,
        _ => Answer::NotSent(Notice::Misconfigured),
    }
}

/// The card had been handed over: only the status tells whether it was charged.
fn not_settled(failure: Failure) -> Answer {
    match failure {
        Failure::Lost => Answer::Lost(None),
        Failure::Refused(429, _) => Answer::Lost(Some(Notice::TooMany)),
        Failure::Refused(..) => Answer::Lost(Some(Notice::NotCharged)),
    }
}

fn code(error: Option<&ErrorAnswer>) -> &str {
    error.map_or("", |error| &error.code)
}

#[cfg(test)]
mod tests {
    use florin_domain::error::Advice;

    use super::*;

    fn refused(status: u16, code: &str) -> Failure {
        let error = ErrorAnswer { code: code.to_owned(), advice: Advice::None };
        Failure::Refused(status, Some(error))
    }

    #[test]
    fn an_attempt_that_was_not_opened_charged_nothing() {
        for (failure, expected) in [
            (Failure::Lost, Answer::NotSent(Notice::NotSent)),
            (refused(409, "amount_changed"), Answer::Repriced),
            (refused(409, "order_changing"), Answer::NotSent(Notice::Changing)),
            (refused(409, "payment_in_progress"), Answer::Elsewhere),
            (refused(409, "order_closed"), Answer::Elsewhere),
            (refused(429, "too_many_attempts"), Answer::NotSent(Notice::TooMany)),
            (refused(422, "unknown_field"), Answer::NotSent(Notice::Misconfigured)),
        ] {
            assert_eq!(not_opened(failure), expected);
        }
    }

    #[test]
    fn a_card_goes_only_where_document_and_page_agree() {
        let collect = CollectAnswer {
            mode: CollectMode::Token,
            gateway: "https://gateway.example".to_owned(),
            publishable_key: "pk_1".to_owned(),
            payment_id: "pay_1".to_owned(),
            client_secret: "pay_1_secret".to_owned(),
        };
        let gateways = ["https://gateway.example".to_owned()];
        for (gateways, key, expected) in [
            (&gateways[..], None, Ok(())),
            (&gateways[..], Some("pk_1"), Ok(())),
            (&gateways[..], Some("pk_2"), Err(Answer::WrongKey)),
            (&[][..], None, Err(Answer::NotSent(Notice::Misconfigured))),
            (
                &["https://gateway.example.evil.example".to_owned()][..],
                None,
                Err(Answer::NotSent(Notice::Misconfigured)),
            ),
        ] {
            assert_eq!(Trusted { gateways, key }.covers(&collect), expected, "{key:?}");
        }
    }

    #[test]
    fn after_the_card_was_handed_over_only_the_status_is_believed() {
        assert_eq!(not_settled(Failure::Lost), Answer::Lost(None));
        assert_eq!(not_settled(refused(422, "token_expired")), Answer::Lost(Some(Notice::NotCharged)));
        assert_eq!(not_settled(refused(429, "too_many_attempts")), Answer::Lost(Some(Notice::TooMany)));
    }
}
