//! Words that the database, the wire and the shop keep: changing one changes what others have stored.

use florin_domain::flow::operate::OperationState;
use florin_domain::flow::{EntryKind, OperationKind, ShopEvent};
use florin_domain::order::{CaptureMethod, OrderStatus, ReturnReason};
use florin_domain::payment::IntentStatus;

use crate::scene::{opened, states};

#[test]
fn an_operations_state_and_kind_are_read_as_they_were_written() {
    use OperationState as S;
    let states = [
        (S::Claimed, "claimed", false),
        (S::Pending, "pending", false),
        (S::Unknown, "unknown", false),
        (S::Done, "done", true),
        (S::Refused, "refused", true),
    ];
    for (state, word, is_over) in states {
        assert_eq!((state.as_str(), S::parse(word), state.is_over()), (word, Some(state), is_over));
    }
    for (kind, word) in
        [(OperationKind::Capture, "capture"), (OperationKind::Void, "void"), (OperationKind::Refund, "refund")]
    {
        assert_eq!((kind.as_str(), OperationKind::parse(word)), (word, Some(kind)));
    }
    assert_eq!((S::parse("Done"), OperationKind::parse("refunds")), (None, None));
}

#[test]
fn an_orders_status_is_read_as_it_was_written() {
    let words = [
        "open",
        "processing",
        "requires_action",
        "authorized",
        "paid",
        "partially_refunded",
        "refunded",
        "voided",
        "canceled",
        "expired",
        "review",
    ];
    assert_eq!(OrderStatus::ALL.map(OrderStatus::as_str), words);
    for (place, status) in OrderStatus::ALL.into_iter().enumerate() {
        assert_eq!((OrderStatus::parse(status.as_str()), status.is_undecided()), (Some(status), place < 3));
    }
    for (method, word) in [(CaptureMethod::Automatic, "automatic"), (CaptureMethod::Manual, "manual")] {
        assert_eq!((method.as_str(), CaptureMethod::parse(word)), (word, Some(method)));
    }
    assert_eq!((OrderStatus::parse("cancelled"), CaptureMethod::parse("")), (None, None));
}

#[test]
fn an_attempts_state_has_the_names_that_the_database_knows() {
    let names: Vec<&str> = states().iter().map(|(_, state)| state.name()).collect();
    let expected = [
        "opening",
        "open",
        "submitted",
        "submitted",
        "unknown",
        "challenged",
        "processing",
        "authorized",
        "captured",
        "declined",
        "canceled",
        "returned",
        "review",
    ];
    assert_eq!(names, expected);
    let reasons = [ReturnReason::Duplicate, ReturnReason::Late, ReturnReason::NotWanted];
    assert_eq!(reasons.map(ReturnReason::as_str), ["duplicate", "late", "not_wanted"]);
    assert!(!format!("{:?}", opened()).contains("secret_1"), "a client secret is not for logs");
}

#[test]
fn the_timeline_and_the_shop_hear_the_documented_words() {
    use EntryKind as K;
    let kinds = [
        (K::Created, "created"),
        (K::PaymentOpened, "payment_opened"),
        (K::Submitted, "submitted"),
        (K::ChallengeStarted, "challenge_started"),
        (K::AnswerLost, "answer_lost"),
        (K::Processing, "processing"),
        (K::Authorized, "authorized"),
        (K::Paid, "paid"),
        (K::Declined, "declined"),
        (K::PaymentCanceled, "payment_canceled"),
        (K::Review, "review"),
        (K::ReviewAccepted, "review_accepted"),
        (K::ReviewReturned, "review_returned"),
        (K::ReturnOrdered, "return_ordered"),
        (K::Returned, "returned"),
        (K::AmountChanged, "amount_changed"),
        (K::CaptureOrdered, "capture_ordered"),
        (K::VoidOrdered, "void_ordered"),
        (K::RefundOrdered, "refund_ordered"),
        (K::Refunded, "refunded"),
        (K::OperationRefused, "operation_refused"),
        (K::Canceled, "canceled"),
        (K::Expired, "expired"),
    ];
    for (kind, word) in kinds {
        assert_eq!(kind.as_str(), word);
    }
    let events = [
        (ShopEvent::Authorized, "order.authorized"),
        (ShopEvent::Paid, "order.paid"),
        (ShopEvent::PaymentFailed, "order.payment_failed"),
        (ShopEvent::PaymentReturned(ReturnReason::Late), "order.payment_returned"),
        (ShopEvent::Review, "order.review"),
        (ShopEvent::Voided, "order.voided"),
        (ShopEvent::Canceled, "order.canceled"),
        (ShopEvent::Expired, "order.expired"),
        (ShopEvent::RefundSucceeded, "refund.succeeded"),
        (ShopEvent::RefundFailed, "refund.failed"),
    ];
    for (event, word) in events {
        assert_eq!(event.name(), word);
    }
}

#[test]
fn a_payments_status_is_read_as_the_gateway_writes_it() {
    for status in IntentStatus::ALL {
        assert_eq!(IntentStatus::parse(status.as_str()), Ok(*status));
    }
    assert!(IntentStatus::parse("succeded").is_err());
    let over: Vec<&str> =
        IntentStatus::ALL.iter().filter(|status| status.is_terminal()).map(|status| status.as_str()).collect();
    assert_eq!(over, ["succeeded", "failed", "cancelled", "cancelled_post_capture", "partially_captured", "expired"]);
}
