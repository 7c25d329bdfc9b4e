//! A hosted assistant as `/mcp` meets it: a client without a key, its browser, its messages. Deliberately absent: an official client (`client`).
use crate::linking::{allows, ends};
use crate::screens::visitor::Visitor;
use crate::support::actors::Provider;
use crate::support::door::{Call, Reply};
use crate::support::linker::{CHALLENGE, Linker, VERIFIER, part};
use crate::support::world::ISSUER;
use crate::support::{Subscriber, World};
use dongui::broker::authenticate::Caller;
use dongui::domain::client::{Client, Role};
use dongui::domain::link::RedirectUri;
use dongui::domain::recipient::{Assurance, Recipient};
use serde_json::{Value, json};

/// Where its browser is sent back to.
pub const BACK: &str = "https://host.example/oauth/callback";
/// What it asks for.
pub const SCOPE: &str = "context:read dpv:ProvidePersonalisedRecommendations location.zone usage.interest";
/// The resource.
pub const MCP: &str = "https://context.operator.example/mcp";

/// The hosted assistant.
pub struct Host<'w> {
    pub w: &'w World,
    pub linker: Linker<'w>,
    id: String,
}

impl<'w> Host<'w> {
    pub fn new(w: &'w World, name: &str) -> Host<'w> {
        Host::with(w, name, |_| {})
    }

    pub fn with(w: &'w World, name: &str, change: impl FnOnce(&mut Recipient)) -> Host<'w> {
        assert!(MCP.starts_with(ISSUER));
        let linker = Linker::with(w, name, change);
        let id = format!("https://{name}.example/client.json");
        let client = Client {
            id: id.clone(),
            role: Role::Recipient,
            recipient: Some(linker.provider.id),
            assurance: Assurance::Hosted,
            audience_profile: Default::default(),
            jwks: String::new(),
            redirect_uris: vec![RedirectUri::parse(BACK).unwrap()],
        };
        w.broker().register_client(&Caller::console(), client).unwrap();
        Host { w, linker, id }
    }

    pub fn provider(&self) -> &Provider<'w> {
        &self.linker.provider
    }

    /// What its browser brings, but for `change`.
    pub fn address(&self, change: &[(&str, &str)]) -> String {
        let usual = [
            ("client_id", self.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", BACK),
            ("state", "s"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("scope", SCOPE),
            ("resource", MCP),
        ];
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in usual {
            let other = change.iter().find(|(n, _)| *n == name);
            query.append_pair(name, other.map_or(value, |(_, v)| v));
        }
        let more = change.iter().filter(|(n, _)| usual.iter().all(|(u, _)| u != n));
        query.extend_pairs(more);
        format!("/oauth/authorize?{}", query.finish())
    }

    /// The subscriber allows his zone; the address that his browser goes back to.
    pub fn links(&self, who: &Subscriber<'_>) -> String {
        self.links_for(who, &[], "location.zone", &[("precision", "city"), ("term", "30")])
    }

    pub fn links_for(
        &self,
        who: &Subscriber<'_>,
        change: &[(&str, &str)],
        category: &str,
        chosen: &[(&str, &str)],
    ) -> String {
        let mut visitor = Visitor::enters(self.w, who);
        let first = visitor.get(&self.address(change));
        assert_eq!(first.status, 200, "{}", first.text());
        if visitor.sees("/me/link").contains(&format!("value=\"{category}\"")) {
            allows(&mut visitor, &self.linker, category, chosen);
        }
        let reply = ends(&mut visitor, "allow");
        assert_eq!(reply.status, 303, "{}", reply.text());
        reply.header("location").unwrap().to_owned()
    }

    /// The fields that redeem a code.
    pub fn redeems(&self, code: &str) -> Vec<(String, String)> {
        let fields = [
            ("client_id", self.id.as_str()),
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
            ("resource", MCP),
        ];
        fields.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec()
    }

    pub fn refreshes(&self, token: &str) -> Vec<(String, String)> {
        let fields = [
            ("client_id", self.id.as_str()),
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("resource", MCP),
        ];
        fields.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec()
    }

    pub fn token(&self, fields: &[(String, String)]) -> Reply {
        self.linker.sends("/oauth/token", &fields.to_vec(), None)
    }

    /// What the token endpoint says to a new link.
    pub fn linked(&self, who: &Subscriber<'_>) -> Value {
        self.redeemed(&self.links(who))
    }

    pub fn redeemed(&self, address: &str) -> Value {
        let reply = self.token(&self.redeems(&part(address, "code").unwrap()));
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    /// An access token about somebody who links himself now.
    pub fn bearer(&self, who: &Subscriber<'_>) -> String {
        self.linked(who)["access_token"].as_str().unwrap().to_owned()
    }

    /// A message of the era with `initialize`.
    pub fn says(&self, token: &str, method: &str, params: Value) -> Reply {
        self.w.http().send(&message(method, params).header("authorization", format!("Bearer {token}")))
    }

    /// The answer of a tool.
    pub fn calls(&self, token: &str, tool: &str, arguments: Value) -> Value {
        let reply = self.says(token, "tools/call", json!({ "name": tool, "arguments": arguments }));
        assert_eq!(reply.status, 200, "{}", reply.text());
        let answer = reply.json();
        assert!(answer["error"].is_null(), "{answer}");
        answer["result"].clone()
    }
}

/// A message without a caller.
pub fn message(method: &str, params: Value) -> Call {
    Call::new("POST", "/mcp")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-11-25")
        .json(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }))
}

/// A message of the era without.
pub fn stateless(method: &str, name: Option<&str>, mut params: Value) -> Call {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "story", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let call = Call::new("POST", "/mcp")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", method)
        .json(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }));
    match name {
        Some(name) => call.header("mcp-name", name),
        None => call,
    }
}
