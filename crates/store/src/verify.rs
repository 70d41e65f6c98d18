//! The auditor's walk: every chain, every case replayed, every derived row and counter computed anew, every seal.

use crate::{
    cases::{self, Stored},
    endings::{self, Ending},
    error::{DbError, StoreError},
    hash,
    journal::{self, AdminAct, AdminRecorded, Entry},
    letters, migrations, seals,
    store::{Caches, Store},
    ties, timers,
    tx::{Tx, statements},
    waits::{self, TallyKey},
};
use engine::{
    Name,
    apply::replay,
    clocks::{Frame, drifted},
    event::{Event, Recorded},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Something that is not as it should be; of each stream the first bad entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The case's number, `institucion`, `sello 2026-11-22` or `contadores`.
    pub stream: String,
    /// The first bad entry, where it is one.
    pub n: Option<u32>,
    pub what: String,
}

/// What was walked, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    pub entries: u64,
    pub cases: u64,
    pub seals: u64,
    pub findings: Vec<Finding>,
}

statements! {
    NUMBERS: [Int, Int] => [Int, Text], "SELECT id, number FROM cases WHERE id > $1 ORDER BY id LIMIT $2";
    DRAWN: [] => [Int], "SELECT CAST(COALESCE(SUM(last), 0) AS BIGINT) FROM counters";
    ROW: [Int] => [Text, Int, Int, Int, Int, Int, Text, Text],
        "SELECT status, is_open, paused, late, due_key, version, procedure, priority FROM cases WHERE id = $1";
}

impl Store {
    /// Walks everything on one snapshot. Nothing is changed; findings name the first bad entry of each stream.
    pub async fn verify(&self) -> Result<Verification, StoreError> {
        let caches = self.caches();
        self.read(move |tx| {
            let mut walk = Walk::new(tx, &caches)?;
            walk.journal()?;
            walk.cases()?;
            walk.letters()?;
            Ok(walk.done)
        })
        .await
    }
}

struct Walk<'t, 'c> {
    tx: &'t Tx<'c>,
    caches: &'t Caches,
    numbers: HashMap<i64, String>,
    /// The last good entry of each stream.
    heads: BTreeMap<i64, (u32, String)>,
    bad: BTreeSet<i64>,
    /// By letter, the digest that the last act on it left.
    letters: BTreeMap<i64, Name>,
    done: Verification,
}

impl<'t, 'c> Walk<'t, 'c> {
    fn new(tx: &'t Tx<'c>, caches: &'t Caches) -> Result<Self, DbError> {
        let mut numbers = HashMap::from([(journal::INSTITUTION, journal::INSTITUTION_NUMBER.to_owned())]);
        let mut after = 0;
        loop {
            let page = tx.rows(&NUMBERS, &[after.into(), 10_000_i64.into()])?;
            let Some(last) = page.last() else { break };
            after = last.int(0)?;
            for row in &page {
                numbers.insert(row.int(0)?, row.string(1)?);
            }
        }
        Ok(Self {
            tx,
            caches,
            numbers,
            heads: BTreeMap::new(),
            bad: BTreeSet::new(),
            letters: BTreeMap::new(),
            done: Verification::default(),
        })
    }

    fn find(&mut self, stream: impl Into<String>, n: Option<u32>, what: impl Into<String>) {
        self.done.findings.push(Finding { stream: stream.into(), n, what: what.into() });
    }

    /// Every entry in the order in which it was written, with the seals where they fall.
    fn journal(&mut self) -> Result<(), StoreError> {
        let seals = seals::all(self.tx)?;
        let mut sealed = seals.iter().peekable();
        let mut prev = hash::genesis(self.caches.institution());
        let mut after = 0;
        loop {
            let page = journal::in_order(self.tx, after, 2_000)?;
            for entry in &page {
                while let Some(seal) = sealed.next_if(|seal| seal.upto < entry.seq) {
                    self.seal(seal, &prev);
                    prev.clone_from(&seal.hash);
                }
                self.entry(entry);
            }
            let Some(last) = page.last() else { break };
            after = last.seq;
        }
        for seal in sealed {
            self.seal(seal, &prev);
            prev.clone_from(&seal.hash);
        }
        let told = migrations::setting(self.tx, "head")?;
        let head = self.heads.get(&journal::INSTITUTION).map(|(n, hash)| format!("{n} {hash}"));
        if told != head && !self.bad.contains(&journal::INSTITUTION) {
            let n = self.heads.get(&journal::INSTITUTION).map_or(1, |(n, _)| n + 1);
            self.find(journal::INSTITUTION_NUMBER, Some(n), "the stream does not end where it should");
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry) {
        self.done.entries += 1;
        let Some(number) = self.numbers.get(&entry.case).cloned() else {
            if self.bad.insert(entry.case) {
                self.find(format!("#{}", entry.case), Some(entry.n), "entries of a case that is not there");
            }
            return;
        };
        let (last, head) = match self.heads.get(&entry.case) {
            Some((n, head)) => (*n, head.clone()),
            None => (0, hash::genesis(self.caches.institution())),
        };
        let wrong = if entry.n != last + 1 {
            Some(format!("entry {} follows entry {last}", entry.n))
        } else if entry.prev != head {
            Some("it does not continue the chain".to_owned())
        } else if hash::entry(&head, &number, entry.n, &entry.body) != entry.hash {
            Some("its hash is not that of its content".to_owned())
        } else {
            disagrees(entry).map(str::to_owned)
        };
        if let Some(what) = wrong
            && self.bad.insert(entry.case)
        {
            self.find(&number, Some(entry.n.min(last + 1)), what);
        }
        self.heads.insert(entry.case, (entry.n, entry.hash.clone()));
        if entry.case == journal::INSTITUTION
            && let Ok(AdminRecorded { act: AdminAct::Letter { letter, digest, .. }, .. }) =
                serde_json::from_str(&entry.body)
        {
            self.letters.insert(letter, digest);
        }
    }

    /// Every official letter is as the last act on it left it.
    fn letters(&mut self) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let page = letters::page(self.tx, after, 500)?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for letter in &page {
                if self.letters.remove(&letter.id) != Some(letter.digest()?) {
                    self.find(format!("oficio {}", letter.id), None, "it is not what the last act on it left");
                }
            }
        }
        for letter in std::mem::take(&mut self.letters).into_keys() {
            self.find(format!("oficio {letter}"), None, "the journal tells of a letter that is not there");
        }
        Ok(())
    }

    fn seal(&mut self, seal: &seals::Seal, prev: &str) {
        self.done.seals += 1;
        let mut sealing = seals::Sealing::new(prev, seal.day);
        let mut heads: Vec<(&str, u32, &str)> = self
            .heads
            .iter()
            .filter(|(case, _)| **case != journal::INSTITUTION)
            .filter_map(|(case, (n, hash))| Some((self.numbers.get(case)?.as_str(), *n, hash.as_str())))
            .collect();
        heads.sort_unstable();
        if let Some((n, hash)) = self.heads.get(&journal::INSTITUTION) {
            heads.insert(0, (journal::INSTITUTION_NUMBER, *n, hash));
        }
        for (number, n, hash) in heads {
            sealing.add(number, n, hash);
        }
        let (hash, streams) = sealing.finish();
        if hash != seal.hash || prev != seal.prev {
            let what = format!("the heads are not those that were sealed ({} then, {streams} now)", seal.streams);
            self.find(format!("sello {}", seal.day), None, what);
        }
    }

    /// Every case: replayed, and all that is derived from it.
    fn cases(&mut self) -> Result<(), StoreError> {
        let mut tallies: BTreeMap<TallyKey, i64> = BTreeMap::new();
        let mut after = 0;
        loop {
            let page = cases::page(self.tx, after, 500)?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for stored in &page {
                self.case(stored, &mut tallies)?;
            }
        }
        if waits::all_tallies(self.tx)? != tallies {
            self.find("contadores", None, "the live counters are not those of the rows");
        }
        let drawn = self.tx.row(&DRAWN, &[])?.map_or(Ok(0), |row| row.int(0))?;
        if u64::try_from(drawn).ok() != Some(self.done.cases) {
            let what = format!("{drawn} numbers were drawn and there are {} cases", self.done.cases);
            self.find("contadores", None, what);
        }
        Ok(())
    }

    fn case(&mut self, stored: &Stored, tallies: &mut BTreeMap<TallyKey, i64>) -> Result<(), StoreError> {
        self.done.cases += 1;
        let (id, case) = (stored.id, &stored.case);
        let number = self.numbers.get(&id).cloned().unwrap_or_default();
        let head = self.heads.get(&id).cloned();
        if head != Some((case.version, stored.head.clone())) && !self.bad.contains(&id) {
            let n = head.map_or(1, |(n, _)| n + 1);
            self.find(&number, Some(n), "the journal does not end where the case does");
            self.bad.insert(id);
        }
        let mut moved = false;
        if !self.bad.contains(&id) {
            let events: Result<Vec<Recorded>, _> =
                journal::entries(self.tx, id)?.iter().map(|entry| serde_json::from_str(&entry.body)).collect();
            // Those who went over to another edition by the event of before kept the dates they had.
            let last = |events: &Vec<Recorded>| {
                let mut backwards = events.iter().rev().map(|one| &one.event);
                let went = backwards.find(|event| matches!(event, Event::Moved { .. } | Event::Transferred { .. }));
                matches!(went, Some(Event::Moved { .. }))
            };
            moved = events.as_ref().is_ok_and(last);
            match events.map(|events| replay(&events)) {
                Ok(Ok(replayed)) if replayed == *case => {}
                Ok(Ok(_)) => self.find(&number, None, "the stored state is not what its events make"),
                Ok(Err(error)) => self.find(&number, None, error.to_string()),
                Err(error) => self.find(&number, None, error.to_string()),
            }
        }
        let edition = self.caches.edition(self.tx, case.edition)?;
        let Some(procedure) = edition.procedure(&case.procedure) else {
            self.find(&number, None, "its edition does not have its procedure");
            return Ok(());
        };
        let wait_rows = waits::of(case, procedure);
        if waits::stored(self.tx, id)? != wait_rows {
            self.find(&number, None, "the rows of whom it waits for are not those of its state");
        }
        for key in waits::keys(case, &wait_rows, self.caches.zone()) {
            *tallies.entry(key).or_default() += 1;
        }
        let tied: BTreeSet<(Name, String)> =
            ties::of(case).into_iter().map(|(other, kind)| (other, kind.to_owned())).collect();
        if ties::stored(self.tx, id)? != tied {
            self.find(&number, None, "its ties in the lists are not those of its state");
        }
        let calendar = self.caches.calendar(self.tx, case.calendar)?;
        let frame = Frame { edition: &edition, procedure, calendar: &calendar };
        if timers::stored(self.tx, id)? != timers::of(case, &frame) {
            self.find(&number, None, "its timers are not those of its state");
        }
        if !moved {
            for clock in drifted(case, &frame) {
                self.find(&number, None, format!("the due date of «{clock}» is not that of its events and calendar"));
            }
        }
        if endings::stored(self.tx, id)? != Ending::of(case) {
            self.find(&number, None, "what the reports say of its end is not what its state says");
        }
        let row = self.tx.row(&ROW, &[id.into()])?.ok_or_else(|| DbError::broken("a case without its row"))?;
        let same = row.text(0)? == case.status().code()
            && row.flag(1)? == case.is_open()
            && row.flag(2)? == case.paused.is_some()
            && row.flag(3)? == case.is_late()
            && row.int(4)? == waits::due_key(case)
            && row.int(5)? == i64::from(case.version)
            && row.text(6)? == &*case.procedure
            && row.text(7)? == cases::priority_word(case)?
            && number == *case.number;
        if !same {
            self.find(&number, None, "its row in the lists is not that of its state");
        }
        Ok(())
    }
}

/// The columns beside the body say what the body says.
fn disagrees(entry: &Entry) -> Option<&'static str> {
    let Ok(body) = serde_json::from_str::<serde_json::Value>(&entry.body) else { return Some("it cannot be read") };
    let n = body.get("n").and_then(serde_json::Value::as_u64);
    let at = body.get("at").and_then(serde_json::Value::as_str).and_then(|at| at.parse::<jiff::Timestamp>().ok());
    let inner = body.get("event").or_else(|| body.get("act"));
    let kind = inner.and_then(serde_json::Value::as_object).and_then(|inner| inner.keys().next());
    if n != Some(u64::from(entry.n)) || at != Some(entry.at) || kind != Some(&entry.kind) {
        return Some("its columns do not say what its body says");
    }
    None
}
