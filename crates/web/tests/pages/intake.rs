//! The desk where calls come in: one form that registers and assigns, with and without script.

use crate::common::Desk;
use axum::http::StatusCode;

const DESK: &str = "/ingreso";

#[tokio::test]
async fn a_call_is_registered_and_assigned_by_one_form() {
    let desk = Desk::open(&["seprem"]).await;
    let place = &desk.places["seprem"];
    let assistant = desk.visitor("seprem", "Asistente Administrativo").await;
    let options = assistant.page(&format!("{DESK}/personas?q=sol+ana")).await;
    assert!(options.contains("Ana Solicitante") && options.contains("<li data-valor="), "{options}");
    let page = assistant.page(&format!("{DESK}?procedimiento=SEPREM-DI-008.1")).await;
    assert!(page.contains("Queda en el puesto: Asistente Administrativo"), "{page}");
    assert!(page.contains("Persona Técnico de Soporte") && !page.contains("Persona Jefe de Desarrollo<"), "{page}");

    let ana = place.people["ana"].0.to_string();
    let technician = place.people["Técnico de Soporte"].0.to_string();
    let fields = [
        ("persona", ana.as_str()),
        ("procedimiento", "SEPREM-DI-008.1"),
        ("canal", "telefono"),
        ("prioridad", "alta"),
        ("asunto", "No imprime"),
        ("asignar", technician.as_str()),
    ];
    let sent = assistant.post(DESK, DESK, &fields).await;
    let number = sent.number();
    assert_eq!(sent.to(), format!("/seprem/casos/{number}/recibo"));
    let receipt = assistant.page(&format!("/casos/{number}/recibo")).await;
    assert!(receipt.contains("Registrar otra") && receipt.contains("Teléfono"), "{receipt}");
    let page = assistant.page(&format!("/casos/{number}")).await;
    assert!(page.contains("Paso 3") || page.contains("paso 3"), "her own receiving step is done: {page}");
    assert!(page.contains("Persona Técnico de Soporte") && page.contains("Alta"));
    let inbox = desk.visitor("seprem", "Técnico de Soporte").await.page("/bandeja").await;
    assert!(inbox.contains(&number), "{inbox}");
    // The one in whose name it was asked sees it as hers, and a list by channel has it.
    let hers = desk.visitor("seprem", "ana").await;
    assert!(hers.page("/solicitudes").await.contains(&number));
    let chief = desk.visitor("seprem", "Director de Informática").await;
    let list = chief.page("/casos?canal=telefono").await;
    assert!(list.contains(&number) && list.contains("Teléfono 1"), "{list}");
    assert!(!chief.page("/casos?canal=ventanilla").await.contains(&number));
}

#[tokio::test]
async fn what_is_missing_is_told_at_once_and_what_was_typed_stays() {
    let desk = Desk::open(&["igss"]).await;
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let refused = remote.post(DESK, DESK, &[("persona-texto", "persona"), ("asunto", "Sin <red>")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("elija una") && text.contains("elija el procedimiento"), "{text}");
    assert!(
        refused.body.contains("value=\"Sin &lt;red&gt;\"") && refused.body.contains("type=\"radio\" name=\"persona\"")
    );
    // Without script: search, then choose.
    let fields = [("persona-texto", "ana"), ("procedimiento", "DTS-02"), ("asunto", "Sin red"), ("accion", "buscar")];
    let searched = remote.post(DESK, DESK, &fields).await;
    assert_eq!(searched.status, StatusCode::OK);
    assert!(searched.body.contains("Ana Solicitante") && searched.body.contains("value=\"Sin red\""));
    assert!(searched.body.contains("Impacto") && !searched.text().contains("Falta"), "{}", searched.text());
    // One only is meant beyond doubt.
    let fields =
        [("persona-texto", "ana sol"), ("procedimiento", "DTS-02"), ("asunto", "Sin red"), ("canal", "ventanilla")];
    let number = remote.post(DESK, DESK, &fields).await.number();
    let page = remote.page(&format!("/casos/{number}")).await;
    assert!(page.contains("Ana Solicitante") && page.contains("Ventanilla"), "{page}");
}

#[tokio::test]
async fn who_is_not_in_the_directory_is_registered_by_name_and_who_only_asks_has_no_desk() {
    let desk = Desk::open(&["igss"]).await;
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let fields = [
        ("externo", "Julia Externa"),
        ("externo-contacto", "2412-0000"),
        ("procedimiento", "DTS-02"),
        ("asunto", "Sin red en bodega"),
    ];
    let number = remote.post(DESK, DESK, &fields).await.number();
    let page = remote.page(&format!("/casos/{number}")).await;
    assert!(page.contains("Julia Externa (sin registro)") && page.contains("2412-0000") && page.contains("Registró"));
    assert!(remote.page(&format!("/casos/{number}/recibo")).await.contains("Registrar otra"));
    for who in ["ana", "admin"] {
        let visitor = desk.visitor("igss", who).await;
        assert_eq!(visitor.get(DESK).await.status, StatusCode::FORBIDDEN, "{who}");
        assert!(!visitor.get("/").await.body.contains("Mesa de entrada"), "{who}");
    }
}
