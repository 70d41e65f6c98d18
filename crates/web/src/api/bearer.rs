//! Who calls the API: the bearer of a token, for the length of one request.

use crate::{
    access::Scope,
    clock::digest,
    failure::Failure,
    state::{App, House},
};
use axum::http::{HeaderMap, header};
use engine::Name;
use jiff::Timestamp;
use std::sync::Arc;
use store::Reader;

/// A token that was let in, and what its person may see.
#[derive(Clone)]
pub struct Bearer {
    pub house: Arc<House>,
    pub reader: Reader,
    pub now: Timestamp,
    /// The number of the token, for the log and the journal of administration.
    pub token: i64,
    /// What the token may do, as it is written: `read write`.
    pub scope: Name,
}

/// Lets the bearer of a good token in. Unknown, expired, revoked, of another institution, of a person who left: all the
/// same answer, so that nothing can be learnt by trying.
///
/// # Errors
/// Unauthorized without a good token; forbidden if it may not do this; unavailable if the store cannot be read.
pub async fn admit(app: &App, house: &Arc<House>, scope: Scope, headers: &HeaderMap) -> Result<Bearer, Failure> {
    let secret = presented(headers).ok_or(Failure::Unauthorized)?;
    let now = app.now();
    let token = house.store.api_token(&digest(secret)).await?.ok_or(Failure::Unauthorized)?;
    if token.revoked_at.is_some() || token.expires_at.is_some_and(|end| end <= now) {
        return Err(Failure::Unauthorized);
    }
    if !scope.allowed_by(&token.scope) {
        return Err(Failure::Forbidden(scope.wanting().into()));
    }
    // The person may have left between the look-up of the token and this one.
    let reader = match house.store.reader(token.person, now).await {
        Err(store::StoreError::Refused(_)) => return Err(Failure::Unauthorized),
        reader => reader?,
    };
    if reader.person().must_change_password {
        let text = "La persona de este token debe entrar a la página y cambiar la contraseña que le dieron.";
        return Err(Failure::Forbidden(text.into()));
    }
    if scope == Scope::Administer && !reader.person().administrator {
        return Err(Failure::Forbidden("La persona de este token no administra el sistema.".into()));
    }
    Ok(Bearer { house: house.clone(), reader, now, token: token.id, scope: token.scope })
}

/// The secret after `Bearer `; the scheme's name in any case.
fn presented(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (one, none) = (given.next()?, given.next());
    let (scheme, secret) = one.to_str().ok()?.split_once(' ')?;
    let secret = secret.trim();
    (none.is_none() && scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty() && secret.len() <= 200)
        .then_some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        presented(&headers).map(ToString::to_string)
    }

    #[test]
    fn only_one_bearer_token_is_read() {
        assert_eq!(with(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(with(&["bearer  abc "]).as_deref(), Some("abc"));
        for wrong in [&[][..], &["Basic abc"], &["Bearer"], &["Bearer "], &["abc"], &["Bearer a", "Bearer b"]] {
            assert_eq!(with(wrong), None, "{wrong:?}");
        }
    }
}
