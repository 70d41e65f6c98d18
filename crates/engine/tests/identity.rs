//! Identity numbers against known vectors, a second routine for each, and what a check digit must detect.

use engine::identity::{DEPARTMENTS, Verdict, cui, dui, email, is_municipality, mask, nit_gt, nit_sv, phone};
use manual::organization::Country::{ElSalvador, Guatemala};

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Valid,
    Doubtful,
    Malformed,
}

fn kind(verdict: &Verdict) -> Kind {
    match verdict {
        Verdict::Valid { .. } => Kind::Valid,
        Verdict::Doubtful { .. } => Kind::Doubtful,
        Verdict::Malformed { .. } => Kind::Malformed,
    }
}

fn valid(normalized: &str, shown: &str) -> Verdict {
    Verdict::Valid { normalized: normalized.into(), shown: shown.into() }
}

fn why(verdict: Verdict) -> String {
    match verdict {
        Verdict::Valid { .. } => String::new(),
        Verdict::Doubtful { why, .. } | Verdict::Malformed { why } => why,
    }
}

/// A fixed stream of numbers: the same on every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn digits(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(b'0' + u8::try_from(self.next() % 10).expect("a digit"))).collect()
    }
}

#[test]
fn nit_of_guatemala() {
    assert_eq!(nit_gt("576937-K"), valid("576937K", "576937-K"));
    assert_eq!(nit_gt(" 576937k "), valid("576937K", "576937-K"));
    assert_eq!(nit_gt("7108-0"), valid("71080", "7108-0"));
    assert_eq!(nit_gt("0007108-0"), valid("71080", "7108-0"));
    assert_eq!(nit_gt("39525503"), valid("39525503", "3952550-3"));
    assert_eq!(nit_gt("8977112-0").normalized(), Some("89771120"));
    assert_eq!(kind(&nit_gt("8977112-0")), Kind::Doubtful);
    for text in ["", "K", "0", "0-0", "CF", "c/f", "57693A-7", "5769-K-3", "12345678901234", "576937_K", "٥٧٦٩٣٧"]
    {
        let verdict = nit_gt(text);
        assert_eq!(kind(&verdict), Kind::Malformed, "{text}");
        assert!(why(verdict).contains("576937-K"), "says what to write");
    }
    assert!(why(nit_gt("cf")).contains("consumidor final"));
    assert_eq!(nit_gt("1234567890101"), cui("1234567890101"), "13 digits are a CUI");
}

#[test]
fn cui_of_guatemala() {
    assert_eq!(cui("1234567890101"), valid("1234567890101", "1234 56789 0101"));
    assert_eq!(cui("1234 56789 0101"), valid("1234567890101", "1234 56789 0101"));
    assert_eq!(kind(&cui("9999999070514")), Kind::Valid, "Sipacate");
    assert_eq!(kind(&cui("9999999151333")), Kind::Valid, "Petatán");
    assert_eq!(kind(&cui("9999999070515")), Kind::Doubtful, "Escuintla has 14");
    assert!(why(cui("1234567880101")).contains("verificación"));
    assert!(why(cui("1000000700101")).contains("comprobar"), "remainder 10");
    assert!(why(cui("1234567882301")).contains("; los últimos cuatro"), "both faults at once");
    for text in ["", "123456789010", "12345678901011", "1234S67890101", "1234.56789.0101"] {
        assert_eq!(kind(&cui(text)), Kind::Malformed, "{text}");
    }
}

#[test]
fn the_table_has_340_municipalities() {
    assert_eq!(DEPARTMENTS.iter().map(|(_, count)| count).sum::<u32>(), 340);
    let found = (0..100).flat_map(|d| (0..100).map(move |m| (d, m))).filter(|&(d, m)| is_municipality(d, m)).count();
    assert_eq!(found, 340);
    for department in 10..=22 {
        assert!(is_municipality(department, 1), "both digits of the department are read: {department}");
    }
    assert!(is_municipality(5, 14) && is_municipality(13, 33) && is_municipality(1, 17));
    assert!(!is_municipality(5, 15) && !is_municipality(23, 1) && !is_municipality(0, 1) && !is_municipality(1, 0));
}

#[test]
fn dui_and_nit_of_el_salvador() {
    assert_eq!(dui("12345678-4"), valid("123456784", "12345678-4"));
    assert_eq!(dui("12345678–4"), valid("123456784", "12345678-4"), "a typographic hyphen");
    assert_eq!(kind(&dui("12345678-5")), Kind::Doubtful);
    for text in ["00000000-0", "1234567-8", "1234567890", "1234567A4", ""] {
        assert_eq!(kind(&dui(text)), Kind::Malformed, "{text}");
    }
    assert_eq!(nit_sv("0614-050707-104-8"), valid("06140507071048", "0614-050707-104-8"));
    assert_eq!(kind(&nit_sv("1121-010170-100-3")), Kind::Valid, "the old form");
    assert_eq!(kind(&nit_sv("1121-010170-101-4")), Kind::Valid, "the new form");
    assert_eq!(kind(&nit_sv("0614-050707-104-0")), Kind::Doubtful);
    assert_eq!(kind(&nit_sv("2614-050707-104-8")), Kind::Malformed, "starts with 0, 1 or 9");
    assert_eq!(kind(&nit_sv("12345678")), Kind::Malformed);
    assert_eq!(nit_sv("12345678-4"), dui("12345678-4"), "an adult's NIT is the DUI");
}

#[test]
fn telephones() {
    for text in ["23456789", "2345-6789", "2345 6789", "+502 2345-6789", "(502) 2345 6789", "00502 2345 6789"] {
        assert_eq!(phone(text, Guatemala), valid("+50223456789", "+502 2345-6789"), "{text}");
    }
    assert_eq!(phone("2345-6789", ElSalvador), valid("+50323456789", "+503 2345-6789"));
    assert_eq!(phone("+503 2345-6789", Guatemala), valid("+50323456789", "+503 2345-6789"));
    for text in ["", "1234567", "123456789", "+1 202 555 0100", "+23456789", "2345-678a", "ext. 12"] {
        assert_eq!(kind(&phone(text, Guatemala)), Kind::Malformed, "{text}");
    }
}

#[test]
fn mail_addresses() {
    assert_eq!(email(" Ana.Lopez@Ejemplo.GOB.gt "), valid("ana.lopez@ejemplo.gob.gt", "Ana.Lopez@Ejemplo.GOB.gt"));
    for text in ["a@b.co", "soporte+ti@mail.ejemplo.gob.sv", "o'neill@ejemplo.org"] {
        assert_eq!(kind(&email(text)), Kind::Valid, "{text}");
    }
    for text in [
        "",
        "ana",
        "ana@",
        "@ejemplo.gt",
        "ana@ejemplo",
        "ana@ejemplo.",
        "ana@.gt",
        "ana lopez@ejemplo.gt",
        "peña@ejemplo.gt",
        ".ana@ejemplo.gt",
        "a..b@ejemplo.gt",
        "ana@-ejemplo.gt",
        "ana@ejemplo.g",
        "ana@127.0.0.1",
        "a@b@ejemplo.gt",
        "ana@ejemplo.gt\nBcc: x@y.zz",
        "<ana@ejemplo.gt>",
        "ana@ejemplo.gt,b@ejemplo.gt",
    ] {
        assert_eq!(kind(&email(text)), Kind::Malformed, "{text}");
    }
    assert_eq!(kind(&email(&format!("{}@ejemplo.gt", "a".repeat(65)))), Kind::Malformed);
}

#[test]
fn lists_show_only_the_end() {
    assert_eq!(mask("1234 56789 0904"), "•••• ••••• 0904");
    assert_eq!(mask("7108-0"), "••••-0");
    assert_eq!(mask("576937-K"), "•••••7-K");
    assert_eq!(mask("12345678-4"), "••••••78-4");
    assert_eq!(mask("ana.lopez@ejemplo.gob.gt"), "a•••@ejemplo.gob.gt");
    assert_eq!(mask("12"), "••");
    assert_eq!(mask(""), "");
}

#[test]
fn absurd_input_is_refused() {
    let long = "1".repeat(100_000);
    for text in [long.as_str(), "\u{0}", "１２３４５６７８９", "-", "- - -", "🙂"] {
        for verdict in [nit_gt(text), cui(text), dui(text), nit_sv(text), phone(text, Guatemala), email(text)] {
            assert_eq!(kind(&verdict), Kind::Malformed);
        }
    }
}

// The second routines: written for these tests, number by number and from other statements of the same rules.

fn second_nit_gt(body: &str) -> char {
    // The sum of all, check included at weight 1, is a multiple of 11.
    let total: u64 = body.bytes().rev().enumerate().map(|(at, digit)| (at as u64 + 2) * u64::from(digit - b'0')).sum();
    let check = (0..11).find(|check| (total + check).is_multiple_of(11)).expect("one of eleven");
    if check == 10 { 'K' } else { char::from(b'0' + u8::try_from(check).expect("a digit")) }
}

fn second_cui(serial: &str) -> u64 {
    let mut rest = 0;
    for (at, digit) in serial.bytes().enumerate() {
        for _ in 0..at + 2 {
            rest = (rest + u64::from(digit - b'0')) % 11;
        }
    }
    rest
}

fn second_dui(body: &str) -> u64 {
    let mut number: u64 = body.parse().expect("digits");
    let (mut total, mut weight) = (0, 2);
    while weight <= 9 {
        total += number % 10 * weight;
        number /= 10;
        weight += 1;
    }
    (0..10).find(|check| (total + check).is_multiple_of(10)).expect("one of ten")
}

fn second_nit_sv(body: &str) -> u64 {
    let serial: u64 = body[10..13].parse().expect("digits");
    let weight =
        |at: u64| if serial <= 100 { 14 - at } else { [2, 7, 6, 5, 4, 3][usize::try_from(at % 6).expect("small")] };
    let total: u64 = (0..).zip(body.bytes()).map(|(at, digit)| weight(at) * u64::from(digit - b'0')).sum();
    let rest =
        if serial <= 100 { total % 11 } else { (0..11).find(|rest| (total + rest).is_multiple_of(11)).expect("one") };
    if rest == 10 { 0 } else { rest }
}

#[test]
fn ten_thousand_numbers_agree_with_the_second_routines() {
    let mut numbers = Numbers(0x5eed_2026);
    let mut seen = [0_u32; 4];
    for _ in 0..10_000 {
        let length = 1 + usize::try_from(numbers.next() % 11).expect("small");
        let body = format!("{}{}", 1 + numbers.next() % 9, &numbers.digits(length)[1..]);
        let check = second_nit_gt(&body);
        for given in "0123456789K".chars() {
            let agrees = kind(&nit_gt(&format!("{body}{given}"))) == Kind::Valid;
            assert_eq!(agrees, given == check, "{body}{given}");
        }
        seen[0] += u32::from(check == 'K');

        let (serial, place) = (numbers.digits(8), numbers.digits(4));
        let known = is_municipality(place[..2].parse().expect("digits"), place[2..].parse().expect("digits"));
        for given in 0..10 {
            let agrees = kind(&cui(&format!("{serial}{given}{place}"))) == Kind::Valid;
            assert_eq!(agrees, known && given == second_cui(&serial), "{serial}{given}{place}");
        }
        seen[1] += u32::from(second_cui(&serial) == 10);

        let body = numbers.digits(8);
        for given in 0..10 {
            let agrees = kind(&dui(&format!("{body}{given}"))) == Kind::Valid;
            assert_eq!(agrees, given == second_dui(&body) && (body != "00000000"), "{body}{given}");
        }

        let first = ["0", "1", "9"][usize::try_from(numbers.next() % 3).expect("small")];
        let serial =
            if numbers.next().is_multiple_of(2) { format!("{:03}", numbers.next() % 101) } else { numbers.digits(3) };
        let body = format!("{first}{}{serial}", numbers.digits(9));
        for given in 0..10 {
            let agrees = kind(&nit_sv(&format!("{body}{given}"))) == Kind::Valid;
            assert_eq!(agrees, given == second_nit_sv(&body), "{body}{given}");
        }
        seen[2] += u32::from(serial.as_str() <= "100");
    }
    assert!(seen[0] > 700 && seen[1] > 700 && seen[2] > 4_000, "the odd cases came up: {seen:?}");
}

/// How many single-digit errors, and how many swaps of different neighbours, a check notices among the first `length` digits.
fn detected(verdict: impl Fn(&str) -> Verdict, number: &str, length: usize) -> ([u32; 2], [u32; 2]) {
    let (mut single, mut swaps) = ([0, 0], [0, 0]);
    let notices = |changed: Vec<u8>| kind(&verdict(&String::from_utf8(changed).expect("digits"))) != Kind::Valid;
    for at in 0..length {
        for digit in b'0'..=b'9' {
            let mut changed = number.as_bytes().to_vec();
            if changed[at] != digit {
                changed[at] = digit;
                single[0] += u32::from(notices(changed));
                single[1] += 1;
            }
        }
        let mut changed = number.as_bytes().to_vec();
        if at + 1 < length && changed[at] != changed[at + 1] {
            changed.swap(at, at + 1);
            swaps[0] += u32::from(notices(changed));
            swaps[1] += 1;
        }
    }
    (single, swaps)
}

#[test]
fn what_the_check_digits_detect() {
    let mut numbers = Numbers(2026);
    let (mut dui_single, mut dui_swaps) = ([0, 0], [0, 0]);
    for _ in 0..500 {
        let serial = numbers.digits(8);
        if second_cui(&serial) < 10 {
            let (single, swaps) = detected(cui, &format!("{serial}{}0101", second_cui(&serial)), 9);
            assert_eq!(single[0], single[1], "CUI: every mistyped digit");
            assert_eq!(swaps[0], swaps[1], "CUI: every swap");
        }
        let body = numbers.digits(8);
        let (single, swaps) = detected(dui, &format!("{body}{}", second_dui(&body)), 9);
        for at in 0..2 {
            dui_single[at] += single[at];
            dui_swaps[at] += swaps[at];
        }
    }
    let caught = f64::from(dui_single[0]) / f64::from(dui_single[1]);
    assert!((0.85..0.93).contains(&caught), "DUI: a weak check, {caught}");
    assert_eq!(dui_swaps[0], dui_swaps[1], "DUI: every swap");
}
