//! The summary: sentences made from templates over closed lists, carrying the same facts as the items and nothing else.
//! Deliberately absent: text from anywhere else. No function here takes a string but the locale, which only chooses.
use super::item::{Age, Item, Value};
use super::words::{Words, country_in};
use super::zone;
use crate::domain::category::{Category, Precision};
use crate::domain::place::{Confidence, Label};
use crate::domain::territory::Territory;
use crate::domain::volume::Volume;
use crate::profile::Routine;

pub use super::words::Language;

/// One sentence per item, in their order.
pub fn summary(items: &[Item], language: Language) -> String {
    let words = language.words();
    if items.is_empty() {
        return words.nothing.to_owned();
    }
    let sentences: Vec<String> = items.iter().map(|i| sentence(i, language)).collect();
    sentences.join(words.gap)
}

/// The named area next to a zone, in the words of a BCP 47 locale.
pub fn near(zone: crate::domain::zone::Zone, locale: &str) -> Option<&'static str> {
    zone::near(zone).map(|area| area.name(Language::of(Some(locale))))
}

/// A topic in the words of a BCP 47 locale.
pub fn topic(topic: crate::domain::topic::Topic, locale: &str) -> &'static str {
    let words = Language::of(Some(locale)).words();
    words.topics.get(usize::from(topic.index())).copied().unwrap_or_default()
}

/// A country in the words of a BCP 47 locale.
pub fn country(country: Territory, locale: &str) -> &'static str {
    country_in(country, Language::of(Some(locale)))
}

/// What is left of a line's data, in the words of a BCP 47 locale.
pub fn left(volume: Volume, locale: &str) -> &'static str {
    Language::of(Some(locale)).words().left.get(volume as usize).copied().unwrap_or_default()
}

/// The sentence of one item.
pub(super) fn sentence(item: &Item, language: Language) -> String {
    let words = language.words();
    let template = template(item, words);
    let what = match item.value {
        Value::Zone { .. } => "",
        Value::Label(label) if item.category == Category::NextPlace => label_in(&words.to, label),
        Value::Label(label) => label_in(&words.at, label),
        Value::Within { .. } => "",
        Value::Often { frequency, .. } => words.share.get(frequency as usize).copied().unwrap_or_default(),
        Value::Routine(Routine::UsualUntil(soon)) => {
            words.soon.get(usize::from(soon)).copied().unwrap_or_default()
        }
        Value::Routine(_) => "",
        Value::Topic(topic) => words.topics.get(usize::from(topic.index())).copied().unwrap_or_default(),
        Value::Registered { country, .. } => country_in(country, language),
        Value::Volume(volume) => words.left.get(volume as usize).copied().unwrap_or_default(),
    };
    let (zone, level) = match item.value {
        Value::Zone { zone, level } => (zone::text(zone), level_in(words, level)),
        _ => (String::new(), ""),
    };
    let radius = match item.value {
        Value::Within { question, .. } | Value::Often { question, .. } => question.radius.km().to_string(),
        _ => String::new(),
    };
    template
        .replace("{near}", item.value.near().map_or("", |a| a.name(language)))
        .replace("{zone}", &zone)
        .replace("{level}", level)
        .replace("{age}", age_in(words, item.age))
        .replace("{sure}", sure_in(words, item.confidence))
        .replace("{what}", what)
        .replace("{radius}", &radius)
}

fn template(item: &Item, words: &Words) -> &'static str {
    let named = item.value.near().is_some();
    match (item.category, item.value) {
        (Category::UsageInterest, _) => words.app,
        (Category::WebInterest, _) => words.web,
        (Category::NextPlace, Value::Zone { .. }) if named => words.next_zone_near,
        (Category::NextPlace, Value::Zone { .. }) => words.next_zone,
        (Category::NextPlace, _) => words.next_label,
        (_, Value::Within { holds: true, .. }) => words.within,
        (_, Value::Within { holds: false, .. }) => words.beyond,
        (_, Value::Often { .. }) => words.often,
        (_, Value::Registered { abroad: true, .. }) => words.abroad,
        (_, Value::Registered { abroad: false, .. }) => words.at_home,
        (_, Value::Volume(_)) => words.data_left,
        (_, Value::Routine(Routine::Unusual)) => words.unusual,
        (_, Value::Routine(Routine::Usual)) => words.usual,
        (_, Value::Routine(Routine::UsualUntil(_))) => words.usual_until,
        (_, Value::Zone { .. }) if named => words.zone_near,
        (_, Value::Zone { .. }) => words.zone,
        (_, Value::Label(_) | Value::Topic(_)) => words.label,
    }
}

fn label_in(list: &[&'static str; 4], label: Label) -> &'static str {
    let [home, work, frequent, other] = *list;
    match label {
        Label::Home => home,
        Label::Work => work,
        Label::Frequent => frequent,
        Label::Other => other,
    }
}

fn level_in(words: &Words, level: Precision) -> &'static str {
    let [region, city, r5, r6, r7] = words.levels;
    match level {
        Precision::Region => region,
        Precision::City => city,
        Precision::ZoneR5 => r5,
        Precision::ZoneR6 => r6,
        Precision::ZoneR7 => r7,
        Precision::Label | Precision::Country => "",
    }
}

fn age_in(words: &Words, age: Age) -> &'static str {
    Age::ALL.iter().position(|a| *a == age).and_then(|i| words.ages.get(i)).copied().unwrap_or_default()
}

fn sure_in(words: &Words, confidence: Confidence) -> &'static str {
    let [low, medium, high] = words.sure;
    match confidence {
        Confidence::Low => low,
        Confidence::Medium => medium,
        Confidence::High => high,
    }
}
