//! The guard before every route: finds the institution and the visitor, keeps the declared access, and refuses
//! changes that another site's page asks for.

use crate::clock::{digest, secret};
use crate::{
    access::{Access, IDLE},
    failure::Failure,
    headers::Https,
    state::{App, House, Visitor, cookie_value, seal_of},
};
use axum::{
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use jiff::SignedDuration;
use std::sync::Arc;

/// A session ends after this long in any case (hardening section 4).
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);
/// How often the last request of a session is written down: every time would be a commit a page.
const TOUCHED: SignedDuration = SignedDuration::from_mins(1);

pub async fn guard(app: App, access: Access, mut request: Request, next: Next) -> Response {
    if app.is_https() {
        request.extensions_mut().insert(Https);
    }
    let api = request.uri().path().starts_with("/api/");
    match admit(&app, access, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(Turned::Elsewhere(address)) => Redirect::to(&address).into_response(),
        Err(Turned::Away(failure)) if api => failure.as_problem(),
        Err(Turned::Away(failure)) => failure.into_response(),
    }
}

enum Turned {
    Away(Failure),
    /// To the entrance, or to what must be done first.
    Elsewhere(String),
}

/// What whoever entered with a password given by somebody else may use: changing it, and leaving.
fn opens_to_a_given_password(request: &Request) -> bool {
    let place = request.uri().path().trim_start_matches('/').split_once('/').map_or("", |(_, place)| place);
    matches!(place, "cuenta/contrasena" | "salir")
}

impl From<Failure> for Turned {
    fn from(failure: Failure) -> Self {
        Self::Away(failure)
    }
}

async fn admit(app: &App, access: Access, request: &mut Request) -> Result<(), Turned> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let token = matches!(access, Access::Token(_));
    if !safe && !token && !from_own_page(request.headers()) {
        return Err(Failure::Forbidden(
            "Ese envío viene de otro sitio. Hágalo desde la página de la institución.".into(),
        )
        .into());
    }
    let Some(code) = institution_of(request.uri().path()).map(ToString::to_string) else {
        return if access == Access::Anyone { Ok(()) } else { Err(Failure::NotFound.into()) };
    };
    let Some(house) = app.house(&code) else {
        return if access == Access::Anyone { Ok(()) } else { Err(Failure::NotFound.into()) };
    };
    request.extensions_mut().insert(house.clone());
    if let Access::Token(scope) = access {
        let bearer = crate::api::bearer::admit(app, &house, scope, request.headers()).await?;
        request.extensions_mut().insert(bearer);
        return Ok(());
    }
    match enter(app, &house, request.headers()).await? {
        Some(visitor) => {
            if visitor.person.must_change_password && access != Access::Anyone && !opens_to_a_given_password(request) {
                if safe {
                    return Err(Turned::Elsewhere(format!("/{code}/cuenta/contrasena")));
                }
                return Err(Failure::Forbidden("Cambie primero la contraseña que le dieron.".into()).into());
            }
            if !access.allows(&visitor) {
                return Err(Failure::Forbidden("Esa página no corresponde a su puesto.".into()).into());
            }
            request.extensions_mut().insert(visitor);
            Ok(())
        }
        None if access == Access::Anyone => Ok(()),
        None if safe => {
            let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
            let after: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
            Err(Turned::Elsewhere(format!("/{code}/entrar?despues={after}")))
        }
        None => Err(Failure::Forbidden(
            "Su sesión terminó. Entre otra vez; lo que escribió sigue en la página anterior.".into(),
        )
        .into()),
    }
}

/// The institution is the first part of the address, or the third of the API's.
fn institution_of(path: &str) -> Option<&str> {
    let mut parts = path.trim_start_matches('/').split('/');
    match parts.next()? {
        "api" => parts.nth(1),
        first => Some(first),
    }
    .filter(|code| !code.is_empty())
}

/// The visitor whose session the request carries.
async fn enter(app: &App, house: &Arc<House>, headers: &HeaderMap) -> Result<Option<Visitor>, Failure> {
    let Some(cookie) = cookie_value(headers, &app.cookie_name(&house.code)) else { return Ok(None) };
    let now = app.now();
    let name = digest(&cookie);
    let Some(session) = house.store.session(&name).await? else { return Ok(None) };
    // Seen in a time to come: the clock was put back, and nobody knows how long he has been away.
    if now >= session.expires_at || now.duration_since(session.seen_at).abs() > IDLE {
        return Ok(None);
    }
    if now.duration_since(session.seen_at) >= TOUCHED {
        // A database that takes no writes must not shut the readers out.
        let _ = house.store.touch_session(&name, now).await;
    }
    let Ok(reader) = house.store.reader(session.person, now).await else { return Ok(None) };
    let preferences = house.store.preferences(session.person).await?;
    Ok(Some(Visitor {
        house: house.clone(),
        preferences,
        posts: reader.posts().into_iter().cloned().collect(),
        person: reader.person().clone(),
        reader,
        session: name,
        seal: seal_of(&cookie),
        key: secret(app.entropy())[..32].to_string(),
        now,
        entered_at: session.fresh_at,
    }))
}

/// A change must come from a page of this very origin: by `Sec-Fetch-Site`, else by `Origin` against `Host`.
/// A request with neither is no browser's; its form still needs the session's seal.
fn from_own_page(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok()) {
        return matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
        (None, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_institution_is_in_the_address() {
        assert_eq!(institution_of("/igss/bandeja"), Some("igss"));
        assert_eq!(institution_of("/api/v1/diaco/cases"), Some("diaco"));
        assert_eq!(institution_of("/api/v1"), None);
        assert_eq!(institution_of("/"), None);
    }

    #[test]
    fn another_sites_page_is_told_by_its_headers() {
        let headers = |pairs: &[(&str, &str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in pairs {
                map.insert(header::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
            }
            map
        };
        assert!(from_own_page(&headers(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")])));
        assert!(!from_own_page(&headers(&[("origin", "http://evil.example"), ("host", "localhost:8080")])));
        assert!(!from_own_page(&headers(&[("origin", "null"), ("host", "localhost:8080")])));
        assert!(!from_own_page(&headers(&[("sec-fetch-site", "cross-site"), ("host", "localhost:8080")])));
        assert!(from_own_page(&headers(&[("sec-fetch-site", "same-origin")])));
    }
}
