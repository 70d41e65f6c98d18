//! A form that was refused: which one, what was typed in it, and the sentence that says why.

use crate::{
    failure::Failure,
    fields::{self, Pairs},
    form::Sent,
};
use axum::http::StatusCode;
use engine::{
    refusal::{Fault, Refusal},
    value::Values,
};
use manual::field::Field;
use maud::{Markup, html};

/// What the page shows again.
#[derive(Debug)]
pub struct Refused {
    /// The noun of the form: `cumplimientos`, `comentarios`.
    pub form: &'static str,
    pub pairs: Pairs,
    pub status: StatusCode,
    pub title: &'static str,
    pub message: String,
    pub norm: Option<String>,
    pub faults: Vec<Fault>,
}

impl Refused {
    /// From a failure that a person can mend; any other is given back.
    ///
    /// # Errors
    /// The failure itself, where showing the form again would not help.
    pub fn from_failure(form: &'static str, sent: Sent, failure: Failure) -> Result<Self, Failure> {
        let (norm, faults) = match &failure {
            Failure::Refused(refusal) => (refusal.norm.clone(), refusal.faults.clone()),
            Failure::Invalid(_) | Failure::KeyReused | Failure::TooMany { .. } | Failure::Unavailable(_) => {
                (None, Vec::new())
            }
            _ => return Err(failure),
        };
        let message = failure.detail();
        Ok(Self { form, pairs: sent.pairs, status: failure.status(), title: failure.title(), message, norm, faults })
    }

    /// What was typed, to be shown again without anything wrong with it.
    #[must_use]
    pub fn typed(form: &'static str, sent: Sent) -> Self {
        let (title, message) = ("", String::new());
        Self { form, pairs: sent.pairs, status: StatusCode::OK, title, message, norm: None, faults: Vec::new() }
    }

    /// What was typed, with nothing wrong with it: a form filled beforehand, or shown again after a search.
    #[must_use]
    pub fn looked(form: &'static str, pairs: Pairs) -> Self {
        Self { form, pairs, status: StatusCode::OK, title: "", message: String::new(), norm: None, faults: Vec::new() }
    }

    /// The alert at the top of the page.
    #[must_use]
    pub fn alert(&self) -> Markup {
        html! {
            div.aviso-caja.mal role="alert" id="aviso" {
                strong { (self.title) }
                @if self.faults.len() < 2 || self.message.len() < 120 { p { (self.message) } }
                @if self.faults.len() > 1 { ul { @for fault in &self.faults { li { (fault.message) } } } }
                @if let Some(norm) = &self.norm { p.menor { (norm) } }
            }
        }
    }

    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
    }

    /// The values typed for these fields.
    pub fn values<'f>(&self, fields: impl Iterator<Item = &'f Field>, prefix: &str) -> Values {
        fields::read(fields, &self.pairs, prefix)
    }
}

/// What was typed in a form of the page: of the one that was refused, or as it was kept as a draft; else empty.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'r> {
    pairs: Option<&'r Pairs>,
    refused: Option<&'r Refused>,
}

impl<'r> Typed<'r> {
    #[must_use]
    pub fn of(form: &str, refused: Option<&'r Refused>) -> Self {
        let refused = refused.filter(|refused| refused.form == form);
        Self { pairs: refused.map(|refused| &refused.pairs), refused }
    }

    /// The draft, where nothing was refused.
    #[must_use]
    pub fn or_draft(self, draft: Option<&'r Pairs>) -> Self {
        Self { pairs: self.pairs.or(draft), ..self }
    }

    #[must_use]
    pub const fn refused(self) -> Option<&'r Refused> {
        self.refused
    }

    /// The fields as they were typed.
    #[must_use]
    pub const fn pairs(self) -> Option<&'r Pairs> {
        self.pairs
    }

    /// Whether anything was typed.
    #[must_use]
    pub fn has_text(self) -> bool {
        self.pairs.is_some_and(|pairs| !pairs.is_empty())
    }

    #[must_use]
    pub fn text(self, name: &str) -> &'r str {
        let found = self.pairs.and_then(|pairs| pairs.iter().rev().find(|(key, _)| key == name));
        found.map(|(_, text)| text.as_str()).unwrap_or_default()
    }

    #[must_use]
    pub fn is(self, name: &str, value: &str) -> bool {
        self.text(name) == value
    }

    /// The fault of a control, to stand beside it.
    #[must_use]
    pub fn fault(self, field: &str) -> Markup {
        let fault = self.refused.and_then(|refused| refused.faults.iter().find(|fault| &*fault.field == field));
        html! { @if let Some(fault) = fault { span.error { (fault.message) } } }
    }
}

/// A refusal of the page itself, about one control.
#[must_use]
pub fn about(field: &str, message: &str) -> Failure {
    Failure::Refused(Refusal::invalid(message).with(vec![Fault::new(field, message)]))
}
