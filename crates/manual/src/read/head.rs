//! Reads `manual.kdl`: the institution, the title page, the units, the roles and the manual's own norms and words.

use super::{
    context::Context,
    keys::{self, property as p},
    node::Node,
};
use crate::{
    Name,
    edition::{GlossaryEntry, TitlePage},
    organization::{Country, Institution, Role, Unit},
    places::Spot,
    procedure::{Norm, Printed, Reading},
};

pub fn institution(context: &mut Context, node: Node<'_>) -> Option<Institution> {
    let code = node.text(0)?;
    if !code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        let help = "Use solo minúsculas sin tilde, cifras y guiones: «igss».";
        context.invalid(node.at(), format!("«{code}» no sirve de nombre corto de una institución."), help);
    }
    let mut needed = |shape: &'static super::shape::Shape, what: &str| {
        node.text_of(shape).unwrap_or_else(|| {
            if node.one(shape).is_none() {
                context.missing(
                    node.at(),
                    format!("A la institución le falta «{}».", shape.key),
                    &format!("Escriba: {} \"{what}\"", shape.key),
                );
            }
            code.clone()
        })
    };
    let name = needed(&keys::NAME, "Nombre completo");
    let acronym = needed(&keys::ACRONYM, "SIGLAS");
    let country = if let Some(word) = node.text_of(&keys::COUNTRY) {
        keys::country(&word)
    } else {
        if node.one(&keys::COUNTRY).is_none() {
            context.missing(node.at(), "A la institución le falta «pais».".into(), "Escriba: pais \"GT\", o \"SV\".");
        }
        None
    }
    .unwrap_or(Country::Guatemala);
    let zone = node.text_of(&keys::ZONE).unwrap_or_else(|| match country {
        Country::Guatemala => "America/Guatemala".into(),
        Country::ElSalvador => "America/El_Salvador".into(),
    });
    if let Some(line) = node.one(&keys::ZONE)
        && !zone.contains('/')
    {
        context.invalid(
            line.at(),
            format!("«{zone}» no es una zona horaria."),
            "Escriba, por ejemplo, «America/Guatemala».",
        );
    }
    let color = node.text_of(&keys::COLOR);
    if let (Some(color), Some(line)) = (&color, node.one(&keys::COLOR))
        && !(color.len() == 7 && color.starts_with('#') && color[1..].bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        context.invalid(
            line.at(),
            format!("«{color}» no es un color."),
            "Escriba seis cifras hexadecimales: «#1d5c8f».",
        );
    }
    Some(Institution {
        code,
        name,
        acronym,
        country,
        department: node.text_of(&keys::DEPARTMENT),
        municipality: node.text_of(&keys::MUNICIPALITY),
        zone,
        color,
    })
}

pub fn title_page(context: &mut Context, node: Node<'_>) -> Option<TitlePage> {
    let title = node.text(0)?;
    context.put(Spot::TitlePage, &[], node.at());
    for (shape, example) in [(&keys::EDITION, "Versión 1"), (&keys::DEPENDENCY, "Unidad de Informática")] {
        if node.one(shape).is_none() {
            context.missing(
                node.at(),
                format!("A «manual» le falta «{}».", shape.key),
                &format!("Escriba: {} \"{example}\"", shape.key),
            );
        }
    }
    Some(TitlePage {
        title,
        code: node.text_of(&keys::CODE),
        edition: node.text_of(&keys::EDITION).unwrap_or_default(),
        dependency: node.text_of(&keys::DEPENDENCY).unwrap_or_default(),
        date: node.text_of(&keys::DATE),
        approval: node.text_of(&keys::APPROVAL),
        approved_by: node.text_of(&keys::APPROVED_BY),
        in_force_since: node.one(&keys::IN_FORCE).and_then(|line| line.value(0)?.date()),
        repeals: node.text_of(&keys::REPEALS),
        pages: node.one(&keys::PAGES).and_then(|line| line.value(0)?.integer()),
        objective: node.text_of(&keys::OBJECTIVE),
        scope: node.text_of(&keys::REACH),
        legal_base: node.texts_of(&keys::LEGAL_BASE),
    })
}

pub fn units(context: &mut Context, node: Node<'_>) -> Vec<Unit> {
    let mut units = Vec::new();
    for line in node.all(&keys::UNIT) {
        if let (Some(code), Some(name)) = (line.text(0), line.text(1)) {
            context.put(Spot::Unit, &[units.len()], line.at());
            units.push(Unit { code, name, parent: line.property_text(p::DEPENDS_ON) });
        }
    }
    units
}

pub fn roles(context: &mut Context, node: Node<'_>) -> Vec<Role> {
    let mut roles = Vec::new();
    for line in node.all(&keys::ROLE) {
        let Some(name) = line.text(0) else { continue };
        let scope = line.property_text(p::SCOPE).and_then(|word| keys::scope(&word)).unwrap_or_default();
        let level = context.level(line.property(p::LEVEL), 1);
        context.put(Spot::Role, &[roles.len()], line.at());
        context.scopes.insert(name.clone(), scope);
        roles.push(Role {
            name,
            unit: line.property_text(p::UNIT),
            scope,
            chief: line.flag(p::CHIEF).unwrap_or(false),
            level,
            superior: line.property_text(p::SUPERIOR),
        });
    }
    roles
}

pub fn numbering(context: &mut Context, node: Node<'_>) -> Option<Name> {
    let pattern = node.text(0)?;
    if !pattern.contains("{n}") && !pattern.contains("{n:") {
        let help = "Escriba, por ejemplo, «{año}-{n:6}»: el año y el correlativo con seis cifras.";
        context.invalid(node.at(), format!("A la numeración «{pattern}» le falta el correlativo «{{n}}»."), help);
    }
    Some(pattern)
}

/// Letters are numbered anew each year, so the year is part of the number, and the unit where each unit has its series.
pub fn letters(context: &mut Context, node: Node<'_>, parts: &[&str]) -> Option<Name> {
    let pattern = node.text(0)?;
    for part in parts {
        let with_width = part.replace('}', ":");
        let there = pattern.contains(part) || (*part == "{n}" && pattern.contains(&with_width));
        if !there {
            let help = format!("Lleva {}.", parts.join(", "));
            context.invalid(node.at(), format!("A la numeración «{pattern}» le falta «{part}»."), &help);
        }
    }
    Some(pattern)
}

// Lines with two texts, used by the manual, its procedures and their steps.

pub fn norm(node: Node<'_>) -> Option<Norm> {
    Some(Norm { number: node.text(0)?, text: node.text(1)? })
}

pub fn glossary(node: Node<'_>) -> Option<GlossaryEntry> {
    Some(GlossaryEntry { term: node.text(0)?, meaning: node.text(1)? })
}

pub fn printed(node: Node<'_>) -> Option<Printed> {
    Some(Printed { place: node.text(0)?, text: node.text(1)? })
}

pub fn reading(node: Node<'_>) -> Option<Reading> {
    Some(Reading { rule: node.text(0)?, text: node.text(1)? })
}
