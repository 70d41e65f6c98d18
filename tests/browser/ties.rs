//! Cases tied to one another in a browser: a duplicate goes on in another case, a part is tied, and both are undone.

use super::{at, axe, demo::Demo, driver::Browser, enter, judge, open_support_case, until};
use serde_json::json;

/// Opens whatever is folded, so that its forms can be filled.
fn unfold(browser: &Browser) {
    browser.run("document.querySelectorAll('main details').forEach(one => { one.open = true })", &json!([]));
}

#[test]
fn a_duplicate_is_merged_and_separated_and_a_part_is_tied() {
    let demo = Demo::start();
    let browser = Browser::start(1280, 900, true, false);
    enter(&demo, &browser, "igss", "Pide servicios");
    let main = open_support_case(&demo, &browser, "Sin red en todo el edificio");
    let twice = open_support_case(&demo, &browser, "No hay red en mi oficina");
    let (case, onward) = (at(&demo, &format!("/igss/casos/{twice}")), at(&demo, &format!("/igss/casos/{main}")));

    enter(&demo, &browser, "igss", "Técnico de Soporte Remoto");
    browser.open(&case);
    unfold(&browser);
    browser.type_in("#enlace-otro", &main);
    browser.click("input[name=clase][value=parte_de]");
    browser.click("form[action$='/enlaces'] button");
    until(&browser, "the tie", || browser.text("#relacionados").contains("Parte de"));
    unfold(&browser);
    browser.type_in("#union-otro", &main);
    browser.type_in("#uniones-razon", "Es el mismo corte");
    browser.click("form[action$='/uniones'] button");
    until(&browser, "the end", || browser.text("#tarea").contains("Se unió al caso"));
    browser.open(&onward);
    until(&browser, "the other hears of it", || {
        browser.open(&onward);
        browser.text("#historia").contains("unió a este el caso")
    });
    assert!(
        browser.text("#relacionados").contains("Tiene como parte; se le unió el"),
        "{}",
        browser.text("#relacionados")
    );
    let axe = axe();
    let mut faults = judge(&browser, &axe, "a case with others", 1280, false);
    browser.open(&format!("{onward}/otro"));
    faults.extend(judge(&browser, &axe, "another case from this one", 1280, false));
    assert_eq!(faults, Vec::<String>::new());

    enter(&demo, &browser, "igss", "Pide servicios");
    browser.open(&case);
    browser.click("#tarea h2 a");
    until(&browser, "the way to the other", || browser.address().ends_with(&format!("/casos/{main}")));

    enter(&demo, &browser, "igss", "Técnico de Soporte Remoto");
    browser.open(&case);
    unfold(&browser);
    browser.type_in("#separaciones-razon", "Era otro equipo");
    browser.click("form[action$='/separaciones'] button");
    until(&browser, "it goes on", || browser.text("#historia").contains("separó este caso del"));
    assert!(browser.find("#tarea form button.principal").is_some(), "the step is asked of her again");
    assert_eq!(browser.errors(), Vec::<String>::new());
}
