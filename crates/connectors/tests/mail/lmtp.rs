//! The small server: what it takes, what it refuses, and that it confirms nothing that is not kept. The other side of
//! the conversation is our own SMTP, or the bytes themselves.

use connectors::mail::{
    LARGEST,
    incoming::lmtp::{Envelope, Refused, Taker, serve},
    outgoing::{Answer, Post, smtp::Server},
    secure::Security,
    writing::Written,
};
use futures_util::{FutureExt, future::BoxFuture};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};

#[derive(Default)]
struct Kept {
    messages: Mutex<Vec<(Envelope, Vec<u8>)>>,
    answer: Mutex<Option<Refused>>,
}

impl Taker for Kept {
    fn takes(&self, recipient: &str) -> bool {
        recipient.ends_with("@example.org")
    }

    fn take(&self, envelope: Envelope, content: Vec<u8>) -> BoxFuture<'_, Result<(), Refused>> {
        async move {
            if let Some(refused) = self.answer.lock().expect("whole").clone() {
                return Err(refused);
            }
            self.messages.lock().expect("whole").push((envelope, content));
            Ok(())
        }
        .boxed()
    }
}

async fn server() -> (Arc<Kept>, u16, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (stop, stopped) = watch::channel(false);
    let kept = Arc::new(Kept::default());
    tokio::spawn(serve(listener, kept.clone(), "prueba".into(), stopped));
    (kept, port, stop)
}

/// Says the lines and gives the answers' last lines.
async fn talk(port: u16, say: &[u8]) -> Vec<String> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("it answers");
    let (read, mut write) = stream.into_split();
    let writing = say.to_vec();
    tokio::spawn(async move {
        let _ = write.write_all(&writing).await;
        let _ = write.shutdown().await;
        // The other half is dropped only when the answers have been read.
        tokio::time::sleep(Duration::from_secs(30)).await;
    });
    let mut answers = Vec::new();
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if line.as_bytes().get(3) != Some(&b'-') {
            answers.push(line);
        }
    }
    answers
}

fn codes(answers: &[String]) -> Vec<&str> {
    answers.iter().map(|answer| &answer[..3]).collect()
}

#[tokio::test]
async fn lmtp_answers_for_each_recipient_and_keeps_one_copy() {
    let (kept, port, _stop) = server().await;
    let answers = talk(
        port,
        b"LHLO mx\r\nMAIL FROM:<> SIZE=100\r\nRCPT TO:<a@example.org>\r\nRCPT TO:<x@otro.org>\r\nRCPT TO:<B@Example.org>\r\nDATA\r\n\
          Subject: x\r\n\r\n..punto\r\n.\n.\r\nfin\r\n.\r\nQUIT\r\n",
    )
    .await;
    assert_eq!(codes(&answers), ["220", "250", "250", "250", "550", "250", "354", "250", "250", "221"], "{answers:?}");
    let messages = kept.messages.lock().expect("whole");
    assert_eq!(messages.len(), 1);
    assert_eq!(
        messages[0].0,
        Envelope { from: String::new(), to: vec!["a@example.org".into(), "b@example.org".into()] }
    );
    // A point between other ends of line does not end the message (no message can be smuggled in).
    let expected = "Return-Path: <>\r\nDelivered-To: a@example.org\r\nSubject: x\r\n\r\n.punto\r\n\n.\r\nfin\r\n";
    assert_eq!(String::from_utf8_lossy(&messages[0].1), expected);
}

#[tokio::test]
async fn order_size_and_nonsense_are_kept_in_bounds() {
    let (kept, port, _stop) = server().await;
    let too_large =
        format!("LHLO mx\r\nMAIL FROM:<a@b.c> SIZE={}\r\nDATA\r\nRCPT TO:<a@example.org>\r\nQUIT\r\n", LARGEST + 1);
    assert_eq!(codes(&talk(port, too_large.as_bytes()).await), ["220", "250", "552", "503", "503", "221"]);
    let nonsense = talk(port, "XYZZY\r\n".repeat(50).as_bytes()).await;
    assert_eq!((nonsense.len(), nonsense.last().map(|line| &line[..3])), (22, Some("421")));
    assert_eq!(talk(port, &[b'a'; 10_000]).await.len(), 1);
    // Exactly the limit is taken with what the server adds left aside; one byte more is not.
    for (extra, code) in [(0, "250"), (1, "552")] {
        let mut say = b"LHLO mx\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n".to_vec();
        let line = [b"x".repeat(998).as_slice(), b"\r\n"].concat();
        let (whole, rest) = ((LARGEST + extra) / 1_000, (LARGEST + extra) % 1_000);
        say.extend(line.repeat(whole));
        say.extend([b"y".repeat(rest - 2).as_slice(), b"\r\n.\r\nQUIT\r\n"].concat());
        assert_eq!(codes(&talk(port, &say).await)[5], code, "{extra}");
    }
    assert_eq!(kept.messages.lock().expect("whole").len(), 1);
}

#[tokio::test]
async fn nothing_is_confirmed_that_is_not_kept() {
    let (kept, port, _stop) = server().await;
    let server = Server {
        host: "127.0.0.1".into(),
        port,
        security: Security::Plain,
        user: None,
        password: String::new(),
        ca: None,
        hello: "prueba".into(),
        patience: Duration::from_secs(20),
    };
    let mail = |to: &str| Written {
        from: "a@x.org".into(),
        to: to.into(),
        message_id: "<1@x>".into(),
        content: b"Subject: x\r\n\r\n.punto\r\n".to_vec(),
    };
    let mut open = server.open().await.expect("open");
    assert!(
        matches!(open.send(&mail("a@example.org")).await, Answer::Accepted(words) if words.contains("Recibido y guardado"))
    );
    assert!(
        matches!(open.send(&mail("a@otro.org")).await, Answer::Refused(words) if words.contains("550") || words.contains("Aquí"))
    );
    *kept.answer.lock().expect("whole") = Some(Refused::ForNow("No se puede guardar".into()));
    assert!(matches!(open.send(&mail("a@example.org")).await, Answer::Later(_)));
    *kept.answer.lock().expect("whole") = Some(Refused::Never("No".into()));
    assert!(matches!(open.send(&mail("a@example.org")).await, Answer::Refused(_)));
    *kept.answer.lock().expect("whole") = None;
    assert!(matches!(open.send(&mail("a@example.org")).await, Answer::Accepted(_)));
    open.end().await;
    assert_eq!(kept.messages.lock().expect("whole").len(), 2);
    let nobody = Server { port: 1, patience: Duration::from_secs(2), ..server };
    assert!(nobody.open().await.is_err());
}
