//! Passwords: how one is judged, kept (argon2id) and compared.

use crate::clock::Entropy;
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::{Salt, SaltString},
};

/// Fewest and most characters (ASVS 6.2.1, 6.2.9).
pub const SHORTEST: usize = 10;
pub const LONGEST: usize = 128;
/// The least zxcvbn score, of 0 to 4, that is let through.
const LEAST_SCORE: u8 = 2;

/// 19 MiB, two passes: the OWASP recommendation for argon2id.
fn argon() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Whether a password may be used, in words where it may not.
///
/// # Errors
/// A Spanish sentence that says what to write.
pub fn judge(password: &str, about: &[&str]) -> Result<(), String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(format!("Use una contraseña de al menos {SHORTEST} caracteres; puede ser una frase."));
    }
    if length > LONGEST {
        return Err(format!("La contraseña puede tener hasta {LONGEST} caracteres."));
    }
    if is_common(password) || u8::from(zxcvbn::zxcvbn(password, about).score()) < LEAST_SCORE {
        return Err(
            "Esa contraseña se adivina con facilidad. Use una frase de varias palabras que no sea conocida.".into()
        );
    }
    Ok(())
}

/// Words people here reach for first, alone or with digits and signs around them.
const COMMON: [&str; 13] = [
    "contrasena",
    "password",
    "guatemala",
    "elsalvador",
    "quetzal",
    "informatica",
    "ministerio",
    "secretaria",
    "instituto",
    "ventanilla",
    "bienvenido",
    "administrador",
    "qwertyuiop",
];

fn is_common(password: &str) -> bool {
    let plain: String = password
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphabetic())
        .map(|c| match c {
            'á' => 'a',
            'é' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' => 'u',
            'ñ' => 'n',
            other => other,
        })
        .collect();
    COMMON.contains(&plain.as_str())
}

/// The text to keep of a password (PHC string). Takes tens of milliseconds: call it where blocking is allowed.
///
/// # Errors
/// If the library refuses its parameters; never for a password that was judged.
pub fn hash(password: &str, entropy: &dyn Entropy) -> Result<String, String> {
    let mut bytes = [0_u8; 16];
    entropy.fill(&mut bytes);
    let salt = SaltString::encode_b64(&bytes).map_err(|error| error.to_string())?;
    let salt: Salt<'_> = salt.as_salt();
    argon().hash_password(password.as_bytes(), salt).map(|hash| hash.to_string()).map_err(|error| error.to_string())
}

/// Whether it is the password. An empty `kept` costs the same time and is never right: an unknown login cannot be
/// told from a wrong password by the clock.
#[must_use]
pub fn is_right(password: &str, kept: &str) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let known = !kept.is_empty();
    let Ok(hash) = PasswordHash::new(if known { kept } else { NOBODY }) else { return false };
    let right = argon().verify_password(password.as_bytes(), &hash).is_ok();
    right && known
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn a_password_is_kept_as_argon2id_and_compared() {
        let kept = hash("una frase de prueba larga", &Fixed).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(is_right("una frase de prueba larga", &kept));
        assert!(!is_right("otra frase", &kept) && !is_right("", &kept) && !is_right("x", ""));
    }

    #[test]
    fn weak_passwords_are_refused_with_advice() {
        for weak in ["corta", "1234567890", "contraseña", "Guatemala2026", "password123", "aaaaaaaaaaaa"] {
            let advice = judge(weak, &["ana.lopez"]).expect_err(weak);
            assert!(advice.contains("Use una"), "{advice}");
        }
        assert!(judge("caballo correcto grapa bateria", &[]).is_ok());
        assert!(judge(&"x ".repeat(80), &[]).is_err());
    }
}
