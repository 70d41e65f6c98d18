//! P03: a mail, a file of it, its parts and its head, each at its limit and one beyond: what is beyond is seen by a person,
//! and nothing of it is kept but the message itself.

use super::house::{Tried, USER, letter, monday};
use crate::mail::intake;
use base64::Engine as _;
use connectors::mail::{
    LARGEST,
    incoming::Listed,
    reading::{LONGEST_HEAD, MOST_PARTS},
};
use jiff::SignedDuration;
use store::{mail_desk::ReceivedView, mailbox::Became};

const MIB: usize = 1024 * 1024;
const FILE: usize = 25 * MIB;

/// Takes a mail as it is listed in a mailbox, and shows what came of it.
async fn taken(it: &Tried, raw: Vec<u8>, listed: Option<usize>) -> ReceivedView {
    let now = monday() + SignedDuration::from_secs(1);
    let listed = listed.map(|size| Listed { number: 1, size });
    let kept = intake::keep(&it.store, &it.house, "x", raw, listed, None, now).await;
    let id = kept.expect("kept").expect("new");
    it.store.settle_received(id, now).await.expect("judged");
    let admin = it.store.reader(it.admin, now).await.expect("a reader");
    admin.received_mail(id).await.expect("a query").expect("there")
}

/// A message of several parts: a text, and what is given.
fn of_parts(n: usize, parts: &[u8]) -> Vec<u8> {
    let text = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nVa adjunto.";
    [letter(USER, n, text, "").as_slice(), parts, b"--b--\r\n"].concat()
}

fn with_file(n: usize, size: usize) -> Vec<u8> {
    let text = base64::engine::general_purpose::STANDARD.encode(vec![b'x'; size]);
    let mut part =
        b"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"disco.img\"\r\n\
          Content-Transfer-Encoding: base64\r\n\r\n"
            .to_vec();
    for line in text.as_bytes().chunks(76) {
        part.extend_from_slice(line);
        part.extend_from_slice(b"\r\n");
    }
    of_parts(n, &part)
}

/// A message of exactly so many bytes.
fn of_size(n: usize, size: usize) -> Vec<u8> {
    let part = b"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"registro.bin\"\r\n\r\n";
    let bare = of_parts(n, &[part.as_slice(), b"\r\n"].concat()).len();
    let line = [b"z".repeat(70).as_slice(), b"\r\n"].concat();
    let (whole, rest) = ((size - bare) / line.len(), (size - bare) % line.len());
    let body = [line.repeat(whole).as_slice(), b"y".repeat(rest).as_slice(), b"\r\n"].concat();
    of_parts(n, &[part.as_slice(), &body].concat())
}

/// A message whose head is exactly so long.
fn with_head(n: usize, length: usize) -> Vec<u8> {
    let raw = letter(USER, n, "X-Largo: \n", "Hola");
    let head = raw.windows(4).position(|four| four == b"\r\n\r\n").expect("an end") + 2;
    let text = String::from_utf8(raw).expect("text");
    text.replace("X-Largo: ", &format!("X-Largo: {}", "a".repeat(length - head))).into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p03_each_limit_of_a_mail_holds_to_the_byte() {
    let it = Tried::new().await;
    for (n, size) in [FILE, FILE + 1].into_iter().enumerate() {
        let view = taken(&it, with_file(n, size), None).await;
        let number = view.row.case.as_deref().expect("it opens a case all the same");
        let user = it.store.reader(it.user, monday()).await.expect("a reader");
        let case = user.case(number).await.expect("a query").expect("hers").case;
        let sizes: Vec<u64> = view.letter.files.iter().map(|file| file.size).collect();
        if size == FILE {
            assert_eq!((sizes, case.attachments.len()), (vec![FILE as u64], 1));
        } else {
            assert_eq!((sizes, case.attachments.len()), (vec![], 0));
            assert!(case.description.contains("No se adjuntó «disco.img»: pasa de 25 MiB"), "{}", case.description);
        }
    }
    for (n, size) in [LARGEST, LARGEST + 1].into_iter().enumerate() {
        let raw = of_size(10 + n, size);
        assert_eq!(raw.len(), size);
        // Of what is too large the mailbox is asked for the head alone.
        let head = raw.windows(4).position(|four| four == b"\r\n\r\n").expect("an end") + 4;
        let raw = if size > LARGEST { raw[..head].to_vec() } else { raw };
        let row = taken(&it, raw, Some(size)).await.row;
        if size > LARGEST {
            assert_eq!((row.became, row.sender.as_str()), (Became::Aside, USER), "a person sees whose it was");
            assert!(row.reason.contains("35 MiB"), "{}", row.reason);
        } else {
            assert_eq!((row.became, row.reason.as_str()), (Became::Opened, ""));
        }
    }
    // The whole and the text are parts too.
    for (n, parts) in [MOST_PARTS, MOST_PARTS + 1].into_iter().enumerate() {
        let row = taken(&it, of_parts(20 + n, "--b\r\n\r\nx\r\n".repeat(parts - 2).as_bytes()), None).await.row;
        let expected = if parts > MOST_PARTS { Became::Aside } else { Became::Opened };
        assert_eq!(row.became, expected, "{parts} parts: {}", row.reason);
        assert!(expected == Became::Opened || row.reason.contains("1,000 partes"), "{}", row.reason);
    }
    for (n, length) in [LONGEST_HEAD, LONGEST_HEAD + 1].into_iter().enumerate() {
        let row = taken(&it, with_head(30 + n, length), None).await.row;
        let expected = if length > LONGEST_HEAD { Became::Aside } else { Became::Opened };
        assert_eq!(row.became, expected, "{length} bytes of head: {}", row.reason);
        assert!(expected == Became::Opened || row.reason.contains("1 MiB"), "{}", row.reason);
    }
    println!(
        "P03 (mail): a file of {FILE} bytes, a mail of {LARGEST}, {MOST_PARTS} parts, a head of {LONGEST_HEAD}: taken; one \
         more of each: seen by a person, the file left in the message"
    );
    it.sound().await;
}
