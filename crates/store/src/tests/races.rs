//! Many at once: the same key, the same step, numbers under many writers, timers in two hands.

use super::institution::{BOTH, Institution, On, minutes, monday, opening};
use crate::{Request, Submission, SubmitError};
use engine::actor::SYSTEM;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_with_one_key_make_one_event() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let opened = it.open("Sin red", monday()).await;
        let comment = Request::Comment { text: "¿Cuándo vienen?".into(), public: true };
        let comment = Submission::on(opened.number.clone(), it.user, comment, monday()).with_key("una", "vez");
        let open = Submission::open(it.user, opening("Otra"), monday()).with_key("abre", "vez");
        for submission in [comment, open] {
            let tasks: Vec<_> = (0..50)
                .map(|_| {
                    let (store, submission) = (it.store.clone(), submission.clone());
                    tokio::spawn(async move { store.submit(submission).await.expect("the same answer") })
                })
                .collect();
            let mut answers = Vec::new();
            for task in tasks {
                answers.push(task.await.expect("a task"));
            }
            assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1, "{on:?}");
            assert!(answers.iter().all(|answer| answer.events == answers[0].events && answer.case == answers[0].case));
        }
        it.sound().await;
        assert_eq!(it.store.verify().await.expect("it walks").cases, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_on_one_step_and_one_wins() {
    for on in BOTH {
        let it = Institution::new(on).await;
        for n in 0..25 {
            let opened = it.open(&format!("Carrera {n}"), monday()).await;
            let (one, two) = tokio::join!(
                it.complete(&opened.number, it.technician, 1, None, monday()),
                it.complete(&opened.number, it.colleague, 1, None, monday())
            );
            let lost: Vec<String> =
                [one, two].into_iter().filter_map(Result::err).map(|error| error.to_string()).collect();
            assert_eq!(lost.len(), 1, "{on:?}");
            assert!(lost[0].contains("ya fue atendido por"), "{on:?}: {}", lost[0]);
        }
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_have_no_gaps_and_no_doubles_under_fifty_writers() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let tasks: Vec<_> = (0..50)
            .map(|writer| {
                let store = it.store.clone();
                let (user, good, bad) = (it.user, opening("Con asunto"), opening(""));
                tokio::spawn(async move {
                    let mut numbers = Vec::new();
                    for n in 0..10 {
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
        if on == On::Sqlite {
            let health = it.store.health(monday()).await;
            assert!(health.largest_group > 1, "commands shared commits: {health:?}");
            assert!(health.groups < health.commands);
        }
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
