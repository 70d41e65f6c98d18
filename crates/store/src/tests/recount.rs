//! A day decreed late (L07, C03): one signed act, a preview that changes nothing, open cases recomputed once each even
//! across a stop, closed ones untouched.

use super::institution::{BOTH, Institution, local, minutes, monday, options};
use crate::{
    Request, Store, StoreError, Submission, SubmitError,
    calendars::CalendarChange,
    journal::AdminAct,
    recount::{Behind, Signature},
};
use engine::{Name, actor::SYSTEM, event::Event, refusal::Kind};
use jiff::{Timestamp, civil::date};
use manual::calendar_rules::{DayOff, DayOffKind, When};

fn asueto(day: jiff::civil::Date) -> DayOff {
    DayOff {
        name: "Asueto por la visita".into(),
        when: When::Once { date: day },
        hours: None,
        kind: DayOffKind::Decreed,
        closes_office: true,
        stops_deadlines: true,
        source: Some("AG 1-2026".into()),
        published: Some(date(2026, 3, 1)),
        since: None,
        until: None,
        office: None,
    }
}

fn signed() -> Signature {
    Signature { level: 1, digest: "ab".repeat(32).into() }
}

async fn go_over(store: &Store, behind: &Behind, now: Timestamp) -> Result<(), SubmitError> {
    store.submit(Submission::on(behind.case.clone(), SYSTEM, behind.request.clone(), now)).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decree_is_one_signed_act_and_open_cases_follow_by_themselves() {
    for on in BOTH {
        let it = Institution::new(on).await;
        // Three business days from Monday 2 March: Thursday the 5th at the close of office.
        let old = it.open("Antes del decreto", monday()).await;
        let expired = it.open("Vencido y abierto", local(2026, 2, 26, 9, 0)).await;
        let late = Request::DeadlineReached { clock: "resolver".into(), due: local(2026, 3, 3, 16, 0) };
        let told =
            it.store.submit(Submission::on(expired.number.clone(), SYSTEM, late, local(2026, 3, 3, 16, 0))).await;
        assert!(told.expect("it is late").case.is_late());
        let ended = it.open("Ya terminado", monday()).await;
        let ended = it.finish(&ended.number, monday() + minutes(1)).await;
        let admin = it.store.admin(it.admin).await.expect("admin");
        let change = CalendarChange::Decree(asueto(date(2026, 3, 3)));

        let preview = admin.preview_calendar(change.clone(), monday()).await.expect("a preview");
        assert_eq!((preview.version, preview.open_cases, preview.cases), (1, 2, 2), "{on:?}");
        let of = |number: &Name| preview.moved.iter().find(|due| due.case == *number).expect("it moves");
        assert_eq!(
            (of(&old.number).before, of(&old.number).after),
            (local(2026, 3, 5, 16, 0), local(2026, 3, 6, 16, 0))
        );
        assert_eq!(it.store.cases_behind((0, 0), 10).await.expect("a list"), [], "a preview changes nothing");

        let unsigned = Signature { level: 0, ..signed() };
        let refused = admin.change_calendar(change.clone(), 1, unsigned, monday()).await;
        assert!(matches!(refused, Err(StoreError::Refused(refusal)) if refusal.kind == Kind::Forbidden));
        let unseen = admin.change_calendar(change.clone(), 7, signed(), monday()).await;
        assert!(matches!(unseen, Err(StoreError::Refused(refusal)) if refusal.message.contains("cambió mientras")));
        let version = admin.change_calendar(change.clone(), 1, signed(), monday()).await.expect("decreed");
        assert_eq!(version, 2);
        assert!(admin.change_calendar(change, 2, signed(), monday()).await.is_err(), "{on:?}: it is there already");
        let acts = admin.acts(None, 5).await.expect("acts");
        assert!(matches!(&acts[0].recorded.act, AdminAct::CalendarSigned { calendar: 2, level: 1, open_cases: 2, .. }));
        assert_eq!(it.open("Después del decreto", monday()).await.case.calendar, 2);

        let behind = it.store.cases_behind((0, 0), 1).await.expect("one");
        assert_eq!(behind.len(), 1);
        go_over(&it.store, &behind[0], monday()).await.expect("it goes over");
        let again = go_over(&it.store, &behind[0], monday()).await;
        assert!(matches!(again, Err(SubmitError::Refused(_))), "{on:?}: once each");
        // A stop in the middle: whoever comes next finds what is left.
        it.store.close().await;
        let store = Store::open(it.location.clone(), options(&it.dir)).await.expect("it opens again");
        let half = store.admin(it.admin).await.expect("admin").calendar_progress(2).await.expect("a store");
        assert_eq!(half.map(|progress| progress.waiting), Some(1));
        let rest = store.cases_behind((0, 0), 10).await.expect("the rest");
        assert_eq!(rest.len(), 1);
        go_over(&store, &rest[0], monday()).await.expect("it goes over");
        assert_eq!(store.cases_behind((0, 0), 10).await.expect("none"), []);

        let reader = store.reader(it.director, monday()).await.expect("a reader");
        for (number, due, was_late) in
            [(&old.number, local(2026, 3, 6, 16, 0), false), (&expired.number, local(2026, 3, 4, 16, 0), true)]
        {
            let view = reader.case(number).await.expect("a store").expect("the case");
            let told: Vec<&Event> = view
                .history
                .iter()
                .map(|recorded| &recorded.event)
                .filter(|event| matches!(event, Event::Recounted { .. }))
                .collect();
            let [Event::Recounted { calendar: 2, reason, moved }] = told.as_slice() else { panic!("{told:?}") };
            assert!(reason.contains("Asueto por la visita") && reason.contains("AG 1-2026"), "{reason}");
            assert_eq!((moved.len(), moved[0].after), (1, due));
            assert_eq!(view.case.clock("resolver").map(|clock| clock.due), Some(due));
            assert!(!view.case.is_late(), "{on:?}: was late {was_late}, and has time again");
        }
        let untouched = reader.case(&ended.number).await.expect("a store").expect("the case");
        assert_eq!((untouched.case.calendar, untouched.case.version), (1, ended.case.version));
        let admin = store.admin(it.admin).await.expect("admin");
        let done = admin.calendar_progress(2).await.expect("a store").expect("an order");
        assert_eq!((done.waiting, done.cases, done.moved, done.order.open_cases), (0, 2, 2, 2));
        let moves = admin.calendar_moves(2, None, 1).await.expect("moves");
        let more = admin.calendar_moves(2, moves.next.as_deref(), 1).await.expect("moves");
        assert_eq!((moves.rows.len(), more.rows.len(), more.next), (1, 1, None));
        assert_ne!(moves.rows[0].case, more.rows[0].case);
        assert_eq!(store.verify().await.expect("it walks").findings, []);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_taken_away_again_gives_the_dates_back_and_names_both_acts() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let old = it.open("Entre dos actos", monday()).await;
        let admin = it.store.admin(it.admin).await.expect("admin");
        let day = asueto(date(2026, 3, 4));
        admin.change_calendar(CalendarChange::Decree(day.clone()), 1, signed(), monday()).await.expect("decreed");
        let back = CalendarChange::Revoke { day, reason: "Se derogó.".into() };
        admin.change_calendar(back, 2, signed(), monday()).await.expect("revoked");
        let behind = it.store.cases_behind((0, 0), 10).await.expect("one");
        let [one] = behind.as_slice() else { panic!("{behind:?}") };
        let Request::Recalculate { reason } = &one.request else { panic!("{one:?}") };
        assert!(reason.contains("el día decretado «Asueto") && reason.contains("el retiro del día"), "{reason}");
        go_over(&it.store, one, monday()).await.expect("it goes over");
        let reader = it.store.reader(it.director, monday()).await.expect("a reader");
        let case = reader.case(&old.number).await.expect("a store").expect("the case").case;
        assert_eq!((case.calendar, case.clocks), (3, old.case.clocks), "{on:?}: where it was");
        let person = it.store.submit(Submission::on(old.number, it.admin, one.request.clone(), monday())).await;
        assert!(matches!(person, Err(SubmitError::Refused(refusal)) if refusal.kind == Kind::Forbidden));
        it.sound().await;
    }
}
