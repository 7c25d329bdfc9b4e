//! What an assistant can call, written down once: the tools of the protocol, the functions that models are told of and the document for Actions
//! all come from here (`export`). Inputs are few, flat and from closed lists; none names a subscriber or a place.
use crate::domain::category::Category;
use crate::domain::reason::Withheld;
use serde_json::{Map, Value, json};

/// Asks for context.
pub const GET_CONTEXT: &str = "get_context";
/// Looks at what is allowed.
pub const GET_PERMISSIONS: &str = "get_permissions";
/// Asks for more.
pub const REQUEST_PERMISSION: &str = "request_permission";
/// States that something was deleted.
pub const CONFIRM_DELETION: &str = "confirm_deletion";

/// Languages of summaries, BCP 47.
const LOCALES: [&str; 6] = ["en", "ko", "de", "ar", "zh", "ms"];

/// Something that can be called.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// Its name, `[a-z_]{1,64}`.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What a model is told of it.
    pub description: &'static str,
    /// What it takes.
    pub fields: &'static [Field],
    /// What it answers.
    pub answer: fn() -> Value,
    /// Whether it reads only.
    pub reads: bool,
    /// Whether only a recipient's own backend has it, with tokens that are bound to a key.
    pub backend: bool,
}

/// Something that a tool takes.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What a model is told of it.
    pub description: &'static str,
    /// Of what kind it is.
    pub kind: Kind,
    /// Whether it may be absent.
    pub optional: bool,
}

/// Of what kind an input is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Some categories.
    Categories,
    /// A number of tokens.
    Tokens,
    /// A language.
    Locale,
    /// Text that is read by nobody.
    Unread,
    /// Ids of requests to delete.
    Ids,
}

const CATEGORIES: &str = "Kinds of context. Ask for what the present question needs and no more.";

/// All of them, in the order in which they are listed.
pub const ALL: [Tool; 4] = [
    Tool {
        name: GET_CONTEXT,
        title: "What may be known right now",
        description: "What the user's mobile operator may tell about the user now: the area the user is in, where the user probably goes next, whether \
                      today is like other days, interests. It tells only what the user allowed, as finely as the user allowed; everything else is listed \
                      under `withheld` with a reason. Ask again only after `valid_for_s`: until then the answer is the same.",
        fields: &[
            Field { name: "categories", description: CATEGORIES, kind: Kind::Categories, optional: true },
            Field {
                name: "max_tokens",
                description: "Room for the answer, tokens.",
                kind: Kind::Tokens,
                optional: true,
            },
            Field {
                name: "locale",
                description: "Language of the summary.",
                kind: Kind::Locale,
                optional: true,
            },
        ],
        answer: context,
        reads: true,
        backend: false,
    },
    Tool {
        name: GET_PERMISSIONS,
        title: "What the user allows",
        description: "What the user allows this assistant to know, for which purpose, how finely and until when, what else could be asked for, and \
                      where the user changes it. It tells nothing about the user's whereabouts.",
        fields: &[],
        answer: permissions,
        reads: true,
        backend: false,
    },
    Tool {
        name: REQUEST_PERMISSION,
        title: "Ask the user for more",
        description: "Asks the user, on pages of the mobile operator, to allow more kinds of context. Use it only when the user wants something that \
                      needs them; the user decides there and may refuse. It changes nothing by itself.",
        fields: &[
            Field { name: "categories", description: CATEGORIES, kind: Kind::Categories, optional: false },
            Field {
                name: "reason",
                description: "Why, in a sentence. It is neither kept nor shown to anybody.",
                kind: Kind::Unread,
                optional: true,
            },
        ],
        answer: permissions,
        reads: true,
        backend: false,
    },
    Tool {
        name: CONFIRM_DELETION,
        title: "State that it was deleted",
        description: "States that what requests to delete name was deleted at the assistant's. For its backend only.",
        fields: &[Field {
            name: "ids",
            description: "Ids of the requests, `prg_…`, as the operator told them.",
            kind: Kind::Ids,
            optional: false,
        }],
        answer: confirmed,
        reads: false,
        backend: true,
    },
];

impl Tool {
    /// The tool of that name.
    pub fn find(name: &str) -> Option<&'static Tool> {
        ALL.iter().find(|tool| tool.name == name)
    }

    /// What it takes, as a JSON Schema. `strict`: all members are there and may be null, as some models need it.
    pub fn input(&self, strict: bool) -> Map<String, Value> {
        let mut properties = Map::new();
        for field in self.fields {
            properties.insert(field.name.to_owned(), field.schema(strict));
        }
        let required: Vec<&str> =
            self.fields.iter().filter(|field| strict || !field.optional).map(|field| field.name).collect();
        object(json!({
            "type": "object", "properties": properties, "required": required, "additionalProperties": false,
        }))
    }
}

impl Field {
    fn schema(&self, strict: bool) -> Value {
        let mut schema = match self.kind {
            Kind::Categories => {
                json!({ "type": "array", "items": { "type": "string", "enum": categories() } })
            }
            Kind::Tokens => json!({ "type": "integer" }),
            Kind::Locale => json!({ "type": "string", "enum": LOCALES }),
            Kind::Unread => json!({ "type": "string" }),
            Kind::Ids => json!({ "type": "array", "items": { "type": "string" } }),
        };
        if strict && self.optional {
            schema["type"] = json!([schema["type"], "null"]);
            if let Some(all) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                all.push(Value::Null);
            }
        }
        schema["description"] = json!(self.description);
        schema
    }
}

/// What can be asked for, by name.
pub fn categories() -> Vec<&'static str> {
    Category::UNPROMPTED.iter().map(|category| category.as_str()).collect()
}

/// A value that is an object; nothing else is passed.
pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn closed(properties: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// `minimise::Context` as it is sent.
fn context() -> Value {
    let category = || json!({ "type": "string", "enum": categories() });
    let reasons: Vec<&str> = Withheld::ALL.iter().map(|reason| reason.as_str()).collect();
    let item = json!({ "type": "object", "properties": {
        "category": category(), "value": { "type": "object" }, "age": { "type": "string" },
        "valid_for_s": { "type": "integer" }, "confidence": { "type": "string", "enum": ["low", "medium", "high"] },
        "source": { "type": "string" },
    }, "required": ["category", "value"] });
    let missing = closed(
        json!({ "category": category(), "reason": { "type": "string", "enum": reasons }, "can_request": { "type": "boolean" } }),
        &["category", "reason", "can_request"],
    );
    let owed = closed(
        json!({ "purpose": { "type": "string" }, "retain_s": { "type": "integer" }, "train": { "type": "boolean" },
            "share": { "type": "boolean" }, "show_source": { "type": "boolean" } }),
        &["purpose", "retain_s", "train", "share", "show_source"],
    );
    closed(
        json!({
            "schema": { "type": "string" },
            "summary": { "type": "string", "description": "The same in words." },
            "items": { "type": "array", "items": item },
            "withheld": { "type": "array", "items": missing },
            "precision_reduced": { "type": "array", "items": category() },
            "truncated": { "type": "boolean" },
            "obligations": owed,
        }),
        &["schema", "summary", "items", "withheld", "precision_reduced", "truncated", "obligations"],
    )
}

fn permissions() -> Value {
    let allowed = closed(
        json!({ "category": { "type": "string", "enum": categories() }, "precision": { "type": "string" }, "until": { "type": "string" } }),
        &["category", "precision", "until"],
    );
    closed(
        json!({
            "purpose": { "type": "string" },
            "allowed": { "type": "array", "items": allowed },
            "can_request": { "type": "array", "items": { "type": "string", "enum": categories() } },
            "manage_url": { "type": "string", "description": "Where the user looks at it and changes it." },
        }),
        &["purpose", "allowed", "can_request", "manage_url"],
    )
}

fn confirmed() -> Value {
    closed(json!({ "confirmed": { "type": "integer" } }), &["confirmed"])
}
