//! People found by what is typed of them: the ones a name may mean, and the one chosen.

use crate::{failure::Failure, state::Visitor};
use engine::actor::PersonId;
use store::people::Person;

/// The people whom what was typed may mean, by words of their name or login.
///
/// # Errors
/// If the store cannot be read, or the visitor does not attend.
pub async fn find(visitor: &Visitor, text: &str) -> Result<Vec<Person>, Failure> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    Ok(visitor.reader.people(text, 20).await?)
}

/// The person chosen in a form, by number.
///
/// # Errors
/// If the store cannot be read.
pub async fn chosen(visitor: &Visitor, number: &str) -> Result<Option<Person>, Failure> {
    let Ok(number) = number.trim().parse() else { return Ok(None) };
    Ok(visitor.house.store.person(PersonId(number)).await?.filter(|person| person.active))
}
