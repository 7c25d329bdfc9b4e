//! Dongui (동의, "consent"): the consent and context broker between an operator's subscribers and AI providers.
//!
//! Rings, each importing only lower ones: `domain` (nouns) → `crypt`, `profile`, `policy`, `minimise`, `ledger`, `oauth`,
//! `report` (pure engines) → `store` (rows) → `broker` (verbs) → `web`, `mcp`, `camara`, `screens`, `console`, `feed`, `cli` (doors). Start at `broker::disclose`.
pub mod ambient;
pub mod attack;
pub mod broker;
pub mod camara;
pub mod cli;
pub mod console;
pub mod crypt;
pub mod domain;
pub mod feed;
pub mod ledger;
pub mod mcp;
pub mod minimise;
pub mod oauth;
pub mod policy;
pub mod profile;
pub mod report;
pub mod screens;
pub mod store;
pub mod telemetry;
pub mod token;
pub mod web;
pub mod witness;
