//! Transparency log: maths and formats that verify offline (RFC 6962 tree, C2SP tiles, signed notes, checkpoints, proofs).
//!
//! Deliberately absent: the store, the clock, the network. Whoever holds tiles hands them in through `tile::TileSource`; only
//! `bundle::write` and `bundle::verify` touch a directory.
pub mod checkpoint;
pub mod grow;
pub mod note;
pub mod proof;
pub mod receipt;
pub mod tile;
pub mod tree;
