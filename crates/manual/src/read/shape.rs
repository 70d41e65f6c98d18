//! The shape of a node: which values, properties and lines it may have. The shapes themselves are in `keys`.

/// What a value must be. The same reading that checks it gives the value to the reader.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text between quotes, not blank.
    Text,
    /// Anything: text, number, yes or no; taken as text.
    Scalar,
    Integer,
    Number,
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// The number of a step.
    Step,
    /// The number of a step, or where a case ends: `"fin"`, `"rechazo"`.
    Target,
    /// The number of a step, or one of these words.
    StepOr(&'static [&'static str]),
    /// `AAAA-MM-DD`
    Date,
    /// `AAAA-MM-DDTHH:MM`
    DateTime,
    /// `MM-DD`
    MonthDay,
    /// `HH:MM-HH:MM`
    Interval,
    /// `lunes-viernes`
    Weekdays,
    Term,
}

/// What one kind of node may hold.
#[derive(Debug)]
pub struct Shape {
    pub key: &'static str,
    /// The values it takes, in order; the first `least` must be there.
    pub values: &'static [Kind],
    pub least: usize,
    /// Values beyond those listed, as many as wanted.
    pub rest: Option<Kind>,
    pub properties: &'static [(&'static str, Kind)],
    /// Any other property is of this kind (the branches of a decision).
    pub other_properties: Option<Kind>,
    pub lines: &'static [&'static Shape],
    /// May stand more than once under the same node.
    pub repeats: bool,
}

impl Shape {
    pub const fn new(key: &'static str) -> Self {
        Self {
            key,
            values: &[],
            least: 0,
            rest: None,
            properties: &[],
            other_properties: None,
            lines: &[],
            repeats: false,
        }
    }

    /// All these values are needed.
    pub const fn values(mut self, values: &'static [Kind]) -> Self {
        self.values = values;
        self.least = values.len();
        self
    }

    /// Of the values, only the first `least` are needed.
    pub const fn least(mut self, least: usize) -> Self {
        self.least = least;
        self
    }

    pub const fn rest(mut self, kind: Kind) -> Self {
        self.rest = Some(kind);
        self
    }

    pub const fn properties(mut self, properties: &'static [(&'static str, Kind)]) -> Self {
        self.properties = properties;
        self
    }

    pub const fn other_properties(mut self, kind: Kind) -> Self {
        self.other_properties = Some(kind);
        self
    }

    pub const fn lines(mut self, lines: &'static [&'static Shape]) -> Self {
        self.lines = lines;
        self
    }

    pub const fn repeats(mut self) -> Self {
        self.repeats = true;
        self
    }
}
