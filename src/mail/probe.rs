//! Whether the mail of an institution can leave and come: asked by the doctor.

use super::settings::MailHouse;
use connectors::mail::{incoming::Account, outgoing::Post};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// How long a greeting may take.
const SOON: Duration = Duration::from_secs(5);

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

/// Whether mail can be delivered at an address: to this program that runs already, or because nobody else is there.
pub async fn delivery(addr: SocketAddr) -> Result<String, String> {
    let Ok(Ok(stream)) = timeout(SOON, TcpStream::connect(addr)).await else {
        let free = TcpListener::bind(addr).await;
        return free.map(|_| format!("{addr} está libre; se atiende al arrancar")).map_err(|error| error.to_string());
    };
    let mut greeting = String::new();
    let _ = timeout(SOON, BufReader::new(stream).read_line(&mut greeting)).await;
    if greeting.starts_with("220 ventanilla ") {
        Ok(format!("{addr}: ya atiende"))
    } else {
        Err(format!("en {addr} atiende otro programa"))
    }
}
