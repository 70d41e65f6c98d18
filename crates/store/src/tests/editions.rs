//! E06: the manual changes while cases run: old cases end under the edition they began with, new ones begin under the new
//! one, and the one before can be put in force again. And a case that goes over comes under the terms of the other.

use super::institution::{BOTH, Institution, local, minutes, monday, opening, sources, with_days};
use crate::{Request, Submission, editions::EditionState};
use engine::{Name, event::Event};
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

fn asked(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The manual without its worked examples, which nothing here reads: the term of support is of so many days.
fn edition(days: u64) -> crate::editions::Sources {
    let mut manual = with_days(sources("igss"), days);
    manual.files.retain(|file| !file.path.starts_with("escenarios"));
    manual
}

async fn publish(it: &Institution, days: u64) -> i64 {
    let (uploads, publishes) =
        (it.store.admin(it.admin).await.expect("one"), it.store.admin(it.second).await.expect("another"));
    let (row, _) = uploads.upload_edition(edition(days), monday()).await.expect("no errors");
    publishes.publish_edition(row.id, monday()).await.expect("published").id
}

/// What the clients and the one who publishes tell one another.
#[derive(Default)]
struct Board {
    current: AtomicI64,
    published: AtomicU64,
    opened: AtomicU64,
}

/// Opens cases and ends each ten cases later, so that publications fall into its midst; gives how many crossed one.
async fn client(it: Arc<Institution>, board: Arc<Board>, cases: u64, every: u64) -> u64 {
    let (mut open, mut crossed) = (VecDeque::<(Name, i64)>::new(), 0);
    for n in 0..cases {
        while board.opened.load(Ordering::SeqCst) > (board.published.load(Ordering::SeqCst) + 3) * every {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        let least = board.current.load(Ordering::SeqCst);
        let begun = it.store.submit(Submission::open(it.user, opening(&format!("Caso {n}")), monday())).await;
        let begun = begun.expect("it opens").case;
        assert!(begun.edition >= least, "a new case begins under the edition in force");
        board.opened.fetch_add(1, Ordering::SeqCst);
        it.complete(&begun.number, it.technician, 1, None, monday() + minutes(1)).await.expect("step 1");
        open.push_back((begun.number, begun.edition));
        if open.len() > 10 || n + 1 == cases {
            let ends = if n + 1 == cases { open.len() } else { 1 };
            for (number, edition) in open.drain(..ends) {
                it.complete(&number, it.technician, 2, Some("si"), monday() + minutes(5)).await.expect("step 2");
                let ended = it.complete(&number, it.technician, 5, None, monday() + minutes(9)).await.expect("step 5");
                assert!(!ended.case.is_open() && ended.case.edition == edition, "it ends as it began");
                crossed += u64::from(board.current.load(Ordering::SeqCst) > edition);
            }
        }
    }
    crossed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manual_that_changes_under_running_cases_changes_none_of_them() {
    let (cases, publications) = (asked("VENTANILLA_CASES", 1_000), asked("VENTANILLA_PUBLICATIONS", 100));
    for on in BOTH {
        let it = Arc::new(Institution::with(on, edition(3)).await);
        let board = Arc::new(Board::default());
        let every = cases / publications;
        let clients: Vec<_> =
            (0..4).map(|_| tokio::spawn(client(Arc::clone(&it), Arc::clone(&board), cases / 4, every))).collect();
        let mut last = 0;
        for n in 1..=publications {
            while board.opened.load(Ordering::SeqCst) < (n - 1) * every {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            // Terms of 1 to 9 days, so that two editions in a row always differ.
            last = publish(&it, n % 9 + 1).await;
            board.current.store(last, Ordering::SeqCst);
            board.published.store(n, Ordering::SeqCst);
        }
        let mut crossed = 0;
        for client in clients {
            crossed += client.await.expect("a client");
        }
        assert!(crossed > cases / 2, "{on:?}: most cases saw a publication: {crossed}");

        // Back to the one before, as an edition already known: new cases follow, the others stay.
        let under = it.open("Bajo la última", monday()).await.case;
        assert_eq!(under.edition, last);
        let back = it.store.admin(it.second).await.expect("another");
        let first = back.editions().await.expect("editions").into_iter().map(|row| row.id).min().expect("the first");
        let row = back.publish_edition(first, monday()).await.expect("put in force again");
        assert_eq!((row.id, row.state), (first, EditionState::Published), "{on:?}");
        let again = it.open("Como al principio", monday()).await.case;
        assert_eq!((again.edition, again.due_of("resolver")), (first, Some(local(2026, 3, 5, 16, 0))), "{on:?}");
        let verified = it.store.verify().await.expect("it walks");
        assert_eq!((verified.findings.as_slice(), verified.cases), (&[][..], cases + 2), "{on:?}");
        println!(
            "E06 {on:?}: {publications} publications over {cases} cases, {crossed} ended under an edition no longer in force"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_goes_over_to_another_edition_has_its_dates_computed_anew() {
    for on in BOTH {
        let it = Institution::with(on, edition(3)).await;
        let case = it.open("Pasa a otra edición", monday()).await.case;
        let longer = publish(&it, 5).await;
        let to = Request::Move { to: longer, reason: "Edición vigente".into() };
        let moved = it.store.submit(Submission::on(case.number.clone(), it.director, to, monday() + minutes(5))).await;
        let moved = moved.expect("it goes over");
        let Event::Transferred { moved: dues, joined, dropped, .. } = &moved.events[0].event else {
            panic!("{:?}", moved.events)
        };
        assert_eq!((dues.len(), joined.len(), dropped.len()), (1, 0, 0), "{on:?}");
        assert_eq!((dues[0].before, dues[0].after), (local(2026, 3, 5, 16, 0), local(2026, 3, 9, 16, 0)));
        assert_eq!(it.store.lease_due_timers(local(2026, 3, 9, 15, 59), minutes(1), 9, "a").await.expect("none"), []);
        assert_eq!(
            it.store.lease_due_timers(local(2026, 3, 9, 16, 0), minutes(1), 9, "a").await.expect("due").len(),
            1
        );
        it.sound().await;
        // A date that is not the new edition's is found now.
        let touched = it.tamper(&format!("UPDATE timers SET due = due + 1 WHERE clock = 'resolver' AND case_id IN (SELECT id FROM cases WHERE number = '{}')", case.number)).await;
        assert_eq!(touched, 1);
        assert_eq!(it.store.verify().await.expect("it walks").findings.len(), 1, "{on:?}");
    }
}
