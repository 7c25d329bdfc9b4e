//! `dongui bench export`: a log of so many records, exported and verified by the commands that operators and regulators use. The log is filled through the
//! store as all entries are, only many to a story; it grows from run to run and is never made anew.
use super::house::{House, PURPOSE, recipient};
use super::{Export, command, hundredth};
use crate::ambient::SystemClock;
use crate::broker::Broker;
use crate::cli::{Answer, Installation, Trouble};
use crate::domain::category::{Category, Precision};
use crate::domain::id::GrantId;
use crate::domain::record::{Event, Outcome, Record};
use crate::domain::time::{At, Clock, DAY_US};
use crate::store::{Store, entries};
use serde_json::json;
use std::path::Path;

/// Whom the records are about.
const SUBSCRIBERS: u32 = 10_000;
/// Records in one story of the filling.
const STORY: u64 = 1000;

pub fn run(installation: &Installation, wanted: &Export) -> Result<Answer, Trouble> {
    let house = House::open(&installation.data.join("bench-export"), SUBSCRIBERS, false)?;
    let (broker, store) = (house.installation().broker()?, house.installation().store()?);
    let size = fill(&broker, &store, &house, wanted.records)?;
    drop((broker, store));
    let out = house.installation().data.join("exported");
    let from = At(0).rfc3339();
    let to = SystemClock.now().plus(DAY_US).rfc3339();
    let words = ["audit", "export", "--from", &from, "--to", &to, "--out"].map(std::ffi::OsString::from);
    let gone = |dir: &Path| if dir.exists() { std::fs::remove_dir_all(dir) } else { Ok(()) };
    gone(&out).map_err(|e| Trouble::file(&out, &e))?;
    let exported = command::run(&house, words.into_iter().chain([out.clone().into()]))?;
    let leaves = exported.said.as_ref().and_then(|said| said["leaves"].as_u64()).unwrap_or(0);
    if leaves < size {
        return Err(Trouble(format!("the export has {leaves} of {size} leaves")));
    }
    let bytes = bytes(&out)?;
    let verified = command::run(&house, ["audit".into(), "verify".into(), out.clone().into_os_string()])?;
    if verified.said.is_none() {
        return Err(Trouble("what was exported does not verify".to_owned()));
    }
    gone(&out).map_err(|e| Trouble::file(&out, &e))?;
    let mut text = format!("{leaves} leaves, a bundle of {:.0} MB\n", bytes as f64 / 1e6);
    let mut figures = json!({ "leaves": leaves, "bundle_bytes": bytes });
    for (name, ran) in [("exported", &exported), ("verified", &verified)] {
        let seconds = ran.wall.as_secs_f64();
        text.push_str(&format!(
            "  {name:<10}{seconds:>7.1} s {:>9.0} leaves/s, {:.1} s of CPU, peak {:.0} MB\n",
            leaves as f64 / seconds.max(1e-9),
            ran.cpu_us as f64 / 1e6,
            ran.peak_kb as f64 / 1e3
        ));
        figures[name] = json!({ "s": hundredth(seconds), "cpu_s": hundredth(ran.cpu_us as f64 / 1e6), "peak_kb": ran.peak_kb });
    }
    Ok(Answer::new(text, json!({ "export": figures })))
}

/// Entries until the log has `records` of them at least; how many it has.
fn fill(broker: &Broker, store: &Store, house: &House, records: u64) -> Result<u64, Trouble> {
    let mut size = broker.sequence()?.size;
    while size < records {
        let now = broker.now()?;
        for story in 0..(records - size).div_ceil(STORY) {
            let first = size + story * STORY;
            let rows = (first..first + STORY).map(|n| broker.entry(&record(house, n, now)));
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            store
                .write("bench.entries", move |tx| rows.iter().try_for_each(|row| entries::append(tx, row)))?;
        }
        size = broker.sequence()?.size;
    }
    Ok(size)
}

/// An answer that told two things and withheld a third.
fn record(house: &House, n: u64, at: At) -> Record {
    let outcome = |category, precision: Option<Precision>, reason| Outcome {
        category,
        grant: precision.map(|_| GrantId([7; 16])),
        precision,
        crowd: precision.map(|_| 64),
        reason,
        by: vec!["assistant-zone".to_owned()],
    };
    let who = house.spread(usize::try_from(n).unwrap_or(0));
    Record {
        at,
        subscriber: Some(house.subscriber(who)),
        recipient: Some(recipient()),
        purpose: Some(PURPOSE),
        event: Event::Request {
            client: "bench".to_owned(),
            subject: house.subject(who),
            outcomes: vec![
                outcome(Category::LocationZone, Some(Precision::ZoneR6), None),
                outcome(Category::UsageInterest, Some(Precision::Label), None),
                outcome(Category::NextPlace, None, Some(crate::domain::reason::Reason::CrowdTooSmall)),
            ],
            payload: crate::crypt::hex::encode(&[7; 32]),
            retain_s: 86_400,
        },
    }
}

fn bytes(dir: &Path) -> Result<u64, Trouble> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(dir).map_err(|e| Trouble::file(dir, &e))? {
        let entry = entry.map_err(|e| Trouble::file(dir, &e))?;
        let known = entry.metadata().map_err(|e| Trouble::file(&entry.path(), &e))?;
        bytes += if known.is_dir() { self::bytes(&entry.path())? } else { known.len() };
    }
    Ok(bytes)
}
