//! The password given anew, which makes a signature of level 1 of what is being done.

use crate::{failure::Failure, form::Sent, proof, state::Visitor};
use engine::refusal::{Fault, Refusal};

/// The field with the password given anew.
pub const PASSWORD: &str = "contrasena";

/// The level the sender reaches: 1 with the right password, 0 without any.
///
/// # Errors
/// A wrong password, or too many of them.
pub async fn level(visitor: &Visitor, sent: &Sent) -> Result<u8, Failure> {
    let Some(password) = sent.text(PASSWORD) else { return Ok(0) };
    if !proof::given(&visitor.house, &visitor.person, password, visitor.now).await? {
        let text = "La contraseña no es correcta: no se firmó nada.";
        return Err(Refusal::invalid(text).with(vec![Fault::new(PASSWORD, text)]).into());
    }
    visitor.house.store.freshen_session(&visitor.session, visitor.now).await?;
    Ok(1)
}
