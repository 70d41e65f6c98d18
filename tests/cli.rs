//! The command line as a person or a script uses it: the program is run, and its output and exit code are read.

use serde_json::Value;
use std::{path::Path, process::Command};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn ventanilla(arguments: &[&str]) -> Ran {
    ventanilla_in(Path::new(env!("CARGO_MANIFEST_DIR")), arguments)
}

fn ventanilla_in(folder: &Path, arguments: &[&str]) -> Ran {
    let ran =
        Command::new(env!("CARGO_BIN_EXE_ventanilla")).args(arguments).current_dir(folder).output().expect("runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: ran.status.code().expect("an exit code"), out: text(ran.stdout), err: text(ran.stderr) }
}

fn json(arguments: &[&str]) -> Value {
    let ran = ventanilla(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&ran.out).expect("JSON alone on standard output")
}

fn walked(arguments: &[&str]) -> Vec<String> {
    let steps = json(arguments);
    steps.as_array().expect("a list").iter().map(|step| step["step"].as_str().expect("text").to_owned()).collect()
}

#[test]
fn a_term_says_when_it_ends_and_why() {
    let due = ["calendar", "due", "igss", "--from", "2026-09-11T10:00", "--term", "3 días hábiles"];
    let answer = json(&[&due[..], &["--format", "json"]].concat());
    assert_eq!(answer["due"], "2026-09-17T16:00:00-06:00");
    let because = answer["because"].as_array().expect("reasons");
    assert!(
        because.iter().any(|reason| reason.as_str().is_some_and(|text| text.contains("Independencia"))),
        "{because:?}"
    );
    assert_eq!(answer.as_object().expect("an object").len(), 2);
    let text = ventanilla(&due);
    assert_eq!(text.code, 0);
    assert!(text.out.starts_with("2026-09-17T16:00:00-06:00\n  Recibido el viernes 11/09/2026"), "{}", text.out);
}

#[test]
fn a_walk_follows_the_answers() {
    let walk = |answers: &[&str]| {
        let mut line = vec!["manual", "walk", "seprem", "SEPREM-DI-001.1", "--format", "json"];
        for answer in answers {
            line.extend(["--answer", answer]);
        }
        walked(&line)
    };
    assert_eq!(walk(&["3=alta"]), ["1", "2", "3", "4", "5", "8"]);
    assert_eq!(walk(&["3=baja"]), ["1", "2", "3", "6", "7", "8"]);
    let steps = json(&["manual", "walk", "seprem", "seprem-di-001.1", "--answer", "3=baja", "--format", "json"]);
    assert_eq!(steps[2], serde_json::json!({"step": "3", "roles": ["Jefe de Infraestructura"], "answer": "baja"}));
}

#[test]
fn answers_to_one_step_are_used_in_order() {
    let line = ["manual", "walk", "diaco", "DIACO-IN-PR-03.2", "--answer", "2=no", "--answer", "2=si"];
    let walked = walked(&[&line[..], &["--answer", "4=no", "--answer", "4=si", "--format", "json"]].concat());
    assert_eq!(walked, ["1", "2", "1", "2", "3", "4", "5", "4", "6", "7"]);
}

#[test]
fn what_cannot_be_answered_is_refused_in_spanish_with_code_one() {
    for (line, words) in [
        (&["manual", "walk", "seprem", "SEPREM-DI-001.1"][..], &["paso 3", "«alta»", "«baja»"][..]),
        (
            &["manual", "walk", "seprem", "SEPREM-DI-001.1", "--answer", "3=alta", "--answer", "3=baja"],
            &["paso 3", "no se usó"],
        ),
        (&["manual", "walk", "seprem", "X-1"], &["X-1", "SEPREM-DI-001.1"]),
        (&["manual", "walk", "nadie", "X-1"], &["No hay manual de «nadie»", "seprem"]),
        (&["manual", "check", "../src"], &["No hay manual"]),
        (&["manual", "check", "--manuals", "no-existe"], &["No existe la carpeta"]),
        (&["calendar", "due", "igss", "--from", "ayer", "--term", "3 días"], &["«ayer»", "2026-09-11T10:00"]),
        (&["calendar", "due", "igss", "--from", "2026-09-11T10:00", "--term", "tres lunas"], &["no es un plazo"]),
        (&["manual", "compare", "manuals/igss", "src"], &["manual.kdl"]),
    ] {
        let ran = ventanilla(line);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{line:?}: {}", ran.err);
        assert!(words.iter().all(|word| ran.err.contains(word)), "{line:?}: {}", ran.err);
    }
}

#[test]
fn a_wrong_line_ends_with_two_and_says_why_in_spanish() {
    for (line, words) in [
        (&["manul"][..], "¿Quiso decir «manual»?"),
        (&["calendar", "due", "igss"], "Falta --from"),
        (&["manual", "walk", "igss", "DTS-02", "--answer", "2"], "PASO=RAMA"),
        (&["manual", "list", "--format", "xml"], "Los valores posibles: text, json"),
        (&["manual", "list", "--colour"], "No se espera «--colour»"),
        (&["manual", "list", "--format"], "falta su valor"),
    ] {
        let ran = ventanilla(line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line:?}");
        assert!(ran.err.contains(words), "{line:?}: {}", ran.err);
    }
    assert_eq!(ventanilla(&[]).code, 2);
    let help = ventanilla(&["manual", "walk", "--help"]);
    assert_eq!(help.code, 0);
    assert!(help.out.contains("--answer") && !help.out.contains("Options"), "{}", help.out);
}

#[test]
fn every_manual_passes_its_check() {
    let ran = ventanilla(&["manual", "check"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    for institution in ["diaco", "igss", "seprem", "sosep", "usulutan"] {
        assert!(ran.out.contains(&format!("\n{institution}: ")) || ran.out.starts_with(institution), "{institution}");
    }
    assert!(json(&["manual", "check", "--format", "json"]).as_array().expect("a list").iter().all(|finding| {
        finding["severity"] == "warning" && finding["line"].is_u64() && finding["institution"].is_string()
    }));
}

#[test]
fn the_list_has_every_procedure() {
    let rows = json(&["manual", "list", "--format", "json"]);
    assert_eq!(rows.as_array().expect("a list").len(), 45);
    let of = |institution| json(&["manual", "list", institution, "--format", "json"]).as_array().expect("a list").len();
    assert_eq!(["seprem", "sosep", "igss", "usulutan", "diaco"].map(of), [11, 8, 13, 6, 7]);
    let first = &json(&["manual", "list", "seprem", "--format", "json"])[0];
    assert_eq!((&first["code"], &first["process"]), (&"SEPREM-DI-001.1".into(), &"SEPREM-DI-001".into()));
    assert_eq!((&first["steps"], &first["roles"][0]), (&8.into(), &"Asistente de Dirección".into()));
}

#[test]
fn a_broken_draft_is_drawn_with_its_line_and_ends_with_one() {
    let root = tempfile::tempdir().expect("folder");
    let folder = root.path().join("prueba/procedimientos");
    std::fs::create_dir_all(&folder).expect("folder");
    let head = "institucion \"prueba\" { nombre \"P\"; siglas \"P\"; pais \"GT\" }\nmanual \"M\" { edicion \"1\"; dependencia \"D\" }\n";
    std::fs::write(root.path().join("prueba/manual.kdl"), head).expect("file");
    let steps = "procedimiento \"P-1\" \"Uno\" {\n    paso 1 \"Jefe\" sigue=9 { actividad \"Firma.\" }\n}\n";
    std::fs::write(folder.join("p.kdl"), steps).expect("file");
    let manuals = root.path().to_str().expect("UTF-8");
    let ran = ventanilla(&["manual", "check", "prueba", "--manuals", manuals]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("salto-colgante") && ran.out.contains("p.kdl:2:"), "{}", ran.out);
    // A draft can be drawn all the same, but nothing is answered from it.
    assert_eq!(ventanilla(&["manual", "flowchart", "prueba", "P-1", "--manuals", manuals]).code, 0);
    let refused = ventanilla(&["manual", "walk", "prueba", "P-1", "--manuals", manuals]);
    assert_eq!((refused.code, refused.err.contains("manual check prueba")), (1, true), "{}", refused.err);
}

#[test]
fn without_a_folder_the_manuals_of_the_binary_answer() {
    let empty = tempfile::tempdir().expect("folder");
    let ran = ventanilla_in(empty.path(), &["manual", "list", "usulutan"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("TIM-06"), "{}", ran.out);
    let drawn = ventanilla_in(empty.path(), &["manual", "flowchart", "usulutan", "TIM-06", "--output", "f.svg"]);
    assert_eq!((drawn.code, drawn.out.as_str()), (0, ""));
    let svg = std::fs::read_to_string(empty.path().join("f.svg")).expect("the drawing");
    assert!(svg.contains("<svg") && svg.trim_end().ends_with("</svg>"));
    let printed = ventanilla_in(empty.path(), &["manual", "print", "usulutan", "--output", "manual.html"]);
    assert_eq!((printed.code, printed.out.as_str()), (0, ""), "{}", printed.err);
    let page = std::fs::read_to_string(empty.path().join("manual.html")).expect("the manual");
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>") && page.contains("TIM-06"));
}

#[test]
fn a_new_edition_is_compared_with_the_old_one() {
    let root = tempfile::tempdir().expect("folder");
    let copy = root.path().join("usulutan");
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("manuals/usulutan");
    for folder in ["", "procedimientos", "formularios", "escenarios"] {
        std::fs::create_dir_all(copy.join(folder)).expect("folder");
        for entry in std::fs::read_dir(original.join(folder)).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_file() {
                std::fs::copy(&path, copy.join(folder).join(path.file_name().expect("name"))).expect("copy");
            }
        }
    }
    let (old, new) = (original.to_str().expect("UTF-8"), copy.to_str().expect("UTF-8"));
    assert!(ventanilla(&["manual", "compare", old, new]).out.contains("dicen lo mismo"));
    let path = copy.join("procedimientos/tim-06-soporte-tecnico.kdl");
    let text = std::fs::read_to_string(&path).expect("file");
    std::fs::write(&path, text.replacen("actividad \"", "actividad \"Ahora: ", 1)).expect("file");
    let ran = ventanilla(&["manual", "compare", old, new]);
    assert!(ran.out.contains("TIM-06") && ran.out.contains("+ actividad: Ahora: "), "{}", ran.out);
    let root = root.path().to_str().expect("UTF-8");
    let redline = json(&["manual", "compare", "manuals", root, "--institution", "usulutan", "--format", "json"]);
    assert_eq!(redline["procedures"].as_array().expect("a list").len(), 1);
}
