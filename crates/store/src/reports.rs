//! Reports: the cases that ended in a period, one by one and in total, for those who see every case.

use crate::{
    cases,
    endings::Ending,
    error::{DbError, StoreError},
    lists::{Page, limit_of},
    reader::Reader,
    time,
    tx::statements,
};
use engine::{
    Name,
    case::Status,
    event::Channel,
    measure::{Conformity, Verdict, conformity, judged_due, verdict},
    refusal::Refusal,
};
use jiff::{Timestamp, civil::Date};

/// Local days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

/// A case that ended, as a report tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    pub number: Name,
    pub subject: Name,
    pub procedure: Name,
    pub edition: i64,
    pub channel: Channel,
    pub requester: Name,
    /// Code of the unit of the one who asked, as it was then; may be empty.
    pub unit: Name,
    pub opened_at: Timestamp,
    /// When the first of its terms fell due.
    pub due: Option<Timestamp>,
    pub ended_at: Timestamp,
    pub how: Status,
    pub judged: Conformity,
    /// For what it is counted apart, in the words of the manual it ran under.
    pub causes: Vec<Name>,
    pub rated: Verdict,
    pub comment: Option<Name>,
}

/// How many of the cases of a period are alike in all of this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTotal {
    pub procedure: Name,
    pub channel: Channel,
    pub how: Status,
    pub judged: Conformity,
    pub rated: Verdict,
    pub cases: i64,
}

statements! {
    ENDED: [Int, Int, Int, Int] => [Int, Int],
        "SELECT e.at, e.case_id FROM endings e WHERE (e.at, e.case_id) > ($1, $2) AND e.at < $3
         ORDER BY e.at, e.case_id LIMIT $4";
    TOTALS: [Int, Int] => [Text, Text, Text, Text, Text, Int],
        "SELECT procedure, channel, how, judged, rated, COUNT(*) FROM endings WHERE at >= $1 AND at < $2
         GROUP BY procedure, channel, how, judged, rated ORDER BY procedure, channel, how, judged, rated";
}

impl Reader {
    /// The cases that ended in a period, in the order in which they did.
    ///
    /// # Errors
    /// Not there for whoever does not see every case.
    pub async fn ended(
        &self,
        period: Period,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<ReportLine>, StoreError> {
        let (reader, limit, caches) = (self.clone(), limit_of(limit), self.store.caches());
        let cursor = cursor.and_then(|cursor| cursor.split_once('.')).map(|(at, id)| (at.parse(), id.parse()));
        self.store
            .read(move |tx| {
                reader.oversees(tx)?;
                let (begins, ends) = bounds(period, caches.zone())?;
                let (at, id) = match cursor {
                    Some((Ok(at), Ok(id))) if (at, id) > (begins, 0) => (at, id),
                    _ => (begins, 0_i64),
                };
                let found = tx.rows(&ENDED, &[at.into(), id.into(), ends.into(), (limit + 1).into()])?;
                let mut places: Vec<(i64, i64)> =
                    found.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect::<Result<_, DbError>>()?;
                let more = places.len() > limit;
                places.truncate(limit);
                let asked: Vec<i64> = places.iter().map(|(_, id)| *id).collect();
                let mut rows = Vec::with_capacity(places.len());
                for stored in cases::these(tx, &asked)? {
                    let case = stored.case;
                    let Some(ended) = &case.ended else { continue };
                    let edition = caches.edition(tx, case.edition)?;
                    let known = edition.procedure(&case.procedure).map_or(&[][..], |procedure| &procedure.exclusions);
                    let cause = |key: &Name| {
                        known.iter().find(|one| one.key == *key).map_or_else(|| key.clone(), |one| one.text.clone())
                    };
                    rows.push(ReportLine {
                        requester: case.asked_by().into(),
                        unit: case.requester.unit.clone().unwrap_or_default(),
                        due: judged_due(&case),
                        ended_at: ended.at,
                        how: case.status(),
                        judged: conformity(&case, ended.at),
                        causes: case.exclusions.iter().map(cause).collect(),
                        rated: verdict(&case),
                        comment: case.rating.as_ref().and_then(|rating| rating.comment.clone()),
                        number: case.number,
                        subject: case.subject,
                        procedure: case.procedure,
                        edition: case.edition,
                        channel: case.channel,
                        opened_at: case.opened_at,
                    });
                }
                let next = places.last().filter(|_| more).map(|(at, id)| format!("{at}.{id}"));
                Ok(Page { rows, next })
            })
            .await
    }

    /// How many cases ended in a period, by all that a report tells them apart by.
    ///
    /// # Errors
    /// Not there for whoever does not see every case.
    pub async fn ended_totals(&self, period: Period) -> Result<Vec<ReportTotal>, StoreError> {
        let (reader, caches) = (self.clone(), self.store.caches());
        self.store
            .read(move |tx| {
                reader.oversees(tx)?;
                let (begins, ends) = bounds(period, caches.zone())?;
                let mut totals = Vec::new();
                for row in tx.rows(&TOTALS, &[begins.into(), ends.into()])? {
                    let Ending { procedure, channel, how, judged, rated, .. } = Ending::read(&row, 0, 0)?;
                    totals.push(ReportTotal { procedure, channel, how, judged, rated, cases: row.int(5)? });
                }
                Ok(totals)
            })
            .await
    }

    fn oversees(&self, tx: &crate::tx::Tx<'_>) -> Result<(), StoreError> {
        if self.sees_current(tx, &self.store.caches())? {
            return Ok(());
        }
        Err(Refusal::missing("Los informes son de las jefaturas, de auditoría y de quien administra el sistema.")
            .into())
    }
}

fn bounds(period: Period, zone: &jiff::tz::TimeZone) -> Result<(i64, i64), DbError> {
    Ok((time::day_bounds(period.from, zone)?.0, time::day_bounds(period.to, zone)?.1))
}
