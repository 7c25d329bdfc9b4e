//! The tools as the protocol calls them. Deliberately absent: what they do (`call`).
use super::call::{self, Odd, Told};
use super::card;
use super::gate::challenge;
use super::tool::{ALL, GET_CONTEXT, Tool, object};
use crate::broker::Failure;
use crate::broker::authenticate::Proven;
use crate::oauth::metadata::USUAL;
use crate::web::Shared;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Extensions, Implementation,
    ListResourcesResult, ListToolsResult, MetaObject, PaginatedRequestParams, ReadResourceRequestParams,
    ReadResourceResponse, ReadResourceResult, ServerCapabilities, ServerConfig, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use rmcp_actix_web::transport::on_request_extensions;
use serde_json::{Value, json};
use std::sync::Arc;

const INSTRUCTIONS: &str = "Context about the user from the user's mobile operator, as far as the user allows. Call `get_context` when where the user \
     is, goes next or is interested in would help with the present question; tell the user what you used. What is withheld is withheld: do not guess it.";

/// The server of one message.
pub(super) struct Assistant {
    broker: Shared,
}

impl Assistant {
    pub(super) fn new(broker: Shared) -> Assistant {
        Assistant { broker }
    }

    fn odd(&self, odd: Odd) -> Result<CallToolResult, ErrorData> {
        let issuer = &self.broker.settings().issuer;
        let (text, told) = match odd {
            Odd::Unknown => return Err(ErrorData::invalid_params("no such tool", None)),
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
        Ok(CallToolResult::error(vec![ContentBlock::text(text)]).with_meta(meta))
    }
}

/// Who calls.
fn caller(extensions: &Extensions) -> Result<Proven, ErrorData> {
    let handed_on = on_request_extensions(extensions).and_then(|all| all.get::<Proven>()).cloned();
    handed_on.ok_or_else(|| ErrorData::internal_error("the caller is not proven", None))
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
        let arguments = request.arguments.map_or(Value::Null, Value::Object);
        match call::call(&self.broker, proven, &request.name, arguments).await {
            Ok(Told { text, beside }) => {
                // INVARIANT: it is JSON.
                let structured = serde_json::from_str(&text).unwrap_or_default();
                let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
                result.structured_content = Some(structured);
                let meta = (!beside.is_empty()).then_some(MetaObject(beside));
                Ok(result.with_meta(meta).into())
            }
            Err(odd) => Ok(self.odd(odd)?.into()),
        }
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
