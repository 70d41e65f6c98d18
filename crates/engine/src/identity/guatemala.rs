//! NIT and CUI of Guatemala.

use super::{
    Verdict,
    digits::{compact, exactly, weighted},
    municipalities::is_municipality,
};

const NIT_SHAPE: &str = "escriba el NIT completo, con su último dígito o la letra K: por ejemplo, 576937-K.";
const CUI_SHAPE: &str = "escriba los 13 dígitos del CUI que están en el DPI: por ejemplo, 1234 56789 0101.";

/// NIT: digits and one check character. Of a person the tax office also takes the CUI: 13 digits are read as one.
pub fn nit_gt(text: &str) -> Verdict {
    let Some(typed) = compact(text) else { return Verdict::malformed(NIT_SHAPE) };
    if typed == "CF" {
        return Verdict::malformed(
            "«CF» (consumidor final) no identifica a nadie; escriba el NIT, por ejemplo 576937-K.",
        );
    }
    if exactly::<13>(&typed).is_some() {
        return cui(text);
    }
    let number = typed.trim_start_matches('0');
    let Some((body, check)) = number.len().checked_sub(1).map(|last| number.split_at(last)) else {
        return Verdict::malformed(NIT_SHAPE);
    };
    let values: Option<Vec<u32>> = body.chars().rev().map(|character| character.to_digit(10)).collect();
    let right = match values {
        Some(values) if (1..=11).contains(&values.len()) => (11 - weighted(&values, 2..) % 11) % 11,
        _ => return Verdict::malformed(NIT_SHAPE),
    };
    let given = match check {
        "K" => 10,
        digit => match digit.parse() {
            Ok(given) => given,
            Err(_) => return Verdict::malformed(NIT_SHAPE),
        },
    };
    let objections: &[&str] =
        if given == right { &[] } else { &["el último carácter del NIT no concuerda con los demás"] };
    Verdict::of(number.to_owned(), format!("{body}-{check}"), objections)
}

/// CUI: eight digits, their check digit, and the department and municipality of birth.
pub fn cui(text: &str) -> Verdict {
    let typed = compact(text).unwrap_or_default();
    let Some(digits) = exactly::<13>(&typed) else { return Verdict::malformed(CUI_SHAPE) };
    let mut objections = Vec::new();
    let rest = weighted(&digits[..8], 2..=9) % 11;
    if rest == 10 {
        objections.push("este CUI no tiene dígito de verificación que se pueda comprobar");
    } else if rest != digits[8] {
        objections.push("el dígito de verificación del CUI (el noveno) no concuerda con los demás");
    }
    if !is_municipality(digits[9] * 10 + digits[10], digits[11] * 10 + digits[12]) {
        objections.push("los últimos cuatro dígitos del CUI no son de un municipio conocido");
    }
    let shown = format!("{} {} {}", &typed[..4], &typed[4..9], &typed[9..]);
    Verdict::of(typed, shown, &objections)
}
