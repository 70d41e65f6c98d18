//! How a case is handled: who follows it, what it weighs.

use crate::common::Desk;
use axum::http::StatusCode;

#[tokio::test]
async fn who_is_named_in_a_comment_follows_the_case_until_he_wants_no_more() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let new = "/solicitudes/nueva/DTS-02";
    let number = ana.post(new, new, &[("asunto", "La impresora no imprime")]).await.number();
    let case = format!("/casos/{number}");
    let (comments, follows) = (format!("{case}/comentarios"), format!("{case}/seguimientos"));
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let monitor = desk.visitor("igss", "Técnico de Monitoreo").await;
    assert_eq!(monitor.get(&case).await.status, StatusCode::NOT_FOUND);
    assert!(!ana.page(&case).await.contains("Seguir el caso"), "who asked follows anyway");

    let nobody = [("texto", "¿Lo vio el monitoreo?"), ("alcance", "interno"), ("avisar", "zzz")];
    let refused = remote.post(&case, &comments, &nobody).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("Nadie en el directorio con «zzz»") && refused.body.contains("¿Lo vio el monitoreo?")
    );
    let somebody = [("texto", "¿Lo vio el monitoreo?"), ("alcance", "interno"), ("avisar", "técnico de monitoreo")];
    remote.post(&case, &comments, &somebody).await.done();

    let page = monitor.page(&case).await;
    assert!(page.contains("¿Lo vio el monitoreo?") && page.contains("Dejar de seguir"), "{page}");
    let done = monitor.post(&case, &format!("{follows}/fin"), &[]).await;
    assert_eq!(done.to(), "/igss/casos", "he saw it only by following it");
    assert_eq!(monitor.get(&case).await.status, StatusCode::NOT_FOUND);
    remote.post(&case, &follows, &[]).await.done();
    assert!(remote.page(&case).await.contains("Sigue el caso Persona Técnico de Soporte Remoto"));
}

#[tokio::test]
async fn priority_is_weighed_by_the_matrix_of_the_manual_and_says_how() {
    let desk = Desk::open(&["igss", "seprem"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let new = "/solicitudes/nueva/DTS-02";
    let number =
        ana.post(new, new, &[("asunto", "Sin red"), ("d.impacto", "alto"), ("d.urgencia", "alta")]).await.number();
    let case = format!("/casos/{number}");
    let weigh = format!("{case}/prioridades");
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let page = remote.page(&case).await;
    assert!(page.contains("sin impacto ni urgencia todavía"), "who asks describes, who attends weighs: {page}");
    assert!(page.contains("Cómo resulta la prioridad") && page.contains("value=\"alto\" selected"), "{page}");

    let half =
        remote.post(&case, &weigh, &[("impacto", "alto"), ("urgencia", ""), ("razon", "Todo el edificio")]).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(half.text().contains("Diga la urgencia: baja, media o alta") && half.body.contains("Todo el edificio"));
    let whole = [("impacto", "alto"), ("urgencia", "media"), ("razon", "Todo el edificio")];
    remote.post(&case, &weigh, &whole).await.done();
    let page = ana.page(&case).await;
    assert!(
        page.contains("impacto alto × urgencia media = alta") && page.contains("fijó la prioridad en alta"),
        "{page}"
    );
    assert!(remote.page("/bandeja?vista=puesto").await.contains("Alta"), "a chip in the inbox");

    // Where the manual has no matrix the word itself is chosen.
    let person = desk.visitor("seprem", "ana").await;
    let new = "/solicitudes/nueva/SEPREM-DI-008.1";
    let number = person.post(new, new, &[("asunto", "Sin red")]).await.number();
    let case = format!("/casos/{number}");
    let chief = desk.visitor("seprem", "Director de Informática").await;
    chief.post(&case, &format!("{case}/prioridades"), &[("prioridad", "urgente"), ("razon", "Despacho")]).await.done();
    assert!(chief.page(&case).await.contains("fijó la prioridad en urgente: Despacho"));
}
