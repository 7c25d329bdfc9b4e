//! `dongui demo`: a directory that is loaded once, served for as long as one looks, and goes on living meanwhile. Whatever a
//! Ctrl-C interrupts is done on the next start: each part is written down when it is finished, and may be done again.
use super::Arguments;
use super::cast::{Attitude, HOSTED, ISAR, PACIFIC, PROVIDERS};
use super::feeds::{EVENTS, events, reference};
use super::kept::{Kept, Shown};
use super::progress::Progress;
use super::stage::{Stage, in_parallel, reference_of};
use super::story::count;
use crate::ambient::SystemClock;
use crate::broker::authenticate::Caller;
use crate::broker::consent::Wish;
use crate::broker::ingest::Report;
use crate::cli::answer::say;
use crate::cli::serve::{listen, serve};
use crate::cli::{Answer, Installation, Trouble, feed};
use crate::domain::consent::Act;
use crate::domain::feed::{FeedKind, Row};
use crate::domain::id::SubscriberId;
use crate::domain::subscriber::AgeBand;
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use crate::feed::residents::Resident;
use crate::feed::{Reader, bundled, drain};
use crate::minimise::sensitive::{Kind, Place, Places};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Where the demo lives when no directory is named.
const HERE: &str = "demo-data";
/// Events are fed this often while the demo is up.
const BEAT: Duration = Duration::from_secs(60);
/// No profile remembers more.
const LONGEST_US: i64 = 28 * DAY_US;

pub fn run(installation: &Installation, arguments: &Arguments, json: bool) -> Result<Answer, Trouble> {
    let usual = Installation::at(PathBuf::new());
    let data = if installation.data == Path::new("dongui-data") {
        PathBuf::from(HERE)
    } else {
        installation.data.clone()
    };
    let listener = listen(arguments.listen)?;
    let address = listener.local_addr().map_err(Trouble::of)?;
    let named = installation.issuer != usual.issuer;
    let issuer = if named { installation.issuer.clone() } else { format!("http://{address}") };
    let mut kept = Kept::open(&data, arguments, &issuer)?;
    // Only the directory and the address are taken over: the demo touches no database and no keys but its own.
    let installation = Installation { issuer, ..Installation::at(data.clone()) };
    let progress = Progress::new(json);
    let stage = Stage::set(installation, Arc::new(SystemClock), kept.seed, usize::from(kept.residents))?;
    let loaded = load(&stage, &mut kept, &progress)?;
    let (text, facts) = words(&stage, &kept, &loaded)?;
    say(&if json { facts.to_string() } else { text });
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let life = scope.spawn(|| live(&stage, &mut kept, &stop));
        let outcome = serve(Arc::clone(&stage.broker), stage.figures.clone(), listener.into(), None);
        stop.store(true, Ordering::Relaxed);
        life.thread().unpark();
        outcome
    })?;
    let again = format!("stopped; everything is in {}, and the same command goes on", data.display());
    Ok(Answer::new(again, json!({ "stopped": true })))
}

/// What this start has done.
#[derive(Debug, Default)]
struct Loaded {
    decisions: usize,
    reference: Vec<Report>,
    events: Report,
}

fn load(stage: &Stage, kept: &mut Kept, progress: &Progress) -> Result<Loaded, Trouble> {
    let data = &stage.installation.data;
    let mut loaded = Loaded::default();
    if !kept.reference {
        for (kind, bytes) in reference() {
            loaded.reference.push(load_feed(stage, kind, &bytes, progress)?);
        }
        kept.reference = true;
        kept.save(data)?;
    }
    if kept.shown.is_empty() {
        let subscribers = enrolled(stage, progress)?;
        loaded.decisions = stage.consent(&subscribers, progress)?;
        kept.shown = shown(stage)?;
        kept.save(data)?;
    }
    loaded.events = catch_up(stage, kept, progress)?;
    if !kept.paused {
        let caller = Caller::console();
        for (who, person) in stage.residents.people().iter().enumerate() {
            if Attitude::of(who) == Attitude::Paused {
                let subscriber = stage.broker.enrol(&caller, &reference_of(person)?, person.age, None)?.id;
                let wish = Wish::Change {
                    act: Act::Pause,
                    until: None,
                    recipient: None,
                    purpose: None,
                    category: None,
                };
                stage.broker.show_and_decide(subscriber, &wish, "demo")?;
            }
        }
        kept.paused = true;
        kept.save(data)?;
    }
    Ok(loaded)
}

fn enrolled(stage: &Stage, progress: &Progress) -> Result<Vec<SubscriberId>, Trouble> {
    let people = stage.residents.people();
    let bar = progress.stage("residents are enrolled", people.len());
    in_parallel(people, |person| {
        let subscriber = stage.broker.enrol(&Caller::console(), &reference_of(person)?, person.age, None)?;
        for recipient in &stage.recipients {
            stage.broker.link(&Caller::console(), &reference_of(person)?, *recipient)?;
        }
        bar.step();
        Ok(subscriber.id)
    })
}

/// One resident of each kind, with the pseudonyms that the assistants know him by.
fn shown(stage: &Stage) -> Result<Vec<Shown>, Trouble> {
    let people = stage.residents.people();
    let sensitive = sensitive()?;
    // Of somebody who lives beside a hospital little is told, which is right but a poor first impression.
    let quiet = |p: &Resident| {
        let places = [Some(p.home), p.work];
        places.into_iter().flatten().all(|place| !sensitive.covers(place.lat, place.lon))
    };
    let mut out = Vec::new();
    for attitude in Attitude::ALL {
        // Of those who allow much, one who allows both assistants and the finest precision.
        let best = |who: &usize| attitude != Attitude::Open || who.is_multiple_of(6);
        let fits = |(who, p): &(usize, &Resident)| {
            Attitude::of(*who) == attitude && p.age == AgeBand::Adult && best(who) && quiet(p)
        };
        let Some((_, person)) = people.iter().enumerate().find(fits) else { continue };
        let link = |recipient| {
            stage.broker.link(&Caller::console(), &reference_of(person)?, recipient).map_err(Trouble::of)
        };
        let subjects = stage.recipients.iter().map(|r| link(*r)).collect::<Result<Vec<String>, Trouble>>()?;
        out.push(Shown { words: attitude.words().to_owned(), number: person.msisdn.clone(), subjects });
    }
    if out.is_empty() { Err(Trouble("there are too few residents to show one".to_owned())) } else { Ok(out) }
}

/// The sensitive places of the bundled data.
fn sensitive() -> Result<Places, Trouble> {
    let mut places = Vec::new();
    let reader = Reader::new(FeedKind::Places, bundled::places()).map_err(Trouble::of)?;
    let taken = drain(reader, &mut |_, row| {
        if let Ok(Row::Place { kind, lat, lon, radius_m }) = row {
            places.extend(Kind::parse(kind).map(|kind| Place { kind, lat, lon, radius_m }));
        }
        Ok::<(), Trouble>(())
    });
    taken.map_err(|_| Trouble("the bundled places cannot be read".to_owned()))?;
    Ok(Places::new(places))
}

/// Feeds what happened since the last time, or the days before now.
fn catch_up(stage: &Stage, kept: &mut Kept, progress: &Progress) -> Result<Report, Trouble> {
    let now = stage.now()?;
    let begin = kept.fed_until.unwrap_or(now.plus(-i64::from(kept.days) * DAY_US));
    let from = begin.max(now.plus(-LONGEST_US));
    let mut all = Report::default();
    if from >= now {
        return Ok(all);
    }
    for kind in EVENTS {
        let csv = events(&stage.residents, kind, from, now)?;
        // A sheet with a header alone is no news.
        if csv.iter().filter(|b| **b == b'\n').nth(1).is_some() {
            let report = load_feed(stage, kind, &csv, progress)?;
            all.lines += report.lines;
            all.kept += report.kept;
            all.dropped += report.dropped;
        }
    }
    kept.fed_until = Some(now);
    kept.save(&stage.installation.data)?;
    Ok(all)
}

fn load_feed(stage: &Stage, kind: FeedKind, bytes: &[u8], progress: &Progress) -> Result<Report, Trouble> {
    let bar = progress.feed(kind.as_str(), bytes.len() as u64);
    feed::load(&stage.broker, kind, false, bytes, Some(bar.bar()))
}

/// The residents go on with their day while the demo is up.
fn live(stage: &Stage, kept: &mut Kept, stop: &AtomicBool) {
    let silent = Progress::new(true);
    loop {
        std::thread::park_timeout(BEAT);
        if stop.load(Ordering::Relaxed) {
            return;
        }
        if let Err(e) = catch_up(stage, kept, &silent) {
            tracing::error!(problem = %e, "the residents stand still");
        }
    }
}

/// How this program was called.
fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "dongui".to_owned())
}

/// Crowds are counted by the hour and made anew at midnight UTC; two hundred residents fill one only after some minutes.
fn hint(now: At) -> Option<&'static str> {
    let minutes = |span_us| now.since(now.floor(span_us)) / MINUTE_US;
    if minutes(DAY_US) < 20 {
        Some(
            "\nIt is shortly after midnight UTC: crowds are counted anew, so most places are withheld until about 20 past.",
        )
    } else if minutes(HOUR_US) < 12 {
        Some(
            "\nThe hour is young and its crowds are small: places are coarse or withheld until about quarter past.",
        )
    } else {
        None
    }
}

fn words(stage: &Stage, kept: &Kept, loaded: &Loaded) -> Result<(String, Value), Trouble> {
    let Installation { data, issuer, .. } = &stage.installation;
    let (data, me) = (data.display(), program());
    let mut text = format!(
        "{} made-up residents of Munich, {} days until {} and going on\n\n",
        kept.residents,
        kept.days,
        stage.now()?.rfc3339()
    );
    if let [cells, places, apps, hosts] = loaded.reference.as_slice() {
        text.push_str(&format!(
            "  fed         {} base stations, {} sensitive places, {} apps and {} hosts judged by topic\n",
            count(cells.kept),
            count(places.kept),
            count(apps.kept),
            count(hosts.kept)
        ));
    }
    text.push_str(&format!(
        "  events      {} new: {} folded into sealed profiles, {} dropped because nobody allowed any use of them\n",
        count(loaded.events.lines), count(loaded.events.kept), count(loaded.events.dropped)
    ));
    let people = usize::from(kept.residents);
    let of = |a: Attitude| format!("{} {}", (0..people).filter(|w| Attitude::of(*w) == a).count(), a.words());
    text.push_str(&format!("  residents   {}\n\nLook\n", Attitude::ALL.map(of).join(", ")));
    let mut links = Vec::new();
    for (nth, resident) in kept.shown.iter().enumerate() {
        let reference = crate::domain::subscriber::Reference::parse(&resident.number);
        let reference = reference.ok_or_else(|| Trouble("a resident has no phone number".to_owned()))?;
        let url = stage.broker.invite(&Caller::console(), &reference)?;
        if nth < 2 {
            text.push_str(&format!("  a page of those who {}:\n    {url}\n", resident.words));
        }
        links.push(json!({ "who": resident.words, "number": resident.number, "url": url, "subjects": resident.subjects }));
    }
    let at = format!("--data {data} --issuer {issuer}");
    let first = kept.shown.first().map_or("", |s| s.number.as_str());
    text.push_str(&format!(
        "  (good once and for 15 minutes; another one: {me} register invitation --subscriber {first} {at})\n  the API: {issuer}/docs/   \
         health: {issuer}/healthz {issuer}/readyz   figures: {issuer}/metrics\n  keys of the demo's clients: {data}/clients\n\nAsk\n"
    ));
    let mut asks = Vec::new();
    for (which, categories) in [(ISAR, ""), (PACIFIC, " --category location.zone --category usage.interest")]
    {
        let subject = kept.shown.first().and_then(|s| s.subjects.get(which)).map_or("", String::as_str);
        let client = PROVIDERS[which].client;
        let ask = format!(
            "{me} client ask --issuer {issuer} --key {data}/clients/{client}.pem --client {client} --subject={subject}{categories}"
        );
        text.push_str(&format!("  as {}:\n    {ask}\n", PROVIDERS[which].name));
        asks.push(ask);
    }
    let (from, to) = (stage.now()?.plus(-LONGEST_US).rfc3339(), stage.now()?.plus(DAY_US).rfc3339());
    text.push_str(&format!(
        "  (it prints the answer and the same request as curl)\n  as an assistant of your own (examples/assistant):\n    node assistant.mjs {issuer} {HOSTED}\n\nAudit\n  {me} audit export --from {from} --to {to} --out bundle {at}\n  \
         {me} audit verify bundle\n  in a browser, as a regulator (it prints a link that is good once):\n    \
         {me} console --ground 'case 1' --client regulator --key {data}/clients/regulator.pem --issuer {issuer}\n\nCtrl-C stops it; the same command goes on."
    ));
    if let Some(hint) = hint(stage.now()?) {
        text.push_str(hint);
    }
    let facts = json!({ "issuer": issuer, "residents": links, "ask": asks, "clients": format!("{data}/clients"),
        "events": loaded.events, "decisions": loaded.decisions });
    Ok((text, facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_young_hour_and_a_young_day_are_said_beforehand() {
        let at = |text| hint(At::parse(text).unwrap());
        assert!(at("2026-10-15T00:19:59Z").is_some_and(|h| h.contains("midnight")));
        assert!(at("2026-10-15T14:11:59Z").is_some_and(|h| h.contains("hour")));
        assert_eq!((at("2026-10-15T00:20:00Z"), at("2026-10-15T14:50:00Z")), (None, None));
    }
}
