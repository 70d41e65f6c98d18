//! Mail that comes in: kept once, then made into a case or a note through `submit`, or set aside for a person.
//! Nothing in a mail proves who sent it: it opens what its sender may ask for and adds what he may add, no more.

use crate::{
    blobs::Blob,
    cases,
    error::{DbError, StoreError, SubmitError},
    mails::{self, NewMail},
    neighbours, people,
    request::{OpenRequest, Request, Submission},
    store::{Caches, Store},
    templates::{Told, local},
    time,
    tx::{Tx, statements},
};
use engine::{Name, actor::PersonId, case::Case, command::Attach, event::Channel, refusal::Refusal};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt::Write as _, sync::Arc};

/// Cases and notes one sender makes in an hour; the rest is held for a person.
pub const MOST_AN_HOUR: i64 = 60;
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// A mail as it came, already read, its raw message among the blobs.
#[derive(Clone, Debug)]
pub struct NewReceived {
    /// The same for every copy of the same message, another for any other.
    pub content: String,
    /// The mailbox and the number in it, or how it was delivered.
    pub source: String,
    pub at: Timestamp,
    /// Lowercase; empty where nobody in particular sent it.
    pub sender: String,
    pub sender_name: String,
    pub subject: String,
    /// What a mail to that address asks for; empty: nothing.
    pub procedure: String,
    pub message_id: String,
    pub letter: Letter,
    pub raw: Blob,
}

/// What is kept of a mail beside its head.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub kind: Kind,
    /// Its own thread, if its Message-ID has the shape of ours.
    pub own_thread: String,
    /// The threads it answers, the nearest first.
    pub threads: Vec<String>,
    pub text: String,
    pub files: Vec<KeptFile>,
    /// Files that stay in the raw message, each with why.
    pub left_out: Vec<(String, String)>,
}

/// What kind of mail it is, as far as its own words tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Person,
    /// A machine's or a list's: it becomes nothing.
    Ignored { reason: String },
    /// A mail of ours that came back; its `threads` say which.
    Bounce,
    /// It cannot be read, or is too large: a person looks at it.
    Aside { reason: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    pub name: String,
    pub media_type: String,
    pub sha256: String,
    pub size: u64,
}

/// How far a mailbox has been taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailboxMark {
    pub name: String,
    pub validity: u32,
    pub last: u32,
}

/// What a mail has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Became {
    /// Kept, not judged yet.
    Waiting,
    Opened,
    Noted,
    /// A person has to look.
    Aside,
    Ignored,
    /// A person looked and wanted nothing of it.
    Discarded,
}

impl Became {
    pub const ALL: [Self; 6] = [Self::Aside, Self::Opened, Self::Noted, Self::Ignored, Self::Discarded, Self::Waiting];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "en-cola",
            Self::Opened => "abierto",
            Self::Noted => "anotado",
            Self::Aside => "apartado",
            Self::Ignored => "ignorado",
            Self::Discarded => "descartado",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|became| became.code() == code)
    }
}

statements! {
    PUT: [Text, Text, Int, Text, Text, Text, Text, Text, Text, Text, Int] => [Int],
        "INSERT INTO received (content, source, at, sender, sender_name, subject, procedure, message_id, letter, raw,
                               size, state, reason, number, by_person)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'en-cola', '', '', 0)
         ON CONFLICT DO NOTHING RETURNING id";
    MARK: [Text] => [Int, Int], "SELECT validity, last FROM mailboxes WHERE name = $1";
    SET_MARK: [Text, Int, Int, Int] => [],
        "INSERT INTO mailboxes (name, validity, last, at, trouble) VALUES ($1, $2, $3, $4, '')
         ON CONFLICT (name) DO UPDATE SET validity = excluded.validity, last = excluded.last, at = excluded.at, trouble = ''";
    TROUBLE: [Text, Int, Text] => [],
        "INSERT INTO mailboxes (name, validity, last, at, trouble) VALUES ($1, 0, 0, $2, $3)
         ON CONFLICT (name) DO UPDATE SET at = excluded.at, trouble = excluded.trouble";
    WAITING: [Int] => [Int], "SELECT id FROM received WHERE state = 'en-cola' ORDER BY id LIMIT $1";
    ONE: [Int] => [Text, Text, Text, Text, Text, Text, Text, Text, Int],
        "SELECT content, sender, sender_name, subject, procedure, message_id, letter, state, at FROM received WHERE id = $1";
    BECOMES: [Int, Text, Text, Text, Int, Int, Text] => [],
        "UPDATE received SET state = $2, reason = $3, number = $4, by_person = $5, settled_at = $6
         WHERE id = $1 AND state = $7";
    PEOPLE: [Text] => [Int, Int],
        "SELECT id, active FROM people WHERE lower(email) = $1 ORDER BY active DESC, id LIMIT 2";
    // Mails of one sender are judged one after another: what each may still make depends on the others.
    ONE_AT_A_TIME: [Int] => [Int], "SELECT id FROM people WHERE id = $1 /*lock*/";
    BEGUN: [Int, Int] => [], "UPDATE received SET settled_at = $2 WHERE id = $1 AND state = 'en-cola'";
    MADE: [Text, Text, Int, Int] => [Int],
        "SELECT COUNT(*) FROM received WHERE sender = $1 AND state = $2 AND settled_at > $3 AND id <> $4";
}

/// A kept mail, as the one who decides over it sees it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub id: i64,
    pub content: String,
    pub sender: String,
    pub sender_name: String,
    pub subject: String,
    pub procedure: String,
    pub message_id: String,
    pub letter: Letter,
    pub state: Became,
    pub at: Timestamp,
}

/// What is to be done with a mail.
enum Way {
    Nothing { became: Became, reason: String },
    Note { person: PersonId, case: Name, public: bool },
    Open { person: PersonId },
}

pub(crate) fn held(tx: &Tx<'_>, id: i64) -> Result<Option<Held>, DbError> {
    let Some(row) = tx.row(&ONE, &[id.into()])? else { return Ok(None) };
    Ok(Some(Held {
        id,
        content: row.string(0)?,
        sender: row.string(1)?,
        sender_name: row.string(2)?,
        subject: row.string(3)?,
        procedure: row.string(4)?,
        message_id: row.string(5)?,
        letter: row.json(6)?,
        state: Became::from_code(row.text(7)?).ok_or_else(|| DbError::broken("a mail in no known state"))?,
        at: time::moment(row.int(8)?)?,
    }))
}

/// Writes what a mail has become, once: false where somebody else has settled it meanwhile.
pub(crate) fn becomes(
    tx: &Tx<'_>,
    mail: &Held,
    became: Became,
    reason: &str,
    number: &str,
    by: PersonId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [
        mail.id.into(),
        became.code().into(),
        reason.into(),
        number.into(),
        by.into(),
        now.into(),
        mail.state.code().into(),
    ];
    Ok(tx.run(&BECOMES, &values)? == 1)
}

/// What the mail's own words and our memory say is to be done with it.
fn way(tx: &Tx<'_>, mail: &Held, now: Timestamp) -> Result<Way, DbError> {
    let nothing = |became, reason: &str| Ok(Way::Nothing { became, reason: reason.to_owned() });
    match &mail.letter.kind {
        Kind::Person => {}
        Kind::Ignored { reason } => return nothing(Became::Ignored, reason),
        Kind::Aside { reason } => return nothing(Became::Aside, reason),
        Kind::Bounce => {
            for thread in &mail.letter.threads {
                mails::returned(tx, thread, "El correo fue devuelto por el servidor de destino.", now)?;
            }
            return nothing(Became::Ignored, "Aviso de que un correo no se pudo entregar.");
        }
    }
    if mails::of_thread(tx, &mail.letter.own_thread)?.is_some() {
        return nothing(Became::Ignored, "Es un correo enviado por esta misma ventanilla.");
    }
    let people = tx.rows(&PEOPLE, &[mail.sender.as_str().into()])?;
    let person = match people.as_slice() {
        _ if mail.sender.is_empty() => return nothing(Became::Aside, "No dice quién lo envía."),
        [] => return nothing(Became::Aside, "No se conoce a quien lo envía."),
        [one, ..] if !one.flag(1)? => return nothing(Became::Aside, "La persona que lo envía está de baja."),
        [_, two] if two.flag(1)? => return nothing(Became::Aside, "Varias personas tienen esa dirección de correo."),
        [one, ..] => PersonId(one.int(0)?),
    };
    tx.row(&ONE_AT_A_TIME, &[person.into()])?;
    // What is being made of others now counts too.
    if made_of(tx, mail, &[Became::Opened, Became::Noted, Became::Waiting], now)? >= MOST_AN_HOUR {
        return nothing(Became::Aside, "Quien lo envía pasó de 60 correos en una hora.");
    }
    let Some(case) = case_of(tx, mail)? else {
        if mail.procedure.is_empty() {
            return nothing(Became::Aside, "La dirección a la que llegó no abre ningún procedimiento.");
        }
        return Ok(Way::Open { person });
    };
    let gone = || DbError::broken("a mail of ours without its case");
    let stored = cases::see(tx, &case)?.ok_or_else(gone)?;
    let asked = |case: &Case| [case.requester.person, case.opened_by.person].contains(&person);
    // What is written to a case that goes on in another is noted there.
    let main = neighbours::main_of(tx, &case)?.ok_or_else(gone)?.case;
    if !main.is_open() {
        return nothing(Became::Aside, &format!("El caso {} ya terminó.", main.number));
    }
    let public = asked(&main) || asked(&stored.case);
    Ok(Way::Note { person, case: main.number, public })
}

/// The one active person with that address.
pub(crate) fn person_of(tx: &Tx<'_>, address: &str) -> Result<Option<PersonId>, DbError> {
    let people = tx.rows(&PEOPLE, &[address.into()])?;
    let active = people.iter().filter_map(|row| match (row.int(0), row.flag(1)) {
        (Ok(id), Ok(true)) if !address.is_empty() => Some(PersonId(id)),
        _ => None,
    });
    let active: Vec<PersonId> = active.collect();
    Ok(if active.len() == 1 { Some(active[0]) } else { None })
}

/// The case a mail speaks of: by the mails of ours it answers, then by a number in its subject.
fn case_of(tx: &Tx<'_>, mail: &Held) -> Result<Option<Name>, DbError> {
    for thread in &mail.letter.threads {
        if let Some(case) = mails::of_thread(tx, thread)?.filter(|case| !case.is_empty()) {
            return Ok(Some(case));
        }
    }
    let of_number = |c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_');
    let words = mail.subject.split(|c: char| !of_number(c)).map(|word| word.trim_matches(['-', '.', '/']));
    for word in words.filter(|word| word.len() >= 5 && word.contains(|c: char| c.is_ascii_digit())).take(10) {
        if cases::see(tx, word)?.is_some() {
            return Ok(Some(word.into()));
        }
    }
    Ok(None)
}

/// How many others of the same sender have become one of these within the hour.
fn made_of(tx: &Tx<'_>, mail: &Held, states: &[Became], now: Timestamp) -> Result<i64, DbError> {
    let since = now.saturating_sub(HOUR).unwrap_or(now);
    let mut count = 0;
    for state in states {
        let values = [(&mail.sender).into(), state.code().into(), since.into(), mail.id.into()];
        let row = tx.row(&MADE, &values)?;
        count += row.map_or(Ok(0), |row| row.int(0))?;
    }
    Ok(count)
}

/// The words of a note or a description, with where they came from.
pub(crate) fn words(mail: &Held) -> Name {
    let letter = &mail.letter;
    let text = if letter.text.trim().is_empty() { "(Correo sin texto.)" } else { letter.text.trim() };
    let name = if mail.sender_name.is_empty() { "" } else { &format!("{} ", mail.sender_name) };
    let mut words = format!("{text}\n\n— Recibido por correo de {name}<{}>", mail.sender);
    for (name, why) in &letter.left_out {
        let _ = write!(words, "\nNo se adjuntó «{name}»: {why}. Está en el mensaje original.");
    }
    words.into()
}

pub(crate) fn attachments(mail: &Held, public: bool) -> Vec<Attach> {
    let attach = |file: &KeptFile| Attach {
        name: file.name.as_str().into(),
        sha256: file.sha256.as_str().into(),
        size: file.size,
        media_type: file.media_type.as_str().into(),
        label: None,
        public,
    };
    mail.letter.files.iter().map(attach).collect()
}

pub(crate) fn opening(mail: &Held, procedure: &str) -> OpenRequest {
    let subject = if mail.subject.is_empty() { "(Correo sin asunto)" } else { &mail.subject };
    OpenRequest {
        channel: Channel::Mail,
        attachments: attachments(mail, true),
        ..OpenRequest::new(procedure, subject, words(mail))
    }
}

/// The key of what a mail makes: however often it is tried, it is made once.
pub(crate) fn key(mail: &Held) -> String {
    format!("correo:{}", mail.content)
}

impl Store {
    /// Keeps a mail and how far its mailbox has been taken, in one commit; none where it was kept before.
    pub async fn keep_received(
        &self,
        mail: Option<NewReceived>,
        mark: Option<MailboxMark>,
        now: Timestamp,
    ) -> Result<Option<i64>, StoreError> {
        self.write(move |tx| {
            if let Some(mark) = &mark {
                tx.run(&SET_MARK, &[(&mark.name).into(), mark.validity.into(), mark.last.into(), now.into()])?;
            }
            let Some(mail) = &mail else { return Ok(None) };
            let letter = serde_json::to_string(&mail.letter).map_err(DbError::broken)?;
            let size = i64::try_from(mail.raw.size).unwrap_or(i64::MAX);
            let values = [
                (&mail.content).into(),
                (&mail.source).into(),
                mail.at.into(),
                (&mail.sender).into(),
                (&mail.sender_name).into(),
                (&mail.subject).into(),
                (&mail.procedure).into(),
                (&mail.message_id).into(),
                letter.into(),
                (&mail.raw.sha256).into(),
                size.into(),
            ];
            Ok(tx.row(&PUT, &values)?.map(|row| row.int(0)).transpose()?)
        })
        .await
    }

    /// How far a mailbox was taken.
    pub async fn mailbox_mark(&self, name: &str) -> Result<MailboxMark, StoreError> {
        let name = name.to_owned();
        self.read(move |tx| {
            let number = |value: i64| u32::try_from(value).map_err(DbError::broken);
            let Some(row) = tx.row(&MARK, &[(&name).into()])? else {
                return Ok(MailboxMark { name: name.clone(), ..MailboxMark::default() });
            };
            Ok(MailboxMark { name: name.clone(), validity: number(row.int(0)?)?, last: number(row.int(1)?)? })
        })
        .await
    }

    /// Sets down that a mailbox cannot be read, for a person to see; empty: it can again.
    pub async fn mailbox_trouble(&self, name: &str, trouble: &str, now: Timestamp) -> Result<(), StoreError> {
        let values = [name.into(), now.into(), trouble.into()];
        self.write(move |tx| Ok(tx.run(&TROUBLE, &values).map(|_| ())?)).await
    }

    /// The mails that are kept and not judged yet, the oldest first.
    pub async fn received_waiting(&self, limit: usize) -> Result<Vec<i64>, StoreError> {
        self.read(move |tx| {
            Ok(tx.rows(&WAITING, &[limit.into()])?.iter().map(|row| row.int(0)).collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Judges a kept mail: what it becomes goes through `submit` under its own key, so that a second time adds nothing.
    pub async fn settle_received(&self, id: i64, now: Timestamp) -> Result<Became, StoreError> {
        let found = self
            .write(move |tx| -> Result<_, StoreError> {
                let Some(mail) = held(tx, id)?.filter(|mail| mail.state == Became::Waiting) else { return Ok(None) };
                let way = way(tx, &mail, now)?;
                if let Way::Nothing { became, reason } = &way {
                    becomes(tx, &mail, *became, reason, "", engine::actor::SYSTEM, now)?;
                } else {
                    tx.run(&BEGUN, &[id.into(), now.into()])?;
                }
                Ok(Some(Arc::new((mail, way))))
            })
            .await?;
        let Some(found) = found else { return Ok(Became::Waiting) };
        let (mail, way) = &*found;
        let (person, case, public) = match way {
            Way::Nothing { became, .. } => return Ok(*became),
            Way::Note { person, case, public } => (*person, Some(case), *public),
            Way::Open { person } => (*person, None, true),
        };
        let made = if let Some(case) = case {
            self.note_mail(mail, person, case, public, now).await
        } else {
            let open = Submission::open(person, opening(mail, &mail.procedure), now);
            self.submit(open.with_key(key(mail), &mail.content)).await.map(|done| (done.number, String::new()))
        };
        let (became, number, reason) = match made {
            Ok((number, reason)) => (if case.is_some() { Became::Noted } else { Became::Opened }, number, reason),
            Err(SubmitError::Refused(refusal)) => (Became::Aside, Name::from(""), in_words(&refusal)),
            Err(error) => return Err(unsettled(error)),
        };
        let (mail, settled, caches) = (mail.clone(), number, self.caches());
        self.write(move |tx| -> Result<(), StoreError> {
            // One answer of a machine an hour: two machines that answer each other then cannot keep it up.
            tx.row(&ONE_AT_A_TIME, &[person.into()])?;
            let answered = made_of(tx, &mail, &[Became::Opened], now)? > 0;
            if becomes(tx, &mail, became, &reason, &settled, engine::actor::SYSTEM, now)?
                && became == Became::Opened
                && !answered
                && let Some(receipt) = receipt(tx, &caches, &mail, person, &settled, now)?
            {
                mails::enqueue(tx, &receipt)?;
            }
            Ok(())
        })
        .await?;
        Ok(became)
    }

    /// Adds a mail to a case: its words as a note, its files as attachments. Gives the number and what was left out.
    pub(crate) async fn note_mail(
        &self,
        mail: &Held,
        person: PersonId,
        case: &Name,
        public: bool,
        now: Timestamp,
    ) -> Result<(Name, String), SubmitError> {
        let request = Request::Comment { text: words(mail), public };
        let note = Submission::on(case.clone(), person, request, now).with_key(key(mail), &mail.content);
        self.submit(note).await?;
        let mut reason = String::new();
        for (place, attach) in attachments(mail, public).into_iter().enumerate() {
            let attach = Submission::on(case.clone(), person, Request::Attach(attach), now)
                .with_key(format!("{}:{place}", key(mail)), &mail.content);
            match self.submit(attach).await {
                Ok(_) => {}
                Err(SubmitError::Refused(refusal)) => reason = in_words(&refusal),
                Err(error) => return Err(error),
            }
        }
        Ok((case.clone(), reason))
    }
}

/// What the sender is told, in the thread of his own mail: the institution's words for a request that is registered.
/// Whoever did not write it learns of it.
fn receipt(
    tx: &Tx<'_>,
    caches: &Caches,
    mail: &Held,
    person: PersonId,
    number: &Name,
    now: Timestamp,
) -> Result<Option<NewMail>, StoreError> {
    let (Some(stored), Some(person)) = (cases::see(tx, number)?, people::load(tx, person)?) else { return Ok(None) };
    let edition = caches.edition(tx, stored.case.edition)?;
    let text = format!(
        "Su correo «{}» llegó el {} y quedó registrado como la solicitud {number}. Para agregar algo, responda a este \
         mensaje: lo que escriba se anota en el caso. Por correo no se aprueba, firma ni cierra nada.",
        mail.subject,
        local(mail.at, caches)
    );
    let told = Told {
        caches,
        edition: &edition,
        case: &stored.case,
        person: &person,
        by: &person.name,
        text: &text,
        words: "",
        rating: "",
    };
    let (_, text) = edition.template(manual::notice::Kind::Registered).fill(|field| told.value(field));
    // The subject stays the sender's, so that it stands in the same conversation.
    let subject = format!("[{number}] {}", mail.subject);
    Ok(Some(NewMail {
        person: Some(person.id),
        case_number: Some(number.clone()),
        in_reply_to: Some(mail.message_id.clone()).filter(|id| !id.is_empty()),
        ..NewMail::new(format!("acuse:{}", mail.content), &mail.sender, subject, text, now)
    }))
}

/// A refusal with all its faults, on one line.
pub(crate) fn in_words(refusal: &Refusal) -> String {
    let faults: Vec<&str> = refusal.faults.iter().map(|fault| fault.message.as_str()).collect();
    let text = format!("{} {}", refusal.message, faults.join(" "));
    text.trim().chars().take(500).collect()
}

/// What stands in the way for now: it is tried again.
pub(crate) fn unsettled(error: SubmitError) -> StoreError {
    match error {
        SubmitError::Refused(refusal) => StoreError::Refused(refusal),
        SubmitError::Unavailable(unavailable) => StoreError::Unavailable(unavailable),
        SubmitError::UnknownOutcome => StoreError::UnknownOutcome,
        SubmitError::KeyReused | SubmitError::Stale { .. } => StoreError::Refused(Refusal::conflict(error.to_string())),
        SubmitError::Broken(detail) => StoreError::Broken(detail),
    }
}
