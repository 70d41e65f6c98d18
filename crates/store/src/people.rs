//! Persons, the posts they hold and those for whom they stand in: the rows, and the actor they make.

use crate::{
    error::{DbError, StoreError},
    time,
    tx::{Row, Tx, Val, statements},
};
use engine::{
    Name,
    actor::{Actor, Candidate, Deputed, PersonId, Post},
    case::{Case, Wait},
    refusal::Refusal,
    world::Directory,
};
use jiff::{Timestamp, civil::Date};
use std::cell::{Cell, RefCell};

/// A person of the institution. The secrets are never part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub login: Name,
    pub name: Name,
    pub email: String,
    pub phone: String,
    /// Code of the unit.
    pub unit: Option<Name>,
    pub active: bool,
    pub administrator: bool,
    pub auditor: bool,
    pub has_password: bool,
    pub has_totp: bool,
    /// The password was given by an administrator: the person changes it before anything else.
    pub must_change_password: bool,
    pub created_at: Timestamp,
}

/// What a login is checked against.
#[derive(Clone)]
pub struct Credentials {
    pub person: Person,
    /// PHC string; empty: the person cannot enter with a password.
    pub password_hash: String,
    /// Empty: no second factor.
    pub totp_secret: String,
    /// The last time step of a code already used: each code serves once.
    pub totp_step: i64,
}

/// A person to be written: all but the number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonFields {
    pub login: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub unit: Option<String>,
    pub administrator: bool,
    pub auditor: bool,
}

/// A post held, from a day on and perhaps up to a day (both included, local dates).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRow {
    pub id: i64,
    pub person: PersonId,
    pub person_name: Name,
    pub role: Name,
    pub unit: Option<Name>,
    pub since: Date,
    pub until: Option<Date>,
}

/// Which posts are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostsAsked {
    pub of: Option<PersonId>,
    /// Empty: every role.
    pub role: String,
    /// Without those that ended before this day.
    pub held_from: Option<Date>,
    /// The number of the last one seen.
    pub after: i64,
}

/// Somebody stands in for somebody absent, both days included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substitution {
    pub id: i64,
    pub absent: PersonId,
    pub absent_name: Name,
    pub deputy: PersonId,
    pub deputy_name: Name,
    pub since: Date,
    pub until: Date,
    pub reason: String,
}

/// The last day of what has no last day.
pub(crate) const FOREVER: &str = "9999-12-31";

statements! {
    BY_ID: [Int] => [Int, Text, Text, Text, Text, Text, Int, Int, Int, Int, Int, Int, Int],
        "SELECT id, login, name, email, phone, unit, active, administrator, auditor,
                CASE WHEN password_hash = '' THEN CAST(0 AS BIGINT) ELSE 1 END,
                CASE WHEN totp_secret = '' THEN CAST(0 AS BIGINT) ELSE 1 END, must_change, created_at
         FROM people WHERE id = $1";
    SECRETS: [Text] => [Int, Text, Text, Int],
        "SELECT id, password_hash, totp_secret, totp_step FROM people WHERE login = $1";
    ID_OF: [Text] => [Int], "SELECT id FROM people WHERE login = $1";
    LIST: [Text, Text, Int, Int] => [Int, Text, Text, Text, Text, Text, Int, Int, Int, Int, Int, Int, Int],
        "SELECT id, login, name, email, phone, unit, active, administrator, auditor,
                CASE WHEN password_hash = '' THEN CAST(0 AS BIGINT) ELSE 1 END,
                CASE WHEN totp_secret = '' THEN CAST(0 AS BIGINT) ELSE 1 END, must_change, created_at
         FROM people WHERE (name > $2 OR (name = $2 AND id > $3))
              AND ($1 = '' OR instr(lower(name), $1) > 0 OR instr(lower(login), $1) > 0)
         ORDER BY name, id LIMIT $4";
    INSERT: [Text, Text, Text, Text, Text, Int, Int, Text, Int] => [Int],
        "INSERT INTO people (login, name, email, phone, unit, active, administrator, auditor, password_hash,
                             totp_secret, totp_step, created_at)
         VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, '', 0, $9) RETURNING id";
    UPDATE: [Int, Text, Text, Text, Text, Text, Int, Int] => [],
        "UPDATE people SET login = $2, name = $3, email = $4, phone = $5, unit = $6, administrator = $7, auditor = $8
         WHERE id = $1";
    ACTIVE: [Int, Int] => [], "UPDATE people SET active = $2 WHERE id = $1";
    PASSWORD: [Int, Text, Int] => [], "UPDATE people SET password_hash = $2, must_change = $3 WHERE id = $1";
    TOTP: [Int, Text] => [], "UPDATE people SET totp_secret = $2, totp_step = 0 WHERE id = $1";
    TOTP_STEP: [Int, Int] => [], "UPDATE people SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
    UNREAD: [Int] => [Int],
        "SELECT COUNT(*) FROM (SELECT 1 FROM notices WHERE person = $1 AND read_at IS NULL LIMIT 100) AS unread";
    ADMINISTRATORS: [] => [Int],
        "SELECT COUNT(*) FROM people WHERE administrator = 1 AND active = 1";
    POSTS_OF: [Int, Text] => [Text, Text],
        "SELECT role, unit FROM posts WHERE person = $1 AND since <= $2 AND until >= $2 ORDER BY id";
    DEPUTED: [Int, Text] => [Int, Text],
        "SELECT DISTINCT p.id, p.name FROM substitutions s JOIN people p ON p.id = s.absent
         WHERE s.deputy = $1 AND s.since <= $2 AND s.until >= $2 ORDER BY p.id";
    DEPUTIES: [Int, Text] => [Int],
        "SELECT DISTINCT d.id FROM substitutions s JOIN people d ON d.id = s.deputy
         WHERE s.absent = $1 AND s.since <= $2 AND s.until >= $2 AND d.active = 1 ORDER BY d.id";
    HELD: [Text, Text, Text] => [Int],
        "SELECT p.id FROM posts h JOIN people p ON p.id = h.person
         WHERE h.role = $1 AND ($2 = '' OR h.unit = '' OR h.unit = $2) AND h.since <= $3 AND h.until >= $3
               AND p.active = 1 LIMIT 1";
    HOLDERS: [Text, Text, Text] => [Int],
        "SELECT DISTINCT p.id FROM posts h JOIN people p ON p.id = h.person
         WHERE h.role = $1 AND ($2 = '' OR h.unit = '' OR h.unit = $2) AND h.since <= $3 AND h.until >= $3
               AND p.active = 1 ORDER BY p.id";
    HOLDING: [Text, Text, Int] => [Int, Text, Text, Text, Text, Text, Int, Int, Int, Int, Int, Int, Int],
        "SELECT id, login, name, email, phone, unit, active, administrator, auditor,
                CASE WHEN password_hash = '' THEN CAST(0 AS BIGINT) ELSE 1 END,
                CASE WHEN totp_secret = '' THEN CAST(0 AS BIGINT) ELSE 1 END, must_change, created_at
         FROM people WHERE active = 1
              AND id IN (SELECT h.person FROM posts h WHERE h.role = $1 AND h.since <= $2 AND h.until >= $2)
         ORDER BY name, id LIMIT $3";
    WAITS_LONGER: [Text, Text, Text, Text] => [Text],
        "SELECT c.number FROM waits w JOIN cases c ON c.id = w.case_id
         WHERE w.person = 0 AND w.holder = $1 AND (w.unit = $2 OR w.unit = '' OR $2 = '') AND w.paused = 0
               AND c.procedure = $3 AND w.case_id < (SELECT o.id FROM cases o WHERE o.number = $4)
         ORDER BY w.case_id LIMIT 1";
    ALL_POSTS: [Int] => [Int, Int, Text, Text, Text, Text, Text],
        "SELECT h.id, h.person, p.name, h.role, h.unit, h.since, h.until FROM posts h JOIN people p ON p.id = h.person
         WHERE ($1 = 0 OR h.person = $1) ORDER BY p.name, h.id";
    POSTS_PAGE: [Int, Int, Text, Text, Int] => [Int, Int, Text, Text, Text, Text, Text],
        "SELECT h.id, h.person, p.name, h.role, h.unit, h.since, h.until FROM posts h JOIN people p ON p.id = h.person
         WHERE h.id > $1 AND ($2 = 0 OR h.person = $2) AND ($3 = '' OR h.role = $3) AND h.until >= $4
         ORDER BY h.id LIMIT $5";
    ADD_POST: [Int, Text, Text, Text, Text] => [Int],
        "INSERT INTO posts (person, role, unit, since, until) VALUES ($1, $2, $3, $4, $5) RETURNING id";
    END_POST: [Int, Text] => [Int, Text, Text],
        "UPDATE posts SET until = $2 WHERE id = $1 RETURNING person, role, unit";
    ALL_SUBSTITUTIONS: [Text] => [Int, Int, Text, Int, Text, Text, Text, Text],
        "SELECT s.id, s.absent, a.name, s.deputy, d.name, s.since, s.until, s.reason
         FROM substitutions s JOIN people a ON a.id = s.absent JOIN people d ON d.id = s.deputy
         WHERE s.until >= $1 ORDER BY s.since, s.id";
    ADD_SUBSTITUTION: [Int, Int, Text, Text, Text] => [Int],
        "INSERT INTO substitutions (absent, deputy, since, until, reason) VALUES ($1, $2, $3, $4, $5) RETURNING id";
    END_SUBSTITUTION: [Int, Text] => [Int, Int],
        "UPDATE substitutions SET until = $2 WHERE id = $1 RETURNING absent, deputy";
}

fn person(row: &Row) -> Result<Person, DbError> {
    Ok(Person {
        id: PersonId(row.int(0)?),
        login: row.name(1)?,
        name: row.name(2)?,
        email: row.string(3)?,
        phone: row.string(4)?,
        unit: row.name_opt(5)?,
        active: row.flag(6)?,
        administrator: row.flag(7)?,
        auditor: row.flag(8)?,
        has_password: row.flag(9)?,
        has_totp: row.flag(10)?,
        must_change_password: row.flag(11)?,
        created_at: time::moment(row.int(12)?)?,
    })
}

pub(crate) fn load(tx: &Tx<'_>, id: PersonId) -> Result<Option<Person>, DbError> {
    tx.row(&BY_ID, &[id.into()])?.map(|row| person(&row)).transpose()
}

pub(crate) fn by_login(tx: &Tx<'_>, login: &str) -> Result<Option<Credentials>, DbError> {
    let Some(row) = tx.row(&SECRETS, &[login.trim().to_lowercase().into()])? else { return Ok(None) };
    let Some(person) = load(tx, PersonId(row.int(0)?))? else { return Ok(None) };
    Ok(Some(Credentials { person, password_hash: row.string(1)?, totp_secret: row.string(2)?, totp_step: row.int(3)? }))
}

/// The number behind a login.
pub(crate) fn id_of(tx: &Tx<'_>, login: &str) -> Result<Option<PersonId>, DbError> {
    tx.row(&ID_OF, &[login.to_lowercase().into()])?.map(|row| row.int(0).map(PersonId)).transpose()
}

/// Persons by name, after a cursor (name, number).
pub(crate) fn list(tx: &Tx<'_>, text: &str, after: (&str, i64), limit: usize) -> Result<Vec<Person>, DbError> {
    let values = [text.trim().to_lowercase().into(), after.0.into(), after.1.into(), limit.into()];
    tx.rows(&LIST, &values)?.iter().map(person).collect()
}

/// Active persons all of whose words asked for are in the name, the login, the mail address, the telephone or the unit,
/// accents apart.
pub(crate) fn find(tx: &Tx<'_>, text: &str, limit: usize) -> Result<Vec<Person>, DbError> {
    let asked: Vec<String> = text.split_whitespace().map(plain).collect();
    let mut found = Vec::new();
    let mut after = (String::new(), 0);
    loop {
        let page = list(tx, "", (&after.0, after.1), FOUND_PAGE)?;
        let Some(last) = page.last() else { return Ok(found) };
        after = (last.name.to_string(), last.id.0);
        for person in page {
            let digits: String = person.phone.chars().filter(char::is_ascii_digit).collect();
            let unit = person.unit.as_deref().unwrap_or_default();
            let text =
                plain(&format!("{} {} {} {} {digits} {unit}", person.name, person.login, person.email, person.phone));
            if person.active && asked.iter().all(|word| text.contains(word.as_str())) {
                found.push(person);
                if found.len() == limit {
                    return Ok(found);
                }
            }
        }
    }
}

/// Active persons who hold a role on a local day and all of whose words asked for are in the name, login or address.
pub(crate) fn holding(tx: &Tx<'_>, role: &str, text: &str, today: Date, limit: usize) -> Result<Vec<Person>, DbError> {
    let asked: Vec<String> = text.split_whitespace().map(plain).collect();
    let rows = tx.rows(&HOLDING, &[role.into(), today.into(), FOUND_PAGE.into()])?;
    let mut found = rows.iter().map(person).collect::<Result<Vec<_>, _>>()?;
    found.retain(|person| {
        let text = plain(&format!("{} {} {}", person.name, person.login, person.email));
        asked.iter().all(|word| text.contains(word.as_str()))
    });
    found.truncate(limit);
    Ok(found)
}

const FOUND_PAGE: usize = 1_000;

fn plain(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

pub(crate) fn insert(
    tx: &Tx<'_>,
    fields: &PersonFields,
    password_hash: &str,
    now: Timestamp,
) -> Result<PersonId, DbError> {
    let values = [
        fields.login.trim().to_lowercase().into(),
        fields.name.trim().into(),
        fields.email.trim().into(),
        fields.phone.trim().into(),
        fields.unit.as_deref().unwrap_or_default().into(),
        fields.administrator.into(),
        fields.auditor.into(),
        password_hash.into(),
        now.into(),
    ];
    let row = tx.row(&INSERT, &values)?.ok_or_else(|| DbError::broken("no number for the person"))?;
    Ok(PersonId(row.int(0)?))
}

pub(crate) fn update(tx: &Tx<'_>, id: PersonId, fields: &PersonFields) -> Result<(), DbError> {
    let values = [
        id.into(),
        fields.login.trim().to_lowercase().into(),
        fields.name.trim().into(),
        fields.email.trim().into(),
        fields.phone.trim().into(),
        fields.unit.as_deref().unwrap_or_default().into(),
        fields.administrator.into(),
        fields.auditor.into(),
    ];
    tx.run(&UPDATE, &values).map(|_| ())
}

pub(crate) fn set_active(tx: &Tx<'_>, id: PersonId, active: bool) -> Result<(), DbError> {
    tx.run(&ACTIVE, &[id.into(), active.into()]).map(|_| ())
}

/// A password somebody else has given must be changed by the person at once.
pub(crate) fn set_password(tx: &Tx<'_>, id: PersonId, hash: &str, must_change: bool) -> Result<(), DbError> {
    tx.run(&PASSWORD, &[id.into(), hash.into(), must_change.into()]).map(|_| ())
}

pub(crate) fn set_totp(tx: &Tx<'_>, id: PersonId, secret: &str) -> Result<(), DbError> {
    tx.run(&TOTP, &[id.into(), secret.into()]).map(|_| ())
}

/// Marks a time step as used; false if it, or a later one, was used before.
pub(crate) fn use_totp_step(tx: &Tx<'_>, id: PersonId, step: i64) -> Result<bool, DbError> {
    Ok(tx.run(&TOTP_STEP, &[id.into(), step.into()])? == 1)
}

pub(crate) fn active_administrators(tx: &Tx<'_>) -> Result<i64, DbError> {
    tx.row(&ADMINISTRATORS, &[])?.map_or(Ok(0), |row| row.int(0))
}

fn posts_of(tx: &Tx<'_>, id: PersonId, today: &Val) -> Result<Vec<Post>, DbError> {
    held(&tx.rows(&POSTS_OF, &[id.into(), today.clone()])?)
}

fn held(rows: &[Row]) -> Result<Vec<Post>, DbError> {
    rows.iter().map(|row| Ok(Post { role: row.name(0)?, unit: row.name_opt(1)? })).collect()
}

/// The actor a person is on a local day; refused for one who is not there or not active.
pub(crate) fn actor(tx: &Tx<'_>, id: PersonId, today: Date) -> Result<Actor, StoreError> {
    if id == engine::actor::SYSTEM {
        return Ok(Actor::system());
    }
    let today = Val::from(today);
    let day = || vec![id.into(), today.clone()];
    let [person, deputed, posts] = tx.rows_of([(&BY_ID, vec![id.into()]), (&DEPUTED, day()), (&POSTS_OF, day())])?;
    let person = person.first().map(self::person).transpose()?.filter(|person| person.active);
    let person = person.ok_or_else(|| Refusal::forbidden("Su cuenta no está activa."))?;
    let mut stands_in_for = Vec::new();
    for row in deputed {
        let absent = PersonId(row.int(0)?);
        stands_in_for.push(Deputed { person: absent, name: row.name(1)?, posts: posts_of(tx, absent, &today)? });
    }
    Ok(Actor { person: id, name: person.name, unit: person.unit, posts: held(&posts)?, stands_in_for })
}

/// What `actor` will ask.
pub(crate) fn foresee_actor(tx: &Tx<'_>, id: PersonId, today: Date) {
    if id != engine::actor::SYSTEM {
        tx.foresee(&BY_ID, vec![id.into()]);
        tx.foresee(&DEPUTED, vec![id.into(), today.into()]);
        tx.foresee(&POSTS_OF, vec![id.into(), today.into()]);
    }
}

/// Somebody named in a command.
pub(crate) fn candidate(tx: &Tx<'_>, id: PersonId, today: Date) -> Result<Candidate, StoreError> {
    let person = load(tx, id)?.ok_or_else(|| Refusal::missing("Esa persona no existe en el directorio."))?;
    let posts = posts_of(tx, id, &Val::from(today))?;
    Ok(Candidate { person: id, name: person.name, unit: person.unit, posts, active: person.active })
}

/// Notices a person has not read, a hundred at most.
pub(crate) fn unread(tx: &Tx<'_>, id: PersonId) -> Result<i64, DbError> {
    tx.row(&UNREAD, &[id.into()])?.map_or(Ok(0), |row| row.int(0))
}

/// The active holders of a role on a local day: of that unit, or of every unit.
pub(crate) fn holders(tx: &Tx<'_>, role: &str, unit: Option<&str>, today: Date) -> Result<Vec<PersonId>, DbError> {
    let rows = tx.rows(&HOLDERS, &[role.into(), unit.unwrap_or_default().into(), today.into()])?;
    rows.iter().map(|row| row.int(0).map(PersonId)).collect()
}

/// Who stands in for somebody on a local day.
pub(crate) fn deputies(tx: &Tx<'_>, absent: PersonId, today: Date) -> Result<Vec<PersonId>, DbError> {
    let rows = tx.rows(&DEPUTIES, &[absent.into(), today.into()])?;
    rows.iter().map(|row| row.int(0).map(PersonId)).collect()
}

/// The directory of a day, asked from within a decision. An error is kept until the decision is over.
pub(crate) struct Today<'t, 'c> {
    pub tx: &'t Tx<'c>,
    pub date: Date,
    pub failed: RefCell<Option<DbError>>,
    pub asked: Cell<u32>,
}

impl<'t, 'c> Today<'t, 'c> {
    pub fn new(tx: &'t Tx<'c>, date: Date) -> Self {
        Self { tx, date, failed: RefCell::new(None), asked: Cell::new(0) }
    }

    pub fn check(self) -> Result<(), DbError> {
        self.failed.into_inner().map_or(Ok(()), Err)
    }
}

impl Directory for Today<'_, '_> {
    fn anyone_holds(&self, role: &str, unit: Option<&str>) -> bool {
        self.asked.set(self.asked.get() + 1);
        match self.tx.row(&HELD, &[role.into(), unit.unwrap_or_default().into(), self.date.into()]) {
            Ok(row) => row.is_some(),
            Err(error) => {
                self.failed.borrow_mut().get_or_insert(error);
                false
            }
        }
    }

    fn waits_longer(&self, case: &Case, wait: &Wait) -> Option<Name> {
        self.asked.set(self.asked.get() + 1);
        let unit = wait.unit.as_deref().unwrap_or_default();
        let values = [(&wait.holder).into(), unit.into(), (&case.procedure).into(), (&case.number).into()];
        let found = self.tx.row(&WAITS_LONGER, &values).and_then(|row| row.map(|row| row.name(0)).transpose());
        found.unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            None
        })
    }
}

pub(crate) fn posts(tx: &Tx<'_>, of: Option<PersonId>) -> Result<Vec<PostRow>, DbError> {
    tx.rows(&ALL_POSTS, &[of.map_or(0, |person| person.0).into()])?.iter().map(post).collect()
}

/// Posts in the order in which they were given.
pub(crate) fn posts_page(tx: &Tx<'_>, asked: &PostsAsked, limit: usize) -> Result<Vec<PostRow>, DbError> {
    let from = asked.held_from.map_or_else(String::new, |day| day.to_string());
    let of = asked.of.map_or(0, |person| person.0);
    let values = [asked.after.into(), of.into(), (&asked.role).into(), from.into(), limit.into()];
    tx.rows(&POSTS_PAGE, &values)?.iter().map(post).collect()
}

fn post(row: &Row) -> Result<PostRow, DbError> {
    Ok(PostRow {
        id: row.int(0)?,
        person: PersonId(row.int(1)?),
        person_name: row.name(2)?,
        role: row.name(3)?,
        unit: row.name_opt(4)?,
        since: time::date(row.text(5)?)?,
        until: Some(row.text(6)?).filter(|text| *text != FOREVER).map(time::date).transpose()?,
    })
}

pub(crate) fn add_post(
    tx: &Tx<'_>,
    person: PersonId,
    role: &str,
    unit: Option<&str>,
    since: Date,
    until: Option<Date>,
) -> Result<i64, DbError> {
    let until = until.map_or_else(|| FOREVER.to_owned(), |until| until.to_string());
    let values = [person.into(), role.into(), unit.unwrap_or_default().into(), since.into(), until.into()];
    tx.row(&ADD_POST, &values)?.ok_or_else(|| DbError::broken("no number for the post"))?.int(0)
}

/// The last day of a post; gives whose post it was.
pub(crate) fn end_post(tx: &Tx<'_>, id: i64, until: Date) -> Result<Option<(PersonId, Name, Option<Name>)>, DbError> {
    let row = tx.row(&END_POST, &[id.into(), until.into()])?;
    row.map(|row| Ok((PersonId(row.int(0)?), row.name(1)?, row.name_opt(2)?))).transpose()
}

pub(crate) fn substitutions(tx: &Tx<'_>, from: Date) -> Result<Vec<Substitution>, DbError> {
    let rows = tx.rows(&ALL_SUBSTITUTIONS, &[from.into()])?;
    rows.iter()
        .map(|row| {
            Ok(Substitution {
                id: row.int(0)?,
                absent: PersonId(row.int(1)?),
                absent_name: row.name(2)?,
                deputy: PersonId(row.int(3)?),
                deputy_name: row.name(4)?,
                since: time::date(row.text(5)?)?,
                until: time::date(row.text(6)?)?,
                reason: row.string(7)?,
            })
        })
        .collect()
}

pub(crate) fn add_substitution(
    tx: &Tx<'_>,
    absent: PersonId,
    deputy: PersonId,
    days: (Date, Date),
    reason: &str,
) -> Result<i64, DbError> {
    let values = [absent.into(), deputy.into(), days.0.into(), days.1.into(), reason.into()];
    tx.row(&ADD_SUBSTITUTION, &values)?.ok_or_else(|| DbError::broken("no number for the substitution"))?.int(0)
}

pub(crate) fn end_substitution(tx: &Tx<'_>, id: i64, until: Date) -> Result<Option<(PersonId, PersonId)>, DbError> {
    let row = tx.row(&END_SUBSTITUTION, &[id.into(), until.into()])?;
    row.map(|row| Ok((PersonId(row.int(0)?), PersonId(row.int(1)?)))).transpose()
}
