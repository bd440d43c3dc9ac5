use super::*;

/// `|` marks the caret.
fn unmark(marked: &str) -> (String, usize) {
    let at = marked.find('|').expect("a caret");
    (marked.replace('|', ""), marked[..at].encode_utf16().count())
}

fn mark(typed: &Typed) -> String {
    let mut text = typed.text.clone();
    text.insert(typed.caret, '|');
    text
}

#[track_caller]
fn number(marked: &str, erase: Option<Erase>, expected: &str) {
    let (text, caret) = unmark(marked);
    assert_eq!(mark(&type_number(&text, caret, erase).0), expected, "{marked:?}");
}

#[track_caller]
fn expiry(marked: &str, erasing: bool, expected: &str) {
    let (text, caret) = unmark(marked);
    assert_eq!(mark(&type_expiry(&text, caret, erasing)), expected, "{marked:?}");
}

#[test]
fn a_number_is_grouped_and_the_caret_stays() {
    number("4|", None, "4|");
    number("4242|", None, "4242|");
    number("42424|", None, "4242 4|");
    number("4242 94|242", None, "4242 94|24 2");
    number("42942 4|242", None, "4294 24|24 2");
    number("|4242 4242", None, "|4242 4242");
    number("3782822463|10005", None, "3782 822463| 10005");
    number("４２４２４|", None, "4242 4|");
    number("4242-4242 4242/4242|", None, "4242 4242 4242 4242|");
    number("😀4|2", None, "4|2");
    number("5555 5555 5555 44449|", None, "5555 5555 5555 4444|");
}

#[test]
fn erasing_a_gap_erases_the_digit_beside_it() {
    number("4242|4242", Some(Erase::Before), "424|4 242");
    number("4242|4242", Some(Erase::After), "4242| 242");
    number("|4242", Some(Erase::Before), "|4242");
    number("4242|", Some(Erase::After), "4242|");
}

#[test]
fn an_expiry_date_writes_its_own_slash() {
    expiry("1|", false, "1|");
    expiry("0|", false, "0|");
    expiry("3|", false, "03 / |");
    expiry("12|", false, "12 / |");
    expiry("1/|", false, "01 / |");
    expiry("13|", false, "13|");
    expiry("12 / 3|", false, "12 / 3|");
    expiry("1230|", false, "12 / 30|");
    expiry("130|", false, "01 / 30|");
    expiry("1/30|", false, "01 / 30|");
    expiry("01/2030|", false, "01 / 2030|");
    expiry("12 / 30456|", false, "12 / 3045|");
    expiry("١٢٣٠|", false, "12 / 30|");
}

#[test]
fn a_backspace_takes_the_slash_along() {
    expiry("12 /|", true, "12|");
    expiry("12 / |", true, "12|");
    expiry("1|", true, "1|");
    expiry("|", true, "|");
    expiry("12 / 3|", true, "12 / 3|");
}

#[test]
fn the_caret_stays_in_the_middle_of_a_date() {
    expiry("1|2 / 30", false, "1|2 / 30");
    expiry("12 / 4|30", false, "12 / 4|30");
    expiry("1| / 30", true, "1| / 30");
    expiry("| / 30", true, "| / 30");
    expiry("|12 / 30", false, "|12 / 30");
    expiry("|3", false, "|03 / ");
}

#[test]
fn a_month_that_does_not_exist_is_not_made_into_another() {
    expiry("13/|", false, "13 / |");
    expiry("13-|", false, "13 / |");
    expiry("13 / 3|", false, "13 / 3|");
    expiry("13 / 30|", false, "13 / 30|");
    expiry("15/27|", false, "15 / 27|");
    expiry("13 /|", true, "13|");
}

#[test]
fn a_month_is_mended_in_the_middle_of_a_date() {
    expiry("11| / 30", false, "11| / 30");
    expiry("0| / 30", false, "0| / 30");
    expiry("09| / 30", false, "09| / 30");
    expiry("0|2 / 30", false, "0|2 / 30");
    expiry("123| / 30", false, "12| / 30");
    expiry("10|2 / 30", false, "10| / 30");
    expiry("1 / 30|", false, "01 / 30|");
    expiry("1 |/ 30", false, "01| / 30");
    expiry(" / 3|", true, " / 3|");
    expiry(" / 305|", false, " / 305|");
}

#[test]
fn a_month_that_is_being_changed_is_not_guessed_anew() {
    expiry("2|2 / 30", false, "2|2 / 30");
    expiry("22 / 30|", false, "22 / 30|");
}

#[test]
fn writing_twice_changes_nothing() {
    for text in ["4", "42424242", "378282246310005", "30569309025904", "6011"] {
        let (once, _) = type_number(text, text.len(), None);
        assert_eq!(type_number(&once.text, once.caret, None).0, once);
    }
    for text in ["1", "12", "3", "1230", "012030"] {
        let once = type_expiry(text, text.len(), false);
        assert_eq!(type_expiry(&once.text, once.caret, false), once);
    }
}
