//! A server with two institutions and their people on a temporary store, for judging the API from outside. Prints its
//! address and the token to use, one a line.

#[path = "../tests/api_founding/mod.rs"]
mod api_founding;

use api_founding::{founded, token};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use tower::ServiceExt;
use web::clock::Clock;

#[tokio::main]
async fn main() {
    let (router, clock, igss, first, _folder) = &founded().await;
    // Something to find: a case that is open and one that has ended.
    for subject in ["La impresora no imprime", "Sin red"] {
        let body = json!({"procedure": "DTS-02", "subject": subject, "description": "", "on_behalf_of": "usuaria"});
        assert_eq!(post(router, "/cases", &body).await, StatusCode::CREATED);
    }
    let ended = post(router, "/cases/2026-000002/cancellations", &json!({"reason": "Se repite"})).await;
    assert!(ended.is_success() || ended == StatusCode::FORBIDDEN, "{ended}");
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".into());
    let listener = tokio::net::TcpListener::bind(address).await.expect("an address to listen on");
    println!("http://{}", listener.local_addr().expect("an address"));
    // She directs and administers, so that every operation lets her token in.
    let admin = igss.admin(*first).await.expect("who administers");
    let directs = igss.person_by_login("directora").await.expect("a store").expect("who directs").person;
    let fields = store::people::PersonFields {
        login: directs.login.to_string(),
        name: directs.name.to_string(),
        unit: directs.unit.as_deref().map(ToString::to_string),
        administrator: true,
        ..Default::default()
    };
    admin.change_person(directs.id, fields, clock.now()).await.expect("she administers");
    println!("{}", token("directora_a"));
    axum::serve(listener, router.clone()).await.expect("it serves");
}

/// Sent with the token of whoever attends.
async fn post(router: &Router, path: &str, body: &Value) -> StatusCode {
    let request = Request::post(format!("/api/v1/igss{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {}", token("tecnica")))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .expect("a request");
    router.clone().oneshot(request).await.expect("an answer").status()
}
