//! The calendar of a year: each day off with its rule and its source, the form that decrees one more, and the signed changes.

use super::{
    controls::{Input, Typed},
    desk::{self, Part},
};
use crate::{
    administration::calendar::{behind, days_off},
    failure::Failure,
    state::Visitor,
    words,
};
use axum::{Extension, extract::Query};
use engine::calendar::{
    Calendar, Day, FIRST_YEAR, Hours, LAST_YEAR, Off,
    words::{interval, kind, rule as rule_words, weekdays},
};
use maud::{Markup, html};
use serde::Deserialize;
use store::{
    Admin,
    calendars::{CalendarOrder, CalendarVersion},
};

/// Signed changes shown beside the calendar.
const ORDERS: usize = 10;

#[derive(Debug, Default, Deserialize)]
pub struct Year {
    ano: Option<i16>,
}

/// `GET /{institution}/administracion/calendario?ano=2026`
pub async fn show(Extension(visitor): Extension<Visitor>, Query(year): Query<Year>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    let year = year.ano.filter(|year| (FIRST_YEAR..=LAST_YEAR).contains(year));
    page(&visitor, &admin, year, Typed::default()).await
}

/// The page of a year, with a form as it was typed.
///
/// # Errors
/// If the store cannot be read.
pub async fn page(visitor: &Visitor, admin: &Admin, year: Option<i16>, typed: Typed<'_>) -> Result<Markup, Failure> {
    let year = year.unwrap_or_else(|| desk::today(visitor).year());
    let (Some((version, rules)), Some(calendar)) = (admin.calendar().await?, visitor.house.store.calendar().await?)
    else {
        let content = html! {
            (desk::heading("Calendario", "Ninguno todavía"))
            div.vacio.panel { p { "El calendario viene con el manual." } p { a href=(visitor.to("/administracion/ediciones")) { "Suba y publique la primera edición" } } }
        };
        return Ok(desk::page(visitor, Part::Calendar, "Calendario", &content));
    };
    let days = days_off(&calendar, year);
    let signed = admin.calendar_orders(ORDERS).await?;
    let address = |year: i16| visitor.to(&format!("/administracion/calendario?ano={year}"));
    let content = html! {
        header.encabezado {
            div {
                h1 { "Calendario " (year) }
                p.menor { (calendar.name()) " · versión " (version) " · " (words::count(desk::many(days.len()), "día inhábil o reducido", "días inhábiles o reducidos")) }
            }
            nav.fila aria-label="Otros años" {
                @if year > FIRST_YEAR { a.boton href=(address(year - 1)) { (year - 1) } }
                @if year < LAST_YEAR { a.boton href=(address(year + 1)) { (year + 1) } }
            }
        }
        (typed.alert())
        div.dos {
            div.pila {
                div.tabla-marco.apilable {
                    table {
                        caption.oculto-visual { "Días inhábiles y de horario reducido de " (year) }
                        thead { tr { th scope="col" { "Día" } th scope="col" { "Por" } th scope="col" { "Horas" } th scope="col" { "Regla" } th scope="col" { "Fuente" } } }
                        tbody { @for (day, off) in &days { (row(visitor, &rules, day, off)) } }
                    }
                }
                section.panel {
                    h2 { "Horario de la oficina" }
                    ul.llana { @for office in &rules.rules.hours { li { (weekdays(&office.weekdays)) ": " (office.intervals.iter().map(|hours| interval(*hours)).collect::<Vec<_>>().join(" y ")) } } }
                    @for office in &rules.rules.offices { p { strong { (office.name) } ": " (calendar.of(&Hours::Of(office.unit.clone())).week()) } }
                    @if rules.rules.late_arrival_counts_next_day { p.menor { "Lo que llega después del cierre cuenta desde el día hábil siguiente." } }
                }
            }
            div.pila {
                (form(visitor, typed, &calendar))
                (orders(visitor, &signed, version))
            }
        }
    };
    Ok(desk::page(visitor, Part::Calendar, "Calendario", &content))
}

fn form(visitor: &Visitor, typed: Typed<'_>, calendar: &Calendar) -> Markup {
    let offices: Vec<(String, String)> =
        calendar.offices().map(|(unit, name)| (unit.to_string(), name.to_string())).collect();
    html! {
        form.formulario.panel method="get" action=(visitor.to("/administracion/calendario/cambios/nuevo")) {
            h2 { "Decretar un día" }
            p.menor { "Antes de firmarlo verá qué casos abiertos cambian de vencimiento." }
            input type="hidden" name="cambio" value="decretar";
            (typed.input(Input::date("dia", "Día").required(), ""))
            (typed.input(Input::text("nombre", "Nombre").required().help("Asueto por el día de la institución, suspensión de labores…"), ""))
            div.campos-2 {
                (typed.input(Input::text("desde", "Cerrado desde").of_kind("time").help("En blanco, todo el día."), ""))
                (typed.input(Input::text("hasta", "Cerrado hasta").of_kind("time"), ""))
            }
            (typed.input(Input::text("fuente", "Fuente").required().help("Ley, acuerdo o resolución, con su número."), ""))
            (typed.input(Input::date("publicado", "Publicada el"), ""))
            @if !offices.is_empty() { (typed.select("oficina", "Dónde", Some("En toda la institución"), &offices, "")) }
            (typed.tick("plazos", "También detiene los plazos", true))
            div { button.principal type="submit" { "Ver a quién afecta" } }
        }
    }
}

fn row(visitor: &Visitor, version: &CalendarVersion, day: &Day, off: &Off) -> Markup {
    let (rule, decreed) = behind(version, day, off);
    html! {
        tr {
            th scope="row" { (words::weekday(day.date)) " " (words::day(day.date)) }
            td data-titulo="Por" { span { (off.name) " " span.etiqueta.lisa { (kind(off.kind)) } } }
            td data-titulo="Horas" { @match off.hours { Some(hours) => (interval(hours)), None => "todo el día" } }
            td data-titulo="Regla" { @if let Some(rule) = rule { (rule_words(&rule.when)) } }
            td data-titulo="Fuente" {
                div {
                    @if let Some(source) = &off.source { (source) }
                    @if let Some(published) = rule.and_then(|rule| rule.published) { span.menor { " · publicada el " (words::day(published)) } }
                    @if let Some(index) = decreed {
                        details {
                            summary { "Quitar" }
                            form.formulario method="get" action=(visitor.to("/administracion/calendario/cambios/nuevo")) {
                                input type="hidden" name="cambio" value="retirar";
                                input type="hidden" name="indice" value=(index);
                                // The number alone would name another day once one before it is gone.
                                input type="hidden" name="nombre" value=(off.name);
                                div.campo { label for=(format!("razon-{index}")) { "Razón" } input id=(format!("razon-{index}")) name="razon" maxlength="300" required; }
                                div { button type="submit" { "Ver a quién afecta" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The signed changes, and the way to take open cases over to a calendar that came with an edition.
fn orders(visitor: &Visitor, signed: &[CalendarOrder], version: u32) -> Markup {
    html! {
        section.panel aria-labelledby="cambios-titulo" {
            h2 #cambios-titulo { "Cambios firmados" }
            @if signed.is_empty() { p.menor { "Ninguno todavía. Al firmar uno, los casos abiertos se vuelven a calcular solos y cada uno lo anota en su historia." } }
            ul.llana {
                @for order in signed {
                    li {
                        a href=(visitor.to(&format!("/administracion/calendario/cambios/{}", order.version))) { "Versión " (order.version) }
                        ", " (words::time(order.at, &visitor.zone())) ", " (order.name) ": " (order.change.words())
                    }
                }
            }
            @if signed.first().is_none_or(|order| order.version < version) {
                form.formulario method="get" action=(visitor.to("/administracion/calendario/cambios/nuevo")) {
                    input type="hidden" name="cambio" value="recalcular";
                    p.menor { "La versión " (version) " vino con una edición del manual: rige los casos nuevos. Los abiertos conservan sus fechas mientras nadie lo firme." }
                    div { button type="submit" { "Ver qué cambiaría en los casos abiertos" } }
                }
            }
        }
    }
}
