//! `dongui privacy meter`: what could be inferred from what was given. Deliberately absent: a place; only how well one is known.
use crate::broker::learnt::Learnt;
use crate::broker::preview::Found;
use crate::cli::{Answer, Installation, Trouble};
use crate::domain::subscriber::Reference;
use clap::Args;
use serde_json::{Value, json};

/// About whom.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The subscriber: phone number or account reference.
    #[arg(long)]
    subscriber: String,
}

pub fn run(installation: &Installation, arguments: &Arguments) -> Result<Answer, Trouble> {
    let reference = Reference::parse(&arguments.subscriber)
        .ok_or_else(|| Trouble("`--subscriber`: a phone number or an account reference".to_owned()))?;
    let broker = installation.broker()?;
    let subscriber = broker.subscriber_id(&reference)?;
    let recipients = broker.overview(subscriber)?.recipients;
    let mut learnt = Vec::with_capacity(recipients.len());
    for recipient in recipients {
        let by = broker.learnt(subscriber, Some(recipient.id))?;
        learnt.push((Some(recipient.id), recipient.name, by));
    }
    learnt.retain(|(_, _, l)| l.facts > 0);
    learnt.push((None, "all together".to_owned(), broker.learnt(subscriber, None)?));
    let width = learnt.iter().map(|(_, name, _)| name.chars().count()).max().unwrap_or(0);
    let head = format!(
        "in the last seven days\n{:width$}  facts  zones   bits  fit on the worst day  home           work",
        ""
    );
    let lines = learnt.iter().map(|(_, name, l)| line(name, width, l));
    let text = std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n");
    let json: Vec<Value> = learnt
        .iter()
        .map(|(id, name, l)| json!({ "recipient": id, "name": name, "learnt": figures(l) }))
        .collect();
    Ok(Answer::new(text, json!({ "meter": json })))
}

fn line(name: &str, width: usize, l: &Learnt) -> String {
    let bits = f64::from(l.bits_milli) / 1000.0;
    let fewest = l.fewest.map_or("nobody was placed".to_owned(), |n| format!("{n} persons"));
    format!(
        "{name:width$}  {:>5}  {:>5}  {bits:>5.1}  {fewest:<20}  {:<13}  {}",
        l.facts,
        l.zones,
        located(l.home),
        located(l.work)
    )
}

fn located(found: Option<Found>) -> String {
    match found.map(|f| f.within_km) {
        None => "nothing told".to_owned(),
        Some(None) => "not found".to_owned(),
        Some(Some(km)) => format!("within {km} km"),
    }
}

fn figures(l: &Learnt) -> Value {
    let found = |f: Option<Found>| f.map(|f| json!({ "share": f.share, "within_km": f.within_km }));
    json!({ "facts": l.facts, "zones": l.zones, "bits_milli": l.bits_milli, "fewest_persons": l.fewest,
        "home": found(l.home), "work": found(l.work), "days_counted": l.counted })
}
