//! Laws of what is said: the payload and its summary.
use super::{LABELS, NOW, SURE, a_zone};
use crate::domain::category::{Category, Precision};
use crate::domain::circle::Radius;
use crate::domain::frequency::Frequency;
use crate::domain::id::GrantId;
use crate::domain::obligation::Obligations;
use crate::domain::place::Confidence;
use crate::domain::purpose::Purpose;
use crate::domain::reason::{Reason, Withheld};
use crate::domain::territory::Territory;
use crate::domain::time::DAY_US;
use crate::domain::topic::Topic;
use crate::domain::volume::Volume;
use crate::domain::zone::Zone;
use crate::minimise::area::Area;
use crate::minimise::context::{Context, MOST_BYTES};
use crate::minimise::item::{Age, Item, Origin, Released, Value, fact};
use crate::minimise::summary::{Language, sentence};
use crate::minimise::verify::Question;
use crate::minimise::zone;
use crate::profile::Routine;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value as Json;

/// Any item that the types can hold, drawn or not.
fn items() -> impl Strategy<Value = Item> {
    let zone = || {
        (a_zone(), 3u8..=7).prop_map(|(z, r)| {
            let level = Precision::ALL.into_iter().find(|p| p.resolution() == Some(r)).unwrap();
            Value::Zone { zone: zone::parent(z, r).unwrap(), level }
        })
    };
    let label = || select(LABELS.to_vec()).prop_map(Value::Label);
    let within = (a_zone(), select(Radius::ALL.to_vec()), any::<bool>())
        .prop_map(|(centre, radius, holds)| Value::Within { question: Question { centre, radius }, holds });
    let steps = select(Frequency::ALL.to_vec());
    let often = (a_zone(), select(Radius::ALL.to_vec()), steps).prop_map(|(centre, radius, frequency)| {
        Value::Often { question: Question { centre, radius }, frequency }
    });
    let topic = || select(Topic::ALL.to_vec()).prop_map(Value::Topic);
    let registered = || {
        (select(Territory::all().collect::<Vec<_>>()), any::<bool>())
            .prop_map(|(country, abroad)| Value::Registered { country, abroad })
    };
    let said = prop_oneof![
        (Just(Category::LocationZone), zone()),
        (Just(Category::LocationLabel), label()),
        (Just(Category::LocationVerify), within),
        (Just(Category::FrequentArea), often),
        (Just(Category::NextPlace), prop_oneof![zone().boxed(), label().boxed()]),
        (Just(Category::Routine), select(Routine::all().collect::<Vec<_>>()).prop_map(Value::Routine)),
        (Just(Category::UsageInterest), topic()),
        (Just(Category::WebInterest), topic()),
        (Just(Category::RoamingCountry), registered()),
        (Just(Category::DataVolume), select(Volume::ALL.to_vec()).prop_map(Value::Volume)),
    ];
    (said, select(Age::ALL.to_vec()), select(SURE.to_vec()), any::<bool>(), 0u32..90_000).prop_map(
        |((category, value), age, confidence, reduced, valid_for_s)| {
            let aged = !matches!(value, Value::Topic(_) | Value::Volume(_) | Value::Often { .. });
            let age = if aged { age } else { Age::Days };
            Item {
                category,
                value,
                age,
                valid_for_s,
                confidence,
                origin: Origin::Inferred,
                grant: GrantId([1; 16]),
                released: Released {
                    fact: fact(category, value, NOW),
                    category,
                    purpose: Purpose::ServicePersonalisation,
                    precision: value.precision(),
                    reduced,
                    crowd: 50,
                    bits_milli: 0,
                    keys: Vec::new(),
                    epoch: NOW.floor(DAY_US),
                },
                is_new: true,
            }
        },
    )
}

/// What a sentence says of an item. Whoever asked about a circle knows its middle.
fn said(item: &Item) -> (Category, Value, Age, Confidence) {
    let middle = |of: Question| Question { centre: Zone(0), ..of };
    let value = match item.value {
        Value::Within { question, holds } => Value::Within { question: middle(question), holds },
        Value::Often { question, frequency } => Value::Often { question: middle(question), frequency },
        other => other,
    };
    (item.category, value, item.age, item.confidence)
}

/// The keys of a payload, and its words beside those of longer lists.
const KEYS: [&str; 34] = [
    "schema",
    "summary",
    "items",
    "withheld",
    "precision_reduced",
    "truncated",
    "obligations",
    "category",
    "value",
    "age",
    "valid_for_s",
    "confidence",
    "source",
    "reason",
    "can_request",
    "purpose",
    "retain_s",
    "train",
    "share",
    "show_source",
    "zone",
    "level",
    "near",
    "label",
    "within",
    "time_spent",
    "centre",
    "radius_km",
    "usual",
    "moves_in_min",
    "topic",
    "roaming",
    "country",
    "data_left",
];
const WORDS: [&str; 22] = [
    "dongui-context/1",
    "home",
    "work",
    "frequent",
    "other",
    "low",
    "medium",
    "high",
    "network_cell",
    "usage_aggregate",
    "web_aggregate",
    "inferred",
    "network_registration",
    "account_record",
    "not_granted",
    "expired",
    "purpose_mismatch",
    "assurance_too_low",
    "not_available",
    "<5m",
    "5-15m",
    "15-60m",
];

/// Every string of the tree but the summary is a word of a closed list; every key is of the shape.
fn closed(json: &Json, summary: &str) -> Result<(), String> {
    match json {
        Json::Object(map) => map.iter().try_for_each(|(k, v)| {
            KEYS.contains(&k.as_str()).then_some(()).ok_or_else(|| format!("key {k}"))?;
            closed(v, summary)
        }),
        Json::Array(list) => list.iter().try_for_each(|v| closed(v, summary)),
        Json::String(s) => {
            let hex = s.len() == 15 && s.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            let known = s == summary
                || hex
                || WORDS.contains(&s.as_str())
                || ["1-6h", "6-24h", "<1d", "1d+"].contains(&s.as_str())
                || Category::parse(s).is_some()
                || Precision::parse(s).is_some()
                || Topic::parse(s).is_some()
                || Purpose::parse(s).is_some()
                || Area::parse(s).is_some()
                || Territory::parse(s).is_some()
                || Frequency::ALL.iter().any(|f| f.as_str() == s)
                || Volume::ALL.iter().any(|v| v.as_str() == s);
            known.then_some(()).ok_or_else(|| format!("word {s}"))
        }
        Json::Number(n) => n.as_u64().map(|_| ()).ok_or_else(|| format!("number {n}")),
        Json::Bool(_) => Ok(()),
        Json::Null => Err("null".to_owned()),
    }
}

fn withheld() -> impl Strategy<Value = Vec<(Category, Withheld)>> {
    let reason = select(Reason::ALL.to_vec()).prop_map(Reason::told);
    prop::collection::vec((select(Category::ALL.to_vec()), reason), 0..5)
}

fn limits(retain_s: u32) -> Obligations {
    Obligations { precision: Precision::ZoneR7, crowd: 50, retain_s, delay_s: 0 }
}

proptest! {
    #[test]
    fn the_payload_holds_closed_words_only_whatever_the_locale_says(
        items in prop::collection::vec(items(), 0..6), withheld in withheld(), locale in prop::option::of(".{0,40}"),
        max_tokens in prop::option::of(0u32..4000), retain_s in any::<u32>(),
    ) {
        let make = || Context::assemble(items.clone(), withheld.clone(), limits(retain_s), Purpose::ServicePersonalisation, locale.as_deref(), max_tokens);
        let context = make();
        let bytes = context.bytes();
        let again = make();
        prop_assert_eq!(bytes, again.bytes());
        prop_assert!(!bytes.is_empty() && bytes.len() <= MOST_BYTES);
        let json: Json = serde_json::from_slice(bytes).unwrap();
        prop_assert_eq!(closed(&json, context.summary()), Ok(()));
        prop_assert_eq!(&json, &serde_json::to_value(&context).unwrap());
        prop_assert_eq!(context.truncated(), context.items().len() < items.len());
        prop_assert_eq!(context.items(), &items[..context.items().len()]);
    }

    #[test]
    fn the_summary_says_what_the_items_say(items in prop::collection::vec(items(), 1..6), language in select(Language::ALL.to_vec())) {
        let context = Context::assemble(items, Vec::new(), limits(60), Purpose::ServicePersonalisation, Some(language.as_str()), Some(2000));
        let mut rest = context.summary();
        for item in context.items() {
            rest = rest.trim_start().strip_prefix(sentence(item, language).as_str()).unwrap();
        }
        prop_assert_eq!(rest, "");
    }

    #[test]
    fn two_sentences_are_alike_only_when_their_facts_are(a in items(), b in items(), language in select(Language::ALL.to_vec())) {
        let (left, right) = (sentence(&a, language), sentence(&b, language));
        prop_assert_eq!(left == right, said(&a) == said(&b), "{} | {}", left, right);
        let open = left.contains(['{', '}']);
        prop_assert!(!open);
    }

    #[test]
    fn refusals_that_would_tell_something_are_the_same_bytes(category in select(Category::ALL.to_vec())) {
        let refused = |reason: Reason| Context::assemble(Vec::new(), vec![(category, reason.told())], limits(60), Purpose::ServicePersonalisation, None, None).bytes().to_vec();
        for reason in [Reason::CrowdTooSmall, Reason::SensitivePlace, Reason::Minor, Reason::Paused, Reason::BudgetSpent, Reason::CeilingTooLow] {
            prop_assert_eq!(refused(reason), refused(Reason::NoData));
        }
    }
}
