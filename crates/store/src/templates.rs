//! What the fields of a mail's text stand for: of a case, of whoever receives it, of the institution.

use crate::{people::Person, store::Caches};
use engine::{authority::shorten, case::Case};
use jiff::Timestamp;
use manual::edition::Edition;

/// A mail about a case: to whom, and what is to be said.
pub(crate) struct Told<'t> {
    pub caches: &'t Caches,
    pub edition: &'t Edition,
    pub case: &'t Case,
    pub person: &'t Person,
    /// Who did what is told.
    pub by: &'t str,
    pub text: &'t str,
    /// What somebody wrote, whole.
    pub words: &'t str,
    /// Where the service is rated; empty where it is not asked.
    pub rating: &'t str,
}

impl Told<'_> {
    pub fn value(&self, field: &str) -> String {
        let case = self.case;
        let procedure = self.edition.procedure(&case.procedure);
        match field {
            "numero" => case.number.to_string(),
            "asunto" => case.subject.to_string(),
            "procedimiento" => procedure.map(|procedure| procedure.title.to_string()).unwrap_or_default(),
            "solicitante" => case.requester.name.to_string(),
            "estado" => case.status().label().to_owned(),
            "paso" => case
                .standing
                .as_ref()
                .and_then(|standing| procedure?.step(standing.step))
                .map(|step| format!("{}. {}", step.number, shorten(&step.activity)))
                .unwrap_or_default(),
            "quien" => self.by.to_owned(),
            "texto" => self.text.to_owned(),
            "comentario" => self.words.to_owned(),
            "vence" => case.next_due().map(|due| local(due, self.caches)).unwrap_or_default(),
            "calificar" => self.rating.to_owned(),
            "enlace" => address(self.caches, &format!("/casos/{}", case.number)),
            other => of_person(other, self.caches, self.edition, self.person),
        }
    }
}

/// Whatever does not depend on a case.
pub(crate) fn of_person(field: &str, caches: &Caches, edition: &Edition, person: &Person) -> String {
    match field {
        "persona" => person.name.to_string(),
        "institucion" => edition.institution.name.to_string(),
        "siglas" => edition.institution.acronym.to_string(),
        "preferencias" => address(caches, "/cuenta/avisos"),
        _ => String::new(),
    }
}

/// An address people can open, where the configuration says under which name the pages are found.
pub(crate) fn address(caches: &Caches, path: &str) -> String {
    let base = caches.mail().and_then(|desk| desk.public_url.as_deref());
    base.map(|base| format!("{base}/{}{path}", caches.institution())).unwrap_or_default()
}

/// A moment as the institution's clock shows it.
pub(crate) fn local(at: Timestamp, caches: &Caches) -> String {
    at.to_zoned(caches.zone().clone()).strftime("%d/%m/%Y %H:%M").to_string()
}
