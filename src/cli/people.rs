//! `dongui people`: who may speak for whom, from when somebody consents alone, and numbers that go to somebody else.
use super::{Answer, Installation, Trouble};
use crate::broker::Broker;
use crate::broker::authenticate::Caller;
use crate::broker::depart::Departure;
use crate::broker::people::{NewBlock, NewRelation};
use crate::domain::age::Age;
use crate::domain::category::{Category, Precision};
use crate::domain::id::{RecipientId, RelationId};
use crate::domain::relation::{Block, Relation, RelationKind, Verified};
use crate::domain::subscriber::Reference;
use crate::domain::time::At;
use clap::{Args, Subcommand};
use serde_json::json;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write down the guardian of a minor, or of an adult whom a court gave one.
    LinkGuardian(Link),
    /// Write down whom an adult asked to act for him: he may hold back, refuse and end.
    LinkDelegate {
        #[command(flatten)]
        link: Link,
        /// He may also allow.
        #[arg(long)]
        may_allow: bool,
    },
    /// Write down who owns the contract of a line that somebody else uses: he may forbid, never allow and never look.
    LinkOwner(Link),
    /// End a relation now; what its holder allowed ends with it.
    End {
        /// The relation, `rel_…`.
        #[arg(long, value_parser = relation)]
        relation: RelationId,
    },
    /// Show who may speak for a subscriber or owns his line, also who did.
    List {
        /// Phone number or account reference.
        #[arg(long)]
        subscriber: String,
    },
    /// Forbid something on a line in its owner's name.
    Block {
        /// The owner's relation, `rel_…`.
        #[arg(long, value_parser = relation)]
        relation: RelationId,
        /// Only this recipient.
        #[arg(long, value_parser = super::consent::recipient)]
        recipient: Option<RecipientId>,
        /// Only this category.
        #[arg(long, value_parser = super::consent::category)]
        category: Option<Category>,
        /// Forbid only what is finer than this; nothing is allowed if absent.
        #[arg(long, value_parser = precision)]
        finest: Option<Precision>,
    },
    /// Show what the owners of a subscriber's line forbid on it.
    Blocks {
        /// Phone number or account reference.
        #[arg(long)]
        subscriber: String,
    },
    /// Take back all that the owner of a line forbids.
    Lift {
        /// The owner's relation, `rel_…`.
        #[arg(long, value_parser = relation)]
        relation: RelationId,
    },
    /// Set a subscriber's age right.
    Age {
        /// Phone number or account reference.
        #[arg(long)]
        subscriber: String,
        /// `adult`, `minor`, or a day of birth such as `2012-03-05`, which is not kept.
        #[arg(long, value_parser = age)]
        age: Age,
    },
    /// The number goes to somebody else: everything of the subscriber ends, and the number may be enrolled anew.
    Recycled {
        /// Phone number or account reference.
        #[arg(long)]
        subscriber: String,
    },
    /// The number goes to another operator: the same.
    PortedOut {
        /// Phone number or account reference.
        #[arg(long)]
        subscriber: String,
    },
}

/// Who is related to whom.
#[derive(Debug, Args)]
pub struct Link {
    /// Phone number or account reference of the subscriber.
    #[arg(long)]
    subscriber: String,
    /// Phone number or account reference of who speaks for him, or the operator's reference to somebody who is no subscriber.
    #[arg(long)]
    holder: String,
    /// How it was made sure of: document, register, court, in-store or contract.
    #[arg(long, value_parser = verified)]
    verified: Verified,
    /// Until when, such as `2027-01-01T00:00:00Z`; until it is ended if absent.
    #[arg(long, value_parser = at)]
    until: Option<At>,
}

/// Reads a relation's id.
pub fn relation(text: &str) -> Result<RelationId, String> {
    RelationId::parse(text).ok_or_else(|| "an id `rel_…`".to_owned())
}

/// Reads what is said of an age.
pub fn age(text: &str) -> Result<Age, String> {
    Age::parse(text).ok_or_else(|| "`adult`, `minor`, or a day of birth such as `2012-03-05`".to_owned())
}

fn verified(text: &str) -> Result<Verified, String> {
    let words: Vec<&str> = Verified::ALL.iter().map(|v| v.as_str()).collect();
    Verified::parse(text).ok_or_else(|| format!("one of {}", words.join(", ")))
}

fn at(text: &str) -> Result<At, String> {
    At::parse(text).ok_or_else(|| "an instant such as `2027-01-01T00:00:00Z`".to_owned())
}

fn precision(text: &str) -> Result<Precision, String> {
    Precision::parse(text)
        .ok_or_else(|| format!("one of {}", Precision::ALL.map(Precision::as_str).join(", ")))
}

pub(super) fn reference(option: &str, text: &str) -> Result<Reference, Trouble> {
    Reference::parse(text)
        .ok_or_else(|| Trouble(format!("`{option}`: a phone number in E.164 form or an account reference")))
}

pub fn run(installation: &Installation, command: Command) -> Result<Answer, Trouble> {
    let (broker, console) = (installation.broker()?, Caller::console());
    match command {
        Command::LinkGuardian(link) => relate(&broker, &link, RelationKind::Guardian, false),
        Command::LinkDelegate { link, may_allow } => {
            relate(&broker, &link, RelationKind::Delegate, may_allow)
        }
        Command::LinkOwner(link) => relate(&broker, &link, RelationKind::Owner, false),
        Command::End { relation } => Ok(ended(broker.end_relation(&console, relation)?)),
        Command::List { subscriber } => {
            let found = broker.relations(&console, &reference("--subscriber", &subscriber)?)?;
            let mut text: String = found.iter().map(line).collect();
            if text.is_empty() {
                text.push_str("nobody but the subscriber");
            }
            Ok(Answer::new(text, json!({ "relations": found })))
        }
        Command::Block { relation, recipient, category, finest } => {
            let block = broker.block(&console, &NewBlock { relation, recipient, category, finest })?;
            Ok(Answer::new(block.id.to_string(), json!({ "block": block.id })))
        }
        Command::Blocks { subscriber } => {
            let found = broker.blocks(&console, &reference("--subscriber", &subscriber)?)?;
            let mut text: String = found.iter().map(block_line).collect();
            if text.is_empty() {
                text.push_str("nothing is forbidden");
            }
            Ok(Answer::new(text, json!({ "blocks": found })))
        }
        Command::Lift { relation } => {
            broker.lift(&console, relation)?;
            Ok(Answer::new("lifted", json!({ "relation": relation })))
        }
        Command::Age { subscriber, age } => {
            Ok(ended(broker.set_age(&console, &reference("--subscriber", &subscriber)?, age)?))
        }
        Command::Recycled { subscriber } => departed(&broker, &subscriber, Departure::Recycled),
        Command::PortedOut { subscriber } => departed(&broker, &subscriber, Departure::PortedOut),
    }
}

fn relate(broker: &Broker, link: &Link, kind: RelationKind, may_allow: bool) -> Result<Answer, Trouble> {
    let subscriber = &reference("--subscriber", &link.subscriber)?;
    let holder = &reference("--holder", &link.holder)?;
    let (verified, until) = (link.verified, link.until);
    let wanted = NewRelation { subscriber, holder, kind, verified, may_allow, until };
    let id = broker.relate(&Caller::console(), &wanted)?.id;
    Ok(Answer::new(id.to_string(), json!({ "relation": id })))
}

fn departed(broker: &Broker, subscriber: &str, why: Departure) -> Result<Answer, Trouble> {
    Ok(ended(broker.depart(&Caller::console(), &reference("--subscriber", subscriber)?, why)?))
}

fn ended(consents: usize) -> Answer {
    Answer::new(format!("{consents} consents ended"), json!({ "consents": consents }))
}

fn block_line(block: &Block) -> String {
    let recipient = block.recipient.map_or_else(|| "every recipient".to_owned(), |id| id.to_string());
    let category = block.category.map_or("every category", Category::as_str);
    let finest = block.finest.map_or_else(String::new, |finest| format!(" finer than {}", finest.as_str()));
    let (id, by, from) = (block.id, block.relation, block.from.rfc3339());
    format!("{id} {recipient}, {category}{finest}, by {by}, from {from}\n")
}

fn line(relation: &Relation) -> String {
    let end = match (relation.ended, relation.until) {
        (Some(at), _) => format!(", ended {}", at.rfc3339()),
        (None, Some(at)) => format!(", until {}", at.rfc3339()),
        (None, None) => String::new(),
    };
    let kind = relation.kind.as_str();
    let (verified, from) = (relation.verified.as_str(), relation.from.rfc3339());
    format!("{} {kind:<8} by {verified}, from {from}{end}\n", relation.id)
}
