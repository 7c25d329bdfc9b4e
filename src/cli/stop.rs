//! `dongui stop`: what an authority or the operator has stopped. Stopping takes one person, lifting two; each is a client with a key of his own, and
//! whoever works at the console is one of them.
use super::wording::By;
use super::{Answer, Installation, Trouble};
use crate::broker::authenticate::Caller;
use crate::broker::stop::Ordered;
use crate::domain::id::{RecipientId, StopId};
use crate::domain::stop::{Ground, Reach};
use crate::domain::subscriber::{Country, Jurisdiction};
use crate::web::stops::StopAnswer;
use clap::Args;
use serde_json::{Value, json};

/// What to stop, or which stop to lift.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What leaves for this recipient, `rcp_…`; for all if absent.
    #[arg(long)]
    recipient: Option<String>,
    /// About subscribers of this home country; about all if absent. Not `--home`, which is the operator's own.
    #[arg(long, value_name = "COUNTRY")]
    subscribers_of: Option<String>,
    /// For recipients that process data in this country, such as `US`; anywhere if absent.
    #[arg(long, value_name = "COUNTRY")]
    to: Option<String>,
    /// What the order rests on: a citation or the number of a case, and nothing personal.
    #[arg(long, required_unless_present_any = ["lift", "list"])]
    ground: Option<String>,
    /// Lift this stop, `stp_…`, with the second person who says so.
    #[arg(long, value_name = "STOP", conflicts_with_all = ["recipient", "subscribers_of", "to", "ground", "list"])]
    lift: Option<String>,
    /// Show all stops, those that were lifted too.
    #[arg(long, conflicts_with_all = ["recipient", "subscribers_of", "to", "ground"])]
    list: bool,
    #[command(flatten)]
    by: By,
}

pub fn run(installation: &Installation, a: &Arguments) -> Result<Answer, Trouble> {
    let wrong = |what: &str, cure: &str| Trouble(format!("`--{what}`: {cure}"));
    if a.list {
        let all = installation.broker()?.stops()?.into_iter().map(told).collect::<Result<Vec<_>, _>>()?;
        let lines: Vec<String> = all.iter().map(line).collect();
        let text = if lines.is_empty() { "nothing was ever stopped".to_owned() } else { lines.join("\n") };
        return Ok(Answer::new(text, json!({ "stops": all })));
    }
    if let Some(lift) = &a.lift {
        let stop = StopId::parse(lift).ok_or_else(|| wrong("lift", "an id `stp_…`"))?;
        let answer = match a.by.posts(installation, "/v1/stops/lift", &json!({ "stop": stop })) {
            Some(answer) => answer?,
            None => told(installation.broker()?.lift_stop(&Caller::console(), stop)?)?,
        };
        return Ok(Answer::new(line(&answer), answer));
    }
    let ground = a.ground.as_deref().and_then(Ground::parse).ok_or_else(|| {
        wrong("ground", "a citation or the number of a case, 200 characters at most, naming nobody")
    })?;
    let recipient = a
        .recipient
        .as_ref()
        .map(|text| RecipientId::parse(text).ok_or_else(|| wrong("recipient", "an id `rcp_…`")));
    let home = a.subscribers_of.as_ref().map(|text| {
        Jurisdiction::parse(text).ok_or_else(|| wrong("subscribers-of", "`KR`, `DE`, `SG` or `AE`"))
    });
    let country = a.to.as_ref().map(|text| {
        Country::parse(text).ok_or_else(|| wrong("to", "an ISO 3166-1 alpha-2 country, such as `US`"))
    });
    let reach =
        Reach { recipient: recipient.transpose()?, home: home.transpose()?, country: country.transpose()? };
    let Reach { recipient, home, country } = reach;
    let body = json!({ "recipient": recipient, "home": home, "country": country, "ground": ground });
    let answer = match a.by.posts(installation, "/v1/stops", &body) {
        Some(answer) => answer?,
        None => told(installation.broker()?.stop(&Caller::console(), reach, ground)?)?,
    };
    Ok(Answer::new(line(&answer), answer))
}

fn told(ordered: Ordered) -> Result<Value, Trouble> {
    serde_json::to_value(StopAnswer::from(ordered)).map_err(Trouble::of)
}

fn line(stop: &Value) -> String {
    let word = |key: &str| stop[key].as_str().map(str::to_owned);
    let by: Vec<&str> =
        stop["lifted_by"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let state = match (word("lifted"), by.as_slice()) {
        (Some(when), by) => format!("lifted {when} by {}", by.join(" and ")),
        (None, []) => "in force".to_owned(),
        (None, by) => format!("in force; {} wants it lifted, a second must", by.join(" and ")),
    };
    let named = [("recipient", "for"), ("home", "about subscribers of"), ("country", "to")];
    let named = named.into_iter().filter_map(|(key, says)| Some(format!("{says} {}", word(key)?)));
    let (what, since) = (named.collect::<Vec<_>>().join(", "), word("since").unwrap_or_default());
    let (id, ground) = (word("stop").unwrap_or_default(), word("ground").unwrap_or_default());
    format!("{id}  {state}: what leaves {what}, since {since} ({ground})")
}
