//! A node of a parsed file and its values, each with its place and the few kinds of thing a manual writes.

use super::{
    keys,
    shape::{Kind, Shape},
};
use crate::{
    Name,
    calendar_rules::Interval,
    finding::At,
    procedure::{StepNo, Target},
    term::Term,
};
use kdl::{KdlDocument, KdlNode, KdlValue};

#[derive(Clone, Copy)]
pub struct Node<'a> {
    inner: &'a KdlNode,
    file: u32,
}

#[derive(Clone, Copy)]
pub struct Value<'a> {
    inner: &'a KdlValue,
    /// The property's name; `None` for a plain value.
    pub name: Option<&'a str>,
    pub at: At,
}

pub fn nodes(document: &KdlDocument, file: u32) -> impl Iterator<Item = Node<'_>> {
    document.nodes().iter().map(move |inner| Node { inner, file })
}

impl<'a> Node<'a> {
    pub fn key(self) -> &'a str {
        self.inner.name().value()
    }

    /// The node's own line: its name and what is written beside it, without the lines between its braces.
    pub fn at(self) -> At {
        let name = self.inner.name().span();
        let end = self
            .inner
            .entries()
            .last()
            .map_or(name.offset() + name.len(), |entry| entry.span().offset() + entry.span().len());
        place(self.file, name.offset(), end.saturating_sub(name.offset()))
    }

    pub fn key_at(self) -> At {
        let name = self.inner.name().span();
        place(self.file, name.offset(), name.len())
    }

    pub fn has_type(self) -> bool {
        self.inner.ty().is_some() || self.inner.entries().iter().any(|entry| entry.ty().is_some())
    }

    fn entries(self) -> impl Iterator<Item = Value<'a>> {
        self.inner.entries().iter().map(move |entry| Value {
            inner: entry.value(),
            name: entry.name().map(kdl::KdlIdentifier::value),
            at: place(self.file, entry.span().offset(), entry.span().len()),
        })
    }

    pub fn values(self) -> impl Iterator<Item = Value<'a>> {
        self.entries().filter(|value| value.name.is_none())
    }

    pub fn properties(self) -> impl Iterator<Item = Value<'a>> {
        self.entries().filter(|value| value.name.is_some())
    }

    pub fn value(self, index: usize) -> Option<Value<'a>> {
        self.values().nth(index)
    }

    pub fn property(self, name: &str) -> Option<Value<'a>> {
        self.properties().find(|value| value.name == Some(name))
    }

    pub fn lines(self) -> impl Iterator<Item = Node<'a>> {
        self.inner.children().into_iter().flat_map(move |document| nodes(document, self.file))
    }

    pub fn all(self, shape: &'static Shape) -> impl Iterator<Item = Node<'a>> {
        self.lines().filter(move |line| line.key() == shape.key)
    }

    pub fn one(self, shape: &'static Shape) -> Option<Node<'a>> {
        self.lines().find(|line| line.key() == shape.key)
    }

    // What readers mostly want: the first value of a line, the texts of repeated lines.

    pub fn text(self, index: usize) -> Option<Name> {
        self.value(index)?.text().map(Name::from)
    }

    pub fn text_of(self, shape: &'static Shape) -> Option<Name> {
        self.one(shape)?.text(0)
    }

    pub fn texts_from(self, index: usize) -> Vec<Name> {
        self.values().skip(index).filter_map(Value::text).map(Name::from).collect()
    }

    pub fn texts_of(self, shape: &'static Shape) -> Vec<Name> {
        self.all(shape).flat_map(|line| line.texts_from(0)).collect()
    }

    pub fn property_text(self, name: &str) -> Option<Name> {
        self.property(name)?.text().map(Name::from)
    }

    pub fn flag(self, name: &str) -> Option<bool> {
        self.property(name)?.flag()
    }
}

impl<'a> Value<'a> {
    pub fn raw(self) -> &'a KdlValue {
        self.inner
    }

    pub fn text(self) -> Option<&'a str> {
        self.inner.as_string().filter(|text| !text.trim().is_empty())
    }

    pub fn scalar(self) -> Option<String> {
        match self.inner {
            KdlValue::String(text) => Some(text.clone()),
            KdlValue::Integer(number) => Some(number.to_string()),
            KdlValue::Float(number) => Some(number.to_string()),
            KdlValue::Bool(yes) => Some(if *yes { "si" } else { "no" }.to_owned()),
            KdlValue::Null => None,
        }
    }

    pub fn integer<T: TryFrom<i128>>(self) -> Option<T> {
        self.inner.as_integer().and_then(|number| T::try_from(number).ok())
    }

    pub fn number(self) -> Option<f64> {
        match self.inner {
            // Limits of a form field: far below what a float holds exactly.
            KdlValue::Integer(number) => {
                i32::try_from(*number).ok().map(f64::from).or_else(|| number.to_string().parse().ok())
            }
            KdlValue::Float(number) if number.is_finite() => Some(*number),
            _ => None,
        }
    }

    pub fn flag(self) -> Option<bool> {
        self.inner.as_bool()
    }

    pub fn step(self) -> Option<StepNo> {
        self.integer().filter(|number| *number > 0).map(StepNo)
    }

    pub fn target(self) -> Option<Target> {
        self.step().map(Target::Step).or_else(|| keys::end(self.text()?))
    }

    pub fn date(self) -> Option<jiff::civil::Date> {
        let text = self.text()?;
        // jiff also takes week dates and the like; people write one form.
        (text.len() == 10).then(|| text.parse().ok())?
    }

    pub fn date_time(self) -> Option<jiff::civil::DateTime> {
        let text = self.text()?;
        (text.len() >= 16 && text.as_bytes().get(10) == Some(&b'T')).then(|| text.parse().ok())?
    }

    /// Month and day; 29 February is a day.
    pub fn month_day(self) -> Option<(i8, i8)> {
        let (month, day) = self.text()?.split_once('-')?;
        let two_digits = |word: &str| (word.len() == 2).then(|| word.parse::<i8>().ok())?;
        let (month, day) = (two_digits(month)?, two_digits(day)?);
        jiff::civil::Date::new(2000, month, day).ok().map(|_| (month, day))
    }

    pub fn interval(self) -> Option<Interval> {
        let (from, to) = self.text()?.split_once('-')?;
        let interval = Interval { from: minutes(from)?, to: minutes(to)? };
        (interval.from < interval.to).then_some(interval)
    }

    /// `lunes-viernes`, `sábado`, `lunes, miércoles`; 1 = Monday.
    pub fn weekdays(self) -> Option<Vec<u8>> {
        let text = self.text()?.to_lowercase().replace('é', "e").replace('á', "a");
        let day = |word: &str| {
            keys::WEEKDAYS.iter().position(|known| *known == word.trim()).and_then(|i| u8::try_from(i + 1).ok())
        };
        let mut days = Vec::new();
        for part in text.split([',', ' ']).filter(|part| !part.trim().is_empty() && *part != "y") {
            match part.split_once('-') {
                Some((first, last)) => {
                    let (first, last) = (day(first)?, day(last)?);
                    if first > last {
                        return None;
                    }
                    days.extend(first..=last);
                }
                None => days.push(day(part)?),
            }
        }
        days.sort_unstable();
        days.dedup();
        (!days.is_empty()).then_some(days)
    }

    pub fn term(self) -> Option<Term> {
        self.text()?.parse().ok()
    }

    /// Whether it is what the shape asks for.
    pub fn is(self, kind: Kind) -> bool {
        match kind {
            Kind::Text => self.text().is_some(),
            Kind::Scalar => self.scalar().is_some(),
            Kind::Integer => self.integer::<i64>().is_some(),
            Kind::Number => self.number().is_some(),
            Kind::Flag => self.flag().is_some(),
            Kind::Word(words) => self.text().is_some_and(|text| words.contains(&text)),
            Kind::Step => self.step().is_some(),
            Kind::Target => self.target().is_some(),
            Kind::StepOr(words) => self.step().is_some() || self.text().is_some_and(|text| words.contains(&text)),
            Kind::Date => self.date().is_some(),
            Kind::DateTime => self.date_time().is_some(),
            Kind::MonthDay => self.month_day().is_some(),
            Kind::Interval => self.interval().is_some(),
            Kind::Weekdays => self.weekdays().is_some(),
            Kind::Term => self.term().is_some(),
        }
    }
}

/// `HH:MM`; 24:00 ends a day.
fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |word: &str| {
        (word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit())).then(|| word.parse::<u16>().ok())?
    };
    let (hour, minute) = (digits(hour)?, digits(minute)?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= 1440).then_some(total)
}

fn place(file: u32, offset: usize, length: usize) -> At {
    let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    At { file, offset: short(offset), length: short(length) }
}
