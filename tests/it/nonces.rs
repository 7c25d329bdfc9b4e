//! Where every proof of possession needs a nonce of the server's (RFC 9449 sections 8 and 9): what is asked for once more, and what is not used up by that.
use super::camara::RETRIEVE;
use super::support::door::{Call, Reply};
use super::support::house::House;
use super::support::linker::Linker;
use super::support::served::Served;
use super::support::site::Site;
use super::support::world::{ISSUER, Opening};
use super::support::{Client, World};
use dongui::ambient::SystemRng;
use dongui::domain::time::SECOND_US;
use serde_json::json;

/// Tells a story where nonces are needed.
fn each(story: impl Fn(&World)) {
    World::each(|w| {
        w.restart(Opening { dpop_nonce: true, ..Opening::default() });
        story(w);
    });
}

fn proof(w: &World, client: &Client<'_>, path: &str, token: Option<&str>, nonce: Option<&str>) -> String {
    let url = format!("{ISSUER}{path}");
    let (system, now) = (SystemRng::new(), w.clock.now());
    client.key.proof_with_nonce(system.ring(), "POST", &url, token, nonce, now).unwrap()
}

fn form(path: &str, fields: &[(String, String)], proof: String) -> Call {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Call::new("POST", path).body("application/x-www-form-urlencoded", body).header("dpop", proof)
}

/// The nonce of an answer that asks for it.
fn asked_for(reply: &Reply) -> String {
    assert_eq!((reply.status, &reply.json()["error"]), (400, &json!("use_dpop_nonce")), "{}", reply.text());
    reply.header("dpop-nonce").unwrap().to_owned()
}

/// A token for a resource, by a nonce.
fn token(w: &World, client: &Client<'_>, resource: &str, nonce: &str) -> String {
    let mut fields = client.token_fields();
    fields.push(("resource".to_owned(), resource.to_owned()));
    let call = form("/oauth/token", &fields, proof(w, client, "/oauth/token", None, Some(nonce)));
    w.http().send(&call).json()["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn the_authorization_server_asks_for_its_nonce_and_uses_up_nothing_by_that() {
    each(|w| {
        let linker = Linker::new(w, "assistant");
        let client = linker.client();
        for (path, fields, well) in
            [("/oauth/token", client.token_fields(), 200), ("/oauth/par", linker.wants(), 201)]
        {
            let with = |nonce: Option<&str>| form(path, &fields, proof(w, client, path, None, nonce));
            let nonce = asked_for(&w.http().send(&with(None)));
            asked_for(&w.http().send(&with(Some("of somebody else"))));
            let call = with(Some(&nonce));
            let reply = w.http().send(&call);
            assert_eq!(reply.status, well, "the same assertion: {}", reply.text());
            assert!(reply.header("dpop-nonce").is_some(), "the next one comes with the answer");
            let again = w.http().send(&call);
            assert_eq!((again.status, &again.json()["error"]), (400, &json!("invalid_dpop_proof")));
        }
    });
}

#[test]
fn every_resource_asks_for_the_same_nonce_and_a_proof_is_still_good_once() {
    each(|w| {
        let assistant = w.provider("assistant");
        let client = &assistant.client;
        let nonce = w.broker().nonce().unwrap();
        let of_mcp = token(w, client, &format!("{ISSUER}/mcp"), &nonce);
        let token = token(w, client, ISSUER, &nonce);
        for path in ["/v1/population", "/v1/context", "/mcp", "/actions/get_permissions", RETRIEVE] {
            let token = if path == "/mcp" { &of_mcp } else { &token };
            let with = |nonce: Option<&str>| {
                let call = Call::new("POST", path).json(&json!({}));
                call.header("authorization", format!("DPoP {token}"))
                    .header("dpop", proof(w, client, path, Some(token), nonce))
            };
            let refused = w.http().send(&with(None));
            assert_eq!(refused.status, 401, "{path}");
            let challenges: Vec<_> =
                refused.headers.iter().filter(|(name, _)| name == "www-authenticate").collect();
            assert_eq!(challenges.len(), 1, "{path}: {challenges:?}");
            assert!(challenges[0].1.starts_with("DPoP error=\"use_dpop_nonce\", "), "{path}");
            assert_eq!(refused.header("dpop-nonce"), Some(nonce.as_str()), "{path}");
            assert_eq!(refused.header("cache-control"), Some("no-store"), "{path}");
            let reply = w.http().send(&with(Some(&nonce)));
            let told = reply.header("www-authenticate").unwrap_or_default();
            assert!(!told.contains("use_dpop_nonce"), "{path}: {told}");
        }
        let subscriber = w.subscriber("mina");
        let body = serde_json::to_value(assistant.request(
            &subscriber,
            super::support::ASSISTANT,
            &[super::support::ZONE],
        ));
        let call = Call::new("POST", "/v1/context")
            .json(&body.unwrap())
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", proof(w, client, "/v1/context", Some(&token), Some(&nonce)));
        w.http().send(&call);
        let again = w.http().send(&call);
        let told = again.header("www-authenticate").unwrap_or_default();
        assert!(again.status == 401 && told.contains("invalid_dpop_proof"), "{told} {}", again.text());
    });
}

#[test]
fn a_nonce_lasts_for_a_minute_or_two_and_no_longer() {
    each(|w| {
        let client = w.provider("assistant").client;
        let first = w.broker().nonce().unwrap();
        let ask = |nonce: &str| {
            let proof = proof(w, &client, "/oauth/token", None, Some(nonce));
            w.http().send(&form("/oauth/token", &client.token_fields(), proof))
        };
        assert_eq!(ask(&first).status, 200);
        w.clock.advance(60 * SECOND_US);
        let next = ask(&first);
        assert_eq!(next.status, 200);
        let second = next.header("dpop-nonce").unwrap().to_owned();
        assert_ne!(second, first);
        w.clock.advance(60 * SECOND_US);
        assert_eq!(asked_for(&ask(&first)), w.broker().nonce().unwrap());
        assert_eq!(ask(&second).status, 200);
        // Keys make the nonce, so that another server of the same keys takes it, and one that was restarted.
        w.restart(Opening { dpop_nonce: true, ..Opening::default() });
        assert_eq!(ask(&second).status, 200);
    });
}

#[test]
fn where_none_is_needed_none_is_told_and_one_that_comes_is_left_aside() {
    World::each(|w| {
        let client = w.provider("assistant").client;
        for nonce in [None, Some("anything")] {
            let proof = proof(w, &client, "/oauth/token", None, nonce);
            let reply = w.http().send(&form("/oauth/token", &client.token_fields(), proof));
            assert_eq!((reply.status, reply.header("dpop-nonce")), (200, None), "{}", reply.text());
        }
    });
}

#[test]
fn three_commands_from_a_shell_register_get_a_token_and_ask_where_nonces_are_needed() {
    let site = Site::new(House::bare(false).unwrap(), 1);
    let at = |address: &str| {
        let mut command = site.dongui(&site.house);
        command.env("DONGUI_ISSUER", format!("http://{address}")).env("DONGUI_DPOP_NONCE", "true");
        command
    };
    let served = Served::start(at);
    let key = site.house.dir.path().join("trial.pem").display().to_string();
    let says = |arguments: &[&str]| {
        let output = at(&served.address).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let registered = says(&["client", "register", "--out", &key, "--subscriber", &site.people[0].0]);
    let subject = format!("--subject={}", registered.lines().next().unwrap());
    let token = says(&["client", "token", "--key", &key, "--client", "trial"]);
    assert_eq!(token.trim().split('.').count(), 3, "{token}");
    let told =
        says(&["client", "ask", "--key", &key, "--client", "trial", &subject, "--category", "location.zone"]);
    for wanted in ["not_granted", "covers these bytes", "curl -sS "] {
        assert!(told.contains(wanted), "`{wanted}` is not in {told}");
    }
    // Without a nonce nobody gets one.
    let bare = Call::new("POST", "/oauth/token").body("application/x-www-form-urlencoded", "");
    let refused = served.send(&bare);
    assert!(refused.status >= 400 && refused.header("dpop-nonce").is_none());
}
