//! Each part of an edition as lines of Spanish words: what a line is about, and what it says. Comparing is comparing these.

use crate::{
    edition::Edition,
    field::{Class, Field, Kind, OnlyIf},
    form::Form,
    organization::{AssignmentRule, Role, Scope},
    procedure::{Acting, AttachmentRule, DocumentVerb, Procedure, Step, Target},
};

type Lines = Vec<(String, String)>;

fn some<T: ToString>(lines: &mut Lines, what: &str, said: Option<&T>) {
    if let Some(said) = said {
        lines.push((what.to_owned(), said.to_string()));
    }
}

fn yes(lines: &mut Lines, what: &str, said: bool) {
    if said {
        lines.push((what.to_owned(), "sí".to_owned()));
    }
}

fn each<T: ToString>(lines: &mut Lines, what: &str, said: &[T]) {
    lines.extend(said.iter().map(|one| (what.to_owned(), one.to_string())));
}

pub fn of_manual(edition: &Edition) -> Lines {
    let page = &edition.title_page;
    let mut lines = vec![
        ("título".to_owned(), page.title.to_string()),
        ("edición".to_owned(), page.edition.to_string()),
        ("dependencia".to_owned(), page.dependency.to_string()),
    ];
    some(&mut lines, "código", page.code.as_ref());
    some(&mut lines, "fecha", page.date.as_ref());
    some(&mut lines, "aprobación", page.approval.as_ref());
    some(&mut lines, "aprueba", page.approved_by.as_ref());
    some(&mut lines, "rige", page.in_force_since.as_ref());
    some(&mut lines, "deroga", page.repeals.as_ref());
    some(&mut lines, "objetivo", page.objective.as_ref());
    some(&mut lines, "alcance", page.scope.as_ref());
    each(&mut lines, "base legal", &page.legal_base);
    lines.push(("numeración".to_owned(), edition.numbering.to_string()));
    lines.push(("numeración de oficios".to_owned(), edition.letters.outgoing.to_string()));
    lines.push(("numeración de entradas".to_owned(), edition.letters.incoming.to_string()));
    lines.extend(
        edition.norms.iter().map(|norm| ("norma general".to_owned(), format!("{}. {}", norm.number, norm.text))),
    );
    lines.extend(edition.units.iter().map(|unit| ("unidad".to_owned(), format!("{}: {}", unit.code, unit.name))));
    for hours in &edition.calendar.hours {
        let days: Vec<&str> =
            hours.weekdays.iter().filter_map(|day| DAYS.get(usize::from(*day).wrapping_sub(1)).copied()).collect();
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let spans: Vec<String> =
            hours.intervals.iter().map(|span| format!("{}-{}", clock(span.from), clock(span.to))).collect();
        lines.push(("horario".to_owned(), format!("{} {}", days.join(", "), spans.join(" y "))));
    }
    if let Some(matrix) = &edition.priority {
        some(&mut lines, "norma de la prioridad", matrix.norm.as_ref());
        for (what, grades) in [("impacto", &matrix.impacts), ("urgencia", &matrix.urgencies)] {
            lines.extend(grades.iter().map(|grade| (format!("{what} «{}»", grade.key), grade.label.to_string())));
        }
        lines.extend(matrix.cells.iter().map(|cell| {
            (format!("prioridad de impacto {} × urgencia {}", cell.impact, cell.urgency), cell.priority.label().into())
        }));
    }
    let assignment = edition.assignment.map(|rule| match rule {
        AssignmentRule::ByTurn => "por turno",
        AssignmentRule::LeastLoaded => "menor carga",
    });
    some(&mut lines, "se propone asignar", assignment.as_ref());
    each(&mut lines, "inhábil", &edition.calendar.days_off.iter().map(|day| day.name.clone()).collect::<Vec<_>>());
    lines
}

const DAYS: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];

pub fn of_role(role: &Role) -> Lines {
    let mut lines = Lines::new();
    some(&mut lines, "unidad", role.unit.as_ref());
    let scope = match role.scope {
        Scope::Post => None,
        Scope::Requester => Some("la persona que solicita"),
        Scope::RequesterUnit => Some("en la unidad del solicitante"),
        Scope::Routed => Some("según el encaminamiento"),
        Scope::External => Some("otra institución"),
    };
    some(&mut lines, "ámbito", scope.as_ref());
    yes(&mut lines, "jefatura", role.chief);
    some(&mut lines, "nivel", role.level.as_ref());
    some(&mut lines, "superior", role.superior.as_ref());
    lines
}

pub fn of_form(form: &Form) -> Lines {
    let mut lines = vec![("título".to_owned(), form.title.to_string())];
    some(&mut lines, "versión", form.version.as_ref());
    some(&mut lines, "de", form.owner.as_ref());
    each(&mut lines, "nota", &form.notes);
    lines
}

pub fn of_field(field: &Field) -> String {
    let mut words = vec![format!("«{}»", field.label), of_kind(&field.kind)];
    if field.required {
        words.push("obligatorio".to_owned());
    }
    words.extend(field.only_if.as_ref().map(of_condition));
    words.extend(field.help.as_ref().map(|help| format!("ayuda: {help}")));
    words.extend(field.ground.as_ref().map(|ground| format!("fundamento: {ground}")));
    match field.class {
        Class::Public => {}
        Class::Confidential => words.push("confidencial".to_owned()),
        Class::Sensitive => words.push("sensible".to_owned()),
    }
    words.extend(field.section.as_ref().map(|section| format!("en «{section}»")));
    words.join(", ")
}

fn of_condition(only_if: &OnlyIf) -> String {
    format!("solo si «{}» es {}", only_if.key, only_if.values.join(" o "))
}

fn of_kind(kind: &Kind) -> String {
    let options =
        |choices: &[crate::field::Choice]| choices.iter().map(|choice| &*choice.label).collect::<Vec<_>>().join(" / ");
    match kind {
        Kind::Text => "texto".into(),
        Kind::LongText => "texto largo".into(),
        Kind::Number { least, greatest } => {
            let bound =
                |word: &str, value: &Option<f64>| value.map(|value| format!(" {word} {value}")).unwrap_or_default();
            format!("número{}{}", bound("desde", least), bound("hasta", greatest))
        }
        Kind::Date => "fecha".into(),
        Kind::DateTime => "fecha y hora".into(),
        Kind::Choice(choices) => format!("una de: {}", options(choices)),
        Kind::Choices(choices) => format!("varias de: {}", options(choices)),
        Kind::YesNo => "sí o no".into(),
        Kind::Person => "persona".into(),
        Kind::Unit => "unidad".into(),
        Kind::Asset => "bien".into(),
        Kind::Email => "correo".into(),
        Kind::Phone => "teléfono".into(),
        Kind::Nit => "nit".into(),
        Kind::Cui => "cui".into(),
        Kind::Dui => "dui".into(),
        Kind::File => "archivo".into(),
        Kind::Table(columns) => format!("tabla de: {}", columns.iter().map(of_field).collect::<Vec<_>>().join("; ")),
        Kind::Signature { role } => format!("firma de «{role}»"),
    }
}

pub fn of_procedure(procedure: &Procedure) -> Lines {
    let mut lines = vec![("título".to_owned(), procedure.title.to_string())];
    some(&mut lines, "proceso", procedure.process.as_ref().map(|process| &process.code));
    some(&mut lines, "objetivo", procedure.objective.as_ref());
    some(&mut lines, "alcance", procedure.scope.as_ref());
    each(&mut lines, "base legal", &procedure.legal_base);
    each(&mut lines, "documento relacionado", &procedure.related);
    lines.extend(procedure.norms.iter().map(|norm| ("norma".to_owned(), format!("{}. {}", norm.number, norm.text))));
    each(&mut lines, "solicita", &procedure.requesters);
    some(&mut lines, "formulario de apertura", procedure.opening.form.as_ref());
    lines.extend(
        procedure.opening.fields.iter().map(|field| (format!("dato de apertura «{}»", field.key), of_field(field))),
    );
    attachments(&mut lines, "adjunto de apertura", &procedure.opening.attachments);
    if let Some(attention) = procedure.attention.words() {
        lines.push(("atención".to_owned(), attention));
    }
    for clock in &procedure.clocks {
        let attention = clock.attention.words().map(|words| format!(", {words}")).unwrap_or_default();
        lines.push((format!("plazo para {}", clock.name), format!("{}, {}{attention}", clock.term, clock.span())));
        let about = format!("aviso del plazo para {}", clock.name);
        lines.extend(clock.warnings.iter().map(|warning| (about.clone(), warning.words())));
    }
    for (what, causes) in
        [("pausa", &procedure.pauses), ("prórroga", &procedure.extensions), ("exclusión", &procedure.exclusions)]
    {
        lines.extend(causes.iter().map(|cause| (format!("{what} «{}»", cause.key), cause.words())));
    }
    yes(&mut lines, "por orden de llegada", procedure.arrival_order.is_some());
    if let Some(routing) = &procedure.routing {
        for question in &routing.asked_at {
            let branch = question.branch.as_ref().map(|branch| format!(", rama «{branch}»")).unwrap_or_default();
            lines.push(("encaminamiento".to_owned(), format!("se pregunta en el paso {}{branch}", question.step)));
        }
        let none = ("sin ruta".to_owned(), &routing.otherwise);
        for (route, parts) in
            routing.routes.iter().map(|route| (format!("ruta «{}»", route.label), &route.parts)).chain([none])
        {
            for part in parts {
                let unit = part.unit.as_ref().map(|unit| format!(" de «{unit}»")).unwrap_or_default();
                lines.push((format!("{route}, {}", part.role), format!("{}{unit}", part.holder)));
            }
        }
    }
    lines
}

pub fn of_step(step: &Step) -> Lines {
    let mut lines = Lines::new();
    let roles = step.role_names().map(|name| &**name).collect::<Vec<_>>();
    let joint = match step.acting {
        Acting::One => "",
        Acting::Any => " (cualquiera)",
        Acting::All => " (todos)",
    };
    lines.push(("responsable".to_owned(), format!("{}{joint}", roles.join(", "))));
    lines.push(("actividad".to_owned(), step.activity.to_string()));
    some(&mut lines, "especificación", step.details.as_ref());
    match &step.decision {
        None => lines.push(("sigue".to_owned(), of_target(step.next))),
        Some(decision) => {
            lines.push(("pregunta".to_owned(), decision.question.to_string()));
            for branch in &decision.branches {
                lines.push((format!("rama «{}»", branch.name), of_target(branch.target)));
            }
        }
    }
    yes(&mut lines, "se cumple al abrir", step.done_by_opening);
    some(&mut lines, "formulario", step.form.as_ref());
    lines.extend(step.fields.iter().map(|field| (format!("dato «{}»", field.key), of_field(field))));
    for signature in &step.signatures {
        let document = signature.document.as_ref().map(|document| format!(", en «{document}»")).unwrap_or_default();
        lines.push((format!("firma de «{}»", signature.role), format!("nivel {}{document}", signature.level)));
    }
    attachments(&mut lines, "adjunto", &step.attachments);
    for document in &step.documents {
        let verb = match document.verb {
            DocumentVerb::Issues => "emite",
            DocumentVerb::HandsOver => "entrega",
            DocumentVerb::Files => "archiva",
        };
        let to = document.to.as_ref().map(|to| format!(" a {to}")).unwrap_or_default();
        lines.push((verb.to_owned(), format!("{}{to}", document.what)));
    }
    some(&mut lines, "plazo", step.term.as_ref());
    some(&mut lines, "atención del plazo", step.attention.words().as_ref());
    lines.extend(step.warnings.iter().map(|warning| ("aviso del plazo".to_owned(), warning.words())));
    some(&mut lines, "amplía el plazo por", step.lengthens.as_ref().map(|fields| &fields.cause));
    some(&mut lines, "califica", step.rates.as_ref().map(|rates| &rates.field));
    for notice in &step.notices {
        let text = notice.text.as_deref().unwrap_or("sí");
        lines.push((format!("aviso a «{}»", notice.to), text.to_owned()));
    }
    some(&mut lines, "estado", step.state_label.as_ref());
    each(&mut lines, "asigna", &step.assigns);
    each(&mut lines, "norma", &step.norms);
    lines.extend(step.checks.iter().map(|item| {
        (format!("punto «{}»", item.text), if item.required { "obligatorio" } else { "opcional" }.to_owned())
    }));
    lines
}

fn attachments(lines: &mut Lines, what: &str, rules: &[AttachmentRule]) {
    for rule in rules {
        let required = if rule.required { "obligatorio" } else { "opcional" };
        let condition = rule.only_if.as_ref().map(|only_if| format!(", {}", of_condition(only_if))).unwrap_or_default();
        lines.push((format!("{what} «{}»", rule.label), format!("{required}{condition}")));
    }
}

fn of_target(target: Target) -> String {
    match target {
        Target::Step(number) => format!("al paso {number}"),
        Target::End => "fin".to_owned(),
        Target::Refusal => "rechazo".to_owned(),
    }
}
