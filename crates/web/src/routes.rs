//! Every address of the window, on one screen: method, path, who may use it, and what answers.

use crate::{access::Access, failure::Failure, account, assets, front, guard, headers, live, manual_pages, state::App};
use Access::{Administrator, Anyone, Person, Staff, Token};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::Method,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use tower_http::catch_panic::CatchPanicLayer;

/// One route as it is declared.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    handler: MethodRouter<App>,
}

macro_rules! routes {
    ($($method:ident $path:literal $access:expr => $handler:expr;)*) => {
        vec![$(Route {
            method: routes!(@method $method),
            path: $path,
            access: $access,
            handler: axum::routing::$method($handler),
        }),*]
    };
    (@method get) => { Method::GET };
    (@method post) => { Method::POST };
    (@method delete) => { Method::DELETE };
}

/// The table. A path's `{institution}` is found by the guard before any handler runs.
#[must_use]
#[rustfmt::skip]
pub fn table() -> Vec<Route> {
    routes! {
        // The door
        get  "/"                                     Anyone => front::institutions;
        get  "/salud"                                Anyone => front::health;
        get  "/activos/{name}"                       Anyone => assets::show;
        get  "/{institution}/tema.css"               Anyone => front::theme;
        get  "/{institution}/entrar"                 Anyone => account::entrance::show;
        post "/{institution}/entrar"                 Anyone => account::entrance::enter;
        post "/{institution}/salir"                  Person => account::entrance::leave;

        // One's own account
        get  "/{institution}/cuenta"                 Person => account::own::show;
        post "/{institution}/cuenta/contrasena"      Person => account::own::change_password;
        get  "/{institution}/cuenta/segundo-factor"  Person => account::second_factor::show;
        post "/{institution}/cuenta/segundo-factor"  Person => account::second_factor::confirm;
        post "/{institution}/cuenta/segundo-factor/baja" Person => account::second_factor::remove;
        post "/{institution}/cuenta/sesiones/{session}/fin" Person => account::own::end_session;

        // The manual
        get  "/{institution}/manual"                              Person => manual_pages::title::show;
        get  "/{institution}/manual/procedimientos/{code}"        Person => manual_pages::procedure::show;
        get  "/{institution}/manual/responsables"                 Person => manual_pages::roles::show;
        get  "/{institution}/manual/formularios"                  Person => manual_pages::forms::list;
        get  "/{institution}/manual/formularios/{code}"           Person => manual_pages::forms::show;
        get  "/{institution}/manual/normas"                       Person => manual_pages::norms::show;
        get  "/{institution}/manual/glosario"                     Person => manual_pages::glossary::show;
        get  "/{institution}/manual/simbolos"                     Person => manual_pages::symbols::show;
        get  "/{institution}/manual/ediciones"                    Person => manual_pages::editions::list;
        get  "/{institution}/manual/ediciones/comparacion"        Person => manual_pages::editions::compared;

        // Live changes
        get  "/{institution}/vivo"                   Person => live::stream;
    }
}

/// The router made of the table, with the headers on every answer.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in table() {
        let (guarded, access) = (app.clone(), route.access);
        let handler = route.handler.layer(middleware::from_fn(move |request: Request, next: Next| {
            guard::guard(guarded.clone(), access, request, next)
        }));
        router = router.route(route.path, handler);
    }
    router
        .fallback(|| async { Failure::NotFound.into_response() })
        .layer(DefaultBodyLimit::max(crate::form::REQUEST_BYTES))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(headers::secure))
        .with_state(app)
}

/// A defect must not take the answer away: a plain page with a code, and the rest in the log.
fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let detail = cause.downcast_ref::<String>().cloned().or_else(|| cause.downcast_ref::<&str>().map(ToString::to_string));
    Failure::Internal(format!("panic: {}", detail.unwrap_or_default())).into_response()
}
