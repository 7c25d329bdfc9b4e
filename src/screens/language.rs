//! The languages of the screens, and which one a visitor is given.
use crate::domain::subscriber::Jurisdiction;

/// A language with a file of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Language {
    En,
    De,
    Ko,
    Ar,
    Zh,
    Ms,
}

impl Language {
    pub const ALL: [Language; 6] =
        [Language::En, Language::De, Language::Ko, Language::Ar, Language::Zh, Language::Ms];

    /// Primary subtag of BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::De => "de",
            Language::Ko => "ko",
            Language::Ar => "ar",
            Language::Zh => "zh",
            Language::Ms => "ms",
        }
    }

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::En => "English",
            Language::De => "Deutsch",
            Language::Ko => "한국어",
            Language::Ar => "العربية",
            Language::Zh => "简体中文",
            Language::Ms => "Bahasa Melayu",
        }
    }

    /// The value of `dir`.
    pub fn direction(self) -> &'static str {
        if self == Language::Ar { "rtl" } else { "ltr" }
    }

    /// The language of a tag such as `ko-KR`.
    pub fn of(tag: &str) -> Option<Language> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|l| l.tag().eq_ignore_ascii_case(primary))
    }

    /// The best of `Accept-Language` (RFC 9110 section 12.5.4); of equals the first.
    pub fn accepted(header: &str) -> Option<Language> {
        let mut best: Option<(f32, Language)> = None;
        for range in header.split(',') {
            let (tag, quality) = range.split_once(';').unwrap_or((range, "q=1"));
            let quality = quality.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0);
            if let Some(language) = Self::of(tag)
                && quality > best.map_or(0.0, |(q, _)| q)
            {
                best = Some((quality, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// What most subscribers of an operator at home there read.
    pub fn at_home(home: Jurisdiction) -> Language {
        match home {
            Jurisdiction::KR => Language::Ko,
            Jurisdiction::DE => Language::De,
            Jurisdiction::SG => Language::En,
            Jurisdiction::AE => Language::Ar,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_accepted_language_is_taken() {
        for (header, language) in [
            ("ko-KR,ko;q=0.9,en;q=0.8", Some(Language::Ko)),
            ("fr, de;q=0.4, ar;q=0.6", Some(Language::Ar)),
            ("EN", Some(Language::En)),
            ("zh-Hans-CN, zh;q=0.9", Some(Language::Zh)),
            ("ms-MY", Some(Language::Ms)),
            ("de;q=0, *", None),
            ("de;q=much, ko;q=0.1", Some(Language::Ko)),
            ("korean", None),
            ("", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
