//! An official client (`oauth4webapi`, npm) goes the whole way: the programs that docs/connect/link.md and link-elsewhere.md show, as they stand
//! there. It is skipped, and says so, where `DONGUI_TEST_NPM` names no directory with it.
use super::super::screens::visitor::Visitor;
use super::super::support::house::House;
use super::super::support::linker::{BACK, Linker};
use super::super::support::world::ISSUER;
use super::super::support::{MUNICH, World};
use super::{allows, ends};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dongui::ambient::SystemClock;
use dongui::domain::time::Clock;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A clock that runs as the client's does, until it is dropped.
pub struct Running(Arc<AtomicBool>);

impl Running {
    pub fn start(w: &World) -> Running {
        let (runs, hand) = (Arc::new(AtomicBool::new(true)), w.clock.clone());
        let seen = Arc::clone(&runs);
        hand.set(SystemClock.now());
        std::thread::spawn(move || {
            while seen.load(Ordering::Relaxed) {
                hand.set(SystemClock.now());
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        Running(runs)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// The program in a document.
fn program(path: &str) -> String {
    let document = std::fs::read_to_string(path).unwrap();
    let block = document.split("```js\n").nth(1).expect("a `js` block");
    block.split("```").next().unwrap().to_owned()
}

/// Directory and arguments of a program of a document that is laid where its libraries are, with the key of a client; `None` without libraries.
fn laid(linker: &Linker<'_>, document: &str, file: &str) -> Option<Command> {
    let modules = std::env::var_os("DONGUI_TEST_NPM").map(PathBuf::from);
    let Some(modules) = modules.filter(|m| m.join("oauth4webapi").is_dir()) else {
        let said = "linking: no official client, DONGUI_TEST_NPM names no directory with oauth4webapi\n";
        std::io::stderr().write_all(said.as_bytes()).unwrap();
        return None;
    };
    let dir = linker.w.house.dir.path();
    let _there = std::os::unix::fs::symlink(std::path::absolute(modules).unwrap(), dir.join("node_modules"));
    std::fs::write(dir.join(file), program(document)).unwrap();
    let key = STANDARD.encode(linker.client().key.pkcs8());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n");
    std::fs::write(dir.join("assistant.pem"), pem).unwrap();
    let mut command = Command::new("node");
    command
        .current_dir(dir)
        .args(["--import", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/npm/map.mjs")])
        .args([file, ISSUER, "assistant", "assistant.pem"])
        .env("ORIGIN", ISSUER)
        .env("TO", format!("http://{}", linker.w.http().address()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    Some(command)
}

#[test]
fn an_official_client_links_a_subscriber_by_the_program_in_the_document() {
    let w = World::new(House::sqlite());
    let _runs = Running::start(&w);
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    let Some(mut command) = laid(&linker, "docs/connect/link.md", "link.mjs") else { return };
    w.neighbours_are_at(MUNICH);
    let mut child = command.arg(BACK).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = said.next().unwrap().unwrap();
    let path = address.strip_prefix(ISSUER).unwrap_or_else(|| panic!("{address}"));
    let mut visitor = Visitor::enters(&w, &mina);
    assert_eq!(visitor.get(path).status, 200);
    allows(&mut visitor, &linker, "location.zone", &[("precision", "city"), ("term", "30")]);
    mina.is_at(MUNICH);
    let back = ends(&mut visitor, "allow");
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", back.header("location").unwrap()).unwrap();
    let rest: Vec<String> = said.map(Result::unwrap).collect();
    assert!(child.wait().unwrap().success(), "{rest:?}");
    let text = rest.join("\n");
    for wanted in ["\"location.zone\"", "refreshed", "ended"] {
        assert!(text.contains(wanted), "`{wanted}` is not in {text}");
    }
    assert!(!text.contains(&mina.number[1..]));
}

#[test]
fn an_official_client_links_without_a_browser_in_each_of_the_ways_in_the_document() {
    let w = World::new(House::sqlite());
    let _runs = Running::start(&w);
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    let name = linker.provider.knows(&mina);
    let runs = |way: &str, what: &str| {
        let mut command = laid(&linker, "docs/connect/link-elsewhere.md", "elsewhere.mjs")?;
        Some(command.args([way, what]).spawn().unwrap())
    };
    w.neighbours_are_at(MUNICH);
    let code = super::code::code_of(&linker, &mina);
    mina.is_at(MUNICH);
    let Some(child) = runs("code", &code.to_lowercase()) else { return };
    let said = |child: std::process::Child| {
        let out = child.wait_with_output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        assert!(out.status.success() && text.contains("\"level\": \"city\""), "{text}");
        assert!(!text.contains(&mina.number[1..]), "{text}");
        text
    };
    assert!(said(child).contains("to be refreshed"));
    let mut child = runs("ask", &name).unwrap();
    let mut first = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut first).unwrap();
    assert_eq!(first, "asked\n");
    let mut visitor = Visitor::enters(&w, &mina);
    let path = super::asked::waits(&mut visitor).unwrap();
    assert_eq!(super::asked::presses(&mut visitor, &path, "allow").status, 303);
    let rest: Vec<String> = out.lines().map(Result::unwrap).collect();
    assert!(child.wait().unwrap().success() && rest.join("\n").contains("to be refreshed"), "{rest:?}");
    assert!(said(runs("state", &name).unwrap()).contains("for this once"));
}
