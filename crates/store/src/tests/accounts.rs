//! Accounts and the bell on both engines: passwords given by others, everybody's sessions, the administrator's stream,
//! notices told live.

use super::institution::{BOTH, Institution, minutes, monday};
use crate::{
    auth::NewSession,
    people::{PersonFields, PostsAsked},
    request::IdempotencyKey,
};
use engine::{actor::PersonId, refusal::Kind};
use jiff::SignedDuration;

fn session(person: PersonId, token: &str) -> NewSession {
    NewSession {
        token_hash: token.into(),
        person,
        expires_at: monday() + SignedDuration::from_hours(12),
        source: "192.0.2.7".into(),
        agent: String::new(),
        data: String::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_given_by_an_administrator_is_to_be_changed() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let admin = it.store.admin(it.admin).await.expect("rights");
        let fields = PersonFields { login: "nueva".into(), name: "Nora Nueva".into(), ..PersonFields::default() };
        let nora = admin.welcome_person(fields, "primera".into(), monday()).await.expect("a person");
        let nora = PersonId(nora.number);
        let owes = async |person| it.store.person(person).await.expect("a query").expect("she is").must_change_password;
        assert!(owes(nora).await && !owes(it.user).await, "{on:?}");
        it.store.create_session(session(nora, "s"), monday()).await.expect("a session");
        it.store.change_password(nora, "propia".into(), "s".into(), monday()).await.expect("changed");
        assert!(!owes(nora).await, "her own choice stands");
        admin.set_password(nora, "otra".into(), monday()).await.expect("set");
        admin.set_password(it.admin, "suya".into(), monday()).await.expect("set");
        assert!(owes(nora).await && !owes(it.admin).await, "what one gives oneself is one's own");
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_makes_one_person_one_post_one_token_and_says_when_it_did_before() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let under = async |key: &str| {
            let key = IdempotencyKey { key: key.into(), fingerprint: key.into() };
            it.store.admin(it.admin).await.expect("rights").under(Some(key))
        };
        let fields = || PersonFields { login: "nueva".into(), name: "Nora Nueva".into(), ..PersonFields::default() };
        let (first, again) = (under("p").await, under("p").await);
        let made = first.welcome_person(fields(), "una".into(), monday()).await.expect("a person");
        let found = again.welcome_person(fields(), "otra".into(), monday()).await.expect("the same");
        assert_eq!((made.again, found.again, found.number), (false, true, made.number), "{on:?}");
        let kept = it.store.person_by_login("nueva").await.expect("a query").expect("she is");
        assert_eq!(kept.password_hash, "una", "the second password was never hers");
        let nora = PersonId(made.number);
        let (role, since) = (engine::Name::from("Técnico de Soporte Remoto"), jiff::civil::date(2026, 1, 1));
        let mut posts = Vec::new();
        let mut tokens = Vec::new();
        for hash in ["a", "b"] {
            posts.push(
                under("q").await.give_post(nora, role.clone(), None, since, None, monday()).await.expect("a post"),
            );
            let words = ("Uno".into(), "read".into());
            let token = under("t").await.issue_token(nora, hash.into(), words, None, monday()).await.expect("a token");
            tokens.push((token.number, token.again));
        }
        assert_eq!((posts[0], tokens[0].0, tokens[1].1), (posts[1], tokens[1].0, true), "{on:?}");
        assert!(it.store.api_token("b").await.expect("a query").is_none(), "the second secret opens nothing");
        for _ in 0..2 {
            under("d").await.deactivate(nora, "Se retiró".into(), monday()).await.expect("once");
        }
        let admin = it.store.admin(it.admin).await.expect("rights");
        let refused = admin.deactivate(nora, "Se retiró".into(), monday()).await.expect_err("she has left");
        assert!(refused.to_string().contains("ya está de baja"), "{on:?} {refused}");
        let asked = PostsAsked { of: Some(nora), role: role.to_string(), ..PostsAsked::default() };
        assert_eq!(
            admin.posts_page(asked, 5).await.expect("rows").iter().map(|post| post.id).collect::<Vec<_>>(),
            [posts[0]]
        );
        let gone = PostsAsked { of: Some(nora), after: posts[0], ..PostsAsked::default() };
        assert_eq!(admin.posts_page(gone, 5).await.expect("rows"), []);
        let page = admin.tokens_page(Some(nora), None, 5).await.expect("rows");
        assert_eq!(page.iter().map(|token| token.id).collect::<Vec<_>>(), [tokens[0].0]);
        assert_eq!(admin.tokens_page(None, Some(tokens[0].0), 1).await.expect("rows").len(), 0, "{on:?}");
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_open_sessions_of_everybody_come_together() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let admin = it.store.admin(it.admin).await.expect("rights");
        for (person, token) in [(it.user, "a"), (it.director, "b"), (it.user, "c"), (it.other_user, "d")] {
            it.store.create_session(session(person, token), monday()).await.expect("a session");
        }
        it.store.touch_session("c", monday() + minutes(40)).await.expect("touched");
        it.store.touch_session("b", monday() + minutes(41)).await.expect("touched");
        admin.deactivate(it.other_user, "Se retiró".into(), monday()).await.expect("gone");
        let now = monday() + minutes(45);
        let named = |rows: Vec<(engine::Name, crate::auth::Session)>| {
            rows.into_iter().map(|(name, session)| format!("{name} {}", session.token_hash)).collect::<Vec<_>>()
        };
        let idle = monday() + minutes(15);
        assert_eq!(
            named(admin.open_sessions(now, idle, 10).await.expect("rows")),
            ["Carla Usuaria c", "Irma Dirige b"]
        );
        let all = named(admin.open_sessions(now, monday(), 10).await.expect("rows"));
        assert_eq!(all, ["Carla Usuaria c", "Carla Usuaria a", "Irma Dirige b"], "{on:?}");
        assert_eq!(admin.open_sessions(now, monday(), 2).await.expect("rows").len(), 2);
        let later = monday() + SignedDuration::from_hours(13);
        assert_eq!(admin.open_sessions(later, monday(), 10).await.expect("rows"), []);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_act_of_administration_is_checked_against_the_one_before_it() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let admin = it.store.admin(it.admin).await.expect("rights");
        let all = admin.acts(None, 500).await.expect("acts");
        assert!(all.len() > 10 && all.iter().all(|entry| entry.intact), "{on:?}");
        let page = admin.acts(Some(all[2].recorded.n), 4).await.expect("acts");
        assert_eq!(page, all[3..7]);
        assert_eq!(admin.acts(Some(3), 50).await.expect("acts").last().map(|entry| entry.recorded.n), Some(1));

        let n = all[4].recorded.n;
        let touched = it.tamper(&format!("UPDATE journal SET body = body || ' ' WHERE case_id = 0 AND n = {n}")).await;
        assert_eq!(touched, 1);
        it.tamper(&format!("DELETE FROM journal WHERE case_id = 0 AND n = {}", n - 3)).await;
        let broken: Vec<u32> = admin
            .acts(None, 500)
            .await
            .expect("acts")
            .into_iter()
            .filter(|entry| !entry.intact)
            .map(|entry| entry.recorded.n)
            .collect();
        assert_eq!(broken, [n, n - 2], "a changed act, and the one after a gap");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bell_is_told_live_and_shows_what_is_not_read() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let mut changes = it.store.subscribe();
        for n in 0..5 {
            let (key, text) = (format!("k{n}"), format!("Aviso {n}"));
            it.store.add_notice(it.user, &key, &text, Some("2026-000001"), monday()).await.expect("a notice");
        }
        it.store.add_notice(it.user, "k0", "Otra vez", None, monday()).await.expect("nothing is added");
        for _ in 0..5 {
            let change = changes.recv().await.expect("told");
            assert_eq!((&*change.case, change.people), ("", vec![it.user]), "{on:?}");
        }
        let reader = it.store.reader(it.user, monday()).await.expect("a reader");
        assert_eq!((reader.unread(), reader.count_notices().await.expect("counts")), (5, (5, 5)));
        let first = reader.notices(false, None, 2).await.expect("a page");
        assert_eq!(first.rows.iter().map(|notice| &*notice.text).collect::<Vec<_>>(), ["Aviso 4", "Aviso 3"]);
        let next = reader.notices(false, first.next.as_deref(), 10).await.expect("a page");
        assert_eq!((next.rows.len(), &next.next), (3, &None));

        let other = it.store.reader(it.other_user, monday()).await.expect("a reader");
        let id = first.rows[0].id;
        assert_eq!(other.mark_read(Some(id), monday()).await.expect("nothing"), 0, "hers to read");
        assert_eq!(other.case_of_notice(id).await.expect("a query"), None);
        assert_eq!(reader.case_of_notice(id).await.expect("a query").as_deref(), Some("2026-000001"));
        assert_eq!(reader.mark_read(Some(id), monday()).await.expect("marked"), 1);
        assert_eq!(reader.notices(true, None, 10).await.expect("a page").rows.len(), 4);
        assert_eq!(changes.recv().await.expect("told").people, [it.user]);
        assert_eq!(reader.mark_read(None, monday()).await.expect("marked"), 4);
        assert_eq!(reader.count_notices().await.expect("counts"), (5, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_a_post_and_the_editions_are_for_those_who_may() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let reader = it.store.reader(it.technician, monday()).await.expect("a reader");
        let found = reader.people_in("Técnico de Soporte Remoto", "", 10).await.expect("people");
        assert_eq!(found.iter().map(|person| &*person.login).collect::<Vec<_>>(), ["tecnica", "colega"], "{on:?}");
        let one = reader.people_in("Técnico de Soporte Remoto", "hilda COLÉGA", 10).await.expect("people");
        assert_eq!(one.len(), 1);
        let asks = it.store.reader(it.user, monday()).await.expect("a reader");
        let refused = asks.people_in("Técnico de Soporte Remoto", "", 10).await.expect_err("not hers");
        assert!(matches!(refused, crate::StoreError::Refused(refusal) if refusal.kind == Kind::Forbidden));

        let admin = it.store.admin(it.admin).await.expect("rights");
        let sources = admin.sources(1).await.expect("a query").expect("the sources");
        admin.upload_edition(sources, monday()).await.map_err(|error| format!("{error:?}")).expect("a draft");
        let editions = async |person| it.store.reader(person, monday()).await.expect("a reader").editions().await;
        assert_eq!(editions(it.user).await.expect("rows").len(), 1, "a draft is not for everybody");
        assert_eq!(editions(it.admin).await.expect("rows").len(), 2);
    }
}
