//! The life of one invented case: opened, attended step by step by those who hold its posts, sometimes sent back, taken
//! back, refused, reopened or rated. Everything goes through the one write path, with moments of the past.

use super::{
    chance::Chance,
    people::Member,
    values::{Writer, fill, holds},
    words::{BACK, COMMENTS, SENTENCES, subjects},
};
use crate::worker::next_deadline;
use anyhow::{Context, Result};
use engine::{
    Name,
    actor::{PersonId, SYSTEM, holds as holds_post},
    answers::{opening_fields, step_fields},
    authority::{Wait, waits},
    calendar::Calendar,
    case::{Case, Ending},
    command::{Attach, Sign},
    event::{Channel, Priority},
    value::Values,
};
use jiff::{SignedDuration, Timestamp};
use manual::{
    edition::Edition,
    field::{Field, Kind},
    organization::Scope,
    procedure::{AttachmentRule, Branch, Procedure, Step, Target},
};
use store::{CompleteRequest, OpenRequest, Request, Store, Submission, blobs::Blob};

/// What every case of an institution stands on.
pub struct Ground<'g> {
    pub store: &'g Store,
    pub edition: &'g Edition,
    pub calendar: &'g Calendar,
    pub members: &'g [Member],
    /// The one file everybody attaches.
    pub paper: &'g Blob,
}

/// What is out of the ordinary in a case's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    None,
    Slow,
    Cancelled,
    Refused,
    SentBack,
    Reopened,
    Complaint,
    /// Opened and not yet looked at.
    Fresh,
    /// Begun, and then nobody went on with it.
    Left,
}

pub struct Life {
    procedure: usize,
    turn: Turn,
    chance: Chance,
    next: Timestamp,
    pub case: Option<Case>,
    done: bool,
    /// What is asked, where it is not drawn: subject and description.
    said: Option<(&'static str, &'static str)>,
}

impl Life {
    pub fn new(procedure: usize, turn: Turn, chance: Chance, opening: Timestamp) -> Self {
        Self { procedure, turn, chance, next: opening, case: None, done: false, said: None }
    }

    #[must_use]
    pub fn about(self, subject: &'static str, description: &'static str) -> Self {
        Self { said: Some((subject, description)), ..self }
    }

    /// It has begun, and nothing happens to it before this moment.
    pub fn rests_until(&self, moment: Timestamp) -> bool {
        self.case.is_some() && self.moment().is_none_or(|next| next >= moment)
    }

    /// Nothing more is done to it.
    pub fn stop(&mut self) {
        self.done = true;
    }

    /// Both are open, and ask for the same in the same words.
    pub fn repeats(&self, earlier: &Self) -> bool {
        let open = |life: &Self| life.case.as_ref().filter(|case| case.is_open()).map(|case| case.subject.clone());
        self.procedure == earlier.procedure && open(self).is_some() && open(self) == open(earlier)
    }

    /// Asked for by two of the same unit under the same procedure, within a week.
    pub fn resembles(&self, earlier: &Self) -> bool {
        let (Some(case), Some(before)) = (&self.case, &earlier.case) else { return false };
        self.procedure == earlier.procedure
            && case.merged.is_none()
            && before.merged.is_none()
            && case.subject != before.subject
            && case.requester.unit.is_some()
            && case.requester.unit == before.requester.unit
            && case.opened_at.duration_since(before.opened_at).as_hours() < 24 * 7
    }

    /// When something happens to it next; none when nothing more will.
    pub fn moment(&self) -> Option<Timestamp> {
        let deadline = self.deadline().map(|(_, due)| due);
        let next = (!self.done).then_some(self.next);
        next.into_iter().chain(deadline).min()
    }

    fn deadline(&self) -> Option<(Name, Timestamp)> {
        next_deadline(self.case.as_ref()?)
    }

    /// The next thing that happens.
    pub async fn go_on(&mut self, ground: &Ground<'_>) -> Result<()> {
        if let Some((clock, due)) = self.deadline().filter(|(_, due)| self.done || *due <= self.next) {
            return self.submit(ground, SYSTEM, Request::DeadlineReached { clock, due }, due).await;
        }
        let procedure = ground.edition.procedures.get(self.procedure).context("no procedure")?;
        let result = match &self.case {
            None => self.open(ground, procedure).await,
            Some(case) if case.ended.is_some() => self.afterwards(ground).await,
            Some(_) => self.attend(ground, procedure).await,
        };
        let (code, step) =
            (&procedure.code, self.case.as_ref().and_then(|case| case.standing.as_ref()).map_or(0, |s| s.step.0));
        result.with_context(|| format!("{code}, paso {step}"))?;
        self.rest(ground);
        Ok(())
    }

    /// Until the next act: minutes, hours, now and then a day; always in office hours.
    fn rest(&mut self, ground: &Ground<'_>) {
        let minutes = match self.chance.below(10) {
            0..=4 => self.chance.between(8, 75),
            5..=7 => self.chance.between(60, 360),
            8 => self.chance.between(600, 1_500),
            _ => self.chance.between(1_400, 2_900),
        };
        let minutes = if self.turn == Turn::Slow { minutes * 5 } else { minutes };
        let minutes = i64::try_from(minutes).unwrap_or(60);
        let after = self.next.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(self.next);
        self.next = in_office(ground.calendar, after, &mut self.chance);
    }

    async fn submit(&mut self, ground: &Ground<'_>, actor: PersonId, request: Request, now: Timestamp) -> Result<()> {
        let number = self.case.as_ref().map(|case| case.number.clone());
        let submission = Submission { now, actor, case: number, request, key: None, expected_version: None };
        self.case = Some(ground.store.submit(submission).await?.case);
        Ok(())
    }

    async fn open(&mut self, ground: &Ground<'_>, procedure: &Procedure) -> Result<()> {
        let asks = self.who_asks(ground, procedure)?;
        let receives = self.who_receives(ground, procedure);
        let drawn = self.chance.pick(subjects(&procedure.title)).copied();
        let (subject, description) = self.said.or(drawn).context("no subject")?;
        let writer = Writer { asks: true, ..self.writer(ground, asks) };
        let values =
            fill(opening_fields(&procedure.opening, ground.edition), &Values::new(), &writer, &mut self.chance);
        let files = required_files(opening_fields(&procedure.opening, ground.edition));
        let labels = required(&procedure.opening.attachments, &values, &Values::new()).into_iter().chain(files);
        let attachments = labels.map(|label| attach(ground.paper, label)).collect();
        let mut request = OpenRequest {
            values,
            attachments,
            priority: *self
                .chance
                .pick(&[
                    Priority::Low,
                    Priority::Normal,
                    Priority::Normal,
                    Priority::Normal,
                    Priority::High,
                    Priority::Urgent,
                ])
                .unwrap_or(&Priority::Normal),
            ..OpenRequest::new(procedure.code.clone(), subject, description)
        };
        let mut actor = asks.id;
        if let Some(receives) = receives.filter(|receives| receives.id != asks.id) {
            request.on_behalf_of = Some(asks.id);
            request.channel = *self
                .chance
                .pick(&[Channel::Phone, Channel::Window, Channel::Paper, Channel::Mail])
                .unwrap_or(&Channel::Phone);
            actor = receives.id;
        }
        let now = self.next;
        self.submit(ground, actor, Request::Open(Box::new(request)), now).await?;
        if self.turn == Turn::Fresh {
            self.done = true;
            self.take_it(ground, procedure, now).await?;
        }
        Ok(())
    }

    /// Of the newest cases somebody has taken some: they are assigned, and nothing else has happened.
    async fn take_it(&mut self, ground: &Ground<'_>, procedure: &Procedure, now: Timestamp) -> Result<()> {
        let Some(case) = self.case.clone().filter(|case| case.legs.is_empty() && self.chance.percent(60)) else {
            return Ok(());
        };
        if procedure.arrival_order.is_some() {
            return Ok(());
        }
        let Some(wait) = waits(&case, procedure).into_iter().find(|wait| wait.person.is_none()) else { return Ok(()) };
        let who = self.who_attends(ground, &case, &wait)?;
        self.submit(ground, who.id, Request::Take, now).await
    }

    fn writer<'g>(&self, ground: &Ground<'g>, who: &'g Member) -> Writer<'g> {
        let today = ground.calendar.date_of(self.next);
        Writer { edition: ground.edition, name: &who.name, login: &who.login, today, asks: false }
    }

    /// One of those who may ask for it.
    fn who_asks<'g>(&mut self, ground: &Ground<'g>, procedure: &Procedure) -> Result<&'g Member> {
        let everybody = procedure
            .requesters
            .iter()
            .any(|role| ground.edition.role(role).is_some_and(|role| role.scope == Scope::Requester));
        let may: Vec<&Member> = ground
            .members
            .iter()
            .filter(|member| {
                let plain = member.posts.is_empty() && !member.administrator && !member.auditor;
                if everybody {
                    plain
                } else {
                    procedure.requesters.iter().any(|role| holds_post(&member.posts, role, None))
                }
            })
            .collect();
        self.chance.pick(&may).copied().with_context(|| format!("nobody may ask for {}", procedure.code))
    }

    /// Who writes it down for the one who asks: now and then, where the first step is done at a window.
    fn who_receives<'g>(&mut self, ground: &Ground<'g>, procedure: &Procedure) -> Option<&'g Member> {
        let first = procedure.first().filter(|first| !first.done_by_opening)?;
        let window = first.responsibles.iter().find(|responsible| responsible.scope == Scope::Post)?;
        let may: Vec<&Member> =
            ground.members.iter().filter(|member| holds_post(&member.posts, &window.role, None)).collect();
        if self.chance.percent(35) { self.chance.pick(&may).copied() } else { None }
    }

    /// Once it has ended: the service is rated, or the case is opened again.
    async fn afterwards(&mut self, ground: &Ground<'_>) -> Result<()> {
        let (Some(case), now) = (self.case.clone(), self.next) else { return Ok(()) };
        let requester = case.requester.person;
        let finished = case.ended.as_ref().is_some_and(|ended| ended.how == Ending::Finished);
        if self.turn == Turn::Reopened && finished {
            self.turn = Turn::None;
            let reason = "El problema volvió a presentarse al día siguiente.".into();
            return self.submit(ground, requester, Request::Reopen { reason }, now).await;
        }
        self.done = true;
        let served = case.legs.iter().any(|leg| {
            leg.by.person == requester
                && ground.edition.role(&leg.role).is_none_or(|role| role.scope != Scope::Requester)
        });
        if finished && !served && !case.unrated && case.rating.is_none() && self.chance.percent(80) {
            let conforms = self.turn != Turn::Complaint;
            let comment = (!conforms).then(|| "Tardó más de lo ofrecido y hubo que insistir.".into());
            self.submit(ground, requester, Request::Rate { conforms, comment }, now).await?;
        }
        Ok(())
    }

    async fn attend(&mut self, ground: &Ground<'_>, procedure: &Procedure) -> Result<()> {
        self.done = self.turn == Turn::Left;
        let case = self.case.clone().context("no case")?;
        let now = self.next;
        if self.turn == Turn::Cancelled {
            self.turn = Turn::None;
            self.done = true;
            let chief = chief(ground).context("nobody may cancel")?.id;
            let reason = "Está repetido: ya se atiende en otro caso.".into();
            return self.submit(ground, chief, Request::Cancel { reason }, now).await;
        }
        let step =
            case.standing.as_ref().and_then(|standing| procedure.step(standing.step)).context("stands nowhere")?;
        let wait = waits(&case, procedure).into_iter().next().context("waits for nobody")?;
        let who = self.who_attends(ground, &case, &wait)?;
        if procedure.arrival_order.is_some() && wait.person.is_none() && !asks(step, &wait) {
            // Others arrived before it: a chief says who attends it, and why now.
            let chief = chief(ground).context("nobody may assign")?.id;
            let reason = Some("La unidad que lo pide no puede esperar su turno.".into());
            let request = Request::Assign { role: Some(wait.role.clone()), to: who.id, reason };
            return self.submit(ground, chief, request, now).await;
        }
        if self.chance.percent(12) {
            let text = self.chance.pick(&COMMENTS).copied().unwrap_or_default().into();
            self.submit(ground, who.id, Request::Comment { text, public: true }, now).await?;
        }
        if wait.person.is_none() && self.chance.percent(25) {
            return self.submit(ground, who.id, Request::Take, now).await;
        }
        self.complete(ground, procedure, step, &wait, who).await
    }

    fn who_attends<'g>(&mut self, ground: &Ground<'g>, case: &Case, wait: &Wait) -> Result<&'g Member> {
        let may: Vec<&Member> = match wait.person {
            Some(person) => ground.members.iter().filter(|member| member.id == person).collect(),
            None => holders(ground.members, &wait.holder, wait.unit.as_deref()),
        };
        self.chance
            .pick(&may)
            .copied()
            .with_context(|| format!("nobody holds {} {:?} in {}", wait.holder, wait.unit, case.number))
    }

    async fn complete(
        &mut self,
        ground: &Ground<'_>,
        procedure: &Procedure,
        step: &Step,
        wait: &Wait,
        who: &Member,
    ) -> Result<()> {
        let case = self.case.clone().context("no case")?;
        let now = self.next;
        let branch = self.branch(&case, step);
        let back = branch.is_some_and(|branch| step.is_back(branch.target));
        let requester = ground.members.iter().find(|member| member.id == case.requester.person).unwrap_or(who);
        let writer = self.writer(ground, requester);
        let values = fill(step_fields(step, ground.edition), &case.values, &writer, &mut self.chance);

        let files = required_files(step_fields(step, ground.edition));
        for label in required(&step.attachments, &values, &case.values).into_iter().chain(files) {
            self.submit(ground, who.id, Request::Attach(attach(ground.paper, label)), now).await?;
        }
        for rule in step.signatures.iter().filter(|_| !back) {
            let own_click = rule.role == wait.role && rule.level <= 1;
            let others_turn = rule.role != wait.role && step.role_names().any(|role| *role == rule.role);
            if own_click || others_turn || self.signed(step, &rule.role) {
                continue;
            }
            let sign = Sign {
                role: Some(rule.role.clone()),
                level: 3,
                document: rule.document.clone(),
                digest: ground.paper.sha256.as_str().into(),
                original: Some("Carpeta del mes, archivo de la unidad".into()),
            };
            self.submit(ground, who.id, Request::Sign(sign), now).await?;
        }
        let mut request = CompleteRequest {
            answer: branch.map(|branch| branch.name.clone()),
            values,
            note: self.note(back),
            level: 1,
            checks: (!step.checks.is_empty()).then(|| step.checks.iter().map(|point| point.text.clone()).collect()),
            ..CompleteRequest::step(step.number)
        };
        let mut after = case.clone();
        if let Some(routing) = &procedure.routing {
            let asked = routing.asked_at.iter().any(|question| {
                question.step == step.number
                    && question.branch.as_ref().is_none_or(|asked| branch.is_some_and(|branch| branch.name == *asked))
            });
            if asked {
                request.route = self.chance.pick(&routing.routes).map(|route| route.key.clone());
                after.route.clone_from(&request.route);
            }
        }
        for role in &step.assigns {
            let may = meant(ground, procedure, &after, role);
            if let Some(member) = self.chance.pick(&may).filter(|_| !back) {
                request.assign.push((role.clone(), member.id));
            }
        }
        self.submit(ground, who.id, Request::Complete(request), now).await
    }

    /// Whether somebody has signed under this role since the case stands on the step.
    fn signed(&self, step: &Step, role: &str) -> bool {
        let Some(case) = &self.case else { return false };
        let visit = case.visits(step.number);
        case.signatures.iter().any(|signature| {
            let signed = &signature.signed;
            (signed.step, signed.visit) == (step.number, visit) && &*signed.role == role
        })
    }

    fn note(&mut self, back: bool) -> Option<Name> {
        if back {
            return self.chance.pick(&BACK).map(|words| (*words).into());
        }
        if self.chance.percent(45) { self.chance.pick(&SENTENCES).map(|words| (*words).into()) } else { None }
    }

    /// Mostly onwards; back or refused where this life says so.
    fn branch<'s>(&mut self, case: &Case, step: &'s Step) -> Option<&'s Branch> {
        let decision = step.decision.as_ref()?;
        // Those who act jointly agree with the first of them.
        let said =
            case.standing.as_ref().and_then(|standing| standing.acted.first()).and_then(|part| part.answer.as_ref());
        if let Some(said) = said {
            return decision.branch(said);
        }
        let of = |wanted: fn(&Step, Target) -> bool| {
            decision.branches.iter().filter(|branch| wanted(step, branch.target)).collect::<Vec<_>>()
        };
        let refusing = of(|_, target| target == Target::Refusal);
        let back = of(Step::is_back);
        let onwards = of(|step, target| target != Target::Refusal && !step.is_back(target));
        let refuses =
            !refusing.is_empty() && (self.turn == Turn::Refused || onwards.is_empty() || self.chance.percent(3));
        let returns = !back.is_empty()
            && case.visits(step.number) < 2
            && (self.turn == Turn::SentBack || self.chance.percent(10));
        let (among, turn) = match (refuses, returns) {
            (true, _) => (refusing, Turn::None),
            (false, true) => (back, Turn::None),
            (false, false) if onwards.is_empty() => (back, self.turn),
            (false, false) => (onwards, self.turn),
        };
        self.turn = turn;
        self.chance.pick(&among).copied()
    }
}

/// Somebody who may assign and cancel.
pub fn chief<'g>(ground: &Ground<'g>) -> Option<&'g Member> {
    ground
        .members
        .iter()
        .find(|member| member.posts.iter().any(|post| ground.edition.role(&post.role).is_some_and(|role| role.chief)))
}

fn asks(step: &Step, wait: &Wait) -> bool {
    step.responsibles.iter().any(|one| one.role == wait.role && one.scope == Scope::Requester)
}

/// The next moment with the office open, and a little later: nobody works at the stroke of eight.
pub fn in_office(calendar: &Calendar, at: Timestamp, chance: &mut Chance) -> Timestamp {
    let opening = calendar.next_opening(at).unwrap_or(at);
    if opening == at {
        return at;
    }
    let minutes = i64::try_from(chance.between(3, 110)).unwrap_or(3);
    opening.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(opening)
}

fn holders<'g>(members: &'g [Member], role: &str, unit: Option<&str>) -> Vec<&'g Member> {
    members.iter().filter(|member| holds_post(&member.posts, role, unit)).collect()
}

/// Those who may be named for a role of the case: its holders, or those the area means.
fn meant<'g>(ground: &Ground<'g>, procedure: &Procedure, case: &Case, role: &str) -> Vec<&'g Member> {
    let routing = procedure.routing.as_ref();
    let route = case
        .route
        .as_ref()
        .zip(routing)
        .and_then(|(key, routing)| routing.routes.iter().find(|route| route.key == *key));
    let parts = route.map_or_else(|| routing.map_or(&[][..], |routing| &routing.otherwise), |route| &route.parts);
    let parts: Vec<_> = parts.iter().filter(|part| &*part.role == role).collect();
    if parts.is_empty() {
        return holders(ground.members, role, None);
    }
    parts.iter().flat_map(|part| holders(ground.members, &part.holder, part.unit.as_deref())).collect()
}

fn required(rules: &[AttachmentRule], given: &Values, known: &Values) -> Vec<Name> {
    let applies = |rule: &&AttachmentRule| rule.only_if.as_ref().is_none_or(|only_if| holds(only_if, given, known));
    rules.iter().filter(|rule| rule.required).filter(applies).map(|rule| rule.label.clone()).collect()
}

fn required_files<'f>(fields: impl Iterator<Item = &'f Field>) -> impl Iterator<Item = Name> {
    fields.filter(|field| field.required && matches!(field.kind, Kind::File)).map(|field| field.label.clone())
}

fn attach(paper: &Blob, label: Name) -> Attach {
    let name: String =
        label.to_lowercase().chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
    Attach {
        name: format!("{}.pdf", name.trim_matches('-')).into(),
        sha256: paper.sha256.as_str().into(),
        size: paper.size,
        media_type: "application/pdf".into(),
        label: Some(label),
        public: true,
    }
}
