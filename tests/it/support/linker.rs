//! A recipient's client that links subscribers, step by step, so that a story can do any of them wrong. Deliberately absent: the browser
//! (`screens::visitor`).
use super::actors::{Client, Provider};
use super::door::{Call, Reply};
use super::world::{ISSUER, World};
use dongui::ambient::SystemRng;
use dongui::broker::authenticate::Caller;
use dongui::domain::client::{self, Role};
use dongui::domain::id::RecipientId;
use dongui::domain::link::RedirectUri;
use dongui::domain::recipient::{Assurance, Recipient};
use dongui::oauth::client::ClientKey;
use dongui::oauth::form::ASSERTION_TYPE;
use serde_json::{Value, json};

/// Where browsers are sent back to.
pub const BACK: &str = "https://assistant.example/callback?from=operator";
/// The example of RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// What it brings back as it is.
pub const STATE: &str = "a state & more";

pub type Fields = Vec<(String, String)>;

/// Registers where a recipient's client has browsers sent back to.
pub fn may_link(w: &World, id: &str, recipient: Option<RecipientId>, key: &ClientKey) {
    w.broker().register_client(&Caller::console(), linking(id, recipient, key)).unwrap();
}

fn linking(id: &str, recipient: Option<RecipientId>, key: &ClientKey) -> client::Client {
    let jwks = serde_json::to_string(&key.jwks()).unwrap();
    let redirect_uris = vec![RedirectUri::parse(BACK).unwrap()];
    let (role, assurance) = (Role::Recipient, Assurance::Server);
    let (id, audience_profile) = (id.to_owned(), Default::default());
    client::Client { id, role, recipient, assurance, audience_profile, jwks, redirect_uris }
}

/// A recipient that links subscribers.
pub struct Linker<'w> {
    pub w: &'w World,
    pub provider: Provider<'w>,
}

impl<'w> Linker<'w> {
    pub fn new(w: &'w World, name: &str) -> Linker<'w> {
        Linker::with(w, name, |_| {})
    }

    pub fn with(w: &'w World, name: &str, change: impl FnOnce(&mut Recipient)) -> Linker<'w> {
        let provider = w.provider_with(name, change);
        may_link(w, name, Some(provider.id), &provider.client.key);
        Linker { w, provider }
    }

    /// The operator registers its client anew.
    pub fn registers(&self, change: impl FnOnce(&mut client::Client)) {
        let key = &self.provider.client.key;
        let mut client = linking(key.client_id(), Some(self.provider.id), key);
        change(&mut client);
        self.w.broker().register_client(&Caller::console(), client).unwrap();
    }

    pub fn client(&self) -> &Client<'w> {
        &self.provider.client
    }

    /// What proves the client, anew each time.
    pub fn proves(&self) -> Fields {
        proves(self.w, &self.provider.client.key)
    }

    /// What it asks for, well.
    pub fn wants(&self) -> Fields {
        wants(self.w, &self.provider.client.key)
    }

    /// Pushes fields, with a proof of possession.
    pub fn pushes(&self, fields: &Fields) -> Reply {
        self.sends("/oauth/par", fields, Some(&self.provider.client.key))
    }

    /// The reference of a request that is well.
    pub fn reference(&self) -> String {
        let reply = self.pushes(&self.wants());
        assert_eq!(reply.status, 201, "{}", reply.text());
        assert_eq!(reply.json()["expires_in"], 90);
        reply.json()["request_uri"].as_str().unwrap().to_owned()
    }

    /// Where a browser begins.
    pub fn address(&self) -> String {
        self.address_of(&self.reference())
    }

    pub fn address_of(&self, reference: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let id = self.provider.client.key.client_id();
        query.extend_pairs([("client_id", id), ("request_uri", reference)]);
        format!("/oauth/authorize?{}", query.finish())
    }

    /// The fields that redeem a code.
    pub fn redeems(&self, code: &str) -> Fields {
        let mut fields = self.proves();
        fields.extend(
            [
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", BACK),
                ("code_verifier", VERIFIER),
            ]
            .map(|(n, v)| (n.to_owned(), v.to_owned())),
        );
        fields
    }

    /// The fields that refresh.
    pub fn refreshes(&self, token: &str) -> Fields {
        let more = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.proves().into_iter().chain(more.map(|(n, v)| (n.to_owned(), v.to_owned()))).collect()
    }

    /// Asks for a token with its own key.
    pub fn token(&self, fields: &Fields) -> Reply {
        self.sends("/oauth/token", fields, Some(&self.provider.client.key))
    }

    /// What a token of its own is worth.
    pub fn worth(&self, token: &str) -> Value {
        let mut fields = self.proves();
        fields.push(("token".to_owned(), token.to_owned()));
        let reply = self.sends("/oauth/introspect", &fields, None);
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    /// Ends a token.
    pub fn revokes(&self, token: &str) -> Reply {
        let mut fields = self.proves();
        fields.push(("token".to_owned(), token.to_owned()));
        self.sends("/oauth/revoke", &fields, None)
    }

    /// Asks for context with a token; `subject` stands in the body where there is one.
    pub fn asks(&self, token: &str, subject: Option<&str>, categories: &[&str]) -> Reply {
        let mut body = json!({ "purpose": super::ASSISTANT, "categories": categories });
        if let Some(subject) = subject {
            body["subject"] = json!(subject);
        }
        self.w.clock.advance(1);
        self.w.http().send(&Call::new("POST", "/v1/context").json(&body).with(&self.provider.client, token))
    }

    pub fn sends(&self, path: &str, fields: &Fields, key: Option<&ClientKey>) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let call = Call::new("POST", path).body("application/x-www-form-urlencoded", body);
        let call = match key {
            Some(key) => {
                let url = format!("{ISSUER}{path}");
                let proof = key.proof(SystemRng::new().ring(), "POST", &url, None, self.w.clock.now());
                call.header("dpop", proof.unwrap())
            }
            None => call,
        };
        self.w.http().send(&call)
    }
}

/// What proves a client by its key.
pub fn proves(w: &World, key: &ClientKey) -> Fields {
    let assertion = key.assertion(SystemRng::new().ring(), ISSUER, w.clock.now()).unwrap();
    vec![
        ("client_assertion_type".to_owned(), ASSERTION_TYPE.to_owned()),
        ("client_assertion".to_owned(), assertion),
    ]
}

/// What a client asks for, well.
pub fn wants(w: &World, key: &ClientKey) -> Fields {
    let details = json!([{ "type": "urn:dongui:context", "purpose": super::ASSISTANT,
            "categories": [{ "category": "location.zone", "precision": "city" }, { "category": "usage.interest" }], "days": 90 }]);
    let mut fields = proves(w, key);
    fields.extend(
        [
            ("response_type", "code"),
            ("redirect_uri", BACK),
            ("state", STATE),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("authorization_details", &details.to_string()),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned())),
    );
    fields
}

/// The same fields with another value of one.
pub fn but(fields: &Fields, name: &str, value: &str) -> Fields {
    let others = fields.iter().filter(|(n, _)| n != name).cloned();
    others.chain([(name.to_owned(), value.to_owned())]).collect()
}

/// A parameter of an address.
pub fn part(address: &str, name: &str) -> Option<String> {
    let query = address.split_once('?')?.1.to_owned();
    form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, v)| v.into_owned())
}
