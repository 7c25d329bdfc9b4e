//! One line of a file that carries consents from one registry to another: an act, or who may speak for whom. Deliberately absent: files, and
//! whether the registry that it comes to takes it.
use super::{Carried, CarriedRelation};
use crate::domain::subscriber::Reference;

/// What is wrong with a line: where, and what would do. Never quotes the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    /// The column; empty for the line as a whole.
    pub field: &'static str,
    /// What would do.
    pub cure: &'static str,
}

impl Wrong {
    /// In one clause.
    pub fn sentence(self) -> String {
        if self.field.is_empty() { self.cure.to_owned() } else { format!("`{}`: {}", self.field, self.cure) }
    }
}

/// Names of the columns, in the order in which they are written. What follows `event` is of relations alone.
pub const COLUMNS: [&str; 26] = [
    "subscriber",
    "recipient",
    "purpose",
    "category",
    "act",
    "precision",
    "until",
    "hours",
    "quota",
    "notice",
    "locale",
    "text",
    "edition",
    "actor",
    "channel",
    "valid_at",
    "provenance",
    "grant",
    "relation",
    "event",
    "holder",
    "outsider",
    "kind",
    "verified",
    "scope",
    "ended",
];
/// Where `event` stands, which says what a line is.
const EVENT: usize = 19;
/// The word of a relation there; an act has none.
pub(super) const RELATION: &str = "relation";
/// What both say, of the columns up to `event`.
const OF_BOTH: [&str; 4] = ["subscriber", "until", "valid_at", "relation"];

/// The words of a line by column, in the order of `COLUMNS`; empty where it says nothing.
pub type Words<'l> = [&'l str; COLUMNS.len()];

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// An act on a consent.
    Act(Carried),
    /// Who may speak for whom.
    Relation(CarriedRelation),
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// The first column that does not say what it should.
    pub fn read(words: &Words<'_>) -> Result<Line, Wrong> {
        let said = COLUMNS.into_iter().zip(words);
        match words.get(EVENT).copied().unwrap_or_default() {
            "" => match said.skip(EVENT).find(|(_, word)| !word.is_empty()) {
                Some((field, _)) => Err(Wrong { field, cure: "nothing, unless `event` is `relation`" }),
                None => Carried::read(words).map(Line::Act),
            },
            RELATION => {
                match said.take(EVENT).find(|(column, word)| !word.is_empty() && !OF_BOTH.contains(column)) {
                    Some((field, _)) => Err(Wrong { field, cure: "nothing, where `event` is `relation`" }),
                    None => CarriedRelation::read(words).map(Line::Relation),
                }
            }
            _ => Err(Wrong { field: "event", cure: "`relation`; nothing of an act on a consent" }),
        }
    }

    /// Hands its words to `take`, in the order of `COLUMNS`; empty where it says nothing.
    pub fn write<T>(&self, take: impl FnOnce(&Words<'_>) -> T) -> T {
        match self {
            Line::Act(act) => act.write(take),
            Line::Relation(relation) => relation.write(take),
        }
    }

    /// Whom it is about.
    pub fn subscriber(&self) -> &Reference {
        match self {
            Line::Act(act) => &act.subscriber,
            Line::Relation(relation) => &relation.subscriber,
        }
    }
}

pub(super) fn may<T>(
    field: &'static str,
    text: &str,
    read: impl FnOnce(&str) -> Option<T>,
    cure: &'static str,
) -> Result<Option<T>, Wrong> {
    if text.is_empty() { Ok(None) } else { read(text).map(Some).ok_or(Wrong { field, cure }) }
}

pub(super) fn must<T>(
    field: &'static str,
    text: &str,
    read: impl FnOnce(&str) -> Option<T>,
    cure: &'static str,
) -> Result<T, Wrong> {
    may(field, text, read, cure)?.ok_or(Wrong { field, cure })
}
