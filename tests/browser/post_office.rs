//! A mail server of its own for the browser tests: what the program sends lies in one folder a person (Debian's
//! aiosmtpd), and what people write is delivered to the program by LMTP, as an institution's own server does.

use connectors::mail::reading::{Reading, read};
use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

pub struct PostOffice {
    /// The mail of a configuration: in by LMTP, out by SMTP.
    pub config: PathBuf,
    lmtp: u16,
    folder: tempfile::TempDir,
    server: Child,
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

impl PostOffice {
    /// For one institution: from whom its mail is, and what a mail to that address opens.
    pub fn start(institution: &str, address: &str, procedure: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (smtp, lmtp) = (free_port(), free_port());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/mail/tests/smtp_server.py");
        let mut command = Command::new("/usr/bin/python3");
        command.arg(script).arg(folder.path()).arg(smtp.to_string()).stdin(Stdio::null()).stdout(Stdio::null());
        let server = command.spawn().expect("python3 is installed by make test");
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", smtp)).is_err() {
            assert!(Instant::now() < end, "no mail server on {smtp}");
            std::thread::sleep(Duration::from_millis(50));
        }
        let config = folder.path().join("correo.toml");
        let text = format!(
            "[correo.smtp]\nhost = \"127.0.0.1\"\nport = {smtp}\nsecurity = \"none\"\n\n[correo.lmtp]\naddr = \"127.0.0.1:{lmtp}\"\n\n\
             [correo.{institution}]\nfrom = \"Mesa de Ayuda <{address}>\"\nprocedure = \"{procedure}\"\n"
        );
        std::fs::write(&config, text).expect("a configuration");
        Self { config, lmtp, folder, server }
    }

    /// Delivers a message; gives what the program answered to its end.
    pub fn deliver(&self, from: &str, to: &str, message: &str) -> String {
        let stream = TcpStream::connect(("127.0.0.1", self.lmtp)).expect("the program takes mail");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a patience");
        let mut write = stream.try_clone().expect("both ways");
        let mut lines = BufReader::new(stream).lines();
        // The last line of an answer has a space after its code.
        let mut answer = || lines.by_ref().map_while(Result::ok).find(|line| line.as_bytes().get(3) == Some(&b' '));
        assert!(answer().is_some_and(|line| line.starts_with("220")), "a greeting");
        let dotted = message.replace("\n.", "\n..").replace('\n', "\r\n");
        let mut said = String::new();
        for line in [
            "LHLO correo.example".to_owned(),
            format!("MAIL FROM:<{from}>"),
            format!("RCPT TO:<{to}>"),
            "DATA".to_owned(),
            format!("{dotted}\r\n."),
        ] {
            write.write_all(format!("{line}\r\n").as_bytes()).expect("it listens");
            said = answer().expect("an answer");
            assert!(said.starts_with(['2', '3']), "{line}: {said}");
        }
        said
    }

    /// What a person has been sent, in no order.
    pub fn sent_to(&self, person: &str) -> Vec<Reading> {
        let Ok(box_of_his) = std::fs::read_dir(self.folder.path().join(person).join("new")) else { return Vec::new() };
        let raw = box_of_his.flatten().filter_map(|file| std::fs::read(file.path()).ok());
        raw.map(|raw| read(&raw).expect("what we send can be read")).collect()
    }

    /// The mail to a person whose subject contains these words, waited for; it must be the only one.
    pub fn mail_to(&self, person: &str, subject: &str) -> Reading {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let mut mails = self.sent_to(person);
            mails.retain(|mail| mail.subject.contains(subject));
            assert!(mails.len() < 2, "«{subject}» more than once to {person}: {mails:?}");
            if let Some(mail) = mails.pop() {
                return mail;
            }
            assert!(Instant::now() < end, "no «{subject}» to {person}: {:?}", self.sent_to(person));
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}
