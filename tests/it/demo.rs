//! The demo that is told once, run as its user runs it: the binary, a small cast, exit code and JSON. Deliberately absent: the
//! demo that stays up, which shares all but its serving.
use serde_json::Value;
use std::process::{Command, Output};

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
    assert!(told > 200 && ["not-granted", "paused", "minor"].iter().all(|r| withheld.contains_key(*r)));
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
