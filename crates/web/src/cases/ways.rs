//! Where a case goes, in the words of its buttons and of those who wait.

use engine::{authority::roles_in_words, case::Case};
use manual::{
    organization::Scope,
    procedure::{Acting, Procedure, Step, Target},
};

/// "sigue el paso 5 (Técnico)", "regresa al paso 3 (Jefe)", "termina el caso".
#[must_use]
pub fn leads(step: &Step, target: Target, procedure: &Procedure) -> String {
    match target {
        Target::End => "termina el caso".into(),
        Target::Refusal => "termina con la negativa y sus razones".into(),
        Target::Step(number) => {
            let roles = procedure.step(number).map(|next| format!(" ({})", roles_in_words(next))).unwrap_or_default();
            if step.is_back(target) {
                format!("regresa al paso {number}{roles}")
            } else {
                format!("sigue el paso {number}{roles}")
            }
        }
    }
}

/// The button of a step that decides nothing: what pressing it does.
#[must_use]
pub fn onwards(case: &Case, step: &Step, role: &str, procedure: &Procedure) -> String {
    if let Some(standing) = &case.standing
        && step.acting == Acting::All
        && standing.acted.len() + 1 < step.responsibles.len()
    {
        let missing: Vec<&str> = step
            .role_names()
            .filter(|other| &***other != role && !standing.acted.iter().any(|part| part.role == **other))
            .map(|name| &**name)
            .collect();
        return format!("Registrar mi parte (falta {})", engine::authority::list(&missing, "y"));
    }
    match step.next {
        Target::End => "Finalizar el caso".into(),
        Target::Refusal => "Terminar con la negativa".into(),
        Target::Step(number) => {
            let Some(next) = procedure.step(number) else { return format!("Seguir con el paso {number}") };
            let [only] = next.responsibles.as_slice() else {
                return format!("Enviar {}", to_whom(&roles_in_words(next)));
            };
            if step.is_back(step.next) {
                return format!("Regresar {} (paso {number})", to_whom(&only.role));
            }
            if *only.role == *role {
                return format!("Cumplir el paso {} y seguir con el {number}", step.number);
            }
            if only.scope == Scope::Requester {
                return format!("Enviar a {}", case.requester.name);
            }
            format!("Enviar {}", to_whom(&only.role))
        }
    }
}

/// "al Jefe de Infraestructura", "a la Secretaria de Recepción", "a UACI".
#[must_use]
pub fn to_whom(role: &str) -> String {
    let first = role.split_whitespace().next().unwrap_or_default();
    let plain = first.to_lowercase();
    let acronym = first.chars().filter(|c| c.is_uppercase()).count() > 1;
    if acronym || plain == "gestión" {
        return format!("a {role}");
    }
    let feminine = matches!(plain.as_str(), "autoridad" | "unidad")
        || plain.ends_with("ción")
        || (plain.ends_with('a') && !plain.ends_with("ista"));
    if feminine { format!("a la {role}") } else { format!("al {role}") }
}

/// "Paso 4 · Analiza el requerimiento…"
#[must_use]
pub fn step_line(step: &Step) -> String {
    format!("Paso {} · {}", step.number, engine::authority::shorten(&step.activity))
}

/// The word in `text` with a capital first letter.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_says_to_whom_with_its_article() {
        for (role, words) in [
            ("Jefe de Infraestructura", "al Jefe de Infraestructura"),
            ("Secretaria de Recepción", "a la Secretaria de Recepción"),
            ("Dirección", "a la Dirección"),
            ("Analista de Desarrollo", "al Analista de Desarrollo"),
            ("Técnico", "al Técnico"),
            ("Usuario", "al Usuario"),
            ("UACI", "a UACI"),
            ("Gestión de Calidad", "a Gestión de Calidad"),
            ("Autoridad correspondiente", "a la Autoridad correspondiente"),
            ("Jefatura de la Unidad de TIM", "a la Jefatura de la Unidad de TIM"),
            ("Departamento de Inventarios", "al Departamento de Inventarios"),
        ] {
            assert_eq!(to_whom(role), words);
        }
        assert_eq!(capital("élite"), "Élite");
    }
}
