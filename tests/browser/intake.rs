//! The telephone by the keyboard alone: how many keys and how many fields it takes until a call is an assigned case.

use super::{Browser, Demo, at, enter, enter_as, json, until};
use std::cell::Cell;

const ENTER: &str = "\u{E007}";
const TAB: &str = "\u{E004}";
const DOWN: &str = "\u{E015}";

/// Keys pressed: those that write, and those that only lead on.
struct Keyboard<'b> {
    browser: &'b Browser,
    written: Cell<usize>,
    leading: Cell<usize>,
}

impl Keyboard<'_> {
    fn write(&self, text: &str) {
        self.written.set(self.written.get() + text.chars().count());
        self.browser.keys(text);
    }

    fn lead(&self, keys: &str) {
        self.leading.set(self.leading.get() + keys.chars().count());
        self.browser.keys(keys);
    }

    fn on(&self, id: &str) {
        until(self.browser, id, || {
            self.browser.run("return document.activeElement?.id ?? ''", &json!([])) == json!(id)
        });
    }

    /// The list under the field shows an option, which is the one to be taken.
    fn offered(&self, text: &str) {
        until(self.browser, text, || {
            let shown = "return document.querySelector('[role=option][aria-selected=true]')?.textContent ?? ''";
            self.browser.run(shown, &json!([])).as_str().is_some_and(|option| option.contains(text))
        });
    }
}

#[test]
fn a_call_becomes_an_assigned_case_with_the_keyboard_alone() {
    let demo = Demo::start();
    let browser = Browser::start(1280, 900, true, false);
    let caller = demo.login("igss", "Pide servicios").to_string();
    enter(&demo, &browser, "igss", "Técnico de Soporte Remoto");
    browser.open(&at(&demo, "/igss/bandeja"));
    let hands = Keyboard { browser: &browser, written: Cell::new(0), leading: Cell::new(0) };

    hands.lead("g");
    hands.lead("l");
    hands.on("persona-texto");
    hands.write(&caller);
    hands.offered(&caller);
    hands.lead(ENTER);
    hands.lead(TAB);
    hands.lead(TAB);
    hands.on("procedimiento-texto");
    hands.write("soporte");
    hands.offered("DTS-02");
    hands.lead(ENTER);
    until(&browser, "whom it may be assigned to", || browser.find("#asignar option[value]:not([value=''])").is_some());
    hands.lead(TAB);
    hands.on("canal");
    hands.lead(TAB);
    hands.write("a");
    hands.lead(TAB);
    hands.on("asunto");
    hands.write("No entra al correo");
    hands.lead(TAB);
    hands.lead(TAB);
    hands.lead(TAB);
    hands.on("asignar");
    hands.lead(DOWN);
    let named = browser.run("return document.getElementById('asignar').selectedOptions[0].textContent", &json!([]));
    let named = named.as_str().and_then(|name| name.split([' ', '(']).next()).unwrap_or_default().to_string();
    // Ctrl with Intro, as one stroke.
    hands.leading.set(hands.leading.get() + 1);
    browser.write(&browser.find("#asignar").expect("the list of those who attend"), "\u{E009}\u{E007}");
    until(&browser, "the receipt", || browser.address().ends_with("/recibo"));
    let receipt = browser.text("main");
    assert!(receipt.contains("No entra al correo") && receipt.contains("Teléfono"), "{receipt}");
    let number = browser
        .address()
        .split("/casos/")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .expect("a number")
        .to_string();

    let fields = 5;
    println!("a call: {} keys that lead, {} that write, {fields} fields", hands.leading.get(), hands.written.get());
    assert!(hands.leading.get() <= 15, "{} keys only to get about", hands.leading.get());
    assert!(hands.leading.get() + hands.written.get() <= 75);

    // The next one is one key away.
    browser.keys(ENTER);
    hands.on("persona-texto");
    browser.open(&at(&demo, &format!("/igss/casos/{number}")));
    let shown = browser.text("#datos");
    assert!(shown.contains("Asignado") && shown.contains(&named) && shown.contains("Alta"), "{named}: {shown}");
    enter_as(&demo, &browser, "igss", &caller);
    browser.open(&at(&demo, "/igss/solicitudes"));
    assert!(browser.text("main").contains(&number), "it is among the caller's requests");
    assert_eq!(browser.errors(), Vec::<String>::new());
}

#[test]
fn a_call_is_registered_without_script_as_well() {
    let demo = Demo::start();
    let browser = Browser::start(390, 800, false, false);
    enter(&demo, &browser, "igss", "Técnico de Soporte Remoto");
    browser.open(&at(&demo, "/igss/ingreso"));
    browser.type_in("#persona-texto", demo.login("igss", "Pide servicios"));
    browser.type_in("#procedimiento", "Soporte");
    browser.type_in("#asunto", "Sin script");
    browser.click("button[name=accion]");
    browser.wait("#asignar");
    browser.wait("input[name=persona]:checked");
    browser.click("main form button.principal");
    until(&browser, "the receipt", || browser.address().ends_with("/recibo"));
    assert!(browser.text("main").contains("Sin script"));
}
