//! Compares two editions: what the new one adds, removes and changes, by procedure and step, as the authority that signs reads it.

mod words;

use crate::{
    Name,
    edition::Edition,
    field::Field,
    form::Form,
    organization::Role,
    procedure::{Procedure, Step, StepNo},
};
use serde::Serialize;
use std::fmt;

/// What differs between two editions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Redline {
    /// The title page, the calendar, the norms.
    pub manual: Vec<Change>,
    pub roles: Vec<Part>,
    pub forms: Vec<Part>,
    pub procedures: Vec<ProcedureChange>,
}

/// One thing said differently: what it is, what it said, what it says. An absent side is "nothing".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub what: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// A role, a form or a procedure's step, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    pub name: String,
    #[serde(flatten)]
    pub fate: Fate,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "fate", content = "changes")]
pub enum Fate {
    Added(Vec<String>),
    Removed(Vec<String>),
    Changed(Vec<Change>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProcedureChange {
    pub code: Name,
    pub title: Name,
    pub fate: ProcedureFate,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcedureFate {
    Added { steps: usize },
    Removed { steps: usize },
    Changed { changes: Vec<Change>, steps: Vec<StepChange> },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepChange {
    pub number: StepNo,
    pub fate: Fate,
}

impl Redline {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.manual.is_empty() && self.roles.is_empty() && self.forms.is_empty() && self.procedures.is_empty()
    }
}

/// What changes from `old` to `new`.
#[must_use]
pub fn compare(old: &Edition, new: &Edition) -> Redline {
    Redline {
        manual: changes(&words::of_manual(old), &words::of_manual(new)),
        roles: parts(&old.roles, &new.roles, |role: &Role| role.name.to_string(), words::of_role),
        forms: parts(&old.forms, &new.forms, |form: &Form| form.code.to_string(), of_form),
        procedures: procedures(old, new),
    }
}

fn of_form(form: &Form) -> Vec<(String, String)> {
    let mut lines = words::of_form(form);
    lines.extend(form.fields.iter().map(|field: &Field| (format!("campo «{}»", field.key), words::of_field(field))));
    lines
}

fn procedures(old: &Edition, new: &Edition) -> Vec<ProcedureChange> {
    let mut all = Vec::new();
    for before in &old.procedures {
        let (code, title) = (before.code.clone(), before.title.clone());
        let fate = match new.procedures.iter().find(|after| after.code == before.code) {
            None => ProcedureFate::Removed { steps: before.steps.len() },
            Some(after) => {
                let (changes, steps) =
                    (changes(&words::of_procedure(before), &words::of_procedure(after)), steps(before, after));
                if changes.is_empty() && steps.is_empty() {
                    continue;
                }
                ProcedureFate::Changed { changes, steps }
            }
        };
        all.push(ProcedureChange { code, title, fate });
    }
    for after in &new.procedures {
        if old.procedures.iter().all(|before| before.code != after.code) {
            let fate = ProcedureFate::Added { steps: after.steps.len() };
            all.push(ProcedureChange { code: after.code.clone(), title: after.title.clone(), fate });
        }
    }
    all
}

/// Steps are the same by their printed number: that is how the manual, the cases and the people name them.
fn steps(old: &Procedure, new: &Procedure) -> Vec<StepChange> {
    let mut all = Vec::new();
    let told = |step: &Step| words::of_step(step).into_iter().map(|(what, said)| format!("{what}: {said}")).collect();
    for before in &old.steps {
        match new.step(before.number) {
            None => all.push(StepChange { number: before.number, fate: Fate::Removed(told(before)) }),
            Some(after) => {
                let changes = changes(&words::of_step(before), &words::of_step(after));
                if !changes.is_empty() {
                    all.push(StepChange { number: before.number, fate: Fate::Changed(changes) });
                }
            }
        }
    }
    for after in &new.steps {
        if old.step(after.number).is_none() {
            all.push(StepChange { number: after.number, fate: Fate::Added(told(after)) });
        }
    }
    all.sort_by_key(|change| change.number);
    all
}

fn parts<T>(
    old: &[T],
    new: &[T],
    name: impl Fn(&T) -> String,
    lines: impl Fn(&T) -> Vec<(String, String)>,
) -> Vec<Part> {
    let mut all = Vec::new();
    for before in old {
        let key = name(before);
        match new.iter().find(|after| name(after) == key) {
            None => all.push(Part { name: key, fate: Fate::Removed(Vec::new()) }),
            Some(after) => {
                let changes = changes(&lines(before), &lines(after));
                if !changes.is_empty() {
                    all.push(Part { name: key, fate: Fate::Changed(changes) });
                }
            }
        }
    }
    for after in new {
        let key = name(after);
        if old.iter().all(|before| name(before) != key) {
            all.push(Part { name: key, fate: Fate::Added(Vec::new()) });
        }
    }
    all
}

/// Lines are paired by what they are about; several of one kind (norms, signatures) by what they say.
fn changes(old: &[(String, String)], new: &[(String, String)]) -> Vec<Change> {
    let mut all = Vec::new();
    let alone = |lines: &[(String, String)], what: &str| lines.iter().filter(|line| line.0 == what).count() == 1;
    for (what, before) in old {
        if new.iter().any(|line| line.0 == *what && line.1 == *before) {
            continue;
        }
        let after = new.iter().find(|line| line.0 == *what).filter(|_| alone(old, what) && alone(new, what));
        all.push(Change { what: what.clone(), before: Some(before.clone()), after: after.map(|line| line.1.clone()) });
    }
    for (what, after) in new {
        let same = old.iter().any(|line| line.0 == *what && line.1 == *after);
        let paired = alone(old, what) && alone(new, what);
        if !same && !paired {
            all.push(Change { what: what.clone(), before: None, after: Some(after.clone()) });
        }
    }
    all
}

impl fmt::Display for Redline {
    /// The redline in Spanish: `-` what goes, `+` what comes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return writeln!(f, "Las dos ediciones dicen lo mismo.");
        }
        if !self.manual.is_empty() {
            writeln!(f, "Manual")?;
            write_changes(f, "  ", &self.manual)?;
        }
        for (heading, parts) in [("Responsables", &self.roles), ("Formularios", &self.forms)] {
            if !parts.is_empty() {
                writeln!(f, "{heading}")?;
            }
            for part in parts {
                write_fate(f, "  ", &part.name, &part.fate)?;
            }
        }
        for procedure in &self.procedures {
            match &procedure.fate {
                ProcedureFate::Added { steps } => {
                    writeln!(f, "+ Procedimiento {} {} ({steps} pasos)", procedure.code, procedure.title)?;
                }
                ProcedureFate::Removed { steps } => {
                    writeln!(f, "- Procedimiento {} {} ({steps} pasos)", procedure.code, procedure.title)?;
                }
                ProcedureFate::Changed { changes, steps } => {
                    writeln!(f, "Procedimiento {} {}", procedure.code, procedure.title)?;
                    write_changes(f, "  ", changes)?;
                    for step in steps {
                        write_fate(f, "  ", &format!("Paso {}", step.number), &step.fate)?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn write_fate(f: &mut fmt::Formatter<'_>, margin: &str, name: &str, fate: &Fate) -> fmt::Result {
    let (sign, lines) = match fate {
        Fate::Changed(changes) => {
            writeln!(f, "{margin}{name}")?;
            return write_changes(f, &format!("{margin}  "), changes);
        }
        Fate::Added(lines) => ('+', lines),
        Fate::Removed(lines) => ('-', lines),
    };
    writeln!(f, "{margin}{sign} {name}")?;
    for line in lines {
        writeln!(f, "{margin}{sign}   {line}")?;
    }
    Ok(())
}

fn write_changes(f: &mut fmt::Formatter<'_>, margin: &str, changes: &[Change]) -> fmt::Result {
    for change in changes {
        for (sign, said) in [('-', &change.before), ('+', &change.after)] {
            if let Some(said) = said {
                writeln!(f, "{margin}{sign} {}: {}", change.what, said.replace('\n', " "))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{read::read, source::SourceFile};

    fn edition(roles: &str, rest: &str) -> Edition {
        let text = format!(
            "institucion \"x\" {{ nombre \"X\"; siglas \"X\"; pais \"GT\" }}\nmanual \"M\" {{ edicion \"1\"; dependencia \"D\" }}\n\
             responsables {{\n{roles}\n}}\n{rest}"
        );
        let outcome = read(&[SourceFile::new("manual.kdl", text)], &[]);
        assert_eq!(outcome.findings, []);
        outcome.edition.expect("an edition")
    }

    const OLD: &str = r#"
        procedimiento "P-1" "Altas" {
            norma "1" "Con oficio."
            norma "2" "Sin demora."
            paso 1 "Jefe" { actividad "Recibe." ; plazo "3 días hábiles" }
            paso 2 "Jefe" { actividad "Decide."; decide "¿Sí?" si=3 no="rechazo" }
            paso 3 "Técnico" { actividad "Cumple."; firma "Jefe" nivel=1 }
        }
        procedimiento "P-2" "Bajas" { paso 1 "Jefe" { actividad "Da de baja." } }
        formulario "F-1" "Solicitud" version="1" { campo "nit" "NIT" tipo="nit" }
    "#;

    const NEW: &str = r#"
        procedimiento "P-1" "Altas" {
            norma "1" "Con oficio."
            norma "3" "Con recibo."
            paso 1 "Jefe" { actividad "Recibe y registra." ; plazo "2 días hábiles" }
            paso 2 "Jefe" { actividad "Decide."; decide "¿Sí?" si=4 no="fin" }
            paso 4 "Técnico" { actividad "Cumple."; firma "Jefe" nivel=2 }
        }
        procedimiento "P-3" "Cambios" { paso 1 "Jefe" { actividad "Cambia." } }
        formulario "F-1" "Solicitud" version="2" { campo "nit" "NIT" tipo="nit" obligatorio=#true }
    "#;

    #[test]
    fn an_edition_equals_itself() {
        let old = edition("responsable \"Jefe\"\nresponsable \"Técnico\"", OLD);
        let redline = compare(&old, &old.clone());
        assert!(redline.is_empty());
        assert_eq!(redline.to_string(), "Las dos ediciones dicen lo mismo.\n");
    }

    #[test]
    fn what_comes_and_what_goes_is_told_step_by_step() {
        let old = edition("responsable \"Jefe\"\nresponsable \"Técnico\"", OLD);
        let new =
            edition("responsable \"Jefe\" jefatura=#true\nresponsable \"Técnico\"\nresponsable \"Secretaria\"", NEW);
        let text = compare(&old, &new).to_string();
        let expected = "\
Responsables
  Jefe
    + jefatura: sí
  + Secretaria
Formularios
  F-1
    - versión: 1
    + versión: 2
    - campo «nit»: «NIT», nit
    + campo «nit»: «NIT», nit, obligatorio
Procedimiento P-1 Altas
  - norma: 2. Sin demora.
  + norma: 3. Con recibo.
  Paso 1
    - actividad: Recibe.
    + actividad: Recibe y registra.
    - plazo: 3 días hábiles
    + plazo: 2 días hábiles
  Paso 2
    - rama «si»: al paso 3
    + rama «si»: al paso 4
    - rama «no»: rechazo
    + rama «no»: fin
  - Paso 3
  -   responsable: Técnico
  -   actividad: Cumple.
  -   sigue: fin
  -   firma de «Jefe»: nivel 1
  + Paso 4
  +   responsable: Técnico
  +   actividad: Cumple.
  +   sigue: fin
  +   firma de «Jefe»: nivel 2
- Procedimiento P-2 Bajas (1 pasos)
+ Procedimiento P-3 Cambios (1 pasos)
";
        assert_eq!(text, expected);
    }
}
