//! `dongui erase`: the records about a subscriber.
use super::{Answer, Installation, Trouble, people};
use crate::broker::authenticate::Caller;
use crate::broker::erase::Erased;
use clap::Args;
use serde_json::json;

/// Whose records.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Phone number or account reference.
    #[arg(long)]
    subscriber: String,
    /// Who had the number last and has it no more, instead of who has it.
    #[arg(long)]
    former: bool,
    /// Do it. Without this it is only said what would go.
    #[arg(long)]
    yes: bool,
}

pub fn run(installation: &Installation, arguments: &Arguments) -> Result<Answer, Trouble> {
    let (broker, console) = (installation.broker()?, Caller::console());
    let reference = people::reference("--subscriber", &arguments.subscriber)?;
    if !arguments.yes {
        let (records, kept) = broker.to_erase(&console, &reference, arguments.former)?;
        let text = format!(
            "{records} records would go for good, {kept} would stay because the law has it so; say `--yes` to erase them"
        );
        return Ok(Answer::new(text, json!({ "erased": false, "records": records, "kept": kept })));
    }
    let erased = broker.erase_of(&console, &reference, arguments.former)?;
    let Erased { records, kept, cleared, entry } = erased;
    let mut text = format!(
        "{records} records are erased, {kept} stay because the law has it so; the log says so in entry {entry}"
    );
    if !cleared {
        text.push_str("\nsomebody was reading: a running server clears the database file of them within minutes, or erase once more");
    }
    let figures =
        json!({ "erased": true, "records": records, "kept": kept, "cleared": cleared, "entry": entry });
    Ok(Answer::new(text, figures))
}
