//! One act on many cases: done one by one through the same door as any act, each told by itself, and taken back.

use crate::{clock::digest, failure::Failure};
use engine::{
    Name,
    actor::PersonId,
    case::Case,
    command::Weight,
    event::{Event, Grounds, Recorded},
};
use jiff::{SignedDuration, Timestamp};
use store::{
    CaseView, IdempotencyKey, Reader, Request, Store, Submission, Submitted,
    desk::{Back, Batch, BatchAct, BatchCase, CaseState},
};

/// What was done may be taken back for so long.
pub const BACK: SignedDuration = SignedDuration::from_mins(10);

/// Who does it, and when.
#[derive(Clone, Copy)]
pub struct Hand<'h> {
    pub store: &'h Store,
    pub reader: &'h Reader,
    pub now: Timestamp,
}

/// The cases whose act can be taken back: it is known how they were before.
pub fn returnable(batch: &Batch) -> impl Iterator<Item = &BatchCase> {
    batch.cases.iter().filter(|case| case.state == CaseState::Done && case.back.is_some())
}

impl Hand<'_> {
    /// Every case that has not been tried; each act under a key of its own, so that none is done twice.
    ///
    /// # Errors
    /// There is no such batch of this person; or the store is away: what is done stays done, and this goes on later.
    pub async fn perform(self, id: i64) -> Result<(), Failure> {
        let batch = self.reader.batch(id).await?.ok_or(Failure::NotFound)?;
        for case in batch.cases.iter().filter(|case| case.state == CaseState::Waiting) {
            let after = self.one(&batch, case).await?;
            self.reader.settle_batch_case(id, &after).await?;
        }
        Ok(self.reader.end_batch(id, self.now).await?)
    }

    /// The cases become what they were before, where that is known; a refusal is told beside its case.
    ///
    /// # Errors
    /// There is no such batch of this person, its time is over, or the store is away.
    pub async fn undo(self, id: i64) -> Result<(), Failure> {
        let batch = self.reader.batch(id).await?.ok_or(Failure::NotFound)?;
        if self.now >= batch.at + BACK {
            let words = "Ya pasó el tiempo para deshacerlo. Haga el cambio que corresponda en cada caso.";
            return Err(Failure::Invalid(words.into()));
        }
        let reason: Name = "Se deshizo un envío de varios casos.".into();
        for case in returnable(&batch) {
            let give =
                |(role, to): (Name, PersonId)| Request::Assign { role: Some(role), to, reason: Some(reason.clone()) };
            let requests = match case.back.clone() {
                Some(Back::Holder(role, to)) => vec![give((role, to))],
                Some(Back::Holders(holders)) => holders.into_iter().map(give).collect(),
                Some(Back::Weight(weight)) => vec![Request::Prioritize { weight, reason: reason.clone() }],
                None => continue,
            };
            let mut after = case.clone();
            match self.all(&batch, case, requests, "vuelta").await {
                Ok(_) => after.state = CaseState::Undone,
                Err(failure) => after.detail = mendable(failure)?.into(),
            }
            self.reader.settle_batch_case(id, &after).await?;
        }
        Ok(())
    }

    async fn one(self, batch: &Batch, case: &BatchCase) -> Result<BatchCase, Failure> {
        let mut after = case.clone();
        let view = self.reader.case(&case.number).await?;
        let done = match &view {
            Some(view) if view.attends || !matches!(batch.act, BatchAct::Note { .. }) => {
                self.all(batch, case, requests(&batch.act, &view.case), "ida").await
            }
            _ => Err(Failure::NotFound),
        };
        match done {
            Ok(events) => {
                after.state = CaseState::Done;
                after.back = view.as_ref().and_then(|view| before(view, &events));
            }
            Err(failure) => {
                after.state = CaseState::Refused;
                after.detail = mendable(failure)?.into();
            }
        }
        Ok(after)
    }

    /// What is asked of one case, in its order; the first refusal ends it.
    async fn all(
        self,
        batch: &Batch,
        case: &BatchCase,
        requests: Vec<Request>,
        way: &str,
    ) -> Result<Vec<Recorded>, Failure> {
        if requests.is_empty() {
            return Err(Failure::Invalid("Ya no lo tiene esa persona.".into()));
        }
        let mut events = Vec::new();
        for (index, request) in requests.into_iter().enumerate() {
            let way = if index == 0 { way.to_owned() } else { format!("{way}:{index}") };
            events.extend(self.submit(batch, case, request, &way).await?.events);
        }
        Ok(events)
    }

    async fn submit(self, batch: &Batch, case: &BatchCase, request: Request, way: &str) -> Result<Submitted, Failure> {
        let key = format!("lote:{}:{}:{way}", batch.id, case.n);
        let key = IdempotencyKey { fingerprint: digest(&format!("{key}:{}", case.number)), key };
        let submission = Submission::on(case.number.clone(), self.reader.person().id, request, self.now);
        Ok(self.store.submit(Submission { key: Some(key), ..submission }).await?)
    }
}

/// What the act asks of this case.
fn requests(act: &BatchAct, case: &Case) -> Vec<Request> {
    let given = |reason: &Name| Some(reason.clone()).filter(|reason| !reason.is_empty());
    match act {
        BatchAct::Take => vec![Request::Take],
        BatchAct::Assign { to, reason, .. } => vec![Request::Assign { role: None, to: *to, reason: given(reason) }],
        BatchAct::Note { text } => vec![Request::Comment { text: text.clone(), public: false }],
        BatchAct::Prioritize { weight, reason } => {
            vec![Request::Prioritize { weight: weight.clone(), reason: reason.clone() }]
        }
        BatchAct::HandOver { of, to, reason } => {
            let held = |role: &Name| case.assignee(role).is_some_and(|assignee| assignee.person == *of);
            let hand = |(role, to): &(Name, PersonId)| Request::Assign {
                role: Some(role.clone()),
                to: *to,
                reason: given(reason),
            };
            to.iter().filter(|(role, _)| held(role)).map(hand).collect()
        }
    }
}

/// How the case was before what has now been done: whose it was in the roles given to another, or what it weighed.
fn before(view: &CaseView, events: &[Recorded]) -> Option<Back> {
    let mut holders = Vec::new();
    for recorded in events {
        match &recorded.event {
            Event::Assigned { role, .. } => holders.push((role.clone(), view.case.assignee(role)?.person)),
            Event::Prioritized { .. } => {
                return weight(&view.case, view.edition.priority.is_some()).map(Back::Weight);
            }
            _ => {}
        }
    }
    match holders.as_slice() {
        [] => None,
        [(role, person)] => Some(Back::Holder(role.clone(), *person)),
        _ => Some(Back::Holders(holders)),
    }
}

/// What the case weighs, as it would be said again; where the manual crosses two grades and it has none, nothing says it.
fn weight(case: &Case, graded: bool) -> Option<Weight> {
    match &case.grounds {
        Some(Grounds { impact, urgency, .. }) => {
            Some(Weight::Graded { impact: impact.clone(), urgency: urgency.clone() })
        }
        None if graded => None,
        None => Some(Weight::Plain(case.priority)),
    }
}

/// A refusal is told beside its case; when the store is away, everything stops and can be resumed.
fn mendable(failure: Failure) -> Result<String, Failure> {
    match failure {
        Failure::Refused(refusal) => Ok(refusal.message),
        Failure::Invalid(words) => Ok(words),
        Failure::NotFound => Ok("El caso no existe o no está a su alcance.".into()),
        other => Err(other),
    }
}
