//! The order: read, returned to, out of reach, another.

use super::*;

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
fn what_came_before_is_asked_until_known() {
    let mut state = priced();
    for after_ms in [1000, 2000] {
        let again = Effect::Status { asked: Asked::OnLoad, after_ms };
        assert_eq!(state.apply(Event::NoStatus(Asked::OnLoad)), [again]);
        assert_eq!(state.phase, Phase::Editing);
    }
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
