//! Many believable cases at once, for measuring and for showing: decided by the engine along the manual's own examples,
//! written by the same code as any other change, in large transactions.

use crate::{
    calendars,
    cases::{self, Decided},
    editions,
    error::{DbError, StoreError},
    people,
    store::{Caches, Store},
    submit, time,
    tx::Tx,
    waits,
};
use engine::{
    Name,
    actor::{Actor, PersonId},
    calendar::Calendar,
    case::Case,
    clocks::Frame,
    command::Command,
    event::{Priority, Recorded},
    refusal::Refusal,
    rehearse,
    world::{Everyone, World},
};
use jiff::{SignedDuration, Timestamp};
use manual::{edition::Edition, scenario::Scenario};
use std::{collections::BTreeMap, sync::Arc};

/// What to write.
#[derive(Clone, Debug)]
pub struct SeedPlan {
    pub cases: u64,
    /// The first is opened then …
    pub from: Timestamp,
    /// … and nothing happens after this.
    pub until: Timestamp,
    /// Of a hundred cases, how many are left somewhere on their way.
    pub open_percent: u64,
    /// The same number makes the same cases.
    pub seed: u64,
}

/// Cases of one transaction.
const BATCH: u64 = 400;

const SUBJECTS: [&str; 12] = [
    "La impresora no imprime",
    "Sin acceso a la red en la oficina",
    "Cuenta de correo para personal nuevo",
    "El sistema muestra un error al guardar",
    "Equipo lento al iniciar",
    "Permiso para una carpeta compartida",
    "Restablecer contraseña del dominio",
    "Cambio de equipo por falla de disco",
    "Instalación de programa con licencia",
    "Baja de usuario por retiro",
    "Dictamen para compra de equipo",
    "Copia de respaldo de la base de datos",
];

/// Chance as an argument: splitmix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound.max(1)
    }

    fn pick<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        let index = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        of.get(index)
    }
}

impl Store {
    /// Writes cases under the edition in force, by the active persons who hold its posts; gives how many.
    ///
    /// # Errors
    /// Refused where no edition is in force or nobody is there.
    pub async fn seed_bulk(&self, plan: SeedPlan) -> Result<u64, StoreError> {
        let mut written = 0;
        while written < plan.cases {
            let (plan, caches, first) = (plan.clone(), self.caches(), written);
            let count = BATCH.min(plan.cases - written);
            self.write(move |tx| batch(tx, &caches, &plan, first, count)).await?;
            written += count;
        }
        Ok(written)
    }
}

struct Stage<'s> {
    id: i64,
    edition: &'s Edition,
    calendar: &'s Calendar,
    actors: &'s [Actor],
    examples: &'s [&'s Scenario],
}

fn batch(tx: &Tx<'_>, caches: &Caches, plan: &SeedPlan, first: u64, count: u64) -> Result<(), StoreError> {
    let id = editions::current(tx)?.ok_or_else(|| Refusal::conflict("No hay un manual publicado."))?;
    let edition = caches.edition(tx, id)?;
    let version = calendars::latest_version(tx)?.ok_or_else(|| DbError::broken("no calendar"))?;
    let calendar: Arc<Calendar> = caches.calendar(tx, version)?;
    let today = caches.today(plan.until);
    let mut actors = Vec::new();
    for person in people::list(tx, "", ("", 0), 2_000)?.iter().filter(|person| person.active) {
        actors.push(people::actor(tx, person.id, today)?);
    }
    let examples: Vec<&Scenario> =
        edition.scenarios.iter().filter(|scenario| edition.procedure(&scenario.procedure).is_some()).collect();
    if actors.is_empty() || examples.is_empty() {
        return Err(Refusal::conflict("Faltan personas o ejemplos resueltos en el manual.").into());
    }
    let stage = Stage { id, edition: &edition, calendar: &calendar, actors: &actors, examples: &examples };
    let mut tallies = BTreeMap::new();
    let span = time::micros(plan.until) - time::micros(plan.from);
    for index in first..first + count {
        let mut dice = Dice(plan.seed ^ index.wrapping_mul(0xD134_2543_DE82_EF95));
        let part = i128::from(span) * i128::from(index) / i128::from(plan.cases.max(1));
        let opened = time::moment(time::micros(plan.from) + i64::try_from(part).unwrap_or(0))?;
        let number = cases::draw_number(tx, &edition.numbering, caches.today(opened).year())?;
        let open = dice.below(100) < plan.open_percent;
        let acts = if open { dice.below(4) } else { u64::MAX };
        let (case, events) = walk(&stage, &number, opened, plan.until, acts, &mut dice)?;
        let procedure = edition.procedure(&case.procedure).ok_or_else(|| DbError::broken("no procedure"))?;
        let decided = Decided {
            before: None,
            case: &case,
            frame: Frame { edition: &edition, procedure, calendar: &calendar },
            events: &events,
            effects: &[],
            zone: caches.zone(),
            institution: caches.institution(),
        };
        cases::record(tx, &decided, &mut tallies)?;
    }
    waits::write_tallies(tx, &tallies);
    Ok(())
}

/// Opens a case along an example and carries it so many acts further, as far as there is somebody for each.
fn walk(
    stage: &Stage<'_>,
    number: &Name,
    opened: Timestamp,
    until: Timestamp,
    acts: u64,
    dice: &mut Dice,
) -> Result<(Case, Vec<Recorded>), StoreError> {
    let Some(scenario) = dice.pick(stage.examples) else { return Err(DbError::broken("no example").into()) };
    let Some(procedure) = stage.edition.procedure(&scenario.procedure) else {
        return Err(DbError::broken("no procedure").into());
    };
    let mut answers = scenario.answers.clone();
    let mut case: Option<Case> = None;
    let mut history = Vec::new();
    let mut now = opened;
    let mut done = 0;
    while case.is_none() || done < acts.min(60) {
        let act = rehearse::next_act(case.as_ref(), stage.edition, procedure, scenario, &mut answers);
        let Ok(Some(mut act)) = act else { break };
        if let Command::Open(open) = &mut act.command {
            open.number = number.clone();
            open.edition = stage.id;
            if let Some(subject) = dice.pick(&SUBJECTS) {
                open.subject = (*subject).into();
            }
            open.priority = *dice.pick(&[Priority::Low, Priority::Normal, Priority::High]).unwrap_or(&Priority::Normal);
        }
        let ideal = rehearse::person(act.role.as_ref(), case.as_ref(), procedure, stage.edition);
        let judged = who(stage, &ideal, case.as_ref(), dice).into_iter().find_map(|actor| {
            let actor = if case.is_none() { Actor { posts: ideal.posts.clone(), ..actor } } else { actor };
            let world = World {
                edition: stage.edition,
                procedure,
                calendar: stage.calendar,
                now,
                actor: &actor,
                directory: &Everyone,
                other: None,
            };
            submit::judge(case.as_ref(), &act.command, &world).ok()
        });
        let Some((after, events, _)) = judged else { break };
        case = Some(after);
        history.extend(events);
        done += 1;
        let pause = i64::try_from(dice.below(30 * 60)).unwrap_or(0) + 5;
        now = (now + SignedDuration::from_mins(pause)).min(until);
    }
    let case = case.ok_or_else(|| StoreError::Broken(format!("nobody may open {}", procedure.code)))?;
    Ok((case, history))
}

/// Those who may play a part, the likeliest first.
fn who(stage: &Stage<'_>, ideal: &Actor, case: Option<&Case>, dice: &mut Dice) -> Vec<Actor> {
    let Some(case) = case else { return dice.pick(stage.actors).cloned().into_iter().collect() };
    if ideal.person == case.requester.person {
        return stage.actors.iter().filter(|actor| actor.person == case.requester.person).cloned().collect();
    }
    let assigned = |person: PersonId| case.assignees.iter().any(|assignee| assignee.person == person);
    let mut able: Vec<Actor> = stage
        .actors
        .iter()
        .filter(|actor| ideal.posts.iter().any(|post| actor.holds(&post.role, None)))
        .cloned()
        .collect();
    let turn = usize::try_from(dice.below(able.len().max(1) as u64)).unwrap_or(0);
    able.rotate_left(turn);
    able.sort_by_key(|actor| !assigned(actor.person));
    able
}
