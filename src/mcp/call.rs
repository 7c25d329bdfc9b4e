//! What calling a tool does, whichever door it is called at. Deliberately absent: who calls, which the doors have found out; what may leave, which the
//! broker decides.
use super::tool::{CONFIRM_DELETION, GET_CONTEXT, GET_PERMISSIONS, REQUEST_PERMISSION, object};
use crate::broker::authenticate::Proven;
use crate::broker::{Broker, Failure};
use crate::domain::category::Category;
use crate::domain::id::PurgeId;
use crate::domain::link::{Piece, Wanted};
use crate::domain::purge::Statement;
use crate::domain::request::ContextRequest;
use crate::oauth::OAuthError;
use crate::oauth::scope::Scope;
use crate::web::{Shared, attempt, context};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::time::Instant;

/// What a tool answers.
pub(super) struct Told {
    /// As JSON text.
    pub text: String,
    /// Beside what a model sees.
    pub beside: Map<String, Value>,
}

/// What `get_context` takes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Question {
    categories: Option<Vec<Category>>,
    max_tokens: Option<u32>,
    locale: Option<String>,
}

/// What `request_permission` takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[serde(rename = "categories")]
    _categories: Vec<Category>,
    #[serde(rename = "reason", default)]
    _reason: Option<String>,
}

/// What `confirm_deletion` takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Deleted {
    ids: Vec<PurgeId>,
}

/// What `get_permissions` takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Why a tool gave nothing; what a model reads of it is ours, never the caller's.
pub(super) enum Odd {
    Failure(Failure),
    Input(&'static str),
    /// No such tool for this caller.
    Unknown,
}

impl From<Failure> for Odd {
    fn from(failure: Failure) -> Odd {
        Odd::Failure(failure)
    }
}

/// Why a caller does not get as far as a tool.
pub(super) enum Refused {
    Failure(Failure),
    /// The subscriber has not allowed all of it; the scope that would be needed.
    Beyond(String),
}

impl<F: Into<Failure>> From<F> for Refused {
    fn from(failure: F) -> Refused {
        Refused::Failure(failure.into())
    }
}

/// Lets a caller as far as the tool `name`: a token about a subscriber whose link holds, and that reaches what is asked for. The proof is used up,
/// but for an answer that uses it up in the write that records it.
pub(super) async fn admit(
    broker: &Shared,
    proven: Proven,
    name: &str,
    arguments: &Value,
) -> Result<Proven, Refused> {
    let reach = proven.reach().ok_or(OAuthError::InvalidToken("the token is about no subscriber"))?;
    let asks = name == GET_CONTEXT;
    if (asks || name == REQUEST_PERMISSION)
        && let Some(needed) = beyond(reach, arguments)
    {
        return Err(Refused::Beyond(needed));
    }
    let verb = move |b: &Broker| -> Result<Proven, Failure> {
        b.require_link(&proven)?;
        if !asks {
            b.admit(proven.clone(), Scope::ContextRead)?;
        }
        Ok(proven)
    };
    Ok(attempt(broker, verb).await?)
}

/// Calls a tool in the name of a caller who was admitted to it.
pub(super) async fn call(broker: &Shared, proven: Proven, name: &str, arguments: Value) -> Result<Told, Odd> {
    match name {
        GET_CONTEXT => {
            let question =
                read(arguments, "takes `categories`, `max_tokens` and `locale`, as its schema says")?;
            tell(broker, proven, question).await
        }
        GET_PERMISSIONS => {
            read::<Nothing>(arguments, "takes nothing")?;
            permissions(broker, proven).await
        }
        REQUEST_PERMISSION => {
            // What is beyond the token was answered before.
            read::<Wish>(arguments, "takes `categories` and `reason`, as its schema says")?;
            permissions(broker, proven).await
        }
        CONFIRM_DELETION if proven.is_bound() => {
            confirm(broker, proven, read(arguments, "takes `ids`, as its schema says")?).await
        }
        _ => Err(Odd::Unknown),
    }
}

/// Where the user looks at what he allowed.
pub(super) fn manage_url(broker: &Shared) -> String {
    format!("{}/me/", broker.settings().issuer)
}

fn read<T: DeserializeOwned>(arguments: Value, cure: &'static str) -> Result<T, Odd> {
    let arguments = if arguments.is_null() { json!({}) } else { arguments };
    // A list would be read as members without names.
    let named = arguments.is_object().then_some(arguments).ok_or(Odd::Input(cure))?;
    serde_json::from_value(named).map_err(|_| Odd::Input(cure))
}

async fn tell(broker: &Shared, proven: Proven, question: Question) -> Result<Told, Odd> {
    let began = Instant::now();
    let reach = proven.reach().ok_or(Failure::NotFound("link"))?;
    let all = || reach.categories.iter().map(|piece| piece.category).collect();
    let request = ContextRequest {
        subject: String::new(),
        purpose: reach.purpose,
        categories: question.categories.unwrap_or_else(all),
        circle: None,
        locale: question.locale,
        max_tokens: question.max_tokens,
    };
    let told = context::ask(broker, proven, request, began).await?;
    let text = String::from_utf8_lossy(told.context.bytes()).into_owned();
    let until: Map<String, Value> =
        told.until.iter().map(|(category, at)| (category.as_str().to_owned(), json!(at.rfc3339()))).collect();
    let beside = json!({
        "dongui/receipt": told.receipt, "dongui/policy": told.policy, "dongui/manage_url": manage_url(broker),
        "dongui/until": until,
    });
    Ok(Told { text, beside: object(beside) })
}

async fn permissions(broker: &Shared, proven: Proven) -> Result<Told, Odd> {
    let found = attempt(broker, move |b| b.permissions(&proven)).await?;
    let allowed: Vec<Value> = found
        .allowed
        .iter()
        .map(|(category, precision, until)| {
            json!({ "category": category.as_str(), "precision": precision.as_str(), "until": until.rfc3339() })
        })
        .collect();
    let more: Vec<&str> = found.more.iter().map(|category| category.as_str()).collect();
    let told = json!({
        "purpose": found.purpose.as_str(), "allowed": allowed, "can_request": more, "manage_url": manage_url(broker),
    });
    Ok(Told { text: told.to_string(), beside: Map::new() })
}

async fn confirm(broker: &Shared, proven: Proven, deleted: Deleted) -> Result<Told, Odd> {
    let confirmed = deleted.ids.len();
    attempt(broker, move |b| {
        deleted.ids.iter().try_for_each(|id| b.confirm_deletion(&proven, *id, Statement::Done))
    })
    .await?;
    Ok(Told { text: json!({ "confirmed": confirmed }).to_string(), beside: Map::new() })
}

/// The scope that a call needs where the token does not reach it: all that it reaches and all that is asked for.
fn beyond(reach: &Wanted, arguments: &Value) -> Option<String> {
    let named = arguments.get("categories")?.as_array()?;
    let asked = named.iter().filter_map(|word| Category::parse(word.as_str()?));
    let more: Vec<Category> =
        asked.filter(|c| c.is_personal() && reach.piece(reach.purpose, *c).is_none()).collect();
    if more.is_empty() {
        return None;
    }
    let mut all = reach.categories.clone();
    for category in more {
        if all.iter().all(|piece| piece.category != category) {
            all.push(Piece { category, precision: None });
        }
    }
    Some(Wanted::new(reach.purpose, all, None).scope())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::purpose::Purpose;

    #[test]
    fn a_call_beyond_the_token_is_told_everything_that_is_needed_at_once() {
        let piece = Piece { category: Category::LocationZone, precision: None };
        let reach = Wanted::new(Purpose::ServicePersonalisation, vec![piece], None);
        let needed = |arguments| beyond(&reach, &arguments);
        assert_eq!(needed(json!({})), None);
        assert_eq!(needed(json!({ "categories": null })), None);
        assert_eq!(needed(json!({ "categories": ["location.zone"] })), None);
        assert_eq!(needed(json!({ "categories": ["location.everywhere", 7, "aggregate.population"] })), None);
        assert_eq!(
            needed(json!({ "categories": ["web.interest", "location.zone", "web.interest"] })).as_deref(),
            Some("context:read dpv:ServicePersonalisation location.zone web.interest")
        );
    }
}
