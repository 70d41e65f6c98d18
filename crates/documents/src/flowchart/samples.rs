//! Procedures to try the drawing on: the institutions' own where they are present, awkward ones made by hand, and random ones.

use manual::{
    Name,
    edition::Edition,
    organization::Scope,
    procedure::{
        Acting, Attention, Branch, Decision, DocumentAct, DocumentVerb, Opening, Procedure, Responsible, Step, StepNo,
        Target,
    },
    source::SourceFile,
};
use std::path::Path;

/// The manuals of this repository; none where it has no manuals.
pub fn editions() -> Vec<Edition> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manuals");
    let mut shared = Vec::new();
    gather(&root.join("calendarios"), &mut shared);
    let institutions = ["diaco", "igss", "seprem", "sosep", "usulutan"];
    let read = institutions.iter().filter_map(|institution| {
        let mut files = Vec::new();
        gather(&root.join(institution), &mut files);
        manual::read::read(&files, &shared).edition
    });
    read.collect()
}

/// The procedures of the manuals of this repository.
pub fn manuals() -> Vec<Procedure> {
    editions().into_iter().flat_map(|edition| edition.procedures).collect()
}

fn gather(folder: &Path, files: &mut Vec<SourceFile>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(&path, files);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            files.push(SourceFile::new(path.to_string_lossy(), text));
        }
    }
}

pub fn procedure(code: &str, steps: Vec<Step>) -> Procedure {
    Procedure {
        code: code.into(),
        title: "Procedimiento de prueba".into(),
        process: None,
        objective: None,
        scope: None,
        legal_base: vec![],
        related: vec![],
        norms: vec![],
        requesters: vec![],
        opening: Opening::default(),
        declared_steps: None,
        steps,
        routing: None,
        arrival_order: None,
        clocks: vec![],
        attention: Attention::Institution,
        pauses: vec![],
        extensions: vec![],
        exclusions: vec![],
        readings: vec![],
        printed: vec![],
        at: manual::finding::At::default(),
    }
}

pub fn step(number: u16, roles: &[&str], activity: &str, next: Target) -> Step {
    Step {
        number: StepNo(number),
        responsibles: roles.iter().map(|role| Responsible { role: Name::from(*role), scope: Scope::Post }).collect(),
        acting: if roles.len() > 1 { Acting::All } else { Acting::One },
        activity: activity.into(),
        details: None,
        decision: None,
        next,
        done_by_opening: false,
        form: None,
        fields: vec![],
        signatures: vec![],
        attachments: vec![],
        documents: vec![],
        term: None,
        attention: Attention::Institution,
        warnings: vec![],
        lengthens: None,
        rates: None,
        notices: vec![],
        state_label: None,
        assigns: vec![],
        norms: vec![],
        checks: vec![],
        symbol: None,
        readings: vec![],
        at: manual::finding::At::default(),
    }
}

pub fn deciding(mut step: Step, question: &str, branches: &[(&str, Target)]) -> Step {
    let branches = branches.iter().map(|&(name, target)| Branch { name: name.into(), label: None, target }).collect();
    step.decision = Some(Decision { question: question.into(), branches });
    step
}

pub fn with_act(mut step: Step, verb: DocumentVerb) -> Step {
    step.documents.push(DocumentAct { verb, what: "Oficio".into(), to: None });
    step
}

pub fn to(number: u16) -> Target {
    Target::Step(StepNo(number))
}

/// One of each symbol, a self-loop, a refusal and an early end.
pub fn every_symbol() -> Procedure {
    procedure(
        "SIMBOLOS-01",
        vec![
            step(1, &["Usuario"], "Solicita el servicio con la carta firmada.", to(2)),
            deciding(
                step(2, &["Jefe"], "¿Procede la solicitud?", Target::End),
                "¿Procede la solicitud?",
                &[("si", to(3)), ("no", Target::Refusal)],
            ),
            deciding(
                step(3, &["Técnico", "Jefe"], "Revisan juntos lo recibido.", Target::End),
                "¿Está completo?",
                &[("si", to(4)), ("no", to(3)), ("nada-que-hacer", Target::End)],
            ),
            with_act(step(4, &["Técnico"], "Elabora el dictamen.", to(5)), DocumentVerb::Issues),
            with_act(
                step(5, &["Secretaria"], "Archiva la copia firmada del dictamen en el expediente.", Target::End),
                DocumentVerb::Files,
            ),
        ],
    )
}

/// Markup and control characters wherever a person can write.
pub fn hostile() -> Procedure {
    let evil = "</text><script>alert(\"1\")</script> & 'x' \u{1}\u{FFFE} ]]>";
    let mut hostile = procedure(
        "<X>&\"1",
        vec![deciding(
            step(1, &[evil, "<b>"], evil, Target::End),
            evil,
            &[("<si>", Target::End), ("\"no\"", to(1)), ("otro", to(99))],
        )],
    );
    hostile.title = evil.into();
    hostile
}

/// A decision with as many branches as a manual may have.
pub fn many_branches() -> Procedure {
    let names: Vec<String> = (0..20).map(|index| format!("opción número {index}")).collect();
    let branches: Vec<(&str, Target)> =
        names.iter().zip(0_u16..).map(|(name, index)| (name.as_str(), to(2 + index % 5))).collect();
    let mut steps = vec![deciding(step(1, &["Usuario"], "Elige.", Target::End), "¿Cuál de todas?", &branches)];
    steps.extend(
        (2..=6).map(|number| {
            step(number, &[if number % 2 == 0 { "Técnico" } else { "Usuario" }], "Atiende.", Target::End)
        }),
    );
    procedure("RAMAS-20", steps)
}

/// A made-up procedure, always the same for the same seed.
pub fn random(seed: u64) -> Procedure {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1);
    let mut draw = move |below: u16| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u16::try_from((state >> 33) % u64::from(below.max(1))).unwrap_or(0)
    };
    let roles = [
        "Usuario",
        "Secretaria de Recepción",
        "Técnico",
        "Jefe de Departamento",
        "Director",
        "Departamento de Inventarios",
        "Autoridad",
    ];
    let count = 2 + draw(14);
    let lanes = 1 + draw(6);
    let steps = (1..=count)
        .map(|number| {
            let role = roles[usize::from(draw(lanes))];
            let other = roles[usize::from(draw(lanes))];
            let names = if draw(6) == 0 && other != role { vec![role, other] } else { vec![role] };
            let activity = "Revisa la solicitud, anota los datos y traslada todo al responsable que sigue. "
                .repeat(usize::from(1 + draw(3)));
            let next = if number == count { Target::End } else { to(number + 1) };
            let plain = step(number, &names, &activity, next);
            match draw(8) {
                0 | 1 => {
                    deciding(plain, "¿El resultado es satisfactorio?", &[("si", next), ("no", to(1 + draw(count)))])
                }
                2 => deciding(
                    plain,
                    "¿Qué sigue?",
                    &[("uno", to(1 + draw(count))), ("dos", to(1 + draw(count))), ("rechazo", Target::Refusal)],
                ),
                3 => with_act(plain, DocumentVerb::Issues),
                4 => with_act(plain, DocumentVerb::Files),
                _ => plain,
            }
        })
        .collect();
    procedure(&format!("AZAR-{seed}"), steps)
}
