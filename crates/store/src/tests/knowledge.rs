//! Solutions on both engines: who writes, publishes and finds them, and the same hits on each.

use super::institution::{BOTH, Institution, monday};
use crate::{
    StoreError,
    knowledge::{NewSolution, SolutionState},
    reader::Reader,
};
use engine::actor::PersonId;

async fn reader(it: &Institution, person: PersonId) -> Reader {
    it.store.reader(person, monday()).await.expect("a reader")
}

fn new(title: &str, problem: &str, text: &str) -> NewSolution {
    NewSolution {
        title: title.into(),
        problem: problem.into(),
        text: text.into(),
        procedure: "DTS-02".into(),
        number: "2026-000001".into(),
    }
}

async fn found(reader: &Reader, text: &str) -> Vec<String> {
    let page = reader.solutions(SolutionState::Published, text, None, 10).await.expect("a page");
    page.rows.iter().map(|solution| solution.title.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_solution_is_a_draft_until_a_chief_publishes_it() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let (technician, director) = (reader(&it, it.technician).await, reader(&it, it.director).await);
        let (colleague, user) = (reader(&it, it.colleague).await, reader(&it, it.user).await);
        let text = new("Impresora sin tinta", "No imprime", "Se cambió el cartucho.");
        let id = technician.write_solution(text.clone(), None, monday()).await.expect("kept");
        assert!(user.write_solution(text.clone(), None, monday()).await.is_err(), "{on:?}");
        let empty = technician.write_solution(NewSolution::default(), None, monday()).await;
        assert!(matches!(empty, Err(StoreError::Refused(refusal)) if refusal.faults.len() == 3));

        assert!(user.solution(id).await.expect("a query").is_none());
        assert_eq!(colleague.solution(id).await.expect("a query").expect("she attends").state, SolutionState::Draft);
        assert!(user.solutions(SolutionState::Draft, "", None, 10).await.expect("a page").rows.is_empty());
        assert!(found(&user, "impresora").await.is_empty());
        assert!(technician.settle_solution(id, SolutionState::Published, monday()).await.is_err());
        assert!(colleague.change_solution(id, text.clone(), monday()).await.is_err());
        technician
            .change_solution(id, new("Impresora sin tóner", "No imprime", "Tóner nuevo."), monday())
            .await
            .expect("hers");
        director.settle_solution(id, SolutionState::Published, monday()).await.expect("a chief");
        assert_eq!(found(&user, "toner").await, ["Impresora sin tóner"]);
        assert!(found(&user, "cartucho").await.is_empty(), "the words of the first text are gone");
        assert!(technician.change_solution(id, text, monday()).await.is_err(), "published: no longer hers to change");

        let hers = user.solution(id).await.expect("a query").expect("published");
        assert_eq!((hers.number, hers.procedure.as_deref()), (None, Some("DTS-02")));
        let of_case = technician.solution_of_case("2026-000001").await.expect("a query").expect("one");
        assert_eq!(of_case.number.as_deref(), Some("2026-000001"));
        assert!(user.solution_of_case("2026-000001").await.expect("a query").is_none());
        director.settle_solution(id, SolutionState::Withdrawn, monday()).await.expect("a chief");
        assert!(found(&user, "toner").await.is_empty() && user.solution(id).await.expect("a query").is_none());
        assert!(director.settle_solution(999, SolutionState::Published, monday()).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_find_the_same_solutions_in_the_same_order() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let (technician, director) = (reader(&it, it.technician).await, reader(&it, it.director).await);
        for (title, problem, text) in [
            ("Impresora no imprime", "La impresora no responde", "Se reinició la cola de impresión del servidor."),
            ("Sin conexión a la red", "No abre páginas ni el correo", "Se cambió el cable de red del escritorio."),
            ("Correo lleno", "No recibe correos", "Se archivaron los correos viejos; ver 50%_raro."),
            ("Contraseña olvidada", "No puede entrar al correo", "Se restableció la contraseña."),
        ] {
            let id = technician.write_solution(new(title, problem, text), None, monday()).await.expect("kept");
            director.settle_solution(id, SolutionState::Published, monday()).await.expect("published");
        }
        for (asked, expected) in [
            ("IMPRESORAS", vec!["Impresora no imprime"]),
            ("impre", vec!["Impresora no imprime"]),
            ("conexiones", vec!["Sin conexión a la red"]),
            ("CONEXION red", vec!["Sin conexión a la red"]),
            ("correo", vec!["Contraseña olvidada", "Correo lleno", "Sin conexión a la red"]),
            ("correo cable", vec!["Sin conexión a la red"]),
            ("contrasena", vec!["Contraseña olvidada"]),
            ("50", vec!["Correo lleno"]),
            ("inexistente", vec![]),
            ("' OR 1=1 --", vec![]),
            ("\" * : & | !", vec![]),
            ("", vec!["Contraseña olvidada", "Correo lleno", "Sin conexión a la red", "Impresora no imprime"]),
        ] {
            assert_eq!(found(&technician, asked).await, expected, "{on:?} «{asked}»");
        }
        for (written, expected) in [
            ("Buenos días, mi impresora ya no imprime nada desde ayer", vec!["Impresora no imprime"]),
            (
                "no puedo entrar a mi correo, olvidé la contraseña",
                vec!["Contraseña olvidada", "Correo lleno", "Sin conexión a la red"],
            ),
            ("hola, necesito ayuda por favor", vec![]),
            ("se arruinó el vehículo", vec![]),
        ] {
            let likely = technician.likely_solutions(written, "DTS-02", 3).await.expect("a list");
            let titles: Vec<&str> = likely.iter().map(|solution| &*solution.title).collect();
            assert_eq!(titles, expected, "{on:?} «{written}»");
        }
        let mut cursor = None;
        let mut seen = 0;
        loop {
            let page = technician.solutions(SolutionState::Published, "", cursor.as_deref(), 3).await.expect("a page");
            seen += page.rows.len();
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, 4);
    }
}
