//! `GET /{institution}/correspondencia`: the register, by what came in or went out, with its filters in the address.

use crate::{
    failure::Failure,
    inbox::rows::next,
    intake::desk::tabs,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{Extension, extract::Query};
use maud::{Markup, html};
use serde::Deserialize;
use store::letters::{Direction, Letter, LetterFilters, LetterState, LetterText};

/// The query of the register's address. What is empty or unknown narrows nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `enviada`, or what came in.
    pub sentido: String,
    pub q: String,
    pub unidad: String,
    pub estado: String,
    /// From this day on.
    pub del: String,
    /// Up to this day.
    pub al: String,
    /// Where the page begins.
    pub desde: String,
}

impl Asked {
    #[must_use]
    pub fn direction(&self) -> Direction {
        if self.sentido == "enviada" { Direction::Outgoing } else { Direction::Incoming }
    }

    #[must_use]
    pub fn filters(&self) -> LetterFilters {
        let plain = |text: &str| text.trim().chars().filter(|c| !c.is_control()).collect::<String>();
        let some = |text: &str| Some(plain(text)).filter(|text| !text.is_empty());
        LetterFilters {
            direction: Some(self.direction()),
            unit: some(&self.unidad),
            state: LetterState::from_code(&self.estado),
            from: engine::answers::read_date(&self.del),
            to: engine::answers::read_date(&self.al),
            text: some(&self.q),
        }
    }

    fn narrows(&self) -> bool {
        self.filters() != LetterFilters { direction: Some(self.direction()), ..LetterFilters::default() }
    }

    /// The address of the register, or of its file, with these filters.
    #[must_use]
    pub fn address(&self, path: &str, from: Option<&str>) -> String {
        let pairs = [
            ("sentido", self.sentido.as_str()),
            ("q", &self.q),
            ("unidad", &self.unidad),
            ("estado", &self.estado),
            ("del", &self.del),
            ("al", &self.al),
            ("desde", from.unwrap_or_default()),
        ];
        let pairs = pairs.into_iter().filter(|(_, text)| !text.is_empty());
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let cursor = Some(asked.desde.as_str()).filter(|text| !text.is_empty());
    let page = visitor.reader.letters(&asked.filters(), cursor, 0).await?;
    let here = visitor.to("/correspondencia");
    let incoming = asked.direction() == Direction::Incoming;
    let content = html! {
        div.encabezado {
            h1 { "Correspondencia" }
            @if visitor.attends() {
                div.fila {
                    a.boton.principal[incoming] href=(visitor.to("/correspondencia/entrada")) { "Ingresar oficio recibido" }
                    a.boton.principal[!incoming] href=(visitor.to("/correspondencia/salida")) { "Redactar oficio" }
                }
            }
        }
        (tabs(&visitor, "/correspondencia"))
        nav.pestanas aria-label="Sentido" {
            ul {
                li { a href=(&here) aria-current=[incoming.then_some("page")] { "Recibida" } }
                li { a href=(format!("{here}?sentido=enviada")) aria-current=[(!incoming).then_some("page")] { "Enviada" } }
            }
        }
        (filters(&visitor, &asked))
        div.pila #registro {
            @if page.rows.is_empty() && page.next.is_none() { (empty(&visitor, &asked)) } @else {
                (table(&visitor, &page.rows, incoming, page.next.is_some()))
                div.fila { a.boton.liso href=(asked.address(&visitor.to("/correspondencia/registro.csv"), None)) { "Descargar para Excel (CSV)" } }
            }
            (next(page.next.as_deref().map(|cursor| asked.address(&here, Some(cursor))), cursor.map(|_| asked.address(&here, None))))
        }
    };
    Ok(Frame::new(&visitor, Place::Intake, "Correspondencia").page(&content))
}

fn empty(visitor: &Visitor, asked: &Asked) -> Markup {
    html! {
        div.panel.vacio {
            @if asked.narrows() {
                p { "Ningún oficio a su alcance cumple con lo que busca." }
                p { a href=(Asked { sentido: asked.sentido.clone(), ..Asked::default() }.address(&visitor.to("/correspondencia"), None)) { "Quitar los filtros" } }
            } @else if asked.direction() == Direction::Incoming {
                p { "Todavía no hay oficios recibidos en su unidad." }
                p { "Cada oficio que ingresa toma un número de entrada, conserva su escaneo y puede abrir un caso." }
            } @else {
                p { "Todavía no hay oficios enviados por su unidad." }
                p { "Se redactan como borrador; al firmarlos toman el número que sigue en su unidad y año." }
            }
        }
    }
}

fn filters(visitor: &Visitor, asked: &Asked) -> Markup {
    let face = visitor.house.face();
    let states: &[LetterState] = match asked.direction() {
        Direction::Incoming => &[LetterState::Received, LetterState::Voided],
        Direction::Outgoing => {
            &[LetterState::Draft, LetterState::Numbered, LetterState::Delivered, LetterState::Voided]
        }
    };
    html! {
        form.filtros method="get" action=(visitor.to("/correspondencia")) data-swap="registro" role="search" aria-label="Filtrar la correspondencia" {
            @if !asked.sentido.is_empty() { input type="hidden" name="sentido" value=(asked.sentido); }
            div { label for="filtro-texto" { "Número, remitente, destinatario o asunto" } input id="filtro-texto" type="search" name="q" value=(asked.q) maxlength="200" data-search; }
            @if !face.units.is_empty() {
                div {
                    label for="filtro-unidad" { "Unidad" }
                    select id="filtro-unidad" name="unidad" {
                        option value="" { "Todas" }
                        @for (code, name) in &face.units { option value=(code) selected[**code == *asked.unidad] { (name) } }
                    }
                }
            }
            div {
                label for="filtro-estado" { "Estado" }
                select id="filtro-estado" name="estado" {
                    option value="" { "Todos" }
                    @for state in states { option value=(state.code()) selected[state.code() == asked.estado] { (state.label()) } }
                }
            }
            div { label for="filtro-del" { "Del" } input id="filtro-del" type="date" name="del" value=(asked.del); }
            div { label for="filtro-al" { "Al" } input id="filtro-al" type="date" name="al" value=(asked.al); }
            div.fila { button type="submit" { "Filtrar" } }
        }
    }
}

fn table(visitor: &Visitor, rows: &[Letter], incoming: bool, more: bool) -> Markup {
    let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let face = visitor.house.face();
    let unit = |code: &str| face.units.iter().find(|(known, _)| &**known == code).map(|(_, name)| name.clone());
    html! {
        div.tabla-marco.apilable data-lista {
            table {
                caption { (words::count(shown, "oficio", "oficios")) @if more { " en esta página" } ", lo más reciente primero" }
                thead { tr {
                    th scope="col" { "Número" }
                    th scope="col" { "Fecha" }
                    th scope="col" { @if incoming { "Remitente" } @else { "Destinatario" } }
                    th scope="col" { "Asunto" }
                    th scope="col" { "Unidad" }
                    th scope="col" { "Estado" }
                    th scope="col" { "Caso" }
                } }
                tbody {
                    @for letter in rows {
                        tr {
                            td data-titulo="Número" {
                                div {
                                    a.caso href=(visitor.to(&format!("/correspondencia/{}", letter.id))) { (letter.number.as_deref().unwrap_or("Borrador")) }
                                    @if !letter.text.their_number.is_empty() { div.menor { "Oficio " (letter.text.their_number) } }
                                }
                            }
                            td data-titulo="Fecha" { (words::day(letter.day)) }
                            td data-titulo=(if incoming { "Remitente" } else { "Destinatario" }) { (others(&letter.text)) }
                            td data-titulo="Asunto" { (letter.text.subject) }
                            td data-titulo="Unidad" { (unit(&letter.unit).unwrap_or_else(|| letter.unit.clone())) }
                            td data-titulo="Estado" { (state(letter)) }
                            td data-titulo="Caso" { @if let Some(case) = &letter.case { a href=(visitor.to(&format!("/casos/{case}"))) { (case) } } @else { span.menor { "sin caso" } } }
                        }
                    }
                }
            }
        }
    }
}

/// The other side: person, department, institution.
#[must_use]
pub fn others(text: &LetterText) -> Markup {
    let first = if text.person.is_empty() { &text.institution } else { &text.person };
    let rest = [&text.department, &text.institution];
    let rest: Vec<&str> =
        rest.into_iter().filter(|part| !part.is_empty() && *part != first).map(String::as_str).collect();
    html! { div { (first) @if !rest.is_empty() { div.menor { (rest.join(", ")) } } } }
}

/// The chip of a letter's state.
#[must_use]
pub fn state(letter: &Letter) -> Markup {
    let class = match letter.state {
        LetterState::Received => "recibido",
        LetterState::Draft => "lisa",
        LetterState::Numbered => "asignado",
        LetterState::Delivered => "finalizado",
        LetterState::Voided => "anulado",
    };
    html! { span class=(format!("etiqueta {class}")) { (letter.state.label()) } }
}
