//! The forms of the manual: the list, and each one as a blank sheet that can be read and printed.

use super::{
    address,
    shelf::{self, Part},
    words,
};
use crate::{failure::Failure, state::Visitor, words as shown};
use axum::{Extension, extract::Path};
use manual::{
    edition::Edition,
    field::{Field, Kind},
    form::Form,
    uses::Fills,
};
use maud::{Markup, html};

/// Blank rows of a table on the printed sheet.
const BLANK_ROWS: usize = 5;

/// `GET /{institution}/manual/formularios`
pub async fn list(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let edition = shelf::in_force(&visitor).await?.edition;
    let count = i64::try_from(edition.forms.len()).unwrap_or(i64::MAX);
    let content = html! {
        (shelf::heading("Formularios", &shown::count(count, "formulario", "formularios")))
        @if edition.forms.is_empty() {
            div.vacio.panel { p { "El manual no trae formularios." } p { "Cada uno se escribe en la carpeta «formularios» de la edición." } }
        } @else {
            div.tabla-marco.apilable {
                table {
                    caption.oculto-visual { "Formularios del manual" }
                    thead { tr { th scope="col" { "Código" } th scope="col" { "Formulario" } th scope="col" { "Versión" } th.numero scope="col" { "Campos" } th scope="col" { "Se llena en" } } }
                    tbody {
                        @for form in &edition.forms {
                            tr {
                                td data-titulo="Código" { span.sin-partir { (form.code) } }
                                td data-titulo="Título" {
                                    a href=(address::form(&visitor, &form.code)) { (form.title) }
                                    @if let Some(owner) = &form.owner { span.menor { " · de " (owner) } }
                                }
                                td data-titulo="Versión" { @if let Some(version) = &form.version { (version) } }
                                td.numero data-titulo="Campos" { (form.fields.len()) }
                                td data-titulo="Se llena en" { (uses(&visitor, &edition, form)) }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(shelf::page(&visitor, Part::Forms, "Formularios", &content))
}

/// `GET /{institution}/manual/formularios/{code}`
pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, code)): Path<(String, String)>,
) -> Result<Markup, Failure> {
    let edition = shelf::in_force(&visitor).await?.edition;
    let form = edition.form(&code).ok_or(Failure::NotFound)?;
    let mut groups: Vec<(Option<&str>, Vec<&Field>)> = Vec::new();
    for field in &form.fields {
        match groups.last_mut() {
            Some((section, group)) if *section == field.section.as_deref() => group.push(field),
            _ => groups.push((field.section.as_deref(), vec![field])),
        }
    }
    let content = html! {
        header.encabezado {
            div {
                p.migas { a href=(visitor.to("/manual/formularios")) { "Formularios" } }
                h1 { (form.title) }
                p.menor {
                    (form.code)
                    @if let Some(version) = &form.version { " · versión " (version) }
                    @if let Some(owner) = &form.owner { " · de " (owner) }
                }
            }
            p.menor.no-imprimir { "En blanco. Imprímalo con el navegador (Ctrl + P)." }
        }
        div.panel.hoja {
            @for (section, group) in groups {
                @if let Some(section) = section { h2 { (section) } }
                dl.casillas { @for field in group { (blank(field, &form.fields.iter().collect::<Vec<_>>())) } }
            }
            @if !form.notes.is_empty() { ul.menor { @for note in &form.notes { li { (note) } } } }
        }
        section.panel.no-imprimir aria-labelledby="uso" { h2 #uso { "Se llena en" } (uses(&visitor, &edition, form)) }
    };
    Ok(shelf::page(&visitor, Part::Forms, &format!("{} {}", form.code, form.title), &content))
}

/// One field as on paper: its label, what it asks, and the place to write.
fn blank(field: &Field, among: &[&Field]) -> Markup {
    let long = matches!(field.kind, Kind::LongText | Kind::Table(_) | Kind::Choices(_) | Kind::Choice(_));
    html! {
        div.casilla.ancha[long] {
            dt {
                (field.label)
                @if field.required { " " span.obligatorio { "(obligatorio)" } }
            }
            dd {
                @match &field.kind {
                    Kind::Choice(choices) | Kind::Choices(choices) => {
                        ul.marcas { @for choice in choices { li { span.cuadro aria-hidden="true" {} (choice.label) } } }
                    }
                    Kind::YesNo => { ul.marcas { @for word in ["Sí", "No"] { li { span.cuadro aria-hidden="true" {} (word) } } } }
                    Kind::Table(columns) => { (grid(field, columns)) }
                    Kind::LongText => { div.renglon.alto aria-hidden="true" {} }
                    Kind::Signature { role } => { div.renglon.firma aria-hidden="true" {} span.menor { "Firma de " (role) } }
                    _ => { div.renglon aria-hidden="true" {} }
                }
                p.menor.no-imprimir {
                    @if !matches!(field.kind, Kind::Choice(_) | Kind::Choices(_) | Kind::YesNo | Kind::Table(_) | Kind::Signature { .. }) {
                        (words::answer(&words::kind(&field.kind))) ". "
                    }
                    @if let Some(only_if) = &field.only_if { "Se pide solo " (words::condition(only_if, among)) ". " }
                    @if let Some(help) = &field.help { (help) " " }
                    @if let Some(ground) = &field.ground { "Fundamento: " (ground) ". " }
                    @if let Some(class) = words::class(field.class) { span.etiqueta.lisa { (class) } }
                }
            }
        }
    }
}

fn grid(field: &Field, columns: &[Field]) -> Markup {
    html! {
        div.tabla-marco {
            table {
                caption.oculto-visual { (field.label) }
                thead { tr { @for column in columns { th scope="col" { (column.label) } } } }
                tbody aria-hidden="true" {
                    @for _ in 0..BLANK_ROWS { tr.renglon-de-tabla { @for _ in columns { td { "\u{a0}" } } } }
                }
            }
        }
    }
}

/// Where a form is filled: at an opening, or at steps.
fn uses(visitor: &Visitor, edition: &Edition, form: &Form) -> Markup {
    let places = edition.fillings_of(&form.code);
    let at = |fills: &Fills<'_>| {
        let opening = fills.opening.then(|| "al abrir".to_owned());
        opening.into_iter().chain(fills.steps.iter().map(|step| format!("paso {step}"))).collect::<Vec<_>>().join(", ")
    };
    html! {
        @if places.is_empty() { span.menor { "Ningún procedimiento lo llena" } }
        ul.llana {
            @for fills in &places {
                @let procedure = fills.procedure;
                li { a href=(address::procedure(visitor, &procedure.code)) title=(procedure.title) { (procedure.code) } span.menor { " " (at(fills)) } }
            }
        }
    }
}
