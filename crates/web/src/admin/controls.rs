//! Labelled controls of the administration's forms, which keep what was typed and tell what is wrong beside it.

use crate::{fields::Pairs, form::Sent};
use engine::refusal::{Fault, Refusal};
use jiff::civil::Date;
use maud::{Markup, html};

/// What was typed in a form and what was found wrong with it; both empty on a fresh page.
#[derive(Clone, Copy, Default)]
pub struct Typed<'t> {
    pairs: Option<&'t Pairs>,
    refusal: Option<&'t Refusal>,
}

impl<'t> Typed<'t> {
    #[must_use]
    pub fn refused(sent: &'t Sent, refusal: &'t Refusal) -> Self {
        Self { pairs: Some(&sent.pairs), refusal: Some(refusal) }
    }

    /// What was typed under a name, or else `otherwise`.
    #[must_use]
    pub fn value<'v>(&'v self, name: &str, otherwise: &'v str) -> &'v str {
        match self.pairs {
            Some(pairs) => pairs.iter().rev().find(|(key, _)| key == name).map_or("", |(_, text)| text),
            None => otherwise,
        }
    }

    /// Whether a box is ticked.
    #[must_use]
    pub fn ticked(&self, name: &str, otherwise: bool) -> bool {
        self.pairs.map_or(otherwise, |pairs| pairs.iter().any(|(key, _)| key == name))
    }

    /// What was wrong with what was typed under a name.
    #[must_use]
    pub fn fault(&self, name: &str) -> Option<&'t str> {
        let fault = self.refusal?.faults.iter().find(|fault| &*fault.field == name)?;
        Some(fault.message.as_str())
    }

    /// All that is wrong, on top of the form.
    #[must_use]
    pub fn alert(&self) -> Markup {
        html! {
            @if let Some(refusal) = self.refusal {
                div.aviso-caja.mal role="alert" {
                    p { (refusal.message) }
                    @if refusal.faults.iter().any(|fault| fault.message != refusal.message) { ul { @for fault in &refusal.faults { li { a href=(format!("#{}", fault.field)) { (fault.message) } } } } }
                }
            }
        }
    }

    /// One line of text, a date, a mail address…
    #[must_use]
    pub fn input(&self, field: Input<'_>, value: &str) -> Markup {
        let Input { name, label, kind, help, required } = field;
        let fault = self.fault(name);
        let fill = if kind == "password" { Some("new-password") } else { None };
        let value = if kind == "password" { "" } else { self.value(name, value) };
        html! {
            div.campo {
                label for=(name) { (label) @if required { " " span.obligatorio { "(obligatorio)" } } }
                @if let Some(help) = help { span.ayuda id=(format!("{name}-ayuda")) { (help) } }
                input id=(name) name=(name) type=(kind) value=(value) maxlength="300" required[required] autocomplete=[fill]
                    aria-invalid=[fault.map(|_| "true")] aria-describedby=(format!("{name}-error {name}-ayuda"));
                span.error id=(format!("{name}-error")) { (fault.unwrap_or_default()) }
            }
        }
    }

    /// A choice among values and their words; `nothing` is the words of choosing none.
    #[must_use]
    pub fn select(
        &self,
        name: &str,
        label: &str,
        nothing: Option<&str>,
        options: &[(String, String)],
        value: &str,
    ) -> Markup {
        let fault = self.fault(name);
        let chosen = self.value(name, value);
        html! {
            div.campo {
                label for=(name) { (label) @if nothing.is_none() { " " span.obligatorio { "(obligatorio)" } } }
                select id=(name) name=(name) aria-invalid=[fault.map(|_| "true")] aria-describedby=(format!("{name}-error")) {
                    option value="" { (nothing.unwrap_or("Elija…")) }
                    @for (key, words) in options { option value=(key) selected[key == chosen] { (words) } }
                }
                span.error id=(format!("{name}-error")) { (fault.unwrap_or_default()) }
            }
        }
    }

    #[must_use]
    pub fn tick(&self, name: &str, label: &str, ticked: bool) -> Markup {
        html! {
            label.opcion {
                input type="checkbox" name=(name) value="si" checked[self.ticked(name, ticked)];
                (label)
            }
        }
    }
}

/// A control of one line.
#[derive(Clone, Copy)]
pub struct Input<'i> {
    pub name: &'i str,
    pub label: &'i str,
    pub kind: &'i str,
    pub help: Option<&'i str>,
    pub required: bool,
}

impl<'i> Input<'i> {
    #[must_use]
    pub const fn text(name: &'i str, label: &'i str) -> Self {
        Self { name, label, kind: "text", help: None, required: false }
    }

    #[must_use]
    pub const fn date(name: &'i str, label: &'i str) -> Self {
        Self { kind: "date", ..Self::text(name, label) }
    }

    #[must_use]
    pub const fn of_kind(self, kind: &'i str) -> Self {
        Self { kind, ..self }
    }

    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    #[must_use]
    pub const fn help(self, help: &'i str) -> Self {
        Self { help: Some(help), ..self }
    }
}

/// Reads the fields of a form and gathers all that is wrong, to be told at once.
pub struct Gather<'g> {
    sent: &'g Sent,
    pub faults: Vec<Fault>,
}

impl<'g> Gather<'g> {
    #[must_use]
    pub const fn new(sent: &'g Sent) -> Self {
        Self { sent, faults: Vec::new() }
    }

    pub fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.faults.push(Fault::new(name, message));
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &str, missing: &str) -> &'g str {
        let text = self.sent.text(name);
        if text.is_none() {
            self.wrong(name, missing);
        }
        text.unwrap_or_default()
    }

    /// A date that may be left blank.
    pub fn date(&mut self, name: &str) -> Option<Date> {
        let text = self.sent.text(name)?;
        let date = text.parse().ok();
        if date.is_none() {
            self.wrong(name, "Escriba la fecha como día, mes y año.");
        }
        date
    }

    /// A date that must be there.
    pub fn day(&mut self, name: &str, missing: &str) -> Date {
        let before = self.faults.len();
        let date = self.date(name);
        if date.is_none() && self.faults.len() == before {
            self.wrong(name, missing);
        }
        date.unwrap_or(Date::constant(1, 1, 1))
    }

    /// All of it was right, or the refusal that says what is not.
    ///
    /// # Errors
    /// With every fault found.
    pub fn finish(self, message: &str) -> Result<(), Refusal> {
        if self.faults.is_empty() { Ok(()) } else { Err(Refusal::invalid(message).with(self.faults)) }
    }
}
