//! Official letters: what the correspondence desk writes down of what comes in and of what goes out, the rows, their
//! words, and who may read them.

use crate::{
    error::{DbError, StoreError},
    lists::{Page, limit_of},
    reader::Reader,
    search, time,
    tx::{Row, Tx, Val, statements},
};
use engine::{Name, actor::PersonId, event::Attached};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Incoming,
    Outgoing,
}

impl Direction {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Incoming => "in",
            Self::Outgoing => "out",
        }
    }
}

/// Where a letter stands. One that comes in is received at once; one that goes out is drafted, numbered and delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterState {
    Received,
    Draft,
    Numbered,
    Delivered,
    /// It keeps its number, with the reason.
    Voided,
}

impl LetterState {
    pub const ALL: [Self; 5] = [Self::Received, Self::Draft, Self::Numbered, Self::Delivered, Self::Voided];

    /// The word in addresses and in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "recibido",
            Self::Draft => "borrador",
            Self::Numbered => "numerado",
            Self::Delivered => "entregado",
            Self::Voided => "anulado",
        }
    }

    /// The word on pages and paper.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Received => "Recibido",
            Self::Draft => "Borrador",
            Self::Numbered => "Numerado y firmado",
            Self::Delivered => "Entregado",
            Self::Voided => "Anulado",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What a letter says of itself. Of one that comes in the others are the sender, of one that goes out the addressee.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LetterText {
    /// The number the sender gave it.
    pub their_number: String,
    /// The date written on it.
    pub dated: Option<Date>,
    pub institution: String,
    pub department: String,
    pub person: String,
    pub folios: Option<u32>,
    /// Whether signature and seal are there; of what comes in it must be said.
    pub sealed: Option<bool>,
    pub seal_remark: String,
    pub subject: String,
    pub summary: String,
    pub signed_by: String,
    /// Who gives the Vo.Bo.
    pub approved_by: String,
    pub copies: String,
}

/// To whom a letter was handed, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub on: Date,
    pub to: Name,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub id: i64,
    pub direction: Direction,
    /// Ours: of the entry, or of the letter sent. A draft has none.
    pub number: Option<Name>,
    /// Code of the unit that received it or sends it.
    pub unit: Name,
    pub state: LetterState,
    /// When it came in, or was drafted.
    pub at: Timestamp,
    /// The local day of its coming in, of its numbering, or of its draft.
    pub day: Date,
    /// The case it belongs to.
    pub case: Option<Name>,
    pub by: PersonId,
    pub by_name: Name,
    pub version: u32,
    pub text: LetterText,
    pub files: Vec<Attached>,
    pub delivery: Option<Delivery>,
    pub void_reason: Option<Name>,
}

/// The part of a letter that is no column.
#[derive(Serialize, Deserialize)]
struct Body {
    text: LetterText,
    #[serde(default)]
    files: Vec<Attached>,
    #[serde(default)]
    delivery: Option<Delivery>,
    #[serde(default)]
    void_reason: Option<Name>,
}

/// Narrows the register; what is empty does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetterFilters {
    pub direction: Option<Direction>,
    pub unit: Option<String>,
    pub state: Option<LetterState>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Words: numbers, sender or addressee, subject; the last may be a beginning.
    pub text: Option<String>,
}

/// Words of a question that are looked at.
const ASKED: usize = 4;

macro_rules! columns {
    () => {
        "l.id, l.direction, l.number, l.unit, l.state, l.at, l.day, l.case_number, l.by_person, l.by_name, l.version, l.body"
    };
}

statements! {
    INSERT: [Text, Text, Text, Text, Int, Text, Text, Int, Text, Text] => [Int],
        "INSERT INTO letters (direction, number, unit, state, at, day, case_number, by_person, by_name, version, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10) RETURNING id";
    UPDATE: [Int, Text, Text, Text, Text, Text, Text, Int] => [],
        "UPDATE letters SET number = $2, unit = $3, state = $4, day = $5, case_number = $6, body = $7, version = version + 1
         WHERE id = $1 AND version = $8";
    SEE: [Int] => [Int, Text, Text, Text, Text, Int, Text, Text, Int, Text, Int, Text],
        concat!("SELECT ", columns!(), " FROM letters l WHERE l.id = $1");
    OF_CASE: [Text] => [Int, Text, Text, Text, Text, Int, Text, Text, Int, Text, Int, Text],
        concat!("SELECT ", columns!(), " FROM letters l WHERE l.case_number = $1 ORDER BY l.id");
    LIST: [Text, Text, Text, Int, Text, Text, Text, Text, Text, Text, Text, Text, Text, Text, Text, Int, Int]
        => [Int, Text, Text, Text, Text, Int, Text, Text, Int, Text, Int, Text],
        concat!(
            "SELECT ", columns!(), " FROM letters l
             WHERE l.id < $16 AND ($1 = '' OR l.direction = $1) AND ($2 = '' OR l.unit = $2)
               AND ($3 = '' OR instr($3, '|' || l.unit || '|') > 0 OR l.by_person = $4)
               AND ($5 = '' OR l.state = $5) AND ($6 = '' OR l.day >= $6) AND ($7 = '' OR l.day <= $7)
               AND ($8 = '' OR l.id IN (SELECT w.letter FROM letter_words w WHERE w.word >= $8 AND w.word <= $9))
               AND ($10 = '' OR l.id IN (SELECT w.letter FROM letter_words w WHERE w.word >= $10 AND w.word <= $11))
               AND ($12 = '' OR l.id IN (SELECT w.letter FROM letter_words w WHERE w.word >= $12 AND w.word <= $13))
               AND ($14 = '' OR l.id IN (SELECT w.letter FROM letter_words w WHERE w.word >= $14 AND w.word <= $15))
             ORDER BY l.id DESC LIMIT $17"
        );
    PAGE: [Int, Int] => [Int, Text, Text, Text, Text, Int, Text, Text, Int, Text, Int, Text],
        concat!("SELECT ", columns!(), " FROM letters l WHERE l.id > $1 ORDER BY l.id LIMIT $2");
    DROP_WORDS: [Int] => [], "DELETE FROM letter_words WHERE letter = $1";
    PUT_WORD: [Text, Int] => [], "INSERT INTO letter_words (word, letter) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    COUNTER: [Text, Int] => [Int],
        "INSERT INTO letter_counters (series, year, last) VALUES ($1, $2, 1)
         ON CONFLICT (series, year) DO UPDATE SET last = letter_counters.last + 1 RETURNING last";
}

fn letter(row: &Row) -> Result<Letter, DbError> {
    let body: Body = row.json(11)?;
    let state = row.text(4)?;
    Ok(Letter {
        id: row.int(0)?,
        direction: if row.text(1)? == Direction::Incoming.code() { Direction::Incoming } else { Direction::Outgoing },
        number: row.name_opt(2)?,
        unit: row.name(3)?,
        state: LetterState::from_code(state).ok_or_else(|| DbError::Broken(format!("letter state «{state}»")))?,
        at: time::moment(row.int(5)?)?,
        day: time::date(row.text(6)?)?,
        case: row.name_opt(7)?,
        by: PersonId(row.int(8)?),
        by_name: row.name(9)?,
        version: u32::try_from(row.int(10)?).map_err(DbError::broken)?,
        text: body.text,
        files: body.files,
        delivery: body.delivery,
        void_reason: body.void_reason,
    })
}

impl Letter {
    fn body(&self) -> Result<String, DbError> {
        let body = Body {
            text: self.text.clone(),
            files: self.files.clone(),
            delivery: self.delivery.clone(),
            void_reason: self.void_reason.clone(),
        };
        serde_json::to_string(&body).map_err(DbError::broken)
    }

    /// What the journal keeps of the letter as an act left it.
    pub(crate) fn digest(&self) -> Result<Name, DbError> {
        let columns = [
            self.direction.code(),
            self.number.as_deref().unwrap_or_default(),
            &self.unit,
            self.state.code(),
            &self.day.to_string(),
            self.case.as_deref().unwrap_or_default(),
            &self.body()?,
        ];
        Ok(crate::hash::sha256_hex(columns.join("\n").as_bytes()).into())
    }

    /// All a letter is found by.
    fn words(&self) -> BTreeSet<String> {
        let text = &self.text;
        let parts = [
            self.number.as_deref().unwrap_or_default(),
            &text.their_number,
            &text.institution,
            &text.department,
            &text.person,
            &text.subject,
            &text.summary,
            &text.signed_by,
        ];
        let words: BTreeSet<String> = parts.into_iter().flat_map(search::words).collect();
        // `12` finds 0012, as people say it.
        let bare = words.iter().map(|word| word.trim_start_matches('0')).filter(|word| !word.is_empty());
        let bare: Vec<String> = bare.map(ToOwned::to_owned).collect();
        words.into_iter().chain(bare).collect()
    }
}

/// Letters in the order in which they were written down, after one.
pub(crate) fn page(tx: &Tx<'_>, after: i64, limit: i64) -> Result<Vec<Letter>, DbError> {
    tx.rows(&PAGE, &[after.into(), limit.into()])?.iter().map(letter).collect()
}

pub(crate) fn insert(tx: &Tx<'_>, new: &Letter) -> Result<Letter, DbError> {
    let values = [
        new.direction.code().into(),
        new.number.as_deref().unwrap_or_default().into(),
        (&new.unit).into(),
        new.state.code().into(),
        new.at.into(),
        new.day.into(),
        new.case.as_deref().unwrap_or_default().into(),
        new.by.into(),
        (&new.by_name).into(),
        new.body()?.into(),
    ];
    let id = tx.row(&INSERT, &values)?.ok_or_else(|| DbError::broken("no number for the letter"))?.int(0)?;
    let written = Letter { id, version: 1, ..new.clone() };
    put_words(tx, &written)?;
    Ok(written)
}

/// Writes a letter over the version it was read at.
pub(crate) fn update(tx: &Tx<'_>, changed: &Letter) -> Result<Letter, DbError> {
    let values = [
        changed.id.into(),
        changed.number.as_deref().unwrap_or_default().into(),
        (&changed.unit).into(),
        changed.state.code().into(),
        changed.day.into(),
        changed.case.as_deref().unwrap_or_default().into(),
        changed.body()?.into(),
        changed.version.into(),
    ];
    if tx.run(&UPDATE, &values)? != 1 {
        return Err(DbError::Broken(format!("letter {} was changed by another", changed.id)));
    }
    tx.run(&DROP_WORDS, &[changed.id.into()])?;
    put_words(tx, changed)?;
    Ok(Letter { version: changed.version + 1, ..changed.clone() })
}

fn put_words(tx: &Tx<'_>, letter: &Letter) -> Result<(), DbError> {
    for word in letter.words() {
        tx.run(&PUT_WORD, &[word.into(), letter.id.into()])?;
    }
    Ok(())
}

pub(crate) fn see(tx: &Tx<'_>, id: i64) -> Result<Option<Letter>, DbError> {
    tx.row(&SEE, &[id.into()])?.map(|row| letter(&row)).transpose()
}

/// The next number of a series and year; given back if the transaction is.
pub(crate) fn draw(tx: &Tx<'_>, series: &str, year: i16) -> Result<i64, DbError> {
    let row = tx.row(&COUNTER, &[series.into(), Val::Int(year.into())])?;
    row.ok_or_else(|| DbError::broken("no counter of letters"))?.int(0)
}

/// The bounds between which the words of a question lie: each word itself, the last one any that begins so. A number is
/// always the whole number: 2 is not 2026.
fn bounds(text: &str) -> Vec<(String, String)> {
    let words: Vec<String> = search::words(text).take(ASKED).collect();
    let last = words.len().saturating_sub(1);
    let bound = |(index, word): (usize, String)| {
        let whole = index != last || word.bytes().all(|byte| byte.is_ascii_digit());
        let end = if whole { word.clone() } else { format!("{word}~") };
        (word, end)
    };
    words.into_iter().enumerate().map(bound).collect()
}

/// The units whose letters a person handles: none said means every unit, as a post without unit serves for every unit.
pub(crate) fn units_of(reader: &Reader) -> BTreeSet<Name> {
    let posts = reader.posts().into_iter().filter_map(|post| post.unit.clone());
    posts.chain(reader.person().unit.clone()).collect()
}

impl Reader {
    /// Whether the person keeps the letters of a unit: holds a post, of that unit where posts or person have one.
    #[must_use]
    pub fn keeps_letters_of(&self, unit: &str) -> bool {
        let units = units_of(self);
        !self.posts().is_empty() && (units.is_empty() || units.contains(unit))
    }

    /// The units whose letters the person keeps; none: every unit, for whoever holds a post.
    #[must_use]
    pub fn letter_units(&self) -> Vec<Name> {
        units_of(self).into_iter().collect()
    }

    /// Whether the register is for this person at all.
    #[must_use]
    pub fn reads_letters(&self) -> bool {
        self.sees_all() || !self.posts().is_empty()
    }

    /// A letter of a case follows the rights of the case; one without case is for its unit.
    fn may_read(&self, tx: &Tx<'_>, letter: &Letter) -> Result<bool, StoreError> {
        if self.sees_all() {
            return Ok(true);
        }
        if self.posts().is_empty() {
            return Ok(false);
        }
        match &letter.case {
            _ if letter.by == self.person().id => Ok(true),
            Some(number) => self.attends_case(tx, number),
            None => Ok(self.keeps_letters_of(&letter.unit)),
        }
    }

    /// A letter, if it is there and for this person.
    pub async fn letter(&self, id: i64) -> Result<Option<Letter>, StoreError> {
        let reader = self.clone();
        self.store
            .read(move |tx| match see(tx, id)? {
                Some(letter) if reader.may_read(tx, &letter)? => Ok(Some(letter)),
                _ => Ok(None),
            })
            .await
    }

    pub(crate) fn letter_in(&self, tx: &Tx<'_>, id: i64) -> Result<Option<Letter>, StoreError> {
        Ok(match see(tx, id)? {
            Some(letter) if self.may_read(tx, &letter)? => Some(letter),
            _ => None,
        })
    }

    /// The letters of a case, for those who attend it; nothing for anybody else.
    pub async fn letters_of_case(&self, number: &str) -> Result<Vec<Letter>, StoreError> {
        let (reader, number) = (self.clone(), number.to_owned());
        self.store
            .read(move |tx| {
                let rows = tx.rows(&OF_CASE, &[(&number).into()])?;
                if rows.is_empty() || !(reader.sees_all() || reader.attends_case(tx, &number)?) {
                    return Ok(Vec::new());
                }
                Ok(rows.iter().map(letter).collect::<Result<_, _>>()?)
            })
            .await
    }

    /// The register, the newest first: what this person may read of it.
    pub async fn letters(
        &self,
        filters: &LetterFilters,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Letter>, StoreError> {
        let nothing = Page { rows: Vec::new(), next: None };
        if !self.reads_letters() {
            return Ok(nothing);
        }
        let asked = filters.text.as_deref().filter(|text| !text.trim().is_empty());
        let words = asked.map(bounds).unwrap_or_default();
        if asked.is_some() && words.is_empty() {
            return Ok(nothing);
        }
        let units = if self.sees_all() { BTreeSet::new() } else { units_of(self) };
        let units: Vec<&str> = units.iter().map(|unit| &**unit).collect();
        let units = if units.is_empty() { String::new() } else { format!("|{}|", units.join("||")) };
        let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let mut values: Vec<Val> = vec![
            filters.direction.map_or("", Direction::code).into(),
            filters.unit.as_deref().unwrap_or_default().into(),
            units.into(),
            self.person().id.into(),
            filters.state.map_or("", LetterState::code).into(),
            day(filters.from).into(),
            day(filters.to).into(),
        ];
        for index in 0..ASKED {
            let (from, to) = words.get(index).cloned().unwrap_or_default();
            values.extend([from.into(), to.into()]);
        }
        let before: i64 = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(i64::MAX);
        let limit = limit_of(limit);
        values.extend([before.into(), (limit + 1).into()]);
        let reader = self.clone();
        self.store
            .read(move |tx| {
                let mut rows = tx.rows(&LIST, &values)?.iter().map(letter).collect::<Result<Vec<_>, _>>()?;
                let more = rows.len() > limit;
                rows.truncate(limit);
                let next = rows.last().filter(|_| more).map(|last| last.id.to_string());
                let mut seen = Vec::with_capacity(rows.len());
                for row in rows {
                    if reader.may_read(tx, &row)? {
                        seen.push(row);
                    }
                }
                Ok(Page { rows: seen, next })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::bounds;

    #[test]
    fn the_last_word_of_a_question_may_be_a_beginning() {
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(bounds("Impresoras cont"), [pair("impresor", "impresor"), pair("cont", "cont~")]);
        assert_eq!(bounds("OF-0012"), [pair("of", "of"), pair("0012", "0012")]);
        assert_eq!(bounds(" ¿? "), []);
    }
}
