//! Finding in the manual in force: procedures, their steps, forms and norms.

use engine::Name;
use manual::{edition::Edition, procedure::StepNo};
use store::knowledge::Question;

/// Where in the manual something is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    Procedure(Name),
    Step(Name, StepNo),
    /// A norm of a procedure.
    Norm(Name),
    Form(Name),
    GeneralNorm,
    Glossary,
}

/// A place of the manual.
pub struct Passage {
    pub title: String,
    pub at: At,
    /// What is read there.
    pub text: String,
}

/// Every place that has all the words, procedures first, in the manual's order.
#[must_use]
pub fn find(edition: &Edition, question: &Question) -> Vec<Passage> {
    let mut found = Vec::new();
    let mut add = |title: String, at: At, parts: &[&str]| {
        let text = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
        if question.found_in(&format!("{title} {text}")) {
            found.push(Passage { title, at, text });
        }
    };
    for procedure in &edition.procedures {
        let objective = procedure.objective.as_deref().unwrap_or_default();
        let scope = procedure.scope.as_deref().unwrap_or_default();
        let title = format!("{} {}", procedure.code, procedure.title);
        add(title, At::Procedure(procedure.code.clone()), &[objective, scope]);
    }
    for procedure in &edition.procedures {
        let code = &procedure.code;
        for step in &procedure.steps {
            let title = format!("{}, paso {}", procedure.code, step.number);
            let question = step.decision.as_ref().map(|decision| &*decision.question).unwrap_or_default();
            let details = step.details.as_deref().unwrap_or_default();
            add(title, At::Step(code.clone(), step.number), &[&step.activity, details, question]);
        }
        for norm in &procedure.norms {
            add(format!("{code}, norma {}", norm.number), At::Norm(code.clone()), &[&norm.text]);
        }
    }
    for form in &edition.forms {
        let fields: Vec<&str> = form.fields.iter().map(|field| &*field.label).collect();
        add(format!("Formulario {} {}", form.code, form.title), At::Form(form.code.clone()), &[&fields.join(", ")]);
    }
    for norm in &edition.norms {
        add(format!("Norma general {}", norm.number), At::GeneralNorm, &[&norm.text]);
    }
    for entry in &edition.glossary {
        add(entry.term.to_string(), At::Glossary, &[&entry.meaning]);
    }
    found
}
