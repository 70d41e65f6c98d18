//! Whom a receiver may leave a new case with: the holders of the posts its first steps come to, as the engine will judge it.

use crate::{
    failure::Failure,
    nominees::{Offered, holders},
    state::Visitor,
};
use engine::{Name, actor::holds, authority::roles_in_words, decide::OWN_STEPS};
use manual::{
    edition::Edition,
    organization::Scope,
    procedure::{Procedure, Step, Target},
};

/// Where a new case goes.
#[derive(Default)]
pub struct Way {
    /// The posts it waits for where nobody is named.
    pub rests_on: String,
    /// By role: who may be named.
    pub offers: Vec<(Name, Vec<Offered>)>,
}

/// # Errors
/// If the store cannot be read.
pub async fn way(visitor: &Visitor, edition: &Edition, procedure: &Procedure) -> Result<Way, Failure> {
    let mut way = Way::default();
    let (rests_on, roles) = walk(visitor, edition, procedure);
    way.rests_on = rests_on;
    for role in roles {
        let people = holders(&visitor.house.store, visitor.now, &role, posts(procedure, &role)).await?;
        if !people.is_empty() {
            way.offers.push((role, people));
        }
    }
    Ok(way)
}

/// The post where the case rests, and the roles somebody may be named for: those of the step it comes to, and those
/// beyond the receiver's own steps, as far as no question stands between.
fn walk(visitor: &Visitor, edition: &Edition, procedure: &Procedure) -> (String, Vec<Name>) {
    let held = |role: &Name| holds(&visitor.posts, role, None);
    let is_post = |role: &Name| edition.role(role).is_some_and(|role| role.scope != Scope::Requester);
    let Some(first) = procedure.first() else { return (String::new(), Vec::new()) };
    let mine = |step: &Step| step.role_names().any(held);
    let mut step = first;
    let asks = step.role_names().any(|role| !is_post(role));
    if first.done_by_opening
        && (asks || mine(first))
        && let Target::Step(next) = first.next
        && let Some(next) = procedure.step(next)
    {
        step = next;
    }
    let rests_on = roles_in_words(step);
    let chief = visitor.posts.iter().any(|post| edition.role(&post.role).is_some_and(|role| role.chief));
    let receives = procedure.requesters.iter().chain(first.role_names()).any(|role| is_post(role) && held(role));
    let mut brought = first.number != step.number && mine(first);
    let mut roles: Vec<Name> = Vec::new();
    let mut add = |role: &Name| {
        if is_post(role) && !roles.contains(role) {
            roles.push(role.clone());
        }
    };
    for _ in 0..=OWN_STEPS {
        if chief || receives || brought || mine(step) {
            step.role_names().for_each(&mut add);
        }
        if step.decision.is_some() || !mine(step) {
            break;
        }
        step.assigns.iter().for_each(&mut add);
        brought = true;
        let Target::Step(next) = step.next else { break };
        let Some(next) = procedure.step(next) else { break };
        step = next;
    }
    (rests_on, roles)
}

/// The posts a role means before any area is named.
fn posts(procedure: &Procedure, role: &Name) -> Vec<(Name, Option<Name>)> {
    let mut posts = vec![(role.clone(), None)];
    if let Some(routing) = &procedure.routing {
        let otherwise: Vec<_> = routing.otherwise.iter().filter(|part| part.role == *role).collect();
        let all = routing.routes.iter().flat_map(|route| &route.parts).filter(|part| part.role == *role);
        let parts = if otherwise.is_empty() { all.collect() } else { otherwise };
        posts.extend(parts.into_iter().map(|part| (part.holder.clone(), part.unit.clone())));
    }
    posts
}
