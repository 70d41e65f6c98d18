//! The bell, and the password somebody else gave.

use crate::common::{Desk, PASSWORD, Visitor, hidden};
use axum::http::StatusCode;
use jiff::SignedDuration;
use web::account::passwords;

async fn tell(desk: &Desk, who: &str, n: usize, case: Option<&str>) {
    let place = &desk.places["igss"];
    let text = format!("Aviso número {n} <b>");
    place.store.add_notice(place.people[who], &format!("k{n}"), &text, case, desk.app.now()).await.expect("a notice");
}

fn first_notice(page: &str) -> String {
    let rest = page.split("href=\"/igss/avisos/").nth(1).expect("a notice that leads to its case");
    rest.split('"').next().expect("an address").to_string()
}

async fn opened(ana: &Visitor<'_>) -> String {
    let new = "/solicitudes/nueva/DTS-02";
    let fields = [("asunto", "Sin red"), ("descripcion", "Desde ayer."), ("d.impacto", "medio")];
    ana.post(new, new, &fields).await.number()
}

#[tokio::test]
async fn the_bell_counts_what_is_not_read_and_each_notice_leads_to_its_case() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let empty = ana.page("/avisos").await;
    assert!(empty.contains("Aún no tiene avisos.") && empty.contains("0 avisos, 0 sin leer"), "{empty}");
    assert!(empty.contains("id=\"campana\"") && empty.contains("<span data-cuenta hidden>"), "{empty}");
    let number = opened(&ana).await;
    for n in 0..34 {
        tell(&desk, "ana", n, Some(&number)).await;
    }
    let portal = ana.page("/").await;
    assert!(portal.contains("<span data-cuenta> <b>34</b>"), "on every page");
    let page = ana.page("/avisos").await;
    assert!(page.contains("34 avisos, 34 sin leer") && page.contains("Aviso número 33 &lt;b&gt;"));
    assert!(!page.contains("Aviso número 3 "), "thirty of a page");
    let older = page.split("/igss/avisos?desde=").nth(1).and_then(|rest| rest.split('"').next()).expect("a next page");
    assert!(ana.page(&format!("/avisos?desde={older}")).await.contains("Aviso número 3 "));

    // Following a notice reads it.
    let id = first_notice(&page);
    let there = ana.get(&format!("/avisos/{id}")).await;
    assert_eq!(there.to(), format!("/igss/casos/{number}"));
    assert!(ana.page("/avisos").await.contains("34 avisos, 33 sin leer"));
    assert!(!ana.page("/avisos?ver=sin-leer").await.contains(&format!("/igss/avisos/{id}\"")));

    // Others have no part in it.
    let other = desk.visitor("igss", "admin").await;
    assert_eq!(other.get(&format!("/avisos/{id}")).await.status, StatusCode::NOT_FOUND);
    let next = first_notice(&ana.page("/avisos?ver=sin-leer").await);
    let foreign = other.post("/avisos", &format!("/avisos/{next}/lectura"), &[]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{}", foreign.text());
    ana.post("/avisos", &format!("/avisos/{next}/lectura"), &[]).await.done();
    assert!(ana.page("/avisos").await.contains("34 avisos, 32 sin leer"));
    ana.post("/avisos", "/avisos/lectura", &[]).await.done();
    let read = ana.page("/avisos").await;
    assert!(read.contains("34 avisos, 0 sin leer") && !read.contains("Marcar todos"));
    assert!(ana.page("/avisos?ver=sin-leer").await.contains("No tiene avisos sin leer."));
}

#[tokio::test]
async fn a_password_somebody_gave_is_changed_before_anything_else_is_shown() {
    let desk = Desk::open(&["igss"]).await;
    let admin = desk.visitor("igss", "admin").await;
    let ana = desk.places["igss"].people["ana"];
    let at = format!("/administracion/personas/{}", ana.0);
    let given = "papaya tornillo violeta lunes";
    admin.post(&at, &format!("{at}/contrasena"), &[("contrasena", given)]).await.done();
    assert!(admin.page(&at).await.contains("La cambia al entrar"));

    let visitor = desk.visitor_of("igss", ana).await;
    for page in ["/", "/cuenta", "/avisos", "/manual", "/solicitudes", "/casos", "/vivo"] {
        let answer = visitor.get(page).await;
        assert_eq!((answer.status, answer.to()), (StatusCode::SEE_OTHER, "/igss/cuenta/contrasena"), "{page}");
    }
    let only = visitor.page("/cuenta/contrasena").await;
    assert!(only.contains("Elija su contraseña") && !only.contains("Mis solicitudes"), "{only}");
    let opening = visitor.post_sealed(&only, "/solicitudes/nueva/DTS-02", &[("asunto", "x")]).await;
    assert_eq!(opening.status, StatusCode::FORBIDDEN);
    assert!(opening.body.contains("Cambie primero"), "{}", opening.text());

    let change = async |old: &str, new: &str| {
        let fields = [("actual", old), ("nueva", new), ("repetida", new)];
        visitor.post_sealed(&only, "/cuenta/contrasena", &fields).await
    };
    let wrong = change(PASSWORD, "jirafa cometa ladrillo verde").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("La contraseña actual no es correcta."), "{}", wrong.text());
    let same = change(given, given).await;
    assert!(same.body.contains("es la misma de antes"), "{}", same.text());
    let changed = change(given, "jirafa cometa ladrillo verde").await;
    assert_eq!(changed.to(), "/igss/", "{}", changed.text());
    assert!(visitor.page("/").await.contains("Mis solicitudes"));
    let known = desk.places["igss"].store.person_by_login("ana").await.expect("a store").expect("Ana");
    assert!(passwords::is_right("jirafa cometa ladrillo verde", &known.password_hash));

    // Leaving was possible all along.
    admin.post(&at, &format!("{at}/contrasena"), &[("contrasena", given)]).await.done();
    let visitor = desk.visitor_of("igss", ana).await;
    let only = visitor.page("/cuenta/contrasena").await;
    assert!(!hidden(&only, "sello").is_empty());
    assert_eq!(visitor.post_sealed(&only, "/salir", &[]).await.to(), "/igss/entrar");
}

#[tokio::test]
async fn guessing_the_present_password_on_the_account_page_is_delayed() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let mut last = StatusCode::OK;
    for n in 0..5 {
        let guess = format!("adivinanza número {n}");
        let fields = [
            ("actual", guess.as_str()),
            ("nueva", "jirafa cometa ladrillo verde"),
            ("repetida", "jirafa cometa ladrillo verde"),
        ];
        last = ana.post("/cuenta", "/cuenta/contrasena", &fields).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    desk.clock.pass(SignedDuration::from_mins(3));
    let fields =
        [("actual", PASSWORD), ("nueva", "jirafa cometa ladrillo verde"), ("repetida", "jirafa cometa ladrillo verde")];
    ana.post("/cuenta", "/cuenta/contrasena", &fields).await.done();
}

#[tokio::test]
async fn everybody_sees_the_editions_in_force_and_before_and_what_changed_between_them() {
    let desk = Desk::open(&["igss"]).await;
    let place = &desk.places["igss"];
    let (first, second) = (place.people["admin"], place.people["admin2"]);
    let admin = place.store.admin(first).await.expect("rights");
    let mut sources = admin.sources(1).await.expect("a store").expect("sources");
    for file in &mut sources.files {
        file.text = file.text.replace("título \"Soporte Técnico\"", "título \"Soporte\"");
    }
    let (draft, _) = admin.upload_edition(sources, desk.app.now()).await.expect("an edition");
    let ana = desk.visitor("igss", "ana").await;
    assert!(ana.page("/manual/ediciones").await.contains("1 edición"), "a draft is not hers to see");
    let compared = format!("/manual/ediciones/comparacion?de=1&a={}", draft.id);
    assert_eq!(ana.get(&compared).await.status, StatusCode::NOT_FOUND);
    place.store.admin(second).await.expect("rights").publish_edition(draft.id, desk.app.now()).await.expect("in force");
    let page = ana.page("/manual/ediciones").await;
    assert!(page.contains("2 ediciones") && page.contains("Vigente") && page.contains("Anterior"), "{page}");
    assert!(page.contains("Segunda administración") && page.contains("Ver qué cambia"));
    assert!(ana.page(&compared).await.contains("Qué cambia"));
}
