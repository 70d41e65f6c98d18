//! What is wrong with a command line, said in Spanish: the parser's own sentences are English.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process::ExitCode;

/// Prints the help that was asked for, or what is wrong; a wrong line ends with 2.
pub fn explain(asked: &clap::Error) -> ExitCode {
    match asked.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = asked.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprint!("{}", asked.render());
            ExitCode::from(2)
        }
        _ => {
            eprintln!("ventanilla: {}\nPara ver cómo se usa, agregue --help.", sentence(asked));
            ExitCode::from(2)
        }
    }
}

fn sentence(asked: &clap::Error) -> String {
    let argument = said(asked, ContextKind::InvalidArg);
    let value = said(asked, ContextKind::InvalidValue);
    match asked.kind() {
        ErrorKind::MissingRequiredArgument => format!("Falta {argument}."),
        ErrorKind::MissingSubcommand => "Falta decir qué orden se pide.".to_owned(),
        ErrorKind::InvalidSubcommand => {
            format!(
                "La orden «{}» no existe.{}",
                said(asked, ContextKind::InvalidSubcommand),
                suggestion(asked, ContextKind::SuggestedSubcommand)
            )
        }
        ErrorKind::UnknownArgument => {
            format!("No se espera «{argument}».{}", suggestion(asked, ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("A «{argument}» le falta su valor."),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let valid = said(asked, ContextKind::ValidValue);
            let valid = if valid.is_empty() { valid } else { format!(" Los valores posibles: {valid}.") };
            let why = std::error::Error::source(asked).map(|source| format!(" {source}")).unwrap_or_default();
            format!("«{value}» no vale para «{argument}».{valid}{why}")
        }
        ErrorKind::ArgumentConflict => {
            format!("«{argument}» no va junto con «{}», o se dio dos veces.", said(asked, ContextKind::PriorArg))
        }
        ErrorKind::InvalidUtf8 => "Hay un texto que no está en UTF-8.".to_owned(),
        _ => format!("No se entiende «{argument}»."),
    }
}

fn suggestion(asked: &clap::Error, kind: ContextKind) -> String {
    let suggested = said(asked, kind);
    if suggested.is_empty() { suggested } else { format!(" ¿Quiso decir «{suggested}»?") }
}

fn said(asked: &clap::Error, kind: ContextKind) -> String {
    match asked.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    }
}
