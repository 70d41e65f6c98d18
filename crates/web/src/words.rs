//! The small words of every page: moments, time left, states, channels and priorities, as an official writes them.

use engine::{
    calendar::words as spoken,
    case::Status,
    event::{Channel, Priority},
    measure::{Conformity, Verdict},
};
use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};
use maud::{Markup, html};

/// `miércoles 11/03/2026 a las 14:05`
#[must_use]
pub fn long_moment(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone()).datetime();
    format!("{} a las {}", spoken::long(local.date()), spoken::hour(local))
}

/// `11/03/2026 14:05`
#[must_use]
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%d/%m/%Y %H:%M").to_string()
}

/// `11/03/2026`
#[must_use]
pub fn day(date: Date) -> String {
    spoken::numeric(date)
}

pub use spoken::weekday;

/// A `<time>` with the short form shown and the long one in its title.
#[must_use]
pub fn time(at: Timestamp, zone: &TimeZone) -> Markup {
    html! { time datetime=(at.to_string()) title=(long_moment(at, zone)) { (moment(at, zone)) } }
}

/// How a due date stands: words first, then colour.
#[must_use]
pub fn due(due: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> Markup {
    let Some(due) = due else { return html! { span.menor { "sin plazo" } } };
    let (class, text) = due_words(due, now, zone);
    html! { span class=(format!("plazo {class}")) title=(long_moment(due, zone)) { (text) } }
}

fn due_words(due: Timestamp, now: Timestamp, zone: &TimeZone) -> (&'static str, String) {
    let (there, here) = (due.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let days = days_between(&here, &there);
    if due < now {
        let text = match -days {
            0 => format!("venció hoy {}", there.strftime("%H:%M")),
            1 => "venció ayer".to_string(),
            late => format!("venció hace {late} días"),
        };
        return ("vencido", text);
    }
    match days {
        0 => ("hoy", format!("vence hoy {}", there.strftime("%H:%M"))),
        1 => ("", format!("vence mañana {}", there.strftime("%H:%M"))),
        left if left < 7 => ("", format!("vence el {} {}", weekday(there.date()), there.strftime("%d/%m"))),
        left => ("", format!("faltan {left} días")),
    }
}

fn days_between(from: &Zoned, to: &Zoned) -> i32 {
    to.date().since(from.date()).map_or(0, |span| span.get_days())
}

/// How long ago, roughly: "hace 3 h".
#[must_use]
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(at).as_mins();
    match minutes {
        ..1 => "ahora".into(),
        1..60 => format!("hace {minutes} min"),
        60..1440 => format!("hace {} h", minutes / 60),
        1440..2880 => "hace 1 día".into(),
        _ => format!("hace {} días", minutes / 1440),
    }
}

/// The chip of a state; the institution's own word where the step has one.
#[must_use]
pub fn status(status: Status, own: Option<&str>) -> Markup {
    html! { span class=(format!("etiqueta {}", status.code())) { (own.unwrap_or(status.label())) } }
}

#[must_use]
pub const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Portal => "Portal",
        Channel::Phone => "Teléfono",
        Channel::Window => "Ventanilla",
        Channel::Paper => "Oficio",
        Channel::Mail => "Correo",
        Channel::Designation => "Designación",
        Channel::Api => "Sistema",
        Channel::Schedule => "Programación",
    }
}

#[must_use]
pub const fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "Baja",
        Priority::Normal => "Normal",
        Priority::High => "Alta",
        Priority::Urgent => "Urgente",
    }
}

#[must_use]
pub const fn conformity(conformity: Conformity) -> Option<&'static str> {
    match conformity {
        Conformity::Conforms => Some("Servicio conforme"),
        Conformity::DoesNotConform => Some("Servicio no conforme"),
        Conformity::Excluded => Some("Excluido: fuera de plazo por una causa que se cuenta aparte"),
        Conformity::Merged => Some("Excluido: se unió a otro caso y se cuenta en ese"),
        Conformity::NotJudged => None,
    }
}

#[must_use]
pub const fn verdict(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Conforming => Some("Conforme"),
        Verdict::NotConforming => Some("No conforme"),
        Verdict::Unrated => Some("Sin calificar: venció el plazo"),
        Verdict::None => None,
    }
}

/// `1 caso`, `3 casos`.
#[must_use]
pub fn count(number: i64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {many}", thousands(number)) }
}

/// `12,345`
#[must_use]
pub fn thousands(number: i64) -> String {
    let digits = number.abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn time_left_is_said_in_local_days() {
        let zone = TimeZone::fixed(jiff::tz::offset(-6));
        let now = at("2026-09-14T23:30:00Z"); // lunes 17:30
        for (due, class, text) in [
            ("2026-09-14T22:00:00Z", "vencido", "venció hoy 16:00"),
            ("2026-09-13T22:00:00Z", "vencido", "venció ayer"),
            ("2026-09-10T22:00:00Z", "vencido", "venció hace 4 días"),
            ("2026-09-15T05:59:00Z", "hoy", "vence hoy 23:59"),
            ("2026-09-15T22:00:00Z", "", "vence mañana 16:00"),
            ("2026-09-17T22:00:00Z", "", "vence el jueves 17/09"),
            ("2026-09-30T22:00:00Z", "", "faltan 16 días"),
        ] {
            assert_eq!(due_words(at(due), now, &zone), (class, text.to_string()));
        }
    }

    #[test]
    fn numbers_and_counts_are_written_as_people_do() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(-999), "-999");
        assert_eq!(count(1, "caso", "casos"), "1 caso");
        assert_eq!(count(1500, "caso", "casos"), "1,500 casos");
    }
}
