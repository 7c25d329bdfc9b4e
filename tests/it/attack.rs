//! The attacks, run as their user runs them: the binary, few people, exit code, JSON and the page. Deliberately absent: the figures of a real run
//! (`docs/privacy-report`), and the maths, which `src/attack` tests.
use serde_json::Value;
use std::process::{Command, Output};

/// Attacks with few people in a directory that has to be empty afterwards but for `report`.
fn attack(arguments: &[&str]) -> (Output, tempfile::TempDir) {
    let scratch = tempfile::tempdir().unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_dongui"))
        .args(["privacy", "attack", "--json"])
        .args(arguments)
        .env_clear()
        .env("TMPDIR", scratch.path())
        .env("DONGUI_LOG", "warn")
        .current_dir(scratch.path())
        .output()
        .unwrap();
    let left = std::fs::read_dir(scratch.path()).unwrap().map(|e| e.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name != "report").collect();
    assert!(left.is_empty(), "the attack left {left:?} behind");
    (out, scratch)
}

const FEW: [&str; 8] = ["--persons", "80", "--days", "2", "--crowd", "10", "--asked", "12"];

#[test]
#[ignore = "minutes of attacks; run with tests/run --faults"]
fn attacks_succeed_with_the_guard_off_and_fail_with_it_on() {
    let (out, scratch) =
        attack(&[&FEW[..], &["--only", "A3,A4,A5,A6,A7,A9,A11,A13", "--out", "report"]].concat());
    let text = String::from_utf8(out.stdout).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    let attacks = report["attacks"].as_array().unwrap();
    assert_eq!(attacks.len(), 8, "{text}");
    for attack in attacks {
        let (off, on) = (attack["off"]["value"].as_f64().unwrap(), attack["on"]["value"].as_f64().unwrap());
        assert!(off >= attack["bites_from"].as_f64().unwrap(), "toothless: {attack}");
        assert!(on <= attack["at_most"].as_f64().unwrap(), "succeeds: {attack}");
        assert_eq!(
            (&attack["passed"], &attack["on"]["broken"]),
            (&true.into(), &Value::Array(Vec::new())),
            "{attack}"
        );
    }
    assert_eq!((out.status.code(), &report["passed"]), (Some(0), &true.into()));
    let page = std::fs::read_to_string(scratch.path().join("report/report.html")).unwrap();
    assert!(page.contains("Walks to sensitive places") && !page.contains("<script"));
    let kept = std::fs::read_to_string(scratch.path().join("report/report.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&kept).unwrap()["attacks"], report["attacks"]);
}

#[test]
#[ignore = "minutes of attacks; run with tests/run --faults"]
fn what_two_hear_of_countries_and_of_data_links_people_without_the_guard_alone() {
    let few = ["--persons", "250", "--days", "2", "--crowd", "10", "--asked", "250", "--only", "A16,A17"];
    let (out, _) = attack(&few);
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    let attacks = report["attacks"].as_array().unwrap();
    assert_eq!(attacks.len(), 2, "{report}");
    for attack in attacks {
        let (off, on) = (attack["off"]["value"].as_f64().unwrap(), attack["on"]["value"].as_f64().unwrap());
        assert!(off >= attack["bites_from"].as_f64().unwrap(), "toothless: {attack}");
        assert!(on <= attack["at_most"].as_f64().unwrap(), "succeeds: {attack}");
    }
    assert_eq!((out.status.code(), &report["passed"]), (Some(0), &true.into()));
}

#[test]
fn given_feed_files_are_attacked_and_a_stray_attack_is_refused_by_name() {
    let feeds = tempfile::tempdir().unwrap();
    let mut csv = "subscriber,at,lat,lon\n".to_owned();
    for hour in 0..48 {
        for who in 0..30 {
            // All in one place but for the first, who walks alone.
            let lat = if who == 0 { 48.06 + 0.004 * f64::from(hour % 24) } else { 48.137 };
            let (day, hour) = (1 + hour / 24, hour % 24);
            csv.push_str(&format!("+4915550{who:06},2026-03-0{day}T{hour:02}:20:00Z,{lat},11.575\n"));
        }
    }
    std::fs::write(feeds.path().join("location.csv"), csv).unwrap();
    let dir = feeds.path().display().to_string();
    let only = ["--days", "2", "--crowd", "10", "--asked", "10", "--only", "A3"];
    let (out, _) = attack(&[&["--feeds", &dir], &only[..]].concat());
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    let [attack_3] = report["attacks"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!(report["setting"]["persons"], 30);
    assert!(attack_3["off"]["value"].as_f64().unwrap() > 0.0, "{report}");
    assert_eq!(attack_3["on"]["value"], 0.0, "{report}");
    let (out, _) = attack(&["--feeds", &dir, "--last-day", "2026-04-01"]);
    assert!(String::from_utf8(out.stderr).unwrap().contains("`--last-day` is not a day of the feed files"));
    let (out, _) = attack(&["--only", "A99"]);
    let text = String::from_utf8(out.stderr).unwrap();
    assert!(out.status.code() == Some(2) && text.contains("there is no attack `A99`"), "{text}");
}

#[test]
#[ignore = "minutes of attacks; run with tests/run --faults"]
fn what_answers_are_good_for_stands_in_the_same_report() {
    let (out, scratch) = attack(&[&FEW[..], &["--only", "U1,U2,U3", "--out", "report"]].concat());
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(report["attacks"], Value::Array(Vec::new()));
    let [where_next, told] = report["uses"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!(
        (&where_next["id"], &told["id"]),
        (&"U1".into(), &"U2".into()),
        "U3 has nothing to compare with"
    );
    assert!(where_next["on"]["value"].as_f64().unwrap() >= 0.5, "{report}");
    assert!(where_next["off"].is_null() && told["off"]["value"].as_f64().unwrap() > 0.3, "{report}");
    assert!(report["input"].as_array().unwrap().len() > 30, "{report}");
    let page = std::fs::read_to_string(scratch.path().join("report/report.html")).unwrap();
    assert!(page.contains("Where next, as told"));
}

#[test]
fn the_cases_of_a_file_are_asked_without_a_broker() {
    let feeds = tempfile::tempdir().unwrap();
    // Nights in one place, days in another, seen every half hour for ten days.
    let mut csv = "subscriber,at,lat,lon\n".to_owned();
    let line = |day: u32, hour: u32, minute: u32, lat: f64| {
        format!("+4915550000001,2026-03-{day:02}T{hour:02}:{minute:02}:00Z,{lat},11.575\n")
    };
    let place = |hour: u32| if (7..16).contains(&hour) { 48.5 } else { 48.1 };
    for (day, half) in (1..11).flat_map(|day| (0..48).map(move |half| (day, half))) {
        csv.push_str(&line(day, half / 2, half % 2 * 30, place(half / 2)));
    }
    std::fs::write(feeds.path().join("location.csv"), &csv).unwrap();
    // One case comes true, one does not, and one is of the place where he is.
    let cases = [line(10, 7, 0, 48.5), line(9, 16, 0, 48.9), line(10, 3, 0, 48.1)].concat();
    std::fs::write(feeds.path().join("cases.csv"), format!("subscriber,at,lat,lon\n{cases}")).unwrap();
    let (out, _) = attack(&["--feeds", &feeds.path().display().to_string(), "--only", "U1"]);
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    let [where_next] = report["uses"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!(where_next["on"]["value"], 0.5, "{report}");
    let says = where_next["on"]["says"].as_str().unwrap();
    assert!(says.starts_with("of 2 moves 2 are answered") && says.contains("of all 3 cases"), "{says}");
}
