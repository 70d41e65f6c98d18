//! Hashes as an auditor recomputes them with `sha256sum`.

use sha2::{Digest, Sha256};

/// SHA-256 in lowercase hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// Where every chain of an institution begins, so that an entry copied from another institution does not fit.
#[must_use]
pub fn genesis(institution: &str) -> String {
    sha256_hex(format!("ventanilla:{institution}").as_bytes())
}

/// The hash of one entry: of the previous hash, the case's number, the entry's number and its body, one a line.
#[must_use]
pub fn entry(prev: &str, number: &str, n: u32, body: &str) -> String {
    sha256_hex(format!("{prev}\n{number}\n{n}\n{body}").as_bytes())
}
