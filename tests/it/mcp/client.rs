//! Official clients go the whole way by the programs that docs/connect/mcp.md shows, as they stand there. Each is skipped, and says so, where it is
//! not installed.
use super::host::{BACK, Host};
use crate::linking::client::Running;
use crate::linking::{allows, ends};
use crate::screens::visitor::Visitor;
use crate::support::house::House;
use crate::support::world::ISSUER;
use crate::support::{MUNICH, World};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program of a language in the document.
fn program(language: &str) -> String {
    let document = std::fs::read_to_string("docs/connect/mcp.md").unwrap();
    let block =
        document.split(&format!("```{language}\n")).nth(1).unwrap_or_else(|| panic!("no `{language}` block"));
    block.split("```").next().unwrap().to_owned()
}

pub fn skipped(what: &str) {
    std::io::stderr()
        .write_all(format!("mcp: {what} is not installed; its story is skipped\n").as_bytes())
        .unwrap();
}

/// Runs a program that prints where to send a browser, and goes on with the address that it came back to.
fn goes_the_whole_way(w: &World, make: impl FnOnce(&Path) -> Command) -> String {
    let _runs = Running::start(w);
    let (host, mina) = (Host::new(w, "host"), w.subscriber("mina"));
    w.neighbours_are_at(MUNICH);
    let mut child = make(w.house.dir.path())
        .env("ORIGIN", ISSUER)
        .env("TO", format!("http://{}", w.http().address()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut told = Vec::new();
    let zone: &[(&str, &str)] = &[("precision", "city"), ("term", "30")];
    let mut asked = [("location.zone", zone), ("usage.interest", &[("term", "30")])].into_iter();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some(path) = line.strip_prefix(ISSUER) else {
            told.push(line);
            continue;
        };
        let mut visitor = Visitor::enters(w, &mina);
        assert_eq!(visitor.get(path).status, 200, "{line}");
        // The first time he allows where he is, and what else is asked later.
        let (category, chosen) = asked.next().unwrap();
        allows(&mut visitor, &host.linker, category, chosen);
        mina.is_at(MUNICH);
        let back = ends(&mut visitor, "allow");
        writeln!(stdin, "{}", back.header("location").unwrap()).unwrap();
    }
    assert!(child.wait().unwrap().success(), "{told:?}");
    let text = told.join("\n");
    assert!(!text.contains(&mina.number[1..]));
    text
}

#[test]
fn the_official_typescript_client_connects_and_asks_by_the_program_in_the_document() {
    let modules = std::env::var_os("DONGUI_TEST_NPM").map(PathBuf::from);
    let Some(modules) = modules.filter(|m| m.join("@modelcontextprotocol/client").is_dir()) else {
        return skipped("@modelcontextprotocol/client");
    };
    let w = World::new(House::sqlite());
    let text = goes_the_whole_way(&w, |dir| {
        std::os::unix::fs::symlink(std::path::absolute(modules).unwrap(), dir.join("node_modules")).unwrap();
        std::fs::write(dir.join("connect.mjs"), program("js")).unwrap();
        let mut command = Command::new("node");
        command
            .current_dir(dir)
            .args(["--import", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/npm/map.mjs")])
            .args(["connect.mjs", ISSUER, "https://host.example/client.json", BACK]);
        command
    });
    for wanted in ["get_context", "\"location.zone\"", "stepped up", "\"usage.interest\""] {
        assert!(text.contains(wanted), "`{wanted}` is not in {text}");
    }
}

#[test]
fn the_official_python_client_connects_and_asks_by_the_program_in_the_document() {
    let python = std::env::var_os("DONGUI_TEST_PYPI").map(|dir| PathBuf::from(dir).join("bin/python"));
    let Some(python) = python.filter(|python| python.is_file()) else {
        return skipped("mcp for Python");
    };
    let w = World::new(House::sqlite());
    let text = goes_the_whole_way(&w, |dir| {
        std::fs::write(dir.join("connect.py"), program("python")).unwrap();
        let mut command = Command::new(std::path::absolute(python).unwrap());
        command.current_dir(dir).arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pypi/run.py")).args([
            "connect.py",
            ISSUER,
            "https://host.example/client.json",
            BACK,
        ]);
        command
    });
    for wanted in ["get_context", "\"location.zone\""] {
        assert!(text.contains(wanted), "`{wanted}` is not in {text}");
    }
}

#[test]
fn the_small_assistant_says_what_it_was_told_and_what_it_was_not_allowed_to_see() {
    let modules = std::env::var_os("DONGUI_TEST_NPM").map(PathBuf::from);
    let Some(modules) = modules.filter(|m| m.join("@modelcontextprotocol/client").is_dir()) else {
        return skipped("@modelcontextprotocol/client");
    };
    let w = World::new(House::sqlite());
    let _runs = Running::start(&w);
    let (host, mina) = (Host::new(&w, "host"), w.subscriber("mina"));
    w.neighbours_are_at(MUNICH);
    let near = dongui::domain::link::RedirectUri::parse("http://127.0.0.1/callback").unwrap();
    let client = dongui::domain::client::Client {
        id: "this-machine".to_owned(),
        role: dongui::domain::client::Role::Recipient,
        recipient: Some(host.provider().id),
        assurance: dongui::domain::recipient::Assurance::Hosted,
        jwks: String::new(),
        redirect_uris: vec![near],
    };
    w.broker().register_client(&dongui::broker::authenticate::Caller::console(), client).unwrap();
    let dir = w.house.dir.path();
    std::os::unix::fs::symlink(std::path::absolute(modules).unwrap(), dir.join("node_modules")).unwrap();
    for file in ["assistant.mjs", "places.json"] {
        std::fs::copy(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/assistant").join(file),
            dir.join(file),
        )
        .unwrap();
    }
    let mut child = Command::new("node")
        .current_dir(dir)
        .args([
            "--import",
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/npm/map.mjs"),
            "assistant.mjs",
            ISSUER,
        ])
        .env("ORIGIN", ISSUER)
        .env("TO", format!("http://{}", w.http().address()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(path) = line.strip_prefix(ISSUER) {
            let mut visitor = Visitor::enters(&w, &mina);
            assert_eq!(visitor.get(path).status, 200, "{line}");
            allows(&mut visitor, &host.linker, "location.zone", &[("precision", "city"), ("term", "30")]);
            mina.is_at(MUNICH);
            let back = ends(&mut visitor, "allow").header("location").unwrap().to_owned();
            let address = back.strip_prefix("http://").unwrap();
            let (address, path) = address.split_at(address.find('/').unwrap());
            let agent = crate::support::door::agent();
            let came =
                crate::support::door::send(&agent, address, &crate::support::door::Call::new("GET", path))
                    .unwrap();
            assert_eq!(came.status, 200);
        }
        told.push_str(&line);
        told.push('\n');
    }
    assert!(child.wait().unwrap().success(), "{told}");
    let (heard, not_heard) = told.split_once("What I was not allowed to see:").unwrap();
    assert!(heard.contains("- the area you are in, until 20") && heard.contains("Good there: "), "{told}");
    assert!(heard.contains("Where you go next I cannot say"), "{told}");
    assert!(
        not_heard.contains("where you probably go next") && !not_heard.contains("the area you are in"),
        "{told}"
    );
}
