//! Doing one thing to many cases: asked once, done one by one through the same door as any act, told case by case.

use super::marks;
use crate::{
    cases::{
        refused::{Refused, Typed, about},
        weight,
    },
    failure::Failure,
    form::Sent,
    shell::{Frame, Place, heading},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use engine::{
    Name,
    actor::PersonId,
    command::Weight,
    event::Priority,
    refusal::{Fault, Refusal},
};
use manual::priority::PriorityMatrix;
use maud::{Markup, html};
use store::{CaseView, desk::BatchAct};

/// The name of the forms of this page.
const FORM: &str = "lotes";
/// Persons offered to assign to.
const OFFERED: usize = 300;

/// `GET /{institution}/lotes`, as after a reload of the choice: the lists are where it begins.
pub async fn back(Extension(visitor): Extension<Visitor>) -> Redirect {
    Redirect::to(&visitor.to("/bandeja"))
}

/// `POST /{institution}/lotes`: without an act, asks which; with one, does it.
pub async fn create(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let numbers = marks::read(&visitor, &sent).await?;
    if numbers.is_empty() {
        return Err(Failure::Invalid("Marque al menos un caso de la lista y vuelva a enviarla.".into()));
    }
    let views = seen(&visitor, &numbers).await?;
    let key = sent.idempotency();
    let edition = visitor.house.edition().await?.edition;
    let offered = offered(&visitor, &views).await?;
    let choice = Choice { visitor: &visitor, views: &views, offered: &offered, matrix: edition.priority.as_ref() };
    let act = match choice.act(&sent) {
        Ok(Some(act)) => act,
        Ok(None) => return Ok(choice.draw(&Refused::looked(FORM, sent.pairs)).into_response()),
        Err(why) => {
            let refused = Refused::from_failure(FORM, sent, why)?;
            return Ok((refused.status, choice.draw(&refused)).into_response());
        }
    };
    let numbers = views.iter().map(|view| view.case.number.clone()).collect();
    let id = visitor.reader.begin_batch(act, numbers, key, visitor.now).await?;
    perform(&visitor, id).await
}

/// `POST /{institution}/lotes/{id}/ejecucion`: what was interrupted goes on.
pub async fn run(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    _: Sent,
) -> Result<Response, Failure> {
    perform(&visitor, id).await
}

/// `POST /{institution}/lotes/{id}/reversion`: the cases become what they were.
pub async fn undo(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    _: Sent,
) -> Result<Response, Failure> {
    visitor.hand().undo(id).await?;
    Ok(Redirect::to(&visitor.to(&format!("/lotes/{id}"))).into_response())
}

async fn perform(visitor: &Visitor, id: i64) -> Result<Response, Failure> {
    visitor.hand().perform(id).await?;
    Ok(Redirect::to(&visitor.to(&format!("/lotes/{id}"))).into_response())
}

async fn seen(visitor: &Visitor, numbers: &[Name]) -> Result<Vec<CaseView>, Failure> {
    let mut views = Vec::new();
    for number in numbers {
        if let Some(view) = visitor.reader.case(number).await? {
            views.push(view);
        }
    }
    if views.is_empty() { Err(Failure::NotFound) } else { Ok(views) }
}

/// Those who hold a post of the steps where these cases stand.
async fn offered(visitor: &Visitor, views: &[CaseView]) -> Result<Vec<(PersonId, Name, Name)>, Failure> {
    let mut posts: Vec<Name> = Vec::new();
    for wait in views.iter().flat_map(|view| &view.waits) {
        for post in [&wait.holder, &wait.role] {
            if !posts.contains(post) {
                posts.push(post.clone());
            }
        }
    }
    let store = &visitor.house.store;
    let mut people: Vec<(PersonId, Name, Name)> = Vec::new();
    for post in posts {
        for person in store.holders(&post, None, visitor.now).await? {
            if people.len() < OFFERED
                && !people.iter().any(|(known, _, _)| *known == person)
                && let Some(found) = store.person(person).await?
            {
                people.push((person, found.name, post.clone()));
            }
        }
    }
    people.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(people)
}

/// What may be done to the cases marked.
struct Choice<'c> {
    visitor: &'c Visitor,
    views: &'c [CaseView],
    offered: &'c [(PersonId, Name, Name)],
    /// How the manual in force weighs a case.
    matrix: Option<&'c PriorityMatrix>,
}

impl Choice<'_> {
    /// What was chosen; none where nothing has been yet.
    fn act(&self, sent: &Sent) -> Result<Option<BatchAct>, Failure> {
        let reason = sent.name("razon").unwrap_or_else(|| "".into());
        Ok(match sent.text("accion") {
            Some("toma") => Some(BatchAct::Take),
            Some("asignacion") => {
                let asked = sent.text("persona").and_then(|text| text.parse().ok()).map(PersonId);
                let (to, name, _) = (self.offered.iter().find(|(id, _, _)| Some(*id) == asked))
                    .ok_or_else(|| about("persona", "Elija a quién se asignan los casos."))?;
                Some(BatchAct::Assign { to: *to, name: name.clone(), reason })
            }
            Some("nota") => {
                let text = sent.name("texto").filter(|text| text.chars().count() <= 20_000);
                Some(BatchAct::Note { text: text.ok_or_else(|| about("texto", "Escriba la nota interna."))? })
            }
            Some("prioridad") => {
                let weight =
                    weight::given(sent).unwrap_or_else(|| Weight::Graded { impact: "".into(), urgency: "".into() });
                let mut faults = Vec::new();
                if let (Some(matrix), Weight::Graded { impact, urgency }) = (self.matrix, &weight) {
                    if matrix.impact(impact).is_none() {
                        faults.push(Fault::new("impact", "Elija el impacto."));
                    }
                    if matrix.urgency(urgency).is_none() {
                        faults.push(Fault::new("urgency", "Elija la urgencia."));
                    }
                }
                if reason.is_empty() {
                    faults.push(Fault::new("razon-prioridad", "Escriba la razón del cambio de prioridad."));
                }
                if !faults.is_empty() {
                    return Err(Refusal::invalid("Falta algo para cambiar la prioridad.").with(faults).into());
                }
                Some(BatchAct::Prioritize { weight, reason })
            }
            _ => None,
        })
    }

    /// Each button says to how many.
    fn draw(&self, sent: &Refused) -> Markup {
        let many = words::count(i64::try_from(self.views.len()).unwrap_or(i64::MAX), "caso", "casos");
        let typed = Typed::of(FORM, Some(sent));
        let content = html! {
            (heading(&format!("Qué hacer con {many}"), &html! { "Se hace caso por caso y se le dice el resultado de cada uno. Nada se ha hecho todavía." }))
            @if sent.status != StatusCode::OK { (sent.alert()) }
            div.dos.mitades {
                div.pila {
                    (self.form("toma", "Tomarlos", &html! { p { "Quedan a su cargo los que su puesto puede tomar." } }, &format!("Tomar {many}")))
                    (self.form("asignacion", "Asignarlos", &self.whom(typed), &format!("Asignar {many}")))
                    (self.form("prioridad", "Cambiar su prioridad", &self.weight(typed), &format!("Cambiar la prioridad de {many}")))
                    (self.form("nota", "Escribir una nota interna en cada uno", &note(typed), &format!("Guardar la nota en {many}")))
                }
                section.panel {
                    h2 { "Los casos marcados" }
                    ul.llana { @for view in self.views { li { a href=(self.visitor.to(&format!("/casos/{}", view.case.number))) { (view.case.number) } " " (view.case.subject) } } }
                }
            }
        };
        Frame::new(self.visitor, Place::Inbox, "Varios casos a la vez").page(&content)
    }

    fn form(&self, act: &str, title: &str, inside: &Markup, button: &str) -> Markup {
        html! {
            section.panel {
                h2 { (title) }
                form.formulario method="post" action=(self.visitor.to("/lotes")) {
                    (self.visitor.seal())
                    input type="hidden" name="accion" value=(act);
                    @for view in self.views { input type="hidden" name="caso" value=(view.case.number); }
                    (inside)
                    div.fila { button.principal type="submit" { (button) } }
                }
            }
        }
    }

    fn whom(&self, typed: Typed<'_>) -> Markup {
        html! {
            div.campo {
                label for="lote-persona" { "A quién" }
                select id="lote-persona" name="persona" required {
                    option value="" { "Elija…" }
                    @for (id, name, post) in self.offered {
                        @let number = id.0.to_string();
                        option value=(number) selected[typed.is("persona", &number)] { (name) " — " (post) }
                    }
                }
                (typed.fault("persona"))
            }
            div.campo {
                label for="lote-razon" { "Razón " span.menor { "(obligatoria para los que ya tiene alguien)" } }
                input id="lote-razon" name="razon" maxlength="500" value=(reason(typed, "asignacion"));
            }
        }
    }

    fn weight(&self, typed: Typed<'_>) -> Markup {
        html! {
            (weight::choice(self.matrix, typed, &Default::default(), Priority::Normal))
            div.campo {
                label for="lote-razon-prioridad" { "Razón" }
                input id="lote-razon-prioridad" name="razon" maxlength="500" required value=(reason(typed, "prioridad"));
                (typed.fault("razon-prioridad"))
            }
        }
    }
}

/// Two of the forms ask for a reason; each shows its own again.
fn reason<'t>(typed: Typed<'t>, act: &str) -> &'t str {
    if typed.is("accion", act) { typed.text("razon") } else { "" }
}

fn note(typed: Typed<'_>) -> Markup {
    html! {
        div.campo {
            label for="lote-nota" { "Nota interna " span.menor { "(solo quienes atienden)" } }
            textarea id="lote-nota" name="texto" rows="3" maxlength="20000" required { (typed.text("texto")) }
            (typed.fault("texto"))
        }
    }
}
