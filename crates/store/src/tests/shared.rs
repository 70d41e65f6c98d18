//! The one PostgreSQL server that the tests of all processes share: the first who needs it starts it, the others find it,
//! and a keeper ends it when nobody has used it for a while.

use super::server::{Server, address, ending, sh};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// What this process knows of the server while it lives.
pub struct Shared {
    pub url: String,
    /// The how-manieth process this is to come to this server: its schemas are nobody else's.
    pub guest: u64,
    /// Held, with others, for as long as this process runs.
    _stays: File,
}

/// The server, started by whoever asks first.
pub fn shared() -> &'static Shared {
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED.get_or_init(|| {
        let door = beside_the_tests().join("postgresql-of-the-tests");
        come_in(&door)
    })
}

/// The folder of the test programs, which is one for all of them and away with `cargo clean`.
fn beside_the_tests() -> PathBuf {
    let program = std::env::current_exe().expect("a program");
    program.parent().expect("a folder").to_owned()
}

/// One at a time: the file of the door says which server runs and how many have come to it.
fn come_in(door: &Path) -> Shared {
    let mut file = open(door);
    file.lock().expect("the door");
    let mut said = String::new();
    file.read_to_string(&mut said).expect("what the door says");
    let (base, guest) = match said.split_once(' ') {
        Some((base, guests)) if answers(Path::new(base)) => {
            (PathBuf::from(base), guests.trim().parse::<u64>().expect("a number") + 1)
        }
        gone => {
            if let Some((base, _)) = gone {
                // Of a run that was killed, or of before the machine went down.
                let _ = sh(&ending(Path::new(base))).status();
            }
            // Nobody cuts the power of this one.
            (Server::begin("-c max_connections=1000 -c fsync=off -c full_page_writes=off").base, 1)
        }
    };
    file.set_len(0).and_then(|()| file.rewind()).expect("an empty door");
    write!(file, "{} {guest}", base.display()).expect("the door says it");
    let stays = open(&base.join("users"));
    stays.lock_shared().expect("a place");
    keep(door, &base);
    Shared { url: address(&base), guest, _stays: stays }
}

fn open(path: &Path) -> File {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).expect("a file of locks")
}

fn answers(base: &Path) -> bool {
    UnixStream::connect(base.join(".s.PGSQL.5432")).is_ok()
}

/// Sees to it that there is a keeper: who finds nobody at the server for half a minute, looks once more with the door
/// closed, and ends it. Who comes next starts another.
fn keep(door: &Path, base: &Path) {
    let kept = base.join("kept");
    match open(&kept).try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return,
        Err(TryLockError::Error(error)) => panic!("{error}"),
    }
    let (base, door, kept) = (base.display(), door.display(), kept.display());
    let end = ending(Path::new(&base.to_string()));
    let script = format!(
        "trap '' INT TERM HUP; exec 9>'{kept}'; flock -n -x 9 || exit 0
         nobody() {{ flock -n -x '{base}/users' true; }}
         idle=0
         while [ -d '{base}' ]; do
             sleep 2
             if nobody; then idle=$((idle + 1)); else idle=0; fi
             [ $idle -lt 15 ] && continue
             [ -e '{door}' ] || {{ {end}; exit 0; }}
             exec 8<>'{door}'; flock -x 8
             if nobody; then : > '{door}'; {end}; exit 0; fi
             exec 8>&-; idle=0
         done"
    );
    // It outlives this process.
    std::mem::forget(sh(&script).spawn().expect("sh"));
}

/// A server killed under the feet of those who would find it is replaced, and its keeper ends what is left of it.
#[test]
fn a_server_that_is_gone_is_replaced_and_one_that_lives_is_shared() {
    let folder = tempfile::tempdir().expect("a folder");
    let door = folder.path().join("door");
    let first = come_in(&door);
    let second = come_in(&door);
    assert_eq!((second.url.as_str(), first.guest, second.guest), (first.url.as_str(), 1, 2));
    let said = std::fs::read_to_string(&door).expect("the door");
    let base = PathBuf::from(said.split_once(' ').expect("its folder").0);
    // As a power cut leaves it: the folder is there and nobody answers.
    let stop = ending(&base);
    let stop = stop.split_once(';').expect("two words").0;
    assert!(sh(stop).status().expect("sh").success());
    assert!(base.exists() && !answers(&base));
    let third = come_in(&door);
    assert!(third.url != first.url && third.guest == 1);
    assert!(!base.exists(), "what was left of it is gone");
    let said = std::fs::read_to_string(&door).expect("the door");
    let base = PathBuf::from(said.split_once(' ').expect("its folder").0);
    assert!(sh(&ending(&base)).status().expect("sh").success());
}
