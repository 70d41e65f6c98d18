//! What comes: read, its files and the raw message kept among the blobs, then judged by the memory.

use super::settings::MailHouse;
use connectors::mail::{
    LARGEST,
    incoming::{Listed, Mailbox, Trouble},
    reading::{Mark, Reading, read},
    writing::thread_of,
};
use jiff::Timestamp;
use store::{
    Store, StoreError,
    mailbox::{KeptFile, Kind, Letter, MailboxMark, NewReceived},
};

/// Bytes of the largest raw message kept: the largest taken, and what the server that delivers adds.
const LARGEST_KEPT: u64 = LARGEST as u64 + 64 * 1024;

/// Why a mailbox was not taken to its end.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    #[error("{0}")]
    Mailbox(#[from] Trouble),
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// Takes what is new in a mailbox, one mail after another; gives how many there were.
pub async fn take(
    store: &Store,
    house: &MailHouse,
    name: &str,
    mailbox: &mut dyn Mailbox,
    now: Timestamp,
) -> Result<usize, Stopped> {
    let mut mark = store.mailbox_mark(name).await?;
    if mark.validity != mailbox.validity() {
        // The mailbox was renumbered: everything is looked at again, and what is known is known by its content.
        mark = MailboxMark { validity: mailbox.validity(), last: 0, ..mark };
    }
    let listed = mailbox.after(mark.last).await?;
    for one in &listed {
        let raw = mailbox.fetch(*one).await?;
        mark.last = one.number;
        let source = format!("{name} {}:{}", mark.validity, one.number);
        let kept = keep(store, house, &source, raw, Some(*one), Some(mark.clone()), now).await?;
        if let Some(id) = kept {
            store.settle_received(id, now).await?;
        }
    }
    Ok(listed.len())
}

/// Keeps one message durably, once; gives its number where it is new.
pub async fn keep(
    store: &Store,
    house: &MailHouse,
    source: &str,
    raw: Vec<u8>,
    listed: Option<Listed>,
    mark: Option<MailboxMark>,
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    if raw.is_empty() {
        // It was removed from the mailbox before it could be taken.
        return store.keep_received(None, mark, now).await;
    }
    let blob = store.put_blob(raw.as_slice(), LARGEST_KEPT, now).await?;
    let too_large = listed.is_some_and(|listed| listed.size > LARGEST);
    // Reading a large message takes a while: not on a thread that others wait for.
    let (raw, reading) = tokio::task::spawn_blocking(move || {
        let reading = read(&raw);
        (raw, reading)
    })
    .await
    .map_err(|error| StoreError::Broken(error.to_string()))?;
    let content = match &reading {
        Ok(reading) if !too_large => reading.fingerprint.clone(),
        _ => digest(&raw),
    };
    let why = match &reading {
        _ if too_large => Some("Pasa de 35 MiB: solo se guardó su encabezado.".to_owned()),
        Err(unreadable) => Some(unreadable.to_string()),
        Ok(_) => None,
    };
    let mut reading = reading.unwrap_or_default();
    let mut files = Vec::new();
    for file in std::mem::take(&mut reading.files) {
        let kept = store.put_blob(file.content.as_slice(), LARGEST_KEPT, now).await?;
        files.push(KeptFile { name: file.name, media_type: file.media_type, sha256: kept.sha256, size: kept.size });
    }
    let kind = why.map_or_else(|| kind(&reading, house), |reason| Kind::Aside { reason });
    let threads =
        |ids: &[String]| -> Vec<String> { ids.iter().filter_map(|id| thread_of(id)).map(str::to_owned).collect() };
    let letter = Letter {
        own_thread: thread_of(&reading.message_id).unwrap_or_default().to_owned(),
        threads: threads(if kind == Kind::Bounce { &reading.returned } else { &reading.references }),
        kind,
        text: reading.text,
        files,
        left_out: reading.left_out.into_iter().map(|left| (left.name, left.why.to_owned())).collect(),
    };
    let mail = NewReceived {
        content,
        source: source.to_owned(),
        at: now,
        sender: reading.from,
        sender_name: reading.from_name,
        subject: reading.subject,
        procedure: house.procedure(&reading.to).to_owned(),
        message_id: reading.message_id,
        letter,
        raw: blob,
    };
    store.keep_received(Some(mail), mark, now).await
}

fn kind(reading: &Reading, house: &MailHouse) -> Kind {
    let ignored = |reason: &str| Kind::Ignored { reason: reason.to_owned() };
    match reading.mark {
        Mark::Bounce => Kind::Bounce,
        Mark::Automatic => ignored("Es una respuesta automática."),
        Mark::List => ignored("Es de una lista de correo."),
        Mark::Person if house.takes(&reading.from) => ignored("Lo envió esta misma dirección."),
        Mark::Person => Kind::Person,
    }
}

fn digest(raw: &[u8]) -> String {
    store::hash::sha256_hex(raw)
}
