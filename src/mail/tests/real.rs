//! The whole way with real servers: a mail comes in by IMAP and opens a case, its receipt leaves by SMTP with STARTTLS
//! and authentication, and the answer to it becomes a note; and a mailbox entered with a token (XOAUTH2).

use super::house::{Tried, USER, monday};
use crate::mail::{intake, sending::send_due, settings::parse};
use connectors::mail::{
    incoming::{
        Account,
        imap::{ImapAccount, Secret},
    },
    outgoing::{Answer, Post, smtp::Server},
    reading::read,
    secure::Security,
    writing::Written,
};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// Servers of Debian's packages, on ports of their own, without rights: both end with this value.
struct Servers {
    folder: TempDir,
    smtp: u16,
    imap: u16,
    imaps: u16,
    children: Vec<Child>,
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.children {
            // A quiet end: it takes its own children with it.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Whoever runs the tests; a server run as root would want more of the machine than it should, so root lends it to nobody.
fn as_nobody(program: &str) -> (Command, String, String) {
    if said("id", &["-u"]) != "0" {
        return (Command::new(program), said("id", &["-un"]), said("id", &["-gn"]));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", program]);
    (command, "nobody".into(), "nogroup".into())
}

fn certificates(folder: &Path) {
    let openssl = |arguments: &str| {
        let done = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().expect("openssl");
        assert!(done.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&done.stderr));
    };
    openssl("req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=prueba -keyout ca.key -out ca.pem");
    openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out cert.csr");
    fs::write(folder.join("names"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n").expect("a file");
    openssl("x509 -req -in cert.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile names -out cert.pem");
    fs::set_permissions(folder.join("key.pem"), fs::Permissions::from_mode(0o644)).expect("rights");
}

/// Who gave the tokens, asked by the server about each: one is of «mesa», one is hers no longer, the others are nobody's.
fn introspection() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut head = String::new();
            let mut lines = BufReader::new(&stream);
            while lines.read_line(&mut head).is_ok_and(|read| read > 2) {}
            let about = |token: &str| head.contains(&format!("Authorization: Bearer {token}\r\n"));
            let (status, body) = match (about("ficha-de-hoy"), about("ficha-de-ayer")) {
                (true, _) => ("200 OK", r#"{"correo":"mesa","vigente":"si"}"#),
                (_, true) => ("200 OK", r#"{"correo":"mesa","vigente":"no"}"#),
                _ => ("401 Unauthorized", "{}"),
            };
            let kind = "Content-Type: application/json\r\nConnection: close";
            let answer = format!("HTTP/1.1 {status}\r\n{kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let _ = (&stream).write_all(answer.as_bytes());
        }
    });
    port
}

impl Servers {
    fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("vm").tempdir_in("/tmp").expect("a folder");
        let at = folder.path();
        certificates(at);
        for person in ["mesa", "carla"] {
            for part in ["new", "cur", "tmp"] {
                fs::create_dir_all(at.join(person).join(part)).expect("a folder");
            }
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/mail/tests/smtp_server.py");
        fs::copy(script, at.join("smtp_server.py")).expect("a file");
        let (smtp, imap, imaps) = (free_port(), free_port(), free_port());
        let (mut dovecot, user, group) = as_nobody("dovecot");
        let (uid, gid) = (said("id", &["-u", &user]), said("id", &["-g", &user]));
        let place = at.display();
        let config = format!(
            "base_dir = {place}/run\nstate_dir = {place}/run\nlog_path = {place}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
             default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\nssl = yes\n\
             ssl_cert = <{place}/cert.pem\nssl_key = <{place}/key.pem\ndisable_plaintext_auth = yes\nauth_failure_delay = 0\nfirst_valid_uid = 1\n\
             mail_location = maildir:{place}/%n\nmaildir_stat_dirs = yes\nmailbox_idle_check_interval = 1s\n\
             auth_mechanisms = plain xoauth2\npassdb {{\n driver = static\n mechanisms = plain\n args = password=secreta\n}}\n\
             passdb {{\n driver = oauth2\n mechanisms = xoauth2\n args = {place}/oauth2.conf\n}}\nuserdb {{\n driver = static\n args = uid={uid} gid={gid} home={place}\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n port = {imap}\n }}\n inet_listener imaps {{\n port = {imaps}\n ssl = yes\n }}\n}}\n\
             service anvil {{\n chroot =\n}}\nservice stats {{\n chroot =\n}}\n"
        );
        fs::write(at.join("dovecot.conf"), config).expect("a file");
        let who_gives_tokens = format!(
            "introspection_url = http://127.0.0.1:{}/\nintrospection_mode = auth\nusername_attribute = correo\n\
             active_attribute = vigente\nactive_value = si\n",
            introspection()
        );
        fs::write(at.join("oauth2.conf"), who_gives_tokens).expect("a file");
        said("chown", &["-R", &format!("{user}:{group}"), &place.to_string()]);
        let quiet = |command: &mut Command| {
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
        };
        let conf = at.join("dovecot.conf");
        let first = quiet(dovecot.arg("-F").arg("-c").arg(conf));
        // Debian's Python has Debian's packages, whatever other Python stands before it.
        let (mut python, ..) = as_nobody("/usr/bin/python3");
        let second = quiet(python.arg(at.join("smtp_server.py")).arg(at).arg(smtp.to_string()));
        let servers = Self { smtp, imap, imaps, children: vec![first, second], folder };
        for port in [smtp, imap, imaps] {
            let up = (0..300).any(|_| {
                std::thread::sleep(Duration::from_millis(100));
                TcpStream::connect(("127.0.0.1", port)).is_ok()
            });
            assert!(
                up,
                "no server on {port}: {}",
                fs::read_to_string(servers.folder.path().join("log")).unwrap_or_default()
            );
        }
        servers
    }

    fn ca(&self) -> Vec<u8> {
        fs::read(self.folder.path().join("ca.pem")).expect("the authority")
    }

    fn account(&self, user: &str, security: Security) -> ImapAccount {
        ImapAccount {
            host: "localhost".into(),
            port: if security == Security::Tls { self.imaps } else { self.imap },
            security,
            user: user.into(),
            secret: Secret::Password("secreta".into()),
            folder: "INBOX".into(),
            ca: Some(self.ca()),
            patience: Duration::from_secs(20),
        }
    }

    fn server(&self) -> Server {
        Server {
            host: "localhost".into(),
            port: self.smtp,
            security: Security::StartTls,
            user: Some("mesa".into()),
            password: "secreta".into(),
            ca: Some(self.ca()),
            hello: "example.org".into(),
            patience: Duration::from_secs(20),
        }
    }

    async fn send(&self, from: &str, to: &str, headers: &str, body: &str) -> Answer {
        let text = format!("From: {from}\nTo: {to}\n{headers}\n\n{body}\n").replace('\n', "\r\n");
        let mail = Written { from: from.into(), to: to.into(), message_id: String::new(), content: text.into_bytes() };
        let mut open = self.server().open().await.expect("it opens");
        let answer = open.send(&mail).await;
        open.end().await;
        answer
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_in_case_receipt_out_reply_note() {
    let servers = Servers::start();
    let it = Tried::new().await;
    let first = "Message-ID: <uno@example.org>\nDate: Mon, 2 Mar 2026 09:00:00 -0600\nSubject: Sin red";
    // The mailbox is waited upon with IDLE while the mail is on its way.
    let account = servers.account("mesa", Security::Tls);
    let mut mailbox = account.open().await.expect("the mailbox opens");
    let (waited, sent) = tokio::join!(
        mailbox.wait(Duration::from_mins(1)),
        servers.send(USER, "mesa@example.org", first, "No hay señal.")
    );
    waited.expect("something came");
    assert!(matches!(&sent, Answer::Accepted(words) if words.contains("Tomado")), "{sent:?}");
    let now = monday();
    let taken = intake::take(&it.store, &it.house, &account.name(), &mut *mailbox, now).await.expect("taken");
    assert_eq!((taken, it.cases().await), (1, 1));
    let lot = send_due(&it.store, &servers.server(), &it.house.from, now).await.expect("a lot");
    assert_eq!((lot.accepted, lot.trouble), (1, None));

    let theirs = servers.account("carla", Security::StartTls);
    let mut box_of_hers = theirs.open().await.expect("her mailbox opens");
    let listed = box_of_hers.after(0).await.expect("listed");
    let receipt = read(&box_of_hers.fetch(listed[0]).await.expect("fetched")).expect("it reads");
    assert_eq!(
        (receipt.subject.as_str(), receipt.references[0].as_str()),
        ("[2026-000001] Sin red", "<uno@example.org>")
    );
    assert!(
        receipt.message_id.starts_with("<2026-000001.") && receipt.text.contains("la solicitud 2026-000001"),
        "{receipt:?}"
    );

    let reply = format!("Message-ID: <dos@example.org>\nSubject: Re: otra cosa\nIn-Reply-To: {}", receipt.message_id);
    servers
        .send(USER, "mesa@example.org", &reply, "Ya lo revisé.\n\nEl lunes, Mesa escribió:\n> Su correo quedó")
        .await;
    // Another connection, another day: only what is new is taken.
    let mut mailbox = servers.account("mesa", Security::StartTls).open().await.expect("the mailbox opens");
    let taken = intake::take(&it.store, &it.house, &account.name(), &mut *mailbox, now).await.expect("taken");
    assert_eq!((taken, it.cases().await), (1, 1));
    let user = it.store.reader(it.user, now).await.expect("a reader");
    let history = user.history("2026-000001").await.expect("query").expect("hers");
    let notes: Vec<String> = history
        .iter()
        .filter_map(|one| match &one.event {
            engine::event::Event::Commented { text, .. } => Some(text.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].starts_with("Ya lo revisé.") && !notes[0].contains("quedó"), "{notes:?}");
    it.sound().await;

    // What servers refuse is told apart.
    assert!(
        matches!(servers.send(USER, "nadie@example.org", "Subject: x", "x").await, Answer::Refused(words) if words.contains("No existe"))
    );
    assert!(
        matches!(servers.send(USER, "lleno@example.org", "Subject: x", "x").await, Answer::Later(words) if words.contains("lleno"))
    );
    let wrong = Server { password: "otra".into(), ..servers.server() };
    assert!(wrong.open().await.is_err(), "a wrong password");
    let stranger = Server { ca: None, ..servers.server() };
    assert!(stranger.open().await.is_err(), "an authority nobody knows");
    let other = ImapAccount { secret: Secret::Password("otra".into()), ..servers.account("mesa", Security::Tls) };
    assert!(other.open().await.is_err(), "a wrong password");
    let stranger = ImapAccount { ca: None, ..servers.account("mesa", Security::StartTls) };
    assert!(stranger.open().await.is_err(), "an authority nobody knows");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_is_entered_with_a_token_that_another_program_renews() {
    let servers = Servers::start();
    let it = Tried::new().await;
    let head = "Message-ID: <uno@example.org>\nDate: Mon, 2 Mar 2026 09:00:00 -0600\nSubject: Sin red";
    servers.send(USER, "mesa@example.org", head, "No hay señal.").await;
    let place = servers.folder.path();
    let text = format!(
        "[correo.igss]\nfrom = \"mesa@example.org\"\nprocedure = \"DTS-02\"\n[correo.igss.imap]\nhost = \"localhost\"\n\
         port = {}\nuser = \"mesa\"\ntoken_file = \"ficha\"\nca_file = \"ca.pem\"\n",
        servers.imaps
    );
    let settings = parse(&text, &toml::from_str(&text).expect("TOML"), place).expect("it is understood");
    let postbox = settings.houses["igss"].imap.clone().expect("a mailbox");
    for stale in ["ficha-de-ayer", "inventada"] {
        fs::write(place.join("ficha"), stale).expect("a file");
        let refused = postbox.account().expect("a token").open().await.err().map(|trouble| trouble.0);
        assert!(refused.as_ref().is_some_and(|words| !words.contains(stale)), "{stale}: {refused:?}");
    }
    // The same settings, the file written anew.
    fs::write(place.join("ficha"), "ficha-de-hoy\n").expect("a file");
    let account = postbox.account().expect("a token");
    let mut mailbox = account.open().await.expect("the mailbox opens");
    let taken = intake::take(&it.store, &it.house, &account.name(), &mut *mailbox, monday()).await.expect("taken");
    assert_eq!((taken, it.cases().await), (1, 1));
    // A token is of one person: it opens nobody else's mailbox.
    let other = ImapAccount { secret: Secret::Token("ficha-de-hoy".into()), ..servers.account("carla", Security::Tls) };
    assert!(other.open().await.is_err(), "hers is another");
}
