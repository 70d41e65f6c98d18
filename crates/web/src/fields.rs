//! The fields of a form on a page: drawn from the definition, and read back from what the browser sent.

use engine::{
    Name,
    refusal::Fault,
    value::{Value, Values, find},
};
use manual::field::{Field, Kind};
use maud::{Markup, html};

/// What a browser sent, in order; a key may stand several times.
pub type Pairs = Vec<(String, String)>;

/// How many rows a table offers beyond those already filled.
const EMPTY_ROWS: usize = 3;

/// What the drawing of fields needs besides the definition.
#[derive(Clone, Copy)]
pub struct Drawing<'d> {
    pub values: &'d Values,
    pub faults: &'d [Fault],
    /// The units of the institution: code and name.
    pub units: &'d [(Name, Name)],
    /// Before the names in the form, so that two forms of a page do not meet.
    pub prefix: &'d str,
}

/// All the fields, grouped under their headings.
pub fn draw<'f>(fields: impl Iterator<Item = &'f Field>, drawing: Drawing<'_>) -> Markup {
    let mut groups: Vec<(Option<&Name>, Vec<&Field>)> = Vec::new();
    for field in fields {
        match groups.last_mut() {
            Some((section, group)) if *section == field.section.as_ref() => group.push(field),
            _ => groups.push((field.section.as_ref(), vec![field])),
        }
    }
    html! {
        @for (section, group) in groups {
            @if let Some(section) = section { h3 { (section) } }
            @for field in group { (one(field, drawing)) }
        }
    }
}

fn one(field: &Field, drawing: Drawing<'_>) -> Markup {
    if let Kind::Signature { role } = &field.kind {
        return html! { p.menor { "Firma: " (field.label) " — " (role) ". Se registra al firmar el paso." } };
    }
    let id = format!("{}{}", drawing.prefix, field.key);
    let value = find(drawing.values, &field.key);
    let fault = drawing.faults.iter().find(|fault| fault.field == field.key);
    let described = format!("{id}-ayuda");
    let (depends, wanted) = match &field.only_if {
        Some(only_if) => (Some(format!("{}{}", drawing.prefix, only_if.key)), Some(only_if.values.join("|"))),
        None => (None, None),
    };
    let grouped = matches!(field.kind, Kind::YesNo | Kind::Choices(_) | Kind::Table(_)) || small_choice(&field.kind);
    let inside = html! {
        @if let Some(help) = &field.help { span.ayuda { (help) } }
        @if let Some(ground) = &field.ground { span.ayuda { "Fundamento: " (ground) } }
        (control(field, &id, value, fault.is_some(), &described, drawing))
        span id=(described) {
            @if let Some(fault) = fault { span.error { (fault.message) } }
        }
        @if let Some(fault) = fault { @if fault.can_override {
            label for=(format!("{id}.razon")) { "Usar de todos modos: razón" }
            input id=(format!("{id}.razon")) name=(format!("{id}.razon")) maxlength="300";
        } }
    };
    let label = html! {
        (field.label)
        @if field.required { " " span.obligatorio { "(obligatorio)" } }
    };
    html! {
        @if grouped {
            fieldset.campo data-solo-si=[depends] data-valores=[wanted] { legend { (label) } (inside) }
        } @else {
            div.campo data-solo-si=[depends] data-valores=[wanted] { label for=(id) { (label) } (inside) }
        }
    }
}

fn small_choice(kind: &Kind) -> bool {
    matches!(kind, Kind::Choice(choices) if choices.len() <= 5)
}

fn control(
    field: &Field,
    id: &str,
    value: Option<&Value>,
    wrong: bool,
    described: &str,
    drawing: Drawing<'_>,
) -> Markup {
    let text = value.map(Value::shown).unwrap_or_default();
    let invalid = wrong.then_some("true");
    let (kind, mode, autocomplete) = match field.kind {
        Kind::Number { .. } => ("text", Some("decimal"), None),
        Kind::Date => ("date", None, None),
        Kind::DateTime => ("datetime-local", None, None),
        Kind::Email => ("email", None, Some("email")),
        Kind::Phone => ("tel", Some("tel"), Some("tel")),
        Kind::Cui => ("text", Some("numeric"), None),
        _ => ("text", None, None),
    };
    let chosen = |key: &Name| match value {
        Some(Value::Text(text)) => text == key,
        Some(Value::List(items)) => items.contains(key),
        _ => false,
    };
    match &field.kind {
        Kind::LongText => html! {
            textarea id=(id) name=(id) rows="4" aria-describedby=(described) aria-invalid=[invalid] { (text) }
        },
        Kind::Choice(choices) if choices.len() <= 5 => html! {
            @for choice in choices {
                label.opcion {
                    input type="radio" name=(id) value=(choice.key) checked[chosen(&choice.key)] aria-describedby=(described);
                    (choice.label)
                }
            }
        },
        Kind::Choice(choices) => html! {
            select id=(id) name=(id) aria-describedby=(described) aria-invalid=[invalid] {
                option value="" { "Elija…" }
                @for choice in choices { option value=(choice.key) selected[chosen(&choice.key)] { (choice.label) } }
            }
        },
        Kind::Choices(choices) => html! {
            @for choice in choices {
                label.opcion {
                    input type="checkbox" name=(id) value=(choice.key) checked[chosen(&choice.key)] aria-describedby=(described);
                    (choice.label)
                }
            }
        },
        Kind::YesNo => html! {
            div.fila {
                @for (key, label, flag) in [("si", "Sí", true), ("no", "No", false)] {
                    label.opcion {
                        input type="radio" name=(id) value=(key) checked[value == Some(&Value::Flag(flag))] aria-describedby=(described);
                        (label)
                    }
                }
            }
        },
        Kind::Unit => html! {
            select id=(id) name=(id) aria-describedby=(described) aria-invalid=[invalid] {
                option value="" { "Elija la unidad…" }
                @for (code, name) in drawing.units { option value=(code) selected[chosen(code)] { (name) } }
            }
        },
        Kind::File => html! {
            input type="file" id=(id) name=(format!("archivo:{}", field.label)) multiple aria-describedby=(described) aria-invalid=[invalid];
        },
        Kind::Table(columns) => table(columns, id, value, drawing),
        _ => html! {
            input type=(kind) id=(id) name=(id) value=(text) inputmode=[mode] autocomplete=[autocomplete]
                maxlength="500" aria-describedby=(described) aria-invalid=[invalid];
        },
    }
}

fn table(columns: &[Field], id: &str, value: Option<&Value>, drawing: Drawing<'_>) -> Markup {
    let none = Values::new();
    let rows: &[Values] = match value {
        Some(Value::Rows(rows)) => rows,
        _ => &[],
    };
    html! {
        div.tabla-marco {
            table {
                thead { tr { @for column in columns { th scope="col" { (column.label) } } } }
                tbody {
                    @for index in 0..rows.len() + EMPTY_ROWS {
                        tr {
                            @for column in columns {
                                @let name = format!("{id}.{index}.{}", column.key);
                                @let inner = Drawing { values: rows.get(index).unwrap_or(&none), faults: &[], ..drawing };
                                td aria-label=(column.label) {
                                    @let field = Field { key: name.clone().into(), ..column.clone() };
                                    label.oculto-visual for=(name) { (column.label) ", fila " (index + 1) }
                                    (control(&field, &name, find(inner.values, &column.key), false, "", inner))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The values of these fields among what was sent; what was left blank is not there.
pub fn read<'f>(fields: impl Iterator<Item = &'f Field>, pairs: &Pairs, prefix: &str) -> Values {
    let mut values = Values::new();
    for field in fields {
        let name = format!("{prefix}{}", field.key);
        let sent = || {
            pairs.iter().filter(|(key, text)| *key == name && !text.trim().is_empty()).map(|(_, text)| text.as_str())
        };
        let value = match &field.kind {
            Kind::Choices(_) => {
                let items: Vec<Name> = sent().map(Name::from).collect();
                (!items.is_empty()).then_some(Value::List(items))
            }
            Kind::Table(columns) => {
                let rows = read_rows(columns, &name, pairs);
                (!rows.is_empty()).then_some(Value::Rows(rows))
            }
            Kind::File | Kind::Signature { .. } => None,
            _ => sent().next_back().map(|text| Value::Text(text.replace("\r\n", "\n").into())),
        };
        values.extend(value.map(|value| (field.key.clone(), value)));
    }
    values
}

fn read_rows(columns: &[Field], name: &str, pairs: &Pairs) -> Vec<Values> {
    let last = pairs
        .iter()
        .filter_map(|(key, _)| key.strip_prefix(name)?.strip_prefix('.')?.split('.').next()?.parse::<usize>().ok())
        .max();
    let rows = last.map_or(0, |last| (last + 1).min(manual::limits::FIELDS));
    (0..rows)
        .map(|index| read(columns.iter(), pairs, &format!("{name}.{index}.")))
        .filter(|row| !row.is_empty())
        .collect()
}

/// The reasons given for using a doubtful number all the same.
pub fn overrides(pairs: &Pairs, prefix: &str) -> Vec<(Name, Name)> {
    pairs
        .iter()
        .filter_map(|(key, text)| {
            let field = key.strip_prefix(prefix)?.strip_suffix(".razon")?;
            (!text.trim().is_empty()).then(|| (Name::from(field), Name::from(text.trim())))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use manual::field::{Choice, Class};

    fn field(key: &str, kind: Kind) -> Field {
        Field {
            key: key.into(),
            label: key.into(),
            kind,
            required: false,
            only_if: None,
            help: None,
            ground: None,
            class: Class::Public,
            section: None,
        }
    }

    fn pairs(list: &[(&str, &str)]) -> Pairs {
        list.iter().map(|(key, text)| ((*key).to_string(), (*text).to_string())).collect()
    }

    #[test]
    fn what_was_sent_is_read_by_the_definition() {
        let fields = [
            field("nombre", Kind::Text),
            field("permisos", Kind::Choices(vec![Choice { key: "a".into(), label: "A".into() }])),
            field(
                "bienes",
                Kind::Table(vec![
                    field("serie", Kind::Text),
                    field("cantidad", Kind::Number { least: None, greatest: None }),
                ]),
            ),
            field("vacio", Kind::Text),
        ];
        let sent = pairs(&[
            ("nombre", "Impresora"),
            ("permisos", "a"),
            ("permisos", "b"),
            ("bienes.0.serie", "X1"),
            ("bienes.2.cantidad", "3"),
            ("vacio", "  "),
            ("ajeno", "no"),
        ]);
        let values = read(fields.iter(), &sent, "");
        assert_eq!(
            values,
            vec![
                ("nombre".into(), Value::Text("Impresora".into())),
                ("permisos".into(), Value::List(vec!["a".into(), "b".into()])),
                (
                    "bienes".into(),
                    Value::Rows(vec![
                        vec![("serie".into(), Value::Text("X1".into()))],
                        vec![("cantidad".into(), Value::Text("3".into()))],
                    ])
                ),
            ]
        );
        assert_eq!(
            overrides(&pairs(&[("nit.razon", "Así está"), ("cui.razon", " ")]), ""),
            vec![("nit".into(), "Así está".into())]
        );
    }

    #[test]
    fn a_value_is_drawn_escaped_and_with_its_fault() {
        let fields = [field("nombre", Kind::Text)];
        let values = vec![("nombre".into(), Value::Text("\"><script>".into()))];
        let faults = [Fault::new("nombre", "Falta algo.")];
        let drawing = Drawing { values: &values, faults: &faults, units: &[], prefix: "" };
        let page = draw(fields.iter(), drawing).into_string();
        assert!(page.contains("&quot;&gt;&lt;script&gt;"), "{page}");
        assert!(page.contains("aria-invalid=\"true\"") && page.contains("Falta algo."), "{page}");
    }
}
