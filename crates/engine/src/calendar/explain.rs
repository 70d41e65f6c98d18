//! Why a term ends when it does: the sentences in Spanish behind a due date, one fact each.

use super::{
    Calendar, CalendarError, Due, Origin,
    count::{Counted, as_extension},
    day_number::DayNumber,
    pauses::Pauses,
    words,
};
use jiff::{Timestamp, civil::Date};
use manual::{
    Name,
    organization::Country,
    term::{Course, Start, Term, Unit},
};

/// The most groups of days an explanation names one by one; a term of years would fill pages.
const MOST_GROUPS: usize = 40;

pub(super) fn due(
    calendar: &Calendar,
    origin: Origin,
    term: Term,
    pauses: &Pauses,
    extra: &[Term],
) -> Result<Due, CalendarError> {
    let mut counted = calendar.count_from(origin, term, pauses)?;
    let mut because = Vec::new();
    match origin {
        Origin::Arrival(from) => {
            because.push(received(calendar, from));
            if counted.arrived != from {
                because.push(late(calendar, from, counted.arrived));
            }
        }
        Origin::Date(date) => because.push(format!("Se cuenta según la fecha {}.", words::long(date))),
    }
    because.push(rule(calendar, term, &counted));
    if term.runs_on() {
        paused(calendar, pauses, counted.arrived, &mut because);
        days(calendar, &counted, pauses, &mut because);
    } else {
        days(calendar, &counted, &Pauses::none(), &mut because);
    }
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
    let place = calendar.day_at(from).and_then(|day| calendar.locate(day));
    let worked = place.is_some_and(|(year, index)| !year.pattern(index).clock.is_empty());
    let why = if worked { "Llegó después del cierre de la oficina" } else { "Llegó en un día no hábil" };
    format!("{why}: se tiene por recibido el {}.", words::long(calendar.date_of(arrived)))
}

fn rule(calendar: &Calendar, term: Term, counted: &Counted) -> String {
    match term.course {
        Course::After => counted_on(calendar.country, term),
        Course::Before if matches!(term.unit, Unit::BusinessHour | Unit::CalendarHour) => {
            format!("El plazo es de {term}: las horas se cuentan hacia atrás.")
        }
        Course::Before => format!(
            "El plazo es de {term}: se cuenta hacia atrás y termina al cierre de la oficina; si ese día no atiende, al del hábil anterior."
        ),
        Course::FirstOfMonth | Course::FirstOfNextMonth => {
            let month = counted
                .first
                .date()
                .map_or_else(String::new, |date| format!(" ({} de {})", words::month(date.month()), date.year()));
            format!("El plazo son los {term}{month}: el último de ellos, al cierre de la oficina.")
        }
    }
}

fn counted_on(country: Country, term: Term) -> String {
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
            format!(
                "El plazo es de {term}: cuentan todos los días, {since}; si el último no es hábil, pasa al siguiente hábil ({law})."
            )
        }
        (Unit::Month, Country::Guatemala) => {
            format!(
                "El plazo es de {term}: se cuenta {since} y termina la víspera de la fecha en que empezó a contarse ({law})."
            )
        }
        (Unit::Month, Country::ElSalvador) => {
            format!(
                "El plazo es de {term}: se cuenta de fecha a fecha; si el último día no es hábil, pasa al siguiente hábil ({law})."
            )
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
    PausedAtClose,
    PausedAtStart,
}

/// The days the count passed over, and the reduced hours it met.
fn days(calendar: &Calendar, counted: &Counted, pauses: &Pauses, because: &mut Vec<String>) {
    let mut groups: Vec<(Skip, DayNumber, DayNumber)> = Vec::new();
    let mut reduced = Vec::new();
    let mut unnamed = 0_u32;
    let mut day = counted.first;
    while day <= counted.last {
        if let Some(skip) = passed_over(calendar, counted, day, pauses) {
            let full = groups.len() == MOST_GROUPS;
            match groups.last_mut() {
                Some((same, _, last)) if *same == skip && day.since(*last) == 1 => *last = day,
                _ if full => unnamed += 1,
                _ => groups.push((skip, day, day)),
            }
        } else if counted.unit == Unit::BusinessHour && reduced.len() < MOST_GROUPS {
            reduced.extend(reduced_hours(calendar, day));
        }
        day = day.next();
    }
    because.extend(groups.iter().filter_map(|(skip, first, last)| sentence(skip, first.date()?, last.date()?)));
    because.append(&mut reduced);
    if unnamed > 0 {
        because.push(format!("Hasta el vencimiento hay {unnamed} días más que no cuentan."));
    }
    if counted.end < counted.nominal
        && let (Some(nominal), Some(end)) = (counted.nominal.date(), counted.end.date())
    {
        because.push(format!(
            "El {} no atiende la oficina ({}): se adelanta al {}.",
            words::long(nominal),
            reason(&not_open(calendar, counted.nominal)),
            words::long(end)
        ));
    }
    if counted.end > counted.nominal
        && let (Some(nominal), Some(last)) = (counted.nominal.date(), counted.end.date())
    {
        let open = calendar.locate(counted.nominal).is_some_and(|(year, index)| !year.pattern(index).clock.is_empty());
        let why = if open {
            "el plazo estaba detenido".to_owned()
        } else {
            format!("no atiende la oficina ({})", reason(&not_open(calendar, counted.nominal)))
        };
        because.push(format!("El último día, {}, {why}: pasa al {}.", words::long(nominal), words::long(last)));
    }
}

fn passed_over(calendar: &Calendar, counted: &Counted, day: DayNumber, pauses: &Pauses) -> Option<Skip> {
    let (year, index) = calendar.locate(day)?;
    let pattern = year.pattern(index);
    let could_count = match counted.unit {
        Unit::CalendarHour => return None,
        Unit::BusinessHour => return pattern.clock.is_empty().then(|| not_open(calendar, day)),
        Unit::BusinessDay => pattern.counts,
        // Every calendar day counts; after the last one, what is sought is a day on which the term can end.
        // Counted back, no calendar day is passed over: the end itself moves.
        Unit::CalendarDay | Unit::Month if counted.end < counted.last && counted.end <= counted.nominal => return None,
        Unit::CalendarDay | Unit::Month if day > counted.nominal => {
            let sought_open = calendar.country == Country::ElSalvador && pattern.clock.is_empty();
            return sought_open.then(|| not_open(calendar, day));
        }
        Unit::CalendarDay | Unit::Month => true,
    };
    if !could_count {
        return Some(not_open(calendar, day));
    }
    let paused = calendar.passes_over(day, counted.unit, counted.arrived, pauses).unwrap_or(false);
    paused.then_some(if counted.unit == Unit::BusinessDay { Skip::PausedAtClose } else { Skip::PausedAtStart })
}

/// Why the office has no hours that count on a day.
fn not_open(calendar: &Calendar, day: DayNumber) -> Skip {
    let rules = || {
        let place = calendar.locate(day);
        place.into_iter().flat_map(|(year, index)| year.off(index)).map(|rule| &calendar.rules.days_off[rule])
    };
    match rules().find(|off| off.hours.is_none()).or_else(|| rules().next()) {
        Some(off) => Skip::Off { name: off.name.clone(), source: off.source.clone() },
        None if day.weekday() >= 6 => Skip::Weekend,
        None => Skip::NoHours,
    }
}

fn reduced_hours(calendar: &Calendar, day: DayNumber) -> Option<String> {
    let (year, index) = calendar.locate(day)?;
    let names: Vec<&str> = year.off(index).map(|rule| &*calendar.rules.days_off[rule].name).collect();
    let close = words::hour(calendar.zone.to_datetime(calendar.end_of(day).ok()?));
    let date = words::opening(&words::long(day.date()?));
    let reduced = year.pattern(index).reduced;
    reduced.then(|| format!("{date} tiene horario reducido, hasta las {close}: {}.", names.join(", ")))
}

fn reason(skip: &Skip) -> String {
    match skip {
        Skip::Weekend => "fin de semana".to_owned(),
        Skip::NoHours => "no es día de oficina".to_owned(),
        Skip::PausedAtClose => "el plazo estaba detenido al cierre".to_owned(),
        Skip::PausedAtStart => "el plazo estaba detenido al empezar el día".to_owned(),
        Skip::Off { name, source: Some(source) } => format!("{name} ({source})"),
        Skip::Off { name, source: None } => name.to_string(),
    }
}

fn sentence(skip: &Skip, first: Date, last: Date) -> Option<String> {
    let why = reason(skip);
    let length = DayNumber::of(last)?.since(DayNumber::of(first)?);
    let opening = match length {
        0 => format!("{} no cuenta", words::opening(&words::long(first))),
        1 if first.month() == last.month() => format!(
            "{} {} y {} {} de {} no cuentan",
            words::opening(words::weekday(first)),
            first.day(),
            words::weekday(last),
            last.day(),
            words::month(last.month())
        ),
        1 => format!("{} y {} no cuentan", words::opening(&words::long(first)), words::long(last)),
        _ => format!("Del {} al {} no cuentan", words::long(first), words::long(last)),
    };
    Some(format!("{opening}: {why}."))
}

fn ends(calendar: &Calendar, counted: &Counted) -> String {
    let by_hours = matches!(counted.unit, Unit::BusinessHour | Unit::CalendarHour);
    let place = calendar.locate(counted.end);
    let at_close = calendar.end_of(counted.end) == Ok(counted.at);
    let close = match place {
        Some((year, index)) if !by_hours && at_close && !year.pattern(index).clock.is_empty() => {
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
    words::moment(calendar.zone.to_datetime(at))
}
