//! The command line: what may be asked for, and who answers.

mod output;
mod spanish;
mod edition;
mod calendar;
mod manual_check;
mod manual_list;
mod manual_walk;
mod manual_flowchart;
mod manual_print;
mod manual_compare;
mod logs;
mod demo;
mod serve;

use crate::{config::Config, manuals::Library};
use anyhow::{Context, Result};
use clap::{ArgAction, Args, Parser, Subcommand};
use manual::procedure::StepNo;
use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

const HELP: &str = "{about}\n\nUso: {usage}\n\n{all-args}";

#[derive(Parser)]
#[command(
    name = "ventanilla",
    version,
    about = "Convierte el manual de procedimientos aprobado de una institución en el sistema que lo ejecuta.",
    help_template = HELP,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_help_heading = "Órdenes",
    subcommand_value_name = "ORDEN",
    next_help_heading = "Opciones"
)]
struct Line {
    #[command(subcommand)]
    command: Command,
    /// Muestra esta ayuda
    #[arg(short, long, action = ArgAction::Help, global = true)]
    help: Option<bool>,
    /// Muestra la versión
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Subcommand)]
enum Command {
    /// Abre cinco instituciones con personas y casos inventados, para conocer el sistema
    #[command(help_template = HELP, override_usage = "ventanilla demo [--addr DIRECCIÓN] [--data CARPETA] [--at FECHA] [--mail ARCHIVO]")]
    Demo {
        /// En qué dirección y puerto se atiende
        #[arg(long, value_name = "DIRECCIÓN", default_value = "127.0.0.1:8080", help_heading = "Opciones")]
        addr: SocketAddr,
        /// Dónde se guarda la demostración; si ya existe, sigue como quedó
        #[arg(long, value_name = "CARPETA", default_value = "data/demo", help_heading = "Opciones")]
        data: PathBuf,
        /// Carpeta de los manuales [si falta: ./manuals y, si no existe, los que trae el programa]
        #[arg(long, value_name = "CARPETA", help_heading = "Opciones")]
        manuals: Option<PathBuf>,
        /// Qué fecha y hora es al empezar, para ver correr los plazos: 2026-09-11T15:30 [si falta: ahora]
        #[arg(long, value_name = "FECHA", help_heading = "Opciones")]
        at: Option<String>,
        /// Una configuración de la que se toma solo el correo, para ver entrar y salir mensajes [si falta: sin correo]
        #[arg(long, value_name = "ARCHIVO", help_heading = "Opciones")]
        mail: Option<PathBuf>,
    },
    /// Atiende a las instituciones de una configuración
    #[command(help_template = HELP, override_usage = "ventanilla serve --config ARCHIVO")]
    Serve(Configured),
    /// Revisa la configuración, el disco, las bases de datos, los manuales y el reloj, y dice cómo corregir
    #[command(help_template = HELP, override_usage = "ventanilla doctor --config ARCHIVO")]
    Doctor(Configured),
    /// Pone al día las bases de datos, sin atender a nadie
    #[command(help_template = HELP, override_usage = "ventanilla migrate --config ARCHIVO")]
    Migrate(Configured),
    /// Claves de acceso para programas
    #[command(subcommand, help_template = HELP, subcommand_help_heading = "Órdenes", subcommand_value_name = "ORDEN")]
    Token(Token),
    /// Revisa, recorre, dibuja, imprime y compara manuales
    #[command(subcommand, help_template = HELP, subcommand_help_heading = "Órdenes", subcommand_value_name = "ORDEN")]
    Manual(Manual),
    /// Mide esta máquina: cada cifra junto al límite medido en la misma corrida
    #[command(help_template = HELP, override_usage = "ventanilla bench [--quick] [--only NOMBRE]... [OPCIONES]")]
    Bench(crate::bench::Asked),
    /// Responde preguntas sobre el calendario hábil de una institución
    #[command(subcommand, help_template = HELP, subcommand_help_heading = "Órdenes", subcommand_value_name = "ORDEN")]
    Calendar(Calendar),
}

#[derive(Args)]
struct Configured {
    /// El archivo de configuración
    #[arg(long, value_name = "ARCHIVO", default_value = "ventanilla.toml", help_heading = "Opciones")]
    config: PathBuf,
}

#[derive(Subcommand)]
enum Token {
    /// Crea una clave para una persona y la muestra una sola vez
    #[command(
        help_template = HELP,
        override_usage = "ventanilla token create INSTITUCIÓN USUARIO [--scope ALCANCE]... [--expires FECHA] [OPCIONES]"
    )]
    Create {
        #[arg(value_name = "INSTITUCIÓN", help_heading = "Qué", help = "La institución")]
        institution: String,
        #[arg(value_name = "USUARIO", help_heading = "Qué", help = "El usuario con que entra la persona")]
        login: String,
        /// Lo que puede hacer: read, write o admin; cada uno incluye los anteriores [si falta: read]
        #[arg(long = "scope", value_name = "ALCANCE", help_heading = "Opciones")]
        scopes: Vec<String>,
        /// Último día en que sirve: 2027-06-30
        #[arg(long, value_name = "FECHA", help_heading = "Opciones")]
        expires: Option<String>,
        #[command(flatten)]
        configured: Configured,
    },
}

/// Where the manuals are.
#[derive(Args)]
#[command(next_help_heading = "Opciones")]
struct From {
    /// Carpeta de los manuales [si falta: ./manuals y, si no existe, los que trae el programa]
    #[arg(long, value_name = "CARPETA", help_heading = "Opciones")]
    manuals: Option<PathBuf>,
    /// Forma de la respuesta: text o json
    #[arg(
        long,
        value_name = "FORMA",
        help_heading = "Opciones",
        value_enum,
        default_value_t,
        hide_default_value = true,
        hide_possible_values = true
    )]
    format: output::Format,
}

#[derive(Subcommand)]
enum Manual {
    /// Revisa los manuales y señala cada hallazgo en su lugar; termina con 1 si hay errores
    #[command(help_template = HELP, override_usage = "ventanilla manual check [INSTITUCIÓN] [OPCIONES]")]
    Check {
        /// Una institución; si falta, todas
        #[arg(value_name = "INSTITUCIÓN", help_heading = "Qué")]
        institution: Option<String>,
        #[command(flatten)]
        from: From,
    },
    /// Lista los procedimientos: código, título, proceso, pasos y responsables
    #[command(help_template = HELP, override_usage = "ventanilla manual list [INSTITUCIÓN] [OPCIONES]")]
    List {
        /// Una institución; si falta, todas
        #[arg(value_name = "INSTITUCIÓN", help_heading = "Qué")]
        institution: Option<String>,
        #[command(flatten)]
        from: From,
    },
    /// Recorre un procedimiento con las respuestas que se dan, sin abrir ningún caso
    #[command(
        help_template = HELP,
        override_usage = "ventanilla manual walk INSTITUCIÓN CÓDIGO [--answer PASO=RAMA]... [OPCIONES]"
    )]
    Walk {
        #[arg(value_name = "INSTITUCIÓN", help_heading = "Qué", help = "La institución")]
        institution: String,
        #[arg(value_name = "CÓDIGO", help_heading = "Qué", help = "El código del procedimiento")]
        code: String,
        /// Respuesta a una decisión: 3=baja. Se repite; las de un mismo paso se usan en orden
        #[arg(long = "answer", value_name = "PASO=RAMA", help_heading = "Opciones", value_parser = manual_walk::answer)]
        answers: Vec<(StepNo, String)>,
        #[command(flatten)]
        from: From,
    },
    /// Escribe el manual completo como una página HTML lista para imprimir
    #[command(
        help_template = HELP,
        override_usage = "ventanilla manual print INSTITUCIÓN [--output ARCHIVO] [OPCIONES]"
    )]
    Print {
        #[arg(value_name = "INSTITUCIÓN", help_heading = "Qué", help = "La institución")]
        institution: String,
        /// Archivo en que se guarda; si falta, sale por pantalla
        #[arg(long, short, value_name = "ARCHIVO", help_heading = "Opciones")]
        output: Option<PathBuf>,
        /// Carpeta de los manuales [si falta: ./manuals y, si no existe, los que trae el programa]
        #[arg(long, value_name = "CARPETA", help_heading = "Opciones")]
        manuals: Option<PathBuf>,
    },
    /// Compara dos ediciones: qué agrega, quita y cambia la nueva
    #[command(
        help_template = HELP,
        override_usage = "ventanilla manual compare CARPETA-A CARPETA-B [--institution INSTITUCIÓN] [OPCIONES]"
    )]
    Compare {
        #[arg(value_name = "CARPETA-A", help_heading = "Qué", help = "La edición anterior")]
        old: PathBuf,
        #[arg(value_name = "CARPETA-B", help_heading = "Qué", help = "La edición nueva")]
        new: PathBuf,
        /// Las carpetas reúnen manuales de varias instituciones: se compara el de esta
        #[arg(long, value_name = "INSTITUCIÓN", help_heading = "Opciones")]
        institution: Option<String>,
        /// Forma de la respuesta: text o json
        #[arg(
            long,
            value_name = "FORMA",
            help_heading = "Opciones",
            value_enum,
            default_value_t,
            hide_default_value = true,
            hide_possible_values = true
        )]
        format: output::Format,
    },
    /// Dibuja el flujograma de un procedimiento como archivo SVG
    #[command(
        help_template = HELP,
        override_usage = "ventanilla manual flowchart INSTITUCIÓN CÓDIGO [--output ARCHIVO] [OPCIONES]"
    )]
    Flowchart {
        #[arg(value_name = "INSTITUCIÓN", help_heading = "Qué", help = "La institución")]
        institution: String,
        #[arg(value_name = "CÓDIGO", help_heading = "Qué", help = "El código del procedimiento")]
        code: String,
        /// Archivo en que se guarda; si falta, sale por pantalla
        #[arg(long, short, value_name = "ARCHIVO", help_heading = "Opciones")]
        output: Option<PathBuf>,
        /// Carpeta de los manuales [si falta: ./manuals y, si no existe, los que trae el programa]
        #[arg(long, value_name = "CARPETA", help_heading = "Opciones")]
        manuals: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum Calendar {
    /// Calcula cuándo vence un plazo, y por qué
    #[command(
        help_template = HELP,
        override_usage = "ventanilla calendar due INSTITUCIÓN --from FECHA-HORA --term PLAZO [OPCIONES]"
    )]
    Due {
        #[arg(value_name = "INSTITUCIÓN", help_heading = "Qué", help = "La institución")]
        institution: String,
        /// Fecha y hora locales de recepción: 2026-09-11T10:00
        #[arg(long = "from", value_name = "FECHA-HORA", help_heading = "Opciones")]
        moment: String,
        /// El plazo, como lo escribe un manual: "3 días hábiles"
        #[arg(long, value_name = "PLAZO", help_heading = "Opciones")]
        term: String,
        #[command(flatten)]
        from: From,
    },
}

/// Reads the command line and answers it.
pub fn run() -> ExitCode {
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(asked) => return spanish::explain(&asked),
    };
    match answer(line.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("ventanilla: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn answer(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve(asked) => serve::serve(&Config::read(&asked.config)?),
        Command::Doctor(asked) => serve::doctor(&Config::read(&asked.config)?),
        Command::Migrate(asked) => serve::migrate(&Config::read(&asked.config)?),
        Command::Token(Token::Create { institution, login, scopes, expires, configured }) => {
            serve::token(&Config::read(&configured.config)?, &institution, &login, &scopes, expires.as_deref())
        }
        Command::Demo { addr, data, manuals, at, mail } => {
            let mail = mail.as_deref().map(Config::mail_of).transpose()?;
            demo::run(&Library::open(manuals.as_deref())?, addr, &data, at.as_deref(), &mail.unwrap_or_default())
        }
        Command::Bench(asked) => crate::bench::run(&asked, &runtime()?),
        Command::Manual(Manual::Check { institution, from }) => {
            manual_check::run(&Library::open(from.manuals.as_deref())?, institution.as_deref(), from.format)
        }
        Command::Manual(Manual::List { institution, from }) => {
            manual_list::run(&Library::open(from.manuals.as_deref())?, institution.as_deref(), from.format)
        }
        Command::Manual(Manual::Walk { institution, code, answers, from }) => {
            manual_walk::run(&Library::open(from.manuals.as_deref())?, &institution, &code, &answers, from.format)
        }
        Command::Manual(Manual::Compare { old, new, institution, format }) => {
            manual_compare::run(&old, &new, institution.as_deref(), format)
        }
        Command::Manual(Manual::Flowchart { institution, code, output, manuals }) => {
            manual_flowchart::run(&Library::open(manuals.as_deref())?, &institution, &code, output.as_deref())
        }
        Command::Manual(Manual::Print { institution, output, manuals }) => {
            manual_print::run(&Library::open(manuals.as_deref())?, &institution, output.as_deref())
        }
        Command::Calendar(Calendar::Due { institution, moment, term, from }) => {
            calendar::due(&Library::open(from.manuals.as_deref())?, &institution, &moment, &term, from.format)
        }
    }
}

/// Where asynchronous work runs.
fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("No se puede iniciar")
}
