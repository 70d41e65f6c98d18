//! Where the parts of an edition are used: the steps in which a role acts, what it may ask for, and where a form is filled.

use crate::{
    edition::Edition,
    procedure::{Procedure, StepNo},
};

/// A procedure in which a role acts, and in which steps.
#[derive(Clone, Debug)]
pub struct Acts<'e> {
    pub procedure: &'e Procedure,
    pub steps: Vec<StepNo>,
}

/// A procedure that fills a form: at its opening, at steps, or both.
#[derive(Clone, Debug)]
pub struct Fills<'e> {
    pub procedure: &'e Procedure,
    pub opening: bool,
    pub steps: Vec<StepNo>,
}

impl Edition {
    /// Procedures and steps where a role acts, itself or as the holder of a route.
    #[must_use]
    pub fn acts_of(&self, role: &str) -> Vec<Acts<'_>> {
        let of = |procedure: &'_ Procedure| -> Vec<StepNo> {
            let routing = procedure.routing.iter();
            let parts = routing
                .flat_map(|routing| routing.routes.iter().flat_map(|route| &route.parts).chain(&routing.otherwise));
            let stands_for: Vec<&str> = parts.filter(|part| *part.holder == *role).map(|part| &*part.role).collect();
            let acts = |name: &str| name == role || stands_for.contains(&name);
            let steps = procedure.steps.iter().filter(|step| step.role_names().any(|name| acts(name)));
            steps.map(|step| step.number).collect()
        };
        let all = self.procedures.iter().map(|procedure| Acts { procedure, steps: of(procedure) });
        all.filter(|acts| !acts.steps.is_empty()).collect()
    }

    /// The procedures a role is named to ask for.
    pub fn asked_for_by(&self, role: &str) -> impl Iterator<Item = &Procedure> {
        self.procedures.iter().filter(move |procedure| procedure.requesters.iter().any(|name| **name == *role))
    }

    /// Where a form is filled.
    #[must_use]
    pub fn fillings_of(&self, form: &str) -> Vec<Fills<'_>> {
        let is = |code: &Option<crate::Name>| code.as_deref() == Some(form);
        let all = self.procedures.iter().map(|procedure| Fills {
            procedure,
            opening: is(&procedure.opening.form),
            steps: procedure.steps.iter().filter(|step| is(&step.form)).map(|step| step.number).collect(),
        });
        all.filter(|fills| fills.opening || !fills.steps.is_empty()).collect()
    }
}
