//! The first set-up of an institution: whoever has the one-time token becomes its first administrator; then the page is gone.

use crate::{
    account::passwords,
    admin::{
        controls::{Gather, Input, Typed},
        desk,
    },
    administration::secrets,
    clock::{digest, secret},
    failure::Failure,
    form::Sent,
    shell::{Frame, Place},
    state::{App, House, SEAL, cookie_value, seal_of},
};
use axum::{
    Extension,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use engine::refusal::Refusal;
use maud::html;
use serde::Deserialize;
use std::sync::Arc;
use store::{auth::Setup, people::PersonFields};
use subtle::ConstantTimeEq;

#[derive(Debug, Default, Deserialize)]
pub struct Given {
    #[serde(default)]
    token: String,
}

/// `GET /{institution}/instalacion?token=…`
pub async fn show(
    State(app): State<App>,
    house: Option<Extension<Arc<House>>>,
    Query(given): Query<Given>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Extension(house) = house.ok_or(Failure::NotFound)?;
    admitted(&app, &house, &given.token).await?;
    Ok(page(&app, &house, &headers, &given.token, Typed::default()))
}

/// `POST /{institution}/instalacion`
pub async fn finish(
    State(app): State<App>,
    house: Option<Extension<Arc<House>>>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let Extension(house) = house.ok_or(Failure::NotFound)?;
    let token = sent.text("token").unwrap_or_default().to_owned();
    let hash = admitted(&app, &house, &token).await?;
    let refusal = match attempt(&app, &house, &sent, &hash).await? {
        Ok(()) => return Ok(Redirect::to(&format!("/{}/entrar", house.code)).into_response()),
        Err(refusal) => refusal,
    };
    let page = page(&app, &house, &headers, &token, Typed::refused(&sent, &refusal));
    Ok((Failure::Refused(refusal).status(), page).into_response())
}

/// The hash of the token, where it is the right one and nobody has used it; whoever has another learns nothing.
async fn admitted(app: &App, house: &House, token: &str) -> Result<String, Failure> {
    let hash = digest(token);
    let state = house.store.setup().await?;
    let wanted = match &state {
        Setup::Done => None,
        Setup::Pending { token_hash } => Some(token_hash),
        Setup::Needed => app.settings().setup.get(&house.code),
    };
    let wanted = wanted.ok_or(Failure::NotFound)?;
    if token.is_empty() || !bool::from(hash.as_bytes().ct_eq(wanted.as_bytes())) {
        return Err(Failure::NotFound);
    }
    Ok(hash)
}

async fn attempt(app: &App, house: &House, sent: &Sent, hash: &str) -> Result<Result<(), Refusal>, Failure> {
    let mut gather = Gather::new(sent);
    let name = gather.text("nombre", "Escriba su nombre.").to_owned();
    let login = gather.text("usuario", "Escriba el usuario con que entrará.").to_lowercase();
    let valid = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | '@');
    if !login.chars().all(valid) || login.len() > 100 {
        gather.wrong("usuario", "El usuario lleva solo letras sin tilde, números, punto, guion, guion bajo o @.");
    }
    // Blanks belong to a password: taken as typed.
    let typed =
        |name: &str| sent.pairs.iter().rev().find(|(key, _)| key == name).map_or("", |(_, text)| text).to_owned();
    let password = typed("contrasena").trim().to_owned();
    if let Err(advice) = passwords::judge(&password, &[&login, &name, &house.code]) {
        gather.wrong("contrasena", advice);
    } else if typed("repetida").trim() != password {
        gather.wrong("repetida", "Las dos contraseñas no son iguales.");
    }
    if let Err(refusal) = gather.finish("La instalación no terminó.") {
        return Ok(Err(refusal));
    }
    let kept = secrets::kept(app, password).await?;
    if house.store.setup().await? == Setup::Needed {
        house.store.begin_setup(hash).await?;
    }
    let first = PersonFields { login, name, administrator: true, ..PersonFields::default() };
    Ok(desk::told(house.store.finish_setup(hash, first, kept, app.now()).await)?.map(|_| ()))
}

/// The page, and the cookie whose seal its form carries.
fn page(app: &App, house: &House, headers: &HeaderMap, token: &str, typed: Typed<'_>) -> Response {
    let cookie_name = app.cookie_name("puerta");
    let (door, fresh) = match cookie_value(headers, &cookie_name) {
        Some(door) => (door, false),
        None => (secret(app.entropy()), true),
    };
    let content = html! {
        form.formulario.panel.principal method="post" action=(format!("/{}/instalacion", house.code)) {
            h1 { "Instalación" }
            p { "Usted será la primera persona que administra " (house.face().name) ". Después podrá agregar a las demás y subir el manual." }
            (typed.alert())
            input type="hidden" name=(SEAL) value=(seal_of(&door));
            input type="hidden" name="token" value=(token);
            (typed.input(Input::text("nombre", "Su nombre completo").required(), ""))
            (typed.input(Input::text("usuario", "Usuario").required().help("Letras sin tilde, números, punto o guion: ana.lopez"), ""))
            (typed.input(Input::text("contrasena", "Contraseña").of_kind("password").required()
                .help("Diez caracteres o más; puede ser una frase de varias palabras."), ""))
            (typed.input(Input::text("repetida", "La contraseña, otra vez").of_kind("password").required(), ""))
            div { button.principal type="submit" { "Crear la cuenta y terminar la instalación" } }
        }
    };
    let frame = Frame { house, visitor: None, place: Place::Nowhere, title: "Instalación", case: None };
    let mut response = frame.narrow(&content).into_response();
    if fresh && let Ok(value) = HeaderValue::from_str(&app.cookie(&cookie_name, &door)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    // The token stands in the address: it must not travel on to another page.
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
