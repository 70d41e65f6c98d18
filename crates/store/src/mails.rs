//! Mail that leaves: queued with the change that asks for it, leased to the one who sends, and kept as the delivery log.

use crate::{
    cases,
    error::{DbError, StoreError},
    hash, people,
    store::Store,
    time,
    tx::{Tx, statements},
};
use engine::{Name, actor::PersonId, case::Case, event::STEP_CLOCK};
use jiff::{SignedDuration, Timestamp};
use manual::procedure::StepNo;
use serde::{Deserialize, Serialize};

/// A mail to one address. The same key is queued once, however often it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    /// Names what is told and to whom: `2026-000123:4:0:17`.
    pub key: String,
    /// To whom the address belongs; a person who is no longer active is sent nothing.
    pub person: Option<PersonId>,
    pub address: String,
    pub subject: String,
    /// Plain text: the whole of it.
    pub text: String,
    /// The case it speaks of: threads the mail, and gives replies their way back.
    pub case_number: Option<Name>,
    /// The Message-ID of the mail it answers, with its angle brackets.
    pub in_reply_to: Option<String>,
    pub not_before: Timestamp,
    /// Asked again just before it leaves.
    pub only_if: Option<StillTrue>,
    pub at: Timestamp,
}

/// What must still be so when a mail leaves; else it is set down as no longer needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StillTrue {
    /// The case has not ended.
    Open { case: Name },
    /// The clock (`paso` for the step's own term) still runs towards this due date.
    Running { case: Name, clock: Name, due: Timestamp },
    /// The case still stands on this visit of the step.
    StandsOn { case: Name, step: StepNo, visit: u16 },
    /// Nobody has rated it.
    NotRated { case: Name },
}

/// A mail in the hands of one sender, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLease {
    pub key: Name,
    pub address: String,
    pub subject: String,
    pub text: String,
    pub case: Option<Name>,
    pub in_reply_to: Option<String>,
    /// 128 bits nobody can guess, the same at every attempt: the local part of the Message-ID.
    pub thread: String,
    /// 1 the first time.
    pub attempt: u32,
    pub created_at: Timestamp,
    /// When a server first said "not now".
    pub refused_at: Option<Timestamp>,
    pub(crate) token: String,
    pub(crate) id: i64,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// The server took it over, in its own words.
    Accepted { reply: String },
    /// Try again at that time.
    Later {
        at: Timestamp,
        detail: String,
        /// The server refused this very mail for now; a server nobody could reach says nothing about it.
        refused: bool,
    },
    /// It will not be delivered; a person reads why.
    Failed { detail: String },
}

statements! {
    // `html` is a column nothing was ever written to.
    PUT: [Text, Int, Text, Text, Text, Text, Text, Text, Int, Int] => [],
        "INSERT INTO mails (key, person, address, subject, body, html, number, in_reply_to, only_if, thread, state,
                            attempts, not_before, token, created_at, detail)
         VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8, '', 'queued', 0, $9, '', $10, '') ON CONFLICT DO NOTHING";
    // The mails about one case reach one address in their order: a later one waits for the one before it.
    DUE: [Int, Int] => [Int, Text, Text, Text, Text, Text, Text, Text, Int, Int, Int],
        "SELECT m.id, m.key, m.address, m.subject, m.body, m.number, m.in_reply_to, m.thread, m.attempts,
                m.created_at, m.refused_at
         FROM mails m WHERE m.state = 'queued' AND m.not_before <= $1
              AND (m.number = '' OR NOT EXISTS
                   (SELECT 1 FROM mails e WHERE e.number = m.number AND e.address = m.address AND e.state = 'queued'
                           AND e.id < m.id AND (e.attempts > 0 OR e.not_before <= $1)))
         ORDER BY m.not_before, m.id LIMIT $2 /*skip*/";
    LEASE: [Int, Int, Text, Text] => [],
        "UPDATE mails SET attempts = attempts + 1, not_before = $2, token = $3,
                thread = CASE WHEN thread = '' THEN $4 ELSE thread END WHERE id = $1";
    CONDITION: [Int, Text] => [Text, Int], "SELECT only_if, person FROM mails WHERE id = $1 AND token = $2";
    SETTLE: [Int, Text, Text, Int, Text] => [],
        "UPDATE mails SET state = $3, settled_at = $4, token = '', detail = $5 WHERE id = $1 AND token = $2";
    AGAIN: [Int, Text, Int, Text, Int] => [],
        "UPDATE mails SET not_before = $3, token = '', detail = $4, refused_at = COALESCE(refused_at, $5)
         WHERE id = $1 AND token = $2";
    // What waits for the office to open under the right clock is left to wait.
    UNDO: [Int, Int] => [],
        "UPDATE mails SET not_before = $1 WHERE state = 'queued' AND not_before > $1 AND not_before <= $2
                AND (attempts > 0 OR created_at > $1)";
    OF_THREAD: [Text] => [Int, Text], "SELECT id, number FROM mails WHERE thread = $1";
    RETURNED: [Text, Int, Text] => [],
        "UPDATE mails SET state = 'returned', settled_at = $2, detail = $3 WHERE thread = $1 AND state = 'sent'";
    DROP_OLD: [Int] => [],
        "DELETE FROM mails WHERE state IN ('sent', 'unneeded', 'failed', 'returned') AND not_before < $1";
}

/// What a wrong clock put off until a moment between these, or wrote itself, is looked at now.
pub(crate) fn clock_went_back(tx: &Tx<'_>, now: Timestamp, until: Timestamp) -> Result<u64, DbError> {
    tx.run(&UNDO, &[now.into(), until.into()])
}

impl NewMail {
    /// A mail that leaves at once, whatever has become of the world.
    pub fn new(
        key: impl Into<String>,
        address: impl Into<String>,
        subject: impl Into<String>,
        text: impl Into<String>,
        at: Timestamp,
    ) -> Self {
        Self {
            key: key.into(),
            person: None,
            address: address.into(),
            subject: subject.into(),
            text: text.into(),
            case_number: None,
            in_reply_to: None,
            not_before: at,
            only_if: None,
            at,
        }
    }
}

/// Queues a mail within a commit; false where its key is already there.
pub(crate) fn enqueue(tx: &Tx<'_>, mail: &NewMail) -> Result<bool, DbError> {
    let only_if = mail.only_if.as_ref().map(serde_json::to_string).transpose().map_err(DbError::broken)?;
    let values = [
        mail.key.as_str().into(),
        mail.person.map_or(0, |person| person.0).into(),
        mail.address.trim().into(),
        mail.subject.as_str().into(),
        mail.text.as_str().into(),
        mail.case_number.as_deref().unwrap_or_default().into(),
        mail.in_reply_to.as_deref().unwrap_or_default().into(),
        only_if.unwrap_or_default().into(),
        mail.not_before.into(),
        mail.at.into(),
    ];
    Ok(tx.run(&PUT, &values)? == 1)
}

/// The case of a mail of ours, by the thread of its Message-ID; an empty name where it spoke of none.
pub(crate) fn of_thread(tx: &Tx<'_>, thread: &str) -> Result<Option<Name>, DbError> {
    if thread.is_empty() {
        return Ok(None);
    }
    tx.row(&OF_THREAD, &[thread.into()])?.map(|row| row.name(1)).transpose()
}

/// A mail of ours came back.
pub(crate) fn returned(tx: &Tx<'_>, thread: &str, words: &str, now: Timestamp) -> Result<bool, DbError> {
    Ok(!thread.is_empty() && tx.run(&RETURNED, &[thread.into(), now.into(), words.into()])? == 1)
}

fn lease(
    tx: &Tx<'_>,
    now: Timestamp,
    lease_for: SignedDuration,
    limit: usize,
    token: &str,
) -> Result<Vec<MailLease>, DbError> {
    let until = time::micros(now).saturating_add(i64::try_from(lease_for.as_micros()).unwrap_or(i64::MAX));
    let mut leases = Vec::new();
    for row in tx.rows(&DUE, &[now.into(), limit.into()])? {
        let id = row.int(0)?;
        let known = row.string(7)?;
        let thread =
            if known.is_empty() { hash::sha256_hex(format!("{token}:{id}").as_bytes())[..32].into() } else { known };
        tx.run(&LEASE, &[id.into(), until.into(), token.into(), (&thread).into()])?;
        let given = |column| -> Result<_, DbError> { Ok(Some(row.string(column)?).filter(|text| !text.is_empty())) };
        leases.push(MailLease {
            id,
            key: row.name(1)?,
            address: row.string(2)?,
            subject: row.string(3)?,
            text: row.string(4)?,
            case: row.name_opt(5)?,
            in_reply_to: given(6)?,
            thread,
            attempt: u32::try_from(row.int(8)?).unwrap_or(u32::MAX).saturating_add(1),
            created_at: time::moment(row.int(9)?)?,
            refused_at: time::moment_opt(row.int_opt(10)?)?,
            token: token.to_owned(),
        });
    }
    Ok(leases)
}

/// Why a mail is no longer needed, if it is not.
fn obsolete(tx: &Tx<'_>, only_if: &str, person: PersonId) -> Result<Option<&'static str>, DbError> {
    if person != engine::actor::SYSTEM && !people::load(tx, person)?.is_some_and(|person| person.active) {
        return Ok(Some("La persona está de baja."));
    }
    if only_if.is_empty() {
        return Ok(None);
    }
    let condition: StillTrue = serde_json::from_str(only_if).map_err(DbError::broken)?;
    let (StillTrue::Open { case: number }
    | StillTrue::Running { case: number, .. }
    | StillTrue::StandsOn { case: number, .. }
    | StillTrue::NotRated { case: number }) = &condition;
    let holds = cases::see(tx, number)?.is_some_and(|stored| condition.holds(&stored.case));
    Ok((!holds).then_some("Ya no hacía falta: el caso cambió antes de que saliera."))
}

impl StillTrue {
    /// Whether it is so of this case.
    #[must_use]
    pub fn holds(&self, case: &Case) -> bool {
        let open = case.is_open();
        match self {
            Self::Open { .. } => open,
            Self::Running { clock, due, .. } if &**clock == STEP_CLOCK => {
                open && case.paused.is_none() && case.standing.as_ref().is_some_and(|here| here.due == Some(*due))
            }
            Self::Running { clock, due, .. } => {
                let runs = |state: &engine::case::ClockState| state.stopped.is_none() && state.due == *due;
                open && case.paused.is_none() && case.clock(clock).is_some_and(runs)
            }
            Self::StandsOn { step, visit, .. } => {
                open && case.standing.as_ref().is_some_and(|here| here.step == *step && here.visit == *visit)
            }
            Self::NotRated { .. } => case.rating.is_none(),
        }
    }
}

impl Store {
    /// Queues a mail by itself; false where its key is already there.
    pub async fn queue_mail(&self, mail: NewMail) -> Result<bool, StoreError> {
        self.write(move |tx| Ok(enqueue(tx, &mail)?)).await
    }

    /// Leases mails to send, at most `limit`; `token` is random and new for each call.
    pub async fn lease_mails(
        &self,
        now: Timestamp,
        lease_for: SignedDuration,
        limit: usize,
        token: &str,
    ) -> Result<Vec<MailLease>, StoreError> {
        let token = token.to_owned();
        self.write(move |tx| Ok(lease(tx, now, lease_for, limit, &token)?)).await
    }

    /// Asked just before a mail leaves: whether it should. Where not it is set down as no longer needed, or is another's.
    pub async fn mail_leaves(&self, lease: &MailLease, now: Timestamp) -> Result<bool, StoreError> {
        let lease = lease.clone();
        let (id, token) = (lease.id, lease.token.clone());
        let why = self
            .read(move |tx| -> Result<_, StoreError> {
                let Some(row) = tx.row(&CONDITION, &[id.into(), token.as_str().into()])? else { return Ok(None) };
                Ok(Some(obsolete(tx, row.text(0)?, PersonId(row.int(1)?))?))
            })
            .await?;
        match why {
            None => Ok(false),
            Some(None) => Ok(true),
            Some(Some(why)) => {
                self.write(move |tx| -> Result<(), StoreError> {
                    let values =
                        [lease.id.into(), lease.token.as_str().into(), "unneeded".into(), now.into(), why.into()];
                    tx.run(&SETTLE, &values)?;
                    Ok(())
                })
                .await?;
                Ok(false)
            }
        }
    }

    /// Writes what came of an attempt. False: the lease ran out and another has it.
    pub async fn settle_mail(
        &self,
        lease: &MailLease,
        outcome: MailOutcome,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let lease = lease.clone();
        self.write(move |tx| {
            let (id, token) = (lease.id.into(), lease.token.as_str().into());
            let touched = match &outcome {
                MailOutcome::Accepted { reply } => {
                    tx.run(&SETTLE, &[id, token, "sent".into(), now.into(), reply.as_str().into()])?
                }
                MailOutcome::Failed { detail } => {
                    tx.run(&SETTLE, &[id, token, "failed".into(), now.into(), detail.as_str().into()])?
                }
                MailOutcome::Later { at, detail, refused } => {
                    let refused = refused.then_some(now);
                    tx.run(&AGAIN, &[id, token, (*at).into(), detail.as_str().into(), refused.into()])?
                }
            };
            Ok(touched == 1)
        })
        .await
    }

    /// Forgets mails settled that were queued before a moment; gives how many.
    pub async fn forget_mails(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| Ok(tx.run(&DROP_OLD, &[before.into()])?)).await
    }
}
