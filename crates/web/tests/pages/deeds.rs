//! What else people do with cases: signing, assigning, extending, cancelling, reopening, sending twice, finding them.

use crate::common::{Desk, PASSWORD};
use axum::http::StatusCode;

#[tokio::test]
async fn a_signature_wants_the_password_anew_and_the_step_waits_for_it() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let new = "/solicitudes/nueva/DTS-13";
    let number = ana.post(new, new, &[("asunto", "Punto de red")]).await.number();
    let case = format!("/casos/{number}");
    let (done, signed) = (format!("{case}/cumplimientos"), format!("{case}/firmas"));
    let technician = desk.visitor("igss", "Técnico en Telecomunicaciones").await;
    desk.visitor("igss", "Secretaria de Recepción")
        .await
        .post(&case, &done, &[("paso", "1"), ("d.firma-sello", "si")])
        .await
        .done();
    desk.visitor("igss", "Secretaria de Telecomunicaciones").await.post(&case, &done, &[("paso", "2")]).await.done();
    technician.post(&case, &done, &[("paso", "3")]).await.done();
    let early = technician.post(&case, &done, &[("paso", "4"), ("nota", "Oficio listo")]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.text().contains("Falta la firma de Jefe de Infraestructura Tecnológica"), "{}", early.text());
    assert!(early.body.contains("Oficio listo"));

    let director = desk.visitor("igss", "Director de Tecnología y Servicio").await;
    let role = ("puesto", "Director de Tecnología y Servicio");
    assert!(director.page(&case).await.contains("Se le pide su firma: Visto bueno del oficio de respuesta"));
    for wrong in ["", "otra frase cualquiera"] {
        let refused = director.post(&case, &signed, &[role, ("contrasena", wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
        assert!(!refused.body.contains("otra frase cualquiera"), "a password is never shown again");
    }
    director.post(&case, &signed, &[role, ("contrasena", PASSWORD)]).await.done();
    // Nobody signs for another.
    let forged = technician
        .post(&case, &signed, &[("puesto", "Jefe de Infraestructura Tecnológica"), ("contrasena", PASSWORD)])
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "{}", forged.text());
    let chief = desk.visitor("igss", "Jefe de Infraestructura Tecnológica").await;
    chief
        .post(&case, &signed, &[("puesto", "Jefe de Infraestructura Tecnológica"), ("contrasena", PASSWORD)])
        .await
        .done();
    technician.post(&case, &done, &[("paso", "4")]).await.done();
    assert!(technician.page(&case).await.contains("Finalizar el caso"));
}

#[tokio::test]
async fn terms_are_extended_and_cases_handed_over_only_with_a_cause_and_a_reason() {
    let desk = Desk::open(&["diaco"]).await;
    let ana = desk.visitor("diaco", "ana").await;
    let new = "/solicitudes/nueva/DIACO-IN-PR-03.1";
    let number = ana.post(new, new, &[("asunto", "Mi equipo no enciende")]).await.number();
    let case = format!("/casos/{number}");
    let receipt = ana.page(&format!("{case}/recibo")).await;
    assert!(receipt.contains("viernes 06/02/2026 a las 16:00"), "3 días hábiles del martes: {receipt}");

    let chief = desk.visitor("diaco", "Jefe del Departamento de Tecnología de la Información").await;
    let page = chief.page(&case).await;
    assert!(page.contains("¿Por qué esta fecha?") && page.contains("Enviar al Técnico"), "{page}");
    // The manual extends the term in its step 4: not before, and not by another way.
    let fields = [("causa", "piezas"), ("razon", "Falta la fuente de poder"), ("plazo", "2 días hábiles")];
    let refused = chief.post(&case, &format!("{case}/prorrogas"), &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("al cumplir el paso 4"), "{}", refused.text());
    chief.post(&case, &format!("{case}/exclusiones"), &[("causa", "mineco"), ("razon", "Sus servidores")]).await.done();
    assert!(chief.page(&case).await.contains("Se cuenta aparte"));

    let technician = desk.places["diaco"].people["Técnico"].0.to_string();
    chief.post(&case, &format!("{case}/cumplimientos"), &[("paso", "2"), ("asigna:Técnico", &technician)]).await.done();
    let mine = chief.page(&case).await;
    assert!(mine.contains("Persona Técnico"), "{mine}");
    let technician = desk.visitor("diaco", "Técnico").await;
    let steps = format!("{case}/cumplimientos");
    technician.post(&case, &steps, &[("paso", "3"), ("respuesta", "no")]).await.done();
    let fields = [("paso", "4"), ("d.causa", "piezas"), ("d.cuanto", "2 días hábiles")];
    let refused = technician.post(&case, &steps, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "without the opinion nothing is extended");
    technician
        .post(&case, &steps, &[fields.as_slice(), &[("d.detalle", "Falta la fuente de poder")]].concat())
        .await
        .done();
    assert!(chief.page(&case).await.contains("martes 10/02/2026"), "two more business days");

    // Where the manual names no cause for waiting there is no such act, even for who writes the address.
    let wait = chief.post(&case, &format!("{case}/esperas"), &[("causa", "x"), ("razon", "y")]).await;
    assert_eq!(wait.status, StatusCode::CONFLICT);
    assert!(wait.text().contains("no prevé ninguna causa"), "{}", wait.text());
    // Reloading the address of a refused form leads back to the case.
    let back = chief.get(&format!("{case}/esperas")).await;
    assert_eq!((back.status, back.to()), (StatusCode::SEE_OTHER, &*format!("/diaco{case}")));

    // Cancelling what is already attended is for a chief; reopening as well.
    let refused = ana.post(&case, &format!("{case}/anulaciones"), &[("razon", "Ya no")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let blank = chief.post(&case, &format!("{case}/anulaciones"), &[("razon", " ")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    chief.post(&case, &format!("{case}/anulaciones"), &[("razon", "Duplicado")]).await.done();
    assert!(ana.page(&case).await.contains("El caso fue anulado"));
    chief.post(&case, &format!("{case}/reaperturas"), &[("razon", "No era duplicado")]).await.done();
    assert!(ana.page(&case).await.contains("reabrió el caso"));
}

#[tokio::test]
async fn a_form_sent_twice_is_done_once_and_cases_are_found() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let new = "/solicitudes/nueva/DTS-02";
    let shown = ana.page(new).await;
    let first = ana.post_sealed(&shown, new, &[("asunto", "Teléfono sin línea")]).await.number();
    let second = ana.post_sealed(&shown, new, &[("asunto", "Teléfono sin línea")]).await.number();
    assert_eq!(first, second);
    let other = ana.post_sealed(&shown, new, &[("asunto", "Otra cosa")]).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "the same form with another content");
    let printer = ana.post(new, new, &[("asunto", "Impresora atascada"), ("d.impacto", "alto")]).await.number();

    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let inbox = remote.page("/bandeja?vista=puesto").await;
    assert!(inbox.contains("De mi puesto: 2 casos") && inbox.contains("data-tecla=\"t\""), "{inbox}");
    let narrowed = remote.page("/bandeja?vista=puesto&q=telefono&procedimiento=DTS-02&estado=recibido").await;
    assert!(narrowed.contains(&first) && !narrowed.contains(&printer), "{narrowed}");
    assert!(remote.page("/bandeja?vista=puesto&estado=finalizado").await.contains("Quitar los filtros"));
    assert!(remote.page("/bandeja").await.contains("No hay nada esperando por usted."));
    let found = remote.page("/casos?q=IMPRESORA").await;
    assert!(found.contains(&printer) && !found.contains(&first));
    let straight = remote.get(&format!("/casos?q={printer}")).await;
    assert_eq!(straight.to(), format!("/igss/casos/{printer}"));
    assert!(remote.page("/casos?q=zzz").await.contains("Pruebe con menos palabras"));

    // Who only asks finds his own, and has no inbox.
    assert!(ana.page("/casos?q=impresora").await.contains(&printer));
    assert_eq!(ana.get("/bandeja").await.status, StatusCode::FORBIDDEN);
    let stranger = desk.visitor("igss", "Técnico de Monitoreo").await;
    assert!(!stranger.page("/casos?q=impresora").await.contains(&printer));
    let barred = stranger.get("/solicitudes/nueva/DTS-99").await;
    assert_eq!(barred.status, StatusCode::NOT_FOUND);
}
