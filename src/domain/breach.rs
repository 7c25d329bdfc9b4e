//! Incidents at recipients: what was declared, which step it took, and what whoever is touched is to be told next. Deliberately absent: who may take a step
//! (`broker::breach`), and by when a country's law has people told (`policy::breach`).
use super::category::Category;
use super::id::{BreachId, RecipientId, SubscriberId};
use super::stop::Ground;
use super::subscriber::Jurisdiction;
use super::time::At;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What whoever is touched is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// What left about him may have leaked.
    Possible,
    /// It has leaked.
    Confirmed,
    /// It has not leaked; told only to who was told that it may have.
    Cleared,
}

impl Word {
    /// All of them.
    pub const ALL: [Word; 3] = [Word::Possible, Word::Confirmed, Word::Cleared];

    /// The word used everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Word::Possible => "possible",
            Word::Confirmed => "confirmed",
            Word::Cleared => "cleared",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Word> {
        Word::ALL.into_iter().find(|word| word.as_str() == text)
    }
}

/// A step of an incident, as the log has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Somebody of the operator declared it.
    Declared,
    /// Everybody touched is told that it may have happened to him.
    Possible,
    /// It has happened, within a period.
    Confirmed,
    /// Somebody wants it cleared; a second must.
    ClearAsked,
    /// Beyond what was confirmed nothing leaked.
    Cleared,
    /// An authority was told.
    Reported,
}

impl Step {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Step::Declared => "declared",
            Step::Possible => "subscribers are told that it may be",
            Step::Confirmed => "confirmed",
            Step::ClearAsked => "clearing wanted",
            Step::Cleared => "cleared",
            Step::Reported => "authority told",
        }
    }
}

/// What is done about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Everybody touched is told that it may have happened to him.
    Possible,
    /// It has happened, within this period: those touched in it are told.
    Confirmed {
        /// From.
        from: At,
        /// Until before.
        to: At,
    },
    /// Beyond what was confirmed nothing leaked: who was told that it may have is told so.
    Cleared,
    /// The authority of this country was told.
    Reported(Jurisdiction),
}

impl Act {
    /// How the log says it.
    pub fn step(self) -> Step {
        match self {
            Act::Possible => Step::Possible,
            Act::Confirmed { .. } => Step::Confirmed,
            Act::Cleared => Step::Cleared,
            Act::Reported(_) => Step::Reported,
        }
    }
}

/// What was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    /// When.
    pub at: At,
    /// What left from then.
    pub from: At,
    /// Until before then.
    pub to: At,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Its id.
    pub id: BreachId,
    /// At which recipient.
    pub recipient: RecipientId,
    /// What left to it from then on is touched.
    pub from: At,
    /// Until before then.
    pub to: At,
    /// When the operator came to know of it: clocks run from here.
    pub known: At,
    /// What it rests on: the number of a case, and nothing personal.
    pub ground: Ground,
    /// When it was declared.
    pub at: At,
    /// When everybody touched was to be told that it may have happened.
    pub possible: Option<At>,
    /// What has happened.
    pub confirmed: Option<Confirmed>,
    /// When the rest was found not to have happened.
    pub cleared: Option<At>,
    /// Which authorities were told, and when.
    pub reported: Vec<(Jurisdiction, At)>,
}

impl Breach {
    /// The incident after an act; `None` where it is so already.
    ///
    /// # Errors
    /// Why it does not apply.
    pub fn after(&self, act: Act, now: At) -> Result<Option<Breach>, &'static str> {
        let open = match self.cleared {
            Some(_) => Err("this incident was cleared; declare another where something new is known"),
            None => Ok(()),
        };
        let mut next = self.clone();
        match act {
            Act::Possible if self.possible.is_some() => return Ok(None),
            Act::Possible => {
                open?;
                next.possible = Some(now);
            }
            Act::Confirmed { from, to } => {
                if let Some(before) = self.confirmed {
                    let same = (before.from, before.to) == (from, to);
                    return if same { Ok(None) } else { Err("another period was confirmed before") };
                }
                open?;
                if from < self.from || to > self.to || from >= to {
                    return Err("what is confirmed lies within the period that was declared");
                }
                next.confirmed = Some(Confirmed { at: now, from, to });
            }
            Act::Cleared if self.cleared.is_some() => return Ok(None),
            Act::Cleared => next.cleared = Some(now),
            Act::Reported(home) if self.reported.iter().any(|(to, _)| *to == home) => return Ok(None),
            Act::Reported(home) => next.reported.push((home, now)),
        }
        Ok(Some(next))
    }

    /// What somebody is to be told next who was told `told` last and whom what was confirmed touches, if `inside`. As long as not everybody is `sorted`
    /// by what was confirmed, only who is known to be inside is told.
    pub fn next(&self, told: Told, inside: bool, sorted: bool) -> Option<Word> {
        let (waits, before) = match told {
            Told::Nothing => (true, false),
            Told::Word(Word::Possible) => (true, true),
            Told::Word(Word::Confirmed | Word::Cleared) | Told::Gone => (false, false),
        };
        if !waits {
            return None;
        }
        match (self.confirmed.is_some(), inside) {
            (true, true) => return Some(Word::Confirmed),
            (true, false) if !sorted => return None,
            _ => {}
        }
        match (self.cleared.is_some(), before) {
            (true, true) => Some(Word::Cleared),
            (false, false) if self.possible.is_some() => Some(Word::Possible),
            _ => None,
        }
    }
}

/// What somebody was told last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// Nothing yet.
    Nothing,
    /// This.
    Word(Word),
    /// Nobody can be told: the number is no longer his.
    Gone,
}

impl Told {
    /// All of them.
    pub const ALL: [Told; 5] = [
        Told::Nothing,
        Told::Word(Word::Possible),
        Told::Word(Word::Confirmed),
        Told::Word(Word::Cleared),
        Told::Gone,
    ];

    /// Stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Told::Nothing => "nothing",
            Told::Word(word) => word.as_str(),
            Told::Gone => "gone",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Told> {
        Told::ALL.into_iter().find(|told| told.as_str() == text)
    }
}

/// What an incident touches of one subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Whose.
    pub subscriber: SubscriberId,
    /// Which incident.
    pub breach: BreachId,
    /// His home country when it was counted.
    pub home: Jurisdiction,
    /// Answers that left.
    pub answers: i64,
    /// The first of them.
    pub first: At,
    /// The last of them.
    pub last: At,
    /// What kinds of fact.
    pub what: BTreeSet<Category>,
    /// Whether what was confirmed touches him.
    pub inside: bool,
    /// What he was told last.
    pub told: Told,
    /// When he is told next, at the earliest.
    pub due: At,
    /// How often messaging did not take it.
    pub tries: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn breach() -> Breach {
        Breach {
            id: BreachId([1; 16]),
            recipient: RecipientId([2; 16]),
            from: At(100),
            to: At(200),
            known: At(210),
            ground: Ground::parse("case 7").unwrap(),
            at: At(220),
            possible: None,
            confirmed: None,
            cleared: None,
            reported: Vec::new(),
        }
    }

    fn act(n: u8) -> Act {
        match n {
            0 => Act::Possible,
            1 => Act::Confirmed { from: At(120), to: At(150) },
            2 => Act::Cleared,
            _ => Act::Reported(Jurisdiction::KR),
        }
    }

    #[test]
    fn what_is_confirmed_lies_within_and_nothing_follows_a_clearing() {
        let outside = Act::Confirmed { from: At(90), to: At(150) };
        assert!(breach().after(outside, At(300)).is_err());
        let cleared = breach().after(Act::Cleared, At(300)).unwrap().unwrap();
        assert!(cleared.after(Act::Possible, At(301)).is_err());
        assert!(cleared.after(act(1), At(301)).is_err());
        assert_eq!(cleared.after(Act::Cleared, At(301)), Ok(None));
        assert!(cleared.after(act(3), At(301)).unwrap().is_some(), "an authority may be told later");
    }

    proptest! {
        #[test]
        fn whatever_is_done_nobody_is_told_the_same_twice_nor_that_it_did_not_happen_what_happened_to_him(
            acts in prop::collection::vec(0u8..4, 0..12), inside: bool, tellings in prop::collection::vec(0usize..12, 0..12),
        ) {
            let (mut one, mut told, mut said) = (breach(), Told::Nothing, Vec::new());
            for (n, a) in acts.iter().enumerate() {
                if let Ok(Some(next)) = one.after(act(*a), At(300 + n as i64)) {
                    one = next;
                }
                if tellings.contains(&n) && let Some(word) = one.next(told, inside, true) {
                    told = Told::Word(word);
                    said.push(word);
                }
            }
            let mut once = said.clone();
            once.dedup();
            prop_assert_eq!(&once, &said);
            prop_assert!(!(said.contains(&Word::Confirmed) && said.contains(&Word::Cleared)));
            prop_assert!(!said.contains(&Word::Cleared) || said.first() == Some(&Word::Possible));
            prop_assert!(inside || !said.contains(&Word::Confirmed));
            prop_assert!(one.confirmed.is_some() || !said.contains(&Word::Confirmed));
        }
    }
}
