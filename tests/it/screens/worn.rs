//! Themes by the real binary: a bad one is refused before anything is served, a good one is worn by every page.
use super::loopback::{Running, dongui, runs};
use crate::support::door::{Call, Reply, agent, send};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

#[test]
fn a_bad_theme_is_refused_with_place_and_cure_and_a_good_one_is_worn() {
    let dir = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (data, home) = (dir.path().join("data"), dir.path());
    let bad = file("bad.toml", "[light]\nsoft = \"#bbbbbb\"\n\n[allow]\ntext = \"ink\"\n");
    let out = dongui(&data, &free).args(["theme", "check", &bad]).output().unwrap();
    let said = String::from_utf8(out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(said.contains("bad.toml: line 2, `light.soft`: its contrast on `light.paper` is 1."), "{said}");
    assert!(said.contains("line 5, `allow.text`: yes and no would not look alike"), "{said}");
    let out = dongui(&data, &free).args(["theme", "check", &bad, "--json"]).output().unwrap();
    let complaints: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(complaints["complaints"][0]["line"], 2);
    runs(&data, &free, &["keys", "init"]);
    runs(&data, &free, &["migrate"]);
    let out = dongui(&data, &free).args(["serve", "--theme", &bad]).output().unwrap();
    assert_eq!(out.status.code(), Some(2), "nothing is served in a look that is refused");
    file(
        "logo.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M0 0h9v9z\"/></svg>",
    );
    let good = file("good.toml", "logo = \"logo.svg\"\nradius = \"0rem\"\n[light]\nheart = \"#1b3a8c\"\n");
    assert!(runs(home, &free, &["theme", "check", &good]).ends_with("may be worn"));
    let mut server = dongui(&data, &free)
        .args(["serve", "--workers", "1", "--theme", &good])
        .stdout(Stdio::piped())
        .spawn()
        .map(Running)
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let get = |path: &str| -> Reply { send(&agent(), &free, &Call::new("GET", path)).unwrap() };
    let page = get("/me").text();
    let address = |start: &str| page.split(start).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let style = get(&address("rel=\"stylesheet\" href=\""));
    assert!(style.text().contains("--heart: #1b3a8c") && style.text().contains("--radius: 0rem"));
    let logo = get(&address("<img src=\""));
    assert_eq!((logo.status, logo.header("content-type")), (200, Some("image/svg+xml")));
    assert!(logo.header("content-security-policy").is_some_and(|p| p.starts_with("default-src 'none'")));
}
