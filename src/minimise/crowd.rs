//! Crowds: what persons have in common. Deliberately absent: who they are (`persons`), and counting for publication.
pub use super::kind::CrowdKind;
pub use super::persons::{Crowd, Unreadable};
use super::{verify, zone};
use crate::domain::feed::{Event, Happening};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::territory::Territory;
use crate::domain::time::{At, DAY_US, HOUR_US};
use crate::domain::topic::Topic;
use crate::domain::zone::Zone;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Width of a topic's bucket.
pub const WEEK_US: i64 = 7 * DAY_US;
/// The resolutions a stay is counted at, finest first.
const RUNGS: [u8; 5] = [7, 6, 5, 4, 3];
/// Those an area is counted at in which somebody often is: that of areas, that of the widest circles, and that of `zone::REGIONS`, for everybody.
const OFTEN: [u8; 3] = [super::often::AREA, 5, 3];

/// Whose events fill the crowds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CrowdBase {
    /// Persons of whom a live grant lets such events be kept.
    #[default]
    Consented,
    /// Everybody who is enrolled; of the others nothing else is kept.
    All,
}

impl CrowdBase {
    /// Reads the word of the setting.
    pub fn parse(text: &str) -> Option<CrowdBase> {
        match text {
            "consented" => Some(CrowdBase::Consented),
            "all" => Some(CrowdBase::All),
            _ => None,
        }
    }
}

/// Names one crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CrowdKey {
    /// What of.
    pub kind: CrowdKind,
    /// The zone's or area's H3 index, the circle's number (`verify`), the topic's index, or the letters of home and country. Written in hex: as a number in JSON an index above 2^53 would not come back.
    #[serde(with = "hex_number")]
    pub key: u64,
    /// Start of the bucket, UTC.
    pub bucket: At,
}

impl CrowdKey {
    /// The crowd of a zone in the hour of `at`.
    pub fn zone(zone: Zone, at: At) -> CrowdKey {
        CrowdKey { kind: CrowdKind::Zone, key: zone.0, bucket: at.floor(HOUR_US) }
    }
    /// The crowd of a zone on the day of `at`.
    pub fn day(zone: Zone, at: At) -> CrowdKey {
        CrowdKey { kind: CrowdKind::Day, key: zone.0, bucket: epoch(at) }
    }
    /// Whether it is kept as it is; else it is made of others.
    pub fn is_stored(self) -> bool {
        match self.kind {
            CrowdKind::Zone
            | CrowdKind::App
            | CrowdKind::Web
            | CrowdKind::AppBefore
            | CrowdKind::WebBefore
            | CrowdKind::Country
            | CrowdKind::Often
            | CrowdKind::Usual => true,
            CrowdKind::Day
            | CrowdKind::Within
            | CrowdKind::Beyond
            | CrowdKind::OftenWithin
            | CrowdKind::OftenBeyond => false,
        }
    }
    /// The stored crowds that together are this one, up to the hour of `now`; of `Beyond` and `OftenBeyond`, those that are not in it.
    pub fn stored(self, now: At) -> Vec<CrowdKey> {
        match self.kind {
            CrowdKind::Zone
            | CrowdKind::App
            | CrowdKind::Web
            | CrowdKind::AppBefore
            | CrowdKind::WebBefore
            | CrowdKind::Country
            | CrowdKind::Often
            | CrowdKind::Usual => vec![self],
            CrowdKind::Day => {
                let hours = now.since(self.bucket).clamp(0, DAY_US - 1) / HOUR_US + 1;
                let hour = |n| CrowdKey::zone(Zone(self.key), self.bucket.plus(n * HOUR_US));
                (0..hours).map(hour).collect()
            }
            CrowdKind::Within | CrowdKind::Beyond => {
                verify::zones(self.key).into_iter().map(|z| CrowdKey::zone(z, self.bucket)).collect()
            }
            CrowdKind::OftenWithin | CrowdKind::OftenBeyond => {
                verify::zones(self.key).into_iter().map(|z| CrowdKey::often(z, self.bucket)).collect()
            }
        }
    }
    /// The crowd of an area on the day of `at`.
    pub fn often(zone: Zone, at: At) -> CrowdKey {
        CrowdKey { kind: CrowdKind::Often, key: zone.0, bucket: epoch(at) }
    }
    /// The crowd of the next coarser zone round this one, in which everybody of this one is.
    fn wider(self) -> Option<CrowdKey> {
        let rungs: &[u8] = match self.kind {
            CrowdKind::Zone => &RUNGS,
            CrowdKind::Often => &OFTEN,
            _ => return None,
        };
        let own = zone::resolution(Zone(self.key))?;
        let rung = rungs.iter().find(|rung| **rung < own)?;
        zone::parent(Zone(self.key), *rung).map(|round| CrowdKey { key: round.0, ..self })
    }
    /// The crowds that everybody of this one is in: itself, and of a zone those round it, finest first.
    pub fn round(self) -> impl Iterator<Item = CrowdKey> {
        std::iter::successors(Some(self), |key| key.wider())
    }
    /// Of a crowd that is everybody but those who are in its stored ones: what kind everybody is of.
    pub fn but_for(self) -> Option<CrowdKind> {
        match self.kind {
            CrowdKind::Beyond => Some(CrowdKind::Zone),
            CrowdKind::OftenBeyond => Some(CrowdKind::Often),
            _ => None,
        }
    }
    /// The crowd of a country on the day of `at`, among those who have one home: a guest from elsewhere is abroad where they are not.
    pub fn country(home: Jurisdiction, country: Territory, at: At) -> CrowdKey {
        let of = Territory::of(home).map_or(0, Territory::number);
        let key = u64::from(of) << 16 | u64::from(country.number());
        CrowdKey { kind: CrowdKind::Country, key, bucket: epoch(at) }
    }
    /// The crowd of a topic in the week of `at`; `kind` is `App` or `Web`.
    pub fn topic(kind: CrowdKind, topic: Topic, at: At) -> CrowdKey {
        CrowdKey { kind, key: u64::from(topic.index()), bucket: at.floor(WEEK_US) }
    }
    /// The crowd of a topic in the week before `at`, in the numbers of the week of `at`.
    pub fn topic_before(kind: CrowdKind, topic: Topic, at: At) -> CrowdKey {
        CrowdKey { kind: kind.before(), ..CrowdKey::topic(kind, topic, at.plus(-WEEK_US)) }
    }
    /// The week by whose order its persons are numbered. Only crowds of one order can be compared.
    pub fn order(self) -> At {
        let is_before = matches!(self.kind, CrowdKind::AppBefore | CrowdKind::WebBefore);
        self.bucket.floor(WEEK_US).plus(if is_before { WEEK_US } else { 0 })
    }
    /// The same persons in the numbers of the week of `now`, where there is such a crowd.
    #[must_use]
    pub fn as_of(self, now: At) -> CrowdKey {
        let is_past = self.kind.is_topic() && self.order() < now.floor(WEEK_US);
        CrowdKey { kind: if is_past { self.kind.before() } else { self.kind }, ..self }
    }
}

mod hex_number {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(key: &u64, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&format_args!("{key:x}"))
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u64, D::Error> {
        let text = <String as Deserialize>::deserialize(d)?;
        u64::from_str_radix(&text, 16).map_err(|_| D::Error::custom("expected hex digits"))
    }
}

/// The crowds that a person with this home enters by `event`: its zone at the finest rung in its hour (`widen` makes the coarser ones), its country on its day, or its topic
/// in its week, in the numbers of that and of the next. A stay at a sensitive place enters none, so that no set of persons at such a place is ever stored.
pub fn postings(event: &Event, home: Jurisdiction) -> impl Iterator<Item = CrowdKey> + use<> {
    let at = event.at;
    let keys: [Option<CrowdKey>; 2] = match event.what {
        Happening::Stay { zone, sensitive: false } => {
            [zone::parent(zone, RUNGS[0]).map(|z| CrowdKey::zone(z, at)), None]
        }
        Happening::App { topic: Some(topic), .. } => of_topic(CrowdKind::App, topic, at),
        Happening::Web { topic: Some(topic), .. } => of_topic(CrowdKind::Web, topic, at),
        Happening::Account { country: Some(country), .. } => {
            [Some(CrowdKey::country(home, country, at)), None]
        }
        Happening::Stay { sensitive: true, .. }
        | Happening::App { topic: None, .. }
        | Happening::Web { topic: None, .. }
        | Happening::Account { country: None, .. } => [None; 2],
    };
    keys.into_iter().flatten()
}

fn of_topic(kind: CrowdKind, topic: Topic, at: At) -> [Option<CrowdKey>; 2] {
    let next = CrowdKey::topic_before(kind, topic, at.plus(WEEK_US));
    [Some(CrowdKey::topic(kind, topic, at)), Some(next)]
}

/// Adds the crowds of the zones round those in `crowds`. Whole sets are joined, a rung from the one below it, since a person at a time would enter each of five.
pub fn widen(crowds: &mut FxHashMap<CrowdKey, Crowd>) {
    let mut rung: Vec<CrowdKey> = crowds.keys().copied().collect();
    while !rung.is_empty() {
        let mut wider: FxHashMap<CrowdKey, Crowd> = FxHashMap::default();
        for key in rung {
            if let Some((round, persons)) = key.wider().zip(crowds.get(&key)) {
                wider.entry(round).or_default().union(persons);
            }
        }
        rung = wider.keys().copied().collect();
        for (key, persons) in wider {
            crowds.entry(key).or_default().union(&persons);
        }
    }
}

/// Start of the epoch of `now`: the UTC day.
pub fn epoch(now: At) -> At {
    now.floor(DAY_US)
}

/// Start of the first bucket of `kind` that can still bear on an answer at `now`: hours of the epoch, and itself; the week of `now`, and in its numbers
/// the one before.
pub fn horizon(kind: CrowdKind, now: At) -> At {
    match kind {
        CrowdKind::Zone
        | CrowdKind::Day
        | CrowdKind::Within
        | CrowdKind::Beyond
        | CrowdKind::Country
        | CrowdKind::Often
        | CrowdKind::OftenWithin
        | CrowdKind::OftenBeyond
        | CrowdKind::Usual => epoch(now),
        CrowdKind::App | CrowdKind::Web => now.floor(WEEK_US),
        CrowdKind::AppBefore | CrowdKind::WebBefore => now.floor(WEEK_US).plus(-WEEK_US),
    }
}

/// Whether the crowd `key` can still bear on an answer at `now`.
pub fn is_kept(key: CrowdKey, now: At) -> bool {
    key.bucket >= horizon(key.kind, now)
}

/// How many of those who fit what was told before are in each of the crowds loaded for one answer. One that was not loaded counts nobody.
#[derive(Debug, Clone, Default)]
pub struct Crowds {
    fitting: u32,
    sizes: FxHashMap<CrowdKey, u32>,
}

impl Crowds {
    /// No crowds yet, among `fitting` persons who fit what was told before: everyone, when nothing was.
    pub fn new(fitting: u32) -> Crowds {
        Crowds { fitting, sizes: FxHashMap::default() }
    }
    /// Persons who fit what was told before.
    pub fn fitting(&self) -> u32 {
        self.fitting
    }
    /// Adds how many of them are in a crowd.
    pub fn insert(&mut self, key: CrowdKey, persons: u32) {
        self.sizes.insert(key, persons);
    }
    /// Persons alike.
    pub fn count(&self, key: CrowdKey) -> u32 {
        self.sizes.get(&key).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Reverse;

    const NOON: At = At(20_000 * DAY_US + 12 * HOUR_US + 5);
    const SEOUL: Jurisdiction = Jurisdiction::KR;

    fn registered(code: &str) -> Event {
        Event { at: NOON, what: Happening::Account { country: Territory::parse(code), left: None } }
    }

    fn stay(sensitive: bool) -> Event {
        let zone = zone::from_point(37.5663, 126.9779).unwrap();
        Event { at: NOON, what: Happening::Stay { zone, sensitive } }
    }

    #[test]
    fn a_stay_enters_the_crowd_of_its_hour_at_every_rung() {
        let mut crowds: FxHashMap<CrowdKey, Crowd> = FxHashMap::default();
        for key in postings(&stay(false), SEOUL) {
            crowds.entry(key).or_default().insert(7);
        }
        widen(&mut crowds);
        assert!(crowds.values().all(|crowd| crowd.iter().eq([7])));
        let mut keys: Vec<CrowdKey> = crowds.into_keys().collect();
        keys.sort_unstable_by_key(|key| Reverse(zone::resolution(Zone(key.key))));
        assert_eq!(keys, postings(&stay(false), SEOUL).flat_map(CrowdKey::round).collect::<Vec<_>>());
        let rungs: Vec<_> = keys.iter().filter_map(|k| zone::resolution(Zone(k.key))).collect();
        assert_eq!(rungs, [7, 6, 5, 4, 3]);
        assert!(keys.iter().all(|k| k.kind == CrowdKind::Zone && k.bucket == At(NOON.0 - 5)));
    }

    #[test]
    fn a_crowd_of_a_zone_has_everybody_of_the_zones_in_it_and_an_hour_is_not_another() {
        let fine = zone::from_point(37.5663, 126.9779).unwrap();
        let beside =
            zone::children(zone::parent(fine, 6).unwrap(), 7).into_iter().find(|z| *z != fine).unwrap();
        let later = NOON.plus(HOUR_US);
        let of = |zone, at, who: &[u32]| (CrowdKey::zone(zone, at), who.iter().copied().collect::<Crowd>());
        let mut crowds: FxHashMap<CrowdKey, Crowd> =
            [of(fine, NOON, &[1, 2]), of(beside, NOON, &[2, 3]), of(fine, later, &[4])].into_iter().collect();
        widen(&mut crowds);
        for rung in [6, 5, 4, 3] {
            let at = |at| crowds[&CrowdKey::zone(zone::parent(fine, rung).unwrap(), at)].clone();
            assert!(at(NOON).iter().eq([1, 2, 3]) && at(later).iter().eq([4]));
        }
        assert_eq!(crowds.len(), 3 + 4 + 4);
    }

    #[test]
    fn a_sensitive_stay_and_an_unmapped_name_enter_no_crowd() {
        assert_eq!(postings(&stay(true), SEOUL).count(), 0);
        for what in
            [Happening::App { topic: None, seconds: 9, bytes: 9 }, Happening::Web { topic: None, bytes: 9 }]
        {
            assert_eq!(postings(&Event { at: NOON, what }, SEOUL).count(), 0);
        }
    }

    #[test]
    fn who_is_registered_in_a_country_is_alike_with_those_of_his_home_alone() {
        let keys = |code: &str, home| postings(&registered(code), home).collect::<Vec<_>>();
        let [here] = keys("DE", SEOUL)[..] else { panic!("one crowd") };
        assert_eq!((here.kind, here.bucket), (CrowdKind::Country, epoch(NOON)));
        assert!(is_kept(here, NOON) && is_kept(here, epoch(NOON).plus(DAY_US - 1)));
        assert!(!is_kept(here, epoch(NOON).plus(DAY_US)));
        assert_ne!([here][..], keys("DE", Jurisdiction::DE)[..], "a guest is not alike with those at home");
        assert_ne!([here][..], keys("FR", SEOUL)[..]);
        let left = Some(crate::domain::volume::Volume::Under1GiB);
        let only_left = Event { at: NOON, what: Happening::Account { country: None, left } };
        assert_eq!(postings(&only_left, SEOUL).count(), 0, "what is left is one of four words");
    }

    #[test]
    fn app_and_web_crowds_of_one_topic_are_two() {
        let topic = Some(Topic::Food);
        let app = Event { at: NOON, what: Happening::App { topic, seconds: 1, bytes: 1 } };
        let web = Event { at: NOON, what: Happening::Web { topic, bytes: 1 } };
        let (app, web) = (postings(&app, SEOUL).next().unwrap(), postings(&web, SEOUL).next().unwrap());
        assert_eq!((app.key, app.bucket), (web.key, web.bucket));
        assert_ne!(app, web);
    }

    #[test]
    fn a_zone_is_kept_for_its_epoch_and_a_topic_for_its_week_and_the_next() {
        let zone = CrowdKey { kind: CrowdKind::Zone, key: 1, bucket: epoch(NOON) };
        assert!(is_kept(zone, NOON) && is_kept(zone, epoch(NOON).plus(DAY_US - 1)));
        assert!(!is_kept(zone, epoch(NOON).plus(DAY_US)));
        let topic = CrowdKey::topic(CrowdKind::App, Topic::Food, NOON);
        let next = topic.bucket.plus(WEEK_US);
        assert!(is_kept(topic, next.plus(-1)) && !is_kept(topic, next), "its numbers are of its week");
        let before = topic.as_of(next);
        assert_eq!(before, CrowdKey::topic_before(CrowdKind::App, Topic::Food, next));
        assert!(
            is_kept(before, next.plus(WEEK_US - 1))
                && !is_kept(before.as_of(next.plus(WEEK_US)), next.plus(WEEK_US))
        );
    }

    #[test]
    fn whatever_is_kept_at_an_instant_is_in_the_numbers_of_its_week() {
        let stays = [stay(false), registered("FR")].into_iter();
        let apps = (0..30).map(|day| {
            let what = Happening::App { topic: Some(Topic::Food), seconds: 1, bytes: 1 };
            Event { at: NOON.plus(-day * DAY_US), what }
        });
        for key in stays.chain(apps).flat_map(|event| postings(&event, SEOUL)).flat_map(CrowdKey::round) {
            for now in (0..30).map(|day| NOON.plus(day * DAY_US)).filter(|now| is_kept(key, *now)) {
                assert!(key.order() == now.floor(WEEK_US) || key.order() > now, "{key:?} at {now:?}");
                assert!(key.order() > now || key.as_of(now) == key);
            }
        }
    }

    #[test]
    fn a_key_comes_back_from_canonical_json_whole() {
        for key in postings(&stay(false), SEOUL).flat_map(CrowdKey::round) {
            let text = serde_jcs::to_string(&key).unwrap();
            assert_eq!(serde_json::from_str::<CrowdKey>(&text).unwrap(), key, "{text}");
        }
    }
}
