//! How the server is reached: its URL, and TLS as the URL's `sslmode` asks for it.

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use std::{error::Error as _, path::Path, sync::Arc, time::Duration};
use tokio_postgres::{
    Client, Config, Connection, Socket,
    config::{Host, SslMode},
    error::SqlState,
    tls::MakeTlsConnect,
};
use tokio_postgres_rustls::MakeRustlsConnect;

type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// A server, a database and an account in it.
#[derive(Clone)]
pub struct Address {
    pub config: Config,
    pub tls: MakeRustlsConnect,
}

/// What the driver itself does not read.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    mode: Option<String>,
    root: Option<String>,
}

impl Address {
    /// Reads a URL, or the words of a connection string. What is wrong is said in Spanish.
    pub fn read(url: &str) -> Result<Self, String> {
        let (url, asked) = take_out(url);
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            format!("la dirección de PostgreSQL no se entiende: {}", chain(&error))
        })?;
        // `require` checks the certificate here: a connection that anybody can pose as the end of protects nothing.
        let (mode, checked) = match asked.mode.as_deref() {
            None | Some("prefer") => (SslMode::Prefer, asked.root.is_some()),
            Some("disable") => (SslMode::Disable, false),
            Some("require" | "verify-ca" | "verify-full") => (SslMode::Require, true),
            Some(other) => {
                return Err(format!("«sslmode={other}» no vale: es disable, prefer, require, verify-ca o verify-full"));
            }
        };
        config.ssl_mode(mode).connect_timeout(Duration::from_secs(5));
        config.keepalives_idle(Duration::from_mins(1));
        let tls = MakeRustlsConnect::new(trust(checked, asked.root.as_deref())?);
        Ok(Self { config, tls })
    }

    /// The same account, with settings of the session.
    pub fn with(&self, settings: &str) -> Self {
        let mut config = self.config.clone();
        let before = config.get_options().map(|options| format!("{options} ")).unwrap_or_default();
        config.options(format!("{before}{settings}"));
        Self { config, tls: self.tls.clone() }
    }

    pub async fn connect(&self) -> Result<(Client, Connection<Socket, Stream>), tokio_postgres::Error> {
        self.config.connect(self.tls.clone()).await
    }

    /// The reason a connection could not be made, for the person who cares for the server.
    pub fn why_not(&self, error: &tokio_postgres::Error) -> String {
        let hosts: Vec<String> = self
            .config
            .get_hosts()
            .iter()
            .map(|host| match host {
                Host::Tcp(name) => name.clone(),
                Host::Unix(path) => path.display().to_string(),
            })
            .collect();
        let (host, user) = (hosts.join(", "), self.config.get_user().unwrap_or_default());
        let words = chain(error);
        match error.code() {
            Some(code)
                if [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION].contains(code) =>
            {
                format!("PostgreSQL no acepta a «{user}» en {host}: {words}. Revise el usuario, la clave y pg_hba.conf")
            }
            Some(code) if *code == SqlState::INVALID_CATALOG_NAME => {
                let name = self.config.get_dbname().unwrap_or(user);
                format!("la base de datos «{name}» no existe en {host}. Créela: createdb {name}")
            }
            None if words.contains("TLS") || words.contains("certificate") => format!(
                "la conexión cifrada con PostgreSQL en {host} no se logró: {words}. Revise el certificado del servidor, \
                 «sslrootcert» y «sslmode»"
            ),
            _ => format!("no se llega a PostgreSQL en {host}: {words}. Revise que esté en marcha y la dirección"),
        }
    }
}

/// The error and what caused it, in one line.
pub fn chain(error: &tokio_postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{}: {}", db.code().code(), db.message());
    }
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = inner.source();
    }
    words
}

/// Takes `sslmode` and `sslrootcert` out of an address.
fn take_out(url: &str) -> (String, Asked) {
    let mut asked = Asked::default();
    let mut keep = |pair: &&str| match pair.split_once('=') {
        Some(("sslmode", value)) => {
            asked.mode = Some(value.to_owned());
            false
        }
        Some(("sslrootcert", value)) => {
            asked.root = Some(decoded(value));
            false
        }
        _ => true,
    };
    let kept = if url.contains("://") {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let rest: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).filter(|pair| keep(pair)).collect();
        if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) }
    } else {
        url.split_whitespace().filter(|pair| keep(pair)).collect::<Vec<_>>().join(" ")
    };
    (kept, asked)
}

/// `%2F` as `/`.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whom we believe: the certificates of `sslrootcert`, or those of the system.
fn trust(checked: bool, root: Option<&str>) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    if !checked {
        let verifier = Arc::new(Anybody(provider));
        return Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth());
    }
    let mut roots = RootCertStore::empty();
    if let Some(path) = root.filter(|path| *path != "system") {
        let unreadable = |error: &dyn std::fmt::Display| format!("no se puede leer «sslrootcert» ({path}): {error}");
        let certificates = CertificateDer::pem_file_iter(Path::new(path)).map_err(|error| unreadable(&error))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|error| unreadable(&error))?;
            roots.add(certificate).map_err(|error| unreadable(&error))?;
        }
        if roots.is_empty() {
            return Err(unreadable(&"no tiene ningún certificado"));
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err("el sistema no tiene certificados raíz: instale ca-certificates o escriba «sslrootcert»".into());
        }
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// `prefer` without a root: the line is enciphered where the server offers it, whoever the server is.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_driver_does_not_read_is_taken_out() {
        let (url, asked) =
            take_out("postgres://a:b@c/d?sslmode=require&sslrootcert=%2Fetc%2Fca.pem&application_name=v");
        assert_eq!(url, "postgres://a:b@c/d?application_name=v");
        assert_eq!((asked.mode.as_deref(), asked.root.as_deref()), (Some("require"), Some("/etc/ca.pem")));
        assert_eq!(take_out("postgres://a@c/d?sslmode=disable").0, "postgres://a@c/d");
        assert_eq!(take_out("host=/tmp user=a"), ("host=/tmp user=a".into(), Asked::default()));
    }

    #[test]
    fn a_wrong_address_is_told_in_spanish() {
        for (url, words) in [
            ("postgres://a@b/c?sslmode=siempre", "«sslmode=siempre» no vale"),
            ("postgres://a@b/c?colour=blue", "no se entiende"),
            ("postgres://a@b/c?sslmode=require&sslrootcert=/no/hay.pem", "no se puede leer «sslrootcert»"),
        ] {
            let refusal = Address::read(url).err().unwrap_or_default();
            assert!(refusal.contains(words), "{url}: {refusal}");
        }
    }
}
