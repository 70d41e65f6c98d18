//! `GET /{institution}/soluciones/{id}`: a solution, and for those who may, changing, publishing and withdrawing it.

use crate::{
    cases::refused::{Refused, Typed},
    failure::Failure,
    manual_pages::address,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use store::knowledge::{Solution, SolutionState};

/// The form of the texts.
pub const FORM: &str = "soluciones";

pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    page(&visitor, id, None).await
}

/// The page, with the form that was refused as it was typed.
///
/// # Errors
/// It is not there for this visitor; or the store cannot be read.
pub async fn page(visitor: &Visitor, id: i64, refused: Option<&Refused>) -> Result<Response, Failure> {
    let solution = visitor.reader.solution(id).await?.ok_or(Failure::NotFound)?;
    let edition = visitor.house.edition().await?.edition;
    let procedure = solution.procedure.as_ref().and_then(|code| edition.procedure(code));
    let may_change = visitor.reader.may_change(&solution).await?;
    let may_settle = visitor.person.administrator || visitor.reader.leads().await?;
    let content = html! {
        div.encabezado {
            div {
                p.migas { a href=(visitor.to("/soluciones")) { "Soluciones" } @if let Some(procedure) = procedure { " › " (procedure.code) } }
                h1 { (solution.title) }
            }
            @if solution.state != SolutionState::Published { div.fila { (state(solution.state)) } }
        }
        @if let Some(refused) = refused { (refused.alert()) }
        div.dos {
            article.panel.principal {
                h2 { "El problema" }
                p.texto-libre { (solution.problem) }
                h2 { "Cómo se resolvió" }
                p.texto-libre { (solution.text) }
            }
            div.pila {
                section.panel {
                    h2 { "De dónde sale" }
                    dl.datos {
                        dt { "Escrita por" } dd { (solution.author_name) }
                        dt { "Última versión" } dd { (words::time(solution.changed_at, &visitor.zone())) }
                        @if let Some(procedure) = procedure {
                            dt { "Procedimiento" } dd { a href=(address::procedure(visitor, &procedure.code)) { (procedure.code) " " (procedure.title) } }
                        }
                        @if let Some(number) = &solution.number { dt { "Caso" } dd { a href=(visitor.to(&format!("/casos/{number}"))) { (number) } } }
                    }
                }
                @if may_settle { (settling(visitor, &solution)) }
                @if may_change { (changing(visitor, &solution, Typed::of(FORM, refused))) }
                @if !may_settle && solution.state == SolutionState::Draft {
                    p.menor { "La publica quien tiene un puesto de jefatura. Mientras tanto la ven quienes atienden." }
                }
            }
        }
    };
    let status = refused.map_or(StatusCode::OK, |refused| refused.status);
    Ok((status, Frame::new(visitor, Place::Nowhere, &solution.title).page(&content)).into_response())
}

fn state(state: SolutionState) -> Markup {
    match state {
        SolutionState::Draft => html! { span.etiqueta.aviso { "Borrador" } },
        SolutionState::Published => html! { span.etiqueta.bien { "Publicada" } },
        SolutionState::Withdrawn => html! { span.etiqueta.rechazado { "Retirada" } },
    }
}

fn settling(visitor: &Visitor, solution: &Solution) -> Markup {
    let (noun, button) = match solution.state {
        SolutionState::Draft | SolutionState::Withdrawn => ("publicacion", "Publicar para toda la institución"),
        SolutionState::Published => ("retiro", "Retirar la solución"),
    };
    html! {
        section.panel {
            h2 { "Publicación" }
            @if solution.state == SolutionState::Draft { p.menor { "Antes de publicar, vea que no lleve nombres, contraseñas ni datos de personas." } }
            form method="post" action=(visitor.to(&format!("/soluciones/{}/{noun}", solution.id))) {
                (visitor.seal())
                div.fila { button.principal[noun == "publicacion"] type="submit" { (button) } }
            }
        }
    }
}

fn changing(visitor: &Visitor, solution: &Solution, typed: Typed<'_>) -> Markup {
    let known = |name: &str, kept: &str| {
        if typed.refused().is_some() { typed.text(name).to_string() } else { kept.to_string() }
    };
    html! {
        section.panel {
            details open[typed.refused().is_some()] {
                summary { "Cambiar los textos" }
                form.formulario method="post" action=(visitor.to(&format!("/soluciones/{}", solution.id))) {
                    (visitor.seal())
                    @for (name, label, rows, most, kept) in [
                        ("titulo", "Título", 1, 200, &solution.title),
                        ("problema", "El problema", 4, 5_000, &solution.problem),
                        ("solucion", "Cómo se resolvió", 7, 20_000, &solution.text),
                    ] {
                        div.campo {
                            label for=(format!("solucion-{name}")) { (label) }
                            textarea id=(format!("solucion-{name}")) name=(name) rows=(rows) maxlength=(most) { (known(name, kept)) }
                            (typed.fault(name))
                        }
                    }
                    div.fila { button type="submit" { "Guardar los cambios" } }
                }
            }
        }
    }
}
