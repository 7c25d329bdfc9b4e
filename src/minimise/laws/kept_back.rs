//! Laws of what is never shared: marking more never tells more, and no answer comes from a marked place, however coarse.
use super::{NOW, a_zone};
use crate::domain::category::{Category, Precision};
use crate::domain::circle::Radius;
use crate::domain::consent::Hours;
use crate::domain::feed::{Event, Happening};
use crate::domain::id::GrantId;
use crate::domain::never::Never;
use crate::domain::obligation::Obligations;
use crate::domain::place::Label;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, HOUR_US, MINUTE_US};
use crate::domain::zone::Zone;
use crate::minimise::crowd::Crowds;
use crate::minimise::draw::{Facts, Scope, draw, wanted};
use crate::minimise::guard::Guard;
use crate::minimise::guess::guess;
use crate::minimise::item::Item;
use crate::minimise::life::{Life, area};
use crate::minimise::verify::Question;
use crate::profile::Profile;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// A life among five places: days of it, and where each six hours were spent.
fn lives() -> impl Strategy<Value = (Vec<Zone>, Profile)> {
    (prop::collection::vec(a_zone(), 5), prop::collection::vec(0usize..5, 4..60), 0i64..90).prop_map(
        |(zones, quarters, ago)| {
            let mut profile = Profile::default();
            let end = NOW.plus(-ago * MINUTE_US);
            let stays = quarters.iter().enumerate().flat_map(|(n, place)| {
                let back = (quarters.len() - n) as i64 * 6 * HOUR_US;
                (0..12).map(move |half: i64| (end.plus(half * 30 * MINUTE_US - back), *place))
            });
            for (at, place) in stays.chain([(end, quarters[quarters.len() - 1])]) {
                let what = Happening::Stay { zone: zones[place], sensitive: false };
                profile.fold(&Event { at, what }, 9 * 3600);
            }
            (zones, profile)
        },
    )
}

fn hours() -> impl Strategy<Value = Option<Hours>> {
    prop::option::of((0u16..1440, 0u16..1440).prop_filter_map("none", |(from, to)| Hours::new(from, to)))
}

/// A life, what is never shared of it, and the same with more.
fn marked() -> impl Strategy<Value = (Vec<Zone>, Profile, Never, Never)> {
    lives().prop_flat_map(|(zones, profile)| {
        let areas: Vec<Zone> = zones.iter().copied().filter_map(area).collect();
        let some = |areas: &Vec<Zone>| subsequence(areas.clone(), 0..=areas.len());
        let labels = || subsequence(Never::LABELS.to_vec(), 0..=2);
        (Just(zones), Just(profile), some(&areas), labels(), hours(), some(&areas), labels(), any::<bool>())
            .prop_map(|(zones, profile, areas, labels, hours, more_areas, more_labels, more_hours)| {
                let fewer = Never {
                    areas: areas.into_iter().collect(),
                    labels: labels.into_iter().collect(),
                    hours: hours.filter(|_| !more_hours),
                };
                let more = Never {
                    areas: fewer.areas.iter().copied().chain(more_areas).collect(),
                    labels: fewer.labels.iter().copied().chain(more_labels).collect(),
                    hours,
                };
                (zones, profile, fewer, more)
            })
    })
}

fn told(profile: &Profile, never: &Never, category: Category, precision: Precision) -> Result<Item, Reason> {
    let life = Life { profile, never, home: Jurisdiction::KR };
    let obligations = Obligations { precision, crowd: 50, retain_s: 86_400, delay_s: 0 };
    let purpose = Purpose::ProvidePersonalisedRecommendations;
    let scope = Scope { grant: GrantId([1; 16]), category, purpose, obligations, guard: Guard::ON };
    let facts = Facts::of(category, Guard::ON, &life, QUESTION, NOW);
    let mut crowds = Crowds::new(1000);
    wanted(&scope, &facts, &[], NOW).into_iter().for_each(|key| crowds.insert(key, 400));
    draw(&scope, &facts, &crowds, &[], NOW)
}

const PLACED: [Category; 6] = [
    Category::LocationZone,
    Category::LocationLabel,
    Category::LocationVerify,
    Category::FrequentArea,
    Category::NextPlace,
    Category::Routine,
];
/// In Seoul.
const QUESTION: Option<Question> =
    Some(Question { centre: Zone(0x8730_e1d8_8fff_ffff), radius: Radius::Km20 });

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn marking_more_tells_the_same_or_nothing((_, profile, fewer, more) in marked(), category in select(PLACED.to_vec()), rung in select(Precision::ALL.to_vec())) {
        let (before, after) = (told(&profile, &fewer, category, rung), told(&profile, &more, category, rung));
        match after {
            Ok(item) => prop_assert_eq!(before, Ok(item)),
            Err(reason) => prop_assert!(before == Err(reason) || reason.told() == Reason::NoData.told()),
        }
    }

    #[test]
    fn nothing_is_told_from_a_marked_area_nor_of_the_way_to_one((zones, profile, never, _) in marked(), category in select(PLACED.to_vec()), rung in select(Precision::ALL.to_vec())) {
        let here = profile.last_stay().unwrap().zone;
        prop_assert!(zones.contains(&here));
        let next = profile.next_place(NOW, 9 * 3600).map(|n| n.zone);
        let inside = |zone: Zone| never.areas.iter().any(|a| area(zone) == Some(*a))
            || never.labels.iter().any(|l| profile.anchors().is_some_and(|anchors| {
                let place = if *l == Label::Home { anchors.home } else { anchors.work };
                place.is_some_and(|p| area(p) == area(zone))
            }));
        if inside(here) || matches!(category, Category::NextPlace | Category::Routine) && next.is_some_and(inside) {
            prop_assert!(told(&profile, &never, category, rung).is_err());
        }
        let unknown = profile.anchors().is_none() && !never.labels.is_empty();
        prop_assert!(!unknown || told(&profile, &never, category, rung).is_err(), "not known yet counts as marked");
    }

    #[test]
    fn in_hours_that_are_never_shared_nothing_is_told_nor_later_what_was_seen_in_them((_, profile, never, _) in marked(), category in select(PLACED.to_vec())) {
        let seen = profile.last_stay().unwrap().at;
        let held = |at: At| never.hours.is_some_and(|h| h.hold(Jurisdiction::KR.minute_of_day(at)));
        if held(NOW) || held(seen) {
            prop_assert!(told(&profile, &never, category, Precision::ZoneR7).is_err());
        }
    }

    #[test]
    fn marking_more_places_never_helps_to_guess((_, profile, fewer, more) in marked(), rung in select(Precision::ALL.to_vec())) {
        let of = |never| guess(&Life { profile: &profile, never, home: Jurisdiction::KR }, rung);
        // Other hours are guessed from another part of the day.
        let fewer = Never { hours: more.hours, ..fewer };
        let (before, after) = (of(&fewer), of(&more));
        for (before, after) in [(before.home, after.home), (before.work, after.work)] {
            let (Some(before), Some(after)) = (before, after) else { continue };
            prop_assert!(after.share <= before.share);
        }
    }
}
