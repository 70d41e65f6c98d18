//! Where each thing of an edition was written, kept beside the edition so that the model itself stays free of places.

use crate::finding::At;
use std::collections::HashMap;

/// A kind of thing that has a place of its own. The numbers beside it are positions in the edition's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Spot {
    /// `[unit]`
    Unit,
    /// `[role]`
    Role,
    /// `[form]`
    Form,
    /// `[form, field]`
    FormField,
    /// `[procedure]`: the opening's form.
    OpeningForm,
    /// `[procedure, field]`
    OpeningField,
    /// `[procedure, i]`
    OpeningAttachment,
    /// `[procedure, step]`
    Decision,
    /// `[procedure, step, branch]`
    Branch,
    /// `[procedure, step]`: the form a step fills.
    StepForm,
    /// `[procedure, step, field]`
    StepField,
    /// `[procedure, step, i]`
    Signature,
    /// `[procedure, step, i]`
    Attachment,
    /// `[procedure, step, i]`
    Notice,
    /// `[procedure, step, i]`
    Assigns,
    /// `[procedure, step]`
    StepTerm,
    /// `[procedure, step, i]`
    StepNorm,
    /// `[i]` of the manual.
    ManualReading,
    /// `[procedure, i]`
    Reading,
    /// `[procedure, step, i]`
    StepReading,
    /// `[i]` of the manual.
    ManualPrinted,
    /// `[procedure, i]`
    Printed,
    /// `[procedure]`
    DeclaredSteps,
    /// `[procedure]`
    Process,
    /// `[procedure]`
    Requesters,
    /// `[procedure, i]`
    Clock,
    /// `[procedure, i]`
    Pause,
    /// `[procedure, i]`
    Extension,
    /// `[procedure, i]`
    Exclusion,
    /// `[procedure, step]`
    Lengthens,
    /// `[procedure, step]`
    Rates,
    /// `[procedure]`
    Routing,
    /// `[procedure, i]`
    RouteQuestion,
    /// `[procedure, route, part]`; the route after the last is `sin-ruta`.
    RoutePart,
    /// `[]`
    TitlePage,
    /// `[]`
    Calendar,
    /// `[i]`
    Norm,
    /// `[i]`
    Glossary,
    /// `[i]`
    ListedDocument,
    /// `[]`: the matrix of priority.
    Priority,
    /// `[procedure]`
    ArrivalOrder,
    /// `[procedure, step]`
    Checklist,
}

/// The places of one edition.
#[derive(Clone, Debug, Default)]
pub struct Places(HashMap<(Spot, [u32; 3]), At>);

impl Places {
    pub fn put(&mut self, spot: Spot, numbers: &[usize], at: At) {
        self.0.insert((spot, key(numbers)), at);
    }

    /// The place, or `otherwise` where none was kept (an edition that was not read from text).
    #[must_use]
    pub fn get(&self, spot: Spot, numbers: &[usize], otherwise: At) -> At {
        self.0.get(&(spot, key(numbers))).copied().unwrap_or(otherwise)
    }
}

fn key(numbers: &[usize]) -> [u32; 3] {
    let mut key = [u32::MAX; 3];
    for (slot, number) in key.iter_mut().zip(numbers) {
        *slot = u32::try_from(*number).unwrap_or(u32::MAX);
    }
    key
}
