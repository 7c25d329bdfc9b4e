//! A log of made-up entries whose chains are followed, with entries changed, erased and withheld. Deliberately absent: who gives ordinals.
use super::tally::*;
use crate::crypt::hex;
use std::collections::HashMap;

/// An entry of a made-up log.
#[derive(Clone)]
struct Entry {
    recipient: Option<&'static str>,
    record: Vec<u8>,
    ordinals: Ordinals,
    open: Result<(), Absent>,
}

/// Entries about two subscribers with two recipients, and a tally after every tenth.
fn log() -> Vec<Entry> {
    let (mut out, mut heads) = (Vec::<Entry>::new(), HashMap::<&str, Ordinal>::new());
    let mut tallied = 0;
    while out.len() < 64 {
        let index = out.len() as u64;
        if index - tallied == 10 {
            let links: Vec<String> = (tallied..index)
                .map(|i| hex::encode(&out[i as usize].ordinals.link(&[i as u8; 32], i)))
                .collect();
            let record =
                serde_json::json!({ "event": { "first": tallied, "kind": "tally", "links": links } });
            out.push(Entry {
                recipient: None,
                record: serde_jcs::to_vec(&record).unwrap(),
                ordinals: Ordinals::default(),
                open: Ok(()),
            });
            tallied = index;
            continue;
        }
        let mut next = |name: &'static str| {
            let before = heads.get(name).copied();
            let ordinal =
                Ordinal { number: before.map_or(1, |b| b.number + 1), before: before.and_then(|b| b.before) };
            heads.insert(name, Ordinal { number: ordinal.number, before: Some(index) });
            ordinal
        };
        let subscriber = if index.is_multiple_of(3) { "sub_a" } else { "sub_b" };
        let recipient = (index % 4 != 1).then_some(if index % 5 < 2 { "rcp_a" } else { "rcp_b" });
        let ordinals = Ordinals { subscriber: Some(next(subscriber)), recipient: recipient.map(&mut next) };
        let record = serde_jcs::to_vec(
            &serde_json::json!({ "event": { "kind": "request" }, "subscriber": subscriber }),
        )
        .unwrap();
        out.push(Entry { recipient, record, ordinals, open: Ok(()) });
    }
    out
}

fn follow(log: &[Entry], first: usize) -> Result<Followed, (u64, &'static str)> {
    walk(log, first, Chains::from(first as u64))
}

fn walk(log: &[Entry], first: usize, mut chains: Chains) -> Result<Followed, (u64, &'static str)> {
    for (i, e) in log.iter().enumerate().skip(first) {
        let salt = [i as u8; 32];
        let opened = Opened { salt: &salt, record: &e.record, ordinals: &e.ordinals };
        let opened = e.open.as_ref().map(|()| opened).map_err(|absent| *absent);
        chains.take(i as u64, e.recipient, opened).map_err(|what| (i as u64, what))?;
    }
    Ok(chains.finish())
}

#[test]
fn chains_are_followed_from_any_entry_on() {
    let log = log();
    assert_eq!(follow(&log, 0), Ok(Followed { missing: 0, unproven: 4 }));
    for first in 1..64 {
        assert_eq!(follow(&log, first).unwrap().missing, 0, "from {first}");
    }
}

#[test]
fn an_entry_said_to_be_erased_is_counted_as_missing_and_nothing_else_can_be() {
    for gone in 0..40 {
        let mut log = log();
        let about = log[gone].ordinals.subscriber.is_some();
        log[gone].open = Err(Absent::Erased);
        assert_eq!(follow(&log, 0).unwrap().missing, u64::from(about), "{gone}");
        // With its number given to the next, as who wants to hide it would.
        let Some(ordinal) = log[gone].ordinals.subscriber else { continue };
        let next = (gone + 1..64).find(|i| {
            log[*i]
                .ordinals
                .subscriber
                .is_some_and(|p| p.number == ordinal.number + 1 && log[*i].record == log[gone].record)
        });
        let Some(next) = next else { continue };
        log[next].ordinals.subscriber = Some(ordinal);
        assert!(follow(&log, 0).is_err(), "{gone} hidden by {next}");
    }
}

#[test]
fn entries_about_others_may_be_withheld_and_none_about_whom_was_asked() {
    for hidden in 0..64 {
        let mut log = log();
        let is = |e: &Entry, who: &str| String::from_utf8_lossy(&e.record).contains(who);
        for e in log.iter_mut().filter(|e| is(e, "sub_b")) {
            e.open = Err(Absent::Withheld);
        }
        let about = || Chains::from(0).about(Some("sub_a"));
        assert_eq!(walk(&log, 0, about()).unwrap().missing, 0);
        if is(&log[hidden], "sub_a") && log[hidden + 1..].iter().any(|e| is(e, "sub_a")) {
            log[hidden].open = Err(Absent::Withheld);
            assert!(walk(&log, 0, about()).is_err(), "{hidden} is hidden");
            assert!(follow(&log, 0).is_ok(), "who was not asked about may be withheld");
            log[hidden].open = Err(Absent::Erased);
            assert_eq!(walk(&log, 0, about()).unwrap().missing, 1);
        }
    }
}

#[test]
fn a_place_that_was_changed_is_refused_by_its_neighbours_or_its_tally() {
    let whole = log();
    for n in 0..60 {
        for change in 0..6 {
            let mut log = whole.clone();
            let ordinals = &mut log[n].ordinals;
            let of = if change < 3 { &mut ordinals.subscriber } else { &mut ordinals.recipient };
            let Some(ordinal) = of else { continue };
            match change % 3 {
                0 => ordinal.number += 1,
                1 => ordinal.before = Some(ordinal.before.map_or(0, |b| b ^ 1)),
                _ => *of = None,
            }
            assert!(follow(&log, 0).is_err(), "entry {n}, change {change}");
        }
    }
}

#[test]
fn places_have_one_form() {
    let ordinals = Ordinals { recipient: None, subscriber: Some(Ordinal { before: Some(3), number: 2 }) };
    assert_eq!(ordinals.bytes(), br#"{"subscriber":{"before":3,"number":2}}"#);
    assert_eq!(Ordinals::parse(&ordinals.bytes()), Some(ordinals));
    for bad in [r#"{"subscriber":{"number":2,"before":3}}"#, r#"{"subscriber":null}"#, r#"{"x":1}"#, "{} "] {
        assert_eq!(Ordinals::parse(bad.as_bytes()), None, "{bad}");
    }
}
