//! Requests that come in by telephone and at the window: opened and assigned in one act, on both engines.

use super::institution::{BOTH, Institution, minutes, monday, opening};
use crate::{Filters, OpenRequest, Request, Submission, SubmitError};
use engine::{
    effect::{Audience, Effect},
    event::{Channel, Event, Outsider},
};
use jiff::SignedDuration;

fn by_phone(subject: &str) -> OpenRequest {
    OpenRequest { channel: Channel::Phone, ..opening(subject) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_becomes_an_assigned_case_in_one_act_that_may_be_repeated() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let request =
            OpenRequest { on_behalf_of: Some(it.user), assign: Some(it.colleague), ..by_phone("No entra al correo") };
        let call = Submission::open(it.technician, request, monday()).with_key("llamada", "una");
        let done = it.store.submit(call.clone()).await.expect("registered");
        let again = it.store.submit(call).await.expect("the same answer");
        assert!(again.repeated && again.number == done.number && again.events == done.events, "{on:?}");
        let case = &done.case;
        assert_eq!((case.requester.person, case.opened_by.person), (it.user, it.technician));
        assert_eq!(case.assignees.iter().map(|one| one.person).collect::<Vec<_>>(), [it.colleague], "{on:?}");
        assert_eq!(case.standing.as_ref().map(|standing| standing.step.0), Some(2), "his own first step is done");

        let leases = it.store.lease_outbox(monday(), minutes(1), 10, "t").await.expect("effects");
        let told = |person| {
            leases.iter().any(|lease| {
                matches!(&lease.effect, Effect::Tell(tell)
                    if tell.to == Audience::Person(person) && tell.text.contains(&*case.number))
            })
        };
        assert!(told(it.user) && told(it.colleague) && !told(it.technician), "{on:?} {leases:?}");

        // The colleague has it, and it is found by its channel.
        let reader = it.store.reader(it.colleague, monday()).await.expect("a view");
        it.open("Por el portal", monday()).await;
        let phone = Filters { channel: Some(Channel::Phone), ..Filters::default() };
        let page = reader.cases(&phone, None, 0).await.expect("a list");
        assert_eq!(page.rows.iter().map(|row| &row.number).collect::<Vec<_>>(), [&done.number], "{on:?}");
        let found = reader.cases(&Filters { text: Some("correo".into()), ..phone }, None, 0).await.expect("a list");
        assert_eq!(found.rows.len(), 1, "{on:?}");
        let chief = it.store.reader(it.director, monday() + minutes(1)).await.expect("a chief's view");
        let since = monday() - SignedDuration::from_hours(24);
        assert_eq!(chief.by_channel(since).await.expect("counts"), [(Channel::Portal, 1), (Channel::Phone, 1)]);
        assert_eq!(reader.by_channel(since).await.expect("none"), [], "who does not see every case counts none");
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_receives_or_commands_names_the_one_who_attends() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let open = |by, request| it.store.submit(Submission::open(by, request, monday()));
        let refused = |result: Result<_, SubmitError>| match result {
            Err(SubmitError::Refused(refusal)) => refusal.message,
            other => panic!("{on:?} {other:?}"),
        };
        let request = OpenRequest { assign: Some(it.technician), ..opening("Sin red") };
        assert!(refused(open(it.user, request).await).contains("corresponde a una jefatura"));
        // Reception has no part in this procedure.
        let request = OpenRequest { on_behalf_of: Some(it.user), assign: Some(it.technician), ..by_phone("Sin red") };
        assert!(refused(open(it.reception, request.clone()).await).contains("corresponde a una jefatura"));
        // A chief may, from the first step on.
        let done = open(it.director, request).await.expect("a chief");
        assert_eq!(done.case.assignees[0].person, it.technician);
        // Nobody is named for a post he does not hold.
        let request = OpenRequest { on_behalf_of: Some(it.user), assign: Some(it.reception), ..by_phone("Sin red") };
        assert!(refused(open(it.technician, request).await).contains("no puede recibir el caso todavía"));
        // A refusal left nothing behind, not even a number.
        assert_eq!(it.open("Otra", monday()).await.number.as_ref(), "2026-000002", "{on:?}");
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_in_the_directory_is_written_down_and_whoever_registered_answers_for_it() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let outsider = |name: &str| Outsider { name: name.into(), contact: Some("2412-0000".into()), unit: None };
        let request = OpenRequest { outsider: Some(outsider(" Julia Externa ")), ..by_phone("Sin red en bodega") };
        let refused = it.store.submit(Submission::open(it.user, request.clone(), monday())).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("Solo el personal que atiende")), "{on:?}");
        let done = it.store.submit(Submission::open(it.technician, request, monday())).await.expect("registered");
        let case = &done.case;
        assert_eq!((case.requester.person, case.asked_by()), (it.technician, "Julia Externa (sin registro)".into()));
        assert!(matches!(&done.events[1].event, Event::AskedBy(told) if &*told.name == "Julia Externa"));
        let reader = it.store.reader(it.technician, monday()).await.expect("a view");
        let found = reader.search("julia 2412", &Filters::default(), None, 0).await.expect("found");
        assert_eq!(&*found.rows[0].requester_name, "Julia Externa (sin registro)", "{on:?}");
        // Nobody rates in her place.
        it.complete(&done.number, it.technician, 2, Some("si"), monday()).await.expect("step 2");
        it.complete(&done.number, it.technician, 5, None, monday()).await.expect("step 5");
        let rate = Request::Rate { conforms: true, comment: None };
        let rated = it.store.submit(Submission::on(done.number.clone(), it.technician, rate, monday())).await;
        assert!(rated.is_err_and(|error| error.to_string().contains("no está en el directorio")), "{on:?}");
        let nobody = OpenRequest { outsider: Some(outsider("  ")), ..by_phone("Sin red") };
        assert!(it.store.submit(Submission::open(it.technician, nobody, monday())).await.is_err());
        it.sound().await;
    }
}
