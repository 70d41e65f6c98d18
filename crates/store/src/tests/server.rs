//! A throw-away PostgreSQL server for the tests of this process: its own directory, a Unix socket, gone at the end.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// The address of the server, started by whoever asks first.
pub fn url() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(start)
}

/// A schema nobody else uses.
pub fn schema() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn bin() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL (Debian: postgresql-15) is installed");
    let mut found: Vec<PathBuf> = versions.flatten().map(|entry| entry.path().join("bin")).collect();
    found.sort();
    found.pop().expect("a version of PostgreSQL")
}

/// The server refuses to run as root: then it runs as `postgres`.
fn as_server(program: &Path) -> Command {
    let id = Command::new("id").arg("-u").output().expect("id");
    if id.stdout.starts_with(b"0\n") {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"]).arg(program);
        return command;
    }
    Command::new(program)
}

fn start() -> String {
    let base = tempfile::Builder::new().prefix("vpg").tempdir_in("/tmp").expect("a directory").keep();
    assert!(Command::new("chmod").arg("777").arg(&base).status().expect("chmod").success());
    let data = base.join("data");
    let bin = bin();
    let made = as_server(&bin.join("initdb"))
        .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N", "-D"])
        .arg(&data)
        .stdout(Stdio::null())
        .status();
    assert!(made.expect("initdb").success(), "initdb");
    let options =
        format!("-c listen_addresses='' -c unix_socket_directories={} -c max_connections=200", base.display());
    let started = as_server(&bin.join("pg_ctl"))
        .args(["start", "-w", "-s", "-o", &options, "-l"])
        .arg(base.join("log"))
        .arg("-D")
        .arg(&data)
        .stdout(Stdio::null())
        .status();
    assert!(started.expect("pg_ctl").success(), "pg_ctl start");
    stop_with_us(&bin, &base, &data);
    format!("host={} user=postgres dbname=postgres", base.display())
}

/// A child that waits for the end of its input, which is the end of this process however it comes, and stops the server.
fn stop_with_us(bin: &Path, base: &Path, data: &Path) {
    let mut stop = as_server(&bin.join("pg_ctl"));
    stop.args(["stop", "-s", "-m", "immediate", "-D"]).arg(data);
    let words: Vec<String> = std::iter::once(stop.get_program())
        .chain(stop.get_args())
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    let script = format!("trap '' INT TERM HUP; cat >/dev/null; {}; rm -rf '{}'", words.join(" "), base.display());
    let child = Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sh");
    // The pipe stays open until this process is gone.
    std::mem::forget(child);
}
