//! Finding the person in whose name something is asked: by login, as it is known in the institution.

use crate::{failure::Failure, state::Visitor};
use engine::actor::PersonId;
use store::people::Person;

/// The people whom what was typed may mean; whoever administers also finds them by a piece of the name.
///
/// # Errors
/// If the store cannot be read.
pub async fn find(visitor: &Visitor, text: &str) -> Result<Vec<Person>, Failure> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let store = &visitor.house.store;
    let mut people = Vec::new();
    if let Some(credentials) = store.person_by_login(&text.to_lowercase()).await? {
        people.push(credentials.person);
    }
    if visitor.person.administrator {
        let admin = store.admin(visitor.person.id).await?;
        people.extend(admin.people(text, None, 20).await?.rows);
    }
    people.retain(|person| person.active);
    people.dedup_by_key(|person| person.id);
    Ok(people)
}

/// The person chosen in a form, by number.
///
/// # Errors
/// If the store cannot be read.
pub async fn chosen(visitor: &Visitor, number: &str) -> Result<Option<Person>, Failure> {
    let Ok(number) = number.trim().parse() else { return Ok(None) };
    Ok(visitor.house.store.person(PersonId(number)).await?.filter(|person| person.active))
}
