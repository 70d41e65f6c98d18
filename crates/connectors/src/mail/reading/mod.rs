//! Reading a message: whatever comes in, an answer comes out, in time that grows with its length.

mod body;
mod files;
mod marks;

pub use files::{File, LeftOut};
pub use marks::Mark;

use mail_parser::{Address, HeaderValue, Message, MessageParser};
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Parts of the message that is read; more are a bomb.
pub const MOST_PARTS: usize = 1_000;
/// Bytes of the longest head.
pub const LONGEST_HEAD: usize = 1024 * 1024;
/// Characters of the longest subject kept.
pub const LONGEST_SUBJECT: usize = 200;
/// Earlier messages of the thread that are looked at.
const MOST_REFERENCES: usize = 50;

/// A message, as far as it matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    pub from_name: String,
    /// Lowercase; empty where it says none, or more than one.
    pub from: String,
    /// All the addresses it was sent to, lowercase.
    pub to: Vec<String>,
    pub subject: String,
    /// With its angle brackets; empty where it has none.
    pub message_id: String,
    /// What it answers, the nearest first, with angle brackets.
    pub references: Vec<String>,
    /// What the person wrote: without quotations and signature.
    pub text: String,
    pub files: Vec<File>,
    /// Files that stay in the raw message only, each with why.
    pub left_out: Vec<LeftOut>,
    pub mark: Mark,
    /// Of a message that came back: the Message-IDs it speaks of.
    pub returned: Vec<String>,
    /// The same for a second copy of the same message, whichever way it came; another for any other content.
    pub fingerprint: String,
}

/// A message that cannot be read; a person looks at it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub &'static str);

/// Reads a message.
///
/// # Errors
/// If it is no message, or goes beyond the limits; said in Spanish.
pub fn read(raw: &[u8]) -> Result<Reading, Unreadable> {
    let head = head_of(raw);
    if head.len() > LONGEST_HEAD {
        return Err(Unreadable("El encabezado del mensaje pasa de 1 MiB."));
    }
    // The parser promises never to panic; a defect of it must not stop the mail of everybody else.
    catch_unwind(AssertUnwindSafe(|| parsed(raw, head)))
        .unwrap_or(Err(Unreadable("El mensaje no se puede leer: está dañado.")))
}

fn parsed(raw: &[u8], head: &[u8]) -> Result<Reading, Unreadable> {
    let message = MessageParser::default().parse(raw).ok_or(Unreadable("El mensaje no se puede leer: está vacío."))?;
    if count_parts(&message) > MOST_PARTS {
        return Err(Unreadable("El mensaje tiene más de 1,000 partes."));
    }
    let (from_name, from) = sender(message.from());
    let mark = marks::mark(&message, &from);
    let (files, left_out) = files::files(&message);
    let subject = plain_line(message.subject().unwrap_or_default(), LONGEST_SUBJECT);
    let returned = if mark == Mark::Bounce { ids_in(raw) } else { Vec::new() };
    let message_id = message.message_id().map(bracketed).unwrap_or_default();
    Ok(Reading {
        from_name,
        from,
        to: recipients(&message),
        subject,
        references: references(&message),
        text: body::words(&message),
        files,
        left_out,
        mark,
        returned,
        fingerprint: fingerprint(&message, &message_id, raw, head),
        message_id,
    })
}

/// Everything before the first empty line.
fn head_of(raw: &[u8]) -> &[u8] {
    let mut at = 0;
    while let Some(end) = raw[at..].iter().position(|byte| *byte == b'\n') {
        let line = &raw[at..at + end];
        if line.is_empty() || line == b"\r" {
            return &raw[..at];
        }
        at += end + 1;
    }
    raw
}

/// The parts of a message and of those inside it.
fn count_parts(message: &Message<'_>) -> usize {
    let mut waiting = vec![message];
    let mut count = 0;
    while let Some(message) = waiting.pop() {
        count += message.parts.len();
        if count > MOST_PARTS {
            break;
        }
        waiting.extend(message.parts.iter().filter_map(|part| part.message()));
    }
    count
}

/// One sender, or nobody: a message from several people is nobody's request.
fn sender(from: Option<&Address<'_>>) -> (String, String) {
    let mut all = from.into_iter().flat_map(Address::iter).filter(|one| one.address().is_some());
    match (all.next(), all.next()) {
        (Some(one), None) => {
            let name = plain_line(one.name().unwrap_or_default(), 100);
            (name, address(one.address().unwrap_or_default()))
        }
        _ => (String::new(), String::new()),
    }
}

fn address(text: &str) -> String {
    plain_line(text, 254).to_lowercase()
}

fn recipients(message: &Message<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for header in ["Delivered-To", "X-Original-To", "Envelope-To"] {
        found.extend(message.header_raw(header).map(|text| address(text.trim().trim_matches(['<', '>']))));
    }
    let listed = message.all_to().chain(message.all_cc()).flat_map(Address::iter);
    found.extend(listed.filter_map(|one| one.address()).map(address).take(500));
    found.retain(|address| address.contains('@'));
    found
}

/// In-Reply-To first, then the references from the nearest to the farthest.
fn references(message: &Message<'_>) -> Vec<String> {
    let list = |value: &HeaderValue<'_>| -> Vec<String> {
        match value {
            HeaderValue::Text(id) => vec![bracketed(id)],
            HeaderValue::TextList(ids) => ids.iter().map(|id| bracketed(id)).collect(),
            _ => Vec::new(),
        }
    };
    let mut found = list(message.in_reply_to());
    found.extend(list(message.references()).into_iter().rev());
    found.retain(|id| id.len() > 2);
    found.truncate(MOST_REFERENCES);
    found
}

fn bracketed(id: &str) -> String {
    let id: String = id.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>')).take(250).collect();
    if id.is_empty() { id } else { format!("<{id}>") }
}

/// Every `<…@…>` of a message that came back: the head of the returned one is somewhere in it.
fn ids_in(raw: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for piece in raw.split(|byte| *byte == b'<').skip(1) {
        let Some(end) = piece.iter().take(252).position(|byte| *byte == b'>') else { continue };
        let id = &piece[..end];
        if id.contains(&b'@') && id.iter().all(u8::is_ascii_graphic) {
            let id = format!("<{}>", String::from_utf8_lossy(id));
            if !found.contains(&id) {
                found.push(id);
            }
        }
        if found.len() == MOST_REFERENCES {
            break;
        }
    }
    found
}

/// Of what does not change on the way: the lines that servers add in front are no part of it. A forged Message-ID
/// alone does not make two messages one.
fn fingerprint(message: &Message<'_>, message_id: &str, raw: &[u8], head: &[u8]) -> String {
    let mut digest = Sha256::new();
    if message_id.is_empty() {
        digest.update(raw);
    } else {
        for header in ["Message-ID", "From", "Date", "Subject"] {
            digest.update(message.header_raw(header).unwrap_or_default().trim().as_bytes());
            digest.update(b"\n");
        }
        digest.update(&raw[head.len()..]);
    }
    let mut text = String::with_capacity(64);
    for byte in digest.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// One line without control characters, at most so many characters.
fn plain_line(text: &str, most: usize) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let text: String = text.chars().map(|c| if hidden(c) { ' ' } else { c }).take(most * 4).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(most).collect()
}
