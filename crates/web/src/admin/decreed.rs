//! Decreeing a day off: first what it would change, then the new version of the calendar and the recalculation.

use super::{
    calendar,
    controls::{Gather, Typed},
    desk::{self, Part},
    preview::{self, Preview},
};
use crate::{failure::Failure, form::Sent, state::Visitor, words};
use axum::{
    Extension,
    extract::Path,
    response::{IntoResponse, Response},
};
use engine::{calendar::Calendar, refusal::Refusal};
use manual::calendar_rules::{DayOff, DayOffKind, Interval, When};
use maud::{Markup, html};
use store::{Admin, calendars::CalendarVersion};

/// The fields of the form, to be carried from the preview to the confirmation.
const FIELDS: [&str; 7] = ["dia", "nombre", "desde", "hasta", "fuente", "publicado", "plazos"];

/// `POST /{institution}/administracion/calendario/inhabiles`
pub async fn decree(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let refusal = match attempt(&visitor, &admin, &sent).await? {
        Ok(response) => return Ok(response),
        Err(refusal) => refusal,
    };
    let page = calendar::page(&visitor, &admin, None, Typed::refused(&sent, &refusal)).await?;
    Ok(desk::again(refusal, page))
}

async fn attempt(visitor: &Visitor, admin: &Admin, sent: &Sent) -> Result<Result<Response, Refusal>, Failure> {
    let day = match read(sent) {
        Ok(day) => day,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let When::Once { date } = day.when else { return Err(Failure::NotFound) };
    if sent.flag("confirmado") {
        let name = day.name.clone();
        if let Err(refusal) = desk::told(admin.decree_day(day, visitor.now).await)? {
            return Ok(Err(refusal));
        }
        preview::recalculate(visitor, &format!("Día decretado: {name}")).await?;
        return Ok(Ok(desk::done(visitor, &format!("/calendario?ano={}", date.year()))));
    }
    let Some((version, rules)) = admin.calendar().await? else {
        return Ok(Err(Refusal::conflict("Publique primero un manual: su calendario es la base.")));
    };
    match with_day(&rules, &day, version + 1) {
        Err(message) => Ok(Err(Refusal::invalid(message))),
        Ok(calendar) => {
            let preview = preview::with(visitor, &calendar).await?;
            Ok(Ok(confirmation(visitor, sent, &day, &preview).into_response()))
        }
    }
}

/// The calendar as it would be.
fn with_day(rules: &CalendarVersion, day: &DayOff, version: u32) -> Result<Calendar, String> {
    let mut decreed = rules.decreed.clone();
    decreed.push(day.clone());
    Calendar::new(&rules.rules, &decreed, rules.country, &rules.zone, version).map_err(|error| error.to_string())
}

fn read(sent: &Sent) -> Result<DayOff, Refusal> {
    let mut gather = Gather::new(sent);
    let date = gather.day("dia", "Diga qué día.");
    let name = gather.text("nombre", "Escriba el nombre del día.");
    let source = gather.text("fuente", "Escriba la ley, el acuerdo o la resolución.");
    let published = gather.date("publicado");
    let hours = match (sent.text("desde").map(minutes), sent.text("hasta").map(minutes)) {
        (None, None) => None,
        (Some(Some(from)), Some(Some(to))) if from < to => Some(Interval { from, to }),
        _ => {
            gather.wrong(
                "desde",
                "Escriba las dos horas, la primera antes que la segunda; o ninguna, si es todo el día.",
            );
            None
        }
    };
    gather.finish("El día no se decretó.")?;
    Ok(DayOff {
        name: name.into(),
        when: When::Once { date },
        hours,
        kind: if hours.is_some() { DayOffKind::ShortDay } else { DayOffKind::Decreed },
        closes_office: true,
        stops_deadlines: sent.flag("plazos"),
        source: Some(source.into()),
        published,
        since: None,
        until: None,
    })
}

/// `08:30` in minutes of the day.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn confirmation(visitor: &Visitor, sent: &Sent, day: &DayOff, preview: &Preview) -> Markup {
    let zone = visitor.zone();
    let date = match day.when {
        When::Once { date } => format!("{} {}", words::weekday(date), words::day(date)),
        _ => String::new(),
    };
    let cases = words::count(desk::many(preview.moved.len()), "vencimiento cambia", "vencimientos cambian");
    let content = html! {
        header.encabezado { div { p.migas { a href=(visitor.to("/administracion/calendario")) { "Calendario" } } h1 { (day.name) ", " (date) } } }
        section.panel.principal {
            h2 { (cases) }
            p {
                @match day.hours { Some(hours) => { "Cerrado de " (calendar::span(hours)) "." } None => { "Cerrado todo el día." } }
                " " @if day.stops_deadlines { "Detiene los plazos." } @else { "Los plazos siguen corriendo." }
                @if let Some(source) = &day.source { " " (source) "." }
            }
            @if preview.more { p.menor { "Se revisaron " (preview.looked_at) " casos abiertos; hay más, y también se recalcularán." } }
            form.fila method="post" action=(visitor.to("/administracion/calendario/inhabiles")) {
                (visitor.seal())
                @for name in FIELDS { @if let Some(text) = sent.text(name) { input type="hidden" name=(name) value=(text); } }
                input type="hidden" name="confirmado" value="si";
                button.principal type="submit" { "Decretar el día y recalcular los casos abiertos" }
                a href=(visitor.to("/administracion/calendario")) { "No decretarlo" }
            }
        }
        @if preview.moved.is_empty() {
            div.vacio.panel { p { "Ningún caso abierto cambia de vencimiento." } p { "El día contará para los casos nuevos." } }
        } @else {
            div.tabla-marco.apilable {
                table {
                    caption.oculto-visual { "Casos abiertos cuyo vencimiento cambia" }
                    thead { tr { th scope="col" { "Caso" } th scope="col" { "Asunto" } th scope="col" { "Plazo" } th scope="col" { "Vencía" } th scope="col" { "Vencerá" } } }
                    tbody {
                        @for moved in &preview.moved {
                            tr {
                                td data-titulo="Caso" { a.caso href=(visitor.to(&format!("/casos/{}", moved.number))) { (moved.number) } }
                                td data-titulo="Asunto" { (moved.subject) }
                                td data-titulo="Plazo" { (moved.clock) }
                                td data-titulo="Vencía" { (words::time(moved.before, &zone)) }
                                td data-titulo="Vencerá" { strong { (words::time(moved.after, &zone)) } }
                            }
                        }
                    }
                }
            }
        }
    };
    desk::page(visitor, Part::Calendar, "Decretar un día", &content)
}

/// `POST /{institution}/administracion/calendario/inhabiles/{index}/baja`
pub async fn revoke(
    Extension(visitor): Extension<Visitor>,
    Path((_, index)): Path<(String, usize)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let (_, rules) = admin.calendar().await?.ok_or(Failure::NotFound)?;
    let day = rules.decreed.get(index).ok_or(Failure::NotFound)?;
    if sent.text("nombre") != Some(&*day.name) {
        return Err(Refusal::conflict("El calendario cambió mientras usted lo veía. Vuelva a abrirlo.").into());
    }
    let Some(reason) = sent.text("razon") else {
        return Err(Refusal::invalid("Escriba la razón: queda en la bitácora.").into());
    };
    admin.revoke_day(day.clone(), reason.to_owned(), visitor.now).await?;
    preview::recalculate(&visitor, &format!("Día retirado del calendario: {}", day.name)).await?;
    Ok(desk::done(&visitor, "/calendario"))
}

/// `POST /{institution}/administracion/calendario/recalculo`
pub async fn recalculate(Extension(visitor): Extension<Visitor>, _: Sent) -> Result<Response, Failure> {
    desk::hands(&visitor).await?;
    preview::recalculate(&visitor, "Nueva versión del calendario").await?;
    Ok(desk::done(&visitor, "/calendario"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_the_day_are_read_in_minutes() {
        assert_eq!(minutes("08:30"), Some(510));
        assert_eq!(minutes("08:30:00"), Some(510));
        for wrong in ["24:00", "8", "aa:bb", "10:7"] {
            assert_eq!(minutes(wrong), None, "{wrong}");
        }
    }
}
