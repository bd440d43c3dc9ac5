//! A card that was refused.

use super::*;

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
fn every_group_of_declines_is_told_as_such() {
    for (place, code) in DECLINES.iter().enumerate() {
        let (reason, _) = decline::reason(declined(code, Advice::OtherCard).error.as_ref());
        assert_eq!(reason.place(), place, "{code}");
    }
    let (again, soft) = decline::reason(declined("card_declined", Advice::TryAgain).error.as_ref());
    assert_eq!((again, soft), (Decline::AGAIN, true));
}
