//! The manual in force as data, its drawings, its editions; a letter's draft changed, and cases handed over post by post.

use crate::{api_house::Town, opened};
use axum::http::{StatusCode, header};
use serde_json::{Value, json};

fn find<'v>(list: &'v Value, key: &str, value: &str) -> &'v Value {
    let found = list["items"].as_array().expect("a list").iter().find(|one| one[key] == value);
    found.unwrap_or_else(|| panic!("no {value} in {list}"))
}

#[tokio::test]
async fn the_manual_is_read_part_by_part() {
    let town = Town::new().await;
    let manual = town.get("usuaria", "/manual").await.json();
    assert_eq!((&manual["edition_id"], manual["title"].is_string()), (&json!(1), true), "{manual}");
    assert!(manual["legal_base"].as_array().is_some_and(|list| !list.is_empty()), "{manual}");
    let roles = town.get("usuaria", "/manual/roles").await.json();
    let remote = find(&roles, "name", "Técnico de Soporte Remoto");
    assert_eq!((&remote["means"], &remote["chief"]), (&json!("post"), &json!(false)), "{remote}");
    let acts = remote["acts_in"].as_array().expect("a list").iter().find(|acts| acts["procedure"] == "DTS-02");
    assert!(acts.is_some_and(|acts| acts["steps"].as_array().is_some_and(|steps| steps.contains(&json!(2)))));
    // As the holder of a route, though no step of the printed table names the post.
    let routed = find(&roles, "name", "Técnico Informático");
    assert!(routed["acts_in"].as_array().is_some_and(|list| list.iter().any(|acts| acts["procedure"] == "DTS-02")));
    let asks = find(&roles, "name", "Usuario");
    assert!(asks["asks_for"].as_array().is_some_and(|list| list.contains(&json!("DTS-02"))), "{asks}");

    let forms = town.get("usuaria", "/manual/forms").await.json();
    let first = &forms["items"][0];
    let form = town.get("usuaria", &format!("/manual/forms/{}", first["code"].as_str().expect("a code"))).await.json();
    assert_eq!(
        (form["fields"].as_array().map(Vec::len), &form["title"]),
        (first["size"].as_u64().and_then(|size| usize::try_from(size).ok()), &first["title"])
    );
    assert!(first["filled_in"].as_array().is_some_and(|list| !list.is_empty()), "{first}");
    assert_eq!(town.get("usuaria", "/manual/forms/NO-HAY").await.status, StatusCode::NOT_FOUND);
    let norms = town.get("usuaria", "/manual/norms").await.json();
    assert!(norms["general"].as_array().is_some_and(|list| !list.is_empty()), "{norms}");
    assert!(town.get("usuaria", "/manual/glossary").await.json()["items"].is_array());
}

#[tokio::test]
async fn a_drawing_is_of_the_procedure_and_of_the_way_a_case_walked() {
    let town = Town::new().await;
    let number = opened(&town).await;
    let plain = town.get("usuaria", "/procedures/DTS-02/flowchart").await;
    assert_eq!((plain.status, plain.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/svg+xml"));
    assert_eq!(plain.header(header::CONTENT_SECURITY_POLICY), "sandbox; default-src 'none'");
    let walked = town.get("usuaria", &format!("/cases/{number}/flowchart")).await;
    let (plain, walked) = (String::from_utf8_lossy(&plain.bytes), String::from_utf8_lossy(&walked.bytes));
    assert!(plain.contains("<svg") && walked.contains("<svg") && plain != walked, "{walked}");
    assert_eq!(town.get("otra", &format!("/cases/{number}/flowchart")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.get("usuaria", "/procedures/NO-HAY/flowchart").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_editions_are_listed_and_one_changes_nothing_against_itself() {
    let town = Town::new().await;
    let list = town.get("usuaria", "/editions").await.json();
    let edition = &list["items"][0];
    assert_eq!((&edition["id"], &edition["state"]), (&json!(1), &json!("published")), "{list}");
    assert_eq!(edition["published_by"]["name"], "Berta Segunda");
    assert_eq!(town.get("usuaria", "/editions/1").await.json(), *edition);
    let redline = town.get("usuaria", "/editions/1/redline?from=1").await.json();
    assert_eq!((&redline["same"], &redline["procedures"]), (&json!(true), &json!([])));
    for nowhere in ["/editions/9", "/editions/x", "/editions/9/redline", "/editions/1/redline?from=9"] {
        assert_eq!(town.get("usuaria", nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

#[tokio::test]
async fn cases_are_handed_over_post_by_post() {
    let town = Town::new().await;
    let number = opened(&town).await;
    let moved = json!({"step": 2, "answer": "no", "route": "soporte"});
    town.post("tecnica", &format!("/cases/{number}/completions"), &moved).await;
    let role = "Técnico correspondiente";
    let nominees = async |login: &str| town.get(login, &format!("/cases/{number}/nominees")).await.json();
    let offered = nominees("jefa").await;
    let people = find(&offered, "role", role)["people"].as_array().expect("people").clone();
    let ines = json!({"login": "informatica", "name": "Inés Informática", "post": "Técnico Informático"});
    assert!(people.contains(&ines), "by what the route means: {offered}");
    assert_eq!(nominees("tecnica").await["items"], json!([]), "the step is not hers to name anybody for");
    assert_eq!(town.get("otra", &format!("/cases/{number}/nominees")).await.status, StatusCode::NOT_FOUND);
    let assigned = json!({"step": 3, "assign": [{"role": role, "login": "informatica"}]});
    let done = town.post("jefa", &format!("/cases/{number}/completions"), &assigned).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.json());
    let hand = |body: Value| {
        let mut all = json!({"act": "hand_over", "reason": "Vacaciones"});
        for (key, value) in body.as_object().expect("an object") {
            all[key] = value.clone();
        }
        all
    };
    for wrong in [
        json!({}),
        json!({"by_role": []}),
        json!({"to": "jefa", "by_role": [{"role": role, "to": "jefa"}]}),
        json!({"by_role": [{"role": "Otro puesto", "to": "jefa"}]}),
        json!({"by_role": [{"role": role, "to": "jefa"}, {"role": role, "to": "jefa"}]}),
    ] {
        let refused = town.post("informatica", "/batches", &hand(wrong.clone())).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {}", refused.json());
    }
    let given = hand(json!({"by_role": [{"role": role, "to": "informatica"}], "of": "informatica"}));
    let batch = town.post("jefa", "/batches", &given).await;
    assert_eq!(batch.status, StatusCode::CREATED, "{}", batch.json());
    assert_eq!(batch.json()["cases"][0]["number"], json!(number), "only what is held under that post");
}

#[tokio::test]
async fn a_draft_of_a_letter_is_changed_until_it_has_its_number() {
    let town = Town::new().await;
    let number = opened(&town).await;
    let letter = json!({"direction": "outgoing", "unit": "soporte", "subject": "Solicitud de repuesto",
        "institution": "Almacén", "case": number});
    let made = town.post("jefa", "/letters", &letter).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let at = format!("/letters/{}", made.json()["id"]);
    let draft = json!({"unit": "soporte", "subject": "Solicitud de tóner", "institution": "Almacén general"});
    let changed = town.post_with_key("jefa", &at, &draft, Some("c1")).await;
    assert_eq!((changed.status, &changed.json()["subject"]), (StatusCode::OK, &json!("Solicitud de tóner")));
    assert_eq!(changed.json()["case"], json!(number), "it stays with its case");
    assert_eq!(town.post_with_key("jefa", &at, &draft, Some("c1")).await.json(), changed.json());
    assert_ne!(town.post("usuaria", &at, &draft).await.status, StatusCode::OK);
    let of_case =
        async |login: &str| town.get(login, &format!("/cases/{number}/letters")).await.json()["items"].clone();
    assert_eq!((of_case("jefa").await, of_case("usuaria").await), (json!([changed.json()]), json!([])));
    let numbered = town.post("jefa", &format!("{at}/numbers"), &json!({"signed_by": "Hilda Jefa, Jefa"})).await;
    assert_eq!(numbered.status, StatusCode::OK, "{}", numbered.json());
    assert_eq!(town.post("jefa", &at, &draft).await.status, StatusCode::CONFLICT, "it has its number");
}
