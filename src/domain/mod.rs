//! Nouns and their rules. Deliberately absent: input, output, clock, randomness, threads.
pub mod category;
pub mod consent;
pub mod entry;
pub mod feed;
pub mod id;
pub mod notice;
pub mod obligation;
pub mod purpose;
pub mod reason;
pub mod recipient;
pub mod request;
pub mod rng;
pub mod scene;
pub mod subscriber;
pub mod time;
pub mod topic;
pub mod zone;
