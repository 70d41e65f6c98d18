//! Measuring and wrapping text without a font: a table of Arial's widths, a little generous.

/// Pixels from a count.
#[must_use]
pub fn px(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 4)
}

/// The width of `text` at `size` pixels, rounded up.
#[must_use]
pub fn width(text: &str, size: i32, bold: bool) -> i32 {
    let thousandths: i32 = text.chars().take(400).map(advance).sum();
    let scale = if bold { 110 } else { 103 };
    // Thousandths of an em, then a hundredth for the generosity.
    (thousandths * size / 1000) * scale / 100 + 1
}

fn advance(letter: char) -> i32 {
    match letter {
        'i' | 'j' | 'l' | 'í' | '\'' | '|' => 222,
        ' ' | 'f' | 't' | 'I' | 'Í' | '.' | ',' | ';' | ':' | '/' | '!' => 278,
        'r' | '-' | '(' | ')' | '¡' | '·' => 333,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' | 'ç' => 500,
        'F' | 'T' | 'Z' | '¿' => 611,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | 'Á' | 'É' | '&' => 667,
        'C' | 'D' | 'H' | 'N' | 'R' | 'U' | 'Ñ' | 'Ú' | 'Ü' | 'w' => 722,
        'G' | 'O' | 'Q' | 'Ó' => 778,
        'm' | 'M' => 833,
        'W' | '…' | '%' => 944,
        other if u32::from(other) > 0x2E7F => 1000,
        _ => 556,
    }
}

/// The text in at most `widths.len()` lines, line `i` no wider than `widths[i]`; what does not fit ends in "…".
#[must_use]
pub fn wrap(text: &str, size: i32, bold: bool, widths: &[i32]) -> Wrapped {
    let mut words: Vec<String> = text.split_whitespace().rev().map(str::to_owned).collect();
    let mut lines = Vec::new();
    for &room in widths {
        if words.is_empty() {
            break;
        }
        lines.push(line(&mut words, size, bold, room));
    }
    let whole = words.is_empty();
    if !whole && let Some(last) = lines.last_mut() {
        let room = widths.last().copied().unwrap_or(0);
        *last = ellipsis(last, size, bold, room);
    }
    Wrapped { lines, whole }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped {
    pub lines: Vec<String>,
    /// Nothing was cut.
    pub whole: bool,
}

/// Takes from the stack of words those that fit one line; a word wider than the line is broken.
fn line(words: &mut Vec<String>, size: i32, bold: bool, room: i32) -> String {
    let mut line = String::new();
    while let Some(word) = words.pop() {
        let longer = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
        if width(&longer, size, bold) <= room {
            line = longer;
        } else if line.is_empty() {
            let (head, tail) = broken(&word, size, bold, room);
            if !tail.is_empty() {
                words.push(tail);
            }
            return head;
        } else {
            words.push(word);
            return line;
        }
    }
    line
}

fn broken(word: &str, size: i32, bold: bool, room: i32) -> (String, String) {
    let mut head = String::new();
    let mut letters = word.chars();
    let mut rest = letters.clone();
    while let Some(letter) = letters.next() {
        if !head.is_empty() && width(&format!("{head}{letter}-"), size, bold) > room {
            return (format!("{head}-"), rest.collect());
        }
        head.push(letter);
        rest = letters.clone();
    }
    (head, String::new())
}

/// The text with "…" at its end, shortened until it fits: at the end of a word, where that does not cost half of it.
#[must_use]
pub fn ellipsis(text: &str, size: i32, bold: bool, room: i32) -> String {
    let end = [' ', '.', ',', ';', ':', '-'];
    let fits = |kept: &str| width(&format!("{kept}…"), size, bold) <= room;
    let mut kept = text.trim_end_matches(end).to_owned();
    if fits(&kept) {
        return format!("{kept}…");
    }
    while !kept.is_empty() && !fits(&kept) {
        kept.pop();
    }
    let word = kept.rfind(' ').map_or("", |space| kept[..space].trim_end_matches(end));
    let kept = if word.chars().count() * 2 >= kept.chars().count() { word } else { kept.trim_end_matches(end) };
    format!("{kept}…")
}

/// The text on one line, shortened where it must be.
#[must_use]
pub fn fitted(text: &str, size: i32, bold: bool, room: i32) -> String {
    if width(text, size, bold) <= room { text.to_owned() } else { ellipsis(text, size, bold, room) }
}

/// Text made safe for XML content and attributes; characters XML does not admit are dropped.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\r' | '\t' => safe.push(' '),
            '\u{FFFE}' | '\u{FFFF}' => {}
            control if control.is_control() => {}
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_with_an_ellipsis_and_says_so() {
        let wrapped = wrap("Registra el requerimiento de soporte técnico recibido", 13, false, &[90, 90]);
        assert_eq!(wrapped.lines.len(), 2);
        assert!(!wrapped.whole);
        assert!(wrapped.lines[1].ends_with('…'), "{wrapped:?}");
        assert!(wrapped.lines.iter().all(|line| width(line, 13, false) <= 90));
    }

    #[test]
    fn a_word_wider_than_the_line_is_broken_and_nothing_is_lost() {
        let wrapped = wrap("Otorrinolaringología", 13, false, &[60, 60, 60]);
        assert!(wrapped.whole);
        let joined: String = wrapped.lines.iter().map(|line| line.trim_end_matches('-')).collect();
        assert_eq!(joined, "Otorrinolaringología");
    }

    #[test]
    fn markup_and_control_characters_do_not_pass() {
        assert_eq!(escape("<a href=\"x\">'&\u{0}\u{7}</a>\n"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;/a&gt; ");
    }
}
