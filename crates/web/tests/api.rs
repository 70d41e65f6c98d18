//! The JSON API from outside: a case from its opening to its rating, and every way of being refused.

mod api_founding;
mod api_house;
#[path = "api/administration.rs"]
mod administration;
#[path = "api/desk.rs"]
mod desk;
#[path = "api/editions.rs"]
mod editions;
#[path = "api/knowledge.rs"]
mod knowledge;
#[path = "api/mail.rs"]
mod mail;
#[path = "api/manual.rs"]
mod manual;
#[path = "api/parity.rs"]
mod parity;

use api_founding::{monday, token};
use api_house::{Town, request};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

fn opening() -> Value {
    json!({"procedure": "DTS-02", "subject": "La impresora no imprime", "description": "Desde ayer.", "values": {"impacto": "bajo"}})
}

/// Opens a support case as the technician for the user, and gives its number.
async fn opened(town: &Town) -> String {
    let mut body = opening();
    body["on_behalf_of"] = json!("usuaria");
    let answer = town.post("tecnica", "/cases", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()["number"].as_str().unwrap().to_string()
}

#[tokio::test]
async fn technical_support_goes_from_opening_to_rating() {
    let town = Town::new().await;
    let number = opened(&town).await;
    let at = |what: &str| format!("/cases/{number}{what}");

    let case = town.get("tecnica", &at("")).await.json();
    assert_eq!((&case["standing"]["step"], &case["standing"]["visit"]), (&json!(2), &json!(1)), "opening did step 1");
    assert_eq!(case["may_act"], json!(true));
    assert_eq!(case["requester"]["name"], "Carla Usuaria");
    assert_eq!(case["opened_at"], "2026-03-02T09:00:00-06:00");
    assert_eq!(case["values"]["impacto"], "bajo");
    assert_eq!(case["asks"]["answers"][1]["goes_to"], json!({"step": 3}));
    assert_eq!(case["asks"]["route"]["on_answers"], json!(["no"]));
    assert_eq!(case["asks"]["fields"][0]["type"], "long_text");
    assert_eq!(town.get("tecnica", "/inbox?tab=post").await.json()["counts"]["post"], json!(1));

    let moved =
        town.post("tecnica", &at("/completions"), &json!({"step": "2", "answer": "no", "route": "soporte"})).await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.json());
    assert_eq!(moved.json()["standing"]["step"], json!(3));
    assert_eq!(moved.json()["may_act"], json!(false), "step 3 is the chief's");

    let assigned = json!({"step": 3, "assign": [{"role": "Técnico correspondiente", "login": "informatica"}]});
    let assigned = town.post("jefa", &at("/completions"), &assigned).await;
    assert_eq!(assigned.status, StatusCode::OK, "{}", assigned.json());
    assert_eq!(assigned.json()["assignees"][0]["person"]["name"], "Inés Informática");
    assert_eq!(town.get("informatica", "/inbox").await.json()["items"][0]["number"], json!(number));

    let note = town.post("informatica", &at("/comments"), &json!({"text": "Falta tóner"})).await;
    assert_eq!(note.status, StatusCode::OK);
    let file = request("POST", "informatica", &at("/attachments?name=foto%20uno.jpg"))
        .header(header::CONTENT_TYPE, "image/jpeg");
    let file = town.send(file.body(Body::from("una foto")).unwrap()).await;
    assert_eq!(file.status, StatusCode::CREATED, "{}", file.json());
    let place = file.header(header::LOCATION).to_string();
    let got = town.get("usuaria", &place).await;
    assert_eq!((got.status, got.bytes.as_slice()), (StatusCode::OK, &b"una foto"[..]));
    assert_eq!(got.header(header::CONTENT_DISPOSITION), "attachment; filename*=UTF-8''foto%20uno.jpg");

    let solved = town.post("informatica", &at("/completions"), &json!({"step": 4, "visit": 1, "answer": "sí"})).await;
    assert_eq!(solved.status, StatusCode::OK, "{}", solved.json());
    let empty = town.post("informatica", &at("/completions"), &json!({"step": 5})).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(empty.json()["faults"][0]["field"], "solucion");
    let done =
        town.post("informatica", &at("/completions"), &json!({"step": 5, "values": {"solucion": "Tóner nuevo"}})).await;
    assert_eq!(done.json()["status"], "finalizado", "{}", done.json());
    assert_eq!(done.json()["ended"]["how"], "finished");
    assert_eq!(done.json()["standing"], Value::Null);

    let rated = town.post("usuaria", &at("/ratings"), &json!({"conforms": true})).await;
    assert_eq!(rated.json()["rating"]["conforms"], json!(true), "{}", rated.json());
    let steps: Vec<u64> =
        rated.json()["legs"].as_array().unwrap().iter().map(|leg| leg["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, [1, 2, 3, 4, 5]);

    let told = |answer: Value| {
        answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["kind"].as_str().unwrap().to_string())
            .collect::<Vec<_>>()
    };
    let all = told(town.get("informatica", &at("/history")).await.json());
    assert_eq!(
        all,
        [
            "opened",
            "completed",
            "completed",
            "completed",
            "assigned",
            "commented",
            "attached",
            "completed",
            "completed",
            "rated"
        ]
    );
    let hers = told(town.get("usuaria", &at("/history")).await.json());
    assert!(!hers.contains(&"commented".to_string()), "an internal note is not for who asks");
    let first = town.get("informatica", &at("/history?limit=4")).await.json();
    let rest =
        town.get("informatica", &at(&format!("/history?cursor={}", first["next"].as_str().unwrap()))).await.json();
    assert_eq!([told(first), told(rest)].concat(), all);
}

#[tokio::test]
async fn the_same_key_does_it_once() {
    let town = Town::new().await;
    let first = town.post_with_key("usuaria", "/cases", &opening(), Some("k1")).await;
    let again = town.post_with_key("usuaria", "/cases", &opening(), Some("k1")).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(first.json(), again.json());
    assert_eq!(first.header(header::LOCATION), again.header(header::LOCATION));
    assert_eq!(town.get("usuaria", "/cases").await.json()["items"].as_array().unwrap().len(), 1);

    let mut other = opening();
    other["subject"] = json!("Otra cosa");
    let other = town.post_with_key("usuaria", "/cases", &other, Some("k1")).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert_eq!(other.header(header::CONTENT_TYPE), "application/problem+json");
    let hers = town.post_with_key("otra", "/cases", &opening(), Some("k1")).await;
    assert_eq!(hers.status, StatusCode::CREATED, "a key is of the person who made it");

    // The first answer comes again even when the case has gone on.
    let number = first.json()["number"].as_str().unwrap().to_string();
    let done = json!({"step": first.json()["standing"]["step"], "note": "Recibido"});
    let step = town.post_with_key("tecnica", &format!("/cases/{number}/completions"), &done, Some("k2")).await;
    assert_eq!(step.status, StatusCode::OK, "{}", step.json());
    let late = town.post_with_key("usuaria", "/cases", &opening(), Some("k1")).await;
    assert_eq!(late.json(), first.json());
    let again = town.post_with_key("tecnica", &format!("/cases/{number}/completions"), &done, Some("k2")).await;
    assert_eq!((again.status, again.json()), (StatusCode::OK, step.json()));
    let plain = town.post("tecnica", &format!("/cases/{number}/completions"), &done).await;
    assert_eq!(plain.status, StatusCode::CONFLICT, "without the key the step is already done");
}

#[tokio::test]
async fn every_error_is_a_problem() {
    let town = Town::new().await;
    let number = opened(&town).await;
    let json_post = |path: &str, body: &str| {
        let request = request("POST", "tecnica", path).header(header::CONTENT_TYPE, "application/json");
        request.body(Body::from(body.to_string())).unwrap()
    };
    let big = format!("{{\"procedure\": \"{}\"}}", "x".repeat(1024 * 1024));
    let complete = format!("/cases/{number}/completions");
    let requests = [
        (400, json_post("/cases", "{\"procedure\":")),
        (400, json_post("/cases", "{\"procedure\": \"DTS-02\"}")),
        (400, json_post("/cases", "{\"procedure\": 5, \"subject\": \"a\"}")),
        (400, json_post("/cases", "{\"procedure\": \"DTS-02\", \"subject\": \"a\", \"prioridad\": \"alta\"}")),
        (400, json_post(&complete, "{\"step\": \"dos\"}")),
        (400, request("GET", "tecnica", "/cases?limit=0").body(Body::empty()).unwrap()),
        (400, request("GET", "tecnica", "/cases?estado=recibido").body(Body::empty()).unwrap()),
        (400, request("GET", "tecnica", "/cases?status=perdido").body(Body::empty()).unwrap()),
        (400, request("GET", "tecnica", "/cases?cursor=x").body(Body::empty()).unwrap()),
        (401, request("GET", "", "/cases").body(Body::empty()).unwrap()),
        (401, request("GET", "nadie", "/cases").body(Body::empty()).unwrap()),
        (401, request("GET", "", "/cases").header(header::COOKIE, "ventanilla-igss=abc").body(Body::empty()).unwrap()),
        (403, json_post(&complete.replace("completions", "signatures"), "{\"level\": 2}")),
        (422, json_post(&complete.replace("completions", "signatures"), "{\"level\": 1}")),
        (404, request("GET", "tecnica", "/cases/2026-999999").body(Body::empty()).unwrap()),
        (404, request("GET", "tecnica", "/api/v1/igss/nada").body(Body::empty()).unwrap()),
        (404, request("GET", "tecnica", "/api/v1/otra/cases").body(Body::empty()).unwrap()),
        (404, request("GET", "", "/api/v2").body(Body::empty()).unwrap()),
        (405, request("DELETE", "tecnica", "/cases").body(Body::empty()).unwrap()),
        (409, json_post(&complete, "{\"step\": 1}")),
        (413, json_post("/cases", &big)),
        (415, request("POST", "tecnica", "/cases").body(Body::from("{}")).unwrap()),
        (
            415,
            request("POST", "tecnica", "/cases")
                .header(header::CONTENT_TYPE, "text/plain")
                .body(Body::from("{}"))
                .unwrap(),
        ),
        (422, json_post(&complete, "{\"step\": 2}")),
        (422, json_post("/cases", "{\"procedure\": \"DTS-02\", \"subject\": \"\"}")),
    ];
    for (status, request) in requests {
        let asked = format!("{} {}", request.method(), request.uri());
        let answer = town.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{asked}: {}", String::from_utf8_lossy(&answer.bytes));
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{asked}");
        let problem = answer.json();
        assert_eq!(problem["status"], json!(status), "{asked}");
        assert!(problem["title"].as_str().is_some_and(|text| !text.is_empty()), "{asked}");
        assert!(
            problem["detail"].as_str().is_some_and(|text| text.ends_with('.') || text.ends_with('…')),
            "{asked}: {problem}"
        );
        if status == 401 {
            assert_eq!(answer.header(header::WWW_AUTHENTICATE), "Bearer", "{asked}");
        }
        if status == 405 {
            assert!(answer.header(header::ALLOW).contains("GET"), "{asked}");
        }
    }
    let refused = town.post("usuaria", &complete, &json!({"step": 2, "answer": "si"})).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.json()["norm"].as_str().unwrap().contains("DTS-02"), "the refusal quotes the norm");
}

#[tokio::test]
async fn a_token_does_what_its_scope_and_its_person_may() {
    let town = Town::new().await;
    let number = opened(&town).await;
    let read = |login: &str| format!("{login}_r");
    assert_eq!(town.get(&read("tecnica"), "/cases").await.status, StatusCode::OK);
    assert_eq!(town.post(&read("tecnica"), "/cases", &opening()).await.status, StatusCode::FORBIDDEN);
    let me = town.get(&read("tecnica"), "/me").await.json();
    assert_eq!((&me["scopes"], &me["posts"][0]["role"]), (&json!(["read"]), &json!("Técnico de Soporte Remoto")));

    assert_eq!(town.get("otra", &format!("/cases/{number}")).await.status, StatusCode::NOT_FOUND, "not hers to see");
    assert_eq!(
        town.post("otra", &format!("/cases/{number}/comments"), &json!({"text": "x"})).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(town.get("otra", "/people").await.status, StatusCode::FORBIDDEN);
    let mut body = opening();
    body["on_behalf_of"] = json!("usuaria");
    assert_eq!(town.post("otra", "/cases", &body).await.status, StatusCode::FORBIDDEN);
    let chiefs = town.get("tecnica", "/people?role=Jefe%20de%20Departamento").await.json();
    assert_eq!(chiefs["items"], json!([{"login": "jefa", "name": "Hilda Jefa", "unit": "soporte"}]));
    let found = town.get("tecnica", "/people?q=ines%20inform").await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "by words, without accents: {found}");
    let all = town.get("tecnica", "/people").await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 8, "all the active ones, those without a post too");

    let neighbour = town.get("vecina", "/cases").await;
    let nobody = town.get("nadie", "/cases").await;
    assert_eq!(
        (neighbour.status, &neighbour.bytes),
        (StatusCode::UNAUTHORIZED, &nobody.bytes),
        "no difference to be seen"
    );
    assert_eq!(town.get("vecina", "/api/v1/diaco/cases").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_dies_with_its_end_its_revocation_and_its_person() {
    let town = Town::new().await;
    let admin = town.igss.admin(town.admin).await.unwrap();
    let person = town.igss.person_by_login("usuaria").await.unwrap().unwrap().person.id;
    let now = monday();
    let ends = Some(now + SignedDuration::from_hours(1));
    let short = web::clock::digest(&token("breve"));
    let short = admin.create_token(person, short, "breve".into(), "read".into(), ends, now).await.unwrap();
    let taken = web::clock::digest(&token("quitado"));
    let taken = admin.create_token(person, taken, "quitado".into(), "read".into(), None, now).await.unwrap();
    assert_ne!(short, taken);

    for login in ["breve", "quitado", "usuaria"] {
        assert_eq!(town.get(login, "/me").await.status, StatusCode::OK, "{login}");
    }
    admin.revoke_token(taken, now).await.unwrap();
    assert_eq!(town.get("quitado", "/me").await.status, StatusCode::UNAUTHORIZED);
    town.clock.forward(SignedDuration::from_hours(1));
    assert_eq!(town.get("breve", "/me").await.status, StatusCode::UNAUTHORIZED);
    admin.deactivate(person, "Se retiró".into(), now).await.unwrap();
    assert_eq!(town.get("usuaria", "/me").await.status, StatusCode::UNAUTHORIZED, "dead at once");
    assert_eq!(town.post("usuaria", "/cases", &opening()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn pages_are_stable_while_cases_come_in() {
    let town = Town::new().await;
    for _ in 0..5 {
        opened(&town).await;
    }
    let numbers = |page: &Value| {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["number"].as_str().unwrap().to_string())
            .collect::<Vec<_>>()
    };
    for (list, order) in [("/cases?limit=2", [5, 4, 3, 2, 1]), ("/inbox?tab=post&limit=2", [1, 2, 3, 4, 5])] {
        let mut seen = Vec::new();
        let mut address = list.to_string();
        loop {
            let page = town.get("tecnica", &address).await.json();
            seen.extend(numbers(&page));
            let Some(next) = page["next"].as_str() else { break };
            address = format!("{list}&cursor={next}");
            if seen.len() == 2 && list.starts_with("/cases") {
                opened(&town).await;
            }
        }
        seen.truncate(5);
        assert_eq!(seen, order.map(|n| format!("2026-{n:06}")), "{list}: none twice, none left out");
    }
    assert_eq!(
        numbers(&town.get("tecnica", "/cases?q=impresora&status=en_proceso&procedure=DTS-02").await.json()).len(),
        6
    );
    assert_eq!(numbers(&town.get("tecnica", "/cases?q=ninguna").await.json()).len(), 0);
}

#[tokio::test]
async fn files_come_with_the_opening_and_are_kept_once() {
    let town = Town::new().await;
    let form = |case: &str| {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"case\"\r\n\r\n{case}\r\n--x\r\nContent-Disposition: form-data; \
             name=\"file:Oficio\"; filename=\"../oficio.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--x--\r\n"
        )
    };
    let send = |body: String, key: &str| {
        let request =
            request("POST", "usuaria", "/cases").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        request.header("Idempotency-Key", key).body(Body::from(body)).unwrap()
    };
    let opened = town.send(send(form(&opening().to_string()), "f")).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.json());
    let file = &opened.json()["attachments"][0];
    assert_eq!(
        (&file["name"], &file["label"], &file["media_type"]),
        (&json!("oficio.pdf"), &json!("Oficio"), &json!("application/pdf"))
    );
    assert_eq!(town.send(send(form(&opening().to_string()), "f")).await.json(), opened.json());
    let other = form(&opening().to_string()).replace("%PDF", "otra");
    assert_eq!(town.send(send(other, "f")).await.status, StatusCode::CONFLICT, "the same key with another file");

    let number = opened.json()["number"].as_str().unwrap().to_string();
    let at = format!("/cases/{number}/attachments");
    for (body, kind, status) in [
        ("--x\r\n", "multipart/form-data; boundary=x", StatusCode::BAD_REQUEST),
        ("a", "multipart/form-data", StatusCode::BAD_REQUEST),
        ("", "application/octet-stream", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let request = request("POST", "usuaria", &format!("{at}?name=a.txt")).header(header::CONTENT_TYPE, kind);
        let answer = town.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, status, "{kind} {body:?}");
    }
    assert_eq!(
        town.get("otra", &format!("{at}/{}", file["sha256"].as_str().unwrap())).await.status,
        StatusCode::NOT_FOUND
    );
    let absent = "0".repeat(64);
    assert_eq!(town.get("usuaria", &format!("{at}/{absent}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_description_names_every_route_of_the_api() {
    let town = Town::new().await;
    let answer = town.get("", "/api/v1/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    let description = answer.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(description["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let mut declared: Vec<String> = web::table()
        .iter()
        .filter(|route| route.path.starts_with("/api/") && route.path != "/api/v1/openapi.json")
        .map(|route| format!("{} {}", route.method.as_str().to_lowercase(), route.path))
        .collect();
    let mut described: Vec<String> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(move |method| format!("{method} {path}")))
        .collect();
    declared.sort();
    described.sort();
    assert_eq!(described, declared);
    assert!(
        description["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|methods| methods.as_object().unwrap().values())
            .all(|operation| operation["responses"]["401"]["content"]["application/problem+json"].is_object())
    );
}

#[tokio::test]
async fn the_password_in_the_body_signs_at_level_one() {
    struct Sevens;
    impl web::clock::Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }
    let town = Town::new().await;
    let number = opened(&town).await;
    let (right, now) = ("jirafa cometa ladrillo verde", monday());
    let hash = web::account::passwords::hash(right, &Sevens).unwrap();
    let person = town.igss.person_by_login("tecnica").await.unwrap().unwrap().person.id;
    let admin = town.igss.admin(town.admin).await.unwrap();
    admin.set_password(person, hash.clone(), now).await.unwrap();
    let waits = town.get("tecnica", "/me").await;
    assert_eq!(waits.status, StatusCode::FORBIDDEN, "she changes what she was given first: {}", waits.json());
    assert!(waits.json()["detail"].as_str().unwrap().contains("cambiar la contraseña"));
    town.igss.change_password(person, hash, String::new(), now).await.unwrap();

    let sign = format!("/cases/{number}/signatures");
    let none = town.post("tecnica", &sign, &json!({"level": 1})).await;
    assert_eq!(
        (none.status, &none.json()["faults"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("password"))
    );
    let done = format!("/cases/{number}/completions");
    let mut body = json!({"step": 2, "answer": "no", "route": "soporte", "password": "no es esta"});
    for _ in 0..4 {
        let wrong = town.post("tecnica", &done, &body).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.json());
    }
    body["password"] = json!(right);
    let early = town.post("tecnica", &done, &body).await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS, "the same delay as on the page: {}", early.json());
    town.clock.forward(SignedDuration::from_mins(1));
    let unsigned = town.post("tecnica", &sign, &json!({"level": 1, "password": right})).await;
    assert_eq!(unsigned.status, StatusCode::CONFLICT, "step 2 bears no signature: {}", unsigned.json());
    let signed = town.post("tecnica", &done, &body).await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.json());
    let reader = town.igss.reader(person, now).await.unwrap();
    let history = reader.history(&number).await.unwrap().unwrap();
    let levels: Vec<u8> = history
        .iter()
        .filter_map(|recorded| match &recorded.event {
            engine::event::Event::Completed(completed) => Some(completed.given.level),
            _ => None,
        })
        .collect();
    assert_eq!(levels, [0, 1]);
}

#[tokio::test]
async fn a_case_is_followed_and_weighed() {
    let town = Town::new().await;
    let number = opened(&town).await;
    let at = |what: &str| format!("/cases/{number}{what}");
    let none = json!({});
    let plain = town.post("tecnica", &at("/priority"), &json!({"priority": "urgent", "reason": "Urge"})).await;
    assert_eq!(plain.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", plain.json());
    let graded = json!({"impact": "alto", "urgency": "media", "reason": "Todo el edificio"});
    let graded = town.post("tecnica", &at("/priority"), &graded).await;
    assert_eq!((graded.status, &graded.json()["priority"]), (StatusCode::OK, &json!("high")), "{}", graded.json());
    assert_eq!(graded.json()["grounds"], json!({"impact": "alto", "urgency": "media"}));
    let follows = town.post("jefa", &at("/watch"), &none).await;
    assert_eq!(follows.json()["watchers"].as_array().map(Vec::len), Some(1), "{}", follows.json());
    assert_eq!(town.post("jefa", &at("/watch"), &none).await.status, StatusCode::CONFLICT);
    let stops = town.post("jefa", &at("/unwatch"), &none).await;
    assert_eq!(stops.json()["watchers"], json!([]));
}

#[tokio::test]
async fn views_and_solutions_are_read_within_ones_rights() {
    let town = Town::new().await;
    assert_eq!(town.get("tecnica", "/views").await.json()["items"], json!([]));
    let none = town.get("tecnica", "/solutions?q=impresora").await;
    assert_eq!((none.status, &none.json()["items"]), (StatusCode::OK, &json!([])));
    for wrong in ["/solutions?cursor=x", "/solutions?cursor=", "/solutions?otra=1"] {
        let answer = town.get("tecnica", wrong).await;
        assert!(answer.status.is_client_error(), "{wrong}: {}", answer.status);
    }
}

#[tokio::test]
async fn a_case_is_escalated_to_another_area() {
    let town = Town::new().await;
    let number = opened(&town).await;
    let at = |what: &str| format!("/cases/{number}{what}");
    let body = json!({"area": "soporte", "reason": "Hace falta ir al lugar"});
    let moved = town.post("tecnica", &at("/escalations"), &body).await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.json());
    assert_eq!(moved.json()["standing"]["step"], json!(3));
    assert_eq!(moved.json()["escalations"][0]["kind"], json!("functional"));
    let none = town.post("jefa", &at("/escalations/return"), &json!({"reason": "No procede"})).await;
    assert_eq!(none.status, StatusCode::CONFLICT, "{}", none.json());
    let none = town.post("jefa", &at("/checks"), &json!({"done": []})).await;
    assert_eq!(none.status, StatusCode::CONFLICT, "step 3 has no list: {}", none.json());
}

#[tokio::test]
async fn cases_are_linked_merged_and_separated() {
    let town = Town::new().await;
    let (one, other, third) = (opened(&town).await, opened(&town).await, opened(&town).await);
    let at = |number: &str, what: &str| format!("/cases/{number}{what}");
    let link = json!({"kind": "child_of", "other": other, "reason": "Mismo equipo"});
    assert_eq!(town.post("usuaria", &at(&one, "/links"), &link).await.status, StatusCode::FORBIDDEN);
    let linked = town.post_with_key("tecnica", &at(&one, "/links"), &link, Some("k")).await;
    assert_eq!(linked.status, StatusCode::OK, "{}", linked.json());
    let again = town.post_with_key("tecnica", &at(&one, "/links"), &link, Some("k")).await;
    assert_eq!(again.json(), linked.json(), "once");
    let back = town.post("tecnica", &at(&other, "/links"), &json!({"kind": "child_of", "other": one})).await;
    assert_eq!(back.status, StatusCode::CONFLICT, "{}", back.json());
    let nowhere = town.post("tecnica", &at(&one, "/links"), &json!({"kind": "related", "other": "2026-999999"})).await;
    assert_eq!(
        (nowhere.status, &nowhere.json()["faults"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("other"))
    );
    let odd = json!({"kind": "related", "other": "\u{0}\n"});
    assert_eq!(town.post("tecnica", &at(&one, "/links"), &odd).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let parts = town.get("jefa", &at(&other, "/links")).await.json();
    let part = json!({"number": one, "kind": "child_of", "own": false, "open": true,
        "subject": "La impresora no imprime", "status": "en_proceso"});
    assert_eq!(parts["items"], json!([part]));
    assert_eq!(
        town.get("usuaria", &at(&one, "/links")).await.json()["items"],
        json!([]),
        "how it is handled is not hers"
    );
    let removal = json!({"other": other, "reason": "Era otro"});
    assert_eq!(town.post("tecnica", &at(&one, "/links/removals"), &removal).await.status, StatusCode::OK);
    assert_eq!(town.post("tecnica", &at(&one, "/links/removals"), &removal).await.status, StatusCode::CONFLICT);

    let merge = json!({"into": other, "reason": "Es lo mismo"});
    let merged = town.post("tecnica", &at(&one, "/merges"), &merge).await.json();
    assert_eq!((&merged["status"], &merged["status_label"]), (&json!("anulado"), &json!(format!("Unido al {other}"))));
    assert_eq!((&merged["ended"]["how"], &merged["ended"]["merged_into"]), (&json!("merged"), &json!(other)));
    for (from, into) in [(&other, &one), (&third, &one), (&one, &third)] {
        let refused = town.post("tecnica", &at(from, "/merges"), &json!({"into": into, "reason": "Es lo mismo"})).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.json());
    }
    let separated = town.post("jefa", &at(&one, "/separations"), &json!({"reason": "Era otra"})).await.json();
    assert_eq!(
        (&separated["standing"]["step"], &separated["standing"]["visit"]),
        (&json!(2), &json!(1)),
        "{separated}"
    );
    let none = town.post("jefa", &at(&one, "/separations"), &json!({"reason": "Era otra"})).await;
    assert_eq!(none.status, StatusCode::CONFLICT);

    let mut body = opening();
    body["on_behalf_of"] = json!("usuaria");
    body["split_from"] = json!(third);
    let split = town.post("tecnica", "/cases", &body).await;
    assert_eq!(split.status, StatusCode::CREATED, "{}", split.json());
    let apart = town.get("tecnica", &at(&third, "/links")).await.json();
    assert_eq!((&apart["items"][0]["kind"], &apart["items"][0]["own"]), (&json!("split_from"), &json!(false)));

    // What somebody outside the directory asked for stays hers when a part of it is set apart.
    let mut called = opening();
    called["outsider"] = json!({"name": "Julia Externa", "contact": "2412-0000"});
    let called = town.post("tecnica", "/cases", &called).await.json();
    assert_eq!(called["outsider"]["name"], json!("Julia Externa"), "{called}");
    let mut body = opening();
    body["split_from"] = called["number"].clone();
    let split = town.post("tecnica", "/cases", &body).await.json();
    assert_eq!((&split["outsider"], &split["requester"]), (&called["outsider"], &called["requester"]), "{split}");
}
