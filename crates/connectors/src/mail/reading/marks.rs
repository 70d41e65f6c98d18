//! Who wrote a message: a person, a machine that answers, a list, or a server that gives one back.

use mail_parser::{Message, MimeHeaders};

/// What kind of message it is. Only a person's becomes anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    #[default]
    Person,
    /// An automatic answer, or another machine's message.
    Automatic,
    /// Sent to a list.
    List,
    /// A message of ours that could not be delivered.
    Bounce,
}

pub(super) fn mark(message: &Message<'_>, from: &str) -> Mark {
    let header = |name: &str| message.header_raw(name).map(|text| text.trim().to_lowercase());
    let empty_return = header("Return-Path").is_some_and(|path| path == "<>" || path.is_empty());
    let report = message.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("multipart")
            && kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
    });
    let daemon = from.split('@').next().is_some_and(|local| matches!(local, "mailer-daemon" | "postmaster"));
    if empty_return || report || daemon || header("X-Failed-Recipients").is_some() {
        return Mark::Bounce;
    }
    if header("List-Id").is_some() || header("List-Unsubscribe").is_some() {
        return Mark::List;
    }
    match header("Precedence").as_deref() {
        Some("list" | "bulk" | "junk") => return Mark::List,
        Some("auto_reply" | "auto-reply") => return Mark::Automatic,
        _ => {}
    }
    // `no` is what a person's program says, with or without words after it.
    let submitted =
        header("Auto-Submitted").is_some_and(|value| value.split(';').next().is_none_or(|v| v.trim() != "no"));
    let others = ["X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-AutoReply-From"];
    if submitted || others.iter().any(|name| header(name).is_some()) {
        return Mark::Automatic;
    }
    Mark::Person
}
