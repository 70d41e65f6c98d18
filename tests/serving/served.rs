//! The program as a child of the test: started, spoken to over its socket, ended; and its command line, run to the end.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Result, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_ventanilla");

/// A server that is ended with the test, whatever becomes of it.
pub struct Served {
    pub child: Child,
    pub addr: SocketAddr,
}

/// What it answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    /// `name=value` of the cookies it sets.
    pub fn cookies(&self) -> String {
        let set = self.head.lines().filter_map(|line| line.split_once(": "));
        let set = set.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        let pairs: Vec<&str> = set.filter_map(|(_, value)| value.split(';').next()).collect();
        pairs.join("; ")
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let field = format!("name=\"{name}\" value=\"");
        let rest = self.body.split(&field).nth(1).unwrap_or_else(|| panic!("no field {name}: {}", self.body));
        rest.split('"').next().expect("a value").to_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Served {
    /// Starts the program and waits until it says the words on standard output.
    pub fn start(arguments: &[&str], addr: SocketAddr, until: &str) -> (Self, String) {
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

    /// Starts a program that says nothing, and waits until it answers; its log goes to a file.
    pub fn start_quiet(command: &mut Command, addr: SocketAddr, log: &Path) -> Self {
        let log = File::options().create(true).append(true).open(log).expect("a log");
        let child = command.stdout(Stdio::null()).stderr(log).spawn().expect("runs");
        let mut served = Self { child, addr };
        while served.send("GET", "/salud", "", "").is_err() {
            assert!(served.child.try_wait().expect("its state").is_none(), "it ended");
            std::thread::sleep(Duration::from_millis(20));
        }
        served
    }

    pub fn get(&self, path: &str, headers: &str) -> (u16, String) {
        let reply = self.send("GET", path, headers, "").expect("an answer");
        (reply.status, reply.body)
    }

    /// One request over a connection of its own; `headers` are whole lines.
    pub fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Result<Reply> {
        let mut stream = TcpStream::connect(self.addr)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: prueba\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let cut = || std::io::Error::other("the answer was cut");
        let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if length.is_some_and(|length: usize| length != body.len()) {
            return Err(cut());
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
        Ok(Reply { status, head: head.to_owned(), body: body.to_owned() })
    }

    /// A form of the page at `page`, as a browser that keeps these cookies sends it.
    pub fn form(&self, page: &str, cookies: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let shown = self.send("GET", page, &format!("Cookie: {cookies}\r\n"), "").expect("the page");
        assert_eq!(shown.status, 200, "{shown:?}");
        let cookies = if cookies.is_empty() { shown.cookies() } else { cookies.to_owned() };
        let mut body = format!("sello={}", shown.hidden("sello"));
        for (name, text) in fields {
            let text = if text.is_empty() { shown.hidden(name) } else { text.replace(' ', "+") };
            body = format!("{body}&{name}={text}");
        }
        let headers = format!(
            "Cookie: {cookies}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        );
        self.send("POST", action, &headers, &body).expect("an answer")
    }

    /// One act over the API, under a key.
    pub fn act(&self, path: &str, token: &str, key: &str, body: &serde_json::Value) -> Result<Reply> {
        let headers =
            format!("Authorization: Bearer {token}\r\nIdempotency-Key: {key}\r\nContent-Type: application/json\r\n");
        self.send("POST", path, &headers, &body.to_string())
    }

    /// SIGTERM; gives the exit code.
    pub fn end(mut self) -> Option<i32> {
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
pub fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("an address")
}

/// Exit code, output and errors of one run.
pub fn ventanilla(arguments: &[&str]) -> (Option<i32>, String, String) {
    let ran = Command::new(PROGRAM).args(arguments).output().expect("runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (ran.status.code(), text(ran.stdout), text(ran.stderr))
}
