//! `dongui consent`: decisions taken elsewhere are written down, and shown. The record says that they came by the console.
use super::{Answer, Installation, Trouble, as_of, consent_bulk};
use crate::broker::Broker;
use crate::broker::consent::{Shown, Wish};
use crate::broker::receipt::ConsentReceipt;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Actor, Capture, Hours, Limits, Quota};
use crate::domain::id::{GrantId, RecipientId, RelationId};
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::subscriber::Reference;
use crate::domain::time::{At, DAY_US, HOUR_US};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;

/// How the decision reached us, as the record says it.
const CHANNEL: &str = "console";

/// In whose name a decision of a subscriber is written down.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum As {
    /// Somebody of the operator writes it down on his word; a yes waits until he says it on his own phone.
    Staff,
    /// He says it here himself, after the words were put to him here: for trials, and for desks that the subscriber works himself.
    Subscriber,
    /// His guardian says it here, after the words were put to him here; with `--relation`.
    Guardian,
    /// Whom he asked to act for him says it here; with `--relation`.
    Delegate,
}

impl As {
    fn actor(self) -> Actor {
        match self {
            As::Staff => Actor::Staff,
            As::Subscriber => Actor::Subscriber,
            As::Guardian => Actor::Guardian,
            As::Delegate => Actor::Delegate,
        }
    }
}

/// What to do with consents.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write down that subscribers allow something. By staff it waits for their own word.
    Grant {
        #[command(flatten)]
        question: Question,
        /// The finest rung, such as `city`.
        #[arg(long, value_parser = precision)]
        precision: Precision,
        /// How long it lasts.
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=365))]
        days: u16,
        /// Local hours of the day in which it holds, such as `09:00-17:00`; may go over midnight.
        #[arg(long, value_parser = hours)]
        hours: Option<Hours>,
        /// How many answers it gives: `once`, or a number per `hour`, `day`, `week`, `month` or `life`, such as `3/day`.
        #[arg(long, value_parser = quota)]
        quota: Option<Quota>,
    },
    /// Write down that subscribers refuse something.
    Refuse(Question),
    /// Write down that subscribers are asked for something.
    Request(Question),
    /// Write down that subscribers want to answer later.
    Defer(Question),
    /// Write down that subscribers say yes again, before the end, to what fits the filters.
    Renew {
        #[command(flatten)]
        filter: Filter,
        /// How long it lasts from now on.
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=365))]
        days: u16,
    },
    /// Write down that subscribers withdraw: everything that fits the filters ends.
    Withdraw(Filter),
    /// End what fits the filters in the operator's name.
    Revoke(Filter),
    /// End what fits the filters because an authority says that it does not hold.
    Invalidate(Filter),
    /// Write down that subscribers hold back what fits the filters.
    Pause {
        #[command(flatten)]
        filter: Filter,
        /// Give back by itself after so many hours.
        #[arg(long, conflicts_with = "until", value_parser = clap::value_parser!(u16).range(1..=8784))]
        hours: Option<u16>,
        /// Give back by itself at an instant, such as `2026-12-01T08:00:00Z`, or `tomorrow` at local midnight.
        #[arg(long)]
        until: Option<String>,
    },
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
    /// Bring in consents that were given elsewhere, and who may speak for whom: each line one act or relation, CSV with header names or
    /// NDJSON. What is known already is not written twice.
    Import(consent_bulk::Import),
    /// Take out who may speak for whom and all consents, act by act, as `import` brings them in.
    Export(consent_bulk::Export),
    /// Say what held at an instant, as it was known at another, and which acts say so.
    AsOf(as_of::Arguments),
    /// Show what a subscriber decided.
    Show {
        /// Phone number or account reference.
        #[arg(long)]
        subscriber: String,
    },
}

/// Whose decision.
#[derive(Debug, Args)]
pub struct Who {
    /// Phone number or account reference.
    #[arg(long, required_unless_present = "subscribers", conflicts_with = "subscribers")]
    subscriber: Option<String>,
    /// File of references, one a line; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    subscribers: Option<PathBuf>,
    /// By which relation, of who speaks for the subscriber: `rel_…`.
    #[arg(long, value_parser = super::people::relation, requires = "subscriber")]
    relation: Option<RelationId>,
}

/// What is asked of whom.
#[derive(Debug, Args)]
pub struct Question {
    #[command(flatten)]
    who: Who,
    /// Who says it.
    #[arg(long = "as", value_enum, default_value_t = As::Staff, value_name = "WHO")]
    by: As,
    /// The recipient, `rcp_…`.
    #[arg(long, value_parser = recipient)]
    recipient: RecipientId,
    /// The purpose, `dpv:…`.
    #[arg(long, value_parser = purpose)]
    purpose: Purpose,
    /// The category, such as `location.zone`.
    #[arg(long, value_parser = category)]
    category: Category,
    /// The words that the subscriber is or was shown.
    #[arg(long)]
    notice: String,
}

/// Which consents.
#[derive(Debug, Args)]
pub struct Filter {
    #[command(flatten)]
    who: Who,
    /// Who says it; only the subscriber himself allows more.
    #[arg(long = "as", value_enum, default_value_t = As::Staff, value_name = "WHO")]
    by: As,
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

/// Reads a recipient's id.
pub fn recipient(text: &str) -> Result<RecipientId, String> {
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

fn hours(text: &str) -> Result<Hours, String> {
    Hours::parse(text).ok_or_else(|| "local hours such as `09:00-17:00`".to_owned())
}

fn quota(text: &str) -> Result<Quota, String> {
    Quota::parse(text)
        .ok_or_else(|| "`once`, or such as `3/day`; per hour, day, week, month or life".to_owned())
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

pub fn run(installation: &Installation, command: Command, json: bool) -> Result<Answer, Trouble> {
    let broker = installation.broker()?;
    match command {
        Command::Show { subscriber } => show(&broker, &reference(&subscriber)?),
        Command::Receipt { subscriber, consent, number, out } => {
            let id = broker.subscriber_id(&reference(&subscriber)?)?;
            receipt(&broker.consent_receipt(id, consent, number)?, out)
        }
        Command::Grant { question, precision, days, hours, quota } => {
            let Question { who, by, recipient, purpose, category, notice } = question;
            let until = broker.now()?.plus(i64::from(days) * DAY_US);
            let (shown, limits) = (words(notice), Limits { hours, quota });
            let wish = Wish::Allow { recipient, purpose, category, precision, until, limits, shown };
            decide(&broker, &who, &wish, by.actor())
        }
        Command::Refuse(Question { who, by, recipient, purpose, category, notice }) => {
            let wish = Wish::Refuse { recipient, purpose, category, shown: words(notice) };
            decide(&broker, &who, &wish, by.actor())
        }
        Command::Request(Question { who, recipient, purpose, category, notice, .. }) => {
            let wish = Wish::Request { recipient, purpose, category, shown: words(notice) };
            decide(&broker, &who, &wish, Actor::Operator)
        }
        Command::Defer(Question { who, by, recipient, purpose, category, notice }) => {
            let wish = Wish::Defer { recipient, purpose, category, shown: words(notice) };
            decide(&broker, &who, &wish, by.actor())
        }
        Command::Renew { filter, days } => {
            let until = broker.now()?.plus(i64::from(days) * DAY_US);
            change(&broker, &filter, Act::Renew, Some(until), filter.by.actor())
        }
        Command::Withdraw(filter) => change(&broker, &filter, Act::Withdraw, None, filter.by.actor()),
        Command::Revoke(filter) => change(&broker, &filter, Act::Revoke, None, Actor::Operator),
        Command::Invalidate(filter) => change(&broker, &filter, Act::Invalidate, None, Actor::Authority),
        Command::Pause { filter, hours, until } => {
            let until = end_of_pause(&broker, hours, until.as_deref())?;
            change(&broker, &filter, Act::Pause, until, filter.by.actor())
        }
        Command::Resume(filter) => change(&broker, &filter, Act::Resume, None, filter.by.actor()),
        Command::AsOf(arguments) => as_of::run(&broker, &arguments),
        Command::Import(what) => consent_bulk::import(&broker, &what, json),
        Command::Export(what) => consent_bulk::export(&broker, &what),
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

fn words(text: String) -> Shown {
    Shown::Told(Notice { locale: "und".to_owned(), text })
}

fn end_of_pause(broker: &Broker, hours: Option<u16>, until: Option<&str>) -> Result<Option<At>, Trouble> {
    let now = broker.now()?;
    let end = match (hours, until) {
        (Some(hours), _) => Some(now.plus(i64::from(hours) * HOUR_US)),
        (None, None) => return Ok(None),
        (None, Some("tomorrow")) => broker.settings().home.tomorrow(now),
        (None, Some(text)) => At::parse(text),
    };
    end.map(Some).ok_or_else(|| {
        Trouble("`--until`: an instant such as `2026-12-01T08:00:00Z`, or `tomorrow`".to_owned())
    })
}

fn change(
    broker: &Broker,
    filter: &Filter,
    act: Act,
    until: Option<At>,
    actor: Actor,
) -> Result<Answer, Trouble> {
    let Filter { who, recipient, purpose, category, .. } = filter;
    let (recipient, purpose, category) = (*recipient, *purpose, *category);
    decide(broker, who, &Wish::Change { act, until, recipient, purpose, category }, actor)
}

fn decide(broker: &Broker, who: &Who, wish: &Wish, actor: Actor) -> Result<Answer, Trouble> {
    let (mut subscribers, mut grants) = (0u64, 0usize);
    for reference in who.references()? {
        let id = broker.subscriber_id(&reference)?;
        let by = Capture { actor, channel: CHANNEL, relation: who.relation };
        // What somebody says at the console himself was put to him there.
        let decided = match actor {
            Actor::Subscriber | Actor::Guardian | Actor::Delegate => broker.show_and_decide(id, wish, by),
            _ => broker.decide(id, wish, by),
        };
        grants += decided?.grants.len();
        subscribers += 1;
    }
    let text = format!("{grants} consents of {subscribers} subscribers changed");
    Ok(Answer::new(text, json!({ "subscribers": subscribers, "consents": grants })))
}

fn limited(limits: &Limits) -> String {
    let hours = limits.hours.map(|h| format!(", {}", h.text())).unwrap_or_default();
    hours + &limits.quota.map(|q| format!(", {}", q.text())).unwrap_or_default()
}

fn show(broker: &Broker, reference: &Reference) -> Result<Answer, Trouble> {
    let overview = broker.overview(broker.subscriber_id(reference)?)?;
    let now = broker.now()?;
    let mut text = String::new();
    for grant in overview.grants.iter().chain(&overview.asked) {
        let name = overview
            .recipients
            .iter()
            .find(|r| r.id == grant.cell.recipient)
            .map_or("?", |r| r.name.as_str());
        let state = grant.status(now).as_str();
        text.push_str(&format!(
            "{state:<10} {name}: {} at {} for {}, until {}{}  {}\n",
            grant.cell.category.as_str(),
            grant.precision.as_str(),
            grant.cell.purpose.as_str(),
            At::rfc3339(grant.until),
            limited(&grant.terms.limits),
            grant.id
        ));
    }
    if text.is_empty() {
        text.push_str("nothing is decided");
    }
    Ok(Answer::new(text, json!({ "grants": overview.grants, "asked": overview.asked })))
}
