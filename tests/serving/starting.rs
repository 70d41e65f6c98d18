//! First start, signs of life, figures, token, doctor, and a quiet end.

use crate::served::{Served, free, ventanilla};
use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
};

fn configured(folder: &Path, addr: SocketAddr) -> String {
    let path = folder.join("ventanilla.toml");
    let text = format!("addr = \"{addr}\"\ndata = \"datos\"\ninstitutions = [\"usulutan\"]\nmin_free_mb = 1\n");
    std::fs::write(&path, text).expect("the configuration");
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn a_first_start_offers_the_installation_once_and_ends_quietly() {
    let folder = tempfile::tempdir().expect("a folder");
    let addr = free();
    let config = configured(folder.path(), addr);
    let (code, out, err) = ventanilla(&["doctor", "--config", &config]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("usulutan: manual") && out.contains("no existe todavía"), "{out}");

    let (served, said) = Served::start(&["serve", "--config", &config], addr, "instalacion?token=");
    let path = said.split(&addr.to_string()).nth(1).expect("the address").trim().to_owned();
    assert_eq!(served.get(&path, "").0, 200);
    let wrong = path.replace("token=", "token=0");
    assert_eq!(served.get(&wrong, "").0, 404);
    let (status, body) = served.get("/salud", "");
    assert!(status == 200 && body.ends_with("usulutan: bien\n"), "{body}");
    let (status, body) = served.get("/metricas", "");
    assert!(status == 200 && body.contains("ventanilla_writable{institution=\"usulutan\"} 1"), "{body}");
    assert!(body.contains("route=\"/salud\"") && !body.contains("token="), "{body}");
    // Through a proxy everybody would be this machine.
    assert_eq!(served.get("/metricas", "X-Forwarded-For: 192.0.2.7\r\n").0, 404);
    assert_eq!(served.end(), Some(0));

    let (code, out, _) = ventanilla(&["doctor", "--config", &config]);
    assert!(
        code == Some(0) && out.contains("bien     usulutan: base de datos") && out.contains("manual vigente: ninguno"),
        "{out}"
    );
    let (code, out, _) = ventanilla(&["migrate", "--config", &config]);
    assert!(code == Some(0) && out.starts_with("usulutan: sqlite, versión"), "{out}");
    let (code, _, err) = ventanilla(&["token", "create", "usulutan", "nadie", "--config", &config]);
    assert!(code == Some(1) && err.contains("no hay nadie con el usuario «nadie»"), "{err}");
}

#[test]
fn the_demonstration_is_ready_keeps_its_data_and_gives_tokens() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("demo");
    let (addr, place) = (free(), data.to_str().expect("UTF-8").to_owned());
    let address = addr.to_string();
    let line = ["demo", "--addr", &address, "--data", &place];
    let (served, said) = Served::start(&line, addr, "Ventanilla atiende");
    for institution in ["seprem", "sosep", "igss", "usulutan", "diaco"] {
        assert!(said.contains(&format!("/{institution}/")), "{said}");
        assert_eq!(served.get(&format!("/{institution}/entrar"), "").0, 200);
    }
    assert_eq!(served.end(), Some(0));
    let (served, again) = Served::start(&line, addr, "Ventanilla atiende");
    assert!(
        !again.contains("Preparando") && again.trim() == said.split_once("…\n").expect("both parts").1.trim(),
        "{again}"
    );
    assert_eq!(served.end(), Some(0));

    let config = folder.path().join("ventanilla.toml");
    std::fs::write(&config, "data = \"demo\"\ninstitutions = [\"diaco\"]\n").expect("the configuration");
    let login = said.split("/diaco/\n  ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a login");
    let token = ["token", "create", "diaco", login, "--config", config.to_str().expect("UTF-8")];
    let (code, out, err) = ventanilla(&[&token[..], &["--scope", "write", "--expires", "2090-06-30"]].concat());
    assert!(code == Some(0) && out.starts_with("vent_") && out.trim().len() == 69, "{out}{err}");
    let (code, _, err) = ventanilla(&[&token[..], &["--scope", "todo"]].concat());
    assert!(code == Some(1) && err.contains("read, write"), "{err}");
    let (code, _, err) = ventanilla(&[&token[..], &["--expires", "2020-01-01"]].concat());
    assert!(code == Some(1) && err.contains("ya pasó"), "{err}");
}

#[test]
fn a_configuration_that_does_not_serve_says_so_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("ventanilla.toml");
    std::fs::write(&config, "data = \"datos\"\naddr = \"ninguna\"\n").expect("the configuration");
    let (code, out, err) = ventanilla(&["serve", "--config", config.to_str().expect("UTF-8")]);
    assert!(code == Some(1) && out.is_empty() && err.contains("línea 2") && err.contains("addr"), "{err}");
    let taken = TcpListener::bind("127.0.0.1:0").expect("an address");
    std::fs::write(&config, format!("data = \"datos\"\naddr = \"{}\"\n", taken.local_addr().expect("its address")))
        .expect("written");
    let (code, _, err) = ventanilla(&["serve", "--config", config.to_str().expect("UTF-8")]);
    assert!(code == Some(1) && err.contains("Si otro programa usa ese puerto"), "{err}");
}
