//! Who is told what of an act: from the case before and after, its events, and what the decision itself asks to tell.

use crate::{
    Name,
    actor::{PersonId, SYSTEM},
    authority::{Wait, shorten, waits},
    case::{Case, Ending},
    effect::{Audience, Effect, Tell, While},
    event::{By, Channel, Event, Recorded},
};
use manual::{notice::Kind, procedure::Procedure};

/// The effects of an act with everybody it concerns told, one message a person: the sentence of the decision, where it
/// has one for him, under the kind that fits what happened.
#[must_use]
pub fn told(
    before: Option<&Case>,
    case: &Case,
    events: &[Recorded],
    effects: Vec<Effect>,
    procedure: &Procedure,
) -> Vec<Effect> {
    let Some(by) = events.first().map(|recorded| &recorded.by) else { return effects };
    let mut tells = Tells { case, by, all: Vec::new() };
    tells.registered(before);
    tells.ended(before);
    tells.talked(events, procedure);
    tells.term(events, procedure);
    tells.arrived(before, events, procedure);
    tells.delayed(events);
    let mut others = Vec::new();
    for effect in effects {
        match effect {
            Effect::Notify { person, text } => tells.said(Audience::Person(person), text),
            Effect::NotifyRole { role, unit, text } => tells.said(Audience::Role { role, unit }, text),
            other @ (Effect::Tell(_) | Effect::Echo { .. }) => others.push(other),
        }
    }
    others.extend(tells.all.into_iter().map(|tell| Effect::Tell(Box::new(tell))));
    others
}

struct Tells<'t> {
    case: &'t Case,
    by: &'t By,
    all: Vec<Tell>,
}

impl Tells<'_> {
    /// Tells one audience, unless it is the one who did it or is told already.
    fn put(&mut self, kind: Kind, to: Audience, text: String, words: Option<Name>, while_so: Option<While>) {
        let own = matches!(&to, Audience::Person(person) if *person == self.by.person || *person == SYSTEM);
        if own || self.all.iter().any(|tell| tell.to == to) {
            return;
        }
        let by_name = if self.by.person == SYSTEM { "El sistema".into() } else { self.by.name.clone() };
        self.all.push(Tell { kind, to, by: self.by.person, by_name, text: text.into(), words, while_so });
    }

    /// What the decision says in its own words takes the place of the sentence made here.
    fn said(&mut self, to: Audience, text: Name) {
        if let Some(tell) = self.all.iter_mut().find(|tell| tell.to == to) {
            // Who learns of a request in his name only now hears both.
            tell.text = if tell.kind == Kind::Registered { format!("{}. {text}", tell.text).into() } else { text };
            return;
        }
        let kind = match &to {
            Audience::Person(person) if *person == self.requester() => Kind::Progress,
            // What the system says by itself to those who attend is about their terms.
            _ if self.by.person == SYSTEM => Kind::Term,
            Audience::Person(_) => Kind::Mention,
            Audience::Role { .. } => Kind::Progress,
        };
        self.put(kind, to, text.to_string(), None, None);
    }

    const fn requester(&self) -> PersonId {
        self.case.requester.person
    }

    fn tell_requester(&mut self, kind: Kind, text: String, words: Option<Name>) {
        self.put(kind, Audience::Person(self.requester()), text, words, None);
    }

    fn registered(&mut self, before: Option<&Case>) {
        if before.is_none() {
            let (by, case) = (&self.by.name, self.case);
            let how = match case.channel {
                Channel::Phone => ", por teléfono,",
                Channel::Window => ", en ventanilla,",
                Channel::Paper => ", por oficio,",
                Channel::Mail => ", por correo,",
                Channel::Designation => ", por designación,",
                Channel::Portal | Channel::Api | Channel::Schedule => "",
            };
            let (number, subject) = (&case.number, case.subject.trim());
            let text = format!(
                "{by} registró a su nombre{how} la solicitud {number}: {subject}. Si usted no la pidió, escríbalo en el caso"
            );
            self.tell_requester(Kind::Registered, text, None);
        }
    }

    fn ended(&mut self, before: Option<&Case>) {
        let Some(ended) = self.case.ended.as_ref().filter(|_| before.is_some_and(Case::is_open)) else { return };
        let how = match ended.how {
            Ending::Finished => "Terminó su solicitud",
            Ending::Refused => "Se rechazó su solicitud",
            Ending::Cancelled => "Se anuló su solicitud",
            Ending::Merged => "Se unió a otro caso su solicitud",
        };
        let text = format!("{how} {}: {}", self.case.number, self.case.subject);
        self.tell_requester(Kind::Ended, text, ended.reason.clone());
    }

    fn talked(&mut self, events: &[Recorded], procedure: &Procedure) {
        for recorded in events {
            let Event::Commented { text, public } = &recorded.event else { continue };
            let said = format!("{} comentó en el caso {}: {}", self.by.name, self.case.number, self.case.subject);
            if *public {
                self.tell_requester(Kind::Comment, said.clone(), Some(text.clone()));
            }
            // Whoever has the case in hands; a whole post is not called for a word.
            for person in waits(self.case, procedure).into_iter().filter_map(|wait| wait.person) {
                if *public || person != self.requester() {
                    self.put(Kind::Comment, Audience::Person(person), said.clone(), Some(text.clone()), None);
                }
            }
        }
    }

    fn term(&mut self, events: &[Recorded], procedure: &Procedure) {
        for recorded in events {
            let Event::DeadlinePassed { clock, due } = &recorded.event else { continue };
            let text = format!("Venció el plazo del caso {}: {}", self.case.number, self.case.subject);
            let while_so = Some(While::Running { clock: clock.clone(), due: *due });
            for wait in waits(self.case, procedure) {
                let to = audience(wait.person, &wait.holder, wait.unit.as_ref());
                self.put(Kind::Term, to, text.clone(), None, while_so.clone());
            }
        }
    }

    /// The case has come to stand somewhere else, or somebody else has it now.
    fn arrived(&mut self, before: Option<&Case>, events: &[Recorded], procedure: &Procedure) {
        let Some(standing) = &self.case.standing else { return };
        let stood = before.and_then(|before| before.standing.as_ref()).map(|stood| (stood.step, stood.visit));
        let moved = stood != Some((standing.step, standing.visit));
        // Whoever had it before has it still: from step to step of one post nothing arrives.
        let had = before.map(|before| waits(before, procedure)).unwrap_or_default();
        let has_still = |wait: &Wait| {
            had.iter().any(|one| one.person == wait.person && one.holder == wait.holder && one.unit == wait.unit)
        };
        let while_so = Some(While::StandsOn { step: standing.step, visit: standing.visit });
        let activity = procedure.step(standing.step).map(|step| shorten(&step.activity)).unwrap_or_default();
        let (number, subject) = (&self.case.number, &self.case.subject);
        let named: Vec<PersonId> = events
            .iter()
            .filter_map(|recorded| match &recorded.event {
                Event::Assigned { to, .. } => Some(to.person),
                _ => None,
            })
            .collect();
        for wait in waits(self.case, procedure) {
            let (kind, text) = match wait.person {
                Some(person) if person == self.requester() => {
                    (Kind::Needed, format!("Su solicitud {number} espera algo de usted: {activity}"))
                }
                Some(_) => (Kind::Assigned, format!("Le llegó el caso {number}: {subject}")),
                None => (Kind::Post, format!("Llegó a su puesto ({}) el caso {number}: {subject}", wait.holder)),
            };
            if (moved && !has_still(&wait)) || wait.person.is_some_and(|person| named.contains(&person)) {
                self.put(kind, audience(wait.person, &wait.holder, wait.unit.as_ref()), text, None, while_so.clone());
            }
        }
        // Designated for a step still to come.
        for person in named {
            let text = format!("Se le asignó el caso {number}: {subject}");
            self.put(Kind::Assigned, Audience::Person(person), text, None, None);
        }
    }

    /// What moves the end of a request is told to who asked.
    fn delayed(&mut self, events: &[Recorded]) {
        let (number, subject) = (self.case.number.clone(), self.case.subject.clone());
        for recorded in events {
            let (what, reason) = match &recorded.event {
                Event::Paused { cause, reason } | Event::Halted { cause, reason, .. } => {
                    (format!("está en espera ({cause})"), Some(reason.clone()))
                }
                Event::Resumed { .. } => ("ya no está en espera".to_owned(), None),
                Event::Extended { by, reason, .. } | Event::Prolonged { by, reason, .. } => {
                    (format!("tiene una prórroga de {by}"), Some(reason.clone()))
                }
                Event::Reopened { reason, .. } => ("se reabrió".to_owned(), Some(reason.clone())),
                Event::Separated { from, reason, .. } => {
                    (format!("se separó del caso {from} y sigue por su cuenta"), Some(reason.clone()))
                }
                _ => continue,
            };
            self.tell_requester(Kind::Progress, format!("Su solicitud {number} {what}: {subject}"), reason);
        }
    }
}

fn audience(person: Option<PersonId>, holder: &Name, unit: Option<&Name>) -> Audience {
    match person {
        Some(person) => Audience::Person(person),
        None => Audience::Role { role: holder.clone(), unit: unit.cloned() },
    }
}
