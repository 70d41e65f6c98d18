//! Who is told what and how, on both engines: once an event and person, never of one's own act, in the way each wants.

use super::institution::{BOTH, Institution, local, minutes, monday};
use crate::{
    Request, Submission,
    people::PersonFields,
    preferences::{Preferences, Way},
    ratings,
    store::MailDesk,
};
use engine::{
    actor::PersonId,
    event::{Channel, Priority},
};
use jiff::{SignedDuration, Timestamp, civil::date};
use manual::notice::Kind;

const BASE: &str = "https://ventanilla.ejemplo.org";

impl Institution {
    /// The institution with mail, and with an address for these people.
    async fn with_mail(&self, people: &[PersonId]) {
        self.store.let_mail_leave(MailDesk { public_url: Some(BASE.into()) });
        let admin = self.store.admin(self.admin).await.expect("rights");
        for id in people {
            let person = self.store.person(*id).await.expect("a query").expect("somebody");
            let fields = PersonFields {
                login: person.login.to_string(),
                name: person.name.to_string(),
                email: format!("{}@ejemplo.org", person.login),
                phone: String::new(),
                unit: person.unit.map(|unit| unit.to_string()),
                administrator: person.administrator,
                auditor: person.auditor,
            };
            admin.change_person(*id, fields, monday() - SignedDuration::from_hours(1)).await.expect("an address");
        }
    }

    /// Performs everything that waits.
    async fn perform(&self, now: Timestamp) {
        loop {
            let leases = self.store.lease_outbox(now, SignedDuration::from_mins(1), 50, "t").await.expect("leases");
            if leases.is_empty() {
                return;
            }
            for lease in leases {
                self.store.perform(&lease, &format!("azar {}", lease.key), now).await.expect("told");
                // A lease delivered twice tells nobody twice.
                self.store.perform(&lease, &format!("azar {}", lease.key), now).await.expect("nothing more");
            }
        }
    }

    async fn notices(&self, person: PersonId) -> Vec<String> {
        let reader = self.store.reader(person, monday()).await.expect("a reader");
        let page = reader.notices(false, None, 50).await.expect("notices");
        page.rows.into_iter().rev().map(|notice| notice.text.to_string()).collect()
    }

    /// Address, subject and text of the mails that may leave by a moment; they are gone afterwards.
    async fn mails(&self, now: Timestamp) -> Vec<(String, String, String)> {
        let mut all = Vec::new();
        loop {
            let leases = self.store.lease_mails(now, SignedDuration::from_mins(1), 50, "m").await.expect("mails");
            if leases.is_empty() {
                return all;
            }
            for mail in leases {
                if self.store.mail_leaves(&mail, now).await.expect("a question") {
                    let reply = crate::mails::MailOutcome::Accepted { reply: "250 ok".into() };
                    self.store.settle_mail(&mail, reply, now).await.expect("settled");
                    all.push((mail.address, mail.subject, mail.text));
                }
            }
        }
    }

    async fn wants(&self, person: PersonId, kind: Kind, way: Way) {
        let reader = self.store.reader(person, monday()).await.expect("a reader");
        let mut preferences: Preferences = reader.preferences().await.expect("preferences");
        preferences.ways.insert(kind, way);
        reader.set_preferences(preferences).await.expect("kept");
    }
}

fn link_of(text: &str) -> String {
    let rest = text.split("/igss/calificar/").nth(1).expect("a link");
    rest.split_whitespace().next().expect("a token").to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_person_is_told_once_and_never_of_the_own_act() {
    for on in BOTH {
        let it = Institution::new(on).await;
        it.with_mail(&[it.user, it.technician, it.colleague]).await;
        let opened = it.open("Sin red", monday()).await;
        it.perform(monday()).await;
        let arrived = format!("Llegó a su puesto (Técnico de Soporte Remoto) el caso {}: Sin red", opened.number);
        assert_eq!(it.notices(it.technician).await, [arrived.as_str()], "{on:?}");
        assert_eq!(it.notices(it.colleague).await, [arrived.as_str()]);
        assert_eq!(it.notices(it.user).await, [""; 0], "she knows what she asked for");
        assert_eq!(it.mails(monday()).await, [], "a whole post is told on its page");

        let comment = |public| Request::Comment { text: "¿Ya prendió el módem?".into(), public };
        let say = async |by, public| {
            it.store.submit(Submission::on(opened.number.clone(), by, comment(public), monday())).await.expect("said");
            it.perform(monday()).await;
        };
        say(it.technician, false).await;
        assert_eq!(it.notices(it.user).await, [""; 0], "a note is not for who asks");
        say(it.technician, true).await;
        say(it.user, true).await;
        assert_eq!(it.notices(it.user).await.len(), 1);
        let mails = it.mails(monday()).await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        let (to, subject, text) = &mails[0];
        assert_eq!((to.as_str(), subject.as_str()), ("usuaria@ejemplo.org", "[2026-000001] Comentario: Sin red"));
        assert!(text.contains("Gloria Técnica escribió en el caso 2026-000001:\n\n¿Ya prendió el módem?"), "{text}");
        assert!(text.contains("https://ventanilla.ejemplo.org/igss/casos/2026-000001"), "{text}");

        // The end: one message, with the link to rate.
        it.finish(&opened.number, monday() + minutes(30)).await;
        it.perform(monday() + minutes(40)).await;
        let mails = it.mails(monday() + minutes(40)).await;
        let ended: Vec<_> = mails.iter().filter(|(_, subject, _)| subject.contains("Finalizado")).collect();
        assert_eq!(ended.len(), 1, "{mails:?}");
        assert_eq!(link_of(&ended[0].2).len(), 64);
        let view = it.store.reader(it.technician, monday()).await.expect("a reader");
        let case = view.case(&opened.number).await.expect("a query").expect("a case");
        let log = view.deliveries(&case).await.expect("a log");
        assert!(log.iter().all(|mail| mail.state == "sent" && &*mail.to == "Carla Usuaria"), "{log:?}");
        let hers = it.store.reader(it.user, monday()).await.expect("a reader");
        let case = hers.case(&opened.number).await.expect("a query").expect("a case");
        assert_eq!(hers.deliveries(&case).await.expect("a log"), [], "for those who attend");
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_in_anothers_name_is_told_and_mail_waits_for_the_office_unless_urgent() {
    for on in BOTH {
        let it = Institution::new(on).await;
        it.with_mail(&[it.user]).await;
        let night = local(2026, 3, 6, 20, 0); // viernes
        let register = async |priority| {
            let mut open = super::institution::opening("Sin línea");
            (open.on_behalf_of, open.channel, open.priority) = (Some(it.user), Channel::Phone, priority);
            it.store.submit(Submission::open(it.technician, open, night)).await.expect("registered");
            it.perform(night).await;
        };
        register(Priority::Normal).await;
        let told = it.notices(it.user).await;
        let first = "Gloria Técnica registró a su nombre, por teléfono, la solicitud 2026-000001: Sin línea. Si usted no la \
                     pidió, escríbalo en el caso. Su requerimiento quedó registrado y la gestión inició.";
        assert_eq!(told, [first], "{on:?}");
        assert_eq!(it.mails(night).await, [], "nobody writes at night");
        register(Priority::Urgent).await;
        assert_eq!(it.mails(night).await.len(), 1, "what is urgent does not wait");
        assert_eq!(it.mails(local(2026, 3, 8, 12, 0)).await, [], "nor on Sunday");
        let opens = it.store.calendar().await.expect("readable").expect("one").next_opening(night).expect("it opens");
        assert_eq!(it.mails(opens).await.len(), 1, "Monday, when the office opens");

        it.wants(it.user, Kind::Registered, Way::Nothing).await;
        register(Priority::Urgent).await;
        assert_eq!((it.notices(it.user).await.len(), it.mails(night).await.len()), (2, 0), "she wants to hear nothing");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stands_in_is_told_in_the_place_of_the_absent_and_nobody_twice() {
    for on in BOTH {
        let it = Institution::new(on).await;
        it.with_mail(&[it.user, it.technician, it.colleague, it.other_user]).await;
        let admin = it.store.admin(it.admin).await.expect("rights");
        let days = (date(2026, 3, 1), date(2026, 3, 6));
        // Two of a post are away; she who stands in for both holds none. One of them also stands in for the other.
        for absent in [it.technician, it.colleague] {
            admin.name_substitute(absent, it.other_user, days, "Vacaciones".into(), monday()).await.expect("named");
        }
        admin.name_substitute(it.technician, it.colleague, days, "Vacaciones".into(), monday()).await.expect("named");
        for person in [it.technician, it.colleague, it.other_user] {
            it.wants(person, Kind::Post, Way::Mail).await;
        }
        let opened = it.open("Sin red", monday()).await;
        it.perform(monday()).await;
        let arrived = format!("Llegó a su puesto (Técnico de Soporte Remoto) el caso {}: Sin red", opened.number);
        assert_eq!(it.notices(it.technician).await, [arrived.as_str()], "{on:?}: she finds it on coming back");
        assert_eq!(it.notices(it.colleague).await, [arrived.as_str()], "{on:?}: told once, for herself");
        let for_both = format!("Por ausencia de Gloria Técnica y de Hilda Colega: {arrived}");
        assert_eq!(it.notices(it.other_user).await, [for_both.as_str()], "{on:?}");
        let mails = it.mails(monday()).await;
        let to: Vec<&str> = mails.iter().map(|mail| mail.0.as_str()).collect();
        assert_eq!(to, ["otra@ejemplo.org"], "{on:?}: mail goes to who is there");
        assert!(mails[0].2.contains(&for_both), "{mails:?}");

        // Of what she does herself in their place she hears nothing; they do.
        let take = Submission::on(opened.number.clone(), it.other_user, Request::Take, monday());
        it.store.submit(take).await.expect("she may");
        let say = Request::Comment { text: "¿Ya prendió el módem?".into(), public: true };
        it.store.submit(Submission::on(opened.number.clone(), it.other_user, say, monday())).await.expect("said");
        it.perform(monday()).await;
        assert_eq!(it.notices(it.other_user).await.len(), 1, "{on:?}");
        assert_eq!(it.notices(it.user).await.len(), 1, "{on:?}: who asked is told");

        // What is told of somebody's own request stays with that person.
        admin.name_substitute(it.user, it.director, days, "Viaje".into(), monday()).await.expect("named");
        let say = Request::Comment { text: "Vamos para allá".into(), public: true };
        it.store.submit(Submission::on(opened.number.clone(), it.other_user, say, monday())).await.expect("said");
        it.perform(monday()).await;
        assert_eq!((it.notices(it.user).await.len(), it.notices(it.director).await.len()), (2, 0), "{on:?}");

        // Back from leave: as before.
        let back = monday() + SignedDuration::from_hours(24 * 7);
        it.open("Otra vez sin red", back).await;
        it.perform(back).await;
        assert_eq!(it.notices(it.other_user).await.len(), 1, "{on:?}");
        assert_eq!(it.mails(back).await.iter().filter(|mail| mail.1.contains("Otra vez")).count(), 2, "{on:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_digest_gathers_the_day_and_leaves_once_on_a_working_day() {
    for on in BOTH {
        let it = Institution::new(on).await;
        it.with_mail(&[it.technician]).await;
        it.wants(it.technician, Kind::Post, Way::Digest).await;
        let friday = local(2026, 3, 6, 10, 0);
        for subject in ["Uno", "Dos", "Tres"] {
            it.open(subject, friday).await;
        }
        it.perform(friday).await;
        assert_eq!(it.notices(it.technician).await.len(), 3, "{on:?}: the page has them at once");
        assert_eq!(
            it.store.send_digests(local(2026, 3, 9, 7, 59)).await.expect("none"),
            0,
            "not on Saturday or Sunday"
        );
        let eight = local(2026, 3, 9, 8, 0);
        assert_eq!(it.store.send_digests(eight).await.expect("sent"), 1);
        assert_eq!(it.store.send_digests(eight).await.expect("none"), 0);
        let mails = it.mails(eight).await;
        assert_eq!((mails.len(), mails[0].1.as_str()), (1, "Resumen de avisos de IGSS"));
        assert_eq!(mails[0].2.matches("Llegó a su puesto").count(), 3, "{}", mails[0].2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_put_off_by_a_wrong_clock_leaves_when_it_is_put_right() {
    for on in BOTH {
        let it = Institution::new(on).await;
        it.with_mail(&[it.user]).await;
        let number = it.open("Sin red", monday()).await.number;
        it.finish(&number, monday() + minutes(30)).await;
        // A day ahead the notice of the end was written, leased, and put off by a server that refused it for now.
        let wrong = monday() + SignedDuration::from_hours(24);
        it.perform(wrong).await;
        let leases = it.store.lease_mails(wrong, minutes(1), 50, "m").await.expect("mails");
        assert_eq!(leases.len(), 1, "{on:?}");
        let again =
            crate::mails::MailOutcome::Later { at: wrong + minutes(300), detail: "451 luego".into(), refused: true };
        assert!(it.store.settle_mail(&leases[0], again, wrong).await.expect("put off"));
        let right = monday() + minutes(60);
        assert_eq!(it.mails(right).await.len(), 0, "{on:?}: it waits for a time that is far");
        assert!(it.store.clock_went_back(wrong, right).await.expect("put right") >= 1);
        assert_eq!(it.mails(right).await.len(), 2, "{on:?}: with the one that waited for it");
    }
}

/// C04: nothing else is sent by the hour of the day; what a standstill of three days held back leaves as one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_three_days_without_the_program_there_is_one_digest_and_not_three() {
    for on in BOTH {
        let it = Institution::new(on).await;
        it.with_mail(&[it.technician]).await;
        it.wants(it.technician, Kind::Post, Way::Digest).await;
        // Each day's lines are of that day's digest, and nobody sends one.
        for day in [2, 3, 4] {
            it.open(&format!("Del día {day}"), local(2026, 3, day, 10, 0)).await;
            it.perform(local(2026, 3, day, 10, 1)).await;
        }
        let back = local(2026, 3, 5, 9, 30);
        let mut turns = Vec::new();
        loop {
            let sent = it.store.send_digests(back).await.expect("sent");
            turns.push(sent);
            if sent == 0 {
                break;
            }
        }
        assert_eq!(turns, [1, 0], "{on:?}");
        let mails = it.mails(back).await;
        assert_eq!(mails.len(), 1, "{on:?}: {mails:?}");
        assert_eq!(mails[0].2.matches("Llegó a su puesto").count(), 3, "{}", mails[0].2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_mail_nothing_is_queued() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let opened = it.open("Sin red", monday()).await;
        it.finish(&opened.number, monday() + minutes(30)).await;
        it.perform(monday() + minutes(40)).await;
        assert_eq!((it.mails(monday() + minutes(60)).await, it.store.sends_mail()), (vec![], false), "{on:?}");
        assert!(!it.notices(it.user).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_rates_one_case_for_one_person_is_reminded_once_and_dies() {
    for on in BOTH {
        let it = Institution::new(on).await;
        it.with_mail(&[it.user]).await;
        let opened = it.open("Sin red", monday()).await;
        it.finish(&opened.number, monday() + minutes(30)).await;
        let ended = monday() + minutes(40);
        it.perform(ended).await;
        let mails = it.mails(ended).await;
        let token = link_of(&mails.last().expect("a mail").2);
        let link = it.store.rating_link(&token, ended).await.expect("a query").expect("a link");
        assert_eq!((link.person, &*link.number, link.rating), (it.user, &*opened.number, None), "{on:?}");
        assert_eq!(it.store.rating_link(&token.replace('a', "b"), ended).await.expect("a query"), None);
        assert_eq!(it.store.rating_link(&token, ended + ratings::LIFE).await.expect("a query"), None, "it ends");

        // One reminder, with a link of its own; none once it is rated.
        assert_eq!(it.store.remind_ratings("azar", ended).await.expect("none"), 0);
        let later = ended + SignedDuration::from_hours(24 * 4);
        assert_eq!(it.store.remind_ratings("azar", later).await.expect("one"), 1);
        assert_eq!(it.store.remind_ratings("azar", later).await.expect("none"), 0);
        let reminders = it.mails(later + SignedDuration::from_hours(24)).await;
        assert_eq!(reminders.len(), 1, "{reminders:?}");
        assert!(reminders[0].1.contains("¿Cómo fue el servicio?"), "{reminders:?}");
        let second = link_of(&reminders[0].2);
        assert_ne!(second, token);
        assert!(it.store.rating_link(&second, later).await.expect("a query").is_some());
        let rate = Request::Rate { conforms: true, comment: None };
        it.store.submit(Submission::on(link.number.clone(), link.person, rate, later)).await.expect("rated");
        assert!(it.store.rating_link(&token, later).await.expect("a query").expect("it shows").rating.is_some());

        let admin = it.store.admin(it.admin).await.expect("rights");
        admin.deactivate(it.user, "Se retiró".into(), later).await.expect("gone");
        assert_eq!(it.store.rating_link(&token, later).await.expect("a query"), None, "S11: her link is dead");
        assert!(it.store.forget_rating_links(later + ratings::LIFE).await.expect("tidied") >= 2);
    }
}
