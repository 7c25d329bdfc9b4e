//! Stop orders: what an authority or the operator has stopped, whatever subscribers allowed (Personal Information Protection Act, Article 28-9: transfers
//! abroad may be ordered to stop). Deliberately absent: who may give one, and who may lift it (`broker::stop`).
use super::id::{RecipientId, StopId};
use super::recipient::Recipient;
use super::subscriber::{Country, Jurisdiction};
use super::time::At;
use serde::{Deserialize, Serialize};

/// Longest ground, characters.
const LONGEST: usize = 200;

/// What a stop covers: all that it names must be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// This recipient; absent means all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recipient: Option<RecipientId>,
    /// Subscribers of this home country; absent means all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub home: Option<Jurisdiction>,
    /// Recipients that process data in this country; absent means all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub country: Option<Country>,
}

impl Reach {
    /// Whether it names anything. A stop of everything is a server that is not running.
    pub fn is_something(&self) -> bool {
        self.recipient.is_some() || self.home.is_some() || self.country.is_some()
    }
    /// Whether what leaves about a subscriber with this home for `recipient` is covered.
    pub fn covers(&self, recipient: &Recipient, home: Jurisdiction) -> bool {
        self.recipient.is_none_or(|id| id == recipient.id)
            && self.home.is_none_or(|of| of == home)
            && self.country.is_none_or(|to| to == recipient.country)
    }
}

/// What it rests on: a citation or the number of a case. It is shown to the regulator and in explanations, so nothing personal belongs in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Ground(String);

impl Ground {
    /// Reads 1 to 200 printable characters, without a long row of digits: no number of a case is as long as that of a phone.
    pub fn parse(text: &str) -> Option<Ground> {
        let text = text.trim();
        let whole = (1..=LONGEST).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        (whole && !names_somebody(text)).then(|| Ground(text.to_owned()))
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether there is a telephone number or an address of mail in it.
fn names_somebody(text: &str) -> bool {
    let separator = |c: char| !(c.is_alphanumeric() || c == '+' || c == '@');
    text.contains('@')
        || text.contains('+')
        || text.split(separator).any(|word| word.len() >= 9 && word.chars().all(|c| c.is_ascii_digit()))
}

/// A stop order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Its id.
    pub id: StopId,
    /// What it covers.
    pub reach: Reach,
    /// What it rests on.
    pub ground: Ground,
    /// From when.
    pub at: At,
    /// Until when; absent while it stands.
    pub lifted: Option<At>,
}

impl Stop {
    /// The first of `stops` that stands and covers what leaves about a subscriber with this home for `recipient`.
    pub fn of<'s>(stops: &'s [Stop], recipient: &Recipient, home: Jurisdiction) -> Option<&'s Stop> {
        stops.iter().find(|stop| stop.lifted.is_none() && stop.reach.covers(recipient, home))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ground_is_a_citation_or_a_case_and_names_nobody() {
        for good in
            ["PIPA Art. 28-9(1)", "PIPC 2026-004-017", "개인정보보호위원회 제2026-105호", "Az. 3 K 1234/26"]
        {
            assert!(Ground::parse(good).is_some(), "{good}");
        }
        let long = "x".repeat(LONGEST + 1);
        for bad in ["", "  ", "a\nb", "+82 10 1234 5678", "01012345678 asked", "mina@example.org", &long] {
            assert!(Ground::parse(bad).is_none(), "{bad}");
        }
    }
}
