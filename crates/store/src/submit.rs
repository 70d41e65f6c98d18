//! THE one write path of a case: look up the key, load, let the engine decide, write everything in one commit.

use crate::{
    calendars,
    cases::{self, Decided, Stored},
    editions,
    error::{DbError, SubmitError},
    journal, migrations, neighbours, people,
    request::{CompleteRequest, EscalateRequest, IdempotencyKey, OpenRequest, Request, Submission},
    search,
    store::{Caches, Store},
    time, turns,
    tx::{Tx, statements},
    waits,
};
use engine::{
    Name,
    actor::{Actor, PersonId},
    apply::replay,
    case::Case,
    clocks::Frame,
    command::{Command, Complete, EscalateTo, Open},
    decide::{decide, perform},
    effect::Effect,
    event::Recorded,
    mentions::mentioned,
    refusal::Refusal,
    telling,
    world::World,
};
use jiff::{Timestamp, civil::Date};
use std::{collections::BTreeMap, sync::Arc};

/// Most words after an `@` that are looked up in one comment.
const MOST_LOGINS: usize = 100;

/// What a submission has become.
#[derive(Clone, Debug, PartialEq)]
pub struct Submitted {
    /// The case's number.
    pub number: Name,
    /// The events it made.
    pub events: Vec<Recorded>,
    /// The case as these events left it.
    pub case: Case,
    /// The same key had done it before; nothing was done now.
    pub repeated: bool,
}

/// How often one submission with a key is begun where the key can tell what became of it.
const TRIES: u32 = 4;

statements! {
    KEY: [Int, Text] => [Text, Text, Int, Int],
        "SELECT fingerprint, number, first_n, last_n FROM keys WHERE person = $1 AND key = $2";
    PUT_KEY: [Int, Text, Text, Text, Int, Int, Int] => [],
        "INSERT INTO keys (person, key, fingerprint, number, first_n, last_n, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    DROP_KEYS: [Int] => [], "DELETE FROM keys WHERE at < $1";
}

impl Store {
    /// Does one thing to a case, or refuses; what it answers is durable.
    ///
    /// The same key with the same fingerprint gives the first answer again and does nothing. A refusal leaves no trace.
    ///
    /// # Errors
    /// See [`SubmitError`].
    pub async fn submit(&self, submission: Submission) -> Result<Submitted, SubmitError> {
        let submission = Arc::new(Submission { now: time::whole(submission.now), ..submission });
        if let Request::Open(open) = &submission.request {
            search::prepare(&[&open.subject, &open.description]);
        }
        let attempt = || async {
            let (caches, submission) = (self.caches(), Arc::clone(&submission));
            let (known, asked) = (Arc::clone(&caches), Arc::clone(&submission));
            let ahead = move |tx: &Tx<'_>| foresee(tx, &known, &asked);
            // All openings of a year wait for its number.
            if submission.case.is_none() {
                self.write_in_line(ahead, move |tx| once(tx, &caches, &submission)).await
            } else {
                self.write(move |tx| {
                    ahead(tx);
                    once(tx, &caches, &submission)
                })
                .await
            }
        };
        let mut tries = 1;
        loop {
            match attempt().await {
                // The key tells whether it was written.
                Err(SubmitError::UnknownOutcome) if submission.key.is_some() && tries < TRIES => {}
                // Two with the same key at once on two connections, or the commit nobody answered for: it is written now.
                Err(SubmitError::Broken(detail))
                    if submission.key.is_some() && detail.starts_with("PUT_KEY") && tries < TRIES => {}
                result => return result,
            }
            tries += 1;
        }
    }

    /// Forgets idempotency keys older than a moment; gives how many.
    pub async fn forget_keys(&self, before: Timestamp) -> Result<u64, crate::error::StoreError> {
        self.write(move |tx| Ok(tx.run(&DROP_KEYS, &[before.into()])?)).await
    }
}

/// What every submission asks first.
fn foresee(tx: &Tx<'_>, caches: &Caches, submission: &Submission) {
    people::foresee_actor(tx, submission.actor, caches.today(submission.now));
    if submission.case.is_none() {
        editions::foresee_current(tx);
        calendars::foresee_latest(tx);
        if let Some(key) = &submission.key {
            tx.foresee(&KEY, vec![submission.actor.into(), (&key.key).into()]);
        }
    }
}

fn once(tx: &Tx<'_>, caches: &Caches, submission: &Submission) -> Result<Submitted, SubmitError> {
    if submission.request.ties() {
        // One after the other, whichever cases they are: two people may tie the same two the other way round.
        migrations::lock_institution(tx)?;
    }
    let stored = match &submission.case {
        None => None,
        Some(number) => Some(cases::lock(tx, number)?.ok_or_else(|| Refusal::missing("Ese caso no existe."))?),
    };
    // Whoever waited for the row may find that the same key has done it meanwhile, so it is asked when the row is held.
    if let Some(key) = &submission.key
        && let Some(before) = repeated(tx, submission.actor, key)?
    {
        return Ok(before);
    }
    if let (Some(stored), Some(expected)) = (&stored, submission.expected_version)
        && stored.case.version != expected
    {
        return Err(SubmitError::Stale { expected, found: stored.case.version });
    }
    let done = judge_and_write(tx, caches, submission, stored.as_deref())?;
    if let Some(key) = &submission.key {
        let first = done.events.first().map_or(0, |recorded| recorded.n);
        let values = vec![
            submission.actor.into(),
            (&key.key).into(),
            (&key.fingerprint).into(),
            (&done.number).into(),
            first.into(),
            done.case.version.into(),
            submission.now.into(),
        ];
        tx.send(&PUT_KEY, values)?;
    }
    Ok(done)
}

/// What stands in place of a case's number with the keys of the correspondence desk.
pub(crate) const LETTERS: &str = "correspondencia";

/// What the same key made or changed before at this place, by its number.
pub(crate) fn act_of_key(
    tx: &Tx<'_>,
    actor: PersonId,
    key: &IdempotencyKey,
    place: &str,
) -> Result<Option<i64>, SubmitError> {
    let Some(row) = tx.row(&KEY, &[actor.into(), (&key.key).into()])? else { return Ok(None) };
    if row.text(0)? != key.fingerprint || row.text(1)? != place {
        return Err(SubmitError::KeyReused);
    }
    Ok(Some(row.int(2)?))
}

pub(crate) fn keep_act(
    tx: &Tx<'_>,
    actor: PersonId,
    key: &IdempotencyKey,
    (place, number): (&str, i64),
    now: Timestamp,
) -> Result<(), SubmitError> {
    let values = [
        actor.into(),
        (&key.key).into(),
        (&key.fingerprint).into(),
        place.into(),
        number.into(),
        number.into(),
        now.into(),
    ];
    tx.run(&PUT_KEY, &values)?;
    Ok(())
}

/// What the same key did before.
fn repeated(tx: &Tx<'_>, actor: PersonId, key: &IdempotencyKey) -> Result<Option<Submitted>, SubmitError> {
    let Some(row) = tx.row(&KEY, &[actor.into(), (&key.key).into()])? else { return Ok(None) };
    if row.text(0)? != key.fingerprint {
        return Err(SubmitError::KeyReused);
    }
    let number = row.name(1)?;
    let range = |column| -> Result<u32, DbError> { u32::try_from(row.int(column)?).map_err(DbError::broken) };
    let (first, last) = (range(2)?, range(3)?);
    let stored = cases::see(tx, &number)?.ok_or_else(|| DbError::broken("a key without its case"))?;
    let mut events = journal::events(tx, stored.id, 1, last)?;
    let case = replay(&events).map_err(DbError::broken)?;
    events.retain(|recorded| recorded.n >= first);
    Ok(Some(Submitted { number, events, case, repeated: true }))
}

fn judge_and_write(
    tx: &Tx<'_>,
    caches: &Caches,
    submission: &Submission,
    stored: Option<&Stored>,
) -> Result<Submitted, SubmitError> {
    let now = submission.now;
    let today = caches.today(now);
    let actor = people::actor(tx, submission.actor, today)?;
    let edition_id = match stored {
        Some(stored) => stored.case.edition,
        None => editions::current(tx)?.ok_or_else(|| {
            Refusal::conflict("La institución aún no tiene un manual publicado; no se pueden abrir casos.")
        })?,
    };
    let edition = caches.edition(tx, edition_id)?;
    let code = match (stored, &submission.request) {
        (Some(stored), _) => stored.case.procedure.clone(),
        (None, Request::Open(open)) => open.procedure.clone(),
        (None, _) => return Err(Refusal::missing("Ese caso no existe.").into()),
    };
    let procedure = edition
        .procedure(&code)
        .ok_or_else(|| Refusal::missing(format!("El manual vigente no tiene el procedimiento {code}.")))?;
    let version = match (stored, &submission.request) {
        // Where a signed order has sent the open cases, and nowhere else.
        (Some(stored), Request::Recalculate { .. }) => calendars::ordered(tx)?.max(stored.case.calendar),
        (Some(stored), _) => stored.case.calendar,
        _ => calendars::latest_version(tx)?.ok_or_else(|| DbError::broken("no calendar"))?,
    };
    let calendar = caches.calendar(tx, version)?;
    let other = match &submission.request {
        Request::Move { to, .. } if editions::load_row(tx, *to)?.is_some() => Some(caches.edition(tx, *to)?),
        _ => None,
    };
    let about = About { tx, caches, actor: &actor, case: stored.map(|stored| &stored.case) };
    let command = command(&about, &submission.request, today, || {
        Ok((cases::draw_number(tx, &edition.numbering, today.year())?, edition_id))
    })?;
    let directory = people::Today::new(tx, today);
    let world = World {
        edition: &edition,
        procedure,
        calendar: &calendar,
        now,
        actor: &actor,
        directory: &directory,
        other: other.as_ref().and_then(|other| Some((&**other, other.procedure(&code)?))),
    };
    let judged = judge(stored.map(|stored| &stored.case), &command, &world);
    directory.check()?;
    let (case, events, effects) = judged?;
    let effects = telling::told(stored.map(|stored| &stored.case), &case, &events, effects, procedure);
    // A case that moves goes on under the procedure of the other edition.
    let (edition, procedure) = match &other {
        Some(other) if case.edition != edition_id => (other, other.procedure(&code).unwrap_or(procedure)),
        _ => (&edition, procedure),
    };
    let decided = Decided {
        before: stored,
        case: &case,
        frame: Frame { edition, procedure, calendar: &calendar },
        events: &events,
        effects: &effects,
        zone: caches.zone(),
        institution: caches.institution(),
    };
    let mut tallies = BTreeMap::new();
    cases::record(tx, &decided, &mut tallies)?;
    waits::write_tallies(tx, &tallies);
    turns::note(tx, &events)?;
    Ok(Submitted { number: case.number.clone(), events, case, repeated: false })
}

/// Lets the engine decide, and perform what it decided: the case afterwards, its new events, what is asked of outside.
pub(crate) fn judge(
    before: Option<&Case>,
    command: &Command,
    world: &World<'_>,
) -> Result<(Case, Vec<Recorded>, Vec<Effect>), SubmitError> {
    let decision = decide(before, command, world)?;
    let (case, events) = perform(before.cloned(), decision.events, world.now).map_err(DbError::broken)?;
    Ok((case, events, decision.effects))
}

/// Who gives a command, about which case.
struct About<'a, 't> {
    tx: &'a Tx<'t>,
    caches: &'a Caches,
    actor: &'a Actor,
    case: Option<&'a Case>,
}

/// The engine's command, with the persons and the other cases it names looked up.
fn command(
    about: &About<'_, '_>,
    request: &Request,
    today: Date,
    draw: impl FnOnce() -> Result<(Name, i64), SubmitError>,
) -> Result<Command, SubmitError> {
    let About { tx, caches, actor, case } = *about;
    let candidate = |person: PersonId| people::candidate(tx, person, today);
    let other = |number: &Name| neighbours::other(tx, caches, number, actor);
    Ok(match request.clone() {
        Request::Open(open) => {
            let OpenRequest { subject, description, channel, priority, weight, values, overrides, attachments, .. } =
                *open;
            let on_behalf_of = open.on_behalf_of.map(candidate).transpose()?;
            let assign = open.assign.map(candidate).transpose()?;
            let from = open.from.as_ref().map(other).transpose()?;
            let (number, edition) = draw()?;
            Command::Open(Box::new(Open {
                number,
                edition,
                subject,
                description,
                on_behalf_of,
                outsider: open.outsider,
                channel,
                priority,
                weight,
                values,
                overrides,
                attachments,
                with_first_step: open.with_first_step,
                assign,
                from,
            }))
        }
        Request::Complete(complete) => {
            let CompleteRequest { step, visit, answer, values, overrides, note, route, assign, checks, level } =
                complete;
            let assign = assign
                .into_iter()
                .map(|(role, person)| Ok((role, candidate(person)?)))
                .collect::<Result<Vec<_>, SubmitError>>()?;
            Command::Complete(Complete { step, visit, answer, values, overrides, note, route, assign, checks, level })
        }
        Request::SendBack { step, visit, to, reason } => Command::SendBack { step, visit, to, reason },
        Request::Take => Command::Take,
        Request::Assign { role, to, reason } => Command::Assign { role, to: candidate(to)?, reason },
        Request::Comment { text, public } => {
            let mut mentions = Vec::new();
            for login in mentioned(&text).into_iter().take(MOST_LOGINS) {
                if let Some(person) = people::id_of(tx, login)? {
                    mentions.push(candidate(person)?);
                }
            }
            Command::Comment { text, public, mentions }
        }
        Request::Watch => Command::Watch,
        Request::Unwatch => Command::Unwatch,
        Request::Prioritize { weight, reason } => Command::Prioritize { weight, reason },
        Request::Escalate { to, reason } => {
            let to = match to {
                EscalateRequest::Area(area) => EscalateTo::Area(area),
                EscalateRequest::Superior(person) => EscalateTo::Superior(person.map(candidate).transpose()?),
            };
            Command::Escalate { to, reason }
        }
        Request::ReturnEscalation { reason } => Command::ReturnEscalation { reason },
        Request::Check { done } => Command::Check { done },
        Request::Attach(attach) => Command::Attach(attach),
        Request::Pause { cause, reason, evidence } => Command::Pause { cause, reason, evidence },
        Request::Resume { note } => Command::Resume { note },
        Request::Extend { cause, by, reason, evidence } => Command::Extend { cause, by, reason, evidence },
        Request::Exclude { cause, reason, evidence } => Command::Exclude { cause, reason, evidence },
        Request::Cancel { reason } => Command::Cancel { reason },
        Request::Reopen { reason } => Command::Reopen { reason },
        Request::Sign(sign) => Command::Sign(sign),
        Request::Rate { conforms, comment } => Command::Rate { conforms, comment },
        Request::WarningReached { clock, warning } => Command::WarningReached { clock, warning },
        Request::DeadlineReached { clock, due } => Command::DeadlineReached { clock, due },
        Request::SettleEffect { key, outcome, detail } => Command::SettleEffect { key, outcome, detail },
        Request::Move { to, reason } => Command::Move { to, reason },
        Request::Recalculate { reason } => Command::Recalculate { reason },
        Request::Link { kind, other: number, reason } => Command::Link { kind, other: other(&number)?, reason },
        Request::Unlink { other, reason } => Command::Unlink { other, reason },
        Request::Merge { into, reason } => Command::Merge { into: other(&into)?, reason },
        Request::Separate { reason } => Command::Separate { reason },
        Request::Echo { from } => {
            let (subject, acts) = match case {
                Some(case) => neighbours::unheard(tx, case, &from)?,
                None => ("".into(), Vec::new()),
            };
            Command::Echo { from, subject, acts }
        }
    })
}
