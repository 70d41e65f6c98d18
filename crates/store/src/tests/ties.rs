//! Stories of cases tied to one another: each hears of the other once, merging makes no ring and is undone.

use super::{
    handling::refusal,
    institution::{BOTH, Institution, minutes, monday, opening},
    mailbox::{mail, take, with_addresses},
};
use crate::{Filters, Linked, OpenRequest, Request, Submission, SubmitError, Submitted, mailbox::Became, ties::Bond};
use engine::{
    Name,
    actor::{PersonId, SYSTEM},
    case::Status,
    effect::Effect,
    event::{Event, Outsider, Recorded},
    tie::{Echo, TieKind},
};

/// How often two people tie the same cases the other way round.
const RACES: usize = 8;

fn link(kind: TieKind, other: &Name) -> Request {
    Request::Link { kind, other: format!(" {other} ").into(), reason: None }
}

fn merge(into: &Name) -> Request {
    Request::Merge { into: into.clone(), reason: "Es el mismo corte".into() }
}

impl Institution {
    /// Performs all that waits, each thing twice.
    async fn perform_all(&self) {
        loop {
            let leases = self.store.lease_outbox(monday() + minutes(30), minutes(1), 50, "t").await.expect("leases");
            if leases.is_empty() {
                return;
            }
            for lease in leases {
                for _ in 0..2 {
                    self.store.perform(&lease, "azar", monday() + minutes(30)).await.expect("performed");
                }
            }
        }
    }

    async fn of_other(&self, subject: &str) -> Name {
        let open = Submission::open(self.other_user, opening(subject), monday());
        self.store.submit(open).await.expect("it opens").number
    }

    async fn linked(&self, number: &Name, who: PersonId) -> Vec<Linked> {
        let reader = self.store.reader(who, monday()).await.expect("a reader");
        let view = reader.case(number).await.expect("a query").expect("seen");
        reader.linked(&view).await.expect("a query")
    }

    async fn echoes(&self, number: &Name) -> Vec<Recorded> {
        let view = self.sees(number, self.technician).await.expect("seen");
        view.history.into_iter().filter(|one| matches!(one.event, Event::Echoed(_))).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_sides_of_a_tie_hear_of_it_once_however_often_it_is_delivered() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let a = it.open("Sin red", monday()).await.number;
        let b = it.of_other("Tampoco hay red").await;
        let web = OpenRequest::new("DTS-09", "Cambiar el aviso", "El de la portada.");
        let hidden = it.store.submit(Submission::open(it.reception, web, monday())).await.expect("opened").number;
        assert!(it.sees(&hidden, it.technician).await.is_none(), "{on:?}: of another department");

        // What is not there and what is not his are one sentence; who only asks ties nothing.
        let told = |number: &Name, text: String| text.replace(&**number, "N");
        let nowhere: Name = "2026-999999".into();
        let unseen = refusal(it.ask(&a, it.technician, link(TieKind::Related, &hidden)).await);
        let absent = refusal(it.ask(&a, it.technician, link(TieKind::Related, &nowhere)).await);
        assert_eq!(told(&hidden, unseen), told(&nowhere, absent), "{on:?}");
        assert!(refusal(it.ask(&a, it.user, link(TieKind::Related, &b)).await).contains("jefatura"), "{on:?}");
        assert!(refusal(it.ask(&a, it.reception, link(TieKind::Related, &b)).await).contains("jefatura"));
        let itself = refusal(it.ask(&a, it.technician, link(TieKind::Related, &a)).await);
        assert!(itself.contains("este es el mismo"), "{itself}");

        it.ask(&a, it.technician, link(TieKind::Related, &b)).await.expect("tied");
        assert!(refusal(it.ask(&b, it.colleague, link(TieKind::Related, &a)).await).contains("ya está enlazado"));
        // The other half is done and its settling lost: the lease goes to another, who adds nothing.
        let leases = it.store.lease_outbox(monday() + minutes(9), minutes(1), 50, "lost").await.expect("leases");
        let echo = leases.iter().find(|lease| lease.effect == Effect::Echo { to: b.clone() }).expect("an effect");
        let request = Request::Echo { from: a.clone() };
        assert!(refusal(it.ask(&b, it.technician, request.clone()).await).contains("lo anota aquí el sistema"));
        let half = Submission::on(b.clone(), SYSTEM, request, monday() + minutes(9));
        it.store.submit(half.with_key(format!("eco:{}", echo.key), &*b)).await.expect("the half before the kill");
        it.perform_all().await;
        let heard = it.echoes(&b).await;
        assert_eq!(heard.len(), 1, "{on:?}: {heard:?}");
        assert_eq!((heard[0].by.person, &heard[0].by.name[..]), (it.technician, "Gloria Técnica"));

        let one = |number: &Name, holds, subject: &str| Linked {
            number: number.clone(),
            bond: Bond::Tie(TieKind::Related),
            holds,
            open: true,
            seen: Some((subject.into(), Status::Received)),
        };
        assert_eq!(it.linked(&a, it.technician).await, [one(&b, true, "Tampoco hay red")], "{on:?}");
        assert_eq!(it.linked(&b, it.colleague).await, [one(&a, false, "Sin red")], "{on:?}");
        // Who asked for one of them learns nothing of the other.
        assert_eq!(it.linked(&a, it.user).await, []);
        for (number, person) in [(&a, it.user), (&b, it.other_user)] {
            let view = it.sees(number, person).await.expect("hers");
            assert_eq!((view.history.len(), view.case.ties.len()), (1, 0), "{on:?}: {:?}", view.history);
        }

        let unlink = |reason: &str| Request::Unlink { other: b.clone(), reason: reason.into() };
        assert!(refusal(it.ask(&a, it.technician, unlink(" ")).await).contains("Escriba la razón"));
        it.ask(&a, it.colleague, unlink("Era otro piso")).await.expect("untied");
        it.ask(&a, it.colleague, link(TieKind::DuplicateOf, &b)).await.expect("tied anew");
        // Delivered in whatever order, what is told is in the order in which it was done.
        let mut leases = it.store.lease_outbox(monday() + minutes(40), minutes(1), 50, "u").await.expect("leases");
        leases.reverse();
        for lease in leases {
            it.store.perform(&lease, "azar", monday() + minutes(40)).await.expect("performed");
        }
        let heard: Vec<String> = it.echoes(&b).await.iter().map(sentence).collect();
        assert_eq!(heard.len(), 3, "{on:?}: {heard:?}");
        assert!(heard[1].contains("quitó el enlace") && heard[2].contains("como duplicado de este"), "{heard:?}");
        it.sound().await;
    }
}

fn sentence(recorded: &Recorded) -> String {
    let Event::Echoed(echoed) = &recorded.event else { return String::new() };
    match &echoed.what {
        Echo::Unlinked { reason, .. } => format!("quitó el enlace: {reason}"),
        Echo::Linked { kind, .. } => format!("{} como duplicado de este", kind.code()),
        other => format!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_merge_the_same_two_the_other_way_round_make_no_ring() {
    for on in BOTH {
        let it = Institution::new(on).await;
        for n in 0..RACES {
            let a = it.open(&format!("Una {n}"), monday()).await.number;
            let b = it.of_other(&format!("Otra {n}")).await;
            let (there, back) = (it.ask(&a, it.technician, merge(&b)), it.ask(&b, it.colleague, merge(&a)));
            let (there, back) = tokio::join!(there, back);
            let (won, lost) = if there.is_ok() { (there, back) } else { (back, there) };
            let done: Submitted = won.expect("one of them");
            assert!(done.case.merged.is_some() && !done.case.is_open());
            let told = refusal(lost);
            assert!(told.contains("está unido al"), "{on:?}: {told}");
        }
        // Nor is a part inside itself by any longer way round.
        for n in 0..RACES {
            let first = it.open(&format!("Parte {n}"), monday()).await.number;
            let (second, third) = (it.of_other("Otra parte").await, it.of_other("Más").await);
            let inside = |one: &Name, other: &Name| {
                let (one, request) = (one.clone(), link(TieKind::ChildOf, other));
                let it = &it;
                async move { it.ask(&one, it.technician, request).await }
            };
            let all = tokio::join!(inside(&first, &second), inside(&second, &third), inside(&third, &first));
            let refused: Vec<SubmitError> = [all.0, all.1, all.2].into_iter().filter_map(Result::err).collect();
            assert_eq!(refused.len(), 1, "{on:?}: {refused:?}");
            assert!(refused[0].to_string().contains("uno quedaría dentro del otro"), "{on:?}: {refused:?}");
        }
        it.perform_all().await;
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merged_case_takes_its_people_along_until_it_is_separated() {
    for on in BOTH {
        let it = with_addresses(on).await;
        let a = it.open("Sin red", monday()).await.number;
        let main = it.of_other("Corte de red en el edificio").await;
        it.complete(&a, it.technician, 1, None, monday()).await.expect("step 1");
        it.ask(&a, it.director, Request::Watch).await.expect("the director follows");
        let before = it.sees(&a, it.technician).await.expect("seen").case;
        assert!(it.sees(&main, it.user).await.is_none());

        it.ask(&a, it.technician, merge(&main)).await.expect("merged");
        it.perform_all().await;
        let hers = it.sees(&main, it.user).await.expect("she follows the other");
        assert!(!hers.attends && hers.history.iter().all(|one| !matches!(one.event, Event::Echoed(_))), "{on:?}");
        let main_now = it.sees(&main, it.technician).await.expect("seen").case;
        let following: Vec<(PersonId, bool)> =
            main_now.watchers.iter().map(|watcher| (watcher.person, watcher.internal)).collect();
        assert_eq!(following, [(it.user, false), (it.director, true)], "{on:?}");
        let reader = it.store.reader(it.user, monday()).await.expect("a reader");
        let notices = reader.notices(false, None, 50).await.expect("notices").rows;
        let told = notices.iter().filter(|notice| notice.text.contains("que trata lo mismo")).count();
        assert_eq!(told, 1, "{on:?}: {notices:?}");
        let rows = it.store.reader(it.technician, monday()).await.expect("reader");
        let rows = rows.cases(&crate::Filters::default(), None, 10).await.expect("a list").rows;
        let row = rows.iter().find(|row| row.number == a).expect("listed");
        assert_eq!((row.status, &*row.waits_for), (Status::Cancelled, &*format!("Unido al {main}")));

        // What she writes to the one is noted in the other.
        let letter = mail(&it, "77", "carla@example.org", &format!("Re: [{a}] Sin red"));
        assert_eq!(take(&it, letter, monday() + minutes(31)).await, Became::Noted, "{on:?}");
        let noted = it.sees(&main, it.technician).await.expect("seen").history;
        let by_mail = |one: &Recorded| matches!(&one.event, Event::Commented { public: true, text } if text.contains("No hay señal"));
        assert!(noted.iter().any(|one| by_mail(one) && one.by.person == it.user), "{on:?}: {noted:?}");
        let write = Request::Comment { text: "¿Ya?".into(), public: true };
        assert!(refusal(it.ask(&a, it.user, write).await).contains("escriba en ese"));

        let separate = |reason: &str| Request::Separate { reason: reason.into() };
        assert!(refusal(it.ask(&a, it.user, separate("No era")).await).contains("jefatura"), "{on:?}");
        let done = it.ask(&a, it.colleague, separate("Era otro equipo")).await.expect("separated");
        assert_eq!((&done.case.standing, &done.case.clocks), (&before.standing, &before.clocks), "{on:?}");
        it.perform_all().await;
        assert!(it.sees(&main, it.user).await.is_none(), "{on:?}: and sees the other no more");
        assert_eq!(it.sees(&main, it.technician).await.expect("seen").case.watchers, []);
        it.complete(&a, it.technician, 2, Some("si"), monday() + minutes(50)).await.expect("it goes on");
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_opened_from_another_is_tied_to_it_or_not_opened() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let a = it.open("Sin red y sin teléfono", monday()).await.number;
        let open = |from: &str| OpenRequest {
            from: Some(from.into()),
            on_behalf_of: Some(it.user),
            channel: engine::event::Channel::Phone,
            ..opening("Sin teléfono")
        };
        let told = refusal(it.store.submit(Submission::open(it.technician, open("2026-999999"), monday())).await);
        assert!(told.contains("entre los que usted atiende"), "{on:?}: {told}");
        let own = OpenRequest { from: Some(a.clone()), ..opening("Sin teléfono") };
        let told = refusal(it.store.submit(Submission::open(it.user, own, monday())).await);
        assert!(told.contains("entre los que usted atiende"), "{on:?}: who only asks opens none from another: {told}");
        let opened = it.store.submit(Submission::open(it.technician, open(&a), monday())).await.expect("opened");
        assert_eq!(opened.case.requester.person, it.user);
        it.perform_all().await;
        let linked = it.linked(&a, it.technician).await;
        assert_eq!((&linked[0].number, linked[0].bond), (&opened.number, Bond::Tie(TieKind::SplitFrom)), "{on:?}");
        assert_eq!(it.echoes(&a).await.len(), 1);
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_set_apart_is_for_the_outsider_who_asked_for_the_whole() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let julia = Outsider { name: "Julia Externa".into(), contact: Some("2412-0000".into()), unit: None };
        let phone = |subject: &str| OpenRequest { channel: engine::event::Channel::Phone, ..opening(subject) };
        let called = OpenRequest { outsider: Some(julia.clone()), ..phone("Sin red y sin teléfono") };
        let a = it.store.submit(Submission::open(it.technician, called, monday())).await.expect("registered").number;
        let apart = |subject: &str| OpenRequest { from: Some(a.clone()), ..phone(subject) };
        let opened = it.store.submit(Submission::open(it.technician, apart("Sin teléfono"), monday())).await;
        let case = opened.expect("opened").case;
        assert_eq!((case.outsider.as_ref(), case.requester.person), (Some(&julia), it.technician), "{on:?}");
        let reader = it.store.reader(it.technician, monday()).await.expect("a view");
        let found = reader.search("julia", &Filters::default(), None, 0).await.expect("found");
        assert_eq!(found.rows.len(), 2, "{on:?}: found under her name as the first is");
        // Who is named goes before: a person of the directory, or another outsider.
        let named = OpenRequest { on_behalf_of: Some(it.user), ..apart("Para otra persona") };
        let case = it.store.submit(Submission::open(it.technician, named, monday())).await.expect("opened").case;
        assert_eq!((&case.outsider, case.requester.person), (&None, it.user), "{on:?}");
        let pablo = Outsider { name: "Pablo Externo".into(), ..julia.clone() };
        let other = OpenRequest { outsider: Some(pablo.clone()), ..apart("Para otro de afuera") };
        let case = it.store.submit(Submission::open(it.technician, other, monday())).await.expect("opened").case;
        assert_eq!(case.outsider, Some(pablo), "{on:?}");
        // From where nobody outside asked, nobody outside is put in.
        let b = it.open("Sin correo", monday()).await.number;
        let plain = OpenRequest { from: Some(b), ..phone("Sin correo en el teléfono") };
        let case = it.store.submit(Submission::open(it.technician, plain, monday())).await.expect("opened").case;
        assert_eq!(case.outsider, None, "{on:?}");
        it.perform_all().await;
        it.sound().await;
    }
}
