//! The privacy card: a page that hosts show beside an answer (MCP Apps, SEP-1865), with what was shared, how finely, for how long it may be kept,
//! and a way to the subscriber's own pages. It holds no data: what it shows is what the host was given.
use rmcp::model::{MetaObject, Resource, ResourceContents};
use serde_json::json;

/// Its address.
pub const ADDRESS: &str = "ui://dongui/privacy-card";
/// The page, which loads nothing from anywhere.
pub const PAGE: &str = include_str!("privacy-card.html");
/// Its media type, which tells a host that it may show it.
const MIME: &str = "text/html;profile=mcp-app";

pub(super) fn listed() -> Resource {
    Resource::new(ADDRESS, "privacy-card")
        .with_title("What was shared")
        .with_description("What the operator told this assistant, beside the answer")
        .with_mime_type(MIME)
}

pub(super) fn content() -> ResourceContents {
    let ui =
        json!({ "ui": { "prefersBorder": true, "csp": { "connectDomains": [], "resourceDomains": [] } } });
    ResourceContents::text(PAGE, ADDRESS).with_mime_type(MIME).with_meta(MetaObject(super::tool::object(ui)))
}
