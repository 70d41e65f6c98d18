//! The acts of administration as sentences, all in one place.

use crate::{access::Scope, failure::Failure, words};
use engine::{Name, actor::PersonId};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use store::{
    Admin,
    journal::{AdminAct, AdminEntry, LetterDeed},
};

/// What was done, as the rest of a sentence that begins with who did it.
#[must_use]
pub fn sentence(act: &AdminAct, zone: &TimeZone, name: impl Fn(PersonId) -> String) -> String {
    let rights = |administrator: bool, auditor: bool| match (administrator, auditor) {
        (true, true) => ", que administra y audita",
        (true, false) => ", que administra",
        (false, true) => ", que audita",
        (false, false) => "",
    };
    match act {
        AdminAct::PersonCreated { login, name, administrator, auditor, .. } => {
            format!("agregó a {name} ({login}){}.", rights(*administrator, *auditor))
        }
        AdminAct::PersonChanged { login, name, administrator, auditor, .. } => {
            format!("cambió los datos de {name} ({login}){}.", rights(*administrator, *auditor))
        }
        AdminAct::PersonDeactivated { person, sessions, tokens, reason } => format!(
            "dio de baja a {}: {reason}. Terminaron {} y {}.",
            name(*person),
            count(*sessions, "sesión", "sesiones"),
            count(*tokens, "ficha", "fichas")
        ),
        AdminAct::PersonReactivated { person } => format!("volvió a dar de alta a {}.", name(*person)),
        AdminAct::PasswordSet { person } => format!("cambió la contraseña de {}.", name(*person)),
        AdminAct::SecondFactorSet { person, on: true } => format!("activó el segundo factor de {}.", name(*person)),
        AdminAct::SecondFactorSet { person, on: false } => format!("quitó el segundo factor de {}.", name(*person)),
        AdminAct::PostGiven { person, role, unit, since, until } => format!(
            "dio el puesto {role}{} a {}, desde el {}{}.",
            unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default(),
            name(*person),
            words::day(*since),
            until.map(|until| format!(" hasta el {}", words::day(until))).unwrap_or_default()
        ),
        AdminAct::PostEnded { person, role, until, .. } => {
            format!("terminó el puesto {role} de {}; último día, {}.", name(*person), words::day(*until))
        }
        AdminAct::SubstitutionNamed { absent, deputy, since, until, reason } => format!(
            "registró que {} suple a {} del {} al {}: {reason}.",
            name(*deputy),
            name(*absent),
            words::day(*since),
            words::day(*until)
        ),
        AdminAct::SubstitutionEnded { absent, deputy, until } => {
            format!(
                "terminó la suplencia de {} por {}; último día, {}.",
                name(*absent),
                name(*deputy),
                words::day(*until)
            )
        }
        AdminAct::DayDecreed { name, calendar } => format!("decretó «{name}»: versión {calendar} del calendario."),
        AdminAct::CalendarChanged { calendar, reason } => {
            format!("cambió el calendario, versión {calendar}: {reason}.")
        }
        AdminAct::EditionUploaded { edition, name, sha256 } => {
            format!("subió la edición n.º {edition}, {name} (SHA-256 {}).", short(sha256))
        }
        AdminAct::EditionPublished { edition, name, sha256, retired } => format!(
            "publicó la edición n.º {edition}, {name} (SHA-256 {}){}.",
            short(sha256),
            retired.map(|retired| format!("; dejó de regir la n.º {retired}")).unwrap_or_default()
        ),
        AdminAct::EditionWithdrawn { edition, reason } => format!("retiró la edición n.º {edition}: {reason}."),
        AdminAct::TokenCreated { token, person, name: what, scope, expires } => format!(
            "creó la ficha n.º {token}, «{what}», a nombre de {}, para {}{}.",
            name(*person),
            Scope::widest(scope).map_or("nada", Scope::words),
            expires.map(|at| format!(", hasta el {}", words::moment(at, zone))).unwrap_or_default()
        ),
        AdminAct::TokenRevoked { token, person } => format!("revocó la ficha n.º {token} de {}.", name(*person)),
        AdminAct::SessionsEnded { person, ended } => {
            format!("terminó {} de {}.", count(*ended, "sesión", "sesiones"), name(*person))
        }
        AdminAct::SettingChanged { key, value } => format!("cambió el ajuste «{key}» a «{}».", beginning(value)),
        AdminAct::CalendarSigned { calendar, change, digest, open_cases, .. } => format!(
            "firmó {}: versión {calendar} del calendario, {} por recalcular (SHA-256 {}).",
            change.words(),
            count(u64::try_from(*open_cases).unwrap_or(0), "caso abierto", "casos abiertos"),
            short(digest)
        ),
        AdminAct::SetUp { person } => {
            format!("instaló el sistema; {} quedó como primera persona que administra.", name(*person))
        }
        AdminAct::Letter { letter, number, deed, detail, .. } => {
            let which = if number.is_empty() {
                format!("el oficio en borrador {letter}")
            } else {
                format!("el oficio {number}")
            };
            match deed {
                LetterDeed::Received => format!("ingresó {which}: {detail}."),
                LetterDeed::Drafted => format!("redactó {which}: {detail}."),
                LetterDeed::Changed => format!("cambió {which}: {detail}."),
                LetterDeed::Numbered => format!("numeró {which}; {detail}."),
                LetterDeed::Delivered => format!("registró la entrega de {which}: {detail}."),
                LetterDeed::Voided => format!("anuló {which}: {detail}."),
                LetterDeed::Linked => format!("ligó {which} al caso {detail}."),
                LetterDeed::Attached => format!("adjuntó a {which}: {detail}."),
            }
        }
    }
}

/// Everybody an act names, besides who did it.
#[must_use]
pub fn named(act: &AdminAct) -> Vec<PersonId> {
    match act {
        AdminAct::PersonDeactivated { person, .. }
        | AdminAct::PersonReactivated { person }
        | AdminAct::PasswordSet { person }
        | AdminAct::SecondFactorSet { person, .. }
        | AdminAct::PostGiven { person, .. }
        | AdminAct::PostEnded { person, .. }
        | AdminAct::TokenCreated { person, .. }
        | AdminAct::TokenRevoked { person, .. }
        | AdminAct::SessionsEnded { person, .. }
        | AdminAct::SetUp { person } => vec![*person],
        AdminAct::SubstitutionNamed { absent, deputy, .. } | AdminAct::SubstitutionEnded { absent, deputy, .. } => {
            vec![*absent, *deputy]
        }
        _ => Vec::new(),
    }
}

/// The names of everybody some acts name.
///
/// # Errors
/// If the store cannot be read.
pub async fn names(admin: &Admin, acts: &[AdminEntry]) -> Result<BTreeMap<PersonId, Name>, Failure> {
    let people: BTreeSet<PersonId> = acts.iter().flat_map(|act| named(&act.recorded.act)).collect();
    Ok(admin.names(people.into_iter().collect()).await?)
}

/// How somebody is called in a sentence.
#[must_use]
pub fn called(names: &BTreeMap<PersonId, Name>, person: PersonId) -> String {
    names.get(&person).map_or_else(|| format!("la persona {}", person.0), ToString::to_string)
}

fn count(number: u64, one: &str, many: &str) -> String {
    words::count(i64::try_from(number).unwrap_or(i64::MAX), one, many)
}

/// The beginning of a value that may be long; the journal has the whole.
fn beginning(value: &str) -> String {
    const SHOWN: usize = 80;
    if value.chars().count() <= SHOWN {
        return value.to_owned();
    }
    format!("{}…", value.chars().take(SHOWN).collect::<String>())
}

fn short(sha256: &str) -> String {
    sha256.chars().take(12).collect::<String>() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_told_with_names() {
        let told = |act: &AdminAct| sentence(act, &TimeZone::UTC, |person| format!("Persona {}", person.0));
        let act =
            AdminAct::PersonDeactivated { person: PersonId(3), sessions: 1, tokens: 0, reason: "renuncia".into() };
        assert_eq!(told(&act), "dio de baja a Persona 3: renuncia. Terminaron 1 sesión y 0 fichas.");
        let act = AdminAct::PostEnded {
            person: PersonId(2),
            role: "Director".into(),
            unit: None,
            until: jiff::civil::date(2026, 3, 31),
        };
        assert_eq!(told(&act), "terminó el puesto Director de Persona 2; último día, 31/03/2026.");
        assert_eq!(named(&act), vec![PersonId(2)]);
        let act = AdminAct::SettingChanged { key: "color".into(), value: "á".repeat(100) };
        assert_eq!(told(&act), format!("cambió el ajuste «color» a «{}…».", "á".repeat(80)));
    }
}
