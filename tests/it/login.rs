//! The operator's login: at a real provider over HTTP, and before a provider that forges. Deliberately absent: how the pages look (`screens`).
use super::screens::visitor::{Visitor, bare};
use super::support::World;
use super::support::door::Call;
use super::support::house::House;
use super::support::provider::Provider;
use super::support::world::{ISSUER, Opening, SeededRng};
use dongui::ambient::{SystemClock, SystemRng};
use dongui::crypt::jose::Signer;
use dongui::domain::subscriber::AgeBand;
use dongui::domain::time::{At, Clock, MINUTE_US, SECOND_US};
use dongui::oauth::login::{Fetch, LOGIN_US, Login, LoginError, Proof, Response, Returned, Trust};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// A file beside the others of a world.
fn file(w: &World, name: &str, text: &str) -> PathBuf {
    let path = w.house.dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path
}

/// Lets a world's subscribers log in at the provider, and sets the world to the provider's time.
fn trusts(w: &World, provider: &Provider) {
    w.clock.set(SystemClock.now());
    file(w, "provider-secret", "a-secret-of-the-test");
    let text = format!(
        "[provider]\nissuer = \"{}\"\nclient_id = \"dongui\"\nclient_secret_file = \"provider-secret\"\nacr = [\"two-factors\"]\n",
        provider.issuer
    );
    let login = Some(file(w, "login.toml", &text));
    w.restart(Opening { login, ..Opening::default() });
}

/// Begins a login and follows it to where the provider sends the browser back to.
fn returns(visitor: &mut Visitor<'_>, provider: &Provider, who: &str, acr: &str) -> String {
    let begun = visitor.get("/me/login");
    assert_eq!(begun.status, 303, "{}", begun.text());
    provider.logs_in(begun.header("location").unwrap(), who, acr)
}

const TWO: &str = "two-factors";
const ATTEMPT: &str = "__Host-dongui-login";

fn refused(visitor: &mut Visitor<'_>, back: &str) {
    let reply = visitor.get(back);
    assert_eq!(reply.status, 403, "{}", reply.text());
    assert!(bare(&reply.text()).contains("This sign-in opens no page"), "{}", reply.text());
    assert!(!visitor.cookies.contains_key("__Host-dongui") && !visitor.cookies.contains_key(ATTEMPT));
}

#[test]
fn who_logs_in_at_the_operator_is_on_his_own_page() {
    World::each(|w| {
        let (mina, child, gone) =
            (w.subscriber("mina"), w.enrols("child", AgeBand::Minor), w.subscriber("gone"));
        let number = |n: &str, verified| json!({ "phone_number": n, "phone_number_verified": verified });
        let accounts = json!({
            "mina": number(&mina.number, true), "unsure": number(&mina.number, false),
            "child": number(&child.number, true), "gone": number(&gone.number, true),
            "stranger": number("+491550099999", true), "nameless": {},
        });
        let Some(provider) = Provider::start(&accounts) else { return };
        trusts(w, &provider);
        let why = dongui::broker::depart::Departure::PortedOut;
        w.broker().depart(&dongui::broker::authenticate::Caller::console(), &gone.reference(), why).unwrap();
        let mut visitor = Visitor::new(w);
        let back = returns(&mut visitor, &provider, "mina", TWO);
        let attempt = visitor.cookies[ATTEMPT].clone();
        let entered = visitor.get(&back);
        assert_eq!(entered.status, 200, "{}", entered.text());
        let set = |name: &str| {
            let cookies = entered.headers.iter().filter(|(n, _)| n == "set-cookie");
            cookies.map(|(_, v)| v.clone()).find(|v| v.starts_with(&format!("{name}="))).unwrap()
        };
        assert!(set("__Host-dongui").contains("SameSite=Strict") && set(ATTEMPT).contains("Max-Age=0"));
        assert_eq!(visitor.get("/me").status, 200);
        let session = visitor.cookies["__Host-dongui"].clone();
        assert_eq!(w.broker().visitor(&session).unwrap().subscriber, mina.id);
        assert!(w.broker().pin_standing(&session).unwrap().fresh, "two factors were shown");
        // The answer again, also with the cookie of before.
        let mut thief = Visitor::new(w);
        thief.cookies.insert(ATTEMPT.to_owned(), attempt);
        refused(&mut thief, &back);
        for who in ["unsure", "child", "gone", "stranger", "nameless"] {
            let mut visitor = Visitor::new(w);
            let back = returns(&mut visitor, &provider, who, TWO);
            refused(&mut visitor, &back);
        }
        let mut visitor = Visitor::new(w);
        let back = returns(&mut visitor, &provider, "mina", "one-factor");
        refused(&mut visitor, &back);
    });
}

#[test]
fn the_answer_to_a_login_of_another_browser_opens_nothing() {
    let w = World::new(House::sqlite());
    let mina = w.subscriber("mina");
    let accounts = json!({ "mina": { "phone_number": mina.number, "phone_number_verified": true } });
    let Some(provider) = Provider::start(&accounts) else { return };
    trusts(&w, &provider);
    let (mut mine, mut theirs) = (Visitor::new(&w), Visitor::new(&w));
    let back = returns(&mut mine, &provider, "mina", TWO);
    refused(&mut theirs, &back);
    // With a login of its own under way, and with the code put into that.
    let own = returns(&mut theirs, &provider, "mina", TWO);
    let part = |back: &str, name: &str| {
        let query = back.split_once('?').unwrap().1.to_owned();
        form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).unwrap().1.into_owned()
    };
    let injected = own.replace(&part(&own, "code"), &part(&back, "code"));
    refused(&mut theirs, &injected);
    let mut theirs = Visitor::new(&w);
    let own = returns(&mut theirs, &provider, "mina", TWO);
    let iss: String = form_urlencoded::byte_serialize(provider.issuer.as_bytes()).collect();
    assert!(own.contains(&iss), "the provider says who it is: {own}");
    refused(&mut theirs, &own.replace(&iss, "https%3A%2F%2Fother.example"));
    // Where a form of ours may lead, and nowhere else.
    let begun = w.http().send(&Call::new("GET", "/me/login?to=https://other.example"));
    let address = begun.header("location").unwrap();
    assert!(address.starts_with(&provider.issuer) && !address.contains("other.example"));
    for wanted in ["code_challenge_method=S256", "nonce=", "state=", "max_age=0", "acr_values=two-factors"] {
        assert!(address.contains(wanted), "{wanted}: {address}");
    }
}

#[test]
fn without_a_provider_there_is_no_login() {
    let w = World::new(House::sqlite());
    let mut visitor = Visitor::new(&w);
    assert_eq!(visitor.get("/me/login").status, 404);
    assert_eq!(visitor.get("/me/login/back?code=x&state=y").status, 403);
}

const PROVIDER: &str = "https://id.operator.example";
const BACK: &str = "https://context.operator.example/me/login/back";
const NOW: At = At(1_795_533_600 * SECOND_US);

/// What is made of something right.
type Bend<T> = fn(&mut T);
/// How a forged ID token is made of its claims.
type Forge = Box<dyn Fn(&Signer, Value) -> String + Send + Sync>;

fn honest(signer: &Signer, claims: Value) -> String {
    signer.sign(SystemRng::new().ring(), "JWT", &claims).unwrap()
}

/// A login at a provider that answers with what `change` makes of the right claims and `forge` of those.
fn forged(change: Bend<Value>, forge: Forge, returned: Bend<Returned>) -> Result<String, LoginError> {
    let keyring = dongui::crypt::keyring::Keyring::parse(super::support::world::keys()).unwrap();
    let signer = Signer::from_pkcs8(&keyring.signing()[0].pkcs8, SystemRng::new().ring()).unwrap();
    let nonce = Arc::new(Mutex::new(String::new()));
    let known = Arc::clone(&nonce);
    let fetch: Arc<Fetch> = Arc::new(move |request| {
        let body = match request.uri().path() {
            "/.well-known/openid-configuration" => json!({
                "issuer": PROVIDER, "authorization_endpoint": format!("{PROVIDER}/auth"), "token_endpoint": format!("{PROVIDER}/token"),
                "jwks_uri": format!("{PROVIDER}/jwks"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"], "authorization_response_iss_parameter_supported": true,
            }),
            "/jwks" => json!({ "keys": [signer.jwk()] }),
            _ => {
                let mut claims = json!({
                    "iss": PROVIDER, "sub": "mina", "aud": "dongui", "exp": NOW.unix_s() + 60, "iat": NOW.unix_s(),
                    "auth_time": NOW.unix_s(), "nonce": *known.lock().unwrap(), "amr": ["otp"],
                    "phone_number": "+4915550000000", "phone_number_verified": true,
                });
                change(&mut claims);
                json!({ "access_token": "a", "token_type": "Bearer", "id_token": forge(&signer, claims) })
            }
        };
        let mut answer = Response::new(body.to_string().into_bytes());
        answer.headers_mut().insert("content-type", "application/json".parse().unwrap());
        Ok(answer)
    });
    let trust = Trust {
        issuer: PROVIDER.to_owned(),
        client_id: "dongui".to_owned(),
        proof: Proof::Secret("a-secret-of-the-test".to_owned().into()),
        claim: "phone_number".to_owned(),
        scopes: vec!["phone".to_owned()],
        acr: Vec::new(),
        amr: vec!["otp".to_owned()],
    };
    let login = Login::new(trust, fetch, SystemRng::shared());
    let (address, attempt) = login.begin(BACK, &SeededRng::new(5), NOW)?;
    let of = |name: &str| {
        let query = address.split_once('?').unwrap().1;
        form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).unwrap().1.into_owned()
    };
    *nonce.lock().unwrap() = of("nonce");
    let mut came =
        Returned { code: Some("c".to_owned()), state: Some(of("state")), iss: Some(PROVIDER.to_owned()) };
    returned(&mut came);
    login.end(attempt, &came, BACK, NOW.plus(MINUTE_US / 2)).map(|p| p.reference.text().to_owned())
}

/// Header and claims as they stand in a token, with whatever signature.
fn compact(header: &Value, claims: &Value, signature: impl Fn(&[u8]) -> Vec<u8>) -> String {
    use base64::Engine;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let signed =
        format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
    format!("{signed}.{}", encode(&signature(signed.as_bytes())))
}

#[test]
fn a_login_that_anything_is_wrong_with_proves_nobody() {
    assert_eq!(forged(|_| {}, Box::new(honest), |_| {}).unwrap(), "4915550000000");
    let changes: [(&str, Bend<Value>); 13] = [
        ("another nonce", |c| c["nonce"] = json!("another")),
        ("no nonce", |c| drop(c.as_object_mut().unwrap().remove("nonce"))),
        ("another issuer", |c| c["iss"] = json!("https://other.example")),
        ("a slash more", |c| c["iss"] = json!(format!("{PROVIDER}/"))),
        ("for somebody else", |c| c["aud"] = json!("other")),
        ("for somebody else too", |c| c["aud"] = json!(["dongui", "other"])),
        ("expired", |c| c["exp"] = json!(NOW.unix_s())),
        ("a login of before", |c| c["auth_time"] = json!(NOW.unix_s() - 3600)),
        ("no time of the login", |c| drop(c.as_object_mut().unwrap().remove("auth_time"))),
        ("one factor", |c| c["amr"] = json!(["pwd"])),
        ("a number nobody checked", |c| c["phone_number_verified"] = json!(false)),
        ("nobody says that it was checked", |c| {
            drop(c.as_object_mut().unwrap().remove("phone_number_verified"))
        }),
        ("no number", |c| c["phone_number"] = json!("000")),
    ];
    for (what, change) in changes {
        assert!(matches!(forged(change, Box::new(honest), |_| {}), Err(LoginError::Refused(_))), "{what}");
    }
    let forges: [(&str, Forge); 4] = [
        ("unsigned", Box::new(|_, c| compact(&json!({ "alg": "none" }), &c, |_| Vec::new()))),
        (
            "signed with our secret",
            Box::new(|_, c| {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"a-secret-of-the-test");
                compact(&json!({ "alg": "HS256" }), &c, |text| ring::hmac::sign(&key, text).as_ref().to_vec())
            }),
        ),
        (
            "signed by somebody else",
            Box::new(|_, c| {
                let system = SystemRng::new();
                let key = Signer::from_pkcs8(&Signer::generate_pkcs8(system.ring()).unwrap(), system.ring())
                    .unwrap();
                honest(&key, c)
            }),
        ),
        (
            "another signature",
            Box::new(|signer, c| {
                let token = honest(signer, c);
                let (signed, _) = token.rsplit_once('.').unwrap();
                format!("{signed}.{}", "A".repeat(86))
            }),
        ),
    ];
    for (what, forge) in forges {
        assert!(matches!(forged(|_| {}, forge, |_| {}), Err(LoginError::Refused(_))), "{what}");
    }
    let answers: [(&str, Bend<Returned>); 5] = [
        ("another state", |r| r.state = Some("x".to_owned())),
        ("no state", |r| r.state = None),
        ("another issuer", |r| r.iss = Some("https://other.example".to_owned())),
        ("no issuer, where it says that it says it", |r| r.iss = None),
        ("no code", |r| r.code = None),
    ];
    for (what, returned) in answers {
        assert!(matches!(forged(|_| {}, Box::new(honest), returned), Err(LoginError::Refused(_))), "{what}");
    }
    const { assert!(LOGIN_US == 10 * MINUTE_US) };
    assert!(BACK.starts_with(ISSUER));
}
