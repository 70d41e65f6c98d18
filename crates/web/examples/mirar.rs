#[path = "../tests/common/mod.rs"]
mod common;
#[tokio::main]
async fn main() {
    let desk = common::Desk::open(&["igss", "seprem", "diaco"]).await;
    desk.clock.set(&jiff::Timestamp::now().to_string());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8097").await.unwrap();
    axum::serve(listener, desk.router.clone()).await.unwrap();
}
