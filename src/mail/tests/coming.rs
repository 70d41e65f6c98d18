//! M03 and M04: mailboxes that break and are renumbered, and machines that write to machines.

use super::house::{Tried, USER, letter, monday};
use crate::mail::{
    intake::{self, Stopped},
    running::judge_waiting,
};
use connectors::mail::incoming::{Account, fake::FakeAccount};
use futures_util::{StreamExt, stream};
use jiff::SignedDuration;
use std::time::Duration;
use store::mailbox::Became;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m03_each_mail_becomes_one_case_whatever_breaks() {
    const MAILS: usize = 1_000;
    const CRASHES: usize = 100;
    let it = Tried::new().await;
    let account = FakeAccount::default();
    account.renumber();
    for n in 0..MAILS {
        // Every tenth bears the Message-ID of the one before it: a forged one suppresses nothing.
        let n_of_id = if n % 10 == 9 { n - 1 } else { n };
        let text = String::from_utf8(letter(USER, n_of_id, "", &format!("Cuerpo {n}"))).expect("text");
        account.put(text.into_bytes());
    }
    let mut now = monday();
    let (mut crashes, mut cut) = (0, 0);
    loop {
        // Not more than one sender may make in an hour.
        now += SignedDuration::from_hours(2);
        if crashes < CRASHES {
            account.break_after(u32::try_from(crashes % 13).expect("small"));
            if crashes % 25 == 24 {
                account.renumber();
            }
        } else {
            account.break_after(50);
        }
        let mut mailbox = account.open().await.expect("open");
        let name = account.name();
        let taking = intake::take(&it.store, &it.house, &name, &mut *mailbox, now);
        // Every third time the program itself ends in the middle of whatever it is doing.
        let ended = if crashes < CRASHES && crashes % 3 == 2 {
            let ended = tokio::time::timeout(Duration::from_millis(crashes as u64 % 40), taking).await;
            cut += usize::from(ended.is_err());
            ended.unwrap_or(Ok(1))
        } else {
            taking.await
        };
        judge_waiting(&it.store).await.expect("judged");
        crashes += 1;
        match ended {
            Ok(0) if crashes > CRASHES => break,
            Ok(_) | Err(Stopped::Mailbox(_)) => {}
            Err(Stopped::Store(error)) => panic!("{error}"),
        }
    }
    assert_eq!(it.store.received_waiting(10).await.expect("read"), Vec::<i64>::new());
    let admin = it.store.reader(it.admin, now).await.expect("a reader");
    let (mut opened, mut cursor) = (0, None);
    loop {
        let page = admin.received(None, cursor.as_deref(), 200).await.expect("a page");
        assert!(
            page.rows.iter().all(|row| row.became == Became::Opened),
            "{:?}",
            page.rows.iter().find(|row| row.became != Became::Opened)
        );
        opened += page.rows.len();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((opened, it.cases().await), (MAILS, MAILS));
    println!(
        "M03: {MAILS} mails, {CRASHES} breaks ({cut} in mid-work), 4 renumberings: {opened} cases, none lost or doubled"
    );
    it.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m04_machines_get_no_case_and_no_answer() {
    const MAILS: usize = 10_000;
    let it = Tried::new().await;
    let marks = [
        "Auto-Submitted: auto-replied\n",
        "Return-Path: <>\n",
        "List-Id: <todos.example.org>\n",
        "Precedence: bulk\n",
        "X-Autoreply: yes\n",
        "Content-Type: multipart/report; boundary=b\n",
    ];
    let taken = stream::iter(0..MAILS).map(|n| {
        let it = &it;
        async move {
            let raw = letter(USER, n, marks[n % marks.len()], "Estoy de vacaciones.");
            let id = intake::keep(&it.store, &it.house, "entregado", raw, None, None, monday()).await;
            it.store.settle_received(id.expect("kept").expect("new"), monday()).await.expect("judged")
        }
    });
    let became: Vec<Became> = taken.buffer_unordered(64).collect().await;
    assert!(became.iter().all(|became| *became == Became::Ignored));
    let admin = it.store.reader(it.admin, monday()).await.expect("a reader");
    assert_eq!((it.cases().await, admin.mail_counts().await.expect("counts").queued), (0, 0));
    // A machine that does not say what it is answers every receipt: one answer an hour keeps it from going on.
    for n in 0..20 {
        let raw = letter(USER, MAILS + n, "", &format!("Respuesta {n}"));
        let now = monday() + SignedDuration::from_mins(i64::try_from(n).expect("small"));
        let id = intake::keep(&it.store, &it.house, "entregado", raw, None, None, now).await.expect("kept");
        it.store.settle_received(id.expect("new"), now).await.expect("judged");
    }
    assert_eq!(admin.mail_counts().await.expect("counts").queued, 1);
    println!(
        "M04: {MAILS} automatic, list and returned mails: no case, no answer; 20 of an unmarked machine: 1 answer"
    );
}
