//! An edition: everything one approved manual says, ready to run cases, and its title page.

use crate::{
    Name,
    calendar_rules::CalendarRules,
    finding::At,
    form::Form,
    notice::{Kind, Template},
    organization::{AssignmentRule, Institution, Role, Unit},
    priority::PriorityMatrix,
    procedure::{Norm, Printed, Procedure, Reading},
    scenario::Scenario,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    pub institution: Institution,
    pub title_page: TitlePage,
    pub units: Vec<Unit>,
    pub roles: Vec<Role>,
    pub calendar: CalendarRules,
    pub forms: Vec<Form>,
    pub procedures: Vec<Procedure>,
    pub scenarios: Vec<Scenario>,
    /// The general norms of the manual.
    pub norms: Vec<Norm>,
    pub glossary: Vec<GlossaryEntry>,
    /// The pattern of case numbers: `{año}-{n:6}`.
    pub numbering: Name,
    /// How priority is derived, where the manual says it.
    #[serde(default)]
    pub priority: Option<PriorityMatrix>,
    /// How the one to attend is proposed, where the institution wants it.
    #[serde(default)]
    pub assignment: Option<AssignmentRule>,
    #[serde(default)]
    pub letters: LetterNumbers,
    pub readings: Vec<Reading>,
    /// Facts printed differently in two places of the original.
    pub printed: Vec<Printed>,
    /// Titles of documents the manual lists among its records but that are not forms to fill.
    pub listed_documents: Vec<Name>,
    /// The institution's own words for what people are told.
    #[serde(default)]
    pub notices: Vec<Template>,
    #[serde(skip)]
    pub at: At,
}

/// The title page: what the manual is, who approved it and since when it rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitlePage {
    pub title: Name,
    /// The document's own code, e.g. `DIACO-IN-PR-03`.
    pub code: Option<Name>,
    /// "Segunda edición", "Versión 03".
    pub edition: Name,
    /// The dependency the manual belongs to.
    pub dependency: Name,
    pub date: Option<Name>,
    /// "Acuerdo Interno DI-SEPREM-067-2023".
    pub approval: Option<Name>,
    /// The post that approved it; never a person's name.
    pub approved_by: Option<Name>,
    pub in_force_since: Option<jiff::civil::Date>,
    pub repeals: Option<Name>,
    pub pages: Option<u32>,
    pub objective: Option<Name>,
    pub scope: Option<Name>,
    pub legal_base: Vec<Name>,
}

/// The patterns of the numbers of official letters, per year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterNumbers {
    /// Of what each unit sends: `OF-{unidad}-{n}-{año}`.
    pub outgoing: Name,
    /// Of what comes in, one series for the institution: `E-{n:5}-{año}`.
    pub incoming: Name,
}

impl Default for LetterNumbers {
    fn default() -> Self {
        Self { outgoing: "OF-{unidad}-{n}-{año}".into(), incoming: "E-{n:5}-{año}".into() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlossaryEntry {
    pub term: Name,
    pub meaning: Name,
}

impl Edition {
    #[must_use]
    pub fn procedure(&self, code: &str) -> Option<&Procedure> {
        self.procedures
            .iter()
            .find(|procedure| &*procedure.code == code)
            .or_else(|| self.procedures.iter().find(|procedure| procedure.code.eq_ignore_ascii_case(code)))
    }

    #[must_use]
    pub fn form(&self, code: &str) -> Option<&Form> {
        self.forms.iter().find(|form| &*form.code == code)
    }

    #[must_use]
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| &*role.name == name)
    }

    /// The words of a kind of notice: the institution's own, or those built in.
    #[must_use]
    pub fn template(&self, kind: Kind) -> Template {
        let own = self.notices.iter().find(|template| template.kind == kind);
        own.cloned().unwrap_or_else(|| Template::built_in(kind))
    }

    #[must_use]
    pub fn unit(&self, code: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| &*unit.code == code)
    }
}
