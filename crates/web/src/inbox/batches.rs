//! Doing one thing to many cases: asked once, done one by one through the same door as any act, told case by case.

use super::{
    batch::{self, BACK},
    marks,
};
use crate::{
    clock::digest,
    failure::Failure,
    form::Sent,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use engine::{Name, actor::PersonId, event::Event};
use maud::{Markup, html};
use store::{
    CaseView, IdempotencyKey, Request, Submission, Submitted,
    desk::{Batch, BatchAct, BatchCase, CaseState},
};

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
    let offered = offered(&visitor, &views).await?;
    let act = match act(&sent, &offered) {
        Ok(Some(act)) => act,
        Ok(None) => return Ok(choice(&visitor, &views, &offered, &sent, None).into_response()),
        Err(why) => {
            let page = choice(&visitor, &views, &offered, &sent, Some(why));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let numbers = views.iter().map(|view| view.case.number.clone()).collect();
    let id = visitor.reader.begin_batch(act, numbers, visitor.now).await?;
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

/// `POST /{institution}/lotes/{id}/reversion`: the cases go back to whom they were.
pub async fn undo(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    _: Sent,
) -> Result<Response, Failure> {
    let batch = visitor.reader.batch(id).await?.ok_or(Failure::NotFound)?;
    if visitor.now >= batch.at + BACK {
        return Err(Failure::Invalid(
            "Ya pasó el tiempo para deshacerlo. Asigne los casos a quien corresponda.".into(),
        ));
    }
    for case in batch::returnable(&batch) {
        let Some((role, person)) = case.back.clone() else { continue };
        let reason = Some("Se deshizo un envío de varios casos.".into());
        let request = Request::Assign { role: Some(role), to: person, reason };
        let mut after = case.clone();
        match submit(&visitor, &batch, case, request, "vuelta").await {
            Ok(_) => after.state = CaseState::Undone,
            Err(failure) => after.detail = mendable(failure)?.into(),
        }
        visitor.reader.settle_batch_case(id, &after).await?;
    }
    Ok(Redirect::to(&visitor.to(&format!("/lotes/{id}"))).into_response())
}

/// Every case that has not been tried; each act under a key of its own, so that none is done twice.
async fn perform(visitor: &Visitor, id: i64) -> Result<Response, Failure> {
    let batch = visitor.reader.batch(id).await?.ok_or(Failure::NotFound)?;
    for case in batch.cases.iter().filter(|case| case.state == CaseState::Waiting) {
        let after = one(visitor, &batch, case).await?;
        visitor.reader.settle_batch_case(id, &after).await?;
    }
    visitor.reader.end_batch(id, visitor.now).await?;
    Ok(Redirect::to(&visitor.to(&format!("/lotes/{id}"))).into_response())
}

async fn one(visitor: &Visitor, batch: &Batch, case: &BatchCase) -> Result<BatchCase, Failure> {
    let mut after = case.clone();
    let view = visitor.reader.case(&case.number).await?;
    let request = match &batch.act {
        BatchAct::Take => Request::Take,
        BatchAct::Assign { to, reason, .. } => {
            Request::Assign { role: None, to: *to, reason: Some(reason.clone()).filter(|reason| !reason.is_empty()) }
        }
        BatchAct::Note { text } => Request::Comment { text: text.clone(), public: false },
    };
    let done = match &view {
        Some(view) if view.attends || !matches!(batch.act, BatchAct::Note { .. }) => {
            submit(visitor, batch, case, request, "ida").await
        }
        _ => Err(Failure::NotFound),
    };
    match done {
        Ok(submitted) => {
            after.state = CaseState::Done;
            after.back = view.as_ref().and_then(|view| before(view, &submitted));
        }
        Err(failure) => {
            after.state = CaseState::Refused;
            after.detail = mendable(failure)?.into();
        }
    }
    Ok(after)
}

/// Whose the case was in the role that has now been given to another.
fn before(view: &CaseView, submitted: &Submitted) -> Option<(Name, PersonId)> {
    let role = submitted.events.iter().find_map(|recorded| match &recorded.event {
        Event::Assigned { role, .. } => Some(role.clone()),
        _ => None,
    })?;
    let assignee = view.case.assignee(&role)?;
    Some((role, assignee.person))
}

async fn submit(
    visitor: &Visitor,
    batch: &Batch,
    case: &BatchCase,
    request: Request,
    way: &str,
) -> Result<Submitted, Failure> {
    let key = format!("lote:{}:{}:{way}", batch.id, case.n);
    let key = IdempotencyKey { fingerprint: digest(&format!("{key}:{}", case.number)), key };
    let submission = Submission::on(case.number.clone(), visitor.person.id, request, visitor.now);
    Ok(visitor.house.store.submit(Submission { key: Some(key), ..submission }).await?)
}

/// A refusal is told beside its case; when the store is away, everything stops and can be resumed.
fn mendable(failure: Failure) -> Result<String, Failure> {
    match failure {
        Failure::Refused(refusal) => Ok(refusal.message),
        Failure::NotFound => Ok("El caso no existe o no está a su alcance.".into()),
        other => Err(other),
    }
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

fn act(sent: &Sent, offered: &[(PersonId, Name, Name)]) -> Result<Option<BatchAct>, &'static str> {
    Ok(match sent.text("accion") {
        Some("toma") => Some(BatchAct::Take),
        Some("asignacion") => {
            let asked = sent.text("persona").and_then(|text| text.parse().ok()).map(PersonId);
            let (to, name, _) =
                offered.iter().find(|(id, _, _)| Some(*id) == asked).ok_or("Elija a quién se asignan los casos.")?;
            let reason = sent.text("razon").unwrap_or_default();
            Some(BatchAct::Assign { to: *to, name: name.clone(), reason: reason.into() })
        }
        Some("nota") => {
            let text = sent.text("texto").filter(|text| text.chars().count() <= 20_000);
            Some(BatchAct::Note { text: text.ok_or("Escriba la nota interna.")?.into() })
        }
        _ => None,
    })
}

/// What may be done to the cases marked; each button says to how many.
fn choice(
    visitor: &Visitor,
    views: &[CaseView],
    offered: &[(PersonId, Name, Name)],
    sent: &Sent,
    wrong: Option<&'static str>,
) -> Markup {
    let many = words::count(i64::try_from(views.len()).unwrap_or(i64::MAX), "caso", "casos");
    let form = |act: &str, title: &str, inside: Markup, button: String| {
        html! {
            section.panel {
                h2 { (title) }
                form.formulario method="post" action=(visitor.to("/lotes")) {
                    (visitor.seal())
                    input type="hidden" name="accion" value=(act);
                    @for view in views { input type="hidden" name="caso" value=(view.case.number); }
                    (inside)
                    div.fila { button.principal type="submit" { (button) } }
                }
            }
        }
    };
    let reason = html! {
        div.campo {
            label for="lote-persona" { "A quién" }
            select id="lote-persona" name="persona" required {
                option value="" { "Elija…" }
                @for (id, name, post) in offered { option value=(id.0) selected[sent.text("persona") == Some(id.0.to_string().as_str())] { (name) " — " (post) } }
            }
        }
        div.campo {
            label for="lote-razon" { "Razón " span.menor { "(obligatoria para los que ya tiene alguien)" } }
            input id="lote-razon" name="razon" maxlength="500" value=(sent.text("razon").unwrap_or_default());
        }
    };
    let note = html! {
        div.campo {
            label for="lote-nota" { "Nota interna " span.menor { "(solo quienes atienden)" } }
            textarea id="lote-nota" name="texto" rows="3" maxlength="20000" required { (sent.text("texto").unwrap_or_default()) }
        }
    };
    let content = html! {
        div.encabezado { div {
            h1 { "Qué hacer con " (many) }
            p.menor { "Se hace caso por caso y se le dice el resultado de cada uno. Nada se ha hecho todavía." }
        } }
        @if let Some(wrong) = wrong { div.aviso-caja.mal role="alert" { p { (wrong) } } }
        div.dos.mitades {
            div.pila {
                (form("toma", "Tomarlos", html! { p { "Quedan a su cargo los que su puesto puede tomar." } }, format!("Tomar {many}")))
                (form("asignacion", "Asignarlos", reason, format!("Asignar {many}")))
                (form("nota", "Escribir una nota interna en cada uno", note, format!("Guardar la nota en {many}")))
            }
            section.panel {
                h2 { "Los casos marcados" }
                ul.llana { @for view in views { li { a href=(visitor.to(&format!("/casos/{}", view.case.number))) { (view.case.number) } " " (view.case.subject) } } }
            }
        }
    };
    Frame::new(visitor, Place::Inbox, "Varios casos a la vez").page(&content)
}
