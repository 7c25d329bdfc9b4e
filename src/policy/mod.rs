//! The decision: may this recipient have this category about this person for this purpose, and how finely.
//!
//! Deliberately absent: rows, keys, clock, randomness, threads. A decision is a pure function of the loaded set and the
//! scene, so an auditor replays it. Also absent: facts. A [`Permit`] says what may leave, never what it is.
//! Only this room names `cedar_policy`.
pub mod annotation;
pub mod breach;
pub mod cases;
pub mod ceiling;
mod check;
pub mod decide;
pub mod emergency;
pub mod engine;
mod entities;
pub mod error;
pub mod explain;
#[cfg(test)]
mod laws;
pub mod pack;
pub mod rule;
pub mod sources;
pub mod telling;

pub use decide::{Permit, Refusal, decide};
pub use engine::Engine;
pub use error::PolicyError;
pub use explain::{Explanation, explain};
pub use sources::Sources;
