//! Mail taken in: each message read, kept among the files and durably in the memory, and made into a case.

use super::{
    figure::{Figure, Report, per_second},
    stage,
};
use crate::{
    mail::{intake, settings::MailHouse},
    manuals::Loaded,
};
use anyhow::{Context, Result};
use connectors::mail::writing::Sender;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use std::{path::Path, time::Instant};
use store::{Store, mailbox::Became, people::PersonFields};

const ADDRESS: &str = "solicitante@ejemplo.org";
/// Deliveries at the same time.
const AT_ONCE: usize = 16;

pub async fn measure(report: &mut Report, folder: &Path, loaded: &Loaded, quick: bool, now: Timestamp) -> Result<()> {
    let store = stage::open(&folder.join("correo"), None, loaded, now).await?;
    let plan = stage::plan(&store, loaded.sound()?, now).await?;
    let asker = store.person(plan.asker).await?.context("the one who asks")?;
    let fields = PersonFields {
        login: asker.login.to_string(),
        name: asker.name.to_string(),
        email: ADDRESS.into(),
        ..PersonFields::default()
    };
    let first = store.person_by_login("primera").await?.context("the first")?.person.id;
    store.admin(first).await?.change_person(plan.asker, fields, now).await?;
    let from = Sender { name: "Mesa".into(), address: "mesa@ejemplo.org".into() };
    let addresses = vec![(from.address.clone(), plan.procedure.to_string())];
    let house = MailHouse { from, addresses, smtp: None, imap: None };

    let messages: usize = if quick { 20 } else { 1_000 };
    let begun = Instant::now();
    let taken = stream::iter(0..messages).map(|n| take(&store, &house, n, now));
    let became: Vec<Became> = taken.buffer_unordered(AT_ONCE).try_collect().await?;
    let rate = per_second(messages, begun);
    anyhow::ensure!(became.iter().all(|became| *became == Became::Opened), "a message opened no case");
    report.add(Figure::new("mail.intake", rate, "messages/s"))?;
    store.close().await;
    Ok(())
}

async fn take(store: &Store, house: &MailHouse, n: usize, now: Timestamp) -> Result<Became> {
    // One sender opens so many cases an hour: these come over many.
    let minutes = i64::try_from(n).unwrap_or(i64::MAX).saturating_mul(2);
    let now = now.saturating_add(SignedDuration::from_mins(minutes))?;
    let raw = format!(
        "From: Solicitante <{ADDRESS}>\r\nTo: mesa@ejemplo.org\r\nMessage-ID: <{n}@ejemplo.org>\r\nSubject: La impresora {n}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nDesde ayer por la tarde no imprime nada.\r\n-- \r\nSolicitante\r\n"
    );
    let kept = intake::keep(store, house, "medida", raw.into_bytes(), None, None, now).await?;
    Ok(store.settle_received(kept.context("it was there already")?, now).await?)
}
