//! The journal: every event of every case and every act of administration, append-only and hash-chained.

use crate::{
    calendars::CalendarChange,
    error::DbError,
    hash, time,
    tx::{Row, Tx, Val, statements},
};
use engine::{
    Name,
    actor::PersonId,
    event::{Event, Recorded},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// The stream of the institution itself; cases count from 1.
pub(crate) const INSTITUTION: i64 = 0;
/// What stands in place of a case's number in the hashes of the institution's stream.
pub const INSTITUTION_NUMBER: &str = "institucion";

/// An act of administration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminAct {
    PersonCreated {
        person: PersonId,
        login: Name,
        name: Name,
        administrator: bool,
        auditor: bool,
    },
    PersonChanged {
        person: PersonId,
        login: Name,
        name: Name,
        administrator: bool,
        auditor: bool,
    },
    PersonDeactivated {
        person: PersonId,
        sessions: u64,
        tokens: u64,
        reason: String,
    },
    PersonReactivated {
        person: PersonId,
    },
    PasswordSet {
        person: PersonId,
    },
    SecondFactorSet {
        person: PersonId,
        on: bool,
    },
    PostGiven {
        person: PersonId,
        role: Name,
        unit: Option<Name>,
        since: Date,
        until: Option<Date>,
    },
    PostEnded {
        person: PersonId,
        role: Name,
        unit: Option<Name>,
        until: Date,
    },
    SubstitutionNamed {
        absent: PersonId,
        deputy: PersonId,
        since: Date,
        until: Date,
        reason: String,
    },
    SubstitutionEnded {
        absent: PersonId,
        deputy: PersonId,
        until: Date,
    },
    DayDecreed {
        name: Name,
        calendar: u32,
    },
    CalendarChanged {
        calendar: u32,
        reason: String,
    },
    EditionUploaded {
        edition: i64,
        name: Name,
        sha256: Name,
    },
    EditionPublished {
        edition: i64,
        name: Name,
        sha256: Name,
        retired: Option<i64>,
    },
    EditionWithdrawn {
        edition: i64,
        reason: String,
    },
    TokenCreated {
        token: i64,
        person: PersonId,
        name: Name,
        scope: Name,
        expires: Option<Timestamp>,
    },
    TokenRevoked {
        token: i64,
        person: PersonId,
    },
    SessionsEnded {
        person: PersonId,
        ended: u64,
    },
    SettingChanged {
        key: Name,
        value: String,
    },
    SetUp {
        person: PersonId,
    },
    /// A change of the calendar, signed: how, the fingerprint of what was signed, and the open cases it bears on.
    CalendarSigned {
        calendar: u32,
        change: CalendarChange,
        level: u8,
        digest: Name,
        open_cases: i64,
    },
    /// An act of the correspondence desk; the digest is of the letter as the act left it.
    Letter {
        letter: i64,
        number: Name,
        deed: LetterDeed,
        detail: String,
        digest: Name,
    },
}

/// What was done to a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterDeed {
    Received,
    Drafted,
    Changed,
    Numbered,
    Delivered,
    Voided,
    Linked,
    Attached,
}

/// An act with its place in the institution's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminRecorded {
    pub n: u32,
    pub at: Timestamp,
    pub by: PersonId,
    pub name: Name,
    /// The number of the token it came with; none: from a page, or from before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<i64>,
    pub act: AdminAct,
}

/// An act as it is stored, with its link of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminEntry {
    pub recorded: AdminRecorded,
    pub hash: String,
    /// The link is the hash of this act after the one before it, as they are stored now.
    pub intact: bool,
}

/// One entry as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub seq: i64,
    pub case: i64,
    pub n: u32,
    pub at: Timestamp,
    pub kind: String,
    pub body: String,
    pub prev: String,
    pub hash: String,
}

statements! {
    APPEND: [Int, Int, Int, Text, Int, Int, Int, Text, Text, Text] => [],
        "INSERT INTO journal (case_id, n, at, kind, by_person, step, visit, body, prev, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LAST: [Int] => [Int, Text], "SELECT n, hash FROM journal WHERE case_id = $1 ORDER BY n DESC LIMIT 1";
    OF_CASE: [Int, Int, Int] => [Int, Int, Int, Int, Text, Text, Text, Text],
        "SELECT seq, case_id, n, at, kind, body, prev, hash FROM journal
         WHERE case_id = $1 AND n >= $2 AND n <= $3 ORDER BY n";
    IN_ORDER: [Int, Int] => [Int, Int, Int, Int, Text, Text, Text, Text],
        "SELECT seq, case_id, n, at, kind, body, prev, hash FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2";
    LATEST_ACTS: [Int, Int] => [Int, Int, Int, Int, Text, Text, Text, Text],
        "SELECT seq, case_id, n, at, kind, body, prev, hash FROM journal
         WHERE case_id = 0 AND n < $1 ORDER BY n DESC LIMIT $2";
    LAST_SEQ: [] => [Int], "SELECT COALESCE(MAX(seq), 0) FROM journal";
}

fn entry(row: &Row) -> Result<Entry, DbError> {
    Ok(Entry {
        seq: row.int(0)?,
        case: row.int(1)?,
        n: u32::try_from(row.int(2)?).map_err(DbError::broken)?,
        at: time::moment(row.int(3)?)?,
        kind: row.string(4)?,
        body: row.string(5)?,
        prev: row.string(6)?,
        hash: row.string(7)?,
    })
}

/// An event with its place in the chain, ready to be written.
pub(crate) struct Link {
    values: Vec<Val>,
}

/// Chains the events of a case after `prev`; gives the new head.
pub(crate) fn chain(number: &str, prev: String, events: &[Recorded]) -> Result<(Vec<Link>, String), DbError> {
    let mut links = Vec::with_capacity(events.len());
    let mut head = prev;
    for recorded in events {
        let body = serde_json::to_string(recorded).map_err(DbError::broken)?;
        let (kind, place) = kind_and_place(&recorded.event);
        let place = place.map_or((Val::Null, Val::Null), |(step, visit)| (step.into(), visit.into()));
        let hash = hash::entry(&head, number, recorded.n, &body);
        let values = vec![
            Val::Null,
            recorded.n.into(),
            recorded.at.into(),
            kind.into(),
            recorded.by.person.into(),
            place.0,
            place.1,
            body.into(),
            head.into(),
            hash.as_str().into(),
        ];
        links.push(Link { values });
        head = hash;
    }
    Ok((links, head))
}

/// Appends what was chained to the stream of its case.
pub(crate) fn append(tx: &Tx<'_>, case: i64, links: Vec<Link>) -> Result<(), DbError> {
    for mut link in links {
        link.values[0] = case.into();
        tx.send(&APPEND, link.values)?;
    }
    Ok(())
}

/// Appends an act of administration to the institution's stream.
pub(crate) fn append_act(tx: &Tx<'_>, by: (PersonId, &Name), act: AdminAct, now: Timestamp) -> Result<(), DbError> {
    append_act_with(tx, by, None, act, now)
}

/// The same, of somebody who came with a token.
pub(crate) fn append_act_with(
    tx: &Tx<'_>,
    by: (PersonId, &Name),
    token: Option<i64>,
    act: AdminAct,
    now: Timestamp,
) -> Result<(), DbError> {
    // The body and the column must say the same moment: a real clock is finer than what the column keeps.
    let now = crate::time::whole(now);
    let institution = crate::migrations::lock_institution(tx)?;
    let (n, head) = head(tx, INSTITUTION)?.unwrap_or_else(|| (0, hash::genesis(&institution)));
    let recorded = AdminRecorded { n: n + 1, at: now, by: by.0, name: by.1.clone(), token, act };
    let body = serde_json::to_string(&recorded).map_err(DbError::broken)?;
    let kind = serde_json::to_value(&recorded.act).map_err(DbError::broken)?;
    let kind = kind.as_object().and_then(|act| act.keys().next().cloned()).unwrap_or_default();
    let hash = hash::entry(&head, INSTITUTION_NUMBER, n + 1, &body);
    let values = [
        INSTITUTION.into(),
        (n + 1).into(),
        now.into(),
        kind.into(),
        by.0.into(),
        Val::Null,
        Val::Null,
        body.into(),
        head.into(),
        hash.as_str().into(),
    ];
    tx.run(&APPEND, &values)?;
    // No row of a case tells where this stream ends; this setting does.
    crate::migrations::set(tx, "head", &format!("{} {hash}", n + 1))
}

/// Number and hash of the last entry of a stream.
pub(crate) fn head(tx: &Tx<'_>, case: i64) -> Result<Option<(u32, String)>, DbError> {
    let row = tx.row(&LAST, &[case.into()])?;
    row.map(|row| Ok((u32::try_from(row.int(0)?).map_err(DbError::broken)?, row.string(1)?))).transpose()
}

/// The events of a case from one number to another, both included.
pub(crate) fn events(tx: &Tx<'_>, case: i64, from: u32, to: u32) -> Result<Vec<Recorded>, DbError> {
    let rows = tx.rows(&OF_CASE, &[case.into(), from.into(), to.into()])?;
    rows.iter().map(|row| row.json(5)).collect()
}

/// The entries of a case as stored, for those who check the chain.
pub(crate) fn entries(tx: &Tx<'_>, case: i64) -> Result<Vec<Entry>, DbError> {
    tx.rows(&OF_CASE, &[case.into(), 1_i64.into(), u32::MAX.into()])?.iter().map(entry).collect()
}

/// All the entries in the order in which they were written, after a place.
pub(crate) fn in_order(tx: &Tx<'_>, after: i64, limit: i64) -> Result<Vec<Entry>, DbError> {
    tx.rows(&IN_ORDER, &[after.into(), limit.into()])?.iter().map(entry).collect()
}

/// The latest acts of administration before a number, the newest first, each checked against the one stored before it.
pub(crate) fn acts(tx: &Tx<'_>, institution: &str, before: u32, limit: usize) -> Result<Vec<AdminEntry>, DbError> {
    let rows = tx.rows(&LATEST_ACTS, &[before.into(), (limit + 1).into()])?;
    let entries = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    let genesis = hash::genesis(institution);
    entries
        .iter()
        .enumerate()
        .take(limit)
        .map(|(place, entry)| {
            let recorded: AdminRecorded = serde_json::from_str(&entry.body).map_err(DbError::broken)?;
            let (n, head) = entries.get(place + 1).map_or((0, &genesis), |older| (older.n, &older.hash));
            let follows = entry.n == n + 1 && entry.prev == *head && recorded.n == entry.n;
            let intact = follows && entry.hash == hash::entry(head, INSTITUTION_NUMBER, entry.n, &entry.body);
            Ok(AdminEntry { recorded, hash: entry.hash.clone(), intact })
        })
        .collect()
}

pub(crate) fn last_seq(tx: &Tx<'_>) -> Result<i64, DbError> {
    tx.row(&LAST_SEQ, &[])?.map_or(Ok(0), |row| row.int(0))
}

/// The kind's word, and the stay an event finishes: a case leaves each stay once.
fn kind_and_place(event: &Event) -> (&'static str, Option<(u16, u16)>) {
    match event {
        Event::Opened(_) => ("opened", None),
        Event::Acted(_) => ("acted", None),
        Event::Completed(completed) => ("completed", Some((completed.step.0, completed.visit))),
        Event::SentBack { from, visit, .. } => ("sent_back", Some((from.0, *visit))),
        Event::Assigned { .. } => ("assigned", None),
        Event::Commented { .. } => ("commented", None),
        Event::Attached(_) => ("attached", None),
        Event::Paused { .. } => ("paused", None),
        Event::Resumed { .. } => ("resumed", None),
        Event::Extended { .. } => ("extended", None),
        Event::Excluded { .. } => ("excluded", None),
        Event::Cancelled { .. } => ("cancelled", None),
        Event::Reopened { .. } => ("reopened", None),
        Event::Signed(_) => ("signed", None),
        Event::Rated { .. } => ("rated", None),
        Event::DeadlinePassed { .. } => ("deadline_passed", None),
        Event::EffectSettled { .. } => ("effect_settled", None),
        Event::Moved { .. } => ("moved", None),
        Event::Recalculated { .. } => ("recalculated", None),
        Event::Recounted { .. } => ("recounted", None),
        Event::Watched { .. } => ("watched", None),
        Event::Unwatched { .. } => ("unwatched", None),
        Event::Prioritized { .. } => ("prioritized", None),
        Event::AskedBy(_) => ("asked_by", None),
        Event::Halted { .. } => ("halted", None),
        Event::Prolonged { .. } => ("prolonged", None),
        Event::SetApart { .. } => ("set_apart", None),
        Event::Redated { .. } => ("redated", None),
        Event::Began { .. } => ("began", None),
        Event::Lapsed { stay, .. } => ("lapsed", stay.map(|(step, visit)| (step.0, visit))),
        Event::Warned { .. } => ("warned", None),
        Event::Escalated(_) => ("escalated", None),
        Event::EscalationReturned { .. } => ("escalation_returned", None),
        Event::Checked { .. } => ("checked", None),
        Event::Linked { .. } => ("linked", None),
        Event::Unlinked { .. } => ("unlinked", None),
        Event::Merged { .. } => ("merged", None),
        Event::Separated { .. } => ("separated", None),
        Event::Echoed(_) => ("echoed", None),
        Event::Transferred { .. } => ("transferred", None),
    }
}
