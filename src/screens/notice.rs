//! The words a subscriber answers to: one text, shown on the page and hashed into the grant as it stands.
use super::words::Words;
use crate::domain::category::Category;
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;

/// What is asked, who asks, what for, where, and what is never told.
pub(super) fn notice(words: &Words, recipient: &Recipient, purpose: Purpose, category: Category) -> Notice {
    let text = words.notice(
        &recipient.name,
        &words.what(category),
        &words.purpose(purpose),
        &words.country(recipient.country),
        &words.limit(category),
    );
    Notice { locale: words.language().tag().to_owned(), text }
}
