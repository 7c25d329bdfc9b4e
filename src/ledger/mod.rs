//! Transparency log: maths and formats that verify offline (RFC 6962 tree, C2SP tiles, signed notes, checkpoints, proofs).
//!
//! Deliberately absent: the store, the clock, the network. Whoever holds tiles hands them in through `tile::TileSource`; only
//! `bundle::write` and `bundle::verify` touch a directory.
pub mod bundle;
#[cfg(test)]
mod chained;
pub mod checkpoint;
pub mod cosign;
pub mod export;
#[cfg(test)]
mod forged;
pub mod grow;
pub mod inspect;
mod line;
pub mod lot;
pub mod manifest;
pub mod note;
pub mod proof;
pub mod quorum;
pub mod receipt;
pub mod report;
#[cfg(test)]
mod sample;
pub mod shelf;
pub mod tally;
pub mod tile;
pub mod tree;
pub mod verify;
pub mod witness;
