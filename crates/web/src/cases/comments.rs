//! `POST /{institution}/casos/{number}/comentarios`: a comment, public or internal, and whom it names.

use super::{act, naming::with_mentions};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    // Whoever only asks writes for everybody; the others choose, and public is what is chosen by default.
    let public = sent.text("alcance") != Some("interno");
    let asked = with_mentions(&visitor, &sent).await.map(|text| Request::Comment { text, public });
    act::perform(&visitor, &number, "comentarios", sent, asked).await
}
