//! What is read of real kinds of message: people's, machines', lists', returned ones, and those beyond the limits.

use connectors::mail::{
    reading::{Mark, Reading, read},
    writing::thread_of,
};

pub fn message(headers: &str, body: &str) -> Vec<u8> {
    let text = format!("From: Carla Usuaria <Carla@Example.org>\nTo: mesa@example.org\n{headers}\n\n{body}");
    text.replace('\n', "\r\n").into_bytes()
}

fn reading(headers: &str, body: &str) -> Reading {
    read(&message(headers, body)).expect("it reads")
}

#[test]
fn a_persons_message_is_read_whole() {
    let boundary = "Content-Type: multipart/mixed; boundary=\"b\"\nSubject: =?utf-8?Q?Sin_se=C3=B1al?=\nMessage-ID: <uno@x>\n\
                    In-Reply-To: <2026-000123.0123456789abcdef0123456789abcdef@example.org>\nReferences: <a@x> <b@x>";
    let body = "--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
                No hay se=C3=B1al.\n\nEl lun, Mesa <m@x> escribi=C3=B3:\n> hola\n--b\n\
                Content-Type: application/pdf; name=\"../../etc/oficio.pdf\"\nContent-Disposition: attachment; filename=\"../../etc/oficio.pdf\"\n\
                Content-Transfer-Encoding: base64\n\nSG9sYQ==\n--b\nContent-Type: image/png\nContent-Disposition: attachment; filename=\"vacio.png\"\n\n\n--b--\n";
    let read = reading(boundary, body);
    assert_eq!((read.from.as_str(), read.from_name.as_str()), ("carla@example.org", "Carla Usuaria"));
    assert_eq!((read.subject.as_str(), read.text.as_str()), ("Sin señal", "No hay señal."));
    assert_eq!(read.to, ["mesa@example.org"]);
    assert_eq!(thread_of(&read.references[0]), Some("0123456789abcdef0123456789abcdef"));
    assert_eq!(read.references[1..], ["<b@x>".to_owned(), "<a@x>".to_owned()]);
    assert_eq!((read.files.len(), read.files[0].name.as_str()), (1, "oficio.pdf"));
    assert_eq!(
        (read.files[0].content.as_slice(), read.files[0].media_type.as_str()),
        (&b"Hola"[..], "application/pdf")
    );
    assert_eq!((read.left_out[0].name.as_str(), read.mark), ("vacio.png", Mark::Person));
}

#[test]
fn html_alone_becomes_text() {
    let read = reading(
        "Content-Type: text/html; charset=utf-8\nSubject: x",
        "<p>No <b>enciende</b></p><script>alert(1)</script>",
    );
    assert!(read.text.contains("No enciende") && !read.text.contains('<'), "{}", read.text);
}

#[test]
fn machines_lists_and_returned_messages_are_told_from_people() {
    for (headers, mark) in [
        ("Subject: x", Mark::Person),
        ("Auto-Submitted: no", Mark::Person),
        ("Auto-Submitted: auto-replied", Mark::Automatic),
        ("Auto-Submitted: auto-generated; x=y", Mark::Automatic),
        ("X-Auto-Response-Suppress: OOF", Mark::Automatic),
        ("Precedence: auto_reply", Mark::Automatic),
        ("X-Autoreply: yes", Mark::Automatic),
        ("Precedence: bulk", Mark::List),
        ("Precedence: junk", Mark::List),
        ("List-Id: <todos.example.org>", Mark::List),
        ("Return-Path: <>", Mark::Bounce),
        ("Return-Path: <carla@example.org>", Mark::Person),
        ("X-Failed-Recipients: a@b", Mark::Bounce),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", Mark::Bounce),
    ] {
        assert_eq!(reading(headers, "Hola").mark, mark, "{headers}");
    }
    let daemon = b"From: Mail Delivery <MAILER-DAEMON@x.org>\r\nSubject: Undelivered\r\n\r\nMessage-ID: <aviso.0123456789abcdef0123456789abcdef@example.org>\r\n";
    let read = read(daemon).expect("it reads");
    let threads: Vec<&str> = read.returned.iter().filter_map(|id| thread_of(id)).collect();
    assert_eq!((read.mark, threads), (Mark::Bounce, vec!["0123456789abcdef0123456789abcdef"]));
}

#[test]
fn copies_share_a_fingerprint_and_forged_ids_do_not() {
    let one = "Message-ID: <uno@x>\nDate: Mon, 2 Mar 2026 09:00:00 -0600\nSubject: Hola";
    let first = reading(one, "Hola").fingerprint;
    let moved = [b"Received: by otro\r\nDelivered-To: mesa@x\r\n".as_slice(), &message(one, "Hola")].concat();
    assert_eq!(read(&moved).expect("it reads").fingerprint, first);
    assert_ne!(reading(one, "Otra cosa").fingerprint, first);
    assert_ne!(reading(&one.replace("Hola", "Adiós"), "Hola").fingerprint, first);
    assert_ne!(reading("Subject: Hola", "Hola").fingerprint, reading("Subject: Hola", "Hola ").fingerprint);
    assert_eq!(first.len(), 64);
}

#[test]
fn nobody_is_the_sender_of_what_several_sign() {
    let read = read(b"From: a@x.org, b@x.org\r\n\r\nHola\r\n").expect("it reads");
    assert_eq!(read.from, "");
}

#[test]
fn what_goes_beyond_the_limits_is_refused() {
    let parts = |n: usize| {
        let part = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n";
        format!("From: a@x.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n", part.repeat(n))
    };
    assert!(read(parts(999).as_bytes()).is_ok());
    assert_eq!(read(parts(1_000).as_bytes()).expect_err("too many").0, "El mensaje tiene más de 1,000 partes.");
    let head = |n: usize| format!("From: a@x.org\r\nX: {}\r\n\r\nHola", "a".repeat(n - 20));
    assert!(read(head(1024 * 1024).as_bytes()).is_ok());
    assert!(read(head(1024 * 1024 + 1).as_bytes()).is_err());
    assert!(read(b"").is_err());
    let long = reading("Subject: x", &"palabra ".repeat(10_000));
    assert!(long.text.chars().count() < 15_100 && long.text.ends_with("mensaje guardado."));
    let subject = reading(&format!("Subject: {}", "x".repeat(900)), "Hola").subject;
    assert_eq!(subject.chars().count(), 200);
}
