//! Choosing one's notices, and rating by the link of a mail without entering.

use crate::common::{Answer, Desk, hidden};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use jiff::SignedDuration;
use manual::notice::Kind;
use store::{CompleteRequest, OpenRequest, Submission, preferences::Way, store::MailDesk};
use tower::ServiceExt;

/// A browser that nobody has entered with.
struct Nobody<'d> {
    desk: &'d Desk,
    cookie: String,
}

impl Nobody<'_> {
    async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty()).expect("a request");
        let answer = Answer::of(self.desk.router.clone().oneshot(request).await.expect("an answer")).await;
        if let Some(cookie) = answer.headers.get(header::SET_COOKIE).and_then(|value| value.to_str().ok()) {
            self.cookie = cookie.split(';').next().expect("a cookie").into();
        }
        answer
    }

    async fn post(&self, path: &str, seal: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("sello", seal)
            .append_pair("clave", "calificacion")
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request");
        Answer::of(self.desk.router.clone().oneshot(request).await.expect("an answer")).await
    }
}

/// A finished case of Ana's, and the address in the mail she gets.
async fn finished(desk: &Desk) -> (String, String) {
    let place = &desk.places["igss"];
    let (store, now) = (&place.store, desk.app.now());
    store.let_mail_leave(MailDesk { public_url: Some("https://v.example".into()) });
    let ana = place.people["ana"];
    let person = store.person(ana).await.expect("a store").expect("Ana");
    let fields = store::people::PersonFields {
        login: "ana".into(),
        name: person.name.to_string(),
        email: "ana@example.org".into(),
        unit: person.unit.map(|unit| unit.to_string()),
        ..Default::default()
    };
    store.admin(place.people["admin"]).await.expect("rights").change_person(ana, fields, now).await.expect("changed");
    let open = OpenRequest::new("DTS-02", "La impresora <b>", "Un secreto de la descripción");
    let number = store.submit(Submission::open(ana, open, now)).await.expect("a case").number;
    let technician = place.people["Técnico de Soporte Remoto"];
    for (step, answer) in [(1, None), (2, Some("si")), (5, None)] {
        let mut request = CompleteRequest::step(manual::procedure::StepNo(step));
        request.answer = answer.map(Into::into);
        if step == 5 {
            request.values = vec![("solucion".into(), engine::value::Value::Text("Se cambió el cable.".into()))];
        }
        let request = store::Request::Complete(request);
        store.submit(Submission::on(number.clone(), technician, request, now)).await.expect("done");
    }
    for lease in store.lease_outbox(now, SignedDuration::from_mins(1), 50, "t").await.expect("leases") {
        store.tell(&lease, &format!("azar {}", lease.key), now).await.expect("told");
    }
    // Mails about one case leave one after the other.
    for n in 0..9 {
        for mail in store.lease_mails(now, SignedDuration::from_mins(1), 9, &format!("m{n}")).await.expect("mails") {
            let reply = store::mails::MailOutcome::Accepted { reply: "250 ok".into() };
            store.settle_mail(&mail, reply, now).await.expect("settled");
            if let Some(token) = mail.text.split("https://v.example/igss/calificar/").nth(1) {
                let token = token.split_whitespace().next().expect("a token");
                return (number.to_string(), format!("/igss/calificar/{token}"));
            }
        }
    }
    panic!("no mail with a link");
}

#[tokio::test]
async fn the_service_is_rated_from_the_mail_and_looking_rates_nothing() {
    let desk = Desk::open(&["igss"]).await;
    let (number, address) = finished(&desk).await;
    let mut nobody = Nobody { desk: &desk, cookie: String::new() };
    let page = nobody.get(&address).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.body.contains(&number) && page.body.contains("La impresora &lt;b&gt;"), "{}", page.text());
    for secret in ["secreto", "Ana", "Técnico", "cable"] {
        assert!(!page.text().contains(secret), "no more than number and subject: {}", page.text());
    }
    // A scanner opens it as often as it likes.
    for _ in 0..3 {
        nobody.get(&address).await;
    }
    let place = &desk.places["igss"];
    let rating = async || {
        let reader = place.store.reader(place.people["ana"], desk.app.now()).await.expect("a reader");
        reader.case(&number).await.expect("a store").expect("her case").case.rating
    };
    assert_eq!(rating().await, None);

    let seal = hidden(&page.body, "sello");
    assert_eq!(nobody.post(&address, "otro", &[("conforme", "si")]).await.status, StatusCode::FORBIDDEN);
    let neither = nobody.post(&address, &seal, &[("conforme", "tal vez")]).await;
    assert_eq!(neither.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(rating().await, None);
    let given = nobody.post(&address, &seal, &[("conforme", "no"), ("comentario", "Tardó mucho.")]).await;
    assert_eq!(given.to(), address, "{}", given.text());
    let shown = nobody.get(&address).await;
    assert!(shown.body.contains("servicio no conforme") && shown.body.contains("Tardó mucho."), "{}", shown.text());
    assert!(rating().await.is_some_and(|rating| !rating.conforms));

    // Changeable for twelve hours, and not after.
    desk.clock.pass(SignedDuration::from_hours(11));
    nobody.post(&address, &seal, &[("conforme", "si")]).await.done();
    assert!(rating().await.is_some_and(|rating| rating.conforms && rating.comment.is_none()));
    desk.clock.pass(SignedDuration::from_hours(13));
    let late = nobody.post(&address, &seal, &[("conforme", "no")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.body.contains("12 horas"), "{}", late.text());
    assert!(rating().await.is_some_and(|rating| rating.conforms));
}

#[tokio::test]
async fn a_link_of_nobody_or_of_one_who_left_is_not_there() {
    let desk = Desk::open(&["igss"]).await;
    let (number, address) = finished(&desk).await;
    let mut nobody = Nobody { desk: &desk, cookie: String::new() };
    for wrong in
        ["/igss/calificar/x", &format!("/igss/calificar/{}", "0".repeat(64)), &address.replace("igss", "diaco")]
    {
        assert_eq!(nobody.get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    // Those who attend see what became of the mail; who asked does not.
    let technician = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let page = technician.page(&format!("/casos/{number}")).await;
    assert!(page.contains("Correos enviados (") && page.contains("enviado 09:10, aceptado por el servidor"), "{page}");
    let ana = desk.visitor("igss", "ana").await;
    assert!(!ana.page(&format!("/casos/{number}")).await.contains("Correos enviados"));

    assert_eq!(nobody.get(&address).await.status, StatusCode::OK);
    let place = &desk.places["igss"];
    let admin = place.store.admin(place.people["admin"]).await.expect("rights");
    admin.deactivate(place.people["ana"], "Se retiró".into(), desk.app.now()).await.expect("gone");
    assert_eq!(nobody.get(&address).await.status, StatusCode::NOT_FOUND, "S11");
}

#[tokio::test]
async fn each_chooses_what_to_be_told_and_how() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let page = ana.page("/cuenta/avisos").await;
    assert!(page.contains("aún no tiene configurado el correo"), "without mail it says so");
    assert!(ana.page("/cuenta").await.contains("/igss/cuenta/avisos"));
    let fields = [("final", "resumen"), ("comentario", "ninguno"), ("hora", "14"), ("plazo", "inventado")];
    let saved = ana.post("/cuenta/avisos", "/cuenta/avisos", &fields).await;
    assert_eq!(saved.to(), "/igss/cuenta/avisos?guardado=si", "{}", saved.text());
    let place = &desk.places["igss"];
    let reader = place.store.reader(place.people["ana"], desk.app.now()).await.expect("a reader");
    let kept = reader.preferences().await.expect("preferences");
    let ways = [Kind::Ended, Kind::Comment, Kind::Term, Kind::Post].map(|kind| kept.way(kind));
    assert_eq!(ways, [Way::Digest, Way::Nothing, Way::Mail, Way::Page]);
    assert_eq!((kept.digest_hour, kept.office_hours), (14, false));
    let page = ana.page("/cuenta/avisos?guardado=si").await;
    assert!(page.contains("quedaron guardadas") && page.contains("<option value=\"14\" selected>"), "{page}");
    place.store.let_mail_leave(MailDesk { public_url: None });
    assert!(ana.page("/cuenta/avisos").await.contains("no tiene dirección de correo"));
}
