//! The story that `demo --once` tells: who asks whom over HTTP, in order. Each step stands in a file of its theme (`told`,
//! `refused`, `quality`, `proof`). Deliberately absent: a step that only says it held; each compares with what is known.
use super::cast::{PROVIDERS, PURPOSE};
use super::clock::SetClock;
use super::progress::Progress;
use super::report::Report;
use super::stage::Stage;
use crate::cli::Trouble;
use crate::cli::client::CONTEXT_PATH;
use crate::cli::connection::Connection;
use crate::domain::category::{Category, Precision};
use crate::domain::id::SubscriberId;
use crate::domain::purpose::Purpose;
use crate::domain::time::{At, DAY_US};
use crate::domain::zone::Zone;
use crate::minimise::zone;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};

/// A story being told.
pub struct Story<'s> {
    pub stage: &'s Stage,
    pub clock: &'s SetClock,
    pub progress: Progress,
    pub report: Report,
    pub operator: Connection,
    pub feed: Connection,
    pub regulator: Connection,
    /// In the order of `PROVIDERS`.
    pub assistants: Vec<Connection>,
    /// By resident.
    pub subscribers: Vec<SubscriberId>,
    /// Pseudonyms by assistant, then by resident.
    pub subjects: Vec<Vec<String>>,
    /// The cell that saw each resident last, by phone number.
    pub seen: HashMap<String, String>,
    /// How far events have been fed.
    pub fed_until: At,
    pub days: i64,
    /// When it begins: what is fed first ends here, however long the preparations take.
    pub start: At,
    /// Words that must be in no answer.
    secrets: HashSet<String>,
    asked: AtomicU64,
    leaks: AtomicU64,
}

impl<'s> Story<'s> {
    /// A story on a set stage whose API is served, that begins at `start`.
    pub fn new(
        stage: &'s Stage,
        clock: &'s SetClock,
        start: At,
        days: i64,
        progress: Progress,
    ) -> Result<Story<'s>, Trouble> {
        let assistants = PROVIDERS.iter().map(|p| stage.connect(p.client)).collect::<Result<Vec<_>, _>>()?;
        let numbers = stage.residents.people().iter().map(|p| p.msisdn.trim_start_matches('+').to_owned());
        let cells = stage.residents.town().towers().iter().map(|t| t.id.clone());
        Ok(Story {
            stage,
            clock,
            progress,
            report: Report::default(),
            operator: stage.connect("operator")?,
            feed: stage.connect("feed")?,
            regulator: stage.connect("regulator")?,
            assistants,
            subscribers: Vec::new(),
            subjects: Vec::new(),
            seen: HashMap::new(),
            fed_until: start.plus(-days * DAY_US),
            days,
            start,
            secrets: numbers.chain(cells).collect(),
            asked: AtomicU64::new(0),
            leaks: AtomicU64::new(0),
        })
    }

    /// Tells it.
    pub fn play(&mut self) -> Result<(), Trouble> {
        self.enrolled()?;
        self.silent_before_consent()?;
        self.granted()?;
        self.fed()?;
        let hero = self.told()?;
        self.same_again(hero)?;
        self.receipt(hero)?;
        self.assistant_abroad()?;
        self.other_purpose(hero)?;
        self.paused()?;
        self.withdrawn(hero)?;
        self.uniform()?;
        self.subscriber_sees(hero)?;
        self.replayed(hero)?;
        self.strangers(hero)?;
        self.predicted()?;
        self.nothing_leaked();
        self.audited()
    }

    /// Asks for categories of a subject, for the assistants' purpose.
    pub fn ask(&self, assistant: usize, subject: &str, categories: &[Category]) -> Result<Value, Trouble> {
        self.ask_for(PURPOSE, assistant, subject, categories)
    }

    /// Asks for categories of a subject.
    pub fn ask_for(
        &self,
        purpose: Purpose,
        assistant: usize,
        subject: &str,
        categories: &[Category],
    ) -> Result<Value, Trouble> {
        let body =
            json!({ "subject": subject, "purpose": purpose, "categories": categories, "max_tokens": 1000 });
        let reply = self.assistant(assistant)?.post(CONTEXT_PATH, &body)?;
        let answer = reply.success()?;
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.watch(&reply.body, &answer);
        Ok(answer)
    }

    /// Counts a request that was sent otherwise.
    pub fn count_asked(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
    }

    /// Requests answered so far.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// An assistant's connection.
    pub fn assistant(&self, which: usize) -> Result<&Connection, Trouble> {
        self.assistants.get(which).ok_or_else(|| Trouble("the cast lacks an assistant".to_owned()))
    }

    /// An assistant's pseudonym of a resident.
    pub fn subject(&self, assistant: usize, who: usize) -> Result<&str, Trouble> {
        let all = self.subjects.get(assistant).and_then(|s| s.get(who));
        all.map(String::as_str).ok_or_else(|| Trouble("a resident is not linked".to_owned()))
    }

    /// A resident's id.
    pub fn subscriber(&self, who: usize) -> Result<SubscriberId, Trouble> {
        self.subscribers.get(who).copied().ok_or_else(|| Trouble("a resident is not enrolled".to_owned()))
    }

    /// Adds words that must be in no answer.
    pub fn keep_secret(&mut self, words: impl IntoIterator<Item = String>) {
        self.secrets.extend(words);
    }

    fn watch(&self, body: &[u8], answer: &Value) {
        self.leaks.fetch_add(leaks(&self.secrets, body, answer), Ordering::Relaxed);
    }

    fn nothing_leaked(&mut self) {
        let (asked, leaks) = (self.asked(), self.leaks.load(Ordering::Relaxed));
        let says = format!(
            "the trace stays home: {} answers and their receipts hold none of {} phone numbers, cells, apps and hosts",
            count(asked),
            count(self.secrets.len() as u64)
        );
        self.report.step("trace_stays_home", leaks == 0 && asked > 0, says);
    }
}

/// What the receipt of an answer says, as it is signed.
pub fn claims(answer: &Value) -> Vec<u8> {
    let claims = answer["receipt"].as_str().and_then(|r| r.split('.').nth(1));
    claims.and_then(|c| URL_SAFE_NO_PAD.decode(c).ok()).unwrap_or_default()
}

/// How many secrets are in an answer and in what its receipt says.
pub fn leaks(secrets: &HashSet<String>, body: &[u8], answer: &Value) -> u64 {
    let in_text = |text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '_'));
        words.filter(|w| secrets.contains(*w)).count() as u64
    };
    in_text(body) + in_text(&claims(answer))
}

/// The item of a category.
pub fn item(answer: &Value, category: Category) -> Option<&Value> {
    let items = answer["context"]["items"].as_array()?;
    items.iter().find(|i| i["category"] == category.as_str())
}

/// How many items there are.
pub fn items(answer: &Value) -> usize {
    answer["context"]["items"].as_array().map_or(0, Vec::len)
}

/// The word by which a category was withheld.
pub fn withheld(answer: &Value, category: Category) -> Option<&str> {
    let all = answer["context"]["withheld"].as_array()?;
    all.iter().find(|w| w["category"] == category.as_str())?["reason"].as_str()
}

/// The rung that an item speaks at.
pub fn rung(item: &Value) -> Option<Precision> {
    match item["value"]["level"].as_str() {
        Some(level) => Precision::parse(level),
        None if item["value"]["country"].is_string() => Some(Precision::Country),
        None => Some(Precision::Label),
    }
}

/// Whether an item's zone is `zone` or holds it.
pub fn holds(item: &Value, fine: Zone) -> bool {
    let coarse = rung(item).and_then(Precision::resolution).and_then(|r| zone::parent(fine, r));
    coarse.is_some_and(|z| item["value"]["zone"] == zone::text(z))
}

/// A count with its thousands set apart.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share in percent.
pub fn percent(part: u64, of: u64) -> String {
    if of == 0 { "none".to_owned() } else { format!("{:.0} %", 100.0 * part as f64 / of as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_shares_read_well() {
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"],
            [0, 999, 1000, 1_234_567].map(count).each_ref().map(String::as_str)
        );
        assert_eq!((percent(1, 3), percent(0, 0)), ("33 %".to_owned(), "none".to_owned()));
    }

    #[test]
    fn an_item_holds_what_lies_in_its_zone_and_nothing_else() {
        let marienplatz = zone::from_point(48.137, 11.575).unwrap();
        let city = zone::text(zone::parent(marienplatz, 4).unwrap());
        let item = json!({ "category": "location.zone", "value": { "zone": city, "level": "city" } });
        assert!(holds(&item, marienplatz));
        assert!(!holds(&item, zone::from_point(37.5663, 126.9779).unwrap()));
        assert!(!holds(&json!({ "value": { "label": "home" } }), marienplatz));
    }
}
