//! Legal time on running cases: warnings, extensions by the step the manual names, exclusions, and the rating with its lapse.

mod common;

use engine::{
    Name,
    actor::{Actor, Candidate, Party, PersonId, Post},
    apply::replay,
    calendar::Calendar,
    case::{Case, Status},
    clocks::{self, Frame},
    command::{Command, Complete, Neighbour, Open, Other},
    decide::{Decision, decide, perform},
    effect::{Audience, Effect, While},
    event::{By, Channel, Event, Priority, Recorded},
    history::sentence,
    measure::{Conformity, Verdict, conformity, verdict},
    refusal::Refusal,
    tie::{Follower, TieKind},
    value::{Value, Values},
    world::{Everyone, World},
};
use jiff::Timestamp;
use manual::{clock::Clock, edition::Edition, procedure::StepNo};

const USER: PersonId = PersonId(1);
const CHIEF: PersonId = PersonId(2);
const TECHNICIAN: PersonId = PersonId(3);

fn at(text: &str) -> Timestamp {
    format!("{text}:00-06:00").parse().expect("a moment")
}

fn actor(person: PersonId) -> Actor {
    let role: &[&str] = match person {
        CHIEF => &["Jefe del Departamento de Tecnología de la Información"],
        TECHNICIAN => &["Técnico"],
        _ => &[],
    };
    let posts = role.iter().map(|role| Post { role: (*role).into(), unit: None }).collect();
    Actor { person, name: format!("Persona {}", person.0).into(), unit: None, posts, stands_in_for: Vec::new() }
}

struct Desk {
    edition: Edition,
    calendar: Calendar,
    code: &'static str,
    case: Option<Case>,
    history: Vec<Recorded>,
    effects: Vec<Effect>,
}

impl Desk {
    fn new(institution: &str, code: &'static str) -> Self {
        let edition = common::edition(institution);
        let calendar = common::calendar(&edition);
        Self { edition, calendar, code, case: None, history: Vec::new(), effects: Vec::new() }
    }

    fn case(&self) -> &Case {
        self.case.as_ref().expect("a case")
    }

    fn frame(&self) -> Frame<'_> {
        let procedure = self.edition.procedure(self.code).expect("a procedure");
        Frame { edition: &self.edition, procedure, calendar: &self.calendar }
    }

    fn judge(&self, actor: &Actor, command: &Command, now: &str) -> Result<Decision, Refusal> {
        let frame = self.frame();
        let world = World {
            edition: frame.edition,
            procedure: frame.procedure,
            calendar: frame.calendar,
            now: at(now),
            actor,
            directory: &Everyone,
            other: None,
        };
        decide(self.case.as_ref(), command, &world)
    }

    fn does(&mut self, actor: &Actor, command: &Command, now: &str) {
        let decision = self.judge(actor, command, now).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        let (case, events) = perform(self.case.take(), decision.events, at(now)).expect("it applies");
        self.history.extend(events);
        self.effects = decision.effects;
        let drifted = clocks::drifted(&case, &self.frame());
        assert_eq!(drifted, Vec::<Name>::new(), "nothing stored drifts");
        self.case = Some(case);
    }

    fn by(&mut self, person: PersonId, command: &Command, now: &str) {
        let actor = actor(person);
        self.does(&actor, command, now);
    }

    fn system(&mut self, command: &Command, now: &str) {
        self.does(&Actor::system(), command, now);
    }

    fn opens(&mut self, values: Values, now: &str) {
        let open = Open { number: "2026-000001".into(), edition: 1, subject: "No enciende".into(), values, ..blank() };
        self.by(USER, &Command::Open(Box::new(open)), now);
    }

    fn refused(&self, person: PersonId, command: &Command, now: &str) -> String {
        self.judge(&actor(person), command, now).expect_err("a refusal").message
    }

    fn told(&self) -> String {
        let procedure = self.frame().procedure;
        self.history.last().map(|recorded| sentence(recorded, procedure)).unwrap_or_default()
    }

    fn due(&self, clock: &str) -> Timestamp {
        self.case().due_of(clock).expect("a due date")
    }
}

fn text(key: &str, value: &str) -> (Name, Value) {
    (key.into(), Value::Text(value.into()))
}

fn complete(step: u16, answer: Option<&str>, values: &[(&str, &str)]) -> Command {
    let mut command = Complete::step(StepNo(step));
    command.answer = answer.map(Name::from);
    command.values = values.iter().map(|(key, value)| text(key, value)).collect();
    Command::Complete(command)
}

fn assign() -> Command {
    let mut command = Complete::step(StepNo(2));
    let posts = vec![Post { role: "Técnico".into(), unit: None }];
    let to = Candidate { person: TECHNICIAN, name: "Persona 3".into(), unit: None, posts, active: true };
    command.assign.push(("Técnico".into(), to));
    Command::Complete(command)
}

/// A DIACO ticket of Friday 11 September 2026, assigned: due Thursday 17, because Tuesday 15 is a holiday.
fn ticket() -> Desk {
    let mut desk = Desk::new("diaco", "DIACO-IN-PR-03.1");
    desk.opens(Vec::new(), "2026-09-11T10:00");
    desk.by(CHIEF, &assign(), "2026-09-11T10:30");
    assert_eq!(desk.due("resolver"), at("2026-09-17T16:00"));
    desk
}

/// Solved and closed: it waits to be rated.
fn solved(now: &str) -> Desk {
    let mut desk = ticket();
    desk.by(TECHNICIAN, &complete(3, Some("si"), &[]), now);
    desk.by(TECHNICIAN, &complete(5, None, &[("acciones", "Se cambió el cable."), ("dictamen", "Funciona.")]), now);
    desk.by(TECHNICIAN, &complete(6, None, &[]), now);
    desk
}

fn rate(conforms: bool) -> Command {
    Command::Rate { conforms, comment: Some("Gracias".into()) }
}

#[test]
fn a_warning_goes_once_before_the_term_and_the_chief_hears_of_its_end() {
    let mut desk = ticket();
    let timers = clocks::timers(desk.case(), &desk.frame());
    let names: Vec<&str> = timers.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["resolver", "resolver!0"]);
    assert_eq!(timers[1].1, at("2026-09-16T16:00"), "a business day before");
    let warning = Command::WarningReached { clock: "resolver".into(), warning: 0 };
    let early = desk.judge(&Actor::system(), &warning, "2026-09-16T15:59").expect_err("too early").message;
    assert!(early.contains("aún no sale"), "{early}");
    assert!(desk.refused(CHIEF, &warning, "2026-09-16T16:00").contains("los registra el sistema"));
    desk.system(&warning, "2026-09-16T16:00");
    let [Effect::Tell(tell)] = desk.effects.as_slice() else { panic!("{:?}", desk.effects) };
    let still = While::Running { clock: "resolver".into(), due: at("2026-09-17T16:00") };
    assert_eq!((&tell.to, tell.while_so.as_ref()), (&Audience::Person(TECHNICIAN), Some(&still)));
    assert!(tell.text.contains("Está por vencer"), "{}", tell.text);
    assert!(desk.told().contains("1 día hábil antes"), "{}", desk.told());
    assert!(desk.judge(&Actor::system(), &warning, "2026-09-16T16:01").is_err(), "once");

    let end = Command::DeadlineReached { clock: "resolver".into(), due: at("2026-09-17T16:00") };
    desk.system(&end, "2026-09-17T16:00");
    assert!(desk.case().is_late());
    let chief = |effect: &Effect| {
        let Effect::Tell(tell) = effect else { return false };
        matches!(&tell.to, Audience::Role { role, .. } if role.starts_with("Jefe del Departamento"))
    };
    assert!(desk.effects.iter().any(chief), "{:?}", desk.effects);
    assert_eq!(clocks::timers(desk.case(), &desk.frame()), [], "nothing is left to tell");
}

#[test]
fn the_term_is_lengthened_by_step_4_alone_and_with_its_causes() {
    let mut desk = ticket();
    let extend = |cause: &str| Command::Extend {
        cause: cause.into(),
        by: "2 días hábiles".into(),
        reason: "Hace falta una pieza".into(),
        evidence: Some("Dictamen 4".into()),
    };
    let refused = desk.refused(TECHNICIAN, &extend("piezas"), "2026-09-11T11:00");
    assert!(refused.contains("al cumplir el paso 4"), "{refused}");
    desk.by(TECHNICIAN, &complete(3, Some("no"), &[]), "2026-09-11T11:00");
    let step =
        |cause: &str, by: &str| complete(4, None, &[("causa", cause), ("cuanto", by), ("detalle", "Disco dañado.")]);
    assert!(desk.judge(&actor(TECHNICIAN), &step("mineco", "5 días hábiles"), "2026-09-11T11:10").is_err());
    desk.by(TECHNICIAN, &step("piezas", "5 días hábiles"), "2026-09-11T11:10");
    assert_eq!(desk.due("resolver"), at("2026-09-24T16:00"));
    let event = desk.history.iter().find_map(|recorded| match &recorded.event {
        Event::Prolonged { cause, evidence, clocks, .. } => Some((cause.clone(), evidence.clone(), clocks.clone())),
        _ => None,
    });
    let (cause, evidence, lengthened) = event.expect("an extension");
    assert_eq!((&*cause, lengthened.as_slice()), ("piezas", &["resolver".into()] as &[Name]));
    assert!(evidence.is_some_and(|evidence| evidence.contains("Dictamen técnico")));
    assert_eq!(desk.case().clock("resolver").map(|clock| clock.extra.len()), Some(1));
}

#[test]
fn within_the_term_is_conforming_late_is_not_and_an_exclusion_is_counted_apart() {
    let judged = |desk: &Desk| conformity(desk.case(), at("2026-09-30T09:00"));
    assert_eq!(judged(&solved("2026-09-17T15:59")), Conformity::Conforms);
    assert_eq!(judged(&solved("2026-09-18T08:00")), Conformity::DoesNotConform);
    let mut desk = ticket();
    let exclude =
        |cause: &str| Command::Exclude { cause: cause.into(), reason: "Sin acceso al servidor".into(), evidence: None };
    assert!(desk.refused(TECHNICIAN, &exclude("vacaciones"), "2026-09-14T09:00").contains("MINECO"));
    desk.by(TECHNICIAN, &exclude("mineco"), "2026-09-14T09:00");
    assert_eq!(conformity(desk.case(), at("2026-09-14T10:00")), Conformity::NotJudged, "it still runs");
    assert_eq!(judged(&desk), Conformity::Excluded);
}

/// Another case of the same procedure, as somebody with both before him names it.
fn other(case: &Case, number: &str) -> Other {
    let case = Case { number: number.into(), ..case.clone() };
    Other { number: number.into(), seen: Some(Box::new(Neighbour { case, above: Vec::new() })) }
}

#[test]
fn a_merged_case_is_neither_attended_nor_missed_and_separated_it_stands_where_it_stood() {
    let mut desk = ticket();
    desk.by(
        CHIEF,
        &Command::Comment { text: "Lo veo".into(), public: false, mentions: Vec::new() },
        "2026-09-11T10:05",
    );
    let before = desk.case().clone();
    let merge = |other| Command::Merge { into: other, reason: "Es el mismo corte".into() };
    let main = other(&before, "2026-000002");
    assert!(desk.refused(USER, &merge(main.clone()), "2026-09-11T11:00").contains("corresponde a una jefatura"));
    let itself = other(&before, &before.number);
    assert!(desk.refused(TECHNICIAN, &merge(itself), "2026-09-11T11:00").contains("este es el mismo"));
    let unseen = Other { number: "2026-000009".into(), seen: None };
    let told = desk.refused(TECHNICIAN, &merge(unseen), "2026-09-11T11:00");
    assert_eq!(told, "No hay ningún caso «2026-000009» entre los que usted atiende o supervisa.");
    desk.by(TECHNICIAN, &merge(main.clone()), "2026-09-11T11:00");
    let merged = desk.case().clone();
    assert_eq!((merged.status(), merged.is_open(), merged.next_due()), (Status::Cancelled, false, None));
    assert_eq!(conformity(&merged, at("2026-12-01T09:00")), Conformity::Merged, "whatever its term");
    assert!(desk.effects.contains(&Effect::Echo { to: "2026-000002".into() }), "{:?}", desk.effects);
    assert!(desk.told().contains("unió este caso al 2026-000002: Es el mismo corte."), "{}", desk.told());
    let write = Command::Comment { text: "¿Y?".into(), public: true, mentions: Vec::new() };
    assert!(desk.refused(USER, &write, "2026-09-11T12:00").contains("está unido al 2026-000002: escriba en ese"));
    let again = Command::Reopen { reason: "Sigue igual".into() };
    assert!(desk.refused(CHIEF, &again, "2026-09-11T12:00").contains("sepárelo primero"));
    assert!(desk.refused(TECHNICIAN, &merge(main), "2026-09-11T12:00").contains("está unido al 2026-000002"));

    // The other way round, or into one that is merged or over: not by any way.
    let mut second = ticket();
    let into = |case: &Case| Command::Merge { into: other(case, "2026-000002"), reason: "Lo mismo".into() };
    assert!(second.refused(CHIEF, &into(&merged), "2026-09-11T12:00").contains("únalo a ese"));
    let mut over = ticket();
    over.by(CHIEF, &Command::Cancel { reason: "Por error".into() }, "2026-09-11T12:00");
    assert!(second.refused(CHIEF, &into(over.case()), "2026-09-11T12:00").contains("sigue abierto"));
    second.by(CHIEF, &into(&before), "2026-09-11T12:00");

    // The time between counts, as for any case opened again: the term has run out meanwhile.
    let separate = |reason: &str| Command::Separate { reason: reason.into() };
    assert!(desk.refused(USER, &separate("No era"), "2026-10-05T09:00").contains("corresponde a una jefatura"));
    assert!(desk.refused(TECHNICIAN, &separate(" "), "2026-10-05T09:00").contains("Escriba la razón"));
    desk.by(TECHNICIAN, &separate("Era otro equipo"), "2026-10-05T09:00");
    let stands = desk.case().clone();
    assert_eq!((&stands.standing, &stands.paused, &stands.ended), (&before.standing, &before.paused, &None));
    assert_eq!(stands.clocks, before.clocks, "the same beginnings, pauses and due dates");
    assert_eq!(conformity(&stands, at("2026-10-05T09:00")), Conformity::DoesNotConform);
    desk.system(
        &Command::DeadlineReached { clock: "resolver".into(), due: stands.due_of("resolver").expect("a term") },
        "2026-10-05T09:00",
    );
    assert!(desk.case().is_late());
    assert!(desk.refused(TECHNICIAN, &separate("Otra vez"), "2026-10-05T09:01").contains("no está unido a otro"));
}

#[test]
fn a_part_has_one_parent_and_no_case_is_inside_itself() {
    let mut desk = ticket();
    let link = |kind, other| Command::Link { kind, other, reason: None };
    let first = other(desk.case(), "2026-000002");
    let child = |other| link(TieKind::ChildOf, other);
    assert!(desk.refused(USER, &child(first.clone()), "2026-09-11T11:00").contains("corresponde a una jefatura"));
    let mut inside = first.clone();
    inside.seen.as_mut().expect("seen").above = vec!["2026-000007".into(), desk.case().number.clone()];
    assert!(desk.refused(TECHNICIAN, &child(inside), "2026-09-11T11:00").contains("uno quedaría dentro del otro"));
    desk.by(TECHNICIAN, &child(first.clone()), "2026-09-11T11:00");
    let second = other(&ticket().case.expect("a case"), "2026-000003");
    assert!(
        desk.refused(TECHNICIAN, &child(second.clone()), "2026-09-11T11:01").contains("ya es parte del 2026-000002")
    );
    assert!(desk.refused(TECHNICIAN, &link(TieKind::Related, first), "2026-09-11T11:01").contains("ya está enlazado"));
    let split = desk.refused(TECHNICIAN, &link(TieKind::SplitFrom, second), "2026-09-11T11:01");
    assert!(split.contains("cuando se abre desde él"), "{split}");
    // The tie is the other's.
    let mut theirs = ticket();
    theirs.case.as_mut().expect("a case").number = "2026-000002".into();
    let held = other(desk.case(), "2026-000001");
    let told = theirs.refused(TECHNICIAN, &link(TieKind::Related, held), "2026-09-11T11:02");
    assert!(told.contains("El caso 2026-000001 ya está enlazado: parte de 2026-000002"), "{told}");

    let unlink = |reason: &str| Command::Unlink { other: "2026-000002".into(), reason: reason.into() };
    assert!(desk.refused(TECHNICIAN, &unlink(""), "2026-09-11T11:03").contains("Escriba la razón"));
    desk.by(CHIEF, &unlink("Era de otro"), "2026-09-11T11:03");
    assert!(desk.case().ties.is_empty() && desk.told().contains("quitó el enlace con el 2026-000002: Era de otro."));
    assert!(desk.refused(CHIEF, &unlink("Otra vez"), "2026-09-11T11:04").contains("no tiene un enlace suyo"));
}

#[test]
fn a_case_hears_of_another_once_and_in_order_and_gives_back_whom_it_took_in() {
    let mut desk = ticket();
    let (number, mut n) = (desk.case().number.clone(), 4);
    let party = |id: i64| Party { person: PersonId(id), name: format!("Persona {id}").into(), unit: None };
    let mut act = |event| {
        n += 1;
        let by = By { person: CHIEF, name: "Jefa".into(), role: None, in_absence_of: None, on_behalf: false };
        Recorded { n, at: at("2026-09-11T11:00"), by, event }
    };
    let followers = [(8, false), (9, true), (USER.0, false)];
    let followers = followers.map(|(id, internal)| Follower { who: party(id), internal }).to_vec();
    let merged = act(Event::Merged { into: number.clone(), reason: "Lo mismo".into(), followers });
    let elsewhere = act(Event::Linked { kind: TieKind::Related, other: "2026-000077".into(), reason: None });
    let separated = act(Event::Separated { from: number, reason: "No era".into(), dues: Vec::new() });
    let echo = |from: &str, acts: &[&Recorded]| Command::Echo {
        from: from.into(),
        subject: "La misma falla".into(),
        acts: acts.iter().copied().cloned().collect(),
    };
    let both = echo("2026-000002", &[&merged, &elsewhere]);
    assert!(desk.refused(CHIEF, &both, "2026-09-11T11:01").contains("lo anota aquí el sistema"));
    desk.system(&both, "2026-09-11T11:01");
    let following = |desk: &Desk| desk.case().watchers.iter().map(|one| one.person.0).collect::<Vec<_>>();
    assert_eq!(following(&desk), [8, 9], "not who asked for it anyway");
    assert!(desk.told().contains("Jefa unió a este el caso 2026-000002 («La misma falla»): Lo mismo. Desde ahora"));
    assert!(desk.judge(&Actor::system(), &both, "2026-09-11T11:02").is_err(), "once");

    // Another of the same person: taking one out does not send her away.
    desk.system(&echo("2026-000003", &[&merged]), "2026-09-11T11:03");
    desk.system(&echo("2026-000002", &[&merged, &elsewhere, &separated]), "2026-09-11T11:04");
    assert_eq!(following(&desk), [8, 9]);
    desk.system(&echo("2026-000003", &[&separated]), "2026-09-11T11:05");
    assert_eq!((following(&desk), desk.case().absorbed.len()), (Vec::new(), 0));
    assert_eq!(engine::apply::replay(&desk.history).as_ref(), Ok(desk.case()));
}

#[test]
fn rating_is_the_act_of_step_7_and_only_of_who_asked() {
    let mut desk = solved("2026-09-14T09:00");
    assert_eq!(desk.due("calificar"), at("2026-09-22T16:00"), "five business days, the holiday aside");
    assert!(desk.refused(TECHNICIAN, &rate(true), "2026-09-14T10:00").contains("solo lo califica quien lo pidió"));
    desk.by(USER, &rate(true), "2026-09-14T10:00");
    assert_eq!((desk.case().status(), verdict(desk.case())), (Status::Finished, Verdict::Conforming));
    assert_eq!(engine::value::find(&desk.case().values, "calificacion").and_then(Value::text), Some("conforme"));
    assert_eq!(desk.case().legs.last().map(|leg| leg.step), Some(StepNo(7)), "one act, one truth");
    let kinds = desk.history.iter().filter(|recorded| matches!(recorded.event, Event::Rated { .. })).count();
    assert_eq!(kinds, 1);
    assert_eq!(clocks::timers(desk.case(), &desk.frame()), [], "the window is closed");

    let mut by_step = solved("2026-09-14T09:00");
    by_step.by(
        USER,
        &complete(7, None, &[("calificacion", "no-conforme"), ("comentario", "Tardó")]),
        "2026-09-14T10:00",
    );
    let rating = by_step.case().rating.clone().expect("a rating");
    assert_eq!((rating.conforms, rating.comment.as_deref()), (false, Some("Tardó")));
    by_step.by(USER, &rate(true), "2026-09-14T12:00");
    assert_eq!(verdict(by_step.case()), Verdict::Conforming, "changed within the hours it may");
    assert!(by_step.refused(USER, &rate(false), "2026-09-15T23:00").contains("ya no se puede cambiar"));
}

#[test]
fn an_unrated_case_ends_by_the_lapse_which_is_nobodys_lateness() {
    let mut desk = solved("2026-09-14T09:00");
    let lapse = Command::DeadlineReached { clock: "calificar".into(), due: at("2026-09-22T16:00") };
    desk.system(&lapse, "2026-09-22T16:00");
    assert_eq!((desk.case().status(), verdict(desk.case())), (Status::Finished, Verdict::Unrated));
    assert_eq!(conformity(desk.case(), at("2026-09-30T09:00")), Conformity::Conforms);
    assert!(!desk.case().is_late());
    assert!(desk.told().contains("sin calificar: venció el plazo"), "{}", desk.told());
    assert!(desk.refused(USER, &rate(true), "2026-09-22T17:00").contains("venció el plazo"));
    assert!(desk.judge(&Actor::system(), &lapse, "2026-09-22T16:01").is_err(), "once");
}

#[test]
fn a_term_before_a_date_starts_with_it_and_moves_with_it() {
    let mut desk = Desk::new("usulutan", "TIM-03");
    let chief = Actor { posts: vec![Post { role: "Jefatura de la Unidad de TIM".into(), unit: None }], ..actor(USER) };
    let open = Open {
        number: "2026-000001".into(),
        edition: 1,
        subject: "Renovación".into(),
        values: vec![text("vencimiento", "2026-12-31")],
        ..blank()
    };
    desk.does(&chief, &Command::Open(Box::new(open)), "2026-09-01T09:00");
    assert_eq!(desk.due("requerir"), at("2026-10-30T16:00"), "31 October is a Saturday");
    let timers = clocks::timers(desk.case(), &desk.frame());
    assert_eq!(
        timers.last().map(|(name, at)| (name.to_string(), *at)),
        Some(("requerir!0".into(), at("2026-10-16T16:00")))
    );
    let why = clocks::explained(desk.case(), "requerir", &desk.frame()).expect("a rule").expect("an end").because;
    assert!(why.iter().any(|fact| fact.contains("jueves 31/12/2026")), "{why:?}");
}

fn blank() -> Open {
    Open {
        number: "".into(),
        edition: 1,
        subject: "".into(),
        description: "".into(),
        on_behalf_of: None,
        outsider: None,
        assign: None,
        weight: None,
        channel: Channel::Portal,
        priority: Priority::Normal,
        values: Vec::new(),
        overrides: Vec::new(),
        attachments: Vec::new(),
        with_first_step: true,
        from: None,
    }
}

#[test]
fn every_clock_of_the_manuals_can_be_counted_by_the_hours_it_names() {
    let mut clocks = 0;
    for institution in common::INSTITUTIONS {
        let edition = common::edition(institution);
        let calendar = common::calendar(&edition);
        for procedure in &edition.procedures {
            let frame = Frame { edition: &edition, procedure, calendar: &calendar };
            for clock in &procedure.clocks {
                let hours = frame.clock(clock, None).hours;
                let due = calendar.of(&hours).due_at(at("2026-09-11T10:00"), &clock.term);
                assert!(due.is_ok(), "{} {}: {due:?}", procedure.code, clock.name);
                clocks += 1;
            }
        }
    }
    assert!(clocks >= 6, "{clocks}");
}

/// The same manual in another edition, with these terms for the support procedure.
fn another(terms: &[(&str, Option<&str>)]) -> Edition {
    let mut edition = common::edition("diaco");
    let procedure = edition.procedures.iter_mut().find(|one| &*one.code == "DIACO-IN-PR-03.1").expect("support");
    let model = procedure.clock("resolver").expect("the term").clone();
    for (name, term) in terms {
        procedure.clocks.retain(|clock| &*clock.name != *name);
        if let Some(term) = term {
            procedure.clocks.push(Clock { name: (*name).into(), term: term.parse().expect("a term"), ..model.clone() });
        }
    }
    edition
}

/// The chief takes the case over to that edition.
fn goes_over(desk: &mut Desk, other: Edition, to: i64, now: &str) {
    let frame = desk.frame();
    let there = other.procedure(desk.code).expect("support");
    let actor = actor(CHIEF);
    let world = World {
        edition: frame.edition,
        procedure: frame.procedure,
        calendar: frame.calendar,
        now: at(now),
        actor: &actor,
        directory: &Everyone,
        other: Some((&other, there)),
    };
    let command = Command::Move { to, reason: "Edición aprobada.".into() };
    let decision = decide(desk.case.as_ref(), &command, &world).expect("it may");
    let (case, events) = perform(desk.case.take(), decision.events, at(now)).expect("it applies");
    desk.history.extend(events);
    desk.edition = other;
    assert_eq!(clocks::drifted(&case, &desk.frame()), Vec::<Name>::new(), "nothing stored drifts");
    assert_eq!(replay(&desk.history).expect("it replays"), case);
    desk.case = Some(case);
}

#[test]
fn a_case_that_goes_over_to_another_edition_comes_under_its_terms() {
    let mut desk = ticket();
    // A longer term moves the date; a term the case had not counts since the opening.
    let longer = another(&[("resolver", Some("5 días hábiles")), ("responder", Some("1 día hábil"))]);
    goes_over(&mut desk, longer, 2, "2026-09-14T09:00");
    assert_eq!(desk.due("resolver"), at("2026-09-21T16:00"));
    assert_eq!(desk.due("responder"), at("2026-09-14T16:00"));
    assert_eq!(desk.case().clock("responder").expect("joined").started, at("2026-09-11T10:00"));
    assert_eq!(
        desk.told(),
        "Persona 2 (Jefe del Departamento de Tecnología de la Información) pasó el caso a otra edición del manual: \
         Edición aprobada. Con ella cambia el plazo para resolver; se agrega el plazo para responder."
    );
    // A shorter one is nearer; the term that is gone runs no more, and wakes nobody.
    let shorter = another(&[("resolver", Some("1 día hábil"))]);
    goes_over(&mut desk, shorter, 3, "2026-09-14T10:00");
    assert_eq!(desk.due("resolver"), at("2026-09-14T16:00"));
    assert_eq!(desk.case().clock("responder").expect("kept").stopped, Some(at("2026-09-14T10:00")));
    let names: Vec<Name> = clocks::timers(desk.case(), &desk.frame()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["resolver", "resolver!0"].map(Name::from));
    // An edition with the same terms moves nothing, and says so.
    goes_over(&mut desk, another(&[("resolver", Some("1 día hábil"))]), 4, "2026-09-14T11:00");
    assert!(desk.told().ends_with("Con ella sus vencimientos no cambian."), "{}", desk.told());
    // A term that is there again runs again, since when it always would have.
    let both = another(&[("resolver", Some("1 día hábil")), ("responder", Some("1 día hábil"))]);
    goes_over(&mut desk, both, 5, "2026-09-14T12:00");
    let again: Vec<_> = desk.case().clocks.iter().filter(|clock| &*clock.name == "responder").collect();
    assert_eq!((again.len(), again[0].stopped, again[0].due), (1, None, at("2026-09-14T16:00")));
    assert!(desk.told().ends_with("Con ella se agrega el plazo para responder."), "{}", desk.told());
}
