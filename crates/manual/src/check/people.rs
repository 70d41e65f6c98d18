//! Rules of the organisation chart: roles and units that nobody declared, and several responsibles without saying which act.

use super::report::{Linter, Within, meant};
use crate::{
    field::{Field, Kind},
    finding::At,
    organization::Scope,
    places::Spot,
    procedure::{Acting, Procedure},
};

pub fn check(linter: &mut Linter<'_>) {
    chart(linter);
    for (p, procedure) in linter.edition.procedures.iter().enumerate() {
        procedure_roles(linter, p, procedure);
        step_roles(linter, p, procedure);
        routing(linter, p, procedure);
    }
    for (f, form) in linter.edition.forms.iter().enumerate() {
        for (i, field) in form.fields.iter().enumerate() {
            let at = linter.place(Spot::FormField, &[f, i], At::default());
            signed_by(linter, Within::Manual, at, field);
        }
    }
}

fn role(linter: &mut Linter<'_>, within: Within, at: At, name: &str, what: &str) {
    let edition = linter.edition;
    if edition.role(name).is_none() {
        let help = meant(name, edition.roles.iter().map(|role| &*role.name), "Declárelo en «responsables».");
        let message = format!("«{name}», {what}, no está entre los responsables del manual.");
        linter.error("responsable-fuera-de-organigrama", within, at, message, help, "puesto desconocido");
    }
}

fn unit(linter: &mut Linter<'_>, within: Within, at: At, code: &str) {
    let edition = linter.edition;
    if edition.unit(code).is_none() {
        let help = meant(
            code,
            edition.units.iter().map(|unit| &*unit.code),
            "Declárela en «unidades» (aquí va su clave, no su nombre).",
        );
        linter.error(
            "unidad-sin-declarar",
            within,
            at,
            format!("No hay una unidad «{code}»."),
            help,
            "unidad desconocida",
        );
    }
}

fn signed_by(linter: &mut Linter<'_>, within: Within, at: At, field: &Field) {
    if let Kind::Signature { role: name } = &field.kind
        && !name.is_empty()
    {
        role(linter, within, at, name, "que firma el campo");
    }
}

fn chart(linter: &mut Linter<'_>) {
    let edition = linter.edition;
    for (i, own) in edition.units.iter().enumerate() {
        let at = linter.place(Spot::Unit, &[i], edition.at);
        if let Some(parent) = &own.parent {
            unit(linter, Within::Manual, at, parent);
            let above = |code: &str| edition.unit(code).and_then(|unit| unit.parent.as_deref());
            if in_circle(&own.code, edition.units.len(), above) {
                let message = format!("La unidad «{}» termina dependiendo de sí misma.", own.code);
                linter.error(
                    "organigrama-circular",
                    Within::Manual,
                    at,
                    message,
                    "Revise los «depende=».",
                    "da la vuelta",
                );
            }
        }
    }
    for (i, own) in edition.roles.iter().enumerate() {
        let at = linter.place(Spot::Role, &[i], edition.at);
        if let Some(code) = &own.unit {
            unit(linter, Within::Manual, at, code);
        }
        if let Some(superior) = &own.superior {
            role(linter, Within::Manual, at, superior, "dado como superior");
            let above = |name: &str| edition.role(name).and_then(|role| role.superior.as_deref());
            if in_circle(&own.name, edition.roles.len(), above) {
                let message = format!("«{}» termina siendo superior de sí mismo.", own.name);
                linter.error(
                    "organigrama-circular",
                    Within::Manual,
                    at,
                    message,
                    "Revise los «superior=».",
                    "da la vuelta",
                );
            }
        }
    }
}

/// Whether going up from `start` comes back to it.
fn in_circle<'n>(start: &'n str, most: usize, above: impl Fn(&str) -> Option<&'n str>) -> bool {
    let mut at = above(start);
    for _ in 0..most {
        match at {
            None => return false,
            Some(name) if name == start => return true,
            Some(name) => at = above(name),
        }
    }
    false
}

fn procedure_roles(linter: &mut Linter<'_>, p: usize, procedure: &Procedure) {
    let at = linter.place(Spot::Requesters, &[p], procedure.at);
    for name in &procedure.requesters {
        role(linter, Within::Procedure(p), at, name, "que puede solicitarlo");
    }
    for (i, field) in procedure.opening.fields.iter().enumerate() {
        let at = linter.place(Spot::OpeningField, &[p, i], procedure.at);
        signed_by(linter, Within::Procedure(p), at, field);
    }
}

fn step_roles(linter: &mut Linter<'_>, p: usize, procedure: &Procedure) {
    for (s, step) in procedure.steps.iter().enumerate() {
        let within = Within::Step(p, s);
        for name in step.role_names() {
            role(linter, within, step.at, name, &format!("responsable del paso {}", step.number));
        }
        if step.responsibles.len() > 1 && step.acting == Acting::One {
            let message = format!("El paso {} tiene varios responsables y no dice cuáles actúan.", step.number);
            let help = "Escriba actuan=\"todos\" (juntos) o actuan=\"cualquiera\" (uno de ellos).";
            linter.error("dato-faltante", within, step.at, message, help, "falta «actuan=»");
        }
        for (i, signature) in step.signatures.iter().enumerate() {
            let at = linter.place(Spot::Signature, &[p, s, i], step.at);
            role(linter, within, at, &signature.role, "que firma");
        }
        for (i, name) in step.assigns.iter().enumerate() {
            let at = linter.place(Spot::Assigns, &[p, s, i], step.at);
            role(linter, within, at, name, "a quien se asigna");
        }
        for (i, notice) in step.notices.iter().enumerate() {
            let at = linter.place(Spot::Notice, &[p, s, i], step.at);
            role(linter, within, at, &notice.to, "a quien se avisa");
        }
        for (i, field) in step.fields.iter().enumerate() {
            let at = linter.place(Spot::StepField, &[p, s, i], step.at);
            signed_by(linter, within, at, field);
        }
    }
}

fn routing(linter: &mut Linter<'_>, p: usize, procedure: &Procedure) {
    let within = Within::Procedure(p);
    let Some(routing) = &procedure.routing else {
        // Without routing, a routed role needs someone to name its person on the way.
        for (s, step) in procedure.steps.iter().enumerate() {
            for responsible in &step.responsibles {
                let named = procedure.steps.iter().any(|step| step.assigns.contains(&responsible.role));
                if responsible.scope == Scope::Routed && !named {
                    let message = format!(
                        "Nada dice quién es «{}», del paso {}: el procedimiento no tiene «encamina».",
                        responsible.role, step.number
                    );
                    let help = "Escriba el encaminamiento, o «asigna» en el paso donde se nombra a la persona.";
                    linter.warning(
                        "encaminamiento-faltante",
                        Within::Step(p, s),
                        step.at,
                        message,
                        help,
                        "puesto encaminado",
                    );
                }
            }
        }
        return;
    };
    let otherwise = (routing.routes.len(), &routing.otherwise);
    let routes = routing.routes.iter().map(|route| &route.parts).enumerate().chain([otherwise]);
    for (r, parts) in routes {
        for (i, part) in parts.iter().enumerate() {
            let at = linter.place(Spot::RoutePart, &[p, r, i], procedure.at);
            role(linter, within, at, &part.role, "papel del encaminamiento");
            if part.holder != part.role {
                role(linter, within, at, &part.holder, "que ocupa el papel");
            }
            if let Some(code) = &part.unit {
                unit(linter, within, at, code);
            }
        }
    }
}
