//! The Spanish keys of a manual's files and the English names the code has for them: the one place that translates.

use super::shape::{Kind, Shape};
use crate::{
    calendar_rules::{DayOffKind, Transfer},
    field::Class,
    organization::{AssignmentRule, Country, Scope},
    priority::PriorityWord,
    procedure::{Acting, Attention, ClockEnd, ClockStart, Symbol, Target},
};
use Kind::{
    Date, DateTime, Flag, Integer, Interval, MonthDay, Number, Scalar, Step, StepOr, Term, Text, Weekdays, Word,
};

/// The names of the properties.
pub mod property {
    pub const ACTING: &str = "actuan";
    pub const ATTENTION: &str = "atencion";
    pub const BRANCH: &str = "rama";
    pub const CHIEF: &str = "jefatura";
    pub const CLASS: &str = "clase";
    pub const CLOCK: &str = "plazo";
    pub const CLOSES_OFFICE: &str = "cierra-oficina";
    pub const COMMENT: &str = "comentario";
    pub const DATE: &str = "fecha";
    pub const DAY: &str = "dia";
    pub const DEPENDS_ON: &str = "depende";
    pub const DOCUMENT: &str = "documento";
    pub const DUE: &str = "vence";
    pub const EASTER: &str = "pascua";
    pub const EVIDENCE: &str = "evidencia";
    pub const GREATEST: &str = "maximo";
    pub const GROUND: &str = "fundamento";
    pub const HELP: &str = "ayuda";
    pub const HOLDS: &str = "ocupa";
    pub const HOURS: &str = "horas";
    pub const HOW_MUCH: &str = "cuanto";
    pub const LEAST: &str = "minimo";
    pub const LEVEL: &str = "nivel";
    pub const LOCALITY: &str = "localidad";
    pub const NEXT: &str = "sigue";
    pub const NORM: &str = "norma";
    pub const OF: &str = "de";
    pub const ONLY_IF: &str = "solo-si";
    pub const ON_OPENING: &str = "al-abrir";
    pub const OPENED: &str = "abierto";
    pub const PROCEDURE: &str = "procedimiento";
    pub const PUBLISHED: &str = "publicado";
    pub const REASON: &str = "razon";
    pub const REQUIRED: &str = "obligatorio";
    pub const SCOPE: &str = "ambito";
    pub const SINCE: &str = "desde";
    pub const SPAN_FROM: &str = "del";
    pub const SPAN_TO: &str = "al";
    pub const STATE: &str = "estado";
    pub const STEP: &str = "paso";
    pub const STOPS_DEADLINES: &str = "detiene-plazos";
    pub const SUPERIOR: &str = "superior";
    pub const TO: &str = "a";
    pub const TRANSFER: &str = "traslado";
    pub const TYPE: &str = "tipo";
    pub const UNIT: &str = "unidad";
    pub const UNTIL: &str = "hasta";
    pub const UNTIL_DAY: &str = "hasta-dia";
    pub const VALUES: &str = "valores";
    pub const VERSION: &str = "version";
}
use property as p;

// ---- the words that translate ----

pub const SCOPES: &[&str] = &["puesto", "solicitante", "unidad-solicitante", "encaminado", "externo"];
pub fn scope(word: &str) -> Option<Scope> {
    [Scope::Post, Scope::Requester, Scope::RequesterUnit, Scope::Routed, Scope::External]
        .get(place(SCOPES, word)?)
        .copied()
}

pub const COUNTRIES: &[&str] = &["GT", "SV"];
pub fn country(word: &str) -> Option<Country> {
    [Country::Guatemala, Country::ElSalvador].get(place(COUNTRIES, word)?).copied()
}

pub const ACTINGS: &[&str] = &["todos", "cualquiera"];
pub fn acting(word: &str) -> Option<Acting> {
    [Acting::All, Acting::Any].get(place(ACTINGS, word)?).copied()
}

pub const CLASSES: &[&str] = &["publica", "confidencial", "sensible"];
pub fn class(word: &str) -> Option<Class> {
    [Class::Public, Class::Confidential, Class::Sensitive].get(place(CLASSES, word)?).copied()
}

pub const SYMBOLS: &[&str] = &["operacion", "documento", "archivo"];
pub fn symbol(word: &str) -> Option<Symbol> {
    [Symbol::Operation, Symbol::Document, Symbol::Archive].get(place(SYMBOLS, word)?).copied()
}

pub const DAY_OFF_KINDS: &[&str] = &["asueto", "vacacion", "decretado", "local", "jornada-reducida", "recuperado"];
pub fn day_off_kind(word: &str) -> Option<DayOffKind> {
    let all = [
        DayOffKind::Holiday,
        DayOffKind::Vacation,
        DayOffKind::Decreed,
        DayOffKind::LocalHoliday,
        DayOffKind::ShortDay,
        DayOffKind::Recovered,
    ];
    all.get(place(DAY_OFF_KINDS, word)?).copied()
}

pub const TRANSFERS: &[&str] = &["ninguno", "lunes-cercano"];
pub fn transfer(word: &str) -> Option<Transfer> {
    [Transfer::None, Transfer::NearestMonday].get(place(TRANSFERS, word)?).copied()
}

pub const ENDS: &[&str] = &["fin", "rechazo"];
pub fn end(word: &str) -> Option<Target> {
    [Target::End, Target::Refusal].get(place(ENDS, word)?).copied()
}

pub const CLOCK_STARTS: &[&str] = &["apertura", "cierre"];
pub fn clock_start(word: &str) -> Option<ClockStart> {
    [ClockStart::Opening, ClockStart::Closing].get(place(CLOCK_STARTS, word)?).copied()
}

pub const CLOCK_ENDS: &[&str] = &["cierre", "calificacion", "vencimiento"];
pub fn clock_end(word: &str) -> Option<ClockEnd> {
    [ClockEnd::Closing, ClockEnd::Rating, ClockEnd::Lapse].get(place(CLOCK_ENDS, word)?).copied()
}

pub const ASSIGNMENTS: &[&str] = &["por-turno", "menor-carga"];
pub fn assignment(word: &str) -> Option<AssignmentRule> {
    [AssignmentRule::ByTurn, AssignmentRule::LeastLoaded].get(place(ASSIGNMENTS, word)?).copied()
}

pub const ORDERS: &[&str] = &["llegada"];

pub const PRIORITIES: &[&str] = &["baja", "normal", "alta", "urgente"];
pub fn priority_word(word: &str) -> Option<PriorityWord> {
    [PriorityWord::Low, PriorityWord::Normal, PriorityWord::High, PriorityWord::Urgent]
        .get(place(PRIORITIES, word)?)
        .copied()
}

pub const ATTENTIONS: &[&str] = &["oficina", "24x7", "solicitante", "responsable"];
pub fn attention(word: &str) -> Option<Attention> {
    [Attention::Institution, Attention::Always, Attention::Requester, Attention::Responsible]
        .get(place(ATTENTIONS, word)?)
        .cloned()
}

/// In place of a role: whoever has the case.
pub const HOLDER: &str = "responsable";

pub const STATES: &[&str] = &["finalizado", "rechazado"];

pub const FIELD_TYPES: &[&str] = &[
    "texto",
    "texto-largo",
    "numero",
    "fecha",
    "fecha-hora",
    "opcion",
    "opciones",
    "si-no",
    "persona",
    "unidad",
    "bien",
    "correo",
    "telefono",
    "nit",
    "cui",
    "dui",
    "archivo",
    "tabla",
    "firma",
];
/// The field kinds by position in `FIELD_TYPES`; those with contents are filled by the reader of fields.
pub fn field_type(word: &str, contents: FieldContents) -> Option<crate::field::Kind> {
    use crate::field::Kind as K;
    Some(match word {
        "texto" => K::Text,
        "texto-largo" => K::LongText,
        "numero" => K::Number { least: contents.least, greatest: contents.greatest },
        "fecha" => K::Date,
        "fecha-hora" => K::DateTime,
        "opcion" => K::Choice(contents.choices),
        "opciones" => K::Choices(contents.choices),
        "si-no" => K::YesNo,
        "persona" => K::Person,
        "unidad" => K::Unit,
        "bien" => K::Asset,
        "correo" => K::Email,
        "telefono" => K::Phone,
        "nit" => K::Nit,
        "cui" => K::Cui,
        "dui" => K::Dui,
        "archivo" => K::File,
        "tabla" => K::Table(contents.columns),
        "firma" => K::Signature { role: contents.role },
        _ => return None,
    })
}

/// What a field's line and the lines under it say beyond its type.
pub struct FieldContents {
    pub least: Option<f64>,
    pub greatest: Option<f64>,
    pub choices: Vec<crate::field::Choice>,
    pub columns: Vec<crate::field::Field>,
    pub role: crate::Name,
}

/// Monday first.
pub const WEEKDAYS: &[&str] = &["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"];

fn place(words: &[&str], word: &str) -> Option<usize> {
    words.iter().position(|known| *known == word)
}

// ---- manual.kdl ----

macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident = $shape:expr;)*) => { $($(#[$doc])* pub static $name: Shape = $shape;)* };
}

shapes! {
    NAME = Shape::new("nombre").values(&[Text]);
    ACRONYM = Shape::new("siglas").values(&[Text]);
    COUNTRY = Shape::new("pais").values(&[Word(COUNTRIES)]);
    DEPARTMENT = Shape::new("departamento").values(&[Text]);
    MUNICIPALITY = Shape::new("municipio").values(&[Text]);
    ZONE = Shape::new("zona").values(&[Text]);
    COLOR = Shape::new("color").values(&[Text]);
    INSTITUTION = Shape::new("institucion").values(&[Text])
        .lines(&[&NAME, &ACRONYM, &COUNTRY, &DEPARTMENT, &MUNICIPALITY, &ZONE, &COLOR]);

    CODE = Shape::new("codigo").values(&[Text]);
    EDITION = Shape::new("edicion").values(&[Text]);
    DEPENDENCY = Shape::new("dependencia").values(&[Text]);
    DATE = Shape::new("fecha").values(&[Text]);
    APPROVAL = Shape::new("aprobacion").values(&[Text]);
    APPROVED_BY = Shape::new("aprueba").values(&[Text]);
    IN_FORCE = Shape::new("rige").values(&[Date]);
    REPEALS = Shape::new("deroga").values(&[Text]);
    PAGES = Shape::new("paginas").values(&[Integer]);
    OBJECTIVE = Shape::new("objetivo").values(&[Text]);
    REACH = Shape::new("alcance").values(&[Text]);
    LEGAL_BASE = Shape::new("base-legal").values(&[Text]).repeats();
    TITLE_PAGE = Shape::new("manual").values(&[Text]).lines(&[
        &CODE, &EDITION, &DEPENDENCY, &DATE, &APPROVAL, &APPROVED_BY, &IN_FORCE, &REPEALS, &PAGES, &OBJECTIVE, &REACH, &LEGAL_BASE,
    ]);
    GENERAL_NORM = Shape::new("norma-general").values(&[Text, Text]).repeats();
    GLOSSARY = Shape::new("glosario").values(&[Text, Text]).repeats();
    LISTED_DOCUMENT = Shape::new("documento-listado").values(&[Text]).repeats();
    PRINTED = Shape::new("impreso").values(&[Text, Text]).repeats();
    READING = Shape::new("lectura").values(&[Text, Text]).repeats();
    NUMBERING = Shape::new("numeracion").values(&[Text]);
    OUTGOING_NUMBERING = Shape::new("numeracion-oficios").values(&[Text]);
    INCOMING_NUMBERING = Shape::new("numeracion-entradas").values(&[Text]);

    IMPACT = Shape::new("impacto").values(&[Text, Text]).repeats();
    URGENCY = Shape::new("urgencia").values(&[Text, Text]).repeats();
    MATRIX_ROW = Shape::new("matriz").values(&[Text]).other_properties(Word(PRIORITIES)).repeats();
    PRIORITY = Shape::new("prioridad").properties(&[(p::NORM, Text)]).lines(&[&IMPACT, &URGENCY, &MATRIX_ROW]);

    ASSIGNMENT = Shape::new("asignacion").values(&[Word(ASSIGNMENTS)]);

    UNIT = Shape::new("unidad").values(&[Text, Text]).properties(&[(p::DEPENDS_ON, Text)]).repeats();
    UNITS = Shape::new("unidades").lines(&[&UNIT]);
    ROLE = Shape::new("responsable").values(&[Text]).repeats().properties(&[
        (p::SCOPE, Word(SCOPES)), (p::UNIT, Text), (p::LEVEL, Integer), (p::SUPERIOR, Text), (p::CHIEF, Flag),
    ]);
    ROLES = Shape::new("responsables").lines(&[&ROLE]);

    USES = Shape::new("usa").values(&[Text]).repeats();
    LOCALITY = Shape::new("localidad").values(&[Text]).rest(Text).repeats();
    OFFICE_HOURS = Shape::new("horario").values(&[Weekdays, Interval]).rest(Interval).repeats()
        .properties(&[(p::SINCE, Date), (p::UNTIL_DAY, Date), (p::UNTIL, Date)]);
    LATE_ARRIVAL = Shape::new("tarde-cuenta-siguiente").values(&[Flag]);
    DAY_OFF = Shape::new("inhabil").values(&[Text]).repeats().properties(&[
        (p::DAY, Date), (p::DATE, MonthDay), (p::EASTER, Integer), (p::UNTIL, Integer), (p::SPAN_FROM, MonthDay),
        (p::SPAN_TO, MonthDay), (p::CLASS, Word(DAY_OFF_KINDS)), (p::TRANSFER, Word(TRANSFERS)), (p::HOURS, Interval), (p::NORM, Text),
        (p::PUBLISHED, Date), (p::SINCE, Date), (p::UNTIL_DAY, Date), (p::LOCALITY, Text), (p::CLOSES_OFFICE, Flag),
        (p::STOPS_DEADLINES, Flag),
    ]);
    OFFICE = Shape::new("oficina").values(&[Text]).lines(&[&LOCALITY, &OFFICE_HOURS, &DAY_OFF]).repeats();
    CALENDAR = Shape::new("calendario").values(&[Text])
        .lines(&[&USES, &LOCALITY, &OFFICE_HOURS, &LATE_ARRIVAL, &DAY_OFF, &OFFICE]);
    SHARED_CALENDAR = Shape::new("calendario-base").values(&[Text]).lines(&[&USES, &DAY_OFF]).repeats();
}

// ---- forms ----

shapes! {
    CHOICE = Shape::new("opcion").values(&[Text, Text]).repeats();
    FIELD = Shape::new("campo").values(&[Text, Text]).repeats().lines(&[&CHOICE, &FIELD]).properties(&[
        (p::TYPE, Word(FIELD_TYPES)), (p::REQUIRED, Flag), (p::ONLY_IF, Text), (p::VALUES, Text), (p::CLASS, Word(CLASSES)),
        (p::GROUND, Text), (p::HELP, Text), (p::LEAST, Number), (p::GREATEST, Number), (p::OF, Text),
    ]);
    SECTION = Shape::new("seccion").values(&[Text]).lines(&[&FIELD]).repeats();
    NOTE = Shape::new("nota").values(&[Text]).repeats();
    FORM = Shape::new("formulario").values(&[Text, Text]).repeats()
        .properties(&[(p::VERSION, Text), (p::OF, Text)]).lines(&[&SECTION, &FIELD, &NOTE]);
}

// ---- procedures ----

/// What every cause of a pause, an extension or an exclusion may say.
const CAUSE: &[(&str, Kind)] = &[(p::NORM, Text), (p::EVIDENCE, Text), (p::STEP, Step)];
/// An extension may lengthen one clock alone.
const CAUSE_OF_CLOCK: &[(&str, Kind)] = &[(p::NORM, Text), (p::EVIDENCE, Text), (p::STEP, Step), (p::CLOCK, Text)];

shapes! {
    PROCESS = Shape::new("proceso").values(&[Text, Text]).least(1);
    RELATED = Shape::new("documento-relacionado").values(&[Text]).repeats();
    NORM = Shape::new("norma").values(&[Text, Text]).repeats();
    REQUESTERS = Shape::new("solicita").values(&[Text]).rest(Text).repeats();
    DECLARED_STEPS = Shape::new("pasos").values(&[Integer]);
    FORM_USED = Shape::new("formulario").values(&[Text]);
    ATTACHMENT = Shape::new("adjunta").values(&[Text]).repeats()
        .properties(&[(p::REQUIRED, Flag), (p::ONLY_IF, Text), (p::VALUES, Text)]);
    OPENING = Shape::new("apertura").lines(&[&FORM_USED, &FIELD, &ATTACHMENT]);
    WARNING_BEFORE = Shape::new("avisa").values(&[Term, Text]).repeats();
    WARNING_AT_DUE = Shape::new("al-vencer").values(&[Text]).repeats();
    WARNING_AFTER = Shape::new("pasado").values(&[Term, Text]).repeats();
    CLOCK = Shape::new("plazo").values(&[Text, Term]).repeats()
        .properties(&[
            (p::SINCE, StepOr(CLOCK_STARTS)), (p::UNTIL, StepOr(CLOCK_ENDS)), (p::NORM, Text), (p::DATE, Text),
            (p::ATTENTION, Word(ATTENTIONS)), (p::UNIT, Text),
        ])
        .lines(&[&WARNING_BEFORE, &WARNING_AT_DUE, &WARNING_AFTER]);
    ATTENTION = Shape::new("atencion").values(&[Word(ATTENTIONS)]).properties(&[(p::UNIT, Text)]);
    PAUSE = Shape::new("pausa").values(&[Text, Text]).properties(CAUSE).repeats();
    EXTENSION = Shape::new("prorroga").values(&[Text, Text]).properties(CAUSE_OF_CLOCK).repeats();
    EXCLUSION = Shape::new("excluye").values(&[Text, Text]).properties(CAUSE).repeats();
    ARRIVAL_ORDER = Shape::new("orden").values(&[Word(ORDERS)]).properties(&[(p::NORM, Text)]);
    QUESTION = Shape::new("pregunta").values(&[Step]).properties(&[(p::BRANCH, Text)]).repeats();
    ROUTE_PART = Shape::new("papel").values(&[Text]).properties(&[(p::HOLDS, Text), (p::UNIT, Text)]).repeats();
    ROUTE = Shape::new("ruta").values(&[Text, Text]).properties(&[(p::LEVEL, Integer)]).lines(&[&ROUTE_PART]).repeats();
    NO_ROUTE = Shape::new("sin-ruta").lines(&[&ROUTE_PART]);
    ROUTING = Shape::new("encamina").values(&[Text, Text]).lines(&[&QUESTION, &ROUTE, &NO_ROUTE]);
    PROCEDURE = Shape::new("procedimiento").values(&[Text, Text]).repeats().lines(&[
        &PROCESS, &OBJECTIVE, &REACH, &LEGAL_BASE, &RELATED, &NORM, &REQUESTERS, &DECLARED_STEPS, &OPENING, &CLOCK, &ATTENTION, &PAUSE, &EXTENSION,
        &EXCLUSION, &ROUTING, &ARRIVAL_ORDER, &READING, &PRINTED, &STEP,
    ]);

    ACTIVITY = Shape::new("actividad").values(&[Text]);
    DETAILS = Shape::new("especificacion").values(&[Text]).repeats();
    BRANCH_LABEL = Shape::new("rama").values(&[Text, Text]).repeats();
    DECISION = Shape::new("decide").values(&[Text]).other_properties(Kind::Target).lines(&[&BRANCH_LABEL]);
    SIGNATURE = Shape::new("firma").values(&[Text]).properties(&[(p::LEVEL, Integer), (p::DOCUMENT, Text)]).repeats();
    ISSUES = Shape::new("emite").values(&[Text]).properties(&[(p::TO, Text)]).repeats();
    HANDS_OVER = Shape::new("entrega").values(&[Text]).properties(&[(p::TO, Text)]).repeats();
    FILES = Shape::new("archiva").values(&[Text]).properties(&[(p::TO, Text)]).repeats();
    ASSIGNS = Shape::new("asigna").values(&[Text]).rest(Text).repeats();
    STEP_TERM = Shape::new("plazo").values(&[Term]).properties(&[(p::ATTENTION, Word(ATTENTIONS)), (p::UNIT, Text)])
        .lines(&[&WARNING_BEFORE, &WARNING_AT_DUE, &WARNING_AFTER]);
    LENGTHENS = Shape::new("amplia").values(&[Text]).properties(&[(p::HOW_MUCH, Text), (p::REASON, Text)]);
    RATES = Shape::new("califica").values(&[Text]).properties(&[(p::COMMENT, Text)]);
    NOTICE = Shape::new("avisa").values(&[Text, Text]).least(1).repeats();
    STATE_LABEL = Shape::new("estado").values(&[Text]);
    STEP_NORM = Shape::new("norma").values(&[Text]).rest(Text).repeats();
    SYMBOL = Shape::new("simbolo").values(&[Word(SYMBOLS)]);
    CHECK_ITEM = Shape::new("punto").values(&[Text]).properties(&[(p::REQUIRED, Flag)]).repeats();
    CHECKLIST = Shape::new("lista").lines(&[&CHECK_ITEM]);
    STEP = Shape::new("paso").values(&[Step, Text]).rest(Text).repeats()
        .properties(&[(p::NEXT, Kind::Target), (p::ACTING, Word(ACTINGS)), (p::ON_OPENING, Flag)])
        .lines(&[
            &ACTIVITY, &DETAILS, &DECISION, &FORM_USED, &FIELD, &SIGNATURE, &ATTACHMENT, &ISSUES, &HANDS_OVER, &FILES, &ASSIGNS,
            &STEP_TERM, &LENGTHENS, &RATES, &NOTICE, &STATE_LABEL, &STEP_NORM, &CHECKLIST, &SYMBOL, &READING,
        ]);
}

// ---- worked examples ----

shapes! {
    OPENING_VALUE = Shape::new("valor").values(&[Text, Scalar]).repeats();
    GIVEN = Shape::new("dado").properties(&[(p::OPENED, DateTime)]).lines(&[&OPENING_VALUE]);
    ANSWERS = Shape::new("responde").values(&[Step, Text]).repeats();
    STEP_VALUE = Shape::new("valor").values(&[Step, Text, Scalar]).repeats();
    WHEN = Shape::new("cuando").lines(&[&ANSWERS, &STEP_VALUE]);
    PATH = Shape::new("recorrido").rest(Step);
    THEN = Shape::new("entonces").properties(&[(p::STATE, Word(STATES)), (p::DUE, DateTime)]).lines(&[&PATH]);
    SCENARIO = Shape::new("escenario").values(&[Text]).properties(&[(p::PROCEDURE, Text)]).lines(&[&GIVEN, &WHEN, &THEN]).repeats();
}

/// What may stand at the top of a file of an institution.
pub static MANUAL_FILE: Shape = Shape::new("").lines(&[
    &INSTITUTION,
    &TITLE_PAGE,
    &GENERAL_NORM,
    &GLOSSARY,
    &LISTED_DOCUMENT,
    &PRINTED,
    &READING,
    &NUMBERING,
    &PRIORITY,
    &ASSIGNMENT,
    &OUTGOING_NUMBERING,
    &INCOMING_NUMBERING,
    &UNITS,
    &ROLES,
    &CALENDAR,
    &FORM,
    &PROCEDURE,
    &SCENARIO,
]);

/// What may stand at the top of a shared file.
pub static SHARED_FILE: Shape = Shape::new("").lines(&[&SHARED_CALENDAR]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_translation() {
        assert!(SCOPES.iter().all(|word| scope(word).is_some()));
        assert!(COUNTRIES.iter().all(|word| country(word).is_some()));
        assert!(ACTINGS.iter().all(|word| acting(word).is_some()));
        assert!(CLASSES.iter().all(|word| class(word).is_some()));
        assert!(SYMBOLS.iter().all(|word| symbol(word).is_some()));
        assert!(DAY_OFF_KINDS.iter().all(|word| day_off_kind(word).is_some()));
        assert!(TRANSFERS.iter().all(|word| transfer(word).is_some()));
        assert!(ASSIGNMENTS.iter().all(|word| assignment(word).is_some()));
        assert!(PRIORITIES.iter().all(|word| priority_word(word).is_some()));
        assert!(ENDS.iter().all(|word| end(word).is_some()));
        assert!(ATTENTIONS.iter().all(|word| attention(word).is_some()));
        assert!(CLOCK_STARTS.iter().all(|word| clock_start(word).is_some()));
        assert!(CLOCK_ENDS.iter().all(|word| clock_end(word).is_some()));
        for word in FIELD_TYPES {
            let contents =
                FieldContents { least: None, greatest: None, choices: vec![], columns: vec![], role: "".into() };
            assert!(field_type(word, contents).is_some(), "{word}");
        }
    }
}
