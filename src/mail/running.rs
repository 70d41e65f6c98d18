//! The mail of one institution while the program runs: handing over, looking into the mailbox, judging what is left.

use super::{
    delivery::Delivery,
    intake::{self, Stopped},
    sending::send_due,
    settings::{MailHouse, MailSettings, Postbox},
};
use crate::clock;
use anyhow::{Context, Result};
use connectors::mail::{
    incoming::{Account, Trouble, lmtp},
    outgoing::Post,
};
use std::{sync::Arc, time::Duration};
use store::{Store, StoreError};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// How often what waits is looked at.
const EVERY: Duration = Duration::from_secs(2);
/// The pauses after a server that cannot be reached: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
const AT_ONCE: usize = 100;

/// Begins the mail of every institution that has any, and the listener for what is delivered.
pub async fn start(
    stores: &[Store],
    mail: &MailSettings,
    stopped: &watch::Receiver<bool>,
) -> Result<Vec<JoinHandle<()>>> {
    let with_mail =
        stores.iter().filter_map(|store| Some((store.clone(), mail.houses.get(store.institution())?.clone())));
    let houses: Vec<(Store, MailHouse)> = with_mail.collect();
    let mut tasks = Vec::new();
    for (store, house) in &houses {
        tasks.push(tokio::spawn(send(store.clone(), house.clone(), stopped.clone())));
        tasks.push(tokio::spawn(receive(store.clone(), house.clone(), stopped.clone())));
        tasks.push(tokio::spawn(judge(store.clone(), stopped.clone())));
    }
    if let Some(addr) = mail.lmtp {
        let listener = TcpListener::bind(addr).await.with_context(|| {
            format!("No se puede recibir correo en {addr}. Si otro programa usa ese puerto, cambie [correo.lmtp]")
        })?;
        tracing::info!(%addr, "mail is delivered here");
        tasks.push(tokio::spawn(lmtp::serve(
            listener,
            Arc::new(Delivery { houses }),
            "ventanilla".into(),
            stopped.clone(),
        )));
    }
    Ok(tasks)
}

/// Hands over what is due until it is told to stop.
pub async fn send(store: Store, house: MailHouse, mut stop: watch::Receiver<bool>) {
    let Some(server) = &house.smtp else { return };
    let mut pause = FIRST_PAUSE;
    while !*stop.borrow() {
        let turn = all_due(&store, server, &house).await;
        let wait = match turn {
            Ok(None) => {
                pause = FIRST_PAUSE;
                EVERY
            }
            Ok(Some(trouble)) => {
                tracing::warn!(institution = store.institution(), trouble, "mail could not be handed over");
                longer(&mut pause)
            }
            Err(error) => {
                tracing::warn!(institution = store.institution(), %error, "mail could not be handed over");
                longer(&mut pause)
            }
        };
        rest(wait, &mut stop).await;
    }
}

async fn all_due(store: &Store, post: &dyn Post, house: &MailHouse) -> Result<Option<String>, StoreError> {
    loop {
        let lot = send_due(store, post, &house.from, clock::now()).await?;
        if lot.leased == 0 || lot.trouble.is_some() {
            return Ok(lot.trouble);
        }
    }
}

/// Takes what comes into the mailbox until it is told to stop.
pub async fn receive(store: Store, house: MailHouse, mut stop: watch::Receiver<bool>) {
    let Some(mailbox) = house.imap.clone() else { return };
    let mut pause = FIRST_PAUSE;
    while !*stop.borrow() {
        let watching = watch_mailbox(&store, &house, &mailbox, &mut pause);
        let stopped = tokio::select! {
            stopped = watching => stopped,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let trouble = stopped.to_string();
        tracing::warn!(institution = store.institution(), trouble, "the mailbox cannot be read");
        let name = mailbox.account().map_or_else(|_| "imap".into(), |account| account.name());
        let _ = store.mailbox_trouble(&name, &trouble, clock::now()).await;
        rest(longer(&mut pause), &mut stop).await;
    }
}

/// Looks into the mailbox and waits upon it, as long as it can be reached.
async fn watch_mailbox(store: &Store, house: &MailHouse, mailbox: &Postbox, pause: &mut Duration) -> Stopped {
    let account = match mailbox.account() {
        Ok(account) => account,
        Err(error) => return Stopped::Mailbox(Trouble(format!("{error:#}"))),
    };
    let name = account.name();
    let mut open = match account.open().await {
        Ok(open) => open,
        Err(trouble) => return Stopped::Mailbox(trouble),
    };
    loop {
        if let Err(stopped) = intake::take(store, house, &name, &mut *open, clock::now()).await {
            return stopped;
        }
        *pause = FIRST_PAUSE;
        if let Err(error) = store.mailbox_trouble(&name, "", clock::now()).await {
            return Stopped::Store(error);
        }
        if let Err(trouble) = open.wait(mailbox.every).await {
            return Stopped::Mailbox(trouble);
        }
    }
}

/// Judges what is kept and was not judged yet, until it is told to stop.
pub async fn judge(store: Store, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = judge_waiting(&store).await {
            tracing::warn!(institution = store.institution(), %error, "mails wait to be judged");
        }
        rest(EVERY * 5, &mut stop).await;
    }
}

pub async fn judge_waiting(store: &Store) -> Result<usize, StoreError> {
    let waiting = store.received_waiting(AT_ONCE).await?;
    for id in &waiting {
        store.settle_received(*id, clock::now()).await?;
    }
    Ok(waiting.len())
}

fn longer(pause: &mut Duration) -> Duration {
    let now = *pause;
    *pause = (*pause * 2).min(LONGEST_PAUSE);
    now
}

async fn rest(wait: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(wait) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}
