//! Administration as an administrator does it, and all that it refuses.

use crate::common::{Answer, Desk, PASSWORD, Sample, hidden};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use jiff::Timestamp;
use std::{collections::BTreeMap, fs, path::Path, sync::Arc};
use store::{Location, OpenOptions, OpenRequest, Store, Submission};
use tower::ServiceExt;
use web::{
    account::passwords,
    clock::{Clock, Entropy, digest},
    state::{App, House, Settings},
};

fn manual_file(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manuals").join(path)).expect("a file of the manuals")
}

fn sample<'s>(name: &'s str, content: &'s [u8]) -> Sample<'s> {
    Sample { field: "archivos".into(), name, media: "application/octet-stream", content }
}

#[tokio::test]
async fn only_administrators_come_in() {
    let desk = Desk::open(&["usulutan"]).await;
    let (admin, ana) = (desk.visitor("usulutan", "admin").await, desk.visitor("usulutan", "ana").await);
    let pages = [
        "",
        "/personas",
        "/personas/nueva",
        "/personas/1",
        "/puestos",
        "/unidades",
        "/suplencias",
        "/calendario",
        "/ediciones",
        "/ediciones/1",
        "/fichas",
        "/sesiones",
        "/bitacora",
    ];
    for page in pages {
        let page = format!("/administracion{page}");
        admin.page(&page).await;
        assert_eq!(ana.get(&page).await.status, StatusCode::FORBIDDEN, "{page}");
    }
    // Her own seal does not help where she has no right.
    let sent = ana.post("/cuenta", "/administracion/personas", &[("nombre", "X"), ("usuario", "x")]).await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_person_is_made_with_a_password_shown_once_and_leaves_at_once() {
    let desk = Desk::open(&["usulutan"]).await;
    let admin = desk.visitor("usulutan", "admin").await;
    let fields = [("nombre", "Berta <Nueva>"), ("usuario", "berta.nueva"), ("correo", "berta@example.org")];
    let made = admin.post("/administracion/personas/nueva", "/administracion/personas", &fields).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let secret = made
        .body
        .split("class=\"secreto\">")
        .nth(1)
        .and_then(|rest| rest.split('<').next())
        .expect("a password")
        .to_string();
    let store = &desk.places["usulutan"].store;
    let known = store.person_by_login("berta.nueva").await.expect("a store").expect("Berta");
    assert!(passwords::is_right(&secret, &known.password_hash));
    let at = format!("/administracion/personas/{}", known.person.id.0);
    let page = admin.page(&at).await;
    assert!(!page.contains(&secret) && page.contains("Berta &lt;Nueva&gt;"));

    // The login is taken; what was typed stays on the page.
    let again = admin.post("/administracion/personas/nueva", "/administracion/personas", &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(
        again.body.contains("role=\"alert\"") && again.body.contains("value=\"berta@example.org\""),
        "{}",
        again.text()
    );
    let bare =
        admin.post("/administracion/personas/nueva", "/administracion/personas", &[("nombre", "Sin Usuario")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.body.contains("Escriba el usuario") && bare.body.contains("value=\"Sin Usuario\""));

    // Ana is inside until the very moment of her baja.
    let ana = desk.visitor("usulutan", "ana").await;
    ana.page("/manual").await;
    let id = desk.places["usulutan"].people["ana"].0;
    let at = format!("/administracion/personas/{id}");
    let refused = admin.post(&at, &format!("{at}/baja"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    ana.page("/manual").await;
    admin.post(&at, &format!("{at}/baja"), &[("razon", "Traslado")]).await.done();
    let after = ana.get("/manual").await;
    assert_eq!(after.status, StatusCode::SEE_OTHER);
    assert!(after.to().contains("/entrar"), "{}", after.to());
    let journal = admin.page("/administracion/bitacora").await;
    assert!(journal.contains("dio de baja a Ana Solicitante: Traslado."));
}

#[tokio::test]
async fn a_post_is_given_and_ended_and_vacancies_show() {
    let desk = Desk::open(&["usulutan"]).await;
    let admin = desk.visitor("usulutan", "admin").await;
    let place = &desk.places["usulutan"];
    let ana = place.people["ana"].0.to_string();
    let role = place.people.keys().find(|name| place.edition.role(name).is_some()).expect("a role").clone();
    let wrong = [("persona", ana.as_str()), ("puesto", &role), ("desde", "2026-02-10"), ("hasta", "2026-02-01")];
    let refused = admin.post("/administracion/puestos", "/administracion/puestos", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
    let right = [("persona", ana.as_str()), ("puesto", &role), ("desde", "2026-02-01")];
    admin.post("/administracion/puestos", "/administracion/puestos", &right).await.done();
    let hers = place
        .store
        .admin(place.people["admin"])
        .await
        .expect("rights")
        .posts(Some(place.people["ana"]))
        .await
        .expect("posts");
    assert_eq!(hers.len(), 1);

    let held = place.store.admin(place.people["admin"]).await.expect("rights").posts(None).await.expect("posts");
    for post in held.iter().filter(|post| *post.role == *role) {
        let action = format!("/administracion/puestos/{}/fin", post.id);
        admin.post("/administracion/puestos", &action, &[("ultimo", "2026-02-02")]).await.done();
    }
    let overview = admin.page("/administracion").await;
    assert!(overview.contains("1 puesto"), "the vacancy shows");

    let (absent, deputy) = (place.people["admin2"].0.to_string(), ana);
    let days = [
        ("ausente", absent.as_str()),
        ("suplente", &deputy),
        ("desde", "2026-02-03"),
        ("hasta", "2026-02-20"),
        ("razon", "Vacaciones"),
    ];
    admin.post("/administracion/suplencias", "/administracion/suplencias", &days).await.done();
    assert!(admin.page("/administracion/suplencias").await.contains("Vacaciones"));
}

#[tokio::test]
async fn a_bad_edition_shows_its_findings_and_is_not_kept() {
    let desk = Desk::open(&["usulutan"]).await;
    let admin = desk.visitor("usulutan", "admin").await;
    let text = String::from_utf8(manual_file("usulutan/procedimientos/tim-01-mantenimiento.kdl")).expect("UTF-8");
    let broken = text.replacen("paso 2 \"", "paso 2 \"Puesto que nadie declaró", 1);
    assert_ne!(text, broken);
    let files = [sample("tim-01-mantenimiento.kdl", broken.as_bytes())];
    let answer = admin
        .post_files("/administracion/ediciones", "/administracion/ediciones", &[("alcance", "cambios")], &files)
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    assert!(answer.body.contains("procedimientos/tim-01-mantenimiento.kdl:"), "file, line and column");
    assert!(
        answer.body.contains("class=\"dibujo\"") && answer.body.contains("Puesto que nadie"),
        "the picture of the place"
    );
    let latin = [sample("tim-01-mantenimiento.kdl", b"procedimiento \"TIM-01\" \"Mantenimi\xe9nto\"")];
    let answer = admin
        .post_files("/administracion/ediciones", "/administracion/ediciones", &[("alcance", "cambios")], &latin)
        .await;
    assert!(answer.body.contains("UTF-8"), "{}", answer.text());
    let none = admin
        .post_files("/administracion/ediciones", "/administracion/ediciones", &[("alcance", "cambios")], &[])
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let rows = desk.places["usulutan"]
        .store
        .admin(desk.places["usulutan"].people["admin"])
        .await
        .expect("rights")
        .editions()
        .await;
    assert_eq!(rows.expect("rows").len(), 1, "only the first one is kept");
}

#[tokio::test]
async fn the_longest_manual_is_uploaded_whole_in_one_sending() {
    let desk = Desk::open(&["igss"]).await;
    let admin = desk.visitor("igss", "admin").await;
    let sources =
        desk.places["igss"].store.admin(desk.places["igss"].people["admin"]).await.expect("rights").sources(1).await;
    let sources = sources.expect("a store").expect("the sources");
    // Browsers send names without folders: each file finds its place by what it declares.
    let files: Vec<Sample<'_>> = sources
        .files
        .iter()
        .map(|file| sample(file.path.rsplit('/').next().expect("a name"), file.text.as_bytes()))
        .collect();
    assert!(files.len() > 20);
    let kept = admin
        .post_files("/administracion/ediciones", "/administracion/ediciones", &[("alcance", "completo")], &files)
        .await;
    kept.done();
    let page = admin.page("/administracion/ediciones/2").await;
    assert!(page.contains("Las dos ediciones dicen lo mismo"), "nothing was lost on the way");
}

#[tokio::test]
async fn an_edition_is_published_by_a_second_person_who_sees_what_changes() {
    let desk = Desk::open(&["usulutan"]).await;
    let (admin, second) = (desk.visitor("usulutan", "admin").await, desk.visitor("usulutan", "admin2").await);
    let text = String::from_utf8(manual_file("usulutan/manual.kdl")).expect("UTF-8");
    let start = text.find("    edicion \"").expect("the edition's name") + "    edicion \"".len();
    let end = start + text[start..].find('"').expect("its end");
    let changed = format!("{}Edición de prueba{}", &text[..start], &text[end..]);
    let files = [sample("manual.kdl", changed.as_bytes())];
    let kept = admin
        .post_files("/administracion/ediciones", "/administracion/ediciones", &[("alcance", "cambios")], &files)
        .await;
    kept.done();
    assert_eq!(kept.to(), "/usulutan/administracion/ediciones/2");
    let page = admin.page("/administracion/ediciones/2").await;
    assert!(page.contains("Edición de prueba</ins>"), "what changes is shown");
    assert!(!page.contains("Publicar y poner en vigor"), "not to the one who uploaded it");
    let own = admin.post("/administracion/ediciones/2", "/administracion/ediciones/2/publicacion", &[]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text());
    assert!(second.page("/manual").await.contains(&text[start..end]));

    second.post("/administracion/ediciones/2", "/administracion/ediciones/2/publicacion", &[]).await.done();
    assert!(second.page("/manual").await.contains("Edición de prueba"));
    let comparison = second.page("/manual/ediciones/comparacion?de=1&a=2").await;
    assert!(comparison.contains("<del>") && comparison.contains("Edición de prueba"));
    let journal = second.page("/administracion/bitacora").await;
    assert!(journal.contains("publicó la edición n.º 2") && journal.contains("subió la edición n.º 2"));
}

#[tokio::test]
async fn a_day_decreed_shows_whose_due_dates_move_is_signed_and_moves_them() {
    let desk = Desk::open(&["diaco"]).await;
    let (admin, place) = (desk.visitor("diaco", "admin").await, &desk.places["diaco"]);
    // Three business days to solve it, counted from the opening.
    let request = OpenRequest::new("DIACO-IN-PR-03.1", "Prueba", "No enciende");
    let number = place
        .store
        .submit(Submission::open(place.people["ana"], request, desk.clock.now()))
        .await
        .expect("a case")
        .number;
    let reader = place.store.reader(place.people["admin"], desk.clock.now()).await.expect("a reader");
    let before = reader.case(&number).await.expect("a store").expect("a case").case;
    let due = before.clocks.iter().map(|clock| clock.due).min().expect("a clock");
    let day = due.to_zoned(place.store.zone()).date().to_string();
    let query = format!(
        "/administracion/calendario/cambios/nuevo?cambio=decretar&dia={day}&nombre=Asueto&fuente=Acuerdo+1-2026&plazos=si"
    );
    let preview = admin.page(&query).await;
    assert!(preview.contains(&*number) && preview.contains("1 caso abierto cambia"), "{preview}");
    let unchanged = reader.case(&number).await.expect("a store").expect("a case").case;
    assert_eq!(unchanged.clocks, before.clocks, "a preview changes nothing");

    let mut fields = vec![
        ("cambio", "decretar"),
        ("dia", day.as_str()),
        ("nombre", "Asueto"),
        ("fuente", "Acuerdo 1-2026"),
        ("plazos", "si"),
        ("version", "1"),
    ];
    let act = "/administracion/calendario/cambios";
    let unsigned = admin.post_sealed(&preview, act, &fields).await;
    assert_eq!(unsigned.status, StatusCode::FORBIDDEN, "{}", unsigned.text());
    fields.push(("contrasena", "no es esta"));
    let wrong = admin.post_sealed(&preview, act, &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text());
    assert!(wrong.body.contains("no se firmó nada") && wrong.body.contains(&*number), "{}", wrong.text());
    fields.pop();
    fields.push(("contrasena", PASSWORD));
    let signed = admin.post_sealed(&preview, act, &fields).await;
    assert_eq!((signed.status, signed.to()), (StatusCode::SEE_OTHER, "/diaco/administracion/calendario/cambios/2"));
    let progress = admin.page("/administracion/calendario/cambios/2").await;
    assert!(progress.contains("falta 1"), "{progress}");

    for behind in place.store.cases_behind((0, 0), 10).await.expect("a store") {
        let submission = Submission::on(behind.case, engine::actor::SYSTEM, behind.request, desk.clock.now());
        place.store.submit(submission).await.expect("it goes over");
    }
    let moved = reader.case(&number).await.expect("a store").expect("a case").case;
    assert!(moved.clocks.iter().map(|clock| clock.due).min() > Some(due));
    assert_eq!(moved.calendar, before.calendar + 1);
    let done = admin.page("/administracion/calendario/cambios/2").await;
    assert!(done.contains("ya están calculados") && done.contains(&*number), "{done}");
    let calendar = admin.page("/administracion/calendario?ano=2026").await;
    assert!(calendar.contains("Acuerdo 1-2026") && calendar.contains("Versión 2"), "{calendar}");
    assert!(admin.page("/administracion/bitacora").await.contains("firmó el día decretado «Asueto»"));
    let own = desk.visitor("diaco", "ana").await.page(&format!("/casos/{number}")).await;
    assert!(own.contains("vencía el") && own.contains("Acuerdo 1-2026"), "{own}");

    let missing = admin.get("/administracion/calendario/cambios/nuevo?cambio=decretar&dia=2026-03-02").await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let revoke = "/administracion/calendario/cambios/nuevo?cambio=retirar&indice=0&nombre=Asueto&razon=Se+derog%C3%B3";
    assert!(admin.page(revoke).await.contains(&*number));
}

#[tokio::test]
async fn a_token_is_shown_once_and_dies_when_revoked() {
    let desk = Desk::open(&["usulutan"]).await;
    let admin = desk.visitor("usulutan", "admin").await;
    let ana = desk.places["usulutan"].people["ana"].0.to_string();
    let late = [("persona", ana.as_str()), ("nombre", "Monitoreo"), ("alcance", "read"), ("vence", "2030-01-01")];
    let refused = admin.post("/administracion/fichas", "/administracion/fichas", &late).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
    let wide = [("persona", ana.as_str()), ("nombre", "Altas"), ("alcance", "admin"), ("vence", "2026-03-01")];
    let refused = admin.post("/administracion/fichas", "/administracion/fichas", &wide).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
    assert!(refused.body.contains("Esa persona no administra el sistema"), "{}", refused.text());
    let fields = [("persona", ana.as_str()), ("nombre", "Monitoreo"), ("alcance", "read"), ("vence", "2026-03-01")];
    let made = admin.post("/administracion/fichas", "/administracion/fichas", &fields).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let secret = made
        .body
        .split("class=\"secreto\">")
        .nth(1)
        .and_then(|rest| rest.split('<').next())
        .expect("a token")
        .to_string();
    assert!(secret.starts_with("vnt_"));
    let store = &desk.places["usulutan"].store;
    let kept = store.api_token(&digest(&secret)).await.expect("a store").expect("the token");
    assert_eq!((&*kept.scope, &*kept.name), ("read", "Monitoreo"));
    let page = admin.page("/administracion/fichas").await;
    assert!(!page.contains(&secret) && page.contains("Leer, escribir y administrar"), "{page}");
    let action = format!("/administracion/fichas/{}/revocacion", kept.id);
    admin.post("/administracion/fichas", &action, &[]).await.done();
    assert_eq!(store.api_token(&digest(&secret)).await.expect("a store"), None);
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-02-03T18:00:00Z".parse().expect("a moment")
    }
}

struct Sevens;

impl Entropy for Sevens {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

#[tokio::test]
async fn the_first_set_up_serves_its_token_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = OpenOptions {
        zone: "America/El_Salvador".into(),
        ..OpenOptions::new("usulutan", folder.path().join("archivos"))
    };
    let store = Store::open(Location::Sqlite(folder.path().join("u.sqlite")), options).await.expect("a store");
    let desk = Desk::open(&["usulutan"]).await;
    let settings =
        Settings { setup: BTreeMap::from([("usulutan".into(), digest("de-una-vez"))]), ..Settings::default() };
    let house = House::new("usulutan", store.clone(), &desk.places["usulutan"].edition);
    let router = web::router(App::new(vec![house], Arc::new(Noon), Arc::new(Sevens), settings));
    let get = |path: &str| {
        let (router, request) = (router.clone(), Request::get(path).body(Body::empty()).expect("a request"));
        async move { Answer::of(router.oneshot(request).await.expect("an answer")).await }
    };
    for wrong in ["/usulutan/instalacion", "/usulutan/instalacion?token=otro", "/igss/instalacion?token=de-una-vez"] {
        assert_eq!(get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let shown = get("/usulutan/instalacion?token=de-una-vez").await;
    assert_eq!(shown.status, StatusCode::OK);
    let cookie =
        shown.headers[header::SET_COOKIE].to_str().expect("a cookie").split(';').next().expect("a pair").to_string();
    let seal = hidden(&shown.body, "sello");
    let send = |password: &'static str, token: &'static str| {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("sello", seal.as_str()),
                ("token", token),
                ("nombre", "Primera Persona"),
                ("usuario", "primera"),
            ])
            .extend_pairs([("contrasena", password), ("repetida", password)])
            .finish();
        let request = Request::post("/usulutan/instalacion")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, &cookie)
            .body(Body::from(body))
            .expect("a request");
        let router = router.clone();
        async move { Answer::of(router.oneshot(request).await.expect("an answer")).await }
    };
    assert_eq!(send(PASSWORD, "otro").await.status, StatusCode::NOT_FOUND);
    let weak = send("1234567890", "de-una-vez").await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", weak.text());
    assert!(weak.body.contains("value=\"primera\"") && weak.body.contains("Use una frase"));
    send(PASSWORD, "de-una-vez").await.done();
    let first = store.person_by_login("primera").await.expect("a store").expect("the first person");
    assert!(first.person.administrator && passwords::is_right(PASSWORD, &first.password_hash));
    assert_eq!(send(PASSWORD, "de-una-vez").await.status, StatusCode::NOT_FOUND, "the token has served");
    assert_eq!(get("/usulutan/instalacion?token=de-una-vez").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_journal_tells_which_act_does_not_fit_its_chain() {
    let desk = Desk::open(&["usulutan"]).await;
    let admin = desk.visitor("usulutan", "admin").await;
    let sound = admin.page("/administracion/bitacora").await;
    assert!(!sound.contains("No cuadra") && sound.contains("actos hasta aquí"));
    let sessions = admin.page("/administracion/sesiones").await;
    assert!(sessions.contains("1 sesión abierta de 1 persona") && sessions.contains("Esta es la suya"), "{sessions}");
    let _ana = desk.visitor("usulutan", "ana").await;
    let _again = desk.visitor("usulutan", "ana").await;
    let sessions = admin.page("/administracion/sesiones").await;
    assert!(sessions.contains("3 sesiones abiertas de 2 personas"), "{sessions}");
    assert_eq!(sessions.matches("Terminar las suyas").count(), 1, "one button a person");
}
