//! `dongui explain`.
use super::{Answer, Installation, Trouble};
use crate::broker::authenticate::Caller;
use crate::domain::category::Category;
use crate::domain::id::RecipientId;
use crate::domain::purpose::Purpose;
use crate::domain::subscriber::Reference;
use clap::Args;

/// Which decision to explain.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The subscriber: phone number or account reference.
    #[arg(long)]
    subscriber: String,
    /// The recipient, `rcp_…`.
    #[arg(long)]
    recipient: String,
    /// The purpose, `dpv:…`.
    #[arg(long, value_parser = super::consent::purpose)]
    purpose: Purpose,
    /// The category, such as `location.zone`.
    #[arg(long, value_parser = super::consent::category)]
    category: Category,
}

pub fn run(installation: &Installation, a: &Arguments) -> Result<Answer, Trouble> {
    let wrong = |what: &str, cure: &str| Trouble(format!("`--{what}`: {cure}"));
    let reference = Reference::parse(&a.subscriber)
        .ok_or_else(|| wrong("subscriber", "a phone number or an account reference"))?;
    let recipient = RecipientId::parse(&a.recipient).ok_or_else(|| wrong("recipient", "an id `rcp_…`"))?;
    let explanation =
        installation.broker()?.explain(&Caller::console(), &reference, recipient, a.purpose, a.category)?;
    let json = serde_json::to_value(&explanation).map_err(Trouble::of)?;
    Ok(Answer::new(explanation.to_string(), json))
}
