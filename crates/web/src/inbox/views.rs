//! The page of the saved views: open, rename, share, drop.

use super::{
    filters::Asked,
    saved::{PLACES, address, audience, fields, readers},
};
use crate::{
    failure::Failure,
    form::Sent,
    shell::{Frame, Place, heading},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use store::desk::{NewView, View};

/// `GET /{institution}/vistas`
pub async fn list(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    page(&visitor, None).await
}

/// `POST /{institution}/vistas`
pub async fn create(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let place =
        PLACES.iter().find(|(place, _)| Some(*place) == sent.text("lugar")).map_or("bandeja", |(place, _)| place);
    // Only filters that are known are kept, and never a page in the middle.
    let asked = Asked::parse(sent.text("consulta").unwrap_or_default());
    let query = asked.address("", &asked.vista, None).trim_start_matches('?').to_string();
    let new = NewView {
        name: sent.text("nombre").unwrap_or_default().into(),
        place: place.into(),
        query,
        audience: audience(sent.text("alcance")),
    };
    let kept = visitor.reader.save_view(new, sent.idempotency(), visitor.now).await;
    let id = match kept {
        Ok(id) => id,
        Err(error) => return again(&visitor, error.into()).await,
    };
    let saved = visitor.reader.views().await?.into_iter().find(|view| view.id == id);
    let to = saved.map_or_else(|| visitor.to("/vistas"), |view| address(&visitor, &view));
    Ok(Redirect::to(&to).into_response())
}

/// `POST /{institution}/vistas/{id}`
pub async fn change(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let name = sent.text("nombre").unwrap_or_default();
    match visitor.reader.change_view(id, name, audience(sent.text("alcance"))).await {
        Ok(()) => Ok(Redirect::to(&visitor.to("/vistas")).into_response()),
        Err(error) => again(&visitor, error.into()).await,
    }
}

/// `POST /{institution}/vistas/{id}/baja`
pub async fn remove(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    _: Sent,
) -> Result<Response, Failure> {
    visitor.reader.drop_view(id).await?;
    Ok(Redirect::to(&visitor.to("/vistas")).into_response())
}

/// The page with the reason why not, where a person can mend it.
async fn again(visitor: &Visitor, failure: Failure) -> Result<Response, Failure> {
    if failure.status() != StatusCode::UNPROCESSABLE_ENTITY && failure.status() != StatusCode::CONFLICT {
        return Err(failure);
    }
    Ok((failure.status(), page(visitor, Some(&failure.detail())).await?).into_response())
}

async fn page(visitor: &Visitor, refused: Option<&str>) -> Result<Markup, Failure> {
    let edition = visitor.house.edition().await?.edition;
    let views = visitor.reader.views().await?;
    let total = i64::try_from(views.len()).unwrap_or(i64::MAX);
    let own = |view: &View| view.owner == visitor.person.id;
    let content = html! {
        (heading("Vistas guardadas", &html! { "Los filtros de una lista bajo un nombre: las suyas y las que otros comparten con usted." }))
        @if let Some(refused) = refused { div.aviso-caja.mal role="alert" { p { (refused) } } }
        @if views.is_empty() {
            div.panel.vacio {
                p { "Todavía no hay vistas guardadas." }
                p { "En la " a href=(visitor.to("/bandeja")) { "bandeja" } " o en " a href=(visitor.to("/casos")) { "casos" } " filtre la lista y elija «Guardar esta vista»." }
            }
        } @else {
            div.tabla-marco.apilable data-lista {
                table {
                    caption { (words::count(total, "vista", "vistas")) }
                    thead { tr { th scope="col" { "Nombre" } th scope="col" { "Lista" } th scope="col" { "De" } th scope="col" { "Quién la ve" } th scope="col" { "Cambios" } } }
                    tbody {
                        @for view in &views {
                            tr {
                                td data-titulo="Nombre" { a href=(address(visitor, view)) { (view.name) } }
                                td data-titulo="Lista" { @if &*view.place == "casos" { "Casos" } @else { "Bandeja" } }
                                td data-titulo="De" { @if own(view) { "usted" } @else { (view.owner_name) } }
                                td data-titulo="Quién la ve" { (readers(visitor, &view.audience)) }
                                td data-titulo="Cambios" {
                                    div.pila {
                                        @if own(view) {
                                            details.acto {
                                                summary { "Cambiar" span.oculto-visual { " «" (view.name) "»" } }
                                                form.formulario method="post" action=(visitor.to(&format!("/vistas/{}", view.id))) {
                                                    (visitor.seal())
                                                    (fields(visitor, &edition, &view.id.to_string(), &view.name, &view.audience))
                                                    div.fila { button type="submit" { "Guardar los cambios" } }
                                                }
                                            }
                                        }
                                        @if own(view) || visitor.person.administrator {
                                            form method="post" action=(visitor.to(&format!("/vistas/{}/baja", view.id))) {
                                                (visitor.seal())
                                                button.peligro type="submit" { "Borrar" span.oculto-visual { " «" (view.name) "»" } }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(Frame::new(visitor, Place::Inbox, "Vistas guardadas").page(&content))
}
