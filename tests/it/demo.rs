//! The demo, run as its user runs it: the binary, a small cast, exit code and JSON; the one that stays up is killed where it
//! hurts. Deliberately absent: what its parts do, which their own tests say.
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// Runs the real binary on nobody else's directory.
fn dongui(arguments: &[&str]) -> Output {
    let scratch = tempfile::tempdir().unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_dongui"))
        .args(arguments)
        .env_clear()
        .env("TMPDIR", scratch.path())
        .env("DONGUI_LOG", "warn")
        .current_dir(scratch.path())
        .output()
        .unwrap();
    let left: Vec<_> = std::fs::read_dir(scratch.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.is_empty(), "the demo left {left:?} behind");
    out
}

#[test]
fn the_story_holds_in_every_step_and_says_so_as_json() {
    let out = dongui(&["demo", "--once", "--json", "--residents", "80", "--days", "7"]);
    let text = String::from_utf8(out.stdout).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    let steps = report["steps"].as_array().unwrap();
    let broken: Vec<&Value> = steps.iter().filter(|s| s["holds"] != true).collect();
    assert!(broken.is_empty(), "{broken:#?}\n{}", String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success() && report["holds"] == true);
    let told: Vec<&str> = steps.iter().map(|s| s["step"].as_str().unwrap()).collect();
    for step in [
        "refused_without_consent",
        "granted",
        "fed",
        "disclosed_as_consented",
        "next_place_disclosed",
        "interest_disclosed",
        "account_disclosed",
        "refused_after_pause",
        "refused_after_withdrawal",
        "uniform_refusal",
        "replay_refused",
        "strangers_refused",
        "predictions_come_true",
        "trace_stays_home",
        "bundle_verifies",
        "tampering_found",
    ] {
        assert!(told.contains(&step), "the story lacks `{step}`: {told:?}");
    }
    let told = report["figures"]["outcomes"]["told"].as_u64().unwrap();
    let withheld = report["figures"]["outcomes"]["withheld"].as_object().unwrap();
    assert!(
        told > 200 && ["not-granted", "paused", "sensitive-place"].iter().all(|r| withheld.contains_key(*r))
    );
    assert_eq!(report["answer"]["context"]["schema"], "dongui-context/1");
}

#[test]
fn a_cast_too_small_for_any_crowd_is_told_nothing_of_places_and_the_report_says_that_a_step_is_broken() {
    let out = dongui(&["demo", "--once", "--json", "--residents", "30", "--days", "7"]);
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!((out.status.code(), &report["holds"]), (Some(1), &Value::Bool(false)));
    let zones =
        report["steps"].as_array().unwrap().iter().find(|s| s["step"] == "disclosed_as_consented").unwrap();
    assert_eq!(zones["holds"], false, "{zones}");
    assert!(report["figures"]["outcomes"]["withheld"]["crowd-too-small"].as_u64().unwrap() > 30);
}

/// The demo that stays up, in `dir`.
fn stay(dir: &Path, listen: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_dongui"))
        .args(["demo", "--json", "--listen", listen, "--residents", "60", "--days", "3", "--data"])
        .arg(dir)
        .env_clear()
        .env("DONGUI_LOG", "warn")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until it is up; what it said.
fn up(child: &mut Child) -> Value {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"))
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_demo_killed_at_any_time_is_finished_by_the_next_start_and_nothing_is_done_twice() {
    let scratch = tempfile::tempdir().unwrap();
    let dir = scratch.path().join("demo");
    let listen = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    for millis in [20, 300, 900, 1_800, 3_000] {
        let child = stay(&dir, &listen);
        std::thread::sleep(Duration::from_millis(millis));
        kill(child);
    }
    let mut child = stay(&dir, &listen);
    let first = up(&mut child);
    kill(child);
    let mut child = stay(&dir, &listen);
    let again = up(&mut child);
    let lines = again["events"]["lines"].as_u64().unwrap();
    assert!(again["decisions"] == 0 && lines < 500, "{again}");
    assert_eq!(first["residents"].as_array().unwrap().len(), again["residents"].as_array().unwrap().len());
    let issuer = again["issuer"].as_str().unwrap();
    let answer = ureq::get(format!("{issuer}/readyz")).call().unwrap().body_mut().read_to_string().unwrap();
    assert_eq!(answer, "ready\n");
    kill(child);

    let bundle = scratch.path().join("bundle");
    let (data, out) = (dir.to_str().unwrap(), bundle.to_str().unwrap());
    let export = [
        "audit",
        "export",
        "--from",
        "0",
        "--to",
        "4000000000",
        "--out",
        out,
        "--data",
        data,
        "--issuer",
        issuer,
    ];
    let exported = Command::new(env!("CARGO_BIN_EXE_dongui")).args(export).env_clear().output().unwrap();
    assert!(exported.status.success(), "{exported:?}");
    let records = std::fs::read_to_string(bundle.join("records.jsonl")).unwrap();
    let mut seen = BTreeSet::new();
    for line in records.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        for act in line["record"]["event"]["acts"].as_array().into_iter().flatten() {
            let cell = [&line["record"]["subscriber"], &act["recipient"], &act["category"], &act["act"]];
            assert!(seen.insert(cell.map(Value::to_string)), "decided twice: {act}");
        }
    }
    assert!(seen.len() > 300, "{}", seen.len());
}
