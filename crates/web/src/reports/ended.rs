//! `GET /{institution}/informes`: the cases that ended in a period, with the totals before them.

use super::{
    period::{Asked, Wrong, address, neighbours},
    totals::{Tally, by, table},
    wording,
};
use crate::{
    failure::Failure,
    inbox::rows::next,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::{Name, measure::Conformity};
use manual::edition::Edition;
use maud::{Markup, html};
use std::collections::BTreeMap;
use store::reports::{Period, ReportLine, ReportTotal};

pub const PATH: &str = "/informes";
pub const FILE: &str = "/informes/terminados.csv";
const TITLE: &str = "Informe de casos terminados";

pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let today = visitor.now.to_zoned(visitor.zone()).date();
    let period = match asked.period(today) {
        Ok(period) => period,
        Err(wrong) => {
            // Who may not see reports learns nothing more of them by asking wrongly.
            visitor.reader.ended_totals(super::period::month_of(today)).await?;
            let content = html! { h1 { (TITLE) } (form(&visitor, &asked.del, &asked.al, Some(wrong))) };
            let page = Frame::new(&visitor, Place::Cases, TITLE).page(&content);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let totals = visitor.reader.ended_totals(period).await?;
    let page = visitor.reader.ended(period, asked.cursor(), 0).await?;
    let edition = visitor.house.edition().await?.edition;
    let all = Tally::of(&totals);
    let content = html! {
        div.encabezado {
            div {
                h1 { (TITLE) }
                p.menor { "Del " (words::day(period.from)) " al " (words::day(period.to)) ": " (words::count(all.cases, "caso terminado", "casos terminados")) "." }
            }
            div.fila.no-imprimir { (months(&visitor, period)) }
        }
        (form(&visitor, &period.from.to_string(), &period.to.to_string(), None))
        div.pila #informe {
            @if totals.is_empty() { (nothing()) } @else {
                @if asked.cursor().is_none() { (summary(&totals, all, &edition)) }
                (lines(&visitor, &page.rows, page.next.is_some()))
                div.fila.no-imprimir { a.boton.liso href=(address(&visitor.to(FILE), period, None)) { "Descargar para Excel (CSV)" } }
                (next(
                    page.next.as_deref().map(|cursor| address(&visitor.to(PATH), period, Some(cursor))),
                    asked.cursor().map(|_| address(&visitor.to(PATH), period, None)),
                ))
            }
        }
    };
    Ok(Frame::new(&visitor, Place::Cases, TITLE).page(&content).into_response())
}

fn months(visitor: &Visitor, period: Period) -> Markup {
    let [before, after] = neighbours(period);
    html! {
        @if let Some(month) = before { a.boton href=(address(&visitor.to(PATH), month, None)) { "← Mes anterior" } }
        @if let Some(month) = after { a.boton href=(address(&visitor.to(PATH), month, None)) { "Mes siguiente →" } }
    }
}

fn form(visitor: &Visitor, del: &str, al: &str, wrong: Option<Wrong>) -> Markup {
    let field = |name: &'static str, label: &str, value: &str| {
        let fault = wrong.filter(|wrong| wrong.field == name);
        let told = format!("periodo-{name}-error");
        html! {
            div.campo {
                label for=(format!("periodo-{name}")) { (label) }
                input id=(format!("periodo-{name}")) type="date" name=(name) value=(value)
                    aria-invalid=[fault.map(|_| "true")] aria-describedby=[fault.map(|_| told.as_str())];
                @if let Some(fault) = fault {
                    p.error id=(told) { (fault.text) @if !value.is_empty() { " Usted escribió «" (value) "»." } }
                }
            }
        }
    };
    html! {
        form.filtros method="get" action=(visitor.to(PATH)) aria-label="Período del informe" {
            (field("del", "Del", del))
            (field("al", "Al", al))
            div.fila { button type="submit" { "Ver el período" } }
        }
    }
}

fn nothing() -> Markup {
    html! {
        div.panel.vacio {
            p { "Ningún caso terminó en este período." }
            p { "Cada caso aparece aquí el día en que termina, con su plazo, su resultado y su calificación; uno que se reabre sale del informe hasta que vuelve a terminar." }
        }
    }
}

fn summary(totals: &[ReportTotal], all: Tally, edition: &Edition) -> Markup {
    let named = |total: &ReportTotal| match edition.procedure(&total.procedure) {
        Some(procedure) => format!("{} {}", total.procedure, procedure.title),
        None => total.procedure.to_string(),
    };
    let mut channels = totals.to_vec();
    channels.sort_by_key(|total| words::channel(total.channel));
    html! {
        p {
            @match all.percent() {
                Some(percent) => { "Conformidad: " strong { (percent) " %" } " (" (words::thousands(all.conforming)) " de " (words::thousands(all.conforming + all.not_conforming)) " casos con plazo; " (words::count(all.excluded, "excluido", "excluidos")) ")." }
                None => { "Ninguno de estos casos tenía un plazo por el cual juzgarlo." }
            }
        }
        (table("Por procedimiento", "Procedimiento", &by(totals, named)))
        (table("Por vía de ingreso", "Vía", &by(&channels, |total| words::channel(total.channel).to_owned())))
    }
}

fn lines(visitor: &Visitor, lines: &[ReportLine], more: bool) -> Markup {
    let zone = visitor.zone();
    let shown = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let units: BTreeMap<Name, Name> = visitor.house.face().units.iter().cloned().collect();
    html! {
        div.tabla-marco.apilable {
            table {
                caption { (words::count(shown, "caso", "casos")) @if more { " en esta página" } ", en el orden en que terminaron" }
                thead { tr {
                    th scope="col" { "Caso" } th scope="col" { "Procedimiento" } th scope="col" { "Vía" }
                    th scope="col" { "Abierto" } th scope="col" { "Vence" } th scope="col" { "Terminado" }
                    th scope="col" { "Resultado" } th scope="col" { "Calificación" } th scope="col" { "Unidad" }
                } }
                tbody {
                    @for line in lines {
                        tr {
                            td data-titulo="Caso" { div { a.caso href=(visitor.to(&format!("/casos/{}", line.number))) { (line.number) } div.menor { (line.subject) } } }
                            td data-titulo="Procedimiento" { (line.procedure) }
                            td data-titulo="Vía" { (words::channel(line.channel)) }
                            td data-titulo="Abierto" { (words::time(line.opened_at, &zone)) }
                            td data-titulo="Vence" { @match line.due { Some(due) => (words::time(due, &zone)), None => span.menor { "sin plazo" } } }
                            td data-titulo="Terminado" { (words::time(line.ended_at, &zone)) }
                            td data-titulo="Resultado" { span class=[(line.judged == Conformity::DoesNotConform).then_some("plazo vencido")] { (wording::result(line)) } }
                            td data-titulo="Calificación" { (wording::rated(line.rated)) }
                            td data-titulo="Unidad" { (units.get(&line.unit).unwrap_or(&line.unit)) }
                        }
                    }
                }
            }
        }
    }
}
