//! Why a term ends when it does: the sentences in Spanish behind a due date, one fact each.

use super::{
    Calendar, CalendarError, Due,
    count::{Counted, as_extension},
    day_number::DayNumber,
    pauses::Pauses,
    words,
};
use jiff::{Timestamp, civil::Date};
use manual::{
    Name,
    organization::Country,
    term::{Start, Term, Unit},
};

/// The most groups of days an explanation names one by one; a term of years would fill pages.
const MOST_GROUPS: usize = 40;

pub(super) fn due(
    calendar: &Calendar,
    from: Timestamp,
    term: Term,
    pauses: &Pauses,
    extra: &[Term],
) -> Result<Due, CalendarError> {
    let mut counted = calendar.count(from, term, pauses, true)?;
    let mut because = vec![received(calendar, from)];
    if counted.arrived != from {
        because.push(late(calendar, from, counted.arrived));
    }
    because.push(rule(calendar.country, term));
    paused(calendar, pauses, from, &mut because);
    days(calendar, &counted, pauses, &mut because);
    for extension in extra {
        let extension = as_extension(*extension);
        because.push(format!("Vencía el {}; se amplía {extension} más.", moment(calendar, counted.at)));
        counted = calendar.count(counted.at, extension, pauses, false)?;
        days(calendar, &counted, pauses, &mut because);
    }
    because.push(ends(calendar, &counted));
    Ok(Due { at: counted.at, because })
}

fn received(calendar: &Calendar, from: Timestamp) -> String {
    format!("Recibido el {}.", moment(calendar, from))
}

fn late(calendar: &Calendar, from: Timestamp, arrived: Timestamp) -> String {
    let worked = calendar.day_at(from).is_some_and(|day| skipped(calendar, day).is_none());
    let why = if worked { "Llegó después del cierre de la oficina" } else { "Llegó en un día no hábil" };
    format!("{why}: se tiene por recibido el {}.", words::long(calendar.date_of(arrived)))
}

fn rule(country: Country, term: Term) -> String {
    let law = match country {
        Country::Guatemala => "art. 45, Ley del Organismo Judicial",
        Country::ElSalvador => "art. 82, Ley de Procedimientos Administrativos",
    };
    let since = match (term.start, term.unit) {
        (Start::NextDay, _) => "desde el día siguiente",
        (Start::SameMoment, Unit::BusinessHour | Unit::CalendarHour) => "desde ese momento",
        (Start::SameMoment, _) => "desde ese mismo día",
    };
    match (term.unit, country) {
        (Unit::BusinessDay, _) => format!("El plazo es de {term} y se cuenta {since} ({law})."),
        (Unit::CalendarDay, Country::Guatemala) => {
            format!("El plazo es de {term}: cuentan todos los días, {since}.")
        }
        (Unit::CalendarDay, Country::ElSalvador) => {
            format!("El plazo es de {term}: cuentan todos los días, {since}; si el último no es hábil, pasa al siguiente hábil ({law}).")
        }
        (Unit::Month, Country::Guatemala) => {
            format!("El plazo es de {term}: se cuenta {since} y termina la víspera de la fecha en que empezó a contarse ({law}).")
        }
        (Unit::Month, Country::ElSalvador) => {
            format!("El plazo es de {term}: se cuenta de fecha a fecha; si el último día no es hábil, pasa al siguiente hábil ({law}).")
        }
        (Unit::BusinessHour, Country::Guatemala) => {
            format!("El plazo es de {term}: cuentan las horas en que la oficina está abierta, {since}.")
        }
        (Unit::CalendarHour, Country::Guatemala) => {
            format!("El plazo es de {term}: corren las 24 horas del día, {since} ({law}).")
        }
        (Unit::BusinessHour | Unit::CalendarHour, Country::ElSalvador) => {
            format!("El plazo es de {term}: cuentan solo las horas hábiles, {since} ({law}).")
        }
    }
}

fn paused(calendar: &Calendar, pauses: &Pauses, from: Timestamp, because: &mut Vec<String>) {
    for (since, until) in pauses.iter() {
        match until {
            Some(until) if *until > from => because.push(format!(
                "El plazo estuvo detenido del {} al {}.",
                moment(calendar, *since),
                moment(calendar, *until)
            )),
            Some(_) => {}
            None => because.push(format!("El plazo está detenido desde el {}.", moment(calendar, *since))),
        }
    }
}

/// Why a day was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Skip {
    Weekend,
    NoHours,
    Off { name: Name, source: Option<Name> },
    Paused,
}

/// The days the count passed over, and the reduced hours it met.
fn days(calendar: &Calendar, counted: &Counted, pauses: &Pauses, because: &mut Vec<String>) {
    let by_days = matches!(counted.unit, Unit::BusinessDay | Unit::CalendarDay | Unit::Month);
    // Every day counts until the nominal end of calendar days and months: only a pause passes over one.
    let all_count = matches!(counted.unit, Unit::CalendarDay | Unit::Month | Unit::CalendarHour);
    let mut groups: Vec<(Skip, DayNumber, DayNumber)> = Vec::new();
    let mut unnamed = 0_u32;
    let mut day = counted.first;
    while day <= counted.last {
        let inside = all_count && day <= counted.nominal;
        let skip = if by_days && is_paused(calendar, day, pauses) && (inside || counts(calendar, day)) {
            Some(Skip::Paused)
        } else if inside {
            None
        } else {
            skipped(calendar, day)
        };
        if let Some(skip) = skip {
            let full = groups.len() == MOST_GROUPS;
            match groups.last_mut() {
                Some((same, _, last)) if *same == skip && day.since(*last) == 1 => *last = day,
                _ if full => unnamed += 1,
                _ => groups.push((skip, day, day)),
            }
        }
        day = day.next();
    }
    because.extend(groups.iter().filter_map(|(skip, first, last)| sentence(skip, first.date()?, last.date()?)));
    if unnamed > 0 {
        because.push(format!("Hasta el vencimiento hay {unnamed} días más que no cuentan."));
    }
    if counted.last > counted.nominal
        && let (Some(nominal), Some(last)) = (counted.nominal.date(), counted.last.date())
    {
        because.push(format!("El último día, {}, no atiende la oficina: pasa al {}.", words::long(nominal), words::long(last)));
    }
}

fn is_paused(calendar: &Calendar, day: DayNumber, pauses: &Pauses) -> bool {
    !pauses.is_empty() && calendar.end_of(day).and_then(|end| pauses.cover(end)).unwrap_or(false)
}

fn counts(calendar: &Calendar, day: DayNumber) -> bool {
    calendar.locate(day).is_some_and(|(year, index)| year.pattern(index).counts)
}

fn skipped(calendar: &Calendar, day: DayNumber) -> Option<Skip> {
    let (year, index) = calendar.locate(day)?;
    let pattern = year.pattern(index);
    if !pattern.clock.is_empty() {
        return None;
    }
    let named = year.off(index).map(|rule| &calendar.rules.days_off[rule]).find(|off| off.stops_deadlines || off.closes_office);
    Some(match named {
        Some(off) => Skip::Off { name: off.name.clone(), source: off.source.clone() },
        None if day.weekday() >= 6 => Skip::Weekend,
        None => Skip::NoHours,
    })
}

fn sentence(skip: &Skip, first: Date, last: Date) -> Option<String> {
    let why = match skip {
        Skip::Weekend => "fin de semana".to_owned(),
        Skip::NoHours => "la oficina no atiende".to_owned(),
        Skip::Paused => "el plazo estaba detenido al cierre".to_owned(),
        Skip::Off { name, source: Some(source) } => format!("{name} ({source})"),
        Skip::Off { name, source: None } => name.to_string(),
    };
    let length = DayNumber::of(last)?.since(DayNumber::of(first)?);
    let opening = match length {
        0 => format!("{} no cuenta", words::opening(&words::long(first))),
        1 if first.month() == last.month() => format!(
            "{} {} y {} {} de {} no cuentan",
            words::opening(words::weekday(first)),
            first.day(),
            words::weekday(last),
            last.day(),
            words::month(last)
        ),
        1 => format!("{} y {} no cuentan", words::opening(&words::long(first)), words::long(last)),
        _ => format!("Del {} al {} no cuentan", words::long(first), words::long(last)),
    };
    Some(format!("{opening}: {why}."))
}

fn ends(calendar: &Calendar, counted: &Counted) -> String {
    let by_hours = matches!(counted.unit, Unit::BusinessHour | Unit::CalendarHour);
    let place = calendar.locate(counted.last);
    let close = match place {
        Some((year, index)) if !by_hours && !year.pattern(index).clock.is_empty() => {
            let reduced = if year.pattern(index).reduced { " con horario reducido" } else { "" };
            let named = year.off(index).map(|rule| &calendar.rules.days_off[rule]).find(|off| off.hours.is_some());
            let name = named.filter(|_| !reduced.is_empty()).map(|off| format!(": {}", off.name)).unwrap_or_default();
            format!(", cierre de la oficina{reduced}{name}")
        }
        Some(_) if !by_hours => ", fin del día".to_owned(),
        _ => String::new(),
    };
    format!("Vence el {}{close}.", moment(calendar, counted.at))
}

/// "viernes 11/09/2026 a las 10:00".
fn moment(calendar: &Calendar, at: Timestamp) -> String {
    let local = calendar.zone.to_datetime(at);
    format!("{} a las {}", words::long(local.date()), words::hour(local))
}
