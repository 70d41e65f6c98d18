//! Stories of handling: who follows a case, what it weighs.

use super::institution::{BOTH, Institution, minutes, monday};
use crate::{EscalateRequest, Request, Submission, SubmitError, Submitted};
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

    pub(super) async fn sees(&self, number: &Name, who: PersonId) -> Option<crate::CaseView> {
        self.store.reader(who, monday()).await.expect("a reader").case(number).await.expect("a query")
    }
}

pub(super) fn refusal<T: std::fmt::Debug>(result: Result<T, SubmitError>) -> String {
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

/// The support procedure of the IGSS, with a line of its own.
fn support_with(line: &str) -> crate::editions::Sources {
    let mut sources = super::institution::sources("igss");
    for file in sources.files.iter_mut().filter(|file| file.text.contains("procedimiento \"DTS-02\"")) {
        file.text = file.text.replacen("    pasos 5", &format!("    {line}\n    pasos 5"), 1);
    }
    sources
}

fn assign(to: PersonId, reason: Option<&str>) -> Request {
    Request::Assign { role: None, to, reason: reason.map(Name::from) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn where_the_manual_says_so_the_first_to_come_is_the_first_attended() {
    for on in BOTH {
        let it = Institution::with(on, support_with("orden \"llegada\" norma=\"2\"")).await;
        let a = it.open("Primera", monday()).await.number;
        let b = it.open("Segunda", monday()).await.number;
        let c = it.open("Tercera", monday()).await.number;
        let told = refusal(it.ask(&b, it.technician, Request::Take).await);
        assert!(told.contains(&format!("antes está el caso {a}")) && told.contains("norma 2"), "{on:?} {told}");
        let told = refusal(it.complete(&c, it.technician, 1, None, monday()).await);
        assert!(told.contains(&*a), "attending is taking: {told}");
        let told = refusal(it.ask(&b, it.director, assign(it.colleague, None)).await);
        assert!(told.contains("una jefatura puede asignar este fuera de orden"), "{told}");
        it.ask(&b, it.director, assign(it.colleague, Some("Atiende a un quirófano"))).await.expect("out of turn");

        let done = it.complete(&a, it.technician, 1, None, monday()).await.expect("the oldest");
        assert!(matches!(&done.events[0].event, Event::Assigned { to, .. } if to.person == it.technician), "{on:?}");
        it.ask(&c, it.technician, Request::Take).await.expect("now it is its turn");
        it.sound().await;

        for n in 0..10 {
            let first = it.open(&format!("Carrera {n}"), monday()).await.number;
            let second = it.open(&format!("Detrás {n}"), monday()).await.number;
            let (one, other) = if n % 2 == 0 { (&first, &second) } else { (&first, &first) };
            let (won, lost) =
                tokio::join!(it.ask(one, it.technician, Request::Take), it.ask(other, it.colleague, Request::Take));
            if n % 2 == 0 {
                won.expect("the oldest may be taken whatever else happens");
                if lost.is_err() {
                    assert!(refusal(lost).contains(&*first));
                    it.ask(&second, it.colleague, Request::Take).await.expect("after it");
                }
            } else {
                let (taken, refused) = if won.is_ok() { (won, lost) } else { (lost, won) };
                taken.expect("one has it");
                assert!(refusal(refused).contains("está asignado a"), "{on:?}");
                it.ask(&second, it.technician, Request::Take).await.expect("the next");
            }
        }
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_solve_asks_the_next_level_or_the_superior() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let up = |reason: &str| Request::Escalate { to: EscalateRequest::Superior(None), reason: reason.into() };
        let area = |key: &str| Request::Escalate { to: EscalateRequest::Area(key.into()), reason: "Es de red".into() };
        let number = it.open("Sin red", monday()).await.number;
        it.complete(&number, it.technician, 1, None, monday()).await.expect("step 1");
        assert!(refusal(it.ask(&number, it.user, up("Urge")).await).contains("corresponde a"));
        assert!(refusal(it.ask(&number, it.technician, area("luna")).await).contains("Diga a qué área se escala"));
        let told = refusal(it.ask(&number, it.technician, up("Autorizar el gasto")).await);
        assert!(told.contains("Nadie ocupa hoy el puesto de Jefe de Departamento"), "{on:?} {told}");

        let chief = it.other_user;
        let admin = it.store.admin(it.admin).await.expect("admin");
        let (role, unit) = ("Jefe de Departamento".into(), Some("soporte".into()));
        admin.give_post(chief, role, unit, jiff::civil::date(2026, 1, 1), None, monday()).await.expect("a post");
        assert!(refusal(it.ask(&number, it.technician, up(" ")).await).contains("Escriba la razón"));
        let done = it.ask(&number, it.technician, up("Autorizar el gasto")).await.expect("escalated");
        assert_eq!(engine::measure::escalations(&done.case), (0, 1));
        let told = refusal(it.complete(&number, it.technician, 2, Some("si"), monday()).await);
        assert!(told.contains("está escalado a Jefe de Departamento") && told.contains("Gloria Técnica"), "{told}");
        let hers = it.store.reader(chief, monday()).await.expect("reader");
        let inbox = crate::InboxQuery { tab: crate::Tab::Post, ..crate::InboxQuery::default() };
        assert_eq!(hers.inbox(&inbox).await.expect("inbox").rows.len(), 1, "{on:?}: it waits for the superior");

        let back = Request::ReturnEscalation { reason: "Lo decide la Dirección".into() };
        assert!(refusal(it.ask(&number, it.technician, back.clone()).await).contains("corresponde a una jefatura"));
        it.ask(&number, chief, back.clone()).await.expect("given back");
        assert!(refusal(it.ask(&number, chief, back).await).contains("no espera la decisión"));
        it.ask(&number, it.technician, up("Autorizar el gasto, segunda vez")).await.expect("again");
        let decided = it.complete(&number, chief, 2, Some("si"), monday() + minutes(9)).await.expect("she decides");
        assert_eq!(decided.events[0].by.role.as_deref(), Some("Jefe de Departamento"));
        assert!(decided.case.with_superior().is_none());
        assert_eq!(decided.case.legs.last().map(|leg| &*leg.role), Some("Técnico de Soporte Remoto"));

        let number = it.open("Otra", monday()).await.number;
        it.complete(&number, it.technician, 1, None, monday()).await.expect("step 1");
        let done = it.ask(&number, it.technician, area("telecomunicaciones")).await.expect("to another area");
        let standing = done.case.standing.as_ref().map(|standing| standing.step.0);
        assert_eq!((standing, done.case.route.as_deref()), (Some(3), Some("telecomunicaciones")));
        assert_eq!(
            &*done.case.escalations[0].escalated.to,
            "Departamento de Telecomunicaciones, Conectividad y Seguridad (nivel 3)"
        );
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_obligatory_points_of_a_list_are_done_before_the_step_ends() {
    for on in BOTH {
        let mut sources = super::institution::sources("igss");
        for file in sources.files.iter_mut().filter(|file| file.text.contains("procedimiento \"DTS-02\"")) {
            let list = "lista { punto \"Cableado\" obligatorio=#true; punto \"Limpieza\" }";
            file.text = file.text.replacen("campo \"analisis\"", &format!("{list}\n        campo \"analisis\""), 1);
        }
        let it = Institution::with(on, sources).await;
        let number = it.open("Sin red", monday()).await.number;
        it.complete(&number, it.technician, 1, None, monday()).await.expect("step 1");
        let told = refusal(it.complete(&number, it.technician, 2, Some("si"), monday()).await);
        assert!(told.contains("Falta revisar: Cableado."), "{on:?} {told}");
        let check = |points: &[&str]| Request::Check { done: points.iter().map(|point| Name::from(*point)).collect() };
        assert!(refusal(it.ask(&number, it.technician, check(&["Techo"])).await).contains("no tiene el punto «Techo»"));
        assert!(refusal(it.ask(&number, it.user, check(&["Cableado"])).await).contains("corresponde a"));
        let done = it.ask(&number, it.colleague, check(&["Cableado", "Limpieza"])).await.expect("ticked");
        assert_eq!(done.case.check("Cableado").map(|one| one.by.person), Some(it.colleague));
        let less = it.ask(&number, it.technician, check(&["Cableado"])).await.expect("one tick less");
        assert_eq!((less.events.len(), less.case.checked.len()), (1, 1));
        it.complete(&number, it.technician, 2, Some("si"), monday()).await.expect("now it ends");
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_hands_a_case_over_says_why_and_goes_on_following_it() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let number = it.open("Sin red", monday()).await.number;
        it.ask(&number, it.technician, Request::Take).await.expect("taken");
        assert!(
            refusal(it.ask(&number, it.technician, assign(it.colleague, None)).await).contains("razón del traslado")
        );
        let done =
            it.ask(&number, it.technician, assign(it.colleague, Some("Salgo de vacaciones"))).await.expect("over");
        assert!(done.case.watcher(it.technician).is_some_and(|watcher| watcher.internal), "{on:?}");
        it.sound().await;
    }
}
