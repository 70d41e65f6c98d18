//! What the store promises, told as stories on both engines.

use super::institution::{BOTH, Institution, local, minutes, monday, opening, options};
use crate::{
    CompleteRequest, Request, Store, StoreError, Submission, SubmitError, auth::NewSession, outbox::OutboxOutcome,
};
use engine::{
    actor::SYSTEM,
    case::Status,
    effect::{Audience, Effect},
    event::Event,
    refusal,
};
use jiff::{SignedDuration, civil::date};
use manual::{notice::Kind, procedure::StepNo};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_goes_from_its_opening_to_its_end() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let opened = it.open("La impresora no imprime", monday()).await;
        assert_eq!(&*opened.number, "2026-000001", "{on:?}");
        let ended = it.finish(&opened.number, monday() + minutes(30)).await;
        assert_eq!(ended.case.status(), Status::Finished);
        it.sound().await;

        it.store.close().await;
        let again = Store::open(it.location.clone(), options(&it.dir)).await.expect("it opens again");
        let reader = again.reader(it.user, monday()).await.expect("a reader");
        let view = reader.case("2026-000001").await.expect("a query").expect("her own case");
        assert_eq!(view.case, ended.case);
        let kinds: Vec<bool> = view.history.iter().map(|event| matches!(event.event, Event::Completed(_))).collect();
        assert_eq!(kinds, [false, true, true, true]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_gives_the_same_answer_and_another_content_is_refused() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let submission = Submission::open(it.user, opening("Sin red"), monday()).with_key("k1", "f1");
        let first = it.store.submit(submission.clone()).await.expect("it opens");
        let later =
            it.store.submit(Submission { now: monday() + minutes(60), ..submission.clone() }).await.expect("again");
        assert_eq!((&first.number, &first.events, &first.case), (&later.number, &later.events, &later.case));
        assert!(later.repeated && !first.repeated);
        let other = it.store.submit(submission.with_key("k1", "f2")).await;
        assert!(matches!(other, Err(SubmitError::KeyReused)), "{on:?} {other:?}");
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_leaves_no_trace() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let opened = it.open("Sin red", monday()).await;
        let before = it.store.verify().await.expect("it walks");
        let seen = it.store.reader(it.user, monday()).await.expect("reader").case(&opened.number).await.expect("case");
        let refused = [
            it.complete(&opened.number, it.user, 1, None, monday()).await,
            it.complete(&opened.number, it.technician, 2, Some("si"), monday()).await,
            it.complete(&opened.number, it.technician, 99, None, monday()).await,
            it.complete(&"2026-999999".into(), it.technician, 1, None, monday()).await,
            it.store
                .submit(Submission {
                    expected_version: Some(7),
                    ..Submission::on(opened.number.clone(), it.technician, Request::Take, monday())
                })
                .await,
            it.store.submit(Submission::open(it.user, opening("  "), monday())).await,
        ];
        let kinds: Vec<Option<refusal::Kind>> = refused
            .iter()
            .map(|result| match result {
                Err(SubmitError::Refused(refusal)) => Some(refusal.kind),
                Err(SubmitError::Stale { expected: 7, found: 1 }) => None,
                other => panic!("{on:?} {other:?}"),
            })
            .collect();
        let expected = [
            Some(refusal::Kind::Forbidden),
            Some(refusal::Kind::Conflict),
            Some(refusal::Kind::Missing),
            Some(refusal::Kind::Missing),
            None,
            Some(refusal::Kind::Invalid),
        ];
        assert_eq!(kinds, expected);
        assert_eq!(it.store.verify().await.expect("it walks"), before);
        let after = it.store.reader(it.user, monday()).await.expect("reader").case(&opened.number).await.expect("case");
        assert_eq!(after.map(|view| view.case), seen.map(|view| view.case));
        // The number of the refused opening was given back.
        assert_eq!(&*it.open("Otro", monday()).await.number, "2026-000002");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_year_of_a_number_turns_at_local_midnight() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let last = it.open("Último del año", local(2026, 12, 31, 23, 59)).await;
        let first = it.open("Primero del año", local(2027, 1, 1, 0, 0)).await;
        assert_eq!((&*last.number, &*first.number), ("2026-000001", "2027-000001"), "{on:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn effects_leave_once_and_under_one_key() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let opened = it.open("Sin red", monday()).await;
        let lease = |at, token: &'static str| it.store.lease_outbox(at, minutes(5), 10, token);
        let arrival = lease(monday(), "o").await.expect("a lease");
        assert!(matches!(&arrival[..], [one] if matches!(&one.effect, Effect::Tell(tell) if tell.kind == Kind::Post)));
        assert!(it.store.settle_outbox(&arrival[0], OutboxOutcome::Done, monday()).await.expect("done"));
        it.complete(&opened.number, it.technician, 1, None, monday()).await.expect("step 1 tells the user");
        let first = lease(monday(), "a").await.expect("a lease");
        assert_eq!(first.len(), 1, "{on:?}");
        assert_eq!((&*first[0].key, first[0].attempt), ("2026-000001:2:0", 1));
        assert!(matches!(&first[0].effect, Effect::Tell(tell) if tell.to == Audience::Person(it.user)));
        assert_eq!(lease(monday() + minutes(1), "b").await.expect("none").len(), 0);
        let second = lease(monday() + minutes(6), "b").await.expect("the lease ran out");
        assert_eq!((&second[0].key, second[0].attempt), (&first[0].key, 2));
        let settle = |lease, outcome| it.store.settle_outbox(lease, outcome, monday());
        assert!(!settle(&first[0], OutboxOutcome::Done).await.expect("too late"));
        let again = OutboxOutcome::Retry { at: monday() + minutes(20), detail: "sin correo".into() };
        assert!(settle(&second[0], again).await.expect("put off"));
        assert_eq!(lease(monday() + minutes(10), "c").await.expect("none").len(), 0);
        let third = lease(monday() + minutes(21), "c").await.expect("third");
        assert!(settle(&third[0], OutboxOutcome::Done).await.expect("done"));
        assert_eq!(lease(monday() + minutes(900), "d").await.expect("none").len(), 0);
        for _ in 0..2 {
            let text = "Su requerimiento quedó registrado.";
            it.store.add_notice(it.user, &third[0].key, text, Some(&third[0].case), monday()).await.expect("a notice");
        }
        let reader = it.store.reader(it.user, monday()).await.expect("reader");
        assert_eq!(reader.unread_notices().await.expect("a count"), 1);
        let notices = reader.notices(false, None, 10).await.expect("notices").rows;
        reader.mark_read(Some(notices[0].id), monday()).await.expect("read");
        assert_eq!(reader.unread_notices().await.expect("a count"), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_hear_of_a_change_after_its_commit() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let mut hears = it.store.subscribe();
        // The connection that listens may still be on its way.
        let mut told = None;
        for n in 0..50 {
            let opened = it.open(&format!("Caso {n}"), monday()).await;
            let heard = tokio::time::timeout(std::time::Duration::from_millis(300), hears.recv()).await;
            if let Ok(Ok(change)) = heard {
                told = Some((change, opened));
                break;
            }
        }
        let (change, _) = told.unwrap_or_else(|| panic!("{on:?}: nothing was heard"));
        assert!(change.people.contains(&it.user));
        assert_eq!(change.posts, [("Técnico de Soporte Remoto".into(), None)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leaver_is_out_at_once() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let admin = it.store.admin(it.admin).await.expect("admin");
        let session = NewSession {
            token_hash: "s1".into(),
            person: it.technician,
            expires_at: monday() + SignedDuration::from_hours(12),
            source: "10.0.0.1".into(),
            agent: "prueba".into(),
            data: "{}".into(),
        };
        it.store.create_session(session.clone(), monday()).await.expect("a session");
        let token =
            admin.create_token(it.technician, "t1".into(), "guion".into(), "casos".into(), None, monday()).await;
        token.expect("a token");
        assert!(it.store.session("s1").await.expect("query").is_some());
        assert_eq!(it.store.api_token("t1").await.expect("query").map(|token| token.person), Some(it.technician));
        let opened = it.open("Sin red", monday()).await;
        admin.deactivate(it.technician, "Renuncia".into(), monday()).await.expect("baja");
        assert_eq!(it.store.session("s1").await.expect("query"), None);
        assert_eq!(it.store.api_token("t1").await.expect("query"), None);
        assert!(it.store.create_session(session, monday()).await.is_err());
        assert!(it.store.reader(it.technician, monday()).await.is_err());
        let refused = it.complete(&opened.number, it.technician, 1, None, monday()).await;
        assert!(matches!(refused, Err(SubmitError::Refused(refusal)) if refusal.kind == refusal::Kind::Forbidden));
        admin.reactivate(it.technician, monday()).await.expect("alta");
        assert_eq!(it.store.session("s1").await.expect("query"), None);
        assert_eq!(it.store.api_token("t1").await.expect("query"), None);
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_administrators_administer_and_a_second_person_publishes() {
    for on in BOTH {
        let it = Institution::new(on).await;
        assert!(it.store.admin(it.technician).await.is_err());
        let admin = it.store.admin(it.admin).await.expect("admin");
        let (row, _) = admin.upload_edition(super::institution::sources("igss"), monday()).await.expect("a draft");
        let alone = admin.publish_edition(row.id, monday()).await;
        assert!(matches!(alone, Err(StoreError::Refused(refusal)) if refusal.message.contains("segunda persona")));
        let old = it.open("Bajo la primera edición", monday()).await;
        let second = it.store.admin(it.second).await.expect("second");
        second.publish_edition(row.id, monday()).await.expect("published");
        let new = it.open("Bajo la segunda edición", monday()).await;
        assert_ne!(old.case.edition, new.case.edition);
        let ended = it.finish(&old.number, monday() + minutes(1)).await;
        assert_eq!((ended.case.edition, ended.case.status()), (old.case.edition, Status::Finished));
        let broken = crate::editions::Sources::default();
        assert!(matches!(admin.upload_edition(broken, monday()).await, Err(crate::EditionError::Findings(_))));
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_substitute_acts_for_the_absent_on_those_days_only() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let opened = it.open("Sin red", monday()).await;
        let admin = it.store.admin(it.admin).await.expect("admin");
        let days = (date(2026, 3, 3), date(2026, 3, 4));
        admin.name_substitute(it.technician, it.other_user, days, "Vacaciones".into(), monday()).await.expect("named");
        assert!(it.complete(&opened.number, it.other_user, 1, None, monday()).await.is_err(), "{on:?}: not yet");
        let tuesday = local(2026, 3, 3, 8, 0);
        let done = it.complete(&opened.number, it.other_user, 1, None, tuesday).await.expect("for the absent");
        assert_eq!(done.events[0].by.in_absence_of.as_ref().map(|party| party.person), Some(it.technician));
        assert!(it.complete(&opened.number, it.other_user, 2, Some("si"), local(2026, 3, 5, 8, 0)).await.is_err());
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_kept_by_their_content_and_never_beyond_the_limit() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let blob = it.store.put_blob(&b"contenido"[..], 1024, monday()).await.expect("kept");
        assert_eq!(blob.sha256, crate::hash::sha256_hex(b"contenido"));
        assert_eq!(it.store.put_blob(&b"contenido"[..], 1024, monday()).await.expect("again"), blob);
        assert_eq!(it.store.blob_size(&blob.sha256).await.expect("query"), Some(9));
        assert!(matches!(it.store.put_blob(&[0; 1025][..], 1024, monday()).await, Err(StoreError::Refused(_))));
        assert!(it.store.put_blob(&[0; 1024][..], 1024, monday()).await.is_ok());
        for bad in ["../../../etc/passwd", "", "ABCDEF", &"g".repeat(64), &"A".repeat(64)] {
            assert!(it.store.blobs().read(bad).await.expect("no error").is_none());
        }
        assert_eq!(it.store.check_blobs().await.expect("checked"), []);
        let path = it.dir.path().join("blobs").join(&blob.sha256[..2]).join(&blob.sha256);
        std::fs::write(path, "otro contenido").expect("a tampered file");
        assert_eq!(it.store.check_blobs().await.expect("checked").len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seeded_cases_are_as_sound_as_lived_ones() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let plan = crate::seed::SeedPlan {
            cases: 500,
            from: local(2025, 6, 1, 8, 0),
            until: monday(),
            open_percent: 30,
            seed: 7,
        };
        assert_eq!(it.store.seed_bulk(plan).await.expect("seeded"), 500);
        it.store.seal_day(date(2026, 3, 1), monday()).await.expect("sealed");
        it.open("Una más", monday()).await;
        it.sound().await;
        let verified = it.store.verify().await.expect("it walks");
        assert_eq!((verified.cases, verified.seals), (501, 1), "{on:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_system_acts_where_nobody_does() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let opened = it.open("Sin red", monday()).await;
        let request = Request::Complete(CompleteRequest::step(StepNo(1)));
        let system = it.store.submit(Submission::on(opened.number.clone(), SYSTEM, request, monday())).await;
        assert!(system.is_err(), "{on:?}: the system holds no post");
        let cancel = Request::Cancel { reason: "Prueba de anulación".into() };
        let done = it.store.submit(Submission::on(opened.number, SYSTEM, cancel, monday())).await.expect("it may");
        assert_eq!(done.case.status(), Status::Cancelled);
        it.sound().await;
    }
}
