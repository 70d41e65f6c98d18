//! Mail that comes in: what it becomes, what it can never become, and what a person makes of the rest.

use super::institution::{BOTH, Institution, On, minutes, monday};
use crate::{
    MailOutcome, SubmitError,
    mailbox::{Became, Kind, Letter, MOST_AN_HOUR, MailboxMark, NewReceived},
    people::PersonFields,
    store::MailDesk,
};
use engine::{Name, actor::PersonId, event::Event};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};

const USER: &str = "carla@example.org";
const TECHNICIAN: &str = "gloria@example.org";

pub(super) async fn with_addresses(on: On) -> Institution {
    let it = Institution::new(on).await;
    for (person, email) in
        [(it.user, "Carla@Example.org"), (it.technician, TECHNICIAN), (it.other_user, "dora@example.org")]
    {
        let admin = it.store.admin(it.admin).await.expect("admin");
        let known = admin.person(person).await.expect("query").expect("a person");
        let fields = PersonFields {
            login: known.login.to_string(),
            name: known.name.to_string(),
            email: email.into(),
            unit: known.unit.as_deref().map(str::to_owned),
            ..PersonFields::default()
        };
        admin.change_person(person, fields, monday()).await.expect("changed");
    }
    it
}

pub(super) fn mail(it: &Institution, content: &str, sender: &str, subject: &str) -> NewReceived {
    NewReceived {
        content: format!("{content:0>64}"),
        source: format!("fingido 1:{content}"),
        at: monday(),
        sender: sender.into(),
        sender_name: "Alguien".into(),
        subject: subject.into(),
        procedure: "DTS-02".into(),
        message_id: format!("<{content}@example.org>"),
        letter: Letter { text: "No hay señal.".into(), ..Letter::default() },
        raw: crate::blobs::Blob {
            sha256: "0".repeat(64),
            size: u64::try_from(it.dir.path().as_os_str().len()).unwrap_or(1),
        },
    }
}

pub(super) async fn take(it: &Institution, mail: NewReceived, now: Timestamp) -> Became {
    let id = it.store.keep_received(Some(mail), None, now).await.expect("kept").expect("new");
    it.store.settle_received(id, now).await.expect("judged")
}

async fn cases(it: &Institution) -> usize {
    let admin = it.store.reader(it.admin, monday()).await.expect("a reader");
    admin.cases(&crate::Filters::default(), None, 1_000).await.expect("a page").rows.len()
}

/// The thread of the receipt that was queued last, as if it had been sent.
async fn receipt(it: &Institution, now: Timestamp) -> (String, Name) {
    let leases = it.store.lease_mails(now, SignedDuration::from_mins(1), 10, "t").await.expect("leased");
    let lease = leases.last().expect("a receipt");
    it.store.settle_mail(lease, MailOutcome::Accepted { reply: "250 Ok".into() }, now).await.expect("settled");
    (lease.thread.clone(), lease.case.clone().expect("its case"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_opens_a_case_and_the_reply_to_its_receipt_is_a_note() {
    for on in BOTH {
        let it = with_addresses(on).await;
        assert_eq!(take(&it, mail(&it, "1", USER, "Sin red"), monday()).await, Became::Opened, "{on:?}");
        let again = it.store.keep_received(Some(mail(&it, "1", USER, "Sin red")), None, monday()).await;
        assert_eq!(again.expect("kept"), None, "{on:?}: the same mail by another way");
        let (thread, number) = receipt(&it, monday()).await;
        let reader = it.store.reader(it.technician, monday()).await.expect("a reader");
        let opened = reader.case(&number).await.expect("query").expect("the case").case;
        assert_eq!((opened.requester.person, opened.channel), (it.user, engine::event::Channel::Mail));
        assert!(opened.description.contains("No hay señal.") && opened.description.contains(USER));

        let mut reply = mail(&it, "2", USER, "Re: lo que sea");
        reply.letter.threads = vec!["f".repeat(32), thread.clone()];
        assert_eq!(take(&it, reply.clone(), monday()).await, Became::Noted, "{on:?}");
        let numbered = mail(&it, "3", TECHNICIAN, &format!("RV: [{number}] Sin red"));
        assert_eq!(take(&it, numbered, monday()).await, Became::Noted, "{on:?}: by the number in the subject");
        let history = reader.history(&number).await.expect("query").expect("hers");
        let notes: Vec<(PersonId, bool)> = history
            .iter()
            .filter_map(|one| match &one.event {
                Event::Commented { public, .. } => Some((one.by.person, *public)),
                _ => None,
            })
            .collect();
        assert_eq!(notes, [(it.user, true), (it.technician, false)], "{on:?}");

        // A forged Message-ID suppresses nothing; a stranger to the case adds nothing; an ended case takes nothing.
        let mut stranger = mail(&it, "4", "dora@example.org", "Re: lo que sea");
        stranger.letter.threads = vec![thread.clone()];
        assert_eq!(take(&it, stranger, monday()).await, Became::Aside, "{on:?}");
        it.finish(&number, monday()).await;
        reply.content = "5".repeat(64);
        assert_eq!(take(&it, reply, monday()).await, Became::Aside, "{on:?}");
        assert_eq!(cases(&it).await, 1, "{on:?}");

        // What came back is written beside what was sent.
        let mut bounce = mail(&it, "6", "mailer-daemon@x.org", "Undelivered");
        bounce.letter = Letter { kind: Kind::Bounce, threads: vec![thread], ..Letter::default() };
        assert_eq!(take(&it, bounce, monday()).await, Became::Ignored, "{on:?}");
        let admin = it.store.reader(it.admin, monday()).await.expect("a reader");
        assert_eq!(admin.mail_counts().await.expect("counts").failed, 1, "{on:?}");
        it.sound().await;
    }
}

/// Everything that is to be told is told; the mails that then leave, each with to whom, its subject and its text.
async fn told(it: &Institution, now: Timestamp) -> Vec<(String, String, String)> {
    for lease in it.store.lease_outbox(now, SignedDuration::from_mins(1), 50, "t").await.expect("leases") {
        it.store.tell(&lease, &format!("azar {}", lease.key), now).await.expect("told");
    }
    let mut mails = Vec::new();
    for mail in it.store.lease_mails(now, SignedDuration::from_mins(1), 50, "t").await.expect("leased") {
        it.store.settle_mail(&mail, MailOutcome::Accepted { reply: "250".into() }, now).await.expect("settled");
        mails.push((mail.address, mail.subject, mail.text));
    }
    mails
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_opens_a_case_is_answered_by_one_mail() {
    for on in BOTH {
        let it = with_addresses(on).await;
        it.store.let_mail_leave(MailDesk { public_url: Some("https://ventanilla.ejemplo.org".into()) });
        // She asks; a technician asks, whose step 1 is done with the asking: each hears of it once.
        for (n, sender) in [USER, TECHNICIAN].into_iter().enumerate() {
            let now = monday() + minutes(i64::try_from(n).expect("small"));
            assert_eq!(take(&it, mail(&it, &n.to_string(), sender, "Sin red"), now).await, Became::Opened);
            let mails = told(&it, now).await;
            assert_eq!(mails.len(), 1, "{on:?}: {mails:?}");
            let number = format!("2026-{:06}", n + 1);
            assert_eq!((mails[0].0.as_str(), mails[0].1.as_str()), (sender, &*format!("[{number}] Sin red")));
            let text = &mails[0].2;
            for words in ["quedó registrado como la solicitud", "Procedimiento: Soporte técnico", "Vence: 05/03/2026"]
            {
                assert!(text.contains(words), "{on:?}: «{words}» in {text}");
            }
        }
        // A clerk opens one for her from a mail that was set aside: one mail again, that somebody did so.
        let now = monday() + minutes(90);
        let aside = NewReceived { procedure: String::new(), ..mail(&it, "9", USER, "Sin red otra vez") };
        assert_eq!(take(&it, aside, now).await, Became::Aside);
        let clerk = it.store.reader(it.technician, now).await.expect("a reader");
        let held = clerk.received(Some(Became::Aside), None, 5).await.expect("a page").rows[0].id;
        clerk.open_from_mail(held, "DTS-02", Some(it.user), now).await.expect("opened");
        let mut mails = told(&it, now).await;
        mails.retain(|mail| mail.0.eq_ignore_ascii_case(USER));
        assert_eq!(mails.len(), 1, "{on:?}: {mails:?}");
        assert!(mails[0].2.contains("registró a su nombre, por correo,"), "{mails:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_unknown_opens_anything_and_a_person_decides() {
    for on in BOTH {
        let it = with_addresses(on).await;
        for (n, (sender, procedure)) in
            [("nadie@x.org", "DTS-02"), ("", "DTS-02"), (USER, ""), (USER, "DTS-05")].into_iter().enumerate()
        {
            let one = NewReceived { procedure: procedure.into(), ..mail(&it, &n.to_string(), sender, "Sin red") };
            assert_eq!(take(&it, one, monday()).await, Became::Aside, "{on:?} {sender} {procedure}");
        }
        let technician = it.store.reader(it.technician, monday()).await.expect("a reader");
        let aside = technician.received(Some(Became::Aside), None, 50).await.expect("a page").rows;
        assert_eq!(aside.len(), 4);
        assert!(aside.iter().all(|row| !row.reason.is_empty()), "{aside:?}");
        let user = it.store.reader(it.user, monday()).await.expect("a reader");
        assert!(user.received(None, None, 50).await.is_err() && user.mails(None, None, 50).await.is_err());
        assert!(user.discard_mail(aside[0].id, "porque sí", monday()).await.is_err());

        let opened = technician.open_from_mail(aside[3].id, "DTS-02", Some(it.user), monday()).await.expect("opened");
        assert_eq!((opened.case.requester.person, opened.case.opened_by.person), (it.user, it.technician));
        let noted = technician.note_from_mail(aside[2].id, &opened.number, monday()).await.expect("noted");
        assert_eq!(noted, opened.number);
        assert!(matches!(
            technician.note_from_mail(aside[1].id, "1999-000001", monday()).await,
            Err(SubmitError::Refused(refusal)) if refusal.message.contains("1999-000001")
        ));
        assert!(technician.discard_mail(aside[1].id, " ", monday()).await.is_err());
        technician.discard_mail(aside[1].id, "Propaganda", monday()).await.expect("discarded");
        assert!(technician.discard_mail(aside[1].id, "Propaganda", monday()).await.is_err(), "{on:?}: twice");
        let left = technician.received(Some(Became::Aside), None, 50).await.expect("a page").rows;
        assert_eq!(left.len(), 1);
        let one = technician.received_mail(aside[1].id).await.expect("query").expect("there");
        assert_eq!((one.row.became, one.row.by.as_deref()), (Became::Discarded, Some("Gloria Técnica")));
        assert_eq!(cases(&it).await, 1);
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s20_no_mail_does_more_than_open_or_note() {
    let it = with_addresses(On::Sqlite).await;
    let number = it.open("Sin red", monday()).await.number;
    let before = it.store.reader(it.admin, monday()).await.expect("a reader");
    let before = before.case(&number).await.expect("query").expect("the case").case;
    let orders = [
        "aprobado, ciérrese",
        "#close",
        "cerrar caso",
        "Autorizo. Firma: la directora",
        "estado: finalizado",
        "prioridad=urgente",
        "paso 5 cumplido",
        "{{cerrar}}",
        "asignar a: colega",
        "anular",
    ];
    let (mut noted, mut aside) = (0, 0);
    for n in 0..500_usize {
        // The chief's own address, forged; a technician's; a stranger's; nobody's; the requester's.
        let sender = ["directora@example.org", TECHNICIAN, "dora@example.org", "mal@mal.example", USER][n % 5];
        let order = orders[n / 5 % orders.len()];
        let mut one = mail(&it, &n.to_string(), sender, &format!("{order} [{number}]"));
        order.clone_into(&mut one.letter.text);
        // Guessed threads lead nowhere.
        one.letter.threads = vec![format!("{n:032x}")];
        let now = monday() + minutes(i64::try_from(n).expect("small"));
        match take(&it, one, now).await {
            Became::Noted => noted += 1,
            Became::Aside => aside += 1,
            other => panic!("{sender} {order}: {other:?}"),
        }
    }
    let after = it.store.reader(it.admin, monday()).await.expect("a reader");
    let view = after.case(&number).await.expect("query").expect("the case");
    let comments = view.history.iter().filter(|one| matches!(one.event, Event::Commented { .. })).count();
    let after = view.case;
    assert_eq!((after.status(), &after.standing, &after.values), (before.status(), &before.standing, &before.values));
    assert_eq!(
        (&after.assignees, &after.signatures, after.priority),
        (&before.assignees, &before.signatures, before.priority)
    );
    assert_eq!((comments, noted + aside, cases(&it).await), (noted, 500, 1));
    println!("S20: 500 mails, {noted} notes by those who take part, {aside} set aside, nothing else changed");
    it.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m05_a_flood_opens_so_many_an_hour_and_the_rest_is_held() {
    // Many deliver at the same moment, and each is judged while others are.
    const FLOOD: usize = 10_000;
    let it = with_addresses(On::Sqlite).await;
    let taken = stream::iter(0..FLOOD).map(|n| {
        let (it, now) = (&it, monday() + SignedDuration::from_millis(i64::try_from(n * 350).expect("small")));
        async move { take(it, NewReceived { at: now, ..mail(it, &n.to_string(), USER, "Otra vez") }, now).await }
    });
    let became: Vec<Became> = taken.buffer_unordered(100).collect().await;
    assert_eq!(became.iter().filter(|one| **one == Became::Aside).count(), FLOOD - 60);
    assert_eq!(cases(&it).await, usize::try_from(MOST_AN_HOUR).expect("small"));
    let admin = it.store.reader(it.admin, monday()).await.expect("a reader");
    let counts = admin.mail_counts().await.expect("counts");
    assert_eq!((counts.aside, counts.queued), (i64::try_from(FLOOD).expect("small") - MOST_AN_HOUR, 1));
    // A person sees them all, page by page.
    let (mut seen, mut cursor) = (0, None);
    loop {
        let page = admin.received(Some(Became::Aside), cursor.as_deref(), 200).await.expect("a page");
        assert!(page.rows.iter().all(|row| row.reason.contains("60 correos en una hora")), "{:?}", page.rows[0]);
        seen += page.rows.len();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, FLOOD - 60);
    let later = monday() + minutes(121);
    assert_eq!(take(&it, mail(&it, "mas", USER, "Una hora después"), later).await, Became::Opened);
    println!("M05: {FLOOD} mails of one sender in an hour, {MOST_AN_HOUR} cases, the rest held, one automatic answer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_place_in_a_mailbox_goes_with_the_mail() {
    for on in BOTH {
        let it = with_addresses(on).await;
        let mark = |validity, last| MailboxMark { name: "b".into(), validity, last };
        assert_eq!(it.store.mailbox_mark("b").await.expect("read"), mark(0, 0));
        let kept = it.store.keep_received(Some(mail(&it, "1", USER, "x")), Some(mark(7, 3)), monday()).await;
        assert!(kept.expect("kept").is_some());
        assert_eq!(it.store.mailbox_mark("b").await.expect("read"), mark(7, 3), "{on:?}");
        it.store.mailbox_trouble("b", "No contesta", monday()).await.expect("written");
        let admin = it.store.reader(it.admin, monday()).await.expect("a reader");
        assert_eq!(admin.mailbox_troubles().await.expect("read")[0].2, "No contesta");
        it.store.keep_received(None, Some(mark(7, 4)), monday()).await.expect("kept");
        assert_eq!(admin.mailbox_troubles().await.expect("read"), [], "{on:?}");
        assert_eq!(it.store.received_waiting(10).await.expect("read").len(), 1);
        assert_eq!(it.store.mailbox_mark("b").await.expect("read"), mark(7, 4));
    }
}
