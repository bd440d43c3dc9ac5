//! A bank that wants to be asked.

use super::*;

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
    let again = [Effect::Focus(Field::Number)];
    assert_eq!(state.apply(Event::GaveUp { closed: true }), again, "a browser had taken the focus away meanwhile");
    assert_eq!(state.apply(Event::GaveUp { closed: false }), []);
    let given_up = || Event::Answered(Answer::GivenUp(standing(ResultStatus::Open)));
    assert_eq!(state.apply(given_up()), [], "the shopper may be elsewhere by now");
    assert_eq!(state.phase, Phase::Declined { again: true, reason: Decline::CLOSED });
    assert!(!state.locked());
    assert_eq!(state.apply(Event::GaveUp { closed: true }), again, "the same, once it is given up");

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
