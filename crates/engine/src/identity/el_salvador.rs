//! DUI and NIT of El Salvador.

use super::{
    Verdict,
    digits::{compact, exactly, weighted},
};

const DUI_SHAPE: &str = "escriba los nueve dígitos del DUI: por ejemplo, 12345678-4.";
const NIT_SHAPE: &str =
    "escriba los 14 dígitos del NIT, por ejemplo 0614-050707-104-8; si es de una persona adulta, los nueve de su DUI.";

/// DUI: eight digits and a check digit. A weak check: it misses one in nine mistyped digits.
pub fn dui(text: &str) -> Verdict {
    let typed = compact(text).unwrap_or_default();
    let Some(digits) = exactly::<9>(&typed) else { return Verdict::malformed(DUI_SHAPE) };
    if digits == [0; 9] {
        return Verdict::malformed(DUI_SHAPE);
    }
    let right = (10 - weighted(&digits[..8], (2..=9).rev()) % 10) % 10;
    let objections: &[&str] =
        if digits[8] == right { &[] } else { &["el último dígito del DUI no concuerda con los demás"] };
    let shown = format!("{}-{}", &typed[..8], &typed[8..]);
    Verdict::of(typed, shown, objections)
}

/// NIT: 14 digits; of an adult, since Decree 203-2021, the DUI itself.
pub fn nit_sv(text: &str) -> Verdict {
    let typed = compact(text).unwrap_or_default();
    if exactly::<9>(&typed).is_some() {
        return dui(text);
    }
    let Some(digits) = exactly::<14>(&typed) else { return Verdict::malformed(NIT_SHAPE) };
    if !matches!(digits[0], 0 | 1 | 9) {
        return Verdict::malformed(
            "un NIT empieza con 0, 1 o 9; revise el primer dígito, por ejemplo 0614-050707-104-8.",
        );
    }
    let serial = digits[10] * 100 + digits[11] * 10 + digits[12];
    let right = if serial <= 100 {
        weighted(&digits[..13], (2..=14).rev()) % 11 % 10
    } else {
        (11 - weighted(&digits[..13], [2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10
    };
    let objections: &[&str] =
        if digits[13] == right { &[] } else { &["el último dígito del NIT no concuerda con los demás"] };
    let shown = format!("{}-{}-{}-{}", &typed[..4], &typed[4..10], &typed[10..13], &typed[13..]);
    Verdict::of(typed, shown, objections)
}
