//! The stored form: a version byte, then postcard (variable-length integers, no names). Deliberately absent: sealing, which is the
//! store's. Whatever decodes is a profile that folding can have made, so its bounds hold from then on.
use super::interest::Interests;
use super::moves::{MOST_PAIRS, MOST_TRIPLES, NOWHERE};
use super::places::{MOST_PLACES, Place};
use super::stays::{MOST_RECENT, Mobility};
use super::{Profile, Unreadable};

/// The version this code writes.
const VERSION: u8 = 5;
/// The first of all. What was added later is empty in what was stored before: departures, where days began, the account, since when interests are seen.
const FIRST: u8 = 1;
const DEPARTURES: u8 = 2;
const FIRSTS: u8 = 3;
const ACCOUNT: u8 = 4;
const SPANS: u8 = 5;
/// The stored form is never longer, bytes.
pub const MOST_BYTES: usize = 8192;

/// Writes `profile`.
pub(super) fn encode(profile: &Profile) -> Vec<u8> {
    let mut out = Vec::with_capacity(1536);
    out.push(VERSION);
    let Profile { location_mark, app_mark, web_mark, apps, web, mobility, account } = profile;
    let parts = (location_mark, app_mark, web_mark, apps, web, mobility);
    // INVARIANT: writing to a vector does not fail; and no bytes would not decode, so nothing false is ever stored.
    let added = (&mobility.departures, &mobility.firsts, account, (apps.span, web.span));
    postcard::to_extend(&(parts, added), out).unwrap_or_default()
}

/// Reads what `encode` wrote.
pub(super) fn decode(bytes: &[u8]) -> Result<Profile, Unreadable> {
    let (version, rest) = bytes.split_first().ok_or(Unreadable)?;
    if bytes.len() > MOST_BYTES || !(FIRST..=VERSION).contains(version) {
        return Err(Unreadable);
    }
    let rest = &mut &*rest;
    let parts = part(rest, true)?;
    let (location_mark, app_mark, web_mark, mut apps, mut web, mut mobility): (
        _,
        _,
        _,
        Interests,
        Interests,
        Mobility,
    ) = parts;
    mobility.departures = part(rest, *version >= DEPARTURES)?;
    mobility.firsts = part(rest, *version >= FIRSTS)?;
    let account = part(rest, *version >= ACCOUNT)?;
    (apps.span, web.span) = part(rest, *version >= SPANS)?;
    let profile = Profile { location_mark, app_mark, web_mark, apps, web, mobility, account };
    let marks = [&profile.location_mark, &profile.app_mark, &profile.web_mark];
    let holds = rest.is_empty()
        && marks.iter().all(|m| m.holds())
        && profile.apps.holds()
        && profile.web.holds()
        && mobility_holds(&profile.mobility)
        && profile.account.holds();
    if holds { Ok(profile) } else { Err(Unreadable) }
}

/// The next part, or none where this version has none.
fn part<'b, T: Default + serde::Deserialize<'b>>(
    rest: &mut &'b [u8],
    is_there: bool,
) -> Result<T, Unreadable> {
    if !is_there {
        return Ok(T::default());
    }
    let (part, after) = postcard::take_from_bytes(rest).map_err(|_| Unreadable)?;
    *rest = after;
    Ok(part)
}

fn mobility_holds(m: &Mobility) -> bool {
    let count = m.places.len();
    let is_place = |p: u8| usize::from(p) < count;
    count <= MOST_PLACES
        && m.places.iter().all(Place::holds)
        && m.recent.len() <= MOST_RECENT
        && m.recent.iter().all(|s| is_place(s.place))
        && m.run.is_none_or(|r| r.place == NOWHERE || is_place(r.place))
        && m.pairs.holds(MOST_PAIRS, count, true)
        && m.triples.holds(MOST_TRIPLES, count, false)
        && m.departures.holds(count)
        && m.firsts.holds()
}

#[cfg(test)]
mod tests {
    use super::super::departures::Departures;
    use super::super::firsts::Firsts;
    use super::super::tests::{folded, lived, streams};
    use super::*;
    use crate::domain::feed::{Event, Happening};
    use crate::domain::time::At;
    use crate::domain::topic::Topic;
    use crate::domain::zone::Zone;
    use proptest::prelude::*;

    /// Takes a part out of a profile.
    type Forget = fn(&mut Profile);

    proptest! {
        #[test]
        fn what_is_stored_is_read_back_whole_and_goes_on_alike(stream in streams(150), cut in 0usize..150) {
            let cut = cut.min(stream.len());
            let mut profile = folded(&stream[..cut]);
            let bytes = profile.encode();
            prop_assert!(bytes.len() <= MOST_BYTES);
            let mut back = Profile::decode(&bytes).unwrap();
            prop_assert_eq!(&back, &profile);
            for (event, offset_s) in &stream[cut..] {
                prop_assert_eq!(profile.fold(event, *offset_s), back.fold(event, *offset_s));
            }
            prop_assert_eq!(profile, back);
        }

        #[test]
        fn a_stored_profile_cut_or_changed_anywhere_is_refused_or_bounded(
            stream in streams(60), at in any::<prop::sample::Index>(), to in any::<u8>(), cut in any::<bool>(), more in streams(30),
        ) {
            let mut bytes = folded(&stream).encode();
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] = to }
            if let Ok(mut profile) = Profile::decode(&bytes) {
                for (event, offset_s) in &more {
                    profile.fold(event, *offset_s);
                }
                let now = profile.last_stay().map_or(At(0), |l| l.at);
                profile.next_place(now, 0);
                profile.routine(now, 0);
                let again = profile.encode();
                prop_assert!(again.len() <= MOST_BYTES);
                prop_assert_eq!(Profile::decode(&again), Ok(profile));
            }
        }

        #[test]
        fn bytes_of_any_kind_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), versioned in any::<bool>()) {
            let mut bytes = bytes;
            if let (true, Some(first)) = (versioned, bytes.first_mut()) {
                *first = VERSION;
            }
            if let Ok(profile) = Profile::decode(&bytes) {
                prop_assert!(profile.encode().len() <= MOST_BYTES);
            }
        }
    }

    #[test]
    fn a_life_among_strangers_to_every_bound_still_fits() {
        let mut profile = Profile::default();
        let mut dice = super::super::residents::Dice(3);
        let mut longest = 0;
        for i in 0..40_000i64 {
            // Twenty-two minutes in each of 90 zones that are no H3 cells and pack badly, at random.
            let zone = Zone(0x7fff_ffff_ffff_0000 | dice.below(90));
            let event = super::super::tests::stay(1_700_000_000 + 1320 * i, zone);
            profile.fold(&event, 0);
            if i % 500 == 0 {
                longest = longest.max(profile.encode().len());
            }
        }
        assert!((3000..=MOST_BYTES).contains(&longest), "{longest}");
        assert_eq!(profile.mobility.places.len(), MOST_PLACES);
        assert_eq!(Profile::decode(&profile.encode()), Ok(profile));
    }

    #[test]
    fn every_field_at_its_largest_fits() {
        // Field by field in the stored form: bytes of the largest value each can hold.
        let mark = 10 + 1 + super::super::once::ABREAST * 5;
        let interests = 3 + 2 + 1 + Topic::ALL.len() * (1 + 1 + 4 + 5);
        let place = 10
            + 2
            + 5
            + 5
            + 2 * (super::super::calendar::DWELL_SLOTS + super::super::calendar::ARRIVAL_SLOTS);
        let moves = 2 * 2 + (MOST_PAIRS + MOST_TRIPLES) * (3 + 2);
        let (last, run, recent) = (1 + 10 + 10 + 1, 1 + 10 + 1 + 5, 1 + MOST_RECENT * (1 + 5));
        let mobility = 3 + 5 + last + run + recent + 1 + MOST_PLACES * place + moves;
        let departures = 1 + 1 + super::super::departures::MOST_DEPARTURES * (1 + 1 + 3);
        let firsts = 1 + super::super::firsts::MOST_DAYS as usize * (10 + 10);
        let account = 1 + 2 + 10 + 1 + 10 + 1 + 1;
        let spans = 2 * (3 + 3);
        assert!(
            1 + 3 * mark + 2 * interests + mobility + departures + firsts + account + spans <= MOST_BYTES
        );
    }

    #[test]
    fn four_weeks_of_a_resident_take_a_kilobyte_and_a_half_at_most() {
        let size = |seed| {
            let mut profile = lived(seed, 28);
            let start_s = 1_762_700_000;
            for (day, (i, topic)) in
                (0..28).flat_map(|d| Topic::ALL.iter().step_by(2).enumerate().map(move |t| (d, t)))
            {
                let at = At((start_s + day * 86_400 + i as i64 * 900) * 1_000_000);
                profile.fold(
                    &Event { at, what: Happening::App { topic: Some(*topic), seconds: 60, bytes: 0 } },
                    0,
                );
                profile.fold(&Event { at, what: Happening::Web { topic: Some(*topic), bytes: 9 } }, 0);
            }
            profile.encode().len()
        };
        let mut sizes: Vec<usize> = (0..100).map(size).collect();
        sizes.sort_unstable();
        assert!(sizes[99] <= 1536, "{sizes:?}");
        assert!(sizes[50] >= 300, "{sizes:?}");
    }

    #[test]
    fn a_profile_stored_by_each_earlier_version_is_read_and_goes_on() {
        use crate::domain::{territory::Territory, volume::Volume};
        let mut profile = lived(3, 14);
        let (country, left) = (Territory::parse("FR"), Some(Volume::Under1GiB));
        let at = At(1_764_000_000_000_000);
        profile.fold(&Event { at, what: Happening::Account { country, left } }, 0);
        assert_eq!(Profile::decode(&profile.encode()), Ok(profile.clone()));
        // Version by version, what it did not have yet and the bytes that say that there is none of it.
        let without: [(u8, usize, Forget); 4] = [
            (SPANS - 1, 4, |p| (p.apps.span, p.web.span) = Default::default()),
            (ACCOUNT - 1, 2, |p| p.account = Default::default()),
            (FIRSTS - 1, 1, |p| p.mobility.firsts = Firsts::default()),
            (DEPARTURES - 1, 2, |p| p.mobility.departures = Departures::default()),
        ];
        let mut empty = 0;
        for (version, bytes_of_none, forget) in without {
            forget(&mut profile);
            empty += bytes_of_none;
            let mut bytes = profile.encode();
            bytes.truncate(bytes.len() - empty);
            bytes[0] = version;
            assert_eq!(Profile::decode(&bytes), Ok(profile.clone()), "{version}");
            bytes.push(0);
            assert_eq!(Profile::decode(&bytes), Err(Unreadable), "nothing may follow");
        }
    }

    #[test]
    fn another_version_is_refused() {
        let mut bytes = Profile::default().encode();
        assert_eq!(Profile::decode(&bytes), Ok(Profile::default()));
        bytes[0] = VERSION + 1;
        assert_eq!(Profile::decode(&bytes), Err(Unreadable));
        assert_eq!(Profile::decode(&[]), Err(Unreadable));
    }
}
