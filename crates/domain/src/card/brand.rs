//! Card brands, as one table: what their numbers begin with, how they are grouped and how long they are.

/// A card brand.
#[derive(Debug, PartialEq, Eq)]
pub struct Brand {
    /// Its name on the wire: OwnGateway's `card_network`.
    pub network: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Ranges of leading digits, both ends included and equally long.
    prefixes: &'static [(u32, u32)],
    /// After how many digits a gap is drawn.
    pub gaps: &'static [u8],
    /// How many digits its numbers have.
    pub lengths: &'static [u8],
    /// How many digits its security code has.
    pub code_size: u8,
}

/// How most numbers are grouped.
pub(super) const FOURS: &[u8] = &[4, 8, 12, 16];

/// All brands. Source: the networks' published ranges, as of 2026.
pub static BRANDS: &[Brand] = &[
    Brand {
        network: "Visa",
        label: "Visa",
        prefixes: &[(4, 4)],
        gaps: FOURS,
        lengths: &[13, 16, 18, 19],
        code_size: 3,
    },
    Brand {
        network: "Mastercard",
        label: "Mastercard",
        prefixes: &[(51, 55), (2221, 2720)],
        gaps: FOURS,
        lengths: &[16],
        code_size: 3,
    },
    Brand {
        network: "AmericanExpress",
        label: "American Express",
        prefixes: &[(34, 34), (37, 37)],
        gaps: &[4, 10],
        lengths: &[15],
        code_size: 4,
    },
    Brand {
        network: "DinersClub",
        label: "Diners Club",
        prefixes: &[(300, 305), (309, 309), (36, 36), (38, 39)],
        gaps: &[4, 10],
        lengths: &[14, 16, 19],
        code_size: 3,
    },
    Brand {
        network: "Discover",
        label: "Discover",
        prefixes: &[(6011, 6011), (644, 649), (65, 65)],
        gaps: FOURS,
        lengths: &[16, 19],
        code_size: 3,
    },
    Brand {
        network: "JCB",
        label: "JCB",
        prefixes: &[(2131, 2131), (1800, 1800), (3528, 3589)],
        gaps: FOURS,
        lengths: &[16, 17, 18, 19],
        code_size: 3,
    },
    Brand {
        network: "UnionPay",
        label: "UnionPay",
        prefixes: &[(62, 62), (8100, 8171)],
        gaps: FOURS,
        lengths: &[14, 15, 16, 17, 18, 19],
        code_size: 3,
    },
    Brand {
        network: "RuPay",
        label: "RuPay",
        prefixes: &[(508_500, 508_999), (606_985, 607_984), (608_001, 608_500), (652_150, 653_149), (8172, 8201)],
        gaps: FOURS,
        lengths: &[16],
        code_size: 3,
    },
    Brand {
        network: "Maestro",
        label: "Maestro",
        prefixes: &[(50, 50), (56, 58), (6, 6)],
        gaps: FOURS,
        lengths: &[12, 13, 14, 15, 16, 17, 18, 19],
        code_size: 3,
    },
    // Always on a card that is also a Visa or Mastercard: chosen, never told by the digits.
    Brand {
        network: "CartesBancaires",
        label: "Cartes Bancaires",
        prefixes: &[],
        gaps: FOURS,
        lengths: &[16],
        code_size: 3,
    },
];

impl Brand {
    /// Whether a whole number of this brand has so many digits.
    pub fn takes_length(&self, digits: usize) -> bool {
        self.lengths.iter().any(|length| usize::from(*length) == digits)
    }

    /// How many digits its longest number has.
    pub fn longest(&self) -> usize {
        self.lengths.last().map_or(19, |length| usize::from(*length))
    }
}

/// How well a range fits what was typed so far.
enum Fit {
    /// All its digits were typed, and fit.
    Whole(u32),
    /// What was typed fits, but the range wants more digits.
    Open,
    No,
}

fn fit(digits: &str, (from, to): (u32, u32)) -> Fit {
    let size = to.ilog10() + 1;
    let typed = u32::try_from(digits.len()).unwrap_or(u32::MAX).min(size);
    let head: u32 = digits.bytes().take(6).take(typed as usize).fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0'));
    // Both ends cut to what was typed.
    let cut = 10_u32.pow(size - typed);
    if typed == 0 || !(from / cut..=to / cut).contains(&head) {
        Fit::No
    } else if typed == size {
        Fit::Whole(size)
    } else {
        Fit::Open
    }
}

/// The brand that these ASCII digits, the first of a number or all of it, certainly belong to.
///
/// The longest range that fits wins. `None` while another brand could still fit better.
pub fn brand_of(digits: &str) -> Option<&'static Brand> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut best: Option<(u32, &Brand)> = None;
    let mut open: Option<&Brand> = None;
    let mut more_open = false;
    for brand in BRANDS {
        for range in brand.prefixes {
            match fit(digits, *range) {
                Fit::Whole(size) if best.is_none_or(|(longest, _)| size > longest) => best = Some((size, brand)),
                Fit::Open => {
                    more_open |= open.is_some_and(|other| other != brand);
                    open = Some(brand);
                }
                Fit::Whole(_) | Fit::No => {}
            }
        }
    }
    let (_, brand) = best?;
    (!more_open && open.is_none_or(|other| other == brand)).then_some(brand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(digits: &str, expected: &str) {
        assert_eq!(brand_of(digits).map_or("", |brand| brand.network), expected, "{digits:?}");
    }

    #[test]
    fn whole_numbers_have_their_brand() {
        check("4242424242424242", "Visa");
        check("5555555555554444", "Mastercard");
        check("2223003122003222", "Mastercard");
        check("2720990000000007", "Mastercard");
        check("378282246310005", "AmericanExpress");
        check("30569309025904", "DinersClub");
        check("36227206271667", "DinersClub");
        check("6011111111111117", "Discover");
        check("3530111333300000", "JCB");
        check("6200000000000005", "UnionPay");
        check("8171999999999999", "UnionPay");
        check("8172000000000000", "RuPay");
        check("5085000000000000", "RuPay");
        check("6521500000000000", "RuPay");
        check("6521490000000000", "Discover");
        check("6304000000000000", "Maestro");
        check("5000000000000000", "Maestro");
        check("9999999999999999", "");
    }

    #[test]
    fn a_brand_shows_once_no_other_fits_better() {
        check("", "");
        check("4", "Visa");
        check("5", "");
        check("51", "Mastercard");
        check("50", "");
        check("501", "Maestro");
        check("2", "");
        check("222", "");
        check("2221", "Mastercard");
        check("2220", "");
        check("2721", "");
        check("3", "");
        check("34", "AmericanExpress");
        check("30", "");
        check("300", "DinersClub");
        check("306", "");
        check("6", "");
        check("60", "");
        check("601", "");
        check("6011", "Discover");
        check("64", "");
        check("643", "Maestro");
        check("65", "");
        check("650", "Discover");
        check("62", "UnionPay");
    }

    #[test]
    fn both_ends_of_every_range_are_written_in_as_many_digits() {
        for brand in BRANDS {
            for (from, to) in brand.prefixes {
                assert!(from <= to && from.ilog10() == to.ilog10() && to.ilog10() < 6, "{} {from}", brand.network);
            }
            assert!(brand.lengths.is_sorted(), "{}", brand.network);
        }
    }

    #[test]
    fn anything_but_digits_has_no_brand() {
        check("4x", "");
        check("４", "");
    }
}
