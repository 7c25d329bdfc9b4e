//! `dongui bench consent`: decisions of subscribers, durable when counted, and checks of the registry. At the verbs, in this
//! process: what a page or an API adds in front of them is not consent's cost. Numbering and publishing go on meanwhile, as in a
//! server.
use super::house::{House, PURPOSE, recipient};
use super::load::percentile_ms;
use super::parts::drawn;
use super::{Load, hundredth, median, tenth, usage};
use crate::ambient::SystemClock;
use crate::broker::Broker;
use crate::broker::consent::{Shown, Wish};
use crate::cli::serve::Sequencer;
use crate::cli::{Answer, Installation, Trouble};
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Limits, State};
use crate::domain::notice::Notice;
use crate::domain::scene::{Scene, Standing};
use crate::domain::time::{Clock, DAY_US};
use crate::policy::{self, Engine};
use crate::store::{Store, consents, recipients, relations, subscribers};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The category that is allowed and withdrawn again.
const TURNED: Category = Category::NextPlace;

/// One round of one kind.
struct Round {
    done: usize,
    lasted: Duration,
    cpu_us: u64,
    latencies_us: Vec<u32>,
}

impl Round {
    fn rate(&self) -> f64 {
        self.done as f64 / self.lasted.as_secs_f64().max(1e-9)
    }
    fn cpu_us_each(&self) -> f64 {
        self.cpu_us as f64 / self.done.max(1) as f64
    }
}

struct Measured {
    subscribers: u32,
    changes: Vec<Round>,
    checks: Vec<Round>,
}

pub fn run(installation: &Installation, load: &Load) -> Result<Answer, Trouble> {
    let mut all = Vec::new();
    for subscribers in load.sizes() {
        all.push(one(installation, load, subscribers)?);
    }
    let mut text = String::new();
    for m in &all {
        text.push_str(&format!("{} subscribers, {} threads, medians\n", m.subscribers, load.connections));
        for (name, rounds) in [("changes", &m.changes), ("checks", &m.checks)] {
            text.push_str(&format!(
                "  {name:<8}{:>9.0}/s   p50 {:.2} ms, p99 {:.2} ms   {:.1} us of CPU each\n",
                of(rounds, Round::rate),
                of(rounds, |r| percentile_ms(&r.latencies_us, 0.5)),
                of(rounds, |r| percentile_ms(&r.latencies_us, 0.99)),
                of(rounds, Round::cpu_us_each)
            ));
        }
    }
    if let (Some(first), true) = (all.first(), all.len() > 1) {
        for m in all.iter().skip(1) {
            text.push_str(&format!(
                "CPU of {} subscribers over that of {}: changes {:.2}, checks {:.2}\n",
                m.subscribers,
                first.subscribers,
                of(&m.changes, Round::cpu_us_each) / of(&first.changes, Round::cpu_us_each),
                of(&m.checks, Round::cpu_us_each) / of(&first.checks, Round::cpu_us_each),
            ));
        }
    }
    Ok(Answer::new(text, json!({ "consent": all.iter().map(figures).collect::<Vec<_>>() })))
}

fn of(rounds: &[Round], figure: impl Fn(&Round) -> f64) -> f64 {
    median(rounds.iter().map(figure))
}

fn figures(m: &Measured) -> Value {
    let one = |rounds: &[Round]| {
        json!({
            "per_s": of(rounds, Round::rate).round(),
            "p50_ms": hundredth(of(rounds, |r| percentile_ms(&r.latencies_us, 0.5))),
            "p99_ms": hundredth(of(rounds, |r| percentile_ms(&r.latencies_us, 0.99))),
            "cpu_us": tenth(of(rounds, Round::cpu_us_each)),
            "done": rounds.iter().map(|r| r.done).sum::<usize>(),
        })
    };
    json!({ "subscribers": m.subscribers, "changes": one(&m.changes), "checks": one(&m.checks) })
}

fn one(installation: &Installation, load: &Load, subscribers: u32) -> Result<Measured, Trouble> {
    let house = House::open(&installation.data, subscribers, true)?;
    let broker = house.installation().broker()?;
    let (store, engine) = (house.installation().store()?, house.installation().engine()?);
    let sequencer = Sequencer::start(Arc::clone(&broker))?;
    let (mut changes, mut checks) = (Vec::new(), Vec::new());
    for round in 0..load.rounds {
        changes.push(together(load, &|thread, step| change(&broker, &house, load, round, thread, step))?);
        checks.push(together(load, &|thread, step| check(&store, &engine, &house, thread, step))?);
    }
    sequencer.stop();
    Ok(Measured { subscribers, changes, checks })
}

/// Runs `step` on all threads for the length of a round.
fn together(
    load: &Load,
    step: &(dyn Fn(usize, usize) -> Result<(), Trouble> + Sync),
) -> Result<Round, Trouble> {
    let (own, most) = (std::process::id(), Duration::from_secs(u64::from(load.seconds)));
    let (began, from) = (Instant::now(), usage::process_us(own)?);
    let threads = usize::from(load.connections);
    let mut latencies_us = Vec::new();
    std::thread::scope(|scope| {
        let work = |thread: usize| {
            let mut took = Vec::new();
            while began.elapsed() < most {
                let from = Instant::now();
                step(thread, took.len())?;
                took.push(u32::try_from(from.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
            Ok::<_, Trouble>(took)
        };
        let all: Vec<_> = (0..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        for thread in all {
            latencies_us.append(&mut thread.join().map_err(|_| Trouble("a thread ended".to_owned()))??);
        }
        Ok::<_, Trouble>(())
    })?;
    latencies_us.sort_unstable();
    let cpu_us = usage::process_us(own)? - from;
    Ok(Round { done: latencies_us.len(), lasted: began.elapsed(), cpu_us, latencies_us })
}

/// One decision of one subscriber: what he had allowed he withdraws, what he had withdrawn he allows. It counts once it is
/// recorded. Each thread has subscribers of its own.
fn change(
    broker: &Broker,
    house: &House,
    load: &Load,
    round: u16,
    thread: usize,
    step: usize,
) -> Result<(), Trouble> {
    let threads = usize::from(load.connections);
    let own = (house.subscribers() as usize / threads).max(1);
    // Twice each: once for either act, so that a round leaves the registry as it was.
    let n = thread + (step / 2 + usize::from(round) * 7919) % own * threads;
    let subscriber = house.subscriber(u32::try_from(n).unwrap_or(0) % house.subscribers());
    let allow = Wish::Allow {
        recipient: recipient(),
        purpose: PURPOSE,
        category: TURNED,
        precision: Precision::ZoneR7,
        until: SystemClock.now().plus(300 * DAY_US),
        limits: Limits::NONE,
        shown: Shown::Told(Notice { locale: "en".to_owned(), text: "made up for measuring".to_owned() }),
    };
    let withdraw = Wish::Change {
        act: Act::Withdraw,
        until: None,
        recipient: Some(recipient()),
        purpose: Some(PURPOSE),
        category: Some(TURNED),
    };
    let (wish, state) =
        if step.is_multiple_of(2) { (withdraw, State::Withdrawn) } else { (allow, State::Active) };
    let decided = match broker.show_and_decide(subscriber, &wish, "bench")? {
        // A round that was cut short left it withdrawn.
        decided if decided.entry.is_none() => return Ok(()),
        decided => decided,
    };
    let turned = decided.grants.iter().all(|g| g.state == state && g.cell.category == TURNED);
    if turned && decided.grants.len() == 1 {
        Ok(())
    } else {
        Err(Trouble("a decision did not count".to_owned()))
    }
}

/// One check: who asks, about whom, what he decided, and what the policies say to it.
fn check(store: &Store, engine: &Engine, house: &House, thread: usize, step: usize) -> Result<(), Trouble> {
    let now = SystemClock.now();
    let subject = house.subject(drawn(house, step << 10 | thread));
    let found = store.read("bench.check", |tx| {
        let Some(recipient) = recipients::find(tx, recipient())? else { return Ok(None) };
        let Some(subscriber) = subscribers::find_by_pseudonym(tx, recipient.id, &subject)? else {
            return Ok(None);
        };
        let people = relations::people(tx, subscriber.id, subscriber.majority, subscriber.related)?;
        let grants = consents::held_with(tx, subscriber.id, recipient.id, &people)?;
        Ok(Some((recipient, subscriber, grants)))
    })?;
    let (recipient, subscriber, grants) =
        found.ok_or_else(|| Trouble("a subscriber of the house is missing".to_owned()))?;
    let category = Category::LocationZone;
    let standing = grants.iter().find(|g| g.cell.category == category);
    let scene = Scene {
        recipient: &recipient,
        home: subscriber.home,
        age: subscriber.majority.band(now),
        guardian: false,
        purpose: PURPOSE,
        category,
        standing: standing.map_or(Standing::Absent, |g| g.standing(now, subscriber.home, 0)),
        stop: None,
        now,
    };
    policy::decide(engine, &scene).map(drop).map_err(|e| Trouble(format!("refused: {e:?}")))
}
