//! The hostile recipients' end: two clients that pool what they hear, write down all of it, and look into every answer for what should not be there.
//! Deliberately absent: anything that a client with a key and a token cannot do.
use super::house::{House, PURPOSE};
use crate::attack::told::Told;
use crate::cli::Trouble;
use crate::cli::client::CONTEXT_PATH;
use crate::cli::connection::{Connection, Reply};
use crate::cli::demo::story::{claims, leaks};
use crate::domain::category::Category;
use crate::domain::time::At;
use crate::minimise::zone;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Shorter than this a word is no identifier.
const IDENTIFIER: usize = 8;

/// Identifiers with the one person whom they were heard about; none once it were two.
type Names = HashMap<String, Option<usize>>;

/// Two clients.
pub struct Hostile {
    pub connections: Vec<Connection>,
    secrets: HashSet<String>,
    leaks: AtomicU64,
    asked: AtomicU64,
    names: Vec<Mutex<Names>>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Facts.
    pub told: Vec<Told>,
    /// The context as it came.
    pub context: String,
}

impl Hostile {
    /// Both, at a house.
    pub fn at(house: &House, secrets: HashSet<String>) -> Result<Hostile, Trouble> {
        let connections = house.connect()?;
        let names = connections.iter().map(|_| Mutex::default()).collect();
        Ok(Hostile { connections, secrets, leaks: AtomicU64::new(0), asked: AtomicU64::new(0), names })
    }

    /// One of them asks about somebody.
    pub fn ask(
        &self,
        by: usize,
        whom: (usize, &str),
        categories: &[Category],
        at: At,
    ) -> Result<Heard, Trouble> {
        let body = json!({ "subject": whom.1, "purpose": PURPOSE, "categories": categories });
        let reply = self.connection(by)?.post(CONTEXT_PATH, &body)?;
        self.heard(by, whom.0, &reply, at)
    }

    /// Reads an answer.
    pub fn heard(&self, by: usize, who: usize, reply: &Reply, at: At) -> Result<Heard, Trouble> {
        let answer = reply.success()?;
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.leaks.fetch_add(leaks(&self.secrets, &reply.body, &answer), Ordering::Relaxed);
        self.note(by, who, &answer);
        let items = answer["context"]["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let fact = |item: &Value| {
            let category = Category::parse(item["category"].as_str()?)?;
            let value = &item["value"];
            let word = ["zone", "label", "topic", "country", "data_left"]
                .iter()
                .find_map(|k| value[*k].as_str())?
                .to_owned();
            let zone = value["zone"].as_str().and_then(zone::parse);
            Some(Told { who, by, at, category, word, zone })
        };
        Ok(Heard { told: items.iter().filter_map(fact).collect(), context: answer["context"].to_string() })
    }

    /// A client.
    pub fn connection(&self, by: usize) -> Result<&Connection, Trouble> {
        self.connections.get(by).ok_or_else(|| Trouble("there are two hostile recipients".to_owned()))
    }

    /// Notes every word outside of the facts that might be a name of somebody.
    fn note(&self, by: usize, who: usize, answer: &Value) {
        let receipt: Value = serde_json::from_slice(&claims(answer)).unwrap_or_default();
        let mut words = Vec::new();
        for (key, value) in answer.as_object().into_iter().chain(receipt.as_object()).flatten() {
            // Facts and their digest are content, which is linked as content.
            if !matches!(key.as_str(), "context" | "sha256" | "receipt") {
                gather(value, &mut words);
            }
        }
        let Some(names) = self.names.get(by) else { return };
        let mut names = names.lock().unwrap_or_else(PoisonError::into_inner);
        for word in words {
            let of = names.entry(word).or_insert(Some(who));
            if *of != Some(who) {
                *of = None;
            }
        }
    }

    /// Identifiers that both heard about the same one person.
    pub fn shared_names(&self) -> usize {
        let [one, two] = self.names.as_slice() else { return 0 };
        let (one, two) = (one.lock(), two.lock());
        let (one, two) =
            (one.unwrap_or_else(PoisonError::into_inner), two.unwrap_or_else(PoisonError::into_inner));
        one.iter().filter(|(word, who)| who.is_some() && two.get(*word) == Some(*who)).count()
    }

    /// Secrets seen so far, and answers looked through.
    pub fn leaks(&self) -> (u64, u64) {
        (self.leaks.load(Ordering::Relaxed), self.asked.load(Ordering::Relaxed))
    }
}

fn gather(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(word) if word.len() >= IDENTIFIER => out.push(word.clone()),
        Value::Array(all) => all.iter().for_each(|v| gather(v, out)),
        Value::Object(all) => all.values().for_each(|v| gather(v, out)),
        _ => {}
    }
}
