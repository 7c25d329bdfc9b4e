//! `dongui privacy epsilon`: which days were counted, and what that cost whoever is counted. Deliberately absent: how many anywhere, which recipients are told.
use crate::cli::{Answer, Installation, Trouble};
use crate::domain::time::{At, DAY_US};
use crate::minimise::population::{MOST_A_WEEK, heaviest_week};
use clap::Args;
use serde_json::json;

/// Since when.
#[derive(Debug, Args)]
pub struct Arguments {
    /// How many days to look back.
    #[arg(long, default_value_t = 31, value_name = "D", value_parser = clap::value_parser!(u16).range(1..=3660))]
    days: u16,
}

pub fn run(installation: &Installation, arguments: &Arguments) -> Result<Answer, Trouble> {
    let broker = installation.broker()?;
    let now = broker.now()?;
    let draws = broker.draws(now.floor(DAY_US).plus(-i64::from(arguments.days) * DAY_US))?;
    let charged: Vec<(At, u32)> = draws.iter().map(|d| (d.day, d.eps_milli)).collect();
    let heaviest = heaviest_week(&charged);
    let milli = |eps: u32| f64::from(eps) / 1000.0;
    let mut text = format!("{:<12}{:>8}  counted\n", "day", "epsilon");
    for d in &draws {
        text.push_str(&format!("{:<12}{:>8.3}  {}\n", d.day.date(), milli(d.eps_milli), d.at.rfc3339()));
    }
    text.push_str(&format!(
        "most in any seven days: {:.3} of {:.3} for whoever is counted every day",
        milli(heaviest),
        milli(MOST_A_WEEK)
    ));
    let days = draws
        .iter()
        .map(|d| json!({ "day": d.day.date(), "epsilon_milli": d.eps_milli, "counted_at": d.at.rfc3339() }));
    let json = json!({ "days": days.collect::<Vec<_>>(), "heaviest_week_milli": heaviest, "most_a_week_milli": MOST_A_WEEK });
    Ok(Answer::new(text, json))
}
