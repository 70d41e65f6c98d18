//! The password given anew, as proof that the person is there: compared away from the threads that answer requests, and
//! delayed after a few wrong ones.

use crate::{failure::Failure, passwords, state::House};
use jiff::{SignedDuration, Timestamp};
use store::people::{Credentials, Person};

/// Wrong passwords before each next one has to wait.
const FREE_FAILURES: i64 = 3;

/// Compares a password away from the threads that answer requests: it is slow on purpose.
///
/// # Errors
/// If the comparison cannot be made.
pub async fn check_password(password: &str, credentials: Option<&Credentials>) -> Result<bool, Failure> {
    let password: String = password.chars().take(passwords::LONGEST + 1).collect();
    let kept = credentials.map(|credentials| credentials.password_hash.clone()).unwrap_or_default();
    tokio::task::spawn_blocking(move || passwords::is_right(&password, &kept))
        .await
        .map_err(|error| Failure::Internal(error.to_string()))
}

/// Whether it is the person's password; pages and API share one delay.
///
/// # Errors
/// Too many wrong ones, or the store cannot be read.
pub async fn given(house: &House, person: &Person, password: &str, now: Timestamp) -> Result<bool, Failure> {
    let store = &house.store;
    let key = format!("firma:{}", person.login);
    if let Some(until) = store.throttle(&key).await?.not_before.filter(|until| *until > now) {
        return Err(Failure::TooMany { seconds: until.duration_since(now).as_secs().max(1) });
    }
    let credentials = store.person_by_login(&person.login).await?;
    if check_password(password, credentials.as_ref()).await? {
        store.login_succeeded(&key).await?;
        return Ok(true);
    }
    let failures = store.throttle(&key).await?.failures + 1;
    let power = u32::try_from((failures - FREE_FAILURES).clamp(0, 7)).unwrap_or_default();
    let wait = if failures > FREE_FAILURES { SignedDuration::from_secs(1 << power) } else { SignedDuration::ZERO };
    store.login_failed(&key, now + wait, now).await?;
    Ok(false)
}
