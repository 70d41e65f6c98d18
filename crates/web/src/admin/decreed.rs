//! Changing the calendar: first every open case it would touch, then one act signed with the password.

use super::{
    calendar,
    controls::{Gather, Typed},
    desk::{self, Part},
};
use crate::{
    account::fresh::{self, PASSWORD},
    api::calendar::{fingerprint, minutes},
    failure::Failure,
    fields::Pairs,
    form::Sent,
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::Query,
    response::{IntoResponse, Response},
};
use engine::{
    history::clock_name,
    refusal::{Fault, Refusal},
};
use manual::calendar_rules::{DayOff, DayOffKind, Interval, When};
use maud::{Markup, html};
use store::{
    Admin,
    calendars::CalendarChange,
    recount::{Preview, Signature},
};

/// The fields of a change, carried from the preview to the signature.
const FIELDS: [&str; 12] = [
    "cambio",
    "oficina",
    "dia",
    "nombre",
    "desde",
    "hasta",
    "fuente",
    "publicado",
    "plazos",
    "indice",
    "razon",
    "version",
];
/// Due dates on one page of a preview.
const ROWS: usize = 100;

/// `GET /{institution}/administracion/calendario/cambios/nuevo?cambio=decretar&dia=2026-11-03…`
pub async fn preview(Extension(visitor): Extension<Visitor>, Query(pairs): Query<Pairs>) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let asked = Sent::looking(pairs);
    let change = match read(&visitor, &admin, &asked).await? {
        Ok(change) => change,
        Err(refusal) => return refused(&visitor, &admin, &asked, refusal).await,
    };
    match desk::told(admin.preview_calendar(change.clone(), visitor.now).await)? {
        Ok(preview) => Ok(confirmation(&visitor, &asked, &change, &preview, None).into_response()),
        Err(refusal) => refused(&visitor, &admin, &asked, refusal).await,
    }
}

/// `POST /{institution}/administracion/calendario/cambios`
pub async fn sign(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let change = match read(&visitor, &admin, &sent).await? {
        Ok(change) => change,
        Err(refusal) => return refused(&visitor, &admin, &sent, refusal).await,
    };
    let seen = sent.text("version").and_then(|text| text.parse().ok()).unwrap_or(0);
    let refusal = match fresh::level(&visitor, &sent).await {
        Ok(level) => {
            let signature = Signature { level, digest: fingerprint(&change, seen).into() };
            match desk::told(admin.change_calendar(change.clone(), seen, signature, visitor.now).await)? {
                Ok(version) => return Ok(desk::done(&visitor, &format!("/calendario/cambios/{version}"))),
                Err(refusal) => refusal,
            }
        }
        Err(Failure::Refused(refusal)) => refusal,
        Err(failure) => return Err(failure),
    };
    match desk::told(admin.preview_calendar(change.clone(), visitor.now).await)? {
        Ok(preview) => {
            let page = confirmation(&visitor, &sent, &change, &preview, Some(&refusal));
            Ok(desk::again(refusal, page))
        }
        // The day is there already, or is no longer there: the calendar itself shows it.
        Err(_) => refused(&visitor, &admin, &sent, refusal).await,
    }
}

async fn refused(visitor: &Visitor, admin: &Admin, sent: &Sent, refusal: Refusal) -> Result<Response, Failure> {
    let page = calendar::page(visitor, admin, None, Typed::refused(sent, &refusal)).await?;
    Ok(desk::again(refusal, page))
}

/// The change that the fields ask for.
async fn read(visitor: &Visitor, admin: &Admin, sent: &Sent) -> Result<Result<CalendarChange, Refusal>, Failure> {
    Ok(match sent.text("cambio") {
        Some("retirar") => {
            let decreed = admin.calendar().await?.map(|(_, rules)| rules.decreed).unwrap_or_default();
            let index: Option<usize> = sent.text("indice").and_then(|text| text.parse().ok());
            let day = index.and_then(|index| decreed.get(index)).filter(|day| sent.text("nombre") == Some(&*day.name));
            match (day, sent.name("razon")) {
                (None, _) => Err(Refusal::conflict("El calendario cambió mientras usted lo veía. Vuelva a abrirlo.")),
                (_, None) => Err(Refusal::invalid("Escriba la razón: queda en la bitácora.")),
                (Some(day), Some(reason)) => Ok(CalendarChange::Revoke { day: day.clone(), reason }),
            }
        }
        Some("recalcular") => {
            let edition = desk::edition(visitor).await?;
            let name = edition.map(|(_, edition)| edition.title_page.edition.to_string()).unwrap_or_default();
            Ok(CalendarChange::Adopt { reason: format!("vino con la edición «{name}»").into() })
        }
        _ => day(sent).map(CalendarChange::Decree),
    })
}

fn day(sent: &Sent) -> Result<DayOff, Refusal> {
    let mut gather = Gather::new(sent);
    let date = gather.day("dia", "Diga qué día.");
    let name = gather.text("nombre", "Escriba el nombre del día.");
    let source = gather.text("fuente", "Escriba la ley, el acuerdo o la resolución, con su número.");
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
        office: sent.name("oficina"),
    })
}

fn confirmation(
    visitor: &Visitor,
    sent: &Sent,
    change: &CalendarChange,
    preview: &Preview,
    refusal: Option<&Refusal>,
) -> Markup {
    let title = match change {
        CalendarChange::Decree(_) => "Decretar un día",
        CalendarChange::Revoke { .. } => "Quitar un día decretado",
        CalendarChange::Adopt { .. } => "Pasar los casos abiertos al calendario vigente",
    };
    let content = html! {
        header.encabezado {
            div {
                p.migas { a href=(visitor.to("/administracion/calendario")) { "Calendario" } }
                h1 { (title) }
                p { (words_of(change)) }
            }
        }
        @if let Some(refusal) = refusal {
            div.aviso-caja.mal role="alert" { p { (refusal.message) } @if refusal.faults.len() > 1 { ul { @for fault in &refusal.faults { li { (fault.message) } } } } }
        }
        section.panel.principal {
            h2 {
                @if preview.cases == 0 { "Ningún caso abierto cambia de vencimiento" }
                @else { (words::count(desk::many(preview.cases), "caso abierto cambia", "casos abiertos cambian")) " de vencimiento" }
            }
            p {
                "Se revisaron " (words::count(desk::many(preview.open_cases), "caso abierto", "casos abiertos"))
                "; cambian " (words::count(desk::many(preview.moved.len()), "vencimiento", "vencimientos"))
                ". Los casos terminados no se tocan. "
                @if let CalendarChange::Decree(day) = change {
                    @if day.stops_deadlines { "El día detiene los plazos." } @else { "El día no detiene los plazos." }
                }
            }
            form.formulario method="post" action=(visitor.to("/administracion/calendario/cambios")) {
                (visitor.seal())
                @for name in FIELDS { @if name != "version" { @if let Some(text) = sent.text(name) { input type="hidden" name=(name) value=(text); } } }
                input type="hidden" name="version" value=(preview.version);
                div.campo.corto {
                    label for=(PASSWORD) { "Su contraseña, para firmar" }
                    input id=(PASSWORD) type="password" name=(PASSWORD) autocomplete="current-password" maxlength="128" required
                        aria-invalid=[fault(refusal).map(|_| "true")] aria-describedby="contrasena-error";
                    span.error #contrasena-error { (fault(refusal).map_or("", |fault| fault.message.as_str())) }
                }
                div.fila {
                    button.principal type="submit" { "Firmar y recalcular los casos abiertos" }
                    a href=(visitor.to("/administracion/calendario")) { "No cambiar nada" }
                }
            }
            p.menor { "Huella de lo que firma (SHA-256): " code { (fingerprint(change, preview.version)) } }
        }
        (table(visitor, sent, preview))
    };
    desk::page(visitor, Part::Calendar, title, &content)
}

fn fault(refusal: Option<&Refusal>) -> Option<&Fault> {
    refusal?.faults.iter().find(|fault| &*fault.field == PASSWORD)
}

/// The change as a sentence begins with it.
fn words_of(change: &CalendarChange) -> String {
    engine::calendar::words::opening(&change.words()) + "."
}

/// One page of what would move.
fn table(visitor: &Visitor, sent: &Sent, preview: &Preview) -> Markup {
    let zone = visitor.zone();
    let pages = preview.moved.len().div_ceil(ROWS);
    let page = sent.text("pagina").and_then(|text| text.parse().ok()).unwrap_or(1_usize).clamp(1, pages.max(1));
    let rows = preview.moved.iter().skip((page - 1) * ROWS).take(ROWS);
    html! {
        @if preview.moved.is_empty() {
            div.vacio.panel { p { "Ningún caso abierto cambia de vencimiento." } p { "El cambio contará para los casos nuevos y para los plazos que empiecen después." } }
        } @else {
            div.tabla-marco.apilable {
                table {
                    caption.oculto-visual { "Casos abiertos cuyo vencimiento cambia" }
                    thead { tr { th scope="col" { "Caso" } th scope="col" { "Plazo" } th scope="col" { "Vencía" } th scope="col" { "Vencerá" } } }
                    tbody {
                        @for moved in rows {
                            tr {
                                td data-titulo="Caso" { (moved.case) }
                                td data-titulo="Plazo" { (engine::calendar::words::opening(&clock_name(&moved.clock))) }
                                td data-titulo="Vencía" { (words::time(moved.before, &zone)) }
                                td data-titulo="Vencerá" { strong { (words::time(moved.after, &zone)) } }
                            }
                        }
                    }
                }
            }
            @if pages > 1 {
                nav.paginas aria-label="Páginas" {
                    @if page > 1 { a.boton href=(address(visitor, sent, page - 1)) { "Anteriores" } } @else { span {} }
                    span.menor { "Página " (page) " de " (pages) }
                    @if page < pages { a.boton href=(address(visitor, sent, page + 1)) { "Siguientes" } }
                }
            }
        }
    }
}

/// The same preview, another page of it.
fn address(visitor: &Visitor, sent: &Sent, page: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(FIELDS.iter().filter_map(|name| Some((*name, sent.text(name)?))));
    query.append_pair("pagina", &page.to_string());
    visitor.to(&format!("/administracion/calendario/cambios/nuevo?{}", query.finish()))
}
