//! The symbols and arrows of a procedure, in the order in which they are drawn, before any place is given to them.

use manual::{
    Name,
    procedure::{Acting, Branch, Decision, DocumentVerb, Procedure, Step, StepNo, Symbol, Target},
};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    Terminator,
    Operation,
    Document,
    Archive,
    /// "Proceso dividido": done by two or more.
    Split,
    Decision,
    /// The way goes on on another sheet.
    PageConnector,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Start,
    Step,
    /// The diamond that judges the step above it.
    Question,
    End,
    Refusal,
    /// A jump to a step that the procedure does not have.
    Missing,
    Page,
}

#[derive(Clone, Debug)]
pub struct Node {
    pub kind: Kind,
    pub shape: Shape,
    pub lane: usize,
    /// The step it draws or judges.
    pub step: Option<StepNo>,
    pub text: String,
    /// The other responsibles, as a phrase.
    pub others: Option<String>,
    /// The lanes of the other responsibles.
    pub echoes: Vec<usize>,
    /// What is written there.
    pub echo: String,
    /// The full text.
    pub title: String,
    /// Drawn without a page break before it.
    pub clings: bool,
}

#[derive(Clone, Debug)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    /// The word beside the diamond.
    pub label: Option<String>,
    pub title: String,
    pub means: Means,
}

/// What an arrow stands for in the life of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    Opening,
    /// From a step to its own question.
    Judged(StepNo),
    Way {
        from: StepNo,
        branch: Option<Name>,
        to: Target,
    },
}

#[derive(Clone, Debug)]
pub struct Chart {
    /// The roles, in order of appearance.
    pub lanes: Vec<String>,
    /// One a row, from top to bottom.
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

/// A step that is itself the question: its row in the manual says nothing else.
#[must_use]
pub fn is_question(step: &Step) -> bool {
    step.decision.is_some() && step.activity.trim_start().starts_with('¿')
}

/// The symbol of a step.
#[must_use]
pub fn shape(step: &Step) -> Shape {
    let does = |verb| step.documents.iter().any(|act| act.verb == verb);
    if is_question(step) {
        return Shape::Decision;
    }
    if step.responsibles.len() > 1 && step.acting == Acting::All {
        return Shape::Split;
    }
    match step.symbol {
        Some(Symbol::Document) => Shape::Document,
        Some(Symbol::Archive) => Shape::Archive,
        None if does(DocumentVerb::Files) => Shape::Archive,
        None if does(DocumentVerb::Issues) || step.form.is_some() => Shape::Document,
        Some(Symbol::Operation) | None => Shape::Operation,
    }
}

/// The word on the arrow of an answer: `si` is "Sí", `nuevo-ingreso` is "Nuevo ingreso".
#[must_use]
pub fn branch_word(name: &str) -> String {
    match name.to_lowercase().as_str() {
        "si" | "sí" => "Sí".to_owned(),
        _ => {
            let spaced = name.replace(['-', '_'], " ");
            let mut letters = spaced.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

/// The whole chart of a procedure.
#[must_use]
pub fn chart(procedure: &Procedure) -> Chart {
    let mut builder = Builder { lanes: lanes(procedure), nodes: Vec::new(), ways: Vec::new(), heads: BTreeMap::new() };
    let first = procedure.first().map_or(0, |step| builder.lane(step));
    builder.plain(Kind::Start, "INICIO", first);
    for (index, step) in procedure.steps.iter().enumerate() {
        builder.step(step, index + 1 == procedure.steps.len(), procedure);
    }
    builder.finish(procedure)
}

fn lanes(procedure: &Procedure) -> Vec<String> {
    let mut lanes: Vec<String> = Vec::new();
    for role in procedure.steps.iter().flat_map(Step::role_names) {
        if !lanes.iter().any(|lane| **lane == **role) {
            lanes.push(role.to_string());
        }
    }
    if lanes.is_empty() {
        lanes.push("Sin responsable".to_owned());
    }
    lanes
}

struct Builder {
    lanes: Vec<String>,
    nodes: Vec<Node>,
    /// Arrows whose target may not be drawn yet.
    ways: Vec<Way>,
    /// Where each step is drawn.
    heads: BTreeMap<StepNo, usize>,
}

struct Way {
    from: usize,
    to: Goal,
    label: Option<String>,
    words: Option<String>,
    means: Means,
}

#[derive(Clone, Copy)]
enum Goal {
    Node(usize),
    Step(StepNo),
    /// The terminator at the foot of the chart.
    Foot,
}

impl Builder {
    fn lane(&self, step: &Step) -> usize {
        let role = step.responsibles.first().map(|responsible| &*responsible.role);
        self.lanes.iter().position(|lane| Some(lane.as_str()) == role).unwrap_or(0)
    }

    fn plain(&mut self, kind: Kind, text: &str, lane: usize) -> usize {
        self.nodes.push(Node {
            kind,
            shape: Shape::Terminator,
            lane,
            step: None,
            text: text.to_owned(),
            others: None,
            echoes: Vec::new(),
            echo: String::new(),
            title: text.to_owned(),
            clings: matches!(kind, Kind::Refusal | Kind::Missing | Kind::End),
        });
        self.nodes.len() - 1
    }

    fn step(&mut self, step: &Step, last: bool, procedure: &Procedure) {
        let lane = self.lane(step);
        let names: Vec<&str> = step.role_names().map(|name| &**name).collect();
        let question = is_question(step);
        let text = step.decision.as_ref().filter(|_| question).map_or(&*step.activity, |decision| &*decision.question);
        self.nodes.push(Node {
            kind: Kind::Step,
            shape: shape(step),
            lane,
            step: Some(step.number),
            text: text.trim().to_owned(),
            others: others(&names, step.acting),
            echoes: self.echoes(&names, lane),
            echo: echo(step),
            title: title(step, &names),
            clings: false,
        });
        let head = self.nodes.len() - 1;
        self.heads.insert(step.number, head);
        let mut from = head;
        if let Some(decision) = &step.decision {
            if !question {
                from = self.question(step, decision, lane);
                self.ways.push(Way {
                    from: head,
                    to: Goal::Node(from),
                    label: None,
                    words: None,
                    means: Means::Judged(step.number),
                });
            }
            let mut ends = BTreeMap::new();
            for branch in &decision.branches {
                let to = self.goal(branch.target, lane, last, procedure, &mut ends);
                self.branch(step, branch, from, to);
            }
        } else {
            let to = self.goal(step.next, lane, last, procedure, &mut BTreeMap::new());
            let means = Means::Way { from: step.number, branch: None, to: step.next };
            self.ways.push(Way { from, to, label: None, words: None, means });
        }
    }

    fn echoes(&self, names: &[&str], lane: usize) -> Vec<usize> {
        let mut echoes: Vec<usize> =
            names.iter().skip(1).filter_map(|name| self.lanes.iter().position(|lane| lane == name)).collect();
        echoes.sort_unstable();
        echoes.dedup();
        echoes.retain(|&echo| echo != lane);
        echoes
    }

    fn question(&mut self, step: &Step, decision: &Decision, lane: usize) -> usize {
        self.nodes.push(Node {
            kind: Kind::Question,
            shape: Shape::Decision,
            lane,
            step: Some(step.number),
            text: decision.question.trim().to_owned(),
            others: None,
            echoes: Vec::new(),
            echo: String::new(),
            title: format!("Decisión del paso {}: {}", step.number, decision.question.trim()),
            clings: true,
        });
        self.nodes.len() - 1
    }

    fn branch(&mut self, step: &Step, branch: &Branch, from: usize, to: Goal) {
        let means = Means::Way { from: step.number, branch: Some(branch.name.clone()), to: branch.target };
        let words = branch.label.as_ref().map(ToString::to_string);
        self.ways.push(Way { from, to, label: Some(branch_word(&branch.name)), words, means });
    }

    /// Where an arrow goes; an end that is not the last row's gets a terminator of its own beneath its step.
    fn goal(
        &mut self,
        target: Target,
        lane: usize,
        last: bool,
        procedure: &Procedure,
        ends: &mut BTreeMap<String, usize>,
    ) -> Goal {
        let (kind, text) = match target {
            Target::Step(number) if procedure.step(number).is_some() => return Goal::Step(number),
            Target::End if last => return Goal::Foot,
            Target::End => (Kind::End, "FIN".to_owned()),
            Target::Refusal => (Kind::Refusal, "FIN: RECHAZO".to_owned()),
            Target::Step(number) => (Kind::Missing, format!("¿PASO {number}?")),
        };
        let node = match ends.get(&text) {
            Some(&node) => node,
            None => self.plain(kind, &text, lane),
        };
        ends.insert(text, node);
        Goal::Node(node)
    }

    fn finish(mut self, procedure: &Procedure) -> Chart {
        let foot = if procedure.steps.is_empty() || self.ways.iter().any(|way| matches!(way.to, Goal::Foot)) {
            let lane = self.nodes.iter().rev().find(|node| node.step.is_some()).map_or(0, |node| node.lane);
            Some(self.plain(Kind::End, "FIN", lane))
        } else {
            None
        };
        let mut edges = Vec::new();
        let opens = procedure.first().and_then(|step| self.heads.get(&step.number).copied()).or(foot);
        if let Some(to) = opens {
            edges.push(Edge {
                from: 0,
                to,
                label: None,
                title: "Inicio del procedimiento".to_owned(),
                means: Means::Opening,
            });
        }
        for way in self.ways {
            let to = match way.to {
                Goal::Node(node) => Some(node),
                Goal::Step(number) => self.heads.get(&number).copied(),
                Goal::Foot => foot,
            };
            let Some(to) = to else { continue };
            let title = arrow_title(&way.means, way.label.as_deref(), way.words.as_deref());
            edges.push(Edge { from: way.from, to, label: way.label, title, means: way.means });
        }
        Chart { lanes: self.lanes, nodes: self.nodes, edges }
    }
}

/// Where a target leads, in words.
#[must_use]
pub fn target_words(target: Target) -> String {
    match target {
        Target::Step(number) => format!("paso {number}"),
        Target::End => "fin".to_owned(),
        Target::Refusal => "fin con rechazo".to_owned(),
    }
}

fn arrow_title(means: &Means, label: Option<&str>, words: Option<&str>) -> String {
    match means {
        Means::Opening => "Inicio del procedimiento".to_owned(),
        Means::Judged(number) => format!("El resultado del paso {number} se decide"),
        Means::Way { from, to, .. } => {
            let answer = label.map(|label| format!(", si la respuesta es «{label}»")).unwrap_or_default();
            let words = words.map(|words| format!(": {words}")).unwrap_or_default();
            format!("Del paso {from} a {}{answer}{words}", target_words(*to))
        }
    }
}

fn others(names: &[&str], acting: Acting) -> Option<String> {
    let (last, before) = names.get(1..)?.split_last()?;
    let (lead, joint) = if acting == Acting::All { ("Con", "y") } else { ("O bien", "o") };
    Some(if before.is_empty() {
        format!("{lead} {last}")
    } else {
        format!("{lead} {} {joint} {last}", before.join(", "))
    })
}

fn echo(step: &Step) -> String {
    let lead = if step.acting == Acting::All { "también el" } else { "o bien, el" };
    format!("{lead} paso {}", step.number)
}

fn title(step: &Step, names: &[&str]) -> String {
    let joint = if step.acting == Acting::All { " + " } else { " / " };
    format!("Paso {}, {}: {}", step.number, names.join(joint), step.activity.trim())
}
