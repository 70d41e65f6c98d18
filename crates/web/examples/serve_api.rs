//! A server with two institutions and their people on a temporary store, for judging the API from outside. Prints its
//! address and the token to use, one a line.

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/api_house/mod.rs"]
mod api_house;

use api_house::{Town, token};
use serde_json::json;

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
    println!("{}", token("directora"));
    axum::serve(listener, town.router.clone()).await.expect("it serves");
}
