//! Reading typed digits: the separators people use are dropped, anything else is not a number.

/// The longest text looked at; the longest number with its separators is far shorter.
const LONGEST: usize = 40;

/// Letters and digits without separators, letters in capitals; none if there is anything else.
pub(super) fn compact(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        return None;
    }
    let mut kept = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '0'..='9' | 'A'..='Z' => kept.push(character),
            'a'..='z' => kept.push(character.to_ascii_uppercase()),
            // Plain and typographic hyphens, and the spaces that come with a copied number.
            '-' | '\u{2010}'..='\u{2014}' | '\u{2212}' => {}
            _ if character.is_whitespace() => {}
            _ => return None,
        }
    }
    Some(kept)
}

/// The digits of a number of exactly this length.
pub(super) fn exactly<const N: usize>(compact: &str) -> Option<[u32; N]> {
    let values: Option<Vec<u32>> = compact.chars().map(|character| character.to_digit(10)).collect();
    values?.try_into().ok()
}

/// Σ digit × weight.
pub(super) fn weighted(digits: &[u32], weights: impl IntoIterator<Item = u32>) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}
