//! The API does what the pages do: every page's route is mapped here to the operations that do or show the same, or to
//! the reason why a program needs none. A new page that is not mapped, an operation that is not there, a row whose page is
//! gone: each fails by its name.

use std::collections::{BTreeMap, BTreeSet};

/// How a program has what a page's route gives.
enum By {
    /// These operations do or show the same.
    Api(&'static [&'static str]),
    /// The blank form of what these operations do.
    FormOf(&'static [&'static str]),
    /// A `GET` of an address that only takes forms, as after a reload: it goes back to a page.
    Back,
    /// No program needs it.
    Never(&'static str),
}
use By::{Api, Back, FormOf, Never};

const ENTRANCE: &str = "entering and leaving are a browser's; a program has its token";
const CREDENTIALS: &str = "a token must not change the credentials of its person";
const LOOKS: &str = "how a page looks or obeys the keyboard";
const STYLE: &str = "style and pictures of the pages";

/// `METHOD page`, without the institution, and what stands for it. The operations are without `/api/v1/{institution}`.
#[rustfmt::skip]
const PAGES: &[(&str, By)] = &[
    // The door
    ("GET /", Never("the list of institutions: whoever has a token knows his")),
    ("GET /salud", Never("a sign of life, the same for programs")),
    ("GET /activos/{name}", Never(STYLE)),
    ("GET /_/tema.css", Never(STYLE)),
    ("GET /_/entrar", Never(ENTRANCE)),
    ("POST /_/entrar", Never(ENTRANCE)),
    ("POST /_/salir", Never(ENTRANCE)),
    ("GET /_/instalacion", Never("the first set-up: before it there is nobody who could have a token")),
    ("POST /_/instalacion", Never("the first set-up: before it there is nobody who could have a token")),
    ("GET /_/vivo", Never("what changed while a page is open, and who else has it open: a program asks again")),

    // One's own account
    ("GET /_/cuenta", Api(&["GET me"])),
    ("GET /_/cuenta/contrasena", Never(CREDENTIALS)),
    ("POST /_/cuenta/contrasena", Never(CREDENTIALS)),
    ("GET /_/cuenta/segundo-factor", Never(CREDENTIALS)),
    ("POST /_/cuenta/segundo-factor", Never(CREDENTIALS)),
    ("POST /_/cuenta/segundo-factor/baja", Never(CREDENTIALS)),
    ("POST /_/cuenta/sesiones/{session}/fin", Never("where one is entered is ended where one enters, or by whoever administers")),
    ("GET /_/cuenta/avisos", Api(&["GET preferences"])),
    ("POST /_/cuenta/avisos", Api(&["POST preferences"])),
    ("GET /_/cuenta/teclas", Never(LOOKS)),
    ("POST /_/cuenta/teclas", Never(LOOKS)),
    ("GET /_/avisos", Api(&["GET notices"])),
    ("POST /_/avisos/lectura", Api(&["POST notices/readings"])),
    ("GET /_/avisos/{id}", Api(&["GET notices", "POST notices/readings"])),
    ("POST /_/avisos/{id}/lectura", Api(&["POST notices/readings"])),
    ("GET /_/calificar/{token}", Never("the link of a mail, for whoever does not enter; a program rates as its person")),
    ("POST /_/calificar/{token}", Api(&["POST cases/{number}/ratings"])),

    // The manual
    ("GET /_/manual", Api(&["GET manual", "GET procedures"])),
    ("GET /_/manual/procedimientos/{code}", Api(&["GET procedures/{code}", "GET procedures/{code}/flowchart"])),
    ("GET /_/manual/responsables", Api(&["GET manual/roles"])),
    ("GET /_/manual/formularios", Api(&["GET manual/forms"])),
    ("GET /_/manual/formularios/{code}", Api(&["GET manual/forms/{code}"])),
    ("GET /_/manual/normas", Api(&["GET manual/norms"])),
    ("GET /_/manual/glosario", Api(&["GET manual/glossary"])),
    ("GET /_/manual/simbolos", Never("the legend of the drawings, the same for every manual")),
    ("GET /_/manual/ediciones", Api(&["GET editions", "GET editions/{id}"])),
    ("GET /_/manual/ediciones/comparacion", Api(&["GET editions/{id}/redline"])),

    // Asking
    ("GET /_/", Api(&["GET procedures", "GET solutions/likely"])),
    ("GET /_/buscar", Api(&["GET search"])),
    ("GET /_/soluciones", Api(&["GET solutions"])),
    ("GET /_/soluciones/parecidas", Api(&["GET solutions/likely"])),
    ("GET /_/soluciones/{id}", Api(&["GET solutions/{id}"])),
    ("POST /_/soluciones/{id}", Api(&["POST solutions/{id}"])),
    ("POST /_/soluciones/{id}/publicacion", Api(&["POST solutions/{id}/publications"])),
    ("POST /_/soluciones/{id}/retiro", Api(&["POST solutions/{id}/withdrawals"])),
    ("GET /_/solicitudes", Api(&["GET requests"])),
    ("GET /_/solicitudes/nueva/{procedure}", Api(&["GET procedures/{code}", "GET procedures/{code}/drafts"])),
    ("POST /_/solicitudes/nueva/{procedure}", Api(&["POST cases"])),
    ("GET /_/solicitudes/nueva/{procedure}/borrador", Back),
    ("POST /_/solicitudes/nueva/{procedure}/borrador", Api(&["POST procedures/{code}/drafts"])),

    // Receiving: the telephone, the window
    ("GET /_/ingreso", FormOf(&["POST cases"])),
    ("POST /_/ingreso", Api(&["POST cases", "POST letters/{letter}/links"])),
    ("GET /_/ingreso/borrador", Back),
    ("POST /_/ingreso/borrador", Never("the half-written page of the desk; a program keeps its own")),
    ("GET /_/ingreso/personas", Api(&["GET people"])),

    // Official letters
    ("GET /_/correspondencia", Api(&["GET letters"])),
    ("GET /_/correspondencia/registro.csv", Api(&["GET letters"])),
    ("GET /_/correspondencia/entrada", FormOf(&["POST letters"])),
    ("POST /_/correspondencia/entrada", Api(&["POST letters"])),
    ("GET /_/correspondencia/salida", FormOf(&["POST letters"])),
    ("POST /_/correspondencia/salida", Api(&["POST letters"])),
    ("GET /_/correspondencia/{letter}", Api(&["GET letters/{letter}"])),
    ("POST /_/correspondencia/{letter}/borrador", Api(&["POST letters/{letter}"])),
    ("GET /_/correspondencia/{letter}/borrador", Back),
    ("POST /_/correspondencia/{letter}/numero", Api(&["POST letters/{letter}/numbers"])),
    ("GET /_/correspondencia/{letter}/numero", Back),
    ("POST /_/correspondencia/{letter}/entrega", Api(&["POST letters/{letter}/deliveries"])),
    ("GET /_/correspondencia/{letter}/entrega", Back),
    ("POST /_/correspondencia/{letter}/anulacion", Api(&["POST letters/{letter}/voidings"])),
    ("GET /_/correspondencia/{letter}/anulacion", Back),
    ("POST /_/correspondencia/{letter}/caso", Api(&["POST letters/{letter}/links"])),
    ("GET /_/correspondencia/{letter}/caso", Back),
    ("POST /_/correspondencia/{letter}/archivos", Api(&["POST letters/{letter}/attachments"])),
    ("GET /_/correspondencia/{letter}/archivos", Back),
    ("GET /_/correspondencia/{letter}/archivos/{sha256}", Api(&["GET letters/{letter}/attachments/{sha256}"])),

    // Attending
    ("GET /_/bandeja", Api(&["GET inbox"])),
    ("GET /_/bandeja/ausencias", Api(&["GET inbox"])),
    ("GET /_/bandeja/traslados", Api(&["GET charges", "GET people"])),
    ("POST /_/bandeja/traslados", Api(&["POST batches"])),
    ("GET /_/vistas", Api(&["GET views"])),
    ("POST /_/vistas", Api(&["POST views"])),
    ("POST /_/vistas/{id}", Api(&["POST views/{id}"])),
    ("POST /_/vistas/{id}/baja", Api(&["DELETE views/{id}"])),
    ("GET /_/respuestas", Api(&["GET replies"])),
    ("POST /_/respuestas", Api(&["POST replies"])),
    ("POST /_/respuestas/{id}", Api(&["POST replies/{id}"])),
    ("POST /_/respuestas/{id}/baja", Api(&["DELETE replies/{id}"])),
    ("GET /_/lotes", Back),
    ("POST /_/lotes", Api(&["POST batches"])),
    ("GET /_/lotes/{id}", Api(&["GET batches/{id}"])),
    ("POST /_/lotes/{id}/ejecucion", Api(&["POST batches/{id}/runs"])),
    ("POST /_/lotes/{id}/reversion", Api(&["POST batches/{id}/undo"])),
    ("POST /_/columnas", Never(LOOKS)),
    ("GET /_/casos", Api(&["GET cases"])),
    ("GET /_/casos/{number}", Api(&["GET cases/{number}", "GET cases/{number}/history", "GET cases/{number}/dues",
        "GET cases/{number}/links", "GET cases/{number}/mails", "GET cases/{number}/letters", "GET cases/{number}/solutions", "GET cases/{number}/nominees", "GET cases/{number}/drafts", "GET cases/{number}/flowchart"])),
    ("GET /_/casos/{number}/recibo", Api(&["GET cases/{number}/receipt"])),
    ("GET /_/casos/{number}/otro", FormOf(&["POST cases"])),
    ("POST /_/casos/{number}/cumplimientos", Api(&["POST cases/{number}/completions"])),
    ("GET /_/casos/{number}/cumplimientos", Back),
    ("POST /_/casos/{number}/devoluciones", Api(&["POST cases/{number}/returns"])),
    ("GET /_/casos/{number}/devoluciones", Back),
    ("POST /_/casos/{number}/toma", Api(&["POST cases/{number}/take"])),
    ("GET /_/casos/{number}/toma", Back),
    ("POST /_/casos/{number}/asignaciones", Api(&["POST cases/{number}/assignments"])),
    ("GET /_/casos/{number}/asignaciones", Back),
    ("POST /_/casos/{number}/comentarios", Api(&["POST cases/{number}/comments"])),
    ("GET /_/casos/{number}/comentarios", Back),
    ("POST /_/casos/{number}/notas", Api(&["POST cases/{number}/comments"])),
    ("GET /_/casos/{number}/notas", Back),
    ("POST /_/casos/{number}/soluciones", Api(&["POST cases/{number}/solutions"])),
    ("GET /_/casos/{number}/soluciones", Back),
    ("POST /_/casos/{number}/borradores", Api(&["POST cases/{number}/drafts"])),
    ("GET /_/casos/{number}/borradores", Back),
    ("POST /_/casos/{number}/seguimientos", Api(&["POST cases/{number}/watch"])),
    ("GET /_/casos/{number}/seguimientos", Back),
    ("POST /_/casos/{number}/seguimientos/fin", Api(&["POST cases/{number}/unwatch"])),
    ("GET /_/casos/{number}/seguimientos/fin", Back),
    ("POST /_/casos/{number}/prioridades", Api(&["POST cases/{number}/priority"])),
    ("GET /_/casos/{number}/prioridades", Back),
    ("POST /_/casos/{number}/escalaciones", Api(&["POST cases/{number}/escalations"])),
    ("GET /_/casos/{number}/escalaciones", Back),
    ("POST /_/casos/{number}/escalaciones/devolucion", Api(&["POST cases/{number}/escalations/return"])),
    ("GET /_/casos/{number}/escalaciones/devolucion", Back),
    ("POST /_/casos/{number}/comprobaciones", Api(&["POST cases/{number}/checks"])),
    ("GET /_/casos/{number}/comprobaciones", Back),
    ("POST /_/casos/{number}/adjuntos", Api(&["POST cases/{number}/attachments"])),
    ("GET /_/casos/{number}/adjuntos", Back),
    ("GET /_/casos/{number}/adjuntos/{sha256}", Api(&["GET cases/{number}/attachments/{sha256}"])),
    ("POST /_/casos/{number}/esperas", Api(&["POST cases/{number}/pauses"])),
    ("GET /_/casos/{number}/esperas", Back),
    ("POST /_/casos/{number}/reanudaciones", Api(&["POST cases/{number}/resumptions"])),
    ("GET /_/casos/{number}/reanudaciones", Back),
    ("POST /_/casos/{number}/prorrogas", Api(&["POST cases/{number}/extensions"])),
    ("GET /_/casos/{number}/prorrogas", Back),
    ("POST /_/casos/{number}/exclusiones", Api(&["POST cases/{number}/exclusions"])),
    ("GET /_/casos/{number}/exclusiones", Back),
    ("POST /_/casos/{number}/anulaciones", Api(&["POST cases/{number}/cancellations"])),
    ("GET /_/casos/{number}/anulaciones", Back),
    ("POST /_/casos/{number}/reaperturas", Api(&["POST cases/{number}/reopenings"])),
    ("GET /_/casos/{number}/reaperturas", Back),
    ("POST /_/casos/{number}/firmas", Api(&["POST cases/{number}/signatures"])),
    ("GET /_/casos/{number}/firmas", Back),
    ("POST /_/casos/{number}/calificaciones", Api(&["POST cases/{number}/ratings"])),
    ("GET /_/casos/{number}/calificaciones", Back),
    ("POST /_/casos/{number}/enlaces", Api(&["POST cases/{number}/links"])),
    ("GET /_/casos/{number}/enlaces", Back),
    ("POST /_/casos/{number}/enlaces/fin", Api(&["POST cases/{number}/links/removals"])),
    ("GET /_/casos/{number}/enlaces/fin", Back),
    ("POST /_/casos/{number}/uniones", Api(&["POST cases/{number}/merges"])),
    ("GET /_/casos/{number}/uniones", Back),
    ("POST /_/casos/{number}/separaciones", Api(&["POST cases/{number}/separations"])),
    ("GET /_/casos/{number}/separaciones", Back),
    ("GET /_/informes", Api(&["GET reports/ended"])),
    ("GET /_/informes/terminados.csv", Api(&["GET reports/ended"])),

    // Mail
    ("GET /_/correo", Api(&["GET mails/received", "GET mails/status"])),
    ("GET /_/correo/enviados", Api(&["GET mails/sent"])),
    ("GET /_/correo/{id}", Api(&["GET mails/received/{mail}"])),
    ("GET /_/correo/{id}/original", Api(&["GET mails/received/{mail}/original"])),
    ("POST /_/correo/{id}/casos", Api(&["POST mails/received/{mail}/cases"])),
    ("GET /_/correo/{id}/casos", Back),
    ("POST /_/correo/{id}/notas", Api(&["POST mails/received/{mail}/notes"])),
    ("GET /_/correo/{id}/notas", Back),
    ("POST /_/correo/{id}/descartes", Api(&["POST mails/received/{mail}/discards"])),
    ("GET /_/correo/{id}/descartes", Back),
    ("POST /_/correo/prueba", Api(&["POST administration/mails/tests"])),

    // Administration
    ("GET /_/administracion", Api(&["GET administration/people", "GET administration/posts", "GET editions"])),
    ("GET /_/administracion/personas", Api(&["GET administration/people"])),
    ("POST /_/administracion/personas", Api(&["POST administration/people"])),
    ("GET /_/administracion/personas/nueva", FormOf(&["POST administration/people"])),
    ("GET /_/administracion/personas/{id}", Api(&["GET administration/people/{id}"])),
    ("POST /_/administracion/personas/{id}", Api(&["POST administration/people/{id}"])),
    ("POST /_/administracion/personas/{id}/baja", Api(&["POST administration/people/{id}/deactivations"])),
    ("POST /_/administracion/personas/{id}/alta", Api(&["POST administration/people/{id}/reactivations"])),
    ("POST /_/administracion/personas/{id}/contrasena", Api(&["POST administration/people/{id}/passwords"])),
    ("POST /_/administracion/personas/{id}/segundo-factor/baja", Api(&["POST administration/people/{id}/second-factor/removals"])),
    ("POST /_/administracion/personas/{id}/sesiones/fin", Api(&["POST administration/people/{id}/sessions/ends"])),
    ("GET /_/administracion/puestos", Api(&["GET administration/posts"])),
    ("POST /_/administracion/puestos", Api(&["POST administration/posts"])),
    ("POST /_/administracion/puestos/{id}/fin", Api(&["POST administration/posts/{id}/ends"])),
    ("GET /_/administracion/unidades", Api(&["GET administration/units"])),
    ("GET /_/administracion/suplencias", Api(&["GET administration/substitutions"])),
    ("POST /_/administracion/suplencias", Api(&["POST administration/substitutions"])),
    ("POST /_/administracion/suplencias/{id}/fin", Api(&["POST administration/substitutions/{id}/ends"])),
    ("GET /_/administracion/calendario", Api(&["GET administration/calendar"])),
    ("GET /_/administracion/calendario/cambios/nuevo", Api(&["POST calendar/previews"])),
    ("POST /_/administracion/calendario/cambios", Api(&["POST calendar/changes"])),
    ("GET /_/administracion/calendario/cambios/{version}", Api(&["GET calendar/changes/{version}"])),
    ("GET /_/administracion/fichas", Api(&["GET administration/tokens"])),
    ("POST /_/administracion/fichas", Api(&["POST administration/tokens"])),
    ("POST /_/administracion/fichas/{id}/revocacion", Api(&["POST administration/tokens/{id}/revocations"])),
    ("GET /_/administracion/sesiones", Api(&["GET administration/sessions"])),
    ("GET /_/administracion/bitacora", Api(&["GET administration/journal"])),
    ("GET /_/administracion/ediciones", Api(&["GET editions"])),
    ("POST /_/administracion/ediciones", Api(&["POST administration/editions"])),
    ("GET /_/administracion/ediciones/{id}", Api(&["GET administration/editions/{id}"])),
    ("POST /_/administracion/ediciones/{id}/publicacion", Api(&["POST administration/editions/{id}/publications"])),
    ("POST /_/administracion/ediciones/{id}/retiro", Api(&["POST administration/editions/{id}/withdrawals"])),
];

/// `GET /{institution}/casos` as this file writes it: `GET /_/casos`.
fn page(method: &str, path: &str) -> String {
    format!("{method} {}", path.replacen("/{institution}", "/_", 1))
}

#[test]
fn every_page_has_its_operation_or_its_reason() {
    let table = web::table();
    let (api, pages): (Vec<_>, Vec<_>) = table.iter().partition(|route| route.path.starts_with("/api/"));
    let operations: BTreeSet<String> = api
        .iter()
        .filter_map(|route| {
            let path = route.path.strip_prefix("/api/v1/{institution}/")?;
            Some(format!("{} {path}", route.method))
        })
        .collect();
    let description = serde_json::to_value(web::api::openapi::description()).expect("JSON");
    let described = |operation: &str| {
        let (method, path) = operation.split_once(' ').expect("method and path");
        description["paths"][format!("/api/v1/{{institution}}/{path}")][method.to_lowercase()].is_object()
    };
    let mapped: BTreeMap<&str, &By> = PAGES.iter().map(|(page, by)| (*page, by)).collect();
    let mut faults = Vec::new();
    if mapped.len() != PAGES.len() {
        faults.push("a page is mapped twice".to_owned());
    }
    let there: BTreeSet<String> = pages.iter().map(|route| page(route.method.as_str(), route.path)).collect();
    for page in &there {
        if !mapped.contains_key(page.as_str()) {
            faults.push(format!("{page} is not mapped: name its operation, or why a program needs none"));
        }
    }
    let mut used = BTreeSet::new();
    for (page, by) in PAGES {
        if !there.contains(*page) {
            faults.push(format!("{page} is mapped and is no page"));
        }
        match by {
            Api(list) | FormOf(list) => {
                for operation in *list {
                    if !operations.contains(*operation) || !described(operation) {
                        faults.push(format!("{page}: {operation} is no operation of the table and the description"));
                    }
                    used.insert((*operation).to_owned());
                }
                if list.is_empty() {
                    faults.push(format!("{page} names no operation"));
                }
            }
            Back if !page.starts_with("GET ") => faults.push(format!("{page} is no way back: only a GET is")),
            Back => {
                let post = page.replacen("GET", "POST", 1);
                if !there.contains(&post) {
                    faults.push(format!("{page} goes back from a form that is not there"));
                }
            }
            Never(reason) => {
                if reason.len() < 10 {
                    faults.push(format!("{page}: say why no program needs it"));
                }
            }
        }
    }
    println!("{} pages, {} operations of {} stand for them", PAGES.len(), used.len(), operations.len());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(used.len() >= 90, "{}", used.len());
}
