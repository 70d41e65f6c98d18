//! Many at once: the same key, the same step, numbers under many writers, timers in two hands.

use super::institution::{BOTH, Institution, On, minutes, monday, opening};
use crate::{Request, Submission, SubmitError, outbox::OutboxOutcome};
use engine::actor::SYSTEM;
use std::{collections::BTreeSet, sync::Arc};

/// A figure of the test, or the one that is asked for: `VENTANILLA_PARALLEL=50`.
fn asked(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_with_one_key_make_one_event() {
    let (forms, parallel) = (asked("VENTANILLA_FORMS", 1_000), asked("VENTANILLA_PARALLEL", 3));
    for on in BOTH {
        let it = Arc::new(Institution::new(on).await);
        let opened = it.open("Sin red", monday()).await;
        // A few forms sent fifty times at once; and very many, each some times.
        for (first, last, times) in [(0, 4, 50), (4, forms, parallel)] {
            for from in (first..last).step_by(10) {
                let together: Vec<_> = (from..last.min(from + 10))
                    .map(|form| tokio::spawn(one_form(Arc::clone(&it), opened.number.clone(), form, times)))
                    .collect();
                for form in together {
                    form.await.expect("a form");
                }
            }
        }
        it.sound().await;
        let comments = u64::try_from(forms.div_ceil(2)).expect("small");
        let view = it.store.reader(it.user, monday()).await.expect("reader").case(&opened.number).await.expect("case");
        assert_eq!(u64::from(view.expect("it is there").case.version), u64::from(opened.case.version) + comments);
        assert_eq!(it.store.verify().await.expect("it walks").cases, 1 + u64::try_from(forms / 2).expect("small"));
        println!(
            "E01 {on:?}: {forms} forms, 4 of them sent 50 times at once and the rest {parallel} times; one event each"
        );
    }
}

/// Sent so many times at once under its one key, and once more with another content.
async fn one_form(it: Arc<Institution>, case: engine::Name, form: usize, times: usize) {
    let submission = if form.is_multiple_of(2) {
        let comment = Request::Comment { text: format!("¿Cuándo? {form}").into(), public: true };
        Submission::on(case, it.user, comment, monday())
    } else {
        Submission::open(it.user, opening(&format!("Otra {form}")), monday())
    };
    let send = |print: &'static str| {
        let (store, submission) = (it.store.clone(), submission.clone().with_key(format!("formulario-{form}"), print));
        tokio::spawn(async move { store.submit(submission).await })
    };
    let tasks: Vec<_> = (0..times).map(|_| send("una")).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("a task").expect("the same answer"));
    }
    assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1, "{form}");
    assert!(answers.iter().all(|one| one.events == answers[0].events && one.number == answers[0].number));
    let other = send("otra").await.expect("a task");
    assert!(matches!(other, Err(SubmitError::KeyReused)), "{form}: {other:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_on_one_step_and_one_wins() {
    let races = asked("VENTANILLA_RACES", 1_000);
    for on in BOTH {
        let it = Arc::new(Institution::new(on).await);
        let run = |n: usize| {
            let it = Arc::clone(&it);
            tokio::spawn(async move {
                let opened = it.open(&format!("Carrera {n}"), monday()).await;
                let (one, two) = tokio::join!(
                    it.complete(&opened.number, it.technician, 1, None, monday()),
                    it.complete(&opened.number, it.colleague, 1, None, monday())
                );
                let lost: Vec<String> =
                    [one, two].into_iter().filter_map(Result::err).map(|error| error.to_string()).collect();
                assert!(lost.len() == 1 && lost[0].contains("ya fue atendido por"), "{n}: {lost:?}");
            })
        };
        // Several races at once: the commands of one meet those of the others.
        for first in (0..races).step_by(20) {
            let together: Vec<_> = (first..races.min(first + 20)).map(run).collect();
            for race in together {
                race.await.expect("a race");
            }
        }
        it.sound().await;
        println!("E02 {on:?}: {races} races, one winner each");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_have_no_gaps_and_no_doubles_under_fifty_writers() {
    let each = asked("VENTANILLA_NUMBERS", 2_500).div_ceil(50);
    for on in BOTH {
        let it = Institution::new(on).await;
        let tasks: Vec<_> = (0..50)
            .map(|writer| {
                let store = it.store.clone();
                let (user, good, bad) = (it.user, opening("Con asunto"), opening(""));
                tokio::spawn(async move {
                    let mut numbers = Vec::new();
                    for n in 0..each {
                        let request = if (n + writer) % 3 == 0 { bad.clone() } else { good.clone() };
                        match store.submit(Submission::open(user, request, monday())).await {
                            Ok(done) => numbers.push(done.number.to_string()),
                            Err(SubmitError::Refused(_)) => {}
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                    numbers
                })
            })
            .collect();
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.expect("a task"));
        }
        let distinct: BTreeSet<&String> = all.iter().collect();
        let expected: Vec<String> = (1..=all.len()).map(|n| format!("2026-{n:06}")).collect();
        assert_eq!(distinct.into_iter().cloned().collect::<Vec<_>>(), expected, "{on:?}");
        it.sound().await;
        println!("E09 {on:?}: {} numbers of {} openings by 50 writers, no gap and no double", all.len(), 50 * each);
        if on == On::Sqlite {
            let health = it.store.health(monday()).await;
            assert!(health.largest_group > 1, "commands shared commits: {health:?}");
            assert!(health.groups < health.commands);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_that_the_server_refuses_does_not_take_its_neighbours_with_it() {
    // PostgreSQL's texts have no NUL, which is found out when the row arrives.
    let it = Institution::new(On::Postgres).await;
    let mut tasks = Vec::new();
    for n in 0..200 {
        let subject = if n % 20 == 7 { format!("Caso \0 {n}") } else { format!("Caso {n}") };
        let (store, user) = (it.store.clone(), it.user);
        let request = if n % 10 == 3 { opening("") } else { opening(&subject) };
        tasks.push((n, tokio::spawn(async move { store.submit(Submission::open(user, request, monday())).await })));
    }
    let mut numbers = BTreeSet::new();
    for (n, task) in tasks {
        match task.await.expect("a task") {
            Ok(done) => assert!(n % 20 != 7 && n % 10 != 3 && numbers.insert(done.number.to_string()), "{n}"),
            Err(SubmitError::Refused(_)) => assert_eq!(n % 10, 3),
            Err(error) => assert!(n % 20 == 7 && matches!(error, SubmitError::Broken(_)), "{n}: {error:?}"),
        }
    }
    assert_eq!(numbers.into_iter().collect::<Vec<_>>(), (1..=170).map(|n| format!("2026-{n:06}")).collect::<Vec<_>>());
    it.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_wrong_clock_put_off_is_looked_at_when_it_is_put_right() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let opened = it.open("Sin red", monday()).await;
        for lease in it.store.lease_outbox(monday(), minutes(1), 10, "o").await.expect("who is told of the opening") {
            assert!(it.store.settle_outbox(&lease, OutboxOutcome::Done, monday()).await.expect("told"));
        }
        let due = opened.case.next_due().expect("a term");
        let wrong = due + minutes(24 * 60);
        // A day ahead, a timer was refused and put off by an hour, and a notice was asked for.
        let leases = it.store.lease_due_timers(wrong, minutes(1), 10, "a").await.expect("due");
        assert!(it.store.finish_timer(&leases[0], wrong + minutes(60)).await.expect("put off"));
        it.complete(&opened.number, it.technician, 1, None, wrong).await.expect("it tells the user");
        let right = due + minutes(1);
        assert_eq!(it.store.lease_due_timers(right, minutes(1), 10, "b").await.expect("none").len(), 0, "{on:?}");
        assert_eq!(it.store.lease_outbox(right, minutes(1), 10, "b").await.expect("none").len(), 0);
        assert!(it.store.clock_went_back(wrong, right).await.expect("put right") >= 2);
        assert_eq!(it.store.lease_due_timers(right, minutes(1), 10, "c").await.expect("due").len(), 1, "{on:?}");
        assert_eq!(it.store.lease_outbox(right, minutes(1), 10, "c").await.expect("due").len(), 1);
        // What is to come is left alone.
        assert_eq!(it.store.clock_went_back(wrong, due - minutes(5)).await.expect("nothing before its time"), 2);
        assert_eq!(it.store.lease_due_timers(due - minutes(4), minutes(1), 10, "d").await.expect("none").len(), 0);
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_timer_in_two_hands_passes_once() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let opened = it.open("Sin red", monday()).await;
        let due = opened.case.next_due().expect("a term");
        let lease = |at, token: &'static str| it.store.lease_due_timers(at, minutes(5), 10, token);
        assert_eq!(lease(due - minutes(1), "a").await.expect("none").len(), 0, "{on:?}");
        let first = lease(due, "a").await.expect("due");
        assert_eq!((first.len(), first[0].due), (1, due));
        assert_eq!(lease(due, "b").await.expect("leased").len(), 0);
        let second = lease(due + minutes(6), "b").await.expect("the lease ran out");
        assert_eq!(second.len(), 1);
        let pass = |lease: &crate::timers::TimerLease| {
            let request = Request::DeadlineReached { clock: lease.clock.clone(), due: lease.due };
            it.store.submit(Submission::on(lease.case.clone(), SYSTEM, request, due + minutes(7)))
        };
        let (one, two) = tokio::join!(pass(&first[0]), pass(&second[0]));
        assert_eq!([&one, &two].iter().filter(|result| result.is_ok()).count(), 1, "{on:?} {one:?} {two:?}");
        let refused = one.err().or(two.err()).expect("one is refused").to_string();
        assert!(refused.contains("ya estaba registrado"), "{refused}");
        assert_eq!(lease(due + minutes(60), "c").await.expect("gone").len(), 0);
        assert!(!it.store.finish_timer(&first[0], due).await.expect("not its lease any more"));
        it.sound().await;
    }
}
