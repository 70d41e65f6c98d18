//! The log: lines for a person or for a machine, on standard error. No line names a person or quotes what one wrote.

use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Text,
    Json,
}

/// Begins to log; `VENTANILLA_LOG` says which levels, in the usual words ("info", "ventanilla=debug").
pub fn begin(kind: Kind, level: &str) {
    let filter = EnvFilter::try_from_env("VENTANILLA_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log = fmt().with_env_filter(filter).with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    // A second beginning changes nothing.
    let _ = match kind {
        Kind::Text => log.try_init(),
        Kind::Json => log.json().try_init(),
    };
}
