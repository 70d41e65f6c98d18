//! S16: 500 injections in each field of what is written; an independent parser sees the same headers and recipients.

use connectors::mail::writing::{Letter, Sender, Written, write};
use serde_json::Value;
use std::{path::Path, process::Command};

const THREAD: &str = "0123456789abcdef0123456789abcdef";
const PER_FIELD: usize = 500;

/// What those who inject have tried elsewhere.
const PAYLOADS: [&str; 25] = [
    "\r\nBcc: otro@mal.example",
    "\nBcc: otro@mal.example",
    "\rBcc: otro@mal.example",
    "%0d%0aBcc: otro@mal.example",
    "\u{2028}Bcc: otro@mal.example",
    "\u{85}Bcc: otro@mal.example",
    "\u{b}Cc: otro@mal.example",
    "\0\r\nTo: otro@mal.example",
    "\r\n\r\n<html>cuerpo</html>",
    "\r\n.\r\nMAIL FROM:<x@mal.example>\r\nRCPT TO:<y@mal.example>\r\nDATA",
    "=?utf-8?q?=0D=0ABcc=3A_otro=40mal.example?=",
    "=?utf-8?b?DQpCY2M6IG90cm9AbWFsLmV4YW1wbGU=?=",
    "=?utf-8?Q?a?= <otro@mal.example>",
    ", otro@mal.example",
    "; otro@mal.example",
    "> , <otro@mal.example",
    "\" <otro@mal.example>, \"",
    "\\\" <otro@mal.example>",
    "(comentario) <otro@mal.example>",
    "otro@mal.example:",
    "grupo: otro@mal.example;",
    "\r\n Content-Type: text/html",
    "\r\n\tX-Otro: 1",
    "\u{202e}elpmaxe.lam@orto",
    "ñandú \r\nReply-To: otro@mal.example",
];

fn payload(n: usize) -> String {
    let payload = PAYLOADS[n % PAYLOADS.len()];
    match n / PAYLOADS.len() % 5 {
        0 => payload.to_owned(),
        1 => format!("Sin red {payload}"),
        2 => format!("{payload} sin red"),
        3 => format!("{}{payload}", "largo ".repeat(n)),
        _ => format!("Año {payload}{payload}\r\n"),
    }
}

fn plain() -> Sender {
    Sender { name: "Mesa de ayuda".into(), address: "mesa@example.org".into() }
}

fn letter(from: &Sender) -> Letter<'_> {
    Letter {
        from,
        to: "carla@example.org",
        subject: "Su caso",
        text: "Se abrió su caso.",
        case: Some("2026-000123"),
        thread: THREAD,
        in_reply_to: Some("<a@b>"),
        date: "2026-11-22T14:00:00Z".parse().expect("a moment"),
    }
}

pub fn judged(messages: &[Written], folder: &Path) -> Vec<Value> {
    for (n, message) in messages.iter().enumerate() {
        std::fs::write(folder.join(format!("{n:06}.eml")), &message.content).expect("a file");
    }
    let judge = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail/judge.py");
    let output = Command::new("python3").arg(judge).arg(folder).output().expect("python3");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn no_field_adds_a_header_or_a_recipient() {
    let from = plain();
    let honest = write(&letter(&from)).expect("written");
    let fields = ["subject", "name", "address", "text", "case", "thread", "in_reply_to"];
    let (mut written, mut of, mut refused) = (vec![honest], vec!["none"], 0);
    for field in fields {
        for n in 0..PER_FIELD {
            let bad = payload(n);
            let named = Sender { name: bad.clone(), ..plain() };
            let addressed = format!("carla@example.org{bad}");
            let mut one = letter(if field == "name" { &named } else { &from });
            match field {
                "subject" => one.subject = &bad,
                "address" => one.to = &addressed,
                "text" => one.text = &bad,
                "case" => one.case = Some(&bad),
                "thread" => one.thread = &bad,
                "in_reply_to" => one.in_reply_to = Some(&bad),
                _ => {}
            }
            match write(&one) {
                Ok(message) => {
                    written.push(message);
                    of.push(field);
                }
                Err(_) => refused += 1,
            }
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let seen = judged(&written, folder.path());
    assert_eq!(seen.len(), written.len());
    let honest = &seen[0];
    assert_eq!(honest["subject"], "Su caso");
    assert_eq!(honest["parts"], serde_json::json!(["text/plain"]));
    assert_eq!(honest["message_id"], format!("<2026-000123.{THREAD}@example.org>"));
    for (one, field) in seen.iter().zip(&of) {
        for what in ["headers", "recipients", "senders", "parts"] {
            assert_eq!(one[what], honest[what], "{field}: {one}");
        }
        assert_eq!(one["defects"], honest["defects"], "{field}: {one}");
    }
    assert_eq!(refused, PER_FIELD, "only the address is refused, and always");
    println!(
        "S16: {} injections in {} fields, {refused} refused, no header or recipient more",
        fields.len() * PER_FIELD,
        fields.len()
    );
}

#[test]
fn what_is_written_arrives_as_it_was() {
    let from = Sender { name: "Unidad de Informática, «Mesa»".into(), ..plain() };
    let text = "Línea uno: ñandú €.\n.\n..\nFrom aquí\n\nÚltima línea larga: ".to_owned() + &"palabra ".repeat(300);
    let mut one = letter(&from);
    one.subject =
        "[2026-000123] Atención: «año» y una línea de asunto bastante larga para que se parta en varias, 50 %";
    one.text = &text;
    let folder = tempfile::tempdir().expect("a folder");
    let seen = judged(&[write(&one).expect("written")], folder.path());
    assert_eq!(seen[0]["subject"], one.subject);
    assert_eq!(seen[0]["text"].as_str().expect("text").trim_end(), text.trim_end());
    assert_eq!(seen[0]["references"], "<caso-2026-000123@example.org> <a@b>");
    assert_eq!(seen[0]["parts"], serde_json::json!(["text/plain"]));
}
