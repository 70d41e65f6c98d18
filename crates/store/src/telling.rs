//! Telling people: a notice on the page, and by mail or in the day's digest where the person wants it so; one message an
//! event and person, written together with what came of the effect.

use crate::{
    calendars, cases, editions,
    error::{DbError, StoreError},
    mails::{self, NewMail, StillTrue},
    notices, outbox,
    outbox::{OutboxLease, OutboxOutcome},
    people::{self, Person},
    preferences::{self, Preferences, Way},
    ratings,
    reader::{CaseView, Reader},
    store::{Caches, Store},
    templates::{Told, address, local, of_person},
    time,
    tx::{Tx, statements},
};
use engine::{
    Name,
    actor::{PersonId, SYSTEM},
    calendar::Calendar,
    case::Case,
    effect::{Audience, Effect, Tell, While},
    event::Priority,
};
use jiff::{Timestamp, ToSpan};
use manual::notice::Kind;
use std::sync::Arc;

/// Digests and reminders handled in one commit.
const LOT: usize = 50;
/// Lines of one digest; what is beyond is on the page.
const LINES: usize = 200;

/// A mail about a case, as those who attend see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub to: Name,
    pub subject: String,
    /// `queued`, `sent`, `failed`, `unneeded`, `returned`.
    pub state: String,
    pub queued_at: Timestamp,
    pub not_before: Timestamp,
    pub settled_at: Option<Timestamp>,
    /// What the server said, or why it was not sent.
    pub detail: String,
}

statements! {
    PUT_ITEM: [Int, Int, Int, Text, Text] => [],
        "INSERT INTO digest_items (person, send_at, at, number, text) VALUES ($1, $2, $3, $4, $5)";
    DUE_DIGESTS: [Int, Int] => [Int],
        "SELECT DISTINCT person FROM digest_items WHERE send_at <= $1 ORDER BY person LIMIT $2";
    ITEMS: [Int, Int] => [Int, Int, Text],
        "SELECT id, at, text FROM digest_items WHERE person = $1 AND send_at <= $2 ORDER BY id";
    DROP_ITEMS: [Int, Int] => [], "DELETE FROM digest_items WHERE person = $1 AND send_at <= $2";
    DELIVERIES: [Text, Int] => [Text, Text, Text, Int, Int, Int, Text],
        "SELECT COALESCE(p.name, m.address), m.subject, m.state, m.created_at, m.not_before, m.settled_at, m.detail
         FROM mails m LEFT JOIN people p ON p.id = m.person WHERE m.number = $1 ORDER BY m.id DESC LIMIT $2";
}

impl Store {
    /// Performs an effect that tells people and settles it, in one commit. `chance` is random: the links to rate come
    /// from it.
    pub async fn tell(&self, lease: &OutboxLease, chance: &str, now: Timestamp) -> Result<(), StoreError> {
        let (lease, chance, caches) = (lease.clone(), chance.to_owned(), self.caches());
        self.write(move |tx| {
            let Some(tell) = as_told(&lease.effect) else {
                return Err(StoreError::Broken(format!("{} tells nobody", lease.key)));
            };
            // The key without its place: whatever several effects of one act say, a person hears one of them.
            let key = lease.key.rsplit_once(':').map_or(&*lease.key, |(key, _)| key);
            let teller = Teller { tx, caches: &caches, case: &lease.case, chance: &chance, now };
            let people = match &tell.to {
                Audience::Person(person) => vec![*person],
                Audience::Role { role, unit } => people::holders(tx, role, unit.as_deref(), caches.today(now))?,
            };
            teller.tell_all(&tell, key, &people)?;
            outbox::settle(tx, &lease, &OutboxOutcome::Done, now)?;
            Ok(())
        })
        .await
    }

    /// Queues the digests whose hour has come; gives how many.
    pub async fn send_digests(&self, now: Timestamp) -> Result<usize, StoreError> {
        let due = self.read(move |tx| Ok::<_, StoreError>(tx.row(&DUE_DIGESTS, &[now.into(), 1_i64.into()])?)).await?;
        if due.is_none() {
            return Ok(0);
        }
        let caches = self.caches();
        self.write(move |tx| {
            let due = tx.rows(&DUE_DIGESTS, &[now.into(), LOT.into()])?;
            for row in &due {
                digest(tx, &caches, PersonId(row.int(0)?), now)?;
            }
            Ok(due.len())
        })
        .await
    }

    /// Reminds, once, those who have not said how the service was; gives how many links were looked at.
    pub async fn remind_ratings(&self, chance: &str, now: Timestamp) -> Result<usize, StoreError> {
        let due = self.read(move |tx| Ok::<_, StoreError>(ratings::to_remind(tx, now, 1)?)).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let (chance, caches) = (chance.to_owned(), self.caches());
        self.write(move |tx| {
            let due = ratings::to_remind(tx, now, LOT)?;
            for (link, number, person) in &due {
                ratings::reminded(tx, link)?;
                let Some(stored) = cases::see(tx, number)? else { continue };
                if stored.case.rating.is_some() || !ratings::may_rate(&stored.case, *person) {
                    continue;
                }
                let tell = Tell {
                    kind: Kind::Rating,
                    to: Audience::Person(*person),
                    by: SYSTEM,
                    by_name: "El sistema".into(),
                    text: format!("Aún no ha calificado el servicio de su solicitud {number}.").into(),
                    words: None,
                    while_so: None,
                };
                let teller = Teller { tx, caches: &caches, case: number, chance: &chance, now };
                teller.tell(&tell, &format!("calificar:{number}:{}", stored.case.reopened), *person, false)?;
            }
            Ok(due.len())
        })
        .await
    }
}

impl Reader {
    /// The mails a case has caused, the newest first; for those who attend it.
    pub async fn deliveries(&self, view: &CaseView) -> Result<Vec<Delivery>, StoreError> {
        if !view.attends {
            return Ok(Vec::new());
        }
        let number = view.case.number.clone();
        self.store
            .read(move |tx| {
                let rows = tx.rows(&DELIVERIES, &[number.as_ref().into(), LOT.into()])?;
                rows.iter()
                    .map(|row| {
                        Ok(Delivery {
                            to: row.name(0)?,
                            subject: row.string(1)?,
                            state: row.string(2)?,
                            queued_at: time::moment(row.int(3)?)?,
                            not_before: time::moment(row.int(4)?)?,
                            settled_at: time::moment_opt(row.int_opt(5)?)?,
                            detail: row.string(6)?,
                        })
                    })
                    .collect()
            })
            .await
    }
}

/// An effect as it is told; those written before there were kinds too. None: it tells nobody.
fn as_told(effect: &Effect) -> Option<Tell> {
    let plain = |to: Audience, text: &Name| Tell {
        kind: Kind::Progress,
        to,
        by: SYSTEM,
        by_name: "El sistema".into(),
        text: text.clone(),
        words: None,
        while_so: None,
    };
    Some(match effect {
        Effect::Tell(tell) => (**tell).clone(),
        Effect::Notify { person, text } => plain(Audience::Person(*person), text),
        Effect::NotifyRole { role, unit, text } => {
            plain(Audience::Role { role: role.clone(), unit: unit.clone() }, text)
        }
        Effect::Echo { .. } => return None,
    })
}

struct Teller<'t, 'c> {
    tx: &'t Tx<'c>,
    caches: &'t Caches,
    case: &'t str,
    chance: &'t str,
    now: Timestamp,
}

impl Teller<'_, '_> {
    /// Those it concerns and, where one of them is absent, whoever stands in for him; each hears it once.
    fn tell_all(&self, tell: &Tell, key: &str, people: &[PersonId]) -> Result<(), StoreError> {
        let mut standing_in: Vec<(PersonId, Vec<PersonId>)> = Vec::new();
        for person in people.iter().filter(|person| **person != tell.by && **person != SYSTEM) {
            let deputies = self.deputies(tell, *person)?;
            self.tell(tell, key, *person, !deputies.is_empty())?;
            for deputy in deputies.into_iter().filter(|deputy| *deputy != tell.by) {
                match standing_in.iter_mut().find(|(known, _)| *known == deputy) {
                    Some((_, absent)) => absent.push(*person),
                    None => standing_in.push((deputy, vec![*person])),
                }
            }
        }
        // The last: what a deputy hears for himself he has heard already.
        for (deputy, absent) in standing_in {
            let mut names = Vec::new();
            for person in absent {
                names.extend(people::load(self.tx, person)?.map(|person| person.name.to_string()));
            }
            let text = format!("Por ausencia de {}: {}", names.join(" y de "), tell.text).into();
            self.tell(&Tell { text, ..tell.clone() }, key, deputy, false)?;
        }
        Ok(())
    }

    /// Who is told in somebody's absence, of what there is to do: not of the absent one's own requests.
    fn deputies(&self, tell: &Tell, person: PersonId) -> Result<Vec<PersonId>, StoreError> {
        if !matches!(tell.kind, Kind::Assigned | Kind::Post | Kind::Needed | Kind::Term | Kind::Comment) {
            return Ok(Vec::new());
        }
        let deputies = people::deputies(self.tx, person, self.caches.today(self.now))?;
        let own =
            || cases::see(self.tx, self.case).map(|seen| seen.is_some_and(|it| it.case.requester.person == person));
        if deputies.is_empty() || (tell.kind == Kind::Comment && own()?) { Ok(Vec::new()) } else { Ok(deputies) }
    }

    /// Whoever is absent finds it on the page on coming back; the mail goes to the deputy.
    fn tell(&self, tell: &Tell, key: &str, person: PersonId, absent: bool) -> Result<(), StoreError> {
        let Some(person) = people::load(self.tx, person)?.filter(|person| person.active) else { return Ok(()) };
        let preferences = preferences::load(self.tx, person.id)?;
        let way = preferences.way(tell.kind);
        if way == Way::Nothing || !notices::put(self.tx, person.id, key, &tell.text, self.case, self.now)? {
            return Ok(());
        }
        if absent || self.caches.mail().is_none() || person.email.is_empty() {
            return Ok(());
        }
        match way {
            Way::Mail => self.mail(tell, key, &person, &preferences),
            Way::Digest => self.keep_for_digest(tell, &person, &preferences),
            Way::Page | Way::Nothing => Ok(()),
        }
    }

    fn mail(&self, tell: &Tell, key: &str, person: &Person, preferences: &Preferences) -> Result<(), StoreError> {
        let Some(stored) = cases::see(self.tx, self.case)? else { return Ok(()) };
        let case = stored.case;
        let edition = self.caches.edition(self.tx, case.edition)?;
        let calendar = in_force(self.tx, self.caches)?;
        let waits = preferences.office_hours && case.priority != Priority::Urgent;
        let not_before = match &calendar {
            Some(calendar) if waits => calendar.next_opening(self.now).unwrap_or(self.now),
            _ => self.now,
        };
        let rating = self.rating_address(tell, &case, person.id, calendar.as_deref())?;
        let told = Told {
            caches: self.caches,
            edition: &edition,
            case: &case,
            person,
            by: &tell.by_name,
            text: &tell.text,
            words: tell.words.as_deref().unwrap_or_default(),
            rating: &rating,
        };
        let (subject, text) = edition.template(tell.kind).fill(|field| told.value(field));
        let number = case.number.clone();
        let only_if = match (&tell.while_so, tell.kind) {
            (Some(While::StandsOn { step, visit }), _) => {
                Some(StillTrue::StandsOn { case: number.clone(), step: *step, visit: *visit })
            }
            (Some(While::Running { clock, due }), _) => {
                Some(StillTrue::Running { case: number.clone(), clock: clock.clone(), due: *due })
            }
            (None, Kind::Rating) => Some(StillTrue::NotRated { case: number.clone() }),
            (None, _) => None,
        };
        let mail = NewMail {
            person: Some(person.id),
            case_number: Some(number),
            not_before,
            only_if,
            ..NewMail::new(format!("aviso:{key}:{}", person.id.0), &person.email, subject, text, self.now)
        };
        mails::enqueue(self.tx, &mail)?;
        Ok(())
    }

    /// The address where the service is rated, for whom that is asked; empty for everybody else.
    fn rating_address(
        &self,
        tell: &Tell,
        case: &Case,
        person: PersonId,
        calendar: Option<&Calendar>,
    ) -> Result<String, StoreError> {
        let base = self.caches.mail().and_then(|desk| desk.public_url.as_deref());
        let Some(base) = base else { return Ok(String::new()) };
        if !matches!(tell.kind, Kind::Ended | Kind::Rating) || !ratings::may_rate(case, person) {
            return Ok(String::new());
        }
        let later = self.now.saturating_add(ratings::REMINDER).map_err(DbError::broken)?;
        let remind_at = (tell.kind == Kind::Ended)
            .then(|| calendar.and_then(|calendar| calendar.next_opening(later).ok()).unwrap_or(later));
        let token = ratings::link(self.tx, self.chance, &case.number, person, self.now, remind_at)?;
        Ok(format!("{base}/{}/calificar/{token}", self.caches.institution()))
    }

    fn keep_for_digest(&self, tell: &Tell, person: &Person, preferences: &Preferences) -> Result<(), StoreError> {
        let send_at = next_digest(self.tx, self.caches, preferences.digest_hour, self.now)?;
        let values = [person.id.into(), send_at.into(), self.now.into(), self.case.into(), tell.text.as_ref().into()];
        Ok(self.tx.run(&PUT_ITEM, &values).map(drop)?)
    }
}

fn in_force(tx: &Tx<'_>, caches: &Caches) -> Result<Option<Arc<Calendar>>, StoreError> {
    calendars::latest(tx)?.map(|(version, _)| caches.calendar(tx, version)).transpose()
}

/// The next time that hour strikes on a day on which the institution works.
fn next_digest(tx: &Tx<'_>, caches: &Caches, hour: i8, now: Timestamp) -> Result<Timestamp, StoreError> {
    let calendar = in_force(tx, caches)?;
    let mut day = caches.today(now);
    for _ in 0..60 {
        let at =
            day.at(hour.clamp(0, 23), 0, 0, 0).to_zoned(caches.zone().clone()).map_err(DbError::broken)?.timestamp();
        if at > now && calendar.as_ref().is_none_or(|calendar| calendar.day(day).counts_as_business_day) {
            return Ok(at);
        }
        day = day.saturating_add(1.day());
    }
    Ok(now)
}

fn digest(tx: &Tx<'_>, caches: &Caches, person: PersonId, now: Timestamp) -> Result<(), StoreError> {
    let items = tx.rows(&ITEMS, &[person.into(), now.into()])?;
    tx.run(&DROP_ITEMS, &[person.into(), now.into()])?;
    let Some(person) = people::load(tx, person)?.filter(|person| person.active && !person.email.is_empty()) else {
        return Ok(());
    };
    let (Some(first), Some(edition)) = (items.first(), editions::current(tx)?) else { return Ok(()) };
    let edition = caches.edition(tx, edition)?;
    let mut lines = Vec::new();
    for row in items.iter().take(LINES) {
        lines.push(format!("- {}  {}", local(time::moment(row.int(1)?)?, caches), row.text(2)?));
    }
    if items.len() > LINES {
        lines.push(format!("y {} más, en la página.", items.len() - LINES));
    }
    let lines = lines.join("\n");
    let values = |field: &str| match field {
        "texto" => lines.clone(),
        "enlace" => address(caches, "/avisos"),
        other => of_person(other, caches, &edition, &person),
    };
    let (subject, text) = edition.template(Kind::Digest).fill(values);
    let key = format!("resumen:{}:{}", person.id.0, first.int(0)?);
    let mail = NewMail { person: Some(person.id), ..NewMail::new(key, &person.email, subject, text, now) };
    mails::enqueue(tx, &mail)?;
    Ok(())
}
