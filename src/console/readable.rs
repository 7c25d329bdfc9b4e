//! A record as rows that people read: a name for each value, instants as dates. Deliberately absent: leaving anything out; what a row does not say is not
//! in the record.
use crate::domain::record::{ConsentAct, Event, Outcome, Record};
use crate::domain::time::At;
use serde_json::Value;

/// Names that hold instants, µs.
const INSTANTS: [&str; 8] = ["at", "day", "from", "hour", "paused_until", "to", "until", "valid"];
/// Longest summary, characters.
const LINE: usize = 140;

/// Name and value of everything in a record, in the order of their names.
pub(super) fn rows(record: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    if let Ok(value) = serde_json::from_str(record) {
        flat("", &value, &mut out);
    }
    out
}

/// What happened, in one line.
pub(super) fn line(record: &str) -> String {
    let Ok(Record { event, .. }) = serde_json::from_str(record) else {
        return "of a form that is not known here".to_owned();
    };
    let all = match event {
        Event::Request { client, outcomes, .. } => {
            let told: Vec<String> = outcomes.iter().map(outcome).collect();
            format!("{client} asked: {}", told.join(", "))
        }
        Event::Consent { acts, actor, channel, .. } => {
            let act = |a: &ConsentAct| {
                format!("{} {} {}", a.act.as_str(), a.category.as_str(), a.precision.as_str())
            };
            let acts: Vec<String> = acts.iter().map(act).collect();
            format!("{} by {channel}: {}", actor.as_str(), acts.join(", "))
        }
        Event::Feed { feed, kept, dropped, rejected, .. } => {
            format!("{feed}: {kept} folded, {dropped} dropped, {rejected} not understood")
        }
        Event::Operation { what, which } => format!("{what}: {which}"),
        Event::Purge { category, statement, .. } => {
            format!("deletion of {}: {}", category.as_str(), statement.as_str())
        }
        Event::Count { day, told, .. } => format!("people of {} counted in {told} zones", day.date()),
        Event::Told { client, day, zones, .. } => {
            format!("{client} was told of {} in {zones} zones", day.date())
        }
        Event::Erasure { leaves, kept, .. } => format!("{} erased, {kept} kept", leaves.len()),
        Event::Tally { first, links } => format!("ordinals of {} entries from {first} on", links.len()),
        Event::Emergency { client, found, .. } => format!("{client} asked where: {}", found.as_str()),
        Event::EmergencyTold { client, .. } => format!("told that {client} had asked where"),
        Event::Export { client, first, end, .. } => {
            format!("{client} took entries {first} to {}", end.saturating_sub(1))
        }
        Event::Breach { step, client, .. } => format!("incident: {} by {client}", step.words()),
        Event::Warned { word, .. } => format!("told of an incident: {}", word.as_str()),
        Event::Look { client, page, which, .. } => {
            format!("{client} looked: {} {}", page.as_str(), which.unwrap_or_default())
        }
    };
    if all.chars().count() > LINE { all.chars().take(LINE).chain(['…']).collect() } else { all }
}

/// What became of one category.
fn outcome(outcome: &Outcome) -> String {
    let category = outcome.category.as_str();
    match (outcome.precision, outcome.reason) {
        (Some(precision), _) => format!("{category} {}", precision.as_str()),
        (None, Some(reason)) => format!("{category} withheld ({})", reason.as_str()),
        (None, None) => format!("{category} withheld"),
    }
}

fn flat(name: &str, value: &Value, out: &mut Vec<(String, String)>) {
    let below = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name} / {part}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(part, value)| flat(&below(part), value, out)),
        Value::Array(all) if all.iter().any(|v| v.is_object() || v.is_array()) => {
            all.iter().zip(1..).for_each(|(value, n)| flat(&below(&format!("{n}")), value, out));
        }
        Value::Array(all) => {
            out.push((name.to_owned(), all.iter().map(plain).collect::<Vec<_>>().join(", ")));
        }
        value => {
            let last = name.rsplit(" / ").next().unwrap_or_default();
            let instant = value.as_i64().filter(|_| INSTANTS.contains(&last)).map(|us| At(us).rfc3339());
            out.push((name.to_owned(), instant.unwrap_or_else(|| plain(value))));
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_of_a_record_stands_in_a_row_and_instants_are_dates() {
        let record = r#"{"at":1795533600000000,"event":{"kind":"request","client":"a","outcomes":[{"by":["x","y"],"category":"location.zone"}]}}"#;
        let told = rows(record);
        let row = |name: &str| told.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        assert_eq!(row("at"), Some("2026-11-24T15:20:00Z"));
        assert_eq!(row("event / outcomes / 1 / by"), Some("x, y"));
        assert_eq!(told.len(), 5, "{told:?}");
        assert!(rows("no record").is_empty());
    }

    #[test]
    fn what_happened_is_told_in_one_line_of_bounded_length() {
        let record = |event: &str| format!(r#"{{"at":1795533600000000,"event":{event}}}"#);
        let asked = r#"{"kind":"request","client":"a","subject":"s","payload":"","retain_s":0,
            "outcomes":[{"category":"location.zone","precision":"city","by":[]},{"category":"usage.interest","reason":"paused","by":[]}]}"#;
        assert_eq!(line(&record(asked)), "a asked: location.zone city, usage.interest withheld (paused)");
        let long = format!(r#"{{"kind":"operation","what":"stop","which":"{}"}}"#, "x".repeat(999));
        assert_eq!(line(&record(&long)).chars().count(), LINE + 1);
        assert_eq!(line("no record"), "of a form that is not known here");
    }
}
