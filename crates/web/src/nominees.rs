//! Who may be named for the roles of the step where a case stands, and whom the manual's rule proposes and why; for pages and
//! programs. It never assigns by itself.

use crate::words;
use engine::{Name, actor::PersonId, case::Case};
use jiff::{Timestamp, tz::TimeZone};
use manual::{
    organization::{AssignmentRule, Scope},
    procedure::{RoutePart, Step},
};
use store::{CaseView, Load, Store, StoreError};

/// Names offered for one role; an institution with more writes the person's post more finely.
const OFFERED: usize = 80;

/// Somebody who may be named for a role.
#[derive(Clone, Debug)]
pub struct Offered {
    pub person: PersonId,
    pub login: Name,
    pub name: Name,
    /// The post that makes him eligible, where it is not the role itself.
    pub post: Option<Name>,
}

/// A case before somebody who may name others.
#[derive(Clone, Copy)]
pub struct Naming<'n> {
    pub view: &'n CaseView,
    pub person: PersonId,
}

/// For each role somebody may be named for: who; and what they have in hand, where the manual wants somebody proposed.
#[derive(Default)]
pub struct Nominees {
    pub offered: Vec<(Name, Vec<Offered>)>,
    loads: Vec<Load>,
}

impl<'n> Naming<'n> {
    fn case(self) -> &'n Case {
        &self.view.case
    }

    fn step(self) -> Option<&'n Step> {
        self.case().standing.as_ref().and_then(|standing| self.view.procedure().step(standing.step))
    }

    /// Whether the person may assign the present step: a chief, or the one it is assigned to.
    #[must_use]
    pub fn may_assign(self) -> bool {
        let case = self.case();
        case.is_open() && (self.view.chief || case.assignees.iter().any(|assignee| assignee.person == self.person))
    }

    /// The roles of the present step that somebody else may be named for.
    #[must_use]
    pub fn assignable(self) -> Vec<Name> {
        let Some(step) = self.step().filter(|_| self.may_assign()) else { return Vec::new() };
        let not_requester = step.responsibles.iter().filter(|responsible| responsible.scope != Scope::Requester);
        not_requester.map(|responsible| responsible.role.clone()).collect()
    }

    fn roles(self) -> Vec<Name> {
        let Some(step) = self.step() else { return Vec::new() };
        let mut roles = self.assignable();
        if self.view.capacity.is_some() {
            roles.extend(step.assigns.iter().cloned());
        }
        roles.sort();
        roles.dedup();
        roles
    }

    /// The posts whose holders may be named for a role: its own, and every one the routing may mean by it.
    fn posts(self, role: &Name) -> Vec<(Name, Option<Name>)> {
        let mut posts: Vec<(Name, Option<Name>)> = vec![(role.clone(), None)];
        for part in self.parts(role) {
            let post = (part.holder.clone(), part.unit.clone());
            if !posts.contains(&post) {
                posts.push(post);
            }
        }
        posts
    }

    /// What a routed role may mean: by the area named, or by every area where this step may still name one.
    fn parts(self, role: &str) -> Vec<&'n RoutePart> {
        let Some(routing) = &self.view.procedure().routing else { return Vec::new() };
        let asked_here =
            self.step().is_some_and(|step| routing.asked_at.iter().any(|question| question.step == step.number));
        let named = self.case().route.as_ref().and_then(|key| routing.routes.iter().find(|route| route.key == *key));
        let parts: Box<dyn Iterator<Item = &RoutePart>> = match named {
            Some(route) if !asked_here => Box::new(route.parts.iter()),
            _ => Box::new(routing.routes.iter().flat_map(|route| &route.parts).chain(&routing.otherwise)),
        };
        parts.filter(|part| &*part.role == role).collect()
    }
}

impl Nominees {
    /// # Errors
    /// If the store cannot be read.
    pub async fn load(store: &Store, naming: Naming<'_>, now: Timestamp) -> Result<Self, StoreError> {
        let mut nominees = Self::default();
        for role in naming.roles() {
            let people = holders(store, now, &role, naming.posts(&role)).await?;
            nominees.offered.push((role, people));
        }
        if naming.view.edition.assignment.is_some() {
            let offered = nominees.offered.iter().flat_map(|(_, people)| people);
            let mut people: Vec<PersonId> = offered.map(|offered| offered.person).collect();
            people.sort();
            people.dedup();
            nominees.loads = store.loads(people, now).await?;
        }
        Ok(nominees)
    }

    #[must_use]
    pub fn of(&self, role: &str) -> &[Offered] {
        self.offered.iter().find(|(known, _)| &**known == role).map_or(&[], |(_, people)| people)
    }

    /// Whom the manual's rule proposes for a role that nobody has yet, and why.
    #[must_use]
    pub fn proposal(&self, view: &CaseView, role: &str, zone: &TimeZone) -> Option<(&Offered, String)> {
        let taken = view.case.assignee(role).is_some();
        let rule = view.edition.assignment.filter(|_| !taken)?;
        proposed(rule, self.of(role), &self.loads, zone)
    }
}

/// The people who hold any of these posts today, as somebody to be named for a role.
///
/// # Errors
/// If the store cannot be read.
pub async fn holders(
    store: &Store,
    now: Timestamp,
    role: &str,
    posts: Vec<(Name, Option<Name>)>,
) -> Result<Vec<Offered>, StoreError> {
    let mut people: Vec<Offered> = Vec::new();
    for (post, unit) in posts {
        for person in store.holders(&post, unit.as_deref(), now).await? {
            if people.len() == OFFERED || people.iter().any(|offered| offered.person == person) {
                continue;
            }
            if let Some(found) = store.person(person).await? {
                let post = (*post != *role).then(|| post.clone());
                people.push(Offered { person, login: found.login, name: found.name, post });
            }
        }
    }
    Ok(people)
}

/// The one proposed among those offered, with the reason in words.
fn proposed<'o>(
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
        let offered = |person: i64, name: &str| Offered {
            person: PersonId(person),
            login: name.into(),
            name: name.into(),
            post: None,
        };
        let people = [offered(1, "Ana"), offered(2, "Berta"), offered(3, "Carla")];
        let at = |text: &str| Some(text.parse().unwrap());
        let loads = [
            Load { person: PersonId(1), open: 1, last: at("2026-03-02T15:00:00Z"), absent: false },
            Load { person: PersonId(2), open: 4, last: at("2026-03-01T15:00:00Z"), absent: false },
            Load { person: PersonId(3), open: 0, last: None, absent: true },
        ];
        let zone = TimeZone::fixed(jiff::tz::offset(-6));
        let (who, why) = proposed(AssignmentRule::ByTurn, &people, &loads, &zone).unwrap();
        assert_eq!(
            (&*who.name, &*why),
            ("Berta", "tiene 4 casos abiertos; le toca, el último se le asignó el 01/03/2026 09:00")
        );
        let (who, why) = proposed(AssignmentRule::LeastLoaded, &people, &loads, &zone).unwrap();
        assert_eq!((&*who.name, &*why), ("Ana", "tiene 1 caso abierto, menos que nadie"));
        assert!(proposed(AssignmentRule::ByTurn, &people[2..], &loads, &zone).is_none());
    }
}
