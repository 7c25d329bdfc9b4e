//! `dongui tools`: what assistants can call, in the words of who calls it.
use super::{Answer, Installation, Trouble};
use crate::mcp::export;
use clap::{Args, ValueEnum};

/// In whose words.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Words {
    /// The Model Context Protocol's.
    Mcp,
    /// OpenAI's functions, strict.
    Openai,
    /// Anthropic's tools.
    Anthropic,
    /// An OpenAPI document for Actions.
    Actions,
}

/// What to print.
#[derive(Debug, Args)]
pub struct Arguments {
    /// In whose words.
    #[arg(long = "for", value_enum, default_value = "mcp", value_name = "WORDS")]
    words: Words,
}

pub fn run(installation: &Installation, arguments: &Arguments) -> Result<Answer, Trouble> {
    let told = match arguments.words {
        Words::Mcp => export::mcp(),
        Words::Openai => export::openai(),
        Words::Anthropic => export::anthropic(),
        Words::Actions => export::actions(&installation.issuer),
    };
    Ok(Answer::new(serde_json::to_string_pretty(&told).map_err(Trouble::of)?, told))
}
