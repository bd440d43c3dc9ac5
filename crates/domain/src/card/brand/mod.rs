//! Card brands: which one a number belongs to, and when that is certain.

mod table;

pub(super) use table::FOURS;
pub use table::{BRANDS, OTHER_BRANDS};

use table::CO_BADGED;

/// A card brand.
#[derive(Debug, Eq)]
pub struct Brand {
    /// Its name for programs: OwnGateway's `card_network`, as far as that knows it.
    pub network: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Leading digits, with blanks between: `51-5 2221-720`. Both ends are included; of the upper one stand
    /// only the digits from the first that differs.
    prefixes: &'static str,
    /// After how many digits a gap is drawn.
    pub gaps: &'static [u8],
    /// How many digits its numbers have, in rising order.
    pub lengths: &'static [u8],
    /// How many digits its security code has.
    pub code_size: u8,
    /// Whether its cards have a security code at all.
    pub code: CodePolicy,
}

/// Whether a brand's cards have a security code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePolicy {
    /// Every card has one.
    Required,
    /// Some cards have none.
    Optional,
    /// No card has one.
    Hidden,
}

/// No two brands have one name.
impl PartialEq for Brand {
    fn eq(&self, other: &Self) -> bool {
        self.network == other.network
    }
}

impl Brand {
    /// Whether a whole number of this brand has so many digits.
    pub fn takes_length(&self, digits: usize) -> bool {
        self.lengths.iter().any(|length| usize::from(*length) == digits)
    }

    /// How many digits its longest number has.
    pub fn longest(&self) -> usize {
        self.lengths.last().map_or(19, |length| usize::from(*length))
    }

    /// Its name as OwnGateway's `card_network`; none for a brand that OwnGateway has no name for.
    pub fn on_wire(&self) -> Option<&'static str> {
        BRANDS.iter().map(|brand| brand.network).find(|network| *network == self.network)
    }
}

/// Ranges of more digits than these are those of single issuers inside a brand's wide range. They
/// overrule it once they fit, and hold nothing back before: nearly all cards are not theirs.
const LONGEST_OF_A_BRAND: usize = 5;

/// How well a range fits what was typed so far.
enum Fit {
    /// All its digits, so many, were typed, and fit.
    Whole(usize),
    /// What was typed fits, but the range wants so many digits.
    Open(usize),
    No,
}

fn fit(digits: &[u8], range: &[u8]) -> Fit {
    let size = range.iter().position(|byte| *byte == b'-').unwrap_or(range.len());
    let (from, upper) = (&range[..size], range.get(size + 1..).unwrap_or_default());
    let typed = digits.len().min(size);
    let same = (size - upper.len()).min(typed);
    let upper = &upper[..upper.len().min(typed - same)];
    // Both ends cut to what was typed; digits compare as bytes do.
    if typed == 0
        || digits[..typed] < from[..typed]
        || digits[..same] != from[..same]
        || digits[same..same + upper.len()] > *upper
    {
        Fit::No
    } else if typed == size {
        Fit::Whole(size)
    } else {
        Fit::Open(size)
    }
}

fn all() -> impl Iterator<Item = &'static Brand> {
    BRANDS.iter().chain(OTHER_BRANDS)
}

fn ranges(prefixes: &'static str) -> impl Iterator<Item = &'static [u8]> {
    prefixes.as_bytes().split(|byte| *byte == b' ').filter(|range| !range.is_empty())
}

/// The brand that these ASCII digits, the first of a number or all of it, certainly belong to.
///
/// The longest range that fits wins. `None` while another brand could still fit better.
pub fn brand_of(digits: &str) -> Option<&'static Brand> {
    let digits = digits.as_bytes();
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut best: Option<(usize, &Brand)> = None;
    for brand in all() {
        for range in ranges(brand.prefixes) {
            // A range that two brands claim is that of the first.
            if let Fit::Whole(size) = fit(digits, range)
                && best.is_none_or(|(longest, _)| size > longest)
            {
                best = Some((size, brand));
            }
        }
    }
    let (_, brand) = best?;
    let may_fit = |range| matches!(fit(digits, range), Fit::Open(size) if size <= LONGEST_OF_A_BRAND);
    let is_certain = all().all(|other| other == brand || !ranges(other.prefixes).any(may_fit));
    is_certain.then_some(brand)
}

/// The other brand on a card with two, as far as its first digits tell; which one pays is the
/// shopper's choice (Regulation (EU) 2015/751, article 8).
///
/// Issuers come and go: a card that this does not know pays by the brand of its number.
pub fn co_badge(digits: &str) -> Option<&'static Brand> {
    let known = |range| matches!(fit(digits.as_bytes(), range), Fit::Whole(_));
    let (_, network) = CO_BADGED.iter().find(|(prefixes, _)| ranges(prefixes).any(known))?;
    BRANDS.iter().find(|brand| brand.network == *network)
}

#[cfg(test)]
mod tests;
