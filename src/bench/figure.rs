//! A figure beside its limit and its goal, and the report of them: a line of JSON each, and a table at the end.

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use std::{
    fs::File,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

/// What the figure is held against, measured in the same run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Limit {
    pub name: String,
    pub value: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    pub name: String,
    pub value: Value,
    pub unit: &'static str,
    pub limit: Option<Limit>,
    /// The value divided by the limit's.
    pub ratio: Option<f64>,
    pub goal: Option<String>,
    pub met: Option<bool>,
}

impl Figure {
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        let value = Value::from(rounded(value));
        Self { name: name.into(), value, unit, limit: None, ratio: None, goal: None, met: None }
    }

    /// Something of the machine that is no number.
    pub fn text(name: &str, value: &str) -> Self {
        Self { value: Value::from(value), ..Self::new(name, 0.0, "") }
    }

    #[must_use]
    pub fn beside(mut self, name: impl Into<String>, value: f64) -> Self {
        self.limit = Some(Limit { name: name.into(), value: rounded(value) });
        self.ratio = (value > 0.0).then(|| rounded(self.number() / value));
        self
    }

    #[must_use]
    pub fn at_least(self, least: f64) -> Self {
        let met = self.number() >= least;
        self.held(format!("≥ {}", plain(least)), met)
    }

    #[must_use]
    pub fn at_most(self, most: f64) -> Self {
        let met = self.number() <= most;
        self.held(format!("≤ {}", plain(most)), met)
    }

    /// Held against the limit: at least this part of it.
    #[must_use]
    pub fn at_least_of_limit(self, part: f64) -> Self {
        let met = self.ratio.is_some_and(|ratio| ratio >= part);
        self.held(format!("≥ {} × limit", plain(part)), met)
    }

    /// Held against the limit: at most so many times.
    #[must_use]
    pub fn at_most_of_limit(self, times: f64) -> Self {
        let met = self.ratio.is_some_and(|ratio| ratio <= times);
        self.held(format!("≤ {} × limit", plain(times)), met)
    }

    fn held(mut self, goal: String, met: bool) -> Self {
        self.goal = Some(goal);
        self.met = Some(met);
        self
    }

    fn number(&self) -> f64 {
        self.value.as_f64().unwrap_or(0.0)
    }
}

/// Collects the figures; each is written as soon as it is known.
pub struct Report {
    file: Option<File>,
    figures: Vec<Figure>,
}

impl Report {
    pub fn new(file: Option<&Path>) -> Result<Self> {
        let create =
            |path: &Path| File::create(path).with_context(|| format!("No se puede escribir «{}»", path.display()));
        Ok(Self { file: file.map(create).transpose()?, figures: Vec::new() })
    }

    pub fn add(&mut self, figure: Figure) -> Result<()> {
        let line = serde_json::to_string(&figure)?;
        match &mut self.file {
            Some(file) => writeln!(file, "{line}").context("No se puede escribir el archivo de resultados")?,
            None => say(&format!("{line}\n"))?,
        }
        self.figures.push(figure);
        Ok(())
    }

    /// The table of all of them.
    pub fn finish(&self) -> Result<()> {
        let head =
            ["figure", "value", "unit", "limit of the same run", "value", "ratio", "goal", "met"].map(str::to_owned);
        let rows: Vec<[String; 8]> = std::iter::once(head).chain(self.figures.iter().map(row)).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..8).map(width).collect();
        let mut text = String::from("\n");
        for row in &rows {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
                1 | 4 | 5 => format!("{cell:>width$}"),
                _ => format!("{cell:width$}"),
            });
            text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        }
        say(&text)
    }
}

fn row(figure: &Figure) -> [String; 8] {
    let value = figure.value.as_str().map_or_else(|| plain(figure.number()), str::to_owned);
    let limit = figure.limit.as_ref();
    [
        figure.name.clone(),
        value,
        figure.unit.to_owned(),
        limit.map(|limit| limit.name.clone()).unwrap_or_default(),
        limit.map(|limit| plain(limit.value)).unwrap_or_default(),
        figure.ratio.map(plain).unwrap_or_default(),
        figure.goal.clone().unwrap_or_default(),
        figure.met.map(|met| if met { "yes" } else { "NO" }.to_owned()).unwrap_or_default(),
    ]
}

/// Writes to standard output. A reader that went away (`| head`) is no error of ours.
fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("No se puede escribir en la salida"),
    }
}

/// Three digits that mean something, more only before the point.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10_f64.powf((2.0 - value.abs().log10().floor()).max(0.0));
    (value * scale).round() / scale
}

fn plain(value: f64) -> String {
    let digits = rounded(value).to_string();
    let (whole, rest) = digits.split_once('.').map_or((digits.as_str(), ""), |(whole, rest)| (whole, rest));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) && digit.is_ascii_digit() {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest.is_empty() { grouped } else { format!("{grouped}.{rest}") }
}

/// A count as a number to divide by.
pub fn real(count: impl TryInto<u64>) -> f64 {
    let count = count.try_into().unwrap_or(u64::MAX);
    // Exact up to four thousand million, which nothing here reaches in one figure; beyond, seconds of the whole.
    u32::try_from(count).map_or_else(|_| Duration::from_secs(count).as_secs_f64(), f64::from)
}

pub fn per_second(count: impl TryInto<u64>, since: Instant) -> f64 {
    real(count) / since.elapsed().as_secs_f64().max(f64::EPSILON)
}

/// The one in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_how_it_stands_to_its_limit() {
        let figure = Figure::new("a", 12_345.678, "1/s").beside("bare", 20_000.0).at_least_of_limit(0.5);
        let line = serde_json::to_value(&figure).expect("JSON");
        assert_eq!(line["value"], 12_346.0);
        assert_eq!(line["limit"], serde_json::json!({"name": "bare", "value": 20_000.0}));
        assert_eq!((line["ratio"].as_f64(), line["met"].as_bool()), (Some(0.617), Some(true)));
        assert_eq!(line["goal"], "≥ 0.5 × limit");
        let slow = Figure::new("b", 7.0, "ms").at_most(5.0);
        assert_eq!((slow.met, slow.goal.as_deref()), (Some(false), Some("≤ 5")));
        assert_eq!(Figure::new("c", 1.0, "").met, None);
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(plain(1_234_567.8), "1,234,568");
        assert_eq!(plain(0.012_345), "0.0123");
        assert_eq!(plain(999.0), "999");
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
    }
}
