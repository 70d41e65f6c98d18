//! Solutions from an ended case to the one who asks, and the search over everything.

use super::common::{Desk, Visitor};
use axum::http::StatusCode;

const TECHNICIAN: &str = "Técnico de Soporte Remoto";

async fn a_case(ana: &Visitor<'_>, subject: &str) -> String {
    let fields = [("asunto", subject), ("descripcion", "Desde ayer no responde.")];
    ana.post("/solicitudes/nueva/DTS-02", "/solicitudes/nueva/DTS-02", &fields).await.number()
}

/// Walks a support case to its end.
async fn finish(technician: &Visitor<'_>, number: &str) {
    let case = format!("/casos/{number}");
    let steps = format!("{case}/cumplimientos");
    technician.post(&case, &steps, &[("paso", "1"), ("visita", "1")]).await.done();
    technician.post(&case, &steps, &[("paso", "2"), ("visita", "1"), ("respuesta", "si")]).await.done();
    let last = [
        ("paso", "5"),
        ("visita", "1"),
        ("d.solucion", "Se reinició la cola de impresión."),
        ("nota", "Revisar en un mes"),
    ];
    technician.post(&case, &steps, &last).await.done();
}

#[tokio::test]
async fn what_a_case_taught_is_written_published_and_offered_to_the_next_who_asks() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let technician = desk.visitor("igss", TECHNICIAN).await;
    let number = a_case(&ana, "La impresora no imprime").await;
    let case = format!("/casos/{number}");
    assert!(!technician.page(&case).await.contains("Guardar como solución"), "the case is open");
    finish(&technician, &number).await;
    let page = technician.page(&case).await;
    assert!(page.contains("Guardar como solución"));
    assert!(page.contains("Se reinició la cola de impresión.\n\nRevisar en un mes</textarea>"), "{page}");
    assert!(!ana.page(&case).await.contains("Guardar como solución"));

    let write = format!("{case}/soluciones");
    let empty = technician.post(&case, &write, &[("titulo", "Queda"), ("problema", " "), ("solucion", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains(">Queda</textarea>") && empty.body.contains("Diga cómo se resolvió"));
    let texts = [
        ("titulo", "Impresora <b>que no imprime</b>"),
        ("problema", "La impresora no imprime"),
        ("solucion", "Reiniciar la cola de impresión"),
    ];
    assert_eq!(ana.post(&case, &write, &texts).await.status, StatusCode::FORBIDDEN);
    let answer = technician.post(&case, &write, &texts).await;
    answer.done();
    let solution = answer.to().trim_start_matches("/igss").to_string();
    assert!(technician.page(&case).await.contains("Ya es una solución en borrador"));
    let page = technician.page(&solution).await;
    assert!(page.contains("Borrador") && page.contains(&number) && !page.contains("Publicar para toda"));
    assert_eq!(ana.get(&solution).await.status, StatusCode::NOT_FOUND);
    let refused = technician.post(&solution, &format!("{solution}/publicacion"), &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let director = desk.visitor("igss", "Director de Tecnología y Servicio").await;
    director.post(&solution, &format!("{solution}/publicacion"), &[]).await.done();
    let page = ana.page(&solution).await;
    assert!(page.contains("Impresora &lt;b&gt;que no imprime") && !page.contains(&number));
    assert!(ana.page("/soluciones?q=imprimir").await.contains("<mark>imprime</mark>"));
    assert!(ana.page("/soluciones?q=nada-que-ver").await.contains("Ninguna solución tiene todas esas palabras"));
    assert!(!ana.page("/soluciones?estado=borrador").await.contains("Borradores"));

    // Offered while asking: as the script takes it, and by the button without script.
    let likely = ana.page("/soluciones/parecidas?q=mi+impresora+ya+no+imprime&procedimiento=DTS-02").await;
    assert!(likely.contains("Quizá ya tiene solución") && likely.contains(&solution));
    let asking = "/solicitudes/nueva/DTS-02";
    let typed = [("asunto", "Impresoras mudas"), ("descripcion", "No imprimen"), ("parecidas", "si")];
    let shown = ana.post(asking, asking, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    assert!(shown.body.contains("Quizá ya tiene solución") && shown.body.contains("value=\"Impresoras mudas\""));
    assert!(!shown.body.contains("role=\"alert\"") && !ana.page("/solicitudes").await.contains("Impresoras mudas"));
    assert!(ana.page("/?q=impresora").await.contains("Quizá ya tiene solución"));

    director.post(&solution, &format!("{solution}/retiro"), &[]).await.done();
    assert_eq!(ana.get(&solution).await.status, StatusCode::NOT_FOUND);
    assert!(technician.page("/soluciones?estado=retirada").await.contains("Impresora"));
}

#[tokio::test]
async fn one_search_answers_with_cases_solutions_people_and_manual_each_within_ones_rights() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let technician = desk.visitor("igss", TECHNICIAN).await;
    let number = a_case(&ana, "Contraseña vencida").await;
    assert_eq!(ana.get(&format!("/buscar?q={number}")).await.to(), format!("/igss/casos/{number}"));
    let page = technician.page("/buscar?q=contrasenas").await;
    assert!(page.contains("<mark>Contraseña</mark> vencida"), "{page}");
    let stranger = desk.visitor("igss", "Secretaria de Recepción").await;
    assert!(!stranger.page("/buscar?q=contrasena").await.contains(&number));
    assert_eq!(stranger.get(&format!("/buscar?q={number}")).await.status, StatusCode::OK);

    let page = technician.page("/buscar?q=soporte").await;
    assert!(page.contains("/igss/manual/procedimientos/DTS-02") && page.contains("<mark>Soporte</mark>"));
    assert!(page.contains(">Personas</h2>"), "the posts are in the names of the test's people");
    let page = ana.page("/buscar?q=soporte").await;
    assert!(!page.contains(">Personas</h2>") && !page.contains("en=personas"));
    let page = technician.page("/buscar?q=soporte&en=manual").await;
    assert!(!page.contains(">Personas</h2>") && page.contains(">Manual</h2>"));
    assert!(technician.page("/buscar?q=zzz").await.contains("Nada a su alcance"));
    assert!(technician.page("/buscar").await.contains("Escriba una palabra"));
    let hostile = technician.page("/buscar?q=%3Cscript%3Ealert%281%29%3C%2Fscript%3E").await;
    assert!(!hostile.contains("<script>alert"));
    let other = technician.page("/buscar?q=contrasena&procedimiento=DTS-01").await;
    assert!(!other.contains(&number));
}
