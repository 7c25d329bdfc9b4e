//! `dongui purges`: what recipients were asked to delete, and whether they answered.
use super::{Answer, Installation, Trouble};
use crate::broker::authenticate::Caller;
use crate::domain::purge::Asked;
use crate::web::openapi::PurgeAnswer;
use clap::Args;
use serde_json::json;

/// Which requests.
#[derive(Debug, Args)]
pub struct Arguments {
    /// open, overdue, done, nothing_held or refused.
    #[arg(long, default_value = "overdue", value_parser = asked)]
    state: Asked,
}

fn asked(text: &str) -> Result<Asked, String> {
    Asked::parse(text).ok_or_else(|| format!("one of {}", Asked::ALL.map(Asked::as_str).join(", ")))
}

pub fn run(installation: &Installation, arguments: &Arguments) -> Result<Answer, Trouble> {
    let found = installation.broker()?.purges(&Caller::console(), arguments.state)?;
    let found: Vec<PurgeAnswer> = found.into_iter().map(PurgeAnswer::from).collect();
    let line = |p: &PurgeAnswer| {
        format!(
            "{} {}: {} for {}, ended {}, answer due {}\n",
            p.id,
            p.recipient,
            p.category.as_str(),
            p.purpose.as_str(),
            p.since,
            p.deadline
        )
    };
    let mut text: String = found.iter().map(line).collect();
    text.push_str(&format!("{} {}", found.len(), arguments.state.as_str()));
    Ok(Answer::new(text, json!({ "purges": found })))
}
