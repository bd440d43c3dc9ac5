//! What the shopper sees after what happened.

use florin_domain::checkout::ResultStatus;
use florin_domain::error::Advice;

use super::*;
use crate::entry::Mistake;
use crate::wire::{ErrorAnswer, Standing};

fn priced() -> State {
    let mut state = State::default();
    let price = Price { amount: 4200, text: "€42.00".to_owned() };
    assert_eq!(
        state.apply(Event::Read(price)),
        [Effect::Status { asked: Asked::OnLoad, after_ms: 0 }],
        "a loaded form asks what came before"
    );
    state
}

/// A payment under way.
fn paying() -> State {
    let mut state = priced();
    assert_eq!(state.apply(Event::Pressed(Ok(()))), [Effect::AskPage]);
    assert_eq!(state.apply(Event::PageSays(Some(true))), [Effect::Pay]);
    assert!(state.locked());
    state
}

fn standing(status: ResultStatus) -> Standing {
    Standing { status, attempt: Some("att_1".to_owned()), action_url: None, error: None, retry_after_ms: None }
}

fn declined(code: &str, advice: Advice) -> Standing {
    let error = ErrorAnswer { code: code.to_owned(), advice };
    Standing { error: Some(error), ..standing(ResultStatus::Declined) }
}

fn challenged() -> Standing {
    let action_url = Some("https://bank.example/".to_owned());
    Standing { action_url, ..standing(ResultStatus::RequiresAction) }
}

fn answer(state: &mut State, standing: Standing) -> Vec<Effect> {
    state.apply(Event::Answered(Answer::Standing(standing)))
}

fn ask_after(after_ms: u32) -> Effect {
    Effect::Status { asked: Asked::Awaiting, after_ms }
}

#[test]
fn an_approved_payment_is_paid_and_shows_four_digits() {
    let mut state = paying();
    assert_eq!(answer(&mut state, standing(ResultStatus::Paid)), [Effect::ShowPaid]);
    assert_eq!(state.phase, Phase::Paid);
    assert!(state.locked());
    assert_eq!(state.apply(Event::Pressed(Ok(()))), []);
}

#[test]
fn a_press_with_mistakes_goes_to_the_first_and_pays_nothing() {
    let mut state = priced();
    let mut mistakes = Mistakes::default();
    mistakes.set(Field::Code, Some(Mistake::Missing));
    mistakes.set(Field::Name, Some(Mistake::Missing));
    let effects = state.apply(Event::Pressed(Err(mistakes)));
    assert_eq!(effects, [Effect::Focus(Field::Code), Effect::Tell(Told::Invalid(Field::Code))]);
    assert_eq!((state.phase, state.mistakes), (Phase::Editing, mistakes));
}

#[test]
fn a_second_press_does_nothing() {
    let mut state = paying();
    assert_eq!(state.apply(Event::Pressed(Ok(()))), []);
    assert_eq!(state.phase, Phase::Paying);
}

#[test]
fn a_press_before_the_price_waits_for_it() {
    let mut state = State::default();
    assert_eq!(state.apply(Event::Pressed(Ok(()))), []);
    assert_eq!(state.phase, Phase::Paying);
    assert_eq!(state.apply(Event::PageSays(Some(true))), [], "nobody saw a price yet");
    assert_eq!(state.apply(Event::PageSays(None)), []);
    assert_eq!(state.phase, Phase::Paying);
    let price = Price { amount: 1, text: String::new() };
    let came_before = Effect::Status { asked: Asked::OnLoad, after_ms: 0 };
    assert_eq!(
        state.apply(Event::Read(price)),
        [Effect::AskPage, came_before],
        "the page waits to hear what came before"
    );
    assert_eq!(state.apply(Event::PageSays(Some(true))), [Effect::Pay]);
}

#[test]
fn a_question_that_is_taken_back_ends_the_press_without_a_word() {
    let mut state = priced();
    state.apply(Event::Pressed(Ok(())));
    assert_eq!(state.apply(Event::PageSays(None)), []);
    assert_eq!((state.phase, state.notice), (Phase::Editing, None));
}

#[test]
fn a_page_that_vetoes_keeps_the_card_here() {
    let mut state = priced();
    state.apply(Event::Pressed(Ok(())));
    assert_eq!(state.apply(Event::PageSays(Some(false))), [Effect::Tell(Told::Open(Notice::Vetoed))]);
    assert_eq!(state.phase, Phase::Editing);
    assert_eq!(state.apply(Event::PageSays(Some(true))), [], "a late yes pays nothing");
}

#[test]
fn a_hard_decline_wants_another_card() {
    let mut state = paying();
    let effects = answer(&mut state, declined("card_declined", Advice::OtherCard));
    assert_eq!(effects, [Effect::Wipe, Effect::Focus(Field::Number)]);
    assert_eq!(state.phase, Phase::Declined { again: false, reason: Decline::OTHER });
    assert!(!state.locked());
    state.apply(Event::Typed { field: Field::Number, mistake: None, brand: None, second: None });
    assert_eq!(state.phase, Phase::Editing);
}

#[test]
fn a_soft_decline_offers_the_same_card_once() {
    let mut state = paying();
    let soft = declined("try_again_later", Advice::TryAgain);
    assert_eq!(answer(&mut state, soft.clone()), [Effect::Focus(Field::Code)]);
    assert_eq!(state.phase, Phase::Declined { again: true, reason: Decline::named("try_again_later").unwrap() });
    state.apply(Event::Pressed(Ok(())));
    state.apply(Event::PageSays(Some(true)));
    assert_eq!(answer(&mut state, soft), [Effect::Wipe, Effect::Focus(Field::Number)]);
    assert_eq!(state.phase, Phase::Declined { again: false, reason: Decline::OTHER });
}

#[test]
fn a_fixable_decline_goes_to_its_field() {
    let mut state = paying();
    let effects = answer(&mut state, declined("expired_card", Advice::OtherCard));
    assert_eq!(effects, [Effect::Focus(Field::Expiry)]);
    assert!(!state.locked());
}

#[test]
fn lost_and_stolen_cards_are_not_disclosed() {
    for code in ["lost_card", "stolen_card", "pickup_card", "fraudulent"] {
        let (reason, soft) = decline::reason(declined(code, Advice::OtherCard).error.as_ref());
        assert_eq!((reason, soft), (Decline::OTHER, false), "{code}");
    }
}

#[test]
fn a_lost_answer_is_unknown_and_asked_until_known() {
    let mut state = paying();
    assert_eq!(state.apply(Event::Answered(Answer::Lost(None))), [ask_after(0)]);
    assert_eq!(state.phase, Phase::Unknown);
    let silent = Event::NoStatus(Asked::Awaiting);
    assert_eq!(state.apply(silent.clone()), [ask_after(1000), Effect::Tell(Told::Unknown)]);
    for after_ms in [2000, 4000, 8000, 16_000, 16_000] {
        assert_eq!(state.apply(silent.clone()), [ask_after(after_ms)]);
        assert_eq!(state.phase, Phase::Unknown);
    }
    let unknown = Standing { retry_after_ms: Some(700), ..standing(ResultStatus::Unknown) };
    assert_eq!(state.apply(Event::Status(Asked::Awaiting, unknown)), [ask_after(700)]);
    assert_eq!(state.apply(Event::Status(Asked::Awaiting, standing(ResultStatus::Paid))), [Effect::ShowPaid]);
    assert_eq!(state.phase, Phase::Paid);
}

#[test]
fn a_lost_answer_that_charged_nothing_says_so() {
    let mut state = paying();
    state.apply(Event::Answered(Answer::Lost(None)));
    let effects = state.apply(Event::Status(Asked::Awaiting, standing(ResultStatus::Open)));
    assert_eq!(effects, [], "the page hears the Result, and nothing beside it");
    assert_eq!((state.phase, state.notice), (Phase::Editing, Some(Notice::NotCharged)));
}

#[test]
fn a_refused_pay_is_believed_only_after_the_status() {
    let mut state = paying();
    assert_eq!(state.apply(Event::Answered(Answer::Lost(Some(Notice::TooMany)))), [ask_after(0)]);
    assert_eq!(state.phase, Phase::Paying);
    state.apply(Event::Status(Asked::Awaiting, standing(ResultStatus::Open)));
    assert_eq!((state.phase, state.notice), (Phase::Editing, Some(Notice::TooMany)));
}

#[test]
fn nothing_sent_leaves_the_order_open() {
    let mut state = paying();
    let effects = state.apply(Event::Answered(Answer::NotSent(Notice::NotSent)));
    assert_eq!(effects, [Effect::Tell(Told::Open(Notice::NotSent))]);
    assert_eq!(state.phase, Phase::Editing);
    assert_eq!(state.apply(Event::Pressed(Ok(()))), [Effect::AskPage]);
}

#[test]
fn a_changed_price_is_read_again_and_said() {
    let mut state = paying();
    let effects = state.apply(Event::Answered(Answer::Repriced));
    assert_eq!(effects, [Effect::Tell(Told::Open(Notice::Repriced)), Effect::Read]);
    state.apply(Event::Read(Price { amount: 4300, text: "€43.00".to_owned() }));
    assert_eq!(state.notice, Some(Notice::Repriced));
    assert_eq!(state.price.map(|price| price.amount), Some(4300));
}

#[test]
fn a_challenge_opens_at_once_and_is_offered_after_a_return() {
    let mut state = paying();
    assert_eq!(answer(&mut state, challenged()), [Effect::Challenge("https://bank.example/".to_owned())]);

    let mut state = priced();
    assert_eq!(state.apply(Event::Status(Asked::OnLoad, challenged())), []);
    let pressed = state.apply(Event::Pressed(Err(Mistakes::default())));
    assert_eq!(pressed, [Effect::Challenge("https://bank.example/".to_owned())]);
    assert_eq!(state.apply(Event::GaveUp { closed: false }), [Effect::Abandon("att_1".to_owned())]);
    let given_up = Event::Answered(Answer::GivenUp(standing(ResultStatus::Open)));
    assert_eq!(state.apply(given_up), [Effect::Focus(Field::Number)]);
    assert_eq!((state.phase, state.notice), (Phase::Editing, None));
}

#[test]
fn a_bank_whose_page_was_closed_is_told_and_the_same_card_offered_again() {
    let mut state = paying();
    answer(&mut state, challenged());
    let abandon = || Effect::Abandon("att_1".to_owned());
    let effects = [abandon(), Effect::Focus(Field::Number)];
    assert_eq!(state.apply(Event::GaveUp { closed: true }), effects, "nothing was typed into this form");
    assert!(state.leaving);
    let given_up = || Event::Answered(Answer::GivenUp(standing(ResultStatus::Open)));
    assert_eq!(state.apply(given_up()), [], "the shopper may be elsewhere by now");
    assert_eq!(state.phase, Phase::Declined { again: true, reason: Decline::CLOSED });
    assert!(!state.locked());

    for (number, emptied) in [("4242424242424242", Field::Code), ("6703444444444449", Field::Number)] {
        let mut state = priced();
        let brand = florin_domain::card::brand_of(number);
        state.apply(Event::Typed { field: Field::Number, mistake: None, brand, second: None });
        state.apply(Event::Pressed(Ok(())));
        state.apply(Event::PageSays(Some(true)));
        answer(&mut state, challenged());
        let effects = [abandon(), Effect::Focus(emptied)];
        assert_eq!(
            state.apply(Event::GaveUp { closed: true }),
            effects,
            "the code was wiped when the card was handed over"
        );
    }
}

#[test]
fn a_code_that_was_typed_before_a_card_without_one_goes() {
    let mut state = priced();
    state.apply(Event::Left(Field::Code, Some(Mistake::CodeSize(None))));
    let typed = |number| {
        let brand = florin_domain::card::brand_of(number);
        Event::Typed { field: Field::Number, mistake: None, brand, second: None }
    };
    assert_eq!(state.apply(typed("670")), []);
    assert_eq!(state.mistakes.of(Field::Code), Some(Mistake::CodeSize(None)));
    assert_eq!(state.apply(typed("6703")), [Effect::WipeCode]);
    assert_eq!(state.mistakes.of(Field::Code), None);
}

#[test]
fn a_wrong_key_is_told_as_one() {
    let mut state = paying();
    assert_eq!(state.apply(Event::Answered(Answer::WrongKey)), [Effect::Tell(Told::WrongKey)]);
    assert_eq!((state.phase, state.notice), (Phase::Editing, Some(Notice::Misconfigured)));
}

#[test]
fn a_challenge_that_comes_back_unanswered_is_offered_and_not_opened_again() {
    let mut state = paying();
    answer(&mut state, challenged());
    let asked = Effect::Status { asked: Asked::Returned, after_ms: 0 };
    assert_eq!(state.apply(Event::Returned), [asked]);
    assert_eq!(state.phase, Phase::Paying);
    assert_eq!(state.apply(Event::Returned), [], "a second word of it is no news");
    assert_eq!(state.apply(Event::Status(Asked::Returned, challenged())), []);
    assert!(matches!(state.phase, Phase::Challenge { .. }));
    state.apply(Event::Returned);
    assert_eq!(state.apply(Event::NoStatus(Asked::Returned)), [ask_after(1000)]);
    assert_eq!(state.phase, Phase::Unknown, "nobody says that it failed");
    assert_eq!(state.apply(Event::Status(Asked::Awaiting, standing(ResultStatus::Paid))), [Effect::ShowPaid]);
    assert_eq!(priced().apply(Event::Returned), []);
}

#[test]
fn a_challenge_is_given_up_once_until_that_failed() {
    let mut state = priced();
    state.apply(Event::Status(Asked::OnLoad, challenged()));
    let abandon = [Effect::Abandon("att_1".to_owned())];
    assert_eq!(state.apply(Event::GaveUp { closed: false }), abandon);
    assert_eq!(state.apply(Event::GaveUp { closed: false }), [], "it is on its way");
    assert_eq!(state.apply(Event::Pressed(Err(Mistakes::default()))), [], "nor is the bank visited meanwhile");
    assert_eq!(state.apply(Event::Answered(Answer::NotGivenUp)), [Effect::Tell(Told::Unknown)]);
    assert_eq!(state.apply(Event::GaveUp { closed: false }), abandon);
}

#[test]
fn a_given_up_challenge_that_was_paid_is_paid() {
    let mut state = priced();
    state.apply(Event::Status(Asked::OnLoad, challenged()));
    state.apply(Event::GaveUp { closed: false });
    state.apply(Event::Answered(Answer::GivenUp(standing(ResultStatus::Paid))));
    assert_eq!(state.phase, Phase::Paid);
}

#[test]
fn a_late_answer_about_a_challenge_given_up_says_nothing_of_the_next_card() {
    let mut state = priced();
    state.apply(Event::Status(Asked::OnLoad, challenged()));
    state.apply(Event::GaveUp { closed: false });
    state.apply(Event::Returned);
    state.apply(Event::Status(Asked::Returned, declined("card_declined", Advice::OtherCard)));
    state.apply(Event::Pressed(Ok(())));
    state.apply(Event::PageSays(Some(true)));
    assert_eq!(state.apply(Event::Answered(Answer::GivenUp(standing(ResultStatus::Open)))), []);
    assert_eq!(state.apply(Event::Answered(Answer::NotGivenUp)), []);
    assert_eq!(state.phase, Phase::Paying);
}

#[test]
fn what_came_before_is_shown_on_load_without_taking_the_focus() {
    for (status, phase) in [
        (ResultStatus::Paid, Phase::Paid),
        (ResultStatus::Authorized, Phase::Paid),
        (ResultStatus::Processing, Phase::Processing),
        (ResultStatus::Unknown, Phase::Unknown),
        (ResultStatus::Expired, Phase::Closed(Closed::Expired)),
        (ResultStatus::Canceled, Phase::Closed(Closed::Canceled)),
        (ResultStatus::Open, Phase::Editing),
        (ResultStatus::Declined, Phase::Declined { again: false, reason: Decline::OTHER }),
    ] {
        let mut state = priced();
        let effects = state.apply(Event::Status(Asked::OnLoad, standing(status)));
        assert_eq!(state.phase, phase, "{status:?}");
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Focus(_))), "{status:?}");
    }
}

#[test]
fn a_late_status_does_not_disturb_a_payment() {
    let mut state = paying();
    assert_eq!(state.apply(Event::Status(Asked::OnLoad, standing(ResultStatus::Open))), []);
    assert_eq!(state.phase, Phase::Paying);
    let mut state = priced();
    assert_eq!(state.apply(Event::Status(Asked::Awaiting, standing(ResultStatus::Open))), []);
    assert_eq!(state.apply(Event::NoStatus(Asked::Awaiting)), []);
    assert_eq!(state.phase, Phase::Editing);
}

#[test]
fn an_order_that_cannot_be_read_offers_another_try() {
    let mut state = State::default();
    assert_eq!(state.apply(Event::Unreadable { again: true }), [Effect::Tell(Told::Unreadable)]);
    assert_eq!(state.apply(Event::Pressed(Err(Mistakes::default()))), [Effect::Read]);
    state.apply(Event::Read(Price { amount: 1, text: String::new() }));
    assert_eq!(state.phase, Phase::Editing);
    state.apply(Event::Unreadable { again: false });
    assert_eq!(state.apply(Event::Pressed(Ok(()))), [], "a session that is gone is not asked again");
}

#[test]
fn a_mistake_shows_on_leaving_and_goes_when_mended() {
    let mut state = priced();
    let wrong = Some(Mistake::NumberDigits);
    state.apply(Event::Entered(Field::Number));
    state.apply(Event::Typed { field: Field::Number, mistake: wrong, brand: None, second: None });
    assert_eq!(state.mistakes.of(Field::Number), None);
    state.apply(Event::Left(Field::Number, wrong));
    assert_eq!(state.mistakes.of(Field::Number), wrong);
    state.apply(Event::Typed { field: Field::Number, mistake: None, brand: None, second: None });
    assert_eq!(state.mistakes, Mistakes::default());
}

#[test]
fn the_coin_keeps_its_face_while_it_turns_back() {
    let visa = florin_domain::card::brand_of("4");
    let mut state = priced();
    state.apply(Event::Typed { field: Field::Number, mistake: None, brand: visa, second: None });
    state.apply(Event::Typed { field: Field::Number, mistake: None, brand: None, second: None });
    assert_eq!((state.brand, state.face), (None, visa));
}

#[test]
fn a_choice_between_two_brands_lasts_while_the_number_has_both() {
    let mut state = priced();
    let [visa, other] = ["Visa", "CartesBancaires"]
        .map(|network| florin_domain::card::BRANDS.iter().find(|brand| brand.network == network));
    let typed = |brand, second| Event::Typed { field: Field::Number, mistake: None, brand, second };
    state.apply(typed(visa, other));
    assert_eq!(state.chosen, None, "nobody chooses for the shopper");
    state.apply(Event::Chose(other.unwrap()));
    state.apply(typed(visa, other));
    assert_eq!(state.chosen, other);
    state.apply(typed(visa, None));
    assert_eq!(state.chosen, None);
}

#[test]
fn being_offline_is_said_until_the_network_is_back() {
    let mut state = priced();
    state.apply(Event::Online(false));
    state.apply(Event::Typed { field: Field::Number, mistake: None, brand: None, second: None });
    assert_eq!((state.notice, state.locked()), (Some(Notice::Offline), false));
    state.apply(Event::Online(true));
    assert_eq!(state.notice, None);
    state.notice = Some(Notice::Repriced);
    state.apply(Event::Online(true));
    assert_eq!(state.notice, Some(Notice::Repriced), "only its own words are taken back");
}

#[test]
fn every_group_of_declines_is_told_as_such() {
    for (place, code) in DECLINES.iter().enumerate() {
        let (reason, _) = decline::reason(declined(code, Advice::OtherCard).error.as_ref());
        assert_eq!(reason.place(), place, "{code}");
    }
    let (again, soft) = decline::reason(declined("card_declined", Advice::TryAgain).error.as_ref());
    assert_eq!((again, soft), (Decline::AGAIN, true));
}

#[test]
fn what_came_before_is_asked_until_known() {
    let mut state = priced();
    for after_ms in [1000, 2000] {
        let again = Effect::Status { asked: Asked::OnLoad, after_ms };
        assert_eq!(state.apply(Event::NoStatus(Asked::OnLoad)), [again]);
        assert_eq!(state.phase, Phase::Editing);
    }
}

#[test]
fn a_payment_that_stays_unknown_is_told_so_once() {
    let unknown = || Event::Status(Asked::Awaiting, standing(ResultStatus::Unknown));
    let mut state = paying();
    state.apply(Event::Answered(Answer::Lost(None)));
    assert_eq!(state.apply(unknown()), [ask_after(1000), Effect::Tell(Told::Unknown)]);
    assert_eq!(state.apply(unknown()), [ask_after(1000)]);
    assert_eq!(state.apply(Event::NoStatus(Asked::Awaiting)), [ask_after(1000)]);

    let mut state = paying();
    state.apply(Event::Answered(Answer::Lost(Some(Notice::TooMany))));
    assert_eq!(state.apply(Event::NoStatus(Asked::Awaiting)), [ask_after(1000)]);
    assert_eq!(state.apply(unknown()), [ask_after(1000), Effect::Tell(Told::Unknown)]);
}

#[test]
fn another_order_begins_anew_and_keeps_what_is_typed() {
    let visa = florin_domain::card::brand_of("4");
    for (status, effects, brand) in [
        (None, vec![Effect::Read], visa),
        (Some(ResultStatus::Processing), vec![Effect::Read], visa),
        (Some(ResultStatus::Paid), vec![Effect::Read, Effect::Wipe], None),
        (Some(ResultStatus::Expired), vec![Effect::Read, Effect::Wipe], None),
    ] {
        let mut state = priced();
        state.apply(Event::Typed { field: Field::Number, mistake: None, brand: visa, second: None });
        state.apply(Event::Pressed(Ok(())));
        state.apply(Event::PageSays(Some(true)));
        if let Some(status) = status {
            answer(&mut state, standing(status));
        }
        assert_eq!(state.apply(Event::AnotherOrder), effects, "{status:?}");
        assert_eq!(
            (state.phase.clone(), state.brand, state.price.clone()),
            (Phase::Editing, brand, None),
            "{status:?}"
        );
        assert_eq!(state.apply(Event::PageSays(Some(true))), [], "a yes to the last order pays nothing");
    }
}

#[test]
fn emptying_the_fields_of_an_order_that_was_not_read_leaves_the_other_try() {
    let mut state = State::default();
    state.apply(Event::Unreadable { again: true });
    assert_eq!(state.apply(Event::Clear), [Effect::Wipe]);
    assert_eq!(state.apply(Event::Pressed(Err(Mistakes::default()))), [Effect::Read]);
}

#[test]
fn what_a_key_changes_is_drawn_and_the_next_key_of_a_number_draws_nothing() {
    let [visa, other] = ["4242", "5454"].map(florin_domain::card::brand_of);
    let wrong = Some(Mistake::NumberLength);
    let typed = |mistake, brand, second| Event::Typed { field: Field::Number, mistake, brand, second };
    let keys = [typed(wrong, visa, None), typed(None, visa, other), typed(None, other, None), typed(wrong, None, None)];
    let mut mistaken = priced();
    mistaken.mistakes.set(Field::Number, wrong);
    let mut refused = paying();
    answer(&mut refused, declined("expired_card", Advice::TryAgain));
    let mut offline = priced();
    offline.apply(Event::Online(false));
    let mut vetoed = priced();
    vetoed.notice = Some(Notice::Vetoed);
    for mut state in [priced(), mistaken, refused, offline, vetoed] {
        for key in &keys {
            let mut before = state.clone();
            state.apply(key.clone());
            if state.under_keys() == before.under_keys() {
                before.touched = true;
                assert_eq!(state, before, "nothing else is drawn anew");
            }
            let first = state.under_keys();
            state.apply(key.clone());
            assert_eq!(state.under_keys(), first, "the same once more is nothing new");
        }
    }
}

#[test]
fn a_brand_a_mended_mistake_and_a_key_after_a_refusal_are_drawn() {
    let visa = florin_domain::card::brand_of("4242");
    let typed = |brand| Event::Typed { field: Field::Number, mistake: None, brand, second: None };
    let mut refused = paying();
    answer(&mut refused, declined("expired_card", Advice::TryAgain));
    let mut mistaken = priced();
    mistaken.mistakes.set(Field::Number, Some(Mistake::NumberLength));
    for (mut state, brand) in [(priced(), visa), (mistaken, None), (refused, None)] {
        let before = state.under_keys();
        state.apply(typed(brand));
        assert_ne!(state.under_keys(), before);
    }
}

#[test]
fn a_payment_under_way_is_followed_whatever_is_said_of_its_order() {
    for status in [ResultStatus::Processing, ResultStatus::Unknown, ResultStatus::RequiresAction, ResultStatus::Paid] {
        let mut state = paying();
        answer(&mut state, if status == ResultStatus::RequiresAction { challenged() } else { standing(status) });
        let before = state.clone();
        assert_eq!(state.apply(Event::Unreadable { again: false }), []);
        assert_eq!(state, before);
    }
    let mut state = priced();
    assert_eq!(state.apply(Event::Unreadable { again: false }), [Effect::Wipe, Effect::Tell(Told::Unreadable)]);
    assert!(state.locked());
}

#[test]
fn what_a_refused_try_means_is_forgotten_at_the_next() {
    let mut state = paying();
    state.apply(Event::Answered(Answer::Lost(Some(Notice::TooMany))));
    state.apply(Event::Status(Asked::Awaiting, declined("try_again_later", Advice::TryAgain)));
    state.apply(Event::Pressed(Ok(())));
    state.apply(Event::PageSays(Some(true)));
    state.apply(Event::Answered(Answer::Lost(None)));
    state.apply(Event::Status(Asked::Awaiting, standing(ResultStatus::Open)));
    assert_eq!(state.notice, Some(Notice::NotCharged));
}
