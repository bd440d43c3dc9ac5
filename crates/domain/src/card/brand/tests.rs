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
fn regional_brands_are_told_by_their_issuers_ranges() {
    check("4011780000000000", "Elo");
    check("6277800000000000", "Elo");
    check("2200000000000000", "Mir");
    check("2204999999999999", "Mir");
    check("6370950000000000", "Hiper");
    check("6373742300000000", "Hiper");
    check("6373742200000000", "Maestro");
    check("6062820000000000", "Hipercard");
    check("9792000000000000", "Troy");
    check("6508370400000000", "Troy");
    check("6508370500000000", "Discover");
    check("5895620000000000", "Naranja");
    check("5060990000000000", "Verve");
    check("5019000000000000", "Dankort");
    check("6703000000000000", "Bancontact");
    check("100000000000000", "UATP");
    check("8600000000000000", "UzCard");
    check("9860000000000000", "Humo");
}

#[test]
fn a_brand_shows_once_no_other_fits_better() {
    check("", "");
    check("4", "Visa");
    check("5", "");
    check("51", "Mastercard");
    check("50", "");
    check("502", "Maestro");
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
    check("65", "Discover");
    check("62", "UnionPay");
    check("1", "");
    check("11", "UATP");
}

#[test]
fn both_ends_of_a_range_belong_to_it() {
    for (digits, expected) in [
        ("2220999999999999", ""),
        ("2221000000000000", "Mastercard"),
        ("2720999999999999", "Mastercard"),
        ("2721000000000000", ""),
        ("3528000000000000", "JCB"),
        ("3589999999999999", "JCB"),
        ("3590000000000000", ""),
        ("8099999999999999", ""),
        ("8100000000000000", "UnionPay"),
        ("8201999999999999", "RuPay"),
        ("8202000000000000", ""),
        ("6085000000000000", "RuPay"),
        ("6085010000000000", "Maestro"),
    ] {
        check(digits, expected);
    }
}

#[test]
fn a_single_issuers_range_overrules_its_wide_neighbour_and_holds_nothing_back() {
    for (digits, expected) in [("4", "Visa"), ("40117", "Visa"), ("401178", "Elo"), ("401180", "Visa")] {
        check(digits, expected);
    }
}

#[test]
fn every_range_rises_and_is_written_as_short_as_can_be() {
    for brand in all() {
        for range in ranges(brand.prefixes) {
            let text = std::str::from_utf8(range).unwrap();
            let (from, upper) = text.split_once('-').unwrap_or((text, ""));
            assert!((1..=8).contains(&from.len()) && upper.len() <= from.len(), "{} {text}", brand.network);
            assert!((from.to_owned() + upper).bytes().all(|byte| byte.is_ascii_digit()), "{} {text}", brand.network);
            if !upper.is_empty() {
                // Rising, and with nothing that could have been left out.
                let lower = &from[from.len() - upper.len()..];
                assert!(lower < upper && lower.as_bytes()[0] != upper.as_bytes()[0], "{} {text}", brand.network);
            }
        }
        assert!(brand.lengths.is_sorted() && brand.gaps.is_sorted(), "{}", brand.network);
    }
}

#[test]
fn no_name_stands_for_two_brands() {
    let mut names: Vec<_> = all().map(|brand| brand.network).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all().count());
    assert_eq!(brand_of("4242").and_then(Brand::on_wire), Some("Visa"));
    assert_eq!(brand_of("2200").and_then(Brand::on_wire), None);
}

#[test]
fn a_card_of_two_brands_is_told_by_its_issuer() {
    let second = |digits| co_badge(digits).map(|brand| brand.network);
    assert_eq!(second("4000002500001001"), Some("CartesBancaires"));
    assert_eq!(second("5555552500001001"), Some("CartesBancaires"));
    assert_eq!(second("5131010000000000"), Some("CartesBancaires"));
    assert_eq!(second("4973"), Some("CartesBancaires"));
    assert_eq!(second("497"), None, "not before it is certain");
    assert_eq!(second("4242424242424242"), None);
    assert_eq!(second(""), None);
}

#[test]
fn every_second_brand_can_be_named_to_the_gateway() {
    for (prefixes, network) in CO_BADGED {
        assert!(BRANDS.iter().any(|brand| brand.network == *network), "{network}");
        assert!(ranges(prefixes).count() > 0);
    }
}

#[test]
fn anything_but_digits_has_no_brand() {
    check("4x", "");
    check("４", "");
}

#[test]
fn a_range_that_two_brands_claim_is_the_wider_ones() {
    check("6509230000000000", "Elo");
    check("6509870000000000", "Troy");
}

#[test]
fn a_brand_is_itself_and_no_other() {
    for (place, one) in all().enumerate() {
        for (other_place, other) in all().enumerate() {
            assert_eq!(one == other, place == other_place, "{} and {}", one.network, other.network);
        }
    }
}

#[test]
fn a_number_is_as_long_as_its_brand_has_them() {
    for (digits, lengths) in [("4242", vec![13, 16, 18, 19]), ("3782", vec![15]), ("51", vec![16])] {
        let brand = brand_of(digits).unwrap();
        let taken: Vec<_> = (0..=20).filter(|digits| brand.takes_length(*digits)).collect();
        assert_eq!((taken, brand.longest()), (lengths.clone(), lengths[lengths.len() - 1]), "{digits}");
    }
}

#[test]
fn a_card_is_drawn_and_asked_as_its_brand_prints_it() {
    for (digits, gaps, lengths, code_size, code) in [
        ("4242", [4, 8, 12, 16].as_slice(), [13, 16, 18, 19].as_slice(), 3, CodePolicy::Required),
        ("51", &[4, 8, 12, 16], &[16], 3, CodePolicy::Required),
        ("37", &[4, 10], &[15], 4, CodePolicy::Required),
        ("36", &[4, 10], &[14, 16, 19], 3, CodePolicy::Required),
        ("561", &[4, 8, 12, 16], &[12, 13, 14, 15, 16, 17, 18, 19], 3, CodePolicy::Optional),
        ("6703", &[4, 8, 12, 16], &[16, 17, 18, 19], 3, CodePolicy::Hidden),
        ("11", &[4, 9], &[15], 3, CodePolicy::Optional),
    ] {
        let brand = brand_of(digits).unwrap();
        let drawn = (brand.gaps, brand.lengths, brand.code_size, brand.code);
        assert_eq!(drawn, (gaps, lengths, code_size, code), "{}", brand.network);
    }
}
