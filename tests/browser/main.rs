//! The pages as a person uses them, in headless Chromium against a demonstration of its own: a case from opening to
//! end, accessibility, pages without script, hostile texts, and changes that show by themselves.

mod demo;
mod desk;
mod driver;
mod intake;
mod post_office;
mod support;
mod ties;
mod support_by_mail;
mod mail_pages;

use demo::Demo;
use driver::Browser;
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

fn enter(demo: &Demo, browser: &Browser, institution: &str, what: &str) {
    enter_as(demo, browser, institution, demo.login(institution, what));
}

fn enter_as(demo: &Demo, browser: &Browser, institution: &str, login: &str) {
    browser.forget_cookies();
    browser.open(&format!("{}/{institution}/entrar", demo.address));
    browser.type_in("#usuario", login);
    browser.type_in("#contrasena", &demo.password);
    browser.click("main button.principal");
    browser.wait(".barra .quien");
}

fn at(demo: &Demo, path: &str) -> String {
    format!("{}{path}", demo.address)
}

/// Opens a case of DTS-02 as the one who asks, and gives its number.
fn open_support_case(demo: &Demo, browser: &Browser, subject: &str) -> String {
    browser.open(&at(demo, "/igss/solicitudes/nueva/DTS-02"));
    browser.type_in("[name=asunto]", subject);
    browser.type_in("[name=descripcion]", "Desde esta mañana no responde.");
    browser.click("main form button.principal");
    until(browser, "the receipt", || browser.address().contains("/casos/"));
    let address = browser.address();
    let number = address.split("/casos/").nth(1).and_then(|rest| rest.split(['/', '?']).next());
    number.unwrap_or_else(|| panic!("no receipt but {address}:\n{}", browser.text("main"))).to_string()
}

/// Waits for something the page will come to: the form just sent is answered by another page at the same address.
fn until(browser: &Browser, what: &str, there: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !there() {
        assert!(Instant::now() < end, "{what} did not come on {}:\n{}", browser.address(), browser.text("body"));
        std::thread::sleep(Duration::from_millis(30));
    }
}

/// Does something that adds to the history of the case shown, and waits until the history says so.
fn told(browser: &Browser, act: impl FnOnce()) {
    let before = browser.text("#historia");
    act();
    until(browser, "a new line of history", || {
        let now = browser.text("#historia");
        !now.is_empty() && now != before
    });
}

/// Attends the step where the case stands: writes what it asks for and sends it, with an answer where it decides.
fn answer(demo: &Demo, browser: &Browser, number: &str, answer: Option<&str>) {
    browser.open(&at(demo, &format!("/igss/casos/{number}")));
    if let Some(route) = browser.find("#tarea input[name=ruta][value=infraestructura]") {
        browser.press(&route);
    }
    for field in browser.all("#tarea textarea[name^='d.'], #tarea input[type=text][name^='d.']") {
        browser.write(&field, "Se revisó el equipo y se dejó funcionando.");
    }
    told(browser, || match answer {
        Some(answer) => browser.click(&format!("#tarea button[name=respuesta][value={answer}]")),
        None => browser.click("#tarea form button.principal"),
    });
}

#[test]
fn support_is_walked_from_opening_to_end_with_its_jump_back() {
    let demo = Demo::start();
    let browser = Browser::start(1280, 900, true, false);
    enter(&demo, &browser, "igss", "Pide servicios");
    let number = open_support_case(&demo, &browser, "La impresora no imprime");
    // 1, 2 (no) to the chief of a department, 3, 4 (no) back to 3, 3, 4 (si), 5: the manual's way with its jump back.
    let infrastructure = demo.holder("igss", "Jefe de Infraestructura Tecnológica", "");
    let technician = demo.holder("igss", "Técnico en Infraestructura", "");
    enter_as(&demo, &browser, "igss", demo.login("igss", "Técnico de Soporte Remoto"));
    answer(&demo, &browser, &number, None);
    answer(&demo, &browser, &number, Some("no"));
    for round in ["no", "si"] {
        enter_as(&demo, &browser, "igss", &infrastructure);
        answer(&demo, &browser, &number, None);
        enter_as(&demo, &browser, "igss", &technician);
        answer(&demo, &browser, &number, Some(round));
    }
    answer(&demo, &browser, &number, None);
    browser.open(&at(&demo, &format!("/igss/casos/{number}")));
    let state = browser.text("#estado");
    assert!(state.contains("Finalizado"), "{state}");
    let history = browser.text("#historia");
    assert!(history.contains("cumplió el paso 1") && history.contains("El caso finalizó"), "{history}");
    assert!(history.contains("regresó al paso 3"), "{history}");
    assert_eq!(browser.errors(), Vec::<String>::new());
}

#[test]
fn the_same_pages_work_without_script() {
    let demo = Demo::start();
    let browser = Browser::start(1280, 900, false, false);
    enter(&demo, &browser, "igss", "Pide servicios");
    let number = open_support_case(&demo, &browser, "Sin script también");
    browser.open(&at(&demo, "/igss/?q=soporte"));
    assert!(browser.text("main").contains("Soporte técnico"));
    enter(&demo, &browser, "igss", "Técnico de Soporte Remoto");
    answer(&demo, &browser, &number, None);
    answer(&demo, &browser, &number, Some("si"));
    answer(&demo, &browser, &number, None);
    browser.open(&at(&demo, &format!("/igss/casos/{number}")));
    assert!(browser.text("#estado").contains("Finalizado"));
}

#[test]
fn an_open_inbox_and_an_open_case_show_a_change_within_two_seconds_and_keep_what_is_typed() {
    let demo = Demo::start();
    let watching = Browser::start(1280, 900, true, false);
    let acting = Browser::start(1280, 900, true, false);
    enter(&demo, &watching, "igss", "Técnico de Soporte Remoto");
    watching.open(&at(&demo, "/igss/bandeja?vista=puesto"));
    enter(&demo, &acting, "igss", "Pide servicios");
    let started = Instant::now();
    let number = open_support_case(&demo, &acting, "Aparece sola en la bandeja");
    let shown = |number: &str| watching.source().contains(&format!("/igss/casos/{number}"));
    while !shown(&number) {
        assert!(started.elapsed() < Duration::from_secs(10), "the inbox did not change by itself");
        std::thread::sleep(Duration::from_millis(50));
    }
    println!("the inbox showed the case {} ms after the form was opened", started.elapsed().as_millis());

    watching.open(&at(&demo, &format!("/igss/casos/{number}")));
    watching.type_in("#tarea [name=nota]", "Escribo mientras cambia");
    acting.open(&at(&demo, &format!("/igss/casos/{number}")));
    acting.type_in("[name=texto]", "Un dato que olvidé");
    acting.keys("\u{E009}\u{E007}");
    acting.click("form[action$=comentarios] button[type=submit]");
    let started = Instant::now();
    while !watching.text("#historia").contains("Un dato que olvidé") {
        assert!(started.elapsed() < Duration::from_secs(10), "the case did not change by itself");
        std::thread::sleep(Duration::from_millis(50));
    }
    let typed = watching.run("return document.querySelector('#tarea [name=nota]').value", &json!([]));
    assert_eq!(typed, json!("Escribo mientras cambia"));
}

/// The addresses each kind of person sees.
const PAGES: [(&str, &[&str]); 5] = [
    (
        "Pide servicios",
        &[
            "/",
            "/?q=soporte",
            "/solicitudes",
            "/solicitudes/nueva/DTS-02",
            "/solicitudes/nueva/DTS-01",
            "/cuenta",
            "/cuenta/segundo-factor",
            "/cuenta/teclas",
            "/cuenta/avisos",
            "/avisos",
            "/calificar/0000000000000000000000000000000000000000000000000000000000000000",
            "/buscar?q=soporte",
            "/soluciones",
        ],
    ),
    (
        "Técnico de Soporte Remoto",
        &[
            "/",
            "/bandeja",
            "/bandeja?vista=puesto",
            "/bandeja?vista=vencidos",
            "/casos",
            "/casos?q=impresora",
            "/casos?q=nada-que-ver",
            "/bandeja/traslados",
            "/vistas",
            "/respuestas",
            "/soluciones?estado=borrador",
            "/buscar?q=impresora",
            "/ingreso",
            "/ingreso?procedimiento=DTS-02",
            "/correspondencia",
            "/correspondencia/entrada",
            "/correspondencia/salida",
        ],
    ),
    ("Director de Tecnología y Servicio", &["/bandeja?vista=ausentes", "/bandeja/traslados?persona=a"]),
    (
        "Audita",
        &[
            "/correspondencia?sentido=enviada",
            "/informes",
            "/informes?del=2026-01-01&al=2025-01-01",
            "/casos",
            "/manual",
            "/manual/procedimientos/DTS-02",
            "/manual/procedimientos/DTS-09",
            "/manual/responsables",
            "/manual/formularios",
            "/manual/normas",
            "/manual/glosario",
            "/manual/simbolos",
            "/manual/ediciones",
        ],
    ),
    (
        "Administra",
        &[
            "/administracion",
            "/administracion/personas",
            "/administracion/puestos",
            "/administracion/unidades",
            "/administracion/suplencias",
            "/administracion/calendario",
            "/administracion/ediciones",
            "/administracion/fichas",
            "/administracion/bitacora",
        ],
    ),
];

#[test]
fn axe_finds_nothing_on_any_page_light_dark_wide_and_on_a_phone() {
    let demo = Demo::start();
    let axe = axe();
    let mut faults = Vec::new();
    for (width, dark) in [(1280, false), (1280, true), (390, false)] {
        let browser = Browser::start(width, 900, true, dark);
        browser.open(&at(&demo, "/igss/entrar"));
        faults.extend(judge(&browser, &axe, "/igss/entrar", width, dark));
        for (who, pages) in PAGES {
            enter(&demo, &browser, "igss", who);
            for page in pages {
                let address = format!("/igss{page}");
                browser.open(&at(&demo, &address));
                faults.extend(judge(&browser, &axe, &address, width, dark));
            }
            if who == "Técnico de Soporte Remoto" {
                browser.open(&at(&demo, "/igss/casos"));
                let link = browser.run("return document.querySelector('td a.caso')?.href", &json!([]));
                let link = link.as_str().expect("a case in the list").to_string();
                browser.open(&link);
                faults.extend(judge(&browser, &axe, "a case", width, dark));
                faults.extend(many_at_once(&demo, &browser, |page| judge(&browser, &axe, page, width, dark)));
            }
        }
    }
    for (institution, page) in [
        ("sosep", "/solicitudes/nueva/DS-UI-08"),
        ("sosep", "/manual/procedimientos/DS-UI-05"),
        ("diaco", "/manual"),
        ("seprem", "/manual"),
        ("usulutan", "/manual"),
    ] {
        let browser = Browser::start(1280, 900, true, false);
        enter(&demo, &browser, institution, "Administra");
        browser.open(&at(&demo, &format!("/{institution}{page}")));
        faults.extend(judge(&browser, &axe, &format!("/{institution}{page}"), 1280, false));
    }
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// What to do with several cases, and what became of it.
fn many_at_once(demo: &Demo, browser: &Browser, judge: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let heading = |words: &str| until(browser, words, || browser.text("main h1").contains(words));
    browser.open(&at(demo, "/igss/casos"));
    browser.run("[...document.querySelectorAll('input.marca')].slice(0, 2).forEach(mark => mark.click())", &json!([]));
    browser.click("form#lote button");
    heading("Qué hacer con 2 casos");
    let mut faults = judge("lotes: qué hacer");
    browser.run("document.getElementById('lote-nota').value = 'Revisados'", &json!([]));
    browser.run("document.getElementById('lote-nota').form.requestSubmit()", &json!([]));
    heading("Nota interna en varios casos");
    faults.extend(judge("lotes: resultado"));
    faults
}

fn judge(browser: &Browser, axe: &str, page: &str, width: u32, dark: bool) -> Vec<String> {
    let title = browser.title();
    assert!(!browser.text("main h1").is_empty() && !title.is_empty(), "{page} has no heading: {}", browser.source());
    if let Some(folder) = std::env::var_os("VENTANILLA_PICTURES") {
        let scheme = if dark { "-oscuro" } else { "" };
        let name = format!("{}-{width}{scheme}.png", page.trim_matches('/').replace(['/', '?', '=', ' '], "-"));
        std::fs::write(Path::new(&folder).join(name), browser.picture()).expect("the picture is kept");
    }
    browser.run(axe, &json!([]));
    let found = browser.run_later(
        "const done = arguments[arguments.length - 1];
         axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } })
            .then(result => done(result.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | '))))
            .catch(error => done(['axe failed: ' + error]));",
        &json!([]),
    );
    let overflow =
        browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth", &json!([]));
    let mut faults: Vec<String> = found
        .as_array()
        .expect("a list of violations")
        .iter()
        .map(|violation| {
            format!("{page} {width}{}: {}", if dark { " dark" } else { "" }, violation.as_str().unwrap_or_default())
        })
        .collect();
    if overflow.as_i64().unwrap_or_default() > 0 {
        faults.push(format!("{page} {width}: wider than the screen by {overflow}"));
    }
    // That a page which refuses answers 404 or 422 is as it should be; what it asks for in turn must be there.
    let own = |error: &String| error.contains(&format!("{page} - Failed to load resource"));
    let errors = browser.errors().into_iter().filter(|error| !own(error));
    faults.extend(errors.map(|error| format!("{page} {width}: console: {error}")));
    faults
}

/// Texts that would run a script wherever one is not written out as text (OWASP's families).
const PAYLOADS: [&str; 32] = [
    "<script>window.mal=1</script>",
    "\"><script>window.mal=1</script>",
    "'><script>window.mal=1</script>",
    "<img src=x onerror=window.mal=1>",
    "\"><img src=x onerror=window.mal=1>",
    "<svg onload=window.mal=1>",
    "<svg><script>window.mal=1</script></svg>",
    "<body onload=window.mal=1>",
    "<iframe srcdoc=\"<script>parent.mal=1</script>\">",
    "<a href=\"javascript:window.mal=1\">x</a>",
    "<details open ontoggle=window.mal=1>",
    "<input autofocus onfocus=window.mal=1>",
    "<video><source onerror=window.mal=1></video>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.mal=1>",
    "</title><script>window.mal=1</script>",
    "</textarea><script>window.mal=1</script>",
    "</script><script>window.mal=1</script>",
    "--><script>window.mal=1</script>",
    "]]><script>window.mal=1</script>",
    "<style>@import 'javascript:window.mal=1'</style>",
    "<style>*{background:url(javascript:window.mal=1)}</style>",
    "<link rel=stylesheet href=data:text/css,*{display:none}>",
    "<meta http-equiv=refresh content=\"0;url=javascript:window.mal=1\">",
    "<object data=\"javascript:window.mal=1\">",
    "<embed src=\"javascript:window.mal=1\">",
    "<form action=\"javascript:window.mal=1\"><button>x</button></form>",
    "&lt;script&gt;window.mal=1&lt;/script&gt;",
    "\\u003cscript\\u003ewindow.mal=1\\u003c/script\\u003e",
    "{{constructor.constructor('window.mal=1')()}}",
    "${window.mal=1}",
    "javascript:window.mal=1//\" onmouseover=window.mal=1 \"",
    "'-window.mal-'\" onpointerenter=\"window.mal=1",
];

#[test]
fn no_text_a_person_can_write_runs_as_a_script() {
    let demo = Demo::start();
    let browser = Browser::start(1280, 900, true, false);
    enter(&demo, &browser, "igss", "Pide servicios");
    let mut numbers = Vec::new();
    for payload in PAYLOADS {
        let number = open_support_case(&demo, &browser, payload);
        browser.open(&at(&demo, &format!("/igss/casos/{number}")));
        unharmed(&browser, payload);
        told(&browser, || {
            browser.run(
                "const form = document.querySelector('form[action$=comentarios]'); form.elements.texto.value = arguments[0]; form.requestSubmit();",
                &json!([payload]),
            );
        });
        unharmed(&browser, payload);
        numbers.push(number);
    }
    enter(&demo, &browser, "igss", "Técnico de Soporte Remoto");
    for (number, payload) in numbers.iter().zip(PAYLOADS) {
        browser.open(&at(&demo, &format!("/igss/casos/{number}")));
        unharmed(&browser, payload);
        told(&browser, || {
            browser.run(
                "document.querySelector('#tarea [name=nota]').value = arguments[0]; document.querySelector('#tarea form').requestSubmit();",
                &json!([payload]),
            );
        });
        unharmed(&browser, payload);
        browser.open(&at(&demo, &format!("/igss/casos?q={}", encode(payload))));
        unharmed(&browser, payload);
    }
    browser.open(&at(&demo, "/igss/bandeja?vista=abiertos"));
    unharmed(&browser, "the inbox");
}

fn unharmed(browser: &Browser, payload: &str) {
    let harm = browser.run("return window.mal === undefined ? null : String(window.mal)", &json!([]));
    assert!(harm.is_null(), "«{payload}» ran on {}", browser.address());
    let refused: Vec<String> =
        browser.errors().into_iter().filter(|error| error.contains("Content Security Policy")).collect();
    assert!(refused.is_empty(), "«{payload}» reached the page as markup: {refused:?}");
}

fn encode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        let _ = write!(encoded, "%{byte:02X}");
        encoded
    })
}

#[test]
fn the_keyboard_alone_opens_and_attends_a_case() {
    let demo = Demo::start();
    let browser = Browser::start(1280, 900, true, false);
    enter(&demo, &browser, "igss", "Pide servicios");
    browser.open(&at(&demo, "/igss/solicitudes/nueva/DTS-02"));
    browser.type_in("[name=asunto]", "Solo con el teclado");
    browser.keys("\u{E004}Descripción breve\u{E004}");
    browser.run(
        "document.activeElement.closest('form') ?? document.querySelector('main form').elements.asunto.focus()",
        &json!([]),
    );
    browser.type_in("[name=asunto]", "\u{E007}");
    browser.wait("main h1");
    let end = Instant::now() + Duration::from_secs(10);
    while !browser.address().contains("/casos/") {
        assert!(Instant::now() < end, "Intro did not send the form: {}", browser.text("main"));
        std::thread::sleep(Duration::from_millis(50));
    }
    enter(&demo, &browser, "igss", "Técnico de Soporte Remoto");
    browser.open(&at(&demo, "/igss/bandeja?vista=puesto"));
    browser.keys("jjk");
    let focused = browser.run("return document.activeElement.closest('tr')?.getAttribute('aria-selected')", &json!([]));
    assert_eq!(focused, json!("true"), "j and k walk the list");
    browser.keys("\u{E007}");
    browser.wait("#tarea");
    browser.open(&at(&demo, "/igss/bandeja"));
    browser.keys("?");
    let open = browser.run("return document.getElementById('teclas').open", &json!([]));
    assert_eq!(open, json!(true), "? shows the keys");
}

/// axe-core, from the npm registry through npm, kept beside the build.
fn axe() -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("axe");
    let script = folder.join("node_modules/axe-core/axe.min.js");
    if !script.exists() {
        std::fs::create_dir_all(&folder).expect("a folder for axe-core");
        let done = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"])
            .arg(&folder)
            .arg("axe-core@4")
            .status()
            .expect("npm is installed by make test");
        assert!(done.success(), "axe-core could not be installed");
    }
    let text = std::fs::read_to_string(&script).expect("axe-core");
    assert!(Path::new(&script).exists());
    text
}
