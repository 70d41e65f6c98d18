//! Inside a room, the list of modules in lib.rs is the import order: each uses only those above it.

use super::source::{House, Rust, line_of, places};

pub fn check(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    for list in house
        .rust
        .iter()
        .filter(|file| file.room().is_some_and(|(_, inside)| inside == "lib.rs" || inside == "main.rs"))
    {
        let Some((room, _)) = list.room() else { continue };
        let order = modules(&list.code);
        for file in house.product().filter(|file| file.room().is_some_and(|(name, _)| name == room)) {
            let Some((_, inside)) = file.room() else { continue };
            let mut way: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
            if way.last() == Some(&"mod") {
                way.pop();
            }
            let Some(own) = order.iter().position(|module| module == way[0]) else { continue };
            for (line, used) in uses(file, way.len()) {
                if let Some(other) = order.iter().position(|module| *module == used)
                    && other > own
                {
                    broken.push(format!(
                        "{}:{line}: {} may not use {used}, which {} lists below it",
                        file.path, way[0], list.path
                    ));
                }
            }
        }
    }
    broken
}

fn modules(code: &str) -> Vec<String> {
    let declared = |line: &str| {
        let line = line.trim();
        let line = line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) ")).unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned)
    };
    code.lines().filter_map(declared).collect()
}

/// The modules of the room that a file names: after `crate::`, or after as many `super::` as lead to the top.
fn uses(file: &Rust, depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let up = "super::".repeat(depth);
    for begins in ["crate::", &up] {
        for place in places(&file.code, begins) {
            // `super::super::x` also contains `super::x`: what stands before must not be part of the way.
            if file.code[..place].ends_with("::") || file.code[..place].ends_with('$') {
                continue;
            }
            let line = line_of(&file.code, place);
            found.extend(heads(&file.code[place + begins.len()..]).into_iter().map(|head| (line, head)));
        }
    }
    found
}

/// `a::B` begins with `a`; `{a::B, c::{D, e}, f}` with `a`, `c` and `f`.
fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| {
        text.trim_start().chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
    };
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let (mut depth, mut heads, mut start) = (0, Vec::new(), 0);
    for (place, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                heads.push(name(&group[start..place]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(name(&group[start..place]));
                start = place + 1;
            }
            _ => {}
        }
    }
    heads
}

#[test]
fn a_file_that_looks_down_the_list_is_named() {
    let house = super::source::made_up(&[
        ("crates/a/src/lib.rs", "//! A.\npub mod uno;\nmod dos;\npub(crate) mod tres;\n"),
        ("crates/a/src/uno.rs", "//! Uno.\nuse crate::{Name, uno::X, dos::{Y, tres}};\n// crate::tres\n"),
        ("crates/a/src/dos/mod.rs", "//! Dos.\nuse crate::uno::X;\nfn f() { crate::tres::g() }\n"),
        ("crates/a/src/dos/b.rs", "//! B.\nuse super::super::tres::g;\nuse super::tres;\n"),
        ("crates/a/src/tres.rs", "//! Tres.\nuse super::{uno, dos};\n#[cfg(test)]\nmod tests { use crate::zzz; }\n"),
    ]);
    assert_eq!(
        check(&house),
        [
            "crates/a/src/dos/b.rs:2: dos may not use tres, which crates/a/src/lib.rs lists below it",
            "crates/a/src/dos/mod.rs:3: dos may not use tres, which crates/a/src/lib.rs lists below it",
            "crates/a/src/uno.rs:2: uno may not use dos, which crates/a/src/lib.rs lists below it",
        ]
    );
}
