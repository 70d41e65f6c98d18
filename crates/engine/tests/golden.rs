//! Golden histories: what a released version wrote must replay to the same state for ever. A new example adds a file;
//! an existing file is never edited. `VENTANILLA_GOLDEN=write` writes the missing ones.

mod common;

use engine::{apply::replay, event::Recorded, rehearse::rehearse};
use serde::{Deserialize, Serialize};
use std::{fs, path::Path};

#[derive(Serialize, Deserialize)]
struct Golden {
    institution: String,
    example: String,
    /// One event a line of the journal, as its text.
    history: Vec<serde_json::Value>,
    state: serde_json::Value,
}

#[test]
fn released_histories_replay_to_the_state_they_had() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    if std::env::var("VENTANILLA_GOLDEN").is_ok_and(|value| value == "write") {
        write_missing(&folder);
    }
    let mut files: Vec<_> =
        fs::read_dir(&folder).expect("golden histories").map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 45, "at least one golden history a procedure, found {}", files.len());
    for path in files {
        let golden: Golden = serde_json::from_str(&fs::read_to_string(&path).unwrap()).expect("a golden file");
        let history: Vec<Recorded> = golden
            .history
            .iter()
            .map(|event| {
                serde_json::from_value(event.clone()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            })
            .collect();
        let case = replay(&history).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(serde_json::to_value(&case).unwrap(), golden.state, "{}", path.display());
        for (event, text) in history.iter().zip(&golden.history) {
            assert_eq!(
                &serde_json::to_value(event).unwrap(),
                text,
                "{}: an event is written as it was",
                path.display()
            );
        }
    }
}

fn write_missing(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for institution in common::INSTITUTIONS {
        let edition = common::edition(institution);
        let calendar = common::calendar(&edition);
        for (index, scenario) in edition.scenarios.iter().enumerate() {
            let name: String = scenario
                .procedure
                .chars()
                .map(|c| if c.is_alphanumeric() { c } else { '-' })
                .collect::<String>()
                .to_lowercase();
            let procedure = edition.procedure(&scenario.procedure).unwrap();
            let done = rehearse(&edition, procedure, scenario, &calendar).expect("an example that runs");
            let golden = Golden {
                institution: institution.into(),
                example: scenario.title.to_string(),
                history: done.history.iter().map(|event| serde_json::to_value(event).unwrap()).collect(),
                state: serde_json::to_value(&done.case).unwrap(),
            };
            let text = serde_json::to_string(&golden).unwrap() + "\n";
            // An example that now runs otherwise is kept beside what it was.
            let kept = |version: u32| folder.join(format!("{version}-{institution}-{name}-{index}.json"));
            let version = (1..1_000).find(|version| !kept(version + 1).exists()).unwrap();
            match fs::read_to_string(kept(version)) {
                Ok(before) if before == text => {}
                Ok(_) => fs::write(kept(version + 1), text).unwrap(),
                Err(_) => fs::write(kept(version), text).unwrap(),
            }
        }
    }
}
