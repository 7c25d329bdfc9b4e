//! `dongui due`: what a law, a contract or a promise wants done by when. Deliberately absent: doing it.
use super::{Answer, Installation, Trouble};
use crate::broker::authenticate::Caller;
use crate::web::dues::DueAnswer;
use serde_json::json;

pub fn run(installation: &Installation) -> Result<Answer, Trouble> {
    let all = installation.broker()?.dues(&Caller::console())?;
    let all: Vec<DueAnswer> = all.into_iter().map(DueAnswer::from).collect();
    let line = |due: &DueAnswer| {
        let which = [
            due.breach.map(|id| id.to_string()),
            due.home.map(|home| home.as_str().to_owned()),
            due.recipient.map(|id| id.to_string()),
            due.export.clone(),
        ];
        let which: Vec<String> = which.into_iter().flatten().collect();
        let late = if due.late { "late since" } else { "by" };
        let rule = due.rule.as_deref().unwrap_or_default();
        format!("{:<12} {late} {}  {:>6}  {}  {rule}", due.duty, due.by, due.count, which.join(" "))
    };
    let lines: Vec<String> = all.iter().map(line).collect();
    let text = if lines.is_empty() { "nothing is due".to_owned() } else { lines.join("\n") };
    Ok(Answer::new(text, json!({ "dues": all })))
}
