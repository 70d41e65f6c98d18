//! Finding in the manual in force: procedures, their steps, forms and norms.

use crate::{manual_pages::address, state::Visitor};
use manual::edition::Edition;
use store::knowledge::Question;

/// A place of the manual.
pub struct Found {
    pub title: String,
    pub address: String,
    /// What is read there.
    pub text: String,
}

/// Every place that has all the words, procedures first, in the manual's order.
#[must_use]
pub fn find(visitor: &Visitor, edition: &Edition, question: &Question) -> Vec<Found> {
    let mut found = Vec::new();
    let mut add = |title: String, address: String, parts: &[&str]| {
        let text = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
        if question.found_in(&format!("{title} {text}")) {
            found.push(Found { title, address, text });
        }
    };
    for procedure in &edition.procedures {
        let objective = procedure.objective.as_deref().unwrap_or_default();
        let scope = procedure.scope.as_deref().unwrap_or_default();
        let title = format!("{} {}", procedure.code, procedure.title);
        add(title, address::procedure(visitor, &procedure.code), &[objective, scope]);
    }
    for procedure in &edition.procedures {
        let page = address::procedure(visitor, &procedure.code);
        for step in &procedure.steps {
            let title = format!("{}, paso {}", procedure.code, step.number);
            let question = step.decision.as_ref().map(|decision| &*decision.question).unwrap_or_default();
            let details = step.details.as_deref().unwrap_or_default();
            add(title, format!("{page}#paso-{}", step.number), &[&step.activity, details, question]);
        }
        for norm in &procedure.norms {
            add(format!("{}, norma {}", procedure.code, norm.number), page.clone(), &[&norm.text]);
        }
    }
    for form in &edition.forms {
        let fields: Vec<&str> = form.fields.iter().map(|field| &*field.label).collect();
        add(
            format!("Formulario {} {}", form.code, form.title),
            address::form(visitor, &form.code),
            &[&fields.join(", ")],
        );
    }
    for norm in &edition.norms {
        add(format!("Norma general {}", norm.number), visitor.to("/manual/normas"), &[&norm.text]);
    }
    for entry in &edition.glossary {
        add(entry.term.to_string(), visitor.to("/manual/glosario"), &[&entry.meaning]);
    }
    found
}
