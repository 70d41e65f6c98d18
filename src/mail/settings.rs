//! The mail of `ventanilla.toml`: `[correo.smtp]` and `[correo.lmtp]` for all, `[correo.INSTITUCIÓN]` for one. What is
//! wrong is told in Spanish, with its line. Secrets are read here and shown nowhere.

use anyhow::{Context, Result, bail};
use connectors::mail::{
    incoming::imap::{ImapAccount, Secret},
    outgoing::smtp::Server,
    secure::Security,
    writing::{Sender, is_address},
};
use std::{
    collections::BTreeMap,
    fmt, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use toml::{Table, Value};

const PATIENCE: Duration = Duration::from_secs(30);

const HOUSE_KEYS: [(&str, &str); 5] = [
    ("from", "quién firma los correos: \"Mesa de ayuda <soporte@ejemplo.org>\""),
    ("procedure", "el procedimiento que abre un correo que llega; si falta, ninguno"),
    (
        "addresses",
        "otras direcciones que reciben, cada una con su procedimiento: { \"redes@ejemplo.org\" = \"CÓDIGO\" }",
    ),
    ("smtp", "el servidor por el que salen los correos, si no es el de todas: la sección [correo.INSTITUCIÓN.smtp]"),
    ("imap", "el buzón del que se toman los correos: la sección [correo.INSTITUCIÓN.imap]"),
];
const SMTP_KEYS: [(&str, &str); 7] = [
    ("host", "el nombre del servidor: \"correo.ejemplo.org\""),
    ("port", "el puerto: 587, 465 o 25"),
    ("security", "\"starttls\", \"tls\" o \"none\"; \"none\" solo sirve sin usuario o en esta misma máquina"),
    ("user", "el usuario con que se entra; si falta, se entra sin usuario"),
    ("password", "la contraseña; es mejor «password_file»"),
    ("password_file", "el archivo, solo legible por el programa, que contiene la contraseña"),
    ("ca_file", "el certificado (PEM) de la autoridad de la institución, si no es una pública"),
];
const IMAP_KEYS: [(&str, &str); 10] = [
    SMTP_KEYS[0],
    ("port", "el puerto: 993 o 143"),
    SMTP_KEYS[2],
    ("user", "el usuario del buzón"),
    SMTP_KEYS[4],
    SMTP_KEYS[5],
    ("token_file", "el archivo con la ficha de acceso (XOAUTH2) que otro programa renueva, en lugar de la contraseña"),
    SMTP_KEYS[6],
    ("folder", "la carpeta del buzón; si falta, \"INBOX\""),
    ("every_seconds", "cada cuántos segundos se mira, si el servidor no avisa (IDLE): 60"),
];
const LMTP_KEYS: [(&str, &str); 1] =
    [("addr", "la dirección y el puerto en que el servidor de correo entrega: \"127.0.0.1:2424\"")];

/// All the mail of a configuration.
#[derive(Clone, Debug, Default)]
pub struct MailSettings {
    pub houses: BTreeMap<String, MailHouse>,
    pub lmtp: Option<SocketAddr>,
}

/// The mail of one institution.
#[derive(Clone, Debug)]
pub struct MailHouse {
    pub from: Sender,
    /// Address (lowercase) and the procedure a mail to it opens; empty: none. The sender's own comes first.
    pub addresses: Vec<(String, String)>,
    pub smtp: Option<Server>,
    pub imap: Option<Postbox>,
}

/// A mailbox, and how often it is looked into.
#[derive(Clone)]
pub struct Postbox {
    account: ImapAccount,
    token_file: Option<PathBuf>,
    pub every: Duration,
}

impl fmt::Debug for Postbox {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.account.fmt(to)
    }
}

impl Postbox {
    /// The account, with the bearer token as it is now.
    pub fn account(&self) -> Result<ImapAccount> {
        let mut account = self.account.clone();
        if let Some(file) = &self.token_file {
            account.secret = Secret::Token(secret_in(file)?);
        }
        Ok(account)
    }
}

impl MailHouse {
    pub fn takes(&self, address: &str) -> bool {
        self.addresses.iter().any(|(own, _)| own == address)
    }

    /// The procedure of the first of these addresses that is one of ours, else of the sender's own.
    pub fn procedure(&self, to: &[String]) -> &str {
        let named = to.iter().find_map(|address| self.addresses.iter().find(|(own, _)| own == address));
        named.or(self.addresses.first()).map_or("", |(_, procedure)| procedure)
    }
}

/// Reads the tables under `correo`; files are relative to the folder of the configuration.
pub fn parse(text: &str, table: &Table, folder: &Path) -> Result<MailSettings> {
    let Some(mail) = table.get("correo") else { return Ok(MailSettings::default()) };
    let place = |way: &str, keys| Section { text, way: way.to_owned(), folder, keys };
    let mail = mail
        .as_table()
        .with_context(|| format!("línea {}: «correo» es una sección: [correo.smtp]", line_of(text, "correo")))?;
    let mut settings = MailSettings::default();
    let shared = match mail.get("smtp") {
        Some(smtp) => Some(place("correo.smtp", &SMTP_KEYS).server(smtp)?),
        None => None,
    };
    if let Some(lmtp) = mail.get("lmtp") {
        let section = place("correo.lmtp", &LMTP_KEYS);
        let lmtp = section.table(lmtp)?;
        let addr = section.required(lmtp, "addr")?;
        settings.lmtp = Some(addr.parse().map_err(|_| section.wrong("addr"))?);
    }
    for (institution, house) in mail.iter().filter(|(name, _)| !["smtp", "lmtp"].contains(&name.as_str())) {
        let section = place(&format!("correo.{institution}"), &HOUSE_KEYS);
        let house = section.table(house)?;
        let from = Sender::parse(&section.required(house, "from")?).ok_or_else(|| section.wrong("from"))?;
        let procedure = section.text(house, "procedure")?.unwrap_or_default();
        let mut addresses = vec![(from.address.clone(), procedure)];
        if let Some(more) = house.get("addresses") {
            for (address, procedure) in more.as_table().ok_or_else(|| section.wrong("addresses"))? {
                let procedure = procedure.as_str().ok_or_else(|| section.wrong("addresses"))?;
                if !is_address(address) {
                    return Err(section.wrong("addresses"));
                }
                addresses.push((address.to_lowercase(), procedure.to_owned()));
            }
        }
        let smtp = match house.get("smtp") {
            Some(smtp) => Some(place(&format!("correo.{institution}.smtp"), &SMTP_KEYS).server(smtp)?),
            None => shared.clone(),
        };
        let smtp = smtp
            .map(|server| Server { hello: from.address.rsplit('@').next().unwrap_or("localhost").into(), ..server });
        let imap = match house.get("imap") {
            Some(imap) => Some(place(&format!("correo.{institution}.imap"), &IMAP_KEYS).mailbox(imap)?),
            None => None,
        };
        settings.houses.insert(institution.clone(), MailHouse { from, addresses, smtp, imap });
    }
    Ok(settings)
}

/// One section of the file, for what is read from it and for what is wrong with it.
struct Section<'s> {
    text: &'s str,
    way: String,
    folder: &'s Path,
    keys: &'s [(&'s str, &'s str)],
}

impl Section<'_> {
    fn table<'t>(&self, value: &'t Value) -> Result<&'t Table> {
        let line = line_of(self.text, &self.way);
        let table =
            value.as_table().with_context(|| format!("línea {line}: «{}» es una sección: [{}]", self.way, self.way))?;
        for key in table.keys() {
            if !self.keys.iter().any(|(known, _)| known == key) {
                let known: Vec<&str> = self.keys.iter().map(|(key, _)| *key).collect();
                bail!(
                    "línea {}: en [{}] no existe la clave «{key}». Las que hay: {}.",
                    self.line(key),
                    self.way,
                    known.join(", ")
                );
            }
        }
        Ok(table)
    }

    fn line(&self, key: &str) -> usize {
        line_of(self.text, &format!("{}.{key}", self.way))
    }

    fn wrong(&self, key: &str) -> anyhow::Error {
        anyhow::anyhow!("línea {}: en [{}], «{key}» no vale. Es {}.", self.line(key), self.way, self.meaning(key))
    }

    fn meaning(&self, key: &str) -> &str {
        self.keys.iter().find(|(known, _)| *known == key).map_or("", |(_, meaning)| meaning)
    }

    fn text(&self, table: &Table, key: &str) -> Result<Option<String>> {
        match table.get(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
            Some(_) => Err(self.wrong(key)),
        }
    }

    fn required(&self, table: &Table, key: &str) -> Result<String> {
        let missing = || {
            let line = line_of(self.text, &self.way);
            anyhow::anyhow!("línea {line}: en [{}] falta «{key}», {}.", self.way, self.meaning(key))
        };
        self.text(table, key)?.ok_or_else(missing)
    }

    fn number(&self, table: &Table, key: &str, most: i64) -> Result<Option<u64>> {
        let Some(value) = table.get(key) else { return Ok(None) };
        let number =
            value.as_integer().filter(|number| (1..=most).contains(number)).and_then(|n| u64::try_from(n).ok());
        number.map(Some).ok_or_else(|| self.wrong(key))
    }

    fn port(&self, table: &Table, usual: u16) -> Result<u16> {
        let port = self.number(table, "port", 65_535)?;
        Ok(port.and_then(|port| u16::try_from(port).ok()).unwrap_or(usual))
    }

    fn security(&self, table: &Table, usual: Security) -> Result<Security> {
        match self.text(table, "security")? {
            None => Ok(usual),
            Some(code) => Security::from_code(&code).ok_or_else(|| self.wrong("security")),
        }
    }

    fn password(&self, table: &Table) -> Result<Option<String>> {
        match (self.text(table, "password")?, self.text(table, "password_file")?) {
            (Some(_), Some(_)) => Err(anyhow::anyhow!(
                "línea {}: en [{}] hay «password» y «password_file»; deje una sola.",
                self.line("password_file"),
                self.way
            )),
            (Some(password), None) => Ok(Some(password)),
            (None, Some(file)) => {
                let line = self.line("password_file");
                secret_in(&self.folder.join(file)).with_context(|| format!("línea {line}: «password_file»")).map(Some)
            }
            (None, None) => Ok(None),
        }
    }

    fn authority(&self, table: &Table) -> Result<Option<Vec<u8>>> {
        let Some(file) = self.text(table, "ca_file")? else { return Ok(None) };
        let file = self.folder.join(file);
        let line = self.line("ca_file");
        let pem = fs::read(&file)
            .with_context(|| format!("línea {line}: «ca_file»: no se puede leer «{}»", file.display()))?;
        if !pem.windows(10).any(|window| window == b"-----BEGIN") {
            return Err(self.wrong("ca_file"));
        }
        Ok(Some(pem))
    }

    fn server(&self, value: &Value) -> Result<Server> {
        let table = self.table(value)?;
        let host = self.required(table, "host")?;
        let security = self.security(table, Security::StartTls)?;
        let usual = if security == Security::Tls { 465 } else { 587 };
        let user = self.text(table, "user")?;
        let password = self.password(table)?;
        if user.is_some() && password.is_none() {
            bail!("línea {}: en [{}] hay «user» y falta la contraseña: «password_file».", self.line("user"), self.way);
        }
        if user.is_some() && security == Security::Plain && !is_near(&host) {
            return Err(self.wrong("security"));
        }
        Ok(Server {
            port: self.port(table, usual)?,
            host,
            security,
            user,
            password: password.unwrap_or_default(),
            ca: self.authority(table)?,
            hello: "localhost".into(),
            patience: PATIENCE,
        })
    }

    fn mailbox(&self, value: &Value) -> Result<Postbox> {
        let table = self.table(value)?;
        let host = self.required(table, "host")?;
        let security = self.security(table, Security::Tls)?;
        if security == Security::Plain && !is_near(&host) {
            return Err(self.wrong("security"));
        }
        let user = self.required(table, "user")?;
        let token_file = self.text(table, "token_file")?.map(|file| self.folder.join(file));
        let password = self.password(table)?;
        if password.is_some() == token_file.is_some() {
            bail!(
                "línea {}: en [{}] hace falta «password_file» o «token_file», una de las dos.",
                line_of(self.text, &self.way),
                self.way
            );
        }
        let account = ImapAccount {
            port: self.port(table, if security == Security::Tls { 993 } else { 143 })?,
            host,
            security,
            user,
            secret: Secret::Password(password.unwrap_or_default()),
            folder: self.text(table, "folder")?.unwrap_or_else(|| "INBOX".into()),
            ca: self.authority(table)?,
            patience: PATIENCE,
        };
        let every = self.number(table, "every_seconds", 3_600)?.unwrap_or(60);
        Ok(Postbox { account, token_file, every: Duration::from_secs(every) })
    }
}

/// This very machine: nothing travels.
fn is_near(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn secret_in(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("no se puede leer «{}»", file.display()))?;
    let secret = text.trim();
    if secret.is_empty() {
        bail!("«{}» está vacío", file.display());
    }
    Ok(secret.to_owned())
}

/// The line where a key stands, by its whole way: of the section, then of the key in it.
fn line_of(text: &str, way: &str) -> usize {
    let mut section = String::new();
    let mut nearest = (0, 1);
    for (place, line) in text.lines().enumerate() {
        let line = line.trim();
        let here = if let Some((name, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            section = name.trim().replace(['"', ' '], "");
            section.clone()
        } else {
            let key = line.split('=').next().unwrap_or_default().trim().trim_matches('"');
            if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
        };
        // The longest part of the way that is written somewhere.
        let fits = way == here || way.strip_prefix(&here).is_some_and(|rest| rest.starts_with('.'));
        if fits && here.len() > nearest.0 {
            nearest = (here.len(), place + 1);
        }
    }
    nearest.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<MailSettings> {
        let table: Table = toml::from_str(text).expect("TOML");
        parse(text, &table, Path::new("/etc/ventanilla"))
    }

    #[test]
    fn a_whole_mail_section_is_understood() {
        let text = "[correo.smtp]\nhost = \"correo.x.org\"\nuser = \"v\"\npassword = \"secreta\"\n[correo.lmtp]\naddr = \"127.0.0.1:2424\"\n\
                    [correo.uno]\nfrom = \"Mesa <Mesa@x.org>\"\nprocedure = \"P-1\"\naddresses = { \"redes@x.org\" = \"P-2\" }\n\
                    [correo.uno.imap]\nhost = \"correo.x.org\"\nuser = \"mesa\"\npassword = \"otra\"\n[correo.dos]\nfrom = \"dos@x.org\"\n\
                    [correo.dos.smtp]\nhost = \"127.0.0.1\"\nport = 25\nsecurity = \"none\"\n";
        let mail = read(text).expect("understood");
        let (one, two) = (&mail.houses["uno"], &mail.houses["dos"]);
        assert_eq!((one.from.name.as_str(), one.from.address.as_str()), ("Mesa", "mesa@x.org"));
        assert_eq!(one.procedure(&["otra@x.org".into(), "redes@x.org".into()]), "P-2");
        assert_eq!((one.procedure(&[]), two.procedure(&[])), ("P-1", ""));
        let smtp = one.smtp.as_ref().expect("shared");
        assert_eq!(
            (smtp.host.as_str(), smtp.port, smtp.security, smtp.hello.as_str()),
            ("correo.x.org", 587, Security::StartTls, "x.org")
        );
        assert_eq!(two.smtp.as_ref().map(|smtp| (smtp.port, smtp.security)), Some((25, Security::Plain)));
        let account = one.imap.as_ref().expect("a mailbox").account().expect("an account");
        assert_eq!((account.port, account.folder.as_str()), (993, "INBOX"));
        assert!(two.imap.is_none() && mail.lmtp.is_some());
        let shown = format!("{mail:?}");
        assert!(!shown.contains("secreta") && !shown.contains("otra\""), "{shown}");
        assert!(read("data = \"x\"").expect("nothing").houses.is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let house = "[correo.uno]\nfrom = \"a@x.org\"\n";
        for (text, words) in [
            ("[correo.smtp]\nport = 25", &["línea 1", "host", "[correo.smtp]"][..]),
            ("[correo.smtp]\nhost = \"x\"\nport = 99999", &["línea 3", "port"]),
            ("[correo.smtp]\nhost = \"x\"\nsecurity = \"ssl\"", &["línea 3", "starttls"]),
            (
                "[correo.smtp]\nhost = \"x\"\nsecurity = \"none\"\nuser = \"u\"\npassword = \"p\"",
                &["línea 3", "security"],
            ),
            ("[correo.smtp]\nhost = \"x\"\nuser = \"u\"", &["línea 3", "password_file"]),
            ("[correo.smtp]\nhost = \"x\"\npassword_file = \"/no/existe\"", &["línea 3", "/no/existe"]),
            ("[correo.lmtp]\naddr = \"2424\"", &["línea 2", "127.0.0.1:2424"]),
            ("data = \"x\"\n[correo.uno]\nfrom = \"nadie\"", &["línea 3", "from", "Mesa de ayuda"]),
            ("[correo.uno]\nprocedure = \"x\"", &["línea 1", "from"]),
            ("[correo.uno]\nfrom = \"a@x.org\"\nprocedimiento = \"x\"", &["línea 3", "«procedimiento»", "procedure"]),
            (&format!("{house}addresses = {{ \"nada\" = \"P\" }}"), &["línea 3", "addresses"]),
            (&format!("{house}[correo.uno.imap]\nhost = \"x\"\nuser = \"u\""), &["línea 3", "token_file"]),
            (
                &format!("{house}[correo.uno.imap]\nhost = \"x\"\nuser = \"u\"\npassword = \"p\"\nsecurity = \"none\""),
                &["línea 7", "security"],
            ),
            ("correo = 1", &["línea 1"]),
        ] {
            let refusal = format!("{:#}", read(text).expect_err(text));
            assert!(words.iter().all(|word| refusal.contains(word)), "{text}: {refusal}");
        }
    }
}
