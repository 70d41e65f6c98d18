//! Each rule of the linter: a manual with one fault gives that finding alone, on that line.

use crate::sample::{MANUAL, findings, line_of, only, with};
use manual::finding::Severity::{self, Error, Warning};

/// Replaces `from` with `to` and expects one finding of `rule`, on the line of `piece`.
fn expect(from: &str, to: &str, rule: &str, severity: Severity, piece: &str) -> manual::finding::Finding {
    let text = with(from, to);
    let (found, how, line, finding) = only(&text);
    assert_eq!((found, how, line), (rule, severity, line_of(&text, piece)), "{}", finding.message);
    finding
}

#[test]
fn the_sample_has_no_faults() {
    assert_eq!(findings(MANUAL), []);
}

#[test]
fn salto_colgante() {
    // The example breaks too when walked, so the rule is looked at alone where a branch hangs.
    let text = with("si=5 no=3", "si=5 no=30");
    let all = findings(&text);
    let finding = all.iter().find(|finding| finding.rule == "salto-colgante").expect("salto-colgante");
    assert!(finding.message.contains("La rama «no» del paso 4 lleva al paso 30"), "{}", finding.message);
    assert_eq!(&text[finding.at.offset as usize..][..5], "no=30");
    expect("hasta=5", "hasta=50", "salto-colgante", Error, "plazo \"resolver\"");
    let text = with("pregunta 2 rama=\"si\"", "pregunta 20").replace("        valor 2 \"area\" \"dsi\"\n", "");
    let (rule, _, line, _) = only(&text);
    assert_eq!((rule, line), ("salto-colgante", line_of(&text, "pregunta 20")));
    let text = with("sigue=4", "sigue=40");
    assert!(
        findings(&text).iter().any(|finding| finding.rule == "salto-colgante" && finding.message.contains("paso 40"))
    );
}

#[test]
fn sin_procedimientos() {
    let (manual, _) = MANUAL.split_once("\nprocedimiento ").expect("a procedure");
    let found = findings(manual);
    let finding = found.iter().find(|finding| finding.rule == "sin-procedimientos").expect("sin-procedimientos");
    assert_eq!((finding.severity, finding.at.offset as usize), (Error, manual.find("manual \"").expect("the manual")));
    // A procedure that cannot be read is no missing one.
    let broken = findings(&with("procedimiento \"", "procedimiento {{{ \""));
    assert!(broken.iter().all(|finding| finding.rule != "sin-procedimientos") && !broken.is_empty());
}

#[test]
fn salto_faltante() {
    let text = with("decide \"¿Procede?\" si=3 no=\"rechazo\"", "decide \"¿Procede?\"");
    let finding = findings(&text).into_iter().find(|finding| finding.rule == "salto-faltante").expect("salto-faltante");
    assert_eq!(
        (finding.severity, finding.at.offset as usize),
        (Error, text.find("decide \"¿Procede?\"").expect("the line"))
    );
}

#[test]
fn paso_inalcanzable() {
    let text =
        with("    paso 5 \"Usuario\" {", "    paso 9 \"Jefe\" { actividad \"Nadie.\" }\n    paso 5 \"Usuario\" {")
            .replace("pasos 5", "pasos 6");
    let (rule, severity, line, _) = only(&text);
    assert_eq!((rule, severity, line), ("paso-inalcanzable", Error, line_of(&text, "paso 9")));
}

#[test]
fn bucle_sin_salida() {
    let text = with("si=5 no=3", "si=3 no=3");
    let found =
        findings(&text).into_iter().find(|finding| finding.rule == "bucle-sin-salida").expect("bucle-sin-salida");
    assert!(found.message.contains("«3», «4»"), "{}", found.message);
    assert_eq!(found.at.offset as usize, text.find("paso 3 ").expect("the step"));
}

#[test]
fn bucle_propio() {
    let text = with("si=5 no=3", "si=5 no=4").replace("recorrido 1 2 3 4 3 4 5", "recorrido 1 2 3 4 4 5");
    let (rule, severity, line, finding) = only(&text);
    assert_eq!((rule, severity, line, finding.reading), ("bucle-propio", Warning, line_of(&text, "no=4"), None));
    let explained =
        text.replace("firma \"Jefe\" nivel=1", "lectura \"bucle-propio\" \"Se repite hasta que quede bien.\"");
    let (rule, severity, _, finding) = only(&explained);
    assert_eq!(
        (rule, severity, finding.reading.as_deref()),
        ("bucle-propio", Warning, Some("Se repite hasta que quede bien."))
    );
}

#[test]
fn decision_incompleta() {
    let text = with("si=3 no=\"rechazo\"", "si=3");
    let found: Vec<_> = findings(&text).into_iter().filter(|finding| finding.rule == "decision-incompleta").collect();
    assert_eq!(found.len(), 1);
    assert!(found[0].message.contains("una sola rama"), "{}", found[0].message);
    let text = with("si=3 no=\"rechazo\"", "si=3 tal-vez=1");
    let found: Vec<_> = findings(&text).into_iter().filter(|finding| finding.rule == "decision-incompleta").collect();
    assert!(found[0].message.contains("«no»"), "{}", found[0].message);
}

#[test]
fn rama_desconocida() {
    expect("no=\"rechazo\"", "no=\"rechazo\" { rama \"sii\" \"Adelante\" }", "rama-desconocida", Error, "rama \"sii\"");
    let text = with("rama=\"si\"", "rama=\"quizas\"");
    assert!(
        findings(&text).iter().any(|finding| finding.rule == "rama-desconocida" && finding.message.contains("quizas"))
    );
}

#[test]
fn responsable_fuera_de_organigrama() {
    let finding = expect(
        "firma \"Jefe\" nivel=1",
        "firma \"Jeffe\" nivel=1",
        "responsable-fuera-de-organigrama",
        Error,
        "firma \"Jeffe\"",
    );
    assert!(finding.help.expect("help").contains("¿Quiso decir «Jefe»?"));
    expect("paso 5 \"Usuario\"", "paso 5 \"Ventanilla\"", "responsable-fuera-de-organigrama", Error, "paso 5");
    expect("avisa \"Usuario\"", "avisa \"Ventanilla\"", "responsable-fuera-de-organigrama", Error, "avisa");
    expect(
        "solicita \"Usuario\"",
        "solicita \"Gerencia\"",
        "responsable-fuera-de-organigrama",
        Error,
        "solicita \"Gerencia\"",
    );
    expect("superior=\"Jefe\"", "superior=\"Gerente\"", "responsable-fuera-de-organigrama", Error, "superior=");
    expect("ocupa=\"Técnico\"", "ocupa=\"Auxiliar\"", "responsable-fuera-de-organigrama", Error, "ocupa=\"Auxiliar\"");
    let text = with(
        "avisa \"Usuario\" \"Se atiende.\"",
        "avisa \"Gerencia\"\n        lectura \"responsable-fuera-de-organigrama\" \"Es otra dirección.\"",
    );
    assert_eq!(only(&text).1, Warning);
}

#[test]
fn unidad_sin_declarar_y_organigrama_circular() {
    expect("unidad=\"dsi\" nivel=1", "unidad=\"dsii\" nivel=1", "unidad-sin-declarar", Error, "unidad=\"dsii\"");
    expect(
        "unidad \"ui\" \"Unidad de Informática\"",
        "unidad \"ui\" \"Unidad\" depende=\"ui\"",
        "organigrama-circular",
        Error,
        "unidad \"ui\"",
    );
    expect(
        "jefatura=#true unidad=\"ui\"",
        "jefatura=#true superior=\"Jefe\"",
        "organigrama-circular",
        Error,
        "superior=\"Jefe\"\n",
    );
}

#[test]
fn encaminamiento_faltante() {
    let start = MANUAL.find("    encamina").expect("routing");
    let end = MANUAL.find("    paso 1 ").expect("first step");
    let text = format!("{}{}", &MANUAL[..start], &MANUAL[end..]).replace("        valor 2 \"area\" \"dsi\"\n", "");
    let (rule, severity, line, _) = only(&text);
    assert_eq!((rule, severity, line), ("encaminamiento-faltante", Warning, line_of(&text, "paso 3 ")));
}

#[test]
fn actuan_es_obligatorio_con_varios() {
    let finding = expect(" actuan=\"todos\"", "", "dato-faltante", Error, "paso 4");
    assert!(finding.help.expect("help").contains("actuan=\"cualquiera\""));
}

#[test]
fn formularios() {
    let finding = expect(
        "actividad \"Recibe.\"",
        "actividad \"Recibe.\"\n        formulario \"F-l\"",
        "formulario-sin-declarar",
        Error,
        "formulario \"F-l\"",
    );
    assert!(finding.help.expect("help").contains("«F-1»"));
    expect(
        "norma-general \"1\"",
        "formulario \"F-2\" \"Otro\" { campo \"a\" \"A\" }\nnorma-general \"1\"",
        "formulario-sin-uso",
        Warning,
        "formulario \"F-2\"",
    );
    expect("solo-si=\"tipo\"", "solo-si=\"tipos\"", "condicion-colgante", Error, "solo-si=\"tipos\"");
    let finding = expect("valores=\"alta\"", "valores=\"altas\"", "condicion-colgante", Error, "valores=\"altas\"");
    assert!(finding.help.expect("help").contains("«alta»"));
    expect(
        "firma \"Jefe\" nivel=1",
        "adjunta \"DPI\" solo-si=\"otro\" valores=\"x\"",
        "condicion-colgante",
        Error,
        "adjunta",
    );
}

#[test]
fn plazo_sin_calendario() {
    let text = with("    horario \"lunes-viernes\" \"08:00-12:00\" \"13:00-16:00\"\n", "");
    let found = findings(&text);
    assert_eq!(found.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["plazo-sin-calendario"; 2]);
    assert_eq!(found[0].at.offset as usize, text.find("plazo \"resolver\"").expect("clock"));
    assert_eq!(found[1].at.offset as usize, text.find("plazo \"1 día").expect("term"));
}

#[test]
fn codigo_distinto() {
    let finding = expect("proceso \"P-1\"", "proceso \"P-2\"", "codigo-distinto", Error, "proceso \"P-2\"");
    assert!(finding.help.expect("help").contains("lectura \"codigo-distinto\""));
    expect("pasos 5", "pasos 5\n    impreso \"Índice\" \"P.1.1\"", "codigo-distinto", Error, "impreso");
    let text = with(
        "pasos 5",
        "pasos 5\n    impreso \"Índice\" \"P.1.1\"\n    lectura \"codigo-distinto\" \"El índice tiene un error.\"",
    );
    assert_eq!(only(&text).1, Warning);
    assert_eq!(findings(&with("pasos 5", "pasos 5\n    impreso \"Índice\" \"P-1.1\"")), []);
}

#[test]
fn dato_distinto_y_pasos_declarados() {
    expect(
        "norma-general \"1\"",
        "impreso \"Carátula\" \"2021\"\nnorma-general \"1\"",
        "dato-distinto",
        Error,
        "impreso",
    );
    let text = with(
        "norma-general \"1\"",
        "impreso \"Carátula\" \"2021\"\nlectura \"dato-distinto\" \"Es 2022.\"\nnorma-general \"1\"",
    );
    assert_eq!(only(&text).3.reading.as_deref(), Some("Es 2022."));
    expect("pasos 5", "pasos 6", "pasos-declarados", Error, "pasos 6");
    let text = with("pasos 5", "pasos 6\n    lectura \"pasos-declarados\" \"La fila 6 anuncia el final.\"");
    assert_eq!(only(&text).1, Warning);
}

#[test]
fn duplicado() {
    expect(
        "    unidad \"dsi\"",
        "    unidad \"ui\" \"Otra\"\n    unidad \"dsi\"",
        "duplicado",
        Error,
        "unidad \"ui\" \"Otra\"",
    );
    expect(
        "    responsable \"Jefe\"",
        "    responsable \"Usuario\"\n    responsable \"Jefe\"",
        "duplicado",
        Error,
        "responsable \"Usuario\"\n",
    );
    expect(
        "    campo \"nit\"",
        "    campo \"tipo\" \"Otra vez\"\n    campo \"nit\"",
        "duplicado",
        Error,
        "campo \"tipo\" \"Otra vez\"",
    );
    expect(
        "norma-general \"1\"",
        "norma-general \"1\" \"Otra.\"\nnorma-general \"1\"",
        "duplicado",
        Error,
        "norma-general \"1\" \"Toda",
    );
    expect(
        "apertura { formulario \"F-1\" }",
        "apertura { formulario \"F-1\"; campo \"nit\" \"NIT\" }",
        "duplicado",
        Error,
        "apertura",
    );
    expect("pasos 5", "pasos 5\n    pasos 5", "duplicado", Error, "    pasos 5\n    apertura");
    let text =
        with("    paso 5 \"Usuario\" {", "    paso 5 \"Jefe\" { actividad \"Otra.\" }\n    paso 5 \"Usuario\" {")
            .replace("pasos 5", "pasos 6");
    let found = findings(&text);
    let twice = found.iter().find(|finding| finding.rule == "duplicado").expect("duplicado");
    assert_eq!(twice.at.offset as usize, text.find("paso 5 \"Usuario\"").expect("the second"));
    let again = format!("{MANUAL}procedimiento \"P-1.1\" \"Otro\" {{ paso 1 \"Jefe\" {{ actividad \"a\" }} }}\n");
    let (rule, _, line, _) = only(&again);
    assert_eq!((rule, line), ("duplicado", line_of(&again, "procedimiento \"P-1.1\" \"Otro\"")));
}

#[test]
fn norma_desconocida() {
    expect("        norma \"1\"\n", "        norma \"7\"\n", "norma-desconocida", Warning, "norma \"7\"");
}

#[test]
fn rama_sin_ejemplo() {
    let start = MANUAL.find("escenario \"No procede\"").expect("the second example");
    let (rule, severity, line, finding) = only(&MANUAL[..start]);
    assert_eq!((rule, severity, line), ("rama-sin-ejemplo", Warning, line_of(MANUAL, "no=\"rechazo\"")));
    assert!(finding.help.expect("help").contains("responde 2 \"no\""));
}

#[test]
fn ejemplo_fallido() {
    let finding =
        expect("recorrido 1 2 3 4 3 4 5", "recorrido 1 2 3 4 5", "ejemplo-fallido", Error, "escenario \"Bien");
    assert!(
        finding.message.contains("Se esperaba el recorrido 1 2 3 4 5 y resulta 1 2 3 4 3 4 5"),
        "{}",
        finding.message
    );
    let finding =
        expect("estado=\"rechazado\"", "estado=\"finalizado\"", "ejemplo-fallido", Error, "escenario \"No procede\"");
    assert!(finding.message.contains("termina «rechazado»"), "{}", finding.message);
    expect("valor \"tipo\" \"alta\"", "valor \"tipo\" \"cambio\"", "ejemplo-fallido", Error, "escenario \"Bien");
    expect("valor \"tipo\" \"alta\"", "valor \"tipoo\" \"alta\"", "ejemplo-fallido", Error, "escenario \"Bien");
    expect("valor 2 \"area\" \"dsi\"", "valor 2 \"area\" \"otra\"", "ejemplo-fallido", Error, "escenario \"Bien");
    let text = with("        responde 4 \"si\"\n", "");
    let found = findings(&text);
    assert!(
        found
            .iter()
            .any(|finding| finding.rule == "ejemplo-fallido"
                && finding.message.contains("Falta la respuesta del paso 4"))
    );
    let text = with("\"No procede\" procedimiento=\"P-1.1\"", "\"No procede\" procedimiento=\"P-11\"");
    let found = findings(&text);
    assert!(
        found
            .iter()
            .any(|finding| finding.rule == "ejemplo-fallido" && finding.message.contains("«P-11», que no existe"))
    );
}

#[test]
fn lectura_sin_uso() {
    expect("pasos 5", "pasos 5\n    lectura \"pasos-declarados\" \"Nada.\"", "lectura-sin-uso", Warning, "lectura");
    let finding =
        expect("pasos 5", "pasos 5\n    lectura \"bucle-popio\" \"Nada.\"", "lectura-sin-uso", Warning, "lectura");
    assert!(finding.help.expect("help").contains("«bucle-propio»"));
    // A remark of the author's own is no rule, and stands.
    assert_eq!(findings(&with("pasos 5", "pasos 5\n    lectura \"fechas-distintas\" \"Rige la resolución.\"")), []);
}

const MATRIX: &str = r#"
prioridad {
    impacto "bajo" "Bajo"
    impacto "alto" "Alto"
    urgencia "baja" "Baja"
    urgencia "alta" "Alta"
    matriz "bajo" baja="baja" alta="normal"
    matriz "alto" baja="alta" alta="urgente"
}
"#;

#[test]
fn matriz_incompleta() {
    let whole = format!("{MANUAL}{MATRIX}");
    assert_eq!(findings(&whole), []);
    let (rule, severity, line, finding) = only(&whole.replace(" alta=\"normal\"", ""));
    assert_eq!((rule, severity, line), ("matriz-incompleta", Error, line_of(&whole, "prioridad {")));
    assert!(finding.message.contains("bajo × alta"), "{}", finding.message);
    let (rule, ..) = only(&whole.replace("matriz \"alto\"", "matriz \"enorme\" baja=\"baja\"\n    matriz \"alto\""));
    assert_eq!(rule, "valor-no-valido");
    let (rule, ..) = only(&whole.replace("prioridad {", "prioridad norma=\"99\" {"));
    assert_eq!(rule, "norma-desconocida");
}

#[test]
fn listas_y_orden_de_llegada() {
    let list = |points: &str| with("paso 5 \"Usuario\" {", &format!("paso 5 \"Usuario\" {{\n lista {{ {points} }}\n"));
    assert_eq!(findings(&list("punto \"Disco\" obligatorio=#true; punto \"Teclado\"")), []);
    assert_eq!(only(&list("punto \"Disco\"; punto \"Disco\"")).0, "duplicado");
    assert_eq!(only(&list("")).0, "dato-faltante");
    let order = |line: &str| with("    pasos 5", &format!("    {line}\n    pasos 5"));
    assert_eq!(findings(&order("orden \"llegada\"")), []);
    assert_eq!(only(&order("orden \"llegada\" norma=\"99\"")).0, "norma-desconocida");
    assert_eq!(only(&order("orden \"salida\"")).0, "valor-no-valido");
}

#[test]
fn plazo_sin_fecha() {
    let back = "plazo \"resolver\" \"2 meses antes\" desde=\"apertura\" hasta=5";
    expect("plazo \"resolver\" \"3 días hábiles\" desde=\"apertura\" hasta=5", back, "plazo-sin-fecha", Error, back);
    let dated = "plazo \"resolver\" \"2 meses antes\" fecha=\"tipo\" hasta=5";
    let finding = expect(
        "plazo \"resolver\" \"3 días hábiles\" desde=\"apertura\" hasta=5",
        dated,
        "plazo-sin-fecha",
        Error,
        dated,
    );
    assert!(finding.message.contains("no es un campo de fecha"), "{}", finding.message);
}

#[test]
fn plazo_desconocido() {
    let cause = "hasta=5\n    prorroga \"pieza\" \"Falta una pieza\" plazo=\"responder\"";
    let finding = expect("hasta=5", cause, "plazo-desconocido", Error, "prorroga");
    assert!(finding.help.is_some_and(|help| help.contains("«resolver»")));
    expect("hasta=5", "hasta=5\n    pausa \"x\" \"Espera\" paso=50", "salto-colgante", Error, "pausa");
}

#[test]
fn aviso_imposible() {
    let warned = |line: &str| format!("hasta=5 {{ {line} }}");
    expect(
        "hasta=5",
        &warned("avisa \"3 días hábiles antes\" \"Jefe\""),
        "aviso-imposible",
        Error,
        "plazo \"resolver\"",
    );
    let line = warned("al-vencer \"Jefa\"");
    expect("hasta=5", &line, "responsable-fuera-de-organigrama", Error, "plazo \"resolver\"");
    let line = warned("avisa \"1 día hábil\" \"Jefe\"");
    let finding = expect("hasta=5", &line, "valor-no-valido", Error, "plazo \"resolver\"");
    assert!(finding.message.contains("no admite"), "{}", finding.message);
    assert_eq!(findings(&with("hasta=5", &warned("avisa \"1 día hábil antes\" \"responsable\""))), []);
}

#[test]
fn causa_sin_plazo() {
    // No clock and no term of a step: nothing a pause could stop.
    let clock = "    plazo \"resolver\" \"3 días hábiles\" desde=\"apertura\" hasta=5\n";
    let text = with(clock, "    pausa \"x\" \"Espera\"\n").replace("        plazo \"1 día hábil\"\n", "");
    let (rule, severity, ..) = only(&text);
    assert_eq!((rule, severity), ("causa-sin-plazo", Warning));
}

#[test]
fn calificacion_no_valida() {
    expect("hasta=5", "hasta=\"calificacion\"", "calificacion-no-valida", Error, "plazo \"resolver\"");
    let rates = "paso 1 \"Usuario\" al-abrir=#true { actividad \"Presenta la solicitud.\"; califica \"nota\" }";
    let plain = "paso 1 \"Usuario\" al-abrir=#true { actividad \"Presenta la solicitud.\" }";
    expect(plain, rates, "calificacion-no-valida", Error, "califica");
    let after = "desde=\"cierre\" hasta=5";
    expect("desde=\"apertura\" hasta=5", after, "valor-no-valido", Error, "plazo \"resolver\"");
}

#[test]
fn an_office_elsewhere_has_hours_and_holidays_of_its_own() {
    let office = "    localidad \"Guatemala\"\n    oficina \"dsi\" { horario \"lunes-viernes\" \"07:00-15:00\" }";
    assert_eq!(findings(&with("    localidad \"Guatemala\"", office)), []);
    let unknown = office.replace("\"dsi\"", "\"dsj\"");
    expect("    localidad \"Guatemala\"", &unknown, "unidad-sin-declarar", Error, "oficina");
}
