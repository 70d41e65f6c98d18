//! Cases of the month that belong together: a request with parts, what was asked twice and is merged, what is only related.
//! A chief ties them, through the same commands as a person.

use super::{
    chance::Chance,
    life::{Ground, Life, Turn, chief, in_office},
    people::Member,
};
use anyhow::{Context, Result};
use engine::{Name, actor::holds, case::Case, tie::TieKind};
use jiff::{SignedDuration, Timestamp};
use manual::{edition::Edition, procedure::Step};
use store::{Request, Submission};

/// Of each at most, in one institution.
const MERGED: usize = 2;
const RELATED: usize = 2;
/// How long after the last act on either somebody sees that they belong together.
const LATER: SignedDuration = SignedDuration::from_mins(6);

/// The request with parts, and its parts: subject, description, how it goes, and how many hours after the first.
const MOVE: [(&str, &str, Turn, i64); 5] = [
    (
        "Traslado de la oficina al segundo nivel",
        "La unidad se traslada completa. Cada equipo y cada punto de red se atiende por separado.",
        Turn::Left,
        0,
    ),
    (
        "Desconectar e instalar seis computadoras",
        "Son los equipos de la oficina que se traslada; ya están rotulados.",
        Turn::None,
        1,
    ),
    ("Puntos de red en la oficina nueva", "Se necesitan ocho puntos; la oficina no tiene ninguno.", Turn::None, 2),
    ("Impresora de la oficina nueva", "Queda compartida con la unidad de al lado.", Turn::None, 3),
    ("Teléfonos de la oficina nueva", "Son tres extensiones; conservan su número.", Turn::Left, 4),
];
/// Days before the present on which the move is asked for.
const MOVE_DAYS: i64 = 9;

/// What is still to be tied.
pub struct Ties {
    /// The first of the lives of the move; its parts follow it.
    whole: usize,
    /// Which of the parts are tied.
    tied: Vec<usize>,
    merged: usize,
    related: Vec<usize>,
}

impl Ties {
    /// Adds the move and its parts to the lives of the month.
    pub fn among(lives: &mut Vec<Life>, edition: &Edition, ground: &Ground<'_>, until: Timestamp) -> Self {
        let whole = lives.len();
        let support =
            edition.procedures.iter().position(|procedure| procedure.title.to_lowercase().contains("soporte"));
        let start = until.saturating_sub(SignedDuration::from_hours(24 * MOVE_DAYS)).unwrap_or(until);
        for (number, (subject, description, turn, hours)) in MOVE.into_iter().enumerate() {
            let mut chance = Chance::new(&edition.institution.code, 9_100 + number);
            let opening = start.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(start);
            let opening = in_office(ground.calendar, opening, &mut chance);
            lives.push(Life::new(support.unwrap_or(0), turn, chance, opening).about(subject, description));
        }
        Self { whole, tied: Vec::new(), merged: 0, related: Vec::new() }
    }

    /// Ties what by this moment is seen to belong together.
    pub async fn go_on(&mut self, ground: &Ground<'_>, lives: &mut [Life], now: Timestamp) -> Result<()> {
        let rest: Vec<usize> = (0..lives.len()).filter(|index| lives[*index].rests_until(now)).collect();
        for part in self.whole + 1..lives.len() {
            if rest.contains(&part) && rest.contains(&self.whole) && !self.tied.contains(&part) {
                self.tied.push(part);
                let other = number(&lives[self.whole])?;
                let request = Request::Link { kind: TieKind::ChildOf, other, reason: None };
                tie(ground, lives, (part, self.whole), request).await?;
            }
        }
        let month: Vec<usize> = rest.into_iter().filter(|index| *index < self.whole).collect();
        let pairs: Vec<(usize, usize)> = month
            .iter()
            .flat_map(|first| month.iter().filter(move |second| first < *second).map(move |second| (*first, *second)))
            .collect();
        for (first, second) in pairs {
            if self.merged < MERGED && lives[second].repeats(&lives[first]) {
                self.merged += 1;
                let into = number(&lives[first])?;
                let reason = "Es el mismo problema, pedido otra vez.".into();
                tie(ground, lives, (second, first), Request::Merge { into, reason }).await?;
                lives[second].stop();
                return Ok(());
            }
            let new = |index: &usize| !self.related.contains(index);
            if self.related.len() < 2 * RELATED && new(&first) && new(&second) && lives[second].resembles(&lives[first])
            {
                self.related.extend([first, second]);
                let other = number(&lives[first])?;
                let reason = Some("De la misma oficina y de la misma semana: conviene verlos juntos.".into());
                let request = Request::Link { kind: TieKind::Related, other, reason };
                tie(ground, lives, (second, first), request).await?;
                return Ok(());
            }
        }
        Ok(())
    }
}

fn number(life: &Life) -> Result<Name> {
    Ok(life.case.as_ref().context("no case")?.number.clone())
}

/// A chief of those who attend the procedure, or any.
fn who<'g>(ground: &Ground<'g>, case: &Case) -> Option<&'g Member> {
    let roles = ground.edition.procedure(&case.procedure)?.steps.iter().flat_map(Step::role_names);
    let mut chiefs = roles.filter(|role| ground.edition.role(role).is_some_and(|role| role.chief));
    let holder = chiefs.find_map(|role| ground.members.iter().find(|member| holds(&member.posts, role, None)));
    holder.or_else(|| chief(ground))
}

/// Somebody does it, a little after the last act on either.
async fn tie(ground: &Ground<'_>, lives: &mut [Life], (ties, other): (usize, usize), request: Request) -> Result<()> {
    let last = [ties, other].into_iter().filter_map(|index| Some(lives[index].case.as_ref()?.updated_at)).max();
    let at = last.and_then(|last| last.saturating_add(LATER).ok()).context("no moment")?;
    let case = lives[ties].case.as_ref().context("no case")?;
    let chief = who(ground, case).context("nobody may tie cases")?.id;
    let submission = Submission::on(case.number.clone(), chief, request, at);
    lives[ties].case = Some(ground.store.submit(submission).await?.case);
    Ok(())
}
