//! Clients that name themselves by the address of their metadata, registered by the operator's own hand.
use crate::screens::loopback::{dongui, runs};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;

/// A host that serves documents by path, until its test ends.
fn host(documents: impl Fn(&str, &str) -> Option<Value> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let own = address.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut head) = (stream.unwrap(), [0; 4096]);
            let n = stream.read(&mut head).unwrap();
            let text = String::from_utf8_lossy(&head[..n]).into_owned();
            let path = text.split(' ').nth(1).unwrap_or_default();
            let answer = match documents(&own, path) {
                Some(body) => {
                    let body = body.to_string();
                    format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                        body.len()
                    )
                }
                None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
            };
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    address
}

#[test]
fn a_client_is_registered_as_the_document_at_its_address_says_and_no_other_way() {
    let key =
        dongui::oauth::client::ClientKey::generate("x", dongui::ambient::SystemRng::new().ring()).unwrap();
    let jwks = json!(key.jwks());
    let host = host(move |own, path| {
        let back = json!(["https://assistant.example/callback"]);
        Some(match path {
            "/client.json" => {
                json!({ "client_id": format!("{own}/client.json"), "redirect_uris": back, "client_name": "x", "logo_uri": "x" })
            }
            "/keys.json" => {
                json!({ "client_id": format!("{own}/keys.json"), "redirect_uris": back, "token_endpoint_auth_method": "private_key_jwt",
                "jwks_uri": format!("{own}/jwks") })
            }
            "/jwks" => jwks.clone(),
            "/other.json" => json!({ "client_id": format!("{own}/client.json"), "redirect_uris": back }),
            "/nowhere.json" => json!({ "client_id": format!("{own}/nowhere.json"), "redirect_uris": [] }),
            "/evil.json" => {
                json!({ "client_id": format!("{own}/evil.json"), "redirect_uris": ["javascript:alert(1)"] })
            }
            "/secret.json" => {
                json!({ "client_id": format!("{own}/secret.json"), "redirect_uris": back, "token_endpoint_auth_method": "client_secret_post" })
            }
            "/keyless.json" => {
                json!({ "client_id": format!("{own}/keyless.json"), "redirect_uris": back, "token_endpoint_auth_method": "private_key_jwt" })
            }
            "/long.json" => json!({ "client_id": "x".repeat(70_000) }),
            _ => return None,
        })
    });
    let dir = tempfile::tempdir().unwrap();
    let recipient = dir.path().join("recipient.json");
    let contract = json!({ "name": "Assistant", "country": "US", "assurance": "hosted", "ceiling": [["location.zone", "city"]],
        "purposes": ["dpv:ProvidePersonalisedRecommendations"] });
    std::fs::write(&recipient, contract.to_string()).unwrap();
    let data = dir.path().join("data");
    let free = "127.0.0.1:1";
    runs(&data, free, &["keys", "init"]);
    runs(&data, free, &["migrate"]);
    let id = runs(&data, free, &["register", "recipient", &recipient.display().to_string()]);
    let register = |path: &str| {
        let address = format!("{host}{path}");
        let out = dongui(&data, free)
            .args(["register", "client", "--role", "recipient", "--recipient", &id, "--metadata", &address])
            .output()
            .unwrap();
        (out.status.success(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    for path in ["/client.json", "/keys.json"] {
        let (done, said) = register(path);
        assert!(done, "{path}: {said}");
    }
    for (path, why) in [
        ("/other.json", "another address"),
        ("/nowhere.json", "no `redirect_uris`"),
        ("/evil.json", "may be sent back to"),
        ("/secret.json", "secret"),
        ("/keyless.json", "names none"),
        ("/missing.json", "404"),
        ("/long.json", "limit"),
    ] {
        let (done, said) = register(path);
        assert!(!done && said.contains(why), "{path}: {said}");
    }
    let far = dongui(&data, free)
        .args([
            "register",
            "client",
            "--role",
            "recipient",
            "--recipient",
            &id,
            "--metadata",
            "http://assistant.example/client.json",
        ])
        .output()
        .unwrap();
    assert!(!far.status.success() && String::from_utf8_lossy(&far.stderr).contains("https"));
}
