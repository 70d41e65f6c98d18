//! `manual walk`: the steps a case would take with these answers, and who acts in each.

use super::{
    edition::procedure,
    output::{Format, print, print_json, table},
};
use crate::manuals::Library;
use anyhow::{Context, Result};
use manual::{
    procedure::{Procedure, StepNo, Target},
    walk::{Walk, walk_to_end},
};
use std::process::ExitCode;

/// `3=baja`: an answer to a step.
pub fn answer(text: &str) -> Result<(StepNo, String), String> {
    let form = || format!("Una respuesta se escribe PASO=RAMA, por ejemplo 3=baja; se escribió «{text}».");
    let (step, branch) = text.split_once('=').ok_or_else(form)?;
    let step = step.trim().parse().map_err(|_| form())?;
    if branch.trim().is_empty() { Err(form()) } else { Ok((StepNo(step), branch.trim().to_owned())) }
}

pub fn run(
    library: &Library,
    institution: &str,
    code: &str,
    answers: &[(StepNo, String)],
    format: Format,
) -> Result<ExitCode> {
    let loaded = library.load(institution)?;
    let procedure = procedure(loaded.sound()?, code)?;
    let walk = walk_to_end(procedure, answers).with_context(|| procedure.code.to_string())?;
    match format {
        Format::Json => print_json(&walk.steps)?,
        Format::Text => print(&drawn(procedure, &walk))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn drawn(procedure: &Procedure, walk: &Walk) -> String {
    let rows: Vec<Vec<String>> = walk
        .steps
        .iter()
        .map(|walked| {
            let activity = procedure.step(walked.step).map_or("", |step| &step.activity);
            let answer = walked.answer.as_deref().unwrap_or("").to_owned();
            vec![format!("{:>4}", walked.step.0), walked.roles.join(", "), answer, activity.to_owned()]
        })
        .collect();
    let end = match walk.end {
        Target::Refusal => "Termina con la negativa y sus razones.",
        _ => "Termina.",
    };
    format!(
        "{} {}\n{}{end}\n",
        procedure.code,
        procedure.title,
        table(&["PASO", "RESPONSABLE", "RESPUESTA", "ACTIVIDAD"], &rows)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_a_step_and_a_branch() {
        assert_eq!(answer("3=baja"), Ok((StepNo(3), "baja".into())));
        assert_eq!(answer(" 12 = Sí "), Ok((StepNo(12), "Sí".into())));
        for wrong in ["", "3", "=baja", "3=", "tres=baja", "70000=si"] {
            assert!(answer(wrong).expect_err(wrong).contains("PASO=RAMA"), "{wrong}");
        }
    }
}
