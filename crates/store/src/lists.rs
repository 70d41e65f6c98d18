//! The lists a person works with: the tabs of the inbox, what they count, and the cases one may see, as statements.

use crate::{
    cases::{CaseRow, case_columns},
    tx::{Stmt, statements},
};
use engine::case::Status;

/// Which cases an inbox shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Waits for the person, or for somebody the person stands in for.
    #[default]
    Mine,
    /// Waits for a post the person holds, nobody assigned.
    Post,
    /// Waits for a post, nobody assigned, in any procedure the person takes part in.
    Unassigned,
    /// Mine or my posts', due today and not yet past.
    DueToday,
    /// Mine or my posts', past its due date.
    Overdue,
    /// Mine or my posts', with the clock stopped.
    Waiting,
    /// Every open case the person may see.
    AllOpen,
}

impl Tab {
    pub const ALL: [Self; 7] =
        [Self::Mine, Self::Post, Self::Unassigned, Self::DueToday, Self::Overdue, Self::Waiting, Self::AllOpen];

    /// The word in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mine => "mios",
            Self::Post => "puesto",
            Self::Unassigned => "sin-asignar",
            Self::DueToday => "vencen-hoy",
            Self::Overdue => "vencidos",
            Self::Waiting => "en-espera",
            Self::AllOpen => "abiertos",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.code() == code)
    }
}

/// Narrows a list; what is empty does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Code of the procedure.
    pub procedure: Option<String>,
    pub status: Option<Status>,
    /// Code of the requester's unit.
    pub unit: Option<String>,
    /// Words: number, subject, description, requester, values; the last may be a beginning.
    pub text: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxQuery {
    pub tab: Tab,
    pub filters: Filters,
    /// As the page before gave it.
    pub cursor: Option<String>,
    /// Rows of a page, 1 to 200; 0 is 50.
    pub limit: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Give it back for the next page; none: there is no more.
    pub next: Option<String>,
}

/// What the tabs of an inbox hold. A case that waits for two posts of one person counts twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub mine: i64,
    pub post: i64,
    pub unassigned: i64,
    pub due_today: i64,
    pub overdue: i64,
    pub waiting: i64,
}

/// Persons the reader may act as: himself and those he stands in for today.
macro_rules! me {
    () => {
        "me AS (SELECT CAST($1 AS BIGINT) AS person
                UNION SELECT s.absent FROM substitutions s
                WHERE s.deputy = $1 AND s.since <= $2 AND s.until >= $2),
         held AS (SELECT DISTINCT h.role, h.unit FROM posts h JOIN me ON h.person = me.person
                  WHERE h.since <= $2 AND h.until >= $2)"
    };
}

/// `$3` procedure, `$4` status, `$5` unit, `$6` text, `$7` `$8` cursor, `$9` limit.
macro_rules! inbox {
    ($ids:expr) => {
        concat!(
            "WITH ",
            me!(),
            " SELECT ",
            case_columns!(),
            " FROM cases c WHERE c.id IN (",
            $ids,
            ")
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             AND ($6 = '' OR c.id IN {hits $6})
             AND (c.due_key > $7 OR (c.due_key = $7 AND c.id > $8))
             ORDER BY c.due_key, c.id LIMIT $9"
        )
    };
}

macro_rules! of_person {
    ($paused:literal, $due:expr) => {
        concat!(
            "SELECT w.case_id FROM me JOIN waits w ON w.person = me.person WHERE w.paused = ",
            $paused,
            " AND ",
            $due
        )
    };
}

macro_rules! of_post {
    ($paused:literal, $due:expr) => {
        concat!(
            "SELECT w.case_id FROM held JOIN waits w ON w.person = 0 AND w.holder = held.role
             WHERE (w.unit = '' OR held.unit = '' OR w.unit = held.unit) AND w.paused = ",
            $paused,
            " AND ",
            $due
        )
    };
}

/// The cases a person may see: `c` is the case.
macro_rules! may_see {
    ($all:literal) => {
        concat!(
            "(", $all, " = 1
              OR EXISTS (SELECT 1 FROM participants p WHERE p.case_id = c.id AND p.person IN (SELECT person FROM me))
              OR EXISTS (SELECT 1 FROM reach r JOIN held ON r.holder = held.role
                         WHERE r.edition = c.edition AND r.procedure = c.procedure
                               AND (r.unit = '' OR held.unit = '' OR r.unit = held.unit)))"
        )
    };
}

/// The cases a person without any post may see: those he takes part in himself.
macro_rules! own {
    ($all:literal) => {
        concat!($all, " = 0 AND c.id IN (SELECT p.case_id FROM me JOIN participants p ON p.person = me.person)")
    };
}

statements! {
    MINE: [Int, Text, Text, Text, Text, Text, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        inbox!(of_person!("0", "1 = 1"));
    POST: [Int, Text, Text, Text, Text, Text, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        inbox!(of_post!("0", "1 = 1"));
    WAITING: [Int, Text, Text, Text, Text, Text, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        inbox!(concat!(of_person!("1", "1 = 1"), " UNION ", of_post!("1", "1 = 1")));
    DUE_BETWEEN: [Int, Text, Text, Text, Text, Text, Int, Int, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        inbox!(concat!(
            of_person!("0", "w.due_key >= $10 AND w.due_key < $11"), " UNION ", of_post!("0", "w.due_key >= $10 AND w.due_key < $11")
        ));
    UNASSIGNED: [Int, Text, Text, Text, Text, Text, Int, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.is_open = 1 AND c.paused = 0 AND ", may_see!("$10"), "
             AND EXISTS (SELECT 1 FROM waits w WHERE w.case_id = c.id AND w.person = 0)
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             AND ($6 = '' OR c.id IN {hits $6})
             AND (c.due_key > $7 OR (c.due_key = $7 AND c.id > $8))
             ORDER BY c.due_key, c.id LIMIT $9"
        );
    ALL_OPEN: [Int, Text, Text, Text, Text, Text, Int, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.is_open = 1 AND ", may_see!("$10"), "
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             AND ($6 = '' OR c.id IN {hits $6})
             AND (c.due_key > $7 OR (c.due_key = $7 AND c.id > $8))
             ORDER BY c.due_key, c.id LIMIT $9"
        );
    OWN_OPEN: [Int, Text, Text, Text, Text, Text, Int, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.is_open = 1 AND ", own!("$10"), "
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             AND ($6 = '' OR c.id IN {hits $6})
             AND (c.due_key > $7 OR (c.due_key = $7 AND c.id > $8))
             ORDER BY c.due_key, c.id LIMIT $9"
        );
    NEWEST: [Int, Text, Text, Text, Text, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.id < $6 AND ", may_see!("$8"), "
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             ORDER BY c.id DESC LIMIT $7"
        );
    OWN_NEWEST: [Int, Text, Text, Text, Text, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.id < $6 AND ", own!("$8"), "
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             ORDER BY c.id DESC LIMIT $7"
        );
    FOUND: [Int, Text, Text, Text, Text, Int, Int, Int, Text] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.id IN {hits $9} AND c.id < $6 AND ", may_see!("$8"), "
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             ORDER BY c.id DESC LIMIT $7"
        );
    OWN_FOUND: [Int, Text, Text, Text, Text, Int, Int, Int, Text] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.id IN {hits $9} AND c.id < $6 AND ", own!("$8"), "
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             ORDER BY c.id DESC LIMIT $7"
        );
    REQUESTS: [Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "SELECT ", case_columns!(), " FROM cases c WHERE c.requester = $1 AND c.id < $2 ORDER BY c.id DESC LIMIT $3"
        );
    COUNT_MINE: [Int, Text, Int] => [Int, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT CAST(COALESCE(SUM(CASE WHEN t.paused = 0 THEN t.cases ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN t.paused = 1 THEN t.cases ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN t.paused = 0 AND t.day > 0 AND t.day < $3 THEN t.cases ELSE 0 END), 0) AS BIGINT)
             FROM me JOIN tallies t ON t.person = me.person AND t.holder = ''"
        );
    COUNT_POST: [Int, Text, Int] => [Int, Int, Int],
        concat!(
            "WITH ", me!(), ", mine AS (
                SELECT t.paused, t.day, t.cases FROM tallies t
                WHERE t.person = 0 AND t.holder IN (SELECT role FROM held)
                      AND EXISTS (SELECT 1 FROM held WHERE held.role = t.holder
                                  AND (t.unit = '' OR held.unit = '' OR t.unit = held.unit)))
             SELECT CAST(COALESCE(SUM(CASE WHEN t.paused = 0 THEN t.cases ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN t.paused = 1 THEN t.cases ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN t.paused = 0 AND t.day > 0 AND t.day < $3 THEN t.cases ELSE 0 END), 0) AS BIGINT)
             FROM mine t"
        );
    COUNT_UNASSIGNED: [Int, Text, Int] => [Int],
        concat!(
            "WITH ", me!(), " SELECT CAST(COALESCE(SUM(t.cases), 0) AS BIGINT) FROM tallies t
             WHERE t.person = 0 AND t.paused = 0
               AND ($3 = 1 OR t.holder IN (
                    SELECT o.holder FROM reach r JOIN held ON r.holder = held.role
                    JOIN reach o ON o.edition = r.edition AND o.procedure = r.procedure
                    WHERE r.unit = '' OR held.unit = '' OR r.unit = held.unit))"
        );
    TODAY: [Int, Text, Int, Int] => [Int],
        concat!(
            "WITH ", me!(), " SELECT CAST(COUNT(*) AS BIGINT) FROM (",
            of_person!("0", "w.due_key >= $3 AND w.due_key < $4"), " UNION ALL ", of_post!("0", "w.due_key >= $3 AND w.due_key < $4"),
            ") AS today"
        );
}

/// The statement of a list of cases, by whether the person holds any post: one who holds none sees only his own, and
/// those are looked up from the person and not by walking over everybody's.
pub(crate) fn choose(with_posts: bool, of_posts: &'static Stmt, own: &'static Stmt) -> &'static Stmt {
    if with_posts { of_posts } else { own }
}

pub(crate) fn limit_of(asked: usize) -> usize {
    if asked == 0 { 50 } else { asked.min(200) }
}

pub(crate) fn nothing() -> Page<CaseRow> {
    Page { rows: Vec::new(), next: None }
}

pub(crate) fn page_of(mut rows: Vec<CaseRow>, limit: usize, cursor: impl Fn(&CaseRow) -> String) -> Page<CaseRow> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(cursor) } else { None };
    Page { rows, next }
}

pub(crate) fn read_cursor(text: &str) -> Option<(i64, i64)> {
    let (due, id) = text.split_once('.')?;
    Some((due.parse().ok()?, id.parse().ok()?))
}
