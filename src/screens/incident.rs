//! What somebody is told of an incident at a recipient, on his pages and in the letter that goes to his line: what happened, when, at whom, and what to do. Deliberately
//! absent: whether it reached him.
use super::calendar::date_of;
use super::frame::Link;
use super::language::Language;
use super::words::Words;
use crate::broker::breach::Warning;
use crate::domain::breach::Word;
use crate::domain::category::Category;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use serde::Serialize;
use std::collections::BTreeSet;

/// What happened, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// BCP 47.
    pub locale: &'static str,
    /// What happened, when, at whom, and what to do.
    pub text: String,
}

/// What a letter says, in the language that `locale` names, or in that of most people at home.
pub fn letter(
    locale: Option<&str>,
    home: Jurisdiction,
    word: Word,
    recipient: &str,
    (what, first, last): (&BTreeSet<Category>, At, At),
) -> Told {
    let language = locale.and_then(Language::of).unwrap_or_else(|| Language::at_home(home));
    let words = Words::of(language);
    let happened = happened(words, home, word, recipient, (what, first, last));
    Told { locale: language.tag(), text: format!("{happened} {}", to_do(words, word)) }
}

fn happened(
    words: &Words,
    home: Jurisdiction,
    word: Word,
    recipient: &str,
    (what, first, last): (&BTreeSet<Category>, At, At),
) -> String {
    let named: Vec<String> = what.iter().map(|category| words.category(*category)).collect();
    let named = named.join(words.data_and().as_str());
    let (from, to) = (date_of(words, first, home), date_of(words, last, home));
    match word {
        Word::Possible => words.breach_possible(recipient, &named, &from, &to),
        Word::Confirmed => words.breach_confirmed(recipient, &named, &from, &to),
        Word::Cleared => words.breach_cleared(recipient, &named, &from, &to),
    }
}

fn to_do(words: &Words, word: Word) -> String {
    match word {
        Word::Possible | Word::Confirmed => words.breach_do(),
        Word::Cleared => words.breach_nothing(),
    }
}

/// An incident on a page.
#[derive(Serialize)]
pub(super) struct Incident {
    pub text: String,
    pub to_do: String,
    /// Where what the recipient may see is changed.
    pub change: Link,
}

impl Incident {
    /// What a page tells; `name` is the recipient's.
    pub fn of(words: &Words, home: Jurisdiction, warning: &Warning, name: &str) -> Incident {
        let Warning { recipient, word, what, first, last } = warning;
        Incident {
            text: happened(words, home, *word, name, (what, *first, *last)),
            to_do: to_do(words, *word),
            change: Link { address: super::recipient::address(*recipient), word: words.change_answer() },
        }
    }
}
