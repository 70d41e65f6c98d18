//! Rating the service by the link of a mail, without entering: the page only shows and asks; rating is always a form sent,
//! because mail scanners open every address they find. The link tells nothing but the number and the subject.

use crate::{
    account::entrance::door,
    failure::Failure,
    form::Sent,
    shell::{Frame, Place},
    state::{App, House, KEY, SEAL, seal_of},
};
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use std::sync::Arc;
use store::{Request, Submission, SubmitError, ratings::RatingLink};

/// Letters of a comment.
const LONGEST: usize = 2_000;

/// `GET /{institution}/calificar/{token}`
pub async fn show(
    State(app): State<App>,
    house: Option<Extension<Arc<House>>>,
    Path((_, token)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Extension(house) = house.ok_or(Failure::NotFound)?;
    match find(&app, &house, &token).await {
        Ok(link) => Ok(page(&app, &house, &headers, &token, &link, None)),
        Err(Failure::NotFound) => Ok(gone(&house)),
        Err(failure) => Err(failure),
    }
}

/// `POST /{institution}/calificar/{token}`
pub async fn rate(
    State(app): State<App>,
    house: Option<Extension<Arc<House>>>,
    Path((_, token)): Path<(String, String)>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let Extension(house) = house.ok_or(Failure::NotFound)?;
    let link = find(&app, &house, &token).await?;
    let conforms = match sent.text("conforme") {
        Some("si") => true,
        Some("no") => false,
        _ => return Ok(page(&app, &house, &headers, &token, &link, Some("Elija conforme o no conforme."))),
    };
    if sent.text("comentario").is_some_and(|text| text.chars().count() > LONGEST) {
        let text = format!("El comentario lleva hasta {LONGEST} letras.");
        return Ok(page(&app, &house, &headers, &token, &link, Some(&text)));
    }
    let request = Request::Rate { conforms, comment: sent.name("comentario") };
    let submission = Submission::on(link.number.clone(), link.person, request, app.now());
    match house.store.submit(submission).await {
        Ok(_) => Ok(Redirect::to(&format!("/{}/calificar/{token}", house.code)).into_response()),
        // Who served it, a window that has closed: in the words of the rule.
        Err(SubmitError::Refused(refusal)) => Ok(page(&app, &house, &headers, &token, &link, Some(&refusal.message))),
        Err(error) => Err(error.into()),
    }
}

/// Unknown, ended, of a person who has left: all the same, so that nothing can be learnt by trying.
async fn find(app: &App, house: &House, token: &str) -> Result<RatingLink, Failure> {
    if token.len() != 64 || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Failure::NotFound);
    }
    house.store.rating_link(token, app.now()).await?.ok_or(Failure::NotFound)
}

/// To whoever comes by a link that no longer leads anywhere: what he can do.
fn gone(house: &House) -> Response {
    let content = html! {
        div.panel.principal {
            h1 { "Este enlace ya no sirve" }
            p { "El plazo para calificar terminó, o la dirección llegó incompleta." }
            p {
                "Mientras el plazo siga abierto, quien hizo la solicitud también puede calificarla en la página de su caso: "
                a href=(format!("/{}/solicitudes", house.code)) { "mis solicitudes" } "."
            }
        }
    };
    let frame = Frame { house, visitor: None, place: Place::Nowhere, title: "Calificar el servicio", case: None };
    (StatusCode::NOT_FOUND, frame.narrow(&content)).into_response()
}

fn page(
    app: &App,
    house: &House,
    headers: &HeaderMap,
    token: &str,
    link: &RatingLink,
    wrong: Option<&str>,
) -> Response {
    let (door, cookie) = door(app, headers);
    let face = house.face();
    let given = link.rating.as_ref();
    let comment = given.and_then(|rating| rating.comment.as_deref()).unwrap_or_default();
    let choice = |value: &str, class: Option<&str>, text: &str| {
        html! { button class=[class] type="submit" name="conforme" value=(value) { (text) } }
    };
    let content: Markup = html! {
        div.panel.principal {
            h1 { "¿Cómo fue el servicio?" }
            @if let Some(wrong) = wrong { div.aviso-caja.mal role="alert" { p { (wrong) } } }
            @else if let Some(rating) = given {
                div.aviso-caja.bien role="status" {
                    p { "Gracias. Quedó registrado: " strong { @if rating.conforms { "servicio conforme" } @else { "servicio no conforme" } } "." }
                    p.menor { "Puede cambiarlo durante 12 horas." }
                }
            }
            dl.datos { dt { "Institución" } dd { (face.name) } dt { "Solicitud" } dd { (link.number) } dt { "Asunto" } dd { (link.subject) } }
            form.formulario method="post" action=(format!("/{}/calificar/{token}", house.code)) {
                input type="hidden" name=(SEAL) value=(seal_of(&door));
                input type="hidden" name=(KEY) value="calificacion";
                div.campo {
                    label for="comentario" { "Comentario (si quiere)" }
                    textarea #comentario name="comentario" rows="4" maxlength=(LONGEST) { (comment) }
                }
                div.fila {
                    (choice("si", Some("principal"), "Servicio conforme"))
                    (choice("no", None, "Servicio no conforme"))
                }
            }
        }
    };
    let frame = Frame { house, visitor: None, place: Place::Nowhere, title: "Calificar el servicio", case: None };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut answer = (status, frame.narrow(&content)).into_response();
    if let Some(cookie) = cookie.and_then(|cookie| cookie.parse().ok()) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}
