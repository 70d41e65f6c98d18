//! The bell and the mail desk over the API: what a program may see and do is what the person of its token may.

use crate::{api_house::Town, opened};
use axum::http::{StatusCode, header};
use engine::actor::PersonId;
use serde_json::{Value, json};
use store::{
    mailbox::{Kind, Letter, NewReceived},
    store::MailDesk,
};

/// A mail that nobody could judge: a person has to look at it.
async fn set_aside(town: &Town, n: u32, subject: &str) -> i64 {
    let now = crate::api_founding::monday();
    let text = format!("Correo {n}");
    let raw = town.igss.put_blob(text.as_bytes(), 1_000, now).await.expect("kept");
    let mail = NewReceived {
        content: format!("{n:064}"),
        source: format!("prueba {n}"),
        at: now,
        sender: "desconocida@example.org".into(),
        sender_name: "Alguien".into(),
        subject: subject.into(),
        procedure: "DTS-02".into(),
        message_id: format!("<{n}@example.org>"),
        letter: Letter { text, kind: Kind::Person, ..Letter::default() },
        raw,
    };
    let id = town.igss.keep_received(Some(mail), None, now).await.expect("kept").expect("new");
    town.igss.settle_received(id, now).await.expect("judged");
    id
}

/// Everything that waits to be told is told.
async fn perform(town: &Town) {
    let now = crate::api_founding::monday();
    for lease in town.igss.lease_outbox(now, jiff::SignedDuration::from_mins(1), 100, "t").await.expect("leases") {
        town.igss.tell(&lease, &lease.key, now).await.expect("told");
    }
}

fn items(answer: &Value) -> &Vec<Value> {
    answer["items"].as_array().expect("a list")
}

#[tokio::test]
async fn notices_are_read_and_their_way_is_chosen() {
    let town = Town::new().await;
    let number = opened(&town).await;
    perform(&town).await;
    let mine = town.get("usuaria", "/notices?unread=true").await.json();
    assert_eq!((items(&mine).len(), &mine["items"][0]["case"]), (1, &json!(number)), "{mine}");
    let (id, theirs) = (mine["items"][0]["id"].clone(), town.get("otra", "/notices").await.json());
    assert!(items(&theirs).is_empty(), "{theirs}");
    let stranger = town.post("otra", "/notices/readings", &json!({"notice": id})).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND, "of somebody else");

    let read = async |body: Value| town.post_with_key("usuaria", "/notices/readings", &body, Some("leer-1")).await;
    assert_eq!(read(json!({"notice": id})).await.json(), json!({"marked": 1}));
    assert_eq!(read(json!({"notice": id})).await.json(), json!({"marked": 1}), "the same key, the same answer");
    assert_eq!(read(json!({})).await.status, StatusCode::CONFLICT, "another content");
    assert_eq!(town.post("usuaria", "/notices/readings", &json!({})).await.json(), json!({"marked": 0}));
    assert!(items(&town.get("usuaria", "/notices?unread=true").await.json()).is_empty());
    assert!(town.get("usuaria", "/notices").await.json()["items"][0]["read_at"].is_string());

    let before = town.get("usuaria", "/preferences").await.json();
    assert_eq!((before["ways"].as_array().map(Vec::len), &before["digest_hour"]), (Some(10), &json!(8)), "{before}");
    let wanted = json!({"ways": [{"kind": "ended", "way": "digest"}], "digest_hour": 15});
    let after = town.post("usuaria", "/preferences", &wanted).await.json();
    let ended = after["ways"].as_array().expect("ways").iter().find(|way| way["kind"] == "ended");
    assert_eq!((ended.map(|way| &way["way"]), &after["digest_hour"]), (Some(&json!("digest")), &json!(15)));
    assert_eq!(after["office_hours"], before["office_hours"], "what is not said stays");
    for (wrong, status) in [
        (json!({"digest_hour": 3}), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!({"ways": [{"kind": "ended", "way": "page"}, {"kind": "ended", "way": "mail"}]}),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (json!({"ways": [{"kind": "resumen", "way": "page"}]}), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(town.post("usuaria", "/preferences", &wrong).await.status, status, "{wrong}");
    }
    assert_eq!(town.get("usuaria", "/preferences").await.json(), after);
}

#[tokio::test]
async fn what_was_set_aside_is_accepted_or_discarded_once() {
    let town = Town::new().await;
    let mut ids = Vec::new();
    for (n, subject) in ["Sin red", "Falta algo", "Propaganda"].into_iter().enumerate() {
        ids.push(set_aside(&town, u32::try_from(n).expect("small"), subject).await);
    }
    let at = |place: usize, what: &str| format!("/mails/received/{}{what}", ids[place]);
    for path in ["/mails/received", "/mails/sent", "/mails/status", &at(0, ""), &at(0, "/original")] {
        assert_eq!(town.get("usuaria", path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let page = town.get("tecnica", "/mails/received?state=aside&limit=2").await.json();
    assert_eq!(items(&page).len(), 2);
    let rest = town.get("tecnica", &format!("/mails/received?cursor={}", page["next"].as_str().expect("more"))).await;
    assert_eq!(rest.json()["items"][0]["subject"], "Sin red");
    let one = town.get("tecnica", &at(0, "")).await.json();
    assert_eq!((&one["text"], &one["state"]), (&json!("Correo 0"), &json!("aside")), "{one}");
    assert_eq!(one["reason"], "No se conoce a quien lo envía.");
    let original = town.get("tecnica", &at(0, "/original")).await;
    assert_eq!((original.status, original.bytes.as_slice()), (StatusCode::OK, &b"Correo 0"[..]), "byte by byte");
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, &format!("attachment; filename*=UTF-8''correo-{}.eml", ids[0])),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in headers {
        assert_eq!(original.header(name.clone()), value, "{name}");
    }
    let status = town.get("tecnica", "/mails/status").await.json();
    assert_eq!(status, json!({"aside": 3, "failed": 0, "queued": 0, "troubles": []}));

    let body = json!({"procedure": "DTS-02", "on_behalf_of": "usuaria"});
    let open = async || town.post_with_key("tecnica", &at(0, "/cases"), &body, Some("abrir-1")).await;
    let made = open().await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let number = made.json()["case"].as_str().expect("its case").to_owned();
    assert_eq!(made.header(header::LOCATION), format!("/api/v1/igss/cases/{number}"));
    assert_eq!(open().await.json(), made.json(), "the same key, the same answer");
    let again = town.post("tecnica", &at(0, "/cases"), &body).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.json());
    let case = town.get("tecnica", &format!("/cases/{number}")).await.json();
    assert_eq!((&case["requester"]["name"], &case["channel"]), (&json!("Carla Usuaria"), &json!("mail")));

    let noted = town.post("tecnica", &at(1, "/notes"), &json!({"case": number})).await.json();
    assert_eq!((&noted["state"], &noted["settled_by"]), (&json!("noted"), &json!("Gloria Técnica")), "{noted}");
    let unread = town.post("usuaria", &at(2, "/discards"), &json!({"reason": "No es para aquí"})).await;
    assert_eq!(unread.status, StatusCode::FORBIDDEN);
    let short = town.post("tecnica", &at(2, "/discards"), &json!({"reason": " "})).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", short.json());
    let gone = town.post("tecnica", &at(2, "/discards"), &json!({"reason": "Es propaganda"})).await.json();
    assert_eq!((&gone["state"], &gone["reason"]), (&json!("discarded"), &json!("Es propaganda")), "{gone}");
    assert_eq!(town.get("tecnica", "/mails/received/abc").await.status, StatusCode::NOT_FOUND);
    assert!(items(&town.get("tecnica", "/mails/received?state=aside").await.json()).is_empty());
}

#[tokio::test]
async fn the_mails_of_a_case_are_for_those_who_attend_it() {
    let town = Town::new().await;
    town.igss.let_mail_leave(MailDesk { public_url: None });
    let admin = town.igss.admin(town.admin).await.expect("rights");
    let user = town.igss.person_by_login("usuaria").await.expect("a query").expect("somebody").person;
    let fields = store::people::PersonFields {
        login: user.login.to_string(),
        name: user.name.to_string(),
        email: "carla@example.org".into(),
        unit: user.unit.as_deref().map(str::to_owned),
        ..store::people::PersonFields::default()
    };
    let user: PersonId = user.id;
    admin.change_person(user, fields, crate::api_founding::monday()).await.expect("an address");
    let number = opened(&town).await;
    perform(&town).await;
    let log = town.get("tecnica", &format!("/cases/{number}/mails")).await.json();
    assert_eq!(
        (&log["items"][0]["to"], &log["items"][0]["state"]),
        (&json!("Carla Usuaria"), &json!("queued")),
        "{log}"
    );
    assert!(items(&town.get("usuaria", &format!("/cases/{number}/mails")).await.json()).is_empty());
    assert_eq!(town.get("otra", &format!("/cases/{number}/mails")).await.status, StatusCode::NOT_FOUND);
    let sent = town.get("tecnica", "/mails/sent?state=queued").await.json();
    assert_eq!((&sent["items"][0]["case"], &sent["items"][0]["to"]), (&json!(number), &json!("carla@example.org")));
    assert!(items(&town.get("tecnica", "/mails/sent?state=failed").await.json()).is_empty());

    let test = async |login: &str| {
        town.post_with_key(login, "/administration/mails/tests", &json!({}), Some("prueba-1")).await.status
    };
    assert_eq!(test("admin").await, StatusCode::FORBIDDEN, "a token that does not administer");
    assert_eq!(test("admin_a").await, StatusCode::UNPROCESSABLE_ENTITY, "she has no address");
    let fields = store::people::PersonFields {
        login: "admin".into(),
        name: "Ana Administra".into(),
        email: "ana@example.org".into(),
        administrator: true,
        ..store::people::PersonFields::default()
    };
    admin.change_person(town.admin, fields, crate::api_founding::monday()).await.expect("an address");
    assert_eq!((test("admin_a").await, test("admin_a").await), (StatusCode::NO_CONTENT, StatusCode::NO_CONTENT));
    let sent = town.get("admin", "/mails/sent").await.json();
    let mine = items(&sent).iter().filter(|mail| mail["to"] == "ana@example.org").count();
    assert_eq!(mine, 1, "once a key: {sent}");
}
