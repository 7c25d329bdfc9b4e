//! The tools in the words of those who call functions: OpenAI, Anthropic, Actions. All of it is made from `tool`, so that none can say something else.
use super::tool::{ALL, Tool};
use crate::oauth::metadata::{AUTHORIZE_PATH, TOKEN_PATH, USUAL};
use serde_json::{Map, Value, json};

/// What there is for an assistant in somebody else's host.
fn hosted() -> impl Iterator<Item = &'static Tool> {
    ALL.iter().filter(|tool| !tool.backend)
}

/// Functions as OpenAI's models are told of them, strict.
pub fn openai() -> Value {
    let told = hosted().map(|tool| {
        json!({ "type": "function", "name": tool.name, "description": tool.description, "strict": true, "parameters": tool.input(true) })
    });
    told.collect()
}

/// Tools as Anthropic's models are told of them.
pub fn anthropic() -> Value {
    let told = hosted().map(|tool| {
        json!({ "name": tool.name, "description": tool.description, "input_schema": tool.input(false) })
    });
    told.collect()
}

/// Tools as the Model Context Protocol lists them, all of them.
pub fn mcp() -> Value {
    let told = ALL.iter().map(|tool| {
        json!({ "name": tool.name, "title": tool.title, "description": tool.description, "inputSchema": tool.input(false),
            "outputSchema": (tool.answer)() })
    });
    told.collect()
}

/// An OpenAPI 3.1 document of the tools for Actions of the operator `issuer`: every address is on its one domain.
pub fn actions(issuer: &str) -> Value {
    let mut paths = Map::new();
    for tool in hosted() {
        let content = |schema: Value| json!({ "application/json": { "schema": schema } });
        let operation = json!({
            "operationId": tool.name,
            "summary": tool.title,
            "description": short(tool.description),
            // Absent, every POST would ask the user first.
            "x-openai-isConsequential": !tool.reads,
            "security": [{ "operator": [] }],
            "requestBody": { "required": true, "content": content(Value::Object(tool.input(false))) },
            "responses": {
                "200": { "description": "The answer", "content": content((tool.answer)()) },
                "401": { "description": "The user has to connect, or to connect again" },
                "403": { "description": "The user has not allowed all of it" },
                "422": { "description": "Not what it takes" },
                "503": { "description": "Try again" },
            },
        });
        paths.insert(format!("/actions/{}", tool.name), json!({ "post": operation }));
    }
    let scopes: Map<String, Value> = USUAL.split(' ').map(|scope| (scope.to_owned(), json!(scope))).collect();
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Dongui", "version": env!("CARGO_PKG_VERSION"), "description": "What a user's mobile operator may tell an assistant, as the user allows." },
        "servers": [{ "url": issuer }],
        "paths": paths,
        "components": { "schemas": {}, "securitySchemes": { "operator": { "type": "oauth2", "flows": { "authorizationCode": {
            "authorizationUrl": format!("{issuer}{AUTHORIZE_PATH}"), "tokenUrl": format!("{issuer}{TOKEN_PATH}"), "scopes": scopes,
        } } } } },
    })
}

/// The first sentences that fit the 300 characters that Actions take.
fn short(text: &str) -> &str {
    // A sentence ends before a blank, or with the text.
    let ends = |at: usize| text[at + 1..].starts_with(' ') || at + 1 == text.len();
    let end = text.char_indices().rfind(|(at, c)| *c == '.' && *at < 300 && ends(*at));
    end.map_or("", |(at, _)| &text[..=at])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every object of a schema, itself first.
    fn objects<'v>(value: &'v Value, out: &mut Vec<&'v Map<String, Value>>) {
        match value {
            Value::Object(map) => {
                out.push(map);
                map.values().for_each(|v| objects(v, out));
            }
            Value::Array(all) => all.iter().for_each(|v| objects(v, out)),
            _ => {}
        }
    }

    #[test]
    fn every_host_takes_what_the_tools_are_called_and_what_they_take() {
        let names: Vec<&str> = ALL.iter().map(|tool| tool.name).collect();
        assert!(ALL.len() <= 10);
        for tool in &ALL {
            assert!(tool.name.len() <= 64 && tool.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            assert_eq!(names.iter().filter(|name| **name == tool.name).count(), 1);
            assert!(tool.fields.len() <= 4, "few");
            for strict in [true, false] {
                let schema = Value::Object(tool.input(strict));
                let mut all = Vec::new();
                objects(&schema, &mut all);
                for map in all {
                    for odd in [
                        "oneOf",
                        "allOf",
                        "anyOf",
                        "not",
                        "if",
                        "default",
                        "patternProperties",
                        "$ref",
                        "format",
                    ] {
                        assert!(!map.contains_key(odd), "{} has `{odd}`", tool.name);
                    }
                }
                assert_eq!(schema["additionalProperties"], false);
                let (required, all) = (schema["required"].as_array().unwrap().len(), tool.fields.len());
                assert!(if strict { required == all } else { required <= all });
            }
            let inputs = Value::Object(tool.input(false)).to_string();
            for odd in ["latitude", "longitude", "phone", "msisdn", "subscriber\"", "subject\"", "user_id"] {
                assert!(!inputs.contains(odd), "{} takes `{odd}`", tool.name);
            }
        }
    }

    #[test]
    fn the_document_for_actions_keeps_what_actions_ask_for() {
        let document = actions("https://operator.example");
        assert!(document.to_string().len() < 100_000);
        for (path, item) in document["paths"].as_object().unwrap() {
            let operation = &item["post"];
            let (summary, description) =
                (operation["summary"].as_str().unwrap(), operation["description"].as_str().unwrap());
            assert!(summary.len() <= 300 && (20..=300).contains(&description.len()), "{path}: {description}");
            assert_eq!(operation["x-openai-isConsequential"], false, "{path} reads only");
            let fields = &operation["requestBody"]["content"]["application/json"]["schema"]["properties"];
            for (name, field) in fields.as_object().unwrap() {
                assert!(field["description"].as_str().unwrap().len() <= 700, "{path} {name}");
            }
        }
        let flow = &document["components"]["securitySchemes"]["operator"]["flows"]["authorizationCode"];
        for url in ["authorizationUrl", "tokenUrl"] {
            assert!(flow[url].as_str().unwrap().starts_with("https://operator.example/"), "one domain");
        }
    }

    #[test]
    fn what_is_published_stays_as_it_was_published() {
        // Directories lock what they list. Whoever changes a word of it changes docs/connect/tools.json too, and tells who lists it.
        let published = include_str!("../../docs/connect/tools.json");
        let now = serde_json::to_string_pretty(&mcp()).unwrap();
        assert!(now.trim() == published.trim(), "run `dongui tools > docs/connect/tools.json`");
    }
}
