//! The pages that mail makes, judged with something on them: the desk with a mail set aside and one that opened a case, what
//! was sent, and a living link to rate a service.

use super::{
    answer, at, axe,
    demo::Demo,
    driver::Browser,
    enter, judge, open_support_case,
    post_office::PostOffice,
    support_by_mail::{ADDRESS, INSTITUTION, PROCEDURE},
    until,
};
use serde_json::json;

const FRIDAY: &str = "2026-09-11T14:00";

/// A mail as somebody's program writes it.
fn mail(from: &str, subject: &str) -> String {
    format!(
        "From: {from}\nTo: {ADDRESS}\nSubject: {subject}\nMessage-ID: <{}@ejemplo.org>\nDate: Fri, 11 Sep 2026 13:58:00 -0600\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\
         Desde ayer no hay señal en la oficina.\n",
        subject.len()
    )
}

#[test]
fn axe_finds_nothing_on_the_mail_desk_nor_on_a_living_link_to_rate() {
    let office = PostOffice::start(INSTITUTION, ADDRESS, PROCEDURE);
    let demo = Demo::start_at(FRIDAY, &office.config);
    let axe = axe();
    let browser = Browser::start(1280, 900, true, false);
    enter(&demo, &browser, INSTITUTION, "Pide servicios");
    let number = open_support_case(&demo, &browser, "El teclado no escribe");
    let requester = demo.login(INSTITUTION, "Pide servicios").to_owned();
    let hers = mail(&format!("{requester}@ejemplo.org"), "Sin red en la oficina");
    assert!(office.deliver(&format!("{requester}@ejemplo.org"), ADDRESS, &hers).starts_with("250"));
    let stranger = mail("alguien@otra.example", "Oferta de equipo de cómputo");
    assert!(office.deliver("alguien@otra.example", ADDRESS, &stranger).starts_with("250"));

    enter(&demo, &browser, INSTITUTION, "Técnico de Soporte Remoto");
    for chosen in [None, Some("si"), None] {
        answer(&demo, &browser, &number, chosen);
    }
    let ended = office.mail_to(&requester, "Finalizado");
    let link = ended.text.split_whitespace().find(|word| word.contains("/calificar/")).expect("a link to rate");
    until(&browser, "the stranger's mail, set aside", || {
        browser.open(&at(&demo, "/igss/correo"));
        browser.text("main").contains("Oferta de equipo de cómputo")
    });
    let letter = browser.run("return document.querySelector('main td a').href", &json!([]));
    let letter = letter.as_str().expect("the way to the mail").to_owned();

    let mut faults = Vec::new();
    for (width, dark) in [(1280, false), (1280, true), (390, false)] {
        let browser = Browser::start(width, 900, true, dark);
        browser.open(link);
        assert!(browser.text("main").contains("Servicio conforme") && browser.text("main").contains(&number));
        faults.extend(judge(&browser, &axe, "a link to rate", width, dark));
        enter(&demo, &browser, INSTITUTION, "Técnico de Soporte Remoto");
        for (page, says) in [
            (at(&demo, "/igss/correo"), "Oferta de equipo"),
            (at(&demo, "/igss/correo?ver=todos"), "Abrió un caso"),
            (letter.clone(), "no hay señal"),
            (at(&demo, "/igss/correo/enviados"), "aceptado"),
        ] {
            browser.open(&page);
            assert!(
                browser.text("main").to_lowercase().contains(&says.to_lowercase()),
                "{page}: {}",
                browser.text("main")
            );
            faults.extend(judge(&browser, &axe, page.trim_start_matches(&demo.address), width, dark));
        }
    }
    // Rated, the same link thanks.
    browser.forget_cookies();
    browser.open(link);
    browser.click("main button[name=conforme][value=si]");
    until(&browser, "thanks", || browser.text("main").contains("servicio conforme"));
    faults.extend(judge(&browser, &axe, "a link that was used", 1280, false));
    assert_eq!(faults, Vec::<String>::new());
}
