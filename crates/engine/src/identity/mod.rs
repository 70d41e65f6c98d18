//! Identity numbers, telephones and mail addresses: whether what was typed can be right, and how it is kept and shown.
//!
//! A wrong shape is refused. A check digit that does not agree, or a municipality outside the table, is doubtful and may be
//! kept with a reason: people hold real papers with odd numbers. A valid number only proves that nothing was mistyped.

mod digits;
mod municipalities;
mod guatemala;
mod el_salvador;
mod contact;

pub use contact::{email, phone};
pub use el_salvador::{dui, nit_sv};
pub use guatemala::{cui, nit_gt};
pub use municipalities::{DEPARTMENTS, is_municipality};

/// What can be said of a number as typed. `normalized` is what is kept and compared; `shown` is how people write it.
/// `why` is a Spanish sentence that follows the field's label and a colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Valid { normalized: String, shown: String },
    Doubtful { normalized: String, shown: String, why: String },
    Malformed { why: String },
}

impl Verdict {
    /// What would be kept, unless it is refused.
    pub fn normalized(&self) -> Option<&str> {
        match self {
            Self::Valid { normalized, .. } | Self::Doubtful { normalized, .. } => Some(normalized),
            Self::Malformed { .. } => None,
        }
    }

    pub fn shown(&self) -> Option<&str> {
        match self {
            Self::Valid { shown, .. } | Self::Doubtful { shown, .. } => Some(shown),
            Self::Malformed { .. } => None,
        }
    }

    fn malformed(why: &str) -> Self {
        Self::Malformed { why: why.to_owned() }
    }

    /// Valid where there is nothing to object.
    fn of(normalized: String, shown: String, objections: &[&str]) -> Self {
        if objections.is_empty() {
            Self::Valid { normalized, shown }
        } else {
            Self::Doubtful { normalized, shown, why: format!("{}.", objections.join("; ")) }
        }
    }
}

const MASK: char = '•';

/// The text for a list that many people see: at most a third of it, and never more than its last four characters, stays
/// readable. Of a mail address, the first letter and the domain.
pub fn mask(text: &str) -> String {
    if let Some((local, domain)) = text.rsplit_once('@') {
        return local.chars().take(1).chain([MASK; 3]).chain(['@']).chain(domain.chars()).collect();
    }
    let characters = text.chars().filter(|character| character.is_alphanumeric()).count();
    let hidden = characters - (characters / 3).min(4);
    let mut seen = 0;
    text.chars()
        .map(|character| {
            if !character.is_alphanumeric() {
                return character;
            }
            seen += 1;
            if seen <= hidden { MASK } else { character }
        })
        .collect()
}
