//! `GET /{institution}/casos`: every case the visitor may see, open or not, the newest first; with words, those that have them.

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
use axum::{
    Extension,
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use jiff::SignedDuration;
use maud::html;

const PATH: &str = "/casos";
/// The counts by channel look back so far.
const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let asked = Asked { vista: String::new(), ..asked };
    let words = asked.q.trim();
    // A whole number goes straight to its case.
    if words.chars().any(|c| c.is_ascii_digit())
        && !words.contains(char::is_whitespace)
        && asked.cursor().is_none()
        && let Some(view) = visitor.reader.case(words).await?
    {
        return Ok(Redirect::to(&visitor.to(&format!("/casos/{}", view.case.number))).into_response());
    }
    let edition = visitor.house.edition().await?.edition;
    let page = visitor.reader.cases(&asked.filters(), asked.cursor(), 0).await?;
    let rows = Rows::load(&visitor, &page.rows).await?;
    let staff = visitor.attends() || visitor.sees_all();
    let channels =
        if asked.cursor().is_none() { visitor.reader.by_channel(visitor.now - MONTH).await? } else { Vec::new() };
    let here = visitor.to(PATH);
    let shown = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
    let more = if page.next.is_some() { " en esta página" } else { "" };
    let caption = format!("{}{more}, lo más reciente primero", words::count(shown, "caso", "casos"));
    let title = if words.is_empty() { "Casos".to_string() } else { format!("Casos con «{words}»") };
    let content = html! {
        div.encabezado { div { h1 { (title) } p.menor { "Busca en número, asunto, descripción, solicitante y datos, con o sin acentos." } (absences::report(&visitor, &edition)) } }
        div.pila #casos data-live {
            (asked.draw(&visitor, PATH, &edition, "lista"))
            div.pila #lista {
                @if !channels.is_empty() {
                    p.menor {
                        "Ingresos de los últimos 30 días: "
                        @for (index, (channel, count)) in channels.iter().enumerate() {
                            @if index > 0 { " · " }
                            a href=(format!("{here}?canal={}", channel.word())) { (words::channel(*channel)) " " (words::thousands(*count)) }
                        }
                    }
                }
                @if page.rows.is_empty() {
                    div.panel.vacio {
                        @if asked.narrows() {
                            p { "Ningún caso a su alcance cumple con lo que busca." }
                            p { "Pruebe con menos palabras, o con el comienzo de una. " a href=(&here) { "Quitar los filtros" } }
                        } @else {
                            p { "Todavía no hay casos a su alcance." }
                            p { a.boton href=(visitor.to("/")) { "Pedir algo" } }
                        }
                    }
                } @else { (rows.table(&caption, false, staff)) }
                (next(
                    page.next.as_deref().map(|cursor| asked.address(&here, "", Some(cursor))),
                    asked.cursor().map(|_| asked.address(&here, "", None)),
                ))
                @let address = asked.address(&here, "", None);
                @if staff && !page.rows.is_empty() { (marks::bar(&visitor, "casos", address.split_once('?').map_or("", |(_, query)| query))) }
                div.fila.no-imprimir {
                    @if staff && asked.narrows() {
                        (saved::form(&visitor, &edition, "casos", address.split_once('?').map_or("", |(_, query)| query)))
                    }
                    (columns::form(&visitor, &address))
                }
            }
        }
    };
    Ok(Frame::new(&visitor, Place::Cases, &title).page(&content).into_response())
}
