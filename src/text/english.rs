//! English.

use super::{ButtonText, MessageText, Text};
use crate::entry::{Field, Mistake};

pub(super) static ENGLISH: Text = Text {
    labels: ["Card number", "Expiry date", "Security code", "Name on card"],
    short_labels: ["Card number", "Expiry", "Code", "Name on card"],
    placeholders: ["1234 1234 1234 1234", "MM / YY", "3 digits", ""],
    four_digits: "4 digits",
    form: "Card",
    accepted: "Accepted cards",
    button: ButtonText {
        pay: "Pay",
        paying: "Paying…",
        challenge: "Confirm with your bank",
        processing: "Processing…",
        checking: "Checking…",
        again: "Try again",
        another: "Try another card",
        paid: "Paid",
        expired: "Expired",
        canceled: "Canceled",
        unavailable: "Not available",
    },
    message: MessageText {
        challenge: "Your bank wants to confirm this payment with you.",
        use_another: "Use another card",
        processing: "Your bank is working on it. There is no need to do anything, or to pay again.",
        unknown: "We lost the connection after sending. Do not pay again: we are asking your bank.",
        not_sent: "We could not reach the shop. Nothing was charged. Please try again.",
        not_charged: "That payment did not go through. Nothing was charged. Please try again.",
        repriced: "The price has changed. Please look at it again before you pay.",
        too_many: "Too many tries. Please wait a few minutes before the next one.",
        misconfigured: "Payment is not set up right here. Nothing was charged. Please tell the shop.",
        unreadable: "We could not reach the shop. Nothing was charged.",
        no_session: "This payment is no longer valid. Please go back to the shop and start again.",
        expired: "The time to pay for this order is over. Please go back to the shop.",
        canceled: "This order was canceled. Nothing will be charged. Please go back to the shop.",
        vetoed: "The shop asked you to check your order before paying.",
        declined: "Your bank declined this card. Try another card, or call your bank.",
        declined_again: "Your bank declined the payment. You can try once more, or use another card.",
        not_confirmed: "Your bank did not confirm this payment. Try again, or use another card.",
        not_supported: "This card is not accepted here. Please use another card.",
        busy: "Your bank could not take the payment just now. Please try again.",
        funds: "Your bank declined: there is not enough money on this card. Try another card.",
    },
    word,
    sentence,
    more: ["1 more to mend.", "2 more to mend.", "3 more to mend."],
};

fn word(mistake: Mistake) -> &'static str {
    match mistake {
        Mistake::Missing => "Required",
        Mistake::NumberLength => "Incomplete",
        Mistake::NumberDigits => "Check the digits",
        Mistake::ExpiryIncomplete => "MM / YY",
        Mistake::ExpiryMonth => "01 to 12",
        Mistake::Expired => "Expired",
        Mistake::CodeSize(Some(4)) => "4 digits",
        Mistake::CodeSize(Some(_)) => "3 digits",
        Mistake::CodeSize(None) => "3 or 4",
        Mistake::NameIsNumber => "Letters, please",
        Mistake::Refused => "Check it",
    }
}

fn sentence(field: Field, mistake: Mistake) -> &'static str {
    match (mistake, field) {
        (Mistake::Missing, Field::Number) => "Enter the long number on the card.",
        (Mistake::Missing, Field::Expiry) => "Enter the date the card ends: month and year.",
        (Mistake::Missing, Field::Code) => "Enter the security code printed on the card.",
        (Mistake::Missing, Field::Name) => "Enter the name as it stands on the card.",
        (Mistake::NumberLength, _) => "Check the card number: some digits are missing.",
        (Mistake::NumberDigits, _) => "Check the card number: one digit looks wrong.",
        (Mistake::ExpiryIncomplete, _) => "Enter month and year, for example 09 / 30.",
        (Mistake::ExpiryMonth, _) => "Check the month: it goes from 01 to 12.",
        (Mistake::Expired, _) => "This card has expired. Check the date, or use another card.",
        (Mistake::CodeSize(Some(4)), _) => "The code has 4 digits; on this card they stand on the front.",
        (Mistake::CodeSize(Some(_)), _) => "The code has 3 digits; they stand on the back of the card.",
        (Mistake::CodeSize(None), _) => "The code has 3 digits, on some cards 4.",
        (Mistake::NameIsNumber, _) => "Enter the name here, not the number.",
        (Mistake::Refused, Field::Number) => "The card number was not taken. Please check it.",
        (Mistake::Refused, Field::Expiry) => "The expiry date was not taken. Please check it.",
        (Mistake::Refused, Field::Code) => "The security code was not taken. Please check it.",
        (Mistake::Refused, Field::Name) => "The name was not taken. Please check it.",
    }
}
