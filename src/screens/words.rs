//! The one way to the words of a language: a method for each message, typed by what it says. The compiler finds a message that no
//! page uses; the tests find one that a language lacks.
use super::calm::Calm;
use super::josa;
use super::language::Language;
use crate::domain::category::{Category, Precision};
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::subscriber::Country;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// The words of one language.
pub(super) struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

static WORDS: LazyLock<[Words; 4]> = LazyLock::new(|| Language::ALL.map(Words::read));

fn source(language: Language) -> &'static str {
    match language {
        Language::En => include_str!("locales/en.ftl"),
        Language::De => include_str!("locales/de.ftl"),
        Language::Ko => include_str!("locales/ko.ftl"),
        Language::Ar => include_str!("locales/ar.ftl"),
    }
}

macro_rules! messages {
    ($($name:ident($($argument:ident: $kind:ty),*) = $key:literal;)+) => {
        impl Words {
            $(pub fn $name(&self $(, $argument: $kind)*) -> String {
                self.tell($key, &[$((stringify!($argument), FluentValue::from($argument))),*])
            })+
        }
        #[cfg(test)]
        const MESSAGES: &[(&str, &[&str])] = &[$(($key, &[$(stringify!($argument)),*])),+];
    };
}

messages! {
    title() = "title";
    languages() = "languages";
    leave() = "leave";
    back() = "back";
    enter_heading() = "enter-heading";
    enter_text() = "enter-text";
    enter_button() = "enter-button";
    enter_once() = "enter-once";
    status(count: usize) = "status";
    status_paused() = "status-paused";
    pause() = "pause";
    resume() = "resume";
    withdraw() = "withdraw";
    pause_all() = "pause-all";
    resume_all() = "resume-all";
    withdraw_all() = "withdraw-all";
    withdraw_all_text() = "withdraw-all-text";
    pause_recipient(recipient: &str) = "pause-recipient";
    resume_recipient(recipient: &str) = "resume-recipient";
    withdraw_recipient(recipient: &str) = "withdraw-recipient";
    withdraw_recipient_text(recipient: &str) = "withdraw-recipient-text";
    processes_in(country: &str) = "processes-in";
    country_of(code: &str) = "country";
    may_see() = "may-see";
    may_not_see() = "may-not-see";
    open(count: usize) = "open";
    open_text() = "open-text";
    until(date: &str) = "until";
    paused_mark() = "paused-mark";
    how_precise() = "how-precise";
    how_long() = "how-long";
    allow() = "allow";
    refuse() = "refuse";
    choose_precision_and_term() = "choose-precision-and-term";
    choose_precision() = "choose-precision";
    choose_term() = "choose-term";
    change_answer() = "change-answer";
    refused_on(date: &str) = "refused-on";
    ended_on(date: &str) = "ended-on";
    withdrawn() = "withdrawn";
    notice(recipient: &str, what: &str, purpose: &str, country: &str, limit: &str) = "notice";
    everything() = "everything";
    said_allowed(scope: &str) = "said-allowed";
    said_refused(scope: &str) = "said-refused";
    said_paused(scope: &str) = "said-paused";
    said_resumed(scope: &str) = "said-resumed";
    said_withdrawn(scope: &str) = "said-withdrawn";
    said_nothing() = "said-nothing";
    undo() = "undo";
    asked_heading() = "asked-heading";
    asked_none() = "asked-none";
    earlier() = "earlier";
    times(count: usize, time: &str) = "times";
    told(what: &str, precision: &str) = "told";
    not_told(what: &str, reason: &str) = "not-told";
    left_out(what: &str) = "left-out";
    today() = "today";
    yesterday() = "yesterday";
    date(day: &str, month: &str, year: &str) = "date";
    day(weekday: &str, date: &str) = "day";
}

impl Words {
    pub fn of(language: Language) -> &'static Words {
        let [en, de, ko, ar] = &*WORDS;
        match language {
            Language::En => en,
            Language::De => de,
            Language::Ko => ko,
            Language::Ar => ar,
        }
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// A category as a heading.
    pub fn category(&self, category: Category) -> String {
        self.tell(&format!("category-{}", dashed(category)), &[])
    }
    /// A category within a sentence.
    pub fn what(&self, category: Category) -> String {
        self.tell(&format!("what-{}", dashed(category)), &[])
    }
    /// What a category never tells, a sentence.
    pub fn limit(&self, category: Category) -> String {
        self.tell(&format!("limit-{}", dashed(category)), &[])
    }
    /// A purpose, as it follows "would use this".
    pub fn purpose(&self, purpose: Purpose) -> String {
        self.tell(&format!("purpose-{}", purpose.as_str().trim_start_matches("dpv:")), &[])
    }
    pub fn precision(&self, precision: Precision) -> String {
        self.tell(&format!("precision-{}", precision.as_str()), &[])
    }
    /// The true reason, as it follows "because".
    pub fn reason(&self, reason: Reason) -> String {
        self.tell(&format!("reason-{}", reason.as_str()), &[])
    }
    /// How long, of `ask::TERMS`.
    pub fn term(&self, days: u16) -> String {
        self.tell(&format!("term-{days}"), &[])
    }
    pub fn calm_heading(&self, calm: Calm) -> String {
        self.tell(&format!("{}-heading", calm.word()), &[])
    }
    pub fn calm_text(&self, calm: Calm) -> String {
        self.tell(&format!("{}-text", calm.word()), &[])
    }
    /// From 1.
    pub fn month(&self, month: i8) -> String {
        self.tell(&format!("month-{month}"), &[])
    }
    /// From Monday, 1.
    pub fn weekday(&self, weekday: i8) -> String {
        self.tell(&format!("weekday-{weekday}"), &[])
    }
    pub fn country(&self, country: Country) -> String {
        self.country_of(country.as_str())
    }

    fn read(language: Language) -> Words {
        let id: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // A part that does not parse is left out here and found by the tests.
        let resource = FluentResource::try_new(source(language).to_owned()).unwrap_or_else(|(part, _)| part);
        let _twice = bundle.add_resource(resource);
        let _taken = bundle.add_function("JOSA", |positional, _| match positional {
            [FluentValue::String(word), FluentValue::String(pair)] => josa::with_particle(word, pair).into(),
            _ => FluentValue::Error,
        });
        Words { language, bundle }
    }

    /// A message with its values; its key where the language lacks it.
    fn tell(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            return key.to_owned();
        };
        let args: FluentArgs<'_> = values.iter().cloned().collect();
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }
}

fn dashed(category: Category) -> String {
    category.as_str().replace('.', "-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Every key that code can ask for, with the values it hands over.
    fn asked() -> BTreeMap<String, BTreeSet<&'static str>> {
        let mut keys: Vec<String> = Vec::new();
        for category in Category::ALL {
            keys.extend(["category", "what", "limit"].map(|f| format!("{f}-{}", dashed(category))));
        }
        keys.extend(Purpose::ALL.iter().map(|p| format!("purpose-{}", &p.as_str()[4..])));
        keys.extend(Precision::ALL.map(|p| format!("precision-{}", p.as_str())));
        keys.extend(Reason::ALL.map(|r| format!("reason-{}", r.as_str())));
        keys.extend(super::super::ask::TERMS.map(|days| format!("term-{days}")));
        keys.extend(Calm::ALL.iter().flat_map(|c| ["heading", "text"].map(|f| format!("{}-{f}", c.word()))));
        keys.extend((1..=12).map(|m| format!("month-{m}")));
        keys.extend((1..=7).map(|d| format!("weekday-{d}")));
        let fixed = MESSAGES.iter().map(|(key, values)| (key.to_string(), values.iter().copied().collect()));
        keys.into_iter().map(|key| (key, BTreeSet::new())).chain(fixed).collect()
    }

    /// Every key of a language with the values its message uses.
    fn written(language: Language) -> BTreeMap<String, BTreeSet<&'static str>> {
        let mut out: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
        let mut key = String::new();
        for line in source(language).lines().filter(|l| !l.starts_with('#')) {
            if !line.starts_with([' ', '}']) && !line.is_empty() {
                key = line.split_once(" = ").expect("`key = words`").0.to_owned();
                assert!(
                    out.insert(key.clone(), BTreeSet::new()).is_none(),
                    "{language:?}: {key} stands twice"
                );
            }
            let values = line.split('$').skip(1);
            let names = values.map(|v| v.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default());
            out.get_mut(&key).into_iter().for_each(|set| set.extend(names.clone()));
        }
        out
    }

    #[test]
    fn every_message_is_there_in_every_language_and_none_is_unused() {
        for language in Language::ALL {
            let parsed = FluentResource::try_new(source(language).to_owned());
            assert!(parsed.is_ok(), "{language:?}: {:?}", parsed.err().map(|(_, errors)| errors));
            let (asked, written) = (asked(), written(language));
            let keys = |of: &BTreeMap<String, BTreeSet<&str>>| of.keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(keys(&asked), keys(&written), "{language:?}");
            for (key, values) in &written {
                assert!(values.is_subset(&asked[key]), "{language:?}: {key} uses what it is not given");
            }
        }
    }

    #[test]
    fn every_message_uses_what_it_is_given() {
        // A count may be left to the form of the words, and Korean and Arabic name some things once only.
        for language in Language::ALL {
            for (key, values) in written(language) {
                let missing: Vec<_> =
                    asked()[&key].iter().filter(|v| !values.contains(*v)).copied().collect();
                assert!(missing.is_empty(), "{language:?}: {key} leaves out {missing:?}");
            }
        }
    }

    #[test]
    fn counts_take_the_form_of_the_language() {
        let bare = |s: String| s.replace(['\u{2068}', '\u{2069}'], "");
        let said = |language, count| bare(Words::of(language).status(count));
        assert_eq!(said(Language::En, 0), "Nobody may see anything about you");
        assert_eq!(said(Language::En, 2), "2 assistants may see something about you");
        assert_eq!(said(Language::De, 1), "Ein Assistent darf etwas über Sie erfahren");
        assert_eq!(said(Language::Ko, 2), "AI 비서 2곳이 내 정보를 볼 수 있습니다");
        for (count, form) in [(2, "مساعدان"), (3, "3 مساعدات"), (11, "11 مساعدًا"), (100, "100 مساعد ")]
        {
            assert!(said(Language::Ar, count).contains(form), "{count}: {}", said(Language::Ar, count));
        }
    }

    #[test]
    fn a_foreign_name_cannot_turn_the_sentence_around_it() {
        // FSI … PDI (Unicode annex 9) hold a name of the other direction in its place.
        for language in Language::ALL {
            assert!(Words::of(language).pause_recipient("مساعد").contains("\u{2068}مساعد\u{2069}"));
        }
    }
}
