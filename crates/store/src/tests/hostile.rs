//! P01: what nobody should ask of the search, on both engines.

#[path = "../../../web/tests/pages/mutation.rs"]
mod mutation;

use super::institution::{BOTH, Institution, On, monday};
use crate::Filters;
use mutation::{inputs, some_hostile};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_in_words() {
    let corpus: Vec<Vec<u8>> = [
        "impresora sin red",
        "2026-000001",
        "\"frase exacta\"",
        "ñandú AND (x OR y)*",
        "Gloria Técnica",
        "a:b & c | !d",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    let words = [
        "'", "\"", "\\", "*", "NEAR(", ")", ":*", "&", "|", "!", "<->", "--", ";", "\0", "%", "_", "$1", "\u{301}",
        "{hits", "rowid:", "^", "OR", "NOT", "\u{ffff}", "🙂",
    ];
    for on in BOTH {
        let it = Institution::new(on).await;
        it.open("La impresora no imprime", monday()).await;
        let reader = it.store.reader(it.technician, monday()).await.expect("a reader");
        let (filters, runtime) = (Filters::default(), tokio::runtime::Handle::current());
        // A question to a server takes its time.
        let count = if on == On::Sqlite { inputs() } else { inputs() / 20 };
        some_hostile(count, &format!("search on {on:?}"), &corpus, &words, |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let asked = reader.search(&text, &filters, None, 10);
            tokio::task::block_in_place(|| runtime.block_on(asked)).expect("an answer, or none found");
        });
        it.sound().await;
    }
}
