//! The desk of those who attend: keys, columns and saved views.

use super::common::Desk;
use axum::http::StatusCode;

#[tokio::test]
async fn keys_are_listed_on_a_page_and_switched_off_for_one_person() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let page = ana.page("/cuenta/teclas").await;
    assert!(
        page.contains("Encendidas")
            && page.contains("escribir una nota interna")
            && !page.contains("data-teclas=\"no\"")
    );
    ana.post("/cuenta/teclas", "/cuenta/teclas", &[("teclas", "no")]).await.done();
    let page = ana.page("/").await;
    assert!(page.contains("<body data-teclas=\"no\">"));
    assert!(!desk.visitor("igss", "admin").await.page("/").await.contains("data-teclas=\"no\""));
    ana.post("/cuenta/teclas", "/cuenta/teclas", &[("teclas", "si")]).await.done();
    assert!(!ana.page("/cuenta").await.contains("data-teclas=\"no\""));
}

#[tokio::test]
async fn the_columns_of_the_lists_are_chosen_by_each_person() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let fields = [("asunto", "Sin red"), ("descripcion", "Desde ayer.")];
    ana.post("/solicitudes/nueva/DTS-02", "/solicitudes/nueva/DTS-02", &fields).await.done();
    let technician = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let list = technician.page("/casos?estado=recibido").await;
    assert!(list.contains("<th scope=\"col\">Lo tiene</th>") && !list.contains("<th scope=\"col\">Abierto</th>"));
    let chosen =
        [("columna", "asunto"), ("columna", "abierto"), ("columna", "otra"), ("vuelve", "/igss/casos?estado=recibido")];
    let answer = technician.post("/casos", "/columnas", &chosen).await;
    assert_eq!(answer.to(), "/igss/casos?estado=recibido");
    let list = technician.page("/casos").await;
    assert!(!list.contains("<th scope=\"col\">Lo tiene</th>") && list.contains("<th scope=\"col\">Abierto</th>"));
    assert!(ana.page("/casos").await.contains("<th scope=\"col\">Lo tiene</th>"));
    let outside = [("volver", "si"), ("vuelve", "/igss/casosfuera")];
    assert_eq!(technician.post("/casos", "/columnas", &outside).await.to(), "/igss/bandeja");
    assert!(technician.page("/casos").await.contains("<th scope=\"col\">Lo tiene</th>"));
}

#[tokio::test]
async fn a_view_is_saved_shared_counted_renamed_and_dropped() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    for subject in ["La impresora no imprime", "Sin red"] {
        let fields = [("asunto", subject), ("descripcion", "Desde ayer.")];
        ana.post("/solicitudes/nueva/DTS-02", "/solicitudes/nueva/DTS-02", &fields).await.done();
    }
    let technician = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let list = "/bandeja?vista=puesto&q=impresoras";
    let shown = technician.page(list).await;
    assert!(shown.contains("Guardar esta vista"));
    let fields = [
        ("nombre", "Impresoras <b>"),
        ("lugar", "bandeja"),
        ("consulta", "vista=puesto&q=impresoras&desde=1.2&ajeno=x"),
        ("alcance", "puesto:Técnico de Soporte Remoto"),
    ];
    let answer = technician.post_sealed(&shown, "/vistas", &fields).await;
    assert_eq!(answer.to(), format!("/igss{list}"));
    let shown = technician.page(list).await;
    assert!(shown.contains("Impresoras &lt;b&gt;<span class=\"cuenta\">1</span>"), "{shown}");
    assert!(!shown.contains("Guardar esta vista"));

    // A chief who does not hold the post does not see it; nor may anybody share with a post of others.
    let secretary = desk.visitor("igss", "Secretaria de Recepción").await;
    assert!(!secretary.page("/vistas").await.contains("Impresoras"));
    let fields = [
        ("nombre", "Otra"),
        ("lugar", "casos"),
        ("consulta", "q=red"),
        ("alcance", "puesto:Técnico de Soporte Remoto"),
    ];
    assert_eq!(secretary.post("/vistas", "/columnas", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(secretary.post("/bandeja", "/vistas", &fields).await.status, StatusCode::FORBIDDEN);
    let nameless = secretary.post("/bandeja", "/vistas", &[("nombre", " "), ("lugar", "casos")]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nameless.text().contains("Ponga a la vista un nombre"));

    let page = technician.page("/vistas").await;
    let id = page.split("/igss/vistas/").nth(1).and_then(|rest| rest.split(['"', '/']).next()).expect("a number");
    assert_eq!(secretary.post("/bandeja", &format!("/vistas/{id}/baja"), &[]).await.status, StatusCode::NOT_FOUND);
    let renamed = [("nombre", "Imprentas"), ("alcance", "privada")];
    technician.post_sealed(&page, &format!("/vistas/{id}"), &renamed).await.done();
    assert!(technician.page("/vistas").await.contains("Imprentas"));
    technician.post("/vistas", &format!("/vistas/{id}/baja"), &[]).await.done();
    assert!(technician.page("/vistas").await.contains("Todavía no hay vistas guardadas"));
    assert_eq!(ana.get("/vistas").await.status, StatusCode::FORBIDDEN);
}
