//! An administrator's day by programs: people, posts, substitutions, tokens and the journal of it all, and every refusal.

use super::{
    api_founding::monday,
    api_house::{Answer, Town, request},
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};

const A: &str = "/administration";

fn at(path: &str) -> String {
    format!("{A}{path}")
}

async fn get(town: &Town, path: &str) -> Value {
    let answer = town.get("admin_a", &at(path)).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.json());
    answer.json()
}

async fn post(town: &Town, path: &str, body: &Value) -> Answer {
    town.post("admin_a", &at(path), body).await
}

/// A call with this secret, whosever it is.
async fn with(town: &Town, secret: &str, path: &str) -> Answer {
    let request = Request::get(format!("/api/v1/igss{path}")).header(header::AUTHORIZATION, format!("Bearer {secret}"));
    town.send(request.body(Body::empty()).expect("a request")).await
}

/// Enters the page with a password: where it leads, and the cookie of the session.
async fn enter(town: &Town, login: &str, password: &str) -> (StatusCode, String) {
    let door = town.send(Request::get("/igss/entrar").body(Body::empty()).expect("a request")).await;
    let page = String::from_utf8_lossy(&door.bytes).into_owned();
    let seal = page.split("name=\"sello\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a seal");
    let cookie = door.header(header::SET_COOKIE).split(';').next().expect("a cookie").to_owned();
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("sello", seal), ("usuario", login), ("contrasena", password)])
        .finish();
    let request = Request::post("/igss/entrar")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    let answer = town.send(request.body(Body::from(body)).expect("a request")).await;
    let session = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let session =
        session.filter_map(|value| value.split(';').next()).find(|value| value.starts_with("ventanilla-igss="));
    (answer.status, session.unwrap_or_default().to_owned())
}

/// Where a page leads the holder of a session.
async fn leads(town: &Town, cookie: &str, path: &str) -> String {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).expect("a request");
    town.send(request).await.header(header::LOCATION).to_owned()
}

#[tokio::test]
async fn the_day_of_an_administrator_by_api() {
    let town = Town::new().await;
    let body = json!({"login": "Nora.Nueva", "name": "Nora Nueva", "email": "nora@example.org", "unit": "soporte"});
    let made = post(&town, "/people", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let (person, password) = (made.json()["person"].clone(), made.json()["password"].as_str().unwrap().to_owned());
    let nora = person["id"].as_i64().unwrap();
    assert_eq!(made.header(header::LOCATION), format!("/api/v1/igss/administration/people/{nora}"));
    assert_eq!(
        (&person["login"], &person["must_change_password"], &person["posts"]),
        (&json!("nora.nueva"), &json!(true), &json!([]))
    );
    let post_body = json!({"person": "nora.nueva", "role": "Técnico Informático", "unit": "soporte"});
    let given = post(&town, "/posts", &post_body).await;
    assert_eq!(given.status, StatusCode::CREATED, "{}", given.json());
    assert_eq!((&given.json()["since"], &given.json()["until"]), (&json!("2026-03-02"), &Value::Null));
    assert_eq!(town.get("admin_a", given.header(header::LOCATION)).await.json(), given.json());

    // She enters with what she was given, and can do nothing before she has changed it.
    let (status, session) = enter(&town, "nora.nueva", &password).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(leads(&town, &session, "/igss/bandeja").await, "/igss/cuenta/contrasena");
    let shown = get(&town, &format!("/people/{nora}")).await;
    assert_eq!((&shown["open_sessions"], &shown["posts"]), (&json!(1), &json!([given.json()])));
    let open = get(&town, "/sessions").await;
    assert_eq!(open["items"][0]["person"], json!({"id": nora, "name": "Nora Nueva"}), "{open}");
    assert!(!open.to_string().contains(session.split('=').nth(1).unwrap()), "no secret of a session");

    let absence = json!({"absent": "informatica", "deputy": "nora.nueva", "since": "2026-03-02", "until": "2026-03-06", "reason": "Licencia"});
    let named = post(&town, "/substitutions", &absence).await;
    assert_eq!(named.status, StatusCode::CREATED, "{}", named.json());
    assert_eq!(town.get("admin_a", named.header(header::LOCATION)).await.json(), named.json());
    let ended = post(&town, &format!("/posts/{}/ends", given.json()["id"]), &json!({"last_day": "2026-03-31"})).await;
    assert_eq!(ended.json()["until"], "2026-03-31", "{}", ended.json());

    let token = json!({"person": "nora.nueva", "name": "Inventario", "scope": "read", "expires": "2026-04-30"});
    let token = post(&town, "/tokens", &token).await;
    assert_eq!(token.status, StatusCode::CREATED, "{}", token.json());
    assert_eq!(
        (&token.json()["token"]["expires_at"], &token.json()["token"]["state"]),
        (&json!("2026-05-01T00:00:00-06:00"), &json!("active"))
    );
    let gone = post(&town, &format!("/people/{nora}/deactivations"), &json!({"reason": "Se retiró"})).await;
    assert_eq!((gone.status, &gone.json()["active"]), (StatusCode::OK, &json!(false)), "{}", gone.json());
    assert_eq!(gone.json()["open_sessions"], 0);
    assert!(leads(&town, &session, "/igss/bandeja").await.starts_with("/igss/entrar"), "her session ended with her");
    let secret = token.json()["secret"].as_str().unwrap().to_owned();
    assert_eq!(with(&town, &secret, "/me").await.status, StatusCode::UNAUTHORIZED, "and her token");

    let journal = get(&town, "/journal?limit=6").await;
    let told = |key: &str| -> Vec<String> {
        journal["items"].as_array().unwrap().iter().rev().map(|act| act[key].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        told("kind"),
        ["person_created", "post_given", "substitution_named", "post_ended", "token_created", "person_deactivated"]
    );
    assert_eq!(told("what")[0], "Ana Administra agregó a Nora Nueva (nora.nueva).");
    assert_eq!(told("what")[5], "Ana Administra dio de baja a Nora Nueva: Se retiró. Terminaron 1 sesión y 1 ficha.");
    let newest = &journal["items"][0];
    let mine = get(&town, "/tokens").await["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| token["id"].clone())
        .collect::<Vec<_>>();
    assert!(newest["token"].is_i64() && mine.contains(&newest["token"]), "with which token: {newest}");
    assert_eq!((&newest["by"]["name"], &newest["intact"]), (&json!("Ana Administra"), &json!(true)));
    assert_eq!(newest["people"], json!([{"id": nora, "name": "Nora Nueva"}]));
    let older = get(&town, &format!("/journal?cursor={}", journal["next"].as_str().unwrap())).await;
    assert_eq!(older["items"][0]["n"].as_i64(), newest["n"].as_i64().map(|n| n - 6), "no act twice, none left out");
}

#[tokio::test]
async fn a_token_is_narrower_than_its_maker_and_dies_when_revoked() {
    let town = Town::new().await;
    let wanted = json!({"person": "tecnica", "name": "Casos", "scope": "write"});
    let made = post(&town, "/tokens", &wanted).await.json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("vnt_"), "{made}");
    assert_eq!(made["token"]["expires_at"], "2026-06-01T00:00:00-06:00", "ninety days where no day is said");
    assert_eq!(with(&town, &secret, "/me").await.json()["scopes"], json!(["read", "write"]));
    let barred = with(&town, &secret, &at("/people")).await;
    assert_eq!(barred.status, StatusCode::FORBIDDEN);
    assert!(barred.json()["detail"].as_str().unwrap().contains("no puede administrar"), "{}", barred.json());
    let hers = town.get("tecnica_a", &at("/people")).await;
    assert_eq!(hers.status, StatusCode::FORBIDDEN);
    assert!(hers.json()["detail"].as_str().unwrap().contains("no administra el sistema"), "{}", hers.json());

    let revoke = format!("/tokens/{}/revocations", made["token"]["id"]);
    let revoked = town.send(request("POST", "admin_a", &at(&revoke)).body(Body::empty()).unwrap()).await;
    assert_eq!((revoked.status, &revoked.json()["state"]), (StatusCode::OK, &json!("revoked")), "{}", revoked.json());
    assert_eq!(with(&town, &secret, "/me").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(post(&town, &revoke, &json!({})).await.status, StatusCode::NOT_FOUND, "once");

    // A token that administers may end itself: it is the last thing it does.
    let own = json!({"person": "admin", "name": "Por hoy", "scope": "admin", "expires": "2026-03-02"});
    let own = post(&town, "/tokens", &own).await.json();
    let (id, secret) = (own["token"]["id"].as_i64().unwrap(), own["secret"].as_str().unwrap().to_owned());
    let end = Request::post(format!("/api/v1/igss{}", at(&format!("/tokens/{id}/revocations"))))
        .header(header::AUTHORIZATION, format!("Bearer {secret}"));
    assert_eq!(town.send(end.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
    assert_eq!(with(&town, &secret, "/me").await.status, StatusCode::UNAUTHORIZED);
    let admin = own["token"]["person"]["id"].as_i64().unwrap();
    let listed = get(&town, &format!("/tokens?person={admin}&limit=1")).await;
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["state"]), (&json!(id), &json!("revoked")), "{listed}");
    let next = get(&town, &format!("/tokens?person={admin}&cursor={}", listed["next"].as_str().unwrap())).await;
    assert_eq!(next["items"].as_array().map(Vec::len), Some(3), "{next}");
}

#[tokio::test]
async fn the_same_key_makes_one_person_one_post_one_token_and_tells_a_secret_once() {
    let town = Town::new().await;
    let keyed = |path: &'static str, body: Value| {
        let town = &town;
        async move { town.post_with_key("admin_a", &at(path), &body, Some(path.trim_start_matches('/'))).await }
    };
    let person = json!({"login": "nora", "name": "Nora Nueva"});
    let first = keyed("/people", person.clone()).await;
    let again = keyed("/people", person).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED), "{}", again.json());
    assert!(first.json()["password"].is_string() && again.json()["password"].is_null(), "told once");
    assert_eq!(
        (&again.json()["person"], again.header(header::LOCATION)),
        (&first.json()["person"], first.header(header::LOCATION))
    );
    let other = keyed("/people", json!({"login": "otra.nora", "name": "Otra"})).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "{}", other.json());

    let post_body = json!({"person": "nora", "role": "Técnico Informático"});
    let (first, again) = (keyed("/posts", post_body.clone()).await, keyed("/posts", post_body).await);
    assert_eq!((first.status, &again.json()), (StatusCode::CREATED, &first.json()));
    let token = json!({"person": "nora", "name": "Uno"});
    let (first, again) = (keyed("/tokens", token.clone()).await, keyed("/tokens", token).await);
    assert_eq!(&again.json()["token"], &first.json()["token"]);
    assert!(first.json()["secret"].is_string() && again.json()["secret"].is_null(), "told once");

    let nora = get(&town, "/people?q=nora").await;
    assert_eq!(nora["items"].as_array().map(Vec::len), Some(1), "{nora}");
    let id = nora["items"][0]["id"].as_i64().unwrap();
    assert_eq!(get(&town, &format!("/posts?person={id}")).await["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(get(&town, &format!("/tokens?person={id}")).await["items"].as_array().map(Vec::len), Some(1));
    let passwords = at(&format!("/people/{id}/passwords"));
    let set = town.post_with_key("admin_a", &passwords, &json!({}), Some("p")).await.json();
    let repeated = town.post_with_key("admin_a", &passwords, &json!({}), Some("p")).await.json();
    assert!(set["password"].is_string() && repeated["password"].is_null(), "{set} {repeated}");
    assert_eq!(
        enter(&town, "nora", set["password"].as_str().unwrap()).await.0,
        StatusCode::SEE_OTHER,
        "the first stands"
    );
    let gone = at(&format!("/people/{id}/deactivations"));
    for _ in 0..2 {
        let gone = town.post_with_key("admin_a", &gone, &json!({"reason": "Se retiró"}), Some("g")).await;
        assert_eq!((gone.status, &gone.json()["active"]), (StatusCode::OK, &json!(false)), "{}", gone.json());
    }
    let kinds: Vec<Value> = get(&town, "/journal?limit=6").await["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|act| act["kind"].clone())
        .collect();
    let once = ["person_deactivated", "password_set", "token_created", "post_given", "person_created"];
    assert_eq!(kinds[..5], once.map(Value::from), "each is in the journal once");
}

#[tokio::test]
async fn every_refusal_says_which_datum_and_why() {
    let town = Town::new().await;
    let id = |login: &'static str| {
        let store = town.igss.clone();
        async move { store.person_by_login(login).await.unwrap().unwrap().person.id.0 }
    };
    let (user, own) = (id("usuaria").await, town.admin.0);
    let person = |more: Value| {
        let mut body = json!({"login": "nueva", "name": "Nueva"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let duty = |more: Value| {
        let mut body = json!({"person": "usuaria", "role": "Técnico Informático"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let token = |more: Value| {
        let mut body = json!({"person": "usuaria", "name": "Uno"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let away = |deputy: &str, until: &str, reason: &str| json!({"absent": "usuaria", "deputy": deputy, "since": "2026-03-02", "until": until, "reason": reason});
    let refusals = [
        ("/people".to_owned(), person(json!({"name": " "})), 422, "name", "Escriba el nombre de la persona."),
        ("/people".into(), person(json!({"login": "ña"})), 422, "login", "El usuario lleva solo letras sin tilde"),
        (
            "/people".into(),
            person(json!({"login": "Usuaria"})),
            409,
            "login",
            "Ya hay una persona con el usuario «usuaria».",
        ),
        ("/people".into(), person(json!({"email": "nora"})), 422, "email", "Al correo le falta la arroba."),
        ("/people".into(), person(json!({"unit": "nada"})), 422, "unit", "Esa unidad no está en la edición vigente."),
        ("/people".into(), person(json!({"password": "contraseña"})), 422, "password", "Esa contraseña se adivina"),
        (format!("/people/{user}"), json!({"login": "tecnica"}), 409, "login", "Ya hay una persona"),
        (
            format!("/people/{user}/passwords"),
            json!({"password": "corta"}),
            422,
            "password",
            "Use una contraseña de al menos",
        ),
        (format!("/people/{user}/deactivations"), json!({"reason": " "}), 422, "reason", "Escriba la razón de la baja"),
        (
            format!("/people/{own}/deactivations"),
            json!({"reason": "x"}),
            422,
            "reason",
            "No puede darse de baja a sí mismo",
        ),
        (format!("/people/{own}/passwords"), json!({}), 403, "", "de su propia persona"),
        (format!("/people/{own}/second-factor/removals"), json!({}), 403, "", "de su propia persona"),
        (format!("/people/{user}/reactivations"), json!({}), 409, "", "Esa persona ya está activa."),
        (format!("/people/{user}/second-factor/removals"), json!({}), 409, "", "Esa persona no tiene segundo factor."),
        ("/people/999/sessions/ends".into(), json!({}), 404, "", "no existe"),
        ("/posts".into(), duty(json!({"role": "Nadie"})), 422, "role", "Ese puesto no está en la edición vigente."),
        (
            "/posts".into(),
            duty(json!({"person": "nadie"})),
            422,
            "person",
            "No hay ninguna persona con el usuario «nadie».",
        ),
        ("/posts".into(), duty(json!({"until": "2026-03-01"})), 422, "until", "anterior al primero"),
        ("/posts/999/ends".into(), json!({"last_day": "2026-03-02"}), 404, "", "Ese puesto no existe."),
        ("/substitutions".into(), away("usuaria", "2026-03-03", "x"), 422, "deputy", "suplirse a sí misma"),
        ("/substitutions".into(), away("tecnica", "2026-03-01", "x"), 422, "until", "anterior al primero"),
        ("/substitutions".into(), away("tecnica", "2026-03-03", ""), 422, "reason", "Diga la razón"),
        ("/substitutions/999/ends".into(), json!({"last_day": "2026-03-02"}), 404, "", "Esa suplencia no existe."),
        ("/tokens".into(), token(json!({"scope": "admin"})), 422, "scope", "Esa persona no administra el sistema"),
        (
            "/tokens".into(),
            token(json!({"expires": "2026-03-01"})),
            422,
            "expires",
            "de hoy en adelante y dentro de un año",
        ),
        ("/tokens".into(), token(json!({"expires": "2027-03-04"})), 422, "expires", "dentro de un año"),
        ("/tokens".into(), token(json!({"name": ""})), 422, "name", "Diga para qué es"),
        ("/tokens".into(), token(json!({"scope": "root"})), 400, "", "se admiten: read, write, admin"),
        ("/tokens/999/revocations".into(), json!({}), 404, "", "Esa ficha no existe o ya estaba revocada."),
    ];
    let before = get(&town, "/journal?limit=1").await["items"][0]["n"].clone();
    for (path, body, status, field, text) in refusals {
        let answer = post(&town, &path, &body).await;
        let problem = answer.json();
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {problem}");
        let fault = problem["faults"].as_array().and_then(|faults| faults.first()).cloned().unwrap_or_default();
        assert_eq!(fault["field"].as_str().unwrap_or_default(), field, "{path} {body}: {problem}");
        let said = fault["message"].as_str().or(problem["detail"].as_str()).unwrap();
        assert!(said.contains(text), "{path} {body}: {said}");
    }
    assert_eq!(get(&town, "/journal?limit=1").await["items"][0]["n"], before, "nothing was done");
    for path in [
        "/people?cursor=x",
        "/people?limit=0",
        "/posts?cursor=-1",
        "/tokens?person=x",
        "/posts?person=0",
        "/journal?cursor=a",
        "/calendar?year=1",
    ] {
        assert_eq!(town.get("admin_a", &at(path)).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    for path in ["/people/999", "/people/x", "/posts/999", "/substitutions/999", "/tokens/999"] {
        assert_eq!(town.get("admin_a", &at(path)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn people_posts_units_and_the_calendar_are_read_in_pages() {
    let town = Town::new().await;
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let mut seen = Vec::new();
    let mut path = "/people?limit=3".to_owned();
    loop {
        let page = get(&town, &path).await;
        seen.extend(names(&page));
        let Some(next) = page["next"].as_str() else { break };
        let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        path = format!("/people?limit=3&cursor={next}");
    }
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((seen.len(), &seen), (8, &sorted), "by name, none twice, none left out");
    let posts = get(&town, "/posts?limit=3").await;
    let rest = get(&town, &format!("/posts?cursor={}", posts["next"].as_str().unwrap())).await;
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(1), "{rest}");
    assert_eq!(get(&town, "/posts?role=Jefe%20de%20Departamento").await["items"][0]["person"]["name"], "Hilda Jefa");
    let units = get(&town, "/units").await;
    let support = units["items"].as_array().unwrap().iter().find(|unit| unit["code"] == "soporte").expect("a unit");
    assert!(support["name"].is_string() && support["parent"].is_string(), "{support}");

    let year = get(&town, "/calendar?year=2026").await;
    let day = |name: &str| {
        let days = year["days"].as_array().unwrap();
        days.iter().find(|day| day["date"] == name).cloned().unwrap_or_default()
    };
    assert_eq!((&year["version"], &year["changes"]), (&json!(1), &json!([])), "{year}");
    let independence = day("2026-09-15");
    assert!(independence["rule"].is_string() && independence["decreed"] == json!(false), "{independence}");
    assert_eq!(year["hours"][0]["intervals"][0]["from"], "08:00", "{}", year["hours"]);
}

#[tokio::test]
async fn whoever_lost_the_second_factor_and_the_password_is_let_in_again() {
    let town = Town::new().await;
    let id = town.igss.person_by_login("tecnica").await.unwrap().unwrap().person.id;
    town.igss.set_totp(id, "JBSWY3DPEHPK3PXP".into(), monday()).await.unwrap();
    let shown = get(&town, &format!("/people/{}", id.0)).await;
    assert_eq!((&shown["second_factor"], &shown["has_password"]), (&json!(true), &json!(false)));
    let removed = post(&town, &format!("/people/{}/second-factor/removals", id.0), &json!({})).await;
    assert_eq!((removed.status, &removed.json()["second_factor"]), (StatusCode::OK, &json!(false)));
    let given = json!({"password": "grapa de caballo correcto"});
    let set = post(&town, &format!("/people/{}/passwords", id.0), &given).await;
    assert_eq!((set.status, set.json()), (StatusCode::OK, json!({"password": null})), "what was sent is not told back");
    let (status, session) = enter(&town, "tecnica", "grapa de caballo correcto").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let ended = post(&town, &format!("/people/{}/sessions/ends", id.0), &json!({})).await;
    assert_eq!(ended.json(), json!({"ended": 1}));
    assert!(leads(&town, &session, "/igss/bandeja").await.starts_with("/igss/entrar"));
    let changed = json!({"name": "Gloria Técnica de León", "auditor": true});
    let changed = post(&town, &format!("/people/{}", id.0), &changed).await.json();
    assert_eq!(
        (&changed["auditor"], &changed["login"], &changed["unit"]),
        (&json!(true), &json!("tecnica"), &json!("soporte"))
    );
    let gone = post(&town, &format!("/people/{}/deactivations", id.0), &json!({"reason": "Traslado"})).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.json());
    let back = post(&town, &format!("/people/{}/reactivations", id.0), &json!({})).await;
    assert_eq!((back.status, &back.json()["active"]), (StatusCode::OK, &json!(true)));
    assert_eq!(town.get("tecnica", "/me").await.status, StatusCode::UNAUTHORIZED, "the tokens of before stay dead");
}
