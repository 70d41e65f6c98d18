//! Setting up and removing the second factor of one's own account.

use super::{entrance::spend_code, totp};
use crate::{
    failure::Failure,
    form::Sent,
    proof::check_password,
    shell::{Frame, Place},
    state::{App, Visitor},
};
use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

/// `GET /{institution}/cuenta/segundo-factor`
pub async fn show(State(app): State<App>, Extension(visitor): Extension<Visitor>) -> Markup {
    let mut bytes = [0_u8; 20];
    app.entropy().fill(&mut bytes);
    page(&visitor, &totp::secret(&bytes), None)
}

/// `POST /{institution}/cuenta/segundo-factor`: the first code proves that the application has the secret.
pub async fn confirm(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let secret: String = sent.text("secreto").unwrap_or_default().chars().take(64).collect();
    let code = sent.text("codigo").unwrap_or_default();
    let refused =
        |message: &str| Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&visitor, &secret, Some(message))).into_response());
    let known = visitor.house.store.person_by_login(&visitor.person.login).await?;
    if !check_password(sent.text("contrasena").unwrap_or_default(), known.as_ref()).await? {
        return refused("La contraseña no es correcta.");
    }
    let seconds = u64::try_from(visitor.now.as_second()).unwrap_or_default();
    let Some(step) = totp::step_of(&secret, code, seconds, 0) else {
        return refused("El código no coincide. Revise la hora de su teléfono y escriba el código que muestra ahora.");
    };
    let store = &visitor.house.store;
    store.set_totp(visitor.person.id, secret, visitor.now).await?;
    store.use_totp_step(visitor.person.id, i64::try_from(step).unwrap_or_default()).await?;
    Ok(Redirect::to(&visitor.to("/cuenta")).into_response())
}

/// `POST /{institution}/cuenta/segundo-factor/baja`
pub async fn remove(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let store = &visitor.house.store;
    let known = store.person_by_login(&visitor.person.login).await?.ok_or(Failure::NotFound)?;
    let right = check_password(sent.text("contrasena").unwrap_or_default(), Some(&known)).await?
        && spend_code(&visitor.house, &known, sent.text("codigo").unwrap_or_default(), visitor.now).await?;
    if !right {
        return Err(Failure::Invalid(
            "La contraseña o el código no es correcto. El segundo factor sigue activo.".into(),
        ));
    }
    store.set_totp(visitor.person.id, String::new(), visitor.now).await?;
    Ok(Redirect::to(&visitor.to("/cuenta")).into_response())
}

fn page(visitor: &Visitor, secret: &str, message: Option<&str>) -> Markup {
    let face = visitor.house.face();
    let address = totp::address(secret, &face.acronym, &visitor.person.login).unwrap_or_default();
    let grouped = secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    let content = html! {
        div.encabezado { h1 { "Segundo factor" } }
        @if let Some(message) = message { div.aviso-caja.mal role="alert" { p { (message) } } }
        section.panel.principal {
            h2 { @if visitor.person.has_totp { "Cambiar de teléfono" } @else { "Activar" } }
            ol.pila {
                li { "Instale en su teléfono una aplicación de códigos (Aegis, FreeOTP, Google Authenticator o similar)." }
                li { "Agregue una cuenta y escriba esta clave: " code { (grouped) } ". En el teléfono puede "
                     a href=(address) { "abrir la aplicación" } "." }
                li { "Escriba aquí el código que la aplicación muestra." }
            }
            form.formulario method="post" action=(visitor.to("/cuenta/segundo-factor")) {
                (visitor.seal())
                input type="hidden" name="secreto" value=(secret);
                div.campo.corto {
                    label for="codigo" { "Código" }
                    input #codigo name="codigo" inputmode="numeric" autocomplete="one-time-code" required maxlength="10";
                }
                (password("contrasena-nueva"))
                button.principal type="submit" { "Activar el segundo factor" }
            }
        }
        @if visitor.person.has_totp {
            section.panel {
                h2 { "Quitar" }
                form.formulario method="post" action=(visitor.to("/cuenta/segundo-factor/baja")) {
                    (visitor.seal())
                    div.campo.corto {
                        label for="codigo-baja" { "Código de la aplicación actual" }
                        input #codigo-baja name="codigo" inputmode="numeric" autocomplete="one-time-code" required maxlength="10";
                    }
                    (password("contrasena-baja"))
                    button.peligro type="submit" { "Quitar el segundo factor" }
                }
            }
        }
    };
    Frame::new(visitor, Place::Account, "Segundo factor").page(&content)
}

fn password(id: &str) -> Markup {
    html! {
        div.campo.corto {
            label for=(id) { "Su contraseña" }
            input id=(id) name="contrasena" type="password" autocomplete="current-password" required maxlength="128";
        }
    }
}
