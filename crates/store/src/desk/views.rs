//! Saved views: the filters of a list under a name, of one person or shared, with a count that stops at a cap.

use super::audience::{Audience, DESK};
use crate::{
    error::{DbError, StoreError},
    lists::{InboxQuery, Tab},
    once::Under,
    reader::Reader,
    request::IdempotencyKey,
    tx::{Row, Tx, Val, statements},
};
use engine::{
    Name,
    actor::PersonId,
    refusal::{Fault, Refusal},
};
use jiff::Timestamp;

/// Views one person may keep.
const MOST: i64 = 60;
/// Counts stop here: a list that holds more says so.
pub const CAP: usize = 99;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub id: i64,
    pub owner: PersonId,
    pub owner_name: Name,
    pub name: Name,
    /// The list it narrows, as the window names it.
    pub place: Name,
    /// The query of its address.
    pub query: Name,
    pub audience: Audience,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewView {
    pub name: String,
    pub place: String,
    pub query: String,
    pub audience: Audience,
}

statements! {
    SEEN: [Int, Text, Text] => [Int, Int, Text, Text, Text, Text, Text, Text],
        "SELECT v.id, v.owner, p.name, v.name, v.place, v.query, v.audience, v.aim FROM views v JOIN people p ON p.id = v.owner
         WHERE v.owner = $1 OR v.audience = 'institucion' OR (v.audience = 'unidad' AND v.aim = $2 AND $2 <> '')
               OR (v.audience = 'puesto' AND v.aim IN (SELECT h.role FROM posts h WHERE h.person = $1 AND h.since <= $3 AND h.until >= $3))
         ORDER BY v.name, v.id LIMIT 200";
    OWNED: [Int] => [Int], "SELECT COUNT(*) FROM views WHERE owner = $1";
    INSERT: [Int, Text, Text, Text, Text, Text, Int] => [Int],
        "INSERT INTO views (owner, name, place, query, audience, aim, at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";
    CHANGE: [Int, Int, Text, Text, Text] => [],
        "UPDATE views SET name = $3, audience = $4, aim = $5 WHERE id = $1 AND owner = $2";
    DROP: [Int, Int, Int] => [], "DELETE FROM views WHERE id = $1 AND (owner = $2 OR $3 = 1)";
}

fn view(row: &Row) -> Result<View, DbError> {
    Ok(View {
        id: row.int(0)?,
        owner: PersonId(row.int(1)?),
        owner_name: row.name(2)?,
        name: row.name(3)?,
        place: row.name(4)?,
        query: row.name(5)?,
        audience: Audience::from_code(row.text(6)?, row.text(7)?).unwrap_or_default(),
    })
}

fn checked(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 {
        let words = "Ponga a la vista un nombre de hasta 60 letras.";
        return Err(Refusal::invalid(words).with(vec![Fault::new("nombre", words)]));
    }
    Ok(name.to_owned())
}

impl Reader {
    /// The views this person may open: his own, and those shared with his posts, his unit or everybody; by name.
    pub async fn views(&self) -> Result<Vec<View>, StoreError> {
        let caches = self.store.caches();
        let values: [Val; 3] = [
            self.person.id.into(),
            self.person.unit.as_deref().unwrap_or_default().into(),
            caches.today(self.now).into(),
        ];
        self.store.read(move |tx| Ok(tx.rows(&SEEN, &values)?.iter().map(view).collect::<Result<Vec<_>, _>>()?)).await
    }

    /// Keeps a view; gives its number.
    pub async fn save_view(
        &self,
        new: NewView,
        key: Option<IdempotencyKey>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.may_share(&new.audience).await?;
        let name = checked(&new.name)?;
        if new.query.len() > 2_000 {
            return Err(Refusal::invalid("Los filtros de la vista son demasiado largos.").into());
        }
        let me = self.person.id;
        self.store
            .once(Under { me, now, place: DESK, key }, move |tx| {
                if count(tx, me)? >= MOST {
                    let words = format!("Ya tiene {MOST} vistas guardadas: borre alguna antes de guardar otra.");
                    return Err(Refusal::conflict(words).into());
                }
                let values = [
                    me.into(),
                    (&name).into(),
                    (&new.place).into(),
                    (&new.query).into(),
                    new.audience.code().into(),
                    new.audience.aim().into(),
                    now.into(),
                ];
                Ok(tx.row(&INSERT, &values)?.ok_or_else(|| DbError::broken("no number for the view"))?.int(0)?)
            })
            .await
    }

    /// Gives one's own view another name and other readers.
    pub async fn change_view(&self, id: i64, name: &str, audience: Audience) -> Result<(), StoreError> {
        self.may_share(&audience).await?;
        let values =
            [id.into(), self.person.id.into(), checked(name)?.into(), audience.code().into(), audience.aim().into()];
        let touched = self.store.write(move |tx| Ok::<_, StoreError>(tx.run(&CHANGE, &values)?)).await?;
        if touched == 0 { Err(gone()) } else { Ok(()) }
    }

    /// Drops one's own view; an administrator any.
    pub async fn drop_view(&self, id: i64) -> Result<(), StoreError> {
        let values = [id.into(), self.person.id.into(), self.person.administrator.into()];
        let touched = self.store.write(move |tx| Ok::<_, StoreError>(tx.run(&DROP, &values)?)).await?;
        if touched == 0 { Err(gone()) } else { Ok(()) }
    }

    /// How many cases a tab holds under filters, counted to the cap and not beyond; none for the tab that spans
    /// every open case, which nobody counts, and for the one of the absent, which not everybody sees.
    pub async fn count_to_cap(&self, query: &InboxQuery) -> Result<Option<usize>, StoreError> {
        if [Tab::AllOpen, Tab::Absent].contains(&query.tab) {
            return Ok(None);
        }
        let query = InboxQuery { cursor: None, limit: CAP + 1, ..query.clone() };
        Ok(Some(self.inbox(&query).await?.rows.len()))
    }
}

fn count(tx: &Tx<'_>, owner: PersonId) -> Result<i64, DbError> {
    tx.row(&OWNED, &[owner.into()])?.map_or(Ok(0), |row| row.int(0))
}

fn gone() -> StoreError {
    Refusal::missing("Esa vista ya no existe, o es de otra persona.").into()
}
