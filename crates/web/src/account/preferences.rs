//! What a person wants to be told and how: each kind of notice in the page, by mail, in the day's digest, or not at all.

use crate::{
    failure::Failure,
    form::Sent,
    shell::{Frame, Place},
    state::Visitor,
};
use axum::{
    Extension,
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use manual::notice::Kind;
use maud::{Markup, html};
use serde::Deserialize;
use store::preferences::{Preferences, Way};

/// The hours at which a digest may leave.
const HOURS: std::ops::RangeInclusive<i8> = 6..=18;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    guardado: Option<String>,
}

/// `GET /{institution}/cuenta/avisos`
pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let kept = visitor.reader.preferences().await?;
    let mail = visitor.house.store.sends_mail();
    let address = &visitor.person.email;
    let content = html! {
        header.encabezado {
            div {
                p.migas { a href=(visitor.to("/cuenta")) { "Mi cuenta" } }
                h1 { "Mis avisos" }
                p.menor { "De lo que usted mismo hace no se le avisa." }
            }
        }
        @if asked.guardado.is_some() { div.aviso-caja.bien role="status" { p { "Sus preferencias quedaron guardadas." } } }
        @if !mail {
            div.aviso-caja { p { "Esta institución aún no tiene configurado el correo: por ahora los avisos se ven solo en la página. Lo que elija aquí valdrá cuando lo tenga." } }
        } @else if address.is_empty() {
            div.aviso-caja.atencion { p { "Su cuenta no tiene dirección de correo: los avisos se ven solo en la página. Pida a quien administra el sistema que la registre." } }
        } @else {
            p { "El correo le llega a " strong { (address) } "." }
        }
        form.formulario.panel method="post" action=(visitor.to("/cuenta/avisos")) {
            (visitor.seal())
            div.tabla-marco.apilable {
                table {
                    caption.oculto-visual { "Cómo llega cada clase de aviso" }
                    thead { tr { th scope="col" { "Se le avisa cuando…" } th scope="col" { "Cómo" } } }
                    tbody {
                        @for kind in chosen() {
                            @let id = format!("modo-{}", kind.code());
                            tr {
                                th scope="row" data-titulo="Cuándo" { label for=(id) { (words(kind)) } }
                                td data-titulo="Cómo" {
                                    select id=(id) name=(kind.code()) {
                                        @for way in Way::ALL { option value=(way.code()) selected[kept.way(kind) == way] { (way_words(way)) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            div.campos-2 {
                div.campo {
                    label for="hora" { "Hora del resumen" }
                    span.ayuda #hora-ayuda { "Un correo al día, solo en días hábiles y si hubo avisos." }
                    select #hora name="hora" aria-describedby="hora-ayuda" {
                        @for hour in HOURS { option value=(hour) selected[hour == kept.digest_hour] { (hour) ":00" } }
                    }
                }
                fieldset.campo {
                    legend { "Correo fuera de horario" }
                    label.opcion {
                        input type="checkbox" name="horario" value="si" checked[kept.office_hours];
                        "Espera a que abra la institución, salvo lo urgente"
                    }
                }
            }
            div { button.principal type="submit" { "Guardar mis avisos" } }
        }
    };
    Ok(Frame::new(&visitor, Place::Account, "Mis avisos").page(&content))
}

/// `POST /{institution}/cuenta/avisos`
pub async fn change(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let mut wanted = Preferences { office_hours: sent.flag("horario"), ..Preferences::default() };
    for kind in chosen() {
        if let Some(way) = sent.text(kind.code()).and_then(Way::from_code) {
            wanted.ways.insert(kind, way);
        }
    }
    if let Some(hour) = sent.text("hora").and_then(|hour| hour.parse().ok()).filter(|hour| HOURS.contains(hour)) {
        wanted.digest_hour = hour;
    }
    visitor.reader.set_preferences(wanted).await?;
    Ok(Redirect::to(&visitor.to("/cuenta/avisos?guardado=si")).into_response())
}

/// The digest is no kind of its own to choose.
fn chosen() -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(|kind| *kind != Kind::Digest)
}

const fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Assigned => "le llega un caso a usted",
        Kind::Post => "llega un caso a su puesto",
        Kind::Needed => "su solicitud espera algo de usted",
        Kind::Comment => "alguien comenta en su solicitud o en un caso que usted atiende",
        Kind::Mention => "le mencionan, o avanza un caso que usted sigue",
        Kind::Term => "está por vencer o vence un plazo de lo que atiende",
        Kind::Ended => "su solicitud termina, se rechaza o se anula",
        Kind::Rating => "falta su calificación del servicio",
        Kind::Registered => "alguien registra una solicitud a su nombre",
        Kind::Progress => "el manual manda avisarle, o cambia la fecha de su solicitud",
        Kind::Digest => "es la hora del resumen",
    }
}

const fn way_words(way: Way) -> &'static str {
    match way {
        Way::Mail => "En la página y por correo",
        Way::Digest => "En la página y en el resumen del día",
        Way::Page => "Solo en la página",
        Way::Nothing => "No avisar",
    }
}
