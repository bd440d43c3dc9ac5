//! Who issued a card, by its first six digits, for the cards of the table.
//!
//! Upstream echoes this from a list of banks; clients print it and tests compare it.

/// What is known of an issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bank {
    /// `card_issuer`
    pub(crate) name: &'static str,
    /// `card_type`
    pub(crate) card_type: &'static str,
    /// `card_issuing_country`, the way upstream spells countries.
    pub(crate) country: &'static str,
}

const fn bank(name: &'static str, card_type: &'static str, country: &'static str) -> Bank {
    Bank { name, card_type, country }
}

static TABLE: &[(&str, Bank)] = &[
    ("424242", bank("STRIPE PAYMENTS UK LIMITED", "CREDIT", "UNITEDKINGDOM")),
    ("400000", bank("INTL HDQTRS-CENTER OWNED", "CREDIT", "UNITEDSTATES")),
    ("411111", bank("BANCA DEL FIORINO", "CREDIT", "ITALY")),
    ("410000", bank("BANCA DEL FIORINO", "CREDIT", "ITALY")),
    ("555555", bank("BANCA DEL FIORINO", "CREDIT", "ITALY")),
    ("545454", bank("BANCA DEL FIORINO", "CREDIT", "ITALY")),
    ("510510", bank("BANCA DEL FIORINO", "CREDIT", "ITALY")),
    ("222300", bank("BANCA DEL FIORINO", "DEBIT", "ITALY")),
    ("378282", bank("AMERICAN EXPRESS", "CREDIT", "UNITEDSTATES")),
    ("371449", bank("AMERICAN EXPRESS", "CREDIT", "UNITEDSTATES")),
    ("601111", bank("DISCOVER", "CREDIT", "UNITEDSTATES")),
    ("601100", bank("DISCOVER", "CREDIT", "UNITEDSTATES")),
    ("305693", bank("DINERS CLUB", "CREDIT", "UNITEDSTATES")),
    ("380000", bank("DINERS CLUB", "CREDIT", "UNITEDSTATES")),
    ("356600", bank("JCB", "CREDIT", "JAPAN")),
    ("476134", bank("BANCA DEL FIORINO", "DEBIT", "ITALY")),
    ("402193", bank("BANCA DEL FIORINO", "CREDIT", "ITALY")),
    ("400012", bank("BANCA DEL FIORINO", "CREDIT", "ITALY")),
    ("400002", bank("BANCA DEL FIORINO", "CREDIT", "ITALY")),
    ("222100", bank("BANCA DEL FIORINO", "DEBIT", "ITALY")),
];

/// The issuer of cards that begin so.
pub(crate) fn bank_of(isin: &str) -> Option<Bank> {
    TABLE.iter().find(|(first_six, _)| *first_six == isin).map(|(_, bank)| *bank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connector::cards;

    #[test]
    fn each_range_stands_once_and_has_a_test_card() {
        for (first_six, _) in TABLE {
            assert_eq!(TABLE.iter().filter(|(other, _)| other == first_six).count(), 1, "{first_six}");
            assert!(cards::TABLE.iter().any(|card| card.number.starts_with(first_six)), "{first_six}");
        }
    }
}
