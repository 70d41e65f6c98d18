//! The columns of the lists of cases: which there are, which a person has chosen, and the form to choose them.

use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{
    Extension,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

/// A column besides the number, which is always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Subject,
    Procedure,
    Step,
    Requester,
    Opened,
    Updated,
    Due,
    Priority,
    Status,
    Holder,
}

impl Column {
    pub const ALL: [Self; 10] = [
        Self::Subject,
        Self::Procedure,
        Self::Step,
        Self::Requester,
        Self::Opened,
        Self::Updated,
        Self::Due,
        Self::Priority,
        Self::Status,
        Self::Holder,
    ];
    /// What everybody begins with.
    const FIRST: [Self; 6] = [Self::Subject, Self::Step, Self::Requester, Self::Due, Self::Status, Self::Holder];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Subject => "asunto",
            Self::Procedure => "procedimiento",
            Self::Step => "paso",
            Self::Requester => "solicita",
            Self::Opened => "abierto",
            Self::Updated => "cambio",
            Self::Due => "vence",
            Self::Priority => "prioridad",
            Self::Status => "estado",
            Self::Holder => "lo-tiene",
        }
    }

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Subject => "Asunto",
            Self::Procedure => "Procedimiento",
            Self::Step => "Paso",
            Self::Requester => "Solicita",
            Self::Opened => "Abierto",
            Self::Updated => "Último cambio",
            Self::Due => "Vence",
            Self::Priority => "Prioridad",
            Self::Status => "Estado",
            Self::Holder => "Lo tiene",
        }
    }
}

/// The columns this person sees.
#[must_use]
pub fn chosen(visitor: &Visitor) -> Vec<Column> {
    let Some(codes) = visitor.preferences.columns() else { return Column::FIRST.to_vec() };
    let known: Vec<Column> = Column::ALL.into_iter().filter(|column| codes.contains(&column.code())).collect();
    if known.is_empty() { Column::FIRST.to_vec() } else { known }
}

/// The form; `back` is the address of the list it stands under.
#[must_use]
pub fn form(visitor: &Visitor, back: &str) -> Markup {
    let chosen = chosen(visitor);
    html! {
        details.suelto {
            summary { "Columnas" }
            form.formulario method="post" action=(visitor.to("/columnas")) {
                (visitor.seal())
                input type="hidden" name="vuelve" value=(back);
                fieldset.campo {
                    legend { "Qué columnas quiere ver en sus listas" }
                    div.casillas-fila {
                        @for column in Column::ALL {
                            label.opcion {
                                input type="checkbox" name="columna" value=(column.code()) checked[chosen.contains(&column)];
                                (column.title())
                            }
                        }
                    }
                }
                div.fila {
                    button type="submit" { "Guardar mis columnas" }
                    button.liso type="submit" name="volver" value="si" { "Volver a las de siempre" }
                }
            }
        }
    }
}

/// `POST /{institution}/columnas`
pub async fn prefer(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let asked = |column: &Column| sent.pairs.iter().any(|(key, text)| key == "columna" && text == column.code());
    let codes: Vec<&str> = if sent.flag("volver") {
        Vec::new()
    } else {
        Column::ALL.iter().filter(|column| asked(column)).map(|column| column.code()).collect()
    };
    visitor.house.store.prefer_columns(visitor.person.id, &codes).await?;
    let lists = [visitor.to("/bandeja"), visitor.to("/casos")];
    let back = sent
        .text("vuelve")
        .filter(|back| lists.iter().any(|list| back == list || back.starts_with(&format!("{list}?"))));
    Ok(Redirect::to(back.unwrap_or(&lists[0])).into_response())
}
