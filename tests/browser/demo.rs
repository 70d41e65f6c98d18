//! A demonstration of its own for the browser tests: started on a free port, ended with the test.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

pub struct Demo {
    pub address: String,
    pub password: String,
    /// Institution -> what a person does there -> login, as the demonstration prints them.
    pub logins: BTreeMap<String, Vec<(String, String)>>,
    server: Child,
    data: tempfile::TempDir,
    mail: Option<PathBuf>,
}

impl Demo {
    pub fn start() -> Self {
        Self::over(tempfile::tempdir().expect("a folder for the demonstration"), None, None)
    }

    /// One in which it is this date and time, `2026-09-11T15:30`, with the mail of this configuration.
    pub fn start_at(moment: &str, mail: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the demonstration");
        Self::over(folder, Some(moment), Some(mail.to_owned()))
    }

    /// Ends it and begins it again over the same data at another moment.
    pub fn moved_to(mut self, moment: &str) -> Self {
        let nothing = tempfile::tempdir().expect("an empty folder");
        let (data, mail) = (std::mem::replace(&mut self.data, nothing), self.mail.take());
        drop(self);
        Self::over(data, Some(moment), mail)
    }

    fn over(data: tempfile::TempDir, moment: Option<&str>, mail: Option<PathBuf>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ventanilla"));
        command.args(["demo", "--addr", "127.0.0.1:0", "--manuals"]);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/manuals")).arg("--data").arg(data.path().join("demo"));
        command.args(moment.iter().flat_map(|moment| ["--at", moment]));
        command.args(mail.iter().flat_map(|mail| [Path::new("--mail"), mail]));
        let mut server = command.stdout(Stdio::piped()).spawn().expect("the demonstration starts");
        let mut lines = BufReader::new(server.stdout.take().expect("it prints")).lines().map_while(Result::ok);
        let (mut address, mut password) = (String::new(), String::new());
        let mut logins: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        let mut institution = String::new();
        for line in &mut lines {
            if let Some(rest) = line.strip_prefix("Ventanilla atiende en ") {
                address = rest.split_whitespace().next().unwrap_or_default().to_string();
                break;
            } else if let Some(rest) = line.strip_prefix("Contraseña de todos: ") {
                password = rest.trim().to_string();
            } else if let Some((login, what)) = line.strip_prefix("  ").and_then(|line| line.trim().split_once("  ")) {
                logins.entry(institution.clone()).or_default().push((what.trim().to_string(), login.to_string()));
            } else if let Some(place) = line.split_whitespace().last().filter(|word| word.starts_with("http")) {
                institution = place.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_string();
            }
        }
        assert!(!address.is_empty(), "the demonstration did not say where it is");
        std::thread::spawn(move || lines.for_each(drop));
        Self { address, password, logins, server, data, mail }
    }

    /// The name of the person of a login.
    pub fn name(&self, institution: &str, login: &str) -> String {
        let path = self.data.path().join("demo").join(institution).join("personas.csv");
        let text = std::fs::read_to_string(path).expect("the list of people");
        let line = text.lines().find(|line| line.split(',').next() == Some(login));
        line.and_then(|line| line.split(',').nth(1)).unwrap_or_else(|| panic!("nobody is {login}")).to_string()
    }

    /// The login of the first person who holds a post, of a unit where one is named.
    pub fn holder(&self, institution: &str, role: &str, unit: &str) -> String {
        let path = self.data.path().join("demo").join(institution).join("personas.csv");
        let text = std::fs::read_to_string(path).expect("the list of people");
        let held = text.lines().find(|line| {
            let mut parts = line.splitn(4, ',');
            let (_, _, of, posts) = (parts.next(), parts.next(), parts.next(), parts.next());
            (unit.is_empty() || of == Some(unit))
                && posts.is_some_and(|posts| posts.trim_matches('"').split("; ").any(|post| post == role))
        });
        let line = held.unwrap_or_else(|| panic!("nobody is {role} of {unit}"));
        line.split(',').next().unwrap_or_default().to_string()
    }

    /// The login of whoever does something whose words contain these.
    pub fn login(&self, institution: &str, what: &str) -> &str {
        let people = self.logins.get(institution).unwrap_or_else(|| panic!("no {institution}: {:?}", self.logins));
        let found = people.iter().find(|(does, _)| does.contains(what));
        &found.unwrap_or_else(|| panic!("nobody «{what}» in {people:?}")).1
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
