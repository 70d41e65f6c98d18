//! A server in a process of its own: the program's own, so that its memory and its processor time are the server's alone.

use super::{
    client::{Answer, Connection, request},
    stage,
};
use crate::{http, mail::settings::MailSettings};
use anyhow::{Context, Result, bail};
use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use web::state::{House, Settings};

/// A server that does not answer by then is not coming.
const PATIENCE: Duration = Duration::from_mins(2);
const AGAIN: Duration = Duration::from_millis(2);

/// What the child does: serves the institution of a folder, as `serve` does, until it is ended.
pub async fn serve(folder: &Path, address: SocketAddr) -> Result<()> {
    let listener = http::listen(address).await?;
    let loaded = stage::institution()?;
    let store = stage::open(folder, None, &loaded, crate::clock::now()).await?;
    let edition = store.current_edition().await?.context("no edition in force")?.1;
    let house = House::new(store.institution().to_owned(), store, &edition);
    http::serve(listener, http::End::hear()?, vec![house], Settings::default(), &MailSettings::default()).await
}

/// A running child; it ends with this value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From its start to the whole of its first page.
    pub first_page: Duration,
}

impl Server {
    /// Starts the program with arguments that serve at the address put in place of `{addr}`, and waits for a page.
    pub async fn start(arguments: &[&str], page: &str) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let place = address.to_string();
        let arguments = arguments.iter().map(|argument| if *argument == "{addr}" { place.as_str() } else { argument });
        let begun = Instant::now();
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .context("the program cannot start itself")?;
        let asked = request(page, "", None);
        loop {
            if let Ok(mut connection) = Connection::open(address).await
                && let Ok(answer) = connection.ask(&asked).await
            {
                if answer.status != 200 {
                    let _ = child.kill();
                    bail!("{page} answers {}", answer.status);
                }
                return Ok(Self { child, address, first_page: begun.elapsed() });
            }
            if begun.elapsed() > PATIENCE || child.try_wait()?.is_some() {
                let _ = child.kill();
                bail!("the server does not answer at {page}");
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// The server of a folder with seeded cases.
    pub async fn of(folder: &Path, code: &str) -> Result<Self> {
        let folder = folder.to_str().context("a folder whose name is no text")?;
        Self::start(&["bench", "--serve", folder, "--addr", "{addr}"], &format!("/{code}/entrar")).await
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub async fn ask(&self, path: &str, cookie: &str) -> Result<Answer> {
        Connection::open(self.address).await?.ask(&request(path, cookie, None)).await
    }

    /// Waits until nothing due is left for the worker, so that it does not share the figures.
    pub async fn settle(&self, longest: Duration) -> Result<bool> {
        let begun = Instant::now();
        while begun.elapsed() < longest {
            let page = String::from_utf8_lossy(&self.ask("/metricas", "").await?.body).into_owned();
            let of = |name: &str| page.lines().filter(|line| line.starts_with(name)).any(|line| !line.ends_with(" 0"));
            if !of("ventanilla_timers_due{") && !of("ventanilla_outbox_waiting{") {
                return Ok(true);
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        Ok(false)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
