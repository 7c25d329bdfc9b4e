//! Tokens that are bound to the certificate of a connection (RFC 8705), beside those that are bound to a key: TLS ends in the server, and real clients
//! show real certificates. Deliberately absent: what a token reaches.
use super::camara::RETRIEVE;
use super::linking::{allows, ends};
use super::mcp::host::{Host, MCP, message};
use super::screens::visitor::Visitor;
use super::support::authority::{Authority, Line, Pair};
use super::support::door::{Call, Reply};
use super::support::house::House;
use super::support::linker::{Fields, Linker, but, part};
use super::support::program::{Running, keeps_key, node, runs, written};
use super::support::world::{ISSUER, keys};
use super::support::{MUNICH, Subscriber, World, ZONE};
use dongui::ambient::SystemRng;
use dongui::crypt::jose::Unverified;
use dongui::crypt::keyring::Keyring;
use dongui::crypt::signing::SigningKeys;
use dongui::oauth::binding::thumbprint;
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring::default_provider;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ClientConnection, RootCertStore, SignatureScheme, StreamOwned};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

const CITY: [(&str, &str); 2] = [("precision", "city"), ("term", "30")];

/// A code of somebody who allows his zone, for what was pushed with no key.
fn code(linker: &Linker<'_>, who: &Subscriber<'_>) -> String {
    let pushed = linker.sends("/oauth/par", &linker.wants(), None);
    assert_eq!(pushed.status, 201, "{}", pushed.text());
    let mut visitor = Visitor::enters(linker.w, who);
    let address = linker.address_of(pushed.json()["request_uri"].as_str().unwrap());
    assert_eq!(visitor.get(&address).status, 200);
    allows(&mut visitor, linker, "location.zone", &CITY);
    let back = ends(&mut visitor, "allow");
    part(back.header("location").unwrap(), "code").unwrap()
}

fn given(reply: &Reply) -> Value {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("no `{name}` in {answer}"))
}

fn claims(token: &str) -> Value {
    Unverified::read(token).unwrap().peek().unwrap()
}

/// What asks for a token for the client itself.
fn itself(linker: &Linker<'_>) -> Fields {
    but(&linker.proves(), "grant_type", "client_credentials")
}

/// Each door with a question for it.
fn doors(token: &str) -> [Call; 2] {
    let body = json!({ "purpose": super::support::ASSISTANT, "categories": [ZONE] });
    let bearer = format!("Bearer {token}");
    [Call::new("POST", "/v1/context").json(&body), Call::new("POST", RETRIEVE).json(&json!({}))]
        .map(|call| call.header("authorization", &bearer))
}

fn tool(token: &str) -> Call {
    let call = json!({ "name": "get_context", "arguments": { "categories": [ZONE] } });
    message("tools/call", call).header("authorization", format!("Bearer {token}"))
}

/// Shows a certificate and signs with whatever key it has.
#[derive(Debug)]
struct Thief(Arc<CertifiedKey>);

impl ResolvesClientCert for Thief {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
    fn has_certs(&self) -> bool {
        true
    }
}

/// How an answer begins that is got with this certificate and this key.
fn hears(w: &World, authority: &Authority, der: &[u8], key: &str) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().to_vec().into()).unwrap();
    let key = any_supported_type(&PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap()).unwrap();
    let shown = CertifiedKey::new(vec![der.to_vec().into()], key);
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(Thief(Arc::new(shown))));
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let tls = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(tls, TcpStream::connect(w.http().address())?);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

#[test]
fn a_token_of_a_certificate_is_good_at_every_door_over_a_connection_of_that_and_nowhere_else() {
    World::each(|w| {
        let authority = Authority::new(w);
        let (mine, other, by_itself) =
            (authority.gives("assistant"), authority.gives("other"), Pair::self_signed("by itself"));
        w.ends_tls(&authority, &[&by_itself]);
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        w.neighbours_are_at(MUNICH);
        let line = |pair: Option<&Pair>| Line::open(w, &authority, pair);
        let own = line(Some(&mine));
        let answer = given(&own.form("/oauth/token", &linker.redeems(&code(&linker, &mina))));
        mina.is_at(MUNICH);
        let token = text(&answer, "access_token").to_owned();
        assert_eq!(text(&answer, "token_type"), "Bearer");
        assert_eq!(claims(&token)["cnf"], json!({ "x5t#S256": thumbprint(&mine.der) }));
        let refresh = but(&linker.refreshes(text(&answer, "refresh_token")), "resource", MCP);
        let for_mcp = text(&given(&own.form("/oauth/token", &refresh)), "access_token").to_owned();
        let [context, camara] = doors(&token);
        let all = [(context, &token), (camara, &token), (tool(&for_mcp), &for_mcp)];
        for (call, token) in &all {
            for _ in 0..2 {
                let told = own.send(call);
                assert_eq!(told.status, 200, "{}: {}", call.path, told.text());
                assert!(!told.text().contains("not_available"), "{}", told.text());
            }
            let refused = |reply: Reply, how: &str| {
                assert_eq!(reply.status, 401, "{} {how}: {}", call.path, reply.text());
            };
            refused(line(None).send(call), "without a certificate");
            refused(line(Some(&other)).send(call), "with another");
            refused(line(Some(&by_itself)).send(call), "with a self-signed one");
            let mut proven = call.clone();
            proven.headers.retain(|(name, _)| name != "authorization");
            refused(own.send(&proven.with(linker.client(), token)), "with a proof beside it");
        }
        assert_eq!(mina.disclosures(), 6, "what was refused was not asked");
        w.close_door();
        for (call, _) in &all {
            assert_eq!(w.http().send(call).status, 401, "{} over plain HTTP", call.path);
        }
        assert_eq!(mina.disclosures(), 6);
    });
}

#[test]
fn a_token_of_a_key_is_no_bearers_because_there_is_a_certificate_too() {
    World::each(|w| {
        let authority = Authority::new(w);
        let mine = authority.gives("assistant");
        w.ends_tls(&authority, &[]);
        let linker = Linker::new(w, "assistant");
        let over = |pair: Option<&Pair>| Line::open(w, &authority, pair);
        let asks = |line: &Line<'_>, token: &str| {
            let body = json!({ "purpose": super::support::ASSISTANT, "categories": [ZONE],
                "subject": linker.provider.knows(&w.subscriber("mina")) });
            w.clock.advance(1);
            line.send(&Call::new("POST", "/v1/context").json(&body).with(linker.client(), token))
        };
        // Who shows a proof means the key, whatever else is there.
        let call = |fields: &Fields| {
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let proof = linker.client().proof("POST", "/oauth/token", None);
            Call::new("POST", "/oauth/token")
                .body("application/x-www-form-urlencoded", body)
                .header("dpop", proof)
        };
        let answer = given(&over(Some(&mine)).send(&call(&itself(&linker))));
        let token = text(&answer, "access_token").to_owned();
        assert_eq!(text(&answer, "token_type"), "DPoP");
        assert!(claims(&token)["cnf"]["jkt"].is_string() && claims(&token)["cnf"]["x5t#S256"].is_null());
        for pair in [None, Some(&mine)] {
            let line = over(pair);
            assert_eq!(asks(&line, &token).status, 200);
            let bare = line.asks("/v1/context", &token, &json!({}));
            assert_eq!(bare.status, 401, "{}", bare.text());
        }
        // Without either there is no token.
        let refused = over(None).form("/oauth/token", &itself(&linker));
        assert_eq!((refused.status, text(&refused.json(), "error")), (400, "invalid_dpop_proof"));
    });
}

#[test]
fn a_certificate_that_nobody_vouches_for_ends_the_connection_and_one_that_is_listed_does_not() {
    let w = World::new(House::sqlite());
    let authority = Authority::new(&w);
    let stranger = Authority::named(w.house.dir.path(), "another authority").gives("assistant");
    let (listed, unlisted) = (Pair::self_signed("listed"), Pair::self_signed("unlisted"));
    w.ends_tls(&authority, &[&listed]);
    let call = Call::new("GET", "/healthz");
    let tries = |pair: &Pair| Line::open(&w, &authority, Some(pair)).tries(&call);
    assert_eq!(tries(&listed).unwrap().status, 200);
    assert!(tries(&stranger).is_err() && tries(&unlisted).is_err());
    assert_eq!(hears(&w, &authority, &listed.der, &listed.key).unwrap(), "HTTP/1.1 200 OK");
    assert!(hears(&w, &authority, &listed.der, &unlisted.key).is_err(), "a certificate without its key");
    let linker = Linker::new(&w, "assistant");
    let metadata = |path: &str| {
        let found = w.http().get(path).json();
        found["tls_client_certificate_bound_access_tokens"].as_bool().unwrap()
    };
    let documents =
        ["oauth-authorization-server", "oauth-protected-resource", "oauth-protected-resource/mcp"]
            .map(|name| format!("/.well-known/{name}"));
    assert!(documents.iter().all(|path| metadata(path)));
    assert_eq!(w.http().get("/healthz").header("strict-transport-security"), Some("max-age=63072000"));
    let mine = authority.gives("assistant");
    let answer = given(&Line::open(&w, &authority, Some(&mine)).form("/oauth/token", &itself(&linker)));
    let worth = linker.worth(text(&answer, "access_token"));
    assert_eq!(worth["cnf"], json!({ "x5t#S256": thumbprint(&mine.der) }));
    assert_eq!((worth["active"].as_bool(), text(&worth, "token_type")), (Some(true), "Bearer"));
    w.close_door();
    assert!(documents.iter().all(|path| !metadata(path)), "where TLS ends elsewhere nothing is bound to it");
}

#[test]
fn a_renewed_certificate_goes_on_with_the_link_and_ends_the_tokens_of_the_old_one() {
    World::each(|w| {
        let authority = Authority::new(w);
        let (old, new) = (authority.gives("assistant"), authority.gives("assistant"));
        w.ends_tls(&authority, &[]);
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        w.neighbours_are_at(MUNICH);
        let over = |pair: Option<&Pair>| Line::open(w, &authority, pair);
        let first = given(&over(Some(&old)).form("/oauth/token", &linker.redeems(&code(&linker, &mina))));
        mina.is_at(MUNICH);
        let refreshes = |pair: Option<&Pair>, of: &Value| {
            over(pair).form("/oauth/token", &linker.refreshes(text(of, "refresh_token")))
        };
        assert_eq!(refreshes(None, &first).status, 400, "without a certificate or a key");
        let second = given(&refreshes(Some(&new), &first));
        let [context, _] = doors(text(&second, "access_token"));
        assert_eq!(over(Some(&new)).send(&context).status, 200);
        assert_eq!(over(Some(&old)).send(&context).status, 401);
        // From a key there is no way back to a certificate.
        let third = given(&linker.token(&linker.refreshes(text(&second, "refresh_token"))));
        assert_eq!(text(&third, "token_type"), "DPoP");
        let back = refreshes(Some(&new), &third);
        assert_eq!((back.status, text(&back.json(), "error")), (400, "invalid_grant"));
        assert_eq!(linker.token(&linker.refreshes(text(&third, "refresh_token"))).status, 200);
    });
}

#[test]
fn the_certificate_of_a_host_binds_nothing_of_its_customers() {
    let w = World::new(House::sqlite());
    let authority = Authority::new(&w);
    w.ends_tls(&authority, &[]);
    let (host, mina) = (Host::new(&w, "host"), w.subscriber("mina"));
    w.neighbours_are_at(MUNICH);
    let over = |name: &str| Line::open(&w, &authority, Some(&authority.gives(name)));
    let address = host.links(&mina);
    mina.is_at(MUNICH);
    let answer = given(&over("host").form("/oauth/token", &host.redeems(&part(&address, "code").unwrap())));
    let token = text(&answer, "access_token");
    assert!(claims(token)["cnf"].is_null());
    assert_eq!(over("another machine of the host").send(&tool(token)).status, 200);
}

#[test]
fn one_changed_letter_of_the_thumbprint_is_enough_to_refuse_even_under_our_own_signature() {
    let w = World::new(House::sqlite());
    let authority = Authority::new(&w);
    let mine = authority.gives("assistant");
    w.ends_tls(&authority, &[]);
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    let ours = SigningKeys::of(&Keyring::parse(keys()).unwrap(), SystemRng::new().ring()).unwrap();
    let line = Line::open(&w, &authority, Some(&mine));
    let answer = given(&line.form("/oauth/token", &itself(&linker)));
    let good = claims(text(&answer, "access_token"));
    let subject = linker.provider.knows(&mina);
    let asks = |claims: &Value| {
        let token = ours.active(w.clock.now()).sign(SystemRng::new().ring(), "at+jwt", claims).unwrap();
        let body = json!({ "purpose": super::support::ASSISTANT, "categories": [ZONE], "subject": subject });
        line.asks("/v1/context", &token, &body).status
    };
    assert_eq!(asks(&good), 200);
    let print = thumbprint(&mine.der);
    let mut bad: Vec<Value> = (0..print.len())
        .map(|at| {
            let letter = if print.as_bytes()[at] == b'Z' { "g" } else { "Z" };
            json!({ "x5t#S256": format!("{}{letter}{}", &print[..at], &print[at + 1..]) })
        })
        .collect();
    bad.extend([
        json!({}),
        Value::Null,
        json!(print),
        json!({ "x5t": print }),
        json!({ "jkt": print }),
        json!({ "jkt": print, "x5t#S256": print }),
        json!({ "x5t#S256": [print] }),
        json!({ "x5t#S256": format!("{print}=") }),
    ]);
    for cnf in bad {
        let mut claims = good.clone();
        claims["cnf"] = cnf.clone();
        assert_eq!(asks(&claims), 401, "{cnf}");
    }
    assert_eq!(asks(&good), 200);
}

#[test]
fn an_official_client_asks_by_the_program_in_the_document_with_a_certificate_and_no_proof() {
    let w = World::new(House::sqlite());
    let authority = Authority::new(&w);
    let (mine, text) = (authority.gives("assistant"), written("docs/connect/server-to-server.md", "js", 1));
    let _runs = Running::start(&w);
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    w.neighbours_are_at(MUNICH);
    mina.allows(&linker.provider, super::support::ASSISTANT, ZONE, super::support::CITY);
    mina.is_at(MUNICH);
    w.ends_tls(&authority, &[]);
    keeps_key(&w, "assistant.pem", &linker.client().key);
    let dir = w.house.dir.path();
    std::fs::write(dir.join("tls.pem"), &mine.certificate).unwrap();
    std::fs::write(dir.join("tls.key"), &mine.key).unwrap();
    std::fs::write(dir.join("authority.pem"), authority.pem()).unwrap();
    let subject = linker.provider.knows(&mina);
    let arguments = [ISSUER, "assistant", "assistant.pem", "tls.pem", "tls.key", &subject];
    let Some(mut program) = node(&w, "oauth4webapi", &text, &arguments) else { return };
    program.env("NODE_EXTRA_CA_CERTS", dir.join("authority.pem"));
    let told = runs(&w, program, |_| None);
    assert!(told.contains("\"location.zone\"") && told.contains("bound to the certificate"), "{told}");
}
