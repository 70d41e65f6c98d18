//! Solutions: how a problem was solved, written by whoever attended it, published by a chief, found by words.

use super::question::Question;
use crate::{
    error::{DbError, StoreError},
    lists::Page,
    once::Under,
    reader::{CaseView, Reader},
    request::IdempotencyKey,
    search, time,
    tx::{Row, Tx, Val, query, statements},
};
use engine::{
    Name,
    actor::PersonId,
    refusal::{Fault, Refusal},
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Where keys of solutions are kept.
const PLACE: &str = "soluciones";
/// Candidates looked at to find what is alike.
const CANDIDATES: usize = 300;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SolutionState {
    /// Only those who attend see it.
    Draft,
    /// Everybody of the institution finds it.
    Published,
    Withdrawn,
}

impl SolutionState {
    pub const ALL: [Self; 3] = [Self::Published, Self::Draft, Self::Withdrawn];

    /// The word in the database and in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "borrador",
            Self::Published => "publicada",
            Self::Withdrawn => "retirada",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    pub id: i64,
    pub state: SolutionState,
    pub title: Name,
    /// What went wrong, as people say it.
    pub problem: Name,
    /// What was done about it.
    pub text: Name,
    /// The procedure it belongs to, by code.
    pub procedure: Option<Name>,
    /// The case it comes from; only those who attend are told.
    pub number: Option<Name>,
    pub author: PersonId,
    pub author_name: Name,
    pub changed_at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSolution {
    pub title: String,
    pub problem: String,
    pub text: String,
    pub procedure: String,
    pub number: String,
}

macro_rules! columns {
    () => {
        "s.id, s.state, s.title, s.problem, s.solution, s.procedure, s.number, s.author, p.name, s.changed_at
         FROM solutions s JOIN people p ON p.id = s.author"
    };
}

statements! {
    SHOW: [Int] => [Int, Text, Text, Text, Text, Text, Text, Int, Text, Int], concat!("SELECT ", columns!(), " WHERE s.id = $1");
    OF_CASE: [Text] => [Int, Text, Text, Text, Text, Text, Text, Int, Text, Int],
        concat!("SELECT ", columns!(), " WHERE s.number = $1 AND s.number <> '' ORDER BY s.id DESC LIMIT 1");
    LIST: [Text, Int, Int] => [Int, Text, Text, Text, Text, Text, Text, Int, Text, Int],
        concat!("SELECT ", columns!(), " WHERE s.state = $1 AND s.id < $2 ORDER BY s.id DESC LIMIT $3");
    FOUND: [Text, Int, Int, Text] => [Int, Text, Text, Text, Text, Text, Text, Int, Text, Int],
        concat!("SELECT ", columns!(), " WHERE s.id IN {solutions $4} AND s.state = $1 AND s.id < $2 ORDER BY s.id DESC LIMIT $3");
    INSERT: [Text, Text, Text, Text, Text, Int, Int] => [Int],
        "INSERT INTO solutions (state, title, problem, solution, procedure, number, author, created_at, changed_at)
         VALUES ('borrador', $1, $2, $3, $4, $5, $6, $7, $7) RETURNING id";
    CHANGE: [Int, Text, Text, Text, Text, Int] => [],
        "UPDATE solutions SET title = $2, problem = $3, solution = $4, procedure = $5, changed_at = $6 WHERE id = $1";
    STATE: [Int, Text, Int, Int] => [], "UPDATE solutions SET state = $2, settled_by = $3, changed_at = $4 WHERE id = $1";
    DROP_WORDS: [Int] => [], "DELETE FROM solution_text WHERE solution_text.solution = $1";
    PUT_WORDS: [Int, Text] => [], "INSERT INTO solution_text(solution, body) VALUES ($1, {words $2})";
}

fn solution(row: &Row) -> Result<Solution, DbError> {
    Ok(Solution {
        id: row.int(0)?,
        state: SolutionState::from_code(row.text(1)?).ok_or_else(|| DbError::broken("the state of a solution"))?,
        title: row.name(2)?,
        problem: row.name(3)?,
        text: row.name(4)?,
        procedure: row.name_opt(5)?,
        number: row.name_opt(6)?,
        author: PersonId(row.int(7)?),
        author_name: row.name(8)?,
        changed_at: time::moment(row.int(9)?)?,
    })
}

fn solutions(rows: &[Row]) -> Result<Vec<Solution>, DbError> {
    rows.iter().map(solution).collect()
}

fn checked(new: &NewSolution) -> Result<NewSolution, Refusal> {
    let mut faults = Vec::new();
    let mut part = |field: &str, text: &str, most: usize, missing: &str| {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > most {
            faults.push(Fault::new(field, format!("{missing} (hasta {most} letras).")));
        }
        text.to_owned()
    };
    let new = NewSolution {
        title: part("titulo", &new.title, 200, "Póngale un título"),
        problem: part("problema", &new.problem, 5_000, "Diga cuál era el problema"),
        text: part("solucion", &new.text, 20_000, "Diga cómo se resolvió"),
        procedure: new.procedure.trim().to_owned(),
        number: new.number.trim().to_owned(),
    };
    if faults.is_empty() { Ok(new) } else { Err(Refusal::invalid("A la solución le falta algo.").with(faults)) }
}

fn index(tx: &Tx<'_>, id: i64, new: &NewSolution) -> Result<(), DbError> {
    let mut words: BTreeSet<String> = BTreeSet::new();
    for text in [&new.title, &new.problem, &new.text, &new.procedure] {
        words.extend(search::words(text));
    }
    let words: Vec<String> = words.into_iter().take(4_000).collect();
    search::learn(tx, words.iter());
    tx.run(&DROP_WORDS, &[id.into()])?;
    tx.run(&PUT_WORDS, &[id.into(), words.join(" ").into()]).map(|_| ())
}

impl Reader {
    fn is_staff(&self) -> bool {
        self.sees_all() || !self.posts().is_empty()
    }

    /// A solution, if this person may read it: published, or not yet and the person attends.
    pub async fn solution(&self, id: i64) -> Result<Option<Solution>, StoreError> {
        let staff = self.is_staff();
        let found = self
            .store
            .read(move |tx| Ok::<_, StoreError>(tx.row(&SHOW, &[id.into()])?.map(|row| solution(&row)).transpose()?));
        Ok(found
            .await?
            .map(|found| for_reader(found, staff))
            .filter(|found| staff || found.state == SolutionState::Published))
    }

    /// The last solution written from a case; for those who attend.
    pub async fn solution_of_case(&self, number: &str) -> Result<Option<Solution>, StoreError> {
        if !self.is_staff() {
            return Ok(None);
        }
        let values = [number.into()];
        self.store.read(move |tx| Ok(tx.row(&OF_CASE, &values)?.map(|row| solution(&row)).transpose()?)).await
    }

    /// Solutions of one state that have the words of a question, the newest first; drafts only for those who attend.
    pub async fn solutions(
        &self,
        state: SolutionState,
        text: &str,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Solution>, StoreError> {
        let staff = self.is_staff();
        if !staff && state != SolutionState::Published {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        let asked = text.trim().to_owned();
        let limit = if limit == 0 { 30 } else { limit.min(200) };
        let before: i64 = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(i64::MAX);
        self.store
            .read(move |tx| {
                let mut values: Vec<Val> = vec![state.code().into(), before.into(), (limit + 1).into()];
                let rows = if asked.is_empty() {
                    tx.rows(&LIST, &values)?
                } else {
                    let Some(asked) = search::ask(tx, &asked)? else {
                        return Ok(Page { rows: Vec::new(), next: None });
                    };
                    values.push(asked.question.into());
                    tx.rows(&FOUND, &values)?
                };
                let mut rows: Vec<Solution> = solutions(&rows)?.into_iter().map(|one| for_reader(one, staff)).collect();
                let more = rows.len() > limit;
                rows.truncate(limit);
                let next = if more { rows.last().map(|last| last.id.to_string()) } else { None };
                Ok(Page { rows, next })
            })
            .await
    }

    /// Published solutions that share most with what is being written, the most alike first.
    pub async fn likely_solutions(
        &self,
        text: &str,
        procedure: &str,
        limit: usize,
    ) -> Result<Vec<Solution>, StoreError> {
        let question = Question::about(text);
        if question.is_empty() {
            return Ok(Vec::new());
        }
        let (procedure, staff) = (procedure.to_owned(), self.is_staff());
        self.store
            .read(move |tx| {
                // One group: any of the words.
                let asked = query(tx.engine(), &[question.stems().to_vec()]);
                let values = [SolutionState::Published.code().into(), i64::MAX.into(), CANDIDATES.into(), asked.into()];
                let mut scored: Vec<(usize, Solution)> = solutions(&tx.rows(&FOUND, &values)?)?
                    .into_iter()
                    .map(|found| (likeness(&question, &procedure, &found), for_reader(found, staff)))
                    .filter(|(score, _)| *score > 1)
                    .collect();
                scored.sort_by(|one, other| other.0.cmp(&one.0).then(other.1.id.cmp(&one.1.id)));
                scored.truncate(limit);
                Ok(scored.into_iter().map(|(_, found)| found).collect())
            })
            .await
    }

    /// Keeps what a case that has ended taught as a draft, once a key; gives its number. By whoever attends the case.
    pub async fn learn(
        &self,
        view: &CaseView,
        texts: NewSolution,
        key: Option<IdempotencyKey>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        if !view.attends {
            return Err(Refusal::forbidden("Las soluciones las escribe quien atiende el caso.").into());
        }
        if view.case.is_open() {
            return Err(Refusal::invalid("La solución se escribe cuando el caso ha terminado.").into());
        }
        let (procedure, number) = (view.case.procedure.to_string(), view.case.number.to_string());
        self.write_solution(NewSolution { procedure, number, ..texts }, key, now).await
    }

    pub(crate) async fn write_solution(
        &self,
        new: NewSolution,
        key: Option<IdempotencyKey>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        if !self.is_staff() {
            return Err(Refusal::forbidden("Las soluciones las escribe quien atiende casos.").into());
        }
        let new = checked(&new)?;
        let me = self.person.id;
        self.store
            .once(Under { me, now, place: PLACE, key }, move |tx| {
                let values = [
                    (&new.title).into(),
                    (&new.problem).into(),
                    (&new.text).into(),
                    (&new.procedure).into(),
                    (&new.number).into(),
                    me.into(),
                    now.into(),
                ];
                let id =
                    tx.row(&INSERT, &values)?.ok_or_else(|| DbError::broken("no number for the solution"))?.int(0)?;
                index(tx, id, &new)?;
                Ok(id)
            })
            .await
    }

    /// Whether this person may change a solution: its author while nobody has published it; a chief always.
    pub async fn may_change(&self, solution: &Solution) -> Result<bool, StoreError> {
        let own = solution.author == self.person.id && solution.state == SolutionState::Draft && self.is_staff();
        Ok(own || self.person.administrator || self.leads().await?)
    }

    /// Changes the texts of a solution.
    pub async fn change_solution(&self, id: i64, new: NewSolution, now: Timestamp) -> Result<(), StoreError> {
        let found = self.solution(id).await?.ok_or_else(gone)?;
        if !self.may_change(&found).await? {
            return Err(
                Refusal::forbidden("La cambia quien la escribió mientras es borrador; después, una jefatura.").into()
            );
        }
        let new = checked(&new)?;
        self.store
            .write(move |tx| {
                let values = [
                    id.into(),
                    (&new.title).into(),
                    (&new.problem).into(),
                    (&new.text).into(),
                    (&new.procedure).into(),
                    now.into(),
                ];
                tx.run(&CHANGE, &values)?;
                Ok(index(tx, id, &new)?)
            })
            .await
    }

    /// Publishes a solution or takes it back; by those who hold a post of jefatura.
    pub async fn settle_solution(&self, id: i64, state: SolutionState, now: Timestamp) -> Result<(), StoreError> {
        if !self.person.administrator && !self.leads().await? {
            return Err(Refusal::forbidden("Publica y retira soluciones quien tiene un puesto de jefatura.").into());
        }
        let values = [id.into(), state.code().into(), self.person.id.into(), now.into()];
        let touched = self.store.write(move |tx| Ok::<_, StoreError>(tx.run(&STATE, &values)?)).await?;
        if touched == 0 { Err(gone()) } else { Ok(()) }
    }
}

/// The title weighs most, then the problem; the same procedure breaks ties.
fn likeness(question: &Question, procedure: &str, found: &Solution) -> usize {
    let same = usize::from(found.procedure.as_deref() == Some(procedure) && !procedure.is_empty());
    let words = 3 * question.shared_with(&found.title)
        + 2 * question.shared_with(&found.problem)
        + question.shared_with(&found.text);
    if words == 0 { 0 } else { words + same }
}

fn for_reader(solution: Solution, staff: bool) -> Solution {
    Solution { number: solution.number.clone().filter(|_| staff), ..solution }
}

fn gone() -> StoreError {
    Refusal::missing("Esa solución no existe, o no está publicada.").into()
}
