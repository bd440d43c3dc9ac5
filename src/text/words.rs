//! The list of words: the order in which a locale's texts reach the form. Holds no words itself.

macro_rules! words {
    ($($(#[doc = $meaning:literal])* $word:ident $key:literal,)*) => {
        /// A word or sentence that the shopper reads.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Word {
            $($(#[doc = $meaning])* $word,)*
        }

        impl Word {
            /// What the files of `www/locales` call the words, in order. The form itself never needs them.
            pub const KEYS: &'static [&'static str] = &[$($key),*];
        }
    };
}

// A word for each field stands in the order of the fields: the first names all of them.
words! {
    /// Labels, one a field, in the order of the fields.
    LabelNumber "label.number",
    /// As its key says.
    LabelExpiry "label.expiry",
    /// As its key says.
    LabelCode "label.code",
    /// As its key says.
    LabelName "label.name",
    /// As its key says.
    LabelPostalCode "label.postalCode",
    /// As its key says.
    LabelCountry "label.country",
    /// Labels for half a cell on a narrow screen, in the order of the fields.
    ShortNumber "short.number",
    /// As its key says.
    ShortExpiry "short.expiry",
    /// As its key says.
    ShortCode "short.code",
    /// As its key says.
    ShortName "short.name",
    /// As its key says.
    ShortPostalCode "short.postalCode",
    /// As its key says.
    ShortCountry "short.country",
    /// What an empty field shows, in the order of the fields.
    PlaceholderNumber "placeholder.number",
    /// As its key says.
    PlaceholderExpiry "placeholder.expiry",
    /// As its key says.
    PlaceholderCode "placeholder.code",
    /// As its key says.
    PlaceholderName "placeholder.name",
    /// As its key says.
    PlaceholderPostalCode "placeholder.postalCode",
    /// As its key says.
    PlaceholderCountry "placeholder.country",
    /// The empty security code of an American Express.
    PlaceholderFourDigits "placeholder.four_digits",
    /// The security code of a brand that prints none.
    PlaceholderNoCode "placeholder.no_code",
    /// Names the group of fields.
    FormName "form.name",
    /// Introduces the accepted marks to those who can't see them.
    FormAccepted "form.accepted",
    /// Asks with which of two brands to pay.
    FormChoose "form.choose",
    /// The button: ready, or still incomplete.
    ButtonPay "button.pay",
    /// The request is under way.
    ButtonPaying "button.paying",
    /// The bank waits for the shopper.
    ButtonChallenge "button.challenge",
    /// The bank will tell.
    ButtonProcessing "button.processing",
    /// No answer came.
    ButtonChecking "button.checking",
    /// The same card may work.
    ButtonAgain "button.again",
    /// Another card may work.
    ButtonAnother "button.another",
    /// Done.
    ButtonPaid "button.paid",
    /// The time is over.
    ButtonExpired "button.expired",
    /// The shop ended it.
    ButtonCanceled "button.canceled",
    /// There is no such session.
    ButtonUnavailable "button.unavailable",
    /// The bank waits for the shopper.
    MessageChallenge "message.challenge",
    /// Gives the challenge up.
    MessageUseAnother "message.use_another",
    /// The bank will tell.
    MessageProcessing "message.processing",
    /// The answer was lost after sending.
    MessageUnknown "message.unknown",
    /// The shop's server could not be reached; nothing was sent.
    MessageNotSent "message.not_sent",
    /// It came out that nothing was charged.
    MessageNotCharged "message.not_charged",
    /// The price changed while the form was open.
    MessageRepriced "message.repriced",
    /// The shop is just changing the order.
    MessageChanging "message.changing",
    /// Too many tries.
    MessageTooMany "message.too_many",
    /// The card can't be handed over safely.
    MessageMisconfigured "message.misconfigured",
    /// The order could not be read.
    MessageUnreadable "message.unreadable",
    /// There is no such session.
    MessageNoSession "message.no_session",
    /// The time is over.
    MessageExpired "message.expired",
    /// The shop ended it.
    MessageCanceled "message.canceled",
    /// The page asked not to pay now.
    MessageVetoed "message.vetoed",
    /// The browser has no network.
    MessageOffline "message.offline",
    /// The bank declined: one sentence a group of reasons, in the order of `state::DECLINES`.
    DeclineCardDeclined "decline.card_declined",
    /// As its key says.
    DeclineAuthenticationRequired "decline.authentication_required",
    /// As its key says.
    DeclineAuthenticationFailed "decline.authentication_failed",
    /// As its key says.
    DeclineInsufficientFunds "decline.insufficient_funds",
    /// As its key says.
    DeclineLimitExceeded "decline.limit_exceeded",
    /// As its key says.
    DeclineExpiredCard "decline.expired_card",
    /// As its key says.
    DeclineIncorrectCvc "decline.incorrect_cvc",
    /// As its key says.
    DeclineIncorrectNumber "decline.incorrect_number",
    /// As its key says.
    DeclineAddressMismatch "decline.address_mismatch",
    /// As its key says.
    DeclineCardNotSupported "decline.card_not_supported",
    /// As its key says.
    DeclineCurrencyNotSupported "decline.currency_not_supported",
    /// As its key says.
    DeclinePaymentNotSetUp "decline.payment_not_set_up",
    /// As its key says.
    DeclineTryAgainLater "decline.try_again_later",
    /// No reason, but the same card may work.
    DeclineAgain "decline.again",
    /// The shopper closed the bank's page.
    DeclineClosed "decline.closed",
    /// A mistake in a word or two, beside the label; at most 14 letters in half a cell.
    WordMissing "word.missing",
    /// As its key says.
    WordNumberLength "word.number_length",
    /// As its key says.
    WordNumberDigits "word.number_digits",
    /// As its key says.
    WordExpiryIncomplete "word.expiry_incomplete",
    /// As its key says.
    WordExpiryMonth "word.expiry_month",
    /// As its key says.
    WordExpired "word.expired",
    /// As its key says.
    WordCode3 "word.code_3",
    /// As its key says.
    WordCode4 "word.code_4",
    /// As its key says.
    WordCode "word.code",
    /// As its key says.
    WordNameIsNumber "word.name_is_number",
    /// As its key says.
    WordRefused "word.refused",
    /// Nothing was typed: what to do, in the order of the fields.
    MissingNumber "missing.number",
    /// As its key says.
    MissingExpiry "missing.expiry",
    /// As its key says.
    MissingCode "missing.code",
    /// As its key says.
    MissingName "missing.name",
    /// As its key says.
    MissingPostalCode "missing.postalCode",
    /// As its key says.
    MissingCountry "missing.country",
    /// The gateway did not take it: what to do, in the order of the fields.
    RefusedNumber "refused.number",
    /// As its key says.
    RefusedExpiry "refused.expiry",
    /// As its key says.
    RefusedCode "refused.code",
    /// As its key says.
    RefusedName "refused.name",
    /// As its key says.
    RefusedPostalCode "refused.postalCode",
    /// As its key says.
    RefusedCountry "refused.country",
    /// A mistake as a sentence that says what to do.
    WrongNumberLength "wrong.number_length",
    /// As its key says.
    WrongNumberDigits "wrong.number_digits",
    /// As its key says.
    WrongExpiryIncomplete "wrong.expiry_incomplete",
    /// As its key says.
    WrongExpiryMonth "wrong.expiry_month",
    /// As its key says.
    WrongExpired "wrong.expired",
    /// As its key says.
    WrongCode3 "wrong.code_3",
    /// As its key says.
    WrongCode4 "wrong.code_4",
    /// As its key says.
    WrongCode "wrong.code",
    /// As its key says.
    WrongNameIsNumber "wrong.name_is_number",
    /// That one more field wants mending.
    MoreOne "more.one",
    /// That two more do.
    MoreTwo "more.two",
    /// That three more do.
    MoreThree "more.three",
    /// That four more do.
    MoreFour "more.four",
    /// That five more do.
    MoreFive "more.five",
}
