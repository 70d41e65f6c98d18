//! The desk over the API: views, ready answers, many cases at once, drafts, absences, days off decreed late, due dates.

use super::{
    api_founding,
    api_house::{Town, request},
    opened,
};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

async fn delete(town: &Town, login: &str, path: &str) -> StatusCode {
    town.send(request("DELETE", login, path).body(Body::empty()).expect("a request")).await.status
}

#[tokio::test]
async fn views_and_ready_answers_are_kept_once_changed_shared_and_dropped() {
    let town = Town::new().await;
    let view = json!({"name": "Impresoras", "list": "bandeja", "query": "?vista=puesto&q=impresora&desde=1.2&otro=x"});
    let saved = town.post_with_key("tecnica", "/views", &view, Some("v1")).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.json());
    assert_eq!(
        saved.json()["query"],
        "vista=puesto&q=impresora",
        "only filters that are known, and no page in the middle"
    );
    let again = town.post_with_key("tecnica", "/views", &view, Some("v1")).await;
    assert_eq!((again.status, &again.json()), (StatusCode::CREATED, &saved.json()), "sent twice, it is there once");
    let different = json!({"name": "Otra", "list": "casos", "query": ""});
    let other = town.post_with_key("tecnica", "/views", &different, Some("v1")).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert_eq!(town.get("tecnica", "/views").await.json()["items"], json!([saved.json()]));
    let at = format!("/views/{}", saved.json()["id"]);
    let wide = town.post("tecnica", &at, &json!({"name": "Imprentas", "audience": "institucion"})).await;
    assert_eq!(wide.status, StatusCode::FORBIDDEN, "{}", wide.json());
    let aimless = town.post("tecnica", &at, &json!({"name": "Imprentas", "audience": "puesto"})).await;
    assert_eq!(aimless.json()["faults"][0]["field"], "aim");
    let shared = json!({"name": "Imprentas", "audience": "puesto", "aim": "Técnico de Soporte Remoto"});
    assert_eq!(town.post("tecnica", &at, &shared).await.json()["aim"], "Técnico de Soporte Remoto");
    assert_eq!(town.post("jefa", &at, &json!({"name": "Mía"})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(delete(&town, "jefa", &at).await, StatusCode::NOT_FOUND);
    assert_eq!(delete(&town, "tecnica_r", &at).await, StatusCode::FORBIDDEN, "a token that only reads");
    assert_eq!(delete(&town, "tecnica", &at).await, StatusCode::NO_CONTENT);
    assert_eq!(town.get("tecnica", "/views").await.json()["items"], json!([]));

    let reply = json!({"name": "Saludo", "text": "Hola, {{solicitante}}"});
    let saved = town.post("tecnica", "/replies", &reply).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.json());
    let at = format!("/replies/{}", saved.json()["id"]);
    let changed = town.post("tecnica", &at, &json!({"name": "Saludo", "text": "Buenos días"})).await;
    assert_eq!((changed.status, &changed.json()["text"]), (StatusCode::OK, &json!("Buenos días")));
    assert_eq!(town.get("jefa", "/replies").await.json()["items"], json!([]));
    let empty = town.post("tecnica", "/replies", &json!({"name": "", "text": " "})).await;
    assert_eq!(empty.json()["faults"].as_array().map(Vec::len), Some(2), "{}", empty.json());
    assert_eq!(town.post("usuaria", "/replies", &reply).await.status, StatusCode::FORBIDDEN);
    assert_eq!(delete(&town, "tecnica", &at).await, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn many_cases_are_acted_on_at_once_told_one_by_one_and_given_back() {
    let town = Town::new().await;
    let (one, two) = (opened(&town).await, opened(&town).await);
    let cases = json!([one, two, "2026-999999", one]);
    let weigh =
        json!({"act": "prioritize", "cases": cases, "impact": "alto", "urgency": "alta", "reason": "Enlace caído"});
    town.post(
        "tecnica",
        &format!("/cases/{one}/priority"),
        &json!({"impact": "bajo", "urgency": "baja", "reason": "Uno"}),
    )
    .await;
    let done = town.post_with_key("tecnica", "/batches", &weigh, Some("b1")).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.json());
    let body = done.json();
    let states =
        |body: &Value| body["cases"].as_array().unwrap().iter().map(|case| case["state"].clone()).collect::<Vec<_>>();
    assert_eq!(states(&body), ["done", "done", "refused"], "each case once: {body}");
    assert!(body["cases"][2]["detail"].as_str().unwrap().contains("no existe"));
    let again = town.post_with_key("tecnica", "/batches", &weigh, Some("b1")).await;
    assert_eq!(again.json(), body, "sent twice, it is done once");
    assert_eq!(town.get("tecnica", &format!("/cases/{two}")).await.json()["priority"], "urgent");

    let at = format!("/batches/{}", body["id"]);
    assert_eq!(done.header(header::LOCATION), format!("/api/v1/igss{at}"));
    assert_eq!(town.get("jefa", &at).await.status, StatusCode::NOT_FOUND, "a batch is its maker's");
    let undone = town.post("tecnica", &format!("{at}/undo"), &json!({})).await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.json());
    assert_eq!(states(&undone.json()), ["undone", "done", "refused"], "the second weighed nothing before");
    assert_eq!(town.get("tecnica", &format!("/cases/{one}")).await.json()["priority"], "low");
    assert_eq!(town.get("tecnica", &at).await.json()["undo_until"], Value::Null);
    town.clock.forward(SignedDuration::from_mins(11));
    let late = town.post("tecnica", &format!("{at}/undo"), &json!({})).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.json());

    for (wrong, field) in [
        (json!({"act": "assign", "cases": [one]}), "to"),
        (json!({"act": "note", "cases": [one]}), "text"),
        (json!({"act": "prioritize", "cases": [one], "impact": "alto", "urgency": "alta"}), "reason"),
    ] {
        let refused = town.post("tecnica", "/batches", &wrong).await;
        assert_eq!(
            (refused.status, &refused.json()["faults"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field))
        );
    }
    assert_eq!(town.post("usuaria", "/batches", &weigh).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn drafts_are_ones_own_and_an_opening_ends_its_own() {
    let town = Town::new().await;
    let number = opened(&town).await;
    let at = format!("/cases/{number}/drafts");
    let fields = json!([{"name": "texto", "text": "a medias"}, {"name": "contrasena", "text": "secreta"}]);
    let kept = town.post("tecnica", &at, &json!({"form": "notas", "fields": fields})).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    let drafts = town.get("tecnica", &at).await.json();
    assert_eq!(drafts["items"][0]["fields"], json!([{"name": "texto", "text": "a medias"}]), "what signs is not kept");
    assert_eq!(town.get("jefa", &at).await.json()["items"], json!([]));
    assert_eq!(town.get("otra", &at).await.status, StatusCode::NOT_FOUND);
    town.post("tecnica", &at, &json!({"form": "notas", "fields": []})).await;
    assert_eq!(town.get("tecnica", &at).await.json()["items"], json!([]));

    let at = "/procedures/DTS-02/drafts";
    let fields = json!({"fields": [{"name": "asunto", "text": "Sin red"}]});
    assert_eq!(town.post("usuaria", at, &fields).await.status, StatusCode::NO_CONTENT);
    assert_eq!(town.get("usuaria", at).await.json()["items"][0]["form"], "solicitudes");
    assert_eq!(town.get("usuaria", "/procedures/NADA/drafts").await.status, StatusCode::NOT_FOUND);
    town.clock.forward(SignedDuration::from_hours(24 * 15));
    assert_eq!(town.get("usuaria", at).await.json()["items"], json!([]), "two weeks later it is gone");
}

#[tokio::test]
async fn an_absence_is_registered_seen_by_the_chief_and_ended() {
    let town = Town::new().await;
    let number = opened(&town).await;
    town.post("tecnica", &format!("/cases/{number}/take"), &json!({})).await;
    let charges = town.get("tecnica", "/charges").await.json();
    assert_eq!(charges["items"][0]["number"], json!(number), "{charges}");
    assert_eq!(town.get("jefa", "/charges?of=tecnica").await.json(), charges);
    assert_eq!(town.get("informatica", "/charges?of=tecnica").await.status, StatusCode::FORBIDDEN);
    assert_eq!(town.get("jefa", "/charges?of=nadie").await.status, StatusCode::NOT_FOUND);

    let hand = json!({"act": "hand_over", "of": "tecnica", "to": "informatica", "reason": "Vacaciones"});
    let refused = town.post("jefa", "/batches", &hand).await;
    assert_eq!(
        refused.json()["cases"][0]["state"],
        "refused",
        "who holds no such post takes nothing: {}",
        refused.json()
    );
    let admin = town.igss.admin(town.admin).await.unwrap();
    let other = town.igss.person_by_login("otra").await.unwrap().unwrap().person.id;
    let (role, since) = ("Técnico de Soporte Remoto".into(), jiff::civil::date(2026, 1, 1));
    admin.give_post(other, role, None, since, None, api_founding::monday()).await.unwrap();
    let hand = json!({"act": "hand_over", "of": "tecnica", "to": "otra", "reason": "Vacaciones"});
    let handed = town.post("jefa", "/batches", &hand).await;
    assert_eq!(handed.json()["cases"][0]["state"], "done", "{}", handed.json());
    assert_eq!(town.get("otra", "/charges").await.json(), charges);
    town.post("jefa", &format!("/batches/{}/undo", handed.json()["id"]), &json!({})).await;
    assert_eq!(town.get("tecnica", "/charges").await.json(), charges, "taken back");

    assert_eq!(town.get("jefa", "/inbox?tab=absent").await.json()["items"], json!([]));
    let body = json!({"absent": "tecnica", "deputy": "informatica", "since": "2026-03-02", "until": "2026-03-06", "reason": "Licencia"});
    assert_eq!(town.post("jefa", "/administration/substitutions", &body).await.status, StatusCode::FORBIDDEN);
    let made = town.post_with_key("admin_a", "/administration/substitutions", &body, Some("a1")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let again = town.post_with_key("admin_a", "/administration/substitutions", &body, Some("a1")).await;
    assert_eq!(again.json(), made.json());
    assert_eq!(town.get("admin_a", "/administration/substitutions").await.json()["items"], json!([made.json()]));
    let seen = town.get("jefa", "/inbox?tab=absent").await.json();
    assert_eq!((&seen["items"][0]["number"], &seen["counts"]["absent"]), (&json!(number), &json!(1)), "{seen}");
    let barred = town.get("informatica", "/inbox?tab=absent").await;
    assert_eq!(barred.status, StatusCode::FORBIDDEN, "{}", barred.json());
    let end = format!("/administration/substitutions/{}/ends", made.json()["id"]);
    let ended = town.post("admin_a", &end, &json!({"last_day": "2026-03-02"})).await.json();
    assert_eq!(ended["until"], "2026-03-02", "{ended}");
    town.clock.forward(SignedDuration::from_hours(24));
    assert_eq!(town.get("jefa", "/inbox?tab=absent").await.json()["counts"]["absent"], json!(0));
}

#[tokio::test]
async fn a_day_off_is_previewed_signed_once_and_moves_the_due_dates_that_say_why() {
    struct Sevens;
    impl web::clock::Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }
    let town = Town::new().await;
    let right = "jirafa cometa ladrillo verde";
    let hash = web::account::passwords::hash(right, &Sevens).unwrap();
    town.igss.change_password(town.admin, hash, String::new(), api_founding::monday()).await.unwrap();
    let number = opened(&town).await;
    let dues = town.get("tecnica", &format!("/cases/{number}/dues")).await;
    assert_eq!(dues.status, StatusCode::OK, "{}", dues.json());
    for due in dues.json()["items"].as_array().unwrap() {
        let because = due["because"].as_array().unwrap();
        assert!(because.iter().any(|line| line.as_str().unwrap().starts_with("Edición «")), "{due}");
    }
    assert_eq!(town.get("otra", &format!("/cases/{number}/dues")).await.status, StatusCode::NOT_FOUND);

    let mut day = json!({"date": "2026-03-03", "name": "Duelo nacional", "stops_deadlines": true});
    let sourceless = town.post("admin_a", "/calendar/previews", &day).await;
    assert_eq!(sourceless.json()["faults"][0]["field"], "source", "{}", sourceless.json());
    day["source"] = json!("AG 1-2026");
    assert_eq!(town.post("jefa", "/calendar/previews", &day).await.status, StatusCode::FORBIDDEN);
    let preview = town.post("admin_a", "/calendar/previews", &day).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.json());
    assert_eq!(preview.json()["open_cases"], json!(1));
    let version = preview.json()["version"].clone();
    let mut signed = json!({"change": day, "version": version});
    let bare = town.post("admin_a", "/calendar/changes", &signed).await;
    assert_eq!(bare.json()["faults"][0]["field"], "password", "{}", bare.json());
    signed["password"] = json!(right);
    let done = town.post_with_key("admin_a", "/calendar/changes", &signed, Some("c1")).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.json());
    assert!(done.json()["what"].as_str().unwrap().contains("Duelo nacional"), "{}", done.json());
    let again = town.post_with_key("admin_a", "/calendar/changes", &signed, Some("c1")).await;
    assert_eq!((again.status, again.json()), (StatusCode::CREATED, done.json()), "sent twice, it is decreed once");
    let other = town.post("admin_a", "/calendar/changes", &signed).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "the calendar has changed since: {}", other.json());
    let at = done.header(header::LOCATION).to_owned();
    assert_eq!(town.get("admin_a", &at).await.json(), done.json());
    assert_eq!(town.get("jefa_a", &at).await.status, StatusCode::FORBIDDEN, "who does not administer");
    assert_eq!(town.get("admin", &at).await.status, StatusCode::FORBIDDEN, "a token that only writes");
    let back = json!({"change": {"revoke": true, "date": "2026-03-03", "name": "Duelo nacional", "reason": "Se derogó"},
        "version": done.json()["version"], "password": right});
    let back = town.post("admin_a", "/calendar/changes", &back).await;
    assert_eq!(back.status, StatusCode::CREATED, "{}", back.json());
}

#[tokio::test]
async fn a_scan_is_added_to_a_letter_and_downloaded() {
    let town = Town::new().await;
    let body = json!({"direction": "outgoing", "unit": "soporte", "subject": "Respuesta", "institution": "Gerencia"});
    let letter = town.post("jefa", "/letters", &body).await;
    assert_eq!(letter.status, StatusCode::CREATED, "{}", letter.json());
    let at = format!("/letters/{}/attachments", letter.json()["id"]);
    let send = |login: &'static str| {
        let request =
            request("POST", login, &format!("{at}?name=acuse.pdf")).header(header::CONTENT_TYPE, "application/pdf");
        town.send(request.body(Body::from("%PDF-acuse")).expect("a request"))
    };
    let added = send("jefa").await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.json());
    let file = town.get("jefa", added.header(header::LOCATION)).await;
    assert_eq!((file.status, file.bytes.as_slice()), (StatusCode::OK, b"%PDF-acuse".as_slice()));
    assert!(file.header(header::CONTENT_DISPOSITION).contains("acuse.pdf"));
    assert_eq!(send("usuaria").await.status, StatusCode::NOT_FOUND);
    let none = town.get("jefa", &format!("{at}/{}", "0".repeat(64))).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
