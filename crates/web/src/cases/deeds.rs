//! What else can be done to a case besides its step: taking, assigning, pausing, extending, sending back, cancelling.
//! Only what this visitor may do now is offered.

use super::{escalation, linked, refused::Typed, scene::Scene, task, weight};
use manual::procedure::Cause;
use maud::{Markup, html};

/// One act: its noun, its title, what stands in its form, its button.
struct Deed {
    noun: &'static str,
    title: &'static str,
    inside: Markup,
    button: &'static str,
    danger: bool,
}

#[must_use]
pub fn draw(scene: &Scene<'_>) -> Markup {
    let deeds = deeds(scene);
    let refused = |noun: &str| scene.typed(noun).refused().is_some();
    let any = deeds.iter().any(|deed| refused(deed.noun));
    html! {
        @if !deeds.is_empty() {
            section.panel.otras {
                details open[any] {
                    summary { "Otras acciones" }
                    @for deed in deeds {
                        details open[refused(deed.noun)] {
                            summary { (deed.title) }
                            form.formulario method="post" action=(scene.to(deed.noun)) {
                                (scene.visitor.seal())
                                (deed.inside)
                                div.fila { button.peligro[deed.danger] type="submit" { (deed.button) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn deeds(scene: &Scene<'_>) -> Vec<Deed> {
    let (case, procedure) = (scene.case(), scene.procedure());
    let responsible = scene.view.capacity.is_some();
    let asks = asks_only(scene);
    let mut deeds = Vec::new();
    let mut push = |noun, title, inside, button, danger| deeds.push(Deed { noun, title, inside, button, danger });
    if case.merged.is_some() {
        if linked::may_tie(scene) {
            let inside = html! {
                p.menor { "Vuelve a donde estaba, con los plazos contados desde su apertura: el tiempo que estuvo unido también cuenta." }
                (reason(scene.typed(linked::SEPARATE), linked::SEPARATE, "Por qué se separa"))
            };
            push(linked::SEPARATE, "Separar del otro caso", inside, "Separar", false);
        }
        return deeds;
    }
    if case.ended.is_some() {
        let own = scene.is_requester()
            && case.ended.as_ref().is_some_and(|ended| ended.how == engine::case::Ending::Finished);
        if scene.view.chief || own {
            push(
                "reaperturas",
                "Reabrir el caso",
                reason(scene.typed("reaperturas"), "reaperturas", "Por qué se reabre"),
                "Reabrir",
                false,
            );
        }
        return deeds;
    }
    if may_take(scene) {
        push(
            "toma",
            "Tomar el caso",
            html! { p { "Queda a su cargo; los demás de su puesto lo verán asignado." } },
            "Tomar el caso",
            false,
        );
    }
    if !scene.assignable().is_empty() {
        push("asignaciones", "Asignar o trasladar", assignment(scene), "Asignar", false);
    }
    if responsible && case.paused.is_none() && !asks {
        let reason = reason(scene.typed("escalaciones"), "escalaciones", "Por qué se escala");
        push("escalaciones", "Escalar", escalation::form(scene, &reason), "Escalar el caso", false);
    }
    let may_time = scene.view.chief || responsible;
    if may_time {
        let inside = html! {
            (weight::form(scene))
            (reason(scene.typed("prioridades"), "prioridades", "Por qué cambia"))
        };
        push("prioridades", "Cambiar la prioridad", inside, "Cambiar la prioridad", false);
    }
    let step = case.standing.as_ref().map(|standing| standing.step);
    let invoked = |causes: &[Cause]| -> Vec<Cause> {
        causes.iter().filter(|cause| cause.step.is_none_or(|only| Some(only) == step)).cloned().collect()
    };
    let (pauses, extensions, exclusions) =
        (invoked(&procedure.pauses), invoked(&procedure.extensions), invoked(&procedure.exclusions));
    // Where a step of the manual lengthens the term, the term is lengthened by completing it.
    let by_step = procedure.steps.iter().any(|step| step.lengthens.is_some());
    if may_time && case.paused.is_none() && !pauses.is_empty() {
        push(
            "esperas",
            "Poner en espera",
            caused(scene.typed("esperas"), "esperas", &pauses),
            "Poner en espera",
            false,
        );
    }
    if may_time && case.paused.is_none() && !by_step && !extensions.is_empty() && case.next_due().is_some() {
        let typed = scene.typed("prorrogas");
        let inside = html! {
            (caused(typed, "prorrogas", &extensions))
            div.campo.corto {
                label for="prorroga-plazo" { "Cuánto más" }
                input id="prorroga-plazo" name="plazo" maxlength="60" placeholder="2 días hábiles" value=(typed.text("plazo")) required;
                (typed.fault("by"))
            }
        };
        push("prorrogas", "Ampliar el plazo", inside, "Ampliar el plazo", false);
    }
    if may_time && !exclusions.is_empty() {
        push(
            "exclusiones",
            "Contar aparte",
            caused(scene.typed("exclusiones"), "exclusiones", &exclusions),
            "Contar aparte",
            false,
        );
    }
    if responsible
        && case.paused.is_none()
        && !case.legs.is_empty()
        && scene.step().is_some_and(|step| step.decision.is_none())
    {
        let step = case.standing.as_ref().map_or(0, |standing| standing.step.0);
        let visit = case.standing.as_ref().map_or(1, |standing| standing.visit);
        let inside = html! {
            input type="hidden" name="paso" value=(step);
            input type="hidden" name="visita" value=(visit);
            (reason(scene.typed("devoluciones"), "devoluciones", "Por qué se devuelve al paso anterior"))
        };
        push("devoluciones", "Devolver", inside, "Devolver el caso", false);
    }
    if linked::may_tie(scene) {
        let inside = linked::merging(scene, &reason(scene.typed(linked::MERGE), linked::MERGE, "Por qué se unen"));
        push(linked::MERGE, "Unir a otro caso", inside, "Unir al otro caso", true);
    }
    let untouched = case.legs.iter().all(|leg| leg.by.person == scene.visitor.person.id);
    if scene.view.chief || (scene.view.asked && untouched) {
        let inside = html! {
            p.menor { "El número no se vuelve a usar y la historia se conserva." }
            (reason(scene.typed("anulaciones"), "anulaciones", "Por qué se anula"))
        };
        push("anulaciones", "Anular el caso", inside, "Anular el caso", true);
    }
    deeds
}

/// The visitor's part in the step is that of the one who asks.
fn asks_only(scene: &Scene<'_>) -> bool {
    let Some(capacity) = &scene.view.capacity else { return false };
    scene.step().is_some_and(|step| {
        step.responsibles
            .iter()
            .any(|one| one.role == capacity.role && one.scope == manual::organization::Scope::Requester)
    })
}

/// The step is of a post of the visitor's and nobody has it yet.
#[must_use]
pub fn may_take(scene: &Scene<'_>) -> bool {
    let Some(capacity) = &scene.view.capacity else { return false };
    let asks = asks_only(scene) || capacity.as_superior.is_some();
    let mine = scene.case().assignee(&capacity.role).is_some_and(|assignee| assignee.person == scene.visitor.person.id);
    !asks && !mine
}

fn reason(typed: Typed<'_>, noun: &str, label: &str) -> Markup {
    let id = format!("{noun}-razon");
    html! {
        div.campo {
            label for=(id) { (label) }
            textarea id=(id) name="razon" rows="2" maxlength="2000" required { (typed.text("razon")) }
            (typed.fault("reason"))
        }
    }
}

fn caused(typed: Typed<'_>, noun: &str, causes: &[Cause]) -> Markup {
    html! {
        fieldset.campo {
            legend { "Causa que prevé el procedimiento" }
            @for cause in causes {
                label.opcion {
                    input type="radio" name="causa" value=(cause.key) checked[typed.is("causa", &cause.key) || causes.len() == 1] required;
                    span { (cause.text) @if let Some(norm) = &cause.norm { span.menor { " · norma " (norm) } } }
                }
            }
        }
        (reason(typed, noun, "Razón"))
        @if causes.iter().any(|cause| cause.evidence.is_some()) {
            @let documents: Vec<&str> = causes.iter().filter_map(|cause| cause.evidence.as_deref()).collect();
            div.campo {
                label for=(format!("{noun}-respaldo")) { "Dónde consta " (engine::authority::list(&documents, "o")) " " span.menor { "(si no está adjunto al caso)" } }
                input id=(format!("{noun}-respaldo")) name="respaldo" maxlength="300" value=(typed.text("respaldo"));
                (typed.fault("evidence"))
            }
        }
    }
}

fn assignment(scene: &Scene<'_>) -> Markup {
    let typed = scene.typed("asignaciones");
    html! {
        div.campo {
            label for="asignar-a" { "A quién" }
            select id="asignar-a" name="persona" required {
                option value="" { "Elija…" }
                @for role in scene.assignable() { optgroup label=(role) { (task::options(scene, &role, typed.text("persona"))) } }
            }
        }
        div.campo {
            @for role in scene.assignable() { (task::proposed(scene, &role)) }
            label for="asignar-razon" {
                "Razón "
                span.menor { @if scene.procedure().arrival_order.is_some() { "(obligatoria si ya estaba asignado, o si no le toca por orden de llegada)" } @else { "(obligatoria si ya estaba asignado)" } }
            }
            input id="asignar-razon" name="razon" maxlength="500" value=(typed.text("razon"));
            (typed.fault("reason"))
        }
    }
}
