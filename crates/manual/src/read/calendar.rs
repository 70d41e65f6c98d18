//! Reads the working calendar: the institution's hours and days off, merged with the rules of the country it uses.

use super::{
    context::Context,
    keys::{self, property as p},
    node::Node,
};
use crate::{
    Name,
    calendar_rules::{CalendarRules, DayOff, Office, OfficeHours, When},
    limits,
    organization::Unit,
    places::Spot,
    words::nearest,
};

/// A shared calendar as its file has it.
pub struct Shared<'a> {
    name: Name,
    node: Node<'a>,
}

pub fn shared<'a>(context: &mut Context, lines: impl Iterator<Item = Node<'a>>) -> Vec<Shared<'a>> {
    let mut all: Vec<Shared<'a>> = Vec::new();
    for node in lines {
        let Some(name) = node.text(0) else { continue };
        if all.iter().any(|known| known.name == name) {
            context.sink.error(
                "duplicado",
                node.at(),
                format!("El calendario «{name}» está escrito dos veces."),
                "Deje uno solo.",
                "el segundo",
            );
            continue;
        }
        all.push(Shared { name, node });
    }
    all
}

pub fn calendar(context: &mut Context, node: Node<'_>, shared: &[Shared<'_>], units: &[Unit]) -> CalendarRules {
    context.put(Spot::Calendar, &[], node.at());
    let mut merge = Merge { shared, path: Vec::new(), done: Vec::new(), rules: Vec::new() };
    merge.uses(context, node);
    let rules = merge.rules;
    let main = Main {
        node,
        in_place: in_place(context, node, &rules),
        own: own_days(context, node),
        hours: all_hours(context, node),
    };
    let mut offices = Vec::new();
    for line in node.all(&keys::OFFICE) {
        offices.extend(office(context, &main, line, &rules, units));
    }
    CalendarRules {
        name: node.text(0).unwrap_or_default(),
        hours: main.hours,
        days_off: [main.in_place, main.own].concat(),
        late_arrival_counts_next_day: node
            .one(&keys::LATE_ARRIVAL)
            .and_then(|line| line.value(0)?.flag())
            .unwrap_or(false),
        offices,
    }
}

/// The main office, from which the others take what they do not say themselves.
struct Main<'a> {
    node: Node<'a>,
    in_place: Vec<DayOff>,
    own: Vec<DayOff>,
    hours: Vec<OfficeHours>,
}

/// An office elsewhere: the rules of the country and of its own place, the institution's own days, its own hours.
fn office(
    context: &mut Context,
    main: &Main<'_>,
    line: Node<'_>,
    rules: &[(Node<'_>, DayOff)],
    units: &[Unit],
) -> Option<Office> {
    let code = line.text(0)?;
    let Some(unit) = units.iter().find(|unit| unit.code == code) else {
        let help = nearest(&code, units.iter().map(|unit| &*unit.code))
            .map_or_else(|| "Declárela en «unidades».".to_owned(), |near| format!("¿Quiso decir «{near}»?"));
        let message = format!("La oficina «{code}» no es una unidad de la institución.");
        context.sink.error("unidad-sin-declarar", line.at(), message, help, "unidad desconocida");
        return None;
    };
    // Where it says no place of its own it keeps the holidays of the main office.
    let elsewhere = line.all(&keys::LOCALITY).next().is_some();
    let mut days_off = if elsewhere { in_place(context, line, rules) } else { main.in_place.clone() };
    days_off.extend_from_slice(&main.own);
    days_off.extend(own_days(context, line));
    let own = all_hours(context, line);
    let hours = if own.is_empty() { main.hours.clone() } else { own };
    let is_office = |code: &Name| main.node.all(&keys::OFFICE).any(|other| other.text(0).as_ref() == Some(code));
    let mut members = vec![unit.code.clone()];
    loop {
        let below: Vec<Name> = units
            .iter()
            .filter(|unit| unit.parent.as_ref().is_some_and(|parent| members.contains(parent)))
            .filter(|unit| !members.contains(&unit.code) && !is_office(&unit.code))
            .map(|unit| unit.code.clone())
            .collect();
        if below.is_empty() {
            break;
        }
        members.extend(below);
    }
    Some(Office { unit: code, name: unit.name.clone(), units: members, hours, days_off })
}

fn own_days(context: &mut Context, node: Node<'_>) -> Vec<DayOff> {
    node.all(&keys::DAY_OFF).filter_map(|line| day_off(context, line)).collect()
}

fn all_hours(context: &mut Context, node: Node<'_>) -> Vec<OfficeHours> {
    node.all(&keys::OFFICE_HOURS).filter_map(|line| office_hours(context, line)).collect()
}

/// The shared rules that hold in the places a node names.
fn in_place(context: &mut Context, node: Node<'_>, rules: &[(Node<'_>, DayOff)]) -> Vec<DayOff> {
    let localities = node.texts_of(&keys::LOCALITY);
    let mut days_off = Vec::new();
    let mut found: Vec<&Name> = Vec::new();
    for (line, day_off) in rules {
        match line.property_text(p::LOCALITY) {
            None => days_off.push(day_off.clone()),
            Some(place) => {
                if let Some(ours) = localities.iter().find(|ours| same_place(ours, &place)) {
                    found.push(ours);
                    days_off.push(day_off.clone());
                }
            }
        }
    }
    for line in node.all(&keys::LOCALITY) {
        for place in line.texts_from(0) {
            if found.contains(&&place) {
                continue;
            }
            let known: Vec<Name> = rules.iter().filter_map(|(line, _)| line.property_text(p::LOCALITY)).collect();
            let help = nearest(&place, known.iter().map(|name| &**name)).map_or_else(
                || "Revise el nombre, o escriba el feriado con una línea «inhabil».".to_owned(),
                |near| format!("¿Quiso decir «{near}»?"),
            );
            context.sink.put(
                crate::finding::Severity::Warning,
                "valor-no-valido",
                line.at(),
                format!("Ningún feriado del calendario usado es de «{place}»."),
                help,
                "sin feriados",
            );
        }
    }
    days_off
}

fn same_place(ours: &str, theirs: &str) -> bool {
    ours.trim().to_lowercase() == theirs.trim().to_lowercase()
}

/// Follows `usa` from calendar to calendar, each once, never in circles.
struct Merge<'a, 's> {
    shared: &'s [Shared<'a>],
    path: Vec<Name>,
    done: Vec<Name>,
    rules: Vec<(Node<'a>, DayOff)>,
}

impl Merge<'_, '_> {
    fn uses(&mut self, context: &mut Context, node: Node<'_>) {
        for line in node.all(&keys::USES) {
            let Some(name) = line.text(0) else { continue };
            if self.path.contains(&name) {
                let round =
                    self.path.iter().chain([&name]).map(|name| format!("«{name}»")).collect::<Vec<_>>().join(" → ");
                let help = "Quite una de las líneas «usa».";
                context.sink.error(
                    "limite",
                    line.at(),
                    format!("Los calendarios se usan en círculo: {round}."),
                    help,
                    "vuelve al principio",
                );
                continue;
            }
            if self.path.len() >= limits::INCLUDES {
                let message = format!("Los calendarios se usan unos a otros más de {} veces.", limits::INCLUDES);
                context.sink.error(
                    "limite",
                    line.at(),
                    message,
                    "Junte las reglas en menos archivos.",
                    "demasiado hondo",
                );
                continue;
            }
            if self.done.contains(&name) {
                continue;
            }
            let Some(theirs) = self.shared.iter().find(|known| known.name == name) else {
                let help = nearest(&name, self.shared.iter().map(|known| &*known.name)).map_or_else(
                    || "Los calendarios compartidos están en «calendarios/».".to_owned(),
                    |near| format!("¿Quiso decir «{near}»?"),
                );
                context.sink.error(
                    "valor-no-valido",
                    line.at(),
                    format!("No hay un calendario «{name}»."),
                    help,
                    "no se encuentra",
                );
                continue;
            };
            let node = theirs.node;
            self.done.push(name.clone());
            self.path.push(name);
            self.uses(context, node);
            self.path.pop();
            for day in node.all(&keys::DAY_OFF) {
                if let Some(rule) = day_off(context, day) {
                    self.rules.push((day, rule));
                }
            }
        }
    }
}

fn office_hours(context: &mut Context, line: Node<'_>) -> Option<OfficeHours> {
    let weekdays = line.value(0)?.weekdays()?;
    let mut intervals: Vec<_> = line.values().skip(1).filter_map(super::node::Value::interval).collect();
    intervals.sort_unstable_by_key(|interval| interval.from);
    if intervals.windows(2).any(|pair| pair[1].from < pair[0].to) {
        context.invalid(
            line.at(),
            "Los intervalos del horario se enciman.".into(),
            "Cada intervalo empieza cuando terminó el anterior.",
        );
    }
    if intervals.is_empty() {
        return None;
    }
    let since = line.property(p::SINCE).and_then(super::node::Value::date);
    let until = line.property(p::UNTIL_DAY).or_else(|| line.property(p::UNTIL)).and_then(super::node::Value::date);
    Some(OfficeHours { weekdays, intervals, since, until })
}

fn day_off(context: &mut Context, line: Node<'_>) -> Option<DayOff> {
    let name = line.text(0)?;
    let when = when(context, line)?;
    let kind = line.property_text(p::CLASS).and_then(|word| keys::day_off_kind(&word)).unwrap_or_default();
    let date = |key: &str| line.property(key).and_then(super::node::Value::date);
    Some(DayOff {
        name,
        when,
        hours: line.property(p::HOURS).and_then(super::node::Value::interval),
        kind,
        closes_office: line.flag(p::CLOSES_OFFICE).unwrap_or(true),
        stops_deadlines: line.flag(p::STOPS_DEADLINES).unwrap_or(true),
        source: line.property_text(p::NORM),
        published: date(p::PUBLISHED),
        since: date(p::SINCE),
        until: date(p::UNTIL_DAY),
        office: None,
    })
}

fn when(context: &mut Context, line: Node<'_>) -> Option<When> {
    let ways =
        [p::DAY, p::DATE, p::EASTER, p::SPAN_FROM].into_iter().filter(|key| line.property(key).is_some()).count();
    if ways != 1 {
        let help =
            "Escriba una sola de estas: dia=\"2026-01-31\", fecha=\"01-31\", pascua=-2, o del=\"08-01\" al=\"08-06\".";
        let message =
            if ways == 0 { "El inhábil no dice cuándo es." } else { "El inhábil dice de dos maneras cuándo es." };
        context.missing(line.at(), message.into(), help);
        return None;
    }
    if let Some(day) = line.property(p::DAY) {
        return day.date().map(|date| When::Once { date });
    }
    if let Some(day) = line.property(p::DATE) {
        let transfer = line.property_text(p::TRANSFER).and_then(|word| keys::transfer(&word)).unwrap_or_default();
        return day.month_day().map(|(month, day)| When::Fixed { month, day, transfer });
    }
    if let Some(first) = line.property(p::EASTER) {
        let from: i16 = first.integer()?;
        let to = line.property(p::UNTIL).map_or(Some(from), super::node::Value::integer)?;
        if from < -100 || to > 100 || to < from {
            context.invalid(
                first.at,
                format!("Del día {from} al día {to} desde el Domingo de Pascua no es un intervalo."),
                "Ejemplo: pascua=-3 hasta=-1",
            );
            return None;
        }
        return Some(When::Easter { from, to });
    }
    let (from_month, from_day) = line.property(p::SPAN_FROM)?.month_day()?;
    let Some(to) = line.property(p::SPAN_TO) else {
        context.missing(line.at(), "Falta «al=», el último día.".into(), "Ejemplo: del=\"08-01\" al=\"08-06\"");
        return None;
    };
    let (to_month, to_day) = to.month_day()?;
    Some(When::Span { from_month, from_day, to_month, to_day })
}
