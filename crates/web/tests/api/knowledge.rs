//! Solutions from the case that taught them to the one who asks, the search within one's rights, and one's own requests.

use crate::{
    api_house::{Town, request},
    opened, opening,
};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use serde_json::{Value, json};

/// A support case walked to its end by the technician.
async fn ended(town: &Town) -> String {
    let number = opened(town).await;
    let steps = format!("/cases/{number}/completions");
    let solved = json!({"step": 2, "answer": "si"});
    assert_eq!(town.post("tecnica", &steps, &solved).await.status, StatusCode::OK);
    let last = json!({"step": 5, "values": {"solucion": "Se reinició la cola"}});
    let case = town.post("tecnica", &steps, &last).await;
    assert_eq!((case.status, &case.json()["standing"]), (StatusCode::OK, &Value::Null), "{}", case.json());
    number
}

async fn bare(town: &Town, login: &str, path: &str, key: &str) -> crate::api_house::Answer {
    town.send(request("POST", login, path).header("Idempotency-Key", key).body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn a_solution_is_written_changed_published_offered_and_withdrawn() {
    let town = Town::new().await;
    let open = opened(&town).await;
    let number = ended(&town).await;
    let texts = json!({"title": "Impresora que no imprime", "problem": "La impresora no imprime",
        "solution": "Reiniciar la cola de impresión"});
    let write = |number: &str| format!("/cases/{number}/solutions");
    let early = town.post("tecnica", &write(&open), &texts).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "the case is open: {}", early.json());
    assert_eq!(town.post("usuaria", &write(&number), &texts).await.status, StatusCode::FORBIDDEN);
    assert_eq!(town.post("otra", &write(&number), &texts).await.status, StatusCode::NOT_FOUND);
    let bad = town.post("tecnica", &write(&number), &json!({"title": " ", "problem": "x", "solution": ""})).await;
    let fields: Vec<Value> =
        bad.json()["faults"].as_array().expect("faults").iter().map(|one| one["field"].clone()).collect();
    assert_eq!(fields, ["title", "solution"], "by the names of the API");

    let written = town.post_with_key("tecnica", &write(&number), &texts, Some("s1")).await;
    assert_eq!(written.status, StatusCode::CREATED, "{}", written.json());
    let id = written.json()["id"].as_i64().expect("a number");
    assert_eq!(written.header(header::LOCATION), format!("/api/v1/igss/solutions/{id}"));
    assert_eq!(
        (&written.json()["state"], &written.json()["case"], &written.json()["procedure"]),
        (&json!("draft"), &json!(number), &json!("DTS-02"))
    );
    let again = town.post_with_key("tecnica", &write(&number), &texts, Some("s1")).await;
    assert_eq!(again.json(), written.json(), "sent twice, it is there once");
    let of_case = async |login: &str| town.get(login, &write(&number)).await.json()["items"].clone();
    assert_eq!((of_case("tecnica").await, of_case("usuaria").await), (json!([written.json()]), json!([])));
    let drafts = async |login: &str| town.get(login, "/solutions?state=draft").await.json()["items"].clone();
    assert_eq!(drafts("tecnica").await.as_array().map(Vec::len), Some(1));
    assert_eq!(drafts("usuaria").await, json!([]));

    let at = format!("/solutions/{id}");
    assert_eq!(town.get("usuaria", &at).await.status, StatusCode::NOT_FOUND);
    let better =
        json!({"title": "Impresora muda", "problem": "La impresora no imprime", "solution": "Cambiar el tóner"});
    assert_eq!(town.post("informatica", &at, &better).await.status, StatusCode::FORBIDDEN, "not hers");
    assert_eq!(town.post("tecnica", &at, &better).await.json()["title"], "Impresora muda");
    assert_eq!(bare(&town, "tecnica", &format!("{at}/publications"), "p0").await.status, StatusCode::FORBIDDEN);
    let published = bare(&town, "directora", &format!("{at}/publications"), "p1").await;
    assert_eq!((published.status, &published.json()["state"]), (StatusCode::OK, &json!("published")));
    assert_eq!(town.post("tecnica", &at, &texts).await.status, StatusCode::FORBIDDEN, "published: a chief's to change");

    let seen = town.get("usuaria", &at).await.json();
    assert_eq!((&seen["title"], &seen["case"]), (&json!("Impresora muda"), &Value::Null), "not whose case it was");
    let likely = "/solutions/likely?text=mi+impresora+ya+no+imprime&procedure=DTS-02";
    let offered = town.get("usuaria", likely).await.json();
    assert_eq!((&offered["solutions"][0]["id"], &offered["procedure"]), (&json!(id), &Value::Null), "{offered}");

    let withdrawn = bare(&town, "jefa", &format!("{at}/withdrawals"), "w1").await;
    assert_eq!(withdrawn.json()["state"], "withdrawn", "{}", withdrawn.json());
    assert_eq!(town.get("usuaria", &at).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.get("usuaria", likely).await.json()["solutions"], json!([]));
    assert_eq!(town.get("tecnica", "/solutions/999999").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_search_answers_each_person_within_her_sight() {
    let town = Town::new().await;
    let number = opened(&town).await;
    let all = town.get("tecnica", "/search?q=impresora").await.json();
    assert_eq!(all["cases"]["items"][0]["number"], json!(number), "{all}");
    assert_eq!((&all["cases"]["more"], &all["case"]), (&json!(false), &Value::Null));
    assert_eq!(town.get("tecnica", &format!("/search?q={number}")).await.json()["case"], json!(number));
    for stranger in ["otra", "vecina"] {
        let told = town.get(stranger, &format!("/search?q={number}")).await;
        assert!(!String::from_utf8_lossy(&told.bytes).contains("La impresora"), "{stranger}");
    }
    let told = town.get("otra", "/search?q=impresora").await.json();
    assert_eq!((&told["cases"]["items"], &told["people"]), (&json!([]), &Value::Null), "nor the people: {told}");
    assert_eq!(town.get("otra", "/search?q=gloria&in=people").await.status, StatusCode::FORBIDDEN);
    let people = town.get("tecnica", "/search?q=gloria&in=people").await.json();
    assert_eq!((&people["people"]["items"][0]["login"], &people["cases"]), (&json!("tecnica"), &Value::Null));
    let manual = town.get("otra", "/search?q=soporte&in=manual").await.json();
    let hits = manual["manual"]["items"].as_array().expect("places");
    assert!(hits.iter().any(|hit| hit["kind"] == "procedure" && hit["procedure"] == "DTS-02"), "{manual}");
    assert!(hits.iter().any(|hit| hit["kind"] == "step" && hit["step"].is_u64()), "{manual}");
    assert_eq!(town.get("tecnica", "/search?q=impresora&procedure=DTS-01").await.json()["cases"]["items"], json!([]));
    assert_eq!(town.get("tecnica", "/search?q=%00").await.json()["manual"], Value::Null, "no words, no answer");
    for wrong in ["/search", "/search?q=a&in=todo", &format!("/search?q={}", "a".repeat(501))] {
        assert_eq!(town.get("tecnica", wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn ones_own_requests_and_what_was_promised_for_each() {
    let town = Town::new().await;
    let number = opened(&town).await;
    let mut theirs = opening();
    theirs["outsider"] = json!({"name": "Don Nadie", "contact": "5555-0000"});
    let outside = town.post("tecnica", "/cases", &theirs).await;
    assert_eq!(outside.status, StatusCode::CREATED, "{}", outside.json());
    let outside = outside.json()["number"].as_str().expect("a number").to_owned();
    let mine = town.get("usuaria", "/requests").await.json();
    assert_eq!(mine["items"].as_array().map(Vec::len), Some(1), "{mine}");
    assert_eq!(mine["items"][0]["number"], json!(number));
    assert_eq!(town.get("otra", "/requests").await.json()["items"], json!([]));

    let receipt = town.get("usuaria", &format!("/cases/{number}/receipt")).await.json();
    assert_eq!((&receipt["number"], &receipt["opened_at"]), (&json!(number), &json!("2026-03-02T09:00:00-06:00")));
    assert_eq!((&receipt["registered_by"]["name"], &receipt["channel"]), (&json!("Gloria Técnica"), &json!("api")));
    assert_eq!(town.get("otra", &format!("/cases/{number}/receipt")).await.status, StatusCode::NOT_FOUND);
    let outsider = json!({"name": "Don Nadie", "contact": "5555-0000", "unit": null});
    for path in [format!("/cases/{outside}/receipt"), format!("/cases/{outside}")] {
        assert_eq!(town.get("tecnica", &path).await.json()["outsider"], outsider, "{path}");
    }
}
