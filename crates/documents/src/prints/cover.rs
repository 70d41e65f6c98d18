//! The first sheets: the cover with its approval, and the index.

use crate::words;
use manual::edition::Edition;
use maud::{Markup, html};

pub fn cover(edition: &Edition) -> Markup {
    let title = &edition.title_page;
    let since = title.in_force_since.map(words::day);
    let facts = [
        ("Código", title.code.as_deref()),
        ("Edición", Some(&*title.edition)),
        ("Fecha", title.date.as_deref()),
        ("Aprobación", title.approval.as_deref()),
        ("Aprueba", title.approved_by.as_deref()),
        ("Rige desde", since.as_deref()),
        ("Deroga", title.repeals.as_deref()),
    ];
    html! {
        header.caratula {
            div.membrete {
                p.institucion { (edition.institution.name) }
                @if edition.institution.acronym != edition.institution.name { p { (edition.institution.acronym) } }
                p { (title.dependency) }
            }
            h1 { (title.title) }
            table.ficha {
                tbody {
                    @for (name, fact) in facts {
                        @if let Some(fact) = fact { tr { th scope="row" { (name) } td { (fact) } } }
                    }
                }
            }
        }
    }
}

/// A line of the index; those of the second level are procedures and forms.
pub struct Line {
    pub anchor: String,
    pub code: String,
    pub title: String,
    pub second: bool,
}

pub fn index(lines: &[Line]) -> Markup {
    html! {
        nav.indice aria-labelledby="indice" {
            h2 #indice { "Índice" }
            ul {
                @for line in lines {
                    li.segundo[line.second] {
                        a href=(format!("#{}", line.anchor)) {
                            @if !line.code.is_empty() { span.codigo { (line.code) } " " }
                            (line.title)
                        }
                    }
                }
            }
        }
    }
}
