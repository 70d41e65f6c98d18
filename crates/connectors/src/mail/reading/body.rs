//! What the person wrote: the text of a message without what it quotes and without its signature.

use mail_parser::Message;

/// Characters of the longest text kept; the rest stays in the raw message.
pub const LONGEST_TEXT: usize = 15_000;
/// Lines looked at: more is no letter.
const MOST_LINES: usize = 5_000;

pub(super) fn words(message: &Message<'_>) -> String {
    let text = message.body_text(0).unwrap_or_default();
    let text = cleaned(&text);
    let own = own_words(&text);
    let kept = if own.is_empty() { text.trim().to_owned() } else { own };
    if kept.chars().count() <= LONGEST_TEXT {
        return kept;
    }
    let cut: String = kept.chars().take(LONGEST_TEXT).collect();
    format!("{}\n[…] El texto sigue en el mensaje guardado.", cut.trim_end())
}

/// Lines with one kind of end and without control characters.
fn cleaned(text: &str) -> String {
    let text: String =
        text.chars().take(LONGEST_TEXT * 20).filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let lines: Vec<&str> = text.lines().take(MOST_LINES).map(str::trim_end).collect();
    lines.join("\n")
}

/// Everything above the first sign of a quoted message or of a signature, without quoted lines.
fn own_words(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept: Vec<&str> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let after = || lines[place + 1..].iter().map(|line| line.trim()).find(|line| !line.is_empty());
        if is_signature(line) || is_quotation(line.trim(), after().unwrap_or_default()) {
            break;
        }
        if !line.trim_start().starts_with('>') {
            kept.push(line);
        }
    }
    // Where the heading of the quotation took two lines, the first is still there.
    let own = kept.join("\n");
    let own = own.trim();
    let last = own.rsplit('\n').next().unwrap_or_default();
    let opens = (last.starts_with("El ") || last.starts_with("On ")) && last.len() < 200 && kept.len() < lines.len();
    let heading = opens && lines.get(kept.len()).is_some_and(|next| ends_heading(next.trim()));
    if heading { own[..own.len() - last.len()].trim_end().to_owned() } else { own.to_owned() }
}

fn is_signature(line: &str) -> bool {
    matches!(line, "--" | "-- ") || line.starts_with("Enviado desde mi ") || line.starts_with("Sent from my ")
}

fn ends_heading(line: &str) -> bool {
    ["escribió:", "wrote:", "escribio:"].iter().any(|end| line.ends_with(end))
}

fn is_quotation(line: &str, next: &str) -> bool {
    if line.len() > 400 {
        return false;
    }
    let dashed = line.starts_with("-----") && line.ends_with("-----");
    let lower = line.to_lowercase();
    let original = ["mensaje original", "original message", "mensaje reenviado", "forwarded message"];
    let ruled = line.len() >= 20 && line.chars().all(|c| c == '_');
    let header = |line: &str, names: &[&str]| names.iter().any(|name| line.starts_with(name));
    dashed && original.iter().any(|words| lower.contains(words))
        || ruled && header(next, &["De:", "From:"])
        || header(line, &["De: ", "From: "])
            && header(next, &["Enviado:", "Enviado el:", "Sent:", "Fecha:", "Date:", "Para:", "To:"])
        || ends_heading(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_and_signatures_are_left_behind() {
        for (text, own) in [
            ("Ya funciona.\n\nGracias\n-- \nCarla\nUnidad", "Ya funciona.\n\nGracias"),
            ("Sí.\n\nEl lun, 2 mar 2026 a las 9:00, Mesa <m@x.gt> escribió:\n> ¿Funciona?\n", "Sí."),
            ("Sí.\n\nEl lun, 2 mar 2026 a las 9:00, Mesa de ayuda\n<m@x.gt> escribió:\n> ¿Funciona?\n", "Sí."),
            ("No.\n> ¿Funciona?\nPara nada.", "No.\nPara nada."),
            ("Listo\n________________________________\nDe: Mesa\nEnviado: lunes", "Listo"),
            ("Listo\n\nDe: Mesa\nEnviado el: lunes\nPara: Carla", "Listo"),
            ("Ok\n-----Mensaje original-----\nDe: x", "Ok"),
            ("De: hoy en adelante no hay red", "De: hoy en adelante no hay red"),
            ("El equipo no enciende", "El equipo no enciende"),
            ("", ""),
        ] {
            assert_eq!(own_words(text), own, "{text:?}");
        }
    }
}
