//! The world as one program sees it: its disk fails and its clock is moved while it runs, without any privilege. A small
//! library (`world.c`) is put before the system's own; what it does stands in a file that the test writes.

use std::{
    fs::File,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// Contents of files.
pub const WRITES: i32 = 1;
/// `fsync` and `fdatasync`.
pub const SYNCS: i32 = 2;
/// Making files and folders, renaming.
pub const NAMES: i32 = 4;

pub const ENOSPC: i32 = 28;
pub const EROFS: i32 = 30;
pub const EIO: i32 = 5;

pub struct World {
    folder: TempDir,
    under: PathBuf,
    control: File,
}

impl World {
    /// Over the files under this folder.
    pub fn over(under: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/serving/world.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(folder.path().join("world.so"))
            .arg(source)
            .status();
        assert!(built.expect("a C compiler, as SQLite needs it too").success());
        let path = folder.path().join("control");
        std::fs::write(&path, [0; 32]).expect("the control");
        let control = File::options().write(true).read(true).open(path).expect("the control");
        Self { folder, under: under.to_owned(), control }
    }

    /// The program that this command starts lives in this world.
    pub fn around(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", self.folder.path().join("world.so"))
            .env("WORLD_CONTROL", self.folder.path().join("control"))
            .env("WORLD_UNDER", &self.under);
    }

    /// Where the program's log may go: out of reach of its troubles.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// From now on: the n-th call of these kinds fails with this error, and all that follow or no other.
    pub fn fail(&self, kinds: i32, error: i32, nth: i32, for_ever: bool) {
        self.put(0, 0);
        for (place, value) in [(1, error), (2, nth), (3, i32::from(for_ever)), (4, 0), (5, 0), (0, kinds)] {
            self.put(place, value);
        }
    }

    /// Nothing fails any more; gives how many calls did.
    pub fn heal(&self) -> i32 {
        self.put(0, 0);
        let mut fired = [0; 4];
        self.control.read_exact_at(&mut fired, 20).expect("the control");
        i32::from_ne_bytes(fired)
    }

    /// The clock is off by so many seconds.
    pub fn shift_clock(&self, seconds: i64) {
        self.control.write_all_at(&seconds.to_ne_bytes(), 24).expect("the control");
    }

    fn put(&self, place: u64, value: i32) {
        self.control.write_all_at(&value.to_ne_bytes(), place * 4).expect("the control");
    }
}
