//! Writing in cases: answers and notes told apart, drafts that survive, ready answers, and one act on many cases.

use super::common::{Desk, Visitor};
use axum::http::StatusCode;

const TECHNICIAN: &str = "Técnico de Soporte Remoto";

async fn a_case(ana: &Visitor<'_>, subject: &str) -> String {
    let fields = [("asunto", subject), ("descripcion", "Desde ayer.")];
    ana.post("/solicitudes/nueva/DTS-02", "/solicitudes/nueva/DTS-02", &fields).await.number()
}

#[tokio::test]
async fn an_internal_note_is_never_public_and_the_forms_say_who_reads() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let number = a_case(&ana, "Sin red").await;
    let case = format!("/casos/{number}");
    let technician = desk.visitor("igss", TECHNICIAN).await;
    let page = technician.page(&case).await;
    assert!(page.contains("Pública: la leerán Ana Solicitante y quienes atienden el caso."));
    assert!(page.contains("Interna: solo quienes atienden el caso. Ana Solicitante no la ve."));
    assert!(page.contains("Enviar la respuesta a Ana Solicitante") && page.contains("Guardar la nota interna"));
    let notes = format!("{case}/notas");
    // Whatever else the form may say, it is a note.
    technician.post(&case, &notes, &[("texto", "Es el conmutador"), ("alcance", "publico")]).await.done();
    assert!(technician.page(&case).await.contains("Es el conmutador"));
    let hers = ana.page(&case).await;
    assert!(!hers.contains("Es el conmutador") && !hers.contains("Nota interna") && hers.contains("Enviar el mensaje"));
    assert_eq!(ana.post(&case, &notes, &[("texto", "x")]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_draft_is_shown_again_until_it_is_sent_and_survives_a_conflict() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let number = a_case(&ana, "Sin red").await;
    let (case, drafts) = (format!("/casos/{number}"), format!("/casos/{number}/borradores"));
    let technician = desk.visitor("igss", TECHNICIAN).await;
    technician.post(&case, &drafts, &[("texto", "Estamos en"), ("borrador", "comentarios")]).await.done();
    let step = [
        ("paso", "1"),
        ("visita", "1"),
        ("nota", "Revisé el puerto"),
        ("contrasena", "secreta"),
        ("borrador", "cumplimientos"),
    ];
    technician.post(&case, &drafts, &step).await.done();
    let page = technician.page(&case).await;
    assert!(page.contains(">Estamos en</textarea>") && page.contains(">Revisé el puerto</textarea>"));
    assert!(page.contains("Borrador guardado") && !page.contains("secreta"));
    // Only hers, and only where she may look.
    assert!(!ana.page(&case).await.contains("Estamos en"));
    let stranger = desk.visitor("igss", "Secretaria de Recepción").await;
    let refused = stranger.post("/", &drafts, &[("texto", "x"), ("borrador", "notas")]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    // Sent: no longer a draft.
    technician.post(&case, &format!("{case}/comentarios"), &[("texto", "Estamos en ello")]).await.done();
    let page = technician.page(&case).await;
    assert!(!page.contains(">Estamos en</textarea>") && page.contains("Revisé el puerto"));

    // Somebody else of the same post does the step meanwhile; the next one is answered before she sends.
    let shown = technician.page(&case).await;
    let place = &desk.places["igss"];
    let submit = |step: u16, answer: Option<&str>| {
        let mut request = store::CompleteRequest::step(manual::procedure::StepNo(step));
        request.answer = answer.map(Into::into);
        if step == 5 {
            request.values = vec![("solucion".into(), engine::value::Value::Text("Cable nuevo.".into()))];
        }
        let submission = store::Submission::on(
            number.as_str(),
            place.people[TECHNICIAN],
            store::Request::Complete(request),
            desk.app.now(),
        );
        place.store.submit(submission)
    };
    submit(1, None).await.expect("step 1");
    submit(2, Some("si")).await.expect("step 2");
    let sent = [("paso", "1"), ("visita", "1"), ("nota", "Revisé el puerto y el cable")];
    let answer = technician.post_sealed(&shown, &format!("{case}/cumplimientos"), &sent).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text());
    assert!(answer.body.contains("Lo que usted había escrito") && answer.body.contains("Revisé el puerto y el cable"));
    assert!(!answer.body.contains("Revisé el puerto y el cable</textarea>"), "the form is of another step");
    let page = technician.page(&case).await;
    assert!(page.contains("Revisé el puerto y el cable"), "it is still there after a reload");
    technician.post(&case, &drafts, &[("descartar", "cumplimientos")]).await.done();
    assert!(!technician.page(&case).await.contains("Revisé el puerto"));
    assert_eq!(technician.post(&case, &drafts, &[("borrador", "otra")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_ready_answer_is_written_once_and_put_in_with_its_variables() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let number = a_case(&ana, "Sin {{usuario}} en la red").await;
    let case = format!("/casos/{number}");
    let technician = desk.visitor("igss", TECHNICIAN).await;
    let text = "Hola, {{solicitante}}: su caso {{numero}} ({{asunto}}) vence: {{vence}}. {{otra}} — {{usuario}}";
    let fields = [("nombre", "Saludo"), ("texto", text), ("alcance", "privada")];
    technician.post("/respuestas", "/respuestas", &fields).await.done();
    let empty = technician.post("/respuestas", "/respuestas", &[("nombre", ""), ("texto", "queda")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains(">queda</textarea>"));
    let page = technician.page(&case).await;
    let filled = format!(
        "Hola, Ana Solicitante: su caso {number} (Sin {{{{usuario}}}} en la red) vence: sin plazo. {{{{otra}}}} — Persona {TECHNICIAN}"
    );
    assert!(page.contains(&format!("data-texto=\"{filled}\"")), "{page}");
    let id = page.split("<option value=\"").find_map(|part| part.split_once("\" data-texto")).expect("one").0;
    let insert = [("texto", "Buenas."), ("respuesta", id), ("insertar", "comentarios")];
    technician.post(&case, &format!("{case}/borradores"), &insert).await.done();
    assert!(technician.page(&case).await.contains(&format!("Buenas.\n\n{filled}</textarea>")));
    assert!(
        !desk.visitor("igss", "Jefe de Infraestructura Tecnológica").await.page("/respuestas").await.contains("Saludo")
    );
    technician.post("/respuestas", &format!("/respuestas/{id}/baja"), &[]).await.done();
    assert!(technician.page("/respuestas").await.contains("Todavía no hay respuestas preparadas"));
}

#[tokio::test]
async fn many_cases_are_taken_told_one_by_one_and_given_back() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let mut numbers = Vec::new();
    for subject in ["Uno", "Dos", "Tres"] {
        numbers.push(a_case(&ana, subject).await);
    }
    let colleague = colleague_of(&desk).await;
    let technician = desk.visitor("igss", TECHNICIAN).await;
    colleague.post("/bandeja", &format!("/casos/{}/toma", numbers[2]), &[]).await.done();

    let list = technician.page("/bandeja?vista=puesto").await;
    assert!(list.contains(&format!("value=\"{}\" form=\"lote\"", numbers[0])));
    assert_eq!(technician.post_sealed(&list, "/lotes", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let all = [("todos", "si"), ("lugar", "bandeja"), ("consulta", "vista=abiertos&q=no-hay")];
    assert_eq!(technician.post_sealed(&list, "/lotes", &all).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let all = [("todos", "si"), ("lugar", "bandeja"), ("consulta", "vista=abiertos")];
    let choice = technician.post_sealed(&list, "/lotes", &all).await;
    assert!(choice.status == StatusCode::OK && choice.body.contains("Tomar 3 casos"), "{}", choice.text());

    let marked = [
        ("accion", "toma"),
        ("caso", &numbers[0]),
        ("caso", &numbers[1]),
        ("caso", &numbers[2]),
        ("caso", "2026-999999"),
    ];
    let answer = technician.post_sealed(&choice.body, "/lotes", &marked).await;
    answer.done();
    let told = technician.page(answer.to().trim_start_matches("/igss")).await;
    assert!(told.contains("2 casos hechos") && told.contains("1 negado"), "{told}");
    assert!(told.contains("Hilda Colega"), "the reason names who has it: {told}");
    // None was anybody's before: nothing to give back.
    assert!(told.contains("no eran de nadie antes") && !told.contains("Deshacer"));
    assert_eq!(colleague.get(answer.to().trim_start_matches("/igss")).await.status, StatusCode::NOT_FOUND);

    // A chief gives them to another, and takes it back.
    let director = desk.visitor("igss", "Director de Tecnología y Servicio").await;
    let id = colleague_id(&choice.body);
    let list = director.page("/casos").await;
    let assign = [
        ("accion", "asignacion"),
        ("caso", &numbers[0]),
        ("caso", &numbers[1]),
        ("persona", &id),
        ("razon", "Reparto del día"),
    ];
    let answer = director.post_sealed(&list, "/lotes", &assign).await;
    answer.done();
    let address = answer.to().trim_start_matches("/igss").to_string();
    let told = director.page(&address).await;
    assert!(told.contains("2 casos hechos") && told.contains("Deshacer: devolver 2 casos"), "{told}");
    let case = format!("/casos/{}", numbers[0]);
    assert!(
        colleague.page(&case).await.contains("Le toca a usted")
            && !technician.page(&case).await.contains("Le toca a usted")
    );
    // Sent again, nothing is done twice.
    director.post(&address, &format!("{address}/ejecucion"), &[]).await.done();
    director.post(&address, &format!("{address}/reversion"), &[]).await.done();
    assert!(director.page(&address).await.contains("2 deshechos"));
    assert!(
        technician.page(&case).await.contains("Le toca a usted")
            && !colleague.page(&case).await.contains("Le toca a usted")
    );

    let note =
        [("accion", "nota"), ("caso", &numbers[0]), ("caso", &numbers[1]), ("texto", "Corte de luz en el edificio")];
    let answer = technician.post("/bandeja", "/lotes", &note).await;
    answer.done();
    assert!(technician.page(answer.to().trim_start_matches("/igss")).await.contains("2 casos hechos"));
    assert!(technician.page(&format!("/casos/{}", numbers[1])).await.contains("Corte de luz en el edificio"));
    assert!(!ana.page(&format!("/casos/{}", numbers[1])).await.contains("Corte de luz en el edificio"));
    assert_eq!(
        technician.post("/bandeja", "/lotes", &[("accion", "nota"), ("caso", &numbers[0])]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn a_request_that_was_not_sent_is_offered_to_its_writer_and_gone_once_it_is_sent() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let new = "/solicitudes/nueva/DTS-02";
    let keeps = format!("{new}/borrador");
    let page = ana.page(new).await;
    assert!(
        page.contains("data-borradores=\"/igss/solicitudes/nueva/DTS-02/borrador\"") && !page.contains("sin enviar")
    );
    // Choosing without writing leaves nothing.
    ana.post(new, &keeps, &[("lleva", "si"), ("canal", "telefono")]).await.done();
    assert!(!ana.page(new).await.contains("sin enviar"));
    let written =
        [("lleva", "si"), ("asunto", "La «impresora» <b>"), ("descripcion", "Desde ayer"), ("d.impacto", "alto")];
    assert_eq!(ana.post(new, &keeps, &written).await.to(), format!("/igss{new}?borrador=si"));

    let page = ana.page(new).await;
    assert!(
        page.contains("Usted dejó una solicitud sin enviar") && page.contains("La «impresora» &lt;b&gt;"),
        "{page}"
    );
    assert!(!page.contains("data-borradores"), "a fresh form does not write over what nobody has taken up");
    assert!(!ana.page("/solicitudes/nueva/DTS-01").await.contains("sin enviar"), "it is of one procedure");
    let technician = desk.visitor("igss", TECHNICIAN).await;
    assert!(!technician.page(new).await.contains("sin enviar"), "and of one person");
    let other = ana.post(new, &keeps, &[("asunto", "Otra")]).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Another request in between leaves it where it is.
    ana.post(new, new, &[("asunto", "Sin red")]).await.number();
    let taken = ana.page(&format!("{new}?borrador=si")).await;
    assert!(taken.contains("value=\"La «impresora» &lt;b&gt;\"") && taken.contains("Desde ayer"), "{taken}");
    assert!(taken.contains("Descartar el borrador") && taken.contains("name=\"lleva\""), "{taken}");

    // A refusal keeps what was typed since; sending ends it.
    let blank = [("lleva", "si"), ("asunto", ""), ("descripcion", "Desde el lunes")];
    assert_eq!(ana.post(new, new, &blank).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(ana.page(&format!("{new}?borrador=si")).await.contains("Desde el lunes"));
    let sent = [("lleva", "si"), ("asunto", "La impresora"), ("descripcion", "Desde el lunes")];
    ana.post(new, new, &sent).await.number();
    assert!(!ana.page(new).await.contains("sin enviar"));

    ana.post(new, &keeps, &written).await.done();
    desk.clock.set("2026-02-17T15:00:00Z");
    let ana = desk.visitor("igss", "ana").await;
    assert!(ana.page(new).await.contains("sin enviar"));
    assert_eq!(ana.post(new, &keeps, &[("descartar", "si")]).await.to(), format!("/igss{new}"));
    ana.post(new, &keeps, &written).await.done();
    desk.clock.set("2026-03-04T15:00:00Z");
    let ana = desk.visitor("igss", "ana").await;
    assert!(!ana.page(new).await.contains("sin enviar"), "two weeks later nobody is asked any more");
}

#[tokio::test]
async fn a_call_that_was_interrupted_waits_until_the_next_is_registered() {
    let desk = Desk::open(&["igss"]).await;
    let technician = desk.visitor("igss", TECHNICIAN).await;
    let left = [("lleva", "si"), ("persona-texto", "sol ana"), ("procedimiento", "DTS-02"), ("asunto", "Sin tono")];
    let to = technician.post("/ingreso", "/ingreso/borrador", &left).await;
    assert_eq!(to.to(), "/igss/ingreso?borrador=si");
    let page = technician.page("/ingreso").await;
    assert!(page.contains("Usted dejó una solicitud sin enviar") && page.contains("«Sin tono»"), "{page}");
    assert!(!page.contains("value=\"Sin tono\""), "the next call begins on an empty form");
    let next = [("persona-texto", "sol ana"), ("procedimiento", "DTS-02"), ("asunto", "Otra cosa")];
    technician.post("/ingreso", "/ingreso", &next).await.number();
    let page = technician.page("/ingreso?borrador=si").await;
    assert!(page.contains("value=\"Sin tono\"") && page.contains("value=\"DTS-02\" selected"), "{page}");
    technician.post("/ingreso", "/ingreso", &left).await.number();
    assert!(!technician.page("/ingreso").await.contains("sin enviar"));
    let ana = desk.visitor("igss", "ana").await;
    assert_eq!(ana.post("/", "/ingreso/borrador", &left).await.status, StatusCode::FORBIDDEN);
}

/// One more who attends.
async fn colleague_of(desk: &Desk) -> Visitor<'_> {
    let place = &desk.places["igss"];
    let admin = place.store.admin(place.people["admin"]).await.expect("rights");
    let fields =
        store::people::PersonFields { login: "colega".into(), name: "Hilda Colega".into(), ..Default::default() };
    let now = desk.app.now();
    let person = admin.create_person(fields, "x".into(), now).await.expect("a person");
    let since = now.to_zoned(place.store.zone()).date();
    admin.give_post(person, TECHNICIAN.into(), None, since, None, now).await.expect("a post");
    desk.visitor_of("igss", person).await
}

#[tokio::test]
async fn the_priority_of_many_cases_is_weighed_at_once_and_given_back() {
    let desk = Desk::open(&["igss", "seprem"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let technician = desk.visitor("igss", TECHNICIAN).await;
    let mut numbers = Vec::new();
    for subject in ["Uno", "Dos", "Tres"] {
        numbers.push(a_case(&ana, subject).await);
    }
    let weigh = format!("/casos/{}/prioridades", numbers[0]);
    let low = [("impacto", "bajo"), ("urgencia", "baja"), ("razon", "Un solo equipo")];
    technician.post(&format!("/casos/{}", numbers[0]), &weigh, &low).await.done();
    let high = [("impacto", "alto"), ("urgencia", "alta"), ("razon", "Todo el edificio")];
    let weigh = format!("/casos/{}/prioridades", numbers[2]);
    technician.post(&format!("/casos/{}", numbers[2]), &weigh, &high).await.done();

    let marked: Vec<(&str, &str)> = numbers.iter().map(|number| ("caso", number.as_str())).collect();
    let choice = technician.post("/bandeja", "/lotes", &marked).await;
    assert!(choice.body.contains("Cambiar la prioridad de 3 casos"), "{}", choice.text());
    assert!(choice.body.contains("Cómo resulta la prioridad"), "the matrix of the manual is at hand");
    let asked = |more: &[(&'static str, &'static str)]| {
        let mut fields = vec![("accion", "prioridad")];
        fields.extend(more.iter().copied());
        fields.extend(marked.iter().copied());
        fields
    };
    let blank = technician.post("/bandeja", "/lotes", &asked(&[("impacto", "alto"), ("urgencia", "")])).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = blank.text();
    assert!(text.contains("Elija la urgencia") && text.contains("Escriba la razón del cambio"), "{text}");
    assert!(!text.contains("Elija el impacto") && blank.body.contains("value=\"alto\" selected"), "{text}");

    let fields = asked(&[("impacto", "alto"), ("urgencia", "alta"), ("razon", "Se cayó el enlace")]);
    let answer = technician.post("/bandeja", "/lotes", &fields).await;
    answer.done();
    let address = answer.to().trim_start_matches("/igss").to_string();
    let told = technician.page(&address).await;
    assert!(told.contains("2 casos hechos") && told.contains("1 negado"), "{told}");
    assert!(told.contains("La prioridad del caso ya es urgente"), "one line a case says why: {told}");
    let page = technician.page(&format!("/casos/{}", numbers[1])).await;
    assert!(page.contains("fijó la prioridad en urgente (impacto alto × urgencia alta): Se cayó el enlace"), "{page}");

    // Only what was weighed before can be given back; the other says so.
    assert!(told.contains("Deshacer: devolver su prioridad a 1 caso"), "{told}");
    technician.post(&address, &format!("{address}/reversion"), &[]).await.done();
    let told = technician.page(&address).await;
    assert!(told.contains("1 deshecho") && told.contains("no tenían impacto ni urgencia antes"), "{told}");
    let page = technician.page(&format!("/casos/{}", numbers[0])).await;
    assert!(page.contains("impacto bajo × urgencia baja = baja"), "{page}");
    assert!(page.contains("Se deshizo un envío de varios casos"), "{page}");

    // Somebody who only follows the procedure from afar changes nothing.
    let monitor = desk.visitor("igss", "Técnico de Monitoreo").await;
    assert_eq!(monitor.post("/bandeja", "/lotes", &fields).await.status, StatusCode::NOT_FOUND);

    // Where the manual has no matrix the word is chosen, and given back.
    let ana = desk.visitor("seprem", "ana").await;
    let new = "/solicitudes/nueva/SEPREM-DI-008.1";
    let number = ana.post(new, new, &[("asunto", "Sin red")]).await.number();
    let chief = desk.visitor("seprem", "Director de Informática").await;
    let fields = [("accion", "prioridad"), ("caso", &number), ("prioridad", "urgente"), ("razon", "Despacho")];
    let answer = chief.post("/bandeja", "/lotes", &fields).await;
    answer.done();
    let address = answer.to().trim_start_matches("/seprem").to_string();
    assert!(chief.page(&format!("/casos/{number}")).await.contains("fijó la prioridad en urgente: Despacho"));
    chief.post(&address, &format!("{address}/reversion"), &[]).await.done();
    assert!(chief.page(&format!("/casos/{number}")).await.contains("fijó la prioridad en normal"));
}

fn colleague_id(choice: &str) -> String {
    let before = choice.split("Hilda Colega").next().expect("offered");
    before.rsplit("value=\"").next().and_then(|rest| rest.split('"').next()).expect("a number").to_string()
}
