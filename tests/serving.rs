//! The program of an institution, run as its administrator runs it: first start, signs of life, figures, token, doctor,
//! and a quiet end.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ventanilla");

/// A server that is ended with the test, whatever becomes of it.
struct Served {
    child: Child,
    addr: SocketAddr,
}

impl Served {
    /// Starts the program and waits until it says the words on standard output.
    fn start(arguments: &[&str], addr: SocketAddr, until: &str) -> (Self, String) {
        let mut child =
            Command::new(PROGRAM).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its output"));
        let mut said = String::new();
        while !said.contains(until) {
            assert!(lines.read_line(&mut said).expect("a line") > 0, "it ended, having said: {said}");
        }
        // Whoever writes to a pipe that nobody reads is stopped.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        (Self { child, addr }, said)
    }

    fn get(&self, path: &str, headers: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.addr).expect("connects");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a patience");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: prueba\r\nConnection: close\r\n{headers}\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, answer)
    }

    /// SIGTERM; gives the exit code.
    fn end(mut self) -> Option<i32> {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill");
        assert!(told.success());
        self.child.wait().expect("ended").code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address nobody uses now.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("an address")
}

fn ventanilla(arguments: &[&str]) -> (Option<i32>, String, String) {
    let ran = Command::new(PROGRAM).args(arguments).output().expect("runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (ran.status.code(), text(ran.stdout), text(ran.stderr))
}

fn configured(folder: &Path, addr: SocketAddr) -> String {
    let path = folder.join("ventanilla.toml");
    let text = format!("addr = \"{addr}\"\ndata = \"datos\"\ninstitutions = [\"usulutan\"]\nmin_free_mb = 1\n");
    std::fs::write(&path, text).expect("the configuration");
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn a_first_start_offers_the_installation_once_and_ends_quietly() {
    let folder = tempfile::tempdir().expect("a folder");
    let addr = free();
    let config = configured(folder.path(), addr);
    let (code, out, err) = ventanilla(&["doctor", "--config", &config]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("usulutan: manual") && out.contains("no existe todavía"), "{out}");

    let (served, said) = Served::start(&["serve", "--config", &config], addr, "instalacion?token=");
    let path = said.split(&addr.to_string()).nth(1).expect("the address").trim().to_owned();
    assert_eq!(served.get(&path, "").0, 200);
    let wrong = path.replace("token=", "token=0");
    assert_eq!(served.get(&wrong, "").0, 404);
    let (status, body) = served.get("/salud", "");
    assert!(status == 200 && body.ends_with("usulutan: bien\n"), "{body}");
    let (status, body) = served.get("/metricas", "");
    assert!(status == 200 && body.contains("ventanilla_writable{institution=\"usulutan\"} 1"), "{body}");
    assert!(body.contains("route=\"/salud\"") && !body.contains("token="), "{body}");
    // Through a proxy everybody would be this machine.
    assert_eq!(served.get("/metricas", "X-Forwarded-For: 192.0.2.7\r\n").0, 404);
    assert_eq!(served.end(), Some(0));

    let (code, out, _) = ventanilla(&["doctor", "--config", &config]);
    assert!(
        code == Some(0) && out.contains("bien     usulutan: base de datos") && out.contains("manual vigente: ninguno"),
        "{out}"
    );
    let (code, out, _) = ventanilla(&["migrate", "--config", &config]);
    assert!(code == Some(0) && out.starts_with("usulutan: sqlite, versión"), "{out}");
    let (code, _, err) = ventanilla(&["token", "create", "usulutan", "nadie", "--config", &config]);
    assert!(code == Some(1) && err.contains("no hay nadie con el usuario «nadie»"), "{err}");
}

#[test]
fn the_demonstration_is_ready_keeps_its_data_and_gives_tokens() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("demo");
    let (addr, place) = (free(), data.to_str().expect("UTF-8").to_owned());
    let address = addr.to_string();
    let line = ["demo", "--addr", &address, "--data", &place];
    let (served, said) = Served::start(&line, addr, "Ventanilla atiende");
    for institution in ["seprem", "sosep", "igss", "usulutan", "diaco"] {
        assert!(said.contains(&format!("/{institution}/")), "{said}");
        assert_eq!(served.get(&format!("/{institution}/entrar"), "").0, 200);
    }
    assert_eq!(served.end(), Some(0));
    let (served, again) = Served::start(&line, addr, "Ventanilla atiende");
    assert!(
        !again.contains("Preparando") && again.trim() == said.split_once("…\n").expect("both parts").1.trim(),
        "{again}"
    );
    assert_eq!(served.end(), Some(0));

    let config = folder.path().join("ventanilla.toml");
    std::fs::write(&config, "data = \"demo\"\ninstitutions = [\"diaco\"]\n").expect("the configuration");
    let login = said.split("/diaco/\n  ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a login");
    let token = ["token", "create", "diaco", login, "--config", config.to_str().expect("UTF-8")];
    let (code, out, err) = ventanilla(&[&token[..], &["--scope", "write", "--expires", "2090-06-30"]].concat());
    assert!(code == Some(0) && out.starts_with("vent_") && out.trim().len() == 69, "{out}{err}");
    let (code, _, err) = ventanilla(&[&token[..], &["--scope", "todo"]].concat());
    assert!(code == Some(1) && err.contains("read, write"), "{err}");
    let (code, _, err) = ventanilla(&[&token[..], &["--expires", "2020-01-01"]].concat());
    assert!(code == Some(1) && err.contains("ya pasó"), "{err}");
}

#[test]
fn a_configuration_that_does_not_serve_says_so_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("ventanilla.toml");
    std::fs::write(&config, "data = \"datos\"\naddr = \"ninguna\"\n").expect("the configuration");
    let (code, out, err) = ventanilla(&["serve", "--config", config.to_str().expect("UTF-8")]);
    assert!(code == Some(1) && out.is_empty() && err.contains("línea 2") && err.contains("addr"), "{err}");
    let taken = TcpListener::bind("127.0.0.1:0").expect("an address");
    std::fs::write(&config, format!("data = \"datos\"\naddr = \"{}\"\n", taken.local_addr().expect("its address")))
        .expect("written");
    let (code, _, err) = ventanilla(&["serve", "--config", config.to_str().expect("UTF-8")]);
    assert!(code == Some(1) && err.contains("Si otro programa usa ese puerto"), "{err}");
}
