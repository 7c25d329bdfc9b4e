//! What must not work.
use super::{RETRIEVE, STATUS, VERIFY, asks, circle, refused, token_about};
use crate::support::World;
use crate::support::door::Call;
use crate::support::linker::Linker;
use dongui::domain::client::Role;
use serde_json::{Value, json};

const SCOPE: &str = "dpv:ProvidePersonalisedRecommendations location-retrieval:read";

fn bodies() -> [(&'static str, Value); 3] {
    let status = json!({ "scopes": ["location-retrieval:read"], "purpose": "dpv:ProvidePersonalisedRecommendations", "requestCaptureUrl": false });
    [(RETRIEVE, json!({})), (VERIFY, circle(crate::support::MUNICH, 5_000)), (STATUS, status)]
}

#[test]
fn nobody_is_found_by_what_his_device_is_called() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let own = linker.client().token();
        let names = |device: Value| json!({ "device": device });
        let known = asks(&linker, &own, RETRIEVE, &names(json!({ "phoneNumber": mina.number })));
        refused(&known, 422, "UNSUPPORTED_IDENTIFIER");
        for device in [
            json!({ "phoneNumber": "+12025550100" }),
            json!({ "networkAccessIdentifier": "1234@example.com" }),
            json!({ "ipv4Address": { "publicAddress": "203.0.113.7", "publicPort": 5000 } }),
            json!({ "ipv6Address": "2001:db8::1" }),
            json!({ "phoneNumber": mina.number, "ipv6Address": "2001:db8::1" }),
        ] {
            assert_eq!(asks(&linker, &own, RETRIEVE, &names(device)).body, known.body);
        }
        refused(&asks(&linker, &own, RETRIEVE, &json!({})), 422, "MISSING_IDENTIFIER");
        for malformed in [
            json!({}),
            json!({ "phoneNumber": "0155" }),
            json!({ "phoneNumber": "+0155501" }),
            json!({ "phoneNumber": 155 }),
            json!({ "ipv4Address": { "publicAddress": "203.0.113.7" } }),
            json!({ "ipv4Address": { "publicAddress": "203.0.113" , "publicPort": 1 } }),
            json!({ "ipv6Address": "203.0.113.7" }),
            json!({ "imei": "1" }),
        ] {
            refused(&asks(&linker, &own, RETRIEVE, &names(malformed)), 400, "INVALID_ARGUMENT");
        }
        let yes: &[(&str, &[(&str, &str)])] = &[("location.zone", &[("precision", "city"), ("term", "30")])];
        let token = token_about(&linker, &mina, SCOPE, yes);
        let device = names(json!({ "phoneNumber": mina.number }));
        refused(&asks(&linker, &token, RETRIEVE, &device), 422, "UNNECESSARY_IDENTIFIER");
        assert_eq!(mina.disclosures(), 0);
    });
}

#[test]
fn a_stranger_another_role_and_a_proof_that_was_used_get_nothing() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let yes: &[(&str, &[(&str, &str)])] = &[("location.zone", &[("precision", "city"), ("term", "30")])];
        let token = token_about(&linker, &mina, SCOPE, yes);
        let regulator = w.client(Role::Regulator);
        for (path, body) in bodies() {
            let call = || Call::new("POST", path).json(&body);
            let bare = w.http().send(&call());
            refused(&bare, 401, "UNAUTHENTICATED");
            assert!(bare.header("www-authenticate").unwrap().starts_with("DPoP "), "{path}");
            refused(
                &w.http().send(&call().header("authorization", format!("Bearer {token}"))),
                401,
                "UNAUTHENTICATED",
            );
            refused(&w.http().send(&call().by(&regulator)), 403, "PERMISSION_DENIED");
            // Whom the body would be wrong for does not hear of it.
            let broken = |call: Call| call.body("application/json", "{\"device\":");
            refused(&w.http().send(&broken(Call::new("POST", path))), 401, "UNAUTHENTICATED");
            refused(
                &w.http().send(&broken(Call::new("POST", path)).by(&regulator)),
                403,
                "PERMISSION_DENIED",
            );
        }
        for (path, body) in [(RETRIEVE, json!({})), (STATUS, bodies()[2].1.clone())] {
            w.clock.advance(1);
            let once = Call::new("POST", path).json(&body).with(linker.client(), &token);
            let first = w.http().send(&once);
            assert_ne!(first.status, 401, "{}", first.text());
            refused(&w.http().send(&once), 401, "UNAUTHENTICATED");
        }
        // Bodies of any shape are read or refused, never more.
        for body in [
            "",
            "null",
            "[]",
            "\"x\"",
            "{\"maxAge\":-1}",
            "{\"maxAge\":1.5}",
            "{\"maxAge\":99999999999}",
            "{\"maxSurface\":0}",
            "{\"a\":1}",
        ] {
            w.clock.advance(1);
            let call =
                Call::new("POST", RETRIEVE).body("application/json", body).with(linker.client(), &token);
            refused(&w.http().send(&call), 400, "INVALID_ARGUMENT");
        }
        let long = format!("{{\"x\":\"{}\"}}", "y".repeat(70_000));
        let call = Call::new("POST", RETRIEVE).body("application/json", long).with(linker.client(), &token);
        refused(&w.http().send(&call), 413, "PAYLOAD_TOO_LARGE");
        let get = w.http().get(RETRIEVE);
        assert!(get.status == 404 || get.status == 405, "{}", get.status);
    });
}
