//! The acts of the correspondence desk: each is judged, written and recorded in the institution's own chained stream, in
//! one commit. Numbers are drawn in it too, so that none is doubled and none is missing.

use crate::{
    cases,
    error::{StoreError, SubmitError},
    journal::{self, AdminAct, LetterDeed},
    letters::{self, Delivery, Direction, Letter, LetterState, LetterText},
    reader::Reader,
    request::IdempotencyKey,
    store::{Caches, Store},
    submit, time,
    tx::Tx,
};
use engine::{
    Name,
    actor::PersonId,
    event::Attached,
    refusal::{Fault, Refusal},
};
use jiff::{Timestamp, civil::Date};
use manual::edition::Edition;
use std::sync::Arc;

/// The hands of one person at the desk: somebody who holds a post.
#[derive(Clone)]
pub struct Correspondence {
    reader: Reader,
}

/// An incoming letter to be written down.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub unit: Name,
    pub text: LetterText,
    pub files: Vec<Attached>,
    /// When it was handed in.
    pub received_at: Timestamp,
    pub case: Option<Name>,
}

/// An outgoing letter in the making.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub unit: Name,
    pub text: LetterText,
    pub files: Vec<Attached>,
    pub case: Option<Name>,
}

/// Longest line of a letter, and its longest text, in characters.
const LONGEST_LINE: usize = 200;
const LONGEST_TEXT: usize = 20_000;
/// Files of one letter.
const MOST_FILES: usize = 40;

type Done = Result<(Letter, Option<(LetterDeed, String)>), SubmitError>;

impl Reader {
    /// The hands of this person at the desk.
    ///
    /// # Errors
    /// Refused for whoever holds no post.
    pub fn correspondence(&self) -> Result<Correspondence, StoreError> {
        if self.posts().is_empty() {
            return Err(Refusal::forbidden("La correspondencia la lleva quien ocupa un puesto que atiende.").into());
        }
        Ok(Correspondence { reader: self.clone() })
    }
}

impl Correspondence {
    /// Writes down a letter that came in, under the next entry number.
    pub async fn receive(&self, incoming: Incoming, key: Option<IdempotencyKey>) -> Result<Letter, SubmitError> {
        let incoming = Incoming { received_at: time::whole(incoming.received_at), ..incoming };
        self.act(key, move |desk, tx, edition, caches| {
            let now = desk.reader.now;
            let day = time::local_date(incoming.received_at, caches.zone());
            let mut faults = check(&incoming.text, &incoming.files, "institution");
            match incoming.text.sealed {
                None => faults.push(Fault::new("sealed", "Diga si el oficio trae firma y sello.")),
                Some(false) if incoming.text.seal_remark.trim().is_empty() => {
                    faults.push(Fault::new("seal_remark", "Anote qué le falta al oficio: firma, sello o ambos."));
                }
                Some(_) => {}
            }
            if incoming.received_at > now {
                faults.push(Fault::new("received_at", "La hora de recepción no puede estar en el futuro."));
            }
            if incoming.text.dated.is_some_and(|dated| dated > day) {
                faults.push(Fault::new("dated", "La fecha del oficio es posterior a su recepción."));
            }
            desk.check_unit(&incoming.unit, edition, &mut faults);
            stop("El ingreso del oficio está incompleto o tiene errores.", faults)?;
            desk.check_case(tx, incoming.case.as_ref())?;
            let n = letters::draw(tx, "in", day.year())?;
            let number = number(&edition.letters.incoming, &incoming.unit, day.year(), n);
            let letter = desk.new_letter(Direction::Incoming, &incoming.unit, &incoming.text, &incoming.files);
            let letter = Letter {
                number: Some(number),
                state: LetterState::Received,
                at: incoming.received_at,
                day,
                case: incoming.case.clone(),
                ..letter
            };
            let detail = format!("{}: {}", others(&letter.text), letter.text.subject);
            Ok((letters::insert(tx, &letter)?, Some((LetterDeed::Received, detail))))
        })
        .await
    }

    /// Begins a letter that will go out.
    pub async fn draft(&self, outgoing: Outgoing, key: Option<IdempotencyKey>) -> Result<Letter, SubmitError> {
        self.act(key, move |desk, tx, edition, caches| {
            let mut faults = check(&outgoing.text, &outgoing.files, "institution");
            desk.check_unit(&outgoing.unit, edition, &mut faults);
            stop("El oficio está incompleto o tiene errores.", faults)?;
            desk.check_case(tx, outgoing.case.as_ref())?;
            let letter = desk.new_letter(Direction::Outgoing, &outgoing.unit, &outgoing.text, &outgoing.files);
            let day = caches.today(desk.reader.now);
            let letter = Letter { day, case: outgoing.case.clone(), ..letter };
            let detail = format!("{}: {}", others(&letter.text), letter.text.subject);
            Ok((letters::insert(tx, &letter)?, Some((LetterDeed::Drafted, detail))))
        })
        .await
    }

    /// Changes a draft.
    pub async fn change(
        &self,
        id: i64,
        outgoing: Outgoing,
        key: Option<IdempotencyKey>,
    ) -> Result<Letter, SubmitError> {
        self.on_letter(id, key, move |desk, tx, edition, _, letter| {
            in_state(&letter, &[LetterState::Draft], "Solo un borrador se puede cambiar.")?;
            let mut faults = check(&outgoing.text, &[], "institution");
            desk.check_unit(&outgoing.unit, edition, &mut faults);
            stop("El oficio está incompleto o tiene errores.", faults)?;
            let mut changed = Letter { unit: outgoing.unit.clone(), text: tidy(outgoing.text.clone()), ..letter };
            add_files(&mut changed, &outgoing.files)?;
            let detail = format!("{}: {}", others(&changed.text), changed.text.subject);
            Ok((letters::update(tx, &changed)?, Some((LetterDeed::Changed, detail))))
        })
        .await
    }

    /// Gives a draft the next number of its unit, as signed by somebody today.
    pub async fn number(
        &self,
        id: i64,
        signed_by: String,
        files: Vec<Attached>,
        key: Option<IdempotencyKey>,
    ) -> Result<Letter, SubmitError> {
        self.on_letter(id, key, move |desk, tx, edition, caches, letter| {
            in_state(&letter, &[LetterState::Draft], "Este oficio ya tiene número.")?;
            let signed_by = signed_by.trim();
            if signed_by.is_empty() || signed_by.chars().count() > LONGEST_LINE {
                let text = "Escriba quién lo firma, con su puesto.";
                return Err(Refusal::invalid(text).with(vec![Fault::new("signed_by", text)]).into());
            }
            let day = caches.today(desk.reader.now);
            let n = letters::draw(tx, &format!("out:{}", letter.unit), day.year())?;
            let number = number(&edition.letters.outgoing, &letter.unit, day.year(), n);
            let text = LetterText { signed_by: signed_by.to_owned(), ..letter.text.clone() };
            let mut numbered = Letter { number: Some(number), state: LetterState::Numbered, day, text, ..letter };
            add_files(&mut numbered, &files)?;
            let detail = format!("firma {signed_by}");
            Ok((letters::update(tx, &numbered)?, Some((LetterDeed::Numbered, detail))))
        })
        .await
    }

    /// Records that a numbered letter was handed over, with the copy that says so.
    pub async fn deliver(
        &self,
        id: i64,
        delivery: Delivery,
        files: Vec<Attached>,
        key: Option<IdempotencyKey>,
    ) -> Result<Letter, SubmitError> {
        self.on_letter(id, key, move |desk, tx, _, caches, letter| {
            in_state(&letter, &[LetterState::Numbered], "Solo se entrega un oficio numerado que aún no se entregó.")?;
            let mut faults = Vec::new();
            if delivery.to.trim().is_empty() || delivery.to.chars().count() > LONGEST_LINE {
                faults.push(Fault::new("to", "Escriba quién lo recibió."));
            }
            if delivery.on < letter.day || delivery.on > caches.today(desk.reader.now) {
                faults.push(Fault::new("on", "La entrega es de una fecha entre la del oficio y hoy."));
            }
            stop("La entrega no se puede registrar.", faults)?;
            let given = Delivery { on: delivery.on, to: delivery.to.trim().into() };
            let detail = format!("{} a {}", given.on, given.to);
            let mut delivered = Letter { state: LetterState::Delivered, delivery: Some(given), ..letter };
            add_files(&mut delivered, &files)?;
            Ok((letters::update(tx, &delivered)?, Some((LetterDeed::Delivered, detail))))
        })
        .await
    }

    /// Voids a letter: its number stays in the register, with the reason.
    pub async fn void(&self, id: i64, reason: String, key: Option<IdempotencyKey>) -> Result<Letter, SubmitError> {
        self.on_letter(id, key, move |_, tx, _, _, letter| {
            let may = [LetterState::Draft, LetterState::Numbered, LetterState::Received];
            in_state(&letter, &may, "Un oficio entregado no se anula: responda con otro.")?;
            let reason = reason.trim();
            if reason.is_empty() || reason.chars().count() > LONGEST_LINE {
                let text = "Escriba la razón de la anulación.";
                return Err(Refusal::invalid(text).with(vec![Fault::new("reason", text)]).into());
            }
            let voided = Letter { state: LetterState::Voided, void_reason: Some(reason.into()), ..letter };
            Ok((letters::update(tx, &voided)?, Some((LetterDeed::Voided, reason.to_owned()))))
        })
        .await
    }

    /// Binds a letter to a case the person sees; a second time to the same case changes nothing.
    pub async fn link(&self, id: i64, case: Name, key: Option<IdempotencyKey>) -> Result<Letter, SubmitError> {
        self.on_letter(id, key, move |desk, tx, _, _, letter| {
            match &letter.case {
                Some(linked) if *linked == case => return Ok((letter, None)),
                Some(linked) => {
                    return Err(Refusal::conflict(format!("Este oficio ya pertenece al caso {linked}.")).into());
                }
                None => {}
            }
            in_state(
                &letter,
                &[LetterState::Received, LetterState::Draft, LetterState::Numbered, LetterState::Delivered],
                "Un oficio anulado no se liga a ningún caso.",
            )?;
            desk.check_case(tx, Some(&case))?;
            let linked = Letter { case: Some(case.clone()), ..letter };
            Ok((letters::update(tx, &linked)?, Some((LetterDeed::Linked, case.to_string()))))
        })
        .await
    }

    /// Adds files: a scan that came later, an annex.
    pub async fn attach(
        &self,
        id: i64,
        files: Vec<Attached>,
        key: Option<IdempotencyKey>,
    ) -> Result<Letter, SubmitError> {
        self.on_letter(id, key, move |_, tx, _, _, letter| {
            if files.is_empty() {
                let text = "Elija el archivo que quiere adjuntar; uno vacío no cuenta.";
                return Err(Refusal::invalid(text).with(vec![Fault::new("file", text)]).into());
            }
            let mut more = letter;
            add_files(&mut more, &files)?;
            let names: Vec<&str> = files.iter().map(|file| &*file.name).collect();
            Ok((letters::update(tx, &more)?, Some((LetterDeed::Attached, names.join(", ")))))
        })
        .await
    }

    /// One act on a letter the person may read and whose unit he keeps.
    async fn on_letter(
        &self,
        id: i64,
        key: Option<IdempotencyKey>,
        f: impl Fn(&Self, &Tx<'_>, &Edition, &Caches, Letter) -> Done + Send + Sync + 'static,
    ) -> Result<Letter, SubmitError> {
        self.act(key, move |desk, tx, edition, caches| {
            let letter = desk.reader.letter_in(tx, id)?.ok_or_else(|| Refusal::missing("Ese oficio no existe."))?;
            if !desk.reader.keeps_letters_of(&letter.unit) && letter.by != desk.reader.person.id {
                return Err(Refusal::forbidden("Este oficio lo lleva otra unidad.").into());
            }
            f(desk, tx, edition, caches, letter)
        })
        .await
    }

    async fn act(
        &self,
        key: Option<IdempotencyKey>,
        f: impl Fn(&Self, &Tx<'_>, &Edition, &Caches) -> Done + Send + Sync + 'static,
    ) -> Result<Letter, SubmitError> {
        let (store, keyed, f) = (self.reader.store.clone(), key.is_some(), Arc::new(f));
        let attempt = || {
            let (desk, key, f, caches) = (self.clone(), key.clone(), Arc::clone(&f), store.caches());
            store.write(move |tx| desk.once(tx, &caches, key.as_ref(), &*f))
        };
        match attempt().await {
            // The key tells whether it was written.
            Err(SubmitError::UnknownOutcome) if keyed => attempt().await,
            result => result,
        }
    }

    fn once(
        &self,
        tx: &Tx<'_>,
        caches: &Caches,
        key: Option<&IdempotencyKey>,
        f: &(impl Fn(&Self, &Tx<'_>, &Edition, &Caches) -> Done + ?Sized),
    ) -> Result<Letter, SubmitError> {
        let me = self.reader.person.id;
        // One at a time: whoever waited sees what the one before has written, its key included.
        crate::migrations::lock_institution(tx)?;
        if let Some(key) = key
            && let Some(id) = submit::act_of_key(tx, me, key, submit::LETTERS)?
        {
            return letters::see(tx, id)?.ok_or_else(|| SubmitError::Broken("a key without its letter".into()));
        }
        // The post must still be held at this very moment.
        let actor = crate::people::actor(tx, me, caches.today(self.reader.now))?;
        let desk = Self { reader: self.reader.acting_as(actor) };
        desk.reader.correspondence()?;
        let edition = crate::editions::current(tx)?
            .ok_or_else(|| Refusal::conflict("La institución aún no tiene un manual publicado."))?;
        let edition = caches.edition(tx, edition)?;
        let (letter, deed) = f(&desk, tx, &edition, caches)?;
        if let Some((deed, detail)) = deed {
            let number = letter.number.clone().unwrap_or_else(|| "".into());
            let act = AdminAct::Letter { letter: letter.id, number, deed, detail, digest: letter.digest()? };
            journal::append_act(tx, (me, &desk.reader.person.name), act, self.reader.now)?;
        }
        if let Some(key) = key {
            submit::keep_act(tx, me, key, (submit::LETTERS, letter.id), self.reader.now)?;
        }
        Ok(letter)
    }

    fn new_letter(&self, direction: Direction, unit: &Name, text: &LetterText, files: &[Attached]) -> Letter {
        Letter {
            id: 0,
            direction,
            number: None,
            unit: unit.clone(),
            state: LetterState::Draft,
            at: self.reader.now,
            day: Date::default(),
            case: None,
            by: self.reader.person.id,
            by_name: self.reader.person.name.clone(),
            version: 0,
            text: tidy(text.clone()),
            files: files.to_vec(),
            delivery: None,
            void_reason: None,
        }
    }

    fn check_unit(&self, unit: &Name, edition: &Edition, faults: &mut Vec<Fault>) {
        let known = edition.units.is_empty() || edition.unit(unit).is_some();
        if unit.trim().is_empty() || !known || !self.reader.keeps_letters_of(unit) {
            faults.push(Fault::new("unit", "Elija una de las unidades cuya correspondencia lleva usted."));
        }
    }

    fn check_case(&self, tx: &Tx<'_>, case: Option<&Name>) -> Result<(), SubmitError> {
        let Some(number) = case else { return Ok(()) };
        if cases::see(tx, number)?.is_some() && (self.reader.sees_all() || self.reader.takes_part_in(tx, number)?) {
            return Ok(());
        }
        let text = format!("El caso {number} no existe o no está a su alcance.");
        Err(Refusal::invalid(text.clone()).with(vec![Fault::new("case", text)]).into())
    }
}

fn check(text: &LetterText, files: &[Attached], others: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if text.subject.trim().is_empty() {
        faults.push(Fault::new("subject", "Falta el asunto."));
    }
    if text.institution.trim().is_empty() && text.person.trim().is_empty() {
        faults.push(Fault::new(others, "Escriba la institución o la persona."));
    }
    let lines = [
        ("their_number", &text.their_number),
        ("institution", &text.institution),
        ("department", &text.department),
        ("person", &text.person),
        ("seal_remark", &text.seal_remark),
        ("subject", &text.subject),
        ("signed_by", &text.signed_by),
        ("approved_by", &text.approved_by),
    ];
    for (field, line) in lines.iter().filter(|(_, line)| line.chars().count() > LONGEST_LINE) {
        let size = line.chars().count();
        faults.push(Fault::new(*field, format!("Lleva hasta {LONGEST_LINE} caracteres; tiene {size}.")));
    }
    if text.summary.chars().count() > LONGEST_TEXT || text.copies.chars().count() > LONGEST_TEXT {
        faults.push(Fault::new("summary", "El texto es demasiado largo; adjúntelo como archivo."));
    }
    if text.folios.is_some_and(|folios| folios == 0 || folios > 99_999) {
        faults.push(Fault::new("folios", "Los folios van de 1 a 99999."));
    }
    if files.len() > MOST_FILES {
        faults.push(Fault::new("file", format!("Un oficio lleva hasta {MOST_FILES} archivos.")));
    }
    faults
}

fn stop(message: &str, faults: Vec<Fault>) -> Result<(), SubmitError> {
    if faults.is_empty() { Ok(()) } else { Err(Refusal::invalid(message).with(faults).into()) }
}

fn in_state(letter: &Letter, states: &[LetterState], otherwise: &str) -> Result<(), SubmitError> {
    if states.contains(&letter.state) { Ok(()) } else { Err(Refusal::conflict(otherwise).into()) }
}

fn add_files(letter: &mut Letter, files: &[Attached]) -> Result<(), SubmitError> {
    if letter.files.len() + files.len() > MOST_FILES {
        return Err(Refusal::invalid(format!("Un oficio lleva hasta {MOST_FILES} archivos.")).into());
    }
    letter.files.extend(files.iter().cloned());
    Ok(())
}

/// Without the blanks around what was typed.
fn tidy(mut text: LetterText) -> LetterText {
    for line in [
        &mut text.their_number,
        &mut text.institution,
        &mut text.department,
        &mut text.person,
        &mut text.seal_remark,
        &mut text.subject,
        &mut text.summary,
        &mut text.signed_by,
        &mut text.approved_by,
        &mut text.copies,
    ] {
        *line = line.trim().to_owned();
    }
    text
}

/// The other side in few words.
fn others(text: &LetterText) -> String {
    let parts = [&text.institution, &text.department, &text.person];
    parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn number(pattern: &str, unit: &str, year: i16, n: i64) -> Name {
    cases::number(&pattern.replace("{unidad}", &unit.to_uppercase()), year, n).into()
}

impl Store {
    /// The hands at the desk of a person, as of a moment.
    ///
    /// # Errors
    /// Refused for whoever holds no post.
    pub async fn correspondence(&self, person: PersonId, now: Timestamp) -> Result<Correspondence, StoreError> {
        self.reader(person, now).await?.correspondence()
    }
}
