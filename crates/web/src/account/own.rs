//! One's own account: who one is here, the password, and where one is entered.

use super::{entrance::check_password, passwords};
use crate::{
    failure::Failure,
    form::Sent,
    guard::IDLE,
    shell::{Frame, Place},
    state::{App, Visitor},
    words,
};
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use engine::refusal::{Fault, Refusal};
use maud::{Markup, html};

/// `GET /{institution}/cuenta`
pub async fn show(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    page(&visitor, None).await
}

/// `POST /{institution}/cuenta/contrasena`
pub async fn change_password(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    sent: Sent,
) -> Result<Response, Failure> {
    let store = &visitor.house.store;
    let known = store.person_by_login(&visitor.person.login).await?;
    let old = sent.text("actual").unwrap_or_default();
    let new = sent.text("nueva").unwrap_or_default().to_string();
    let mut faults = Vec::new();
    if !check_password(old, known.as_ref()).await? {
        faults.push(Fault::new("actual", "La contraseña actual no es correcta."));
    }
    let about = [&*visitor.person.login, &*visitor.person.name, visitor.house.code.as_str()];
    if let Err(advice) = passwords::judge(&new, &about) {
        faults.push(Fault::new("nueva", advice));
    }
    if sent.text("repetida") != Some(new.as_str()) {
        faults.push(Fault::new("repetida", "Las dos contraseñas nuevas no son iguales."));
    }
    if !faults.is_empty() {
        let refusal = Refusal::invalid("La contraseña no se cambió.").with(faults);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&visitor, Some(&refusal)).await?).into_response());
    }
    let entropy = app.shared_entropy();
    let hash = tokio::task::spawn_blocking(move || passwords::hash(&new, &*entropy))
        .await
        .map_err(|error| Failure::Internal(error.to_string()))?
        .map_err(Failure::Internal)?;
    store.change_password(visitor.person.id, hash, visitor.session.clone(), visitor.now).await?;
    Ok(Redirect::to(&visitor.to("/cuenta")).into_response())
}

/// `POST /{institution}/cuenta/sesiones/{session}/fin`
pub async fn end_session(
    Extension(visitor): Extension<Visitor>,
    Path((_, session)): Path<(String, String)>,
    _: Sent,
) -> Result<Response, Failure> {
    let own = visitor.house.store.own_sessions(visitor.person.id).await?;
    let found = own.into_iter().find(|own| own.token_hash == session).ok_or(Failure::NotFound)?;
    visitor.house.store.end_session(&found.token_hash).await?;
    Ok(Redirect::to(&visitor.to("/cuenta")).into_response())
}

async fn page(visitor: &Visitor, refusal: Option<&Refusal>) -> Result<Markup, Failure> {
    let zone = visitor.zone();
    let sessions = visitor.house.store.own_sessions(visitor.person.id).await?;
    let sessions: Vec<_> = sessions
        .into_iter()
        .filter(|session| visitor.now < session.expires_at && visitor.now.duration_since(session.seen_at) <= IDLE)
        .collect();
    let fault = |field: &str| {
        refusal
            .and_then(|refusal| refusal.faults.iter().find(|fault| &*fault.field == field))
            .map(|fault| fault.message.as_str())
    };
    let person = &visitor.person;
    let content = html! {
        div.encabezado { h1 { "Mi cuenta" } }
        @if let Some(refusal) = refusal {
            div.aviso-caja.mal role="alert" {
                p { (refusal.message) }
                ul { @for fault in &refusal.faults { li { (fault.message) } } }
            }
        }
        div.dos.mitades {
            div.pila {
                section.panel {
                    h2 { "Quién soy aquí" }
                    dl.datos {
                        dt { "Nombre" } dd { (person.name) }
                        dt { "Usuario" } dd { (person.login) }
                        @if !person.email.is_empty() { dt { "Correo" } dd { (person.email) } }
                        dt { "Puestos" }
                        dd {
                            @if visitor.posts.is_empty() { "Ninguno: puede pedir y dar seguimiento a sus solicitudes." }
                            @for post in visitor.posts.iter() { (post.role) br; }
                        }
                    }
                }
                section.panel {
                    h2 { "Segundo factor" }
                    @if person.has_totp {
                        p { span.etiqueta.bien { "Activo" } " Al entrar se le pide un código de su teléfono." }
                    } @else {
                        p { "Con un segundo factor nadie entra con solo conocer su contraseña." }
                    }
                    a.boton href=(visitor.to("/cuenta/segundo-factor")) {
                        @if person.has_totp { "Cambiar o quitar" } @else { "Activar el segundo factor" }
                    }
                }
                section.panel {
                    h2 { "Dónde he entrado" }
                    div.tabla-marco.apilable {
                        table {
                            thead { tr { th scope="col" { "Desde" } th scope="col" { "Entró" } th scope="col" { "Última vez" } th scope="col" { "Fin" } } }
                            tbody {
                                @for session in &sessions {
                                    tr {
                                        td data-titulo="Desde" { (session.source) " " small { (short_agent(&session.agent)) } }
                                        td data-titulo="Entró" { (words::time(session.created_at, &zone)) }
                                        td data-titulo="Última vez" { (words::ago(session.seen_at, visitor.now)) }
                                        td data-titulo="Fin" {
                                            @if session.token_hash == visitor.session { "esta sesión" } @else {
                                                form method="post" action=(visitor.to(&format!("/cuenta/sesiones/{}/fin", session.token_hash))) {
                                                    (visitor.seal())
                                                    button type="submit" { "Terminar" }
                                                }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            section.panel {
                h2 { "Cambiar la contraseña" }
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
                    p.menor { "Sus otras sesiones terminarán." }
                }
            }
        }
    };
    Ok(Frame::new(visitor, Place::Account, "Mi cuenta").page(&content))
}

/// The browser in a word; the whole text is of no use to a person.
fn short_agent(agent: &str) -> &'static str {
    [("Firefox", "Firefox"), ("Edg/", "Edge"), ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl")]
        .into_iter()
        .find(|(mark, _)| agent.contains(mark))
        .map_or("", |(_, name)| name)
}
