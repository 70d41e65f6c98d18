//! The desk in a browser: the keyboard set, drafts that keep themselves, ready answers by name, and two at one case.

use super::{at, demo::Demo, driver::Browser, enter, enter_as, open_support_case, until};
use serde_json::json;

fn value(browser: &Browser, selector: &str) -> String {
    let script = format!("return document.querySelector({selector:?})?.value ?? ''");
    browser.run(&script, &json!([])).as_str().unwrap_or_default().to_string()
}

/// Whether the page is there with its script: keys pressed before would be lost.
fn ready(browser: &Browser) -> bool {
    browser.run("return document.readyState", &json!([])) == json!("complete")
}

fn focused(browser: &Browser, selector: &str) -> bool {
    browser.run(&format!("return document.activeElement.matches({selector:?})"), &json!([])) == json!(true)
}

#[test]
fn the_keys_go_where_they_say_keep_out_of_fields_and_can_be_switched_off() {
    let demo = Demo::start();
    let browser = Browser::start(1280, 900, true, false);
    enter(&demo, &browser, "igss", "Pide servicios");
    let number = open_support_case(&demo, &browser, "Teclas");
    enter(&demo, &browser, "igss", "Técnico de Soporte Remoto");
    browser.open(&at(&demo, "/igss/bandeja"));
    browser.keys("gp");
    until(&browser, "the post's inbox", || browser.address().contains("vista=puesto") && ready(&browser));
    browser.keys("gc");
    until(&browser, "the cases", || browser.address().ends_with("/igss/casos") && ready(&browser));
    browser.keys("/");
    assert!(focused(&browser, "#buscar"), "/ goes to the search");
    browser.keys("gp?n");
    assert_eq!(value(&browser, "#buscar"), "gp?n", "what is typed stays typed");
    assert!(browser.address().ends_with("/igss/casos"));
    let open = browser.run("return document.getElementById('teclas').open", &json!([]));
    assert_eq!(open, json!(false));

    browser.open(&at(&demo, &format!("/igss/casos/{number}")));
    browser.keys("x");
    assert!(focused(&browser, "#nota-interna"), "x writes a note");
    browser.keys("Solo para nosotros");
    browser.type_in("#nota-interna", "\u{E009}\u{E007}\u{E000}");
    until(&browser, "the note", || browser.text("#historia").contains("Solo para nosotros") && ready(&browser));
    assert!(browser.text("#historia").contains("Nota interna"));
    browser.run("document.activeElement.blur()", &json!([]));
    browser.keys("r");
    assert!(focused(&browser, "#comentario"), "r answers");
    browser.run("document.activeElement.blur()", &json!([]));
    browser.keys("C");
    assert!(focused(&browser, "#tarea button.principal"), "C goes to the button and sends nothing");

    browser.open(&at(&demo, "/igss/cuenta/teclas"));
    browser.click("main button.principal, main .panel button[type=submit]");
    until(&browser, "the keys are off", || browser.text("main").contains("Apagadas"));
    browser.open(&at(&demo, "/igss/bandeja"));
    browser.keys("?");
    let open = browser.run("return document.getElementById('teclas').open", &json!([]));
    assert_eq!(open, json!(false), "switched off");
    assert_eq!(browser.errors(), Vec::<String>::new());
}

#[test]
fn what_is_written_outlives_the_page_the_session_and_somebody_elses_step() {
    let demo = Demo::start();
    let browser = Browser::start(1280, 900, true, false);
    let other = Browser::start(1280, 900, true, false);
    enter(&demo, &browser, "igss", "Pide servicios");
    let number = open_support_case(&demo, &browser, "Borradores");
    let case = at(&demo, &format!("/igss/casos/{number}"));
    enter(&demo, &browser, "igss", "Técnico de Soporte Remoto");
    browser.open(&case);
    browser.type_in("#tarea [name=nota]", "Revisé el puerto 14");
    until(&browser, "the draft is kept", || browser.text("#tarea").contains("Borrador guardado a las"));
    // The session is gone; after entering again it is all there.
    enter(&demo, &browser, "igss", "Técnico de Soporte Remoto");
    browser.open(&case);
    assert_eq!(value(&browser, "#tarea [name=nota]"), "Revisé el puerto 14");
    browser.type_in("#tarea [name=nota]", " y el cable");

    // A colleague does the step meanwhile; then it is sent.
    enter(&demo, &other, "igss", "Técnico de Soporte Remoto");
    other.open(&case);
    other.run("document.querySelector('#tarea [name=nota]').value = ''", &json!([]));
    other.click("#tarea form button.principal");
    until(&other, "the next step", || other.text("#tarea").contains("paso 2"));
    browser.run(
        "document.querySelector('#tarea form').requestSubmit(document.querySelector('#tarea form button.principal'))",
        &json!([]),
    );
    until(&browser, "what was written", || browser.text("main").contains("Lo que usted había escrito"));
    assert!(browser.text("#conservado").contains("Revisé el puerto 14 y el cable"));
    browser.open(&case);
    assert!(browser.text("#conservado").contains("Revisé el puerto 14"), "also after a reload");
}

#[test]
fn a_ready_answer_comes_by_its_name_and_two_at_a_case_know_of_each_other() {
    let demo = Demo::start();
    let browser = Browser::start(1280, 900, true, false);
    let other = Browser::start(1280, 900, true, false);
    enter(&demo, &browser, "igss", "Pide servicios");
    let number = open_support_case(&demo, &browser, "Dos a la vez");
    let case = at(&demo, &format!("/igss/casos/{number}"));
    enter(&demo, &browser, "igss", "Técnico de Soporte Remoto");
    browser.open(&at(&demo, "/igss/respuestas"));
    browser.type_in("#nombre-nueva", "Visita técnica");
    browser.type_in("#texto-nueva", "Iremos hoy por el caso {{numero}}.");
    browser.click("section[aria-labelledby=nueva-titulo] button.principal");
    until(&browser, "the answer is kept", || browser.text("main").contains("1 respuesta"));
    browser.open(&case);
    browser.type_in("#comentario", "Buenas. ::tecni");
    browser.wait("#ofrecidas");
    browser.keys("\u{E007}");
    assert_eq!(value(&browser, "#comentario"), format!("Buenas. Iremos hoy por el caso {number}."));

    // A chief opens the same case: each is told; and who writes.
    assert_eq!(browser.text("#presencia"), "");
    let chief = demo.holder("igss", "Director de Tecnología y Servicio", "");
    enter_as(&demo, &other, "igss", &chief);
    other.open(&case);
    until(&browser, "the other is told", || browser.text("#presencia").contains("también tiene abierto este caso"));
    until(&other, "and the one", || !other.text("#presencia").is_empty());
    browser.type_in("#comentario", " Lleve la laptop.");
    until(&other, "who writes", || other.text("#presencia").contains("está escribiendo en este caso"));
    other.open(&at(&demo, "/igss/manual"));
    until(&browser, "alone again", || browser.text("#presencia").is_empty());
    assert_eq!(browser.errors(), Vec::<String>::new());
}
