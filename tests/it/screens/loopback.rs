//! The page from the real binary as it is tried out at home: commands as in the readme, plain HTTP on the loopback.
use super::visitor::{bare, between, forms};
use crate::support::door::{Call, Reply, agent, send};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A server that is killed when its test ends, however that is.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

pub fn dongui(dir: &Path, address: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dongui"));
    for name in [
        "DONGUI_THEME",
        "DONGUI_OPERATORS",
        "DONGUI_DATABASE",
        "DONGUI_KEYS",
        "DONGUI_KEYRING",
        "DONGUI_POLICIES",
        "DONGUI_WORKERS",
    ] {
        command.env_remove(name);
    }
    command
        .env("DONGUI_DATA", dir)
        .env("DONGUI_ISSUER", format!("http://{address}"))
        .env("DONGUI_HOME", "KR");
    command.env("DONGUI_LISTEN", address).stdin(Stdio::null());
    command
}

pub fn runs(dir: &Path, address: &str, arguments: &[&str]) -> String {
    let out = dongui(dir, address).args(arguments).output().unwrap();
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

#[test]
fn tried_out_at_home_the_link_opens_the_page_without_tls() {
    let dir = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let recipient = r#"{"name": "ChatGPT", "country": "US", "assurance": "hosted", "ceiling": [["location.zone", "city"]],
        "purposes": ["dpv:ProvidePersonalisedRecommendations"]}"#;
    let (recipient, people) = (file("recipient.json", recipient), file("people", "+82 10 5550 0001\n"));
    let data = dir.path().join("data");
    runs(&data, &free, &["keys", "init"]);
    runs(&data, &free, &["migrate"]);
    runs(&data, &free, &["register", "recipient", &recipient]);
    runs(&data, &free, &["register", "subscribers", &people]);
    let link = runs(&data, &free, &["register", "invitation", "--subscriber", "+82 10 5550 0001"]);
    let path = link.strip_prefix(&format!("http://{free}")).unwrap();

    let server = dongui(&data, &free).arg("serve").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut running = Running(server.unwrap());
    let mut said = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("serves"), "{said}");
    let agent = agent();
    let send = |call: Call| -> Reply { send(&agent, &free, &call).unwrap() };

    let look = send(Call::new("GET", path));
    assert_eq!((look.status, forms(&look.text()).len()), (200, 1));
    let entered = send(Call::new("POST", path));
    let cookie = entered.header("set-cookie").unwrap();
    assert!(cookie.starts_with("dongui=") && !cookie.contains("Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let page = send(Call::new("GET", entered.header("location").unwrap()).header("cookie", cookie));
    assert_eq!(page.status, 200);
    let text = page.text();
    let about = between(&text, "<h2><a href=\"", "\"")[0].to_owned();
    assert_eq!(between(&text, "<html lang=\"", "\""), ["ko"], "the operator is at home in Korea");
    let text = send(Call::new("GET", &about).header("cookie", cookie)).text();
    assert!(bare(&text).contains("ChatGPT가 내가 대략 어디에 있는지를 알아도 될까요?"), "{text}");
    assert!(!text.contains("5550"), "no phone number");
    assert_eq!(send(Call::new("POST", path)).status, 410, "the link is used up");
}
