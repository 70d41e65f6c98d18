//! The clocks of a procedure: each with its term, whose hours it follows, who is warned before it runs out and who after.

use crate::{Name, step_no::StepNo, term::Term};
use serde::{Deserialize, Serialize};

/// A clock of the case: answer, solve, rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// "resolver", "responder", "calificar".
    pub name: Name,
    pub term: Term,
    pub from: ClockStart,
    pub until: ClockEnd,
    /// The date field it is counted from or back from, instead of the moment at which it starts.
    pub date: Option<Name>,
    pub attention: Attention,
    pub warnings: Vec<Warning>,
    pub norm: Option<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockStart {
    Opening,
    /// When the case first reaches this step.
    Step(StepNo),
    /// When the case has ended well: a period to keep, to claim, to rate.
    Closing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockEnd {
    Closing,
    /// When this step is completed.
    Step(StepNo),
    /// When the one who asked has rated the service; running out is an outcome of its own.
    Rating,
    /// It only runs out: a period, not something to do.
    Lapse,
}

/// Whose hours and days off a term follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// The institution's main office.
    #[default]
    Institution,
    /// Every hour of every day.
    Always,
    /// The office of the one who asked.
    Requester,
    /// The office of the unit whose post must act.
    Responsible,
    /// The office of this unit.
    Unit(Name),
}

/// Somebody who is told before a term runs out, when it does, or after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub when: WarningTime,
    pub to: WarningTo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningTime {
    Before(Term),
    AtDue,
    After(Term),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningTo {
    /// Whoever the case waits for.
    Holder,
    Role(Name),
}

impl Clock {
    /// Whether running past its end makes the case late: a period that only lapses does not, nor the time to rate.
    #[must_use]
    pub fn judges(&self) -> bool {
        !matches!(self.until, ClockEnd::Rating | ClockEnd::Lapse) && self.from != ClockStart::Closing
    }

    /// "desde la apertura hasta el paso 6".
    #[must_use]
    pub fn span(&self) -> String {
        let from = match (&self.date, self.from) {
            (Some(date), _) => format!("según la fecha de «{date}»"),
            (None, ClockStart::Opening) => "desde la apertura".into(),
            (None, ClockStart::Step(number)) => format!("desde el paso {number}"),
            (None, ClockStart::Closing) => "desde el cierre".into(),
        };
        match self.until {
            ClockEnd::Closing => format!("{from} hasta el cierre"),
            ClockEnd::Step(number) => format!("{from} hasta el paso {number}"),
            ClockEnd::Rating => format!("{from} hasta la calificación"),
            ClockEnd::Lapse => from,
        }
    }
}

impl Attention {
    /// "las 24 horas de todos los días"; nothing for the main office.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Institution => None,
            Self::Always => Some("las 24 horas de todos los días".into()),
            Self::Requester => Some("horario de la oficina de quien solicita".into()),
            Self::Responsible => Some("horario de la oficina del responsable".into()),
            Self::Unit(unit) => Some(format!("horario de la oficina de «{unit}»")),
        }
    }
}

impl Warning {
    /// "1 día hábil antes, a quien lo atiende".
    #[must_use]
    pub fn words(&self) -> String {
        let when = match self.when {
            WarningTime::Before(term) => term.to_string(),
            WarningTime::AtDue => "al vencer".into(),
            WarningTime::After(term) => format!("{term} después de vencer"),
        };
        match &self.to {
            WarningTo::Holder => format!("{when}, a quien lo atiende"),
            WarningTo::Role(role) => format!("{when}, a {role}"),
        }
    }
}
