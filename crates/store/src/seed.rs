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
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use manual::{edition::Edition, scenario::Scenario};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use tokio::task::JoinHandle;

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
const BATCH: u64 = 1_000;

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

/// A case that was thought out and not yet written, and the year of its number.
struct Lived {
    year: i16,
    case: Case,
    events: Vec<Recorded>,
}

impl Store {
    /// Writes cases under the edition in force, by the active persons who hold its posts; gives how many. While some are
    /// written the next are thought out.
    ///
    /// # Errors
    /// Refused where no edition is in force or nobody is there.
    pub async fn seed_bulk(&self, plan: SeedPlan) -> Result<u64, StoreError> {
        let stage = Arc::new(self.stage(&plan).await?);
        let plan = Arc::new(plan);
        let mut written = 0;
        let mut next = think(&stage, &plan, written, self.counters().await?);
        while written < plan.cases {
            let (batch, counters) = next.await.map_err(DbError::broken)??;
            let count = batch.len() as u64;
            next = think(&stage, &plan, written + count, counters);
            let (scene, caches) = (Arc::clone(&stage), self.caches());
            if self.write(move |tx| write(tx, &caches, &scene, &batch)).await? {
                written += count;
            } else {
                // Somebody opened a case meanwhile: the numbers are others now.
                next = think(&stage, &plan, written, self.counters().await?);
            }
        }
        Ok(written)
    }

    async fn stage(&self, plan: &SeedPlan) -> Result<Stage, StoreError> {
        let (caches, until) = (self.caches(), plan.until);
        self.read(move |tx| {
            let id = editions::current(tx)?.ok_or_else(|| Refusal::conflict("No hay un manual publicado."))?;
            let edition = caches.edition(tx, id)?;
            let version = calendars::latest_version(tx)?.ok_or_else(|| DbError::broken("no calendar"))?;
            let calendar = caches.calendar(tx, version)?;
            let mut actors = Vec::new();
            for person in people::list(tx, "", ("", 0), 2_000)?.iter().filter(|person| person.active) {
                actors.push(people::actor(tx, person.id, caches.today(until))?);
            }
            if actors.is_empty() || edition.scenarios.is_empty() {
                return Err(Refusal::conflict("Faltan personas o ejemplos resueltos en el manual.").into());
            }
            Ok(Stage { id, edition, calendar, actors, zone: caches.zone().clone() })
        })
        .await
    }

    async fn counters(&self) -> Result<HashMap<i16, i64>, StoreError> {
        self.read(|tx| Ok(cases::counters(tx)?)).await
    }
}

struct Stage {
    id: i64,
    edition: Arc<Edition>,
    calendar: Arc<Calendar>,
    actors: Vec<Actor>,
    zone: TimeZone,
}

type Thought = Result<(Vec<Lived>, HashMap<i16, i64>), StoreError>;

/// The next cases, with the numbers they will draw after these counters.
fn think(stage: &Arc<Stage>, plan: &Arc<SeedPlan>, first: u64, counters: HashMap<i16, i64>) -> JoinHandle<Thought> {
    let (stage, plan) = (Arc::clone(stage), Arc::clone(plan));
    tokio::task::spawn_blocking(move || {
        let mut counters = counters;
        let edition = &stage.edition;
        let known = |scenario: &&Scenario| edition.procedure(&scenario.procedure).is_some();
        let examples: Vec<&Scenario> = edition.scenarios.iter().filter(known).collect();
        let span = time::micros(plan.until) - time::micros(plan.from);
        let mut batch = Vec::new();
        for index in first..plan.cases.min(first + BATCH) {
            let mut dice = Dice(plan.seed ^ index.wrapping_mul(0xD134_2543_DE82_EF95));
            let part = i128::from(span) * i128::from(index) / i128::from(plan.cases.max(1));
            let opened = time::moment(time::micros(plan.from) + i64::try_from(part).unwrap_or(0))?;
            let year = time::local_date(opened, &stage.zone).year();
            let last = counters.entry(year).or_default();
            *last += 1;
            let number = cases::number(&edition.numbering, year, *last).into();
            let open = dice.below(100) < plan.open_percent;
            let acts = if open { dice.below(4) } else { u64::MAX };
            let (case, events) = walk(&stage, &examples, &number, opened, plan.until, acts, &mut dice)?;
            batch.push(Lived { year, case, events });
        }
        Ok((batch, counters))
    })
}

/// Writes them, or nothing and false where a number is not the one that was thought.
fn write(tx: &Tx<'_>, caches: &Caches, stage: &Stage, batch: &[Lived]) -> Result<bool, StoreError> {
    let counters = cases::counters(tx)?;
    let mut first: HashMap<i16, &Lived> = HashMap::new();
    for lived in batch {
        first.entry(lived.year).or_insert(lived);
    }
    let numbering = &stage.edition.numbering;
    let next = |year: i16| cases::number(numbering, year, counters.get(&year).copied().unwrap_or(0) + 1);
    if first.iter().any(|(year, lived)| *lived.case.number != *next(*year)) {
        return Ok(false);
    }
    let mut tallies = BTreeMap::new();
    for Lived { year, case, events } in batch {
        cases::draw_number(tx, numbering, *year)?;
        let procedure = stage.edition.procedure(&case.procedure).ok_or_else(|| DbError::broken("no procedure"))?;
        let decided = Decided {
            before: None,
            case,
            frame: Frame { edition: &stage.edition, procedure, calendar: &stage.calendar },
            events,
            effects: &[],
            zone: caches.zone(),
            institution: caches.institution(),
        };
        cases::record(tx, &decided, &mut tallies)?;
    }
    waits::write_tallies(tx, &tallies);
    Ok(true)
}

/// Opens a case along an example and carries it so many acts further, as far as there is somebody for each.
fn walk(
    stage: &Stage,
    examples: &[&Scenario],
    number: &Name,
    opened: Timestamp,
    until: Timestamp,
    acts: u64,
    dice: &mut Dice,
) -> Result<(Case, Vec<Recorded>), StoreError> {
    let Some(scenario) = dice.pick(examples) else { return Err(DbError::broken("no example").into()) };
    let Some(procedure) = stage.edition.procedure(&scenario.procedure) else {
        return Err(DbError::broken("no procedure").into());
    };
    let mut answers = scenario.answers.clone();
    let mut case: Option<Case> = None;
    let mut history = Vec::new();
    let mut now = opened;
    let mut done = 0;
    while case.is_none() || done < acts.min(60) {
        let act = rehearse::next_act(case.as_ref(), &stage.edition, procedure, scenario, &mut answers);
        let Ok(Some(mut act)) = act else { break };
        if let Command::Open(open) = &mut act.command {
            open.number = number.clone();
            open.edition = stage.id;
            if let Some(subject) = dice.pick(&SUBJECTS) {
                open.subject = (*subject).into();
            }
            open.priority = *dice.pick(&[Priority::Low, Priority::Normal, Priority::High]).unwrap_or(&Priority::Normal);
        }
        let ideal = rehearse::person(act.role.as_ref(), case.as_ref(), procedure, &stage.edition);
        let judged = who(stage, &ideal, case.as_ref(), dice).into_iter().find_map(|actor| {
            let actor = if case.is_none() { Actor { posts: ideal.posts.clone(), ..actor } } else { actor };
            let world = World {
                edition: &stage.edition,
                procedure,
                calendar: &stage.calendar,
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
fn who(stage: &Stage, ideal: &Actor, case: Option<&Case>, dice: &mut Dice) -> Vec<Actor> {
    let Some(case) = case else { return dice.pick(&stage.actors).cloned().into_iter().collect() };
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
