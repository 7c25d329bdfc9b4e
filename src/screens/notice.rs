//! The words a subscriber answers to: one text, shown on the page and hashed into the grant as it stands.
use super::language::Language;
use super::words::Words;
use crate::domain::category::Category;
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;

/// What is asked, who asks, what for, where, and what is never told, to a child in short words; then the recipient's own words, where some were published. Its
/// language is the one it is in, which is English where the reader's lacks a part: half a sentence in each is nothing to answer to.
pub(super) fn notice(
    (words, child): (&Words, bool),
    recipient: &Recipient,
    purpose: Purpose,
    category: Category,
) -> Notice {
    let own = recipient.wording(purpose);
    let whole = own.is_none_or(|own| own.texts.contains_key(words.language().tag()));
    let words = if whole && words.have_notice(purpose, category) { words } else { Words::of(Language::En) };
    let (name, country) = (&recipient.name, words.country(recipient.country));
    let (what, purpose, limit) = (words.what(category), words.purpose(purpose), words.limit(category));
    let mut text = match child {
        true => words.notice_child(name, &what, &purpose, &country, &limit),
        false => words.notice(name, &what, &purpose, &country, &limit),
    };
    if let Some(own) = own.and_then(|own| own.texts.get(words.language().tag())) {
        text.push(' ');
        text.push_str(&words.own_words(&recipient.name, own));
    }
    Notice { locale: words.language().tag().to_owned(), text }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::broker::consent::notice_hash;
    use crate::domain::recipient::Wording;
    use crate::domain::time::At;

    #[test]
    fn a_recipients_own_words_stand_in_the_notice_and_without_the_readers_language_all_of_it_is_english() {
        let mut recipient = samples::facts().overview.recipients[0].clone();
        let (purpose, category) = (Purpose::ProvideEventRecommendations, Category::WebInterest);
        let bare = notice((Words::of(Language::De), false), &recipient, purpose, category);
        let texts = [("en", "We look for concerts."), ("de", "Wir suchen Konzerte.")];
        let texts = texts.map(|(l, t)| (l.to_owned(), t.to_owned())).into();
        recipient.wordings.push(Wording { purpose, edition: 1, material: 1, grace_until: At(0), texts });
        let of = |language| notice((Words::of(language), false), &recipient, purpose, category);
        assert!(of(Language::De).text.starts_with(&bare.text) && of(Language::De).text.contains("Konzerte"));
        assert_eq!(of(Language::Ko), of(Language::En));
        assert!(of(Language::En).text.contains("We look for concerts."));
        let other =
            notice((Words::of(Language::Ko), false), &recipient, Purpose::ServicePersonalisation, category);
        assert_eq!(other.locale, "ko", "words for one purpose say nothing about another");
    }

    #[test]
    fn a_notice_that_a_language_lacks_a_part_of_is_made_in_english_and_recorded_as_english() {
        let facts = samples::facts();
        let (recipient, category) = (&facts.overview.recipients[0], Category::WebInterest);
        let purpose = Purpose::ProvideEventRecommendations;
        let english = notice((Words::of(Language::En), false), recipient, purpose, category);
        let malay = notice((Words::of(Language::Ms), false), recipient, purpose, category);
        assert_eq!((english.locale.as_str(), malay.locale.as_str()), ("en", "ms"));
        let lacking = Words::read(Language::Ms, "notice = Bolehkah { $recipient } mengetahui { $what }?\n");
        assert_eq!(lacking.allow(), Words::of(Language::En).allow(), "a single word falls back alone");
        let fallen = notice((&lacking, false), recipient, purpose, category);
        assert_eq!(fallen, english);
        assert_ne!(notice_hash(&fallen).unwrap(), notice_hash(&malay).unwrap());
    }
}
