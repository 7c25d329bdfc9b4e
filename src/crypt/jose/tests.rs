//! What JOSE refuses, attack by attack.
use super::*;
use crate::ambient::SystemRng;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use proptest::prelude::*;
use serde_json::{Value, json};

/// RFC 7515 appendix A.3: key and token.
const RFC_P256: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
const RFC_ES256: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
/// RFC 8037 appendix A.2 and A.4.
const RFC_ED25519: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const RFC_EDDSA: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
/// RFC 7638 section 3.1.
const RFC_MODULUS: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

fn signer() -> Signer {
    let system = SystemRng::new();
    Signer::from_pkcs8(&Signer::generate_pkcs8(system.ring()).unwrap(), system.ring()).unwrap()
}
fn read(token: &str, key: &Jwk) -> Result<Value, JoseError> {
    Unverified::read(token)?.verify(key, Typ::IsOrPlain("t"))
}

#[test]
fn the_examples_of_the_standards_hold() {
    let rsa = json!({"kty": "RSA", "e": "AQAB", "n": RFC_MODULUS, "kid": "2011-04-29"}).to_string();
    let thumbprint = |text: &str| Jwk::parse(text).unwrap().thumbprint().to_owned();
    assert_eq!(thumbprint(&rsa), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_eq!(thumbprint(RFC_ED25519), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(read(RFC_ES256, &Jwk::parse(RFC_P256).unwrap()).unwrap()["iss"], "joe");
    // The payload of RFC 8037 is no JSON: the signature holds, the claims do not.
    let ed25519 = Jwk::parse(RFC_ED25519).unwrap();
    assert_eq!(read(RFC_EDDSA, &ed25519), Err(JoseError::Claims));
    assert_eq!(read(&RFC_EDDSA.replace("RXho", "RXhp"), &ed25519), Err(JoseError::Claims));
    assert_eq!(read(&RFC_EDDSA.replace("RXhh", "RXhi"), &ed25519), Err(JoseError::Signature));
}

#[test]
fn a_signed_token_reads_back_for_its_use_and_key_alone() {
    let (signer, system) = (signer(), SystemRng::new());
    let token = signer.sign(system.ring(), "a+jwt", &json!({"n": 1})).unwrap();
    assert_eq!(verify::<Value>(&token, signer.jwk(), "a+jwt"), Ok(json!({"n": 1})));
    assert_eq!(verify::<Value>(&token, signer.jwk(), "application/a+jwt").err(), Some(JoseError::Typ));
    assert_eq!(verify::<Value>(&token, signer.jwk(), "b+jwt").err(), Some(JoseError::Typ));
    assert_eq!(verify::<Value>(&token, self::signer().jwk(), "a+jwt").err(), Some(JoseError::Signature));
    let other = Jwk::parse(RFC_ED25519).unwrap();
    assert_eq!(verify::<Value>(&token, &other, "a+jwt").err(), Some(JoseError::Algorithm));
    let unverified = Unverified::read(&token).unwrap();
    assert_eq!(unverified.kid(), Some(signer.kid()));
    assert_eq!(unverified.embedded_key(), Err(JoseError::Key));
}

fn forged(header: &Value, signature: &dyn Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", B64.encode(header.to_string()), B64.encode(r#"{"iss":"joe"}"#));
    format!("{message}.{}", B64.encode(signature(message.as_bytes())))
}

#[test]
fn no_algorithm_is_taken_for_another() {
    let (key, signer) = (Jwk::parse(RFC_P256).unwrap(), signer());
    // The classic: the public key, which everybody has, as the secret of a MAC.
    let point = [
        [4].as_slice(),
        &B64.decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU").unwrap(),
        &B64.decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0").unwrap(),
    ]
    .concat();
    for secret in [point.as_slice(), &point[1..], RFC_P256.as_bytes()] {
        let mac = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
        let token = forged(&json!({"alg": "HS256"}), &|m| ring::hmac::sign(&mac, m).as_ref().to_vec());
        assert_eq!(read(&token, &key), Err(JoseError::Algorithm));
    }
    for alg in ["none", "None", "NONE", "", "HS256", "RS256", "PS384", "ES384", "ES256K", "es256"] {
        for signature in [vec![], vec![0; 64]] {
            let token = forged(&json!({"alg": alg}), &|_| signature.clone());
            assert_eq!(read(&token, &key), Err(JoseError::Algorithm), "{alg}");
        }
    }
    // An all-zero ECDSA signature, and one of the wrong length.
    for signature in [vec![0; 64], vec![], vec![1; 63]] {
        let token = forged(&json!({"alg": "ES256"}), &|_| signature.clone());
        assert_eq!(read(&token, &key), Err(JoseError::Signature));
    }
    let token = signer.sign(SystemRng::new().ring(), "t", &json!({})).unwrap();
    let (_, rest) = token.split_once('.').unwrap();
    for alg in ["EdDSA", "PS256"] {
        let relabelled = format!("{}.{rest}", B64.encode(json!({"alg": alg, "typ": "t"}).to_string()));
        assert_eq!(read(&relabelled, signer.jwk()), Err(JoseError::Algorithm), "{alg}");
    }
}

#[test]
fn a_header_with_extensions_or_members_twice_is_refused() {
    let key = Jwk::parse(RFC_P256).unwrap();
    for crit in [json!(["b64"]), json!([]), Value::Null] {
        let token = forged(&json!({"alg": "ES256", "crit": crit, "b64": false}), &|_| vec![0; 64]);
        assert_eq!(read(&token, &key), Err(JoseError::Critical));
    }
    for header in [r#"{"alg":"none","alg":"ES256"}"#, r#"{"alg":["ES256"]}"#, "{}", "[]", "ES256", ""] {
        let token = format!("{}.e30.AAAA", B64.encode(header));
        assert_eq!(read(&token, &key), Err(JoseError::Malformed), "{header}");
    }
    assert_eq!(read(&"a".repeat(MAX_TOKEN_BYTES + 1), &key), Err(JoseError::TooLong));
    for shape in ["", ".", "..", "a.b", "a.b.c.d", "e30.e30.", " e30.e30.e30"] {
        assert!(read(shape, &key).is_err(), "{shape}");
    }
}

#[test]
fn keys_that_are_private_weak_or_of_another_kind_are_refused() {
    let ec: Value = serde_json::from_str(RFC_P256).unwrap();
    let rsa = json!({"kty": "RSA", "e": "AQAB", "n": RFC_MODULUS});
    let with = |key: &Value, member: &str, value: Value| {
        let mut key = key.clone();
        key[member] = value;
        Jwk::parse(&key.to_string())
    };
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        for value in [json!("AQAB"), Value::Null] {
            assert_eq!(with(&ec, member, value.clone()), Err(JoseError::PrivateKey), "{member}");
            assert_eq!(with(&rsa, member, value), Err(JoseError::PrivateKey), "{member}");
        }
    }
    assert_eq!(Jwk::parse(r#"{"kty":"oct","k":"AAAA"}"#), Err(JoseError::PrivateKey));
    for (member, value) in
        [("crv", "P-384"), ("crv", "secp256k1"), ("kty", "OKP"), ("alg", "ES384"), ("use", "enc")]
    {
        assert_eq!(with(&ec, member, json!(value)), Err(JoseError::KeyKind), "{member} {value}");
    }
    assert_eq!(with(&ec, "key_ops", json!(["sign"])), Err(JoseError::KeyKind));
    assert_eq!(with(&rsa, "alg", json!("RS256")), Err(JoseError::KeyKind));
    let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    // Too short, padded, the same bytes with other unused bits, not base64url.
    for odd in [&x[..42], &format!("{x}="), &x.replace("EU", "EV"), &x.replace('8', "+")] {
        assert_eq!(with(&ec, "x", json!(odd)), Err(JoseError::Key), "{odd}");
    }
    assert_eq!(with(&ec, "y", Value::Null), Err(JoseError::Key));
    let modulus = |bytes: &[u8]| with(&rsa, "n", json!(B64.encode(bytes)));
    assert_eq!(modulus(&[0xff; 128]), Err(JoseError::KeyLength));
    assert_eq!(modulus(&[[0x7f].as_slice(), &[0xff; 255]].concat()), Err(JoseError::KeyLength));
    assert_eq!(modulus(&[0xff; 513]), Err(JoseError::KeyLength));
    assert_eq!(modulus(&[[0].as_slice(), &[0xff; 256]].concat()), Err(JoseError::Key));
    assert_eq!(with(&rsa, "e", json!("")), Err(JoseError::Key));
    assert!(modulus(&[0xff; 512]).is_ok());
}

#[test]
fn a_set_leaves_out_what_it_cannot_use_and_refuses_what_is_dangerous() {
    let set = |keys: &[Value]| JwkSet::parse(&json!({ "keys": keys }).to_string());
    let ec: Value = serde_json::from_str(RFC_P256).unwrap();
    let ed: Value = serde_json::from_str(RFC_ED25519).unwrap();
    let unknown = json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA"});
    let both = set(&[ec.clone(), unknown.clone(), ed.clone()]).unwrap();
    assert_eq!(both.keys.len(), 2);
    assert_eq!(JwkSet::parse(&serde_json::to_string(&both).unwrap()), Ok(both.clone()));
    assert_eq!(both.candidates(None, Alg::EdDsa).count(), 1);
    assert_eq!(both.candidates(Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"), Alg::EdDsa).count(), 1);
    assert_eq!(both.candidates(Some("other"), Alg::EdDsa).count(), 0);
    assert_eq!(set(&[]), Err(JoseError::KeySet));
    assert_eq!(set(&[unknown]), Err(JoseError::KeySet));
    assert_eq!(set(&vec![ec.clone(); 17]), Err(JoseError::KeySet));
    let named = |key: &Value| {
        let mut key = key.clone();
        key["kid"] = json!("same");
        key
    };
    assert_eq!(set(&[named(&ec), named(&ed)]), Err(JoseError::KeySet));
    let mut private = ec.clone();
    private["d"] = json!("AQAB");
    assert_eq!(set(&[ed, private]), Err(JoseError::PrivateKey));
    for odd in ["", "[]", "{}", r#"{"keys":{}}"#] {
        assert_eq!(JwkSet::parse(odd), Err(JoseError::Key), "{odd}");
    }
}

#[test]
fn the_operators_key_signs_under_its_thumbprint() {
    let system = SystemRng::new();
    let text = crate::crypt::keyring::Keyring::generate(&system, system.ring()).unwrap();
    let keyring = crate::crypt::keyring::Keyring::parse(&text).unwrap();
    let keys = crate::crypt::signing::SigningKeys::of(&keyring, system.ring()).unwrap();
    let signer = keys.active(crate::domain::time::At(0));
    assert_eq!(signer.jwk().kid(), Some(signer.kid()));
    let published = serde_json::to_value(signer.jwk()).unwrap();
    let mut members: Vec<_> = published.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    install();
    install();
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "([A-Za-z0-9_.=-]|\\PC){0,200}") {
        let _token = Unverified::read(&text).map(|t| t.peek::<Value>());
        let _key = Jwk::parse(&text);
        let _set = JwkSet::parse(&text);
    }
    #[test]
    fn one_changed_character_is_enough_to_refuse(at in 0usize..1000, to in "[A-Za-z0-9_-]") {
        let at = at % RFC_ES256.len();
        let torn = format!("{}{to}{}", &RFC_ES256[..at], &RFC_ES256[at + 1..]);
        prop_assert_eq!(read(&torn, &Jwk::parse(RFC_P256).unwrap()).is_ok(), torn == RFC_ES256);
    }
}
