//! A token for a client's own signed statement of whom it means, as CAMARA has it: what a subscriber allowed already, for 300 s. Somebody who allows
//! nothing, who ended his link, and nobody are one answer.
use super::super::support::door::Reply;
use super::super::support::house::House;
use super::super::support::linker::{Fields, Linker, proves};
use super::super::support::world::{ISSUER, Opening};
use super::super::support::{ASSISTANT, CITY, MUNICH, World, ZONE};
use super::asked::rows;
use super::{refused, text, told};
use dongui::ambient::SystemRng;
use dongui::broker::authenticate::Caller;
use dongui::domain::time::SECOND_US;
use dongui::oauth::client::ClientKey;
use dongui::web::context::SILENCE;
use serde_json::{Value, json};
use std::time::Instant;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// What a client states of a subscriber, well.
pub fn claims(linker: &Linker<'_>, subject: &str) -> Value {
    claims_of(linker.w, &linker.client().key, subject)
}

fn claims_of(w: &World, key: &ClientKey, subject: &str) -> Value {
    let now = w.clock.now().unix_s();
    let id = dongui::crypt::jose::random_id(SystemRng::new().ring()).unwrap();
    json!({ "iss": key.client_id(), "sub": subject, "aud": format!("{ISSUER}/oauth/token"),
        "iat": now, "exp": now + 120, "jti": id, "scope": format!("{} location.zone", ASSISTANT.as_str()) })
}

pub fn signed(linker: &Linker<'_>, claims: &Value) -> String {
    linker.client().key.signer().sign(SystemRng::new().ring(), "JWT", claims).unwrap()
}

/// Links a subscriber with a client by a statement of the client's, past the door; gives the token.
pub fn links(w: &World, key: &ClientKey, subject: &str) -> String {
    let system = SystemRng::new();
    let assertion = key.signer().sign(system.ring(), "JWT", &claims_of(w, key, subject)).unwrap();
    let mut fields = proves(w, key);
    fields.extend(
        [("grant_type", GRANT), ("assertion", &assertion)].map(|(n, v)| (n.to_owned(), v.to_owned())),
    );
    let url = format!("{ISSUER}/oauth/token");
    let proof = key.proof(system.ring(), "POST", &url, None, w.clock.now()).unwrap();
    w.broker().grant_token(&fields, Some(&proof), &url, None).unwrap().access_token
}

/// The fields that show a statement.
pub fn showing(linker: &Linker<'_>, assertion: &str) -> Fields {
    let more = [("grant_type", GRANT), ("assertion", assertion)];
    linker.proves().into_iter().chain(more.map(|(n, v)| (n.to_owned(), v.to_owned()))).collect()
}

fn shows(linker: &Linker<'_>, assertion: &str) -> Reply {
    linker.token(&showing(linker, assertion))
}

fn states(linker: &Linker<'_>, subject: &str) -> Reply {
    shows(linker, &signed(linker, &claims(linker, subject)))
}

#[test]
fn a_client_states_whom_it_means_and_gets_what_he_has_allowed_already_and_no_more() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        w.neighbours_are_at(MUNICH);
        mina.allows(&linker.provider, ASSISTANT, ZONE, CITY);
        mina.is_at(MUNICH);
        let name = linker.provider.knows(&mina);
        let reply = states(&linker, &name);
        assert_eq!(reply.status, 200, "{}", reply.text());
        let answer = reply.json();
        assert_eq!((text(&answer, "token_type"), &answer["refresh_token"]), ("DPoP".into(), &Value::Null));
        assert!(answer["expires_in"].as_i64().unwrap() <= 300);
        let token = text(&answer, "access_token");
        assert_eq!(told(&linker.asks(&token, None, &["location.zone"])), (1, vec![]));
        assert_eq!(linker.worth(&token)["sub"], json!(name));
        assert!(w.broker().linked_with(mina.id).unwrap()[0].used.is_some(), "it gave a token");
        // A second one is about the same link, and the first goes on.
        let second = text(&states(&linker, &name).json(), "access_token");
        assert_eq!(linker.worth(&second)["grant_id"], linker.worth(&token)["grant_id"]);
        assert_eq!(told(&linker.asks(&token, None, &["location.zone"])).0, 1);
        // He sees it among his links, and ends it: for both tokens, and for statements to come.
        let links = w.broker().linked_with(mina.id).unwrap();
        assert_eq!((links.len(), links[0].used.is_some()), (1, true));
        assert!(w.broker().unlink(mina.id, "screen".into(), links[0].id).unwrap());
        for dead in [&token, &second] {
            assert_eq!(linker.asks(dead, None, &["location.zone"]).status, 401);
        }
        refused(&states(&linker, &name), "invalid_grant");
        assert_eq!(linker.provider.asks(&mina).precision(ZONE), Some(CITY), "consents are as they were");
    });
}

#[test]
fn where_there_is_nothing_to_give_nobody_hears_why() {
    World::each(|w| {
        let (linker, other) = (Linker::new(w, "assistant"), Linker::new(w, "other"));
        let [undecided, refusing, withdrawn, gone, away, foreign] =
            ["undecided", "refusing", "withdrawn", "gone", "away", "foreign"].map(|name| w.subscriber(name));
        for who in [&withdrawn, &gone, &away] {
            who.allows(&linker.provider, ASSISTANT, ZONE, CITY);
        }
        refusing.refuses(&linker.provider, ASSISTANT, ZONE);
        foreign.allows(&other.provider, ASSISTANT, ZONE, CITY);
        let mut names: Vec<String> =
            [&undecided, &refusing, &withdrawn, &gone, &away].map(|who| linker.provider.knows(who)).into();
        withdrawn.withdraws();
        let why = dongui::broker::depart::Departure::Recycled;
        w.broker().depart(&Caller::console(), &gone.reference(), why).unwrap();
        w.broker().forget(away.id, true).unwrap();
        names.extend([other.provider.knows(&foreign), "q83vEjRWeJCrze8SNFZ4kA".to_owned()]);
        let answer = |name: &str| {
            let (before, began) = (rows(w), Instant::now());
            let reply = states(&linker, name);
            assert!(began.elapsed() >= SILENCE, "an answer that came sooner tells its cause");
            let grown: Vec<_> =
                rows(w).into_iter().filter(|(t, n)| before.get(t) != Some(n)).map(|(t, _)| t).collect();
            let mut headers: Vec<_> = reply.headers.iter().filter(|(n, _)| n != "date").cloned().collect();
            headers.sort();
            (reply.status, headers, reply.text(), grown)
        };
        let first = answer(&names[0]);
        assert!(first.0 == 400 && first.2.contains("invalid_grant"), "{first:?}");
        assert_eq!(first.3, ["replay"], "what was used is used up, and nothing else is kept");
        for name in &names[1..] {
            assert_eq!(answer(name), first, "{name}");
        }
    });
}

#[test]
fn a_statement_is_good_once_and_says_all_itself() {
    let w = World::new(House::sqlite());
    let (linker, mina) =
        (Linker::with(&w, "assistant", |r| r.ceiling = vec![(ZONE, CITY)]), w.subscriber("mina"));
    mina.allows(&linker.provider, ASSISTANT, ZONE, CITY);
    let name = linker.provider.knows(&mina);
    let statement = signed(&linker, &claims(&linker, &name));
    assert_eq!(shows(&linker, &statement).status, 200);
    refused(&shows(&linker, &statement), "invalid_grant");
    // Another client cannot send it, and a field beside it says nothing.
    let other = Linker::new(&w, "other");
    refused(&shows(&other, &signed(&linker, &claims(&linker, &name))), "invalid_grant");
    let mut fields = linker.proves();
    let assertion = signed(&linker, &claims(&linker, &name));
    let more = [("grant_type", GRANT), ("assertion", assertion.as_str()), ("scope", "context:read")];
    fields.extend(more.map(|(n, v)| (n.to_owned(), v.to_owned())));
    refused(&linker.token(&fields), "invalid_request");
    let bent = |claim: &str, value: Value| {
        let mut claims = claims(&linker, &name);
        claims[claim] = value;
        shows(&linker, &signed(&linker, &claims))
    };
    for scope in ["location.zone", "dpv:ServicePersonalisation dpv:PersonalisedAdvertising location.zone"] {
        refused(&bent("scope", json!(scope)), "invalid_scope");
    }
    refused(&bent("scope", json!(format!("{} web.interest", ASSISTANT.as_str()))), "invalid_scope");
    let camara = bent("scope", json!(format!("openid {} location-retrieval:read", ASSISTANT.as_str())));
    assert_eq!(camara.status, 200, "{}", camara.text());
    assert_eq!(camara.json()["authorization_details"][0]["categories"][0]["category"], "location.zone");
    let now = w.clock.now().unix_s();
    for (claim, value) in [
        ("aud", json!(ISSUER)),
        ("exp", json!(now + 301)),
        ("iss", json!("other")),
        ("sub", json!(format!("tel:{}", mina.number))),
        ("sub", json!("operatortoken:x")),
    ] {
        let reply = bent(claim, value);
        refused(&reply, "invalid_grant");
        assert!(!reply.text().contains(&mina.number[1..]));
    }
    w.clock.advance(121 * SECOND_US);
    refused(&shows(&linker, &assertion), "invalid_grant");
    let feed = w.client(dongui::domain::client::Role::Feed);
    let mut fields = proves(&w, &feed.key);
    fields.extend([("grant_type", GRANT), ("assertion", "a.b.c")].map(|(n, v)| (n.to_owned(), v.to_owned())));
    refused(&linker.sends("/oauth/token", &fields, Some(&feed.key)), "unauthorized_client");
}

#[test]
fn a_phone_number_is_taken_where_the_operator_lets_it_and_tells_no_more() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        mina.allows(&linker.provider, ASSISTANT, ZONE, CITY);
        let tel = format!("tel:{}", mina.number);
        refused(&states(&linker, &tel), "invalid_grant");
        w.restart(Opening { number_hints: true, seed: 9, ..Opening::default() });
        let answer = states(&linker, &tel);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(!answer.text().contains(&mina.number[1..]));
        let token = text(&answer.json(), "access_token");
        assert_eq!(linker.worth(&token)["sub"], json!(linker.provider.knows(&mina)));
        let jun = w.subscriber("jun");
        let (silent, nobody) =
            (states(&linker, &format!("tel:{}", jun.number)), states(&linker, "tel:+491559999999"));
        assert_eq!(silent.text(), nobody.text());
        refused(&silent, "invalid_grant");
    });
}
