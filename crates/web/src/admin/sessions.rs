//! Who is inside now: the open sessions of each person, and ending them.

use super::desk::{self, Part};
use crate::{failure::Failure, guard::IDLE, state::Visitor, words};
use axum::Extension;
use maud::{Markup, html};
use store::{auth::Session, people::Person};

/// `GET /{institution}/administracion/sesiones`
pub async fn list(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    let mut open: Vec<(Person, Vec<Session>)> = Vec::new();
    for person in desk::active_people(&admin).await? {
        let mut sessions = admin.sessions(person.id).await?;
        sessions
            .retain(|session| session.expires_at > visitor.now && visitor.now.duration_since(session.seen_at) < IDLE);
        if !sessions.is_empty() {
            open.push((person, sessions));
        }
    }
    let count = open.iter().map(|(_, sessions)| sessions.len()).sum();
    let under = format!(
        "{} de {}",
        words::count(desk::many(count), "sesión abierta", "sesiones abiertas"),
        words::count(desk::many(open.len()), "persona", "personas")
    );
    let zone = visitor.zone();
    let content = html! {
        (desk::heading("Sesiones", &under))
        div.tabla-marco.apilable {
            table {
                caption.oculto-visual { "Sesiones abiertas, por persona" }
                thead { tr { th scope="col" { "Persona" } th scope="col" { "Entró" } th scope="col" { "Última vez" } th scope="col" { "Desde" } th scope="col" { "Terminar" } } }
                @for (person, sessions) in &open {
                    tbody {
                        @for (index, session) in sessions.iter().enumerate() {
                            tr {
                                td data-titulo="Persona" { a href=(visitor.to(&format!("/administracion/personas/{}", person.id.0))) { (person.name) } }
                                td data-titulo="Entró" { (words::time(session.created_at, &zone)) }
                                td data-titulo="Última vez" { (words::ago(session.seen_at, visitor.now)) }
                                td data-titulo="Desde" { (session.source) }
                                td data-titulo="Terminar" {
                                    @if session.token_hash == visitor.session { span.menor { "Esta es la suya" } }
                                    @else if index == 0 && person.id != visitor.person.id {
                                        (desk::button(&visitor, &format!("/personas/{}/sesiones/fin", person.id.0), None, "Terminar las suyas"))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(desk::page(&visitor, Part::Sessions, "Sesiones", &content))
}
