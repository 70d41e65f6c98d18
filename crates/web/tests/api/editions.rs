//! A new edition over the API: checked, kept as a draft by one who administers, published by another, set aside.

use crate::{
    api_founding::{monday, token},
    api_house::{Answer, Town, request},
    opened,
};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use serde_json::{Value, json};
use web::clock::digest;

const EDITIONS: &str = "/administration/editions";
const MANUAL: &str = include_str!("../../../../manuals/igss/manual.kdl");
const SUPPORT: &str = include_str!("../../../../manuals/igss/procedimientos/dts-02-soporte-tecnico.kdl");

async fn upload(town: &Town, login: &str, scope: &str, files: &[(&str, &str)], key: Option<&str>) -> Answer {
    let mut body = format!("--x\r\nContent-Disposition: form-data; name=\"scope\"\r\n\r\n{scope}\r\n");
    body.extend(files.iter().map(|(name, text)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{text}\r\n")
    }));
    body.push_str("--x--\r\n");
    let mut request = request("POST", login, EDITIONS).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    town.send(request.body(Body::from(body)).expect("a request")).await
}

async fn bare(town: &Town, login: &str, path: &str, key: &str) -> Answer {
    town.send(request("POST", login, path).header("Idempotency-Key", key).body(Body::empty()).expect("a request")).await
}

/// The second administrator's token.
async fn second(town: &Town) -> &'static str {
    let admin = town.igss.admin(town.admin).await.expect("rights");
    let person = town.igss.person_by_login("segunda").await.expect("a store").expect("she is there").person.id;
    let secret = digest(&token("segunda_a"));
    admin.create_token(person, secret, "prueba".into(), "admin".into(), None, monday()).await.expect("a token");
    "segunda_a"
}

/// The manual under another edition's name, with another objective of support.
fn changed() -> (String, String) {
    let manual = MANUAL.replacen("edicion \"Versión 1\"", "edicion \"Versión 2\"", 1);
    let support = SUPPORT.replacen("objetivo \"Atender", "objetivo \"Recibir y atender", 1);
    assert!(manual != MANUAL && support != SUPPORT);
    (manual, support)
}

#[tokio::test]
async fn an_edition_is_uploaded_by_one_published_by_another_and_new_cases_begin_under_it() {
    let town = Town::new().await;
    let before = opened(&town).await;
    let (manual, support) = changed();
    let files = [("manual.kdl", manual.as_str()), ("dts-02-soporte-tecnico.kdl", support.as_str())];
    for (login, status) in [("tecnica", 403), ("admin", 403), ("tecnica_a", 403), ("nadie", 401)] {
        let refused = upload(&town, login, "changes", &files, None).await;
        assert_eq!(refused.status, status, "{login}: {}", refused.json());
    }
    let made = upload(&town, "admin_a", "changes", &files, Some("e1")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    assert_eq!(made.header(header::LOCATION), format!("/api/v1/igss{EDITIONS}/2"));
    let draft = made.json();
    assert_eq!((&draft["id"], &draft["state"], &draft["against"]), (&json!(2), &json!("draft"), &json!(1)));
    let said = |redline: &Value| {
        assert_eq!(redline["manual"][0]["after"], "Versión 2", "{redline}");
        assert_eq!(redline["procedures"][0]["code"], "DTS-02");
        assert!(redline["procedures"][0]["changes"][0]["after"].as_str().is_some_and(|to| to.starts_with("Recibir")));
    };
    said(&draft["redline"]);
    let again = upload(&town, "admin_a", "changes", &files, Some("e1")).await;
    assert_eq!((again.status, again.json()), (StatusCode::CREATED, draft.clone()), "sent twice, it is there once");
    assert_eq!(town.get("admin_a", &format!("{EDITIONS}/2")).await.json(), draft);
    assert_eq!(town.get("usuaria", "/editions/2").await.status, StatusCode::NOT_FOUND, "a draft is no one's to read");
    assert_eq!(town.get("usuaria", "/editions/2/redline?from=1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.get("admin", "/editions/2").await.json()["state"], "draft");

    let publish = format!("{EDITIONS}/2/publications");
    let own = bare(&town, "admin_a", &publish, "p1").await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "who uploads does not publish: {}", own.json());
    assert_eq!(town.get("usuaria", "/manual").await.json()["edition"], "Versión 1");
    let berta = second(&town).await;
    let published = bare(&town, berta, &publish, "p2").await;
    assert_eq!((published.status, &published.json()["state"]), (StatusCode::OK, &json!("published")));
    assert_eq!(bare(&town, berta, &publish, "p2").await.json(), published.json(), "the same key, the same answer");
    assert_eq!(bare(&town, berta, &publish, "p3").await.status, StatusCode::CONFLICT, "it is in force");

    let after = opened(&town).await;
    let edition = async |number: &str| {
        town.get("tecnica", &format!("/cases/{number}")).await.json()["procedure"]["edition"].clone()
    };
    assert_eq!((edition(&before).await, edition(&after).await), (json!("Versión 1"), json!("Versión 2")));
    assert_eq!(town.get("usuaria", "/manual").await.json()["edition_id"], 2);
    said(&town.get("usuaria", "/editions/2/redline?from=1").await.json());
    assert_eq!(town.get("usuaria", "/editions/1").await.json()["state"], "retired");
}

#[tokio::test]
async fn a_manual_with_errors_is_not_kept_and_says_where_they_are() {
    let town = Town::new().await;
    let broken = SUPPORT.replacen("pregunta 4 rama=\"no\"", "pregunta 44 rama=\"no\"", 1);
    assert_ne!(broken, SUPPORT);
    let refused = upload(&town, "admin_a", "changes", &[("dts-02-soporte-tecnico.kdl", &broken)], Some("e1")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.json());
    assert_eq!(refused.header(header::CONTENT_TYPE), "application/problem+json");
    let problem = refused.json();
    let errors = problem["findings"].as_array().expect("findings").iter().filter(|one| one["severity"] == "error");
    let place = |one: &Value| (one["file"].clone(), one["line"].clone(), one["column"].clone());
    let line = broken.lines().position(|line| line.contains("pregunta 44")).expect("there") + 1;
    let expected = json!("procedimientos/dts-02-soporte-tecnico.kdl");
    assert!(errors.clone().any(|one| place(one).0 == expected && place(one).1 == json!(line)), "{line}: {problem}");
    assert!(errors.clone().all(|one| one["rule"].is_string() && one["message"].is_string()), "{problem}");
    assert_eq!(town.get("admin", "/editions").await.json()["items"].as_array().map(Vec::len), Some(1));

    for (scope, files, status) in [
        ("todo", &[("manual.kdl", MANUAL)][..], StatusCode::BAD_REQUEST),
        ("whole", &[], StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(upload(&town, "admin_a", scope, files, None).await.status, status, "{scope} {}", files.len());
    }
    let neighbour = include_str!("../../../../manuals/diaco/manual.kdl");
    let theirs = upload(&town, "admin_a", "changes", &[("manual.kdl", neighbour)], None).await;
    assert_eq!(theirs.status, StatusCode::UNPROCESSABLE_ENTITY, "another institution's manual");
}

#[tokio::test]
async fn a_draft_is_set_aside_with_its_reason_and_never_published() {
    let town = Town::new().await;
    let (manual, _) = changed();
    let made = upload(&town, "admin_a", "changes", &[("manual.kdl", &manual)], None).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let withdraw = format!("{EDITIONS}/2/withdrawals");
    let bare_reason = town.post("admin_a", &withdraw, &json!({"reason": " "})).await;
    assert_eq!(bare_reason.json()["faults"][0]["field"], "reason");
    let gone = town.post_with_key("admin_a", &withdraw, &json!({"reason": "Tenía un error"}), Some("w")).await;
    assert_eq!((gone.status, &gone.json()["state"]), (StatusCode::OK, &json!("withdrawn")), "{}", gone.json());
    let again = town.post_with_key("admin_a", &withdraw, &json!({"reason": "Tenía un error"}), Some("w")).await;
    assert_eq!(again.json(), gone.json(), "the same key, the same answer");
    let berta = second(&town).await;
    assert_eq!(bare(&town, berta, &format!("{EDITIONS}/2/publications"), "p").await.status, StatusCode::CONFLICT);
    assert_eq!(bare(&town, berta, &format!("{EDITIONS}/9/publications"), "p9").await.status, StatusCode::NOT_FOUND);
    let in_force = town.post(berta, &format!("{EDITIONS}/1/withdrawals"), &json!({"reason": "No"})).await;
    assert_eq!(in_force.status, StatusCode::CONFLICT, "{}", in_force.json());
}
