//! The filters of a list: read from its address, drawn as a form, and written back into the addresses of its links.

use crate::{
    state::{Face, Visitor},
    words,
};
use engine::{case::Status, event::Channel};
use manual::edition::Edition;
use maud::{Markup, html};
use serde::Deserialize;
use store::Filters;

/// The query of a list's address. What is empty or unknown narrows nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The tab of the inbox.
    pub vista: String,
    pub procedimiento: String,
    pub estado: String,
    pub unidad: String,
    /// The way it came in.
    pub canal: String,
    /// Words.
    pub q: String,
    /// Where the page begins.
    pub desde: String,
}

impl Asked {
    /// The query of an address; what it does not know is dropped.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut asked = Self::default();
        for (key, text) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*key {
                "vista" => &mut asked.vista,
                "procedimiento" => &mut asked.procedimiento,
                "estado" => &mut asked.estado,
                "unidad" => &mut asked.unidad,
                "canal" => &mut asked.canal,
                "q" => &mut asked.q,
                _ => continue,
            };
            *place = text.into_owned();
        }
        asked
    }

    #[must_use]
    pub fn filters(&self) -> Filters {
        let some = |text: &str| Some(text.trim().to_string()).filter(|text| !text.is_empty());
        Filters {
            procedure: some(&self.procedimiento),
            status: Status::from_code(&self.estado),
            unit: some(&self.unidad),
            channel: Channel::from_word(&self.canal),
            text: some(&self.q),
        }
    }

    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        Some(self.desde.as_str()).filter(|text| !text.is_empty())
    }

    /// Whether anything is narrowed.
    #[must_use]
    pub fn narrows(&self) -> bool {
        self.filters() != Filters::default()
    }

    /// The address of the list with these filters and this tab, from the row `from` on.
    #[must_use]
    pub fn address(&self, path: &str, tab: &str, from: Option<&str>) -> String {
        let pairs = [
            ("vista", tab),
            ("procedimiento", &self.procedimiento),
            ("estado", &self.estado),
            ("unidad", &self.unidad),
            ("canal", &self.canal),
            ("q", &self.q),
            ("desde", from.unwrap_or_default()),
        ];
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs.into_iter().filter(|(_, text)| !text.is_empty()))
            .finish();
        if query.is_empty() { path.to_string() } else { format!("{path}?{query}") }
    }

    /// The form. It sends itself while typing where there is a script; without, by its button.
    #[must_use]
    pub fn draw(&self, visitor: &Visitor, path: &str, edition: &Edition, swap: &str) -> Markup {
        let face: &Face = &visitor.house.face();
        html! {
            form.filtros method="get" action=(visitor.to(path)) data-swap=(swap) role="search" aria-label="Filtrar la lista" {
                @if !self.vista.is_empty() { input type="hidden" name="vista" value=(self.vista); }
                div {
                    label for="filtro-texto" { "Palabras" }
                    input id="filtro-texto" type="search" name="q" value=(self.q) maxlength="200" data-search;
                }
                div {
                    label for="filtro-procedimiento" { "Procedimiento" }
                    select id="filtro-procedimiento" name="procedimiento" {
                        option value="" { "Todos" }
                        @for procedure in &edition.procedures {
                            option value=(procedure.code) selected[*procedure.code == *self.procedimiento] { (procedure.code) " " (procedure.title) }
                        }
                    }
                }
                div {
                    label for="filtro-estado" { "Estado" }
                    select id="filtro-estado" name="estado" {
                        option value="" { "Todos" }
                        @for status in Status::ALL { option value=(status.code()) selected[status.code() == self.estado] { (status.label()) } }
                    }
                }
                div {
                    label for="filtro-canal" { "Cómo llegó" }
                    select id="filtro-canal" name="canal" {
                        option value="" { "Todos" }
                        @for channel in Channel::ALL { option value=(channel.word()) selected[channel.word() == self.canal] { (words::channel(channel)) } }
                    }
                }
                @if !face.units.is_empty() {
                    div {
                        label for="filtro-unidad" { "Unidad que pide" }
                        select id="filtro-unidad" name="unidad" {
                            option value="" { "Todas" }
                            @for (code, name) in &face.units { option value=(code) selected[**code == *self.unidad] { (name) } }
                        }
                    }
                }
                div.fila {
                    button type="submit" { "Filtrar" }
                    @if self.narrows() { a.boton.liso href=(Self { vista: self.vista.clone(), ..Self::default() }.address(&visitor.to(path), &self.vista, None)) { "Quitar filtros" } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_filters_and_drops_what_is_empty() {
        let asked = Asked { q: "impresora ñ".into(), estado: "en_proceso".into(), ..Asked::default() };
        assert_eq!(
            asked.address("/igss/bandeja", "mios", Some("5.2")),
            "/igss/bandeja?vista=mios&estado=en_proceso&q=impresora+%C3%B1&desde=5.2"
        );
        assert_eq!(Asked::default().address("/igss/casos", "", None), "/igss/casos");
        let read = Asked::parse("vista=mios&q=impresora+%C3%B1&desde=5.2&otra=x&estado=en_proceso");
        assert_eq!(read.address("", &read.vista, None), "?vista=mios&estado=en_proceso&q=impresora+%C3%B1");
        assert!(asked.narrows() && !Asked { vista: "mios".into(), ..Asked::default() }.narrows());
        assert!(!Asked { estado: "inventado".into(), ..Asked::default() }.narrows());
    }
}
