//! The mail desk: what came and what left, for those who receive requests, and what a person does with a mail.

use crate::{
    cases,
    error::{DbError, StoreError, SubmitError},
    lists::Page,
    mailbox::{self, Became, Held, Letter, in_words},
    people::{self, Person},
    reader::Reader,
    request::Submission,
    submit::Submitted,
    time,
    tx::{Row, Tx, statements},
};
use engine::{
    Name,
    actor::{PersonId, holds},
    refusal::Refusal,
};
use jiff::{SignedDuration, Timestamp};
use manual::organization::Scope;

/// A mail in somebody's hands is nobody else's for so long.
const IN_HAND: SignedDuration = SignedDuration::from_mins(10);

/// A mail that came, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedRow {
    pub id: i64,
    pub at: Timestamp,
    pub sender: String,
    pub sender_name: String,
    pub subject: String,
    pub procedure: Option<Name>,
    pub became: Became,
    pub reason: String,
    pub case: Option<Name>,
    /// Who settled it; none where the program did.
    pub by: Option<Name>,
    pub settled_at: Option<Timestamp>,
    pub size: i64,
}

/// A mail that came, whole.
#[derive(Clone, Debug)]
pub struct ReceivedView {
    pub row: ReceivedRow,
    pub letter: Letter,
    /// The raw message among the blobs.
    pub raw: String,
    /// The active person with that address, where there is one alone.
    pub person: Option<Person>,
}

/// How it stands with a mail that leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sending {
    Queued,
    Sent,
    Failed,
    Returned,
    Unneeded,
}

impl Sending {
    pub const ALL: [Self; 5] = [Self::Failed, Self::Returned, Self::Queued, Self::Sent, Self::Unneeded];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Returned => "returned",
            Self::Unneeded => "unneeded",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sending| sending.code() == code)
    }
}

/// One line of the delivery log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRow {
    pub id: i64,
    pub address: String,
    pub subject: String,
    pub case: Option<Name>,
    pub sending: Sending,
    pub attempts: i64,
    pub not_before: Timestamp,
    pub created_at: Timestamp,
    pub settled_at: Option<Timestamp>,
    /// The server's words.
    pub detail: String,
}

/// What asks for somebody's eyes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounts {
    pub aside: i64,
    pub failed: i64,
    pub queued: i64,
}

statements! {
    LIST: [Int, Int] => [Int, Int, Text, Text, Text, Text, Text, Text, Text, Text, Int, Int],
        "SELECT r.id, r.at, r.sender, r.sender_name, r.subject, r.procedure, r.state, r.reason, r.number,
                COALESCE(p.name, ''), r.settled_at, r.size
         FROM received r LEFT JOIN people p ON p.id = r.by_person WHERE r.id < $1 ORDER BY r.id DESC LIMIT $2";
    LIST_OF: [Int, Int, Text] => [Int, Int, Text, Text, Text, Text, Text, Text, Text, Text, Int, Int],
        "SELECT r.id, r.at, r.sender, r.sender_name, r.subject, r.procedure, r.state, r.reason, r.number,
                COALESCE(p.name, ''), r.settled_at, r.size
         FROM received r LEFT JOIN people p ON p.id = r.by_person
         WHERE r.state = $3 AND r.id < $1 ORDER BY r.id DESC LIMIT $2";
    SHOWN: [Int] => [Int, Int, Text, Text, Text, Text, Text, Text, Text, Text, Int, Int, Text, Text],
        "SELECT r.id, r.at, r.sender, r.sender_name, r.subject, r.procedure, r.state, r.reason, r.number,
                COALESCE(p.name, ''), r.settled_at, r.size, r.letter, r.raw
         FROM received r LEFT JOIN people p ON p.id = r.by_person WHERE r.id = $1";
    COUNT: [Text] => [Int], "SELECT COUNT(*) FROM received WHERE state = $1";
    COUNT_MAILS: [Text] => [Int], "SELECT COUNT(*) FROM mails WHERE state = $1";
    CLAIM: [Int, Int, Int, Text, Int] => [],
        "UPDATE received SET by_person = $2, settled_at = $3
         WHERE id = $1 AND state = $4 AND (by_person IN (0, $2) OR settled_at < $5)";
    TROUBLES: [] => [Text, Int, Text], "SELECT name, at, trouble FROM mailboxes WHERE trouble <> '' ORDER BY name";
    RELEASE: [Int, Int] => [], "UPDATE received SET by_person = 0 WHERE id = $1 AND by_person = $2";
    MAILS: [Int, Int] => [Int, Text, Text, Text, Text, Int, Int, Int, Int, Text],
        "SELECT id, address, subject, number, state, attempts, not_before, created_at, settled_at, detail
         FROM mails WHERE id < $1 ORDER BY id DESC LIMIT $2";
    MAILS_OF: [Int, Int, Text] => [Int, Text, Text, Text, Text, Int, Int, Int, Int, Text],
        "SELECT id, address, subject, number, state, attempts, not_before, created_at, settled_at, detail
         FROM mails WHERE state = $3 AND id < $1 ORDER BY id DESC LIMIT $2";
}

fn received(row: &Row) -> Result<ReceivedRow, DbError> {
    Ok(ReceivedRow {
        id: row.int(0)?,
        at: time::moment(row.int(1)?)?,
        sender: row.string(2)?,
        sender_name: row.string(3)?,
        subject: row.string(4)?,
        procedure: row.name_opt(5)?,
        became: Became::from_code(row.text(6)?).ok_or_else(|| DbError::broken("a mail in no known state"))?,
        reason: row.string(7)?,
        case: row.name_opt(8)?,
        by: row.name_opt(9)?,
        settled_at: time::moment_opt(row.int_opt(10)?)?,
        size: row.int(11)?,
    })
}

fn sent(row: &Row) -> Result<MailRow, DbError> {
    Ok(MailRow {
        id: row.int(0)?,
        address: row.string(1)?,
        subject: row.string(2)?,
        case: row.name_opt(3)?,
        sending: Sending::from_code(row.text(4)?).ok_or_else(|| DbError::broken("a mail in no known state"))?,
        attempts: row.int(5)?,
        not_before: time::moment(row.int(6)?)?,
        created_at: time::moment(row.int(7)?)?,
        settled_at: time::moment_opt(row.int_opt(8)?)?,
        detail: row.string(9)?,
    })
}

fn page<T>(mut rows: Vec<T>, limit: usize, id: impl Fn(&T) -> i64) -> Page<T> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(|row| id(row).to_string()) } else { None };
    Page { rows, next }
}

const NOT_YOURS: &str = "El correo lo ven quienes reciben solicitudes y quienes administran.";

impl Reader {
    /// Holds a post with which a procedure begins, or administers: may work on what came by mail.
    pub async fn receives_mail(&self) -> Result<bool, StoreError> {
        if self.person.administrator {
            return Ok(true);
        }
        let Some((_, edition)) = self.store.current_edition().await? else { return Ok(false) };
        let posts = self.posts();
        let mut first = edition.procedures.iter().filter_map(|procedure| procedure.first());
        Ok(first.any(|step| {
            let attend = step.responsibles.iter().filter(|one| one.scope != Scope::Requester);
            attend.into_iter().any(|one| posts.iter().any(|post| holds(std::slice::from_ref(*post), &one.role, None)))
        }))
    }

    async fn reads_mail(&self) -> Result<(), StoreError> {
        if self.person.auditor || self.receives_mail().await? {
            Ok(())
        } else {
            Err(Refusal::forbidden(NOT_YOURS).into())
        }
    }

    /// What came, the newest first; of one kind, or all.
    pub async fn received(
        &self,
        became: Option<Became>,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<ReceivedRow>, StoreError> {
        self.reads_mail().await?;
        let before = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(i64::MAX);
        self.store
            .read(move |tx| {
                let most = limit + 1;
                let rows = match became {
                    None => tx.rows(&LIST, &[before.into(), most.into()])?,
                    Some(became) => tx.rows(&LIST_OF, &[before.into(), most.into(), became.code().into()])?,
                };
                let rows = rows.iter().map(received).collect::<Result<Vec<_>, _>>()?;
                Ok(page(rows, limit, |row| row.id))
            })
            .await
    }

    /// One mail that came; none if it is not there.
    pub async fn received_mail(&self, id: i64) -> Result<Option<ReceivedView>, StoreError> {
        self.reads_mail().await?;
        self.store
            .read(move |tx| {
                let Some(row) = tx.row(&SHOWN, &[id.into()])? else { return Ok(None) };
                let shown = received(&row)?;
                let person = mailbox::person_of(tx, &shown.sender)?;
                let person = person.map(|person| people::load(tx, person)).transpose()?.flatten();
                Ok(Some(ReceivedView { row: shown, letter: row.json(12)?, raw: row.string(13)?, person }))
            })
            .await
    }

    /// What left and what waits to leave, the newest first; of one kind, or all.
    pub async fn mails(
        &self,
        sending: Option<Sending>,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<MailRow>, StoreError> {
        self.reads_mail().await?;
        let before = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(i64::MAX);
        self.store
            .read(move |tx| {
                let most = limit + 1;
                let rows = match sending {
                    None => tx.rows(&MAILS, &[before.into(), most.into()])?,
                    Some(sending) => tx.rows(&MAILS_OF, &[before.into(), most.into(), sending.code().into()])?,
                };
                let rows = rows.iter().map(sent).collect::<Result<Vec<_>, _>>()?;
                Ok(page(rows, limit, |row| row.id))
            })
            .await
    }

    /// The mailboxes that cannot be read, since when and why.
    pub async fn mailbox_troubles(&self) -> Result<Vec<(String, Timestamp, String)>, StoreError> {
        self.reads_mail().await?;
        self.store
            .read(|tx| {
                let rows = tx.rows(&TROUBLES, &[])?;
                let troubles = rows.iter().map(|row| Ok((row.string(0)?, time::moment(row.int(1)?)?, row.string(2)?)));
                Ok(troubles.collect::<Result<Vec<_>, DbError>>()?)
            })
            .await
    }

    pub async fn mail_counts(&self) -> Result<MailCounts, StoreError> {
        self.reads_mail().await?;
        self.store
            .read(|tx| {
                let mails = |state: Sending| -> Result<i64, DbError> {
                    tx.row(&COUNT_MAILS, &[state.code().into()])?.map_or(Ok(0), |row| row.int(0))
                };
                let aside = tx.row(&COUNT, &[Became::Aside.code().into()])?.map_or(Ok(0), |row| row.int(0))?;
                let failed = mails(Sending::Failed)? + mails(Sending::Returned)?;
                Ok(MailCounts { aside, failed, queued: mails(Sending::Queued)? })
            })
            .await
    }

    /// Opens a case from a mail: of that procedure, for that person or for oneself.
    pub async fn open_from_mail(
        &self,
        id: i64,
        procedure: &str,
        on_behalf_of: Option<PersonId>,
        now: Timestamp,
    ) -> Result<Submitted, SubmitError> {
        let mail = self.take_in_hand(id, now).await?;
        let mut request = mailbox::opening(&mail, procedure);
        request.on_behalf_of = on_behalf_of.filter(|person| *person != self.person.id);
        let open = Submission::open(self.person.id, request, now);
        let fingerprint = format!("{}:{procedure}:{}", mail.content, on_behalf_of.map_or(0, |person| person.0));
        let done = self.store.submit(open.with_key(mailbox::key(&mail), fingerprint)).await;
        match done {
            Ok(done) => {
                self.settle(&mail, Became::Opened, "", &done.number, now).await?;
                Ok(done)
            }
            Err(error) => Err(self.let_go(&mail, error).await),
        }
    }

    /// Adds a mail to a case, as a note of one's own that says where it came from.
    pub async fn note_from_mail(&self, id: i64, case: &str, now: Timestamp) -> Result<Name, SubmitError> {
        let case: Name = case.trim().into();
        let number = case.clone();
        let known = self.store.read(move |tx| Ok::<_, StoreError>(cases::see(tx, &number)?.is_some())).await?;
        if !known {
            return Err(Refusal::missing(format!("No existe el caso {case}.")).into());
        }
        let mail = self.take_in_hand(id, now).await?;
        match self.store.note_mail(&mail, self.person.id, &case, false, now).await {
            Ok((number, reason)) => {
                self.settle(&mail, Became::Noted, &reason, &number, now).await?;
                Ok(number)
            }
            Err(error) => Err(self.let_go(&mail, error).await),
        }
    }

    /// Nothing comes of a mail, for a reason that is kept.
    pub async fn discard_mail(&self, id: i64, reason: &str, now: Timestamp) -> Result<(), StoreError> {
        let reason = reason.trim();
        if reason.chars().count() < 3 || reason.chars().count() > 500 {
            return Err(Refusal::invalid("Escriba la razón para descartarlo, en menos de 500 letras.").into());
        }
        let mail = self.take_in_hand(id, now).await.map_err(mailbox::unsettled)?;
        self.settle(&mail, Became::Discarded, reason, "", now).await
    }

    /// A mail set aside or ignored, in these hands and no others.
    async fn take_in_hand(&self, id: i64, now: Timestamp) -> Result<Held, SubmitError> {
        if !self.receives_mail().await? {
            return Err(Refusal::forbidden(NOT_YOURS).into());
        }
        let me = self.person.id;
        self.store
            .write(move |tx| {
                let mail = mailbox::held(tx, id)?.ok_or_else(|| Refusal::missing("Ese correo no existe."))?;
                if !matches!(mail.state, Became::Aside | Became::Ignored) {
                    return Err(Refusal::conflict("Ese correo ya fue atendido.").into());
                }
                let stale = now.saturating_sub(IN_HAND).unwrap_or(now);
                let values = [id.into(), me.into(), now.into(), mail.state.code().into(), stale.into()];
                if tx.run(&CLAIM, &values)? == 0 {
                    return Err(Refusal::conflict("Otra persona está atendiendo ese correo en este momento.").into());
                }
                Ok(mail)
            })
            .await
    }

    async fn settle(
        &self,
        mail: &Held,
        became: Became,
        reason: &str,
        number: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (mail, reason, number, me) = (mail.clone(), reason.to_owned(), number.to_owned(), self.person.id);
        self.store
            .write(move |tx: &Tx<'_>| -> Result<(), StoreError> {
                mailbox::becomes(tx, &mail, became, &reason, &number, me, now)?;
                Ok(())
            })
            .await
    }

    async fn let_go(&self, mail: &Held, error: SubmitError) -> SubmitError {
        let values = [mail.id.into(), self.person.id.into()];
        let released = self.store.write(move |tx| Ok::<_, StoreError>(tx.run(&RELEASE, &values).map(|_| ())?)).await;
        if let Err(failed) = released {
            tracing::warn!(%failed, "a mail stays in hand for a while");
        }
        match error {
            // All the faults in one sentence: the form of a mail has no fields for them.
            SubmitError::Refused(refusal) if !refusal.faults.is_empty() => {
                let message = in_words(&refusal);
                SubmitError::Refused(Refusal { message, faults: Vec::new(), ..refusal })
            }
            other => other,
        }
    }
}
