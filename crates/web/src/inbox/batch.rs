//! What became of an act on many cases: how many, which, why not, and taking it back.

use crate::{
    bulk::{BACK, returnable},
    failure::Failure,
    shell::{Frame, Place, heading},
    state::Visitor,
    words,
};
use axum::{Extension, extract::Path};
use maud::{Markup, html};
use store::desk::{Batch, BatchAct, CaseState};

/// `GET /{institution}/lotes/{id}`
pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
) -> Result<Markup, Failure> {
    let batch = visitor.reader.batch(id).await?.ok_or(Failure::NotFound)?;
    let leads = visitor.reader.leads().await?;
    let count = |state: CaseState| {
        i64::try_from(batch.cases.iter().filter(|case| case.state == state).count()).unwrap_or(i64::MAX)
    };
    let (waiting, done, refused, undone) =
        (count(CaseState::Waiting), count(CaseState::Done), count(CaseState::Refused), count(CaseState::Undone));
    let content = html! {
        (heading(title(&batch.act), &html! { (words::time(batch.at, &visitor.zone())) " · " a href=(visitor.to("/bandeja")) { "Volver a la bandeja" } }))
        section.panel.principal {
            p role="status" {
                strong { @if done + undone == 0 { "Ningún caso hecho" } @else { (words::count(done, "caso hecho", "casos hechos")) } }
                @if refused > 0 { ", " (words::count(refused, "negado", "negados")) }
                @if undone > 0 { ", " (words::count(undone, "deshecho", "deshechos")) }
                @if waiting > 0 { ", " (words::count(waiting, "sin hacer todavía", "sin hacer todavía")) }
                "."
            }
            @if waiting > 0 {
                p { "El envío se interrumpió. Lo hecho queda hecho; puede continuar con lo que falta, sin repetir nada." }
                form method="post" action=(visitor.to(&format!("/lotes/{id}/ejecucion"))) {
                    (visitor.seal())
                    div.fila { button.principal type="submit" { "Continuar con " (words::count(waiting, "caso", "casos")) } }
                }
            }
            (back(&visitor, &batch, leads))
        }
        div.tabla-marco.apilable data-lista {
            table {
                caption { (words::count(i64::try_from(batch.cases.len()).unwrap_or(i64::MAX), "caso", "casos")) }
                thead { tr { th scope="col" { "Número" } th scope="col" { "Resultado" } th scope="col" { "Por qué" } } }
                tbody {
                    @for case in &batch.cases {
                        tr {
                            td data-titulo="Número" { a.caso href=(visitor.to(&format!("/casos/{}", case.number))) { (case.number) } }
                            td data-titulo="Resultado" { (state(case.state)) }
                            td data-titulo="Por qué" { (case.detail) }
                        }
                    }
                }
            }
        }
    };
    Ok(Frame::new(&visitor, Place::Inbox, title(&batch.act)).page(&content))
}

fn title(act: &BatchAct) -> &'static str {
    match act {
        BatchAct::Take => "Tomar varios casos",
        BatchAct::Assign { .. } => "Asignar varios casos",
        BatchAct::Note { .. } => "Nota interna en varios casos",
        BatchAct::Prioritize { .. } => "Cambiar la prioridad de varios casos",
        BatchAct::HandOver { .. } => "Entregar los casos de una persona",
    }
}

fn state(state: CaseState) -> Markup {
    match state {
        CaseState::Waiting => html! { span.etiqueta { "Sin hacer" } },
        CaseState::Done => html! { span.etiqueta.bien { "Hecho" } },
        CaseState::Refused => html! { span.etiqueta.mal { "Negado" } },
        CaseState::Undone => html! { span.etiqueta.lisa { "Deshecho" } },
    }
}

fn back(visitor: &Visitor, batch: &Batch, leads: bool) -> Markup {
    let many = i64::try_from(returnable(batch).count()).unwrap_or(i64::MAX);
    let end = batch.at + BACK;
    let weighed = matches!(batch.act, BatchAct::Prioritize { .. });
    let any_done = batch.cases.iter().any(|case| case.state == CaseState::Done);
    html! {
        @if many > 0 && (leads || weighed) && visitor.now < end {
            form method="post" action=(visitor.to(&format!("/lotes/{}/reversion", batch.id))) {
                (visitor.seal())
                div.fila {
                    button type="submit" {
                        "Deshacer: "
                        @if weighed { "devolver su prioridad a " (words::count(many, "caso", "casos")) }
                        @else { "devolver " (words::count(many, "caso", "casos")) " a quien lo tenía" }
                    }
                    span.menor { "Hasta las " (words::moment(end, &visitor.zone())) "." }
                }
            }
        } @else if many > 0 && visitor.now < end {
            p.menor { "Estos casos ya no son suyos: devolverlos corresponde a su jefatura." }
        } @else if matches!(batch.act, BatchAct::Note { .. }) {
            p.menor { "Una nota ya escrita queda en la bitácora: no se deshace." }
        } @else if many == 0 && any_done && weighed {
            p.menor { "Estos casos no tenían impacto ni urgencia antes: para corregirlos, cambie la prioridad otra vez." }
        } @else if many == 0 && any_done {
            p.menor { "Estos casos no eran de nadie antes: para pasarlos a otra persona, asígnelos." }
        }
    }
}
