//! Every registered statement: prepared on both engines, with the types it declares, and without a walk over a large table.

use super::institution::{BOTH, On, empty};
use crate::{
    absent, auth, calendars, cases, desk, editions, endings, error::StoreError, files, journal, knowledge, letters,
    lists, mail_desk, mailbox, mails, merge, migrations, notices, outbox, people, preferences, ratings, reports, seals,
    search, submit, telling, ties, timers, tx::Stmt, verify, waits,
};

fn registry() -> Vec<(&'static str, &'static [&'static Stmt])> {
    vec![
        ("auth", auth::STATEMENTS),
        ("files", files::STATEMENTS),
        ("calendars", calendars::STATEMENTS),
        ("cases", cases::STATEMENTS),
        ("desk::batches", desk::batches::STATEMENTS),
        ("absent", absent::STATEMENTS),
        ("marks", crate::marks::STATEMENTS),
        ("desk::drafts", desk::drafts::STATEMENTS),
        ("desk::replies", desk::replies::STATEMENTS),
        ("desk::preferences", desk::preferences::STATEMENTS),
        ("desk::views", desk::views::STATEMENTS),
        ("editions", editions::STATEMENTS),
        ("endings", endings::STATEMENTS),
        ("reports", reports::STATEMENTS),
        ("knowledge::solutions", knowledge::solutions::STATEMENTS),
        ("journal", journal::STATEMENTS),
        ("mail_desk", mail_desk::STATEMENTS),
        ("mailbox", mailbox::STATEMENTS),
        ("mails", mails::STATEMENTS),
        ("migrations", migrations::STATEMENTS),
        ("notices", notices::STATEMENTS),
        ("preferences", preferences::STATEMENTS),
        ("ratings", ratings::STATEMENTS),
        ("telling", telling::STATEMENTS),
        ("outbox", outbox::STATEMENTS),
        ("people", people::STATEMENTS),
        ("merge", merge::STATEMENTS),
        ("lists", lists::STATEMENTS),
        ("letters", letters::STATEMENTS),
        ("loads", crate::loads::STATEMENTS),
        ("turns", crate::turns::STATEMENTS),
        ("search", search::STATEMENTS),
        ("seals", seals::STATEMENTS),
        ("submit", submit::STATEMENTS),
        ("ties", ties::STATEMENTS),
        ("timers", timers::STATEMENTS),
        ("verify", verify::STATEMENTS),
        ("waits", waits::STATEMENTS),
    ]
}

/// Tables that grow with the cases.
const LARGE: [&str; 14] = [
    "journal",
    "cases",
    "endings",
    "participants",
    "waits",
    "timers",
    "outbox",
    "mails",
    "received",
    "notices",
    "keys",
    "blobs",
    "calendar_moves",
    "ties",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_prepare_every_statement_with_its_types() {
    for on in BOTH {
        let (store, _dir, _) = empty(on).await;
        for (file, statements) in registry() {
            for stmt in statements {
                let checked = store.read(move |tx| Ok::<_, StoreError>(tx.describe(stmt)?)).await;
                let found = checked.unwrap_or_else(|error| panic!("{on:?} {file}::{}: {error}", stmt.name));
                assert_eq!(found.0, stmt.takes.len(), "{on:?} {file}::{}: parameters", stmt.name);
                assert_eq!(found.1, stmt.gives.len(), "{on:?} {file}::{}: columns", stmt.name);
                if let Some(types) = found.2 {
                    assert_eq!(types, stmt.gives, "{on:?} {file}::{}: types of the columns", stmt.name);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_statement_walks_over_a_large_table() {
    let (store, _dir, _) = empty(On::Sqlite).await;
    for (file, statements) in registry() {
        for stmt in statements {
            let plan = store.read(move |tx| Ok::<_, StoreError>(tx.plan(stmt)?)).await.expect("a plan");
            for line in plan {
                let scanned = line.strip_prefix("SCAN ").unwrap_or_default();
                let walks = LARGE.iter().any(|table| scanned.split(' ').next() == Some(table));
                let aliased = ["c", "e", "w", "p", "r"].iter().any(|alias| scanned.split(' ').next() == Some(alias));
                assert!(
                    !(walks || aliased) || scanned.contains("USING INDEX") || scanned.contains("USING COVERING INDEX"),
                    "{file}::{} walks: {line}",
                    stmt.name
                );
            }
        }
    }
}

/// The statements that a list or a search is made of: each goes straight to its place in an index and is sorted by it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_read_in_the_order_of_an_index() {
    let (store, _dir, _) = empty(On::Sqlite).await;
    for stmt in lists::STATEMENTS.iter().chain(merge::STATEMENTS).chain(search::STATEMENTS).chain(cases::STATEMENTS) {
        let plan = store.read(move |tx| Ok::<_, StoreError>(tx.plan(stmt)?)).await.expect("a plan");
        for line in plan {
            let scanned = line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            let known = ["own", "case_text", "json_each", "CONSTANT", "counters"];
            assert!(scanned.is_none_or(|table| known.contains(&table)), "{} walks: {line}", stmt.name);
            assert!(!line.contains("TEMP B-TREE"), "{} sorts: {line}", stmt.name);
        }
    }
}
