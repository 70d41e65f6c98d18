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

/// What was typed in a form of the page: empty unless it is the one that was refused.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'r>(Option<&'r Refused>);

impl<'r> Typed<'r> {
    #[must_use]
    pub fn of(form: &str, refused: Option<&'r Refused>) -> Self {
        Self(refused.filter(|refused| refused.form == form))
    }

    #[must_use]
    pub const fn refused(self) -> Option<&'r Refused> {
        self.0
    }

    #[must_use]
    pub fn text(self, name: &str) -> &'r str {
        self.0.and_then(|refused| refused.text(name)).unwrap_or_default()
    }

    #[must_use]
    pub fn is(self, name: &str, value: &str) -> bool {
        self.text(name) == value
    }

    /// The fault of a control, to stand beside it.
    #[must_use]
    pub fn fault(self, field: &str) -> Markup {
        let fault = self.0.and_then(|refused| refused.faults.iter().find(|fault| &*fault.field == field));
        html! { @if let Some(fault) = fault { span.error { (fault.message) } } }
    }
}

/// A refusal of the page itself, about one control.
#[must_use]
pub fn about(field: &str, message: &str) -> Failure {
    Failure::Refused(Refusal::invalid(message).with(vec![Fault::new(field, message)]))
}
