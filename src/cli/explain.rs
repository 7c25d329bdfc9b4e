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
    #[arg(long)]
    purpose: String,
    /// The category, such as `location.zone`.
    #[arg(long)]
    category: String,
}

pub fn run(installation: &Installation, a: &Arguments) -> Result<Answer, Trouble> {
    let wrong = |what: &str, cure: &str| Trouble(format!("`--{what}`: {cure}"));
    let reference = Reference::parse(&a.subscriber)
        .ok_or_else(|| wrong("subscriber", "a phone number or an account reference"))?;
    let recipient = RecipientId::parse(&a.recipient).ok_or_else(|| wrong("recipient", "an id `rcp_…`"))?;
    let words = |all: Vec<&str>| format!("one of {}", all.join(", "));
    let purpose = Purpose::parse(&a.purpose)
        .ok_or_else(|| wrong("purpose", &words(Purpose::ALL.iter().map(|p| p.as_str()).collect())))?;
    let category = Category::parse(&a.category)
        .ok_or_else(|| wrong("category", &words(Category::ALL.iter().map(|c| c.as_str()).collect())))?;
    let explanation =
        installation.broker()?.explain(&Caller::console(), &reference, recipient, purpose, category)?;
    let json = serde_json::to_value(&explanation).map_err(Trouble::of)?;
    Ok(Answer::new(explanation.to_string(), json))
}
