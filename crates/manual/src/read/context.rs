//! What the readers share: the findings, the places, and who each role is.

use super::validate::Sink;
use crate::{
    Name,
    finding::At,
    organization::Scope,
    places::{Places, Spot},
};
use std::collections::HashMap;

#[derive(Default)]
pub struct Context {
    pub sink: Sink,
    pub places: Places,
    /// The scope of each role of the organisation chart.
    pub scopes: HashMap<Name, Scope>,
}

impl Context {
    pub fn put(&mut self, spot: Spot, numbers: &[usize], at: At) {
        self.places.put(spot, numbers, at);
    }

    pub fn scope(&self, role: &str) -> Scope {
        self.scopes.get(role).copied().unwrap_or_default()
    }

    pub fn invalid(&mut self, at: At, message: String, help: &str) {
        self.sink.error("valor-no-valido", at, message, help, "no vale aquí");
    }

    pub fn missing(&mut self, at: At, message: String, help: &str) {
        self.sink.error("dato-faltante", at, message, help, "falta aquí");
    }

    /// Says so where there are more things than the limit; the caller keeps the first ones.
    pub fn limit(&mut self, at: At, count: usize, most: usize, things: &str) {
        if count > most {
            let message = format!("Hay {count} {things}; el límite es {most}.");
            self.sink.error("limite", at, message, "Divida lo que describe en partes.", "pasa del límite");
        }
    }

    /// A level of support (1 to 3) or of signature (0 to 3).
    pub fn level(&mut self, value: Option<super::node::Value<'_>>, least: u8) -> Option<u8> {
        let value = value?;
        let level = value.integer::<u8>().filter(|level| (least..=3).contains(level));
        if level.is_none() && value.integer::<i64>().is_some() {
            self.invalid(value.at, format!("El nivel va de {least} a 3."), "");
        }
        level
    }
}
