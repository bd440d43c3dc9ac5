//! Whole numbers as PostgreSQL's NUMERIC: what a sum of BIGINT is there.
//!
//! Four 16-bit fields (digits, weight of the first, sign, decimals), then digits of base 10,000.
//! Source: `numeric_send` in PostgreSQL's `numeric.c`.

const BASE: i128 = 10_000;
const NEGATIVE: u16 = 0x4000;

/// A number in the binary form.
pub(super) fn encode(number: i64) -> Vec<u8> {
    let mut rest = i128::from(number).abs();
    let mut digits = Vec::new();
    while rest > 0 {
        digits.push((rest % BASE) as u16);
        rest /= BASE;
    }
    let count = digits.len() as u16;
    let sign = if number < 0 { NEGATIVE } else { 0 };
    let header = [count, count.saturating_sub(1), sign, 0];
    header.into_iter().chain(digits.into_iter().rev()).flat_map(u16::to_be_bytes).collect()
}

/// The number in the binary form, when it is whole and fits.
pub(super) fn decode(raw: &[u8]) -> Option<i64> {
    let (fields, odd) = raw.as_chunks::<2>();
    let mut fields = fields.iter().map(|bytes| u16::from_be_bytes(*bytes));
    let (count, weight, sign) = (fields.next()?, fields.next()?.cast_signed(), fields.next()?);
    fields.next()?;
    let digits: Vec<u16> = fields.collect();
    if !odd.is_empty() || digits.len() != usize::from(count) || !matches!(sign, 0 | NEGATIVE) || weight > 4 {
        return None;
    }
    let mut number: i128 = 0;
    // Trailing digits that are zero are left out, so the weight tells how many there are.
    for place in 0..=usize::try_from(weight).ok().or_else(|| digits.is_empty().then_some(0))? {
        number = number * BASE + i128::from(digits.get(place).copied().unwrap_or(0));
    }
    let is_whole = i64::from(weight) + 1 >= digits.len() as i64 || digits.is_empty();
    let number = if sign == NEGATIVE { -number } else { number };
    is_whole.then(|| i64::try_from(number).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_survive_both_ways() {
        for number in [0, 1, -1, 9_999, 10_000, -10_000, 123_450_000, 100_000_000, i64::MAX, i64::MIN] {
            assert_eq!(decode(&encode(number)), Some(number), "{number}");
        }
    }

    #[test]
    fn what_is_not_whole_or_too_large_is_refused() {
        let raw = |fields: &[u16]| fields.iter().flat_map(|field| field.to_be_bytes()).collect::<Vec<_>>();
        assert_eq!(decode(&raw(&[1, 0xffff, 0, 4, 5_000])), None, "0.5");
        assert_eq!(decode(&raw(&[2, 0, 0, 1, 1, 5_000])), None, "1.5");
        assert_eq!(decode(&raw(&[0, 0, 0xc000, 0])), None, "NaN");
        assert_eq!(decode(&raw(&[1, 5, 0, 0, 1])), None, "10^20");
        assert_eq!(decode(&raw(&[2, 0, 0])), None, "cut off");
        // 10,000 without its zeros, and a zero with decimals.
        assert_eq!(decode(&raw(&[1, 1, 0, 0, 1])), Some(10_000));
        assert_eq!(decode(&raw(&[0, 0, 0, 2])), Some(0));
    }
}
