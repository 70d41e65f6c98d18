//! The desk on both engines: what is kept for a person, what is shared, and with whom.

use super::institution::{BOTH, Institution, monday};
use crate::{
    IdempotencyKey, InboxQuery, StoreError, Tab,
    desk::{Audience, Back, BatchAct, CaseState, NewReply, NewView},
    reader::Reader,
};
use engine::{actor::PersonId, refusal::Kind};

async fn reader(it: &Institution, person: PersonId) -> Reader {
    it.store.reader(person, monday()).await.expect("a reader")
}

async fn names(reader: &Reader) -> Vec<String> {
    reader.views().await.expect("views").into_iter().map(|view| view.name.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn preferences_are_kept_one_by_one() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let of = async |person| it.store.preferences(person).await.expect("preferences");
        assert!(of(it.technician).await.keys() && of(it.technician).await.columns().is_none(), "{on:?}");
        it.store.prefer_keys(it.technician, false).await.expect("set");
        it.store.prefer_columns(it.technician, &["asunto", "vence"]).await.expect("set");
        it.store.prefer_columns(it.technician, &["vence", "asunto"]).await.expect("set again");
        let kept = of(it.technician).await;
        assert_eq!((kept.keys(), kept.columns()), (false, Some(vec!["vence", "asunto"])));
        assert!(of(it.colleague).await.keys());
        it.store.prefer_keys(it.technician, true).await.expect("set");
        it.store.prefer_columns(it.technician, &[]).await.expect("set");
        assert_eq!(of(it.technician).await, of(it.colleague).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_is_seen_by_those_it_is_shared_with_and_changed_by_its_owner() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let (technician, colleague) = (reader(&it, it.technician).await, reader(&it, it.colleague).await);
        let (director, user) = (reader(&it, it.director).await, reader(&it, it.user).await);
        let new = |name: &str, audience| NewView {
            name: name.into(),
            place: "bandeja".into(),
            query: "vista=puesto&q=impresora".into(),
            audience,
        };
        let post = Audience::Post("Técnico de Soporte Remoto".into());
        let own = technician.save_view(new("Solo mía", Audience::Private), None, monday()).await.expect("saved");
        technician.save_view(new("Del puesto", post.clone()), None, monday()).await.expect("saved");
        technician
            .save_view(new("De la unidad", Audience::Unit("dependencias".into())), None, monday())
            .await
            .expect("saved");
        director.save_view(new("De todos", Audience::Institution), None, monday()).await.expect("a chief may");
        assert_eq!(names(&technician).await, ["De la unidad", "De todos", "Del puesto", "Solo mía"], "{on:?}");
        assert_eq!(names(&colleague).await, ["De la unidad", "De todos", "Del puesto"]);
        assert_eq!(names(&user).await, ["De la unidad", "De todos"]);

        let refused = technician.save_view(new("A todos", Audience::Institution), None, monday()).await;
        assert!(refused.expect_err("no chief").to_string().contains("jefatura"));
        let others = Audience::Post("Secretaria de Recepción".into());
        assert!(technician.save_view(new("A otras", others), None, monday()).await.is_err());
        assert!(technician.save_view(new("  ", Audience::Private), None, monday()).await.is_err());

        assert!(matches!(colleague.change_view(own, "Robada", Audience::Private).await, Err(StoreError::Refused(_))));
        assert!(colleague.drop_view(own).await.is_err());
        technician.change_view(own, "Ahora del puesto", post).await.expect("renamed");
        assert!(names(&colleague).await.contains(&"Ahora del puesto".to_string()));
        technician.drop_view(own).await.expect("dropped");
        assert!(!names(&technician).await.contains(&"Ahora del puesto".to_string()));
        let shared = technician.views().await.expect("views")[0].id;
        reader(&it, it.admin).await.drop_view(shared).await.expect("an administrator drops any");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_is_counted_to_the_cap() {
    for on in BOTH {
        let it = Institution::new(on).await;
        it.open("La impresora no imprime", monday()).await;
        it.open("Sin red", monday()).await;
        let technician = reader(&it, it.technician).await;
        let mut query = InboxQuery { tab: Tab::Post, ..InboxQuery::default() };
        assert_eq!(technician.count_to_cap(&query).await.expect("a count"), Some(2), "{on:?}");
        query.filters.text = Some("impresoras".into());
        assert_eq!(technician.count_to_cap(&query).await.expect("a count"), Some(1));
        query.tab = Tab::AllOpen;
        assert_eq!(technician.count_to_cap(&query).await.expect("a count"), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_are_of_one_person_one_case_and_one_form() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let (technician, colleague) = (reader(&it, it.technician).await, reader(&it, it.colleague).await);
        let pairs = |text: &str| vec![("texto".to_string(), text.to_string()), ("paso".to_string(), "1".to_string())];
        technician.keep_draft("2026-000001", "notas", &pairs("a medias"), monday()).await.expect("kept");
        technician.keep_draft("2026-000001", "notas", &pairs("más «entera»\n"), monday()).await.expect("kept");
        technician.keep_draft("2026-000001", "comentarios", &pairs("otra"), monday()).await.expect("kept");
        let kept = technician.drafts("2026-000001").await.expect("drafts");
        assert_eq!(
            kept.iter().map(|draft| draft.form.as_str()).collect::<Vec<_>>(),
            ["comentarios", "notas"],
            "{on:?}"
        );
        assert_eq!(kept[1].pairs, pairs("más «entera»\n"));
        assert_eq!(kept[1].at, monday());
        assert!(technician.drafts("2026-000002").await.expect("drafts").is_empty());
        assert!(colleague.drafts("2026-000001").await.expect("drafts").is_empty());
        technician.drop_draft("2026-000001", "notas").await.expect("dropped");
        technician.keep_draft("2026-000001", "comentarios", &[], monday()).await.expect("emptied");
        assert!(technician.drafts("2026-000001").await.expect("drafts").is_empty());
        assert!(technician.keep_draft("1", "notas", &pairs(&"x".repeat(300_000)), monday()).await.is_err());
        // What nobody has touched for half a year is forgotten; a request that was not sent, after two weeks.
        technician.keep_draft("2026-000003", "notas", &pairs("vieja"), monday()).await.expect("kept");
        technician.keep_draft("nuevo:DTS-02", "solicitudes", &pairs("a medias"), monday()).await.expect("kept");
        let after = |days: i64| monday() + jiff::SignedDuration::from_hours(24 * days);
        let seen = async |number: &str, days: i64| {
            let reader = it.store.reader(it.technician, after(days)).await.expect("a reader");
            reader.drafts(number).await.expect("drafts").len()
        };
        assert_eq!((seen("nuevo:DTS-02", 14).await, seen("nuevo:DTS-02", 15).await), (1, 0), "{on:?}");
        assert_eq!((seen("2026-000003", 179).await, seen("2026-000003", 181).await), (1, 0));
        assert_eq!(it.store.forget_drafts(after(15)).await.expect("tidied"), 1);
        assert_eq!((seen("nuevo:DTS-02", 1).await, seen("2026-000003", 1).await), (0, 1));
        assert_eq!(it.store.forget_drafts(after(181)).await.expect("tidied"), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ready_answer_is_offered_to_those_it_is_shared_with() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let (technician, colleague) = (reader(&it, it.technician).await, reader(&it, it.colleague).await);
        let new = |name: &str, audience| NewReply { name: name.into(), text: "Hola, {{solicitante}}".into(), audience };
        let post = Audience::Post("Técnico de Soporte Remoto".into());
        let id = technician.save_reply(new("Saludo", Audience::Private), None, monday()).await.expect("saved");
        technician.save_reply(new("Visita", post.clone()), None, monday()).await.expect("saved");
        let names = async |reader: &Reader| {
            let all = reader.replies().await.expect("answers");
            all.into_iter().map(|reply| reply.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(&technician).await, ["Saludo", "Visita"], "{on:?}");
        assert_eq!(names(&colleague).await, ["Visita"]);
        assert!(colleague.change_reply(id, new("Mía", Audience::Private)).await.is_err());
        assert!(colleague.drop_reply(id).await.is_err());
        technician.change_reply(id, new("Saludo largo", post)).await.expect("changed");
        assert_eq!(names(&colleague).await, ["Saludo largo", "Visita"]);
        technician.drop_reply(id).await.expect("dropped");
        assert_eq!(names(&colleague).await, ["Visita"]);
        // Sent twice under one key it is there once; the same key with something else is refused.
        let key = |fingerprint: &str| Some(IdempotencyKey { key: "k".into(), fingerprint: fingerprint.into() });
        let first = technician.save_reply(new("Una", Audience::Private), key("a"), monday()).await.expect("saved");
        let again = technician.save_reply(new("Una", Audience::Private), key("a"), monday()).await.expect("known");
        assert_eq!((first, names(&technician).await), (again, vec!["Una".to_string(), "Visita".into()]), "{on:?}");
        let other = technician.save_reply(new("Otra", Audience::Private), key("b"), monday()).await;
        assert!(matches!(other, Err(StoreError::Refused(refusal)) if refusal.kind == Kind::Conflict));
        colleague.save_reply(new("Suya", Audience::Private), key("b"), monday()).await.expect("a key is one person's");
        let empty = NewReply { name: " ".into(), ..NewReply::default() };
        assert!(
            matches!(technician.save_reply(empty, None, monday()).await, Err(StoreError::Refused(refusal)) if refusal.faults.len() == 2)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_remembers_what_became_of_each_case() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let (technician, colleague) = (reader(&it, it.technician).await, reader(&it, it.colleague).await);
        let numbers = vec!["2026-000001".into(), "2026-000002".into()];
        let act = BatchAct::Assign { to: it.colleague, name: "Hilda Colega".into(), reason: "Reparto".into() };
        let id = technician.begin_batch(act.clone(), numbers, None, monday()).await.expect("begun");
        assert_eq!(colleague.batch(id).await.expect("a query"), None, "{on:?}");
        let batch = technician.batch(id).await.expect("a query").expect("hers");
        assert_eq!((&batch.act, batch.cases.len(), batch.ended_at), (&act, 2, None));
        let mut first = batch.cases[0].clone();
        assert_eq!((first.state, &*first.number), (CaseState::Waiting, "2026-000001"));
        (first.state, first.back) =
            (CaseState::Done, Some(Back::Holder("Técnico de Soporte Remoto".into(), it.technician)));
        technician.settle_batch_case(id, &first).await.expect("settled");
        let mut stolen = batch.cases[1].clone();
        stolen.state = CaseState::Done;
        colleague.settle_batch_case(id, &stolen).await.expect("nothing happens");
        technician.end_batch(id, monday()).await.expect("ended");
        let batch = technician.batch(id).await.expect("a query").expect("hers");
        assert_eq!((&batch.cases[0], batch.cases[1].state), (&first, CaseState::Waiting));
        assert_eq!(batch.ended_at, Some(monday()));
        assert!(technician.begin_batch(BatchAct::Take, Vec::new(), None, monday()).await.is_err());
        let many = (0..501).map(|n| format!("2026-{n:06}").into()).collect();
        assert!(technician.begin_batch(BatchAct::Take, many, None, monday()).await.is_err());
    }
}
