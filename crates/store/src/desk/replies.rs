//! Ready answers: texts written once, of one person or shared, put into an answer by name.

use super::audience::{Audience, DESK};
use crate::{
    error::{DbError, StoreError},
    once::Under,
    reader::Reader,
    request::IdempotencyKey,
    tx::{Row, Val, statements},
};
use engine::{
    Name,
    actor::PersonId,
    refusal::{Fault, Refusal},
};
use jiff::Timestamp;

/// Ready answers of one person, and those he is offered.
const MOST: i64 = 200;
/// Letters of one.
const LONGEST: usize = 4_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub id: i64,
    pub owner: PersonId,
    pub owner_name: Name,
    pub name: Name,
    pub text: Name,
    pub audience: Audience,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewReply {
    pub name: String,
    pub text: String,
    pub audience: Audience,
}

statements! {
    SEEN: [Int, Text, Text] => [Int, Int, Text, Text, Text, Text, Text],
        "SELECT r.id, r.owner, p.name, r.name, r.text, r.audience, r.aim FROM replies r JOIN people p ON p.id = r.owner
         WHERE r.owner = $1 OR r.audience = 'institucion' OR (r.audience = 'unidad' AND r.aim = $2 AND $2 <> '')
               OR (r.audience = 'puesto' AND r.aim IN (SELECT h.role FROM posts h WHERE h.person = $1 AND h.since <= $3 AND h.until >= $3))
         ORDER BY r.name, r.id LIMIT 200";
    OWNED: [Int] => [Int], "SELECT COUNT(*) FROM replies WHERE owner = $1";
    INSERT: [Int, Text, Text, Text, Text, Int] => [Int],
        "INSERT INTO replies (owner, name, text, audience, aim, at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
    CHANGE: [Int, Int, Text, Text, Text, Text] => [],
        "UPDATE replies SET name = $3, text = $4, audience = $5, aim = $6 WHERE id = $1 AND owner = $2";
    DROP: [Int, Int, Int] => [], "DELETE FROM replies WHERE id = $1 AND (owner = $2 OR $3 = 1)";
}

fn reply(row: &Row) -> Result<Reply, DbError> {
    Ok(Reply {
        id: row.int(0)?,
        owner: PersonId(row.int(1)?),
        owner_name: row.name(2)?,
        name: row.name(3)?,
        text: row.name(4)?,
        audience: Audience::from_code(row.text(5)?, row.text(6)?).unwrap_or_default(),
    })
}

fn checked(new: &NewReply) -> Result<(Val, Val), Refusal> {
    let (name, text) = (new.name.trim(), new.text.trim());
    let mut faults = Vec::new();
    if name.is_empty() || name.chars().count() > 60 {
        faults.push(Fault::new("nombre", "Póngale un nombre de hasta 60 letras."));
    }
    if text.is_empty() || text.chars().count() > LONGEST {
        faults.push(Fault::new("texto", format!("Escriba el texto, de hasta {LONGEST} letras.")));
    }
    if faults.is_empty() {
        Ok((name.into(), text.into()))
    } else {
        Err(Refusal::invalid("Falta algo en la respuesta preparada.").with(faults))
    }
}

impl Reader {
    /// The ready answers this person may use, by name.
    pub async fn replies(&self) -> Result<Vec<Reply>, StoreError> {
        let values: [Val; 3] = [
            self.person.id.into(),
            self.person.unit.as_deref().unwrap_or_default().into(),
            self.store.caches().today(self.now).into(),
        ];
        self.store.read(move |tx| Ok(tx.rows(&SEEN, &values)?.iter().map(reply).collect::<Result<Vec<_>, _>>()?)).await
    }

    /// Keeps a ready answer; gives its number.
    pub async fn save_reply(
        &self,
        new: NewReply,
        key: Option<IdempotencyKey>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.may_share(&new.audience).await?;
        let (name, text) = checked(&new)?;
        let me = self.person.id;
        self.store
            .once(Under { me, now, place: DESK, key }, move |tx| {
                if tx.row(&OWNED, &[me.into()])?.map_or(Ok(0), |row| row.int(0))? >= MOST {
                    let words = format!("Ya tiene {MOST} respuestas preparadas: borre alguna antes de guardar otra.");
                    return Err(Refusal::conflict(words).into());
                }
                let values = [
                    me.into(),
                    name.clone(),
                    text.clone(),
                    new.audience.code().into(),
                    new.audience.aim().into(),
                    now.into(),
                ];
                Ok(tx.row(&INSERT, &values)?.ok_or_else(|| DbError::broken("no number for the answer"))?.int(0)?)
            })
            .await
    }

    /// Changes one's own ready answer.
    pub async fn change_reply(&self, id: i64, new: NewReply) -> Result<(), StoreError> {
        self.may_share(&new.audience).await?;
        let (name, text) = checked(&new)?;
        let values =
            [id.into(), self.person.id.into(), name, text, new.audience.code().into(), new.audience.aim().into()];
        let touched = self.store.write(move |tx| Ok::<_, StoreError>(tx.run(&CHANGE, &values)?)).await?;
        if touched == 0 { Err(gone()) } else { Ok(()) }
    }

    /// Drops one's own ready answer; an administrator any.
    pub async fn drop_reply(&self, id: i64) -> Result<(), StoreError> {
        let values = [id.into(), self.person.id.into(), self.person.administrator.into()];
        let touched = self.store.write(move |tx| Ok::<_, StoreError>(tx.run(&DROP, &values)?)).await?;
        if touched == 0 { Err(gone()) } else { Ok(()) }
    }
}

fn gone() -> StoreError {
    Refusal::missing("Esa respuesta preparada ya no existe, o es de otra persona.").into()
}
