//! Crowds: who was alike, as sets of dense person numbers. The only file that knows roaring. Deliberately absent: who the
//! numbers are (the store's, reshuffled every epoch) and counting for publication.
use super::{verify, zone};
use crate::domain::feed::{Event, Happening};
use crate::domain::time::{At, DAY_US, HOUR_US};
use crate::domain::topic::Topic;
use crate::domain::zone::Zone;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::iter::once;

/// Width of a topic's bucket.
pub const WEEK_US: i64 = 7 * DAY_US;
/// The resolutions a stay is counted at, finest first.
const RUNGS: [u8; 5] = [7, 6, 5, 4, 3];

/// What the persons of a crowd have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CrowdKind {
    /// Were in a zone in an hour.
    Zone,
    /// Were in a zone in any hour of the epoch. Not stored: the hours together.
    Day,
    /// Were within a circle in an hour. Not stored: zones of the hour together.
    Within,
    /// Were somewhere in an hour, but not within a circle. Not stored.
    Beyond,
    /// Used apps about a topic.
    App,
    /// Visited sites about a topic.
    Web,
}

impl CrowdKind {
    /// All of them.
    pub const ALL: [CrowdKind; 6] = [
        CrowdKind::Zone,
        CrowdKind::Day,
        CrowdKind::Within,
        CrowdKind::Beyond,
        CrowdKind::App,
        CrowdKind::Web,
    ];
    /// Stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            CrowdKind::Zone => "zone",
            CrowdKind::Day => "day",
            CrowdKind::Within => "within",
            CrowdKind::Beyond => "beyond",
            CrowdKind::App => "app",
            CrowdKind::Web => "web",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<CrowdKind> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
    /// Width of a bucket, µs: an hour or a day for places, seven days for topics.
    pub fn width_us(self) -> i64 {
        match self {
            CrowdKind::Zone | CrowdKind::Within | CrowdKind::Beyond => HOUR_US,
            CrowdKind::Day => DAY_US,
            CrowdKind::App | CrowdKind::Web => WEEK_US,
        }
    }
}

/// Names one crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CrowdKey {
    /// What of.
    pub kind: CrowdKind,
    /// The zone's H3 index, the circle's number (`verify`), or the topic's index. Written in hex: as a number in JSON an index above 2^53 would not come back.
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
            CrowdKind::Zone | CrowdKind::App | CrowdKind::Web => true,
            CrowdKind::Day | CrowdKind::Within | CrowdKind::Beyond => false,
        }
    }
    /// The stored crowds that together are this one, up to the hour of `now`; of `Beyond`, those that are not in it.
    pub fn stored(self, now: At) -> Vec<CrowdKey> {
        match self.kind {
            CrowdKind::Zone | CrowdKind::App | CrowdKind::Web => vec![self],
            CrowdKind::Day => {
                let hours = now.since(self.bucket).clamp(0, DAY_US - 1) / HOUR_US + 1;
                let hour = |n| CrowdKey::zone(Zone(self.key), self.bucket.plus(n * HOUR_US));
                (0..hours).map(hour).collect()
            }
            CrowdKind::Within | CrowdKind::Beyond => {
                verify::zones(self.key).into_iter().map(|z| CrowdKey::zone(z, self.bucket)).collect()
            }
        }
    }
    /// The crowd of a topic in the week of `at`; `kind` is `App` or `Web`.
    pub fn topic(kind: CrowdKind, topic: Topic, at: At) -> CrowdKey {
        CrowdKey { kind, key: u64::from(topic.index()), bucket: at.floor(WEEK_US) }
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

/// The crowds that the person of `event` enters: its zone at every rung in its hour, or its topic in its week. A stay at a
/// sensitive place enters none, so that no set of persons at such a place is ever stored.
pub fn postings(event: &Event) -> impl Iterator<Item = CrowdKey> + use<> {
    let at = event.at;
    let keys: [Option<CrowdKey>; RUNGS.len()] = match event.what {
        Happening::Stay { zone, sensitive: false } => {
            RUNGS.map(|r| zone::parent(zone, r).map(|z| CrowdKey::zone(z, at)))
        }
        Happening::App { topic: Some(topic), .. } => one(CrowdKey::topic(CrowdKind::App, topic, at)),
        Happening::Web { topic: Some(topic), .. } => one(CrowdKey::topic(CrowdKind::Web, topic, at)),
        Happening::Stay { sensitive: true, .. }
        | Happening::App { topic: None, .. }
        | Happening::Web { topic: None, .. } => [None; RUNGS.len()],
    };
    keys.into_iter().flatten()
}

fn one(key: CrowdKey) -> [Option<CrowdKey>; RUNGS.len()] {
    [Some(key), None, None, None, None]
}

/// Start of the epoch of `now`: the UTC day.
pub fn epoch(now: At) -> At {
    now.floor(DAY_US)
}

/// Start of the first bucket of `kind` that can still bear on an answer at `now`: hours of the epoch; the week of `now` and
/// the one before.
pub fn horizon(kind: CrowdKind, now: At) -> At {
    match kind {
        CrowdKind::Zone | CrowdKind::Day | CrowdKind::Within | CrowdKind::Beyond => epoch(now),
        CrowdKind::App | CrowdKind::Web => now.floor(WEEK_US).plus(-WEEK_US),
    }
}

/// Whether the crowd `key` can still bear on an answer at `now`.
pub fn is_kept(key: CrowdKey, now: At) -> bool {
    key.bucket >= horizon(key.kind, now)
}

/// Bytes that are no crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored crowd does not parse")]
pub struct Unreadable;

/// Begins the stored form of few persons.
const FEW: u8 = 1;
/// How many are few.
const FEW_MOST: u64 = 256;

/// A number in groups of seven bits, the lowest first, each but the last with its high bit set (LEB128).
fn leb128(number: u32) -> impl Iterator<Item = u8> {
    let groups = (32 - (number | 1).leading_zeros()).div_ceil(7);
    (0..groups).map(move |i| (number >> (7 * i)) as u8 & 0x7f | u8::from(i + 1 < groups) << 7)
}

/// Reads gaps; `None` where they are torn, or no sum of them is the number of another person.
fn few(gaps: &[u8]) -> Option<Crowd> {
    let (mut set, mut last, mut gap, mut shift) = (RoaringBitmap::new(), None, 0u64, 0);
    for byte in gaps {
        gap |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            let number = u32::try_from(u64::from(last.unwrap_or(0u32)) + gap).ok()?;
            (last.is_none() || gap > 0).then_some(())?;
            set.insert(number);
            (last, gap, shift) = (Some(number), 0, 0);
        } else if shift > 28 {
            return None;
        }
    }
    (shift == 0).then_some(Crowd(set))
}

/// A set of person numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Crowd(RoaringBitmap);

impl Crowd {
    /// From the stored form. Trailing bytes are refused.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Crowd, Unreadable> {
        if let Some(gaps) = bytes.strip_prefix(&[FEW]) {
            return few(gaps).ok_or(Unreadable);
        }
        let set = RoaringBitmap::deserialize_from(&mut bytes).map_err(|_| Unreadable)?;
        if bytes.is_empty() { Ok(Crowd(set)) } else { Err(Unreadable) }
    }
    /// The stored form: the portable Roaring format, which begins with another byte than `FEW`; of few persons the gaps between their numbers,
    /// since of a million persons fifty take half as many bytes so, and most crowds are small.
    pub fn to_bytes(&self) -> Vec<u8> {
        if self.0.len() <= FEW_MOST {
            return once(FEW).chain(self.gaps().flat_map(leb128)).collect();
        }
        let mut out = Vec::with_capacity(self.0.serialized_size());
        // INVARIANT: writing to a `Vec` does not fail; were it to, a torn crowd is refused when read.
        self.0.serialize_into(&mut out).unwrap_or_default();
        out
    }
    /// The first number, then from each to the next.
    fn gaps(&self) -> impl Iterator<Item = u32> {
        let mut before = 0;
        self.0.iter().map(move |n| n - std::mem::replace(&mut before, n))
    }
    /// Adds a person; whether it was not in already.
    pub fn insert(&mut self, person: u32) -> bool {
        self.0.insert(person)
    }
    /// Adds everyone of `other`.
    pub fn union(&mut self, other: &Crowd) {
        self.0 |= &other.0;
    }
    /// Takes everyone of `other` out.
    pub fn without(&mut self, other: &Crowd) {
        self.0 -= &other.0;
    }
    /// Persons in it.
    pub fn len(&self) -> u64 {
        self.0.len()
    }
    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Those in both.
    pub fn intersection(&self, other: &Crowd) -> Crowd {
        Crowd(&self.0 & &other.0)
    }
    /// Persons in both.
    pub fn intersection_len(&self, other: &Crowd) -> u64 {
        self.0.intersection_len(&other.0)
    }
}

impl FromIterator<u32> for Crowd {
    fn from_iter<I: IntoIterator<Item = u32>>(persons: I) -> Crowd {
        Crowd(persons.into_iter().collect())
    }
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
    use proptest::prelude::*;

    const NOON: At = At(20_000 * DAY_US + 12 * HOUR_US + 5);

    fn stay(sensitive: bool) -> Event {
        let zone = zone::from_point(37.5663, 126.9779).unwrap();
        Event { at: NOON, what: Happening::Stay { zone, sensitive } }
    }

    #[test]
    fn a_stay_enters_the_crowd_of_its_hour_at_every_rung() {
        let keys: Vec<CrowdKey> = postings(&stay(false)).collect();
        let rungs: Vec<_> = keys.iter().filter_map(|k| zone::resolution(Zone(k.key))).collect();
        assert_eq!(rungs, [7, 6, 5, 4, 3]);
        assert!(keys.iter().all(|k| k.kind == CrowdKind::Zone && k.bucket == At(NOON.0 - 5)));
    }

    #[test]
    fn a_sensitive_stay_and_an_unmapped_name_enter_no_crowd() {
        assert_eq!(postings(&stay(true)).count(), 0);
        for what in
            [Happening::App { topic: None, seconds: 9, bytes: 9 }, Happening::Web { topic: None, bytes: 9 }]
        {
            assert_eq!(postings(&Event { at: NOON, what }).count(), 0);
        }
    }

    #[test]
    fn app_and_web_crowds_of_one_topic_are_two() {
        let topic = Some(Topic::Food);
        let app = Event { at: NOON, what: Happening::App { topic, seconds: 1, bytes: 1 } };
        let web = Event { at: NOON, what: Happening::Web { topic, bytes: 1 } };
        let (app, web) = (postings(&app).next().unwrap(), postings(&web).next().unwrap());
        assert_eq!((app.key, app.bucket), (web.key, web.bucket));
        assert_ne!(app, web);
    }

    #[test]
    fn a_zone_is_kept_for_its_epoch_and_a_topic_for_its_week_and_the_next() {
        let zone = CrowdKey { kind: CrowdKind::Zone, key: 1, bucket: epoch(NOON) };
        assert!(is_kept(zone, NOON) && is_kept(zone, epoch(NOON).plus(DAY_US - 1)));
        assert!(!is_kept(zone, epoch(NOON).plus(DAY_US)));
        let topic = CrowdKey::topic(CrowdKind::App, Topic::Food, NOON);
        assert!(is_kept(topic, topic.bucket.plus(2 * WEEK_US - 1)));
        assert!(!is_kept(topic, topic.bucket.plus(2 * WEEK_US)));
    }

    #[test]
    fn a_key_comes_back_from_canonical_json_whole() {
        for key in postings(&stay(false)) {
            let text = serde_jcs::to_string(&key).unwrap();
            assert_eq!(serde_json::from_str::<CrowdKey>(&text).unwrap(), key, "{text}");
        }
    }

    #[test]
    fn bytes_that_are_no_crowd_are_refused() {
        for persons in [3, 300] {
            let crowd: Crowd = (1..=persons).map(|n| n * 700).collect();
            let mut bytes = crowd.to_bytes();
            assert_eq!(Crowd::from_bytes(&bytes), Ok(crowd));
            assert_eq!(Crowd::from_bytes(&bytes[..bytes.len() - 1]), Err(Unreadable));
            bytes.push(0);
            assert_eq!(Crowd::from_bytes(&bytes), Err(Unreadable));
        }
        assert_eq!(Crowd::from_bytes(&[FEW]), Ok(Crowd::default()));
        for torn in [
            &[FEW, 0x80][..],
            &[FEW, 5, 0],
            &[FEW, 0xff, 0xff, 0xff, 0xff, 0x7f],
            &[FEW, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
        ] {
            assert_eq!(Crowd::from_bytes(torn), Err(Unreadable), "{torn:?}");
        }
        assert_eq!(Crowd::from_bytes(b""), Err(Unreadable));
    }

    proptest! {
        #[test]
        fn a_crowd_counts_as_a_set_does(
            a in prop::collection::btree_set(any::<u32>(), 0..60), b in prop::collection::btree_set(0u32..80, 0..60),
        ) {
            let (mut left, right): (Crowd, Crowd) = (a.iter().copied().collect(), b.iter().copied().collect());
            let both = u64::try_from(a.intersection(&b).count()).unwrap();
            prop_assert_eq!(left.intersection_len(&right), both);
            prop_assert_eq!(Crowd::from_bytes(&left.to_bytes()), Ok(left.clone()));
            left.union(&right);
            prop_assert_eq!(left.len(), u64::try_from(a.union(&b).count()).unwrap());
            for person in b {
                prop_assert!(!left.insert(person));
            }
        }

        #[test]
        fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(crowd) = Crowd::from_bytes(&bytes) {
                prop_assert_eq!(Crowd::from_bytes(&crowd.to_bytes()), Ok(crowd));
            }
        }
    }
}
