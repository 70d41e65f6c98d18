//! The entrance: login and password, the code of the second factor where there is one, and leaving.
//! Failures delay the account and the source instead of locking anybody out (hardening S07); an unknown login, a wrong
//! password and a person who has left read the same and take the same time (S08).

use super::totp;
use crate::{
    clock::{digest, secret},
    failure::Failure,
    form::Sent,
    guard::ABSOLUTE,
    proof::check_password,
    shell::{Frame, Place},
    state::{App, House, KEY, SEAL, Visitor, cookie_value, seal_of},
};
use axum::{
    Extension,
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use engine::actor::PersonId;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use serde::Deserialize;
use std::{net::SocketAddr, sync::Arc};
use store::{auth::NewSession, people::Credentials};

/// How long the password already given is remembered while the code is typed.
const PASS: SignedDuration = SignedDuration::from_mins(5);
/// The delay after the most failures.
const LONGEST_DELAY: SignedDuration = SignedDuration::from_secs(64);

#[derive(Deserialize)]
pub struct Target {
    despues: Option<String>,
}

/// `GET /{institution}/entrar`
pub async fn show(
    State(app): State<App>,
    house: Option<Extension<Arc<House>>>,
    visitor: Option<Extension<Visitor>>,
    Query(target): Query<Target>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Extension(house) = house.ok_or(Failure::NotFound)?;
    if visitor.is_some() {
        return Ok(Redirect::to(&format!("/{}/", house.code)).into_response());
    }
    let shown = Shown { target: target.despues.as_deref(), ..Shown::default() };
    Ok(page(&app, &house, &headers, &shown, StatusCode::OK))
}

/// `POST /{institution}/entrar`
pub async fn enter(
    State(app): State<App>,
    house: Option<Extension<Arc<House>>>,
    source: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let Extension(house) = house.ok_or(Failure::NotFound)?;
    let now = app.now();
    let source =
        source.map_or_else(|| "desconocido".to_string(), |Extension(ConnectInfo(source))| source.ip().to_string());
    let target = sent.text("despues").map(ToString::to_string);
    let login: String = sent.text("usuario").unwrap_or_default().to_lowercase().chars().take(100).collect();
    let again = |message: &str, pass: Option<&str>, status| {
        let shown = Shown { login: &login, message: Some(message), pass, target: target.as_deref() };
        Ok(page(&app, &house, &headers, &shown, status))
    };

    let keys = [format!("cuenta:{login}"), format!("origen:{source}")];
    let known = house.store.person_by_login(&login).await?;
    for key in &keys {
        if let Some(until) = house.store.throttle(key).await?.not_before.filter(|until| waits(*until, now)) {
            let seconds = until.duration_since(now).as_secs().max(1);
            return again(
                &format!("Hubo varios intentos fallidos. Espere {seconds} segundos e intente otra vez."),
                None,
                StatusCode::TOO_MANY_REQUESTS,
            );
        }
    }

    let passed = match sent.text("pase") {
        Some(pass) => is_pass(&app, &house, &login, pass, now),
        None => check_password(sent.text("contrasena").unwrap_or_default(), known.as_ref()).await?,
    };
    let Some(credentials) = known.filter(|credentials| passed && credentials.person.active) else {
        fail(&house, &keys, now).await?;
        return again("El usuario o la contraseña no es correcto.", None, StatusCode::UNPROCESSABLE_ENTITY);
    };

    if !credentials.totp_secret.is_empty() {
        let pass = pass(&app, &house, &login, now);
        let Some(code) = sent.text("codigo") else {
            return again("Escriba el código de su aplicación de autenticación.", Some(&pass), StatusCode::OK);
        };
        if !spend_code(&house, &credentials, code, now).await? {
            fail(&house, &keys, now).await?;
            return again(
                "El código no es correcto o ya se usó. Espere el siguiente.",
                Some(&pass),
                StatusCode::UNPROCESSABLE_ENTITY,
            );
        }
    }
    for key in &keys {
        house.store.login_succeeded(key).await?;
    }
    let agent: String = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect();
    let cookie = open_session(&app, &house, credentials.person.id, source, agent, now).await?;
    let door = app.cookie(&app.cookie_name("puerta"), "");
    let place = local_target(target.as_deref(), &house.code);
    let mut answer = Redirect::to(&place).into_response();
    for cookie in [cookie, door] {
        if let Ok(value) = cookie.parse() {
            answer.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(answer)
}

/// `POST /{institution}/salir`
pub async fn leave(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    _: Sent,
) -> Result<Response, Failure> {
    visitor.house.store.end_session(&visitor.session).await?;
    let mut answer = Redirect::to(&visitor.to("/entrar")).into_response();
    if let Ok(value) = app.cookie(&app.cookie_name(&visitor.house.code), "").parse() {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(answer)
}

/// Keeps a new session and gives the cookie that opens it.
pub async fn open_session(
    app: &App,
    house: &House,
    person: PersonId,
    source: String,
    agent: String,
    now: Timestamp,
) -> Result<String, Failure> {
    let secret = secret(app.entropy());
    let expires_at = now + ABSOLUTE;
    let new = NewSession { token_hash: digest(&secret), person, expires_at, source, agent, data: String::new() };
    house.store.create_session(new, now).await?;
    Ok(app.cookie(&app.cookie_name(&house.code), &secret))
}

/// Whether a code is right and unused; marks it as used.
pub async fn spend_code(house: &House, credentials: &Credentials, code: &str, now: Timestamp) -> Result<bool, Failure> {
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let used = u64::try_from(credentials.totp_step).unwrap_or_default();
    match totp::step_of(&credentials.totp_secret, code, seconds, used) {
        Some(step) => {
            Ok(house.store.use_totp_step(credentials.person.id, i64::try_from(step).unwrap_or_default()).await?)
        }
        None => Ok(false),
    }
}

/// Each failure doubles the delay from the fourth on: 1, 2, 4 … 64 seconds for the account; a source is let try more.
/// Longer than the longest delay no one waits: then it was given by a clock that has been put back since.
fn waits(until: Timestamp, now: Timestamp) -> bool {
    until > now && until.duration_since(now) <= LONGEST_DELAY
}

async fn fail(house: &House, keys: &[String; 2], now: Timestamp) -> Result<(), Failure> {
    for (key, free) in keys.iter().zip([3_i64, 15]) {
        let failures = house.store.throttle(key).await?.failures + 1;
        let power = u32::try_from((failures - free).clamp(0, 7)).unwrap_or_default();
        let delay = if power == 0 { 0 } else { 1_i64 << (power - 1) };
        house.store.login_failed(key, now + SignedDuration::from_secs(delay), now).await?;
    }
    Ok(())
}

/// Proof, for a few minutes, that the password of a login was right.
fn pass(app: &App, house: &House, login: &str, now: Timestamp) -> String {
    let until = (now + PASS).as_second();
    format!("{until}.{}", digest(&format!("{}|{}|{login}|{until}", app.pass_key(), house.code)))
}

fn is_pass(app: &App, house: &House, login: &str, given: &str, now: Timestamp) -> bool {
    use subtle::ConstantTimeEq;
    let Some((until, seal)) = given.split_once('.') else { return false };
    let fresh = until.parse::<i64>().is_ok_and(|until| until >= now.as_second());
    let expected = digest(&format!("{}|{}|{login}|{until}", app.pass_key(), house.code));
    fresh && bool::from(seal.as_bytes().ct_eq(expected.as_bytes()))
}

/// Only an address of this institution: never another site (hardening S17).
fn local_target(target: Option<&str>, code: &str) -> String {
    let own = format!("/{code}/");
    target
        .filter(|target| target.starts_with(&own) && !target.contains("//") && !target.contains('\\'))
        .filter(|target| target.bytes().all(|byte| byte.is_ascii_graphic()))
        .map_or(own.clone(), ToString::to_string)
}

#[derive(Default)]
struct Shown<'s> {
    login: &'s str,
    message: Option<&'s str>,
    /// The password was right and the code is missing.
    pass: Option<&'s str>,
    target: Option<&'s str>,
}

/// The secret that seals forms sent before entering, and the cookie to be set where the browser has none yet.
pub fn door(app: &App, headers: &HeaderMap) -> (String, Option<String>) {
    let name = app.cookie_name("puerta");
    if let Some(door) = cookie_value(headers, &name) {
        return (door, None);
    }
    let door = secret(app.entropy());
    let cookie = app.cookie(&name, &door);
    (door, Some(cookie))
}

fn page(app: &App, house: &House, headers: &HeaderMap, shown: &Shown<'_>, status: StatusCode) -> Response {
    let (door, cookie) = door(app, headers);
    let face = house.face();
    let frame = Frame { house, visitor: None, place: Place::Nowhere, title: "Entrar", case: None };
    let content: Markup = html! {
        div.panel.principal {
            h1 { "Entrar a " (face.acronym) }
            @if let Some(message) = shown.message { div.aviso-caja.atencion role="alert" { p { (message) } } }
            form.formulario method="post" action=(format!("/{}/entrar", house.code)) {
                input type="hidden" name=(SEAL) value=(seal_of(&door));
                input type="hidden" name=(KEY) value="entrada";
                @if let Some(target) = shown.target { input type="hidden" name="despues" value=(target); }
                @if let Some(pass) = shown.pass {
                    input type="hidden" name="pase" value=(pass);
                    input type="hidden" name="usuario" value=(shown.login);
                    div.campo {
                        label for="codigo" { "Código de seis dígitos" }
                        input #codigo name="codigo" inputmode="numeric" autocomplete="one-time-code" required autofocus maxlength="10";
                    }
                } @else {
                    div.campo {
                        label for="usuario" { "Usuario" }
                        input #usuario name="usuario" value=(shown.login) autocomplete="username" required autofocus maxlength="100" autocapitalize="none" spellcheck="false";
                    }
                    div.campo {
                        label for="contrasena" { "Contraseña" }
                        input #contrasena name="contrasena" type="password" autocomplete="current-password" required maxlength="128";
                    }
                }
                button.principal type="submit" { "Entrar" }
            }
            p.menor { "¿Olvidó su contraseña? Pida una nueva al administrador de su institución." }
        }
    };
    let mut answer = (status, frame.narrow(&content)).into_response();
    if let Some(value) = cookie.and_then(|cookie| cookie.parse().ok()) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_entering_one_stays_in_the_house() {
        assert_eq!(local_target(Some("/igss/bandeja?vista=mios"), "igss"), "/igss/bandeja?vista=mios");
        for foreign in [
            "//evil.example",
            "https://evil.example/igss/",
            "/diaco/bandeja",
            "/igss/\\evil",
            "/igss//evil",
            "/igss/\r\nx",
        ] {
            assert_eq!(local_target(Some(foreign), "igss"), "/igss/");
        }
    }
}
