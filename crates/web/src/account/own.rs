//! One's own account: who one is here, the password, and where one is entered.

use super::renewal;
use crate::{
    access::IDLE,
    failure::Failure,
    form::Sent,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

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

/// `GET /{institution}/cuenta`
pub async fn show(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let zone = visitor.zone();
    let sessions = visitor.house.store.own_sessions(visitor.person.id).await?;
    let sessions: Vec<_> = sessions
        .into_iter()
        .filter(|session| visitor.now < session.expires_at && visitor.now.duration_since(session.seen_at) <= IDLE)
        .collect();
    let person = &visitor.person;
    let content = html! {
        div.encabezado { h1 { "Mi cuenta" } }
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
                    h2 { "Avisos" }
                    p { "Qué se le avisa, y si además le llega por correo." }
                    a.boton href=(visitor.to("/cuenta/avisos")) { "Elegir mis avisos" }
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
                    h2 { "Teclas" }
                    p { @if visitor.preferences.keys() { "Encendidas: «?» las muestra en cualquier página." } @else { "Apagadas." } }
                    a.boton href=(visitor.to("/cuenta/teclas")) { "Ver las teclas, encenderlas o apagarlas" }
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
                (renewal::form(&visitor, None))
                p.menor { "Sus otras sesiones terminarán." }
            }
        }
    };
    Ok(Frame::new(&visitor, Place::Account, "Mi cuenta").page(&content))
}

/// The browser in a word; the whole text is of no use to a person.
fn short_agent(agent: &str) -> &'static str {
    [("Firefox", "Firefox"), ("Edg/", "Edge"), ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl")]
        .into_iter()
        .find(|(mark, _)| agent.contains(mark))
        .map_or("", |(_, name)| name)
}
