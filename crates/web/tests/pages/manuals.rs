//! Every worked example of every manual, carried to its end through the forms of the pages.

use crate::common::{Answer, Desk, PASSWORD, Sample, Visitor};
use engine::{
    Name,
    actor::PersonId,
    case::Case,
    command::{Attach, Command, Complete, Sign},
    rehearse::{Act, GREATEST_ACTS, next_act},
    value::Value,
};
use jiff::SignedDuration;
use manual::{
    edition::Edition,
    organization::Scope,
    procedure::{Procedure, StepNo},
    scenario::Scenario,
};
use store::CaseView;

/// One example under way.
struct Story<'d> {
    desk: &'d Desk,
    institution: &'d str,
    edition: &'d Edition,
    procedure: &'d Procedure,
    number: String,
}

async fn all_of(institution: &str) {
    let desk = Desk::open(&[institution]).await;
    let edition = &desk.places[institution].edition;
    let mut walked = 0;
    for scenario in &edition.scenarios {
        let procedure = edition.procedure(&scenario.procedure).expect("a procedure");
        let mut story = Story { desk: &desk, institution, edition, procedure, number: String::new() };
        let case = story.carry(scenario).await;
        let what = format!("{institution} {} «{}»", procedure.code, scenario.title);
        let path: Vec<StepNo> = case.legs.iter().map(|leg| leg.step).collect();
        assert!(scenario.path.is_empty() || path == scenario.path, "{what}: {path:?}");
        if let Some(state) = &scenario.state {
            assert_eq!(case.status().code(), &**state, "{what}");
        }
        walked += 1;
    }
    assert!(
        edition.procedures.iter().all(|procedure| edition.scenarios.iter().any(|one| one.procedure == procedure.code))
    );
    assert!(walked >= edition.procedures.len(), "{institution}: {walked}");
}

#[tokio::test]
async fn diaco() {
    all_of("diaco").await;
}

#[tokio::test]
async fn igss() {
    all_of("igss").await;
}

#[tokio::test]
async fn seprem() {
    all_of("seprem").await;
}

#[tokio::test]
async fn sosep() {
    all_of("sosep").await;
}

#[tokio::test]
async fn usulutan() {
    all_of("usulutan").await;
}

impl<'d> Story<'d> {
    async fn carry(&mut self, scenario: &Scenario) -> Case {
        let place = &self.desk.places[self.institution];
        if let Some(opened) = scenario.opened {
            let at = place.store.zone().to_timestamp(opened).expect("a moment");
            self.desk.clock.set(&at.to_string());
        }
        let mut answers = scenario.answers.clone();
        let mut view: Option<CaseView> = None;
        for _ in 0..GREATEST_ACTS {
            let case = view.as_ref().map(|view| &view.case);
            let act = next_act(case, self.edition, self.procedure, scenario, &mut answers).expect("an act");
            let Some(act) = act else { break };
            let what = format!("{} {} «{}»: {act:?}", self.institution, self.procedure.code, scenario.title);
            let answer = self.perform(view.as_ref(), &act).await;
            assert!(answer.status.is_redirection(), "{what}\n{} {}", answer.status, answer.text());
            if self.number.is_empty() {
                self.number = answer.number();
            }
            let admin = place.people["admin"];
            let reader = place.store.reader(admin, self.desk.app.now()).await.expect("a reader");
            view = reader.case(&self.number).await.expect("the store");
            self.desk.clock.pass(SignedDuration::from_mins(7));
        }
        assert!(answers.is_empty(), "answers of more: {answers:?}");
        view.expect("a case").case
    }

    async fn perform(&self, view: Option<&CaseView>, act: &Act) -> Answer {
        let case = format!("/casos/{}", self.number);
        match (&act.command, view) {
            (Command::Open(open), _) => {
                let code = &self.procedure.code;
                let address = format!("/solicitudes/nueva/{code}");
                let asks = self.asks().await;
                let mut pairs = vec![("asunto".to_string(), open.subject.to_string())];
                pairs.extend(open.values.iter().flat_map(|(key, value)| typed(&format!("d.{key}"), value)));
                let files: Vec<Sample<'_>> = open.attachments.iter().map(sample).collect();
                asks.post_files(&address, &address, &borrowed(&pairs), &files).await
            }
            (Command::Complete(complete), Some(view)) => {
                let who = self.responsible(view, act.role.as_ref()).await;
                self.complete(&who, view, complete).await
            }
            (Command::Attach(attach), Some(view)) => {
                let who = self.responsible(view, act.role.as_ref()).await;
                who.post_files(&case, &format!("{case}/adjuntos"), &[], &[sample(attach)]).await
            }
            (Command::Sign(sign), Some(view)) => self.sign(view, act.role.as_ref(), sign).await,
            (other, _) => panic!("no form for {other:?}"),
        }
    }

    async fn complete(&self, who: &Visitor<'_>, view: &CaseView, complete: &Complete) -> Answer {
        let case = format!("/casos/{}", self.number);
        let visit = view.case.standing.as_ref().map_or(1, |standing| standing.visit);
        let mut pairs =
            vec![("paso".to_string(), complete.step.to_string()), ("visita".to_string(), visit.to_string())];
        let page = who.page(&case).await;
        let routing = self.procedure.routing.as_ref().map(|routing| routing.key.clone());
        for (key, value) in &complete.values {
            if Some(key) == routing.as_ref() {
                pairs.extend(typed("ruta", value));
                continue;
            }
            assert!(page.contains(&format!("name=\"d.{key}")), "step {} asks «{key}»: {page}", complete.step);
            pairs.extend(typed(&format!("d.{key}"), value));
        }
        if let Some(answer) = &complete.answer {
            assert!(page.contains(&format!("name=\"respuesta\" value=\"{answer}\"")), "step {}: {page}", complete.step);
            pairs.push(("respuesta".into(), answer.to_string()));
        }
        if page.contains("name=\"contrasena\"") {
            pairs.push(("contrasena".into(), PASSWORD.into()));
        }
        who.post_sealed(&page, &format!("{case}/cumplimientos"), &borrowed(&pairs)).await
    }

    async fn sign(&self, view: &CaseView, role: Option<&Name>, sign: &Sign) -> Answer {
        let case = format!("/casos/{}", self.number);
        let place = sign.role.clone().unwrap_or_default();
        if let Some(original) = &sign.original {
            let who = self.responsible(view, role).await;
            let fields = [("papel", "si"), ("puesto", &*place), ("original", &**original)];
            return who.post(&case, &format!("{case}/firmas"), &fields).await;
        }
        let who = self.holder(view, &place).await;
        let page = who.page(&case).await;
        // Who is also one of the step's responsibles signs by doing his part; the example signs apart all the same.
        let step = view.case.standing.as_ref().and_then(|standing| self.procedure.step(standing.step)).expect("a step");
        let attends = step.role_names().any(|role| *role == place);
        assert!(attends || page.contains("Se le pide su firma"), "{page}");
        let fields = [("puesto", &*place), ("contrasena", PASSWORD)];
        who.post_sealed(&page, &format!("{case}/firmas"), &fields).await
    }

    /// The one who opens: anybody, or who holds a post that may ask.
    async fn asks(&self) -> Visitor<'d> {
        let people = &self.desk.places[self.institution].people;
        let everybody = |role: &Name| self.edition.role(role).is_some_and(|role| role.scope == Scope::Requester);
        if self.procedure.requesters.iter().any(everybody) {
            return self.desk.visitor(self.institution, "ana").await;
        }
        let post =
            self.procedure.requesters.iter().find(|role| people.contains_key(&***role)).expect("a post that may ask");
        self.desk.visitor(self.institution, post).await
    }

    /// The person for whom the step waits under a role.
    async fn responsible(&self, view: &CaseView, role: Option<&Name>) -> Visitor<'d> {
        let wait =
            view.waits.iter().find(|wait| role.is_none_or(|role| wait.role == *role)).expect("somebody it waits for");
        let people = &self.desk.places[self.institution].people;
        let person: PersonId = wait.person.unwrap_or_else(|| people[&*wait.holder]);
        self.desk.visitor_of(self.institution, person).await
    }

    async fn holder(&self, view: &CaseView, role: &str) -> Visitor<'d> {
        match self.desk.places[self.institution].people.get(role) {
            Some(person) => self.desk.visitor_of(self.institution, *person).await,
            None => self.desk.visitor_of(self.institution, view.case.requester.person).await,
        }
    }
}

fn sample(attach: &Attach) -> Sample<'_> {
    Sample {
        field: format!("archivo:{}", attach.label.as_deref().unwrap_or_default()),
        name: &attach.name,
        media: &attach.media_type,
        content: b"una muestra",
    }
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

/// A value as a form sends it.
fn typed(name: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Flag(flag) => vec![(name.into(), if *flag { "si" } else { "no" }.into())],
        Value::Number(number) => vec![(name.into(), number.to_string())],
        Value::Text(text) => vec![(name.into(), text.to_string())],
        Value::List(items) => items.iter().map(|item| (name.to_string(), item.to_string())).collect(),
        Value::Rows(rows) => rows
            .iter()
            .enumerate()
            .flat_map(|(index, row)| {
                row.iter()
                    .flat_map(move |(key, value)| typed(&format!("{name}.{index}.{key}"), value))
                    .collect::<Vec<_>>()
            })
            .collect(),
    }
}
