//! The correspondence desk: an oficio from the window to its case, one that goes out, and the register as a file.

use crate::common::{Desk, Sample, Visitor};
use axum::http::StatusCode;

const REGISTER: &str = "/correspondencia";
const ENTRY: &str = "/correspondencia/entrada";
const DRAFT: &str = "/correspondencia/salida";

fn scan(content: &'static [u8]) -> Sample<'static> {
    Sample { field: "archivo:".into(), name: "oficio.pdf", media: "application/pdf", content }
}

const INCOMING: [(&str, &str); 8] = [
    ("numero", "=RH-114"),
    ("fecha", "2026-02-02"),
    ("institucion", "Subgerencia de Recursos Humanos"),
    ("persona", "Licda. Noemí Remitente"),
    ("folios", "3"),
    ("firma-sello", "si"),
    ("asunto", "Solicita revisión de impresoras"),
    ("unidad", "soporte"),
];

async fn receive(visitor: &Visitor<'_>) -> String {
    let sent = visitor.post_files(ENTRY, ENTRY, &INCOMING, &[scan(b"escaneo")]).await;
    sent.done();
    sent.to().trim_start_matches("/igss").to_owned()
}

#[tokio::test]
async fn an_oficio_comes_in_opens_its_case_once_and_follows_its_rights() {
    let desk = Desk::open(&["igss"]).await;
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    assert!(remote.page(REGISTER).await.contains("Todavía no hay oficios recibidos"));
    let refused = remote.post(ENTRY, ENTRY, &[("asunto", "Lo <b>escrito</b>"), ("folios", "x")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("Lo &lt;b&gt;escrito") && refused.text().contains("en números"),
        "{}",
        refused.text()
    );
    let refused = remote.post(ENTRY, ENTRY, &[("unidad", "soporte")]).await;
    let text = refused.text();
    assert!(text.contains("Falta el asunto.") && text.contains("Diga si el oficio trae firma y sello."), "{text}");

    let letter = receive(&remote).await;
    let page = remote.page(&letter).await;
    assert!(page.contains("E-00001-2026") && page.contains("Abrir un caso con este oficio"), "{page}");
    let id = letter.rsplit('/').next().expect("a number").to_owned();
    // The case: the page knows what the letter says, and the letter's files go with it.
    let form = remote.page(&format!("/ingreso?oficio={id}&procedimiento=DTS-02")).await;
    assert!(
        form.contains("value=\"Solicita revisión de impresoras\"") && form.contains("Licda. Noemí Remitente"),
        "{form}"
    );
    let fields = [
        ("oficio", id.as_str()),
        ("externo", "Licda. Noemí Remitente"),
        ("procedimiento", "DTS-02"),
        ("asunto", "Solicita revisión de impresoras"),
    ];
    let sent = remote.post_sealed(&form, "/ingreso", &fields).await;
    let number = sent.number();
    let again = remote.post_sealed(&form, "/ingreso", &fields).await;
    assert_eq!(again.to(), sent.to(), "sent twice, opened once");
    let other = remote.post(&format!("/ingreso?oficio={id}"), "/ingreso", &fields).await;
    assert_eq!(other.to(), sent.to(), "another form of the same letter leads to its case");
    let case = remote.page(&format!("/casos/{number}")).await;
    assert!(case.contains("Correspondencia") && case.contains("E-00001-2026") && case.contains("por Oficio"), "{case}");
    assert!(case.contains("oficio.pdf"), "the scan is among the case's files");
    let page = remote.page(&letter).await;
    assert!(page.contains(&number) && !page.contains("Abrir un caso con este oficio"), "{page}");

    // Its file is a download for those who read it, and not there for anybody else.
    let href = page.split("/archivos/").nth(1).and_then(|rest| rest.split('"').next()).expect("a file").to_owned();
    let file = remote.get(&format!("{letter}/archivos/{href}")).await;
    assert_eq!((file.status, file.body.as_str()), (StatusCode::OK, "escaneo"));
    let disposition = file.headers.get("content-disposition").and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert!(disposition.starts_with("attachment"), "{disposition}");
    let stranger = desk.visitor("igss", "Técnico de Monitoreo").await;
    for path in [letter.clone(), format!("{letter}/archivos/{href}")] {
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!stranger.page(REGISTER).await.contains("E-00001-2026"), "a letter of a case follows the case");
    let ana = desk.visitor("igss", "ana").await;
    assert_eq!(ana.get(REGISTER).await.status, StatusCode::FORBIDDEN);
    let admin = desk.visitor("igss", "admin").await;
    assert!(admin.page(REGISTER).await.contains("E-00001-2026"));
    assert!(!admin.page(&letter).await.contains("Anular el oficio"), "who administers reads and does not act");
    let shown = admin.page(REGISTER).await;
    let void = admin.post_sealed(&shown, &format!("{letter}/anulacion"), &[("razon", "x")]).await;
    assert_eq!(void.status, StatusCode::FORBIDDEN);
    assert!(admin.page("/administracion/bitacora").await.contains("ingresó el oficio E-00001-2026"));
}

#[tokio::test]
async fn an_oficio_goes_out_with_its_number_and_its_acknowledged_copy() {
    let desk = Desk::open(&["igss"]).await;
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let case =
        remote.post("/solicitudes/nueva/DTS-02", "/solicitudes/nueva/DTS-02", &[("asunto", "Red")]).await.number();
    let fields = [
        ("unidad", "soporte"),
        ("persona", "Lic. Destinatario"),
        ("institucion", "Gerencia"),
        ("asunto", "Remite informe de la red"),
        ("vobo", "Jefe de Departamento"),
        ("caso", case.as_str()),
    ];
    let sent = remote.post(&format!("{DRAFT}?caso={case}"), DRAFT, &fields).await;
    sent.done();
    let letter = sent.to().trim_start_matches("/igss").to_owned();
    assert!(remote.page(&letter).await.contains("Numerar el oficio"));
    let refused = remote.post(&letter, &format!("{letter}/numero"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    remote.post(&letter, &format!("{letter}/numero"), &[("firma", "Ing. Jefa, Jefe de Departamento")]).await.done();
    let page = remote.page(&letter).await;
    assert!(page.contains("OF-SOPORTE-1-2026") && page.contains("Registrar la entrega"), "{page}");
    let given = [("fecha", "2026-02-03"), ("recibe", "Recepción de Gerencia")];
    remote.post_files(&letter, &format!("{letter}/entrega"), &given, &[scan(b"acuse")]).await.done();
    let page = remote.page(&letter).await;
    assert!(page.contains("Entregado") && page.contains("Copia con acuse de recibido"), "{page}");
    assert!(remote.page(&format!("/casos/{case}")).await.contains("OF-SOPORTE-1-2026"));

    // A voided number stays with its reason; the next letter takes the next one.
    let second = remote.post(DRAFT, DRAFT, &[("unidad", "soporte"), ("persona", "Otro"), ("asunto", "Errado")]).await;
    let second = second.to().trim_start_matches("/igss").to_owned();
    remote.post(&second, &format!("{second}/numero"), &[("firma", "Jefa")]).await.done();
    remote.post(&second, &format!("{second}/anulacion"), &[("razon", "Destinatario equivocado")]).await.done();
    let list = remote.page(&format!("{REGISTER}?sentido=enviada&estado=anulado")).await;
    assert!(list.contains("OF-SOPORTE-2-2026") && !list.contains("OF-SOPORTE-1-2026"), "{list}");
    let found = remote.page(&format!("{REGISTER}?sentido=enviada&q=informes+red")).await;
    assert!(found.contains("OF-SOPORTE-1-2026") && !found.contains("OF-SOPORTE-2-2026"), "{found}");

    receive(&remote).await;
    let file = remote.get(&format!("{REGISTER}/registro.csv")).await;
    assert!(file.body.starts_with('\u{feff}') && file.body.contains("\"'=RH-114\""), "{}", file.body);
    assert!(file.body.contains("Noemí") && !file.body.contains("OF-SOPORTE"), "{}", file.body);
}
