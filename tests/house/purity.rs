//! What the inner rooms may not know: the hour, chance and the machine; and what no room may say: an institution's name.

use super::source::House;

/// Rooms where everything is an argument.
const INNER: [&str; 3] = ["manual", "engine", "documents"];

const TIME_AND_CHANCE: [&str; 8] =
    ["Timestamp::now", "Zoned::now", "SystemTime", "Instant", "rand::", "getrandom", "thread_rng", "RandomState::new"];

const IO: [&str; 10] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::thread",
    "std::io",
    "tokio",
    ".await",
    "async",
    "println!",
];

/// Names and codes of the first five institutions, as whole words.
const INSTITUTIONS: [&str; 12] =
    ["seprem", "sosep", "igss", "usulutan", "usulután", "diaco", "mineco", "bsosep", "dts", "ds-ui", "tim", "di-frm"];

/// Where one of them is named all the same, and why. Nothing else is a reason.
const EXAMPLES: [(&str, &str, &str); 1] =
    [("crates/manual/src/read/", "igss", "an example of what to write, shown to the author of a manual")];

pub fn check(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    for file in house.product() {
        let Some((room, inside)) = file.room() else { continue };
        if INNER.contains(&room) {
            for (words, what) in [(&TIME_AND_CHANCE[..], "time and chance are arguments in"), (&IO[..], "no IO in")] {
                for word in words {
                    broken.extend(
                        file.says(word).iter().map(|line| format!("{}:{line}: {word}: {what} {room}", file.path)),
                    );
                }
            }
        }
        broken.extend(file.says("unsafe").iter().map(|line| format!("{}:{line}: unsafe", file.path)));
        // The sample people of the demonstration are data of the five institutions; the command line shows examples.
        if room == "ventanilla" && (inside.starts_with("demo/") || inside.starts_with("cli/")) {
            continue;
        }
        let code = file.code.lines().enumerate().map(|(line, words)| (line + 1, words.to_owned()));
        for (line, words) in code.chain(file.texts.iter().cloned()) {
            for name in named(&words) {
                let excused = EXAMPLES.iter().any(|(path, word, _)| file.path.starts_with(path) && *word == name);
                if !excused {
                    broken.push(format!(
                        "{}:{line}: names «{name}»: what is one institution's own is data under manuals/",
                        file.path
                    ));
                }
            }
        }
    }
    broken
}

fn named(words: &str) -> Vec<&'static str> {
    let words = words.to_lowercase();
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let alone = |place: usize, name: &str| {
        !words[..place].chars().next_back().is_some_and(is_name)
            && !words[place + name.len()..].chars().next().is_some_and(is_name)
    };
    let mut found: Vec<&str> = INSTITUTIONS.to_vec();
    found.retain(|name| words.match_indices(name).any(|(place, _)| alone(place, name)));
    found
}

#[test]
fn what_an_inner_room_may_not_know_is_named() {
    let house = super::source::made_up(&[
        (
            "crates/engine/src/lib.rs",
            "//! E. Timestamp::now\nfn f() { let t = jiff::Timestamp::now(); }\n#[cfg(test)]\nmod tests { fn g() { std::fs::read(1); } }\n",
        ),
        ("crates/manual/src/lib.rs", "//! M.\nuse std::fs;\nasync fn f() {}\nfn operand() { rand::random() }\n"),
        ("crates/store/src/lib.rs", "//! S.\nuse std::fs;\nfn f() { unsafe { g() } }\n"),
    ]);
    assert_eq!(
        check(&house),
        [
            "crates/engine/src/lib.rs:2: Timestamp::now: time and chance are arguments in engine",
            "crates/manual/src/lib.rs:4: rand::: time and chance are arguments in manual",
            "crates/manual/src/lib.rs:2: std::fs: no IO in manual",
            "crates/manual/src/lib.rs:3: async: no IO in manual",
            "crates/store/src/lib.rs:3: unsafe",
        ]
    );
}

#[test]
fn a_rule_of_one_institution_is_named() {
    let house = super::source::made_up(&[
        (
            "crates/web/src/lib.rs",
            "//! As DIACO does.\nfn f(code: &str) -> bool { code == \"igss\" || code == \"DTS-02\" }\nconst TIMER: &str = \"timer\";\n",
        ),
        ("crates/web/src/a.rs", "//! A.\nfn seprem() {}\n#[cfg(test)]\nmod tests { const A: &str = \"sosep\"; }\n"),
        ("src/demo/people.rs", "//! D.\nconst A: &str = \"usulutan\";\n"),
        ("crates/web/tests/a.rs", "//! T.\nconst A: &str = \"usulutan\";\n"),
    ]);
    let why = "what is one institution's own is data under manuals/";
    assert_eq!(
        check(&house),
        [
            format!("crates/web/src/a.rs:2: names «seprem»: {why}"),
            format!("crates/web/src/lib.rs:2: names «igss»: {why}"),
            format!("crates/web/src/lib.rs:2: names «dts»: {why}"),
        ]
    );
}
