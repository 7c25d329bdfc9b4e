//! Programs with official clients in them, run against a world as a new user would run them: most stand whole in a document. Each is skipped, and
//! says so, where its client is not installed. Deliberately absent: what they must print (the stories).
use super::world::{ISSUER, World};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dongui::ambient::SystemClock;
use dongui::domain::time::Clock;
use dongui::oauth::client::ClientKey;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A clock that runs as the programs' does, until it is dropped.
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

/// A program of a language in a document, counted from 0.
pub fn written(document: &str, language: &str, which: usize) -> String {
    let text = std::fs::read_to_string(document).unwrap();
    let fence = format!("```{language}\n");
    let block = text
        .split(&fence)
        .nth(which + 1)
        .unwrap_or_else(|| panic!("no such `{language}` block in {document}"));
    block.split("```").next().unwrap().to_owned()
}

/// A file of this repository.
pub fn kept(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn skipped<T>(what: &str) -> Option<T> {
    let said = format!("clients: {what} is not installed; its story is skipped\n");
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    None
}

/// The modules of npm, where `package` is among them.
pub fn modules(package: &str) -> Option<PathBuf> {
    let modules = std::env::var_os("DONGUI_TEST_NPM").map(|dir| std::path::absolute(dir).unwrap());
    modules.filter(|modules| modules.join(package).is_dir()).or_else(|| skipped(package))
}

/// A program for Node that needs `package`, in the world's own directory.
pub fn node(w: &World, package: &str, text: &str, arguments: &[&str]) -> Option<Command> {
    let (modules, dir) = (modules(package)?, w.house.dir.path());
    let _there_already = std::os::unix::fs::symlink(modules, dir.join("node_modules"));
    std::fs::write(dir.join("program.mjs"), text).unwrap();
    let mut command = Command::new("node");
    let map = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/npm/map.mjs");
    command.current_dir(dir).args(["--import", map, "program.mjs"]).args(arguments);
    Some(command)
}

/// A program for Python that needs `package`, in the world's own directory.
pub fn python(w: &World, package: &str, text: &str, arguments: &[&str]) -> Option<Command> {
    let dir = w.house.dir.path();
    let root = std::env::var_os("DONGUI_TEST_PYPI").map(|dir| std::path::absolute(dir).unwrap());
    let python = root.map(|root| root.join("bin/python")).filter(|python| python.is_file());
    let has = |python: &PathBuf| {
        let found = Command::new(python).args(["-c", &format!("import {package}")]).output().unwrap();
        found.status.success()
    };
    let python = python.filter(has).or_else(|| skipped(package))?;
    std::fs::write(dir.join("program.py"), text).unwrap();
    let mut command = Command::new(python);
    let run = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pypi/run.py");
    command.current_dir(dir).args([run, "program.py"]).args(arguments);
    Some(command)
}

/// Puts a client's key where programs find it: PKCS#8 in PEM.
pub fn keeps_key(w: &World, file: &str, key: &ClientKey) {
    let body = STANDARD.encode(key.pkcs8());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    std::fs::write(w.house.dir.path().join(file), pem).unwrap();
}

/// Runs a program to its good end and gives what it printed. An address of ours on a line of its own is for a browser, which says where it came
/// back to, if the program waits for that.
pub fn runs(w: &World, mut program: Command, mut browser: impl FnMut(&str) -> Option<String>) -> String {
    let mut child = program
        .env("ORIGIN", ISSUER)
        .env("TO", w.http().base())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, mut told) = (child.stdin.take().unwrap(), String::new());
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(back) = line.strip_prefix(ISSUER).and_then(&mut browser) {
            writeln!(stdin, "{back}").unwrap();
        }
        told.push_str(&line);
        told.push('\n');
    }
    assert!(child.wait().unwrap().success(), "{told}");
    told
}
