//! A press, and what becomes of the payment.

use super::*;

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
fn a_wrong_key_is_told_as_one() {
    let mut state = paying();
    assert_eq!(state.apply(Event::Answered(Answer::WrongKey)), [Effect::Tell(Told::WrongKey)]);
    assert_eq!((state.phase, state.notice), (Phase::Editing, Some(Notice::Misconfigured)));
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
