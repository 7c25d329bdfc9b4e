//! What goes to a subscriber by another way than his pages: a code for his link, what left about him, and what may have leaked. Deliberately absent: the way; the
//! operator's messaging is reached by whoever implements `Courier`.
use super::breach::Word;
use super::category::Category;
use super::purpose::Purpose;
use super::subscriber::{Jurisdiction, Reference};
use super::time::At;
use std::collections::BTreeSet;

/// Something on its way.
pub struct Letter<'l> {
    /// The same for the same letter.
    pub id: String,
    /// To whom.
    pub to: Reference,
    /// When it is sent.
    pub at: At,
    /// What it says.
    pub says: Says<'l>,
}

/// What a letter says.
pub enum Says<'l> {
    /// A code that a link wants.
    Code {
        /// Six digits.
        code: &'l str,
        /// The language of the page that waits for it.
        locale: &'l str,
        /// Until when it is good.
        until: At,
    },
    /// That an assistant asks to be linked with him, and waits.
    Asked {
        /// Its name.
        recipient: &'l str,
        /// Where he answers.
        address: &'l str,
        /// Until when.
        until: At,
    },
    /// Answers that left about him.
    Told(&'l [Told]),
    /// How often something left about him in a year.
    Yearly {
        /// Since when.
        since: At,
        /// To whom, by name, and how often.
        counts: &'l [(String, u64)],
        /// Where he sees each.
        address: &'l str,
        /// Where he is at home.
        home: Jurisdiction,
        /// The language in which he was asked last, where that is known.
        locale: Option<&'l str>,
    },
    /// That a rescue agency asked where he is.
    Located {
        /// Its client.
        agency: &'l str,
        /// Whether it was told a place; which one is never said.
        found: bool,
        /// When it asked.
        at: At,
        /// Whether telling him waited.
        deferred: bool,
        /// Where he sees it again.
        address: &'l str,
        /// Where he is at home.
        home: Jurisdiction,
        /// The language in which he was asked last, where that is known.
        locale: Option<&'l str>,
    },
    /// What became known of an incident at a recipient.
    Warned {
        /// What.
        word: Word,
        /// The recipient's name.
        recipient: &'l str,
        /// What kinds of fact left to it about him.
        what: &'l BTreeSet<Category>,
        /// The first time.
        first: At,
        /// The last time.
        last: At,
        /// Where he is at home.
        home: Jurisdiction,
        /// The language in which he was asked last, where that is known.
        locale: Option<&'l str>,
    },
}

/// Answers to one recipient for one purpose; never what they said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its name.
    pub recipient: String,
    /// What for.
    pub purpose: Purpose,
    /// What kinds of fact.
    pub categories: BTreeSet<Category>,
    /// When each of them was given.
    pub times: Vec<At>,
}

/// Carries letters. It has taken one when it returns; the word of an error says what went wrong, never with whom.
pub trait Courier: Send + Sync {
    /// Takes a letter.
    ///
    /// # Errors
    /// It could not be taken, or it is not known whether it was.
    fn carry(&self, letter: &Letter<'_>) -> Result<(), &'static str>;
}
