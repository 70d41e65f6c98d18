//! The correspondence desk on both engines: numbers, states, rights, search, and many at once.

use super::institution::{BOTH, Institution, minutes, monday};
use crate::{
    IdempotencyKey, StoreError, SubmitError,
    correspondence::{Correspondence, Incoming, Outgoing},
    letters::{Delivery, Direction, Letter, LetterFilters, LetterState, LetterText},
};
use engine::{actor::PersonId, event::Attached};
use jiff::civil::date;
use std::collections::BTreeSet;

async fn desk(it: &Institution, person: PersonId) -> Correspondence {
    it.store.correspondence(person, monday()).await.expect("holds a post")
}

fn text(subject: &str) -> LetterText {
    LetterText {
        their_number: "RH-114-2026".into(),
        dated: Some(date(2026, 2, 27)),
        institution: "Subgerencia de Recursos Humanos".into(),
        person: "Licda. Noemí Remitente".into(),
        folios: Some(3),
        sealed: Some(true),
        subject: subject.into(),
        ..LetterText::default()
    }
}

fn incoming(subject: &str) -> Incoming {
    Incoming {
        unit: "dependencias".into(),
        text: text(subject),
        files: vec![scan("oficio.pdf")],
        received_at: monday() - minutes(5),
        case: None,
    }
}

fn outgoing(subject: &str) -> Outgoing {
    Outgoing { unit: "dependencias".into(), text: text(subject), files: Vec::new(), case: None }
}

fn scan(name: &str) -> Attached {
    Attached {
        name: name.into(),
        sha256: "0".repeat(64).into(),
        size: 9,
        media_type: "application/pdf".into(),
        label: None,
        public: true,
    }
}

fn refusal(result: Result<Letter, SubmitError>) -> engine::refusal::Refusal {
    match result {
        Err(SubmitError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_comes_in_is_found_and_bound_to_a_case() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let reception = desk(&it, it.reception).await;
        let key = IdempotencyKey { key: "uno".into(), fingerprint: "f".into() };
        let first = reception.receive(incoming("Solicita impresoras"), Some(key.clone())).await.expect("received");
        assert_eq!(first.number.as_deref(), Some("E-00001-2026"), "{on:?}");
        let again = reception.receive(incoming("Solicita impresoras"), Some(key.clone())).await.expect("the same");
        assert_eq!(again, first);
        let other = IdempotencyKey { fingerprint: "g".into(), ..key };
        assert!(matches!(reception.receive(incoming("Otro"), Some(other)).await, Err(SubmitError::KeyReused)));

        let mut wrong = incoming("");
        wrong.text = LetterText { sealed: Some(false), dated: Some(date(2026, 3, 3)), ..LetterText::default() };
        wrong.received_at = monday() + minutes(9);
        let refused = refusal(reception.receive(wrong, None).await);
        let fields: BTreeSet<&str> = refused.faults.iter().map(|fault| &*fault.field).collect();
        assert_eq!(fields, ["dated", "institution", "received_at", "seal_remark", "subject"].into(), "{on:?}");
        let second = reception.receive(incoming("Remite informe"), None).await.expect("received");
        assert_eq!(second.number.as_deref(), Some("E-00002-2026"), "a refusal took no number");

        let reader = it.store.reader(it.reception, monday()).await.expect("a view");
        let by = |text: &str| LetterFilters { text: Some(text.into()), ..LetterFilters::default() };
        for (asked, numbers) in [
            ("impresora", vec!["E-00001-2026"]),
            ("recursos noemi", vec!["E-00002-2026", "E-00001-2026"]),
            ("RH-114", vec!["E-00002-2026", "E-00001-2026"]),
            ("E-2", vec!["E-00002-2026"]),
            ("teléfono", vec![]),
            ("¿?", vec![]),
        ] {
            let page = reader.letters(&by(asked), None, 0).await.expect("a list");
            let found: Vec<&str> = page.rows.iter().filter_map(|letter| letter.number.as_deref()).collect();
            assert_eq!(found, numbers, "{on:?} {asked}");
        }
        let filters = LetterFilters { from: Some(date(2026, 3, 3)), ..LetterFilters::default() };
        assert_eq!(reader.letters(&filters, None, 0).await.expect("a list").rows, []);
        let page = reader.letters(&LetterFilters::default(), None, 1).await.expect("a page");
        let rest = reader.letters(&LetterFilters::default(), page.next.as_deref(), 1).await.expect("the next");
        assert_eq!((page.rows[0].id, rest.rows[0].id, rest.next), (second.id, first.id, None));

        // Bound to a case: a second time changes nothing, and another case is refused.
        let opened = it.open("Impresoras", monday()).await;
        assert!(refusal(reception.link(first.id, opened.number.clone(), None).await).message.contains("alcance"));
        let technician = desk(&it, it.technician).await;
        let linked = technician.link(first.id, opened.number.clone(), None).await.expect("linked");
        assert_eq!(technician.link(first.id, opened.number.clone(), None).await.expect("as it was"), linked);
        let elsewhere = it.open("Otro", monday()).await;
        assert!(refusal(technician.link(first.id, elsewhere.number, None).await).message.contains("ya pertenece"));
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_out_is_drafted_numbered_and_delivered_and_a_voided_number_stays() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let reception = desk(&it, it.reception).await;
        let draft = reception.draft(outgoing("Responde solicitud"), None).await.expect("a draft");
        assert_eq!((draft.number.as_deref(), draft.state), (None, LetterState::Draft), "{on:?}");
        let changed = Outgoing { text: text("Responde la solicitud"), ..outgoing("") };
        let draft = reception.change(draft.id, changed, None).await.expect("changed");
        assert_eq!(draft.text.subject, "Responde la solicitud");
        assert!(refusal(reception.number(draft.id, " ".into(), vec![], None).await).message.contains("firma"));
        let signed = "Ing. Irma Dirige, Directora".to_owned();
        let numbered = reception.number(draft.id, signed.clone(), vec![], None).await.expect("numbered");
        assert_eq!(numbered.number.as_deref(), Some("OF-DEPENDENCIAS-1-2026"), "{on:?}");
        assert!(refusal(reception.change(draft.id, outgoing("x"), None).await).message.contains("Solo un borrador"));
        let early = Delivery { on: date(2026, 3, 1), to: "Recepción".into() };
        assert!(reception.deliver(draft.id, early, vec![], None).await.is_err());
        let on_day = Delivery { on: date(2026, 3, 2), to: "Recepción de RH".into() };
        let given = reception.deliver(draft.id, on_day, vec![scan("acuse.pdf")], None).await.expect("delivered");
        assert_eq!((given.state, given.files.len()), (LetterState::Delivered, 1));
        assert!(refusal(reception.void(draft.id, "Error".into(), None).await).message.contains("no se anula"));

        let other = reception.draft(outgoing("Con error"), None).await.expect("a draft");
        let other = reception.number(other.id, signed.clone(), vec![], None).await.expect("numbered");
        let voided = reception.void(other.id, "Destinatario equivocado".into(), None).await.expect("voided");
        assert_eq!((voided.number, voided.state), (other.number, LetterState::Voided));
        let third = reception.draft(outgoing("El tercero"), None).await.expect("a draft");
        let third = reception.number(third.id, signed, vec![], None).await.expect("numbered");
        assert_eq!(third.number.as_deref(), Some("OF-DEPENDENCIAS-3-2026"), "the voided one keeps 2");

        let admin = it.store.admin(it.admin).await.expect("admin");
        let acts = admin.acts(None, 20).await.expect("acts");
        let letters =
            acts.iter().filter(|act| matches!(act.recorded.act, crate::journal::AdminAct::Letter { .. })).count();
        assert_eq!(letters, 9, "every act is in the journal: {acts:?}");
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_is_read_by_its_unit_and_one_of_a_case_by_those_who_attend_it() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let received = desk(&it, it.reception).await.receive(incoming("Reservado"), None).await.expect("received");
        let sees = async |person| {
            let reader = it.store.reader(person, monday()).await.expect("a view");
            let listed = reader.letters(&LetterFilters::default(), None, 0).await.expect("a list").rows.len();
            let one = reader.letter(received.id).await.expect("read").is_some();
            assert_eq!(listed == 1, one, "{on:?}");
            one
        };
        assert!(sees(it.reception).await && sees(it.technician).await && sees(it.admin).await);
        assert!(!sees(it.user).await, "who holds no post reads no letters");
        let nobody = it.store.correspondence(it.user, monday()).await.err();
        assert!(matches!(nobody, Some(StoreError::Refused(_))), "{on:?}");
        // In a unit of their own the letters of another are not theirs.
        let admin = it.store.admin(it.admin).await.expect("admin");
        let person = it.store.person(it.colleague).await.expect("read").expect("the colleague");
        let fields = crate::people::PersonFields {
            login: person.login.to_string(),
            name: person.name.to_string(),
            unit: Some("soporte".into()),
            ..crate::people::PersonFields::default()
        };
        admin.change_person(it.colleague, fields, monday()).await.expect("moved");
        assert!(!sees(it.colleague).await);
        let theirs = refusal(desk(&it, it.colleague).await.receive(incoming("Ajeno"), None).await);
        assert!(theirs.faults.iter().any(|fault| &*fault.field == "unit"), "{theirs:?}");

        // Once bound to a case, the case's rights: those who attend it, whatever their unit; not the one who only asks.
        let opened = it.open("Impresoras", monday()).await;
        let technician = desk(&it, it.technician).await;
        technician.link(received.id, opened.number.clone(), None).await.expect("linked");
        let of_case = async |person| {
            let reader = it.store.reader(person, monday()).await.expect("a view");
            reader.letters_of_case(&opened.number).await.expect("letters").len()
        };
        assert_eq!((of_case(it.technician).await, of_case(it.colleague).await, of_case(it.user).await), (1, 1, 0));
        let monitor = it.store.reader(it.colleague, monday()).await.expect("a view").letter(received.id).await;
        assert!(monitor.expect("read").is_some(), "he attends the case");
        let secretary = it.store.person_by_login("secretaria").await.expect("read").expect("there").person.id;
        let reader = it.store.reader(secretary, monday()).await.expect("a view");
        assert!(reader.letter(received.id).await.expect("read").is_none(), "{on:?} has no part in the case");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_of_letters_have_no_gaps_and_no_doubles_under_many_hands() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let reception = desk(&it, it.reception).await;
        let tasks: Vec<_> = (0..16)
            .map(|writer| {
                let desk = reception.clone();
                tokio::spawn(async move {
                    let mut numbers = (Vec::new(), Vec::new());
                    for n in 0..6 {
                        let subject = if (n + writer) % 3 == 0 { "" } else { "Con asunto" };
                        if let Ok(received) = desk.receive(incoming(subject), None).await {
                            numbers.0.push(received.number.expect("an entry number").to_string());
                        }
                        let Ok(draft) = desk.draft(outgoing(subject), None).await else { continue };
                        let signer = if n % 2 == 0 { "Quien firma" } else { "" };
                        if let Ok(sent) = desk.number(draft.id, signer.into(), vec![], None).await {
                            numbers.1.push(sent.number.expect("a number").to_string());
                        }
                    }
                    numbers
                })
            })
            .collect();
        let (mut entries, mut sent) = (BTreeSet::new(), BTreeSet::new());
        let (mut entry_count, mut sent_count) = (0, 0);
        for task in tasks {
            let (more_entries, more_sent) = task.await.expect("a task");
            entry_count += more_entries.len();
            sent_count += more_sent.len();
            entries.extend(more_entries);
            sent.extend(more_sent);
        }
        assert!(entry_count == 64 && sent_count > 20, "{on:?} {entry_count} {sent_count}");
        assert_eq!(entries, (1..=entry_count).map(|n| format!("E-{n:05}-2026")).collect(), "{on:?}");
        assert_eq!(sent, (1..=sent_count).map(|n| format!("OF-DEPENDENCIAS-{n}-2026")).collect(), "{on:?}");
        // A number drawn twice at once by one and the same draft is drawn once.
        let draft = reception.draft(outgoing("Dos manos"), None).await.expect("a draft");
        let (one, two) = tokio::join!(
            reception.number(draft.id, "Una".into(), vec![], None),
            reception.number(draft.id, "Otra".into(), vec![], None)
        );
        assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1, "{on:?} {one:?} {two:?}");
        let filters = LetterFilters { direction: Some(Direction::Outgoing), ..LetterFilters::default() };
        let reader = it.store.reader(it.reception, monday()).await.expect("a view");
        assert!(!reader.letters(&filters, None, 0).await.expect("a list").rows.is_empty());
        it.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_changed_past_the_desk_is_found() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let reception = desk(&it, it.reception).await;
        let first = reception.receive(incoming("Solicita impresoras"), None).await.expect("received");
        let second = reception.receive(incoming("Remite informe"), None).await.expect("received");
        it.sound().await;
        let other =
            format!("UPDATE letters SET body = replace(body, 'impresoras', 'vehículos') WHERE id = {}", first.id);
        assert_eq!(it.tamper(&other).await, 1);
        assert_eq!(it.tamper(&format!("DELETE FROM letters WHERE id = {}", second.id)).await, 1);
        let found = it.store.verify().await.expect("it walks").findings;
        let streams: Vec<&str> = found.iter().map(|finding| finding.stream.as_str()).collect();
        assert_eq!(streams, [format!("oficio {}", first.id), format!("oficio {}", second.id)], "{on:?}: {found:?}");
    }
}
