//! Assistants that speak the Model Context Protocol: hosted ones without a key, and a recipient's own backend. Attacks are in `attacks`, official
//! clients in `client`.
mod actions;
mod attacks;
mod card;
mod client;
pub mod host;
mod registered;

use super::support::door::Call;
use super::support::world::ISSUER;
use super::support::{ASSISTANT, MUNICH, R6, World, ZONE};
use dongui::domain::record::Event;
use host::{Host, SCOPE, message, stateless};
use serde_json::{Value, json};

/// What a tool's answer says twice, once.
fn told(result: &Value) -> Value {
    let text = result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{result}"));
    let read: Value = serde_json::from_str(text).unwrap();
    assert_eq!(read, result["structuredContent"], "text and structure say the same");
    read
}

#[test]
fn a_hosted_assistant_is_linked_without_a_key_and_is_told_what_the_subscriber_allows() {
    World::each(|w| {
        let (host, mina) = (Host::new(w, "host"), w.subscriber("mina"));
        w.neighbours_are_at(MUNICH);
        let answer = host.linked(&mina);
        mina.is_at(MUNICH);
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["scope"], "context:read dpv:ProvidePersonalisedRecommendations location.zone");
        let token = answer["access_token"].as_str().unwrap();
        let begun = host.says(
            token,
            "initialize",
            json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "story", "version": "1" } }),
        );
        assert_eq!(begun.json()["result"]["protocolVersion"], "2025-11-25", "{}", begun.text());
        assert!(begun.header("mcp-session-id").is_none(), "no session");
        let tools = host.says(token, "tools/list", json!({})).json();
        let names: Vec<_> =
            tools["result"]["tools"].as_array().unwrap().iter().map(|t| t["name"].clone()).collect();
        assert_eq!(names, ["get_context", "get_permissions", "request_permission"]);
        let result = host.calls(token, "get_context", json!({}));
        let context = told(&result);
        assert_eq!(context["items"][0]["category"], "location.zone", "{context}");
        assert_eq!(context["items"][0]["value"]["level"], "city");
        assert_eq!(result["_meta"]["dongui/manage_url"], format!("{ISSUER}/me/"));
        let receipt = result["_meta"]["dongui/receipt"].as_str().unwrap();
        assert!(
            receipt.starts_with("ey") && !context.to_string().contains(receipt),
            "beside what a model sees"
        );
        // The subscriber sees the request as any other.
        let Event::Request { client, .. } = mina.timeline().remove(0).event else { panic!("no request") };
        assert_eq!(client, "https://host.example/client.json");
        let allowed = told(&host.calls(token, "get_permissions", json!({})));
        assert_eq!(allowed["allowed"][0]["category"], "location.zone");
        let more = allowed["can_request"].as_array().unwrap();
        assert!(
            more.contains(&json!("usage.interest")) && !more.contains(&json!("location.zone")),
            "{allowed}"
        );
        let said = format!("{answer} {result} {allowed}");
        assert!(!said.contains(&mina.number[1..]) && !said.contains(&mina.id.to_string()), "{said}");
    });
}

#[test]
fn a_message_of_the_newer_era_is_answered_as_that_era_has_it() {
    World::each(|w| {
        let (host, mina) = (Host::new(w, "host"), w.subscriber("mina"));
        let token = host.bearer(&mina);
        let bearer = |call: Call| w.http().send(&call.header("authorization", format!("Bearer {token}")));
        let found = bearer(stateless("server/discover", None, json!({})));
        assert_eq!(found.status, 200, "{}", found.text());
        let versions = found.json()["result"]["supportedVersions"].to_string();
        assert!(versions.contains("2026-07-28") && versions.contains("2025-11-25"), "{versions}");
        let answer = bearer(stateless(
            "tools/call",
            Some("get_context"),
            json!({ "name": "get_context", "arguments": {} }),
        ));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let result = answer.json()["result"].clone();
        assert_eq!(result["resultType"], "complete");
        assert_eq!(told(&result)["schema"], "dongui-context/1");
        // The head must say what the body says.
        let other = stateless(
            "tools/call",
            Some("get_permissions"),
            json!({ "name": "get_context", "arguments": {} }),
        );
        let refused = bearer(other);
        assert_eq!(refused.status, 400, "{}", refused.text());
        assert_eq!(refused.json()["error"]["code"], -32020);
        let unknown = bearer(stateless("tools/fetch", None, json!({})));
        assert_eq!(
            (unknown.status, &unknown.json()["error"]["code"]),
            (404, &json!(-32601)),
            "{}",
            unknown.text()
        );
    });
}

#[test]
fn a_tool_that_needs_more_than_was_allowed_asks_for_everything_at_once() {
    World::each(|w| {
        let (host, mina) = (Host::new(w, "host"), w.subscriber("mina"));
        let token = host.bearer(&mina);
        for tool in ["get_context", "request_permission"] {
            let wanted =
                json!({ "name": tool, "arguments": { "categories": ["location.zone", "usage.interest"] } });
            let reply = host.says(&token, "tools/call", wanted);
            assert_eq!(reply.status, 403, "{}", reply.text());
            let challenge = reply.header("www-authenticate").unwrap();
            assert!(challenge.starts_with("Bearer error=\"insufficient_scope\""), "{challenge}");
            assert!(challenge.contains(&format!("scope=\"{SCOPE}\"")), "{challenge}");
            assert!(challenge.contains("resource_metadata="), "{challenge}");
        }
        // He allows that too, and the next token reaches it.
        let address = host.links_for(&mina, &[], "usage.interest", &[("term", "30")]);
        let wider = host.redeemed(&address);
        assert_eq!(wider["scope"], SCOPE);
        let token = wider["access_token"].as_str().unwrap();
        let context = told(&host.calls(token, "get_context", json!({ "categories": ["usage.interest"] })));
        assert_eq!(context["withheld"][0]["category"], "usage.interest", "nothing is known yet: {context}");
        let same = told(&host.calls(
            token,
            "request_permission",
            json!({ "categories": ["usage.interest"], "reason": "x" }),
        ));
        assert_eq!(same["allowed"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn a_withdrawal_bites_at_once_and_an_ended_link_is_no_caller_any_more() {
    World::each(|w| {
        let (host, mina) = (Host::new(w, "host"), w.subscriber("mina"));
        w.neighbours_are_at(MUNICH);
        let answer = host.linked(&mina);
        mina.is_at(MUNICH);
        let token = answer["access_token"].as_str().unwrap();
        let context = || told(&host.calls(token, "get_context", json!({})));
        assert_eq!(context()["items"].as_array().unwrap().len(), 1);
        mina.pauses();
        assert_eq!(context()["withheld"][0]["reason"], "not_available");
        let allowed = told(&host.calls(token, "get_permissions", json!({})));
        assert_eq!(allowed["allowed"].as_array().unwrap().len(), 1, "a pause is not told");
        mina.resumes();
        mina.withdraws();
        assert_eq!(context()["withheld"][0]["reason"], "not_granted");
        let allowed = told(&host.calls(token, "get_permissions", json!({})));
        assert_eq!(allowed["allowed"], json!([]));
        // Linked anew: the token of before is nobody's.
        let again = host.bearer(&mina);
        let reply = host.says(token, "tools/call", json!({ "name": "get_context", "arguments": {} }));
        assert_eq!(reply.status, 401, "{}", reply.text());
        let challenge = reply.header("www-authenticate").unwrap();
        assert!(challenge.starts_with("Bearer error=\"invalid_token\""), "{challenge}");
        assert_eq!(host.says(&again, "tools/list", json!({})).status, 200);
    });
}

#[test]
fn a_refresh_token_is_good_once_and_for_a_lost_answer_once_more() {
    World::each(|w| {
        let (host, mina) = (Host::new(w, "host"), w.subscriber("mina"));
        let answer = host.linked(&mina);
        let refresh = |token: &Value| host.token(&host.refreshes(token.as_str().unwrap()));
        let second = refresh(&answer["refresh_token"]);
        assert_eq!(second.status, 200, "{}", second.text());
        let lost = refresh(&answer["refresh_token"]);
        assert_eq!(lost.status, 200, "within half a minute: {}", lost.text());
        let third = refresh(&lost.json()["refresh_token"]);
        assert_eq!(third.status, 200, "{}", third.text());
        w.clock.advance(31 * dongui::domain::time::SECOND_US);
        let late = refresh(&second.json()["refresh_token"]);
        assert_eq!((late.status, &late.json()["error"]), (400, &json!("invalid_grant")));
        // Somebody has a copy: the link is over.
        assert_eq!(refresh(&third.json()["refresh_token"]).status, 400);
    });
}

#[test]
fn a_hosted_assistant_hears_no_finer_than_a_city_whatever_was_allowed() {
    World::each(|w| {
        let (host, mina) = (Host::new(w, "host"), w.subscriber("mina"));
        w.neighbours_are_at(MUNICH);
        mina.allows(host.provider(), ASSISTANT, ZONE, R6);
        let token = host.bearer(&mina);
        mina.is_at(MUNICH);
        let context = told(&host.calls(&token, "get_context", json!({})));
        let level = context["items"][0]["value"]["level"].as_str().unwrap_or("none");
        assert!(["city", "region"].contains(&level), "{context}");
    });
}

#[test]
fn the_card_beside_an_answer_is_served_and_named_by_the_tool() {
    World::each(|w| {
        let (host, mina) = (Host::new(w, "host"), w.subscriber("mina"));
        let token = host.bearer(&mina);
        let tools = host.says(&token, "tools/list", json!({})).json();
        let address = tools["result"]["tools"][0]["_meta"]["ui"]["resourceUri"].clone();
        assert_eq!(address, "ui://dongui/privacy-card");
        let read = host.says(&token, "resources/read", json!({ "uri": address })).json();
        let content = &read["result"]["contents"][0];
        assert_eq!(content["mimeType"], "text/html;profile=mcp-app", "{read}");
        let page = content["text"].as_str().unwrap();
        assert!(
            page.contains("ui/initialize") && !page.contains("http://") && !page.contains("https://"),
            "loads nothing"
        );
        let none = host.says(&token, "resources/read", json!({ "uri": "ui://dongui/other" })).json();
        assert!(none["error"]["code"].is_i64(), "{none}");
    });
}

#[test]
fn who_has_no_token_is_told_where_to_get_one() {
    let w = World::new(super::support::house::House::sqlite());
    let calls = [
        message("initialize", json!({})),
        stateless("server/discover", None, json!({})),
        Call::new("GET", "/mcp").header("accept", "text/event-stream"),
        Call::new("DELETE", "/mcp"),
        Call::new("POST", "/mcp").body("text/plain", "x"),
    ];
    for call in calls {
        let reply = w.http().send(&call);
        assert_eq!(reply.status, 401, "{call:?} {}", reply.text());
        let challenge = reply.header("www-authenticate").unwrap();
        let (_, rest) = challenge.split_once("resource_metadata=\"").unwrap();
        let address = rest.split('"').next().unwrap().strip_prefix(ISSUER).unwrap();
        assert!(challenge.starts_with("Bearer ") && !challenge.contains("error="), "{challenge}");
        let resource = w.http().get(address).json();
        assert_eq!(resource["resource"], host::MCP);
        assert_eq!(resource["authorization_servers"], json!([ISSUER]));
        let named: Vec<_> =
            resource["scopes_supported"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
        assert!(challenge.contains(&format!("scope=\"{}\"", named.join(" "))), "{challenge}");
    }
}
