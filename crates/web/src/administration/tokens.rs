//! What is asked of a token: whose it is, what for, what it may and until when.

use super::{Faults, LINE};
use crate::access::Scope;
use engine::refusal::Refusal;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use store::people::Person;

/// Days a token lives unless another day is chosen, and at most.
pub const DAYS: i32 = 90;
const MOST_DAYS: i32 = 366;

/// A token as it was asked for; `giver` is the widest scope that whoever makes it may give.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub person: Option<&'a Person>,
    pub name: &'a str,
    pub scope: Scope,
    pub last: Option<Date>,
    pub giver: Scope,
}

/// A token that may be made.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub person: Person,
    pub name: String,
    pub scope: Scope,
    pub expires: Timestamp,
}

/// # Errors
/// With all that is missing or wrong.
pub fn wanted(asked: Asked<'_>, now: Timestamp, zone: &TimeZone) -> Result<Wanted, Refusal> {
    let mut faults = Faults::default();
    let person = faults.given("person", asked.person, "Elija a la persona a cuyo nombre actúa.");
    let name = faults.text("name", asked.name, LINE, "Diga para qué es: el sistema o el guion que la usará.");
    if asked.scope > asked.giver {
        faults.add("scope", "Ese token no puede dar más alcance que el suyo.");
    } else if asked.scope == Scope::Administer && person.is_some_and(|person| !person.administrator) {
        faults.add("scope", "Esa persona no administra el sistema: su ficha puede leer, o leer y escribir.");
    }
    let expires = faults.given("expires", asked.last, "Diga hasta qué día vale.").and_then(|last| end(last, now, zone));
    if asked.last.is_some() && expires.is_none() {
        faults.add("expires", "Elija un día de hoy en adelante y dentro de un año.");
    }
    let wanted = person.zip(expires);
    let wanted = wanted.map(|(person, expires)| Wanted { person: person.clone(), name, scope: asked.scope, expires });
    faults.judge(wanted, "La ficha no se creó.")
}

/// The end of a token's last day, which it serves whole; none out of the days it may be.
fn end(last: Date, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    if last < today || last > today.saturating_add(MOST_DAYS.days()) {
        return None;
    }
    Some(last.saturating_add(1.day()).to_zoned(zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_token_serves_the_whole_of_its_last_day_within_a_year() {
        let (now, zone) = ("2026-03-02T15:00:00Z".parse().unwrap(), TimeZone::get("America/Guatemala").unwrap());
        assert_eq!(end(date(2026, 3, 2), now, &zone), Some("2026-03-03T06:00:00Z".parse().unwrap()));
        assert!(end(date(2026, 3, 1), now, &zone).is_none() && end(date(2027, 3, 4), now, &zone).is_none());
        assert!(end(date(2027, 3, 3), now, &zone).is_some());
    }

    #[test]
    fn no_token_gives_more_than_its_giver_may() {
        let asked = Asked { person: None, name: "x", scope: Scope::Administer, last: None, giver: Scope::Write };
        let refusal = wanted(asked, Timestamp::UNIX_EPOCH, &TimeZone::UTC).expect_err("refused");
        let told: Vec<&str> = refusal.faults.iter().map(|fault| &*fault.field).collect();
        assert_eq!(told, ["person", "scope", "expires"]);
    }
}
