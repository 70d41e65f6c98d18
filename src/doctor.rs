//! The doctor: looks over a configuration and says what is wrong and how to mend it.

use crate::{
    clock,
    config::Config,
    mail::{
        probe::{delivery, probe},
        settings::MailHouse,
    },
    manuals::Library,
};
use jiff::{SignedDuration, Timestamp};
use std::{fs, net::SocketAddr, path::Path};

/// What was looked at, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub what: String,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Well(String),
    /// It works, but look at it.
    Look {
        found: String,
        mend: String,
    },
    /// It does not work.
    Wrong {
        found: String,
        mend: String,
    },
}

fn well(what: impl Into<String>, found: impl Into<String>) -> Check {
    Check { what: what.into(), state: State::Well(found.into()) }
}

fn look(what: impl Into<String>, found: impl Into<String>, mend: impl Into<String>) -> Check {
    Check { what: what.into(), state: State::Look { found: found.into(), mend: mend.into() } }
}

fn wrong(what: impl Into<String>, found: impl Into<String>, mend: impl Into<String>) -> Check {
    Check { what: what.into(), state: State::Wrong { found: in_spanish(&found.into()), mend: mend.into() } }
}

/// What the operating system says most often, in English whatever its language is.
const SAYINGS: [(&str, &str); 9] = [
    ("Connection refused", "la conexión fue rechazada: nadie atiende en esa dirección"),
    ("Connection reset by peer", "el otro lado cortó la conexión"),
    ("Connection timed out", "nadie respondió a tiempo"),
    ("No such file or directory", "no existe"),
    ("Permission denied", "no hay permiso"),
    ("Read-only file system", "el disco está montado solo para lectura"),
    ("No space left on device", "el disco está lleno"),
    ("Address already in use", "otro programa ya usa esa dirección"),
    ("failed to lookup address information", "no se encuentra ese nombre en la red"),
];

/// The system's own words in Spanish, without its numbers; all else as it is.
fn in_spanish(text: &str) -> String {
    let mut text = text.to_owned();
    for (english, spanish) in SAYINGS {
        text = text.replace(english, spanish);
    }
    while let Some((before, rest)) = text.split_once(" (os error ") {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(')');
        text = format!("{before}{after}");
    }
    text
}

/// Everything, one thing after another.
pub async fn examine(config: &Config) -> Vec<Check> {
    let now = clock::now();
    let mut checks = vec![address(config), folder(&config.place.data), space(config), hour(now)];
    checks.extend(config.place.postgres.as_deref().map(line));
    let library = match config.library() {
        Ok(library) => library,
        Err(error) => {
            checks.push(wrong("manuales", format!("{error:#}"), "Corrija «manuals» en la configuración."));
            return checks;
        }
    };
    match config.served(&library) {
        Ok(served) if served.is_empty() => {
            checks.push(wrong(
                "manuales",
                "no hay ninguno",
                "Ponga la carpeta de cada institución, con su «manual.kdl», en «manuals».",
            ));
        }
        Ok(served) => {
            for institution in &served {
                checks.extend(house(config, &library, institution, now).await);
            }
            checks.extend(mail_of_nobody(config, &served));
            if let Some(addr) = config.mail.lmtp {
                checks.push(delivered(addr).await);
            }
        }
        Err(error) => {
            checks.push(wrong("instituciones", format!("{error:#}"), "Corrija «institutions» en la configuración."));
        }
    }
    checks
}

fn address(config: &Config) -> Check {
    match &config.public_url {
        Some(url) if url.starts_with("https://") => {
            well("dirección", format!("{url}; las sesiones viajan solo cifradas"))
        }
        _ if config.addr.ip().is_loopback() => well("dirección", format!("{}, solo para esta máquina", config.addr)),
        _ => look(
            "dirección",
            format!("{} sin «public_url» con https: las contraseñas viajan sin cifrar", config.addr),
            "Ponga delante un servidor con certificado y escriba su dirección en «public_url».",
        ),
    }
}

/// The data folder exists, is ours alone, and takes writing.
fn folder(data: &Path) -> Check {
    use std::os::unix::fs::PermissionsExt;
    let what = "carpeta de datos";
    let name = data.display();
    let Ok(found) = fs::metadata(data) else {
        return look(what, format!("«{name}» no existe todavía"), "Se crea al arrancar; o créela con: mkdir -m 700");
    };
    let probe = data.join(".doctor");
    if let Err(error) = fs::write(&probe, b"x").and_then(|()| fs::remove_file(&probe)) {
        return wrong(
            what,
            format!("en «{name}» no se puede escribir: {error}"),
            format!("Dé la carpeta a quien ejecuta el programa: chown -R USUARIO {name}"),
        );
    }
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o007 != 0 {
        return look(
            what,
            format!("«{name}» se puede abrir desde cualquier cuenta ({mode:o})"),
            format!("chmod 700 {name}"),
        );
    }
    well(what, format!("{name} ({mode:o})"))
}

/// Whether what goes to PostgreSQL can be read, or answered, by somebody on the way.
fn line(url: &str) -> Check {
    let what = "conexión con PostgreSQL";
    let host = url.split("://").nth(1).unwrap_or_default().split(['/', '?']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    // An address of IPv6 stands in brackets, because it has colons of its own.
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let here = name.is_empty()
        || name.starts_with("%2F")
        || name == "localhost"
        || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"].iter().any(|mode| url.contains(mode)) {
        return well(what, format!("{name}: cifrada, y se comprueba quién es"));
    }
    if here {
        return well(what, "en esta misma máquina");
    }
    look(
        what,
        format!("{name}: no se comprueba quién es"),
        "Agregue a «postgres»: ?sslmode=require; si el certificado es propio, también &sslrootcert=/ruta/ca.pem",
    )
}

/// Free space, as the system tells it.
fn space(config: &Config) -> Check {
    let what = "espacio en disco";
    let here = config.place.data.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    let told = std::process::Command::new("df").arg("-Pk").arg(here).output().ok().filter(|told| told.status.success());
    let text = told.map(|told| String::from_utf8_lossy(&told.stdout).into_owned()).unwrap_or_default();
    let free =
        text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)).and_then(|kib| kib.parse::<u64>().ok());
    match free.map(|kib| kib / 1024) {
        None => look(what, "no se pudo saber", "Revíselo a mano: df -h"),
        Some(free) if free < 100 => {
            wrong(what, format!("quedan {free} MB"), "Libere espacio: con el disco lleno no se guarda nada.")
        }
        Some(free) if free < config.min_free_mb => {
            look(what, format!("quedan {free} MB"), format!("Conviene tener {} MB libres.", config.min_free_mb))
        }
        Some(free) => well(what, format!("quedan {free} MB")),
    }
}

/// A clock that is years off makes every due date wrong.
fn hour(now: Timestamp) -> Check {
    let built: Timestamp = BUILT.parse().unwrap_or(now);
    let what = "reloj";
    if now < built {
        return wrong(
            what,
            format!("dice {now}, antes de que existiera este programa"),
            "Ponga la hora: timedatectl set-ntp true",
        );
    }
    if now.duration_since(built) > SignedDuration::from_hours(24 * 365 * 15) {
        return wrong(what, format!("dice {now}"), "Ponga la hora: timedatectl set-ntp true");
    }
    well(what, format!("{now}"))
}

/// No clock of a running server can be before this.
const BUILT: &str = "2026-11-01T00:00:00Z";

async fn house(config: &Config, library: &Library, institution: &str, now: Timestamp) -> Vec<Check> {
    let mut checks = Vec::new();
    let loaded = match library.load(institution) {
        Ok(loaded) => loaded,
        Err(error) => {
            return vec![wrong(
                format!("{institution}: manual"),
                format!("{error:#}"),
                "Revise la carpeta del manual.",
            )];
        }
    };
    let what = format!("{institution}: manual");
    let edition = match loaded.sound() {
        Ok(edition) => edition,
        Err(error) => return vec![wrong(what, format!("{error:#}"), format!("ventanilla manual check {institution}"))],
    };
    checks.push(well(what, format!("{} procedimientos, sin errores", edition.procedures.len())));
    if let Some(house) = config.mail.houses.get(institution) {
        checks.extend(mail(institution, house, edition).await);
    }

    let what = format!("{institution}: base de datos");
    let missing = config.place.database(institution).is_some_and(|file| !file.exists());
    if missing {
        checks.push(look(what, "no existe todavía", "Se crea con: ventanilla migrate --config …, o al arrancar."));
        return checks;
    }
    match config.place.open(institution, &edition.institution.zone).await {
        Err(error) => checks.push(wrong(
            what,
            format!("{error:#}"),
            match config.place.postgres {
                Some(_) => "Revise «postgres» en la configuración y que el servidor esté en marcha.",
                None => "Si otro programa la usa, ciérrelo; si está dañada, restaure el último respaldo.",
            },
        )),
        Ok(store) => {
            let health = store.health(now).await;
            let words = format!("{}, versión {} del esquema", health.engine, health.schema);
            checks.push(if health.readable && health.writable {
                well(what, words)
            } else {
                wrong(
                    what,
                    format!("{words}: no se puede {}", if health.readable { "escribir" } else { "leer" }),
                    "Revise los permisos y el espacio de la carpeta de datos.",
                )
            });
            checks.push(in_force(institution, &store).await);
            checks.push(calendar(institution, &store, edition, now).await);
            store.close().await;
        }
    }
    checks
}

/// Sections of mail that name nobody who is served.
fn mail_of_nobody(config: &Config, served: &[String]) -> Vec<Check> {
    let unknown = config.mail.houses.keys().filter(|name| !served.contains(name));
    let check = |name: &String| {
        let found = format!("[correo.{name}] no es de ninguna institución que se atienda");
        wrong("correo", found, format!("Escriba el nombre de una de estas: {}.", served.join(", ")))
    };
    unknown.map(check).collect()
}

/// Mail can be delivered here, and not by anybody.
async fn delivered(addr: SocketAddr) -> Check {
    let what = "correo entregado (LMTP)";
    match delivery(addr).await {
        Err(found) => wrong(what, found, "Cambie «addr» en [correo.lmtp], o cierre el otro programa."),
        Ok(found) if !addr.ip().is_loopback() => look(
            what,
            format!("{found}; quien alcance esa dirección puede entregar correo sin clave"),
            "Deje «addr» en 127.0.0.1, o cierre el puerto a todos menos al servidor de correo.",
        ),
        Ok(found) => well(what, found),
    }
}

/// The server and the mailbox let us in, and what a mail opens is there.
async fn mail(institution: &str, house: &MailHouse, edition: &manual::edition::Edition) -> Vec<Check> {
    let probes = probe(house).await.into_iter().map(|probe| {
        let what = format!("{institution}: {}", probe.what);
        match probe.result {
            Ok(found) => well(what, found),
            Err(found) => wrong(what, found, "Revise servidor, puerto, seguridad, usuario y contraseña en [correo]."),
        }
    });
    let mut checks: Vec<Check> = probes.collect();
    let unknown = house.addresses.iter().filter(|(_, code)| !code.is_empty() && edition.procedure(code).is_none());
    for (address, code) in unknown {
        checks.push(wrong(
            format!("{institution}: correo a {address}"),
            format!("abre «{code}», que no está en el manual"),
            "Corrija «procedure» o «addresses» en [correo].",
        ));
    }
    checks
}

async fn in_force(institution: &str, store: &store::Store) -> Check {
    let what = format!("{institution}: manual vigente");
    match store.current_edition().await {
        Ok(Some((id, edition))) => well(what, format!("{}, edición {id}", edition.title_page.edition)),
        Ok(None) => look(
            what,
            "ninguno: no se pueden abrir casos",
            "Quien administra sube el manual y otra persona lo publica.",
        ),
        Err(error) => wrong(what, error.to_string(), "Revise la base de datos."),
    }
}

/// The coming year must have its days off: a calendar that runs dry counts holidays as business days.
async fn calendar(
    institution: &str,
    store: &store::Store,
    edition: &manual::edition::Edition,
    now: Timestamp,
) -> Check {
    let what = format!("{institution}: calendario");
    let built = match store.calendar().await {
        Ok(Some(calendar)) => Ok(calendar),
        Ok(None) => engine::calendar::Calendar::new(
            &edition.calendar,
            &[],
            edition.institution.country,
            &edition.institution.zone,
            1,
        )
        .map(Into::into)
        .map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let calendar = match built {
        Ok(calendar) => calendar,
        Err(error) => return wrong(what, error, "Corrija el calendario del manual."),
    };
    let mut day = calendar.date_of(now);
    let mut off = 0;
    for _ in 0..365 {
        off += usize::from(!calendar.day(day).off.is_empty());
        day = day.tomorrow().unwrap_or(day);
    }
    if off < 5 {
        let found = format!("solo {off} días inhábiles en los próximos doce meses");
        return look(what, found, "Revise los feriados del manual y los asuetos decretados.");
    }
    well(what, format!("{off} días inhábiles en los próximos doce meses"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_of_another_age_is_wrong() {
        let at = |text: &str| hour(text.parse().expect("a moment")).state;
        assert!(matches!(at("1970-01-01T00:01:00Z"), State::Wrong { .. }));
        assert!(matches!(at("2099-01-01T00:00:00Z"), State::Wrong { .. }));
        assert!(matches!(at("2027-06-01T00:00:00Z"), State::Well(_)));
    }

    #[test]
    fn a_line_that_others_may_read_is_looked_at() {
        let state = |url: &str| line(url).state;
        assert!(
            matches!(state("postgres://v:c@bd.ejemplo.org/v"), State::Look { mend, .. } if mend.contains("sslmode=require"))
        );
        for url in [
            "postgres://v:c@bd.ejemplo.org:5433/v?sslmode=verify-full",
            "postgres://v@%2Frun%2Fpostgresql/v",
            "postgres://v@127.0.0.1:5432/v",
            "postgres://v@[::1]/v",
        ] {
            assert!(matches!(state(url), State::Well(_)), "{url}");
        }
    }

    #[test]
    fn the_systems_words_are_said_in_spanish() {
        let refused = std::io::Error::from_raw_os_error(111);
        let found = in_spanish(&format!("no se llega a PostgreSQL en bd: {refused}. Revise la dirección"));
        assert_eq!(
            found,
            "no se llega a PostgreSQL en bd: la conexión fue rechazada: nadie atiende en esa dirección. Revise la dirección"
        );
        assert_eq!(in_spanish("2 errores"), "2 errores");
    }

    #[tokio::test]
    async fn where_mail_is_delivered_is_tried() {
        use tokio::{io::AsyncWriteExt, net::TcpListener};
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let greets = |greeting: &'static [u8]| async {
            let (mut stream, _) = listener.accept().await.expect("somebody comes");
            stream.write_all(greeting).await.expect("a greeting");
        };
        let (ours, ()) = tokio::join!(delivered(addr), greets(b"220 ventanilla Ventanilla\r\n"));
        assert!(matches!(ours.state, State::Well(found) if found.contains("ya atiende")));
        let (other, ()) = tokio::join!(delivered(addr), greets(b"220 mx ESMTP Postfix\r\n"));
        assert!(matches!(other.state, State::Wrong { found, .. } if found.contains("otro programa")));
        drop(listener);
        assert!(matches!(delivered(addr).await.state, State::Well(found) if found.contains("libre")));
        let open = SocketAddr::from(([0, 0, 0, 0], addr.port()));
        assert!(matches!(delivered(open).await.state, State::Look { mend, .. } if mend.contains("127.0.0.1")));
    }

    #[test]
    fn an_open_folder_is_looked_at() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().expect("a folder");
        fs::set_permissions(data.path(), fs::Permissions::from_mode(0o755)).expect("rights");
        assert!(matches!(folder(data.path()).state, State::Look { mend, .. } if mend.contains("chmod 700")));
        fs::set_permissions(data.path(), fs::Permissions::from_mode(0o700)).expect("rights");
        assert!(matches!(folder(data.path()).state, State::Well(_)));
        assert!(matches!(folder(&data.path().join("no")).state, State::Look { .. }));
    }
}
