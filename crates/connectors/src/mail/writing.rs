//! Writing a message: plain text, which everybody can read and nobody can hide anything in, and headers that nobody's
//! words can break out of.

use jiff::Timestamp;
use lettre::{
    Address, Message,
    message::{
        Mailbox, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use std::time::SystemTime;

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Letter<'l> {
    pub from: &'l Sender,
    pub to: &'l str,
    pub subject: &'l str,
    pub text: &'l str,
    /// The case it speaks of.
    pub case: Option<&'l str>,
    /// 128 bits of hexadecimal: the same at every attempt to send this message.
    pub thread: &'l str,
    /// The Message-ID it answers, with angle brackets.
    pub in_reply_to: Option<&'l str>,
    pub date: Timestamp,
}

/// In whose name mail leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    pub name: String,
    pub address: String,
}

/// A message ready to be handed to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub from: String,
    pub to: String,
    /// With angle brackets.
    pub message_id: String,
    pub content: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotWrite(pub String);

impl Sender {
    /// `Mesa de ayuda <soporte@ejemplo.org>` or the address alone.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, address) = match text.trim().strip_suffix('>') {
            Some(text) => text.rsplit_once('<')?,
            None => ("", text.trim()),
        };
        let name = one_line(name.trim().trim_matches('"'), 100);
        is_address(address.trim()).then(|| Self { name, address: address.trim().to_lowercase() })
    }

    fn domain(&self) -> &str {
        self.address.rsplit('@').next().unwrap_or("localhost")
    }
}

/// An address as institutions use them: nothing quoted, nothing outside ASCII, one `@`.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let of_local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-.".contains(c);
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && local.chars().all(of_local)
        && local.split('.').all(|part| !part.is_empty())
        && domain.split('.').all(label)
}

/// Writes a message.
///
/// # Errors
/// If the address is none, said in Spanish.
pub fn write(letter: &Letter<'_>) -> Result<Written, CannotWrite> {
    let mailbox = |name: &str, address: &str| -> Result<Mailbox, CannotWrite> {
        let wrong = || CannotWrite(format!("«{}» no es una dirección de correo.", one_line(address, 100)));
        if !is_address(address) {
            return Err(wrong());
        }
        let name = one_line(name, 100);
        Ok(Mailbox::new((!name.is_empty()).then_some(name), address.parse::<Address>().map_err(|_| wrong())?))
    };
    let (from, to) = (mailbox(&letter.from.name, &letter.from.address)?, mailbox("", letter.to)?);
    let message_id = message_id(letter.case, letter.thread, letter.from.domain());
    let mut builder = Message::builder()
        .from(from)
        .to(to)
        .subject(one_line(letter.subject, 250))
        .date(SystemTime::from(letter.date))
        .message_id(Some(message_id.clone()))
        // So that machines do not answer, and loops end.
        .raw_header(raw("Auto-Submitted", "auto-generated"))
        .raw_header(raw("X-Auto-Response-Suppress", "All"));
    let answered = letter.in_reply_to.filter(|id| is_id(id));
    let root = letter.case.map(|case| format!("<caso-{}@{}>", plain(case), letter.from.domain()));
    if let Some(nearest) = answered.or(root.as_deref()) {
        builder = builder.in_reply_to(nearest.to_owned());
        let all: Vec<&str> = root.as_deref().into_iter().chain(answered).collect();
        builder = builder.references(all.join(" "));
    }
    let written = builder.singlepart(SinglePart::plain(lines(letter.text)));
    let message = written.map_err(|error| CannotWrite(format!("El mensaje no se pudo escribir: {error}.")))?;
    Ok(Written {
        from: letter.from.address.clone(),
        to: letter.to.to_owned(),
        message_id,
        content: message.formatted(),
    })
}

/// `<2026-000123.0123456789abcdef0123456789abcdef@ejemplo.org>`
fn message_id(case: Option<&str>, thread: &str, domain: &str) -> String {
    format!("<{}.{}@{domain}>", case.map_or_else(|| "aviso".to_owned(), plain), plain(thread))
}

/// The thread of a Message-ID that has the shape of ours; whether it is ours only the memory knows.
#[must_use]
pub fn thread_of(message_id: &str) -> Option<&str> {
    let local = message_id.trim_start_matches('<').split('@').next()?;
    let (_, thread) = local.rsplit_once('.')?;
    let hexadecimal = thread.len() == 32 && thread.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    hexadecimal.then_some(thread)
}

fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(60).collect()
}

fn is_id(id: &str) -> bool {
    let inside = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or_default();
    (3..=250).contains(&inside.len()) && inside.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>')
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// One line without control characters: what would end a header becomes a space.
fn one_line(text: &str, most: usize) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let text: String = text.chars().map(|c| if breaks(c) { ' ' } else { c }).take(most * 4).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect()
}

/// Lines that end as mail wants them, without other control characters.
fn lines(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    kept.replace('\n', "\r\n")
}
