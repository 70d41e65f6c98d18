//! A small manual without faults, and a way to spoil one line of it.

use manual::{
    check::check_reading,
    finding::{Finding, Severity},
    read::{ReadOutcome, read},
    source::{SourceFile, line_and_column},
};

/// Each test spoils one line of it; see [`with`].
pub const MANUAL: &str = r#"institucion "prueba" {
    nombre "Institución de prueba"
    siglas "IDP"
    pais "GT"
    zona "America/Guatemala"
}
manual "Manual de prueba" {
    edicion "Primera"
    dependencia "Unidad de Informática"
}
unidades {
    unidad "ui" "Unidad de Informática"
    unidad "dsi" "Desarrollo" depende="ui"
}
responsables {
    responsable "Usuario" ambito="solicitante"
    responsable "Jefe" jefatura=#true unidad="ui"
    responsable "Técnico" unidad="dsi" nivel=1 superior="Jefe"
    responsable "Técnico correspondiente" ambito="encaminado"
}
calendario "Prueba" {
    usa "guatemala"
    localidad "Guatemala"
    horario "lunes-viernes" "08:00-12:00" "13:00-16:00"
}
norma-general "1" "Toda solicitud lleva firma."
formulario "F-1" "Solicitud" {
    campo "tipo" "Tipo" tipo="opcion" obligatorio=#true { opcion "alta" "Alta"; opcion "baja" "Baja" }
    campo "nit" "NIT" tipo="nit" solo-si="tipo" valores="alta"
}
procedimiento "P-1.1" "Altas y bajas" {
    proceso "P-1"
    norma "1" "Con oficio."
    solicita "Usuario"
    pasos 5
    apertura { formulario "F-1" }
    plazo "resolver" "3 días hábiles" desde="apertura" hasta=5
    encamina "area" "Área" {
        pregunta 2 rama="si"
        ruta "dsi" "Desarrollo" nivel=2 { papel "Técnico correspondiente" ocupa="Técnico" unidad="dsi" }
        sin-ruta { papel "Técnico correspondiente" ocupa="Jefe" }
    }
    paso 1 "Usuario" al-abrir=#true { actividad "Presenta la solicitud." }
    paso 2 "Jefe" {
        actividad "Revisa la solicitud."
        decide "¿Procede?" si=3 no="rechazo"
        norma "1"
    }
    paso 3 "Técnico correspondiente" sigue=4 {
        actividad "Atiende."
        avisa "Usuario" "Se atiende."
    }
    paso 4 "Jefe" "Técnico" actuan="todos" {
        actividad "Comprueban."
        decide "¿Quedó bien?" si=5 no=3
        firma "Jefe" nivel=1
    }
    paso 5 "Usuario" {
        actividad "Recibe."
        plazo "1 día hábil"
    }
}
escenario "Bien a la segunda" procedimiento="P-1.1" {
    dado abierto="2026-03-02T09:00" { valor "tipo" "alta" }
    cuando {
        responde 2 "si"
        valor 2 "area" "dsi"
        responde 4 "no"
        responde 4 "si"
    }
    entonces estado="finalizado" { recorrido 1 2 3 4 3 4 5 }
}
escenario "No procede" procedimiento="P-1.1" {
    cuando { responde 2 "no" }
    entonces estado="rechazado" { recorrido 1 2 }
}
"#;

pub const GUATEMALA: &str = r#"calendario-base "guatemala" {
    inhabil "Año Nuevo" fecha="01-01" norma="Decreto"
    inhabil "Semana Santa" pascua=-3 hasta=-1
    inhabil "Asunción" fecha="08-15" clase="local" localidad="Guatemala"
    inhabil "San José" fecha="03-19" clase="local" localidad="San José Pinula"
}
"#;

pub fn files(text: &str) -> Vec<SourceFile> {
    vec![SourceFile::new("manual.kdl", text)]
}

pub fn shared() -> Vec<SourceFile> {
    vec![SourceFile::new("calendarios/guatemala.kdl", GUATEMALA)]
}

pub fn outcome(text: &str) -> ReadOutcome {
    read(&files(text), &shared())
}

pub fn findings(text: &str) -> Vec<Finding> {
    check_reading(&outcome(text))
}

/// The sample with one piece of text replaced; the piece must be there exactly once.
pub fn with(from: &str, to: &str) -> String {
    assert_eq!(MANUAL.matches(from).count(), 1, "«{from}»");
    MANUAL.replace(from, to)
}

/// The one finding of a text: its rule, severity, line and the finding itself.
pub fn only(text: &str) -> (&'static str, Severity, usize, Finding) {
    let findings = findings(text);
    let told: Vec<String> = findings.iter().map(|finding| format!("{} {}", finding.rule, finding.message)).collect();
    assert_eq!(findings.len(), 1, "{told:#?}");
    let finding = findings.into_iter().next().expect("one finding");
    let (line, _) = line_and_column(text, finding.at.offset as usize);
    (finding.rule, finding.severity, line, finding)
}

/// The line on which a piece of text stands.
pub fn line_of(text: &str, piece: &str) -> usize {
    let offset = text.find(piece).unwrap_or_else(|| panic!("«{piece}» is not in the text"));
    line_and_column(text, offset).0
}
