//! One question to everything a person may see: cases, solutions, people and the manual in force; for pages and programs.
//!
//! The modules are listed in import order: each uses only those above it.

pub mod manual;

use ::manual::edition::Edition;
use engine::Name;
use manual::Passage;
use store::{
    Filters, Reader, StoreError,
    cases::CaseRow,
    knowledge::{Question, Solution, SolutionState},
    people::Person,
};

/// Shown of each part when everything is asked, and when one is asked alone.
const FEW: usize = 5;
const MANY: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Cases,
    Solutions,
    Manual,
    People,
}

/// What one part answers: the first of them, and whether there are more.
pub struct Answer {
    pub part: Part,
    pub found: Found,
    pub more: bool,
}

pub enum Found {
    Cases(Vec<CaseRow>),
    Solutions(Vec<Solution>),
    Manual(Vec<Passage>),
    People(Vec<Person>),
}

/// Somebody's question.
#[derive(Clone, Copy)]
pub struct Lookup<'l> {
    pub reader: &'l Reader,
    pub edition: &'l Edition,
    pub words: &'l str,
    /// The code of the one procedure whose cases and solutions are asked for; empty: of all.
    pub procedure: &'l str,
}

/// The parts a person may ask: people are for those who attend.
#[must_use]
pub fn parts(reader: &Reader) -> Vec<Part> {
    let staff = reader.sees_all() || !reader.posts().is_empty();
    let all = [Part::Cases, Part::Solutions, Part::Manual, Part::People];
    all.into_iter().filter(|part| staff || *part != Part::People).collect()
}

/// The case whose number these words are, where the person may see it.
///
/// # Errors
/// If the store cannot be read.
pub async fn named(reader: &Reader, words: &str) -> Result<Option<Name>, StoreError> {
    let words = words.trim();
    if !words.chars().any(|c| c.is_ascii_digit()) || words.contains(char::is_whitespace) {
        return Ok(None);
    }
    Ok(reader.case(words).await?.map(|view| view.case.number))
}

impl Found {
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Cases(rows) => rows.len(),
            Self::Solutions(rows) => rows.len(),
            Self::Manual(rows) => rows.len(),
            Self::People(rows) => rows.len(),
        }
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Lookup<'_> {
    /// What each part this person may ask has with all the words; of one part alone, more of it. No words, no answer.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn ask(&self, only: Option<Part>) -> Result<Vec<Answer>, StoreError> {
        let question = Question::new(self.words);
        let most = if only.is_some() { MANY } else { FEW };
        let mut answers = Vec::new();
        if !question.is_empty() {
            for part in parts(self.reader).into_iter().filter(|part| only.is_none_or(|only| only == *part)) {
                let (found, more) = self.part(part, &question, most).await?;
                answers.push(Answer { part, found, more });
            }
        }
        Ok(answers)
    }

    async fn part(&self, part: Part, question: &Question, most: usize) -> Result<(Found, bool), StoreError> {
        let words = self.words.trim();
        Ok(match part {
            Part::Cases => {
                let procedure = Some(self.procedure.to_owned()).filter(|code| !code.is_empty());
                let filters = Filters { text: Some(words.into()), procedure, ..Filters::default() };
                let page = self.reader.cases(&filters, None, most).await?;
                (Found::Cases(page.rows), page.next.is_some())
            }
            Part::Solutions => {
                let wide = if self.procedure.is_empty() { most } else { 200 };
                let page = self.reader.solutions(SolutionState::Published, words, None, wide).await?;
                let mut rows = page.rows;
                rows.retain(|one| self.procedure.is_empty() || one.procedure.as_deref() == Some(self.procedure));
                let (rows, cut) = first(rows, most);
                (Found::Solutions(rows), cut || page.next.is_some())
            }
            Part::Manual => {
                let (rows, more) = first(manual::find(self.edition, question), most);
                (Found::Manual(rows), more)
            }
            Part::People => {
                let (rows, more) = first(self.reader.people(words, most + 1).await?, most);
                (Found::People(rows), more)
            }
        })
    }
}

/// So many of them, and whether there were more.
fn first<T>(mut rows: Vec<T>, most: usize) -> (Vec<T>, bool) {
    let more = rows.len() > most;
    rows.truncate(most);
    (rows, more)
}
