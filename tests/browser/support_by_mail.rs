//! Support asked for by mail (IGSS): a mail opens the case, its receipt comes back, the answer to the receipt is a note,
//! and the mail of the end carries the link by which the service is rated without entering.

use crate::{
    at,
    demo::Demo,
    driver::Browser,
    enter_as,
    post_office::PostOffice,
    support::{Asked, page_of, whole},
    until,
};
use serde_json::json;

pub const INSTITUTION: &str = "igss";
pub const ADDRESS: &str = "soporte@ejemplo.org";
pub const PROCEDURE: &str = "DTS-02";
const SUBJECT: &str = "La impresora de recepción no imprime";

/// A person writes, and answers the receipt.
pub fn asks(demo: &Demo, browser: &Browser, office: &PostOffice) -> Asked {
    let requester = demo.login(INSTITUTION, "Pide servicios").to_owned();
    let from = format!("{requester}@ejemplo.org");
    let head = |id: &str, subject: &str, more: &str| {
        format!(
            "From: {from}\nTo: {ADDRESS}\nSubject: {subject}\nMessage-ID: <{id}@ejemplo.org>\nDate: Fri, 11 Sep 2026 13:58:00 -0600\n\
             MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n{more}"
        )
    };
    let first = format!("{}\nNo enciende desde esta mañana.\n", head("uno", SUBJECT, ""));
    assert!(office.deliver(&from, ADDRESS, &first).starts_with("250"));
    let receipt = office.mail_to(&requester, SUBJECT);
    let number = receipt.subject.split(['[', ']']).nth(1).expect("a number in brackets").to_owned();
    assert_eq!(receipt.references.first().map(String::as_str), Some("<uno@ejemplo.org>"), "in the thread of hers");
    // The same message by another way is the same message.
    assert!(office.deliver(&from, ADDRESS, &first).starts_with("250"));

    let more = format!("In-Reply-To: {}\n", receipt.message_id);
    let quoted = "El viernes, Mesa de Ayuda escribió:\n> Su correo quedó registrado";
    let answer = format!("{}\nTambién dice: «bandeja vacía».\n\n{quoted}\n", head("dos", "Re: gracias", &more));
    assert!(office.deliver(&from, ADDRESS, &answer).starts_with("250"));
    let asked = Asked { institution: INSTITUTION, procedure: PROCEDURE, number, requester, subject: SUBJECT };
    enter_as(demo, browser, INSTITUTION, &demo.holder(INSTITUTION, "Técnico de Soporte Remoto", ""));
    until(browser, "the answer as a note", || {
        browser.open(&page_of(demo, &asked));
        whole(browser).contains("bandeja vacía")
    });
    let page = whole(browser);
    assert!(page.contains(&from), "the note says where it came from: {page}");
    assert!(!page.contains("quedó registrado"), "what was quoted is left out: {page}");
    asked
}

/// The case has ended: whoever asked says how it was by the link of the mail, without entering.
pub fn rates(demo: &Demo, browser: &Browser, office: &PostOffice, asked: &Asked) {
    let ended = office.mail_to(&asked.requester, "Finalizado");
    assert!(ended.subject.contains(&asked.number), "{ended:?}");
    let link = ended.text.split_whitespace().find(|word| word.contains("/calificar/")).expect("a link to rate");
    browser.forget_cookies();
    browser.open(link);
    assert!(!whole(browser).contains("Quedó registrado"), "opening the link rates nothing");
    browser.type_in("#comentario", "Quedó bien.");
    browser.click("main button[name=conforme][value=si]");
    until(browser, "thanks", || whole(browser).contains("servicio conforme"));
    // One mail for each event, and none for what she did herself: it was registered, it was begun, it ended.
    let mut about = office.sent_to(&asked.requester);
    about.retain(|mail| mail.subject.contains(&asked.number));
    let told = |words: &str| about.iter().filter(|mail| mail.text.contains(words)).count();
    let each = ["quedó registrado como la solicitud", "la gestión inició", "fue resuelto"].map(told);
    assert_eq!((each, about.len()), ([1, 1, 1], 3), "{about:?}");
    // Those who attend see what became of each.
    enter_as(demo, browser, INSTITUTION, &demo.holder(INSTITUTION, "Técnico de Soporte Remoto", ""));
    browser.open(&at(demo, &format!("/{INSTITUTION}/casos/{}", asked.number)));
    until(browser, "the log of what was sent", || {
        browser.run("for (const one of document.querySelectorAll('details')) one.open = true", &json!([]));
        whole(browser).contains("aceptado por el servidor")
    });
}
