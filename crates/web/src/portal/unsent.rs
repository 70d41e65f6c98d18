//! What was typed in a form that opens a case and was not sent: kept for the one who typed it, offered when he returns,
//! gone once it is sent or has become old.

use crate::{
    cases::task::PREFIX,
    failure::Failure,
    fields::Pairs,
    form::Sent,
    state::{KEY, SEAL, Visitor},
    words,
};
use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use store::desk::{Draft, drafts::NEW};

/// Says that a form is the one whose draft is kept: not a fresh one beside a draft that nobody has taken up.
const CARRIES: &str = "lleva";
/// In the address: the draft is taken up.
pub const TAKEN_UP: &str = "borrador";
/// Never kept: what seals the form, and what only steers the page.
const DROPPED: [&str; 8] = [SEAL, KEY, CARRIES, "contrasena", "borrador", "descartar", "parecidas", "accion"];

/// A form that opens a case: by whom it is known, and what was left in it.
pub struct Unsent {
    /// Its noun.
    form: &'static str,
    /// Under what its draft is kept.
    place: String,
    /// Where the form is.
    here: String,
    /// Where its draft is sent.
    keeps: String,
    draft: Option<Draft>,
    carries: bool,
}

impl Unsent {
    /// The form `form` for what `of` names, at `here`; `keeps` is where its draft goes.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn load(
        visitor: &Visitor,
        form: &'static str,
        of: &str,
        (here, keeps): (String, String),
    ) -> Result<Self, Failure> {
        let place = format!("{NEW}{of}");
        let draft = visitor.reader.drafts(&place).await?.into_iter().find(|draft| draft.form == form);
        let carries = draft.is_none();
        Ok(Self { form, place, here, keeps, draft, carries })
    }

    /// The draft goes on: what was typed in it.
    pub fn take_up(&mut self) -> Option<Pairs> {
        self.carries = true;
        self.draft.as_ref().map(|draft| draft.pairs.clone())
    }

    /// The form has come back: whether it is the one whose draft is kept.
    pub fn sent(&mut self, sent: &Sent) {
        self.carries = sent.flag(CARRIES);
    }

    /// It was refused: what was typed outlives the page and the session.
    pub async fn keep(&self, visitor: &Visitor, pairs: &Pairs) {
        if self.carries {
            let _ = visitor.reader.keep_draft(&self.place, self.form, &worth_keeping(pairs), visitor.now).await;
        }
    }

    /// It became a case: what may go wrong with its draft is no reason to say otherwise.
    pub async fn done(&self, visitor: &Visitor) {
        if self.carries {
            let _ = visitor.reader.drop_draft(&self.place, self.form).await;
        }
    }

    /// The answer to «Guardar borrador», to «Descartar» and to the script that keeps what is typed.
    ///
    /// # Errors
    /// There is another draft that nobody has taken up; or it is too long.
    pub async fn answer(&self, visitor: &Visitor, headers: &HeaderMap, sent: &Sent) -> Result<Response, Failure> {
        let by_script = headers.get(header::ACCEPT).is_some_and(|value| value.as_bytes() == b"application/json");
        if sent.flag("descartar") {
            visitor.reader.drop_draft(&self.place, self.form).await?;
            return Ok(Redirect::to(&self.here).into_response());
        }
        if !sent.flag(CARRIES) && self.draft.is_some() {
            let words = "Ya tiene un borrador de esta solicitud: siga con él o descártelo.";
            return Err(Failure::Invalid(words.into()));
        }
        visitor.reader.keep_draft(&self.place, self.form, &worth_keeping(&sent.pairs), visitor.now).await?;
        Ok(if by_script { StatusCode::NO_CONTENT.into_response() } else { Redirect::to(&self.there()).into_response() })
    }

    /// The form with the draft in it.
    fn there(&self) -> String {
        let join = if self.here.contains('?') { '&' } else { '?' };
        format!("{}{join}{TAKEN_UP}=si", self.here)
    }

    /// For the form's own tag: where a script sends what is typed; nothing beside a draft that nobody has taken up.
    #[must_use]
    pub fn kept_at(&self) -> Option<&str> {
        self.carries.then_some(self.keeps.as_str())
    }

    /// What was left, for whoever comes back.
    #[must_use]
    pub fn offer(&self, visitor: &Visitor) -> Markup {
        let Some(draft) = self.draft.as_ref().filter(|_| !self.carries) else { return html! {} };
        let subject = draft.pairs.iter().find(|(name, _)| name == "asunto").map(|(_, text)| text.as_str());
        html! {
            div.aviso-caja role="status" {
                p { "Usted dejó una solicitud sin enviar el " (words::time(draft.at, &visitor.zone())) @if let Some(subject) = subject { ": «" (subject) "»" } "." }
                div.fila {
                    a.boton href=(self.there()) { "Seguir con ella" }
                    form method="post" action=(self.keeps) {
                        (visitor.seal())
                        input type="hidden" name="descartar" value="si";
                        button.liso type="submit" { "Descartarla" }
                    }
                }
            }
        }
    }

    /// The form's own part: the button without script, and what the script says when it has kept something.
    #[must_use]
    pub fn controls(&self, visitor: &Visitor) -> Markup {
        if !self.carries {
            return html! {};
        }
        html! {
            div.fila {
                input type="hidden" name=(CARRIES) value="si";
                button.liso type="submit" formaction=(self.keeps) formnovalidate { "Guardar borrador" }
                @if self.draft.is_some() {
                    button.liso type="submit" name="descartar" value="si" formaction=(self.keeps) formnovalidate { "Descartar el borrador" }
                }
                span.menor data-borrador-estado role="status" {
                    @if let Some(draft) = &self.draft { "Borrador guardado " (words::time(draft.at, &visitor.zone())) }
                }
            }
        }
    }
}

/// What is worth keeping: nothing, where only the page was steered.
fn worth_keeping(pairs: &Pairs) -> Pairs {
    let written =
        |name: &str| ["asunto", "descripcion", "persona-texto", "externo"].contains(&name) || name.starts_with(PREFIX);
    let kept: Pairs = pairs
        .iter()
        .filter(|(name, text)| !DROPPED.contains(&name.as_str()) && !text.trim().is_empty())
        .cloned()
        .collect();
    if kept.iter().any(|(name, _)| written(name)) { kept } else { Pairs::new() }
}
