//! A throw-away PostgreSQL server, where Debian's is installed: its own folder, a Unix socket, gone at the end.

use anyhow::{Context, Result, ensure};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

pub struct Cluster {
    base: PathBuf,
    guard: Child,
}

/// The programs of the newest version there is.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions.flatten().map(|entry| entry.path().join("bin")).collect();
    found.retain(|path| path.join("initdb").is_file());
    found.sort();
    found.pop()
}

/// The server refuses to run as root: then it runs as `postgres`.
fn as_server(program: &Path) -> Command {
    let root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"]).arg(program);
    command
}

fn succeeds(command: &mut Command, what: &str) -> Result<()> {
    let output = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    ensure!(output.with_context(|| format!("{what} does not start"))?.success(), "{what} failed");
    Ok(())
}

impl Cluster {
    /// None where PostgreSQL is not installed.
    pub fn start() -> Result<Option<Self>> {
        let Some(bin) = programs() else { return Ok(None) };
        let base = std::env::temp_dir().join(format!("ventanilla-bench-{}", std::process::id()));
        fs::create_dir_all(&base)?;
        fs::set_permissions(&base, fs::Permissions::from_mode(0o777))?;
        let data = base.join("data");
        let made = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D"];
        succeeds(as_server(&bin.join("initdb")).args(made).arg(&data), "initdb")?;
        let options = format!("-c listen_addresses='' -c unix_socket_directories={}", base.display());
        let mut start = as_server(&bin.join("pg_ctl"));
        start.args(["start", "-w", "-s", "-o", &options, "-l"]).arg(base.join("log")).arg("-D").arg(&data);
        succeeds(&mut start, "pg_ctl")?;
        let guard = guard(&bin, &base, &data)?;
        Ok(Some(Self { base, guard }))
    }

    pub fn url(&self) -> String {
        format!("host={} user=postgres dbname=postgres", self.base.display())
    }
}

/// A child that waits for the end of its input, which comes with the end of this process however it ends, and stops the
/// server. What ends the whole group of processes, Ctrl-C above all, must leave it to clear up.
fn guard(bin: &Path, base: &Path, data: &Path) -> Result<Child> {
    let mut stop = as_server(&bin.join("pg_ctl"));
    stop.args(["stop", "-s", "-m", "immediate", "-D"]).arg(data);
    let words: Vec<String> = std::iter::once(stop.get_program())
        .chain(stop.get_args())
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    let script = format!("trap '' INT TERM HUP; cat >/dev/null; {}; rm -rf '{}'", words.join(" "), base.display());
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    shell.spawn().context("sh does not start")
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}
