//! Several files of a manual in one input: each begins with a line that gives its path.

use manual::source::SourceFile;

/// Opens the line that names the file which follows.
pub const HEAD: &str = "=== ";
/// Shared calendars lie there.
pub const SHARED: &str = "calendarios/";

/// The institution's files and the shared ones. What comes before the first path is `manual.kdl`; what is no UTF-8 is read
/// as the program reads it.
pub fn split(bytes: &[u8]) -> (Vec<SourceFile>, Vec<SourceFile>) {
    let mut parts: Vec<(String, Vec<u8>)> = vec![("manual.kdl".into(), Vec::new())];
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(HEAD.as_bytes()) {
            Some(path) => parts.push((String::from_utf8_lossy(path).trim().to_owned(), Vec::new())),
            None => parts.last_mut().expect("one at least").1.extend_from_slice(line),
        }
    }
    parts.retain(|(_, bytes)| !bytes.is_empty());
    let read = parts.into_iter().map(|(path, bytes)| SourceFile::from_bytes(path, &bytes).0);
    read.partition(|file| !file.path.starts_with(SHARED))
}
