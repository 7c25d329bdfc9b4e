//! `dongui breach`: incidents at recipients. Declaring one and saying that it may have happened, or has, takes one person; saying that it has not takes two, each a
//! client with a key of his own, and whoever works at the console is one of them.
use super::audit::instant;
use super::wording::By;
use super::{Answer, Installation, Trouble};
use crate::broker::authenticate::Caller;
use crate::broker::breach::{Declared, Incident};
use crate::domain::breach::Act;
use crate::domain::id::{BreachId, RecipientId};
use crate::domain::stop::Ground;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use crate::web::breaches::BreachAnswer;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// What to do about incidents.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Declare one and count whom it touches. Nobody is told yet.
    Declare(Declare),
    /// Tell everybody touched that it may have happened to him.
    Possible(Which),
    /// Tell those touched within a period that it has happened.
    Confirm(Confirm),
    /// Tell who was told that it may have happened, and was not told that it has, that it has not; with the second person who says so.
    Clear(Which),
    /// Write down that the authority of a country was told.
    Reported(Reported),
    /// Show all of them: how many each touches, who was told, what is overdue.
    List,
}

/// An incident to declare.
#[derive(Debug, Args)]
pub struct Declare {
    /// At whom it happened, `rcp_…`.
    #[arg(long, value_name = "ID")]
    recipient: String,
    /// What left to it from then on is touched: RFC 3339 or Unix seconds.
    #[arg(long, value_parser = instant)]
    from: At,
    /// Until before then; until now if absent.
    #[arg(long, value_parser = instant)]
    to: Option<At>,
    /// When you came to know of it; now if absent. Clocks run from here.
    #[arg(long, value_parser = instant)]
    known: Option<At>,
    /// What it rests on: the number of a case, and nothing personal.
    #[arg(long)]
    ground: String,
    #[command(flatten)]
    by: By,
}

/// Which incident.
#[derive(Debug, Args)]
pub struct Which {
    /// Its id, `bre_…`.
    breach: String,
    #[command(flatten)]
    by: By,
}

/// What has happened.
#[derive(Debug, Args)]
pub struct Confirm {
    #[command(flatten)]
    which: Which,
    /// What left from then on; from the begin of what was declared if absent.
    #[arg(long, value_parser = instant)]
    from: Option<At>,
    /// Until before then; until the end of what was declared if absent.
    #[arg(long, value_parser = instant)]
    to: Option<At>,
}

/// Who was told.
#[derive(Debug, Args)]
pub struct Reported {
    #[command(flatten)]
    which: Which,
    /// The home country whose authority was told. Not `--home`, which is the operator's own.
    #[arg(long, value_name = "COUNTRY")]
    authority_of: String,
}

pub fn run(installation: &Installation, command: Command) -> Result<Answer, Trouble> {
    match command {
        Command::Declare(wanted) => declare(installation, &wanted),
        Command::Possible(which) => {
            acts(installation, &which, json!({ "act": "possible" }), |_, _| Ok(Act::Possible))
        }
        Command::Clear(which) => {
            acts(installation, &which, json!({ "act": "cleared" }), |_, _| Ok(Act::Cleared))
        }
        Command::Confirm(Confirm { which, from, to }) => {
            let body =
                json!({ "act": "confirmed", "from": from.map(At::rfc3339), "to": to.map(At::rfc3339) });
            acts(installation, &which, body, |broker, id| Ok(broker.confirming(id, (from, to))?))
        }
        Command::Reported(Reported { which, authority_of }) => {
            let home = Jurisdiction::parse(&authority_of)
                .ok_or_else(|| Trouble("`--authority-of`: `KR`, `DE`, `SG` or `AE`".to_owned()))?;
            let body = json!({ "act": "reported", "home": home });
            acts(installation, &which, body, |_, _| Ok(Act::Reported(home)))
        }
        Command::List => {
            let all = installation.broker()?.breaches()?;
            let all = all.into_iter().map(told).collect::<Result<Vec<_>, _>>()?;
            let lines: Vec<String> = all.iter().map(text).collect();
            let text =
                if lines.is_empty() { "no incident was declared".to_owned() } else { lines.join("\n") };
            Ok(Answer::new(text, json!({ "breaches": all })))
        }
    }
}

fn declare(installation: &Installation, wanted: &Declare) -> Result<Answer, Trouble> {
    let recipient = RecipientId::parse(&wanted.recipient)
        .ok_or_else(|| Trouble("`--recipient`: an id `rcp_…`".to_owned()))?;
    let ground = Ground::parse(&wanted.ground).ok_or_else(|| {
        Trouble("`--ground`: the number of a case, 200 characters at most, naming nobody".to_owned())
    })?;
    let broker = installation.broker()?;
    let known = match wanted.known {
        Some(known) => known,
        None => broker.now()?,
    };
    let body = json!({ "recipient": recipient, "from": wanted.from.rfc3339(), "to": wanted.to.map(At::rfc3339),
        "known": known.rfc3339(), "ground": ground });
    let stop = format!("dongui stop --recipient {recipient} --ground \"{}\"", ground.as_str());
    let answer = match wanted.by.posts(installation, "/v1/breaches", &body) {
        Some(answer) => answer?,
        None => {
            let declared = Declared { recipient, from: wanted.from, to: wanted.to, known, ground };
            told(broker.declare_breach(&Caller::console(), declared)?)?
        }
    };
    let next = "nobody is told yet: `dongui breach possible` tells everybody touched";
    Ok(Answer::new(format!("{}\n{next}\nwhat leaves goes on; this stops it: {stop}", text(&answer)), answer))
}

/// Acts as the console or as the client.
fn acts(
    installation: &Installation,
    which: &Which,
    mut body: Value,
    act: impl FnOnce(&crate::broker::Broker, BreachId) -> Result<Act, Trouble>,
) -> Result<Answer, Trouble> {
    let id =
        BreachId::parse(&which.breach).ok_or_else(|| Trouble("an incident has an id `bre_…`".to_owned()))?;
    body["breach"] = json!(id);
    let answer = match which.by.posts(installation, "/v1/breaches/acts", &body) {
        Some(answer) => answer?,
        None => {
            let broker = installation.broker()?;
            let act = act(&broker, id)?;
            told(broker.act_on_breach(&Caller::console(), id, act)?)?
        }
    };
    Ok(Answer::new(text(&answer), answer))
}

fn told(incident: Incident) -> Result<Value, Trouble> {
    serde_json::to_value(BreachAnswer::of(incident, true)).map_err(Trouble::of)
}

/// One incident in lines: what, then each home country.
fn text(one: &Value) -> String {
    let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let by: Vec<&str> =
        one["cleared_by"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let state = match (one["cleared"].as_str(), one["confirmed"]["at"].as_str(), one["possible"].as_str()) {
        (Some(at), ..) => format!("cleared {at} by {}", by.join(" and ")),
        (_, Some(at), _) => format!("confirmed {at}"),
        (_, _, Some(at)) => format!("possible since {at}"),
        _ => "declared".to_owned(),
    };
    let asked = match (one["cleared"].is_null(), by.is_empty()) {
        (true, false) => format!("; {} wants it cleared, a second must", by.join(" and ")),
        _ => String::new(),
    };
    let counted = if one["counted"] == true { "" } else { "; still being counted" };
    let mut lines = vec![format!(
        "{}  {state}{asked}{counted}: {} from {} to {}, known {} ({})",
        word("breach"),
        word("recipient"),
        word("from"),
        word("to"),
        word("known"),
        word("ground")
    )];
    for home in one["homes"].as_array().into_iter().flatten() {
        let by = |key: &str, overdue: &str| {
            let late = if home[overdue] == true { ", OVERDUE" } else { "" };
            home[key].as_str().map_or_else(|| "no time".to_owned(), |at| format!("{at}{late}"))
        };
        let reported = home["reported"].as_str().map(|at| format!(", told {at}")).unwrap_or_default();
        lines.push(format!(
            "  {}: {} touched, {} confirmed, {} waiting, {} gone; subscribers by {}; authority by {}{reported}",
            home["home"].as_str().unwrap_or_default(),
            home["touched"],
            home["confirmed"],
            home["waiting"],
            home["gone"],
            by("subscribers_by", "subscribers_overdue"),
            by("authority_by", "authority_overdue"),
        ));
    }
    if one["carried"] != true {
        lines.push("  nothing carries messages; their own pages tell it alone".to_owned());
    }
    lines.join("\n")
}
