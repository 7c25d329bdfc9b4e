//! `dongui consent`: decisions taken elsewhere are written down, and shown. The record says that they came by the console.
use super::{Answer, Installation, Trouble};
use crate::broker::Broker;
use crate::broker::consent::Wish;
use crate::broker::receipt::ConsentReceipt;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::Act;
use crate::domain::id::{GrantId, RecipientId};
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::subscriber::Reference;
use crate::domain::time::{At, DAY_US};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;

/// How the decision reached us, as the record says it.
const CHANNEL: &str = "console";

/// What to do with consents.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write down that subscribers allow something.
    Grant {
        #[command(flatten)]
        who: Who,
        /// The recipient, `rcp_…`.
        #[arg(long, value_parser = recipient)]
        recipient: RecipientId,
        /// The purpose, `dpv:…`.
        #[arg(long, value_parser = purpose)]
        purpose: Purpose,
        /// The category, such as `location.zone`.
        #[arg(long, value_parser = category)]
        category: Category,
        /// The finest rung, such as `city`.
        #[arg(long, value_parser = precision)]
        precision: Precision,
        /// How long it lasts.
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=365))]
        days: u16,
        /// The words that the subscriber was shown.
        #[arg(long)]
        notice: String,
    },
    /// Write down that subscribers withdraw: everything that fits the filters ends.
    Withdraw(Filter),
    /// Write down that subscribers hold back what fits the filters.
    Pause(Filter),
    /// Write down that subscribers give back what they paused.
    Resume(Filter),
    /// Write the receipt of a consent: what was agreed and what happened to it since, signed, with proofs from the log.
    Receipt {
        /// Phone number or account reference.
        #[arg(long)]
        subscriber: String,
        /// The consent, `grn_…`; `dongui consent show` has it.
        #[arg(long, value_parser = grant)]
        consent: GrantId,
        /// The receipt as it was after so many acts; the newest if absent.
        #[arg(long)]
        number: Option<usize>,
        /// Where to write it; standard output if absent.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show what a subscriber decided.
    Show {
        /// Phone number or account reference.
        #[arg(long)]
        subscriber: String,
    },
}

/// Whose decision.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Who {
    /// Phone number or account reference.
    #[arg(long)]
    subscriber: Option<String>,
    /// File of references, one a line; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    subscribers: Option<PathBuf>,
}

/// Which consents.
#[derive(Debug, Args)]
pub struct Filter {
    #[command(flatten)]
    who: Who,
    /// Only this recipient's.
    #[arg(long, value_parser = recipient)]
    recipient: Option<RecipientId>,
    /// Only this purpose.
    #[arg(long, value_parser = purpose)]
    purpose: Option<Purpose>,
    /// Only this category.
    #[arg(long, value_parser = category)]
    category: Option<Category>,
}

fn grant(text: &str) -> Result<GrantId, String> {
    GrantId::parse(text).ok_or_else(|| "an id `grn_…`".to_owned())
}

fn recipient(text: &str) -> Result<RecipientId, String> {
    RecipientId::parse(text).ok_or_else(|| "an id `rcp_…`".to_owned())
}

/// Reads a purpose.
pub fn purpose(text: &str) -> Result<Purpose, String> {
    let all = Purpose::ALL.iter().map(|p| p.as_str()).collect::<Vec<_>>();
    Purpose::parse(text).ok_or_else(|| format!("one of {}", all.join(", ")))
}

/// Reads a category.
pub fn category(text: &str) -> Result<Category, String> {
    Category::parse(text).ok_or_else(|| format!("one of {}", Category::ALL.map(Category::as_str).join(", ")))
}

fn precision(text: &str) -> Result<Precision, String> {
    Precision::parse(text)
        .ok_or_else(|| format!("one of {}", Precision::ALL.map(Precision::as_str).join(", ")))
}

impl Who {
    fn references(&self) -> Result<Vec<Reference>, Trouble> {
        let text = match (&self.subscriber, &self.subscribers) {
            (Some(one), _) => one.clone(),
            (None, Some(path)) => super::register::read(path)?,
            (None, None) => String::new(),
        };
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let read = |(i, line)| {
            Reference::parse(line)
                .ok_or_else(|| Trouble(format!("line {} is no phone number or account reference", i + 1)))
        };
        lines.map(read).collect()
    }
}

pub fn run(installation: &Installation, command: Command) -> Result<Answer, Trouble> {
    let broker = installation.broker()?;
    match command {
        Command::Show { subscriber } => show(&broker, &reference(&subscriber)?),
        Command::Receipt { subscriber, consent, number, out } => {
            let id = broker.subscriber_id(&reference(&subscriber)?)?;
            receipt(&broker.consent_receipt(id, consent, number)?, out)
        }
        Command::Grant { who, recipient, purpose, category, precision, days, notice } => {
            let until = broker.now()?.plus(i64::from(days) * DAY_US);
            let notice = Notice { locale: "und".to_owned(), text: notice };
            decide(&broker, &who, &Wish::Allow { recipient, purpose, category, precision, until, notice })
        }
        Command::Withdraw(filter) => change(&broker, &filter, Act::Withdraw),
        Command::Pause(filter) => change(&broker, &filter, Act::Pause),
        Command::Resume(filter) => change(&broker, &filter, Act::Resume),
    }
}

fn reference(text: &str) -> Result<Reference, Trouble> {
    Reference::parse(text).ok_or_else(|| Trouble("`--subscriber`: no reference".to_owned()))
}

fn receipt(receipt: &ConsentReceipt, out: Option<PathBuf>) -> Result<Answer, Trouble> {
    let json = serde_json::to_value(receipt).map_err(Trouble::of)?;
    let whole = serde_json::to_string_pretty(&json).map_err(Trouble::of)?;
    let Some(path) = out else { return Ok(Answer::new(whole, json)) };
    std::fs::write(&path, whole).map_err(|e| Trouble::file(&path, &e))?;
    let text =
        format!("written to {}; acts proven to be in the log: {}", path.display(), receipt.proofs.len());
    Ok(Answer::new(text, json))
}

fn change(broker: &Broker, filter: &Filter, act: Act) -> Result<Answer, Trouble> {
    let Filter { who, recipient, purpose, category } = filter;
    decide(broker, who, &Wish::Change { act, recipient: *recipient, purpose: *purpose, category: *category })
}

fn decide(broker: &Broker, who: &Who, wish: &Wish) -> Result<Answer, Trouble> {
    let (mut subscribers, mut grants) = (0u64, 0usize);
    for reference in who.references()? {
        let id = broker.subscriber_id(&reference)?;
        grants += broker.decide(id, wish, CHANNEL)?.grants.len();
        subscribers += 1;
    }
    let text = format!("{grants} consents of {subscribers} subscribers changed");
    Ok(Answer::new(text, json!({ "subscribers": subscribers, "consents": grants })))
}

fn show(broker: &Broker, reference: &Reference) -> Result<Answer, Trouble> {
    let overview = broker.overview(broker.subscriber_id(reference)?)?;
    let now = broker.now()?;
    let mut text = String::new();
    for grant in &overview.grants {
        let name = overview
            .recipients
            .iter()
            .find(|r| r.id == grant.cell.recipient)
            .map_or("?", |r| r.name.as_str());
        let state = if grant.until <= now { "expired" } else { grant.state.as_str() };
        text.push_str(&format!(
            "{state:<10} {name}: {} at {} for {}, until {}  {}\n",
            grant.cell.category.as_str(),
            grant.precision.as_str(),
            grant.cell.purpose.as_str(),
            At::rfc3339(grant.until),
            grant.id
        ));
    }
    if text.is_empty() {
        text.push_str("nothing is decided");
    }
    Ok(Answer::new(text, json!({ "grants": overview.grants })))
}
