//! Every operation of the OpenAPI document is tried as a stranger, and once as whom it is for. The list is the document's own, so that an
//! operation without a sample here, or an open one that is not on the list, fails. Deliberately absent: what operations do (the stories).
use super::requests::sample;
use super::support::door::{Call, Reply};
use super::support::{Client, Provider, World};
use dongui::domain::client::Role;
use dongui::oauth::client::ClientKey;
use dongui::oauth::scope::{Scope, Scopes};
use serde_json::{Value, json};

/// Operations that need no token. Each must be harmless to anyone who finds the address.
pub const OPEN: [&str; 16] = [
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/oauth-protected-resource",
    "GET /.well-known/oauth-protected-resource/mcp",
    "GET /.well-known/openid-configuration",
    "GET /healthz",
    "GET /log/proof/{entry}",
    "GET /log/{path}",
    "GET /metrics",
    "GET /oauth/jwks",
    "GET /oauth/jwks/receipts",
    "GET /readyz",
    "POST /oauth/backchannel",
    "POST /oauth/introspect",
    "POST /oauth/par",
    "POST /oauth/revoke",
    "POST /oauth/token",
];
/// Stands for anything that a caller may have written and that must not come back.
pub const SECRET: &str = "+49155987654321";

/// All roles but the recipient's.
const OTHERS: [Role; 4] = [Role::Operator, Role::Feed, Role::Regulator, Role::Rescue];

/// One operation of the document.
struct Operation {
    name: String,
    method: String,
    /// Each of them is enough; none for what is open.
    scopes: Vec<Scope>,
    statuses: Vec<u16>,
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut out = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(m, _)| *m != "parameters") {
            let named = operation["security"].as_array().into_iter().flatten();
            let scopes = named.filter_map(|s| s["dpop"][0].as_str());
            let statuses = operation["responses"].as_object().unwrap().keys();
            out.push(Operation {
                name: format!("{} {path}", method.to_uppercase()),
                method: method.to_uppercase(),
                scopes: scopes
                    .map(|s| Scope::parse(s).unwrap_or_else(|| panic!("{path}: unknown scope `{s}`")))
                    .collect(),
                statuses: statuses.map(|s| s.parse().unwrap()).collect(),
            });
        }
    }
    out
}

/// One client of each role; the recipient's is the assistant's.
fn clients<'w, 'a>(w: &'w World, assistant: &'a Provider<'w>) -> (Vec<Client<'w>>, &'a Client<'w>) {
    let others = OTHERS.map(|role| w.client(role));
    (others.into(), &assistant.client)
}

fn role_of(scope: Scope) -> Role {
    Role::ALL.into_iter().find(|role| Scopes::of(*role).has(scope)).unwrap()
}

/// A refusal as it must look: a problem that names no value of the request.
fn is_problem(reply: &Reply, status: u16, what: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.text());
    assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{what}");
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{what}");
    assert_eq!(reply.json()["status"], status, "{what}");
    let headers: String = reply.headers.iter().map(|(_, v)| v.as_str()).collect();
    assert!(
        !reply.text().contains(&SECRET[1..]) && !headers.contains(&SECRET[1..]),
        "{what} echoes: {}",
        reply.text()
    );
}

/// A refusal for want of proof: with the challenge that says how to prove oneself.
fn is_challenge(reply: &Reply, what: &str) {
    is_problem(reply, 401, what);
    let challenge = reply.header("www-authenticate").unwrap_or_else(|| panic!("{what}: no challenge"));
    assert!(
        challenge.starts_with("DPoP error=\"") && challenge.contains("algs=\"ES256"),
        "{what}: {challenge}"
    );
}

/// Tells of every secured operation with its scope's client and the clients of all other roles.
fn each_secured(tell: impl Fn(&World, &Operation, &dyn Fn() -> Call, &Client<'_>, &[&Client<'_>])) {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let (others, recipient) = clients(w, &assistant);
        let document = w.http().get("/openapi.json").json();
        for operation in operations(&document) {
            let roles: Vec<Role> = operation.scopes.iter().map(|s| role_of(*s)).collect();
            let Some(wanted) = roles.first().copied() else { continue };
            let all = OTHERS.into_iter().zip(&others);
            let all: Vec<_> = all.chain([(Role::Recipient, recipient)]).collect();
            let right = all.iter().find(|(role, _)| *role == wanted).unwrap().1;
            let wrong: Vec<&Client<'_>> =
                all.iter().filter(|(r, _)| !roles.contains(r)).map(|(_, c)| *c).collect();
            tell(w, &operation, &|| sample(&operation.name, w, &assistant), right, &wrong);
        }
    });
}

#[test]
fn what_is_open_to_everyone_is_on_the_list() {
    World::each(|w| {
        let document = w.http().get("/openapi.json").json();
        let all = operations(&document);
        let mut open: Vec<&str> =
            all.iter().filter(|o| o.scopes.is_empty()).map(|o| o.name.as_str()).collect();
        open.sort_unstable();
        assert_eq!(open, OPEN);
        assert!(all.len() > open.len() + 5, "the parser found {} operations only", all.len());
    });
}

#[test]
fn every_operation_answers_whom_it_is_for_with_a_status_of_the_document() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let (others, recipient) = clients(w, &assistant);
        w.subscriber("somebody");
        w.broker().sequence().unwrap();
        let document = w.http().get("/openapi.json").json();
        for operation in operations(&document) {
            let call = || sample(&operation.name, w, &assistant);
            let by = |scope: &Scope| match role_of(*scope) {
                Role::Recipient => call().by(recipient),
                role => call().by(others.iter().find(|c| c.key.client_id() == role.as_str()).unwrap()),
            };
            let mut calls: Vec<Call> = operation.scopes.iter().map(by).collect();
            if calls.is_empty() {
                calls.push(call());
            }
            for call in calls {
                let reply = w.http().send(&call);
                let (name, text) = (&operation.name, reply.text());
                assert!((200..300).contains(&reply.status), "{name}: {} {text}", reply.status);
                assert!(operation.statuses.contains(&reply.status), "{name}: {}", reply.status);
            }
        }
    });
}

#[test]
fn without_a_token_or_with_a_worthless_one_a_stranger_hears_how_to_prove_himself() {
    each_secured(|w, operation, call, right, wrong| {
        let send = |call: Call, what: &str| {
            is_challenge(&w.http().send(&call), &format!("{}: {what}", operation.name))
        };
        let token = right.token();
        let path = call().path.split('?').next().unwrap().to_owned();
        let proof = || right.proof(&operation.method, &path, Some(&token));
        send(call(), "nothing");
        send(call().header("authorization", format!("DPoP {token}")), "no proof");
        send(call().header("dpop", proof()), "no token");
        send(call().with(right, "garbage"), "garbage");
        send(call().with(right, &format!("{SECRET}.{SECRET}.{SECRET}")), "shaped garbage");
        send(call().header("authorization", format!("Bearer {token}")).header("dpop", proof()), "bearer");
        send(call().with(wrong[0], &token), "the token of another key");
        let elsewhere = right.proof(&operation.method, "/v1/elsewhere", Some(&token));
        send(
            call().header("authorization", format!("DPoP {token}")).header("dpop", elsewhere),
            "another path",
        );
        let method = if operation.method == "GET" { "POST" } else { "GET" };
        let otherwise = right.proof(method, &path, Some(&token));
        send(
            call().header("authorization", format!("DPoP {token}")).header("dpop", otherwise),
            "another method",
        );
        let twice = call().with(right, &token);
        send(twice.clone().header("dpop", proof()), "two proofs");
        send(twice.clone().header("authorization", format!("DPoP {token}")), "two tokens");
        assert!(w.http().send(&twice).status < 300, "{}: well-proven", operation.name);
        send(twice, "the same proof again");
    });
}

#[test]
fn the_wrong_role_is_refused_at_every_operation() {
    each_secured(|w, operation, call, _, wrong| {
        for client in wrong {
            let what = format!("{} as {}", operation.name, client.key.client_id());
            is_problem(&w.http().send(&call().by(client)), 403, &what);
        }
    });
}

#[test]
fn a_stranger_is_refused_before_his_body_is_read() {
    each_secured(|w, operation, call, _, wrong| {
        if operation.method == "GET" {
            return;
        }
        let broken = |call: Call| Call { body: format!("{{\"reference\":\"{SECRET}").into_bytes(), ..call };
        is_challenge(&w.http().send(&broken(call())), &operation.name);
        is_problem(&w.http().send(&broken(call()).by(wrong[0])), 403, &operation.name);
    });
}

#[test]
fn a_malformed_body_is_refused_without_an_echo() {
    each_secured(|w, operation, call, right, _| {
        if operation.method == "GET" || operation.name.contains("/feeds/") {
            return;
        }
        let good: Value = serde_json::from_slice(&call().body).unwrap();
        let mut unknown = good.clone();
        unknown[SECRET] = json!(SECRET);
        let mut wrong = good.clone();
        let first = wrong.as_object().unwrap().keys().next().unwrap().clone();
        wrong[first] = json!({ SECRET: SECRET });
        for (what, body) in [
            ("half", format!("{{\"reference\":\"{SECRET}").into_bytes()),
            ("no object", json!([SECRET]).to_string().into_bytes()),
            ("empty", Vec::new()),
            ("an unknown field", unknown.to_string().into_bytes()),
            ("a field of another kind", wrong.to_string().into_bytes()),
            ("no text", [b"\xff\xfe".as_slice(), SECRET.as_bytes()].concat()),
        ] {
            let reply = w.http().send(&Call { body, ..call() }.by(right));
            is_problem(&reply, 400, &format!("{}: {what}", operation.name));
            assert!(operation.statuses.contains(&400), "{}", operation.name);
        }
    });
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    each_secured(|w, operation, call, right, _| {
        if operation.method == "GET" || operation.name.contains("/feeds/") {
            return;
        }
        let body = format!("{{\"reference\":\"{}\"}}", SECRET.repeat(8 * 1024)).into_bytes();
        let reply = w.http().send(&Call { body, ..call() }.by(right));
        is_problem(&reply, 413, &operation.name);
        assert!(operation.statuses.contains(&413), "{}", operation.name);
    });
}

#[test]
fn a_feed_is_refused_by_its_header_and_taken_by_its_lines() {
    World::each(|w| {
        let feed = w.client(Role::Feed);
        let send = |path: &str, body: &[u8]| {
            w.http().send(&Call::new("POST", path).body("text/csv", body).by(&feed))
        };
        is_problem(
            &send("/v1/feeds/location", format!("{SECRET},b\n1,2\n").as_bytes()),
            400,
            "a wrong header",
        );
        is_problem(&send("/v1/feeds/location", b""), 400, "nothing");
        is_problem(&send("/v1/feeds/weather", b"a\n"), 404, "an unknown kind");
        let lines = format!("subscriber,at,lat,lon\n{SECRET},never,1,1\n");
        let reply = send("/v1/feeds/location", lines.as_bytes());
        assert_eq!((reply.status, &reply.json()["rejected"]), (200, &json!(1)));
        assert!(!reply.text().contains(&SECRET[1..]));
    });
}

#[test]
fn the_token_endpoint_tells_a_stranger_nothing() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let form = |fields: &[(String, String)]| {
            let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let call = Call::new("POST", "/oauth/token").body("application/x-www-form-urlencoded", form);
            call.header("dpop", assistant.client.proof("POST", "/oauth/token", None))
        };
        // An unknown client, a known one with another key, and a used assertion of a known one.
        let unknown = Client::register(w, "gone", Role::Feed, None);
        w.sql("DELETE FROM clients WHERE client_id = 'gone'");
        let unknown = w.http().send(&form(&unknown.token_fields()));
        let thief = ClientKey::generate("assistant", dongui::ambient::SystemRng::new().ring()).unwrap();
        let fields = thief
            .token_request(
                dongui::ambient::SystemRng::new().ring(),
                super::support::world::ISSUER,
                "",
                w.clock.now(),
            )
            .unwrap();
        let fields: Vec<_> = fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
        let forged = w.http().send(&form(&fields));
        assert_eq!((unknown.status, unknown.text()), (forged.status, forged.text()));
        assert_eq!(unknown.status, 401);
        for (name, value) in [("grant_type", SECRET), ("scope", SECRET), ("client_assertion", SECRET)] {
            let mut fields = assistant.client.token_fields();
            fields.iter_mut().filter(|f| f.0 == name).for_each(|f| f.1 = value.to_owned());
            let reply = w.http().send(&form(&fields));
            assert!((400..402).contains(&reply.status), "{name}: {}", reply.status);
            assert!(!reply.text().contains(&SECRET[1..]), "{}", reply.text());
            assert_eq!(reply.header("cache-control"), Some("no-store"));
        }
        let huge = [("scope".to_owned(), SECRET.repeat(8 * 1024))];
        let reply = w.http().send(&form(&huge));
        is_problem(&reply, 413, "a token request");
    });
}

#[test]
fn every_answer_forbids_sniffing_and_referrers_and_an_unknown_address_is_a_problem() {
    World::each(|w| {
        for path in ["/healthz", "/nowhere", "/v1/context", "/oauth/jwks", "/openapi.json"] {
            let reply = w.http().get(path);
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(reply.header("referrer-policy"), Some("no-referrer"), "{path}");
        }
        is_problem(&w.http().get(&format!("/nowhere/{}", &SECRET[1..])), 404, "an unknown address");
    });
}
