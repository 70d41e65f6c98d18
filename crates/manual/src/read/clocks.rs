//! Reads what a procedure says of time: clocks and step terms with their warnings, attention, and the causes that stop,
//! lengthen or set apart.

use super::{
    context::Context,
    keys::{self, property as p},
    node::{Node, Value},
    shape::Shape,
};
use crate::{
    Name,
    clock::{Attention, Clock, ClockEnd, ClockStart, Warning, WarningTime, WarningTo},
    places::Spot,
    procedure::Cause,
    term::Course,
};

pub fn clocks(context: &mut Context, node: Node<'_>, index: usize) -> Vec<Clock> {
    let mut clocks = Vec::new();
    for line in node.all(&keys::CLOCK) {
        let (Some(name), Some(term)) = (line.text(0), line.value(1).and_then(Value::term)) else { continue };
        let from = line
            .property(p::SINCE)
            .and_then(|value| value.step().map(ClockStart::Step).or_else(|| keys::clock_start(value.text()?)));
        let until = line
            .property(p::UNTIL)
            .and_then(|value| value.step().map(ClockEnd::Step).or_else(|| keys::clock_end(value.text()?)));
        context.put(Spot::Clock, &[index, clocks.len()], line.at());
        clocks.push(Clock {
            name,
            term,
            from: from.unwrap_or(ClockStart::Opening),
            until: until.unwrap_or(ClockEnd::Closing),
            date: line.property_text(p::DATE),
            attention: attention(context, line, line.property(p::ATTENTION)),
            warnings: warnings(context, line),
            norm: line.property_text(p::NORM),
        });
    }
    clocks
}

/// The queue's own hours: `atencion "24x7"`.
pub fn attention_line(context: &mut Context, line: Node<'_>) -> Attention {
    attention(context, line, line.value(0))
}

/// Whose hours a line follows: one word, or the unit it names.
pub fn attention(context: &mut Context, line: Node<'_>, word: Option<Value<'_>>) -> Attention {
    let said = word.and_then(|word| keys::attention(word.text()?));
    match (said, line.property_text(p::UNIT)) {
        (None | Some(Attention::Institution), Some(unit)) => Attention::Unit(unit),
        (Some(_), Some(_)) => {
            context.invalid(
                line.at(),
                "El plazo dice de dos maneras qué horario sigue.".into(),
                "Deje solo «atencion=» o solo «unidad=».",
            );
            Attention::default()
        }
        (said, None) => said.unwrap_or_default(),
    }
}

/// The warnings under a clock or a step's term, in the order of the file.
pub fn warnings(context: &mut Context, node: Node<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let to = |text: Name| if &*text == keys::HOLDER { WarningTo::Holder } else { WarningTo::Role(text) };
    for line in node.lines() {
        let key = line.key();
        let before = key == keys::WARNING_BEFORE.key;
        if key == keys::WARNING_AT_DUE.key {
            warnings.extend(line.text(0).map(|role| Warning { when: WarningTime::AtDue, to: to(role) }));
        } else if before || key == keys::WARNING_AFTER.key {
            let (Some(term), Some(role)) = (line.value(0).and_then(Value::term), line.text(1)) else { continue };
            let fits = if before { term.course == Course::Before } else { term.runs_on() };
            if !fits {
                let help = if before {
                    "Ejemplo: avisa \"1 día hábil antes\""
                } else {
                    "Ejemplo: pasado \"2 días hábiles\""
                };
                let message = format!("«{key}» no admite «{term}».");
                context.invalid(line.at(), message, help);
                continue;
            }
            let when = if before { WarningTime::Before(term) } else { WarningTime::After(term) };
            warnings.push(Warning { when, to: to(role) });
        }
    }
    warnings
}

pub fn causes(context: &mut Context, node: Node<'_>, shape: &'static Shape, index: usize) -> Vec<Cause> {
    let mut causes = Vec::new();
    for line in node.all(shape) {
        let (Some(key), Some(text)) = (line.text(0), line.text(1)) else { continue };
        context.put(cause_spot(shape), &[index, causes.len()], line.at());
        causes.push(Cause {
            key,
            text,
            norm: line.property_text(p::NORM),
            evidence: line.property_text(p::EVIDENCE),
            step: line.property(p::STEP).and_then(Value::step),
            clock: line.property_text(p::CLOCK),
        });
    }
    causes
}

fn cause_spot(shape: &'static Shape) -> Spot {
    if shape.key == keys::PAUSE.key {
        Spot::Pause
    } else if shape.key == keys::EXTENSION.key {
        Spot::Extension
    } else {
        Spot::Exclusion
    }
}
