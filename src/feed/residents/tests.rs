//! What the made-up residents must be like for the demo to show anything.
use super::day::Spot;
use super::*;
use crate::domain::feed::{FeedKind, Row, Spot as Where};
use crate::domain::time::{At, DAY_US, HOUR_US};
use crate::feed::reader::Reader;
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

fn residents(count: usize) -> Residents {
    Residents::new(7, Town::munich().unwrap(), count)
}

/// Monday 2026-03-02, midnight in Munich.
fn monday() -> At {
    At::parse("2026-03-02T00:00:00+01:00").unwrap()
}

fn location(r: &Residents, from: At, to: At) -> String {
    let mut out = Vec::new();
    r.location_csv(from, to, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The lines as (who, local hours since Monday midnight, cell).
fn lines(r: &Residents, days: i64) -> Vec<(usize, f64, String)> {
    let who: HashMap<&str, usize> =
        r.people().iter().enumerate().map(|(i, p)| (p.msisdn.as_str(), i)).collect();
    let text = location(r, monday(), monday().plus(days * DAY_US));
    let mut out = Vec::new();
    let mut reader = Reader::new(FeedKind::Location, text.as_bytes()).unwrap();
    let take = &mut |_, row: Result<Row<'_>, _>| {
        let Ok(Row::Location { subscriber, at, spot: Where::Cell(cell) }) = row else { panic!("{row:?}") };
        out.push((who[subscriber], at.since(monday()) as f64 / HOUR_US as f64, cell.to_owned()));
        ControlFlow::Continue(())
    };
    reader.for_each(take).unwrap();
    out
}

/// The share of the lines that `wanted` picks which are of the cell it names.
fn share<'a>(
    r: &'a Residents,
    lines: &[(usize, f64, String)],
    wanted: impl Fn(&'a Resident, f64) -> Option<&'a Place>,
) -> f64 {
    let (mut hits, mut all) = (0, 0);
    for (who, hour, cell) in lines {
        if let Some(place) = wanted(&r.people()[*who], *hour) {
            all += 1;
            hits += usize::from(r.town().towers()[place.tower].id == *cell);
        }
    }
    assert!(all > 100, "{all} lines");
    f64::from(hits as u32) / f64::from(all)
}

#[test]
fn one_seed_makes_one_town_and_another_seed_another() {
    let (a, b) = (residents(30), residents(30));
    let c = Residents::new(8, Town::munich().unwrap(), 30);
    assert_eq!(a.people(), b.people());
    assert_ne!(a.people(), c.people());
    assert_eq!(a.people()[..20], *residents(20).people(), "more residents do not change the first");
    let (from, to) = (monday(), monday().plus(DAY_US));
    assert_eq!(location(&a, from, to), location(&b, from, to));
    assert_ne!(location(&a, from, to), location(&c, from, to));
}

#[test]
fn a_window_is_a_part_of_the_larger_one_also_over_a_change_of_clocks() {
    let r = residents(12);
    // Clocks go forward on Sunday 2026-03-29.
    let from = At::parse("2026-03-28T13:07:00Z").unwrap();
    let (cut, to) = (from.plus(11 * HOUR_US + 1), from.plus(2 * DAY_US));
    type Feed = fn(&Residents, At, At, &mut dyn std::io::Write) -> std::io::Result<u64>;
    for feed in [Residents::location_csv as Feed, Residents::app_csv, Residents::web_csv] {
        let text = |from, to| {
            let mut out = Vec::new();
            let n = feed(&r, from, to, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert_eq!(text.lines().count() as u64, n + 1);
            text
        };
        let (whole, first, second) = (text(from, to), text(from, cut), text(cut, to));
        let rest = second.split_once('\n').unwrap().1;
        assert_eq!(whole, format!("{first}{rest}"));
        assert!(rest.len() > 500);
        let times: Vec<&str> = whole.lines().skip(1).map(|l| l.split(',').nth(1).unwrap()).collect();
        assert!(times.is_sorted(), "in order of time");
    }
}

#[test]
fn four_lines_an_hour_each_nights_at_home_days_at_work_fridays_out() {
    let r = residents(120);
    let seen = lines(&r, 14);
    let expected = 120.0 * 14.0 * 96.0 * 0.99;
    assert!((seen.len() as f64 / expected - 1.0).abs() < 0.01, "{} lines", seen.len());
    let night = |h: f64| (1.0..5.0).contains(&(h % 24.0));
    assert!(share(&r, &seen, |p, h| night(h).then_some(&p.home)) > 0.88);
    let day = |p: &Resident, h: f64| {
        p.rota == Rota::Office && h % 168.0 < 120.0 && (10.0..15.0).contains(&(h % 24.0))
    };
    assert!(share(&r, &seen, |p, h| p.work.as_ref().filter(|_| day(p, h))) > 0.82);
    let friday = |h: f64| (116.5..118.0).contains(&(h % 168.0));
    assert!(share(&r, &seen, |p, h| (friday(h) && p.rota != Rota::Shift).then_some(&p.friday)) > 0.70);
}

#[test]
fn a_day_is_a_chain_of_stops_from_home_to_home() {
    let r = residents(60);
    for who in 0..60 {
        for number in 20_500..20_542 {
            let day = r.day(who, number);
            let home = Spot::At(r.people()[who].home.tower);
            assert_eq!((day.spot(0), day.spot(1439)), (home, home), "{who} {number}");
            let way = (0..1440).filter(|m| matches!(day.spot(*m), Spot::Way(..))).count();
            assert!(way < 6 * 60, "{way} minutes on the way");
            assert!(day.in_order(), "{day:?}");
        }
    }
}

#[test]
fn with_two_hundred_residents_a_crowd_of_fifty_exists_in_the_city_and_in_some_zones_but_not_in_all() {
    let r = residents(200);
    let crowds = |resolution: h3o::Resolution| {
        let mut counts: BTreeMap<h3o::CellIndex, usize> = BTreeMap::new();
        for p in r.people() {
            let point = h3o::LatLng::new(p.home.lat, p.home.lon).unwrap();
            *counts.entry(point.to_cell(resolution)).or_default() += 1;
        }
        let fifty = counts.values().filter(|n| **n >= 50).count();
        (fifty, counts.len())
    };
    assert!(crowds(h3o::Resolution::Four).0 >= 1, "{:?}", crowds(h3o::Resolution::Four));
    assert!(crowds(h3o::Resolution::Five).0 >= 1, "{:?}", crowds(h3o::Resolution::Five));
    let (fifty, all) = crowds(h3o::Resolution::Six);
    assert!(fifty >= 1 && fifty < all, "{fifty} of {all} zones");
    for interest in [|p: &Resident| p.app_interest, |p: &Resident| p.web_interest] {
        let mut counts: BTreeMap<Topic, usize> = BTreeMap::new();
        r.people().iter().for_each(|p| *counts.entry(interest(p)).or_default() += 1);
        assert!(counts.values().any(|n| *n >= 50) && counts.values().any(|n| *n < 50), "{counts:?}");
    }
    assert!(r.people().iter().any(|p| p.age == AgeBand::Minor));
}

#[test]
fn what_is_used_and_visited_shows_the_main_interest_and_never_a_sensitive_host() {
    let r = residents(40);
    let (from, to) = (monday(), monday().plus(28 * DAY_US));
    let verdicts: HashMap<String, Option<Topic>> = crate::feed::bundled::host_verdicts().collect();
    let topic_of = |host: &str| {
        let mut domains = std::iter::successors(Some(host), |d| d.split_once('.').map(|(_, up)| up));
        domains.find_map(|d| verdicts.get(d).copied())
    };
    let mut apps: HashMap<String, Topic> = HashMap::new();
    let mut reader = Reader::new(FeedKind::Categories, crate::feed::bundled::apps()).unwrap();
    let take = &mut |_, row: Result<Row<'_>, _>| {
        if let Ok(Row::Category { key, topic: Some(topic), .. }) = row {
            apps.insert(key.to_owned(), topic);
        }
        ControlFlow::Continue(())
    };
    reader.for_each(take).unwrap();

    let (mut web, mut app) = (Vec::new(), Vec::new());
    r.web_csv(from, to, &mut web).unwrap();
    r.app_csv(from, to, &mut app).unwrap();
    let mut counts: HashMap<(String, bool, Topic), u32> = HashMap::new();
    let (mut said, mut all) = (0, 0);
    for (kind, text) in [(FeedKind::Web, &web), (FeedKind::App, &app)] {
        let mut reader = Reader::new(kind, &text[..]).unwrap();
        let take = &mut |_, row: Result<Row<'_>, _>| {
            let (subscriber, topic, is_app) = match row {
                Ok(Row::Web { subscriber, host, .. }) => {
                    assert_ne!(topic_of(host), Some(None), "{host}");
                    (subscriber, topic_of(host).flatten(), false)
                }
                Ok(Row::App { subscriber, app, .. }) => (subscriber, apps.get(app).copied(), true),
                other => panic!("{other:?}"),
            };
            all += 1;
            if let Some(topic) = topic {
                said += 1;
                *counts.entry((subscriber.to_owned(), is_app, topic)).or_default() += 1;
            }
            ControlFlow::Continue(())
        };
        reader.for_each(take).unwrap();
    }
    assert!(said < all * 9 / 10 && said > all / 2, "{said} of {all} can be said");
    for p in r.people() {
        for (is_app, main) in [(true, p.app_interest), (false, p.web_interest)] {
            let of = |t| counts.get(&(p.msisdn.clone(), is_app, t)).copied().unwrap_or(0);
            assert!(Topic::ALL.iter().all(|t| *t == main || of(*t) < of(main)), "{is_app} {main:?}");
        }
    }
}
