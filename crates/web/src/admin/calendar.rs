//! The calendar of a year: each day off with its rule and its source, and the form that decrees one more.

use super::{
    controls::{Input, Typed},
    desk::{self, Part},
};
use crate::{failure::Failure, state::Visitor, words};
use axum::{Extension, extract::Query};
use engine::calendar::{Calendar, Day, FIRST_YEAR, LAST_YEAR, Off};
use jiff::{ToSpan, civil::Date};
use manual::calendar_rules::{DayOff, DayOffKind, Interval, Transfer, When};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Admin, calendars::CalendarVersion};

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
                    ul.llana { @for hours in &rules.rules.hours { li { (weekdays(&hours.weekdays)) ": " (hours.intervals.iter().map(|interval| span(*interval)).collect::<Vec<_>>().join(" y ")) } } }
                    @if rules.rules.late_arrival_counts_next_day { p.menor { "Lo que llega después del cierre cuenta desde el día hábil siguiente." } }
                }
            }
            div.pila {
                (form(visitor, typed))
                section.panel {
                    h2 { "Casos abiertos" }
                    p.menor { "Una edición publicada puede traer otro calendario. Los casos abiertos conservan sus vencimientos hasta que usted los vuelva a calcular; cada uno lo anota en su historia." }
                    (desk::button(visitor, "/calendario/recalculo", None, "Volver a calcular los vencimientos"))
                }
            }
        }
    };
    Ok(desk::page(visitor, Part::Calendar, "Calendario", &content))
}

fn form(visitor: &Visitor, typed: Typed<'_>) -> Markup {
    html! {
        form.formulario.panel method="post" action=(visitor.to("/administracion/calendario/inhabiles")) {
            h2 { "Decretar un día" }
            p.menor { "Antes de guardarlo verá qué casos abiertos cambian de vencimiento." }
            (visitor.seal())
            (typed.input(Input::date("dia", "Día").required(), ""))
            (typed.input(Input::text("nombre", "Nombre").required().help("Asueto por el día de la institución, suspensión de labores…"), ""))
            div.campos-2 {
                (typed.input(Input::text("desde", "Cerrado desde").of_kind("time").help("En blanco, todo el día."), ""))
                (typed.input(Input::text("hasta", "Cerrado hasta").of_kind("time"), ""))
            }
            (typed.input(Input::text("fuente", "Fuente").required().help("Ley, acuerdo o resolución, con su número."), ""))
            (typed.input(Input::date("publicado", "Publicada el"), ""))
            (typed.tick("plazos", "También detiene los plazos", true))
            div { button.principal type="submit" { "Ver a quién afecta" } }
        }
    }
}

fn row(visitor: &Visitor, version: &CalendarVersion, day: &Day, off: &Off) -> Markup {
    let decreed = version.decreed.iter().position(|rule| is_rule(rule, off, day.date));
    let rule = version.rules.days_off.iter().chain(&version.decreed).find(|rule| is_rule(rule, off, day.date));
    html! {
        tr {
            th scope="row" { (words::weekday(day.date)) " " (words::day(day.date)) }
            td data-titulo="Por" { span { (off.name) " " span.etiqueta.lisa { (kind(off.kind)) } } }
            td data-titulo="Horas" { @match off.hours { Some(hours) => (span(hours)), None => "todo el día" } }
            td data-titulo="Regla" { @if let Some(rule) = rule { (when(&rule.when)) } }
            td data-titulo="Fuente" {
                div {
                    @if let Some(source) = &off.source { (source) }
                    @if let Some(published) = rule.and_then(|rule| rule.published) { span.menor { " · publicada el " (words::day(published)) } }
                    @if let Some(index) = decreed {
                        details {
                            summary { "Quitar" }
                            form.formulario method="post" action=(visitor.to(&format!("/administracion/calendario/inhabiles/{index}/baja"))) {
                                (visitor.seal())
                                // The number alone would name another day once one before it is gone.
                                input type="hidden" name="nombre" value=(off.name);
                                div.campo { label for=(format!("razon-{index}")) { "Razón" } input id=(format!("razon-{index}")) name="razon" maxlength="300" required; }
                                div { button.peligro type="submit" { "Quitar el día" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whether a rule is the one that takes this day; a rule moved to a Monday is known by its name and source.
fn is_rule(rule: &DayOff, off: &Off, date: Date) -> bool {
    let once = match rule.when {
        When::Once { date: day } => day == date,
        _ => true,
    };
    once && rule.name == off.name && rule.source == off.source && rule.hours == off.hours && rule.kind == off.kind
}

/// The days of a year that something takes, whole or in part.
#[must_use]
pub fn days_off(calendar: &Calendar, year: i16) -> Vec<(Day, Off)> {
    let mut days = Vec::new();
    let mut date = Date::constant(year, 1, 1);
    while date.year() == year {
        let day = calendar.day(date);
        days.extend(day.off.clone().into_iter().map(|off| (day.clone(), off)));
        let Ok(next) = date.checked_add(1.day()) else { break };
        date = next;
    }
    days
}

const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

fn month(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or("")
}

/// A rule in words.
fn when(when: &When) -> String {
    match when {
        When::Fixed { month: of, day, transfer: Transfer::None } => format!("cada {day} de {}", month(*of)),
        When::Fixed { month: of, day, transfer: Transfer::NearestMonday } => {
            format!("cada {day} de {}, trasladado al lunes", month(*of))
        }
        When::Easter { .. } => "según la Semana Santa".into(),
        When::Span { from_month, from_day, to_month, to_day } => {
            format!("del {from_day} de {} al {to_day} de {}", month(*from_month), month(*to_month))
        }
        When::Once { .. } => "una sola vez".into(),
    }
}

const fn kind(kind: DayOffKind) -> &'static str {
    match kind {
        DayOffKind::Holiday => "feriado",
        DayOffKind::Vacation => "vacaciones",
        DayOffKind::Decreed => "decretado",
        DayOffKind::LocalHoliday => "feriado local",
        DayOffKind::ShortDay => "horario reducido",
        DayOffKind::Recovered => "se repone",
    }
}

/// `08:00 a 16:00`
#[must_use]
pub fn span(interval: Interval) -> String {
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    format!("{} a {}", clock(interval.from), clock(interval.to))
}

fn weekdays(days: &[u8]) -> String {
    const NAMES: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];
    let name = |day: u8| NAMES.get(usize::from(day).wrapping_sub(1)).copied().unwrap_or_default();
    match days {
        [first, .., last] if usize::from(last.saturating_sub(*first)) + 1 == days.len() => {
            format!("de {} a {}", name(*first), name(*last))
        }
        _ => days.iter().map(|day| name(*day)).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_hours_are_said_in_words() {
        assert_eq!(span(Interval { from: 480, to: 960 }), "08:00 a 16:00");
        assert_eq!(weekdays(&[1, 2, 3, 4, 5]), "de lunes a viernes");
        assert_eq!(weekdays(&[1, 3]), "lunes, miércoles");
        assert_eq!(when(&When::Fixed { month: 9, day: 15, transfer: Transfer::None }), "cada 15 de septiembre");
    }
}
