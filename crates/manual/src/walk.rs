//! Walks a procedure with given answers, without a case: which steps, by whom, and where it ends.

use crate::{
    Name, limits,
    procedure::{Procedure, Step, StepNo, Target},
};
use serde::{Serialize, Serializer};
use std::collections::{HashMap, VecDeque};

/// One step of a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Walked {
    #[serde(serialize_with = "as_text")]
    pub step: StepNo,
    pub roles: Vec<Name>,
    /// The branch taken, by its own name; absent where the step decides nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Name>,
}

// Serde hands a reference to whatever serialises a field.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn as_text<S: Serializer>(step: &StepNo, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(step)
}

/// A whole walk: its steps and how it ended, which is never a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    pub steps: Vec<Walked>,
    pub end: Target,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalkError {
    #[error("El procedimiento «{procedure}» no tiene pasos.")]
    Empty { procedure: Name },
    #[error("Falta la respuesta del paso {step} («{question}»), visita {visit}. Sus ramas son: {branches}.")]
    MissingAnswer { step: StepNo, question: Name, visit: usize, branches: String },
    #[error("«{answer}» no es una respuesta del paso {step}. Sus ramas son: {branches}.")]
    UnknownBranch { step: StepNo, answer: String, branches: String },
    #[error("La respuesta «{answer}» del paso {step} no se usó: el recorrido no llega allí tantas veces.{branches}")]
    UnusedAnswer { step: StepNo, answer: String, branches: String },
    #[error("El paso {step} no decide nada: la respuesta «{answer}» sobra.")]
    NoDecision { step: StepNo, answer: String },
    #[error("El procedimiento no tiene un paso {step}, al que se dio la respuesta «{answer}».")]
    UnknownStep { step: StepNo, answer: String },
    #[error("El paso {from} lleva al paso {to}, que no existe.")]
    Dangling { from: StepNo, to: StepNo },
    #[error("El recorrido no termina: desde el paso {step} da vueltas sin llegar a un final.")]
    Endless { step: StepNo },
    #[error("El recorrido pasa de {most} pasos; iba por el paso {step}.")]
    TooLong { step: StepNo, most: usize },
}

/// The steps walked with these answers; answers to one step are used in order.
pub fn walk(procedure: &Procedure, answers: &[(StepNo, String)]) -> Result<Vec<Walked>, WalkError> {
    walk_to_end(procedure, answers).map(|walk| walk.steps)
}

/// The same, with how it ended.
pub fn walk_to_end(procedure: &Procedure, answers: &[(StepNo, String)]) -> Result<Walk, WalkError> {
    let mut given: HashMap<StepNo, VecDeque<&str>> = HashMap::new();
    for (number, answer) in answers {
        match procedure.step(*number) {
            None => return Err(WalkError::UnknownStep { step: *number, answer: answer.clone() }),
            Some(step) if step.decision.is_none() => {
                return Err(WalkError::NoDecision { step: *number, answer: answer.clone() });
            }
            Some(_) => given.entry(*number).or_default().push_back(answer),
        }
    }
    let steps = take(procedure, &mut given)?;
    // In the order they were given, so that the message names the first one left.
    for (number, answer) in answers {
        if given.get(number).is_some_and(|left| !left.is_empty()) {
            let branches = procedure.step(*number).map(branches).unwrap_or_default();
            let left =
                given.get(number).and_then(VecDeque::front).map_or_else(|| answer.clone(), |left| (*left).to_owned());
            return Err(WalkError::UnusedAnswer {
                step: *number,
                answer: left,
                branches: format!(" Sus ramas son: {branches}."),
            });
        }
    }
    Ok(steps)
}

fn take(procedure: &Procedure, given: &mut HashMap<StepNo, VecDeque<&str>>) -> Result<Walk, WalkError> {
    let mut step = procedure.first().ok_or_else(|| WalkError::Empty { procedure: procedure.code.clone() })?;
    let mut walked: Vec<Walked> = Vec::new();
    let mut visits: HashMap<StepNo, usize> = HashMap::new();
    // More steps than there are without an answer between them is a circle.
    let mut unanswered = 0;
    loop {
        if walked.len() == limits::WALK {
            return Err(WalkError::TooLong { step: step.number, most: limits::WALK });
        }
        if unanswered > procedure.steps.len() {
            return Err(WalkError::Endless { step: step.number });
        }
        unanswered += 1;
        let visit = visits.entry(step.number).or_insert(0);
        *visit += 1;
        let (answer, target) = match &step.decision {
            None => (None, step.next),
            Some(decision) => {
                let Some(answer) = given.get_mut(&step.number).and_then(VecDeque::pop_front) else {
                    let question = decision.question.clone();
                    return Err(WalkError::MissingAnswer {
                        step: step.number,
                        question,
                        visit: *visit,
                        branches: branches(step),
                    });
                };
                let branch = decision.branch(answer).ok_or_else(|| WalkError::UnknownBranch {
                    step: step.number,
                    answer: answer.to_owned(),
                    branches: branches(step),
                })?;
                unanswered = 0;
                (Some(branch.name.clone()), branch.target)
            }
        };
        walked.push(Walked { step: step.number, roles: step.role_names().cloned().collect(), answer });
        match target {
            Target::Step(number) => {
                step = procedure.step(number).ok_or(WalkError::Dangling { from: step.number, to: number })?;
            }
            end => return Ok(Walk { steps: walked, end }),
        }
    }
}

fn branches(step: &Step) -> String {
    let names = step.decision.iter().flat_map(|decision| &decision.branches);
    names.map(|branch| format!("«{}»", branch.name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{read::read, source::SourceFile};

    fn procedure(steps: &str) -> Procedure {
        let text = format!(
            "institucion \"x\" {{ nombre \"X\"; siglas \"X\"; pais \"GT\" }}\nmanual \"M\" {{ edicion \"1\"; dependencia \"D\" }}\n\
             procedimiento \"P\" \"Título\" {{\n{steps}\n}}"
        );
        let outcome = read(&[SourceFile::new("manual.kdl", text)], &[]);
        outcome.edition.expect("an edition").procedures.remove(0)
    }

    fn answers(given: &[(u16, &str)]) -> Vec<(StepNo, String)> {
        given.iter().map(|(step, answer)| (StepNo(*step), (*answer).to_owned())).collect()
    }

    const ACCOUNTS: &str = r#"
        paso 1 "Asistente" { actividad "a" }
        paso 2 "Director" "Jefe" actuan="todos" { actividad "b" }
        paso 3 "Jefe" { actividad "c"; decide "¿Alta o baja?" alta=4 baja=6 }
        paso 4 "Jefe" { actividad "d" }
        paso 5 "Técnico" sigue=8 { actividad "e" }
        paso 6 "Técnico" { actividad "f" }
        paso 7 "Técnico" { actividad "g"; decide "¿Bien?" si=8 no=6 }
        paso 8 "Jefe" { actividad "h" }
    "#;

    #[test]
    fn each_branch_has_its_walk_and_its_words() {
        let procedure = procedure(ACCOUNTS);
        let high = walk(&procedure, &answers(&[(3, "ALTA")])).expect("alta");
        assert_eq!(high.iter().map(|walked| walked.step.0).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 8]);
        assert_eq!(
            serde_json::to_string(&high[1..3]).expect("json"),
            r#"[{"step":"2","roles":["Director","Jefe"]},{"step":"3","roles":["Jefe"],"answer":"alta"}]"#
        );
        // The answers of one step are used in order.
        let low = walk(&procedure, &answers(&[(7, "no"), (3, "baja"), (7, "SÍ")])).expect("baja");
        assert_eq!(low.iter().map(|walked| walked.step.0).collect::<Vec<_>>(), [1, 2, 3, 6, 7, 6, 7, 8]);
    }

    #[test]
    fn refusals_name_the_step_and_its_branches() {
        let procedure = procedure(ACCOUNTS);
        let refused = |given: &[(u16, &str)]| walk(&procedure, &answers(given)).expect_err("refused").to_string();
        assert_eq!(
            refused(&[]),
            "Falta la respuesta del paso 3 («¿Alta o baja?»), visita 1. Sus ramas son: «alta», «baja»."
        );
        assert_eq!(
            refused(&[(3, "tal vez")]),
            "«tal vez» no es una respuesta del paso 3. Sus ramas son: «alta», «baja»."
        );
        assert!(refused(&[(3, "alta"), (7, "si")]).contains("del paso 7 no se usó"));
        assert!(refused(&[(3, "alta"), (3, "baja")]).contains("La respuesta «baja» del paso 3 no se usó"));
        assert!(refused(&[(1, "si"), (3, "alta")]).contains("El paso 1 no decide nada"));
        assert!(refused(&[(99, "si")]).contains("no tiene un paso 99"));
    }

    #[test]
    fn a_walk_without_end_stops() {
        let circle = procedure("paso 1 \"A\" { actividad \"a\" }\npaso 2 \"A\" sigue=1 { actividad \"b\" }");
        assert!(matches!(walk(&circle, &[]), Err(WalkError::Endless { .. })));
        let dangling = procedure("paso 1 \"A\" sigue=7 { actividad \"a\" }");
        assert_eq!(walk(&dangling, &[]), Err(WalkError::Dangling { from: StepNo(1), to: StepNo(7) }));
        let again = procedure("paso 1 \"A\" { actividad \"a\"; decide \"¿?\" si=\"fin\" no=1 }");
        let long = vec![(StepNo(1), "no".to_owned()); limits::WALK + 5];
        assert!(matches!(walk(&again, &long), Err(WalkError::TooLong { .. })));
        let refused = procedure("paso 1 \"A\" { actividad \"a\"; decide \"¿?\" si=\"fin\" no=\"rechazo\" }");
        assert_eq!(walk_to_end(&refused, &answers(&[(1, "no")])).expect("refusal").end, Target::Refusal);
    }
}
