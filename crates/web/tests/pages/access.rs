//! S01 and S05: every route × method × identity against the declared table, and every change without its seal or from
//! another site's page. The table is the router's own, so a route nobody declared cannot be forgotten here.

use crate::common::{Answer, Desk};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use engine::{actor::PersonId, event::Channel};
use store::{OpenRequest, Submission, people::PersonFields};
use tower::ServiceExt;
use web::{
    access::{Access, Scope},
    clock::digest,
    table,
};

/// Who knocks: what he carries, and what the declared access lets him.
struct Identity {
    name: String,
    cookie: Option<String>,
    token: Option<String>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Not entered here: no session, an ended one, another institution's, a deactivated person's.
    Outside,
    /// Entered, without posts.
    Requester,
    /// Entered, with a post.
    Staff,
    Auditor,
    Administrator,
    ReadToken,
    WriteToken,
    /// Of a person who administers, with that scope.
    AdminToken,
}

fn may(access: Access, kind: Kind) -> bool {
    match access {
        Access::Anyone => true,
        Access::Person => matches!(kind, Kind::Requester | Kind::Staff | Kind::Auditor | Kind::Administrator),
        Access::Staff => matches!(kind, Kind::Staff | Kind::Auditor | Kind::Administrator),
        Access::Administrator => kind == Kind::Administrator,
        Access::Token(Scope::Read) => matches!(kind, Kind::ReadToken | Kind::WriteToken | Kind::AdminToken),
        Access::Token(Scope::Write) => matches!(kind, Kind::WriteToken | Kind::AdminToken),
        Access::Token(Scope::Administer) => kind == Kind::AdminToken,
    }
}

#[tokio::test]
async fn every_route_answers_each_identity_as_declared() {
    let desk = Desk::open(&["igss", "diaco"]).await;
    let number = a_case(&desk).await;
    let identities = identities(&desk).await;
    let mut checks = 0;
    let mut faults = Vec::new();
    for route in table() {
        let path = fill(route.path, &number);
        for identity in &identities {
            checks += 1;
            let answer = knock(&desk, &route.method, &path, identity, &[]).await;
            let allowed = may(route.access, identity.kind);
            if let Err(fault) = compare(&route.method, route.access, allowed, &answer) {
                faults.push(format!(
                    "{} {} as {} ({:?}): {fault}",
                    route.method, route.path, identity.name, identity.kind
                ));
            }
        }
        // Methods the table does not have for the path.
        let declared: Vec<Method> =
            table().into_iter().filter(|other| other.path == route.path).map(|other| other.method).collect();
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
            if declared.contains(&method) {
                continue;
            }
            for identity in identities.iter().filter(|identity| {
                matches!(identity.kind, Kind::Administrator | Kind::WriteToken | Kind::AdminToken)
                    || identity.name == "nobody"
            }) {
                checks += 1;
                let answer = knock(&desk, &method, &path, identity, &[]).await;
                if answer.status.is_success() {
                    faults.push(format!(
                        "{method} {} is not declared and answered {} to {}",
                        route.path, answer.status, identity.name
                    ));
                }
            }
        }
    }
    println!("S01: {checks} checks, {} faults", faults.len());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(checks >= 2_500, "{checks}");
}

fn compare(method: &Method, access: Access, allowed: bool, answer: &Answer) -> Result<(), String> {
    let text = answer.body.as_str();
    let turned = text.contains("Esa página no corresponde a su puesto") || text.contains("Su sesión terminó");
    let to_entrance = answer.status == StatusCode::SEE_OTHER && answer.to().contains("/entrar?despues=");
    // A rule of the case may refuse as well, in other words: these are the guard's.
    let scope = Scope::ALL.iter().any(|scope| text.contains(scope.wanting()));
    let scope = scope || text.contains("La persona de este token no administra el sistema.");
    let unauthorized = answer.status == StatusCode::UNAUTHORIZED || (scope && answer.status == StatusCode::FORBIDDEN);
    if answer.status.is_server_error() {
        return Err(format!("{}: {text}", answer.status));
    }
    if matches!(access, Access::Token(_)) {
        return match (allowed, unauthorized) {
            (true, false) | (false, true) => Ok(()),
            _ => Err(format!("allowed {allowed}, answered {} {text}", answer.status)),
        };
    }
    if allowed {
        if turned || to_entrance {
            return Err(format!("is allowed and was turned away: {}", answer.status));
        }
        // Every change needs the seal of the person's own page: these knocks have none.
        if *method == Method::POST && answer.status != StatusCode::FORBIDDEN && answer.status != StatusCode::NOT_FOUND {
            return Err(format!("a change without its seal was answered {}", answer.status));
        }
        return Ok(());
    }
    if (turned && answer.status == StatusCode::FORBIDDEN) || to_entrance {
        Ok(())
    } else {
        Err(format!("is not allowed and was answered {}", answer.status))
    }
}

#[tokio::test]
async fn a_change_asked_for_by_another_site_is_refused_on_every_route() {
    let desk = Desk::open(&["igss"]).await;
    let number = a_case(&desk).await;
    let admin = desk.visitor("igss", "admin").await;
    let identity =
        Identity { name: "admin".into(), cookie: Some(admin.cookie.clone()), token: None, kind: Kind::Administrator };
    let mut routes = 0;
    for route in
        table().into_iter().filter(|route| route.method != Method::GET && !matches!(route.access, Access::Token(_)))
    {
        routes += 1;
        let path = fill(route.path, &number);
        for foreign in [
            vec![("origin", "https://mal.example"), ("host", "localhost")],
            vec![("sec-fetch-site", "cross-site")],
            vec![("origin", "null"), ("host", "localhost")],
        ] {
            let answer = knock(&desk, &route.method, &path, &identity, &foreign).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} {}", route.method, route.path);
            assert!(answer.body.contains("otro sitio"), "{} {}: {}", route.method, route.path, answer.text());
        }
    }
    assert!(routes >= 30, "{routes}");
}

#[tokio::test]
async fn every_answer_carries_the_secure_headers() {
    let desk = Desk::open(&["igss"]).await;
    let number = a_case(&desk).await;
    let admin = desk.visitor("igss", "admin").await;
    let identity =
        Identity { name: "admin".into(), cookie: Some(admin.cookie.clone()), token: None, kind: Kind::Administrator };
    for route in table() {
        let answer = knock(&desk, &route.method, &fill(route.path, &number), &identity, &[]).await;
        let has = |name: &str, part: &str| {
            let value = answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            assert!(value.contains(part), "{} {}: {name} is «{value}»", route.method, route.path);
        };
        let policy =
            answer.headers.get("content-security-policy").and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert!(!policy.contains("unsafe"), "{}: {policy}", route.path);
        assert!(policy.contains("default-src") || policy.contains("sandbox"), "{}: {policy}", route.path);
        has("x-content-type-options", "nosniff");
        has("x-frame-options", "DENY");
        has("referrer-policy", "same-origin");
        // Assets may be kept; an event stream says `no-cache` by its standard.
        if !["/activos", "tema.css", "/vivo"].iter().any(|part| route.path.contains(part)) {
            has("cache-control", "no-store");
        }
    }
}

#[tokio::test]
async fn a_case_of_others_is_not_there_and_another_institutions_neither() {
    let desk = Desk::open(&["igss", "diaco"]).await;
    let number = a_case(&desk).await;
    let stranger = {
        let admin = desk.places["igss"].store.admin(desk.places["igss"].people["admin"]).await.expect("rights");
        let fields = PersonFields { login: "otra".into(), name: "Otra Persona".into(), ..PersonFields::default() };
        admin.create_person(fields, "x".into(), desk.app.now()).await.expect("a person")
    };
    let stranger = desk.visitor_of("igss", stranger).await;
    let neighbour = desk.visitor("diaco", "admin").await;
    for path in [format!("/casos/{number}"), format!("/casos/{number}/recibo")] {
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(neighbour.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // The neighbour's session opens nothing here.
    let identity =
        Identity { name: "neighbour".into(), cookie: Some(neighbour.cookie.clone()), token: None, kind: Kind::Outside };
    let answer = knock(&desk, &Method::GET, &format!("/igss/casos/{number}"), &identity, &[]).await;
    assert!(answer.to().starts_with("/igss/entrar"), "{}", answer.status);
}

async fn identities(desk: &Desk) -> Vec<Identity> {
    let place = &desk.places["igss"];
    let admin = place.store.admin(place.people["admin"]).await.expect("rights");
    let now = desk.app.now();
    let mut all = vec![Identity { name: "nobody".into(), cookie: None, token: None, kind: Kind::Outside }];
    for (who, person) in &place.people {
        let kind = match who.as_str() {
            "admin" | "admin2" => Kind::Administrator,
            "ana" => Kind::Requester,
            _ => Kind::Staff,
        };
        let visitor = desk.visitor_of("igss", *person).await;
        all.push(Identity { name: who.clone(), cookie: Some(visitor.cookie.clone()), token: None, kind });
    }
    let fields = |login: &str, auditor| PersonFields {
        login: login.into(),
        name: login.into(),
        auditor,
        ..PersonFields::default()
    };
    let auditor = admin.create_person(fields("audita", true), "x".into(), now).await.expect("an auditor");
    let cookie = desk.visitor_of("igss", auditor).await.cookie.clone();
    all.push(Identity { name: "auditor".into(), cookie: Some(cookie), token: None, kind: Kind::Auditor });

    let gone = admin.create_person(fields("baja", true), "x".into(), now).await.expect("a person");
    let cookie = desk.visitor_of("igss", gone).await.cookie.clone();
    token(&admin, gone, "gone", "write", None, now).await;
    admin.deactivate(gone, "Se retiró de la institución".into(), now).await.expect("deactivated");
    all.push(Identity { name: "deactivated".into(), cookie: Some(cookie), token: None, kind: Kind::Outside });
    all.push(Identity {
        name: "deactivated's token".into(),
        cookie: None,
        token: Some("gone".into()),
        kind: Kind::Outside,
    });

    let neighbour = desk.visitor("diaco", "admin").await;
    all.push(Identity {
        name: "the neighbour's admin".into(),
        cookie: Some(neighbour.cookie.clone()),
        token: None,
        kind: Kind::Outside,
    });
    let made_up = format!("ventanilla-igss={}", "a".repeat(64));
    all.push(Identity { name: "a made-up session".into(), cookie: Some(made_up), token: None, kind: Kind::Outside });

    all.extend(tokens(desk, &admin).await);
    all
}

/// Tokens of every scope: good ones, and those that let nobody in.
async fn tokens(desk: &Desk, admin: &store::Admin) -> Vec<Identity> {
    let (place, now) = (&desk.places["igss"], desk.app.now());
    let (owner, chief) = (place.people["Técnico de Soporte Remoto"], place.people["admin"]);
    let later = now + jiff::SignedDuration::from_hours(24);
    let before = now - jiff::SignedDuration::from_hours(1);
    for (person, secret, scope, end) in [
        (owner, "reads", "read", later),
        (owner, "writes", "write", later),
        (owner, "expired", "write", before),
        (owner, "does not administer", "admin", later),
        (chief, "chief reads", "read", later),
        (chief, "chief writes", "read write", later),
        (chief, "chief administers", "admin", later),
        (chief, "chief expired", "admin", before),
    ] {
        token(admin, person, secret, scope, Some(end), now).await;
    }
    for (person, secret, scope) in [(owner, "revoked", "write"), (chief, "chief revoked", "admin")] {
        let revoked = token(admin, person, secret, scope, None, now).await;
        admin.revoke_token(revoked, now).await.expect("revoked");
    }
    let neighbours = &desk.places["diaco"];
    let theirs = neighbours.store.admin(neighbours.people["admin"]).await.expect("rights");
    token(&theirs, neighbours.people["admin"], "neighbours", "admin", None, now).await;
    let all = [
        ("reads", Kind::ReadToken),
        ("writes", Kind::WriteToken),
        ("expired", Kind::Outside),
        ("revoked", Kind::Outside),
        ("does not administer", Kind::WriteToken),
        ("chief reads", Kind::ReadToken),
        ("chief writes", Kind::WriteToken),
        ("chief administers", Kind::AdminToken),
        ("chief expired", Kind::Outside),
        ("chief revoked", Kind::Outside),
        ("neighbours", Kind::Outside),
        ("unknown", Kind::Outside),
    ];
    let identity = |(name, kind): (&str, Kind)| Identity {
        name: format!("token {name}"),
        cookie: None,
        token: Some(name.into()),
        kind,
    };
    all.map(identity).into_iter().collect()
}

async fn token(
    admin: &store::Admin,
    person: PersonId,
    secret: &str,
    scope: &str,
    expires: Option<jiff::Timestamp>,
    now: jiff::Timestamp,
) -> i64 {
    admin.create_token(person, digest(secret), secret.into(), scope.into(), expires, now).await.expect("a token")
}

/// A case of the requester, so that addresses of cases lead somewhere.
async fn a_case(desk: &Desk) -> String {
    let place = &desk.places["igss"];
    let mut open = OpenRequest::new("DTS-02", "Un caso para mirar", "");
    open.channel = Channel::Portal;
    let submission = Submission::open(place.people["ana"], open, desk.app.now());
    place.store.submit(submission).await.expect("a case").number.to_string()
}

async fn knock(desk: &Desk, method: &Method, path: &str, identity: &Identity, more: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method.clone()).uri(path);
    if let Some(cookie) = &identity.cookie {
        request = request.header(header::COOKIE, cookie);
    }
    if let Some(token) = &identity.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    let body = if *method == Method::POST {
        let api = path.starts_with("/api/");
        request = request
            .header(header::CONTENT_TYPE, if api { "application/json" } else { "application/x-www-form-urlencoded" });
        if api { "{}" } else { "sello=falso" }
    } else {
        ""
    };
    let request = request.body(Body::from(body)).expect("a request");
    let response = desk.router.clone().oneshot(request).await.expect("an answer");
    if response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"))
    {
        // A stream does not end: its head is what is judged.
        let (parts, _) = response.into_parts();
        return Answer { status: parts.status, headers: parts.headers, body: String::new() };
    }
    Answer::of(response).await
}

fn fill(path: &str, number: &str) -> String {
    let code = if path.contains("formularios") || path.contains("/forms/") { "DTS-F-01" } else { "DTS-02" };
    path.replace("{institution}", "igss")
        .replace("{number}", number)
        .replace("{procedure}", "DTS-02")
        .replace("{code}", code)
        .replace("{sha256}", &"0".repeat(64))
        .replace("{session}", "ninguna")
        .replace("{token}", &"0".repeat(64))
        .replace("{id}", "999999")
        .replace("{version}", "9999")
        .replace("{letter}", "999999")
        .replace("{mail}", "999999")
        .replace("{index}", "9999")
        .replace("{name}", "icono.svg")
}
