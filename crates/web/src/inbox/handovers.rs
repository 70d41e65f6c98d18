//! `/{institution}/bandeja/traslados`: all the open cases of a person are handed to others, listed first and with one reason:
//! an act on many cases like any other, told one by one and given back for a while.

use super::absences::leads;
use crate::{
    failure::Failure,
    form::Sent,
    people,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use engine::{Name, actor::PersonId};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Charge, desk::BatchAct, people::Person};

const PATH: &str = "/bandeja/traslados";
/// Cases handed over at once; more are handed over by sending again.
const AT_ONCE: usize = 200;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The number of the person whose cases they are; the visitor himself where it says none.
    de: Option<i64>,
    /// Words that find the person.
    persona: String,
}

struct Page {
    of: Person,
    charges: Vec<Charge>,
    /// For each role under which he has cases: who else may have them.
    offered: Vec<(Name, Vec<Person>)>,
    found: Vec<Person>,
    leads: bool,
}

pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let mut page = Page::load(&visitor, asked.de).await?;
    if page.leads {
        page.found = people::find(&visitor, &asked.persona).await?;
    }
    Ok(page.draw(&visitor, &asked, None, None))
}

pub async fn create(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let de = sent.text("de").and_then(|text| text.parse().ok());
    let page = Page::load(&visitor, de).await?;
    let to = |(role, _): &(Name, Vec<Person>)| {
        let chosen = sent.text(&format!("a:{role}"))?.parse().ok()?;
        Some((role.clone(), PersonId(chosen)))
    };
    let to: Vec<(Name, PersonId)> = page.offered.iter().filter_map(to).collect();
    let handed = |charge: &&Charge| charge.roles.iter().any(|role| to.iter().any(|(chosen, _)| chosen == role));
    let numbers: Vec<Name> = page.charges.iter().filter(handed).map(|charge| charge.number.clone()).collect();
    let wrong = match (numbers.is_empty(), sent.name("razon")) {
        (true, _) => "Elija a quién se entregan los casos de al menos un puesto.",
        (false, None) => "Escriba la razón del traslado: queda en la historia de cada caso.",
        (false, Some(reason)) => {
            let act = BatchAct::HandOver { of: page.of.id, to, reason };
            let id = visitor.reader.begin_batch(act, numbers, sent.idempotency(), visitor.now).await?;
            visitor.hand().perform(id).await?;
            return Ok(Redirect::to(&visitor.to(&format!("/lotes/{id}"))).into_response());
        }
    };
    Ok(page.draw(&visitor, &Asked::default(), Some(&sent), Some(wrong)))
}

impl Page {
    async fn load(visitor: &Visitor, of: Option<i64>) -> Result<Self, Failure> {
        let edition = visitor.house.edition().await?.edition;
        let store = &visitor.house.store;
        let id = of.map_or(visitor.person.id, PersonId);
        let charges = visitor.reader.charges(id, AT_ONCE).await?;
        let of = store.person(id).await?.ok_or(Failure::NotFound)?;
        let mut roles: Vec<Name> = charges.iter().flat_map(|charge| charge.roles.clone()).collect();
        roles.sort();
        roles.dedup();
        let mut offered = Vec::new();
        for role in roles {
            let mut posts = vec![(role.clone(), None)];
            for routing in edition.procedures.iter().filter_map(|procedure| procedure.routing.as_ref()) {
                let parts = routing.routes.iter().flat_map(|route| &route.parts).chain(&routing.otherwise);
                posts.extend(
                    parts.filter(|part| part.role == role).map(|part| (part.holder.clone(), part.unit.clone())),
                );
            }
            let mut people: Vec<Person> = Vec::new();
            for (post, unit) in posts {
                for person in store.holders(&post, unit.as_deref(), visitor.now).await? {
                    if person != id && !people.iter().any(|known| known.id == person) {
                        people.extend(store.person(person).await?);
                    }
                }
            }
            offered.push((role, people));
        }
        Ok(Self { of, charges, offered, found: Vec::new(), leads: leads(visitor, &edition) })
    }

    fn draw(&self, visitor: &Visitor, asked: &Asked, sent: Option<&Sent>, wrong: Option<&str>) -> Response {
        let own = self.of.id == visitor.person.id;
        let total = i64::try_from(self.charges.len()).unwrap_or(i64::MAX);
        let content = html! {
            div.encabezado { div {
                p.migas { a href=(visitor.to("/bandeja")) { "Bandeja" } " ›" }
                h1 { @if own { "Entregar mis casos" } @else { "Trasladar los casos de " (self.of.name) } }
                p.menor { "Cada caso queda asignado a quien usted elija y en su historia consta la razón. Quien lo tenía lo sigue viendo." }
            } }
            @if let Some(wrong) = wrong { div.aviso-caja.mal role="alert" { p { (wrong) } } }
            @if self.leads { (self.whose(visitor, asked)) }
            @if own && !asked.persona.trim().is_empty() {
                // Somebody else's cases are being looked for.
            } @else if self.charges.is_empty() {
                div.panel.vacio {
                    p { @if own { "Usted no tiene casos asignados." } @else { (self.of.name) " no tiene casos asignados." } }
                    @if own { p { "Cuando los tenga, aquí se entregan todos a otra persona de su puesto: antes de unas vacaciones o de un cambio de puesto." } }
                }
            } @else { (self.form(visitor, sent, total)) }
        };
        let status = if wrong.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        (status, Frame::new(visitor, Place::Inbox, "Trasladar casos").page(&content)).into_response()
    }

    /// Whose cases: a form of its own, so that it works without script.
    fn whose(&self, visitor: &Visitor, asked: &Asked) -> Markup {
        html! {
            form.filtros.uno method="get" action=(visitor.to(PATH)) role="search" aria-label="Persona cuyos casos se trasladan" {
                div {
                    label for="buscar-persona" { "De quién son los casos" }
                    input id="buscar-persona" type="search" name="persona" value=(asked.persona) maxlength="100" autocomplete="off";
                }
                div.fila { button type="submit" { "Buscar persona" } }
            }
            @if !asked.persona.trim().is_empty() {
                @if self.found.is_empty() { p.menor { "Nadie activo con «" (asked.persona) "»." } }
                @else { p.menor role="status" { (words::count(i64::try_from(self.found.len()).unwrap_or(i64::MAX), "persona", "personas")) ". Elija de quién son los casos; si no está, escriba más de su nombre." } }
                ul.llana { @for person in &self.found { li { a href=(visitor.to(&format!("{PATH}?de={}", person.id.0))) { (person.name) } span.menor { " · " (person.login) } } } }
            }
        }
    }

    fn form(&self, visitor: &Visitor, sent: Option<&Sent>, total: i64) -> Markup {
        let typed = |name: &str| sent.and_then(|sent| sent.text(name)).unwrap_or_default();
        html! {
            div.tabla-marco.apilable {
                table {
                    caption { (words::count(total, "caso asignado", "casos asignados")) @if self.charges.len() == AT_ONCE { ": los primeros; envíe otra vez para seguir con los demás" } }
                    thead { tr { th scope="col" { "Número" } th scope="col" { "Asunto" } th scope="col" { "Puesto" } th scope="col" { "Vence" } } }
                    tbody {
                        @for charge in &self.charges {
                            tr {
                                td data-titulo="Número" { a.caso href=(visitor.to(&format!("/casos/{}", charge.number))) { (charge.number) } }
                                td data-titulo="Asunto" { div { (charge.subject) div.menor { (charge.procedure) } } }
                                td data-titulo="Puesto" { (charge.roles.join(", ")) }
                                td data-titulo="Vence" { (words::due(charge.due, visitor.now, &visitor.zone())) }
                            }
                        }
                    }
                }
            }
            section.panel.principal {
                form.formulario method="post" action=(visitor.to(PATH)) {
                    (visitor.seal())
                    input type="hidden" name="de" value=(self.of.id.0);
                    @for (role, people) in &self.offered {
                        @let name = format!("a:{role}");
                        div.campo {
                            label for=(name) { "Los de " (role) " se entregan a" }
                            select id=(name) name=(name) {
                                option value="" { "No se entregan ahora" }
                                @for person in people {
                                    @let number = person.id.0.to_string();
                                    option value=(number) selected[typed(&name) == number] { (person.name) }
                                }
                            }
                            @if people.is_empty() { span.ayuda { "Nadie más ocupa ese puesto hoy." } }
                        }
                    }
                    div.campo {
                        label for="razon" { "Razón" }
                        input id="razon" name="razon" maxlength="500" required value=(typed("razon"));
                    }
                    div.fila { button.principal type="submit" { "Entregar los casos" } }
                }
            }
        }
    }
}
