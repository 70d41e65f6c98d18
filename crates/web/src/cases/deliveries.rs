//! The mails a case has caused: to whom, when, and what the server said. For those who attend it.

use super::scene::Scene;
use crate::words;
use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};
use store::telling::Delivery;

/// Nothing where no mail was ever queued.
#[must_use]
pub fn draw(scene: &Scene<'_>, mails: &[Delivery]) -> Markup {
    let zone = scene.visitor.zone();
    let count = i64::try_from(mails.len()).unwrap_or(i64::MAX);
    html! {
        @if !mails.is_empty() {
            section.panel #correos data-live {
                details {
                    summary { "Correos enviados (" (words::thousands(count)) ")" }
                    ul.llana {
                        @for mail in mails {
                            li {
                                strong { (mail.to) } ": " (mail.subject)
                                br;
                                span.menor title=(mail.detail) { (fate(mail, scene.visitor.now, &zone)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What became of it, in words.
fn fate(mail: &Delivery, now: Timestamp, zone: &TimeZone) -> String {
    let when = |at: Timestamp| {
        let same_day = at.to_zoned(zone.clone()).date() == now.to_zoned(zone.clone()).date();
        if same_day { at.to_zoned(zone.clone()).strftime("%H:%M").to_string() } else { words::moment(at, zone) }
    };
    let settled = mail.settled_at.map(when).unwrap_or_default();
    match mail.state.as_str() {
        "sent" => format!("enviado {settled}, aceptado por el servidor"),
        "failed" => format!("no se pudo entregar ({settled}): {}", mail.detail),
        "returned" => format!("enviado, pero volvió devuelto: {}", mail.detail),
        "unneeded" => format!("no se envió: {}", mail.detail),
        _ if mail.not_before > now => format!("por enviar, sale {}", when(mail.not_before)),
        _ if mail.detail.is_empty() => format!("por enviar desde {}", when(mail.queued_at)),
        _ => format!("por enviar; el servidor aún no lo toma: {}", mail.detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fate_is_said_in_words() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a moment");
        let mail = |state: &str, detail: &str| Delivery {
            to: "Ana".into(),
            subject: "x".into(),
            state: state.into(),
            queued_at: at("2026-02-03T15:00:00Z"),
            not_before: at("2026-02-03T15:00:00Z"),
            settled_at: Some(at("2026-02-03T16:02:00Z")),
            detail: detail.into(),
        };
        let (now, zone) = (at("2026-02-03T17:00:00Z"), TimeZone::fixed(jiff::tz::offset(-6)));
        assert_eq!(fate(&mail("sent", "250 ok"), now, &zone), "enviado 10:02, aceptado por el servidor");
        assert_eq!(fate(&mail("failed", "550 no"), now, &zone), "no se pudo entregar (10:02): 550 no");
        assert_eq!(fate(&mail("queued", ""), now, &zone), "por enviar desde 09:00");
        let later = Delivery { not_before: at("2026-02-04T14:00:00Z"), ..mail("queued", "") };
        assert_eq!(fate(&later, now, &zone), "por enviar, sale 04/02/2026 08:00");
    }
}
