//! The tools over plain HTTP, as Actions call them.
use super::host::Host;
use crate::support::door::{Call, Reply};
use crate::support::house::House;
use crate::support::linker::{but, part};
use crate::support::world::ISSUER;
use crate::support::{MUNICH, World};
use serde_json::{Value, json};

fn calls(w: &World, token: Option<&str>, tool: &str, body: &Value) -> Reply {
    let call = Call::new("POST", &format!("/actions/{tool}")).json(body);
    let call = match token {
        Some(token) => call.header("authorization", format!("Bearer {token}")),
        None => call,
    };
    w.http().send(&call)
}

#[test]
fn an_action_is_answered_as_the_document_for_actions_says() {
    World::each(|w| {
        let (host, mina) = (Host::new(w, "host"), w.subscriber("mina"));
        w.neighbours_are_at(MUNICH);
        let code = part(&host.links(&mina), "code").unwrap();
        let token = host.token(&but(&host.redeems(&code), "resource", ISSUER)).json()["access_token"]
            .as_str()
            .unwrap()
            .to_owned();
        mina.is_at(MUNICH);
        let told = calls(w, Some(&token), "get_context", &json!({ "locale": "de" }));
        assert_eq!(told.status, 200, "{}", told.text());
        assert_eq!(told.json()["items"][0]["category"], "location.zone");
        assert_eq!(told.header("cache-control"), Some("no-store"));
        assert!(told.body.len() < 100_000);
        let allowed = calls(w, Some(&token), "get_permissions", &json!({})).json();
        assert_eq!(allowed["allowed"][0]["category"], "location.zone", "{allowed}");
        for (tool, body, status) in [
            ("get_context", json!({ "categories": ["usage.interest"] }), 403),
            ("request_permission", json!({ "categories": ["usage.interest"] }), 403),
            ("request_permission", json!({ "categories": ["location.zone"] }), 200),
            ("request_permission", json!({}), 422),
            ("get_context", json!({ "subject": "x" }), 422),
            ("get_context", json!([]), 422),
            ("get_permissions", json!({ "x": 1 }), 422),
            ("confirm_deletion", json!({ "ids": [] }), 404),
            ("everything", json!({}), 404),
        ] {
            let reply = calls(w, Some(&token), tool, &body);
            assert_eq!(reply.status, status, "{tool} {body}: {}", reply.text());
        }
        let more = calls(w, Some(&token), "get_context", &json!({ "categories": ["usage.interest"] }));
        let challenge = more.header("www-authenticate").unwrap();
        assert!(
            challenge.contains("insufficient_scope") && challenge.contains("usage.interest"),
            "{challenge}"
        );
        mina.withdraws();
        let told = calls(w, Some(&token), "get_context", &json!({})).json();
        assert_eq!(told["withheld"][0]["reason"], "not_granted", "{told}");
        // A stranger, another resource's token, a client's own.
        let of_mcp = host.bearer(&w.subscriber("other"));
        for token in
            [None, Some("no.such.token"), Some(of_mcp.as_str()), Some(&host.provider().client.token())]
        {
            let reply = calls(w, token, "get_context", &json!({}));
            assert_eq!(reply.status, 401, "{token:?} {}", reply.text());
            assert!(reply.header("www-authenticate").unwrap().starts_with("Bearer "), "{token:?}");
        }
    });
}

#[test]
fn the_document_for_actions_describes_what_is_served() {
    let w = World::new(House::sqlite());
    let document = w.http().get("/actions/openapi.json").json();
    assert_eq!(document["servers"][0]["url"], ISSUER);
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/actions/get_context", "/actions/get_permissions", "/actions/request_permission"]);
    for path in paths {
        assert_eq!(w.http().send(&Call::new("POST", path).json(&json!({}))).status, 401, "{path}");
    }
}
