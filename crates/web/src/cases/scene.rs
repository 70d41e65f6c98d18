//! Everything a case's page shows, loaded once: the case as this visitor sees it, who could attend it, the calendar.

use super::refused::{Refused, Typed};
use crate::{
    failure::Failure,
    fields::Pairs,
    nominees::{Naming, Nominees, Offered},
    state::Visitor,
};
use engine::{Name, calendar::Calendar, case::Case, clocks::Frame};
use manual::procedure::{Procedure, Step};
use std::sync::Arc;
use store::{
    CaseView, Linked,
    desk::{Draft, Reply},
    knowledge::Solution,
};

/// The form of the step.
pub const FORM: &str = "cumplimientos";
/// Before the names of the step's data, so that they do not meet the form's own.
pub const PREFIX: &str = "d.";
/// The form of the public answer.
pub const ANSWER: &str = "comentarios";
/// The form of the internal note.
pub const NOTE: &str = "notas";

pub struct Scene<'s> {
    pub visitor: &'s Visitor,
    pub view: &'s CaseView,
    pub refused: Option<&'s Refused>,
    /// Whom this visitor may name.
    pub nominees: Nominees,
    /// What this visitor has begun to write in the forms of the case.
    pub drafts: Vec<Draft>,
    /// The ready answers this visitor may use.
    pub replies: Vec<Reply>,
    /// The solution already written from this case.
    pub solution: Option<Solution>,
    /// The cases tied to this one.
    pub linked: Vec<Linked>,
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
        let linked = visitor.reader.linked(view).await?;
        let naming = Naming { view, person: visitor.person.id };
        let nominees = Nominees::load(&visitor.house.store, naming, visitor.now).await?;
        Ok(Self { visitor, view, refused, nominees, drafts, replies, solution, linked, calendar })
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

    /// The visitor as one who may name others.
    #[must_use]
    pub fn naming(&self) -> Naming<'s> {
        Naming { view: self.view, person: self.visitor.person.id }
    }

    /// Whom the manual's rule proposes for a role, and why.
    #[must_use]
    pub fn proposal(&self, role: &str) -> Option<(&Offered, String)> {
        self.nominees.proposal(self.view, role, &self.visitor.zone())
    }

    #[must_use]
    pub fn offered(&self, role: &str) -> &[Offered] {
        self.nominees.of(role)
    }

    /// The roles of the present step that somebody else may be named for.
    #[must_use]
    pub fn assignable(&self) -> Vec<Name> {
        self.naming().assignable()
    }
}
