//! `dongui demo`: the whole product with made-up residents of Munich, either told once and checked step by step, or to look at
//! for as long as one likes. Deliberately absent: a database of one's own; the demo brings its own and touches no other.
mod cast;
pub(super) mod clock;
pub(super) mod feeds;
mod kept;
pub(super) mod once;
mod page;
pub(super) mod progress;
mod proof;
mod quality;
mod refused;
mod report;
pub(super) mod stage;
mod stay;
pub(super) mod story;
mod told;

use super::{Answer, Installation, Trouble};
use clap::Args;
use std::net::SocketAddr;

/// How to show it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Tell the whole story over HTTP in a directory that is removed afterwards, print a report, and end: 0 if every step held.
    #[arg(long)]
    once: bool,
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// How many residents. Below 60 no crowd is large enough to tell anything.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=5000))]
    residents: u16,
    /// Days of events before the present.
    #[arg(long, default_value_t = 28, value_parser = clap::value_parser!(u8).range(1..=28))]
    days: u8,
    /// What the residents are drawn from: the same number makes the same people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub fn run(installation: &Installation, arguments: &Arguments, json: bool) -> Result<Answer, Trouble> {
    if arguments.once { once::run(arguments, json) } else { stay::run(installation, arguments, json) }
}
