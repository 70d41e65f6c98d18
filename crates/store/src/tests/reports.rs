//! The report of what ended: each case once, in its period, as it is judged and rated now, and only for those who oversee.

use super::institution::{BOTH, Institution, local, minutes, monday};
use crate::{
    Request, StoreError, Submission,
    reports::{Period, ReportTotal},
};
use engine::{
    Name,
    case::Status,
    measure::{Conformity, Verdict},
    refusal::Kind,
};
use jiff::{SignedDuration, Timestamp, civil::date};

const MARCH: Period = Period { from: date(2026, 3, 1), to: date(2026, 3, 31) };

async fn act(it: &Institution, number: &Name, by: engine::actor::PersonId, request: Request, at: Timestamp) {
    it.store.submit(Submission::on(number.clone(), by, request, at)).await.expect("it is done");
}

async fn total(it: &Institution, period: Period) -> Vec<(Status, Conformity, Verdict, i64)> {
    let reader = it.store.reader(it.admin, monday()).await.expect("a reader");
    let totals = reader.ended_totals(period).await.expect("totals");
    assert!(totals.iter().all(|total| &*total.procedure == "DTS-02"), "{totals:?}");
    let four = |total: &ReportTotal| (total.how, total.judged, total.rated, total.cases);
    totals.iter().map(four).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ended_is_told_once_in_its_period_as_it_is_judged_and_rated() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let good = it.open("A tiempo", monday()).await.number;
        it.finish(&good, monday() + minutes(60)).await;
        // Three business days later than its term allows.
        let late = it.open("Tarde", monday()).await.number;
        it.finish(&late, local(2026, 3, 10, 9, 0)).await;
        let gone = it.open("Ya no", monday()).await.number;
        let cancel = Request::Cancel { reason: "Se resolvió solo.".into() };
        act(&it, &gone, it.director, cancel, monday() + minutes(90)).await;
        let next_month = it.open("De abril", monday()).await.number;
        it.finish(&next_month, local(2026, 4, 1, 0, 0)).await;
        it.open("Sigue abierto", monday()).await;

        let reader = it.store.reader(it.director, local(2026, 4, 2, 9, 0)).await.expect("a chief reads");
        let page = reader.ended(MARCH, None, 0).await.expect("the report");
        let told: Vec<(&str, Status, Conformity)> =
            page.rows.iter().map(|line| (&*line.number, line.how, line.judged)).collect();
        assert_eq!(
            told,
            [
                (&*good, Status::Finished, Conformity::Conforms),
                (&*gone, Status::Cancelled, Conformity::NotJudged),
                (&*late, Status::Finished, Conformity::DoesNotConform),
            ],
            "{on:?}"
        );
        let line = &page.rows[0];
        assert_eq!(line.opened_at, monday());
        assert!(line.due.is_some_and(|due| due > local(2026, 3, 4, 0, 0) && due < local(2026, 3, 7, 0, 0)));
        assert_eq!((&*line.unit, &*line.requester), ("dependencias", "Carla Usuaria"));
        // Two pages tell the same as one.
        let first = reader.ended(MARCH, None, 2).await.expect("a page");
        let rest = reader.ended(MARCH, first.next.as_deref(), 2).await.expect("the rest");
        assert_eq!((first.rows.len(), rest.rows.len(), rest.next.is_none()), (2, 1, true));
        assert_eq!([first.rows, rest.rows].concat(), page.rows);
        // The first moment of April is April.
        let april = Period { from: date(2026, 4, 1), to: date(2026, 4, 1) };
        assert_eq!(reader.ended(april, None, 0).await.expect("April").rows[0].number, next_month);

        // Rated, and opened again: what is told follows.
        act(
            &it,
            &good,
            it.user,
            Request::Rate { conforms: false, comment: Some("Tardaron.".into()) },
            monday() + minutes(120),
        )
        .await;
        let reopen = Request::Reopen { reason: "Volvió a fallar.".into() };
        act(&it, &late, it.director, reopen, local(2026, 3, 10, 12, 0)).await;
        assert_eq!(
            total(&it, MARCH).await,
            [
                (Status::Cancelled, Conformity::NotJudged, Verdict::None, 1),
                (Status::Finished, Conformity::Conforms, Verdict::NotConforming, 1),
            ],
            "{on:?}"
        );
        it.sound().await;

        // Neither the one who asks nor the one who attends sees what concerns all.
        for person in [it.user, it.technician] {
            let reader = it.store.reader(person, monday()).await.expect("a reader");
            let Err(StoreError::Refused(refusal)) = reader.ended(MARCH, None, 0).await else { panic!("{on:?}") };
            assert_eq!(refusal.kind, Kind::Missing);
            assert!(reader.ended_totals(MARCH).await.is_err());
        }
        // A row that says something else is found.
        assert_eq!(it.tamper("UPDATE endings SET judged = 'excluido' WHERE judged = 'conforme'").await, 1);
        let found = it.store.verify().await.expect("it walks").findings;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].stream, &*good);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cases_that_ended_before_endings_were_kept_are_made_up_by_the_migration() {
    for on in BOTH {
        let it = Institution::new(on).await;
        for n in 0..3 {
            let number = it.open("Antes", monday()).await.number;
            it.finish(&number, monday() + SignedDuration::from_hours(n)).await;
        }
        let before = total(&it, MARCH).await;
        assert_eq!(before, [(Status::Finished, Conformity::Conforms, Verdict::None, 3)]);
        assert_eq!(it.tamper("DELETE FROM endings").await, 3);
        it.store.write(|tx| Ok::<_, StoreError>(crate::endings::make_up(tx)?)).await.expect("made up");
        assert_eq!(total(&it, MARCH).await, before, "{on:?}");
        it.sound().await;
    }
}
