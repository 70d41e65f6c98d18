//! What breaks off on the way.

use crate::common::{Answer, Desk, hidden};
use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode, header},
};
use tower::ServiceExt;

const NEW: &str = "/solicitudes/nueva/DTS-02";

#[tokio::test]
async fn an_upload_that_breaks_off_is_the_senders_fault_and_can_be_sent_again() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let seal = hidden(&ana.page(NEW).await, "sello");
    let begun = format!(
        "--x\r\nContent-Disposition: form-data; name=\"sello\"\r\n\r\n{seal}\r\n--x\r\n\
         Content-Disposition: form-data; name=\"archivo:\"; filename=\"a.pdf\"\r\n\r\nla mitad"
    );
    let pieces = [Ok(Bytes::from(begun)), Err(std::io::Error::other("the line was cut"))];
    let request = Request::post(ana.address(NEW))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::COOKIE, &ana.cookie)
        .header("sec-fetch-site", "same-origin")
        .body(Body::from_stream(futures_util::stream::iter(pieces)))
        .expect("a request");
    let answer = Answer::of(desk.router.clone().oneshot(request).await.expect("an answer")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    assert!(answer.text().contains("llegó incompleto"), "{}", answer.text());
}
