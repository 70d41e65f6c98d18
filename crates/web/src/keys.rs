//! The keyboard set of the pages, in words: what the help lists, in its dialog and on its own page.

use maud::{Markup, html};

/// One group of keys: where they serve, and what each does.
pub struct Group {
    pub title: &'static str,
    pub keys: &'static [(&'static [&'static str], &'static str)],
}

/// What `ventanilla.js` and its modules do; a test compares the letters with the script.
pub const GROUPS: [Group; 4] = [
    Group {
        title: "En cualquier página",
        keys: &[
            (&["?"], "ver las teclas"),
            (&["/", "s"], "buscar"),
            (&["n"], "pedir algo nuevo"),
            (&["Ctrl + Intro"], "enviar el formulario donde escribe"),
        ],
    },
    Group {
        title: "Ir a (g y luego una letra)",
        keys: &[
            (&["g i"], "inicio: qué necesita"),
            (&["g s"], "mis solicitudes"),
            (&["g b"], "bandeja: lo mío"),
            (&["g p"], "bandeja: lo de mi puesto"),
            (&["g u"], "bandeja: sin asignar"),
            (&["g h"], "bandeja: vence hoy"),
            (&["g v"], "bandeja: vencidos"),
            (&["g e"], "bandeja: en espera"),
            (&["g c"], "casos"),
            (&["g l"], "registrar una llamada o a quien llega a la ventanilla"),
            (&["g o"], "correspondencia: oficios recibidos y enviados"),
            (&["g m"], "manual"),
        ],
    },
    Group {
        title: "En una lista",
        keys: &[
            (&["j", "↓"], "bajar"),
            (&["k", "↑"], "subir"),
            (&["Intro"], "abrir"),
            (&["t"], "tomar el caso señalado"),
            (&["x"], "marcar el caso señalado, para actuar sobre varios"),
        ],
    },
    Group {
        title: "En un caso",
        keys: &[
            (&["t"], "tomarlo"),
            (&["r"], "responder a quien solicita"),
            (&["x"], "escribir una nota interna"),
            (&["Mayús + C"], "ir al botón que cumple el paso; Intro lo envía"),
            (&["."], "copiar el número"),
        ],
    },
];

/// All the groups as lists of terms.
#[must_use]
pub fn list(level: u8) -> Markup {
    html! {
        @for group in &GROUPS {
            section.pila {
                @if level == 2 { h2 { (group.title) } } @else { h3 { (group.title) } }
                dl.datos.teclado {
                    @for (keys, what) in group.keys {
                        dt { @for (index, key) in keys.iter().enumerate() { @if index > 0 { " o " } kbd { (key) } } }
                        dd { (what) }
                    }
                }
            }
        }
    }
}

/// The help that `?` opens.
#[must_use]
pub fn dialog(page: &str) -> Markup {
    html! {
        dialog #teclas aria-labelledby="teclas-titulo" {
            div.pila {
                h2 #teclas-titulo { "Teclas" }
                div.campos-2 { (list(3)) }
                div.fila.entre {
                    a href=(page) { "Apagar o encender las teclas" }
                    button type="button" data-cerrar { "Cerrar" }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_knows_every_key_that_the_help_lists() {
        let script = include_str!("assets/teclas.js");
        for (keys, what) in GROUPS.iter().flat_map(|group| group.keys) {
            for key in *keys {
                let known = match *key {
                    "↓" => script.contains("ArrowDown"),
                    "↑" => script.contains("ArrowUp"),
                    "Intro" | "Ctrl + Intro" => script.contains("\"Enter\""),
                    "Mayús + C" => script.contains("\n  C: "),
                    key if key.starts_with("g ") => script.contains(&format!("\n  {}: \"", &key[2..])),
                    key => script.contains(&format!("\n  \"{key}\": ")) || script.contains(&format!("\n  {key}: (")),
                };
                assert!(known, "{key}: {what}");
            }
        }
    }
}
