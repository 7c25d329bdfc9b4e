//! `dongui consent as-of`: what held at an instant, as it was known at another.
use super::{Answer, Trouble};
use crate::broker::Broker;
use crate::broker::authenticate::Caller;
use crate::broker::history::{AsOf, Held};
use crate::domain::category::Category;
use crate::domain::id::RecipientId;
use crate::domain::purpose::Purpose;
use crate::domain::subscriber::Reference;
use crate::domain::time::At;
use clap::Args;
use serde_json::json;

/// Which consent, and when.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Phone number or account reference.
    #[arg(long)]
    subscriber: String,
    /// The recipient, `rcp_…`.
    #[arg(long, value_parser = super::consent::recipient)]
    recipient: RecipientId,
    /// The purpose, `dpv:…`.
    #[arg(long, value_parser = super::consent::purpose)]
    purpose: Purpose,
    /// The category, such as `location.zone`.
    #[arg(long, value_parser = super::consent::category)]
    category: Category,
    /// What held at this instant, such as `2026-12-01T08:00:00Z`; now unless given.
    #[arg(long, value_parser = instant)]
    at: Option<At>,
    /// As it was known at this instant; now unless given.
    #[arg(long, value_parser = instant)]
    known: Option<At>,
}

fn instant(text: &str) -> Result<At, String> {
    At::parse(text).ok_or_else(|| "an instant such as `2026-12-01T08:00:00Z`".to_owned())
}

pub fn run(broker: &Broker, a: &Arguments) -> Result<Answer, Trouble> {
    let reference =
        Reference::parse(&a.subscriber).ok_or_else(|| Trouble("`--subscriber`: no reference".to_owned()))?;
    let Arguments { recipient, purpose, category, at, known, .. } = *a;
    let asked = AsOf { recipient, purpose, category, at, known };
    let held = broker.as_of(&Caller::console(), &reference, &asked)?;
    Ok(Answer::new(text(&held), json(&held)))
}

fn text(held: &Held) -> String {
    let Held { answer, at, known, events } = held;
    let mut out = format!("{} at {}, as known at {}", answer.status.as_str(), at.rfc3339(), known.rfc3339());
    out.push_str(&match answer.standing.live() {
        Ok((_, precision)) => format!("\nmay leave as `{}` where policies permit", precision.as_str()),
        Err(reason) => format!("\nstays: {}", reason.sentence()),
    });
    out.push_str(&match answer.until {
        Some(until) => format!("\nso until {} at least", until.rfc3339()),
        None => "\nso until somebody acts".to_owned(),
    });
    for e in events {
        let (act, actor) = (e.act.as_str(), e.actor.as_str());
        out.push_str(&format!("\n#{} {act} by {actor} ({}) at {}", e.seq, e.channel, e.valid.rfc3339()));
    }
    out
}

fn json(held: &Held) -> serde_json::Value {
    let Held { answer, at, known, events } = held;
    let evidence = events.iter().map(|e| {
        json!({
            "seq": e.seq, "grant": e.grant, "act": e.act, "actor": e.actor, "channel": e.channel, "notice": e.notice,
            "recorded": e.recorded, "valid": e.valid, "until": e.until, "limits": e.limits,
        })
    });
    json!({
        "status": answer.status,
        "iri": answer.status.iri(),
        "permits": answer.standing.live().is_ok(),
        "reason": answer.standing.live().err(),
        "at": at,
        "known": known,
        "until": answer.until,
        "grant": answer.grant,
        "evidence": evidence.collect::<Vec<_>>(),
    })
}
