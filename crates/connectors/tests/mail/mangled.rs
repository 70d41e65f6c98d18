//! P01: messages mangled at random from a kept corpus. Each is read or refused; none takes the reader down.

use connectors::mail::reading::read;
use std::time::Instant;

const HOW_MANY: usize = 10_000;

/// Small, and always the same for a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).expect("small")
    }
}

fn corpus() -> Vec<Vec<u8>> {
    let texts = [
        "From: a@x.org\nSubject: Hola\n\nTexto\n".to_owned(),
        "From: =?utf-8?b?w5E=?= <a@x.org>\nTo: b@x.org, c@x.org\nSubject: =?iso-8859-1?q?a=F1o?=\nMessage-ID: <a@b>\nReferences: <c@d> <e@f>\n\n> cita\n-- \nfirma\n".to_owned(),
        "From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain\n\nuno\n--c\nContent-Type: text/html\n\n<p>uno<table><tr><td>dos\n--c--\n--b\nContent-Type: message/rfc822\n\nFrom: z@y.org\nSubject: dentro\n\nadentro\n--b\nContent-Disposition: attachment; filename*=utf-8''a%C3%B1o.pdf\nContent-Transfer-Encoding: base64\n\nAAECAwQ=\n--b--\n".to_owned(),
        "Return-Path: <>\nFrom: MAILER-DAEMON@x.org\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\n\n--r\n\nno\n--r\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\n--r\nContent-Type: text/rfc822-headers\n\nMessage-ID: <a@b>\n--r--\n".to_owned(),
        "From: a@x.org\nContent-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: quoted-printable\n\n=00=FF=\n=3D=\n".to_owned(),
        format!("From: {}\nTo: {}\n\n{}", "(".repeat(2_000), "<a@b>,".repeat(500), "<div>".repeat(3_000)),
        format!("From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n{}", "--b\nContent-Type: multipart/mixed; boundary=b\n\n".repeat(60)),
    ];
    texts.iter().map(|text| text.replace('\n', "\r\n").into_bytes()).collect()
}

fn mangle(message: &mut Vec<u8>, others: &[Vec<u8>], chance: &mut Chance) {
    for _ in 0..=chance.below(6) {
        if message.is_empty() {
            return;
        }
        let at = chance.below(message.len());
        match chance.below(7) {
            0 => message[at] = u8::try_from(chance.below(256)).expect("a byte"),
            1 => message.truncate(at),
            2 => {
                let end = (at + 1 + chance.below(40)).min(message.len());
                message.drain(at..end);
            }
            3 => {
                let tokens: [&[u8]; 8] = [
                    b"\r\n\r\n",
                    b"--b\r\n",
                    b"=?",
                    b"\0",
                    b"<",
                    b"\"",
                    b"=?utf-8?b?",
                    b"Content-Type: message/rfc822\r\n\r\n",
                ];
                let token = tokens[chance.below(tokens.len())];
                message.splice(at..at, token.iter().copied());
            }
            4 => {
                let other = &others[chance.below(others.len())];
                let from = chance.below(other.len());
                message.splice(at..at, other[from..].iter().copied());
            }
            5 => {
                let piece = message[at..(at + 200).min(message.len())].to_vec();
                for _ in 0..chance.below(20) {
                    message.extend_from_slice(&piece);
                }
            }
            _ => message.rotate_left(at),
        }
    }
}

#[test]
fn ten_thousand_mangled_messages_are_read_or_refused() {
    let corpus = corpus();
    let seed = 0x5eed_2026;
    let mut chance = Chance(seed);
    let (mut readable, mut slowest) = (0, 0);
    for n in 0..HOW_MANY {
        let mut message = corpus[n % corpus.len()].clone();
        mangle(&mut message, &corpus, &mut chance);
        let begun = Instant::now();
        if let Ok(reading) = read(&message) {
            readable += 1;
            assert!(reading.subject.chars().count() <= 200 && !reading.subject.contains(['\r', '\n']));
            assert!(reading.files.iter().all(|file| !file.name.contains(['/', '\\', '\0']) && !file.name.is_empty()));
            assert_eq!(reading.fingerprint.len(), 64);
        }
        slowest = slowest.max(begun.elapsed().as_millis());
    }
    println!("P01 mail: {HOW_MANY} mangled messages (seed {seed:#x}), {readable} readable, slowest {slowest} ms");
    assert!(readable > HOW_MANY / 2);
}
