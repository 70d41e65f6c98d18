//! What each person sees: the tabs of the inbox, the counts, the search, and nothing of what is not theirs.

use super::institution::{BOTH, Institution, local, minutes, monday};
use crate::{CompleteRequest, Counts, Filters, InboxQuery, Request, StoreError, Submission, Tab, reader::Reader};
use engine::{actor::PersonId, event::Event, refusal::Kind};
use manual::procedure::StepNo;

async fn tab(reader: &Reader, tab: Tab) -> Vec<String> {
    let page = reader.inbox(&InboxQuery { tab, ..InboxQuery::default() }).await.expect("a page");
    page.rows.iter().map(|row| row.number.to_string()).collect()
}

async fn reader(it: &Institution, person: PersonId, now: jiff::Timestamp) -> Reader {
    it.store.reader(person, now).await.expect("a reader")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_tab_holds_what_it_says_and_the_counts_agree() {
    for on in BOTH {
        let it = Institution::new(on).await;
        // Opened on different days, so that their terms end on different days: the 5th, the 6th, and one later.
        let first = it.open("Primero", monday()).await.number;
        let second = it.open("Segundo", local(2026, 3, 3, 9, 0)).await.number;
        let third = it.open("Tercero", local(2026, 3, 4, 9, 0)).await.number;
        let fourth = it.open("Cuarto", local(2026, 3, 4, 10, 0)).await.number;
        let take = Submission::on(second.clone(), it.technician, Request::Take, local(2026, 3, 4, 10, 0));
        it.store.submit(take).await.expect("taken");
        let done = it.store.current_edition().await.expect("query").expect("an edition");
        assert!(done.1.procedure("DTS-02").is_some());

        let now = local(2026, 3, 6, 8, 0);
        let technician = reader(&it, it.technician, now).await;
        assert_eq!(tab(&technician, Tab::Mine).await, [&*second], "{on:?}");
        assert_eq!(tab(&technician, Tab::Post).await, [&*first, &*third, &*fourth]);
        assert_eq!(tab(&technician, Tab::Unassigned).await, [&*first, &*third, &*fourth]);
        assert_eq!(tab(&technician, Tab::Overdue).await, [&*first]);
        assert_eq!(tab(&technician, Tab::DueToday).await, [&*second]);
        assert_eq!(tab(&technician, Tab::Waiting).await, Vec::<String>::new());
        assert_eq!(tab(&technician, Tab::AllOpen).await, [&*first, &*second, &*third, &*fourth]);
        let counts = technician.counts().await.expect("counts");
        assert_eq!(
            counts,
            Counts { mine: 1, post: 3, unassigned: 3, due_today: 1, overdue: 1, waiting: 0, all_open: 4, absent: 0 }
        );
        let evening = reader(&it, it.technician, local(2026, 3, 6, 20, 0)).await.counts().await.expect("counts");
        assert_eq!((evening.due_today, evening.overdue), (0, 2));

        let colleague = reader(&it, it.colleague, now).await;
        assert_eq!(tab(&colleague, Tab::Mine).await, Vec::<String>::new());
        assert_eq!(colleague.counts().await.expect("counts").post, 3);
        let director = reader(&it, it.director, now).await;
        assert_eq!(director.counts().await.expect("counts").unassigned, 3);
        assert_eq!(tab(&director, Tab::AllOpen).await.len(), 4);
        let user = reader(&it, it.user, now).await;
        assert_eq!(tab(&user, Tab::AllOpen).await.len(), 4);
        assert_eq!(user.requests(None, 10).await.expect("a page").rows.len(), 4);
        assert_eq!(user.counts().await.expect("counts"), Counts { all_open: 4, ..Counts::default() });
        let other = reader(&it, it.other_user, now).await;
        let refused = other.inbox(&InboxQuery { tab: Tab::Absent, ..InboxQuery::default() }).await;
        assert!(matches!(refused, Err(StoreError::Refused(refusal)) if refusal.kind == Kind::Forbidden), "{on:?}");
        for kind in Tab::ALL.into_iter().filter(|kind| *kind != Tab::Absent) {
            assert_eq!(tab(&other, kind).await, Vec::<String>::new(), "{on:?} {kind:?}");
        }
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_follow_one_another_without_gap_or_double() {
    for on in BOTH {
        let it = Institution::new(on).await;
        for n in 0..23 {
            it.open(&format!("Caso {n}"), monday() + minutes(n / 4)).await;
        }
        let technician = reader(&it, it.technician, monday()).await;
        let mut seen = Vec::new();
        let mut query = InboxQuery { tab: Tab::Post, limit: 5, ..InboxQuery::default() };
        loop {
            let page = technician.inbox(&query).await.expect("a page");
            seen.extend(page.rows.into_iter().map(|row| row.number.to_string()));
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, (1..=23).map(|n| format!("2026-{n:06}")).collect::<Vec<_>>(), "{on:?}");
        let mut cursor = None;
        let mut newest = Vec::new();
        loop {
            let page = technician.cases(&Filters::default(), cursor.as_deref(), 7).await.expect("a page");
            newest.extend(page.rows.into_iter().map(|row| row.number.to_string()));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        seen.reverse();
        assert_eq!(newest, seen);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_find_the_same_cases_on_both_engines() {
    for on in BOTH {
        let it = Institution::new(on).await;
        it.open("La impresora no imprime", monday()).await;
        it.open("Autorización de acceso a la red", monday()).await;
        it.open("Año nuevo, equipo nuevo", monday()).await;
        let admin = reader(&it, it.admin, monday()).await;
        for (question, expected) in [
            ("impresoras", vec!["2026-000001"]),
            ("IMPRES", vec!["2026-000001"]),
            ("autorizacion", vec!["2026-000002"]),
            ("autorizaciones red", vec!["2026-000002"]),
            ("ano equipos", vec!["2026-000003"]),
            ("2026-000003", vec!["2026-000003"]),
            ("3", vec!["2026-000003"]),
            ("Carla", vec!["2026-000003", "2026-000002", "2026-000001"]),
            ("inexistente", vec![]),
            ("' OR 1=1 --", vec![]),
            ("\"*: & | !", vec![]),
        ] {
            let page = admin.search(question, &Filters::default(), None, 10).await.expect("a page");
            let found: Vec<&str> = page.rows.iter().map(|row| &*row.number).collect();
            assert_eq!(found, expected, "{on:?} «{question}»");
        }
        let filters = Filters { text: Some("impres".into()), procedure: Some("DTS-02".into()), ..Filters::default() };
        let query = InboxQuery { tab: Tab::AllOpen, filters, ..InboxQuery::default() };
        assert_eq!(admin.inbox(&query).await.expect("a page").rows.len(), 1);
        let other = reader(&it, it.other_user, monday()).await;
        assert_eq!(other.search("impresora", &Filters::default(), None, 10).await.expect("a page").rows.len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_shows_itself_only_to_those_it_concerns() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let number = it.open("Sin red", monday()).await.number;
        let note = Request::Comment { text: "Parece el conmutador.".into(), public: false };
        it.store.submit(Submission::on(number.clone(), it.technician, note, monday())).await.expect("noted");
        let sees = async |person| reader(&it, person, monday()).await.case(&number).await.expect("a query");
        let notes = |view: &crate::CaseView| {
            view.history.iter().filter(|recorded| matches!(recorded.event, Event::Commented { .. })).count()
        };
        let user = sees(it.user).await.expect("she asked");
        assert_eq!(
            (notes(&user), user.attends, user.asked, user.capacity.is_some()),
            (0, false, true, false),
            "{on:?}"
        );
        let technician = sees(it.technician).await.expect("she attends");
        assert_eq!((notes(&technician), technician.attends, technician.capacity.is_some()), (1, true, true));
        assert_eq!(notes(&sees(it.director).await.expect("a chief")), 1);
        assert_eq!(notes(&sees(it.admin).await.expect("an administrator")), 1);
        assert!(sees(it.other_user).await.is_none());
        assert!(sees(it.reception).await.is_none());
        assert!(reader(&it, it.user, monday()).await.case("2026-999999").await.expect("a query").is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn naming_somebody_puts_the_case_in_that_inbox_alone() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let number = it.open("Sin red", monday()).await.number;
        let assign =
            Request::Assign { role: Some("Técnico de Soporte Remoto".into()), to: it.colleague, reason: None };
        it.store.submit(Submission::on(number.clone(), it.director, assign, monday())).await.expect("assigned");
        let counts = async |person| reader(&it, person, monday()).await.counts().await.expect("counts");
        assert_eq!((counts(it.colleague).await.mine, counts(it.technician).await.post), (1, 0), "{on:?}");
        let request = Request::Complete(CompleteRequest::step(StepNo(1)));
        let refused = it.store.submit(Submission::on(number, it.technician, request, monday())).await;
        assert!(refused.expect_err("it is hers").to_string().contains("Hilda Colega"));
        it.sound().await;
    }
}
