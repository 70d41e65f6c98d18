//! The desk on both engines: what is kept for a person, what is shared, and with whom.

use super::institution::{BOTH, Institution, monday};
use crate::{
    InboxQuery, StoreError, Tab,
    desk::{Audience, NewView},
    reader::Reader,
};
use engine::actor::PersonId;

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
        let own = technician.save_view(new("Solo mía", Audience::Private), monday()).await.expect("saved");
        technician.save_view(new("Del puesto", post.clone()), monday()).await.expect("saved");
        technician
            .save_view(new("De la unidad", Audience::Unit("dependencias".into())), monday())
            .await
            .expect("saved");
        director.save_view(new("De todos", Audience::Institution), monday()).await.expect("a chief may");
        assert_eq!(names(&technician).await, ["De la unidad", "De todos", "Del puesto", "Solo mía"], "{on:?}");
        assert_eq!(names(&colleague).await, ["De la unidad", "De todos", "Del puesto"]);
        assert_eq!(names(&user).await, ["De la unidad", "De todos"]);

        let refused = technician.save_view(new("A todos", Audience::Institution), monday()).await;
        assert!(refused.expect_err("no chief").to_string().contains("jefatura"));
        let others = Audience::Post("Secretaria de Recepción".into());
        assert!(technician.save_view(new("A otras", others), monday()).await.is_err());
        assert!(technician.save_view(new("  ", Audience::Private), monday()).await.is_err());

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
