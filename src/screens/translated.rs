//! What must hold of every language's file of words: all are there, with the values they are given, and none was left in English.
use super::calm::Calm;
use super::language::Language;
use super::pause::Spell;
use super::vocabulary::dashed;
use super::words::{MESSAGES, Words, source};
use super::words_duty::DUTY;
use super::words_linking::LINKING;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Actor, Period, Status};
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use fluent_bundle::FluentResource;
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
    let acts = || super::said::ACTS.iter().map(|a| a.as_str()).chain(["nothing"]);
    keys.extend(acts().flat_map(|a| ["done", "effect"].map(|f| format!("{f}-{a}"))));
    keys.extend(super::ask::TERMS.map(|days| format!("term-{days}")));
    keys.extend(Calm::ALL.iter().flat_map(|c| ["heading", "text"].map(|f| format!("{}-{f}", c.word()))));
    keys.extend((1..=12).map(|m| format!("month-{m}")));
    keys.extend((1..=7).map(|d| format!("weekday-{d}")));
    let fixed = MESSAGES
        .iter()
        .chain(LINKING)
        .chain(DUTY)
        .map(|(key, values)| (key.to_string(), values.iter().copied().collect()));
    keys.extend(Status::ALL.map(|s| format!("state-{}", s.as_str())));
    keys.extend(Act::ALL.map(|a| format!("act-{}", a.as_str())));
    keys.extend(Actor::ALL.map(|a| format!("by-{}", a.as_str())));
    keys.extend(Spell::ALL.map(|s| format!("pause-{}", s.as_str())));
    let counted = Period::ALL.map(|p| (format!("quota-{}", p.as_str()), BTreeSet::from(["count"])));
    keys.into_iter().map(|key| (key, BTreeSet::new())).chain(fixed).chain(counted).collect()
}

/// Every key of a language with the values its message uses.
fn written(language: Language) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut out: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    let mut key = String::new();
    for line in source(language).lines().filter(|l| !l.starts_with('#')) {
        if !line.starts_with([' ', '}']) && !line.is_empty() {
            key = line.split_once(" = ").expect("`key = words`").0.to_owned();
            assert!(out.insert(key.clone(), BTreeSet::new()).is_none(), "{language:?}: {key} stands twice");
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
            let missing: Vec<_> = asked()[&key].iter().filter(|v| !values.contains(*v)).copied().collect();
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
    assert_eq!(said(Language::Zh, 2), "有 2 个 AI 助手可以看到您的部分信息");
    assert_eq!(said(Language::Ms, 1), "Satu pembantu AI boleh melihat sesuatu tentang anda");
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

/// The words of a message, without names of values and selectors, which are the same in every language.
fn words_of(language: Language) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    let mut key = String::new();
    for line in source(language).lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        let mut text = line;
        if !line.starts_with([' ', '}']) {
            let (name, rest) = line.split_once(" = ").unwrap();
            (key, text) = (name.to_owned(), rest);
        }
        let text = text.split(']').next_back().unwrap_or_default();
        let bare: String = text.split('{').map(|p| p.split_once('}').map_or(p, |(_, rest)| rest)).collect();
        let said = out.entry(key.clone()).or_default();
        said.push(' ');
        said.push_str(bare.trim());
    }
    out
}

#[test]
fn no_message_was_left_in_english() {
    // What is the same word in both, and is meant to be.
    let same = |language: Language, key: &str| match language {
        Language::De => matches!(key, "month-4" | "month-8" | "month-9" | "month-11"),
        Language::Ms => matches!(key, "month-4" | "month-9" | "month-11"),
        _ => false,
    };
    let english = words_of(Language::En);
    for language in Language::ALL.into_iter().filter(|l| *l != Language::En) {
        let script = |c: char| match language {
            Language::Ko => ('가'..='힣').contains(&c),
            Language::Ar => ('\u{0621}'..='\u{064a}').contains(&c),
            Language::Zh => ('\u{4e00}'..='\u{9fff}').contains(&c),
            _ => c.is_alphabetic(),
        };
        for (key, said) in words_of(language) {
            let letters = english[&key].chars().any(char::is_alphabetic);
            if !letters || same(language, &key) {
                continue;
            }
            assert_ne!(said, english[&key], "{language:?}: {key}");
            assert!(said.chars().any(script), "{language:?}: {key} is in another script: {said}");
            let words: Vec<&str> = said.split(|c: char| !c.is_alphabetic()).collect();
            for never in ["the", "you", "your", "this", "that", "of", "and", "is", "not", "it", "for"] {
                assert!(!words.contains(&never), "{language:?}: {key} says `{never}`: {said}");
            }
        }
    }
}

#[test]
fn digits_are_the_ones_that_the_readers_of_an_operator_use() {
    // CLDR 45: the Emirates (ar-AE), like everyone else here, count with 0 to 9; Egypt would not.
    for language in Language::ALL {
        let other = source(language).chars().find(|c| c.is_numeric() && !c.is_ascii_digit() && *c != '²');
        assert_eq!(other, None, "{language:?}");
    }
}
