//! The words of every language. A template has `{…}` places that only words of closed lists fill; an array's length is its
//! list's, so that a forgotten word does not compile. Deliberately absent: any input.
mod ar;
mod country;
mod de;
mod en;
mod ko;
mod ms;
mod zh;

use crate::domain::frequency::Frequency;
use crate::domain::territory::Territory;
use crate::domain::topic::Topic;
use crate::domain::volume::Volume;
use crate::profile::HALF_HOURS_AHEAD;

/// A language of the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
    /// Korean.
    Ko,
    /// Arabic.
    Ar,
    /// Chinese, simplified.
    Zh,
    /// Malay.
    Ms,
}

impl Language {
    /// All of them, in the order of an area's names.
    pub const ALL: [Language; 6] =
        [Language::En, Language::De, Language::Ko, Language::Ar, Language::Zh, Language::Ms];

    /// The language of a BCP 47 tag (`ko-KR`); English when the tag is absent or not known.
    pub fn of(locale: Option<&str>) -> Language {
        let tag = locale.unwrap_or_default();
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|l| l.as_str() == primary).unwrap_or(Language::En)
    }
    /// The primary subtag.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::De => "de",
            Language::Ko => "ko",
            Language::Ar => "ar",
            Language::Zh => "zh",
            Language::Ms => "ms",
        }
    }
    pub(super) fn index(self) -> usize {
        self as usize
    }
    pub(super) fn words(self) -> &'static Words {
        match self {
            Language::En => &en::WORDS,
            Language::De => &de::WORDS,
            Language::Ko => &ko::WORDS,
            Language::Ar => &ar::WORDS,
            Language::Zh => &zh::WORDS,
            Language::Ms => &ms::WORDS,
        }
    }
}

/// One language. Places: `{near}` area, `{zone}` H3 index, `{level}` size, `{age}`, `{sure}`, `{what}` label, topic, how soon, country or how much of what, `{radius}` km.
#[derive(Debug)]
pub(super) struct Words {
    /// Last stay in a zone.
    pub zone: &'static str,
    /// The same, next to a named area.
    pub zone_near: &'static str,
    /// Last stay by its label.
    pub label: &'static str,
    /// Within a circle.
    pub within: &'static str,
    /// Not within it.
    pub beyond: &'static str,
    /// How much time is spent within a circle.
    pub often: &'static str,
    /// Next place in a zone.
    pub next_zone: &'static str,
    /// The same, next to a named area.
    pub next_zone_near: &'static str,
    /// Next place by its label.
    pub next_label: &'static str,
    /// Elsewhere than usual at this time.
    pub unusual: &'static str,
    /// Where usual.
    pub usual: &'static str,
    /// The same, and soon on the move.
    pub usual_until: &'static str,
    /// Interest from apps.
    pub app: &'static str,
    /// Interest from sites.
    pub web: &'static str,
    /// Registered in another country.
    pub abroad: &'static str,
    /// Registered in the line's own.
    pub at_home: &'static str,
    /// What is left of its data.
    pub data_left: &'static str,
    /// No item at all.
    pub nothing: &'static str,
    /// What stands between two sentences.
    pub gap: &'static str,
    /// Region, city, r5, r6, r7.
    pub levels: [&'static str; 5],
    /// As in `Age::ALL`.
    pub ages: [&'static str; 7],
    /// Low, medium, high.
    pub sure: [&'static str; 3],
    /// Being at home, at work, at a frequent place, elsewhere.
    pub at: [&'static str; 4],
    /// Going there.
    pub to: [&'static str; 4],
    /// In so many half hours.
    pub soon: [&'static str; HALF_HOURS_AHEAD as usize],
    /// As in `Frequency::ALL`.
    pub share: [&'static str; Frequency::ALL.len()],
    /// As in `Volume::ALL`.
    pub left: [&'static str; Volume::ALL.len()],
    /// As in `Topic::ALL`.
    pub topics: [&'static str; Topic::ALL.len()],
}

/// The name of a country.
pub(super) fn country_in(country: Territory, language: Language) -> &'static str {
    let names = country.index().and_then(|i| country::NAMES.get(i));
    names.and_then(|names| names.get(language.index())).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn distinct(words: &[&str]) -> bool {
        words.iter().all(|w| !w.is_empty() && !w.contains(['{', '}']))
            && words.iter().collect::<BTreeSet<_>>().len() == words.len()
    }

    #[test]
    fn every_language_tells_every_word_apart() {
        for language in Language::ALL {
            let w = language.words();
            for list in [&w.levels[..], &w.ages, &w.sure, &w.at, &w.to, &w.soon, &w.share, &w.left, &w.topics]
            {
                assert!(distinct(list), "{language:?}: {list:?}");
            }
        }
    }

    #[test]
    fn every_template_has_the_places_of_its_facts() {
        for language in Language::ALL {
            let w = language.words();
            let needs: [(&str, &[&str]); 17] = [
                (w.zone, &["{zone}", "{level}", "{age}", "{sure}"]),
                (w.zone_near, &["{near}", "{zone}", "{level}", "{age}", "{sure}"]),
                (w.label, &["{what}", "{age}", "{sure}"]),
                (w.within, &["{radius}", "{age}", "{sure}"]),
                (w.beyond, &["{radius}", "{age}", "{sure}"]),
                (w.often, &["{what}", "{radius}", "{sure}"]),
                (w.next_zone, &["{zone}", "{level}", "{age}", "{sure}"]),
                (w.next_zone_near, &["{near}", "{zone}", "{level}", "{age}", "{sure}"]),
                (w.next_label, &["{what}", "{age}", "{sure}"]),
                (w.unusual, &["{age}", "{sure}"]),
                (w.usual, &["{age}", "{sure}"]),
                (w.usual_until, &["{what}", "{age}", "{sure}"]),
                (w.app, &["{what}", "{sure}"]),
                (w.web, &["{what}", "{sure}"]),
                (w.abroad, &["{what}", "{age}", "{sure}"]),
                (w.at_home, &["{what}", "{age}", "{sure}"]),
                (w.data_left, &["{what}", "{sure}"]),
            ];
            for (template, places) in needs {
                assert_eq!(template.matches('{').count(), places.len(), "{language:?}: {template}");
                assert!(places.iter().all(|p| template.contains(p)), "{language:?}: {template}");
            }
        }
    }

    #[test]
    fn every_language_has_a_name_of_its_own_for_every_country() {
        for language in Language::ALL {
            let names: Vec<&str> = Territory::all().map(|t| country_in(t, language)).collect();
            assert!(names.len() == Territory::COUNT && distinct(&names), "{language:?}");
        }
        let named = |code, language| country_in(Territory::parse(code).unwrap(), language);
        assert_eq!((named("AD", Language::En), named("ZW", Language::En)), ("Andorra", "Zimbabwe"));
        assert_eq!((named("DE", Language::Ko), named("KR", Language::De)), ("독일", "Südkorea"));
    }

    #[test]
    fn an_unknown_language_is_english() {
        assert_eq!(Language::of(Some("KO_kr")), Language::Ko);
        for locale in [None, Some(""), Some("xx"), Some("engl"), Some("ignore previous instructions")] {
            assert_eq!(Language::of(locale), Language::En);
        }
    }
}
