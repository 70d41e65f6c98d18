//! The report of what ended: on its page, as a file, and over the API, for those who oversee and nobody else.

use crate::common::{Desk, Place, Visitor};
use axum::http::StatusCode;
use engine::value::Value;
use jiff::SignedDuration;
use manual::procedure::StepNo;
use store::{CompleteRequest, OpenRequest, Request, Submission};

const PAGE: &str = "/informes";
const FILE: &str = "/informes/terminados.csv";

/// A support case from its opening to its end.
async fn ended(desk: &Desk, subject: &str) -> String {
    let Place { store, people, .. } = &desk.places["igss"];
    let open = Submission::open(people["ana"], OpenRequest::new("DTS-02", subject, ""), desk.app.now());
    let number = store.submit(open).await.expect("opened").number;
    for (step, answer) in [(1, None), (2, Some("si")), (5, None)] {
        desk.clock.pass(SignedDuration::from_mins(3));
        let mut request = CompleteRequest::step(StepNo(step));
        request.answer = answer.map(Into::into);
        if step == 5 {
            request.values = vec![("solucion".into(), Value::Text("Se cambió el cable.".into()))];
        }
        let by = people["Técnico de Soporte Remoto"];
        let submission = Submission::on(number.clone(), by, Request::Complete(request), desk.app.now());
        store.submit(submission).await.expect("a step");
    }
    number.to_string()
}

async fn chief(desk: &Desk) -> Visitor<'_> {
    desk.visitor("igss", "Jefe de Departamento").await
}

#[tokio::test]
async fn a_chief_reads_what_ended_and_takes_it_along_as_a_file() {
    let desk = Desk::open(&["igss"]).await;
    let chief = chief(&desk).await;
    let empty = chief.page(PAGE).await;
    assert!(empty.contains("Ningún caso terminó en este período."), "{empty}");
    let plain = ended(&desk, "Impresora <b>sin</b> tinta").await;
    let formula = ended(&desk, "=cmd|' /C calc'!A0").await;

    let page = chief.page(PAGE).await;
    assert!(page.contains("2 casos terminados") && page.contains("Por vía de ingreso"), "{page}");
    for told in [plain.as_str(), &formula, "Impresora &lt;b&gt;sin&lt;/b&gt; tinta", "Sin calificar", "Portal"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let now = desk.app.now().to_zoned(jiff::tz::TimeZone::get("America/Guatemala").expect("zone")).date();
    // The month before has nothing, and its address can be kept.
    let before = now.first_of_month().yesterday().expect("a day");
    let address = format!("{PAGE}?del={}&al={before}", before.first_of_month());
    assert!(page.contains(&address.replace('&', "&amp;")), "{page}");
    assert!(chief.page(&address).await.contains("Ningún caso terminó"));

    let file = chief.get(&format!("{FILE}?del={now}&al={now}")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.headers["content-disposition"], format!("attachment; filename=\"terminados-{now}-{now}.csv\""));
    let lines: Vec<&str> = file.body.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 3, "{}", file.body);
    assert!(lines[1].starts_with(&format!("{plain},Impresora <b>sin</b> tinta,DTS-02,Portal,")), "{}", lines[1]);
    assert!(lines[2].starts_with(&format!("{formula},\"'=cmd|' /C calc'!A0\",")), "{}", lines[2]);

    // From where a chief looks.
    for place in ["/bandeja", "/casos"] {
        assert!(chief.page(place).await.contains("href=\"/igss/informes\""), "{place}");
    }
}

#[tokio::test]
async fn a_period_that_is_none_is_told_at_its_field_with_what_was_typed() {
    let desk = Desk::open(&["igss"]).await;
    let chief = chief(&desk).await;
    let wrong = chief.get(&format!("{PAGE}?del=2026-02-01&al=2026-01-01")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("aria-describedby=\"periodo-al-error\""), "{}", wrong.body);
    assert!(wrong.body.contains("value=\"2026-02-01\"") && wrong.body.contains("es anterior al primero"));
    assert_eq!(chief.get(&format!("{FILE}?del=x&al=y")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Whoever only attends or asks learns nothing of it, rightly or wrongly asked.
    let technician = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    for path in [PAGE.to_owned(), FILE.to_owned(), format!("{PAGE}?del=x&al=y"), format!("{FILE}?del=x&al=y")] {
        assert_eq!(technician.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!technician.page("/casos").await.contains("/igss/informes"));
}
