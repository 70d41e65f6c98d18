//! One invented institution: its people, its manual in force, and a month of cases.

use super::{
    chance::Chance,
    letters,
    life::{Ground, Life, Turn, in_office},
    paper,
    people::{self, Member},
    ties::Ties,
};
use crate::{clock, houses, manuals::Loaded, performer};
use anyhow::{Context, Result};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use manual::{edition::Edition, organization::Scope};
use store::{EditionError, Store, people::PersonFields};

/// Cases of one institution.
const CASES: usize = 72;
const DAYS: i64 = 30;
/// What happens within so long of each other is written together.
const TOGETHER: SignedDuration = SignedDuration::from_hours(4);

/// Fills an empty memory; gives the people.
pub async fn fill(store: &Store, loaded: &Loaded, password_hash: &str, now: Timestamp) -> Result<Vec<Member>> {
    let edition = loaded.sound()?;
    let start = now.saturating_sub(SignedDuration::from_hours(24 * DAYS)).unwrap_or(now);
    let before = start.saturating_sub(SignedDuration::from_hours(72)).unwrap_or(start);
    let members = settle(store, edition, password_hash, before).await?;
    publish(store, loaded, &members, before).await?;
    live(store, edition, &members, start, now).await?;
    Ok(members)
}

/// Writes the people and their posts.
async fn settle(store: &Store, edition: &Edition, password_hash: &str, now: Timestamp) -> Result<Vec<Member>> {
    let mut members = people::invent(edition);
    let token = web::clock::digest(&clock::secret());
    store.begin_setup(&token).await?;
    let fields = |member: &Member| PersonFields {
        login: member.login.clone(),
        name: member.name.clone(),
        email: format!("{}@ejemplo.org", member.login),
        phone: String::new(),
        unit: member.unit.as_deref().map(str::to_owned),
        administrator: member.administrator,
        auditor: member.auditor,
    };
    members[0].id = store.finish_setup(&token, fields(&members[0]), password_hash.to_owned(), now).await?;
    let admin = store.admin(members[0].id).await?;
    let made = members[1..].iter().map(|member| admin.create_person(fields(member), password_hash.to_owned(), now));
    for (place, id) in join_all(made).await.into_iter().enumerate() {
        members[place + 1].id = id?;
    }
    let since = store.zone().to_datetime(now).date();
    let given = members.iter().flat_map(|member| member.posts.iter().map(move |post| (member.id, post)));
    let given = given.map(|(id, post)| admin.give_post(id, post.role.clone(), post.unit.clone(), since, None, now));
    for post in join_all(given).await {
        post?;
    }
    Ok(members)
}

/// One administrator uploads the manual, the other puts it in force.
async fn publish(store: &Store, loaded: &Loaded, members: &[Member], now: Timestamp) -> Result<()> {
    let (first, second) = (store.admin(members[0].id).await?, store.admin(members[1].id).await?);
    let uploaded = first.upload_edition(houses::sources(loaded), now).await.map_err(|error| match error {
        EditionError::Findings(findings) => {
            anyhow::anyhow!("el manual de «{}» no se puede publicar: {} hallazgos", loaded.institution, findings.len())
        }
        EditionError::Store(error) => error.into(),
    })?;
    second.publish_edition(uploaded.0.id, now).await?;
    Ok(())
}

/// A month of cases, what happens at about the same time in one commit.
async fn live(store: &Store, edition: &Edition, members: &[Member], start: Timestamp, now: Timestamp) -> Result<()> {
    let calendar = store.calendar().await?.context("no calendar in force")?;
    let paper = store.put_blob(&paper::sheet()[..], 1 << 20, start).await?;
    let ground = Ground { store, edition, calendar: &calendar, members, paper: &paper };
    let until = now.saturating_sub(SignedDuration::from_mins(2)).unwrap_or(now);
    let mut lives = lives(edition, &ground, start, until);
    let mut ties = Ties::among(&mut lives, edition, &ground, until);
    while let Some(moment) = lives.iter().filter_map(Life::moment).min().filter(|moment| *moment < until) {
        let end = moment.saturating_add(TOGETHER).unwrap_or(until).min(until);
        let mut going: Vec<&mut Life> =
            lives.iter_mut().filter(|life| life.moment().is_some_and(|at| at < end)).collect();
        going.sort_by_key(|life| life.moment());
        for result in join_all(going.into_iter().map(|life| life.go_on(&ground))).await {
            result?;
        }
        ties.go_on(&ground, &mut lives, end).await?;
        while performer::perform_due(store, end, &clock::secret()).await? > 0 {}
    }
    let letters = letters::Ground { store, edition, calendar: &calendar, members, paper: &paper };
    letters::write(&letters, start, until).await?;
    // What is older than three days has been read.
    let read_until = now.saturating_sub(SignedDuration::from_hours(72)).unwrap_or(now);
    let reading = members.iter().map(|member| async {
        let reader = store.reader(member.id, now).await?;
        for notice in reader.notices(false, None, 200).await?.rows.iter().filter(|notice| notice.at < read_until) {
            reader.mark_read(Some(notice.id), now).await?;
        }
        Ok::<_, store::StoreError>(())
    });
    for result in join_all(reading).await {
        result?;
    }
    Ok(())
}

/// When each case begins, under which procedure, and what is out of the ordinary in it.
fn lives(edition: &Edition, ground: &Ground<'_>, start: Timestamp, until: Timestamp) -> Vec<Life> {
    const TURNS: [Turn; 12] = [
        Turn::None,
        Turn::SentBack,
        Turn::None,
        Turn::Slow,
        Turn::Complaint,
        Turn::None,
        Turn::Refused,
        Turn::Reopened,
        Turn::None,
        Turn::Slow,
        Turn::Cancelled,
        Turn::None,
    ];
    let asked_by_all: Vec<usize> = (0..edition.procedures.len())
        .filter(|index| {
            let requesters = &edition.procedures[*index].requesters;
            requesters.iter().any(|role| edition.role(role).is_some_and(|role| role.scope == Scope::Requester))
        })
        .collect();
    let span = until.duration_since(start).as_mins();
    let mut lives = Vec::new();
    for number in 0..CASES {
        let mut chance = Chance::new(&edition.institution.code, number + 1);
        let fresh = number + 9 >= CASES;
        let left = (12..=20).step_by(2).any(|back| number + back == CASES);
        let timed = edition.procedures.iter().position(|procedure| !procedure.clocks.is_empty());
        // Every procedure runs; those anybody may ask for run more.
        let procedure = match timed {
            Some(timed) if left => timed,
            _ if number < edition.procedures.len() => number,
            _ => chance.pick(&asked_by_all).copied().unwrap_or_else(|| chance.below(edition.procedures.len())),
        };
        let turn = match (fresh, left) {
            (true, _) => Turn::Fresh,
            (_, true) => Turn::Left,
            _ => TURNS[number % TURNS.len()],
        };
        let place = i64::try_from(number * 100 / CASES).unwrap_or(0);
        let wobble = i64::try_from(chance.below(600)).unwrap_or(0);
        let opening = start.saturating_add(SignedDuration::from_mins(span * place / 100 + wobble)).unwrap_or(start);
        let opening = in_office(ground.calendar, opening, &mut chance);
        // The last ones came in just now, whatever the hour: the portal is open day and night.
        let opening = if fresh {
            until.saturating_sub(SignedDuration::from_mins(wobble / 4 + 1)).unwrap_or(until)
        } else {
            opening
        };
        lives.push(Life::new(procedure, turn, chance, opening));
    }
    lives
}
