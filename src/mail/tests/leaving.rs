//! M01 and M02: a day without a server, conversations cut off at the end, "not now" and "never".

use super::house::{Tried, monday};
use crate::mail::sending::send_due;
use connectors::mail::outgoing::fake::{FakePost, Fate};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use store::{NewMail, StillTrue, mail_desk::Sending};

async fn queue(it: &Tried, mails: impl IntoIterator<Item = NewMail>) {
    let queued = stream::iter(mails).map(|mail| it.store.queue_mail(mail)).buffered(100);
    let queued: Vec<_> = queued.collect().await;
    assert!(queued.into_iter().all(|one| one.expect("queued")));
}

fn mail(n: usize) -> NewMail {
    // Ten mails a case, each to the same address.
    let case = format!("2026-{:06}", n / 10);
    let address = format!("persona{}@example.org", n / 10);
    NewMail {
        case_number: Some(case.as_str().into()),
        ..NewMail::new(format!("k{n}"), address, format!("Aviso {n}"), "Texto", monday())
    }
}

async fn until_quiet(it: &Tried, post: &FakePost, mut now: Timestamp, pause: SignedDuration) -> Timestamp {
    loop {
        let lot = send_due(&it.store, post, &it.house.from, now).await.expect("a lot");
        if lot.leased == 0 {
            let admin = it.store.reader(it.admin, now).await.expect("a reader");
            if admin.mail_counts().await.expect("counts").queued == 0 {
                return now;
            }
            now += pause;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m01_a_day_without_a_server_loses_nothing_and_doubles_nothing() {
    const MAILS: usize = 5_000;
    let it = Tried::new().await;
    queue(&it, (0..MAILS).map(mail)).await;
    let stale = (0..100).map(|n| NewMail {
        only_if: Some(StillTrue::Open { case: format!("1999-{n:06}").as_str().into() }),
        ..NewMail::new(format!("s{n}"), "otra@example.org", "Vence hoy", "Texto", monday())
    });
    queue(&it, stale).await;
    let post = FakePost::default();
    post.set_down(true);
    let mut now = monday();
    while now < monday() + SignedDuration::from_hours(24) {
        let lot = send_due(&it.store, &post, &it.house.from, now).await.expect("a lot");
        assert_eq!(lot.accepted, 0);
        now += SignedDuration::from_mins(5);
    }
    assert!(post.kept().is_empty());
    post.set_down(false);
    until_quiet(&it, &post, now, SignedDuration::from_mins(1)).await;
    let kept = post.kept();
    let ids: BTreeSet<&str> = kept.iter().map(|mail| mail.message_id.as_str()).collect();
    assert_eq!((kept.len(), ids.len()), (MAILS, MAILS));
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for mail in &kept {
        let text = String::from_utf8_lossy(&mail.content);
        let line = text.lines().find(|line| line.starts_with("Subject: ")).expect("a subject");
        let n: usize = line.rsplit(' ').next().and_then(|n| n.parse().ok()).expect("its number");
        if let Some(before) = last.insert(&mail.to, n) {
            assert!(before < n, "{}: {n} after {before}", mail.to);
        }
    }
    println!(
        "M01: a day without a server, {MAILS} mails, none lost, none doubled, in order; 100 no longer true stayed"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m02_a_conversation_cut_off_at_the_end_is_had_again_under_the_same_id() {
    const CUTS: usize = 500;
    let it = Tried::new().await;
    queue(&it, (0..CUTS).map(mail)).await;
    let post = FakePost::default();
    post.fates((0..CUTS).map(|n| Fate::CutOff { kept: n % 2 == 0 }));
    until_quiet(&it, &post, monday(), SignedDuration::from_secs(61)).await;
    let kept = post.kept();
    let ids: BTreeSet<&str> = kept.iter().map(|mail| mail.message_id.as_str()).collect();
    assert_eq!(ids.len(), CUTS, "every one came");
    assert!(kept.len() - ids.len() <= CUTS);
    let mut first: BTreeMap<&str, &[u8]> = BTreeMap::new();
    for mail in &kept {
        let same = first.entry(&mail.message_id).or_insert(&mail.content);
        assert_eq!(*same, mail.content.as_slice(), "a second copy is the same to the byte");
    }
    println!("M02: {CUTS} cuts, {} mails, {} came twice under their own Message-ID", ids.len(), kept.len() - ids.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_now_is_asked_again_for_five_days_and_never_is_shown() {
    let it = Tried::new().await;
    queue(&it, [NewMail::new("never", "nadie@example.org", "A", "B", monday())]).await;
    let post = FakePost::default();
    post.fates([Fate::Refused]);
    send_due(&it.store, &post, &it.house.from, monday()).await.expect("a lot");
    queue(&it, [NewMail::new("later", "luego@example.org", "A", "B", monday())]).await;
    post.fates([Fate::Later; 200]);
    let end = until_quiet(&it, &post, monday(), SignedDuration::from_mins(5)).await;
    let waited = end.duration_since(monday());
    assert!(waited >= SignedDuration::from_hours(120) && waited <= SignedDuration::from_hours(127), "{waited:?}");
    let admin = it.store.reader(it.admin, monday()).await.expect("a reader");
    let failed = admin.mails(Some(Sending::Failed), None, 10).await.expect("a page").rows;
    let words: Vec<&str> = failed.iter().map(|row| row.detail.as_str()).collect();
    assert!(words[0].contains("451 4.7.1") && words[1].contains("550 5.1.1"), "{words:?}");
    assert!(failed[0].attempts < 40, "{}", failed[0].attempts);
    queue(&it, [NewMail::new("wrong", "no es dirección", "A", "B", monday())]).await;
    send_due(&it.store, &post, &it.house.from, end).await.expect("a lot");
    assert_eq!(admin.mail_counts().await.expect("counts").failed, 3);
}
