//! A request of every operation that succeeds for whom it is for: what `doors` tries as everybody else.
use super::doors::{OPEN, SECRET};
use super::support::door::Call;
use super::support::linker::{Fields, may_link, proves, wants};
use super::support::{ASSISTANT, Provider, Subscriber, World};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dongui::broker::authenticate::Caller;
use dongui::domain::feed::FeedKind;
use dongui::domain::relation::{RelationKind, Verified};
use dongui::domain::stop::{Ground, Reach};
use dongui::domain::subscriber::{Jurisdiction, Reference};
use dongui::domain::time::DAY_US;
use dongui::minimise::zone;
use dongui::oauth::client::ClientKey;
use serde_json::{Value, json};

/// Operations of the operator and the regulator that want nothing but their address.
const LISTS: [&str; 5] = [
    "GET /v1/breaches",
    "GET /v1/audit/breaches",
    "GET /v1/stops",
    "GET /v1/audit/stops",
    "GET /v1/wordings",
];

/// A request of the operation that succeeds for whom it is for. A new operation needs a line here.
pub fn sample(name: &str, w: &World, assistant: &Provider<'_>) -> Call {
    let mina = w.subscriber("mina");
    let recipient = assistant.id;
    let post = |path: &str, body: Value| Call::new("POST", path).json(&body);
    match name {
        "POST /v1/context" => {
            let request = assistant.request(&mina, ASSISTANT, &[super::support::ZONE]);
            post("/v1/context", serde_json::to_value(request).unwrap())
        }
        "POST /v1/population" => {
            let (lat, lon) = super::support::MUNICH;
            let district = zone::from_point(lat, lon).and_then(|z| zone::parent(z, 6)).unwrap();
            let day = w.clock.now().plus(-2 * DAY_US);
            post("/v1/population", json!({ "day": day.date(), "zone": zone::text(district) }))
        }
        "POST /v1/subscribers" => post("/v1/subscribers", json!({ "reference": SECRET, "age": "adult" })),
        "POST /v1/links" => post("/v1/links", json!({ "reference": mina.number, "recipient": recipient })),
        "POST /v1/invitations" => post("/v1/invitations", json!({ "reference": mina.number })),
        "POST /v1/recipients" => post(
            "/v1/recipients",
            json!({ "name": "Another", "country": "DE", "assurance": "server",
                "purposes": [ASSISTANT], "ceiling": [["location.zone", "city"]] }),
        ),
        "POST /v1/clients" => {
            let key = ClientKey::generate("another", dongui::ambient::SystemRng::new().ring()).unwrap();
            post("/v1/clients", json!({ "id": "another", "role": "feed", "jwks": key.jwks() }))
        }
        "POST /v1/nevers/state" => post("/v1/nevers/state", json!({ "reference": mina.number })),
        "PUT /v1/nevers" => {
            Call::new("PUT", "/v1/nevers").json(&json!({ "reference": mina.number, "labels": ["home"] }))
        }
        "GET /v1/recipients" => Call::new("GET", "/v1/recipients"),
        "POST /v1/webhook-secrets" => post("/v1/webhook-secrets", json!({ "recipient": recipient })),
        "POST /v1/purges/{id}/acknowledgement" => {
            let purge = super::purge::asked(w, assistant, &mina);
            post(&format!("/v1/purges/{purge}/acknowledgement"), json!({ "statement": "done" }))
        }
        "GET /v1/dues" => Call::new("GET", "/v1/dues"),
        "GET /v1/purges" => Call::new("GET", "/v1/purges?state=overdue"),
        "POST /v1/feeds/{kind}" => {
            let line = format!("subscriber,at,lat,lon\n{},{},1,1\n", mina.number, w.clock.now().rfc3339());
            Call::new("POST", &format!("/v1/feeds/{}", FeedKind::Location.as_str())).body("text/csv", line)
        }
        log if ["/v1/audit/exports", "/v1/console", "/log/proof", "/v1/receipts"]
            .iter()
            .any(|path| log.contains(path)) =>
        {
            of_the_log(log, w, assistant, &mina)
        }
        "GET /log/{path}" => Call::new("GET", "/log/checkpoint"),
        "POST /oauth/token" => {
            let fields = assistant.client.token_fields();
            let proof = assistant.client.proof("POST", "/oauth/token", None);
            form("/oauth/token", fields).header("dpop", proof)
        }
        "POST /oauth/par" => {
            let key = &assistant.client.key;
            may_link(w, key.client_id(), Some(recipient), key);
            form("/oauth/par", wants(w, key))
        }
        "POST /oauth/backchannel" => {
            let mut fields = proves(w, &assistant.client.key);
            fields.push(("login_hint".to_owned(), assistant.knows(&mina)));
            fields.push(("scope".to_owned(), format!("{} location.zone", ASSISTANT.as_str())));
            form("/oauth/backchannel", fields)
        }
        "POST /oauth/revoke" | "POST /oauth/introspect" => {
            let mut fields = proves(w, &assistant.client.key);
            fields.push(("token".to_owned(), "none".to_owned()));
            form(name.split_once(' ').unwrap().1, fields)
        }
        open if OPEN.contains(&open) => Call::new("GET", open.split_once(' ').unwrap().1),
        other => of_app(other, w, assistant, &mina.number),
    }
}

/// The same for what is asked of the log.
fn of_the_log(name: &str, w: &World, assistant: &Provider<'_>, mina: &Subscriber<'_>) -> Call {
    let post = |path: &str, body: Value| Call::new("POST", path).json(&body);
    match name {
        "POST /v1/audit/exports" => {
            let now = w.clock.now().unix_s();
            post(
                "/v1/audit/exports",
                json!({ "from": (now - 60).to_string(), "to": (now + 60).to_string(), "ground": "case 7" }),
            )
        }
        "POST /v1/console/visits" => post("/v1/console/visits", json!({ "ground": "case 7" })),
        "GET /v1/audit/exports" => Call::new("GET", "/v1/audit/exports"),
        "POST /v1/audit/exports/approvals" => {
            post("/v1/audit/exports/approvals", json!({ "id": super::exports::asked(w, "regulator") }))
        }
        "GET /v1/audit/exports/{id}/bundle" => {
            let id = super::exports::asked(w, "regulator");
            super::exports::stand(w, &id);
            Call::new("GET", &format!("/v1/audit/exports/{id}/bundle"))
        }
        "GET /log/proof/{entry}" => Call::new("GET", &format!("/log/proof/{}", asked(w, assistant, mina))),
        "GET /v1/receipts/{entry}" => {
            Call::new("GET", &format!("/v1/receipts/{}", asked(w, assistant, mina)))
        }
        other => panic!("no sample of {other}"),
    }
}

/// The id of the entry of a question, once it has its number. One that is answered with nothing is recorded all the same.
fn asked(w: &World, assistant: &Provider<'_>, mina: &Subscriber<'_>) -> String {
    let receipt = assistant.asks(mina).disclosed().receipt.clone();
    let claims = receipt.split('.').nth(1).and_then(|c| URL_SAFE_NO_PAD.decode(c).ok()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    w.broker().sequence().unwrap();
    claims["jti"].as_str().unwrap().to_owned()
}

fn form(path: &str, fields: Fields) -> Call {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Call::new("POST", path).body("application/x-www-form-urlencoded", body)
}

/// The same for what the operator's own app and its people ask.
fn of_app(name: &str, w: &World, assistant: &Provider<'_>, number: &str) -> Call {
    let recipient = assistant.id;
    let post = |path: &str, body: Value| Call::new("POST", path).json(&body);
    let owner = || {
        let mina = Reference::parse(number).unwrap();
        super::people::related(w, &mina, RelationKind::Owner, Verified::Contract)
    };
    match name {
        "POST /v1/subscribers/age" => {
            post("/v1/subscribers/age", json!({ "reference": number, "born": "1999-03-05" }))
        }
        "POST /v1/subscribers/erase" => post("/v1/subscribers/erase", json!({ "reference": number })),
        "POST /v1/subscribers/end" => {
            post("/v1/subscribers/end", json!({ "reference": number, "why": "recycled" }))
        }
        "POST /v1/relations" => post(
            "/v1/relations",
            json!({ "reference": number, "holder": SECRET, "kind": "owner", "verified": "contract" }),
        ),
        "POST /v1/relations/end" => post("/v1/relations/end", json!({ "relation": owner() })),
        "POST /v1/blocks" => post("/v1/blocks", json!({ "relation": owner(), "category": "location.zone" })),
        "GET /v1/blocks/{relation}" => Call::new("GET", &format!("/v1/blocks/{}", owner())),
        "POST /v1/blocks/lift" => post("/v1/blocks/lift", json!({ "relation": owner() })),
        "POST /v1/stops" => {
            post("/v1/stops", json!({ "recipient": recipient, "home": "SG", "ground": "case 2026-17" }))
        }
        "POST /v1/stops/lift" => {
            let reach = Reach { recipient: Some(recipient), home: Some(Jurisdiction::SG), country: None };
            let ground = Ground::parse("case 2026-18").unwrap();
            let stop = w.broker().stop(&Caller::console(), reach, ground).unwrap().stop.id;
            post("/v1/stops/lift", json!({ "stop": stop }))
        }
        "POST /v1/breaches" => {
            let now = w.clock.now().rfc3339();
            post(
                "/v1/breaches",
                json!({ "recipient": recipient, "from": "2026-01-01T00:00:00Z", "known": now, "ground": "case 2026-17" }),
            )
        }
        "POST /v1/breaches/acts" => {
            let breach = super::breach::declares(w, recipient, w.clock.now().plus(-DAY_US)).breach.id;
            post("/v1/breaches/acts", json!({ "breach": breach, "act": "possible" }))
        }
        "POST /v1/emergency/locations" => {
            post("/v1/emergency/locations", json!({ "reference": number, "ground": "case 2026-17" }))
        }
        list if LISTS.contains(&list) => Call::new("GET", list.split_once(' ').unwrap().1),
        "POST /v1/wordings" => post("/v1/wordings", words(assistant)),
        "POST /v1/wordings/approvals" => {
            let draft = serde_json::from_value(words(assistant)).unwrap();
            let hash = w.broker().draft_wording(&Caller::console(), draft).unwrap().hash;
            post("/v1/wordings/approvals", json!({ "hash": hash }))
        }
        "POST /v1/policies/approvals" => {
            post("/v1/policies/approvals", json!({ "digest": w.broker().engine().digest() }))
        }
        "POST /v1/showings" => {
            let question = json!({ "purpose": ASSISTANT, "category": "location.zone",
                "notice": { "locale": "en", "text": "May it know your city?" } });
            post(
                "/v1/showings",
                json!({ "reference": number, "recipient": recipient, "questions": [question] }),
            )
        }
        "POST /v1/consents/answers" => post(
            "/v1/consents/answers",
            json!({ "reference": number, "recipient": recipient, "purpose": ASSISTANT, "category": "location.zone",
                "answer": "refuse", "notice": { "locale": "en", "text": "May it know your city?" } }),
        ),
        "POST /v1/consents/changes" => {
            post("/v1/consents/changes", json!({ "reference": number, "change": "withdraw" }))
        }
        "POST /v1/consents/state" => post("/v1/consents/state", json!({ "reference": number })),
        "POST /v1/consents/check" => post(
            "/v1/consents/check",
            json!({ "reference": number, "recipient": recipient, "purpose": ASSISTANT, "category": "location.zone" }),
        ),
        unknown => panic!("`{unknown}` is new: add a sample of it here"),
    }
}

/// What a recipient says of itself.
fn words(assistant: &Provider<'_>) -> Value {
    json!({ "recipient": assistant.id, "purpose": ASSISTANT, "weight": "material", "grace_days": 30,
        "texts": { "en": "We look for concerts." } })
}
