//! One act on many cases: what was chosen, what became of each, and what would undo it. The acts themselves go through
//! `submit`, one by one; here is only the list that lets them be resumed and told.

use super::audience::DESK;
use crate::{
    error::{DbError, StoreError},
    once::Under,
    reader::Reader,
    request::IdempotencyKey,
    time,
    tx::{Row, statements},
};
use engine::{Name, actor::PersonId, command::Weight, refusal::Refusal};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Cases of one batch, at most.
pub const MOST: usize = 500;

/// What is done to each case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum BatchAct {
    Take,
    Assign {
        to: PersonId,
        name: Name,
        reason: Name,
    },
    Note {
        text: Name,
    },
    Prioritize {
        weight: Weight,
        reason: Name,
    },
    /// What somebody has in hand goes to others: by role, who has it from now on.
    HandOver {
        of: PersonId,
        to: Vec<(Name, PersonId)>,
        reason: Name,
    },
}

/// How a case was before the act: what takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Back {
    /// Who had it, and in which role.
    Holder(Name, PersonId),
    /// The same, of several roles.
    Holders(Vec<(Name, PersonId)>),
    /// What it weighed.
    Weight(Weight),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseState {
    /// Not tried yet.
    Waiting,
    Done,
    Refused,
    /// Done, and then taken back.
    Undone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub id: i64,
    pub act: BatchAct,
    pub at: Timestamp,
    /// All of it has been tried.
    pub ended_at: Option<Timestamp>,
    pub cases: Vec<BatchCase>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchCase {
    pub n: i64,
    pub number: Name,
    pub state: CaseState,
    /// Why it was refused.
    pub detail: Name,
    /// How it was before: none where nothing takes the act back.
    pub back: Option<Back>,
}

statements! {
    INSERT: [Int, Text, Text, Int] => [Int],
        "INSERT INTO batches (person, act, body, state, at) VALUES ($1, $2, $3, 'abierto', $4) RETURNING id";
    INSERT_CASE: [Int, Int, Text] => [],
        "INSERT INTO batch_cases (batch, n, number, state, detail, back) VALUES ($1, $2, $3, 'espera', '', '')";
    SHOW: [Int, Int] => [Text, Int, Int], "SELECT body, at, ended_at FROM batches WHERE id = $1 AND person = $2";
    CASES: [Int] => [Int, Text, Text, Text, Text],
        "SELECT n, number, state, detail, back FROM batch_cases WHERE batch = $1 ORDER BY n";
    SETTLE: [Int, Int, Text, Text, Text] => [],
        "UPDATE batch_cases SET state = $3, detail = $4, back = $5 WHERE batch = $1 AND n = $2";
    END: [Int, Int] => [], "UPDATE batches SET state = 'hecho', ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
}

impl CaseState {
    const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "espera",
            Self::Done => "hecho",
            Self::Refused => "negado",
            Self::Undone => "deshecho",
        }
    }

    fn from_code(code: &str) -> Result<Self, DbError> {
        [Self::Waiting, Self::Done, Self::Refused, Self::Undone]
            .into_iter()
            .find(|state| state.code() == code)
            .ok_or_else(|| DbError::Broken(format!("a case of a batch is «{code}»")))
    }
}

impl BatchAct {
    const fn code(&self) -> &'static str {
        match self {
            Self::Take => "toma",
            Self::Assign { .. } => "asignacion",
            Self::Note { .. } => "nota",
            Self::Prioritize { .. } => "prioridad",
            Self::HandOver { .. } => "traslado",
        }
    }
}

fn case(row: &Row) -> Result<BatchCase, DbError> {
    let back = row.text(4)?;
    Ok(BatchCase {
        n: row.int(0)?,
        number: row.name(1)?,
        state: CaseState::from_code(row.text(2)?)?,
        detail: row.name(3)?,
        back: if back.is_empty() { None } else { Some(row.json(4)?) },
    })
}

impl Reader {
    /// Writes down what is to be done to which cases; gives the batch's number. Nothing is done yet.
    pub async fn begin_batch(
        &self,
        act: BatchAct,
        numbers: Vec<Name>,
        key: Option<IdempotencyKey>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        if numbers.is_empty() {
            return Err(Refusal::invalid("Marque al menos un caso de la lista.").into());
        }
        if numbers.len() > MOST {
            return Err(Refusal::invalid(format!("Un envío lleva hasta {MOST} casos: filtre un poco más.")).into());
        }
        let body = serde_json::to_string(&act).map_err(|error| StoreError::Broken(error.to_string()))?;
        let me = self.person.id;
        self.store
            .once(Under { me, now, place: DESK, key }, move |tx| {
                let values = [me.into(), act.code().into(), (&body).into(), now.into()];
                let id = tx.row(&INSERT, &values)?.ok_or_else(|| DbError::broken("no number for the batch"))?.int(0)?;
                for (n, number) in numbers.iter().enumerate() {
                    tx.run(&INSERT_CASE, &[id.into(), n.into(), number.into()])?;
                }
                Ok(id)
            })
            .await
    }

    /// One's own batch with what became of each case.
    pub async fn batch(&self, id: i64) -> Result<Option<Batch>, StoreError> {
        let me = self.person.id;
        self.store
            .read(move |tx| {
                let Some(row) = tx.row(&SHOW, &[id.into(), me.into()])? else { return Ok(None) };
                let cases = tx.rows(&CASES, &[id.into()])?.iter().map(case).collect::<Result<Vec<_>, _>>()?;
                let (at, ended_at) = (time::moment(row.int(1)?)?, time::moment_opt(row.int_opt(2)?)?);
                Ok(Some(Batch { id, act: row.json(0)?, at, ended_at, cases }))
            })
            .await
    }

    /// Writes down what became of one case of one's own batch.
    pub async fn settle_batch_case(&self, batch: i64, case: &BatchCase) -> Result<(), StoreError> {
        let back = match &case.back {
            Some(back) => serde_json::to_string(back).map_err(|error| StoreError::Broken(error.to_string()))?,
            None => String::new(),
        };
        let own = [batch.into(), self.person.id.into()];
        let values = [batch.into(), case.n.into(), case.state.code().into(), (&case.detail).into(), back.into()];
        self.store
            .write(move |tx| {
                if tx.row(&SHOW, &own)?.is_some() {
                    tx.run(&SETTLE, &values)?;
                }
                Ok(())
            })
            .await
    }

    /// Every case of one's own batch has been tried.
    pub async fn end_batch(&self, batch: i64, now: Timestamp) -> Result<(), StoreError> {
        let own = [batch.into(), self.person.id.into()];
        self.store
            .write(move |tx| {
                if tx.row(&SHOW, &own)?.is_some() {
                    tx.run(&END, &[batch.into(), now.into()])?;
                }
                Ok(())
            })
            .await
    }
}
