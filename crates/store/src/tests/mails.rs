//! Mail that leaves: queued once, in order, only while it is still true, and never lost to a lease that ran out.

use super::institution::{BOTH, Institution, minutes, monday};
use crate::{MailLease, MailOutcome, NewMail, StillTrue};
use engine::Name;
use jiff::{SignedDuration, Timestamp};
use manual::procedure::StepNo;

const LEASE: SignedDuration = SignedDuration::from_secs(60);

fn mail(key: &str, address: &str, case: Option<&Name>) -> NewMail {
    NewMail { case_number: case.cloned(), ..NewMail::new(key, address, "Asunto", "Texto", monday()) }
}

async fn lease(it: &Institution, now: Timestamp, token: &str) -> Vec<MailLease> {
    it.store.lease_mails(now, LEASE, 10, token).await.expect("a lease")
}

fn keys(leases: &[MailLease]) -> Vec<&str> {
    leases.iter().map(|lease| &*lease.key).collect()
}

async fn accept(it: &Institution, lease: &MailLease, now: Timestamp) -> bool {
    let accepted = MailOutcome::Accepted { reply: "250 2.0.0 Ok".into() };
    it.store.settle_mail(lease, accepted, now).await.expect("settled")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_is_queued_once_and_leaves_in_the_order_of_its_case() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let number = it.open("Sin red", monday()).await.number;
        let queue = |mail: NewMail| it.store.queue_mail(mail);
        assert!(queue(mail("a1", "a@x.gt", Some(&number))).await.expect("queued"));
        assert!(!queue(mail("a1", "a@x.gt", Some(&number))).await.expect("queued"), "{on:?}: a second time");
        assert!(queue(mail("a2", "a@x.gt", Some(&number))).await.expect("queued"));
        assert!(queue(mail("b1", "b@x.gt", Some(&number))).await.expect("queued"));
        assert!(queue(mail("c1", "a@x.gt", None)).await.expect("queued"));
        let later = NewMail { not_before: monday() + minutes(60), ..mail("d1", "d@x.gt", None) };
        assert!(queue(later).await.expect("queued"));

        let first = lease(&it, monday(), "t1").await;
        assert_eq!(keys(&first), ["a1", "b1", "c1"], "{on:?}");
        assert!(first.iter().all(|lease| lease.thread.len() == 32 && lease.attempt == 1));
        assert_eq!(lease(&it, monday(), "t2").await, [], "{on:?}: all are in other hands");
        let later = MailOutcome::Later { at: monday() + minutes(5), detail: "451 4.7.1 Luego".into(), refused: true };
        assert!(it.store.settle_mail(&first[0], later, monday()).await.expect("settled"));
        assert!(accept(&it, &first[1], monday()).await);
        assert!(!accept(&it, &first[1], monday()).await, "{on:?}: settled twice");
        assert_eq!(lease(&it, monday() + SignedDuration::from_secs(30), "t3").await, [], "{on:?}: a2 waits for a1");

        // The lease of c1 ran out: another has it, under the same thread, and the first may no longer settle it.
        let second = lease(&it, monday() + minutes(5), "t4").await;
        assert_eq!(keys(&second), ["c1", "a1"], "{on:?}");
        assert_eq!((&second[1].thread, second[1].attempt), (&first[0].thread, 2));
        assert_eq!(second[1].refused_at, Some(monday()));
        assert!(!accept(&it, &first[2], monday() + minutes(5)).await);
        assert!(accept(&it, &second[1], monday() + minutes(5)).await);
        assert_eq!(keys(&lease(&it, monday() + minutes(6), "t5").await), ["a2", "c1"], "{on:?}");
        assert_eq!(it.store.forget_mails(monday() + minutes(61)).await.expect("forgotten"), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_longer_true_does_not_leave() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let case = it.open("Sin red", monday()).await;
        let number = case.number.clone();
        let clock = case.case.clocks.first().expect("a term").clone();
        let conditions = [
            ("open", StillTrue::Open { case: number.clone() }),
            ("clock", StillTrue::Running { case: number.clone(), clock: clock.name.clone(), due: clock.due }),
            ("moved", StillTrue::Running { case: number.clone(), clock: clock.name, due: clock.due + minutes(1) }),
            ("step", StillTrue::StandsOn { case: number.clone(), step: StepNo(1), visit: 1 }),
            ("rate", StillTrue::NotRated { case: number.clone() }),
            ("gone", StillTrue::Open { case: "2020-000001".into() }),
        ];
        for (key, condition) in &conditions {
            let new = NewMail { only_if: Some(condition.clone()), ..mail(key, &format!("{key}@x.gt"), None) };
            it.store.queue_mail(new).await.expect("queued");
        }
        let away = NewMail { person: Some(it.other_user), ..mail("person", "otra@x.gt", None) };
        it.store.queue_mail(away).await.expect("queued");
        let now = monday() + minutes(1);
        let leave = async |leases: &[MailLease]| {
            let mut leaving = Vec::new();
            for lease in leases {
                if it.store.mail_leaves(lease, now).await.expect("asked") {
                    leaving.push(lease.key.to_string());
                }
            }
            leaving
        };
        let first = lease(&it, now, "t1").await;
        assert_eq!(leave(&first).await, ["open", "clock", "step", "rate", "person"], "{on:?}");
        it.finish(&number, monday() + minutes(2)).await;
        let admin = it.store.admin(it.admin).await.expect("admin");
        admin.deactivate(it.other_user, "Renunció.".into(), now).await.expect("deactivated");
        // Only what was not set down is still in these hands.
        assert_eq!(leave(&first).await, ["rate"], "{on:?}");
        assert_eq!(keys(&lease(&it, now + minutes(5), "t2").await), ["rate"], "{on:?}");
    }
}
