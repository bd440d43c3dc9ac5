//! What the shop sells, and for how much. The price is decided here, never by a page.

/// The notebook's name on the bill.
pub(crate) const NAME: &str = "Marbled notebook, peacock green";

/// The price of one, in cents.
const PRICE_MINOR: i64 = 4200;

/// What the price is in.
pub(crate) const CURRENCY: &str = "EUR";

/// The shop is small.
const MOST: i64 = 9;

/// How many notebooks somebody wants: 1 to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quantity(i64);

impl Quantity {
    /// One.
    pub(crate) const ONE: Self = Self(1);

    /// Takes 1 to 9.
    pub(crate) fn new(quantity: i64) -> Option<Self> {
        (1..=MOST).contains(&quantity).then_some(Self(quantity))
    }

    /// As a number.
    pub(crate) fn get(self) -> i64 {
        self.0
    }

    /// The price of all of them, in minor units.
    pub(crate) fn amount_minor(self) -> i64 {
        PRICE_MINOR * self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_is_the_shops_own() {
        assert_eq!(Quantity::ONE.amount_minor(), 4200);
        assert_eq!(Quantity::new(9).map(Quantity::amount_minor), Some(37_800));
        for quantity in [i64::MIN, -1, 0, 10, i64::MAX] {
            assert_eq!(Quantity::new(quantity), None);
        }
    }
}
