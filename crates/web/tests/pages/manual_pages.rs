//! The manual's pages over the five institutions: all answer, and each procedure's page names every step.

use crate::common::{Desk, INSTITUTIONS};
use axum::http::StatusCode;
use web::manual_pages::address::segment;

#[tokio::test]
async fn every_page_of_the_manual_answers_and_names_every_step() {
    let desk = Desk::open(&INSTITUTIONS).await;
    for code in INSTITUTIONS {
        let ana = desk.visitor(code, "ana").await;
        let edition = &desk.places[code].edition;
        let title = ana.page("/manual").await;
        assert!(title.contains(&format!("{} procedimientos", edition.procedures.len())), "{code}");
        for procedure in &edition.procedures {
            assert!(title.contains(&*procedure.code), "{code}: {}", procedure.code);
            let page = ana.page(&format!("/manual/procedimientos/{}", segment(&procedure.code))).await;
            for step in &procedure.steps {
                assert!(
                    page.contains(&format!("id=\"paso-{}\"", step.number)),
                    "{} paso {}",
                    procedure.code,
                    step.number
                );
                assert!(page.contains(&escaped(&step.activity)), "{} paso {}", procedure.code, step.number);
                assert!(page.contains(&format!("href=\"#paso-{}\"", step.number)), "the flowchart links to the row");
                for role in step.role_names() {
                    assert!(page.contains(&escaped(role)), "{} {role}", procedure.code);
                }
            }
            for example in edition.scenarios.iter().filter(|example| example.procedure == procedure.code) {
                assert!(page.contains(&escaped(&example.title)), "{}", example.title);
            }
            let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let mut once = ids.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), ids.len(), "{}: an identifier stands twice", procedure.code);
        }
        for form in &edition.forms {
            let page = ana.page(&format!("/manual/formularios/{}", segment(&form.code))).await;
            for field in &form.fields {
                assert!(page.contains(&escaped(&field.label)), "{} {}", form.code, field.label);
            }
        }
        let roles = ana.page("/manual/responsables").await;
        for role in &edition.roles {
            assert!(roles.contains(&escaped(&role.name)), "{}", role.name);
        }
        for path in
            ["/manual/formularios", "/manual/normas", "/manual/glosario", "/manual/simbolos", "/manual/ediciones"]
        {
            ana.page(path).await;
        }
    }
}

#[tokio::test]
async fn a_search_narrows_the_list_without_accents() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let page = ana.page("/manual?q=soporte+tecnico").await;
    assert!(page.contains("DTS-02") && !page.contains("DTS-09"));
    let nothing = ana.page("/manual?q=%22%3E%3Cscript%3E").await;
    assert!(nothing.contains("Ningún procedimiento") && !nothing.contains("\"><script>"));
}

#[tokio::test]
async fn a_case_is_offered_only_to_whom_may_ask() {
    let desk = Desk::open(&["igss", "seprem"]).await;
    let ana = desk.visitor("igss", "ana").await;
    assert!(ana.page("/manual/procedimientos/DTS-02").await.contains("Abrir un caso"));
    let closed = desk.places["seprem"]
        .edition
        .procedures
        .iter()
        .find(|procedure| {
            !procedure.requesters.iter().any(|role| web::state::is_requester(&desk.places["seprem"].edition, role))
        })
        .expect("a procedure that only some may ask for");
    let path = format!("/manual/procedimientos/{}", segment(&closed.code));
    assert!(!desk.visitor("seprem", "ana").await.page(&path).await.contains("Abrir un caso"));
    let asks = closed.requesters.first().expect("somebody asks");
    assert!(desk.visitor("seprem", asks).await.page(&path).await.contains("Abrir un caso"));
}

#[tokio::test]
async fn what_is_not_in_the_manual_is_not_found() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    for path in ["/manual/procedimientos/DTS-99", "/manual/formularios/%2e%2e%2f"] {
        assert_eq!(ana.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(ana.get("/manual/ediciones/comparacion?de=1&a=7").await.status, StatusCode::NOT_FOUND);
}

/// A text as maud writes it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
