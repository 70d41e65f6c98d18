//! The pages of every list, one after another, against the plain truth: all the cases, filtered and sorted one by one.

use super::institution::{BOTH, Institution, local, monday};
use crate::{
    Counts, Filters, InboxQuery, Request, Submission, Tab, cases,
    error::StoreError,
    reader::Reader,
    seed::SeedPlan,
    time,
    waits::{self, WaitRow},
};
use engine::{
    Name,
    actor::{PersonId, SYSTEM},
    authority,
    case::{Case, Status},
};
use jiff::civil::date;
use manual::edition::Edition;

/// A case with whom it waits for, and whether the reader attends it and may see it.
struct Known {
    id: i64,
    case: Case,
    waits: Vec<WaitRow>,
    attends: bool,
    seen: bool,
    /// It waits for the technician, who is away, and the reader is told.
    absent: bool,
}

async fn known(it: &Institution, reader: &Reader, all: bool) -> Vec<Known> {
    let edition = it.store.current_edition().await.expect("a query").expect("an edition").1;
    let actor = reader.actor().clone();
    let stored = it.store.read(|tx| Ok::<_, StoreError>(cases::page(tx, 0, 10_000)?)).await.expect("cases");
    stored
        .into_iter()
        .map(|stored| {
            let procedure = edition.procedure(&stored.case.procedure).expect("its procedure");
            let mut bare = stored.case.clone();
            (bare.requester.person, bare.opened_by.person) = (SYSTEM, SYSTEM);
            bare.legs.clear();
            bare.assignees.clear();
            let attends = all || authority::takes_part(&bare, procedure, &actor);
            let people = actor.stands_in_for.iter().map(|deputed| deputed.person).chain([actor.person]);
            let takes_part = people.into_iter().any(|person| {
                let mut actor = actor.clone();
                actor.person = person;
                authority::takes_part(&stored.case, procedure, &actor)
            });
            let waits = waits::of(&stored.case, procedure);
            let absent = all && waits.iter().any(|row| row.person == it.technician.0);
            Known { id: stored.id, case: stored.case, waits, attends, seen: attends || takes_part, absent }
        })
        .collect()
}

fn belongs(known: &Known, reader: &Reader, tab: Tab) -> bool {
    let actor = reader.actor();
    let mine = |row: &WaitRow| {
        row.person == actor.person.0 || actor.stands_in_for.iter().any(|deputed| deputed.person.0 == row.person)
    };
    let post = |row: &WaitRow| {
        row.person == 0
            && reader.posts().iter().any(|post| {
                post.role == row.holder
                    && (post.unit.is_none() || row.unit.is_empty() || post.unit == Some(row.unit.clone()))
            })
    };
    let now = time::micros(monday());
    let midnight = time::micros(local(2026, 3, 3, 0, 0));
    let any = |test: &dyn Fn(&WaitRow) -> bool| known.waits.iter().any(test);
    match tab {
        Tab::Mine => any(&|row| mine(row) && !row.paused),
        Tab::Post => any(&|row| post(row) && !row.paused),
        Tab::Waiting => any(&|row| (mine(row) || post(row)) && row.paused),
        Tab::Overdue => any(&|row| (mine(row) || post(row)) && !row.paused && row.due_key < now),
        Tab::DueToday => {
            any(&|row| (mine(row) || post(row)) && !row.paused && row.due_key >= now && row.due_key < midnight)
        }
        Tab::Unassigned => known.attends && any(&|row| row.person == 0 && !row.paused),
        Tab::AllOpen => known.seen && known.case.is_open(),
        Tab::Absent => known.absent,
    }
}

async fn inbox(reader: &Reader, tab: Tab, filters: &Filters, limit: usize) -> Vec<Name> {
    let mut query = InboxQuery { tab, filters: filters.clone(), limit, cursor: None };
    let mut seen = Vec::new();
    loop {
        let page = reader.inbox(&query).await.expect("a page");
        assert!(page.rows.len() <= limit);
        seen.extend(page.rows.into_iter().map(|row| row.number));
        query.cursor = page.next;
        if query.cursor.is_none() {
            return seen;
        }
    }
}

async fn newest(reader: &Reader, filters: &Filters, limit: usize) -> Vec<Name> {
    let (mut cursor, mut seen) = (None, Vec::new());
    loop {
        let page = reader.cases(filters, cursor.as_deref(), limit).await.expect("a page");
        seen.extend(page.rows.into_iter().map(|row| row.number));
        cursor = page.next;
        if cursor.is_none() {
            return seen;
        }
    }
}

/// Cases in every state, and persons who hold none, one or all of the posts, or stand in for another.
async fn busy(on: super::institution::On) -> (Institution, Vec<(PersonId, bool)>) {
    let it = Institution::new(on).await;
    let edition: std::sync::Arc<Edition> = it.store.current_edition().await.expect("query").expect("an edition").1;
    let admin = it.store.admin(it.admin).await.expect("admin");
    for role in edition.roles.iter().filter(|role| !role.chief) {
        admin.give_post(it.colleague, role.name.clone(), None, date(2026, 1, 1), None, monday()).await.expect("a post");
    }
    let always = (date(2026, 1, 1), date(2026, 12, 31));
    admin
        .name_substitute(it.technician, it.other_user, always, "Vacaciones".into(), monday())
        .await
        .expect("a substitute");
    let plan = SeedPlan { cases: 320, from: local(2026, 1, 5, 8, 0), until: monday(), open_percent: 70, seed: 11 };
    it.store.seed_bulk(plan).await.expect("seeded");
    for hour in [8, 9, 10, 11] {
        for day in 23..=27 {
            let number = it.open("Con plazo", local(2026, 2, day, hour, 0)).await.number;
            if (hour, day) == (9, 25) {
                let take = Submission::on(number, it.technician, Request::Take, monday());
                it.store.submit(take).await.expect("taken");
            }
        }
    }
    let people = vec![
        (it.colleague, false),
        (it.technician, false),
        (it.other_user, false),
        (it.user, false),
        (it.director, true),
        (it.admin, true),
    ];
    (it, people)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_list_is_all_its_cases_in_order_and_each_once() {
    for on in BOTH {
        let (it, people) = busy(on).await;
        for (person, all) in people {
            let reader = it.store.reader(person, monday()).await.expect("a reader");
            let known = known(&it, &reader, all).await;
            let procedure = Filters { procedure: Some("DTS-02".into()), ..Filters::default() };
            let state = Filters { status: Some(Status::InProgress), ..Filters::default() };
            let unit = Filters { unit: Some("dependencias".into()), ..Filters::default() };
            let words = Filters { text: Some("impresora".into()), ..Filters::default() };
            let common = Filters { text: Some("2026".into()), procedure: Some("DTS-02".into()), ..Filters::default() };
            for filters in [Filters::default(), procedure, state, unit, words, common] {
                let holds = |known: &&Known| {
                    let case = &known.case;
                    filters.procedure.as_deref().is_none_or(|asked| *case.procedure == *asked)
                        && filters.status.is_none_or(|asked| case.status() == asked)
                        && filters.unit.as_deref().is_none_or(|asked| case.requester.unit.as_deref() == Some(asked))
                        && filters.text.as_deref().is_none_or(|asked| asked == "2026" || case.subject.contains(asked))
                };
                for tab in Tab::ALL.into_iter().filter(|tab| all || *tab != Tab::Absent) {
                    let mut expected: Vec<&Known> =
                        known.iter().filter(|known| belongs(known, &reader, tab)).filter(holds).collect();
                    expected.sort_by_key(|known| (waits::due_key(&known.case), known.id));
                    let expected: Vec<Name> = expected.iter().map(|known| known.case.number.clone()).collect();
                    assert_eq!(
                        inbox(&reader, tab, &filters, 17).await,
                        expected,
                        "{on:?} {person:?} {tab:?} {filters:?}"
                    );
                }
                let mut expected: Vec<Name> = known
                    .iter()
                    .filter(|known| known.seen)
                    .filter(holds)
                    .map(|known| known.case.number.clone())
                    .collect();
                expected.reverse();
                assert_eq!(newest(&reader, &filters, 31).await, expected, "{on:?} {person:?} {filters:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_counts_are_those_of_the_lists() {
    for on in BOTH {
        let (it, people) = busy(on).await;
        for (person, all) in people {
            let reader = it.store.reader(person, monday()).await.expect("a reader");
            let known = known(&it, &reader, all).await;
            let count =
                |tab| i64::try_from(known.iter().filter(|one| belongs(one, &reader, tab)).count()).expect("few");
            let expected = Counts {
                mine: count(Tab::Mine),
                post: count(Tab::Post),
                unassigned: count(Tab::Unassigned),
                due_today: count(Tab::DueToday),
                overdue: count(Tab::Overdue),
                waiting: count(Tab::Waiting),
                all_open: count(Tab::AllOpen),
                absent: count(Tab::Absent),
            };
            assert_eq!(reader.counts().await.expect("counts"), expected, "{on:?} {person:?}");
            if all {
                assert!(expected.absent > 0, "{expected:?}");
            }
            if person == it.colleague {
                assert!(expected.post > 20 && expected.overdue > 0, "{expected:?}");
            }
        }
        it.sound().await;
    }
}

/// Two posts of one person on the same step: the case is in the list once, and counts once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_waits_for_two_posts_of_one_person_counts_once() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let number = it.open("Sin red", monday()).await.number;
        let copied = "INSERT INTO waits (case_id, place, role, holder, unit, person, paused, due_key)
                      SELECT case_id, place + 1, role, 'Secretaria de Recepción', unit, person, paused, due_key FROM waits";
        assert_eq!(it.tamper(copied).await, 1);
        let tally = "INSERT INTO tallies (person, holder, unit, paused, day, cases)
                     SELECT person, 'Secretaria de Recepción', unit, paused, day, cases FROM tallies WHERE person = 0";
        assert_eq!(it.tamper(tally).await, 1);
        let admin = it.store.admin(it.admin).await.expect("admin");
        let role: Name = "Secretaria de Recepción".into();
        admin.give_post(it.technician, role, None, date(2026, 1, 1), None, monday()).await.expect("a post");
        let reader = it.store.reader(it.technician, monday()).await.expect("a reader");
        assert_eq!(inbox(&reader, Tab::Post, &Filters::default(), 10).await, [number]);
        let counts = reader.counts().await.expect("counts");
        assert_eq!((counts.post, counts.unassigned, counts.overdue, counts.due_today), (1, 1, 0, 0), "{on:?}");
        let late = it.store.reader(it.technician, local(2026, 3, 20, 8, 0)).await.expect("a reader");
        assert_eq!(late.counts().await.expect("counts").overdue, 1);
        let on_the_day = it.store.reader(it.technician, local(2026, 3, 5, 8, 0)).await.expect("a reader");
        assert_eq!(on_the_day.counts().await.expect("counts").due_today, 1);
    }
}
