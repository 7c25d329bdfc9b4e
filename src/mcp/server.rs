//! The tools as the protocol calls them. Deliberately absent: who calls, which `gate` has found out; what may leave, which the broker decides.
use super::card;
use super::gate::challenge;
use super::tool::{ALL, CONFIRM_DELETION, GET_CONTEXT, GET_PERMISSIONS, REQUEST_PERMISSION, Tool, object};
use crate::broker::authenticate::Proven;
use crate::broker::{Broker, Failure};
use crate::domain::category::Category;
use crate::domain::id::PurgeId;
use crate::domain::purge::Statement;
use crate::domain::request::ContextRequest;
use crate::oauth::metadata::USUAL;
use crate::web::{Shared, context};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Extensions, Implementation,
    ListResourcesResult, ListToolsResult, MetaObject, PaginatedRequestParams, ReadResourceRequestParams,
    ReadResourceResponse, ReadResourceResult, ServerCapabilities, ServerConfig, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use rmcp_actix_web::transport::on_request_extensions;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;

const INSTRUCTIONS: &str = "Context about the user from the user's mobile operator, as far as the user allows. Call `get_context` when where the user \
     is, goes next or is interested in would help with the present question; tell the user what you used. What is withheld is withheld: do not guess it.";

/// The server of one message.
pub(super) struct Assistant {
    broker: Shared,
}

/// What `get_context` takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
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

/// Why a tool gave nothing; what a model reads of it is ours, never the caller's.
enum Odd {
    Failure(Failure),
    Input(&'static str),
}

impl From<Failure> for Odd {
    fn from(failure: Failure) -> Odd {
        Odd::Failure(failure)
    }
}

impl Assistant {
    pub(super) fn new(broker: Shared) -> Assistant {
        Assistant { broker }
    }

    async fn context(&self, proven: Proven, question: Question) -> Result<CallToolResult, Odd> {
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
        let told = context::ask(&self.broker, proven, request, began).await?;
        let text = String::from_utf8_lossy(told.context.bytes()).into_owned();
        // INVARIANT: a context is JSON.
        let structured = serde_json::from_str(&text).unwrap_or_default();
        // Beside what a model sees.
        let meta = json!({
            "dongui/receipt": told.receipt, "dongui/policy": told.policy, "dongui/manage_url": self.manage_url(),
        });
        let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
        result.structured_content = Some(structured);
        Ok(result.with_meta(Some(MetaObject(object(meta)))))
    }

    async fn permissions(&self, proven: Proven) -> Result<CallToolResult, Odd> {
        let found = self.run(move |b| b.permissions(&proven)).await?;
        let allowed: Vec<Value> = found
            .allowed
            .iter()
            .map(|(category, precision, until)| {
                json!({ "category": category.as_str(), "precision": precision.as_str(), "until": until.rfc3339() })
            })
            .collect();
        let more: Vec<&str> = found.more.iter().map(|category| category.as_str()).collect();
        Ok(CallToolResult::structured(json!({
            "purpose": found.purpose.as_str(), "allowed": allowed, "can_request": more, "manage_url": self.manage_url(),
        })))
    }

    async fn confirm(&self, proven: Proven, deleted: Deleted) -> Result<CallToolResult, Odd> {
        let confirmed = deleted.ids.len();
        self.run(move |b| {
            deleted.ids.iter().try_for_each(|id| b.confirm_deletion(&proven, *id, Statement::Done))
        })
        .await?;
        Ok(CallToolResult::structured(json!({ "confirmed": confirmed })))
    }

    async fn run<T: Send + 'static>(
        &self,
        verb: impl FnOnce(&Broker) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let broker = Arc::clone(self.broker.get_ref());
        let done = actix_web::web::block(move || verb(&broker)).await;
        done.unwrap_or(Err(Failure::Halted("the server is shutting down")))
    }

    fn manage_url(&self) -> String {
        format!("{}/me/", self.broker.settings().issuer)
    }

    fn odd(&self, odd: Odd) -> CallToolResult {
        let issuer = &self.broker.settings().issuer;
        let (text, told) = match odd {
            Odd::Input(cure) => (cure.to_owned(), None),
            // The link has ended since the message was let in, and a host asks the user to connect again; or a proof was used before.
            Odd::Failure(Failure::Unproven(e)) => {
                (e.problem().error_description.to_owned(), Some(challenge(e, USUAL, false, issuer)))
            }
            Odd::Failure(
                failure @ (Failure::Invalid { .. } | Failure::NotFound(_) | Failure::Conflict(_)),
            ) => (failure.to_string(), None),
            Odd::Failure(failure) => {
                tracing::error!(problem = %failure, "a tool gave nothing");
                ("temporarily unavailable; try again in a second".to_owned(), None)
            }
        };
        let meta = told.map(|told| MetaObject(object(json!({ "mcp/www_authenticate": [told] }))));
        CallToolResult::error(vec![ContentBlock::text(text)]).with_meta(meta)
    }
}

/// Who calls.
fn caller(extensions: &Extensions) -> Result<Proven, ErrorData> {
    let handed_on = on_request_extensions(extensions).and_then(|all| all.get::<Proven>()).cloned();
    handed_on.ok_or_else(|| ErrorData::internal_error("the caller is not proven", None))
}

fn read<T: DeserializeOwned>(request: &CallToolRequestParams, cure: &'static str) -> Result<T, Odd> {
    let arguments = Value::Object(request.arguments.clone().unwrap_or_default());
    serde_json::from_value(arguments).map_err(|_| Odd::Input(cure))
}

impl ServerHandler for Assistant {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        let us = Implementation::new("dongui", env!("CARGO_PKG_VERSION")).with_title("Dongui");
        ServerConfig::new(capabilities).with_server_info(us).with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let bound = caller(&context.extensions)?.is_bound();
        let seen = ALL.iter().filter(|tool| bound || !tool.backend);
        Ok(ListToolsResult::with_all_items(seen.map(described).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let proven = caller(&context.extensions)?;
        let outcome = match request.name.as_ref() {
            GET_CONTEXT => {
                match read(&request, "takes `categories`, `max_tokens` and `locale`, as its schema says") {
                    Ok(question) => self.context(proven, question).await,
                    Err(odd) => Err(odd),
                }
            }
            GET_PERMISSIONS => self.permissions(proven).await,
            // What is beyond the token has been answered at the gate.
            REQUEST_PERMISSION => {
                match read::<Wish>(&request, "takes `categories` and `reason`, as its schema says") {
                    Ok(_) => self.permissions(proven).await,
                    Err(odd) => Err(odd),
                }
            }
            CONFIRM_DELETION if proven.is_bound() => {
                match read(&request, "takes `ids`, as its schema says") {
                    Ok(deleted) => self.confirm(proven, deleted).await,
                    Err(odd) => Err(odd),
                }
            }
            _ => return Err(ErrorData::invalid_params("no such tool", None)),
        };
        Ok(outcome.unwrap_or_else(|odd| self.odd(odd)).into())
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(vec![card::listed()]))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        if request.uri != card::ADDRESS {
            return Err(ErrorData::resource_not_found("no such resource", None));
        }
        Ok(ReadResourceResult::new(vec![card::content()]).into())
    }
}

/// A tool in the words of the protocol.
fn described(tool: &Tool) -> rmcp::model::Tool {
    let mut told = rmcp::model::Tool::new(tool.name, tool.description, Arc::new(tool.input(false)))
        .with_title(tool.title)
        .with_raw_output_schema(Arc::new(object((tool.answer)())))
        .with_annotations(ToolAnnotations::from_raw(
            Some(tool.title.to_owned()),
            Some(tool.reads),
            Some(false),
            Some(true),
            Some(false),
        ));
    if tool.name == GET_CONTEXT {
        told.meta = Some(MetaObject(object(json!({ "ui": { "resourceUri": card::ADDRESS } }))));
    }
    told
}
