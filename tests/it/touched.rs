//! Many whom one incident touches: each is counted and told once, however often it begins again, and no file of the log and no row names anybody. Deliberately absent: what
//! each is told when (`breach`).
use super::audit::python;
use super::breach::{Letterbox, acts, answered, declares, home, stands};
use super::support::World;
use super::support::canary::found;
use super::support::rows::{dump, files};
use super::support::world::Opening;
use dongui::domain::breach::{Act, Word};
use dongui::domain::time::MINUTE_US;
use dongui::ledger::bundle;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn two_hundred_people_are_counted_and_told_once_each_though_it_begins_again_at_every_turn() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let start = w.clock.now();
        let people: Vec<_> = (0..200).map(|n| answered(w, &format!("p{n}"), &assistant)).collect();
        let letters = Letterbox::opens(w);
        let id = declares(w, assistant.id, start).breach.id;
        let incident = acts(w, id, Act::Possible);
        assert_eq!((home(&incident).touched, home(&incident).waiting), (200, 200));
        let stops = AtomicUsize::new(0);
        while home(&stands(w, id)).waiting > 0 {
            // Each time it is stopped after seven, and what was in memory is gone.
            stops.store(0, Ordering::SeqCst);
            w.broker().tell(&|| stops.fetch_add(1, Ordering::SeqCst) >= 7).unwrap();
            w.restart(Opening {
                courier: Some(letters.clone()),
                policies: crate::telling::free(),
                ..Opening::default()
            });
        }
        let taken = letters.taken();
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        taken.iter().for_each(|(to, _)| *count.entry(to.clone()).or_default() += 1);
        assert_eq!((count.len(), count.values().max()), (200, Some(&1)));
        assert_eq!(home(&stands(w, id)).told, [(Word::Possible, 200)].into());
        // The log tells how many, and no file of it whom.
        w.broker().sequence().unwrap();
        w.clock.advance(MINUTE_US);
        let (dir, vkey) = (tempfile::tempdir().unwrap(), w.broker().log_verifier().unwrap().vkey());
        let out = dir.path().join("bundle");
        w.exports(start, w.clock.now(), &out).unwrap();
        bundle::verify(&out, &vkey).unwrap();
        assert_eq!(python(&out, &vkey).0, Some(0));
        let table = std::fs::read_to_string(out.join("report-incidents.csv")).unwrap();
        assert!(table.contains("\"incident 2026-17\"") && table.contains(",200,0,0"), "{table}");
        let numbers: Vec<String> =
            people.iter().map(|p| p.number.trim_start_matches('+').to_owned()).collect();
        let canaries: Vec<&str> = numbers.iter().step_by(25).map(String::as_str).collect();
        let mut sights: Vec<_> = files(&w.house.log_dir());
        sights.extend(files(&out));
        let rows = dump(&w.house.url).into_iter().filter(|(t, _)| t == "touched" || t == "breaches");
        sights.extend(rows.map(|(table, row)| (table, row.into_bytes())));
        assert_eq!(found(&canaries, &sights), [] as [String; 0]);
    });
}
