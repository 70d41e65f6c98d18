//! What leaves: leased, asked whether it is still true, handed to the server, and set down with the server's words.
//!
//! A mail whose conversation broke after its last byte may have arrived. It is handed over again under the same
//! Message-ID: a notice that comes twice can be told by it and does no harm, one that never comes does.

use crate::clock;
use connectors::mail::{
    outgoing::{Answer, Conversation, Post},
    writing::{Letter, Sender, Written, write},
};
use jiff::{SignedDuration, Timestamp};
use store::{MailLease, MailOutcome, Store, StoreError};

/// Taken at once: few enough to be handed over well before the lease runs out.
const AT_ONCE: usize = 20;
const LEASE: SignedDuration = SignedDuration::from_mins(15);
/// After a server that cannot be reached, or a broken conversation.
const SOON: SignedDuration = SignedDuration::from_secs(60);
/// A server that says "not now" for so long means no.
const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);
/// The longest pause between two attempts.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(6);

/// What came of one lot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lot {
    /// Mails leased.
    pub leased: usize,
    pub accepted: usize,
    /// The server could not be reached, or the conversation broke: it is no use to go on at once.
    pub trouble: Option<String>,
}

/// Hands over what is due, at most one lot.
pub async fn send_due(store: &Store, post: &dyn Post, from: &Sender, now: Timestamp) -> Result<Lot, StoreError> {
    let leases = store.lease_mails(now, LEASE, AT_ONCE, &clock::secret()).await?;
    let mut lot = Lot { leased: leases.len(), ..Lot::default() };
    let mut open: Option<Box<dyn Conversation>> = None;
    for lease in &leases {
        if lot.trouble.is_some() {
            // Nothing was said about this one.
            later(store, lease, now, "El servidor de correo no estaba disponible.").await?;
            continue;
        }
        if !store.mail_leaves(lease, now).await? {
            continue;
        }
        let written = match written(lease, from) {
            Ok(written) => written,
            Err(detail) => {
                store.settle_mail(lease, MailOutcome::Failed { detail }, now).await?;
                continue;
            }
        };
        let conversation = match open.as_mut() {
            Some(conversation) => conversation,
            None => match post.open().await {
                Ok(opened) => open.insert(opened),
                Err(unreached) => {
                    later(store, lease, now, &unreached.0).await?;
                    lot.trouble = Some(unreached.0);
                    continue;
                }
            },
        };
        let answer = conversation.send(&written).await;
        if !answer.goes_on() {
            open = None;
        }
        let outcome = outcome(lease, answer, now, &mut lot);
        store.settle_mail(lease, outcome, now).await?;
    }
    if let Some(conversation) = open {
        conversation.end().await;
    }
    Ok(lot)
}

fn outcome(lease: &MailLease, answer: Answer, now: Timestamp, lot: &mut Lot) -> MailOutcome {
    let at = |pause: SignedDuration| now.saturating_add(pause).unwrap_or(now);
    match answer {
        Answer::Accepted(reply) => {
            lot.accepted += 1;
            MailOutcome::Accepted { reply }
        }
        Answer::Refused(detail) => MailOutcome::Failed { detail },
        Answer::Later(words) => match lease.refused_at {
            Some(first) if now.duration_since(first) >= PATIENCE => {
                MailOutcome::Failed { detail: format!("Cinco días sin que el servidor lo tomara. {words}") }
            }
            _ => MailOutcome::Later { at: at(pause(lease.attempt)), detail: words, refused: true },
        },
        Answer::Unreached(why) => {
            lot.trouble = Some(why.clone());
            MailOutcome::Later { at: at(SOON), detail: why, refused: false }
        }
        Answer::Unknown(why) => {
            let detail =
                format!("Se cortó al final: no se sabe si llegó. Sale otra vez con el mismo identificador. {why}");
            lot.trouble = Some(why);
            MailOutcome::Later { at: at(SOON), detail, refused: false }
        }
    }
}

async fn later(store: &Store, lease: &MailLease, now: Timestamp, why: &str) -> Result<(), StoreError> {
    let at = now.saturating_add(SOON).unwrap_or(now);
    let outcome = MailOutcome::Later { at, detail: why.to_owned(), refused: false };
    store.settle_mail(lease, outcome, now).await.map(|_| ())
}

/// 5 minutes, then twice as long each time.
fn pause(attempt: u32) -> SignedDuration {
    let minutes = 5_i64 << attempt.saturating_sub(1).min(10);
    SignedDuration::from_mins(minutes).min(LONGEST_PAUSE)
}

/// The same bytes at every attempt, but for the borders between its parts.
pub fn written(lease: &MailLease, from: &Sender) -> Result<Written, String> {
    let letter = Letter {
        from,
        to: &lease.address,
        subject: &lease.subject,
        text: &lease.text,
        case: lease.case.as_deref(),
        thread: &lease.thread,
        in_reply_to: lease.in_reply_to.as_deref(),
        date: lease.created_at,
    };
    write(&letter).map_err(|error| error.to_string())
}
