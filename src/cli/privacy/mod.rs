//! `dongui privacy`.
mod meter;

use super::{Answer, Installation, Trouble};
use clap::Subcommand;

/// What to look into.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what recipients have learnt of a subscriber in seven days, each and all together.
    Meter(meter::Arguments),
}

pub fn run(installation: &Installation, command: &Command) -> Result<Answer, Trouble> {
    match command {
        Command::Meter(arguments) => meter::run(installation, arguments),
    }
}
