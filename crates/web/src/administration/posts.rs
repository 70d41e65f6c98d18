//! What is asked of a post that is given and of a substitution that is named.

use super::{Faults, REASON, people::name};
use engine::{Name, actor::PersonId, refusal::Refusal};
use jiff::civil::Date;
use manual::edition::Edition;
use store::people::PostRow;

/// A post as it was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub person: Option<PersonId>,
    pub role: &'a str,
    pub unit: Option<&'a str>,
    pub since: Option<Date>,
    pub until: Option<Date>,
}

/// A post that may be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub person: PersonId,
    pub role: Name,
    pub unit: Option<Name>,
    pub since: Date,
    pub until: Option<Date>,
}

/// A post of the edition in force, for somebody, from a day on.
///
/// # Errors
/// With all that is missing or wrong.
pub fn given(asked: Asked<'_>, edition: Option<&Edition>) -> Result<Given, Refusal> {
    let mut faults = Faults::default();
    let person = faults.given("person", asked.person, "Elija a la persona.");
    let role = faults.given("role", name(asked.role), "Elija el puesto.");
    if role.as_deref().is_some_and(|role| edition.is_none_or(|edition| edition.role(role).is_none())) {
        faults.add("role", "Ese puesto no está en la edición vigente.");
    }
    let unit = asked.unit.and_then(name);
    if unit.as_deref().is_some_and(|unit| edition.is_none_or(|edition| edition.unit(unit).is_none())) {
        faults.add("unit", "Esa unidad no está en la edición vigente.");
    }
    let since = faults.given("since", asked.since, "Diga desde qué día.");
    let all = person.zip(role).zip(since);
    let given = all.map(|((person, role), since)| Given { person, role, unit, since, until: asked.until });
    faults.judge(given, "El puesto no se dio.")
}

/// A substitution as it was asked for.
#[derive(Clone, Copy, Debug)]
pub struct AskedAbsence<'a> {
    pub absent: Option<PersonId>,
    pub deputy: Option<PersonId>,
    pub since: Option<Date>,
    pub until: Option<Date>,
    pub reason: &'a str,
}

/// A substitution that may be named: who is absent, who stands in, the days and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    pub absent: PersonId,
    pub deputy: PersonId,
    pub days: (Date, Date),
    pub reason: String,
}

/// # Errors
/// With all that is missing.
pub fn absence(asked: AskedAbsence<'_>) -> Result<Absence, Refusal> {
    let mut faults = Faults::default();
    let absent = faults.given("absent", asked.absent, "Elija a quien se ausenta.");
    let deputy = faults.given("deputy", asked.deputy, "Elija a quien suple.");
    let since = faults.given("since", asked.since, "Diga el primer día.");
    let until = faults.given("until", asked.until, "Diga el último día.");
    let reason = faults.text("reason", asked.reason, REASON, "Diga la razón: vacaciones, comisión, suspensión…");
    let all = absent.zip(deputy).zip(since.zip(until));
    let absence = all.map(|((absent, deputy), days)| Absence { absent, deputy, days, reason });
    faults.judge(absence, "La suplencia no se registró.")
}

/// Whether a post is held on a day.
#[must_use]
pub fn holds(post: &PostRow, today: Date) -> bool {
    post.since <= today && post.until.is_none_or(|until| until >= today)
}
