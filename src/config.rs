//! `ventanilla.toml`: where the program listens, where the data lie and whom it serves. What is wrong is told in Spanish,
//! with its line.

use crate::{
    houses::Place,
    mail::settings::{self, MailSettings},
    manuals::Library,
};
use anyhow::{Context, Result, bail};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};
use toml::{Table, Value};

/// Every key, with what it takes.
const KEYS: [(&str, &str); 10] = [
    ("addr", "la dirección y el puerto en que se atiende: \"127.0.0.1:8080\""),
    ("public_url", "la dirección que escribe la gente: \"https://ventanilla.ejemplo.org\""),
    ("data", "la carpeta de los datos: \"/var/lib/ventanilla\""),
    ("postgres", "la base de datos, si no es un archivo por institución: \"postgres://usuario:clave@servidor/base\""),
    ("manuals", "la carpeta de los manuales; si falta, los que trae el programa"),
    ("institutions", "las instituciones que se atienden; si falta, todas las de la carpeta: [\"una\", \"otra\"]"),
    ("log_format", "\"text\" para una persona o \"json\" para un programa"),
    ("log_level", "\"error\", \"warn\", \"info\" o \"debug\""),
    ("min_free_mb", "el espacio libre en megabytes por debajo del cual doctor advierte: 1024"),
    ("correo", "el correo que entra y sale: las secciones [correo.smtp], [correo.lmtp] y [correo.INSTITUCIÓN]"),
];

#[derive(Clone, Debug)]
pub struct Config {
    pub addr: SocketAddr,
    pub public_url: Option<String>,
    pub place: Place,
    pub manuals: Option<PathBuf>,
    /// Empty: all those that have a manual.
    pub institutions: Vec<String>,
    pub log_json: bool,
    pub log_level: String,
    pub min_free_mb: u64,
    pub mail: MailSettings,
}

impl Config {
    pub fn read(path: &Path) -> Result<Self> {
        let unreadable = || format!("No se puede leer la configuración «{}»", path.display());
        let text = std::fs::read_to_string(path).with_context(unreadable)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&text, folder).with_context(|| format!("La configuración «{}» no sirve", path.display()))
    }

    /// Only the mail of a configuration; what else it says is not looked at.
    pub fn mail_of(path: &Path) -> Result<MailSettings> {
        let unreadable = || format!("No se puede leer la configuración «{}»", path.display());
        let text = std::fs::read_to_string(path).with_context(unreadable)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let useless = || format!("La configuración «{}» no sirve", path.display());
        table(&text).and_then(|table| settings::parse(&text, &table, folder)).with_context(useless)
    }

    /// Folders are relative to the one where the file is.
    fn parse(text: &str, folder: &Path) -> Result<Self> {
        let table = table(text)?;
        let file = File { text, table: &table };
        for (key, _) in &table {
            if !KEYS.iter().any(|(known, _)| known == key) {
                let known: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
                bail!("línea {}: no existe la clave «{key}». Las que hay: {}.", file.line(key), known.join(", "));
            }
        }
        let addr = file.text("addr")?.unwrap_or_else(|| "127.0.0.1:8080".into());
        let addr = addr.parse().map_err(|_| file.wrong("addr"))?;
        let public_url = file.text("public_url")?.map(|url| url.trim_end_matches('/').to_owned());
        if public_url.as_ref().is_some_and(|url| !is_address(url)) {
            return Err(file.wrong("public_url"));
        }
        let Some(data) = file.text("data")? else {
            bail!("falta la clave «data», {}.", meaning("data"));
        };
        let postgres = file.text("postgres")?;
        if postgres.as_ref().is_some_and(|url| !url.starts_with("postgres://") && !url.starts_with("postgresql://")) {
            return Err(file.wrong("postgres"));
        }
        let log_json = match file.text("log_format")?.as_deref() {
            None | Some("text") => false,
            Some("json") => true,
            Some(_) => return Err(file.wrong("log_format")),
        };
        let log_level = file.text("log_level")?.unwrap_or_else(|| "info".into());
        if !["error", "warn", "info", "debug"].contains(&log_level.as_str()) {
            return Err(file.wrong("log_level"));
        }
        Ok(Self {
            addr,
            public_url,
            place: Place { data: folder.join(data), postgres },
            manuals: file.text("manuals")?.map(|path| folder.join(path)),
            institutions: file.names("institutions")?,
            log_json,
            log_level,
            min_free_mb: file.number("min_free_mb")?.unwrap_or(1_024),
            mail: settings::parse(text, &table, folder)?,
        })
    }

    pub fn library(&self) -> Result<Library> {
        match &self.manuals {
            Some(folder) => Library::open(Some(folder)),
            None => Ok(Library::Embedded),
        }
    }

    /// The institutions that are served: those named, each of which must have a manual, or all.
    pub fn served(&self, library: &Library) -> Result<Vec<String>> {
        let known = library.institutions()?;
        if let Some(unknown) = self.institutions.iter().find(|name| !known.contains(name)) {
            bail!(
                "«institutions» nombra a «{unknown}», que no tiene manual. Los que hay: {}.",
                crate::manuals::listed(&known)
            );
        }
        Ok(if self.institutions.is_empty() { known } else { self.institutions.clone() })
    }
}

/// The file as TOML; what is not is told with its line.
fn table(text: &str) -> Result<Table> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        let words = text.lines().nth(line - 1).unwrap_or_default().trim();
        anyhow::anyhow!("línea {line}: no se entiende «{words}». Cada línea es: clave = \"valor\"")
    })
}

/// An address without a path: people's addresses begin right after it.
fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['/', ' ', '?', '#']))
}

fn meaning(key: &str) -> &'static str {
    KEYS.iter().find(|(known, _)| *known == key).map_or("", |(_, meaning)| meaning)
}

struct File<'f> {
    text: &'f str,
    table: &'f Table,
}

impl File<'_> {
    fn line(&self, key: &str) -> usize {
        let begins = |line: &str| {
            let name = line.split('=').next().unwrap_or_default().trim().trim_matches(['"', '[', ']']);
            name == key || name.split('.').next().is_some_and(|first| first.trim() == key)
        };
        self.text.lines().position(begins).map_or(1, |place| place + 1)
    }

    fn wrong(&self, key: &str) -> anyhow::Error {
        let line = self.line(key);
        anyhow::anyhow!("línea {line}: «{key}» no vale. Es {}.", meaning(key))
    }

    fn text(&self, key: &str) -> Result<Option<String>> {
        match self.table.get(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
            Some(_) => Err(self.wrong(key)),
        }
    }

    fn number(&self, key: &str) -> Result<Option<u64>> {
        match self.table.get(key) {
            None => Ok(None),
            Some(value) => {
                value.as_integer().and_then(|n| u64::try_from(n).ok()).map(Some).ok_or_else(|| self.wrong(key))
            }
        }
    }

    fn names(&self, key: &str) -> Result<Vec<String>> {
        let Some(value) = self.table.get(key) else { return Ok(Vec::new()) };
        let items = value.as_array().ok_or_else(|| self.wrong(key))?;
        items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(|| self.wrong(key))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config> {
        Config::parse(text, Path::new("/etc/ventanilla"))
    }

    #[test]
    fn the_least_and_the_most_that_can_be_said() {
        let least = read("data = \"datos\"").expect("least");
        assert_eq!(least.addr.to_string(), "127.0.0.1:8080");
        assert_eq!((least.place.data, least.manuals, least.log_json), ("/etc/ventanilla/datos".into(), None, false));
        let most = read(
            "addr = \"0.0.0.0:80\"\npublic_url = \"https://x.org/\"\ndata = \"/var/lib/v\"\npostgres = \"postgres://a@b/c\"\n\
             manuals = \"/m\"\ninstitutions = [\"a\", \"b\"]\nlog_format = \"json\"\nlog_level = \"debug\"\nmin_free_mb = 10\n",
        )
        .expect("most");
        assert_eq!(most.public_url.as_deref(), Some("https://x.org"));
        assert_eq!((most.place.data, most.institutions.len(), most.min_free_mb), ("/var/lib/v".into(), 2, 10));
        assert!(most.log_json && most.place.postgres.is_some());
    }

    #[test]
    fn what_is_wrong_is_told_in_spanish_with_its_line() {
        for (text, words) in [
            ("", &["falta la clave «data»"][..]),
            ("data = \"x\"\nadres = \"y\"", &["línea 2", "«adres»", "addr"]),
            ("data = \"x\"\n\naddr = 8080", &["línea 3", "«addr»", "127.0.0.1:8080"]),
            ("data = \"x\"\naddr = \"localhost\"", &["línea 2", "«addr»"]),
            ("data = \"x\"\npublic_url = \"https://x.org/ventanilla\"", &["línea 2", "«public_url»"]),
            ("data = \"x\"\npostgres = \"mysql://x\"", &["línea 2", "postgres://"]),
            ("data = \"x\"\nlog_format = \"xml\"", &["línea 2", "json"]),
            ("data = \"x\"\ninstitutions = \"a\"", &["línea 2", "«institutions»"]),
            ("data = \"x\"\nmin_free_mb = -1", &["línea 2"]),
            ("data = \"x\"\nesto no es nada\n", &["línea 2", "esto no es nada"]),
            ("data = \"\"", &["línea 1", "«data»"]),
            ("data = \"x\"\n[correo.uno]\n", &["línea 2", "from"]),
        ] {
            let refusal = read(text).expect_err(text).to_string();
            assert!(words.iter().all(|word| refusal.contains(word)), "{text}: {refusal}");
        }
    }
}
