//! Rules of the printed original: codes and facts that differ from place to place, the declared count of steps, norms.

use super::report::{Linter, Within, meant};
use crate::places::Spot;

pub fn check(linter: &mut Linter<'_>) {
    facts(linter);
    codes(linter);
    counts(linter);
    norms(linter);
    procedures(linter);
}

fn procedures(linter: &mut Linter<'_>) {
    if linter.edition.procedures.is_empty() {
        let message = "El manual no tiene ningún procedimiento.".to_owned();
        let help = "Escriba al menos uno, en «procedimientos/»; si sube solo lo que cambia, dígalo al subirlo.";
        linter.error("sin-procedimientos", Within::Manual, linter.edition.at, message, help, "sin procedimientos");
    }
}

fn facts(linter: &mut Linter<'_>) {
    let edition = linter.edition;
    for (i, printed) in edition.printed.iter().enumerate() {
        let at = linter.place(Spot::ManualPrinted, &[i], edition.at);
        let message = format!("{}: el original imprime «{}».", printed.place, printed.text);
        linter.error("dato-distinto", Within::Manual, at, message, "", "distinto del resto del manual");
    }
}

fn codes(linter: &mut Linter<'_>) {
    for (p, procedure) in linter.edition.procedures.iter().enumerate() {
        for (i, printed) in procedure.printed.iter().enumerate() {
            if printed.text == procedure.code {
                continue;
            }
            let at = linter.place(Spot::Printed, &[p, i], procedure.at);
            // A code is one word with figures; anything else printed differently is a fact.
            let is_code = !printed.text.contains(' ') && printed.text.chars().any(|c| c.is_ascii_digit());
            let (rule, what) = if is_code { ("codigo-distinto", "el código") } else { ("dato-distinto", "el dato") };
            let message = format!(
                "{}: {what} aparece como «{}», y el procedimiento es «{}».",
                printed.place, printed.text, procedure.code
            );
            linter.error(rule, Within::Procedure(p), at, message, "", "distinto");
        }
        if let Some(process) = &procedure.process
            && !procedure.code.starts_with(&*process.code)
        {
            let at = linter.place(Spot::Process, &[p], procedure.at);
            let message =
                format!("El código «{}» no empieza con el de su proceso, «{}».", procedure.code, process.code);
            linter.error(
                "codigo-distinto",
                Within::Procedure(p),
                at,
                message,
                "Revise los dos códigos.",
                "proceso de otro código",
            );
        }
    }
}

fn counts(linter: &mut Linter<'_>) {
    for (p, procedure) in linter.edition.procedures.iter().enumerate() {
        let real = procedure.steps.len();
        if let Some(declared) = procedure.declared_steps
            && usize::try_from(declared) != Ok(real)
        {
            let at = linter.place(Spot::DeclaredSteps, &[p], procedure.at);
            let message = format!("El original declara {declared} pasos y hay {real}.");
            linter.error(
                "pasos-declarados",
                Within::Procedure(p),
                at,
                message,
                "Revise si falta o sobra una fila.",
                format!("hay {real}"),
            );
        }
    }
}

fn norms(linter: &mut Linter<'_>) {
    let edition = linter.edition;
    for (p, procedure) in edition.procedures.iter().enumerate() {
        for (s, step) in procedure.steps.iter().enumerate() {
            for (i, number) in step.norms.iter().enumerate() {
                let known = || procedure.norms.iter().chain(&edition.norms).map(|norm| &*norm.number);
                if !known().any(|norm| norm == &**number) {
                    let at = linter.place(Spot::StepNorm, &[p, s, i], step.at);
                    let help = meant(number, known(), "Escriba la norma en el procedimiento o en el manual.");
                    let message =
                        format!("El paso {} dice regirse por la norma «{number}», que no está escrita.", step.number);
                    linter.warning("norma-desconocida", Within::Step(p, s), at, message, help, "norma desconocida");
                }
            }
        }
    }
}
