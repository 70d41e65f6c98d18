//! The second factor: codes of six digits by the clock (RFC 6238), each used once.

use totp_rs::{Algorithm, Secret, TOTP};

/// Seconds a code lives.
pub const STEP: u64 = 30;

/// The secret as people type it into their application, from 160 bits of chance.
#[must_use]
pub fn secret(bytes: &[u8; 20]) -> String {
    Secret::Raw(bytes.to_vec()).to_encoded().to_string()
}

/// The address an authenticator application reads.
#[must_use]
pub fn address(secret: &str, institution: &str, login: &str) -> Option<String> {
    generator(secret, institution, login).map(|totp| totp.get_url())
}

/// The time step of a right code, one step of delay allowed; `used` is the last step already spent.
#[must_use]
pub fn step_of(secret: &str, code: &str, seconds: u64, used: u64) -> Option<u64> {
    let totp = generator(secret, "Ventanilla", "persona")?;
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    if code.len() != 6 {
        return None;
    }
    let now = seconds / STEP;
    [now, now.saturating_sub(1), now + 1]
        .into_iter()
        .find(|step| *step > used && constant_time(&totp.generate(step * STEP), &code))
}

fn generator(secret: &str, institution: &str, login: &str) -> Option<TOTP> {
    let bytes = Secret::Encoded(secret.to_string()).to_bytes().ok()?;
    let issuer = institution.replace(':', " ");
    TOTP::new(Algorithm::SHA1, 6, 1, STEP, bytes, Some(issuer), login.replace(':', " ")).ok()
}

fn constant_time(a: &str, b: &str) -> bool {
    use subtle::ConstantTimeEq;
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_serves_once_and_near_its_time() {
        let secret = secret(&[1; 20]);
        let code = generator(&secret, "IGSS", "ana").unwrap().generate(1_000_000);
        let step = 1_000_000 / STEP;
        assert_eq!(step_of(&secret, &code, 1_000_000, 0), Some(step));
        assert_eq!(step_of(&secret, &code, 1_000_000 + STEP, 0), Some(step), "one step late is forgiven");
        assert_eq!(step_of(&secret, &code, 1_000_000, step), None, "spent");
        assert_eq!(step_of(&secret, &code, 1_000_000 + 10 * STEP, 0), None, "old");
        assert_eq!(step_of(&secret, "12345", 1_000_000, 0), None);
        assert!(address(&secret, "IGSS", "ana").unwrap().starts_with("otpauth://totp/IGSS:ana?"));
    }
}
