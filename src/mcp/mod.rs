//! What assistants in a host call: the Model Context Protocol at `/mcp` (2025-11-25 with `initialize`, 2026-07-28 without), and the same tools over
//! plain HTTP (`plain`). A caller is proven before the protocol begins (`gate`); what a tool answers is what `POST /v1/context` would. Deliberately
//! absent: sessions, for every message stands by itself; any input that names a subscriber or a place.
mod call;
pub mod card;
pub mod export;
mod gate;
mod plain;
mod server;
pub mod tool;

use crate::web::Shared;
use actix_web::middleware::from_fn;
use actix_web::web;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp_actix_web::transport::StreamableHttpService;
use server::Assistant;
use std::sync::Arc;

/// Longest message, bytes.
pub const LONGEST: usize = 64 * 1024;

/// The address, mounted by each worker.
#[derive(Clone)]
pub struct Mount(StreamableHttpService<Assistant, NeverSessionManager>);

impl std::fmt::Debug for Mount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("mcp")
    }
}

impl Mount {
    /// For one broker.
    pub fn new(broker: &Shared) -> Mount {
        let own = origin(&broker.settings().issuer);
        let broker = Shared::clone(broker);
        let service = StreamableHttpService::builder()
            .service_factory(Arc::new(move || Ok(Assistant::new(Shared::clone(&broker)))))
            .session_manager(Arc::new(NeverSessionManager::default()))
            .stateful_mode(false)
            .json_response(true)
            .max_request_body_bytes(LONGEST)
            // TLS ends in front of us, so the name of the host is not ours to know; no browser's own credentials let anybody in here.
            .allowed_hosts(Vec::new())
            .allowed_origins(vec![own])
            .on_request_fn(gate::handed_on)
            .build();
        Mount(service)
    }

    /// Adds the address.
    pub fn configure(self, config: &mut web::ServiceConfig) {
        let scope = web::scope("/mcp")
            .app_data(web::PayloadConfig::new(LONGEST))
            .wrap(from_fn(gate::guard))
            .service(self.0.scope());
        config.service(scope).service(plain::document).service(plain::called);
    }
}

/// The origin of our own pages, with its port, as the transport compares it.
fn origin(issuer: &str) -> String {
    let Ok(url) = url::Url::parse(issuer) else { return issuer.to_owned() };
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{}://{}:{port}", url.scheme(), url.host_str().unwrap_or_default())
}
