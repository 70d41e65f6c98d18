//! API tokens: made for a person, with what they may and until when; shown once, listed, revoked.

use super::{
    controls::{Gather, Input, Typed},
    desk::{self, Part},
};
use crate::{
    access::Scope,
    administration::{
        secrets,
        tokens::{self as rules, Asked, DAYS, Wanted},
    },
    clock::digest,
    failure::Failure,
    form::Sent,
    state::{App, Visitor},
    words,
};
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use engine::{actor::PersonId, refusal::Refusal};
use jiff::ToSpan;
use maud::{Markup, html};
use store::{Admin, auth::ApiToken};

/// `GET /{institution}/administracion/fichas`
pub async fn list(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    page(&visitor, &admin, Typed::default()).await
}

/// `POST /{institution}/administracion/fichas`
pub async fn create(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    sent: Sent,
) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let refusal = match read(&visitor, &admin, &sent).await? {
        Err(refusal) => refusal,
        Ok(wanted) => {
            let secret = secrets::token(app.entropy());
            let made = admin.create_token(
                wanted.person.id,
                digest(&secret),
                wanted.name.as_str().into(),
                wanted.scope.code().into(),
                Some(wanted.expires),
                visitor.now,
            );
            match desk::told(made.await)? {
                Ok(_) => return Ok(desk::created(once(&visitor, &wanted, &secret))),
                Err(refusal) => refusal,
            }
        }
    };
    let page = page(&visitor, &admin, Typed::refused(&sent, &refusal)).await?;
    Ok(desk::again(refusal, page))
}

/// `POST /{institution}/administracion/fichas/{id}/revocacion`
pub async fn revoke(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    _: Sent,
) -> Result<Response, Failure> {
    desk::hands(&visitor).await?.revoke_token(id, visitor.now).await?;
    Ok(desk::done(&visitor, "/fichas"))
}

/// What is asked for, if it may be: a page gives every scope.
async fn read(visitor: &Visitor, admin: &Admin, sent: &Sent) -> Result<Result<Wanted, Refusal>, Failure> {
    let mut gather = Gather::new(sent);
    let last = gather.date("vence");
    if let Err(refusal) = gather.finish("La ficha no se creó.") {
        return Ok(Err(refusal));
    }
    let person = match sent.number("persona") {
        Some(id) => admin.person(PersonId(id)).await?,
        None => None,
    };
    let asked = Asked {
        person: person.as_ref(),
        name: sent.text("nombre").unwrap_or_default(),
        scope: sent.text("alcance").and_then(Scope::of).unwrap_or(Scope::Read),
        last,
        giver: Scope::Administer,
    };
    Ok(rules::wanted(asked, visitor.now, &visitor.zone()).map_err(desk::in_page))
}

fn once(visitor: &Visitor, wanted: &Wanted, secret: &str) -> Markup {
    let content = html! {
        div.panel.principal {
            h1 { "Ficha «" (wanted.name) "»" }
            p { "Cópiela ahora: no se vuelve a mostrar. Quien la tenga actúa a nombre de la persona elegida." }
            p { code.secreto { (secret) } }
            p.menor { "Se usa así: " code { "Authorization: Bearer …" } }
            div { a.boton href=(visitor.to("/administracion/fichas")) { "Ya la guardé: ver las fichas" } }
        }
    };
    desk::page(visitor, Part::Tokens, "Ficha nueva", &content)
}

async fn page(visitor: &Visitor, admin: &Admin, typed: Typed<'_>) -> Result<Markup, Failure> {
    let tokens = admin.tokens(None).await?;
    let people = desk::active_people(admin).await?;
    let choices: Vec<(String, String)> =
        people.iter().map(|person| (person.id.0.to_string(), format!("{} ({})", person.name, person.login))).collect();
    let mut names = Vec::with_capacity(tokens.len());
    for token in &tokens {
        let known = people.iter().find(|person| person.id == token.person).map(|person| person.name.clone());
        names.push(match known {
            Some(name) => name,
            None => admin.person(token.person).await?.map_or_else(|| "—".into(), |person| person.name),
        });
    }
    let zone = visitor.zone();
    let until = desk::today(visitor).saturating_add(DAYS.days()).to_string();
    let content = html! {
        (desk::heading("Fichas de acceso", &words::count(desk::many(tokens.len()), "ficha para programas", "fichas para programas")))
        (typed.alert())
        div.dos {
            @if tokens.is_empty() {
                div.vacio.panel { p { "No hay fichas." } p { "Una ficha deja que un programa lea o abra casos por la API, a nombre de una persona." } }
            } @else {
                div.tabla-marco.apilable {
                    table {
                        caption.oculto-visual { "Fichas de acceso" }
                        thead { tr { th scope="col" { "Ficha" } th scope="col" { "Persona" } th scope="col" { "Puede" } th scope="col" { "Creada" } th scope="col" { "Vence" } th scope="col" { "Estado" } } }
                        tbody {
                            @for (token, name) in tokens.iter().zip(&names) {
                                tr {
                                    td data-titulo="Ficha" { (token.name) }
                                    td data-titulo="Persona" { (name) }
                                    td data-titulo="Puede" { (Scope::widest(&token.scope).map_or("nada", Scope::words)) }
                                    td data-titulo="Creada" { (words::time(token.created_at, &zone)) }
                                    td data-titulo="Vence" { @match token.expires_at { Some(at) => (words::time(at, &zone)), None => "nunca" } }
                                    td data-titulo="Estado" { (state(visitor, token)) }
                                }
                            }
                        }
                    }
                }
            }
            form.formulario.panel method="post" action=(visitor.to("/administracion/fichas")) {
                h2 { "Crear una ficha" }
                (visitor.seal())
                (typed.input(Input::text("nombre", "Para qué es").required(), ""))
                (typed.select("persona", "Actúa a nombre de", None, &choices, ""))
                fieldset.campo {
                    legend { "Puede" }
                    @let chosen = Scope::of(typed.value("alcance", "")).unwrap_or(Scope::Read);
                    label.opcion { input type="radio" name="alcance" value=(Scope::Read.code()) checked[chosen == Scope::Read]; "Leer" }
                    label.opcion { input type="radio" name="alcance" value=(Scope::Write.code()) checked[chosen == Scope::Write]; "Leer y escribir" }
                    label.opcion {
                        input type="radio" name="alcance" value=(Scope::Administer.code()) checked[chosen == Scope::Administer] aria-describedby="alcance-error alcance-ayuda";
                        "Leer, escribir y administrar"
                    }
                    span.ayuda #alcance-ayuda { "Quien tenga una ficha que administra agrega y da de baja personas, y crea otras fichas. Désela solo al programa que lo necesite, y por pocos días." }
                    span.error #alcance-error { (typed.fault("alcance").unwrap_or_default()) }
                }
                (typed.input(Input::date("vence", "Vale hasta").required(), &until))
                div { button.principal type="submit" { "Crear la ficha" } }
            }
        }
    };
    Ok(desk::page(visitor, Part::Tokens, "Fichas de acceso", &content))
}

fn state(visitor: &Visitor, token: &ApiToken) -> Markup {
    html! {
        @if token.revoked_at.is_some() { span.etiqueta.anulado { "Revocada" } }
        @else if token.expires_at.is_some_and(|end| end <= visitor.now) { span.etiqueta.anulado { "Vencida" } }
        @else { (desk::button(visitor, &format!("/fichas/{}/revocacion", token.id), Some("peligro"), "Revocar")) }
    }
}
