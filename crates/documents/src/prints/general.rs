//! What rules for the whole manual: norms, organisation, symbols, and the network of processes and procedures.

use crate::legend::legend;
use crate::{flowchart::model::branch_word, words};
use manual::{
    edition::Edition,
    organization::{Role, Unit},
    procedure::{Norm, Procedure},
};
use maud::{Markup, PreEscaped, html};

/// Numbered norms, each of which stays on one sheet where it can.
pub fn norms(norms: &[Norm]) -> Markup {
    html! {
        table.normas {
            tbody { @for norm in norms { tr { th.no scope="row" { (norm.number) } td { (norm.text) } } } }
        }
    }
}

pub fn list<T: AsRef<str>>(items: &[T]) -> Markup {
    html! { ul { @for item in items { li { (item.as_ref()) } } } }
}

/// Units as a tree, each with its roles under their superiors; then what the names mean that are no posts.
pub fn organisation(edition: &Edition) -> Markup {
    let loose: Vec<&Role> = roles_of(edition, None);
    let explained: Vec<(&Role, &str)> =
        edition.roles.iter().filter_map(|role| Some((role, words::scope(role.scope)?))).collect();
    html! {
        ul.arbol {
            @for unit in edition.units.iter().filter(|unit| is_top(edition, unit)) { (branch(edition, unit, edition.units.len())) }
            @if !loose.is_empty() {
                li { span.unidad { "Sin unidad fija" } ul { @for role in loose { (post(edition, role, None, edition.roles.len())) } } }
            }
        }
        @if !explained.is_empty() {
            h3 { "A quién nombran" }
            table.cuadro {
                thead { tr { th scope="col" { "Responsable" } th scope="col" { "Es" } } }
                tbody { @for (role, meaning) in explained { tr { td { (role.name) } td { (branch_word(meaning)) } } } }
            }
        }
    }
}

/// A unit whose parent is not in the list stands at the top, so that none is lost.
fn is_top(edition: &Edition, unit: &Unit) -> bool {
    unit.parent.as_deref().is_none_or(|parent| edition.unit(parent).is_none())
}

/// `left` ends the descent where a draft's units depend on themselves.
fn branch(edition: &Edition, unit: &Unit, left: usize) -> Markup {
    let below = edition.units.iter().filter(|other| left > 0 && other.parent.as_ref() == Some(&unit.code));
    let roles = roles_of(edition, Some(unit));
    let below: Vec<&Unit> = below.collect();
    html! {
        li {
            span.unidad { (unit.name) }
            @if !roles.is_empty() || !below.is_empty() {
                ul {
                    @for role in roles { (post(edition, role, Some(unit), edition.roles.len())) }
                    @for other in below { (branch(edition, other, left - 1)) }
                }
            }
        }
    }
}

/// The roles of a unit that have no superior within it. A unit that is not declared counts as none.
fn roles_of<'e>(edition: &'e Edition, unit: Option<&Unit>) -> Vec<&'e Role> {
    let within = |role: &Role| is_of(edition, role, unit);
    let topmost = |role: &Role| {
        let superior = role.superior.as_deref().and_then(|name| edition.role(name));
        superior.is_none_or(|superior| superior.name == role.name || !within(superior))
    };
    edition.roles.iter().filter(|role| within(role) && topmost(role)).collect()
}

fn is_of(edition: &Edition, role: &Role, unit: Option<&Unit>) -> bool {
    let own = role.unit.as_deref().and_then(|code| edition.unit(code));
    own.map(|unit| &unit.code) == unit.map(|unit| &unit.code)
}

fn post(edition: &Edition, role: &Role, unit: Option<&Unit>, left: usize) -> Markup {
    let below = |other: &&Role| {
        left > 0
            && other.name != role.name
            && other.superior.as_ref() == Some(&role.name)
            && is_of(edition, other, unit)
    };
    let below: Vec<&Role> = edition.roles.iter().filter(below).collect();
    html! {
        li {
            span.puesto { (role.name) }
            @if role.chief { span.menor { " · jefatura" } }
            @if let Some(level) = role.level { span.menor { " · nivel " (level) } }
            @if !below.is_empty() { ul { @for other in below { (post(edition, other, unit, left - 1)) } } }
        }
    }
}

pub fn symbols() -> Markup {
    html! {
        table.cuadro.simbolos {
            thead { tr { th scope="col" { "Símbolo" } th scope="col" { "Nombre" } th scope="col" { "Significado" } } }
            tbody {
                @for entry in legend() {
                    tr { td { (PreEscaped(&entry.svg)) } td { (entry.name) } td { (entry.meaning) } }
                }
            }
        }
    }
}

/// Each process with its procedures; those without one come under a line of their own.
pub fn network(edition: &Edition) -> Markup {
    type Process<'e> = (&'e str, &'e str, Vec<(usize, &'e Procedure)>);
    let mut processes: Vec<Process<'_>> = Vec::new();
    for (index, procedure) in edition.procedures.iter().enumerate() {
        let process = procedure.process.as_ref();
        let code = process.map_or("", |process| &*process.code);
        let name = process.and_then(|process| process.name.as_deref()).unwrap_or_default();
        match processes.iter_mut().find(|(other, ..)| *other == code) {
            Some((_, known, group)) => {
                if known.is_empty() {
                    *known = name;
                }
                group.push((index, procedure));
            }
            None => processes.push((code, name, vec![(index, procedure)])),
        }
    }
    html! {
        table.cuadro.red {
            thead { tr { th.clave scope="col" { "Código" } th scope="col" { "Procedimiento" } th.quien scope="col" { "Quién lo solicita" } th.no scope="col" { "Pasos" } } }
            @for (code, name, group) in processes {
                tbody {
                    @if !code.is_empty() { tr.proceso { th colspan="4" scope="colgroup" { (code) " " (name) } } }
                    @for (index, procedure) in group {
                        tr {
                            td.clave { (procedure.code) }
                            td { a href=(format!("#{}", super::anchor(index))) { (procedure.title) } }
                            td { (procedure.requesters.iter().map(|name| &**name).collect::<Vec<_>>().join("; ")) }
                            td.no { (procedure.steps.len()) }
                        }
                    }
                }
            }
        }
    }
}
