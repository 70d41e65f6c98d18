//! Who may do what: the capacity in which an actor may act on a step, and for whom a case waits.

use crate::{
    Name,
    actor::{Actor, Party, PersonId, Post, holds},
    case::{Case, Escalation, Standing},
    event::By,
    refusal::Refusal,
    world::World,
};
use manual::{
    edition::Edition,
    organization::Scope,
    procedure::{Acting, Procedure, Responsible, RoutePart, Step},
};

pub use crate::case::Wait;

/// In what capacity somebody acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    pub role: Name,
    /// The superior's post, where the case was escalated to him and he acts in the role's place.
    pub as_superior: Option<Name>,
    pub in_absence_of: Option<Party>,
    pub on_behalf: bool,
}

impl Capacity {
    #[must_use]
    pub fn by(&self, actor: &Actor) -> By {
        By {
            person: actor.person,
            name: actor.name.clone(),
            role: Some(self.as_superior.as_ref().unwrap_or(&self.role).clone()),
            in_absence_of: self.in_absence_of.clone(),
            on_behalf: self.on_behalf,
        }
    }
}

/// The actor as himself, under no role of the procedure.
#[must_use]
pub fn as_self(actor: &Actor) -> By {
    By { person: actor.person, name: actor.name.clone(), role: None, in_absence_of: None, on_behalf: false }
}

/// The capacity in which the actor may act on the step where the case stands.
///
/// # Errors
/// A sentence that names the step, those who may act, and the norm.
pub fn on_step(case: &Case, step: &Step, standing: &Standing, world: &World<'_>) -> Result<Capacity, Refusal> {
    let mut done_already = None;
    let mut assigned_to = None;
    let superior = case.with_superior();
    for responsible in &step.responsibles {
        if let Some(escalation) = superior.filter(|escalation| escalation.escalated.from == responsible.role) {
            match as_superior(escalation, world.actor) {
                Some(capacity) => return Ok(capacity),
                None => continue,
            }
        }
        let Some(mut capacity) = as_responsible(case, responsible, standing, world.procedure, world.actor) else {
            continue;
        };
        if step.acting == Acting::All
            && let Some(part) = standing.acted.iter().find(|part| part.role == responsible.role)
        {
            done_already = Some(part);
            continue;
        }
        if responsible.scope != Scope::Requester
            && let Some(assignee) = case.assignee(&responsible.role)
            && assignee.person != world.actor.person
        {
            let absent = world.actor.stands_in_for.iter().find(|deputed| deputed.person == assignee.person);
            let Some(deputed) = absent else {
                assigned_to = Some(assignee);
                continue;
            };
            capacity.in_absence_of = Some(Party { person: deputed.person, name: deputed.name.clone(), unit: None });
        }
        return Ok(capacity);
    }
    let step_text = format!("El paso {} ({})", step.number, shorten(&step.activity));
    let norm = norm_of(world.procedure, step);
    if let Some(escalation) = superior {
        let to = &escalation.escalated.to;
        let person =
            escalation.escalated.person.as_ref().map(|person| format!(" ({})", person.name)).unwrap_or_default();
        return Err(Refusal::forbidden(format!(
            "{step_text} está escalado a {to}{person}: decide o lo devuelve a {}.",
            escalation.by.name
        ))
        .under(norm));
    }
    if let Some(part) = done_already {
        return Err(Refusal::conflict(format!(
            "{step_text} ya fue atendido por {} como {}; falta {}.",
            part.by.name,
            part.role,
            missing_parts(step, standing)
        ))
        .under(norm));
    }
    if let Some(assignee) = assigned_to {
        return Err(Refusal::forbidden(format!(
            "{step_text} está asignado a {}. Pida que se le reasigne, con su razón, para atenderlo usted.",
            assignee.name
        ))
        .under(norm));
    }
    Err(Refusal::forbidden(format!("{step_text} corresponde a {}.", those_who_may(case, step, world.procedure)))
        .under(norm))
}

/// The superior to whom the case was escalated, himself or whoever stands in for him.
fn as_superior(escalation: &Escalation, actor: &Actor) -> Option<Capacity> {
    let escalated = &escalation.escalated;
    let capacity = |in_absence_of| {
        Some(Capacity {
            role: escalated.from.clone(),
            as_superior: Some(escalated.to.clone()),
            in_absence_of,
            on_behalf: false,
        })
    };
    let is_he = |person: PersonId, posts: &[Post]| match &escalated.person {
        Some(named) => named.person == person,
        None => holds(posts, &escalated.to, escalated.unit.as_deref()),
    };
    if is_he(actor.person, &actor.posts) {
        return capacity(None);
    }
    let absent = actor.stands_in_for.iter().find(|deputed| is_he(deputed.person, &deputed.posts))?;
    capacity(Some(Party { person: absent.person, name: absent.name.clone(), unit: None }))
}

/// Whether the actor is this responsible of the step, himself or for somebody absent.
fn as_responsible(
    case: &Case,
    responsible: &Responsible,
    standing: &Standing,
    procedure: &Procedure,
    actor: &Actor,
) -> Option<Capacity> {
    let capacity = |in_absence_of, on_behalf| {
        Some(Capacity { role: responsible.role.clone(), as_superior: None, in_absence_of, on_behalf })
    };
    if responsible.scope == Scope::Requester {
        if actor.person == case.requester.person {
            return capacity(None, false);
        }
        if actor.person == case.opened_by.person {
            return capacity(None, true);
        }
        return actor.stands_in_for.iter().find(|deputed| deputed.person == case.requester.person).and_then(
            |deputed| capacity(Some(Party { person: deputed.person, name: deputed.name.clone(), unit: None }), false),
        );
    }
    let meant = |posts: &[Post]| is_meant(case, responsible, standing, procedure, posts);
    if meant(&actor.posts) {
        return capacity(None, false);
    }
    actor.stands_in_for.iter().find(|deputed| meant(&deputed.posts)).and_then(|deputed| {
        capacity(Some(Party { person: deputed.person, name: deputed.name.clone(), unit: None }), false)
    })
}

fn is_meant(
    case: &Case,
    responsible: &Responsible,
    standing: &Standing,
    procedure: &Procedure,
    posts: &[Post],
) -> bool {
    match responsible.scope {
        Scope::Requester => false,
        Scope::Post | Scope::External => holds(posts, &responsible.role, None),
        Scope::RequesterUnit => holds(posts, &responsible.role, standing.unit.as_deref()),
        Scope::Routed => {
            let parts = routed(case, &responsible.role, procedure);
            if parts.is_empty() {
                holds(posts, &responsible.role, None)
            } else {
                parts.iter().any(|part| holds(posts, &part.holder, part.unit.as_deref()))
            }
        }
    }
}

/// What a routed role means now: the part of the route named, else of all the routes and of `otherwise`.
fn routed<'p>(case: &Case, role: &str, procedure: &'p Procedure) -> Vec<&'p RoutePart> {
    let Some(routing) = &procedure.routing else { return Vec::new() };
    if let Some(route) = case.route.as_ref().and_then(|key| routing.routes.iter().find(|route| route.key == *key)) {
        return route.parts.iter().filter(|part| &*part.role == role).collect();
    }
    let otherwise: Vec<_> = routing.otherwise.iter().filter(|part| &*part.role == role).collect();
    if !otherwise.is_empty() {
        return otherwise;
    }
    routing.routes.iter().flat_map(|route| &route.parts).filter(|part| &*part.role == role).collect()
}

/// The posts a routed or plain role of the case means now, with the unit where one is meant.
#[must_use]
pub fn meant_posts(case: &Case, role: &str, procedure: &Procedure) -> Vec<(Name, Option<Name>)> {
    let parts = routed(case, role, procedure);
    if parts.is_empty() {
        return vec![(role.into(), None)];
    }
    parts.into_iter().map(|part| (part.holder.clone(), part.unit.clone())).collect()
}

/// For whom the case waits.
#[must_use]
pub fn waits(case: &Case, procedure: &Procedure) -> Vec<Wait> {
    let Some(standing) = &case.standing else { return Vec::new() };
    let Some(step) = procedure.step(standing.step) else { return Vec::new() };
    let mut waits: Vec<Wait> = Vec::with_capacity(step.responsibles.len());
    for responsible in &step.responsibles {
        if standing.acted.iter().any(|part| part.role == responsible.role) {
            continue;
        }
        if let Some(Escalation { escalated, .. }) =
            case.with_superior().filter(|escalation| escalation.escalated.from == responsible.role)
        {
            waits.push(Wait {
                role: escalated.from.clone(),
                holder: escalated.to.clone(),
                unit: escalated.unit.clone(),
                person: escalated.person.as_ref().map(|person| person.person),
            });
            continue;
        }
        let assigned = case.assignee(&responsible.role).map(|assignee| assignee.person);
        let mut push = |holder: &Name, unit: Option<Name>, person: Option<PersonId>| {
            let wait = Wait { role: responsible.role.clone(), holder: holder.clone(), unit, person };
            if !waits.contains(&wait) {
                waits.push(wait);
            }
        };
        match responsible.scope {
            Scope::Requester => push(&responsible.role, None, Some(case.requester.person)),
            Scope::Post | Scope::External => push(&responsible.role, None, assigned),
            Scope::RequesterUnit => push(&responsible.role, standing.unit.clone(), assigned),
            Scope::Routed => {
                let parts = routed(case, &responsible.role, procedure);
                if parts.is_empty() {
                    push(&responsible.role, None, assigned);
                }
                for part in parts {
                    push(&part.holder, part.unit.clone(), assigned);
                    if assigned.is_some() {
                        break;
                    }
                }
            }
        }
    }
    waits
}

/// Whom a role of the organisation chart means in a case, also where the case does not wait for it.
#[must_use]
pub fn meant(case: &Case, role: &Name, scope: Scope, procedure: &Procedure) -> Vec<Wait> {
    let one = |holder: &Name, unit: Option<Name>, person: Option<PersonId>| Wait {
        role: role.clone(),
        holder: holder.clone(),
        unit,
        person,
    };
    let assigned = case.assignee(role).map(|assignee| assignee.person);
    match scope {
        Scope::Requester => vec![one(role, None, Some(case.requester.person))],
        Scope::Post | Scope::External => vec![one(role, None, assigned)],
        Scope::RequesterUnit => vec![one(role, case.requester.unit.clone(), assigned)],
        Scope::Routed if assigned.is_some() => vec![one(role, None, assigned)],
        Scope::Routed => {
            let parts = routed(case, role, procedure);
            let mut all: Vec<Wait> = parts.iter().map(|part| one(&part.holder, part.unit.clone(), None)).collect();
            if all.is_empty() {
                all.push(one(role, None, None));
            }
            all
        }
    }
}

/// Whether the actor may take part in the case at all: asks, opened it, is waited for, or did a step of it.
#[must_use]
pub fn takes_part(case: &Case, procedure: &Procedure, actor: &Actor) -> bool {
    let person = actor.person;
    case.requester.person == person
        || case.opened_by.person == person
        || case.legs.iter().any(|leg| leg.by.person == person)
        || case.assignees.iter().any(|assignee| assignee.person == person)
        || case.watcher(person).is_some()
        || case.with_superior().is_some_and(|escalation| as_superior(escalation, actor).is_some())
        || holds_any(procedure, actor)
}

/// Whether the actor takes part by more than asking: may read what is internal.
#[must_use]
pub fn attends(case: &Case, procedure: &Procedure, actor: &Actor) -> bool {
    let person = actor.person;
    let of_who_attends = |role: &str| {
        let mut all = procedure.steps.iter().flat_map(|step| &step.responsibles);
        all.any(|one| &*one.role == role && one.scope != Scope::Requester)
    };
    case.legs.iter().any(|leg| leg.by.person == person && of_who_attends(&leg.role))
        || case.assignees.iter().any(|assignee| assignee.person == person)
        || case.watcher(person).is_some_and(|watcher| watcher.internal && person != case.requester.person)
        || case.with_superior().is_some_and(|escalation| as_superior(escalation, actor).is_some())
        || holds_any(procedure, actor)
}

/// Whether the actor holds any role of the procedure but the one who asks.
#[must_use]
pub fn holds_any(procedure: &Procedure, actor: &Actor) -> bool {
    procedure.steps.iter().flat_map(|step| &step.responsibles).any(|responsible| {
        responsible.scope != Scope::Requester && holds_role_or_route(actor, &responsible.role, procedure)
    })
}

fn holds_role_or_route(actor: &Actor, role: &str, procedure: &Procedure) -> bool {
    let one = |posts: &[Post]| {
        holds(posts, role, None)
            || procedure.routing.as_ref().is_some_and(|routing| {
                routing
                    .routes
                    .iter()
                    .flat_map(|route| &route.parts)
                    .chain(&routing.otherwise)
                    .any(|part| &*part.role == role && holds(posts, &part.holder, part.unit.as_deref()))
            })
    };
    one(&actor.posts) || actor.stands_in_for.iter().any(|deputed| one(&deputed.posts))
}

/// Whether the actor is a chief of the edition: may assign, pause, extend, exclude and cancel.
///
/// # Errors
/// A sentence that names who may.
pub fn as_chief(what: &str, world: &World<'_>) -> Result<By, Refusal> {
    let chief = |posts: &[Post]| {
        posts
            .iter()
            .find(|post| world.edition.role(&post.role).is_some_and(|role| role.chief))
            .map(|post| post.role.clone())
    };
    if world.actor.is_system() {
        return Ok(as_self(world.actor));
    }
    if let Some(role) = chief(&world.actor.posts) {
        return Ok(By { role: Some(role), ..as_self(world.actor) });
    }
    for deputed in &world.actor.stands_in_for {
        if let Some(role) = chief(&deputed.posts) {
            let absent = Party { person: deputed.person, name: deputed.name.clone(), unit: None };
            return Ok(By { role: Some(role), in_absence_of: Some(absent), ..as_self(world.actor) });
        }
    }
    let chiefs: Vec<&str> = world.edition.roles.iter().filter(|role| role.chief).map(|role| &*role.name).collect();
    Err(Refusal::forbidden(format!("{what} corresponde a una jefatura: {}.", list(&chiefs, "o"))))
}

/// Whether the actor attends a case or oversees it: may tie it to others.
#[must_use]
pub fn handles(case: &Case, edition: &Edition, procedure: &Procedure, actor: &Actor) -> bool {
    let chief = |posts: &[Post]| posts.iter().any(|post| edition.role(&post.role).is_some_and(|role| role.chief));
    attends(case, procedure, actor)
        || chief(&actor.posts)
        || actor.stands_in_for.iter().any(|deputed| chief(&deputed.posts))
}

/// The norm behind a step, quoted for a refusal.
#[must_use]
pub fn norm_of(procedure: &Procedure, step: &Step) -> Option<String> {
    let quoted: Vec<String> = procedure
        .norms
        .iter()
        .filter(|norm| step.norms.contains(&norm.number))
        .map(|norm| format!("Norma {}: {}", norm.number, norm.text))
        .collect();
    Some(if quoted.is_empty() {
        format!("{} {}, paso {}: {}", procedure.code, procedure.title, step.number, step.activity)
    } else {
        format!("{}, paso {}. {}", procedure.code, step.number, quoted.join(" "))
    })
}

/// The roles of a step in words: "Jefe de Desarrollo y Analista Desarrollador".
#[must_use]
pub fn roles_in_words(step: &Step) -> String {
    let names: Vec<&str> = step.role_names().map(|name| &**name).collect();
    list(&names, if step.acting == Acting::All { "y" } else { "o" })
}

fn those_who_may(case: &Case, step: &Step, procedure: &Procedure) -> String {
    let mut names: Vec<String> = Vec::new();
    for responsible in &step.responsibles {
        let name = match responsible.scope {
            Scope::Requester => format!("{} ({})", responsible.role, case.requester.name),
            Scope::Routed => {
                let mut holders: Vec<&str> =
                    routed(case, &responsible.role, procedure).into_iter().map(|part| &*part.holder).collect();
                holders.dedup();
                if holders.is_empty() || (holders.len() == 1 && holders[0] == &*responsible.role) {
                    responsible.role.to_string()
                } else {
                    format!("{} ({})", responsible.role, list(&holders, "o"))
                }
            }
            Scope::Post | Scope::RequesterUnit | Scope::External => responsible.role.to_string(),
        };
        names.push(name);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    list(&names, if step.acting == Acting::All { "y" } else { "o" })
}

fn missing_parts(step: &Step, standing: &Standing) -> String {
    let names: Vec<&str> = step
        .role_names()
        .filter(|role| !standing.acted.iter().any(|part| part.role == **role))
        .map(|name| &**name)
        .collect();
    list(&names, "y")
}

/// "a", "a y b", "a, b y c".
#[must_use]
pub fn list(names: &[&str], and: &str) -> String {
    match names {
        [] => "nadie".into(),
        [one] => (*one).into(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

/// The beginning of an activity, for a sentence.
#[must_use]
pub fn shorten(activity: &str) -> String {
    let text = activity.trim_end_matches('.');
    if text.chars().count() <= 60 {
        return text.to_string();
    }
    let cut: String = text.chars().take(60).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", &cut[..end])
}
