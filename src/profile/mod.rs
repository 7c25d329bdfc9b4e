//! What is known of one subscriber: bounded state, folded from events. Pure. Deliberately absent: geometry, storage, keys, clocks;
//! events themselves, which are gone once folded.
mod account;
mod calendar;
mod codec;
mod correct;
mod departures;
mod firsts;
mod forget;
mod held;
mod interest;
mod moves;
mod next;
mod once;
mod places;
#[cfg(test)]
mod residents;
mod routine;
mod stays;

pub use account::Registered;
pub use codec::MOST_BYTES;
pub use firsts::{First, MOST_DAYS as DAYS_BEGUN};
pub use held::{HeldPlace, Holdings, Spent, is_night, is_office};
pub use routine::{HALF_HOURS_AHEAD, Routine};

use crate::domain::feed::{Event, Happening};
use crate::domain::place::{Confidence, Label};
use crate::domain::time::At;
use crate::domain::volume::Volume;
use crate::domain::zone::Zone;
use account::Account;
use interest::Interests;
pub use interest::WATCHED as WATCHED_DAYS;
use once::Watermark;
use stays::Mobility;

/// Everything kept of one subscriber: at most 64 places, the moves between them, eight recent stays, where three days began, a weight per topic, the
/// country a line is registered in and the step of its data, and how far each feed has been folded. All of it fades. It neither prints nor serialises but through [`Profile::encode`], whose bytes the store
/// seals.
#[derive(Clone, Default, PartialEq)]
pub struct Profile {
    location_mark: Watermark,
    app_mark: Watermark,
    web_mark: Watermark,
    apps: Interests,
    web: Interests,
    mobility: Mobility,
    account: Account,
}

/// What became of a folded event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folded {
    /// It is part of the profile now.
    Taken,
    /// It is not later than what was folded before of its kind (a repeat, or out of order), or its instant lies before 1980 or after
    /// 2079. The profile is as it was.
    Late,
}

/// Bytes that are no profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored profile does not parse")]
pub struct Unreadable;

/// Where the subscriber was last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastStay {
    /// H3 resolution 7.
    pub zone: Zone,
    /// Last seen there.
    pub at: At,
    /// The point lay at a sensitive place.
    pub sensitive: bool,
}

/// The two places that say most of a life, H3 resolution 7; `None` where there is no such place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Anchors {
    /// Where the nights are spent.
    pub home: Option<Zone>,
    /// Where weekdays are spent.
    pub work: Option<Zone>,
}

/// Where the subscriber is likely to go next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// H3 resolution 7.
    pub zone: Zone,
    /// What that place is to the subscriber.
    pub label: Label,
    /// How sure.
    pub confidence: Confidence,
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Profile(..)")
    }
}

impl Profile {
    /// Folds one event; `offset_s` is local time minus UTC at the event, s. Folding an event again, or any stretch of the events already
    /// folded, changes nothing.
    pub fn fold(&mut self, event: &Event, offset_s: i32) -> Folded {
        if !forget::PLAUSIBLE.contains(&event.at.0) {
            return Folded::Late;
        }
        let mark = match event.what {
            Happening::Stay { .. } => &mut self.location_mark,
            Happening::App { .. } => &mut self.app_mark,
            Happening::Web { .. } => &mut self.web_mark,
            Happening::Account { country, left } => {
                return if self.account.hear(event.at, country, left) { Folded::Taken } else { Folded::Late };
            }
        };
        if !mark.pass(event) {
            return Folded::Late;
        }
        let day = forget::day_of(event.at);
        match event.what {
            Happening::Stay { zone, sensitive } => self.mobility.visit(event.at, zone, sensitive, offset_s),
            Happening::App { topic: Some(topic), .. } => self.apps.count(topic, day),
            Happening::Web { topic: Some(topic), .. } => self.web.count(topic, day),
            Happening::App { topic: None, .. }
            | Happening::Web { topic: None, .. }
            | Happening::Account { .. } => {}
        }
        Folded::Taken
    }

    /// The stored form, at most [`MOST_BYTES`].
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// From the stored form.
    pub fn decode(bytes: &[u8]) -> Result<Profile, Unreadable> {
        codec::decode(bytes)
    }

    /// Where the subscriber was last.
    pub fn last_stay(&self) -> Option<LastStay> {
        self.mobility.last.map(|l| LastStay { zone: l.zone, at: l.at, sensitive: l.sensitive })
    }

    /// Where he was first seen on the UTC day that begins at `day`, one of the last three with an event; `None` where that was a sensitive place.
    pub fn first_of(&self, day: At) -> Option<First> {
        self.mobility.firsts.of(day)
    }

    /// What `zone` is to the subscriber; `None` below five nights of history.
    pub fn label(&self, zone: Zone) -> Option<Label> {
        places::label(&self.mobility.places, self.mobility.nights, zone)
    }

    /// Home and work; `None` below five nights of history.
    pub fn anchors(&self) -> Option<Anchors> {
        places::anchors(&self.mobility.places, self.mobility.nights)
    }

    /// The likely next place after the last stay, as of `now`; never the present place. `None` below five nights of history or five
    /// moves, a day after the last event, and at a sensitive place.
    pub fn next_place(&self, now: At, offset_s: i32) -> Option<Next> {
        let (position, confidence) = next::likely(&self.mobility, now, offset_s)?;
        let zone = self.mobility.places.get(position)?.zone;
        Some(Next { zone, label: self.label(zone)?, confidence })
    }

    /// The likely next places, best first, the first of them that of [`Profile::next_place`]; none where that says nothing. To measure the ranking by: one place
    /// leaves, never several.
    pub fn next_zones(&self, now: At, offset_s: i32) -> Vec<Zone> {
        if self.next_place(now, offset_s).is_none() {
            return Vec::new();
        }
        let ranked = next::ranked(&self.mobility, now, offset_s).unwrap_or_default();
        ranked
            .into_iter()
            .filter_map(|(position, _)| Some(self.mobility.places.get(position)?.zone))
            .collect()
    }

    /// What is usual of the last stay's place at `now`. `None` below five nights of history, a day after the last event, and at a sensitive
    /// place.
    pub fn routine(&self, now: At, offset_s: i32) -> Option<Routine> {
        routine::routine(&self.mobility, now, offset_s)
    }

    /// Where the line was registered last, and when that was said.
    pub fn registered(&self) -> Option<Registered> {
        self.account.registered()
    }

    /// What the line had left when the UTC day of `now` began, or when it was first heard of; `None` where neither this day nor the one before
    /// says.
    pub fn data_left(&self, now: At) -> Option<Volume> {
        self.account.left(now)
    }

    /// What was said last, on whichever day; for made-up people without a guard.
    pub fn latest_data_left(&self) -> Option<Volume> {
        self.account.latest_left()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::feed::Source;
    use crate::domain::territory::Territory;
    use crate::domain::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
    use crate::domain::topic::Topic;
    use proptest::prelude::*;

    /// A location event, Unix s.
    pub(super) fn stay(at_s: i64, zone: Zone) -> Event {
        Event { at: At(at_s * SECOND_US), what: Happening::Stay { zone, sensitive: false } }
    }

    /// A simulated resident's profile, UTC+8.
    pub(super) fn lived(seed: u64, days: i64) -> Profile {
        let mut profile = Profile::default();
        for (at_s, place) in residents::resident(seed, days) {
            assert_eq!(profile.fold(&stay(at_s, residents::zone(seed, place)), 28_800), Folded::Taken);
        }
        profile
    }

    fn zones() -> impl Strategy<Value = Zone> {
        prop_oneof![
            8 => (0u64..6).prop_map(|n| residents::zone(1, n)),
            4 => (0u64..400).prop_map(|n| residents::zone(2, n)),
            1 => any::<u64>().prop_map(Zone),
        ]
    }

    fn happenings() -> impl Strategy<Value = Happening> {
        let topic = || proptest::option::of((0u16..22).prop_map(|i| Topic::from_index(i).unwrap()));
        prop_oneof![
            6 => (zones(), proptest::bool::weighted(0.1))
                .prop_map(|(zone, sensitive)| Happening::Stay { zone, sensitive }),
            1 => (topic(), any::<u32>(), any::<u64>())
                .prop_map(|(topic, seconds, bytes)| Happening::App { topic, seconds, bytes }),
            1 => (topic(), 0u64..3).prop_map(|(topic, bytes)| Happening::Web { topic, bytes }),
            1 => (proptest::option::of(0usize..Territory::COUNT), proptest::option::of(0usize..4)).prop_map(|(country, left)| {
                let country = country.and_then(|n| Territory::all().nth(n));
                Happening::Account { country, left: left.map(|n| Volume::ALL[n]) }
            }),
        ]
    }

    /// Steps of a clock that mostly goes on, at times stands, jumps or goes mad.
    fn steps() -> impl Strategy<Value = Result<i64, i64>> {
        prop_oneof![
            12 => (0..40 * MINUTE_US).prop_map(Ok),
            4 => Just(Ok(0)),
            3 => (0..20 * HOUR_US).prop_map(Ok),
            1 => (-2 * DAY_US..90 * DAY_US).prop_map(Ok),
            1 => any::<i64>().prop_map(Err),
            1 => (0..4_000_000_000i64).prop_map(|s| Err(s * SECOND_US)),
        ]
    }

    /// Streams of events with their offsets as a hostile or broken sender would make them.
    pub(super) fn streams(most: usize) -> impl Strategy<Value = Vec<(Event, i32)>> {
        let offset = prop_oneof![9 => Just(32_400), 1 => any::<i32>()];
        proptest::collection::vec((steps(), happenings(), offset), 0..most).prop_map(|steps| {
            let mut now = 1_764_000_000 * SECOND_US;
            let event = |(step, what, offset): (Result<i64, i64>, _, _)| {
                let at = match step {
                    Ok(step) => {
                        now += step;
                        now
                    }
                    Err(at) => at,
                };
                (Event { at: At(at), what }, offset)
            };
            steps.into_iter().map(event).collect()
        })
    }

    /// Folds all and answers the profile.
    pub(super) fn folded(stream: &[(Event, i32)]) -> Profile {
        let mut profile = Profile::default();
        stream.iter().for_each(|(event, offset_s)| {
            profile.fold(event, *offset_s);
        });
        profile
    }

    proptest! {
        #[test]
        fn folding_any_stretch_of_a_stream_again_changes_nothing(stream in streams(120), from in 0usize..120, len in 0usize..120) {
            let once = folded(&stream);
            let mut twice = once.clone();
            for (event, offset_s) in stream.iter().skip(from).take(len) {
                prop_assert_eq!(twice.fold(event, *offset_s), Folded::Late);
            }
            prop_assert_eq!(once, twice);
        }

        #[test]
        fn no_stream_and_no_clock_makes_any_question_panic(stream in streams(200), now in any::<i64>(), offset_s in any::<i32>()) {
            let profile = folded(&stream);
            let last = profile.last_stay();
            for now in [At(now), last.map_or(At(0), |l| l.at)] {
                if let Some(next) = profile.next_place(now, offset_s) {
                    prop_assert_ne!(Some(next.zone), last.map(|l| l.zone));
                    prop_assert_eq!(Some(next.label), profile.label(next.zone));
                }
                profile.routine(now, offset_s);
                profile.interest(Source::App, now);
                profile.interest(Source::Web, now);
                profile.data_left(now);
            }
        }

        #[test]
        fn which_sensitive_place_it_was_is_gone_with_the_next_event(stream in streams(120), other in any::<u64>()) {
            let elsewhere: Vec<_> = stream.iter().map(|(event, offset_s)| match event.what {
                Happening::Stay { sensitive: true, .. } => {
                    (Event { what: Happening::Stay { zone: Zone(other), sensitive: true }, ..*event }, *offset_s)
                }
                _ => (*event, *offset_s),
            }).collect();
            // Instants far apart enough that each event is the only one at its own.
            let spread = |stream: &[(Event, i32)]| {
                let mut profile = Profile::default();
                for (i, (event, offset_s)) in stream.iter().enumerate() {
                    let at = At((1_764_000_000 + 400 * i as i64) * SECOND_US);
                    profile.fold(&Event { at, ..*event }, *offset_s);
                }
                profile.fold(&stay(1_765_000_000, residents::zone(1, 0)), 0);
                profile
            };
            prop_assert_eq!(spread(&stream), spread(&elsewhere));
        }
    }

    #[test]
    fn a_broken_clock_does_not_shut_out_what_follows() {
        let zone = residents::zone(1, 0);
        let mut profile = Profile::default();
        for year in ["2087-01-01T00:00:00Z", "1970-01-01T00:00:00Z"] {
            let event =
                Event { at: At::parse(year).unwrap(), what: Happening::Stay { zone, sensitive: false } };
            assert_eq!(profile.fold(&event, 0), Folded::Late, "{year}");
        }
        assert_eq!(profile, Profile::default());
        let old = Event { at: At::parse("2000-01-01T23:12:19Z").unwrap(), what: stay(0, zone).what };
        assert_eq!(profile.fold(&old, 0), Folded::Taken);
        for (at_s, place) in residents::resident(1, 14) {
            profile.fold(&stay(at_s, residents::zone(1, place)), 28_800);
        }
        let mut places = [profile.mobility.places.clone(), lived(1, 14).mobility.places];
        places.iter_mut().for_each(|p| p.sort_by_key(|p| p.zone));
        assert_eq!(places[0], places[1]);
        assert_eq!(profile.label(zone), Some(Label::Home));
    }

    #[test]
    fn one_feed_running_behind_does_not_make_another_late() {
        let mut profile = Profile::default();
        let app = |at_s: i64| Event {
            at: At(at_s * SECOND_US),
            what: Happening::App { topic: Some(Topic::Food), seconds: 1, bytes: 1 },
        };
        profile.fold(&stay(1_764_000_000, residents::zone(1, 0)), 0);
        for day in 0..3 {
            assert_eq!(profile.fold(&app(1_762_000_000 + day * 7 * 86_400), 0), Folded::Taken);
        }
        let now = At(1_764_000_000 * SECOND_US);
        assert_eq!(profile.interest(Source::App, now), Some(Topic::Food));
        assert_eq!(profile.interest(Source::Web, now), None);
        let later = now.plus(60 * DAY_US);
        assert_eq!(profile.interest(Source::App, later), Some(Topic::Food));
        assert_eq!(profile.latest_interest(Source::App, later), None);
    }

    #[test]
    fn a_profile_does_not_print_what_it_knows() {
        assert_eq!(format!("{:?}", lived(1, 7)), "Profile(..)");
    }

    #[test]
    fn an_event_about_nothing_mapped_leaves_no_trace_but_its_place_in_the_feed() {
        let mut profile = Profile::default();
        let event =
            Event { at: At(1_764_000_000 * SECOND_US), what: Happening::Web { topic: None, bytes: 9 } };
        assert_eq!(profile.fold(&event, 0), Folded::Taken);
        assert_eq!(profile.fold(&event, 0), Folded::Late);
        assert_eq!((&profile.web, &profile.mobility), (&Interests::default(), &Mobility::default()));
    }
}
