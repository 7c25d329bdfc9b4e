//! Clients of CAMARA's APIs: their words, their errors, and that what they hear is what anybody hears who asks in ours. Deliberately absent: what may be told
//! (the stories of `disclose`, `verify`, `often` and `population`).
mod attacks;
mod capture;
mod density;
mod frequent;
mod line;
mod location;
mod management;
mod raced;
mod status;
mod subscribed;
mod subscriptions;

use super::linking::{allows, ends};
use super::screens::visitor::Visitor;
use super::support::door::{Call, Reply};
use super::support::linker::{Linker, but, part};
use super::support::{Subscriber, World};
use serde_json::{Value, json};

/// Where each API is served.
pub const RETRIEVE: &str = "/camara/location-retrieval/v0.5/retrieve";
pub const VERIFY: &str = "/camara/location-verification/v3/verify";
pub const STATUS: &str = "/camara/consent-info/v0.2/retrieve";

/// What a subscriber says yes to, and how.
type Yes<'a> = (&'a str, &'a [(&'a str, &'a str)]);

/// A token about somebody who allows `yes`, as a client of CAMARA's asks for it: by scopes of theirs and one purpose.
pub fn token_about(linker: &Linker<'_>, who: &Subscriber<'_>, scope: &str, yes: &[Yes<'_>]) -> String {
    let mut fields = but(&linker.wants(), "scope", scope);
    fields.retain(|(name, _)| name != "authorization_details");
    let pushed = linker.pushes(&fields);
    assert_eq!(pushed.status, 201, "{}", pushed.text());
    let mut visitor = Visitor::enters(linker.w, who);
    let address = linker.address_of(pushed.json()["request_uri"].as_str().unwrap());
    assert_eq!(visitor.get(&address).status, 200);
    for (category, chosen) in yes {
        allows(&mut visitor, linker, category, chosen);
    }
    let back = ends(&mut visitor, "allow");
    let code = part(back.header("location").unwrap(), "code").unwrap();
    let answer = linker.token(&linker.redeems(&code));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// Asks with a token of the linker's.
pub fn asks(linker: &Linker<'_>, token: &str, path: &str, body: &Value) -> Reply {
    // A proof is made anew each time; two of one second would not differ in anything else.
    linker.w.clock.advance(1);
    linker.w.http().send(&Call::new("POST", path).json(body).with(linker.client(), token))
}

/// A refusal as CAMARA has it.
pub fn refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, reply.json()["code"].as_str()), (status, Some(code)), "{}", reply.text());
    assert_eq!(members(&reply.json()), ["code", "message", "status"]);
    assert_eq!(reply.json()["status"], status);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

/// The names in an object, in their order.
pub fn members(object: &Value) -> Vec<String> {
    let mut names: Vec<String> = object.as_object().unwrap().keys().cloned().collect();
    names.sort_unstable();
    names
}

/// A circle round a point.
pub fn circle((latitude, longitude): (f64, f64), radius: u32) -> Value {
    json!({ "area": { "areaType": "CIRCLE", "center": { "latitude": latitude, "longitude": longitude }, "radius": radius } })
}

#[test]
fn what_a_client_calls_its_request_by_comes_back_on_every_answer() {
    World::each(|w| {
        let linker = Linker::new(w, "assistant");
        let token = linker.client().token();
        for (path, proven, status) in
            [(RETRIEVE, true, 422), (RETRIEVE, false, 401), ("/camara/nothing/v1", false, 404)]
        {
            let call = Call::new("POST", path).json(&json!({})).header("x-correlator", "b4333c46:x/y.{1}<2>");
            let reply = w.http().send(&if proven { call.with(linker.client(), &token) } else { call });
            assert_eq!(
                (reply.status, reply.header("x-correlator")),
                (status, Some("b4333c46:x/y.{1}<2>")),
                "{}",
                reply.text()
            );
            assert!(reply.json()["code"].is_string());
        }
        for bad in ["a b", "a?b", "ä", &"x".repeat(257)] {
            let reply =
                w.http().send(&Call::new("POST", RETRIEVE).json(&json!({})).header("x-correlator", bad));
            refused(&reply, 400, "INVALID_ARGUMENT");
            assert!(reply.header("x-correlator").is_none() && !reply.text().contains(bad));
        }
    });
}
