//! What a client holds or pushes: access tokens, details, codes and refresh tokens.
use super::{Bend, Claim, asserted, bends, bent, claim, id, is_refused, proof, proven, runner};
use crate::linking::{links_with, redeemed};
use crate::support::door::Call;
use crate::support::house::House;
use crate::support::linker::{Fields, Linker, but, part};
use crate::support::world::keys;
use crate::support::{ASSISTANT, World};
use dongui::ambient::SystemRng;
use dongui::crypt::jose::Unverified;
use dongui::crypt::keyring::Keyring;
use dongui::crypt::signing::SigningKeys;
use dongui::oauth::client::ClientKey;
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn one_changed_claim_of_an_access_token_is_an_invalid_token_even_under_our_own_signature() {
    let w = World::new(House::sqlite());
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    let key = &linker.client().key;
    let ours = SigningKeys::of(&Keyring::parse(keys()).unwrap(), SystemRng::new().ring()).unwrap();
    let signs =
        |claims: &Value| ours.active(w.clock.now()).sign(SystemRng::new().ring(), "at+jwt", claims).unwrap();
    let own = linker.client().token();
    let linked = redeemed(&linker, &links_with(&linker, &mina));
    let about_mina = linked["access_token"].as_str().unwrap().to_owned();
    let knows = linker.provider.knows(&mina);
    let common = [
        claim("iss"),
        claim("aud"),
        claim("client_id"),
        claim("scope"),
        claim("cnf"),
        // It lives 300 s at most: no later end, no earlier begin, and neither end nor begin on the wrong side of now.
        Claim { slack: (299, 0), ..claim("exp") },
        Claim { slack: (0, 10), ..claim("iat") },
    ];
    let of_link = [claim("grant_id"), claim("grant_version"), claim("authorization_details")];
    let kinds = [(own, vec![claim("sub")]), (about_mina, of_link.to_vec())];
    for (token, more) in kinds {
        let good: Value = Unverified::read(&token).unwrap().peek().unwrap();
        let claims = [common.to_vec(), more].concat();
        let body = json!({ "subject": knows, "purpose": ASSISTANT, "categories": ["location.zone"] });
        let asks = |token: &str, jti: &str| {
            let mut shown = proof(&w, "/v1/context", Some(token));
            shown["jti"] = json!(jti);
            let call = Call::new("POST", "/v1/context").json(&body);
            let call = call.header("authorization", format!("DPoP {token}"));
            w.http().send(&call.header("dpop", proven(key, &shown)))
        };
        let tried = runner(150).run(&(0usize..claims.len(), bends()), |(which, bend)| {
            let Some(bad) = bent(&good, claims[which], &bend) else { return Ok(()) };
            let jti = id();
            let reply = asks(&signs(&bad), &jti);
            let bound = claims[which].name == "cnf" && matches!(bend, Bend::Gone | Bend::Null);
            let refused = is_refused(&reply, 401, "invalid_token")
                || (bound && is_refused(&reply, 401, "invalid_dpop_proof"));
            prop_assert!(refused, "{bad}: {} {}", reply.status, reply.text());
            let reply = asks(&token, &jti);
            prop_assert!(reply.status == 200, "used up by {bad}: {}", reply.text());
            Ok(())
        });
        tried.unwrap();
        for typ in ["JWT", "dpop+jwt", "disclosure-receipt+jwt"] {
            let signer = ours.active(w.clock.now());
            let of_typ = signer.sign(SystemRng::new().ring(), typ, &good).unwrap();
            assert!(is_refused(&asks(&of_typ, &id()), 401, "invalid_token"), "{typ}");
            let keyless = signer.sign_with_key(SystemRng::new().ring(), "at+jwt", &good).unwrap();
            assert!(is_refused(&asks(&keyless, &id()), 401, "invalid_token"), "without a `kid`");
        }
        let forged = asserted(key, &good);
        assert!(is_refused(&asks(&forged, &id()), 401, "invalid_token"), "by another key");
    }
}

#[test]
fn one_changed_member_of_what_is_pushed_refuses_it_and_the_assertion_is_still_good() {
    let w = World::new(House::sqlite());
    let linker = Linker::new(&w, "assistant");
    let wants = linker.wants();
    let detail = |fields: &Fields| -> Value {
        let text = &fields.iter().find(|(name, _)| name == "authorization_details").unwrap().1;
        serde_json::from_str::<Value>(text).unwrap()[0].clone()
    };
    let good = detail(&wants);
    let members = [
        claim("type"),
        claim("purpose"),
        claim("categories"),
        // Any number of days that two bytes hold is one; consents are capped elsewhere.
        Claim { optional: true, slack: (89, i64::from(u16::MAX) - 90), ..claim("days") },
    ];
    let tried = runner(100).run(&(0usize..members.len(), bends()), |(which, bend)| {
        let Some(bad) = bent(&good, members[which], &bend) else { return Ok(()) };
        let fresh = linker.wants();
        let reply = linker.pushes(&but(&fresh, "authorization_details", &json!([bad]).to_string()));
        let code = "invalid_authorization_details";
        prop_assert!(is_refused(&reply, 400, code), "{bad}: {} {}", reply.status, reply.text());
        let reply = linker.pushes(&fresh);
        prop_assert!(reply.status == 201, "used up by {bad}: {}", reply.text());
        Ok(())
    });
    tried.unwrap();
}

#[test]
fn what_binds_a_code_and_a_refresh_token_is_told_by_its_word_and_uses_neither_up() {
    let w = World::new(House::sqlite());
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    let address = links_with(&linker, &mina);
    let code = part(&address, "code").unwrap();
    let refused = |fields: &Fields, key: Option<&ClientKey>, code: &str| {
        let reply = linker.sends("/oauth/token", fields, key);
        let status = if code == "invalid_client" { 401 } else { 400 };
        assert!(is_refused(&reply, status, code), "{fields:?}: {} {}", reply.status, reply.text());
    };
    let own = Some(&linker.client().key);
    let thief = ClientKey::generate("assistant", SystemRng::new().ring()).unwrap();
    let verifier = "another-verifier-of-more-than-43-characters-000000";
    // PKCE: another verifier is no grant, one that could be none is no request.
    for (name, value, word) in [
        ("code_verifier", verifier, "invalid_grant"),
        ("code_verifier", "short", "invalid_request"),
        ("redirect_uri", "https://assistant.example/other", "invalid_grant"),
        ("code", "of nobody", "invalid_grant"),
        ("client_id", "other", "invalid_client"),
        ("resource", "https://other.example", "invalid_target"),
        ("audience", "https://other.example", "invalid_target"),
        ("scope", "audit:read", "invalid_scope"),
        ("grant_type", "implicit", "unsupported_grant_type"),
    ] {
        refused(&but(&linker.redeems(&code), name, value), own, word);
    }
    refused(&linker.redeems(&code), Some(&thief), "invalid_grant");
    refused(&linker.redeems(&code), None, "invalid_dpop_proof");
    // The assertion that stood beside a wrong verifier is good with the right one.
    let well = linker.redeems(&code);
    refused(&but(&well, "code_verifier", verifier), own, "invalid_grant");
    let first = linker.token(&well);
    assert_eq!(first.status, 200, "{}", first.text());
    let refresh = first.json()["refresh_token"].as_str().unwrap().to_owned();
    let cut = &refresh[..refresh.len() - 3];
    for (name, value, word) in [
        ("refresh_token", cut, "invalid_grant"),
        ("refresh_token", code.as_str(), "invalid_grant"),
        ("resource", "https://other.example", "invalid_target"),
        ("scope", "audit:read", "invalid_scope"),
        ("client_id", "other", "invalid_client"),
    ] {
        refused(&but(&linker.refreshes(&refresh), name, value), own, word);
    }
    refused(&linker.refreshes(&refresh), Some(&thief), "invalid_grant");
    refused(&linker.refreshes(&refresh), None, "invalid_dpop_proof");
    let well = linker.refreshes(&refresh);
    refused(&but(&well, "refresh_token", cut), own, "invalid_grant");
    assert_eq!(linker.token(&well).status, 200, "neither token nor assertion was used up");
}
