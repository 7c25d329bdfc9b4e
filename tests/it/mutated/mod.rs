//! One claim at a time is made another, of everything that proves something: assertions, proofs of possession, access tokens, what is pushed. Each such
//! request is refused with the word that the protocol has for it, and uses nothing up: the same ids, codes and tokens are good afterwards, with
//! everything right. What is changed is drawn at random, and so is how. Here the client's own proofs; in `token` what it holds and pushes; fields of
//! forms are in `linking::fields`.
mod token;

use super::support::door::{Call, Reply};
use super::support::house::House;
use super::support::linker::{Linker, but};
use super::support::world::{ISSUER, Opening};
use super::support::{ASSISTANT, World};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dongui::ambient::SystemRng;
use dongui::crypt::hash::sha256;
use dongui::domain::client::AudienceProfile;
use dongui::oauth::client::ClientKey;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

/// How a claim is made another.
#[derive(Debug, Clone)]
enum Bend {
    Gone,
    Null,
    Listed,
    OfAnotherKind,
    Empty,
    Cut,
    Longer,
    Byte(usize),
    Text(String),
    /// By so many seconds, further than is forgiven: before or after.
    Time(bool, i64),
}

fn bends() -> impl Strategy<Value = Bend> {
    prop_oneof![
        Just(Bend::Gone),
        Just(Bend::Null),
        Just(Bend::Listed),
        Just(Bend::OfAnotherKind),
        Just(Bend::Empty),
        Just(Bend::Cut),
        Just(Bend::Longer),
        (0usize..4096).prop_map(Bend::Byte),
        "[ -~]{1,60}".prop_map(Bend::Text),
        (any::<bool>(), 0i64..1_000_000).prop_map(|(later, by)| Bend::Time(later, by)),
    ]
}

/// What a claim must be, beyond being there.
#[derive(Debug, Clone, Copy)]
struct Claim {
    name: &'static str,
    /// It may be absent.
    optional: bool,
    /// Any text of 16 to 128 characters is as good.
    id: bool,
    /// How far a time may be moved without harm, s: before and after.
    slack: (i64, i64),
}

const fn claim(name: &'static str) -> Claim {
    Claim { name, optional: false, id: false, slack: (0, 0) }
}

/// The claims with one made another; `None` where that is no harm.
fn bent(good: &Value, claim: Claim, bend: &Bend) -> Option<Value> {
    let (mut claims, value) = (good.clone(), good[claim.name].clone());
    let text = value.as_str();
    let other = match (bend, text, value.as_i64()) {
        (Bend::Gone | Bend::Null, ..) if claim.optional => return None,
        (Bend::Gone, ..) => {
            claims.as_object_mut().unwrap().remove(claim.name);
            return Some(claims);
        }
        (Bend::Null, ..) => Value::Null,
        (Bend::Listed, ..) => json!([value]),
        (Bend::OfAnotherKind, Some(_), _) => json!(7),
        (Bend::OfAnotherKind, None, Some(n)) => json!(n.to_string()),
        (Bend::OfAnotherKind, None, None) => json!("x"),
        (Bend::Empty, Some(_), _) => json!(""),
        (Bend::Empty, None, None) => json!({}),
        (Bend::Cut | Bend::Longer | Bend::Byte(_) | Bend::Text(_), Some(_), _) if claim.id => {
            json!("too short")
        }
        (Bend::Cut, Some(text), _) => json!(text[..text.len() - 1]),
        (Bend::Longer, Some(text), _) => json!(format!("{text}A")),
        (Bend::Byte(at), Some(text), _) => {
            let at = at % text.len();
            let letter = if text.as_bytes()[at] == b'Z' { "g" } else { "Z" };
            json!(format!("{}{letter}{}", &text[..at], &text[at + 1..]))
        }
        (Bend::Text(other), Some(_), _) => json!(other),
        (Bend::Time(false, by), None, Some(n)) => json!(n - claim.slack.0 - 1 - by),
        (Bend::Time(true, by), None, Some(n)) => json!(n + claim.slack.1 + 1 + by),
        _ => return None,
    };
    if other == value {
        return None;
    }
    claims[claim.name] = other;
    Some(claims)
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

fn id() -> String {
    dongui::crypt::jose::random_id(SystemRng::new().ring()).unwrap()
}

fn now(w: &World) -> i64 {
    w.clock.now().unix_s()
}

fn assertion(w: &World, key: &ClientKey, aud: &str) -> Value {
    let (id, now) = (id(), now(w));
    json!({ "iss": key.client_id(), "sub": key.client_id(), "aud": aud, "iat": now, "nbf": now, "exp": now + 60, "jti": id })
}

const OF_ASSERTION: [Claim; 7] = [
    claim("iss"),
    claim("sub"),
    claim("aud"),
    Claim { id: true, ..claim("jti") },
    // It ends in 60 s, and may end in up to 300, which `iat` counts from.
    Claim { slack: (59, 240), ..claim("exp") },
    Claim { optional: true, slack: (240, 10), ..claim("iat") },
    Claim { optional: true, slack: (i64::MAX / 2, 10), ..claim("nbf") },
];

fn proof(w: &World, path: &str, token: Option<&str>) -> Value {
    let mut claims = json!({ "htm": "POST", "htu": format!("{ISSUER}{path}"), "iat": now(w), "jti": id() });
    if let Some(token) = token {
        claims["ath"] = json!(URL_SAFE_NO_PAD.encode(sha256(&[token.as_bytes()])));
    }
    claims
}

const OF_PROOF: [Claim; 4] = [
    claim("htm"),
    claim("htu"),
    Claim { slack: (60, 60), ..claim("iat") },
    Claim { id: true, ..claim("jti") },
];

fn asserted(key: &ClientKey, claims: &Value) -> String {
    key.signer().sign(SystemRng::new().ring(), "JWT", claims).unwrap()
}

fn proven(key: &ClientKey, claims: &Value) -> String {
    key.signer().sign_with_key(SystemRng::new().ring(), "dpop+jwt", claims).unwrap()
}

/// A token request of a client with these claims in its two proofs.
fn asks_token(w: &World, key: &ClientKey, assertion: &Value, proof: &Value) -> Reply {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let assertion = asserted(key, assertion);
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", kind),
        ("client_assertion", &assertion),
    ];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let call = Call::new("POST", "/oauth/token").body("application/x-www-form-urlencoded", body);
    w.http().send(&call.header("dpop", proven(key, proof)))
}

fn is_refused(reply: &Reply, status: u16, code: &str) -> bool {
    let told = reply.header("www-authenticate").unwrap_or_default().to_owned();
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    reply.status == status && (body["error"] == code || told.contains(&format!("error=\"{code}\"")))
}

#[test]
fn one_changed_claim_of_an_assertion_is_an_invalid_client_and_its_id_is_still_good() {
    let w = World::new(House::sqlite());
    let linker = Linker::new(&w, "assistant");
    let key = &linker.client().key;
    for profile in [AudienceProfile::Fapi, AudienceProfile::Camara] {
        linker.registers(|client| client.audience_profile = profile);
        let endpoint = format!("{ISSUER}/oauth/token");
        let (aud, other) = match profile {
            AudienceProfile::Fapi => (ISSUER, endpoint.as_str()),
            AudienceProfile::Camara => (endpoint.as_str(), ISSUER),
        };
        let tried = runner(120).run(&(0usize..OF_ASSERTION.len(), bends()), |(which, bend)| {
            let (good, shown) = (assertion(&w, key, aud), proof(&w, "/oauth/token", None));
            let Some(bad) = bent(&good, OF_ASSERTION[which], &bend) else { return Ok(()) };
            let reply = asks_token(&w, key, &bad, &shown);
            prop_assert!(
                is_refused(&reply, 401, "invalid_client"),
                "{bad}: {} {}",
                reply.status,
                reply.text()
            );
            let reply = asks_token(&w, key, &good, &shown);
            prop_assert!(reply.status == 200, "used up by {bad}: {}", reply.text());
            Ok(())
        });
        tried.unwrap();
        let (good, shown) = (assertion(&w, key, aud), proof(&w, "/oauth/token", None));
        let mut elsewhere = good.clone();
        for aud in [other, &format!("{ISSUER}/oauth/par"), &format!("{aud}/")] {
            elsewhere["aud"] = json!(aud);
            assert!(is_refused(&asks_token(&w, key, &elsewhere, &shown), 401, "invalid_client"), "{aud}");
        }
        assert_eq!(asks_token(&w, key, &good, &shown).status, 200);
        assert!(
            is_refused(&asks_token(&w, key, &good, &shown), 400, "invalid_dpop_proof"),
            "and now it is spent"
        );
    }
}

#[test]
fn an_assertion_that_names_its_endpoint_is_good_there_and_at_no_other() {
    let w = World::new(House::sqlite());
    let linker = Linker::new(&w, "assistant");
    linker.registers(|client| client.audience_profile = AudienceProfile::Camara);
    let key = &linker.client().key;
    let shown = |path: &str| {
        let fields = if path == "/oauth/par" { linker.wants() } else { linker.proves() };
        fields.into_iter().chain([("token".to_owned(), "none".to_owned())]).collect::<Vec<_>>()
    };
    let paths = ["/oauth/par", "/oauth/introspect", "/oauth/revoke"];
    for path in paths {
        let named = |aud: &str| {
            let assertion = asserted(key, &assertion(&w, key, &format!("{ISSUER}{aud}")));
            linker.sends(path, &but(&shown(path), "client_assertion", &assertion), Some(key))
        };
        for other in paths.into_iter().chain(["/oauth/token", ""]).filter(|other| *other != path) {
            assert!(is_refused(&named(other), 401, "invalid_client"), "{other} at {path}");
        }
        let reply = named(path);
        assert!(matches!(reply.status, 200 | 201), "{path}: {}", reply.text());
    }
}

#[test]
fn one_changed_claim_of_a_proof_is_an_invalid_proof_and_neither_it_nor_the_assertion_is_used_up() {
    for dpop_nonce in [false, true] {
        let w = World::new(House::sqlite());
        w.restart(Opening { dpop_nonce, ..Opening::default() });
        let linker = Linker::new(&w, "assistant");
        let key = &linker.client().key;
        let mut claims = OF_PROOF.to_vec();
        if dpop_nonce {
            claims.push(claim("nonce"));
        }
        let well = |path: &str, token: Option<&str>| {
            let mut claims = proof(&w, path, token);
            if let Some(nonce) = w.broker().nonce() {
                claims["nonce"] = json!(nonce);
            }
            claims
        };
        // A claim of another kind is no claim of a proof; a nonce that is only another, or missing, is asked for.
        let word = |claim: Claim, bend: &Bend| {
            let kind = matches!(bend, Bend::Listed | Bend::OfAnotherKind);
            if claim.name == "nonce" && !kind { "use_dpop_nonce" } else { "invalid_dpop_proof" }
        };
        let tried = runner(100).run(&(0usize..claims.len(), bends()), |(which, bend)| {
            let (good, shown) = (assertion(&w, key, ISSUER), well("/oauth/token", None));
            let Some(bad) = bent(&shown, claims[which], &bend) else { return Ok(()) };
            let reply = asks_token(&w, key, &good, &bad);
            let refused = is_refused(&reply, 400, word(claims[which], &bend));
            prop_assert!(refused, "{bad}: {} {}", reply.status, reply.text());
            let reply = asks_token(&w, key, &good, &shown);
            prop_assert!(reply.status == 200, "used up by {bad}: {}", reply.text());
            Ok(())
        });
        tried.unwrap();
        let reply = asks_token(&w, key, &assertion(&w, key, ISSUER), &well("/oauth/token", None));
        let token = reply.json()["access_token"].as_str().unwrap().to_owned();
        claims.push(claim("ath"));
        let mina = w.subscriber("mina");
        let request = linker.provider.request(&mina, ASSISTANT, &[super::support::ZONE]);
        let body = serde_json::to_value(request).unwrap();
        let asks = |claims: &Value| {
            let call = Call::new("POST", "/v1/context").json(&body);
            let call = call.header("authorization", format!("DPoP {token}"));
            w.http().send(&call.header("dpop", proven(key, claims)))
        };
        let tried = runner(100).run(&(0usize..claims.len(), bends()), |(which, bend)| {
            let shown = well("/v1/context", Some(&token));
            let Some(bad) = bent(&shown, claims[which], &bend) else { return Ok(()) };
            let reply = asks(&bad);
            let refused = is_refused(&reply, 401, word(claims[which], &bend));
            prop_assert!(refused, "{bad}: {} {:?}", reply.status, reply.headers);
            let reply = asks(&shown);
            prop_assert!(reply.status == 200, "used up by {bad}: {}", reply.text());
            prop_assert!(is_refused(&asks(&shown), 401, "invalid_dpop_proof"), "a second time");
            Ok(())
        });
        tried.unwrap();
    }
}
