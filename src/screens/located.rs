//! What somebody is told when a rescue agency asked where he is: who, when, whether it was told. Deliberately absent: where he was.
use super::calendar::exactly;
use super::incident::Told;
use super::language::Language;
use super::words::Words;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;

/// What a letter says, in the language that `locale` names, or in that of most people at home.
pub fn letter(
    locale: Option<&str>,
    home: Jurisdiction,
    (agency, at): (&str, At),
    (found, deferred): (bool, bool),
    address: &str,
) -> Told {
    let language = locale.and_then(Language::of).unwrap_or_else(|| Language::at_home(home));
    let words = Words::of(language);
    let when = exactly(words, at, home);
    let asked = if found { words.located_told(agency, &when) } else { words.located_unknown(agency, &when) };
    let later = if deferred { format!(" {}", words.located_later()) } else { String::new() };
    let text = format!("{asked}{later} {}", words.located_where(address));
    Told { locale: language.tag(), text }
}
