//! Every address of the window, on one screen: method, path, who may use it, and what answers.

use crate::{
    access::{
        Access,
        Scope::{Administer, Read, Write},
    },
    account, admin, api, assets, cases,
    failure::Failure,
    front, guard, headers, inbox, intake, letters, live, mail, manual_pages, portal, rating, reports, search, setup,
    solutions,
    state::App,
};
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
        get  "/{institution}/cuenta/contrasena"      Person => account::renewal::show;
        post "/{institution}/cuenta/contrasena"      Person => account::renewal::change;
        get  "/{institution}/cuenta/segundo-factor"  Person => account::second_factor::show;
        post "/{institution}/cuenta/segundo-factor"  Person => account::second_factor::confirm;
        post "/{institution}/cuenta/segundo-factor/baja" Person => account::second_factor::remove;
        post "/{institution}/cuenta/sesiones/{session}/fin" Person => account::own::end_session;
        get  "/{institution}/cuenta/avisos"          Person => account::preferences::show;
        post "/{institution}/cuenta/avisos"          Person => account::preferences::change;
        get  "/{institution}/avisos"                 Person => account::notices::list;
        post "/{institution}/avisos/lectura"         Person => account::notices::read_all;
        get  "/{institution}/avisos/{id}"            Person => account::notices::open;
        post "/{institution}/avisos/{id}/lectura"    Person => account::notices::read;
        get  "/{institution}/cuenta/teclas"          Person => account::keyboard::show;
        post "/{institution}/cuenta/teclas"          Person => account::keyboard::prefer;

        // Rating by the link of a mail
        get  "/{institution}/calificar/{token}"      Anyone => rating::show;
        post "/{institution}/calificar/{token}"      Anyone => rating::rate;

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

        // Asking
        get  "/{institution}/"                                    Person => portal::catalog::show;
        get  "/{institution}/buscar"                              Person => search::page::show;
        get  "/{institution}/soluciones"                          Person => solutions::list::show;
        get  "/{institution}/soluciones/parecidas"                Person => portal::likely::show;
        get  "/{institution}/soluciones/{id}"                     Person => solutions::one::show;
        post "/{institution}/soluciones/{id}"                     Staff  => solutions::writing::change;
        post "/{institution}/soluciones/{id}/publicacion"         Staff  => solutions::writing::publish;
        post "/{institution}/soluciones/{id}/retiro"              Staff  => solutions::writing::withdraw;
        get  "/{institution}/solicitudes"                         Person => portal::requests::show;
        get  "/{institution}/solicitudes/nueva/{procedure}"       Person => portal::opening::show;
        post "/{institution}/solicitudes/nueva/{procedure}"       Person => portal::openings::create;
        post "/{institution}/solicitudes/nueva/{procedure}/borrador" Person => portal::openings::keep;
        get  "/{institution}/solicitudes/nueva/{procedure}/borrador" Person => portal::opening::show;

        // Receiving: the telephone, the window
        get  "/{institution}/ingreso"                             Staff  => intake::desk::show;
        post "/{institution}/ingreso"                             Staff  => intake::calls::create;
        post "/{institution}/ingreso/borrador"                    Staff  => intake::calls::keep;
        get  "/{institution}/ingreso/borrador"                    Staff  => intake::desk::show;
        get  "/{institution}/ingreso/personas"                    Staff  => intake::people::options;

        // Official letters, in and out
        get  "/{institution}/correspondencia"                     Staff  => letters::register::show;
        get  "/{institution}/correspondencia/registro.csv"        Staff  => letters::csv::export;
        get  "/{institution}/correspondencia/entrada"             Staff  => letters::entry::show;
        post "/{institution}/correspondencia/entrada"             Staff  => letters::entry::create;
        get  "/{institution}/correspondencia/salida"              Staff  => letters::draft::show;
        post "/{institution}/correspondencia/salida"              Staff  => letters::draft::create;
        get  "/{institution}/correspondencia/{letter}"            Staff  => letters::page::show;
        post "/{institution}/correspondencia/{letter}/borrador"   Staff  => letters::acts::change;
        get  "/{institution}/correspondencia/{letter}/borrador"   Staff  => letters::page::back;
        post "/{institution}/correspondencia/{letter}/numero"     Staff  => letters::acts::number;
        get  "/{institution}/correspondencia/{letter}/numero"     Staff  => letters::page::back;
        post "/{institution}/correspondencia/{letter}/entrega"    Staff  => letters::acts::deliver;
        get  "/{institution}/correspondencia/{letter}/entrega"    Staff  => letters::page::back;
        post "/{institution}/correspondencia/{letter}/anulacion"  Staff  => letters::acts::void;
        get  "/{institution}/correspondencia/{letter}/anulacion"  Staff  => letters::page::back;
        post "/{institution}/correspondencia/{letter}/caso"       Staff  => letters::acts::link;
        get  "/{institution}/correspondencia/{letter}/caso"       Staff  => letters::page::back;
        post "/{institution}/correspondencia/{letter}/archivos"   Staff  => letters::acts::attach;
        get  "/{institution}/correspondencia/{letter}/archivos"   Staff  => letters::page::back;
        get  "/{institution}/correspondencia/{letter}/archivos/{sha256}" Staff => letters::page::download;

        // Attending
        get  "/{institution}/bandeja"                             Staff  => inbox::board::show;
        get  "/{institution}/bandeja/ausencias"                   Staff  => inbox::absences::show;
        get  "/{institution}/bandeja/traslados"                   Staff  => inbox::handovers::show;
        post "/{institution}/bandeja/traslados"                   Staff  => inbox::handovers::create;
        get  "/{institution}/vistas"                              Staff  => inbox::views::list;
        post "/{institution}/vistas"                              Staff  => inbox::views::create;
        post "/{institution}/vistas/{id}"                         Staff  => inbox::views::change;
        post "/{institution}/vistas/{id}/baja"                    Staff  => inbox::views::remove;
        get  "/{institution}/respuestas"                          Staff  => inbox::replies::list;
        post "/{institution}/respuestas"                          Staff  => inbox::replies::create;
        post "/{institution}/respuestas/{id}"                     Staff  => inbox::replies::change;
        post "/{institution}/respuestas/{id}/baja"                Staff  => inbox::replies::remove;
        get  "/{institution}/lotes"                               Staff  => inbox::batches::back;
        post "/{institution}/lotes"                               Staff  => inbox::batches::create;
        get  "/{institution}/lotes/{id}"                          Staff  => inbox::batch::show;
        post "/{institution}/lotes/{id}/ejecucion"                Staff  => inbox::batches::run;
        post "/{institution}/lotes/{id}/reversion"                Staff  => inbox::batches::undo;
        post "/{institution}/columnas"                            Person => inbox::columns::prefer;
        get  "/{institution}/casos"                               Person => inbox::everything::show;
        get  "/{institution}/casos/{number}"                      Person => cases::page::show;
        get  "/{institution}/casos/{number}/recibo"               Person => portal::receipt::show;
        post "/{institution}/casos/{number}/cumplimientos"        Person => cases::completions::create;
        get  "/{institution}/casos/{number}/cumplimientos"        Person => cases::page::back;
        post "/{institution}/casos/{number}/devoluciones"         Person => cases::returns::create;
        get  "/{institution}/casos/{number}/devoluciones"         Person => cases::page::back;
        post "/{institution}/casos/{number}/toma"                 Person => cases::takes::create;
        get  "/{institution}/casos/{number}/toma"                 Person => cases::page::back;
        post "/{institution}/casos/{number}/asignaciones"         Person => cases::assignments::create;
        get  "/{institution}/casos/{number}/asignaciones"         Person => cases::page::back;
        post "/{institution}/casos/{number}/comentarios"          Person => cases::comments::create;
        get  "/{institution}/casos/{number}/comentarios"          Person => cases::page::back;
        post "/{institution}/casos/{number}/notas"                Person => cases::notes::create;
        get  "/{institution}/casos/{number}/notas"                Person => cases::page::back;
        post "/{institution}/casos/{number}/soluciones"           Person => solutions::writing::create;
        get  "/{institution}/casos/{number}/soluciones"           Person => cases::page::back;
        post "/{institution}/casos/{number}/borradores"           Person => cases::keeping::create;
        get  "/{institution}/casos/{number}/borradores"           Person => cases::page::back;
        post "/{institution}/casos/{number}/seguimientos"         Person => cases::watchers::create;
        get  "/{institution}/casos/{number}/seguimientos"         Person => cases::page::back;
        post "/{institution}/casos/{number}/seguimientos/fin"     Person => cases::watchers::end;
        get  "/{institution}/casos/{number}/seguimientos/fin"     Person => cases::page::back;
        post "/{institution}/casos/{number}/prioridades"          Person => cases::priorities::create;
        get  "/{institution}/casos/{number}/prioridades"          Person => cases::page::back;
        post "/{institution}/casos/{number}/escalaciones"         Person => cases::escalations::create;
        get  "/{institution}/casos/{number}/escalaciones"         Person => cases::page::back;
        post "/{institution}/casos/{number}/escalaciones/devolucion" Person => cases::escalations::give_back;
        get  "/{institution}/casos/{number}/escalaciones/devolucion" Person => cases::page::back;
        post "/{institution}/casos/{number}/comprobaciones"       Person => cases::checks::create;
        get  "/{institution}/casos/{number}/comprobaciones"       Person => cases::page::back;
        post "/{institution}/casos/{number}/adjuntos"             Person => cases::attachments::create;
        get  "/{institution}/casos/{number}/adjuntos"             Person => cases::page::back;
        get  "/{institution}/casos/{number}/adjuntos/{sha256}"    Person => cases::attachments::download;
        post "/{institution}/casos/{number}/esperas"              Person => cases::pauses::create;
        get  "/{institution}/casos/{number}/esperas"              Person => cases::page::back;
        post "/{institution}/casos/{number}/reanudaciones"        Person => cases::resumptions::create;
        get  "/{institution}/casos/{number}/reanudaciones"        Person => cases::page::back;
        post "/{institution}/casos/{number}/prorrogas"            Person => cases::extensions::create;
        get  "/{institution}/casos/{number}/prorrogas"            Person => cases::page::back;
        post "/{institution}/casos/{number}/exclusiones"          Person => cases::exclusions::create;
        get  "/{institution}/casos/{number}/exclusiones"          Person => cases::page::back;
        post "/{institution}/casos/{number}/anulaciones"          Person => cases::cancellations::create;
        get  "/{institution}/casos/{number}/anulaciones"          Person => cases::page::back;
        post "/{institution}/casos/{number}/reaperturas"          Person => cases::reopenings::create;
        get  "/{institution}/casos/{number}/reaperturas"          Person => cases::page::back;
        post "/{institution}/casos/{number}/firmas"               Person => cases::signatures::create;
        get  "/{institution}/casos/{number}/firmas"               Person => cases::page::back;
        post "/{institution}/casos/{number}/calificaciones"       Person => cases::ratings::create;
        get  "/{institution}/casos/{number}/calificaciones"       Person => cases::page::back;
        post "/{institution}/casos/{number}/enlaces"              Person => cases::links::create;
        get  "/{institution}/casos/{number}/enlaces"              Person => cases::page::back;
        post "/{institution}/casos/{number}/enlaces/fin"          Person => cases::links::end;
        get  "/{institution}/casos/{number}/enlaces/fin"          Person => cases::page::back;
        post "/{institution}/casos/{number}/uniones"              Person => cases::merges::create;
        get  "/{institution}/casos/{number}/uniones"              Person => cases::page::back;
        post "/{institution}/casos/{number}/separaciones"         Person => cases::merges::undo;
        get  "/{institution}/casos/{number}/separaciones"         Person => cases::page::back;
        get  "/{institution}/casos/{number}/otro"                 Person => portal::offshoots::show;

        // Reports, for those who oversee
        get  "/{institution}/informes"                            Staff  => reports::ended::show;
        get  "/{institution}/informes/terminados.csv"             Staff  => reports::file::export;

        // Mail
        get  "/{institution}/correo"                              Staff  => mail::show;
        get  "/{institution}/correo/enviados"                     Staff  => mail::sent;
        post "/{institution}/correo/prueba"                       Administrator => mail::test;
        get  "/{institution}/correo/{id}"                         Staff  => mail::one;
        get  "/{institution}/correo/{id}/original"                Staff  => mail::original;
        post "/{institution}/correo/{id}/casos"                   Staff  => mail::open;
        get  "/{institution}/correo/{id}/casos"                   Staff  => mail::back;
        post "/{institution}/correo/{id}/notas"                   Staff  => mail::attach;
        get  "/{institution}/correo/{id}/notas"                   Staff  => mail::back;
        post "/{institution}/correo/{id}/descartes"               Staff  => mail::discard;
        get  "/{institution}/correo/{id}/descartes"               Staff  => mail::back;

        // The API, by bearer tokens
        get  "/api/v1/openapi.json"                                      Anyone       => api::openapi::show;
        post "/api/v1/{institution}/cases"                               Token(Write) => api::cases::open;
        get  "/api/v1/{institution}/cases"                               Token(Read)  => api::cases::list;
        get  "/api/v1/{institution}/cases/{number}"                      Token(Read)  => api::cases::show;
        get  "/api/v1/{institution}/cases/{number}/history"              Token(Read)  => api::cases::history;
        post "/api/v1/{institution}/cases/{number}/completions"          Token(Write) => api::acts::complete;
        post "/api/v1/{institution}/cases/{number}/returns"              Token(Write) => api::acts::send_back;
        post "/api/v1/{institution}/cases/{number}/take"                 Token(Write) => api::acts::take;
        post "/api/v1/{institution}/cases/{number}/assignments"          Token(Write) => api::acts::assign;
        post "/api/v1/{institution}/cases/{number}/signatures"           Token(Write) => api::acts::sign;
        post "/api/v1/{institution}/cases/{number}/comments"             Token(Write) => api::terms::comment;
        post "/api/v1/{institution}/cases/{number}/watch"                Token(Write) => api::handling::watch;
        post "/api/v1/{institution}/cases/{number}/unwatch"              Token(Write) => api::handling::unwatch;
        post "/api/v1/{institution}/cases/{number}/priority"             Token(Write) => api::handling::prioritize;
        post "/api/v1/{institution}/cases/{number}/escalations"          Token(Write) => api::handling::escalate;
        post "/api/v1/{institution}/cases/{number}/escalations/return"   Token(Write) => api::handling::return_escalation;
        post "/api/v1/{institution}/cases/{number}/checks"               Token(Write) => api::handling::check;
        get  "/api/v1/{institution}/cases/{number}/links"                Token(Read)  => api::links::list;
        post "/api/v1/{institution}/cases/{number}/links"                Token(Write) => api::links::link;
        post "/api/v1/{institution}/cases/{number}/links/removals"       Token(Write) => api::links::unlink;
        post "/api/v1/{institution}/cases/{number}/merges"               Token(Write) => api::links::merge;
        post "/api/v1/{institution}/cases/{number}/separations"          Token(Write) => api::links::separate;
        post "/api/v1/{institution}/cases/{number}/pauses"               Token(Write) => api::terms::pause;
        post "/api/v1/{institution}/cases/{number}/resumptions"          Token(Write) => api::terms::resume;
        post "/api/v1/{institution}/cases/{number}/extensions"           Token(Write) => api::terms::extend;
        post "/api/v1/{institution}/cases/{number}/exclusions"           Token(Write) => api::terms::exclude;
        post "/api/v1/{institution}/cases/{number}/cancellations"        Token(Write) => api::terms::cancel;
        post "/api/v1/{institution}/cases/{number}/reopenings"           Token(Write) => api::terms::reopen;
        post "/api/v1/{institution}/cases/{number}/ratings"              Token(Write) => api::terms::rate;
        post "/api/v1/{institution}/cases/{number}/attachments"          Token(Write) => api::files::attach;
        get  "/api/v1/{institution}/cases/{number}/attachments/{sha256}" Token(Read)  => api::files::download;
        post "/api/v1/{institution}/letters"                             Token(Write) => api::letters::write;
        get  "/api/v1/{institution}/letters"                             Token(Read)  => api::letters::list;
        get  "/api/v1/{institution}/letters/{letter}"                    Token(Read)  => api::letters::show;
        post "/api/v1/{institution}/letters/{letter}"                    Token(Write) => api::letters::change;
        post "/api/v1/{institution}/letters/{letter}/numbers"            Token(Write) => api::letters::number;
        post "/api/v1/{institution}/letters/{letter}/deliveries"         Token(Write) => api::letters::deliver;
        post "/api/v1/{institution}/letters/{letter}/voidings"           Token(Write) => api::letters::void;
        post "/api/v1/{institution}/letters/{letter}/links"              Token(Write) => api::letters::link;
        post "/api/v1/{institution}/letters/{letter}/attachments"        Token(Write) => api::scans::attach;
        get  "/api/v1/{institution}/letters/{letter}/attachments/{sha256}" Token(Read) => api::scans::download;
        get  "/api/v1/{institution}/cases/{number}/dues"                 Token(Read)  => api::dues::list;
        get  "/api/v1/{institution}/cases/{number}/drafts"               Token(Read)  => api::drafts::of_case;
        post "/api/v1/{institution}/cases/{number}/drafts"               Token(Write) => api::drafts::keep_of_case;
        get  "/api/v1/{institution}/procedures/{code}/drafts"            Token(Read)  => api::drafts::of_opening;
        post "/api/v1/{institution}/procedures/{code}/drafts"            Token(Write) => api::drafts::keep_of_opening;
        get  "/api/v1/{institution}/cases/{number}/mails"                Token(Read)  => api::mail::of_case;
        get  "/api/v1/{institution}/mails/received"                      Token(Read)  => api::mail::received;
        get  "/api/v1/{institution}/mails/received/{mail}"               Token(Read)  => api::mail::one;
        get  "/api/v1/{institution}/mails/received/{mail}/original"      Token(Read)  => api::mail::original;
        get  "/api/v1/{institution}/mails/status"                        Token(Read)  => api::mail::status;
        post "/api/v1/{institution}/mails/received/{mail}/cases"         Token(Write) => api::mail::open;
        post "/api/v1/{institution}/mails/received/{mail}/notes"         Token(Write) => api::mail::note;
        post "/api/v1/{institution}/mails/received/{mail}/discards"      Token(Write) => api::mail::discard;
        get  "/api/v1/{institution}/mails/sent"                          Token(Read)  => api::mail::sent;
        get  "/api/v1/{institution}/notices"                             Token(Read)  => api::notices::list;
        post "/api/v1/{institution}/notices/readings"                    Token(Write) => api::notices::read;
        get  "/api/v1/{institution}/preferences"                         Token(Read)  => api::notices::preferences;
        post "/api/v1/{institution}/preferences"                         Token(Write) => api::notices::prefer;
        get  "/api/v1/{institution}/inbox"                               Token(Read)  => api::inbox::show;
        post "/api/v1/{institution}/batches"                             Token(Write) => api::batches::create;
        get  "/api/v1/{institution}/batches/{id}"                        Token(Read)  => api::batches::show;
        post "/api/v1/{institution}/batches/{id}/runs"                   Token(Write) => api::batches::run;
        post "/api/v1/{institution}/batches/{id}/undo"                   Token(Write) => api::batches::undo;
        get  "/api/v1/{institution}/views"                               Token(Read)  => api::kept::views;
        post "/api/v1/{institution}/views"                               Token(Write) => api::kept::save_view;
        post "/api/v1/{institution}/views/{id}"                          Token(Write) => api::kept::change_view;
        delete "/api/v1/{institution}/views/{id}"                        Token(Write) => api::kept::drop_view;
        get  "/api/v1/{institution}/replies"                             Token(Read)  => api::kept::replies;
        post "/api/v1/{institution}/replies"                             Token(Write) => api::kept::save_reply;
        post "/api/v1/{institution}/replies/{id}"                        Token(Write) => api::kept::change_reply;
        delete "/api/v1/{institution}/replies/{id}"                      Token(Write) => api::kept::drop_reply;
        get  "/api/v1/{institution}/charges"                             Token(Read)  => api::charges::list;
        post "/api/v1/{institution}/calendar/previews"                   Token(Administer) => api::calendar::preview;
        post "/api/v1/{institution}/calendar/changes"                    Token(Administer) => api::calendar::sign;
        get  "/api/v1/{institution}/calendar/changes/{version}"          Token(Administer) => api::calendar::show;
        get  "/api/v1/{institution}/search"                              Token(Read)  => api::search::show;
        get  "/api/v1/{institution}/requests"                            Token(Read)  => api::receipts::requests;
        get  "/api/v1/{institution}/cases/{number}/receipt"              Token(Read)  => api::receipts::show;
        get  "/api/v1/{institution}/cases/{number}/flowchart"            Token(Read)  => api::manual::case_flowchart;
        get  "/api/v1/{institution}/cases/{number}/nominees"             Token(Read)  => api::nominees::list;
        get  "/api/v1/{institution}/cases/{number}/letters"              Token(Read)  => api::letters::of_case;
        get  "/api/v1/{institution}/cases/{number}/solutions"            Token(Read)  => api::solutions::of_case;
        post "/api/v1/{institution}/cases/{number}/solutions"            Token(Write) => api::solutions::write;
        get  "/api/v1/{institution}/solutions"                           Token(Read)  => api::solutions::list;
        get  "/api/v1/{institution}/solutions/likely"                    Token(Read)  => api::solutions::likely;
        get  "/api/v1/{institution}/solutions/{id}"                      Token(Read)  => api::solutions::show;
        post "/api/v1/{institution}/solutions/{id}"                      Token(Write) => api::solutions::change;
        post "/api/v1/{institution}/solutions/{id}/publications"         Token(Write) => api::solutions::publish;
        post "/api/v1/{institution}/solutions/{id}/withdrawals"          Token(Write) => api::solutions::withdraw;
        get  "/api/v1/{institution}/reports/ended"                       Token(Read)  => api::reports::ended;
        get  "/api/v1/{institution}/procedures"                          Token(Read)  => api::procedures::list;
        get  "/api/v1/{institution}/procedures/{code}"                   Token(Read)  => api::procedures::show;
        get  "/api/v1/{institution}/procedures/{code}/flowchart"         Token(Read)  => api::manual::flowchart;
        get  "/api/v1/{institution}/manual"                              Token(Read)  => api::manual::show;
        get  "/api/v1/{institution}/manual/roles"                        Token(Read)  => api::manual::roles;
        get  "/api/v1/{institution}/manual/forms"                        Token(Read)  => api::manual::forms;
        get  "/api/v1/{institution}/manual/forms/{code}"                 Token(Read)  => api::manual::form;
        get  "/api/v1/{institution}/manual/norms"                        Token(Read)  => api::manual::norms;
        get  "/api/v1/{institution}/manual/glossary"                     Token(Read)  => api::manual::glossary;
        get  "/api/v1/{institution}/editions"                            Token(Read)  => api::editions::list;
        get  "/api/v1/{institution}/editions/{id}"                       Token(Read)  => api::editions::show;
        get  "/api/v1/{institution}/editions/{id}/redline"               Token(Read)  => api::editions::redline;
        get  "/api/v1/{institution}/me"                                  Token(Read)  => api::people::me;
        get  "/api/v1/{institution}/people"                              Token(Read)  => api::people::list;

        // The administration over the API
        get  "/api/v1/{institution}/administration/people"                                   Token(Administer) => api::administration::people::list;
        post "/api/v1/{institution}/administration/people"                                   Token(Administer) => api::administration::people::create;
        get  "/api/v1/{institution}/administration/people/{id}"                              Token(Administer) => api::administration::people::show;
        post "/api/v1/{institution}/administration/people/{id}"                              Token(Administer) => api::administration::people::change;
        post "/api/v1/{institution}/administration/people/{id}/deactivations"                Token(Administer) => api::administration::person::deactivate;
        post "/api/v1/{institution}/administration/people/{id}/reactivations"                Token(Administer) => api::administration::person::reactivate;
        post "/api/v1/{institution}/administration/people/{id}/passwords"                    Token(Administer) => api::administration::person::set_password;
        post "/api/v1/{institution}/administration/people/{id}/second-factor/removals"       Token(Administer) => api::administration::person::remove_second_factor;
        post "/api/v1/{institution}/administration/people/{id}/sessions/ends"                Token(Administer) => api::administration::person::end_sessions;
        get  "/api/v1/{institution}/administration/posts"                                    Token(Administer) => api::administration::posts::list;
        post "/api/v1/{institution}/administration/posts"                                    Token(Administer) => api::administration::posts::give;
        get  "/api/v1/{institution}/administration/posts/{id}"                               Token(Administer) => api::administration::posts::show;
        post "/api/v1/{institution}/administration/posts/{id}/ends"                          Token(Administer) => api::administration::posts::end;
        get  "/api/v1/{institution}/administration/units"                                    Token(Administer) => api::administration::posts::units;
        get  "/api/v1/{institution}/administration/substitutions"                            Token(Administer) => api::administration::substitutions::list;
        post "/api/v1/{institution}/administration/substitutions"                            Token(Administer) => api::administration::substitutions::name;
        get  "/api/v1/{institution}/administration/substitutions/{id}"                       Token(Administer) => api::administration::substitutions::show;
        post "/api/v1/{institution}/administration/substitutions/{id}/ends"                  Token(Administer) => api::administration::substitutions::end;
        get  "/api/v1/{institution}/administration/sessions"                                 Token(Administer) => api::administration::sessions::list;
        get  "/api/v1/{institution}/administration/calendar"                                 Token(Administer) => api::administration::calendar::show;
        get  "/api/v1/{institution}/administration/tokens"                                   Token(Administer) => api::administration::tokens::list;
        post "/api/v1/{institution}/administration/tokens"                                   Token(Administer) => api::administration::tokens::create;
        get  "/api/v1/{institution}/administration/tokens/{id}"                              Token(Administer) => api::administration::tokens::show;
        post "/api/v1/{institution}/administration/tokens/{id}/revocations"                  Token(Administer) => api::administration::tokens::revoke;
        get  "/api/v1/{institution}/administration/journal"                                  Token(Administer) => api::administration::journal::list;
        post "/api/v1/{institution}/administration/editions"                                 Token(Administer) => api::administration::editions::upload;
        get  "/api/v1/{institution}/administration/editions/{id}"                            Token(Administer) => api::administration::editions::show;
        post "/api/v1/{institution}/administration/editions/{id}/publications"               Token(Administer) => api::administration::editions::publish;
        post "/api/v1/{institution}/administration/editions/{id}/withdrawals"                Token(Administer) => api::administration::editions::withdraw;
        post "/api/v1/{institution}/administration/mails/tests"                              Token(Administer) => api::mail::test;

        // Administration
        get  "/{institution}/administracion"                                    Administrator => admin::overview::show;
        get  "/{institution}/administracion/personas"                           Administrator => admin::people::list;
        post "/{institution}/administracion/personas"                           Administrator => admin::people::create;
        get  "/{institution}/administracion/personas/nueva"                     Administrator => admin::people::blank;
        get  "/{institution}/administracion/personas/{id}"                      Administrator => admin::person::show;
        post "/{institution}/administracion/personas/{id}"                      Administrator => admin::person::change;
        post "/{institution}/administracion/personas/{id}/baja"                 Administrator => admin::person::deactivate;
        post "/{institution}/administracion/personas/{id}/alta"                 Administrator => admin::person::reactivate;
        post "/{institution}/administracion/personas/{id}/contrasena"           Administrator => admin::person::set_password;
        post "/{institution}/administracion/personas/{id}/segundo-factor/baja"  Administrator => admin::person::remove_second_factor;
        post "/{institution}/administracion/personas/{id}/sesiones/fin"         Administrator => admin::person::end_sessions;
        get  "/{institution}/administracion/puestos"                            Administrator => admin::posts::list;
        post "/{institution}/administracion/puestos"                            Administrator => admin::posts::give;
        post "/{institution}/administracion/puestos/{id}/fin"                   Administrator => admin::posts::end;
        get  "/{institution}/administracion/unidades"                           Administrator => admin::units::list;
        get  "/{institution}/administracion/suplencias"                         Administrator => admin::substitutions::list;
        post "/{institution}/administracion/suplencias"                         Administrator => admin::substitutions::name;
        post "/{institution}/administracion/suplencias/{id}/fin"                Administrator => admin::substitutions::end;
        get  "/{institution}/administracion/calendario"                         Administrator => admin::calendar::show;
        get  "/{institution}/administracion/calendario/cambios/nuevo"           Administrator => admin::decreed::preview;
        post "/{institution}/administracion/calendario/cambios"                 Administrator => admin::decreed::sign;
        get  "/{institution}/administracion/calendario/cambios/{version}"       Administrator => admin::recounts::show;
        get  "/{institution}/administracion/ediciones"                          Administrator => admin::editions::list;
        post "/{institution}/administracion/ediciones"                          Administrator => admin::editions::upload;
        get  "/{institution}/administracion/ediciones/{id}"                     Administrator => admin::edition::show;
        post "/{institution}/administracion/ediciones/{id}/publicacion"         Administrator => admin::edition::publish;
        post "/{institution}/administracion/ediciones/{id}/retiro"              Administrator => admin::edition::withdraw;
        get  "/{institution}/administracion/fichas"                             Administrator => admin::tokens::list;
        post "/{institution}/administracion/fichas"                             Administrator => admin::tokens::create;
        post "/{institution}/administracion/fichas/{id}/revocacion"             Administrator => admin::tokens::revoke;
        get  "/{institution}/administracion/sesiones"                           Administrator => admin::sessions::list;
        get  "/{institution}/administracion/bitacora"                           Administrator => admin::journal::list;

        // The first set-up
        get  "/{institution}/instalacion"                                       Anyone => setup::show;
        post "/{institution}/instalacion"                                       Anyone => setup::finish;

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
        .layer(middleware::from_fn(api::problem::speak))
        .layer(middleware::from_fn(headers::secure))
        .with_state(app)
}

/// A defect must not take the answer away: a plain page with a code, and the rest in the log.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the cause over")]
fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let detail =
        cause.downcast_ref::<String>().cloned().or_else(|| cause.downcast_ref::<&str>().map(ToString::to_string));
    Failure::Internal(format!("panic: {}", detail.unwrap_or_default())).into_response()
}
