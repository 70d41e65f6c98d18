//! Whether the mail of an institution can leave and come: asked by the doctor.

use super::settings::MailHouse;
use connectors::mail::{incoming::Account, outgoing::Post};

/// What was asked, and what is wrong with it if anything is.
pub struct Probe {
    pub what: &'static str,
    pub result: Result<String, String>,
}

/// Enters the server and the mailbox, and leaves them again.
pub async fn probe(house: &MailHouse) -> Vec<Probe> {
    let mut probes = Vec::new();
    if let Some(server) = &house.smtp {
        let result = match server.open().await {
            Ok(open) => {
                open.end().await;
                Ok(format!("{server:?}, como {}", house.from.address))
            }
            Err(unreached) => Err(unreached.0),
        };
        probes.push(Probe { what: "correo que sale", result });
    }
    if let Some(mailbox) = &house.imap {
        let result = match mailbox.account() {
            Err(error) => Err(format!("{error:#}")),
            Ok(account) => match account.open().await {
                Ok(_) => Ok(account.name()),
                Err(trouble) => Err(trouble.0),
            },
        };
        probes.push(Probe { what: "correo que entra", result });
    }
    probes
}
