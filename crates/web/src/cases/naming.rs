//! Whom a comment or a note should reach besides: picked in the form, and named in its text.

use super::refused::{Typed, about};
use crate::{failure::Failure, form::Sent, state::Visitor};
use engine::{Name, mentions::mentioned};
use maud::{Markup, html};

/// The field of the form.
#[must_use]
pub fn field(form: &str, typed: Typed<'_>) -> Markup {
    let id = format!("avisar-{form}");
    html! {
        div.campo {
            label for=(id) { "Avisar a " span.menor { "(usuario o nombre; queda siguiendo el caso)" } }
            input id=(id) name="avisar" maxlength="300" autocomplete="off" value=(typed.text("avisar")) aria-describedby=(format!("{id}-ayuda"));
            span.ayuda id=(format!("{id}-ayuda")) { "También puede escribir @usuario en el texto. Varios, separados por comas." }
            (typed.fault("avisar"))
        }
    }
}

/// The text, with those picked in the form named at its end where it does not name them already.
///
/// # Errors
/// Where somebody picked is not one person of the directory.
pub async fn with_mentions(visitor: &Visitor, sent: &Sent) -> Result<Name, Failure> {
    let mut text = sent.text("texto").unwrap_or_default().to_owned();
    if text.trim().is_empty() {
        return Ok("".into());
    }
    for picked in sent.text("avisar").unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let login = picked.trim_start_matches('@').to_lowercase();
        let found = visitor.reader.people(&login, 2).await?;
        let exact = found.iter().find(|person| *person.login == *login);
        let one = exact.or(if found.len() == 1 { found.first() } else { None });
        let Some(person) = one else {
            let message = match found.len() {
                0 => format!("Nadie en el directorio con «{picked}»."),
                _ => format!("«{picked}» puede ser más de una persona: escriba su usuario."),
            };
            return Err(about("avisar", &message));
        };
        if !mentioned(&text).iter().any(|login| *login == &*person.login) {
            text = format!("{text} @{}", person.login);
        }
    }
    Ok(text.into())
}
