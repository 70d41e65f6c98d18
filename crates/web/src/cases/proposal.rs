//! Whom the page proposes to assign, where the manual wants a proposal, and why. It never assigns by itself.

use crate::words;
use engine::{Name, actor::PersonId};
use jiff::tz::TimeZone;
use manual::organization::AssignmentRule;
use store::Load;

/// Somebody who may be named for a role.
#[derive(Clone, Debug)]
pub struct Offered {
    pub person: PersonId,
    pub name: Name,
    /// The post that makes him eligible, where it is not the role itself.
    pub post: Option<Name>,
}

/// The one proposed among those offered, with the reason in words.
#[must_use]
pub fn of<'o>(
    rule: AssignmentRule,
    offered: &'o [Offered],
    loads: &[Load],
    zone: &TimeZone,
) -> Option<(&'o Offered, String)> {
    let load = |one: &Offered| loads.iter().find(|load| load.person == one.person).filter(|load| !load.absent);
    let here = offered.iter().filter_map(|one| Some((one, load(one)?)));
    let (one, load) = match rule {
        AssignmentRule::ByTurn => here.min_by_key(|(one, load)| (load.last, load.open, one.person))?,
        AssignmentRule::LeastLoaded => here.min_by_key(|(one, load)| (load.open, load.last, one.person))?,
    };
    let cases = match load.open {
        0 => "no tiene casos abiertos".to_owned(),
        open => format!("tiene {}", words::count(open, "caso abierto", "casos abiertos")),
    };
    let why = match (rule, load.last) {
        (AssignmentRule::LeastLoaded, _) => format!("{cases}, menos que nadie"),
        (AssignmentRule::ByTurn, None) => format!("{cases}; le toca, aún no se le ha asignado ninguno"),
        (AssignmentRule::ByTurn, Some(last)) => {
            format!("{cases}; le toca, el último se le asignó el {}", words::moment(last, zone))
        }
    };
    Some((one, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_turn_and_the_load_choose_and_the_absent_are_left_out() {
        let offered = |person: i64, name: &str| Offered { person: PersonId(person), name: name.into(), post: None };
        let people = [offered(1, "Ana"), offered(2, "Berta"), offered(3, "Carla")];
        let at = |text: &str| Some(text.parse().unwrap());
        let loads = [
            Load { person: PersonId(1), open: 1, last: at("2026-03-02T15:00:00Z"), absent: false },
            Load { person: PersonId(2), open: 4, last: at("2026-03-01T15:00:00Z"), absent: false },
            Load { person: PersonId(3), open: 0, last: None, absent: true },
        ];
        let zone = TimeZone::fixed(jiff::tz::offset(-6));
        let (who, why) = of(AssignmentRule::ByTurn, &people, &loads, &zone).unwrap();
        assert_eq!(
            (&*who.name, &*why),
            ("Berta", "tiene 4 casos abiertos; le toca, el último se le asignó el 01/03/2026 09:00")
        );
        let (who, why) = of(AssignmentRule::LeastLoaded, &people, &loads, &zone).unwrap();
        assert_eq!((&*who.name, &*why), ("Ana", "tiene 1 caso abierto, menos que nadie"));
        assert!(of(AssignmentRule::ByTurn, &people[2..], &loads, &zone).is_none());
    }
}
