//! What a step or an opening asks for: fields, answers, areas, files and signatures, with what of it is there already.

use engine::{
    answers::{is_attached, opening_fields, step_fields},
    case::Case,
};
use manual::{
    edition::Edition,
    field::{Field, Kind, OnlyIf},
    procedure::{AttachmentRule, Cause, Procedure, Step, Target},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Lo que se pide para abrir el caso o para cumplir el paso.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Asks {
    /// El formulario que se llena.
    pub form: Option<FormRef>,
    pub fields: Vec<FieldAsked>,
    /// La pregunta que decide el paso.
    pub question: Option<String>,
    /// Las respuestas que admite `answer`; ninguna si el paso no decide.
    pub answers: Vec<AnswerAsked>,
    pub route: Option<RouteAsked>,
    pub attachments: Vec<AttachmentAsked>,
    pub signatures: Vec<SignatureAsked>,
    /// Los puestos cuya persona se nombra en `assign`.
    pub assigns: Vec<String>,
    /// La lista del paso; los puntos hechos se dan en `checks`.
    pub checks: Vec<CheckAsked>,
}

/// Un punto de la lista del paso.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckAsked {
    pub item: String,
    pub required: bool,
    pub done: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FormRef {
    pub code: String,
    pub title: String,
    pub version: Option<String>,
}

/// Un dato que se pide; su clave es la de `values`.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldAsked {
    pub key: String,
    pub label: String,
    #[serde(rename = "type")]
    pub kind: FieldType,
    pub required: bool,
    /// Se pide solo si otro dato tiene uno de estos valores.
    pub only_if: Option<Condition>,
    pub help: Option<String>,
    /// El fundamento legal por el que se exige.
    pub ground: Option<String>,
    pub section: Option<String>,
    pub options: Vec<OptionAsked>,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    /// Las columnas de una tabla.
    pub columns: Vec<ColumnAsked>,
}

/// Una columna de un dato de tipo tabla.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnAsked {
    pub key: String,
    pub label: String,
    #[serde(rename = "type")]
    pub kind: FieldType,
    pub required: bool,
    pub options: Vec<OptionAsked>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    Text,
    LongText,
    Number,
    Date,
    DateTime,
    Choice,
    Choices,
    YesNo,
    Person,
    Unit,
    Asset,
    Email,
    Phone,
    Nit,
    Cui,
    Dui,
    File,
    Table,
    Signature,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OptionAsked {
    pub key: String,
    pub label: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Condition {
    pub key: String,
    pub values: Vec<String>,
}

/// Una respuesta de la decisión y a dónde lleva.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerAsked {
    pub name: String,
    pub label: Option<String>,
    pub goes_to: Destination,
    /// Lleva a un paso anterior.
    pub back: bool,
}

/// A dónde va el caso: a un paso, o a su final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    Step(u16),
    End(EndingName),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndingName {
    Finished,
    Refused,
    Cancelled,
    Merged,
}

/// El área a la que se encamina el caso; su clave se da en `route`.
#[derive(Debug, Serialize, ToSchema)]
pub struct RouteAsked {
    pub label: String,
    /// Se pide solo con estas respuestas; vacío: con cualquiera.
    pub on_answers: Vec<String>,
    pub routes: Vec<RouteChoice>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RouteChoice {
    pub key: String,
    pub label: String,
    pub level: Option<u8>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentAsked {
    pub label: String,
    pub required: bool,
    pub only_if: Option<Condition>,
    pub attached: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SignatureAsked {
    pub role: String,
    /// El nivel mínimo: 0 acuse, 1 simple, 2 avanzada, 3 papel.
    pub level: u8,
    pub document: Option<String>,
    pub signed: bool,
}

/// Una causa de pausa, prórroga o exclusión que el procedimiento admite.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseAsked {
    pub key: String,
    pub text: String,
    pub norm: Option<String>,
}

impl Asks {
    /// What opening a case asks for.
    #[must_use]
    pub fn of_opening(procedure: &Procedure, edition: &Edition) -> Self {
        let opening = &procedure.opening;
        Self {
            form: opening.form.as_deref().and_then(|code| form(code, edition)),
            fields: opening_fields(opening, edition).map(FieldAsked::from).collect(),
            attachments: opening.attachments.iter().map(|rule| attachment(rule, None)).collect(),
            ..Self::default()
        }
    }

    /// What a step asks for, of a case or in general.
    #[must_use]
    pub fn of_step(step: &Step, procedure: &Procedure, edition: &Edition, case: Option<&Case>) -> Self {
        let visit = case.and_then(|case| case.standing.as_ref()).map(|standing| standing.visit);
        let signed = |role: &str, level| {
            case.is_some_and(|case| {
                case.signatures.iter().map(|signature| &signature.signed).any(|signed| {
                    signed.step == step.number
                        && Some(signed.visit) == visit
                        && &*signed.role == role
                        && signed.level >= level
                })
            })
        };
        Self {
            form: step.form.as_deref().and_then(|code| form(code, edition)),
            fields: step_fields(step, edition).map(FieldAsked::from).collect(),
            question: step.decision.as_ref().map(|decision| decision.question.to_string()),
            answers: step
                .decision
                .iter()
                .flat_map(|decision| &decision.branches)
                .map(|branch| AnswerAsked {
                    name: branch.name.to_string(),
                    label: branch.label.as_ref().map(ToString::to_string),
                    goes_to: branch.target.into(),
                    back: step.is_back(branch.target),
                })
                .collect(),
            route: route(step, procedure),
            attachments: step.attachments.iter().map(|rule| attachment(rule, case)).collect(),
            signatures: step
                .signatures
                .iter()
                .map(|rule| SignatureAsked {
                    role: rule.role.to_string(),
                    level: rule.level,
                    document: rule.document.as_ref().map(ToString::to_string),
                    signed: signed(&rule.role, rule.level),
                })
                .collect(),
            assigns: step.assigns.iter().map(ToString::to_string).collect(),
            checks: step
                .checks
                .iter()
                .map(|point| CheckAsked {
                    item: point.text.to_string(),
                    required: point.required,
                    done: case.is_some_and(|case| case.check(&point.text).is_some()),
                })
                .collect(),
        }
    }
}

fn form(code: &str, edition: &Edition) -> Option<FormRef> {
    let form = edition.form(code)?;
    Some(FormRef {
        code: form.code.to_string(),
        title: form.title.to_string(),
        version: form.version.as_ref().map(ToString::to_string),
    })
}

fn route(step: &Step, procedure: &Procedure) -> Option<RouteAsked> {
    let routing = procedure.routing.as_ref()?;
    let questions: Vec<_> = routing.asked_at.iter().filter(|question| question.step == step.number).collect();
    if questions.is_empty() {
        return None;
    }
    let always = questions.iter().any(|question| question.branch.is_none());
    let on_answers = if always {
        Vec::new()
    } else {
        questions.iter().filter_map(|one| one.branch.as_ref()).map(ToString::to_string).collect()
    };
    let routes = routing.routes.iter().map(|route| RouteChoice {
        key: route.key.to_string(),
        label: route.label.to_string(),
        level: route.level,
    });
    Some(RouteAsked { label: routing.label.to_string(), on_answers, routes: routes.collect() })
}

fn attachment(rule: &AttachmentRule, case: Option<&Case>) -> AttachmentAsked {
    AttachmentAsked {
        label: rule.label.to_string(),
        required: rule.required,
        only_if: rule.only_if.as_ref().map(Condition::from),
        attached: is_attached(case, &[], &rule.label),
    }
}

impl From<&Field> for FieldAsked {
    fn from(field: &Field) -> Self {
        let (minimum, maximum) = match field.kind {
            Kind::Number { least, greatest } => (least, greatest),
            _ => (None, None),
        };
        let columns = match &field.kind {
            Kind::Table(columns) => columns
                .iter()
                .map(|column| ColumnAsked {
                    key: column.key.to_string(),
                    label: column.label.to_string(),
                    kind: (&column.kind).into(),
                    required: column.required,
                    options: options(&column.kind),
                })
                .collect(),
            _ => Vec::new(),
        };
        Self {
            key: field.key.to_string(),
            label: field.label.to_string(),
            kind: (&field.kind).into(),
            required: field.required,
            only_if: field.only_if.as_ref().map(Condition::from),
            help: field.help.as_ref().map(ToString::to_string),
            ground: field.ground.as_ref().map(ToString::to_string),
            section: field.section.as_ref().map(ToString::to_string),
            options: options(&field.kind),
            minimum,
            maximum,
            columns,
        }
    }
}

fn options(kind: &Kind) -> Vec<OptionAsked> {
    match kind {
        Kind::Choice(choices) | Kind::Choices(choices) => choices
            .iter()
            .map(|choice| OptionAsked { key: choice.key.to_string(), label: choice.label.to_string() })
            .collect(),
        _ => Vec::new(),
    }
}

impl From<&OnlyIf> for Condition {
    fn from(only_if: &OnlyIf) -> Self {
        Self { key: only_if.key.to_string(), values: only_if.values.iter().map(ToString::to_string).collect() }
    }
}

impl From<&Cause> for CauseAsked {
    fn from(cause: &Cause) -> Self {
        Self {
            key: cause.key.to_string(),
            text: cause.text.to_string(),
            norm: cause.norm.as_ref().map(ToString::to_string),
        }
    }
}

impl From<Target> for Destination {
    fn from(target: Target) -> Self {
        match target {
            Target::Step(step) => Self::Step(step.0),
            Target::End => Self::End(EndingName::Finished),
            Target::Refusal => Self::End(EndingName::Refused),
        }
    }
}

impl From<&Kind> for FieldType {
    fn from(kind: &Kind) -> Self {
        match kind {
            Kind::Text => Self::Text,
            Kind::LongText => Self::LongText,
            Kind::Number { .. } => Self::Number,
            Kind::Date => Self::Date,
            Kind::DateTime => Self::DateTime,
            Kind::Choice(_) => Self::Choice,
            Kind::Choices(_) => Self::Choices,
            Kind::YesNo => Self::YesNo,
            Kind::Person => Self::Person,
            Kind::Unit => Self::Unit,
            Kind::Asset => Self::Asset,
            Kind::Email => Self::Email,
            Kind::Phone => Self::Phone,
            Kind::Nit => Self::Nit,
            Kind::Cui => Self::Cui,
            Kind::Dui => Self::Dui,
            Kind::File => Self::File,
            Kind::Table(_) => Self::Table,
            Kind::Signature { .. } => Self::Signature,
        }
    }
}
