//! Which room may use which: by what its Cargo.toml asks for and by what its files import.

use super::source::House;

/// Each room, with those it may use. A room that is not here has no place in the house.
const ROOMS: [(&str, &[&str]); 7] = [
    ("manual", &[]),
    ("engine", &["manual"]),
    ("store", &["manual", "engine"]),
    ("documents", &["manual", "engine"]),
    ("connectors", &["manual", "engine"]),
    ("web", &["manual", "engine", "store", "documents", "connectors"]),
    ("ventanilla", &["manual", "engine", "store", "documents", "connectors", "web"]),
];

fn may_use(room: &str) -> Option<&'static [&'static str]> {
    ROOMS.iter().find(|(name, _)| *name == room).map(|(_, used)| *used)
}

pub fn check(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    for (path, bytes) in &house.other {
        let room = match path.as_str() {
            "Cargo.toml" => "ventanilla",
            path => match path.strip_prefix("crates/").and_then(|path| path.strip_suffix("/Cargo.toml")) {
                Some(room) => room,
                None => continue,
            },
        };
        let Some(allowed) = may_use(room) else {
            broken
                .push(format!("{path}: «{room}» is no room of the house; give it its arrows in tests/house/arrows.rs"));
            continue;
        };
        for used in dependencies(&String::from_utf8_lossy(bytes)) {
            if may_use(&used).is_some() && !allowed.contains(&used.as_str()) {
                broken.push(format!("{path}: {room} may not depend on {used}"));
            }
        }
    }
    for file in house.product() {
        let Some((room, _)) = file.room() else { continue };
        let allowed = may_use(room).unwrap_or_default();
        for (used, _) in ROOMS.iter().filter(|(used, _)| *used != room && !allowed.contains(used)) {
            for begins in ["use ", "use ::", "extern crate "] {
                for line in file.says(&format!("{begins}{used}")) {
                    broken.push(format!("{}:{line}: {room} may not use {used}", file.path));
                }
            }
        }
    }
    broken
}

/// The names under every table of dependencies, whatever it is called by and for whatever target.
fn dependencies(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            // `[dependencies.store]` names it in the heading.
            let (kind, name) = table.rsplit_once('.').unwrap_or((table, ""));
            inside = table.ends_with("dependencies") && table != "workspace.dependencies";
            if kind.ends_with("dependencies") && kind != "workspace.dependencies" {
                names.push(name.to_owned());
            }
        } else if inside && let Some((name, value)) = line.split_once('=') {
            let name = name.trim().trim_end_matches(".workspace").trim_matches('"');
            names.push(name.to_owned());
            if let Some((_, package)) = value.split_once("package") {
                names.extend(package.split('"').nth(1).map(str::to_owned));
            }
        }
    }
    names
}

#[test]
fn a_forbidden_arrow_is_named() {
    let house = super::source::made_up(&[
        ("Cargo.toml", "[workspace.dependencies]\nweb = \"1\"\n[dependencies]\nweb.workspace = true\n"),
        (
            "crates/store/Cargo.toml",
            "[dependencies]\nengine.workspace = true\n[dev-dependencies]\ndocuments = { path = \"../documents\" }\n",
        ),
        (
            "crates/manual/Cargo.toml",
            "[target.'cfg(unix)'.dependencies]\nother = { package = \"engine\", version = \"1\" }\n",
        ),
        ("crates/engine/Cargo.toml", "[dependencies.connectors]\nversion = \"1\"\n"),
        ("crates/attic/Cargo.toml", "[package]\n"),
        ("crates/documents/src/lib.rs", "//! Paper.\nuse engine::case::Case;\nuse store::Store;\nuse stores::x;\n"),
        ("crates/documents/src/a.rs", "//! A.\n// use web::x\nuse ::connectors::Mail;\n"),
    ]);
    assert_eq!(
        check(&house),
        [
            "crates/attic/Cargo.toml: «attic» is no room of the house; give it its arrows in tests/house/arrows.rs",
            "crates/engine/Cargo.toml: engine may not depend on connectors",
            "crates/manual/Cargo.toml: manual may not depend on engine",
            "crates/store/Cargo.toml: store may not depend on documents",
            "crates/documents/src/a.rs:3: documents may not use connectors",
            "crates/documents/src/lib.rs:3: documents may not use store",
        ]
    );
}
