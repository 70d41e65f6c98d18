//! Stories of handling: who follows a case, what it weighs.

use super::institution::{BOTH, Institution, minutes, monday};
use crate::{Request, Submission, SubmitError, Submitted};
use engine::{
    Name,
    actor::PersonId,
    command::Weight,
    effect::{Audience, Effect},
    event::{Event, Priority},
};

impl Institution {
    pub(super) async fn ask(&self, number: &Name, who: PersonId, request: Request) -> Result<Submitted, SubmitError> {
        self.store.submit(Submission::on(number.clone(), who, request, monday() + minutes(5))).await
    }

    async fn sees(&self, number: &Name, who: PersonId) -> Option<crate::CaseView> {
        self.store.reader(who, monday()).await.expect("a reader").case(number).await.expect("a query")
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, SubmitError>) -> String {
    match result {
        Err(SubmitError::Refused(refusal)) => {
            format!("{} {}", refusal.message, refusal.norm.unwrap_or_default())
        }
        other => panic!("{other:?}"),
    }
}

fn note(text: &str, public: bool) -> Request {
    Request::Comment { text: text.into(), public }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_a_comment_names_follows_the_case_and_may_see_it() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let number = it.open("Sin red", monday()).await.number;
        let secretary = it.reception;
        assert!(it.sees(&number, secretary).await.is_none(), "{on:?}: not hers before");

        // Who only asks opens the case to nobody.
        it.ask(&number, it.user, note("Por favor, @recepcion", true)).await.expect("a comment");
        assert!(it.sees(&number, secretary).await.is_none());

        let told = refusal(it.ask(&number, it.technician, note("@otra vea esto", false)).await);
        assert!(told.contains("Dora Otra no puede seguir el caso: no ocupa ningún puesto"), "{told}");
        let done = it.ask(&number, it.technician, note("@recepcion y @nadie y @recepcion: ¿llegó el oficio?", false));
        let done = done.await.expect("a note");
        assert_eq!(done.case.watchers.len(), 1);
        assert!(matches!(&done.events[1].event, Event::Watched { who, internal: true } if who.person == secretary));
        let view = it.sees(&number, secretary).await.expect("she follows it");
        assert!(
            view.attends && view.history.iter().any(|one| matches!(&one.event, Event::Commented { public: false, .. }))
        );
        let listed = it.store.reader(secretary, monday()).await.expect("reader");
        assert_eq!(listed.cases(&crate::Filters::default(), None, 10).await.expect("a list").rows.len(), 1, "{on:?}");

        // Those who follow are told of what others do, once, and never of their own.
        it.complete(&number, it.technician, 1, None, monday() + minutes(6)).await.expect("step 1");
        it.ask(&number, secretary, note("Llegó ayer", false)).await.expect("she may comment");
        let leases = it.store.lease_outbox(monday() + minutes(9), minutes(5), 50, "a").await.expect("effects");
        let to_her: Vec<&str> = leases
            .iter()
            .filter_map(|lease| match &lease.effect {
                Effect::Tell(tell) if tell.to == Audience::Person(secretary) => Some(&*tell.text),
                _ => None,
            })
            .collect();
        assert_eq!(to_her.len(), 2, "{to_her:?}");
        assert!(to_her[0].contains("le mencionó") && to_her[1].contains("avanzó"), "{to_her:?}");

        assert!(refusal(it.ask(&number, it.user, Request::Watch).await).contains("ya recibe sus avisos"));
        assert!(refusal(it.ask(&number, it.other_user, Request::Watch).await).contains("una jefatura"));
        it.ask(&number, it.colleague, Request::Watch).await.expect("a colleague of the post follows");
        it.ask(&number, secretary, Request::Unwatch).await.expect("she follows no more");
        assert!(it.sees(&number, secretary).await.is_none(), "{on:?}: and sees it no more");
        assert_eq!(listed.cases(&crate::Filters::default(), None, 10).await.expect("a list").rows.len(), 0);
        assert!(refusal(it.ask(&number, secretary, Request::Unwatch).await).contains("no sigue el caso"));
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn priority_follows_from_impact_and_urgency_by_the_matrix_of_the_manual() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let number = it.open("Sin red", monday()).await.number;
        let weigh = |impact: &str, urgency: &str, reason: &str| Request::Prioritize {
            weight: Weight::Graded { impact: impact.into(), urgency: urgency.into() },
            reason: reason.into(),
        };
        let told = refusal(it.ask(&number, it.user, weigh("alto", "alta", "Urge")).await);
        assert!(told.contains("Cambiar la prioridad corresponde a una jefatura"), "{told}");
        let plain = Request::Prioritize { weight: Weight::Plain(Priority::Urgent), reason: "Urge".into() };
        let told = refusal(it.ask(&number, it.technician, plain).await);
        assert!(told.contains("del impacto y de la urgencia") && told.contains("Norma Específica 5"), "{told}");
        let told = refusal(it.ask(&number, it.technician, weigh("enorme", "alta", "Urge")).await);
        assert!(told.contains("Diga el impacto: bajo, medio o alto"), "{told}");
        assert!(refusal(it.ask(&number, it.technician, weigh("alto", "media", "")).await).contains("Escriba la razón"));

        let done = it.ask(&number, it.technician, weigh("alto", "media", "Un servicio entero")).await.expect("weighed");
        assert_eq!(done.case.priority, Priority::High);
        assert_eq!(done.case.grounds.map(|grounds| grounds.shown()).as_deref(), Some("impacto alto × urgencia media"));
        let rows = it.store.reader(it.technician, monday()).await.expect("reader");
        let rows = rows.cases(&crate::Filters::default(), None, 10).await.expect("a list").rows;
        assert_eq!(rows[0].priority, Priority::High, "{on:?}: the lists know");

        // Who registers may weigh at once; who only asks describes.
        let graded = Some(Weight::Graded { impact: "alto".into(), urgency: "alta".into() });
        let open = crate::OpenRequest { weight: graded, ..super::institution::opening("Servidor caído") };
        let told = refusal(it.store.submit(Submission::open(it.user, open.clone(), monday())).await);
        assert!(told.contains("los fija quien registra o atiende"), "{told}");
        let open = crate::OpenRequest { on_behalf_of: Some(it.user), ..open };
        let opened = it.store.submit(Submission::open(it.technician, open, monday())).await.expect("registered");
        assert_eq!((opened.case.priority, opened.case.grounds.is_some()), (Priority::Urgent, true));
        it.sound().await;
    }
}
