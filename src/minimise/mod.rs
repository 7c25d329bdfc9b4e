//! The only maker of `Context`: what may leave, how coarse, and in which words. Start at `apply::apply`, which consumes a
//! `Permit`; `context::Context::assemble` joins the items of one request. Deliberately absent: storage, HTTP, clock and
//! randomness but as arguments, and any string that did not come from a closed list.
mod account;
pub mod apply;
pub mod area;
pub mod budget;
mod charge;
pub mod context;
pub mod count;
pub mod crowd;
pub mod density;
mod draw;
pub mod guard;
pub mod guess;
pub mod item;
pub mod joint;
mod kind;
mod ladder;
pub mod learnt;
pub mod life;
pub mod often;
mod persons;
pub mod population;
mod recency;
pub mod rim;
pub mod sensitive;
pub mod summary;
mod usage;
pub mod verify;
mod words;
pub mod zone;

#[cfg(test)]
mod laws;
