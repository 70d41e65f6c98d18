//! The files that come with a message: named safely, within the limits of a case.

use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

/// Bytes of one file.
pub const LARGEST_FILE: usize = 25 * 1024 * 1024;
/// Files taken from one message.
pub const MOST_FILES: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Only a name: no path, nothing invisible.
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub name: String,
    pub why: &'static str,
}

pub(super) fn files(message: &Message<'_>) -> (Vec<File>, Vec<LeftOut>) {
    let (mut files, mut left_out) = (Vec::new(), Vec::new());
    for (place, part) in message.attachments().enumerate() {
        let name = name(part, place + 1);
        let content = part.contents();
        let why = if content.is_empty() {
            Some("está vacío")
        } else if content.len() > LARGEST_FILE {
            Some("pasa de 25 MiB")
        } else if files.len() == MOST_FILES {
            Some("el mensaje trae más de 50 archivos")
        } else {
            None
        };
        match why {
            Some(why) if left_out.len() < MOST_FILES => left_out.push(LeftOut { name, why }),
            Some(_) => {}
            None => files.push(File { name, media_type: media_type(part), content: content.to_vec() }),
        }
    }
    (files, left_out)
}

fn media_type(part: &MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else { return "application/octet-stream".into() };
    let text = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")).to_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/.+-".contains(c);
    if text.len() <= 100 && text.chars().all(plain) { text } else { "application/octet-stream".into() }
}

fn name(part: &MessagePart<'_>, place: usize) -> String {
    let given = part.attachment_name().unwrap_or_default();
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = super::plain_line(last, 150);
    let name = name.trim_matches(['.', ' ']);
    if !name.is_empty() {
        return name.replace(['"', '<', '>', '|', ':', '*', '?'], "_");
    }
    match part.body {
        PartType::Message(_) => format!("mensaje-{place}.eml"),
        PartType::Text(_) | PartType::Html(_) => format!("texto-{place}.txt"),
        _ => format!("archivo-{place}"),
    }
}
