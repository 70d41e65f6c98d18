//! Telephone numbers of both countries, and mail addresses.

use super::Verdict;
use manual::organization::Country;

const PHONE_SHAPE: &str = "escriba los ocho dígitos del teléfono: por ejemplo, 2345-6789.";
const EMAIL_SHAPE: &str =
    "escriba una dirección de correo, sin tildes ni espacios: por ejemplo, nombre@institucion.gob.gt.";

/// Eight digits; the country's prefix may go before them, and is added where it does not.
pub fn phone(text: &str, country: Country) -> Verdict {
    let text = text.trim();
    let allowed = |character: char| character.is_ascii_digit() || matches!(character, ' ' | '-' | '(' | ')' | '.');
    let (international, rest) = match text.strip_prefix('+').or_else(|| text.strip_prefix("00")) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if text.len() > 40 || !rest.chars().all(allowed) {
        return Verdict::malformed(PHONE_SHAPE);
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let own = match country {
        Country::Guatemala => "502",
        Country::ElSalvador => "503",
    };
    let (prefix, local) = match digits.len() {
        8 if !international => (own, digits.as_str()),
        11 if digits.starts_with("502") || digits.starts_with("503") => digits.split_at(3),
        _ => return Verdict::malformed(PHONE_SHAPE),
    };
    Verdict::Valid {
        normalized: format!("+{prefix}{local}"),
        shown: format!("+{prefix} {}-{}", &local[..4], &local[4..]),
    }
}

/// A mail address as institutions use them: no quoted or accented names, a domain with at least one dot.
/// Kept in small letters, so that the same box is always the same text.
pub fn email(text: &str) -> Verdict {
    let text = text.trim();
    match text.rsplit_once('@') {
        Some((local, domain)) if text.len() <= 254 && is_local(local) && is_domain(domain) => {
            Verdict::Valid { normalized: text.to_ascii_lowercase(), shown: text.to_owned() }
        }
        _ => Verdict::malformed(EMAIL_SHAPE),
    }
}

fn is_local(local: &str) -> bool {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "._%+-'".contains(character);
    (1..=64).contains(&local.len())
        && local.chars().all(allowed)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top =
        labels.last().is_some_and(|top| top.len() >= 2 && !top.chars().any(|character| character.is_ascii_digit()));
    labels.len() >= 2 && labels.iter().all(label) && top
}
