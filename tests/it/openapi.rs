//! The OpenAPI document: checked in as generated, and kept to house rules that make it usable by machines.
use dongui::web::openapi::Document;
use serde_json::Value;
use std::collections::BTreeSet;
use utoipa::OpenApi;

fn document() -> Value {
    serde_json::to_value(Document::openapi()).unwrap()
}

/// (method, path, operation) of everything.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let item = item.as_object().unwrap().clone();
        let path = path.clone();
        item.into_iter().map(move |(method, operation)| (method, path.clone(), operation)).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn the_document_in_docs_is_the_one_the_server_gives() {
    let kept = std::fs::read_to_string("docs/openapi.json").expect("docs/openapi.json");
    let now = Document::openapi().to_pretty_json().unwrap();
    assert!(
        kept.trim_end() == now,
        "docs/openapi.json is out of date; run `dongui openapi > docs/openapi.json`"
    );
}

#[test]
fn every_operation_tells_a_machine_and_a_person_what_it_needs() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    let mut faults = Vec::new();
    for (method, path, operation) in operations(&document) {
        let mut fault = |what: &str| faults.push(format!("{method} {path}: {what}"));
        if !operation["operationId"].as_str().is_some_and(|id| ids.insert(id.to_owned())) {
            fault("no operationId of its own");
        }
        let summary = operation["summary"].as_str().unwrap_or_default();
        if summary.is_empty()
            || summary.len() > 300
            || operation["description"].as_str().is_some_and(|d| d.len() > 700)
        {
            fault("a summary of 1 to 300 bytes, a description of 700 at most");
        }
        if !operation["tags"]
            .as_array()
            .is_some_and(|t| t.len() == 1 && t[0].as_str().is_some_and(|t| tags.contains(t)))
        {
            fault("one tag of the list");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["description"].as_str().is_none_or(str::is_empty) {
                fault("a parameter without a description");
            }
        }
        let responses = operation["responses"].as_object().unwrap();
        if !responses.keys().any(|s| s.starts_with('2')) {
            fault("no success");
        }
        for (status, response) in responses {
            let kinds: Vec<&String> =
                response["content"].as_object().map(|c| c.keys().collect()).unwrap_or_default();
            let token = path.starts_with("/oauth/") && status != "503";
            if status >= &"400".to_owned() && !token && kinds != ["application/problem+json"] {
                fault(&format!("{status} is not a problem (RFC 9457)"));
            }
        }
        let secured = operation["security"][0].as_object().map(|s| !s.is_empty());
        if secured.is_none() {
            fault("neither secured nor said to be for everyone");
        }
        let secured = secured == Some(true);
        if secured && !(responses.contains_key("401") && responses.contains_key("403")) {
            fault("secured, without 401 and 403");
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document = document();
    let text = document.to_string();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut used = BTreeSet::new();
    for part in text.split("\"#/components/schemas/").skip(1) {
        used.insert(part.split('"').next().unwrap().to_owned());
    }
    for name in &used {
        assert!(schemas.contains_key(name), "a reference to `{name}` leads nowhere");
    }
    for (name, schema) in schemas {
        assert!(used.contains(name), "schema `{name}` is used nowhere");
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let described = property["description"].is_string()
                || property["oneOf"].is_array()
                || property["$ref"].is_string();
            assert!(described, "`{name}.{field}` has no description");
        }
    }
}
