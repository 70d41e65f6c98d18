//! The legend of the flowchart: each symbol as a small SVG, with its name and what it means.

use crate::flowchart::{
    model::Shape,
    placing::{Point, Rect},
    shapes,
};

/// A symbol of the flowchart, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: &'static str,
    pub meaning: &'static str,
    /// To be placed in a page that carries `FLOWCHART_CSS`.
    pub svg: String,
}

const AREA: Rect = Rect { x: 4, y: 4, width: 72, height: 36 };

/// All the symbols, in the order in which manuals list them.
#[must_use]
pub fn legend() -> Vec<Entry> {
    let symbol = |shape, class, name, meaning| entry(name, meaning, &figure(shape, class, AREA));
    let (line, head) = shapes::arrow(&[Point { x: 6, y: 22 }, Point { x: 74, y: 22 }]);
    let arrow = |class| {
        format!("<g class=\"{class}\"><path class=\"linea\" d=\"{line}\"/><path class=\"punta\" d=\"{head}\"/></g>")
    };
    vec![
        symbol(Shape::Terminator, "terminal", "Inicio o fin", "Donde el procedimiento comienza y donde termina."),
        symbol(Shape::Operation, "paso operacion", "Operación", "Una actividad de un responsable."),
        symbol(Shape::Decision, "paso decision", "Decisión", "Según la respuesta, el caso toma un camino u otro."),
        symbol(Shape::Document, "paso documento", "Documento", "Se elabora un documento o se llena un formulario."),
        symbol(Shape::Split, "paso dividido", "Proceso dividido", "La realizan juntos dos o más responsables."),
        symbol(Shape::Archive, "paso archivo", "Archivo", "Se guardan documentos."),
        entry("Conector", "El camino sigue donde está la misma letra, en la misma hoja.", CONNECTOR),
        entry("Conector de página", "El camino sigue donde está la misma letra, en otra hoja.", &page_connector()),
        entry("Línea de flujo", "El orden de las actividades.", &arrow("flecha")),
        entry("Camino recorrido", "Línea gruesa y marca: por aquí ya pasó el caso.", &arrow("flecha recorrida")),
        entry("Paso actual", "Borde doble y la palabra AQUÍ: el caso está en este paso.", &standing()),
    ]
}

const CONNECTOR: &str = "<g class=\"conector\"><circle class=\"disco\" cx=\"40\" cy=\"22\" r=\"12\"/>\
                         <text class=\"letra\" x=\"40\" y=\"26\" text-anchor=\"middle\">A</text></g>";

fn page_connector() -> String {
    let outline = shapes::outline(Shape::PageConnector, Rect { x: 27, y: 6, width: 26, height: 32 });
    format!(
        "<g class=\"conector\"><path class=\"disco\" d=\"{outline}\"/>\
         <text class=\"letra\" x=\"40\" y=\"23\" text-anchor=\"middle\">A</text></g>"
    )
}

fn figure(shape: Shape, class: &str, rect: Rect) -> String {
    let inner =
        shapes::inner(shape, rect).map(|lines| format!("<path class=\"lados\" d=\"{lines}\"/>")).unwrap_or_default();
    format!("<g class=\"{class}\"><path class=\"simbolo\" d=\"{}\"/>{inner}</g>", shapes::outline(shape, rect))
}

fn standing() -> String {
    let inner = Rect { x: 10, y: 7, width: 60, height: 26 };
    format!(
        "<g class=\"paso operacion actual\"><path class=\"doble\" d=\"{}\"/><path class=\"simbolo\" d=\"{}\"/>\
         <g class=\"aqui\"><rect x=\"19\" y=\"24\" width=\"42\" height=\"16\" rx=\"4\"/>\
         <text x=\"40\" y=\"36\" text-anchor=\"middle\">AQUÍ</text></g></g>",
        shapes::outline(Shape::Operation, inner.grown(4)),
        shapes::outline(Shape::Operation, inner),
    )
}

/// The name stands beside the drawing as text, so the drawing itself is hidden from screen readers.
fn entry(name: &'static str, meaning: &'static str, body: &str) -> Entry {
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flujo\" viewBox=\"0 0 80 44\" width=\"80\" height=\"44\" aria-hidden=\"true\" focusable=\"false\">{body}</svg>"
    );
    Entry { name, meaning, svg }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_drawn_named_and_explained() {
        let entries = legend();
        for entry in &entries {
            assert!(roxmltree::Document::parse(&entry.svg).is_ok(), "{}", entry.svg);
            assert!(entry.meaning.ends_with('.') && !entry.name.is_empty());
        }
        let mut drawings: Vec<&str> = entries.iter().map(|entry| entry.svg.as_str()).collect();
        drawings.sort_unstable();
        drawings.dedup();
        assert_eq!(drawings.len(), entries.len());
    }
}
