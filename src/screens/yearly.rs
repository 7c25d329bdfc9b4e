//! What somebody is told once a year: how often something left about him, to whom, and where he sees each. Deliberately absent: what left.
use super::calendar::date_of;
use super::incident::Told;
use super::language::Language;
use super::words::Words;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;

/// What a letter says, in the language that `locale` names, or in that of most people at home.
pub fn letter(
    locale: Option<&str>,
    home: Jurisdiction,
    (since, until): (At, At),
    counts: &[(String, u64)],
    address: &str,
) -> Told {
    let language = locale.and_then(Language::of).unwrap_or_else(|| Language::at_home(home));
    let words = Words::of(language);
    let each: Vec<String> = counts.iter().map(|(name, n)| words.yearly_each(name, *n as usize)).collect();
    let all = each.join(words.data_and().as_str());
    let (from, to) = (date_of(words, since, home), date_of(words, until, home));
    Told { locale: language.tag(), text: words.yearly_letter(&from, &to, &all, address) }
}
