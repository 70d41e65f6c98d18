//! Changing one's own password: by choice, or because an administrator gave the one there is and nothing else is shown
//! before it is changed.

use super::passwords;
use crate::{
    failure::Failure,
    form::Sent,
    proof,
    shell::{Frame, Place},
    state::{App, Visitor},
};
use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use engine::refusal::{Fault, Refusal};
use maud::{Markup, html};

/// `GET /{institution}/cuenta/contrasena`
pub async fn show(Extension(visitor): Extension<Visitor>) -> Markup {
    page(&visitor, None)
}

/// `POST /{institution}/cuenta/contrasena`
pub async fn change(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    sent: Sent,
) -> Result<Response, Failure> {
    let old = sent.text("actual").unwrap_or_default();
    let new = sent.text("nueva").unwrap_or_default().to_string();
    let mut faults = Vec::new();
    if !proof::given(&visitor.house, &visitor.person, old, visitor.now).await? {
        faults.push(Fault::new("actual", "La contraseña actual no es correcta."));
    }
    let about = [&*visitor.person.login, &*visitor.person.name, visitor.house.code.as_str()];
    if let Err(advice) = passwords::judge(&new, &about) {
        faults.push(Fault::new("nueva", advice));
    } else if new == old {
        faults.push(Fault::new("nueva", "La contraseña nueva es la misma de antes. Elija otra."));
    }
    if sent.text("repetida") != Some(new.as_str()) {
        faults.push(Fault::new("repetida", "Las dos contraseñas nuevas no son iguales."));
    }
    if !faults.is_empty() {
        let refusal = Refusal::invalid("La contraseña no se cambió.").with(faults);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&visitor, Some(&refusal))).into_response());
    }
    let entropy = app.shared_entropy();
    let hash = tokio::task::spawn_blocking(move || passwords::hash(&new, &*entropy))
        .await
        .map_err(|error| Failure::Internal(error.to_string()))?
        .map_err(Failure::Internal)?;
    let store = &visitor.house.store;
    store.change_password(visitor.person.id, hash, visitor.session.clone(), visitor.now).await?;
    let next = if visitor.person.must_change_password { "/" } else { "/cuenta" };
    Ok(Redirect::to(&visitor.to(next)).into_response())
}

/// A page of its own: without the bar where nothing else is shown yet.
fn page(visitor: &Visitor, refusal: Option<&Refusal>) -> Markup {
    let given = visitor.person.must_change_password;
    let content = html! {
        div.panel.principal {
            h1 { @if given { "Elija su contraseña" } @else { "Cambiar la contraseña" } }
            @if let Some(refusal) = refusal {
                div.aviso-caja.mal role="alert" {
                    p { (refusal.message) }
                    ul { @for fault in &refusal.faults { li { a href=(format!("#{}", fault.field)) { (fault.message) } } } }
                }
            }
            @if given {
                p { "La contraseña que tiene se la dio quien administra el sistema. Antes de continuar, cámbiela por una que solo usted conozca." }
            }
            (form(visitor, refusal))
            p.menor { "Sus otras sesiones terminarán." }
            @if given {
                form method="post" action=(visitor.to("/salir")) { (visitor.seal()) button.liso type="submit" { "Salir" } }
            } @else {
                p { a href=(visitor.to("/cuenta")) { "Volver a mi cuenta" } }
            }
        }
    };
    let frame = Frame::new(visitor, Place::Account, "Cambiar la contraseña");
    if given { Frame { visitor: None, ..frame }.narrow(&content) } else { frame.narrow(&content) }
}

/// The form itself, with what was wrong the last time.
#[must_use]
pub fn form(visitor: &Visitor, refusal: Option<&Refusal>) -> Markup {
    let fault = |field: &str| {
        refusal
            .and_then(|refusal| refusal.faults.iter().find(|fault| &*fault.field == field))
            .map(|fault| fault.message.as_str())
    };
    html! {
        form.formulario method="post" action=(visitor.to("/cuenta/contrasena")) {
            (visitor.seal())
            @for (name, label, fill) in [
                ("actual", "Contraseña actual", "current-password"),
                ("nueva", "Contraseña nueva", "new-password"),
                ("repetida", "Contraseña nueva, otra vez", "new-password"),
            ] {
                div.campo {
                    label for=(name) { (label) }
                    input id=(name) name=(name) type="password" autocomplete=(fill) required maxlength="128"
                        aria-invalid=[fault(name).map(|_| "true")] aria-describedby=(format!("{name}-error"));
                    span.error id=(format!("{name}-error")) { (fault(name).unwrap_or_default()) }
                }
            }
            p.menor { "Al menos " (passwords::SHORTEST) " caracteres. Una frase de varias palabras es mejor que símbolos." }
            button.principal type="submit" { "Cambiar la contraseña" }
        }
    }
}
