//! The correspondence of a month: what came in and what went out of each unit, through the same desk as a person's.

use super::{
    chance::Chance,
    life::in_office,
    people::Member,
    words::{FAMILY, GIVEN},
};
use anyhow::{Context, Result};
use engine::{Name, actor::PersonId, calendar::Calendar, event::Attached};
use jiff::{SignedDuration, Timestamp};
use manual::edition::Edition;
use store::{
    Filters, Store,
    blobs::Blob,
    correspondence::{Incoming, Outgoing},
    letters::{Delivery, LetterText},
};

/// Letters of one institution, in and out together.
const LETTERS: i64 = 22;

const SENDERS: [(&str, &str); 6] = [
    ("Ministerio de Finanzas Públicas", "Dirección de Tecnologías de la Información"),
    ("Oficina Nacional de Servicio Civil", "Departamento de Capacitación"),
    ("Secretaría de Planificación", "Dirección Administrativa"),
    ("Proveedora de Enlaces, S. A.", "Atención a clientes institucionales"),
    ("Archivo General", "Jefatura"),
    ("Unidad de Auditoría Interna", ""),
];
const RECEIVED: [&str; 7] = [
    "Solicita informe del estado del equipo de cómputo",
    "Remite listado de personal de nuevo ingreso",
    "Invita a reunión técnica sobre interoperabilidad",
    "Requiere copia de los manuales vigentes",
    "Avisa de un corte programado del enlace",
    "Solicita usuarios para un sistema institucional",
    "Traslada observaciones de una revisión",
];
const SENT: [&str; 6] = [
    "Remite el informe solicitado",
    "Responde a las observaciones de la revisión",
    "Solicita la baja de bienes en desuso",
    "Traslada la boleta de servicio firmada",
    "Remite el dictamen técnico",
    "Confirma asistencia a la reunión",
];

/// What the letters stand on.
pub struct Ground<'g> {
    pub store: &'g Store,
    pub edition: &'g Edition,
    pub calendar: &'g Calendar,
    pub members: &'g [Member],
    pub paper: &'g Blob,
}

/// A month of letters, in the order of their days.
pub async fn write(ground: &Ground<'_>, start: Timestamp, until: Timestamp) -> Result<()> {
    let mut chance = Chance::new(&ground.edition.institution.code, 9_001);
    let keepers = keepers(ground);
    let span = until.duration_since(start).as_mins();
    let mut before = start;
    for n in 0..LETTERS {
        let at = start.saturating_add(SignedDuration::from_mins(span * n / LETTERS)).unwrap_or(start);
        let at = in_office(ground.calendar, at, &mut chance).clamp(before, until);
        before = at;
        let Some((person, unit)) = chance.pick(&keepers).cloned() else { return Ok(()) };
        if n % 5 < 3 {
            incoming(ground, &mut chance, person, unit, at).await?;
        } else {
            outgoing(ground, &mut chance, person, unit, at, until, n).await?;
        }
    }
    Ok(())
}

/// One holder of a post for each of the first units that have one.
fn keepers(ground: &Ground<'_>) -> Vec<(PersonId, Name)> {
    let mut keepers: Vec<(PersonId, Name)> = Vec::new();
    for member in ground.members.iter().filter(|member| !member.posts.is_empty()) {
        let unit = member.unit.clone().or_else(|| ground.edition.units.first().map(|unit| unit.code.clone()));
        let Some(unit) = unit else { continue };
        if keepers.len() < 3 && keepers.iter().all(|(_, taken)| *taken != unit) {
            keepers.push((member.id, unit));
        }
    }
    keepers
}

fn somebody(chance: &mut Chance) -> String {
    let given = chance.pick(&GIVEN).copied().unwrap_or_default();
    format!("{given} {}", chance.pick(&FAMILY).copied().unwrap_or_default())
}

fn scan(paper: &Blob, name: &str, label: &str) -> Attached {
    Attached {
        name: name.into(),
        sha256: paper.sha256.as_str().into(),
        size: paper.size,
        media_type: "application/pdf".into(),
        label: Some(label.into()),
        public: true,
    }
}

/// Now and then one of the cases the person sees by then.
async fn some_case(ground: &Ground<'_>, chance: &mut Chance, person: PersonId, at: Timestamp) -> Result<Option<Name>> {
    let reader = ground.store.reader(person, at).await?;
    let page = reader.cases(&Filters::default(), None, 100).await?;
    let known: Vec<_> = page.rows.iter().filter(|row| row.opened_at < at).collect();
    Ok(if chance.percent(50) { chance.pick(&known).map(|row| row.number.clone()) } else { None })
}

async fn incoming(ground: &Ground<'_>, chance: &mut Chance, person: PersonId, unit: Name, at: Timestamp) -> Result<()> {
    let (institution, department) = chance.pick(&SENDERS).copied().context("no sender")?;
    let today = ground.calendar.date_of(at);
    let dated = today.saturating_sub(jiff::Span::new().days(i64::try_from(chance.below(5)).unwrap_or(0)));
    let sealed = !chance.percent(20);
    let text = LetterText {
        their_number: format!("OF-{}-{}", chance.between(12, 480), today.year()),
        dated: Some(dated),
        institution: institution.into(),
        department: department.into(),
        person: somebody(chance),
        folios: u32::try_from(chance.between(1, 9)).ok(),
        sealed: Some(sealed),
        seal_remark: if sealed { String::new() } else { "Trae firma; falta el sello de la dependencia.".into() },
        subject: chance.pick(&RECEIVED).copied().unwrap_or_default().into(),
        ..LetterText::default()
    };
    let case = some_case(ground, chance, person, at).await?;
    let files = vec![scan(ground.paper, "oficio-recibido.pdf", "Escaneo del oficio")];
    let desk = ground.store.correspondence(person, at).await?;
    desk.receive(Incoming { unit, text, files, received_at: at, case }, None).await?;
    Ok(())
}

async fn outgoing(
    ground: &Ground<'_>,
    chance: &mut Chance,
    person: PersonId,
    unit: Name,
    at: Timestamp,
    until: Timestamp,
    n: i64,
) -> Result<()> {
    let (institution, department) = chance.pick(&SENDERS).copied().context("no addressee")?;
    let chief = ground.edition.roles.iter().find(|role| role.chief).map(|role| role.name.to_string());
    let text = LetterText {
        institution: institution.into(),
        department: department.into(),
        person: somebody(chance),
        subject: chance.pick(&SENT).copied().unwrap_or_default().into(),
        approved_by: if chance.percent(60) { chief.clone().unwrap_or_default() } else { String::new() },
        copies: "Archivo".into(),
        ..LetterText::default()
    };
    let signed = format!("{}, {}", somebody(chance), chief.as_deref().unwrap_or("Jefatura"));
    let case = some_case(ground, chance, person, at).await?;
    let desk = ground.store.correspondence(person, at).await?;
    let draft = desk.draft(Outgoing { unit, text, files: Vec::new(), case }, None).await?;
    // The latest are still drafts.
    if n + 5 > LETTERS {
        return Ok(());
    }
    let signed_copy = vec![scan(ground.paper, "oficio-firmado.pdf", "Copia firmada")];
    desk.number(draft.id, signed, signed_copy, None).await?;
    match n % 10 {
        3 => {
            let later = at.saturating_add(SignedDuration::from_mins(40)).unwrap_or(at).min(until);
            let desk = ground.store.correspondence(person, later).await?;
            let on = ground.calendar.date_of(later);
            let acknowledged = vec![scan(ground.paper, "acuse-de-recibido.pdf", "Copia con acuse de recibido")];
            desk.deliver(draft.id, Delivery { on, to: "Recepción".into() }, acknowledged, None).await?;
        }
        8 if n < 10 => {
            desk.void(draft.id, "Se dirigió a otra dependencia por error.".into(), None).await?;
        }
        _ => {}
    }
    Ok(())
}
