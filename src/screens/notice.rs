//! The words a subscriber answers to: one text, shown on the page and hashed into the grant as it stands.
use super::language::Language;
use super::words::Words;
use crate::domain::category::Category;
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;

/// What is asked, who asks, what for, where, and what is never told. Its language is the one it is in, which is English where the
/// reader's lacks a part: half a sentence in each is nothing to answer to.
pub(super) fn notice(words: &Words, recipient: &Recipient, purpose: Purpose, category: Category) -> Notice {
    let words = if words.have_notice(purpose, category) { words } else { Words::of(Language::En) };
    let text = words.notice(
        &recipient.name,
        &words.what(category),
        &words.purpose(purpose),
        &words.country(recipient.country),
        &words.limit(category),
    );
    Notice { locale: words.language().tag().to_owned(), text }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::broker::consent::notice_hash;

    #[test]
    fn a_notice_that_a_language_lacks_a_part_of_is_made_in_english_and_recorded_as_english() {
        let facts = samples::facts();
        let (recipient, category) = (&facts.overview.recipients[0], Category::WebInterest);
        let purpose = Purpose::ProvideEventRecommendations;
        let english = notice(Words::of(Language::En), recipient, purpose, category);
        let malay = notice(Words::of(Language::Ms), recipient, purpose, category);
        assert_eq!((english.locale.as_str(), malay.locale.as_str()), ("en", "ms"));
        let lacking = Words::read(Language::Ms, "notice = Bolehkah { $recipient } mengetahui { $what }?\n");
        assert_eq!(lacking.allow(), Words::of(Language::En).allow(), "a single word falls back alone");
        let fallen = notice(&lacking, recipient, purpose, category);
        assert_eq!(fallen, english);
        assert_ne!(notice_hash(&fallen).unwrap(), notice_hash(&malay).unwrap());
    }
}
