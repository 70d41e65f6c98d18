//! Who is inside now: the open sessions of everybody, and ending them.

use super::desk::{self, Part};
use crate::{access::IDLE, failure::Failure, state::Visitor, words};
use axum::Extension;
use engine::actor::PersonId;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Sessions of one page: more are never open at once in an institution of thousands.
const ROWS: usize = 1_000;

/// `GET /{institution}/administracion/sesiones`
pub async fn list(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    let since = visitor.now.saturating_sub(IDLE).unwrap_or(visitor.now);
    let open = admin.open_sessions(visitor.now, since, ROWS).await?;
    let people: BTreeSet<PersonId> = open.iter().map(|(_, session)| session.person).collect();
    let under = format!(
        "{} de {}",
        words::count(desk::many(open.len()), "sesión abierta", "sesiones abiertas"),
        words::count(desk::many(people.len()), "persona", "personas")
    );
    let zone = visitor.zone();
    // One button a person, beside the first of the person's sessions.
    let mut before = None;
    let rows: Vec<_> = open
        .iter()
        .map(|(name, session)| (name, session, before.replace(session.person) != Some(session.person)))
        .collect();
    let content = html! {
        (desk::heading("Sesiones", &under))
        div.tabla-marco.apilable {
            table {
                caption.oculto-visual { "Sesiones abiertas, por persona" }
                thead { tr { th scope="col" { "Persona" } th scope="col" { "Entró" } th scope="col" { "Última vez" } th scope="col" { "Desde" } th scope="col" { "Terminar" } } }
                tbody {
                    @for (name, session, first) in rows {
                        tr {
                            td data-titulo="Persona" { a href=(visitor.to(&format!("/administracion/personas/{}", session.person.0))) { (name) } }
                            td data-titulo="Entró" { (words::time(session.created_at, &zone)) }
                            td data-titulo="Última vez" { (words::ago(session.seen_at, visitor.now)) }
                            td data-titulo="Desde" { (session.source) }
                            td data-titulo="Terminar" {
                                @if session.token_hash == visitor.session { span.menor { "Esta es la suya" } }
                                @else if first && session.person != visitor.person.id {
                                    (desk::button(&visitor, &format!("/personas/{}/sesiones/fin", session.person.0), None, "Terminar las suyas"))
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
