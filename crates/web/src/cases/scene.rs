//! Everything a case's page shows, loaded once: the case as this visitor sees it, who could attend it, the calendar.

use super::{
    proposal,
    refused::{Refused, Typed},
};
use crate::{failure::Failure, fields::Pairs, state::Visitor};
use engine::{Name, actor::PersonId, calendar::Calendar, case::Case, clocks::Frame};
use manual::{
    organization::Scope,
    procedure::{Procedure, RoutePart, Step},
};
use std::sync::Arc;
use store::{
    CaseView, Linked, Load,
    desk::{Draft, Reply},
    knowledge::Solution,
};

pub use super::proposal::Offered;

/// The form of the step.
pub const FORM: &str = "cumplimientos";
/// Before the names of the step's data, so that they do not meet the form's own.
pub const PREFIX: &str = "d.";
/// The form of the public answer.
pub const ANSWER: &str = "comentarios";
/// The form of the internal note.
pub const NOTE: &str = "notas";

/// Names offered for one role; an institution with more writes the person's post more finely.
const OFFERED: usize = 80;

pub struct Scene<'s> {
    pub visitor: &'s Visitor,
    pub view: &'s CaseView,
    pub refused: Option<&'s Refused>,
    /// For each role somebody may be named for: who.
    pub offered: Vec<(Name, Vec<Offered>)>,
    /// What this visitor has begun to write in the forms of the case.
    pub drafts: Vec<Draft>,
    /// The ready answers this visitor may use.
    pub replies: Vec<Reply>,
    /// The solution already written from this case.
    pub solution: Option<Solution>,
    /// The cases tied to this one.
    pub linked: Vec<Linked>,
    /// What they have in hand, where the manual wants somebody proposed.
    pub loads: Vec<Load>,
    /// The calendar its due dates were computed with.
    pub calendar: Option<Arc<Calendar>>,
}

impl<'s> Scene<'s> {
    /// # Errors
    /// If the store cannot be read.
    pub async fn load(visitor: &'s Visitor, view: &'s CaseView, refused: Option<&'s Refused>) -> Result<Self, Failure> {
        let calendar = if view.case.clocks.is_empty() && view.case.next_due().is_none() {
            None
        } else {
            visitor.house.store.calendar_version(view.case.calendar).await?
        };
        let drafts = visitor.reader.drafts(&view.case.number).await?;
        let replies = if view.attends { visitor.reader.replies().await? } else { Vec::new() };
        let solution = if view.attends && !view.case.is_open() {
            visitor.reader.solution_of_case(&view.case.number).await?
        } else {
            None
        };
        let loads = Vec::new();
        let linked = visitor.reader.linked(view).await?;
        let mut scene =
            Self { visitor, view, refused, offered: Vec::new(), linked, loads, drafts, replies, solution, calendar };
        for role in scene.roles_to_name() {
            let people = scene.people_for(&role).await?;
            scene.offered.push((role, people));
        }
        if view.edition.assignment.is_some() {
            let mut people: Vec<PersonId> =
                scene.offered.iter().flat_map(|(_, people)| people).map(|offered| offered.person).collect();
            people.sort();
            people.dedup();
            scene.loads = visitor.house.store.loads(people, visitor.now).await?;
        }
        Ok(scene)
    }

    #[must_use]
    pub fn case(&self) -> &'s Case {
        &self.view.case
    }

    #[must_use]
    pub fn procedure(&self) -> &'s Procedure {
        self.view.procedure()
    }

    /// What its terms are counted with.
    #[must_use]
    pub fn clocks_frame(&self) -> Option<Frame<'_>> {
        let calendar = self.calendar.as_deref()?;
        Some(Frame { edition: &self.view.edition, procedure: self.procedure(), calendar })
    }

    /// The step the case stands on.
    #[must_use]
    pub fn step(&self) -> Option<&'s Step> {
        self.case().standing.as_ref().and_then(|standing| self.procedure().step(standing.step))
    }

    #[must_use]
    pub fn typed<'t>(&'t self, form: &str) -> Typed<'t> {
        let draft = self.drafts.iter().find(|draft| draft.form == form).map(|draft| &draft.pairs);
        Typed::of(form, self.refused).or_draft(draft)
    }

    /// What was typed in the form of the step, if it was this step.
    #[must_use]
    pub fn typed_for_step(&self) -> Typed<'_> {
        let typed = self.typed(FORM);
        if typed.pairs().is_none_or(|pairs| self.is_for_this_step(pairs)) { typed } else { Typed::of(FORM, None) }
    }

    /// Whether a form of a step was for the step where the case stands, which the visitor may still do.
    #[must_use]
    pub fn is_for_this_step(&self, pairs: &Pairs) -> bool {
        let number =
            |name: &str| pairs.iter().rev().find(|(key, _)| key == name).and_then(|(_, text)| text.parse::<u16>().ok());
        let Some(standing) = &self.case().standing else { return false };
        self.view.capacity.is_some()
            && self.case().paused.is_none()
            && number("paso") == Some(standing.step.0)
            && number("visita").is_none_or(|visit| visit == standing.visit)
    }

    /// The address of one of the case's nouns.
    #[must_use]
    pub fn to(&self, noun: &str) -> String {
        self.visitor.to(&format!("/casos/{}/{noun}", self.case().number))
    }

    #[must_use]
    pub fn is_requester(&self) -> bool {
        self.case().requester.person == self.visitor.person.id
    }

    /// Takes part only as the one who asks: sees no internal notes and writes none.
    #[must_use]
    pub fn only_asks(&self) -> bool {
        !self.view.attends
    }

    /// Whether the visitor may assign the present step: a chief, or the one it is assigned to.
    #[must_use]
    pub fn may_assign(&self) -> bool {
        let case = self.case();
        case.is_open()
            && (self.view.chief || case.assignees.iter().any(|assignee| assignee.person == self.visitor.person.id))
    }

    /// Whom the manual's rule proposes for a role, and why.
    #[must_use]
    pub fn proposal(&self, role: &str) -> Option<(&Offered, String)> {
        let taken = self.case().assignee(role).is_some();
        let rule = self.view.edition.assignment.filter(|_| !taken)?;
        proposal::of(rule, self.offered(role), &self.loads, &self.visitor.zone())
    }

    #[must_use]
    pub fn offered(&self, role: &str) -> &[Offered] {
        self.offered.iter().find(|(known, _)| &**known == role).map_or(&[], |(_, people)| people)
    }

    /// The roles of the present step that somebody else may be named for.
    #[must_use]
    pub fn assignable(&self) -> Vec<Name> {
        let Some(step) = self.step().filter(|_| self.may_assign()) else { return Vec::new() };
        let not_requester = step.responsibles.iter().filter(|responsible| responsible.scope != Scope::Requester);
        not_requester.map(|responsible| responsible.role.clone()).collect()
    }

    fn roles_to_name(&self) -> Vec<Name> {
        let Some(step) = self.step() else { return Vec::new() };
        let mut roles = self.assignable();
        if self.view.capacity.is_some() {
            roles.extend(step.assigns.iter().cloned());
        }
        roles.sort();
        roles.dedup();
        roles
    }

    /// Who may be named for a role: its holders, and those of every post the routing may mean by it.
    async fn people_for(&self, role: &Name) -> Result<Vec<Offered>, Failure> {
        let mut posts: Vec<(Name, Option<Name>)> = vec![(role.clone(), None)];
        for part in self.parts(role) {
            let post = (part.holder.clone(), part.unit.clone());
            if !posts.contains(&post) {
                posts.push(post);
            }
        }
        holders(self.visitor, role, posts).await
    }

    /// What a routed role may mean: by the area named, or by every area where this step may still name one.
    fn parts(&self, role: &str) -> Vec<&'s RoutePart> {
        let Some(routing) = &self.procedure().routing else { return Vec::new() };
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

/// The people who hold any of these posts today, as somebody to be named for a role.
///
/// # Errors
/// If the store cannot be read.
pub async fn holders(visitor: &Visitor, role: &str, posts: Vec<(Name, Option<Name>)>) -> Result<Vec<Offered>, Failure> {
    let store = &visitor.house.store;
    let mut people: Vec<Offered> = Vec::new();
    for (post, unit) in posts {
        for person in store.holders(&post, unit.as_deref(), visitor.now).await? {
            if people.len() == OFFERED || people.iter().any(|offered| offered.person == person) {
                continue;
            }
            if let Some(found) = store.person(person).await? {
                let post = (*post != *role).then(|| post.clone());
                people.push(Offered { person, name: found.name, post });
            }
        }
    }
    Ok(people)
}
