//! Cases tied to one another, on their pages: parts and their progress, merging and undoing it, opening one from another.

use crate::common::Desk;
use axum::http::StatusCode;
use jiff::SignedDuration;

const NEW: &str = "/solicitudes/nueva/DTS-02";

/// What waits to be performed.
async fn perform(desk: &Desk) {
    let (store, now) = (&desk.places["igss"].store, desk.app.now());
    for lease in store.lease_outbox(now, SignedDuration::from_mins(1), 100, "t").await.expect("leases") {
        store.perform(&lease, "azar", now).await.expect("performed");
    }
}

#[tokio::test]
async fn parts_show_their_progress_and_their_end_is_not_that_of_the_whole() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let whole = ana.post(NEW, NEW, &[("asunto", "Mudanza de oficina")]).await.number();
    let part = ana.post(NEW, NEW, &[("asunto", "Punto de red")]).await.number();
    let (case, links) = (format!("/casos/{whole}"), format!("/casos/{whole}/enlaces"));
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    assert!(!ana.page(&case).await.contains("Casos relacionados"), "not for who only asks");
    assert!(remote.page(&case).await.contains("Ninguno. Enlácelo si otro caso trata lo mismo"));

    let nowhere = [("otro", "2026-999999"), ("clase", "relacionado"), ("razon", "Mismo edificio")];
    let refused = remote.post(&case, &links, &nowhere).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("No hay ningún caso «2026-999999» entre los que usted atiende o supervisa"));
    assert!(refused.body.contains("value=\"2026-999999\"") && refused.body.contains("value=\"Mismo edificio\""));
    let same = remote.post(&case, &links, &[("otro", &part), ("clase", "primo")]).await;
    assert!(same.text().contains("Diga cómo están enlazados"), "{}", same.text());
    let own = remote.post(&case, &links, &[("otro", &whole), ("clase", "tiene_parte")]).await;
    assert!(own.text().contains("este es el mismo"), "{}", own.text());
    remote.post(&case, &links, &[("otro", &part), ("clase", "tiene_parte")]).await.done();
    perform(&desk).await;
    let page = remote.page(&case).await;
    assert!(page.contains("Tiene como parte") && page.contains("0 de 1 parte terminada"), "{page}");
    assert!(page.contains(&format!("puso el caso {part} como parte de este")), "{page}");
    assert!(remote.page(&format!("/casos/{part}")).await.contains("Parte de"));
    assert!(!ana.page(&case).await.contains("como parte de este"), "how it is handled is not hers");

    let done = format!("{case}/cumplimientos");
    remote.post(&case, &done, &[("paso", "1"), ("visita", "1")]).await.done();
    remote.post(&case, &done, &[("paso", "2"), ("visita", "1"), ("respuesta", "si")]).await.done();
    let page = remote.page(&case).await;
    assert!(page.contains("Una parte de este caso sigue abierta") && page.contains(&part), "{page}");
    ana.post(&format!("/casos/{part}"), &format!("/casos/{part}/anulaciones"), &[("razon", "Ya no hace falta")])
        .await
        .done();
    let page = remote.page(&case).await;
    assert!(page.contains("1 de 1 parte terminada") && !page.contains("sigue abierta"), "{page}");

    let end = format!("{links}/fin");
    let blank = remote.post(&case, &end, &[("otro", &part), ("razon", " ")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", blank.text());
    remote.post(&case, &end, &[("otro", &part), ("razon", "No era de la mudanza")]).await.done();
    perform(&desk).await;
    let page = remote.page(&case).await;
    assert!(page.contains("Ninguno. Enlácelo") && page.contains("No era de la mudanza"), "{page}");
}

#[tokio::test]
async fn a_part_that_was_merged_is_one_row_and_no_part_any_more() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let whole = ana.post(NEW, NEW, &[("asunto", "Mudanza de oficina")]).await.number();
    let part = ana.post(NEW, NEW, &[("asunto", "Punto de red")]).await.number();
    let other = ana.post(NEW, NEW, &[("asunto", "Punto de teléfono")]).await.number();
    let (case, ties) = (format!("/casos/{part}"), format!("/casos/{whole}/enlaces"));
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    for number in [&part, &other] {
        remote.post(&case, &ties, &[("otro", number), ("clase", "tiene_parte")]).await.done();
    }
    let merge = [("otro", whole.as_str()), ("razon", "Lo ve la misma persona")];
    remote.post(&case, &format!("{case}/uniones"), &merge).await.done();
    perform(&desk).await;
    let page = remote.page(&format!("/casos/{whole}")).await;
    assert!(page.contains("Tiene como parte; se le unió el"), "{page}");
    assert!(page.contains("2 casos · 0 de 1 parte terminada"), "{page}");
    let page = remote.page(&case).await;
    assert!(page.contains("Unido al; parte de") && page.contains("1 caso<"), "{page}");
}

#[tokio::test]
async fn a_duplicate_goes_on_in_another_case_until_it_is_separated() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let other = desk.visitor("igss", "Técnico de Monitoreo").await;
    let main = ana.post(NEW, NEW, &[("asunto", "Sin red en el edificio")]).await.number();
    let twice = other.post(NEW, NEW, &[("asunto", "No hay red")]).await.number();
    let (case, onward) = (format!("/casos/{twice}"), format!("/casos/{main}"));
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    assert!(remote.page(&case).await.contains("No cuenta como atendido ni como vencido"));
    assert!(!other.page(&case).await.contains("Unir a otro caso"), "who asks merges nothing");
    let merge = format!("{case}/uniones");
    let itself = remote.post(&case, &merge, &[("otro", &twice), ("razon", "Es lo mismo")]).await;
    assert_eq!(itself.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(itself.body.contains("Es lo mismo"), "what was typed stays");
    remote.post(&case, &merge, &[("otro", &main), ("razon", "Es el mismo corte")]).await.done();
    perform(&desk).await;

    let page = other.page(&case).await;
    assert!(page.contains("Se unió al caso") && page.contains(&onward) && page.contains("Unido a otro"), "{page}");
    assert!(other.page("/solicitudes").await.contains(&format!("Unido al {main}, que trata lo mismo")));
    let page = other.page(&onward).await;
    assert!(page.contains("Sin red en el edificio") && !page.contains("unió a este el caso"), "{page}");
    let page = remote.page(&onward).await;
    assert!(page.contains("Se le unió el") && page.contains("unió a este el caso"), "{page}");
    assert!(!remote.page(&case).await.contains("Reabrir el caso"), "separated, not reopened");

    let apart = format!("{case}/separaciones");
    let blank = remote.post(&case, &apart, &[("razon", "")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    remote.post(&case, &apart, &[("razon", "Era otro switch")]).await.done();
    perform(&desk).await;
    let page = other.page(&case).await;
    assert!(page.contains("separó este caso del") && page.contains("espera a otra persona"), "{page}");
    assert_eq!(other.get(&onward).await.status, StatusCode::NOT_FOUND, "and the other is not his any more");
}

#[tokio::test]
async fn part_of_a_request_becomes_a_case_of_its_own() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let number = ana.post(NEW, NEW, &[("asunto", "Sin red"), ("descripcion", "Desde ayer.")]).await.number();
    let case = format!("/casos/{number}");
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let words = [("texto", "Y el teléfono tampoco suena."), ("alcance", "publico")];
    ana.post(&case, &format!("{case}/comentarios"), &words).await.done();
    let page = remote.page(&case).await;
    let link = page.split("otro?hecho=").nth(1).and_then(|rest| rest.split('"').next()).expect("a link").to_string();
    let chosen = remote.page(&format!("{case}/otro?hecho={link}")).await;
    assert!(chosen.contains("Qué procedimiento sigue") && chosen.contains("DTS-02"), "{chosen}");
    assert_eq!(ana.get(&format!("{case}/otro")).await.status, StatusCode::FORBIDDEN);
    let on = remote.get(&format!("{case}/otro?hecho={link}&procedimiento=DTS-02")).await;
    assert_eq!(on.to(), format!("/igss{NEW}?desde={number}&hecho={link}"));
    let from = format!("{NEW}?desde={number}&hecho={link}");
    let form = remote.page(&from).await;
    assert!(form.contains("Y el teléfono tampoco suena.") && form.contains("value=\"Sin red\""), "{form}");
    assert!(form.contains("Ana Solicitante") && !form.contains("role=\"alert\""), "{form}");
    assert_eq!(ana.get(&from).await.status, StatusCode::NOT_FOUND, "who asks opens none from another");

    let person = desk.places["igss"].people["ana"].0.to_string();
    let fields = [("asunto", "Teléfono"), ("desde", number.as_str()), ("a-nombre-de", person.as_str())];
    let refused = remote.post(&from, NEW, &[("asunto", ""), fields[1], fields[2]]).await;
    assert!(refused.body.contains(&format!("name=\"desde\" value=\"{number}\"")), "it is still from there");
    let opened = remote.post(&from, NEW, &fields).await.number();
    perform(&desk).await;
    let page = remote.page(&format!("/casos/{opened}")).await;
    assert!(page.contains("Separado de") && page.contains("Portal"), "it came as the other came: {page}");
    assert!(remote.page(&case).await.contains("De él se separó"));
    assert!(ana.page("/solicitudes").await.contains(&opened), "it is hers");
}

#[tokio::test]
async fn what_is_set_apart_stays_with_the_one_from_outside_who_asked() {
    let desk = Desk::open(&["igss"]).await;
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let fields = [
        ("externo", "Julia Externa"),
        ("externo-contacto", "2412-0000"),
        ("procedimiento", "DTS-02"),
        ("asunto", "Sin red ni teléfono"),
    ];
    let number = remote.post("/ingreso", "/ingreso", &fields).await.number();
    assert!(remote.page(&format!("/casos/{number}/otro")).await.contains("Julia Externa (sin registro)"));
    let from = format!("{NEW}?desde={number}");
    let form = remote.page(&from).await;
    assert!(form.contains("A nombre de <strong>Julia Externa (sin registro)</strong>"), "{form}");
    assert!(form.contains("2412-0000"), "{form}");
    // A search for somebody else keeps the case from which it is opened.
    let searched = remote.get(&format!("{from}&persona=ana")).await;
    assert!(searched.body.contains(&format!("type=\"hidden\" name=\"desde\" value=\"{number}\"")));
    assert!(searched.body.contains("Ana Solicitante") && searched.body.contains("Julia Externa"));
    let fields = [("asunto", ""), ("desde", number.as_str()), ("a-nombre-de", "externo")];
    let refused = remote.post(&from, NEW, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("value=\"externo\" form=\"solicitud\" checked"), "{}", refused.body);
    let opened = remote.post(&from, NEW, &[("asunto", "Teléfono"), fields[1], fields[2]]).await.number();
    let page = remote.page(&format!("/casos/{opened}")).await;
    assert!(page.contains("Julia Externa (sin registro)") && page.contains("2412-0000"), "{page}");
}
