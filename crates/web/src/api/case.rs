//! A case as the API answers it: where it stands, what it asks for, the way walked, and what the caller may do.

use super::{
    asks::{Asks, Destination, EndingName},
    page::{CaseChannel, CasePriority, CaseStatus, Person, moment},
    values::{Datum, from_values},
};
use engine::{
    authority::{self, Wait},
    case::{Case, Ending, Escalation, Leg, Standing},
    event::{Attached, EscalationKind, Outsider},
};
use jiff::{Timestamp, tz::TimeZone};
use manual::{
    edition::Edition,
    procedure::{Acting, Procedure, Step},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Un caso, con todo lo que la persona del token puede ver de él.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseBody {
    pub number: String,
    pub procedure: ProcedureRef,
    pub subject: String,
    pub description: String,
    pub status: CaseStatus,
    /// La palabra de la institución para el estado.
    pub status_label: String,
    pub priority: CasePriority,
    /// De qué resulta la prioridad, donde el manual la deriva.
    pub grounds: Option<GroundsBody>,
    /// Quienes siguen el caso sin atenderlo.
    pub watchers: Vec<Person>,
    /// Las veces que se escaló.
    pub escalations: Vec<EscalationBody>,
    pub channel: CaseChannel,
    /// Quien responde por la solicitud: quien la registró, si la pidió alguien sin registro.
    pub requester: Person,
    /// Quien lo pide, si no está en el directorio.
    pub outsider: Option<OutsiderBody>,
    pub opened_by: Person,
    #[schema(format = DateTime)]
    pub opened_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// El paso en que está; ninguno si terminó.
    pub standing: Option<StandingBody>,
    /// Lo que el paso pide.
    pub asks: Option<Asks>,
    /// A quiénes espera.
    pub waits: Vec<WaitBody>,
    pub assignees: Vec<AssigneeBody>,
    /// El vencimiento más próximo.
    #[schema(format = DateTime)]
    pub due: Option<String>,
    pub late: bool,
    pub clocks: Vec<ClockBody>,
    pub paused: Option<PausedBody>,
    pub ended: Option<EndedBody>,
    /// Los datos dados hasta ahora, por su clave.
    pub values: BTreeMap<String, Datum>,
    /// El camino recorrido.
    pub legs: Vec<LegBody>,
    /// El área a la que se encaminó.
    pub route: Option<String>,
    pub attachments: Vec<AttachmentBody>,
    pub signatures: Vec<SignatureBody>,
    pub extensions: Vec<String>,
    pub exclusions: Vec<String>,
    pub rating: Option<RatingBody>,
    /// Cuántas veces se reabrió.
    pub reopened: u16,
    /// Sube con cada cosa que pasa en el caso.
    pub version: u32,
    /// La persona del token puede cumplir el paso.
    pub may_act: bool,
}

/// Alguien que pide y no está en el directorio.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutsiderBody {
    pub name: String,
    /// Teléfono o dónde encontrarlo.
    pub contact: Option<String>,
    /// El código de su unidad.
    pub unit: Option<String>,
}

/// Una vez que el caso se escaló: a otro nivel o área, o al superior.
#[derive(Debug, Serialize, ToSchema)]
pub struct EscalationBody {
    #[schema(format = DateTime)]
    pub at: String,
    pub kind: EscalationName,
    pub by: Person,
    /// El puesto que no podía seguir.
    pub from: String,
    /// El área, o el puesto del superior.
    pub to: String,
    pub reason: String,
    /// Espera la decisión del superior.
    pub waiting: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EscalationName {
    Functional,
    Hierarchical,
}

/// El impacto y la urgencia de los que resulta la prioridad.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroundsBody {
    pub impact: String,
    pub urgency: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureRef {
    pub code: String,
    pub title: String,
    /// La edición del manual bajo la que corre.
    pub edition: String,
}

/// Dónde está el caso.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingBody {
    pub step: u16,
    /// 1 la primera vez que está en ese paso.
    pub visit: u16,
    pub activity: String,
    pub details: Option<String>,
    pub roles: Vec<String>,
    pub acting: ActingName,
    /// Quiénes de varios responsables ya cumplieron su parte.
    pub acted: Vec<ActedBody>,
    #[schema(format = DateTime)]
    pub since: String,
    #[schema(format = DateTime)]
    pub due: Option<String>,
    pub overdue: bool,
    /// Los números de las normas que lo rigen.
    pub norms: Vec<String>,
}

/// Si actúa uno, cualquiera o todos los responsables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActingName {
    One,
    Any,
    All,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ActedBody {
    pub role: String,
    pub by: Person,
    pub answer: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WaitBody {
    /// El puesto, como lo escribe el paso.
    pub role: String,
    /// El puesto que eso significa después de encaminar.
    pub holder: String,
    pub unit: Option<String>,
    /// El número de la única persona, si es una.
    pub person: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AssigneeBody {
    pub role: String,
    pub person: Person,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ClockBody {
    pub name: String,
    #[schema(format = DateTime)]
    pub started: String,
    #[schema(format = DateTime)]
    pub due: String,
    #[schema(format = DateTime)]
    pub stopped: Option<String>,
    /// Venció mientras corría.
    pub passed: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PausedBody {
    #[schema(format = DateTime)]
    pub since: String,
    pub cause: String,
    pub reason: String,
    pub by: Person,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EndedBody {
    #[schema(format = DateTime)]
    pub at: String,
    pub how: EndingName,
    pub by: Person,
    pub reason: Option<String>,
    /// El caso en que se sigue, si se unió a otro.
    pub merged_into: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LegBody {
    pub step: u16,
    pub visit: u16,
    pub role: String,
    pub by: Person,
    #[schema(format = DateTime)]
    pub since: String,
    #[schema(format = DateTime)]
    pub at: String,
    pub answer: Option<String>,
    pub goes_to: Destination,
    pub sent_back: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentBody {
    pub name: String,
    pub sha256: String,
    pub size: u64,
    pub media_type: String,
    /// El requisito que cumple.
    pub label: Option<String>,
    pub public: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SignatureBody {
    pub step: u16,
    pub visit: u16,
    pub role: String,
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    /// 0 acuse, 1 simple, 2 avanzada, 3 papel.
    pub level: u8,
    pub document: Option<String>,
    /// SHA-256 de lo firmado.
    pub digest: String,
    /// Dónde queda el original en papel.
    pub original: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RatingBody {
    pub conforms: bool,
    pub comment: Option<String>,
    #[schema(format = DateTime)]
    pub at: String,
}

/// The case, as somebody who may act on it (or may not) reads it. The attachments are those of `case`: the caller has
/// already left out what the person may not see.
#[must_use]
pub fn body(case: &Case, edition: &Edition, procedure: &Procedure, may_act: bool, zone: &TimeZone) -> CaseBody {
    let at = |at: Timestamp| moment(at, zone);
    let text = |text: &Option<engine::Name>| text.as_ref().map(ToString::to_string);
    let status = case.status();
    let step = case.standing.as_ref().and_then(|standing| procedure.step(standing.step));
    let merged = case.merged.as_ref().map(|merged| format!("Unido al {}", merged.into));
    let own_word =
        step.and_then(|step| step.state_label.as_ref()).filter(|_| case.paused.is_none() && case.in_doubt.is_empty());
    CaseBody {
        number: case.number.to_string(),
        procedure: ProcedureRef {
            code: procedure.code.to_string(),
            title: procedure.title.to_string(),
            edition: edition.title_page.edition.to_string(),
        },
        subject: case.subject.to_string(),
        description: case.description.to_string(),
        status: status.into(),
        status_label: merged
            .or_else(|| own_word.map(ToString::to_string))
            .unwrap_or_else(|| status.label().to_string()),
        priority: case.priority.into(),
        grounds: case
            .grounds
            .as_ref()
            .map(|grounds| GroundsBody { impact: grounds.impact.to_string(), urgency: grounds.urgency.to_string() }),
        escalations: case.escalations.iter().map(|one| escalation_body(one, case, zone)).collect(),
        watchers: case
            .watchers
            .iter()
            .map(|watcher| Person { id: watcher.person.0, name: watcher.name.to_string() })
            .collect(),
        channel: case.channel.into(),
        requester: (&case.requester).into(),
        outsider: case.outsider.as_ref().map(OutsiderBody::from),
        opened_by: (&case.opened_by).into(),
        opened_at: at(case.opened_at),
        updated_at: at(case.updated_at),
        standing: case.standing.as_ref().zip(step).map(|(standing, step)| standing_body(standing, step, zone)),
        asks: step.map(|step| Asks::of_step(step, procedure, edition, Some(case))),
        waits: authority::waits(case, procedure).into_iter().map(WaitBody::from).collect(),
        assignees: case
            .assignees
            .iter()
            .map(|one| AssigneeBody {
                role: one.role.to_string(),
                person: Person { id: one.person.0, name: one.name.to_string() },
            })
            .collect(),
        due: case.next_due().map(at),
        late: case.is_late(),
        clocks: case
            .clocks
            .iter()
            .map(|clock| ClockBody {
                name: clock.name.to_string(),
                started: at(clock.started),
                due: at(clock.due),
                stopped: clock.stopped.map(at),
                passed: clock.passed,
            })
            .collect(),
        paused: case.paused.as_ref().map(|paused| PausedBody {
            since: at(paused.since),
            cause: paused.cause.to_string(),
            reason: paused.reason.to_string(),
            by: (&paused.by).into(),
        }),
        ended: case.ended.as_ref().map(|ended| EndedBody {
            at: at(ended.at),
            how: match ended.how {
                Ending::Finished => EndingName::Finished,
                Ending::Refused => EndingName::Refused,
                Ending::Cancelled => EndingName::Cancelled,
                Ending::Merged => EndingName::Merged,
            },
            by: (&ended.by).into(),
            reason: text(&ended.reason),
            merged_into: case.merged.as_ref().map(|merged| merged.into.to_string()),
        }),
        values: from_values(&case.values),
        legs: case.legs.iter().map(|leg| leg_body(leg, zone)).collect(),
        route: text(&case.route),
        attachments: case.attachments.iter().map(AttachmentBody::from).collect(),
        signatures: case
            .signatures
            .iter()
            .map(|signature| SignatureBody {
                step: signature.signed.step.0,
                visit: signature.signed.visit,
                role: signature.signed.role.to_string(),
                by: (&signature.by).into(),
                at: at(signature.at),
                level: signature.signed.level,
                document: text(&signature.signed.document),
                digest: signature.signed.digest.to_string(),
                original: text(&signature.signed.original),
            })
            .collect(),
        extensions: case.extensions.iter().map(ToString::to_string).collect(),
        exclusions: case.exclusions.iter().map(ToString::to_string).collect(),
        rating: case.rating.as_ref().map(|rating| RatingBody {
            conforms: rating.conforms,
            comment: text(&rating.comment),
            at: at(rating.at),
        }),
        reopened: case.reopened,
        version: case.version,
        may_act,
    }
}

fn standing_body(standing: &Standing, step: &Step, zone: &TimeZone) -> StandingBody {
    StandingBody {
        step: standing.step.0,
        visit: standing.visit,
        activity: step.activity.to_string(),
        details: step.details.as_ref().map(ToString::to_string),
        roles: step.role_names().map(ToString::to_string).collect(),
        acting: step.acting.into(),
        acted: standing
            .acted
            .iter()
            .map(|part| ActedBody {
                role: part.role.to_string(),
                by: (&part.by).into(),
                answer: part.answer.as_ref().map(ToString::to_string),
            })
            .collect(),
        since: moment(standing.since, zone),
        due: standing.due.map(|due| moment(due, zone)),
        overdue: standing.overdue,
        norms: step.norms.iter().map(ToString::to_string).collect(),
    }
}

fn escalation_body(one: &Escalation, case: &Case, zone: &TimeZone) -> EscalationBody {
    EscalationBody {
        at: moment(one.at, zone),
        kind: match one.escalated.kind {
            EscalationKind::Functional => EscalationName::Functional,
            EscalationKind::Hierarchical => EscalationName::Hierarchical,
        },
        by: (&one.by).into(),
        from: one.escalated.from.to_string(),
        to: one.escalated.to.to_string(),
        reason: one.escalated.reason.to_string(),
        waiting: case.with_superior() == Some(one),
    }
}

fn leg_body(leg: &Leg, zone: &TimeZone) -> LegBody {
    LegBody {
        step: leg.step.0,
        visit: leg.visit,
        role: leg.role.to_string(),
        by: (&leg.by).into(),
        since: moment(leg.since, zone),
        at: moment(leg.at, zone),
        answer: leg.answer.as_ref().map(ToString::to_string),
        goes_to: leg.target.into(),
        sent_back: leg.sent_back,
    }
}

impl From<&Outsider> for OutsiderBody {
    fn from(outsider: &Outsider) -> Self {
        Self {
            name: outsider.name.to_string(),
            contact: outsider.contact.as_ref().map(ToString::to_string),
            unit: outsider.unit.as_ref().map(ToString::to_string),
        }
    }
}

impl From<Acting> for ActingName {
    fn from(acting: Acting) -> Self {
        match acting {
            Acting::One => Self::One,
            Acting::Any => Self::Any,
            Acting::All => Self::All,
        }
    }
}

impl From<Wait> for WaitBody {
    fn from(wait: Wait) -> Self {
        Self {
            role: wait.role.to_string(),
            holder: wait.holder.to_string(),
            unit: wait.unit.as_ref().map(ToString::to_string),
            person: wait.person.map(|person| person.0),
        }
    }
}

impl From<&Attached> for AttachmentBody {
    fn from(attached: &Attached) -> Self {
        Self {
            name: attached.name.to_string(),
            sha256: attached.sha256.to_string(),
            size: attached.size,
            media_type: attached.media_type.to_string(),
            label: attached.label.as_ref().map(ToString::to_string),
            public: attached.public,
        }
    }
}
