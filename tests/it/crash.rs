//! Promises 2, 3 and 4 when a feed load is killed: it is folded exactly once when it is sent again, and the log verifies. The real binary is
//! killed, the machine is not. Deliberately absent: a killed server (`killed`), a disk that lies about having written.
use super::support::house::House;
use super::support::rows;
use super::support::site::{Site, each_engine, feed, part};
use super::support::world::{HandClock, Opening, keys, open};
use dongui::ambient::{SystemClock, SystemRng};
use dongui::broker::ingest::Report;
use dongui::crypt::hex;
use dongui::crypt::keyring::Keyring;
use dongui::domain::id::SubscriberId;
use dongui::domain::time::{At, Clock, HOUR_US, MINUTE_US};
use dongui::minimise::crowd::Crowd;
use dongui::store::{Store, profiles};
use dongui::telemetry::uncounted;
use std::collections::BTreeMap;
use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

/// People whose feeds are loaded: several stories of profiles.
const PEOPLE: usize = 800;

/// What is known of everyone, opened.
fn known(site: &Site, house: &House) -> BTreeMap<SubscriberId, Vec<u8>> {
    let store = Store::open(&house.url, Arc::new(SystemRng::new()), uncounted()).unwrap();
    let keyring = Keyring::parse(keys()).unwrap();
    let open = |id: SubscriberId| {
        let sealed = store.read("story", |tx| profiles::find(tx, id)).unwrap();
        sealed.map(|s| keyring.sealer().open(("profiles", "sealed"), &id.0, &s.sealed).unwrap().to_vec())
    };
    site.people.iter().filter_map(|(_, id)| Some((*id, open(*id)?))).collect()
}

/// Who was together when.
fn crowds(house: &House) -> Vec<(String, Crowd)> {
    let hex = if house.is_postgres() { "encode(persons, 'hex')" } else { "hex(persons)" };
    let query =
        format!("SELECT kind || ' ' || key || ' ' || bucket || ' ' || {hex} AS value FROM crowd ORDER BY 1");
    let rows = rows::texts(&house.url, &query);
    let read = |row: String| {
        let (key, persons) = row.rsplit_once(' ').unwrap();
        (key.to_owned(), Crowd::from_bytes(&hex::decode(&persons.to_lowercase()).unwrap()).unwrap())
    };
    rows.into_iter().map(read).collect()
}

/// What a recipient hears of every twentieth person at an instant.
fn heard(site: &Site, house: &House, at: At) -> Vec<Vec<u8>> {
    let opening = Opening { seed: 77, ..Opening::default() };
    let broker = open(&house.url, house.dir.path(), Arc::new(HandClock::at(at)), &opening);
    let token = site.token(&broker, at);
    site.people.iter().step_by(20).map(|(number, _)| site.hears(&broker, &token, number, at)).collect()
}

/// Waits until that many more stories of profiles are written, or the load is over.
fn wait_for_stories(house: &House, child: &mut Child, stories: usize) {
    let written = || {
        let sum = rows::texts(&house.url, "SELECT cast(sum(revision) AS TEXT) AS value FROM profiles");
        sum[0].parse::<usize>().unwrap()
    };
    let wanted = written() + (stories * 256).min(PEOPLE);
    while written() < wanted && child.try_wait().unwrap().is_none() {}
}

/// What a house that was never interrupted has after three files.
struct Wanted {
    first: Report,
    second: Report,
    third: Report,
    /// How long the second file takes.
    whole: Duration,
    known: BTreeMap<SubscriberId, Vec<u8>>,
    crowds: Vec<(String, Crowd)>,
    /// When everyone is asked about, and what is heard then.
    then: At,
    heard: Vec<Vec<u8>>,
}

impl Wanted {
    /// Loads the first file at the site and the others in a copy of it.
    fn of(site: &Site) -> Wanted {
        let end = SystemClock.now().floor(MINUTE_US).plus(-MINUTE_US);
        for (name, back) in [("first", 12), ("second", 6), ("third", 0)] {
            let text = feed(&site.people, end.plus(-back * HOUR_US), 6);
            std::fs::write(site.house.dir.path().join(name), text).unwrap();
        }
        let (first, _) = site.loads(&site.house, "first");
        assert_eq!(first.kept, 6 * PEOPLE as u64);
        let control = site.house.copy();
        let (second, whole) = site.loads(&control, "second");
        let (third, _) = site.loads(&control, "third");
        let (known, crowds) = (known(site, &control), crowds(&control));
        let then = end.plus(HOUR_US);
        let heard = heard(site, &control, then);
        assert!(heard.iter().any(|b| String::from_utf8_lossy(b).contains("zone-r6")), "something is told");
        Wanted { first, second, third, whole, known, crowds, then, heard }
    }
}

/// Kills four loads of the second file; returns how many were not over yet.
fn interrupt(site: &Site, house: &House, whole: Duration, round: u32) -> usize {
    let killed = (0..4u32).map(|n| {
        let mut child = site.loading(house, "second");
        if n % 2 == 0 {
            std::thread::sleep(whole.mul_f64(part(4 * round + n)));
        } else {
            // Between two stories, or between the last profile and the crowds.
            wait_for_stories(house, &mut child, 1 + (round + n) as usize % 4);
        }
        child.kill().unwrap();
        usize::from(!child.wait().unwrap().success())
    });
    killed.sum()
}

fn feeds_killed(rounds: u32) {
    each_engine(|house| {
        let site = Site::new(house, PEOPLE);
        let wanted = Wanted::of(&site);
        let mut interrupted = 0;
        for round in 0..rounds {
            let house = site.house.copy();
            interrupted += interrupt(&site, &house, wanted.whole, round);
            // What was acknowledged before is still there, and answered as it was.
            let (again, _) = site.loads(&house, "first");
            assert_eq!(again, Report { replayed_chunks: 1, ..wanted.first.clone() });
            let (rest, _) = site.loads(&house, "second");
            eprintln!("{} of {} events had been folded", rest.repeated, wanted.second.kept);
            assert_eq!((rest.lines, rest.kept + rest.repeated), (wanted.second.lines, wanted.second.kept));
            assert_eq!(site.loads(&house, "third").0, wanted.third);
            assert_eq!(known(&site, &house), wanted.known, "nobody's profile differs");
            assert_eq!(crowds(&house), wanted.crowds, "nor does any crowd");
            site.verifies(&house);
            assert_eq!(heard(&site, &house, wanted.then), wanted.heard);
        }
        assert!(interrupted > 0, "no kill fell into a load");
        eprintln!("{interrupted} of {} loads were killed", 4 * rounds);
    });
}

#[test]
fn a_feed_killed_in_the_middle_is_folded_once_when_it_is_sent_again() {
    feeds_killed(1);
}

#[test]
#[ignore = "many kills; run with tests/run --faults"]
fn a_feed_killed_over_and_over_is_folded_once() {
    feeds_killed(10);
}
