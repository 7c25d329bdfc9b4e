//! The words of a question for those who show it elsewhere: the same text as on the subscriber's own page, in a language that they ask for. Deliberately absent: words
//! for children, who are asked on their own pages.
use super::language::Language;
use super::notice::notice;
use super::words::Words;
use crate::domain::category::Category;
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::subscriber::Jurisdiction;

/// A question in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// What would be known, in few words.
    pub title: String,
    /// The question.
    pub notice: Notice,
}

/// The question in the language that `accepted` (RFC 9110 section 12.5.4) wants most, or in that of most people at home.
pub fn spoken(
    accepted: Option<&str>,
    home: Jurisdiction,
    recipient: &Recipient,
    purpose: Purpose,
    category: Category,
) -> Spoken {
    let language = accepted.and_then(Language::accepted).unwrap_or_else(|| Language::at_home(home));
    in_language(language, recipient, purpose, category)
}

/// The question in every language.
pub fn in_all_languages(
    recipient: &Recipient,
    purpose: Purpose,
    category: Category,
) -> impl Iterator<Item = Spoken> + use<'_> {
    Language::ALL.into_iter().map(move |language| in_language(language, recipient, purpose, category))
}

fn in_language(language: Language, recipient: &Recipient, purpose: Purpose, category: Category) -> Spoken {
    let words = Words::of(language);
    let notice = notice((words, false), recipient, purpose, category);
    // What was made in English for want of a word has an English title too.
    let words = Language::of(&notice.locale).map_or(words, Words::of);
    Spoken { title: words.category(category), notice }
}
