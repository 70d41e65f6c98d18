//! IGSS DTS-02, technical support, from the request to the rating, by the people of each post.

use crate::common::{Desk, Sample};
use axum::http::StatusCode;

const NEW: &str = "/solicitudes/nueva/DTS-02";

#[tokio::test]
async fn a_case_goes_forward_and_back_to_its_end() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;

    let portal = ana.page("/?q=SOPORTE+tecnico").await;
    assert!(portal.contains("/igss/solicitudes/nueva/DTS-02"), "found without accents");
    assert!(!portal.contains("/igss/solicitudes/nueva/DTS-08"));

    let opened = ana
        .post(
            NEW,
            NEW,
            &[("asunto", "La impresora no imprime"), ("descripcion", "Desde ayer."), ("d.impacto", "medio")],
        )
        .await;
    let number = opened.number();
    let case = format!("/casos/{number}");
    let receipt = ana.page(&format!("{case}/recibo")).await;
    assert!(receipt.contains("martes 03/02/2026 a las 09:10") && receipt.contains(&number), "{receipt}");
    assert!(ana.page("/solicitudes").await.contains("Técnico de Soporte Remoto"));
    assert!(ana.page(&case).await.contains("espera a otra persona"));

    // Paso 1: the window had left it standing, because Ana is not its responsible.
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let inbox = remote.page("/bandeja?vista=puesto").await;
    assert!(inbox.contains(&number) && inbox.contains("Paso 1 ·"), "{inbox}");
    remote.post(&case, &format!("{case}/toma"), &[]).await.done();
    assert!(remote.page("/bandeja?vista=mios").await.contains(&number));
    let done = format!("{case}/cumplimientos");
    remote.post(&case, &done, &[("paso", "1"), ("visita", "1")]).await.done();

    // Paso 2 sends it on to an area: without the area it waits for any chief.
    let page = remote.page(&case).await;
    assert!(
        page.contains("Trasladar al área que corresponde") && page.contains("sigue el paso 3 (Jefe de Departamento)"),
        "{page}"
    );
    remote
        .post(
            &case,
            &done,
            &[("paso", "2"), ("visita", "1"), ("respuesta", "no"), ("ruta", "soporte"), ("nota", "Es del equipo.")],
        )
        .await
        .done();

    let chief = desk.visitor("igss", "Jefe de Departamento").await;
    let page = chief.page(&case).await;
    assert!(
        page.contains("Quién atiende: Técnico correspondiente") && page.contains("Persona Técnico Informático"),
        "{page}"
    );
    let technician_id = desk.places["igss"].people["Técnico Informático"].0.to_string();
    chief
        .post(&case, &done, &[("paso", "3"), ("visita", "1"), ("asigna:Técnico correspondiente", &technician_id)])
        .await
        .done();

    // Paso 4 goes back to 3, to another area.
    let technician = desk.visitor("igss", "Técnico Informático").await;
    assert!(technician.page("/bandeja").await.contains(&number), "assigned to him by the chief");
    technician
        .post(&case, &done, &[("paso", "4"), ("visita", "1"), ("respuesta", "no"), ("ruta", "telecomunicaciones")])
        .await
        .done();
    let page = chief.page(&case).await;
    assert!(page.contains("regresó al paso 3"), "{page}");
    chief.post(&case, &done, &[("paso", "3"), ("visita", "2")]).await.done();

    let network = desk.visitor("igss", "Técnico en Telecomunicaciones").await;
    network.post(&case, &done, &[("paso", "4"), ("visita", "2"), ("respuesta", "si")]).await.done();

    // Paso 5 wants the solution: refused with what was typed, then done.
    let refused =
        network.post(&case, &done, &[("paso", "5"), ("visita", "1"), ("nota", "Nota que no se pierde")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("role=\"alert\"") && refused.body.contains("Falta «Solución brindada»."),
        "{}",
        refused.text()
    );
    assert!(refused.body.contains("Nota que no se pierde"));
    network.post(&case, &done, &[("paso", "5"), ("visita", "1"), ("d.solucion", "Se cambió el cable.")]).await.done();

    let end = ana.page(&case).await;
    assert!(end.contains("El caso finalizó") && end.contains("¿Cómo fue el servicio?"), "{end}");
    ana.post(&case, &format!("{case}/calificaciones"), &[("conforme", "si"), ("comentario", "Muy bien")]).await.done();
    assert!(ana.page(&case).await.contains("Servicio conforme"));
}

#[tokio::test]
async fn what_is_not_his_is_refused_with_the_norm_and_what_is_not_seen_is_not_there() {
    let desk = Desk::open(&["igss", "diaco"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let number = ana.post(NEW, NEW, &[("asunto", "Sin red")]).await.number();
    let case = format!("/casos/{number}");

    let chief = desk.visitor("igss", "Jefe de Departamento").await;
    let refused = chief.post(&case, &format!("{case}/cumplimientos"), &[("paso", "1"), ("visita", "1")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let text = refused.text();
    assert!(text.contains("corresponde a Técnico de Soporte Remoto") && text.contains("Norma 1:"), "{text}");

    // Done twice: the second is told who did it.
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    remote.post(&case, &format!("{case}/cumplimientos"), &[("paso", "1"), ("visita", "1")]).await.done();
    let late = remote.post(&case, &format!("{case}/cumplimientos"), &[("paso", "1"), ("visita", "1")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("ya fue atendido por Persona Técnico de Soporte Remoto"), "{}", late.text());

    // Another institution, and somebody of this one who has no part in it.
    let other = desk.visitor("diaco", "admin").await;
    assert_eq!(other.get(&case).await.status, StatusCode::NOT_FOUND);
    let stranger = desk.visitor("igss", "Técnico de Monitoreo").await;
    for path in [case.clone(), format!("{case}/recibo"), format!("{case}/adjuntos/{}", "0".repeat(64))] {
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let shown = stranger.page("/").await;
    let answer = stranger.post_sealed(&shown, &format!("{case}/comentarios"), &[("texto", "hola")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_opening_keeps_what_was_typed_and_the_files_already_sent() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let file =
        Sample { field: "archivo:".into(), name: "pantalla \u{f1}.png", media: "image/png", content: b"una imagen" };
    let refused = ana
        .post_files(NEW, NEW, &[("asunto", ""), ("descripcion", "Lo <b>escrito</b>"), ("d.telefono", "abc")], &[file])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("Falta el asunto.") && text.contains("Teléfono o extensión:"), "all at once: {text}");
    assert!(refused.body.contains("Lo &lt;b&gt;escrito") && refused.body.contains("value=\"abc\""), "{}", refused.body);
    let sha = crate::common::hidden(&refused.body, "recibido.0.huella");

    let opened = ana
        .post(
            NEW,
            NEW,
            &[
                ("asunto", "Pantalla"),
                ("recibido.0.huella", &sha),
                ("recibido.0.nombre", "pantalla \u{f1}.png"),
                ("recibido.0.tipo", "image/png"),
            ],
        )
        .await;
    let number = opened.number();
    let download = ana.get(&format!("/casos/{number}/adjuntos/{sha}")).await;
    assert_eq!((download.status, download.body.as_str()), (StatusCode::OK, "una imagen"));
    let header =
        |name: &str| download.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_string();
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"pantalla _.png\"; filename*=UTF-8''pantalla%20%C3%B1.png"
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").starts_with("sandbox"));

    // The same content on no case of hers is not hers to read.
    let other = ana.post(NEW, NEW, &[("asunto", "Otro")]).await.number();
    assert_eq!(ana.get(&format!("/casos/{other}/adjuntos/{sha}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn comments_are_public_or_internal_and_internal_ones_are_not_for_the_one_who_asks() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let number = ana.post(NEW, NEW, &[("asunto", "Sin red")]).await.number();
    let case = format!("/casos/{number}");
    let comments = format!("{case}/comentarios");
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    remote.post(&case, &comments, &[("texto", "Revisar el puerto 14"), ("alcance", "interno")]).await.done();
    remote.post(&case, &comments, &[("texto", "Estamos revisando"), ("alcance", "publico")]).await.done();
    let hers = ana.page(&case).await;
    assert!(
        hers.contains("Estamos revisando") && !hers.contains("puerto 14") && !hers.contains("Nota interna"),
        "{hers}"
    );
    assert!(remote.page(&case).await.contains("puerto 14"));
    let empty = ana.post(&case, &comments, &[("texto", "  ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    // What she writes as «interno» is public all the same.
    ana.post(&case, &comments, &[("texto", "Gracias"), ("alcance", "interno")]).await.done();
    assert!(ana.page(&case).await.contains("Gracias"));
}

#[tokio::test]
async fn staff_register_in_the_name_of_somebody_with_the_channel_it_came_by() {
    let desk = Desk::open(&["igss"]).await;
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let found = remote.page(&format!("{NEW}?persona=ana")).await;
    assert!(found.contains("Ana Solicitante"), "{found}");
    let ana = desk.places["igss"].people["ana"].0.to_string();
    let fields = [("asunto", "No entra al correo"), ("a-nombre-de", ana.as_str()), ("prioridad", "alta")];
    let refused = remote.post(NEW, NEW, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("Ana Solicitante") && refused.text().contains("Diga cómo llegó"),
        "{}",
        refused.text()
    );
    let mut fields = fields.to_vec();
    fields.push(("canal", "telefono"));
    let number = remote.post(NEW, NEW, &fields).await.number();
    let page = remote.page(&format!("/casos/{number}")).await;
    assert!(page.contains("Paso 2") || page.contains("paso 2"), "opening was his first step: {page}");
    assert!(page.contains("Teléfono") && page.contains("Alta") && page.contains("Registró"));
    // She sees it among her requests, and may not register for others herself.
    let hers = desk.visitor("igss", "ana").await;
    assert!(hers.page("/solicitudes").await.contains(&number));
    let chief = desk.places["igss"].people["Jefe de Departamento"].0.to_string();
    let own =
        hers.post(NEW, NEW, &[("asunto", "Mío"), ("a-nombre-de", &chief), ("prioridad", "urgente")]).await.number();
    let page = hers.page(&format!("/casos/{own}")).await;
    assert!(!page.contains("Registró") && page.contains("Normal"), "{page}");
}
