//! A throw-away PostgreSQL server: its own directory, a Unix socket, gone at the end of the process that started it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// A server that runs until the process ends, however it ends.
pub struct Server {
    pub base: PathBuf,
    options: String,
}

impl Server {
    /// A new server with these settings besides its own: `-c ssl=on`.
    pub fn start(settings: &str) -> Self {
        let server = Self::begin(settings);
        // Waits for the end of its input, which is the end of this process however it comes.
        let mut keeper = sh(&format!("trap '' INT TERM HUP; cat >/dev/null; {}", ending(&server.base)));
        // The pipe stays open until this process is gone.
        std::mem::forget(keeper.stdin(Stdio::piped()).spawn().expect("sh"));
        server
    }

    /// The same, which whoever asked has to end.
    pub fn begin(settings: &str) -> Self {
        let base = folder();
        let made = as_server(&bin().join("initdb"))
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N", "-D"])
            .arg(base.join("data"))
            .stdout(Stdio::null())
            .status();
        assert!(made.expect("initdb").success(), "initdb");
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories={} -c max_connections=200 {settings}",
            base.display()
        );
        let server = Self { base, options };
        server.control(&["start", "-w"]);
        server
    }

    /// The address for the one who may do everything.
    pub fn url(&self) -> String {
        address(&self.base)
    }

    /// Stops at once, as a power cut does, and starts again.
    pub fn restart(&self) {
        self.control(&["restart", "-w", "-m", "immediate"]);
    }

    fn control(&self, words: &[&str]) {
        let mut command = as_server(&bin().join("pg_ctl"));
        command.args(words).args(["-s", "-o", &self.options, "-l"]).arg(self.base.join("log"));
        let status = command.arg("-D").arg(self.base.join("data")).stdout(Stdio::null()).status();
        assert!(status.expect("pg_ctl").success(), "pg_ctl {words:?}");
    }
}

pub fn address(base: &Path) -> String {
    format!("host={} user=postgres dbname=postgres", base.display())
}

/// The words that stop the server of this folder and take the folder away.
pub fn ending(base: &Path) -> String {
    let mut stop = as_server(&bin().join("pg_ctl"));
    stop.args(["stop", "-s", "-m", "immediate", "-D"]).arg(base.join("data"));
    let words: Vec<String> = std::iter::once(stop.get_program())
        .chain(stop.get_args())
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    format!("{}; rm -rf '{}'", words.join(" "), base.display())
}

/// A shell of its own session, which nobody hears and which an end of the tests' group leaves alone.
pub fn sh(script: &str) -> Command {
    let mut command = Command::new("setsid");
    command.args(["-w", "sh", "-c", script]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A folder that the server may write to as well.
fn folder() -> PathBuf {
    let base = tempfile::Builder::new().prefix("vpg").tempdir_in("/tmp").map(TempDir::keep).expect("a directory");
    assert!(Command::new("chmod").arg("777").arg(&base).status().expect("chmod").success());
    base
}

fn bin() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL (Debian: postgresql-15) is installed");
    let mut found: Vec<PathBuf> = versions.flatten().map(|entry| entry.path().join("bin")).collect();
    found.sort();
    found.pop().expect("a version of PostgreSQL")
}

/// The server refuses to run as root: then it, and what makes its files, run as `postgres`.
pub fn as_server(program: &Path) -> Command {
    let id = Command::new("id").arg("-u").output().expect("id");
    if id.stdout.starts_with(b"0\n") {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"]).arg(program);
        return command;
    }
    Command::new(program)
}
