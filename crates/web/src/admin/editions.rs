//! The editions of the manual: the list, and uploading the files of a new one.

use super::desk::{self, Part};
use crate::{
    editorial::{self, Uploaded},
    failure::Failure,
    form::Sent,
    manual_pages::editions as shown,
    state::Visitor,
    words,
};
use axum::{
    Extension,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use manual::{
    finding::{Finding, Severity},
    render,
    source::{SourceFile, line_and_column},
};
use maud::{Markup, html};
use store::{Admin, EditionError, StoreError};

/// Findings drawn with their place; the rest is counted.
const DRAWN: usize = 100;

/// `GET /{institution}/administracion/ediciones`
pub async fn list(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    page(&visitor, &admin, None).await
}

/// `POST /{institution}/administracion/ediciones`
pub async fn upload(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let refusal = match keep(&visitor, &admin, &sent).await? {
        Ok(response) => return Ok(response),
        Err(refusal) => refusal,
    };
    let page = page(&visitor, &admin, Some(&refusal)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Keeps the edition, or says why not.
async fn keep(visitor: &Visitor, admin: &Admin, sent: &Sent) -> Result<Result<Response, Markup>, Failure> {
    if sent.files.is_empty() {
        return Ok(Err(alert("Elija al menos un archivo .kdl.")));
    }
    let files = sent.files.iter().map(|file| &file.attach);
    let uploaded = editorial::gather(&visitor.house, admin, files, sent.text("alcance") != Some("cambios")).await?;
    if !uploaded.sound() {
        return Ok(Err(unsound(&uploaded)));
    }
    let files = uploaded.files();
    Ok(match admin.upload_edition(uploaded.sources, visitor.now).await {
        Ok((row, _)) => Ok(desk::done(visitor, &format!("/ediciones/{}", row.id))),
        Err(EditionError::Findings(found)) => {
            Err(html! { (alert("El manual tiene errores; no se guardó.")) (findings(&found, &files)) })
        }
        Err(EditionError::Store(StoreError::Refused(refusal))) => Err(alert(&refusal.message)),
        Err(EditionError::Store(error)) => return Err(error.into()),
    })
}

fn unsound(uploaded: &Uploaded) -> Markup {
    html! {
        (alert("El manual tiene errores; no se guardó. Corríjalos en sus archivos y súbalos otra vez."))
        (findings(&uploaded.findings, &uploaded.files()))
    }
}

fn alert(message: &str) -> Markup {
    html! { div.aviso-caja.mal role="alert" { p { (message) } } }
}

async fn page(visitor: &Visitor, admin: &Admin, refusal: Option<&Markup>) -> Result<Markup, Failure> {
    let rows = admin.editions().await?;
    let names = editorial::names(&visitor.house.store, &rows).await?;
    let content = html! {
        (desk::heading("Ediciones del manual", &words::count(desk::many(rows.len()), "edición", "ediciones")))
        @if let Some(refusal) = refusal { (refusal) }
        div.dos {
            div.pila {
                @if rows.is_empty() {
                    div.vacio.panel { p { "Aún no hay ediciones." } p { "Suba los archivos del manual; una segunda persona que administre la publica." } }
                } @else {
                    (shown::table(visitor, &rows, &names, "/administracion/ediciones"))
                    (shown::picker(visitor, &rows, "/manual/ediciones/comparacion"))
                }
            }
            (form(visitor, rows.is_empty()))
        }
    };
    Ok(desk::page(visitor, Part::Editions, "Ediciones", &content))
}

fn form(visitor: &Visitor, first: bool) -> Markup {
    html! {
        form.formulario.panel method="post" enctype="multipart/form-data" action=(visitor.to("/administracion/ediciones")) {
            h2 { "Subir una edición" }
            (visitor.seal())
            div.campo {
                label for="archivos" { "Archivos " span.obligatorio { "(obligatorio)" } }
                span.ayuda #archivos-ayuda { "Los .kdl del manual: manual, procedimientos, formularios, escenarios y, si cambian, calendarios; y los .txt de sus avisos." }
                input #archivos type="file" name="archivos" accept=".kdl,.txt" multiple required aria-describedby="archivos-ayuda";
            }
            fieldset.campo {
                legend { "Lo que sube es" }
                label.opcion { input type="radio" name="alcance" value="completo" checked[first]; "El manual completo" }
                @if !first {
                    label.opcion { input type="radio" name="alcance" value="cambios" checked; "Solo los archivos que cambian; los demás son los de la edición vigente" }
                }
            }
            div { button.principal type="submit" { "Revisar y guardar como borrador" } }
            p.menor { "El borrador no rige: lo publica otra persona que administre, después de ver qué cambia." }
        }
    }
}

/// The findings: how many, and each with file, line, column and the picture of its place.
#[must_use]
pub fn findings(found: &[Finding], files: &[SourceFile]) -> Markup {
    let errors: Vec<&Finding> = found.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let warnings: Vec<&Finding> = found.iter().filter(|finding| finding.severity != Severity::Error).collect();
    html! {
        section.pila aria-labelledby="hallazgos" {
            h2 #hallazgos { "Hallazgos: " (render::summary(found)) }
            @for finding in errors.iter().take(DRAWN) { (one(finding, files)) }
            @if errors.len() > DRAWN { p.menor { "Y " (errors.len() - DRAWN) " errores más." } }
            @if !warnings.is_empty() {
                details {
                    summary { "Advertencias (" (warnings.len()) ")" }
                    div.pila {
                        @for finding in warnings.iter().take(DRAWN) { (one(finding, files)) }
                        @if warnings.len() > DRAWN { p.menor { "Y " (warnings.len() - DRAWN) " advertencias más." } }
                    }
                }
            }
        }
    }
}

fn one(finding: &Finding, files: &[SourceFile]) -> Markup {
    let file = usize::try_from(finding.at.file).ok().and_then(|index| files.get(index));
    let offset = usize::try_from(finding.at.offset).unwrap_or(usize::MAX);
    let (class, word) = if finding.severity == Severity::Error { ("mal", "Error") } else { ("aviso", "Advertencia") };
    html! {
        article.panel.hallazgo {
            header {
                span { span class=(format!("etiqueta {class}")) { (word) } " " code { (finding.rule) } }
                @if let Some(file) = file {
                    @let (line, column) = line_and_column(&file.text, offset);
                    span.menor { code { (file.path) ":" (line) ":" (column) } }
                }
            }
            p { (finding.message) }
            @if file.is_some_and(|file| !file.text.is_empty()) { pre.dibujo tabindex="0" { (picture(finding, files)) } }
            @if let Some(help) = &finding.help { p.menor { strong { "Qué hacer: " } (help) } }
            @if let Some(reading) = &finding.reading { p.menor { strong { "Lectura: " } (reading) } }
        }
    }
}

/// The place as it is drawn on the command line, without the sentences that stand beside it here.
fn picture(finding: &Finding, files: &[SourceFile]) -> String {
    let text = render::render(std::slice::from_ref(finding), files, false);
    let drawn = |line: &&str| {
        let line = line.trim_start();
        line.starts_with(['╭', '│', '·', '╰', '─'])
            || line.split_once(" │").is_some_and(|(number, _)| number.chars().all(|c| c.is_ascii_digit()))
    };
    text.lines().filter(drawn).collect::<Vec<_>>().join("\n")
}
