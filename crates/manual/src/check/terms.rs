//! Rules of time: clocks that hang or cannot be counted, warnings nobody gets or that come too late, causes without a clock,
//! and the step that rates.

use super::{
    flow::last_steps,
    report::{Linter, Within, meant, quoted},
};
use crate::{
    field::{Field, Kind},
    finding::At,
    organization::Scope,
    places::Spot,
    procedure::{
        Attention, Cause, Clock, ClockEnd, ClockStart, Procedure, Step, StepNo, Warning, WarningTime, WarningTo,
    },
    term::{Course, Term},
};

pub fn check(linter: &mut Linter<'_>) {
    for (p, procedure) in linter.edition.procedures.iter().enumerate() {
        let within = Within::Procedure(p);
        attention(linter, within, procedure.at, &procedure.attention);
        for (i, clock) in procedure.clocks.iter().enumerate() {
            let at = linter.place(Spot::Clock, &[p, i], procedure.at);
            ends(linter, p, at, procedure, clock);
            anchored(linter, p, at, procedure, clock);
            let hours = if clock.attention == Attention::Institution { &procedure.attention } else { &clock.attention };
            let what = format!("El plazo «{}» ({})", clock.name, clock.term);
            countable(linter, within, at, &what, hours);
            attention(linter, within, at, &clock.attention);
            warnings(linter, within, at, &clock.warnings, clock.term);
        }
        for (s, step) in procedure.steps.iter().enumerate() {
            of_step(linter, p, s, procedure, step);
        }
        for (spot, what, list) in [
            (Spot::Pause, "pausa", &procedure.pauses),
            (Spot::Extension, "prorroga", &procedure.extensions),
            (Spot::Exclusion, "excluye", &procedure.exclusions),
        ] {
            for (i, cause) in list.iter().enumerate() {
                let at = linter.place(spot, &[p, i], procedure.at);
                of_cause(linter, p, at, procedure, cause, what);
            }
        }
    }
}

fn step_exists(linter: &mut Linter<'_>, p: usize, at: At, procedure: &Procedure, number: StepNo, who: &str) {
    if procedure.step(number).is_none() {
        let message = format!("{who} nombra el paso {number}, que no existe.");
        let within = Within::Procedure(p);
        linter.error("salto-colgante", within, at, message, last_steps(procedure), "paso desconocido");
    }
}

/// Where a clock starts and stops.
fn ends(linter: &mut Linter<'_>, p: usize, at: At, procedure: &Procedure, clock: &Clock) {
    let from = if let ClockStart::Step(number) = clock.from { Some(number) } else { None };
    let until = if let ClockEnd::Step(number) = clock.until { Some(number) } else { None };
    for number in from.into_iter().chain(until) {
        step_exists(linter, p, at, procedure, number, &format!("El plazo «{}»", clock.name));
    }
    let within = Within::Procedure(p);
    if clock.from == ClockStart::Closing && !matches!(clock.until, ClockEnd::Rating | ClockEnd::Lapse) {
        let message = format!("El plazo «{}» empieza cuando el caso ya terminó: nada lo detendría.", clock.name);
        let help = "Después del cierre solo corre hasta=\"calificacion\" o hasta=\"vencimiento\".";
        linter.error("valor-no-valido", within, at, message, help, "no termina");
    }
    let rated = procedure.steps.iter().any(|step| step.rates.is_some()) || clock.from == ClockStart::Closing;
    if clock.until == ClockEnd::Rating && !rated {
        let message = format!("El plazo «{}» espera una calificación y ningún paso califica.", clock.name);
        let help = "Escriba «califica» en el paso en que se califica, o desde=\"cierre\".";
        linter.error("calificacion-no-valida", within, at, message, help, "nadie califica");
    }
}

/// A term counted back needs its date, and a date needs its field.
fn anchored(linter: &mut Linter<'_>, p: usize, at: At, procedure: &Procedure, clock: &Clock) {
    let within = Within::Procedure(p);
    let Some(key) = &clock.date else {
        if clock.term.course == Course::Before {
            let message = format!("El plazo «{}» ({}) no dice antes de qué fecha.", clock.name, clock.term);
            let help = "Agregue fecha=\"clave\", la clave de un campo de tipo «fecha».";
            linter.error("plazo-sin-fecha", within, at, message, help, "falta la fecha");
        }
        return;
    };
    let edition = linter.edition;
    let of_form = |code: &Option<crate::Name>| code.as_deref().and_then(|code| edition.form(code));
    let forms = std::iter::once(&procedure.opening.form).chain(procedure.steps.iter().map(|step| &step.form));
    let fields: Vec<&Field> = forms
        .filter_map(of_form)
        .flat_map(|form| &form.fields)
        .chain(&procedure.opening.fields)
        .chain(procedure.steps.iter().flat_map(|step| &step.fields))
        .collect();
    let dates = || fields.iter().filter(|field| matches!(field.kind, Kind::Date | Kind::DateTime));
    if !dates().any(|field| field.key == *key) {
        let help = meant(key, dates().map(|field| &*field.key), "Nombre un campo de tipo «fecha» del procedimiento.");
        let message = format!("El plazo «{}» se cuenta según «{key}», que no es un campo de fecha.", clock.name);
        linter.error("plazo-sin-fecha", within, at, message, help, "no es una fecha");
    }
}

fn countable(linter: &mut Linter<'_>, within: Within, at: At, what: &str, hours: &Attention) {
    if linter.edition.calendar.hours.is_empty() && *hours != Attention::Always {
        let help = "Escriba el horario en «calendario» de manual.kdl: horario \"lunes-viernes\" \"08:00-16:00\"";
        let message = format!("{what} no se puede contar: el calendario no tiene horario.");
        linter.error("plazo-sin-calendario", within, at, message, help, "sin calendario");
    }
}

fn attention(linter: &mut Linter<'_>, within: Within, at: At, attention: &Attention) {
    let Attention::Unit(code) = attention else { return };
    let edition = linter.edition;
    if edition.unit(code).is_none() {
        let help = meant(code, edition.units.iter().map(|unit| &*unit.code), "Declárela en «unidades».");
        let message = format!("No hay una unidad «{code}».");
        linter.error("unidad-sin-declarar", within, at, message, help, "unidad desconocida");
    } else if !edition.calendar.offices.iter().any(|office| office.units.contains(code)) {
        let message = format!("La unidad «{code}» no tiene horario propio: se cuenta con el de la institución.");
        let help = format!("Agregue en «calendario»: oficina \"{code}\" {{ horario … }}");
        linter.warning("valor-no-valido", within, at, message, help, "sin horario propio");
    }
}

fn warnings(linter: &mut Linter<'_>, within: Within, at: At, warnings: &[Warning], term: Term) {
    let edition = linter.edition;
    for warning in warnings {
        if let WarningTo::Role(role) = &warning.to
            && edition.role(role).is_none()
        {
            let otherwise = "Declárelo en «responsables»; quien tiene el caso se escribe \"responsable\".";
            let help = meant(role, edition.roles.iter().map(|role| &*role.name), otherwise);
            let message = format!("«{role}», a quien se avisa del plazo, no está entre los responsables del manual.");
            linter.error("responsable-fuera-de-organigrama", within, at, message, help, "puesto desconocido");
        }
        if let WarningTime::Before(before) = warning.when
            && term.runs_on()
            && before.unit == term.unit
            && before.amount >= term.amount
        {
            let message = format!("El aviso «{before}» llega antes de que empiece el plazo de {term}.");
            let help = "Avise con menos anticipación que el plazo mismo.";
            linter.error("aviso-imposible", within, at, message, help, "nunca sale");
        }
    }
}

fn of_step(linter: &mut Linter<'_>, p: usize, s: usize, procedure: &Procedure, step: &Step) {
    let within = Within::Step(p, s);
    if let Some(term) = step.term {
        let at = linter.place(Spot::StepTerm, &[p, s], step.at);
        if term.course == Course::Before {
            let message = format!("El plazo del paso {} ({term}) no dice antes de qué fecha.", step.number);
            let help = "Escríbalo como plazo del procedimiento, con fecha= y hasta= este paso.";
            linter.error("plazo-sin-fecha", within, at, message, help, "falta la fecha");
        }
        let hours = if step.attention == Attention::Institution { &procedure.attention } else { &step.attention };
        countable(linter, within, at, &format!("El plazo del paso {} ({term})", step.number), hours);
        attention(linter, within, at, &step.attention);
        warnings(linter, within, at, &step.warnings, term);
    }
    if let Some(fields) = &step.lengthens {
        let at = linter.place(Spot::Lengthens, &[p, s], step.at);
        lengthens(linter, within, at, procedure, step, fields);
    }
    if let Some(rates) = &step.rates {
        let at = linter.place(Spot::Rates, &[p, s], step.at);
        let form = step.form.as_deref().and_then(|code| linter.edition.form(code));
        let field = |key: &str| {
            step.fields.iter().chain(form.iter().flat_map(|form| &form.fields)).find(|field| *field.key == *key)
        };
        let chooses = field(&rates.field).is_some_and(|field| match &field.kind {
            Kind::Choice(choices) => {
                ["conforme", "no-conforme"].iter().all(|word| choices.iter().any(|choice| *choice.key == **word))
            }
            _ => false,
        });
        let mut fault = |message: String, help: &str| {
            linter.error("calificacion-no-valida", within, at, message, help, "no califica");
        };
        if !chooses {
            let message =
                format!("«{}» no es un campo de opción del paso con «conforme» y «no-conforme».", rates.field);
            fault(
                message,
                "Escriba: campo \"…\" tipo=\"opcion\" { opcion \"conforme\" \"…\"; opcion \"no-conforme\" \"…\" }",
            );
        }
        if rates.comment.as_ref().is_some_and(|key| field(key).is_none()) {
            fault("El comentario de la calificación no es un campo del paso.".into(), "Revise «comentario=».");
        }
        if !step.responsibles.iter().all(|responsible| responsible.scope == Scope::Requester) {
            let message =
                format!("El paso {} lo cumple quien atiende, y el servicio lo califica quien lo pidió.", step.number);
            fault(message, "El responsable del paso debe tener ambito=\"solicitante\".");
        }
    }
}

/// The step that lengthens the term asks for a cause of the procedure, how much and why.
fn lengthens(
    linter: &mut Linter<'_>,
    within: Within,
    at: At,
    procedure: &Procedure,
    step: &Step,
    fields: &crate::procedure::Lengthens,
) {
    let field = |key: &str| step.fields.iter().find(|field| *field.key == *key);
    let known = |key: &str| procedure.extensions.iter().any(|cause| *cause.key == *key);
    let causes = match field(&fields.cause).map(|field| &field.kind) {
        Some(Kind::Choice(choices)) => choices.iter().all(|choice| known(&choice.key)),
        _ => false,
    };
    if !causes {
        let names = quoted(procedure.extensions.iter().map(|cause| &cause.key));
        let message = format!("«{}» no es un campo de opción cuyas claves sean causas de «prorroga».", fields.cause);
        let help = format!("Las causas del procedimiento son: {names}.");
        linter.error("plazo-desconocido", within, at, message, help, "no amplía");
    }
    for key in [&fields.by, &fields.reason] {
        if field(key).is_none() {
            let message = format!("«{key}» no es un campo del paso {}.", step.number);
            let help = "Escriba: amplia \"causa\" cuanto=\"…\" razon=\"…\", con las claves de tres campos del paso.";
            linter.error("plazo-desconocido", within, at, message, help, "campo desconocido");
        }
    }
}

fn of_cause(linter: &mut Linter<'_>, p: usize, at: At, procedure: &Procedure, cause: &Cause, what: &str) {
    let within = Within::Procedure(p);
    let who = format!("«{what} {}»", cause.key);
    if let Some(step) = cause.step {
        step_exists(linter, p, at, procedure, step, &who);
    }
    if let Some(name) = &cause.clock
        && procedure.clock(name).is_none()
    {
        let names = quoted(procedure.clocks.iter().map(|clock| &clock.name));
        let help = if names.is_empty() {
            "El procedimiento no tiene plazos.".to_owned()
        } else {
            format!("Sus plazos son: {names}.")
        };
        let message = format!("{who} nombra el plazo «{name}», que no existe.");
        linter.error("plazo-desconocido", within, at, message, help, "plazo desconocido");
    }
    if procedure.clocks.is_empty() && procedure.steps.iter().all(|step| step.term.is_none()) {
        let message = format!("{who} no tiene sobre qué actuar: el procedimiento no tiene ningún plazo.");
        linter.warning("causa-sin-plazo", within, at, message, "Escriba el plazo, o quite la causa.", "sin plazo");
    }
}
