//! `GET /{institution}/bandeja`: what waits for the visitor, in tabs with live counts, the nearest due date first.

use super::{
    absences, columns,
    filters::Asked,
    marks,
    rows::{Rows, next},
    saved,
};
use crate::{
    failure::Failure,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{Extension, extract::Query};
use maud::{Markup, html};
use store::{Counts, InboxQuery, Tab};

const PATH: &str = "/bandeja";

pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let tab = Tab::from_code(&asked.vista).unwrap_or_default();
    let asked = Asked { vista: tab.code().into(), ..asked };
    let edition = visitor.house.edition().await?.edition;
    let leads = absences::leads(&visitor, &edition);
    let counts = visitor.reader.counts().await?;
    let query = InboxQuery { tab, filters: asked.filters(), cursor: asked.cursor().map(ToString::to_string), limit: 0 };
    let page = visitor.reader.inbox(&query).await?;
    let rows = Rows::load(&visitor, &page.rows).await?;
    let here = visitor.to(PATH);
    let address = asked.address(&here, tab.code(), None);
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let views = saved::load(&visitor).await?;
    let view = saved::shown(&visitor, &views, &address);
    let shown = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
    let caption = if asked.narrows() {
        format!("{}: {} en esta página", title(tab), words::count(shown, "caso", "casos"))
    } else {
        format!("{}: {}", title(tab), words::count(count(&counts, tab), "caso", "casos"))
    };
    let content = html! {
        div.encabezado { div { h1 { "Bandeja" } p.menor { (explained(tab)) } (absences::links(&visitor, tab)) (absences::report(&visitor, &edition)) } }
        div.pila #bandeja data-live {
            nav.pestanas aria-label="Vistas de la bandeja" {
                ul {
                    @for other in Tab::ALL.into_iter().filter(|other| leads || *other != Tab::Absent) {
                        li {
                            a href=(asked.address(&here, other.code(), None)) aria-current=[(other == tab && view.is_none()).then_some("page")] {
                                (title(other))
                                span.cuenta { (words::thousands(count(&counts, other))) }
                            }
                        }
                    }
                    (saved::tabs(&visitor, &views, &address))
                }
            }
            (asked.draw(&visitor, PATH, &edition, "lista"))
            div.pila #lista {
                @if page.rows.is_empty() { (empty(tab, &asked, &visitor)) } @else {
                    (rows.table(&caption, matches!(tab, Tab::Post | Tab::Unassigned), true))
                }
                (next(
                    page.next.as_deref().map(|cursor| asked.address(&here, tab.code(), Some(cursor))),
                    asked.cursor().map(|_| asked.address(&here, tab.code(), None)),
                ))
                @if !page.rows.is_empty() { (marks::bar(&visitor, "bandeja", query)) }
                div.fila.no-imprimir {
                    @if view.is_none() { (saved::form(&visitor, &edition, "bandeja", query)) }
                    (columns::form(&visitor, &address))
                }
            }
        }
    };
    Ok(Frame::new(&visitor, Place::Inbox, title(tab)).page(&content))
}

const fn title(tab: Tab) -> &'static str {
    match tab {
        Tab::Mine => "Míos",
        Tab::Post => "De mi puesto",
        Tab::Unassigned => "Sin asignar",
        Tab::DueToday => "Vencen hoy",
        Tab::Overdue => "Vencidos",
        Tab::Waiting => "En espera",
        Tab::AllOpen => "Todos los abiertos",
        Tab::Absent => "De ausentes",
    }
}

const fn explained(tab: Tab) -> &'static str {
    match tab {
        Tab::Mine => "Lo que espera por usted, o por quien usted sustituye hoy. Primero lo que vence antes.",
        Tab::Post => "Lo que espera por su puesto y nadie ha tomado. Primero lo que vence antes.",
        Tab::Unassigned => "Lo que nadie ha tomado en los procedimientos en que usted participa.",
        Tab::DueToday => "Lo suyo y lo de su puesto que vence hoy.",
        Tab::Overdue => "Lo suyo y lo de su puesto que ya venció.",
        Tab::Waiting => "Lo suyo y lo de su puesto con el plazo detenido.",
        Tab::AllOpen => "Todos los casos abiertos que usted puede ver.",
        Tab::Absent => {
            "Lo que espera por quien hoy tiene suplente o ya está de baja. Quien suple puede atenderlo; una jefatura puede trasladarlo."
        }
    }
}

const fn count(counts: &Counts, tab: Tab) -> i64 {
    match tab {
        Tab::Mine => counts.mine,
        Tab::Post => counts.post,
        Tab::Unassigned => counts.unassigned,
        Tab::DueToday => counts.due_today,
        Tab::Overdue => counts.overdue,
        Tab::Waiting => counts.waiting,
        Tab::AllOpen => counts.all_open,
        Tab::Absent => counts.absent,
    }
}

fn empty(tab: Tab, asked: &Asked, visitor: &Visitor) -> Markup {
    html! {
        div.panel.vacio {
            @if asked.narrows() {
                p { "Ningún caso de esta vista cumple con los filtros." }
                p { a href=(Asked { vista: asked.vista.clone(), ..Asked::default() }.address(&visitor.to(PATH), &asked.vista, None)) { "Quitar los filtros" } }
            } @else {
                @match tab {
                    Tab::Mine => {
                        p { "No hay nada esperando por usted." }
                        p { "Mire " a href=(visitor.to("/bandeja?vista=puesto")) { "lo de su puesto" } ": allí puede tomar casos (tecla " kbd { "t" } ")." }
                    },
                    Tab::Post | Tab::Unassigned => p { "Nada sin tomar. Cuando llegue un caso para su puesto aparecerá aquí solo." },
                    Tab::DueToday => p { "Nada vence hoy." },
                    Tab::Overdue => p { "Nada vencido." },
                    Tab::Waiting => p { "Ningún caso en espera. El plazo se detiene solo por las causas que el procedimiento prevé." },
                    Tab::AllOpen => p { "No hay casos abiertos a su alcance." },
                    Tab::Absent => {
                        p { "Nada espera por una persona ausente." }
                        p { "Las ausencias con suplente las registra quien administra el sistema." }
                    },
                }
            }
        }
    }
}
