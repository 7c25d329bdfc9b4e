//! The `dongui` command: composition root, one file per command. Deliberately absent: rules.
mod answer;
mod as_of;
mod audit;
mod audit_export;
mod audit_sample;
mod bench;
mod breach;
mod client;
mod connection;
mod consent;
mod consent_bulk;
mod console;
mod count;
mod deliver;
mod demo;
mod doctor;
mod due;
mod erase;
mod explain;
mod feed;
mod installation;
mod keys;
pub mod login;
mod metadata;
mod migrate;
mod openapi;
pub mod operators;
mod people;
mod policy;
mod privacy;
mod purges;
mod register;
mod room;
pub mod rotation;
pub mod serve;
mod stop;
mod tell;
mod theme;
pub mod tls;
pub mod token;
mod tools;
mod trial;
pub mod witness;
mod wording;

pub use answer::{Answer, Trouble};
pub use installation::Installation;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Consent and context broker between a mobile operator's subscribers and AI providers.
#[derive(Debug, Parser)]
#[command(name = "dongui", version, propagate_version = true, arg_required_else_help = true)]
struct Arguments {
    #[command(flatten)]
    installation: Installation,
    /// Answer as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make or rotate the operator's keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Bring the database to the schema of this binary.
    Migrate,
    /// Serve the API and the subscriber's page.
    Serve(serve::Arguments),
    /// Register recipients and OAuth clients, enrol and link subscribers.
    #[command(subcommand)]
    Register(register::Command),
    /// Say who may speak for whom, who owns a line, and which numbers go to somebody else.
    #[command(subcommand)]
    People(people::Command),
    /// Erase the records about a subscriber; the log still verifies.
    Erase(erase::Arguments),
    /// Load feeds.
    #[command(subcommand)]
    Feed(feed::Command),
    /// Write down or show what subscribers decided.
    #[command(subcommand)]
    Consent(consent::Command),
    /// Show what is due by when: incidents, deletions, notices, exports.
    Due,
    /// Show what recipients were asked to delete and have not answered.
    Purges(purges::Arguments),
    /// Publish what recipients say of themselves, by two people.
    #[command(subcommand)]
    Wording(wording::Command),
    /// Check policies and their cases, and stand for them.
    #[command(subcommand)]
    Policy(policy::Command),
    /// Stop what leaves for a recipient, about subscribers of a country or to one, and lift a stop by two people.
    Stop(stop::Arguments),
    /// Declare incidents at recipients, have those told whom they touch, and see who was told by when.
    #[command(subcommand)]
    Breach(breach::Command),
    /// Say why a recipient would hear something or nothing.
    Explain(explain::Arguments),
    /// Export the log for a regulator, or verify an export.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Ask for a link into the console of a regulator or of the operator's own officer.
    Console(console::Arguments),
    /// Cosign the checkpoints of others' logs, so that no log can have two histories.
    Witness(witness::Arguments),
    /// Attack a broker of made-up people as a hostile recipient would; say what recipients have learnt of a subscriber, and what counting people cost.
    #[command(subcommand)]
    Privacy(privacy::Command),
    /// Show the whole product with made-up residents: to look at, or told once with a report (`--once`).
    Demo(demo::Arguments),
    /// Make a client's key, ask for context: what an AI provider does.
    #[command(subcommand)]
    Client(client::Command),
    /// Measure this machine: context requests, consent, feeds.
    #[command(subcommand)]
    Bench(bench::Command),
    /// Check a look of the subscriber's pages.
    #[command(subcommand)]
    Theme(theme::Command),
    /// Look at the installation and say what is wrong with it.
    Doctor,
    /// Print the OpenAPI document.
    Openapi,
    /// Print what assistants can call, for whoever lists it.
    Tools(tools::Arguments),
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let Arguments { installation, json, command } = Arguments::parse();
    crate::telemetry::start();
    let outcome = match command {
        Command::Keys(c) => keys::run(&installation, c),
        Command::Migrate => migrate::run(&installation),
        Command::Serve(a) => serve::run(&installation, &a),
        Command::Register(c) => register::run(&installation, c),
        Command::People(c) => people::run(&installation, c),
        Command::Erase(a) => erase::run(&installation, &a),
        Command::Feed(c) => feed::run(&installation, c, json),
        Command::Consent(c) => consent::run(&installation, c, json),
        Command::Due => due::run(&installation),
        Command::Purges(a) => purges::run(&installation, &a),
        Command::Wording(c) => wording::run(&installation, c),
        Command::Policy(c) => policy::run(&installation, c),
        Command::Stop(a) => stop::run(&installation, &a),
        Command::Breach(c) => breach::run(&installation, c),
        Command::Explain(a) => explain::run(&installation, &a),
        Command::Audit(c) => audit::run(&installation, c, json),
        Command::Console(a) => console::run(&installation, &a),
        Command::Witness(a) => witness::run(&installation, &a),
        Command::Privacy(c) => privacy::run(&installation, c, json),
        Command::Demo(a) => demo::run(&installation, &a, json),
        Command::Client(c) => client::run(&installation, c),
        Command::Bench(c) => bench::run(&installation, &c),
        Command::Theme(c) => theme::run(c),
        Command::Doctor => doctor::run(&installation),
        Command::Openapi => openapi::run(),
        Command::Tools(a) => tools::run(&installation, &a),
    };
    answer::print(outcome, json)
}
