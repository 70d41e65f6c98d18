//! The invented people of one institution: who holds each post, and who asks from each unit.

use super::{
    chance::Chance,
    words::{FAMILY, GIVEN},
};
use engine::{
    Name,
    actor::{PersonId, Post},
};
use manual::{edition::Edition, organization::Scope};
use std::collections::BTreeSet;

/// Somebody of the institution.
#[derive(Clone, Debug)]
pub struct Member {
    /// Known once the store has written the person.
    pub id: PersonId,
    pub name: String,
    pub login: String,
    pub unit: Option<Name>,
    pub posts: Vec<Post>,
    pub administrator: bool,
    pub auditor: bool,
}

/// People who ask, in each unit.
const ASKING: usize = 2;
/// Holders of a post that many cases wait for.
const MANY: usize = 3;

/// Two administrators and an auditor first, then the posts of the manual, then those who ask.
pub fn invent(edition: &Edition) -> Vec<Member> {
    let mut crowd =
        Crowd { chance: Chance::new(&edition.institution.code, 0), taken: BTreeSet::new(), members: Vec::new() };
    for (administrator, auditor) in [(true, false), (true, false), (false, true)] {
        let member = crowd.add(None, Vec::new());
        (member.administrator, member.auditor) = (administrator, auditor);
    }
    for (role, unit) in posts(edition) {
        let many = ["Técnico", "técnico", "Analista"].iter().any(|word| role.contains(word));
        for _ in 0..if many { MANY } else { 1 } {
            crowd.add(unit.clone(), vec![Post { role: role.clone(), unit: unit.clone() }]);
        }
    }
    for unit in &edition.units {
        for _ in 0..ASKING {
            crowd.add(Some(unit.code.clone()), Vec::new());
        }
    }
    crowd.members
}

/// Every post somebody must hold so that no step of any procedure waits for nobody.
fn posts(edition: &Edition) -> Vec<(Name, Option<Name>)> {
    let mut posts: Vec<(Name, Option<Name>)> = Vec::new();
    let mut need = |role: &Name, unit: Option<Name>| {
        if !posts.contains(&(role.clone(), unit.clone())) {
            posts.push((role.clone(), unit));
        }
    };
    let routings = || edition.procedures.iter().filter_map(|procedure| procedure.routing.as_ref());
    for role in &edition.roles {
        match role.scope {
            Scope::Requester => {}
            Scope::Post | Scope::External => need(&role.name, role.unit.clone()),
            // One in each unit from which somebody may ask.
            Scope::RequesterUnit => edition.units.iter().for_each(|unit| need(&role.name, Some(unit.code.clone()))),
            Scope::Routed => {
                let unrouted = edition.procedures.iter().any(|procedure| {
                    procedure.routing.is_none()
                        && procedure.steps.iter().any(|step| step.role_names().any(|name| *name == role.name))
                });
                if unrouted {
                    need(&role.name, None);
                }
            }
        }
    }
    for part in
        routings().flat_map(|routing| routing.routes.iter().flat_map(|route| &route.parts).chain(&routing.otherwise))
    {
        let unit = part.unit.clone().or_else(|| edition.role(&part.holder).and_then(|role| role.unit.clone()));
        need(&part.holder, unit);
    }
    posts
}

struct Crowd {
    chance: Chance,
    taken: BTreeSet<String>,
    members: Vec<Member>,
}

impl Crowd {
    fn add(&mut self, unit: Option<Name>, posts: Vec<Post>) -> &mut Member {
        let (name, login) = loop {
            let given = GIVEN[self.chance.below(GIVEN.len())];
            let (first, second) = (FAMILY[self.chance.below(FAMILY.len())], FAMILY[self.chance.below(FAMILY.len())]);
            let login = plain(&format!("{given}.{first}"));
            if first != second && self.taken.insert(login.clone()) {
                break (format!("{given} {first} {second}"), login);
            }
        };
        let member = Member { id: PersonId(0), name, login, unit, posts, administrator: false, auditor: false };
        self.members.push(member);
        let last = self.members.len() - 1;
        &mut self.members[last]
    }
}

/// Lower case without accents: what a login may hold.
fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|letter| match letter {
            'á' => 'a',
            'é' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' | 'ü' => 'u',
            'ñ' => 'n',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manuals::Library;

    #[test]
    fn every_post_of_every_manual_is_held_and_logins_are_short_and_single() {
        for code in Library::Embedded.institutions().expect("manuals") {
            let loaded = Library::Embedded.load(&code).expect("manual");
            let edition = loaded.outcome.edition.expect("edition");
            let members = invent(&edition);
            let logins: BTreeSet<&str> = members.iter().map(|member| member.login.as_str()).collect();
            assert_eq!(logins.len(), members.len());
            assert!(
                logins
                    .iter()
                    .all(|login| login.len() < 30 && login.bytes().all(|b| b.is_ascii_lowercase() || b == b'.'))
            );
            for role in edition.roles.iter().filter(|role| matches!(role.scope, Scope::Post | Scope::External)) {
                assert!(
                    members.iter().any(|member| member.posts.iter().any(|post| post.role == role.name)),
                    "{code}: {}",
                    role.name
                );
            }
            assert_eq!(members.iter().filter(|member| member.administrator).count(), 2);
        }
    }
}
