//! A server with two institutions and their people on a temporary store, for judging the API from outside. Prints its
//! address and the token to use, one a line.

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/api_house/mod.rs"]
mod api_house;

use api_house::{Town, token};
use serde_json::json;
use web::clock::Clock;

#[tokio::main]
async fn main() {
    let town = Town::new().await;
    // Something to find: a case that is open and one that has ended.
    for subject in ["La impresora no imprime", "Sin red"] {
        let body = json!({"procedure": "DTS-02", "subject": subject, "description": "", "on_behalf_of": "usuaria"});
        let opened = town.post("tecnica", "/cases", &body).await;
        assert_eq!(opened.status, 201, "{}", opened.json());
    }
    let ended = town.post("tecnica", "/cases/2026-000002/cancellations", &json!({"reason": "Se repite"})).await;
    assert!(ended.status.is_success() || ended.status == 403, "{}", ended.json());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".into());
    let listener = tokio::net::TcpListener::bind(address).await.expect("an address to listen on");
    println!("http://{}", listener.local_addr().expect("an address"));
    // She directs and administers, so that every operation lets her token in.
    let admin = town.igss.admin(town.admin).await.expect("who administers");
    let directs = town.igss.person_by_login("directora").await.expect("a store").expect("who directs").person;
    let fields = store::people::PersonFields {
        login: directs.login.to_string(),
        name: directs.name.to_string(),
        unit: directs.unit.as_deref().map(ToString::to_string),
        administrator: true,
        ..Default::default()
    };
    admin.change_person(directs.id, fields, town.clock.now()).await.expect("she administers");
    println!("{}", token("directora_a"));
    axum::serve(listener, town.router.clone()).await.expect("it serves");
}
