//! What every page of the manual shows around its content: where one is, and the other parts of the manual.

use crate::{
    failure::Failure,
    shell::{Frame, Place},
    state::{InForce, Visitor},
};
use maud::{Markup, html};

/// The parts of the manual, as tabs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Title,
    Roles,
    Forms,
    Norms,
    Glossary,
    Symbols,
    Editions,
}

const TABS: [(Part, &str, &str); 7] = [
    (Part::Title, "", "Procedimientos"),
    (Part::Roles, "/responsables", "Responsables"),
    (Part::Forms, "/formularios", "Formularios"),
    (Part::Norms, "/normas", "Normas"),
    (Part::Glossary, "/glosario", "Glosario"),
    (Part::Symbols, "/simbolos", "Símbolos"),
    (Part::Editions, "/ediciones", "Ediciones"),
];

/// The edition in force.
///
/// # Errors
/// If the institution has published none, or the store cannot be read.
pub async fn in_force(visitor: &Visitor) -> Result<InForce, Failure> {
    visitor.house.edition().await
}

/// A page of the manual.
#[must_use]
pub fn page(visitor: &Visitor, part: Part, title: &str, content: &Markup) -> Markup {
    Frame::new(visitor, Place::Manual, title).page(&html! { (tabs(visitor, part)) (content) })
}

fn tabs(visitor: &Visitor, part: Part) -> Markup {
    html! {
        nav.pestanas aria-label="Partes del manual" {
            ul {
                @for (tab, path, text) in TABS {
                    li {
                        a href=(visitor.to(&format!("/manual{path}"))) aria-current=[(tab == part).then_some("page")] { (text) }
                    }
                }
            }
        }
    }
}

/// A heading with what is counted under it.
#[must_use]
pub fn heading(title: &str, under: &str) -> Markup {
    html! {
        header.encabezado {
            div { h1 { (title) } p.menor { (under) } }
        }
    }
}
