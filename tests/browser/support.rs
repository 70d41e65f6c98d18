//! The support procedure of each institution as its people live it: asked for by another channel each, over a weekend and
//! a day off, attended step by step to its end, and rated by whoever asked.

use crate::{
    at, demo::Demo, driver::Browser, enter_as, post_office::PostOffice, support_by_mail as by_mail, told, until,
};
use serde_json::json;

/// A Friday afternoon. The Tuesday after, 15 September, is a day off in both countries.
const FRIDAY: &str = "2026-09-11T14:00";
/// The Wednesday after that: two business days later.
const WEDNESDAY: &str = "2026-09-16T10:00";
const ENDED: &str = "2026-09-16";

/// A case on its way.
pub struct Asked {
    pub institution: &'static str,
    pub procedure: &'static str,
    pub number: String,
    pub requester: String,
    pub subject: &'static str,
}

/// A step: who attends it, and with which answer.
type Step<'s> = (&'s str, Option<&'s str>);

#[test]
fn support_is_asked_for_by_every_channel_and_carried_to_its_end_over_a_weekend_and_a_day_off() {
    let office = PostOffice::start(by_mail::INSTITUTION, by_mail::ADDRESS, by_mail::PROCEDURE);
    let demo = Demo::start_at(FRIDAY, &office.config);
    let browser = Browser::start(1280, 900, true, false);
    let portal = by_portal(&demo, &browser);
    let phone = by_the_desk(&demo, &browser, "sosep", "DS-UI-04", "telefono", "Jefe de Infraestructura y HelpDesk");
    let named = by_the_desk(&demo, &browser, "seprem", "SEPREM-DI-008.1", "designacion", "Asistente Administrativo");
    let paper = by_letter(&demo, &browser);
    let mail = by_mail::asks(&demo, &browser, &office);

    // Three business days from Friday the 11th: Monday, Wednesday and Thursday, because Tuesday is a day off.
    enter_as(&demo, &browser, "diaco", &portal.requester);
    browser.open(&page_of(&demo, &portal));
    let why = whole(&browser);
    assert!(why.contains("17/09/2026") && why.contains("15/09/2026"), "the due date and the day off it skips: {why}");

    let demo = demo.moved_to(WEDNESDAY);
    let chief = "Jefe del Departamento de Tecnología de la Información";
    let technician: Step<'_> = ("Técnico", None);
    carry(
        &demo,
        &browser,
        &portal,
        &[(chief, None), ("Técnico", Some("si")), technician, technician, ("Usuario", None)],
    );
    said(&demo, &browser, &portal, "Portal", &["Finalizado", "Conforme"]);

    let technician: Step<'_> = ("Técnico de Hardware y Software", None);
    carry(&demo, &browser, &phone, &[("Jefe de Infraestructura y HelpDesk", None), technician, technician]);
    rate(&demo, &browser, &phone);
    said(&demo, &browser, &phone, "Teléfono", &["Finalizado", "Servicio conforme"]);

    let technician: Step<'_> = ("Técnico de Soporte", None);
    let mut steps = vec![("Asistente Administrativo", None)];
    steps.extend([technician; 6]);
    steps.push(("Asistente de Soporte", None));
    carry(&demo, &browser, &named, &steps);
    rate(&demo, &browser, &named);
    let words = ["Finalizado", "Servicio conforme", "Boleta de entrega de servicio"];
    said(&demo, &browser, &named, "Designación", &words);

    let technician: Step<'_> = ("Personal técnico de la Unidad de TIM", None);
    out_of_turn(&demo, &browser, &paper, "Jefatura de la Unidad de TIM", technician.0);
    let mut steps = vec![technician; 4];
    steps.extend([("Usuario", None), technician]);
    carry(&demo, &browser, &paper, &steps);
    rate(&demo, &browser, &paper);
    said(&demo, &browser, &paper, "Oficio", &["Finalizado", "Servicio conforme", "por oficio", "OF-77-2026"]);

    let technician = "Técnico de Soporte Remoto";
    carry(&demo, &browser, &mail, &[(technician, None), (technician, Some("si")), (technician, None)]);
    by_mail::rates(&demo, &browser, &office, &mail);
    said(&demo, &browser, &mail, "Correo", &["Finalizado", "Servicio conforme", "Quedó bien"]);
}

pub fn page_of(demo: &Demo, asked: &Asked) -> String {
    at(demo, &format!("/{}/casos/{}", asked.institution, asked.number))
}

/// All that the page says, folded parts too.
pub fn whole(browser: &Browser) -> String {
    let text = browser.run("return document.querySelector('main').textContent", &json!([]));
    text.as_str().unwrap_or_default().to_owned()
}

/// Where the manual has no step for it, whoever asked says on the page of the case how the service was.
fn rate(demo: &Demo, browser: &Browser, asked: &Asked) {
    enter_as(demo, browser, asked.institution, &asked.requester);
    browser.open(&page_of(demo, asked));
    browser.click("form[action$='/calificaciones'] input[name=conforme][value=si]");
    told(browser, || browser.click("form[action$='/calificaciones'] button[type=submit]"));
}

/// The number in the address of the receipt.
fn received(browser: &Browser) -> String {
    until(browser, "the receipt", || browser.address().contains("/casos/"));
    let address = browser.address();
    let number = address.split("/casos/").nth(1).and_then(|rest| rest.split(['/', '?']).next());
    number.unwrap_or_else(|| panic!("no receipt but {address}")).to_owned()
}

fn by_portal(demo: &Demo, browser: &Browser) -> Asked {
    let (institution, procedure, subject) = ("diaco", "DIACO-IN-PR-03.1", "No abre el sistema de quejas");
    let requester = demo.login(institution, "Pide servicios").to_owned();
    enter_as(demo, browser, institution, &requester);
    browser.open(&at(demo, &format!("/{institution}/solicitudes/nueva/{procedure}")));
    browser.type_in("[name=asunto]", subject);
    browser.type_in("[name=descripcion]", "Muestra un aviso de error desde el mediodía.");
    fill(browser, "main form.formulario");
    browser.click("main form button.principal");
    Asked { institution, procedure, number: received(browser), requester, subject }
}

/// At the desk, for somebody who calls or in whose name a superior asks.
fn by_the_desk(
    demo: &Demo,
    browser: &Browser,
    institution: &'static str,
    procedure: &'static str,
    channel: &str,
    at_the_desk: &str,
) -> Asked {
    let subject = "La impresora no imprime";
    let requester = demo.login(institution, "Pide servicios").to_owned();
    enter_as(demo, browser, institution, &demo.holder(institution, at_the_desk, ""));
    browser.open(&at(demo, &format!("/{institution}/ingreso?procedimiento={procedure}&persona-texto={requester}")));
    browser.wait("#ingreso input[name=persona]:checked, #ingreso input[type=hidden][name=persona]");
    browser.run("document.querySelector('#canal').value = arguments[0]", &json!([channel]));
    browser.type_in("#asunto", subject);
    fill(browser, "#ingreso");
    browser.click("#ingreso button.principal");
    Asked { institution, procedure, number: received(browser), requester, subject }
}

/// A letter comes; the case is opened from it.
fn by_letter(demo: &Demo, browser: &Browser) -> Asked {
    let (institution, procedure, subject) = ("usulutan", "TIM-06", "Equipo sin red en el Registro del Estado Familiar");
    let requester = demo.login(institution, "Pide servicios").to_owned();
    enter_as(demo, browser, institution, &demo.holder(institution, "Personal técnico de la Unidad de TIM", ""));
    browser.open(&at(demo, &format!("/{institution}/correspondencia/entrada")));
    for (name, text) in [
        ("numero", "OF-77-2026"),
        ("institucion", "Alcaldía"),
        ("persona", "Jefatura del Registro"),
        ("asunto", subject),
    ] {
        browser.type_in(&format!("main form.formulario [name={name}]"), text);
    }
    browser.run(
        "document.querySelector('[name=fecha]').value = '2026-09-10';
         document.querySelector('[name=folios]').value = '2';
         document.querySelector('[name=firma-sello][value=si]').checked = true;",
        &json!([]),
    );
    browser.click("main form button.principal");
    until(browser, "the letter's page", || {
        browser.address().rsplit('/').next().is_some_and(|last| last.chars().all(|one| one.is_ascii_digit()))
    });
    let letter = browser.address().rsplit('/').next().unwrap_or_default().to_owned();
    let desk = format!("/{institution}/ingreso?oficio={letter}&procedimiento={procedure}&persona-texto={requester}");
    browser.open(&at(demo, &desk));
    browser.wait("#ingreso input[name=persona]:checked, #ingreso input[type=hidden][name=persona]");
    browser
        .run("for (const one of document.querySelectorAll('#externo, #externo-contacto')) one.value = ''", &json!([]));
    fill(browser, "#ingreso");
    browser.click("#ingreso button.principal");
    Asked { institution, procedure, number: received(browser), requester, subject }
}

/// Writes something fitting in each control that must be given and is empty.
fn fill(browser: &Browser, form: &str) {
    browser.run(
        "const form = document.querySelector(arguments[0]);
         for (const label of form.querySelectorAll('label, legend')) {
             if (!label.querySelector('.obligatorio')) continue;
             const field = label.closest('.campo, fieldset') ?? label.parentElement;
             for (const one of field.querySelectorAll('textarea, input, select')) {
                 if (one.type === 'hidden' || one.type === 'file' || one.value && !['radio', 'checkbox'].includes(one.type)) continue;
                 if (one.tagName === 'SELECT') one.selectedIndex = Math.max(1, one.selectedIndex);
                 else if (one.type === 'radio') { if (!field.querySelector('input:checked')) one.checked = true; }
                 else if (one.type === 'date') one.value = '2026-09-16';
                 else if (one.type === 'datetime-local') one.value = '2026-09-16T09:00';
                 else if (one.type !== 'checkbox') one.value = one.inputMode === 'numeric' ? '1' : 'Se revisó y quedó funcionando.';
             }
         }",
        &json!([form]),
    );
}

/// Each step in its turn by whoever attends it; paper is signed where the step asks for it.
fn carry(demo: &Demo, browser: &Browser, asked: &Asked, steps: &[Step<'_>]) {
    for (place, (role, answer)) in steps.iter().enumerate() {
        let login = match *role {
            "Usuario" => asked.requester.clone(),
            role => demo.holder(asked.institution, role, ""),
        };
        enter_as(demo, browser, asked.institution, &login);
        browser.open(&page_of(demo, asked));
        if browser.find("#original").is_some() {
            browser.type_in("#original", "Archivo de la unidad, legajo de septiembre");
            told(browser, || browser.click("form[action$='/firmas'] button"));
        }
        assert!(
            browser.find("#tarea form").is_some(),
            "{} {} step {place}: nothing asked of {role} ({login}):\n{}",
            asked.procedure,
            asked.number,
            browser.text("main")
        );
        fill(browser, "#tarea form");
        told(browser, || match answer {
            Some(answer) => browser.click(&format!("#tarea button[name=respuesta][value={answer}]")),
            None => browser.click("#tarea form button.principal"),
        });
    }
}

/// Where cases are taken in order of arrival, a chief gives this one to somebody before its turn, and says why.
fn out_of_turn(demo: &Demo, browser: &Browser, asked: &Asked, chief: &str, role: &str) {
    let name = demo.name(asked.institution, &demo.holder(asked.institution, role, ""));
    enter_as(demo, browser, asked.institution, &demo.holder(asked.institution, chief, ""));
    browser.open(&page_of(demo, asked));
    browser.run(
        "const list = document.querySelector('#asignar-a');
         for (let box = list.closest('details'); box; box = box.parentElement.closest('details')) box.open = true;
         list.value = [...list.options].find(option => option.textContent.includes(arguments[0])).value;
         document.querySelector('#asignar-razon').value = 'El Registro está detenido: no puede esperar su turno.';",
        &json!([name]),
    );
    told(browser, || browser.click("form[action$='/asignaciones'] button[type=submit]"));
}

/// The case has ended, and its page says these things; so does its line in the list of all cases.
fn said(demo: &Demo, browser: &Browser, asked: &Asked, channel: &str, words: &[&str]) {
    enter_as(demo, browser, asked.institution, demo.login(asked.institution, "Audita"));
    browser.open(&page_of(demo, asked));
    let page = whole(browser).to_lowercase();
    for word in words.iter().chain([&channel, &asked.subject]) {
        assert!(
            page.contains(&word.to_lowercase()),
            "{} {}: «{word}» is not said:\n{page}",
            asked.procedure,
            asked.number
        );
    }
    browser.open(&at(demo, &format!("/{}/casos?q={}", asked.institution, asked.number)));
    until(browser, "the case or its line", || {
        browser.text("main").contains(&asked.number) && browser.text("main").contains("Finalizado")
    });
    reported(demo, browser, asked, channel);
}

/// Its line in the report of the day on which it ended: procedure, channel, both days, how it was served.
fn reported(demo: &Demo, browser: &Browser, asked: &Asked, channel: &str) {
    let path = format!("/{}/informes?del={ENDED}&al={ENDED}", asked.institution);
    browser.open(&at(demo, &path));
    let line = browser.run(
        "const rows = [...document.querySelectorAll('#informe tr')];
         const row = rows.find(row => row.textContent.includes(arguments[0]));
         return row ? [...row.cells].map(cell => cell.dataset.titulo + ': ' + cell.textContent.trim()) : []",
        &json!([asked.number]),
    );
    let cells: Vec<&str> = line.as_array().into_iter().flatten().filter_map(|cell| cell.as_str()).collect();
    let says = |title: &str, words: &str| {
        cells.iter().any(|cell| cell.starts_with(&format!("{title}: ")) && cell.contains(words))
    };
    for (title, words) in
        [("Procedimiento", asked.procedure), ("Vía", channel), ("Abierto", "11/09/2026"), ("Terminado", "16/09/2026")]
    {
        assert!(says(title, words), "{} {}: {title} is not «{words}» in {cells:?}", asked.procedure, asked.number);
    }
    assert!(cells.contains(&"Calificación: Conforme"), "{}: {cells:?}", asked.procedure);
    if asked.institution == "diaco" {
        assert!(says("Vence", "17/09/2026") && cells.contains(&"Resultado: Conforme"), "in its three days: {cells:?}");
    }
}
