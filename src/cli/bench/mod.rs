//! `dongui bench`: the whole, its parts and their ratio in one run. Deliberately absent: targets; `docs/performance.md` has them.
//!
//! What is measured is made up by `house`; nothing of the operator's own installation is read or written.
mod command;
mod consent;
mod context;
mod crowd;
mod export;
mod feed;
mod house;
mod http;
mod issued;
mod linked;
mod lives;
mod load;
mod pages;
mod parts;
mod refusals;
mod server;
mod usage;
mod withdraw;

use super::{Answer, Installation, Trouble};
use clap::{Args, Subcommand};

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Context requests over HTTP, and the parts that one is made of.
    Context(Load),
    /// Context through the Model Context Protocol, beside the same through the HTTP API.
    Mcp(Load),
    /// Access tokens, each for a new assertion and proof.
    Token(Load),
    /// Consent changes and consent checks, at the verbs.
    Consent(Load),
    /// How soon a withdrawal bites, over HTTP, among requests about the same subscribers.
    Withdraw(Withdraw),
    /// What a look at each of the subscriber's pages costs, over HTTP, and how heavy it is.
    Pages(Pages),
    /// Whether the time of an answer tells why nothing was told, over HTTP.
    Refusals(Refusals),
    /// Who fits an answer and everything that was told before: how long it takes to count, and how much a day of crowds weighs.
    Crowd(Crowd),
    /// A location feed from its file to sealed profiles.
    Feed(Feed),
    /// A whole log exported with its reports, and verified.
    Export(Export),
}

/// How to load the broker.
#[derive(Debug, Clone, Args)]
pub struct Load {
    /// Subscribers, each with grants and a profile; made once and kept in DIR/bench-N.
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=30_000_000))]
    subscribers: u32,
    /// Connections (for `consent`: threads) that ask at the same time.
    #[arg(long, default_value_t = 32, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    connections: u16,
    /// How long each round lasts; proofs made ahead are good for a minute.
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=40))]
    seconds: u16,
    /// Rounds; medians are told.
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
    /// Measure with each of these numbers of subscribers instead, and tell the ratios between them.
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    scale: Vec<u32>,
}

impl Load {
    /// The numbers of subscribers to measure with.
    fn sizes(&self) -> Vec<u32> {
        if self.scale.is_empty() { vec![self.subscribers] } else { self.scale.clone() }
    }
}

/// What to withdraw.
#[derive(Debug, Clone, Args)]
pub struct Withdraw {
    /// Subscribers, each with grants and a profile; made once and kept in DIR/bench-N.
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=30_000_000))]
    subscribers: u32,
    /// Connections; two of them withdraw, the others ask.
    #[arg(long, default_value_t = 32, value_name = "N", value_parser = clap::value_parser!(u16).range(3..=512))]
    connections: u16,
    /// Withdrawals, one of each subscriber.
    #[arg(long, default_value_t = 2000, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=20_000))]
    withdrawals: u32,
}

/// What to look at.
#[derive(Debug, Clone, Args)]
pub struct Pages {
    /// Subscribers, each with grants and a profile; made once and kept in DIR/bench-N.
    #[arg(long, default_value_t = 10_000, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=30_000_000))]
    subscribers: u32,
    /// Looks at each page.
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    looks: u32,
}

/// What to refuse.
#[derive(Debug, Clone, Args)]
pub struct Refusals {
    /// Requests for each of the causes.
    #[arg(long, default_value_t = 2000, value_name = "N", value_parser = clap::value_parser!(u32).range(40..=100_000))]
    requests: u32,
}

/// Whom to count.
#[derive(Debug, Clone, Args)]
pub struct Crowd {
    /// Persons who spend the day.
    #[arg(long, default_value_t = 1_000_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1000..=30_000_000))]
    persons: u32,
    /// Of them asked about, every hour from 7 on.
    #[arg(long, default_value_t = 300, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    asked: u32,
}

/// What to feed.
#[derive(Debug, Clone, Args)]
pub struct Feed {
    /// Lines of the file.
    #[arg(long, default_value_t = 10_000_000, value_name = "N")]
    rows: u64,
    /// Subscribers who are in it, each with a grant for location.
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=30_000_000))]
    subscribers: u32,
    /// Load a file twice as long too, and tell both peaks of memory.
    #[arg(long)]
    memory: bool,
    /// Load one day's file too, so many times with its crowds and without them in turn, and tell the ratio of the medians.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    crowds: Option<u16>,
}

/// What to export.
#[derive(Debug, Clone, Args)]
pub struct Export {
    /// Records in the log at least; they are made once and kept in DIR.
    #[arg(long, default_value_t = 1_000_000, value_name = "N", value_parser = clap::value_parser!(u64).range(1000..=100_000_000))]
    records: u64,
}

pub fn run(installation: &Installation, command: &Command) -> Result<Answer, Trouble> {
    match command {
        Command::Context(load) => context::run(installation, load),
        Command::Mcp(load) => linked::run(installation, load),
        Command::Token(load) => issued::run(installation, load),
        Command::Consent(load) => consent::run(installation, load),
        Command::Withdraw(wanted) => withdraw::run(installation, wanted),
        Command::Pages(wanted) => pages::run(installation, wanted),
        Command::Refusals(wanted) => refusals::run(installation, wanted),
        Command::Crowd(wanted) => crowd::run(installation, wanted),
        Command::Feed(feed) => feed::run(installation, feed),
        Command::Export(wanted) => export::run(installation, wanted),
    }
}

/// The middle of several measurements; 0 of none.
fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// For JSON: a tenth of the unit is as exact as any of it.
fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// For JSON: ratios.
fn hundredth(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
