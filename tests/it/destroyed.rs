//! Who withdraws a consent to tell where he is leaves no record of what was provided under it, where the law of his country has it so: by the next sweep, for good,
//! with every proof as it was. Deliberately absent: what somebody wants erased (`erase`), records whose time is over (`retained`).
use super::account::{neighbours_are_in, says_of};
use super::audit::python;
use super::killed::withdraw;
use super::limits::{allows, quota};
use super::screens::visitor::{Visitor, bare};
use super::support::door::agent;
use super::support::rows::{files, texts};
use super::support::served::Served;
use super::support::site::{Site, each_engine, feed};
use super::support::world::{Interrupted, NEIGHBOURS, Opening, open};
use super::support::{ASSISTANT, MUNICH, Provider, R6, Subscriber, World, ZONE};
use dongui::ambient::SystemClock;
use dongui::broker::consent::Wish;
use dongui::broker::destroy::Destroyed;
use dongui::broker::erase::Kept;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{Act, Hours};
use dongui::domain::entry::Kind;
use dongui::domain::record::{Event, Ground};
use dongui::domain::subscriber::Jurisdiction;
use dongui::domain::telling::{Manner, Rhythm};
use dongui::domain::time::{At, Clock, DAY_US, MINUTE_US};
use dongui::ledger::bundle;
use dongui::policy::Sources;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

const COUNTRY: Category = Category::RoamingCountry;
const LEFT: Category = Category::DataVolume;

/// The home of everybody here has Korea's rule, and more if there is more.
fn strict(more: &str) -> Sources {
    let mut all = Sources::bundled();
    let name = "country/de.toml";
    let pack = all.find(name).unwrap().to_owned();
    let rule =
        "[destroy_withdrawn]\nrecord = \"request\"\ncitation = \"LIA Art. 24(4)\"\nchecked = \"text\"\n";
    all.insert(name, format!("{pack}\n{rule}{more}"));
    all
}

fn under(w: &World, more: &str) {
    w.restart(Opening { policies: strict(more), ..Opening::default() });
}

fn requests(who: &Subscriber<'_>) -> usize {
    who.records().iter().filter(|r| matches!(r.event, Event::Request { .. })).count()
}

fn sealed(w: &World) -> Vec<Vec<u8>> {
    let hex = if w.house.is_postgres() { "encode(sealed, 'hex')" } else { "lower(hex(sealed))" };
    let rows = texts(&w.house.url, &format!("SELECT {hex} AS value FROM records"));
    rows.iter().map(|row| dongui::crypt::hex::decode(row).unwrap()).collect()
}

/// The sealed key of his records.
fn key_of(w: &World, who: &Subscriber<'_>) -> Vec<u8> {
    let (sealed, id) = match w.house.is_postgres() {
        true => ("encode(sealed, 'hex')", "encode(subscriber_id, 'hex')"),
        false => ("lower(hex(sealed))", "lower(hex(subscriber_id))"),
    };
    let whose = dongui::crypt::hex::encode(&who.id.0);
    let rows =
        texts(&w.house.url, &format!("SELECT {sealed} AS value FROM record_keys WHERE {id} = '{whose}'"));
    let [row] = &rows[..] else { panic!("{rows:?}") };
    dongui::crypt::hex::decode(row).unwrap()
}

fn withdraws(who: &Subscriber<'_>, from: &Provider<'_>, category: Category) {
    let (recipient, purpose, category) = (Some(from.id), Some(ASSISTANT), Some(category));
    let wish = Wish::Change { act: Act::Withdraw, until: None, recipient, purpose, category };
    assert!(who.decides(&wish).unwrap().entry.is_some());
}

fn fate(w: &World, who: &Subscriber<'_>) -> Destroyed {
    w.broker().destroyed(who.id).unwrap()
}

#[test]
fn what_was_provided_under_a_withdrawn_consent_goes_for_good_and_every_proof_stays() {
    World::each(|w| {
        let (mina, jan) = (w.subscriber("mina"), w.subscriber("jan"));
        let (near, far) = (w.provider("near"), w.provider("far"));
        let start = w.clock.now();
        for who in [&mina, &jan] {
            allows(w, who, &near, ZONE, quota("24/day"));
            who.allows(&far, ASSISTANT, ZONE, R6);
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        jan.is_at(MUNICH);
        for who in [&mina, &jan] {
            assert!(near.asks(who).tells() && far.asks(who).tells());
        }
        w.broker().sequence().unwrap();
        let first = w.broker().requests(mina.id, Some(near.id), 0, 1).unwrap().records[0].0;
        let proof = w.broker().inclusion(first).unwrap();
        let consents = mina.records().len() - 2;
        withdraws(&mina, &near, ZONE);
        // Where no law has it so, nothing goes.
        w.broker().sweep().unwrap();
        assert_eq!((requests(&mina), fate(w, &mina)), (2, Destroyed::default()));

        under(w, "");
        withdraws(&jan, &near, ZONE);
        let (before, uses) = (sealed(w), "SELECT 'one' AS value FROM uses");
        let (his, key) = (jan.records().len(), key_of(w, &jan));
        assert_eq!((requests(&jan), texts(&w.house.url, uses).len()), (2, 2), "he waits for nothing");
        w.broker().sweep().unwrap();
        assert_eq!((requests(&jan), requests(&mina)), (1, 2), "who withdrew under another law");
        assert_eq!(jan.timeline()[0].recipient, Some(far.id), "another consent's stay");
        assert_eq!(texts(&w.house.url, uses).len(), 1, "and what was counted against it");
        let gone = Destroyed { records: 1, at: Some(w.clock.now()), mixed: 0, kept: None };
        assert_eq!(fate(w, &jan), gone);
        let page = bare(&Visitor::enters(w, &jan).sees("/me/asked"));
        assert!(
            page.contains("destroyed because you withdrew the permission behind them: 1, last on"),
            "{page}"
        );
        assert_eq!(mina.records().len(), consents + 3, "what proves consents stays");

        // Nothing of it is in any file of the database.
        let there = sealed(w);
        let lost: Vec<_> = before.iter().filter(|r| !there.contains(r)).collect();
        assert_eq!(lost.len(), his, "what stays of his is sealed anew");
        if !w.house.is_postgres() {
            let path = w.house.url.trim_start_matches("sqlite:").to_owned();
            let beside = files(std::path::Path::new(&path).parent().unwrap());
            assert!(beside.iter().any(|(name, _)| path.ends_with(name.as_str())));
            for one in lost.into_iter().chain([&key]) {
                let still = |(_, bytes): &(String, Vec<u8>)| memchr::memmem::find(bytes, one).is_some();
                assert!(!beside.iter().any(still), "what was destroyed lies in a file");
            }
        }
        w.broker().sweep().unwrap();
        assert_eq!(fate(w, &jan), gone, "nothing goes twice");
        is_provable(w, start, 1);
        assert_eq!(w.broker().inclusion(first).unwrap().0, proof.0);
    });
}

/// The chains go on behind the holes, and a bundle says what became of them.
fn is_provable(w: &World, start: At, destroyed: usize) {
    w.broker().sequence().unwrap();
    let found = w.broker().inspect(&mut |_, _| {}).unwrap();
    assert!(found.is_sound(), "{found:?}");
    w.clock.advance(MINUTE_US);
    let (dir, vkey) = (tempfile::tempdir().unwrap(), w.broker().log_verifier().unwrap().vkey());
    let out = dir.path().join("bundle");
    let report = w.exports(start, w.clock.now(), &out).unwrap();
    assert_eq!(bundle::verify(&out, &vkey).unwrap(), report);
    assert_eq!(report.erased, destroyed as u64, "{report:?}");
    assert_eq!(python(&out, &vkey).0, Some(0));
    let records = std::fs::read_to_string(out.join("records.jsonl")).unwrap();
    let tombstones: Vec<_> = records.lines().filter(|l| l.contains("\"ground\":\"withdrawn\"")).collect();
    let [tombstone] = tombstones[..] else { panic!("not one tombstone") };
    let line: serde_json::Value = serde_json::from_str(tombstone).unwrap();
    assert!(line["record"].get("subscriber").is_none(), "{tombstone}");
    assert_eq!(line["record"]["event"]["leaves"].as_array().unwrap().len(), destroyed);
    let table = std::fs::read_to_string(out.join("report-erasures.csv")).unwrap();
    assert!(table.contains("\"withdrawn\""), "{table}");
}

#[test]
fn a_no_to_what_was_allowed_withdraws_it_with_what_it_had_been_before() {
    World::each(|w| {
        under(w, "");
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        w.neighbours_are_at(MUNICH);
        for _ in 0..2 {
            // Allowed once more, it is the same consent in other words.
            mina.allows(&assistant, ASSISTANT, ZONE, R6);
            mina.is_at(MUNICH);
            assert!(assistant.asks(&mina).tells());
        }
        w.broker().sweep().unwrap();
        assert_eq!(requests(&mina), 2, "nothing was withdrawn");
        mina.refuses(&assistant, ASSISTANT, ZONE);
        w.broker().sweep().unwrap();
        assert_eq!((requests(&mina), fate(w, &mina).records), (0, 2));
        // Asked again, and told nothing: that is no provision, and stays.
        assert!(!assistant.asks(&mina).tells());
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.broker().sweep().unwrap();
        assert_eq!(requests(&mina), 1);
    });
}

#[test]
fn a_record_of_several_consents_stays_until_the_last_of_them_is_over() {
    World::each(|w| {
        under(w, "");
        let (mina, jan, assistant) = (w.subscriber("mina"), w.subscriber("jan"), w.provider("assistant"));
        neighbours_are_in(w, 0..NEIGHBOURS, "FR");
        for who in [&mina, &jan] {
            who.allows(&assistant, ASSISTANT, COUNTRY, Precision::Country);
            who.allows(&assistant, ASSISTANT, LEFT, Precision::Label);
            says_of(w, who, &format!("FR,{}", 900 << 20));
            let answer = assistant.asks_for(who, ASSISTANT, &[COUNTRY, LEFT]);
            assert!(answer.told(COUNTRY).is_some() && answer.told(LEFT).is_some(), "{}", answer.text());
            withdraws(who, &assistant, COUNTRY);
        }
        w.broker().sweep().unwrap();
        for who in [&mina, &jan] {
            assert_eq!((requests(who), fate(w, who).mixed), (1, 1));
        }
        let page = bare(&Visitor::enters(w, &mina).sees("/me/asked"));
        assert!(page.contains("something that you still allow: 1"), "{page}");
        // Of one the other consent is withdrawn too, of the other it runs out.
        withdraws(&mina, &assistant, LEFT);
        w.broker().sweep().unwrap();
        assert_eq!((requests(&mina), fate(w, &mina).mixed, fate(w, &mina).records), (0, 0, 1));
        w.clock.advance(30 * DAY_US - MINUTE_US);
        w.broker().sweep().unwrap();
        assert_eq!(requests(&jan), 1, "it holds to its end");
        w.clock.advance(MINUTE_US);
        w.broker().sweep().unwrap();
        assert_eq!((requests(&jan), fate(w, &jan).records), (0, 1));
        // What is no place is not destroyed: that law speaks of places.
        mina.allows(&assistant, ASSISTANT, LEFT, Precision::Label);
        says_of(w, &mina, &format!(",{}", 900 << 20));
        assert!(assistant.asks_for(&mina, ASSISTANT, &[LEFT]).told(LEFT).is_some());
        withdraws(&mina, &assistant, LEFT);
        w.broker().sweep().unwrap();
        assert_eq!(requests(&mina), 1);
    });
}

#[test]
fn what_another_law_has_stay_stays_as_long_as_that_says_and_the_page_names_the_law() {
    World::each(|w| {
        under(
            w,
            "[[keep]]\nrecord = \"request\"\ndays = 200\ncitation = \"Act on Books 5\"\nchecked = \"memory\"\n",
        );
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let kept = w.broker().kept_despite(Jurisdiction::DE);
        let books = Kept { record: Kind::Request, days: 200, citation: "Act on Books 5".to_owned() };
        assert!(kept.contains(&books), "{kept:?}");
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        mina.withdraws();
        w.broker().sweep().unwrap();
        assert_eq!(fate(w, &mina).kept, Some((1, "Act on Books 5".to_owned())));
        let mut visitor = Visitor::enters(w, &mina);
        let page = bare(&visitor.sees("/me/asked"));
        assert!(
            page.contains("you withdrew the permission behind them: 1. The rule behind it: Act on Books 5"),
            "{page}"
        );
        let page = bare(&visitor.sees("/me/data/erase"));
        assert!(
            page.contains("stays for 200 days from each entry on. The rule behind it: Act on Books 5"),
            "{page}"
        );
        let erased = w.broker().erase(mina.id, Ground::Subscriber).unwrap();
        assert_eq!((erased.kept >= 1, requests(&mina)), (true, 1), "nor does he erase it");
        w.clock.advance(199 * DAY_US);
        w.broker().sweep().unwrap();
        assert_eq!(requests(&mina), 1);
        w.clock.advance(DAY_US);
        w.broker().sweep().unwrap();
        assert_eq!((requests(&mina), fate(w, &mina).records, fate(w, &mina).kept), (0, 1, None));
    });
}

/// Everything has its number, and so has the tally of that: numbering draws nothing more.
fn numbered(w: &World) {
    for _ in 0..3 {
        w.broker().sequence().unwrap();
    }
}

#[test]
fn whoever_dies_in_the_middle_of_it_or_decides_meanwhile_leaves_nothing_undone() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        let rng = Arc::new(Interrupted::default());
        let opening = Opening { policies: strict(""), rng: Some(rng.clone()), ..Opening::default() };
        w.restart(opening);
        mina.withdraws();
        numbered(w);
        // The first that destroying draws is the name of its tombstone.
        rng.next_draw_after(|| panic!("the server dies"));
        let dies = catch_unwind(AssertUnwindSafe(|| w.broker().destroy(w.clock.now())));
        assert!(dies.is_err() && rng.is_done());
        assert_eq!(requests(&mina), 1);
        under(w, "");
        w.broker().sweep().unwrap();
        assert_eq!((requests(&mina), fate(w, &mina).records), (0, 1));

        // While it is looked at he allows anew, is told of and withdraws again.
        let (rng, other) = (
            Arc::new(Interrupted::default()),
            w.another(Opening { policies: strict(""), ..Opening::default() }),
        );
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        mina.withdraws();
        w.restart(Opening { policies: strict(""), rng: Some(rng.clone()), ..Opening::default() });
        numbered(w);
        let (meanwhile, now) = (other.clone(), w.clock.now());
        // Another server is faster with all of it.
        rng.next_draw_after(move || assert_eq!(meanwhile.destroy(now).unwrap(), 1));
        assert_eq!(w.broker().destroy(w.clock.now()).unwrap(), 0);
        assert!(rng.is_done());
        assert_eq!((requests(&mina), fate(w, &mina).records), (0, 2));
        w.broker().sequence().unwrap();
        assert!(w.broker().inspect(&mut |_, _| {}).unwrap().is_sound());
    });
}

#[test]
fn a_key_that_cannot_be_replaced_at_once_is_by_the_next_sweep() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        let rng = Arc::new(Interrupted::default());
        let other = w.another(Opening { policies: strict(""), ..Opening::default() });
        w.restart(Opening { policies: strict(""), rng: Some(rng.clone()), ..Opening::default() });
        mina.withdraws();
        numbered(w);
        let (before, whose) = (key_of(w, &mina), mina.id);
        // While it is destroyed something is recorded about her that has no number yet.
        let quiet = Manner { rhythm: Rhythm::Every, quiet: Hours::parse("22:00-07:00") };
        rng.next_draw_after(move || {
            assert!(other.choose_notices(whose, "screen".into(), quiet).unwrap().is_some());
        });
        assert_eq!(w.broker().destroy(w.clock.now()).unwrap(), 1);
        assert!(rng.is_done());
        assert_eq!(key_of(w, &mina), before, "not while it may seal something anew");
        numbered(w);
        w.broker().sweep().unwrap();
        let after = key_of(w, &mina);
        assert_ne!(after, before);
        let all = mina.records().len();
        w.broker().sweep().unwrap();
        assert_eq!((key_of(w, &mina), mina.records().len()), (after, all), "once, and everything opens");
        assert!(w.broker().inspect(&mut |_, _| {}).unwrap().is_sound());
    });
}

#[test]
fn a_server_that_is_killed_once_it_acknowledged_a_withdrawal_leaves_the_duty_to_the_next() {
    each_engine(|house| {
        let site = Site::new(house, 60);
        let opening = || Opening { seed: 5, policies: strict(""), ..Opening::default() };
        let dir = site.house.dir.path();
        let broker = open(&site.house.url, dir, Arc::new(SystemClock), &opening());
        let end = SystemClock.now().floor(MINUTE_US).plus(-MINUTE_US);
        std::fs::write(dir.join("feed"), feed(&site.people, end, 2)).unwrap();
        site.loads(&site.house, "feed");
        let policies = dir.join("policies");
        for (name, text) in strict("").iter() {
            let path = policies.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let token = site.token(&broker, SystemClock.now());
        let told = |id| broker.requests(id, None, 0, 100).unwrap().records.len();
        for (number, _) in &site.people[..6] {
            let heard = site.hears(&broker, &token, number, SystemClock.now());
            assert!(String::from_utf8_lossy(&heard).contains("zone"), "{}", String::from_utf8_lossy(&heard));
        }
        let mut served = Served::start(|_| {
            let mut command = site.dongui(&site.house);
            command.env("DONGUI_WORKERS", "2").env("DONGUI_POLICIES", &policies);
            command
        });
        let agent = agent();
        for (number, _) in &site.people[..3] {
            withdraw(&broker, &served.address, &agent, number).unwrap();
        }
        served.kill();
        assert_eq!(site.people[..6].iter().map(|(_, id)| told(*id)).collect::<Vec<_>>(), [1; 6]);
        let next = open(&site.house.url, dir, Arc::new(SystemClock), &opening());
        next.sweep().unwrap();
        assert_eq!(site.people[..6].iter().map(|(_, id)| told(*id)).collect::<Vec<_>>(), [0, 0, 0, 1, 1, 1]);
        assert!(next.inspect(&mut |_, _| {}).unwrap().is_sound());
        site.verifies(&site.house);
    });
}
