//! The shopper at the keys.

use super::*;

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
