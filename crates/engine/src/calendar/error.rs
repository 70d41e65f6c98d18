//! What can be wrong with a calendar or with a question put to it, in Spanish; and the check of the rules.

use super::day_number::{FIRST_YEAR, LAST_YEAR};
use jiff::{Timestamp, civil::Date};
use manual::calendar_rules::{CalendarRules, DayOff, Interval, When};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("La zona horaria «{zone}» no existe. Escriba, por ejemplo, «America/Guatemala».")]
    UnknownZone { zone: String },
    #[error("El horario de oficina no es válido: {why}.")]
    Hours { why: &'static str },
    #[error("El día inhábil «{name}» no es válido: {why}.")]
    DayOff { name: String, why: &'static str },
    #[error("El calendario tiene más de {MOST_DAYS_OFF} días inhábiles.")]
    TooManyDaysOff,
    #[error("El plazo es de más de {} unidades.", manual::term::GREATEST)]
    TooLong,
    #[error("El calendario no tiene ningún día de oficina en que el plazo pueda vencer.")]
    NoOpenDay,
    #[error("El cálculo sale de los años que el calendario conoce ({FIRST_YEAR} a {LAST_YEAR}).")]
    OutOfRange,
    #[error("El plazo está detenido y aún no se reanuda: todavía no tiene vencimiento.")]
    StillPaused { since: Timestamp },
}

/// The most rules a calendar may have, so that resolving a year stays quick.
pub(super) const MOST_DAYS_OFF: usize = 2_000;

pub(super) fn check(rules: &CalendarRules) -> Result<(), CalendarError> {
    for hours in &rules.hours {
        if !hours.weekdays.iter().all(|day| (1..=7).contains(day)) {
            return Err(CalendarError::Hours { why: "los días van de lunes (1) a domingo (7)" });
        }
        if !hours.intervals.iter().copied().all(in_order) {
            return Err(CalendarError::Hours {
                why: "cada intervalo abre antes de cerrar y cierra a más tardar a las 24:00",
            });
        }
    }
    if rules.days_off.len() > MOST_DAYS_OFF {
        return Err(CalendarError::TooManyDaysOff);
    }
    for off in &rules.days_off {
        if let Some(why) = fault(off) {
            return Err(CalendarError::DayOff { name: off.name.to_string(), why });
        }
    }
    Ok(())
}

fn fault(off: &DayOff) -> Option<&'static str> {
    // A leap year, so that 29 February is a date.
    let exists = |month, day| Date::new(2000, month, day).is_ok();
    match off.when {
        When::Fixed { month, day, .. } if !exists(month, day) => return Some("la fecha no existe"),
        When::Span { from_month, from_day, to_month, to_day }
            if !exists(from_month, from_day) || !exists(to_month, to_day) =>
        {
            return Some("la fecha no existe");
        }
        When::Easter { from, to } if from > to => return Some("empieza después de terminar"),
        When::Easter { from, to } if from < -300 || to > 300 => return Some("está a más de 300 días de la Pascua"),
        _ => {}
    }
    match off.hours {
        Some(hours) if !in_order(hours) => Some("las horas no están en orden"),
        _ => None,
    }
}

fn in_order(interval: Interval) -> bool {
    interval.from < interval.to && interval.to <= 1_440
}
