//! The description of the API, generated from the handlers and their types.

use super::{
    acts,
    administration::{self, person, posts, sessions, substitutions, tokens},
    asks, batches, calendar, case, cases, charges, drafts, dues, editions, files, handling, inbox, kept, letters,
    links, mail, manual, nominees, notices, page, people, problem, procedures, receipts, reports, scans, search,
    solutions, terms, values,
};
use axum::Json;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ventanilla",
        version = "1",
        description = "La API de una institución: lo mismo que hacen las páginas. Cada token es de una persona y hace lo que ella puede.",
        license(name = "AGPL-3.0-or-later")
    ),
    servers((url = "/")),
    security(("bearer" = [])),
    modifiers(&Bearer),
    paths(
        cases::open, cases::list, cases::show, cases::history,
        acts::complete, acts::send_back, acts::take, acts::assign, acts::sign,
        terms::comment, terms::pause, terms::resume, terms::extend, terms::exclude, terms::cancel, terms::reopen, terms::rate,
        handling::watch, handling::unwatch, handling::prioritize, handling::escalate, handling::return_escalation, handling::check,
        nominees::list, links::list, links::link, links::unlink, links::merge, links::separate,
        files::attach, files::download,
        letters::list, letters::of_case, letters::show, letters::write, letters::change, letters::number, letters::deliver, letters::void, letters::link,
        notices::list, notices::read, notices::preferences, notices::prefer,
        mail::received, mail::one, mail::original, mail::status, mail::open, mail::note, mail::discard, mail::sent, mail::of_case, mail::test,
        scans::attach, scans::download, dues::list, calendar::preview, calendar::sign, calendar::show,
        drafts::of_case, drafts::keep_of_case, drafts::of_opening, drafts::keep_of_opening,
        batches::create, batches::show, batches::run, batches::undo,
        kept::views, kept::save_view, kept::change_view, kept::drop_view,
        kept::replies, kept::save_reply, kept::change_reply, kept::drop_reply,
        charges::list,
        administration::people::list, administration::people::show, administration::people::create, administration::people::change,
        person::deactivate, person::reactivate, person::set_password, person::remove_second_factor, person::end_sessions,
        posts::list, posts::show, posts::give, posts::end, posts::units,
        substitutions::list, substitutions::show, substitutions::name, substitutions::end,
        sessions::list, tokens::list, tokens::show, tokens::create, tokens::revoke,
        administration::calendar::show, administration::journal::list,
        inbox::show, search::show, receipts::requests, receipts::show, reports::ended,
        solutions::list, solutions::show, solutions::likely, solutions::of_case, solutions::write, solutions::change, solutions::publish, solutions::withdraw,
        manual::show, manual::roles, manual::forms, manual::form, manual::norms, manual::glossary, manual::flowchart, manual::case_flowchart,
        editions::list, editions::show, editions::redline,
        administration::editions::upload, administration::editions::show, administration::editions::publish, administration::editions::withdraw,
        procedures::list, procedures::show, people::me, people::list,
    ),
    components(schemas(
        problem::Problem, problem::ProblemFault, problem::FindingBody, problem::FindingSeverity, case::CaseBody, page::Row, cases::EventBody, cases::OpenBody, asks::Asks,
        inbox::InboxBody, letters::LetterBody, values::Data, values::Datum, values::Cell,
    )),
    tags(
        (name = "casos"), (name = "pasos"), (name = "plazos"), (name = "archivos"), (name = "correspondencia"), (name = "correo"), (name = "avisos"), (name = "bandeja"), (name = "informes"), (name = "soluciones"), (name = "manual"),
        (name = "personas"), (name = "administración"),
    )
)]
struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        openapi.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// The whole description.
#[must_use]
pub fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

/// `GET /api/v1/openapi.json`
pub async fn show() -> Json<utoipa::openapi::OpenApi> {
    Json(description())
}
