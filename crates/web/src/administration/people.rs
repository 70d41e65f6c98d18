//! What is asked of a person's data, of a password given by somebody else, and of a removal.

use super::{Faults, LINE, REASON, secrets};
use crate::{failure::Failure, passwords, state::App};
use engine::{
    Name,
    actor::PersonId,
    refusal::{Fault, Refusal},
};
use manual::edition::Edition;
use store::people::{Person, PersonFields};

const NAME: usize = 200;
const LOGIN: usize = 100;

/// The data of a person, trimmed and judged; `before` is the person as kept, whose unit may be of an older edition.
///
/// # Errors
/// With all that is missing or wrong.
pub fn fields(
    asked: &PersonFields,
    edition: Option<&Edition>,
    before: Option<&Person>,
) -> Result<PersonFields, Refusal> {
    let mut faults = Faults::default();
    let name = faults.text("name", &asked.name, NAME, "Escriba el nombre de la persona.");
    let login = faults.text("login", &asked.login, LOGIN, "Escriba el usuario con que entrará.");
    let email = faults.line("email", &asked.email, LINE);
    if !email.is_empty() && !email.contains('@') {
        faults.add("email", "Al correo le falta la arroba.");
    }
    let phone = faults.line("phone", &asked.phone, LINE);
    let unit = asked.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty()).map(ToOwned::to_owned);
    if let Some(unit) = unit.as_deref() {
        let kept = before.and_then(|person| person.unit.as_deref()) == Some(unit);
        if !kept && edition.is_none_or(|edition| edition.unit(unit).is_none()) {
            faults.add("unit", "Esa unidad no está en la edición vigente.");
        }
    }
    let fields =
        PersonFields { login, name, email, phone, unit, administrator: asked.administrator, auditor: asked.auditor };
    faults.judge(Some(fields), "Falta algo para guardar a la persona.")
}

/// The reason of a removal; nobody removes himself.
///
/// # Errors
/// Without a reason, or upon oneself.
pub fn leaving(person: PersonId, me: PersonId, reason: &str) -> Result<String, Refusal> {
    let mut faults = Faults::default();
    let reason = faults.text("reason", reason, REASON, "Escriba la razón de la baja; queda en la bitácora.");
    if person == me {
        faults.add("reason", "No puede darse de baja a sí mismo: pídalo a otra persona que administre.");
    }
    faults.judge(Some(reason), "La persona sigue activa.")
}

/// A password for somebody else: as given, or drawn and to be shown once.
pub struct Given {
    pub password: String,
    pub hash: String,
    pub drawn: bool,
}

/// The password that was given, judged; drawn where none was.
///
/// # Errors
/// The refusal for what is guessed easily; or the library's failure.
pub async fn password(
    app: &App,
    given: Option<&str>,
    about: [&str; 3],
    otherwise: &str,
) -> Result<Result<Given, Refusal>, Failure> {
    let (password, drawn) = match given {
        Some(password) => (password.to_owned(), false),
        None => (secrets::first_password(app.entropy()), true),
    };
    if let Err(advice) = passwords::judge(&password, &about) {
        return Ok(Err(Refusal::invalid(otherwise).with(vec![Fault::new("password", advice)])));
    }
    let hash = secrets::kept(app, password.clone()).await?;
    Ok(Ok(Given { password, hash, drawn }))
}

/// The role and unit of a post as names.
pub(super) fn name(text: &str) -> Option<Name> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(Name::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_told_at_once_under_the_names_of_the_api() {
        let asked = PersonFields { email: "sin arroba".into(), unit: Some("x".into()), ..PersonFields::default() };
        let refusal = fields(&asked, None, None).expect_err("refused");
        let told: Vec<&str> = refusal.faults.iter().map(|fault| &*fault.field).collect();
        assert_eq!(told, ["name", "login", "email", "unit"]);
        let good = PersonFields { login: " ana ".into(), name: "Ana".into(), ..PersonFields::default() };
        assert_eq!(fields(&good, None, None).expect("good").login, "ana");
    }

    #[test]
    fn nobody_removes_himself() {
        assert!(leaving(PersonId(3), PersonId(4), " Traslado ").is_ok_and(|reason| reason == "Traslado"));
        assert!(leaving(PersonId(3), PersonId(3), "Traslado").is_err());
        assert!(leaving(PersonId(3), PersonId(4), "  ").is_err());
    }
}
