//! The words of the pages, one table a language, and how each writes an amount.

use axum::http::{HeaderMap, header};
use florin_domain::checkout::ResultStatus;
use florin_domain::money::Money;

/// The words of one language.
pub(super) struct Words {
    pub(super) language: &'static str,
    pub(super) pay_title: &'static str,
    pub(super) receipt_title: &'static str,
    pub(super) total: &'static str,
    pub(super) refunded: &'static str,
    pub(super) reference: &'static str,
    pub(super) order: &'static str,
    pub(super) paid_on: &'static str,
    pub(super) card: &'static str,
    pub(super) test_mode: &'static str,
    pub(super) pay_now: &'static str,
    pub(super) back: &'static str,
    /// For whom came without an order.
    pub(super) thanks: &'static str,
    /// For whom came with a session that is nobody's.
    pub(super) absent: &'static str,
    /// Where scripts are switched off.
    pub(super) needs_scripts: &'static str,
    decimal: char,
    thousands: char,
    amount_before_currency: bool,
}

static ENGLISH: Words = Words {
    language: "en",
    pay_title: "Payment",
    receipt_title: "Receipt",
    total: "Total",
    refunded: "Given back",
    reference: "Reference",
    order: "Order",
    paid_on: "Paid on",
    card: "Card",
    test_mode: "Test mode: no money moves.",
    pay_now: "Pay now",
    back: "Back to the shop",
    thanks: "Thank you. The shop has been told how your payment went, and will be in touch.",
    absent: "This payment page does not exist or has ended.",
    needs_scripts: "Please switch JavaScript on: your card goes straight to the payment service, which needs it.",
    decimal: '.',
    thousands: ',',
    amount_before_currency: false,
};

static GERMAN: Words = Words {
    language: "de",
    pay_title: "Zahlung",
    receipt_title: "Beleg",
    total: "Summe",
    refunded: "Erstattet",
    reference: "Referenz",
    order: "Bestellung",
    paid_on: "Bezahlt am",
    card: "Karte",
    test_mode: "Testbetrieb: Es fließt kein Geld.",
    pay_now: "Jetzt bezahlen",
    back: "Zurück zum Geschäft",
    thanks: "Vielen Dank. Das Geschäft weiß, wie Ihre Zahlung ausgegangen ist, und meldet sich bei Ihnen.",
    absent: "Diese Zahlungsseite gibt es nicht oder nicht mehr.",
    needs_scripts: "Bitte schalten Sie JavaScript ein: Ihre Karte geht direkt an den Zahlungsdienst, der es braucht.",
    decimal: ',',
    thousands: '.',
    amount_before_currency: true,
};

impl Words {
    /// The first language of the browser's that there is; else English.
    pub(super) fn of(headers: &HeaderMap) -> &'static Self {
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let known = |tag: &str| match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("de") => Some(&GERMAN),
            Some("en") => Some(&ENGLISH),
            _ => None,
        };
        wanted.split(',').find_map(known).unwrap_or(&ENGLISH)
    }

    /// How the order stands: a heading, and a sentence.
    pub(super) fn outcome(&self, status: ResultStatus, is_refunded: bool) -> (&'static str, &'static str) {
        use ResultStatus as S;
        let german = self.language == "de";
        if is_refunded {
            let english = ("Given back", "Your money is on its way back. Banks take a few days to show it.");
            let words = ("Erstattet", "Ihr Geld ist auf dem Rückweg. Bis die Bank es zeigt, dauert es einige Tage.");
            return if german { words } else { english };
        }
        let (english, words) = match status {
            S::Paid | S::Authorized => (
                ("Paid", "Thank you. The shop has been told and will be in touch."),
                ("Bezahlt", "Vielen Dank. Das Geschäft weiß Bescheid und meldet sich bei Ihnen."),
            ),
            S::Processing | S::RequiresAction => (
                (
                    "In progress",
                    "Your bank is working on it. There is no need to pay again; this page looks by itself.",
                ),
                (
                    "In Arbeit",
                    "Ihre Bank arbeitet daran. Bitte zahlen Sie nicht noch einmal; diese Seite sieht selbst nach.",
                ),
            ),
            S::Unknown => (
                ("Being checked", "The connection was lost after sending. Do not pay again: your bank is being asked."),
                (
                    "Wird geprüft",
                    "Die Verbindung brach nach dem Senden ab. Bitte zahlen Sie nicht noch einmal: Ihre Bank wird gefragt.",
                ),
            ),
            S::Declined | S::Open => {
                (("Not paid yet", "Nothing was charged."), ("Noch nicht bezahlt", "Es wurde nichts abgebucht."))
            }
            S::Canceled => (
                ("Canceled", "This order was canceled. Nothing will be charged."),
                ("Storniert", "Diese Bestellung wurde storniert. Es wird nichts abgebucht."),
            ),
            S::Expired => (
                ("Expired", "The time to pay for this order is over. Nothing will be charged."),
                ("Abgelaufen", "Die Zeit, diese Bestellung zu bezahlen, ist vorbei. Es wird nichts abgebucht."),
            ),
        };
        if german { words } else { english }
    }

    /// `€42.00`, `42,00 €`, `CHF 42.00`.
    pub(super) fn amount(&self, amount: Money) -> String {
        let code = amount.currency().to_string();
        let sign = match code.as_str() {
            "EUR" => "€",
            "GBP" => "£",
            "USD" => "$",
            "JPY" => "¥",
            _ => &code,
        };
        let number = self.number(amount);
        match (self.amount_before_currency, sign.len() == code.len() && sign.is_ascii() && sign.len() > 1) {
            (true, _) => format!("{number}\u{a0}{sign}"),
            (false, true) => format!("{sign}\u{a0}{number}"),
            (false, false) => format!("{sign}{number}"),
        }
    }

    fn number(&self, amount: Money) -> String {
        let decimals = amount.currency().decimals();
        let unit = 10_i64.pow(decimals);
        let digits = (amount.minor_units() / unit).to_string();
        let mut whole = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                whole.push(self.thousands);
            }
            whole.push(digit);
        }
        if decimals == 0 {
            return whole;
        }
        let width = decimals as usize;
        format!("{whole}{}{:0width$}", self.decimal, amount.minor_units() % unit)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use florin_domain::money::Currency;

    use super::*;

    #[track_caller]
    fn check(minor: i64, currency: &str, english: &str, german: &str) {
        let amount = Money::new(minor, Currency::parse(currency).unwrap()).unwrap();
        assert_eq!((ENGLISH.amount(amount), GERMAN.amount(amount)), (english.to_owned(), german.to_owned()));
    }

    #[test]
    fn amounts_are_written_as_the_language_does() {
        check(4200, "EUR", "€42.00", "42,00\u{a0}€");
        check(123_456_789, "USD", "$1,234,567.89", "1.234.567,89\u{a0}$");
        check(500, "JPY", "¥500", "500\u{a0}¥");
        check(1005, "KWD", "KWD\u{a0}1.005", "1,005\u{a0}KWD");
        check(5, "CHF", "CHF\u{a0}0.05", "0,05\u{a0}CHF");
    }

    #[test]
    fn the_browsers_first_known_language_is_spoken() {
        let spoken = |wanted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(wanted));
            Words::of(&headers).language
        };
        assert_eq!(spoken("de-AT,de;q=0.9,en;q=0.8"), "de");
        assert_eq!(spoken("fr-FR, en;q=0.5, de;q=0.4"), "en");
        assert_eq!(spoken("x"), "en");
        assert_eq!(Words::of(&HeaderMap::new()).language, "en");
    }
}
