//! The sentence each event reads as in the history of a case: all of them in this one file.

use crate::{
    actor::SYSTEM,
    event::{By, EscalationKind, Event, Outcome, Recorded, STEP_CLOCK},
    tie::{Echo, Echoed, TieKind},
};
use manual::procedure::{Branch, Procedure, StepNo, Target};

/// One event as a Spanish sentence without its date: who did what.
#[must_use]
pub fn sentence(recorded: &Recorded, procedure: &Procedure) -> String {
    let who = who(&recorded.by);
    match &recorded.event {
        Event::Opened(opened) => {
            if opened.requester.person == recorded.by.person {
                format!("{who} abrió el caso: {}.", trimmed(&opened.subject))
            } else {
                format!("{who} abrió el caso a nombre de {}: {}.", opened.requester.name, trimmed(&opened.subject))
            }
        }
        Event::Acted(acted) => {
            let answer = answered(acted.step, acted.answer.as_ref(), procedure)
                .map(|answer| format!(" con respuesta «{answer}»"))
                .unwrap_or_default();
            format!("{who} cumplió su parte del paso {}{answer}; faltan los demás responsables.", acted.step)
        }
        Event::Completed(completed) => {
            let answer = answered(completed.step, completed.answer.as_ref(), procedure)
                .map(|answer| format!(" y respondió «{answer}»"))
                .unwrap_or_default();
            let way = way(completed.step, completed.target, procedure);
            format!("{who} cumplió el paso {}{answer}. {way}", completed.step)
        }
        Event::SentBack { from, to, reason, .. } => {
            format!("{who} devolvió el caso del paso {from} al paso {}: {}.", to.step, trimmed(reason))
        }
        Event::Assigned { role, to, reason } => {
            let reason = reason.as_ref().map(|reason| format!(": {}", trimmed(reason))).unwrap_or_default();
            if to.person == recorded.by.person {
                format!("{who} tomó el caso como {role}{reason}.")
            } else {
                format!("{who} asignó el caso a {} como {role}{reason}.", to.name)
            }
        }
        Event::Commented { text, public: true } => format!("{who} comentó: {}", text.trim()),
        Event::Commented { text, public: false } => format!("{who} anotó (interno): {}", text.trim()),
        Event::Attached(attached) => match &attached.label {
            Some(label) => format!("{who} adjuntó «{}» ({label}).", attached.name),
            None => format!("{who} adjuntó «{}».", attached.name),
        },
        Event::Paused { cause, reason } => {
            let cause = cause_text(&procedure.pauses, cause);
            format!("{who} puso el caso en espera ({cause}): {}. El plazo se detiene.", trimmed(reason))
        }
        Event::Resumed { note, .. } => match note {
            Some(note) => format!("{who} reanudó el caso: {}. El plazo vuelve a correr.", trimmed(note)),
            None => format!("{who} reanudó el caso. El plazo vuelve a correr."),
        },
        Event::Extended { cause, by, reason, .. } => {
            let cause = cause_text(&procedure.extensions, cause);
            format!("{who} amplió el plazo en {by} ({cause}): {}.", trimmed(reason))
        }
        Event::Excluded { cause, reason } => {
            let cause = cause_text(&procedure.exclusions, cause);
            format!("{who} hizo contar el caso aparte ({cause}): {}.", trimmed(reason))
        }
        Event::Cancelled { reason } => format!("{who} anuló el caso: {}.", trimmed(reason)),
        Event::Reopened { reason, to, .. } => {
            format!("{who} reabrió el caso en el paso {}: {}.", to.step, trimmed(reason))
        }
        Event::Signed(signed) => {
            let document = signed.document.as_ref().map(|document| format!(" «{document}»")).unwrap_or_default();
            match &signed.original {
                Some(place) => format!(
                    "{who} registró la firma en papel de {}{document}; el original queda en {}.",
                    signed.role,
                    trimmed(place)
                ),
                None => format!("{who} firmó{document} en el paso {} ({}).", signed.step, level_name(signed.level)),
            }
        }
        Event::Rated { conforms, comment } => {
            let comment = comment.as_ref().map(|comment| format!(": {}", trimmed(comment))).unwrap_or_default();
            format!("{who} calificó el servicio como {}{comment}.", if *conforms { "conforme" } else { "no conforme" })
        }
        Event::DeadlinePassed { clock, .. } if &**clock == STEP_CLOCK => "Venció el plazo del paso.".to_string(),
        Event::DeadlinePassed { clock, .. } => format!("Venció el plazo para {clock}."),
        Event::EffectSettled { outcome, detail, .. } => {
            let detail = detail.as_ref().map(|detail| format!(": {}", trimmed(detail))).unwrap_or_default();
            match outcome {
                Outcome::Done => format!("{who} registró que el aviso salió{detail}."),
                Outcome::Failed => format!("{who} registró que el aviso no salió{detail}."),
                Outcome::Unknown => format!("No se sabe si el aviso salió{detail}; una persona debe verificarlo."),
            }
        }
        Event::Moved { reason, .. } => format!("{who} pasó el caso a otra edición del manual: {}.", trimmed(reason)),
        Event::Watched { who: watcher, .. } if watcher.person == recorded.by.person => {
            format!("{who} sigue el caso desde ahora.")
        }
        Event::Watched { who: watcher, .. } => {
            format!("{who} avisó a {}, que sigue el caso desde ahora.", watcher.name)
        }
        Event::Escalated(escalated) => {
            let person = escalated.person.as_ref().map(|person| format!("{}, ", person.name)).unwrap_or_default();
            let what = match escalated.kind {
                EscalationKind::Functional => "escaló el caso a",
                EscalationKind::Hierarchical => "pidió que decida",
            };
            format!("{who} {what} {person}{}: {}.", escalated.to, trimmed(&escalated.reason))
        }
        Event::EscalationReturned { reason } => {
            format!("{who} devolvió lo escalado sin decidir: {}.", trimmed(reason))
        }
        Event::Checked { item, done: true, .. } => format!("{who} revisó: {}.", trimmed(item)),
        Event::Checked { item, .. } => format!("{who} quitó la marca de: {}.", trimmed(item)),
        Event::Unwatched { .. } => format!("{who} dejó de seguir el caso."),
        Event::Prioritized { priority, grounds, reason } => {
            let grounds = grounds.as_ref().map(|grounds| format!(" ({})", grounds.shown())).unwrap_or_default();
            let reason = reason.as_ref().map(|reason| format!(": {}", trimmed(reason))).unwrap_or_default();
            format!("{who} fijó la prioridad en {}{grounds}{reason}.", priority.label())
        }
        Event::AskedBy(outsider) => {
            let contact = outsider.contact.as_ref().map(|contact| format!(" ({})", trimmed(contact)));
            let contact = contact.unwrap_or_default();
            format!("{who} registró que lo pide {}{contact}, que no está en el directorio.", outsider.name)
        }
        Event::Recalculated { reason, .. } => format!("{who} volvió a calcular los vencimientos: {}.", trimmed(reason)),
        Event::Halted { cause, reason, evidence } => {
            let cause = cause_text(&procedure.pauses, cause);
            format!(
                "{who} puso el caso en espera ({cause}): {}.{} El plazo se detiene.",
                trimmed(reason),
                backed(evidence.as_ref())
            )
        }
        Event::Prolonged { cause, by, reason, evidence, .. } => {
            let cause = cause_text(&procedure.extensions, cause);
            format!("{who} amplió el plazo en {by} ({cause}): {}.{}", trimmed(reason), backed(evidence.as_ref()))
        }
        Event::SetApart { cause, reason, evidence } => {
            let cause = cause_text(&procedure.exclusions, cause);
            format!("{who} hizo contar el caso aparte ({cause}): {}.{}", trimmed(reason), backed(evidence.as_ref()))
        }
        Event::Redated { .. } => {
            format!("{who} dio otra fecha: los plazos que dependen de ella se calcularon de nuevo.")
        }
        Event::Began { dues } => {
            let names: Vec<String> = dues.iter().map(|due| clock_name(&due.clock)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("Empezó a correr {}.", crate::authority::list(&names, "y"))
        }
        Event::Lapsed { unrated: true, stay: Some(_), .. } => "El caso finalizó sin calificar: venció el plazo.".into(),
        Event::Lapsed { unrated: true, .. } => "El caso quedó sin calificar: venció el plazo.".into(),
        Event::Lapsed { clock, .. } => format!("Venció {}.", clock_name(clock)),
        Event::Warned { clock, warning, .. } => {
            let clocks = procedure.clock(clock).map(|clock| &clock.warnings);
            let steps = procedure.steps.iter().map(|step| &step.warnings).find(|warnings| !warnings.is_empty());
            let all = if &**clock == STEP_CLOCK { steps } else { clocks };
            let told =
                all.and_then(|all| all.get(usize::from(*warning))).map(|warning| format!(" ({})", warning.words()));
            format!("Se avisó de {}{}.", clock_name(clock), told.unwrap_or_default())
        }
        Event::Linked { kind, other, reason } => {
            let what = match kind {
                TieKind::Related => "relacionó este caso con el",
                TieKind::DuplicateOf => "marcó este caso como duplicado del",
                TieKind::ChildOf => "puso este caso como parte del",
                TieKind::SplitFrom => "abrió este caso a partir del",
            };
            format!("{who} {what} {other}{}.", because(reason.as_ref()))
        }
        Event::Unlinked { other, reason, .. } => {
            format!("{who} quitó el enlace con el {other}: {}.", trimmed(reason))
        }
        Event::Merged { into, reason, .. } => {
            format!("{who} unió este caso al {into}: {}. Se sigue en ese.", trimmed(reason))
        }
        Event::Separated { from, reason, .. } => {
            format!("{who} separó este caso del {from}: {}. Sigue donde estaba.", trimmed(reason))
        }
        Event::Echoed(echoed) => heard(&who, echoed),
        Event::Transferred { reason, moved, joined, dropped, .. } => {
            let named = |names: &mut dyn Iterator<Item = &crate::Name>, one: &str, many: &str| {
                let names: Vec<String> = names.map(|name| clock_name(name)).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let verb = if names.len() == 1 { one } else { many };
                (!names.is_empty()).then(|| format!("{verb} {}", crate::authority::list(&names, "y")))
            };
            let parts = [
                named(&mut moved.iter().map(|due| &due.clock), "cambia", "cambian"),
                named(&mut joined.iter().map(|due| &due.clock), "se agrega", "se agregan"),
                named(&mut dropped.iter(), "ya no corre", "ya no corren"),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            let what = if parts.is_empty() { "sus vencimientos no cambian".to_owned() } else { parts.join("; ") };
            format!("{who} pasó el caso a otra edición del manual: {}. Con ella {what}.", trimmed(reason))
        }
        Event::Recounted { reason, moved, .. } => {
            let names: Vec<String> = moved.iter().map(|due| clock_name(&due.clock)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let what = match names.as_slice() {
                [] => "ninguno cambia".to_owned(),
                [one] => format!("cambia {one}"),
                many => format!("cambian {}", crate::authority::list(many, "y")),
            };
            format!("{who} volvió a calcular los vencimientos por {}: {what}.", trimmed(reason))
        }
    }
}

/// What was done to another case, said in this one.
fn heard(who: &str, echoed: &Echoed) -> String {
    let from = &echoed.from;
    match &echoed.what {
        Echo::Linked { kind, reason } => {
            let reason = because(reason.as_ref());
            match kind {
                TieKind::Related => format!("{who} relacionó el caso {from} con este{reason}."),
                TieKind::DuplicateOf => format!("{who} marcó el caso {from} como duplicado de este{reason}."),
                TieKind::ChildOf => format!("{who} puso el caso {from} como parte de este{reason}."),
                TieKind::SplitFrom => format!("{who} abrió el caso {from} a partir de este{reason}."),
            }
        }
        Echo::Unlinked { reason, .. } => {
            format!("{who} quitó el enlace del caso {from} con este: {}.", trimmed(reason))
        }
        Echo::Merged { subject, reason, followers } => {
            let names: Vec<&str> = followers.iter().map(|follower| &*follower.who.name).collect();
            let follow = match names.as_slice() {
                [] => String::new(),
                [one] => format!(" Desde ahora lo sigue {one}."),
                many => format!(" Desde ahora lo siguen {}.", crate::authority::list(many, "y")),
            };
            format!("{who} unió a este el caso {from} («{}»): {}.{follow}", trimmed(subject), trimmed(reason))
        }
        Echo::Separated { reason, .. } => format!("{who} separó de este el caso {from}: {}.", trimmed(reason)),
    }
}

fn because(reason: Option<&crate::Name>) -> String {
    reason.map(|reason| format!(": {}", trimmed(reason))).unwrap_or_default()
}

/// "Persona (Puesto)", "Persona (Puesto, por ausencia de Otra)", "Persona, a nombre de quien solicita".
#[must_use]
pub fn who(by: &By) -> String {
    if by.person == SYSTEM {
        return "El sistema".into();
    }
    let name = &by.name;
    match (&by.role, &by.in_absence_of, by.on_behalf) {
        (Some(role), Some(absent), _) => format!("{name} ({role}, por ausencia de {})", absent.name),
        (None, Some(absent), _) => format!("{name} (por ausencia de {})", absent.name),
        (_, None, true) => format!("{name} (a nombre de quien solicita)"),
        (Some(role), None, false) => format!("{name} ({role})"),
        (None, None, false) => name.to_string(),
    }
}

/// The name of a level of signature.
#[must_use]
pub const fn level_name(level: u8) -> &'static str {
    match level {
        0 => "acuse",
        1 => "firma simple",
        2 => "firma avanzada",
        _ => "firma en papel",
    }
}

fn way(from: StepNo, target: Target, procedure: &Procedure) -> String {
    match target {
        Target::End => "El caso finalizó.".into(),
        Target::Refusal => "El caso terminó con una negativa.".into(),
        Target::Step(number) => {
            let roles = procedure.step(number).map(crate::authority::roles_in_words).unwrap_or_default();
            if number <= from {
                format!("El caso regresó al paso {number} ({roles}).")
            } else {
                format!("Sigue el paso {number} ({roles}).")
            }
        }
    }
}

/// The answer in the words of the button that gave it.
fn answered(step: StepNo, answer: Option<&crate::Name>, procedure: &Procedure) -> Option<String> {
    let answer = answer?;
    let decision = procedure.step(step).and_then(|step| step.decision.as_ref());
    let branch = decision.and_then(|decision| decision.branches.iter().find(|branch| branch.name == *answer));
    Some(branch.map_or_else(|| answer.to_string(), branch_words))
}

/// The words of a branch: its own label, else its name as a person says it.
#[must_use]
pub fn branch_words(branch: &Branch) -> String {
    match (&branch.label, &*branch.name) {
        (Some(label), _) => label.to_string(),
        (None, "si") => "Sí".into(),
        (None, "no") => "No".into(),
        (None, name) => crate::calendar::words::opening(name),
    }
}

/// A clock as a sentence names it: "el plazo para resolver", "el plazo del paso".
#[must_use]
pub fn clock_name(clock: &str) -> String {
    if clock == STEP_CLOCK { "el plazo del paso".into() } else { format!("el plazo para {clock}") }
}

fn backed(evidence: Option<&crate::Name>) -> String {
    evidence.map(|what| format!(" Respaldo: {}.", trimmed(what))).unwrap_or_default()
}

fn cause_text(causes: &[manual::procedure::Cause], key: &str) -> String {
    causes.iter().find(|cause| &*cause.key == key).map_or_else(|| key.to_string(), |cause| cause.text.to_string())
}

fn trimmed(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}
