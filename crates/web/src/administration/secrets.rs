//! Secrets the administration hands out: drawn here, shown once, kept only as hashes.

use crate::{
    clock::{Entropy, secret},
    failure::Failure,
    passwords,
    state::App,
};

/// Letters and digits nobody takes for another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567892";

/// A first password that can be read over the telephone: four groups of five, about a hundred bits.
#[must_use]
pub fn first_password(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 20];
    entropy.fill(&mut bytes);
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// The secret of an API token, with a mark by which leaked ones are found.
#[must_use]
pub fn token(entropy: &dyn Entropy) -> String {
    format!("vnt_{}", secret(entropy))
}

/// The text to keep of a password; hashing takes its time, away from the other requests.
///
/// # Errors
/// If the library refuses, which it does not for a password that was judged.
pub async fn kept(app: &App, password: String) -> Result<String, Failure> {
    let entropy = app.shared_entropy();
    tokio::task::spawn_blocking(move || passwords::hash(&password, &*entropy))
        .await
        .map_err(|error| Failure::Internal(error.to_string()))?
        .map_err(Failure::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (byte, number) in bytes.iter_mut().zip(0_u8..) {
                *byte = number.wrapping_mul(37);
            }
        }
    }

    #[test]
    fn a_first_password_passes_the_judge_and_a_token_has_its_mark() {
        let password = first_password(&Counting);
        assert_eq!(password.len(), 23);
        assert!(passwords::judge(&password, &["ana.lopez"]).is_ok(), "{password}");
        assert!(token(&Counting).starts_with("vnt_"));
    }
}
