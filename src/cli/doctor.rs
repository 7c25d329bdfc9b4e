//! `dongui doctor`: one line a check, the cure beside what is wrong.
use super::{Answer, Installation, Trouble};
use serde_json::json;

pub fn run(installation: &Installation) -> Result<Answer, Trouble> {
    let mut checks: Vec<(&str, Result<String, String>)> = Vec::new();
    let words = |e: Trouble| e.to_string();
    checks.push(("keys", installation.keyring().map(|k| format!("{} roots open", k.roots())).map_err(words)));
    checks.push((
        "policies",
        installation.engine().map(|e| format!("policy set {}", e.digest())).map_err(words),
    ));
    checks.push(("database", installation.store().map(|s| format!("{s:?}, newest schema")).map_err(words)));
    let broker = installation.broker();
    checks.push((
        "log",
        match &broker {
            Ok(broker) => broker
                .sequence()
                .map(|p| format!("{} entries published in {}", p.size, installation.log_dir().display()))
                .map_err(|e| e.to_string()),
            Err(_) => Err("needs keys, policies and database".to_owned()),
        },
    ));
    checks.push(("issuer", issuer(&installation.issuer)));
    checks.push(("login", login(installation)));
    checks.push(("operators", operators(installation)));
    let holds = checks.iter().all(|(_, outcome)| outcome.is_ok());
    let mut text = String::new();
    for (name, outcome) in &checks {
        let (sign, words) = match outcome {
            Ok(words) => ("ok  ", words),
            Err(words) => ("FAIL", words),
        };
        text.push_str(&format!("{sign} {name:<9} {words}\n"));
    }
    let list: Vec<_> = checks
        .iter()
        .map(|(name, outcome)| json!({ "check": name, "ok": outcome.is_ok(), "says": outcome.as_ref().unwrap_or_else(|e| e) }))
        .collect();
    Ok(Answer { text, json: json!({ "ok": holds, "checks": list }), holds })
}

/// The provider is asked what it says of itself; the messaging is not, for that would send somebody a code.
fn login(installation: &Installation) -> Result<String, String> {
    let Some(file) = &installation.login else { return Ok("by links alone".to_owned()) };
    let ways = super::login::read(file).map_err(|e| e.to_string())?;
    let code = if ways.courier.is_some() { ", links want a code" } else { "" };
    match ways.login {
        Some(login) => {
            login.discover().map(|()| format!("{login:?} answers{code}")).map_err(|e| e.to_string())
        }
        None => Ok(format!("by links{code}")),
    }
}

/// What subscribers are told of the operator itself.
fn operators(installation: &Installation) -> Result<String, String> {
    let Some(file) = &installation.operators else {
        return Ok("none named, and no data protection officer".to_owned());
    };
    let said = super::operators::read(file).map_err(|e| e.to_string())?;
    let officer = if said.officer.is_some() { "a" } else { "no" };
    Ok(format!("{officer} data protection officer, {} others of the group", said.others.len()))
}

/// Tokens and links are only as safe as the way to the issuer.
pub(super) fn issuer(url: &str) -> Result<String, String> {
    let near = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|n| url.starts_with(n));
    match url {
        _ if url.starts_with("https://") => Ok(url.to_owned()),
        _ if near => Ok(format!("{url}, for trying out on this machine only")),
        _ => Err(format!("`{url}`: beyond this machine an address must begin with https://")),
    }
}
